"""purenet check: the gradients in a Python file, or in a JSON file that any language wrote."""

import copy
import json
import os
import struct
import subprocess
import sys

import pytest
from commands import Terminal, environment, purenet_, refused, succeeds
from hypothesis import given, settings
from strategies import problems

from purenet import DataError, Network, check_backprop
from purenet.cli import main
from purenet.gradcheck.cases import numbers, read_cases, sample_cases

MINE = '''\
import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def gradients(weights, biases, X, y):
    (W1, W2), (b1, b2) = weights, biases or ([0.0] * 99, [0.0] * 99)
    total = [[[[0.0] * len(W[0]) for _ in W] for W in weights], [[0.0] * len(W[0]) for W in weights]]
    for x, target in zip(X, y):
        h = [sigmoid(sum(v * w for v, w in zip(x, column)) + b) for column, b in zip(zip(*W1), b1)]
        o = [sigmoid(sum(v * w for v, w in zip(h, column)) + b) for column, b in zip(zip(*W2), b2)]
        d2 = [(a - t) * a * (1 - a) / len(X) for a, t in zip(o, target)]
        d1 = [sum(d * w for d, w in zip(d2, row)) * a * (1 - a) for a, row in zip(h, W2)]
        for layer, (a, delta) in enumerate([(x, d1), (h, d2)]):
            for j, d in enumerate(delta):
                total[1][layer][j] += d
                for i, v in enumerate(a):
                    total[0][layer][i][j] += v * d
    return total if biases else total[0]
'''
FUNCTION = """\
x = [3.0, 4.0]


def f(x):
    return x[0] ** 2 + x[1]


def gradient(x):
    return [{} * x[0], 1.0]
"""


@pytest.fixture
def file(tmp_path):
    """A function that writes a file and returns its name."""
    def write(text, name="mine.py"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name
    return write


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """A function that runs a command that must be refused, in this process, and returns the one sentence."""
    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.path", list(sys.path))
        try:
            status = main(["check", *arguments])
        except SystemExit as error:
            status = error.code
        done = capsys.readouterr()
        assert status == 2 and done.out == "" and done.err.count("\n") == 1, done
        return done.err
    return run


def test_what_is_shown_in_full_is_what_most_networks_say(file, tmp_path):
    """With one output, leaving out the last one's error looks like a layer that no error reaches; it is none."""
    forgotten = MINE.replace("d2, row)) * a", "d2[:-1], row)) * a")
    assert forgotten != MINE
    done = purenet_("check", file(forgotten), cwd=tmp_path)
    assert done.returncode == 1 and "3-3-3 in full" in done.stdout and "detached" not in done.stdout, done.stdout
    assert "Likely: some-layers-right: weights[1] and biases[1] are right." in done.stdout


@pytest.mark.parametrize("options", [[], ["--json"]])
@pytest.mark.parametrize("factor, status", [("2", 0), ("3", 1)])
def test_the_verdict_stands_when_the_reader_of_the_report_has_gone(file, tmp_path, factor, status, options):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:
        done = subprocess.run([sys.executable, "-m", "purenet", "check", file(FUNCTION.format(factor)), *options],
                              stdout=pipe, stderr=subprocess.PIPE, cwd=tmp_path, env=environment())
    assert (done.returncode, done.stderr) == (status, b"")


def verdict(done, status):
    """The verdict of `purenet check --json`, which exited with a status."""
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)["verdict"]


def test_a_right_file_passes(file, tmp_path):
    text = succeeds("check", file(MINE), cwd=tmp_path)
    assert text.startswith("3-4-1: PASS: all 21 components are right")
    assert text.count("PASS") == 5 and "FAIL" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_wrong_file_fails_with_the_worst_component_first(file, tmp_path):
    done = purenet_("check", file(MINE.replace("W2)]", "W2)]").replace("* a * (1 - a) for a, row", "for a, row")),
                    cwd=tmp_path)
    assert done.returncode == 1 and done.stderr == ""
    assert "3-4-1: FAIL: 16 of 21 components are wrong" in done.stdout
    assert "weights[0][" in done.stdout.split("verdict")[1].splitlines()[1]


