"""A second lot of wrong backpropagations that people published or posted, each written anew like those of wild.py.

They were collected, and `wrong` written down, by someone who had not read the catalogue of mistakes (one name of it was
seen, in the case of wild.py that showed the form), and put on record before the check saw any of them.
The facts are the sources'; the code is not.

First run (seed 0 of `problem`, with the catalogue as it was): 16 of 20 named right first, 3 of these as the first of
two names of the same numbers (softmax_regression, rectified_linear, mistnet). The other 4 had the pattern only, no
name: two_layer_autoencoder, encog, one_delta_for_all, three_layer_sigmoid. None was named wrongly, none got nothing,
none passed.
"""

from math import tanh

from wild import T, added, column_sums, dot, each, lot, outer, plus, relu, sigmoid, softmax

SECOND = []
found = lot(SECOND)


# What several of them have right.

def layer(act, A, W, b=None):
    Z = dot(A, W)
    return each(act, plus(Z, b) if b else Z)


def minus(A, B):
    return each(lambda a, b: a - b, A, B)


def times(A, B):
    return each(lambda a, b: a * b, A, B)


def slope(A):
    return each(lambda a: a * (1 - a), A)


def over(A, m):
    return [[a / m for a in row] for row in A]


def identity(x):
    return x


# The wrong backpropagations.

