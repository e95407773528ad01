"""One step told in words and tables: everything in it is the trace's, in 80 columns, whatever the network and names."""

import re

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from purenet import OptionError
from purenet.explain import text
from purenet.explain.document import Formula, Heading, Paragraph, Table, to_markdown, to_text
from purenet.explain.formulas import number
from purenet.explain.scale import Scale
from purenet.explain.text import Names
from strategies import bits, problems

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
FIRST_COLUMN, EXCLUSIVE_OR = [[0], [0], [1], [1]], [[0], [1], [1], [0]]
rates = st.sampled_from([0.1, 1.0])


@st.composite
def stories(draw):
    """(trace, names): a step of a network of any kind, with names that a file might have."""
    net, X, y = draw(problems())
    trace = net.trace(X, y, draw(rates))
    name = st.one_of(st.text(max_size=30), st.sampled_from(["<script>", "a|b", "`x`", "\x1b[31m", "colour=red"]))
    return trace, Names(*([draw(name) for _ in range(n)] for n in (net.sizes[0], net.sizes[-1], len(X))))


def tutorial(sizes, y):
    """The trace of the first step of one of the tutorial's networks, and names."""
    net = purenet.Network(sizes, bias=False, reduction="sum", seed=1)
    trace = net.trace(X, y)
    return trace, Names(["x0", "x1", "x2"], ["y"], [" ".join(map(str, row)) for row in X])


def tables_of(blocks, corner):
    """The tables with this corner."""
    return [block for block in blocks if isinstance(block, Table) and block.corner == corner]


def paragraphs(blocks):
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def looks(trace, names):
    """Every report on a trace: the whole, and each closer look."""
    yield text.report(trace, names, ["This is a network."])
    for step in trace.steps:
        yield text.one_step(trace, names, step.name)
    for place in trace.every_parameter():
        yield text.one_weight(trace, names, place)
    for k in range(trace.setting.examples):
        yield text.one_example(trace, names, k)


@settings(max_examples=10)
@given(stories())
def test_every_report_fits_80_columns_and_holds_no_control_character(story):
    for blocks in looks(*story):
        for ascii_only in (False, True):
            shown = to_text(blocks, ascii_only=ascii_only)
            assert [line for line in shown.split("\n") if len(line) > 80] == []
            assert shown.replace("\n", "").isprintable()
        assert to_markdown(blocks).startswith("# ")


@given(stories())
def test_the_report_shows_every_step_in_order_with_the_numbers_of_the_trace(story):
    trace, names = story
    blocks = text.report(trace, names, [])
    heads = [block.text.split(":")[0] for block in blocks if isinstance(block, Heading) and block.level == 3]
    assert [head for head in heads if head in trace.values] == [
        step.name for section in text.SECTIONS.values() for step in trace.steps if step.kind in section[2]]
    assert {step.kind for step in trace.steps} <= {kind for section in text.SECTIONS.values() for kind in section[2]}
    for name, value in trace.values.items():
        if isinstance(value, list) and isinstance(value[0], list):
            found, = tables_of(blocks, name)
            assert bits([cells for _, cells in found.rows]) == bits(value)
        elif isinstance(value, list):
            rows = [cells for table in tables_of(blocks, "") for label, cells in table.rows if label == name]
            columns = [[cells[0] for _, cells in table.rows] for table in tables_of(blocks, "")
                       if table.columns == [name]]
            assert bits((rows + columns)[0]) == bits(value)
    assert f"The loss was {number(trace.values['loss'])} and is now {number(trace.values['new_loss'])}" in \
        paragraphs(blocks)[-1]


@given(stories())
def test_the_report_says_the_conventions_the_transposes_and_the_notes(story):
    trace, names = story
    said = paragraphs(text.report(trace, names, ["This is a network."]))
    assert said[0] == "This is a network."
    notes = {step.note for step in trace.steps} - {""}
    for sentence in [*trace.conventions(), *trace.transposes(), *notes]:
        assert said.count(sentence) == 1, sentence


