"""The gradient of any function, judged by values of the function alone."""

import cmath
import math
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import flat, problems

from purenet import DataError, Network, ShapeError, check_gradient
from purenet.core.arithmetic import PLATFORM
from purenet.gradcheck.difference import COMPLEX
from purenet.gradcheck.parameters import flatten, loss_at, unflatten


class Array:
    """An array of another library, of one or two dimensions: it knows as much of arrays as is asked of it here."""

    def __init__(self, rows, convert=float):
        self.rows, self.convert = rows, convert

    @property
    def shape(self):
        return (len(self.rows), len(self.rows[0])) if isinstance(self.rows[0], list) else (len(self.rows),)

    def tolist(self):
        return [list(row) for row in self.rows] if isinstance(self.rows[0], list) else list(self.rows)

    def __add__(self, number):
        def convert(value):
            return value + number if isinstance(number, complex) else self.convert(value + number)

        return Array([[convert(v) for v in row] if isinstance(row, list) else convert(row) for row in self.rows],
                     convert if isinstance(number, complex) else self.convert)

    def __setitem__(self, place, value):
        if isinstance(place, tuple):
            self.rows[place[0]][place[1]] = value if isinstance(value, complex) else self.convert(value)
        else:
            self.rows[place] = value if isinstance(value, complex) else self.convert(value)


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def verdicts(report):
    return [component.verdict for component in report.components]


SLOPES = {  # a function of two numbers, and its gradient
    "product": (lambda x: x[0] * x[1] * x[1], lambda x: [x[1] * x[1], 2 * x[0] * x[1]]),
    "exp": (lambda x: math.exp(x[0]) + math.sin(x[1]), lambda x: [math.exp(x[0]), math.cos(x[1])]),
    "complex exp": (lambda x: cmath.exp(x[0] * x[1]), lambda x: [(x[1] * cmath.exp(x[0] * x[1])).real,
                                                                 (x[0] * cmath.exp(x[0] * x[1])).real]),
    "big": (lambda x: 1e8 + x[0] * x[0] + x[1], lambda x: [2 * x[0], 1.0]),
    "tiny": (lambda x: 1e-12 * x[0] * x[1], lambda x: [1e-12 * x[1], 1e-12 * x[0]]),
    "abs": (lambda x: abs(x[0]) + x[1] ** 2, lambda x: [math.copysign(1.0, x[0]), 2 * x[1]]),
    "steep": (lambda x: math.tanh(1e4 * x[0]) + x[1], lambda x: [1e4 / math.cosh(min(1e4 * abs(x[0]), 300)) ** 2, 1.0]),
}
numbers = st.floats(-3, 3).map(lambda t: round(t, 4)).filter(lambda t: abs(t) > 0.1)


@settings(max_examples=60)
@given(st.sampled_from(sorted(SLOPES)), numbers, numbers, st.booleans())
def test_a_right_gradient_does_not_fail(name, a, b, as_function):
    f, gradient = SLOPES[name]
    report = check_gradient(f, gradient if as_function else gradient([a, b]), [a, b])
    assert report.verdict != "fail", str(report)


@settings(max_examples=60)
@given(st.sampled_from(["product", "exp", "complex exp", "tiny", "abs"]), numbers, numbers, st.integers(0, 1),
       st.sampled_from([2.0, 1.001, 1 + 1e-6]))
def test_a_wrong_component_fails_or_could_not_be_seen(name, a, b, k, factor):
    f, gradient = SLOPES[name]
    values = gradient([a, b])
    values[k] *= factor
    report = check_gradient(f, values, [a, b])
    component = report.components[k]
    assert component.verdict == "fail" or component.inaccurate or component.resolution > 0.4 * (factor - 1), str(report)
    assert verdicts(report)[1 - k] != "fail"


@settings(max_examples=25, deadline=None)
@given(problems(exp="platform", max_layers=2), st.booleans())
def test_the_gradient_of_a_network_is_that_of_its_loss(problem, complex_too):
    net, X, y = problem
    x = flatten(net.weights, net.biases)

    def loss(values):
        arithmetic = COMPLEX if complex_too and any(isinstance(v, complex) for v in values) else PLATFORM
        return loss_at(net, X, y, *unflatten(values, net.weights, net.biases), arithmetic)

    report = check_gradient(loss, flat(net.gradients(X, y)), x)
    assert report.verdict != "fail", str(report)


