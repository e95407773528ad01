"""The network as a program of assignments: every weight a variable of its own, every sum written out, no loop inside.

This is `core.backprop` once more, for one example and with the sizes known, so that nothing of it is hidden. A property
test proves the two equal to the last bit; to that end each sum has its terms in the order of `core.matrix`.

A statement assigns to one variable. Its expression is text that reads the same in Python, C and JavaScript: names,
numbers, + - * /, parentheses, exp, log, tanh and sqrt. Where the languages part, it names an operation instead, which
each of them has in a table.

The variables, of layer 1, from its input 0 to its unit 2:

    x_0 y_0           an input and a target of the example
    w1_0_2 b1_2       a weight and a bias
    z1_2 a1_2         a weighted input and an activation
    slope1_2          the slope of the activation at z1_2
    error2_0          how far off an output is
    delta1_2          how much the loss changes with z1_2
    gradient1_0_2 gradient1_2   how much the loss of the batch changes with w1_0_2, and with b1_2
"""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ..core.optimizer import Adam, GradientDescent, Momentum, Optimizer


class Kind(NamedTuple):
    """Say which program a network needs: everything about it but its weights and its exp."""

    sizes: Tuple[int, ...]
    activations: Tuple[str, ...]  # of each layer
    loss: str
    mean: bool  # whether the loss is the mean over the examples, and not the sum
    bias: bool

    @classmethod
    def of(cls, network: Any) -> Kind:
        """Return the kind of a network."""
        hidden = len(network.sizes) - 2
        return cls(tuple(network.sizes), (network.activation,) * hidden + (network.output,), network.loss_name,
                   network.reduction == "mean", network.biases is not None)

    @property
    def layers(self) -> range:
        """Return the numbers of the layers, from 1; layer 0 is the inputs."""
        return range(1, len(self.sizes))

    @property
    def multiply_adds(self) -> int:
        """Return the number of weights: what one example costs on the way forward."""
        return sum(inputs * units for inputs, units in zip(self.sizes[:-1], self.sizes[1:]))


class Statement(NamedTuple):
    """Hold one assignment, and the step of backprop it belongs to.

    The operation is "=" for an expression; for another, `operands` are the variables and numbers that it takes.
    """

    step: str
    layer: int
    name: str
    expression: str
    operation: str = "="
    operands: Tuple[str, ...] = ()


Statements = Iterator[Statement]

# What the comments say about each step. The layer before is called a0, a1, ...; the inputs are a0.
STEPS = {
    "forward": "layer {layer}: z = a · W + b, each input times its weight, and a = {activation}(z)",
    "loss": "the loss: {loss}",
    "error": "layer {layer}: delta = error * slope, how much the loss changes with z",
    "back": "layer {layer}: delta = error * slope, where the error is delta · Wᵀ of the layer after",
    "gradient": "layer {layer}: the gradient, each input times each delta",
    "count": "the number of the step",
    "update": "layer {layer}: a step down, against the gradient, each input times each delta",
}


def inputs_of(kind: Kind, layer: int, row: str) -> List[str]:
    """Return the names of what goes into a layer: x_0, x_1, ... or the activations of the layer before."""
    name = "x_" if layer == 1 else f"a{layer - 1}_"
    return [f"{name}{i}{row}" for i in range(kind.sizes[layer - 1])]


def units_of(name: str, kind: Kind, layer: int, row: str = "") -> List[str]:
    """Return the names of some variable of every unit of a layer."""
    return [f"{name}{layer}_{j}{row}" for j in range(kind.sizes[layer])]


def targets_of(kind: Kind, row: str = "") -> List[str]:
    """Return the names of the targets of an example."""
    return [f"y_{j}{row}" for j in range(kind.sizes[-1])]


def weights_of(name: str, kind: Kind) -> List[str]:
    """Return the names of some variable of every weight, row by row and layer by layer, and then of every bias."""
    names = [f"{name}{layer}_{i}_{j}" for layer in kind.layers
             for i in range(kind.sizes[layer - 1]) for j in range(kind.sizes[layer])]
    bias_name = "b" if name == "w" else name
    return names + [f"{bias_name}{layer}_{j}" for layer in kind.layers if kind.bias for j in range(kind.sizes[layer])]


def products(first: Sequence[str], second: Sequence[str]) -> str:
    """Return a sum of products.

    >>> products(["x_0", "x_1"], ["w1_0_2", "w1_1_2"])
    'x_0 * w1_0_2 + x_1 * w1_1_2'
    """
    return " + ".join([f"{a} * {b}" for a, b in zip(first, second)])


def forward(kind: Kind, slopes: bool, row: str = "") -> Statements:
    """Yield the way forward: z and a of every layer, and, if they are wanted, the slopes.

    `row` ends the names of what belongs to one example.
    """
    for layer in kind.layers:
        inputs = inputs_of(kind, layer, row)
        activation = kind.activations[layer - 1]
        last = layer == len(kind.sizes) - 1
        sloped = slopes and not (last and kind.loss in MADE_FOR_OUTPUT)
        for j, z in enumerate(units_of("z", kind, layer, row)):
            weighted = products(inputs, [f"w{layer}_{i}_{j}" for i in range(len(inputs))])
            yield Statement("forward", layer, z, weighted + (f" + b{layer}_{j}" if kind.bias else ""))
            if activation != "softmax":
                yield from activated(activation, sloped, layer, str(j) + row)
        if activation == "softmax":
            yield from softmax(kind, layer, row)


