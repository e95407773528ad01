"""Named arrays of numbers, as NumPy, PyTorch and scikit-learn hold a network: which is whose weights or biases.

Arrays are numbers only. So a file of ours has beside them the model's JSON document without its weights and biases, and
comes back whole; for the files of others, options say what the arrays do not.
"""
from __future__ import annotations

import math
import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ..core import storage
from ..core.errors import DataError, OptionError, ShapeError, brief, choose, elements
from ..core.loss import LOSSES
from ..core.matrix import transpose
from ..core.network import Network, from_fields
from ..core.reading import chained_sizes
from ..encoder import listed
from ..model import KINDS, plain

BIASES = {"weight": "bias", "weights": "biases", "W": "b", "w": "b", "kernel": "bias", "coefs": "intercepts"}
NAMES = "0.weight and 0.bias, weights_0 and biases_0, W1 and b1, dense/kernel and dense/bias, coefs_0 and intercepts_0"
LONGEST_NAME = 100
MOST = storage.LARGEST // 8  # numbers in a file: as many as fit in the largest as float64
FIELDS = {"activation": str, "output": str, "loss": str, "reduction": str, "init": str, "seed": int, "exp": str}
OURS = {"logistic": "sigmoid"}  # the name that scikit-learn has, and that of the same activation here
MADE_FOR = {loss.output: name for name, loss in LOSSES.items() if loss.output}


def from_arrays(arrays: Mapping[str, Any], activation: Optional[str] = None, output: Optional[str] = None,
                loss: str = "squared_error", reduction: str = "mean", exp: str = "platform",
                layers: Optional[Sequence[str]] = None, transposed: bool = False, place: str = "arrays") -> Network:
    """Return the network whose weights and biases are these arrays, told apart by their names.

    A name has one of the words weight and bias, weights and biases, W and b, kernel and bias, coefs and intercepts; the
    rest of it names the layer. The layers are taken in the order of the numbers in their names, fc2 before fc10; names
    that differ in more than numbers need `layers`.

    >>> net = from_arrays({"fc1.bias": [0.5], "fc1.weight": [[1.0, -1.0]]}, output="identity", transposed=True)
    >>> net.predict([[5.0, 3.0]])
    [[2.5]]

    activation  of the hidden layers; arrays do not tell it, so it is needed where there are any
    output      of the last layer; needed unless the loss is made for one
    loss, reduction, exp  as for Network
    layers      the names of the layers in their order, such as ["hidden", "output"]
    transposed  whether the weights are (units, inputs), as in PyTorch, and not (inputs, units), as in x · W
    place       how to call the arrays in a message, such as the name of their file

    Raises DataError for an array that has no place in a network, OptionError for an option that is missing or wrong.
    """
    if not hasattr(arrays, "keys"):
        raise DataError(f"{place}: expected a dict of arrays by name, found {brief(arrays)}")
    weights, biases = in_order(arrays, layers, place)
    told = choose("loss", loss, LOSSES).output or output
    for where, name, option, given in (("hidden layers", "activation", "", activation or len(weights) == 1),
                                       ("outputs", "output", "output-", told)):
        if not given:
            raise OptionError(f"{place} holds numbers only: name the activation of the {where}, "
                              f"such as --{option}activation tanh ({name}='tanh')")
    return made(arrays, weights, biases, transposed, place, activation=activation or "identity", output=output,
                loss=loss, reduction=reduction, exp=exp)


def from_sklearn(estimator: Any) -> Network:
    """Return the network of a fitted MLPClassifier or MLPRegressor of scikit-learn.

    It is read from the attributes coefs_, intercepts_, activation and out_activation_. What it predicts is what
    predict_proba does (for two classes: the probability of the second), or predict of a regressor, to the last digits.

    Raises OptionError for anything else, an estimator before its `fit`, and an activation that is unknown here.
    """
    try:
        activation, output = (OURS.get(name, name) for name in (estimator.activation, estimator.out_activation_))
        weights, biases = ([plain(array) for array in arrays] for arrays in (estimator.coefs_, estimator.intercepts_))
    except (AttributeError, TypeError) as error:
        raise OptionError(f"from_sklearn: expected a fitted MLPClassifier or MLPRegressor, found "
                          f"{brief(estimator)}: {error}") from None
    return Network.from_weights(weights, biases, activation=activation, output=output,
                                loss=MADE_FOR.get(output, "squared_error"))


def split_name(name: str, place: str) -> Tuple[str, bool]:
    """Return the layer that an array's name speaks of, and whether it is its weights and not its biases.

    >>> split_name("net.2.weight", "file"), split_name("b1", "file")
    (('net.2', True), ('1', False))

    Raises DataError for a name that is none.
    """
    words = re.split(r"([A-Za-z]+)", name) if isinstance(name, str) and len(name) <= LONGEST_NAME else []
    for i in range(len(words) - 1, -1, -1):
        if words[i] in BIASES or words[i] in BIASES.values():
            return "".join(words[:i] + words[i + 1:]).strip("._/ "), words[i] in BIASES
    raise DataError(f"{place}: the array {brief(name)} is no layer's weights or biases: expected names such as {NAMES}")


