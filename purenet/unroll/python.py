"""Python source from the program of a network: `predict`, `evaluate`, `contribute` and `train`, as functions.

Each begins by making a variable of every weight, and goes through its rows in a loop, or, for a few rows that are gone
through many times, has them written out one after the other as well.
"""
from __future__ import annotations

import textwrap
from functools import lru_cache
from math import sqrt
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Type

from ..core.arithmetic import ARITHMETICS
from ..core.optimizer import Optimizer
from . import program
from .program import RULES, Kind, Statement

WIDTH = 100
INDENT = "    "
UNBROKEN = "\u00a0"  # a space at which no line is broken

# How Python writes an operation; {0}, {1}, ... is what it assigns to and takes. e^-z may be more than a float holds
# (MicroPython says so by a ValueError): then 1 + e^-z is e^-z, and so sigmoid and slope are e^z.
OPERATIONS = {
    "sigmoid": """\
try:
    {2} = exp(-{1})
    {0} = 1.0 / (1.0 + {2})
except (ArithmeticError, ValueError):
    {0} = exp({1})""",
    "sigmoid and slope": """\
try:
    {2} = exp(-{1})
    {0} = 1.0 / (1.0 + {2})
    {3} = {0} * ({2} * {0})
except (ArithmeticError, ValueError):
    {0} = {3} = exp({1})""",
    "tanh": "{0} = tanh({1})",
    "tanh slope": """\
try:
    {2} = exp(-(2.0 * {1}))
    {0} = 1.0 / (1.0 + {2})
    {0} = 4.0 * ({0} * ({2} * {0}))
except (ArithmeticError, ValueError):
    {0} = 4.0 * exp(2.0 * {1})""",
    "relu": "{0} = {1} if {1} > 0.0 else {1} - {1}",
    "relu slope": "{0} = 1.0 if {1} > 0.0 else 0.0",
    "positive part": "{0} = {1} if {1} > 0.0 else 0.0",
    "exp of minus size": "{0} = exp(-{1} if {1} > 0.0 else {1})",
    "log of 1 +": """\
{0} = 1.0 + {1}
{0} = {1} if {0} == 1.0 else log({0}) * ({1} / ({0} - 1.0))""",
}


def largest(name: str, values: Sequence[str]) -> str:
    """Return how Python writes the largest of some numbers."""
    return f"{name} = max({', '.join(values)})" if len(values) > 1 else f"{name} = {values[0]}"


def sum_without_one(name: str, values: Sequence[str]) -> str:
    """Return how Python writes the sum of some numbers but the first that is 1."""
    if len(values) == 1:
        return f"{name} = 0.0"
    terms = " + ".join([f"rest[{i}]" for i in range(len(values) - 1)])
    return f"rest = [{', '.join(values)}]\nrest.remove(1.0)\n{name} = {terms}"


class Source:
    """Gather the lines of a program, for people with comments and line breaks, for the interpreter without."""

    def __init__(self, kind: Kind, readable: bool) -> None:
        self.kind = kind
        self.readable = readable
        self.lines: List[str] = []
        self.commented: object = None

    def add(self, depth: int, line: str) -> None:
        """Add a line, broken where it is too long for people."""
        line = INDENT * depth + line
        if self.readable and len(line) > WIDTH:
            for whole in (" * ", ",) = "):
                line = line.replace(whole, whole.replace(" ", UNBROKEN))
            lines = textwrap.wrap(line, WIDTH, subsequent_indent=INDENT * (depth + 1), break_long_words=False,
                                  break_on_hyphens=False)
            self.lines += [line.replace(UNBROKEN, " ") for line in lines]
        else:
            self.lines.append(line)

    def statements(self, depth: int, statements: Iterable[Statement]) -> None:
        """Add statements, with a comment where a step begins."""
        for step, layer, name, expression, operation, operands in statements:
            if self.readable and self.commented != (step, layer):
                self.commented = step, layer
                self.comment(depth, step, layer)
            if operation == "=":
                if self.readable and len(INDENT * depth + name + expression) + 3 > WIDTH:
                    expression = f"({expression})"
                self.add(depth, f"{name} = {expression}")
            elif operation == "largest":
                self.add(depth, largest(name, operands))
            elif operation == "sum without one 1":
                for line in sum_without_one(name, operands).split("\n"):
                    self.add(depth, line)
            else:
                for line in OPERATIONS[operation].format(name, *operands).split("\n"):
                    self.add(depth, line)

    def comment(self, depth: int, step: str, layer: int) -> None:
        """Add a comment that says which step of backprop begins here."""
        text = program.STEPS[step].format(
            layer=layer, activation=self.kind.activations[layer - 1], loss=self.kind.loss.replace("_", " "))
        self.lines.append(f"{INDENT * depth}# {text}")

    def assign(self, depth: int, names: Sequence[str], value: str) -> None:
        """Add the assignment of a sequence to as many names."""
        self.add(depth, f"({', '.join(names)},) = {value}")

    def sequence(self, depth: int, start: str, names: Sequence[str], end: str = "") -> None:
        """Add a line with the list of some variables."""
        self.add(depth, f"{start}[{', '.join(names)}]{end}")

    def unpack(self, names: Sequence[str], rows: Sequence[str] = ("",)) -> None:
        """Add the assignment of the parameters to variables of their own.

        The variables that are used most come first, since CPython needs an instruction more to reach the 257th.
        """
        if not self.readable:
            used_most = [name for row in rows for name in x_of(self.kind, row)] + [
                name for row in rows for layer in self.kind.layers for kind_of in ("a", "delta")
                for name in program.units_of(kind_of, self.kind, layer, row)]
            self.add(1, f"{' = '.join(used_most)} = 0.0")
        self.assign(1, names, "parameters")

    def zeros(self, depth: int, names: Sequence[str]) -> None:
        """Add the assignment of -0.0 to some variables, to which any number, -0.0 too, adds up to itself."""
        at_once = 4 if self.readable else len(names)
        for start in range(0, len(names), at_once):
            self.add(depth, f"{' = '.join(names[start:start + at_once])} = -0.0")

    def text(self) -> str:
        """Return all of it."""
        return "\n".join(self.lines) + "\n"


