"""What `explain` and `plot` are about: a network, the examples of one step, and the names of all that they show."""
from __future__ import annotations

import argparse
import os
import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from ..core.errors import DataError, OptionError, did_you_mean, positive, whole
from ..core.network import Network
from ..core.training import History, Snapshot
from ..csvfile import EXAMPLES, example, read_csv
from ..data import Dataset, Table
from ..encoder import Text, counted, listed
from ..explain.scale import Scale
from ..model import Classifier, Regressor, class_targets
from . import tutorial
from .files import add_file_arguments, load_model
from .terminal import Progress

FEW = 6  # rows of a file that are taken when none are chosen
SNAPSHOTS = 100
PIECE = 200  # epochs of training, at most, between two looks at the clock
LAYERS = {2: ([3, 1], tutorial.FIRST_COLUMN), 3: ([3, 4, 1], tutorial.EXCLUSIVE_OR)}


class Subject(NamedTuple):
    """A network and the examples of a step, with the names of its inputs and outputs and the labels of the examples."""

    network: Network
    X: List[List[float]]
    y: List[List[float]]
    learning_rate: float
    inputs: List[str]  # a column of texts has one for each text: colour=red
    outputs: List[str]  # the classes (of two the second, whose probability it is), or the target
    examples: List[str]
    title: str
    notes: List[str]  # what was decided without being asked, in sentences
    saved: bool  # whether it comes from a file, so that what it has learned already is not known here
    encoding: Optional[Dict[str, Any]] = None  # the columns that X was made of, and the cells of its examples

    @property
    def scales(self) -> List[Optional[Scale]]:
        """Return one for each input, None for a text's; none if X is as in the file."""
        return column_scales(self.encoding)[:len(self.inputs)]

    @property
    def target_scale(self) -> Optional[Scale]:
        """Return the scale of the target, the last column where it is scaled; None where it is not."""
        return next(iter(column_scales(self.encoding)[len(self.inputs):]), None)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what a command is about."""
    parser.add_argument("model", metavar="MODEL.json", nargs="?",
                        help="a model or a network that was saved (default: the tutorial's network)")
    parser.add_argument("file", metavar="FILE.csv", nargs="?",
                        help=f"rows for it, with their targets; - is standard input; {listed(list(EXAMPLES))} comes "
                             "along")
    group = parser.add_argument_group("the step")
    group.add_argument("--layers", type=int, metavar="N",
                       help="of the tutorial's networks the one of 2 or of 3 layers (default 3, for exclusive or)")
    group.add_argument("--rows", metavar="0:4,9",
                       help=f"the rows to learn from, counted from 0; 0:4 is 0 to 3 (default: {FEW}, from first to "
                            "last)")
    group.add_argument("--target", metavar="COLUMN", help="the column of the targets (default: as in training)")
    group.add_argument("--learning-rate", type=float, metavar="R",
                       help="size of the step (default 1, or the model's own)")
    group.add_argument("--epoch", type=int, metavar="N", default=0,
                       help="first train for N epochs, by such steps")
    add_file_arguments(parser)
    parser.set_defaults(most_rows=FEW)  # None for all of them


def read(options: argparse.Namespace) -> Subject:
    """Return what the options name, trained for the epochs that they say.

    Raises PurenetError for what cannot be read, or does not fit together.
    """
    subject = of_tutorial(options) if options.model is None else of_file(options)
    if options.learning_rate is not None:
        subject = subject._replace(learning_rate=positive("--learning-rate", options.learning_rate))
    return subject


def of_tutorial(options: argparse.Namespace) -> Subject:
    """Return one of the tutorial's two networks and its examples."""
    layers = 3 if options.layers is None else options.layers
    if layers not in LAYERS:
        raise OptionError(f"--layers must be {' or '.join(map(str, LAYERS))}, found {layers}")
    if options.target is not None:
        raise OptionError("--target is for the rows of a file, as in: purenet explain MODEL.json FILE.csv "
                          "--target COLUMN")
    sizes, targets = LAYERS[layers]
    rows = list(range(len(tutorial.X))) if options.rows is None else \
        chosen_rows(options.rows, len(tutorial.X), "the tutorial")
    X = [[float(x) for x in tutorial.X[i]] for i in rows]
    what = "exclusive or" if layers == 3 else "the first input"
    return Subject(
        tutorial.tutorial_network(sizes), X, [[float(t) for t in targets[i]] for i in rows], 1.0,
        [f"x{i}" for i in range(sizes[0])], ["y"], [" ".join(map(str, tutorial.X[i])) for i in rows],
        f"the tutorial's network {'-'.join(map(str, sizes))}, which learns {what}", [], False)


