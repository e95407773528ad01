"""The gradient of a network as others compute it: plain lists, NumPy, PyTorch, HIPS autograd; none uses purenet's own.

Each takes (net, X, y), of which the weights, the biases and the options are read, and returns a flat list: the weights
layer by layer, row by row, and then the biases. All write the slope of the sigmoid as textbooks do, a (1 - a).
"""

import math


def by_lists(net, X, y):
    """Return the gradient by backprop on plain lists, one example after the other."""
    weights = [[[0.0] * len(row) for row in W] for W in net.weights]
    biases = [[0.0] * len(W[0]) for W in net.weights]
    for x, t in zip(X, y):
        layers = [x]
        for number, W in enumerate(net.weights):
            z = [net.biases[number][j] if net.biases else 0.0 for j in range(len(W[0]))]
            for a, row in zip(layers[-1], W):
                for j, w in enumerate(row):
                    z[j] += a * w
            layers.append(LISTS[net.output if number == len(net.weights) - 1 else net.activation](z))
        out = layers[-1]
        error = [a - b for a, b in zip(out, t)]
        if net.loss_name == "mean_squared_error":
            error = [2 * e / len(t) for e in error]
        delta = error if "entropy" in net.loss_name else [e * SLOPES[net.output](a) for e, a in zip(error, out)]
        for number in range(len(net.weights) - 1, -1, -1):
            for j, d in enumerate(delta):
                biases[number][j] += d
                for i, a in enumerate(layers[number]):
                    weights[number][i][j] += a * d
            delta = [sum(d * w for d, w in zip(delta, row)) * SLOPES[net.activation](a)
                     for row, a in zip(net.weights[number], layers[number])]
    n = len(X) if net.reduction == "mean" else 1
    rows = [row for W in weights for row in W] + (biases if net.biases else [])
    return [value / n for row in rows for value in row]


def sigmoid(z):
    """Return 1 / (1 + e^-z), where e^-z may be too large for a float."""
    return 1 / (1 + math.exp(-z)) if z > -700 else math.exp(z)


def softmax(z):
    """Return e^z over the sum of all."""
    exps = [math.exp(value - max(z)) for value in z]
    return [e / sum(exps) for e in exps]


LISTS = {"sigmoid": lambda z: [sigmoid(value) for value in z], "tanh": lambda z: [math.tanh(value) for value in z],
         "relu": lambda z: [max(0.0, value) for value in z], "identity": lambda z: z, "softmax": softmax}
SLOPES = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a * a, "relu": lambda a: float(a > 0),
          "identity": lambda a: 1.0}


def by_numpy(net, X, y):
    """Return the gradient by backprop on matrices."""
    import numpy as np

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    forward = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "relu": lambda z: np.maximum(0, z),
               "identity": lambda z: z, "softmax": softmax}
    backward = {**SLOPES, "relu": lambda a: a > 0}
    a = [np.array(X)]
    weights = [np.array(W) for W in net.weights]
    for number, W in enumerate(weights):
        z = a[-1] @ W + (np.array(net.biases[number]) if net.biases else 0.0)
        a.append(forward[net.output if number == len(weights) - 1 else net.activation](z))
    error = a[-1] - np.array(y)
    if net.loss_name == "mean_squared_error":
        error = 2 * error / error.shape[1]
    delta = error if "entropy" in net.loss_name else error * backward[net.output](a[-1])
    delta = delta / (len(X) if net.reduction == "mean" else 1)
    by_weights, by_biases = [], []
    for number in range(len(weights) - 1, -1, -1):
        by_weights.insert(0, a[number].T @ delta)
        by_biases.insert(0, delta.sum(axis=0))
        if number:
            delta = (delta @ weights[number].T) * backward[net.activation](a[number])
    return np.concatenate([part.ravel() for part in by_weights + (by_biases if net.biases else [])]).tolist()


def by_torch(net, X, y):
    """Return the gradient by PyTorch's autograd, of PyTorch's own activations and losses."""
    import torch

    F = torch.nn.functional

    def leaf(values):
        return torch.tensor(values, dtype=torch.float64, requires_grad=True)

    weights, biases = [leaf(W) for W in net.weights], [leaf(b) for b in net.biases or []]
    forward = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}
    a, y = torch.tensor(X, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    for number, W in enumerate(weights):
        z = a @ W + biases[number] if biases else a @ W
        last = number == len(weights) - 1
        a = z if last and "entropy" in net.loss_name else forward[net.output if last else net.activation](z)
    loss = {"squared_error": lambda: F.mse_loss(a, y, reduction="sum") / 2,
            "mean_squared_error": lambda: F.mse_loss(a, y, reduction="sum") / y.shape[1],
            "binary_cross_entropy": lambda: F.binary_cross_entropy_with_logits(a, y, reduction="sum"),
            "cross_entropy": lambda: F.cross_entropy(a, y, reduction="sum")}[net.loss_name]()
    (loss / (len(X) if net.reduction == "mean" else 1)).backward()
    return torch.cat([part.grad.ravel() for part in weights + biases]).tolist()


def by_autograd(net, X, y):
    """Return the gradient by HIPS autograd, of the loss as `loss_by` writes it."""
    import autograd
    import autograd.numpy as np

    return autograd.grad(loss_by(np, np.array, net, X, y))(np.array(theta(net))).tolist()


def theta(net):
    """Return the weights and biases as one flat list."""
    return [value for rows in [*net.weights, net.biases or []] for row in rows for value in row]


def loss_by(np, array, net, X, y):
    """Return the loss as a function of the flat array of all weights and biases, written with a module like NumPy.

    It takes complex numbers, where the module does.
    """
    X, y = array(X), array(y)
    shapes = [(len(W), len(W[0])) for W in net.weights]
    entropy = "entropy" in net.loss_name

    def softplus(z):
        positive = relu(z)
        return positive + np.log(np.exp(-positive) + np.exp(z - positive))

    def relu(z):
        return np.where(np.real(z) > 0, z, 0 * z)

    def sigmoid(z):
        """Return 1 / (1 + e^-z), or e^z / (1 + e^z): neither it nor its derivative overflows."""
        return np.exp(np.where(np.real(z) > 0, 0 * z, z)) / (1 + np.exp(np.where(np.real(z) > 0, -z, z)))

    activations = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": relu, "identity": lambda z: z}

    def loss(values):
        a, place = X, 0
        offset = sum(inputs * units for inputs, units in shapes)
        for number, (inputs, units) in enumerate(shapes):
            z = np.matmul(a, values[place:place + inputs * units].reshape((inputs, units)))
            place += inputs * units
            if net.biases:
                z = z + values[offset:offset + units]
                offset += units
            last = number == len(shapes) - 1
            a = z if last and entropy else activations[net.output if last else net.activation](z)
        if net.loss_name == "binary_cross_entropy":
            total = np.sum(softplus(a) - y * a)
        elif net.loss_name == "cross_entropy":
            rest = a - np.amax(a, axis=1, keepdims=True)
            total = np.sum(y * (np.log(np.sum(np.exp(rest), axis=1, keepdims=True)) - rest))
        else:
            total = np.sum((a - y) * (a - y)) / (2 if net.loss_name == "squared_error" else y.shape[1])
        return total / (len(X) if net.reduction == "mean" else 1)
    return loss


BACKPROPS = {  # name: the modules that it needs, and the function
    "textbook on lists": ((), by_lists),
    "NumPy": (("numpy",), by_numpy),
    "PyTorch": (("numpy", "torch"), by_torch),
    "HIPS autograd": (("numpy", "autograd"), by_autograd),
}
