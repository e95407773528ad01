"""The diagnosis names the mistake: each of the catalogue, two at once, numbers that nobody told it, and mere patterns.

The wrong gradients come of Decimal arithmetic where that is possible, so that nobody's bits are the catalogue's own.
"""

import copy
import math
import random

import pytest

from networks import KINDS, components, differs, random_problem, true_and_allowed
from purenet import Network, check_backprop
from purenet.core.activation import sigmoid
from purenet.core.matrix import column_sums, dot, transpose
from purenet.gradcheck.bound import FLOAT32
from purenet.gradcheck.diagnosis import diagnose
from purenet.gradcheck.evidence import Evidence
from purenet.gradcheck.mistakes import CATALOGUE, MISTAKES
from purenet.gradcheck.parameters import names
from purenet.gradcheck.patterns import looks_like
from purenet.gradcheck.replay import replay, replay_exactly
from purenet.gradcheck.search import are_apart

ONLY_FLOATS = ("float32", "leaky-slope")  # whose lines Decimal numbers cannot run
SEEDS = {"plain": 4, "saturated": 4, "near an optimum": 5}  # of small networks
SQUARED = {"activation": "sigmoid", "output": "sigmoid", "loss": "squared_error", "bias": True}


def committed(mistakes, net, X, y, **values):
    """The components that mistakes make, computed with 40 digits and then rounded; None where they come to nothing."""
    if not any(mistake.name in ONLY_FLOATS for mistake in mistakes):
        return replay_exactly(mistakes, net, X, y, **values)
    try:
        return components(replay(mistakes, net, X, y, **values))
    except (ArithmeticError, ValueError):
        return None


def found(net, X, y, yours):
    """The findings on somebody's components."""
    return diagnose(net, X, y, yours, *true_and_allowed(net, X, y))


def same_numbers(name, finding):
    """Whether a mistake is the one that is named, or told to give the same numbers on this network."""
    return name == finding.name or f" {name} " in f" {finding.sentence} ".replace(".", " ").replace(" or ", " , ")


def named_right(kind, seeds):
    """(how often the right one was named first, or among those that give the same numbers; of how many; which not)"""
    right, wrong = 0, []
    for seed in seeds:
        net, X, y = random_problem(seed, kind)
        draw = random.Random(seed)
        values = {"learning_rate": draw.choice([0.5, 0.3, 0.05, 0.01]), "l2": draw.choice([0.1, 0.001]),
                  "keep": draw.choice([0.5, 0.8])}
        true, allowed = true_and_allowed(net, X, y)
        for mistake in CATALOGUE:
            if mistake.applies(net, X, y):
                yours = committed([mistake], net, X, y, **values)
                if yours and all(map(math.isfinite, yours)) and differs(yours, true, allowed):
                    findings = diagnose(net, X, y, yours, true, allowed)
                    if findings and same_numbers(mistake.name, findings[0]):
                        right += 1
                    else:
                        wrong.append((mistake.name, seed, net, [finding.name for finding in findings]))
    return right, right + len(wrong), wrong


@pytest.mark.parametrize("kind", [kind if kind == "plain" else pytest.param(kind, marks=pytest.mark.slow)
                                  for kind in KINDS])
def test_the_catalogue_is_named_right(kind):
    right, total, wrong = named_right(kind, [SEEDS[kind]])
    assert right >= total - 1 > 40, f"{right} of {total}; not: {wrong}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_many_at_least_98_percent_are_named_right(kind):
    right, total, wrong = named_right(kind, range(100, 112))
    assert right >= 0.98 * total, f"{right} of {total}; not: {wrong}"


def test_nothing_is_found_where_nothing_is_wrong():
    for seed in range(20):
        net, X, y = random_problem(seed)
        assert found(net, X, y, true_and_allowed(net, X, y)[0]) == []


