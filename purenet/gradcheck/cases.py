"""Cases to judge: networks with examples of our own, and files with the gradients that any language has written."""
from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, List, NamedTuple, Optional

from ..core.errors import DataError, OptionError, PurenetError, brief, choose, did_you_mean, whole
from ..core.loss import LOSSES
from ..core.network import Network
from ..core.reading import read_sizes
from ..core.rng import WORD_MASK, MersenneTwister
from .bound import PRECISIONS
from .given import given_gradients, nested

VECTORS, VERSION = "purenet vectors", 1  # the format of a file with test vectors
TUTORIAL = [[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
SAMPLES = [  # sizes, examples, factor of the weights: what one of them hides, another shows
    ([3, 4, 1], 4, 1.0),
    ([4, 5, 2], 7, 1.0),
    ([3, 3, 3], 5, 1.0),
    ([2, 6, 3], 6, 5.0),
]
MOST_WEIGHTS, MOST_STEPS = 100_000, 10_000_000  # of a network to try; either takes a minute or two
EXP = 3  # multiplications, about, that an activation takes as long as
OF_SOFTMAX = [name for name, loss in LOSSES.items() if loss.output == "softmax"]


class Case(NamedTuple):
    """Hold a network, examples, and gradients that somebody has computed for them; None before they have."""

    name: str
    net: Network
    X: List[List[float]]
    y: List[List[float]]
    gradients: Any = None
    dtype: Optional[str] = None  # of the gradients: "float64", "float32"; None if that is to be found out


def sample_cases(sizes: Optional[List[int]] = None, seed: int = 1, **options: Any) -> List[Case]:
    """Return networks with random weights, biases and examples, of several shapes or of the one that is given.

    The options are those of Network. With weights five times as large the units are nearly saturated.

    >>> [case.name for case in sample_cases()]
    ['3-4-1', '4-5-2', '3-3-3', '2-6-3, weights × 5']

    Raises OptionError for a seed or a bias that is none, for sizes that take too long, and what Network raises.
    """
    if sizes is not None:
        require_small(sizes)
    seed = whole("seed", seed, 0, WORD_MASK)
    if options.get("bias", True) not in (True, False):
        raise OptionError(f"bias must be True or False, found {brief(options['bias'])}")
    shapes = SAMPLES if sizes is None else [(sizes, 6, 1.0), (sizes, 6, 5.0)]
    if sizes is None and (options.get("output") == "softmax" or options.get("loss") in OF_SOFTMAX):
        shapes = shapes[1:]  # of a single output softmax makes 1, whatever the weights
    return [_sample(shape, examples, factor, (seed + number) & WORD_MASK, options)
            for number, (shape, examples, factor) in enumerate(shapes)]


def require_small(sizes: List[int]) -> None:
    """Raise OptionError for the sizes of a network whose check would take longer than some minutes.

    The reference changes the weighted input of each unit in turn and computes the loss from there on.

    >>> require_small([784, 100, 10])
    >>> require_small([100000, 100000])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    purenet.core.errors.OptionError: sizes: expected a network that is checked within minutes, of at most 100000...
    """
    units = read_sizes(sizes)
    weights = [inputs * outputs for inputs, outputs in zip(units, units[1:])]
    steps = onward = 0
    for layer in reversed(range(1, len(units))):
        onward += EXP * units[layer] + sum(weights[layer:layer + 1])
        steps += units[layer] * onward
    for found, most, what in (sum(weights), MOST_WEIGHTS, "weights"), (steps, MOST_STEPS, "steps of the reference"):
        if found > most:
            raise OptionError(f"sizes: expected a network that is checked within minutes, of at most {most} {what}, "
                              f"found {brief(found)} in {brief(units)}; choose smaller sizes")


def _sample(sizes: List[int], examples: int, factor: float, seed: int, options: Dict[str, Any]) -> Case:
    net = Network(sizes, seed=seed, **options)
    random = MersenneTwister(seed)
    net.weights = [[[factor * w for w in row] for row in W] for W in net.weights]
    net.biases = net.biases and [[2 * random.random() - 1 for _ in b] for b in net.biases]
    X = TUTORIAL if (net.sizes[0], examples) == (3, 4) else [
        [2 * random.random() - 1 for _ in range(net.sizes[0])] for _ in range(examples)]
    y = [accepted(net, [random.random() for _ in range(net.sizes[-1])]) for _ in range(examples)]
    name = "-".join(map(str, net.sizes)) + (f", weights × {factor:g}" if factor != 1 else "")
    return Case(name, net, X, y)


def accepted(net: Network, values: List[float]) -> List[float]:
    """Return numbers from 0 to 1 as targets that the loss takes: yes or no each, one choice for all, or as they are.

    >>> accepted(Network([2, 3], loss="cross_entropy"), [0.5, 0.75, 0.25])
    [0.0, 1.0, 0.0]
    """
    if net.loss_name == "binary_cross_entropy":
        return [float(value > 0.5) for value in values]
    if net.loss_name == "cross_entropy":
        return [float(k == values.index(max(values))) for k in range(len(values))]
    return values


def read_cases(path: str) -> List[Case]:
    """Return the cases in a JSON file: one object, or {"cases": [...]} with several.

        {"network": {"weights": ..., "biases": ..., "activation": "sigmoid", "output": "sigmoid",
                     "loss": "squared_error", "reduction": "mean"},
         "X": ..., "y": ..., "gradients": {"weights": ..., "biases": ...}, "name": "..."}

    Weights are (inputs, units), layer by layer. What is left out of the network is as in Network; biases may be null.
    A number may also be a text: decimal, as C's %a writes it ("0x1.8p+1"), or the 16 hexadecimal digits of its bits.
    A "dtype" beside them, "float64" or "float32", says what the gradients were computed in; else it is found out. Other
    fields are for others, and passed over. Where the networks are those of a file with test vectors, it is enough
    to name that file, which is looked for beside this one, and its cases, or some of them:

        {"vectors": "vectors.json", "dtype": "float32", "cases": [{"name": "000-plain-...", "gradients": ...}, ...]}

    Raises DataError, with the file and the case, for what is no such file.
    """
    document = read_document(path)
    found = document.get("cases", [document]) if isinstance(document, dict) else document
    if not isinstance(found, list) or not found:
        raise DataError(f"{path}: expected an object with network, X, y and gradients, or one with a list of cases, "
                        f"found {brief(document)}")
    places = [path if len(found) == 1 else f"{path}: case {number}" for number in range(len(found))]
    if isinstance(document, dict) and "vectors" in document:
        known = read_vectors(path, document["vectors"])
        found = [{**answered(case, known, place), "dtype": document.get("dtype")} for case, place in zip(found, places)]
    return [read_case(case, place) for case, place in zip(found, places)]


def read_document(path: str) -> Any:
    """Return what a JSON file holds.

    Raises DataError for what is no such file.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not a JSON file, or cut off: {error}") from None


def read_vectors(path: str, name: Any) -> Dict[str, Any]:
    """Return the cases in the file of test vectors that another file refers to, by their names.

    Raises DataError where it is no such file, or of another version.
    """
    if not isinstance(name, str):
        raise DataError(f"{path}: the field 'vectors' must be the name of a file, found {brief(name)}")
    name = os.path.join(os.path.dirname(path), name)
    document = read_document(name)
    if not isinstance(document, dict) or document.get("format") != VECTORS:
        raise DataError(f"{name}: not a file that purenet vectors wrote as JSON")
    version = document.get("version")
    if version != VERSION:
        raise DataError(f"{name}: expected version {VERSION} of the test vectors, found {brief(version)}")
    cases = field(document, "cases", name)
    if not isinstance(cases, list):
        raise DataError(f"{name}: the field 'cases' must be a list, found {brief(cases)}")
    return {str(field(case, "name", f"{name}: case {number}")): case for number, case in enumerate(cases)}


def answered(answer: Any, known: Dict[str, Any], place: str) -> Dict[str, Any]:
    """Return a test vector with the gradients that somebody has found for it."""
    name = field(answer, "name", place)
    if not isinstance(name, str) or name not in known:
        raise DataError(f"{place}: there is no case {name!r} in the test vectors{did_you_mean(name, known)}")
    return {**known[name], "gradients": field(answer, "gradients", place)}


def read_case(document: Any, place: str) -> Case:
    """Return one case of a file; `place` is how to call it in a message."""
    network = field(document, "network", place)
    options = {name: network[name] for name in ("activation", "output", "loss", "reduction")
               if network.get(name) is not None}
    weights, X, y, gradients = field(network, "weights", place), *(
        field(document, name, place) for name in ("X", "y", "gradients"))
    dtype = document.get("dtype")
    try:
        net = Network.from_weights(numbers(weights, "weights"), numbers(network.get("biases"), "biases"), **options)
        X, y = net.read(numbers(X, "X"), numbers(y, "y"))
        gradients = numbers(gradients, "gradients")
        given_gradients(net, gradients)  # refuses what has another shape
        if dtype is not None:
            choose("dtype", dtype, PRECISIONS)
    except PurenetError as error:
        raise DataError(f"{place}: {error}") from None
    return Case(str(document.get("name") or "-".join(map(str, net.sizes))), net, X, y, gradients, dtype)


def field(document: Any, name: str, place: str) -> Any:
    """Return a field of a JSON object.

    Raises DataError where there is none.
    """
    if not isinstance(document, dict) or name not in document:
        raise DataError(f"{place}: the field {name!r} is missing")
    if name == "network" and not isinstance(document[name], dict):
        raise DataError(f"{place}: the field 'network' must be an object, found {brief(document[name])}")
    return document[name]


def numbers(value: Any, what: str = "numbers") -> Any:
    """Return what a JSON file holds with the texts in it read as numbers.

    >>> numbers(["0.1", "0x1.8p+1", "3ff0000000000000", {"a": 2}])
    [0.1, 3.0, 1.0, {'a': 2}]

    Raises DataError, with `what` they are, for another text, ShapeError for lists that are nested too deeply.
    """
    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            if value.lstrip("+-").lower().startswith("0x"):
                return float.fromhex(value)
            if len(value) == 16 and not set(value.lower()) - set("0123456789abcdef"):
                return float(struct.unpack(">d", bytes.fromhex(value))[0])
            return float(value)
        except (ValueError, OverflowError):
            raise DataError(f"{what}: expected a number, found {brief(value)}") from None
    return nested(what, value, read)
