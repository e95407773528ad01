"""Wrong backpropagations that people published or posted, each written anew as its author would have written it.

They were collected, and `wrong` written down, by someone who had not read the catalogue of mistakes, before the check
saw any of them; `named` came after that. The facts are the sources'; the code is not.
"""

import math
import random
from typing import NamedTuple

from purenet import Network

WILD = []


class Wild(NamedTuple):
    """A wrong backpropagation: (weights, biases, X, y) -> (weight gradients, bias gradients)."""

    function: object
    source: str  # where it was published or posted
    wrong: str  # what is wrong with it, as the source or its readers say
    named: tuple  # what the catalogue calls it, written down after `wrong`; names of the same numbers count as well
    examples: int
    options: dict  # of the network that it is for


def lot(collected):
    """A decorator that puts functions on a list."""
    def found(source, wrong, named, examples=5, **options):
        def put(function):
            collected.append(Wild(function, source, wrong, named, examples, options))
            return function
        return put
    return found


found = lot(WILD)


def problem(wild, seed):
    """(network, X, y) of the kind that a wrong backpropagation is for."""
    draw = random.Random(repr((wild.function.__name__, seed)))
    options = dict(wild.options)
    sizes, bias = options.pop("sizes"), options.pop("bias")

    def row(width, low, high):
        return [draw.uniform(low, high) for _ in range(width)]

    weights = [[row(units, -1, 1) for _ in range(inputs)] for inputs, units in zip(sizes, sizes[1:])]
    net = Network.from_weights(weights, [row(units, -1, 1) for units in sizes[1:]] if bias else None, **options)
    X = [row(sizes[0], -2, 2) for _ in range(wild.examples)]
    if net.loss_name == "cross_entropy":
        labels = [draw.randrange(sizes[-1]) for _ in X]
        return net, X, [[float(label == k) for k in range(sizes[-1])] for label in labels]
    if net.loss_name == "binary_cross_entropy":
        return net, X, [[float(draw.random() < 0.5) for _ in range(sizes[-1])] for _ in X]
    return net, X, [row(sizes[-1], 0, 1) for _ in X]


# What the learners took from NumPy, for plain lists.

def dot(A, B):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*B)] for row in A]


def T(A):
    return [list(column) for column in zip(*A)]


def each(function, *matrices):
    return [[function(*values) for values in zip(*rows)] for rows in zip(*matrices)]


def plus(A, b):
    return [[value + shift for value, shift in zip(row, b)] for row in A]


def outer(a, b):
    return [[x * y for y in b] for x in a]


def column_sums(A):
    return [sum(column) for column in zip(*A)]


def added(total, more):
    """Add up nested lists; `total` is None at first."""
    if total is None:
        return more
    if isinstance(more, list):
        return [added(x, y) for x, y in zip(total, more)]
    return total + more


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def relu(x):
    return x if x > 0 else 0.0


def softmax(row):
    exps = [math.exp(x) for x in row]
    return [e / sum(exps) for e in exps]


# The wrong backpropagations.

