"""A report in blocks: headings, paragraphs, formulas and tables, written as text of 80 columns or as Markdown.

Names that come from a file stay text: what a terminal or Markdown would take for a command is written so that it shows.
"""
from __future__ import annotations

import re
import textwrap
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple, Union

from .formulas import number

WIDTH = 80
INDENT = "  "
RED, CYAN, BOLD, PLAIN = "\033[31m", "\033[36m", "\033[1m", "\033[0m"
LETTERS = {"·": "*", "⊙": "(*)", "ᵀ": "^T", "²": "^2", "Σ": "sum of "}  # for a terminal that lacks them
PLACE = r"\b[A-Za-z]\w*(?:\[\d+\])+"  # W1[0][2]
SPECIAL = re.compile(rf"({PLACE})|([\\`*<>|\[\]&#]|(?<!\w)_|_(?!\w))")  # to Markdown


class Heading(NamedTuple):
    """A heading; level 1 is the title."""

    text: str
    level: int


class Paragraph(NamedTuple):
    """Sentences; with a mark, one item of a list."""

    text: str
    item: bool = False


class Formula(NamedTuple):
    """The sides of an equation, each on a line of its own: left = first, = second, ...; and a line with the shapes."""

    left: str
    sides: List[str]
    shapes: str = ""


Cell = Union[float, str]
Row = Tuple[str, Sequence[Cell]]  # its label and its cells


class Table(NamedTuple):
    """Rows of numbers (and texts) with their labels; of many rows and columns, the first ones.

    The numbers of a column have their decimal points below each other. Rows `below` are always shown.
    """

    corner: str
    columns: List[str]
    rows: Sequence[Row]
    below: Sequence[Row] = ()
    most: int = 8  # rows
    digits: int = 6


Block = Union[Heading, Paragraph, Formula, Table]


def short(text: str, width: int = 40) -> str:
    """Return a name in one line that is not too long, if need be without its middle, and without control characters.

    >>> short("versicolor", 20), short("a little more than that", 20)
    ('versicolor', 'a little...than that')
    """
    text = "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))
    half = (width - 3) // 2
    return text if len(text) <= width else f"{text[:half]}...{text[3 + half - width:]}"


class Grid(NamedTuple):
    """A table as texts of one width in each column: the header, the rows, and after a line those always shown."""

    header: List[List[str]]  # one or two lines
    rows: List[List[str]]
    values: List[Sequence[Cell]]  # what each row was made of
    above: int  # the number of rows above the line
    note: str  # on the columns that were left out


def grid(table: Table) -> Grid:
    """Return a table as texts that fit into 80 columns; what is left out is said."""
    shown, columns = list(table.rows), len(table.columns)
    if len(shown) > table.most + 1:
        shown[table.most:] = [(f"... {len(shown) - table.most} more rows", [""] * columns)]
    rows = [*shown, *table.below]
    labels = left(["", table.corner, *(name for name, _ in rows)])
    room = WIDTH - len(INDENT) - len(labels[0])
    bodies = [aligned([cells[j] for _, cells in rows], table.digits) for j in range(columns)]
    heads = [["", head] for head in table.columns]
    if len(fitting(heads, bodies, room)) < columns:  # numbers above names take less room
        heads = [head.split(" ", 1) if re.match(r"\[\d+\] ", head) else ["", head] for head in table.columns]
    texts = fitting(heads, bodies, room)
    above, header, *lines = [list(line) for line in zip(labels, *texts)]
    more = columns - len(texts)
    return Grid([above, header] if "".join(above).strip() else [header], lines,
                [[name, *cells] for name, cells in rows], len(shown),
                f"... {more} more column{'' if more == 1 else 's'}" if more else "")


def fitting(heads: Sequence[List[str]], bodies: Sequence[List[str]], room: int) -> List[List[str]]:
    """Return the first columns, heads and bodies, as many as there is room for, each of one width."""
    texts: List[List[str]] = []
    for head, body in zip(heads, bodies):
        width = max(map(len, [*head, *body]))
        room -= width + 2
        if room < 0:
            break
        texts.append([text.rjust(width) for text in [*head, *body]])
    return texts


def left(texts: Sequence[str]) -> List[str]:
    """Return texts of one width, as wide as the longest, from the left."""
    width = max(map(len, texts))
    return [text.ljust(width) for text in texts]


def aligned(cells: Sequence[Cell], digits: int) -> List[str]:
    """Return the cells of a column as texts of which the numbers have their decimal points below each other.

    >>> aligned([0.25, -12.5, 3.0], 6)
    ['  0.25', '-12.5 ', '  3   ']
    """
    texts = [cell if isinstance(cell, str) else number(cell, digits) for cell in cells]
    parts = [re.split(r"(?=[.e])", text, maxsplit=1) + [""] for text in texts]
    numbers = [part for part, cell in zip(parts, cells) if not isinstance(cell, str)]
    before, after = (max((len(part[side]) for part in numbers), default=0) for side in (0, 1))
    return [text if isinstance(cell, str) else part[0].rjust(before) + part[1].ljust(after)
            for text, part, cell in zip(texts, parts, cells)]


Writer = Dict[type, Callable[[Any], str]]


