"""An activation function and its slope at chosen points."""
from __future__ import annotations

from typing import List, Optional, Sequence

from ...core.activation import ACTIVATIONS, Elementwise
from ...core.arithmetic import PORTABLE
from ...core.errors import OptionError, choose, elements
from ..formulas import number
from .arguments import finite
from .axes import Axis, frame, room_for
from .svg import MARGIN, Point, disc, line, picture, words

DOTS = ("purple", "blue", "green", "orange", "pink", "teal")  # the first three are the tutorial's
ABOUT = {
    "sigmoid": "Steep in the middle, where a unit is undecided; flat at both ends, where it is sure.",
    "tanh": "Steep in the middle; flat at both ends, where a unit is sure.",
    "relu": "Its slope is 1 where it passes what comes in, and 0 where it stops it, and at 0 itself.",
    "identity": "Its slope is 1 everywhere.",
}
MOST_DOTS = 12


def activation(name: str = "sigmoid", at: Sequence[float] = (-1.0, 0.0, 2.0), title: Optional[str] = None) -> str:
    """Draw an activation function, with its tangent and its slope at chosen points.

    The points that are chosen beforehand are the tutorial's purple, blue and green dot.

    >>> text = activation("sigmoid", [0.0])
    >>> "At A, z = 0, a is 0.5 and the slope 0.25." in text
    True

    Raises OptionError for softmax, of which no element has a slope of its own, and for no point or more than 12;
    DataError for a point that is no finite number.
    """
    function = choose("activation", name, {key: value for key, value in ACTIVATIONS.items()
                                           if isinstance(value, Elementwise)})
    points = elements(at)
    if not points or len(points) > MOST_DOTS:
        raise OptionError(f"at: expected from 1 to {MOST_DOTS} numbers, found {len(points or [])}")
    points = finite("at", points)
    reach = max([6.0] + [1.25 * abs(z) for z in points])
    if reach > 1e6:
        raise OptionError(f"at: expected numbers from -800000 to 800000, found {number(max(points, key=abs))}")
    zs = [reach * k / 120 for k in range(-120, 121)]
    values = [row[0] for row in function.value([[z] for z in zs], PORTABLE)]
    slopes = [row[0] for row in function.slope([[z] for z in zs], PORTABLE)]
    low, high = RANGES.get(name, (min(values), max(values)))
    heights = Axis(low, high, 270, 40), Axis(0.0, max(slopes), 270, 40)
    left, right = (Axis(-reach, reach, 16 + 350 * k + room_for(heights[k]), 346 + 350 * k) for k in (0, 1))
    parts = frame(left, heights[0], "z", "a") + frame(right, heights[1], "z", "slope")
    tangents: List[str] = []
    dots, rows, told = [], [], []
    for k, z in enumerate(points):
        a, slope = (float(of([[z]], PORTABLE)[0][0]) for of in (function.value, function.slope))
        colour, letter = DOTS[k % len(DOTS)], chr(ord("A") + k)
        tangents.append(line(_tangent(left, heights[0], z, a, slope), colour, 3))
        for x, y in (left.at(z), heights[0].at(a)), (right.at(z), heights[1].at(slope)), (MARGIN + 40, 345 + 26 * k):
            dots += [disc(x, y, 8, colour), words(x, y + 4, letter, "paper", "middle", 11, True)]
        rows.append([f"z = {number(z)}", f"a = {number(a)}", f"slope = {number(slope)}"])
        told.append(f"At {letter}, z = {number(z)}, a is {number(a)} and the slope {number(slope)}.")
    for across, up, curve in (left, heights[0], values), (right, heights[1], slopes):
        parts += [line([(across.at(z), up.at(v)) for z, v in run], "ink", 2) for run in _without_jumps(zs, curve)]
    parts += tangents + dots
    parts += [words(MARGIN + 66 + 150 * i, 349 + 26 * k, text)
              for k, row in enumerate(rows) for i, text in enumerate(row)]
    return picture(title, f"{name}, and its slope", ABOUT[name],
                   f"The curve of {name} from z = {number(-reach)} to {number(reach)} with tangents, and beside it the "
                   f"curve of its slope. {ABOUT[name]} {' '.join(told)}", 724, 340 + 26 * len(rows), parts)


RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


def _tangent(x: Axis, y: Axis, z: float, a: float, slope: float) -> List[Point]:
    """Return the ends of a piece of tangent that stays within the axes."""
    across, up = (x.end - x.start) / (x.high - x.low), slope * (y.end - y.start) / (y.high - y.low)
    reach = [46 / (across * across + up * up) ** 0.5, x.high - z, z - x.low]
    if slope:
        reach += [(y.high - a) / slope, (a - y.low) / slope]
    half = max(min(reach), min(reach[0], 8 / across))  # where the curve nears its end, at least a stump
    return [(x.at(z - half), y.at(a - slope * half)), (x.at(z + half), y.at(a + slope * half))]


def _without_jumps(zs: Sequence[float], values: Sequence[float]) -> List[List[Point]]:
    """Return the points of a curve, cut where it jumps from 0 to 1 at once: the slope of relu does."""
    runs: List[List[Point]] = [[]]
    for z, before, value in zip(zs, [values[0], *values], values):
        if abs(value - before) == 1:
            runs.append([])
        runs[-1].append((z, value))
    return runs
