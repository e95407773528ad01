"""Train a classifier or a regressor on a CSV file.

The target is the column to predict: name it, or give its number (-1 is the last). A part of the rows is held out and
scored; the rest teaches the network. A column of texts becomes one input for each text; numbers are scaled.
"""
from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from typing import Any, Callable, Dict, List, Sequence, Tuple, Union

from ..core.errors import DataError, OptionError
from ..core.network import Network
from ..csvfile import EXAMPLES, example, read_csv
from ..data import WHOLE_NUMBER, Dataset, Table, split
from ..encoder import CellError, counted, listed
from ..explain.document import short
from ..model import Classifier, Regressor
from . import INTERRUPTED
from .files import add_file_arguments, load_model, require_place, writing
from .terminal import WIDTH, Progress, curve, percent, table as aligned, wrapped

EXAMPLE_TARGETS = {"iris": "species"}
HYPERPARAMETERS = {  # name: (type, what it is)
    "activation": (str, "of the hidden layers: relu, tanh, sigmoid or identity"),
    "epochs": (int, "times to go through the rows, at most"),
    "learning_rate": (float, "size of the first steps"),
    "decay": (float, "in epoch t the learning rate is divided by 1 + decay * t"),
    "batch_size": (int, "rows between two steps"),
    "optimizer": (str, "adam, momentum or gradient_descent"),
    "l2": (float, "penalty on large weights"),
    "patience": (int, "stop after so many epochs without a better loss; 0: never"),
    "tolerance": (float, "how much lower a loss has to be to count as better"),
    "validation": (float, "part of the training rows to watch the loss on, for --patience"),
    "init": (str, "how the weights start: glorot, he, uniform or zeros"),
    "seed": (int, "of all the random numbers"),
    "exp": (str, "platform, or portable for the same bits on every machine"),
}
DEFAULTS_IN_WORDS = {"batch_size": "16, or fewer, for at least 20 steps an epoch"}
COLUMN_OPTIONS = {"--ignore": "leave a column out", "--categorical": "take the numbers of a column as texts"}
KINDS = {int: "a whole number", float: "a number"}


def reader(kind: Callable[[str], Any], expected: str) -> Callable[[str], Any]:
    """Return a function for argparse that reads a value of a kind, and says what it expected."""
    def read(text: str) -> Any:
        try:
            return kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected {expected}, found {text!r}") from None
    return read


def sizes(text: str) -> Tuple[int, ...]:
    """Return the sizes in "16,8" as (16, 8), and () for "0": no hidden layer."""
    return () if text == "0" else tuple(int(part) for part in text.split(","))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    defaults = Classifier().get_params()
    parser.add_argument("file", metavar="FILE.csv", nargs="?", help="the rows to learn from; - is standard input")
    parser.add_argument("--example", metavar="NAME", help=f"learn from rows that are built in: {', '.join(EXAMPLES)}")
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict, by name or number (-1 is the last)")
    parser.add_argument("-o", "--output", metavar="MODEL.json", help="write the trained model to this file")
    parser.add_argument("--task", metavar="NAME", help="classification or regression (default: by the target; texts "
                                                       "and whole numbers are classes)")
    parser.add_argument("--test", type=reader(float, "a number"), default=0.2, metavar="PART",
                        help="part of the rows to hold out and score (default 0.2; 0 for none)")
    parser.add_argument("--resumable", action="store_true", help="write also what it takes to go on training")
    parser.add_argument("--resume", metavar="MODEL.json",
                        help="go on with the training in this file, up to --epochs in all; the other options have to "
                             "be those with which it began")
    network = parser.add_argument_group("the network and its training")
    network.add_argument("--hidden", type=reader(sizes, "whole numbers such as 16,8"), default=defaults["hidden"],
                         metavar="16,8",
                         help="units in the hidden layers (default 64; 0 for none)")
    for name, (kind, description) in HYPERPARAMETERS.items():
        network.add_argument("--" + name.replace("_", "-"), default=defaults[name],
                             type=reader(kind, KINDS[kind]) if kind in KINDS else kind,
                             metavar={int: "N", float: "R", str: "NAME"}[kind],
                             help=f"{description} (default {DEFAULTS_IN_WORDS.get(name, defaults[name])})")
    add_file_arguments(parser)
    group = parser.add_argument_group("the columns")
    for name, description in COLUMN_OPTIONS.items():
        group.add_argument(name, action="append", default=[], metavar="COLUMN", help=description + "; again for more")


