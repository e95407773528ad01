"""A third lot of wrong backpropagations that people published, posted or asked about, each written anew.

They were looked up in public threads, and `wrong` written down, before the check saw any of them. Whoever wrote them
had read the catalogue of mistakes before, and did not look at it while writing. The facts are the sources'; the code is
not.

First run (seeds 0, 1 and 2 alike): 13 of 20 named right first, relu2deriv as the second of two names of the same
numbers. Of the others, hyperbolic_secant had one of its two mistakes named; data_size and grad_w_over_neurons had the
pattern of a constant ratio, the latter after a wrong hint; local_gradient had a name of the same numbers that is not
the mistake; mlp_xor, three_decimals and multiclass_gradient had nothing. None passed.
"""

from math import cosh, tanh

from wild import T, added, column_sums, dot, each, lot, outer, plus, relu, sigmoid, softmax

THIRD = []
found = lot(THIRD)


@found("https://www.codeproject.com/Questions/1097336/MLP-XOR-backpropagation",
       "Momentum is folded into the sum over the examples: with each example the changes so far are added once more, "
       "times the learning rate; and the sign is that of target - output.",
       named=("momentum-between-examples + sign",), examples=4,
       sizes=[2, 3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def mlp_xor(weights, biases, X, y):
    rate = 0.1
    dW1, dW2 = [[[0.0] * len(W[0]) for _ in W] for W in weights]
    for x, target in zip(X, y):
        h = [sigmoid(sum(a * w for a, w in zip(x, column))) for column in zip(*weights[0])]
        o = [sigmoid(sum(a * w for a, w in zip(h, column))) for column in zip(*weights[1])]
        z2 = [a * (1 - a) * (t - a) for a, t in zip(o, target)]
        z1 = [a * (1 - a) * sum(w * z for w, z in zip(row, z2)) for a, row in zip(h, weights[1])]
        for j in range(len(x)):
            for i in range(len(h)):
                dW1[j][i] += z1[i] * x[j] + rate * dW1[j][i]
        for j in range(len(h)):
            for i in range(len(o)):
                dW2[j][i] += z2[i] * h[j] + rate * dW2[j][i]
    return [dW1, dW2], None


@found("https://stackoverflow.com/questions/29587779",
       "Every delta is rounded to three decimals.",
       named=("rounded-deltas",), examples=4,
       sizes=[2, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def three_decimals(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        h = [sigmoid(sum(a * w for a, w in zip(x, column))) for column in zip(*weights[0])]
        o = [sigmoid(sum(a * w for a, w in zip(h, column))) for column in zip(*weights[1])]
        deltas = [round((a - t) * a * (1 - a), 3) for a, t in zip(o, target)]
        below = [round(a * (1 - a) * sum(w * d for w, d in zip(row, deltas)), 3) for a, row in zip(h, weights[1])]
        total = added(total, [outer(x, below), outer(h, deltas)])
    return total, None


@found("https://stackoverflow.com/questions/59399842",
       "The gradients of the output weights lack the slope of the output; those of the hidden weights have it.",
       named=("weights-from-error in layer 2",), examples=4,
       sizes=[2, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def xor_by_hand(weights, biases, X, y):
    total = None
    for x, (t,) in zip(X, y):
        h0, h1 = [sigmoid(x[0] * weights[0][0][k] + x[1] * weights[0][1][k]) for k in (0, 1)]
        w = [row[0] for row in weights[1]]
        y0 = sigmoid(w[0] * h0 + w[1] * h1)
        e = -(t - y0)
        d0, d1 = e * y0 * (1 - y0) * w[0] * h0 * (1 - h0), e * y0 * (1 - y0) * w[1] * h1 * (1 - h1)
        total = added(total, [[[d0 * x[0], d1 * x[0]], [d0 * x[1], d1 * x[1]]], [[e * h0], [e * h1]]])
    return total, None


@found("https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1 (Back Propagation Not Working Accurately)",
       "The derivative of the hidden tanh is written sech, not sech², and taken at the activation; and the gradients "
       "of the biases are averaged, those of the weights are not.",
       named=("sech-slope-of-activation + weights-not-averaged",), examples=3,
       sizes=[3, 2, 1], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def hyperbolic_secant(weights, biases, X, y):
    m = len(X)
    a1 = each(tanh, plus(dot(X, weights[0]), biases[0]))
    a2 = each(sigmoid, plus(dot(a1, weights[1]), biases[1]))
    dz2 = each(lambda a, t: (-t / a + (1 - t) / (1 - a)) * a * (1 - a), a2, y)
    dz1 = each(lambda e, a: e / cosh(a), dot(dz2, T(weights[1])), a1)
    return [dot(T(X), dz1), dot(T(a1), dz2)], [[s / m for s in column_sums(dz1)], [s / m for s in column_sums(dz2)]]


@found("https://github.com/deeplearning4j/deeplearning4j/pull/364",
       "The activations are computed in place, so that the z's kept for the derivatives are activations, too.",
       named=("slope-of-activation",), examples=6,
       sizes=[3, 4, 3, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="mean", bias=True)
def zs_and_activations(weights, biases, X, y):
    def derivative(z):
        return sigmoid(z) * (1 - sigmoid(z))
    zs, activations = [], [X]
    for W, b in zip(weights, biases):
        z = plus(dot(activations[-1], W), b)
        zs.append(z)
        for row in z:
            row[:] = [sigmoid(v) for v in row]
        activations.append(z)
    delta = each(lambda a, t, z: (a - t) * derivative(z) / len(X), activations[-1], y, zs[-1])
    dW, db = [], []
    for n in (2, 1, 0):
        dW.insert(0, dot(T(activations[n]), delta))
        db.insert(0, column_sums(delta))
        if n:
            delta = each(lambda e, z: e * derivative(z), dot(delta, T(weights[n])), zs[n - 1])
    return dW, db


@found("https://github.com/eriklindernoren/ML-From-Scratch/issues/76",
       "The gradient of a layer's weights is divided by the number of its neurons, as the thread asks for.",
       named=("weights-over-units",),
       sizes=[3, 4, 2], activation="tanh", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def grad_w_over_neurons(weights, biases, X, y):
    h = each(tanh, plus(dot(X, weights[0]), biases[0]))
    o = each(sigmoid, plus(dot(h, weights[1]), biases[1]))
    accum_grad = each(lambda a, t: (a - t) * a * (1 - a), o, y)
    below = each(lambda e, a: e * (1 - a * a), dot(accum_grad, T(weights[1])), h)
    return ([each(lambda g: g / 4, dot(T(X), below)), each(lambda g: g / 2, dot(T(h), accum_grad))],
            [column_sums(below), column_sums(accum_grad)])


@found("https://github.com/udacity/sdc-issue-reports/issues/75",
       "w2 is changed by a times w2 itself; its gradient is missing.",
       named=("weights-for-gradient in layer 2",), examples=4,
       sizes=[3, 4, 2], activation="relu", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def w2_minus_a_w2(weights, biases, X, y):
    h = each(relu, plus(dot(X, weights[0]), biases[0]))
    p = [softmax(z) for z in plus(dot(h, weights[1]), biases[1])]
    d2 = each(lambda a, t: (a - t) / len(X), p, y)
    d1 = each(lambda e, a: e if a > 0 else 0.0, dot(d2, T(weights[1])), h)
    delta_w1, delta_w2 = dot(T(X), d1), weights[1]
    return [delta_w1, delta_w2], [column_sums(d1), column_sums(d2)]


@found("https://github.com/RubixML/ML/pull/480",
       "In the slope of softmax the products of output and error are added up over the batch, class by class, where "
       "they should be added up over the classes, example by example.",
       named=("softmax-over-batch",), examples=4,
       sizes=[3, 4, 3], activation="sigmoid", output="softmax", loss="squared_error", reduction="mean", bias=True)
def multiclass_gradient(weights, biases, X, y):
    h = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    p = [softmax(z) for z in plus(dot(h, weights[1]), biases[1])]
    d_loss = each(lambda a, t: (a - t) / len(X), p, y)
    prod = each(lambda a, e: a * e, p, d_loss)
    sums = column_sums(prod)
    d2 = [[v - a * s for v, a, s in zip(row, outputs, sums)] for row, outputs in zip(prod, p)]
    d1 = each(lambda e, a: e * a * (1 - a), dot(d2, T(weights[1])), h)
    return [dot(T(X), d1), dot(T(h), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/pjreddie/darknet/pull/96",
       "The backward pass of softmax copies the gradient by its outputs into the gradient by its inputs.",
       named=("missing-slope-output",),
       sizes=[4, 3, 3], activation="relu", output="softmax", loss="squared_error", reduction="sum", bias=True)
def softmax_layer(weights, biases, X, y):
    h = each(relu, plus(dot(X, weights[0]), biases[0]))
    p = [softmax(z) for z in plus(dot(h, weights[1]), biases[1])]
    delta = each(lambda a, t: a - t, p, y)
    below = each(lambda e, a: e * float(a > 0), dot(delta, T(weights[1])), h)
    return [dot(T(X), below), dot(T(h), delta)], [column_sums(below), column_sums(delta)]


@found("https://github.com/Apiquet/DeepLearningFrameworkFromScratchCpp/issues/1",
       "The gradient of softmax has its diagonal part alone, a (1 - a).",
       named=("softmax-diagonal",),
       sizes=[3, 4, 3], activation="tanh", output="softmax", loss="mean_squared_error", reduction="mean", bias=True)
def softmax_backward(weights, biases, X, y):
    h = each(tanh, plus(dot(X, weights[0]), biases[0]))
    p = [softmax(z) for z in plus(dot(h, weights[1]), biases[1])]
    dout = each(lambda a, t: 2 * (a - t) / len(X) / 3, p, y)
    ddout = each(lambda e, a: e * (a * (1 - a)), dout, p)
    below = each(lambda e, a: e * (1 - a * a), dot(ddout, T(weights[1])), h)
    return [dot(T(X), below), dot(T(h), ddout)], [column_sums(below), column_sums(ddout)]


@found("https://github.com/CodingTrain/Toy-Neural-Network-JS/issues/72",
       "The weights to the outputs are changed before the hidden errors are computed with them; and what is passed "
       "down is the bare error, without the slope.",
       named=("error-not-delta + updated-weights-by-example",), examples=4,
       sizes=[2, 4, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def toy_neural_network(weights, biases, X, y):
    rate = 0.1
    total = None
    for x, target in zip(X, y):
        hidden = [sigmoid(b + sum(a * w for a, w in zip(x, column))) for b, column in zip(biases[0], zip(*weights[0]))]
        outputs = [sigmoid(b + sum(a * w for a, w in zip(hidden, column)))
                   for b, column in zip(biases[1], zip(*weights[1]))]
        errors = [t - a for a, t in zip(outputs, target)]
        gradients = [a * (1 - a) * e * rate for a, e in zip(outputs, errors)]
        deltas_ho = outer(hidden, gradients)
        weights_ho = each(lambda w, d: w + d, weights[1], deltas_ho)
        hidden_errors = [sum(w * e for w, e in zip(row, errors)) for row in weights_ho]
        hidden_gradient = [a * (1 - a) * e * rate for a, e in zip(hidden, hidden_errors)]
        total = added(total, [[outer(x, hidden_gradient), deltas_ho], [hidden_gradient, gradients]])
    back = -1 / rate
    return [each(lambda d: back * d, W) for W in total[0]], [[back * d for d in b] for b in total[1]]


@found("https://github.com/deeplearning4j/nd4j/issues/1328",
       "The gradient of the binary cross-entropy is 0 wherever the label is 0.",
       named=("only-own-target",), examples=6,
       sizes=[3, 3, 2], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="sum", bias=True)
def loss_binary_xent(weights, biases, X, y):
    h = each(tanh, plus(dot(X, weights[0]), biases[0]))
    p = each(sigmoid, plus(dot(h, weights[1]), biases[1]))
    delta = each(lambda a, t: (a - 1) * t, p, y)
    below = each(lambda e, a: e * (1 - a * a), dot(delta, T(weights[1])), h)
    return [dot(T(X), below), dot(T(h), delta)], [column_sums(below), column_sums(delta)]


@found("https://github.com/oysteijo/simd_neuralnet/issues/1",
       "The gradient of the cross-entropy of sigmoids is divided by the number of outputs, as Keras's is, whose loss "
       "is their mean; this loss is not.",
       named=("mean-over-outputs",),
       sizes=[3, 4, 3], activation="relu", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def mean_of_the_outputs(weights, biases, X, y):
    h = each(relu, plus(dot(X, weights[0]), biases[0]))
    p = each(sigmoid, plus(dot(h, weights[1]), biases[1]))
    delta = each(lambda a, t: (a - t) / (len(X) * 3), p, y)
    below = each(lambda e, a: e if a > 0 else 0.0, dot(delta, T(weights[1])), h)
    return [dot(T(X), below), dot(T(h), delta)], [column_sums(below), column_sums(delta)]


@found("https://github.com/fetchai/ledger/pull/1580",
       "The error is -label / probability, divided by the size of the batch in the loss and once more after it; the "
       "slope of softmax is missing.",
       named=("log-slope-alone + mean-twice",), examples=4,
       sizes=[3, 4, 3], activation="sigmoid", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def cross_entropy_loss(weights, biases, X, y):
    n = len(X)
    h = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    p = [softmax(z) for z in plus(dot(h, weights[1]), biases[1])]
    d2 = each(lambda a, t: -t / a / n, p, y)
    d1 = each(lambda e, a: e * a * (1 - a), dot(d2, T(weights[1])), h)
    return ([each(lambda g: g / n, dot(T(X), d1)), each(lambda g: g / n, dot(T(h), d2))],
            [[g / n for g in column_sums(d1)], [g / n for g in column_sums(d2)]])


@found("https://github.com/unda-ml/unda/issues/1",
       "Where activations are mixed, a layer takes the derivative of the layer before: the sigmoids of the output get "
       "that of tanh.",
       named=("tanh-slope-everywhere",),
       sizes=[3, 4, 2], activation="tanh", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def mixed_activations(weights, biases, X, y):
    h = each(tanh, plus(dot(X, weights[0]), biases[0]))
    o = each(sigmoid, plus(dot(h, weights[1]), biases[1]))
    d2 = each(lambda a, t: (a - t) * (1 - a * a), o, y)
    d1 = each(lambda e, a: e * (1 - a * a), dot(d2, T(weights[1])), h)
    return [dot(T(X), d1), dot(T(h), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/dannyneil/spiking_relu_conversion/issues/1",
       "The output layer is of relu, and its delta the bare error, as if it were linear.",
       named=("missing-slope-output",), examples=6,
       sizes=[3, 4, 3], activation="relu", output="relu", loss="squared_error", reduction="mean", bias=False)
def nnbp(weights, biases, X, y):
    h = each(relu, dot(X, weights[0]))
    o = each(relu, dot(h, weights[1]))
    d2 = each(lambda a, t: a - t, o, y)
    d1 = each(lambda e, a: e * (a > 0), dot(d2, T(weights[1])), h)
    return [each(lambda g: g / len(X), dot(T(X), d1)), each(lambda g: g / len(X), dot(T(h), d2))], None


@found("https://github.com/iamtrask/Grokking-Deep-Learning/issues/56",
       "The derivative of relu asks >= 0 of what relu has let out, and so is 1 everywhere.",
       named=("relu-slope-at-zero", "missing-slope-hidden"), examples=4,
       sizes=[3, 5, 1], activation="relu", output="identity", loss="squared_error", reduction="sum", bias=False)
def relu2deriv(weights, biases, X, y):
    total = None
    for x, target in zip(X, y):
        layer_1 = each(relu, dot([x], weights[0]))
        layer_2 = dot(layer_1, weights[1])
        layer_2_delta = each(lambda a, t: a - t, layer_2, [target])
        layer_1_delta = each(lambda e, a: e * (a >= 0), dot(layer_2_delta, T(weights[1])), layer_1)
        total = added(total, [dot(T([x]), layer_1_delta), dot(T(layer_1), layer_2_delta)])
    return total, None


@found("https://stats.stackexchange.com/q/500902",
       "A book's backward pass of a neuron is its local gradient alone: the slope, without the error from above.",
       named=("error-left-out",),
       sizes=[4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def local_gradient(weights, biases, X, y):
    z = each(sigmoid, dot(X, weights[0]))
    total = None
    for x, a in zip(X, z):
        total = added(total, outer(x, [v * (1 - v) for v in a]))
    return [total], None


@found("https://github.com/lipiji/rnn-theano/pull/3",
       "The sum over a batch is divided by the size of the training set, not by that of the batch.",
       named=("other-divisor",),
       sizes=[3, 4, 2], activation="tanh", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def data_size(weights, biases, X, y):
    data = 60
    h = each(tanh, plus(dot(X, weights[0]), biases[0]))
    p = [softmax(z) for z in plus(dot(h, weights[1]), biases[1])]
    d2 = each(lambda a, t: (a - t) / data, p, y)
    d1 = each(lambda e, a: e * (1 - a * a), dot(d2, T(weights[1])), h)
    return [dot(T(X), d1), dot(T(h), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/davisking/dlib/issues/1169",
       "The loss has no ½, and its gradient no 2.",
       named=("factor-half",),
       sizes=[3, 4, 1], activation="relu", output="identity", loss="mean_squared_error", reduction="mean", bias=True)
def loss_mean_squared(weights, biases, X, y):
    scale = 1.0 / len(X)
    h = each(relu, plus(dot(X, weights[0]), biases[0]))
    out = plus(dot(h, weights[1]), biases[1])
    g = each(lambda a, t: -scale * (t - a), out, y)
    below = each(lambda e, a: e if a > 0 else 0.0, dot(g, T(weights[1])), h)
    return [dot(T(X), below), dot(T(h), g)], [column_sums(below), column_sums(g)]
