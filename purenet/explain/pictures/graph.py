"""The network as a graph."""
from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from ...core.network import Network
from ..formulas import number
from .arguments import counted, named
from .heatmap import written_alike
from .svg import DASHES, MARGIN, box, disc, fitting, hint, line, picture, sign, width_of, words

MOST_UNITS = 12  # of a layer
ROOMY = 6  # units of a layer, up to which there is room for numbers
TOLD = 40  # weights, up to which the description names each
TOP = 44  # pixels for the heads of the layers
NAME = 150.0  # pixels for the name of an input or output, at most
LINE, END = 14, 16  # pixels for a number below another, and of a line to be seen behind its number, at least
APART = 1.6  # times as far from the numbers of the next unit as from each other, where there is room

Places = Dict[int, float]  # the y of each unit that is drawn


def network(net: Network, inputs: Optional[Sequence[object]] = None, outputs: Optional[Sequence[object]] = None,
            title: Optional[str] = None) -> str:
    """Draw a network as a graph: each weight a line, the wider the larger; blue if positive, orange and dashed if not.

    Each unit is a circle with its number in the layer, its bias below it. `inputs` and `outputs` are names for the
    units of the first and the last layer. Of a layer of many units the first and the last ones are drawn.

    >>> text = network(Network.from_weights([[[0.5], [-0.25]]]), ["rain", "wind"], ["umbrella"])
    >>> text.count('stroke-dasharray="5 4"')  # the negative weight, and the sample in the legend
    2

    Raises OptionError where there is not one name for each unit.
    """
    sizes, last = net.sizes, len(net.sizes) - 1
    names = {0: named("inputs", inputs, [""] * sizes[0]), last: named("outputs", outputs, [""] * sizes[-1])}
    slots = max(min(size, MOST_UNITS) for size in sizes)
    height = slots * max(36.0, min(84.0, 420 / slots))
    places = [_places(size, height) for size in sizes]
    heads = [_head(net, layer) for layer in range(last + 1)]
    left, right = (MARGIN + max(width_of(heads[layer]) / 2, 24 + min(NAME, max(map(width_of, names[layer]))))
                   for layer in (0, last))
    gap = 240.0 if slots <= ROOMY else 190.0
    gap = max(gap, (640 - left - right) / last)
    columns = [left + gap * layer for layer in range(last + 1)]
    weights = [w for W in net.weights for row in W for w in row]
    largest = max(map(abs, weights))

    parts = _edges(net, columns, places, largest)
    for layer, (x, here) in enumerate(zip(columns, places)):
        parts += [words(x, 18, f"a{layer}" if layer else "X", anchor="middle", bold=True),
                  words(x, 34, heads[layer], "quiet", "middle")]
        if layer:
            parts.append(words(x - gap / 2, 18, f"W{layer} ({sizes[layer - 1]}, {sizes[layer]})", "quiet", "middle"))
        parts += _units(x, here, net.biases[layer - 1] if net.biases and layer else None)
        if layer in names:
            side, anchor = (-22, "end") if layer == 0 else (22, "start")
            parts += [words(x + side, y + 4, fitting(names[layer][j], NAME), anchor=anchor)
                      for j, y in here.items() if names[layer][j]]
        if len(here) < sizes[layer]:
            middle = sorted(here.values())[MOST_UNITS // 2 - 1:][:2]
            parts.append(words(x, middle[0] / 2 + middle[1] / 2 + 4, f"{sizes[layer] - len(here):,} more", "quiet",
                               "middle"))
    y = TOP + height + 20
    for x, colour, dashes, text in (MARGIN, "plus", None, "positive"), (MARGIN + 110, "minus", DASHES, "negative"):
        parts += [line([(x, y), (x + 36, y)], colour, 3, dashes), words(x + 42, y + 4, text, "quiet")]
    parts.append(words(MARGIN + 230, y + 4, f"the widest line is a weight of size {number(largest, 4)}", "quiet"))

    shape = "-".join(map(str, sizes))
    about = f"Each line is a weight: {counted(len(weights), 'weight')}, " + (
        f"{counted(sum(sizes[1:]), 'bias', 'biases')}." if net.biases else "no biases.")
    cut = [f"{len(here)} of the {size} {'units of layer ' + str(layer) if layer else 'inputs'}"
           for layer, (here, size) in enumerate(zip(places, sizes)) if len(here) < size]
    if cut:
        about += f" Shortened: drawn are {', '.join(cut)}, the first and the last ones."
    return picture(title, f"The network {shape}", about,
                   " ".join([f"A graph of the layers {', '.join(heads)}.", about,
                             *(f"The {what} are {', '.join(given)}." for what, given in
                               (("inputs", names[0]), ("outputs", names[last])) if any(given)), _told(net, weights)]),
                   columns[-1] + right, y + 22, parts)


def _places(size: int, height: float) -> Places:
    """Return the y of each unit of a layer; of many, of the first and the last ones, with an empty place between."""
    first = MOST_UNITS // 2
    units = list(range(size)) if size <= MOST_UNITS else [*range(first), None, *range(size - first + 1, size)]
    step = min(height / len(units), 110.0)
    top = TOP + height / 2 - step * (len(units) - 1) / 2
    return {unit: top + step * k for k, unit in enumerate(units) if unit is not None}


def _head(net: Network, layer: int) -> str:
    """Return what a layer is, in words."""
    last = len(net.sizes) - 1
    what = counted(net.sizes[layer], "input" if layer == 0 else "output" if layer == last else "unit")
    return what if layer == 0 else f"{what}, {net.output if layer == last else net.activation}"


def _edges(net: Network, columns: Sequence[float], places: Sequence[Places], largest: float) -> List[str]:
    """Return the weights as lines, the largest on top, and the numbers that there is room for."""
    drawn, numbers = [], []
    form = written_alike(largest)
    for layer, W in enumerate(net.weights):
        before, after = places[layer], places[layer + 1]
        start, end = columns[layer] + _radius(before), columns[layer + 1] - _radius(after)
        widest = max(width_of(form(w), 11) for row in W for w in row)
        at = _place_of_numbers(before, after, end - start, widest)
        for i, y1 in before.items():
            for j, y2 in after.items():
                w, size = W[i][j], abs(W[i][j]) / largest if largest else 0.0
                drawn.append((size, line(
                    [(start, y1), (end, y2)], sign(w), 0.6 + 4.4 * size if at else 0.4 + 3 * size,
                    DASHES if w < 0 else None, None if at else f"{0.25 + 0.65 * size:.2f}",
                    hint(f"W{layer + 1}[{i}][{j}] = {number(w)}"))))
                if at:
                    text, x, y = form(w), end + at * (start - end), y2 + at * (y1 - y2)
                    wide = width_of(text, 11)
                    numbers += [box(x - wide / 2, y - 6.5, wide, 13, "paper"),
                                words(x, y + 4, text, sign(w), "middle", 11)]
    return [each for _, each in sorted(drawn, key=lambda pair: pair[0])] + numbers


def _radius(places: Places) -> int:
    return 15 if len(places) <= ROOMY else 11


def _place_of_numbers(before: Places, after: Places, length: float, widest: float) -> Optional[float]:
    """Return how far from its end, as a part of its length, each line has its number; None where there is no room.

    Far enough that the end of each line is to be seen, and so near that the numbers of one unit keep together.
    """
    apart, room = (ys[1] - ys[0] if len(ys) > 1 else 110.0 for ys in (list(before.values()), list(after.values())))
    part = min(0.4, max(LINE / apart, room / (room + (len(before) + APART - 1) * apart)))
    fits = (part * apart >= LINE and part * length >= widest / 2 + END and max(len(before), len(after)) <= ROOMY
            and (1 - part) * room - (len(before) - 1) * part * apart >= LINE)
    return part if fits else None


def _units(x: float, places: Places, biases: Optional[Sequence[float]]) -> List[str]:
    """Return the units of a layer as circles, with their biases where there is room."""
    parts, radius = [], _radius(places)
    for j, y in places.items():
        parts += [disc(x, y, radius, "ink" if biases is None else sign(biases[j])), disc(x, y, radius - 2, "paper"),
                  words(x, y + 4, str(j), anchor="middle", size=11)]
        if biases is not None and len(places) <= ROOMY:
            parts.append(words(x, y + radius + 13, f"b {number(biases[j], 3)}", sign(biases[j]), "middle", 11))
    return parts


def _told(net: Network, weights: Sequence[float]) -> str:
    """Return the weights and biases in words."""
    if len(weights) > TOLD:
        return (f"The weights go from {number(min(weights))} to {number(max(weights))}; {sum(w < 0 for w in weights)} "
                "of them are negative.")
    told = [f"W{layer}[{i}][{j}] is {number(w)}." for layer, W in enumerate(net.weights, 1)
            for i, row in enumerate(W) for j, w in enumerate(row)]
    return " ".join(told + [f"b{layer}[{j}] is {number(b)}." for layer, values in enumerate(net.biases or [], 1)
                            for j, b in enumerate(values)])
