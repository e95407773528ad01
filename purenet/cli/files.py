"""What train and predict have in common: how a CSV file is to be read, and where a file can be written."""
from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from typing import Iterator

from ..core.errors import DataError

DELIMITER_NAMES = {"tab": "\t", "\\t": "\t"}  # for what is hard to type


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how a CSV file is to be read."""
    group = parser.add_argument_group("the file (found out when not given, but for the encoding)")
    group.add_argument("--delimiter", type=lambda text: DELIMITER_NAMES.get(text, text), metavar="CHAR",
                       help="what stands between two cells: a character, or tab")
    group.add_argument("--header", action=argparse.BooleanOptionalAction, default=None,
                       help="whether the first row names the columns")
    group.add_argument("--encoding", default="utf-8", metavar="NAME",
                       help="such as latin-1, cp1252 or utf-16 (default utf-8)")
    group.add_argument("--skip-missing", action="store_true", help="leave out rows with a missing cell")


def require_place(path: str) -> None:
    """Raise DataError where a file cannot be written, before the work is done that it is to hold."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.isdir(target):
        raise DataError(f"{path}: this is a directory, expected a name for the file to write")
    if not os.path.isdir(folder):
        raise DataError(f"{path}: there is no folder {os.path.dirname(path)!r} to write to; make it first")
    if (os.path.isfile(target) or not os.path.exists(target)) and not os.access(folder, os.W_OK):
        raise DataError(f"{path}: no permission to write in the folder {folder!r}")


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Name the file in an error of the operating system's."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path}: the file could not be written: {error.strerror or error}") from None
