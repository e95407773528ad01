"""Derivatives from values of a function alone: differences, their extrapolation with an error bar, the complex step.

Every f here takes one flat list of numbers and returns a number. The list that it is handed is its own to keep.
"""
from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import Any, Callable, List, NamedTuple, Sequence, Tuple

from ..core.arithmetic import Arithmetic
from .noise import Noise

Function = Callable[[List[Any]], Any]

COMPLEX = Arithmetic(complex, cmath.exp, cmath.log, cmath.tanh, real=lambda z: z.real)
COMPLEX_STEP = 2.0 ** -66  # exact in a complex64, too, and far from its smallest; the square is lost beside 1
SHRINK = 4.0
FIRST = 2.0 ** -3  # of the unit, the first and largest step
LEAST = 2.0 ** -47  # of the unit, the last
NOISE = 6.0  # a difference has two values, each off by three standard deviations at most
SAFETY = 16.0
VAGUE = 1e-3  # a slope that is known no better, relatively, tells nothing: so does a curve that is seen from too far


def moved(x: Sequence[Any], i: int, h: Any) -> List[Any]:
    """Return a copy of x with h added to x[i].

    >>> moved([1.0, 2.0], 1, 0.5)
    [1.0, 2.5]
    """
    point = list(x)
    point[i] = point[i] + h
    return point


def central_difference(f: Function, x: Sequence[Any], i: int, h: Any) -> Any:
    """Return the central difference quotient of f by x[i], in any kind of number.

    ∂f/∂x_i = (f(x + h e_i) - f(x - h e_i)) / 2h + O(h²)

    >>> central_difference(lambda x: x[0] * x[1] * x[1], [2.0, 3.0], 1, 0.5)
    12.0
    """
    up, down = moved(x, i, h), moved(x, i, -h)
    width = up[i] - down[i]  # 2h, as the numbers round it
    return (f(up) - f(down)) / width


def central_gradient(f: Function, x: Sequence[Any], h: Any) -> List[Any]:
    """Return the central difference quotients of f by every element of x."""
    return [central_difference(f, x, i, h) for i in range(len(x))]


def complex_step(f: Function, x: Sequence[float], i: int, h: float = COMPLEX_STEP) -> float:
    """Return the derivative of f by x[i] from the imaginary part that a step into the complex plane leaves.

    ∂f/∂x_i = Im f(x + ih e_i) / h + O(h²)

    Nothing is subtracted, so h can be as small as one likes, and no digit is lost. f has to be analytic, and has to
    compute with complex numbers throughout; abs, conj and comparisons of complex numbers break it.

    >>> complex_step(lambda x: x[0] * x[1] * x[1], [2.0, 3.0], 1)
    12.0

    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40
    (1998).
    """
    return float(complex(f(moved([complex(value) for value in x], i, complex(0.0, h)))).imag / h)


def complex_gradient(f: Function, x: Sequence[float], units: Sequence[float]) -> List[float]:
    """Return the derivatives of f by every element of x, each by a complex step, which is measured by its unit."""
    return [complex_step(f, x, i, COMPLEX_STEP * unit) for i, unit in enumerate(units)]


class Slope(NamedTuple):
    """Hold the mean of the slopes on both sides of x, the right one less the left one, and bounds on their errors.

    `chord` is how steep the way to the longest step is that tells the slope, on the steeper side: 0 if f is constant.
    """

    value: float
    error: float
    jump: float
    jump_error: float
    chord: float


def slope_and_jump(f: Function, x: Sequence[float], i: int, noise: Noise, unit: float, first: float = FIRST) -> Slope:
    """Return the slope of f by x[i], and how much it jumps at x: on a kink it does.

    slope = (f(x + h e_i) - f(x - h e_i)) / 2h     jump = (f(x + h e_i) - 2 f(x) + f(x - h e_i)) / h     for h -> 0

    Steps are measured by the unit; the first is the largest.

    >>> slope = slope_and_jump(lambda x: abs(x[0]), [0.0], 0, Noise(1e-16, 1e-16), 1.0)
    >>> slope.value, slope.jump
    (0.0, 2.0)
    """
    here = f(list(x))
    step, least = power_of_two(unit) * first, least_step(x[i], unit)

    @lru_cache(None)
    def around(h: float) -> Tuple[float, float, float]:
        up, down = moved(x, i, h), moved(x, i, -h)
        width = up[i] - down[i]
        return f(up), f(down), width

    def slope(h: float, near: bool) -> Tuple[float, float]:
        right, left, width = around(h)
        return (right - left) / width, noise.at(max(abs(right), abs(left)), near) / width

    def jump(h: float, near: bool) -> Tuple[float, float]:
        right, left, width = around(h)
        return 2 * (right - here + (left - here)) / width, 4 * noise.at(max(abs(right), abs(left)), near) / width
    around(step)  # where f may have no value
    value, error, longest = extrapolate(slope, step, least, (2, 4, 6, 8, 10))
    right, left, width = around(longest)
    return Slope(value, error, *extrapolate(jump, step, least, (1, 3, 5, 7, 9))[:2],
                 2 * max(abs(right - here), abs(left - here)) / width)


