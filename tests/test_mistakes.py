"""The catalogue: every mistake runs as it is shown, and is one where it says so; published numbers come of some."""

import inspect
import re
from functools import lru_cache

import pytest

from networks import KINDS, components, differs, random_problem, true_and_allowed
from purenet import DataError, Network, OptionError, ShapeError
from purenet.core.gradients import Gradients
from purenet.core.optimizer import GradientDescent
from purenet.gradcheck import textbook
from purenet.gradcheck.gallery import candidates
from purenet.gradcheck.gallery import example as example_of
from purenet.gradcheck.mistakes import CATALOGUE, MISTAKES
from purenet.gradcheck.replay import HELPERS, UNKNOWNS, every_second

every_mistake = pytest.mark.parametrize("mistake", CATALOGUE, ids=lambda mistake: mistake.name)
SOURCE = inspect.getsource(textbook)
ROUNDING = "float32"  # the one that is judged by its own measure


@lru_cache(maxsize=None)
def some_problem(seed):
    """A network with examples, one of four sizes."""
    return random_problem(seed, sizes=[[3, 3, 3], [2, 4, 1], [3, 3, 3, 3], [4, 5, 2]][seed % 4])


@lru_cache(maxsize=None)
def some_truth(seed):
    """The components of its gradient, and how far a correct one may be off."""
    return true_and_allowed(*some_problem(seed))


example = lru_cache(maxsize=None)(example_of)


def test_there_are_many_and_each_has_a_name_of_its_own():
    assert len(CATALOGUE) == len(MISTAKES) >= 90
    assert {len(set(mistake.lines)) for mistake in CATALOGUE} <= {1, 2, 3}
    assert len({mistake.lines for mistake in CATALOGUE}) == len(CATALOGUE), "two mistakes are one and the same"


@every_mistake
def test_it_is_told_in_sentences(mistake):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mistake.name)
    assert mistake.symptom.endswith(".") and mistake.cure.endswith(".")
    assert mistake.symptom[0].isupper() and mistake.cure[0].isupper()
    assert not mistake.source.endswith(".")
    assert mistake.unknown is None or mistake.unknown in UNKNOWNS


@every_mistake
def test_each_right_line_stands_once_in_the_textbook(mistake):
    lines = [line.strip() for line in SOURCE.splitlines()]
    for right, wrong in mistake.lines:
        assert lines.count(right) == 1, f"the textbook has the line {right!r} {lines.count(right)} times"
        assert wrong != right


@every_mistake
def test_the_wrong_line_that_is_shown_is_the_one_that_runs(mistake):
    """Replaced in the text of the whole module, it gives the same bits."""
    _, net, X, y, gradients, _ = example(mistake)
    source = SOURCE
    for right, wrong in mistake.lines:
        source = re.sub(rf"(?m)^( *){re.escape(right)}$", lambda found: found.group(1) + wrong, source)
    program = {"__name__": textbook.__name__, "__package__": textbook.__package__, **HELPERS, **UNKNOWNS,
               "dropped": every_second(net)}
    exec(compile(source, "<changed>", "exec"), program)
    assert program["backprop"](net, X, y) == gradients


@every_mistake
def test_it_is_a_mistake_where_it_says_so(mistake):
    """On three of four random networks to which it applies, it is farther off than rounding explains.

    On the rest it may hide: units of relu are off, all errors have one sign, softmax of three is nearly certain.
    """
    applies = shows = 0
    for seed in range(400):
        net, X, y = some_problem(seed)
        if not mistake.applies(net, X, y):
            continue
        try:
            found = components(mistake.commit(net, X, y))
        except (ArithmeticError, OptionError):
            continue
        applies += 1
        shows += differs(found, *some_truth(seed))
        if applies == 8:
            break
    assert applies >= 4, f"of 400 networks it applies to {applies}"
    assert shows >= 0.75 * applies, f"it shows on {shows} of {applies} networks"


@every_mistake
def test_it_has_an_example(mistake):
    name, net, X, y, gradients, _ = example(mistake)
    assert mistake.applies(net, X, y)
    if mistake.name != ROUNDING:
        assert differs(components(gradients), *true_and_allowed(net, X, y)), f"it does not show on {name}"


