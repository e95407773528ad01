"""One training step as data: it is the step that `fit` takes, and every formula that it shows is true."""

import json
import math
import re

import pytest
from hypothesis import given, strategies as st

import purenet
from purenet import DataError, DivergenceError, OptionError, ShapeError
from purenet.core import network as core_network
from purenet.core.arithmetic import Arithmetic
from purenet.explain.formulas import KINDS, Place, inside
from purenet.explain.trace import look_up, shape
from strategies import bits, copy_of, parameters, problems

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
rates = st.sampled_from([0.1, 1.0, 3.7])


def places_in(step):
    """Every index of a step's result."""
    found = [()]
    for size in step.shape:
        found = [(*place, i) for place in found for i in range(size)]
    return found


@given(problem=problems(), rate=rates)
def test_the_new_weights_are_those_of_fit_to_the_bit(problem, rate):
    net, X, y = problem
    before = parameters(net)
    trace = net.trace(X, y, learning_rate=rate)
    assert parameters(net) == before, "the trace changed the network"
    trained = copy_of(net)
    history = trained.fit(X, y, learning_rate=rate)
    layers = range(1, len(net.sizes))
    assert bits([trace.values[f"new_W{layer}"] for layer in layers]) == bits(trained.weights)
    if net.biases is not None:
        assert bits([trace.values[f"new_b{layer}"] for layer in layers]) == bits(trained.biases)
    assert bits(trace.values["loss"]) == bits(history.loss[0])
    assert bits(trace.values["new_loss"]) == bits(trained.loss(X, y))
    assert bits(trace.values[f"new_a{layers[-1]}"]) == bits(trained.predict(X))


@given(problem=problems())
def test_the_steps_are_those_of_backprop_in_their_order(problem):
    net, X, y = problem
    trace = net.trace(X, y)
    gradients = net.gradients(X, y)
    for layer in range(1, len(net.sizes)):
        assert bits(trace.values[f"dW{layer}"]) == bits(gradients.weights[layer - 1])
        assert bits(trace.values[f"a{layer}"]) == bits(net.forward(X)[layer])
    kinds = [step.kind for step in trace.steps]
    assert set(kinds) <= set(KINDS) and kinds[-1] == "new_loss"
    order = ["weighted_input", "loss", "delta", "gradient", "update", "new_weights", "new_loss"]
    assert sorted(order, key=kinds.index) == order, kinds
    known = {"X", "y", "learning_rate", *(f"{letter}{layer}" for letter in "Wb" for layer in range(1, len(net.sizes)))}
    for step in trace.steps:
        assert set(step.operands) <= known, f"{step.name} takes what comes later: {step.operands}"
        known.add(step.name)
        assert step.shape == shape(trace.values[step.name])


def evaluated(formula):
    """What a formula with numbers put in comes to, read as a person would."""
    number = r"(?:\([^()]*\)|\d[\d.]*(?:e[+-]\d+)?)"
    text = re.sub(rf"e\^(-?)({number})", r"exp(\1\2)", formula)
    text = re.sub(rf"\b(tanh|log) ({number})", r"\1(\2)", text).replace("·", "*").replace("²", "**2")
    return eval(text, {"exp": math.exp, "tanh": math.tanh, "log": math.log, "max": max})


@given(problem=problems())
def test_every_formula_with_its_numbers_put_in_comes_to_its_result(problem):
    net, X, y = problem
    trace = net.trace(X, y)
    for step in trace.steps:
        if step.kind.startswith("new_") and not step.kind.startswith(("new_w", "new_b")):
            continue  # another forward pass, which is not written out
        for at in places_in(step):
            element = trace.element(step.name, *at)
            assert element.value == look_up(trace.values, Place(step.name, at))
            if step.kind == "slope" and net.activation_functions[step.layer - 1].__class__.__name__ == "Softmax":
                continue  # what it is made of stands for the matrix
            try:
                found = evaluated(element.numbers(most=1000, digits=17))
            except (ValueError, OverflowError, ZeroDivisionError):
                continue  # the log of 0, an e^z beyond a float: the core goes around these
            terms = [abs(look_up(trace.values, place)) for place in element.written.places()]
            size = max([1.0, *terms]) ** 2 * (1 + len(terms))
            assert found == pytest.approx(element.value, rel=1e-9, abs=1e-14 * size), str(element)


@given(problem=problems())
def test_symbols_and_numbers_are_the_same_formula(problem):
    net, X, y = problem
    trace = net.trace(X, y)
    for step in trace.steps:
        element = trace.element(step.name, *(size - 1 for size in step.shape))
        text = element.symbols(most=1000)
        for place in sorted(set(element.written.places()), key=lambda place: -len(str(place))):
            text = text.replace(str(place), inside(look_up(trace.values, place)))
        assert text == element.numbers(most=1000)


