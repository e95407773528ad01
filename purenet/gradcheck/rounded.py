"""Numbers that know how far they may be off, to run any formula on: a wrong one as well as backprop.

    v = a ± b       error_a + error_b + u |v|
    v = a b         |a| error_b + |b| error_a + error_a error_b + u |v| + TINY
    v = a / b       (|a| error_b + |b| error_a) / (|b| (|b| - error_b)) + u |v| + TINY
    v = e^a         v (e^error_a - 1) + 6 u v + TINY
    v = tanh a      error_a + 6 u |v|

u is the rounding of one operation. (N. Higham, "Accuracy and stability of numerical algorithms", section 3.3.) These
are the rules of `bound`, which applies them to backprop alone, and faster.
"""
from __future__ import annotations

import math
from typing import Union

from ..core.activation import tanh_slope
from ..core.arithmetic import PLATFORM, Arithmetic

U = 2.0 ** -53
TINY = 5e-324


class Rounded:
    """Hold a float and a bound on its error.

    >>> Rounded(1.0) / 3
    Rounded(0.3333333333333333, 3.700743415417188e-17)
    """

    __slots__ = ("value", "error")

    def __init__(self, value: float, error: float = 0.0) -> None:
        self.value = value
        self.error = error

    def __add__(self, other: Operand) -> Rounded:
        other = rounded(other)
        value = self.value + other.value
        return Rounded(value, self.error + other.error + U * abs(value))

    __radd__ = __add__

    def __neg__(self) -> Rounded:
        return Rounded(-self.value, self.error)

    def __abs__(self) -> Rounded:
        return Rounded(abs(self.value), self.error)

    def __sub__(self, other: Operand) -> Rounded:
        return self + -rounded(other)

    def __rsub__(self, other: Operand) -> Rounded:
        return rounded(other) - self

    def __mul__(self, other: Operand) -> Rounded:
        other = rounded(other)
        value = self.value * other.value
        error = abs(self.value) * other.error + abs(other.value) * self.error + self.error * other.error
        return Rounded(value, error + U * abs(value) + TINY)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Rounded:
        other = rounded(other)
        value = self.value / other.value
        error = abs(self.value) * other.error + abs(other.value) * self.error
        smallest = abs(other.value) - other.error
        error = error / (abs(other.value) * smallest) if smallest > 0 else math.inf
        return Rounded(value, error + U * abs(value) + TINY)

    def __rtruediv__(self, other: Operand) -> Rounded:
        return rounded(other) / self

    def __gt__(self, other: Operand) -> bool:
        return self.value > rounded(other).value

    def __lt__(self, other: Operand) -> bool:
        return self.value < rounded(other).value

    def __ge__(self, other: Operand) -> bool:
        return self.value >= rounded(other).value

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"Rounded({self.value!r}, {self.error!r})"


Operand = Union[Rounded, float]


def rounded(value: Operand) -> Rounded:
    """Return a number as a Rounded; one that was given as a float is taken to be exact."""
    return value if isinstance(value, Rounded) else Rounded(PLATFORM.number(value))


def _exp(z: Rounded) -> Rounded:
    value = math.exp(z.value)
    return Rounded(value, value * math.expm1(min(z.error, 700.0)) + 6 * U * value + TINY)


def _tanh(z: Rounded) -> Rounded:
    value = math.tanh(z.value)
    steepest = tanh_slope(max(0.0, abs(z.value) - z.error))
    return Rounded(value, min(2.0, steepest * z.error) + 6 * U * abs(value) + TINY)


def _log(x: Rounded) -> Rounded:
    smallest = x.value - x.error
    value = math.log(x.value)
    return Rounded(value, (x.error / smallest if smallest > 0 else math.inf) + 2 * U * abs(value))


ROUNDED = Arithmetic(rounded, _exp, _log, _tanh, real=float)
