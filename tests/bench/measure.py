"""Measuring: two things in turn, several times over, and the median of their ratios."""

import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path


class Row:
    """Hold one row of the table: the job, what it is compared with, the ratio and the target."""

    def __init__(self, job, against, target, ratios=(), seconds=(), note=""):
        self.job = job
        self.against = against
        self.target = target  # ("at least", 3.0), ("at most", 1.5) or None
        self.ratios = list(ratios)
        self.seconds = list(seconds)  # of ours and of the other's, medians
        self.note = note

    @property
    def median(self):
        """Return the median of the ratios."""
        return statistics.median(self.ratios)

    def reached(self):
        """Return yes or no; nothing where there is no target or no figure.

        >>> Row("a", "b", ("at least", 3.0), [2.0, 4.0, 5.0]).reached()
        'yes'
        """
        if not self.target or not self.ratios:
            return ""
        word, limit = self.target
        return "yes" if (self.median >= limit if word == "at least" else self.median <= limit) else "no"

    def cells(self):
        """Return the cells of the table."""
        if not self.ratios:
            return [self.job, self.against, self.note or "not installed", "", "", ""]
        target = f"{self.target[0]} {self.target[1]:g}" if self.target else ""
        spread = f"{self.median:.2f} ({min(self.ratios):.2f} to {max(self.ratios):.2f})"
        return [self.job, self.against, self.note, spread, target, self.reached()]

    def data(self):
        """Return the row as plain data."""
        return {"job": self.job, "against": self.against, "target": self.target, "ratios": self.ratios,
                "seconds": self.seconds, "note": self.note, "reached": self.reached()}


def timed(function, *arguments):
    """Return the seconds that a call takes, and what it returns."""
    begun = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - begun, result


def in_turn(ours, other, rounds):
    """Call both in turn; return the ratios of their seconds (the other's to ours), and the medians of those.

    `ours` and `other` return seconds, of as much work.
    """
    pairs = [(ours(), other()) for _ in range(rounds)]
    return ([b / a for a, b in pairs],
            [statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)])


def elsewhere(python, script, *arguments):
    """Run a script by another interpreter, and return the JSON that it prints."""
    done = subprocess.run([python, script, *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode().splitlines()[-1])


def same(name, found, expected, tolerance=1e-6):
    """Stop unless two losses agree, relative to their size."""
    if not abs(found - expected) <= tolerance * max(abs(expected), 1e-12):
        sys.exit(f"{name}: arrived at the loss {found!r}, purenet at {expected!r}: not the same job")


def microseconds(seconds, count):
    """Return a time for each of so many, as text.

    >>> microseconds(0.5, 1000)
    '500 µs'
    """
    each = seconds / count * 1e6
    return f"{each:.{max(0, 2 - len(str(int(each))))}f} µs" if each < 1e4 else f"{each / 1e3:.0f} ms"


def table(rows, head):
    """Return rows of cells as text, the columns aligned to the left.

    >>> print(table([["a", "1"]], ["job", "time"]))
    job  time
    ---  ----
    a    1
    """
    rows = [head, ["-" * max(len(row[i]) for row in [head, *rows]) for i in range(len(head))], *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def write_blocks(page, blocks):
    """Put blocks of text into a page, each between the marks that have its name."""
    text = Path(page).read_text(encoding="utf-8")
    for name, block in blocks.items():
        marked = re.compile(rf"(<!-- {name} -->\n```text\n).*?^(```\n)", re.DOTALL | re.MULTILINE)
        text = marked.sub(lambda found: found[1] + block + "\n" + found[2], text)
    Path(page).write_text(text, encoding="utf-8")