def test_the_examples_are_looked_for_among_networks_of_every_kind():
    found = list(candidates())
    assert len({repr(case.net) for case in found}) > 100
    with pytest.raises(LookupError, match="no sample network shows the mistake none"):
        example(MISTAKES["sign"]._replace(name="none", lines=()))


def test_bad_input_is_refused_as_everywhere():
    net = Network([2, 1])
    with pytest.raises(ShapeError):
        MISTAKES["sign"].commit(net, [[1.0]], [[1.0]])
    with pytest.raises(DataError):
        MISTAKES["sign"].commit(net, [[1.0, "x"]], [[1.0]])
    with pytest.raises(OptionError, match="stale-activations: found no weights from which a step with learning_rate"):
        MISTAKES["stale-activations"].commit(Network([1, 1], output="identity"), [[9.0]], [[1.0]], learning_rate=5)


def test_a_mistake_leaves_the_network_alone():
    for kind in KINDS:
        net, X, y = random_problem(1, kind, sizes=[3, 3, 3], bias=True, activation="tanh", examples=3)
        before = repr((net.weights, net.biases, X, y))
        for mistake in CATALOGUE:
            if mistake.applies(net, X, y):
                try:
                    mistake.commit(net, X, y)
                except (ArithmeticError, OptionError):
                    continue
        assert repr((net.weights, net.biases, X, y)) == before


# ------------------------------------------------------------------------------- published numbers

def stepped(net, X, y, gradients, rate):
    """The network after a step of gradient descent that leaves the biases alone."""
    weights, _ = stepping(net.weights, gradients, rate)
    return Network.from_weights(weights, net.biases, reduction=net.reduction)


def stepping(weights, gradients, rate):
    optimizer = GradientDescent()
    optimizer.start(weights, None)
    return optimizer.step(weights, None, Gradients(gradients.weights, None), rate)


MAZUR = ([[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]], [[0.35, 0.35], [0.60, 0.60]])
X, Y = [[0.05, 0.10]], [[0.01, 0.99]]


def test_mazurs_published_error_comes_of_the_updated_weights():
    """M. Mazur, "A Step by Step Backpropagation Example" (2015), prints .291027924 after the first round."""
    net = Network.from_weights(*MAZUR, reduction="sum")
    wrong = stepped(net, X, Y, MISTAKES["updated-weights"].commit(net, X, Y, learning_rate=0.5), 0.5)
    right = stepped(net, X, Y, net.gradients(X, Y), 0.5)
    assert f"{wrong.loss(X, Y):.9f}" == "0.291027924"
    assert f"{right.loss(X, Y):.9f}" == "0.291027774", "what his own text demands"
    assert wrong.loss(X, Y) == pytest.approx(0.29102792390544197, rel=1e-13)


@pytest.mark.slow
def test_mazurs_published_outputs_after_ten_thousand_rounds_come_of_it_too():
    net = Network.from_weights(*MAZUR, reduction="sum")
    for _ in range(10_000):
        net = stepped(net, X, Y, MISTAKES["updated-weights"].commit(net, X, Y, learning_rate=0.5), 0.5)
    assert [f"{a:.9f}" for a in net.predict(X)[0]] == ["0.015912196", "0.984065734"]


def test_the_robert_gordon_slides_have_the_updated_weights_as_well():
    """The printed hidden deltas, -2.406e-3 and -7.916e-3, and the weights .09916 .7978 .3972 .5928, come of it."""
    net = Network.from_weights([[[0.1, 0.4], [0.8, 0.6]], [[0.3], [0.9]]], reduction="sum")
    inputs, target = [[0.35, 0.9]], [[0.5]]
    wrong = MISTAKES["updated-weights"].commit(net, inputs, target, learning_rate=1.0)
    deltas = [g / 0.35 for g in wrong.weights[0][0]]
    assert deltas == pytest.approx([0.00240962096, 0.00792648085], rel=1e-8)
    after = stepping(net.weights, wrong, 1.0)[0]
    assert [f"{after[0][i][j]:.4f}" for j in range(2) for i in range(2)] == ["0.0992", "0.7978", "0.3972", "0.5929"]
    right = [g / 0.35 for g in net.gradients(inputs, target).weights[0][0]]
    assert right == pytest.approx([0.00265448903, 0.00817164506], rel=1e-8)