@given(problem=problems(max_examples=6))
def test_the_contributions_add_up_to_the_gradient_to_the_bit(problem):
    net, X, y = problem
    trace = net.trace(X, y)
    gradients = net.gradients(X, y)
    for layer, *at in trace.every_parameter():
        found = trace.contributions(layer, *at)
        total = found.examples[0].push
        for contribution in found.examples[1:]:
            total += contribution.push
        rows = gradients.weights[layer - 1] if len(at) == 2 else gradients.biases[layer - 1]
        gradient = rows[at[0]][at[1]] if len(at) == 2 else rows[at[0]]
        assert bits(total) == bits(found.gradient) == bits(gradient), found.name
        assert [c.push for c in found.examples] == [c.input * c.delta for c in found.examples]


@given(problem=problems())
def test_confidence_is_error_times_slope_with_the_undecided_first(problem):
    net, X, y = problem
    stories = net.trace(X, y).confidence()
    assert sorted((story.example, story.output) for story in stories) == \
        [(i, j) for i in range(len(X)) for j in range(net.sizes[-1])]
    if net.loss_name in ("binary_cross_entropy", "cross_entropy"):
        assert all(story.error is None and story.slope is None for story in stories)
        sizes = [abs(story.delta) for story in stories]
    else:
        sizes = [abs(story.slope) for story in stories]
        if net.output != "softmax":
            assert [story.delta for story in stories] == [story.error * story.slope for story in stories]
    assert sizes == sorted(sizes, reverse=True)


@given(problem=problems())
def test_the_three_ways_agree(problem):
    net, X, y = problem
    trace = net.trace(X, y)
    ways = trace.three_ways()
    scale = max([1e-3, *(abs(one.backprop) for one in ways)])
    near_a_kink = net.activation == "relu" or net.output == "relu"
    for one in ways:
        central, complex_step = one.differences
        assert near_a_kink or abs(central) <= 1e-7 * scale + 1e-9, one
        assert abs(complex_step) <= 1e-12 * scale, one


@given(problem=problems())
def test_json_gives_back_every_bit(problem):
    net, X, y = problem
    trace = net.trace(X, y, learning_rate=0.3)
    document = json.loads(trace.to_json())
    assert document == json.loads(json.dumps(trace.to_dict()))
    again = {**document["given"], **{step["name"]: step["result"] for step in document["steps"]}}
    assert again == trace.values
    for step in document["steps"]:
        assert step["shape"] == list(shape(again[step["name"]]))
        assert step["operands"] == {name: list(shape(again[name])) for name in step["operands"]}
    rebuilt = purenet.Network.from_weights(
        [again[f"W{layer}"] for layer in range(1, len(net.sizes))],
        [again[f"b{layer}"] for layer in range(1, len(net.sizes))] if document["network"]["bias"] else None,
        **{name: document["network"][name] for name in ("activation", "output", "loss", "reduction", "exp")})
    assert bits(rebuilt.predict(again["X"])) == bits(net.predict(X))


def test_the_first_iteration_of_the_tutorial_to_its_last_digit():
    """Recomputed from the eleven lines; the tutorial's own signs are turned."""
    net = purenet.Network([3, 1], bias=False, reduction="sum", seed=1)
    trace = net.trace(X, [[0], [0], [1], [1]])
    assert [row[0] for row in trace.values["a1"]] == pytest.approx(
        [0.2689863986549585, 0.3637505753263374, 0.23762817371784412, 0.3262756985110817], rel=1e-15)
    assert [-row[0] for row in trace.values["delta1"]] == pytest.approx(
        [-0.05289152613286017, -0.08418501244421035, 0.1381120613076181, 0.14809798639659633], rel=1e-14)
    assert [-row[0] for row in trace.values["update_W1"]] == pytest.approx(
        [0.28621004770421443, 0.06391297395238597, 0.1491335091271439], rel=1e-14)
    first, second, third = (trace.contributions(1, i, 0) for i in range(3))
    assert [c.direction for c in first.examples] == ["not", "not", "up", "up"], "the tutorial: consistently incremented"
    assert first.one_way and first.cancelled == 0
    assert not second.one_way and not third.one_way, "the tutorial: both increasing and decreasing"
    assert str(trace.element("z1", 0, 0)) == (
        "z1[0][0] = X[0][0] · W1[0][0] + X[0][1] · W1[1][0] + X[0][2] · W1[2][0] = "
        "0 · (-0.165956) + 0 · 0.440649 + 1 · (-0.999771) = -0.999771")


