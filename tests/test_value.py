"""Somebody's function, asked for values: what it returns is taken, or refused with the point."""

import math

import pytest

from purenet import DataError, check_gradient
from purenet.gradcheck.argument import Argument
from purenet.gradcheck.value import PointError, complex_values_of, values_of


@pytest.mark.parametrize("f, message", [
    (lambda x: math.log(-x[0]), r"f raised ValueError: .*, at x = \[2.0\]"),
    (lambda x: x[5], r"f raised IndexError: list index out of range, at x = \[2.0\]"),
    (lambda x: math.nan, r"f must return one finite number, found nan, at x = \[2.0\]"),
    (lambda x: math.inf, r"f must return one finite number, found inf, at x = \[2.0\]"),
    (lambda x: [1.0, 2.0], r"f must return one finite number, found \[1.0, 2.0\], at x = \[2.0\]"),
    (lambda x: None, r"f must return one finite number, found None"),
    (lambda x: x[0] if x == [2.0] else math.nan, r"f must return one finite number, found nan, at x with x\[0\] = "),
])
def test_a_function_without_a_value_is_told_with_the_point(f, message):
    with pytest.raises(DataError, match=message):
        check_gradient(f, [1.0], [2.0])


@pytest.mark.parametrize("result", [5, 5.0, True + 4.0, [5.0], [[5.0]], 5 + 0j])
def test_one_number_is_taken_in_whatever_it_comes(result):
    value = values_of(lambda x: result, Argument([1.0]))([1.0])
    assert value == 5.0 and type(value) is float


def test_an_imaginary_part_is_no_value_but_that_of_a_complex_step():
    x = Argument([1.0])
    with pytest.raises(PointError, match=r"must return one finite number, found \(5\+1j\), at x = \[1.0\]"):
        values_of(lambda x: 5 + 1j, x)([1.0])
    assert complex_values_of(lambda x: [x[0] * 5j], x)([1j]) == -5


@pytest.mark.parametrize("f", [lambda x: math.exp(x[0]), lambda x: None, lambda x: "five", lambda x: [x[0], x[0]]])
def test_what_does_not_take_complex_numbers_is_noticed(f):
    with pytest.raises((PointError, TypeError, ValueError)):
        complex_values_of(f, Argument([1.0]))([1j])