@pytest.mark.parametrize("option", [["--reduction", "sum"], ["--loss", "mean_squared_error"], ["--activation", "tanh"]])
def test_the_options_say_which_gradient_is_wanted(option, file, tmp_path):
    assert verdict(purenet_("check", file(MINE), *option, "--json", cwd=tmp_path), 1) == "fail"


@pytest.mark.parametrize("option", [
    ["--sizes", "2,3,2"], ["--no-bias"], ["--seed", "7"], ["--digits", "30"], ["--loss", "squared_error"]])
def test_and_with_those_it_was_written_for_it_passes(option, file, tmp_path):
    assert verdict(purenet_("check", file(MINE), *option, "--json", cwd=tmp_path), 0) == "pass"


def test_the_file_may_say_so_itself_and_the_command_line_has_the_last_word(file, tmp_path):
    name = file(MINE.replace(" / len(X)", "") + "\n\nnetwork = {'reduction': 'sum', 'sizes': [2, 2, 2]}\n")
    assert verdict(purenet_("check", name, "--json", cwd=tmp_path), 0) == "pass"
    assert verdict(purenet_("check", name, "--json", "--reduction", "mean", cwd=tmp_path), 1) == "fail"


@pytest.mark.parametrize("factor, status", [(2, 0), (3, 1)])
def test_a_function_and_its_gradient(factor, status, file, tmp_path):
    done = purenet_("check", file(FUNCTION.format(factor)), cwd=tmp_path)
    assert done.returncode == status and "complex step" in done.stdout


def test_a_gradient_that_tells_nothing_exits_with_3(file, tmp_path):
    done = purenet_("check", file("x = [1.0]\n\ndef f(x):\n    return 5.0\n\ndef gradient(x):\n    return [0.0]\n"),
                    cwd=tmp_path)
    assert done.returncode == 3 and done.stdout.startswith("UNDECIDABLE")


def test_what_the_file_prints_does_not_spoil_the_report(file, tmp_path):
    name = file('print("loading")\n' + MINE.replace("    (W1, W2)", '    print("called")\n    (W1, W2)'))
    done = purenet_("check", name, "--json", cwd=tmp_path)
    assert verdict(done, 0) == "pass"
    assert done.stderr.splitlines() == ["loading"] + 4 * ["called"]


NOISY = {
    "what a library prints": "import os\nos.write(1, b'loading\\n')\n",
    "what another process prints":
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(\"loading\")'])\n",
    "what goes to the output that Python began with": "import sys\nsys.__stdout__.write('loading\\n')\n",
    "what a thread prints that outlives the check":
        "import threading\n\ndef late():\n    threading.main_thread().join()\n    print('loading')\n\n"
        "threading.Thread(target=late).start()\n",
}


@pytest.mark.parametrize("text", NOISY.values(), ids=NOISY)
def test_nor_does_what_is_printed_past_python(text, file, tmp_path):
    done = purenet_("check", file(text + MINE), "--json", cwd=tmp_path)
    assert verdict(done, 0) == "pass"
    assert done.stderr == "loading\n"


@pytest.mark.parametrize("closed", [1, 2])
def test_a_stream_that_is_closed_does_no_harm(closed, file, tmp_path):
    run = f"import os, sys; os.close({closed}); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", run, "-m", "purenet", "check", file("print('loading')\n" + MINE)]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == 0 and done.stderr == (b"" if closed == 2 else b"loading\n"), done


def test_a_file_that_exits_has_passed_nothing(file, told):
    """sys.exit() without a status would be that of gradients that are right."""
    assert "mine.py, line 2: SystemExit" in told(file("import sys\nsys.exit()\n" + MINE))
    text = MINE.replace("    (W1, W2)", "    raise SystemExit(0)\n    (W1, W2)")
    assert "mine.py, line 9: SystemExit: 0, on the network 3-4-1" in told(file(text))


