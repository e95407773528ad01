"""The page in a real browser, headless Chromium: every control, by mouse and by keyboard alone, narrow and wide, in
light and dark, and on paper. What it shows of a network that was changed in it is what Python's trace says of that one.
"""

import math
import re
import shutil

import pytest

import purenet
from purenet.encoder import Encoder
from purenet.explain.formulas import number
from purenet.explain.html import page as page_of
from strategies import bits, copy_of

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, to open the page in")

X, Y = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]
NAMES = ["<script>alert(1)</script>", "b&lt;\"'", "a name that is much longer than there is room for in a column"]
STEP = "page.data().trace.steps"


def tutorial(**options):
    """The tutorial's network, portable so that its numbers are the same bits here and in the browser."""
    return purenet.Network([3, 4, 1], **{"reduction": "sum", "bias": False, "exp": "portable", **options})


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """A function that opens the page of a network, offline, from disk; at the end nothing may have gone wrong in it."""
    contexts, troubles = [], []

    def open_page(net, rows=X, targets=Y, rate=1.0, *, width=1600, height=1000, dark=False, **options):
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(page_of(net, rows, targets, rate, **options), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True,
                                      color_scheme="dark" if dark else "light")
        context.set_default_timeout(10_000)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: troubles.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        tab.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}") or dialog.dismiss())
        tab.on("request", lambda request: request.url == path.as_uri() or troubles.append(f"request: {request.url}"))
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def same_as_python(tab, net, rows, targets, rate):
    """Assert that every number of every step that the page holds is Python's, to the bit."""
    steps = tab.evaluate(f"{STEP}.map(({{name, result}}) => [name, result])")
    trace = net.trace(rows, targets, rate)
    assert [name for name, _ in steps] == [step.name for step in trace.steps]
    for (name, found), step in zip(steps, trace.steps):
        assert bits(found) == bits(step.result), f"{name}: the page has {found}, Python {step.result}"


def shown(tab, selector):
    """The text of an element, with the page's minus signs as hyphens."""
    return tab.inner_text(selector).replace("−", "-")


def go_to(tab, name):
    """Press the right arrow until a step is shown."""
    tab.evaluate("document.activeElement.blur()")
    for _ in range(60):
        if shown(tab, "#step-title").startswith(f"{name} ="):
            return
        tab.keyboard.press("ArrowRight")
    raise AssertionError(f"no step {name}")


def cell(name):
    """The selector of a number in a matrix of the step."""
    return f'#equation [data-place="{name}"]'


def iris():
    """A network with a wide hidden layer, three flowers, and how its inputs were made of their measures."""
    names = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    cells = [[5.1, 3.5, 1.4, 0.2], [5.0, 2.0, 3.5, 1.0], [6.9, 3.2, 5.7, 2.3]]
    encoder = Encoder.learn(cells, names)
    net = purenet.Network([4, 64, 3], activation="relu", loss="cross_entropy", exp="portable")
    return net, encoder.transform(cells), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], {
        "inputs": names, "outputs": ["setosa", "versicolor", "virginica"], "examples": ["row 0", "row 60", "row 120"],
        "encoding": {"columns": encoder.to_dict()["columns"], "cells": cells}}


def as_number(text):
    return float(text.replace("−", "-"))


def column(rows, heads, k):
    """The numbers in a column of a table, whose head may have a power of ten."""
    found = re.search("· 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", heads[k])
    power = int("".join("-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".index(sign)] for sign in found[1])) if found else 0
    return [as_number(row[k]) * 10 ** power for row in rows]


def as_shown(values):
    """The numbers of a column, to the four digits of the largest."""
    return pytest.approx(values, rel=0.06, abs=0.0006 * max(map(abs, values)))


def test_going_through_the_steps_by_button_key_slider_and_phase(opened):
    tab = opened(tutorial())
    names = [step.name for step in tutorial().trace(X, Y).steps]
    assert shown(tab, "#step-title") == "What is given" and tab.get_attribute("#previous", "aria-disabled") == "true"
    for press in (lambda: tab.click("#next"), lambda: tab.keyboard.press("ArrowRight")):
        tab.evaluate("document.querySelector('#slider').focus(); document.activeElement.blur()")
        for name in names:
            press()
            assert shown(tab, "#step-title").startswith(f"{name} ="), name
            assert shown(tab, "#equation .result figcaption b") == name
            assert shown(tab, "#sentence").endswith((".", "?"))
        assert tab.get_attribute("#next", "aria-disabled") == "true"
        tab.keyboard.press("ArrowRight")  # the last step stays
        assert shown(tab, "#step-title").startswith("new_loss =")
        tab.keyboard.press("ArrowLeft")
        assert shown(tab, "#step-title").startswith("new_a2 =")
        for _ in names[1:]:
            tab.click("#previous")
        assert shown(tab, "#step-title") == "What is given"
    tab.focus("#slider")
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    assert shown(tab, "#step-title").startswith("z2 =") and "z2" in tab.get_attribute("#slider", "aria-valuetext")
    for phase, name in [("backward", "error2"), ("update", "update_W1"), ("after", "new_a2"), ("loss", "losses"),
                        ("forward", "z1")]:
        tab.click(f"#phases >> text={phase}")
        assert shown(tab, "#step-title").startswith(f"{name} =")
    tab.click("#phases >> text=given")
    assert shown(tab, "#step-title") == "What is given"


def test_the_matrices_of_every_step_are_laid_out_as_its_formula(opened):
    net = purenet.Network([2, 3, 2], loss="mean_squared_error", activation="tanh", exp="portable")
    rows, targets = [[1.0, -2.0], [0.5, 0.0], [2.0, 1.0]], [[0, 1], [1, 0], [1, 1]]
    tab = opened(net, rows, targets)
    for step in net.trace(rows, targets).steps:
        tab.keyboard.press("ArrowRight")
        assert shown(tab, "#step-title") == f"{step.name} = {step.formula}"
        captions = [text.replace("T", "ᵀ") for text in tab.locator("#equation figcaption b").all_inner_texts()]
        in_formula = [word for word in re.findall(r"\w+ᵀ?", step.formula) if word.rstrip("ᵀ") in step.operands]
        compared = {"new_activation": ["a2", "y"], "new_loss": ["loss"]}.get(step.kind, [])
        assert captions == [*in_formula, step.name, *compared]
        count = tab.locator(f'#equation .result [data-place^="{step.name}"]').count()
        assert count == math.prod(step.shape), f"{step.name} shows {count} numbers, of shape {step.shape}"


def test_every_number_leads_down_to_the_inputs(opened):
    net = tutorial()
    trace = net.trace(X, Y)
    tab = opened(net)
    go_to(tab, "new_W1")
    tab.click(cell("new_W1[2][3]"))
    seen = []
    while True:
        place = shown(tab, "#number-head b")
        seen.append(place)
        name, *at = place.replace("]", "").split("[")
        if name in {step.name for step in trace.steps}:
            element = trace.element(name, *map(int, at))
            symbols, numbers = [text.replace("−", "-").lstrip("= ")
                                for text in tab.locator("#number-body > .formula").all_inner_texts()]
            assert (symbols, numbers) == (element.symbols(), element.numbers()), place
            assert float(shown(tab, "#number-head .full")) == element.value
        if place == "X[0][2]":
            break
        links = tab.locator("#number-body > .formula").first.locator("button")
        links.nth({"new_W1": 1, "update_W1": 1, "dW1": 1, "delta1": 0, "error1": 0, "delta2": 1, "slope2": 0, "a2": 0,
                   "z2": 0, "a1": 0, "z1": 4}[name]).click()
    assert len(seen) == 12
    crumbs = tab.locator("#crumbs button").all_inner_texts()
    assert crumbs == seen[:-1]
    tab.locator("#crumbs button").nth(2).click()
    assert shown(tab, "#number-head b") == seen[2] and tab.locator("#crumbs button").count() == 2


