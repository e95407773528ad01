"""Take one training step apart: every number, its formula, its shapes, and which example pushes which weight.

Without arguments it is the first step of the tutorial's network. A model that `purenet train` wrote takes the rows of a
file, and so does a saved network: they hold its inputs, and then its targets.
"""
from __future__ import annotations

import argparse
import sys
from typing import Callable, Dict, List

from ..core.errors import OptionError, choose
from ..core.storage import write_text
from ..explain import text
from ..explain.document import Block, Paragraph, to_markdown, to_text
from ..explain.text import Names
from ..explain.trace import Trace
from . import subject
from .files import require_place, writing
from .subject import Subject
from .terminal import shows, shows_colour
from .train import reader

TUTORIAL_EPOCHS = {2: 10_000, 3: 60_000}  # for which the tutorial trains its network of so many layers


def place(text: str) -> List[int]:
    """Return the numbers in "1,0,2"."""
    return [int(part) for part in text.split(",")]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    subject.add_arguments(parser)
    look = parser.add_argument_group("look closer at one thing").add_mutually_exclusive_group()
    look.add_argument("--step", metavar="NAME", help="one matrix, such as delta1, and every element's formula")
    look.add_argument("--weight", metavar="1,0,2", type=reader(place, "whole numbers such as 1,0,2"),
                      help="one weight: its layer (from 1), input and unit (from 0), here W1[0][2]; two numbers for a "
                           "bias")
    look.add_argument("--example", metavar="N", type=reader(int, "a whole number"),
                      help="the story of one example, counted from 0 in the step")
    output = parser.add_argument_group("the output")
    output.add_argument("--format", metavar="NAME", help="text, markdown, json or html (default text)")
    output.add_argument("--html", metavar="PAGE.html",
                        help="write a page to take apart: --format html -o PAGE.html; it goes through training, the "
                             "tutorial's own, or --epoch N")
    output.add_argument("-o", "--output", metavar="FILE", help="write to this file, not to standard output")


def run(options: argparse.Namespace) -> None:
    """Trace a step and write what is asked for."""
    if options.html is not None:
        if options.format not in (None, "html") or options.output is not None:
            raise OptionError("--html PAGE.html is --format html -o PAGE.html: expected no other format or file")
        options.format, options.output = "html", options.html
    options.format = options.format or "text"
    write = choose("format", options.format, FORMATS)
    closer = [option for option in CLOSER if getattr(options, option) is not None]
    if closer and options.format not in REPORTS:
        raise OptionError(f"--{closer[0]} is for {' and '.join(REPORTS)}; {options.format} holds every step")
    if options.output is not None:
        for path in (options.model, options.file):
            require_place(options.output, path)
    result = write(subject.read(options), options)
    if options.output is None:
        if options.format != "text" and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # as in a file, whatever the terminal could show
        print(end=result)
        return
    with writing(options.output):
        write_text(options.output, result)
    if options.format == "html":
        print(f"The page is in {options.output} ({len(result.encode('utf-8')) / 1000:.0f} kB). "
              "Open it in a browser; it needs no network.")


def as_text(chosen: Subject, options: argparse.Namespace) -> str:
    """Return the report as text; in colour where it goes to a terminal that shows it."""
    if options.output is not None:
        return to_text(report(chosen, options))
    return to_text(report(chosen, options), shows_colour(sys.stdout), not shows("·⊙ᵀ²", sys.stdout))


def as_markdown(chosen: Subject, options: argparse.Namespace) -> str:
    """Return the report as Markdown."""
    return to_markdown(report(chosen, options))


def as_json(chosen: Subject, options: argparse.Namespace) -> str:
    """Return the trace as JSON."""
    return traced(chosen, options).to_json() + "\n"


def as_page(chosen: Subject, options: argparse.Namespace) -> str:
    """Return a page that goes through training: that of --epoch, or the tutorial's own."""
    from ..explain.html import page  # only now: nobody else needs what it reads

    epochs = options.epoch or (0 if chosen.saved else TUTORIAL_EPOCHS[len(chosen.network.sizes)])
    history = subject.train(chosen, epochs)
    return page(chosen.network, chosen.X, chosen.y, chosen.learning_rate, history.snapshots, chosen.inputs,
                chosen.outputs, chosen.examples, chosen.title[0].upper() + chosen.title[1:], chosen.encoding)


REPORTS: Dict[str, Callable[[Subject, argparse.Namespace], str]] = {"text": as_text, "markdown": as_markdown}
FORMATS = {**REPORTS, "json": as_json, "html": as_page}
CLOSER = {"step": text.one_step, "weight": text.one_weight, "example": text.one_example}


def report(chosen: Subject, options: argparse.Namespace) -> List[Block]:
    """Return the whole step, or what is looked at more closely."""
    trace = traced(chosen, options)
    names = Names(chosen.inputs, chosen.outputs, chosen.examples, chosen.scales)
    for option, look in CLOSER.items():
        if getattr(options, option) is not None:
            return look(trace, names, getattr(options, option))  # type: ignore[operator, no-any-return]
    about = [f"This is {chosen.title}. {learned(chosen, options.epoch)}", *chosen.notes]
    return [*text.report(trace, names, about), Paragraph(
        f"To look closer, add --step delta{trace.setting.last}, --weight 1,0,0 or --example 0; to train first, --epoch "
        "1000; for a page to take apart, --html page.html.")]


def traced(chosen: Subject, options: argparse.Namespace) -> Trace:
    """Return the trace of the step after the epochs of --epoch."""
    if options.epoch:
        subject.train(chosen, options.epoch)
    trace: Trace = chosen.network.trace(chosen.X, chosen.y, chosen.learning_rate)
    return trace


def learned(chosen: Subject, epochs: int) -> str:
    """Return a sentence on what the network has learned before the step."""
    if epochs:
        return (f"Before this step it was trained for {epochs:,} epochs{' more' if chosen.saved else ''}, each a step "
                "like this one.")
    return "The step starts from the weights in the file." if chosen.saved else "It has not learned anything yet."
