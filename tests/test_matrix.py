"""Matrix operations: their laws, exactly, on whole numbers and Fractions; the order of their sums, to the last bit, on
floats."""

import copy
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from purenet import PurenetError, ShapeError, matrix
from strategies import any_float, bits, exact_numbers, matrices, sizes, some_matrix, vectors


def draw_matrices(data, *shapes):
    """One matrix for each shape given by a text such as "mn"; each letter is one random size."""
    drawn = {letter: data.draw(sizes, label=letter) for letter in sorted(set("".join(shapes)))}
    return [data.draw(matrices(drawn[shape[0]], drawn[shape[1]])) for shape in shapes]


# -------------------------------------------------------------------------------- laws


@given(st.data())
def test_dot_is_associative(data):
    A, B, C = draw_matrices(data, "mk", "kl", "ln")
    assert matrix.dot(matrix.dot(A, B), C) == matrix.dot(A, matrix.dot(B, C))


@given(st.data())
def test_dot_distributes_over_add_on_either_side(data):
    A, B, C, D = draw_matrices(data, "mk", "kn", "kn", "nl")
    assert matrix.dot(A, matrix.add(B, C)) == matrix.add(matrix.dot(A, B), matrix.dot(A, C))
    assert matrix.dot(matrix.add(B, C), D) == matrix.add(matrix.dot(B, D), matrix.dot(C, D))


@given(st.data())
def test_the_transpose_of_a_product_is_the_product_of_the_transposes_in_the_other_order(data):
    A, B = draw_matrices(data, "mk", "kn")
    assert matrix.transpose(matrix.dot(A, B)) == matrix.dot(matrix.transpose(B), matrix.transpose(A))


@given(st.data())
def test_every_element_of_a_product_is_a_row_times_a_column(data):
    A, B = draw_matrices(data, "mk", "kn")
    product = matrix.dot(A, B)
    assert matrix.shape(product) == (len(A), len(B[0]))
    for i, row in enumerate(A):
        for j in range(len(B[0])):
            assert product[i][j] == sum(a * B[k][j] for k, a in enumerate(row))


@given(st.data())
def test_dot_is_a_sum_of_outer_products(data):
    A, B = draw_matrices(data, "mk", "kn")
    exact = [[Fraction(0)] * len(B[0]) for _ in A]
    for column, row in zip(matrix.transpose(A), B):
        exact = matrix.add(exact, matrix.outer(column, row))
    assert matrix.dot(A, B) == exact


@given(st.data())
def test_outer_is_a_column_dot_a_row(data):
    u, v = data.draw(vectors(data.draw(sizes), exact_numbers)), data.draw(vectors(data.draw(sizes), exact_numbers))
    assert matrix.outer(u, v) == matrix.dot([[x] for x in u], [v])
    assert matrix.transpose(matrix.outer(u, v)) == matrix.outer(v, u)


@given(some_matrix(st.integers(-1000, 1000)))
def test_the_identity_leaves_a_matrix_as_it_is(A):
    rows, columns = matrix.shape(A)
    assert matrix.dot(matrix.identity(rows), A) == A == matrix.dot(A, matrix.identity(columns))


@given(some_matrix())
def test_transpose_twice_is_the_matrix_and_exchanges_the_sizes(A):
    assert matrix.transpose(matrix.transpose(A)) == A
    assert matrix.shape(matrix.transpose(A)) == matrix.shape(A)[::-1]


@given(st.data())
def test_add_and_multiply_commute_associate_and_distribute(data):
    A, B, C = draw_matrices(data, "mn", "mn", "mn")
    for operation in (matrix.add, matrix.multiply):
        assert operation(A, B) == operation(B, A)
        assert operation(operation(A, B), C) == operation(A, operation(B, C))
    assert matrix.multiply(A, matrix.add(B, C)) == matrix.add(matrix.multiply(A, B), matrix.multiply(A, C))


@given(st.data())
def test_subtract_undoes_add_and_is_adding_the_negative(data):
    A, B = draw_matrices(data, "mn", "mn")
    assert matrix.subtract(matrix.add(A, B), B) == A
    assert matrix.subtract(A, B) == matrix.add(A, matrix.scale(B, -1))
    assert matrix.subtract(A, A) == matrix.zeros(len(A), len(A[0]))