def test_the_contributions_to_a_weight_and_to_a_bias(opened):
    net = tutorial(bias=True)
    trace = net.trace(X, Y, 0.5)
    tab = opened(net, rate=0.5, examples=["first", "second", "third", "<b>fourth</b>"])
    for place, (layer, *at) in {"W1[1][2]": (1, 1, 2), "W2[3][0]": (2, 3, 0), "b1[2]": (1, 2)}.items():
        found = trace.contributions(layer, *at)
        tab.click(cell(place))
        assert shown(tab, ".verdict") == found.verdict()
        table = [[text.replace("−", "-") for text in row.locator("th, td").all_inner_texts()]
                 for row in tab.locator(".pushes tbody tr").all()]
        heads = tab.locator(".pushes thead th").all_inner_texts()
        assert [row[0] for row in table] == ["[0] first", "[1] second", "[2] third", "[3] <b>fourth</b>"]
        assert column(table, heads, 2) == as_shown([one.input for one in found.examples])
        assert column(table, heads, 3) == as_shown([one.delta for one in found.examples])
        assert column(table, heads, 4) == as_shown([one.push for one in found.examples])
        ways = {"up": "↑ up", "down": "↓ down", "not": "– no say"}
        assert [" ".join(row[1].split()) for row in table] == [ways[one.direction] for one in found.examples]
        assert column([[shown(tab, ".pushes tfoot td")]], heads[4:], 0) == as_shown([found.gradient])
        update, new = [text.replace("−", "-") for text in tab.locator(".pushes dd").all_inner_texts()]
        assert update.endswith(f"= {inside(0.5 * found.gradient)}") and new.endswith(f"= {inside(found.new)}")
        for way in ("up", "down"):
            wants = [one for one in found.examples if one.direction == way]
            if wants:
                most = max(wants, key=lambda one: abs(one.push))
                assert f"example {most.example} " in shown(tab, f".pushes li:has-text('wants it {way}')")


def inside(value):
    return f"({number(value)})" if value < 0 else number(value)


def test_the_story_of_confidence_is_sorted(opened):
    net = tutorial()
    tab = opened(net)
    for name in ("slope2", "delta2"):
        go_to(tab, name)
        rows = [row.locator("th, td").all_inner_texts()
                for row in tab.locator("#more .plain:not(.shapes) tbody tr").all()]
        heads = tab.locator("#more .plain:not(.shapes) thead th").all_inner_texts()
        stories = net.trace(X, Y).confidence()
        assert [row[0] for row in rows] == [f"[{c.example}]" for c in stories]
        for k, of in enumerate(("prediction", "target", "error", "slope", "delta"), 1):
            assert column(rows, heads, k) == as_shown([getattr(c, of) for c in stories]), of
            decimals = {len(row[k].partition(".")[2]) for row in rows}
            assert len(decimals) == 1, f"the points of {of} do not stand below each other: {rows}"


def test_transposes_and_conventions_are_told(opened):
    net = purenet.Network([3, 4, 2], exp="portable")
    rows, targets = X + [[1, 0, 0]], [[0, 1]] * 5
    trace = net.trace(rows, targets)
    tab = opened(net, rows, targets)
    assert [text.replace("−", "-") for text in tab.locator("#conventions-list li").all_inner_texts()] == \
        trace.conventions()
    for name, sentence in zip(("dW2", "error1", "dW1"), trace.transposes()):
        go_to(tab, name)
        assert sentence in shown(tab, "#more")
        lines = [row.locator("th, td").all_inner_texts() for row in tab.locator(".shapes tr").all()]
        assert lines[0][2].startswith("✓ fits") and lines[1][2].startswith("✗") and lines[2][2].startswith("✗")
        turned = tab.locator("#equation figure:has(.turned)")
        assert turned.count() == 1
        matrix = turned.locator("figcaption b").inner_text().rstrip("T")
        places = [cell.get_attribute("data-place") for cell in turned.locator("tbody tr").nth(1).locator("td").all()]
        assert places == [f"{matrix}[{i}][1]" for i in range(len(trace.values[matrix]))], "row 1 is column 1"


EDITS = [("X[1][0]", "-2.5"), ("y[2][0]", "0.25"), ("W1[2][1]", "1e-3"), ("W2[0][0]", "-.5"), ("b1[3]", "2"),
         ("learning_rate", "0.125")]


def test_whatever_is_changed_is_computed_anew_as_python_does(opened):
    net, rate = tutorial(bias=True), 1.0
    rows, targets = [[[float(value) for value in row] for row in matrix] for matrix in (X, Y)]
    tab = opened(net)
    same_as_python(tab, net, rows, targets, rate)
    assert not tab.is_visible("#changed")
    net = copy_of(net)
    for count, (place, text) in enumerate(EDITS, 1):
        tab.click(cell(place))
        tab.fill("#edit-field", text)
        name, *at = place.replace("]", "").split("[")
        at = list(map(int, at))
        if name == "learning_rate":
            rate = float(text)
        else:
            holder = {"X": rows, "y": targets, "W": net.weights, "b": net.biases}[name[0]]
            for index in ([int(name[1:]) - 1] if name[0] in "Wb" else []) + at[:-1]:
                holder = holder[index]
            holder[at[-1]] = float(text)
        same_as_python(tab, net, rows, targets, rate)
        assert tab.evaluate("document.activeElement.id") == "edit-field", "typing must not take the focus away"
        assert "edited" in tab.get_attribute(cell(place), "class")
        assert tab.locator("#changed [data-place]").count() == count, "not every change is listed"
    assert float(tab.input_value("#rate")) == rate
    go_to(tab, "loss")
    tab.click(cell("loss"))
    assert f"before your change: {number(tutorial(bias=True).loss(X, Y))}" in shown(tab, "#number-head")
    tab.click("#reset")
    same_as_python(tab, tutorial(bias=True), X, Y, 1.0)
    assert not tab.is_visible("#changed") and tab.locator(".edited").count() == 0


def refuse(tab, name, text):
    """Type what is to be refused."""
    field = {"edit": "#edit-field"}.get(name, f"#{name}")
    tab.fill(field, text)
    tab.press(field, "Enter")
    tab.wait_for_selector(f"#{name}-refused:not(:empty)")


def test_what_is_no_number_is_refused_beside_the_field_and_changes_nothing(opened):
    net = tutorial()
    tab = opened(net)
    tab.click(cell("X[0][0]"))
    for text, sentence in [("", "found nothing"), ("x", "found ‘x’"), ("1,5", "Write a point, not a comma: 1.5"),
                           ("1e999", "beyond what a float can hold"), ("<b>", "found ‘<b>’"), ("--1", "found ‘--1’"),
                           ("NaN", "found ‘NaN’")]:
        refuse(tab, "edit", text)
        refused = shown(tab, "#edit-refused")
        assert sentence in refused and refused.endswith("Nothing was changed."), (text, refused)
        assert tab.get_attribute("#edit-field", "aria-invalid") == "true"
        same_as_python(tab, net, X, Y, 1.0)
    tab.fill("#edit-field", "0")
    assert shown(tab, "#edit-refused") == "" and tab.get_attribute("#edit-field", "aria-invalid") is None
    tab.click(cell("y[1][0]"))
    refuse(tab, "edit", "1e200")
    assert shown(tab, "#edit-refused").startswith("A number of losses (loss of each example) outgrew a float")
    for text in ("0", "-1", "fast"):
        refuse(tab, "rate", text)
        assert shown(tab, "#rate-refused").endswith("Nothing was changed.")
    same_as_python(tab, net, X, Y, 1.0)


