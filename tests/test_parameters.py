"""The parameters as one list, and the loss written out a second time."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bits, copy_of, problems

from purenet.core.arithmetic import Arithmetic
from purenet.gradcheck.difference import COMPLEX
from purenet.gradcheck.loss import log_one_plus
from purenet.gradcheck.parameters import flatten, loss_at, names, unflatten


@given(problems())
def test_every_name_leads_to_its_parameter(problem):
    net = problem[0]
    for name, value in zip(names(net), flatten(net.weights, net.biases)):
        assert eval(name, {"weights": net.weights, "biases": net.biases}) == value
    assert len(names(net)) == len(set(names(net))) == len(flatten(net.weights, net.biases))


@given(problems())
def test_unflatten_undoes_flatten(problem):
    net = problem[0]
    again = unflatten(flatten(net.weights, net.biases), net.weights, net.biases)
    assert bits(again) == bits((net.weights, net.biases))


@given(problems())
def test_the_second_loss_is_the_first(problem):
    net, X, y = problem
    assert loss_at(net, X, y, net.weights, net.biases, net.arithmetic) == pytest.approx(net.loss(X, y), rel=1e-12,
                                                                                        abs=1e-15)


@given(problems(exp="platform"))
def test_the_loss_is_that_of_the_weights_given_and_not_of_the_network(problem):
    net, X, y = problem
    other = copy_of(net)
    for W in other.weights:
        W[0][0] += 0.25
    assert loss_at(net, X, y, other.weights, other.biases) == pytest.approx(other.loss(X, y), rel=1e-12, abs=1e-15)


@given(problems(exp="platform"))
def test_the_loss_comes_in_the_numbers_of_the_arithmetic(problem):
    net, X, y = problem
    found = loss_at(net, X, y, net.weights, net.biases, COMPLEX)
    assert isinstance(found, complex) and found.imag == 0
    with localcontext() as context:
        context.prec = 30
        decimal = Arithmetic(Decimal, Decimal.exp, Decimal.ln, lambda z: ((2 * z).exp() - 1) / ((2 * z).exp() + 1))
        exact = loss_at(net, X, y, net.weights, net.biases, decimal)
    assert isinstance(exact, Decimal)
    assert float(exact) == pytest.approx(found.real, rel=1e-12, abs=1e-15)


@given(st.floats(1e-300, 1e300))
def test_log_one_plus_and_its_derivative_keep_the_digits_of_what_is_small(x):
    assert log_one_plus(x) == pytest.approx(math.log1p(x), rel=4e-16)
    assert log_one_plus(complex(x, 1e-320 + 1e-20 * x), COMPLEX).imag == pytest.approx(1e-20 * x / (1 + x), rel=1e-15)