PAIRS = [("missing-slope-output", "sign"), ("slope-of-z-hidden", "factor-two"), ("error-not-delta", "bias-total"),
         ("targets-reversed", "bias-forgotten"), ("slope-twice-hidden", "last-example-dropped"),
         ("weighted-input-as-input", "slope-plus"), ("updated-weights", "missing-slope-output"),
         ("missing-slope-hidden", "l2-added"), ("updated-weights", "sign"), ("bias-sign", "l1-added")]


@pytest.mark.parametrize("pair", [*PAIRS[:2], *(pytest.param(pair, marks=pytest.mark.slow) for pair in PAIRS[2:])],
                         ids=" + ".join)
def test_two_mistakes_at_once_are_named(pair):
    net, X, y = random_problem(0, sizes=[3, 4, 2], examples=5, reduction="mean", **SQUARED)
    yours = committed([MISTAKES[name] for name in pair], net, X, y, learning_rate=0.3, l2=0.02)
    findings = found(net, X, y, yours)
    assert findings and set(findings[0].name.split(" + ")) == set(pair), [str(finding) for finding in findings]
    assert findings[0].kind == "pair" and findings[0].sentence.startswith("Two mistakes at once.")


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_bias_that_one_layer_forgets_is_named_with_that_layer(layer):
    """Committed without the replay: by a network that has none there."""
    net, X, y = random_problem(1, sizes=[3, 4, 3, 2], examples=5, reduction="mean", **SQUARED)
    other = copy.deepcopy(net)
    other.biases[layer] = [0.0] * len(other.biases[layer])
    assert found(net, X, y, components(other.gradients(X, y)))[0].name == f"bias-not-added in layer {layer + 1}"


LOCALS = [("sigmoid-slope-everywhere", 0), ("slope-plus", 1), ("input-left-out", 1), ("bias-total", 0),
          ("activation-twice", 0), ("weights-for-gradient", 2), ("slope-of-activation", 1), ("bias-forgotten", 2),
          ("last-example-dropped", 1), ("activation-forgotten", 1)]


@pytest.mark.parametrize("name, layer", [
    *LOCALS[:3], *(pytest.param(*local, marks=pytest.mark.slow) for local in LOCALS[3:])])
def test_a_mistake_in_one_layer_alone_is_named_with_the_layer(name, layer):
    net, X, y = random_problem(1, sizes=[3, 4, 3, 2], examples=5, reduction="mean",
                               **{**SQUARED, "activation": "tanh", "output": "tanh"})
    yours = committed([MISTAKES[name].only(layer)], net, X, y)
    first = found(net, X, y, yours)[0]
    assert first.name == f"{name} in layer {layer + 1}" and first.sentence.startswith(f"In layer {layer + 1} alone: ")


@pytest.mark.slow
def test_most_mistakes_in_one_layer_alone_are_named():
    """Some cannot be told from another, or from the same mistake in all layers."""
    right, wrong = 0, []
    for seed in range(3):
        net, X, y = random_problem(seed, sizes=[3, 4, 3, 2], examples=5)
        true, allowed = true_and_allowed(net, X, y)
        for mistake in CATALOGUE:
            if mistake.is_local and not mistake.unknown and mistake.applies(net, X, y):
                one = mistake.only(random.Random(seed).randrange(3))
                yours = committed([one], net, X, y)
                if yours and all(map(math.isfinite, yours)) and differs(yours, true, allowed):
                    findings = diagnose(net, X, y, yours, true, allowed)
                    if findings and findings[0].kind == "mistake":
                        right += 1
                    else:
                        wrong.append((one.name, seed, [finding.name for finding in findings]))
    assert right >= 0.95 * (right + len(wrong)) > 100, f"{right}; not: {wrong}"


@pytest.mark.parametrize("names_made", [
    ["missing-slope-output", "bias-sign", "input-left-out in layer 1"],
    pytest.param(["bias-total in layer 2", "bias-forgotten in layer 1", "missing-slope-hidden", "sign"],
                 marks=pytest.mark.slow)], ids=" + ".join)
