"""What no single component decides, all of them together may: they are, to nine digits, what some mistake makes.

Where rounding may cost a textbook's backprop everything, a component that is off by as much tells nothing. But rounding
does not make the very numbers of a wrong formula, computed with many digits, in one component after the other.

It does one thing exactly: small differences are lost. 1 - a is 0 where a is 1 in floats, and the whole gradient may
then be, to all digits, that of the other examples. So whatever comes of losing small differences is not held against
it.
"""
from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

from ..core.network import Network
from .mistakes import ERROR, MISTAKES, REST, SIGMOID, TANH
from .replay import BROKEN, Mistake, replay, replay_exactly
from .parameters import flatten
from .textbook import Matrix

SAME = 1e-9  # relatively: what agrees to as many digits does not do so by chance
OTHER = 1e-6  # relatively: what a mistake has to move for it to be seen that it was made
TELLING = 2  # components that are moved, and not just to 0, as what underflows is


LOST = range(5, 21)  # powers of ten: differences that are smaller, relative to what they are taken of, may be lost
LOSS = Mistake("", "", "", (  # no mistake
    (SIGMOID, "return a * left(1, a, smallest)"),
    (TANH, "return left(1, a * a, smallest)"),
    (ERROR, "error = [[left(b, t, smallest) for b, t in zip(*rows)] for rows in zip(a, y)]"),
    (REST, "rest = [[left(e, c, smallest) for e in row] for row, c in zip(error, common)]")))


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
            if sum(found[k] != 0 for k in moved) >= TELLING:
                return None if may_be_lost(net, X, y, yours) else (mistake, moved)
    return None


def may_be_lost(net: Network, X: Matrix, y: Matrix, yours: Sequence[float]) -> bool:
    """Return whether a right formula gives these numbers if all differences below some size are 0."""
    variants = (replay_exactly([LOSS], net, X, y, smallest=10.0 ** -power) for power in LOST)
    return any(found is not None and all(map(is_same, found, yours)) for found in variants)


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
