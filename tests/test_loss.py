"""The losses: against their formulas in 60 digits, at extremes, and their derivatives against difference quotients of
those."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, strategies as st

from purenet import DataError, Network
from purenet.core.arithmetic import ARITHMETICS
from purenet.core.loss import (LOSSES, binary_cross_entropy, cross_entropy, difference, log_one_plus, mean_difference,
                               mean_squared_error, wants_one_choice, wants_probabilities, squared_error)
from rounding import TINY, U
from strategies import exact_numbers, vectors

DIGITS = decimal.Context(prec=60, Emin=-10 ** 6, Emax=10 ** 6)
BOTH = pytest.mark.parametrize("exp", sorted(ARITHMETICS))
probabilities = st.floats(0, 1)


def pairs(elements):
    """Lists of one to four pairs, as two lists."""
    listed = st.lists(st.tuples(elements, elements), min_size=1, max_size=4)
    return listed.map(lambda tuples: [list(side) for side in zip(*tuples)])


# -------------------------------------------------------------------------------- squared errors


@given(pairs(exact_numbers))
def test_squared_error_is_half_the_sum_of_squares_and_the_mean_is_2_over_n_times_that(ay):
    a, y = [[Fraction(value) for value in side] for side in ay]
    squares = sum((p - t) ** 2 for p, t in zip(a, y))
    assert squared_error(a, y) == squares / 2
    assert mean_squared_error(a, y) == squares / len(y)


@given(pairs(exact_numbers), st.data())
def test_the_errors_are_the_derivatives_exactly(ay, data):
    """Of a square, the central difference quotient is the derivative itself, whatever the step."""
    a, y = [[Fraction(value) for value in side] for side in ay]
    k, step = data.draw(st.integers(0, len(a) - 1)), data.draw(st.fractions(Fraction(1, 100), 10))
    up, down = list(a), list(a)
    up[k] += step
    down[k] -= step
    assert difference(a, y)[k] == (squared_error(up, y) - squared_error(down, y)) / (2 * step)
    assert mean_difference(a, y)[k] == (mean_squared_error(up, y) - mean_squared_error(down, y)) / (2 * step)


@given(vectors(3, st.floats(-10, 10)))
def test_a_squared_error_is_0_only_where_everything_is_right(y):
    assert squared_error(y, y) == mean_squared_error(y, y) == 0.0
    assert squared_error([y[0] + 1, y[1], y[2]], y) > 0


# -------------------------------------------------------------------------------- cross-entropies


def exact_binary(zs, ys):
    """C = -Σ (y log a + (1 - y) log(1 - a)), as written in the books; 1 - a is the sigmoid of -z."""
    total = Decimal(0)
    for z, y in zip(zs, ys):
        a, rest = [DIGITS.divide(1, 1 + DIGITS.exp(Decimal(side))) for side in (-z, z)]
        y = Decimal(y)
        total -= DIGITS.multiply(y, DIGITS.ln(a)) + DIGITS.multiply(1 - y, DIGITS.ln(rest))
    return total


def exact_choice(zs, ys):
    """C = -Σ y log(softmax z)."""
    exps = [DIGITS.exp(Decimal(z)) for z in zs]
    return -sum(DIGITS.multiply(Decimal(y), DIGITS.ln(DIGITS.divide(e, sum(exps)))) for e, y in zip(exps, ys))


@BOTH
@given(data=st.data())
def test_binary_cross_entropy_is_the_formula_of_the_books(exp, data):
    """Off by a rounding or two of each |z|, and of the log, which is at most log 2; the sum of n adds n roundings."""
    zs = data.draw(st.lists(st.floats(-700, 700), min_size=1, max_size=3))
    ys = data.draw(vectors(len(zs), probabilities))
    with decimal.localcontext(DIGITS):
        size = sum(abs(z) + 1 for z in zs)
        assert abs(Decimal(binary_cross_entropy(zs, ys, ARITHMETICS[exp])) - exact_binary(zs, ys)) <= Decimal(
            (6 + len(zs)) * U * size)


@BOTH
@given(data=st.data())
def test_cross_entropy_is_the_formula_of_the_books(exp, data):
    zs = data.draw(st.lists(st.floats(-700, 700), min_size=1, max_size=4))
    votes = data.draw(st.lists(st.integers(0, len(zs) - 1), min_size=4, max_size=4))
    ys = [votes.count(k) / 4 for k in range(len(zs))]
    with decimal.localcontext(DIGITS):
        size = max(zs) - min(zs) + 1
        assert abs(Decimal(cross_entropy(zs, ys, ARITHMETICS[exp])) - exact_choice(zs, ys)) <= Decimal(
            (8 + 2 * len(zs)) * U * size)


@BOTH
@pytest.mark.parametrize("z", [30.0, 300.0, 700.0])
def test_a_sure_and_right_output_keeps_its_tiny_loss(exp, z):
    """log(1 + e^-z) is e^-z there; 1 + e^-z alone would be 1, and its log 0."""
    assert binary_cross_entropy([z], [1], ARITHMETICS[exp]) == pytest.approx(float(DIGITS.exp(-Decimal(z))), rel=1e-12)
    assert binary_cross_entropy([-z], [0], ARITHMETICS[exp]) == pytest.approx(float(DIGITS.exp(-Decimal(z))), rel=1e-12)
    assert cross_entropy([z, 0.0], [1, 0], ARITHMETICS[exp]) == pytest.approx(float(DIGITS.exp(-Decimal(z))), rel=1e-12)


@BOTH
def test_a_sure_and_wrong_output_costs_its_z_and_never_a_log_of_0(exp):
    arithmetic = ARITHMETICS[exp]
    assert binary_cross_entropy([1e300], [0], arithmetic) == binary_cross_entropy([-1e300], [1], arithmetic) == 1e300
    assert binary_cross_entropy([1e300, -1e300], [1, 0], arithmetic) == 0.0
    assert cross_entropy([0.0, 1e300], [1, 0], arithmetic) == 1e300
    assert cross_entropy([0.0, 1e300], [0, 1], arithmetic) == 0.0
    assert cross_entropy([5.0], [1], arithmetic) == 0.0, "with one output there is nothing to choose"


@BOTH
def test_equal_largest_inputs_share_the_choice(exp):
    assert cross_entropy([7.0, 7.0, 7.0], [0, 1, 0], ARITHMETICS[exp]) == pytest.approx(1.0986122886681098, rel=1e-15)


@BOTH
@given(x=st.one_of(st.floats(0, 1e300), st.floats(0, 1), st.floats(0, 1e-10)))
@example(x=2.0 ** -53)
@example(x=2.0 ** -52)
def test_log_one_plus_is_precise_also_for_a_small_x(exp, x):
    """Kahan: log(r) (x / (r - 1)) with r = fl(1 + x). log is good to 2 u, the ratio and the product round once each,
    and the quotient log(r) / (r - 1), taken at r instead of 1 + x, changes by u at most: 5 u, rounded up to 6."""
    with decimal.localcontext(DIGITS):
        tiny = x < 1e-20  # where the sum 1 + x would need more than 60 digits, and two terms of the series are enough
        exact = Decimal(x) - Decimal(x) ** 2 / 2 if tiny else DIGITS.ln(1 + Decimal(x))
        assert abs(Decimal(log_one_plus(x, ARITHMETICS[exp])) - exact) <= Decimal(6 * U) * exact + Decimal(TINY)


# -------------------------------------------------------------------------------- targets


def test_which_targets_are_probabilities():
    assert wants_probabilities([0, 0.5, 1]) is None and wants_probabilities([1, 1]) is None
    assert wants_probabilities([-0.001]) == wants_probabilities([0, 1.001]) == "targets from 0 to 1"


def test_which_targets_are_one_choice():
    expected = "targets from 0 to 1 that add up to 1, such as [0, 1, 0]"
    for right in ([0, 1, 0], [0.1] * 10, [1]):
        assert wants_one_choice(right) is None, right
    for wrong in ([0, 0], [1, 1], [0.5], [2, -1], [0.5, 0.5 + 1e-6]):
        assert wants_one_choice(wrong) == expected, wrong


@pytest.mark.parametrize("loss, y, message", [
    ("binary_cross_entropy", [[0, 1], [0.5, 2]],
     "y: row 1: binary_cross_entropy needs targets from 0 to 1, found [0.5, 2.0]"),
    ("cross_entropy", [[1, 1], [0, 1]],
     "y: row 0: cross_entropy needs targets from 0 to 1 that add up to 1, such as [0, 1, 0], found [1.0, 1.0]"),
])
def test_targets_that_a_loss_cannot_use_are_refused(loss, y, message):
    net = Network([3, 2], loss=loss)
    for ask in (net.loss, net.gradients, net.fit):
        with pytest.raises(DataError) as caught:
            ask([[1, 2, 3], [4, 5, 6]], y)
        assert str(caught.value) == message


@given(vectors(2, st.floats(-1e6, 1e6)))
def test_squared_errors_take_any_targets(y):
    for loss in ("squared_error", "mean_squared_error"):
        assert LOSSES[loss].wants(y) is None


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0, 1)), min_size=1, max_size=5), st.sampled_from(
    ["squared_error", "mean_squared_error", "binary_cross_entropy"]))
def test_reduction_sum_adds_the_examples_up_and_mean_divides_by_their_number(examples, loss):
    X, y = [[x] for x, _ in examples], [[t] for _, t in examples]
    summed, mean = [Network([1, 1], output="sigmoid", loss=loss, reduction=reduction) for reduction in ("sum", "mean")]
    total = 0.0
    for x, t in zip(X, y):
        total += summed.loss([x], [t])
    assert summed.loss(X, y) == total
    assert mean.loss(X, y) == total / len(X)
