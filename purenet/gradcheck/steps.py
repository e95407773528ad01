"""Every step of a forward and backward pass: its exact value, from the loss alone, and how far floats may be off.

The steps have the names of a trace: z1, a1, z2, a2 ..., losses, loss, and then error, slope, delta, dW and db of each
layer, counted from 1. Each is taken by what it means, and not by how backprop finds it: delta is ∂C/∂z, error is ∂C/∂a,
slope is da/dz.
"""
from __future__ import annotations

import math
from decimal import localcontext
from typing import Any, Callable, Dict, List, Sequence

from ..core.arithmetic import Arithmetic
from ..core.loss import log_one_plus
from ..core.network import Network
from .bound import (
    EXP_COST, FLOAT64, ONE, SAFETY, Pair, Pairs, Precision, Table, backprop_bounds, difference, dot, growth, product,
    shifted_exps,
)
from .decimals import context_of, decimal_arithmetic
from .dual import Dual, dual_arithmetic, dual_deltas, slope_of
from .exact import GUARD, SCOUT, SMALLEST, activation_names, exact_gradients, lost_digits, rounded
from .loss import LOSSES, Pass, forward, loss_onward, weighted_input

DIGITS = 40


def exact_steps(net: Network, X: Any, y: Any, digits: int = DIGITS) -> Dict[str, Any]:
    """Return every step of a forward and backward pass to so many digits, as Decimal numbers by name.

    What is before the losses is a plain forward pass. The derivatives go through the loss by dual numbers; those by the
    weights and biases are `exact_gradients`, which has a second route to agree with. The slope of softmax, a matrix for
    each example, is told by its activations, and they stand for it. A loss that is made for its output leaves out the
    error and the slope there.

    >>> net = Network([1, 1], init="zeros")
    >>> exact = exact_steps(net, [[1.0]], [[0.25]])
    >>> [str(exact[name]) for name in ("loss", "error1", "slope1", "delta1")]
    ['0.03125', "[[Decimal('0.25')]]", "[[Decimal('0.25')]]", "[[Decimal('0.0625')]]"]

    Raises what `exact_gradients` raises.
    """
    gradients = exact_gradients(net, X, y, digits)
    X, y = net.read(X, y)
    with localcontext(context_of(SCOUT + digits)) as context:
        lost = lost_digits(forward(net, X, y, decimal_arithmetic(context)))
    # What cancels to 0 leaves the rounding behind: it has to lie below all that `rounded` takes for a number.
    with localcontext(context_of(SCOUT + SMALLEST + digits + GUARD + lost)) as context:
        steps = steps_of(forward(net, X, y, decimal_arithmetic(context)))
        shown = {name: every(value, lambda number: rounded(number, digits)) for name, value in steps.items()}
    shown.update((f"dW{layer}", W) for layer, W in enumerate(gradients.weights, 1))
    shown.update((f"db{layer}", b) for layer, b in enumerate(gradients.biases or [], 1))
    return shown


