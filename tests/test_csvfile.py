"""Reading CSV files: the same cells come back, however they are written, and what is wrong is said with its line."""
import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import purenet
from purenet import csvfile
from purenet.core.errors import DataError, OptionError
from purenet.csvfile import example, read_csv

# Every character but NUL (refused), lone surrogates (no text) and the byte order mark (taken off at the start).
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=8).map(str.strip)
awkward = st.text(st.sampled_from("ab1,;|\t \"'\n\r."), max_size=6).map(str.strip)
cells = texts | awkward
delimiters = st.sampled_from(",;\t|")
codecs = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def read(data, **options):
    """Read these bytes or this text as a file "data.csv"; messages come without the folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.csv")
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        try:
            return read_csv(path, **options)
        except (DataError, OptionError) as error:
            raise type(error)(str(error).replace(folder + os.sep, "")) from None


def refusal(data, **options):
    """Return the message with which this file is refused."""
    with pytest.raises(DataError) as caught:
        read(data, **options)
    return str(caught.value)


def tables(cells, least_width=1):
    """Return a strategy of non-empty lists of rows of equal width."""
    return st.integers(least_width, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6))


def written(rows, **options):
    """Return the text that the csv module writes; all quoted where a cell holds a line break, which it may overlook."""
    if any("\n" in cell or "\r" in cell for row in rows for cell in row):
        options["quoting"] = csv.QUOTE_ALL
    file = io.StringIO(newline="")
    csv.writer(file, **options).writerows(rows)
    return file.getvalue()


# --- the same cells come back

@given(tables(cells), delimiters, st.sampled_from(["\n", "\r\n", "\r"]),
       st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]), codecs)
def test_any_table_comes_back_as_it_was_written(rows, delimiter, line_end, quoting, codec):
    text = written(rows, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    table = read(text.encode(codec), delimiter=delimiter, header=False)
    assert table.rows == rows
    assert table.columns == [str(i + 1) for i in range(len(rows[0]))]


@given(tables(cells, least_width=2), delimiters, codecs)
def test_the_delimiter_of_a_quoted_file_is_found_whatever_the_cells(rows, delimiter, codec):
    text = written(rows, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    table = read(text.encode(codec), header=False)
    assert (table.delimiter, table.rows) == (delimiter, rows)


@given(tables(st.text("ab1. ", min_size=1).map(str.strip), least_width=2), delimiters)
def test_the_delimiter_of_an_unquoted_file_is_found(rows, delimiter):
    assert read(written(rows, delimiter=delimiter), header=False).delimiter == delimiter


@given(st.lists(st.text("abc \n\"", max_size=9).map(str.strip), min_size=1, max_size=9), st.data())
def test_lines_say_where_each_row_starts(column, data):
    lines, text = [], ""
    for cell in column:
        text += "\n" * data.draw(st.integers(0, 2), label="blank lines")
        lines.append(text.count("\n") + 1)
        text += '"' + cell.replace('"', '""') + '"\n'
    table = read(text, header=False)
    assert (table.lines, table.rows) == (lines, [[cell] for cell in column])


@given(st.lists(st.text("xyz", min_size=1, max_size=3), min_size=2, max_size=5, unique=True),
       st.lists(st.integers(-99, 99), min_size=1, max_size=5), delimiters)
def test_a_header_over_numbers_is_found(names, column, delimiter):
    rows = [[str(number)] * len(names) for number in column]
    table = read(written([names, *rows], delimiter=delimiter))
    assert (table.header, table.columns, table.rows, table.lines[0]) == (True, names, rows, 2)


def test_a_table_says_what_it_is():
    table = read("a ; b\n 1; 'x y'\n\n   \n3 ;\"4\"\n")
    assert (table.columns, table.rows) == (["a", "b"], [["1", "'x y'"], ["3", "4"]])
    assert (table.lines, table.header, table.delimiter) == ([2, 5], True, ";")
    assert Path(table.name).name == "data.csv"
    assert table.where(1).endswith("data.csv, line 5")


def test_a_blank_after_the_delimiter_may_stand_before_a_quote():
    assert read('a, b\n1, "x, y"\n').rows == [["1", "x, y"]]


@pytest.mark.parametrize("text, delimiter", [
    ("a;b\n1,5;2,5\n", ";"),
    ("1,5;2,5\n3,5;4,5\n", ";"),  # commas would fit as well, and give three cells
    ("a,b\n1,x;y\n2,z\n", ","),
    ("a,b,c\n1,2,3\n4,5\n6,7,8\n", ","),  # ragged: the delimiter is still plain
    ("a\n1\n2\n", ","),
])
def test_the_delimiter_found(text, delimiter):
    try:
        assert read(text).delimiter == delimiter
    except DataError as error:
        assert f"separated by {delimiter!r}" in str(error)


def test_tabs_alone_are_missing_cells_and_not_a_blank_line():
    assert read("a\tb\n1\t2\n\t\n").rows == [["1", "2"], ["", ""]]


def test_a_blank_may_be_the_delimiter():
    assert read("a b\n1 2\n  \n3 4\n", delimiter=" ").rows == [["1", "2"], ["3", "4"]]


# --- header or none

@pytest.mark.parametrize("text, header", [
    ("age,name\n3,ann\n4,bob\n", True),
    ("3,ann\n4,bob\n", False),
    ("colour,size\nred,big\nblue,big\n", True),  # texts only, none of which comes back
    ("red,big\nblue,big\nred,small\n", False),  # texts only, and they come back
    ("1990,1991\n3,4\n", False),  # numbers in the first row: a header only if asked for
    ("ann\n", True),
    ("1,2\n", False),
    ("x;y\n1,5;a\n2,5;a\n", True),  # a decimal comma is a number too
    ("1,5;y\n1,6;z\n", False),
])
def test_a_header_is_told_from_a_row(text, header):
    try:
        assert read(text).header is header
    except DataError as error:
        assert header and "header alone" in str(error)


def test_header_can_be_given():
    assert read("1990,1991\n3,4\n", header=True).columns == ["1990", "1991"]
    assert read("age,name\n3,ann\n", header=False).rows == [["age", "name"], ["3", "ann"]]


@pytest.mark.parametrize("known, header", [
    (["big"], True), ("big", True), (["huge", "red"], True), (["huge"], False), ([], False)
])
def test_a_first_row_with_a_known_column_is_a_header(known, header):
    assert read("red,big\nblue,big\nred,small\n", known_columns=known).header is header


def test_a_position_is_no_known_column():
    for target in ["3", 3, "-1"]:
        assert read("1,2,3\n4,5,-1\n", known_columns=[target]).header is False
    assert read("2,7,x\n4,5,6\n", known_columns=["7"]).header is True


# --- what is wrong, and where

@pytest.mark.parametrize("data, message", [
    ("", "data.csv: the file is empty, expected a header and rows below it"),
    ("\n  \n\n", "data.csv: the file is empty, expected a header and rows below it"),
    (b"\xef\xbb\xbf", "data.csv: the file is empty, expected a header and rows below it"),
    ("a,b\n", "data.csv: found a header alone ('a', 'b'), expected rows below it"),
    ("a,b\n1,2\n\n1,2,3\n4,5\n", "data.csv, line 4: found 3 cells separated by ',', expected 2 as in line 1"),
    ("a;b\n1;2\n3\n4;5\n", "data.csv, line 3: found 1 cell separated by ';', expected 2 as in line 1"),
    ("a,,c\n1,2,3\n", "data.csv, line 1: column 2 of the header has no name; give it one, "
                      "or pass --no-header (header=False) if this line is no header"),
    ("\na,b,a\n1,2,3\n",
     "data.csv, line 2: columns 1 and 3 of the header are both named 'a', expected different names"),
    (b"a,b\n1,2\n3,\xe9\n", "data.csv, line 3: byte 10 (0xe9) is not utf-8; pass the file's encoding, "
                            "often --encoding latin-1 (encoding='latin-1')"),
    (b"\xef\xbb\xbfa,b\n1,\xe9\n", "data.csv, line 2: byte 9 (0xe9) is not utf-8; pass the file's encoding, "
                                   "often --encoding latin-1 (encoding='latin-1')"),
    ("a,b\n1,2\n3,\0\n", "data.csv, line 3: found a NUL character, expected text; if the file is UTF-16, "
                         "pass --encoding utf-16 (encoding='utf-16')"),
    ("a,b\n1,2".encode("utf-16-le"), "data.csv, line 1: found a NUL character, expected text; if the file is UTF-16, "
                                     "pass --encoding utf-16 (encoding='utf-16')"),
    ('a,b\n1,2\n3,"4\n5,6\n7,8\n',
     "data.csv, line 3: a quote opens in the row that starts here and is never closed"),
    ('a,b\n1,"x\n2,"y"\n',
     "data.csv, line 2: something follows a closing quote; write a quote inside a quoted cell twice"),
    ("a,b\n1,2\n3," + "4" * 140000,
     "data.csv, line 3: a cell is longer than the csv module reads (csv.field_size_limit); is a quote never closed?"),
    (b"PK\x03\x04\x14\x00", "data.csv: this is a spreadsheet (.xlsx, .ods) or a zip archive, expected a text file: "
                            "open it and save it as CSV"),
    (b"\x1f\x8b\x08", "data.csv: this is a gzip archive, expected a text file: open it and save it as CSV"),
    (b"\xd0\xcf\x11\xe0",
     "data.csv: this is an old spreadsheet (.xls), expected a text file: open it and save it as CSV"),
])
def test_what_is_wrong_in_a_file_is_said_with_its_line(data, message):
    assert refusal(data) == message


def test_a_latin_1_file_is_read_when_its_encoding_is_given():
    assert read("n\u00e4me,x\ncaf\u00e9,1\n".encode("latin-1"), encoding="latin-1").columns == ["n\u00e4me", "x"]
    assert read("a,b\n1,2\n".encode("utf-16-le"), encoding="utf-16-le").rows == [["1", "2"]]


@pytest.mark.parametrize("options, message", [
    ({"delimiter": ";;"}, "the delimiter is ';;', expected one character, such as ',' or ';'"),
    ({"delimiter": '"'}, "the delimiter is '\"', expected one character, such as ',' or ';'"),
    ({"delimiter": 1}, "the delimiter is 1, expected one character, such as ',' or ';'"),
    ({"encoding": "utf-9"}, "unknown encoding 'utf-9': expected one such as utf-8, latin-1 or cp1252"),
])
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError) as caught:
        read("a,b\n1,2\n", **options)
    assert str(caught.value) == message


def test_a_file_that_is_not_there_is_refused_with_the_nearest_name(tmp_path, monkeypatch):
    (tmp_path / "iris.csv").write_text("a\n1\n")
    monkeypatch.chdir(tmp_path)
    for path, message in {
        "irs.csv": "irs.csv: no such file (did you mean 'iris.csv'?)",
        "wine.txt": "wine.txt: no such file",
        os.path.join("no", "iris.csv"): f"{os.path.join('no', 'iris.csv')}: no such file",
        ".": ".: this is a directory, expected a CSV file",
    }.items():
        with pytest.raises(DataError) as caught:
            read_csv(path)
        assert str(caught.value) == message


@pytest.mark.parametrize("error, message", [
    (PermissionError(13, "Permission denied"), "a.csv: no permission to read this file"),
    (OSError(5, "Input/output error"), "a.csv: Input/output error"),
])
def test_a_file_that_may_not_be_read_is_refused(monkeypatch, error, message):
    def failing_open(*_):
        raise error

    monkeypatch.setattr(csvfile, "open", failing_open, raising=False)  # root may read everything: so pretend
    with pytest.raises(DataError) as caught:
        read_csv("a.csv")
    assert str(caught.value) == message


def test_standard_input_is_read_for_a_dash(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfa,b\n1,2,3\n")))
    with pytest.raises(DataError) as caught:
        read_csv("-")
    assert str(caught.value) == "standard input, line 2: found 3 cells separated by ',', expected 2 as in line 1"


# --- the example in the package

def test_iris_is_fishers_iris():
    iris = example("iris")
    assert iris.columns == ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]
    means = {  # Fisher's table II, which sums up fifty plants of each species
        "setosa": [5.006, 3.428, 1.462, 0.246],
        "versicolor": [5.936, 2.770, 4.260, 1.326],
        "virginica": [6.588, 2.974, 5.552, 2.026],
    }
    for species, expected in means.items():
        rows = [row for row in iris.rows if row[4] == species]
        assert len(rows) == 50
        assert [round(sum(float(row[i]) for row in rows) / 50, 3) for i in range(4)] == expected
    assert iris.rows[34] == ["4.9", "3.1", "1.5", "0.2", "setosa"]  # misprinted at UCI, as is the next
    assert iris.rows[37] == ["4.9", "3.6", "1.4", "0.1", "setosa"]


def test_no_cell_of_iris_has_changed():
    """The digest was taken when every cell had been compared with the iris of scikit-learn."""
    text = "\n".join(",".join(row) for row in example("iris").rows)
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest == "3675e48b59b4952fc1b32f99bea128568b547185d10dde6ab673a3f0384b55b7"


def test_an_unknown_example_is_refused_with_the_nearest():
    with pytest.raises(OptionError) as caught:
        example("irs")
    assert str(caught.value) == "unknown example 'irs' (did you mean 'iris'?): expected one of iris"


def test_the_example_travels_in_a_zip(tmp_path):
    package = Path(purenet.__file__).parent
    shutil.copytree(package, tmp_path / "tree" / "purenet", ignore=shutil.ignore_patterns("__pycache__"))
    archive = shutil.make_archive(str(tmp_path / "purenet"), "zip", tmp_path / "tree")
    code = "import purenet.csvfile as c; print(c.__file__.count('.zip'), len(c.example('iris').rows))"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": archive},
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.stdout == "1 150\n"


@pytest.mark.parametrize("word", ["?", "NA", "nan", "inf"])
def test_a_first_row_with_a_missing_number_is_a_row(word):
    assert read(f"{word},red,x\n0,red,x\n1,blue,y\n").header is False


def test_sodium_is_a_name():
    assert read("RI,Na,Mg\n1.5,13.6,4.5\n1.6,13.9,3.6\n").columns == ["RI", "Na", "Mg"]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16"])
def test_a_mark_of_four_bytes_is_not_taken_for_one_of_two(encoding):
    assert read("a,b\n1,2\n".encode(encoding), encoding=encoding).rows == [["1", "2"]]


@pytest.mark.parametrize("encoding", ["idna", "undefined"])
def test_an_encoding_of_no_files_is_refused(encoding):
    with pytest.raises(DataError, match=f"this is not {encoding}|not {encoding}"):
        read(b"a,b\n\xe9,2\n", encoding=encoding)
