"""How a mistake is committed: the textbook's source with some lines replaced, and run.

So the wrong line that is shown is the line that runs, and two mistakes at once are two lines replaced.
"""
from __future__ import annotations

import ast
import inspect
import struct
from copy import copy
from decimal import localcontext
from functools import lru_cache
from textwrap import indent
from types import CodeType
from typing import Any, Callable, Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..core.activation import ACTIVATIONS
from ..core.arithmetic import PLATFORM
from ..core.errors import OptionError
from ..core.gradients import Gradients
from ..core.matrix import add, column_sums, outer
from ..core.network import Network
from . import textbook
from .decimals import context_of, decimal_arithmetic
from .parameters import flatten
from .textbook import Matrix

Change = Tuple[str, str]  # a line of the textbook, and what stands there instead
Backprop = Callable[[Network, Matrix, Matrix], Gradients]
Passed = Tuple[List[Matrix], List[Matrix]]  # weighted inputs and activations
Dropped = List[Optional[Set[int]]]  # of each layer, the units that dropout drops; None for the outputs

UNKNOWNS = {"learning_rate": 0.1, "l2": 0.01, "limit": 0.02, "keep": 0.5, "momentum": 0.9, "divisor": 1797,
            "decimals": 3}  # of wrong lines, until it is found out
STEPS_BACK = 60
EXACT_DIGITS = 40
BROKEN = (ArithmeticError, ValueError, IndexError)  # what a wrong formula may come to on some network: 1 / 0, and worse

TURN = "for layer in reversed(range(len(net.weights))):"
IN_LOOP, DOWN = 8 * " ", 12 * " "  # how far in a line of a loop begins, and, going back, one about the layer below
LAYER_FUNCTIONS = (textbook.output_delta, textbook.hidden_delta, textbook.weighted, textbook.softmax_weighted,
                   textbook.sigmoid_slope, textbook.tanh_slope, textbook.relu_slope)


class Condition(NamedTuple):
    """Hold what a mistake needs to make a difference: in words, and as a test of (net, X, y)."""

    words: str
    holds: Callable[[Network, Sequence[Any], Sequence[Any]], bool]


class Mistake(NamedTuple):
    """Hold a mistake: what it looks like, how to mend it, where it was found, and the lines that commit it.

    `lines` are pairs of the right line and the wrong one, as they run. `when` says what the network must have for it to
    make a difference, and `unknown` names the number in the wrong line that nobody can know beforehand. `layer` is the
    only one in which the lines are wrong, or None for all.
    """

    name: str
    symptom: str
    cure: str
    lines: Tuple[Change, ...]
    when: Tuple[Condition, ...] = ()
    source: str = ""
    unknown: Optional[str] = None
    layer: Optional[int] = None

    def only(self, layer: int) -> Mistake:
        """Return the same mistake, made in the layer of weights[layer] alone; in words, layers count from 1.

        >>> Mistake("sign", "It is negative.", "", ()).only(1)[:2]
        ('sign in layer 2', 'In layer 2 alone: It is negative.')
        """
        words = f"layer {layer + 1}"
        return self._replace(name=f"{self.name} in {words}", layer=layer, symptom=f"In {words} alone: {self.symptom}")

    @property
    def right_lines(self) -> FrozenSet[str]:
        """Return the lines of the textbook that it replaces."""
        return right_lines(self.lines)

    @property
    def is_local(self) -> bool:
        """Return whether every line of it runs once for each layer, so that one layer alone may have it."""
        return all(right in loop_lines() or right in layer_lines() for right, _ in self.lines)

    def applies(self, net: Network, X: Sequence[Any], y: Sequence[Any]) -> bool:
        """Return whether the mistake can make a difference on this network: one needs biases, another two examples."""
        return all(condition.holds(net, X, y) for condition in self.when)

    def commit(self, net: Network, X: Any, y: Any, **values: Any) -> Gradients:
        """Return the gradients that this mistake makes; `values` are for its unknowns, as learning_rate=0.5.

        Raises ShapeError and DataError as `Network.gradients` does.
        """
        return replay([self], net, *net.read(X, y), **values)


