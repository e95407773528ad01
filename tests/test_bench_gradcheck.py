"""The comparison of checkers, as far as it needs nothing: its networks are what they are called, it counts right.

What it measures is measured by hand: python3 tests/bench/gradcheck.py
"""

import doctest
import importlib
import math
import sys

import pytest

from commands import ROOT
from purenet import check_backprop
from purenet.gradcheck.parameters import flatten
from purenet.gradcheck.report import Report, judged

MODULES = ("gradcheck", "corpus", "backprops", "measure")


@pytest.fixture
def bench(monkeypatch):
    """A function that imports a module of the benchmark."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "bench"))
    yield importlib.import_module
    for name in MODULES:
        sys.modules.pop(name, None)


def components(problem):
    gradients = problem.net.gradients(problem.X, problem.y)
    return flatten(gradients.weights, gradients.biases)


@pytest.mark.parametrize("name", ["gradcheck", "corpus", "measure"])
def test_the_examples_print_what_they_say(bench, name):
    failed, tried = doctest.testmod(bench(name))
    assert tried and not failed


def test_the_corpus_is_the_same_each_time_and_has_every_kind(bench):
    corpus = bench("corpus")
    found = corpus.corpus(40)
    assert repr([[p.net.weights, p.X, p.y] for p in found]) == repr(
        [[p.net.weights, p.X, p.y] for p in corpus.corpus(40)])
    assert {p.kind for p in found} == set(corpus.SHARES) and len(found) == 40
    assert {tuple(p.net.sizes) for p in found} == set(map(tuple, corpus.SIZES))


def test_the_kinds_are_what_they_are_called(bench):
    sizes = {}
    for problem in bench("corpus").corpus(60):
        sizes.setdefault(problem.kind, []).append(max(map(abs, components(problem))))
    assert max(sizes["near an optimum"]) < 1e-3 < min(sizes["plain"])
    assert min(sizes["large loss"]) > max(sizes["plain"])


def test_backprop_on_lists_gives_the_same_gradient(bench):
    corpus, by_lists = bench("corpus"), bench("backprops").by_lists
    for problem in [*corpus.corpus(20), *corpus.any_problems(30), *corpus.kinks(4)]:
        ours, theirs = components(problem), by_lists(*problem[1:])
        size = max(map(abs, ours))
        assert theirs == pytest.approx(ours, rel=1e-6, abs=1e-9 * size), problem


def test_on_a_kink_a_unit_is_at_zero_and_the_right_gradient_passes(bench):
    for problem in bench("corpus").kinks(8):
        z = [(problem.net.biases[0][j] if problem.net.biases else 0.0) + sum(x * row[j] for x, row in zip(
            example, problem.net.weights[0])) for example in problem.X for j in range(problem.net.sizes[1])]
        assert 0.0 in z
        assert check_backprop(*problem[1:], components(problem)).verdict != "fail"


def test_wrong_gradients_are_wrong_by_as_much_as_they_say(bench):
    corpus = bench("corpus")
    problem = corpus.corpus(10)[1]
    true = components(problem)
    gross = list(corpus.gross_mistakes(problem, true))
    assert len({wrong.name for wrong in gross}) == len(gross) > 20
    assert all(corpus.apart(wrong.values, true) > corpus.GROSS for wrong in gross)
    subtle = list(corpus.subtle_mistakes(problem, true, 1))
    assert [corpus.apart(wrong.values, true) for wrong in subtle[:7]] == pytest.approx(corpus.OFF, rel=1e-6)
    assert {wrong.name for wrong in subtle[7:]} >= {"float32", "last row"}


def report(yours, true, allowed):
    """A report on one component."""
    return Report([judged("w", yours, true, allowed, 1.0)])


@pytest.mark.parametrize("yours, allowed, expected", [
    (1.5, 1e-9, "found"), (1.0, 0.1, "undecidable"), (1.0 + 1e-7, 1e-6, "finer than claimed")])
def test_what_becomes_of_a_wrong_gradient(bench, yours, allowed, expected):
    gradcheck, corpus = bench("gradcheck"), bench("corpus")
    assert gradcheck.outcome(report(yours, 1.0, allowed), corpus.Wrong("w", [yours]), [1.0]) == expected


def test_a_mistake_that_passes_although_it_should_have_been_seen_is_silent(bench):
    gradcheck, corpus = bench("gradcheck"), bench("corpus")
    assert gradcheck.outcome(report(1.0, 1.0, 1e-9), corpus.Wrong("w", [1.5]), [1.0]) == "silent"


@pytest.mark.parametrize("limit, seen", [(1e-3, 1e-3), (1e-12, 1e-12), (100.0, math.inf)])
def test_the_smallest_error_that_a_checker_sees_is_found(bench, limit, seen):
    def passes(values):
        return abs(values[1] - 4.0) / 4.0 < 0.99 * limit

    assert bench("gradcheck").smallest_seen(passes, [1.0, 4.0, 0.0], max) == pytest.approx(seen)


def test_a_checker_is_judged_on_right_and_wrong_gradients(bench):
    corpus, gradcheck, by_lists = bench("corpus"), bench("gradcheck"), bench("backprops").by_lists
    cases = [(problem, by_lists(*problem[1:]), *gradcheck.wrong_gradients(problem, 1, 2))
             for problem in corpus.corpus(10)]
    trusting = gradcheck.judged_by(lambda problem: lambda values: True, cases, corpus.kinks(2))
    strict = gradcheck.judged_by(lambda problem: lambda values: False, cases, corpus.kinks(2))
    assert sum(trusting["alarms"].values()) == 0 and trusting["gross"] == [0, 20] and trusting["kinks"] == [0, 2]
    assert sum(strict["alarms"].values()) == 10 and strict["gross"] == [20, 20] and strict["kinks"] == [2, 2]
    table = gradcheck.checkers_table({"trusting": trusting, "strict": strict})
    assert "trusting  0 of 10" in table and "> 10" in table


def test_a_missed_target_reads_no(bench):
    gradcheck = bench("gradcheck")
    figures = {"networks": 10, "verdicts": {"alarm": 1, "pass": 9}, "largest": {"a": 0.5}}
    assert [row[-1] for row in gradcheck.alarms_rows(figures)] == ["no", "", "yes"]
    counts = {"gross": {"found": 1000, "silent": 1}, "together": {"network 3": 8, "network 7": 2},
              "float32": {"told as float32": 9, "undecidable": 1},
              "named": {"first": 97, "same numbers": 1, "pattern": 2}, "networks": {"others": 5}}
    rows = list(gradcheck.catalogue_rows(counts))
    assert [row[-1] for row in rows] == ["yes", "no", "", "no", "yes", "", "yes", "", "yes", ""]
    assert rows[2][1] == "10, 8 on one network; 98.9 % without"


def test_the_page_has_a_place_for_every_table(bench, tmp_path):
    page = ROOT / "docs" / "gradient-checking.md"
    copy = tmp_path / "page.md"
    copy.write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    bench("measure").write_blocks(copy, {name: f"the {name}" for name in ("checkers", "accuracy", "purenet")})
    text = copy.read_text(encoding="utf-8")
    for name in ("checkers", "accuracy", "purenet"):
        assert f"<!-- {name} -->\n```text\nthe {name}\n```\n" in text
