"""Run what needs NumPy and PyTorch in the page on checking gradients; the plain test run leaves it out."""

import pytest

from test_docs import ROOT, problems_in

pytest.importorskip("numpy")
pytest.importorskip("torch")


def test_the_page_on_checking_gradients(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "gradient-checking.md").read_text(encoding="utf-8")
    assert "import numpy" in text and "import torch" in text
    problems = problems_in("docs/gradient-checking.md", text)
    assert not problems, "\n\n".join(problems)