def test_the_file_is_a_module_of_its_own(file, tmp_path):
    """Dataclasses look up the module of a class; and the future of this one's annotations is not that of another."""
    text = "from dataclasses import dataclass\n\n@dataclass\nclass Layer:\n    units: int\n\n"
    succeeds("check", file("from __future__ import annotations\n" + text + MINE), cwd=tmp_path)
    succeeds("check", file(text + "assert Layer.__annotations__ == {'units': int}\n" + MINE), cwd=tmp_path)


def test_an_error_in_a_file_beside_it_is_not_given_a_line_of_that(file, told):
    file("\n\n\n\ndef broken(:\n", "helper.py")
    sentence = told(file("import sys\nimport helper\n"))
    assert "mine.py, line 2: SyntaxError: " in sentence and "(helper.py, line 5)" in sentence


@pytest.mark.parametrize("seed", [0, 4294967295])
def test_every_seed_there_is_can_be_taken(seed, file, tmp_path):
    assert verdict(purenet_("check", file(MINE), "--seed", seed, "--json", cwd=tmp_path), 0) == "pass"


@pytest.mark.parametrize("seed", [-1, 4294967296])
def test_a_seed_out_of_range_is_named_as_it_was_given(seed, file, told):
    assert f"seed must be a whole number from 0 to 4294967295, found {seed}\n" in told(file(MINE), "--seed", str(seed))


def test_the_file_may_import_what_lies_beside_it(file, tmp_path):
    (tmp_path / "deep").mkdir()
    file(MINE, "deep/backprop.py")
    succeeds("check", file("from backprop import gradients\n", "deep/mine.py"), cwd=tmp_path)


