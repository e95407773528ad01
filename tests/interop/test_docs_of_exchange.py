"""Run the page on other libraries with all of them; the plain test run leaves their blocks out."""

import pytest
from test_docs import OPTIONAL, ROOT, problems_in

for name in ("sklearn", "numpy", "torch", "safetensors", "onnxruntime"):
    pytest.importorskip(name)


@pytest.mark.filterwarnings("ignore")
def test_the_page_on_other_libraries(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")
    assert {name for name in OPTIONAL if f"import {name}" in text or f"from {name}" in text} == (
        set(OPTIONAL) - {"distributed"})
    problems = problems_in("docs/exchange.md", text)
    assert not problems, "\n\n".join(problems)
