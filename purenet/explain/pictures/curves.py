"""What changes across training: the loss, and the weights."""
from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence, Tuple, Union

from ...core.errors import DataError, elements
from ...core.training import History, Snapshot
from ..formulas import number
from .arguments import counted, finite
from .axes import Axis, Tick, frame, room_for, spaced
from .svg import DASHES, MARGIN, SERIES, disc, hint, line, picture, words

THINNED = 240  # points of a curve that are drawn, at most
LOOKS = {"training": ("blue", None), "validation": ("orange", DASHES)}


def loss(history: Union[History, Sequence[float]], title: Optional[str] = None) -> str:
    """Draw the loss of a training run, epoch by epoch: on a linear scale, and on a logarithmic one beside it.

    `history` is what `fit` returned, or a list of losses; the losses on validation data are drawn beside the others.

    >>> text = loss([0.5, 0.25, 0.125])
    >>> "0.5 at first, 0.125 at last" in text
    True

    Raises DataError for no losses, and for one that is no finite number.
    """
    found = {"training": history.loss, "validation": history.validation_loss} if isinstance(history, History) else \
        {"training": elements(history) or []}
    if not found["training"]:
        raise DataError("loss: found no epoch, expected at least one")
    losses = {name: finite("loss", values) for name, values in found.items() if values}
    every = [value for values in losses.values() for value in values]
    above_0 = [value for value in every if value > 0]
    epochs = len(losses["training"])
    scales = [("linear scale", Axis(min(0.0, *every, 0.0), max(every), 300, 40))]
    if above_0:
        scales.append(("logarithmic scale", Axis(min(above_0), max(above_0), 300, 40, True)))
    parts: List[str] = []
    for k, (name, y) in enumerate(scales):
        x = Axis(0.0, max(1.0, epochs - 1.0), 16 + 350 * k + room_for(y), 346 + 350 * k)
        parts += frame(x, y, "epoch", name)
        for which, values in losses.items():
            for run in pieces(values, y.logarithmic):
                points = [(x.at(epoch), y.at(value)) for epoch, value in thinned(run, THINNED)]
                colour, dashes = LOOKS[which]
                parts.append(line(points, colour, 2, dashes) if len(points) > 1 else disc(*points[0], 3, colour))
    told = []
    for which, values in losses.items():
        lowest = min(values)
        told.append(f"{number(values[0], 4)} at first, {number(values[-1], 4)} at last"
                    + (f", lowest {number(lowest, 4)} in epoch {values.index(lowest):,}" if lowest < values[-1] else "")
                    + (f" ({which})" if len(losses) > 1 else ""))
    about = f"{'; '.join(told)}; {counted(epochs, 'epoch')}."
    if len(above_0) < len(every):
        about += f" {counted(len(every) - len(above_0), 'loss', 'losses')} not above 0: not on a logarithmic scale."
    if len(losses) > 1:
        for k, (which, (colour, dashes)) in enumerate(LOOKS.items()):
            parts += [line([(76 + 110 * k, 356), (106 + 110 * k, 356)], colour, 2, dashes),
                      words(112 + 110 * k, 360, which, "quiet")]
    return picture(title, "Loss, epoch by epoch", about, f"Curves of the loss, linear and logarithmic: {about}",
                   724, 350 + 24 * (len(losses) > 1), parts)


def pieces(values: Sequence[float], logarithmic: bool) -> List[List[Tuple[int, float]]]:
    """Return (epoch, loss) in pieces that belong together: a loss of 0 has no place on a logarithmic scale.

    >>> pieces([2.0, 0.0, 1.0, 1.0], True)
    [[(0, 2.0)], [(2, 1.0), (3, 1.0)]]
    """
    found: List[List[Tuple[int, float]]] = [[]]
    for epoch, value in enumerate(values):
        if not logarithmic or value > 0:
            found[-1].append((epoch, value))
        else:
            found.append([])
    return [piece for piece in found if piece]


