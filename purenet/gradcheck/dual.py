"""Dual numbers: a value and its derivative go through every operation together (forward-mode differentiation)."""
from __future__ import annotations

from operator import mul
from typing import Iterable, List

from ..core.arithmetic import Arithmetic
from .loss import Number, Pass, Row, loss_onward


class Dual:
    """Hold a number and its derivative: value + slope ε, with ε² = 0.

    (a + a'ε) + (b + b'ε) = (a + b) + (a' + b')ε     (a + a'ε) (b + b'ε) = a b + (a b' + a' b)ε

    >>> x = Dual(3.0, 1.0)
    >>> x * x + 1.0
    Dual(10.0, 6.0)

    Source: R. Wengert, "A simple automatic derivative evaluation program", Communications of the ACM 7 (1964).
    """

    __slots__ = ("value", "slope")

    def __init__(self, value: Number, slope: Number) -> None:
        self.value = value
        self.slope = slope

    def __add__(self, other: Number) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    def __sub__(self, other: Number) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value - other.value, self.slope - other.slope)
        return Dual(self.value - other, self.slope)

    def __rsub__(self, other: Number) -> Dual:
        return Dual(other - self.value, -self.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __mul__(self, other: Number) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)
        return Dual(self.value * other, self.slope * other)

    def __truediv__(self, other: Number) -> Dual:
        if isinstance(other, Dual):
            value = self.value / other.value
            return Dual(value, (self.slope - value * other.slope) / other.value)
        return Dual(self.value / other, self.slope / other)

    def __rtruediv__(self, other: Number) -> Dual:
        value = other / self.value
        return Dual(value, -value * (self.slope / self.value))

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.slope!r})"

    __radd__ = __add__
    __rmul__ = __mul__


def value_of(number: Number) -> Number:
    """Return the value of a dual number, or a plain number itself."""
    return number.value if isinstance(number, Dual) else number


def slope_of(number: Number) -> Number:
    """Return the derivative that a dual number carries; that of a plain number is 0."""
    return number.slope if isinstance(number, Dual) else 0


def dual_arithmetic(base: Arithmetic) -> Arithmetic:
    """Return the arithmetic of dual numbers over another; plain numbers may stand among them.

    (e^x)' = e^x x'     (log x)' = x' / x     (tanh x)' = 4 e^-2|x| / (1 + e^-2|x|)² x'

    >>> from purenet.core.arithmetic import PLATFORM
    >>> dual_arithmetic(PLATFORM).exp(Dual(0.0, 2.0))
    Dual(1.0, 2.0)
    """
    def exp(x: Number) -> Number:
        value = base.exp(value_of(x))
        return Dual(value, value * x.slope) if isinstance(x, Dual) else value

    def log(x: Number) -> Number:
        value = base.log(value_of(x))
        return Dual(value, x.slope / x.value) if isinstance(x, Dual) else value

    def tanh(x: Number) -> Number:
        value = base.tanh(value_of(x))
        if not isinstance(x, Dual):
            return value
        e = base.exp(-2 * abs(x.value))
        return Dual(value, 4 * e / ((1 + e) * (1 + e)) * x.slope)

    return Arithmetic(base.number, exp, log, tanh, real=lambda x: base.real(value_of(x)))


def dual_deltas(run: Pass) -> List[List[List[Number]]]:
    """Return ∂C/∂z of every unit of every layer for each example, C being the loss of that example, by dual numbers.

    Each weighted input z_j in turn is made z_j + ε, and the loss computed from there on: the ε in it is ∂C/∂z_j.

    >>> from purenet.core.arithmetic import PLATFORM
    >>> from purenet.core.network import Network
    >>> from purenet.gradcheck.loss import forward
    >>> dual_deltas(forward(Network([2, 1], init="zeros"), [[2.0, -4.0]], [[1.0]], PLATFORM))
    [[[-0.125]]]
    """
    arithmetic, one = dual_arithmetic(run.arithmetic), run.arithmetic.number(1)
    return [[[_slope(run, layer, z, j, one, targets, arithmetic) for j in range(len(z))]
             for z, targets in zip(rows, run.targets)] for layer, rows in enumerate(run.z)]


def dual_gradient(run: Pass) -> List[Number]:
    """Return the derivative of the reduced loss by every parameter, in the order of `names`, by dual numbers.

    Since z_j = Σ a_i W_ij + b_j, what `dual_deltas` has for it counts a_i times for W_ij, and once for b_j.

    >>> from purenet.core.arithmetic import PLATFORM
    >>> from purenet.core.network import Network
    >>> from purenet.gradcheck.loss import forward
    >>> net = Network([2, 1], init="zeros")
    >>> dual_gradient(forward(net, [[2.0, -4.0]], [[1.0]], PLATFORM))
    [-0.25, 0.5, -0.125]
    """
    weight_slopes, bias_slopes = [], []
    for layer, deltas in enumerate(dual_deltas(run)):
        columns = list(zip(*deltas))
        for inputs in zip(*run.inputs[layer]):
            weight_slopes += [_total(map(mul, inputs, column), run) for column in columns]
        if run.biases is not None:
            bias_slopes += [_total(column, run) for column in columns]
    return weight_slopes + bias_slopes


def _slope(run: Pass, layer: int, z: Row, j: int, one: Number, targets: Row, arithmetic: Arithmetic) -> Number:
    seeded = [*z[:j], Dual(z[j], one), *z[j + 1:]]
    return slope_of(loss_onward(run.net, layer, seeded, targets, run.weights, run.biases, arithmetic))


def _total(terms: Iterable[Number], run: Pass) -> Number:
    total = run.arithmetic.number(0)
    for term in terms:
        total += term
    return run.net.reduce(total, len(run.targets))
