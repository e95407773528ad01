"""How much a function trembles: the size of the rounding and other noise in its values, measured from outside."""
from __future__ import annotations

import math
from typing import Callable, List, NamedTuple, Optional, Sequence

Function = Callable[[List[float]], float]

U = 2.0 ** -53  # what one rounding of a double costs, relatively
POINTS = 9
FIRST_SPACING = 2.0 ** -44
GROWTH = 31.4  # no whole number, or else all the points may lie on stairs alike
WIDE_SPACINGS = [2.0 ** -38 * GROWTH ** k for k in range(7)]
TRIES = 6
AWAY = 2.0 ** -4
TINY = 2.0 ** -1022


class Noise(NamedTuple):
    """Hold the standard deviation of the noise in a function at x, and relative to its values where they are larger.

    `near` is that of the smallest steps: what looks like noise from afar may turn out to be a curve.
    """

    level: float
    relative: float
    near: float = math.inf

    def at(self, value: float, near: bool = False) -> float:
        """Return the noise in a value."""
        return max(min(self.near, self.level) if near else self.level, self.relative * abs(value))


def noise_of(f: Function, x: Sequence[float], units: Sequence[float]) -> Noise:
    """Return the noise in f at x; and, as a function may tremble more elsewhere, relative to its value on two sides.

    >>> noise = noise_of(lambda x: x[0] * x[0], [3.0], [3.0])
    >>> noise.at(9.0) < 1e-14, noise.at(9e6) < 1e-8
    (True, True)
    """
    near = level = U * abs(f(list(x)))
    relative = U
    for side in (0.0, AWAY, -AWAY):
        point = [a + side * d for a, d in zip(x, direction(units))]
        try:
            found = noise_level(f, point, units)
            if side:
                relative = max(relative, found / max(abs(f(point)), TINY))
            else:
                near, level = found, max(found, wide_noise(f, point, units))
        except (ArithmeticError, ValueError):
            pass  # f is not defined all around there
    return Noise(level, relative, near)


def noise_level(f: Function, x: Sequence[float], units: Sequence[float]) -> float:
    """Return the standard deviation of the noise in f near x.

    f is evaluated at nine points on a short line through x. A smooth function's differences of higher and higher order
    die out there; noise of standard deviation ε keeps Δ^k f at a size of ε √((2k)!) / k!. The result is the ε on which
    three orders agree (where f goes up in stairs instead, their height over √12), and at least the half unit in the
    last place that any value has been rounded by.

    >>> noise_level(lambda x: x[0] * x[0], [3.0], [3.0]) < 1e-14
    True
    >>> 1e-8 < noise_level(lambda x: round(x[0] * x[0], 7), [3.0], [3.0]) < 1e-7
    True

    Source: J. Moré and S. Wild, "Estimating computational noise", SIAM Journal on Scientific Computing 33 (2011).
    """
    return noise_levels(lambda point: [f(point)], x, units)[0]


def noise_levels(f: Callable[[List[float]], Sequence[float]], x: Sequence[float],
                 units: Sequence[float]) -> List[float]:
    """Return the standard deviation of the noise near x in each of the several values of f; see `noise_level`."""
    along = direction(units)
    spacing = FIRST_SPACING
    found: List[Optional[float]] = []
    least: List[float] = []
    for _ in range(TRIES):
        rows = [f([a + spacing * k * d for a, d in zip(x, along)])
                for k in range(-(POINTS // 2), POINTS // 2 + 1)]
        columns = list(zip(*rows))
        found, least = found or [None] * len(columns), least or [0.0] * len(columns)
        unmoved = 0
        for k, values in enumerate(columns):
            steps = [abs(b - a) for a, b in zip(values, values[1:])]
            stairs = 2 * steps.count(0.0) > len(steps)
            unmoved += stairs
            least[k] = max(least[k], U * max(map(abs, values)), max(steps) / math.sqrt(12) if stairs else 0.0)
            if found[k] is None and not stairs:
                found[k] = _from_differences(values)
        if None not in found:
            break
        spacing *= 64 if 2 * unmoved >= len(columns) else 1 / 8  # the points are too near each other, or too far apart
    return [max(low, level or 0.0) for low, level in zip(least, found)]


def wide_noise(f: Function, x: Sequence[float], units: Sequence[float]) -> float:
    """Return the standard deviation of what noise there is in f near x over longer ways, or 0 where there is none.

    A large number that is rounded and then taken away again leaves stairs, so wide that a short way may cross none.
    What comes of a kink grows with the way, from one spacing to the next; noise does not.

    >>> f = lambda x: math.sin(x[0]) + (1e4 + x[0] / 1e4 - 1e4)
    >>> noise_level(f, [1.0], [1.0]) < 1e-15, 1e-13 < wide_noise(f, [1.0], [1.0]) < 1e-12
    (True, True)
    """
    along = direction(units)
    levels: List[float] = []
    for spacing in WIDE_SPACINGS:
        try:
            values = [f([a + spacing * k * d for a, d in zip(x, along)])
                      for k in range(-(POINTS // 2), POINTS // 2 + 1)]
        except (ArithmeticError, ValueError):
            break  # f is not defined as far from x
        levels.append(_from_differences(values) or 0.0)
    return max([now for k, now in enumerate(levels) if now <= GROWTH / 4 * max(levels[max(0, k - 3):k], default=0.0)],
               default=0.0)


def direction(units: Sequence[float]) -> List[float]:
    """Return a direction to leave x by, in which each number changes by about its unit, and no two change alike."""
    return [unit * (0.5 + math.modf(0.618 * (i + 1))[0]) for i, unit in enumerate(units)]


def scale(value: float) -> float:
    """Return the size that a step in a number is measured by: its own, or 1 where that is more."""
    return max(1.0, abs(value))


def _from_differences(values: Sequence[float]) -> Optional[float]:
    """Return the noise on which three orders of differences agree, or None where none do."""
    differences, levels, alternating = list(values), [], []
    factor = 1.0
    for order in range(1, len(values) - 1):
        differences = [b - a for a, b in zip(differences, differences[1:])]
        factor *= order / (2 * (2 * order - 1))
        levels.append(math.sqrt(factor / len(differences)) * math.hypot(*differences))
        alternating.append(min(differences) < 0 < max(differences))
    for k in range(len(levels) - 2):
        three = levels[k:k + 3]
        if alternating[k] and max(three) <= 4 * min(three):
            return levels[k]
    return None