@lru_cache(maxsize=None)
def right_lines(lines: Tuple[Change, ...]) -> FrozenSet[str]:
    """Return the lines that changes replace."""
    return frozenset(right for right, _ in lines)


def replay(mistakes: Sequence[Mistake], net: Network, X: Matrix, y: Matrix, passed: Optional[Passed] = None,
           **values: Any) -> Gradients:
    """Return what backprop makes of it with all of these mistakes at once, on X and y that have been read.

    `passed` is the textbook's forward pass of this network, if it is known.

    >>> sign = Mistake("sign", "", "", (("error = subtract(a, y)", "error = subtract(y, a)"),))
    >>> replay([sign], Network([1, 1], init="zeros"), [[1.0]], [[0.25]])
    Gradients(weights=[[[-0.0625]]], biases=[[-0.0625]])
    """
    read = net.arithmetic.number
    numbers = {**UNKNOWNS, **values}
    dropped = numbers.pop("dropped", None) or every_second(net)
    program = {**vars(textbook), **HELPERS, **{name: read(value) for name, value in numbers.items()},
               "dropped": dropped}

    def install(layer: int) -> None:
        for code in wrong_program(changes(mistakes, layer)):
            exec(code, program)

    def turns(layers: Iterable[int]) -> Iterator[int]:
        for layer in layers:
            install(layer - 1)  # whose delta is computed in this turn
            yield layer

    program["turns"] = turns
    install(len(net.weights) - 1)
    if passed is not None and not any(line in forward_lines() for mistake in mistakes for line, _ in mistake.lines):
        program["forward"] = lambda *other: passed if other[0] is net and other[1] is X else textbook.forward(*other)
    gradients: Gradients = program["backprop"](net, X, y)
    return gradients


def replay_exactly(mistakes: Sequence[Mistake], net: Network, X: Matrix, y: Matrix, digits: int = EXACT_DIGITS,
                   **values: Any) -> Optional[List[float]]:
    """Return the components of `replay`, computed with many digits and then rounded, in the order of `names`.

    Returns None where the formula comes to nothing: it divides by 0, or has numbers in it that are floats by nature.
    """
    try:
        with localcontext(context_of(digits)) as context:
            arithmetic = decimal_arithmetic(context)
            read: Callable[[Matrix], Matrix] = lambda A: [[arithmetic.number(value) for value in row] for row in A]
            exact = like(net, [read(W) for W in net.weights], net.biases and read(net.biases))
            exact.arithmetic = arithmetic
            gradients = replay(mistakes, exact, read(X), read(y), **values)
        return [float(value) for value in flatten(gradients.weights, gradients.biases)]
    except (*BROKEN, TypeError):
        return None


def changes(mistakes: Sequence[Mistake], layer: int) -> Tuple[Change, ...]:
    """Return what is changed in the textbook while the delta of a layer is computed.

    A line in a loop over the layers asks itself whether this is the layer with the mistake.
    """
    found: List[Change] = []
    branches: Dict[str, List[str]] = {}
    for mistake in mistakes:
        for right, wrong in mistake.lines:
            if mistake.layer is not None and right in loop_lines():
                branches.setdefault(right, []).append(f"if {loop_lines()[right]} == {mistake.layer}: {wrong}")
            elif mistake.layer in (None, layer):
                found.append((right, wrong))
    found += [(right, "\nel".join(wrong) + f"\nelse: {right}") for right, wrong in branches.items()]
    if any(mistake.layer is not None for mistake in mistakes):
        found.append((TURN, TURN.replace(" in ", " in turns(").replace(":", "):")))
    return tuple(found)


@lru_cache(maxsize=4096)
def wrong_program(changes: Tuple[Change, ...]) -> List[CodeType]:
    """Return the functions of the textbook, compiled, with some of their lines replaced."""
    instead = dict(changes)
    return [compiled("\n".join(replaced(line, instead) for line in piece.splitlines())) for piece in pieces()]


def replaced(line: str, instead: Dict[str, str]) -> str:
    """Return a line, or what stands there instead, as far to the right."""
    text = line.lstrip()
    return indent(instead.get(text, text), line[:len(line) - len(text)])


