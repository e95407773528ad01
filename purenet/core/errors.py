"""The errors of purenet: each a sentence that says what was found, what was expected and the likely fix."""


class PurenetError(ValueError):
    """Report a mistake that the caller can mend; every error below is one of these."""


class ShapeError(PurenetError):
    """Report matrices whose shapes do not fit the operation."""


class OptionError(PurenetError):
    """Report an option with an unknown name or a value out of range."""


class DataError(PurenetError):
    """Report data that cannot be used, with the row and the column where it stands."""


class DivergenceError(PurenetError):
    """Report a training run whose numbers grew past what a float can hold."""


class WorkerError(PurenetError):
    """Report a training run in parallel that lost a worker; it can be begun again with a new executor."""


def did_you_mean(name, choices):
    """Return " (did you mean 'x'?)" with the nearest of the choices, or "" where none is near or the search is long.

    >>> did_you_mean("sigmod", ["sigmoid", "tanh"])
    " (did you mean 'sigmoid'?)"
    >>> did_you_mean("cosine", ["sigmoid", "tanh"])
    ''
    """
    try:
        from difflib import get_close_matches  # only when something went wrong; MicroPython has none
    except ImportError:
        return ""
    if len(str(name)) > 100 or len(choices) > 1000:
        return ""
    nearest = get_close_matches(str(name), [str(choice) for choice in choices], 1)
    return f" (did you mean {nearest[0]!r}?)" if nearest else ""


def choose(what, name, table):
    """Return table[name].

    >>> choose("activation", "tanh", {"sigmoid": 1, "tanh": 2})
    2

    Raises OptionError, with every choice and the nearest one, when the table has no such name.
    """
    if isinstance(name, str) and name in table:
        return table[name]
    names = ", ".join(sorted(table))
    raise OptionError(f"unknown {what} {brief(name)}{did_you_mean(name, table)}: expected one of {names}")


def refuse_unknown(operation, unknown, known):
    """Raise OptionError for the first keyword that the operation does not know.

    >>> refuse_unknown("fit", {}, ["epochs"])
    >>> refuse_unknown("fit", {"epoch": 3}, ["epochs", "seed"])
    Traceback (most recent call last):
    ...
    purenet.core.errors.OptionError: fit has no option 'epoch' (did you mean 'epochs'?): expected epochs, seed
    """
    for name in unknown:
        raise OptionError(f"{operation} has no option {brief(name)}{did_you_mean(name, known)}: "
                          f"expected {', '.join(known)}")


def positive(name, value):
    """Return a number above 0 as a float.

    >>> positive("learning_rate", 2)
    2.0

    Raises OptionError for anything else.
    """
    return _within(name, value, lambda number: number > 0, "above 0")


def not_negative(name, value):
    """Return a number that is at least 0 as a float.

    >>> not_negative("l2", 0)
    0.0

    Raises OptionError for anything else.
    """
    return _within(name, value, lambda number: number >= 0, "of at least 0")


def fraction(name, value):
    """Return a number that is at least 0 and below 1 as a float.

    >>> fraction("momentum", 0.9)
    0.9

    Raises OptionError for anything else.
    """
    return _within(name, value, lambda number: 0 <= number < 1, "from 0 up to but not including 1")


def _within(name, value, fits, range_in_words):
    try:
        if not isinstance(value, (bool, str)) and value - value == 0 and fits(float(value)):
            return float(value)
    except (TypeError, ValueError, ArithmeticError):  # no number; several; too large for a float, Decimal's infinity
        pass
    raise OptionError(f"{name} must be a number {range_in_words}, found {brief(value)}")


def whole(name, value, at_least=1, at_most=None):
    """Return a whole number that is in range.

    >>> whole("epochs", 10)
    10

    Raises OptionError for anything else.
    """
    try:
        number = value if isinstance(value, int) else value.__index__()  # the whole numbers of other libraries
    except (AttributeError, TypeError):
        number = None
    if number is None or isinstance(value, bool) or number < at_least or (at_most is not None and number > at_most):
        range_in_words = f"of at least {at_least}" if at_most is None else f"from {at_least} to {at_most}"
        raise OptionError(f"{name} must be a whole number {range_in_words}, found {brief(value)}")
    return number


def brief(value):
    """Return a value as text that is short enough for an error message, and in one line."""
    try:
        text = " ".join(line.strip() for line in repr(value).split("\n"))  # an array may have several
    except ValueError:  # of a whole number beyond all reason
        return "a number of more digits than Python shows"
    except RuntimeError:  # of recursion
        return "lists nested too deeply"
    return text if len(text) <= 60 else text[:57] + "..."


def elements(values):
    """Return the elements of a list, a tuple or an array as a list, or None for what has none: a number, a text.

    >>> elements((1, 2)), elements(3), elements("text")
    ([1, 2], None, None)
    """
    try:
        return None if isinstance(values, (str, bytes, dict)) else list(values)
    except TypeError:
        return None
