"""Who pushes a weight which way."""

import pytest
from hypothesis import given, strategies as st

from purenet.explain.contributions import Contribution, Contributions

# Small whole numbers, whose sums are exact.
pushes = st.lists(st.integers(-100, 100).map(float), min_size=1, max_size=8)


def contributions(values, rate=0.5):
    """The contributions of examples that push so much."""
    gradient = sum(values)
    return Contributions("W1[0][0]", [Contribution(k, 1.0, push, push) for k, push in enumerate(values)], gradient, 1.0,
                         1.0 - rate * gradient)


@given(values=pushes)
def test_cancelled_is_what_the_sum_lacks_of_the_sizes(values):
    found, sizes = contributions(values), sum(map(abs, values))
    assert 0 <= found.cancelled <= 1
    if sizes:
        assert found.cancelled == pytest.approx(1 - abs(sum(values)) / sizes)
    if found.one_way:
        assert found.cancelled == 0
    assert found.one_way == (all(v >= 0 for v in values) or all(v <= 0 for v in values))


@given(values=pushes)
def test_descent_goes_against_the_push(values):
    found = contributions(values)
    assert [c.direction for c in found.examples] == ["up" if v < 0 else "down" if v > 0 else "not" for v in values]
    sentence = found.verdict()
    if found.new > found.old:
        assert "goes up by" in sentence
    elif found.new < found.old:
        assert "goes down by" in sentence
    else:
        assert "stays" in sentence


@pytest.mark.parametrize("values, sentence", [
    ([0.0, 0.0], "W1[0][0] stays: no example pushes it."),
    ([-2.0, -1.0], "W1[0][0] goes up by 1.5: all 2 examples push it up, so nothing cancels."),
    ([0.0, 1.0],
     "W1[0][0] goes down by 0.5: every example that pushes it (1 of 2) pushes it down, so nothing cancels."),
    ([4.0], "W1[0][0] goes down by 2: every example that pushes it (1 of 1) pushes it down, so nothing cancels."),
    ([-1.0, -1.0, 4.0], "W1[0][0] goes down by 1: 2 examples push it up, 1 down; 67 % of the pushing cancels."),
    ([-1.0, 1.0], "W1[0][0] stays: 1 example pushes it up, 1 down; 100 % of the pushing cancels."),
])
def test_the_verdict(values, sentence):
    assert contributions(values).verdict() == sentence
