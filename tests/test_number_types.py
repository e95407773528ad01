"""The core computes in whatever numbers its arithmetic is made of: complex and Decimal prove it, and prove backprop.

Complex step: for a function f that is analytic, the imaginary part of f(w + ih) / h is its derivative, with no
difference taken and so no digits lost; h = 1e-100 leaves no error but the rounding of f itself. Decimal: the gradient
with 50 digits, against which that of floats can be judged.
"""

import cmath
import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from strategies import VALID_PAIRS, copy_of, flat, problems

from purenet.core.arithmetic import Arithmetic

STEP = 1e-100
COMPLEX = Arithmetic(complex, cmath.exp, cmath.log, cmath.tanh, real=lambda z: z.real)


def decimal_tanh(z):
    """tanh to the digits of the context."""
    e = (2 * z).exp()
    return (e - 1) / (e + 1)


DECIMAL = Arithmetic(Decimal, Decimal.exp, Decimal.ln, decimal_tanh)


def near_a_kink(net, X):
    """Whether a relu's input is 0 or so near that rounding may decide its side."""
    from purenet.core.backprop import forward

    weighted_inputs = forward(net, X)[0]
    names = [net.activation] * (len(weighted_inputs) - 1) + [net.output]
    return any(abs(z) < 1e-9 for name, Z in zip(names, weighted_inputs) if name == "relu" for row in Z for z in row)


def places(net):
    """Every parameter as ("weights", (layer, i, j)) or ("biases", (layer, j)), in the order of `flat`."""
    for layer, W in enumerate(net.weights):
        for i, row in enumerate(W):
            for j in range(len(row)):
                yield "weights", (layer, i, j)
    for layer, b in enumerate(net.biases or []):
        for j in range(len(b)):
            yield "biases", (layer, j)


def stepped(net, kind, place):
    """The network in complex numbers, with i * STEP added to one parameter."""
    moved = copy_of(net, exp=COMPLEX)
    row = getattr(moved, kind)
    for index in place[:-1]:
        row = row[index]
    row[place[-1]] += complex(0.0, STEP)
    return moved


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
def test_the_complex_step_through_the_loss_is_the_gradient(output, loss):
    @given(problem=problems(output=output, loss=loss, max_layers=2))
    def check(problem):
        net, X, y = problem
        if near_a_kink(net, X):
            return
        gradient = flat(net.gradients(X, y))
        scale = max(1.0, max(abs(g) for g in gradient))
        for found, (kind, place) in zip(gradient, places(net)):
            expected = stepped(net, kind, place).loss(X, y).imag / STEP
            assert math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-13 * scale), (kind, place)
    check()


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
def test_fifty_digits_agree_with_floats(output, loss):
    @given(problem=problems(output=output, loss=loss, max_layers=2))
    def check(problem):
        net, X, y = problem
        if near_a_kink(net, X):
            return
        with localcontext() as context:
            context.prec = 50
            exact = copy_of(net, exp=DECIMAL)
            assert all(isinstance(number, Decimal) for number in flat(exact.gradients(X, y)))
            truth, prediction = flat(exact.gradients(X, y)), exact.predict(X)
            assert abs(exact.loss(X, y) - Decimal(net.loss(X, y))) <= Decimal("1e-13") * (1 + abs(exact.loss(X, y)))
        scale = max(1.0, max(abs(float(g)) for g in truth))
        for found, expected in zip(flat(net.gradients(X, y)), truth):
            assert math.isclose(found, float(expected), rel_tol=1e-12, abs_tol=1e-13 * scale)
        for found, expected in zip(net.predict(X), prediction):
            assert found == pytest.approx([float(a) for a in expected], rel=1e-12, abs=1e-15)
    check()
