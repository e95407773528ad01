"""The gradients of backpropagation, against difference quotients of the loss.

The reference uses nothing but `Network.loss`, of networks with one weight changed. Let φ(s) be
the loss as a function of the change s of one weight. Taylor's series gives the central difference quotient

    D(s) = (φ(s) - φ(-s)) / 2s = φ' + φ''' s²/6 + φ⁽⁵⁾ s⁴/120 + φ⁽⁷⁾ s⁶/5040 + ...

Truncation. Two step sizes cancel the s² (Richardson's extrapolation), and three tell how good that is:

    R  = (4 D(h)  - D(2h)) / 3 = φ' -  4 φ⁽⁵⁾ h⁴/120 - ...
    R' = (4 D(2h) - D(4h)) / 3 = φ' - 64 φ⁽⁵⁾ h⁴/120 - ...

so |R - R'| is 15 times the h⁴ term of R's error (and 63 times the h⁶ term). It is taken whole as the allowance. It is
too small only where both terms cancel in R - R', and then R is off by 0.013 φ⁽⁷⁾ h⁶, which for h = 2⁻⁹ is 7e-19 φ⁽⁷⁾:
far below the next allowance unless φ⁽⁷⁾ is above 1e5.

Rounding. Each of the six losses is computed in Rounded numbers (see rounding.py), which carry a bound E on their own
error; the weights are multiples of 2⁻²⁰, so that w + s is exact. D(s) may be off by (E(s) + E(-s)) / 2s, and R by 4/3
of that for h and 1/3 of it for 2h, and by 4 u of its own terms. The gradient under test is rounded as well: it is
computed in Rounded numbers too, for their bound only. That bound is no reference: it says how many of the last digits
may differ, and it is some 1e-15 where the reference's is some 1e-12.

Kinks. A relu has no derivative where its z is 0. If at all of the seven points that are used, s = 0, ±h, ±2h, ±4h,
every relu unit has its z on the same side, then φ has there the values of a function without that kink, and everything
above holds for that function, which has the derivative that backprop should return. Where that is not so, the component
is left out: there is nothing to compare with.
"""

import copy

import pytest
from hypothesis import assume, given, settings, strategies as st

from purenet import Gradients, Network, OptionError, matrix
from purenet.core import backprop
from rounding import U, allowed, rounded, rounded_network
from strategies import (ACTIVATIONS, INVALID_PAIRS, VALID_PAIRS, bits, flat, matrices, parameters, problems,
                        whole_numbers)

H = 2.0 ** -9
STEPS = (H, -H, 2 * H, -2 * H, 4 * H, -4 * H)


def components(net):
    """The name of every weight and bias of a network, in the order of `flat`, as (kind, layer, row, column)."""
    for layer, W in enumerate(net.weights):
        for i, row in enumerate(W):
            for j in range(len(row)):
                yield "weights", layer, i, j
    for layer, b in enumerate(net.biases or []):
        for j in range(len(b)):
            yield "biases", layer, None, j


def changed_by(network, component, step):
    """A network of Rounded numbers with one weight or bias changed by a step; everything else is shared with the one
    given."""
    kind, layer, i, j = component
    other = copy.copy(network)
    if kind == "weights":
        other.weights = [[list(row) for row in W] for W in network.weights]
        row = other.weights[layer][i]
    else:
        other.biases = [list(b) for b in network.biases]
        row = other.biases[layer]
    here = row[j].value
    assert (here + step) - here == step, "the step is not exact; draw the weights from the grid"
    row[j] = rounded(here + step)
    return other


def sides(net, X):
    """On which side of its kink every relu unit is, for every example."""
    kinked = [net.activation == "relu"] * (len(net.sizes) - 2) + [net.output == "relu"]
    return [a > 0 for activations, relu in zip(net.forward(X)[1:], kinked) if relu for row in activations for a in row]


def difference_quotient(network, component, X, y):
    """(derivative, allowance) of the loss by one component; None where a relu has a kink in between."""
    networks = {step: changed_by(network, component, step) for step in STEPS}
    if "relu" in (network.activation, network.output):
        here = sides(network, X)
        if any(sides(network, X) != here for network in networks.values()):
            return None
    losses = {step: network.loss(X, y) for step, network in networks.items()}

    def quotient(s):
        return (losses[s].value - losses[-s].value) / (2 * s)

    def quotient_error(s):
        return (allowed(losses[s]) + allowed(losses[-s])) / (2 * s)

    D, D2, D4 = quotient(H), quotient(2 * H), quotient(4 * H)
    R = (4 * D - D2) / 3
    truncation = abs(R - (4 * D2 - D4) / 3)
    rounding = (4 * quotient_error(H) + quotient_error(2 * H)) / 3 + 4 * U * (4 * abs(D) + abs(D2))
    return R, truncation + rounding


