"""Check gradients: those of a Python file, or those in a JSON file that any language wrote.

FILE.py is executed. It defines gradients(weights, biases, X, y), which returns the gradients of the loss in the shapes
of weights and biases, and is tried on several networks; if they are not of the usual kind, it says so in a dict such as
network = {"loss": "cross_entropy", "reduction": "sum"}, or the options below do. Or it defines f(x), gradient(x) and x,
for a function of any kind.

The exit status is 0 if they are right, 1 if not, 3 if it cannot be told, and 2 if there was nothing to judge: the file
is missing, raises an error, or returns another shape.
"""
from __future__ import annotations

import argparse
import contextlib
import copy
import json
import os
import sys
import threading
import traceback
from types import ModuleType
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from ..core.errors import DataError, OptionError, PurenetError, brief, refuse_unknown, whole
from ..gradcheck.cases import MOST_WEIGHTS, Case, read_cases, sample_cases
from ..gradcheck.check import check_backprop
from ..gradcheck.exact import MOST_DIGITS
from ..gradcheck.function import check_gradient
from ..gradcheck.given import given_gradients
from ..gradcheck.report import WORDS, Report
from . import discard_output
from .terminal import wrapped
from .train import reader

MANY = 8  # reports, of which each still has its line
OUTPUT, ERRORS = 1, 2  # descriptors
LONGEST = 300  # characters of the text of somebody's error
STATUS = {"pass": 0, "fail": 1, "undecidable": 3}
NETWORK_OPTIONS = {  # name: what it is
    "activation": "of the hidden layers: sigmoid, tanh, relu or identity (default sigmoid)",
    "output": "activation of the last layer (default: what the loss is made for, else as the hidden layers)",
    "loss": "squared_error, mean_squared_error, binary_cross_entropy or cross_entropy (default squared_error)",
    "reduction": "mean or sum over the examples (default mean)",
}
WANTED = "gradients(weights, biases, X, y), or f, gradient and x"

Result = Tuple[str, Report]


def sizes(text: str) -> List[int]:
    """Return the sizes in "3,4,1" as [3, 4, 1]."""
    return [int(part) for part in text.split(",")]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("file", metavar="FILE.py", nargs="?", help="the functions to check; this file is executed")
    parser.add_argument("--against", metavar="GRADIENTS.json",
                        help="judge the numbers in this file instead: network, X, y and gradients; or gradients for "
                             "the cases that purenet vectors wrote")
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.add_argument("--digits", type=reader(int, "a whole number"), metavar="N",
                        help="take the reference to so many digits, such as 50 and at least 40, by two routes that "
                             "must agree")
    group = parser.add_argument_group("the networks to try gradients() on")
    group.add_argument("--sizes", type=reader(sizes, "whole numbers such as 3,4,1"), metavar="3,4,1",
                       help="inputs, units of each layer, outputs (default: four shapes with one hidden layer); up to "
                            f"{MOST_WEIGHTS:,} weights, and what a minute or two will do")
    for name, description in NETWORK_OPTIONS.items():
        group.add_argument("--" + name, metavar="NAME", help=description)
    group.add_argument("--no-bias", dest="bias", action="store_const", const=False, help="networks without biases")
    group.add_argument("--seed", type=reader(int, "a whole number"), metavar="N",
                       help="of the random weights and examples (default 1)")


def run(options: argparse.Namespace) -> int:
    """Check what the options name, print the reports, and return the exit status."""
    if (options.file is None) == (options.against is None):
        raise OptionError("expected either a Python file or --against, as in: purenet check mine.py")
    if options.digits is not None:
        whole("--digits", options.digits, at_most=MOST_DIGITS)
    given = {name: getattr(options, name) for name in (*NETWORK_OPTIONS, "sizes", "bias", "seed")
             if getattr(options, name) is not None}
    output = sys.stdout
    if options.against is not None:
        if given:
            raise OptionError(f"{option(next(iter(given)))}: the network is in {options.against}")
        results = [(case.name, check_backprop(*case[1:5], options.digits, case.dtype))
                   for case in read_cases(options.against)]
    else:
        with quietly():
            results = check_file(options.file, given, options.digits)
    verdict = overall([report.verdict for _, report in results])
    if options.json:
        checks = [{"name": name, **report.to_dict()} for name, report in results]
        text = json.dumps({"verdict": verdict, "checks": checks}, indent=1)
    else:
        text = shown(results)
    try:
        print(text, file=output, flush=True)
    except BrokenPipeError:  # as in `purenet check mine.py | head`: the verdict stands, whoever has gone
        discard_output()
    return STATUS[verdict]


def option(name: str) -> str:
    """Return how an option is written on the command line.

    >>> option("seed"), option("bias")
    ('--seed', '--no-bias')
    """
    return "--no-bias" if name == "bias" else "--" + name


def overall(verdicts: List[str]) -> str:
    """Return one verdict for several networks: wrong on one is wrong; right on one, where no other says more, right.

    >>> overall(["pass", "undecidable"]), overall(["pass", "fail"]), overall(["undecidable"])
    ('pass', 'fail', 'undecidable')
    """
    return next(verdict for verdict in ("fail", "pass", "undecidable") if verdict in verdicts)