def test_forty_relu_networks_on_a_kink_do_not_fail():
    draw = random.Random(2)
    for _ in range(40):
        W1, W2 = [[[draw.randint(-16, 16) / 8 for _ in range(b)] for _ in range(a)] for a, b in ((2, 3), (3, 1))]
        X = [[draw.randint(1, 16) / 8 for _ in range(2)] for _ in range(3)]
        b1 = [-sum(x * w for x, w in zip(X[0], column)) if j == 0 else draw.random() for j, column in
              enumerate(zip(*W1))]  # the first unit is at 0 for the first example; all these numbers are exact
        W2[0][0] = W2[0][0] or 1.0
        net = Network.from_weights([W1, W2], [b1, [0.25]], activation="relu", output="identity")
        y = [[1.0], [-1.0], [0.5]]
        report = check_gradient(lambda v: loss_at(net, X, y, *unflatten(v, net.weights, net.biases)),
                                flat(net.gradients(X, y)), flatten(net.weights, net.biases))
        assert report.verdict != "fail", str(report)
        assert any("kink" in note for note in report.notes)


@pytest.mark.parametrize("slope, verdict", [(-1.0, "pass"), (0.0, "pass"), (1.0, "pass"), (0.3, "pass"),
                                            (1.001, "fail"), (-1.001, "fail")])
def test_on_a_kink_everything_between_the_slopes_is_right(slope, verdict):
    report = check_gradient(lambda x: abs(x[0] - 7), [slope], [7.0])
    assert report.verdict == verdict
    assert report.components[0].kink == pytest.approx((-1.0, 1.0))
    assert "a kink at x[0] = 7: its slope is -1 to the left, 1 to the right" in " ".join(str(report).split())


def test_beside_a_kink_one_slope_is_right():
    def f(x):
        return max(0.0, x[0] - 1.0)

    assert check_gradient(f, [0.0], [0.99]).verdict != "fail"
    assert check_gradient(f, [1.0], [0.99]).verdict == "fail"
    assert check_gradient(f, [1.0], [1.01]).verdict == "pass"


def test_the_method_is_said():
    x = [1.0, 2.0]
    assert "complex step" in str(check_gradient(lambda v: v[0] * v[1], [2.0, 1.0], x))
    assert "central differences" in str(check_gradient(lambda v: math.exp(v[0]) * v[1], [2 * math.e, math.e], x))


@pytest.mark.parametrize("f, gradient", [
    (lambda x: abs(x[0]) ** 2 + x[1], [6.0, 1.0]),
    (lambda x: (x[0] * x[0].conjugate()).real + x[1], [6.0, 1.0]),
    (lambda x: x[0].real ** 2 + x[1], [6.0, 1.0]),
    (lambda x: float(complex(x[0]).real) ** 2 + complex(x[1]).real, [6.0, 1.0]),
])
def test_a_complex_step_that_deceives_is_not_taken(f, gradient):
    report = check_gradient(f, gradient, [3.0, 2.0])
    assert report.verdict == "pass" and "central differences" in str(report)


def test_the_tolerance_is_the_one_that_the_noise_deserves():
    draw = random.Random(1)

    def noisy(x):
        return math.exp(x[0]) + draw.gauss(0, 1e-7)

    def short(x):
        return float32(math.exp(x[0]))

    for f, least, most in ((noisy, 1e-8, 1e-3), (short, 1e-8, 1e-3), (lambda x: math.exp(x[0]), 1e-15, 1e-10)):
        right, wrong = (check_gradient(f, [factor * math.exp(0.5)], [0.5]) for factor in (1.0, 1.1))
        assert right.verdict == "pass" and wrong.verdict == "fail"
        assert least < right.components[0].resolution < most


def test_noise_in_stairs_that_are_wider_than_the_first_look_is_noticed():
    """A large number that is rounded and taken away again, beside a part that trembles less, and faster."""
    for size in (1e2, 1e3, 1e4):
        def f(x):
            return math.sin(x[0]) + (size + x[1] / size - size)

        report = check_gradient(f, [math.cos(1.0), 1 / size], [1.0, 2.0])
        assert report.verdict != "fail", f"{size}\n{report}"


