"""Who pushes a weight which way: what each example contributes to its gradient."""
from __future__ import annotations

from typing import List, NamedTuple


def percent(part: float) -> str:
    """Return a part as a percentage in whole numbers, 100 for nothing less than all of it.

    >>> percent(0.25), percent(0.9999), percent(1.0)
    ('25 %', 'over 99 %', '100 %')
    """
    return "over 99 %" if 0.995 <= part < 1 else f"{100 * part:.0f} %"


class Contribution(NamedTuple):
    """What one example adds to the gradient of a weight: its input value times its delta."""

    example: int
    input: float  # 1 for a bias, which every example feeds alike
    delta: float
    push: float  # their product; a positive one pushes the weight down, for descent subtracts

    @property
    def direction(self) -> str:
        """Return which way the example pushes the weight: "up", "down" or "not"."""
        return "up" if self.push < 0 else "down" if self.push > 0 else "not"


class Contributions(NamedTuple):
    """What every example contributes to the gradient of one weight or bias.

    gradient = Σ input · delta, over the examples from first to last, so that the sum is the gradient to the bit
    """

    name: str  # such as W1[0][2]
    examples: List[Contribution]
    gradient: float
    old: float
    new: float

    @property
    def cancelled(self) -> float:
        """Return how much of the pushing cancelled: 1 - |Σ| / Σ|·|, from 0 (all one way) to 1 (all for nothing).

        It is 0 where nobody pushes.
        """
        total = 0.0
        for contribution in self.examples:
            total += abs(contribution.push)
        return 1 - min(1.0, abs(self.gradient) / total) if total else 0.0

    @property
    def one_way(self) -> bool:
        """Return whether no two examples push against each other."""
        return not {"up", "down"} <= {contribution.direction for contribution in self.examples}

    def verdict(self) -> str:
        """Return a sentence: whether the examples push the same way or against each other, and what came of it.

        >>> pushes = [Contribution(k, 1.0, push, push) for k, push in enumerate([0.25, -0.5])]
        >>> Contributions("W1[0][0]", pushes, -0.25, 1.0, 1.25).verdict()
        'W1[0][0] goes up by 0.25: 1 example pushes it up, 1 down; 67 % of the pushing cancels.'
        """
        ways = [contribution.direction for contribution in self.examples]
        up, down = ways.count("up"), ways.count("down")
        if not up and not down:
            return f"{self.name} stays: no example pushes it."
        change = self.new - self.old
        moved = f"goes {'up' if change > 0 else 'down'} by {abs(change):.6g}" if change else "stays"
        if self.one_way:
            who = f"all {len(ways)} examples push" if up + down == len(ways) > 1 else \
                f"every example that pushes it ({up + down} of {len(ways)}) pushes"
            return f"{self.name} {moved}: {who} it {'up' if up else 'down'}, so nothing cancels."
        pushes = "1 example pushes" if up == 1 else f"{up} examples push"
        return (f"{self.name} {moved}: {pushes} it up, {down} down; "
                f"{percent(self.cancelled)} of the pushing cancels.")
