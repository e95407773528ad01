"""What stands between a column of a file and an input of a network: its numbers are scaled."""
from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """How a column of numbers became an input: input = (value - mean) / deviation."""

    mean: float
    deviation: float

    def value(self, scaled: float) -> float:
        """Return the number in the file that became an input: value = mean + deviation · input.

        >>> Scale(5.0, 2.0).value(-1.0)
        3.0
        """
        return self.mean + self.deviation * scaled
