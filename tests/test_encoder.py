"""What is learned from the columns: exact statistics, one-hot texts, the same bits when saved, each mistake named."""
import json
import math
import pickle
from array import array
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from purenet.core.errors import DataError
from purenet.csvfile import example
from purenet.encoder import CellError, Encoder, Number, Text, listed

# Any size from 1e-290 up: below, the deviation itself would be too small for a float to hold all its digits.
finite = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or abs(x) > 1e-290)
numbers = st.lists(finite | st.integers(-5, 5).map(float), min_size=1, max_size=20)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
columns_of_cells = st.integers(1, 6).flatmap(lambda n: st.lists(
    st.lists(finite, min_size=n, max_size=n) | st.lists(words, min_size=n, max_size=n), min_size=1, max_size=4))
tables = columns_of_cells.map(lambda columns: [list(row) for row in zip(*columns)])


def refusal(action, *arguments):
    """Return the message with which the call is refused."""
    with pytest.raises(DataError) as caught:
        action(*arguments)
    return str(caught.value)


# --- statistics

@given(numbers)
def test_mean_and_deviation_are_those_of_exact_fractions(values):
    assume(min(values) < max(values))
    learned = Number.learn("x", values)
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    variance = sum((value - mean) ** 2 for value in exact) / len(exact)
    largest = max(abs(value) for value in exact)
    # Two roundings of the mean; the sum, its division and the root round the deviation, each by 2**-53 of it.
    assert abs(Fraction(learned.mean) - mean) <= largest / 2 ** 51, f"mean {learned.mean!r}, expected {float(mean)!r}"
    assert abs(Fraction(learned.deviation) ** 2 - variance) <= variance / 2 ** 48, f"deviation {learned.deviation!r}"
    assert not learned.constant


@given(numbers)
def test_the_training_rows_become_finite_numbers_in_the_same_order(values):
    z = [row[0] for row in Encoder.learn([[value] for value in values]).transform([[value] for value in values])]
    assert all(math.isfinite(value) for value in z)
    ordered = [value for _, value in sorted(zip(values, z))]
    assert ordered == sorted(z)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=50))
def test_the_training_rows_have_mean_0_and_deviation_1(values):
    assume(min(values) < max(values))
    z = [row[0] for row in Encoder.learn([[value] for value in values]).transform([[value] for value in values])]
    assert abs(math.fsum(z)) / len(z) < 1e-12
    assert abs(math.fsum(value * value for value in z) / len(z) - 1) < 1e-12


def test_a_tiny_spread_around_a_large_mean_is_not_lost():
    """(0.5, 1, 1.5) at a thousand million: mean of squares minus square of the mean would say 0, or less."""
    shifted = Number.learn("x", [1e9 + 0.5, 1e9 + 1, 1e9 + 1.5])
    assert (shifted.mean, shifted.deviation) == (1e9 + 1, Number.learn("x", [0.5, 1.0, 1.5]).deviation)


def test_two_neighbouring_floats_deviate_by_half_their_distance():
    """No float lies between them, so their mean is rounded to one of the two: the differences alone would mislead."""
    assert Number.learn("x", [1.0, 1 + 2 ** -52]).deviation == 2 ** -53


def test_huge_numbers_do_not_overflow():
    largest = 1.7976931348623157e308
    assert Number.learn("x", [largest, -largest]) == ("x", 0.0, largest, False)
    assert Encoder.learn([[largest]] * 9 + [[-largest]]).transform([[-largest], [largest]]) == [
        [pytest.approx(-3)], [pytest.approx(1 / 3)]]


def test_a_number_too_far_from_the_training_rows_is_refused():
    assert refusal(Encoder.learn([[0], [2e-300]]).transform, [[0], [1e300]]) == (
        "row 1, column 'x0': found 1e+300, too far from the training rows (mean 1e-300, deviation 1e-300)")


@given(finite, st.integers(1, 9))
def test_a_constant_column_is_listed_and_becomes_0(value, n):
    encoder = Encoder.learn([[value, i, "a", "b" * i] for i in range(n + 1)], ["same", "i", "word", "words"])
    assert encoder.constant_columns == ["same", "word"]
    assert encoder.inputs[0] == ("same", value, 1.0, True)
    assert encoder.transform([[value, 0, "a", ""]])[0][0] == 0.0


def test_iris_has_these_bits_on_every_python():
    encoder = Encoder.learn(example("iris").dataset("species").rows)
    assert [(column.mean, column.deviation) for column in encoder.inputs] == [
        (5.843333333333334, 0.8253012917851409),
        (3.0573333333333337, 0.4344109677354946),
        (3.7580000000000005, 1.759404065775303),
        (1.1993333333333334, 0.7596926279021594),
    ]


# --- texts

