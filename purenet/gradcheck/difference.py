"""Derivatives from values of a function alone: differences, their extrapolation with an error bar, the complex step.

Every f here takes one flat list of numbers and returns a number. The list that it is handed is its own to keep.
"""
from __future__ import annotations

import cmath
import math
from typing import Any, Callable, List, Optional, Sequence, Tuple

from ..core.arithmetic import Arithmetic
from .noise import noise_level

Function = Callable[[List[Any]], Any]

COMPLEX = Arithmetic(complex, cmath.exp, cmath.log, cmath.tanh, real=lambda z: z.real)
COMPLEX_STEP = 1e-20  # its square is lost beside 1 in any float, and it is far from the smallest of a complex64
LEVELS = 16
SHRINK = 4.0


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


def complex_gradient(f: Function, x: Sequence[float], h: float = COMPLEX_STEP) -> List[float]:
    """Return the derivatives of f by every element of x, each by a complex step."""
    return [complex_step(f, x, i, h) for i in range(len(x))]


def ridders(f: Function, x: Sequence[float], i: int, noise: Optional[float] = None,
            step: Optional[float] = None) -> Tuple[float, float]:
    """Return the derivative of f by x[i] and a bound on its error, by extrapolation of central differences to h = 0.

    D_0(h) = (f(x + h e_i) - f(x - h e_i)) / 2h     D_j(h) = D_(j-1)(h) + (D_(j-1)(h) - D_(j-1)(4h)) / (16^j - 1)

    The error of each D is how far it lies from the ones that it was made of, and what the noise in f makes of it; the D
    with the least is taken. `noise` is measured when it is not given; `step` is the first and largest h.

    >>> value, error = ridders(lambda x: math.exp(x[0]), [1.0], 0)
    >>> abs(value - math.e) <= error < 1e-11
    True

    Source: L. F. Richardson (1911); the choice within the table is that of C. Ridders, "Accurate computation of F'(x)
    and F'(x) F''(x)", Advances in Engineering Software 4 (1982), whose own error estimate leaves the noise out.
    """
    return extrapolate(lambda h: _quotient(f, x, i, h), _spread(f, x, noise), step or first_step(x[i]), 2)


def ridders_gradient(f: Function, x: Sequence[float], noise: Optional[float] = None) -> List[Tuple[float, float]]:
    """Return the derivative of f by every element of x, each with a bound on its error."""
    noise = _spread(f, x, noise)
    return [ridders(f, x, i, noise) for i in range(len(x))]


def first_step(value: float) -> float:
    """Return the largest step to begin with: a power of two, so that x + h is exact more often than not."""
    return 2.0 ** (math.frexp(max(1.0, abs(value)))[1] - 4)


def _spread(f: Function, x: Sequence[float], noise: Optional[float]) -> float:
    return noise_level(f, x) if noise is None else noise


def _quotient(f: Function, x: Sequence[float], i: int, h: float) -> Tuple[float, float]:
    """Return the central difference quotient and the width that its noise is to be divided by."""
    up, down = moved(x, i, h), moved(x, i, -h)
    width = up[i] - down[i]
    return (f(up) - f(down)) / width, width


def extrapolate(quotient: Callable[[float], Tuple[float, float]], noise: float, step: float, order: int) -> Tuple[
        float, float]:
    """Return the limit of a difference quotient for h -> 0, and a bound on its error.

    `quotient` gives its value and the width of the difference; its error begins with the power `order` of h, and goes
    on in such powers: 2 for central, 1 for one-sided differences. `noise` is that of the function, per value.
    """
    best = math.nan, math.inf
    before: List[float] = []
    noise_before: List[float] = []
    h = step
    for level in range(LEVELS):
        value, width = quotient(h)
        row, noise_row = [value], [NOISE * noise / width]
        for j in range(min(level, MOST_ORDERS)):
            power = SHRINK ** (order * (j + 1)) - 1
            row.append(row[j] + (row[j] - before[j]) / power)
            noise_row.append(noise_row[j] + (noise_row[j] + noise_before[j]) / power)
            error = SAFETY * max(abs(row[j + 1] - row[j]), abs(row[j + 1] - before[j]) / power) + noise_row[j + 1]
            if len(before) > j + 1:
                error = max(error, abs(row[j + 1] - before[j + 1]) / power + noise_row[j + 1])
            if error < best[1]:
                best = row[j + 1], error
        if noise_row[0] > best[1]:
            break  # from here on the noise is larger than what is known already
        before, noise_row, noise_before = row, noise_row, noise_row
        h /= SHRINK
    return best


NOISE = 6.0  # a difference has two values, each off by three standard deviations at most
SAFETY = 2.0
MOST_ORDERS = 5