def test_more_than_two_at_once_are_named_where_each_explains_some_matrix(names_made):
    net, X, y = random_problem(3, sizes=[3, 4, 2], examples=5, reduction="mean", **SQUARED)
    mistakes = [MISTAKES[name.split(" in ")[0]] for name in names_made]
    made = [mistake.only(int(name[-1]) - 1) if " in " in name else mistake
            for name, mistake in zip(names_made, mistakes)]
    first = found(net, X, y, committed(made, net, X, y))[0]
    assert set(first.name.split(" + ")) == set(names_made) and "mistakes at once." in first.sentence


def test_a_local_mistake_and_its_opposite_in_the_other_layer_are_apart():
    slope, other = MISTAKES["slope-plus"], MISTAKES["slope-half-written"]
    assert not are_apart(slope, other) and not are_apart(slope.only(0), other.only(0))
    assert not are_apart(slope.only(0), other)
    assert are_apart(slope.only(0), other.only(1))
    net, X, y = random_problem(1, sizes=[3, 4, 2], examples=4, **SQUARED)
    both = components(replay([slope.only(0), other.only(1)], net, X, y))
    assert both[12:20] == components(replay([other], net, X, y))[12:20], "layer 2 has but the one"
    assert both[:12] != components(replay([other], net, X, y))[:12] != components(replay([slope], net, X, y))[:12]


@pytest.mark.slow
def test_most_pairs_of_the_catalogue_are_explained():
    right = total = 0
    draw = random.Random(1)
    while total < 150:
        net, X, y = random_problem(draw.random())
        one, two = draw.sample([mistake for mistake in CATALOGUE if mistake.applies(net, X, y)], 2)
        true, allowed = true_and_allowed(net, X, y)
        yours = committed([one, two], net, X, y) if are_apart(one, two) else None
        alone = [committed([mistake], net, X, y) for mistake in (one, two)] if yours else []
        if yours and all(alone) and all(differs(yours, other, [1e-9 * max(map(abs, yours))] * len(true))
                                        for other in [true, *alone]):
            total += 1
            findings = diagnose(net, X, y, yours, true, allowed)
            right += any(set(finding.name.split(" + ")) == {one.name, two.name} for finding in findings)
    assert right >= 0.75 * total, f"{right} of {total}"


@pytest.mark.parametrize("name, value, words", [
    ("updated-weights", {"learning_rate": 0.7}, "Here learning rate is 0.7."),
    ("updated-between-examples", {"learning_rate": 0.25}, "Here learning rate is 0.25."),
    ("stale-activations", {"learning_rate": 0.2}, "Here learning rate is 0.2."),
    ("step-for-gradient", {"learning_rate": 0.003}, "Here learning rate is 0.003."),
    ("l2-added", {"l2": 0.0123}, "Here l2 is 0.0123."),
    ("l2-on-biases", {"l2": -0.5}, "Here l2 is -0.5."),
    ("l1-added", {"l2": 1e-4}, "Here l2 is 0.0001."),
    ("clipped", {"limit": 0.0125}, "Here limit is 0.0125."),
    ("momentum-between-examples", {"momentum": 0.9}, "Here momentum is 0.9."),
    ("other-divisor", {"divisor": 700}, "Here divisor is 700."),
    ("rounded-deltas", {"decimals": 2}, "Here decimals is 2."),
    ("parameters-after-step", {"learning_rate": 0.3}, "Here learning rate is 0.3."),
    ("dropout-left-on", {"keep": 0.75}, "Here keep is 0.75."),
])
def test_the_number_in_it_is_found_out(name, value, words):
    net, X, y = random_problem(7, sizes=[3, 4, 2], examples=6, reduction="sum", **SQUARED)
    finding = found(net, X, y, committed([MISTAKES[name]], net, X, y, **value))[0]
    assert finding.name == name and words in finding.sentence, finding