@given(st.lists(words, min_size=1, max_size=9))
def test_a_text_becomes_a_1_at_its_place_in_sorted_order(column):
    encoder = Encoder.learn([[word] for word in column])
    known = sorted(set(column))
    assert encoder.width == len(known)
    assert encoder.categories == [known]
    for word, row in zip(column, encoder.transform([[word] for word in column])):
        assert row == [float(text == word) for text in known]


def test_a_text_never_seen_is_refused_with_those_known():
    encoder = Encoder.learn([[1, "green"], [2, "red"]], ["size", "colour"])
    assert refusal(encoder.transform, [[1, "red"], [1, "gren"]]) == (
        "row 1, column 'colour': found the text 'gren', never seen in training (did you mean 'green'?): "
        "expected 'green', 'red'")


@given(tables)
def test_every_row_is_as_wide_as_the_encoder_says(rows):
    encoder = Encoder.learn(rows)
    assert {len(row) for row in encoder.transform(rows)} == {encoder.width}
    assert encoder.columns == [f"x{i}" for i in range(len(rows[0]))]
    assert encoder.transform([]) == []


# --- rows

class NumPyBool:
    """A truth value as NumPy has it: no subclass of bool, and float() takes it."""

    def __float__(self):
        return 1.0

    def __repr__(self):
        return "np.True_"


NumPyBool.__name__ = "bool_"


@pytest.mark.parametrize("row", [(1, 2.5), array("d", [1, 2.5]), [Fraction(1), Decimal("2.5")], range(1, 3)])
def test_whatever_behaves_as_a_row_of_numbers_is_one(row):
    assert Encoder.learn([row, [3, 4]]).transform(iter([row])) == Encoder.learn([list(row), [3, 4]]).transform(
        [[float(cell) for cell in row]])


@pytest.mark.parametrize("rows, message", [
    ([], "no rows to learn from, expected at least one"),
    (5, "rows are 5, expected a list of rows"),
    ([[]], "no columns to learn from, expected at least one"),
    ([1, 2], "row 0 is 1, expected a list of numbers and texts"),
    (["ab", "cd"], "row 0 is 'ab', expected a list of numbers and texts"),
    ([[1], {"a": 1}], "row 1 is {'a': 1}, expected a list of numbers and texts"),
    ([[1, 2], [3]], "row 1 has 1 cell, expected 2: 'x0', 'x1'"),
    ([[1], [2, 3]], "row 1 has 2 cells, expected 1: 'x0'"),
    ([[1], [None]], "row 1, column 'x0': found None, a missing cell, expected a number or a text"),
    ([[1], [True]], "row 1, column 'x0': found True, expected a number or a text; write 0 or 1, or a text"),
    ([[NumPyBool()]], "row 0, column 'x0': found np.True_, expected a number or a text; write 0 or 1, or a text"),
    ([[1, 2], [1, [2]]], "row 1, column 'x1': found [2], expected a number or a text"),
    ([[b"1"]], "row 0, column 'x0': found b'1', expected a number or a text"),
    ([[1j]], "row 0, column 'x0': found 1j, expected a number or a text"),
    ([[float("nan")]], "row 0, column 'x0': found nan, expected a finite number"),
    ([[1], [float("-inf")]], "row 1, column 'x0': found -inf, expected a finite number"),
    ([[10 ** 400]], "row 0, column 'x0': found a number too large for a float"),
    ([[1], ["a"]], "row 1, column 'x0': found 'a' in a column that starts with 1.0: "
                   "expected all numbers or all texts"),
    ([["a"], [2]], "row 1, column 'x0': found 2.0 in a column that starts with 'a': "
                   "expected all numbers or all texts"),
])
def test_rows_that_cannot_be_learned_from_are_refused(rows, message):
    assert refusal(Encoder.learn, rows) == message


@pytest.mark.parametrize("rows, message", [
    ([[1]], "row 0 has 1 cell, expected 2: 'size', 'colour'"),
    ([[1, "red"], ["a", "red"]], "row 1, column 'size': found the text 'a', expected a number as in training"),
    ([[1, 2]], "row 0, column 'colour': found 2.0, expected a text as in training: 'red'"),
    ([[None, "red"]], "row 0, column 'size': found None, a missing cell, expected a number or a text"),
])
def test_rows_that_are_not_as_in_training_are_refused(rows, message):
    assert refusal(Encoder.learn([[1, "red"]], ["size", "colour"]).transform, rows) == message


@pytest.mark.parametrize("columns, message", [
    (["a"], "row 0 has 2 cells, expected 1: 'a'"),
    (["a", "a"], "the column name 'a' stands 2 times, expected different names"),
    ("ab", "column names are 'ab', expected a list of texts"),
    ([1, 2], "column names are [1, 2], expected a list of texts"),
])
def test_column_names_that_do_not_fit_are_refused(columns, message):
    assert refusal(Encoder.learn, [[1, 2]], columns) == message


