"""What is told of shapes and signs is true: each sentence on a product is held against the product itself."""

import re

import pytest
from hypothesis import given, strategies as st

import purenet
from purenet.core import matrix
from purenet.explain import words
from purenet.explain.formulas import Setting
from strategies import VALID_PAIRS

settings = st.builds(
    lambda sizes, examples, mean: Setting(sizes, True, ["sigmoid"] * (len(sizes) - 1), "squared_error", False, mean,
                                          examples),
    st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(1, 4), st.booleans())


@given(s=settings)
def test_what_is_told_of_the_shapes_is_so(s):
    told = words.transposes(s)
    products = words.products(s)
    assert len(told) == len(products) == 2 * s.last - 1
    for p, sentence in zip(products, told):
        left, right = matrix.zeros(*p.left_shape), matrix.zeros(*p.right_shape)
        turned = (matrix.transpose(left), right) if p.transposed == "left" else (left, matrix.transpose(right))
        assert matrix.shape(matrix.dot(*turned)) == p.wanted
        try:
            plain = matrix.shape(matrix.dot(left, right))
        except purenet.ShapeError:
            assert "does not fit" in sentence
        else:
            assert ("Beware" if plain == p.wanted else "the wrong shape") in sentence
            assert f"gives {plain}" in sentence
        assert str(p.left_shape) in sentence and str(p.right_shape) in sentence and f"must be {p.wanted}" in sentence


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_signs_and_the_sum_or_mean_in_force(output, loss, reduction):
    net = purenet.Network([2, 2], output=output, loss=loss, reduction=reduction)
    trace = net.trace([[1, 2], [3, 4], [5, 6]], [[1, 0]] * 3, learning_rate=0.25)
    text = " ".join(trace.conventions())
    assert ("mean over the 3 examples" in text) == (reduction == "mean")
    assert ("sum over the examples (3 here)" in text) == (reduction == "sum")
    made_for = net.loss_function.output is not None
    assert ("the slope cancels" in text) == made_for
    formula = trace.step("delta1" if made_for else "error1").formula
    told = f"delta1 is {formula}." if made_for else f"here error1 = {formula};"
    assert told in text, "the conventions contradict the step"
    assert "Descent subtracts" in text and "learning_rate is 0.25" in text
    for step in trace.steps:
        assert not step.note or re.match(r"[A-Z].*[.]$", step.note)
