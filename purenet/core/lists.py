"""The engine that works on lists: the definition of what every engine has to do, to the last bit.

It follows `backprop` step by step, for any kind of number, on any Python. Other engines are faster at one job or
another; they are modules with the same functions.
"""

from . import backprop
from .errors import DivergenceError
from .matrix import row_sums
from .reading import is_finite


def predict(network, X):
    """Return the outputs for every example.     (examples, n_0) -> (examples, n_L)"""
    return backprop.forward(network, X)[1][-1]


def loss(network, X, y):
    """Return the sum of the losses of the examples.     (examples, n_0), (examples, n_L) -> a number

    >>> from purenet.core.network import Network
    >>> loss(Network([2, 1], init="zeros"), [[5.0, 3.0], [0.0, 1.0]], [[1.0], [0.5]])
    0.125
    """
    weighted_inputs, activations = backprop.forward(network, X)
    return row_sums([network.losses(weighted_inputs[-1], activations[-1], y)])[0]


def gradients(network, X, y, examples):
    """Return what these rows of a batch of so many examples contribute to its gradients, and the loss of each row."""
    weighted_inputs, activations = backprop.forward(network, X)
    contribution = backprop.backward(network, weighted_inputs, activations, y, examples=examples)
    return contribution, network.losses(weighted_inputs[-1], activations[-1], y)


def train(network, X, y, plan, batch_size, optimizer, l2, gradients=gradients):
    """Train the network, and yield, after one epoch or more, a list with the sum of the examples' losses of each.

    `plan` yields the numbers of some epochs, their learning rate and the order of their examples; whoever wants to look
    at the network between two epochs does not plan them together. The losses are those before each step.
    `gradients` computes those of a batch, and may be another function than the one here.

    Raises DivergenceError, with the weights as they were before that epoch, when the numbers outgrow a float.
    """
    for epochs, rate, order in plan:
        for epoch in epochs:
            before = parameters = network.weights, network.biases
            total = 0
            try:
                for parameters, losses in steps(network, X, y, order, batch_size, optimizer, rate, l2,
                                                gradients):
                    for example_loss in losses:
                        total += example_loss
                if total - total != 0 or not is_finite(parameters):
                    parameters = before
                    optimizer.forget()
                    raise DivergenceError(diverged(epoch, total, rate))
            finally:  # of one and the same step, wherever an interruption fell
                network.weights, network.biases = parameters
            yield [total]


def steps(network, X, y, order, batch_size, optimizer, rate, l2, gradients):
    """Take a step for each batch; yield the parameters after it, and the losses of its examples before it."""
    for start in range(0, len(order), batch_size):
        batch = order[start:start + batch_size]
        slopes, losses = gradients(network, [X[i] for i in batch], [y[i] for i in batch], len(batch))
        network.weights, network.biases = optimizer.step(network.weights, network.biases, slopes, rate, l2)
        yield (network.weights, network.biases), losses


def diverged(epoch, total, rate):
    """Return the sentence for a run whose numbers have outgrown a float."""
    what = "the weights are no longer finite" if total - total == 0 else f"the loss became {total}"
    return (f"fit: training diverged in epoch {epoch} (the first is 0): {what}; "
            f"the weights are kept as they were before it; try a learning_rate well below {rate:g}")
