"""The argument of a function, taken apart into numbers and put together again."""

import collections
import math
import re
import struct
import time
from array import array
from decimal import Decimal
from fractions import Fraction

import pytest
from functions import refused_unasked
from hypothesis import given
from hypothesis import strategies as st
from strategies import Row

from purenet import DataError, ShapeError, check_gradient
from purenet.gradcheck.argument import Argument

Layer = collections.namedtuple("Layer", "W b")


class Grid:
    """An array of another library, of any shape: it knows as much of arrays as is asked of it."""

    def __init__(self, shape, values, code="d"):
        self.shape, self.code = tuple(shape), code
        self.held = [self.stored(value) for value in values]

    @property
    def dtype(self):
        return {"d": "float64", "f": "float32", "e": "float16", "q": "int64"}[self.code]

    def stored(self, value):
        """The number as an array of this type holds it."""
        if isinstance(value, complex):
            return complex(self.stored(value.real), self.stored(value.imag))
        return struct.unpack(self.code, struct.pack(self.code, value))[0]

    def tolist(self):
        values = self.held
        for size in self.shape[:0:-1]:
            values = [values[k:k + size] for k in range(0, len(values), size)]
        return values

    def __add__(self, number):
        code = "d" if self.code == "q" else self.code
        return type(self)(self.shape, [value + number for value in self.held], code)

    def __setitem__(self, place, value):
        k = 0
        for i, size in zip([place] if isinstance(place, int) else place, self.shape):
            assert 0 <= i < size
            k = k * size + i
        self.held[k] = self.stored(value)


class Frozen(Grid):
    """An array that cannot be changed."""

    def __setitem__(self, place, value):
        raise TypeError("this array is immutable")


class Sparse(Grid):
    """An array that has no list of its elements."""

    def tolist(self):
        raise RuntimeError("no storage")


class Own(list):
    """A list of somebody's own, which remembers a name and cannot be made of a list alone."""

    def __init__(self, name, values):
        super().__init__(values)
        self.name = name


