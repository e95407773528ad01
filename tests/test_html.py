"""The page: one file that asks nothing of any network, and in which every text from the data stays text."""

import html.parser
import json
import re

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from models import refusal
from purenet.explain.html import SCRIPTS, as_json, asset, page
from strategies import bits, problems

X, Y = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]
NASTY = ["<script>", "</script><script>alert(1)</script>", "<!--", "-->", "]]>", "&lt;", "{{spec}}", "{{program}}",
         "\u2028\u2029", "\\u003c", '"', "'", "\\", "\x00", "\ud800", "ö", "http://example.org/"]
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=20),
                  st.lists(st.sampled_from(NASTY), max_size=3).map("".join))


class Reader(html.parser.HTMLParser):
    """Read a page: its elements, their attributes, and the texts of its scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag in ("script", "style"):
            self.texts.append("")

    def handle_data(self, data):
        if self.cdata_elem:
            self.texts[-1] += data


def spec_in(text):
    """The data in a page, as a browser would find it."""
    reader = Reader(text)
    kinds = [attributes.get("type") for tag, attributes in reader.elements if tag in ("script", "style")]
    return json.loads(reader.texts[kinds.index("application/json")])


@pytest.fixture(scope="module")
def tutorial():
    """The page of the tutorial's network, with a few snapshots."""
    net = purenet.Network([3, 4, 1], reduction="sum", bias=False)
    history = net.fit(X, Y, epochs=20, snapshots=5)
    return page(net, X, Y, snapshots=history.snapshots)


def test_it_is_one_html_document(tutorial):
    assert tutorial.startswith("<!DOCTYPE html>\n<html lang=\"en\">") and tutorial.endswith("</html>\n")
    tags = [tag for tag, _ in Reader(tutorial).elements]
    for tag in ("html", "head", "title", "style", "body", "main", "h1"):
        assert tags.count(tag) == 1, f"expected one <{tag}>, found {tags.count(tag)}"
    ids = [attributes["id"] for _, attributes in Reader(tutorial).elements if "id" in attributes]
    assert len(ids) == len(set(ids)), "two elements have the same id"
    assert "{{" not in tutorial.replace("${{", ""), "a part of the page was not put in"


def test_nothing_takes_the_focus_by_itself(tutorial):
    """Who presses Tab while the page loads has it already, and the browser complains on its console."""
    assert not [tag for tag, attributes in Reader(tutorial).elements if "autofocus" in attributes]


def test_its_parts_are_all_in_it(tutorial):
    for name in ("style.css", *SCRIPTS):
        assert asset(name) in tutorial, f"{name} is not in the page"


def test_it_asks_nothing_of_any_network(tutorial):
    """Nothing in it has an address to load from; and if something had, the policy would forbid it."""
    elements = Reader(tutorial).elements
    for tag, attributes in elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "video", "audio"), tag
        assert not {"src", "srcset", "action", "formaction", "ping", "background"} & set(attributes), (tag, attributes)
        assert attributes.get("href", "#").startswith("#"), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
    addresses = set(re.findall(r"\b(?:(?:https?|wss?|ftp)://|data:|blob:)[^\s\"'`)]*", tutorial))
    assert addresses == {"http://www.w3.org/2000/svg"}, "the name of SVG is no address; nothing else may look like one"
    for word in ("@import", "url(", "fetch(", "XMLHttpRequest", "import(", "WebSocket", "EventSource", "sendBeacon",
                 "localStorage", "eval(", "new Function"):
        assert word not in tutorial, f"the page mentions {word}"
    policy, = [attributes["content"] for _, attributes in elements
               if attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {"default-src": "'none'", "script-src": "'unsafe-inline'", "style-src": "'unsafe-inline'",
                     "base-uri": "'none'", "form-action": "'none'"}


def test_no_script_makes_markup_of_a_text():
    for name in SCRIPTS:
        found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|"
                           r"</script|<!--", asset(name))
        assert not found, f"{name}: {found}"


