"""Compare checkers of gradients, and measure purenet's own against its targets: python3 tests/bench/gradcheck.py

Two tables: every checker that is installed, at its defaults, on the same networks, and what purenet's check does on
many more. The others come with the extra: pip install -e '.[bench]'; one that is missing is left out. All networks and
wrong gradients are drawn from fixed seeds. It takes less than half an hour; --networks, --mistakes and --alarms make it
shorter.
"""

import argparse
import collections
import contextlib
import functools
import importlib
import json
import math
import os
import platform
import random
import statistics
import sys
import time
import warnings
from pathlib import Path
from unittest import mock

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is imported
warnings.simplefilter("ignore")  # of exp that overflows on the way to 0

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import corpus  # noqa: E402
from backprops import BACKPROPS, by_lists  # noqa: E402
from measure import table, write_blocks  # noqa: E402

import purenet  # noqa: E402
from purenet.gradcheck import diagnosis  # noqa: E402
from purenet.gradcheck.bound import SAFETY  # noqa: E402
from purenet.gradcheck.parameters import flatten  # noqa: E402

SMALLEST_STEPS = [10 ** (1 - k / 2) for k in range(35)]  # relative errors from 10 to 1e-16, two a decade
NAMED = 4  # of so many mistakes, one is asked the name of
RESOLVED = 20  # networks on which the smallest error that is seen is looked for
CHECKER_HEAD = ["checker", "false alarms", "on a kink", "gross found", "subtle found", "sees in largest, smallest",
                "ms"]
TARGET_HEAD = ["what", "measured", "target", "reached"]


@functools.lru_cache(maxsize=None)
def installed(*names):
    """Return whether these modules are there, and work."""
    try:
        for name in names:
            importlib.import_module(name)
    except (ImportError, OSError):
        return False
    return True


def without_diagnosis():
    """Return a context in which a wrong gradient is judged only, and nobody looks for the mistake."""
    return mock.patch.object(diagnosis, "diagnose", return_value=[])


def truth(problem):
    """Return the gradient as floats, from 50 digits, which two routes agree on."""
    exact = purenet.exact_gradients(*problem[1:])
    return [float(value) for value in flatten(exact.weights, exact.biases)]


# ------------------------------------------------------------------------------------- every checker, one corpus

