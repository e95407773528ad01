"""The activation functions, against 60 digits of `decimal`.

How far a sigmoid may be off, with u = 2⁻⁵³: exp is good to one unit in the last place, 2 u; 1 + e passes on at most all
of that and rounds once more, and so does the division: 4 u. The slope a (e a) has two such a, one e of 2 u and two
products: 12 u. The slope of tanh is the same at 2z, which is exact. Below the smallest normal float one more TINY is
the rounding.
"""

import cmath
import decimal
import math
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from purenet import matrix
from purenet.core import activation
from purenet.core.activation import ACTIVATIONS, relu, relu_slope, sigmoid, sigmoid_slope, softmax, tanh, tanh_slope
from purenet.core.arithmetic import ARITHMETICS, PLATFORM, Arithmetic
from rounding import TINY, U
from strategies import any_float, bits, some_matrix

DIGITS = decimal.Context(prec=60, Emin=-10 ** 6, Emax=10 ** 6)
BOTH = pytest.mark.parametrize("exp", sorted(ARITHMETICS))
zs = st.one_of(st.floats(-800, 800), st.floats(-40, 40), st.floats(-2, 2))


def exact_sigmoid(z):
    return DIGITS.divide(1, 1 + DIGITS.exp(-Decimal(z)))


def exact_slope(z):
    e = DIGITS.exp(-Decimal(abs(z)))  # the slope is the same on either side of 0
    return DIGITS.divide(e, DIGITS.multiply(1 + e, 1 + e))


def assert_within(found, exact, roundings):
    """Compare with the exact result; 2 TINY for what underflows."""
    error = abs(Decimal(found) - exact)
    assert error <= Decimal(roundings * U) * abs(exact) + Decimal(2 * TINY), (
        f"found {found!r}, which is {error / abs(exact) / Decimal(U):.4} roundings of 2**-53 from {exact:.25}; "
        f"expected at most {roundings}")


@BOTH
@given(z=zs)
def test_sigmoid_and_its_slope_are_right_to_the_last_bits(exp, z):
    assert_within(sigmoid(z, ARITHMETICS[exp]), exact_sigmoid(z), 4)
    assert_within(sigmoid_slope(z, ARITHMETICS[exp]), exact_slope(z), 12)


@BOTH
@given(z=zs)
def test_tanh_and_its_slope_are_right_to_the_last_bits(exp, z):
    assert_within(tanh_slope(z, ARITHMETICS[exp]), 4 * exact_slope(2 * z), 12)
    assert abs(Decimal(tanh(z, ARITHMETICS[exp])) - (2 * exact_sigmoid(2 * z) - 1)) <= Decimal(6 * U)


@given(zs)
def test_the_slope_is_the_tutorials_a_times_1_minus_a_as_far_as_that_goes(z):
    """1 - a is off by 4 u of a's own and one rounding, so a (1 - a) by some 8 u, absolutely."""
    a = sigmoid(z)
    assert abs(sigmoid_slope(z) - a * (1 - a)) <= 8 * U


@BOTH
@given(z=st.floats(-8e307, 8e307))
def test_no_input_overflows_and_results_stay_in_range(exp, z):
    arithmetic = ARITHMETICS[exp]
    assert 0 <= sigmoid(z, arithmetic) <= 1 and 0 <= sigmoid_slope(z, arithmetic) <= 0.25 * (1 + 12 * U)
    assert -1 <= tanh(z, arithmetic) <= 1 and 0 <= tanh_slope(z, arithmetic) <= 1 + 12 * U


@BOTH
def test_sigmoid_far_out(exp):
    """e^-z overflows below -709.78, yet the result there is no 0 until -745.13."""
    arithmetic = ARITHMETICS[exp]
    assert sigmoid(-710.0, arithmetic) == sigmoid_slope(-710.0, arithmetic) == arithmetic.exp(-710.0) > 0
    assert [sigmoid(z, arithmetic) for z in (-800.0, 800.0)] == [0.0, 1.0] and sigmoid_slope(800.0, arithmetic) == 0.0
    assert (sigmoid(0.0, arithmetic), sigmoid_slope(0.0, arithmetic), tanh_slope(0.0, arithmetic)) == (0.5, 0.25, 1.0)


@BOTH
def test_an_exp_that_calls_overflow_a_value_error_is_understood(exp):
    """MicroPython's does."""
    def its_exp(z):
        try:
            return ARITHMETICS[exp].exp(z)
        except OverflowError:
            raise ValueError("math domain error")

    its = Arithmetic(float, its_exp, math.log, math.tanh)
    for z in (-800.0, -710.0, 0.0, 710.0):
        assert sigmoid(z, its) == sigmoid(z, ARITHMETICS[exp])
        assert sigmoid_slope(z, its) == sigmoid_slope(z, ARITHMETICS[exp])


