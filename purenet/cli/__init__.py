"""The command line, the only place that prints. One module for each command."""
from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Iterable, NoReturn, Optional, Sequence

from .. import __version__
from ..core.errors import PurenetError, did_you_mean

# Each is a module of this folder, which is loaded when it is asked for.
COMMANDS = ("demo", "train", "predict", "explain", "plot", "check", "mistakes", "vectors", "export", "import", "bundle")
MISTAKE = 2  # the exit status, as argparse has it
INTERRUPTED = 130  # that of a command that Ctrl-C has cut short


class Parser(argparse.ArgumentParser):
    """Parse arguments; say the nearest command or option to one that is unknown."""

    def parse_strictly(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the parsed arguments, or exit with 2 and one sentence."""
        words = [word for word in arguments if not word.startswith("-")]
        if words and words[0] not in COMMANDS:
            self.error(f"unknown command {words[0]!r}{did_you_mean(words[0], COMMANDS)}: "
                       f"expected one of {', '.join(COMMANDS)}")
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            name = unknown[0].split("=")[0]
            options.parser.error(f"unknown argument {name!r}"
                                 f"{did_you_mean(name, options.parser._option_string_actions)}")
        return options

    def error(self, message: str) -> NoReturn:
        """Print one sentence and exit with 2."""
        self.exit(MISTAKE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def make_parser(chosen: Iterable[str] = COMMANDS) -> Parser:
    """Return the parser for all commands, or for those that are chosen."""
    parser = Parser(prog="purenet", description="The neural network you can read, trust and carry.")
    parser.add_argument("--version", action="version", version=f"purenet {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in chosen:
        module = import_module("." + (name + "_" if iskeyword(name) else name), __name__)
        description = module.__doc__ or name  # python -OO takes docstrings away
        summary = description.splitlines()[0].rstrip(".")
        command = commands.add_parser(name, help=summary[0].lower() + summary[1:], description=description)
        command.set_defaults(run=module.run, parser=command)
        module.add_arguments(command)
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command and return the exit status: 0; 2 for a mistake, told in one sentence; 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a character that the terminal lacks becomes a question mark
    arguments = sys.argv[1:] if arguments is None else arguments
    chosen = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
    options = make_parser(chosen).parse_strictly(arguments)
    try:
        status = options.run(options)
        print(end="", flush=True)
        return status or 0
    except BrokenPipeError:  # the reader of the pipe has gone, as in `purenet demo | head`
        discard_output()
        return 0
    except PurenetError as error:
        return fail(options, str(error))
    except OSError as error:
        if error.filename is None:  # what has a name is a file; this is the output, on a full disk
            discard_output()
        place = "standard output" if error.filename is None else error.filename or "a file with an empty name"
        return fail(options, f"{place}: {error.strerror}")
    except KeyboardInterrupt:
        return fail(options, "interrupted", INTERRUPTED)


def fail(options: argparse.Namespace, sentence: str, status: int = MISTAKE) -> int:
    """Print the one sentence that tells what went wrong, and return the exit status."""
    print(f"purenet {options.command}: {sentence}", file=sys.stderr)
    return status


def discard_output() -> None:
    """Send what is still to be printed nowhere, or Python would try again at its end, and complain."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
