"""The page in a real browser, headless Chromium: every control, by mouse and by keyboard alone, narrow and wide, in
light and dark, and on paper. What it shows of a network that was changed in it is what Python's trace says of that one.
"""

import math
import re
import shutil

import pytest

import purenet
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
        assert [row[0] for row in table] == ["0 first", "1 second", "2 third", "3 <b>fourth</b>"]
        assert [row[2:5] for row in table] == [[number(value, 4) for value in (one.input, one.delta, one.push)]
                                               for one in found.examples]
        ways = {"up": "↑ up", "down": "↓ down", "not": "– no say"}
        assert [row[1] for row in table] == [ways[one.direction] for one in found.examples]
        assert shown(tab, ".pushes tfoot td") == number(found.gradient, 4)
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
        rows = [[text.replace("−", "-") for text in row.locator("th, td").all_inner_texts()]
                for row in tab.locator("#more .plain:not(.shapes) tbody tr").all()]
        assert [row[:6] for row in rows] == [
            [str(c.example), *(number(value, 4) for value in (c.prediction, c.target, c.error, c.slope, c.delta))]
            for c in net.trace(X, Y).confidence()]


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
        assert tab.locator("#changed [data-place]").count() == min(count, 4), "the first four are listed"
    assert "and 2 more" in shown(tab, "#changed")
    assert float(tab.input_value("#rate")) == rate
    go_to(tab, "loss")
    tab.click(cell("loss"))
    assert f"before your change: {number(tutorial(bias=True).loss(X, Y))}" in shown(tab, "#number-head")
    tab.click("#reset")
    same_as_python(tab, tutorial(bias=True), X, Y, 1.0)
    assert not tab.is_visible("#changed") and tab.locator(".edited").count() == 0


def test_what_is_no_number_is_refused_beside_the_field_and_changes_nothing(opened):
    net = tutorial()
    tab = opened(net)
    tab.click(cell("X[0][0]"))
    for text, sentence in [("", "found nothing"), ("x", "found ‘x’"), ("1,5", "Write a point, not a comma: 1.5"),
                           ("1e999", "beyond what a float can hold"), ("<b>", "found ‘<b>’"), ("--1", "found ‘--1’"),
                           ("NaN", "found ‘NaN’")]:
        tab.fill("#edit-field", text)
        refused = shown(tab, "#edit-refused")
        assert sentence in refused and refused.endswith("Nothing was changed."), (text, refused)
        assert tab.get_attribute("#edit-field", "aria-invalid") == "true"
        same_as_python(tab, net, X, Y, 1.0)
    tab.fill("#edit-field", "0")
    assert shown(tab, "#edit-refused") == "" and tab.get_attribute("#edit-field", "aria-invalid") is None
    tab.click(cell("y[1][0]"))
    tab.fill("#edit-field", "1e200")
    assert shown(tab, "#edit-refused").startswith("A number of losses (loss of each example) outgrew a float")
    for text in ("0", "-1", "fast"):
        tab.fill("#rate", text)
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
    tab.fill("#edit-field", "1.5")
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
    assert not tab.is_visible("#changed")
    tab.keyboard.press(",")
    assert tab.evaluate("page.data().snapshot.weights[0][0][0]") == 5 and tab.is_visible("#changed")


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
    tab.click("#runs >> text=As in the file")
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
    assert tab.is_visible("#helper")
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
    tab.fill("#edit-field", "x")
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
    assert tab.locator("#equation th >> text=<script>alert(1)</script>").count() >= 2
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
