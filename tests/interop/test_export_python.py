"""The Python file on CPython, PyPy and MicroPython: the bits of the network it was made of, and nothing to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exports import (difference, examples, forms, in_python, networks, packed, plain_examples, trained_in_python,
                     unpacked)
from purenet.export import export

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "@micropython/micropython-webassembly-pyscript"
SCRIPT = """
import struct

def take(rows, width):
    global data
    found, data = data[:rows * width * 8], data[rows * width * 8:]
    return [struct.unpack("<%dd" % width, found[i * width * 8:(i + 1) * width * 8]) for i in range(rows)]

def give(values):
    for value in values:
        print("".join("%02x" % byte for byte in struct.pack("<d", value)))

with open("data", "rb") as file:
    data = file.read()
"""
PREDICT = """
import NAME
for x in take(COUNT, INPUTS):
    give(NAME.predict(x))
"""
TRAIN = """
import NAME
X, Y = take(COUNT, INPUTS), take(COUNT, OUTPUTS)
for i in range(STEPS):
    give([NAME.step(X, Y, RATE)])
give(NAME.parameters)
"""
IN_MICROPYTHON = """
import {readFileSync, readdirSync} from "node:fs";
import {loadMicroPython} from "PACKAGE/micropython.mjs";
const printed = [];
const mp = await loadMicroPython({heapsize: 16 * 1024 * 1024, linebuffer: true, stdout: (line) => printed.push(line)});
for (const name of readdirSync(".")) {
    if (name === "data" || name.endsWith(".py")) mp.FS.writeFile("/" + name, readFileSync(name));
}
mp.runPython("import os, sys\\nos.chdir('/')\\nsys.path[:] = ['/']");
for (const part of readFileSync("script.py", "utf8").split("#PART\\n")) {
    mp.runPython(part + "\\nimport gc\\ngc.collect()");
}
process.stdout.write(printed.join("\\n") + "\\n");
"""


def micropython():
    """The folder of MicroPython, from the place where npm put it."""
    places = [os.environ.get("PURENET_NODE_MODULES", ""), str(ROOT / "node_modules")]
    for place in places:
        if place and (Path(place) / PACKAGE).is_dir():
            return Path(place).resolve() / PACKAGE
    return None


def run(interpreter, folder):
    """Run script.py in a folder, and return the numbers that it prints."""
    if interpreter == "micropython":
        found = micropython()
        if found is None or shutil.which("node") is None:
            pytest.skip(f"no node with {PACKAGE}: npm install it, and name the folder in PURENET_NODE_MODULES")
        (folder / "run.mjs").write_text(IN_MICROPYTHON.replace("PACKAGE", found.as_uri()))
        command = ["node", "run.mjs"]
    else:
        path = sys.executable if interpreter == "this" else shutil.which(interpreter)
        if path is None:
            pytest.skip(f"{interpreter} is not installed")
        command = [path, "-S", "script.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=600)
    assert done.returncode == 0, f"{interpreter} says:\n{done.stdout.decode()[-500:]}{done.stderr.decode()[-3000:]}"
    return unpacked(bytes.fromhex("".join(done.stdout.decode().split())))


def prepare(folder, nets, template, data, **words):
    """Write the modules of some networks, the data, and the script that takes it."""
    parts = [SCRIPT]
    for name, (net, unroll) in nets.items():
        (folder / f"{name}.py").write_text(export(net, "python", unroll=unroll, train="step" in template),
                                           encoding="utf-8")
        text = template
        for word, value in {"NAME": name, "INPUTS": net.sizes[0], "OUTPUTS": net.sizes[-1], **words}.items():
            text = text.replace(word, str(value))
        parts.append(text)
    (folder / "data").write_bytes(b"".join(data))
    (folder / "script.py").write_text("#PART\n".join(parts), encoding="utf-8")


def compare(found, nets, expectations):
    """Fail where numbers are not those expected of some networks, one after the other."""
    for name, expected in zip(nets, expectations):
        part, found = found[:len(expected)], found[len(expected):]
        assert not difference(part, expected), f"{name}: {difference(part, expected)}"
    assert not found, f"{len(found)} numbers more than expected"


every_interpreter = pytest.mark.parametrize("interpreter", ["this", "pypy3", "micropython"])


@every_interpreter
def test_predictions_have_the_bits_of_the_network(interpreter, tmp_path):
    nets, count = forms(networks()), 100
    data = [examples(net, count)[0] for net, _ in nets.values()]
    prepare(tmp_path, nets, PREDICT, map(packed, data), COUNT=count)
    compare(run(interpreter, tmp_path), nets, [[value for row in in_python(net, X) for value in row]
                                               for (net, _), X in zip(nets.values(), data)])


@every_interpreter
def test_training_ends_in_the_bits_of_the_network(interpreter, tmp_path):
    nets, count, steps, rate = forms(networks()), 5, 40, 0.003
    data = [plain_examples(net, count) for net, _ in nets.values()]
    prepare(tmp_path, nets, TRAIN, [packed(X) + packed(y) for X, y in data], COUNT=count, STEPS=steps, RATE=rate)
    expected = []
    for (net, _), (X, y) in zip(nets.values(), data):
        parameters, losses = trained_in_python(net, X, y, steps, rate)
        expected.append(losses + parameters)
    compare(run(interpreter, tmp_path), nets, expected)
