"""The comparison of gradient checkers runs, and every backprop in it is one that passes."""

import subprocess
import sys

import pytest

from commands import ROOT, environment

pytest.importorskip("numpy")
pytest.importorskip("torch")
pytest.importorskip("autograd")

SCRIPT = ROOT / "tests" / "bench" / "gradcheck.py"


def run(*arguments):
    """What the script prints."""
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment(PYTHONIOENCODING="utf-8"), timeout=600, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_checkers_are_compared():
    rows = run("--only", "checkers", "--networks", "5", "--mistakes", "1").splitlines()
    for name in ("purenet check_backprop", "purenet check_gradient"):
        assert any(row.startswith(name) and "  0 of 6 " in row for row in rows), rows
    for name in ("PyTorch gradcheck", "HIPS autograd"):
        assert any(row.startswith(name) for row in rows), rows


def test_correct_gradients_of_four_implementations_pass():
    text = run("--only", "alarms", "kinks", "--alarms", "50", "--networks", "20")
    assert "0 of 200" in text and "0 of 4" in text, text
    assert "textbook on lists, NumPy, PyTorch, HIPS autograd" in text
