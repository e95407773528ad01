"""From texts to examples: columns by name, cells into values with the line of each mistake, rows held out."""
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from purenet.core.errors import DataError, OptionError
from purenet.csvfile import example
from purenet.data import Table, numbered, split, target_kind
from purenet.encoder import Encoder


def table(text, delimiter=",", header=True):
    """Return the table of a text with one row a line, its cells separated by blanks; the file's lines start at 2."""
    rows = [["" if cell == "_" else cell for cell in line.split(" ")] for line in text.split("\n")]
    columns = rows.pop(0) if header else numbered(len(rows[0]))
    return Table("t.csv", columns, rows, list(range(2, len(rows) + 2)), header, delimiter)


def refusal(action, *arguments, error=DataError, **options):
    """Return the message with which the call is refused."""
    with pytest.raises(error) as caught:
        action(*arguments, **options)
    return str(caught.value)


# --- columns by name

@pytest.mark.parametrize("column, place", [("x", 0), ("2", 2), ("1", 0), (1, 0), (3, 2), ("-1", 2), (-3, 0)])
def test_a_column_is_found_by_name_and_then_by_number(column, place):
    assert table("x y 2\n1 2 3").index(column) == place


@pytest.mark.parametrize("column, message", [
    ("speces", "t.csv: no column 'speces' (did you mean 'species'?); the columns are 'width', 'species'"),
    ("zzz", "t.csv: no column 'zzz'; the columns are 'width', 'species'"),
    (0, "t.csv: no column 0; the columns are 'width', 'species'"),
    ("3", "t.csv: no column '3'; the columns are 'width', 'species'"),
    ("-3", "t.csv: no column '-3'; the columns are 'width', 'species'"),
    (True, "t.csv: no column True; the columns are 'width', 'species'"),
    (1.0, "t.csv: no column 1.0; the columns are 'width', 'species'"),
])
def test_an_unknown_column_is_refused_with_the_nearest(column, message):
    assert refusal(table("width species\n1 2").index, column) == message


def test_a_long_list_of_columns_is_shortened():
    message = refusal(table(" ".join(f"c{i}" for i in range(100)) + "\n" + " ".join("1" * 100)).index, "zzz")
    assert message.endswith("the columns are 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9' and 90 more")


@given(st.permutations(["a", "b", "c", "d", "e"]), st.sets(st.sampled_from("abcde"), min_size=1))
def test_columns_match_by_name_in_any_order(order, wanted):
    shuffled = table(" ".join(order) + "\n" + " ".join(order))
    columns = sorted(wanted)
    assert [shuffled.rows[0][i] for i in shuffled.match(columns)] == columns


def test_a_file_without_a_header_matches_by_position():
    columns, training = ["a", "c"], ["a", "b", "goal", "c"]
    assert table("1 2", header=False).match(columns, training) == [0, 1]
    assert table("1 2 3 4", header=False).match(columns, training) == [0, 3]
    assert table("1 2", header=False).match(columns) == [0, 1]


def test_columns_trained_without_a_header_match_by_position():
    columns, training = ["2", "3"], ["1", "2", "3"]
    for header in [True, False]:
        assert table("a b\n1 2" if header else "1 2", header=header).match(columns, training) == [0, 1]
        assert table("a b c\n1 2 3" if header else "1 2 3", header=header).match(columns, training) == [1, 2]


@pytest.mark.parametrize("found, header, training, message", [
    ("a d\n1 2", True, (), "t.csv: columns of the training data are missing here: 'b', 'c'; the columns are 'a', 'd'"),
    ("a b cc\n1 2 3", True, (),
     "t.csv: columns of the training data are missing here: 'c' (did you mean 'cc'?); the columns are 'a', 'b', 'cc'"),
    ("1 2", False, (), "t.csv: found 2 columns, matched by position for want of a header here or in training, "
                       "expected 3: 'a', 'b', 'c'"),
    ("1 2", False, ["goal", "a", "b", "c"], "t.csv: found 2 columns, matched by position for want of a header here or "
                                            "in training, expected 3 or 4: 'goal', 'a', 'b', 'c'"),
])
def test_missing_columns_are_refused(found, header, training, message):
    assert refusal(table(found, header=header).match, ["a", "b", "c"], training) == message


# --- cells into values