@given(stories())
def test_the_formulas_of_a_step_are_those_of_its_elements(story):
    trace, names = story
    for step in trace.steps:
        shown = [block for block in text.one_step(trace, names, step.name) if isinstance(block, Formula)]
        assert (shown[0].left, shown[0].sides[0]) == (step.name, step.formula)
        places = text.indices(step.shape)
        if not trace.element(step.name, *places[0]).written.places():
            assert len(shown) == 1
            continue
        assert len(shown) == 1 + min(len(places), text.MANY)
        for formula, place in zip(shown[1:], places):
            element = trace.element(step.name, *place)
            assert formula.left == str(element.place) and formula.sides[-1] in (
                number(element.value), element.symbols(text.FEW))
            assert set(formula.sides) <= {element.symbols(text.FEW), element.numbers(text.FEW), number(element.value)}


@given(stories())
def test_the_columns_of_the_pushes_add_up_to_the_gradient_to_the_bit(story):
    trace, names = story
    for layer in range(1, trace.setting.last + 1):
        tables = [block for block in text.pushes(trace, names, layer) if isinstance(block, Table)]
        assert len(tables) == min(text.FEW, trace.setting.sizes[layer])
        for j, table in enumerate(tables):
            below = dict(table.below)
            weights = [row[j] for row in trace.values[f"dW{layer}"]]
            biases = [trace.values[f"db{layer}"][j]] if trace.setting.bias else []
            assert bits(list(below["sum: gradient"])) == bits(weights + biases)
            for column, total in enumerate(below["sum: gradient"]):
                added = table.rows[0][1][column]
                for _, cells in table.rows[1:]:
                    added += cells[column]
                assert bits(added + 0.0) == bits(total + 0.0)


@given(stories())
def test_one_weight_tells_who_pushes_it_and_what_comes_of_it(story):
    trace, names = story
    for place in trace.every_parameter():
        found, blocks = trace.contributions(*place), text.one_weight(trace, names, place)
        assert blocks[0].text.startswith(f"{found.name}: ")
        assert found.verdict() in paragraphs(blocks)
        table, = tables_of(blocks, "k")
        assert [tuple(cells) for _, cells in table.rows] == [(c.input, c.delta, c.push, text.WAY[c.direction])
                                                             for c in found.examples]
        ways, = [block for block in blocks if isinstance(block, Table) and block.columns[0] == "backprop"]
        assert ways.rows[0][1][0] == found.gradient
        assert blocks[-1].sides[-1] == number(found.new)


@given(stories())
def test_one_example_tells_its_row_of_each_step_and_its_pushes(story):
    trace, names = story
    s = trace.setting
    for k in range(s.examples):
        blocks = text.one_example(trace, names, k)
        assert blocks[0].text.startswith(f"Example [{k}]")
        told = {}
        for heading, table in zip(blocks, blocks[2:]):
            if isinstance(heading, Heading) and isinstance(table, Table):
                told[heading.text.split(":")[0]] = table.rows[0][1]
        for step in trace.steps:
            if step.layer and step.kind in text.ROW_BY_ROW:
                assert told[step.name] == step.result[k]
        for layer in range(1, s.last + 1):
            pushes, = tables_of(blocks, f"to W{layer}")
            assert len(pushes.rows) == s.sizes[layer - 1] + s.bias
            assert pushes.rows[0][1][0] == trace.contributions(layer, 0, 0).examples[k].push
        before, after, target = [cells for _, cells in tables_of(blocks, "prediction")[0].rows]
        assert (before, after, target) == (trace.values[f"a{s.last}"][k], trace.values[f"new_a{s.last}"][k],
                                           trace.values["y"][k])


