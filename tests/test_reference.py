"""The slopes of functions of any scale, and whether they are known: the reference that a gradient is judged by."""

import cmath
import math

import pytest
from functions import SCALES, SHAPES, several
from hypothesis import given
from hypothesis import strategies as st

from purenet import check_gradient
from purenet.gradcheck.reference import smaller_units

SEEN = {"around 1": 0.99, "anything": 0.99, "far from 0": 0.97}  # of all, those that are not undecidable, at least


def look(f, slope, x):
    """The verdict on a slope of a function of one number, which may be that of a report without a cause."""
    return check_gradient(f, [slope], [x]).verdict


@pytest.mark.parametrize("scales, count", [
    *((scales, 250) for scales in SCALES),
    *(pytest.param(scales, 15_000, marks=pytest.mark.slow) for scales in SCALES)])
def test_at_any_scale_a_right_slope_never_fails_and_a_wrong_one_never_passes(scales, count):
    functions = several(scales, count, seed=1)
    verdicts = [look(f, true, x) for f, true, x, _ in functions]
    assert "fail" not in verdicts, "right, but fails: " + functions[verdicts.index("fail")][3]
    assert verdicts.count("pass") > SEEN[scales] * len(verdicts), "too many cannot be decided"
    for factor in (2.0, 1.01, -1.0, 0.0):
        wrong = [(look(f, factor * true, x), name) for f, true, x, name in functions if true]
        assert "pass" not in dict(wrong), f"{factor} times the slope, but passes: {dict(wrong)['pass']}"
        assert [verdict for verdict, _ in wrong].count("fail") > 0.98 * SEEN[scales] * len(wrong)


@pytest.mark.parametrize("f, slope, x", [
    (lambda x: math.pow(x[0], -1), -1e16, 1e-8),
    (lambda x: math.pow(x[0], -1), -1e24, 1e-12),
    (lambda x: 1 / x[0], -1e40, 1e-20),
    (lambda x: math.pow(x[0], -2), -2e24, 1e-8),
    (lambda x: 2.3e-28 / math.sqrt(x[0] * x[0]), -2.3e-8, 1e-10),
    (lambda x: math.tanh(x[0] / 1e-9), 1e9 / math.cosh(0.2) ** 2, 2e-10),
    (lambda x: math.sin(1e8 * x[0]), 1e8 * math.cos(1e8 * 1.3), 1.3),
    (lambda x: x[0] * 1e-10, 1e-10, 1e308),
    (lambda x: 1e200 * x[0] ** 2, 2.6e200, 1.3),
    (lambda x: math.log(x[0]), 1e200, 1e-200),
    (lambda x: math.log(x[0]), 1e-200, 1e200),
    (lambda x: x[0] * x[0], 2e150, 1e150),
    (lambda x: math.sin(x[0]), 1.0, 1e-30),
    (lambda x: math.sin(x[0]), math.cos(1e6), 1e6),
    (lambda x: math.exp(x[0]), math.exp(650), 650.0),
    (lambda x: math.exp(x[0]), math.exp(709), 709.0),
    (lambda x: -math.log(100 - x[0]), 1 / (100 - 99.999999), 99.999999),
    (lambda x: math.log(1 - x[0]), -1 / (1 - (1 - 1e-7)), 1 - 1e-7),
    (lambda x: math.acos(x[0]), -1 / math.sqrt((1 - 0.999999999) * (1 + 0.999999999)), 0.999999999),
])
def test_steps_fit_the_function_and_its_domain(f, slope, x):
    """Far below 1 or far above, near a pole or near the end: what varies over a short way is looked at from near."""
    assert look(f, slope, x) == "pass"
    assert look(f, 2 * slope, x) == "fail"


@pytest.mark.parametrize("f, slope, x", [
    (lambda x: math.sin(1e13 * x[0]), 1e13 * math.cos(1e13 * 1.3), 1.3),  # it turns several times between two floats
    (lambda x: x[0] * x[0], 2e-200, 1e-200),
    (lambda x: 1 / (1 + math.exp(-x[0])), math.exp(-40.0), 40.0),
])
def test_what_floats_do_not_show_is_undecidable(f, slope, x):
    assert look(f, slope, x) == look(f, 2 * slope, x) == "undecidable"


@given(st.floats(-200, 0), st.sampled_from([-1.0, 2.0, 0.0]))
def test_a_tiny_function_has_a_gradient_that_can_be_wrong(power, factor):
    """Its intermediate results are as tiny, so that no rounding of numbers of size 1 excuses anything."""
    size = 10 ** power
    report = check_gradient(lambda x: size * x[0] * x[0], [2.6 * size * factor], [1.3])
    assert report.verdict == "fail" and not report.inaccurate


