"""The network: its forward pass written out once more, its options, what it leaves alone, and other kinds of
numbers."""

import cmath
import copy
import decimal
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from purenet import Network, matrix
from purenet.core import activation
from purenet.core.arithmetic import ARITHMETICS, Arithmetic
from rounding import allowed, rounded_network
from strategies import (ACTIVATIONS, INVALID_PAIRS, OUTPUTS, VALID_PAIRS, Row, Rows, bits, copy_of, flat, parameters,
                        problems)


# -------------------------------------------------------------------------------- the forward pass


@given(problems())
def test_forward_is_z_from_left_to_right_plus_bias_through_the_activation(problem):
    net, X, _ = problem
    arithmetic = ARITHMETICS[net.exp]
    layers = [X]
    for layer, W in enumerate(net.weights):
        name = net.output if layer == len(net.weights) - 1 else net.activation
        rows = []
        for inputs in layers[-1]:
            zs = []
            for j in range(len(W[0])):
                z = inputs[0] * W[0][j]
                for i in range(1, len(W)):
                    z = z + inputs[i] * W[i][j]
                zs.append(z if net.biases is None else z + net.biases[layer][j])
            function = getattr(activation, name)
            rows.append(function(zs, arithmetic) if name == "softmax" else [function(z, arithmetic) for z in zs])
        layers.append(rows)
    assert bits(net.forward(X)) == bits(layers)
    assert bits(net.predict(X)) == bits(layers[-1])


@given(problems(max_examples=4))
def test_each_example_is_on_its_own(problem):
    """To the last bit: the rows beside it in a batch make no difference."""
    net, X, _ = problem
    assert bits(net.predict(X)) == bits([net.predict([row])[0] for row in X])


@given(problems())
def test_asking_changes_nothing(problem):
    net, X, y = problem
    before = parameters(net), bits(X), bits(y)
    net.forward(X), net.predict(X), net.loss(X, y), net.gradients(X, y)
    assert (parameters(net), bits(X), bits(y)) == before


@given(problems())
def test_forward_gives_lists_of_its_own(problem):
    net, X, _ = problem
    first = copy.deepcopy(X)
    activations = net.forward(X)
    activations[0][0][0] = activations[-1][0][0] = 99.0
    assert X == first
    assert net.forward(X)[0] == first


@given(problems())
def test_the_two_exps_differ_by_no_more_than_rounding(problem):
    net, X, y = problem
    platform, portable = [copy_of(net, exp=exp) for exp in ("platform", "portable")]
    bound = allowed(rounded_network(platform).loss(X, y)) + allowed(rounded_network(portable).loss(X, y))
    assert abs(platform.loss(X, y) - portable.loss(X, y)) <= bound


# -------------------------------------------------------------------------------- making one


def test_the_same_seed_gives_the_same_network_and_another_another():
    assert parameters(Network([3, 4, 1], seed=5)) == parameters(Network([3, 4, 1], seed=5))
    assert parameters(Network([3, 4, 1], seed=5)) != parameters(Network([3, 4, 1], seed=6))
    assert parameters(Network([3, 4, 1])) == parameters(Network([3, 4, 1], seed=1))


@pytest.mark.parametrize("init, limit", [("uniform", lambda n, m: 1.0), ("glorot", lambda n, m: math.sqrt(6 / (n + m))),
                                         ("he", lambda n, m: math.sqrt(6 / n)), ("zeros", lambda n, m: 0.0)])
def test_initialisers_are_the_uniform_draws_made_narrower(init, limit):
    """Glorot and Bengio, equation 16, and He et al., whose variance 2 / n is a uniform's on ±√(6 / n)."""
    sizes = [5, 20, 3]
    uniform, net = Network(sizes, init="uniform", seed=9), Network(sizes, init=init, seed=9)
    for inputs, units, U, W in zip(sizes, sizes[1:], uniform.weights, net.weights):
        assert matrix.shape(W) == (inputs, units)
        assert W == matrix.scale(U, limit(inputs, units))
    assert net.biases == [[0.0] * 20, [0.0] * 3]


def test_zero_weights_are_plain_zeros():
    assert bits(Network([2, 3], init="zeros").weights) == bits([matrix.zeros(2, 3)]), "some of them are -0.0"


def test_defaults():
    net = Network([2, 3, 1])
    assert (net.sizes, net.activation, net.output, net.loss_name, net.reduction, net.init, net.seed, net.exp) == (
        [2, 3, 1], "sigmoid", "sigmoid", "squared_error", "mean", "uniform", 1, "platform")
    assert Network([2, 3, 1], activation="tanh").output == "tanh"
    assert Network([2, 3, 1], activation="tanh", loss="binary_cross_entropy").output == "sigmoid"
    assert Network([2, 3, 2], activation="relu", loss="cross_entropy").output == "softmax"
    assert Network([2, 1], bias=False).biases is None
    assert repr(net) == ("Network([2, 3, 1], activation='sigmoid', output='sigmoid', loss='squared_error', "
                         "reduction='mean')")


@pytest.mark.parametrize("sizes", [[3, 4, 1], (3, 4, 1), range(3, 0, -1), iter([3, 4, 1])],
                         ids=lambda sizes: type(sizes).__name__)
def test_sizes_may_be_any_sequence(sizes):
    net = Network(sizes)
    assert isinstance(net.sizes, list) and [matrix.shape(W) for W in net.weights] == list(zip(net.sizes, net.sizes[1:]))


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_every_valid_combination_can_be_made_asked_and_trained(hidden, output, loss):
    net = Network([2, 3, 2], activation=hidden, output=output, loss=loss)
    history = net.fit([[0, 1], [1, 0]], [[0, 1], [1, 0]], epochs=2, learning_rate=0.1)
    assert history.epochs == 2 and matrix.shape(net.predict([[0.5, 0.5]])) == (1, 2)


