"""Reports as text and as Markdown: 80 columns, aligned numbers, nothing left out in silence, names stay text."""

import re

import pytest
from hypothesis import given, strategies as st

from purenet.explain.document import (BOLD, CYAN, PLAIN, RED, Formula, Heading, Paragraph, Table, aligned, grid, short,
                                      to_markdown, to_text)
from purenet.explain.formulas import number

floats = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(max_size=30)
CODES = re.compile("|".join(map(re.escape, (BOLD, CYAN, PLAIN, RED))))


@st.composite
def tables(draw):
    """A table of any size, with labels of any text, some rows of it below the line."""
    labels, some = draw(st.lists(names, min_size=3, max_size=3)), draw(st.lists(floats, min_size=1, max_size=9))
    columns, rows, below = draw(st.integers(1, 12)), draw(st.integers(1, 12)), draw(st.integers(0, 3))
    cells = iter(some * 200)
    made = [(short(labels[i % 3], 12), [next(cells) for _ in range(columns)]) for i in range(rows + below)]
    return Table("corner", [f"[{j}] {short(labels[j % 3])}" for j in range(columns)], made[:rows], made[rows:],
                 draw(st.integers(1, 20)))


words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)
blocks = st.lists(st.one_of(
    st.builds(Heading, words, st.integers(1, 3)), st.builds(Paragraph, words, st.booleans()),
    st.builds(Formula, st.sampled_from(["z1", "dW1[0][2]"]), st.lists(words, min_size=1, max_size=3), words),
    tables()), max_size=6)


@given(blocks, st.booleans())
def test_no_line_is_wider_than_80_columns(report, ascii_only):
    wide = [line for line in to_text(report, ascii_only=ascii_only).split("\n") if len(line) > 80]
    assert wide == []


@given(blocks)
def test_colours_add_nothing_but_colours(report):
    assert CODES.sub("", to_text(report, colour=True)) == to_text(report)


@given(st.lists(floats, min_size=1))
def test_the_numbers_of_a_column_are_those_given_and_their_points_are_aligned(column):
    texts = aligned(column, 6)
    assert [text.strip() for text in texts] == [number(value) for value in column]
    assert len({len(text) for text in texts}) == 1, "a column has one width"
    ends = {re.search(r"(?<=\d)(?=[.e ]|$)", text).start() for text in texts}
    assert len(ends) == 1, f"the whole parts do not end in one column: {texts}"


@given(tables())
def test_every_row_and_column_is_shown_or_counted(table):
    made = grid(table)
    heads = [" ".join(parts).split() for parts in zip(*made.header)][1:]
    assert heads == [head.split() for head in table.columns[:len(heads)]]
    left = re.fullmatch(r"\.\.\. (\d+) more columns?", made.note)
    assert len(heads) + (int(left[1]) if left else 0) == len(table.columns)
    rows = [row for row in made.rows if not re.fullmatch(r"\.\.\. \d+ more rows", row[0].strip())]
    gone = sum(int(row[0].split()[1]) for row in made.rows if row not in rows)
    assert len(rows) + gone == len(table.rows) + len(table.below)
    expected = [*table.rows[:len(rows) - len(table.below)], *table.below]
    assert [[cell.strip() for cell in row[1:]] for row in rows] == [
        [number(cell) for cell in cells[:len(heads)]] for _, cells in expected]
    assert gone != 1, "one row takes no more room than to say that there is one more"


def test_a_table_is_shortened_only_as_far_as_it_must():
    rows = [(f"[{i}]", [float(i)]) for i in range(100)]
    text = to_text([Table("X", ["[0]"], rows)])
    assert text.endswith("  [7]                 7\n  ... 92 more rows\n")
    assert "more" not in to_text([Table("X", ["[0]"], rows[:9])])
    wide = Table("X", [f"[{j}]" for j in range(100)], [("[0]", [0.25] * 100)])
    assert to_text([wide]).split("\n")[-2] == "  ... 88 more columns"


def test_what_stands_below_a_table_is_never_left_out():
    text = to_text([Table("", ["w"], [("[0]", [1.0])] * 50, [("sum", [50.0])], most=3)])
    assert text.split("\n")[-4:-1] == ["  ... 47 more rows     ".rstrip(), "  " + "-" * 20, "  sum               50"]


def test_negative_numbers_are_red_and_positive_ones_cyan_beside_their_signs():
    text = to_text([Heading("Title", 1), Table("", ["x"], [("a", [-1.5]), ("b", [0.0]), ("c", [2.0])])], colour=True)
    assert f"{BOLD}Title{PLAIN}" in text
    assert f"{RED}-1.5{PLAIN}" in text and f"{CYAN}2{PLAIN}" in text and "\n  b   0\n" in text


@pytest.mark.parametrize("text, spelled", [
    ("X · W1", "X * W1"), ("a1 ⊙ (1 - a1)", "a1 (*) (1 - a1)"), ("delta2 · W2ᵀ", "delta2 * W2^T"),
    ("(a - y)²", "(a - y)^2"),
])
def test_the_signs_of_formulas_are_spelled_out_for_a_terminal_that_lacks_them(text, spelled):
    report = [Paragraph(text), Formula("z", [text]), Table(text, [text], [(text, [1.0])])]
    shown = to_text(report, ascii_only=True)
    assert shown.isascii() and shown.startswith(spelled) and f"  z = {spelled}\n" in shown


def test_a_long_formula_is_broken_before_a_plus():
    terms = " + ".join(f"a1[0][{k}] · W2[{k}][0]" for k in range(5))
    assert to_text([Formula("z2[0][0]", [terms, "1 + 2"])]) == """\
  z2[0][0] = a1[0][0] · W2[0][0] + a1[0][1] · W2[1][0] + a1[0][2] · W2[2][0]
             + a1[0][3] · W2[3][0] + a1[0][4] · W2[4][0]
           = 1 + 2
"""


@given(st.text(max_size=60))
def test_a_name_is_shown_in_one_line_without_control_characters(text):
    name = short(text, 12)
    assert len(name) <= 12 and (name.isprintable() or not name)
    if len(text) <= 12 and text.isprintable() and text == " ".join(text.split()):
        assert name == text


@given(st.text("abc_*`<>|[]\\#& 1", min_size=1, max_size=40))
def test_a_name_cannot_break_a_markdown_table(text):
    table = Table("corner", [f"[0] {short(text)}"], [(short(text), [0.5])])
    lines = to_markdown([table]).strip().split("\n")
    assert len(lines) == 3
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3}, f"not two cells in each row: {lines}"


def test_markdown_shows_what_comes_from_a_file_as_text():
    text = to_markdown([Heading("# <b>", 2), Paragraph("see [x](y) and W1[0][2] | *a*", item=True)])
    assert text == "## \\# \\<b\\>\n\n- see \\[x\\](y) and `W1[0][2]` \\| \\*a\\*\n"
