"""What the slopes of a function are, as far as its values tell: with bounds on their errors, and with kinks.

How long the steps should be depends on the function, of which nothing is known. A number has two sizes, its own and 1,
and steps of either are tried. Where both tell a slope, they have to agree; else nothing is known.
"""
from __future__ import annotations

import math
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from .difference import FIRST, VAGUE, Slope, complex_gradient, least_step, moved, slope_and_jump
from .noise import U, Function, Noise, direction, noise_levels, noise_of, scale
from .value import PointError

SAFETY = 8.0  # times what was measured of noise, which is a standard deviation
NEARER = 2.0 ** 10  # by how much a step is shortened
APART = 16.0  # the quotient of the two sizes of a number up to which one of them will do
SHORTEST = 2.0 ** -30  # relative to a number, the least unit of its steps: what is shorter is lost beside it
TINIEST = 2.0 ** -970  # the least unit of all: what is shorter underflows
CONFIRMED = 1e-6  # relatively, the error of differences that a complex step can be trusted by
DIFFERENCES = "central differences of f, extrapolated to h = 0"


class Kink(NamedTuple):
    """Hold the slope to the left, that to the right, and where the two lines meet."""

    left: float
    right: float
    where: float


class Reference(NamedTuple):
    """Hold what is known of the derivative of a function by one number.

    error  how far its value may be off
    own    what rounding costs any formula for it, as far as f itself shows: noise, and the last bits of x
    chord  how steep the way to the longest step is that tells it, on the steeper side: 0 where f is constant
    kink   the two slopes, if there is one at x
    """

    value: float
    error: float
    own: float
    chord: float
    kink: Optional[Kink] = None

    @property
    def slopes(self) -> Tuple[float, float]:
        """Return the smaller and the larger one of the slopes that are right: of both sides, on a kink."""
        return (min(self.kink[:2]), max(self.kink[:2])) if self.kink else (self.value, self.value)

    @property
    def reach(self) -> float:
        """Return how far from its value any slope may lie that is right."""
        return self.error + self.own + (self.slopes[1] - self.slopes[0]) / 2

    def agrees(self, other: Reference) -> bool:
        """Return whether both can be right: with the same slopes, or one with a slope between those of the other."""
        error = self.error + self.own + other.error + other.own
        (low, high), (lowest, highest) = self.slopes, other.slopes
        if self.kink and other.kink:
            return abs(low - lowest) <= error and abs(high - highest) <= error
        return low <= highest + error and lowest <= high + error


def references_of(f: Function, x: List[float]) -> Tuple[List[Reference], Noise]:
    """Return the derivatives of f by every number in x, and the noise in f."""
    larger, smaller = list(map(scale, x)), smaller_units(x)
    apart = [a > APART * b for a, b in zip(larger, smaller)]
    looks = [(units, noise_of(f, x, units)) for units in ([larger, smaller] if any(apart) else [larger])]
    return [reference(f, x, i, looks if apart[i] else looks[:1]) for i in range(len(x))], looks[0][1]


def smaller_units(x: Sequence[float]) -> List[float]:
    """Return the smaller one of the two sizes of each number, as far as floats can make steps of it.

    >>> smaller_units([300.0, -0.25, 0.0])
    [1.0, 0.25, 1.0]
    """
    return [max(min(1.0, abs(value)), abs(value) * SHORTEST, TINIEST) if value else 1.0 for value in x]


def reference(f: Function, x: List[float], i: int, looks: Sequence[Tuple[Sequence[float], Noise]]) -> Reference:
    """Return the derivative of f by x[i], by steps of the size that tells most."""
    found = []
    for units, noise in looks:
        try:
            found.append(measured(f, x, i, units, noise))
        except PointError as error:
            outside = error
    if not found:
        raise outside
    # What noise, or steps that are too long, leave of a slope is no evidence against a look that tells it.
    telling = [one for one in found if max(map(abs, one.slopes)) * VAGUE > one.error + one.own] or found
    best = min(telling, key=lambda one: one.reach)._replace(
        chord=min((one.chord for one in found if one.chord and one.error < math.inf), default=0.0))
    return best if all(map(best.agrees, telling)) else best._replace(error=math.inf)


