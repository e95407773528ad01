"""The two networks of "A Neural Network in 11 lines of Python" (iamtrask, 2015), and the examples they learn."""
from __future__ import annotations

from typing import List

from ..core.network import Network

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
FIRST_COLUMN = [[0], [0], [1], [1]]  # the target that one input gives away
EXCLUSIVE_OR = [[0], [1], [1], [0]]  # the target that takes a hidden layer


def tutorial_network(sizes: List[int]) -> Network:
    """Return a network as in the tutorial: no biases, the errors of all examples added up."""
    return Network(sizes, bias=False, reduction="sum", seed=1)