def wrong_components(net, X, y, gradients):
    """One sentence for every component of the gradients that is further off than it may be, and how many were
    compared."""
    wrong, compared = [], 0
    network = rounded_network(net)
    own_rounding = [allowed(g) for g in flat(network.gradients(X, y))]
    for component, found, rounding in zip(components(net), flat(gradients), own_rounding):
        reference = difference_quotient(network, component, X, y)
        if reference is None:
            continue
        compared += 1
        expected, allowance = reference
        if not abs(found - expected) <= allowance + rounding:
            kind, layer, i, j = component
            place = f"[{j}]" if i is None else f"[{i}][{j}]"
            wrong.append(f"gradients.{kind}[{layer}]{place} is {found!r}; the loss changes by {expected!r}, "
                         f"and no more than {allowance + rounding:.1e} of difference can be rounding")
    return wrong, compared


# -------------------------------------------------------------------------------- the gradients are right


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "nobias"])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("output, loss", VALID_PAIRS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@settings(max_examples=2)
@given(data=st.data())
def test_every_component_of_every_gradient_is_the_change_of_the_loss(activation, output, loss, reduction, bias, data):
    net, X, y = data.draw(problems(activation, output, loss, reduction, bias))
    wrong, compared = wrong_components(net, X, y, net.gradients(X, y))
    assert not wrong, "\n".join([f"{net!r}, bias {bias}, exp {net.exp}:"] + wrong)
    assume(compared)


@pytest.mark.parametrize("output, loss", INVALID_PAIRS)
def test_a_loss_that_is_made_for_one_output_refuses_the_others(output, loss):
    needed = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}[loss]
    with pytest.raises(OptionError, match=f"^loss '{loss}' is made for output '{needed}', found '{output}'$"):
        Network([2, 3, 2], output=output, loss=loss)


@settings(max_examples=30)
@given(problems())
def test_the_rounded_numbers_of_the_tolerance_are_those_of_the_network(problem):
    net, X, y = problem
    assert rounded_network(net).loss(X, y).value == net.loss(X, y)
    assert [g.value for g in flat(rounded_network(net).gradients(X, y))] == flat(net.gradients(X, y))


@given(problems())
def test_gradients_have_the_shapes_of_the_parameters_and_change_nothing(problem):
    net, X, y = problem
    before = parameters(net), bits(X), bits(y)
    gradients = net.gradients(X, y)
    assert [matrix.shape(G) for G in gradients.weights] == [matrix.shape(W) for W in net.weights]
    assert (gradients.biases is None) == (net.biases is None)
    assert [len(g) for g in gradients.biases or []] == [len(b) for b in net.biases or []]
    assert (parameters(net), bits(X), bits(y)) == before


@pytest.mark.parametrize("side, slope", [(-1.0, 0.0), (1.0, 1.0)])
def test_next_to_the_kink_of_a_relu_the_gradient_is_the_slope_of_that_side(side, slope):
    net = Network.from_weights([[[side * 1e-9]]], activation="relu", reduction="sum")
    assert net.gradients([[1.0]], [[-1.0]]).weights == [[[slope * (1 + 1e-9)]]]


def test_on_the_kink_of_a_relu_the_slope_is_0_by_convention():
    net = Network.from_weights([[[0.0]]], activation="relu")
    assert net.gradients([[1.0]], [[-1.0]]).weights == [[[0.0]]]


@given(st.data())
def test_a_linear_network_of_whole_numbers_has_exact_gradients(data):
    """One layer, identity, squared error: ∂C/∂W = Xᵀ (X W + b - Y), which floats hold exactly."""
    m, n, k = [data.draw(st.integers(1, 4)) for _ in range(3)]
    X, W, Y = [data.draw(matrices(*shape, whole_numbers)) for shape in [(m, n), (n, k), (m, k)]]
    net = Network.from_weights([W], [[1] * k], activation="identity", reduction="sum")
    error = matrix.subtract(matrix.add_row(matrix.dot(X, W), [1] * k), Y)
    assert net.gradients(X, Y) == Gradients([matrix.dot(matrix.transpose(X), error)], [matrix.column_sums(error)])


# -------------------------------------------------------------------------------- what is recorded


