"""Numbers that know how far they may be off, for tolerances that are computed and not guessed.

A Rounded holds a float and a bound on its distance from the true result of the same formula. Both go through every
operation (running error analysis: N. Higham, "Accuracy and stability of numerical algorithms", section 3.3), with
u = 2**-53, the rounding of one operation, and TINY for what underflows:

    v = a ± b       error_a + error_b + u |v|
    v = a b         |a| error_b + |b| error_a + error_a error_b + u |v| + TINY
    v = a / b       (|a| error_b + |b| error_a) / (|b| (|b| - error_b)) + u |v| + TINY
    v = exp a       v (e^error_a - 1) + 2 u v + TINY            (an exp good to one unit in the last place, or 2 u)
    v = log a       error_a / (a - error_a) + 2 u |v|
    v = tanh a      error_a + 6 u |v|                           (its slope is at most 1; three units in the last place)

The bounds are themselves computed in floats, and the 2 that `allowed` multiplies them by is for that. A network whose
Arithmetic is of these numbers computes the very floats of the plain network, and the bounds beside them.
"""

import math

from purenet.core.arithmetic import ARITHMETICS, Arithmetic
from strategies import copy_of

U = 2.0 ** -53
TINY = 5e-324


class Rounded:
    """A float and a bound on its error."""

    __slots__ = ("value", "error")

    def __init__(self, value, error=0.0):
        self.value = value
        self.error = error

    def __add__(self, other):
        other = rounded(other)
        value = self.value + other.value
        return Rounded(value, self.error + other.error + U * abs(value))

    def __neg__(self):
        return Rounded(-self.value, self.error)

    def __sub__(self, other):
        return self + -rounded(other)

    def __rsub__(self, other):
        return rounded(other) - self

    def __mul__(self, other):
        other = rounded(other)
        value = self.value * other.value
        error = abs(self.value) * other.error + abs(other.value) * self.error + self.error * other.error
        return Rounded(value, error + U * abs(value) + TINY)

    def __truediv__(self, other):
        other = rounded(other)
        value = self.value / other.value
        error = abs(self.value) * other.error + abs(other.value) * self.error
        smallest = abs(other.value) - other.error
        error = error / (abs(other.value) * smallest) if smallest > 0 else math.inf
        return Rounded(value, error + U * abs(value) + TINY)

    def __rtruediv__(self, other):
        return rounded(other) / self

    def __abs__(self):
        return Rounded(abs(self.value), self.error)

    def __eq__(self, other):
        return self.value == rounded(other).value

    def __lt__(self, other):
        return self.value < rounded(other).value

    def __le__(self, other):
        return self.value <= rounded(other).value

    def __gt__(self, other):
        return self.value > rounded(other).value

    def __ge__(self, other):
        return self.value >= rounded(other).value

    def __repr__(self):
        return f"{self.value!r} ± {self.error!r}"

    __radd__ = __add__  # a + b and b + a round alike
    __rmul__ = __mul__
    __hash__ = None


def rounded(value):
    """Return a number as a Rounded; one that was given as a float is taken to be exact."""
    return value if isinstance(value, Rounded) else Rounded(float(value))


def rounded_arithmetic(exp):
    """Return the Arithmetic of Rounded numbers whose values are those of exp="platform" or exp="portable"."""
    base = ARITHMETICS[exp]

    def rounded_exp(z):
        value = base.exp(z.value)
        return Rounded(value, value * math.expm1(z.error) + 2 * U * value + TINY)

    def rounded_log(z):
        value = base.log(z.value)
        return Rounded(value, z.error / (z.value - z.error) + 2 * U * abs(value))

    def rounded_tanh(z):
        value = base.tanh(z.value)
        return Rounded(value, z.error + 6 * U * abs(value))

    return Arithmetic(rounded, rounded_exp, rounded_log, rounded_tanh)


ROUNDED_ARITHMETICS = {exp: rounded_arithmetic(exp) for exp in ARITHMETICS}


def rounded_network(net):
    """Return a network that computes what `net` does, in Rounded numbers."""
    return copy_of(net, exp=ROUNDED_ARITHMETICS[net.exp])


def allowed(number):
    """Return how far a Rounded may be off."""
    return 2 * number.error


def sum_bound(terms, orders=2):
    """Return how far apart sums of the same floats in two orders may be: each is off by (n - 1) u Σ|t| at most.

    The tenth more is for terms of second order and for the rounding of this bound.
    """
    return 1.1 * orders * (len(terms) - 1) * U * sum(abs(term) for term in terms)