def in_order(arrays: Mapping[str, Any], layers: Optional[Sequence[str]], place: str) -> Tuple[List[str], List[str]]:
    """Return the names of the layers' weights and of their biases, if there are any, from the first layer to the last.

    >>> in_order({"0.bias": 0, "10.weight": 0, "10.bias": 0, "0.weight": 0}, None, "file")
    (['0.weight', '10.weight'], ['0.bias', '10.bias'])

    Raises DataError where a layer lacks its part, or has it twice; OptionError where the order needs to be told.
    """
    weights: Dict[str, str] = {}
    biases: Dict[str, str] = {}
    for name in arrays:
        layer, is_weights = split_name(name, place)
        known = weights if is_weights else biases
        if layer in known:
            raise DataError(f"{place}: the arrays {known[layer]!r} and {name!r} are the same part of the same layer")
        known[layer] = name
    odd = set(weights) ^ set(biases) if biases else set()
    if odd or not weights:
        found = [name for name in arrays if not odd or split_name(name, place)[0] in odd]
        raise DataError(f"{place}: expected the weights of every layer, and the biases of every layer or of none; "
                        f"found {listed(found) or 'none'}")
    if layers is not None:
        order = elements(layers) or []
        if sorted(map(repr, order)) != sorted(map(repr, weights)):
            raise OptionError(f"{place}: layers must name {listed(sorted(weights))} in their order, "
                              f"found {brief(layers)}")
        layers = order
    elif len({re.sub(r"\d+", "", layer) for layer in weights}) == 1:
        layers = sorted(weights, key=lambda layer: [int(number) for number in re.findall(r"\d+", layer)])
    else:
        raise OptionError(f"{place}: which of the layers {listed(sorted(weights))} is the first? Name them in their "
                          "order with --layers (layers=[...])")
    return [weights[layer] for layer in layers], [biases[layer] for layer in layers] if biases else []


def made(arrays: Mapping[str, Any], weights: Sequence[str], biases: Sequence[str], transposed: bool, place: str,
         **options: Any) -> Network:
    """Return the network with the arrays of these names; raise DataError where they do not fit together."""
    W, b = ([plain(arrays[name]) for name in names] for names in (weights, biases))
    for name, values in zip(biases, b):
        if any(elements(value) is not None for value in elements(values) or []):
            raise DataError(f"{place}: the array {brief(name)} is a matrix, expected a bias for each unit: "
                            "reshape it to (units,)")
    try:
        return Network.from_weights([transpose(matrix) for matrix in W] if transposed else W, b or None, **options)
    except (ShapeError, DataError) as error:
        hint = (f"; for weights that are {'(inputs, units)' if transposed else '(units, inputs)'} pass "
                f"--{'no-' if transposed else ''}transposed (transposed={not transposed})")
        raise DataError(f"{place}: {error}; the weights are {listed(weights)}"
                        f"{hint if isinstance(error, ShapeError) else ''}") from None


def nested(dimensions: Sequence[int], numbers: Sequence[float]) -> List[Any]:
    """Return the numbers of an array with one dimension as a list, with two as a list of rows.

    >>> nested([2, 1], [1.0, 2.0])
    [[1.0], [2.0]]
    """
    if len(dimensions) == 1:
        return list(numbers)
    width = dimensions[1]
    return [list(numbers[start:start + width]) for start in range(0, len(numbers), width)]


def count(name: str, dimensions: Sequence[int], place: str, before: int) -> int:
    """Return how many numbers an array has, of a file that has others before it.

    Raises DataError unless it has one or two dimensions and numbers, and for more than MOST in all.
    """
    if len(dimensions) not in (1, 2) or 0 in dimensions:
        raise DataError(f"{place}: the array {brief(name)} has the shape {brief(tuple(dimensions))}, expected (units,) "
                        "or two sizes, all above 0")
    if before + math.prod(dimensions) > MOST:  # of two bytes each, they take a hundred times as much in lists
        raise DataError(f"{place}: with the array {brief(name)} of the shape {brief(tuple(dimensions))} there are more "
                        f"than {MOST} numbers, the most that is read")
    return math.prod(dimensions)


def taken_apart(model: Any) -> Tuple[Network, str]:
    """Return the network of a Network, Classifier or Regressor, and the JSON document that lacks but its numbers.

    Raises OptionError for anything else and what a model file could not hold; PurenetError before `fit`.
    """
    if isinstance(model, Network):
        network, kind, document = model, "network", {"network": model.to_document()}
    elif hasattr(model, "to_document"):
        document = model.to_document()
        network, kind = model.network_, model.kind
    else:
        raise OptionError(f"expected a Network, a Classifier or a Regressor, found {brief(model)}")
    document["network"] = {name: document["network"][name] for name in FIELDS}
    return network, storage.json_text(kind, document)


def put_together(arrays: Mapping[str, Any], text: Optional[str], place: str, transposed: bool,
                 options: Dict[str, Any]) -> Any:
    """Return the Network, Classifier or Regressor that a file holds.

    `text` is the document of `taken_apart`, if the file is one of ours. Raises as `from_arrays` and `load` do.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if text is None:
        return from_arrays(arrays, **{"transposed": transposed, **given}, place=place)
    if given:
        raise OptionError(f"{place} was written by purenet and says everything itself: expected no "
                          f"{next(iter(given))}")
    kind, fields = storage.parse_json(text.encode(), place)
    described = storage.Fields(fields.take("network", dict), f"{place}: network")
    network = {name: described.take(name, kind_of) for name, kind_of in FIELDS.items()}
    described.finish()
    weights, biases = ([plain(arrays[name]) for name in names] for names in in_order(arrays, None, place))
    try:
        network["weights"] = [transpose(W) for W in weights] if transposed else weights
        network["sizes"] = chained_sizes(network["weights"])
    except ShapeError as error:
        raise DataError(f"{place}: {error}") from None
    network["biases"] = biases or None
    fields.rest["network"] = network
    return from_fields(kind, fields, {name: reader for name, reader in KINDS.items() if name != "training"})
