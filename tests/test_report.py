"""The report: its verdict, its text, and its data."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purenet import Network, Report, check_backprop
from purenet.gradcheck.report import HUGE, INSENSITIVE, MOST_ROWS, Component, judged, percentage

numbers = st.floats(allow_nan=True, allow_infinity=True)
components = st.builds(
    judged, st.sampled_from(["weights[0][10][200]", "biases[1][3]", "x[0]"]), numbers, st.floats(-1e300, 1e300),
    st.floats(0, 1e300), st.floats(0, 1e300), loose=st.floats(0, 1e300))


@given(st.lists(components, min_size=1, max_size=30))
def test_every_report_can_be_read_in_80_columns_and_as_json(found):
    report = Report(found, ["a note of some length, " * 8], ["a mistake of some length, " * 8])
    assert max(map(len, str(report).splitlines())) <= 80
    data = json.loads(json.dumps(report_data(report), allow_nan=False))
    assert data["verdict"] == report.verdict in ("pass", "fail", "undecidable")
    assert [c["verdict"] for c in data["components"]] == [c.verdict for c in found]


def report_data(report):
    """to_dict, for mistakes that are plain texts here."""
    mistakes, report.mistakes = report.mistakes, []
    data = report.to_dict()
    report.mistakes = mistakes
    return data


@given(st.lists(components, min_size=1, max_size=30))
def test_the_verdict_is_that_of_the_worst_component_and_that_stands_first(found):
    report = Report(found)
    verdicts = [component.verdict for component in found]
    worst = report.worst()
    assert report.verdict == ("fail" if "fail" in verdicts else "undecidable" if "undecidable" in verdicts else "pass")
    assert worst[0].verdict == report.verdict and sorted(map(id, worst)) == sorted(map(id, found))
    assert str(report).count("\n") < 40 + 2 * MOST_ROWS
    if len(found) > MOST_ROWS:
        assert "more: " in str(report)


@pytest.mark.parametrize("yours, true, allowed, loose, verdict, inaccurate", [
    (1.0, 1.0, 1e-9, 0.0, "pass", False),
    (1.0, 1.0 + 2e-9, 1e-9, 0.0, "fail", False),
    (1.0, 1.0 + 2e-9, 1e-9, 1e-8, "undecidable", True),
    (1.0, 1.0, 0.1, 0.0, "undecidable", False),
    (5.0, 1.0, 0.1, 0.0, "fail", False),
    (0.0, 0.0, 1e-300, 0.0, "pass", False),
    (0.0, 0.0, 0.0, 0.0, "pass", False),
    (math.nan, 1.0, 1.0, 9.0, "fail", False),
    (1.0, 1.0, math.nan, 0.0, "undecidable", False),
    (1.0, 1.0, math.inf, 0.0, "undecidable", False),
])
def test_a_component_gets_its_verdict(yours, true, allowed, loose, verdict, inaccurate):
    component = judged("x[0]", yours, true, allowed, 1.0, loose=loose)
    assert (component.verdict, component.inaccurate) == (verdict, inaccurate)


def test_the_resolution_is_the_smallest_error_that_would_have_been_seen():
    component = judged("x[0]", 2.0, 2.0, 1e-6, 2.0)
    assert component.resolution == 5e-7
    assert judged("x[0]", 0.0, 0.0, 1e-6, 2.0).resolution == 5e-7, "a zero is measured by the largest component"
    assert judged("x[0]", 0.0, 0.0, 1e-6, 0.0).resolution == math.inf
    for true, allowed in ((math.nan, 1e-6), (math.nan, math.nan), (-math.inf, 1e-6), (1.0, math.nan), (1.0, math.inf)):
        component = judged("x[0]", 2.0, true, allowed, 2.0, loose=1e-3)
        assert component.verdict == "undecidable" and component.resolution == math.inf, "a reference that is none"
    assert judged("x[0]", 2.0 + 1e-7, 2.0, 2 * INSENSITIVE, 2.0).verdict == "pass"
    assert judged("x[0]", 2.0 + 1e-7, 2.0, 2.1 * INSENSITIVE, 2.0).verdict == "undecidable"


def test_within_a_kink_there_is_no_difference():
    for yours, difference in ((-2.0, -1.0), (-1.0, 0.0), (0.5, 0.0), (1.0, 0.0), (3.0, 2.0)):
        assert judged("x[0]", yours, 0.0, 1e-9, 1.0, kink=(-1.0, 1.0)).difference == difference


def one(yours, true, allowed=1e-9, **more):
    return Report([judged("x[0]", yours, true, allowed, abs(true), **more)]).sentence()


def test_the_sentences():
    assert one(1.0, 1.0) == "PASS: x[0] is right; an error of 1e-07 % would have been seen."
    assert one(1.5, 1.0) == "FAIL: x[0] is wrong; it is off by 50 % of its true value."
    assert one(1.5, 0.0) == "FAIL: x[0] is wrong; it is 1.5 in place of 0."
    assert one(math.inf, 1.0) == "FAIL: x[0] is wrong; it is inf."
    assert one(2.0, 0.0, kink=(-1.0, 1.0)) == (
        "FAIL: x[0] is wrong; it is 2 in place of a number from -1 to 1, on a kink.")
    assert one(1.0, 1.0, 0.5) == (
        "UNDECIDABLE: nothing is wrong, but rounding could hide a mistake in x[0], of 50 %.")
    assert one(0.0, 0.0, 0.5) == "UNDECIDABLE: nothing is wrong, but rounding could hide a mistake in x[0]."
    assert one(1.0, 1.0 + 1e-8, loose=1e-6).startswith("INACCURATE, not wrong: x[0] is off by more than a careful")


def test_percentages_are_short():
    for relative in (0.0, 1e-300, 1e-17, 0.001, 0.5, 0.999, 3.0, 4321.0, HUGE, 1e9, 1e300, math.inf, math.nan):
        assert len(percentage(relative)) <= 9


def test_a_report_by_hand():
    net = Network.from_weights([[[1.0], [2.0]]], [[0.0]], activation="identity")
    report = check_backprop(net, [[1.0, 3.0]], [[6.0]], ([[[1.0], [-3.0]]], [[1.0]]))
    lines = str(report).splitlines()
    assert lines[:2] == [
        "FAIL: 1 of 3 components are wrong; the worst is weights[0][1][0], off by 200 %",
        "  of its true value."]
    assert lines[2].startswith("  Likely: single-component: Only weights[0][1][0] is wrong: -3, where 3 is")
    head = lines.index("")
    assert lines[head + 1] == "component         yours  true  off by    allowed  verdict"
    assert lines[head + 2].split()[:5] == ["weights[0][1][0]", "-3", "3", "200", "%"]
    assert lines[head + 2].endswith("fail") and lines[head + 3] == "  and 2 more: 2 right"
    assert [tuple(component)[:4] for component in report.components] == [
        ("weights[0][0][0]", 1.0, 1.0, 0.0), ("weights[0][1][0]", -3.0, 3.0, -6.0), ("biases[0][0]", 1.0, 1.0, 0.0)]
    assert repr(report) == "Report(verdict='fail', 3 components)"


def test_mistakes_are_named_under_the_verdict():
    class Finding:
        name = "sign"
        sentence = "the sign is turned"

        def __str__(self):
            return self.sentence

    report = Report([judged("x[0]", 1.0, -1.0, 1e-9, 1.0)], mistakes=[Finding(), Finding()])
    assert str(report).splitlines()[1:3] == ["  Likely: the sign is turned", "  Or: the sign is turned"]
    assert report.to_dict()["mistakes"] == [{"name": "sign", "sentence": "the sign is turned"}] * 2


def test_a_component_is_plain_data():
    component = judged("x[0]", 1.0, -1.0, 1e-9, 1.0)
    assert isinstance(component, Component) and component.relative == 2.0