@pytest.mark.parametrize("x, gradient, names", [
    (3.0, 6.0, ["x"]),
    ([3.0], [6.0], ["x[0]"]),
    ((3.0,), (6.0,), ["x[0]"]),
    ([[3.0, 1.0], [2.0]], [[6.0, 2.0], [4.0]], ["x[0][0]", "x[0][1]", "x[1][0]"]),
    (Array([3.0, 1.0]), [6.0, 2.0], ["x[0]", "x[1]"]),
    (Array([[3.0, 1.0], [2.0, 5.0]]), Array([[6.0, 2.0], [4.0, 10.0]]), ["x[0][0]", "x[0][1]", "x[1][0]", "x[1][1]"]),
    (Array([3, 1]), [6, 2], ["x[0]", "x[1]"]),
])
def test_x_may_come_in_any_shape_and_is_handed_back_in_kind(x, gradient, names):
    seen = set()

    def f(point):
        seen.add(type(point))
        assert point is not x or isinstance(x, float)

        def squares(values):
            values = values.tolist() if isinstance(values, Array) else values
            return sum(map(squares, values)) if isinstance(values, (list, tuple)) else values * values
        return squares(point)

    report = check_gradient(f, gradient, x)
    assert report.verdict == "pass", str(report)
    assert [component.name for component in report.components] == names
    assert seen <= {type(x), float, complex}


def test_arrays_of_float32_are_judged_as_such():
    x = Array([float32(0.1), float32(0.7)], float32)

    def f(point):
        values = point.tolist()
        total = values[0] * values[0] + values[1]
        return total if isinstance(total, complex) else float32(total)

    report = check_gradient(f, lambda point: [float32(2 * point.tolist()[0]), 1.0], x)
    assert report.verdict == "pass" and "float32" in str(report)
    assert check_gradient(f, [float32(0.2002), 1.0], x).verdict == "fail"


def test_x_is_never_modified():
    x = [[1.0, 2.0], [3.0]]

    def f(point):
        value = point[0][0] * point[1][0]
        point[0][0] = point[1][0] = 99.0
        point.append([0.0])
        return value

    def gradient(point):
        found = [[point[1][0], 0.0], [point[0][0]]]
        point[0] = []
        return found

    assert check_gradient(f, gradient, x).verdict == "pass"
    assert x == [[1.0, 2.0], [3.0]]


def test_a_function_is_asked_only_where_it_is_defined():
    for x in (1e-5, 1.0, 1e-300):
        report = check_gradient(lambda v: math.log(v[0]), [1 / x], [x])
        assert report.verdict == "pass", str(report)
        assert check_gradient(lambda v: math.log(v[0]), [1.001 / x], [x]).verdict == "fail"


@pytest.mark.parametrize("gradient, error, message", [
    ([1.0, 2.0], ShapeError, r"gradient has the shape \(2,\), expected the shape \(1,\), the shape of x"),
    (1.0, ShapeError, r"gradient has the shape \(\), expected the shape \(1,\)"),
    (lambda x: [[1.0]], ShapeError, r"gradient\(x\) has the shape \(1, 1\), expected the shape \(1,\)"),
    (["a"], DataError, r"gradient: expected a number for x\[0\], found 'a'"),
    (lambda x: x[3], DataError, r"gradient raised IndexError: list index out of range, at x = \[2.0\]"),
])
def test_what_is_no_gradient_is_refused(gradient, error, message):
    with pytest.raises(error, match=message):
        check_gradient(lambda x: x[0], gradient, [2.0])


@pytest.mark.parametrize("x, error, message", [
    ([], ShapeError, "x: expected a list of numbers"),
    (["a"], DataError, r"x\[0\]: expected a number, found 'a'"),
    ([[1.0], [math.nan]], DataError, r"x\[1\]\[0\]: expected a finite number, found nan"),
])
def test_what_is_no_argument_is_refused(x, error, message):
    with pytest.raises(error, match=message):
        check_gradient(lambda x: 1.0, [1.0], x)


def test_a_component_that_is_not_finite_fails():
    report = check_gradient(lambda x: x[0] * x[1], [math.nan, 2.0], [2.0, 3.0])
    assert verdicts(report) == ["fail", "pass"]
    assert "x[0], nan" in report.sentence()


def test_a_gradient_that_trembles_is_not_trusted():
    draw = random.Random(1)
    report = check_gradient(lambda x: x[0] ** 2, lambda x: [2 * x[0] * draw.choice([0.0, 2.0])], [3.0])
    assert report.verdict != "pass"


def test_a_small_error_of_something_tiny_is_inaccurate():
    def softplus(x):
        return math.log1p(math.exp(-x[0]))

    def careless(x):
        return [1 / (1 + math.exp(-x[0])) - 1]

    report = check_gradient(softplus, careless([30.0]), [30.0])
    assert report.inaccurate and report.verdict == "undecidable"
    assert check_gradient(softplus, [-1 / (1 + math.exp(30.0))], [30.0]).verdict == "pass"
