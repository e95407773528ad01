"""Reading: what people pass, whatever its type, becomes lists of rows of numbers, or is refused with its place."""

from .errors import DataError, OptionError, ShapeError, brief, elements, whole
from .matrix import Matrix, shape


def read_sizes(sizes) -> list:
    """Return the sizes of a network's layers as a list.

    >>> read_sizes((3, 4, 1))
    [3, 4, 1]

    Raises OptionError unless they are at least two whole numbers above 0.
    """
    found = elements(sizes)
    if found is None:
        raise OptionError(f"sizes must be a list such as [3, 4, 1], found {brief(sizes)}")
    if len(found) < 2:
        raise OptionError(f"sizes must name at least the inputs and the outputs, as in [3, 1], found {brief(found)}")
    return [whole(f"sizes[{i}]", size) for i, size in enumerate(found)]


def chained_sizes(weights) -> list:
    """Return the sizes of the network whose layers have these weights.

    >>> chained_sizes([[[1, 2, 3, 4]], [[1], [2], [3], [4]]])
    [1, 4, 1]

    Raises ShapeError when a layer does not take as many inputs as the one before has units.
    """
    if not isinstance(weights, (list, tuple)) or not weights:
        raise ShapeError(f"weights must be a list with a matrix for each layer, found {brief(weights)}")
    shapes = [shape(W, f"weights[{layer}]") for layer, W in enumerate(weights)]
    for layer in range(1, len(shapes)):
        if shapes[layer][0] != shapes[layer - 1][1]:
            raise ShapeError(f"weights[{layer}] has the shape {shapes[layer]}, expected {shapes[layer - 1][1]} rows, "
                             f"one for each column of weights[{layer - 1}]")
    return [shapes[0][0]] + [units for _, units in shapes]


def read_biases(biases, units, convert) -> list:
    """Return the biases of every layer as lists of numbers, one for each unit.

    >>> read_biases(((1, 2), (3,)), [2, 1], float)
    [[1.0, 2.0], [3.0]]

    Raises ShapeError for another number of layers or units, DataError for what is no number.
    """
    layers = elements(biases)
    if layers is None:
        raise ShapeError(f"biases must be a list with a list for each layer, found {brief(biases)}")
    if len(layers) != len(units):
        raise ShapeError(f"biases must have one list for each of the {len(units)} layers, found {len(layers)}")
    return [read_row(f"biases[{i}]", row, units[i], convert) for i, row in enumerate(layers)]


def read_rows(name, rows, width, convert) -> Matrix:
    """Return rows of numbers, of whatever types, as a matrix with a given number of columns.

    >>> read_rows("X", ((1, 2), (3, 4)), 2, float)
    [[1.0, 2.0], [3.0, 4.0]]

    Raises ShapeError for another number of columns or no rows, DataError for an element that is no number, with its row
    and column.
    """
    matrix = elements(rows)
    if matrix is None:
        raise ShapeError(f"{name} must be a list of rows, such as [[0, 1], [1, 1]], found {brief(rows)}")
    if not matrix:
        raise ShapeError(f"{name}: expected at least one row, found none")
    for i, row in enumerate(matrix):
        values = elements(row)
        if values is None:
            raise ShapeError(f"{name} must be a list of rows, such as [[0, 1], [1, 1]], found {brief(row)} as row {i}")
        matrix[i] = read_row(f"{name}: row {i}", values, width, convert)
    return matrix


def read_row(place, row, width, convert) -> list:
    """Return a row of numbers, of whatever types, as a list of a given length; `place` is how to call it in a message.

    >>> read_row("biases[0]", (1, 2), 2, float)
    [1.0, 2.0]

    Raises ShapeError for another length, DataError for an element that is no number, with its column.
    """
    values = elements(row)
    if values is None:
        raise ShapeError(f"{place} must be a list of numbers, such as [0, 1], found {brief(row)}")
    if len(values) != width:
        raise ShapeError(f"{place} has {len(values)} elements, expected {width}")
    try:
        return [convert(value) for value in values]
    except DataError:  # look again, for the place
        return [_read_element(f"{place}, column {j}", value, convert) for j, value in enumerate(values)]


def _read_element(place, value, convert):
    try:
        return convert(value)
    except DataError as error:
        raise DataError(f"{place}: {error}")


def is_finite(parameters):
    """Return whether no weight and no bias is infinite or NaN.

    >>> is_finite(([[[1.0, 2.0]]], None)), is_finite(([[[1.0, float("inf")]]], [[0.0]]))
    (True, False)
    """
    weights, biases = parameters
    for rows in weights + [biases or []]:
        for row in rows:
            for value in row:
                if value - value != 0:
                    return False
    return True