def test_a_limit_is_found_out_however_small_the_gradient_is():
    net, X, y = random_problem(1, "near an optimum", sizes=[3, 4, 2], examples=5, **SQUARED)
    limit = float(f"{sorted(map(abs, components(net.gradients(X, y))))[18]:.2g}")
    finding = found(net, X, y, committed([MISTAKES["clipped"]], net, X, y, limit=limit))[0]
    assert finding.name == "clipped" and limit < 1e-6, finding
    assert f"Here limit is {limit:.6g}." in finding.sentence
    zeros = found(net, X, y, [0.0] * len(names(net)))
    assert zeros and "clipped" not in " ".join(map(str, zeros)), "a limit of 0 says nothing"


def test_a_number_that_explains_a_single_component_is_none_to_be_found_out():
    """Beside a mistake in the bias, any number in the only weight is that of some penalty."""
    net, X, y = random_problem(3, sizes=[1, 1], examples=4, **SQUARED)
    _, bias = committed([MISTAKES["error-left-out"]], net, X, y)
    assert found(net, X, y, committed([MISTAKES["error-left-out"]], net, X, y))[0].name == "error-left-out"
    assert [str(finding) for finding in found(net, X, y, [0.123, bias]) if finding.kind != "pattern"] == []


def test_the_units_that_were_dropped_are_seen():
    net, X, y = random_problem(3, sizes=[3, 5, 2], examples=4, reduction="mean", **SQUARED)
    for mistake in CATALOGUE:
        if mistake.name.startswith("dropout"):
            yours = committed([mistake], net, X, y, dropped=[{0, 3}, None], keep=0.8)
            assert found(net, X, y, yours)[0].name == mistake.name


def test_float32_is_told_and_so_are_mistakes_in_it():
    net, X, y = random_problem(11, sizes=[3, 4, 2], examples=4, reduction="mean", **SQUARED)
    true, allowed = true_and_allowed(net, X, y)
    assert found(net, X, y, [FLOAT32.stored(value) for value in true])[0].name == "float32"
    yours = [FLOAT32.stored(value) for value in committed([MISTAKES["missing-slope-hidden"]], net, X, y)]
    finding = found(net, X, y, yours)[0]
    assert finding.name == "missing-slope-hidden" and finding.sentence.endswith("The numbers are 32-bit floats.")


def test_mistakes_that_give_the_same_numbers_are_told_together():
    net, X, y = random_problem(5, sizes=[3, 4, 2], examples=2, reduction="mean", **SQUARED)
    finding = found(net, X, y, committed([MISTAKES["sum-for-mean"]], net, X, y))[0]
    assert finding.name == "sum-for-mean"
    assert "the same numbers come from factor-two or not-zeroed" in finding.sentence


# ------------------------------------------------------------------------------- patterns

def pattern(change, **options):
    """What meets the eye when somebody's gradient is the true one but for a change to its weights and biases."""
    net, X, y = random_problem(2, **{"sizes": [3, 4, 2], "examples": 5, "reduction": "mean", **SQUARED, **options})
    gradients = net.gradients(X, y)
    change(gradients)
    return looks_like(Evidence(net, X, y, components(gradients), *true_and_allowed(net, X, y)))


def test_patterns_are_looked_for_where_no_mistake_explains_the_numbers():
    net, X, y = random_problem(2, sizes=[3, 3, 2], examples=5, reduction="mean", **SQUARED)
    gradients = net.gradients(X, y)
    gradients.weights[0] = [list(row) for row in zip(*gradients.weights[0])]
    assert [finding.name for finding in found(net, X, y, components(gradients))] == [
        "transposed-block", "some-layers-right"]
    gradients.weights[0] = [[value + (i + 1) * j for j, value in enumerate(row)]
                            for i, row in enumerate(gradients.weights[0])]
    assert [finding.name for finding in found(net, X, y, components(gradients))] == ["some-layers-right"]


def test_a_zero_block():
    def change(g):
        g.weights[1] = [[0.0, 0.0] for _ in g.weights[1]]
    first, second = pattern(change)
    assert (first.kind, first.name) == ("pattern", "zero-block")
    assert first.sentence == "weights[1] should not be all zero."
    assert second.sentence == "weights[0], biases[0] and biases[1] are right."


