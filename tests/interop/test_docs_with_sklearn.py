"""Run docs/data.md once more where scikit-learn is installed: its block is left out of the plain test run."""

import pytest
from test_docs import ROOT, problems_in

pytest.importorskip("sklearn")


def test_the_page_on_data_with_its_block_for_scikit_learn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert "from sklearn" in text
    problems = problems_in("docs/data.md", text)
    assert not problems, "\n\n".join(problems)
