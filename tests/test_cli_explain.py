"""The command `explain` as a process: what it is about, where to look closer, its formats, and what it refuses."""

import argparse
import json
import os
import re
import subprocess
import sys

import pytest

import purenet
from commands import TIMEOUT, Terminal, contents, environment, purenet_, refused, succeeds
from purenet import cli
from purenet.cli import subject, tutorial
from purenet.explain import text
from purenet.explain.document import to_markdown, to_text
from strategies import parameters

on_a_terminal = pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")
FRUIT = "peel,weight,fruit\nsmooth,155,apple\nrough,101,lemon\nsmooth,148.5,apple\nrough,97,lemon\nrough,160,apple\n" \
        "smooth,99,lemon\nrough,104,lemon\n"
CODES = re.compile("\033\\[\\d*m")


def named(chosen):
    return text.Names(chosen.inputs, chosen.outputs, chosen.examples)


def read(command_line, cwd=None):
    """The subject that a command line names."""
    parser = argparse.ArgumentParser()
    subject.add_arguments(parser)
    return subject.read(parser.parse_args(command_line, argparse.Namespace(command="explain")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with models of fruit, kinds of iris and numbers, a bare network, and rows for them."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "fruit.csv").write_text(FRUIT)
    quick = ("--epochs", "5", "--hidden", "3", "--test", "0")
    succeeds("train", "fruit.csv", "--target", "fruit", *quick, "-o", "fruit.json", cwd=folder)
    succeeds("train", "fruit.csv", "--target", "weight", *quick, "-o", "weight.json", cwd=folder)
    succeeds("train", "--example", "iris", *quick, "-o", "iris.json", cwd=folder)
    purenet.Network([2, 3, 2], seed=3).save(folder / "net.json")
    (folder / "net.csv").write_text("a,b,sum,less\n0.5,0.25,0.75,0.25\n0,1,1,-1\n")
    (folder / "iris.csv").write_text("this is never read: 'iris' has no .csv")
    return folder


@pytest.fixture
def inside(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return folder


# --- What a step is about.

def test_without_arguments_it_is_the_first_step_of_the_tutorials_exclusive_or(tmp_path):
    chosen = read([])
    assert (chosen.X, chosen.y, chosen.learning_rate) == (tutorial.X, tutorial.EXCLUSIVE_OR, 1.0)
    assert parameters(chosen.network) == parameters(tutorial.tutorial_network([3, 4, 1]))
    shown = succeeds("explain", cwd=tmp_path)
    assert [line for line in shown.split("\n") if len(line) > 80] == []
    assert "It has not\nlearned anything yet." in shown and "it fell by 0.0655 %." in shown
    assert "\033" not in shown, "colours are for terminals"


def test_the_tutorials_other_network_and_rows_of_its_own(tmp_path):
    chosen = read(["--layers", "2", "--rows", "3,0:2"])
    assert chosen.network.sizes == [3, 1] and chosen.examples == ["1 1 1", "0 0 1", "0 1 1"]
    assert (chosen.X, chosen.y) == ([[1, 1, 1], [0, 0, 1], [0, 1, 1]], [[1], [0], [0]])
    shown = succeeds("explain", "--layers", "2", cwd=tmp_path)
    assert "every example that pushes it (2 of 4) pushes it up" in " ".join(shown.split())


def test_a_classifier_with_the_rows_of_a_file(inside):
    chosen = read(["fruit.json", "fruit.csv", "--rows", "1:3"])
    model = purenet.load("fruit.json")
    assert chosen.inputs == ["peel=rough", "peel=smooth", "weight"] and chosen.outputs == ["lemon"]
    assert chosen.X == model.encoder_.transform([["rough", 101.0], ["smooth", 148.5]])
    assert chosen.y == [[1.0], [0.0]] and chosen.examples == ["row 1", "row 2"]
    weight = model.encoder_.inputs[1]
    assert chosen.scales == [None, None, (weight.mean, weight.deviation)] and chosen.target_scale is None
    assert chosen.learning_rate == model.learning_rate == 0.01
    assert any("plain gradient descent" in note and "adam" in note for note in chosen.notes)


def test_rows_from_first_to_last_are_taken_when_none_are_chosen(inside):
    chosen = read(["iris.json", "iris"])
    assert chosen.outputs == ["setosa", "versicolor", "virginica"]
    assert chosen.y == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], "all three kinds"
    assert chosen.examples == ["row 0", "row 29", "row 59", "row 89", "row 119", "row 149"]
    assert chosen.notes[0].startswith("6 of the 150 rows")
    assert not any("rows" in note.split(",")[0] for note in read(["net.json", "net.csv"]).notes)


def test_a_regressor_sees_its_target_scaled_and_says_so(inside):
    chosen = read(["weight.json", "fruit.csv"])
    target = purenet.load("weight.json").target_
    assert chosen.y[0] == [(155 - target.mean) / target.deviation] and chosen.outputs == ["weight"]
    assert any("sees the target weight scaled" in note for note in chosen.notes)
    assert chosen.target_scale == (target.mean, target.deviation)
    assert len(chosen.inputs) == 4 and chosen.scales == [None] * 4, "texts alone"


def test_how_the_inputs_were_scaled_is_told_with_the_numbers_of_the_file(inside):
    """The report goes down to what stands in the file."""
    column = purenet.load("fruit.json").encoder_.inputs[1]
    z, = column.encode(0, 101.0)
    for closer in [], ["--example", "0"]:
        shown = succeeds("explain", "fruit.json", "fruit.csv", "--rows", "1:3", *closer, cwd=inside)
        assert f"  X[0][2] = (value - mean) / deviation\n          = (101 - {column.mean:.6g}) / " \
               f"{column.deviation:.6g}\n          = {z:.6g}\n" in shown
        assert re.search(r"\n  the file  .*weight\n(.*\n)?  \[0\] row 1 +yes +no +101", shown)


def test_inputs_that_are_those_of_the_file_have_no_scale(inside):
    assert "deviation" not in succeeds("explain", "net.json", "net.csv", cwd=inside)


def test_a_bare_network_takes_its_inputs_and_then_its_targets(inside):
    chosen = read(["net.json", "net.csv"])
    assert (chosen.X, chosen.y) == ([[0.5, 0.25], [0.0, 1.0]], [[0.75, 0.25], [1.0, -1.0]])
    assert (chosen.inputs, chosen.outputs) == (["a", "b"], ["sum", "less"])


def test_of_a_network_with_the_optimizer_of_its_training_it_is_the_network(inside, tmp_path):
    purenet.load("net.json").save(tmp_path / "training.json", optimizer=purenet.Adam())
    assert read([str(tmp_path / "training.json"), "net.csv"]).network.weights == purenet.load("net.json").weights


def test_a_model_saved_from_python_finds_a_target_of_another_name(inside):
    purenet.Classifier(epochs=1, hidden=(2,)).fit([[1.0], [2.0]], ["apple", "lemon"], ["weight"]).save("python.json")
    assert read(["python.json", "fruit.csv", "--target", "fruit"]).y[:2] == [[0.0], [1.0]]
    refusal = refused("explain", "python.json", "fruit.csv", cwd=inside)
    assert refusal == ("purenet explain: fruit.csv: no column 'target', which holds the targets to learn from; name "
                       "another with --target")
    os.remove("python.json")


def test_a_file_without_a_header_is_read_by_position(inside):
    (inside / "bare.csv").write_text("rough,101,lemon\nsmooth,148.5,apple\n")
    chosen = read(["fruit.json", "bare.csv"])
    assert chosen.y == [[1.0], [0.0]] and chosen.inputs[-1] == "weight"
    os.remove("bare.csv")


def test_the_learning_rate_is_the_one_given(tmp_path):
    assert read(["--learning-rate", "0.25"]).learning_rate == 0.25
    assert "0.25 · 0.00451385" in succeeds("explain", "--learning-rate", "0.25", cwd=tmp_path)


def test_training_goes_on_before_the_step_as_fit_would(inside):
    chosen, net = read(["--learning-rate", "2"]), tutorial.tutorial_network([3, 4, 1])
    history = subject.train(chosen, 500)
    expected = net.fit(tutorial.X, tutorial.EXCLUSIVE_OR, epochs=500, learning_rate=2.0, snapshots=[0, 500])
    assert parameters(chosen.network) == parameters(net) and history.loss == expected.loss
    assert [s.epochs for s in history.snapshots] == subject.snapshot_epochs(500)
    assert [history.snapshots[i].weights for i in (0, -1)] == [s.weights for s in expected.snapshots]
    shown = succeeds("explain", "--epoch", "2000", "--step", "loss", cwd=inside)
    net = tutorial.tutorial_network([3, 4, 1])
    net.fit(tutorial.X, tutorial.EXCLUSIVE_OR, epochs=2000)
    assert f"= {net.loss(tutorial.X, tutorial.EXCLUSIVE_OR):.6g}\n" in shown
    assert "trained for 2,000 epochs," in " ".join(succeeds("explain", "--epoch", "2000", cwd=inside).split())
    more = " ".join(succeeds("explain", "net.json", "net.csv", "--epoch", "3", cwd=inside).split())
    assert "it was trained for 3 epochs more, each a step like this one." in more


@pytest.mark.parametrize("epochs", [0, 50, 10 ** 6])
def test_however_long_the_training_how_far_it_is_is_shown_all_along(epochs, monkeypatch):
    """Not only at the snapshots, which may be hours apart."""
    shown = []

    class Line(subject.Progress):
        def show(self, done, note=""):
            shown.append(done)

    class Quick:
        weights, biases = [[[0.0]]], None

        def fit(self, X, y, *, epochs, learning_rate):
            history = purenet.History()
            history.loss = [0.0] * epochs
            return history

    monkeypatch.setattr(subject, "Progress", Line)
    assert subject.train(read([])._replace(network=Quick()), epochs).epochs == epochs
    assert shown[0] == 0 and shown[-1] == epochs
    assert all(0 <= after - before <= 1000 for before, after in zip(shown, shown[1:])), "a long silence"


@pytest.mark.parametrize("epochs", [0, 1, 99, 1000, 60000])
def test_snapshots_begin_before_and_end_after_training(epochs):
    numbers = subject.snapshot_epochs(epochs)
    assert numbers[0] == 0 and numbers[-1] == epochs and numbers == sorted(set(numbers)) and len(numbers) <= 100


# --- Looking closer, and the formats.

LOOKS = {"step": ("delta1", "delta1"), "weight": ("1,0,2", [1, 0, 2]), "example": ("3", 3)}


@pytest.mark.parametrize("option", LOOKS)
def test_looking_closer_prints_that_and_nothing_else(option, tmp_path):
    given, value = LOOKS[option]
    chosen = read([])
    trace = chosen.network.trace(chosen.X, chosen.y)
    look = {"step": text.one_step, "weight": text.one_weight, "example": text.one_example}[option]
    blocks = look(trace, named(chosen), value)
    assert succeeds("explain", f"--{option}", given, cwd=tmp_path) == to_text(blocks)
    assert succeeds("explain", f"--{option}", given, "--format", "markdown", cwd=tmp_path) == to_markdown(blocks)


def test_two_numbers_are_a_bias(inside):
    shown = succeeds("explain", "net.json", "net.csv", "--weight", "1,2", cwd=inside)
    assert shown.startswith("b1[2]: the bias of unit [2] of layer 1\n")


def test_json_is_the_trace_itself(inside):
    for arguments in [], ["fruit.json", "fruit.csv"]:
        chosen = read(arguments)
        trace = chosen.network.trace(chosen.X, chosen.y, chosen.learning_rate)
        printed = succeeds("explain", *arguments, "--format", "json", cwd=inside)
        assert printed == trace.to_json() + "\n" and json.loads(printed)["format"] == "purenet trace"


def test_a_file_gets_what_standard_output_would(tmp_path):
    for name in "text", "markdown", "json":
        printed = succeeds("explain", "--format", name, cwd=tmp_path)
        assert succeeds("explain", "--format", name, "-o", "out", cwd=tmp_path) == ""
        assert (tmp_path / "out").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("arguments, epochs", [
    ([], 60000), (["--layers", "2"], 10000), (["--epoch", "50"], 50), (["fruit.json", "fruit.csv"], 0),
    (["fruit.json", "fruit.csv", "--epoch", "5"], 5)], ids=str)
def test_a_page_goes_through_training(arguments, epochs, inside):
    html = pytest.importorskip("purenet.explain.html")
    said = succeeds("explain", *arguments, "--html", "page.html", cwd=inside)
    written = (inside / "page.html").read_text(encoding="utf-8")
    assert said.startswith("The page is in page.html (") and said.count("\n") == 1
    chosen = read(arguments)
    snapshots = subject.train(chosen, epochs).snapshots
    assert snapshots[-1].epochs == epochs
    assert written == html.page(chosen.network, chosen.X, chosen.y, chosen.learning_rate, snapshots, chosen.inputs,
                                chosen.outputs, chosen.examples, chosen.title[0].upper() + chosen.title[1:],
                                chosen.encoding)
    if chosen.encoding:  # what the page says of an input is how it was made
        for row, cells in zip(chosen.X, chosen.encoding["cells"]):
            made = [value for column, cell in zip(chosen.encoding["columns"], cells) for value in
                    ([float(cell == text) for text in column["texts"]] if column["kind"] == "text" else
                     [(cell - column["mean"]) / column["deviation"]])]
            assert made[:len(row)] == row
    os.remove("page.html")
    if epochs == 50:
        assert succeeds("explain", *arguments, "--format", "html", cwd=inside) == written


# --- Terminals, pipes, encodings.

@on_a_terminal
def test_a_terminal_gets_colours_and_nothing_else_that_a_pipe_does_not(tmp_path):
    terminal = Terminal("explain", cwd=tmp_path)
    assert terminal.finish() == 0
    printed = terminal.received.replace("\r\n", "\n")
    assert "\033[31m-0.165956\033[0m" in printed and "\033[36m0.440649\033[0m" in printed
    assert CODES.sub("", printed) == succeeds("explain", cwd=tmp_path)


@on_a_terminal
@pytest.mark.parametrize("variables, coloured", [
    ({"NO_COLOR": "1"}, False), ({"NO_COLOR": "0"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False),
], ids=str)
def test_who_wants_no_colours_gets_none(variables, coloured, tmp_path, monkeypatch):
    monkeypatch.setattr("commands.environment", lambda **changed: environment(**{**changed, "TERM": "xterm",
                                                                                 **variables}))
    terminal = Terminal("explain", "--step", "z1", cwd=tmp_path)
    assert terminal.finish() == 0
    assert ("\033[" in terminal.received) is coloured


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_poor_encoding_keeps_the_formulas_readable(encoding, tmp_path):
    shown = succeeds("explain", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert "?" not in shown.replace("Was it worth it?", "").replace("to change?", "")
    assert "error1 = delta2 * W2^T" in shown and "delta1 = error1 (*) slope1" in shown
    assert [line for line in shown.split("\n") if len(line) > 80] == []


def test_a_reader_that_has_gone_is_no_error(tmp_path):
    with subprocess.Popen([sys.executable, "-u", "-m", "purenet", "explain", "--format", "json", "--rows",
                           ",".join(["0:4"] * 200)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
                          env=environment()) as process:
        assert process.stdout.read(1) == b"{"
        process.stdout.close()
        stderr = process.stderr.read()
        assert (process.wait(TIMEOUT), stderr) == (0, b"")


def test_names_from_a_file_cannot_command_the_terminal(tmp_path):
    (tmp_path / "odd.csv").write_text("\033[31mred,<script>,y\n1,2,yes\n2,1,no\n3,1,no\n")
    succeeds("train", "odd.csv", "--target", "y", "--epochs", "1", "--test", "0", "-o", "odd.json", cwd=tmp_path)
    shown = succeeds("explain", "odd.json", "odd.csv", cwd=tmp_path)
    assert "\033" not in shown and "<script>" in shown
    marked = succeeds("explain", "odd.json", "odd.csv", "--format", "markdown", cwd=tmp_path)
    assert "\033" not in marked and "`[1] <script>`" in marked


# --- Refusals.

REFUSALS = {
    "a step like another": (["--step", "dleta1"], "unknown step 'dleta1' (did you mean 'delta1'?): expected one of "
                                                  "a1, a2, dW1, dW2, delta1, delta2, error1, error2, loss, losses, "
                                                  "new_W1, new_W2, new_a2, new_loss, slope1, slope2, update_W1, "
                                                  "update_W2, z1, z2"),
    "a weight there is not": (["--weight", "1,0,4"], "unit must be a whole number from 0 to 3, found 4"),
    "a bias of a network without": (["--weight", "1,2"], "contributions: expected layer, input and unit, as in 1, 0, "
                                                         "2; found [1, 2]"),
    "no weight": (["--weight", "W1"], "argument --weight: expected whole numbers such as 1,0,2, found 'W1' "
                                      "(see purenet explain --help)"),
    "an example there is not": (["--example", "4"], "example must be a whole number from 0 to 3, found 4"),
    "two things at once": (["--step", "z1", "--weight", "1,0,0"],
                           "argument --weight: not allowed with argument --step (see purenet explain --help)"),
    "an unknown format": (["--format", "markdwon"], "unknown format 'markdwon' (did you mean 'markdown'?): expected "
                                                    "one of html, json, markdown, text"),
    "a step as json": (["--format", "json", "--example", "1"],
                       "--example is for text and markdown; json holds every step"),
    "a page twice": (["--html", "a.html", "-o", "b.html"],
                     "--html PAGE.html is --format html -o PAGE.html: expected no other format or file"),
    "a page in another format": (["--html", "a.html", "--format", "json"],
                                 "--html PAGE.html is --format html -o PAGE.html: expected no other format or file"),
    "a page nowhere": (["--html", "no/a.html"], "no/a.html: there is no folder 'no' to write to; make it first"),
    "over the model": (["net.json", "net.csv", "-o", "net.json"],
                       "net.json: this is the file to read, expected another name for the file to write"),
    "over the rows": (["net.json", "net.csv", "-o", "net.csv"],
                      "net.csv: this is the file to read, expected another name for the file to write"),
    "epochs below 0": (["--epoch", "-1"], "--epoch must be a whole number of at least 0, found -1"),
    "a learning rate of 0": (["--learning-rate", "0"], "--learning-rate must be a number above 0, found 0.0"),
    "four layers": (["--layers", "4"], "--layers must be 2 or 3, found 4"),
    "layers of a model": (["net.json", "net.csv", "--layers", "2"],
                          "--layers chooses one of the tutorial's networks, but a model is given"),
    "a target of the tutorial": (["--target", "y"], "--target is for the rows of a file, as in: purenet explain "
                                                    "MODEL.json FILE.csv --target COLUMN"),
    "a target of a network": (["net.json", "net.csv", "--target", "sum"],
                              "--target is for a model that knows its columns; a bare network takes the last ones"),
    "no rows": (["net.json"], "a step needs rows to learn from, as in: purenet explain net.json ROWS.csv"),
    "rows as a model": (["net.csv"], "net.csv: not a purenet model, or cut off: Expecting value: line 1 column 1 "
                                     "(char 0)"),
    "too few columns": (["net.json", "fruit.csv"], "fruit.csv: found 3 columns, expected 4: the network's 2 inputs and "
                                                   "then its 2 targets"),
    "an input as the target": (["fruit.json", "fruit.csv", "--target", "peel"],
                               "fruit.csv: the column 'peel' is an input of the model, and cannot be its target"),
    "rows there are not": (["net.json", "net.csv", "--rows", "0:9"],
                           "--rows 0:9: net.csv has 2 rows, from 0 to 1; found 8"),
    "rows of the tutorial": (["--rows", "4"], "--rows 4: the tutorial has 4 rows, from 0 to 3; found 4"),
    "no such rows": (["--rows", "1-2"], "--rows: expected row numbers such as 0:4,9, found '1-2'"),
    "none of the rows": (["--rows", "2:2"], "--rows 2:2: no row is in this, expected at least one, such as 0:4"),
    "a step without end": (["weight.json", "fruit.csv", "--learning-rate", "1e308"],
                           "trace: a number of new_a2 (predictions after the step) outgrew a float; expected smaller "
                           "weights, inputs or learning_rate"),
}


@pytest.mark.parametrize("arguments, message", REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_be_is_refused_in_one_sentence(arguments, message, inside, capsys):
    before = contents(inside)
    try:
        status = cli.main(["explain", *arguments])
    except SystemExit as stopped:  # as argparse ends a program
        status = stopped.code
    assert (status, *capsys.readouterr()) == (2, "", f"purenet explain: {message}\n")
    assert contents(inside) == before, "refused, and yet files have changed"


@pytest.mark.parametrize("rows, arguments, message", [
    ("peel,weight,fruit\nrough,101,melon\n", (), "new.csv, line 2: found the class 'melon' (did you mean 'lemon'?), "
                                                 "never seen in training: expected 'apple', 'lemon'"),
    ("peel,weight,fruit\nrought,101,lemon\n", (), "new.csv, line 2, column 'peel': found the text 'rought', never seen "
                                                  "in training (did you mean 'rough'?): expected 'rough', 'smooth'"),
    ("peel,weight\nrough,101\n", (), "new.csv: no column 'fruit', which holds the targets to learn from; name another "
                                     "with --target"),
    ("peel,weight,fruit\nrough,101,lemon\nrough,,lemon\n", ("--skip-missing", "--rows", "0,1"),
     "new.csv, line 3: row 1 has a missing cell, expected another row in --rows"),
], ids=["a class", "a text", "no target", "a missing cell"])
def test_rows_that_do_not_fit_the_model_are_refused(rows, arguments, message, folder, tmp_path):
    (tmp_path / "fruit.json").write_bytes(contents(folder)["fruit.json"])
    (tmp_path / "new.csv").write_text(rows)
    assert refused("explain", "fruit.json", "new.csv", *arguments, cwd=tmp_path) == f"purenet explain: {message}"


def test_a_full_disk_is_said(tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("needs a device that is always full")
    done = purenet_("explain", "-o", "/dev/full", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2, "purenet explain: /dev/full: the file could not be written: No space left on device\n")