@pytest.mark.parametrize("function", [sigmoid, sigmoid_slope, tanh, tanh_slope, relu])
def test_nan_stays_nan_so_that_divergence_is_seen(function):
    result = function(float("nan"))
    assert result != result


@given(any_float)
def test_relu_and_identity(z):
    assert relu(z) == max(z, 0.0) and relu_slope(z) == (1 if z > 0 else 0)
    assert bits(activation.identity(z)) == bits(z) and activation.identity_slope(z) == 1


# -------------------------------------------------------------------------------- softmax


@BOTH
@given(row=st.lists(zs, min_size=1, max_size=6))
def test_softmax_is_right_and_adds_up_to_1(exp, row):
    """Each z - largest is off by one rounding of itself; so e to that by |z - largest| u, beside the 2 u of exp, the
    sum's n u of the like, and the division's."""
    probabilities = softmax(row, ARITHMETICS[exp])
    exps = [DIGITS.exp(Decimal(z) - Decimal(max(row))) for z in row]
    spread = max(row) - min(row)
    for found, e in zip(probabilities, exps):
        assert_within(found, DIGITS.divide(e, sum(exps)), 2 * spread + 6 + len(row))
    assert abs(sum(probabilities) - 1) <= (2 * len(row) + 2) * U


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=6))
def test_softmax_keeps_the_order_and_never_overflows(row):
    probabilities = softmax(row)
    assert all(0 <= p <= 1 for p in probabilities)
    for (z1, p1) in zip(row, probabilities):
        for (z2, p2) in zip(row, probabilities):
            assert z1 == z2 or (z1 < z2) == (p1 < p2) or p1 == p2


@given(st.lists(st.integers(-200, 200), min_size=1, max_size=6), st.integers(-10 ** 6, 10 ** 6))
def test_softmax_is_not_changed_by_adding_a_number_to_every_input(row, shift):
    assert softmax([z + shift for z in row]) == softmax(row)


@given(st.lists(zs, min_size=1, max_size=4), st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_the_softmax_delta_is_the_error_times_the_matrix_of_slopes(row, error):
    error = error[:len(row)]
    a = softmax(row)
    slopes = [[a[i] * ((1 if i == j else 0) - a[j]) for j in range(len(a))] for i in range(len(a))]
    function = ACTIVATIONS["softmax"]
    delta = function.delta([error], function.slope([row], PLATFORM))[0]
    assert delta == pytest.approx(matrix.dot([error], slopes)[0], rel=0, abs=64 * U)


# -------------------------------------------------------------------------------- tables and other numbers


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity"])
@given(Z=some_matrix(st.floats(-30, 30)), error=st.floats(-2, 2))
def test_a_matrix_is_done_element_by_element(name, Z, error):
    function, slope = getattr(activation, name), getattr(activation, name + "_slope")
    entry = ACTIVATIONS[name]
    assert bits(entry.value(Z, PLATFORM)) == bits([[function(z) for z in row] for row in Z])
    assert bits(entry.slope(Z, PLATFORM)) == bits([[slope(z) for z in row] for row in Z])
    errors = [[error] * len(row) for row in Z]
    assert bits(entry.delta(errors, entry.slope(Z, PLATFORM))) == bits([[error * slope(z) for z in row] for row in Z])


@given(st.floats(-30, 30))
def test_complex_numbers_give_the_slope_as_the_imaginary_part(z):
    """Complex step: f(z + ih) = f(z) + ih f'(z) but for h², which at h = 1e-200 is nothing."""
    complex_numbers = Arithmetic(complex, cmath.exp, cmath.log, cmath.tanh)
    for function, slope in ((sigmoid, sigmoid_slope), (tanh, tanh_slope)):
        assert function(complex(z, 1e-200), complex_numbers).imag / 1e-200 == pytest.approx(slope(z), rel=1e-10)


@given(st.floats(-30, 30))
def test_decimals_give_as_many_digits_as_their_context_has(z):
    decimals = Arithmetic(Decimal, DIGITS.exp, DIGITS.ln, None)
    with decimal.localcontext(DIGITS):
        assert abs(sigmoid(Decimal(z), decimals) - exact_sigmoid(z)) < Decimal("1e-58")
        assert abs(sigmoid_slope(Decimal(z), decimals) - exact_slope(z)) < Decimal("1e-58")
