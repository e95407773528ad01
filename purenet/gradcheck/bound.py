"""How far a correct gradient may be off: backprop on pairs of a value and a bound on its error.

Running error analysis (N. Higham, "Accuracy and stability of numerical algorithms", section 3.3), with u the rounding
of one operation, and TINY for what underflows:

    v = a ± b       error_a + error_b + u |v|
    v = a b         |a| error_b + |b| error_a + error_a error_b + u |v| + TINY
    v = σ(z)        σ'(z) (e^error_z - 1) + 6 u v + TINY        (the mean value theorem; an exp good to an ulp)

The slope is taken as textbooks form it, a (1 - a), by these rules: there a saturated network loses everything, and the
bound knows. Sums count every partial sum. So the bound is that of one implementation; four times as much allows for any
sensible one, with its sums in any order.
"""
from __future__ import annotations

import math
import struct
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from ..core.activation import relu, sigmoid, sigmoid_slope, tanh, tanh_slope
from ..core.arithmetic import Arithmetic
from ..core.network import Network

SAFETY = 4.0
EXP_COST = 6.0  # roundings in an activation that goes by way of exp
LOSSY = 1.5  # roundings of 1 in what becomes small by a subtraction; measured: 0.5 before SAFETY

Pair = Tuple[float, float]  # a value, and a bound on its error
Pairs = List[Pair]
Table = List[Pairs]
Matrix = Sequence[Sequence[float]]
Record = Callable[[str, int, Table], None]

ZERO, ONE = (0.0, 0.0), (1.0, 0.0)
OFF = (0.0, 0.0)  # the slope of a relu that passes nothing
KINK = (0.5, 0.5)  # the slope of one that may pass everything or nothing


class Precision(NamedTuple):
    """Hold what a type of floats costs: a rounding, relatively, and an underflow, absolutely."""

    name: str
    u: float
    tiny: float
    code: str  # of `struct`

    def stored(self, value: float) -> float:
        """Return the number as this type stores it.

        >>> FLOAT32.stored(0.1)
        0.10000000149011612
        """
        try:
            result: float = struct.unpack(self.code, struct.pack(self.code, value))[0]
        except OverflowError:
            return math.copysign(math.inf, value)
        return result


FLOAT64 = Precision("float64", 2.0 ** -53, 2.0 ** -1022, "d")
FLOAT32 = Precision("float32", 2.0 ** -24, 2.0 ** -126, "f")
PRECISIONS = {precision.name: precision for precision in (FLOAT64, FLOAT32)}


class Bounds(NamedTuple):
    """Hold, for every parameter in the order of `names`, how far a correct gradient may be off.

    `errors` has the bounds for rounding. Where the weighted input of a relu is so near to 0 that rounding decides its
    side, its slope may be anything from 0 to 1; `kinks` has the interval in which that leaves each component, or None.
    """

    errors: List[float]
    kinks: List[Optional[Pair]]


def nothing(step: str, layer: int, table: Table) -> None:
    """Record nothing: a verdict has no use for the steps in between."""


def backprop_bounds(net: Network, X: Matrix, y: Matrix, precision: Precision = FLOAT64, lossy: bool = False,
                    record: Record = nothing) -> Bounds:
    """Return how far the gradient of a correct backprop in floats may be off, component by component, before SAFETY.

    `lossy` allows each activation an absolute error of 1.5 u besides, where σ near 0 should have one of 6 u σ: what it
    costs to compute it as ½ (1 + tanh(z/2)), or 1 - 1 / (1 + e^z).

    `record(step, layer, table)` is called with the pairs of each intermediate result, under the names that
    `core.backprop` has for them. A slope is KINK itself where rounding decides it.

    >>> net = Network([1, 1], init="zeros")
    >>> backprop_bounds(net, [[1.0]], [[0.25]]).errors[0] < 1e-15
    True
    """
    read: Callable[[Matrix], Table] = lambda rows: [[(v, abs(v - precision.stored(v))) for v in row] for row in rows]
    weights, biases = [read(W) for W in net.weights], read(net.biases) if net.biases is not None else None
    names = [net.activation] * (len(weights) - 1) + [net.output]
    inputs, slopes = [read(X)], []
    more = LOSSY * precision.u if lossy else 0.0
    for layer, W in enumerate(weights):
        columns = list(zip(*W))
        starts = biases[layer] if biases is not None else [ZERO] * len(columns)
        z = [[dot(a, column, precision, start) for column, start in zip(columns, starts)] for a in inputs[-1]]
        both = [UNITS[names[layer]](row, precision, more, net.arithmetic) for row in z]
        inputs.append([a for a, _ in both])
        slopes.append([slope for _, slope in both])
        record("weighted_input", layer, z)
        record("activation", layer, inputs[-1])
        record("slope", layer, slopes[-1])
    error = output_error(net, inputs[-1], read(y), precision)
    backward: Callable[[List[Table], Record], Pairs] = lambda slopes, record: gradient(
        inputs, weights, biases is not None, slopes, error, names, net.loss_function.output is not None, precision,
        record)
    sure = [[[s if s is not KINK else OFF for s in row] for row in layer] for layer in slopes]
    errors = [bound for _, bound in backward(sure, record)]
    if sure == slopes:
        return Bounds(errors, [None] * len(errors))
    kinks: List[Optional[Pair]] = []
    for k, (value, wide) in enumerate(backward(slopes, nothing)):
        width = wide - errors[k]
        kinks.append((value - width, value + width) if width > SAFETY * errors[k] else None)
        if kinks[k] is None:  # rounding decides about no more than rounding
            errors[k] = wide
    return Bounds(errors, kinks)


