"""The catalogue of classic wrong backprops: each a line of the textbook, replaced, and what to know about it.

>>> mistake = MISTAKES["missing-slope-output"]
>>> print(mistake.symptom)
The output layer's delta is the bare error: the slope of its activation is missing.
>>> net = Network([1, 1], init="zeros")
>>> mistake.commit(net, [[1.0]], [[0.25]])
Gradients(weights=[[[0.25]]], biases=[[0.25]])
>>> net.gradients([[1.0]], [[0.25]])
Gradients(weights=[[[0.0625]]], biases=[[0.0625]])
"""
from __future__ import annotations

from typing import Dict, Set

from ..core.network import Network
from .replay import Condition, Mistake

# --------------------------------------------------------------- what it takes for a mistake to make a difference


def elementwise_slopes(net: Network) -> Set[str]:
    """Return the activations that an elementwise slope is asked of here: not of softmax, nor of a cross-entropy's."""
    hidden = {net.activation} if len(net.weights) > 1 else set()
    output = {net.output} if net.loss_function.output is None else set()
    return (hidden | output) - {"softmax"}


def curves(net: Network) -> Set[str]:
    """Return those of them that are sigmoid or tanh."""
    return elementwise_slopes(net) & {"sigmoid", "tanh"}


BIASES = Condition("biases", lambda net, X, y: net.biases is not None)
EXAMPLES = Condition("two examples", lambda net, X, y: len(X) > 1)
MEAN = Condition("the mean over the examples", lambda net, X, y: net.reduction == "mean")
SUM = Condition("the sum over the examples", lambda net, X, y: net.reduction == "sum")
OUTPUTS = Condition("two outputs", lambda net, X, y: net.sizes[-1] > 1)
UNITS = Condition("two units in a layer", lambda net, X, y: max(net.sizes[1:]) > 1)
HIDDEN_LAYER = Condition("a hidden layer", lambda net, X, y: len(net.sizes) > 2)
TWO_HIDDEN = Condition("two hidden layers", lambda net, X, y: len(net.sizes) > 3)
HIDDEN_UNITS = Condition("two units in a hidden layer", lambda net, X, y: max([0, *net.sizes[1:-1]]) > 1)
SQUARED = Condition("the squared error", lambda net, X, y: net.loss_name == "squared_error")
MEAN_SQUARED = Condition("the mean squared error", lambda net, X, y: net.loss_name == "mean_squared_error")
FUSED_LOSS = Condition("a cross-entropy", lambda net, X, y: net.loss_function.output is not None)
BINARY = Condition("the binary cross-entropy", lambda net, X, y: net.loss_name == "binary_cross_entropy")
CATEGORICAL = Condition("the cross-entropy of softmax", lambda net, X, y: net.loss_name == "cross_entropy")
PLAIN_LOSS = Condition("a squared error", lambda net, X, y: net.loss_function.output is None)
BENT_OUTPUT = Condition("outputs that are not linear", lambda net, X, y: net.output != "identity")
BENT_HIDDEN = Condition("hidden units that are not linear",
                        lambda net, X, y: len(net.sizes) > 2 and net.activation != "identity")
CURVED_OUTPUT = Condition("outputs of sigmoid or tanh", lambda net, X, y: net.output in ("sigmoid", "tanh"))
CURVED_HIDDEN = Condition("hidden units of sigmoid or tanh",
                          lambda net, X, y: len(net.sizes) > 2 and net.activation in ("sigmoid", "tanh"))
SOFTMAX_OUTPUT = Condition("outputs of softmax", lambda net, X, y: net.output == "softmax" and net.sizes[-1] > 1)
CURVED = Condition("units of sigmoid or tanh whose slope counts", lambda net, X, y: bool(curves(net)))
RELU_UNITS = Condition("units of relu whose slope counts", lambda net, X, y: "relu" in elementwise_slopes(net))
RELU_HIDDEN = Condition("hidden units of relu", lambda net, X, y: len(net.sizes) > 2 and net.activation == "relu")
NOT_SIGMOID = Condition("units that are no sigmoids", lambda net, X, y: bool(elementwise_slopes(net) - {"sigmoid"}))
NOT_TANH = Condition("units that are not tanh", lambda net, X, y: bool(elementwise_slopes(net) - {"tanh"}))
BENT_ABOVE = Condition("a bent layer above another",
                       lambda net, X, y: len(net.sizes) > 2 and (
                           net.loss_function.output is None and net.output != "identity"
                           or len(net.sizes) > 3 and net.activation != "identity"))
SQUARE_ABOVE = Condition("square weights above the first layer",
                         lambda net, X, y: len(net.sizes) > 2 and net.sizes[1] > 1 and len(set(net.sizes[1:])) == 1)
