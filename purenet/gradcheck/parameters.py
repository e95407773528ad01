"""The parameters of a network as one flat list, and the loss as a function of them.

The loss is written out here a second time, apart from `core.backprop`, in any kind of number whose Arithmetic is given:
float, complex, Decimal, dual numbers. Its derivative is to be taken through it, so no formula here may be right in its
value alone.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ..core.arithmetic import PLATFORM, Arithmetic
from ..core.network import Network

Number = Any  # float, complex, Decimal, Dual: what adds and multiplies
Row = Sequence[Number]
Weights = List[List[List[Number]]]
Biases = Optional[List[List[Number]]]


def names(net: Network) -> List[str]:
    """Return the name of every parameter: the weights layer by layer and row by row, then the biases.

    >>> names(Network([2, 1]))
    ['weights[0][0][0]', 'weights[0][1][0]', 'biases[0][0]']
    """
    weights = [f"weights[{layer}][{i}][{j}]" for layer, W in enumerate(net.weights)
               for i, row in enumerate(W) for j in range(len(row))]
    return weights + [f"biases[{layer}][{j}]" for layer, b in enumerate(net.biases or []) for j in range(len(b))]


def flatten(weights: Weights, biases: Biases) -> List[Number]:
    """Return every weight and bias in one list, in the order of `names`.

    >>> flatten([[[1.0], [2.0]]], [[3.0]])
    [1.0, 2.0, 3.0]
    """
    return [value for rows in [*weights, biases or []] for row in rows for value in row]


def unflatten(values: Sequence[Number], like_weights: Weights, like_biases: Biases) -> Tuple[Weights, Biases]:
    """Return the weights and biases whose `flatten` this is, in the shapes of others.

    >>> unflatten([1.0, 2.0, 3.0], [[[0], [0]]], [[0]])
    ([[[1.0], [2.0]]], [[3.0]])
    """
    rest = iter(values)
    weights = [[[next(rest) for _ in row] for row in W] for W in like_weights]
    return weights, None if like_biases is None else [[next(rest) for _ in b] for b in like_biases]


def loss_at(net: Network, X: Sequence[Row], y: Sequence[Row], weights: Weights, biases: Biases,
            arithmetic: Arithmetic = PLATFORM) -> Number:
    """Return the reduced loss that the network would have with these weights and biases.

    X is (examples, n_0), y is (examples, n_L). `arithmetic.number` reads everything, and the result is of its kind.

    >>> net = Network([2, 1], init="zeros")
    >>> loss_at(net, [[5.0, 3.0], [0.0, 1.0]], [[1.0], [0.5]], net.weights, net.biases)
    0.0625
    """
    read = arithmetic.number
    weights = [[[read(value) for value in row] for row in W] for W in weights]
    biases = None if biases is None else [[read(value) for value in b] for b in biases]
    total = read(0)
    for inputs, targets in zip(X, y):
        z = weighted_input([read(value) for value in inputs], weights, biases, 0)
        total += loss_onward(net, 0, z, [read(value) for value in targets], weights, biases, arithmetic)
    return net.reduce(total, len(y))


def weighted_input(a: Row, weights: Weights, biases: Biases, layer: int) -> List[Number]:
    """Return the weighted inputs of a layer for one example: z = a · W + b.     n_(l-1) -> n_l"""
    z = []
    for j, column in enumerate(zip(*weights[layer])):
        total = biases[layer][j] if biases is not None else 0
        for value, weight in zip(a, column):
            total = total + value * weight
        z.append(total)
    return z


def loss_onward(net: Network, layer: int, z: Row, targets: Row, weights: Weights, biases: Biases,
                arithmetic: Arithmetic) -> Number:
    """Return the loss of one example, from the weighted inputs of a layer on.     n_l, n_L -> a number"""
    a = net.activation_functions[layer].value([z], arithmetic)[0]
    for later in range(layer + 1, len(weights)):
        z = weighted_input(a, weights, biases, later)
        a = net.activation_functions[later].value([z], arithmetic)[0]
    return LOSSES[net.loss_name](z, a, targets, arithmetic)


def squared_error(z: Row, a: Row, targets: Row, arithmetic: Arithmetic) -> Number:
    """Return ½ Σ (a - y)² over the outputs of one example."""
    total = 0
    for output, target in zip(a, targets):
        total += (output - target) * (output - target)
    return total / 2


def mean_squared_error(z: Row, a: Row, targets: Row, arithmetic: Arithmetic) -> Number:
    """Return the mean of (a - y)² over the outputs of one example."""
    return squared_error(z, a, targets, arithmetic) * 2 / len(targets)


def binary_cross_entropy(z: Row, a: Row, targets: Row, arithmetic: Arithmetic) -> Number:
    """Return Σ log(1 + e^z) - y z over the outputs of one example; log(1 + e^z) = z + log(1 + e^-z) where z > 0."""
    total = 0
    for value, target in zip(z, targets):
        if arithmetic.real(value) > 0:
            total += value * (1 - target) + log_one_plus(arithmetic.exp(-value), arithmetic)
        else:
            total += log_one_plus(arithmetic.exp(value), arithmetic) - value * target
    return total


def cross_entropy(z: Row, a: Row, targets: Row, arithmetic: Arithmetic) -> Number:
    """Return Σ y_k (log(e^z_1 + e^z_2 + ...) - z_k) for one example; a constant, the largest z, is taken off all z."""
    reals = [arithmetic.real(value) for value in z]
    first = reals.index(max(reals))
    z = [value - reals[first] for value in z]
    others = arithmetic.exp(z[first]) - 1
    for k, value in enumerate(z):
        if k != first:
            others += arithmetic.exp(value)
    log_sum = log_one_plus(others, arithmetic)
    total = 0
    for value, target in zip(z, targets):
        total += target * (log_sum - value)
    return total


LOSSES: Dict[str, Callable[[Row, Row, Row, Arithmetic], Number]] = {
    "squared_error": squared_error,
    "mean_squared_error": mean_squared_error,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}


def log_one_plus(x: Number, arithmetic: Arithmetic = PLATFORM) -> Number:
    """Return log(1 + x), with a small x's digits kept, and so that its derivative keeps them as well.

    With r = 1 + x as rounded:  log(1 + x) = log r + (x - (r - 1)) / r. (Kahan's quotient, which the core has, is right
    in its value; but the derivative taken through it is off by the rounding of r over x.)

    >>> log_one_plus(1e-20)
    1e-20
    """
    rounded = 1 + x
    return arithmetic.log(rounded) + (x - (rounded - 1)) / rounded
