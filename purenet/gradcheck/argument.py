"""The argument of a function, whatever it comes in (number, arrays, nested lists of both), seen as one flat list."""
from __future__ import annotations

from array import array
from copy import copy
from itertools import product
from typing import Any, Iterator, List, Optional, Sequence, Tuple

from ..core.errors import DataError, ShapeError, brief, elements

NO_NUMBERS = (str, bytes, bytearray, bool)  # though float() reads them
WITHOUT_SHAPE = (dict, set, frozenset)  # what they hold has names, or no order
NEAR_ONE = 1 + 2.0 ** -20  # which a float32 holds, and nothing coarser

Shape = Optional[Tuple[int, ...]]


class Argument:
    """Hold the shape and the kind of an argument x, its numbers, and the name of each.

    x is a number, an array, or a list, a tuple or a named tuple of these, nested as one likes. An array is whatever has
    `tolist` and `shape`, adds a number to make a new array, and lets elements be assigned in that: those of NumPy and
    PyTorch, of float64 or float32, or of integers, which become floats; or an array.array. x is never changed: `build`
    makes a new one of the same kind. A tensor that requires its gradient is rebuilt as one that does.

    >>> x = Argument([[1.0, 2.0], (3.0,)])
    >>> x.values, x.names
    ([1.0, 2.0, 3.0], ['x[0][0]', 'x[0][1]', 'x[1][0]'])
    >>> x.build([4.0, 5.0, 6.0])
    [[4.0, 5.0], (6.0,)]

    Raises DataError for what is no finite number, and for what could not be rebuilt; ShapeError where there are no
    numbers at all.
    """

    def __init__(self, x: Any) -> None:
        self.given = x
        try:
            found = list(numbers("x", x))
            self.nested = nested("x", x)
        except RecursionError:
            raise ShapeError("x: lists nested too deeply") from None
        if not found:
            raise ShapeError(f"x: expected a list of numbers, found {brief(x)}")
        self.names = [name for name, _ in found]
        self.values = [value for _, value in found]

    def build(self, values: Sequence[Any]) -> Any:
        """Return an argument of the same kind and shape that holds other numbers, float or complex.

        Raises TypeError for complex numbers in an array.array, which has no type for them.
        """
        return rebuilt(self.given, iter(values), 0j if any(isinstance(value, complex) for value in values) else 0.0)

    def flatten(self, values: Any, what: str) -> List[Any]:
        """Return the numbers of a gradient, which has to have the shape of x, in lists or arrays of whatever kind.

        Raises ShapeError where it has another, with the part that has.
        """
        try:
            found = nested(what, values)
            require_shape(what, found, "x", self.nested)
        except RecursionError:
            raise ShapeError(f"{what}: lists nested too deeply") from None
        return list(leaves(found))


def plain(values: Any) -> Any:
    """Return arrays as nested lists, and whatever else as it is."""
    return values.tolist() if hasattr(values, "tolist") else values


def unlisted(what: str, found: Any) -> DataError:
    """Return the error for a container of another kind."""
    return DataError(f"{what}: expected numbers in lists, tuples or arrays, found {brief(found)}")


# --- Taking an argument apart.

def numbers(name: str, x: Any) -> Iterator[Tuple[str, float]]:
    """Yield every number in x with its name.

    >>> list(numbers("x", [5, (6,)]))
    [('x[0]', 5.0), ('x[1][0]', 6.0)]

    Raises DataError for what is no finite number, and for what could not be rebuilt.
    """
    if isinstance(x, list) or type(x) is tuple or is_named_tuple(x):
        for i, part in enumerate(x):
            yield from numbers(f"{name}[{i}]", part)
    elif is_array(x):
        yield from numbers_of_array(name, x)
    elif not isinstance(x, NO_NUMBERS) and (hasattr(x, "__iter__") or hasattr(x, "__getitem__")):
        raise unlisted(name, x)
    else:
        yield name, finite(name, x)


def numbers_of_array(name: str, x: Any) -> List[Tuple[str, float]]:
    """Return every number in an array with its name.

    Raises DataError too for an array of which no copy holds other numbers, or only such as lie far apart.
    """
    kind = type(x).__name__ + (f" of {x.dtype}" if hasattr(x, "dtype") else "")
    unfit = DataError(f"{name}: expected an array of which a copy can hold other floats, found {kind}; convert it to "
                      "an array of float64, or to lists")
    try:
        values = x.tolist()
    except Exception:  # whatever somebody else's array may raise: a sparse one, say
        raise unfit from None
    found = list(entries(name, values, dimensions(x)))
    if not holds(x, [value for _, value in found]):
        raise unfit
    if not holds(x, [NEAR_ONE] * len(found)):
        raise DataError(f"{name}: expected an array of float64 or float32, found {kind}, whose numbers lie too far "
                        "apart to take differences; convert it to float64")
    return found


def holds(x: Any, values: List[float]) -> bool:
    """Return whether a copy of an array holds these numbers as they are."""
    try:
        kept = entries("", filled(x, iter(values), 0.0).tolist(), dimensions(x))
        return [value for _, value in kept] == values
    except Exception:  # an array that cannot be changed, or takes no floats
        return False


