"""One training step as data: every intermediate in order, and the questions that can be asked of it."""
from __future__ import annotations

import copy
import json
import math
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ..core import backprop, matrix
from ..core.arithmetic import Arithmetic
from ..core.errors import DivergenceError, OptionError, ShapeError, choose, positive, whole
from ..core.network import Network
from ..core.optimizer import GradientDescent
from ..gradcheck import difference, parameters
from . import words
from .contributions import Contribution, Contributions
from .formulas import KINDS, Place, Setting, Written, inputs, inside, number

FORMAT, VERSION = "purenet trace", 1


def shape(value: Any) -> Tuple[int, ...]:
    """Return the shape of a matrix, a list or a number.

    >>> shape([[1, 2, 3]]), shape([1, 2]), shape(1.0)
    ((1, 3), (2,), ())
    """
    return (len(value), *shape(value[0])) if isinstance(value, list) else ()


def is_finite(value: Any) -> bool:
    """Return whether no number in nested lists is infinite or NaN."""
    return all(map(is_finite, value)) if isinstance(value, list) else math.isfinite(value)


class Step(NamedTuple):
    """One step: a matrix (or a list, or a number) computed from others.

    `layer` counts from 1, and is None for the losses. `operands` are names in the trace's `values`.
    """

    name: str  # z1
    kind: str  # weighted_input
    layer: Optional[int]
    title: str  # weighted input of layer 1
    formula: str  # X · W1 + b1
    operands: List[str]  # X, W1, b1
    note: str  # what the formula does not say, in a sentence, or ""
    result: Any

    @property
    def shape(self) -> Tuple[int, ...]:
        """Return the shape of the result."""
        return shape(self.result)


class Element(NamedTuple):
    """How one number came about."""

    place: Place
    written: Written
    value: float
    values: Dict[str, Any]

    def symbols(self, most: int = 8) -> str:
        """Return the formula in symbols; of a sum of more terms than `most`, the middle is left out."""
        return self.written.fill(str, most)

    def numbers(self, most: int = 8, digits: int = 6) -> str:
        """Return the formula with the numbers put in."""
        return self.written.fill(lambda place: inside(look_up(self.values, place), digits), most)

    def __str__(self) -> str:
        sides = dict.fromkeys([str(self.place), self.symbols(), self.numbers(), number(self.value)])
        return " = ".join(sides)  # each but once: a formula without places is the same in symbols and in numbers


def look_up(values: Dict[str, Any], place: Place) -> float:
    """Return the number at a place."""
    value = values[place.name]
    for i in place.at:
        value = value[i]
    return value  # type: ignore[no-any-return]


