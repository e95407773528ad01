"""Run every code block of README.md and docs/*.md, and check what these pages link to and claim.

A block is run by its language, all blocks of a page in their order and in one temporary folder:

python    lines after >>> by doctest (... in the output stands for anything), with one set of variables for the page;
          without >>> it is written to a file, as csv is
console   each line after $: the output below it is what the command prints, where ... stands for anything; the exit
          status is 0; 2 if the page shows a refusal ("purenet train: ..."); 1 or 3 if it shows that verdict of a check
csv       written to a file: the line above the block ends with its name in backticks and a colon
sh        not run, but the files, extras and purenet commands that it names must exist
text      shown only
c, js     shown only here; an interop test that names the page runs them

Any other language is a mistake. Every failure names the page and the line.
"""

import argparse
import configparser
import difflib
import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import purenet
from purenet import cli

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
# A block that imports one of these is run only where it is installed.
OPTIONAL = ["sklearn", "distributed", "numpy", "torch", "onnxruntime"]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


class Block(NamedTuple):
    """A fenced block: its language, its lines, the number of the first of them, and the last line of text above."""

    language: str
    lines: list
    first: int
    above: str


def blocks_of(text):
    """Return the fenced blocks of a page."""
    blocks, above, block = [], "", None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```") and block is None:
            block = Block(line[3:].strip(), [], number + 1, above)
        elif line.startswith("```"):
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(line)
        elif line.strip():
            above = line
    assert block is None, f"line {block.first - 1}: this ``` is never closed"
    return blocks


def problems_in(name, text):
    """Run the blocks of a page in the current folder; return a message for each that does not do what it shows."""
    variables = {"__name__": "__main__"}
    problems = []
    for block in blocks_of(text):
        run = LANGUAGES.get(block.language)
        if run is None:
            found = [(block.first - 1, f"unknown language {block.language!r}, expected one of {', '.join(LANGUAGES)}")]
        else:
            found = run(block, variables)
        problems += [f"{name}, line {line}: {problem}" for line, problem in found]
    return problems


def run_python(block, variables):
    """Run a block by doctest; yield (line, problem) for each example that prints something else."""
    source = "\n".join(block.lines) + "\n"
    needed = [module for module in OPTIONAL if re.search(rf"\b(import|from) {module}\b", source)]
    if any(importlib.util.find_spec(module) is None for module in needed):
        return
    test = doctest.DocTestParser().get_doctest(source, variables, "block", None, block.first - 1)
    if not test.examples and written(block, "py"):
        return
    if not test.examples:
        yield block.first, "a python block without >>>: nothing here is run"
    test.globs = variables  # the parser made a copy
    runner = Runner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(test, clear_globs=False)
    yield from runner.problems


