"""Gradients of a network, judged component by component."""

import math
import random
import struct

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Rows, bits, copy_of, flat, problems

from purenet import DataError, Gradients, Network, OptionError, ShapeError, check_backprop
from purenet.gradcheck import diagnosis
from purenet.gradcheck.parameters import flatten, names, unflatten

X = [[0.5, -1.0, 2.0], [1.0, 0.25, -0.5], [-2.0, 1.5, 0.75], [0.125, 3.0, -1.0]]
Y = [[0.0, 1.0], [1.0, 0.0], [0.5, 0.25], [1.0, 1.0]]


def network(**options):
    """A 3-4-2 network with biases."""
    net = Network([3, 4, 2], **options)
    net.biases = [[0.1, -0.2, 0.3, -0.4], [0.5, -0.6]]
    return net


class Array:
    """An array of another library: it has a `tolist`, and is nothing that Python knows."""

    def __init__(self, values):
        self.held = values

    def tolist(self):
        return self.held


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


@settings(max_examples=60)
@given(problems(), st.sampled_from([1.0, 1.0, 10.0, 30.0]))
def test_correct_gradients_never_fail(problem, factor):
    net, X, y = problem
    net.weights = [[[factor * w for w in row] for row in W] for W in net.weights]
    report = check_backprop(net, X, y, net.gradients(X, y))
    assert report.verdict in ("pass", "undecidable") and not report.inaccurate, str(report)
    assert [component.name for component in report.components] == names(net)


@settings(max_examples=30)
@given(problems(), st.data())
def test_a_wrong_component_fails_or_is_said_to_be_undecidable(problem, data):
    net, X, y = problem
    values = flat(net.gradients(X, y))
    k = data.draw(st.integers(0, len(values) - 1))
    size = data.draw(st.sampled_from([1.0, 1e-3, 1e-6, 1e-9]))
    values[k] = values[k] * (1 + size) + (values[k] == 0)
    component = check_backprop(net, X, y, values).components[k]
    assert component.verdict != "pass" or component.resolution > size / 2, component
    assert component.verdict == "fail" or component.resolution > size / 4 or component.inaccurate, component


@pytest.mark.parametrize("activation, output, loss, reduction", [
    ("sigmoid", "sigmoid", "squared_error", "sum"), ("tanh", "identity", "mean_squared_error", "mean"),
    ("relu", "sigmoid", "binary_cross_entropy", "sum"), ("sigmoid", "softmax", "cross_entropy", "mean"),
    ("relu", "tanh", "squared_error", "mean")])
