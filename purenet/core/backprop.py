"""Backpropagation: which way, and how strongly, each weight changes the loss.

The whole idea, for any number of layers. The names of the eleven-line tutorial are in brackets:

    forward     z = dot(a, W) + b                       the weighted inputs of a layer
                a = activation(z)                       its activations [l1]
    backward    error = a - y                           how far off the outputs are [l1_error, with the sign turned]
                delta = error * slope(z)                weighted by how undecided they were [l1_delta]
                gradient = dot(transpose(a), delta)     each input value times each delta, summed over the examples
                error = dot(delta, transpose(W))        the share of it that the layer before has to answer for

and then W - learning_rate * gradient are the new weights [syn0], which is the optimizer's business. (a - y is the error
for the squared error; other losses have their own.)
"""

from . import matrix
from .gradients import Gradients


def nothing(step, layer, value):
    """Record nothing: training has no use for the steps in between."""


def forward(network, X, record=nothing):
    """Return the weighted inputs of every layer, and the activations: the inputs, then those of every layer.

    z_l = a_(l-1) · W_l + b_l     a_l = activation(z_l)     a_0 = X
    X is (examples, n_0), W_l is (n_(l-1), n_l); z_l and a_l are (examples, n_l). On paper layers count from 1; in the
    lists from 0, so that weights[0] is W_1, weighted_inputs[0] is z_1, and activations[0] is a_0.

    `record(step, layer, value)` is called with each result as it comes: "weighted_input", "activation".

    >>> from purenet.core.network import Network
    >>> forward(Network([2, 1], init="zeros"), [[5.0, 3.0]])
    ([[[0.0]]], [[[5.0, 3.0]], [[0.5]]])
    """
    weighted_inputs, activations = [], [X]
    for layer, W in enumerate(network.weights):
        z = matrix.dot(activations[layer], W)
        if network.biases is not None:
            z = matrix.add_row(z, network.biases[layer])
        a = network.activation_functions[layer].value(z, network.arithmetic)
        record("weighted_input", layer, z)
        record("activation", layer, a)
        weighted_inputs.append(z)
        activations.append(a)
    return weighted_inputs, activations


def backward(network, weighted_inputs, activations, y, record=nothing, examples=None):
    """Return the gradients of the reduced loss, from the results of the forward pass and the targets.

    delta_L = ∂C/∂a_L ⊙ slope(z_L)     delta_l = (delta_(l+1) · W_(l+1)ᵀ) ⊙ slope(z_l)
    ∂C/∂W_l = a_(l-1)ᵀ · delta_l       ∂C/∂b_l = delta_l summed over the examples
    ⊙ is elementwise; delta_l is ∂C/∂z_l, (examples, n_l); ∂C/∂W_l is (n_(l-1), n_l), as W_l. Where these rows are
    part of a batch, `examples` is the number of all its rows, and the result is what the part contributes.

    The network is not changed. `record(step, layer, value)` is called with each result as it comes: for every layer
    from the last to the first "error" and "slope" (but not where a loss is made for its output: there delta is a - y),
    then "delta", "gradient" and, with biases, "bias_gradient". The slope of softmax stands for its matrix of slopes.

    Source: D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", Nature 323
    (1986).
    """
    weight_gradients: list = []
    bias_gradients: list = []
    examples = examples or len(y)
    delta = output_delta(network, weighted_inputs[-1], activations[-1], y, examples, record)
    for layer in range(len(network.weights) - 1, -1, -1):
        record("delta", layer, delta)
        gradient = matrix.dot(matrix.transpose(activations[layer]), delta)
        record("gradient", layer, gradient)
        weight_gradients.insert(0, gradient)
        if network.biases is not None:
            bias_gradients.insert(0, matrix.column_sums(delta))
            record("bias_gradient", layer, bias_gradients[0])
        if layer > 0:
            error = matrix.dot(delta, matrix.transpose(network.weights[layer]))
            delta = through_activation(network, layer - 1, error, weighted_inputs[layer - 1], record)
    return Gradients(weight_gradients, bias_gradients if network.biases is not None else None)


def output_delta(network, z, a, y, examples, record):
    """Return the delta of the output layer: the loss's error times the slope, or a - y where the two cancel to that.

    The loss of n examples is their mean if the reduction is "mean", so what comes from each is divided by n.
    """
    loss = network.loss_function
    if loss.output is not None:
        return reduced(network, matrix.subtract(a, y), examples)
    error = [loss.error(outputs, targets) for outputs, targets in zip(a, y)]
    return through_activation(network, len(network.weights) - 1, reduced(network, error, examples), z,
                              record)


def reduced(network, rows, examples):
    """Return what comes from each example as its part of the reduced loss.     (examples, n) -> (examples, n)"""
    return [[network.reduce(value, examples) for value in row] for row in rows]


def through_activation(network, layer, error, z, record):
    """Return the delta of a layer: its error, weighted by how steep the activation is at z."""
    activation = network.activation_functions[layer]
    slope = activation.slope(z, network.arithmetic)
    record("error", layer, error)
    record("slope", layer, slope)
    return activation.delta(error, slope)
