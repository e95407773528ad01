"""Matrices as lists of rows, and the few operations on them that a network needs.

A matrix is a list of rows of equal length: [[1, 2, 3], [4, 5, 6]] has the shape (2, 3). Every operation returns a new
matrix and leaves its operands alone. Elements are anything that adds and multiplies: float, int, complex, Fraction,
Decimal. Every sum runs from left to right, one multiplication and one addition at a time, because the order of a
floating-point sum decides its last bits.
"""

from .errors import ShapeError, brief, elements

Vector = list  # of numbers
Matrix = list  # of rows; not list[Vector], because MicroPython has no such notation


def shape(A: Matrix, operation: str = "shape") -> tuple:
    """Return (rows, columns).

    >>> shape([[1, 2, 3], [4, 5, 6]])
    (2, 3)

    Raises ShapeError for what is no matrix: no rows, no columns, rows of different lengths, a flat list.
    """
    try:
        if isinstance(A[0], str):  # which has a length, but no numbers
            raise TypeError
        rows, columns = len(A), len(A[0])
        for row in A:
            if len(row) != columns:
                raise ShapeError(_ragged(A, operation))
    except (TypeError, IndexError, KeyError):
        raise ShapeError(f"{operation}: expected a list of rows, such as [[1, 2], [3, 4]], found {brief(A)}")
    if columns == 0:
        raise ShapeError(f"{operation}: expected at least one column, found {rows} empty rows")
    return rows, columns


def _ragged(A, operation):
    columns = len(A[0])
    number = [len(row) == columns for row in A].index(False)
    return f"{operation}: row {number} has {len(A[number])} elements, expected {columns} as in row 0"


def _same_shape(operation, A, B):
    expected, found = shape(A, operation), shape(B, operation)
    if expected != found:
        hint = "; they would fit with the second one transposed" if expected == (found[1], found[0]) else ""
        raise ShapeError(f"{operation}: shapes {expected} and {found} differ{hint}")


def dot(A: Matrix, B: Matrix) -> Matrix:
    """Return the matrix product.

    C[i][j] = A[i][0] B[0][j] + A[i][1] B[1][j] + ...     (m, k) · (k, n) -> (m, n)

    >>> dot([[1, 2], [3, 4]], [[10], [100]])
    [[210], [430]]

    Raises ShapeError unless A has as many columns as B has rows.
    """
    a, b = shape(A, "dot"), shape(B, "dot")
    if a[1] != b[0]:
        raise ShapeError(f"dot: {a} · {b} needs equal inner sizes, found {a[1]} and {b[0]}{_dot_hint(a, b)}")
    columns, rest = list(zip(*B)), range(1, a[1])
    product = []
    for row in A:
        product_row = []
        for column in columns:
            total = row[0] * column[0]
            for i in rest:
                total += row[i] * column[i]
            product_row.append(total)
        product.append(product_row)
    return product


def _dot_hint(a, b):
    if a[1] == b[1]:
        return f"; {a} · {(b[1], b[0])}, with the second one transposed, would fit"
    if a[0] == b[0]:
        return f"; {(a[1], a[0])} · {b}, with the first one transposed, would fit"
    if a[0] == b[1]:
        return f"; {b} · {a}, in the other order, would fit"
    return ""


def transpose(A: Matrix) -> Matrix:
    """Return A with rows and columns exchanged.

    T[j][i] = A[i][j]     (m, n) -> (n, m)

    >>> transpose([[1, 2, 3], [4, 5, 6]])
    [[1, 4], [2, 5], [3, 6]]

    Raises ShapeError for what is no matrix.
    """
    shape(A, "transpose")
    return [list(column) for column in zip(*A)]


def multiply(A: Matrix, B: Matrix) -> Matrix:
    """Return the elementwise product; `dot` is the matrix product.

    C[i][j] = A[i][j] B[i][j]     (m, n), (m, n) -> (m, n)

    >>> multiply([[1, 2]], [[10, 100]])
    [[10, 200]]

    Raises ShapeError when the shapes differ.
    """
    _same_shape("multiply", A, B)
    return [[a * b for a, b in zip(row_a, row_b)] for row_a, row_b in zip(A, B)]


def add(A: Matrix, B: Matrix) -> Matrix:
    """Return the elementwise sum.

    C[i][j] = A[i][j] + B[i][j]     (m, n), (m, n) -> (m, n)

    >>> add([[1, 2]], [[10, 100]])
    [[11, 102]]

    Raises ShapeError when the shapes differ.
    """
    _same_shape("add", A, B)
    return [[a + b for a, b in zip(row_a, row_b)] for row_a, row_b in zip(A, B)]


