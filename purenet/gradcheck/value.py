"""Somebody's function, asked for its value at points that are flat lists: what it returns, or why it has none there."""
from __future__ import annotations

from typing import Any, Callable, Sequence

from ..core.errors import DataError, brief
from .argument import Argument, finite, plain


class PointError(DataError):
    """Report that a function has no value somewhere."""


def values_of(f: Callable[[Any], Any], argument: Argument) -> Callable[[Sequence[float]], float]:
    """Return f as a function of a flat list that returns a finite float, or raises PointError with the point."""
    def value(point: Sequence[float]) -> float:
        result = single(called(f, "f", argument, point))
        try:
            return finite("f(x)", result.real if isinstance(result, complex) and result.imag == 0 else result)
        except DataError:
            raise PointError(f"f must return one finite number, found {brief(result)}, "
                             f"at {place(argument, point)}") from None
    return value


def complex_values_of(f: Callable[[Any], Any], argument: Argument) -> Callable[[Sequence[complex]], complex]:
    """Return f as a function of a flat list of complex numbers, which raises PointError, TypeError or ValueError where
    it cannot be that."""
    return lambda point: complex(single(called(f, "f", argument, point)))


def single(result: Any) -> Any:
    """Return the one number that a list or an array may consist of, and whatever else as it is.

    >>> single([[5.0]]), single([1.0, 2.0])
    (5.0, [1.0, 2.0])
    """
    result = plain(result)
    while isinstance(result, list) and len(result) == 1:
        result = result[0]
    return result


def called(function: Callable[[Any], Any], name: str, argument: Argument, point: Sequence[Any]) -> Any:
    """Return function(point); an error that it raises becomes a PointError with the point."""
    try:
        return function(argument.build(point))
    except Exception as error:  # whatever somebody else's function may raise
        raise PointError(f"{name} raised {type(error).__name__}: {error}, at {place(argument, point)}") from error


def place(argument: Argument, point: Sequence[Any]) -> str:
    """Return a point as text: x, or how it differs from x."""
    changed = [k for k, (a, b) in enumerate(zip(point, argument.values)) if a != b]
    if len(changed) == 1:
        return f"x with {argument.names[changed[0]]} = {point[changed[0]]!r}"
    return f"x = {brief(argument.build(list(point)))}"