@lru_cache(maxsize=None)
def compiled(source: str) -> CodeType:
    """Return a function's source text, compiled."""
    return compile(source, "<textbook>", "exec")


@lru_cache(maxsize=None)
def pieces() -> List[str]:
    """Return the source text of every function of the textbook, and of its table."""
    source = inspect.getsource(textbook)
    lines = source.splitlines()
    return ["\n".join(lines[node.lineno - 1:node.end_lineno])
            for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.Assign))]


@lru_cache(maxsize=None)
def forward_lines() -> Set[str]:
    """Return the lines of the forward pass."""
    return {line.strip() for line in inspect.getsource(textbook.forward).splitlines()}


@lru_cache(maxsize=None)
def loop_lines() -> Dict[str, str]:
    """Return the lines in the textbook's loops over the layers, and what says which layer each is about."""
    return {line.strip(): "layer - 1" if loop is textbook.batch and line.startswith(DOWN) else "layer"
            for loop in (textbook.forward, textbook.batch) for line in inspect.getsource(loop).splitlines()
            if line.startswith(IN_LOOP) and not line.endswith(":")}


@lru_cache(maxsize=None)
def layer_lines() -> Set[str]:
    """Return the lines of the functions that the loop calls for one layer."""
    return {line.strip() for function in LAYER_FUNCTIONS for line in inspect.getsource(function).splitlines()}


# --------------------------------------------------------------- what wrong lines need beyond the textbook's own

def float32(net: Network, A: Matrix) -> Matrix:
    """Return a matrix as 32-bit floats hold it."""
    return [[net.arithmetic.number(struct.unpack("f", struct.pack("f", float(value)))[0]) for value in row]
            for row in A]


def sign(value: Any) -> int:
    """Return 1, -1 or 0."""
    return int(value > 0) - int(value < 0)


def each(function: Callable[..., Any], *matrices: Matrix) -> Matrix:
    """Return a matrix of what a function makes of the elements that stand in one place of several matrices."""
    return [[function(*values) for values in zip(*rows)] for rows in zip(*matrices)]


def clipped(A: Matrix, limit: Any) -> Matrix:
    """Return a matrix with every element held between -limit and limit."""
    return [[limit if value > limit else -limit if value < -limit else value for value in row] for row in A]


def shares(W: Matrix) -> Matrix:
    """Return weights as shares of what goes into the same unit."""
    return [[value / total for value, total in zip(row, column_sums(W))] for row in W]


def length(net: Network, A: Matrix) -> Any:
    """Return the Euclidean length of a matrix, by way of log and exp, which every kind of number has."""
    square = sum((value * value for row in A for value in row), net.arithmetic.number(0))
    return net.arithmetic.exp(net.arithmetic.log(square) / 2)


def normalised(net: Network, weights: List[Matrix], biases: Matrix) -> Gradients:
    """Return gradients divided by their length, taken over all layers."""
    size = length(net, [row for W in weights for row in W] + (biases if net.biases is not None else []))
    return Gradients([textbook.over(W, size) for W in weights],
                     textbook.over(biases, size) if net.biases is not None else None)


def left(a: Any, b: Any, smallest: Any) -> Any:
    """Return a - b, or 0 where that is smaller than so many times b."""
    return a - b if abs(a - b) >= smallest * abs(b) else 0 * b


def sech(net: Network, A: Matrix) -> Matrix:
    """Return 1 / cosh of every element, 2 / (e^x + e^-x)."""
    exp = net.arithmetic.exp
    return [[2 / (exp(value) + exp(-value)) for value in row] for row in A]


def to_decimals(net: Network, A: Matrix, decimals: Any) -> Matrix:
    """Return a matrix rounded to so many decimals."""
    return [[net.arithmetic.number(round(float(value), int(float(decimals)))) for value in row] for row in A]


def means(A: Matrix) -> Matrix:
    """Return one row: the mean of all of them."""
    return textbook.over([column_sums(A)], len(A))