def test_one_change_can_be_taken_back(opened):
    tab = opened(tutorial())
    tab.click(cell("W1[0][0]"))
    was = tab.input_value("#edit-field")
    tab.fill("#edit-field", "3")
    tab.click("#edit-undo")
    assert tab.input_value("#edit-field") == was and not tab.is_visible("#changed")
    same_as_python(tab, tutorial(), X, Y, 1.0)


def test_targets_that_share_one_choice_go_on_adding_up_to_1(opened):
    net = purenet.Network([3, 3], loss="cross_entropy", exp="portable")
    targets = [[1, 0, 0], [0, 1, 0], [0.5, 0.25, 0.25], [0, 0, 1]]
    tab = opened(net, X, targets)
    for place, text, row in [("y[0][0]", "0.5", [0.5, 0.25, 0.25]), ("y[2][1]", "0.5", [1 / 3, 0.5, 1 / 6])]:
        tab.click(cell(place))
        tab.fill("#edit-field", text)
        targets[int(place[2])] = tab.evaluate(f"page.data().spec.y[{place[2]}]")
        assert targets[int(place[2])] == pytest.approx(row)
    same_as_python(tab, net, X, targets, 1.0)
    refuse(tab, "edit", "1.5")
    assert "needs targets from 0 to 1" in shown(tab, "#edit-refused")
    same_as_python(tab, net, X, targets, 1.0)


def test_scrubbing_through_training(opened):
    net = tutorial()
    snapshots = net.fit(X, Y, epochs=1000, snapshots=11).snapshots
    tab = opened(net, snapshots=snapshots)
    tab.focus("#snapshot")
    for k, snapshot in enumerate(snapshots):
        if k:
            tab.keyboard.press("ArrowRight")
        now = copy_of(net)
        now.weights = snapshot.weights
        same_as_python(tab, now, X, Y, 1.0)
        assert f"After {snapshot.epochs} epoch" in shown(tab, "#snapshot-says")
        assert number(now.loss(X, Y)) in shown(tab, "#snapshot-says")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press(",")
    assert tab.input_value("#snapshot") == "9"
    tab.keyboard.press(".")
    assert tab.input_value("#snapshot") == "10"
    box = tab.locator("#curve svg").bounding_box()
    tab.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + 20)
    assert 4 <= int(tab.input_value("#snapshot")) <= 6
    assert len(tab.get_attribute("#curve polyline", "points").split()) == 11
    go_to(tab, "z2")  # scrubbing stays at the step
    tab.keyboard.press(".")
    assert shown(tab, "#step-title").startswith("z2 =")


def test_a_changed_weight_belongs_to_its_snapshot(opened):
    net = tutorial()
    snapshots = net.fit(X, Y, epochs=10, snapshots=2).snapshots
    tab = opened(net, snapshots=snapshots)
    tab.click(cell("W1[0][0]"))
    tab.fill("#edit-field", "5")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press(".")
    same_as_python(tab, net, X, Y, 1.0)
    assert "at snapshot 1 W1[0][0] was -0.166" in shown(tab, "#changed"), "what is changed elsewhere is not told"
    tab.click('#changed [data-place="W1[0][0]"]')
    assert tab.evaluate("page.data().snapshot.weights[0][0][0]") == 5 and shown(tab, "#number-head b") == "W1[0][0]"
    tab.keyboard.press(".")
    tab.click("#reset")
    tab.keyboard.press(",")
    assert not tab.is_visible("#changed") and tab.evaluate("page.data().snapshot.weights[0][0][0]") < 0


def test_training_in_the_page_is_fit(opened):
    net = tutorial()
    tab = opened(net)
    mine, epochs = copy_of(net), 0
    for count, snapshots in [(1, 2), (10, 12), (100, 22), (1000, 32)]:
        tab.click(f'[data-epochs="{count}"]')
        tab.wait_for_selector(f"#snapshot-says:has-text('After {epochs + count} epoch')", timeout=60_000)
        mine.fit(X, Y, epochs=count, learning_rate=1.0)
        epochs += count
        same_as_python(tab, mine, X, Y, 1.0)
        assert tab.get_attribute("#snapshot", "max") == str(snapshots - 1)
        assert f"Trained {count} step" in shown(tab, "#training-says")
    tab.click("#runs >> text=As given")
    same_as_python(tab, net, X, Y, 1.0)
    tab.click("#runs >> text=Trained here")
    same_as_python(tab, mine, X, Y, 1.0)
    tab.click("#reset")
    same_as_python(tab, net, X, Y, 1.0)
    assert tab.locator("#runs button").count() == 0


def test_training_goes_on_from_what_was_changed_and_can_be_stopped(opened):
    net = purenet.Network([20, 30, 10], exp="portable")
    rows = [[(i * j) % 7 / 7 for j in range(20)] for i in range(1, 41)]
    targets = [[float(i % 10 == j) for j in range(10)] for i in range(40)]
    tab = opened(net, rows, targets)
    tab.fill("#rate", "0.5")
    tab.click('[data-epochs="1000"]')
    tab.click("#stop", timeout=60_000)
    tab.wait_for_selector("#stop", state="hidden")
    done = tab.evaluate("page.data().snapshot.epochs")
    assert 0 < done < 1000 and f"Trained {done} step" in shown(tab, "#training-says")
    net.fit(rows, targets, epochs=done, learning_rate=0.5)
    same_as_python(tab, net, rows, targets, 0.5)


def test_a_training_that_diverges_says_so(opened):
    net = purenet.Network([3, 2, 1], activation="identity", reduction="sum", exp="portable")
    tab = opened(net)
    tab.fill("#rate", "1000")
    tab.click('[data-epochs="1000"]')
    tab.wait_for_selector("#training-says:has-text('diverged')", timeout=60_000)


def test_quiz(opened):
    net = tutorial()
    tab = opened(net)
    tab.click("#ask")
    trace = net.trace(X, Y)

    def asked():
        place = tab.get_attribute("#answer", "data-place")
        name, *at = place.replace("]", "").split("[")
        assert shown(tab, cell(place)) == "?"
        assert shown(tab, "#step-title").startswith(name)
        return place, trace.element(name, *map(int, at))

    place, element = asked()
    tab.fill("#answer", "abc")
    tab.click("#check")
    assert "Expected a number" in shown(tab, "#answer-refused")
    tab.fill("#answer", repr(element.value + 1))
    tab.keyboard.press("Enter")
    assert shown(tab, "#quiz-says")
    tab.fill("#answer", number(element.value, 3))
    tab.keyboard.press("Enter")
    assert shown(tab, "#quiz-says").startswith(f"Right: {place} =") and "1 number right" in shown(tab, "#quiz")
    assert shown(tab, cell(place)) != "?"
    tab.keyboard.press("Enter")  # the focus is on the next question
    place, element = asked()
    tab.click("#hint")
    assert element.symbols() in shown(tab, "#quiz")
    tab.click("#hint")
    assert element.numbers() in shown(tab, "#quiz")
    tab.fill("#answer", repr(-element.value))
    tab.click("#check")
    assert "not the sign" in shown(tab, "#quiz-says")
    tab.fill("#answer", repr(element.value))
    tab.click("#check")
    assert "1 with hints" in shown(tab, "#quiz")
    tab.click("#quiz-next")
    place, element = asked()
    for _ in range(3):
        tab.click("#hint")
    assert f"{place} = {number(element.value)}" in shown(tab, "#quiz-says") and "1 shown" in shown(tab, "#quiz")
    tab.click("text=Another one here")
    assert asked()[0].split("[")[0] == place.split("[")[0]
    for _ in range(40):  # every step that can be asked for, and round again
        tab.evaluate("document.activeElement.blur()")
        tab.keyboard.press("ArrowRight")
        if tab.locator("#answer").count():
            asked()
    assert "Nothing to work out" in shown(tab, "#quiz")
    tab.click("#ask")
    assert not tab.is_visible("#quiz") and tab.locator(".hidden").count() == 0