@given(st.data(), exact_numbers, exact_numbers)
def test_scale_laws(data, s, t):
    A, B, C = draw_matrices(data, "mn", "mn", "nk")
    assert matrix.scale(A, 1) == A
    assert matrix.scale(matrix.scale(A, s), t) == matrix.scale(A, s * t)
    assert matrix.scale(matrix.add(A, B), s) == matrix.add(matrix.scale(A, s), matrix.scale(B, s))
    assert matrix.add(matrix.scale(A, s), matrix.scale(A, t)) == matrix.scale(A, s + t)
    assert matrix.dot(matrix.scale(A, s), C) == matrix.scale(matrix.dot(A, C), s) == matrix.dot(A, matrix.scale(C, s))


@given(some_matrix())
def test_one_map_after_the_other_is_the_map_of_both(A):
    def double(x):
        return 2 * x

    def square_plus_one(x):
        return x * x + 1

    both = matrix.map(lambda x: square_plus_one(double(x)), A)
    assert matrix.map(square_plus_one, matrix.map(double, A)) == both
    assert matrix.map(lambda x: x, A) == A
    assert matrix.map(double, A) == matrix.scale(A, 2) == matrix.add(A, A)
    assert matrix.map(lambda x: x * x, A) == matrix.multiply(A, A)


@given(some_matrix())
def test_sums_of_rows_and_columns_are_products_with_ones(A):
    rows, columns = matrix.shape(A)
    assert [[total] for total in matrix.row_sums(A)] == matrix.dot(A, [[1]] * columns)
    assert [matrix.column_sums(A)] == matrix.dot([[1] * rows], A)
    assert sum(matrix.row_sums(A)) == sum(matrix.column_sums(A))


@given(st.data())
def test_add_row_adds_the_same_row_to_each(data):
    A, B = draw_matrices(data, "mn", "kn")
    assert matrix.add_row(A, B[0]) == matrix.add(A, [B[0]] * len(A))


@given(sizes, sizes)
def test_zeros_have_their_shape_and_rows_of_their_own(rows, columns):
    Z = matrix.zeros(rows, columns)
    assert matrix.shape(Z) == (rows, columns) and bits(Z) == bits([[0.0] * columns] * rows)
    Z[0][0] = 1.0
    assert sum(matrix.row_sums(Z)) == 1.0, "two rows of zeros() are the same list"


# Each operation, and how to call it with an (m, n) matrix.
CALLS = {
    "shape": matrix.shape,
    "dot": lambda A: matrix.dot(A, matrix.transpose(A)),
    "transpose": matrix.transpose,
    "multiply": lambda A: matrix.multiply(A, A),
    "add": lambda A: matrix.add(A, A),
    "subtract": lambda A: matrix.subtract(A, A),
    "scale": lambda A: matrix.scale(A, 3),
    "map": lambda A: matrix.map(lambda x: x + 1, A),
    "add_row": lambda A: matrix.add_row(A, A[0]),
    "row_sums": matrix.row_sums,
    "column_sums": matrix.column_sums,
    "outer": lambda A: matrix.outer(A[0], A[0]),
}