@given(stories())
def test_only_of_a_sum_the_other_examples_have_no_part_in_an_example(story):
    """Of a mean they have one: what is divided by their number."""
    trace, names = story
    said = paragraphs(text.one_example(trace, names, 0))[0]
    assert ("no other example has a part in these numbers" in said) == (not trace.setting.mean)
    divided = re.search(r"the mean over (\d+), and (\w+) is divided by that", said)
    assert (divided is not None) == trace.setting.mean
    if divided:
        assert int(divided[1]) == trace.setting.examples and f"/ {divided[1]}" in trace.step(divided[2]).formula


def test_an_example_that_does_not_use_a_weight_has_no_say():
    trace, names = tutorial([3, 1], FIRST_COLUMN)
    table, = tables_of(text.one_weight(trace, names, [1, 0, 0]), "k")
    assert [cells[-1] for _, cells in table.rows] == ["no say", "no say", "up", "up"]


@given(stories(), st.data())
def test_of_scaled_inputs_the_numbers_of_the_file_are_told(story, data):
    trace, names = story
    scale = st.builds(Scale, st.floats(-100, 100), st.floats(0.1, 100))
    scales = data.draw(st.lists(st.none() | scale, min_size=len(names.inputs), max_size=len(names.inputs)))
    names = names._replace(scales=scales)
    whole, alone = text.report(trace, names, []), text.one_example(trace, names, trace.setting.examples - 1)
    if not any(scales):
        assert not tables_of(whole, "the file") and not tables_of(alone, "the file")
        return
    for blocks, first in (whole, 0), (alone, trace.setting.examples - 1):
        table, = tables_of(blocks, "the file")
        below = dict(table.below)
        for k, (_, cells) in enumerate(table.rows, first):
            for x, cell, each, mean, deviation in zip(trace.values["X"][k], cells, scales, *below.values()):
                assert (mean, deviation) == (each or ("", ""))
                assert cell == ("yes" if x else "no") if each is None else (cell - mean) / deviation == pytest.approx(
                    x, rel=1e-6, abs=1e-6)
        assert any(said.startswith("X is not what stands in the file") for said in paragraphs(blocks))
        assert any("each text has an input of its own" in said for said in paragraphs(blocks)) == (None in scales)
        assert ["(value - mean) / deviation"] == [block.sides[0] for block in blocks if isinstance(block, Formula)
                                                  and "deviation" in block.sides[0]]


