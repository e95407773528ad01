"""The gradient to as many digits as are asked for, from the loss alone, by two routes that have to agree."""
from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any, Callable, List, Sequence

from ..core.errors import PurenetError, whole
from ..core.gradients import Gradients
from ..core.network import Network
from .decimals import context_of, decimal_arithmetic
from .difference import central_gradient
from .dual import dual_gradient
from .loss import Pass, forward, loss_onward, weighted_input
from .parameters import names, unflatten

MOST_DIGITS = 1000
GUARD = 25  # digits beyond those that are asked for
SMALLEST = 324  # a float is 0 below 10^-324
SCOUT = 120  # digits: enough for the products of two floats to be exact


def exact_gradients(net: Network, X: Any, y: Any, digits: int = 50) -> Gradients:
    """Return the derivative of the loss by every weight and bias to so many digits, as Decimal numbers.

    It is taken through the loss twice, and never by backpropagation: by dual numbers, a + a'ε with ε² = 0, and by
    central differences, (C(w + h) - C(w - h)) / 2h, with an h so small and digits so many that no digit of the result
    is touched. The two have to agree to `digits` digits of every component, or of the smallest float (5e-324).

    X is (examples, sizes[0]), y is (examples, sizes[-1]); the floats in them and in the network count as exact. Exactly
    on its kink relu has the slope 0, as in the network.

    >>> net = Network([1, 1], init="zeros")
    >>> exact_gradients(net, [[1.0]], [[0.25]])
    Gradients(weights=[[[Decimal('0.0625')]]], biases=[[Decimal('0.0625')]])

    Raises ShapeError and DataError as `Network.gradients` does; OptionError unless `digits` is a whole number from 1 to
    1000; PurenetError should the two disagree.
    """
    digits = whole("digits", digits, at_most=MOST_DIGITS)
    X, y = net.read(X, y)
    with localcontext(context_of(SCOUT + digits)) as context:
        scout = forward(net, X, y, decimal_arithmetic(context))
        kink = min(Decimal(1), nearest_kink(scout))
        largest = max(abs(a) for layer in scout.inputs for row in layer for a in [Decimal(1), *row])
        small = (kink / largest).adjusted()
        wide = 2 * max(value.adjusted() for value in [Decimal(1), *numbers(scout)])  # the loss may be as large
    smallest = SMALLEST + digits  # the second attempt finds a component that cancels to nothing
    for steps, lost in (4 * digits // 5, min(lost_digits(scout), smallest)), (smallest // 2 + GUARD, smallest):
        steps -= small
        context = context_of(digits + GUARD + steps + lost + wide)
        with localcontext(context):
            run = forward(net, X, y, decimal_arithmetic(context, kink / 2))
            by_duals = dual_gradient(run)
            by_differences = difference_gradient(run, Decimal(10) ** -steps)
        apart = disagreeing(by_duals, by_differences, digits)
        if not apart:
            shown = [rounded(value, digits) for value in by_duals]
            return Gradients(*unflatten(shown, net.weights, net.biases))
    k = apart[0]
    raise PurenetError(f"exact_gradients: {names(net)[k]} is {by_duals[k]:.{digits}e} by dual numbers and "
                       f"{by_differences[k]:.{digits}e} by differences: they should agree to {digits} digits")


def numbers(run: Pass) -> List[Decimal]:
    """Return all weights and weighted inputs that are not 0."""
    return [value for tables in (run.weights, run.z) for table in tables for row in table for value in row if value]


def nearest_kink(run: Pass) -> Decimal:
    """Return how near to its kink a relu comes that is not exactly on it; where there is none, 1."""
    near = [abs(z) for name, layer in zip(activation_names(run.net), run.z) if name == "relu"
            for row in layer for z in row if z]
    return min(near, default=Decimal(1))


def lost_digits(run: Pass) -> int:
    """Return how many digits saturated layers may cost: sigmoid z agrees with 0 or 1 to |z| / ln 10 digits."""
    lost = 0.0
    for name, layer in zip(activation_names(run.net), run.z):
        if name in SATURATING:
            lost += max(SATURATING[name] * float(max(abs(z) for z in row)) for row in layer) / math.log(10)
    return 2 * math.ceil(min(lost, 10 * SMALLEST))


SATURATING = {"sigmoid": 1.0, "tanh": 2.0, "softmax": 2.0}  # by how many z


def activation_names(net: Network) -> List[str]:
    """Return the name of every layer's activation."""
    return [net.activation] * (len(net.weights) - 1) + [net.output]


def difference_gradient(run: Pass, h: Decimal) -> List[Decimal]:
    """Return the central difference quotients of the loss by every parameter, in the order of `names`.

    What lies before a changed weight is computed once.
    """
    weight_slopes, bias_slopes = [], []
    for layer, W in enumerate(run.weights):
        rows = [*W, *([run.biases[layer]] if run.biases is not None else [])]
        slopes = central_gradient(loss_by_layer(run, layer), [value for row in rows for value in row], h)
        size = len(W) * len(W[0])
        weight_slopes += slopes[:size]
        bias_slopes += slopes[size:]
    return weight_slopes + bias_slopes


def loss_by_layer(run: Pass, layer: int) -> Callable[[List[Decimal]], Decimal]:
    """Return the reduced loss as a function of one layer's weights, row by row, and then its biases."""
    units, inputs = len(run.weights[layer][0]), len(run.weights[layer])

    def loss(values: List[Decimal]) -> Decimal:
        rows = [values[start:start + units] for start in range(0, len(values), units)]
        weights = [*run.weights[:layer], rows[:inputs], *run.weights[layer + 1:]]
        biases = run.biases and [*run.biases[:layer], rows[inputs], *run.biases[layer + 1:]]
        total = Decimal(0)
        for a, targets in zip(run.inputs[layer], run.targets):
            z = weighted_input(a, weights, biases, layer)
            total += loss_onward(run.net, layer, z, targets, weights, biases, run.arithmetic)
        result: Decimal = run.net.reduce(total, len(run.targets))
        return result
    return loss


def disagreeing(first: Sequence[Decimal], second: Sequence[Decimal], digits: int) -> List[int]:
    """Return where two gradients do not agree to so many digits of the component or of the smallest float.

    >>> disagreeing([Decimal("1.00"), Decimal("2.00")], [Decimal("1.00"), Decimal("2.03")], 2)
    [1]
    """
    relative, smallest = Decimal(10) ** -digits, Decimal(10) ** -SMALLEST
    return [k for k, (a, b) in enumerate(zip(first, second))
            if not abs(a - b) <= relative * max(abs(a), abs(b), smallest)]


def rounded(value: Decimal, digits: int) -> Decimal:
    """Return a number rounded to so many digits, or 0 where it is beyond all that a float can tell from 0.

    >>> rounded(Decimal("0.062500000004"), 5), rounded(Decimal("1e-900"), 5)
    (Decimal('0.0625'), Decimal('0'))
    """
    if abs(value) < Decimal(10) ** (-SMALLEST - digits):
        return Decimal(0)
    return value.normalize(context_of(digits))
