"""The scales along the sides of a plot: where a number has its place, and which numbers are written there."""
from __future__ import annotations

import math
from typing import List, NamedTuple, Sequence, Tuple

from .svg import line, width_of, words

Tick = Tuple[float, str]  # a number, and how to write it


class Axis(NamedTuple):
    """A scale from numbers to places: `low` comes to `start` and `high` to `end`; logarithmic ones are above 0."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Return the place of a number.

        >>> Axis(0.0, 10.0, 100.0, 200.0).at(5.0), Axis(1.0, 100.0, 100.0, 200.0, True).at(10.0)
        (150.0, 150.0)
        """
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        span = high / 2 - low / 2  # halves, for a difference may be more than a float holds
        part = (value / 2 - low / 2) / span if span else 0.5
        return self.start + part * (self.end - self.start)

    def value(self, place: float) -> float:
        """Return the number at a place of an axis that is not logarithmic.

        >>> Axis(0.0, 10.0, 100.0, 200.0).value(150.0)
        5.0
        """
        part = (place - self.start) / (self.end - self.start)
        return self.low * (1 - part) + self.high * part

    def ticks(self, most: int = 6) -> List[Tick]:
        """Return round numbers along the axis, at most about so many, and how to write them.

        >>> [text for _, text in Axis(0.0, 1.0, 0.0, 100.0).ticks()]
        ['0', '0.2', '0.4', '0.6', '0.8', '1']
        >>> [text for _, text in Axis(0.002, 5.0, 0.0, 100.0, True).ticks()]
        ['0.01', '0.1', '1']
        >>> [text for _, text in Axis(0.08, 0.3, 0.0, 100.0, True).ticks()]
        ['0.1', '0.2']
        """
        found = self._round_decades(most) if self.logarithmic else self._round_steps(most)
        return found or [(value, label(value, 3)) for value in dict.fromkeys([self.low, self.high])]

    def _round_decades(self, most: int) -> List[Tick]:
        first, last = math.floor(math.log10(self.low)), math.floor(math.log10(self.high))
        every = -(-(last - first) // most) or 1
        marks = [float(f"{digit}e{k}") for k in range(first, last + 1, every)
                 for digit in ([1, 2, 5] if last - first < 3 else [1])]
        return [(value, label(value, 3)) for value in marks if self.low <= value <= self.high]

    def _round_steps(self, most: int) -> List[Tick]:
        rough = (self.high / 2 - self.low / 2) / most * 2
        power = float(f"1e{math.floor(math.log10(rough))}") if 0 < rough < math.inf else 0.0
        if not power or self.low + power == self.low or self.high - power == self.high:
            return []  # as good as one number
        step = next(power * factor for factor in (1, 2, 5, 10, 20) if power * factor >= rough * 0.999)
        digits = math.floor(math.log10(max(abs(self.low), abs(self.high)))) - math.floor(math.log10(power)) + 2
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(k * step, label(k * step, min(17, max(3, digits)))) for k in range(first, last + 1)
                if abs(k * step) < math.inf]


def label(value: float, digits: int) -> str:
    """Return a number for an axis: whole ones up to a million with commas, others with so many digits.

    >>> label(60000.0, 3), label(0.25, 3), label(-0.0, 3), label(1e-7, 3)
    ('60,000', '0.25', '0', '1e-07')
    """
    return f"{value:,.0f}" if abs(value) <= 1e6 and value == int(value) and value else f"{value + 0.0:.{digits}g}"


def room_for(y: Axis) -> float:
    """Return how much room the numbers along an upright axis take."""
    return max(width_of(text) for _, text in y.ticks()) + 10


def frame(x: Axis, y: Axis, x_name: str, y_name: str, x_ticks: Sequence[Tick] = ()) -> List[str]:
    """Return the grid of a plot, with the numbers along its axes and their names."""
    parts = []
    for value, text in x_ticks or _beside_each_other(x):
        at = x.at(value)
        parts += [line([(at, y.start), (at, y.end)], "grid"), words(at, y.start + 18, text, "quiet", "middle")]
    for value, text in y.ticks():
        at = y.at(value)
        parts += [line([(x.start, at), (x.end, at)], "grid"), words(x.start - 8, at + 4, text, "quiet", "end")]
    return parts + [words((x.start + x.end) / 2, y.start + 38, x_name, "quiet", "middle"),
                    words(x.start, y.end - 12, y_name, "quiet")]


def _beside_each_other(x: Axis) -> List[Tick]:
    """Return as many ticks of a level axis as do not touch each other."""
    ticks = x.ticks()
    for most in range(7, 0, -1):
        ticks = x.ticks(most)
        if sum(width_of(text) + 12 for _, text in ticks) <= x.end - x.start:
            break
    return ticks


def spaced(places: Sequence[float], gap: float, low: float, high: float) -> List[float]:
    """Return places near these that are at least a gap apart, in the same order, from low to high if there is room.

    >>> spaced([10.0, 12.0, 50.0], 15.0, 0.0, 100.0)
    [10.0, 25.0, 50.0]
    >>> spaced([98.0, 99.0], 15.0, 0.0, 100.0)
    [85.0, 100.0]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    found = [min(max(place, low), high) for place in places]
    for before, after in zip(order, order[1:]):
        found[after] = max(found[after], found[before] + gap)
    limit = high
    for i in order[::-1]:
        found[i] = min(found[i], limit)
        limit = found[i] - gap
    return found
