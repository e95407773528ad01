"""The benchmark itself, as far as it needs nothing: its peers do the same job, its figures are drawn right.

What it measures is measured by hand: python3 tests/bench/run.py
"""

import doctest
import importlib
import sys
import xml.etree.ElementTree as ElementTree

import pytest

import purenet
from commands import ROOT

X = [[0.5, -1.0, 0.25], [1.0, 0.5, -0.75], [-0.5, 0.25, 1.0]]
Y = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]


@pytest.fixture
def bench(monkeypatch):
    """A function that imports a module of the benchmark."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "bench"))
    yield importlib.import_module
    for name in ("measure", "peers", "pictures"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("peer", ["by_hand_vectors", "by_hand_neurons"])
def test_a_peer_by_hand_does_the_same_job(bench, peer):
    net = purenet.Network([3, 4, 2], seed=3)
    found = getattr(bench("peers"), peer)(X, Y, net.weights, net.biases, 5, 0.3)
    history = net.fit(X, Y, epochs=5, batch_size=1, learning_rate=0.3, shuffle=False)
    assert found == pytest.approx(history.loss[-1], rel=1e-12)


@pytest.mark.parametrize("name", ["measure", "pictures"])
def test_the_examples_in_the_benchmark_print_what_they_say(bench, name):
    failed, tried = doctest.testmod(bench(name))
    assert tried and not failed


def test_a_peer_that_does_another_job_is_not_timed(bench):
    bench("measure").same("a peer", 1.0, 1.0 + 1e-9)
    with pytest.raises(SystemExit, match="a peer: arrived at the loss 1.1, purenet at 1.0: not the same job"):
        bench("measure").same("a peer", 1.1, 1.0)


def test_ratios_are_of_pairs_in_turn(bench):
    calls = []

    def ours():
        calls.append("ours")
        return 2.0

    def other():
        calls.append("other")
        return 3.0 * len(calls)

    assert bench("measure").in_turn(ours, other, 3) == ([3.0, 6.0, 9.0], [2.0, 12.0])
    assert calls == ["ours", "other"] * 3


@pytest.mark.parametrize("from_zero", [False, True])
def test_a_picture_is_whole_and_everything_lies_inside(bench, from_zero):
    pictures = bench("pictures")
    lines = {"lists": [(50, 5e-5), (1000, 3e-4), (99000, 2e-2)], "a & b": [(10, 6e-8), (320, 7e-8)]}
    root = ElementTree.fromstring(pictures.picture("<title>", "weights", "time", lines, [(1000, "here")], from_zero))
    circles = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(circles) == 5
    assert all(pictures.LEFT <= x <= pictures.WIDTH - pictures.RIGHT
               and pictures.TOP <= y <= pictures.HEIGHT - pictures.BOTTOM for x, y in circles), circles
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<title>", "weights", "time", "here", "lists", "a & b"} <= set(texts)


def test_the_pictures_of_the_page_are_those_of_the_benchmark():
    for name in ("performance-engines.svg", "performance-growth.svg"):
        root = ElementTree.parse(ROOT / "docs" / name).getroot()
        assert root.tag.endswith("svg") and list(root.iter("{http://www.w3.org/2000/svg}polyline"))
