"""Train the tutorial's two networks and take one step of backprop apart.

Nothing has to be installed: the random numbers are those of NumPy's seed(1), drawn without NumPy.
"""
from __future__ import annotations

import argparse
import platform
import time
from typing import Any, Dict, List

from .. import __version__
from ..core.network import Network
from .terminal import Progress, table, wrapped
from .tutorial import EXCLUSIVE_OR, FIRST_COLUMN, X, tutorial_network

# What "A Neural Network in 11 lines of Python" (iamtrask, 2015) prints.
PUBLISHED_PREDICTIONS = ["0.00966449", "0.00786506", "0.99358898", "0.99211957"]
PUBLISHED_ERRORS = {0: "0.496410031903", 10000: "0.00858452565325", 20000: "0.00578945986251",
                    30000: "0.00462917677677", 40000: "0.00395876528027", 50000: "0.00351012256782"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command: there are none."""


def run(options: argparse.Namespace) -> None:
    """Print the whole demonstration."""
    begun = time.monotonic()
    print(f"purenet {__version__} on {platform.python_implementation()} {platform.python_version()}: "
          "the tutorial's networks, on plain lists")
    two_layers()
    three_layers()
    one_step()
    print(f"\nDone in {time.monotonic() - begun:.1f} s. Next: python3 -m purenet explain")


def two_layers() -> None:
    """Train three inputs to one output, and compare the predictions with the published ones."""
    print("""
1. Two layers: 3 inputs, 1 output
---------------------------------
Four examples, all at once, 10,000 times. The first input gives the target away.
""")
    network = tutorial_network([3, 1])
    before = network.predict(X)
    train("two layers", network, FIRST_COLUMN, 10_000 - 1)
    after = network.predict(X)  # the tutorial prints what the last iteration predicted before its update
    train("two layers", network, FIRST_COLUMN, 1)
    rows = [["inputs", "target", "at first", "trained", "published"]]
    for x, y, first, last, published in zip(X, FIRST_COLUMN, before, after, PUBLISHED_PREDICTIONS):
        rows.append([" ".join(map(str, x)), str(y[0]), f"{first[0]:.8f}", f"{last[0]:.8f}", published])
    print(table(rows))
    say_agreement([last[0] for last in after], PUBLISHED_PREDICTIONS, 1e-6)


def three_layers() -> None:
    """Train exclusive or through four hidden units, and compare the mean errors with the published ones."""
    print("""
2. Three layers: 3 inputs, 4 hidden units, 1 output
---------------------------------------------------
The target is 1 when exactly one of the first two inputs is. No input alone says
anything about it, so there is a hidden layer to combine them. 60,000 times.
""")
    network = tutorial_network([3, 4, 1])
    errors: Dict[int, float] = {}

    def note(iteration: int) -> None:
        if iteration in PUBLISHED_ERRORS:
            sizes = [abs(y[0] - a[0]) for y, a in zip(EXCLUSIVE_OR, network.predict(X))]
            errors[iteration] = sum(sizes) / len(sizes)

    note(0)
    train("three layers", network, EXCLUSIVE_OR, 60_000, note)
    rows = [["iteration", "mean error", "published"]]
    rows += [[f"{iteration:,}", f"{errors[iteration]:.12g}", digits] for iteration, digits in PUBLISHED_ERRORS.items()]
    print(table(rows))
    say_agreement(list(errors.values()), list(PUBLISHED_ERRORS.values()), 1e-9)
    print("(The tutorial's second part prints the last of them as 0.00351012256786.)")
    predictions = "  ".join(f"{a[0]:.5f}" for a in network.predict(X))
    print(f"Now it predicts {predictions} for the targets 0 1 1 0.")


def train(label: str, network: Network, y: List[List[int]], iterations: int, note: Any = None) -> None:
    """Train on the four examples, showing how far it is; call `note` with the number of iterations that are done."""
    def callback(epoch: int, history: Any) -> None:
        if epoch % 100 == 99:
            progress.show(epoch + 1)
        if note:
            note(epoch + 1)

    with Progress(label, iterations) as progress:
        network.fit(X, y, epochs=iterations, learning_rate=1.0, callback=callback)


def say_agreement(found: List[float], published: List[str], tolerance: float) -> None:
    """Say whether every number agrees with the published one."""
    largest = max(abs(ours - float(theirs)) / float(theirs) for ours, theirs in zip(found, published))
    if largest <= tolerance:
        print(f"They agree with the published digits, to within {largest:.0e} of their size.")
    else:
        print(f"They do NOT agree with the published digits: off by up to {largest:.0e} of their size.")


def one_step() -> None:
    """Print the first step of the two-layer network: its numbers, and which example pushes which weight."""
    trace = tutorial_network([3, 1]).trace(X, FIRST_COLUMN, learning_rate=1.0)
    v, found = trace.values, [trace.contributions(1, i, 0) for i in range(3)]
    names = [f"w{i + 1}" for i in range(3)]

    print("""
3. One step of backprop, every number of it
-------------------------------------------
The first step of the two-layer network. It starts from the weights""")
    print("\n    " + "   ".join(f"{name} = {c.old:.8f}" for name, c in zip(names, found)))
    print("""
l1 = sigmoid(x1 w1 + x2 w2 + x3 w3) is its prediction, error = l1 - target. The
slope is steep, up to 0.25, where the sigmoid is undecided, and flat where it is
sure. delta = error * slope: what the network is sure of is left alone.
""")
    rows = [["x1", "x2", "x3", "target", "l1", "error", "slope", "delta"]]
    for i, x in enumerate(X):
        numbers = [v[name][i][0] for name in ("a1", "error1", "slope1", "delta1")]
        rows.append([*map(str, x), str(FIRST_COLUMN[i][0]), *(f"{number:.8f}" for number in numbers)])
    print(table(rows))
    print("""
Each example pushes each weight by input * delta; the sum of the pushes is the
gradient, and the new weight is the old one minus the gradient.
""")
    rows = [["", *names]]
    for i in range(len(X)):
        pushes = [c.examples[i].push for c in found]
        rows.append([f"example {i + 1}", *(f"{push:+.8f}" if push else "0" for push in pushes)])
    rows.append(["sum: the gradient", *(f"{c.gradient:+.8f}" for c in found)])
    rows.append(["old weight", *(f"{c.old:+.8f}" for c in found)])
    rows.append(["new weight", *(f"{c.new:+.8f}" for c in found)])
    print(table(rows))
    print()
    for name, c in zip(names, found):
        print(wrapped(c._replace(name=name).verdict()))
