"""Run what needs scikit-learn in the pages; the plain test run leaves it out."""

import os
import subprocess
import sys

import pytest
from test_docs import ROOT, blocks_of, problems_in

pytest.importorskip("sklearn")


def test_the_page_on_data_with_its_block_for_scikit_learn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert "from sklearn" in text
    problems = problems_in("docs/data.md", text)
    assert not problems, "\n\n".join(problems)


@pytest.mark.slow
def test_the_script_on_training_in_parallel(tmp_path):
    text = (ROOT / "docs" / "parallel.md").read_text(encoding="utf-8")
    script, = [block.lines for block in blocks_of(text) if block.above.endswith("that come with scikit-learn:")]
    (tmp_path / "digits_pool.py").write_text("\n".join(script), encoding="utf-8")
    done = subprocess.run([sys.executable, "digits_pool.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
                          stdout=subprocess.PIPE, text=True, check=True)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["no pool", "1 worker", "2 workers"]
    assert done.stdout.count("the same bits") == 2
