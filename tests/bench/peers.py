"""The same training jobs as others do them: each peer is a function that trains and returns the loss it arrives at.

NumPy, PyTorch and scikit-learn are called in the way that is natural for each, in double precision. The pure-Python
peers are the usual ways to write a network by hand, in our own words: neurons as lists, neurons as dictionaries, and
micrograd's graph of scalars. All but scikit-learn's, which draws its own, start from the weights they are given.
"""

import math


# --- The tutorial's network: 3-4-1, no biases, full batch, the squared errors added up, learning rate 1.

def tutorial_numpy(X, y, weights, iterations):
    """Train as the eleven lines do."""
    import numpy as np

    X, y = np.array(X), np.array(y)
    W0, W1 = (np.array(W) for W in weights)
    for _ in range(iterations):
        a1 = 1 / (1 + np.exp(-np.dot(X, W0)))
        a2 = 1 / (1 + np.exp(-np.dot(a1, W1)))
        delta2 = (y - a2) * (a2 * (1 - a2))
        delta1 = delta2.dot(W1.T) * (a1 * (1 - a1))
        W1 += a1.T.dot(delta2)
        W0 += X.T.dot(delta1)
    a2 = 1 / (1 + np.exp(-np.dot(1 / (1 + np.exp(-np.dot(X, W0))), W1)))
    return float(((a2 - y) ** 2).sum() / 2)


def tutorial_torch(X, y, weights, iterations):
    """Train a Sequential by autograd and SGD."""
    import torch

    X, y = torch.tensor(X, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    model = torch_model([3, 4, 1], weights, None)
    model.append(torch.nn.Sigmoid())
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for _ in range(iterations):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).sum() / 2
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return float(((model(X) - y) ** 2).sum() / 2)


def torch_model(sizes, weights, biases):
    """Return linear layers with a sigmoid between any two of them."""
    import torch

    layers = []
    for i, (inputs, units) in enumerate(zip(sizes[:-1], sizes[1:])):
        layer = torch.nn.Linear(inputs, units, bias=biases is not None, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weights[i], dtype=torch.float64).T)
            if biases is not None:
                layer.bias.copy_(torch.tensor(biases[i], dtype=torch.float64))
        layers += [layer, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*layers[:-1])


def tutorial_sklearn(X, y, weights, iterations):
    """Train an MLPRegressor: it has biases, and its output is the identity."""
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(hidden_layer_sizes=(4,), activation="logistic", solver="sgd", batch_size=len(X),
                         learning_rate_init=0.5, momentum=0.0, nesterovs_momentum=False,
                         alpha=0.0, shuffle=False, max_iter=iterations, tol=0.0, n_iter_no_change=10 ** 9,
                         random_state=1)
    targets = [row[0] for row in y]
    model.fit(X, targets)
    return float(sum((a - t) ** 2 for a, t in zip(model.predict(X), targets)) / 2)


# --- A classifier: one hidden layer of sigmoids, softmax, cross-entropy, batches in the order of the rows.

def classifier_numpy(X, y, weights, biases, batch_size, epochs, rate):
    """Train with matrix operations, a batch at a time; return the mean loss of the last epoch."""
    import numpy as np

    X, y = np.array(X), np.array(y)
    (W0, W1), (b0, b1) = ([np.array(W) for W in weights], [np.array(b) for b in biases])
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(X), batch_size):
            x, t = X[start:start + batch_size], y[start:start + batch_size]
            a1 = 1 / (1 + np.exp(-(x @ W0 + b0)))
            z = a1 @ W1 + b1
            z -= z.max(axis=1, keepdims=True)
            e = np.exp(z)
            s = e.sum(axis=1, keepdims=True)
            total += float((t * (np.log(s) - z)).sum())
            delta2 = (e / s - t) / len(x)
            delta1 = (delta2 @ W1.T) * (a1 * (1 - a1))
            W1 -= rate * (a1.T @ delta2)
            b1 -= rate * delta2.sum(axis=0)
            W0 -= rate * (x.T @ delta1)
            b0 -= rate * delta1.sum(axis=0)
    return total / len(X)


def classifier_torch(X, y, weights, biases, batch_size, epochs, rate):
    """Train a Sequential by autograd and SGD; return the mean loss of the last epoch."""
    import torch

    sizes = [len(X[0]), len(biases[0]), len(biases[1])]
    model = torch_model(sizes, weights, biases)
    inputs = torch.tensor(X, dtype=torch.float64)
    labels = torch.tensor([row.index(1.0) for row in y])
    optimizer, criterion = torch.optim.SGD(model.parameters(), lr=rate), torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(X), batch_size):
            x, t = inputs[start:start + batch_size], labels[start:start + batch_size]
            optimizer.zero_grad()
            loss = criterion(model(x), t)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(t)
    return total / len(X)


