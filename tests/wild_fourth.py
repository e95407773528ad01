"""A fourth lot of wrong backpropagations that people published, posted or asked about, each written anew.

They were collected, and `wrong` written down, before the check saw any of them, by someone who had not read the
catalogue; and as they came: the first thirty threads in which the mistake was known, so that what many people do is
here more than once. The facts are the sources'; the code is not. Where a source is only a collection, the thread's name
is in brackets.

First run (seeds 0, 1 and 2 alike): 23 of 30 named right first, doubled_in_the_middle as a constant ratio of 2.
cost_gone_in_first_layer and theta_gone were told to be off by a factor in one component; one_minus_output,
elementwise_dense, slope_of_the_error, weight_for_input and tanh_without_the_one had nothing. None passed.
"""

import math

from wild import T, added, column_sums, dot, each, lot, outer, plus, relu, sigmoid, softmax

FOURTH = []
found = lot(FOURTH)

HF = "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1"


def forward(weights, biases, X, hidden, output):
    """(z of every layer, [X, a1, a2, ...]); `hidden` takes one number, `output` one number or, if softmax, a row."""
    zs, acts = [], [X]
    for layer, W in enumerate(weights):
        z = dot(acts[-1], W)
        if biases:
            z = plus(z, biases[layer])
        f = hidden if layer < len(weights) - 1 else output
        zs.append(z)
        acts.append([softmax(row) for row in z] if f is softmax else each(f, z))
    return zs, acts


def identity(z):
    return z


def times(a, b):
    return a * b


def minus(a, b):
    return a - b


def slope(a):
    """The derivative of the sigmoid, from its output."""
    return a * (1 - a)


def tanh_slope(a):
    return 1 - a * a


def over(n, A):
    return [[value / n for value in row] for row in A]


def scaled(factor, A):
    return [[factor * value for value in row] for row in A]


@found(HF + " (Debugging BP Algorithm for XOR Problem)",
       "The derivative of the sigmoid is computed as sigmoid(a)(1 - sigmoid(a)) from values a that have gone "
       "through the sigmoid already, in the output layer and in the hidden layer.",
       named=("slope-of-activation",), examples=4,
       sizes=[2, 2, 1], activation="sigmoid", output="sigmoid", loss="mean_squared_error", reduction="sum", bias=True)
def sigmoid_once_more(weights, biases, X, y):
    def derivative(a):
        return sigmoid(a) * (1 - sigmoid(a))

    _, (_, h, p) = forward(weights, biases, X, sigmoid, sigmoid)
    s2 = each(lambda p, t: -2 * derivative(p) * (t - p), p, y)
    s1 = each(lambda back, h: back * derivative(h), dot(s2, T(weights[1])), h)
    return [dot(T(X), s1), dot(T(h), s2)], [column_sums(s1), column_sums(s2)]


