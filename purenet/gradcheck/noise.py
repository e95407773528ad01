"""How much a function trembles: the size of the rounding and other noise in its values, measured from outside."""
from __future__ import annotations

import math
from typing import Callable, List, Optional, Sequence

U = 2.0 ** -53  # what one rounding of a double costs, relatively
POINTS = 9
FIRST_SPACING = 2.0 ** -44
TRIES = 6


def noise_level(f: Callable[[List[float]], float], x: Sequence[float]) -> float:
    """Return the standard deviation of the noise in f near x.

    f is evaluated at nine points on a short line through x. A smooth function's differences of higher and higher order
    die out there; noise of standard deviation ε keeps Δ^k f at a size of ε √((2k)!) / k!. The result is the ε on which
    three orders agree (where f goes up in stairs instead, their height over √12), and at least the half unit in the
    last place that any value has been rounded by.

    >>> noise_level(lambda x: x[0] * x[0], [3.0]) < 1e-14
    True
    >>> 1e-8 < noise_level(lambda x: round(x[0] * x[0], 7), [3.0]) < 1e-7
    True

    Source: J. Moré and S. Wild, "Estimating computational noise", SIAM Journal on Scientific Computing 33 (2011).
    """
    direction = [max(1.0, abs(value)) * (0.5 + math.modf(0.618 * (i + 1))[0]) for i, value in enumerate(x)]
    spacing = FIRST_SPACING
    largest = stair = 0.0
    for _ in range(TRIES):
        values = [f([a + spacing * k * d for a, d in zip(x, direction)])
                  for k in range(-(POINTS // 2), POINTS // 2 + 1)]
        largest = max(map(abs, values))
        steps = [abs(b - a) for a, b in zip(values, values[1:])]
        if 2 * steps.count(0.0) > POINTS - 1:
            stair = max(steps)
            spacing *= 64  # they are too near each other to see more
            continue
        found = _from_differences(values)
        if found is not None:
            return max(found, stair / math.sqrt(12), U * largest)
        spacing /= 8  # the function itself changes too much
    return max(stair / math.sqrt(12), U * largest)


def _from_differences(values: Sequence[float]) -> Optional[float]:
    """Return the noise on which three orders of differences agree, or None where none do."""
    differences, levels, alternating = list(values), [], []
    factor = 1.0
    for order in range(1, len(values) - 1):
        differences = [b - a for a, b in zip(differences, differences[1:])]
        factor *= order / (2 * (2 * order - 1))
        levels.append(math.sqrt(factor * sum(d * d for d in differences) / len(differences)))
        alternating.append(min(differences) < 0 < max(differences))
    for k in range(len(levels) - 2):
        three = levels[k:k + 3]
        if alternating[k] and max(three) <= 4 * min(three):
            return levels[k]
    return None
