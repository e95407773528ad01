"""The same checks (tests/runtime/checks.py) on every Python there is, for the package and for the single files.

The Node packages are looked for in the folder that PURENET_NODE_MODULES names, or in node_modules beside setup.cfg.
"""

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


def command(runtime):
    """The command that runs the checks in a runtime; skip the test where it is missing."""
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


def check(runtime, name, singles, cwd, *long):
    run = [*command(runtime), str(ROOT if name == "purenet" else singles), name, *long]
    done = subprocess.run(run, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    assert lines[-1:] == ["done"] and done.returncode == 0, "\n".join(lines[-40:])
    passed = [line for line in lines if line.startswith("ok ")]
    assert len(passed) == (1 if name == "purenet_micro" else 13 + len(long))


RUNTIMES = [*CPYTHONS, "pypy", "pyodide", "micropython", "brython"]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_checks_pass(runtime, name, singles, tmp_path):
    check(runtime, name, singles, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_hundred_thousand_updates_end_in_the_same_bits(runtime, singles, tmp_path):
    check(runtime, "purenet_small", singles, tmp_path, "long")
