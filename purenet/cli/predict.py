"""Predict the target of new rows with a trained model.

The columns are found by their names, in any order, and others may stand among them. The rows come out as they are, with
the prediction, and for a class its probability, added as the last columns. If the target's column is among them, the
predictions are scored against it.
"""
from __future__ import annotations

import argparse
import csv
import io
import sys
from itertools import chain, count
from typing import Optional, Sequence, Union

from ..core.errors import DataError
from ..core.storage import write_text
from ..csvfile import read_csv
from ..data import MISSING, NUMBER, Table, numbered, with_points
from ..encoder import counted
from ..model import Classifier, Regressor
from .files import add_file_arguments, load_model, require_place, writing
from .terminal import percent
from .train import mean_absolute_error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("model", metavar="MODEL.json", help="a model that `purenet train -o` wrote")
    parser.add_argument("file", metavar="NEW.csv", help="the rows to predict; - is standard input")
    parser.add_argument("-o", "--output", metavar="OUT.csv", default="-",
                        help="where the rows go (default: -, standard output)")
    add_file_arguments(parser)


def run(options: argparse.Namespace) -> None:
    """Read the model and the rows, and write the rows with their predictions."""
    model = load_model(options.model)
    if not hasattr(model, "encoder_"):
        raise DataError(f"{options.model}: a bare network, which knows no columns; "
                        "expected a model that `purenet train` wrote")
    if options.output != "-":
        require_place(options.output, options.model)
    columns = model.encoder_.columns
    trained_on = model.table_ or {"columns": columns, "target": "target"}
    table = read_csv(options.file, delimiter=options.delimiter, header=options.header, encoding=options.encoding,
                     known_columns=columns)
    data = table.features(columns, model.encoder_.categories, trained_on["columns"], skip_missing=options.skip_missing)
    target = trained_on["target"]
    point = "," if table.has_decimal_commas() else "."
    with table.located(data.kept):
        if isinstance(model, Classifier):
            names = [new_name(f"predicted {target}", table.columns), new_name("probability", table.columns)]
            added = [[str(model.classes_[row.index(max(row))]), f"{max(row):.4f}".replace(".", point)]
                     for row in model.predict_proba(data.rows)]
        else:
            names = [new_name(f"predicted {target}", table.columns)]
            added = [[repr(value).replace(".", point)] for value in model.predict(data.rows)]
    rows = [table.rows[i] + cells for i, cells in zip(data.kept, added)]
    write_rows(options.output, ([table.columns + names] if table.header else []) + rows, table.delimiter)
    if len(data.kept) < len(table.rows):
        print(f"note: {counted(len(table.rows) - len(data.kept), 'row')} with a missing cell left out", file=sys.stderr)
    place = target_place(table, target, trained_on["columns"])
    if place is not None:
        print(end=comparison(model, table, place, data.kept, [cells[0] for cells in added]), file=sys.stderr)


def new_name(name: str, columns: Sequence[str]) -> str:
    """Return a name for a new column, with a number where the columns have it already.

    >>> new_name("probability", ["x", "probability"])
    'probability 2'
    """
    numbered_names = chain([name], (f"{name} {number}" for number in count(2)))
    return next(candidate for candidate in numbered_names if candidate not in columns)


def write_rows(path: str, rows: Sequence[Sequence[str]], delimiter: str) -> None:
    """Write rows as CSV in UTF-8 to a file, whole or not at all, or to standard output for "-"."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    if path == "-":
        if sys.stdout is None:
            raise DataError("standard output is closed, expected it open for the rows, or a file named by -o")
        if hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # as in a file, whatever the terminal could show
        sys.stdout.write(text.getvalue())
    else:
        with writing(path):
            write_text(path, text.getvalue())


def target_place(table: Table, target: str, trained_on: Sequence[str]) -> Optional[int]:
    """Return the place of the target's column, by name or position as Table.match has it, or None without one."""
    if table.header and target in table.columns:
        return table.columns.index(target)
    by_position = not table.header or list(trained_on) == numbered(len(trained_on))
    if by_position and target in trained_on and len(table.columns) == len(trained_on):
        return trained_on.index(target)
    return None


def comparison(model: Union[Classifier, Regressor], table: Table, place: int, kept: Sequence[int],
               predicted: Sequence[str]) -> str:
    """Return a line on how far the predictions agree with the target's column, or nothing where that is empty."""
    cells = [row[place] for row in table.rows]
    against = f"the column {table.columns[place]!r}"
    if isinstance(model, Classifier):
        classes = {str(label) for label in model.classes_}
        pairs = [(cells[i], guess) for i, guess in zip(kept, predicted)
                 if cells[i] not in MISSING - classes]
        right, unseen = sum(cell == guess for cell, guess in pairs), sum(cell not in classes for cell, _ in pairs)
        never = f" ({counted(unseen, 'row')} of a class never seen in training)" if unseen else ""
        return f"{right} of {len(pairs)} agree with {against}: {percent(right, len(pairs))}{never}\n" if pairs else ""
    cells, guesses = with_points(cells, table.delimiter), with_points(predicted, table.delimiter)
    numbers = [(float(cells[i]), float(guess)) for i, guess in zip(kept, guesses) if NUMBER.fullmatch(cells[i])]
    return f"mean absolute error against {against}: {mean_absolute_error(*zip(*numbers)):.4g}\n" if numbers else ""
