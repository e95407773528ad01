"""An example for every mistake of the catalogue: a network on which it shows."""
from __future__ import annotations

import itertools
from typing import Iterator

from ..core.errors import PurenetError
from .cases import Case, sample_cases
from .parameters import flatten
from .replay import Mistake

# From the plain to the rare. The networks of the samples are tried first, then shapes that few mistakes need.
SIZES = [None, [3, 6, 6], [3, 3, 3, 2]]
ACTIVATIONS = ["sigmoid", "tanh", "relu"]
OUTPUTS = [("squared_error", None), ("binary_cross_entropy", None), ("mean_squared_error", None),
           ("cross_entropy", None), ("squared_error", "softmax"), ("squared_error", "identity")]
REDUCTIONS = ["mean", "sum"]
VISIBLE = 1e-9  # relatively: above what rounding does on these networks


def example(mistake: Mistake) -> Case:
    """Return the plainest sample network on which a mistake makes a difference, with the gradients that it makes.

    >>> from .mistakes import MISTAKES
    >>> example(MISTAKES["sign"]).name, example(MISTAKES["weights-not-transposed"]).name
    ('3-4-1', '3-3-3')
    """
    for name, net, X, y, *_ in candidates():
        if mistake.applies(net, X, y):
            try:
                gradients = mistake.commit(net, X, y)
            except (ArithmeticError, PurenetError):
                continue
            found, true = (flatten(g.weights, g.biases) for g in (gradients, net.gradients(X, y)))
            visible = VISIBLE * max(map(abs, true))
            if sum(abs(a - b) > visible for a, b in zip(found, true)) > 1:  # one alone is a slip, of any kind
                return Case(name, net, X, y, gradients)
    raise LookupError(f"no sample network shows the mistake {mistake.name}")


def candidates() -> Iterator[Case]:
    """Yield sample networks of every kind that a mistake may need."""
    for sizes, (loss, output), activation, reduction in itertools.product(SIZES, OUTPUTS, ACTIVATIONS, REDUCTIONS):
        yield from sample_cases(sizes, activation=activation, output=output, loss=loss, reduction=reduction)
