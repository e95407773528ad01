"""What every example contributes to every gradient of a layer."""
from __future__ import annotations

from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from ...core.errors import whole
from ..contributions import percent
from ..formulas import inputs as taken_in, number
from ..trace import Trace
from .arguments import counted, named
from .svg import BOLD, MARGIN, box, fitting, hint, path, picture, rounded, sign, width_of, words

MOST_ROWS = 12
CELL, NARROWEST, GAP = 26, 58.0, 8  # pixels: the height of a cell, its width at least, between two units
WIDEST = 1100.0  # of all the cells
NAME = 150.0  # pixels for the name of what a weight is for, at most
SUM = "sum = gradient"


class Column(NamedTuple):
    """One weight or bias of a layer, and who pushes it."""

    name: str
    unit: int
    taken_in: str  # the name of what the weight is for, or "bias"
    pushes: List[float]
    gradient: float
    change: float
    cancelled: float


def contributions(trace: Trace, layer: int = 1, examples: Optional[Sequence[object]] = None,
                  inputs: Optional[Sequence[object]] = None, title: Optional[str] = None) -> str:
    """Draw which example pushes which weight of a layer which way, as a heat map whose columns add up to the gradient.

    A row for each example; a column for each weight and bias, unit by unit. `layer` counts from 1. `examples` are
    labels of the rows, `inputs` names of what the layer takes in. Of many columns those of the largest gradients are
    drawn, as many as there is room for; of many examples those that push hardest, and one row adds up the others.

    >>> from purenet import Network
    >>> net = Network.from_weights([[[0.5], [-0.5]]], reduction="sum")
    >>> text = contributions(net.trace([[1.0, 2.0], [0.0, 1.0]], [[1.0], [0.0]]))
    >>> "W1[1][0]: -0.293 +0.089 add up to -0.204, 47 % of the pushing cancels." in text
    True

    Raises OptionError for a layer that the network does not have, or where there is not one name for each.
    """
    s = trace.setting
    layer = whole("layer", layer, at_most=s.last)
    labels = named("examples", examples, [f"example {k}" for k in range(s.examples)])
    names = named("inputs", inputs, [f"{taken_in(layer)}[{i}]" for i in range(s.sizes[layer - 1])])
    every = _columns(trace, layer, names)
    largest_first = sorted(range(len(every)), key=lambda c: -abs(every[c].gradient))
    for most in range(int(WIDEST / NARROWEST), 0, -1):
        columns = [every[c] for c in sorted(largest_first[:most])]
        drawn, rows = _rows(columns, labels)
        table = [*rows, (SUM, [column.gradient for column in columns])]
        form = written_alike(max(abs(value) for _, row in table for value in row))
        width = max(NARROWEST, *(width_of(form(value), 11) + 8 for _, row in table for value in row),
                    *(width_of(column.name, 11) + 4 for column in columns))
        if len(columns) * width <= WIDEST:
            break
    largest = max(abs(push) for _, row in rows[:drawn] for push in row)

    heads = min(170.0, max(width_of(head) for head, _ in table) * BOLD)
    left = MARGIN + heads + 8
    starts, unit = [left], columns[0].unit
    for column in columns[1:]:
        starts.append(starts[-1] + width + GAP * (column.unit != unit))
        unit = column.unit
    longest = min(NAME, max(width_of(column.taken_in, 11) for column in columns))
    upward = longest > width - 4
    top = 31 + longest if upward else 42
    parts: List[str] = []
    for x, column in zip(starts, columns):
        parts += [words(x + width / 2 + 4, top - 27, fitting(column.taken_in, NAME, 11), "quiet", size=11, upward=True)
                  if upward else words(x + width / 2, 16, column.taken_in, "quiet", "middle", 11),
                  words(x + width / 2, top - 11, column.name, anchor="middle", size=11)]
    for r, (head, row) in enumerate(table):
        summed = r == len(rows)
        y = top + CELL * r + 8 * summed
        parts.append(words(left - 8, y + 17, fitting(head, heads), "ink" if r < drawn or summed else "quiet", "end",
                           bold=summed))
        for x, column, value in zip(starts, columns, row):
            parts += _cell(x, y, width, value, largest, form(value), f"{column.name}, {head}: {number(value)}")
    y = top + CELL * len(table) + 8
    parts += [words(left - 8, y + 19, "goes", "quiet", "end"), words(left - 8, y + 37, "cancelled", "quiet", "end")]
    for x, column in zip(starts, columns):
        way = {"minus": "down", "plus": "up", "quiet": "nowhere"}[sign(column.change)]
        parts += [words(x + width / 2, y + 19, way, anchor="middle"),
                  words(x + width / 2, y + 37, percent(column.cancelled), "quiet", "middle")]
    parts += _scale(left, y + 50, largest, form)

    about = (f"One column for each weight of layer {layer}: what each example adds to its gradient, input · delta. A "
             "positive push takes the weight down, a negative one (with a corner cut) takes it up: descent subtracts.")
    if len(columns) < len(every):
        about += f" Shortened: the {len(columns)} columns of the largest gradients, of {len(every):,}."
    told = [f"{column.name}: {' '.join(form(row[c]) for _, row in rows)} add up to {form(column.gradient)}, "
            f"{percent(column.cancelled)} of the pushing cancels." for c, column in enumerate(columns)]
    return picture(title, f"Who pushes which weight of layer {layer}", about,
                   f"A heat map of {counted(len(rows), 'row')}, {', '.join(head for head, _ in rows)}, and "
                   f"{counted(len(columns), 'column')}. {about} {' '.join(told)}",
                   max(580.0, starts[-1] + width + MARGIN), y + 88, parts)