def test_examples_and_digits(opened):
    tab = opened(tutorial(), examples=["a", "b", "c", "d"])
    go_to(tab, "a1")
    for k, act in [(1, lambda: tab.click("#example-after")), (2, lambda: tab.keyboard.press("e")),
                   (1, lambda: tab.click("#example-before")), (3, lambda: tab.select_option("#example", "3"))]:
        act()
        tab.evaluate("document.activeElement.blur()")
        assert tab.input_value("#example") == str(k) and tab.locator(f'#graph [aria-label*="X[{k}][2]"]').count() == 1
        assert "mine" in tab.get_attribute(cell(f"a1[{k}][0]"), "class")
    for digits in ("3", "6"):
        tab.select_option("#digits", digits)
        assert len(shown(tab, cell("a1[0][0]"))) == 2 + int(digits)


def test_the_network_can_be_clicked(opened):
    tab = opened(tutorial())
    go_to(tab, "a2")
    tab.click('#graph [data-node="1 2"]')
    assert shown(tab, "#number-head b") == "a1[0][2]"
    tab.locator("#graph .edge >> nth=5").dispatch_event("click")
    assert shown(tab, "#number-head b").startswith("W1[") and tab.is_visible(".verdict")


FOCUS = """(() => {
  const element = document.activeElement, style = getComputedStyle(element), whole = element.closest("[role=grid]");
  const name = element.id || (whole || element).getAttribute("aria-label") || element.textContent;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return element === document.body ? null : [name, outlined || element.closest("svg") !== null];
})()"""


def test_by_keyboard_alone(opened):
    """Everything can be reached by Tab, and from a weight's number one gets down to an input and back."""
    net = tutorial()
    tab = opened(net, snapshots=net.fit(X, Y, epochs=4, snapshots=3).snapshots)
    reached = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        focus = tab.evaluate(FOCUS)
        if focus is None:
            break
        assert focus[1], f"the focus on {focus[0]} cannot be seen"
        reached.add(focus[0])
    controls = {"ask", "digits", "theme", "help", "previous", "slider", "next", "example-before", "example",
                "example-after", "snapshot", "rate", "print", "print-all", "X, 4 by 3", "y, 4 by 1", "W1, 3 by 4",
                "W2, 4 by 1", "learning_rate", "Take 10 steps", "Take this step"}
    assert controls <= reached, controls - reached

    tab.focus(cell("W1[0][0]"))
    for key in ("ArrowRight", "ArrowDown", "End", "ArrowLeft", "PageDown", "PageUp", "Home"):
        tab.keyboard.press(key)
    assert tab.evaluate("document.activeElement.dataset.place") == "W1[0][0]"
    assert shown(tab, "#step-title") == "What is given", "arrows within a matrix must not change the step"
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    assert shown(tab, "#number-head b") == "W1[0][1]"
    assert tab.evaluate("document.activeElement.id") == "number-head"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "edit-field"
    tab.keyboard.press("Control+a")
    tab.keyboard.type("0.5")
    assert tab.evaluate("page.data().snapshot.weights[0][0][1]") == 0.5
    while tab.evaluate("document.activeElement.dataset.place") != "X[2][0]":
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert shown(tab, "#number-head b") == "X[2][0]" and shown(tab, "#crumbs").startswith("W1[0][1]")
    tab.keyboard.press("Escape")
    assert shown(tab, "#number-head b") == "W1[0][1]"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "slider"

    tab.keyboard.press("?")
    assert tab.is_visible("#helper") and tab.evaluate("document.activeElement.id") == "helper-title"
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Escape")
    assert not tab.is_visible("#helper") and shown(tab, "#step-title") == "What is given"
    tab.keyboard.press("q")
    assert tab.evaluate("document.activeElement.id") == "answer"
    tab.keyboard.type("q1")
    assert tab.input_value("#answer") == "q1", "letters typed in a field are letters"
    tab.focus('#graph [tabindex="0"]')
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowDown", "Enter"):
        tab.keyboard.press(key)
    assert shown(tab, "#number-head b") == f"X[{tab.input_value('#example')}][1]"


