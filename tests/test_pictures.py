"""The pictures: valid XML for any text and any number, everything within sight, and every number the trace's."""

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings, strategies as st

from drawings import SVG, boxes, hints, outside, overlapping, parsed, texts
from purenet import Network
from purenet.core.activation import ACTIVATIONS
from purenet.core.arithmetic import PORTABLE
from purenet.core.errors import DataError, OptionError
from purenet.core.training import Snapshot
from purenet.explain import pictures
from purenet.explain.formulas import number
from purenet.explain.pictures.axes import Axis
from purenet.explain.pictures.heatmap import SUM, written_alike
from purenet.explain.pictures.svg import COLOURS, fitting, lines_of, plain, width_of
from purenet.explain.scale import Scale
from strategies import any_float, problems, vectors

DOCS = Path(__file__).resolve().parent.parent / "docs"
X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
EXCLUSIVE_OR = [[0], [1], [1], [0]]
any_text = st.text(max_size=60)  # with control characters, half a surrogate pair, < and &


def tutorial_network(sizes=(3, 4, 1)):
    return Network(list(sizes), bias=False, reduction="sum", seed=1, exp="portable")


def make_pictures():
    """The module docs/make_pictures.py."""
    spec = importlib.util.spec_from_file_location("make_pictures", DOCS / "make_pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def docs_pictures():
    return make_pictures().draw()


def description(text):
    return parsed(text)[1].text


# --- Any network, any names.

@given(problems(max_layers=3), st.data())
def test_any_network_is_drawn_whole_and_within_the_picture(problem, data):
    net, _, _ = problem
    inputs = data.draw(st.none() | st.lists(any_text, min_size=net.sizes[0], max_size=net.sizes[0]))
    outputs = data.draw(st.none() | st.lists(any_text, min_size=net.sizes[-1], max_size=net.sizes[-1]))
    title = data.draw(st.sampled_from([None, "", " "]) | any_text)
    text = pictures.network(net, inputs, outputs, title)
    root = parsed(text)
    assert outside(root) == []
    wanted = [f"W{layer}[{i}][{j}] = {number(w)}" for layer, W in enumerate(net.weights, 1)
              for i, row in enumerate(W) for j, w in enumerate(row)]
    assert sorted(hints(root)) == sorted(wanted), "a line for each weight, which says what it is"
    for line in (path for path in root.iter(SVG + "path") if path.find(SVG + "title") is not None):
        w = float(line.find(SVG + "title").text.partition(" = ")[2])
        assert line.get("class") == ("pn-plus" if w > 0 else "pn-minus" if w < 0 else "pn-quiet")
        assert (line.get("stroke-dasharray") is not None) == (w < 0), "a negative weight is told by dashes too"
    assert text == pictures.network(net, inputs, outputs, title), "the same arguments, the same text"


@given(problems(max_layers=2, max_examples=4), st.data())
def test_the_contributions_are_those_of_the_trace(problem, data):
    net, X, y = problem
    trace = net.trace(X, y)
    layer = data.draw(st.integers(1, len(net.weights)))
    labels = data.draw(st.none() | st.lists(any_text, min_size=len(X), max_size=len(X)))
    text = pictures.contributions(trace, layer, labels)
    root = parsed(text)
    assert outside(root) == []
    heads = [labels and plain(labels[k]) or f"example {k}" for k in range(len(X))]
    told = dict(hint.rsplit(": ", 1) for hint in hints(root) if hint.startswith(("W", "b")) and "[" in hint)
    units = range(net.sizes[layer])
    places = [(i, j) for i in range(net.sizes[layer - 1]) for j in units] + [(j,) for j in units if net.biases]
    for found in (trace.contributions(layer, *place) for place in places):
        assert float(told[f"{found.name}, {SUM}"]) == pytest.approx(found.gradient, rel=1e-5)
        if len(set(heads)) == len(heads) and SUM not in heads:
            for head, each in zip(heads, found.examples):
                assert float(told[f"{found.name}, {head}"]) == pytest.approx(each.push, rel=1e-5)
    assert text == pictures.contributions(trace, layer, labels)


@settings(max_examples=10)
@given(problems(max_layers=2, max_examples=4), st.data())
def test_any_network_of_two_inputs_has_a_boundary(problem, data):
    net, X, y = problem
    if net.sizes[0] == 1:
        with pytest.raises(OptionError, match="one input, expected at least two"):
            pictures.boundary(net, X, y)
        return
    pair = data.draw(st.none() | st.permutations(range(net.sizes[0])).map(lambda order: order[:2]))
    names = data.draw(st.none() | st.lists(any_text, min_size=net.sizes[0], max_size=net.sizes[0]))
    text = pictures.boundary(net, X, y, pair, inputs=names)
    assert outside(parsed(text)) == []
    assert text == pictures.boundary(net, X, y, pair, inputs=names)


@settings(max_examples=25)
@given(problems(max_layers=2), st.integers(1, 30), st.booleans(), st.booleans())
def test_the_weights_across_training_are_those_of_the_snapshots(problem, epochs, logarithmic, counted):
    net, X, y = problem
    history = net.fit(X, y, epochs=epochs, learning_rate=0.01, snapshots=5, direction_changes=counted)
    root = parsed(pictures.weights(history, logarithmic))
    assert outside(root) == []
    first, last = history.snapshots[0], history.snapshots[-1]
    told = hints(root)
    for layer, W in enumerate(first.weights):
        for i, row in enumerate(W):
            for j, w in enumerate(row):
                line = f"W{layer + 1}[{i}][{j}] from {number(w)} to {number(last.weights[layer][i][j])}"
                if counted:
                    turns = history.direction_changes[0][layer][i][j]
                    line += f", {turns} change{'s' * (turns != 1)} of direction"
                assert line + "." in told
    assert len(told) == sum(len(W) * len(W[0]) for W in first.weights) + sum(map(len, first.biases or []))


# --- Extreme numbers.

@given(st.lists(any_float, min_size=1, max_size=40))
@example([0.0])
@example([1.7e308, -1.7e308, 5e-324])
@example([5e-324, 1e-323])
@example([1.0, 1.0000000000000002])
def test_any_losses_are_drawn_within_the_picture(losses):
    text = pictures.loss(losses)
    assert outside(parsed(text)) == []
    assert f"{number(losses[0], 4)} at first, {number(losses[-1], 4)} at last" in description(text)


@settings(max_examples=40)
@given(vectors(6, any_float))
@example([0.0] * 6)
@example([1.7e308, -1.7e308, 5e-324, 0.0, 1.0, -1e-300])
def test_any_weights_are_drawn_within_the_picture(values):
    net = Network.from_weights([[values[:2], values[2:4]], [[values[4]], [values[5]]]], [[values[0], values[1]], [0.0]])
    assert outside(parsed(pictures.network(net))) == []
    snapshots = [Snapshot(0, net.weights, net.biases), Snapshot(3, [[[0.0] * 2] * 2, [[1.0]] * 2], [[0.0] * 2, [1.0]])]
    assert outside(parsed(pictures.weights(snapshots))) == []


@given(any_float, any_float, st.booleans(), st.integers(1, 9))
@example(0.0, 1.0010010010010013e308, False, 1)
@example(-1.0, 1.7976931348623157e308, False, 1)
def test_an_axis_has_ticks_in_order_within_its_range(a, b, logarithmic, most):
    low, high = min(a, b), max(a, b)
    assume(not logarithmic or low > 0)
    ticks = Axis(low, high, 0.0, 100.0, logarithmic).ticks(most)
    values = [value for value, _ in ticks]
    assert ticks and values == sorted(set(values)) and len(ticks) <= 3 * most + 3
    room = (high / 2 - low / 2) * 1e-6
    assert low - room <= values[0] and values[-1] <= high + room
    assert len({text for _, text in ticks}) == len(ticks) or high - low < 1e-5 * max(abs(low), abs(high)), \
        f"two ticks are written alike: {ticks}"
    assert all(-1e-3 <= Axis(low, high, 0.0, 100.0, logarithmic).at(value) <= 100.001 for value in values)


@given(st.text(max_size=200), st.floats(20, 400), st.integers(8, 20))
def test_a_text_that_is_made_to_fit_does(text, width, size):
    assert width_of(fitting(text, width, size), size) <= max(width, width_of("...", size))
    assert all(width_of(line, size) <= max(width, width_of("...", size)) for line in lines_of(text, width, size))


def test_a_very_long_name_does_not_take_long():
    net = Network([2, 1])
    root = parsed(pictures.network(net, ["n" * 200_000, "<script>alert(1)</script>"], ["\x00\x1b[31m\ud800\u202e"]))
    assert outside(root) == []
    assert [each for each in texts(root) if each.startswith("nnn")] and "script" not in [e.tag for e in root.iter()]


# --- Numbers that can be checked elsewhere.

@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity"])
@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12))
@example([-1.0, 0.0, 2.0])
@example([0.0, 0.0])
def test_the_slopes_are_the_network_s_own(name, points):
    root = parsed(pictures.activation(name, points))
    assert outside(root) == []
    written = texts(root)
    for z in points:
        a, slope = (of([[z]], PORTABLE)[0][0] for of in (ACTIVATIONS[name].value, ACTIVATIONS[name].slope))
        assert {f"z = {number(z)}", f"a = {number(a)}", f"slope = {number(slope)}"} <= set(written)


