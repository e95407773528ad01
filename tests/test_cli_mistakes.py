"""The command `mistakes`: the gallery, each piece of it, and what it refuses."""

import pytest

from commands import refused, succeeds
from purenet.cli import main
from purenet.gradcheck.mistakes import CATALOGUE, MISTAKES


def assert_fits(text):
    """In a terminal of 80 columns nothing is broken, and no line ends in blanks."""
    for line in text.splitlines():
        assert len(line) <= 80, line
        assert line == line.rstrip(), repr(line)


def test_the_gallery_has_a_line_or_two_for_every_mistake(tmp_path):
    text = succeeds("mistakes", cwd=tmp_path)
    assert_fits(text)
    assert [line.split()[0] for line in text.splitlines() if line[:1].strip()][:-1] == list(MISTAKES)
    assert text.endswith(f"\n{len(CATALOGUE)} mistakes. In full: purenet mistakes NAME\n")
    words = " ".join(text.split())
    assert all(" ".join(mistake.symptom.split()) in words for mistake in CATALOGUE)


def shown(name, capsys):
    """What `purenet mistakes NAME` prints, which must fit the terminal and hold all that is known."""
    assert main(["mistakes", name]) == 0
    text = capsys.readouterr().out
    assert_fits(text)
    mistake, words = MISTAKES[name], " ".join(text.split())
    for part in [mistake.symptom, mistake.cure, mistake.source[1:], *(line for pair in mistake.lines for line in pair)]:
        assert " ".join(part.split()) in words
    return text


@pytest.mark.parametrize("name", ["updated-weights", "weights-not-transposed", "softmax-diagonal", "dropout-left-on",
                                  "bias-wrong-axis", "l2-added"])
def test_a_piece_has_the_lines_the_cure_and_the_report(name, capsys):
    text = shown(name, capsys)
    assert text.startswith(f"{name}\n{'-' * len(name)}\n")
    assert "\n  right  " in text and "\n  wrong  " in text and "\nCure: " in text
    assert "\nFAIL: " in text and f"  Likely: {name}:" in text and "\ncomponent " in text


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKES)
def test_every_piece_is_named_by_its_own_report(name, capsys):
    text = shown(name, capsys)
    if name == "float32":
        assert "\nPASS: " in text and "judged as that" in text
    else:
        assert "\nFAIL: " in text and f" {name}" in text.split("gets the report:")[1].replace("\n   ", "")


def test_an_unknown_name_gets_the_nearest(tmp_path):
    assert refused("mistakes", "mising-slope", cwd=tmp_path) == (
        "purenet mistakes: unknown mistake 'mising-slope' (did you mean 'missing-slope'?): "
        "purenet mistakes lists them all")