def test_light_dark_and_the_toggle(opened):
    for dark in (False, True):
        tab = opened(tutorial(), dark=dark)

        def luminance():
            return sum(map(int, tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)"))) / 765

        assert (luminance() < 0.3) == dark
        tab.keyboard.press("t")
        assert (luminance() < 0.3) != dark
        assert tab.inner_text("#theme") == ("Dark" if dark else "Light")
        tab.click("#theme")
        assert (luminance() < 0.3) == dark


CONTRAST = """() => {  // the texts whose contrast is below 4.5 to 1, by WCAG 2
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("svg, dialog, [aria-disabled=true], :disabled, .skip") || !element.checkVisibility()) continue;
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    let box = element;
    while (rgb(getComputedStyle(box).backgroundColor)[3] < 255 && box.parentElement) box = box.parentElement;
    const [a, b] = [getComputedStyle(element).color, getComputedStyle(box).backgroundColor]
      .map((css) => luminance(rgb(css))).sort((p, q) => q - p), contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) found.push([element.textContent.slice(0, 30), element.className, contrast.toFixed(2)]);
  }
  return found;
}"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out_from_its_background(opened, dark):
    tab = opened(tutorial(), dark=dark)
    tab.click(cell("W1[0][0]"))
    refuse(tab, "edit", "x")
    assert tab.evaluate(CONTRAST) == []
    tab.fill("#edit-field", "0.5")
    for name in ("z1", "delta2", "dW2", "new_W2"):
        go_to(tab, name)
        tab.locator("#equation .result [data-place]").first.click()
        assert tab.evaluate(CONTRAST) == [], name
    tab.click("#ask")
    tab.click("#hint")
    assert tab.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 820, 1600])
def test_no_page_is_wider_than_its_window(opened, width):
    nets = [(tutorial(), X, Y, {}),
            (purenet.Network([3, 12, 2], loss="binary_cross_entropy"), X, [[0, 1]] * 4,
             {"inputs": NAMES, "outputs": NAMES[:2], "examples": NAMES + ["x" * 200], "title": "W" * 300})]
    for net, rows, targets, options in nets:
        tab = opened(net, rows, targets, width=width, height=740, **options)
        for _ in range(len(net.trace(rows, targets).steps) + 1):
            tab.locator("#equation [data-place]").last.click()
            wide = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], f"{shown(tab, '#step-title')} is {wide[0]} wide of {wide[1]}"
            outside = tab.evaluate("""[...document.querySelectorAll("section")]
                                      .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.id)""")
            assert not outside, f"{shown(tab, '#step-title')}: {outside}"
            tab.evaluate("document.activeElement.blur()")
            tab.keyboard.press("ArrowRight")
        for key in ("q", "Escape") * 4:  # each time the quiz asks for another number
            tab.keyboard.press(key)
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the quiz is too wide"


def test_a_column_called_script_stays_text(opened):
    net = purenet.Network([3, 2, 1])
    tab = opened(net, inputs=NAMES, outputs=[NAMES[0]], title="</title><script>alert(1)</script>",
                 examples=[NAMES[0], "</script>", "<img src=x onerror=alert(1)>", "&amp;"])
    assert tab.title() == "</title><script>alert(1)</script>" and tab.inner_text("h1") == tab.title()
    assert tab.locator("script").count() == 2 and tab.locator("img").count() == 0
    assert tab.locator("#equation th[title='<script>alert(1)</script>'] >> text=<script…/script>").count() >= 2
    for _ in range(len(net.trace(X, Y).steps)):
        tab.locator("#equation [data-place]").last.click()
        tab.evaluate("document.activeElement.blur()")
        tab.keyboard.press("ArrowRight")
    assert tab.locator("script").count() == 2 and tab.locator("img").count() == 0


def test_it_prints(opened):
    tab = opened(tutorial(), dark=True)
    go_to(tab, "dW2")
    tab.click(cell("dW2[0][0]"))
    tab.evaluate("window.printed = 0; window.print = () => { window.printed++; }; null")
    tab.click("#print")
    tab.emulate_media(media="print")
    for selector in ("#steps", ".tools", "footer", "#training"):
        assert not tab.is_visible(selector), f"{selector} is on paper"
    for selector in ("#equation", "#sentence", "#graph", ".verdict"):
        assert tab.is_visible(selector), f"{selector} is not on paper"
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = tab.pdf()
    assert pdf.startswith(b"%PDF") and len(pdf) > 10_000
    tab.emulate_media(media="screen")
    tab.click("#print-all")
    tab.emulate_media(media="print")
    steps = len(tutorial().trace(X, Y).steps)
    assert tab.locator("#all-steps article").count() == steps + 1 and not tab.is_visible("#step")
    assert tab.evaluate("window.printed") == 2
    assert len(tab.pdf()) > len(pdf)
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.is_visible("#step") and tab.locator("#all-steps article").count() == 0


def large():
    """A network of 64-32-10 with 40 examples: the largest that the page has to be smooth with."""
    net = purenet.Network([64, 32, 10], loss="cross_entropy", exp="portable")
    rows = [[(i * j) % 17 / 17 for j in range(64)] for i in range(1, 41)]
    return net, rows, [[float(i % 10 == j) for j in range(10)] for i in range(40)]


def test_large_matrices_scroll_and_are_reached_by_the_keyboard(opened):
    net, rows, targets = large()
    tab = opened(net, rows, targets)
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#equation td").count() < 1000, "more is drawn than can be seen"
    assert "scroll" in shown(tab, "#equation")
    tab.focus(cell("W1[0][0]"))
    for key in ["End"] + ["PageDown"] * 7:
        tab.keyboard.press(key)
    assert tab.evaluate("document.activeElement.dataset.place") == "W1[63][31]"
    box = tab.locator("#equation .window").nth(1)
    assert box.evaluate("(e) => e.scrollTop > 0 && e.scrollLeft > 0")
    box.evaluate("(e) => e.scrollTo(0, 0)")
    tab.wait_for_selector(cell("W1[0][0]"))
    tab.click(cell("z1[2][3]"))
    assert "operand" in tab.get_attribute(cell("W1[0][3]"), "class")
    tab.click("text=… 56 more …")
    whole = net.trace(rows, targets).element("z1", 2, 3).numbers(most=99)
    assert shown(tab, "#number-body > .formula >> nth=1").lstrip("= ") == whole
    tab.click('#number-body [data-place="W1[60][3]"]')
    tab.wait_for_selector(cell("W1[60][3]"))  # has scrolled into sight
    assert tab.locator(".pushes tbody tr").count() == 21 and "20 others" in shown(tab, ".pushes tbody")
    tab.click("text=Show all 40")
    assert tab.locator(".pushes tbody tr").count() == 40


PRESS = """(key) => {
  document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
  document.body.offsetHeight;  // style and layout, too
}"""


WORK = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")


CELLS = "document.querySelectorAll('[role=gridcell]').length"


def test_a_step_of_64_32_10_draws_only_what_is_in_sight(opened, record_property):
    """That is what keeps it quick: how quick, in processor time, is printed (pytest -s)."""
    net, rows, targets = large()
    snapshots = net.fit(rows, targets, epochs=4, snapshots=5).snapshots
    keys = ["ArrowRight"] * 24 + ["ArrowLeft"] * 24 + ["."] * 4 + [","] * 4
    for width in (1600, 360):
        tab = opened(net, rows, targets, width=width, snapshots=snapshots)
        tools = tab.context.new_cdp_session(tab)
        tools.send("Performance.enable", {"timeDomain": "threadTicks"})

        def milliseconds():
            metrics = {one["name"]: 1000 * one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
            return sum(metrics[name] for name in WORK), metrics["TaskDuration"]

        rounds = []
        for _ in range(3):
            rounds.append([])
            for key in keys:
                before = milliseconds()
                tab.evaluate(PRESS, key)
                rounds[-1].append([after - start for after, start in zip(milliseconds(), before)])
                assert tab.evaluate(CELLS) < 3000, f"{width} px: cells are drawn that nobody can see"
        work, all_tasks = [[min(times) for times in zip(*([one[k] for one in times] for times in rounds))]
                           for k in (0, 1)]
        told = ", ".join(f"{name} median {sorted(times)[len(times) // 2]:.0f} ms, worst {max(times):.0f} ms"
                         for name, times in [("script, style and layout", work), ("with painting", all_tasks)])
        record_property(f"{width} px", told)
        print(f"{width} px: {told}")


def test_the_page_of_the_tutorial_with_100_snapshots_is_small():
    net = tutorial()
    snapshots = net.fit(X, Y, epochs=100, snapshots=100).snapshots
    assert len(page_of(net, X, Y, snapshots=snapshots).encode("utf-8")) <= 250_000


# --- Nothing is cut that could be taken for something else.

CUT = """() => {  // the numbers that do not stand whole in their matrix, where it does not say that it scrolls
  const found = [];
  for (const cell of document.querySelectorAll("#equation [role=gridcell]")) {
    const box = cell.closest(".window").getBoundingClientRect(), {left, right} = cell.getBoundingClientRect();
    const cut = right > box.right + 1 || left < box.left - 1;
    if (cell.scrollWidth > cell.clientWidth) found.push(`${cell.dataset.place}: ${cell.textContent}`);
    if (cut && !cell.closest("figure").textContent.includes("scroll")) found.push(cell.dataset.place);
  }
  return found;
}"""
SLIVERS = """() => [...document.querySelectorAll("#equation figure")].map((figure) => {
  const window = figure.querySelector(".window"), all = figure.closest(".equation").clientWidth;
  return [figure.querySelector("b").textContent, window.clientWidth, Math.min(window.scrollWidth, all - 120)];
}).filter(([, seen, wanted]) => seen < wanted)"""
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"  # for what is measured after
WIDTHS = [360, 820, 1000, 1320, 1600]


def pages():
    """The pages of the tutorial, trained for a while, and of iris."""
    net = tutorial()
    snapshots = net.fit(X, Y, epochs=4000, snapshots=[0, 1, 400, 4000]).snapshots
    return {"tutorial": (tutorial(), X, Y, {"snapshots": snapshots, "inputs": ["x0", "x1", "x2"],
                                            "examples": [" ".join(map(str, row)) for row in X]}),
            "iris": iris(), "64-32-10": (*large(), {})}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["tutorial", "iris", "64-32-10"])
def test_no_number_is_cut_unless_its_matrix_says_that_it_scrolls(opened, name, width):
    net, rows, targets, options = pages()[name]
    tab = opened(net, rows, targets, width=width, **options)
    tab.select_option("#digits", "6" if width == 1320 else "4")
    tab.evaluate("document.activeElement.blur()")
    for _ in range(len(net.trace(rows, targets).steps) + 1):
        tab.evaluate(FRAMES)
        step = shown(tab, "#step-title")
        assert tab.evaluate(CUT) == [], f"{step}: cut without a word"
        assert tab.evaluate(SLIVERS) == [], f"{step}: there was room for more of a matrix [name, seen, wanted]"
        tab.keyboard.press("ArrowRight")


@pytest.mark.parametrize("width", [360, 1000, 1320, 1600])
def test_the_table_of_pushes_is_never_cut(opened, width):
    net, rows, targets, options = pages()["tutorial"]
    tab = opened(net, rows, targets, width=width, **options)
    for digits in ("4", "6"):
        tab.select_option("#digits", digits)
        for snapshot in range(4):
            tab.fill("#snapshot", str(snapshot))
            for place in [f"W1[{i}][{j}]" for i in range(3) for j in range(4)] + [f"W2[{i}][0]" for i in range(4)]:
                tab.evaluate("(place) => document.querySelector(`#equation [data-place='${place}']`).click()", place)
                wide = tab.evaluate("(({scrollWidth, clientWidth}) => [scrollWidth, clientWidth])("
                                    "document.querySelector('.pushes .scroll'))")
                assert wide[0] <= wide[1], f"{place}, snapshot {snapshot}, {digits} digits: {wide}"
    tab.select_option("#digits", "4")
    go_to(tab, "delta2")
    tab.evaluate(FRAMES)
    confidence = tab.locator("#more .scroll")
    cut = confidence.evaluate("(e) => e.scrollWidth > e.clientWidth")
    assert cut == ("more-right" in confidence.get_attribute("class")), "where the table is cut, it does not fade"
    assert width < 400 or not cut, "the table of confidence is cut"


SEEN = """(place) => {  // whether a number stands in the sight of its matrix, beside the heads of the rows
  const cell = document.querySelector(`#equation [data-place="${place}"]`);
  const box = cell.closest(".window").getBoundingClientRect(), {left, right} = cell.getBoundingClientRect();
  const head = cell.closest("tr").querySelector("th");
  const beside = head ? head.getBoundingClientRect() : {left: box.left, right: box.left};
  return left >= beside.right - 1 && right <= box.right + 1 && beside.left >= box.left - 4;
}"""


@pytest.mark.parametrize("width", [360, 1600])
def test_a_number_brings_those_that_it_comes_from_into_sight(opened, width):
    net, rows, targets, options = iris()
    tab = opened(net, rows, targets, width=width, **options)
    tab.keyboard.press("ArrowRight")
    for unit in (40, 63, 3):
        tab.evaluate("(place) => document.querySelector(`#equation [data-place='${place}']`).click()", f"z1[1][{unit}]")
        for place in [f"W1[{i}][{unit}]" for i in (0, 3)] + [f"b1[{unit}]", f"z1[1][{unit}]"]:
            assert tab.evaluate(SEEN, place), f"{place} is not in sight"


def test_a_reader_with_large_letters_gets_a_narrow_layout(browser, tmp_path):
    net, rows, targets, options = iris()
    (tmp_path / "page.html").write_text(page_of(net, rows, targets, **options), encoding="utf-8")
    with browser.browser_type.launch(executable_path=CHROMIUM,
                                     args=["--no-sandbox", "--blink-settings=defaultFontSize=32"]) as large_letters:
        tab = large_letters.new_page(viewport={"width": 1600, "height": 1000})
        tab.goto((tmp_path / "page.html").as_uri())
        assert tab.evaluate("getComputedStyle(document.body).fontSize") == "32px"
        sections = tab.evaluate("""[...document.querySelectorAll("section")].map((e) => {
                                      const {left, right, top, bottom} = e.getBoundingClientRect();
                                      return [left, right, top, bottom]; })""")
        for k, (left, right, top, bottom) in enumerate(sections):
            assert left >= 0 and right <= 1600
            for other in sections[:k]:
                assert right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top, "two overlap"
        tab.keyboard.press("ArrowRight")
        tab.evaluate(FRAMES)
        assert tab.evaluate(CUT) == []
        go_to(tab, "z2")
        heights = tab.evaluate("[...document.querySelectorAll('.large tr')].map((row) => row.offsetHeight)")
        assert heights and max(heights) <= 56, "a row of a large matrix is taller than it was reckoned"


@pytest.mark.parametrize("name", ["tutorial", "iris"])
def test_no_number_is_wider_than_its_circle(opened, name):
    net, rows, targets, options = pages()[name]
    tab = opened(net, rows, targets, **options)
    for _ in range(len(net.trace(rows, targets).steps) + 1):
        wide = tab.evaluate("""[...document.querySelectorAll("#graph .node text")]
                               .filter((e) => e.getBBox().width > 37).map((e) => e.textContent)""")
        assert not wide, shown(tab, "#step-title")
        tab.keyboard.press("ArrowRight")


def test_long_names_keep_both_their_ends(opened):
    names = [f"a column with a name without an end={value}" for value in ("red", "blue")] + ["x2"]
    tab = opened(tutorial(), inputs=names)
    heads = tab.locator("#equation figure:first-child thead th").all_inner_texts()
    assert heads[0].endswith("=red") and heads[1].endswith("=blue") and heads[0].startswith("[0] a col")
    drawn = [text for text in tab.locator("#graph .label.first").all_text_contents()]
    assert len(set(drawn)) == 3, drawn


def test_the_number_of_an_example_stands_apart_from_its_name(opened):
    net, rows, targets, options = pages()["tutorial"]
    tab = opened(net, rows, targets, **options)
    assert tab.locator("#equation figure:first-child th").all_inner_texts() == [
        "[0] x0", "[1] x1", "[2] x2", "[0] 0 0 1", "[1] 0 1 1", "[2] 1 0 1", "[3] 1 1 1"]
    assert tab.locator("#example option").all_inner_texts() == ["[0] 0 0 1", "[1] 0 1 1", "[2] 1 0 1", "[3] 1 1 1"]
    tab.click(cell("W1[0][0]"))
    assert tab.locator(".pushes tbody th").first.inner_text() == "[0] 0 0 1"


def test_what_closes_a_formula_stays_with_the_matrix_before_it(opened):
    tab = opened(tutorial())
    go_to(tab, "losses")
    closing = tab.locator("#equation .sign >> text=/^\\), example by example$/")
    y = tab.locator("#equation figure:has-text('y (4, 1)')")
    assert abs(closing.bounding_box()["y"] - y.bounding_box()["y"]) < y.bounding_box()["height"]
    assert closing.bounding_box()["x"] > y.bounding_box()["x"]


# --- What is said stays true when something is changed.

def test_weights_that_were_learned_before_the_data_changed_are_said_to_be(opened):
    net, rows, targets, options = pages()["tutorial"]
    tab = opened(net, rows, targets, **options)
    told = "These weights were learned before the data were changed"
    tab.click(cell("y[0][0]"))
    tab.fill("#edit-field", "1")
    assert told not in shown(tab, "#snapshot-says"), "the first weights are not learned at all"
    tab.fill("#snapshot", "3")
    assert told in shown(tab, "#snapshot-says")
    tab.click(".train >> nth=0")
    assert told not in shown(tab, "#snapshot-says"), "these have just learned from them"
    tab.click("#runs >> text=As given")
    tab.click(cell("y[0][0]"))
    tab.fill("#edit-field", "0")
    assert told not in shown(tab, "#snapshot-says"), "the data are those of the file again"


def test_an_example_that_is_called_by_its_inputs_changes_its_name_with_them(opened):
    net, rows, targets, options = pages()["tutorial"]
    tab = opened(net, rows, targets, **options)
    tab.click(cell("X[1][0]"))
    tab.fill("#edit-field", "0.5")
    assert "example 1 (0.5 1 1)" in shown(tab, "#number-head") and "[1] 0.5 1 1" in shown(tab, "#equation")
    assert tab.locator("#example option").nth(1).inner_text() == "[1] 0.5 1 1"
    tab.click("#reset")
    assert tab.locator("#example option").nth(1).inner_text() == "[1] 0 1 1"
    tab = opened(net, rows, targets, examples=["a", "b", "c", "d"])
    tab.click(cell("X[1][0]"))
    tab.fill("#edit-field", "0.5")
    assert "[1] b, changed" in shown(tab, "#equation") and "[0] a, changed" not in shown(tab, "#equation")


def test_a_number_of_a_file_is_told_from_its_cell(opened):
    net, rows, targets, options = iris()
    tab = opened(net, rows, targets, **options)
    column = options["encoding"]["columns"][2]
    for panel in ("#more", "#conventions"):
        assert "X is not what stands in the file" in shown(tab, panel)
    assert number(column["mean"]) in shown(tab, "#more") and number(column["deviation"]) in shown(tab, "#more")
    tab.click(cell("X[1][2]"))
    line = shown(tab, "#number-body .formula")
    assert line == f"= (3.5 - {number(column['mean'])}) / {number(column['deviation'])}"
    tab.fill("#edit-field", "2")
    assert tab.locator("#number-body .formula").count() == 0, "what is typed does not come from the file"
    tab.click(cell("y[1][2]"))
    assert not tab.is_visible("#number-body .formula"), "a class is not scaled"

    encoder = Encoder.learn([["<b>", 1], ["green", 3]], ["colour", "size"])
    cells = [["green", 2], ["<b>", 5]]
    tab = opened(purenet.Network([3, 1]), encoder.transform(cells), [[1.5], [-1]],
                 inputs=["colour=<b>", "colour=green", "size"],
                 encoding={"columns": [*encoder.to_dict()["columns"],
                                       {"kind": "number", "name": "price", "mean": 10.0, "deviation": 2.0}],
                           "cells": [[*cells[0], 13.0], [*cells[1], 8.0]]})
    assert "X and y are not what stands in the file" in shown(tab, "#more")
    for place, told in {"X[0][1]": "The file has ‘green’", "X[1][1]": "The file has ‘<b>’", "X[1][2]": "= (5 - 2) / 1",
                        "y[0][0]": "= (13 - 10) / 2"}.items():
        tab.click(cell(place))
        assert told in shown(tab, "#number-body")


def test_a_refusal_goes_with_what_was_refused(opened):
    tab = opened(tutorial())
    tab.click(cell("y[0][0]"))
    refuse(tab, "edit", "abc")
    tab.focus("#slider")
    assert tab.input_value("#edit-field") == "0" and shown(tab, "#edit-refused") == ""
    assert tab.get_attribute("#edit-field", "aria-invalid") is None
    refuse(tab, "rate", "")
    tab.focus("#slider")
    assert tab.input_value("#rate") == "1" and shown(tab, "#rate-refused") == ""


def test_a_number_is_not_refused_while_it_is_typed(opened):
    tab = opened(tutorial())
    tab.evaluate("""() => {
      window.alarms = [];
      new MutationObserver(() => alarms.push(1)).observe(document.querySelector("#rate-refused"), {childList: true});
    }""")
    tab.focus("#rate")
    tab.keyboard.press("Control+a")
    for letter in "0.05":
        tab.keyboard.type(letter)
    assert tab.evaluate("alarms") == [] and tab.evaluate("page.data().spec.learning_rate") == 0.05
    tab.fill("#rate", "0")
    tab.wait_for_selector("#rate-refused >> text=must be above 0")  # after a while


def test_minus_nothing_is_nothing(opened):
    tab = opened(tutorial())
    tab.click(cell("y[0][0]"))
    tab.fill("#edit-field", "-0")
    assert not tab.is_visible("#changed")


def test_whole_numbers_are_written_alike(opened):
    tab = opened(tutorial())
    tab.click(cell("X[0][0]"))
    tab.fill("#edit-field", "0.5")
    assert [shown(tab, cell(f"X[0][{j}]")) for j in range(3)] == ["0.5", "0", "1"]


# --- The quiz.

def ask_for(tab, trace, place):
    """Have the quiz ask for one number of the step that is shown."""
    name, *at = place.replace("]", "").split("[")
    sizes = next(step.shape for step in trace.steps if step.name == name)
    chances = [(int(k) + 0.5) / size for k, size in zip(at, sizes)]
    tab.evaluate("(chances) => { let k = 0; Math.random = () => chances[k++ % chances.length]; }", chances)
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowRight")
    assert tab.get_attribute("#answer", "data-place") == place
    tab.evaluate("document.activeElement.blur()")


def verdict_on(tab, answer):
    tab.fill("#answer", repr(answer))
    tab.press("#answer", "Enter")
    said = shown(tab, "#quiz-says")
    tab.evaluate("document.activeElement.blur()")
    return said


def test_what_comes_of_the_digits_that_are_shown_is_right(opened):
    net, rows, targets, options = iris()
    snapshots = net.fit(rows, targets, epochs=200, learning_rate=0.1, snapshots=2).snapshots
    tab = opened(net, rows, targets, **{**options, "snapshots": snapshots[-1:]})
    trace = net.trace(rows, targets)
    go_to(tab, "delta2")
    read = {place: as_number(shown(tab, cell(place))) for name in ("a2", "y")
            for place in [f"{name}[{i}][{j}]" for i in range(3) for j in range(3)]}
    tab.click("#ask")
    tab.evaluate("document.activeElement.blur()")
    for i in range(3):
        for j in range(3):
            ask_for(tab, trace, f"delta2[{i}][{j}]")
            said = verdict_on(tab, (read[f"a2[{i}][{j}]"] - read[f"y[{i}][{j}]"]) / 3)
            assert said.startswith("Right"), f"delta2[{i}][{j}]: {said}"
    ask_for(tab, trace, "delta2[0][0]")
    assert not verdict_on(tab, 1.5 * trace.values["delta2"][0][0]).startswith("Right")

    tab = opened(tutorial())
    trace = tutorial().trace(X, Y)
    tab.select_option("#digits", "3")
    go_to(tab, "dW1")
    delta = [[as_number(shown(tab, cell(f"delta1[{k}][{j}]"))) for j in range(4)] for k in range(4)]
    tab.click("#ask")
    tab.evaluate("document.activeElement.blur()")
    for i in range(3):
        for j in range(4):
            ask_for(tab, trace, f"dW1[{i}][{j}]")
            said = verdict_on(tab, sum(X[k][i] * delta[k][j] for k in range(4)))
            assert said.startswith("Right"), f"dW1[{i}][{j}]: {said}"


@pytest.mark.parametrize("activation, loss", [("sigmoid", "squared_error"), ("tanh", "mean_squared_error"),
                                              ("relu", "binary_cross_entropy"), ("identity", "cross_entropy")])
def test_the_quiz_takes_what_any_formula_comes_to(opened, activation, loss):
    """What the quiz reckons from a formula is the number itself, if all digits are shown."""
    output = "softmax" if loss == "cross_entropy" else "sigmoid"
    net = purenet.Network([2, 3, 2], activation=activation, output=output, loss=loss, exp="portable")
    rows, targets = [[0.5, -1.0], [2.0, 0.25]], [[1, 0], [0, 1]]
    tab = opened(net, rows, targets)
    tab.select_option("#digits", "6")
    trace = net.trace(rows, targets)
    tab.click("#ask")
    for step in trace.steps[:-2]:
        go_to(tab, step.name)
        place = tab.get_attribute("#answer", "data-place")
        found = tab.evaluate("quiz.expected()")
        name, *at = place.replace("]", "").split("[")
        assert found == pytest.approx(trace.element(name, *map(int, at)).value, rel=1e-3, abs=1e-4), place


def test_what_the_quiz_said_stays_true_when_the_numbers_change(opened):
    net, rows, targets, options = pages()["tutorial"]
    tab = opened(net, rows, targets, **options)
    tab.keyboard.press("ArrowRight")
    tab.click("#ask")
    value = tab.evaluate("quiz.expected()")
    tab.fill("#answer", repr(value))
    tab.press("#answer", "Enter")
    before = shown(tab, "#quiz")
    assert before.startswith("Right")
    tab.fill("#snapshot", "3")
    after = shown(tab, "#quiz")
    assert before.split("\n")[:3] == after.split("\n")[:3] and "before the numbers were changed" in after


def test_a_refused_answer_has_no_verdict(opened):
    tab = opened(tutorial())
    tab.click("#ask")
    tab.fill("#answer", "7")
    tab.click("#check")
    assert shown(tab, "#quiz-says")
    for text in ("", "0,5"):
        tab.fill("#answer", text)
        tab.click("#check")
        assert shown(tab, "#answer-refused") and not tab.is_visible("#quiz-says")


def test_the_quiz_does_not_tell_the_answer_elsewhere(opened):
    net, rows, targets, options = pages()["tutorial"]
    tab = opened(net, rows, targets, **options)
    trace = net.trace(rows, targets)
    go_to(tab, "loss")
    tab.click("#ask")
    assert "loss ?" in shown(tab, "#snapshot-says") and not tab.is_visible("#curve")
    assert "?" in tab.get_attribute("#snapshot", "aria-valuetext")
    go_to(tab, "delta1")
    assert tab.is_visible("#curve") and "loss 0.495" in shown(tab, "#snapshot-says")
    ask_for(tab, trace, "delta1[3][2]")
    go_to(tab, "delta1")
    tab.evaluate("document.querySelector('#graph .edge').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    tab.evaluate("numberPanel.open({name: 'W1', at: [2, 2]}, false)")
    row = tab.locator(".pushes tbody tr").nth(3).locator("td").all_inner_texts()
    assert row[2:] == ["?", "?"], row


# --- The pictures, and paper.

def test_the_network_after_the_step_has_no_number_of_the_one_before(opened):
    tab = opened(tutorial())
    for name in ("new_a2", "new_loss"):
        go_to(tab, name)
        assert tab.locator('#graph [data-node^="1 "] text').all_text_contents() == ["·"] * 4
        assert tab.locator('#graph [aria-label*="new_a2"]').count() == 1


def test_the_curve_has_the_epochs_true_to_scale(opened):
    net = tutorial()
    snapshots = net.fit(X, Y, epochs=1000, snapshots=[0, 1, 2, 250, 1000]).snapshots

    def points(tab):
        xs = [float(point.split(",")[0]) for point in tab.get_attribute("#curve polyline", "points").split()]
        return [(x - xs[0]) / (xs[-1] - xs[0]) for x in xs]

    tab = opened(net, snapshots=snapshots)
    tab.wait_for_function("document.querySelector('#curve polyline').getAttribute('points').split(' ').length === 5")
    assert points(tab) == pytest.approx([0, 0.001 ** 0.5, 0.002 ** 0.5, 0.5, 1], abs=0.01)
    assert "250 (root scale)" in tab.text_content("#curve")
    assert "square roots" in tab.get_attribute("#curve svg", "aria-label")
    even = net.fit(X, Y, epochs=1000, snapshots=5).snapshots
    tab = opened(net, snapshots=even)
    tab.wait_for_function("document.querySelector('#curve polyline').getAttribute('points').split(' ').length === 5")
    assert points(tab) == pytest.approx([0, 0.25, 0.5, 0.75, 1], abs=0.01) and "root" not in tab.text_content("#curve")


def test_the_network_is_one_stop_for_tab(opened):
    tab = opened(tutorial())
    tab.focus("#example-after")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.dataset.node") == "0 0"
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.closest('#graph')")


ON_PAPER = """() => {  // the numbers that are not whole on the paper
  const right = document.documentElement.clientWidth;
  return [...document.querySelectorAll("[role=gridcell]")].filter((e) => e.checkVisibility())
    .filter((e) => e.getBoundingClientRect().right > right + 1).map((e) => e.dataset.place);
}"""


@pytest.mark.parametrize("make", [iris, lambda: (*large(), {})], ids=["iris", "64-32-10"])
def test_paper_says_what_is_not_on_it_and_cuts_no_number(opened, make):
    net, rows, targets, options = make()
    tab = opened(net, rows, targets, **options)
    tab.evaluate("window.print = () => window.dispatchEvent(new Event('beforeprint')); null")
    tab.keyboard.press("ArrowRight")
    last = net.sizes[1] - 1
    tab.focus(cell("z1[2][0]"))
    tab.keyboard.press("End")
    tab.keyboard.press("Enter")
    paper = 680  # 180 mm
    for control in ("#print", "#print-all"):
        tab.click(control)
        tab.set_viewport_size({"width": paper, "height": 1000})
        tab.emulate_media(media="print")
        assert tab.evaluate(ON_PAPER) == []
        assert "scroll for the rest" not in shown(tab, "body") and "Click" not in shown(tab, "main")
        if control == "#print":
            assert re.search(rf"columns \d+ to {last} of {last + 1}; the rest is on ", shown(tab, "#equation"))
            assert tab.is_visible(cell(f"z1[2][{last}]")), "the number that is explained is not on paper"
        else:
            weights = tab.evaluate("""[...document.querySelectorAll("#all-steps td")]
                                      .map((e) => getComputedStyle(e).fontWeight)""")
            assert set(weights) == {"400"}, "a chosen number is left over"
        tab.emulate_media(media="screen")
        tab.set_viewport_size({"width": 1600, "height": 1000})
        tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
        tab.evaluate(FRAMES)
        assert "scroll for the rest" in shown(tab, "#equation") and tab.evaluate(SEEN, f"z1[2][{last}]")


EDGES = CONTRAST.replace("return found;", """
  return [...document.querySelectorAll("input[type=text], select")].filter((e) => e.checkVisibility()).map((e) => {
    const [a, b] = [getComputedStyle(e).borderTopColor, getComputedStyle(e.closest("section, body")).backgroundColor]
      .map((css) => luminance(rgb(css))).sort((p, q) => q - p);
    return (a + 0.05) / (b + 0.05);
  });""")


@pytest.mark.parametrize("dark", [False, True])
def test_the_edges_of_fields_can_be_seen(opened, dark):
    tab = opened(tutorial(), dark=dark)
    tab.click(cell("X[0][0]"))
    assert min(tab.evaluate(EDGES)) >= 3