def test_an_error_keeps_its_place_through_pickling():
    """A pool of processes sends its errors back that way."""
    error = pickle.loads(pickle.dumps(CellError(3, "x", "found 7")))
    assert (error.row, error.column, error.problem, str(error)) == (3, "x", "found 7", "row 3, column 'x': found 7")


def test_a_long_cell_is_shortened_in_a_message():
    message = refusal(Encoder.learn([["red"]]).transform, [["x" * 10000]])
    assert len(message) < 200 and "xxx..." in message
    assert listed(["a", "b", "c"], most=2) == "'a', 'b' and 1 more"


# --- saving

@given(tables)
def test_an_encoder_keeps_its_bits_through_json(rows):
    encoder = Encoder.learn(rows)
    back = Encoder.from_dict(json.loads(json.dumps(encoder.to_dict())))
    assert repr(back.inputs) == repr(encoder.inputs)
    assert repr(back.transform(rows)) == repr(encoder.transform(rows))


NUMBER = {"kind": "number", "name": "a", "mean": 2.0, "deviation": 1.0, "constant": False}
TEXT = {"kind": "text", "name": "b", "texts": ["blue", "red"]}


def test_a_saved_encoder_is_plain_data():
    encoder = Encoder.learn([[1, "red"], [3, "blue"]], ["a", "b"])
    assert encoder.to_dict() == {"columns": [NUMBER, TEXT]}
    assert Encoder.from_dict({"columns": [{**NUMBER, "mean": 2}, TEXT]}).inputs == [
        Number("a", 2.0, 1.0, False), Text("b", ["blue", "red"])]


def without(entry, field):
    return {name: value for name, value in entry.items() if name != field}


@pytest.mark.parametrize("columns, problem", [
    ({}, "encoder: the field 'columns' must be a list, found {}"),
    ([NUMBER, 7], "encoder: columns[1]: expected a JSON object, found 7"),
    ([{}], "encoder: columns[0]: the field 'kind' is missing"),
    ([{**NUMBER, "kind": "image"}], "encoder: columns[0]: the field 'kind' is 'image', expected number or text"),
    ([{**NUMBER, "kind": []}], "encoder: columns[0]: the field 'kind' must be text, found []"),
    ([TEXT, without(NUMBER, "mean")], "encoder: columns[1]: the field 'mean' is missing"),
    ([without(TEXT, "texts")], "encoder: columns[0]: the field 'texts' is missing"),
    ([{**NUMBER, "means": 1}], "encoder: columns[0]: unknown field 'means' (did you mean 'mean'?)"),
    ([{**NUMBER, "name": 1}], "encoder: columns[0]: the field 'name' must be text, found 1"),
    ([{**NUMBER, "mean": "2"}], "encoder: columns[0]: the field 'mean' must be a number, found '2'"),
    ([{**NUMBER, "mean": float("nan")}],
     "encoder: columns[0]: the field 'mean': expected a finite number, found nan"),
    ([{**NUMBER, "mean": 10 ** 400}],
     "encoder: columns[0]: the field 'mean': expected a number that a float can hold, found one beyond 1.8e308"),
    ([{**NUMBER, "mean": True}], "encoder: columns[0]: the field 'mean' must be a number, found True"),
    ([{**NUMBER, "deviation": 0}],
     "encoder: columns[0]: found Number(name='a', mean=2.0, deviation=0.0, constant=False), "
     "expected a deviation above 0"),
    ([{**NUMBER, "deviation": float("inf")}],
     "encoder: columns[0]: the field 'deviation': expected a finite number, found inf"),
    ([{**NUMBER, "constant": 1}], "encoder: columns[0]: the field 'constant' must be true or false, found 1"),
    ([{**TEXT, "texts": "ab"}], "encoder: columns[0]: the field 'texts' must be a list, found 'ab'"),
    *(([{**TEXT, "texts": texts}],
       f"encoder: columns[0]: found Text(name='b', texts={texts!r}), "
       "expected sorted texts, all different, at least one")
      for texts in ([], ["b", "a"], ["a", "a"], ["a", 1])),
])
def test_a_saved_encoder_is_checked_field_by_field(columns, problem):
    assert refusal(Encoder.from_dict, {"columns": columns}) == problem


@pytest.mark.parametrize("data, message", [
    (None, "encoder: expected a JSON object, found None"),
    ({}, "encoder: the field 'columns' is missing"),
    ({"columns": []}, "encoder: no columns to learn from, expected at least one"),
    ({"columns": [TEXT], "scale": 1}, "encoder: unknown field 'scale'"),
    ({"columns": [NUMBER, NUMBER]}, "encoder: the column name 'a' stands 2 times, expected different names"),
])
def test_a_saved_encoder_is_checked_as_a_whole(data, message):
    assert refusal(Encoder.from_dict, data) == message