@found("https://github.com/joelgrus/data-science-from-scratch/issues/31",
       "The hidden-to-output weights are updated as soon as the output deltas are known, and the hidden deltas are "
       "computed with the updated weights.",
       named=("updated-weights-by-example",),
       sizes=[2, 3, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def data_science_from_scratch(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        hidden = layer(sigmoid, [x], weights[0], biases[0])[0]
        outputs = layer(sigmoid, [hidden], weights[1], biases[1])[0]
        output_deltas = [o * (1 - o) * (o - t) for o, t in zip(outputs, target)]
        output_neurons = [column[:] for column in T(weights[1])]
        for i, neuron in enumerate(output_neurons):
            for j, h in enumerate(hidden):
                neuron[j] -= output_deltas[i] * h
        hidden_deltas = [h * (1 - h) * sum(d * neuron[j] for d, neuron in zip(output_deltas, output_neurons))
                         for j, h in enumerate(hidden)]
        total = added(total, [[outer(x, hidden_deltas), outer(hidden, output_deltas)], [hidden_deltas, output_deltas]])
    return total


@found("https://github.com/kim-marcel/basic_neural_network/issues/7",
       "The error is carried back with weights that have been updated already; and what is carried back is the bare "
       "error of the outputs, without the slope of the output layer.",
       named=("error-not-delta + updated-weights-by-example",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def basic_neural_network(weights, biases, X, y):
    rate = 0.1
    total = None
    for x, target in zip(X, y):
        layers = [[x]]
        for W, b in zip(weights, biases):
            layers.append(layer(sigmoid, layers[-1], W, b))
        errors = minus([target], layers[-1])
        dW, db = [], []
        for n in reversed(range(len(weights))):
            gradient = times(slope(layers[n + 1]), errors)
            deltas = dot(T(layers[n]), gradient)
            updated = each(lambda w, d: w + rate * d, weights[n], deltas)
            errors = dot(errors, T(updated))
            dW.insert(0, each(lambda d: -d, deltas))
            db.insert(0, [-g for g in gradient[0]])
        total = added(total, [dW, db])
    return total


@found("https://github.com/mattm/simple-neural-network/pull/10",
       "The biases take part in the forward pass but are never updated.",
       named=("bias-forgotten",),
       examples=4, sizes=[2, 2, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum",
       bias=True)
def simple_neural_network(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        h = layer(sigmoid, [x], weights[0], biases[0])
        o = layer(sigmoid, h, weights[1], biases[1])
        d_o = times(minus(o, [target]), slope(o))
        d_h = times(dot(d_o, T(weights[1])), slope(h))
        total = added(total, [outer(x, d_h[0]), outer(h[0], d_o[0])])
    return total, [[0.0] * len(b) for b in biases]


@found("https://github.com/deeplearning4j/deeplearning4j/issues/349",
       "The output layer (softmax, cross-entropy) has labels - output for its weights and biases, where the gradient "
       "is output - labels: the wrong sign.",
       named=("sign",),
       sizes=[4, 3], activation="softmax", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def multi_class_cross_entropy(weights, biases, X, y):
    p = [softmax(row) for row in plus(dot(X, weights[0]), biases[0])]
    dy = over(minus(y, p), len(X))
    return [dot(T(X), dy)], [column_sums(dy)]


@found("https://github.com/rasbt/stat453-deep-learning-ss21/issues/5",
       "The gradient of the biases is one sum over the examples and the classes, the same number for every bias.",
       named=("bias-total",),
       examples=6, sizes=[2, 3], activation="softmax", output="softmax", loss="cross_entropy", reduction="sum",
       bias=True)
def softmax_regression(weights, biases, X, y):
    probas = [softmax(row) for row in plus(dot(X, weights[0]), biases[0])]
    error = minus(probas, y)
    everything = sum(sum(row) for row in error)
    return [dot(T(X), error)], [[everything] * len(biases[0])]


@found("https://github.com/kvfrans/notes/issues/5",
       "The gradient of a bias is the mean over the examples where it must be the sum: the loss has divided by the "
       "number of examples already.",
       named=("bias-averaged",),
       sizes=[3, 4, 2], activation="relu", output="identity", loss="squared_error", reduction="mean", bias=True)
def notes(weights, biases, X, y):
    m = len(X)
    h = layer(relu, X, weights[0], biases[0])
    out = layer(identity, h, weights[1], biases[1])
    d_out = over(minus(out, y), m)
    d_h = times(dot(d_out, T(weights[1])), each(lambda a: float(a > 0), h))
    return ([dot(T(X), d_h), dot(T(h), d_out)],
            [[s / m for s in column_sums(d_h)], [s / m for s in column_sums(d_out)]])


@found("https://github.com/apache/systemds/pull/2330",
       "The update of the biases is given the biases themselves where their gradients belong.",
       named=("biases-for-gradient",),
       examples=6, sizes=[4, 3, 2, 3, 4], activation="sigmoid", output="sigmoid", loss="squared_error",
       reduction="mean", bias=True)
def two_layer_autoencoder(weights, biases, X, y):
    H = [X]
    for W, b in zip(weights, biases):
        H.append(layer(sigmoid, H[-1], W, b))
    delta = times(over(minus(H[-1], y), len(X)), slope(H[-1]))
    dW = []
    for n in (3, 2, 1, 0):
        dW.insert(0, dot(T(H[n]), delta))
        if n:
            delta = times(dot(delta, T(weights[n])), slope(H[n]))
    return dW, [list(b) for b in biases]


@found("https://github.com/jeffheaton/encog-dotnet-core/issues/124",
       "The derivative of the ReLU is the sigmoid's, a (1 - a).",
       named=("sigmoid-slope-everywhere in layer 1",),
       sizes=[3, 4, 2], activation="relu", output="identity", loss="squared_error", reduction="sum", bias=True)
def encog(weights, biases, X, y):
    h = layer(relu, X, weights[0], biases[0])
    out = layer(identity, h, weights[1], biases[1])
    d_out = minus(out, y)
    d_h = times(dot(d_out, T(weights[1])), slope(h))
    return [dot(T(X), d_h), dot(T(h), d_out)], [column_sums(d_h), column_sums(d_out)]


@found("https://github.com/deeplearning4j/nd4j/issues/271",
       "The derivative of the ReLU is one everywhere, also where the unit is off.",
       named=("relu-slope-at-zero", "missing-slope-hidden"),
       examples=6, sizes=[3, 5, 3], activation="relu", output="softmax", loss="cross_entropy", reduction="mean",
       bias=True)
def rectified_linear(weights, biases, X, y):
    h = layer(relu, X, weights[0], biases[0])
    p = [softmax(row) for row in plus(dot(h, weights[1]), biases[1])]
    d_p = over(minus(p, y), len(X))
    d_h = times(dot(d_p, T(weights[1])), each(lambda a: 1.0, h))
    return [dot(T(X), d_h), dot(T(h), d_p)], [column_sums(d_h), column_sums(d_p)]


@found("https://github.com/gy910210/neural-network-from-scratch/issues/2",
       "The derivative of the hyperbolic tangent is that of the tangent, 1 + a² for 1 - a².",
       named=("slope-plus",),
       sizes=[2, 4, 3], activation="tanh", output="softmax", loss="cross_entropy", reduction="sum", bias=True)
def tangent(weights, biases, X, y):
    h = layer(tanh, X, weights[0], biases[0])
    p = [softmax(row) for row in plus(dot(h, weights[1]), biases[1])]
    d_p = minus(p, y)
    d_h = times(dot(d_p, T(weights[1])), each(lambda a: 1 + a * a, h))
    return [dot(T(X), d_h), dot(T(h), d_p)], [column_sums(d_h), column_sums(d_p)]


@found("https://github.com/benoitfragit/libBrain/issues/78",
       "The derivative of the sigmoid, a function of the weighted sum, is given the activation.",
       named=("slope-of-activation",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def lib_brain(weights, biases, X, y):
    def derivative(v):
        return sigmoid(v) * (1 - sigmoid(v))

    h = layer(sigmoid, X, weights[0], biases[0])
    o = layer(sigmoid, h, weights[1], biases[1])
    d_o = times(minus(o, y), each(derivative, o))
    d_h = times(dot(d_o, T(weights[1])), each(derivative, h))
    return [dot(T(X), d_h), dot(T(h), d_o)], [column_sums(d_h), column_sums(d_o)]


@found("https://github.com/davharris/mistnet/issues/33",
       "The gradients are summed over the minibatch, not averaged.",
       named=("sum-for-mean",),
       examples=6, sizes=[3, 4, 2], activation="tanh", output="sigmoid", loss="binary_cross_entropy",
       reduction="mean", bias=True)
def mistnet(weights, biases, X, y):
    h = layer(tanh, X, weights[0], biases[0])
    o = layer(sigmoid, h, weights[1], biases[1])
    d_o = minus(o, y)
    d_h = times(dot(d_o, T(weights[1])), each(lambda a: 1 - a * a, h))
    return [dot(T(X), d_h), dot(T(h), d_o)], [column_sums(d_h), column_sums(d_o)]


@found("https://blog.primen.dk/numerical-gradient-checking/",
       "The derivative of the activation is left out, in every layer.",
       named=("missing-slope",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="mean", bias=True)
def neglected_term(weights, biases, X, y):
    h = layer(sigmoid, X, weights[0], biases[0])
    o = layer(sigmoid, h, weights[1], biases[1])
    d_o = over(minus(o, y), len(X))
    d_h = dot(d_o, T(weights[1]))
    return [dot(T(X), d_h), dot(T(h), d_o)], [column_sums(d_h), column_sums(d_o)]


@found("https://github.com/ujjwalkarn/Machine-Learning-Tutorials/pull/16",
       "The deltas that are carried back through the weights lack the derivative of the activation; it comes in only "
       "when a layer's own weights are changed.",
       named=("error-not-delta",),
       examples=4, sizes=[2, 3, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum",
       bias=False)
def backpropagation_explained(weights, biases, X, y):
    A = [X]
    for W in weights:
        A.append(layer(sigmoid, A[-1], W))
    delta = minus(A[-1], y)
    dW = []
    for n in (2, 1, 0):
        dW.insert(0, dot(T(A[n]), times(delta, slope(A[n + 1]))))
        delta = dot(delta, T(weights[n]))
    return dW, None


@found("http://stackoverflow.com/questions/12558517/questions-about-the-backpropogation-algorithm",
       "Every weight of a unit is changed by the unit's delta; it is not multiplied by the input of the weight.",
       named=("input-left-out",),
       examples=4, sizes=[3, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum",
       bias=True)
def one_delta_for_all(weights, biases, X, y):
    guess = layer(sigmoid, X, weights[0], biases[0])
    delta = column_sums(times(minus(guess, y), slope(guess)))
    return [[list(delta) for _ in weights[0]]], [delta]


@found("https://github.com/d2l-ai/d2l-en/pull/1000",
       "The loss is the mean over the batch already, and the step divides by the batch size once more.",
       named=("mean-twice",),
       examples=6, sizes=[2, 1], activation="identity", output="identity", loss="squared_error", reduction="mean",
       bias=True)
def linear_regression_scratch(weights, biases, X, y):
    m = len(X)
    d = over(minus(layer(identity, X, weights[0], biases[0]), y), m)
    return [over(dot(T(X), d), m)], [[s / m for s in column_sums(d)]]


@found("https://github.com/iamtrask/Grokking-Deep-Learning/issues/50",
       "The hidden layer has a sigmoid, but its delta is not multiplied by the derivative of it.",
       named=("missing-slope-hidden",),
       examples=6, sizes=[4, 3, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy",
       reduction="sum", bias=False)
def movie_reviews(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        layer_1 = layer(sigmoid, [x], weights[0])
        layer_2 = layer(sigmoid, layer_1, weights[1])
        layer_2_delta = minus(layer_2, [target])
        layer_1_delta = dot(layer_2_delta, T(weights[1]))
        total = added(total, [outer(x, layer_1_delta[0]), outer(layer_1[0], layer_2_delta[0])])
    return total, None


@found("https://github.com/jiexunsee/Neural-Network-with-Python/issues/1",
       "The delta of the output layer is the bare error, without the derivative of the sigmoid; what the layers below "
       "are given lacks it as well.",
       named=("missing-slope-output",),
       sizes=[3, 4, 3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def neural_network_with_python(weights, biases, X, y):
    a2 = layer(sigmoid, X, weights[0])
    a3 = layer(sigmoid, a2, weights[1])
    output = layer(sigmoid, a3, weights[2])
    del4 = minus(output, y)
    del3 = times(dot(del4, T(weights[2])), slope(a3))
    del2 = times(dot(del3, T(weights[1])), slope(a2))
    return [dot(T(X), del2), dot(T(a2), del3), dot(T(a3), del4)], None


@found("https://csharp.hotexamples.com/ko/examples/-/MatrixD/ByRows/php-matrixd-byrows-method-examples.html",
       "The hidden deltas have the slope of the outputs a second time and not the hidden units' own, and are computed "
       "with weights to which the change has been added already; the change of a bias is multiplied by the bias.",
       named=(),
       sizes=[2, 3, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def three_layer_sigmoid(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        hidden = layer(sigmoid, [x], weights[0], biases[0])[0]
        outputs = layer(sigmoid, [hidden], weights[1], biases[1])[0]
        output_deltas = [(t - o) * o * (1 - o) for o, t in zip(outputs, target)]
        changes = outer(hidden, output_deltas)
        hidden_deltas = [sum(d * (w + c) * o * (1 - o) for d, w, c, o in zip(output_deltas, row, change, outputs))
                         for row, change in zip(weights[1], changes)]
        total = added(total, [[outer(x, hidden_deltas), changes],
                              [[b * d for b, d in zip(biases[0], hidden_deltas)],
                               [b * d for b, d in zip(biases[1], output_deltas)]]])
    return [each(lambda c: -c, W) for W in total[0]], [[-c for c in b] for b in total[1]]


@found("https://github.com/ttezel/nn/issues/8",
       "The derivative is the sigmoid's, a (1 - a), in the hidden and in the output layer, whatever the activation is.",
       named=("sigmoid-slope-everywhere",),
       sizes=[2, 4, 2], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=True)
def nn(weights, biases, X, y):
    h = layer(tanh, X, weights[0], biases[0])
    o = layer(tanh, h, weights[1], biases[1])
    d_o = times(minus(o, y), slope(o))
    d_h = times(dot(d_o, T(weights[1])), slope(h))
    return [dot(T(X), d_h), dot(T(h), d_o)], [column_sums(d_h), column_sums(d_o)]
