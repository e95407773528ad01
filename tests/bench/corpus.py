"""The networks on which checkers of gradients are compared, and the wrong gradients that they are to find.

Everything is drawn from a seed, so that a corpus of the same size is the same on every machine.
"""

import random
import struct
from typing import NamedTuple

from purenet import Network
from purenet.gradcheck.mistakes import CATALOGUE, MISTAKES
from purenet.gradcheck.parameters import flatten
from purenet.gradcheck.replay import replay, replay_exactly

SHARES = {"plain": 80, "small": 20, "saturated": 40, "near an optimum": 40, "large loss": 20}  # of 200 networks
FACTORS = {"small": 0.01, "saturated": 10.0}  # of the weights; otherwise they are from -1 to 1
SIZES = [[2, 2, 1], [3, 4, 1], [4, 8, 3], [3, 3, 3]]
HIDDEN = ["sigmoid", "sigmoid", "tanh", "relu"]
ENDS = [("squared_error", "sigmoid"), ("squared_error", "sigmoid"), ("squared_error", "tanh"),
        ("squared_error", "identity"), ("mean_squared_error", "sigmoid"), ("mean_squared_error", "identity"),
        ("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")]
LARGE = ENDS[:6]  # a cross-entropy takes no large targets
GROSS = 1e-3  # relatively, of some component: what is off by more is a wrong formula, not a lost digit
DIGITS = 40  # of the arithmetic in which mistakes are made, so that they differ from the truth in nothing else
ONLY_FLOATS = ("float32", "leaky-slope")  # whose lines Decimal numbers cannot run
OFF = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9]


class Problem(NamedTuple):
    """Hold a network with examples, and what kind of problem that is."""

    kind: str
    net: Network
    X: list
    y: list


class Wrong(NamedTuple):
    """Hold a wrong gradient, as a flat list, and the name of what is wrong with it."""

    name: str
    values: list


def shared_out(count):
    """Return how many of so many networks are of each kind.

    >>> shared_out(10)
    {'plain': 4, 'small': 1, 'saturated': 2, 'near an optimum': 2, 'large loss': 1}
    """
    return {kind: max(1, round(count * share / 200)) for kind, share in SHARES.items()}


def corpus(count=200, seed=1):
    """Return so many networks of the five kinds, of four sizes in turn."""
    draw = random.Random(seed)
    return [problem(draw, kind, SIZES[number % len(SIZES)], draw.randint(3, 6))
            for kind, share in shared_out(count).items() for number in range(share)]


def any_problems(count, seed=2):
    """Yield networks of any size, with one to three layers and one to eight examples, of the five kinds."""
    draw = random.Random(seed)
    for _ in range(count):
        kind = draw.choices(list(SHARES), list(SHARES.values()))[0]
        yield problem(draw, kind, [draw.randint(1, 5) for _ in range(draw.randint(2, 4))], draw.randint(1, 8))


def problem(draw, kind, sizes, examples):
    """Return a network of a kind and of these sizes, with random weights, options and examples."""
    ends = [end for end in (LARGE if kind == "large loss" else ENDS) if end[1] != "softmax" or sizes[-1] > 1]
    loss, output = draw.choice(ends)
    factor = FACTORS.get(kind, 1.0)
    net = Network.from_weights(
        [table(draw, inputs, units, factor) for inputs, units in zip(sizes, sizes[1:])],
        [table(draw, 1, units, factor)[0] for units in sizes[1:]] if draw.random() < 0.8 else None,
        activation=draw.choice(HIDDEN), output=output, loss=loss, reduction=draw.choice(["mean", "sum"]))
    X = table(draw, examples, sizes[0], 1.0)
    return Problem(kind, net, X, targets(draw, kind, net, X))


def table(draw, rows, columns, factor):
    """Return a table of random numbers from -factor to factor."""
    return [[factor * draw.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)]