SQUARE = Condition("square weights in every layer", lambda net, X, y: net.sizes[0] > 1 and len(set(net.sizes)) == 1)
SAME_INPUTS = Condition("as many hidden units as inputs", lambda net, X, y: len(set(net.sizes[:-1])) == 1)
SAME_UNITS = Condition("as many hidden units as outputs", lambda net, X, y: len(set(net.sizes[1:])) == 1)
SAME_WIDTHS = Condition("layers of one width", lambda net, X, y: len(set(net.sizes)) == 1)
UNITS_ARE_EXAMPLES = Condition("as many examples as units in each layer",
                               lambda net, X, y: len(X) > 1 and set(net.sizes[1:]) == {len(X)})


# --------------------------------------------------------------- the right lines

SLOPE_CURE = "Multiply the error by the slope of the activation before anything else is made of it."
FROM_A = "slope = map(SLOPES[activation], a)"
OUTPUT = "delta = weighted(net, net.output, error, z, a)"
HIDDEN = "return weighted(net, net.activation, error, z, a)"
ERROR = "error = subtract(a, y)"
BACK = "error = dot(delta, transpose(W))"
RENEWED = "delta = hidden_delta(net, error, z[layer - 1], a[layer])"
INPUTS = "inputs = a[layer]"
PRODUCT = "dW = dot(transpose(inputs), delta)"
BIAS = "db = column_sums(delta)"
SHARE = 'n = len(X) if net.reduction == "mean" else 1'
REDUCED = "dW, db = over(dW, n), over([db], n)[0]"
KEEP_W = "weight_gradients.insert(0, dW)"
KEEP_B = "bias_gradients.insert(0, db)"
FUSED = "delta = error"
FORWARD = "a.append(outputs)"
MEAN_SQUARE = "error = over(scale(error, 2), len(y[0]))"
SIGMOID, TANH, RELU = "return a * (1 - a)", "return 1 - a * a", "return 1 if a > 0 else 0"
UNDROPPED = "return weighted(net, net.activation, error, z, ACTIVATIONS[net.activation].value(z, net.arithmetic))"
DROPPED_BACK = "error = drop(dot(delta, transpose(W)), dropped[layer - 1], keep)"

