"""Differences, their error bars, and the complex step."""

import cmath
import math
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purenet.gradcheck.difference import (
    central_difference, central_gradient, complex_gradient, complex_step, moved, slope_and_jump)
from purenet.gradcheck.noise import noise_of, scale

SMOOTH = [  # f, f', for real and complex numbers
    (cmath.exp, math.exp),
    (cmath.sin, math.cos),
    (cmath.tanh, lambda t: 1 / math.cosh(t) ** 2),
    (lambda t: t ** 5 - 3 * t ** 3 + t, lambda t: 5 * t ** 4 - 9 * t * t + 1),
    (lambda t: 1 / (1 + 25 * t * t), lambda t: -50 * t / (1 + 25 * t * t) ** 2),
    (lambda t: cmath.sin(30 * t), lambda t: 30 * math.cos(30 * t)),
    (lambda t: 1e8 + cmath.exp(t), math.exp),
    (lambda t: 1 / (1 + cmath.exp(-t)), lambda t: math.exp(-t) / (1 + math.exp(-t)) ** 2),
    (lambda t: 1e-10 * cmath.cos(t), lambda t: -1e-10 * math.sin(t)),
    (lambda t: cmath.sqrt(t + 4), lambda t: 0.5 / math.sqrt(t + 4)),
]
smooth = st.sampled_from(SMOOTH)
points = st.floats(-3, 3).map(lambda t: round(t, 6))


def ridders(f, x, i):
    """The slope, and how far it may be off, which a jump that was not seen may cause, too."""
    slope = slope_and_jump(f, x, i, noise_of(f, x, list(map(scale, x))), scale(x[i]))
    return slope.value, slope.error + (abs(slope.jump) + slope.jump_error) / 2


def real(f):
    """f of a list with one number, as a float."""
    return lambda x: f(x[0]).real


@given(smooth, points)
def test_the_error_bar_of_ridders_holds(functions, t):
    f, slope = functions
    value, error = ridders(real(f), [t], 0)
    assert abs(value - slope(t)) <= error + 1e-15 * abs(slope(t)), (value, slope(t), error)
    assert math.isfinite(error)


@pytest.mark.slow
def test_the_error_bar_of_ridders_holds_ten_thousand_times():
    numbers = random.Random(3)
    for f, slope in SMOOTH:
        for _ in range(1000):
            t = numbers.uniform(-3, 3)
            value, error = ridders(real(f), [t], 0)
            assert abs(value - slope(t)) <= error, (value, slope(t), error, t)


@given(smooth, points)
def test_the_complex_step_has_all_digits(functions, t):
    f, slope = functions
    assert complex_step(lambda x: f(x[0]), [t], 0) == pytest.approx(slope(t), rel=1e-13, abs=1e-22)


@given(st.lists(st.fractions(-9, 9, max_denominator=9), min_size=1, max_size=4), st.data())
def test_the_central_difference_of_a_parabola_is_exact_in_exact_numbers(x, data):
    i = data.draw(st.integers(0, len(x) - 1))
    h = data.draw(st.fractions(Fraction(1, 9), 1, max_denominator=9))
    before = list(x)
    assert central_difference(lambda x: sum((k + 1) * v * v for k, v in enumerate(x)), x, i, h) == 2 * (i + 1) * x[i]
    assert x == before


def test_the_gradients_are_the_derivatives_one_by_one():
    def f(x):
        return x[0] * x[1] + x[2] * x[2]

    x = [2.0, 3.0, 5.0]
    assert complex_gradient(f, x, [1.0, 0.5, 1e-9]) == [3.0, 2.0, 10.0]
    assert central_gradient(f, x, 0.5) == [3.0, 2.0, 10.0]
    assert [ridders(f, x, i)[0] for i in range(3)] == pytest.approx([3.0, 2.0, 10.0], abs=1e-12)
    assert central_difference(f, [Decimal(v) for v in x], 2, Decimal("0.5")) == Decimal(10)


def test_the_function_gets_a_list_of_its_own():
    def f(x):
        value = x[0] * x[0]
        x[0] = math.nan
        return value

    x = [3.0]
    assert moved(x, 0, 1.0) == [4.0]
    assert ridders(f, x, 0)[0] == pytest.approx(6.0)
    assert x == [3.0]


@given(st.floats(-2, 2), st.floats(-2, 2), st.sampled_from([0.0, 1.0, -7.0, 0.3]))
def test_a_kink_is_measured(left, right, t):
    def f(x):
        return (right if x[0] > t else left) * (x[0] - t) + math.sin(x[0])

    slope = slope_and_jump(f, [t], 0, noise_of(f, [t], [scale(t)]), scale(t))
    assert abs(slope.jump - (right - left)) <= slope.jump_error + 1e-12
    assert abs(slope.value - (left + right) / 2 - math.cos(t)) <= slope.error + 1e-12
    assert slope.jump_error + slope.error < 1e-6


@given(st.floats(1e-6, 1), st.floats(-2, 2).filter(lambda jump: abs(jump) > 1e-3))
def test_a_kink_nearby_does_not_deceive(distance, jump):
    """The large steps go over the kink, and agree with each other; the small ones find out."""
    def f(x):
        return math.exp(x[0] / 4) + (jump * (x[0] - distance) if x[0] > distance else 0.0)

    value, error = ridders(f, [0.0], 0)
    assert abs(value - 0.25) <= error


@pytest.mark.parametrize("threshold", [1e-2, 1e-3])
def test_what_large_steps_agree_on_has_to_be_confirmed_by_small_ones(threshold):
    """A hard threshold: the quotient is exactly 1 for every step that is larger, and the slope is 0."""
    value, error = ridders(lambda x: 1.0 + (x[0] if abs(x[0]) > threshold else 0.0), [0.0], 0)
    assert abs(value) <= error < 1e-3


@settings(max_examples=25)
@given(st.floats(1e-9, 1e-3), st.integers(0, 2 ** 32))
def test_a_noisy_function_gets_the_error_bar_that_it_deserves(size, seed):
    numbers = random.Random(seed)
    value, error = ridders(lambda x: math.exp(x[0]) + numbers.gauss(0, size), [0.5], 0)
    assert abs(value - math.exp(0.5)) <= error
    assert error < 1e4 * size