def of_file(options: argparse.Namespace) -> Subject:
    """Return a saved network or model, with rows of a file."""
    if options.layers is not None:
        raise OptionError("--layers chooses one of the tutorial's networks, but a model is given")
    model = load_model(options.model)
    if options.file is None:
        raise OptionError(f"a step needs rows to learn from, as in: purenet {options.command} {options.model} ROWS.csv")
    known = model.encoder_.columns if hasattr(model, "encoder_") else []
    if options.file in EXAMPLES and not os.path.exists(options.file):
        table = example(options.file)
    else:
        table = read_csv(options.file, delimiter=options.delimiter, header=options.header, encoding=options.encoding,
                         known_columns=[*known, *([options.target] if options.target else [])])
    return of_network(model, table, options) if isinstance(model, Network) else of_model(model, table, options)


def of_network(network: Network, table: Table, options: argparse.Namespace) -> Subject:
    """Return a bare network with rows that hold its inputs and then its targets."""
    width, targets = network.sizes[0], network.sizes[-1]
    if options.target is not None:
        raise OptionError("--target is for a model that knows its columns; a bare network takes the last ones")
    if len(table.columns) != width + targets:
        raise DataError(f"{table.name}: found {counted(len(table.columns), 'column')}, expected {width + targets}: "
                        f"the network's {counted(width, 'input')} and then its {counted(targets, 'target')}")
    data = table.features(table.columns, [None] * len(table.columns), skip_missing=options.skip_missing)
    data, labels, notes = some_rows(table, data, options)
    return Subject(
        network, [row[:width] for row in data.rows], [row[width:] for row in data.rows], 1.0,  # type: ignore[misc]
        table.columns[:width], table.columns[width:], labels,
        f"the network {'-'.join(map(str, network.sizes))} in {options.model}, with rows of {table.name}",
        notes, True)


def of_model(model: Union[Classifier, Regressor], table: Table, options: argparse.Namespace) -> Subject:
    """Return the network of a model, with rows as its encoder shows them to it."""
    columns, network = model.encoder_.columns, model.network_
    target = model.table_["target"] if model.table_ else "target"
    training = model.table_["columns"] if model.table_ else [*columns, target]
    if options.target is not None:
        target = table.columns[table.index(options.target)]
    if target not in (table.columns if table.header else training):
        raise DataError(f"{table.name}: no column {target!r}{did_you_mean(target, table.columns)}, which holds the "
                        "targets to learn from; name another with --target")
    if target in columns:
        raise DataError(f"{table.name}: the column {target!r} is an input of the model, and cannot be its target")
    classes = [str(label) for label in model.classes_] if isinstance(model, Classifier) else None
    data = table.features([*columns, target], [*model.encoder_.categories, classes], training,
                          skip_missing=options.skip_missing)
    data, labels, notes = some_rows(table, data, options)
    with table.located(data.kept):
        X = model.encoder_.transform([row[:-1] for row in data.rows])
        y = [wanted(model, table.where(kept), i, row[-1]) for i, (kept, row) in enumerate(zip(data.kept, data.rows))]
    inputs, outputs = unit_names(model, target)
    extra = f", with the penalty l2 {model.l2:g}" if model.l2 else ""
    notes.append(f"The model was trained by {model.optimizer}{extra}; a step of plain gradient descent is shown, on "
                 f"these rows alone, with the model's learning_rate {model.learning_rate:g}.")
    if isinstance(model, Regressor):
        notes.append(f"The network sees the target {target} scaled: (value - {model.target_.mean:.6g}) / "
                     f"{model.target_.deviation:.6g}.")
    return Subject(
        network, X, y, model.learning_rate, inputs, outputs, labels,
        f"the {model.kind} {'-'.join(map(str, network.sizes))} in {options.model}, with rows of {table.name}",
        notes, True, encoding_of(model, target, data))


def encoding_of(model: Union[Classifier, Regressor], target: str, data: Dataset) -> Dict[str, Any]:
    """Return the columns that a model scales or spells out, with what they were scaled by, and their cells."""
    columns = model.encoder_.to_dict()["columns"]
    if isinstance(model, Regressor):
        columns.append({"kind": "number", **model.target_._replace(name=target)._asdict()})
    return {"columns": columns, "cells": [row[:len(columns)] for row in data.rows]}


def column_scales(encoding: Optional[Dict[str, Any]]) -> List[Optional[Scale]]:
    """Return how each number that an encoding makes of its columns was scaled: None for a text's, which is 0 or 1.

    >>> column_scales({"columns": [{"kind": "text", "texts": ["no", "yes"]},
    ...                            {"kind": "number", "mean": 5.0, "deviation": 2.0}]})
    [None, None, Scale(mean=5.0, deviation=2.0)]
    """
    scales: List[Optional[Scale]] = []
    for column in encoding["columns"] if encoding else []:
        scales += [None] * len(column["texts"]) if column["kind"] == "text" else [
            Scale(column["mean"], column["deviation"])]
    return scales


