"""What the commands draw in a terminal: tables, a curve, a progress bar."""
from __future__ import annotations

import math
import os
import shutil
import sys
import textwrap
import time
from typing import List, Sequence, TextIO

WIDTH = 80


def wrapped(text: str) -> str:
    """Return text with the lines that are too long for the terminal broken between words.

    >>> print(wrapped("note: " + "many words " * 10))
    note: many words many words many words many words many words many words many
      words many words many words many words
    """
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
                     for line in text.splitlines())


def shows_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal that takes colours, and nobody has asked for none.

    Source: no-color.org: the variable NO_COLOR, if it is there and not empty, asks for none.
    """
    known = os.name == "posix" or "WT_SESSION" in os.environ  # other consoles of Windows would show the codes
    return known and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def shows(letters: str, stream: TextIO) -> bool:
    """Return whether a stream can show these letters."""
    try:
        letters.encode(stream.encoding or "ascii")
    except UnicodeError:
        return False
    return True


def percent(part: int, whole: int) -> str:
    """Return a part as a percentage.

    >>> percent(29, 30)
    '96.7 %'
    """
    return f"{100 * part / whole:.1f} %"


def table(rows: Sequence[Sequence[str]], indent: int = 2) -> str:
    """Return rows of cells with the columns aligned to the right.

    >>> print(table([["w1", "w2"], ["0.25", "-1"]]))
        w1  w2
      0.25  -1
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    return "\n".join(" " * indent + "  ".join(cell.rjust(width) for cell, width in zip(row, widths)) for row in rows)


def curve(values: Sequence[float], width: int = 64, height: int = 10) -> str:
    """Return a curve of the values over their numbers 1, 2, ..., drawn in characters from the smallest to the largest.

    >>> print(curve([4.0, 2.0, 1.9, 1.0], width=4, height=4))
            4 |*
              |
              | **
            1 |   *
              +----
               1  4
    """
    columns = _resampled(values, min(width, len(values)))
    low, high = min(columns), max(columns)
    heights = [round((value - low) / (high - low or 1.0) * (height - 1)) for value in columns]
    labels = {height - 1: f"{high:.3g}", 0: f"{low:.3g}"}
    lines = []
    for level in range(height - 1, -1, -1):
        marks = "".join("*" if at == level else " " for at in heights)
        lines.append(f"{labels.get(level, ''):>9} |{marks}".rstrip())
    lines.append(f"{'':9} +{'-' * len(columns)}")
    last = str(len(values))
    lines.append(f"{'':11}1{last.rjust(len(columns) - 1)}" if len(columns) > 1 else f"{'':11}1")
    return "\n".join(lines)


def _resampled(values: Sequence[float], width: int) -> List[float]:
    """Return the values at as many evenly spread places as there are columns."""
    return [values[i * (len(values) - 1) // max(1, width - 1)] for i in range(width)]


class Progress:
    """Show how far a long job is, on one line of the terminal that is overwritten; in a pipe, show nothing.

    A context manager, which wipes the line at its end.
    """

    def __init__(self, label: str, total: int):
        self.label = label
        self.total = total
        self.begun = time.monotonic()
        self.shown = -math.inf
        self.on_terminal = sys.stderr.isatty()

    def show(self, done: int, note: str = "") -> None:
        """Show that `done` of the total are done, at most ten times a second, and the time left once that is known."""
        now = time.monotonic()
        if not self.on_terminal or now - self.shown < 0.1:
            return
        self.shown = now
        left = f"  {clock((now - self.begun) / done * (self.total - done))} left" if done else ""
        filled = 20 * done // self.total
        bar = "#" * filled + "." * (20 - filled)
        self._overwrite(f"{self.label} [{bar}] {100 * done // self.total:3} %{left}  {note}")

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self.on_terminal:
            self._overwrite("")

    def _overwrite(self, line: str) -> None:
        columns = min(WIDTH, shutil.get_terminal_size().columns) - 1
        sys.stderr.write("\r" + line[:columns].ljust(columns) + "\r")
        sys.stderr.flush()


def clock(seconds: float) -> str:
    """Return a duration in words that are short.

    >>> clock(3.2), clock(125), clock(7300)
    ('3 s', '2 min 5 s', '2 h 1 min')
    """
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
