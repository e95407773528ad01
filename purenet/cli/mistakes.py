"""Show the gallery of classic wrong backprops, and what the check says to each.

Without a name: all of them, a sentence each. With one: the wrong line beside the right one, the cure, where it was
found, and the report that its gradient gets. The lines are those of purenet/gradcheck/textbook.py, and they run.
"""
from __future__ import annotations

import argparse
import textwrap
from typing import List

from ..core.errors import OptionError, did_you_mean
from ..gradcheck.check import check_backprop
from ..gradcheck.gallery import example
from ..gradcheck.mistakes import MISTAKES
from ..gradcheck.replay import UNKNOWNS, Mistake
from .terminal import WIDTH, wrapped

COLUMN = 2 + max(map(len, MISTAKES))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="the mistake to show in full")


def run(options: argparse.Namespace) -> None:
    """Print the gallery, or one piece of it."""
    if options.name is None:
        print(gallery())
    elif options.name in MISTAKES:
        print(piece(MISTAKES[options.name]))
    else:
        raise OptionError(f"unknown mistake {options.name!r}{did_you_mean(options.name, MISTAKES)}: "
                          "purenet mistakes lists them all")


def gallery() -> str:
    """Return the name and the symptom of every mistake."""
    rows = [hanging(mistake.name, mistake.symptom, COLUMN) for mistake in MISTAKES.values()]
    return "\n".join([*rows, "", f"{len(rows)} mistakes. In full: purenet mistakes NAME"])


def piece(mistake: Mistake) -> str:
    """Return everything that is known about a mistake, and the report on an example of it."""
    parts = [mistake.name, "-" * len(mistake.name), wrapped(mistake.symptom), ""]
    for right, wrong in mistake.lines:
        parts += [hanging("  right", right, 9), hanging("  wrong", wrong, 9), ""]
    parts.append(hanging("Cure:", mistake.cure, 6))
    if mistake.source:
        parts.append(hanging("Found:", mistake.source[0].upper() + mistake.source[1:] + ".", 7))
    if mistake.when:
        parts.append(hanging("Needs:", ", ".join(condition.words for condition in mistake.when) + ".", 7))
    name, net, X, y, gradients, _ = example(mistake)
    number = f" with {mistake.unknown} = {UNKNOWNS[mistake.unknown]:g}" if mistake.unknown else ""
    network = (f"On a {name} network, activation {net.activation}, output {net.output}, {net.loss_name}, "
               f"{net.reduction} over {len(X)} examples, this mistake{number} gets the report:")
    return "\n".join([*parts, "", textwrap.fill(network, WIDTH), "", str(check_backprop(net, X, y, gradients))])


def hanging(label: str, text: str, column: int) -> str:
    """Return a label and, from a column on, a text in as many lines as it needs.

    >>> print(hanging("Cure:", "Add up over the examples, " * 3, 6))
    Cure: Add up over the examples, Add up over the examples, Add up over the
          examples,
    """
    lines: List[str] = textwrap.wrap(text, WIDTH - column, break_long_words=False, break_on_hyphens=False)
    return "\n".join((label if number == 0 else "").ljust(column) + line for number, line in enumerate(lines))
