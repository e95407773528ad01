"""The command line as a process: the demo, the help, unknown words, pipes, terminals."""

import os
import signal
import subprocess
import sys
import time

import pytest

import purenet
from commands import TIMEOUT, Terminal, environment, purenet_, refused, succeeds
from purenet.cli import COMMANDS

PUBLISHED = ["0.496410031903", "0.00858452565325", "0.00578945986251", "0.00462917677677", "0.00395876528027",
             "0.00351012256782", "0.00966449", "0.00786506", "0.99358898", "0.99211957"]
LONG = ["--example", "iris", "--epochs", "1000000", "--patience", "0"]
on_a_terminal = pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")


def too_wide(text, width=80):
    """The lines of a text that are wider than a terminal."""
    return [line for line in text.splitlines() if len(line) > width]


# --- The demo.

@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the demo prints in a pipe, without site-packages and without the environment."""
    code = "import runpy, sys; sys.path.insert(0, sys.argv.pop()); sys.argv = ['purenet', 'demo']; " \
           "runpy.run_module('purenet', run_name='__main__')"
    root = environment()["PYTHONPATH"]
    done = subprocess.run([sys.executable, "-S", "-E", "-c", code, root], capture_output=True, text=True,
                          cwd=tmp_path_factory.mktemp("demo"), timeout=TIMEOUT)
    assert (done.returncode, done.stderr) == (0, ""), "in a pipe there is nothing but the report"
    return done.stdout


def test_the_demo_prints_the_published_digits_beside_its_own(demo):
    ours = {line.split()[-1]: line.split()[-2] for line in demo.splitlines() if len(line.split()) > 2}
    for digits in PUBLISHED:
        assert digits in ours, f"the published {digits} do not end a line"
        assert len(ours[digits]) == len(digits)
        assert float(ours[digits]) == pytest.approx(float(digits), rel=1e-9 if len(digits) > 10 else 1e-6)
    iterations = [line.split()[0] for line in demo.splitlines() if line.split()[-1:] and line.split()[-1] in PUBLISHED]
    assert iterations[-6:] == ["0", "10,000", "20,000", "30,000", "40,000", "50,000"]


def test_the_demo_says_that_they_agree(demo):
    assert demo.count("They agree with the published digits") == 2
    assert "NOT" not in demo


def test_the_demo_fits_80_columns_and_knows_its_version(demo):
    assert too_wide(demo) == []
    assert demo.startswith(f"purenet {purenet.__version__} on ")


def test_the_demo_takes_one_step_apart(demo):
    rows = {tuple(line.split()[:2]): line.split() for line in demo.splitlines() if line.split()}
    gradient = [float(word) for word in rows["sum:", "the"][-3:]]
    old = [float(word) for word in rows["old", "weight"][-3:]]
    new = [float(word) for word in rows["new", "weight"][-3:]]
    pushes = [[float(word) for word in rows["example", str(i)][-3:]] for i in (1, 2, 3, 4)]
    assert gradient == pytest.approx([sum(column) for column in zip(*pushes)], abs=4e-8)
    assert new == pytest.approx([w - g for w, g in zip(old, gradient)], abs=2e-8)
    assert old == pytest.approx([-0.16595599, 0.44064899, -0.99977125], abs=5e-9)
    said = " ".join(demo.split())
    assert "w1 goes up by 0.28621: every example that pushes it (2 of 4) pushes it up, so nothing cancels." in said
    assert "w2 goes up by 0.063913: 1 example pushes it up, 1 down; 72 % of the pushing cancels." in said
    assert "w3 goes up by 0.149134: 2 examples push it up, 2 down; 65 % of the pushing cancels." in said


@on_a_terminal
def test_the_demo_shows_on_a_terminal_how_far_it_is(tmp_path, demo):
    """Up to the first sight of the longest run, and then Ctrl-C: the rest would be the same, and takes long."""
    terminal = Terminal("demo", cwd=tmp_path)
    received = terminal.read_until("three layers [")
    assert "\rtwo layers [" in received and " s left" in received
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.finish() == 130
    *screen, last, end = terminal.screen()
    assert (last, end) == ("purenet demo: interrupted", ""), "one sentence, and the progress line wiped"
    assert screen == demo.splitlines()[:len(screen)] and len(screen) > 15
    assert all(len(part) in (0, 79) for line in terminal.received.split("\n") if "layers [" in line
               for part in line.split("\r")[:-2]), "each progress line must fit, and cover the one before it"


# --- Help and unknown words.

@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_every_command_has_help_that_fits_80_columns(command, tmp_path):
    text = succeeds(*command, "--help", cwd=tmp_path)
    assert text.startswith("usage: purenet") and too_wide(text) == []
    if not command:
        assert all(f"\n    {name}" in text for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_help_text(command):
    from purenet.cli import make_parser

    actions = make_parser()._subparsers._group_actions[0].choices[command]._actions
    assert [action.dest for action in actions if not action.help] == []


def test_the_version_is_said(tmp_path):
    assert succeeds("--version", cwd=tmp_path) == f"purenet {purenet.__version__}\n"


UNKNOWN = {
    "no command": ([], "purenet: the following arguments are required: COMMAND (see purenet --help)"),
    "a command": (["trian"], "purenet: unknown command 'trian' (did you mean 'train'?): "
                             f"expected one of {', '.join(COMMANDS)} (see purenet --help)"),
    "a command like none": (["x"], f"purenet: unknown command 'x': expected one of {', '.join(COMMANDS)} "
                                   "(see purenet --help)"),
    "an option of train": (["train", "--example", "iris", "--hiden", "3"],
                           "purenet train: unknown argument '--hiden' (did you mean '--hidden'?) "
                           "(see purenet train --help)"),
    "an option with =": (["train", "--example", "iris", "--epohcs=3"],
                         "purenet train: unknown argument '--epohcs' (did you mean '--epochs'?) "
                         "(see purenet train --help)"),
    "an option of predict": (["predict", "m.json", "n.csv", "--ouput", "x"],
                             "purenet predict: unknown argument '--ouput' (did you mean '--output'?) "
                             "(see purenet predict --help)"),
    "an argument of demo": (["demo", "fast"], "purenet demo: unknown argument 'fast' (see purenet demo --help)"),
    "no whole number": (["train", "--example", "iris", "--epochs", "1.5"],
                        "purenet train: argument --epochs: expected a whole number, found '1.5' "
                        "(see purenet train --help)"),
    "no number": (["train", "--example", "iris", "--learning-rate", "fast"],
                  "purenet train: argument --learning-rate: expected a number, found 'fast' "
                  "(see purenet train --help)"),
    "no sizes": (["train", "--example", "iris", "--hidden", "16;8"],
                 "purenet train: argument --hidden: expected whole numbers such as 16,8, found '16;8' "
                 "(see purenet train --help)"),
}


@pytest.mark.parametrize("arguments, message", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_unknown_is_refused_with_the_nearest(arguments, message, tmp_path):
    assert refused(*arguments, cwd=tmp_path) == message


# --- Pipes, full disks, odd terminals.

def test_a_reader_that_has_gone_is_no_error(tmp_path):
    with subprocess.Popen([sys.executable, "-u", "-m", "purenet", "train", "--example", "iris", "--epochs", "1"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment()) as process:
        assert process.stdout.readline().startswith(b"iris: 150 rows")
        process.stdout.close()
        stderr = process.stderr.read()
        assert (process.wait(TIMEOUT), stderr) == (0, b"")


def test_a_pipe_gets_the_first_lines_before_the_training_and_no_progress(tmp_path):
    with subprocess.Popen([sys.executable, "-m", "purenet", "train", *LONG], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=tmp_path, env=environment()) as process:
        lines = [process.stdout.readline() for _ in range(3)]  # waits for ever if they are kept back
        time.sleep(0.5)
        process.kill()
        assert process.stderr.read() == b""
    assert lines[2].startswith(b"120 rows to train on")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("buffered", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
def test_a_full_disk_behind_standard_output_is_said(tmp_path, buffered):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "purenet", "train", "--example", "iris", "--epochs", "1"],
                              stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(**buffered),
                              timeout=TIMEOUT, text=True)
    assert (done.returncode, done.stderr) == (2, "purenet train: standard output: No space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_closed_standard_output_is_no_error(tmp_path):
    command = ["/bin/sh", "-c", '"$0" -m purenet train --example iris --epochs 1 >&-', sys.executable]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment(), timeout=TIMEOUT)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_character_that_the_terminal_lacks_becomes_a_question_mark(tmp_path):
    (tmp_path / "größe.csv").write_text("größe,art\n1,groß\n2,klein\n3,groß\n4,klein\n", encoding="utf-8")
    out = succeeds("train", "größe.csv", "--target", "art", "--epochs", "1", "--test", "0", cwd=tmp_path,
                   PYTHONIOENCODING="ascii")
    assert out.startswith("gr??e.csv: 4 rows") and "gro? (2)" in out
    assert "gr?\\xdfe" not in out
    done = purenet_("train", "größe.csv", "--target", "arte", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 2 and "did you mean 'art'?" in done.stderr and "Traceback" not in done.stderr


# --- Ctrl-C.

@on_a_terminal
def test_an_interrupted_training_saves_what_was_learned(tmp_path):
    """Exit status 130, as after Ctrl-C anywhere, though the model is there: a script must not take it for finished."""
    terminal = Terminal("train", *LONG, "-o", "model.json", cwd=tmp_path)
    shown = terminal.read_until("loss 0.")
    assert "\rtraining [" in shown
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.finish() == 130
    screen = terminal.screen()
    assert "Traceback" not in terminal.received
    assert any(line.endswith("; interrupted, keeping what was learned so far") for line in screen)
    assert any(line.startswith("held-out rows: ") for line in screen)
    assert "The model is in model.json. To use it: purenet predict model.json NEW.csv" in screen
    assert "To go on training, the same command with: --resume model.json" in screen
    assert not any("training [" in line for line in screen), "the progress line must be wiped"
    assert too_wide("\n".join(screen)) == []
    model = purenet.load(tmp_path / "model.json")
    assert model.classes_ == ["setosa", "versicolor", "virginica"]
    assert model.training_.history.epochs > 0
    assert os.listdir(tmp_path) == ["model.json"]


@on_a_terminal
def test_training_shows_on_a_terminal_how_far_it_is(tmp_path):
    terminal = Terminal("train", "--example", "iris", "--epochs", "20", "--patience", "0", cwd=tmp_path)
    assert terminal.finish() == 0
    shown = [part for part in terminal.received.replace("\n", "\r").split("\r") if part.startswith("training [")]
    assert shown[0].rstrip() == "training [....................]   0 %"
    assert " s left  loss 0." in shown[-1]
    assert all(len(part) == 79 for part in shown), "the line must fit, and cover the one before it"
    screen = terminal.screen()
    assert not any("training [" in line for line in screen)
    assert too_wide("\n".join(screen)) == []


def test_without_docstrings_the_commands_are_there(tmp_path):
    assert succeeds("--version", cwd=tmp_path, python=["-OO"]).startswith("purenet ")
    assert "accuracy" in succeeds("train", "--example", "iris", "--epochs", "2", cwd=tmp_path, python=["-OO"])