def thinned(points: Sequence[Tuple[int, float]], most: int) -> List[Tuple[int, float]]:
    """Return the points, or of many the ends, and the lowest and highest of each stretch, so that no peak is lost.

    >>> thinned([(0, 1.0), (1, 9.0), (2, 2.0), (3, 2.0), (4, 0.0), (5, 1.0)], 4)
    [(0, 1.0), (1, 9.0), (3, 2.0), (4, 0.0), (5, 1.0)]
    """
    if len(points) <= most:
        return list(points)
    stretches = most // 2
    kept = {0, len(points) - 1}
    for k in range(stretches):
        stretch = range(k * len(points) // stretches, (k + 1) * len(points) // stretches)
        kept |= {min(stretch, key=lambda i: points[i][1]), max(stretch, key=lambda i: points[i][1])}
    return [points[i] for i in sorted(kept)]


MOST_LINES = 16  # of a layer
PATTERNS = (None, "7 3", "2 3")  # one for each round of the colours


class Path(NamedTuple):
    """One weight or bias across training."""

    name: str
    values: List[float]
    turns: Optional[int]  # changes of direction, where they were counted

    @property
    def moved(self) -> float:
        """Return from how far to how far it went, halved: the whole may be more than a float holds."""
        return max(self.values) / 2 - min(self.values) / 2

    def told(self) -> str:
        """Return where it went."""
        turns = "" if self.turns is None else f", {counted(self.turns, 'change')} of direction"
        return f"{self.name} from {number(self.values[0])} to {number(self.values[-1])}{turns}."


def weights(history: Union[History, Sequence[Snapshot]], logarithmic: bool = True, title: Optional[str] = None) -> str:
    """Draw how the weights and biases went across training, a plot for each layer.

    `history` is what `fit` returned when it was asked for snapshots, or a list of snapshots. If it was asked for
    direction_changes too, the picture says how often each weight turned. The logarithmic scale of the epochs shows the
    first ones, where most happens, as wide as the last. Of many weights the ones that went furthest are drawn.

    >>> from purenet import Network
    >>> net = Network.from_weights([[[0.0]]])
    >>> text = weights(net.fit([[1.0]], [[1.0]], epochs=2, snapshots=3))
    >>> "W1[0][0] from 0 to 0.241741." in text
    True

    Raises DataError for fewer than two snapshots.
    """
    snapshots = history.snapshots if isinstance(history, History) else elements(history) or []
    if len(snapshots) < 2:
        raise DataError(f"weights: found {counted(len(snapshots), 'snapshot')}, expected at least two, as of "
                        "fit(..., snapshots=100)")
    turns = history.direction_changes if isinstance(history, History) else None
    last = snapshots[-1].epochs
    ticks: List[Tick] = []
    if logarithmic:
        powers = [10 ** k for k in range(last > 999, len(str(last))) if 10 ** k < last / 2.5]
        ticks = [(epoch + 1.0, f"{epoch:,}") for epoch in [0, *powers, last]]
    layers, cut = [_paths(snapshots, turns, layer) for layer in range(len(snapshots[0].weights))], []
    for layer, paths in enumerate(layers):
        if len(paths) > MOST_LINES:
            cut.append(f"{MOST_LINES} of the {len(paths):,} of layer {layer + 1}")
            furthest = sorted(range(len(paths)), key=lambda k: -paths[k].moved)[:MOST_LINES]
            layers[layer] = [paths[k] for k in sorted(furthest)]
    ranges = [Axis(min(min(each.values) for each in paths), max(max(each.values) for each in paths), 0.0, 1.0)
              for paths in layers]
    x = Axis(float(logarithmic), last + float(logarithmic), 16 + max(map(room_for, ranges)), 480, logarithmic)
    parts, told = [], []
    top = 0.0
    for layer, paths in enumerate(layers):
        height = max(180, 17 * len(paths))
        y = ranges[layer]._replace(start=top + 40 + height, end=top + 40)
        parts += frame(x, y, "epoch", f"layer {layer + 1}", ticks)
        places = spaced([y.at(each.values[-1]) for each in paths], 17, y.end, y.start)
        for k, (each, at) in enumerate(zip(paths, places)):
            colour, pattern = SERIES[k % len(SERIES)], PATTERNS[k // len(SERIES) % len(PATTERNS)]
            points = [(x.at(s.epochs + logarithmic), y.at(value)) for s, value in zip(snapshots, each.values)]
            text = f"{each.name}  {number(each.values[-1], 4)}"
            if each.turns is not None:
                text += f", {counted(each.turns, 'turn')}"
            parts += [line(points, colour, 1.8, pattern, content=hint(each.told())),
                      line([points[-1], (492, at), (508, at)], colour, 1, "1 2"),
                      words(512, at + 4, text, colour, size=11)]
        told += [each.told() for each in paths]
        top += height + 100
    about = "Each line is a weight or bias, from before the first epoch to after the last."
    if turns is not None:
        about += " A turn: it went up in one epoch and not in the next, or the other way round."
    if cut:
        about += f" Shortened: drawn are {' and '.join(cut)}, those that went furthest."
    return picture(title, f"The weights across {counted(last, 'epoch')}", about, f"{about} {' '.join(told)}",
                   724, top - 2 * MARGIN + 40, parts)


def _paths(snapshots: Sequence[Snapshot], turns: Any, layer: int) -> List[Path]:
    """Return the paths of the weights of a layer, row by row, and then of its biases."""
    weights, biases = [s.weights[layer] for s in snapshots], [s.biases[layer] for s in snapshots if s.biases]
    found = [Path(f"W{layer + 1}[{i}][{j}]", [W[i][j] for W in weights], turns and turns[0][layer][i][j])
             for i, row in enumerate(weights[0]) for j in range(len(row))]
    return found + [Path(f"b{layer + 1}[{j}]", [b[j] for b in biases], turns and turns[1][layer][j])
                    for j in range(len(biases[0]) if biases else 0)]