class Trace:
    """Hold every step of one update of a network by gradient descent, in order.

    For each layer z and a; the loss; for each layer from the last to the first error, slope, delta and the gradients dW
    and db; for each layer the updates and the new weights; the predictions and the loss after it. `values` has every
    matrix by its name, `steps` the order.

    >>> net = Network.from_weights([[[0.5], [-0.5]]], reduction="sum")
    >>> trace = net.trace([[1.0, 2.0], [0.0, 1.0]], [[1.0], [0.0]])
    >>> [step.name for step in trace.steps]
    ['z1', 'a1', 'losses', 'loss', 'error1', 'slope1', 'delta1', 'dW1', 'update_W1', 'new_W1', 'new_a1', 'new_loss']
    >>> print(trace.element("z1", 0, 0))
    z1[0][0] = X[0][0] · W1[0][0] + X[0][1] · W1[1][0] = 1 · 0.5 + 2 · (-0.5) = -0.5
    >>> print(trace.contributions(1, 1, 0).verdict())
    W1[1][0] goes up by 0.203837: 1 example pushes it up, 1 down; 47 % of the pushing cancels.
    """

    def __init__(self, network: Network, setting: Setting, values: Dict[str, Any]) -> None:
        self.network = network
        self.setting = setting
        self.values = values
        self.steps: List[Step] = []

    def record(self, kind: str, layer: Optional[int], result: Any) -> None:
        """Add a step of a kind; `layer` counts from 0, as in backprop, or is None for the losses.

        Raises DivergenceError when a number has outgrown a float.
        """
        at = self.setting.last if layer is None else layer + 1
        name, title, formula, element = KINDS[kind]
        step = Step(name.format(l=at), kind, None if layer is None else at, title.format(l=at),
                    formula(self.setting, at), [], words.note(self.setting, kind, at), result)
        if not is_finite(result):
            raise DivergenceError(f"trace: a number of {step.name} ({step.title}) outgrew a float; "
                                  "expected smaller weights, inputs or learning_rate")
        if kind in ("new_activation", "new_loss"):
            operands = [known for known in self.values if known in ("X", "y") or known.startswith(("new_W", "new_b"))]
        else:
            places = element(self.setting, at, (0,) * len(step.shape)).places()
            operands = list(dict.fromkeys(place.name for place in places))
        self.values[step.name] = result
        self.steps.append(step._replace(operands=operands))

    def step(self, name: str) -> Step:
        """Return the step of this name: "z1", "delta2", "new_W1" ...

        Raises OptionError for a name that is none, with the nearest.
        """
        found: Step = choose("step", name, {step.name: step for step in self.steps})
        return found

    def element(self, name: str, *index: int) -> Element:
        """Return how one number of a step came about: its formula in symbols, and with the numbers put in.

        `index` is the row and the column, from 0, as in z1[0][2]; for a list of losses or biases one number, for the
        loss none.

        Raises OptionError for another step, ShapeError for an index that is not within its shape.
        """
        step = self.step(name)
        if len(index) != len(step.shape) or not all(0 <= i < size for i, size in zip(index, step.shape)):
            raise ShapeError(f"element: {name} has the shape {step.shape}, found the index {list(index)}")
        written = KINDS[step.kind].element(self.setting, step.layer or self.setting.last, index)
        place = Place(name, index)
        return Element(place, written, look_up(self.values, place), self.values)

    def contributions(self, layer: int, *index: int) -> Contributions:
        """Return what each example contributes to the gradient of one weight, or, with one index, of a bias.

        dW[i][j] = Σ a[k][i] · delta[k][j]     db[j] = Σ delta[k][j]     over the examples k

        `layer` counts from 1, the input i and the unit j from 0: contributions(1, 0, 2) is about W1[0][2].

        Raises OptionError for a layer or an index that the network does not have.
        """
        s = self.setting
        layer = whole("layer", layer, at_most=s.last)
        kinds = {2: "W", 1: "b"} if s.bias else {2: "W"}
        if len(index) not in kinds:
            raise OptionError(f"contributions: expected layer, input and unit, as in 1, 0, 2"
                              f"{', or layer and unit for a bias' if s.bias else ''}; found {[layer, *index]}")
        j = whole("unit", index[-1], at_least=0, at_most=s.sizes[layer] - 1)
        column = [1.0] * s.examples
        if len(index) == 2:
            i = whole("input", index[0], at_least=0, at_most=s.sizes[layer - 1] - 1)
            column = [row[i] for row in self.values[inputs(layer)]]
        deltas = [row[j] for row in self.values[f"delta{layer}"]]
        parameter = f"{kinds[len(index)]}{layer}"
        value, gradient, new = (look_up(self.values, Place(name, index))
                                for name in (parameter, f"d{parameter}", f"new_{parameter}"))
        return Contributions(str(Place(parameter, index)),
                             [Contribution(k, a, d, a * d) for k, (a, d) in enumerate(zip(column, deltas))],
                             gradient, value, new)

    def confidence(self) -> List[Confidence]:
        """Return the story of every prediction: how far off, how undecided, and so how much it is to change.

        delta = error · slope. The undecided ones, where the slope is steep, come first. Where the loss is made for its
        output, every error counts in full: there is no slope, and the largest delta comes first.
        """
        s, v = self.setting, self.values
        stories = [Confidence(i, j, v[f"a{s.last}"][i][j], v["y"][i][j],
                              v[f"error{s.last}"][i][j] if f"error{s.last}" in v else None,
                              v[f"slope{s.last}"][i][j] if f"slope{s.last}" in v else None,
                              v[f"delta{s.last}"][i][j])
                   for i in range(s.examples) for j in range(s.sizes[-1])]
        return sorted(stories, key=lambda c: -abs(c.delta if c.slope is None else c.slope))

    def three_ways_of(self, layer: int, *index: int) -> ThreeWays:
        """Return the derivative of the loss by one weight, or, with one index, a bias, found in three ways.

        Backprop; the central difference (C(w + h) - C(w - h)) / 2h with h = 1e-5, good to about ten digits; the complex
        step Im C(w + ih) / h with h = 1e-20, which subtracts nothing and is good to the last digits. The last two take
        the loss alone, and know nothing of backprop.

        Raises OptionError for a layer or an index that the network does not have.
        """
        found = self.contributions(layer, *index)
        net, X, y = self.network, self.values["X"], self.values["y"]
        x = parameters.flatten(net.weights, net.biases)
        i = self.every_parameter().index((layer, *index))

        def loss(point: List[Any], arithmetic: Arithmetic = net.arithmetic) -> Any:
            return parameters.loss_at(net, X, y, *parameters.unflatten(point, net.weights, net.biases), arithmetic)

        return ThreeWays(found.name, found.gradient, difference.central_difference(loss, x, i, CENTRAL_STEP),
                         difference.complex_step(lambda point: loss(point, difference.COMPLEX), x, i))

    def three_ways(self) -> List[ThreeWays]:
        """Return `three_ways_of` every weight and bias."""
        return [self.three_ways_of(layer, *at) for layer, *at in self.every_parameter()]

    def transposes(self) -> List[str]:
        """Return, for every product with a transpose, what the shapes are, which one fits, and why no other does."""
        return words.transposes(self.setting)

    def conventions(self) -> List[str]:
        """Return the signs, and the sum or mean, that are in force, in words."""
        return words.conventions(self.setting, self.values["learning_rate"])

    def to_dict(self) -> Dict[str, Any]:
        """Return all of it as plain data: the network's options, the values, the steps with formulas and shapes ...

        The gradient three ways takes long for many weights; of more than 200 it is left out (None).
        """
        net, s, every = self.network, self.setting, self.every_parameter()
        options = {"sizes": s.sizes, "activation": net.activation, "output": net.output, "loss": net.loss_name,
                   "reduction": net.reduction, "bias": s.bias, "exp": net.exp}
        results = {step.name for step in self.steps}
        return {
            "format": FORMAT, "version": VERSION, "network": options, "conventions": self.conventions(),
            "given": {name: value for name, value in self.values.items() if name not in results},
            "steps": [{**step._asdict(), "shape": list(step.shape),
                       "operands": {name: list(shape(self.values[name])) for name in step.operands}}
                      for step in self.steps],
            "contributions": {c.name: {"pushes": [e.push for e in c.examples], "gradient": c.gradient,
                                       "cancelled": c.cancelled, "one_way": c.one_way, "verdict": c.verdict()}
                              for c in (self.contributions(*place) for place in every)},
            "confidence": [c._asdict() for c in self.confidence()],
            "transposes": self.transposes(),
            "three_ways": [ways._asdict() for ways in self.three_ways()] if len(every) <= FEW else None,
        }

    def every_parameter(self) -> List[Tuple[int, ...]]:
        """Return the place of every weight, (layer, input, unit), and then of every bias, (layer, unit)."""
        sizes = self.setting.sizes
        layers = range(1, len(sizes))
        weights = [(layer, i, j) for layer in layers for i in range(sizes[layer - 1]) for j in range(sizes[layer])]
        return [*weights, *((layer, j) for layer in layers for j in range(sizes[layer]) if self.setting.bias)]

    def to_json(self, indent: Optional[int] = None) -> str:
        """Return all of it as JSON, every number with the digits that give back its bits."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=indent)

    def __repr__(self) -> str:
        return f"Trace of {self.network!r}: {len(self.steps)} steps, {self.setting.examples} examples"


CENTRAL_STEP = 1e-5
FEW = 200  # weights and biases whose gradient is found in three ways within a second or so


class ThreeWays(NamedTuple):
    """The derivative of the loss by one weight or bias, as three methods find it."""

    name: str  # such as W1[0][2]
    backprop: float
    central_difference: float
    complex_step: float

    @property
    def differences(self) -> Tuple[float, float]:
        """Return how far the central difference and the complex step lie from backprop's."""
        return self.central_difference - self.backprop, self.complex_step - self.backprop


