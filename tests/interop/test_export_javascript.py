"""The JavaScript module in Node and in Chromium: the bits of Python, and errors in a sentence."""

import base64
import json
import shutil
import subprocess

import pytest

from exports import (ROWS, difference, examples, flat, forms, function_inputs, in_python, models, networks, packed,
                     plain_examples, trained_in_python, unpacked)
from purenet import Classifier, Network, Regressor
from purenet.core import arithmetic
from purenet.export import export

TAKE = """
let at = 0;
const numbers = new Float64Array(data), found = [];
const take = (rows, width) => Array.from({length: rows}, () => Array.from(numbers.subarray(at, at += width)));
"""
PREDICT = """
for (const x of take(COUNT, INPUTS)) found.push(...NAME.predict(x));
"""
TRAIN = """{
    const X = take(COUNT, INPUTS), Y = take(COUNT, OUTPUTS);
    for (let i = 0; i < STEPS; i++) found.push(NAME.step(X, Y, RATE));
    found.push(...NAME.parameters);
}
"""
IN_NODE = """
import {readFileSync, writeSync} from "node:fs";
IMPORTS
const stdin = readFileSync(0), data = stdin.buffer.slice(stdin.byteOffset, stdin.byteOffset + stdin.length);
BODY
const bytes = Buffer.from(new Float64Array(found).buffer);
for (let written = 0; written < bytes.length;) written += writeSync(1, bytes, written);
"""
IN_BROWSER = """(text) => {
const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
IMPORTS
BODY
const bytes = new Uint8Array(new Float64Array(found).buffer);
let result = "";
for (let i = 0; i < bytes.length; i += 32768) result += String.fromCharCode(...bytes.subarray(i, i + 32768));
return btoa(result);
}"""


def node(script, folder, data=b""):
    """Run a script in Node and return what it writes."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    (folder / "script.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run(["node", "script.mjs"], cwd=folder, input=data, capture_output=True, timeout=600)
    assert done.returncode == 0, f"node says:\n{done.stderr.decode()[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def page():
    """A page of Chromium, without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if chromium is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def as_function(module):
    """A module as the text of a call that returns what it exports, which can stand in any script."""
    assert module.count("\nexport {") == 1
    return f"(() => {{\n{module.replace(chr(10) + 'export {', chr(10) + 'return {')}}})()"


class Node:
    """Run modules in Node, as modules."""

    def __init__(self, folder):
        self.folder = folder

    def numbers(self, modules, body, data):
        """The numbers that a body of statements finds."""
        for name, text in modules.items():
            (self.folder / f"{name}.mjs").write_text(text, encoding="utf-8")
        imports = "".join(f'import * as {name} from "./{name}.mjs";\n' for name in modules)
        return unpacked(node(IN_NODE.replace("IMPORTS", imports).replace("BODY", TAKE + body), self.folder, data))


class Browser:
    """Run modules in Chromium, as parts of a script."""

    def __init__(self, page):
        self.page = page

    def numbers(self, modules, body, data):
        """The numbers that a body of statements finds."""
        imports = "".join(f"const {name} = {as_function(text)};\n" for name, text in modules.items())
        script = IN_BROWSER.replace("IMPORTS", imports).replace("BODY", TAKE + body)
        return unpacked(base64.b64decode(self.page.evaluate(script, base64.b64encode(data).decode())))


@pytest.fixture(params=["node", "chromium"])
def runtime(request, tmp_path):
    """Something that runs JavaScript."""
    return Node(tmp_path) if request.param == "node" else Browser(request.getfixturevalue("page"))


def filled(template, name, net, **words):
    """A template with the words for a network."""
    words = {"NAME": name, "INPUTS": net.sizes[0], "OUTPUTS": net.sizes[-1], **words}
    for word, value in words.items():
        template = template.replace(word, str(value))
    return template


def compare(found, nets, expectations):
    """Fail where numbers are not those expected of some networks, one after the other."""
    for name, expected in zip(nets, expectations):
        part, found = found[:len(expected)], found[len(expected):]
        assert not difference(part, expected), f"{name}: {difference(part, expected)}"
    assert not found, f"{len(found)} numbers more than expected"


def test_predictions_have_the_bits_of_python(runtime):
    nets, count = forms(networks()), 300
    data = [examples(net, count)[0] for net, _ in nets.values()]
    modules = {name: export(net, "javascript", unroll=unroll) for name, (net, unroll) in nets.items()}
    body = "".join(filled(PREDICT, name, net, COUNT=count) for name, (net, _) in nets.items())
    found = runtime.numbers(modules, body, b"".join(map(packed, data)))
    compare(found, nets, [[value for row in in_python(net, X) for value in row]
                          for (net, _), X in zip(nets.values(), data)])


