"""The pictures of docs/performance.md, drawn as SVG from the figures of the benchmark."""

import math
from html import escape
from pathlib import Path

from measure import write_blocks

WIDTH, HEIGHT = 800, 480
LEFT, RIGHT, TOP, BOTTOM = 80, 150, 50, 60
COLOURS = {"lists": "#b45309", "unrolled": "#1d4ed8", "kernels": "#047857", "numpy": "#6b7280", "torch": "#be123c",
           "more weights": "#1d4ed8", "more examples": "#b45309"}
NAMES = {"numpy": "NumPy", "torch": "PyTorch"}


def picture(title, x_label, y_label, lines, marks=(), from_zero=False):
    """Return a picture; `lines` maps a name to its points (x, y), y in seconds.

    The axes are logarithmic, or that of the times begins with 0. The name of a line stands at its last point. `marks`
    are (x, text): a dashed line from top to bottom.
    """
    points = [point for line in lines.values() for point in line]
    x_range = decades([x for x, _ in points])
    highest = max(y for _, y in points)
    if from_zero:
        step = 10 ** math.floor(math.log10(highest))
        ticks = [step * k / 5 for k in range(int(highest / step * 5) + 2)]
        low, high, scale = 0.0, ticks[-1], float
    else:
        low, high = decades([y for _, y in points])
        ticks, scale = [10 ** k for k in range(math.ceil(low), math.floor(high) + 1)], math.log10

    def place(x, y):
        return (LEFT + (math.log10(x) - x_range[0]) / (x_range[1] - x_range[0]) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - (scale(y) - low) / (high - low) * (HEIGHT - TOP - BOTTOM))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
             f'height="{HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
             f"<title>{escape(title)}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
             f'<text x="{LEFT}" y="28" font-size="16" font-weight="bold" fill="#111827">{escape(title)}</text>']
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for exponent in range(math.ceil(x_range[0]), math.floor(x_range[1]) + 1):
        x = place(10 ** exponent, highest)[0]
        parts += [line_of(x, TOP, x, bottom, "#e5e7eb"), text_of(x, bottom + 20, f"{10 ** exponent:,}", "middle")]
    for tick in ticks:
        y = place(10 ** x_range[0], tick)[1]
        parts += [line_of(LEFT, y, right, y, "#e5e7eb"), text_of(LEFT - 8, y + 4, duration(tick), "end")]
    parts.append(text_of((LEFT + right) / 2, HEIGHT - 16, x_label, "middle"))
    parts.append(f'<text transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle" '
                 f'fill="#374151">{escape(y_label)}</text>')
    for x, text in marks:
        at = place(x, highest)[0]
        parts += [line_of(at, TOP, at, bottom, "#9ca3af", ' stroke-dasharray="4 4"'),
                  text_of(at + 6, TOP + 14, text, "start")]
    labels = []
    for name, line in lines.items():
        colour = COLOURS.get(name, "#111827")
        places = [place(*point) for point in line]
        parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}" fill="none" '
                     f'stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        x, y = places[-1]
        below = 4 if x > right - 40 or not from_zero else 22  # out of the way of a line that goes on
        labels.append([y + below, x + 10, NAMES.get(name, name), colour])
    for label in apart(labels):
        y, x, name, colour = label
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-weight="bold" stroke="#ffffff" '
                     f'stroke-width="4" paint-order="stroke">{escape(name)}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def apart(labels, height=17):
    """Return the labels moved down until those beside each other do not overlap.

    >>> apart([[100, 5, "a", ""], [102, 5, "b", ""], [104, 500, "c", ""]])
    [[100, 5, 'a', ''], [117, 5, 'b', ''], [104, 500, 'c', '']]
    """
    placed = []
    for label in sorted(labels):
        for other in placed:
            if abs(other[1] - label[1]) < 90 and label[0] - other[0] < height:
                label = [other[0] + height, *label[1:]]
        placed.append(label)
    return placed


def decades(values):
    """Return the range of the logarithms, with a little room.

    >>> decades([10, 1000])
    (0.85, 3.15)
    """
    return math.log10(min(values)) - 0.15, math.log10(max(values)) + 0.15


def duration(seconds):
    """Return a time as text.

    >>> duration(1e-6), duration(1e-4), duration(2e-8), duration(0)
    ('1 µs', '100 µs', '20 ns', '0')
    """
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.999 * size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds / 1e-9:.3g} ns" if seconds else "0"


def line_of(x1, y1, x2, y2, colour, more=""):
    """Return a straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'


def text_of(x, y, text, anchor):
    """Return a text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#374151">{escape(text)}</text>'


def engines_picture(figures):
    """Return where each engine stands at each size."""
    lines = {}
    for entry in figures["growth"]:
        for name, seconds in entry["engines"].items():
            lines.setdefault(name, []).append((entry["weights"], seconds))
    return picture("One example: forward, backward and a step", "weights in the network", "time", lines)


def growth_picture(figures):
    """Return what one weight costs as networks and data sets grow."""
    chosen = [(entry["weights"], entry["engines"][entry["chosen"]] / entry["weights"]) for entry in figures["growth"]]
    change = next((entry["weights"] for entry in figures["growth"] if entry["chosen"] == "kernels"), None)
    weights = 16 * 16 + 16 * 4
    examples = [(entry["examples"], entry["seconds"] / weights) for entry in figures["examples"]]
    return picture("One weight, one example: the larger job does not cost more",
                   "weights in the network, or examples in the data", "time a weight and example",
                   {"more weights": chosen, "more examples": examples},
                   [(change, "kernels from here")] if change else (), from_zero=True)


def write_docs(figures, docs):
    """Write the pictures, and put the table into the page between its marks."""
    Path(docs, "performance-engines.svg").write_text(engines_picture(figures), encoding="utf-8")
    Path(docs, "performance-growth.svg").write_text(growth_picture(figures), encoding="utf-8")
    write_blocks(Path(docs, "performance.md"), {"table": "\n".join([*figures["head"], "", figures["table"]]),
                                                "growth": figures["growth_table"]})
