"""A gradient to be explained, and how well an explanation fits it."""
from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..core.network import Network
from .bound import SAFETY
from .parameters import flatten
from .replay import BROKEN, Mistake, replay
from .rounded import ROUNDED, TINY, U, rounded
from .textbook import forward

Vector = Sequence[float]

NEAR = 1e-6  # of the largest component of a matrix: what is farther off is not worth a second look
FLOAT32_COST = 2.0 ** 29  # how many times a rounding to float32 exceeds one to float64
MOST_STEPS = 16  # of the search for an unknown number
MOST_HALVINGS = 6  # of a step beyond which there is nothing
MOST_FAILURES = 2  # steps in a row that bring nothing
FIRST_STEPS = 3  # after which it should be near


class Block(NamedTuple):
    """Hold where a matrix of weights, or a layer's biases, stands among the flat components."""

    name: str
    layer: int
    start: int
    rows: int
    columns: int

    @property
    def range(self) -> range:
        """Return the numbers of the components of this block."""
        return range(self.start, self.start + self.rows * self.columns)

    def of(self, values: Vector) -> List[float]:
        """Return the components of this block, row by row."""
        return [values[k] for k in self.range]

    def table(self, values: Vector) -> List[List[float]]:
        """Return the components of this block as its rows."""
        part = self.of(values)
        return [part[i * self.columns:(i + 1) * self.columns] for i in range(self.rows)]


def blocks_of(net: Network) -> List[Block]:
    """Return the blocks of a network in the order of `names`.

    >>> [(block.name, block.start) for block in blocks_of(Network([2, 3, 1]))]
    [('weights[0]', 0), ('weights[1]', 6), ('biases[0]', 9), ('biases[1]', 12)]
    """
    shapes = [(f"weights[{layer}]", layer, len(W), len(W[0])) for layer, W in enumerate(net.weights)]
    shapes += [(f"biases[{layer}]", layer, 1, len(b)) for layer, b in enumerate(net.biases or [])]
    blocks, start = [], 0
    for name, layer, rows, columns in shapes:
        blocks.append(Block(name, layer, start, rows, columns))
        start += rows * columns
    return blocks


class Fit(NamedTuple):
    """Hold an explanation that fits: the mistakes, their unknown numbers, and how far it is off.

    `distance` is relative to how far it may be off: at most 1.
    """

    mistakes: Tuple[Mistake, ...]
    values: Dict[str, Any]
    distance: float


