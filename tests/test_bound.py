"""The computed bound on the rounding error of backprop."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import copy_of, flat, problems

from purenet import Network, exact_gradients
from purenet.gradcheck.bound import FLOAT32, FLOAT64, SAFETY, backprop_bounds, difference, dot, product
from purenet.gradcheck.check import are_float32, significant_bits

floats = st.floats(-1e6, 1e6).map(lambda v: v if abs(v) > 1e-100 else 0.0)
known = st.tuples(floats, st.floats(0, 1e-3))  # a value, and a bound on its error


def furthest(pair, sign):
    """The number furthest from a value that its bound allows."""
    return Fraction(pair[0]) + sign * Fraction(pair[1])


@given(known, known, st.sampled_from([-1, 1]), st.sampled_from([-1, 1]))
def test_the_rules_hold_for_the_numbers_furthest_off(a, b, sign_a, sign_b):
    true_a, true_b = furthest(a, sign_a), furthest(b, sign_b)
    slack = Fraction(1) + Fraction(1, 10 ** 12)  # the bounds are themselves rounded
    for (value, bound), true in ((product(a, b, FLOAT64), true_a * true_b),
                                 (difference(a, b, FLOAT64), true_a - true_b)):
        assert abs(Fraction(value) - true) <= Fraction(bound) * slack


@given(st.lists(st.tuples(known, known), max_size=6), known)
def test_a_sum_of_products_is_bounded(terms, start):
    value, bound = dot([a for a, _ in terms], [b for _, b in terms], FLOAT64, start)
    true = furthest(start, 1) + sum(furthest(a, 1) * furthest(b, 1) for a, b in terms)
    assert abs(Fraction(value) - true) <= Fraction(bound) * (1 + Fraction(1, 10 ** 12))


@settings(max_examples=25)
@given(problems(exp="platform"), st.sampled_from([1.0, 10.0]))
def test_backprop_is_never_further_off_than_allowed(problem, factor):
    net, X, y = problem
    net.weights = [[[factor * w for w in row] for row in W] for W in net.weights]
    bounds = backprop_bounds(net, X, y)
    true = exact_gradients(net, X, y, 30)
    for yours, exact, error, kink in zip(flat(net.gradients(X, y)), flat(true), bounds.errors, bounds.kinks):
        low, high = (exact, exact) if kink is None else (min(float(exact), kink[0]), max(float(exact), kink[1]))
        assert float(low) - SAFETY * error <= yours <= float(high) + SAFETY * error


@settings(max_examples=25)
@given(problems())
def test_lossy_and_short_numbers_are_allowed_more(problem):
    net, X, y = problem
    strict = backprop_bounds(net, X, y).errors
    for more in (backprop_bounds(net, X, y, lossy=True), backprop_bounds(net, X, y, FLOAT32)):
        assert all(a <= b for a, b in zip(strict, more.errors))


def test_the_bound_knows_what_saturation_costs():
    """a (1 - a) near a = 1 has no digits left, and its bound is as large as one rounding of a."""
    net = Network.from_weights([[[1.0]]], output="sigmoid", reduction="sum")
    plain, saturated = (backprop_bounds(net, [[z]], [[0.0]]).errors[0] for z in (1.0, 40.0))
    assert plain < 1e-15
    assert 1e-16 * 40 < saturated < 1e-13  # of a gradient of 40 * 4e-18


def test_a_kink_leaves_an_interval():
    """z = 2 - 2 = 0: the slope is 0 or 1, the error 2 * (3 - 1), and the inputs 2 and 2."""
    net = Network.from_weights([[[1.0, 1.0], [-1.0, 0.5]], [[2.0], [1.0]]], activation="relu", output="identity")
    bounds = backprop_bounds(net, [[2.0, 2.0]], [[1.0]])
    kinks = [kink and (round(kink[0], 12), round(kink[1], 12)) for kink in bounds.kinks]
    assert kinks == [(0.0, 8.0), None, (0.0, 8.0), None, None, None]
    assert bounds.kinks[0][1] == pytest.approx(2 * 2 * (3.0 - 1.0))


def test_targets_that_miss_1_by_a_little_are_allowed_for():
    net = Network([2, 3], output="softmax", loss="cross_entropy")
    y = [[0.5, 0.5, 1e-10]]
    even, uneven = backprop_bounds(net, [[1.0, 2.0]], [[0.5, 0.5, 0.0]]), backprop_bounds(net, [[1.0, 2.0]], y)
    assert max(even.errors) < 1e-14 < 1e-12 < min(uneven.errors)


def test_infinite_intermediates_end_in_an_infinite_or_undefined_bound():
    net = Network.from_weights([[[1e300]], [[1e300]]], activation="identity")
    assert not any(map(math.isfinite, backprop_bounds(net, [[1e10]], [[0.0]]).errors))


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=3, max_size=9))
def test_float32_is_known_by_its_numbers(values):
    assert are_float32(values) == any(significant_bits(value) >= 13 for value in values)
    assert not are_float32([*values, 0.1])


def test_the_network_is_not_changed():
    net = Network([2, 2, 1])
    before = copy_of(net)
    backprop_bounds(net, [[0.1, 0.2]], [[1.0]])
    assert (net.weights, net.biases) == (before.weights, before.biases)
