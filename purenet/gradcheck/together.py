"""What no single component decides, all of them together may: they are, to nine digits, what some mistake makes.

Where rounding may cost a textbook's backprop everything, a component that is off by as much tells nothing. But rounding
does not make the very numbers of a wrong formula, computed with many digits, in one component after the other.

It does two things exactly, and neither is held against anyone. Small differences are lost: 1 - a is 0 where a is 1 in
floats. And in a sum small terms are lost beside large ones, which may cancel later: tiny + ½ - ½ + tiny is the last
term alone. Either way the gradient may be, to all digits, that of the other examples, or half of it. So only a
component tells anything whose sums do not cancel, and only if no right formula, with whatever differences lost, makes
these numbers.
"""
from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

from ..core.network import Network
from .mistakes import BACK, BIAS, ERROR, MISTAKES, PRODUCT, REST, SIGMOID, TANH
from .replay import BROKEN, Mistake, replay, replay_exactly
from .parameters import flatten
from .textbook import Matrix

SAME = 1e-9  # relatively: what agrees to as many digits does not do so by chance
OTHER = 1e-6  # relatively: what a mistake has to move for it to be seen that it was made
TELLING = 2  # components that are moved, and not just to 0, as what underflows is

WELL = 1e-5  # of the sizes of all terms, added up: a sum that is larger keeps nine digits, in whatever order it is made
SMALLEST = 1e-299  # of what has nine digits in a float: below 1e-308 they get fewer
LOST = 1e-13  # of what it is taken of: a smaller difference may be lost; where it is larger, each component tells alone
SLOPES = ((SIGMOID, "return a * left(1, a, smallest)"), (TANH, "return left(1, a * a, smallest)"))
ERRORS = ((ERROR, "error = [[left(b, t, smallest) for b, t in zip(*rows)] for rows in zip(a, y)]"),)
LOSSES = [Mistake("", "", "", lines) for lines in (ERRORS, SLOPES + ERRORS)]  # with careful slopes, and without
SIZES = Mistake("", "", "", (  # of all terms, added up in place of the terms
    (ERROR, "error = map(abs, subtract(a, y))"),
    ("common = row_sums(multiply(error, a))", "error = map(abs, error); common = row_sums(multiply(error, a))"),
    (REST, "rest = [[e + c for e in row] for row, c in zip(error, common)]"),
    (BACK, "error = dot(map(abs, delta), transpose(map(abs, W)))"),
    (PRODUCT, "dW = dot(transpose(map(abs, inputs)), map(abs, delta))"),
    (BIAS, "db = column_sums(map(abs, delta))")))


def betrayed(net: Network, X: Matrix, y: Matrix, yours: Sequence[float], true: Sequence[float],
             allowed: Sequence[float]) -> Optional[Tuple[Mistake, List[int]]]:
    """Return a mistake whose numbers these are, and which components it has moved; None where there is none.

    >>> net = Network.from_weights([[[40.0, 41.0]]])
    >>> true = replay_exactly([], net, [[1.0]], [[0.0, 0.0]])
    >>> found, moved = betrayed(net, [[1.0]], [[0.0, 0.0]], [2 * value for value in true], true, [1e-15, 1e-15])
    >>> found.name, moved
    ('factor-two', [0, 1])
    """
    if all(is_same(a, b) for a, b in zip(yours, true)):
        return None
    sure = [k for k, bound in enumerate(allowed) if bound < SAME * abs(true[k])]
    for mistake in MISTAKES.values():
        if mistake.unknown or not mistake.applies(net, X, y) or not may_be(mistake, net, X, y, yours, sure):
            continue
        found = replay_exactly([mistake], net, X, y)
        if found is not None and all(map(is_same, found, yours)):
            moved = [k for k, (a, b) in enumerate(zip(found, true)) if abs(a - b) > OTHER * max(abs(a), abs(b))]
            sizes = replay_exactly([SIZES], net, X, y) or [math.inf] * len(true)
            telling = [k for k in moved if abs(found[k]) > max(WELL * sizes[k], SMALLEST)]
            if len(telling) >= TELLING:
                return None if may_be_lost(net, X, y, yours, telling) else (mistake, moved)
    return None


def may_be_lost(net: Network, X: Matrix, y: Matrix, yours: Sequence[float], telling: Sequence[int]) -> bool:
    """Return whether a right formula gives these numbers, where they tell, if small differences are 0 in it."""
    variants = (replay_exactly([loss], net, X, y, smallest=LOST) for loss in LOSSES)
    return any(found is not None and all(is_same(found[k], yours[k]) for k in telling) for found in variants)


def is_same(a: float, b: float) -> bool:
    """Return whether two components agree to nine digits."""
    return math.isclose(a, b, rel_tol=SAME)


def may_be(mistake: Mistake, net: Network, X: Matrix, y: Matrix, yours: Sequence[float], sure: Sequence[int]) -> bool:
    """Return whether a mistake, in floats, gives what yours are where floats have digits enough to tell."""
    try:
        gradients = replay([mistake], net, X, y)
    except BROKEN:
        return True
    found = flatten(gradients.weights, gradients.biases)
    return len(found) == len(yours) and all(math.isclose(found[k], yours[k], rel_tol=OTHER) for k in sure)
