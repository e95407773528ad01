"""The gradient to fifty digits: two routes, neither of them backprop."""

import math
from decimal import Decimal, getcontext, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import copy_of, flat, problems

from purenet import (DataError, Gradients, Network, OptionError, PurenetError, ShapeError, check_backprop,
                     exact_gradients)
from purenet.gradcheck import exact
from purenet.gradcheck.decimals import context_of, decimal_arithmetic
from purenet.gradcheck.dual import Dual, dual_arithmetic, slope_of
from purenet.core.arithmetic import PLATFORM


@settings(max_examples=25)
@given(problems(exp="platform"))
def test_it_is_what_backprop_gives_as_far_as_floats_can_tell(problem):
    net, X, y = problem
    found = exact_gradients(net, X, y)
    assert isinstance(found, Gradients)
    assert [float(value) for value in flat(found)] == pytest.approx(flat(net.gradients(X, y)), rel=1e-9, abs=1e-14)
    assert all(isinstance(value, Decimal) for value in flat(found))


@settings(max_examples=10)
@given(problems(max_layers=2, max_examples=2), st.sampled_from([1, 8, 30]))
def test_fewer_digits_are_the_same_number_rounded(problem, digits):
    net, X, y = problem
    many, few = exact_gradients(net, X, y, 40), exact_gradients(net, X, y, digits)
    for a, b in zip(flat(many), flat(few)):
        assert abs(a - b) <= Decimal(10) ** (1 - digits) * abs(a)
        assert len(b.as_tuple().digits) <= digits


@pytest.mark.parametrize("factor", [1.0, 30.0])
@pytest.mark.parametrize("activation, output, loss", [
    ("sigmoid", "sigmoid", "squared_error"), ("tanh", "sigmoid", "binary_cross_entropy"),
    ("sigmoid", "softmax", "cross_entropy"), ("tanh", "softmax", "mean_squared_error")])
def test_saturated_networks_keep_every_digit_of_the_smallest_component(activation, output, loss, factor):
    net = Network([2, 3, 2], activation=activation, output=output, loss=loss, seed=4)
    net.weights = [[[factor * w for w in row] for row in W] for W in net.weights]
    X, y = [[1.0, -0.5], [0.25, 2.0]], [[1.0, 0.0], [0.0, 1.0]]
    found, more = exact_gradients(net, X, y, 50), exact_gradients(net, X, y, 90)
    for a, b in zip(flat(found), flat(more)):
        assert abs(a - b) <= Decimal("1e-49") * max(abs(b), Decimal("1e-324"))


def test_a_case_by_hand():
    """One sigmoid unit with w = ln 3 and the input 1: a = 3/4, so that (a - y) a (1 - a) = 3/64 for y = 1/2.

    ln 3 is no float; that of the float nearest to it is off in the 17th digit, and the result with it.
    """
    net = Network.from_weights([[[math.log(3)]]], [[0.0]])
    value = exact_gradients(net, [[1.0]], [[0.5]]).weights[0][0][0]
    assert float(value) == 3 / 64
    with localcontext(context_of(60)):
        a = 1 / (1 + (-Decimal(math.log(3))).exp())
        assert abs(value - (a - Decimal("0.5")) * a * (1 - a)) < Decimal("1e-50")


def test_on_a_kink_the_slope_of_relu_is_zero():
    net = Network.from_weights([[[1.0, 1.0], [-1.0, 1.0]], [[1.0], [1.0]]], activation="relu", output="identity")
    found = exact_gradients(net, [[2.0, 2.0]], [[1.0]])
    assert found == net.gradients([[2.0, 2.0]], [[1.0]])
    assert found.weights[0] == [[0, 6], [0, 6]]  # the first unit is at 0, the second at 4; the error is 3


@pytest.mark.parametrize("z, slope", [(2.0 ** -70, 1), (-2.0 ** -70, 0), (5e-324, 1)])
def test_beside_a_kink_it_is_not(z, slope):
    net = Network.from_weights([[[1.0]], [[1.0]]], activation="relu", output="identity")
    assert exact_gradients(net, [[z]], [[1.0]]).weights[0] == [[(Decimal(z) - 1) * Decimal(z) * slope]] or slope
    found = exact_gradients(net, [[z]], [[1.0]])
    assert (found.weights[0][0][0] != 0) == bool(slope)


def test_gradients_that_cancel_are_zero():
    net = Network.from_weights([[[0.5]]], activation="identity", reduction="sum")
    assert exact_gradients(net, [[1.0], [-1.0]], [[0.25], [-0.25]]).weights == [[[Decimal("0.5")]]]
    net = Network.from_weights([[[0.3, 0.3]]], output="softmax", loss="cross_entropy")
    assert flat(exact_gradients(net, [[0.7]], [[0.5, 0.5]])) == [0, 0]