def classifier_sklearn(X, y, weights, biases, batch_size, epochs, rate):
    """Train an MLPClassifier, from its own weights; return the loss of the last epoch."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(hidden_layer_sizes=(len(biases[0]),), activation="logistic", solver="sgd",
                          batch_size=batch_size, learning_rate_init=rate, momentum=0.0, nesterovs_momentum=False,
                          alpha=0.0, shuffle=False, max_iter=epochs, tol=0.0, n_iter_no_change=10 ** 9, random_state=1)
    model.fit(X, [row.index(1.0) for row in y])
    return float(model.loss_)


# --- By hand, in pure Python: sigmoids with biases, squared error, one example after the other.

def vector_dot(v, w):
    """Return the sum of products."""
    return sum(a * b for a, b in zip(v, w))


def by_hand_vectors(X, y, weights, biases, epochs, rate):
    """Train a network whose neurons are lists of weights, the last for a constant 1; return the last epoch's loss."""
    network = [[[*column, b] for column, b in zip(zip(*W), bias)] for W, bias in zip(weights, biases)]
    for _ in range(epochs):
        total = 0.0
        for x, t in zip(X, y):
            outputs, values = [], x
            for layer in network:
                with_bias = values + [1.0]
                values = [1 / (1 + math.exp(-vector_dot(neuron, with_bias))) for neuron in layer]
                outputs.append(values)
            hidden, out = outputs
            total += sum((a - b) ** 2 for a, b in zip(out, t)) / 2
            out_deltas = [a * (1 - a) * (a - b) for a, b in zip(out, t)]
            out_gradients = [[delta * value for value in hidden + [1.0]] for delta in out_deltas]
            hidden_deltas = [a * (1 - a) * vector_dot(out_deltas, [neuron[i] for neuron in network[-1]])
                             for i, a in enumerate(hidden)]
            hidden_gradients = [[delta * value for value in x + [1.0]] for delta in hidden_deltas]
            network = [[[w - rate * g for w, g in zip(neuron, gradient)] for neuron, gradient in zip(layer, gradients)]
                       for layer, gradients in zip(network, [hidden_gradients, out_gradients])]
    return total / len(X)


def by_hand_neurons(X, y, weights, biases, epochs, rate):
    """Train a network whose neurons are dictionaries that keep what they did; return the last epoch's loss."""
    network = [[{"weights": list(column), "bias": b} for column, b in zip(zip(*W), bias)]
               for W, bias in zip(weights, biases)]
    for _ in range(epochs):
        total = 0.0
        for x, t in zip(X, y):
            inputs = x
            for layer in network:
                for neuron in layer:
                    z = neuron["bias"]
                    for i in range(len(inputs)):
                        z += neuron["weights"][i] * inputs[i]
                    neuron["output"] = 1.0 / (1.0 + math.exp(-z))
                inputs = [neuron["output"] for neuron in layer]
            for number in range(len(network) - 1, -1, -1):
                for j, neuron in enumerate(network[number]):
                    if number == len(network) - 1:
                        error = neuron["output"] - t[j]
                        total += error * error / 2
                    else:
                        error = 0.0
                        for after in network[number + 1]:
                            error += after["weights"][j] * after["delta"]
                    neuron["delta"] = error * neuron["output"] * (1.0 - neuron["output"])
            inputs = x
            for layer in network:
                for neuron in layer:
                    for i in range(len(inputs)):
                        neuron["weights"][i] -= rate * neuron["delta"] * inputs[i]
                    neuron["bias"] -= rate * neuron["delta"]
                inputs = [neuron["output"] for neuron in layer]
    return total / len(X)


def by_micrograd(X, y, weights, biases, epochs, rate):
    """Train on a graph of scalars: the hidden units are relus, as micrograd has no sigmoid, the outputs identities."""
    from micrograd.engine import Value

    network = [([[Value(w) for w in column] for column in zip(*W)], [Value(b) for b in bias])
               for W, bias in zip(weights, biases)]
    parameters = [value for columns, bias in network for row in [*columns, bias] for value in row]
    for _ in range(epochs):
        total = 0.0
        for x, t in zip(X, y):
            values = [Value(v) for v in x]
            for number, (columns, bias) in enumerate(network):
                values = [sum((w * v for w, v in zip(column, values)), b) for column, b in zip(columns, bias)]
                if number == 0:
                    values = [value.relu() for value in values]
            loss = sum((a - b) ** 2 for a, b in zip(values, t)) * 0.5
            for parameter in parameters:
                parameter.grad = 0
            loss.backward()
            for parameter in parameters:
                parameter.data -= rate * parameter.grad
            total += loss.data
    return total / len(X)