@pytest.mark.parametrize("text, message", [
    ("def gradients(weights, biases, X, y):\n    return weights[9]\n",
     "mine.py, line 2: IndexError: list index out of range, on the network 3-4-1\n"),
    ("import math\n\nmath.sqrt(-1)\n", "mine.py, line 3: ValueError: "),
    ("def gradients(:\n", "mine.py, line 1: SyntaxError: invalid syntax"),
    ("import nothing_of_this_name\n", "mine.py, line 1: ModuleNotFoundError: "),
    ("raise SystemExit(5)\n", "mine.py, line 1: SystemExit: 5\n"),
    ("raise SystemExit\n", "mine.py, line 1: SystemExit\n"),
    ("raise GeneratorExit('x')\n", "mine.py, line 1: GeneratorExit: x\n"),
    ("class Own(BaseException): pass\nraise Own('x')\n", "mine.py, line 2: Own: x\n"),
    ("class Own(Exception):\n    def __str__(self): return 1 / 0\nraise Own\n",
     "mine.py, line 3: Own: (an error whose text cannot be read)\n"),
    ("raise ValueError('one\\n  two\\r\\n\\nthree')\n", "mine.py, line 1: ValueError: one two three\n"),
    ("raise ValueError('x' * 9999)\n", "xxx...\n"),
    ("import purenet\npurenet.Network([2, 'a'])\n",
     "mine.py, line 2: sizes[1] must be a whole number of at least 1, found 'a'\n"),
    ("import purenet\ndef gradients(*a):\n    raise purenet.DataError('none')\n",
     "mine.py, line 3: none, on the network 3-4-1\n"),
    ("def grad(): pass\n", "mine.py: expected it to define gradients(weights, biases, X, y), or f, gradient and x; "
     "found grad"),
    ("", "found nothing"),
    ("gradients = 5\n", "mine.py: gradients must be a function (weights, biases, X, y), found 5"),
    ("network = 5\ndef gradients(*a): pass\n", "mine.py: network must be a dict"),
    ("network = {'sizes': 5}\ndef gradients(*a): pass\n",
     "mine.py: network: sizes must be a list such as [3, 4, 1], found 5\n"),
    ("network = {'sizes': [100000, 100000]}\ndef gradients(*a): pass\n",
     "mine.py: network: sizes: expected a network that is checked within minutes, of at most 100000 weights, found "
     "10000000000 in [100000, 100000]; choose smaller sizes\n"),
    ("network = {'sizes': [1, 2500, 1]}\ndef gradients(*a): pass\n",
     "mine.py: network: sizes: expected a network that is checked within minutes, of at most 10000000 steps of the "),
    ("network = {'sizes': [10 ** 5000, 1]}\ndef gradients(*a): pass\n", "found a number of more digits than Python"),
    ("network = {'loss': ['a']}\ndef gradients(*a): pass\n", "mine.py: network: unknown loss ['a']: expected one of"),
    ("network = {'bias': 'no'}\ndef gradients(*a): pass\n",
     "mine.py: network: bias must be True or False, found 'no'\n"),
    ("network = {'seed': 'x'}\ndef gradients(*a): pass\n", "mine.py: network: seed must be a whole number from 0 to"),
    ("network = {'seed': None}\ndef gradients(*a): pass\n", "mine.py: network: seed must be a whole number from 0 to"),
    ("network = {'los': 'x'}\ndef gradients(*a): pass\n", "network has no option 'los' (did you mean 'loss'?)"),
    ("def gradients(weights, biases, X, y):\n    return weights[::-1], biases\n",
     "mine.py: gradients: weights[0] has the shape (4, 1), expected (3, 4) as in the network, on the network 3-4-1\n"),
    ("def gradients(weights, biases, X, y):\n    pass\n", "mine.py: gradients: expected Gradients, a pair"),
    ("class Lazy:\n    @property\n    def weights(self): return 1 / 0\ndef gradients(*a): return Lazy()\n",
     "mine.py, line 3: ZeroDivisionError: division by zero, on the network 3-4-1\n"),
    ("x = [1.0]\ngradient = [1.0]\ndef f(x):\n    return 1 / 0\n",
     "mine.py, line 4: f raised ZeroDivisionError: division by zero, at x = [1.0]\n"),
    ("x = [1.0]\ngradient = [1.0]\ndef f(x):\n    raise ValueError('one\\ntwo')\n",
     "mine.py, line 4: f raised ValueError: one two, at x = [1.0]\n"),
    ("x = [1.0]\ngradient = [1.0]\ndef f(x):\n    raise SystemExit(0)\n", "mine.py, line 4: SystemExit: 0\n"),
    ("x = [1.0]\ndef f(x): return x[0]\ndef gradient(x):\n    raise SystemExit\n", "mine.py, line 4: SystemExit\n"),
    ("x = 'abc'\ngradient = [1.0]\ndef f(x): pass\n", "mine.py: x: expected a number, found 'abc'\n"),
])
def test_a_file_with_nothing_to_judge_is_told_in_a_sentence(text, message, file, told):
    assert message in told(file(text))


def test_a_refusal_leaves_no_traceback_and_no_file_behind(file, tmp_path):
    sentence = refused("check", file("import math\nmath.sqrt(-1)\n"), cwd=tmp_path)
    assert sentence.startswith("purenet check: mine.py, line 2: ValueError: ")