def dot(left: Iterable[Pair], right: Iterable[Pair], precision: Precision, start: Pair = (0.0, 0.0)) -> Pair:
    """Return start + Σ left right, with the bound on its error.

    >>> dot([(2.0, 0.0)], [(3.0, 0.5)], FLOAT64)[1] - 1.0 < 1e-14
    True
    """
    _, u, tiny, _ = precision
    total, error = start
    for (a, error_a), (b, error_b) in zip(left, right):
        v = a * b
        total += v
        error += abs(a) * error_b + abs(b) * error_a + error_a * error_b + u * (abs(v) + abs(total)) + tiny
    return total, error


def product(first: Pair, second: Pair, precision: Precision) -> Pair:
    """Return first · second, with the bound on its error."""
    (a, error_a), (b, error_b) = first, second
    v = a * b
    return v, abs(a) * error_b + abs(b) * error_a + error_a * error_b + precision.u * abs(v) + precision.tiny


def difference(first: Pair, second: Pair, precision: Precision) -> Pair:
    """Return first - second, with the bound on its error."""
    v = first[0] - second[0]
    return v, first[1] + second[1] + precision.u * abs(v)


def growth(error: float, arithmetic: Arithmetic) -> float:
    """Return e^error - 1, the relative error of e^z for an error of z, or a little more.

    >>> from purenet.core.arithmetic import PLATFORM
    >>> growth(1e-15, PLATFORM), growth(2.0, PLATFORM)
    (1.000000000000001e-15, 6.38905609893065)
    """
    if error < 1:
        return error + error * error  # a bound without the rounding, or the platform, of exp
    return arithmetic.exp(min(error, 700.0)) - 1  # type: ignore[no-any-return]


def sigmoid_units(row: Pairs, precision: Precision, more: float, arithmetic: Arithmetic) -> Tuple[Pairs, Pairs]:
    """Return a = σ(z) and the slope a (1 - a) of every unit of one example."""
    activations = []
    for z, error in row:
        a = sigmoid(z, arithmetic)
        error = min(1.0, sigmoid_slope(z, arithmetic) * growth(error, arithmetic))
        activations.append((a, error + EXP_COST * precision.u * a + precision.tiny + more))
    return activations, [product(a, difference(ONE, a, precision), precision) for a in activations]


def tanh_units(row: Pairs, precision: Precision, more: float, arithmetic: Arithmetic) -> Tuple[Pairs, Pairs]:
    """Return a = tanh z = 2 σ(2z) - 1 and the slope 1 - a² of every unit of one example."""
    activations = []
    for z, error in row:
        a = tanh(z, arithmetic)
        error = min(2.0, tanh_slope(z, arithmetic) * growth(2 * error, arithmetic) / 2)
        activations.append((a, error + EXP_COST * precision.u * abs(a) + precision.tiny + more))
    slopes = [difference(ONE, product(a, a, precision), precision) for a in activations]
    # near z = 0 the subtraction costs next to nothing, and a slope that goes by way of exp, as 1 / cosh² z, more
    return activations, [(slope, error + EXP_COST * precision.u * slope) for slope, error in slopes]


