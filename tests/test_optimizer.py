"""The optimizers: their formulas written out once more, what they remember, and what they refuse."""

import copy
import math

import pytest
from hypothesis import given, strategies as st

from purenet import Adam, GradientDescent, Gradients, Momentum, Network, OptionError
from purenet.core.optimizer import Optimizer, make
from strategies import bits, matrices, vectors

values = st.floats(-10, 10)
rates = st.floats(1e-3, 1)
ALL = [GradientDescent, Momentum, Adam]


@st.composite
def runs(draw, elements=values):
    """(weights, biases, a list of Gradients): two layers, 2-3-1, and three steps."""
    def like_the_network():
        return [draw(matrices(2, 3, elements)), draw(matrices(3, 1, elements))], [draw(vectors(3, elements)),
                                                                                  draw(vectors(1, elements))]

    weights, biases = like_the_network()
    if draw(st.booleans()):
        return weights, biases, [Gradients(*like_the_network()) for _ in range(3)]
    return weights, None, [Gradients(like_the_network()[0], None) for _ in range(3)]


def stepwise(optimizer, weights, biases, gradients, rate, l2=0.0):
    """The parameters after all the steps."""
    optimizer.start(weights, biases)
    for g in gradients:
        weights, biases = optimizer.step(weights, biases, g, rate, l2)
    return weights, biases


def one_weight(formula, weights, biases, gradients, rate, l2=0.0):
    """The same by a formula for a single number: formula(weight, its gradients, rate) -> weight."""
    def matrix(W, Gs, penalty):
        result = [list(row) for row in W]
        for i, row in enumerate(W):
            for j in range(len(row)):
                result[i][j] = formula(row[j], [G[i][j] for G in Gs], rate, penalty)
        return result

    new_weights = [matrix(W, [g.weights[layer] for g in gradients], l2) for layer, W in enumerate(weights)]
    return new_weights, biases and matrix(biases, [g.biases for g in gradients], 0.0)


def gradient_descent(w, gradients, rate, l2):
    for g in gradients:
        w = w - rate * (g + l2 * w if l2 else g)
    return w


def momentum(w, gradients, rate, l2, mu=0.9):
    v = 0.0
    for g in gradients:
        v = mu * v + (g + l2 * w if l2 else g)
        w = w - rate * v
    return w