def drop(A: Matrix, dropped: Optional[Set[int]], keep: Any) -> Matrix:
    """Return a layer's rows with some units dropped and the others scaled up; None stands for a layer without."""
    if dropped is None:
        return A
    return [[value * 0 if unit in dropped else value / keep for unit, value in enumerate(row)] for row in A]


def every_second(net: Network) -> Dropped:
    """Return for every layer the units that are dropped when nobody says which: every second one."""
    return [*(set(range(1, units, 2)) for units in net.sizes[1:-1]), None]


def example_by_example(batch: Backprop, net: Network, X: Matrix, y: Matrix, learning_rate: Any,
                       momentum: Any = 1) -> Gradients:
    """Return the sum or mean of the gradients of the examples, with a step of gradient descent after each.

    Before each is added, what there is so far is multiplied by the momentum.
    """
    moving = like(net, net.weights, net.biases)
    weights = [[[0 * value for value in row] for row in W] for W in net.weights]
    biases = net.biases and [[0 * value for value in row] for row in net.biases]
    for inputs, targets in zip(X, y):
        gradients = batch(moving, [inputs], [targets])
        weights = [ascended(dW, W, momentum) for W, dW in zip(weights, gradients.weights)]
        biases = biases and ascended(gradients.biases or [], biases, momentum)
        moving = like(net, [ascended(W, dW, -learning_rate) for W, dW in zip(moving.weights, gradients.weights)],
                      moving.biases and ascended(moving.biases, gradients.biases or [], -learning_rate))
    return Gradients([textbook.over(W, len(X)) for W in weights] if net.reduction == "mean" else weights,
                     biases and (textbook.over(biases, len(X)) if net.reduction == "mean" else biases))


def like(net: Network, weights: List[Matrix], biases: Optional[Matrix]) -> Network:
    """Return a network with other weights and biases, of any kind of number, and otherwise the same."""
    other = copy(net)
    other.weights, other.biases = weights, biases
    return other


def before(net: Network, X: Matrix, y: Matrix, learning_rate: Any) -> Network:
    """Return the network as it was before a step of gradient descent, with this rate, that led to the present one.

    W_before = W + learning_rate ∂C/∂W(W_before), by iteration, in floats but for the last time
    """
    weights, biases = [floats(W) for W in net.weights], net.biases and floats(net.biases)
    earlier = like(net, weights, biases)
    earlier.arithmetic = PLATFORM
    inputs, targets, rate = floats(X), floats(y), float(learning_rate)
    for _ in range(STEPS_BACK):
        gradients = textbook.backprop(earlier, inputs, targets)
        found = [ascended(W, dW, rate) for W, dW in zip(weights, gradients.weights)]
        settled = all(abs(a - b) <= 2.0 ** -50 * abs(b) for rows in zip(found, earlier.weights)
                      for row in zip(*rows) for a, b in zip(*row))
        earlier.weights, earlier.biases = found, biases and ascended(biases, gradients.biases or [], rate)
        if settled:
            break
    else:
        raise OptionError(f"stale-activations: found no weights from which a step with learning_rate {rate:g} leads to "
                          "these; try a smaller one")
    read = net.arithmetic.number
    near = like(net, [[[read(value) for value in row] for row in W] for W in earlier.weights],
                earlier.biases and [[read(value) for value in row] for row in earlier.biases])
    gradients = textbook.backprop(near, X, y)
    return like(net, [ascended(W, dW, learning_rate) for W, dW in zip(net.weights, gradients.weights)],
                net.biases and ascended(net.biases, gradients.biases or [], learning_rate))


def floats(A: Matrix) -> Matrix:
    """Return rows of numbers as floats."""
    return [[float(value) for value in row] for row in A]


def ascended(A: Matrix, gradient: Matrix, learning_rate: Any) -> Matrix:
    """Return rows of weights or biases a step up the slope."""
    return [[value + learning_rate * g for value, g in zip(*rows)] for rows in zip(A, gradient)]


HELPERS: Dict[str, Any] = {function.__name__: function for function in (
    add, before, clipped, drop, each, example_by_example, float32, left, length, means, normalised, outer, sech, shares,
    sign, to_decimals)}
HELPERS["ACTIVATIONS"] = ACTIVATIONS