CATALOGUE = [
    # ---- factors
    Mistake("sign",
            "The whole gradient has the wrong sign: it is made of y - a.",
            "Start from a - y and subtract the step; or else add it.",
            ((ERROR, "error = subtract(y, a)"),), (), "dennybritz/nn-from-scratch#11"),
    Mistake("sum-for-mean",
            "The gradient is the sum over the examples; this network's loss is their mean.",
            "Divide by the number of examples, or take reduction \"sum\".",
            ((SHARE, "n = 1"),), (MEAN, EXAMPLES), "hunkim/DeepLearningZeroToAll#173; udlbook/udlbook#152"),
    Mistake("mean-for-sum",
            "The gradient is the mean over the examples; this network's loss is their sum.",
            "Do not divide by the number of examples, or take reduction \"mean\".",
            ((SHARE, "n = len(X)"),), (SUM, EXAMPLES), "kvfrans/notes#5"),
    Mistake("mean-twice",
            "The gradient is divided by the number of examples twice.",
            "Divide once: in the derivative of the loss, or where the products are added up.",
            ((SHARE, 'n = len(X) ** 2 if net.reduction == "mean" else 1'),), (MEAN, EXAMPLES)),
    Mistake("mean-over-outputs",
            "The gradient is divided by the number of outputs as well, as a mean over everything does.",
            "Divide by the number of examples alone, or take the loss \"mean_squared_error\", which has a 2 besides.",
            ((ERROR, "error = over(subtract(a, y), len(y[0]))"),), (OUTPUTS,)),
    Mistake("sum-over-outputs",
            "The gradient is not divided by the number of outputs, though the loss is the mean over them.",
            "Divide by the number of outputs, or take the loss \"squared_error\".",
            ((MEAN_SQUARE, "error = scale(error, 2)"),), (MEAN_SQUARED, OUTPUTS)),
    Mistake("factor-two",
            "The whole gradient is twice as large: that of (a - y)², without the ½ that this loss has.",
            "The derivative of ½ (a - y)² is a - y.",
            ((ERROR, "error = scale(subtract(a, y), 2)"),)),
    Mistake("factor-half",
            "The whole gradient is half as large.",
            "Look for a ½ that belongs to another loss; the derivative of (a - y)² is 2 (a - y).",
            ((ERROR, "error = over(subtract(a, y), 2)"),)),
    Mistake("not-zeroed",
            "The gradient was added to the one before: here, twice the same.",
            "Set the gradient to zero before each backward pass.",
            ((KEEP_W, "weight_gradients.insert(0, add(dW, dW))"), (KEEP_B, "bias_gradients.insert(0, scale([db], 2)[0])"
                                                                   ))),
    Mistake("learning-rate-included",
            "The gradient has been multiplied with the learning rate already.",
            "Hand over the gradient; the learning rate belongs to the step.",
            ((REDUCED, "dW, db = scale(over(dW, n), learning_rate), scale(over([db], n), learning_rate)[0]"),), (), "",
            "learning_rate"),
    Mistake("step-for-gradient",
            "What was handed over is the step, minus the learning rate times the gradient.",
            "Hand over the gradient itself.",
            ((REDUCED, "dW, db = scale(over(dW, n), -learning_rate), scale(over([db], n), -learning_rate)[0]"),), (),
            "", "learning_rate"),

    # ---- the slope
    Mistake("missing-slope-output",
            "The output layer's delta is the bare error: the slope of its activation is missing.",
            SLOPE_CURE + " Only with a cross-entropy does it cancel.",
            ((OUTPUT, "delta = error"),), (PLAIN_LOSS, BENT_OUTPUT),
            "kept from the cross-entropy: mnielsen/neural-networks-and-deep-learning#45, #77; "
            "rasbt/python-machine-learning-book-3rd-edition#154"),
    Mistake("missing-slope-hidden",
            "The hidden layers' deltas are the bare errors: the slope of their activation is missing.",
            SLOPE_CURE,
            ((HIDDEN, "return error"),), (BENT_HIDDEN,)),
    Mistake("missing-slope",
            "No delta has a slope in it: errors are passed down as if every unit were linear.",
            SLOPE_CURE,
            ((OUTPUT, "delta = error"), (HIDDEN, "return error")), (PLAIN_LOSS, BENT_OUTPUT, BENT_HIDDEN)),
    Mistake("slope-of-z",
            "The formula for the slope that expects the activation a is given the weighted input z.",
            "Write a * (1 - a) of a = sigmoid(z) and 1 - a * a of a = tanh(z), never of z.",
            ((FROM_A, "slope = map(SLOPES[activation], z)"),), (PLAIN_LOSS, CURVED_OUTPUT, CURVED_HIDDEN),
            "kyle8998/Sudo-Productivity#3"),
    Mistake("slope-of-z-output",
            "In the output layer the formula for the slope that expects a is given the weighted input z.",
            "Write a * (1 - a) of a = sigmoid(z) and 1 - a * a of a = tanh(z), never of z.",
            ((OUTPUT, "delta = weighted(net, net.output, error, z, z)"),), (PLAIN_LOSS, CURVED_OUTPUT)),
    Mistake("slope-of-z-hidden",
            "In the hidden layers the formula for the slope that expects a is given the weighted input z.",
            "Write a * (1 - a) of a = sigmoid(z) and 1 - a * a of a = tanh(z), never of z.",
            ((HIDDEN, "return weighted(net, net.activation, error, z, z)"),), (CURVED_HIDDEN,)),
    Mistake("slope-of-activation",
            "The function for the slope that expects z is given a, and squashes it once more: the slope at sigmoid(z).",
            "Give it z; or, having a, write the slope as a * (1 - a), without another sigmoid.",
            ((FROM_A, "slope = map(SLOPES[activation], ACTIVATIONS[activation].value(a, net.arithmetic))"),),
            (PLAIN_LOSS, CURVED_OUTPUT, CURVED_HIDDEN),
            "suspected, wrongly, in llSourcell/recurrent_neural_net_demo#2"),
    Mistake("slope-of-activation-output",
            "In the output layer the slope is taken at a in place of z: the activation is applied twice.",
            "Give the slope z; or, having a, write it as a * (1 - a), without another sigmoid.",
            ((OUTPUT, "delta = weighted(net, net.output, error, z, ACTIVATIONS[net.output].value(a, net.arithmetic))"),
             ), (PLAIN_LOSS, CURVED_OUTPUT)),
    Mistake("slope-of-activation-hidden",
            "In the hidden layers the slope is taken at a in place of z: the activation is applied twice.",
            "Give the slope z; or, having a, write it as a * (1 - a), without another sigmoid.",
            ((HIDDEN, "return weighted(net, net.activation, error, z, "
                      "ACTIVATIONS[net.activation].value(a, net.arithmetic))"),), (CURVED_HIDDEN,)),
    Mistake("slope-twice",
            "Every delta has the slope in it twice.",
            "Multiply by the slope in one place: either in the derivative of the loss or in the layer.",
            ((FROM_A, "slope = map(SLOPES[activation], a); slope = multiply(slope, slope)"),),
            (PLAIN_LOSS, CURVED_OUTPUT, CURVED_HIDDEN)),
    Mistake("slope-twice-output",
            "The output layer's delta has the slope in it twice.",
            "Multiply by the slope in one place: either in the derivative of the loss or in the layer.",
            ((OUTPUT, "delta = weighted(net, net.output, weighted(net, net.output, error, z, a), z, a)"),),
            (PLAIN_LOSS, BENT_OUTPUT)),
    Mistake("slope-twice-hidden",
            "The hidden layers' deltas have the slope in them twice.",
            "Multiply by the slope in one place: where the error has come through the weights.",
            ((HIDDEN, "return weighted(net, net.activation, weighted(net, net.activation, error, z, a), z, a)"),),
            (CURVED_HIDDEN,)),
    Mistake("slope-half-written",
            "The slope is written 1 - a: a factor a is missing in a * (1 - a), or the square in 1 - a * a.",
            "The sigmoid's slope is a * (1 - a), that of tanh 1 - a * a.",
            ((SIGMOID, "return 1 - a"), (TANH, "return 1 - a")), (CURVED,)),
    Mistake("slope-plus",
            "There is a plus in the slope where a minus belongs: a * (1 + a), or 1 + a * a.",
            "The sigmoid's slope is a * (1 - a), that of tanh 1 - a * a.",
            ((SIGMOID, "return a * (1 + a)"), (TANH, "return 1 + a * a")), (CURVED,)),
    Mistake("slope-negated",
            "The slope has its minus the wrong way round, a * (a - 1), so that every layer turns the sign.",
            "The sigmoid's slope is a * (1 - a), that of tanh 1 - a * a: no slope of these is ever negative.",
            ((SIGMOID, "return a * (a - 1)"), (TANH, "return a * a - 1")), (CURVED,)),
    Mistake("sigmoid-slope-everywhere",
            "The sigmoid's slope a * (1 - a) is used for layers that are no sigmoids.",
            "Give each layer the slope of its own activation: 1 - a * a for tanh, 1 or 0 for relu, 1 if linear.",
            ((FROM_A, "slope = map(sigmoid_slope, a)"),), (NOT_SIGMOID,)),
    Mistake("tanh-slope-everywhere",
            "The slope of tanh, 1 - a * a, is used for layers that are no tanh.",
            "Give each layer the slope of its own activation: a * (1 - a) for the sigmoid, 1 or 0 for relu.",
            ((FROM_A, "slope = map(tanh_slope, a)"),), (NOT_TANH,)),
    Mistake("relu-slope-at-zero",
            "The slope of relu asks a >= 0, which is true of everything that relu lets out.",
            "Ask z > 0, or a > 0.",
            ((RELU, "return 1 if a >= 0 else 0"),), (RELU_UNITS,)),
    Mistake("relu-value-as-slope",
            "The slope of relu is its value: max(0, z) in place of 1 or 0.",
            "The slope is 1 where z > 0, and 0 elsewhere.",
            ((RELU, "return a"),), (RELU_UNITS,)),
    Mistake("relu-of-error",
            "Backward, relu is applied to the error: what is negative is cut off, whatever z was.",
            "Ask for the sign of z, from the forward pass: error where z > 0, and 0 elsewhere.",
            ((HIDDEN, "return map(lambda e: e if e > 0 else 0 * e, error)"),), (RELU_HIDDEN,)),
    Mistake("leaky-slope",
            "The slope of relu is 0.01 where it should be 0: the slope of a leaky relu, but not its value.",
            "Let both leak or neither.",
            ((RELU, "return 1 if a > 0 else 0.01"),), (RELU_UNITS,)),
    Mistake("softmax-diagonal",
            "Softmax is treated as if each output depended on its own z alone: only the diagonal a * (1 - a) is there.",
            "Use the whole matrix of slopes: a_i (error_i - sum of error_j a_j).",
            (("return softmax_weighted(error, a)", "return multiply(error, map(sigmoid_slope, a))"),),
            (PLAIN_LOSS, SOFTMAX_OUTPUT)),

    # ---- the loss
    Mistake("cross-entropy-extra-slope",
            "The slope of the outputs is multiplied in, though with a cross-entropy it cancels: delta is a - y.",
            "Drop the slope in the output layer, or change to the squared error, where it belongs.",
            ((FUSED, "delta = weighted(net, net.output, error, z, a)"),), (FUSED_LOSS,),
            "mnielsen/neural-networks-and-deep-learning#45, #77; makeyourownneuralnetwork/makeyourownneuralnetwork#88"),
    Mistake("cross-entropy-diagonal-slope",
            "The error a - y is multiplied by a * (1 - a), as for the squared error of sigmoids; these are softmax.",
            "Drop the slope in the output layer: delta is a - y.",
            ((FUSED, "delta = multiply(error, map(sigmoid_slope, a))"),), (CATEGORICAL, OUTPUTS)),
    Mistake("cross-entropy-slope-forgotten",
            "The derivative of the binary cross-entropy by a, (a - y) / (a (1 - a)), is passed on without the slope.",
            "Multiply by a (1 - a), which leaves a - y; better, write delta = a - y at once.",
            ((FUSED, "delta = [[e / (p * (1 - p)) for e, p in zip(*rows)] for rows in zip(error, a)]"),),
            (BINARY,)),
    Mistake("log-slope-alone",
            "The output layer's delta is -y / a, the derivative by a, without the slopes of softmax.",
            "Multiply by the matrix of slopes, which leaves a - y; better, write delta = a - y at once.",
            ((FUSED, "delta = [[-t / p for t, p in zip(*rows)] for rows in zip(y, a)]"),), (FUSED_LOSS,)),
    Mistake("only-own-target",
            "Each output learns from its own target alone, delta = -y (1 - a): where y is 0, nothing.",
            "For a yes or no add what the loss has for y = 0; for softmax, the influence on the other outputs: a - y.",
            ((FUSED, "delta = [[-t * (1 - p) for t, p in zip(*rows)] for rows in zip(y, a)]"),), (FUSED_LOSS,)),
    Mistake("averaged-error",
            "The error is averaged over the examples, and then every example gets the average.",
            "Keep each example's own error; average the products at the end.",
            ((ERROR, "error = over([column_sums(subtract(a, y))], len(y)) * len(y)"),), (EXAMPLES,)),
    Mistake("target-forgotten",
            "The error is the prediction itself: the target was never subtracted.",
            "Start from a - y.",
            ((ERROR, "error = scale(a, 1)"),)),
    Mistake("absolute-error",
            "The error has lost its sign: |a - y| in place of a - y.",
            "Keep the sign; it says which way to go. Take sizes only for what is printed.",
            ((ERROR, "error = map(abs, subtract(a, y))"),)),
    Mistake("sign-of-error",
            "Only the sign of the error is used, 1 or -1: the derivative of |a - y|.",
            "The derivative of ½ (a - y)² is a - y.",
            ((ERROR, "error = map(lambda e: e * 0 + sign(e), subtract(a, y))"),)),
    Mistake("loss-for-slope",
            "Backprop starts from the squared error itself, (a - y)², in place of its derivative.",
            "Start from the derivative of the loss: a - y.",
            ((ERROR, "error = multiply(subtract(a, y), subtract(a, y))"),)),

    # ---- back through the weights
    Mistake("updated-weights",
            "The hidden layers' error went through weights that had already been updated.",
            "Compute the gradients of all layers first; change the weights after that.",
            (("W = net.weights[layer]", "W = subtract(net.weights[layer], scale(dW, learning_rate))"),),
            (HIDDEN_LAYER,),
            "behind the published .291027924 of M. Mazur's step-by-step example (2015), mended in "
            "mattm/simple-neural-network 4b6faac; the RGU slides (chapter 3); kim-marcel/basic_neural_network#7; "
            "Bot-Academy/NeuralNetworkFromScratch#3", "learning_rate"),
    Mistake("weights-not-transposed",
            "The error is passed down through W in place of its transpose; with a square W nothing complains.",
            "Pass it through the transpose: error = delta · Wᵀ. Try layers of different sizes, and it shows.",
            ((BACK, "error = dot(delta, W)"),), (SQUARE_ABOVE,),
            "jcjohnson/pytorch-examples#29; fengdu78/deeplearning_ai_books#21"),
    Mistake("weights-forgotten",
            "The error is passed down without the weights: every unit below gets the sum of the deltas.",
            "Weight each delta with the weight that it came through: error = delta · Wᵀ.",
            ((BACK, "error = [[total] * len(W) for total in row_sums(delta)]"),), (HIDDEN_LAYER,)),
    Mistake("wrong-layer-weights",
            "The error is passed down through the weights of the layer below.",
            "The error of layer l goes through the weights of layer l + 1, which its outputs feed.",
            (("W = net.weights[layer]", "W = net.weights[layer - 1]"),), (HIDDEN_LAYER, SQUARE)),
    Mistake("error-not-delta",
            "The bare error is passed down in place of the delta: the slopes of the layers above are missing below.",
            "Multiply with the slope first, and pass down delta: error = delta · Wᵀ.",
            ((BACK, "error = dot(error, transpose(W))"),), (BENT_ABOVE,),
            "T. Rashid, \"Make Your Own Neural Network\" (2016), splits errors so by design"),
    Mistake("hidden-error-mean",
            "The hidden layers' error is the mean over the units above, not the sum.",
            "Add up what comes from every unit above.",
            ((BACK, "error = over(dot(delta, transpose(W)), len(W[0]))"),), (HIDDEN_LAYER, OUTPUTS)),
    Mistake("hidden-sign",
            "The hidden layers' gradient has the wrong sign, that of the output layer the right one.",
            "Use one sign throughout: a - y, and subtract; or y - a, and add.",
            ((BACK, "error = scale(dot(delta, transpose(W)), -1)"),), (HIDDEN_LAYER,)),
    Mistake("mean-again-below",
            "Below the last layer the gradient is divided by the number of examples once more, layer by layer.",
            "Divide once: in the derivative of the loss, or where the products are added up.",
            ((BACK, "error = over(dot(delta, transpose(W)), len(X))"),), (HIDDEN_LAYER, EXAMPLES)),
    Mistake("error-overwritten",
            "Of the units above, the last alone passes its error down: = in the loop, where += belongs.",
            "Add up what comes from every unit above.",
            ((BACK, "error = [[row[-1] * weights[-1] for weights in W] for row in delta]"),),
            (HIDDEN_LAYER, Condition("two units above a hidden layer", lambda net, X, y: max(net.sizes[2:]) > 1))),
    Mistake("wrong-layer-slope",
            "The hidden layers' deltas have the slope of the layer above.",
            "Multiply the error of a layer with the slope of that same layer.",
            ((RENEWED, "delta = hidden_delta(net, error, z[layer], a[layer + 1])"),), (BENT_HIDDEN, SAME_UNITS)),
    Mistake("slope-of-inputs",
            "The hidden layers' deltas have the slope of the layer below, at the inputs for the first.",
            "Multiply the error of a layer with the slope of that same layer.",
            ((RENEWED, "delta = hidden_delta(net, error, z[layer - 1], a[layer - 1])"),), (BENT_HIDDEN, SAME_INPUTS)),
    Mistake("detached-layer",
            "No error reaches the layers below the last: their gradient is zero.",
            "Pass the error on; look for a detach(), a copy, or a loop that ends one layer too soon.",
            ((BACK, "error = scale(dot(delta, transpose(W)), 0)"),), (HIDDEN_LAYER,)),
    Mistake("delta-never-renewed",
            "Every layer uses the output layer's delta: the loop never replaces it.",
            "Assign the hidden layer's delta to the variable that the next turn of the loop reads.",
            ((RENEWED, "hidden_delta(net, error, z[layer - 1], a[layer])"),), (HIDDEN_LAYER, SAME_UNITS)),

    # ---- the product of inputs and deltas
    Mistake("gradient-transposed",
            "The gradient of the weights is transposed; with square weights nothing complains.",
            "The gradient of W is inputsᵀ · delta. Try layers of different sizes, and it shows.",
            ((PRODUCT, "dW = dot(transpose(delta), inputs)"),), (SQUARE,),
            "jcjohnson/pytorch-examples#29; fengdu78/deeplearning_ai_books#21"),
    Mistake("weighted-input-as-input",
            "The layers above the first multiply delta with the weighted input z of the layer below, not with its a.",
            "Multiply with what the weights were multiplied with going forward: the activations below.",
            ((INPUTS, "inputs = z[layer - 1] if layer > 0 else X"),), (BENT_HIDDEN,)),
    Mistake("own-activation-as-input",
            "Each layer multiplies its delta with its own activations in place of its inputs.",
            "Multiply with the activations of the layer below.",
            ((INPUTS, "inputs = a[layer + 1]"),), (SAME_WIDTHS,)),
    Mistake("wrong-layer-input",
            "Each layer multiplies its delta with the inputs of the layer below it.",
            "Multiply with the activations right below: those that its own weights were multiplied with.",
            ((INPUTS, "inputs = a[max(layer - 1, 0)]"),), (HIDDEN_LAYER, SAME_INPUTS)),
    Mistake("inputs-everywhere",
            "Every layer multiplies its delta with the inputs of the network.",
            "Multiply with the activations right below: only for the first layer are these the inputs.",
            ((INPUTS, "inputs = X"),), (TWO_HIDDEN, SAME_INPUTS)),
    Mistake("averaged-before-product",
            "Inputs and deltas are averaged over the examples before they are multiplied.",
            "Multiply example by example, and add up the products.",
            ((PRODUCT, "dW = outer(over([column_sums(inputs)], len(X))[0], column_sums(delta))"),), (EXAMPLES,)),
    Mistake("averaged-first",
            "Inputs, activations and targets are averaged over the examples, and backprop is run on the average.",
            "Run it on every example, and average the gradients: the network is not linear.",
            (("z, a = forward(net, X)",
              "z, a = [[means(A) for A in part] for part in forward(net, X)]; X, y = means(X), means(y)"),),
            (EXAMPLES,)),
    Mistake("inputs-of-example-before",
            "The deltas are multiplied with the inputs of the example before.",
            "Take inputs and delta from the same example; look for a variable that is set too late.",
            ((PRODUCT, "dW = dot(transpose(inputs[-1:] + inputs[:-1]), delta)"),), (EXAMPLES,)),
    Mistake("layers-reversed",
            "The gradients are in the order in which they were computed: from the last layer to the first.",
            "Put each at the front of the list, or reverse it at the end.",
            ((KEEP_W, "weight_gradients.append(dW)"), (KEEP_B, "bias_gradients.append(db)")),
            (HIDDEN_LAYER, SAME_WIDTHS)),

    # ---- the examples
    Mistake("last-example-dropped",
            "The last example has no share in the gradient.",
            "Let the loop go to the end: range(len(X)), not range(len(X) - 1).",
            ((PRODUCT, "dW = dot(transpose(inputs[:-1]), delta[:-1])"), (BIAS, "db = column_sums(delta[:-1])")),
            (EXAMPLES,)),
    Mistake("first-example-dropped",
            "The first example has no share in the gradient.",
            "Begin at row 0; look for a header line that was skipped twice.",
            ((PRODUCT, "dW = dot(transpose(inputs[1:]), delta[1:])"), (BIAS, "db = column_sums(delta[1:])")),
            (EXAMPLES,)),
    Mistake("batch-cut-short",
            "The last example is left out altogether: the mean is that of all the others.",
            "Let the slice go to the end: X[:-1] leaves one out.",
            (("return batch(net, X, y)", "return batch(net, X[:-1], y[:-1])"),), (EXAMPLES, MEAN)),
    Mistake("batch-begun-late",
            "The first example is left out altogether: the mean is that of all the others.",
            "Begin at row 0; look for a header line that was skipped twice.",
            (("return batch(net, X, y)", "return batch(net, X[1:], y[1:])"),), (EXAMPLES, MEAN)),
    Mistake("last-example-only",
            "The gradient is that of the last example alone.",
            "Add up over the examples: += in the loop, not =.",
            ((PRODUCT, "dW = outer(inputs[-1], delta[-1])"), (BIAS, "db = scale(delta, 1)[-1]")), (EXAMPLES,)),
    Mistake("first-example-only",
            "The gradient is that of the first example alone.",
            "Add up over the examples; look for a return inside the loop, or an index [0].",
            ((PRODUCT, "dW = outer(inputs[0], delta[0])"), (BIAS, "db = scale(delta, 1)[0]")), (EXAMPLES,)),
    Mistake("targets-shifted",
            "The predictions are compared with the targets of the next example.",
            "Keep X and y in the same order.",
            ((ERROR, "error = subtract(a, y[1:] + y[:1])"),), (EXAMPLES,)),
    Mistake("targets-reversed",
            "The predictions are compared with the targets in reverse order.",
            "Keep X and y in the same order: shuffle or sort both or neither.",
            ((ERROR, "error = subtract(a, list(reversed(y)))"),), (EXAMPLES,)),
    Mistake("stale-activations",
            "The activations are those from before the last step: the forward pass was not run again.",
            "Run the forward pass with the present weights before going backward.",
            (("z, a = forward(net, X)", "z, a = forward(before(net, X, y, learning_rate), X)"),), (), "",
            "learning_rate"),

    Mistake("updated-between-examples",
            "The weights were updated after each example, so that every example saw other weights.",
            "Add up the gradients of the batch with the weights as they are; change these after that.",
            (("return batch(net, X, y)", "return example_by_example(batch, net, X, y, learning_rate)"),), (EXAMPLES,),
            "", "learning_rate"),

    # ---- the biases
    Mistake("bias-forgotten",
            "The gradient of the biases is zero.",
            "Sum delta over the examples: a bias is a weight whose input is always 1.",
            ((BIAS, "db = [0 * d for d in delta[0]]"),), (BIASES,)),
    Mistake("bias-last-example",
            "The gradient of the biases is that of the last example alone, not summed.",
            "Sum delta over the examples.",
            ((BIAS, "db = delta[-1]"),), (BIASES, EXAMPLES)),
    Mistake("bias-first-example",
            "The gradient of the biases is that of the first example alone, not summed.",
            "Sum delta over the examples.",
            ((BIAS, "db = delta[0]"),), (BIASES, EXAMPLES)),
    Mistake("bias-wrong-axis",
            "The gradient of the biases is summed over the units, not over the examples.",
            "Sum over the rows, the examples: axis 0. Try a batch of another size, and it shows.",
            ((BIAS, "db = row_sums(delta)"),), (BIASES, UNITS_ARE_EXAMPLES)),
    Mistake("bias-total",
            "Every bias of a layer has one and the same gradient: delta is summed over examples and units.",
            "Sum over the examples only: axis 0.",
            ((BIAS, "db = row_sums([column_sums(delta)]) * len(delta[0])"),), (BIASES, UNITS)),
    Mistake("bias-total-mean",
            "Every bias of a layer has one and the same gradient: delta is averaged over the units as well.",
            "Sum or average over the examples only: axis 0.",
            ((BIAS, "db = over([row_sums([column_sums(delta)])], len(delta[0]))[0] * len(delta[0])"),),
            (BIASES, UNITS)),
    Mistake("bias-not-averaged",
            "The gradient of the biases is summed over the examples, that of the weights averaged.",
            "Divide both by the number of examples.",
            ((REDUCED, "dW = over(dW, n)"),), (BIASES, EXAMPLES, MEAN),
            "sums and means are at odds in hunkim/DeepLearningZeroToAll#173, udlbook/udlbook#152"),
    Mistake("weights-not-averaged",
            "The gradient of the weights is summed over the examples, that of the biases averaged.",
            "Divide both by the number of examples.",
            ((REDUCED, "db = over([db], n)[0]"),), (BIASES, EXAMPLES, MEAN)),
    Mistake("bias-averaged",
            "The gradient of the biases is divided by the number of examples once more than that of the weights.",
            "Divide both, once, where the loss is a mean; and neither where it is a sum.",
            ((BIAS, "db = over([column_sums(delta)], len(X))[0]"),), (BIASES, EXAMPLES)),
    Mistake("bias-from-error",
            "The gradient of the biases is made of the error, without the slope.",
            "Sum delta, not the error.",
            ((BIAS, "db = column_sums(error)"),),
            (BIASES, Condition("a bent layer", lambda net, X, y: bool(elementwise_slopes(net) - {"identity"})))),
    Mistake("bias-from-error-output",
            "The gradient of the output layer's biases is made of the error, without the slope.",
            "Sum delta, not the error.",
            ((BIAS, "db = column_sums(error if layer == len(net.weights) - 1 else delta)"),),
            (BIASES, PLAIN_LOSS, BENT_OUTPUT)),
    Mistake("bias-times-bias",
            "The gradient of each bias is multiplied with the bias itself.",
            "A bias is a weight whose input is always 1: its gradient is the sum of delta.",
            ((BIAS, "db = multiply([column_sums(delta)], [net.biases[layer]])[0]"),), (BIASES,)),
    Mistake("bias-sign",
            "The gradient of the biases has the wrong sign, as for thresholds, which are subtracted.",
            "Where biases are added going forward, their gradient is plus the sum of delta.",
            ((BIAS, "db = scale([column_sums(delta)], -1)[0]"),), (BIASES,)),

    # ---- what training adds
    Mistake("l2-added",
            "The weights' gradient has λ w in it, the slope of a penalty that this loss does not have.",
            "Leave weight decay to the optimizer while the gradient is checked.",
            ((KEEP_W, "weight_gradients.insert(0, add(dW, scale(net.weights[layer], l2)))"),), (), "", "l2"),
    Mistake("l2-on-biases",
            "Weights and biases alike have λ times themselves added to their gradient.",
            "Leave weight decay out while the gradient is checked, and biases out of it always.",
            ((KEEP_W, "weight_gradients.insert(0, add(dW, scale(net.weights[layer], l2)))"),
             (KEEP_B, "bias_gradients.insert(0, add([db], scale([net.biases[layer]], l2))[0])")), (BIASES,), "", "l2"),
    Mistake("l1-added",
            "The weights' gradient has λ or -λ added, by the sign of the weight: the slope of a penalty λ Σ |w|.",
            "Leave the penalty to the optimizer while the gradient is checked.",
            ((KEEP_W, "weight_gradients.insert(0, add(dW, scale(map(sign, net.weights[layer]), l2)))"),), (), "", "l2"),
    Mistake("clipped",
            "Every component beyond a limit is cut to it.",
            "Leave clipping to the optimizer while the gradient is checked.",
            ((KEEP_W, "weight_gradients.insert(0, clipped(dW, limit))"),
             (KEEP_B, "bias_gradients.insert(0, clipped([db], limit)[0])")), (), "", "limit"),
    Mistake("dropout-left-on",
            "Dropout was left on: some hidden units are dropped, the others scaled up, there and back.",
            "Switch dropout off while the gradient is checked.",
            ((FORWARD, "a.append(drop(outputs, dropped[layer], keep))"), (BACK, DROPPED_BACK), (HIDDEN, UNDROPPED)),
            (HIDDEN_UNITS,), "", "keep"),
    Mistake("dropout-unscaled",
            "Dropout was left on, and its mask is not scaled up: the units kept are not divided by that share.",
            "Divide what is kept by the share that is kept; and switch dropout off while the gradient is checked.",
            ((FORWARD, "a.append(drop(outputs, dropped[layer], 1))"),
             (BACK, "error = drop(dot(delta, transpose(W)), dropped[layer - 1], 1)"), (HIDDEN, UNDROPPED)),
            (HIDDEN_UNITS,)),
    Mistake("dropout-unscaled-backward",
            "Dropout scales up the units that it keeps going forward, but not their errors going backward.",
            "Multiply the error with the very mask, scaled up, that the activations were multiplied with.",
            ((FORWARD, "a.append(drop(outputs, dropped[layer], keep))"),
             (BACK, "error = drop(dot(delta, transpose(W)), dropped[layer - 1], 1)"), (HIDDEN, UNDROPPED)),
            (HIDDEN_UNITS,), "", "keep"),
    Mistake("dropout-not-backward",
            "Dropout drops units going forward, but lets their errors through going backward.",
            "Multiply the error with the very mask that the activations were multiplied with.",
            ((FORWARD, "a.append(drop(outputs, dropped[layer], keep))"), (HIDDEN, UNDROPPED)),
            (HIDDEN_UNITS,), "", "keep"),
    Mistake("dropout-scaled-slope",
            "Under dropout, the slope is taken from the activation after it was scaled up.",
            "Take the slope from the activation as it was before the mask.",
            ((FORWARD, "a.append(drop(outputs, dropped[layer], keep))"), (BACK, DROPPED_BACK)),
            (HIDDEN_UNITS, CURVED_HIDDEN), "A. Trask, \"Hinton's Dropout in 3 Lines of Python\" (2015)", "keep"),

    # ---- the numbers themselves
    Mistake("float32",
            "The numbers have the precision of 32-bit floats, about seven digits.",
            "Check in 64 bits: dtype=float64, .double(); then train in what you like.",
            (("outputs = net.activation_functions[layer].value(z[layer], net.arithmetic)",
              "outputs = float32(net, net.activation_functions[layer].value(z[layer], net.arithmetic))"),
             (REDUCED, "dW, db = float32(net, over(dW, n)), float32(net, over([db], n))[0]"))),
]
MISTAKES: Dict[str, Mistake] = {mistake.name: mistake for mistake in CATALOGUE}
