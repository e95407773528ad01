"""All components together give a mistake away that none of them alone does; and a correct program is never accused."""

import math
import random

import pytest

from networks import components, random_problem
from purenet import Network, check_backprop
from purenet.gradcheck import together
from purenet.gradcheck.bound import FLOAT32
from purenet.gradcheck.mistakes import MISTAKES
from purenet.gradcheck.replay import replay_exactly
from purenet.gradcheck.textbook import backprop

FAR_OUT = Network.from_weights([[[30.0, 33.0], [31.0, 35.0]]], [[1.0, 2.0]])  # slopes of 1e-14 and less
X, Y = [[1.0, 0.25], [0.5, 0.75], [0.75, 0.5]], [[0.2, 0.9], [0.4, 0.1], [0.3, 0.6]]


def exactly(*names):
    """The components that mistakes make far out, as a program with accurate slopes has them."""
    return replay_exactly([MISTAKES[name] for name in names], FAR_OUT, X, Y)


def test_what_is_right_stays_undecidable():
    for right in (exactly(), backprop(FAR_OUT, X, Y)):
        report = check_backprop(FAR_OUT, X, Y, right)
        assert report.verdict == "undecidable" and not report.mistakes


@pytest.mark.parametrize("name", ["factor-two", "sign", "sum-for-mean", "targets-shifted", "bias-sign",
                                  "first-example-only"])
def test_a_mistake_made_with_all_digits_is_told_by_all_components(name):
    report = check_backprop(FAR_OUT, X, Y, exactly(name))
    assert report.verdict == "fail" and [finding.name for finding in report.mistakes] == [name]
    assert report.notes[-1].startswith("together: each component alone is within what rounding may cost")
    assert all(abs(component.difference) <= component.allowed for component in report.components)
    moved = [k for k, (a, b) in enumerate(zip(exactly(name), exactly())) if not math.isclose(a, b)]
    assert [k for k, component in enumerate(report.components) if component.verdict == "fail"] == moved


def test_numbers_of_float32_have_too_few_digits_for_it():
    net, inputs, targets = random_problem(1, "near an optimum", sizes=[3, 4, 2], examples=4)
    short = [FLOAT32.stored(value) for value in replay_exactly([], net, inputs, targets)]
    report = check_backprop(net, inputs, targets, short)
    assert report.verdict != "fail" and any("float32" in note for note in report.notes)
    assert check_backprop(net, inputs, targets, MISTAKES["float32"].commit(net, inputs, targets)).verdict != "fail"
    wrong = [FLOAT32.stored(value) for value in exactly("factor-two")]
    assert check_backprop(FAR_OUT, X, Y, wrong).verdict == "undecidable"


ABSORBED = [  # networks whose sums lose small terms beside large ones that cancel, and examples
    (Network.from_weights([[[40.0, 41.0]]], [[0.0, 0.0]], output="sigmoid", loss="binary_cross_entropy"),
     [[-1.0], [0.0], [0.0], [-1.1]], [[0, 0], [0, 0], [1, 1], [0, 0]]),
    (Network([1, 1], activation="identity", init="zeros"), [[1.0]] * 4, [[0.5], [1e16], [-1e16], [0.25]]),
    (Network([1, 1], activation="identity", init="zeros"), [[1.0]] * 4, [[3.0], [1e17], [-1e17], [2.0]]),
    (Network.from_weights([[[0.0], [40.0]], [[-40.0, 0.0]]], output="softmax"), [[1.0, 0.7], [0.0, 1.0]],
     [[0, 1], [0, 1]]),
    (Network.from_weights([[[-300.0], [-300.0]], [[-71.48180552309623, 300.0]]], activation="tanh", output="softmax"),
     [[1.0, 1.0], [1.0, -0.37260665683784655], [1.0, 1.0]], [[1, 0], [1, 0], [1, 0]])]


@pytest.mark.parametrize("net, inputs, targets", ABSORBED)
def test_what_sums_lose_is_held_against_nobody(net, inputs, targets):
    for step in (1, -1):
        report = check_backprop(net, inputs, targets, net.gradients(inputs[::step], targets[::step]))
        assert report.verdict == "undecidable" and not report.mistakes, str(report)


def test_zeros_prove_nothing():
    """Slopes that underflow are 0 in a right program as well."""
    report = check_backprop(FAR_OUT, X, Y, [0.0] * 6)
    assert report.verdict == "undecidable" and not report.mistakes


