"""From texts to examples: columns found by name, cells turned into numbers, texts and targets, rows held out.

One of three steps: csvfile.py reads a file into a Table of texts, this module makes examples of it, and encoder.py
learns from examples what a network sees of them. The latter two serve data from Python as well as from a file.
"""
from __future__ import annotations

import math
import re
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Collection, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from .core.errors import DataError, OptionError, brief, choose, did_you_mean
from .core.rng import MersenneTwister
from .encoder import Cell, CellError, counted, listed

ColumnName = Union[str, int]  # a name, or a number from 1 on
Columns = Dict[int, Sequence[Optional[Cell]]]  # place in a row: the column's values, None where missing

LONGEST_NAME = 60  # characters of a column's name, to be repeated in a message; its number does as well
MOST_TEXTS = 100  # different texts in a column; more is a name or a number plate, and teaches nothing
# Stricter than float(), which also takes 1_000 and the digits of every script; 1. and .5 are numbers.
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE_NUMBER = re.compile(r"[+-]?\d+", re.ASCII)
INFINITE = re.compile(r"[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
POSITION = re.compile(r"-?\d{1,9}", re.ASCII)
MISSING = {"", "NA", "N/A", "?", "null", "None"}  # in a column of texts, as written here
MISSING_NUMBER = {cell.lower() for cell in MISSING} | {"nan"}  # in a column of numbers, in capitals or not


class Dataset(NamedTuple):
    """The examples in a table, ready for an Encoder: `kept` says which row of the table each one is."""

    columns: List[str]
    rows: List[List[Cell]]
    targets: Optional[List[Cell]]
    task: Optional[str]
    kept: List[int]


@dataclass
class Table:
    """The cells of a file as texts; `lines` holds the line on which each row starts.

    >>> from purenet.csvfile import example
    >>> iris = example("iris")
    >>> len(iris.rows), iris.columns[-1], iris.where(0)
    (150, 'species', 'iris, line 2')
    """

    name: str
    columns: List[str]
    rows: List[List[str]] = field(repr=False)
    lines: List[int] = field(repr=False)
    header: bool
    delimiter: str

    def where(self, row: int) -> str:
        """Return the file and the line of a row (counted from 0), to start a message with."""
        return f"{self.name}, line {self.lines[row]}"

    @contextmanager
    def located(self, kept: Optional[Sequence[int]] = None) -> Iterator[None]:
        """Name the file and the line in a CellError raised inside; `kept` maps its rows to the table's.

        >>> from purenet.csvfile import example
        >>> with example("iris").located():
        ...     raise CellError(3, "species", "found 7")
        Traceback (most recent call last):
        ...
        purenet.core.errors.DataError: iris, line 5, column 'species': found 7
        """
        try:
            yield
        except CellError as error:
            row = error.row if kept is None else kept[error.row]
            raise DataError(f"{self.where(row)}, column {brief(error.column)}: {error.problem}") from None

    def has_decimal_commas(self) -> bool:
        """Say whether numbers are written with a decimal comma here.

        >>> Table("t.csv", ["a"], [["3,14"], ["2,5"]], [1, 2], False, ";").has_decimal_commas()
        True
        """
        columns = [self._cells(i) for i in range(len(self.columns))]
        return any(with_points(cells, self.delimiter) != cells for cells in columns)

    def index(self, column: ColumnName) -> int:
        """Return a column's place in a row: by name, else by its number from 1, or from the end: -1 is the last.

        >>> from purenet.csvfile import example
        >>> example("iris").index("species"), example("iris").index(1), example("iris").index("-1")
        (4, 0, 4)

        Raises DataError, with the nearest name and the columns there are.
        """
        if column in self.columns:
            return self.columns.index(str(column))
        place = position(str(column), len(self.columns))
        if place is None:
            raise DataError(f"{self.name}: no column {brief(column)}{did_you_mean(column, self.columns)}; "
                            f"the columns are {listed(self.columns)}")
        return place

    def match(self, columns: Sequence[str], training_columns: Sequence[str] = ()) -> List[int]:
        """Return the place of each column that a model was trained on: in another order, among others, all the same.

        By name; where this file or the one of training (all of whose columns are `training_columns`) has no header,
        by position: then the file must hold just the columns asked for, or as many as the one of training.

        >>> from purenet.csvfile import example
        >>> example("iris").match(["petal_width", "sepal_width"])
        [3, 1]

        Raises DataError naming the columns that are missing, or saying how many columns were expected.
        """
        training = list(training_columns or columns)
        absent = [column for column in columns if column not in self.columns]
        if self.header and not absent:
            return [self.columns.index(column) for column in columns]
        if self.header and training != numbered(len(training)):
            raise DataError(f"{self.name}: columns of the training data are missing here: {listed(absent)}"
                            f"{did_you_mean(absent[0], self.columns)}; the columns are {listed(self.columns)}")
        layouts = {len(layout): list(layout) for layout in (training, columns)}
        if len(self.columns) not in layouts:
            counts = " or ".join(str(count) for count in sorted(layouts))
            raise DataError(f"{self.name}: found {counted(len(self.columns), 'column')}, matched by position for want "
                            f"of a header here or in training, expected {counts}: {listed(training)}")
        return [layouts[len(self.columns)].index(column) for column in columns]

    def dataset(self, target: Optional[ColumnName] = None, *, task: Optional[str] = None,
                ignore: Collection[ColumnName] = (), categorical: Collection[ColumnName] = (),
                skip_missing: bool = False) -> Dataset:
        """Turn the cells into examples: each column numbers or texts, the target classes or numbers.

        A column is numbers when more than half of its cells (those missing not counted) are, else texts. A cell is
        missing when it is empty or NA, N/A, ?, null, None, and in numbers also NaN. In a column named `categorical`,
        and in the target when the task is given as "classification", every cell that is not empty is taken as it
        stands. A class is the text in the file. The task is found by `target_kind` unless given.

        >>> from purenet.csvfile import example
        >>> iris = example("iris").dataset("species", ignore=["petal_length"])
        >>> iris.columns, iris.rows[0], iris.targets[0], iris.task
        (['sepal_length', 'sepal_width', 'petal_width'], [5.1, 3.5, 0.2], 'setosa', 'classification')

        Raises DataError naming line and column for a text among numbers, infinity, a number too large for a float, and
        a missing cell (skip_missing=True leaves those rows out), and for a column of more than 100 different texts.
        """
        goal = None if target is None else self.index(target)
        ignored = {self.index(column) for column in ignore}
        as_it_stands = {self.index(column) for column in categorical}
        places = [i for i in range(len(self.columns)) if i != goal and i not in ignored]
        if goal in ignored:
            raise OptionError(f"the target {target!r} is among the columns to ignore")
        if goal in as_it_stands:
            if task == "regression":
                raise OptionError(f"the target {target!r} of a regression cannot be categorical")
            task = "classification"
        if not places:
            raise DataError(f"{self.name}: no column is left to learn from beside the target and those ignored")
        values: Columns = {i: self._texts(i, {""}) if i in as_it_stands else self._guess(i) for i in places}
        if goal is not None:
            task, values[goal] = self._targets(goal, task)
        return self._dataset(places, values, goal, task, skip_missing)

    def features(self, columns: Sequence[str], categories: Sequence[Optional[Collection[str]]],
                 training_columns: Sequence[str] = (), skip_missing: bool = False) -> Dataset:
        """Return this table's rows for a model: its columns (see `match`), of its kinds (see `Encoder.categories`).

        >>> from purenet.csvfile import example
        >>> example("iris").features(["petal_width", "species"], [None, ["setosa", "virginica"]]).rows[0]
        [0.2, 'setosa']

        Raises DataError for a missing column, a missing cell, or a text in a column of numbers.
        """
        places = self.match(columns, training_columns)
        values: Columns = {
            i: self._numbers(i, "as in training") if texts is None else self._texts(i, MISSING - set(texts))
            for i, texts in zip(places, categories)
        }
        return self._dataset(places, values, None, None, skip_missing)._replace(columns=list(columns))

    def _cells(self, i: int) -> List[str]:
        return [row[i] for row in self.rows]

    def _refusal(self, row: int, i: int, problem: str) -> DataError:
        return DataError(f"{self.where(row)}, column {brief(self.columns[i])}: {problem}")

    def _guess(self, i: int) -> Sequence[Optional[Cell]]:
        """Return a column, None where missing: as numbers if more than half of its cells are, else as texts."""
        name = self.columns[i] if len(self.columns[i]) <= LONGEST_NAME else str(i + 1)
        if is_numeric(with_points(self._cells(i), self.delimiter)):
            return self._numbers(i, f"as in most of the column; correct it, or pass --categorical {name} "
                                    f"(categorical=[{name!r}]) or --ignore {name} (ignore=[{name!r}])")
        texts = self._texts(i, MISSING)
        different = len(set(texts) - {None})
        if different > MOST_TEXTS:
            raise DataError(f"{self.name}: column {name!r} holds {different} different texts, more than "
                            f"{MOST_TEXTS}: an identifier teaches nothing; pass --ignore {name} (ignore=[{name!r}]), "
                            f"or --categorical {name} (categorical=[{name!r}]) to use them all the same")
        return texts

    def _targets(self, i: int, task: Optional[str]) -> Tuple[str, Sequence[Optional[Cell]]]:
        """Return the task, and the classes or numbers of the target column."""
        if task is not None:
            choose("task", task, {"classification": None, "regression": None})
        cells = with_points(self._cells(i), self.delimiter)
        if (task or target_kind(cells)) == "regression":
            return "regression", self._numbers(i, "as the target of a regression; correct it, "
                                                  "or pass --task classification (task='classification')")
        if task:
            return task, self._texts(i, {""})
        whole = {cell for cell in cells if cell.lower() in MISSING_NUMBER}
        return "classification", self._texts(i, whole if is_numeric(cells) else MISSING)

    def _texts(self, i: int, missing: Collection[str]) -> List[Optional[str]]:
        """Return the texts of a column, None for those that mean a missing cell."""
        return [None if cell in missing else cell for cell in self._cells(i)]

    def _numbers(self, i: int, why: str) -> List[Optional[float]]:
        """Return the numbers of a column, None where missing."""
        cells = with_points(self._cells(i), self.delimiter)
        self._refuse_thousands(i, [row for row, cell in enumerate(cells) if cell != self.rows[row][i]])
        values: List[Optional[float]] = []
        for row, cell in enumerate(cells):
            if cell.lower() in MISSING_NUMBER:
                values.append(None)
            elif INFINITE.fullmatch(cell):
                raise self._refusal(row, i, f"found {brief(cell)}, infinity, expected a finite number")
            elif not NUMBER.fullmatch(cell):
                header = "" if row or self.header else "; if this row names the columns, pass --header (header=True)"
                raise self._refusal(row, i, f"found {brief(cell)}, expected a number {why}{header}")
            elif math.isinf(float(cell)):
                raise self._refusal(row, i, f"found {brief(cell)}, too large for a float, "
                                            f"expected at most {sys.float_info.max:.3g}")
            else:
                values.append(float(cell))
        return values

    def _refuse_thousands(self, i: int, commas: Sequence[int]) -> None:
        """Raise DataError if every number written with a comma, in these rows, could be one of thousands: 1,234.

        Semicolons come from places that write 3,14; behind a tab or a bar there is no telling.
        """
        if commas and self.delimiter != ";" and all(THOUSANDS.fullmatch(self.rows[row][i]) for row in commas):
            cell = self.rows[commas[0]][i]
            point, without = (brief(cell.replace(",", instead))[1:-1] for instead in (".", ""))
            raise self._refusal(commas[0], i, f"found {brief(cell)}, which may mean {point} or {without}; "
                                              "write it without the comma")

    def _complete(self, values: Columns, skip_missing: bool) -> List[int]:
        """Return the rows in which no cell is missing; raise DataError for the first other one unless skipping."""
        missing = sorted((row, i) for i, column in values.items() for row, value in enumerate(column) if value is None)
        gone = {row for row, _ in missing}
        if missing and not skip_missing:
            row, i = missing[0]
            cell = self.rows[row][i]
            found = f"found {cell!r}, a missing cell" if cell else "the cell is empty"
            raise self._refusal(row, i, f"{found} ({counted(len(missing), 'missing cell')} in all, in {len(gone)} of "
                                        f"{counted(len(self.rows), 'row')}); pass --skip-missing (skip_missing=True) "
                                        "to leave such rows out")
        kept = [row for row in range(len(self.rows)) if row not in gone]
        if not kept:
            raise DataError(f"{self.name}: every row has a missing cell; ignore the columns that lack the most")
        return kept

    def _dataset(self, places: Sequence[int], values: Columns, goal: Optional[int],
                 task: Optional[str], skip_missing: bool) -> Dataset:
        """Put the columns side by side again, without the rows in which a cell is missing."""
        kept = self._complete(values, skip_missing)
        whole: Dict[int, Sequence[Cell]] = values  # type: ignore[assignment]  # no None is left in the rows kept
        targets = None if goal is None else [whole[goal][row] for row in kept]
        rows = [[whole[i][row] for i in places] for row in kept]
        return Dataset([self.columns[i] for i in places], rows, targets, task, kept)


def target_kind(cells: Sequence[str]) -> str:
    """Return "regression" for numbers that are not all whole, else "classification"; missing cells do not count.

    >>> target_kind(["0", "1"]), target_kind(["yes", "no"]), target_kind(["0.5", "1"])
    ('classification', 'classification', 'regression')
    """
    fraction = any(NUMBER.fullmatch(cell) and not WHOLE_NUMBER.fullmatch(cell) for cell in cells)
    return "regression" if fraction and is_numeric(cells) else "classification"


def split(labels: Union[int, Sequence[object]], fraction: float, seed: int,
          stratify: bool = True) -> Tuple[List[int], List[int]]:
    """Choose at random which rows to train on and which, `fraction` of them, to hold out as a test; both in order.

    For classes, pass the labels: of n rows of a class, fraction * n are then held out, rounded up or down (up for the
    largest remainders, until the sum is right), and at least one row stays for training. For a regression, pass the
    number of rows.

    >>> split(["a", "a", "a", "a", "b", "b", "c"], 0.4, seed=1)
    ([0, 3, 5, 6], [1, 2, 4])
    >>> split(5, 0.4, seed=1)
    ([0, 3, 4], [1, 2])

    Raises DataError where no row can be held out; OptionError for a fraction that is not between 0 and 1.
    """
    if isinstance(fraction, bool) or not isinstance(fraction, (int, float)) or not 0 < fraction < 1:
        raise OptionError(f"the fraction to hold out is {fraction!r}, expected a number between 0 and 1, such as 0.2")
    classes = [None] * labels if isinstance(labels, int) else list(labels) if stratify else [None] * len(labels)
    rows = list(range(len(classes)))
    MersenneTwister(seed).shuffle(rows)
    sizes = Counter(classes[row] for row in rows)  # in shuffled order, so that chance decides between equal remainders
    quota = {label: int(size * fraction) for label, size in sizes.items()}
    wanted = max(1, int(len(rows) * fraction + 0.5))
    larger_remainder = sorted(sizes, key=lambda label: quota[label] - sizes[label] * fraction)
    able = [label for label in larger_remainder if quota[label] < min(sizes[label] * fraction, sizes[label] - 1)]
    for label in able[:max(0, wanted - sum(quota.values()))]:
        quota[label] += 1
    if not any(quota.values()):
        raise DataError(f"nothing can be held out of {counted(len(rows), 'row')}, as one row"
                        f"{' of each class' if len(sizes) > 1 else ''} must stay for training; add rows, or train "
                        "without a test (--test 0)")
    test = []
    for row in rows:
        if quota[classes[row]]:
            quota[classes[row]] -= 1
            test.append(row)
    return sorted(set(rows) - set(test)), sorted(test)


def numbered(width: int) -> List[str]:
    """Return the names of the columns of a file without a header: "1", "2", ..."""
    return [str(i + 1) for i in range(width)]


def position(column: str, width: int) -> Optional[int]:
    """Return the index that "1" (the first column) or "-1" (the last) stands for, or None if there is none."""
    if not POSITION.fullmatch(column) or not 1 <= abs(int(column)) <= width:
        return None
    return int(column) - 1 if int(column) > 0 else width + int(column)


def with_points(cells: Sequence[str], delimiter: str) -> List[str]:
    """Return a column's cells with its decimal commas as points; a column that holds a number with a point has none.

    >>> with_points(["3,14", "2", "n,a"], ";"), with_points(["3,14", "2.5"], ";")
    (['3.14', '2', 'n,a'], ['3,14', '2.5'])
    """
    if delimiter == "," or any("." in cell and NUMBER.fullmatch(cell) for cell in cells):
        return list(cells)
    return [cell.replace(",", ".") if NUMBER.fullmatch(cell.replace(",", ".")) else cell for cell in cells]


def is_numeric(cells: Sequence[str]) -> bool:
    """Say whether more than half of the cells, those missing not counted, are numbers."""
    present = [cell for cell in cells if cell.lower() not in MISSING_NUMBER]
    return 2 * sum(bool(NUMBER.fullmatch(cell) or INFINITE.fullmatch(cell)) for cell in present) > len(present)