def run(options: argparse.Namespace) -> int:
    """Read the file, train, save the model, and score the held-out rows; return the exit status."""
    if options.output == "-":
        raise OptionError("-o -: the report goes to standard output, so the model needs the name of a file")
    if options.output is not None:
        require_place(options.output, options.file)
    table, target = read_table(options)
    data = table.dataset(target, task=options.task, ignore=options.ignore, categorical=options.categorical,
                         skip_missing=options.skip_missing)
    train, test = split_rows(table, data, options)
    kind = Classifier if data.task == "classification" else Regressor
    model = kind(hidden=options.hidden, **{name: getattr(options, name) for name in HYPERPARAMETERS})
    model.patience = model.patience or None
    resume, done = options.resume is not None, 0
    if resume:
        model = to_resume(options.resume, model)
        done = model.training_.history.epochs
    name = table.columns[table.index(target)]
    print(wrapped(describe(table, data, name)))
    chosen = f" (chosen by seed {options.seed})" if test else ""
    print(f"{counted(len(train), 'row')} to train on, {len(test)} held out{chosen}", flush=True)
    interrupted, seconds = fit(model, table, data, train, resume, done)
    model.table_ = {"columns": table.columns, "target": name}
    if options.output:
        with writing(options.output):
            model.save(options.output, training=options.resumable or resume or interrupted)
    print(wrapped(describe_network(model.network_) + note_on_constant_columns(model.encoder_.constant_columns)))
    history = model.history_
    if history.loss:
        print(f"\nloss, epoch by epoch\n{curve(history.loss)}")
    now = f", {history.epochs - done} of them now," if done else ""
    print(f"{counted(history.epochs, 'epoch')}{now} in {seconds:.1f} s{ENDINGS[history.stopped]}"
          + ("; interrupted, keeping what was learned so far" if interrupted else ""))
    if test:
        print("\n" + score(model, table, data, train, test))
    if options.output:
        print(f"\nThe model is in {options.output}. To use it: purenet predict {options.output} NEW.csv")
        if interrupted:
            print(f"To go on training, the same command with: --resume {options.output}")
    return INTERRUPTED if interrupted else 0  # though the model is saved: whoever waits learns that it was cut


ENDINGS = {"epochs": "", "callback": "", "patience": " (it had stopped getting better)"}


def to_resume(path: str, model: Union[Classifier, Regressor]) -> Union[Classifier, Regressor]:
    """Return the model in a file, with its training, to go on with the hyperparameters of another model."""
    found = load_model(path)
    if type(found) is not type(model):
        raise DataError(f"{path}: found a {type(found).__name__}, but the target asks for a {type(model).__name__}")
    if not hasattr(found, "training_"):
        raise DataError(f"{path}: the model is there, but not its training; only --resumable or Ctrl-C leaves it there")
    found.set_params(**model.get_params())
    return found


def read_table(options: argparse.Namespace) -> Tuple[Table, str]:
    """Return the table that the options name, and the target column."""
    if (options.file is None) == (options.example is None):
        raise OptionError("expected either a file or --example, as in: purenet train rows.csv --target price")
    if options.example:
        return example(options.example), options.target or EXAMPLE_TARGETS[options.example]
    table = read_csv(options.file, delimiter=options.delimiter, header=options.header, encoding=options.encoding,
                     known_columns=[] if options.target is None else [options.target])
    if options.target is None:
        raise OptionError(f"which column is to be predicted? Name it with --target; "
                          f"the columns of {table.name} are {listed(table.columns)}")
    return table, options.target