def measured(f: Function, x: List[float], i: int, units: Sequence[float], noise: Noise) -> Reference:
    """Return the derivative of f by x[i], by steps that are measured by its unit."""
    slope = slope_at(f, x, i, noise, units[i])
    own = SAFETY * (noise.level / units[i] + last_bits(f, x, i, units))
    kink, jump_error = None, max(abs(slope.jump), slope.jump_error) / 2
    if abs(slope.jump) > 2 * (slope.jump_error + own):
        kink, jump_error = kink_at(f, x, i, slope, units[i]), slope.jump_error
    error = slope.error + jump_error
    return Reference(slope.value, error, own, slope.chord, kink)


def slope_at(f: Function, x: List[float], i: int, noise: Noise, unit: float) -> Slope:
    """Return the derivative of f by x[i] and its jump, from differences with steps that stay where f is defined."""
    first = FIRST
    while True:
        try:
            return slope_and_jump(f, x, i, noise, unit, first)
        except PointError:
            first /= NEARER
            if unit * first < least_step(x[i], unit):
                raise


def kink_at(f: Function, x: List[float], i: int, slope: Slope, unit: float) -> Kink:
    """Return the slopes of both sides, and where the two lines meet, which floats can tell from x or not."""
    left, right, h = slope.value - slope.jump / 2, slope.value + slope.jump / 2, unit * FIRST / NEARER
    try:
        shift = (f(moved(x, i, h)) - f(moved(x, i, -h)) - (left + right) * h) / (left - right)
    except PointError:
        shift = 0.0
    return Kink(left, right, x[i] if abs(shift) < h / NEARER else x[i] + shift)


def last_bits(f: Function, x: List[float], i: int, units: Sequence[float]) -> float:
    """Return how much the derivative by x[i] changes when the numbers in x change by their last bits.

    u |Σ_j d_j ∂²f / ∂x_i ∂x_j|, from differences of differences, added up for three directions d with |d_j| about
    |x_j|. No formula for the derivative can do better than that.
    """
    h, total = units[i] / NEARER, 0.0
    try:
        here = f(moved(x, i, h)) - f(moved(x, i, -h))
        for period in (1, 2, 3):
            there = [a + (-1) ** (j // period) * d / NEARER for j, (a, d) in enumerate(zip(x, direction(units)))]
            total += abs(f(moved(there, i, h)) - f(moved(there, i, -h)) - here) / (2 * h / NEARER)
    except PointError:  # they were too large a step for f; what else is measured has to do
        return 0.0
    return U * total


def by_complex_step(f: Callable[[Sequence[complex]], complex], x: List[float],
                    references: List[Reference]) -> Tuple[List[Reference], str]:
    """Return the references, sharper where the complex step can be trusted, and the method in words.

    It can where differences have confirmed six digits of it. What they do not see, f may leave out: abs takes complex
    numbers, too, and returns real ones.
    """
    units = smaller_units(x)
    try:
        found = complex_gradient(f, x, units)
        tremble = noise_levels(lambda point: complex_gradient(f, point, units), x, units)
    except (PointError, TypeError, ValueError):
        return references, DIFFERENCES
    sharper = list(references)
    for k, (slope, one) in enumerate(zip(found, references)):
        bound = one.error + one.own + SAFETY * tremble[k]
        if abs(slope - one.value) > 2 * bound:
            return references, (f"{DIFFERENCES}; f takes complex numbers, but does not compute with them throughout "
                                "(abs? a comparison?), so that they do not give its slope")
        if bound <= CONFIRMED * max(abs(slope), one.chord):
            sharper[k] = one._replace(value=slope, error=SAFETY * tremble[k])
    changed = sum(a is not b for a, b in zip(sharper, references))
    if not changed:
        return references, f"{DIFFERENCES}, which are too coarse to confirm a complex step"
    elsewhere = f"; for the other {len(x) - changed} of {len(x)}, {DIFFERENCES}" if changed < len(x) else ""
    return sharper, f"a complex step in f, which differences confirm{elsewhere}"
