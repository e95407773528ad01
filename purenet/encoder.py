"""What a network sees of a row: numbers standardised, texts one-hot, with what was learned about each column.

Apart from data.py because it knows nothing of files: a row is a list of floats and texts, wherever it came from.
Rows are counted from 0, as Python does; `CellError` carries the row, so that whoever knows the file can name the line.
"""
from __future__ import annotations

import math
from collections import Counter
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Union

from .core.errors import DataError, brief, did_you_mean, elements
from .core.storage import Fields

Cell = Union[float, str]


class CellError(DataError):
    """Report one cell by its `row` (counted from 0), its `column` (a name) and its `problem`."""

    def __init__(self, row: int, column: str, problem: str):
        super().__init__(row, column, problem)  # the three as given, so that the error survives pickling
        self.row, self.column, self.problem = row, column, problem

    def __str__(self) -> str:
        return f"row {self.row}, column {brief(self.column)}: {self.problem}"


def listed(names: Sequence[str], most: int = 10) -> str:
    """Return the names in one line, no more than `most` of them.

    >>> listed(["red", "green", "blue"], most=2)
    "'red', 'green' and 1 more"
    """
    shown = ", ".join(brief(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def counted(n: int, noun: str) -> str:
    """Return the number and the noun.

    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{n} {noun}{'' if n == 1 else 's'}"


class Number(NamedTuple):
    """A column of numbers: z = (x - mean) / deviation."""

    name: str
    mean: float
    deviation: float
    constant: bool

    @classmethod
    def learn(cls, name: str, values: Sequence[float]) -> Number:
        """Learn mean = sum(x) / n and deviation = sqrt(sum((x - mean)^2) / n); of equal values, deviation 1.

        >>> Number.learn("age", [1.0, 3.0])
        Number(name='age', mean=2.0, deviation=1.0, constant=False)

        Summed by math.fsum, which rounds once, so that the bits are the same on every Python. The values are first
        scaled by a power of two to at most 1, so that no square overflows; the second mean, of the differences,
        takes back what rounding the first one cost.
        Source: T. Chan, G. Golub and R. LeVeque, "Algorithms for computing the sample variance", The American
        Statistician 37 (1983): the corrected two-pass algorithm.
        """
        if min(values) == max(values):
            return cls(name, values[0], 1.0, True)
        exponent = math.frexp(max(abs(value) for value in values))[1]
        scaled = [math.ldexp(value, -exponent) for value in values]
        mean = math.fsum(scaled) / len(scaled)
        differences = [value - mean for value in scaled]
        rest = math.fsum(differences) / len(scaled)
        variance = math.fsum((difference - rest) ** 2 for difference in differences) / len(scaled)
        deviation = math.ldexp(math.sqrt(variance), exponent)
        return cls(name, math.ldexp(mean, exponent), deviation or 1.0, not deviation)

    def encode(self, row: int, cell: Cell) -> List[float]:
        """Return [z]; raise CellError for a text, or for a number so far off that z is no float."""
        if isinstance(cell, str):
            raise CellError(row, self.name, f"found the text {brief(cell)}, expected a number as in training")
        z = (cell - self.mean) / self.deviation
        if math.isinf(z):  # the difference of two huge numbers may overflow though z does not
            z = (cell / 2 - self.mean / 2) / self.deviation * 2
        if math.isinf(z):
            raise CellError(row, self.name, f"found {cell!r}, too far from the training rows (mean {self.mean!r}, "
                                            f"deviation {self.deviation!r})")
        return [z]


class Text(NamedTuple):
    """A column of texts: one input for each text seen in training, 1 where it is the cell's and 0 elsewhere."""

    name: str
    texts: List[str]

    @property
    def constant(self) -> bool:
        """Say whether training saw one text only."""
        return len(self.texts) == 1

    @classmethod
    def learn(cls, name: str, values: Iterable[str]) -> Text:
        """Learn the texts, in sorted order.

        >>> Text.learn("colour", ["red", "blue", "red"]).encode(0, "red")
        [0.0, 1.0]
        """
        return cls(name, sorted(set(values)))

    def encode(self, row: int, cell: Cell) -> List[float]:
        """Return the one-hot list; raise CellError for a number, or for a text that training did not see."""
        if not isinstance(cell, str):
            raise CellError(row, self.name, f"found {cell!r}, expected a text as in training: {listed(self.texts)}")
        if cell not in self.texts:
            raise CellError(row, self.name, f"found the text {brief(cell)}, never seen in training"
                                            f"{did_you_mean(cell, self.texts)}: expected {listed(self.texts)}")
        return [1.0 if cell == text else 0.0 for text in self.texts]


Column = Union[Number, Text]


class Encoder:
    """Turn rows of numbers and texts into rows of floats, by what the training rows taught.

    >>> encoder = Encoder.learn([[1, "red"], [3, "blue"]], ["age", "colour"])
    >>> encoder.transform([[2, "blue"], [5, "red"]])
    [[0.0, 1.0, 0.0], [3.0, 0.0, 1.0]]

    `inputs` holds the learned columns, each a Number or a Text.
    """

    def __init__(self, inputs: Sequence[Column]):
        self.inputs = list(inputs)

    @classmethod
    def learn(cls, rows: Iterable[Any], columns: Optional[Sequence[str]] = None) -> Encoder:
        """Learn from (n_rows, n_columns) cells; without names, the columns are called x0, x1, ...

        Raises DataError for no rows, ragged rows or names that do not fit; CellError for a cell that is neither a
        finite number nor a text, and for a column that mixes the two.
        """
        rows = _as_list(rows)
        if not rows:
            raise DataError("no rows to learn from, expected at least one")
        if columns is None:
            columns = [f"x{i}" for i in range(len(_row(0, rows[0])))]
        columns = _check_names(columns)
        return cls([_learn_column(name, values) for name, values in zip(columns, zip(*_cells(rows, columns)))])

    @property
    def columns(self) -> List[str]:
        """Name the columns, in the order in which rows must hold them."""
        return [column.name for column in self.inputs]

    @property
    def categories(self) -> List[Optional[List[str]]]:
        """List, for each column, the texts seen in training, or None where it holds numbers."""
        return [column.texts if isinstance(column, Text) else None for column in self.inputs]

    @property
    def constant_columns(self) -> List[str]:
        """Name the columns that were the same in every training row: they teach nothing."""
        return [column.name for column in self.inputs if column.constant]

    @property
    def width(self) -> int:
        """Count the floats in a transformed row: one for a number, one for each text of a column of texts."""
        return sum(len(column.texts) if isinstance(column, Text) else 1 for column in self.inputs)

    def transform(self, rows: Iterable[Any]) -> List[List[float]]:
        """Return (n_rows, width) floats for (n_rows, n_columns) cells.

        Raises DataError for ragged rows, CellError for a cell of the wrong kind or a text never seen in training.
        """
        return [
            [z for column, cell in zip(self.inputs, cells) for z in column.encode(row, cell)]
            for row, cells in enumerate(_cells(_as_list(rows), self.columns))
        ]

    def to_dict(self) -> Dict[str, Any]:
        """Return what was learned as plain data for JSON; `from_dict` gives the same bits back.

        >>> Encoder.learn([[1], [3]], ["age"]).to_dict()
        {'columns': [{'kind': 'number', 'name': 'age', 'mean': 2.0, 'deviation': 1.0, 'constant': False}]}
        """
        kinds = {kind: name for name, kind in KINDS.items()}
        return {"columns": [{"kind": kinds[type(column)], **column._asdict()} for column in self.inputs]}

    @classmethod
    def from_dict(cls, data: Any, place: str = "encoder") -> Encoder:
        """Return the encoder that `to_dict` wrote; `place` is how to call it in a message.

        Raises DataError for a field that is missing, unknown or wrong.
        """
        fields = Fields(data, place)
        entries = fields.take("columns", list)
        fields.finish()
        encoder = cls([_read_column(entry, f"{place}: columns[{i}]") for i, entry in enumerate(entries)])
        try:
            _check_names(encoder.columns)
        except DataError as error:
            raise DataError(f"{place}: {error}") from None
        return encoder


def _learn_column(name: str, values: Sequence[Cell]) -> Column:
    """Learn a Text from texts and a Number from numbers; the first row says which it should be."""
    kind = type(values[0])
    for row, value in enumerate(values):
        if type(value) is not kind:
            raise CellError(row, name, f"found {brief(value)} in a column that starts with {brief(values[0])}: "
                                       f"expected all numbers or all texts")
    return Text.learn(name, values) if kind is str else Number.learn(name, values)  # type: ignore[arg-type]


def _as_list(rows: Iterable[Any]) -> List[Any]:
    """Return the rows as a list; raise DataError for something that holds none."""
    try:
        return list(rows)
    except TypeError:
        raise DataError(f"rows are {brief(rows)}, expected a list of rows") from None


def _row(number: int, row: Any) -> Sequence[Any]:
    """Return the row if it is a sequence of cells: a list, a tuple, a NumPy row."""
    if isinstance(row, (str, bytes, dict, set)) or not hasattr(row, "__len__"):
        raise DataError(f"row {number} is {brief(row)}, expected a list of numbers and texts")
    return row  # type: ignore[no-any-return]


def _cells(rows: Sequence[Any], columns: Sequence[str]) -> List[List[Cell]]:
    """Return the rows with every cell a finite float or a str."""
    for number, row in enumerate(rows):
        if len(_row(number, row)) != len(columns):
            raise DataError(f"row {number} has {counted(len(row), 'cell')}, expected {len(columns)}: {listed(columns)}")
    return [[_cell(number, name, cell) for name, cell in zip(columns, row)] for number, row in enumerate(rows)]


def _cell(row: int, column: str, cell: Any) -> Cell:
    """Return the cell as a str or a finite float; whatever behaves as a number is one, except a truth value."""
    if isinstance(cell, str):
        return str.__str__(cell)  # also of an Enum
    if type(cell) is float and math.isfinite(cell):  # nearly every cell, so without further questions
        return cell
    found = "None, a missing cell" if cell is None else brief(cell)
    truth_value = type(cell).__name__ in ("bool", "bool_")  # by name: NumPy's own is no subclass of bool
    try:
        if truth_value or hasattr(cell, "__len__"):  # float() would take b"1" and an array of one number
            raise TypeError
        value = float(cell)
    except OverflowError:
        raise CellError(row, column, "found a number too large for a float") from None
    except (TypeError, ValueError):
        fix = "; write 0 or 1, or a text" if truth_value else ""
        raise CellError(row, column, f"found {found}, expected a number or a text{fix}") from None
    if not math.isfinite(value):
        raise CellError(row, column, f"found {value}, expected a finite number")
    return value


def _check_names(columns: Any) -> List[str]:
    """Return the names as a list; raise DataError unless they are texts, at least one and all different."""
    names: Optional[List[Any]] = elements(columns)
    if names is None or not all(isinstance(name, str) for name in names):
        raise DataError(f"column names are {brief(columns)}, expected a list of texts")
    if not names:
        raise DataError("no columns to learn from, expected at least one")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise DataError(f"the column name {brief(name)} stands {times} times, expected different names")
    return names


KINDS: Dict[str, Any] = {"number": Number, "text": Text}


def _read_column(entry: Any, place: str) -> Column:
    """Return the column that an entry of the saved list describes, every field checked."""
    fields = Fields(entry, place)
    kind, name = fields.take("kind", str), fields.take("name", str)
    column: Column
    if kind == "number":
        mean, deviation = fields.take("mean", float), fields.take("deviation", float)
        column = Number(name, mean, deviation, fields.take("constant", bool))
        fits = deviation > 0
    elif kind == "text":
        texts = fields.take("texts", list)
        column = Text(name, texts)
        fits = bool(texts) and all(isinstance(text, str) for text in texts) and texts == sorted(set(texts))
    else:
        raise DataError(f"{place}: the field 'kind' is {brief(kind)}, expected number or text")
    fields.finish()
    if not fits:
        expected = "a deviation above 0" if kind == "number" else "sorted texts, all different, at least one"
        raise DataError(f"{place}: found {brief(column)}, expected {expected}")
    return column