def targets(draw, kind, net, X):
    """Return targets that the loss takes: near the predictions at an optimum, far for a large loss, else random."""
    y = table(draw, len(X), net.sizes[-1], 1.0)
    if kind == "near an optimum":
        off = 10 ** draw.uniform(-6, -4)
        y = [[a + off * t for a, t in zip(*rows)] for rows in zip(net.predict(X), y)]
        if net.loss_name == "binary_cross_entropy":
            y = [[min(max(t, 0.0), 1.0) for t in row] for row in y]
        if net.loss_name == "cross_entropy":
            y = [[max(t, 0.0) for t in row] for row in y]
            y = [[t / sum(row) for t in row] for row in y]
    elif net.loss_name == "binary_cross_entropy":
        y = [[float(t > 0) for t in row] for row in y]
    elif net.loss_name == "cross_entropy":
        y = [[float(t == max(row)) for t in row] for row in y]
    elif kind == "large loss":
        size = 10 ** draw.uniform(2, 6)
        y = [[size * t for t in row] for row in y]
    return y


def kinks(count=40, seed=3):
    """Return so many networks in which units of relu are exactly at 0: a unit without weights, or an input of zeros."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        kind, net, X, y = problem(draw, "plain", SIZES[number % len(SIZES)], draw.randint(3, 6))
        if number % 2:
            X[0] = [0.0] * net.sizes[0]
        weights = [[list(row) for row in W] for W in net.weights]
        if not number % 2:
            for row in weights[0]:
                row[0] = 0.0
        biases = net.biases and [[0.0] * len(net.biases[0]), *net.biases[1:]]
        found.append(Problem("kink", Network.from_weights(
            weights, biases, activation="relu", output=net.output, loss=net.loss_name, reduction=net.reduction), X, y))
    return found


# ------------------------------------------------------------------------------------------- wrong gradients

def committed(mistake, problem, **values):
    """Return the components that a mistake makes, computed with 40 digits where it can be; None where it cannot run."""
    kind, net, X, y = problem
    if mistake.name not in ONLY_FLOATS:
        return replay_exactly([mistake], net, X, y, DIGITS, **values)
    gradients = replay([mistake], net, X, y, **values)
    return flatten(gradients.weights, gradients.biases)


def apart(values, true):
    """Return by how much a gradient is off in the component where it is most so, relative to the true component.

    >>> apart([1.0, 3.0], [1.0, 2.0]), apart([0.0, 0.0], [0.0, 1e-30]), apart([1.0], [0.0])
    (0.5, 1.0, inf)
    """
    return max(abs(a - b) / abs(b) if b else float("inf") if a else 0.0 for a, b in zip(values, true))


def gross_mistakes(problem, true):
    """Yield the gradient of each mistake of the catalogue that takes some component far from the true one."""
    for mistake in CATALOGUE:
        if mistake.applies(problem.net, problem.X, problem.y):
            values = committed(mistake, problem)
            if values and apart(values, true) > GROSS:
                yield Wrong(mistake.name, values)


def subtle_mistakes(problem, true, seed):
    """Yield gradients that are nearly right: one component off, float32, a row left out, an update first."""
    draw = random.Random(seed)
    places = [k for k, value in enumerate(true) if value]
    for size in OFF if places else []:
        k = draw.choice(places)
        values = list(true)
        values[k] *= 1 + draw.choice([-1, 1]) * size
        yield Wrong(f"off by {size:.0e}", values)
    yield Wrong("float32", [struct.unpack("f", struct.pack("f", value))[0] for value in true])
    row = slice((len(problem.net.weights[0]) - 1) * problem.net.sizes[1], len(problem.net.weights[0])
                * problem.net.sizes[1])
    if any(true[row]):
        yield Wrong("last row", [*true[:row.start], *[0.0] * problem.net.sizes[1], *true[row.stop:]])
    values = committed(MISTAKES["updated-weights"], problem, learning_rate=1e-4)
    if values and apart(values, true) > OFF[-1]:
        yield Wrong("updated weights, rate 1e-4", values)
