"""The parameters of a network as one flat list, and the loss as a function of them."""
from __future__ import annotations

from typing import List, Sequence, Tuple

from ..core.arithmetic import PLATFORM, Arithmetic
from ..core.network import Network
from .loss import Biases, Number, Row, Weights, loss_onward, weighted_input


def names(net: Network) -> List[str]:
    """Return the name of every parameter: the weights layer by layer and row by row, then the biases.

    >>> names(Network([2, 1]))
    ['weights[0][0][0]', 'weights[0][1][0]', 'biases[0][0]']
    """
    weights = [f"weights[{layer}][{i}][{j}]" for layer, W in enumerate(net.weights)
               for i, row in enumerate(W) for j in range(len(row))]
    return weights + [f"biases[{layer}][{j}]" for layer, b in enumerate(net.biases or []) for j in range(len(b))]


def flatten(weights: Weights, biases: Biases) -> List[Number]:
    """Return every weight and bias in one list, in the order of `names`.

    >>> flatten([[[1.0], [2.0]]], [[3.0]])
    [1.0, 2.0, 3.0]
    """
    return [value for rows in [*weights, biases or []] for row in rows for value in row]


def unflatten(values: Sequence[Number], like_weights: Weights, like_biases: Biases) -> Tuple[Weights, Biases]:
    """Return the weights and biases whose `flatten` this is, in the shapes of others.

    >>> unflatten([1.0, 2.0, 3.0], [[[0], [0]]], [[0]])
    ([[[1.0], [2.0]]], [[3.0]])
    """
    rest = iter(values)
    weights = [[[next(rest) for _ in row] for row in W] for W in like_weights]
    return weights, None if like_biases is None else [[next(rest) for _ in b] for b in like_biases]


def loss_at(net: Network, X: Sequence[Row], y: Sequence[Row], weights: Weights, biases: Biases,
            arithmetic: Arithmetic = PLATFORM) -> Number:
    """Return the reduced loss that the network would have with these weights and biases.

    X is (examples, n_0), y is (examples, n_L). `arithmetic.number` reads everything, and the result is of its kind.

    >>> net = Network([2, 1], init="zeros")
    >>> loss_at(net, [[5.0, 3.0], [0.0, 1.0]], [[1.0], [0.5]], net.weights, net.biases)
    0.0625
    """
    read = arithmetic.number
    weights = [[[read(value) for value in row] for row in W] for W in weights]
    biases = None if biases is None else [[read(value) for value in b] for b in biases]
    total = read(0)
    for inputs, targets in zip(X, y):
        z = weighted_input([read(value) for value in inputs], weights, biases, 0)
        total += loss_onward(net, 0, z, [read(value) for value in targets], weights, biases, arithmetic)
    return net.reduce(total, len(y))
