"""Draw a picture, as SVG: network, loss, weights, contributions, boundary, or sigmoid and the other activations.

Without a model it is about the tutorial's network; loss, weights and boundary after the tutorial's own training, the
others before it, or all of them after --epoch N. A model that `purenet train` wrote takes the rows of a file: of the
whole file, but for contributions. The picture goes to standard output, or to a file: purenet plot loss -o loss.svg
"""
from __future__ import annotations

import argparse
import re
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from ..core.activation import ACTIVATIONS, Elementwise
from ..core.errors import OptionError, choose, whole
from ..core.network import Network
from ..core.storage import write_text
from ..core.training import History
from ..explain import pictures
from . import subject
from .explain import TUTORIAL_EPOCHS
from .files import load_model, require_place, writing
from .subject import Subject
from .terminal import Progress
from .train import reader

DOTS = (-1.0, 0.0, 2.0)  # the tutorial's purple, blue and green dot


def numbers(text: str) -> List[float]:
    """Return the numbers in "-4,0,4"."""
    return [float(part) for part in text.split(",")]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser._negative_number_matcher = re.compile(r"-[\d.][\d.,e+-]*$")  # -4,0,4 is a value and no option
    parser.add_argument("kind", metavar="PICTURE", help=f"one of {', '.join(KINDS)}")
    subject.add_arguments(parser)
    parser.set_defaults(epoch=None)
    group = parser.add_argument_group("the picture")
    group.add_argument("--layer", type=reader(int, "a whole number"), metavar="N",
                       help="contributions: to the weights of this layer, counted from 1 (default 1)")
    group.add_argument("--across", metavar="A,B",
                       help="boundary: the two inputs to draw, by name or number from 0 (default: the first two that "
                            "differ between rows)")
    group.add_argument("--linear", action="store_true", default=None,
                       help="weights: a scale of epochs that is not logarithmic")
    group.add_argument("--at", type=reader(numbers, "numbers such as -4,0,4"), metavar="-4,0,4",
                       help="sigmoid and the others: the points where the slope is shown (default -1,0,2, which are "
                            "the tutorial's dots)")
    group.add_argument("--title", metavar="TEXT", help="the title, if not the one that tells what it is")
    group.add_argument("-o", "--output", metavar="FILE.svg", help="write to this file, not to standard output")


def run(options: argparse.Namespace) -> None:
    """Draw what is asked for."""
    kind = choose("picture", options.kind, KINDS)
    for name in [name for other in KINDS.values() for name in other.options]:
        if getattr(options, name) is not None and name not in kind.options:
            takers = [other for other in KINDS if name in KINDS[other].options]
            what = {"model": "MODEL.json", "file": "FILE.csv"}.get(name, "--" + name.replace("_", "-"))
            raise OptionError(f"{options.kind} has no use for {what}, which is for {', '.join(takers)}")
    if options.output is not None:
        for path in (options.model, options.file):
            require_place(options.output, path)
    picture = kind.draw(options)
    if options.output is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # which is what the file is in, whatever the terminal can show
        print(end=picture)
        return
    with writing(options.output):
        write_text(options.output, picture)
    print(f"The picture is in {options.output} ({len(picture.encode('utf-8')) / 1000:.0f} kB).")


def network(options: argparse.Namespace) -> str:
    """Draw the network of a subject; that of a saved model needs no rows, unless it is to be trained first."""
    if options.model is not None and options.file is None and not options.epoch:
        model = load_model(options.model)
        net, inputs, outputs = (model, None, None) if isinstance(model, Network) else \
            (model.network_, *subject.unit_names(model, model.table_["target"] if model.table_ else "target"))
        shape = "-".join(map(str, net.sizes))
        return pictures.network(net, inputs, outputs, options.title or f"The network {shape} in {options.model}")
    chosen, epochs = trained(options, 0)
    return pictures.network(chosen.network, chosen.inputs, chosen.outputs, title(options, chosen, epochs))


def loss(options: argparse.Namespace) -> str:
    """Draw the loss of a training run that is made for it."""
    options.most_rows = None
    chosen = subject.read(options)
    epochs = whole("--epoch", epochs_of_a_run(options, chosen))
    return pictures.loss(subject.train(chosen, epochs), title(options, chosen, of="Loss of "))