@found(HF + " (Basic Neural Network Problem in Training)",
       "The error of a hidden neuron sums the output values of the next layer's neurons times the weights, where "
       "it should sum their errors times the weights.",
       named=("output-for-delta + hidden-sign",), examples=4,
       sizes=[2, 4, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def values_go_back(weights, biases, X, y):
    dW, db = None, None
    for x, t in zip(X, y):
        _, (_, (h,), (o,)) = forward(weights, biases, [x], sigmoid, sigmoid)
        error2 = [slope(o) * (t - o) for o, t in zip(o, t)]
        error1 = [slope(h) * sum(v * w for v, w in zip(o, row)) for h, row in zip(h, weights[1])]
        dW = added(dW, [scaled(-1, outer(x, error1)), scaled(-1, outer(h, error2))])
        db = added(db, [[-e for e in error1], [-e for e in error2]])
    return dW, db


@found("https://math.stackexchange.com/questions/3048198/is-my-back-propagation-math-correct",
       "The chain rule is written down without the weights on the way back: the derivatives of the sigmoids are "
       "multiplied, but neither w4 w2 nor w5 w3 appear in the derivative for w1.",
       named=("weights-forgotten",), examples=4,
       sizes=[1, 1, 2, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def no_weights_in_chain(weights, biases, X, y):
    _, acts = forward(weights, biases, X, sigmoid, sigmoid)
    delta = each(lambda a, t: (a - t) * slope(a), acts[-1], y)
    dW, db = [], []
    for layer in (2, 1, 0):
        dW.insert(0, dot(T(acts[layer]), delta))
        db.insert(0, column_sums(delta))
        coefficients = [[1 for w in row] for row in weights[layer]]
        delta = each(lambda back, a: back * slope(a), dot(delta, T(coefficients)), acts[layer])
    return dW, db


@found("https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/88",
       "The book sends the raw output errors (target - output) back through the weights to the hidden layer; the "
       "derivative of the output's sigmoid is in the update of the output weights but not in what goes back.",
       named=("error-not-delta",), examples=4,
       sizes=[5, 4, 3], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def raw_errors_split(weights, biases, X, y):
    _, (_, h, o) = forward(weights, None, X, sigmoid, sigmoid)
    output_errors = each(minus, y, o)
    hidden_errors = dot(output_errors, T(weights[1]))
    step_o = dot(T(h), each(lambda e, o: e * slope(o), output_errors, o))
    step_h = dot(T(X), each(lambda e, h: e * slope(h), hidden_errors, h))
    return [scaled(-1, step_h), scaled(-1, step_o)], None


@found("https://github.com/mnielsen/neural-networks-and-deep-learning/pull/77",
       "The pull request multiplies the output's delta by sigmoid_prime, but the cost is the cross-entropy, whose "
       "delta a - y has the derivative of the sigmoid in it already.",
       named=("cross-entropy-extra-slope",), examples=4,
       sizes=[5, 4, 1], activation="sigmoid", output="sigmoid", loss="binary_cross_entropy", reduction="mean",
       bias=True)
def prime_on_cross_entropy(weights, biases, X, y):
    zs, acts = forward(weights, biases, X, sigmoid, sigmoid)
    delta = each(lambda a, t, z: (a - t) * slope(sigmoid(z)), acts[2], y, zs[1])
    before = each(lambda back, z: back * slope(sigmoid(z)), dot(delta, T(weights[1])), zs[0])
    n = len(X)
    return ([over(n, dot(T(X), before)), over(n, dot(T(acts[1]), delta))],
            [[b / n for b in column_sums(before)], [b / n for b in column_sums(delta)]])


@found("https://math.techqa.club/calculating-derivatives-for-backpropagation-in-2-layer-neural-network-4158072",
       "The last layer's derivative is right, but the first layer's, when multiplied out, has lost the derivative "
       "of the cost, 2(a - y).",
       named=("error = delta/error · Wᵀ",), examples=4,
       sizes=[1, 1, 1], activation="sigmoid", output="sigmoid", loss="mean_squared_error", reduction="sum", bias=False)
def cost_gone_in_first_layer(weights, biases, X, y):
    _, (_, h, a) = forward(weights, None, X, sigmoid, sigmoid)
    w = weights[1][0][0]
    d2 = d1 = 0
    for (x,), (h,), (a,), (t,) in zip(X, h, a, y):
        d2 += h * slope(a) * 2 * (a - t)
        d1 += x * slope(h) * slope(a) * w
    return [[[d1]], [[d2]]], None


@found("https://datascience.stackexchange.com/questions/120115/bugs-in-the-backpropagation-algorithm-in-python",
       "Both layers are ReLU, but no derivative of the ReLU is in the gradients, neither of the output nor of the "
       "hidden layer.",
       named=("missing-slope", "missing-slope-hidden"), examples=4,
       sizes=[3, 4, 1], activation="relu", output="relu", loss="squared_error", reduction="sum", bias=False)
def two_relus_without_slope(weights, biases, X, y):
    _, (_, h, o) = forward(weights, None, X, relu, relu)
    error = each(minus, o, y)
    return [dot(T(X), dot(error, T(weights[1]))), dot(T(h), error)], None


@found("https://example-a.com/answer/43885650",
       "1 - x*x, which took the output of tanh, is replaced by the \"mathematically correct\" sech(x)^2, but x "
       "still is the output of tanh and not its input.",
       named=("slope-of-activation",), examples=4,
       sizes=[2, 3, 1], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=False)
def sech_of_output(weights, biases, X, y):
    def dsigmoid(a):
        return 1 / math.cosh(a) ** 2

    _, (_, h, o) = forward(weights, None, X, math.tanh, math.tanh)
    delta = each(lambda o, t: (t - o) * dsigmoid(o), o, y)
    before = each(lambda back, h: back * dsigmoid(h), dot(delta, T(weights[1])), h)
    return [scaled(-1, dot(T(X), before)), scaled(-1, dot(T(h), delta))], None


@found("https://github.com/SciML/SciMLBook/issues/164",
       "The notes compute r = v * sigma'(r) on the way back but never use it: weights, biases and the layer below "
       "all get the v without the derivative of the activation. The weights are moreover paired with the r of the "
       "layer before, which is its value before the activation.",
       named=("missing-slope + weighted-input-as-input",), examples=4,
       sizes=[2, 3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def r_bar_unused(weights, biases, X, y):
    rs, acts = forward(weights, biases, X, sigmoid, sigmoid)
    below = [X] + rs[:-1]
    v = each(minus, acts[-1], y)
    dW, db = [], []
    for layer in (2, 1, 0):
        dW.insert(0, dot(T(below[layer]), v))
        db.insert(0, column_sums(v))
        v = dot(v, T(weights[layer]))
    return dW, db


@found("https://github.com/udacity/deep-learning/pull/284",
       "The pull request replaces output * (1 - output) in the error term by sigmoid_prime(x), where x is the "
       "record of features, not the weighted sum.",
       named=("slope-at-inputs",), examples=4,
       sizes=[4, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="mean", bias=False)
def prime_of_features(weights, biases, X, y):
    dW = None
    for x, (t,) in zip(X, y):
        h = sum(a * row[0] for a, row in zip(x, weights[0]))
        prime = [slope(sigmoid(a)) for a in x]
        term = [(t - sigmoid(h)) * p for p in prime]
        dW = added(dW, [[-e * a] for e, a in zip(term, x)])
    return [over(len(X), dW)], None


@found("https://github.com/BoltzmannEntropy/interviews.ai/issues/4",
       "The sigmoid keeps its input x and its backward returns x * (1 - x), where it should be y * (1 - y) with y "
       "its output.",
       named=("slope-of-z",), examples=4,
       sizes=[2, 3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def input_for_output(weights, biases, X, y):
    zs, (_, h, o) = forward(weights, biases, X, sigmoid, sigmoid)

    def backward(grad, z):
        return grad * z * (1 - z)

    delta = each(backward, each(minus, o, y), zs[1])
    before = each(backward, dot(delta, T(weights[1])), zs[0])
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/farzaa/SimpleMultilayerPerceptron/pull/3",
       "The merged fix makes the derivative sigmoid(x)(1 - sigmoid(x)), but it goes on being called with the "
       "prediction, which has gone through the sigmoid.",
       named=("slope-of-activation-output",), examples=4,
       sizes=[3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def fix_to_derivative(weights, biases, X, y):
    _, (_, prediction) = forward(weights, None, X, sigmoid, sigmoid)
    change = each(lambda p, t: (t - p) * sigmoid(p) * (1 - sigmoid(p)), prediction, y)
    return [scaled(-1, dot(T(X), change))], None


@found("https://github.com/deeplearning4j/libnd4j/issues/440",
       "The derivative of the softmax is only its diagonal, output * (1 - output); the sum over the other "
       "outputs, the i != j case, is missing.",
       named=("softmax-diagonal",), examples=4,
       sizes=[3, 4, 3], activation="tanh", output="softmax", loss="squared_error", reduction="mean", bias=True)
def softmax_diagonal(weights, biases, X, y):
    _, (_, h, p) = forward(weights, biases, X, math.tanh, softmax)
    delta = []
    for p, t in zip(p, y):
        g = [a - b for a, b in zip(p, t)]
        delta.append([g * p * (1 - p) for g, p in zip(g, p)])
    delta = over(len(X), delta)
    before = each(lambda back, h: back * tanh_slope(h), dot(delta, T(weights[1])), h)
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/markroxor/fromscratchtoml/issues/65",
       "The gradient of the softmax is off by a factor of two in the author's gradient check (two classes); the "
       "code has softmax * (1 - softmax), element by element, without the terms between different outputs.",
       named=("softmax-diagonal",), examples=4,
       sizes=[2, 5, 2], activation="sigmoid", output="softmax", loss="squared_error", reduction="mean", bias=True)
def off_by_two(weights, biases, X, y):
    _, (_, h, p) = forward(weights, biases, X, sigmoid, softmax)
    n = len(X)
    dE = each(lambda p, t: (p - t) / n, p, y)
    delta = [[g * p * (1 - p) for g, p in zip(g, p)] for g, p in zip(dE, p)]
    before = each(lambda back, h: back * slope(h), dot(delta, T(weights[1])), h)
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/neuroph/neuroph/issues/37",
       "The derivative of the softmax is 1 * (1 - output): the factor output is missing, and, as the maintainers "
       "add, so are the derivatives with respect to the other neurons' inputs.",
       named=("slope of softmax = 1 - a",), examples=4,
       sizes=[3, 4, 3], activation="sigmoid", output="softmax", loss="squared_error", reduction="sum", bias=True)
def one_minus_output(weights, biases, X, y):
    _, (_, h, p) = forward(weights, biases, X, sigmoid, softmax)
    delta = []
    for p, t in zip(p, y):
        g = [a - b for a, b in zip(p, t)]
        delta.append([g * (1 - p) for g, p in zip(g, p)])
    before = each(lambda back, h: back * slope(h), dot(delta, T(weights[1])), h)
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/RoboticsClubIITJ/ML-DL-implementation/pull/153",
       "The backward of the softmax multiplied the incoming gradient by output * (1 - output) alone, without the "
       "outputs' derivatives with respect to each other's inputs (here under the gradient of the cross-entropy, "
       "-y / output).",
       named=("only-own-target",), examples=4,
       sizes=[4, 5, 3], activation="relu", output="softmax", loss="cross_entropy", reduction="mean", bias=True)
def softmax_backward_alone(weights, biases, X, y):
    zs, (_, h, p) = forward(weights, biases, X, relu, softmax)
    n = len(X)
    delta = []
    for p, t in zip(p, y):
        g = [-b / a / n for a, b in zip(p, t)]
        delta.append([g * p * (1 - p) for g, p in zip(g, p)])
    before = each(lambda back, z: back * (z > 0), dot(delta, T(weights[1])), zs[0])
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/denggaoshan/DeepLearningStudy/issues/1",
       "The backward of the ReLU multiplies the gradient by the input itself where the input is positive; it "
       "should multiply by 1 there.",
       named=("relu-value-as-slope",), examples=4,
       sizes=[2, 3, 1], activation="relu", output="identity", loss="squared_error", reduction="sum", bias=True)
def relu_times_input(weights, biases, X, y):
    zs, (_, h, o) = forward(weights, biases, X, relu, identity)
    delta = each(minus, o, y)
    before = each(lambda z, back: (z if z > 0 else 0) * back, zs[0], dot(delta, T(weights[1])))
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/apache/tvm/pull/5695",
       "The gradient of a dense layer multiplies element by element, transpose(grad) * weight and data * "
       "transpose(grad), where there should be matrix products; it runs only if batch, inputs and units are as "
       "many.",
       named=("dW = delta ⊙ inputsᵀ + error = deltaᵀ ⊙ Wᵀ",), examples=3,
       sizes=[3, 3, 3], activation="tanh", output="identity", loss="squared_error", reduction="sum", bias=False)
def elementwise_dense(weights, biases, X, y):
    def dense_grad(data, weight, grad):  # weight is (units, inputs)
        return each(times, T(grad), weight), each(times, data, T(grad))

    _, (_, h, o) = forward(weights, None, X, math.tanh, identity)
    back, dW2 = dense_grad(h, T(weights[1]), each(minus, o, y))
    _, dW1 = dense_grad(X, T(weights[0]), each(lambda b, h: b * tanh_slope(h), back, h))
    return [T(dW1), T(dW2)], None


@found("https://github.com/ammarbinfaisal/sahl/issues/65",
       "The loss is the squared error, but neither the derivative of the output's sigmoid nor that of the hidden "
       "layer's ReLU is in the gradients.",
       named=("missing-slope",), examples=4,
       sizes=[2, 5, 1], activation="relu", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def xor_without_slopes(weights, biases, X, y):
    _, (_, h, o) = forward(weights, None, X, relu, sigmoid)
    grad_o = each(minus, o, y)
    grad_h = dot(grad_o, T(weights[1]))
    return [dot(T(X), grad_h), dot(T(h), grad_o)], None


@found("https://github.com/kblake/neural_network_elixir/issues/2",
       "The code's deltas have no derivative of the activation in them: the output's is output - target although "
       "the error is the halved square, a hidden neuron's is the plain sum of weights times deltas.",
       named=("missing-slope",), examples=4,
       sizes=[2, 3, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def deltas_without_slope(weights, biases, X, y):
    dW, db = None, None
    for x, t in zip(X, y):
        _, (_, (h,), (o,)) = forward(weights, biases, [x], sigmoid, sigmoid)
        delta = [o - t for o, t in zip(o, t)]
        before = [sum(w * d for w, d in zip(row, delta)) for h, row in zip(h, weights[1])]
        dW = added(dW, [outer(x, before), outer(h, delta)])
        db = added(db, [before, delta])
    return dW, db


@found("https://techfeed.net/es/468648/",
       "The poster's own rule: a weight changes by error * sigmoid'(error) * the weight itself. The derivative is "
       "taken of the error and not of the weighted sum, the weight stands where the layer's input should, and the "
       "hidden error is sigmoid'(error of the layer after) * weight.",
       named=(), examples=4,
       sizes=[1, 1, 1], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=False)
def slope_of_the_error(weights, biases, X, y):
    _, (_, h, o) = forward(weights, None, X, sigmoid, sigmoid)
    (w1,), (w2,) = weights[0][0], weights[1][0]
    d1 = d2 = 0
    for (x,), (h,), (o,), (t,) in zip(X, h, o, y):
        error = o - t
        d2 += error * slope(sigmoid(error)) * w2
        error1 = slope(sigmoid(error)) * w2
        d1 += error1 * slope(sigmoid(error1)) * w1
    return [[[d1]], [[d2]]], None


@found("https://github.com/Atcold/SP19-DL-collaborative-notes/pull/6",
       "The notes give the gradient of a linear module Y = WX with respect to W as W^T dC/dY, the same as with "
       "respect to X; it should be dC/dY X^T. (It has the shape of W only if everything is square.)",
       named=("dW = delta · Wᵀ",), examples=3,
       sizes=[3, 3, 3], activation="tanh", output="identity", loss="squared_error", reduction="sum", bias=False)
def weight_for_input(weights, biases, X, y):
    def linear(W, X, dY):  # columns are examples, W is (units, inputs)
        return dot(T(W), dY), dot(T(W), dY)

    _, (_, h, o) = forward(weights, None, X, math.tanh, identity)
    back, dW2 = linear(T(weights[1]), T(h), T(each(minus, o, y)))
    _, dW1 = linear(T(weights[0]), T(X), T(each(lambda b, h: b * tanh_slope(h), T(back), h)))
    return [T(dW1), T(dW2)], None


@found("https://github.com/Open-Deep-ML/DML-OpenProblem/issues/54",
       "The text has 2/n in the gradient of the mean squared error, the solution's code 1/n: the 2 is missing.",
       named=("factor-half",), examples=4,
       sizes=[2, 1], activation="sigmoid", output="sigmoid", loss="mean_squared_error", reduction="mean", bias=True)
def one_nth(weights, biases, X, y):
    _, (_, o) = forward(weights, biases, X, sigmoid, sigmoid)
    delta = each(lambda o, t: 1 / len(X) * (o - t) * slope(o), o, y)
    return [dot(T(X), delta)], [column_sums(delta)]


@found("https://github.com/glouw/tinn/issues/30",
       "The biases are used in the forward pass but never updated in the backpropagation.",
       named=("bias-forgotten",), examples=4,
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def biases_never_updated(weights, biases, X, y):
    _, (_, h, o) = forward(weights, biases, X, sigmoid, sigmoid)
    delta = each(lambda o, t: (o - t) * slope(o), o, y)
    before = each(lambda back, h: back * slope(h), dot(delta, T(weights[1])), h)
    return [dot(T(X), before), dot(T(h), delta)], [[0.0] * len(b) for b in biases]


@found("https://github.com/scutan90/DeepLearning-500-questions/issues/544",
       "The table gives the derivative of tanh as -(tanh x)^2; it should be 1 - (tanh x)^2.",
       named=("slope = -(a * a)",), examples=4,
       sizes=[2, 3, 1], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=True)
def tanh_without_the_one(weights, biases, X, y):
    def derivative(z):
        return -math.tanh(z) ** 2

    zs, (_, h, o) = forward(weights, biases, X, math.tanh, math.tanh)
    delta = each(lambda o, t, z: (o - t) * derivative(z), o, y, zs[1])
    before = each(lambda back, z: back * derivative(z), dot(delta, T(weights[1])), zs[0])
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/apache/incubator-retired-horn/pull/4",
       "After review the derivative of tanh became 1 - tanh(value)^2 instead of 1 - value^2, but the trainer "
       "calls it with a neuron's output, so tanh is applied twice.",
       named=("slope-of-activation",), examples=4,
       sizes=[2, 3, 1], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=True)
def reviewed_tanh(weights, biases, X, y):
    def derivative(value):
        return 1 - math.tanh(value) ** 2

    dW, db = None, None
    for x, t in zip(X, y):
        _, (_, (h,), (o,)) = forward(weights, biases, [x], math.tanh, math.tanh)
        delta = [(o - t) * derivative(o) for o, t in zip(o, t)]
        before = [sum(w * d for w, d in zip(row, delta)) * derivative(h) for row, h in zip(weights[1], h)]
        dW = added(dW, [outer(x, before), outer(h, delta)])
        db = added(db, [before, delta])
    return dW, db


@found("https://github.com/infostreams/neural-network/issues/1",
       "derivativeActivation computes 1 - tanh(value)^2, but is given the outputs of the nodes, on which tanh has "
       "been applied.",
       named=("slope-of-activation",), examples=4,
       sizes=[3, 4, 1], activation="tanh", output="tanh", loss="squared_error", reduction="sum", bias=True)
def tanh_of_node_value(weights, biases, X, y):
    def derivative(value):
        tanh = math.tanh(value)
        return 1 - tanh * tanh

    _, (_, h, o) = forward(weights, biases, X, math.tanh, math.tanh)
    gradient2 = each(lambda o, t: derivative(o) * (t - o), o, y)
    gradient1 = each(lambda s, h: derivative(h) * s, dot(gradient2, T(weights[1])), h)
    return ([scaled(-1, dot(T(X), gradient1)), scaled(-1, dot(T(h), gradient2))],
            [[-b for b in column_sums(gradient1)], [-b for b in column_sums(gradient2)]])


@found("https://github.com/ADGEfficiency/teaching-monolith/issues/1",
       "For E = (theta x^2 - y)^2 / 2 the notebook gives the derivative x^2 - y: theta has gone from the error, "
       "and the inner derivative x^2 is missing. (The input here is the notebook's x^2.)",
       named=(), examples=4,
       sizes=[1, 1], activation="identity", output="identity", loss="squared_error", reduction="mean", bias=False)
def theta_gone(weights, biases, X, y):
    total = sum(1 * u - t for (u,), (t,) in zip(X, y))
    return [[[total / len(X)]]], None


@found("https://github.com/filipecalasans/mlp/issues/1",
       "The prime is missing: the output's delta is the gradient of the cost times sigma(Z) where it should be "
       "times sigma'(Z).",
       named=("value-as-slope in layer 2",), examples=4,
       sizes=[3, 4, 2], activation="sigmoid", output="sigmoid", loss="squared_error", reduction="sum", bias=True)
def prime_missing(weights, biases, X, y):
    zs, (_, h, o) = forward(weights, biases, X, sigmoid, sigmoid)
    delta = each(lambda o, t, z: (o - t) * sigmoid(z), o, y, zs[1])
    before = each(lambda back, z: back * slope(sigmoid(z)), dot(delta, T(weights[1])), zs[0])
    return [dot(T(X), before), dot(T(h), delta)], [column_sums(before), column_sums(delta)]


@found("https://github.com/bighuang624/Andrew-Ng-Deep-Learning-notes/issues/10",
       "dW2, of the middle one of three layers, is multiplied by 2 (a mistake planted by the exercise, which the "
       "notes did not find).",
       named=("constant-ratio",), examples=4,
       sizes=[4, 5, 3, 1], activation="relu", output="sigmoid", loss="binary_cross_entropy", reduction="mean",
       bias=True)
def doubled_in_the_middle(weights, biases, X, y):
    _, acts = forward(weights, biases, X, relu, sigmoid)
    dZ = over(len(X), each(minus, acts[3], y))
    dW, db = [], []
    for layer in (2, 1, 0):
        factor = 2 if layer == 1 else 1
        dW.insert(0, scaled(factor, dot(T(acts[layer]), dZ)))
        db.insert(0, column_sums(dZ))
        dZ = each(lambda back, a: back * (a > 0), dot(dZ, T(weights[layer])), acts[layer])
    return dW, db