@pytest.mark.parametrize("text, value", [
    ("1", 1.0), ("-1.5", -1.5), ("+.5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("1.5E-2", 0.015), ("007", 7.0),
    ("1e-999", 0.0),
])
def test_a_number_is_a_number(text, value):
    assert table(f"x y\n{text} a").dataset("y").rows == [[value]]


@pytest.mark.parametrize("text", ["1_000", "\u0663", "0x10", "1e", ".", "+-1", "12%", "1.2.3", "1,5", "--1", "e5"])
def test_what_only_looks_like_a_number_is_a_text(text):
    assert table(f"x y\n{text} a").dataset("y").rows == [[text]]


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from("\t;|"))
def test_a_decimal_comma_means_a_point_in_its_column_alone(value, delimiter):
    text = repr(value).replace(".", ",")
    rows = table(f"x z y\n{text} 2.5 a\n1,5 3 a", delimiter).dataset("y").rows
    assert rows == [[value, 2.5], [1.5, 3.0]]


def test_a_decimal_comma_beside_a_point_is_no_number():
    assert refusal(table("x y\n2.5 a\n3.5 a\n1,5 a", ";").dataset, "y").startswith(
        "t.csv, line 4, column 'x': found '1,5', expected a number as in most of the column")


def test_a_comma_that_may_mean_thousands_is_refused_unless_the_delimiter_tells():
    assert refusal(table("x y\n999 a\n1,234 a", "\t").dataset, "y") == (
        "t.csv, line 3, column 'x': found '1,234', which may mean 1.234 or 1234; write it without the comma")
    assert table("x y\n999 a\n1,234 a", ";").dataset("y").rows == [[999.0], [1.234]]
    assert table("x y\n0,999 a\n1,234 a", "\t").dataset("y").rows == [[0.999], [1.234]]


def test_a_column_is_numbers_when_more_than_half_of_its_cells_are():
    assert table("x y\n1 a\nb a").dataset("y").rows == [["1"], ["b"]]
    assert refusal(table("x y\n1 a\nb a\n2 a").dataset, "y") == (
        "t.csv, line 3, column 'x': found 'b', expected a number as in most of the column; correct it, "
        "or pass --categorical x (categorical=['x']) or --ignore x (ignore=['x'])")
    assert table("x y\n1 a\nb a\n2 a").dataset("y", categorical=["x"]).rows == [["1"], ["b"], ["2"]]
    assert table("x z y\n1 1 a\nb 2 a\n2 3 a").dataset("y", ignore=["x"]).rows == [[1.0], [2.0], [3.0]]
    assert table("x y\n1 a\n_ a\nNA a\n? a").dataset("y", skip_missing=True).rows == [[1.0]]


@pytest.mark.parametrize("cell, problem", [
    ("inf", "found 'inf', infinity, expected a finite number"),
    ("-Infinity", "found '-Infinity', infinity, expected a finite number"),
    ("1e400", "found '1e400', too large for a float, expected at most 1.8e+308"),
    ("NaN", "found 'NaN', a missing cell (1 missing cell in all, in 1 of 3 rows); "
            "pass --skip-missing (skip_missing=True) to leave such rows out"),
    ("_", "the cell is empty (1 missing cell in all, in 1 of 3 rows); "
          "pass --skip-missing (skip_missing=True) to leave such rows out"),
])
def test_what_is_no_finite_number_is_refused_with_its_line(cell, problem):
    assert refusal(table(f"x y\n1 a\n2 a\n{cell} b").dataset, "y") == f"t.csv, line 4, column 'x': {problem}"
    assert refusal(table(f"x y\n1 a\n2 a\n{cell} b").dataset, "x", task="regression").endswith(problem)


def test_missing_cells_are_counted_and_can_be_skipped():
    holey = table("x colour y\n1 red a\nnull red b\nn/a ? a\n4 red _\n5 blue b")
    assert refusal(holey.dataset, "y") == (
        "t.csv, line 3, column 'x': found 'null', a missing cell (4 missing cells in all, in 3 of 5 rows); "
        "pass --skip-missing (skip_missing=True) to leave such rows out")
    assert holey.dataset("y", skip_missing=True) == (
        ["x", "colour"], [[1.0, "red"], [5.0, "blue"]], ["a", "b"], "classification", [0, 4])
    assert refusal(table("x y\n1 _\n_ a").dataset, "y", skip_missing=True) == (
        "t.csv: every row has a missing cell; ignore the columns that lack the most")


@pytest.mark.parametrize("text", ["NA", "N/A", "?", "null", "None"])
def test_a_text_that_means_missing_stands_as_it_is_where_that_is_asked_for(text):
    mild = table(f"how y\nmild a\n{text} b")
    assert "a missing cell" in refusal(mild.dataset, "y")
    assert "a missing cell" in refusal(mild.dataset, "how")
    assert mild.dataset("y", categorical=["how"]).rows == [["mild"], [text]]
    assert mild.dataset("how", task="classification").targets == ["mild", text]
    assert mild.features(["how"], [[text, "mild"]]).rows == [["mild"], [text]]


