"""The argument of a function, whatever it comes in (number, nested lists, array), seen as one flat list."""
from __future__ import annotations

from typing import Any, Iterator, List, Sequence, Tuple

from ..core.errors import DataError, ShapeError, brief, elements


class Argument:
    """Hold the shape and the kind of an argument x, its numbers, and the name of each.

    An array is whatever has a `tolist`. It is never changed: `build` makes a new one of the same kind.

    >>> x = Argument([[1.0, 2.0], [3.0]])
    >>> x.values, x.names
    ([1.0, 2.0, 3.0], ['x[0][0]', 'x[0][1]', 'x[1][0]'])
    >>> x.build([4.0, 5.0, 6.0])
    [[4.0, 5.0], [6.0]]

    Raises DataError for what is no finite number, ShapeError where there are no numbers at all.
    """

    def __init__(self, x: Any) -> None:
        self.given = x
        found = list(leaves(plain(x)))
        self.places = [place for place, _ in found]
        self.names = ["x" + "".join(f"[{i}]" for i in place) for place in self.places]
        self.values = [finite(name, value) for name, (_, value) in zip(self.names, found)]
        if not found:
            raise ShapeError(f"x: expected a list of numbers, found {brief(x)}")

    def build(self, values: Sequence[Any]) -> Any:
        """Return an argument of the same kind and shape that holds other numbers, float or complex."""
        if not hasattr(self.given, "tolist"):
            rest = iter(values)
            return rebuilt(self.given, rest)
        if not hasattr(self.given, "shape"):
            array = self.given[:]
        else:
            array = self.given + type(values[0])(0)  # a new one; of integers it makes one of floats
        for place, value in zip(self.places, values):
            if len(place) == 0:
                return array + (value - self.values[0])  # a number of NumPy
            array[place if len(place) > 1 else place[0]] = value
        return array

    def flatten(self, values: Any, what: str) -> List[Any]:
        """Return the numbers of a gradient, which has to have the shape of x.

        Raises ShapeError where it has another.
        """
        found = list(leaves(plain(values)))
        if [place for place, _ in found] != self.places:
            raise ShapeError(f"{what} has {described(found)}, expected {described([(p, 0) for p in self.places])}, "
                             "the shape of x")
        return [value for _, value in found]


def plain(values: Any) -> Any:
    """Return arrays as nested lists, and whatever else as it is."""
    return values.tolist() if hasattr(values, "tolist") else values


def leaves(values: Any, place: Tuple[int, ...] = ()) -> Iterator[Tuple[Tuple[int, ...], Any]]:
    """Yield every number in nested lists, with its place.

    >>> list(leaves([5, [6]]))
    [((0,), 5), ((1, 0), 6)]
    """
    values = plain(values)
    inner = elements(values)
    if inner is None:
        yield place, values
    else:
        for i, value in enumerate(inner):
            yield from leaves(value, (*place, i))


def rebuilt(like: Any, values: Iterator[Any]) -> Any:
    """Return nested lists and tuples like others, with other numbers in them, in the same order."""
    if isinstance(like, (list, tuple)):
        parts = [rebuilt(part, values) for part in like]
        return parts if isinstance(like, list) else tuple(parts)
    return next(values)


def finite(name: str, value: Any) -> float:
    """Return a number as a finite float."""
    try:
        if isinstance(value, (str, bool)) or value is None:
            raise TypeError
        value = float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{name}: expected a number, found {brief(value)}") from None
    if value - value != 0:
        raise DataError(f"{name}: expected a finite number, found {value!r}")
    return float(value)


def described(found: Sequence[Tuple[Tuple[int, ...], Any]]) -> str:
    """Return how many numbers there are, and in what shape if that is an even one."""
    if not found:
        return "no numbers"
    sizes = [1 + max(place[axis] for place, _ in found) for axis in range(min(len(place) for place, _ in found))]
    count = 1
    for size in sizes:
        count *= size
    return f"the shape {tuple(sizes)}" if count == len(found) else f"{len(found)} numbers in uneven rows"