def accurate(net, X, y):
    """The gradient of the network itself, whose slopes lose nothing."""
    return components(net.gradients(X, y))


def textbooks(net, X, y):
    """The gradient of a textbook, whose slopes are 0 where 1 - a is."""
    return components(backprop(net, X, y))


def backwards(net, X, y):
    """The same, with the last example first."""
    return textbooks(net, X[::-1], y[::-1])


CONFUSED = {  # what right programs lose, whose numbers are then those of a mistake, and where
    "errors": (accurate, "last-example-dropped", Network.from_weights(
        [[[-40.0, -35.0]], [[0.0], [0.0]]], [[-40.0, 0.0], [40.0]]), [[0.75], [0.0]], [[0.5], [1.0]]),
    "errors of softmax": (accurate, "mean-twice", Network.from_weights(
        [[[0.001], [40.0]], [[-0.00018880383129724732, -0.001]]], [[0.001], [-40.0, 0.001]], output="softmax",
        loss="squared_error"), [[1.0, 0.0], [1.0, 0.9847810687198382]], [[0, 1], [0, 1]]),
    "slopes of sigmoid": (textbooks, "mean-twice", Network.from_weights([[[50.0, 52.0]]]), [[1.0], [-1.0]],
                          [[0.5, 0.25], [0.5, 0.75]]),
    "slopes of the output": (textbooks, "absolute-error", Network.from_weights(
        [[[300.0, 74.56098671921671]], [[-53.43169205925822], [0.0]]], activation="tanh", output="sigmoid"),
        [[1.0], [1.0], [-1.0], [1.0], [-1.0]], [[1], [0], [0], [0], [0]]),
    "slopes and errors": (textbooks, "last-example-dropped", Network.from_weights(
        [[[40.0]], [[0.0, -40.0]]], [[-40.0], [40.0, -39.0]], activation="tanh", output="softmax",
        loss="squared_error"), [[-1.0], [0.0]], [[1, 0], [1, 0]]),
    "slopes and errors, at once": (textbooks, "softmax-diagonal", Network.from_weights(
        [[[-100.0], [-34.612040119667434], [0.0]], [[-100.0, 0.0]]], [[0.0], [33.93090501978222, 0.0]],
        activation="tanh", output="softmax", loss="squared_error"), [[0.0, 1.0, 0.0], [-1.0, -1.0, 1.0]],
        [[1, 0], [0, 1]])}
CONFUSED_WHERE_IT_TELLS = {  # and in other components nothing but what is left of terms that cancel
    "errors, beside rests": (accurate, "mean-over-outputs", Network.from_weights(
        [[[-19.823365534124964], [40.0]], [[-39.9797873624873, 0.0]]], activation="tanh", output="softmax",
        loss="mean_squared_error"), [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, 1.0], [-1.0, 1.0]],
        [[0, 1], [0, 1], [1, 0], [0, 1], [0, 1]]),
    "slopes, beside sums": (backwards, "last-example-dropped", Network.from_weights(
        [[[300.0, -78.139571984894], [0.0, -1.0], [-15.784829208702206, -20.0]]], activation="tanh", output="sigmoid",
        loss="mean_squared_error"), [[1.0, -1.0, -1.0], [-1.0, -1.0, -1.0], [1.0, -1.0, 1.0], [-1.0, 1.0, -1.0],
                                     [-1.0, 1.0, 1.0]], [[0, 1], [0, 0], [1, 1], [0, 0], [0, 0]])}


@pytest.mark.parametrize("program, mistake, net, inputs, targets",
                         [*CONFUSED.values(), *CONFUSED_WHERE_IT_TELLS.values()],
                         ids=[*CONFUSED, *CONFUSED_WHERE_IT_TELLS])
def test_what_a_right_program_loses_is_no_mistake(program, mistake, net, inputs, targets, monkeypatch):
    report = check_backprop(net, inputs, targets, program(net, inputs, targets))
    assert report.verdict == "undecidable" and not report.mistakes, str(report)
    monkeypatch.setattr(together, "LOSSES", [])
    report = check_backprop(net, inputs, targets, program(net, inputs, targets))
    assert [finding.name for finding in report.mistakes] == [mistake], "nothing of it is lost: this shows nothing"


