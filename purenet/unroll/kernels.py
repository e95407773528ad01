"""Generated kernels for layers too wide to be written out whole: their sums run over blocks of inputs.

A block holds, for every unit, its weights to some 64 inputs, as a tuple. A kernel makes variables of the inputs of its
block once, and of each unit's weights in turn, so that its sums are straight-line programs; and blocks of the same size
share one, so that neither the program nor the time to compile it grows with the network. The totals of the units are
handed on from block to block, which keeps the order of each sum.
"""
from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple, Type

from ..core import backprop, matrix
from ..core.optimizer import GradientDescent, Optimizer
from .engine import Matrix
from .program import RULES
from .python import functions

BLOCK = 64

Columns = List[Tuple[float, ...]]  # of each unit, its weights to the inputs of a block


def source(size: int) -> str:
    """Return the source of the kernels for blocks of so many inputs.

    Sums begin with -0.0, to which any number, -0.0 too, adds up to itself. `descend` puts a unit's new weights in the
    place of the old ones at once, so that the interpreter has their memory, still in the cache, for the next.

    >>> print(source(2).split("def")[1].strip())
    forward(totals, inputs, columns):
        (x0, x1,) = inputs
        result = []
        for total, (w0, w1,) in zip(totals, columns):
            result.append(total + x0 * w0 + x1 * w1)
        return result
    """
    def each(text: str, separator: str = ", ") -> str:
        return separator.join([text.replace("#", str(i)) for i in range(size)])

    return f"""\
def forward(totals, inputs, columns):
    ({each('x#')},) = inputs
    result = []
    for total, ({each('w#')},) in zip(totals, columns):
        result.append(total + {each('x# * w#', ' + ')})
    return result

def back(deltas, columns):
    {each('e#', ' = ')} = -0.0
    for delta, ({each('w#')},) in zip(deltas, columns):
        {each('e# = e# + delta * w#', '; ')}
    return [{each('e#')}]

def gradient(inputs, deltas):
    result = []
    for deltas_of_unit in deltas:
        {each('g#', ' = ')} = -0.0
        for delta, ({each('x#')},) in zip(deltas_of_unit, inputs):
            {each('g# = g# + x# * delta', '; ')}
        result.append(({each('g#')},))
    return result

def descend(inputs, deltas, columns, rate):
    ({each('x#')},) = inputs
    unit = 0
    for delta, ({each('w#')},) in zip(deltas, columns):
        columns[unit] = ({each('w# - rate * (x# * delta)')},)
        unit += 1
"""


@lru_cache(maxsize=None)  # there are no more sizes than BLOCK
def kernels(size: int) -> Dict[str, Any]:
    """Return the kernels for blocks of so many inputs."""
    return functions(source(size), {})


