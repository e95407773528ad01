"""What commands have in common: how a CSV file is to be read, which model is in a file, where one can be written."""
from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from typing import Any, Iterator, Optional

from ..core.errors import DataError, OptionError
from ..model import load

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


def load_model(path: str) -> Any:
    """Return the Network, Classifier or Regressor in a file; of a network with the optimizer of its training, that."""
    found = load(path)
    return found[0] if isinstance(found, tuple) else found


def require_place(path: str, read: Optional[str] = None) -> None:
    """Raise DataError where a file cannot be written, before the work is done that it is to hold.

    `read` is a file that is needed as it is, and must not be the same.
    """
    if not path:
        raise OptionError("-o: expected the name of a file, found an empty text")
    if path == "-":
        raise OptionError("-o: expected the name of a file, found '-'; the file of that name is ./-")
    if path.endswith(("/", os.sep)):
        raise DataError(f"{path}: this is the name of a directory, expected a name for the file to write")
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        return  # a pipe or a device
    if read and os.path.exists(path) and os.path.exists(read) and os.path.samefile(path, read):
        raise DataError(f"{path}: this is the file to read, expected another name for the file to write")
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.isdir(target):
        raise DataError(f"{path}: this is a directory, expected a name for the file to write")
    if not os.path.isdir(folder):
        missing = folder if os.path.islink(path) else os.path.dirname(path)
        raise DataError(f"{path}: there is no folder {missing!r} to write to; make it first")
    if not os.access(folder, os.W_OK):
        raise DataError(f"{path}: no permission to write in the folder {folder!r}")
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise DataError(f"{path}: no permission to write over this file")


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Name the file in an error of the operating system's."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path}: the file could not be written: {error.strerror or error}") from None
