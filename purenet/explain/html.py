"""One training step as a page to take apart: one file that opens from disk and asks nothing of any network."""
from __future__ import annotations

import copy
import json
import pkgutil
import re
from typing import Any, Dict, List, Optional, Sequence

from ..core.errors import OptionError, ShapeError, brief, elements
from ..core.network import Network
from ..core.training import Snapshot
from .trace import trace_step

VERSION = 1
SCRIPTS = ("engine.js", "dom.js", "grid.js", "drawing.js", "model.js", "words.js", "step.js", "number.js",
           "training.js", "quiz.js", "network.js", "view.js")  # the parts of one program, in this order
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}  # JSON has them in texts alone


def page(network: Network, X: Any, y: Any, learning_rate: float = 1.0, snapshots: Optional[Sequence[Snapshot]] = None,
         inputs: Optional[Sequence[str]] = None, outputs: Optional[Sequence[str]] = None,
         examples: Optional[Sequence[str]] = None, title: Optional[str] = None,
         encoding: Optional[Dict[str, Any]] = None) -> str:
    """Return a page, as the text of one HTML file, that shows one training step and lets it be taken apart.

    It holds the network, the examples and its own program, which computes every number as `Network.trace` does, and
    again when the reader changes an input, a target, a weight or the learning rate. It loads nothing.

    X is (examples, sizes[0]), y is (examples, sizes[-1]); `snapshots`, as in the history of `fit`, are the weights to
    scrub through, from the first on; without them there are the network's own. `inputs`, `outputs` and `examples` are
    names for the columns of X, the columns of y, and the rows of both. `encoding` says how X was made of a file:
    "columns", as the dictionary of an Encoder has them, of the inputs and, if they are scaled too, of the targets; and
    "cells", for each row the cells of these columns.

    >>> text = page(Network([2, 1], init="zeros"), [[5.0, 3.0]], [[1.0]], inputs=["rooms", "</script>"])
    >>> text.startswith("<!DOCTYPE html>"), "src=" in text, '"</script>"' in text
    (True, False, False)

    Raises what `Network.trace` raises; ShapeError for snapshots of another network and for too few or too many names,
    columns or cells, OptionError for no snapshots.
    """
    if snapshots is None:
        snapshots = [Snapshot(0, network.weights, network.biases)]
    if not snapshots:
        raise OptionError("page: expected at least one snapshot, found none")
    read = [read_snapshot(network, number, snapshot) for number, snapshot in enumerate(snapshots)]
    first = copy.copy(network)  # what the page shows at the beginning can be computed, or is refused here
    first.weights, first.biases = read[0]["weights"], read[0]["biases"]
    trace = trace_step(first, X, y, learning_rate)
    s, values = trace.setting, trace.values
    spec = {
        "version": VERSION,
        "title": title or f"One step of a {'-'.join(map(str, s.sizes))} network",
        "network": {"sizes": s.sizes, "activation": network.activation, "output": network.output, "loss": s.loss,
                    "reduction": network.reduction, "bias": s.bias, "exp": network.exp},
        "X": values["X"], "y": values["y"], "learning_rate": values["learning_rate"],
        "snapshots": read,
        "inputs": read_names("inputs", inputs, s.sizes[0]),
        "outputs": read_names("outputs", outputs, s.sizes[-1]),
        "examples": read_names("examples", examples, s.examples),
        "encoding": encoding and read_encoding(encoding, s.sizes, s.examples),
    }
    parts = {"style": asset("style.css"), "spec": as_json(spec), "program": "\n".join(map(asset, SCRIPTS))}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], asset("page.html"))


def read_snapshot(network: Network, number: int, snapshot: Snapshot) -> Dict[str, Any]:
    """Return a snapshot as plain data.

    Raises ShapeError when it is not of this network, DataError for a weight that is no finite number.
    """
    place = f"page: snapshots[{number}]"
    read = Network.from_weights(snapshot.weights, snapshot.biases)
    if read.sizes != network.sizes or (read.biases is None) != (network.biases is None):
        kind = "with" if network.biases is not None else "without"
        raise ShapeError(f"{place} has the sizes {read.sizes}{'' if read.biases is None else ' and biases'}, "
                         f"expected {network.sizes} {kind} biases")
    return {"epochs": snapshot.epochs, "weights": read.weights, "biases": read.biases}


def read_names(what: str, names: Optional[Sequence[str]], count: int) -> Optional[List[str]]:
    """Return names as texts, one for each of `count`; None stays None.

    Raises ShapeError for another number of them.
    """
    if names is None:
        return None
    found = elements(names)
    if found is None or len(found) != count:
        raise ShapeError(f"page: {what} must be a list of {count} names, found {brief(names)}")
    return [str(name) for name in found]


def read_encoding(encoding: Dict[str, Any], sizes: Sequence[int], examples: int) -> Dict[str, Any]:
    """Return an encoding that has the columns of the inputs, or of the inputs and targets, and their cells.

    Raises ShapeError for other numbers of them.
    """
    columns, cells = encoding["columns"], [list(row) for row in encoding["cells"]]
    width = sum(len(column.get("texts", "1")) for column in columns)
    if width not in (sizes[0], sizes[0] + sizes[-1]) or [len(row) for row in cells] != [len(columns)] * examples:
        raise ShapeError(f"page: encoding makes {width} numbers of {len(columns)} columns for {len(cells)} rows, "
                         f"expected {sizes[0]}, the inputs, or {sizes[0] + sizes[-1]}, with the targets, for {examples}"
                         " with a cell of each column")
    return {"columns": columns, "cells": cells}


def as_json(value: Any) -> str:
    """Return data as JSON that can stand within a script element: no text in it can end that, or begin a comment.

    >>> print(as_json({"a": "</script> & <!--"}))
    {"a":"\\u003c/script\\u003e \\u0026 \\u003c!--"}
    """
    return json.dumps(value, allow_nan=False, separators=(",", ":")).translate(ESCAPES)


def asset(name: str) -> str:
    """Return the text of a part of the page."""
    data = pkgutil.get_data(__name__, f"page/{name}")  # finds it in a folder, a wheel and a zip alike
    assert data is not None, f"{name} was left out of this installation"
    return data.decode("utf-8")
