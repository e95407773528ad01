"""The gradient of any function of several numbers, judged by values of the function alone."""
from __future__ import annotations

import math
from typing import Any, Callable, List, Sequence, Tuple

from ..core.errors import DataError, brief
from .argument import Argument
from .bound import FLOAT32, FLOAT64
from .check import are_float32
from .noise import direction, noise_levels, scale
from .reference import SAFETY, by_complex_step, references_of, smaller_units
from .report import Report, judged
from .value import PointError, called, complex_values_of, values_of

CARELESS = 64.0  # roundings of intermediate results, which a careless formula for something tiny goes through


def check_gradient(f: Callable[[Any], Any], gradient: Any, x: Any) -> Report:
    """Judge the gradient of a function of several numbers, which is given as numbers or as a function itself.

    f takes x and returns one number; x is a number, an array (NumPy, PyTorch, array.array), or lists and tuples of
    these, such as [W, b]; the gradient has the shape of x, or returns it for x. Neither ever gets x itself, but a copy
    of its kind.

    Where f computes with complex numbers, the reference is the complex step, Im f(x + ih e_i) / h, once differences
    have confirmed six digits of it; else it is central differences, extrapolated to h = 0. What is allowed is measured:
    the noise in f, in the reference and, where the gradient is a function, in that. Steps are measured by 1, and by the
    numbers in x themselves. On a kink (abs, max, relu) everything from the left to the right slope is right.

    >>> f = lambda x: x[0] * x[1] * x[1]
    >>> check_gradient(f, lambda x: [x[1] * x[1], 2 * x[0] * x[1]], [2.0, 3.0]).verdict
    'pass'
    >>> [component.verdict for component in check_gradient(f, [9.0, 6.0], [2.0, 3.0]).components]
    ['pass', 'fail']

    Raises DataError, with the point, where f or the gradient raises, or f is NaN or infinite; ShapeError for a gradient
    of another shape than x.
    """
    argument = Argument(x)
    value = values_of(f, argument)
    x = argument.values
    yours, tremble = judged_gradient(gradient, argument)
    value(x)
    references, noise = references_of(value, x)
    references, method = by_complex_step(complex_values_of(f, argument), x, references)
    precision = FLOAT32 if are_float32(yours) else FLOAT64
    careless = CARELESS * precision.u * careless_size(value, x)
    largest = max(abs(reference.value) for reference in references)
    components = []
    for k, (name, true) in enumerate(zip(argument.names, references)):
        trembling = 0.0 if true.kink else tremble[k]  # where a gradient jumps, that is no noise
        allowed = true.error + true.own + SAFETY * (trembling + precision.u * abs(true.value))
        flat = 0.0 if yours[k] else largest  # where f does not change, 0 is right, and nothing else can be told
        components.append(judged(name, yours[k], true.value, allowed, true.chord or flat, unsure=true.error,
                                 loose=allowed + careless / scale(x[k]), kink=true.slopes if true.kink else None))
    notes = [f"true: {method}.", f"allowed: measured, relative to true; the noise in f is {noise.level:.1g}."]
    if precision is FLOAT32:
        notes.append("yours: every number is one of float32, and judged as that: each rounding costs 6e-8.")
    notes += [f"kink: f has a kink at {name} = {true.kink.where:.6g}: its slope is {true.kink.left:.6g} to the left, "
              f"{true.kink.right:.6g} to the right, and anything between them is right."
              for name, true in zip(argument.names, references) if true.kink]
    return Report(components, notes)


def judged_gradient(gradient: Any, argument: Argument) -> Tuple[List[float], List[float]]:
    """Return the numbers of the gradient under test, and the noise in each; 0 where it is not a function."""
    if not callable(gradient):
        yours = argument.flatten(gradient, "gradient")
        return [number(name, value) for name, value in zip(argument.names, yours)], [0.0] * len(yours)

    def values(point: Sequence[float]) -> List[float]:
        found = argument.flatten(called(gradient, "gradient", argument, point), "gradient(x)")
        return [number(name, value) for name, value in zip(argument.names, found)]
    yours = values(argument.values)
    if not all(map(math.isfinite, yours)):
        return yours, [0.0] * len(yours)
    try:
        return yours, noise_levels(values, argument.values, smaller_units(argument.values))
    except PointError:  # it is not defined all around x
        return yours, [0.0] * len(yours)


def number(name: str, value: Any) -> float:
    """Return a component of a gradient as a float, which may be NaN or infinite."""
    try:
        if isinstance(value, (str, bytes, bytearray, bool)) or value is None:
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"gradient: expected a number for {name}, found {brief(value)}") from None


def careless_size(f: Callable[[Sequence[float]], float], x: Sequence[float]) -> float:
    """Return the size of what f computes with, as far as its values tell, here and a way off; at most 1."""
    size = 0.0
    for side in (0.0, 1.0, -1.0):
        try:
            size = max(size, abs(f([a + side * d for a, d in zip(x, direction(list(map(scale, x))))])))
        except PointError:
            pass  # too far off
    return min(1.0, size)