def test_the_dots_chosen_beforehand_are_the_tutorial_s():
    """Purple at -1, blue at 0 and green at 2; the slope at 0 is the highest, 1/4."""
    text = pictures.activation()
    assert [word for word in texts(parsed(text)) if word.startswith(("z =", "slope ="))] == [
        "z = -1", "slope = 0.196612", "z = 0", "slope = 0.25", "z = 2", "slope = 0.104994"]
    root = parsed(text)
    assert [circle.get("class") for circle in root.iter(SVG + "circle")][:9:3] == ["pn-purple", "pn-blue", "pn-green"]


def test_the_pushes_of_the_first_step_are_in_their_cells(docs_pictures):
    """The table of docs/tutorial.md, section 6."""
    written = texts(parsed(docs_pictures["explain-contributions-two-layers.svg"]))
    rows = [row.split() for row in """0 0 +0.053
                                      0 +0.084 +0.084
                                      -0.138 0 -0.138
                                      -0.148 -0.148 -0.148
                                      -0.286 -0.064 -0.149""".splitlines()]
    for head, row in zip(["0 0 1", "0 1 1", "1 0 1", "1 1 1", SUM], rows):
        at = written.index(head)
        assert written[at + 1:at + 4] == row
    assert written[written.index("goes") + 2:][:6] == ["up", "0 %", "up", "72 %", "up", "65 %"]