def checkers_part(options):
    """Return what each checker makes of the corpus: {name: figures}."""
    from checkers import CHECKERS

    problems, on_kinks = corpus.corpus(options.networks), corpus.kinks(max(1, options.networks // 5))
    cases = [(problem, by_lists(*problem[1:]), *wrong_gradients(problem, number, options.mistakes))
             for number, problem in enumerate(problems)]
    figures = {}
    with without_diagnosis():
        for name, (module, make) in CHECKERS.items():
            if installed("numpy", module):
                figures[name] = judged_by(make, cases, on_kinks)
                print(name, json.dumps(figures[name]), file=sys.stderr, flush=True)
    return figures


def wrong_gradients(problem, number, count):
    """Return the gross and the subtle wrong gradients of a network; of the gross ones, so many drawn at random."""
    true = truth(problem)
    gross = list(corpus.gross_mistakes(problem, true))
    if count:
        gross = random.Random(number).sample(gross, min(count, len(gross)))
    return gross, list(corpus.subtle_mistakes(problem, true, number))


def judged_by(make, cases, on_kinks):
    """Return the figures of one checker."""
    alarms, seconds, found = collections.Counter(), [], {"gross": [], "subtle": []}
    for problem, right, gross, subtle in cases:
        passes = make(problem)
        alarms[problem.kind] += not passes(right)
        begun = time.process_time()
        passes(right)
        seconds.append(time.process_time() - begun)
        for kind, wrongs in (("gross", gross), ("subtle", subtle)):
            found[kind] += [not passes(wrong.values) for wrong in wrongs]
    plain = [case for case in cases if case[0].kind == "plain"][:RESOLVED]
    return {
        "alarms": dict(alarms), "networks": len(cases),
        "kinks": [sum(not make(problem)(by_lists(*problem[1:])) for problem in on_kinks), len(on_kinks)],
        **{kind: [sum(values), len(values)] for kind, values in found.items()},
        "smallest": [statistics.median(smallest_seen(make(problem), right, pick) for problem, right, _, _ in plain)
                     for pick in (max, min)],
        "ms": 1e3 * statistics.median(seconds),
    }


def smallest_seen(passes, right, pick):
    """Return the smallest relative error, to half a decade, that is seen in the largest or smallest component."""
    k = right.index(pick((value for value in right if value), key=abs))
    low, high = -1, len(SMALLEST_STEPS)  # seen up to low, not from high on
    while high - low > 1:
        middle = (low + high) // 2
        values = list(right)
        values[k] *= 1 + SMALLEST_STEPS[middle]
        low, high = (low, middle) if passes(values) else (middle, high)
    return SMALLEST_STEPS[low] if low >= 0 else math.inf


def checkers_table(figures):
    """Return the table of the checkers."""
    rows = []
    for name, found in figures.items():
        largest, smallest = (f"{value:.0e}" if value < math.inf else "> 10" for value in found["smallest"])
        alarms = sum(found["alarms"].values())
        rows.append([name, f"{alarms} of {found['networks']}", "{} of {}".format(*found["kinks"]),
                     percent(*found["gross"]), percent(*found["subtle"]), f"{largest}, {smallest}",
                     f"{found['ms']:.1f}"])
    totals = next(iter(figures.values()), {"gross": [0, 0], "subtle": [0, 0]})
    return "\n".join([table(rows, CHECKER_HEAD), "",
                      f"{totals['gross'][1]:,} gross and {totals['subtle'][1]:,} subtle wrong gradients"])


def percent(part, whole, target=1):
    """Return a share as text; it says 100 only if that is all, and the target only if that is reached.

    >>> percent(1, 3), percent(9999, 10000), percent(99999, 100000), percent(5, 5)
    ('33.3 %', '99.99 %', '99.999 %', '100 %')
    >>> percent(9988, 10000), percent(9988, 10000, target=0.999)
    ('99.9 %', '99.88 %')
    """
    if not whole:
        return "none"
    if part == whole:
        return "100 %"
    digits = max(1, math.ceil(math.log10(whole / (whole - part))) - 2)
    while part < target * whole and round(part / whole, digits + 2) >= target:
        digits += 1
    return f"{100 * part / whole:.{digits}f} %"


# ---------------------------------------------------------------------------------------------- purenet alone

def alarms_part(options):
    """Return how correct gradients of many random networks are judged, by every implementation there is."""
    backprops = {name: run for name, (modules, run) in BACKPROPS.items() if installed(*modules)}
    verdicts, largest = collections.Counter(), dict.fromkeys(backprops, 0.0)
    for number, problem in enumerate(corpus.any_problems(options.alarms)):
        for name, run in backprops.items():
            report = purenet.check_backprop(*problem[1:], run(*problem[1:]))
            wrong = report.verdict == "fail" or report.inaccurate
            verdicts["alarm" if wrong else report.verdict] += 1
            if wrong:
                print(f"alarm: network {number}, {problem.kind}, {name}: {problem.net}\n{report}", file=sys.stderr)
            largest[name] = max([largest[name], *[
                SAFETY * abs(c.difference) / c.allowed for c in report.components if c.allowed]])
        if number % 1000 == 999:
            print(f"alarms: {number + 1} networks, {dict(verdicts)}", file=sys.stderr, flush=True)
    return {"networks": options.alarms, "verdicts": dict(verdicts), "largest": largest}


def alarms_rows(figures):
    """Yield the rows of the false alarms."""
    alarms, total = figures["verdicts"].get("alarm", 0), sum(figures["verdicts"].values())
    yield [f"false alarms: {figures['networks']:,} networks by {len(figures['largest'])} implementations",
           f"{alarms} of {total:,}", "0", yes(alarms == 0)]
    yield ["   said to be undecidable", percent(figures["verdicts"].get("undecidable", 0), total), "", ""]
    yield ["   largest error / bound: " + ", ".join(figures["largest"]),
           ", ".join(f"{value:.2f}" for value in figures["largest"].values()), f"at most {SAFETY:g}",
           yes(max(figures["largest"].values()) <= SAFETY)]


def yes(reached):
    """Return yes or no."""
    return "yes" if reached else "no"


def catalogue_part(options):
    """Return how the wrong gradients are judged, and whether the mistakes of the catalogue are named."""
    figures = collections.defaultdict(collections.Counter)  # "gross", "together", "named", and each subtle one's name
    for number, problem in enumerate(corpus.corpus(options.networks)):
        true = truth(problem)
        for index, wrong in enumerate(corpus.gross_mistakes(problem, true)):
            asked = (number + index) % NAMED == 0  # finding the name is what takes long
            with contextlib.nullcontext() if asked else without_diagnosis():
                report = purenet.check_backprop(*problem[1:], wrong.values)
            figures["gross"][outcome(report, wrong, true)] += 1
            if any(note.startswith("together:") for note in report.notes):
                figures["together"][f"network {number}"] += 1
            if asked and report.verdict == "fail":
                how = naming(report, wrong.name)
                figures["named"][how] += 1
                if how not in ("first", "same numbers"):
                    print(f"{how}: network {number}, {problem.kind}, {problem.net}: {wrong.name}; found "
                          f"{[finding.name for finding in report.mistakes]}", file=sys.stderr, flush=True)
        with without_diagnosis():
            for wrong in corpus.subtle_mistakes(problem, true, number):
                report = purenet.check_backprop(*problem[1:], wrong.values)
                figures[wrong.name][outcome(report, wrong, true)] += 1
        undecided = all(component.verdict == "undecidable"
                        for component in purenet.check_backprop(*problem[1:], true).components)
        figures["networks"]["undecided" if undecided else "others"] += 1
    return {kind: dict(counter) for kind, counter in figures.items()}


def outcome(report, wrong, true):
    """Return what becomes of a wrong gradient: found, undecidable, finer than the report claims to see, or silent."""
    if report.verdict == "fail":
        return "found"
    if wrong.name == "float32" and any("float32" in note for note in report.notes):
        return "told as float32"
    if report.verdict == "undecidable":
        return "undecidable"
    claimed = max(component.resolution for component in report.components)
    silent = corpus.apart(wrong.values, true) > claimed
    print(f"{'silent' if silent else 'too fine'}: {wrong.name}, off by {corpus.apart(wrong.values, true):.1e}; "
          f"{report.sentence()}", file=sys.stderr, flush=True)
    return "silent" if silent else "finer than claimed"


OFF = [f"off by {size:.0e}" for size in corpus.OFF]
TARGETED = ["off by 1e-07", "float32", "last row"]


def naming(report, name):
    """Return how a mistake is named: first, first but for a tie, later, as a pattern, another, or not at all."""
    if not report.mistakes:
        return "nothing"
    first, *others = report.mistakes
    words = first.sentence.replace(".", " ").split()
    if name == first.name:
        return "first"
    if name in words and "same numbers come from" in first.sentence:
        return "same numbers"
    return "later" if name in [other.name for other in others] else first.kind


def catalogue_rows(figures):
    """Yield the rows of the mistakes."""
    for kind, names, target in (("gross", ["gross"], 0.999), ("subtle (1e-7, float32, last row)", TARGETED, 0.994),
                                ("one component off by 1e-3 to 1e-9", OFF, None)):
        counts = sum((collections.Counter(figures.get(name)) for name in names), collections.Counter())
        total, found = sum(counts.values()), counts["found"] + counts["told as float32"]
        yield [f"{kind}: found, of {total:,}", percent(found, total, target or 1),
               f"at least {100 * target:g} %" if target else "", yes(found >= target * total) if target else ""]
        rest = [f"{counts[name]} {name}" for name in ("undecidable", "finer than claimed", "silent")]
        yield ["   the rest", ", ".join(rest), "0 silent", yes(not counts["silent"])]
        if names == ["gross"]:
            yield together_row(figures.get("together", {}), found, total)
    networks = figures["networks"]
    yield ["   networks of which every component is undecidable",
           f"{networks.get('undecided', 0)} of {sum(networks.values())}", "", ""]
    named = figures["named"]
    total, first, same = sum(named.values()), named.get("first", 0), named.get("same numbers", 0)
    yield [f"mistake named right first, of {total:,}", percent(first + same, total, 0.98), "at least 98 %",
           yes(first + same >= 0.98 * total)]
    yield ["   of these, second in a tie: another gives the same numbers", percent(same, total), "", ""]


def together_row(by_network, found, total):
    """Return the row of what no component gives away, but all of them together."""
    given_away, most = sum(by_network.values()), max(by_network.values(), default=0)
    return ["   given away by all components together",
            f"{given_away}, {most} on one network; {percent(found - given_away, total)} without", "", ""]


def resolution_part(options):
    """Return the median of the smallest relative error seen in a component, as claimed and as tried, by kind."""
    claimed, missed = collections.defaultdict(list), 0
    with without_diagnosis():
        for number, problem in enumerate(corpus.corpus(options.networks)):
            true = truth(problem)
            report = purenet.check_backprop(*problem[1:], true)
            claimed[problem.kind] += [component.resolution for component in report.components if component.true]
            k = random.Random(number).randrange(len(true))
            if true[k] and report.components[k].resolution < 1:
                values = list(true)
                values[k] *= 1 + 1.01 * report.components[k].resolution + 2.0 ** -51
                component = purenet.check_backprop(*problem[1:], values).components[k]
                missed += component.verdict == "pass"
    return {"medians": {kind: statistics.median(values) for kind, values in claimed.items()}, "missed": missed,
            "above": {kind: [sum(value > 1e-3 for value in values), len(values)] for kind, values in claimed.items()}}


def resolution_rows(figures):
    """Yield the rows of the smallest error."""
    for kind, value in figures["medians"].items():
        part, whole = figures["above"][kind]
        target = kind == "plain"
        above = f"; {percent(part, whole)} above 1e-3" if part else ""
        yield [f"smallest error seen in a component, median: {kind}", f"{value:.0e}{above}",
               "at most 1e-12" if target else "", yes(value <= 1e-12) if target else ""]
    yield ["   tried, and not seen where it should be", str(figures["missed"]), "0", yes(not figures["missed"])]


def kinks_part(options):
    """Return how many correct gradients of networks exactly on a kink fail."""
    backprops = [run for modules, run in BACKPROPS.values() if installed(*modules)]
    problems = corpus.kinks(max(1, options.networks // 5))
    alarms = sum(any(purenet.check_backprop(*problem[1:], run(*problem[1:])).verdict == "fail" for run in backprops)
                 for problem in problems)
    return {"alarms": alarms, "networks": len(problems)}


def kinks_rows(figures):
    """Yield the row of the kinks."""
    yield ["false alarms on the kink of a relu", f"{figures['alarms']} of {figures['networks']}", "0",
           yes(figures["alarms"] == 0)]


def accuracy_part(options):
    """Return the worst relative error of a component against 50 digits, by kind of network and implementation."""
    backprops = {"purenet": lambda net, X, y: flat(net.gradients(X, y))}
    backprops.update({name: run for name, (modules, run) in BACKPROPS.items() if installed(*modules)})
    worst = collections.defaultdict(lambda: collections.defaultdict(list))
    for problem in corpus.corpus(options.networks):
        true = truth(problem)
        for name, run in backprops.items():
            worst[problem.kind][name].append(corpus.apart(run(*problem[1:]), true))
    return {kind: dict(found) for kind, found in worst.items()}


def flat(gradients):
    """Return the components of purenet's own backprop as a flat list."""
    return flatten(gradients.weights, gradients.biases)


def accuracy_rows(figures):
    """Yield the rows of our own backprop's error beside NumPy's and PyTorch's, on the same networks."""
    if not all(name in found for found in figures.values() for name in PEERS):
        return
    names = ("purenet", *PEERS)
    for text, middle in (("median", statistics.median), ("worst", max)):
        ours, *others = errors = [middle(figures["saturated"][name]) for name in names]
        yield [f"error on saturated networks, {text}: {', '.join(names)}", ", ".join(f"{e:.0e}" for e in errors),
               "smaller", yes(ours < min(others))]
    rest = [[max(found[name]) for name in names] for kind, found in figures.items() if kind != "saturated"]
    reached = sum(ours <= max(others) for ours, *others in rest)
    yield ["worst error on the other kinds not larger than both", f"{reached} of {len(rest)} kinds", "all",
           yes(reached == len(rest))]


PEERS = ("NumPy", "PyTorch")


def accuracy_table(figures):
    """Return the table of what a component is off, relative to its true value."""
    names = list(next(iter(figures.values())))
    rows = [[kind, *[f"{statistics.median(found[name]):.0e}, {max(found[name]):.0e}" for name in names]]
            for kind, found in figures.items()]
    return table(rows, ["median, worst network", *names])


def time_part(options):
    """Return what a check takes, in seconds of the processor: a 4-8-3 network with 16 examples."""
    draw = random.Random(4)
    net = purenet.Network([4, 8, 3], loss="cross_entropy")
    X = corpus.table(draw, 16, 4, 1.0)
    y = [[float(k == number % 3) for k in range(3)] for number in range(16)]
    gradients = net.gradients(X, y)
    noise = [draw.gauss(0, 0.1) for _ in flat(gradients)]

    def seconds(rounds, values=gradients, **digits):
        times = []
        for _ in range(rounds):
            begun = time.process_time()
            purenet.check_backprop(net, X, y, values, **digits)
            times.append(time.process_time() - begun)
        return statistics.median(times)
    return {"check": seconds(21), "with 50 digits": seconds(5, digits=50), "in vain": seconds(3, noise)}


def time_rows(figures):
    """Yield the rows of the times."""
    for name, limit in (("check", 0.05), ("with 50 digits", 1.0)):
        yield [f"time of a {name}, 4-8-3, 16 examples" if name == "check" else f"   {name}",
               f"{1e3 * figures[name]:.0f} ms", f"below {1e3 * limit:.0f} ms", yes(figures[name] < limit)]
    if "in vain" in figures:
        yield ["   of a wrong gradient that nothing explains", f"{figures['in vain']:.1f} s", "", ""]


ROWS = {"alarms": alarms_rows, "catalogue": catalogue_rows, "resolution": resolution_rows, "kinks": kinks_rows,
        "accuracy": accuracy_rows, "time": time_rows}
PARTS = {"checkers": checkers_part, "alarms": alarms_part, "catalogue": catalogue_part,
         "resolution": resolution_part, "kinks": kinks_part, "accuracy": accuracy_part, "time": time_part}


def versions():
    """Return what it was measured on."""
    modules = [name for name in ("numpy", "torch", "jax", "autograd", "scipy", "statsmodels") if installed(name)]
    found = [f"{name} {version(name)}" for name in modules]
    return [f"purenet {purenet.__version__} on {platform.python_implementation()} {platform.python_version()}, "
            f"{platform.system()} {platform.machine()}", "with " + (", ".join(found) or "nothing else installed")]


def version(name):
    """Return the version of a package."""
    from importlib.metadata import version

    return version(name)


def blocks_of(figures):
    """Return the tables, by the marks of the page."""
    head, blocks = figures["head"], {}
    if "checkers" in figures:
        blocks["checkers"] = "\n".join([*head, "", checkers_table(figures["checkers"])])
    rows = [row for name, rows_of in ROWS.items() if name in figures for row in rows_of(figures[name])]
    if "accuracy" in figures:
        blocks["accuracy"] = "\n".join([*head, "", accuracy_table(figures["accuracy"])])
    if rows:
        blocks["purenet"] = "\n".join([*head, "", table(rows, TARGET_HEAD)])
    return blocks


def main():
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="*", choices=list(PARTS), help="measure these only")
    parser.add_argument("--networks", type=int, default=200, help="in the corpus (default 200)")
    parser.add_argument("--mistakes", type=int, default=8,
                        help="gross ones of each network that all checkers judge (default 8; 0 is all, some 40)")
    parser.add_argument("--alarms", type=int, default=10_000, help="networks to look for false alarms (default 10000)")
    parser.add_argument("--json", help="keep the figures in this file; parts not measured now are taken from it")
    parser.add_argument("--write-docs", action="store_true", help="renew the tables in docs/gradient-checking.md")
    options = parser.parse_args()
    kept = Path(options.json) if options.json else None
    figures = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.exists() else {}
    figures["head"] = versions()
    for name in options.only if options.only is not None else PARTS:
        figures[name] = PARTS[name](options)
        if kept:
            kept.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    blocks = blocks_of(figures)
    print("\n\n".join(blocks.values()))
    if options.write_docs:
        write_blocks(ROOT / "docs" / "gradient-checking.md", blocks)


if __name__ == "__main__":
    main()