def activated(activation: str, sloped: bool, layer: int, unit: str) -> Statements:
    """Yield the activation of a unit, and its slope if that is wanted."""
    z, a, e, slope = (f"{name}{layer}_{unit}" for name in ("z", "a", "e", "slope"))
    if activation == "identity":
        yield Statement("forward", layer, a, z)
    elif activation == "sigmoid" and sloped:  # both at once: they share e
        yield Statement("forward", layer, a, "", "sigmoid and slope", (z, e, slope))
    else:
        yield Statement("forward", layer, a, "", activation, (z, e))
        if sloped:
            yield Statement("forward", layer, slope, "", f"{activation} slope", (z, e, a))


def softmax(kind: Kind, layer: int, row: str) -> Statements:
    """Yield the activations of an output layer that shares one choice."""
    zs, es, activations = (units_of(name, kind, layer, row) for name in ("z", "e", "a"))
    top, total = f"top{row}", f"total{row}"
    yield Statement("forward", layer, top, "", "largest", tuple(zs))
    for e, z in zip(es, zs):
        yield Statement("forward", layer, e, f"exp({z} - {top})")
    yield Statement("forward", layer, total, " + ".join(es))
    for a, e in zip(activations, es):
        yield Statement("forward", layer, a, f"{e} / {total}")


def errors(kind: Kind, row: str = "") -> Statements:
    """Yield how far off the outputs are, for the losses that begin with that: a - y."""
    layer = len(kind.sizes) - 1
    if kind.loss not in MADE_FOR_OUTPUT:
        for error, a, y in zip(units_of("error", kind, layer, row), units_of("a", kind, layer, row),
                               targets_of(kind, row)):
            yield Statement("loss", layer, error, f"{a} - {y}")


def loss(kind: Kind, row: str = "") -> Statements:
    """Yield the loss of an example, after `forward` and `errors`; the last statement assigns to `example_loss`."""
    layer = len(kind.sizes) - 1
    yield from LOSSES[kind.loss](kind, layer, row)


def squared_error(kind: Kind, layer: int, row: str) -> Statements:
    """Yield half the sum of the squared errors."""
    names = units_of("error", kind, layer, row)
    yield Statement("loss", layer, "example_loss", f"0.5 * ({products(names, names)})")


def mean_squared_error(kind: Kind, layer: int, row: str) -> Statements:
    """Yield the mean of the squared errors, as twice the half of their sum."""
    names = units_of("error", kind, layer, row)
    yield Statement("loss", layer, "example_loss", f"2.0 * (0.5 * ({products(names, names)})) / {len(names)}.0")


def binary_cross_entropy(kind: Kind, layer: int, row: str) -> Statements:
    """Yield the sum of max(z, 0) - y z + log(1 + e^-|z|)."""
    terms = []
    for j, (z, y) in enumerate(zip(units_of("z", kind, layer, row), targets_of(kind, row))):
        positive, rest, log = f"positive_{j}{row}", f"rest_{j}{row}", f"log_{j}{row}"
        yield Statement("loss", layer, positive, "", "positive part", (z,))
        yield Statement("loss", layer, rest, "", "exp of minus size", (z,))
        yield Statement("loss", layer, log, "", "log of 1 +", (rest,))
        terms.append(f"{positive} - {y} * {z} + {log}")
    yield Statement("loss", layer, "example_loss", terms[0] if len(terms) == 1 else f"({') + ('.join(terms)})")


def cross_entropy(kind: Kind, layer: int, row: str) -> Statements:
    """Yield the sum of y (log(e^z_1 + e^z_2 + ...) - z), from the z less the largest."""
    others, log_sum = f"others{row}", f"log_sum{row}"
    yield Statement("loss", layer, others, "", "sum without one 1", tuple(units_of("e", kind, layer, row)))
    yield Statement("loss", layer, log_sum, "", "log of 1 +", (others,))
    terms = [f"{y} * ({log_sum} - ({z} - top{row}))"
             for y, z in zip(targets_of(kind, row), units_of("z", kind, layer, row))]
    yield Statement("loss", layer, "example_loss", " + ".join(terms))


LOSSES = {
    "squared_error": squared_error,
    "mean_squared_error": mean_squared_error,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}
MADE_FOR_OUTPUT = ("binary_cross_entropy", "cross_entropy")  # whose delta is a - y


def backward(kind: Kind, divided: bool, row: str = "") -> Statements:
    """Yield the way back: delta of every layer, from the last to the first.

    `divided` says that each example counts as one of `examples`.
    """
    layer = len(kind.sizes) - 1
    yield from output_delta(kind, layer, " / examples" if divided and kind.mean else "", row)
    for layer in reversed(kind.layers[:-1]):
        deltas = units_of("delta", kind, layer + 1, row)
        for i in range(kind.sizes[layer]):
            error = products(deltas, [f"w{layer + 1}_{i}_{j}" for j in range(len(deltas))])
            if len(deltas) > 1:
                error = f"({error})"
            yield Statement("back", layer, f"delta{layer}_{i}{row}", sloped(kind, error, layer, f"{i}{row}"))