@pytest.mark.parametrize("operation", sorted(CALLS))
@given(some_matrix())
def test_operands_are_never_modified_and_results_share_no_row_with_them(operation, A):
    before = copy.deepcopy(A)
    result = CALLS[operation](A)
    assert A == before
    rows = [row for row in result if isinstance(row, list)]
    assert not any(row is original for row in rows for original in A)
    assert len({id(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_rows_may_be_tuples(operation):
    assert CALLS[operation](((1, 2), (3, 4))) == CALLS[operation]([[1, 2], [3, 4]])


@pytest.mark.parametrize("one", [1.0, 1, 1j, Fraction(1, 3), Decimal("0.1")], ids=lambda one: type(one).__name__)
def test_elements_are_anything_that_adds_and_multiplies(one):
    A = [[one, one + one], [one * one, -one]]
    assert matrix.dot(A, A) == [[one * one + (one + one) * (one * one), one * (one + one) + (one + one) * -one],
                                [one * one * one + -one * (one * one), one * one * (one + one) + -one * -one]]
    assert type(matrix.dot(A, A)[0][0]) is type(matrix.row_sums(A)[0]) is type(matrix.column_sums(A)[0]) is type(one)


# -------------------------------------------------------------------------------- the order of sums


def left_to_right(numbers):
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total


@given(st.data())
def test_dot_is_the_sum_from_left_to_right_to_the_last_bit(data):
    m, k, n = [data.draw(st.integers(1, 6)) for _ in range(3)]
    A, B = data.draw(matrices(m, k, any_float)), data.draw(matrices(k, n, any_float))
    expected = [[left_to_right([A[i][p] * B[p][j] for p in range(k)]) for j in range(n)] for i in range(m)]
    assert_same_bits(matrix.dot(A, B), expected)


@given(some_matrix(any_float))
def test_sums_are_from_left_to_right_and_from_the_top_down_to_the_last_bit(A):
    assert_same_bits(matrix.row_sums(A), [left_to_right(row) for row in A])
    assert_same_bits(matrix.column_sums(A), [left_to_right([row[j] for row in A]) for j in range(len(A[0]))])


def assert_same_bits(found, expected):
    """Compare to the last bit, where every NaN counts as the same."""
    if isinstance(expected, list):
        assert len(found) == len(expected)
        for f, e in zip(found, expected):
            assert_same_bits(f, e)
    elif expected != expected:
        assert found != found
    else:
        assert bits(found) == bits(expected), (found, expected)


def test_the_order_of_a_sum_matters_and_is_the_documented_one():
    """A sum that is compensated (as CPython's own since 3.12), pairwise or right to left would give another number."""
    big, row = 2.0 ** 53, [[2.0 ** 53, 1.0, 1.0, -2.0 ** 53]]
    assert matrix.row_sums(row) == [0.0]
    assert matrix.column_sums(matrix.transpose(row)) == [0.0]
    assert matrix.dot(row, [[1.0]] * 4) == [[0.0]]
    assert matrix.dot([[1.0, 1.0, big, -big]], [[1.0]] * 4) == [[2.0]]


def test_a_product_is_rounded_before_it_is_added():
    """A fused multiply-add would keep the tail of x * x, 2**-60."""
    x = 1.0 + 2.0 ** -30
    assert matrix.dot([[-(1.0 + 2.0 ** -29), x]], [[1.0], [x]]) == [[0.0]]


def test_a_sum_of_negative_zeros_is_negative_zero():
    """A sum begins with its first term: 0 + -0.0 would be 0.0."""
    for found in (matrix.dot([[-0.0, -0.0]], [[1.0], [1.0]])[0][0], matrix.dot([[0.0]], [[-1.0]])[0][0],
                  matrix.row_sums([[-0.0, -0.0]])[0], matrix.column_sums([[-0.0], [-0.0]])[0]):
        assert bits(found) == bits(-0.0)
    assert bits(matrix.dot([[-0.0, 0.0]], [[1.0], [1.0]])[0][0]) == bits(0.0)


# -------------------------------------------------------------------------------- messages


A23, A24, A34, A32, A11 = [[[0] * columns for _ in range(rows)] for rows, columns in
                           [(2, 3), (2, 4), (3, 4), (3, 2), (1, 1)]]

MESSAGES = [
    (lambda: matrix.shape([1, 2]), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found [1, 2]"),
    (lambda: matrix.shape([]), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found []"),
    (lambda: matrix.shape(None), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found None"),
    (lambda: matrix.shape(3), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found 3"),
    (lambda: matrix.shape("ab"), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found 'ab'"),
    (lambda: matrix.shape(["ab"]), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found ['ab']"),
    (lambda: matrix.shape({"a": 1}), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found {'a': 1}"),
    (lambda: matrix.shape([[1], 2]), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found [[1], 2]"),
    (lambda: matrix.shape(list(range(100))), "shape: expected a list of rows, such as [[1, 2], [3, 4]], found "
                                             "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16..."),
    (lambda: matrix.shape([[], []]), "shape: expected at least one column, found 2 empty rows"),
    (lambda: matrix.shape([[1, 2], [3]]), "shape: row 1 has 1 elements, expected 2 as in row 0"),
    (lambda: matrix.shape([[1], [2], [3, 4]]), "shape: row 2 has 2 elements, expected 1 as in row 0"),
    (lambda: matrix.dot(A23, A23), "dot: (2, 3) · (2, 3) needs equal inner sizes, found 3 and 2; "
                                   "(2, 3) · (3, 2), with the second one transposed, would fit"),
    (lambda: matrix.dot(A23, A24), "dot: (2, 3) · (2, 4) needs equal inner sizes, found 3 and 2; "
                                   "(3, 2) · (2, 4), with the first one transposed, would fit"),
    (lambda: matrix.dot(A34, A23), "dot: (3, 4) · (2, 3) needs equal inner sizes, found 4 and 2; "
                                   "(2, 3) · (3, 4), in the other order, would fit"),
    (lambda: matrix.dot(A23, A11), "dot: (2, 3) · (1, 1) needs equal inner sizes, found 3 and 1"),
    (lambda: matrix.add(A23, A32), "add: shapes (2, 3) and (3, 2) differ; "
                                   "they would fit with the second one transposed"),
    (lambda: matrix.subtract(A23, A24), "subtract: shapes (2, 3) and (2, 4) differ"),
    (lambda: matrix.multiply(A23, A24), "multiply: shapes (2, 3) and (2, 4) differ"),
    (lambda: matrix.multiply([1, 2], [[1, 2]]),
     "multiply: expected a list of rows, such as [[1, 2], [3, 4]], found [1, 2]"),
    (lambda: matrix.add_row(A23, [1, 2]), "add_row: a matrix with 3 columns needs a row of 3, found 2"),
    (lambda: matrix.add_row(A23, 5), "add_row: expected a flat list of numbers, such as [1, 2], found 5"),
    (lambda: matrix.add_row(A23, A23), "add_row: expected a flat list of numbers, such as [1, 2], "
                                       "found [[0, 0, 0], [0, 0, 0]]"),
    (lambda: matrix.outer([[1]], [1]), "outer: expected a flat list of numbers, such as [1, 2], found [[1]]"),
    (lambda: matrix.outer([1], []), "outer: expected a flat list of numbers, such as [1, 2], found []"),
    (lambda: matrix.outer(1, [1]), "outer: expected a flat list of numbers, such as [1, 2], found 1"),
    (lambda: matrix.zeros(0, 2), "zeros: expected at least one row and one column, found (0, 2)"),
    (lambda: matrix.zeros(2, -1), "zeros: expected at least one row and one column, found (2, -1)"),
    (lambda: matrix.identity(0), "identity: expected a size of at least 1, found 0"),
]


@pytest.mark.parametrize("call, message", MESSAGES, ids=[message[:50] for _, message in MESSAGES])
def test_messages(call, message):
    with pytest.raises(ShapeError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("operation", sorted(set(CALLS) - {"outer"}))
@pytest.mark.parametrize("bad", [[], [[]], [[1, 2], [3]], [1, 2], None, "text"], ids=repr)
def test_every_operation_refuses_what_is_no_matrix_and_says_its_own_name(operation, bad):
    calls = {**CALLS, "dot": lambda A: matrix.dot(A, A), "add_row": lambda A: matrix.add_row(A, [1])}
    with pytest.raises(ShapeError, match=f"^{operation}: "):
        calls[operation](bad)


@given(st.data())
def test_shapes_that_do_not_fit_are_refused_and_all_others_are_not(data):
    A, B = draw_matrices(data, "mn", "kl")
    a, b = matrix.shape(A), matrix.shape(B)
    elementwise = [(operation, a == b) for operation in (matrix.add, matrix.subtract, matrix.multiply)]
    for operation, fits in [(matrix.dot, a[1] == b[0])] + elementwise:
        try:
            operation(A, B)
        except ShapeError as error:
            assert not fits and str(a) in str(error) and str(b) in str(error)
        else:
            assert fits


def test_an_error_is_a_purenet_error_and_a_value_error():
    assert issubclass(ShapeError, PurenetError) and issubclass(PurenetError, ValueError)
