"""What a network says for every pair of two inputs, and where it changes its mind."""
from __future__ import annotations

import math
from typing import Dict, List, Optional, Sequence, Tuple

from ...core.errors import DataError, OptionError, elements, whole
from ...core.network import Network
from ..formulas import number
from ..scale import Scale
from .arguments import counted, named, scaled
from .axes import Axis, frame, room_for
from .svg import SERIES, element, fitting, path, picture, rounded, words

GRID = 56  # cells along each side
CELL = 7  # pixels
LEFT, TOP, SIDE = 70, 30, GRID * CELL
LEVELS = 12  # shades of a colour
MOST_EXAMPLES = 300
SHAPES = (  # of the examples, one for each class
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-5-5h10v10h-10z", "M0-6L6 5H-6z", "M0-7L7 0L0 7L-7 0z", "M-6-5H6L0 6z",
    "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z")


def boundary(net: Network, X: Sequence[Sequence[float]], y: Sequence[Sequence[float]],
             across: Optional[Sequence[int]] = None, inputs: Optional[Sequence[object]] = None,
             outputs: Optional[Sequence[object]] = None, title: Optional[str] = None,
             scales: Optional[Sequence[Optional[Scale]]] = None, target_scale: Optional[Scale] = None) -> str:
    """Draw what a network says for every pair of two of its inputs, with the examples on it.

    With one output: blue and + where it is above the middle, orange and - where it is below, the paler the less sure,
    and a line where it is undecided. The middle is 0.5 for a sigmoid, 0 for tanh, and for others midway between the
    targets. With several outputs: the colour of the largest, the paler the nearer the second. `across` are the two
    inputs, counted from 0; if not given, the first two that differ between examples. The others are held at their mean
    everywhere on the map, but whether an example is predicted right is told with all of its own inputs. With `scales`,
    one for each input (None where it was not scaled), and `target_scale`, numbers are written as they were before they
    were scaled.

    >>> net = Network.from_weights([[[4.0], [-4.0]]])
    >>> text = boundary(net, [[0.0, 1.0], [1.0, 0.0]], [[0.0], [1.0]])
    >>> "2 of 2 examples are predicted on their side of 0.5." in text
    True

    Raises OptionError for a network of one input, for inputs that it does not have, and where there is not one name or
    scale for each; ShapeError and DataError as `fit` does.
    """
    X, y = net.read(list(X), list(y))
    columns = list(zip(*X))
    names = named("inputs", inputs, [f"X[{i}]" for i in range(len(columns))])
    kinds = named("outputs", outputs, [f"output {k}" for k in range(net.sizes[-1])])
    one, other = _pair(columns, across)
    across_axis = Axis(*_around(columns[one]), LEFT, LEFT + SIDE)
    up_axis = Axis(*_around(columns[other]), TOP + SIDE, TOP)
    before = [scale.value for scale in scaled(scales, len(columns))]
    target_before, = (scale.value for scale in scaled([target_scale], 1))
    across_before, up_before = (axis._replace(low=before[i](axis.low), high=before[i](axis.high))
                                for i, axis in ((one, across_axis), (other, up_axis)))
    held = [_mean(column) for column in columns]
    points = [[{one: across_axis.value(LEFT + CELL * (i + 0.5)), other: up_axis.value(TOP + CELL * (j + 0.5))}.get(k, h)
               for k, h in enumerate(held)] for j in range(GRID) for i in range(GRID)]
    said, guesses = net.predict(points), net.predict(X)  # type: ignore[arg-type]
    if not all(math.isfinite(a) for row in (*said, across_before, up_before) for a in row):
        raise DataError("boundary: a number outgrew a float, expected smaller inputs or weights")

    single, middle = len(kinds) == 1, _middle(net, y)
    divide = number(target_before(middle), 4)
    colours = ["plus", "minus"] if single else [SERIES[k % len(SERIES)] for k in range(len(kinds))]
    about = "The colour tells which output is the largest, and how far it is ahead."
    if single:
        about = (f"The colour tells the output{f' ({kinds[0]})' if outputs is not None else ''}: + is above "
                 f"{divide}, - below, and the line is where it is undecided.")
        kinds = [f"target {divide} or more", f"target below {divide}"]
    leads = [_leads(row, middle) for row in said]
    parts = _shades(leads, colours)
    parts += frame(across_before, up_before, fitting(names[one], SIDE), fitting(names[other], SIDE))
    if single:
        parts.append(path(_marks(leads), "ink", 1.2, opacity="0.6"))
    contours = [_contour([lead[k] for lead in leads]) for k in range(len(kinds) - single)]
    parts += [path(d, "ink", 2) for d in contours if d]

    sides = [tuple(_largest(_leads(row, middle)) for row in pair) for pair in zip(y, guesses)]
    right = sum(target == guess for target, guess in sides)
    step = -(-len(X) // MOST_EXAMPLES)
    for row, (target, guess) in sorted(list(zip(X, sides))[::step], key=lambda each: each[1][0] != each[1][1]):
        parts += _example(across_axis.at(row[one]), up_axis.at(row[other]), target, colours, target != guess)
    legend = [(k, kinds[k], False) for k in sorted({target for target, _ in sides})]
    if right < len(X):
        legend.append((_largest(_leads(y[0], middle)), "ringed: predicted wrong", True))
    for k, (kind, text, wrong) in enumerate(legend):
        parts += _example(LEFT + SIDE + 34, TOP + 10 + 26 * k, kind, colours, wrong)
        parts.append(words(LEFT + SIDE + 50, TOP + 14 + 26 * k, fitting(text, 180)))

    about += (f" {right} of {counted(len(X), 'example')} are predicted "
              f"{f'on their side of {divide}' if single else 'right'}")
    others = [i for i in range(len(columns)) if i not in (one, other)]
    if others:
        more = f" and {len(others) - 6} more at their mean" * (len(others) > 6)
        at = ", ".join(f"{fitting(names[i], 150)} = {number(before[i](held[i]), 4)}" for i in others[:6]) + more
        alike = all(min(columns[i]) == max(columns[i]) for i in others)
        about += f". The map holds {at}, as the examples do" if alike else (
            f", each with all of its own inputs; the map holds {at}, so a marker may stand on another colour than its "
            "own without being wrong")
    about += "." + f" Shortened: one example in {step} is drawn." * (step > 1)
    told = [f"{number(before[one](row[one]))}, {number(before[other](row[other]))}: "
            f"{', '.join(number(target_before(output)) for output in guess)}."
            for row, guess in list(zip(X, guesses))[:16]]
    aside = max(0.0, room_for(up_before) + 16 - LEFT)
    parts = [element("g", "\n".join(parts), transform=f"translate({rounded(aside)} 0)")]
    return picture(title, "What the network says, and where it changes its mind", about,
                   f"A map of {names[one]}, across, and {names[other]}, up. {about} The first examples and their "
                   f"outputs: {' '.join(told)}", LEFT + SIDE + 250 + aside, TOP + SIDE + 48, parts)


def _pair(columns: Sequence[Sequence[float]], across: Optional[Sequence[int]]) -> Tuple[int, int]:
    """Return the two inputs to draw."""
    count = len(columns)
    if count < 2:
        raise OptionError("boundary: the network has one input, expected at least two")
    if across is None:
        differing = [i for i, column in enumerate(columns) if min(column) < max(column)]
        one, other = [*differing, *(i for i in range(count) if i not in differing)][:2]
        return one, other
    pair = [whole(f"across[{k}]", i, at_least=0, at_most=count - 1) for k, i in enumerate(elements(across) or [])]
    if len(set(pair)) != 2 or len(pair) != 2:
        raise OptionError(f"across: expected two different inputs, found {across!r}")
    return pair[0], pair[1]


def _mean(column: Sequence[float]) -> float:
    """Return the mean of a column: the number itself where all are equal, and 0 where it is 0 but for rounding."""
    if min(column) == max(column):
        return column[0]
    mean = math.fsum(value / len(column) for value in column)
    return mean if abs(mean) > 1e-12 * max(map(abs, column)) else 0.0


def _around(column: Sequence[float]) -> Tuple[float, float]:
    """Return a range around the numbers, with room on both sides."""
    low, high = min(column), max(column)
    room = (high / 2 - low / 2) / 2 or max(1.0, abs(high) / 2)
    return low - room, high + room


def _middle(net: Network, y: Sequence[Sequence[float]]) -> float:
    """Return the output that is neither yes nor no."""
    targets = [row[0] for row in y]
    return {"sigmoid": 0.5, "tanh": 0.0}.get(net.output, min(targets) / 2 + max(targets) / 2)


def _leads(row: Sequence[float], middle: float) -> List[float]:
    """Return how far each output is ahead of the largest other; of a single one, how far above the middle, and below.

    >>> _leads([0.5, 0.25, 0.125], 0.5), _leads([0.75], 0.5)
    ([0.25, -0.25, -0.375], [0.25, -0.25])
    """
    if len(row) == 1:
        return [row[0] - middle, middle - row[0]]
    return [a - max(b for m, b in enumerate(row) if m != k) for k, a in enumerate(row)]


def _largest(leads: Sequence[float]) -> int:
    return max(range(len(leads)), key=lambda k: leads[k])


def _shades(leads: Sequence[Sequence[float]], colours: Sequence[str]) -> List[str]:
    """Return the filled cells, those of one shade together, as rows of equal ones."""
    most = max(map(max, leads)) or 1.0
    shades = [(colours[_largest(lead)], round(LEVELS * max(lead) / most)) for lead in leads]
    drawn: Dict[Tuple[str, int], List[str]] = {}
    for j in range(GRID):
        start = 0
        for i in range(1, GRID + 1):
            shade = shades[j * GRID + start]
            if i == GRID or shades[j * GRID + i] != shade:
                run = CELL * (i - start)
                drawn.setdefault(shade, []).append(f"M{LEFT + CELL * start} {TOP + CELL * j}h{run}v{CELL}h-{run}z")
                start = i
    return [element("path", class_=f"pn-{colour}", d="".join(runs), fill="currentColor",
                    fill_opacity=f"{0.04 + 0.5 * level / LEVELS:.2f}", shape_rendering="crispEdges")
            for (colour, level), runs in sorted(drawn.items())]


def _contour(field: Sequence[float]) -> str:
    """Return the path along which a field on the middles of the cells is 0, square by square."""
    found = []
    for j in range(GRID - 1):
        for i in range(GRID - 1):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            crossings = []
            for (i1, j1), (i2, j2) in zip(corners, [*corners[1:], corners[0]]):
                a, b = field[j1 * GRID + i1], field[j2 * GRID + i2]
                if (a > 0) != (b > 0):
                    part = a / (a - b)
                    crossings.append(f"{rounded(LEFT + CELL * (i1 + 0.5 + part * (i2 - i1)))} "
                                     f"{rounded(TOP + CELL * (j1 + 0.5 + part * (j2 - j1)))}")
            found += [f"M{start}L{end}" for start, end in zip(crossings[::2], crossings[1::2])]
    return "".join(found)


def _marks(leads: Sequence[Sequence[float]]) -> str:
    """Return a + here and there where an output is above the middle, and a - where it is below."""
    marks = []
    for j in range(3, GRID, 7):
        for i in range(3, GRID, 7):
            x, y = LEFT + CELL * i + CELL // 2, TOP + CELL * j + CELL // 2
            marks.append(f"M{x - 3} {y}h6" + (f"M{x} {y - 3}v6" if leads[j * GRID + i][0] > 0 else ""))
    return "".join(marks)


def _example(x: float, y: float, kind: int, colours: Sequence[str], wrong: bool) -> List[str]:
    """Return an example as a small shape of its class, with a ring around it where the network is wrong."""
    at = f"translate({rounded(x)} {rounded(y)})"
    shape = element("path", class_="pn-paper", d=SHAPES[kind % len(SHAPES)], transform=at, fill="currentColor",
                    stroke="currentColor", stroke_width=4)
    inner = element("path", class_=f"pn-{colours[kind]}", d=SHAPES[kind % len(SHAPES)], transform=at,
                    fill="currentColor")
    ring = element("circle", class_="pn-ink", cx=x, cy=y, r=10, fill="none", stroke="currentColor", stroke_width=1.5)
    return [shape, inner, *([ring] if wrong else [])]