def split_rows(table: Table, data: Dataset, options: argparse.Namespace) -> Tuple[List[int], List[int]]:
    """Return the numbers of the rows to train on and of those to hold out."""
    assert data.targets is not None
    if len(data.targets) < 2:
        raise DataError(f"{table.name}: found a single row, expected at least two to learn from")
    if data.task == "classification" and len(set(data.targets)) == 1:
        raise DataError(f"{table.name}: every row has the class {data.targets[0]!r}; expected at least two classes")
    classes = set(map(str, data.targets))
    if (data.task == "classification" and options.task is None and 2 * len(classes) > len(data.targets)
            and all(WHOLE_NUMBER.fullmatch(label) for label in classes)):
        raise DataError(f"{table.name}: the target has {len(classes)} different whole numbers in "
                        f"{len(data.targets)} rows; pass --task regression to predict it as a number, "
                        "or --task classification for classes")
    if options.test == 0:
        return list(range(len(data.targets))), []
    return split(data.targets, options.test, options.seed, stratify=data.task == "classification")


def describe(table: Table, data: Dataset, target: str) -> str:
    """Return one paragraph about the data: its size, its columns and its target."""
    assert data.targets is not None
    texts = sum(isinstance(cell, str) for cell in data.rows[0])
    kinds = [f"{counted(count, 'column')} of {what}"
             for count, what in ((len(data.columns) - texts, "numbers"), (texts, "texts")) if count]
    left_out = len(table.rows) - len(data.rows)
    lines = [f"{table.name}: {counted(len(data.rows), 'row')}, {' and '.join(kinds)}"]
    if left_out:
        lines.append(f"note: {counted(left_out, 'row')} with a missing cell left out")
    if data.task == "regression":
        numbers = [float(value) for value in data.targets]
        lines.append(f"target {target}: numbers from {min(numbers):g} to {max(numbers):g}, so a regression")
        return "\n".join(lines)
    counts = Counter(data.targets).most_common()
    shown = ", ".join(f"{short(str(label))} ({count})" for label, count in counts[:4])
    more = f" and {len(counts) - 4} more" if len(counts) > 4 else ""
    lines.append(f"target {target}: {len(counts)} classes: {shown}{more}")
    if len(counts) > 20 and all(WHOLE_NUMBER.fullmatch(str(label)) for label, _ in counts):
        lines.append("note: these are whole numbers; --task regression predicts them as numbers")
    return "\n".join(lines)


def describe_network(network: Network) -> str:
    """Return one line about a network.

    >>> describe_network(Network([3, 4, 2], loss="cross_entropy"))
    'network 3-4-2: 26 weights and biases, sigmoid and softmax, cross_entropy'
    """
    count = sum(len(W) * len(W[0]) for W in network.weights) + sum(len(b) for b in network.biases or [])
    functions = f"{network.activation} and {network.output}" if len(network.sizes) > 2 else network.output
    return f"network {'-'.join(map(str, network.sizes))}: {count} weights and biases, {functions}, {network.loss_name}"


def note_on_constant_columns(constant: Sequence[str]) -> str:
    """Return a line on the columns that teach nothing, or nothing without any."""
    if len(constant) == 1:
        return f"\nnote: column {constant[0]!r} is the same in every training row; it teaches nothing"
    if constant:
        return f"\nnote: columns {listed(constant, most=4)} are the same in every training row; they teach nothing"
    return ""


def fit(model: Union[Classifier, Regressor], table: Table, data: Dataset, train: Sequence[int],
        resume: bool, done: int) -> Tuple[bool, float]:
    """Train with a progress bar for what is not done; return whether Ctrl-C ended it, and the seconds it took."""
    assert data.targets is not None
    begun = time.monotonic()
    interrupted = False
    left = max(1, model.epochs - done)
    try:
        with table.located([data.kept[i] for i in train]), Progress("training", left) as progress:
            progress.show(0)
            model.fit([data.rows[i] for i in train], [data.targets[i] for i in train], columns=data.columns,
                      callback=lambda epoch, history: progress.show(epoch + 1 - done, f"loss {history.loss[-1]:.4g}"),
                      resume=resume)
    except KeyboardInterrupt:
        if not (hasattr(model, "history_") and model.history_.epochs):
            raise  # there is nothing worth keeping, and a model saved before may be better
        interrupted = True
    return interrupted, time.monotonic() - begun