def adam(w, gradients, rate, l2, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Kingma and Ba, algorithm 1, line by line."""
    m = v = 0.0
    beta1_t = beta2_t = 1.0
    for g in gradients:
        g = g + l2 * w if l2 else g
        beta1_t, beta2_t = beta1_t * beta1, beta2_t * beta2
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g * g)
        m_hat, v_hat = m / (1 - beta1_t), v / (1 - beta2_t)
        w = w - rate * (m_hat / (math.sqrt(v_hat) + epsilon))
    return w


FORMULAS = [(GradientDescent, gradient_descent), (Momentum, momentum), (Adam, adam)]


@pytest.mark.parametrize("optimizer, formula", FORMULAS, ids=[formula.__name__ for _, formula in FORMULAS])
@given(run=runs(), rate=rates, l2=st.sampled_from([0.0, 0.25]))
def test_every_weight_and_bias_follows_the_formula_to_the_last_bit(optimizer, formula, run, rate, l2):
    weights, biases, gradients = run
    found = stepwise(optimizer(), weights, biases, gradients, rate, l2)
    assert bits(found) == bits(one_weight(formula, weights, biases, gradients, rate, l2))


@given(runs(), rates)
def test_momentum_0_is_gradient_descent(run, rate):
    assert stepwise(Momentum(0), *run, rate) == stepwise(GradientDescent(), *run, rate)


@given(runs(), rates)
def test_l2_pulls_weights_towards_0_and_leaves_biases_alone(run, rate):
    weights, biases, _ = run
    still = Gradients([[[0.0] * len(row) for row in W] for W in weights], biases and [[0.0] * len(b) for b in biases])
    shrunk, same = stepwise(GradientDescent(), weights, biases, [still], rate, l2=0.5)
    assert bits(same) == bits(biases)
    assert shrunk == [[[w - rate * (0.5 * w) for w in row] for row in W] for W in weights]


@given(st.floats(1e-3, 1e3), rates, st.booleans())
def test_adams_first_step_is_as_long_as_the_rate_whatever_the_gradient(size, rate, negative):
    g = -size if negative else size
    optimizer = Adam()
    optimizer.start([[[0.0]]], None)
    weights, _ = optimizer.step([[[0.0]]], None, Gradients([[[g]]], None), rate)
    assert weights[0][0][0] == pytest.approx(-math.copysign(rate, g), rel=1e-4)


@pytest.mark.parametrize("optimizer", ALL)
@given(runs())
def test_a_step_leaves_the_old_lists_and_the_gradients_as_they_were(optimizer, run):
    weights, biases, gradients = run
    before = copy.deepcopy((weights, biases)), bits([[g.weights, g.biases] for g in gradients])
    new_weights, new_biases = stepwise(optimizer(), weights, biases, gradients, 0.1, 0.01)
    assert ((weights, biases), bits([[g.weights, g.biases] for g in gradients])) == before
    new_weights[0][0][0] = 99.0
    assert (weights, biases) == before[0], "the new lists share a row with the old"


@pytest.mark.parametrize("optimizer", ALL)
@given(runs())
def test_an_object_goes_on_from_where_it_was(optimizer, run):
    weights, biases, gradients = run
    at_once = stepwise(optimizer(), weights, biases, gradients, 0.1)
    again = optimizer()
    weights, biases = stepwise(again, weights, biases, gradients[:1], 0.1)
    assert bits(stepwise(again, weights, biases, gradients[1:], 0.1)) == bits(at_once)


@pytest.mark.parametrize("optimizer", [Momentum(0.5), Adam(0.8, 0.9, 1e-6)], ids=repr)
def test_the_memory_of_another_network_is_refused(optimizer):
    Network([2, 3, 1]).fit([[0, 1]], [[1]], optimizer=optimizer)
    for other in (Network([2, 2, 1]), Network([2, 3, 1], bias=False), Network([2, 1])):
        before = bits([other.weights, other.biases])
        with pytest.raises(OptionError) as caught:
            other.fit([[0, 1]], [[1]], optimizer=optimizer)
        assert str(caught.value) == f"{optimizer!r} remembers the weights of another network; make a new one"
        assert bits([other.weights, other.biases]) == before


@pytest.mark.parametrize("make_it, message", [
    (lambda: Momentum(1), "momentum must be a number from 0 up to but not including 1, found 1"),
    (lambda: Momentum(-0.1), "momentum must be a number from 0 up to but not including 1, found -0.1"),
    (lambda: Momentum("0.9"), "momentum must be a number from 0 up to but not including 1, found '0.9'"),
    (lambda: Adam(beta1=1.0), "beta1 must be a number from 0 up to but not including 1, found 1.0"),
    (lambda: Adam(beta2=float("nan")), "beta2 must be a number from 0 up to but not including 1, found nan"),
    (lambda: Adam(epsilon=0), "epsilon must be a number above 0, found 0"),
    (lambda: Adam(epsilon=True), "epsilon must be a number above 0, found True"),
    (lambda: make("adm"),
     "unknown optimizer 'adm' (did you mean 'adam'?): expected one of adam, gradient_descent, momentum"),
    (lambda: make(None), "unknown optimizer None: expected one of adam, gradient_descent, momentum"),
])
def test_messages(make_it, message):
    with pytest.raises(OptionError) as caught:
        make_it()
    assert str(caught.value) == message


def test_names_and_objects():
    assert repr(make("gradient_descent")) == repr(GradientDescent()) == "GradientDescent()"
    assert repr(make("momentum")) == repr(Momentum()) == "Momentum(0.9)"
    assert repr(make("adam")) == repr(Adam()) == "Adam(0.9, 0.999, 1e-08)"
    assert make("adam") is not make("adam")
    mine = Momentum(0.5)
    assert make(mine) is mine and isinstance(mine, Optimizer)