def test_mazurs_step_by_step_example():
    """https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/"""
    net = purenet.Network.from_weights([[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]],
                                       [[0.35, 0.35], [0.60, 0.60]])
    trace = net.trace([[0.05, 0.10]], [[0.01, 0.99]], learning_rate=0.5)
    published = {"z1": [0.3775], "a1": [0.593269992, 0.596884378], "z2": [1.105905967],
                 "a2": [0.75136507, 0.772928465], "slope2": [0.186815602], "delta2": [0.138498562],
                 "error1": [0.036350306], "slope1": [0.241300709]}
    for name, numbers in published.items():
        assert trace.values[name][0][:len(numbers)] == pytest.approx(numbers, abs=6e-10), name
    assert trace.values["loss"] == pytest.approx(0.298371109, abs=6e-10)
    assert trace.values["dW1"][0][0] == pytest.approx(0.000438568, abs=6e-10)
    assert trace.values["new_W2"][0] == pytest.approx([0.35891648, 0.511301270], abs=6e-10)


@pytest.mark.parametrize("ask, error, sentence", [
    (lambda trace: trace.step("delta3"), OptionError, r"unknown step 'delta3' \(did you mean 'delta\d'\?\)"),
    (lambda trace: trace.element("delta5", 0, 0), OptionError, "unknown step 'delta5'"),
    (lambda trace: trace.element("z1", 0, 4), ShapeError, r"z1 has the shape \(4, 4\), found the index \[0, 4\]"),
    (lambda trace: trace.element("z1", 0), ShapeError, r"z1 has the shape \(4, 4\), found the index \[0\]"),
    (lambda trace: trace.element("z1", 0, -1), ShapeError, r"found the index \[0, -1\]"),
    (lambda trace: trace.contributions(3, 0, 0), OptionError, "layer must be a whole number from 1 to 2, found 3"),
    (lambda trace: trace.contributions(1, 3, 0), OptionError, "input must be a whole number from 0 to 2, found 3"),
    (lambda trace: trace.contributions(1, 0, 4), OptionError, "unit must be a whole number from 0 to 3, found 4"),
    (lambda trace: trace.contributions(1), OptionError, r"or layer and unit for a bias; found \[1\]"),
    (lambda trace: trace.three_ways_of(1, 0), OptionError, None),
])
def test_what_does_not_exist_is_refused(ask, error, sentence):
    trace = purenet.Network([3, 4, 1], bias=sentence is not None).trace(X, [[0], [1], [1], [0]])
    with pytest.raises(error, match=sentence):
        ask(trace)


@pytest.mark.parametrize("inputs, y, rate, error, sentence", [
    ([[0, 0]], [[0]], 1.0, ShapeError, "X: row 0 has 2 elements, expected 3"),
    (X, [[0]], 1.0, ShapeError, "X has 4 rows and y has 1"),
    (X, [[0], [1], [math.nan], [0]], 1.0, DataError, "y: row 2, column 0"),
    (X, [[0], [1], [1], [0]], 0, OptionError, "learning_rate must be a number above 0, found 0"),
])
def test_what_fit_refuses_is_refused(inputs, y, rate, error, sentence):
    with pytest.raises(error, match=sentence):
        purenet.Network([3, 4, 1]).trace(inputs, y, learning_rate=rate)


def test_a_number_that_outgrows_a_float_is_told_by_its_step():
    net = purenet.Network.from_weights([[[1e200]], [[1e200]]], activation="identity")
    with pytest.raises(DivergenceError, match=r"a number of z2 \(weighted input of layer 2\) outgrew a float"):
        net.trace([[1.0]], [[0.0]])


def test_an_arithmetic_of_ones_own_is_refused():
    own = Arithmetic(float, math.exp, math.log, math.tanh)
    with pytest.raises(OptionError, match="trace: expected exp 'platform' or 'portable'"):
        purenet.Network([1, 1], exp=own).trace([[1.0]], [[0.0]])


def test_the_gradient_of_a_large_network_three_ways_is_left_out():
    net = purenet.Network([20, 10, 2])
    trace = net.trace([[0.5] * 20], [[0.0, 1.0]])
    assert trace.to_dict()["three_ways"] is None
    assert trace.three_ways_of(1, 19, 9).complex_step == pytest.approx(trace.values["dW1"][19][9], rel=1e-12)


def test_the_core_alone_says_so(monkeypatch):
    source = core_network.__file__
    assert source
    namespace = {"__name__": "purenet.core.network", "__package__": "purenet.core"}
    exec(compile(open(source, encoding="utf-8").read(), source, "exec"), namespace)
    with pytest.raises(OptionError, match="the core is alone here"):
        namespace["Network"]([1, 1]).trace([[1.0]], [[0.0]])