@pytest.mark.parametrize("program, mistake, net, inputs, targets", CONFUSED.values(), ids=CONFUSED)
def test_what_it_loses_makes_all_of_its_numbers(program, mistake, net, inputs, targets):
    yours = program(net, inputs, targets)
    assert together.may_be_lost(net, inputs, targets, yours, range(len(yours)))
    one_off = [yours[0] + 1e-6 * max(map(abs, yours)), *yours[1:]]
    assert not together.may_be_lost(net, inputs, targets, one_off, range(len(yours)))
    assert together.may_be_lost(net, inputs, targets, one_off, range(1, len(yours)))


def test_what_a_right_program_loses_is_no_example_dropped():
    """Where 1 - a is 0 in floats, the first example has no share; the other one's a is tiny, and has all its digits."""
    net = Network.from_weights([[[50.0, 52.0]]])
    X, y = [[1.0], [-1.0]], [[0.5, 0.25], [0.5, 0.75]]
    right = [value for row in backprop(net, X, y).weights[0] for value in row]
    assert right == pytest.approx(replay_exactly([MISTAKES["first-example-dropped"]], net, X, y), rel=1e-12)
    assert check_backprop(net, X, y, right).verdict == "undecidable"


@pytest.mark.parametrize("name", ["factor-two", "bias-forgotten"])
def test_a_digit_less_proves_nothing(name):
    values = [value * (1 + 1e-8) for value in exactly(name)]
    assert check_backprop(FAR_OUT, X, Y, values).verdict == "undecidable"


def test_right_programs_of_many_kinds_are_never_accused():
    draw = random.Random(0)
    undecided = 0
    for seed in range(12):
        net, inputs, targets = random_problem(seed, "saturated", sizes=[2, 2, 1])
        true = check_backprop(net, inputs, targets, backprop(net, inputs, targets))
        undecided += true.verdict == "undecidable"
        assert true.verdict != "fail", true
        trembling = [component.true + draw.uniform(-1, 1) * min(component.allowed, 1e300) for component in
                     true.components]
        assert check_backprop(net, inputs, targets, trembling).verdict != "fail"
    assert undecided, "none is undecidable: this shows nothing"


def few_valued(draw):
    """(network, X, y): a small one, with few different weights and inputs, far out on its curves."""
    sizes = draw.choice([[1, 2], [2, 2], [1, 1, 1], [1, 2, 1], [1, 1, 2], [2, 1, 2], [3, 1, 2]])
    pairs = [("sigmoid", "squared_error"), ("tanh", "squared_error"), ("sigmoid", "binary_cross_entropy")]
    output, loss = draw.choice(pairs if sizes[-1] == 1 else [*pairs, *[("softmax", "squared_error")] * 3])
    far = draw.choice([[40.0], [40.0, 100.0], [300.0], [20.0, 37.0, 1e-3]])

    def row(units):
        return [draw.choice([0.0, 1.0, -1.0, draw.uniform(-1, 1)]) * draw.choice(far) for _ in range(units)]

    net = Network.from_weights(
        [[row(units) for _ in range(inputs)] for inputs, units in zip(sizes, sizes[1:])],
        [row(units) for units in sizes[1:]] if draw.random() < 0.5 else None,
        activation=draw.choice(["sigmoid", "tanh"]), output=output, loss=loss)
    examples = range(draw.randint(1, 5))
    X = [[draw.choice([0.0, 1.0, -1.0, draw.uniform(-1, 1)]) for _ in range(sizes[0])] for _ in examples]
    return net, X, [[float(unit == hot) for unit in range(sizes[-1])]
                    for hot in (draw.randrange(max(2, sizes[-1])) for _ in examples)]


@pytest.mark.parametrize("seed, networks", [(0, 200), pytest.param(1, 5000, marks=pytest.mark.slow)])
def test_right_programs_far_out_are_never_accused(seed, networks, monkeypatch):
    draw = random.Random(seed)
    spared = []
    lost = together.may_be_lost
    monkeypatch.setattr(together, "may_be_lost", lambda *arguments: spared.append(lost(*arguments)) or spared[-1])
    for _ in range(networks):
        problem = few_valued(draw)
        for program in (accurate, textbooks, backwards):
            report = check_backprop(*problem, program(*problem))
            assert report.verdict != "fail", (program, problem, problem[0].weights, problem[0].biases, str(report))
    assert any(spared), "none has the numbers of a mistake: this shows nothing"