def test_nan_is_a_text_among_texts():
    assert table("bread y\nnan a\nrye a").dataset("y").rows == [["nan"], ["rye"]]
    assert "'nan', a missing cell" in refusal(table("y x\n0 1\n1 1\nnan 1").dataset, "y")


def test_an_identifier_is_refused():
    hundred = [f"n{i} a" for i in range(100)]
    assert len(table("\n".join(["x y", *hundred, "n0 a"])).dataset("y").rows) == 101
    many = table("\n".join(["x y", *hundred, "m a"]))
    assert refusal(many.dataset, "y") == (
        "t.csv: column 'x' holds 101 different texts, more than 100: an identifier teaches nothing; "
        "pass --ignore x (ignore=['x']), or --categorical x (categorical=['x']) to use them all the same")
    assert len(many.dataset("y", categorical=["x"]).rows) == 101


def test_a_file_without_a_column_to_learn_from_is_refused():
    assert refusal(table("x y\n1 a").dataset, "y", ignore=["x"]) == (
        "t.csv: no column is left to learn from beside the target and those ignored")
    assert refusal(table("x y\n1 a").dataset, "y", ignore=["2"], error=OptionError) == (
        "the target 'y' is among the columns to ignore")


# --- the target

@pytest.mark.parametrize("cells, kind", [
    ("a b a", "classification"), ("0 1 1", "classification"), ("-1 +1 007", "classification"),
    ("0.5 1 2", "regression"), ("1.0 2.0", "regression"), ("1e3 1", "regression"), ("1 NA nan", "classification"),
    ("1.5 NA ?", "regression"), ("1.5 a b", "classification"), ("1.5 2.5 a", "regression"),
])
def test_the_kind_of_a_target(cells, kind):
    assert target_kind(cells.split()) == kind


def test_classes_are_texts_and_a_regression_has_numbers():
    assert table("x y\n1 01\n2 1").dataset("y")[2:4] == (["01", "1"], "classification")
    assert table("x y\n1 01\n2 1").dataset("y", task="regression")[2:4] == ([1.0, 1.0], "regression")
    assert table("x y\n1 1,5\n2 1", ";").dataset("y")[2:4] == ([1.5, 1.0], "regression")
    assert table("x y\n1 1.5\n2 1").dataset("y", task="classification").targets == ["1.5", "1"]
    assert table("x y\n1 2\n2 1").dataset() == (["x", "y"], [[1.0, 2.0], [2.0, 1.0]], None, None, [0, 1])


def test_a_target_that_is_no_number_is_refused_in_a_regression():
    assert refusal(table("x y\n1 a\n2 b").dataset, "y", task="regression") == (
        "t.csv, line 2, column 'y': found 'a', expected a number as the target of a regression; "
        "correct it, or pass --task classification (task='classification')")
    assert refusal(table("x y\n1 a\n2 b").dataset, "y", task="clasification", error=OptionError) == (
        "unknown task 'clasification' (did you mean 'classification'?): expected one of classification, regression")


# --- the rows for a model

def test_features_are_of_the_kinds_seen_in_training():
    encoder = Encoder.learn([[1, "0"], [3, "1"]], ["size", "flag"])
    new = table("flag extra size\n1 z 2\n0 z 5")
    assert new.features(encoder.columns, encoder.categories) == (
        ["size", "flag"], [[2.0, "1"], [5.0, "0"]], None, None, [0, 1])
    assert refusal(table("flag size\n0 1\n0 big").features, encoder.columns, encoder.categories) == (
        "t.csv, line 3, column 'size': found 'big', expected a number as in training")
    assert refusal(table("flag size\n0 1\n_ 2").features, encoder.columns, encoder.categories).startswith(
        "t.csv, line 3, column 'flag': the cell is empty")
    assert table("0 1\n_ 2\n1 3", header=False).features(["a", "b"], [None, None], skip_missing=True).kept == [0, 2]


def test_a_text_never_seen_is_said_with_its_line():
    encoder = Encoder.learn([["red"], ["blue"]], ["colour"])
    new = table("colour\n_\nred\nbleu")
    found = new.features(encoder.columns, encoder.categories, skip_missing=True)

    def transform():
        with new.located(found.kept):
            encoder.transform(found.rows)

    assert refusal(transform) == ("t.csv, line 4, column 'colour': found the text 'bleu', never seen in training "
                                  "(did you mean 'blue'?): expected 'blue', 'red'")


def test_located_leaves_other_errors_alone():
    with pytest.raises(DataError, match="^no rows to learn from"), example("iris").located():
        Encoder.learn([])


# --- rows held out

labels = st.lists(st.sampled_from("abc") | st.integers(0, 30), min_size=2, max_size=80)
fractions = st.floats(0.01, 0.99)
seeds = st.integers(0, 2 ** 32 - 1)