def test_the_numbers_beside_the_lines_are_the_weights():
    net = tutorial_network()
    form = written_alike(max(abs(w) for W in net.weights for row in W for w in row))
    assert set(texts(parsed(pictures.network(net)))) >= {form(w) for W in net.weights for row in W for w in row}


@pytest.mark.parametrize("sizes", [(3, 4, 1), (2, 2, 1), (4, 4, 2), (3, 1), (1, 3, 3, 1)], ids=str)
@pytest.mark.parametrize("bias", [False, True])
def test_the_end_of_each_line_is_seen_beside_its_number(sizes, bias):
    """A number does not lie on the end of its line, nor touch the bias below the unit."""
    net = Network(list(sizes), bias=bias, seed=1)
    for biases in net.biases or []:
        biases[:] = [-0.508] * len(biases)
    root = parsed(pictures.network(net))
    units = {(left + right) / 2 for what, left, _, right, _ in boxes(root) if what == "circle"}
    numbers = [box for box in boxes(root) if re.fullmatch(r"[+-][\d.]+", str(box[0]))]
    assert len(numbers) == sum(len(W) * len(W[0]) for W in net.weights)
    for text, _, _, right, _ in numbers:
        assert min(unit - right for unit in units if unit > right) >= 15 + 12, f"{text} hides the end of its line"
    assert overlapping(root) == []