def test_what_complex_numbers_leave_out_is_not_believed():
    """abs of a complex number is real: the complex step leaves its slope out, here where differences hardly see it."""
    def f(x):
        return 1e8 * x[1] ** 2 + 1e-6 * abs(x[0])

    right, wrong = (check_gradient(f, [slope, 2e8], [3.0, 1.0]) for slope in (1e-6, 0.0))
    assert right.verdict == wrong.verdict == "undecidable"
    assert "a complex step in f, which differences confirm; for the other 1 of 2, central" in right.notes[0]


@pytest.mark.parametrize("weight", [1.0, 1e-2, 1e-4, 1e-5])
def test_an_abs_that_differences_see_is_not_left_out(weight):
    def f(x):
        return cmath.sin(x[0]) + weight * abs(x[0])

    assert look(f, math.cos(2.0) + weight, 2.0) == "pass"
    assert look(f, math.cos(2.0), 2.0) == "fail"


@given(st.floats(-80, 80), st.floats(-1, 1), st.floats(-8, 8), st.sampled_from(["sin", "tanh", "square", "atan"]),
       st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2), st.sampled_from([1.0, -0.37]))
def test_a_kink_at_any_scale_takes_what_is_between_its_slopes(power, ratio, size, name, left, right, at, sign):
    """A function with a kink at c, and all in it of the size of c: what is not between the two slopes never passes."""
    g, slope, _ = SHAPES[name]
    c, A = sign * 10 ** power, 10 ** size
    s = abs(c) * 10 ** ratio

    def f(x):
        t = (x[0] - c) / s
        return A * ((left if t < 0 else right) * t + g(t + at))

    slopes = sorted(A / s * (side + slope(at)) for side in (left, right))
    off = max(slopes[1] - slopes[0], abs(slopes[0]), abs(slopes[1])) / 100
    for between in (*slopes, sum(slopes) / 2):
        assert look(f, between, c) != "fail", between
    for beside in (slopes[0] - off, slopes[1] + off):
        assert off < 1e-200 or look(f, beside, c) != "pass", beside


def test_a_kink_within_a_few_last_bits_of_x_fails_no_slope_that_is_right_there():
    assert look(lambda x: abs(x[0] - 1) + x[0] ** 2, 3 + 2e-13, 1 + 1e-13) != "fail"


def test_a_number_of_no_influence_and_one_of_too_little():
    """Where f does not change at all, 0 is right; of any other number, as small as it may be, nobody can say so."""
    def f(x):
        return 1e8 * math.sin(x[1]) + 1e-9 * math.cos(x[0])

    assert check_gradient(f, [5e-9, 1e8 * math.cos(1.0)], [1.0, 1.0]).verdict == "undecidable"
    dead = [max(0.0, -1.0), 2.0]
    assert check_gradient(lambda x: max(0.0, x[0]) + x[1] ** 2, dead, [-1.0, 1.0]).verdict == "pass"
    assert check_gradient(lambda x: math.cos(x[0]), [0.0], [0.0]).verdict == "pass", "a slope of 0 beside a curve"


def test_how_f_varies_is_told_by_steps_that_tell_its_slope():
    """Longer ones lead far up an exponential, beside which any slope would pass for 0."""
    def f(x):
        return 5.9e-10 * math.exp((x[0] + 0.3) / 1.3e-3) + 8.9e6 * math.sqrt(x[1] / 9.3e-4)

    slope = 8.9e6 * 0.5 / math.sqrt(9.3e-4 * 1.1e-4)
    assert check_gradient(f, [0.0, slope], [-0.3, 1.1e-4]).components[0].verdict == "undecidable"


def test_a_gradient_that_is_a_function_is_looked_at_from_as_near():
    for x in (1e-200, 3e-8, 3e8):
        report = check_gradient(lambda v: math.log(v[0]), lambda v: [1 / v[0]], [x])
        assert report.verdict == "pass" and report.components[0].resolution < 1e-8


def test_a_kink_is_left_to_differences_and_the_rest_to_the_complex_step():
    """A relu that asks for the real part gives one of the two slopes, whichever it has chosen for 0."""
    def f(x):
        return (x[0] if x[0].real > 0 else 0) + cmath.exp(x[1])

    report = check_gradient(f, [0.25, math.e], [0.0, 1.0])
    assert report.verdict == "pass" and report.notes[0].startswith("true: a complex step in f, which differences")
    assert check_gradient(f, [1.25, math.e], [0.0, 1.0]).verdict == "fail"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_units_are_no_longer_than_the_number_nor_lost_beside_it(value):
    [unit] = smaller_units([value])
    assert unit > 0 and abs(value) + unit / 2 ** 10 > abs(value)
    assert unit <= max(1.0, abs(value))
