"""Which engine a job is given to: the one that is likely to be done first, by what each costs."""
from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any, List, NamedTuple, Optional

from ..core.arithmetic import ARITHMETICS
from ..core.errors import OptionError
from ..core.optimizer import Optimizer
from . import kernels, python
from .engine import Engine
from .program import RULES, Kind

ENGINES = {"unrolled": Engine(python.make, written_out=400), "kernels": Engine(kernels.make)}


class Cost(NamedTuple):
    """Hold what an engine costs, in nanoseconds."""

    weight: float  # a weight, for each example: forward and backward
    unit: float  # a unit, for each example: its activation and slope
    step: float  # a step, whatever the size
    update: float  # a weight, for each step
    remembered: float  # each number that the optimizer remembers about a weight, for each step
    start: float  # a program, once: to make and compile it, and on PyPy to warm up
    compile: float  # a weight of it, and half of that for each number remembered, once


COSTS = {  # of CPython 3.13 and PyPy 3.9, on one machine; what counts is how they compare
    "cpython": {
        "lists": Cost(75, 1500, 20_000, 160, 130, 0, 0),
        "unrolled": Cost(47, 200, 300, 3, 100, 500_000, 40_000),
        "kernels": Cost(48, 800, 15_000, 10, 170, 4_000_000, 0),
    },
    "pypy": {
        "lists": Cost(7, 200, 8_000, 55, 50, 0, 0),
        "unrolled": Cost(4, 20, 100, 1, 15, 50_000_000, 50_000),
        "kernels": Cost(8, 150, 3_000, 2, 90, 50_000_000, 0),
    },
}

# Weights, and numbers remembered about them, in a straight-line program: CPython takes 14 kB for each to compile it,
# and PyPy, whose traces have a limit, runs longer loops slowly.
LONGEST = {"cpython": 7500, "pypy": 120}
INTERPRETER = sys.implementation.name if sys.implementation.name in COSTS else "cpython"


def choose(name: str, network: Any, examples: int, batch_size: Optional[int], optimizer: Optional[Optimizer]) -> Any:
    """Return the engine of this name, or for "auto" the one that is likely to be done first; None for the lists.

    Raises OptionError when the engine that is asked for cannot do the job.
    """
    obstacle = what_only_lists_can(network, optimizer)
    if name != "auto":
        if obstacle:
            raise OptionError(f"engine {name!r} has no program for {obstacle}: expected 'auto' or 'lists'")
        return ENGINES[name]
    if obstacle or examples == 0:
        return None
    kind, remembered = Kind.of(network), optimizer.remembers if optimizer else 0
    asked = account(kind, remembered, batch_size is None)
    asked[0] += examples
    costs = COSTS[INTERPRETER]
    times = {engine: nanoseconds(cost, kind, asked[0], batch_size, remembered) for engine, cost in costs.items()}
    if kind.multiply_adds * (1 + remembered) > LONGEST[INTERPRETER]:
        del times["unrolled"]
    return ENGINES.get(min(times, key=times.__getitem__))


@lru_cache(maxsize=64)
def account(kind: Kind, remembered: int, predicting: bool) -> List[int]:
    """Return the number of examples that have gone through networks of a kind, as a list to add to.

    Someone who calls `fit` again and again, for one epoch each, has a long job too: after as much work on the lists as
    a program would have cost, it is made.
    """
    return [0]


def what_only_lists_can(network: Any, optimizer: Optional[Optimizer]) -> str:
    """Return what of a job no program can be made for, or nothing."""
    if network.exp not in ARITHMETICS:
        return "an arithmetic of your own"
    if optimizer is not None and type(optimizer) not in RULES:
        return f"the optimizer {type(optimizer).__name__}"
    if not fits(network):
        return "weights that do not fit the network's sizes"
    return ""


def fits(network: Any) -> bool:
    """Return whether the weights and biases have the shapes of the network's sizes; anyone may have set others."""
    sizes, biases = network.sizes, network.biases
    shapes = [(len(W), {len(row) for row in W}) for W in network.weights]
    return (shapes == [(inputs, {units}) for inputs, units in zip(sizes[:-1], sizes[1:])]
            and (biases is None or [len(row) for row in biases] == sizes[1:]))


def nanoseconds(cost: Cost, kind: Kind, examples: int, batch_size: Optional[int], remembered: int) -> float:
    """Return about how long an engine takes for a job."""
    weights = kind.multiply_adds
    one = cost.weight * weights + cost.unit * sum(kind.sizes[1:])
    start = cost.start + cost.compile * weights * (1 + remembered / 2)
    if batch_size is None:  # nothing is learned: the way forward alone, which is about a third
        return (start + examples * one) / 3
    step = cost.step + (cost.update + cost.remembered * remembered) * weights
    return start + examples * one + examples / batch_size * step