class Evidence:
    """Hold somebody's gradient of a network, the true one, and how far a correct one may be off."""

    def __init__(self, net: Network, X: Any, y: Any, yours: Vector, true: Vector, allowed: Vector,
                 float32: bool = False) -> None:
        self.net, self.X, self.y = net, X, y
        self.yours, self.true, self.allowed = list(yours), list(true), list(allowed)
        self.blocks, self.whole = blocks_of(net), range(len(self.true))
        self.passed = forward(net, X)
        self.wrong = [k for k in self.whole if abs(self.yours[k] - self.true[k]) > self.allowed[k]]
        self.widest = max(self.allowed)
        self.cost = FLOAT32_COST if float32 else 1.0
        self.near = 1e-3 if float32 else NEAR
        self.scales = self.scales_of(self.yours)
        self.rounded = Network.from_weights(
            net.weights, net.biases, activation=net.activation, output=net.output, loss=net.loss_name,
            reduction=net.reduction, exp=ROUNDED)
        self.inputs, self.targets = [[[rounded(value) for value in row] for row in rows] for rows in (X, y)]

    def scales_of(self, values: Vector) -> List[float]:
        """Return for every component the largest size in its block; where all are 0, that of all blocks."""
        overall = max(map(abs, values)) or 1.0
        scales: List[float] = []
        for block in self.blocks:
            part = block.of(values)
            scales += [max(map(abs, part)) or overall] * len(part)
        return scales

    def replay(self, mistakes: Sequence[Mistake], values: Dict[str, Any]) -> Optional[List[float]]:
        """Return the components that these mistakes make of the network, or None where they come to nothing finite."""
        try:
            gradients = replay(mistakes, self.net, self.X, self.y, self.passed, **values)
        except BROKEN:
            return None
        found = flatten(gradients.weights, gradients.biases)
        return found if len(found) == len(self.true) and all(map(math.isfinite, found)) else None

    def is_true(self, found: Vector, part: Optional[Sequence[int]] = None) -> bool:
        """Return whether components, or some of them, are the true ones, as far as one can tell."""
        return all(abs(found[k] - self.true[k]) <= self.allowed[k] for k in (self.whole if part is None else part))

    def unchanged(self, found: Vector) -> Tuple[int, ...]:
        """Return which components are in blocks that are true."""
        return tuple(k for block in self.blocks if self.is_true(found, block.range) for k in block.range)

    def factor(self, found: Vector, part: Optional[Sequence[int]] = None) -> float:
        """Return the factor that brings components, or some of them, nearest to yours, every block counting alike."""
        product = square = 0.0
        for k in self.whole if part is None else part:
            b = found[k] / self.scales[k]
            product += (self.yours[k] / self.scales[k]) * b
            square += b * b
        return product / square if square else 0.0

    def is_near(self, found: Vector, factor: float = 1.0, part: Optional[Sequence[int]] = None) -> bool:
        """Return whether all components are roughly yours, and most of them very nearly: worth a closer look."""
        part = self.whole if part is None else part
        misses = 0
        for k in part:
            off = abs(self.yours[k] - factor * found[k])
            if off > self.near * self.scales[k] + 10 * self.widest:
                misses += 1
                if 5 * misses > len(part) or off > 0.01 * self.scales[k] + 1000 * self.widest:
                    return False
        return True

    def fit(self, mistakes: Tuple[Mistake, ...], values: Dict[str, Any], factor: float = 1.0,
            more: Tuple[Mistake, ...] = ()) -> Optional[Fit]:
        """Return how well these mistakes explain yours, or None where rounding cannot be what sets them apart.

        The replay is run on numbers that know how far they may be off. `factor` is what `more` mistakes do besides.
        """
        try:
            gradients = replay(mistakes, self.rounded, self.inputs, self.targets, **values)
        except BROKEN:
            return None
        distance = 0.0
        for a, b in zip(self.yours, flatten(gradients.weights, gradients.biases)):
            b = rounded(b)
            bound = SAFETY * self.cost * abs(factor) * (b.error + 4 * U * abs(b.value)) + TINY
            distance = max(distance, abs(a - factor * b.value) / bound)
        return Fit(mistakes + more, values, distance) if distance <= 1 else None

    def solve(self, residuals: Callable[[float], Optional[List[float]]], start: float) -> Optional[float]:
        """Return the number that makes residuals smallest, by the Gauss-Newton method with differences for slopes."""
        before, now = start, start / 2
        first, second = residuals(before), residuals(now)
        best, least, failures = start, math.inf, 0
        for number in range(MOST_STEPS):
            if first is None or second is None or now == before:
                break
            size = max(abs(b) / scale for b, scale in zip(second, self.scales))
            if size < least:
                best, least, failures = now, size, 0
            else:
                failures += 1
            if failures == MOST_FAILURES or number > FIRST_STEPS and least > 0.1:
                break
            slopes = [(b - a) / (now - before) / scale for a, b, scale in zip(first, second, self.scales)]
            square = sum(slope * slope for slope in slopes)
            step = sum(slope * b / scale for slope, b, scale in zip(slopes, second, self.scales)) / (square or math.inf)
            if not math.isfinite(step):
                break
            before, first, second = now, second, None
            for _ in range(MOST_HALVINGS):
                now = before - step
                second = residuals(now)
                if second is not None:
                    break
                step /= 2
        return best if least < 1e-3 else None
