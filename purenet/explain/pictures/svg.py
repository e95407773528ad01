"""Drawing as text: the few shapes of SVG that the pictures are made of, the colours, and how wide a text is.

A colour is a name in COLOURS, and becomes a class with a colour for light paper and one for dark. Nothing has an id but
the title and the description, and that one is made from the content: several pictures may stand in one HTML page.
"""
from __future__ import annotations

import re
import zlib
from typing import List, Optional, Sequence, Tuple

Point = Tuple[float, float]

COLOURS = {  # of every name the colour on light and on dark paper
    "paper": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "quiet": ("#59636e", "#9aa4af"),
    "grid": ("#d8dee4", "#333b44"),
    "plus": ("#0757b5", "#6cb6ff"),
    "minus": ("#b34700", "#f69d50"),
    "blue": ("#0757b5", "#6cb6ff"),
    "green": ("#1a7f37", "#57ab5a"),
    "purple": ("#7a3ec8", "#c297ff"),
    "orange": ("#b34700", "#f69d50"),
    "pink": ("#b3266c", "#f692ce"),
    "teal": ("#0b7285", "#56d4dd"),
}
SERIES = ("blue", "orange", "green", "purple", "pink", "teal")  # one after the other, where no sign is told
FONT = "Helvetica, Arial, sans-serif"
BOLD = 1.15  # as wide as plain text
MARGIN = 24
DASHES = "5 4"  # of all that is negative
# Not allowed in XML, or able to turn round the text that follows.
UNWRITABLE = re.compile("[^\t\n\r -~\u00a0-\u2029\u202f-\u2065\u2070-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def style() -> str:
    """Return the rules that give every colour its light and its dark form."""
    light, dark = ("".join(f".pn-{name}{{color:{pair[i]}}}" for name, pair in COLOURS.items()) for i in (0, 1))
    return f"<style>{light}@media (prefers-color-scheme:dark){{{dark}}}</style>"


def plain(text: object) -> str:
    """Return a text in one line; each character that cannot be written becomes the one that stands for these.

    >>> plain("two\\n lines"), plain("\\x00")
    ('two lines', '\ufffd')
    """
    return " ".join(UNWRITABLE.sub("\ufffd", str(text)).split())


def clean(text: object) -> str:
    """Return a text as it may stand in XML.

    >>> clean("a < b & c")
    'a &lt; b &amp; c'
    """
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def rounded(value: float) -> str:
    """Return a coordinate with at most one decimal.

    >>> rounded(2.04), rounded(-0.01), rounded(0.25)
    ('2', '0', '0.2')
    """
    return f"{round(value, 1) + 0.0:g}"


def element(tag: str, content: Optional[str] = None, **attributes: object) -> str:
    """Return an element; numbers are rounded, None is left out, and of a name like stroke_width _ becomes -.

    >>> element("line", x1=0.0, x2=12.34, stroke_width=2, role=None)
    '<line x1="0" x2="12.3" stroke-width="2"/>'
    """
    written = "".join(f' {name.rstrip("_").replace("_", "-")}="{rounded(v) if isinstance(v, (int, float)) else v}"'
                      for name, v in attributes.items() if v is not None)
    return f"<{tag}{written}/>" if content is None else f"<{tag}{written}>{content}</{tag}>"


def sign(value: float) -> str:
    """Return the colour of a sign.

    >>> sign(0.5), sign(-0.5), sign(0.0)
    ('plus', 'minus', 'quiet')
    """
    return "plus" if value > 0 else "minus" if value < 0 else "quiet"


def hint(text: str) -> str:
    """Return a title within a shape, which a pointer at rest brings up."""
    return f"<title>{clean(text)}</title>"


def path(d: str, colour: str, width: float = 1.0, dashes: Optional[str] = None, opacity: Optional[str] = None,
         content: Optional[str] = None) -> str:
    """Return a line along a path."""
    return element("path", content, class_=f"pn-{colour}", d=d, fill="none", stroke="currentColor", stroke_width=width,
                   stroke_dasharray=dashes, stroke_opacity=opacity, stroke_linejoin="round")


def line(points: Sequence[Point], colour: str, width: float = 1.0, dashes: Optional[str] = None,
         opacity: Optional[str] = None, content: Optional[str] = None) -> str:
    """Return a line from point to point."""
    d = "M" + "L".join(f"{rounded(x)} {rounded(y)}" for x, y in points)
    return path(d, colour, width, dashes, opacity, content)


def box(x: float, y: float, width: float, height: float, colour: str, opacity: Optional[str] = None,
        content: Optional[str] = None, corner: Optional[float] = None) -> str:
    """Return a filled rectangle."""
    return element("rect", content, class_=f"pn-{colour}", x=x, y=y, width=width, height=height, rx=corner,
                   fill="currentColor", fill_opacity=opacity)


def disc(x: float, y: float, radius: float, colour: str) -> str:
    """Return a filled circle."""
    return element("circle", class_=f"pn-{colour}", cx=x, cy=y, r=radius, fill="currentColor")


def words(x: float, y: float, text: object, colour: str = "ink", anchor: str = "start", size: int = 12,
          bold: bool = False, upward: bool = False) -> str:
    """Return a text; y is its baseline, and x where it starts, or its middle, or its end, as `anchor` says.

    An `upward` text is turned around that point, and read from below.
    """
    return element("text", clean(text), class_=f"pn-{colour}", x=x, y=y, fill="currentColor", font_size=size,
                   text_anchor=None if anchor == "start" else anchor, font_weight="bold" if bold else None,
                   transform=f"rotate(-90 {rounded(x)} {rounded(y)})" if upward else None)


WIDTHS = {  # of the size, in the widest of the usual fonts
    0.3: "ijlIJ", 0.4: " .,:;'|!()[]{}/\\-frt\"*^`", 0.7: "ABEKPRSVXYZ", 0.8: "CDGHNOQU", 0.86: "+<>=~#&",
    1.0: "mwMW@%",
}
WIDTH_OF = {character: width for width, characters in WIDTHS.items() for character in characters}


def width_of(text: str, size: int = 12) -> float:
    """Return about how wide a text will be, rather too much than too little: which font will be found is not known.

    >>> width_of("ill") < width_of("mom")
    True
    """
    total = 0.0
    for character in text:
        total += WIDTH_OF.get(character, 0.64 if character < "\u2000" else 1.05)
    return total * size


def fitting(text: object, width: float, size: int = 12) -> str:
    """Return a text that is not too wide, if need be without its middle.

    >>> fitting("petal length", 80), fitting("a name that goes on and on", 80)
    ('petal length', 'a na...d on')
    """
    text = whole = plain(text)
    if width_of(whole, size) <= width:
        return whole
    kept = min(len(whole), int(width / (min(WIDTHS) * size)) + 1)
    while width_of(text, size) > width and kept:
        kept -= 1
        text = f"{whole[:(kept + 1) // 2].rstrip()}...{whole[len(whole) - kept // 2:].rstrip()}"
    return text


def lines_of(text: str, width: float, size: int = 12) -> List[str]:
    """Return a text broken between words into lines that are not too wide."""
    lines = [""]
    for word in plain(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [fitting(each, width, size) for each in lines]


def paragraph(x: float, y: float, text: str, width: float, colour: str = "quiet", size: int = 12) -> List[str]:
    """Return the lines of a text, one under the other."""
    return [words(x, y + 1.4 * size * i, each, colour, size=size) for i, each in enumerate(lines_of(text, width, size))]


def picture(title: Optional[str], otherwise: str, about: str, description: str, width: float, height: float,
            parts: Sequence[str]) -> str:
    """Return a whole picture: its title (or, without one, another) and a few words about it on top, and then the parts.

    The parts are drawn from y = 0 on, which is moved below the words. The description is what a screen reader reads.
    """
    title = title if title and title.strip() else otherwise
    inner = width - 2 * MARGIN
    first, *rest = lines_of(title, inner / BOLD, 16)
    titles = [first, *([fitting(" ".join(rest), inner / BOLD, 16)] if rest else [])]
    said = lines_of(about, inner)
    head = [words(MARGIN, 34 + 22 * i, each, size=16, bold=True) for i, each in enumerate(titles)]
    head += [words(MARGIN, 34 + 22 * len(titles) + 17 * i, each, "quiet") for i, each in enumerate(said)]
    top = 28 + 22 * len(titles) + 17 * len(said)
    body = "\n".join([*head, element("g", "\n" + "\n".join(parts) + "\n", transform=f"translate(0 {top})")])
    name = f"pn-{zlib.crc32((title + description + body).encode('utf-8', 'replace')):08x}"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rounded(width)} {rounded(height + top)}" '
        f'width="{rounded(width)}" height="{rounded(height + top)}" font-family="{FONT}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{clean(title)}</title>', f'<desc id="{name}-desc">{clean(description)}</desc>',
        style(), box(0, 0, width, height + top, "paper", corner=6), body, "</svg>"]) + "\n"