def relu_units(row: Pairs, precision: Precision, more: float, arithmetic: Arithmetic) -> Tuple[Pairs, Pairs]:
    """Return a = max(0, z) and the slope of every unit of one example, KINK where rounding decides it."""
    activations = [(relu(z), error if z > -SAFETY * error else 0.0) for z, error in row]
    return activations, [KINK if abs(z) <= SAFETY * error else ONE if z > 0 else OFF for z, error in row]


def identity_units(row: Pairs, precision: Precision, more: float, arithmetic: Arithmetic) -> Tuple[Pairs, Pairs]:
    """Return a = z and the slope 1 of every unit of one example."""
    return row, [ONE] * len(row)


def softmax_units(row: Pairs, precision: Precision, more: float, arithmetic: Arithmetic) -> Tuple[Pairs, Pairs]:
    """Return a_k = e^(z_k - m) / Σ e^(z_j - m) of one example, twice: the slope is made of them; m is the largest z."""
    exps = shifted_exps([difference(z, max(row), precision) for z in row], precision, arithmetic)
    total, error_t = dot(exps, [ONE] * len(row), precision)
    activations = []
    for e, error in exps:
        a = e / total
        error = (error + a * error_t) / (total - error_t) if error_t < total else 1.0
        activations.append((a, min(1.0, error) + EXP_COST * precision.u * a + precision.tiny + more))
    return activations, activations


def shifted_exps(row: Pairs, precision: Precision, arithmetic: Arithmetic) -> Pairs:
    """Return e^z of every z of one example, with the bound on its error."""
    exps = [(arithmetic.exp(z), growth(error, arithmetic) + 2 * precision.u) for z, error in row]
    return [(e, e * relative + precision.tiny) for e, relative in exps]


UNITS: Dict[str, Callable[[Pairs, Precision, float, Arithmetic], Tuple[Pairs, Pairs]]] = {
    "sigmoid": sigmoid_units, "tanh": tanh_units, "relu": relu_units, "identity": identity_units,
    "softmax": softmax_units,
}


def output_error(net: Network, outputs: Table, y: Table, precision: Precision) -> Table:
    """Return ∂C/∂a of the output layer, or ∂C/∂z for a loss that is made for it, reduced over the examples."""
    examples = len(y) if net.reduction == "mean" else 1
    width = len(y[0]) if net.loss_name == "mean_squared_error" else 1
    factor = (2 if net.loss_name == "mean_squared_error" else 1) / (width * examples)
    rows = []
    for a_row, y_row in zip(outputs, y):
        # a - y is the derivative only for targets that add up to 1; the network takes them to 1e-9
        excess = abs(math.fsum(target for target, _ in y_row) - 1.0) if net.loss_name == "cross_entropy" else 0.0
        row = []
        for a, target in zip(a_row, y_row):
            value, error = difference(a, target, precision)
            row.append(product((value, error + excess * a[0]), (factor, 2 * precision.u * factor), precision))
        rows.append(row)
    return rows


def gradient(inputs: List[Table], weights: List[Table], bias: bool, slopes: List[Table], error: Table,
             names: List[str], made_for: bool, precision: Precision, record: Record = nothing) -> Pairs:
    """Return the gradient by every parameter, in the order of `names`, from the error of the output layer backward."""
    weight_slopes: Pairs = []
    bias_slopes: Pairs = []
    ones = [ONE] * len(error)
    for layer in range(len(weights) - 1, -1, -1):
        if layer == len(weights) - 1 and made_for:
            delta = error
        elif names[layer] == "softmax":
            delta = [softmax_delta(row, a, precision) for row, a in zip(error, slopes[layer])]
        else:
            delta = [[product(e, s, precision) for e, s in zip(row, slope)] for row, slope in zip(error, slopes[layer])]
        record("error", layer, error)  # where a loss is made for its output, this is its delta
        record("delta", layer, delta)
        columns = list(zip(*delta))
        weight_slopes[:0] = [dot(a, column, precision) for a in zip(*inputs[layer]) for column in columns]
        if bias:
            bias_slopes[:0] = [dot(ones, column, precision) for column in columns]
        if layer:
            error = [[dot(row, W_row, precision) for W_row in weights[layer]] for row in delta]
    return weight_slopes + bias_slopes


def softmax_delta(error: Pairs, a: Pairs, precision: Precision) -> Pairs:
    """Return a_i (error_i - Σ error_j a_j) for one example."""
    common = dot(error, a, precision)
    return [product(a_i, difference(e, common, precision), precision) for a_i, e in zip(a, error)]
