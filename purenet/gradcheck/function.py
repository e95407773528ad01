"""The gradient of any function of several numbers, judged by values of the function alone."""
from __future__ import annotations

import math
from typing import Any, Callable, List, Sequence, Tuple

from ..core.errors import DataError, brief
from .argument import Argument, finite, plain
from .bound import FLOAT32, FLOAT64
from .check import are_float32
from .difference import Slope, complex_gradient, first_step, moved, slope_and_jump
from .noise import U, Noise, direction, noise_levels, noise_of, scale
from .report import Report, judged

SAFETY = 8.0  # times what was measured of noise, which is a standard deviation
CARELESS = 64.0  # roundings of intermediate results of size 1, which a careless formula for something tiny goes through
NEARER = 2.0 ** 10  # by how much a step is shortened
ATTEMPTS = 4  # to find a first step that stays where f is defined


class PointError(DataError):
    """Report that a function has no value somewhere."""


def check_gradient(f: Callable[[Any], Any], gradient: Any, x: Any) -> Report:
    """Judge the gradient of a function of several numbers, which is given as numbers or as a function itself.

    f takes x and returns one number; x is a list of numbers, nested lists, an array, or a number; the gradient has the
    shape of x, or returns it for x. Neither ever gets x itself, but a copy of its kind.

    Where f computes with complex numbers, the reference is the complex step, Im f(x + ih e_i) / h, once it has agreed
    with differences; else it is central differences, extrapolated to h = 0. What is allowed is measured: the noise in
    f, in the reference and, where the gradient is a function, in that. On a kink (abs, max, relu) everything from the
    left to the right slope is right.

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
    noise = noise_of(value, x)
    slopes = [slope_at(value, x, i, noise) for i in range(len(x))]
    own = [SAFETY * (noise.level + last_bits(value, x, i)) for i in range(len(x))]
    kinks = {i: kink(value, x, i, slope) for i, slope in enumerate(slopes)
             if abs(slope.jump) > 2 * (slope.jump_error + own[i])}
    method, slopes = by_complex_step(f, argument, slopes, own, list(kinks))
    precision = FLOAT32 if are_float32(yours) else FLOAT64
    size = max(abs(slope.value) for slope in slopes)
    components = []
    for k, (name, slope) in enumerate(zip(argument.names, slopes)):
        unsure = slope.error + (slope.jump_error if k in kinks else max(abs(slope.jump), slope.jump_error) / 2)
        trembling = 0.0 if k in kinks else tremble[k]  # where a gradient jumps, that is no noise
        allowed = unsure + own[k] + SAFETY * (trembling + precision.u * abs(slope.value))
        components.append(judged(name, yours[k], slope.value, allowed, size, loose=allowed + CARELESS * precision.u,
                                 kink=(min(kinks[k][:2]), max(kinks[k][:2])) if k in kinks else None, unsure=unsure))
    notes = [f"true: {method}.", f"allowed: measured, relative to true; the noise in f is {noise.level:.1g}."]
    if precision is FLOAT32:
        notes.append("yours: every number is one of float32, and judged as that: each rounding costs 6e-8.")
    notes += [f"kink: f has a kink at {argument.names[k]} = {where:.6g}: its slope is {left:.6g} to the left, "
              f"{right:.6g} to the right, and anything between them is right." for k, (left, right, where) in
              kinks.items()]
    return Report(components, notes)


def values_of(f: Callable[[Any], Any], argument: Argument) -> Callable[[Sequence[float]], float]:
    """Return f as a function of a flat list that returns a finite float, or raises PointError with the point."""
    def value(point: Sequence[float]) -> float:
        result = single(called(f, "f", argument, point))
        try:
            return finite("f(x)", result.real if isinstance(result, complex) and result.imag == 0 else result)
        except DataError:
            raise PointError(f"f must return one finite number, found {brief(result)}, "
                             f"at {place(argument, point)}") from None
    return value


def single(result: Any) -> Any:
    """Return the one number that a list or an array may consist of, and whatever else as it is.

    >>> single([[5.0]]), single([1.0, 2.0])
    (5.0, [1.0, 2.0])
    """
    result = plain(result)
    while isinstance(result, list) and len(result) == 1:
        result = result[0]
    return result


def called(function: Callable[[Any], Any], name: str, argument: Argument, point: Sequence[Any]) -> Any:
    """Return function(point); an error that it raises becomes a PointError with the point."""
    try:
        return function(argument.build(point))
    except Exception as error:  # whatever somebody else's function may raise
        raise PointError(f"{name} raised {type(error).__name__}: {error}, at {place(argument, point)}") from error


def place(argument: Argument, point: Sequence[Any]) -> str:
    """Return a point as text: x, or how it differs from x."""
    changed = [k for k, (a, b) in enumerate(zip(point, argument.values)) if a != b]
    if len(changed) == 1:
        return f"x with {argument.names[changed[0]]} = {point[changed[0]]!r}"
    return f"x = {brief(argument.build(list(point)))}"


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
        return yours, noise_levels(values, argument.values)
    except PointError:  # it is not defined all around x
        return yours, [0.0] * len(yours)


def number(name: str, value: Any) -> float:
    """Return a component of a gradient as a float, which may be NaN or infinite."""
    try:
        if isinstance(value, (str, bool)) or value is None:
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"gradient: expected a number for {name}, found {brief(value)}") from None


def slope_at(f: Callable[[Sequence[float]], float], x: List[float], i: int, noise: Noise) -> Slope:
    """Return the derivative of f by x[i] and its jump, from differences with steps that stay where f is defined."""
    steps = [first_step(x[i]) / NEARER ** attempt for attempt in range(ATTEMPTS)] + [abs(x[i]) / 8]
    for step in steps:
        try:
            if step:
                return slope_and_jump(f, x, i, noise, step)
        except PointError as error:
            outside = error
    raise outside


def kink(f: Callable[[Sequence[float]], float], x: List[float], i: int, slope: Slope) -> Tuple[float, float, float]:
    """Return the slope to the left, that to the right, and where the two lines meet, which floats can tell from x or
    not."""
    left, right, h = slope.value - slope.jump / 2, slope.value + slope.jump / 2, first_step(x[i]) / NEARER
    try:
        shift = (f(moved(x, i, h)) - f(moved(x, i, -h)) - (left + right) * h) / (left - right)
    except PointError:
        shift = 0.0
    return left, right, x[i] if abs(shift) < h / NEARER else x[i] + shift


def last_bits(f: Callable[[Sequence[float]], float], x: List[float], i: int) -> float:
    """Return how much the derivative by x[i] changes when the numbers in x change by their last bits.

    u |Σ_j d_j ∂²f / ∂x_i ∂x_j|, from differences of differences, added up for three directions d with |d_j| about
    |x_j|. No formula for the derivative can do better than that.
    """
    h, total = scale(x[i]) / NEARER, 0.0
    try:
        here = f(moved(x, i, h)) - f(moved(x, i, -h))
        for period in (1, 2, 3):
            there = [a + (-1) ** (j // period) * d / NEARER for j, (a, d) in enumerate(zip(x, direction(x)))]
            total += abs(f(moved(there, i, h)) - f(moved(there, i, -h)) - here) / (2 * h / NEARER)
    except PointError:  # they were too large a step for f; what else is measured has to do
        return 0.0
    return U * total


def by_complex_step(f: Callable[[Any], Any], argument: Argument, slopes: List[Slope],
                    own: Sequence[float], kinks: Sequence[int]) -> Tuple[str, List[Slope]]:
    """Return the slopes by complex step where that can be trusted, else those given, and the method in words."""
    differences = "central differences of f, extrapolated to h = 0"

    def complex_value(point: Sequence[complex]) -> complex:
        return complex(single(called(f, "f", argument, point)))
    smooth = [k for k in range(len(slopes)) if k not in kinks]
    try:
        found = complex_gradient(complex_value, argument.values)
        tremble = noise_levels(lambda point: complex_gradient(complex_value, point), argument.values)
    except (PointError, TypeError, ValueError):
        return differences, slopes
    if not smooth:
        return differences, slopes
    for k in smooth:
        bound = slopes[k].error + max(abs(slopes[k].jump), slopes[k].jump_error) / 2 + own[k] + SAFETY * tremble[k]
        if not abs(found[k] - slopes[k].value) <= 2 * bound:
            return (f"{differences}; f takes complex numbers, but does not compute with them throughout (abs? a "
                    "comparison?), so that they do not give its slope"), slopes
    return "a complex step in f, which differences confirm", [
        Slope(found[k], SAFETY * tremble[k], 0.0, 0.0) if k in smooth else slope for k, slope in enumerate(slopes)]