@found("https://github.com/Bot-Academy/NeuralNetworkFromScratch/pull/3",
       "The delta of the output layer lacks the derivative of its sigmoid; and the hidden-to-output weights are "
       "updated before the hidden delta is computed with them.",
       named=("missing-slope-output + updated-weights-by-example",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def bot_academy(weights, biases, X, y):
    lr = 0.01
    total = None
    for img, label in zip(X, y):
        w_i_h, w_h_o = T(weights[0]), T(weights[1])
        h = [sigmoid(b + sum(w * x for w, x in zip(row, img))) for row, b in zip(w_i_h, biases[0])]
        o = [sigmoid(b + sum(w * v for w, v in zip(row, h))) for row, b in zip(w_h_o, biases[1])]
        delta_o = [a - t for a, t in zip(o, label)]
        dw_o = outer(delta_o, h)
        w_h_o = each(lambda w, d: w + -lr * d, w_h_o, dw_o)
        delta_h = [sum(w_h_o[k][j] * delta_o[k] for k in range(len(o))) * h[j] * (1 - h[j]) for j in range(len(h))]
        total = added(total, [[T(outer(delta_h, img)), T(dw_o)], [delta_h, delta_o]])
    return total


@found("https://github.com/dwhitena/gophernet/issues/6",
       "sigmoidPrime, which applies the sigmoid itself, is given the outputs of the layers, not their inputs: the "
       "derivative is taken at a in place of z, in both layers.",
       named=("slope-of-activation",),
       sizes=[4, 3, 3], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def gophernet(weights, biases, X, y):
    def sigmoid_prime(x):
        return sigmoid(x) * (1 - sigmoid(x))
    hidden = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    output = each(sigmoid, plus(dot(hidden, weights[1]), biases[1]))
    network_error = each(lambda t, o: t - o, y, output)
    d_output = each(lambda e, o: e * sigmoid_prime(o), network_error, output)
    error_at_hidden = dot(d_output, T(weights[1]))
    d_hidden = each(lambda e, h: e * sigmoid_prime(h), error_at_hidden, hidden)
    w_out_adj, w_hidden_adj = dot(T(hidden), d_output), dot(T(X), d_hidden)  # these are added to the weights
    return ([each(lambda v: -v, w_hidden_adj), each(lambda v: -v, w_out_adj)],
            [[-v for v in column_sums(d_hidden)], [-v for v in column_sums(d_output)]])


@found("https://github.com/dennybritz/nn-from-scratch/pull/3",
       "The formula for delta_2 has the derivative of the hidden tanh at z_2, the weighted inputs of the output "
       "layer, where z_1, the hidden layer's, belongs.",
       named=("slope-at-input-above",),
       sizes=[3, 2, 2], activation="tanh", output="softmax", loss="cross_entropy", reduction="sum", bias=True)
def nn_from_scratch(weights, biases, X, y):
    z1 = plus(dot(X, weights[0]), biases[0])
    a1 = each(math.tanh, z1)
    z2 = plus(dot(a1, weights[1]), biases[1])
    delta3 = [[p - t for p, t in zip(softmax(z), row)] for z, row in zip(z2, y)]
    delta2 = each(lambda d, z: d * (1 - math.tanh(z) ** 2), dot(delta3, T(weights[1])), z2)
    return [dot(T(X), delta2), dot(T(a1), delta3)], [column_sums(delta2), column_sums(delta3)]


@found("https://github.com/louisjc/mnist-neural-network/issues/1",
       "To leave out the column of the biases it deletes a column in the middle (200 of 300), so the later hidden "
       "units get the weights of their right neighbours and the last one the bias; and the output weights are already "
       "updated by then.",
       named=(),
       examples=1,
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def mnist_neural_network(weights, biases, X, y):
    c = 1 / 10
    inputs, target = X[0] + [1], y[0]
    hidden_layer = [list(column) + [b] for column, b in zip(zip(*weights[0]), biases[0])]
    output_layer = [list(column) + [b] for column, b in zip(zip(*weights[1]), biases[1])]
    hidden = [sigmoid(sum(w * x for w, x in zip(row, inputs))) for row in hidden_layer]
    outputs = [sigmoid(sum(w * x for w, x in zip(row, hidden + [1]))) for row in output_layer]
    output_deltas = [o * (1 - o) * (o - t) for o, t in zip(outputs, target)]
    step = outer(output_deltas, hidden + [1])
    output_layer = each(lambda w, d: w - c * d, output_layer, step)
    without_bias = [row[:2] + row[3:] for row in output_layer]
    hidden_deltas = [h * (1 - h) * sum(row[j] * d for row, d in zip(without_bias, output_deltas))
                     for j, h in enumerate(hidden)]
    hidden_step = outer(hidden_deltas, inputs)
    return ([T([row[:-1] for row in hidden_step]), T([row[:-1] for row in step])],
            [[row[-1] for row in hidden_step], [row[-1] for row in step]])


@found("https://github.com/andersbll/nnet/issues/4",
       "tanh_d returns tanh itself in place of its derivative; and the weight decay is subtracted from the gradient, "
       "not added.",
       named=("value-as-slope + l2-added",),
       sizes=[3, 4, 3], activation="tanh", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def nnet(weights, biases, X, y):
    weight_decay = 0.001
    n = len(X)

    def tanh_d(x):
        e = math.exp(2 * x)
        return (e - 1) / (e + 1)
    z1 = plus(dot(X, weights[0]), biases[0])
    h = each(math.tanh, z1)
    grad2 = [[p - t for p, t in zip(softmax(z), row)] for z, row in zip(plus(dot(h, weights[1]), biases[1]), y)]
    grad1 = each(lambda g, z: g * tanh_d(z), dot(grad2, T(weights[1])), z1)
    dW = [each(lambda g, w: g / n - weight_decay * w, dot(T(X), grad1), weights[0]),
          each(lambda g, w: g / n - weight_decay * w, dot(T(h), grad2), weights[1])]
    return dW, [[v / n for v in column_sums(grad1)], [v / n for v in column_sums(grad2)]]


@found("https://github.com/rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization/issues/64",
       "The gradients of the biases are the gradients of the weights summed over the inputs: the deltas are multiplied "
       "by the layer's inputs, where they should be multiplied by ones.",
       named=("bias-from-weights",),
       sizes=[4, 3, 4], activation="relu", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def word_vectors(weights, biases, X, y):
    x, t, W1, W2, m = T(X), T(y), T(weights[0]), T(weights[1]), len(X)
    h = [[relu(v + b) for v in row] for row, b in zip(dot(W1, x), biases[0])]
    z = [[v + b for v in row] for row, b in zip(dot(W2, h), biases[1])]
    yhat = T([softmax(column) for column in T(z)])
    error = each(lambda p, q: p - q, yhat, t)
    l1 = each(lambda g, v: g if v > 0 else 0.0, dot(T(W2), error), h)
    grad_W1 = each(lambda v: v / m, dot(l1, T(x)))
    grad_W2 = each(lambda v: v / m, dot(error, T(h)))
    return [T(grad_W1), T(grad_W2)], [[sum(row) for row in grad_W1], [sum(row) for row in grad_W2]]


@found("https://github.com/iamtrask/Grokking-Deep-Learning/issues/56",
       "relu2deriv tests output >= 0 and is given the output of relu, so it is 1 for every hidden unit: the derivative "
       "of the hidden ReLU does nothing.",
       named=("missing-slope-hidden", "relu-slope-at-zero"),
       sizes=[4, 5, 3], activation="relu", output="identity", loss="squared_error", reduction="sum", bias=False)
def grokking_chapter_8(weights, biases, X, y):
    total = None
    for image, label in zip(X, y):
        layer_0 = [image]
        layer_1 = each(lambda x: (x >= 0) * x, dot(layer_0, weights[0]))
        layer_2 = dot(layer_1, weights[1])
        layer_2_delta = each(lambda t, p: t - p, [label], layer_2)
        layer_1_delta = each(lambda d, output: d * (output >= 0), dot(layer_2_delta, T(weights[1])), layer_1)
        total = added(total, [dot(T(layer_0), layer_1_delta), dot(T(layer_1), layer_2_delta)])
    return [each(lambda v: -v, step) for step in total], None  # the steps are added to the weights


@found("https://github.com/haifengl/smile/issues/528",
       "The rectifier overwrites the gradient that comes from the upper layer with 0 or 1 where it should multiply it: "
       "what the output layer says is lost.",
       named=("error-replaced + hidden-sign",),
       sizes=[3, 4, 2], activation="relu", output="identity", loss="squared_error", reduction="sum", bias=True)
def smile(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        hidden = [relu(b + sum(x[i] * weights[0][i][j] for i in range(len(x)))) for j, b in enumerate(biases[0])]
        output = [b + sum(hidden[j] * weights[1][j][k] for j in range(len(hidden))) for k, b in enumerate(biases[1])]
        gradient = [t - o for t, o in zip(target, output)]  # downhill: the update adds it
        lower = [sum(w * g for w, g in zip(row, gradient)) for row in weights[1]]
        for j, value in enumerate(hidden):
            lower[j] = 1 if value > 0 else 0
        total = added(total, [[outer(x, lower), outer(hidden, gradient)], [lower, gradient]])
    updates, bias_updates = total
    return [each(lambda v: -v, update) for update in updates], [[-v for v in row] for row in bias_updates]


@found("https://github.com/hunkim/DeepLearningZeroToAll/issues/173",
       "The gradients of the weights are summed over the examples and the average is missing; only those of the biases "
       "are averaged.",
       named=("weights-not-averaged",),
       examples=4,
       sizes=[2, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="mean", bias=True)
def xor_back_prop(weights, biases, X, y):
    def reduce_mean(rows):
        return [sum(column) / len(rows) for column in zip(*rows)]
    l1 = plus(dot(X, weights[0]), biases[0])
    a1 = each(sigmoid, l1)
    l2 = plus(dot(a1, weights[1]), biases[1])
    diff = each(lambda z, t: sigmoid(z) - t, l2, y)
    d_l2 = each(lambda d, z: d * sigmoid(z) * (1 - sigmoid(z)), diff, l2)
    d_a1 = dot(d_l2, T(weights[1]))
    d_l1 = each(lambda d, z: d * sigmoid(z) * (1 - sigmoid(z)), d_a1, l1)
    return [dot(T(X), d_l1), dot(T(a1), d_l2)], [reduce_mean(d_l1), reduce_mean(d_l2)]


@found("https://stackoverflow.com/questions/53287032",
       "The bare error goes back through the weights, without the derivative of the activation: each layer multiplies "
       "by its own derivative for its weights only, and the layers below never see it.",
       named=("error-not-delta",),
       sizes=[3, 4, 3, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def four_layers(weights, biases, X, y):
    def sigmoid_prime(a):
        return a * (1 - a)
    total = None
    for x, t in zip(X, y):
        A = [[[v] for v in x]]
        for W in weights:
            A.append(each(sigmoid, dot(T(W), A[-1])))
        delta = [[a[0] - v] for a, v in zip(A[-1], t)]
        gradients = [None] * len(weights)
        for k in reversed(range(len(weights))):
            tmp = each(lambda d, a: d * sigmoid_prime(a), delta, A[k + 1])
            delta = dot(weights[k], delta)
            gradients[k] = T(dot(tmp, T(A[k])))
        total = added(total, gradients)
    return total, None


@found("https://github.com/iamtrask/Grokking-Deep-Learning/issues/23",
       "The weights have a row for each output, and the matrix of weight deltas, the outer product of input and delta, "
       "a row for each input: it is transposed.",
       named=("gradient-transposed",),
       sizes=[3, 3], activation="identity", output="identity", loss="squared_error", reduction="sum", bias=False)
def grokking_chapter_5(weights, biases, X, y):
    rows = T(weights[0])  # one for each output
    total = None
    for toes, truth in zip(X, y):
        pred = [sum(a * w for a, w in zip(toes, row)) for row in rows]
        delta = [p - t for p, t in zip(pred, truth)]
        weight_deltas = [[0.0] * len(delta) for _ in toes]
        for i in range(len(toes)):
            for j in range(len(delta)):
                weight_deltas[i][j] = toes[i] * delta[j]
        total = added(total, weight_deltas)
    return [T(total)], None


@found("https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/94",
       "Page 416 adds lambda itself to every derivative of a weight, as its regularisation, in place of lambda times "
       "the weight.",
       named=("l2-without-weight",),
       sizes=[4, 3, 2], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="sum",
       bias=True)
def python_machine_learning(weights, biases, X, y):
    l2 = 0.01
    a_h = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    a_out = each(sigmoid, plus(dot(a_h, weights[1]), biases[1]))
    delta_out = each(lambda a, t: a - t, a_out, y)
    delta_h = each(lambda d, a: d * a * (1 - a), dot(delta_out, T(weights[1])), a_h)
    return ([each(lambda v: v + l2, dot(T(X), delta_h)), each(lambda v: v + l2, dot(T(a_h), delta_out))],
            [column_sums(delta_h), column_sums(delta_out)])


@found("https://github.com/JWarmenhoven/Coursera-Machine-Learning/issues/3",
       "Where the regularisation should leave the biases alone, zeros in their column, it has ones: lambda / m is "
       "added to the derivative of every bias (and lambda / m times the weight to those of the weights, which this "
       "loss does not ask for).",
       named=("l2-bias-ones",),
       sizes=[3, 4, 3], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean",
       bias=True)
def coursera_exercise_4(weights, biases, X, y):
    reg, m = 1.0, len(X)
    theta1 = [[b] + list(column) for b, column in zip(biases[0], zip(*weights[0]))]
    theta2 = [[b] + list(column) for b, column in zip(biases[1], zip(*weights[1]))]
    a1 = [[1.0] + x for x in X]
    a2 = [[1.0] + [sigmoid(z) for z in row] for row in dot(a1, T(theta1))]
    a3 = each(sigmoid, dot(a2, T(theta2)))
    d3 = each(lambda a, t: a - t, a3, y)
    d2 = [row[1:] for row in each(lambda d, a: d * a * (1 - a), dot(d3, theta2), a2)]
    delta1, delta2 = dot(T(d2), a1), dot(T(d3), a2)
    theta1_, theta2_ = [[1.0] + row[1:] for row in theta1], [[1.0] + row[1:] for row in theta2]
    grad1 = each(lambda d, w: d / m + w * reg / m, delta1, theta1_)
    grad2 = each(lambda d, w: d / m + w * reg / m, delta2, theta2_)
    return ([T([row[1:] for row in grad1]), T([row[1:] for row in grad2])],
            [[row[0] for row in grad1], [row[0] for row in grad2]])


@found("https://stats.stackexchange.com/questions/464262",
       "The delta of each weight is multiplied by the weight itself in place of the neuron's input; and the gradient "
       "goes back to the hidden neuron without the derivative of the output's sigmoid.",
       named=("error-not-delta + weight-as-input",),
       sizes=[1, 1, 1], activation="sigmoid", output="sigmoid", loss="mean_squared_error", reduction="sum", bias=True)
def one_neuron_per_layer(weights, biases, X, y):
    w1, w2, b1, b2 = weights[0][0][0], weights[1][0][0], biases[0][0], biases[1][0]
    delta_w1 = delta_w2 = delta_b1 = delta_b2 = 0.0
    for (q,), (answer,) in zip(X, y):
        h = sigmoid(q * w1 + b1)
        guess = sigmoid(h * w2 + b2)
        gradient_y = 2 * (guess - answer)
        gradient_h = gradient_y * w2
        delta_w2 += gradient_y * guess * (1 - guess) * w2
        delta_w1 += gradient_h * h * (1 - h) * w1
        delta_b2 += gradient_y * guess * (1 - guess)
        delta_b1 += gradient_h * h * (1 - h)
    return [[[delta_w1]], [[delta_w2]]], [[delta_b1], [delta_b2]]


@found("https://github.com/davidrmiller/neural2d/issues/36",
       "The gradient of a hidden neuron is its derivative times the sum of the outputs of the next layer, not of their "
       "gradients, times the weights.",
       named=("output-for-delta + hidden-sign",),
       sizes=[2, 4, 2], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=True)
def neural2d_comment(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        hidden = [math.tanh(b + sum(x[i] * weights[0][i][j] for i in range(len(x)))) for j, b in enumerate(biases[0])]
        outputs = [math.tanh(b + sum(hidden[j] * weights[1][j][k] for j in range(len(hidden))))
                   for k, b in enumerate(biases[1])]
        output_gradients = [(t - o) * (1 - o * o) for t, o in zip(target, outputs)]
        hidden_gradients = [(1 - h * h) * sum(w * o for w, o in zip(weights[1][j], outputs))
                            for j, h in enumerate(hidden)]
        total = added(total, [[outer(x, hidden_gradients), outer(hidden, output_gradients)],
                              [hidden_gradients, output_gradients]])
    steps, bias_steps = total  # added to the weights
    return [each(lambda v: -v, step) for step in steps], [[-v for v in row] for row in bias_steps]


@found("https://github.com/Lupino/bpnn/issues/2",
       "The proposed correction sums over the weights into output neuron j, where the error of hidden neuron j needs "
       "those out of it: the weights are transposed.",
       named=("weights-not-transposed",),
       sizes=[2, 3, 3], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=False)
def bpnn(weights, biases, X, y):
    hidden_units, output_units = T(weights[0]), T(weights[1])
    changes = [[[0.0] * len(unit) for unit in hidden_units], [[0.0] * len(unit) for unit in output_units]]
    for sample, targets in zip(X, y):
        ah = [math.tanh(sum(w * x for w, x in zip(unit, sample))) for unit in hidden_units]
        ao = [math.tanh(sum(w * x for w, x in zip(unit, ah))) for unit in output_units]
        output_deltas = [(1 - o * o) * (t - o) for t, o in zip(targets, ao)]
        errors = []
        for j in range(len(ah)):
            unit, error = output_units[j], 0.0
            for i in range(len(unit)):
                error += unit[i] * output_deltas[i]
            errors.append(error)
        hidden_deltas = [(1 - h * h) * e for h, e in zip(ah, errors)]
        changes = added(changes, [outer(hidden_deltas, sample), outer(output_deltas, ah)])
    return [each(lambda v: -v, T(change)) for change in changes], None


@found("http://stackoverflow.com/questions/6552851/checking-the-gradient-when-doing-gradient-descent",
       "The error of the output layer goes back through the encoder's weights, those of the first layer, where the "
       "decoder's belong; in an autoencoder the shapes fit.",
       named=("weights-of-layer-below",),
       sizes=[4, 3, 4], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def autoencoder(weights, biases, X, y):
    encoder, decoder = weights
    a = each(sigmoid, dot(X, encoder))
    z = each(sigmoid, dot(a, decoder))
    error_0 = each(lambda o, t: (o - t) * o * (1 - o), z, y)
    g_decoder = dot(T(error_0), a)
    error_1 = each(lambda e, v: e * v * (1 - v), dot(error_0, encoder), a)
    g_encoder = dot(T(error_1), X)
    return [T(g_encoder), T(g_decoder)], None


@found("https://datascience.stackexchange.com/questions/20139",
       "The derivative of the output's sigmoid is computed from the error: dh2 * (1 - dh2), where dh2 is h2 - y, in "
       "place of dh2 * h2 * (1 - h2).",
       named=("slope-of-error",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def bias_terms(weights, biases, X, y):
    theta1, theta2 = weights
    h1 = each(sigmoid, plus(dot(X, theta1), biases[0]))
    h2 = each(sigmoid, plus(dot(h1, theta2), biases[1]))
    dh2 = each(lambda h, t: h - t, h2, y)
    dz2 = each(lambda d: d * (1 - d), dh2)
    dz1 = each(lambda d, h: d * h * (1 - h), dot(dz2, T(theta2)), h1)
    return [dot(T(X), dz1), dot(T(h1), dz2)], [column_sums(dz1), column_sums(dz2)]


@found("https://community.deeplearning.ai/t/"
       "course-1-week-3-planar-assignment-4-5-exercise-6-backward-propagation-error-for-dw1-values/63071",
       "dZ1 is multiplied by 1/m, and dW1 and db1 are so again: the first layer is averaged twice.",
       named=("mean-again-below",),
       sizes=[2, 4, 1], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def planar_data(weights, biases, X, y):
    x, m, W1, W2 = T(X), len(X), T(weights[0]), T(weights[1])
    A1 = [[math.tanh(v + b) for v in row] for row, b in zip(dot(W1, x), biases[0])]
    A2 = [[sigmoid(v + b) for v in row] for row, b in zip(dot(W2, A1), biases[1])]
    dZ2 = each(lambda a, t: a - t, A2, T(y))
    dW2, db2 = each(lambda v: v / m, dot(dZ2, T(A1))), [sum(row) / m for row in dZ2]
    dZ1 = each(lambda d, a: 1 / m * d * (1 - a ** 2), dot(T(W2), dZ2), A1)
    dW1, db1 = each(lambda v: v / m, dot(dZ1, T(x))), [sum(row) / m for row in dZ1]
    return [T(dW1), T(dW2)], [db1, db2]


@found("https://ai.stackexchange.com/questions/41241/backpropagation-with-crossentropy-and-softmax-how",
       "The derivative of cross-entropy by every output's weighted input is taken to be the true class's, O - 1, the "
       "same for all outputs; for the others it is their own O.",
       named=("true-class-everywhere",),
       sizes=[3, 4, 3], activation="sigmoid", output="softmax", loss="cross_entropy", reduction="sum", bias=True)
def softmax_how(weights, biases, X, y):
    total = None
    for x, t in zip(X, y):
        H = [sigmoid(b + sum(x[i] * weights[0][i][j] for i in range(len(x)))) for j, b in enumerate(biases[0])]
        out = softmax([b + sum(H[j] * weights[1][j][k] for j in range(len(H))) for k, b in enumerate(biases[1])])
        right = t.index(1.0)
        dZ = [out[right] - 1 for _ in out]
        dH = [sum(weights[1][j][k] * dZ[k] for k in range(len(out))) * H[j] * (1 - H[j]) for j in range(len(H))]
        total = added(total, [[outer(x, dH), outer(H, dZ)], [dH, dZ]])
    return total


@found("https://github.com/rasmusbergpalm/DeepLearnToolbox/issues/113",
       "The proposed change bundles softmax with the sigmoid: the error a - y, which is the whole derivative of "
       "cross-entropy behind a softmax, is multiplied by a (1 - a) once more.",
       named=("cross-entropy-diagonal-slope",),
       sizes=[4, 5, 3], activation="sigmoid", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def deep_learn_toolbox(weights, biases, X, y):
    m = len(X)
    a2 = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    a3 = [softmax(row) for row in plus(dot(a2, weights[1]), biases[1])]
    e = each(lambda t, a: t - a, y, a3)
    d3 = each(lambda error, a: -error * (a * (1 - a)), e, a3)
    d2 = each(lambda d, a: d * (a * (1 - a)), dot(d3, T(weights[1])), a2)
    return ([each(lambda v: v / m, dot(T(X), d2)), each(lambda v: v / m, dot(T(a2), d3))],
            [[v / m for v in column_sums(d2)], [v / m for v in column_sums(d3)]])


@found("https://github.com/pjreddie/darknet/pull/96",
       "The backward pass of the softmax layer copies the gradient by its output into the gradient by its input: the "
       "derivative of softmax is left out, behind a squared error.",
       named=("missing-slope-output",),
       sizes=[3, 4, 3], activation="relu", output="softmax", loss="squared_error", reduction="sum", bias=True)
def darknet(weights, biases, X, y):
    total = None
    for x, truth in zip(X, y):
        hidden = [relu(b + sum(x[i] * weights[0][i][j] for i in range(len(x)))) for j, b in enumerate(biases[0])]
        pred = softmax([b + sum(hidden[j] * weights[1][j][k] for j in range(len(hidden)))
                        for k, b in enumerate(biases[1])])
        cost_delta = [t - p for t, p in zip(truth, pred)]
        softmax_delta = list(cost_delta)
        hidden_delta = [sum(w * d for w, d in zip(weights[1][j], softmax_delta)) * (h > 0)
                        for j, h in enumerate(hidden)]
        total = added(total, [[outer(x, hidden_delta), outer(hidden, softmax_delta)], [hidden_delta, softmax_delta]])
    updates, bias_updates = total
    return [each(lambda v: -v, update) for update in updates], [[-v for v in row] for row in bias_updates]


@found("https://github.com/deeplearning4j/deeplearning4j/issues/345",
       "The softmax is taken along the wrong dimension, over the examples of the batch in place of the outputs; and "
       "the error is labels minus predictions, the wrong way round.",
       named=("softmax-over-examples + sign",),
       sizes=[4, 3], activation="softmax", output="softmax", loss="cross_entropy", reduction="sum", bias=True)
def output_layer(weights, biases, X, y):
    pre_out = plus(dot(X, weights[0]), biases[0])
    p_y_given_x = T([softmax(column) for column in T(pre_out)])
    dz = each(lambda t, p: t - p, y, p_y_given_x)
    return [dot(T(X), dz)], [column_sums(dz)]


@found("https://stats.stackexchange.com/questions/436802/neural-network-batch-training",
       "The errors and the inputs are averaged over the batch and then backpropagated once, as if the batch were one "
       "example; the gradients of the examples should be averaged.",
       named=("averaged-errors",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="mean", bias=True)
def batch_training(weights, biases, X, y):
    def average(rows):
        return [sum(column) / len(rows) for column in zip(*rows)]

    def forward(x):
        h = [sigmoid(b + sum(x[i] * weights[0][i][j] for i in range(len(x)))) for j, b in enumerate(biases[0])]
        return h, [sigmoid(b + sum(h[j] * weights[1][j][k] for j in range(len(h)))) for k, b in enumerate(biases[1])]
    error = average([[o - t for o, t in zip(forward(x)[1], target)] for x, target in zip(X, y)])
    x = average(X)
    h, o = forward(x)
    delta_o = [e * v * (1 - v) for e, v in zip(error, o)]
    delta_h = [sum(w * d for w, d in zip(weights[1][j], delta_o)) * v * (1 - v) for j, v in enumerate(h)]
    return [outer(x, delta_h), outer(h, delta_o)], [delta_h, delta_o]


@found("https://ai.stackexchange.com/questions/43296",
       "The correction of every bias is the sum of all the deltas of the layer, where it should be the neuron's own "
       "delta.",
       named=("bias-total",),
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def video_about_bias(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        layers = [x]
        for W, b in zip(weights, biases):
            layers.append([sigmoid(b[j] + sum(v * row[j] for v, row in zip(layers[-1], W))) for j in range(len(b))])
        deltas = [(o - t) * o * (1 - o) for o, t in zip(layers[2], target)]
        hidden_deltas = []
        for j in range(len(layers[1])):
            s = 0.0
            for k in range(len(deltas)):
                s += deltas[k] * weights[1][j][k]
            hidden_deltas.append(s * layers[1][j] * (1 - layers[1][j]))
        total = added(total, [[outer(x, hidden_deltas), outer(layers[1], deltas)],
                              [[sum(hidden_deltas)] * len(hidden_deltas), [sum(deltas)] * len(deltas)]])
    return total


@found("https://github.com/arthurdouillard/deepcourse/pull/9",
       "The gradient of the hidden biases is summed from grad_h, before the derivative of tanh, where grad_htilde, "
       "after it, belongs.",
       named=("bias-from-error",),
       sizes=[4, 5, 3], activation="tanh", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def deepcourse(weights, biases, X, y):
    batch_size = len(X)
    h = each(math.tanh, plus(dot(X, weights[0]), biases[0]))
    probs = [softmax(row) for row in plus(dot(h, weights[1]), biases[1])]
    grad_logits = each(lambda p, t: p - t, probs, y)
    grad_wo = each(lambda v: v / batch_size, dot(T(h), grad_logits))
    grad_bo = [v / batch_size for v in column_sums(grad_logits)]
    grad_h = dot(grad_logits, T(weights[1]))
    grad_htilde = each(lambda g, v: g * (1 - v ** 2), grad_h, h)
    grad_wh = each(lambda v: v / batch_size, dot(T(X), grad_htilde))
    grad_bh = [v / batch_size for v in column_sums(grad_h)]
    return [grad_wh, grad_wo], [grad_bh, grad_bo]


@found("https://github.com/udacity/deep-learning-v2-pytorch/issues/409",
       "The derivative of the sigmoid is taken at the input features x in place of the weighted sum of them.",
       named=("slope-at-inputs",),
       sizes=[3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="mean", bias=False)
def student_admissions(weights, biases, X, y):
    def sigmoid_prime(x):
        return sigmoid(x) * (1 - sigmoid(x))
    del_w = [0.0] * len(weights[0])
    for x, (target,) in zip(X, y):
        output = sigmoid(sum(v * w[0] for v, w in zip(x, weights[0])))
        error_term = [(target - output) * sigmoid_prime(v) * v for v in x]
        del_w = [d + e for d, e in zip(del_w, error_term)]
    return [[[-d / len(X)] for d in del_w]], None  # del_w is added to the weights


@found("https://stackoverflow.com/questions/55858141",
       "dW2 is made with A2, the layer's own output, where A1, its input, belongs; with one output NumPy spreads the "
       "single number over all the weights.",
       named=("own-output-spread",),
       sizes=[1, 5, 1], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def sine(weights, biases, X, y):
    x, W1, W2 = T(X), T(weights[0]), T(weights[1])
    m_divisor = 1 / len(X)
    A1 = [[math.tanh(v + b) for v in row] for row, b in zip(dot(W1, x), biases[0])]
    A2 = [[sigmoid(v + b) for v in row] for row, b in zip(dot(W2, A1), biases[1])]
    dZ2 = each(lambda a, t: a - t, A2, T(y))
    dW2 = m_divisor * dot(dZ2, T(A2))[0][0]
    db2 = [m_divisor * sum(row) for row in dZ2]
    dZ1 = each(lambda d, a: d * (1 - a ** 2), dot(T(W2), dZ2), A1)
    dW1 = each(lambda v: m_divisor * v, dot(dZ1, T(x)))
    return [T(dW1), [[dW2] for _ in weights[1]]], [[m_divisor * sum(row) for row in dZ1], db2]


@found("https://math.stackexchange.com/questions/2503428",
       "The derivative of log(1 - a) lacks the minus sign of the inner function: -(y/a + (1-y)/(1-a)) in place of "
       "-(y/a - (1-y)/(1-a)).",
       named=("log-slope-sign",),
       sizes=[2, 3, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean",
       bias=True)
def signs_not_right(weights, biases, X, y):
    m = len(X)
    a1 = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    a2 = each(sigmoid, plus(dot(a1, weights[1]), biases[1]))
    da = each(lambda t, a: -1 / m * (t / a + (1 - t) / (1 - a)), y, a2)
    dz2 = each(lambda d, a: d * a * (1 - a), da, a2)
    dz1 = each(lambda d, a: d * a * (1 - a), dot(dz2, T(weights[1])), a1)
    return [dot(T(X), dz1), dot(T(a1), dz2)], [column_sums(dz1), column_sums(dz2)]


@found("https://whosebug.com/question/2948401/"
       "Backpropagation-Why-doesn-t-error-approach-zero-when-it-is-multiplied-by-deriv-of-sigmoid",
       "The delta of the hidden units is made with the error of the output: it never goes through the weights (the "
       "hidden_error that did is computed and not used).",
       named=("error-spread",),
       sizes=[2, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def hidden_error_unused(weights, biases, X, y):
    total = None
    for x, (label,) in zip(X, y):
        hidden = [sigmoid(sum(v * row[j] for v, row in zip(x, weights[0]))) for j in range(2)]
        output = sigmoid(sum(h * row[0] for h, row in zip(hidden, weights[1])))
        error = label - output
        delta = error * output * (1 - output)
        delta_hidden = [error * h * (1 - h) for h in hidden]
        total = added(total, [outer(x, delta_hidden), [[delta * h] for h in hidden]])
    return [each(lambda v: -v, step) for step in total], None  # the steps are added to the weights
