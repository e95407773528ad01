"""What a generated file computes, in no language yet: statements of the program of a network, and loops over them.

A small network is the straight-line program of `unroll.program`. A larger one is written as loops over its layers,
whose sums have the same terms in the same order, and so the same bits. Either way the parameters are one flat array
`w`: the weights, row by row and layer by layer, and then the biases.
"""
from __future__ import annotations

import re
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from ..core.errors import OptionError
from ..core.optimizer import GradientDescent
from ..unroll import program
from ..unroll.program import MADE_FOR_OUTPUT, Kind, Statement

UNROLLED = 100  # weights, up to which a network is written out when nobody says


class Loop(NamedTuple):
    """Hold what is done for every value of a variable, from `start` up to but not including `end`."""

    variable: str
    start: int
    end: int
    body: Sequence[Any]  # of Statements and Loops


Node = Union[Statement, Loop]


class Code(NamedTuple):
    """Hold what `predict` does with the inputs x, and what a step does before, for each and after all its examples.

    `predict` assigns to `outputs`; an example has its targets in y, and adds to `loss`; the step assigns to `w`.
    """

    kind: Kind
    predict: List[Node]
    begin: List[Node]
    example: List[Node]
    end: List[Node]

    @classmethod
    def of(cls, network: Any, unroll: Optional[bool] = None) -> Code:
        """Return the code of a network, written out or in loops; as is best for its size, unless `unroll` says."""
        if not isinstance(network.exp, str):
            raise OptionError("export: expected exp 'platform' or 'portable', found an arithmetic of your own")
        kind = Kind.of(network)
        written_out = kind.multiply_adds <= UNROLLED if unroll is None else unroll
        return cls(kind, *map(list, (unrolled if written_out else looped)(kind)))


def parameters(network: Any) -> List[float]:
    """Return every weight, row by row and layer by layer, and then every bias.

    Raises OptionError for one that is not finite, which no language could write.
    """
    values = [value for rows in [*network.weights, network.biases or []] for row in rows for value in row]
    if not all(value - value == 0 for value in values):
        raise OptionError("export: expected finite weights, found one that is infinite or NaN")
    return values


# ---------------------------------------------------------------------------------- written out

def unrolled(kind: Kind) -> Tuple[Iterable[Node], ...]:
    """Return the code of a network with every sum written out."""
    x, outputs = program.inputs_of(kind, 1, ""), program.units_of("a", kind, len(kind.sizes) - 1)
    weights, gradients = program.weights_of("w", kind), program.weights_of("gradient", kind)
    contributions = list(program.contributions(kind))
    predict = [*load(weights, "w"), *load(x, "x"), *simple(program.forward(kind, slopes=False)),
               *store("outputs", outputs)]
    begin = [*load(weights, "w"), *(Statement("begin", 0, name, "-0.0") for name in gradients)]
    example = [*load(x, "x"), *load(program.targets_of(kind), "y"), *simple(program.forward(kind, slopes=True)),
               *program.errors(kind), *simple(program.loss(kind)), ADD_LOSS,
               *program.backward(kind, divided=True),
               *(Statement("gradient", layer, "gradient" + place, f"gradient{place} + {product}")
                 for layer, place, product in contributions)]
    places = {name: f"w[{k}]" for k, name in enumerate(weights)}
    end = [statement._replace(name=places[statement.name]) for statement in program.update(
        kind, GradientDescent, False, [(layer, place, "gradient" + place) for layer, place, _ in contributions])]
    return predict, begin, example, end


def load(names: Sequence[str], array: str) -> Iterator[Statement]:
    """Yield the assignment of an array's elements to variables of their own."""
    for i, name in enumerate(names):
        yield Statement("load", 0, name, f"{array}[{i}]")


def store(array: str, names: Sequence[str]) -> Iterator[Statement]:
    """Yield the assignment of variables to an array's elements."""
    for i, name in enumerate(names):
        yield Statement("store", 0, f"{array}[{i}]", name)


