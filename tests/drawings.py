"""What the tests of the pictures share: reading an SVG, and where all that is drawn in it stands."""

import re
import xml.etree.ElementTree as ET

from purenet.explain.pictures.svg import COLOURS, width_of

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text):
    """The root of a picture that holds what every picture must."""
    root = ET.fromstring(text.encode("utf-8"))  # raises where it is no valid XML
    title, desc = root[0], root[1]
    assert (root.tag, title.tag, desc.tag) == (SVG + "svg", SVG + "title", SVG + "desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert title.text.strip() and desc.text.strip(), "a title and a description are read out"
    assert "@media (prefers-color-scheme:dark)" in root.find(SVG + "style").text
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == 2, f"no ids but these two, which are made of the content: {ids}"
    for element in root.iter():
        assert element.get("class") is None or element.get("class")[3:] in COLOURS
        for name, value in element.attrib.items():
            assert not re.search(r"\b(nan|inf)\b", value), f"{element.tag} has {name}={value!r}"
    return root


def texts(root):
    """All that is written in a picture, in its order."""
    return [element.text or "" for element in root.iter(SVG + "text")]


def hints(root):
    """What a pointer at rest brings up, without the title of the whole."""
    return [title.text for element in root.iter() if element is not root for title in element.findall(SVG + "title")]


def boxes(root):
    """(what, left, top, right, bottom) of every shape and text; how wide a text is can only be estimated."""
    found = []
    for element in root:
        _boxes(element, 0.0, 0.0, found)
    return found


def _boxes(element, dx, dy, found):
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    if moved:
        dx, dy = dx + float(moved[1]), dy + float(moved[2])
    kind = element.tag[len(SVG):]

    def get(*names):
        return [float(element.get(name)) for name in names]

    if kind == "text":
        x, y, size = get("x", "y", "font-size")
        width = width_of(element.text, int(size)) * (1.15 if element.get("font-weight") else 1.0)
        before = width * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor"), 0.0)
        sides = [-before, -0.75 * size, width - before, 0.2 * size]
        if element.get("transform"):  # read from below
            assert element.get("transform") == f"rotate(-90 {element.get('x')} {element.get('y')})"
            sides = [-0.75 * size, before - width, 0.2 * size, before]
        found.append((element.text, *(side + at for side, at in zip(sides, (x + dx, y + dy, x + dx, y + dy)))))
    elif kind == "rect":
        x, y, width, height = get("x", "y", "width", "height")
        found.append(("rect", x + dx, y + dy, x + width + dx, y + height + dy))
    elif kind == "circle":
        x, y, r = get("cx", "cy", "r")
        found.append(("circle", x - r + dx, y - r + dy, x + r + dx, y + r + dy))
    elif kind == "path":
        xs, ys = zip(*_points(element.get("d")))
        found.append(("path", min(xs) + dx, min(ys) + dy, max(xs) + dx, max(ys) + dy))
    for child in element:
        _boxes(child, dx, dy, found)


def _points(d):
    """The corners of a path."""
    x = y = 0.0
    points = []
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        values = [float(value) for value in re.findall(r"-?[\d.]+(?:e-?\d+)?", rest)]
        if command in "ML":
            for x, y in zip(values[::2], values[1::2]):
                points.append((x, y))
            continue
        if command in "hH":
            x = values[0] + (x if command == "h" else 0)
        elif command in "vV":
            y = values[0] + (y if command == "v" else 0)
        elif command == "a":
            for k in range(0, len(values), 7):
                x, y = x + values[k + 5], y + values[k + 6]
        else:
            assert command == "z", f"the tests cannot read {command!r} in {d[:60]!r}"
        points.append((x, y))
    return points


def outside(root, slack=0.6):
    """What stands outside the picture's viewBox."""
    _, _, width, height = (float(value) for value in root.get("viewBox").split())
    return [box for box in boxes(root)
            if box[1] < -slack or box[2] < -slack or box[3] > width + slack or box[4] > height + slack]


def overlapping(root):
    """The pairs of texts that stand in each other's way."""
    written = [box for box in boxes(root) if box[0] not in ("rect", "circle", "path")]
    return [(a[0], b[0]) for i, a in enumerate(written) for b in written[i + 1:]
            if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] - 0.5 and b[2] < a[4] - 0.5]
