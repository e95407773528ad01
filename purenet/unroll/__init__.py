"""The same network as a straight-line program: fast on CPython, and to be read where nothing may be hidden.

Read it in this order: program, python, engine, kernels, choice.
"""
from __future__ import annotations

import sys
from types import ModuleType
from typing import Optional, Union

from ..core import optimizer as optimizers
from ..core.errors import OptionError, not_negative, whole
from ..core.network import Network
from ..core.optimizer import Optimizer
from . import python
from .program import RULES


def unroll(network: Network, batch_size: Optional[int] = None, optimizer: Union[str, Optimizer] = "gradient_descent",
           l2: float = 0.0, examples: Optional[int] = None) -> str:
    """Return the network as the source of a Python program in which every multiplication stands on its own.

    The program has the parameters as they are now, and two functions: predict(parameters, rows), and
    train(parameters, batches, epochs, rate) for some epochs. w1_0_2 is the weight of layer 1 from its input 0 to its
    unit 2, z2_0 the weighted input of unit 0 of layer 2, delta2_0 its delta. It computes the same bits as `fit`.

    >>> net = Network.from_weights([[[0.5], [-0.25]]], [[0.0]], activation="identity")
    >>> source = unroll(net, batch_size=1)
    >>> print(source[source.index("def predict"):source.index("def train")].strip())
    def predict(parameters, rows):
        (w1_0_0, w1_1_0, b1_0,) = parameters
        outputs = []
        for (x_0, x_1,) in rows:
            # layer 1: z = a · W + b, each input times its weight, and a = identity(z)
            z1_0 = x_0 * w1_0_0 + x_1 * w1_1_0 + b1_0
            a1_0 = z1_0
            outputs.append([a1_0])
        return outputs
    >>> program = {}
    >>> exec(source, program)
    >>> program["predict"](program["parameters"], [(4.0, 2.0)])
    [[1.5]]
    >>> program["train"](program["parameters"], [(4.0, 2.0, 1.0)], epochs=1, rate=0.125)  # rows: inputs, then targets
    ([0.25, -0.375, -0.0625], [0.125])

    batch_size  1: `train` takes the rows one by one; otherwise lists of rows, a step for each
    optimizer, l2  as for `fit`; what the optimizer remembers stands behind the parameters: parameters + memory
    examples    write out a full batch of so many rows, one after the other, instead of a loop over them

    Raises OptionError for what has no program: an optimizer or an arithmetic of your own.
    """
    made: Optimizer = optimizers.make(optimizer)
    l2 = not_negative("l2", l2)
    if type(made) not in RULES or not isinstance(network.exp, str):
        raise OptionError("unroll: expected an optimizer and an exp of this package, found "
                          f"{made!r} and exp {network.exp!r}")
    examples = None if examples is None else whole("examples", examples)
    batches = examples is None and (batch_size is None or whole("batch_size", batch_size) > 1)
    return python.module(network, made, l2, examples, batches)


class Room(ModuleType):
    """Let a room be called, since `purenet.unroll` is the name of its function too."""

    def __call__(self, *args: object, **options: object) -> object:
        return vars(self)[self.__name__.rpartition(".")[2]](*args, **options)


sys.modules[__name__].__class__ = Room
