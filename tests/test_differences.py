"""Central differences: near the right gradients, far from wrong ones, and the network left as it was."""

import copy

import pytest
from hypothesis import assume, given, strategies as st

from purenet import Gradients, Network, ShapeError
from purenet.core.differences import central_differences, gradient_error
from strategies import flat, parameters, problems

SMOOTH = st.sampled_from(["sigmoid", "tanh", "identity"])


@given(st.data())
def test_backpropagation_agrees_with_central_differences(data):
    net, X, y = data.draw(problems(activation=data.draw(SMOOTH)))
    assume(net.output != "relu")
    found, expected = flat(net.gradients(X, y)), flat(central_differences(net, X, y))
    scale = 1 + abs(net.loss(X, y)) + max(map(abs, found))
    assert len(found) == len(expected) and all(abs(a - b) < 1e-7 * scale for a, b in zip(found, expected))


@given(problems())
def test_the_network_is_left_as_it_was(problem):
    net, X, y = problem
    before = parameters(net)
    gradient_error(net, X, y)
    assert parameters(net) == before


def test_the_network_is_left_as_it_was_when_the_loss_is_refused():
    net = Network([2, 1])
    before = parameters(net)
    with pytest.raises(ShapeError):
        central_differences(net, [[1.0]], [[1.0]])
    assert parameters(net) == before


@pytest.mark.parametrize("bias", [True, False])
def test_the_shapes_are_those_of_the_network(bias):
    net = Network([3, 4, 2], bias=bias)
    gradients = central_differences(net, [[0, 1, 1]], [[1, 0]])
    assert [[len(row) for row in W] for W in gradients.weights] == [[4] * 3, [2] * 4]
    assert gradients.biases is None if not bias else [len(row) for row in gradients.biases] == [4, 2]


@given(st.data())
def test_a_wrong_component_is_seen(data):
    net = Network([3, 4, 2], seed=data.draw(st.integers(0, 100)))
    X, y = [[0, 1, 1], [1, 0, 1]], [[1, 0], [0, 1]]
    right = net.gradients(X, y)
    assert gradient_error(net, X, y) == gradient_error(net, X, y, right) < 1e-8
    wrong = copy.deepcopy(right)
    layer = data.draw(st.integers(0, 1))
    row = data.draw(st.sampled_from(wrong.weights[layer] + [wrong.biases[layer]]))
    row[data.draw(st.integers(0, len(row) - 1))] += 1e-3 * max(map(abs, flat(right)))
    assert gradient_error(net, X, y, wrong) > 9e-4


def test_no_slope_anywhere_is_agreement():
    net = Network.from_weights([[[-1.0]]], [[-1.0]], activation="relu")
    assert gradient_error(net, [[1.0]], [[1.0]]) == 0.0
    assert central_differences(Network([1, 1], activation="identity", init="zeros"), [[2.0]], [[1.0]]) == Gradients(
        [[[-2.0]]], [[-1.0]])