def simple(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements, those that take any number of operands as several that take one."""
    for statement in statements:
        step, layer, name, _, operation, operands = statement
        if operation == "largest":
            yield Statement(step, layer, name, operands[0])
            for z in operands[1:]:
                yield Statement(step, layer, name, "", "larger", (z,))
        elif operation == "sum without one 1":
            yield Statement(step, layer, "found", "0.0")
            yield Statement(step, layer, name, "0.0")
            for e in operands:
                yield Statement(step, layer, name, "", "add but one 1", (e, "found"))
        else:
            yield statement


ADD_LOSS = Statement("add", 0, "loss", "loss + example_loss")


# ------------------------------------------------------------------------------------- in loops

def looped(kind: Kind) -> Tuple[Iterable[Node], ...]:
    """Return the code of a network as loops over its layers."""
    last, size = len(kind.sizes) - 1, len(program.weights_of("w", kind))
    predict = [*forward(kind, slopes=False), loop("j", kind.sizes[-1], [
        Statement("store", 0, "outputs[j]", f"a{last}[j]")])]
    begin = [loop("k", size, [Statement("begin", 0, "gradient[k]", "-0.0")])]
    example = [*forward(kind, slopes=True), *LOSSES[kind.loss](kind, last), ADD_LOSS, *backward(kind),
               *(node for layer in kind.layers for node in gradient(kind, layer))]
    end = [loop("k", size, [Statement("update", 0, "w[k]", "w[k] - rate * gradient[k]")])]
    return predict, begin, example, end


def loop(variable: str, end: int, body: Iterable[Node], start: int = 0) -> Loop:
    """Return a loop."""
    return Loop(variable, start, end, list(body))


def total(step: str, layer: int, name: str, term: str, variable: str, size: int) -> Iterator[Node]:
    """Yield the sum of a term over a variable, from the first term on."""
    yield Statement(step, layer, name, term.replace(f"[{variable}]", "[0]").replace(f" + {variable}]", "]"))
    if size > 1:
        yield loop(variable, size, [Statement(step, layer, name, f"{name} + {term}")], start=1)


def offset(kind: Kind, layer: int) -> int:
    """Return where the weights of a layer begin among the parameters."""
    return sum(kind.sizes[before - 1] * kind.sizes[before] for before in range(1, layer))


def bias_offset(kind: Kind, layer: int) -> int:
    """Return where the biases of a layer begin among the parameters."""
    return kind.multiply_adds + sum(kind.sizes[1:layer])


def at(array: str, start: int, *terms: str) -> str:
    """Return an element of an array as text.

    >>> at("w", 12, "i * 4", "j"), at("w", 0, "i * 1", "j")
    ('w[12 + i * 4 + j]', 'w[i + j]')
    """
    text = " + ".join([*([str(start)] if start else []), *terms]) + "]"
    return f"{array}[{text}".replace(" * 1 ", " ")


def inputs_of(layer: int) -> str:
    """Return the name of what goes into a layer."""
    return "x" if layer == 1 else f"a{layer - 1}"


def forward(kind: Kind, slopes: bool) -> Iterator[Node]:
    """Yield the way forward; see `program.forward`."""
    for layer in kind.layers:
        inputs, units = kind.sizes[layer - 1:layer + 1]
        activation, at_end = kind.activations[layer - 1], layer == len(kind.sizes) - 1
        loss_needs_z = slopes and at_end and kind.loss in MADE_FOR_OUTPUT
        z = f"z{layer}[j]" if activation == "softmax" or loss_needs_z else "z"
        weight = at("w", offset(kind, layer), "j")
        body: List[Node] = [Statement("forward", layer, z, f"{inputs_of(layer)}[0] * {weight}")]
        if inputs > 1:
            weight = at("w", offset(kind, layer), f"i * {units}", "j")
            body.append(loop("i", inputs, start=1, body=[
                Statement("forward", layer, z, f"{z} + {inputs_of(layer)}[i] * {weight}")]))
        if kind.bias:
            body.append(Statement("forward", layer, z, f"{z} + {at('w', bias_offset(kind, layer), 'j')}"))
        if activation != "softmax":
            names = {f"z{layer}_j": z, f"e{layer}_j": "e", f"a{layer}_j": f"a{layer}[j]",
                     f"slope{layer}_j": f"slope{layer}[j]"}
            for statement in program.activated(activation, slopes and not (at_end and kind.loss in MADE_FOR_OUTPUT),
                                               layer, "j"):
                body.append(renamed(statement, names))
        yield loop("j", units, body)
        if activation == "softmax":
            yield from softmax(layer, units)


def renamed(statement: Statement, names: Any) -> Statement:
    """Return a statement about other variables."""
    step, layer, name, expression, operation, operands = statement
    return Statement(step, layer, names[name], names.get(expression, expression), operation,
                     tuple(names[operand] for operand in operands))


def softmax(layer: int, units: int) -> Iterator[Node]:
    """Yield the activations of an output layer that shares one choice; see `program.softmax`."""
    z, e = f"z{layer}[j]", f"e{layer}[j]"
    yield Statement("forward", layer, "top", f"z{layer}[0]")
    yield loop("j", units, [Statement("forward", layer, "top", "", "larger", (z,))], start=1)
    yield loop("j", units, [Statement("forward", layer, e, f"exp({z} - top)")])
    yield from total("forward", layer, "total", e, "j", units)
    yield loop("j", units, [Statement("forward", layer, f"a{layer}[j]", f"{e} / total")])


def errors(kind: Kind, layer: int) -> Iterator[Node]:
    """Yield how far off the outputs are, and the sum of the squares."""
    error = f"error{layer}[j]"
    yield loop("j", kind.sizes[-1], [Statement("loss", layer, error, f"a{layer}[j] - y[j]")])
    yield from total("loss", layer, "squares", f"{error} * {error}", "j", kind.sizes[-1])


def squared_error(kind: Kind, layer: int) -> Iterator[Node]:
    """Yield half the sum of the squared errors."""
    yield from errors(kind, layer)
    yield Statement("loss", layer, "example_loss", "0.5 * squares")


def mean_squared_error(kind: Kind, layer: int) -> Iterator[Node]:
    """Yield the mean of the squared errors, as twice the half of their sum."""
    yield from errors(kind, layer)
    yield Statement("loss", layer, "example_loss", f"2.0 * (0.5 * squares) / {kind.sizes[-1]}.0")


def binary_cross_entropy(kind: Kind, layer: int) -> Iterator[Node]:
    """Yield the sum of max(z, 0) - y z + log(1 + e^-|z|)."""
    z = f"z{layer}[j]"
    yield Statement("loss", layer, "example_loss", "0.0")
    yield loop("j", kind.sizes[-1], [
        Statement("loss", layer, "positive", "", "positive part", (z,)),
        Statement("loss", layer, "rest", "", "exp of minus size", (z,)),
        Statement("loss", layer, "log_sum", "", "log of 1 +", ("rest",)),
        Statement("loss", layer, "example_loss", f"example_loss + (positive - y[j] * {z} + log_sum)")])


def cross_entropy(kind: Kind, layer: int) -> Iterator[Node]:
    """Yield the sum of y (log(e^z_1 + e^z_2 + ...) - z), from the z less the largest."""
    yield Statement("loss", layer, "found", "0.0")
    yield Statement("loss", layer, "others", "0.0")
    yield loop("j", kind.sizes[-1], [Statement("loss", layer, "others", "", "add but one 1",
                                               (f"e{layer}[j]", "found"))])
    yield Statement("loss", layer, "log_sum", "", "log of 1 +", ("others",))
    yield from total("loss", layer, "example_loss", f"y[j] * (log_sum - (z{layer}[j] - top))", "j", kind.sizes[-1])


LOSSES = {
    "squared_error": squared_error,
    "mean_squared_error": mean_squared_error,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}


def backward(kind: Kind) -> Iterator[Node]:
    """Yield the way back: delta of every layer, from the last to the first; see `program.backward`."""
    last, units = len(kind.sizes) - 1, kind.sizes[-1]
    divided = " / examples" if kind.mean else ""
    delta, error, a = f"delta{last}[j]", f"error{last}[j]", f"a{last}[j]"
    if kind.loss in MADE_FOR_OUTPUT:
        yield loop("j", units, [Statement("error", last, delta, f"({a} - y[j]){divided}")])
    else:
        factor, share = ("2.0 * ", f" / {units}.0") if kind.loss == "mean_squared_error" else ("", "")
        error_part = [Statement("error", last, error, f"{factor}{error}{share}{divided}")] if factor or divided else []
        if kind.activations[-1] == "softmax":
            if error_part:
                yield loop("j", units, error_part)
            yield from total("error", last, "common", f"{error} * {a}", "j", units)
            yield loop("j", units, [Statement("error", last, delta, f"{a} * ({error} - common)")])
        else:
            yield loop("j", units, [*error_part, Statement("error", last, delta, sloped(kind, error, last, "j"))])
    for layer in reversed(kind.layers[:-1]):
        weights = at("w", offset(kind, layer + 1), f"i * {kind.sizes[layer + 1]}", "j")
        sum_of = total("back", layer, "error", f"delta{layer + 1}[j] * {weights}", "j", kind.sizes[layer + 1])
        yield loop("i", kind.sizes[layer], [
            *sum_of, Statement("back", layer, f"delta{layer}[i]", sloped(kind, "error", layer, "i"))])


def sloped(kind: Kind, error: str, layer: int, unit: str) -> str:
    """Return the delta of a unit: error times slope; the slope of the identity is 1."""
    return error if kind.activations[layer - 1] == "identity" else f"{error} * slope{layer}[{unit}]"


def gradient(kind: Kind, layer: int) -> Iterator[Node]:
    """Yield what an example adds to the gradients of a layer."""
    inputs, units = kind.sizes[layer - 1:layer + 1]
    place = at("gradient", offset(kind, layer), f"i * {units}", "j")
    yield loop("i", inputs, [loop("j", units, [
        Statement("gradient", layer, place, f"{place} + {inputs_of(layer)}[i] * delta{layer}[j]")])])
    if kind.bias:
        place = at("gradient", bias_offset(kind, layer), "j")
        yield loop("j", units, [Statement("gradient", layer, place, f"{place} + delta{layer}[j]")])


# ------------------------------------------------------------------------------------- comments

COMMENTS = {
    "forward": "layer {layer}: z = inputs * weights + bias, and a = {activation}(z)",
    "loss": "the loss: {loss}",
    "error": "layer {layer}: delta, how much the loss changes with z",
    "back": "layer {layer}: delta = error * slope, where the error comes back through the weights of the layer after",
    "gradient": "layer {layer}: the gradient, each input times each delta",
    "update": "a step down, against the gradient",
}


def first(node: Node) -> Statement:
    """Return the first statement of a node."""
    return first(node.body[0]) if isinstance(node, Loop) else node


def commented(kind: Kind, nodes: Iterable[Node]) -> Iterator[Union[str, Node]]:
    """Yield nodes, and before each that begins a step of backprop a text that says which."""
    before = ""
    for node in nodes:
        step, layer = first(node)[:2]
        text = COMMENTS.get(step, "").format(layer=layer, activation=kind.activations[layer - 1],
                                             loss=kind.loss.replace("_", " "))
        if text and text != before:
            yield text
        before = text or before
        yield node


# ------------------------------------------------------------------------------------ variables

def begins_variable(node: Union[str, Node]) -> bool:
    """Return whether a node is the first value of a variable."""
    return isinstance(node, Statement) and node.step in ("load", "begin")


class Variables(NamedTuple):
    """Hold the variables that some nodes assign to and nobody has declared: single ones; arrays with their sizes."""

    single: List[str]
    arrays: Dict[str, int]

    @classmethod
    def of(cls, code: Code, nodes: Sequence[Node], before: Sequence[Node],
           operations: Dict[str, str]) -> Variables:
        """Return those of some nodes, which come after others; `operations` says what each of them assigns to."""
        known = {"w", "outputs", "loss", *map(stem, assigned(before, operations)),
                 *(node.name for node in nodes if begins_variable(node))}  # type: ignore[union-attr]
        names = [name for name in dict.fromkeys(assigned(nodes, operations)) if stem(name) not in known]
        return cls([name for name in names if "[" not in name],
                   {stem(name): array_size(code, stem(name)) for name in names if "[" in name})


def assigned(nodes: Iterable[Node], operations: Dict[str, str]) -> Iterator[str]:
    """Yield everything that nodes assign to: names and elements of arrays."""
    for node in nodes:
        if isinstance(node, Loop):
            yield from assigned(node.body, operations)
        elif node.operation == "=":
            yield node.name
        else:
            names = (node.name, *node.operands)
            yield from [names[int(i)] for i in re.findall(r"\{(\d)\} =", operations[node.operation])]


def stem(name: str) -> str:
    """Return the name of the array of an element, or the name itself."""
    return name.partition("[")[0]


def array_size(code: Code, name: str) -> int:
    """Return the size of an array: a1 has one number for each unit of layer 1, gradient one for each parameter."""
    kind = code.kind
    if name == "gradient":
        return kind.multiply_adds + (sum(kind.sizes[1:]) if kind.bias else 0)
    return kind.sizes[int(re.sub(r"\D", "", name))]
