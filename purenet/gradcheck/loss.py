"""The loss, written out a second time and apart from `core.backprop`, in any kind of number.

Which kind, an Arithmetic says: float, complex, Decimal, dual numbers. Derivatives are to be taken through these
formulas, so none may be right in its value alone.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from ..core.arithmetic import PLATFORM, Arithmetic
from ..core.network import Network

Number = Any  # float, complex, Decimal, Dual: what adds and multiplies
Row = Sequence[Number]
Weights = List[List[List[Number]]]
Biases = Optional[List[List[Number]]]


class Pass(NamedTuple):
    """Hold a forward pass: inputs[l][n] are what layer l makes z[l][n] of, for example n."""

    net: Network
    arithmetic: Arithmetic
    weights: Weights
    biases: Biases
    inputs: List[List[List[Number]]]
    z: List[List[List[Number]]]
    targets: List[List[Number]]


def forward(net: Network, X: Sequence[Row], y: Sequence[Row], arithmetic: Arithmetic) -> Pass:
    """Return the forward pass of all examples, in the numbers of the arithmetic.

    z_l = a_(l-1) · W_l + b_l     a_l = activation(z_l)     a_0 = X

    >>> forward(Network([1, 1], init="zeros"), [[3.0]], [[1.0]], PLATFORM).z
    [[[0.0]]]
    """
    read = arithmetic.number
    weights = [[[read(value) for value in row] for row in W] for W in net.weights]
    biases = None if net.biases is None else [[read(value) for value in b] for b in net.biases]
    a = [[read(value) for value in row] for row in X]
    inputs, weighted = [], []
    for layer, activation in enumerate(net.activation_functions):
        inputs.append(a)
        weighted.append([weighted_input(row, weights, biases, layer) for row in a])
        a = activation.value(weighted[layer], arithmetic)
    return Pass(net, arithmetic, weights, biases, inputs, weighted, [[read(value) for value in row] for row in y])


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
