"""Gradients as people hand them over: objects, pairs, dicts, nested lists or arrays, put into one flat list."""
from __future__ import annotations

from typing import Any, Callable, List, Sequence, Tuple

from ..core.errors import DataError, OptionError, ShapeError, brief
from ..core.network import Network
from .parameters import names, unflatten

FORMS = ("Gradients, a pair (weights, biases), a dict with these two, a list of matrices where there are no "
         "biases, [W1, b1, W2, b2, ...], or one flat list")
DEEPEST = 8  # lists in lists: more than any form has, with some that an array may add
TEXTS = (str, bytes, bytearray)  # float() would read them


def given_gradients(net: Network, gradients: Any) -> List[float]:
    """Return the numbers of gradients, whatever they come in, in the order of `names`; NaN and infinity stay.

    >>> net = Network([2, 1])
    >>> given_gradients(net, ([[[1], [2]]], [[3]])) == given_gradients(net, {"weights": [[[1], [2]]], "biases": [[3]]})
    True
    >>> given_gradients(net, [[[1], [2]], [3]])
    [1.0, 2.0, 3.0]

    Raises ShapeError for another shape than the network's, DataError for what is no number, OptionError for another
    form altogether.
    """
    weights, biases = weights_and_biases(net, gradients)
    require_list("weights", weights)
    if biases is not None:
        require_list("biases", biases)
    if len(weights) != len(net.weights):
        raise ShapeError(f"gradients: expected {len(net.weights)} weight matrices, one for each layer, "
                         f"found {len(weights)}")
    if net.biases is None and biases is not None:
        raise ShapeError("gradients: found some for biases, and the network has none")
    if net.biases is not None and biases is None:
        raise ShapeError("gradients: those of the biases are missing; pass a pair (weights, biases)")
    values = []
    for layer, (found, W) in enumerate(zip(weights, net.weights)):
        require_shape(f"gradients: weights[{layer}]", shape(found), (len(W), len(W[0])))
        values += [value for row in found for value in row]
    if net.biases is not None:
        if len(biases) != len(net.biases):
            raise ShapeError(f"gradients: expected {len(net.biases)} lists of biases, one for each layer, "
                             f"found {len(biases)}")
        for layer, (row, b) in enumerate(zip(biases, net.biases)):
            if shape(row) == (1, len(b)):
                row = row[0]  # as a matrix of one row, which NumPy adds to every example just as well
            require_shape(f"gradients: biases[{layer}]", shape(row), (len(b),))
            values += row
    return [number(name, value) for name, value in zip(names(net), values)]


def weights_and_biases(net: Network, gradients: Any) -> Tuple[Any, Any]:
    """Return the two parts of gradients in any of the FORMS, as nested lists."""
    if hasattr(gradients, "weights"):
        return plain(gradients.weights), plain(getattr(gradients, "biases", None))
    if isinstance(gradients, dict):
        if set(gradients) - {"weights", "biases"} or "weights" not in gradients:
            raise OptionError(f"gradients: expected the keys 'weights' and 'biases', found {brief(list(gradients))}")
        return plain(gradients["weights"]), plain(gradients.get("biases"))
    parts = plain(gradients)
    depths = [depth(part) for part in parts] if isinstance(parts, list) else []
    if len(depths) == 2 and depths[0] == 3:
        return parts[0], parts[1]
    if net.biases is not None and len(depths) == 2 * len(net.biases) and set(depths[::2]) == {2}:
        return parts[::2], parts[1::2]
    if depths and set(depths) == {2}:
        return parts, None
    if depths and set(depths) == {0}:
        return unflattened(net, parts)
    raise OptionError(f"gradients: expected {FORMS}; found {brief(gradients)}")


def unflattened(net: Network, values: List[Any]) -> Tuple[Any, Any]:
    """Return a flat list in the network's shapes."""
    if len(values) != len(names(net)):
        raise ShapeError(f"gradients: expected {len(names(net))} numbers, one for each weight and bias, "
                         f"found {len(values)}")
    return unflatten(values, net.weights, net.biases)


def plain(values: Any) -> Any:
    """Return nested lists, tuples and arrays (whatever has a `tolist`) as nested lists.

    >>> plain(((1, 2), (3,)))
    [[1, 2], [3]]

    Raises ShapeError where they are nested deeper than gradients can be.
    """
    return nested("gradients", values, lambda value: value)


def nested(what: str, values: Any, change: Callable[[Any], Any], deepest: int = DEEPEST) -> Any:
    """Return nested lists, tuples, arrays and dicts as lists and dicts, with all else in them changed by a function.

    >>> nested("X", ((1, 2), {"a": 3}), float)
    [[1.0, 2.0], {'a': 3.0}]

    Raises ShapeError, with `what` they are, where they are nested deeper than anything here is.
    """
    if deepest < 0:
        raise ShapeError(f"{what}: lists nested too deeply")
    if hasattr(values, "tolist"):
        return nested(what, values.tolist(), change, deepest - 1)
    if isinstance(values, (list, tuple)):
        return [nested(what, value, change, deepest - 1) for value in values]
    if isinstance(values, dict):
        return {name: nested(what, value, change, deepest - 1) for name, value in values.items()}
    return change(values)


def require_list(part: str, found: Any) -> None:
    """Raise ShapeError where one of the two parts of gradients is no list."""
    if not isinstance(found, list):
        raise ShapeError(f"gradients: expected {part} as a list with one element for each layer, found {brief(found)}")


def depth(values: Any) -> int:
    """Return how deep lists are nested: 0 for a number.

    >>> depth(1), depth([1]), depth([[1]])
    (0, 1, 2)
    """
    return 1 + depth(values[0]) if isinstance(values, list) and values else int(isinstance(values, list))


def shape(values: Any) -> Sequence[int]:
    """Return the shape of nested lists; where rows differ in length, that of the part that is even.

    >>> shape([[1, 2, 3], [4, 5, 6]]), shape([1, 2]), shape([[1, 2], [3]])
    ((2, 3), (2,), (2,))
    """
    if not isinstance(values, list):
        return ()
    inner = {tuple(shape(value)) for value in values}
    return (len(values), *(inner.pop() if len(inner) == 1 else ()))


def require_shape(place: str, found: Sequence[int], expected: Sequence[int]) -> None:
    """Raise ShapeError where two shapes differ; say so where one is the other transposed."""
    if tuple(found) != tuple(expected):
        hint = "; it would fit transposed" if tuple(found) == tuple(expected)[::-1] else ""
        raise ShapeError(f"{place} has the shape {tuple(found)}, expected {tuple(expected)} as in the network{hint}")


def number(name: str, value: Any) -> float:
    """Return a value as a float, which may be NaN or infinite."""
    try:
        if isinstance(value, (*TEXTS, bool)):
            raise TypeError
        return float(value)
    except OverflowError:
        raise DataError(f"gradients: {name}: expected a number that a float can hold, found {brief(value)}") from None
    except (TypeError, ValueError):
        raise DataError(f"gradients: {name}: expected a number, found {brief(value)}") from None