def test_the_published_changes_of_direction_are_in_the_picture(docs_pictures):
    """The tutorial's second part, for alpha = 1: [[1,1,0,0],[2,0,0,2],[4,2,1,1]] and [2,1,0,1]."""
    written = texts(parsed(docs_pictures["explain-weights.svg"]))
    turns = {word.split()[0]: int(word.split()[-2]) for word in written if word.endswith((" turn", " turns"))}
    assert [[turns[f"W1[{i}][{j}]"] for j in range(4)] for i in range(3)] == [[1, 1, 0, 0], [2, 0, 0, 2], [4, 2, 1, 1]]
    assert [turns[f"W2[{i}][0]"] for i in range(4)] == [2, 1, 0, 1]


def test_a_boundary_stands_where_the_network_is_undecided():
    """x0 = x1, from one corner to the other."""
    net = Network.from_weights([[[4.0], [-4.0]]])
    root = parsed(pictures.boundary(net, [[0.0, 1.0], [1.0, 0.0]], [[0.0], [1.0]]))
    contour = next(path for path in root.iter(SVG + "path") if path.get("stroke-width") == "2")
    points = [tuple(map(float, point.split())) for point in re.findall(r"[\d.]+ [\d.]+", contour.get("d"))]
    assert len(points) > 50 and all(abs((x - 70) - (392 + 30 - y)) <= 0.2 for x, y in points)


def test_an_example_on_the_wrong_side_is_ringed_and_counted():
    net = Network.from_weights([[[4.0], [-4.0]]])
    text = pictures.boundary(net, [[0.0, 1.0], [1.0, 0.0]], [[1.0], [1.0]])
    assert "1 of 2 examples are predicted on their side of 0.5." in description(text)
    assert len(list(parsed(text).iter(SVG + "circle"))) == 2, "one around the example, and one in the legend"
    assert "ringed: predicted wrong" in texts(parsed(text))


def test_an_example_may_stand_on_another_colour_without_being_wrong_and_it_is_said():
    """The third input decides, and the map holds it at its mean."""
    net = Network.from_weights([[[0.5], [0.0], [8.0]]])
    rows = [[0.0, 0.0, 1.0], [1.0, 1.0, -1.0], [0.0, 1.0, 1.0], [1.0, 0.0, -1.0]]
    text = pictures.boundary(net, rows, [[1], [0], [1], [0]], inputs=["a", "b", "c"])
    assert "4 of 4 examples are predicted on their side of 0.5, each with all of its own inputs; the map " \
           "holds c = 0, so a marker may stand on another colour than its own without being wrong." in description(text)
    alike = pictures.boundary(net, [[*row[:2], 2.0] for row in rows], [[1], [0], [1], [0]], inputs=["a", "b", "c"])
    assert "predicted on their side of 0.5. The map holds c = 2, as the examples do." in description(alike)


def test_the_numbers_of_a_boundary_are_those_before_scaling():
    net = Network.from_weights([[[4.0], [-4.0], [0.0]]])
    rows = [[0.0, 1.0, -1.0], [1.0, 0.0, 1.0]]
    text = pictures.boundary(net, rows, [[0.0], [1.0]], scales=[Scale(100.0, 10.0), None, Scale(-7.0, 2.0)])
    written = texts(parsed(text))
    assert {"100", "110"} <= set(written) and {"0", "1"} <= set(written), "across and up"
    assert "the map holds X[2] = -7," in description(text) and "100, 1: " in description(text)
    same = [pictures.boundary(net, rows, [[0.0], [1.0]], scales=scales) for scales in (None, [], [None] * 3)]
    assert same[0] == same[1] == same[2]


