"""A fifth lot of wrong backpropagations that people published, posted or asked about, each written anew.

They were collected, and `wrong` written down, before the check saw any of them, by someone who had not read the
catalogue; and as they came: the first thirty threads in which the mistake was known, the last three of them changes
that were proposed. The facts are the sources'; the code is not.

First run (seeds 0, 1 and 2 alike): 22 of 30 named right first. weidman had its three mistakes told as another name of
the same numbers; own_activations was told of weight decay on one network and of nothing on two; and
derivative_of_the_gradient, dotted_derivative, back_through_the_gradient, times_z_as_well, loss_as_gradient and
two_for_every_layer had nothing but which layers are right. None passed.
"""

import math

from wild import T, added, column_sums, dot, each, lot, outer, plus, relu, sigmoid, softmax

FIFTH = []
found = lot(FIFTH)

HF = "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1"


@found("https://datascience.stackexchange.com/questions/25394/"
       "why-can-it-be-that-my-neural-network-is-predicting-the-contrary",
       "The weight gradient multiplies the delta by the layer's own activations where the previous layer's (here "
       "the inputs) belong. It also divides by the number of the layer's inputs instead of the number of "
       "examples.",
       named=(), examples=4,
       sizes=[1, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def own_activations(weights, biases, X, y):
    W, b = weights[0], biases[0]
    A = each(sigmoid, plus(dot(X, W), b))
    dA = each(lambda a, t: (1 - t) / (1 - a) - t / a, A, y)
    dZ = each(lambda g, a: g * a * (1 - a), dA, A)
    m = len(W)
    dW = each(lambda g: g / m, dot(T(A), dZ))
    return [dW], [[g / m for g in column_sums(dZ)]]


@found("https://github.com/patrickloeber/pytorchTutorial/pull/10",
       "The mean is taken of a dot product, which has summed over the examples already and is a single number, so "
       "the gradient is the sum and not the mean.",
       named=("sum-for-mean",), examples=4,
       sizes=[1, 1], activation="identity", output="identity", loss="mean_squared_error", reduction="mean", bias=False)
def mean_of_a_scalar(weights, biases, X, y):
    predicted = dot(X, weights[0])
    products = [sum(2 * x[0] * (p[0] - t[0]) for x, p, t in zip(X, predicted, y))]
    return [[[sum(products) / len(products)]]], None


@found("http://makeyourownneuralnetwork.blogspot.com/2017/01/errata-4-lots-of-updates.html",
       "The summarised update puts the outputs O, which are sigmoids already, through the sigmoid once more: "
       "sigmoid(O)(1 - sigmoid(O)) instead of O(1 - O).",
       named=("slope-of-activation",), examples=5,
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def summarised_update(weights, biases, X, y):
    W1, W2 = weights
    H = each(sigmoid, dot(X, W1))
    outs = each(sigmoid, dot(H, W2))

    def slope(o):
        return sigmoid(o) * (1 - sigmoid(o))

    d2 = each(lambda o, t: (o - t) * slope(o), outs, y)
    d1 = each(lambda e, h: e * slope(h), dot(d2, T(W2)), H)
    return [dot(T(X), d1), dot(T(H), d2)], None


@found("https://github.com/davidrmiller/neural2d/issues/40",
       "The derivative of tanh, written for the weighted sum, is called with the neuron's output, so it is 1 - "
       "tanh(tanh(x))^2; so in the hidden and in the output layer.",
       named=("slope-of-activation",), examples=5,
       sizes=[2, 3, 1], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=True)
def tanh_of_tanh(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    H = each(math.tanh, plus(dot(X, W1), b1))
    outs = each(math.tanh, plus(dot(H, W2), b2))

    def slope(v):
        return 1 - math.tanh(v) * math.tanh(v)

    d2 = each(lambda o, t: (o - t) * slope(o), outs, y)
    d1 = each(lambda e, h: e * slope(h), dot(d2, T(W2)), H)
    return [dot(T(X), d1), dot(T(H), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/ooples/AiDotNet/pull/497",
       "The dense layer takes the activation's derivative at the incoming gradient, and uses that alone: it "
       "neither evaluates it at the pre-activation nor multiplies it with the incoming gradient.",
       named=("delta = sigmoid'(error)",), examples=5,
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def derivative_of_the_gradient(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    H = each(sigmoid, plus(dot(X, W1), b1))
    outs = each(sigmoid, plus(dot(H, W2), b2))

    def through(gradient, output):
        return sigmoid(gradient) * (1 - sigmoid(gradient))

    d2 = each(through, each(lambda o, t: o - t, outs, y), outs)
    d1 = each(through, dot(d2, T(W2)), H)
    return [dot(T(X), d1), dot(T(H), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/SebLague/Neural-Network-Experiments/pull/5",
       "The softmax's derivative is only that of each output by its own input, a(1 - a); the other outputs' terms "
       "are left out. With the squared error a gradient check fails.",
       named=("softmax-diagonal",), examples=4,
       sizes=[3, 4, 3], activation="sigmoid", output="softmax", loss="squared_error", reduction="sum", bias=True)
def softmax_good_enough(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    H = each(sigmoid, plus(dot(X, W1), b1))
    P = [softmax(z) for z in plus(dot(H, W2), b2)]
    d2 = []
    for p, t in zip(P, y):
        by_output = [a - b for a, b in zip(p, t)]
        d2.append([a * (1 - a) * g for a, g in zip(p, by_output)])
    d1 = each(lambda e, h: e * h * (1 - h), dot(d2, T(W2)), H)
    return [dot(T(X), d1), dot(T(H), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/jorgenkg/python-neural-network/pull/6",
       "The added softmax is given the sigmoid's derivative, a(1 - a), and used with a sum of squares; the "
       "maintainer says that it is not right.",
       named=("softmax-diagonal",), examples=4,
       sizes=[2, 4, 3], activation="tanh", output="softmax", loss="squared_error", reduction="sum", bias=True)
def softmax_as_a_sigmoid(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    H = each(math.tanh, plus(dot(X, W1), b1))
    P = [softmax(z) for z in plus(dot(H, W2), b2)]
    cost = each(lambda p, t: p - t, P, y)
    d2 = [[g * p * (1 - p) for g, p in zip(gs, ps)] for gs, ps in zip(cost, P)]
    d1 = each(lambda e, h: e * (1 - h * h), dot(d2, T(W2)), H)
    return [dot(T(X), d1), dot(T(H), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/dragen1860/Deep-Learning-with-TensorFlow-book/issues/217",
       "The book's backpropagation updates the weights only; the biases, which the forward pass uses, get no "
       "gradient.",
       named=("bias-forgotten",), examples=4,
       sizes=[2, 4, 3, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def weights_only(weights, biases, X, y):
    outputs = [X]
    for W, b in zip(weights, biases):
        outputs.append(each(sigmoid, plus(dot(outputs[-1], W), b)))
    d = each(lambda o, t: (o - t) * o * (1 - o), outputs[-1], y)
    dW, db = [], []
    for i in reversed(range(len(weights))):
        dW.insert(0, dot(T(outputs[i]), d))
        db.insert(0, [0.0 for _ in biases[i]])
        d = each(lambda e, o: e * o * (1 - o), dot(d, T(weights[i])), outputs[i])
    return dW, db


@found("https://techfeed.net/de/417510/",
       "The hidden layer's derivative is the dot product of h and 1 - h, one number for all units, instead of "
       "unit by unit. The hidden deltas also use the output weights after their update (eta 0.15).",
       named=(), examples=4,
       sizes=[2, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def dotted_derivative(weights, biases, X, y):
    W1, W2 = weights
    total = None
    for x, t in zip(X, y):
        h = [sigmoid(z) for z in dot([x], W1)[0]]
        out = sigmoid(dot([h], W2)[0][0])
        d_out = (out - t[0]) * out * (1 - out)
        g2 = outer(h, [d_out])
        back = each(lambda w, g: w - 0.15 * g, W2, g2)
        slopes = [sum(a * (1 - a) for a in h)] * len(h)
        d_in = [s * d_out * w[0] for s, w in zip(slopes, back)]
        total = added(total, [outer(x, d_in), g2])
    return total, None


@found("https://www.physicsforums.com/threads/single-layer-neural-network-what-am-i-doing-wrong.562998/",
       "Every weight's update is the delta times the unit's own output, the same for all three weights, instead "
       "of the delta times the weight's input.",
       named=("own-output-spread",), examples=5,
       sizes=[3, 1], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=False)
def times_the_own_output(weights, biases, X, y):
    dW = None
    for x, t in zip(X, y):
        out = math.tanh(dot([x], weights[0])[0][0])
        delta = (out - t[0]) * (1 + out) * (1 - out)
        dW = added(dW, [[delta * out] for _ in x])
    return [dW], None


@found("https://community.deeplearning.ai/t/"
       "course-1-week-3-planar-assignment-4-5-exercise-6-backward-propagation-error-for-dw1-values/63071",
       "The hidden delta dZ1 is divided by the number of examples m, and dW1 and db1 are so once more, so that "
       "the first layer's gradients are m times too small.",
       named=("mean-again-below",), examples=5,
       sizes=[2, 4, 1], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def divided_twice(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    m = len(X)
    A1 = each(math.tanh, plus(dot(X, W1), b1))
    A2 = each(sigmoid, plus(dot(A1, W2), b2))
    dZ2 = each(lambda a, t: a - t, A2, y)
    dZ1 = each(lambda e, a: e * (1 - a * a) / m, dot(dZ2, T(W2)), A1)

    def mean(G):
        return each(lambda g: g / m, G)

    return ([mean(dot(T(X), dZ1)), mean(dot(T(A1), dZ2))],
            [[g / m for g in column_sums(dZ)] for dZ in (dZ1, dZ2)])


@found("https://community.deeplearning.ai/t/w3-ex-6-assertionerror-wrong-values-for-dw1/402919",
       "The error is carried back to the hidden layer with dW2, the gradient of the second weights, instead of "
       "W2.",
       named=("error = delta · dWᵀ",), examples=5,
       sizes=[2, 4, 1], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def back_through_the_gradient(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    m = len(X)
    A1 = each(math.tanh, plus(dot(X, W1), b1))
    A2 = each(sigmoid, plus(dot(A1, W2), b2))
    dZ2 = each(lambda a, t: a - t, A2, y)
    dW2 = each(lambda g: g / m, dot(T(A1), dZ2))
    dZ1 = each(lambda e, a: e * (1 - a * a), dot(dZ2, T(dW2)), A1)
    dW1 = each(lambda g: g / m, dot(T(X), dZ1))
    return [dW1, dW2], [[g / m for g in column_sums(dZ)] for dZ in (dZ1, dZ2)]


@found("https://community.deeplearning.ai/t/wrong-values-for-dw1/85937",
       "The hidden delta is multiplied by Z1 besides the derivative of tanh at Z1: g'(Z1) was read as g' times "
       "Z1.",
       named=("slope = slope * z",), examples=5,
       sizes=[2, 4, 1], activation="tanh", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def times_z_as_well(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    m = len(X)
    Z1 = plus(dot(X, W1), b1)
    A1 = each(math.tanh, Z1)
    A2 = each(sigmoid, plus(dot(A1, W2), b2))
    dZ2 = each(lambda a, t: a - t, A2, y)
    dZ1 = each(lambda e, a, z: e * (1 - a * a) * z, dot(dZ2, T(W2)), A1, Z1)

    def mean(G):
        return each(lambda g: g / m, G)

    return ([mean(dot(T(X), dZ1)), mean(dot(T(A1), dZ2))],
            [[g / m for g in column_sums(dZ)] for dZ in (dZ1, dZ2)])


@found("https://github.com/blackadress/Neural-Networks-Siraj-Raval-course (001_neurona_activacion_sigmoide.ipynb)",
       "The sigmoid's derivative is written 1 * (1 - x) instead of x * (1 - x), for the hidden and the output "
       "layer.",
       named=("slope-half-written",), examples=4,
       sizes=[3, 4, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def one_for_x(weights, biases, X, y):
    def slope(v):
        return 1 * (1 - v)

    layer1 = each(sigmoid, dot(X, weights[0]))
    layer2 = each(sigmoid, dot(layer1, weights[1]))
    delta2 = each(lambda o, t: (o - t) * slope(o), layer2, y)
    delta1 = each(lambda e, h: e * slope(h), dot(delta2, T(weights[1])), layer1)
    return [dot(T(X), delta1), dot(T(layer1), delta2)], None


@found("https://solveconpython.com/redes-neuronales/entrenar-una-red-neuronal-en-python-el-loop-completo-paso-a-paso",
       "The loss is the mean of the binary cross-entropies, but the gradients are summed over the examples and "
       "never divided by their number.",
       named=("sum-for-mean",), examples=4,
       sizes=[2, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def mean_loss_summed_gradient(weights, biases, X, y):
    p = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    dZ = each(lambda a, t: a - t, p, y)
    n = 1
    return [each(lambda g: g / n, dot(T(X), dZ))], [[g / n for g in column_sums(dZ)]]


@found("https://discuss.pytorch.org/t/pytorch-autograd-not-matching-with-computed-derivatives/187917",
       "The derivative of tanh is taken as 1 - z^2 with the value before the tanh, where it is 1 - tanh(z)^2; in "
       "both tanh layers (in the source they share a weight).",
       named=("slope-of-z-hidden",), examples=4,
       sizes=[1, 1, 1, 1], activation="tanh", output="identity", loss="squared_error", reduction="sum", bias=False)
def one_minus_raw_squared(weights, biases, X, y):
    (w1,), (w2,), (w3,) = [W[0] for W in weights]
    g1 = g2 = g3 = 0.0
    for (x,), (t,) in zip(X, y):
        raw1 = w1 * x
        h1 = math.tanh(raw1)
        raw2 = w2 * h1
        h2 = math.tanh(raw2)
        d_out = w3 * h2 - t
        d_raw2 = (1 - raw2 ** 2) * w3 * d_out
        d_raw1 = (1 - raw1 ** 2) * w2 * d_raw2
        g1, g2, g3 = g1 + x * d_raw1, g2 + h1 * d_raw2, g3 + h2 * d_out
    return [[[g1]], [[g2]], [[g3]]], None


@found(HF + " (DeepLearning.AI - Week 2 Exercise 5: Propagate)",
       "dw and db lack the division by the number of examples that the cost has. A misplaced bracket in the "
       "sigmoid also gives the bias the wrong sign when the activations for the gradient are computed.",
       named=("bias-subtracted + sum-for-mean",), examples=4,
       sizes=[2, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=True)
def propagate(weights, biases, X, y):
    b = biases[0][0]
    A = each(lambda z: 1 / (1 + math.exp(-z + b)), dot(X, weights[0]))
    dZ = each(lambda a, t: a - t, A, y)
    m = 1
    return [each(lambda g: g / m, dot(T(X), dZ))], [[g / m for g in column_sums(dZ)]]


@found("https://github.com/SethHWeidman/DLFS_code/issues/20",
       "The derivative of the squared difference lacks the factor 2. The book's code, whose loss is a mean, does "
       "not divide by the number of examples either, and sums the bias gradients twice, so over the hidden units "
       "too.",
       named=("bias-total + sum-for-mean + factor-half",), examples=5,
       sizes=[3, 4, 1], activation="sigmoid", output="identity", loss="mean_squared_error", reduction="mean", bias=True)
def weidman(weights, biases, X, y):
    (W1, W2), (B1, B2) = weights, biases
    O1 = each(sigmoid, plus(dot(X, W1), B1))
    P = plus(dot(O1, W2), B2)
    dP = each(lambda p, t: -(t - p), P, y)
    dN1 = each(lambda e, o: e * o * (1 - o), dot(dP, T(W2)), O1)
    dB1 = [sum(column_sums(dN1))] * len(B1)
    return [dot(T(X), dN1), dot(T(O1), dP)], [dB1, column_sums(dP)]


@found("https://github.com/exacity/deeplearningbook-chinese/issues/127",
       "As translated, the ReLU's backward rule clears the parts of the gradient that are themselves negative, "
       "instead of those whose inputs to the ReLU were negative.",
       named=("relu-of-error",), examples=4,
       sizes=[3, 4, 2], activation="relu", output="softmax", loss="cross_entropy", reduction="sum", bias=False)
def negative_gradients_cleared(weights, biases, X, y):
    W1, W2 = weights
    U1 = dot(X, W1)
    H = each(relu, U1)
    G = [[p - t for p, t in zip(softmax(u), row)] for u, row in zip(dot(H, W2), y)]
    G1 = each(lambda g, u: 0.0 if g < 0 else g, dot(G, T(W2)), U1)
    return [dot(T(X), G1), dot(T(H), G)], None


@found("https://github.com/apache/mxnet/issues/6939",
       "The custom output layer hands back the value of the binary cross-entropy as the gradient by its input, "
       "instead of the derivative p - y.",
       named=("error = -y * log(a) - (1 - y) * log(1 - a)",), examples=4,
       sizes=[3, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="sum", bias=True)
def loss_as_gradient(weights, biases, X, y):
    P = each(sigmoid, plus(dot(X, weights[0]), biases[0]))
    grad = each(lambda p, t: -(t * math.log(p) + (1 - t) * math.log(1 - p)), P, y)
    return [dot(T(X), grad)], [column_sums(grad)]


@found("https://github.com/iamtrask/Grokking-Deep-Learning/issues/71",
       "The book has the outer product of the inputs and the deltas where its weight matrix needs that of the "
       "deltas and the inputs: the weight gradient is transposed.",
       named=("gradient-transposed",), examples=4,
       sizes=[3, 3], activation="identity", output="identity", loss="squared_error", reduction="sum", bias=False)
def outer_the_other_way(weights, biases, X, y):
    rows = T(weights[0])
    grads = None
    for x, t in zip(X, y):
        delta = [sum(w * v for w, v in zip(row, x)) - goal for row, goal in zip(rows, t)]
        grads = added(grads, outer(x, delta))
    return [T(grads)], None


@found("https://github.com/jeffheaton/encog-java-core/issues/243",
       "The hidden deltas are multiplied by the derivative of the next layer's activation function instead of the "
       "hidden layer's own; for a tanh layer before a sigmoid one, h(1 - h) instead of 1 - h^2.",
       named=("sigmoid-slope-everywhere",), examples=5,
       sizes=[3, 4, 2], activation="tanh", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def next_layers_function(weights, biases, X, y):
    def tanh_slope(v):
        return 1 - v * v

    def sigmoid_slope(v):
        return v * (1 - v)

    slopes = [tanh_slope, sigmoid_slope]
    H = each(math.tanh, plus(dot(X, weights[0]), biases[0]))
    outs = each(sigmoid, plus(dot(H, weights[1]), biases[1]))
    d2 = each(lambda o, t: (o - t) * slopes[1](o), outs, y)
    d1 = each(lambda e, h: e * slopes[1](h), dot(d2, T(weights[1])), H)
    return [dot(T(X), d1), dot(T(H), d2)], [column_sums(d1), column_sums(d2)]


@found("https://github.com/scikit-learn/scikit-learn/issues/8349",
       "The loss is the mean over the examples and over the outputs, the gradient is divided by the number of "
       "examples only, so it is too large by the number of outputs. (Twice the source's loss, which has a half.)",
       named=("sum-over-outputs",), examples=5,
       sizes=[3, 4, 2], activation="relu", output="identity", loss="mean_squared_error", reduction="mean", bias=True)
def outputs_not_averaged(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    H = each(relu, plus(dot(X, W1), b1))
    outs = plus(dot(H, W2), b2)
    d2 = each(lambda o, t: 2 * (o - t), outs, y)
    d1 = each(lambda e, h: e if h > 0 else 0.0, dot(d2, T(W2)), H)
    n = len(X)

    def mean(G):
        return each(lambda g: g / n, G)

    return ([mean(dot(T(X), d1)), mean(dot(T(H), d2))],
            [[g / n for g in column_sums(d)] for d in (d1, d2)])


@found("https://github.com/Yorko/mlcourse.ai/issues/640",
       "The assignment's logistic regression update lacks the minus in the sigmoid's argument: with labels t of "
       "+1 and -1 it adds t x sigmoid(t w.x) instead of t x sigmoid(-t w.x).",
       named=("error = a - (1 - y) + sign",), examples=5,
       sizes=[3, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="sum", bias=False)
def crucial_minus(weights, biases, X, y):
    dW = None
    for x, (label,) in zip(X, y):
        t = 2 * label - 1
        margin = t * dot([x], weights[0])[0][0]
        dW = added(dW, [[-t * v * sigmoid(margin)] for v in x])
    return [dW], None


@found("https://github.com/kikagaku/KIKAGAKU_Issues/issues/19",
       "The tutorial differentiates (t - y)^2 by y to 2(t - y), without the minus, and goes on with it, so all "
       "the gradients have the wrong sign.",
       named=("sign",), examples=4,
       sizes=[3, 2, 1], activation="relu", output="identity", loss="mean_squared_error", reduction="sum", bias=False)
def inner_minus_lost(weights, biases, X, y):
    W1, W2 = weights
    Z = each(relu, dot(X, W1))
    by_y = each(lambda out, t: 2 * (t - out), dot(Z, W2), y)
    by_u = each(lambda e, z: e if z > 0 else 0.0, dot(by_y, T(W2)), Z)
    return [dot(T(X), by_u), dot(T(Z), by_y)], None


@found("https://github.com/eriklindernoren/ML-From-Scratch/issues/124",
       "The logistic regression's gradient, -(y - p) X, lacks the factor 1/n_samples.",
       named=("sum-for-mean",), examples=5,
       sizes=[3, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean", bias=False)
def not_normalised(weights, biases, X, y):
    P = each(sigmoid, dot(X, weights[0]))
    off = each(lambda p, t: -(t - p), P, y)
    n_samples = 1
    return [each(lambda g: g / n_samples, dot(T(X), off))], None


@found("https://github.com/tsoding/ml-notes/pull/1",
       "The notes make a squared cost of the gradient that arrives at each hidden layer and differentiate it "
       "again, so that every layer further back has another factor 2.",
       named=("error = 2 * delta · Wᵀ",), examples=4,
       sizes=[1, 1, 1, 1], activation="sigmoid", output="sigmoid", loss="mean_squared_error", reduction="mean",
       bias=True)
def two_for_every_layer(weights, biases, X, y):
    n = len(X)
    dW, db = [0.0] * len(weights), [0.0] * len(weights)
    for (x,), (t,) in zip(X, y):
        a = [x]
        for W, b in zip(weights, biases):
            a.append(sigmoid(a[-1] * W[0][0] + b[0]))
        e = a[-1] - t
        for i in reversed(range(len(weights))):
            d = 2 * e * a[i + 1] * (1 - a[i + 1])
            dW[i] += d * a[i] / n
            db[i] += d / n
            e = d * weights[i][0][0]
    return [[[g]] for g in dW], [[g] for g in db]


@found("https://github.com/PacktPublishing/Neural-Network-Projects-with-Python/issues/4",
       "A proposed change: sigmoid_derivative(x) = sigmoid(x)(1 - sigmoid(x)), where it is called with the "
       "layers' outputs, sigmoids already, as the answer says.",
       named=("slope-of-activation",), examples=4,
       sizes=[3, 4, 1], activation="sigmoid", output="sigmoid", loss="mean_squared_error", reduction="sum", bias=False)
def proposed_derivative(weights, biases, X, y):
    def sigmoid_derivative(v):
        return sigmoid(v) * (1 - sigmoid(v))

    layer1 = each(sigmoid, dot(X, weights[0]))
    output = each(sigmoid, dot(layer1, weights[1]))
    d2 = each(lambda o, t: 2 * (o - t) * sigmoid_derivative(o), output, y)
    d1 = each(lambda e, h: e * sigmoid_derivative(h), dot(d2, T(weights[1])), layer1)
    return [dot(T(X), d1), dot(T(layer1), d2)], None


@found("https://github.com/iamtrask/iamtrask.github.io/issues/12",
       "A proposed change: the derivative part of nonlin computes the sigmoid of its argument first, but the "
       "argument is l1, the sigmoid's output, as the proposer then saw.",
       named=("slope-of-activation-output",), examples=4,
       sizes=[3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def nonlin_of_nonlin(weights, biases, X, y):
    def nonlin(v, deriv=False):
        s = sigmoid(v)
        return s * (1 - s) if deriv else s

    l1 = each(nonlin, dot(X, weights[0]))
    l1_delta = each(lambda o, t: (o - t) * nonlin(o, True), l1, y)
    return [dot(T(X), l1_delta)], None


@found("https://github.com/parasdahal/tinyml/issues/1",
       "A proposed change: the output delta a - y times the sigmoid's derivative. The network's cost is the "
       "cross-entropy, for which a - y is the whole delta already.",
       named=("cross-entropy-extra-slope",), examples=5,
       sizes=[4, 5, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean",
       bias=True)
def derivative_too_many(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases
    H = each(sigmoid, plus(dot(X, W1), b1))
    outs = each(sigmoid, plus(dot(H, W2), b2))
    d2 = each(lambda o, t: (o - t) * o * (1 - o), outs, y)
    d1 = each(lambda e, h: e * h * (1 - h), dot(d2, T(W2)), H)
    n = len(X)

    def mean(G):
        return each(lambda g: g / n, G)

    return ([mean(dot(T(X), d1)), mean(dot(T(H), d2))],
            [[g / n for g in column_sums(d)] for d in (d1, d2)])
