"""The gradient check that everyone can do at home: nudge each weight, and see what the loss makes of it."""

from .gradients import Gradients

STEP = 2.0 ** -17  # near the cube root of a float's rounding, where rounding and curvature cost about as much


def central_differences(network, X, y, step=STEP):
    """Return the gradients told from the loss alone, without backpropagation.

    ∂C/∂w ≈ (C(w + h) - C(w - h)) / 2h, in error by about h² and by the rounding of C over h: good to some nine digits.

    >>> from purenet.core.network import Network
    >>> central_differences(Network([2, 1], init="zeros"), [[2.0, -4.0]], [[1]]).biases[0][0] + 0.125 < 1e-10
    True

    X is (examples, sizes[0]), y is (examples, sizes[-1]); the gradients have the shapes of the weights and biases.

    Raises what `network.loss` raises.
    """
    slopes = [[_difference(network, row, i, X, y, step) for i in range(len(row))] for row in network.rows()]
    weights = []
    for W in network.weights:
        weights.append(slopes[:len(W)])
        slopes = slopes[len(W):]
    return Gradients(weights, None if network.biases is None else slopes)


def _difference(network, row, i, X, y, step):
    value = row[i]
    try:
        row[i] = above = value + step
        loss_above = network.loss(X, y)
        row[i] = below = value - step
        return (loss_above - network.loss(X, y)) / (above - below)
    finally:
        row[i] = value


def gradient_error(network, X, y, gradients=None):
    """Return how far gradients are from central differences: the largest difference over the largest component.

    Without gradients take those of backpropagation. About 1e-9 is agreement; 1e-4 and more a mistake, if no weighted
    input is near a kink of relu. It tells that something is wrong, not what.

    >>> from purenet.core.network import Network
    >>> gradient_error(Network([3, 4, 1]), [[0, 1, 1]], [[1]]) < 1e-8
    True

    Raises what `network.loss` raises.
    """
    found, expected = gradients or network.gradients(X, y), central_differences(network, X, y)
    largest = error = 0.0
    for row, expected_row in zip(_rows(found), _rows(expected)):
        for a, b in zip(row, expected_row):
            largest, error = max(largest, abs(a), abs(b)), max(error, abs(a - b))
    return error / (largest or 1.0)


def _rows(gradients):
    return [row for G in gradients.weights for row in G] + (gradients.biases or [])