def test_every_control_has_a_name(tutorial):
    """A button has a text or an aria-label, a field a label; the page's own are looked at in a browser."""
    labelled = set(re.findall(r'<label for="([\w-]+)"', tutorial))
    for tag, attributes in Reader(tutorial).elements:
        if tag in ("input", "select"):
            inside = re.search(rf'<label[^>]*>[^<]*<{tag}[^>]*id="{attributes["id"]}"', tutorial)
            assert "aria-label" in attributes or attributes["id"] in labelled or inside, attributes
    for attributes, text in re.findall(r"<button([^>]*)>([^<]*)</button>", asset("page.html")):
        assert re.search(r"[A-Za-z]{3}", text) or "aria-label" in attributes, (attributes, text)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_data_in_it_are_those_given_whatever_the_texts(data):
    net, rows, targets = data.draw(problems())
    names = [data.draw(st.lists(texts, min_size=count, max_size=count))
             for count in (net.sizes[0], net.sizes[-1], len(rows))]
    title = data.draw(texts.filter(bool))
    rate = data.draw(st.floats(1e-3, 10))
    text = page(net, rows, targets, rate, None, *names, title)
    text.encode("utf-8")
    spec = spec_in(text)
    assert [spec["inputs"], spec["outputs"], spec["examples"], spec["title"]] == [*names, title]
    assert bits([spec["X"], spec["y"], spec["learning_rate"]]) == bits([rows, targets, rate])
    snapshot, = spec["snapshots"]
    assert snapshot["epochs"] == 0
    assert bits([snapshot["weights"], snapshot["biases"]]) == bits([net.weights, net.biases])
    assert spec["network"] == net.trace(rows, targets).to_dict()["network"]
    assert [tag for tag, _ in Reader(text).elements] == [tag for tag, _ in Reader(page(net, rows, targets)).elements]


@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), texts), lambda part: st.lists(part, max_size=3)))
def test_json_for_a_script_holds_nothing_that_could_end_it(value):
    text = as_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029") and text.isascii()


def test_snapshots_are_in_it_to_the_bit():
    net = purenet.Network([3, 4, 1], reduction="sum")
    history = net.fit(X, Y, epochs=7, snapshots=[0, 3, 7])
    found = spec_in(page(net, X, Y, 0.5, history.snapshots))["snapshots"]
    assert [one["epochs"] for one in found] == [0, 3, 7]
    assert bits([[one["weights"], one["biases"]] for one in found]) == \
        bits([[one.weights, one.biases] for one in history.snapshots])
    assert bits(found[-1]["weights"]) == bits(net.weights)


def test_names_are_left_out_and_the_title_is_made_where_none_are_given(tutorial):
    spec = spec_in(tutorial)
    assert spec["inputs"] is spec["outputs"] is spec["examples"] is None
    assert spec["title"] == "One step of a 3-4-1 network" and spec["version"] == 1


def test_it_holds_what_the_inputs_were_made_of():
    columns = [{"kind": "number", "name": "</script>", "mean": 2.0, "deviation": 0.5, "constant": False},
               {"kind": "text", "name": "colour", "texts": ["<b>", "red"]}]
    cells = [[1.5, "red"], [3.25, "<b>"], [2.0, "red"], [2.5, "<b>"]]
    net = purenet.Network([3, 1])
    assert spec_in(page(net, X, Y))["encoding"] is None
    for more, cell in [([], []), ([{"kind": "number", "name": "y", "mean": 1.0, "deviation": 2.0}], [7.0])]:
        encoding = {"columns": columns + more, "cells": [row + cell for row in cells]}
        assert spec_in(page(net, X, Y, encoding=encoding))["encoding"] == encoding
    for some, rows in [(columns[:1], [row[:1] for row in cells]), (columns, cells[:3]),
                       (columns, [row[:1] for row in cells])]:
        found = refusal(purenet.ShapeError, page, net, X, Y, encoding={"columns": some, "cells": rows})
        assert found.startswith("page: encoding makes "), found


def test_what_does_not_fit_is_refused():
    net, other = purenet.Network([3, 1]), purenet.Network([3, 2, 1])
    snapshots = other.fit(X, Y, snapshots=2).snapshots
    assert refusal(purenet.ShapeError, page, net, X, Y, snapshots=snapshots) == \
        "page: snapshots[0] has the sizes [3, 2, 1] and biases, expected [3, 1] with biases"
    assert "expected [3, 1] without biases" in refusal(
        purenet.ShapeError, page, purenet.Network([3, 1], bias=False), X, Y,
        snapshots=net.fit(X, Y, snapshots=2).snapshots)
    assert refusal(purenet.OptionError, page, net, X, Y, snapshots=[]) == \
        "page: expected at least one snapshot, found none"
    for what, names, count in [("inputs", ["a"], 3), ("outputs", "a", 1), ("examples", ["a", "b"], 4)]:
        assert refusal(purenet.ShapeError, page, net, X, Y, **{what: names}).startswith(
            f"page: {what} must be a list of {count} names, found ")
    assert "learning_rate" in refusal(purenet.OptionError, page, net, X, Y, 0)
    assert "4 rows" in refusal(purenet.ShapeError, page, net, X, Y[:3])


@pytest.mark.slow
def test_the_page_of_the_tutorial_with_100_snapshots_is_small():
    net = purenet.Network([3, 4, 1], reduction="sum", bias=False)
    history = net.fit(X, Y, epochs=60000, snapshots=100)
    size = len(page(net, X, Y, snapshots=history.snapshots).encode("utf-8"))
    assert len(history.snapshots) == 100 and size <= 250_000, f"{size} bytes"