def x_of(kind: Kind, row: str = "") -> List[str]:
    """Return the names of an example's inputs."""
    return program.inputs_of(kind, 1, row)


def for_rows(source: Source, depth: int, names: Sequence[str], rows: str) -> None:
    """Add the loop over some rows, each a tuple of so many numbers."""
    source.add(depth, f"for ({', '.join(names)},) in {rows}:")


def predict(kind: Kind, readable: bool = False) -> str:
    """Return a function of the parameters and the rows of inputs that returns the outputs of each row."""
    source = Source(kind, readable)
    source.add(0, "def predict(parameters, rows):")
    source.unpack(program.weights_of("w", kind))
    source.add(1, "outputs = []")
    for_rows(source, 1, x_of(kind), "rows")
    source.statements(2, program.forward(kind, slopes=False))
    source.sequence(2, "outputs.append(", program.units_of("a", kind, len(kind.sizes) - 1), ")")
    source.add(1, "return outputs")
    return source.text()


def evaluate(kind: Kind, readable: bool = False) -> str:
    """Return a function of the parameters and the rows, inputs and targets, that returns the sum of their losses."""
    source = Source(kind, readable)
    source.add(0, "def evaluate(parameters, rows):")
    source.unpack(program.weights_of("w", kind))
    source.add(1, "loss = 0.0")
    for_rows(source, 1, x_of(kind) + program.targets_of(kind), "rows")
    source.statements(2, program.forward(kind, slopes=False))
    source.statements(2, program.errors(kind))
    source.statements(2, program.loss(kind))
    source.add(2, "loss = loss + example_loss")
    source.add(1, "return loss")
    return source.text()


def example(source: Source, depth: int, divided: bool, row: str = "") -> None:
    """Add what happens to an example: forward, loss, backward."""
    kind = source.kind
    source.statements(depth, program.forward(kind, slopes=True, row=row))
    source.statements(depth, program.errors(kind, row))
    source.statements(depth, program.loss(kind, row))


def contribute(kind: Kind, readable: bool = False) -> str:
    """Return a function that returns what rows contribute to the gradients of a batch of `examples`, and their losses.

    The gradients come in the order of the parameters.
    """
    source = Source(kind, readable)
    gradients = program.weights_of("gradient", kind)
    source.add(0, "def contribute(parameters, rows, examples):")
    source.unpack(program.weights_of("w", kind))
    source.zeros(1, gradients)
    source.add(1, "losses = []")
    for_rows(source, 1, x_of(kind) + program.targets_of(kind), "rows")
    example(source, 2, divided=True)
    source.add(2, "losses.append(example_loss)")
    source.statements(2, program.backward(kind, divided=True))
    accumulate(source, 2)
    source.sequence(1, "gradients = ", gradients)
    source.add(1, "return gradients, losses")
    return source.text()


def accumulate(source: Source, depth: int) -> None:
    """Add the sums of input times delta over the examples."""
    source.statements(depth, (
        Statement("gradient", layer, "gradient" + place, f"gradient{place} + {product}")
        for layer, place, product in program.contributions(source.kind)))


