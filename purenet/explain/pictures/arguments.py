"""What a picture is asked for: names and numbers, checked."""
from __future__ import annotations

from typing import List, Optional, Sequence

from ...core.errors import DataError, OptionError, brief
from ..scale import Scale
from .svg import plain


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number of things in words.

    >>> counted(1, "weight"), counted(2048, "weight"), counted(2, "bias", "biases")
    ('1 weight', '2,048 weights', '2 biases')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def named(what: str, names: Optional[Sequence[object]], otherwise: List[str]) -> List[str]:
    """Return the names as texts; where there are none, or one is blank, the others.

    Raises OptionError where there is not one for each.
    """
    if names is not None and len(names) != len(otherwise):
        raise OptionError(f"{what}: expected {counted(len(otherwise), 'name')}, found {len(names)}")
    return [plain(name) or other for name, other in zip(names or otherwise, otherwise)]


def scaled(scales: Optional[Sequence[Optional[Scale]]], count: int) -> List[Scale]:
    """Return the scale of each input; one that was not scaled has the mean 0 and the deviation 1.

    >>> scaled(None, 1), scaled([Scale(5.0, 2.0), None], 2)[1:]
    ([Scale(mean=0.0, deviation=1.0)], [Scale(mean=0.0, deviation=1.0)])

    Raises OptionError where there is not one for each.
    """
    if scales and len(scales) != count:
        raise OptionError(f"scales: expected {count}, found {len(scales)}")
    return [scale or Scale(0.0, 1.0) for scale in scales or [None] * count]


def finite(name: str, values: Sequence[object]) -> List[float]:
    """Return numbers as floats.

    >>> finite("losses", [1, 0.5])
    [1.0, 0.5]

    Raises DataError for what is no finite number.
    """
    found = []
    for i, value in enumerate(values):
        try:
            number = float(value) if not isinstance(value, (bool, str)) else None  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            number = None
        if number is None or number - number != 0:
            raise DataError(f"{name}[{i}] must be a finite number, found {brief(value)}")
        found.append(number)
    return found