class Block:
    """Hold the weights of a layer to the inputs from `start` to `end`, and the kernels for so many."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.kernels = kernels(end - start)
        self.columns: List[Columns] = []  # of the weights, and then of what the optimizer remembers about them

    def add(self, values: List[float], offset: int, units: int) -> None:
        """Take the columns of one more matrix from flat values, where the matrix begins at `offset`."""
        first, last = offset + self.start * units, offset + self.end * units
        self.columns.append([tuple(values[first + j:last:units]) for j in range(units)])


class Layers:
    """Do the work of a network of wide layers."""

    def __init__(self, network: Any, parameters: List[float]) -> None:
        self.network = network
        sizes = network.sizes
        shapes = list(zip(sizes[:-1], sizes[1:]))
        self.layers = [[Block(start, min(start + BLOCK, inputs)) for start in range(0, inputs, BLOCK)]
                       for inputs, _ in shapes]
        self.biases: List[Any] = [[] for _ in shapes]  # of each layer, and then what is remembered about them
        offset = 0
        while offset < len(parameters):
            for blocks, (inputs, units) in zip(self.layers, shapes):
                for block in blocks:
                    block.add(parameters, offset, units)
                offset += inputs * units
            if network.biases is not None:
                for rows, (_, units) in zip(self.biases, shapes):
                    rows.append(parameters[offset:offset + units])
                    offset += units

    def parameters(self) -> List[float]:
        """Return the weights and biases, and what the optimizer remembers about them, as flat values."""
        values: List[float] = []
        for copy in range(len(self.layers[0][0].columns)):
            for blocks in self.layers:
                for block in blocks:
                    values += chain.from_iterable(zip(*block.columns[copy]))
            for rows in self.biases:
                values += rows[copy] if rows else ()
        return values

    def forward(self, rows: Sequence[Any]) -> Tuple[List[Matrix], List[Any]]:
        """Return the weighted inputs of every layer, and the activations, of some rows; as `backprop.forward` does."""
        weighted_inputs: List[Matrix] = []
        activations: List[Any] = [rows]
        for blocks, biases, activation in zip(self.layers, self.biases, self.network.activation_functions):
            z = [weighted(blocks, inputs) for inputs in activations[-1]]
            if biases:
                z = matrix.add_row(z, biases[0])
            weighted_inputs.append(z)
            activations.append(activation.value(z, self.network.arithmetic))
        return weighted_inputs, activations

    def deltas(self, weighted_inputs: List[Matrix], a: Matrix, y: Matrix,
               examples: int) -> Iterator[Tuple[int, Matrix]]:
        """Yield every layer, from the last to the first, and its deltas.

        Ask for the next before the weights of the layer are changed.
        """
        network = self.network
        delta = backprop.output_delta(network, weighted_inputs[-1], a, y, examples, backprop.nothing)
        for layer in range(len(self.layers) - 1, 0, -1):
            error = [list(chain.from_iterable([block.kernels["back"](row, block.columns[0])
                                               for block in self.layers[layer]])) for row in delta]
            below = backprop.through_activation(network, layer - 1, error, weighted_inputs[layer - 1],
                                                backprop.nothing)
            yield layer, delta
            delta = below
        yield 0, delta


def weighted(blocks: List[Block], inputs: Sequence[float]) -> List[float]:
    """Return the weighted inputs of a layer, without its biases."""
    totals = [-0.0] * len(blocks[0].columns[0])
    for block in blocks:
        totals = block.kernels["forward"](totals, inputs[block.start:block.end], block.columns[0])
    return totals


def split(network: Any, rows: Sequence[Any]) -> Tuple[List[Any], List[Any]]:
    """Return the inputs and the targets of some rows."""
    inputs = network.sizes[0]
    return [row[:inputs] for row in rows], [row[inputs:] for row in rows]


def predict(network: Any) -> Callable[..., Any]:
    """Return a function of the parameters and the rows that returns the outputs of each row."""
    def run(parameters: List[float], rows: Sequence[Any]) -> Any:
        layers = Layers(network, parameters)
        return [layers.forward([row])[1][-1][0] for row in rows]
    return run


def evaluate(network: Any) -> Callable[..., Any]:
    """Return a function of the parameters and the rows that returns the sum of their losses."""
    def run(parameters: List[float], rows: Sequence[Any]) -> Any:
        layers, total = Layers(network, parameters), 0.0
        for row in rows:
            X, y = split(network, [row])
            weighted_inputs, activations = layers.forward(X)
            total += network.losses(weighted_inputs[-1], activations[-1], y)[0]
        return total
    return run


def contribute(network: Any) -> Callable[..., Any]:
    """Return a function that returns what rows contribute to the gradients of a batch, and their losses."""
    def run(parameters: List[float], rows: Sequence[Any], examples: float) -> Any:
        layers = Layers(network, parameters)
        X, y = split(network, rows)
        weighted_inputs, activations = layers.forward(X)
        weights: List[float] = []
        biases: List[float] = []
        for layer, delta in layers.deltas(weighted_inputs, activations[-1], y, int(examples)):
            units = list(zip(*delta))
            gradients = [block.kernels["gradient"]([row[block.start:block.end] for row in activations[layer]], units)
                         for block in layers.layers[layer]]
            weights[:0] = [value for columns in gradients for value in chain.from_iterable(zip(*columns))]
            biases[:0] = matrix.column_sums(delta)
        return weights + (biases if network.biases is not None else []), network.losses(
            weighted_inputs[-1], activations[-1], y)
    return run


def train(network: Any, optimizer: Type[Optimizer], with_l2: bool, examples: object,
          batches: bool) -> Callable[..., Any]:
    """Return a function that trains for some epochs; see `python.train`."""
    rule = RULES[optimizer]
    fused = optimizer is GradientDescent and not with_l2 and not batches

    def run(parameters: List[float], part: Sequence[Any], epochs: int, rate: float, loss: float = 0.0, l2: float = 0.0,
            **settings: float) -> Any:
        layers = Layers(network, parameters)
        formula = optimizer(**{name: settings[name] for name in rule.constants})
        vars(formula).update({name: settings[name] for name in rule.counters})
        losses = []
        for _ in range(epochs):
            for rows in part:
                X, y = split(network, rows if batches else [rows])
                weighted_inputs, activations = layers.forward(X)
                for example_loss in network.losses(weighted_inputs[-1], activations[-1], y):
                    loss += example_loss
                formula.begin_step()
                for layer, delta in layers.deltas(weighted_inputs, activations[-1], y, len(y)):
                    if fused:
                        descend(layers.layers[layer], activations[layer][0], delta[0], rate)
                    else:
                        step(layers.layers[layer], activations[layer], delta, formula, rate, l2)
                    if network.biases is not None:
                        layers.biases[layer] = list(formula.update(
                            layers.biases[layer][0], matrix.column_sums(delta), rate, *layers.biases[layer][1:]))
            losses.append(loss)
            loss = 0.0
        return (layers.parameters(), losses, *[getattr(formula, name) for name in rule.counters])
    return run


def descend(blocks: List[Block], inputs: Sequence[float], deltas: List[float], rate: float) -> None:
    """Take the step of gradient descent after one example."""
    for block in blocks:
        block.kernels["descend"](inputs[block.start:block.end], deltas, block.columns[0], rate)


def step(blocks: List[Block], activations: Sequence[Any], delta: Matrix, formula: Optimizer, rate: float,
         l2: float) -> None:
    """Take a step with any optimizer, after any number of examples."""
    units = list(zip(*delta))
    for block in blocks:
        gradients = block.kernels["gradient"]([row[block.start:block.end] for row in activations], units)
        stepped = []
        for gradient, weights, *remembered in zip(gradients, *block.columns):
            if l2:
                gradient = [g + l2 * w for g, w in zip(gradient, weights)]
            stepped.append(formula.update(weights, gradient, rate, *remembered))
        block.columns = [list(map(tuple, columns)) for columns in zip(*stepped)]


FUNCTIONS: Dict[str, Callable[..., Callable[..., Any]]] = {
    "predict": predict, "evaluate": evaluate, "contribute": contribute, "train": train,
}


def make(name: str, network: Any, *options: Any) -> Callable[..., Any]:
    """Return the function of this name for a network."""
    return FUNCTIONS[name](network, *options)
