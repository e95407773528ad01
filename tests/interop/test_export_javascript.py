"""The JavaScript module in Node and in Chromium: the bits of Python, and errors in a sentence."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from exports import (ROWS, difference, examples, flat, forms, in_python, models, networks, packed, plain_examples,
                     trained_in_python, unpacked)
from purenet import Network
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
    data = [[[x if abs(x) < 1e300 else 1.0 for x in row] for row in examples(net, count)[0]]
            for net, _ in nets.values()]
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
