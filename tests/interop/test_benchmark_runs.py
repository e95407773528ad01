"""The benchmark runs, and finds its peers; what it measures here is not looked at."""

import subprocess
import sys

import pytest

from commands import ROOT, environment

pytest.importorskip("numpy")
pytest.importorskip("sklearn")


def test_the_benchmark_runs_and_its_peers_do_the_same_job():
    command = [sys.executable, str(ROOT / "tests" / "bench" / "run.py"), "--rounds", "1", "--only", "tutorial", "iris"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
                          env=environment(PYTHONIOENCODING="utf-8"), timeout=300, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith(("tutorial", "iris"))]
    for peer in ("NumPy", "scikit-learn"):
        assert any(f"  {peer}" in row and "µs" in row for row in rows), f"no figure for {peer}:\n{done.stdout}"
