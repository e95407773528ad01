"""docs/embedding.md, done from top to bottom: its files written, its commands run, what it says they print compared."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from purenet import load
from test_docs import blocks_of

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "embedding.md"


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder in which everything has been done, and a list of what was to be printed and what was."""
    for program in ("bash", "gcc", "node"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    folder = tmp_path_factory.mktemp("embedding")
    programs = folder / "programs"
    programs.mkdir()
    for name, command in [("purenet", f"exec {sys.executable} -m purenet"), ("python3", f"exec {sys.executable}")]:
        (programs / name).write_text(f'#!/bin/sh\n{command} "$@"\n')
        (programs / name).chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    printed, pairs = "", []
    for block in blocks_of(PAGE.read_text(encoding="utf-8")):
        text, named = "\n".join(block.lines) + "\n", re.search(r"`([\w.]+)`[^`]*:$", block.above)
        if block.language == "console":
            text = block.lines[0][2:]
        if block.language in ("sh", "console"):
            ran = subprocess.run(["bash", "-e", "-c", text], cwd=folder, env=environment, capture_output=True,
                                 text=True)
            assert ran.returncode == 0, f"docs/embedding.md, line {block.first}:\n{ran.stdout}{ran.stderr}"
            printed = ran.stdout
        elif block.language == "text" and named:
            (folder / named[1]).write_text(text, encoding="utf-8")
        elif block.language == "text" and block.above.endswith("prints:"):
            pairs.append((text, printed))
    return folder, pairs


def test_what_the_page_says_is_printed_is(done):
    folder, pairs = done
    assert len(pairs) >= 4
    assert [printed for _, printed in pairs] == [said for said, _ in pairs]


def test_the_file_for_a_board_does_what_the_page_shows(done):
    folder, _ = done
    program = ("import iris; print(repr(iris.predict([5.9, 3.0, 5.1, 1.8]))); "
               "print(iris.step([[5.9, 3.0, 5.1, 1.8]], ['virginica'], 0.01))")
    subprocess.run(["bash", "-c", "rm -rf iris.py __pycache__"], cwd=folder, check=True)
    subprocess.run([sys.executable, "-m", "purenet", "export", "iris.json", "--to", "python", "--train", "--no-unroll",
                    "-o", "iris.py"], cwd=folder, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    printed = subprocess.run([sys.executable, "-c", program], cwd=folder, check=True, capture_output=True,
                             text=True).stdout.split()
    page = PAGE.read_text(encoding="utf-8")
    loss = re.search(r"^(0\.\d+)\.\.\.$", page, re.MULTILINE)[1]
    assert printed[0] == "'virginica'" and printed[1].startswith(loss)


def test_the_pages_open_from_disk(done):
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if chromium is None:
        pytest.skip("chromium is not installed")
    folder, _ = done
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        problems = []
        page.on("pageerror", lambda problem: problems.append(problem))
        page.goto((folder / "page.html").as_uri())
        page.wait_for_function("document.getElementById('answer').textContent")
        assert page.inner_text("#answer") == "virginica"
        page.fill("#length", "1.4")
        assert page.inner_text("#answer") == load(folder / "iris.json").predict([[5.9, 3.0, 1.4, 1.8]])[0]

        page.goto((ROOT / "docs" / "live.html").as_uri())
        page.click("#one")
        assert page.inner_text("#steps") == "1"
        page.click("#run")
        page.wait_for_function("document.getElementById('steps').textContent === '2000'", timeout=60_000)
        assert page.inner_text("#same") == "After 2000 steps every bit of every weight is the same as in Python."
        page.click("#again")
        assert page.inner_text("#steps") == "0"
        assert not problems, problems
        browser.close()