def test_the_context_of_the_caller_has_no_say():
    net = Network([2, 2])
    with localcontext() as context:
        context.prec = 3
        found = exact_gradients(net, [[0.1, 0.2]], [[1.0, 0.0]])
        assert getcontext().prec == 3
    assert found == exact_gradients(net, [[0.1, 0.2]], [[1.0, 0.0]])


def test_routes_that_disagree_are_told(monkeypatch):
    monkeypatch.setattr(exact, "dual_gradient", lambda run: [Decimal(1)] * 2)
    with pytest.raises(PurenetError, match=r"weights\[0\]\[0\]\[0\] is 1\.00.* by dual numbers and .* by differences"):
        exact_gradients(Network([1, 1]), [[0.5]], [[1.0]])


def test_what_is_no_problem_of_this_network_is_refused():
    net = Network([2, 1])
    with pytest.raises(ShapeError, match="X: row 0 has 3 elements, expected 2"):
        exact_gradients(net, [[1, 2, 3]], [[1]])
    with pytest.raises(DataError, match="expected a finite number"):
        exact_gradients(net, [[1, math.nan]], [[1]])
    with pytest.raises(OptionError, match="digits must be a whole number from 1 to 1000, found 0"):
        exact_gradients(net, [[1, 2]], [[1]], digits=0)


def test_the_network_is_not_changed():
    net = Network([2, 2, 1], activation="tanh")
    before = copy_of(net)
    exact_gradients(net, [[0.1, 0.2]], [[1.0]])
    assert (net.weights, net.biases) == (before.weights, before.biases)


@pytest.mark.parametrize("digits", [20, 40, 130])
@settings(max_examples=40)
@given(z=st.one_of(st.floats(-700, 700), st.floats(-1e-3, 1e-3)))
def test_exp_log_and_tanh_have_the_digits_that_were_asked_for(digits, z):
    with localcontext(context_of(digits)) as context:
        arithmetic = decimal_arithmetic(context)
        exact_z = Decimal(z) + Decimal(10) ** -45
        found = arithmetic.exp(exact_z), arithmetic.log(abs(exact_z)), arithmetic.tanh(exact_z)
    with localcontext(context_of(2 * digits + 330)):
        e = (2 * exact_z).exp()
        true = exact_z.exp(), abs(exact_z).ln(), (e - 1) / (e + 1)
        for a, b in zip(found, true):
            assert abs(a - b) <= 50 * Decimal(10) ** -digits * abs(b)


@given(st.floats(-20, 20))
def test_dual_numbers_know_the_derivatives(z):
    arithmetic = dual_arithmetic(PLATFORM)
    x = Dual(z, 1.0)
    a = 1 / (1 + math.exp(-z))
    assert slope_of(1 / (1 + arithmetic.exp(-x))) == pytest.approx(math.exp(-z) * a * a, rel=1e-12)
    assert slope_of(arithmetic.tanh(x)) == pytest.approx(1 / math.cosh(z) ** 2, rel=1e-12)
    assert slope_of(arithmetic.log(x * x + 1)) == pytest.approx(2 * z / (z * z + 1), rel=1e-12, abs=1e-300)
    assert slope_of((3 - x) * 2 / (x * x + 2) - x) == pytest.approx(
        -2 / (z * z + 2) - 4 * z * (3 - z) / (z * z + 2) ** 2 - 1, rel=1e-9, abs=1e-12)
    assert slope_of(5.0) == 0


@pytest.mark.parametrize("size", [1e30, 1e38, 1e100, 1e200])
@pytest.mark.parametrize("output, loss", [("sigmoid", "squared_error"), ("tanh", "squared_error"),
                                          ("softmax", "cross_entropy"), ("identity", "squared_error")])
def test_huge_weights_come_to_an_end(size, output, loss):
    net = Network.from_weights([[[size, -size]]], activation="sigmoid", output=output, loss=loss)
    gradients = net.gradients([[1.1]], [[0.0, 1.0]])
    for digits in (None, 50):
        assert check_backprop(net, [[1.1]], [[0.0, 1.0]], gradients, digits).verdict != "fail"


def test_the_kink_of_a_relu_is_none_of_the_loss_s():
    net = Network.from_weights([[[1e4]], [[-0.4, -0.3]]], activation="relu", loss="cross_entropy")
    assert float(exact_gradients(net, [[1.0]], [[1.0, 0.0]], 20).weights[1][0][0]) == -1e4


@pytest.mark.parametrize("digits", [1, 5, 10, 39])
def test_a_reference_of_few_digits_accuses_nobody(digits):
    net, X, y = Network([2, 3, 2]), [[0.3, -0.7], [0.2, 0.9]], [[0.1, 0.6], [0.8, 0.3]]
    report = check_backprop(net, X, y, net.gradients(X, y), digits)
    assert report.verdict == "pass" and "to 40 digits" in str(report)