def test_misuse(file, told):
    file(MINE)
    file("{}", "empty.json")
    for arguments, message in [
        ([], "expected either a Python file or --against"),
        (["mine.py", "--against", "empty.json"], "expected either a Python file or --against"),
        (["nowhere.py"], "nowhere.py: No such file or directory"),
        (["mine.py", "--loss", "squared"], "unknown loss 'squared' (did you mean 'squared_error'?)"),
        (["mine.py", "--sizes", "3;4"], "expected whole numbers such as 3,4,1, found '3;4'"),
        (["mine.py", "--sizes", "100000,100000"], "check: sizes: expected a network that is checked within minutes"),
        (["mine.py", "--digits", "0"], "check: --digits must be a whole number from 1 to 1000, found 0\n"),
        (["mine.py", "--digits", "1001"], "check: --digits must be a whole number from 1 to 1000, found 1001\n"),
        (["mine.py", "--digits", "abc"], "argument --digits: expected a whole number, found 'abc'"),
        (["--against", "empty.json", "--digits", "-5"], "--digits must be a whole number from 1 to 1000, found -5"),
        (["nowhere.py", "--digits", "0"], "check: --digits must be a whole number from 1 to 1000, found 0\n"),
        (["--against", "empty.json", "--no-bias"], "check: --no-bias: the network is in empty.json"),
        (["--against", "empty.json", "--loss", "squared_error"], "--loss: the network is in empty.json"),
        (["--against", "empty.json"], "empty.json: the field 'network' is missing"),
    ]:
        assert message in told(*arguments), arguments
    file(FUNCTION.format(2), "f.py")
    for arguments in (["--seed", "3"], ["--digits", "50"], ["--no-bias"]):
        assert f"check: {arguments[0]}: f.py defines f and gradient, not gradients of a network\n" in told(
            "f.py", *arguments)


def test_it_fits_a_terminal_of_80_columns(file, tmp_path):
    terminal = Terminal("check", file(MINE), "--reduction", "sum", cwd=tmp_path)
    assert terminal.finish() == 1
    assert max(map(len, terminal.screen())) <= 80


def document(net, X, y, gradients, number=lambda value: value):
    """What a program in another language would write."""
    def written(values):
        return [written(value) for value in values] if isinstance(values, list) else number(values)

    return {"network": {"weights": written(net.weights), "biases": net.biases and written(net.biases),
                        "activation": net.activation, "output": net.output, "loss": net.loss_name,
                        "reduction": net.reduction},
            "X": written(X), "y": written(y),
            "gradients": {"weights": written(gradients.weights), "biases": gradients.biases
                          and written(gradients.biases)}}


FORMS = {
    "number": lambda value: value,
    "decimal": repr,
    "hexadecimal": float.hex,
    "bits": lambda value: struct.pack(">d", value).hex(),
}


@settings(max_examples=20)
@given(problems(exp="platform"))
def test_every_form_of_number_is_read_to_the_last_bit(tmp_path_factory, problem):
    net, X, y = problem
    gradients = net.gradients(X, y)
    path = tmp_path_factory.mktemp("cases") / "gradients.json"
    path.write_text(json.dumps({"cases": [document(net, X, y, gradients, number) for number in FORMS.values()]}))
    for case in read_cases(str(path)):
        assert (case.net.weights, case.net.biases) == (net.weights, net.biases)
        assert (case.X, case.y) == (X, y)
        assert case.gradients == {"weights": gradients.weights, "biases": gradients.biases}
        assert check_backprop(*case[1:]).verdict == check_backprop(net, X, y, gradients).verdict