def entries(name: str, values: Any, depth: int) -> Iterator[Tuple[str, float]]:
    """Yield every number in lists that are nested so deep, with its name."""
    if depth == 0:
        yield name, finite(name, values)
    else:
        for i, value in enumerate(values):
            yield from entries(f"{name}[{i}]", value, depth - 1)


def dimensions(x: Any) -> int:
    """Return how many dimensions an array has: 0 if it is a number of NumPy's."""
    return 1 if isinstance(x, array) else len(x.shape)


def is_array(x: Any) -> bool:
    """Return whether x is an array of whatever library, or a number that behaves like one."""
    return isinstance(x, array) or (hasattr(x, "tolist") and hasattr(x, "shape"))


def is_named_tuple(x: Any) -> bool:
    """Return whether x is a tuple whose elements have names."""
    return isinstance(x, tuple) and hasattr(x, "_make")


def finite(name: str, value: Any) -> float:
    """Return a number as a finite float."""
    try:
        if isinstance(value, NO_NUMBERS) or value is None:
            raise TypeError
        value = float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{name}: expected a number, found {brief(value)}") from None
    if value - value != 0:
        raise DataError(f"{name}: expected a finite number, found {value!r}")
    return float(value)


# --- Putting it together again.

def rebuilt(like: Any, values: Iterator[Any], zero: Any) -> Any:
    """Return an argument like another, with other numbers in it, in the same order; `zero` is one of their type."""
    if type(like) is float:
        return next(values)  # here, too, since nearly all are that, and this is quick
    if isinstance(like, (list, tuple)):
        parts = [rebuilt(part, values, zero) for part in like]
        if isinstance(like, tuple):
            return like._make(parts) if is_named_tuple(like) else tuple(parts)  # type: ignore[attr-defined]
        new = copy(like)  # of a type of one's own, too
        new[:] = parts
        return new
    return filled(like, values, zero) if is_array(like) else next(values)


def filled(like: Any, values: Iterator[Any], zero: Any) -> Any:
    """Return a new array like another, with other numbers in it."""
    if isinstance(like, array):
        return array(like.typecode if like.typecode in "fd" else "d", [next(values) for _ in like])
    source = like.detach() if hasattr(like, "detach") else like  # a tensor would remember what it was made of
    scalar = dimensions(like) == 0
    new = (source[None] if scalar else source) + zero  # an array of its own; of integers it makes one of floats
    for place in product(*map(range, new.shape)):
        new[place if len(place) > 1 else place[0]] = next(values)
    if scalar:
        new = new[0, ...] if hasattr(like, "__setitem__") else new[0]  # an array of no dimensions, or a number
    if getattr(like, "requires_grad", False):
        new.requires_grad_()
    return new


# --- The shape of its gradient.

def nested(what: str, values: Any) -> Any:
    """Return nested lists, tuples and arrays as nested lists.

    Raises DataError for what has no shape.
    """
    if isinstance(values, WITHOUT_SHAPE):
        raise unlisted(what, values)
    try:
        values = plain(values)
    except Exception:  # whatever somebody else's array may raise: a sparse one, say
        raise unlisted(what, values) from None
    inner = elements(values)
    return values if inner is None else [nested(what, value) for value in inner]


def require_shape(what: str, found: Any, name: str, wanted: Any) -> None:
    """Raise ShapeError where nested lists differ in shape from those of x, or of a part of it, with its name.

    >>> require_shape("gradient", [[1, 2], [3]], "x", [[4, 5], [6]])
    >>> require_shape("gradient", [[1, 2], [3]], "x", [[4, 5], [6, 7, 8]])
    Traceback (most recent call last):
    ...
    purenet.core.errors.ShapeError: gradient[1] has the shape (1,), expected the shape (3,), the shape of x[1]
    """
    here, there = shape(found), shape(wanted)
    if here is not None and here == there:
        return
    if None in (here, there) and isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for i, parts in enumerate(zip(found, wanted)):
            require_shape(f"{what}[{i}]", parts[0], f"{name}[{i}]", parts[1])
        return
    hint = "; it would fit transposed" if here and there and len(here) == 2 and here == there[::-1] else ""
    raise ShapeError(f"{what} has {described(found)}, expected {described(wanted)}, the shape of {name}{hint}")


def shape(values: Any) -> Shape:
    """Return the shape of nested lists, or None where the parts of one differ.

    >>> shape([[1, 2], [3, 4], [5, 6]]), shape([[1, 2], [3]]), shape(5)
    ((3, 2), None, ())
    """
    if not isinstance(values, list):
        return ()
    inner = {shape(value) for value in values} or {()}
    first = inner.pop()
    return None if inner or first is None else (len(values), *first)


def described(values: Any) -> str:
    """Return the shape of nested lists in words."""
    found = shape(values)
    return f"{len(values)} parts of different shapes" if found is None else f"the shape {found}"


def leaves(values: Any) -> Iterator[Any]:
    """Yield every number in nested lists.

    >>> list(leaves([5, [6]]))
    [5, 6]
    """
    if isinstance(values, list):
        for value in values:
            yield from leaves(value)
    else:
        yield values