def same(a, b):
    """Whether two arguments are of the same kinds and hold the same bits."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b)) and getattr(a, "name", 0) == getattr(b, "name", 0)
    if isinstance(a, Grid):
        return (a.shape, a.code) == (b.shape, b.code) and all(map(same, a.held, b.held))
    return repr(a) == repr(b)


floats = st.floats(-2.0 ** 100, 2.0 ** 100, width=32)  # of float32, so that every array holds them


@st.composite
def grids(draw):
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    count = math.prod(shape)
    return Grid(shape, draw(st.lists(floats, min_size=count, max_size=count)), draw(st.sampled_from("df")))


def nestings(inner):
    """Lists, tuples and named tuples of what is given."""
    some = st.lists(inner, max_size=3)
    return (some | some.map(tuple) | st.builds(Layer, inner, inner)
            | st.builds(Own, st.just("own"), some))


arrays = st.builds(array, st.sampled_from("df"), st.lists(floats, max_size=3))
arguments = st.recursive(floats | grids() | arrays, nestings, max_leaves=8)


def argument_of(x):
    """The Argument, or None where there are no numbers in it, which is refused."""
    try:
        return Argument(x)
    except ShapeError as error:
        assert str(error).startswith("x: expected a list of numbers, found ")
        return None


@given(arguments)
def test_what_is_put_together_is_what_was_taken_apart(x):
    argument = argument_of(x)
    if argument is not None:
        assert same(argument.build(argument.values), x)


@given(arguments, st.randoms())
def test_other_numbers_come_back_as_they_are_and_x_stays_as_it_is(x, random):
    argument = argument_of(x)
    if argument is None:
        return
    before = same(x, argument.build(argument.values))
    values = [random.choice([-0.0, 1.5, -2.0 ** 100, 1 + 2.0 ** -20]) for _ in argument.values]
    built = argument.build(values)
    assert list(map(repr, argument.flatten(built, "gradient"))) == list(map(repr, values))
    assert before and same(x, argument.build(argument.values)) and same(built, argument.build(values))


@given(st.recursive(floats | grids(), nestings, max_leaves=8), st.randoms())
def test_complex_numbers_come_back_too(x, random):
    argument = argument_of(x)
    if argument is not None:
        values = [complex(value, random.choice([0.0, 2.0 ** -66])) for value in argument.values]
        assert argument.flatten(argument.build(values), "gradient") == values


@given(arguments)
def test_a_name_is_how_to_index_x(x):
    argument = argument_of(x)
    for name, value in zip(argument.names, argument.values) if argument else ():
        part = x
        for i in map(int, name[2:-1].split("][") if name != "x" else ()):
            part = (part.tolist() if isinstance(part, Grid) else part)[i]
        assert part == value


@given(arguments)
def test_a_gradient_may_be_in_lists_or_arrays_whatever_x_is_in(x):
    argument = argument_of(x)
    if argument is not None:
        assert argument.flatten(argument.nested, "gradient") == argument.values
        assert Argument(argument.nested).flatten(x, "gradient") == argument.values


W, B = Grid((2, 2), [1.0, 2.0, 3.0, 4.0]), Grid((2,), [0.5, -0.5])


def test_arrays_in_a_list_arrive_as_arrays():
    def f(x):
        W, b = x
        assert isinstance(W, Grid) and isinstance(b, Grid) and (W.shape, b.shape) == ((2, 2), (2,))
        return sum(value * value for value in W.held) + W.held[0] * b.held[1]

    def gradient(x):
        W, b = x
        return [(W + 0.0).__class__((2, 2), [2 * W.held[0] + b.held[1], *(2 * v for v in W.held[1:])]),
                [0.0, W.held[0]]]

    report = check_gradient(f, gradient, [W, B])
    assert report.verdict == "pass" and "complex step" in str(report)
    assert [component.name for component in report.components][3:5] == ["x[0][1][1]", "x[1][0]"]
    assert check_gradient(f, [[[1.5, 4], [6, 8]], [0, 1.01]], (W, B)).verdict == "fail"


def test_arrays_of_float32_are_checked_in_lists_too():
    W, b = Grid((2,), [0.1, 0.7], "f"), Grid((1,), [3.0], "f")

    def f(x):
        total = x[0].held[0] * x[0].held[0] * x[1].held[0]
        return total if isinstance(total, complex) else W.stored(total)

    def gradient(x, factor=1.0):
        w, b = x[0].held[0], x[1].held[0]
        return [Grid((2,), [factor * 2 * w * b, 0.0], "f"), Grid((1,), [w * w], "f")]

    report = check_gradient(f, gradient, [W, b])
    assert report.verdict == "pass" and "float32" in str(report)
    assert check_gradient(f, gradient([W, b], 1.001), [W, b]).verdict == "fail"


@pytest.mark.parametrize("x, built", [
    (array("i", [1, 2]), array("d", [1.5, 1.5])),
    (array("f", [1, 2]), array("f", [1.5, 1.5])),
    (Grid((2,), [1, 2], "q"), Grid((2,), [1.5, 1.5])),
    ([1, (2,)], [1.5, (1.5,)]),
    ([Fraction(1, 3), Decimal(2)], [1.5, 1.5]),
])
def test_whole_numbers_become_floats(x, built):
    argument = Argument(x)
    assert same(argument.build([1.5, 1.5]), built)
    assert [type(value) for value in argument.values] == [float, float]


def test_an_array_of_whole_numbers_is_checked():
    report = check_gradient(lambda x: x[0] ** 2 + x[1], array("i", [6, 1]), array("i", [3, 4]))
    assert report.verdict == "pass"


LISTED = "expected numbers in lists, tuples or arrays, found "
COPY = "expected an array of which a copy can hold other floats, found "
REFUSED = {
    "a range": (range(3), "x: " + LISTED + r"range\(0, 3\)$"),
    "a deque": ([1.0, collections.deque([2.0])], r"x\[1\]: " + LISTED + r"deque\(\[2.0\]\)"),
    "what can be gone through once": ((value for value in [1.0]), "x: " + LISTED + "<generator"),
    "a set": ({1.0}, "x: " + LISTED + r"\{1.0\}"),
    "a dict": ([{"W": 1.0}], r"x\[0\]: " + LISTED + r"\{'W': 1.0\}"),
    "a row of another library": (Row([1.0]), "x: " + LISTED + "Row"),
    "a tuple with a meaning": (time.gmtime(0), "x: " + LISTED + "time.struct_time"),
    "a view": (memoryview(array("d", [1.0])), "x: " + COPY + "memoryview; convert it to an array"),
    "an array that cannot be changed": ([Frozen((1,), [2.0])], r"x\[0\]: " + COPY + "Frozen of float64; convert"),
    "an array without a list": (Sparse((1,), [2.0]), "x: " + COPY + "Sparse of float64"),
    "numbers far apart": ([1.0, Grid((2,), [1, 2], "e")],
                          r"x\[1\]: expected an array of float64 or float32, found Grid of float16, whose numbers lie "
                          "too far apart to take differences; convert it to float64$"),
    "bytes": ([b"1.5"], r"x\[0\]: expected a number, found b'1.5'"),
    "bytes that can change": (bytearray(b"1.5"), "x: expected a number, found bytearray"),
    "true": ([True], r"x\[0\]: expected a number, found True"),
    "a complex number": ([1j], r"x\[0\]: expected a number, found 1j"),
    "an infinity in an array": ([W, Grid((1, 1), [math.inf])],
                                r"x\[1\]\[0\]\[0\]: expected a finite number, found inf"),
}


@pytest.mark.parametrize("x, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_rebuilt_is_refused_before_f_is_called(x, sentence):
    found = refused_unasked(x)
    assert re.search(sentence, found) and "\n" not in found, found


@pytest.mark.parametrize("x", [[], (), [[], ()], array("d"), [Grid((0,), [])]])
def test_no_numbers_are_refused(x):
    with pytest.raises(ShapeError, match="x: expected a list of numbers, found "):
        Argument(x)


def test_what_is_empty_beside_others_stays():
    x = [W, [], Grid((0,), []), ()]
    assert same(Argument(x).build(W.held), x)
    with pytest.raises(ShapeError, match="gradient has the shape .1, 2, 2., expected 4 parts of different shapes"):
        Argument(x).flatten([W], "gradient")


def test_lists_in_themselves_are_refused():
    cyclic = []
    cyclic.append(cyclic)
    with pytest.raises(ShapeError, match="^x: lists nested too deeply$"):
        Argument(cyclic)
    with pytest.raises(ShapeError, match="^gradient: lists nested too deeply$"):
        Argument([1.0]).flatten(cyclic, "gradient")


@pytest.mark.parametrize("gradient, sentence", [
    ([B, W], r"gradient\[0\] has the shape \(2,\), expected the shape \(2, 2\), the shape of x\[0\]$"),
    ([W, [1.0]], r"gradient\[1\] has the shape \(1,\), expected the shape \(2,\), the shape of x\[1\]$"),
    ([W], r"gradient has the shape \(1, 2, 2\), expected 2 parts of different shapes, the shape of x$"),
    ([W, B, B], r"gradient has 3 parts of different shapes, expected 2 parts of different shapes, the shape of x$"),
    ([W, [1.0, [2.0]]], r"gradient\[1\]\[1\] has the shape \(1,\), expected the shape \(\), the shape of x\[1\]\[1\]$"),
    (5.0, r"gradient has the shape \(\), expected 2 parts of different shapes, the shape of x$"),
])
def test_a_gradient_of_another_shape_is_refused_with_the_part(gradient, sentence):
    with pytest.raises(ShapeError, match=sentence):
        Argument([W, B]).flatten(gradient, "gradient")


def test_a_transposed_gradient_is_said_to_be_one():
    wide = Argument([Grid((2, 3), range(6)), B])
    with pytest.raises(ShapeError, match=r"\(3, 2\), expected the shape \(2, 3\), .*; it would fit transposed$"):
        wide.flatten([Grid((3, 2), range(6)), B], "gradient")
    with pytest.raises(ShapeError, match=r"the shape of x\[1\]$"):
        wide.flatten([Grid((2, 3), range(6)), [1.0]], "gradient")


@pytest.mark.parametrize("gradient", [{1.0, 2.0}, {"W": 1.0}, [frozenset([1.0]), 2.0], Sparse((2,), [1.0, 2.0])])
def test_a_gradient_that_is_no_list_is_refused(gradient):
    with pytest.raises(DataError, match="gradient: " + LISTED):
        Argument([1.0, 2.0]).flatten(gradient, "gradient")