def score(model: Union[Classifier, Regressor], table: Table, data: Dataset, train: Sequence[int],
          test: Sequence[int]) -> str:
    """Return how well the held-out rows are predicted, beside what knowing nothing would give."""
    assert data.targets is not None
    known, notes = scorable(model, table, data, test)
    if not known:
        return "\n".join([*notes, "no held-out row is left to score"])
    rows, targets = [data.rows[i] for i in known], [data.targets[i] for i in known]
    learned = [data.targets[i] for i in train]
    predicted = model.predict(rows)
    if isinstance(model, Classifier):
        right = sum(a == b for a, b in zip(predicted, targets))
        commonest = Counter(learned).most_common(1)[0][0]
        lucky = sum(label == commonest for label in targets)
        result = wrapped(f"held-out rows: {right} of {len(known)} right, accuracy {percent(right, len(known))}"
                         f" (always saying {short(str(commonest))}: {percent(lucky, len(known))})")
        classes, actual, said = [[str(label) for label in labels] for labels in (model.classes_, targets, predicted)]
        return "\n".join([*notes, result, "", confusion(classes, actual, said)])
    numbers, guesses = [float(value) for value in targets], [float(value) for value in predicted]
    mean = model.target_.mean
    result = wrapped(f"held-out rows: mean absolute error {mean_absolute_error(numbers, guesses):.4g}"
                     f" (always saying the mean, {mean:.4g}: "
                     f"{mean_absolute_error(numbers, [mean] * len(numbers)):.4g})")
    r2 = f"R2 {model.score(rows, numbers):.3f}" if len(set(numbers)) > 1 else \
        "R2 is not defined: all their targets are equal"
    return "\n".join([*notes, result, f"               {r2}"])


def scorable(model: Union[Classifier, Regressor], table: Table, data: Dataset,
             test: Sequence[int]) -> Tuple[List[int], List[str]]:
    """Return the held-out rows without a text that training did not see, and a note on the others."""
    known, notes = [], []
    for i in test:
        try:
            model.encoder_.transform([data.rows[i]])
            known.append(i)
        except CellError as error:
            notes.append(f"note: {table.where(data.kept[i])} is not scored: column {error.column!r}: {error.problem}")
    if len(notes) > 1:
        notes[1:] = [f"note: {counted(len(notes) - 1, 'more row')} not scored, for the like"]
    return known, [wrapped(note) for note in notes]


def mean_absolute_error(numbers: Sequence[float], guesses: Sequence[float]) -> float:
    """Return the mean of |number - guess|."""
    return math.fsum(abs(a - b) / len(numbers) for a, b in zip(numbers, guesses))


def confusion(classes: Sequence[str], actual: Sequence[str], predicted: Sequence[str]) -> str:
    """Return the confusion matrix, or the commonest mistakes where it would be wider than the terminal.

    >>> print(confusion(["no", "yes"], ["no", "yes", "yes"], ["no", "no", "yes"]))
    rows are the actual classes, columns the predicted ones
    actual  |  no  yes
        no  |   1    0
       yes  |   1    1
    """
    counts: Dict[Tuple[str, str], int] = Counter(zip(actual, predicted))
    if all(WHOLE_NUMBER.fullmatch(name) and len(name) < 20 for name in classes):
        classes = sorted(classes, key=int)  # 10 after 9
    names = [short(name) for name in classes]
    numbers = [str(i + 1) for i in range(len(classes))]
    numbered = [f"{name} {number}" for name, number in zip(names, numbers)]
    for heads, labels in (names, names), (numbers, numbered):  # the second is narrower
        rows = [[label, "|", *(str(counts[a, b]) for b in classes)] for a, label in zip(classes, labels)]
        matrix = aligned([["actual", "|", *heads], *rows], indent=0)
        if matrix.index("\n") <= WIDTH:
            return "rows are the actual classes, columns the predicted ones\n" + matrix
    mistakes = [pair for pair in Counter(counts).most_common() if pair[0][0] != pair[0][1]]
    lines = [wrapped(f"{count:4}  {short(a)} taken for {short(b)}") for (a, b), count in mistakes[:10]]
    more = [f"and {len(mistakes) - 10} rarer ones"] if len(mistakes) > 10 else []
    return "\n".join(["the commonest mistakes", *lines, *more]) if mistakes else "no mistakes"