def test_a_zero_block_is_none_that_is_nearly_right_however_small_it_should_be():
    net, X, y = random_problem(2, sizes=[3, 4, 2], examples=5, reduction="mean", **SQUARED)
    net.weights[1] = [[1e-9 * w for w in row] for row in net.weights[1]]  # so that hardly an error comes down
    gradients = net.gradients(X, y)
    gradients.weights[0] = [[0.0] * 4 for _ in range(3)]
    gradients.weights[1] = [[value * (3 + i) for value in row] for i, row in enumerate(gradients.weights[1])]
    first = looks_like(Evidence(net, X, y, components(gradients), *true_and_allowed(net, X, y)))[0]
    assert (first.name, first.sentence) == ("zero-block", "weights[0] should not be all zero.")


def test_a_constant_ratio_of_one_layer():
    def change(g):
        g.weights[0] = [[5 * value for value in row] for row in g.weights[0]]
    first = pattern(change, bias=False)[0]
    assert first.name == "constant-ratio"
    assert "yours is 5 times the true one, and 5 is the number of examples" in first.sentence


def test_a_block_that_is_nearly_right_has_no_wrong_signs_and_no_factor_of_one():
    def change(g):
        g.weights[0] = [[value * (3 + i) for value in row] for i, row in enumerate(g.weights[0])]
        g.biases[1] = [value * (1 + 1e-9) for value in g.biases[1]]
    found = pattern(change)
    assert found[0].sentence == "biases[1] is nearly right, but off by more than rounding in 64 bits could explain."
    assert not {"wrong-signs", "constant-ratio"} & {one.name for one in found}


def test_a_transposed_block_and_one_in_another_order():
    def change(g):
        g.weights[0] = [list(row) for row in zip(*g.weights[0])]
    assert pattern(change, sizes=[3, 3, 2])[0].sentence == "weights[0] is transposed."

    def change(g):
        flat = [value for column in zip(*g.weights[0]) for value in column]
        g.weights[0] = [flat[i:i + 4] for i in range(0, 12, 4)]
    assert pattern(change)[0].sentence == "weights[0] is in the order of its columns, not of its rows."

    def change(g):
        g.weights[0] = [g.weights[0][i] for i in (1, 2, 0)]
    assert pattern(change)[0].sentence == "weights[0] has the right rows in the order 1, 2, 0."


def test_wrong_signs_weights_left_over_and_a_part_of_a_block():
    def change(g):
        g.weights[0] = [[abs(value) for value in row] for row in g.weights[0]]
    assert pattern(change)[0].name == "wrong-signs"

    net = random_problem(2, sizes=[3, 4, 2], examples=5, reduction="mean", **SQUARED)[0]

    def change(g):
        g.weights[1] = [[a + 0.25 * w for a, w in zip(*rows)] for rows in zip(g.weights[1], net.weights[1])]
    assert pattern(change)[0].sentence == "weights[1] has 0.25 times weights[1] itself added."

    def change(g):
        g.weights[0][2] = [value + 1 for value in g.weights[0][2]]
    assert pattern(change)[0].sentence == "weights[0] is wrong in row 2 alone."

    def change(g):
        g.weights[1] = [[a + 1, b] for a, b in g.weights[1]]
        g.biases[1][0] += 1
    assert pattern(change)[0].sentence == "weights[1] and biases[1] are wrong in column 0 alone."


def test_units_that_are_off_do_not_make_the_others_look_like_a_part():
    net, X, y = random_problem(2, **{**SQUARED, "activation": "relu"}, sizes=[3, 4, 2], examples=5, reduction="mean")
    net.biases[0][1] = net.biases[0][2] = -1e3
    draw, gradients = random.Random(0), net.gradients(X, y)
    gradients.weights[0] = [[value and value + draw.uniform(1, 2) for value in row] for row in gradients.weights[0]]
    evidence = Evidence(net, X, y, components(gradients), *true_and_allowed(net, X, y))
    names_found = [finding.name for finding in looks_like(evidence)]
    assert names_found and "part-of-block" not in names_found