def test_gradients_in_a_file_are_judged(file, tmp_path):
    net = Network([2, 3, 1], loss="binary_cross_entropy", activation="tanh")
    X, y = [[0.5, -1.0], [2.0, 0.25]], [[1.0], [0.0]]
    gradients = net.gradients(X, y)
    file(json.dumps(document(net, X, y, gradients)), "right.json")
    assert succeeds("check", "--against", "right.json", cwd=tmp_path).startswith("PASS: all 13 components are right")
    gradients.weights[0][1][2] *= 1.5
    file(json.dumps({"cases": [{"name": "the first", "more": 1, **document(net, X, y, gradients)},
                               document(net, X, y, net.gradients(X, y))]}), "wrong.json")
    done = purenet_("check", "--against", "wrong.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "the first: FAIL: 1 of 13 components are wrong; the worst is weights[0][1][2]" in done.stdout
    assert "2-3-1: PASS" in done.stdout
    data = json.loads(purenet_("check", "--against", "wrong.json", "--json", cwd=tmp_path).stdout)
    assert [check["name"] for check in data["checks"]] == ["the first", "2-3-1"]
    assert [c["name"] for c in data["checks"][0]["components"] if c["verdict"] == "fail"] == ["weights[0][1][2]"]


@pytest.mark.parametrize("change, message", [
    (lambda d: d.pop("X"), "wrong.json: the field 'X' is missing"),
    (lambda d: d.pop("gradients"), "wrong.json: the field 'gradients' is missing"),
    (lambda d: d["network"].pop("weights"), "wrong.json: the field 'weights' is missing"),
    (lambda d: d.update(network=5), "wrong.json: the field 'network' must be an object, found 5"),
    (lambda d: d["network"].update(loss="hinge"), "wrong.json: unknown loss 'hinge'"),
    (lambda d: d["X"][0].append(1.0), "wrong.json: X: row 0 has 3 elements, expected 2"),
    (lambda d: d["X"][0].__setitem__(0, "one"), "wrong.json: X: expected a number, found 'one'"),
    (lambda d: d["X"].__setitem__(0, deep(500)), "wrong.json: X: lists nested too deeply"),
    (lambda d: d["gradients"].update(weights=deep(500)), "wrong.json: gradients: lists nested too deeply"),
    (lambda d: d["gradients"]["weights"].pop(), "wrong.json: gradients: expected 2 weight matrices"),
    (lambda d: d["gradients"].update(weights=5),
     "wrong.json: gradients: expected weights as a list with one element for each layer, found 5"),
    (lambda d: d.update(gradients=[1.0]), "wrong.json: gradients: expected 9 numbers"),
    (lambda d: d["gradients"]["biases"][0].__setitem__(0, "one"), "wrong.json: gradients: expected a number, found"),
    (lambda d: d.update(dtype="float16"), "wrong.json: unknown dtype 'float16'"),
    (lambda d: d.update(dtype=[]), "wrong.json: unknown dtype []"),
])
def test_a_case_that_is_none_is_refused_with_its_place(change, message, file, told):
    net = Network([2, 2, 1])
    right = document(net, [[0.5, -1.0]], [[1.0]], net.gradients([[0.5, -1.0]], [[1.0]]))
    wrong = copy.deepcopy(right)
    change(wrong)
    file(json.dumps(wrong), "wrong.json")
    assert message in told("--against", "wrong.json")
    file(json.dumps({"cases": [right, wrong]}), "wrong.json")
    assert message.replace("wrong.json:", "wrong.json: case 1:") in told("--against", "wrong.json")


def deep(levels):
    """Lists in lists, more than any matrix has, and fewer than Python gives up reading."""
    return json.loads("[" * levels + "]" * levels)


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"cases": []}', "[[[[["])
def test_what_is_no_file_of_cases_is_refused(text, file, told):
    file(text, "no.json")
    assert "no.json: " in told("--against", "no.json")


def test_texts_that_are_no_numbers_are_refused():
    assert numbers(["-0x1.8p-1", "1e5", "bff0000000000000", "nan"])[:3] == [-0.75, 1e5, -1.0]
    for text in ("one", "0x", "", "1,5"):
        with pytest.raises(DataError, match="expected a number"):
            numbers(text)


@pytest.mark.parametrize("options", [{}, {"loss": "binary_cross_entropy"}, {"loss": "cross_entropy"},
                                     {"activation": "tanh", "output": "identity", "bias": False}])
def test_the_networks_to_try_decide_about_everything(options):
    """A right gradient passes on each of them: none is so saturated, or so even, that it could not be told."""
    for seed in range(1, 20):
        for case in sample_cases(seed=seed, **options):
            report = check_backprop(*case[1:4], case.net.gradients(case.X, case.y))
            assert report.verdict == "pass", f"{case.name}, seed {seed}\n{report}"


@pytest.mark.parametrize("sizes", [[784, 100, 10], [100, 100, 100], [5000, 1], [20] * 20])
def test_what_is_checked_within_a_minute_is_not_too_large(sizes):
    assert [case.net.sizes for case in sample_cases(sizes)] == [sizes, sizes]