def every(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return nested lists with every number in them changed by a function.

    >>> every([[1, 2], 3], lambda number: 10 * number)
    [[10, 20], 30]
    """
    return [every(part, change) for part in value] if isinstance(value, list) else change(value)


def steps_of(run: Pass) -> Dict[str, Any]:
    """Return the steps but for the gradients, in the numbers of a forward pass."""
    net, arithmetic, examples = run.net, run.arithmetic, len(run.targets)
    last = len(run.weights)
    outputs = net.activation_functions[-1].value(run.z[-1], arithmetic)
    activations = [*run.inputs[1:], outputs]
    losses = [LOSSES[net.loss_name](z, a, targets, arithmetic)
              for z, a, targets in zip(run.z[-1], outputs, run.targets)]
    steps: Dict[str, Any] = {"losses": losses}
    total = arithmetic.number(0)
    for loss in losses:
        total += loss
    steps["loss"] = net.reduce(total, examples)
    deltas = dual_deltas(run)
    for layer in range(1, last + 1):
        z, a = run.z[layer - 1], activations[layer - 1]
        steps[f"z{layer}"], steps[f"a{layer}"] = z, a
        steps[f"delta{layer}"] = every(deltas[layer - 1], lambda value: net.reduce(value, examples))
        if layer < last or net.loss_function.output is None:
            steps[f"slope{layer}"] = a if activation_names(net)[layer - 1] == "softmax" else slopes(run, layer - 1)
            steps[f"error{layer}"] = every(errors(run, layer - 1, a), lambda value: net.reduce(value, examples))
    return steps


def slopes(run: Pass, layer: int) -> List[List[Any]]:
    """Return da/dz of every unit of a layer, for each example."""
    arithmetic, one = dual_arithmetic(run.arithmetic), run.arithmetic.number(1)
    activation = run.net.activation_functions[layer]
    found = activation.value([[Dual(z, one) for z in row] for row in run.z[layer]], arithmetic)
    return [[run.arithmetic.number(slope_of(a)) for a in row] for row in found]


def errors(run: Pass, layer: int, activations: Sequence[Sequence[Any]]) -> List[List[Any]]:
    """Return ∂C/∂a of every unit of a layer, for each example."""
    arithmetic, one = dual_arithmetic(run.arithmetic), run.arithmetic.number(1)

    def loss(a: List[Any], targets: Sequence[Any]) -> Any:
        if layer == len(run.weights) - 1:
            return LOSSES[run.net.loss_name](a, a, targets, arithmetic)  # one that does not look at z
        z = weighted_input(a, run.weights, run.biases, layer + 1)
        return loss_onward(run.net, layer + 1, z, targets, run.weights, run.biases, arithmetic)

    return [[slope_of(loss([*a[:j], Dual(a[j], one), *a[j + 1:]], targets)) for j in range(len(a))]
            for a, targets in zip(activations, run.targets)]


def allowed_steps(net: Network, X: Any, y: Any, precision: Precision = FLOAT64) -> Dict[str, Any]:
    """Return how far each step may be off where it is computed correctly, in floats of a precision, by name.

    It is SAFETY times the running bound on the rounding errors of textbook backprop. The losses are bounded as they
    come from the weighted inputs: the log of an activation that is nearly 0 or 1 may lose all. There is a bound for the
    error and slope of every layer.

    >>> allowed = allowed_steps(Network([1, 1], init="zeros"), [[1.0]], [[0.25]])
    >>> 0 < allowed["delta1"][0][0] < 1e-15
    True
    """
    X, y = net.read(X, y)
    tables: Dict[str, Table] = {}

    def record(step: str, layer: int, table: Table) -> None:
        tables[f"{SHORT[step]}{layer + 1}"] = table

    values = iter(backprop_bounds(net, X, y, precision, record=record).errors)
    allowed: Dict[str, Any] = {name: [[SAFETY * error for _, error in row] for row in table]
                               for name, table in tables.items()}
    last = len(net.weights)
    targets = [[(target, abs(target - precision.stored(target))) for target in row] for row in y]
    losses = [LOSS_BOUNDS[net.loss_name](z, a, row, precision, net.arithmetic)
              for z, a, row in zip(tables[f"z{last}"], tables[f"a{last}"], targets)]
    share = 1 / len(y) if net.reduction == "mean" else 1.0
    loss = product(added(losses, precision), (share, 2 * precision.u * share), precision)
    allowed["losses"] = [SAFETY * error for _, error in losses]
    allowed["loss"] = SAFETY * loss[1]
    for layer, W in enumerate(net.weights, 1):
        allowed[f"dW{layer}"] = [[SAFETY * next(values) for _ in row] for row in W]
    for layer, b in enumerate(net.biases or [], 1):
        allowed[f"db{layer}"] = [SAFETY * next(values) for _ in b]
    return allowed


SHORT = {"weighted_input": "z", "activation": "a", "slope": "slope", "error": "error", "delta": "delta"}


def added(terms: Sequence[Pair], precision: Precision) -> Pair:
    """Return the sum of numbers, with the bound on its error."""
    return dot(terms, [ONE] * len(terms), precision)


def squared_error(z: Pairs, a: Pairs, targets: Pairs, precision: Precision, arithmetic: Arithmetic) -> Pair:
    """Return ½ Σ (a - y)² of one example, with the bound on its error."""
    errors = [difference(output, target, precision) for output, target in zip(a, targets)]
    value, error = dot(errors, errors, precision)
    return value / 2, error / 2


def mean_squared_error(z: Pairs, a: Pairs, targets: Pairs, precision: Precision, arithmetic: Arithmetic) -> Pair:
    """Return the mean of (a - y)² of one example, with the bound on its error."""
    factor = 2 / len(targets)
    half = squared_error(z, a, targets, precision, arithmetic)
    return product(half, (factor, 2 * precision.u * factor), precision)


def binary_cross_entropy(z: Pairs, a: Pairs, targets: Pairs, precision: Precision, arithmetic: Arithmetic) -> Pair:
    """Return Σ max(z, 0) - y z + log(1 + e^-|z|) of one example, with the bound on its error.

    log(1 + c t) is at most c log(1 + t) for c above 1, so that an error in z acts on it as on e^z.
    """
    terms = []
    for (value, error), (target, target_error) in zip(z, targets):
        log = log_one_plus(arithmetic.exp(-abs(value)), arithmetic)
        terms += [(max(value, 0.0), error), product((value, error), (-target, target_error), precision),
                  (log, log * (growth(error, arithmetic) + EXP_COST * precision.u) + precision.tiny)]
    return added(terms, precision)


def cross_entropy(z: Pairs, a: Pairs, targets: Pairs, precision: Precision, arithmetic: Arithmetic) -> Pair:
    """Return Σ y_k (log Σ e^(z_j - m) - (z_k - m)) of one example, with the bound on its error; m is the largest z."""
    shifted = [difference(value, max(z), precision) for value in z]
    total, error = added(shifted_exps(shifted, precision, arithmetic), precision)
    log = arithmetic.log(total)
    log_sum = log, (error / (total - error) if error < total else math.inf) + EXP_COST * precision.u * log
    return added([product(target, difference(log_sum, value, precision), precision)
                  for target, value in zip(targets, shifted)], precision)


LOSS_BOUNDS: Dict[str, Callable[[Pairs, Pairs, Pairs, Precision, Arithmetic], Pair]] = {
    "squared_error": squared_error,
    "mean_squared_error": mean_squared_error,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}
