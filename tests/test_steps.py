"""Every step of a forward and backward pass: the exact ones against backprop and definitions, and the bounds."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import MADE_FOR, VALID_PAIRS, problems

from purenet import Network, exact_gradients
from purenet.cli.vectors import recorded
from purenet.gradcheck.bound import FLOAT32, FLOAT64, SAFETY, backprop_bounds
from purenet.gradcheck.decimals import context_of
from purenet.gradcheck.exact import rounded
from purenet.gradcheck.parameters import flatten
from purenet.gradcheck.steps import allowed_steps, every, exact_steps


def flat(values):
    return [number for part in values for number in flat(part)] if isinstance(values, list) else [values]


def scaled(problem, factor):
    net, X, y = problem
    net.weights = every(net.weights, lambda w: factor * w)
    return net, X, y


def on_a_kink(net, X, y):
    return any(kink is not None for kink in backprop_bounds(net, X, y).kinks)


@settings(max_examples=60)
@given(problems(), st.sampled_from([1.0, 1.0, 10.0, 30.0]))
def test_every_step_of_our_own_backprop_is_within_the_bound(problem, factor):
    net, X, y = scaled(problem, factor)
    assume(not on_a_kink(net, X, y))
    found, exact, allowed = recorded(net, X, y), exact_steps(net, X, y), allowed_steps(net, X, y)
    assert set(found) == set(exact)
    for name, values in found.items():
        numbers = flat(values), flat(exact[name]), flat(allowed[name])
        assert len({len(part) for part in numbers}) == 1, name
        for mine, true, most in zip(*numbers):
            assert abs(Decimal(mine) - true) <= Decimal(most), (name, mine, true, most)


@settings(max_examples=15)
@given(problems(max_layers=2), st.sampled_from([1.0, 30.0]))
def test_every_digit_is_right(problem, factor):
    """Twice as many digits, rounded to the first half, are the same digits."""
    net, X, y = scaled(problem, factor)
    fewer, more = exact_steps(net, X, y, 40), exact_steps(net, X, y, 80)
    for name, values in fewer.items():
        assert flat(values) == [rounded(value, 40) for value in flat(more[name])], name


def test_what_cancels_is_0():
    """Three equal outputs that are all wrong alike: softmax leaves nothing to change."""
    net = Network.from_weights([[[0.0, 0.0, 0.0]]], output="softmax", reduction="sum")
    assert flat(exact_steps(net, [[0.0]], [[0.0, 0.0, 0.0]], 40)["delta1"]) == [0, 0, 0]


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
def test_the_steps_are_the_derivatives_that_they_are_said_to_be(output, loss):
    """∂C/∂b is the sum of the deltas, delta is error times slope, and the gradient a product: to 38 digits."""
    net = Network([3, 4, 2], activation="tanh", output=output, loss=loss)
    net.biases = [[0.1, -0.2, 0.3, -0.4], [0.5, -0.6]]
    X, y = [[0.5, -1.0, 2.0], [1.0, 0.25, -0.5]], [[0.25, 0.75], [1.0, 0.0]]
    steps = exact_steps(net, X, y)
    close = Decimal(10) ** -38
    assert ("error2" in steps) == (loss not in MADE_FOR)
    with localcontext(context_of(80)):
        for j, gradient in enumerate(steps["db1"]):
            assert abs(gradient - (steps["delta1"][0][j] + steps["delta1"][1][j])) < close
        for error, slope, delta in zip(flat(steps["error1"]), flat(steps["slope1"]), flat(steps["delta1"])):
            assert abs(error * slope - delta) < close
        for i, j in ((0, 0), (2, 3)):
            product = Decimal(X[0][i]) * steps["delta1"][0][j] + Decimal(X[1][i]) * steps["delta1"][1][j]
            assert abs(product - steps["dW1"][i][j]) < close
        assert abs(sum(steps["losses"]) / 2 - steps["loss"]) < close
    exact = exact_gradients(net, X, y, 40)
    assert flatten(exact.weights, exact.biases) == flat([steps["dW1"], steps["dW2"], steps["db1"], steps["db2"]])


def test_softmax_is_told_by_its_activations():
    net = Network([2, 3], output="softmax", activation="sigmoid")
    steps = exact_steps(net, [[1.0, 2.0]], [[0.0, 1.0, 0.5]])
    assert steps["slope1"] == steps["a1"]
    a, error = steps["a1"][0], steps["error1"][0]
    with localcontext(context_of(80)):
        common = sum(e * p for e, p in zip(error, a))
        assert all(abs(d - p * (e - common)) < Decimal(10) ** -38 for d, p, e in zip(steps["delta1"][0], a, error))


@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32])
def test_what_is_allowed_for_the_gradient_is_four_times_its_bound(precision):
    net = Network([3, 4, 2])
    X, y = [[0.5, -1.0, 2.0]], [[0.25, 0.75]]
    allowed = allowed_steps(net, X, y, precision)
    bounds = [SAFETY * error for error in backprop_bounds(net, X, y, precision).errors]
    assert flat([allowed["dW1"], allowed["dW2"], allowed["db1"], allowed["db2"]]) == bounds


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
def test_the_bounds_of_the_losses_are_not_loose(output, loss):
    net = Network([3, 4, 2], output=output, loss=loss)
    X, y = [[0.5, -1.0, 2.0], [1.0, 0.25, -0.5]], [[0.25, 0.75], [1.0, 0.0]]
    allowed, exact = allowed_steps(net, X, y), exact_steps(net, X, y)
    assert 1e-16 < allowed["loss"] / float(exact["loss"]) < 1e-13
    assert all(1e-16 < most / float(true) < 1e-12 for most, true in zip(allowed["losses"], exact["losses"]))


def test_saturated_units_keep_their_tail():
    net = Network.from_weights([[[400.0]]], loss="binary_cross_entropy")
    steps = exact_steps(net, [[1.0]], [[1.0]])
    assert float(steps["loss"]) == pytest.approx(math.exp(-400), rel=1e-12)
    assert steps["delta1"][0][0] == pytest.approx(Decimal(-400).exp() * -1, rel=Decimal("1e-20"))


@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32])
def test_what_is_allowed_for_delta_follows_from_error_and_slope(precision):
    net = Network([3, 4, 2], activation="tanh")
    X, y = [[0.5, -1.0, 2.0], [1.0, 0.25, -0.5]], [[0.25, 0.75], [1.0, 0.0]]
    values, allowed = recorded(net, X, y), allowed_steps(net, X, y, precision)
    for layer in (1, 2):
        error, slope, error_off, slope_off, delta_off = (flat(part[f"{name}{layer}"]) for part, name in (
            (values, "error"), (values, "slope"), (allowed, "error"), (allowed, "slope"), (allowed, "delta")))
        for e, s, e_off, s_off, d_off in zip(error, slope, error_off, slope_off, delta_off):
            expected = abs(e) * s_off + s * e_off + e_off * s_off / SAFETY + SAFETY * precision.u * abs(e * s)
            assert d_off == pytest.approx(expected, rel=1e-5)