def weights(options: argparse.Namespace) -> str:
    """Draw the weights across a training run that is made for it."""
    options.most_rows = None
    chosen = subject.read(options)
    epochs = whole("--epoch", epochs_of_a_run(options, chosen))
    return pictures.weights(watched(chosen, epochs), not options.linear, title(options, chosen, of="Weights of "))


def contributions(options: argparse.Namespace) -> str:
    """Draw who pushes which weight of a layer."""
    chosen, epochs = trained(options, 0)
    layer = whole("--layer", 1 if options.layer is None else options.layer, at_most=len(chosen.network.sizes) - 1)
    return pictures.contributions(
        chosen.network.trace(chosen.X, chosen.y, chosen.learning_rate), layer, chosen.examples,
        chosen.inputs if layer == 1 else None, options.title or f"Who pushes which weight of layer {layer}"
        + (f", after {epochs:,} epochs" if epochs else ""))


def boundary(options: argparse.Namespace) -> str:
    """Draw what a trained network says for pairs of inputs."""
    options.most_rows = None
    chosen, epochs = trained(options, None)
    across = None if options.across is None else [input_number(text, chosen) for text in options.across.split(",")]
    if across is not None and len(across) != 2:
        raise OptionError(f"--across: expected two inputs such as 0,1, found {options.across!r}")
    return pictures.boundary(chosen.network, chosen.X, chosen.y, across, chosen.inputs, chosen.outputs,
                             title(options, chosen, epochs), chosen.scales, chosen.target_scale)


def activation(options: argparse.Namespace) -> str:
    """Draw an activation function and its slope."""
    return pictures.activation(options.kind, DOTS if options.at is None else options.at, options.title)


class Kind(NamedTuple):
    """A kind of picture: who draws it, and the options that it has a use for."""

    draw: Callable[[argparse.Namespace], str]
    options: Tuple[str, ...]


ABOUT = ("model", "file", "layers", "rows", "target", "learning_rate", "epoch")
KINDS: Dict[str, Kind] = {
    "network": Kind(network, ABOUT), "loss": Kind(loss, ABOUT), "weights": Kind(weights, (*ABOUT, "linear")),
    "contributions": Kind(contributions, (*ABOUT, "layer")), "boundary": Kind(boundary, (*ABOUT, "across")),
    **{name: Kind(activation, ("at",)) for name, function in ACTIVATIONS.items() if isinstance(function, Elementwise)},
}


def trained(options: argparse.Namespace, epochs: Optional[int]) -> Tuple[Subject, int]:
    """Return the subject, trained for the epochs of --epoch, and their number.

    Without --epoch it is trained for so many epochs as are given, or for None as long as the tutorial trains its own.
    """
    chosen = subject.read(options)
    if options.epoch is not None:
        epochs = whole("--epoch", options.epoch, at_least=0)
    elif epochs is None:
        epochs = 0 if chosen.saved else TUTORIAL_EPOCHS[len(chosen.network.sizes)]
    subject.train(chosen, epochs)
    return chosen, epochs


def epochs_of_a_run(options: argparse.Namespace, chosen: Subject) -> Any:
    """Return for how many epochs to train, where the training is what is drawn."""
    if options.epoch is not None:
        return options.epoch
    if chosen.saved:
        raise OptionError(f"{options.kind}: how a saved network was trained is not known, but it can be trained "
                          "further; say for how many epochs with --epoch N")
    return TUTORIAL_EPOCHS[len(chosen.network.sizes)]


def watched(chosen: Subject, epochs: int) -> History:
    """Train as subject.train does, and count the changes of direction."""
    with Progress("training", epochs) as progress:
        history: History = chosen.network.fit(
            chosen.X, chosen.y, epochs=epochs, learning_rate=chosen.learning_rate,
            snapshots=subject.snapshot_epochs(epochs), direction_changes=True,
            callback=lambda epoch, history: progress.show(epoch + 1))
    return history


def title(options: argparse.Namespace, chosen: Subject, epochs: int = 0, of: str = "") -> str:
    """Return the title that was asked for, or one that tells what the picture is about."""
    text = of + chosen.title + (f", after {epochs:,} epochs" if epochs else "")
    return options.title or text[0].upper() + text[1:]


def input_number(text: str, chosen: Subject) -> int:
    """Return the number of an input that is named, or given by its number."""
    places: Dict[str, int] = {**{str(i): i for i in range(len(chosen.inputs))},
                              **{name: i for i, name in enumerate(chosen.inputs)}}
    return choose("input", text.strip(), places)  # type: ignore[no-any-return]