def power_of_two(value: float) -> float:
    """Return the largest power of two up to a number: with such steps x + h is exact more often than not."""
    return 2.0 ** (math.frexp(value)[1] - 1)


def least_step(value: float, unit: float) -> float:
    """Return the last and smallest step: a number has to move by two digits, at least, to both sides."""
    return max(power_of_two(unit) * LEAST, 4 * math.ulp(value))


def extrapolate(quotient: Callable[[float, bool], Tuple[float, float]], step: float, least: float,
                powers: Sequence[int]) -> Tuple[float, float, float]:
    """Return the limit of a quotient for h -> 0, a bound on its error, and the longest step that it was made of.

    D_j(h) = D_(j-1)(h) + (D_(j-1)(h) - D_(j-1)(4h)) / (4^p_j - 1), for an error of D_0 that is a series with powers p

    The error of each D is how far it lies from those that it was made of, and what the noise makes of it, which
    `quotient` gives, too, from afar or near; the D with the least is taken. All the smaller steps have to confirm it:
    otherwise there is a kink nearby, and the first step was too long. Or what drowned in noise from afar is a curve.

    Source: L. F. Richardson (1911); the choice within the table is that of C. Ridders, "Accurate computation of F'(x)
    and F'(x) F''(x)", Advances in Engineering Software 4 (1982), whose own error estimate leaves the noise out.
    """
    value, near = math.nan, False
    while step > least:
        value, error, longest, last, h = _from_table(lambda h: quotient(h, near), step, powers, least)
        left, drowned = abs(last - value) * SHRINK, abs(value) * VAGUE <= error
        confirmed = True
        while h > least:
            shorter = max(h / SHRINK ** 3, least)
            left, h = left * (shorter / h), shorter
            there, noise = quotient(h, near or drowned)
            confirmed = abs(there - value) <= error + NOISE * noise + left
            if not confirmed:
                break
        if confirmed:
            return value, error, longest
        step, near = h, near or drowned
    return value, math.inf, step


def _from_table(quotient: Callable[[float], Tuple[float, float]], step: float, powers: Sequence[int],
                least: float) -> Tuple[float, float, float, float, float]:
    """Return the best of the extrapolated values, a bound on its error, the longest step that it was made of, the last
    value before, and its step."""
    best = math.nan, math.inf
    rows: List[List[float]] = []
    noises: List[List[float]] = []
    longest = step
    while True:
        value, noise = quotient(step)
        noise *= NOISE
        if len(rows) > 1:
            now, expected = abs(value - rows[-1][0]), abs(rows[-1][0] - rows[-2][0]) / SHRINK ** powers[0]
            if not expected / 2 - noise <= now <= 2 * expected + noise:  # no series in h yet: a kink, or h too large
                best, rows, noises, longest = (math.nan, math.inf), [rows[-1][:1]], [noises[-1][:1]], step * SHRINK
        row, noise_row = [value], [noise]
        if rows:
            for j, (earlier, earlier_noise, power) in enumerate(zip(rows[-1], noises[-1], powers)):
                divisor = SHRINK ** power - 1
                row.append(row[j] + (row[j] - earlier) / divisor)
                noise_row.append(noise_row[j] + (noise_row[j] + earlier_noise) / divisor)
                change = abs(row[j + 1] - row[j])
                error = max(SAFETY * (change - noise_row[j]), change, abs(row[j + 1] - rows[-1][:j + 2][-1]))
                if error + noise_row[j + 1] < best[1]:
                    best = row[j + 1], error + noise_row[j + 1]
        if noise >= best[1] or step / SHRINK < least:  # from here on the noise is larger than what is known already
            return (*(best if rows else (value, math.inf)), longest, value, step)
        rows.append(row)
        noises.append(noise_row)
        step /= SHRINK