def shown(results: List[Result]) -> str:
    """Return the reports as text: of several a line each, and then in full the one that says most.

    Of many, those that are right are only counted, and the others come the worst first.
    """
    if len(results) == 1:
        return str(results[0][1])
    lines, listed = [], results
    if len(results) > MANY:
        counts = {verdict: sum(report.verdict == verdict for _, report in results) for verdict in WORDS}
        lines = [f"{len(results)} networks: " + ", ".join(f"{count} {WORDS[verdict]}"
                                                          for verdict, count in counts.items() if count), ""]
        listed = [result for verdict in WORDS for result in results if verdict == result[1].verdict != "pass"]
    lines += [wrapped(f"{name}: {report.sentence()}") for name, report in listed[:MANY]]
    if len(listed) > MANY:
        lines.append(f"and {len(listed) - MANY} more like these")
    name, report = most_telling(results)
    return "\n".join([*lines, *([""] if listed else []), f"{name} in full", "", str(report)])


def most_telling(results: List[Result]) -> Result:
    """Return the result to show in full: the first of the worst whose mistake is that of most of them.

    What is named on one network alone may be what the mistake comes to there: with one output, say.
    """
    verdict = overall([report.verdict for _, report in results])
    worst = [result for result in results if result[1].verdict == verdict]
    named = [report.mistakes[0].name if report.mistakes else "" for _, report in worst]
    return worst[max(range(len(worst)), key=lambda i: (named[i] != "", named.count(named[i])))]


def check_file(path: str, given: Dict[str, Any], digits: Any) -> List[Result]:
    """Run a file and check the functions that it defines."""
    names = executed(path)
    if "gradients" in names:
        network = names.get("network", {})
        if not isinstance(network, dict):
            raise DataError(f"{path}: network must be a dict such as {{'loss': 'cross_entropy'}}, "
                            f"found {brief(network)}")
        known = (*NETWORK_OPTIONS, "sizes", "bias", "seed")
        refuse_unknown(f"{path}: network", [name for name in network if name not in known], known)
        with located(f"{path}: network") if network else contextlib.nullcontext():
            cases = sample_cases(**{**network, **given})
        return [(case.name, check_backprop(*case[1:4], judged(names["gradients"], case, path), digits))
                for case in cases]
    if "f" in names and "gradient" in names and "x" in names:
        unfit = [*given, *([] if digits is None else ["digits"])]
        if unfit:
            raise OptionError(f"{option(unfit[0])}: {path} defines f and gradient, not gradients of a network")
        with located(path):
            return [("x", check_gradient(names["f"], names["gradient"], names["x"]))]
    found = ", ".join(name for name in names if not name.startswith("_")) or "nothing"
    raise DataError(f"{path}: expected it to define {WANTED}; found {found}")


def executed(path: str) -> Dict[str, Any]:
    """Run a Python file, which may import what lies beside it, and return the names that it defines."""
    with open(path, "rb") as file:
        source = file.read()
    module = ModuleType("__checked__")
    module.__file__ = path
    sys.modules[module.__name__] = module  # where a dataclass looks for the names in its annotations
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    own = set(vars(module))
    with located(path):
        exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return {name: value for name, value in vars(module).items() if name not in own and name != "__builtins__"}


def judged(gradients: Callable[..., Any], case: Case, path: str) -> List[float]:
    """Return the numbers that the function finds for a case; it gets copies, which it may change."""
    if not callable(gradients):
        raise DataError(f"{path}: gradients must be a function (weights, biases, X, y), found {brief(gradients)}")
    weights, biases, X, y = copy.deepcopy((case.net.weights, case.net.biases, case.X, case.y))
    with located(path, f", on the network {case.name}"):
        return given_gradients(case.net, gradients(weights, biases, X, y))


@contextlib.contextmanager
def located(path: str, where: str = "") -> Iterator[None]:
    """Turn whatever somebody's file raises, or is refused for, into a sentence with the file and the line."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too, whose status would pass for a verdict
        line = line_in(path, error)
        raise DataError(f"{path}{f', line {line}' if line else ''}: {described(error, path)}{where}") from None


def line_in(path: str, error: BaseException) -> Optional[int]:
    """Return the last line of a file that an error, or the one behind it, has gone through; None if there is none."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    frames = [frame for each in (error.__cause__, error) if each is not None
              for frame in traceback.extract_tb(each.__traceback__) if frame.filename == path]
    return frames[-1].lineno if frames else None


def described(error: BaseException, path: str) -> str:
    """Return the type and the text of an error in one line; of an error of purenet's, which is a sentence, the text."""
    try:
        text = error.msg if isinstance(error, SyntaxError) and error.filename == path else str(error)
    except Exception:  # the file's own type, and its own mistake
        text = "(an error whose text cannot be read)"
    text = " ".join(text.split())
    text = text if len(text) <= LONGEST else text[:LONGEST - 3] + "..."
    return text if isinstance(error, PurenetError) else ": ".join(filter(None, [type(error).__name__, text]))


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Send what somebody's file prints to standard error: the report alone goes to standard output.

    The descriptor is turned over too, for what libraries and other processes print. Where the file has left a thread
    running, sys.stdout stays as it is then, for that may still print.
    """
    output, threads = sys.stdout, threading.active_count()
    print(end="", flush=True)
    kept = turned_over()
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        if kept is not None:
            print(end="", file=output, flush=True)
            os.dup2(kept, OUTPUT)
            os.close(kept)
        if threading.active_count() <= threads:
            sys.stdout = output


def turned_over() -> Optional[int]:
    """Let the descriptor of standard output write to standard error; return one that still writes to the former.

    None where one of them is closed, or the host has none.
    """
    if sys.stdout is None or sys.stderr is None:
        return None
    try:
        kept = os.dup(OUTPUT)
        os.dup2(ERRORS, OUTPUT)
        return kept
    except OSError:
        return None
