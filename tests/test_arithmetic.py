"""The arithmetic: the portable functions against 60 digits of `decimal`, and which values count as numbers."""

import decimal
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings, strategies as st

from purenet import DataError
from purenet.core import arithmetic
from purenet.core.arithmetic import (LARGEST_EXPONENT, PLATFORM, PORTABLE, SMALLEST_EXPONENT, portable_exp,
                                     portable_log, portable_tanh, real_number)
from strategies import Number, Row, any_float, bits

DIGITS = decimal.Context(prec=60, Emin=-10 ** 6, Emax=10 ** 6)
INFINITY = float("inf")


def ulps(found, exact):
    """How many units in the last place of the exact result a float is off by."""
    return abs(Decimal(found) - exact) / Decimal(math.ulp(float(exact)))


def exact_exp(z):
    return DIGITS.exp(Decimal(z))


def exact_log(x):
    return DIGITS.ln(Decimal(x))


def exact_tanh(z):
    z = Decimal(z)
    if abs(z) < Decimal("1e-9"):  # here the formula would cancel, and the series' next term is below 1e-54 of the sum
        return DIGITS.subtract(z, DIGITS.divide(DIGITS.power(z, 3), 3)) + DIGITS.divide(2 * DIGITS.power(z, 5), 15)
    e = DIGITS.exp(2 * z)
    return DIGITS.divide(e - 1, e + 1)


def near(*points):
    """Floats a few steps around some points, where one branch of a function takes over from another."""
    def step(point, steps):
        for _ in range(abs(steps)):
            point = math.nextafter(point, math.copysign(INFINITY, steps))
        return point
    return st.builds(step, st.sampled_from(points), st.integers(-20, 20))


# -------------------------------------------------------------------------------- exp


@settings(max_examples=500)
@given(st.one_of(st.floats(SMALLEST_EXPONENT, LARGEST_EXPONENT), st.floats(-1, 1), st.floats(-746, -700),
                 near(*[k * math.log(2) / 2 for k in range(-9, 10)])))
def test_portable_exp_is_within_the_units_its_docstring_claims(z):
    if z >= SMALLEST_EXPONENT:
        assert ulps(portable_exp(z), exact_exp(z)) <= Decimal("0.9")


@given(st.floats(-745, 709.7))
def test_portable_exp_differs_from_the_platforms_by_a_unit_at_most(z):
    """Each is less than a unit off, and both are floats."""
    assert abs(portable_exp(z) - math.exp(z)) <= math.ulp(math.exp(z))


def test_portable_exp_ends_where_the_floats_end():
    assert portable_exp(LARGEST_EXPONENT) == pytest.approx(1.7976931348622732e308, rel=1e-15)
    assert portable_exp(SMALLEST_EXPONENT) == 5e-324
    assert portable_exp(math.nextafter(SMALLEST_EXPONENT, -INFINITY)) == 0.0
    assert exact_exp(math.nextafter(SMALLEST_EXPONENT, -INFINITY)) < Decimal(2) ** -1075 < exact_exp(SMALLEST_EXPONENT)
    with pytest.raises(OverflowError, match=r"^exp: e to the power 709\.7827128933\d* is more than a float can hold$"):
        portable_exp(math.nextafter(LARGEST_EXPONENT, INFINITY))
    with pytest.raises(OverflowError):
        math.exp(math.nextafter(LARGEST_EXPONENT, INFINITY))
    assert math.exp(LARGEST_EXPONENT) < INFINITY


@given(any_float)
def test_portable_exp_overflows_exactly_where_math_exp_does(z):
    def overflows(exp):
        try:
            exp(z)
        except OverflowError:
            return True
        return False

    assert overflows(portable_exp) == overflows(math.exp) == (z > LARGEST_EXPONENT)


@pytest.mark.parametrize("function", [portable_exp, portable_log, portable_tanh])
def test_nan_stays_nan(function):
    result = function(float("nan"))
    assert result != result


def test_the_portable_functions_at_special_points():
    assert bits([portable_exp(0.0), portable_exp(-0.0), portable_exp(-INFINITY), portable_exp(INFINITY)]) == bits(
        [1.0, 1.0, 0.0, INFINITY])
    assert bits([portable_log(1.0), portable_log(INFINITY)]) == bits([0.0, INFINITY])
    assert bits([portable_tanh(z) for z in (0.0, -0.0, INFINITY, -INFINITY, 1e308, -1e308, 5e-324, -5e-324)]) == bits(
        [0.0, -0.0, 1.0, -1.0, 1.0, -1.0, 5e-324, -5e-324])


# -------------------------------------------------------------------------------- log and tanh


@settings(max_examples=500)
@given(st.one_of(st.floats(min_value=5e-324, allow_infinity=False, allow_nan=False), st.floats(0.4, 2.5),
                 near(1.0, math.sqrt(0.5), math.sqrt(2), 2.0 ** -1022)))
def test_portable_log_is_within_the_unit_its_docstring_claims(x):
    found, exact = portable_log(x), exact_log(x)
    assert found == 0.0 if exact == 0 else ulps(found, exact) < 1


@pytest.mark.parametrize("x", [0.0, -0.0, -1.0, -INFINITY])
def test_portable_log_refuses_zero_and_below_as_math_log_does(x):
    with pytest.raises(ValueError, match=f"^log: expected a number above 0, found {x!r}$"):
        portable_log(x)
    with pytest.raises(ValueError):
        math.log(x)


