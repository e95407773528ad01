"""The textbook's backprop is right, for every activation, loss and reduction: mistakes are lines of it, replaced."""

from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from networks import KINDS, components, differs, random_problem, true_and_allowed
from purenet import exact_gradients
from purenet.gradcheck import textbook
from purenet.gradcheck.decimals import context_of, decimal_arithmetic
from purenet.gradcheck.replay import like
from strategies import parameters, problems

DIGITS = 40


def in_decimals(net, X, y):
    """The textbook's gradients, computed with Decimal numbers."""
    with localcontext(context_of(DIGITS + 25)) as context:
        arithmetic = decimal_arithmetic(context)

        def read(A):
            return [[arithmetic.number(value) for value in row] for row in A]

        other = like(net, [read(W) for W in net.weights], net.biases and read(net.biases))
        other.arithmetic = arithmetic
        return textbook.backprop(other, read(X), read(y))


@given(st.integers(0, 10 ** 6), st.sampled_from(sorted(KINDS)))
def test_it_is_right_to_what_rounding_allows(seed, kind):
    net, X, y = random_problem(seed, kind)
    true, allowed = true_and_allowed(net, X, y)
    assert not differs(components(textbook.backprop(net, X, y)), true, allowed)


@given(problems(max_layers=3))
def test_with_many_digits_it_is_right_to_many_digits(problem):
    """The formula itself is the derivative of the loss: nothing is left of the difference but the rounding."""
    net, X, y = problem
    exact = components(exact_gradients(net, X, y, DIGITS))
    size = max(map(abs, exact))
    for found, wanted in zip(components(in_decimals(net, X, y)), exact):
        assert abs(found - wanted) <= Decimal(10) ** (5 - DIGITS) * size + Decimal(5e-324)


@given(problems())
def test_it_changes_nothing_and_has_the_shapes_of_the_network(problem):
    net, X, y = problem
    before = parameters(net)
    gradients = textbook.backprop(net, X, y)
    assert parameters(net) == before
    assert [[len(row) for row in W] for W in gradients.weights] == [[len(row) for row in W] for W in net.weights]
    assert (gradients.biases and [len(b) for b in gradients.biases]) == (net.biases and [len(b) for b in net.biases])