def joined(blocks: Sequence[Block], write: Writer) -> str:
    """Return blocks as text, each by the writer for its kind; an empty line between two, but not in a list."""
    text = ""
    for before, block in zip([None, *blocks], blocks):
        close = all(isinstance(each, Paragraph) and each.item for each in (before, block))
        text += ("\n" if close else "\n\n" if before else "") + write[type(block)](block)
    return text + "\n"


# --- As text.


def to_text(blocks: Sequence[Block], colour: bool = False, ascii_only: bool = False) -> str:
    """Return a report as text of 80 columns.

    With `colour`, headings are bold, negative numbers red and positive ones cyan, for terminals that know the usual
    control sequences. With `ascii_only`, the few signs beyond ASCII are spelled out.
    """
    return joined(spelled(blocks) if ascii_only else blocks, {
        Heading: lambda heading: underlined(heading, BOLD if colour else ""),
        Paragraph: lambda paragraph: filled(paragraph.text, "- " if paragraph.item else ""),
        Formula: lambda formula: "\n".join(equation(formula)),
        Table: lambda table: ruled(table, signed if colour else plain),
    })


def spelled(value: Any) -> Any:
    """Return a report in which the signs beyond ASCII that formulas use are spelled out."""
    if isinstance(value, str):
        return "".join(LETTERS.get(letter, letter) for letter in value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(spelled, value))
    return [spelled(each) for each in value] if isinstance(value, (list, tuple)) else value


def plain(text: str, cell: Cell) -> str:
    """Return the text of a cell as it is."""
    return text


def signed(text: str, cell: Cell) -> str:
    """Return the text of a cell in the colour of its sign."""
    if isinstance(cell, str) or not cell:
        return text
    return text.replace(text.strip(), (RED if cell < 0 else CYAN) + text.strip() + PLAIN)


def filled(text: str, mark: str = "") -> str:
    """Return a paragraph in lines of at most 80 columns; what is longer than a line and has no blank is cut."""
    return textwrap.fill(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False)


def underlined(heading: Heading, bold: str) -> str:
    """Return a heading, the higher ones with a line below."""
    lines = filled(heading.text).split("\n")
    rule = {1: "=", 2: "-"}.get(heading.level, "") * max(map(len, lines))
    return "\n".join([*(bold + line + PLAIN if bold else line for line in lines), *([rule] if rule else [])])


def equation(formula: Formula) -> List[str]:
    """Return the lines of a formula, the equals signs below each other; a long side is broken before a plus."""
    space = INDENT + " " * len(formula.left)
    lines: List[str] = []
    for side in formula.sides:
        lines += broken(side, f"{space if lines else INDENT + formula.left} = ", space + "   ")
    return [*lines, *broken(formula.shapes, INDENT, INDENT)] if formula.shapes else lines


def broken(side: str, first: str, later: str) -> List[str]:
    """Return one side of a formula in lines of at most 80 columns, broken before a plus where that is near enough."""
    lines, line = [], first
    for number_, term in enumerate(re.split(r" (?=\+ )", side)):
        if number_ and len(line) + 1 + len(term) > WIDTH:
            lines.append(line)
            line = later + term
        else:
            line += (" " if number_ else "") + term
    return [part for line in [*lines, line]
            for part in textwrap.wrap(line, WIDTH, subsequent_indent=later + "  ", break_on_hyphens=False)]


def ruled(table: Table, paint: Callable[[str, Cell], str]) -> str:
    """Return a table as lines: a header, the rows, and after a rule those that are always shown."""
    made = grid(table)
    header = ["  ".join(line) for line in made.header]
    lines = ["  ".join(map(paint, row, values)) for row, values in zip(made.rows, made.values)]
    if table.below:
        lines[made.above:made.above] = ["-" * len(header[-1])]
    return "\n".join(INDENT + line.rstrip() for line in [*header, *lines, *([made.note] if made.note else [])])


# --- As Markdown.


def to_markdown(blocks: Sequence[Block]) -> str:
    """Return a report as Markdown: formulas in fences, tables as tables."""
    return joined(blocks, {
        Heading: lambda heading: "#" * heading.level + " " + escaped(heading.text),
        Paragraph: lambda paragraph: ("- " if paragraph.item else "") + escaped(paragraph.text),
        Formula: lambda formula: "\n".join(["```text", textwrap.dedent("\n".join(equation(formula))), "```"]),
        Table: piped,
    })


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is; an element of a matrix becomes code.

    >>> print(escaped("W1[0][2] goes up | <b> _a_ a_b"))
    `W1[0][2]` goes up \\| \\<b\\> \\_a\\_ a_b
    """
    return SPECIAL.sub(lambda found: f"`{found[1]}`" if found[1] else "\\" + found[2], text)


def piped(table: Table) -> str:
    """Return a table in Markdown, its header and labels as code."""
    made = grid(table)
    header = [coded(" ".join(text.strip() for text in texts)) for texts in zip(*made.header)]
    lines = [header, [":---", *["---:"] * (len(header) - 1)]]
    lines += [[coded(row[0]), *(escaped(text.strip()) for text in row[1:])] for row in made.rows]
    return "\n".join(["| " + " | ".join(line) + " |" for line in lines] + (["", made.note] if made.note else []))


def coded(text: str) -> str:
    """Return text as code in a cell of a table."""
    text = text.strip().replace("`", "'").replace("|", "\\|")
    return f"`{text}`" if text else ""