def unit_names(model: Union[Classifier, Regressor], target: str) -> Tuple[List[str], List[str]]:
    """Return the names of the inputs and of the outputs of a model's network; `target` is the column it predicts."""
    inputs = [name for column in model.encoder_.inputs for name in
              ([f"{column.name}={text}" for text in column.texts] if isinstance(column, Text) else [column.name])]
    if not isinstance(model, Classifier):
        return inputs, [target]
    classes = [str(label) for label in model.classes_]
    return inputs, classes[1:] if len(classes) == 2 else classes


def wanted(model: Union[Classifier, Regressor], where: str, row: int, cell: Any) -> List[float]:
    """Return what the network's outputs should be for a target as it stands in a file."""
    if not isinstance(model, Classifier):
        return model.target_.encode(row, cell)
    classes = [str(label) for label in model.classes_]
    if cell not in classes:
        raise DataError(f"{where}: found the class {cell!r}{did_you_mean(cell, classes)}, never seen in training: "
                        f"expected {listed(classes)}")
    return class_targets(classes.index(cell), len(classes))


def some_rows(table: Table, data: Dataset, options: argparse.Namespace) -> Tuple[Dataset, List[str], List[str]]:
    """Return the data of the chosen rows alone, their labels, and a note if nobody chose them."""
    notes = []
    if options.rows is not None:
        rows = chosen_rows(options.rows, len(table.rows), table.name)
        gone = sorted(set(rows) - set(data.kept))
        if gone:
            raise DataError(f"{table.where(gone[0])}: row {gone[0]} has a missing cell, expected another row in --rows")
        rows = [data.kept.index(row) for row in rows]
    else:
        rows = spread(len(data.kept), options.most_rows or len(data.kept))
        if len(rows) < len(data.kept):
            notes.append(f"{len(rows)} of the {len(table.rows)} rows, from the first to the last; choose others with "
                         "--rows, such as --rows 0:4.")
    kept = [data.kept[i] for i in rows]
    return data._replace(rows=[data.rows[i] for i in rows], kept=kept), [f"row {row}" for row in kept], notes


def spread(n: int, most: int) -> List[int]:
    """Return at most so many of the numbers 0 to n - 1, evenly spread from the first to the last.

    >>> spread(150, 6), spread(3, 6)
    ([0, 29, 59, 89, 119, 149], [0, 1, 2])
    """
    return list(range(n)) if n <= most else [i * (n - 1) // (most - 1) for i in range(most)]


def chosen_rows(text: str, n: int, name: str) -> List[int]:
    """Return the numbers of the rows in a text such as "0:4,9", where there are n rows.

    >>> chosen_rows("0:3,9", 10, "rows.csv"), chosen_rows(":2", 10, "rows.csv"), chosen_rows("8:", 10, "rows.csv")
    ([0, 1, 2, 9], [0, 1], [8, 9])

    Raises OptionError for what is no such text, for a row that there is not, and for none.
    """
    rows: List[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,12})\s*|\s*(\d{0,12})\s*:\s*(\d{0,12})\s*", part, re.ASCII)
        if not found:
            raise OptionError(f"--rows: expected row numbers such as 0:4,9, found {text!r}")
        one, start, end = found.groups()
        numbers = [int(one)] if one else range(int(start or 0), int(end or n))
        if numbers and numbers[-1] >= n:
            raise OptionError(f"--rows {text}: {name} has {counted(n, 'row')}, from 0 to {n - 1}; found "
                              f"{numbers[-1]}")
        rows += numbers
    if not rows:
        raise OptionError(f"--rows {text}: no row is in this, expected at least one, such as 0:4")
    return rows


def snapshot_epochs(epochs: int) -> List[int]:
    """Return the numbers of epochs after which there are snapshots: at most 100, closer together at the beginning.

    >>> snapshot_epochs(60000)[:5], snapshot_epochs(60000)[-2:], snapshot_epochs(0)
    ([0, 6, 24, 55, 97], [58794, 60000], [0])
    """
    return sorted({k * k * epochs // (SNAPSHOTS - 1) ** 2 for k in range(SNAPSHOTS)})


def train(subject: Subject, epochs: int) -> History:
    """Train a subject's network by gradient descent on all its examples; return the history, with its snapshots.

    Raises OptionError for a number of epochs below 0; DivergenceError when the numbers outgrow a float.
    """
    history, network = History(), subject.network
    with Progress("training", max(1, whole("--epoch", epochs, at_least=0))) as progress:
        progress.show(0)
        for epoch in snapshot_epochs(epochs):
            while history.epochs < epoch:  # in pieces, to show how far it is: a callback would take fit's quickest way
                history.loss += network.fit(subject.X, subject.y, epochs=min(PIECE, epoch - history.epochs),
                                            learning_rate=subject.learning_rate).loss
                progress.show(history.epochs)
            history.snapshots.append(Snapshot(epoch, network.weights, network.biases))
    return history