def test_the_combinations_are_all_there_are():
    assert len(VALID_PAIRS) + len(INVALID_PAIRS) == 4 * len(OUTPUTS)
    assert set(OUTPUTS) == set(activation.ACTIVATIONS)


@given(problems())
def test_from_weights_copies_and_gives_the_same_network(problem):
    net, X, y = problem
    weights, biases = copy.deepcopy(net.weights), copy.deepcopy(net.biases)
    other = Network.from_weights(weights, biases, activation=net.activation, output=net.output, loss=net.loss_name,
                                 reduction=net.reduction, exp=net.exp)
    assert parameters(other) == parameters(net) and other.sizes == net.sizes
    assert bits(other.loss(X, y)) == bits(net.loss(X, y)) and other.gradients(X, y) == net.gradients(X, y)
    weights[0][0][0] = 99.0
    assert parameters(other) == parameters(net), "the network shares a list with the weights it was given"


def test_a_network_from_weights_shuffles_like_one_that_drew_them():
    """Both take as many draws from the seed's stream before the first shuffle."""
    drawn = Network([2, 3, 1], seed=4)
    given_ones = Network.from_weights(drawn.weights, drawn.biases, seed=4)
    X, y = [[k, 1] for k in range(5)], [[k % 2] for k in range(5)]
    for net in (drawn, given_ones):
        net.fit(X, y, epochs=2, batch_size=2)
    assert parameters(drawn) == parameters(given_ones)


# -------------------------------------------------------------------------------- other kinds of rows


X4, Y4 = [[0, 0.5, 1], [0.25, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]


@pytest.mark.parametrize("rows", [tuple, lambda rows: tuple(map(tuple, rows)), lambda rows: [Row(row) for row in rows],
                                  Rows, iter, lambda rows: (iter(row) for row in rows)],
                         ids=["tuple", "tuples", "rows", "table", "iterator", "generator"])
def test_rows_of_any_library_give_the_same_bits(rows):
    nets = [Network([3, 4, 1]) for _ in range(2)]
    assert bits(nets[0].loss(rows(X4), rows(Y4))) == bits(nets[1].loss(X4, Y4))
    assert nets[0].gradients(rows(X4), rows(Y4)) == nets[1].gradients(X4, Y4)
    nets[0].fit(rows(X4), rows(Y4), epochs=3, validation=(rows(X4), rows(Y4)))
    nets[1].fit(X4, Y4, epochs=3, validation=(X4, Y4))
    assert parameters(nets[0]) == parameters(nets[1])
    assert bits(nets[0].predict(rows(X4))) == bits(nets[1].predict(X4))


def test_the_results_are_plain_lists_of_floats():
    net = Network([3, 4, 1])
    for found in (net.predict(Rows(X4)), net.forward(Rows(X4))[0], net.gradients(Rows(X4), Rows(Y4)).weights[0]):
        assert type(found) is list and type(found[0]) is list and {type(x) for row in found for x in row} == {float}


# -------------------------------------------------------------------------------- other kinds of numbers


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
@settings(max_examples=5)
@given(data=st.data())
def test_complex_numbers_give_a_derivative_as_their_imaginary_part(output, loss, data):
    """The complex step, ∂C/∂w = Im C(w + ih) / h: no difference, so nothing cancels, and h may be 1e-100. The backward
    pass and this one round differently, but no further than 8 times the bound for the first, which is some 1e-15."""
    net, X, y = data.draw(problems(None, output, loss, exp="platform", max_layers=2))
    complex_numbers = Arithmetic(complex, cmath.exp, cmath.log, cmath.tanh, lambda z: z.real)
    bounds = rounded_network(net).gradients(X, y).weights[0]
    for i, row in enumerate(net.gradients(X, y).weights[0]):
        for j, found in enumerate(row):
            stepped = copy_of(net, exp=complex_numbers)
            stepped.weights[0][i][j] += 1e-100j
            assert abs(found - stepped.loss(X, y).imag / 1e-100) <= 8 * allowed(bounds[i][j]) + 1e-100


@settings(max_examples=15)
@given(problems(exp="platform", max_layers=3))
def test_decimals_give_the_loss_and_the_gradients_to_as_many_digits_as_they_have(problem):
    """All that floats got wrong is their rounding, as bounded by rounding.py: the exact result of the same formulas."""
    net, X, y = problem
    digits = decimal.Context(prec=50, Emin=-10 ** 6, Emax=10 ** 6)

    def tanh(z):
        e = digits.exp(2 * z)
        return digits.divide(e - 1, e + 1)

    with decimal.localcontext(digits):
        exact = copy_of(net, exp=Arithmetic(Decimal, digits.exp, digits.ln, tanh))
        loss, bounded = exact.loss(X, y), rounded_network(net).loss(X, y)
        assert isinstance(loss, (Decimal, int)) and abs(loss - Decimal(bounded.value)) <= Decimal(allowed(bounded))
        for true, bounded in zip(flat(exact.gradients(X, y)), flat(rounded_network(net).gradients(X, y))):
            assert abs(true - Decimal(bounded.value)) <= Decimal(allowed(bounded))


# -------------------------------------------------------------------------------- the public face


def test_every_public_name_is_there():
    for name in purenet.__all__:
        assert getattr(purenet, name) is not None
    assert set(purenet.__all__) <= set(dir(purenet))
    assert isinstance(purenet.__version__, str)
    with pytest.raises(AttributeError, match="^module 'purenet' has no attribute 'Netwrok'$"):
        purenet.Netwrok