class Confidence(NamedTuple):
    """What one prediction is made to learn: error · slope = delta."""

    example: int
    output: int
    prediction: float
    target: float
    error: Optional[float]  # None, as the slope, where the loss is made for its output and delta is a - y
    slope: Optional[float]
    delta: float


def trace_step(network: Network, X: Any, y: Any, learning_rate: float = 1.0) -> Trace:
    """Return every step of one update of a network on all the examples; see Network.trace, which is this.

    The steps are recorded from the backprop that training uses, and the new weights are those of one epoch of `fit`
    with a full batch, to the bit. The network is not changed.

    Raises ShapeError, DataError and OptionError as `fit` does, and DivergenceError where a number outgrows a float.
    """
    if not isinstance(network.exp, str):
        raise OptionError("trace: expected exp 'platform' or 'portable', found an arithmetic of your own")
    X, y = network.read(X, y)
    rate = positive("learning_rate", learning_rate)
    loss = network.loss_function
    setting = Setting(
        network.sizes, network.biases is not None,
        [network.activation] * (len(network.sizes) - 2) + [network.output],
        network.loss_name, loss.output is not None, network.reduction == "mean", len(X))
    values: Dict[str, Any] = {"X": X, "y": y}
    for layer, W in enumerate(network.weights, 1):
        values[f"W{layer}"] = W
        if network.biases is not None:
            values[f"b{layer}"] = network.biases[layer - 1]
    values["learning_rate"] = rate
    trace = Trace(network, setting, values)

    weighted_inputs, activations = backprop.forward(network, X, trace.record)
    losses = network.losses(weighted_inputs[-1], activations[-1], y)
    trace.record("example_loss", None, losses)
    trace.record("loss", None, network.reduce(matrix.row_sums([losses])[0], len(y)))
    gradients = backprop.backward(network, weighted_inputs, activations, y, trace.record)
    optimizer = GradientDescent()
    optimizer.start(network.weights, network.biases)
    after = copy.copy(network)
    after.weights, after.biases = optimizer.step(network.weights, network.biases, gradients, rate)
    for layer in range(setting.last):
        trace.record("update", layer, matrix.scale(gradients.weights[layer], rate))
        trace.record("new_weights", layer, after.weights[layer])
        if after.biases is not None:
            trace.record("bias_update", layer, matrix.scale([gradients.biases[layer]], rate)[0])
            trace.record("new_biases", layer, after.biases[layer])
    weighted_inputs, activations = backprop.forward(after, X)
    trace.record("new_activation", setting.last - 1, activations[-1])
    losses = after.losses(weighted_inputs[-1], activations[-1], y)
    trace.record("new_loss", None, after.reduce(matrix.row_sums([losses])[0], len(y)))
    return trace
