"""Somebody's gradients of one of our networks, judged component by component."""
from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any, List, Optional, Sequence

from ..core.errors import choose, whole
from ..core.network import Network
from .bound import FLOAT32, FLOAT64, PRECISIONS, SAFETY, Bounds, Precision, backprop_bounds
from .decimals import context_of, decimal_arithmetic
from .dual import dual_gradient
from .exact import MOST_DIGITS, exact_gradients
from .given import given_gradients
from .loss import forward
from .parameters import flatten, names
from .report import Component, Report, judged

ENOUGH_DIGITS = 40  # of the reference: its own error is then lost beside the rounding of any float
SHORTEST, LONGEST = 13, 24  # bits of the longest of many numbers that come from a float32


def check_backprop(net: Network, X: Any, y: Any, gradients: Any, digits: Optional[int] = None,
                   dtype: Optional[str] = None) -> Report:
    """Judge the gradients of a network that somebody has computed, and name the mistake where they are wrong.

    The reference is the derivative of the loss alone, by dual numbers with 40 digits; with `digits` it is
    `exact_gradients(net, X, y, digits)`, of at least 40, which takes longer and has a second, independent route to
    agree with. How far a component may be off is computed: four times the rounding error that backprop may have on
    these very numbers.

    X is (examples, sizes[0]), y is (examples, sizes[-1]). `gradients` are in the shapes of the weights and biases:
    Gradients, a pair (weights, biases), a dict with these two, [W1, b1, W2, b2, ...], or one flat list; of lists or
    arrays. If all of them are numbers of a float32, and too far off for a float64, they are judged as float32. `dtype`
    says it beforehand, "float64" or "float32"; gradients in float32 that are all 0 need that.

    >>> net = Network([2, 1])
    >>> X, y = [[2.0, -4.0]], [[1.0]]
    >>> check_backprop(net, X, y, net.gradients(X, y)).verdict
    'pass'
    >>> report = check_backprop(net, X, y, ([[[0.5], [0.5]]], [[0.0]]))
    >>> report.verdict, [component.verdict for component in report.components]
    ('fail', ['fail', 'fail', 'fail'])

    Raises ShapeError, DataError and OptionError for what is no gradient of this network; a NaN or an infinity in it
    fails.
    """
    precision = None if dtype is None else choose("dtype", dtype, PRECISIONS)
    yours = given_gradients(net, gradients)
    X, y = net.read(X, y)
    if digits is None:
        with localcontext(context_of(ENOUGH_DIGITS)) as context:
            true: List[Decimal] = dual_gradient(forward(net, X, y, decimal_arithmetic(context)))
        notes = [f"true: from the loss alone, by dual numbers with {ENOUGH_DIGITS} digits."]
    else:
        digits = max(whole("digits", digits, at_most=MOST_DIGITS), ENOUGH_DIGITS)  # fewer would be too far off
        exact = exact_gradients(net, X, y, digits)
        true = flatten(exact.weights, exact.biases)
        notes = [f"true: from the loss alone, to {digits} digits, by dual numbers and by differences, which agree."]
    components = judge(net, X, y, yours, true, precision or FLOAT64)
    if precision is FLOAT32:
        notes.append("yours: judged as float32, as it was said to be: each rounding costs 6e-8.")
    if precision is None and are_float32(yours):
        if any(component.verdict == "fail" for component in components):
            components = judge(net, X, y, yours, true, FLOAT32)
            notes.append("yours: every number is one of float32, and so judged as that: each rounding costs 6e-8.")
        else:
            notes.append("yours: every number is one of float32; here they are as near as those of float64 have to be.")
    notes.append("allowed: four times what rounding may cost backprop on these numbers, relative to true.")
    kinks = sum(component.kink is not None for component in components)
    if kinks:
        notes.append(f"kink: a relu is at 0, where its slope may be anything from 0 to 1; it touches {kinks} of the "
                     "components, and any value in between is right.")
    report = Report(components, notes)
    if report.verdict == "fail":
        from .diagnosis import diagnose

        report.mistakes = diagnose(net, X, y, yours, [float(value) for value in true],
                                   [component.allowed for component in components])
    elif report.verdict == "undecidable" and not kinks and not are_float32(yours):  # which have no nine digits
        report = judged_together(report, net, X, y)
    return report


def judged_together(report: Report, net: Network, X: Any, y: Any) -> Report:
    """Return the report, or one that fails what a mistake has moved where all components together give it away."""
    from .patterns import Finding
    from .together import betrayed

    components = report.components
    found = betrayed(net, X, y, [component.yours for component in components],
                     [component.true for component in components], [component.allowed for component in components])
    if found is None:
        return report
    mistake, moved = found
    note = (f"together: each component alone is within what rounding may cost; but all of them are, to nine digits, "
            f"what {mistake.name} gives, and rounding does not do that.")
    return Report([component._replace(verdict="fail", inaccurate=False) if k in moved else component
                   for k, component in enumerate(components)], [*report.notes, note],
                  [Finding("mistake", mistake.name, mistake.symptom, mistake.cure)])


def judge(net: Network, X: Any, y: Any, yours: Sequence[float], true: Sequence[Decimal],
          precision: Precision) -> List[Component]:
    """Return the judgement on every component, its numbers being of a given precision."""
    strict = backprop_bounds(net, X, y, precision)
    loose: Optional[Bounds] = None
    scale = max(abs(float(value)) for value in true)
    components = []
    for k, name in enumerate(names(net)):
        arguments = name, yours[k], float(true[k]), SAFETY * strict.errors[k], scale
        difference = float(Decimal(yours[k]) - true[k]) if math.isfinite(yours[k]) else yours[k]
        component = judged(*arguments, difference, 0.0, strict.kinks[k])
        if component.verdict == "fail" and math.isfinite(yours[k]):
            loose = loose or backprop_bounds(net, X, y, precision, lossy=True)
            component = judged(*arguments, difference, SAFETY * loose.errors[k], strict.kinks[k])
        components.append(component)
    return components


def are_float32(values: Sequence[float]) -> bool:
    """Return whether numbers come from a float32: all fit into one, and not just because they are short.

    >>> are_float32([0.10000000149011612]), are_float32([0.1]), are_float32([0.5, 0.0])
    (True, False, False)
    """
    longest = max((significant_bits(value) for value in values if math.isfinite(value)), default=0)
    return SHORTEST <= longest <= LONGEST and all(FLOAT32.stored(value) == value for value in values if value == value)


def significant_bits(value: float) -> int:
    """Return how many bits the mantissa of a float has from its first to its last 1.

    >>> significant_bits(0.75), significant_bits(0.0)
    (2, 0)
    """
    mantissa = abs(int(math.ldexp(math.frexp(value)[0], 53)))
    return (mantissa // (mantissa & -mantissa)).bit_length() if mantissa else 0
