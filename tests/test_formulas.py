"""How formulas are written out: sums shortened in the middle, negative numbers in parentheses."""

from decimal import Decimal

from hypothesis import example, given, strategies as st

from purenet.explain.formulas import Place, Written, inside, number
from strategies import any_float


@given(terms=st.integers(1, 40), most=st.integers(2, 10))
def test_a_long_sum_keeps_its_ends_and_says_how_much_is_left_out(terms, most):
    text = Written([[Place("a", (k,))] for k in range(terms)], before=["("], after=[")"]).fill(str, most)
    shown = text.strip("()").split(" + ")
    assert shown[0] == "a[0]" and shown[-1] == f"a[{terms - 1}]"
    if terms <= most:
        assert len(shown) == terms
    else:
        assert len(shown) == most + 1 and f"... {terms - most} more ..." in shown


@given(value=any_float, digits=st.integers(1, 17))
@example(value=1.5e308, digits=1)
def test_a_number_has_so_many_digits_and_no_minus_zero(value, digits):
    text = number(value, digits)
    # As decimals, not as floats: the largest ones, rounded up, are written as a number beyond the range of floats.
    assert abs(Decimal(text) - Decimal(value)) <= abs(Decimal(value)) * Decimal(10) ** (1 - digits)
    assert not text.startswith("-0") or Decimal(text) != 0
    assert inside(value, digits) == (f"({text})" if text.startswith("-") else text)
    assert float(number(value, 17)) == value