def test_a_plain_network_is_decided_to_a_millionth_of_a_millionth(activation, output, loss, reduction):
    net = network(activation=activation, output=output, loss=loss, reduction=reduction)
    y = [[0.25, 0.75], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]
    report = check_backprop(net, X, y, net.gradients(X, y))
    assert report.verdict == "pass"
    assert sorted(component.resolution for component in report.components)[len(report.components) // 2] < 1e-12


@pytest.mark.parametrize("change", [
    lambda weights, biases: (weights, [[2 * v for v in b] for b in biases]),
    lambda weights, biases: ([weights[0], [[-v for v in row] for row in weights[1]]], biases),
    lambda weights, biases: ([[[0.0] * len(row) for row in W] for W in weights], [[0.0] * len(b) for b in biases]),
    lambda weights, biases: ([[[v * (1 + 1e-9) for v in row] for row in W] for W in weights], biases),
])
def test_what_is_wrong_fails_and_what_is_right_passes(change):
    net = network()
    gradients = net.gradients(X, Y)
    changed = change(gradients.weights, gradients.biases)
    report = check_backprop(net, X, Y, changed)
    assert report.verdict == "fail"
    for component, before, now in zip(report.components, flat(gradients), flatten(*changed)):
        assert component.verdict == ("pass" if now == before else "fail")
        assert component.true == pytest.approx(before, rel=1e-12)
        assert component.yours == now


@pytest.mark.parametrize("digits", [None, 50])
def test_the_second_route_gives_the_same_verdicts(digits):
    net = network(activation="tanh")
    gradients = net.gradients(X, Y)
    gradients.weights[0][1][2] *= 1.01
    report = check_backprop(net, X, Y, gradients, digits)
    assert [c.name for c in report.components if c.verdict == "fail"] == ["weights[0][1][2]"]
    assert ("50 digits" in str(report)) == (digits == 50)


def test_every_form_of_gradients_is_read():
    net = network()
    gradients = net.gradients(X, Y)
    W, b = gradients.weights, gradients.biases
    forms = [gradients, (W, b), [W, b], {"weights": W, "biases": b}, [W[0], b[0], W[1], b[1]], flat(gradients),
             Array(flat(gradients)), [Array(W[0]), Array(b[0]), Array(W[1]), Array([b[1]])],
             ([Array(layer) for layer in W], [Array(layer) for layer in b]), tuple(map(tuple, (W, b)))]
    for form in forms:
        assert [c.yours for c in check_backprop(net, X, Y, form).components] == flat(gradients)
    bare = Network([3, 4, 2], bias=False)
    W = bare.gradients(X, Y).weights
    for form in (W, (W, None), {"weights": W}, {"weights": W, "biases": None}):
        assert check_backprop(bare, X, Y, form).verdict == "pass"
    assert check_backprop(net, Rows(X), Rows(Y), gradients).verdict == "pass"


@pytest.mark.parametrize("change, error, message", [
    (lambda W, b: ([list(zip(*W[0])), W[1]], b), ShapeError,
     r"gradients: weights\[0\] has the shape \(4, 3\), expected \(3, 4\) as in the network; it would fit transposed"),
    (lambda W, b: (W[:1], b), ShapeError, "expected 2 weight matrices, one for each layer, found 1"),
    (lambda W, b: (W, None), ShapeError, "those of the biases are missing"),
    (lambda W, b: (W, [b[0], [*b[1], 0.0]]), ShapeError, r"biases\[1\] has the shape \(3,\), expected \(2,\)"),
    (lambda W, b: (W, b[:1]), ShapeError, "expected 2 lists of biases"),
    (lambda W, b: [1.0, 2.0], ShapeError, "expected 22|expected 26 numbers"),
    (lambda W, b: {"weight": W}, OptionError, "expected the keys 'weights' and 'biases'"),
    (lambda W, b: "none", OptionError, "gradients: expected Gradients, a pair"),
    (lambda W, b: 3.0, OptionError, "gradients: expected Gradients, a pair"),
    (lambda W, b: ([W[0], [["x", 1.0]] * 4], b), DataError,
     r"gradients: weights\[1\]\[0\]\[0\]: expected a number, found 'x'"),
    (lambda W, b: ([[[1.0, 2.0], [3.0]], W[1]], b), ShapeError, r"weights\[0\] has the shape"),
])
def test_what_is_no_gradient_of_this_network_is_refused(change, error, message):
    net = network()
    gradients = net.gradients(X, Y)
    with pytest.raises(error, match=message) as caught:
        check_backprop(net, X, Y, change(gradients.weights, gradients.biases))
    assert type(caught.value) is error


def test_biases_that_there_are_not_are_refused():
    with pytest.raises(ShapeError, match="the network has none"):
        check_backprop(Network([3, 2], bias=False), X, Y, ([[[0.0, 0.0]] * 3], [[0.0, 0.0]]))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_fails_by_name(value):
    net = network()
    gradients = net.gradients(X, Y)
    gradients.biases[1][0] = value
    report = check_backprop(net, X, Y, gradients)
    assert [c.name for c in report.components if c.verdict == "fail"] == ["biases[1][0]"]
    assert f"1 of 26 components are wrong; the worst is biases[1][0], {value}" in report.sentence()


def test_numbers_of_float32_are_judged_as_such():
    net = network(activation="tanh")
    values = [float32(value) for value in flat(net.gradients(X, Y))]
    report = check_backprop(net, X, Y, values)
    assert report.verdict == "pass" and "float32" in str(report)
    assert 1e-8 < min(component.resolution for component in report.components)
    values[3] = float32(values[3] * 1.001)
    assert check_backprop(net, X, Y, values).components[3].verdict == "fail"
    assert check_backprop(net, X, Y, [0.0] * len(values)).verdict == "fail", "zeros are no float32 in particular"


def test_the_type_of_the_numbers_can_be_said():
    saturated = Network.from_weights([[[20.0]]])  # a is 1 in float32, and so a (1 - a) is 0
    assert check_backprop(saturated, [[1.0]], [[0.25]], [0.0]).verdict == "fail"
    assert check_backprop(saturated, [[1.0]], [[0.25]], [0.0], dtype="float32").verdict == "undecidable"
    values = [float32(value) for value in flat(network().gradients(X, Y))]
    assert check_backprop(network(), X, Y, values, dtype="float64").verdict == "fail"
    report = check_backprop(network(), X, Y, values, dtype="float32")
    assert report.verdict == "pass" and "judged as float32" in str(report)
    with pytest.raises(OptionError, match=r"unknown dtype 'float16' \(did you mean"):
        check_backprop(network(), X, Y, values, dtype="float16")


def lossy_gradients(net, X, y):
    """Backprop of a sigmoid network by a = ½ (1 + tanh(z/2)) and a (1 - a): right on paper, without its tail."""
    def layer(a, W):
        return [0.5 * (1 + math.tanh(sum(v * w for v, w in zip(a, column)) / 2)) for column in zip(*W)]

    total = [0.0] * len(flatten(net.weights, None))
    for x, targets in zip(X, y):
        h = layer(x, net.weights[0])
        o = layer(h, net.weights[1])
        d2 = [(a - t) * a * (1 - a) / len(X) for a, t in zip(o, targets)]
        d1 = [sum(d * w for d, w in zip(d2, row)) * a * (1 - a) for row, a in zip(net.weights[1], h)]
        found = [[[v * d for d in d1] for v in x], [[v * d for d in d2] for v in h]]
        total = [a + b for a, b in zip(total, flatten(found, None))]
    return unflatten(total, net.weights, None)[0]


def test_a_less_accurate_formula_is_inaccurate_and_not_wrong():
    net = Network([3, 4, 2], bias=False, seed=3)
    net.weights = [[[20 * w for w in row] for row in W] for W in net.weights]
    report = check_backprop(net, X, Y, lossy_gradients(net, X, Y))
    assert report.verdict == "undecidable" and report.inaccurate
    assert "INACCURATE, not wrong" in str(report)
    assert check_backprop(net, X, Y, net.gradients(X, Y)).inaccurate is False
    plain = Network([3, 4, 2], bias=False, seed=3)
    assert check_backprop(plain, X, Y, lossy_gradients(plain, X, Y)).verdict == "pass"


def test_forty_networks_on_a_kink_pass():
    """Inputs and weights are small whole numbers, so that some relu of each network is at 0 exactly."""
    numbers = random.Random(5)
    seen = 0
    while seen < 40:
        net = Network.from_weights([[[float(numbers.randint(-2, 2)) for _ in range(4)] for _ in range(3)],
                                    [[float(numbers.randint(-2, 2)) for _ in range(2)] for _ in range(4)]],
                                   [[0.0] * 4, [0.0] * 2], activation="relu", output="identity")
        X = [[float(numbers.randint(-2, 2)) for _ in range(3)] for _ in range(4)]
        reports = [check_backprop(net, X, Y, relu_gradients(net, X, Y, slope)) for slope in (0.0, 0.5, 1.0)]
        if "kink: a relu is at 0" in str(reports[0]):
            seen += 1
            for report in reports:
                assert report.verdict == "pass", str(report)


def relu_gradients(net, X, y, slope_at_0):
    """Backprop of a relu network with a choice of the slope on its kink."""
    total = [0.0] * len(names(net))
    for x, targets in zip(X, y):
        z = [sum(v * w for v, w in zip(x, column)) for column in zip(*net.weights[0])]
        h = [max(0.0, v) for v in z]
        o = [sum(v * w for v, w in zip(h, column)) for column in zip(*net.weights[1])]
        d2 = [(a - t) / len(X) for a, t in zip(o, targets)]
        d1 = [sum(d * w for d, w in zip(d2, row)) * (1.0 if v > 0 else slope_at_0 if v == 0 else 0.0)
              for row, v in zip(net.weights[1], z)]
        found = flatten([[[v * d for d in d1] for v in x], [[v * d for d in d2] for v in h]], [d1, d2])
        total = [a + b for a, b in zip(total, found)]
    return total


def test_beyond_the_slopes_of_a_kink_it_fails():
    net = Network.from_weights([[[1.0], [-1.0]], [[2.0]]], activation="relu", output="identity")
    X, y = [[2.0, 2.0]], [[-3.0]]  # z = 0; the slope is 0 or 1, and the gradient 3 * 2 * 2 times that
    for value, verdict in ((0.0, "pass"), (6.0, "pass"), (12.0, "pass"), (12.001, "fail"), (-0.001, "fail")):
        component = check_backprop(net, X, y, [value, 0.0, 0.0]).components[0]
        assert component.verdict == verdict, (value, component)
        assert component.kink == pytest.approx((0.0, 12.0), abs=1e-12)


def test_a_gradient_that_is_zero_everywhere_decides_nothing():
    net = Network.from_weights([[[1.0], [1.0]]], activation="identity")
    report = check_backprop(net, [[2.0, 3.0]], [[5.0]], [0.0, 0.0])
    assert report.verdict == "undecidable"
    assert check_backprop(net, [[2.0, 3.0]], [[5.0]], [0.0, 0.001]).verdict == "fail"


def test_zero_components_beside_others_are_decided():
    net = Network([3, 2])
    report = check_backprop(net, [[0.0, 1.0, 2.0]], [[0.25, 0.5]], net.gradients([[0.0, 1.0, 2.0]], [[0.25, 0.5]]))
    assert report.verdict == "pass" and report.components[0].true == 0


def test_the_diagnosis_is_asked_only_where_something_is_wrong(monkeypatch):
    asked = []
    monkeypatch.setattr(diagnosis, "diagnose", lambda *arguments: asked.append(arguments) or ["the sign"])
    net = network()
    gradients = net.gradients(X, Y)
    assert check_backprop(net, X, Y, gradients).mistakes == [] and asked == []
    assert check_backprop(net, X, Y, [-value for value in flat(gradients)]).mistakes == ["the sign"]
    (given_net, given_X, given_y, yours, true, allowed), = asked
    assert given_net is net and given_X == X and given_y == Y
    assert yours == [-value for value in flat(gradients)]
    assert true == pytest.approx(flat(gradients), rel=1e-12)
    assert all(0 < a < 1e-14 for a in allowed)


@given(problems())
def test_nothing_is_changed(problem):
    net, X, y = problem
    gradients = net.gradients(X, y)
    before, examples, given_bits = copy_of(net), bits([X, y]), bits([gradients.weights, gradients.biases])
    check_backprop(net, X, y, gradients)
    assert bits([net.weights, net.biases]) == bits([before.weights, before.biases])
    assert bits([X, y]) == examples and bits([gradients.weights, gradients.biases]) == given_bits


@given(problems(exp="portable"))
def test_the_portable_arithmetic_passes_too(problem):
    net, X, y = problem
    assume(any(flat(net.gradients(X, y))))
    assert check_backprop(net, X, y, net.gradients(X, y)).verdict != "fail"


def test_the_numbers_of_exact_gradients_pass():
    from purenet import exact_gradients

    net = network()
    assert check_backprop(net, X, Y, exact_gradients(net, X, Y)).verdict == "pass"
    assert isinstance(exact_gradients(net, X, Y), Gradients)