def test_every_step_is_recorded_in_its_order_and_by_its_name():
    net, steps = Network([2, 3, 1], reduction="mean"), []
    zs, activations = backprop.forward(net, [[1.0, 2.0]], lambda *step: steps.append(step))
    assert [step[:2] for step in steps] == [
        ("weighted_input", 0), ("activation", 0), ("weighted_input", 1), ("activation", 1)]
    assert [step[2] for step in steps] == [zs[0], activations[1], zs[1], activations[2]]
    steps.clear()
    gradients = backprop.backward(net, zs, activations, [[1.0]], lambda *step: steps.append(step))
    assert [step[:2] for step in steps] == [
        ("error", 1), ("slope", 1), ("delta", 1), ("gradient", 1), ("bias_gradient", 1),
        ("error", 0), ("slope", 0), ("delta", 0), ("gradient", 0), ("bias_gradient", 0)]
    assert steps[3][2] == gradients.weights[1] and steps[9][2] == gradients.biases[0]
    assert gradients == net.gradients([[1.0, 2.0]], [[1.0]])


def test_gradients_are_equal_by_their_numbers_and_print_them():
    assert Gradients([[[0.5]]], None) == Gradients([[[0.5]]], None) != Gradients([[[0.5]]], [[0.0]])
    assert Gradients([[[0.5]]], None) != [[[0.5]]]
    assert repr(Gradients([[[0.5]]], [[0.25]])) == "Gradients(weights=[[[0.5]]], biases=[[0.25]])"


# -------------------------------------------------------------------------------- the check can fail


def textbook(net, X, y, mistake=None):
    """Backprop of a sigmoid network with squared error, written out once more, with one of the classic mistakes."""
    examples = len(X)
    zs, activations = backprop.forward(net, X)

    def slope(layer):
        if mistake == "the slope is left out":
            return [[1.0] * len(row) for row in zs[layer]]
        if mistake == "the hidden slope is left out" and layer < len(zs) - 1:
            return [[1.0] * len(row) for row in zs[layer]]
        if mistake == "a (1 - a) of z instead of a":
            return [[z * (1 - z) for z in row] for row in zs[layer]]
        if mistake == "the slope at a instead of z":
            squashed = net.activation_functions[layer].value(activations[layer + 1], net.arithmetic)
            return [[s * (1 - s) for s in row] for row in squashed]
        return [[a * (1 - a) for a in row] for row in activations[layer + 1]]

    error = matrix.subtract(activations[-1], y)
    if mistake == "the sign is turned":
        error = matrix.subtract(y, activations[-1])
    if mistake == "a factor 2 too many":
        error = matrix.scale(error, 2)
    if (net.reduction == "mean") != (mistake == "mean and sum mixed up"):
        error = matrix.scale(error, 1 / examples)
    weight_gradients, bias_gradients = [], []
    for layer in range(len(zs) - 1, -1, -1):
        delta = matrix.multiply(error, slope(layer))
        gradient = matrix.dot(matrix.transpose(activations[layer]), delta)
        weight_gradients.insert(0, gradient)
        bias_gradients.insert(0, delta[-1] if mistake == "the bias is not summed" else matrix.column_sums(delta))
        W = net.weights[layer]
        if mistake == "the weights are updated already":
            W = matrix.subtract(W, matrix.scale(gradient, 0.5))
        error = matrix.dot(delta, W if mistake == "the transpose is left out" else matrix.transpose(W))
    return Gradients(weight_gradients, bias_gradients if net.biases else None)


MISTAKES = [
    "the slope is left out", "the hidden slope is left out",
    "a (1 - a) of z instead of a", "the slope at a instead of z",
    "the sign is turned", "a factor 2 too many", "mean and sum mixed up", "the bias is not summed",
    "the weights are updated already", "the transpose is left out",
]


def square_network(seed, reduction):
    """Square shapes throughout: without its transpose a matrix still fits. The weights are those of the seed, on the
    grid."""
    drawn = Network([3, 3, 3], seed=seed)
    on_grid = [[[round(w * 2 ** 20) / 2 ** 20 for w in row] for row in W] for W in drawn.weights]
    return Network.from_weights(on_grid, [[0.25, -0.5, 0.125], [0.5, 0.25, -0.75]], reduction=reduction)


X3 = [[0.0, 0.5, 1.0], [1.0, -0.25, 0.75], [-1.0, 1.5, 0.5], [0.25, 1.0, -0.5]]
Y3 = [[0.0, 1.0, 0.25], [1.0, 0.0, 0.5], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_check_accepts_textbook_backprop(seed, reduction):
    net = square_network(seed, reduction)
    assert wrong_components(net, X3, Y3, textbook(net, X3, Y3)) == ([], 24)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_rejects_each_classic_mistake(mistake, seed, reduction):
    net = square_network(seed, reduction)
    wrong, _ = wrong_components(net, X3, Y3, textbook(net, X3, Y3, mistake))
    assert wrong, f"difference quotients did not notice that {mistake}"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_check_is_sharp(seed):
    """No component of an ordinary network may be off by a ten-billionth."""
    net = square_network(seed, "mean")
    allowances = [difference_quotient(rounded_network(net), component, X3, Y3)[1] for component in components(net)]
    assert max(allowances) < 1e-10