PUBLISHED = {  # worked out apart from this program; the tutorial's signs turned
    "a1": ["0.268986", "0.363751", "0.237628", "0.326276"],
    "delta1": ["0.0528915", "0.084185", "-0.138112", "-0.148098"],
    "update_W1": ["-0.28621", "-0.063913", "-0.149134"],
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_first_step_of_the_tutorial_has_its_published_digits(name):
    trace, names = tutorial([3, 1], FIRST_COLUMN)
    whole, alone = (to_text(blocks) for blocks in (text.report(trace, names, []), text.one_step(trace, names, name)))
    for shown in (whole, alone):
        lines = shown[shown.index(f"\n  {name} "):].split("\n")
        start = next(i for i, line in enumerate(lines) if line.startswith(f"  {name} ") and "=" not in line)
        assert [line.split()[-1] for line in lines[start + 1:start + 1 + len(PUBLISHED[name])]] == PUBLISHED[name]


def test_the_takeaway_of_the_tutorial_is_told():
    """The first weight's pushes never cancel, those of the other two do in part."""
    trace, names = tutorial([3, 1], FIRST_COLUMN)
    said = paragraphs(text.report(trace, names, []))
    assert ("W1[0][0] goes up by 0.28621: every example that pushes it (2 of 4) pushes it up, so nothing cancels."
            in said)
    assert "W1[1][0] goes up by 0.063913: 1 example pushes it up, 1 down; 72 % of the pushing cancels." in said
    assert "W1[2][0] goes up by 0.149134: 2 examples push it up, 2 down; 65 % of the pushing cancels." in said


def test_the_wishy_washy_predictions_stand_first():
    trace, names = tutorial([3, 4, 1], EXCLUSIVE_OR)
    _, table = text.confidence(trace, names)
    slopes = [cells[table.columns.index("slope")] for _, cells in table.rows]
    assert slopes == sorted(slopes, reverse=True) and [label for label, _ in table.rows][0] == "[1] 0 1 1"


def test_the_shapes_stand_below_a_formula_turned_where_the_matrix_is():
    trace, _ = tutorial([3, 4, 1], EXCLUSIVE_OR)
    shapes = {step.name: text.formula(trace, step).shapes for step in trace.steps}
    assert shapes["z1"] == "(4, 4) = (4, 3) · (3, 4)"
    assert shapes["dW2"] == "(4, 1) = (4, 4) · (4, 1)"
    assert shapes["error1"] == "(4, 4) = (4, 1) · (1, 4)"
    assert shapes["update_W1"] == "(3, 4) = learning_rate · (3, 4)"
    assert shapes["loss"] == shapes["new_a2"] == ""


def nameless(trace):
    """No names, so that only the numbers of rows and columns are shown."""
    s = trace.setting
    return Names([""] * s.sizes[0], [""] * s.sizes[-1], [""] * s.examples)


def test_long_matrices_are_shortened_and_it_is_said():
    net = purenet.Network([30, 20, 1])
    trace = net.trace([[0.5] * 30] * 100, [[0]] * 100)
    shown = to_text(text.report(trace, nameless(trace), []))
    assert "... 92 more rows" in shown and "... 22 more rows" in shown, "of X, of W1"
    assert "more columns" in shown and "... 16 more units in layer 1" in shown and "... 625 more\n" in shown
    assert "more ... + a1[0][19] · W2[19][0] + b2[0]" in " ".join(shown.split())
    assert len(shown.split("\n")) < 800
    alone = to_text(text.one_step(trace, nameless(trace), "z1"))
    assert "... 1984 more elements, each made in the same way" in alone and "... 76 more rows" in alone


def test_what_a_step_is_needed_for_is_said():
    trace, names = tutorial([3, 4, 1], EXCLUSIVE_OR)
    assert paragraphs(text.one_step(trace, names, "delta2"))[-1] == "delta2 is needed for dW2, error1."


@pytest.mark.parametrize("rate, said", [
    (1.0, "it fell by 0.0655 %."), (1000.0, "it ROSE, so the step was too long: try a smaller learning_rate."),
])
def test_a_step_that_was_too_long_is_said(rate, said):
    net = purenet.Network([3, 4, 1], bias=False, reduction="sum", seed=1)
    trace = net.trace(X, EXCLUSIVE_OR, rate)
    assert text.outcome(trace).endswith(said)


def test_a_step_that_changes_nothing_is_said():
    net = purenet.Network.from_weights([[[0.0]]], activation="identity")
    trace = net.trace([[1.0]], [[0.0]])
    assert text.outcome(trace) == "The loss was 0 and is now 0: it did not change."
    assert "there is nothing to change" in to_text(text.one_example(trace, nameless(trace), 0))


@pytest.mark.parametrize("look, message", [
    (lambda trace, names: text.one_step(trace, names, "dleta1"), "unknown step 'dleta1' (did you mean 'delta1'?)"),
    (lambda trace, names: text.one_weight(trace, names, [1, 3, 0]), "input must be a whole number from 0 to 2"),
    (lambda trace, names: text.one_weight(trace, names, [0, 0, 0]), "layer must be a whole number from 1 to 1"),
    (lambda trace, names: text.one_weight(trace, names, [1, 0]), "contributions: expected layer, input and unit"),
    (lambda trace, names: text.one_weight(trace, names, [1]), "contributions: expected layer, input and unit"),
    (lambda trace, names: text.one_example(trace, names, 4), "example must be a whole number from 0 to 3, found 4"),
])
def test_what_there_is_not_is_refused(look, message):
    with pytest.raises(OptionError, match=re.escape(message)):
        look(*tutorial([3, 1], FIRST_COLUMN))