def test_one_component_alone():
    def change(g):
        g.weights[0][1][2] *= 1.5
    finding, = pattern(change)
    assert finding.name == "single-component" and finding.sentence.startswith("Only weights[0][1][2] is wrong: ")
    assert finding.sentence.endswith("1.5 times that.")


def test_numbers_with_too_few_digits():
    def change(g):
        g.weights = [[[float(f"{value:.6g}") for value in row] for row in W] for W in g.weights]
    assert pattern(change)[0].name == "nearly-right"


def test_what_is_not_finite():
    net, X, y = random_problem(2, sizes=[3, 4, 2], **SQUARED)
    finding, = found(net, X, y, [math.nan, *components(net.gradients(X, y))[1:]])
    assert finding.name == "not-finite" and finding.sentence == "1 of 26 components are nan."


def test_where_to_look_is_told_from_what_is_right():
    def change(g):
        g.weights[0] = [[value * (1 + j + i * i) + 0.1 for j, value in enumerate(row)]
                        for i, row in enumerate(g.weights[0])]
        g.biases[0] = [value + 0.3 + j for j, value in enumerate(g.biases[0])]
    finding = pattern(change)[-1]
    assert finding.name == "some-layers-right" and "look at the step from there to layer 1" in finding.cure


# ------------------------------------------------------------------------------- as people write it

def hidden_and_outputs(net, X):
    """The activations of a sigmoid network with one hidden layer, in loops."""
    layers = [X]
    for W, b in zip(net.weights, net.biases):
        layers.append([[sigmoid(sum(a * w for a, w in zip(row, column)) + bias) for column, bias in zip(zip(*W), b)]
                       for row in layers[-1]])
    return layers


def per_neuron(net, X, y):
    """Errors are weighted by the wrong thing: passed on before the slope is in, example by example, y - a, summed."""
    _, hidden, outputs = hidden_and_outputs(net, X)
    total = [0.0] * len(names(net))
    for x, h, o, t in zip(X, hidden, outputs, y):
        errors = [target - a for a, target in zip(o, t)]
        deltas = [e * a * (1 - a) for e, a in zip(errors, o)]
        below = [sum(w * e for w, e in zip(row, errors)) * a * (1 - a) for row, a in zip(net.weights[1], h)]
        step = [a * d for a in x for d in below] + [a * d for a in h for d in deltas] + below + deltas
        total = [s + t for s, t in zip(total, step)]
    return total


def bias_axis(net, X, y):
    """Averages; the biases' sum forgets which axis."""
    _, hidden, outputs = hidden_and_outputs(net, X)
    delta = [[(a - t) * a * (1 - a) / len(X) for a, t in zip(*rows)] for rows in zip(outputs, y)]
    below = [[e * a * (1 - a) for e, a in zip(*rows)] for rows in zip(dot(delta, transpose(net.weights[1])), hidden)]
    dW = [dot(transpose(X), below), dot(transpose(hidden), delta)]
    db = [[sum(column_sums(d))] * len(d[0]) for d in (below, delta)]
    return components(type(net.gradients(X, y))(dW, db))


@pytest.mark.parametrize("wrong, reduction, names_in_it", [
    (per_neuron, "sum", {"error-not-delta", "sign"}), (bias_axis, "mean", {"bias-total"})])
def test_what_people_write_in_their_own_way_is_named(wrong, reduction, names_in_it):
    net, X, y = random_problem(4, sizes=[3, 4, 2], examples=5, reduction=reduction, **SQUARED)
    assert set(found(net, X, y, wrong(net, X, y))[0].name.split(" + ")) == names_in_it


def test_the_report_shows_the_finding():
    net = Network([3, 4, 1])
    X, y = [[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]], [[0.0], [1.0], [1.0]]
    report = check_backprop(net, X, y, MISTAKES["slope-of-z"].commit(net, X, y))
    assert report.verdict == "fail" and report.mistakes[0].name == "slope-of-z"
    assert "Likely: slope-of-z: The formula for the slope that expects the activation a is" in str(report)