def _columns(trace: Trace, layer: int, names: Sequence[str]) -> List[Column]:
    """Return the weights and the bias of each unit of a layer."""
    columns = []
    for j in range(trace.setting.sizes[layer]):
        places = [(name, (i, j)) for i, name in enumerate(names)]
        for name, place in [*places, ("bias", (j,))] if trace.setting.bias else places:
            found = trace.contributions(layer, *place)
            columns.append(Column(found.name, j, name, [each.push for each in found.examples], found.gradient,
                                  found.new - found.old, found.cancelled))
    return columns


def _rows(columns: Sequence[Column], labels: Sequence[str]) -> Tuple[int, List[Tuple[str, List[float]]]]:
    """Return for how many examples there is a row of their own, and the rows; the last one may add up the others."""
    kept = list(range(len(labels)))
    if len(labels) > MOST_ROWS:
        hardest_first = sorted(kept, key=lambda k: -max(abs(column.pushes[k]) for column in columns))
        kept = sorted(hardest_first[:MOST_ROWS - 1])
    rows = [(labels[k], [column.pushes[k] for column in columns]) for k in kept]
    if len(kept) < len(labels):
        others = []
        for column in columns:
            total = 0.0
            for k, push in enumerate(column.pushes):
                total += 0.0 if k in kept else push
            others.append(total)
        rows.append((f"{len(labels) - len(kept):,} others, added up", others))
    return len(kept), rows


def written_alike(largest: float) -> Callable[[float], str]:
    """Return a function that writes numbers with a sign, with three digits for the largest of them.

    >>> form = written_alike(0.148)
    >>> form(-0.0529), form(0.148), form(0.0)
    ('-0.053', '+0.148', '0')
    >>> written_alike(1e-9)(-2e-10)
    '-2.0e-10'
    """
    places = 2 - int(f"{largest:e}".partition("e")[2])
    kind = f"+.{max(0, places)}f" if -3 <= places <= 6 else "+.1e"
    return lambda value: format(value, kind) if value else "0"


def _cell(x: float, y: float, width: float, value: float, largest: float, text: Optional[str], told: str) -> List[str]:
    """Return a cell: the stronger its colour, the larger the number; a negative one has a corner cut."""
    size = min(1.0, abs(value) / largest) if largest else 0.0
    parts = [box(x + 1, y + 1, width - 2, CELL - 2, sign(value) if value else "grid", f"{0.06 + 0.44 * size:.2f}",
                 hint(told))]
    if value < 0:
        parts.append(path(f"M{rounded(x + 1)} {rounded(y + 9)}L{rounded(x + 9)} {rounded(y + 1)}", "paper", 3))
    if text is not None:
        parts.append(words(x + width / 2, y + 17, text, "ink" if value else "quiet", "middle", 11))
    return parts


def _scale(x: float, y: float, largest: float, form: Callable[[float], str]) -> List[str]:
    """Return the legend of the colours."""
    start = x + width_of(form(-largest), 11) + 6
    parts = [words(start - 6, y + 17, form(-largest), "quiet", "end", 11),
             words(start + 9 * 22 + 6, y + 17, form(largest), "quiet", size=11)]
    for k, part in enumerate([-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0]):
        parts += _cell(start + 22 * k, y, 22, part * largest, largest, None, form(part * largest))
    return parts
