"""What else may stand in a place of the formulas: every guess runs, and is found out where somebody makes it."""

import inspect
import math
import random

import pytest

from networks import components, differs, random_problem, true_and_allowed
from purenet import Network, check_backprop
from purenet.gradcheck import textbook
from purenet.gradcheck.diagnosis import diagnose
from purenet.gradcheck.evidence import Evidence
from purenet.gradcheck.guesses import guesses
from purenet.gradcheck.mistakes import BACK, BIAS, CATALOGUE, FROM_A, FUSED, SOFTMAX, TIMES
from purenet.gradcheck.replay import BROKEN, replay, replay_exactly
from purenet.gradcheck.search import Search

KINDS = [  # of network that have guesses of their own
    {"activation": "sigmoid", "output": "sigmoid", "loss": "squared_error"},
    {"activation": "tanh", "output": "identity", "loss": "mean_squared_error"},
    {"activation": "relu", "output": "sigmoid", "loss": "binary_cross_entropy"},
    {"activation": "sigmoid", "output": "softmax", "loss": "squared_error"},
    {"activation": "tanh", "output": "softmax", "loss": "cross_entropy", "bias": False},
]
SIZES = [([3, 4, 2], 5), ([3, 3, 3], 3), ([2, 2], 4), ([1, 1, 1], 2)]  # and examples
every_kind = pytest.mark.parametrize("options", KINDS, ids=lambda options: "-".join(map(str, options.values())))


def problem(options, sizes, examples):
    """A network with examples for which all guesses of its kind can be made."""
    draw = random.Random(repr((options, sizes)))
    net = Network(sizes, seed=sizes[0], **options)
    if net.biases:
        net.biases = [[draw.uniform(-1, 1) for _ in row] for row in net.biases]
    X = [[draw.uniform(-2, 2) for _ in range(sizes[0])] for _ in range(examples)]
    if net.output == "softmax":
        return net, X, [[float(k == draw.randrange(sizes[-1])) for k in range(sizes[-1])] for _ in X] if (
            net.loss_name != "cross_entropy") else [[1.0] + [0.0] * (sizes[-1] - 1) for _ in X]
    return net, X, [[draw.uniform(0.1, 0.9) for _ in range(sizes[-1])] for _ in X]


@every_kind
@pytest.mark.parametrize("sizes, examples", SIZES)
def test_every_guess_runs_and_keeps_the_shapes(options, sizes, examples):
    if options["output"] == "softmax" and sizes[-1] == 1:
        pytest.skip("a softmax of one is 1")
    net, X, y = problem(options, sizes, examples)
    lines = [line.strip() for line in inspect.getsource(textbook).splitlines()]
    shapes = [[len(row) for row in W] for W in net.weights]
    different = set()
    for guess in guesses(net, examples):
        (right, wrong), = guess.lines
        assert lines.count(right) == 1, f"the textbook has the line {right!r} {lines.count(right)} times"
        assert guess.symptom.endswith(f"{guess.name.replace('+', ' + ')}.") and guess.cure.endswith("."), guess.name
        assert " + " not in guess.name, "that stands between two mistakes"
        try:
            gradients = replay([guess], net, X, y)
        except BROKEN:
            continue
        assert [[len(row) for row in dW] for dW in gradients.weights] == shapes, guess.name
        different.add(tuple(components(gradients)))
    assert len(different) > 40, f"of all the guesses, only {len(different)} make a difference"


def test_what_does_not_apply_changes_nothing():
    lines = set()
    for options in KINDS:
        for sizes, examples in SIZES[:3]:
            net, X, y = problem(options, sizes, examples)
            right = textbook.backprop(net, X, y)
            for guess in guesses(net, examples):
                if not guess.applies(net, X, y):
                    lines |= guess.right_lines
                    assert replay([guess], net, X, y) == right, guess.name
    assert lines == {BACK, BIAS, FROM_A, FUSED, SOFTMAX, TIMES}, "each of these does nothing on some network"


def test_the_search_tries_what_applies():
    """A softmax of one unit is 1, whatever goes in, so that there is no slope to get wrong."""
    net = Network([2, 1], output="softmax", loss="squared_error", seed=1)
    X, y = [[0.5, 1.0], [-1.0, 0.25]], [[0.0], [0.5]]
    evidence = Evidence(net, X, y, [1.0, 2.0, 3.0], *true_and_allowed(net, X, y))
    assert any(guess.name == "slope of softmax = a" for guess in guesses(net, 2))
    assert not [suspect.mistake.name for suspect in Search(evidence).guesses if "softmax" in suspect.mistake.name]


def test_each_has_a_name_of_its_own():
    for options in KINDS:
        made = [guess.name for guess in guesses(problem(options, [3, 3, 3], 3)[0], 3)]
        assert len(set(made)) == len(made)


@pytest.mark.parametrize("every", [70, pytest.param(9, marks=pytest.mark.slow)])
@every_kind
def test_what_is_named_makes_the_numbers_of_the_guess(options, every):
    net, X, y = problem(options, [3, 4, 2], 5)
    true, allowed = true_and_allowed(net, X, y)
    wrong, made = [], 0
    for guess in list(guesses(net, len(X)))[::every]:
        yours = replay_exactly([guess], net, X, y)
        if yours and differs(yours, true, allowed):
            findings = diagnose(net, X, y, yours, true, allowed)
            made += 1
            if not findings or not is_proportional(yours, numbers_of(findings[0].name, net, X, y)):
                wrong.append((guess.name, [finding.name for finding in findings]))
    assert made > 80 / every and not wrong, f"of {made} not found out: {wrong}"


def numbers_of(name, net, X, y):
    """The components that what is named makes on a network; None where that is a mere pattern."""
    known = {mistake.name: mistake for mistake in [*CATALOGUE, *guesses(net, len(X))]}
    mistakes = []
    for part in name.split(" + "):
        mistake, _, layer = part.partition(" in layer ")
        if mistake not in known:
            return None
        if not any(known[mistake].right_lines & other.right_lines for other in mistakes):  # else it is a mere factor
            mistakes.append(known[mistake].only(int(layer) - 1) if layer else known[mistake])
    return replay_exactly(mistakes, net, X, y)


def is_proportional(values, others):
    """Whether numbers are others but for one factor, which a learning rate or a sign makes."""
    if others is None:
        return False
    k = max(range(len(values)), key=lambda k: abs(values[k]))
    return others[k] != 0 and all(math.isclose(a, b * (values[k] / others[k]), rel_tol=1e-9, abs_tol=1e-15)
                                  for a, b in zip(values, others))


def test_one_layer_alone_may_have_it():
    net, X, y = random_problem(3, sizes=[3, 4, 2], activation="tanh", output="tanh", loss="squared_error")
    guess = next(guess for guess in guesses(net, len(X)) if guess.name == "slope = -(a * a)")
    report = check_backprop(net, X, y, replay([guess.only(0)], net, X, y))
    assert report.mistakes[0].name == "slope = -(a * a) in layer 1", str(report)
    assert report.mistakes[0].sentence == "In layer 1 alone: The numbers are those of backprop with slope = -(a * a)."
