"""Gradients as people hand them over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purenet import DataError, Network, PurenetError, ShapeError
from purenet.gradcheck.given import given_gradients, nested

NET = Network([2, 2, 1])
W, B = [[[1.0, 2.0], [3.0, 4.0]], [[5.0], [6.0]]], [[7.0, 8.0], [9.0]]
FLAT = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]


class Array:
    """An array of another library, which may hold anything, itself too."""

    def __init__(self, held=None):
        self.held = held

    def tolist(self):
        return self if self.held is None else self.held


class Holder:
    def __init__(self, weights, biases=None):
        self.weights, self.biases = weights, biases


def cyclic():
    values = []
    values.append(values)
    return values


FORMS = {
    "a pair": (W, B),
    "a list of two": [W, B],
    "a dict": {"weights": W, "biases": B},
    "an object": Holder(W, B),
    "layer by layer": [W[0], B[0], W[1], B[1]],
    "flat": FLAT,
    "arrays": ([Array(W[0]), Array(W[1])], [Array(b) for b in B]),
    "an array of arrays": {"weights": Array([Array(W[0]), W[1]]), "biases": Array(B)},
    "numbers that are arrays": [Array(value) for value in FLAT],
    "biases as matrices of one row": (W, [[b] for b in B]),
}


@pytest.mark.parametrize("gradients", FORMS.values(), ids=FORMS)
def test_every_form_gives_the_same_numbers(gradients):
    assert given_gradients(NET, gradients) == FLAT


LISTS = "as a list with one element for each layer, found "
REFUSED = {
    "weights that are a number": ({"weights": 5}, "gradients: expected weights " + LISTS + "5"),
    "weights that are none": ({"weights": None}, LISTS + "None"),
    "weights that can be gone through once": ({"weights": iter(W)}, LISTS + "<"),
    "an object with a number": (Holder(5), "gradients: expected weights " + LISTS + "5"),
    "biases that are a number": ((W, 5), "gradients: expected biases " + LISTS + "5"),
    "keys that have no order": ({1: 2, "a": 3},
                                r"gradients: expected the keys 'weights' and 'biases', found \[1, 'a'\]"),
    "a list in itself": (cyclic(), "gradients: lists nested too deeply"),
    "an array in itself": (Array(), "gradients: lists nested too deeply"),
    "a row that is a number": ({"weights": [[1.0, 2.0], W[1]], "biases": B},
                               r"gradients: weights\[0\] has the shape \(2,\), expected"),
    "a dict in a row": (([[[{}, 2.0], W[0][1]], W[1]], B), "expected a number, found {}"),
    "text": (["1.0"] * 9, r"gradients: weights\[0\]\[0\]\[0\]: expected a number, found '1.0'"),
    "bytes": ([b"1.0"] * 9, r"gradients: weights\[0\]\[0\]\[0\]: expected a number, found b'1.0'"),
    "bytes that can change": ([bytearray(b"1.0")] * 9, "expected a number, found bytearray"),
}


@pytest.mark.parametrize("gradients, sentence", REFUSED.values(), ids=REFUSED)
def test_what_is_no_gradient_is_refused_in_a_sentence(gradients, sentence):
    with pytest.raises(PurenetError, match=sentence):
        given_gradients(NET, gradients)


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary() | st.complex_numbers()
    | st.sampled_from([W, B, W[0], B[0]]),
    lambda inner: (st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.integers() | st.text(), inner)
                   | inner.map(Array) | st.builds(Holder, inner, inner)
                   | st.fixed_dictionaries({"weights": inner, "biases": inner})))


@given(anything)
def test_anything_is_either_read_or_refused(gradients):
    try:
        found = given_gradients(NET, gradients)
    except PurenetError as error:
        assert str(error).startswith("gradients: ") and "\n" not in str(error), error
    else:
        assert [type(value) for value in found] == [float] * len(FLAT)


def test_nesting_is_bounded_and_what_lies_within_is_changed():
    assert nested("X", [(1, Array([2]))], str) == [["1", ["2"]]]
    deep = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ShapeError, match="X: lists nested too deeply"):
        nested("X", deep, str)
    while isinstance(deep, list):  # or some Pythons take it apart by recursion
        deep = deep[0]


def test_a_number_that_no_float_holds_is_said_to_be_one():
    with pytest.raises(DataError, match="expected a number that a float can hold"):
        given_gradients(NET, [10 ** 400] * 9)