class Runner(doctest.DocTestRunner):
    """Keep what went wrong as (line, problem) instead of printing it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.problems = []

    def report_failure(self, out, test, example, got):
        self.problems.append((test.lineno + example.lineno + 1, difference(example.source, example.want, got)))

    def report_unexpected_exception(self, out, test, example, exc_info):
        self.report_failure(out, test, example, f"{exc_info[0].__name__}: {exc_info[1]}")


def run_console(block, variables):
    """Run the commands after $; yield (line, problem) for each that prints something else or ends badly."""
    starts = [i for i, line in enumerate(block.lines) if line.startswith("$ ")]
    if not starts or starts[0] > 0:
        yield block.first, "a console block starts with a line '$ command'"
        return
    for start, end in zip(starts, [*starts[1:], len(block.lines)]):
        command = block.lines[start][2:]
        wanted = "".join(line + "\n" for line in block.lines[start + 1:end])
        words = words_after_purenet(shlex.split(command))
        if words is None:
            yield block.first + start, f"unknown command {command!r}, expected purenet or python3 -m purenet"
            continue
        printed, status = purenet_run(words)
        expected_status = next((status for status, shown in STATUS.items() if re.search(shown, wanted, re.M)), 0)
        if words[:1] == ["mistakes"]:  # whose reports are examples
            expected_status = 0
        if status != expected_status:
            yield block.first + start, f"{command}\nends with status {status}, expected {expected_status}:\n{printed}"
        elif not matches(wanted, printed):
            line = first_difference(block.lines[start + 1:end], printed)
            shown = repr(block.lines[start + 1 + line]) if start + 1 + line < end else "the end of the output"
            yield block.first + start + 1 + line, f"expected {shown}, but {command} printed:\n{printed}"


STATUS = {2: r"^purenet( \w+)?: ", 1: r"^(.*: )?FAIL:", 3: r"^(.*: )?(UNDECIDABLE|INACCURATE)"}


def matches(wanted, printed):
    """Say whether this is what was printed; ... stands for anything."""
    return doctest.OutputChecker().check_output(wanted, printed, doctest.ELLIPSIS)


def first_difference(lines, printed):
    """Return the number of lines that can still be found, in this order, from the start of what was printed."""
    number = 1
    while number <= len(lines) and matches("\n".join(lines[:number]) + "\n...", printed):
        number += 1
    return number - 1


def words_after_purenet(words):
    """Return what follows `purenet` or `python3 -m purenet`, or None for another command."""
    for start in (["purenet"], ["python3", "-m", "purenet"]):
        if words[:len(start)] == start:
            return words[len(start):]
    return None


def purenet_run(words):
    """Run the command line in the current folder; return what it prints (the errors last) and its exit status."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
    done = subprocess.run([sys.executable, "-m", "purenet", *words], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return (done.stdout + done.stderr).decode("utf-8").replace("\r\n", "\n"), done.returncode


def write_csv(block, variables):
    """Write a block to the file that the line above names."""
    if not written(block, "csv"):
        yield block.first - 1, "the line above a csv block ends with the file's name, as in: `rows.csv`:"


def written(block, kind):
    """Write a block to the file of this kind that the line above names; return whether it names one."""
    named = re.search(rf"`([\w.-]+\.{kind})`:$", block.above)
    if named:
        Path(named[1]).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
    return bool(named)


def check_sh(block, variables):
    """Yield (line, problem) for a file, an extra, an option or a command of purenet that is named but not there."""
    for number, line in enumerate(block.lines, block.first):
        for extras in re.findall(r"\.\[([\w,]+)\]", line):
            for extra in extras.split(","):
                if extra not in setup_cfg()["options.extras_require"]:
                    yield number, f"setup.cfg has no extra {extra!r}"
        for words in shell_commands(line):
            after = words_after_purenet(words)
            if after is not None:
                try:
                    cli.make_parser().parse_strictly(after)
                except SystemExit:
                    yield number, f"purenet does not understand {shlex.join(words)!r}"
            for word in words:
                if re.fullmatch(r"(docs|tests|purenet|\.ci)/[\w./-]+", word) and not (ROOT / word).exists():
                    yield number, f"there is no file {word}"


def shell_commands(line):
    """Return the words of each command on a line of shell, cut at ; && || | and parentheses outside quotes."""
    commands = [[]]
    for word in shlex.shlex(line, posix=True, punctuation_chars=True):
        if set(word) <= set("();<>|&"):
            commands.append([])
        else:
            commands[-1].append(word)
    return commands


def show(block, variables):
    """Do nothing: text is to be read."""
    return []


LANGUAGES = {"python": run_python, "console": run_console, "csv": write_csv, "sh": check_sh, "text": show,
             "c": show, "js": show}


def setup_cfg():
    """Return the settings in setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def difference(what, wanted, got):
    """Return a message with what the page shows (-) beside what came (+)."""
    lines = difflib.ndiff(wanted.splitlines(), got.splitlines())
    return f"{what.rstrip()}\nthe page shows (-), it printed (+):\n" + "\n".join(line.rstrip() for line in lines)


@every_page
def test_every_code_block_does_what_the_page_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    problems = problems_in(page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8"))
    if problems:
        pytest.fail("\n\n".join(["the page and the code disagree; mend whichever is wrong", *problems]), pytrace=False)


@every_page
def test_what_is_not_run_here_is_run_by_an_interop_test(page):
    shown = {block.language for block in blocks_of(page.read_text(encoding="utf-8"))} & {"c", "js"}
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "interop").glob("*.py"))
    assert not shown or page.name in tests, f"no interop test runs the blocks of {page.name} in {shown}"


@pytest.mark.parametrize("text, message", [
    ("```python\n>>> 1 + 1\n2\n>>> 1 + 1\n3\n```",
     "page, line 4: 1 + 1\nthe page shows (-), it printed (+):\n- 3\n+ 2"),
    ("```python\n>>> 1 / 0\n2\n```",
     "page, line 2: 1 / 0\nthe page shows (-), it printed (+):\n- 2\n+ ZeroDivisionError"),
    ("```python\n>>> a = 1\n```\n\n```python\n>>> a\n2\n```", "page, line 6: a\n"),
    ("```python\nprint(1)\n```", "page, line 2: a python block without >>>"),
    ("In `f.py`:\n\n```python\nf = x = gradient = 5\n```\n\n```console\n$ purenet check f.py\nFAIL: 1\n```",
     "page, line 8: purenet check f.py\nends with status 2, expected 1"),
    ("In `g.py`:\n\n```python\nx, gradient = [1.0], [0.0]\ndef f(x): return x[0]\n```\n\n```console\n"
     "$ purenet check g.py\nUNDECIDABLE: nothing...\n```", "page, line 9: purenet check g.py\nends with status 1"),
    ("```console\n$ purenet --version\npurenet 0\n```",
     "page, line 3: expected 'purenet 0', but purenet --version printed"),
    ("```console\n$ purenet --version\npure...\nend\n```", "page, line 4: expected 'end', but purenet --version"),
    ("```console\n$ purenet --version\n```", "page, line 3: expected the end of the output, but purenet --version"),
    ("```console\n$ purenet --version\n...\n$ purenet train no.csv --target a\n...\n```",
     "page, line 4: purenet train no.csv --target a\nends with status 2, expected 0:\npurenet train: no.csv: no such"),
    ("```console\n$ purenet --version\n...\npurenet train: no such file\n```",
     "page, line 2: purenet --version\nends with status 0, expected 2"),
    ("```console\n$ rm -r docs\n```", "page, line 2: unknown command 'rm -r docs'"),
    ("```console\npurenet demo\n```", "page, line 2: a console block starts with"),
    ("Rows:\n\n```csv\na,b\n```", "page, line 3: the line above a csv block"),
    ("```sh\npip install '.[tset]'\n```", "page, line 2: setup.cfg has no extra 'tset'"),
    ("```sh\ntrue\nbash .ci/ran\n```", "page, line 3: there is no file .ci/ran"),
    ("```sh\npython3 -m purenet dema\n```", "page, line 2: purenet does not understand 'python3 -m purenet dema'"),
    ("```sh\npython3 -m venv e || $(which sudo) sh -c 'a; b'; purenet predcit\n```",
     "page, line 2: purenet does not understand 'purenet predcit'"),
    ("```\n1\n```", "page, line 1: unknown language ''"),
], ids=range(19))
def test_a_page_that_is_wrong_is_found_out(text, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    problems = problems_in("page", text)
    assert len(problems) == 1 and problems[0].startswith(message), problems


def test_a_block_that_is_never_closed_is_found_out():
    with pytest.raises(AssertionError, match="line 2: this ``` is never closed"):
        blocks_of("text\n```python\n>>> 1\n")


def without_code(text):
    """Return a page with the fenced blocks and `code` emptied, the lines kept."""
    text = re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "`code`", text)


def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them; one that comes again gets a number."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = []
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = sum(anchor == re.sub(r"-\d+$", "", other) for other in found)
        found.append(f"{anchor}-{again}" if again else anchor)
    return found


@every_page
def test_links_lead_somewhere(page):
    problems = []
    for number, line in enumerate(without_code(page.read_text(encoding="utf-8")).splitlines(), 1):
        for target in re.findall(r"\]\(([^)\s]+)\)", line):
            path, _, anchor = target.partition("#")
            to = (page.parent / path).resolve() if path else page
            if re.match(r"https?://", target):
                continue
            if not to.exists() or ROOT not in to.parents:
                problems.append(f"{page.name}, line {number}: there is no file {path}")
            elif anchor and anchor not in anchors(to):
                problems.append(f"{page.name}, line {number}: {to.name} has no heading with the anchor {anchor!r}; "
                                f"it has {', '.join(anchors(to))}")
    assert not problems, "\n".join(problems)


@every_page
def test_a_page_ends_with_where_to_go_next(page):
    headings = re.findall(r"^## (.*)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    assert headings[-1] == "Where to go next", f"{page.name} ends with the section {headings[-1]!r}"


def test_the_readme_leads_to_every_page_in_reading_order():
    text = README.read_text(encoding="utf-8")
    linked = re.findall(r"^\d+\. \[.*?\]\((docs/[\w.-]+)\)", text, re.MULTILINE)
    assert sorted(linked) == sorted(page.relative_to(ROOT).as_posix() for page in PAGES if page != README)
    assert linked[0] == "docs/tutorial.md" and linked[-1] == "docs/api.md"


def test_the_readme_fits_a_few_screens_and_has_one_test_command():
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 110
    commands = [line for block in blocks_of(text) for line in block.lines if "[test]" in line]
    assert len(commands) == 1 and commands[0].endswith("pytest -n auto"), commands


def test_the_readme_says_what_setup_cfg_says():
    options, text = setup_cfg()["options"], README.read_text(encoding="utf-8")
    assert "install_requires" not in options, "the README says that Python is all it needs"
    oldest = options["python_requires"].replace(">=", "")
    assert f"CPython {oldest} or later" in text
    assert setup_cfg()["metadata"]["license"] == "MIT" and "MIT\n[license](LICENSE)" in text


def make_api():
    """Return the module docs/make_api.py."""
    spec = importlib.util.spec_from_file_location("make_api", ROOT / "docs" / "make_api.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_api_reference_is_what_the_docstrings_say():
    module = make_api()
    written, now = module.PAGE.read_text(encoding="utf-8"), module.reference()
    changes = "\n".join(difflib.unified_diff(written.splitlines(), now.splitlines(), "docs/api.md", "the docstrings",
                                             n=0, lineterm=""))
    if written != now:
        pytest.fail(f"docs/api.md is out of date; run: python docs/make_api.py\n{changes}", pytrace=False)


def test_the_api_reference_has_every_public_name():
    headings = re.findall(r"^##+ (.*)$", without_code((ROOT / "docs" / "api.md").read_text(encoding="utf-8")), re.M)
    missing = [name for name in purenet.__all__ if name not in headings and f"purenet.core.{name}" not in headings]
    assert not missing, f"docs/make_api.py: add {', '.join(missing)} to MODULES"


def test_the_api_reference_shows_signatures_as_they_are_written():
    reference = make_api().reference()
    assert "\nget_params" not in reference and "\nModel.get_params(deep: bool = True) -> Dict[str, Any]\n" in reference
    assert "\ndot(A: Matrix, B: Matrix) -> Matrix\n" in reference
    assert "\nclass Momentum(momentum: float = 0.9)\n" in reference
    assert "\nHistory.epochs -> int    (an attribute)\n" in reference


def commands():
    """Return the parser of each command by its name."""
    actions = cli.make_parser()._actions
    return next(action for action in actions if isinstance(action, argparse._SubParsersAction)).choices


def test_every_command_is_documented_and_every_option_explained():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    problems = []
    for name, parser in commands().items():
        if f"purenet {name}" not in pages:
            problems.append(f"no page mentions 'purenet {name}'")
        if not parser.description:
            problems.append(f"'purenet {name} --help' does not say what it does")
        problems += [f"'purenet {name} --help' does not explain {action.option_strings or action.dest}"
                     for action in parser._actions if not action.help or action.help == argparse.SUPPRESS]
    assert not problems, "\n".join(problems)


def test_every_option_that_a_page_mentions_exists():
    known = {"--help", "--version"}
    for script in ("run.py", "gradcheck.py"):
        text = (ROOT / "tests" / "bench" / script).read_text(encoding="utf-8")
        known.update(re.findall(r'add_argument\("(--[\w-]+)"', text))
    for parser in commands().values():
        known.update(option for action in parser._actions for option in action.option_strings)
    problems = []
    for page in PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            unknown = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", line)) - known - {"--hiden"}
            problems += [f"{page.name}, line {number}: no command has the option {option}" for option in unknown]
    assert not problems, "\n".join(problems)


ROWS = "a,b\n1,2.5\n2,3.5\n3,4.5\n"
REFUSALS = {  # as docs/data.md quotes them: the file, and what to call with it
    "no column 'rnet' (did you mean 'rent'?)": ("a,rent\n1,2\n2,3\n", "train rows.csv --target rnet"),
    "the cell is empty (1 missing cell in all ...": ("a,b\n1,2\n,3\n", "train rows.csv --target b"),
    "expected a number as in most of the column": ("a,b\n1,2\n2,3\nx,4\n", "train rows.csv --target b"),
    "found 1 cell separated by ',', expected 2": ("a,b\n1,2\n3\n", "train rows.csv --target b"),
    "is not utf-8": (b"a,b\n\xe9,2\n", "train rows.csv --target b"),
    "different texts, more than 100": ("a,b\n" + "".join(f"x{i},{i % 2}\n" for i in range(101)),
                                       "train rows.csv --target b"),
    "different whole numbers in": ("a,b\n1,20\n2,30\n3,40\n", "train rows.csv --target b"),
    "nothing can be held out": ("a,b\n1,x\n2,y\n3,z\n", "train rows.csv --target b"),
    "expected at least two classes": ("a,b\n1,x\n2,x\n", "train rows.csv --target b"),
    "never seen in training": ("a,b\nred,2.5\n", "predict texts.json rows.csv"),
    "columns of the training data are missing here": ("c,d\n1,2.5\n", "predict numbers.json rows.csv"),
    "training diverged": (ROWS, "train rows.csv --target b --optimizer gradient_descent --learning-rate 1e300"),
    "the training to go on with began with": (ROWS, "train rows.csv --target b --resume numbers.json --seed 2"),
    "these are not the rows and targets": (ROWS, "train rows.csv --target b --resume numbers.json"),
    "not a purenet model, or cut off": (ROWS, "predict rows.csv rows.csv"),
}


def quoted_refusals():
    """Return the messages in the first column of the last table of docs/data.md."""
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(.*?)` \|", text[text.index("## When something is refused"):], re.MULTILINE)


def test_the_table_of_refusals_is_the_one_tested_here():
    assert quoted_refusals() == list(REFUSALS)


@pytest.mark.parametrize("message", REFUSALS)
def test_a_refusal_reads_as_quoted(message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    purenet.Regressor(epochs=1).fit([["blue"], ["green"]], [1.5, 2.5], ["a"]).save("texts.json")
    purenet.Regressor(epochs=1).fit([[1.0], [2.0]], [1.5, 2.5], ["a"]).save("numbers.json", training=True)
    rows, command = REFUSALS[message]
    Path("rows.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    assert cli.main(command.split()) == 2
    assert message.replace(" ...", "") in capsys.readouterr().err