# --- Large ones.

def test_a_large_network_is_shortened_and_says_so():
    net = Network([64, 32, 10])
    text = pictures.network(net)
    assert "Shortened: drawn are 11 of the 64 inputs, 11 of the 32 units of layer 1" in " ".join(texts(parsed(text)))
    assert "53 more" in texts(parsed(text)) and outside(parsed(text)) == [] and overlapping(parsed(text)) == []
    assert len(text) < 100_000


def test_many_contributions_are_shortened_and_their_rows_still_add_up():
    net = Network([64, 32, 10])
    rows = [[((i * j) % 17) / 17 for j in range(64)] for i in range(40)]
    text = pictures.contributions(net.trace(rows, [[i % 2] * 10 for i in range(40)]), 2)
    root = parsed(text)
    assert "Shortened: the 18 columns of the largest gradients, of 330." in description(text)
    assert "29 others, added up" in texts(root) and outside(root) == [] and len(text) < 120_000
    told = [hint.rsplit(": ", 1) for hint in hints(root) if ", " in hint]
    columns = {}
    for place, value in told:
        columns.setdefault(place.partition(", ")[0], []).append(float(value))
    assert len(columns) == 18
    for name, (*pushes, total) in columns.items():
        assert len(pushes) == 12
        assert total == pytest.approx(sum(pushes), abs=1e-5 * sum(map(abs, pushes))), f"{name} does not add up"


@pytest.mark.parametrize("sizes", [(4, 64, 3), (64, 32, 2), (12, 2, 1)], ids=str)
def test_however_many_columns_each_has_its_name_its_numbers_and_what_comes_of_it(sizes):
    net = Network(list(sizes), seed=1)
    names = [f"a long name {i} of a column" for i in range(sizes[0])]
    rows = [[((i * j + i) % 7) / 7 - 0.4 for j in range(sizes[0])] for i in range(5)]
    trace = net.trace(rows, [[i % 2] * sizes[-1] for i in range(5)])
    root = parsed(pictures.contributions(trace, 1, inputs=names))
    written = texts(root)
    columns = [word for word in written if re.fullmatch(r"W1\[\d+\]\[\d+\]|b1\[\d+\]", word)]
    goes = written.index("goes")
    assert len(columns) >= 12
    assert len([word for word in written if word.startswith("a lo") or word == "bias"]) == len(columns)
    assert {word for word in written[goes + 2::2][:len(columns)]} <= {"up", "down", "nowhere"}
    assert all(word.endswith(" %") for word in written[goes + 3::2][:len(columns)])
    total = written.index(SUM)
    assert all(re.fullmatch(r"0|[+-]\d.*", word) for word in written[total + 1:total + 1 + len(columns)])
    assert outside(root) == [] and overlapping(root) == []


def test_many_weights_are_shortened_to_those_that_went_furthest():
    net = Network([5, 8, 2])
    text = pictures.weights(net.fit([[1, 0, 1, 0, 1]], [[0, 1]], epochs=9, snapshots=4))
    assert "Shortened: drawn are 16 of the 48 of layer 1 and 16 of the 18 of layer 2" in description(text)
    assert outside(parsed(text)) == [] and overlapping(parsed(text)) == []


def test_of_a_long_curve_no_peak_is_lost():
    losses = [1.0] * 30_007 + [9.0] + [1.0] * 29_992
    text = pictures.loss(losses)
    tops = re.findall(r"L[\d.]+ 40(?=L)", text)
    assert len(tops) == 2 and len(text) < 20_000, "the peak is at the top of both plots"