def train(kind: Kind, optimizer: Type[Optimizer], l2: bool, examples: Optional[int] = None,
          batches: bool = True, readable: bool = False) -> str:
    """Return a function that trains for some epochs, and returns the new parameters and the sum of losses of each.

    `parameters` are the weights, the biases, and then what the optimizer remembers. `batches` is a list of lists of
    rows; without it the function takes the rows, each a batch of its own (online), or, if it is made for so many
    `examples`, all of them as one batch, and writes each out. `loss` is what the sum of losses begins with.
    """
    source = Source(kind, readable)
    rule = RULES[optimizer]
    weights = program.weights_of("w", kind)
    names = weights + [name for remembered in rule.remembered for name in program.weights_of(remembered, kind)]
    extra = [*rule.constants, *rule.counters, *(["l2"] if l2 else [])]
    what = "batches" if batches else "rows"
    source.add(0, f"def train({', '.join(['parameters', what, 'epochs', 'rate', *extra])}, loss=0.0):")
    rows = [f"_row{number}" for number in range(examples or 0)]
    source.unpack(names, rows or ("",))
    if examples:
        source.add(1, f"examples = {examples}.0")
        for number, row in enumerate(rows):
            source.assign(1, x_of(kind, row) + program.targets_of(kind, row), f"rows[{number}]")
    source.add(1, "losses = []")
    source.add(1, "for _ in range(epochs):")
    columns = x_of(kind) + program.targets_of(kind)
    contributions = list(program.contributions(kind, rows or ("",)))
    depth = 2
    if examples:
        divided = examples > 1
        for row in rows:
            example(source, depth, divided, row)
            source.add(depth, "loss = loss + example_loss")
            source.statements(depth, program.backward(kind, divided, row))
    elif batches:
        gradients = program.weights_of("gradient", kind)
        source.add(depth, "for rows in batches:")
        depth += 1
        source.add(depth, "examples = float(len(rows))")
        source.zeros(depth, gradients)
        for_rows(source, depth, columns, "rows")
        example(source, depth + 1, divided=True)
        source.add(depth + 1, "loss = loss + example_loss")
        source.statements(depth + 1, program.backward(kind, divided=True))
        accumulate(source, depth + 1)
        contributions = [(layer, place, "gradient" + place) for layer, place, _ in contributions]
    else:
        for_rows(source, depth, columns, "rows")
        depth += 1
        example(source, depth, divided=False)
        source.add(depth, "loss = loss + example_loss")
        source.statements(depth, program.backward(kind, divided=False))
    source.statements(depth, program.update(kind, optimizer, l2, contributions))
    source.add(2, "losses.append(loss)")
    source.add(2, "loss = 0.0")
    source.sequence(1, "parameters = ", names)
    source.add(1, f"return {', '.join(['parameters', 'losses', *rule.counters])}")
    return source.text()


def module(network: Any, optimizer: Optimizer, l2: float, examples: Optional[int], batches: bool) -> str:
    """Return a program for people: the parameters as they are, `predict` and `train`, with what these need."""
    kind, rule = Kind.of(network), RULES[type(optimizer)]
    functions_text = "\n\n\n".join([
        predict(kind, readable=True).strip(),
        train(kind, type(optimizer), l2 > 0, examples, batches, readable=True).strip()])
    source = Source(kind, readable=True)
    source.lines += [f"# {line}" for line in textwrap.wrap(repr(network), WIDTH - 2)]
    needed = [name for name in ("exp", "log", "tanh", "sqrt") if f"{name}(" in functions_text]
    portable = [name for name in needed if network.exp == "portable" and name != "sqrt"]
    if portable:
        names = ", ".join([f"portable_{name} as {name}" for name in portable])
        source.lines.append(f"from purenet.core.arithmetic import {names}")
    if needed != portable:
        source.lines.append(f"from math import {', '.join([name for name in needed if name not in portable])}")
    values = [value for W in network.weights for row in W for value in row]
    values += [value for row in network.biases or () for value in row]
    source.lines.append("")
    source.sequence(0, "parameters = ", list(map(repr, values)))
    if rule.remembered:
        source.lines.append(f"memory = [0.0] * {len(values) * len(rule.remembered)}  "
                            f"# {' and '.join(rule.remembered)}: train(parameters + memory, ...)")
    settings = {name: getattr(optimizer, name) for name in rule.constants + rule.counters}
    for name, value in {**settings, **({"l2": l2} if l2 else {})}.items():
        source.lines.append(f"{name} = {value!r}")
    return source.text() + "\n\n" + functions_text + "\n"


@lru_cache(maxsize=16)
def compiled(function: str, exp: str, kind: Kind, *options: Any) -> Callable[..., Any]:
    """Return one of the functions above for a kind of network, compiled."""
    source: str = globals()[function](kind, *options)
    arithmetic = ARITHMETICS[exp]
    named = functions(source, {"exp": arithmetic.exp, "log": arithmetic.log, "tanh": arithmetic.tanh, "sqrt": sqrt})
    run: Callable[..., Any] = named[function]
    return run


def make(name: str, network: Any, *options: Any) -> Callable[..., Any]:
    """Return the function of this name for a network."""
    return compiled(name, network.exp, Kind.of(network), *options)


def functions(source: str, arithmetic: Dict[str, Any]) -> Dict[str, Any]:
    """Return what the source defines, given exp, log, tanh and sqrt."""
    namespace = dict(arithmetic)
    exec(compile(source, "<purenet.unroll>", "exec"), namespace)
    return namespace