@settings(max_examples=500)
@given(st.one_of(any_float, st.floats(-25, 25), st.floats(-1, 1),
                 near(arithmetic.TANH_SMALL, 2 * arithmetic.TANH_SMALL, 22.0)))
@example(math.nextafter(22.0, 0))
def test_portable_tanh_is_within_the_units_its_docstring_claims(z):
    found, exact = portable_tanh(z), exact_tanh(z) if abs(z) < 1000 else Decimal(math.copysign(1, z))
    assert found == z == 0 or ulps(found, exact) <= 3
    assert -1 <= found <= 1
    assert bits(portable_tanh(-z)) == bits(-found), "tanh is odd, to the last bit"


def test_the_constants_are_what_their_names_say():
    """Kept as whole numbers, because some interpreters misread decimal text in the last bit."""
    exact = DIGITS.ln(Decimal(2))
    high, low = Decimal(arithmetic.LOG2_HIGH), Decimal(arithmetic.LOG2_LOW)
    assert abs(high + low - exact) < Decimal(2) ** -85
    for k in (1, 1023, 1024, -1075):
        assert Fraction(k * arithmetic.LOG2_HIGH) == k * Fraction(high), "k times the high part has to be exact"
    assert arithmetic.INVERSE_LOG2 == float(1 / exact)
    assert arithmetic.SQRT_HALF == float(Decimal("0.5").sqrt(DIGITS))
    assert LARGEST_EXPONENT == 709.782712893384 and SMALLEST_EXPONENT == -745.1332191019411


def test_the_two_arithmetics_are_the_platforms_and_the_portable():
    assert (PLATFORM.exp, PLATFORM.log, PLATFORM.tanh) == (math.exp, math.log, math.tanh)
    assert (PORTABLE.exp, PORTABLE.log, PORTABLE.tanh) == (portable_exp, portable_log, portable_tanh)
    assert PLATFORM.number is PORTABLE.number is real_number


def test_portable_bits():
    """The very bits, wherever this runs; a change to the scheme changes every network trained with it."""
    assert bits([portable_exp(z) for z in (1.0, -1.0, 0.1, -37.5, 700.3, -744.4)]) == EXP_BITS
    assert bits([portable_log(x) for x in (10.0, 0.1, 1.0000001)]) == LOG_BITS
    assert bits([portable_tanh(z) for z in (0.05, 0.3, -1.7, 18.9)]) == TANH_BITS


EXP_BITS = ["4005bf0a8b14576a", "3fd78b56362cef38", "3ff1aec7b35a00d4", "3c8dd5c566301ec8", "7f13f6d02b17eb6d",
            "0000000000000001"]
LOG_BITS = ["40026bb1bbb55516", "c0026bb1bbb55515", "3e7ad7f2847b6492"]
TANH_BITS = ["3fa99424e535f6f8", "3fd2a4dda7d914fb", "bfedeedf00d3e7f5", "3fefffffffffffff"]


# -------------------------------------------------------------------------------- what is a number


@given(any_float)
def test_a_float_is_itself_to_the_last_bit(value):
    assert bits(real_number(value)) == bits(value)


@given(st.integers(-10 ** 308, 10 ** 308))
def test_a_whole_number_becomes_the_nearest_float(value):
    assert real_number(value) == float(value)


@pytest.mark.parametrize("value, expected", [
    (3, 3.0), (-0.0, -0.0), (2 ** 53 + 1, 2.0 ** 53), (Fraction(1, 3), 1 / 3), (Decimal("0.1"), 0.1),
    (Number(2.5), 2.5), (Number(7), 7.0),
], ids=repr)
def test_the_numbers_of_any_library_become_floats(value, expected):
    found = real_number(value)
    assert type(found) is float and bits(found) == bits(expected)


@pytest.mark.parametrize("value", ["1", "", b"1", bytearray(b"1"), None, True, False, [1], (1,), [], {}, {1}, 1j,
                                   1 + 0j, Row([1]), object, len], ids=repr)
def test_what_is_no_real_number_is_refused(value):
    with pytest.raises(DataError) as caught:
        real_number(value)
    assert str(caught.value) == f"expected a number, found {value!r}"


@pytest.mark.parametrize("value, found", [
    (float("nan"), "nan"), (INFINITY, "inf"), (-INFINITY, "-inf"), (Decimal("NaN"), "nan"), (Number(INFINITY), "inf"),
    (Decimal("Infinity"), None), (Decimal("-Infinity"), None), (Decimal("sNaN"), None), (Decimal("1e400"), None),
], ids=repr)
def test_what_is_not_finite_is_refused(value, found):
    with pytest.raises(DataError) as caught:
        real_number(value)
    if found is not None:
        assert str(caught.value) == f"expected a finite number, found {found}"


@pytest.mark.parametrize("value", [10 ** 400, -10 ** 400, Fraction(10 ** 400), Number(10 ** 400)],
                         ids=["10**400", "-10**400", "Fraction", "Number"])
def test_what_a_float_cannot_hold_is_refused(value):
    with pytest.raises(DataError) as caught:
        real_number(value)
    assert str(caught.value) == "expected a number that a float can hold, found one beyond 1.8e308"
