"""What a generated program needs around it to be an engine; `core.lists` says what each function does.

A program works on flat lists: the parameters are every weight, row by row and layer by layer, then every bias, and for
training what the optimizer remembers, in the same order.
"""
from __future__ import annotations

import math
from itertools import chain, islice
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ..core import lists
from ..core.gradients import Gradients
from ..core.optimizer import Optimizer
from .program import RULES, Kind

AT_ONCE = 2_000_000  # units of work in one call: a tenth of a second or less, so that an interruption costs no more;
ROWS_AT_ONCE = 64  # but at least as many rows, so that taking parameters apart and together does not count

Matrix = List[List[float]]
Plan = Iterator[Tuple[range, float, List[int]]]


class Engine:
    """Run the functions that `make(name, network, ...)` returns: "predict", "evaluate", "contribute" and "train"."""

    def __init__(self, make: Callable[..., Any], written_out: int = 0) -> None:
        self.make = make
        self.written_out = written_out  # multiply-adds up to which a full batch is a program of its own

    def predict(self, network: Any, X: Matrix) -> Matrix:
        """Return the outputs for every example."""
        outputs: Matrix = self.make("predict", network)(flat(network.weights, network.biases), X)
        return outputs

    def loss(self, network: Any, X: Matrix, y: Matrix) -> float:
        """Return the sum of the losses of the examples."""
        run = self.make("evaluate", network)
        try:
            total: float = run(flat(network.weights, network.biases), joined(X, y))
        except ValueError:  # no largest output: one of them is no number
            total = lists.loss(network, X, y)
        return total

    def gradients(self, network: Any, X: Matrix, y: Matrix, examples: int) -> Tuple[Gradients, List[float]]:
        """Return what these rows of a batch of so many examples contribute to its gradients, and the loss of each."""
        run = self.make("contribute", network)
        try:
            values, losses = run(flat(network.weights, network.biases), joined(X, y), float(examples))
        except ValueError:
            result: Tuple[Gradients, List[float]] = lists.gradients(network, X, y, examples)
            return result
        return Gradients(*nested(iter(values), network)), losses

    def train(self, network: Any, X: Matrix, y: Matrix, plan: Plan, batch_size: int, optimizer: Optimizer,
              l2: float) -> Iterator[List[float]]:
        """Train the network, and yield, after one epoch or more, the sum of the examples' losses of each."""
        rule, weights = RULES[type(optimizer)], Kind.of(network).multiply_adds
        written_out = batch_size == len(X) and weights * len(X) <= self.written_out
        batches = batch_size > 1 and not written_out
        run = self.make("train", network, type(optimizer), l2 > 0, len(X) if written_out else None, batches)
        settings = {name: getattr(optimizer, name) for name in rule.constants}
        if l2:
            settings["l2"] = l2
        rows = joined(X, y)
        work = weights + 20 * sum(network.sizes) + 100  # of an example: an activation and a call count as so many
        epochs_at_once = max(1, AT_ONCE // (work * len(rows)))
        rows_at_once = max(1, AT_ONCE // (work * batch_size), ROWS_AT_ONCE // batch_size) * batch_size

        for planned, rate, order in plan:
            for first in range(planned.start, planned.stop, epochs_at_once):
                epochs = range(first, min(first + epochs_at_once, planned.stop))
                state = State.of(network, optimizer, rule.counters)
                losses = [0.0]
                try:
                    for start in range(0, len(rows), rows_at_once):
                        part: Sequence[Any] = [rows[i] for i in order[start:start + rows_at_once]]
                        if batches:
                            part = [part[i:i + batch_size] for i in range(0, len(part), batch_size)]
                        values, losses, *counters = run(state.values, part, len(epochs), rate, **settings,
                                                        **state.counters, loss=losses[0])
                        state = State(values, dict(zip(rule.counters, counters)))
                    finite = all(map(math.isfinite, state.values)) and all(map(math.isfinite, losses))
                    if finite:
                        state.put(network, optimizer)
                except ValueError:  # no largest output: one of them is no number
                    finite = False
                except BaseException:  # an interruption, maybe in the middle of `put`: all of it is of one step
                    state.put(network, optimizer)
                    raise
                if not finite:  # in which epoch, the lists find out; what is not finite never becomes so again
                    rest = (range(first, planned.stop), rate, order)
                    yield from lists.train(network, X, y, chain([rest], plan), batch_size, optimizer, l2)
                    return
                yield losses


class State(NamedTuple):
    """Hold all that a training run changes: the parameters and what the optimizer remembers, and what it counts."""

    values: List[float]
    counters: Dict[str, float]

    @classmethod
    def of(cls, network: Any, optimizer: Optimizer, counters: Sequence[str]) -> State:
        """Return the state of these two."""
        values = flat(network.weights, network.biases)
        for copy in range(optimizer.remembers):
            values += [value for matrix in optimizer.memory for row in matrix[copy] for value in row]
        return cls(values, {name: getattr(optimizer, name) for name in counters})

    def put(self, network: Any, optimizer: Optimizer) -> None:
        """Let these two have it."""
        rest = iter(self.values)
        network.weights, network.biases = nested(rest, network)
        copies = [nested(rest, network) for _ in range(optimizer.remembers)]
        if copies:
            matrices = [weights if biases is None else weights + [biases] for weights, biases in copies]
            optimizer.memory = [list(same) for same in zip(*matrices)]
        vars(optimizer).update(self.counters)


def joined(X: Matrix, y: Matrix) -> List[Tuple[float, ...]]:
    """Return each example's inputs and targets as one row."""
    return [(*inputs, *targets) for inputs, targets in zip(X, y)]


def flat(weights: Any, biases: Any) -> List[float]:
    """Return every weight, row by row and layer by layer, and then every bias."""
    values = [value for matrix in weights for row in matrix for value in row]
    return values + [value for row in biases or () for value in row]


def nested(values: Iterator[float], network: Any) -> Tuple[List[Matrix], Any]:
    """Take weights and biases of the network's shapes from flat values, and return them."""
    sizes = network.sizes
    weights = [[list(islice(values, units)) for _ in range(inputs)] for inputs, units in zip(sizes[:-1], sizes[1:])]
    return weights, None if network.biases is None else [list(islice(values, units)) for units in sizes[1:]]