@given(labels, fractions, seeds)
def test_a_split_holds_each_class_out_in_proportion(labels, fraction, seed):
    sizes = Counter(labels)
    assume(max(sizes.values()) > 1)  # otherwise nothing can be held out
    train, test = split(labels, fraction, seed)
    assert sorted(train + test) == list(range(len(labels))), "each row is on one side"
    assert train == sorted(train) and test == sorted(test) and train and test
    held_out = Counter(labels[row] for row in test)
    for label, size in sizes.items():
        exact = size * fraction
        assert held_out[label] <= size - 1, f"class {label!r} is gone from training"
        assert held_out[label] < exact + 1, f"class {label!r}: more than its share is held out"
        assert held_out[label] > min(exact, size - 1) - 1, f"class {label!r}: less than its share is held out"
    assert len(test) <= max(1, len(labels) * fraction + 0.5)
    assert (train, test) == split(labels, fraction, seed)


@given(st.integers(2, 200), fractions, seeds)
def test_a_plain_split_holds_out_the_fraction(n, fraction, seed):
    train, test = split(n, fraction, seed)
    assert sorted(train + test) == list(range(n))
    assert len(test) == min(n - 1, max(1, int(n * fraction + 0.5)))
    assert (train, test) == split(["a"] * n, fraction, seed) == split(list(range(n)), fraction, seed, stratify=False)


@pytest.mark.parametrize("n", [2, 3, 8, 9, 1000])
def test_the_largest_fraction_leaves_a_row_for_training(n):
    assert len(split(n, 1 - 2 ** -53, seed=1)[0]) == 1
    assert len(split([0] * n + [1] * n, 1 - 2 ** -53, seed=1)[0]) == 2


def test_a_split_depends_on_the_seed_alone():
    """Every row is held out by about a fifth of the seeds: 40 of 200, with a deviation of 5.7."""
    times = Counter(row for seed in range(200) for row in split(["a", "b"] * 10, 0.2, seed)[1])
    assert sorted(times) == list(range(20))
    assert all(15 < count < 65 for count in times.values()), times


def test_equal_remainders_are_settled_by_chance():
    """Ten classes of two rows, four rows to hold out: over the seeds, every class has its turn."""
    pairs = [label for label in range(10) for _ in range(2)]
    assert {pairs[row] for seed in range(50) for row in split(pairs, 0.2, seed)[1]} == set(range(10))


def test_iris_is_split_the_same_everywhere():
    species = [row[-1] for row in example("iris").rows]
    test = split(species, 0.2, seed=1)[1]
    assert test == [
        5, 14, 16, 29, 31, 33, 35, 40, 42, 44, 51, 56, 66, 75, 78, 84, 90, 92, 94, 98, 102, 108, 114, 120,
        125, 128, 131, 135, 141, 146
    ]
    assert Counter(species[row] for row in test) == {"setosa": 10, "versicolor": 10, "virginica": 10}


@pytest.mark.parametrize("labels, message", [
    (1, "nothing can be held out of 1 row, as one row must stay for training; "
        "add rows, or train without a test (--test 0)"),
    (["a"], "nothing can be held out of 1 row, as one row must stay for training; "
            "add rows, or train without a test (--test 0)"),
    (0, "nothing can be held out of 0 rows, as one row must stay for training; "
        "add rows, or train without a test (--test 0)"),
    (["a", "b", "c"], "nothing can be held out of 3 rows, as one row of each class must stay for training; "
                      "add rows, or train without a test (--test 0)"),
])
def test_what_cannot_be_split_is_refused(labels, message):
    assert refusal(split, labels, 0.5, 1) == message


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, float("nan"), True, "0.2", None])
def test_a_fraction_out_of_range_is_refused(fraction):
    assert refusal(split, 10, fraction, 1, error=OptionError) == (
        f"the fraction to hold out is {fraction!r}, expected a number between 0 and 1, such as 0.2")


def test_a_target_may_be_called_categorical():
    table = Table("t", ["a", "b"], [["1", "0.5"], ["2", "1.5"], ["3", "0.5"]], [2, 3, 4], True, ",")
    assert table.dataset("b").task == "regression"
    data = table.dataset("b", categorical=["b"])
    assert (data.task, data.targets) == ("classification", ["0.5", "1.5", "0.5"])
    with pytest.raises(OptionError, match="the target 'b' of a regression cannot be categorical"):
        table.dataset("b", categorical=["b"], task="regression")


def test_a_first_row_that_is_no_row_may_be_a_header():
    table = Table("t", ["1", "2"], [["id", "2019"], ["1", "5"], ["2", "6"], ["3", "7"]], [1, 2, 3, 4], False, ",")
    with pytest.raises(DataError, match=r"if this row names the columns, pass --header \(header=True\)"):
        table.dataset("2")
