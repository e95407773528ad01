"""CSV in: a file read into a table of texts, once its encoding, delimiter and header are found out."""
from __future__ import annotations

import csv
import io
import os
import pkgutil
import sys
from itertools import islice
from typing import Collection, Dict, Iterator, List, Optional, Sequence, Tuple, Union

from .core.errors import DataError, OptionError, brief, choose, did_you_mean
from .data import NUMBER, ColumnName, Table, is_numeric, numbered, position, with_points
from .encoder import counted, listed

Path = Union[str, "os.PathLike[str]"]
Record = Tuple[int, List[str]]  # the line on which it starts, and its cells

EXAMPLES = {"iris": "examples/iris.csv"}
DELIMITERS = "\t;|,"  # the rarest inside a cell first: where two fit every row, the first is taken
LARGEST = 2 ** 27  # bytes of a file that is read, so that its cells fit in memory
NOT_NAMES = {"?", "NA", "N/A", "nan", "NaN", "inf", "-inf"}  # of columns of numbers; "Na" may be sodium
SAMPLE = 100  # records looked at to find the delimiter
BYTE_ORDER_MARKS = {b"\xff\xfe\0\0": "utf-32-le", b"\0\0\xfe\xff": "utf-32-be",  # before the shorter ones
                    b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
BINARY = {
    b"PK\x03\x04": "a spreadsheet (.xlsx, .ods) or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls)",
    b"\x1f\x8b": "a gzip archive",
}
CSV_ERRORS = {  # part of the csv module's message: ours
    "unexpected end of data": "a quote opens in the row that starts here and is never closed",
    "larger than field limit": "a cell is longer than the csv module reads (csv.field_size_limit); "
                               "is a quote never closed?",
    "expected after": "something follows a closing quote; write a quote inside a quoted cell twice",
}


def example(name: str) -> Table:
    """Return a table that travels with the package: "iris", Fisher's 150 irises of three species.

    >>> example("iris").rows[0]
    ['5.1', '3.5', '1.4', '0.2', 'setosa']

    Raises OptionError for another name.
    Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936), as at
    the UCI Machine Learning Repository, but with its two misprinted rows (the 35th and the 38th) as Fisher has them.
    """
    path = choose("example", name, EXAMPLES)
    data = pkgutil.get_data(__name__, path)  # finds it in a folder, a wheel and a zip alike
    assert data is not None, f"{path} was left out of this installation"
    return _parse(name, data, delimiter=",", header=True, encoding="utf-8", known_columns=())


def read_csv(source: Path, *, delimiter: Optional[str] = None, header: Optional[bool] = None, encoding: str = "utf-8",
             known_columns: Collection[ColumnName] = ()) -> Table:
    """Read a CSV file, or standard input for "-", and find out how it is written.

    The delimiter is the one of tab, semicolon, bar and comma by which the most records of the first hundred have as
    many cells as the first, and more than one; a file of one column has none. A byte order mark tells UTF-8 or UTF-16.
    The first row is a header if one of the `known_columns` is in it (a position such as "3" or "-1" aside); otherwise
    if no number is in it, and either a column of numbers is below it or none of its texts comes back in its column.
    Without a header the columns are named "1", "2", ... Blank lines are skipped, and blanks around a cell. Numbers with
    a decimal comma are understood unless the comma is the delimiter.

    Raises DataError naming the file and the line for a file that cannot be read, has no rows or ragged ones, or is not
    text; OptionError for a delimiter or an encoding that is none.
    """
    name, data = _read(source)
    return _parse(name, data, delimiter=delimiter, header=header, encoding=encoding, known_columns=known_columns)


def _read(source: Path) -> Tuple[str, bytes]:
    """Return the name for messages and the bytes of a file, or of standard input for "-"."""
    if source == "-":
        if sys.stdin is None:
            raise DataError("standard input is closed, expected it open for the rows")
        name, data = "standard input", sys.stdin.buffer.read(LARGEST + 1)
    else:
        name = os.fspath(source)
        try:
            with open(name, "rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise DataError(f"{name}: {_why_unreadable(name, error)}") from None
    if len(data) > LARGEST:
        raise DataError(f"{name}: the file has more than {LARGEST} bytes, the most that is read; take fewer rows")
    return name, data


def _why_unreadable(path: str, error: OSError) -> str:
    """Say in a few words why a file could not be read."""
    folder, name = os.path.split(path)
    if os.path.isdir(path):  # first, for Windows speaks of permission here
        return "this is a directory, expected a CSV file"
    if isinstance(error, FileNotFoundError):
        return f"no such file{did_you_mean(name, _names_in(folder or os.curdir))}"
    if isinstance(error, PermissionError):
        return "no permission to read this file"
    return error.strerror or str(error)


def _names_in(folder: str) -> List[str]:
    """Return the names in a folder, or none if it is not there or may not be read."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _decode(name: str, data: bytes, encoding: str) -> str:
    """Return the text of a file; raise DataError for bytes that are none."""
    for start, what in BINARY.items():
        if data.startswith(start):
            raise DataError(f"{name}: this is {what}, expected a text file: open it and save it as CSV")
    mark = next((mark for mark in BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    encoding = BYTE_ORDER_MARKS.get(mark, encoding)
    body = data[len(mark):]
    try:
        text = body.decode(encoding)
    except LookupError:
        raise OptionError(f"unknown encoding {encoding!r}: expected one such as utf-8, latin-1 or cp1252") from None
    except UnicodeDecodeError as error:
        line = body[:error.start].decode("latin-1").count("\n") + 1
        byte = f"byte {error.start + len(mark)} (0x{body[error.start]:02x})"
        raise DataError(f"{name}, line {line}: {byte} is not {encoding}; pass the file's encoding, "
                        "often --encoding latin-1 (encoding='latin-1')") from None
    except UnicodeError as error:
        raise DataError(f"{name}: this is not {encoding}: {error}") from None
    if "\0" in text:
        line = text[:text.index("\0")].count("\n") + 1
        raise DataError(f"{name}, line {line}: found a NUL character, expected text; if the file is UTF-16, "
                        "pass --encoding utf-16 (encoding='utf-16')")
    return text


def _records(name: str, lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """Yield each record that is no blank line; raise DataError where a quote is misplaced."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)
    start = 0
    try:
        for cells in reader:
            if lines[start].strip() or delimiter == "\t" in lines[start]:  # tabs alone are cells, all missing
                yield start + 1, [cell.strip() for cell in cells]
            start = reader.line_num
    except csv.Error as error:
        problem = next((ours for theirs, ours in CSV_ERRORS.items() if theirs in str(error)), str(error))
        raise DataError(f"{name}, line {start + 1}: {problem}") from None


def _find_delimiter(name: str, lines: Sequence[str]) -> str:
    """Return the delimiter by which the most records have as many cells as the first, and more than one."""
    agreeing = dict.fromkeys(DELIMITERS, 0)
    lines = lines[:100 * SAMPLE]  # a file of nothing but blank lines is soon over
    for delimiter in DELIMITERS:
        width = 0
        try:
            for _, cells in islice(_records(name, lines, delimiter), SAMPLE):
                width = width or len(cells)
                agreeing[delimiter] += 1 < width == len(cells)
        except DataError:
            pass  # said when the file is read by the delimiter that was found
    best = max(agreeing, key=agreeing.__getitem__)
    return best if agreeing[best] else ","


def _parse(name: str, data: bytes, *, delimiter: Optional[str], header: Optional[bool], encoding: str,
           known_columns: Collection[ColumnName]) -> Table:
    """Return the table in the bytes of a file."""
    lines = list(io.StringIO(_decode(name, data, encoding), newline=""))
    if delimiter is None:
        delimiter = _find_delimiter(name, lines)
    elif not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise OptionError(f"the delimiter is {delimiter!r}, expected one character, such as ',' or ';'")
    records = list(_records(name, lines, delimiter))
    if not records:
        raise DataError(f"{name}: the file is empty, expected a header and rows below it")
    first_line, first = records[0]
    for line, cells in records:
        if len(cells) != len(first):
            raise DataError(f"{name}, line {line}: found {counted(len(cells), 'cell')} separated by {delimiter!r}, "
                            f"expected {len(first)} as in line {first_line}")
    below = [cells for _, cells in records[1:]]
    if header is None:
        header = _is_header(first, below, delimiter, known_columns)
    columns = _column_names(name, first_line, first) if header else numbered(len(first))
    if header and not below:
        raise DataError(f"{name}: found a header alone ({listed(columns)}), expected rows below it")
    rows = below if header else [first, *below]
    return Table(name, columns, rows, [line for line, _ in records][-len(rows):], header, delimiter)


def _is_header(first: Sequence[str], below: Sequence[Sequence[str]], delimiter: str,
               known_columns: Collection[ColumnName]) -> bool:
    """Say whether the first row names the columns, by the rule of `read_csv`."""
    known = [known_columns] if isinstance(known_columns, (str, int)) else known_columns
    if any(str(column) in first and position(str(column), len(first)) is None for column in known):
        return True
    if any(NUMBER.fullmatch(cell) for cell in with_points(first, delimiter)):
        return False
    columns = list(zip(*below))
    if any(cell in NOT_NAMES and is_numeric(with_points(cells, delimiter))
           for cell, cells in zip(first, columns)):
        return False
    return (any(is_numeric(with_points(cells, delimiter)) for cells in columns)
            or not any(cell in cells for cell, cells in zip(first, columns)))


def _column_names(name: str, line: int, names: Sequence[str]) -> List[str]:
    """Return the names in a header; raise DataError for one that is empty or stands twice."""
    numbers: Dict[str, int] = {}
    for number, column in enumerate(names, 1):
        if not column:
            raise DataError(f"{name}, line {line}: column {number} of the header has no name; give it one, "
                            "or pass --no-header (header=False) if this line is no header")
        if column in numbers:
            raise DataError(f"{name}, line {line}: columns {numbers[column]} and {number} of the header "
                            f"are both named {brief(column)}, expected different names")
        numbers[column] = number
    return list(names)