def test_training_ends_in_the_bits_of_python(runtime):
    nets, count, steps, rate = forms(networks()), 5, 40, 0.003
    data = [plain_examples(net, count) for net, _ in nets.values()]
    modules = {name: export(net, "javascript", unroll=unroll, train=True) for name, (net, unroll) in nets.items()}
    body = "".join(filled(TRAIN, name, net, COUNT=count, STEPS=steps, RATE=rate) for name, (net, _) in nets.items())
    found = runtime.numbers(modules, body, b"".join(packed(X) + packed(y) for X, y in data))
    expected = []
    for (net, _), (X, y) in zip(nets.values(), data):
        parameters, losses = trained_in_python(net, X, y, steps, rate)
        expected.append(losses + parameters)
    compare(found, nets, expected)


@pytest.mark.slow
def test_a_million_predictions_have_the_bits_of_python(runtime):
    net, count = Network([3, 4, 2], loss="cross_entropy", seed=5, exp="portable"), 1_000_000
    X = examples(net, count)[0]
    body = filled(PREDICT, "net", net, COUNT=count).replace("found.push(...net.predict(x))", WITHOUT_PUSH)
    found = runtime.numbers({"net": export(net, "javascript")}, body, packed(X))
    wrong = difference(found, [value for row in net.predict(X) for value in row])
    assert not wrong, wrong


WITHOUT_PUSH = "for (const value of net.predict(x)) found.push(value)"  # of so many arguments at once


FUNCTIONS = """
for (const z of numbers) found.push(NAME.NAME(z));
"""
CALLS = {"exp": Network([1, 1], exp="portable"), "tanh": Network([1, 1], activation="tanh", exp="portable"),
         "log": Network([1, 1], loss="binary_cross_entropy", exp="portable")}


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", CALLS)
def test_the_functions_have_the_bits_of_the_portable_ones(runtime, name, count):
    values = function_inputs(name, count)
    text = export(CALLS[name], "javascript", train=True).replace("export {", f"export {{{name}, ")
    found = runtime.numbers({name: text}, FUNCTIONS.replace("NAME", name), packed([values]))
    function = getattr(arithmetic, f"portable_{name}")
    wrong = difference(found, [function(value) for value in values])
    assert not wrong, f"{name}: {wrong}"


MODELS = """
const said = [];
for (const row of ROWS) said.push(NAME.predict(row), NAME.classes ? NAME.probabilities(row) : []);
const labels = ROWS.map(NAME.predict);
for (let i = 0; i < 20; i++) NAME.step(ROWS, labels, 0.125);
const before = [...NAME.parameters];
const unusable = [[1.0], [NaN, "red", 1.0], ["1", "red", 1.0], [1.0, "pink", 1.0], [1.0, 1.0, 1.0], [1e308 * 10, 1.0]];
for (const bad of unusable) {
    for (const action of [() => NAME.predict(bad), () => NAME.step([ROWS[0], bad], [labels[0], labels[0]], 0.1),
                          () => NAME.step([ROWS[0]], ["no such class"], 0.1), () => NAME.step(ROWS, [], 0.1)]) {
        try {
            action();
            said.push("not refused");
        } catch (error) {
            if (!(error instanceof Error && /^[\\w" ]+: found|^found/.test(error.message))) said.push(error.message);
        }
    }
}
if (String(before) !== String(NAME.parameters)) said.push("changed by what was refused");
said.push(NAME.columns.map((column) => column.name), NAME.parameters);
"""


@pytest.mark.parametrize("name", models())
def test_models_predict_and_learn_as_in_python(name, tmp_path):
    model = models()[name]
    rows = [list(row) for row in ROWS] if len(model.encoder_.columns) == 3 else [[row[0], row[2]] for row in ROWS]
    (tmp_path / "net.mjs").write_text(export(model, "javascript", train=True), encoding="utf-8")
    script = 'import * as net from "./net.mjs";\n' + MODELS.replace("NAME", "net").replace("ROWS", json.dumps(rows))
    said = json.loads(node(script + "console.log(JSON.stringify(said));\n", tmp_path))
    labels = model.predict(rows)
    expected = []
    for row, label in zip(rows, labels):
        expected += [label, model.predict_proba([row])[0] if isinstance(model, Classifier) else []]
    if isinstance(model, Regressor):
        y = [model.target_.encode(0, label) for label in labels]
    elif len(model.classes_) == 2:
        y = [[float(label == model.classes_[1])] for label in labels]
    else:
        y = [[float(label == other) for other in model.classes_] for label in labels]
    model.network_.fit(model.encoder_.transform(rows), y, epochs=20, learning_rate=0.125, engine="lists")
    assert said == [*expected, model.encoder_.columns, flat(model.network_)]


def test_names_arrive_as_they_are(tmp_path):
    columns, texts, labels = ['a"b', "${1}</script>"], ["\\", "`\u2028"], ["'", "ö\n💡"]
    model = Classifier(epochs=0).fit([[1.0, texts[0]], [2.0, texts[1]]], labels, columns=columns)
    (tmp_path / "net.mjs").write_text(export(model, "javascript"), encoding="utf-8")
    script = 'import {classes, columns} from "./net.mjs";\nconsole.log(JSON.stringify([classes, columns]));\n'
    found_classes, found_columns = json.loads(node(script, tmp_path))
    assert found_classes == model.classes_
    assert [column["name"] for column in found_columns] == columns
    assert found_columns[1]["texts"] == sorted(texts)