# --- What a picture of the docs must be.

def test_the_pictures_of_the_docs_are_those_that_the_code_draws(docs_pictures):
    committed = {path.name: path.read_bytes().decode("utf-8") for path in DOCS.glob("explain-*.svg")}
    assert set(committed) == set(docs_pictures)
    stale = [name for name in committed if committed[name].replace("\r\n", "\n") != docs_pictures[name]]
    assert stale == [], "run python3 docs/make_pictures.py"


def test_the_pictures_of_the_docs_are_readable(docs_pictures):
    for name, text in docs_pictures.items():
        root = parsed(text)
        assert outside(root) == [], name
        assert overlapping(root) == [], name


def test_no_two_pictures_in_a_page_share_an_id(docs_pictures):
    ids = [element.get("id") for text in docs_pictures.values() for element in parsed(text).iter() if element.get("id")]
    assert len(set(ids)) == len(ids) == 2 * len(docs_pictures)


def luminance(colour):
    """The relative luminance of WCAG 2."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", [name for name in COLOURS if name not in ("paper", "grid")])
def test_every_colour_stands_out_from_the_paper(name, scheme):
    """At least 4.5 : 1, which WCAG 2 asks of text."""
    pair = sorted([luminance(COLOURS["paper"][scheme]), luminance(COLOURS[name][scheme])])
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


# --- Refusals.

NET = Network([2, 3, 1])
TRACE = NET.trace([[0, 1]], [[1]])
REFUSED = [
    (lambda: pictures.network(NET, ["one"]), OptionError, "inputs: expected 2 names, found 1"),
    (lambda: pictures.activation("softmax"), OptionError, "unknown activation 'softmax'"),
    (lambda: pictures.activation("sigmod"), OptionError, "did you mean 'sigmoid'"),
    (lambda: pictures.activation(at=[]), OptionError, "from 1 to 12 numbers, found 0"),
    (lambda: pictures.activation(at=[1.0] * 13), OptionError, "found 13"),
    (lambda: pictures.activation(at=[float("nan")]), DataError, "at[0] must be a finite number, found nan"),
    (lambda: pictures.activation(at=[1e7]), OptionError, "from -800000 to 800000, found 1e+07"),
    (lambda: pictures.loss([]), DataError, "found no epoch"),
    (lambda: pictures.loss([1.0, float("inf")]), DataError, "loss[1] must be a finite number, found inf"),
    (lambda: pictures.loss([1.0, "2"]), DataError, "loss[1] must be a finite number, found '2'"),
    (lambda: pictures.contributions(TRACE, 3), OptionError, "layer must be a whole number from 1 to 2, found 3"),
    (lambda: pictures.contributions(TRACE, 1, ["a", "b"]), OptionError, "examples: expected 1 name, found 2"),
    (lambda: pictures.boundary(NET, [[0, 1]], [[1]], (0, 0)), OptionError, "expected two different inputs"),
    (lambda: pictures.boundary(NET, [[0, 1]], [[1]], scales=[None]), OptionError, "scales: expected 2, found 1"),
    (lambda: pictures.boundary(NET, [[0, 1]], [[1]], scales=[Scale(1e308, 1e308), None]), DataError,
     "boundary: a number outgrew a float"),
    (lambda: pictures.boundary(NET, [[0, 1]], [[1]], (0, 2)), OptionError, "across[1] must be a whole number"),
    (lambda: pictures.weights([]), DataError, "found 0 snapshots, expected at least two"),
    (lambda: pictures.weights(NET.fit([[0, 1]], [[1]], epochs=1)), DataError, "fit(..., snapshots=100)"),
]


@pytest.mark.parametrize("draw, error, message", REFUSED, ids=[message for _, _, message in REFUSED])
def test_what_cannot_be_drawn_is_refused(draw, error, message):
    with pytest.raises(error) as caught:
        draw()
    assert message in str(caught.value)