def subtract(A: Matrix, B: Matrix) -> Matrix:
    """Return the elementwise difference.

    C[i][j] = A[i][j] - B[i][j]     (m, n), (m, n) -> (m, n)

    >>> subtract([[11, 102]], [[10, 100]])
    [[1, 2]]

    Raises ShapeError when the shapes differ.
    """
    _same_shape("subtract", A, B)
    return [[a - b for a, b in zip(row_a, row_b)] for row_a, row_b in zip(A, B)]


def scale(A: Matrix, factor) -> Matrix:
    """Return A with every element multiplied by one number.

    C[i][j] = A[i][j] factor     (m, n) -> (m, n)

    >>> scale([[1, 2], [3, 4]], 10)
    [[10, 20], [30, 40]]

    Raises ShapeError for what is no matrix.
    """
    shape(A, "scale")
    return [[a * factor for a in row] for row in A]


def outer(u: Vector, v: Vector) -> Matrix:
    """Return the outer product of two vectors: every element of one times every element of the other.

    C[i][j] = u[i] v[j]     m, n -> (m, n)

    >>> outer([1, 2], [10, 100, 1000])
    [[10, 100, 1000], [20, 200, 2000]]

    Raises ShapeError when a vector is empty or is itself a matrix.
    """
    _check_vector("outer", u)
    _check_vector("outer", v)
    return [[a * b for b in v] for a in u]


def _check_vector(operation, v):
    if not elements(v) or elements(v[0]) is not None:
        raise ShapeError(f"{operation}: expected a flat list of numbers, such as [1, 2], found {brief(v)}")


def map(function, A: Matrix) -> Matrix:
    """Return a function of every element.

    C[i][j] = function(A[i][j])     (m, n) -> (m, n)

    >>> map(abs, [[-1, 2], [3, -4]])
    [[1, 2], [3, 4]]

    Raises ShapeError for what is no matrix.
    """
    shape(A, "map")
    return [[function(a) for a in row] for row in A]


def add_row(A: Matrix, v: Vector) -> Matrix:
    """Return A with a vector added to each of its rows, as the biases are added to every example.

    C[i][j] = A[i][j] + v[j]     (m, n), n -> (m, n)

    >>> add_row([[1, 2], [3, 4]], [10, 100])
    [[11, 102], [13, 104]]

    Raises ShapeError unless the vector has one element for each column.
    """
    columns = shape(A, "add_row")[1]
    _check_vector("add_row", v)
    if len(v) != columns:
        raise ShapeError(f"add_row: a matrix with {columns} columns needs a row of {columns}, found {len(v)}")
    return [[a + b for a, b in zip(row, v)] for row in A]


def row_sums(A: Matrix) -> Vector:
    """Return the sum of each row, added up from left to right.

    s[i] = A[i][0] + A[i][1] + ...     (m, n) -> m

    >>> row_sums([[1, 2], [3, 4]])
    [3, 7]

    Raises ShapeError for what is no matrix.
    """
    shape(A, "row_sums")
    sums = []
    for row in A:
        total = row[0]
        for i in range(1, len(row)):
            total += row[i]
        sums.append(total)
    return sums


def column_sums(A: Matrix) -> Vector:
    """Return the sum of each column, added up from the top down.

    s[j] = A[0][j] + A[1][j] + ...     (m, n) -> n

    >>> column_sums([[1, 2], [3, 4]])
    [4, 6]

    Raises ShapeError for what is no matrix.
    """
    shape(A, "column_sums")
    return row_sums(transpose(A))


def zeros(rows: int, columns: int) -> Matrix:
    """Return a matrix of zeros.

    >>> zeros(2, 3)
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]

    Raises ShapeError when a size is below 1.
    """
    if rows < 1 or columns < 1:
        raise ShapeError(f"zeros: expected at least one row and one column, found {(rows, columns)}")
    return [[0.0] * columns for _ in range(rows)]


def identity(size: int) -> Matrix:
    """Return the identity matrix, which leaves what it is multiplied with unchanged.

    I[i][j] = 1 if i = j else 0     -> (size, size)

    >>> identity(2)
    [[1.0, 0.0], [0.0, 1.0]]

    Raises ShapeError when the size is below 1.
    """
    if size < 1:
        raise ShapeError(f"identity: expected a size of at least 1, found {size}")
    return [[1.0 if i == j else 0.0 for j in range(size)] for i in range(size)]