def output_delta(kind: Kind, layer: int, divided: str, row: str) -> Statements:
    """Yield the delta of the output layer."""
    units = range(kind.sizes[layer])
    if kind.loss in MADE_FOR_OUTPUT:
        for j in units:
            difference = f"a{layer}_{j}{row} - y_{j}{row}"
            yield Statement("error", layer, f"delta{layer}_{j}{row}",
                            f"({difference}){divided}" if divided else difference)
        return
    names, activations = units_of("error", kind, layer, row), units_of("a", kind, layer, row)
    for error in names:
        if kind.loss == "mean_squared_error":
            yield Statement("error", layer, error, f"2.0 * {error} / {len(units)}.0{divided}")
        elif divided:
            yield Statement("error", layer, error, error + divided)
    if kind.activations[-1] == "softmax":
        yield Statement("error", layer, f"common{row}", products(names, activations))
        for j in units:
            yield Statement("error", layer, f"delta{layer}_{j}{row}",
                            f"{activations[j]} * ({names[j]} - common{row})")
    else:
        for j in units:
            yield Statement("error", layer, f"delta{layer}_{j}{row}", sloped(kind, names[j], layer, f"{j}{row}"))


def sloped(kind: Kind, error: str, layer: int, unit: str) -> str:
    """Return the delta of a unit: error times slope; the slope of the identity is 1."""
    return error if kind.activations[layer - 1] == "identity" else f"{error} * slope{layer}_{unit}"


def contributions(kind: Kind, rows: Sequence[str] = ("",)) -> Iterator[Tuple[int, str, str]]:
    """Yield for every weight and bias its layer, its name less the w or b, and its gradient.

    The gradient is the sum over the examples, whose names end as `rows` says, of input times delta.
    """
    for layer in kind.layers:
        inputs = [inputs_of(kind, layer, row) for row in rows]
        deltas = [units_of("delta", kind, layer, row) for row in rows]
        for i in range(kind.sizes[layer - 1]):
            for j in range(kind.sizes[layer]):
                yield layer, f"{layer}_{i}_{j}", products([names[i] for names in inputs],
                                                          [names[j] for names in deltas])
        if kind.bias:
            for j in range(kind.sizes[layer]):
                yield layer, f"{layer}_{j}", " + ".join([names[j] for names in deltas])


class Rule(NamedTuple):
    """Hold what an optimizer does to a weight w, given its gradient g, in the words of `core.optimizer`.

    `constants` and `counters` are attributes of the optimizer, the latter of which each step changes as `begin` says;
    `remembered` is what it remembers about each weight.
    """

    begin: Dict[str, str]
    update: Dict[str, str]
    constants: Tuple[str, ...] = ()
    counters: Tuple[str, ...] = ()
    remembered: Tuple[str, ...] = ()


RULES = {
    GradientDescent: Rule({}, {"w": "{w} - rate * {g}"}),
    Momentum: Rule(
        {}, {"velocity": "momentum * {velocity} + {g}", "w": "{w} - rate * {velocity}"},
        constants=("momentum",), remembered=("velocity",)),
    Adam: Rule(
        {"beta1_power": "beta1_power * beta1", "beta2_power": "beta2_power * beta2",
         "correction1": "1.0 - beta1_power", "correction2": "1.0 - beta2_power"},
        {"mean": "beta1 * {mean} + (1.0 - beta1) * {g}",
         "square": "beta2 * {square} + (1.0 - beta2) * ({g} * {g})",
         "w": "{w} - rate * ({mean} / correction1 / (sqrt({square} / correction2) + epsilon))"},
        constants=("beta1", "beta2", "epsilon"), counters=("beta1_power", "beta2_power"),
        remembered=("mean", "square")),
}


def update(kind: Kind, optimizer: type[Optimizer], l2: bool, gradients: Sequence[Tuple[int, str, str]]) -> Statements:
    """Yield the step of every weight and bias; `gradients` are as `contributions` yields them."""
    rule = RULES[optimizer]
    once = all(formula.count("{g}") <= 1 for formula in rule.update.values())
    for name, formula in rule.begin.items():
        yield Statement("count", 0, name, formula)
    for layer, place, gradient in gradients:
        names = {name: name + place for name in rule.remembered}
        is_weight = place.count("_") == 2
        names["w"] = ("w" if is_weight else "b") + place
        if l2 and is_weight:
            gradient += f" + l2 * {names['w']}"
        if not once and gradient != "gradient" + place:
            yield Statement("update", layer, "gradient" + place, gradient)
            gradient = "gradient" + place
        for name, formula in rule.update.items():
            g = f"({gradient})" if " " in gradient else gradient
            yield Statement("update", layer, names[name], formula.format(g=g, **names))
