"""Measure purenet against its peers, and print one table: python3 tests/bench/run.py

Each row is a ratio: both are timed in turn, in one run, several times over; the table has the median, the smallest and
the largest. Peers come with the extra: pip install -e '.[bench]'; one that is missing is left out and the row says so.
Everything runs in one thread. What a call costs a user counts, the reading of the rows too, but a program is compiled
before, once; its time stands in a table of its own.
"""

import argparse
import functools
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import warnings
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy is imported
warnings.simplefilter("ignore")  # scikit-learn says that it has not converged
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an import is timed as users have it, from the cache

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import peers  # noqa: E402
from measure import Row, elsewhere, in_turn, microseconds, same, table, timed  # noqa: E402

import purenet  # noqa: E402
from purenet.core import engines  # noqa: E402
from purenet.core.optimizer import GradientDescent  # noqa: E402
from purenet.unroll import choice, python  # noqa: E402
from purenet.unroll.program import Kind  # noqa: E402

X = [[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
Y = [[0.0], [1.0], [1.0], [0.0]]
HEAD = ["job", "against", "time (ours, theirs)", "ratio (from to)", "target", "reached"]


@functools.lru_cache(maxsize=None)
def installed(name):
    """Return whether a module is there, and works."""
    try:
        importlib.import_module(name)
    except (ImportError, OSError):
        return False
    return True


def tutorial_network():
    """Return the tutorial's network."""
    return purenet.Network([3, 4, 1], reduction="sum", bias=False)


def tutorial(iterations, engine="auto"):
    """Train it; return the loss."""
    net = tutorial_network()
    net.fit(X, Y, epochs=iterations, engine=engine)
    return net.loss(X, Y)


def versions(*names):
    """Return modules and their versions."""
    return ", ".join(f"{name} {importlib.import_module(name).__version__}" for name in names if installed(name))


def tutorial_rows(options):
    """Yield the rows of the tutorial's job."""
    job, full = "tutorial 3-4-1, full batch of 4", 60_000
    here = f"CPython {platform.python_version()}"
    weights = tutorial_network().weights
    tutorial(full)
    expected = {}
    for name, module, function, iterations, target in [
            ("NumPy, eleven lines", "numpy", peers.tutorial_numpy, 6000, 3.0),
            ("PyTorch", "torch", peers.tutorial_torch, 600, 25.0),
            ("scikit-learn", "sklearn", peers.tutorial_sklearn, 600, 25.0)]:
        if not installed(module):
            yield Row(job, name, ("at least", target))
            continue
        expected[iterations] = tutorial(iterations)
        loss = function(X, Y, weights, iterations)
        if module != "sklearn":  # which has biases and another output
            same(name, loss, expected[iterations])
        ratios, seconds = in_turn(lambda: timed(tutorial, full)[0] / full,
                                  lambda: timed(function, X, Y, weights, iterations)[0] / iterations, options.rounds)
        yield Row(job, name, ("at least", target), ratios, seconds, f"{here}: {pair(seconds)}")
    if not installed("numpy"):
        return
    for path in options.python:
        about = elsewhere(path, str(HERE / "run.py"), "--worker", 100)
        target = 12.0 if about["implementation"] == "PyPy" else 2.0
        loss = elsewhere(path, str(HERE / "run.py"), "--worker", 6000)["loss"]
        same(about["name"], loss, tutorial(6000))
        ratios, seconds = in_turn(
            lambda: elsewhere(path, str(HERE / "run.py"), "--worker", full)["seconds"] / full,
            lambda: timed(peers.tutorial_numpy, X, Y, weights, 6000)[0] / 6000, options.rounds)
        yield Row(job, f"NumPy on {here}", ("at least", target), ratios, seconds, f"{about['name']}: {pair(seconds)}")


def pair(seconds):
    """Return two times as text."""
    return ", ".join(microseconds(time, 1) for time in seconds)


def worker(iterations):
    """Train the tutorial's network on this interpreter, and print what it took as JSON."""
    tutorial(iterations)
    seconds, loss = timed(tutorial, iterations)
    implementation = platform.python_implementation()
    print(json.dumps({"seconds": seconds, "loss": loss, "implementation": implementation,
                      "name": f"{implementation} {platform.python_version()}"}))


def iris():
    """Return the standardised rows of iris, and their classes as one row of 0 and 1 each."""
    from purenet.csvfile import example

    columns = [row for row in example("iris").rows]
    data = [[float(cell) for cell in row[:4]] for row in columns]
    means = [statistics.fmean(column) for column in zip(*data)]
    deviations = [statistics.pstdev(column) for column in zip(*data)]
    names = sorted({row[4] for row in columns})
    return ([[(v - m) / d for v, m, d in zip(row, means, deviations)] for row in data],
            [[1.0 if row[4] == name else 0.0 for name in names] for row in columns])


def digits(rows=None):
    """Return UCI digits as scikit-learn carries them, and their classes as one row of 0 and 1 each."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return ([[v / 16 for v in row] for row in data.data.tolist()][:rows],
            [[1.0 if label == k else 0.0 for k in range(10)] for label in data.target.tolist()][:rows])


def classifier(sizes, rows, targets, batch_size, epochs, rate, engine="auto", **options):
    """Train a classifier; return the mean loss of the last epoch, and the network."""
    net = purenet.Network(sizes, loss="cross_entropy", init="glorot")
    history = net.fit(rows, targets, epochs=epochs, batch_size=batch_size, learning_rate=rate, shuffle=False,
                      engine=engine, **options)
    return history.loss[-1]


def classifier_row(job, name, module, function, data, sizes, batch_size, epochs, target, options):
    """Return a row for a peer at a classifier; the ratio is of an epoch's time."""
    if not installed(module):
        return Row(job, name, target)
    net = purenet.Network(sizes, loss="cross_entropy", init="glorot")
    theirs = max(1, epochs // 20)
    arguments = (*data, net.weights, net.biases, batch_size)
    loss = function(*arguments, theirs, 0.1)
    if module != "sklearn":
        same(name, loss, classifier(sizes, *data, batch_size, theirs, 0.1))
    classifier(sizes, *data, batch_size, epochs, 0.1)
    ratios, seconds = in_turn(lambda: timed(classifier, sizes, *data, batch_size, epochs, 0.1)[0] / epochs,
                              lambda: timed(function, *arguments, theirs, 0.1)[0] / theirs, options.rounds)
    return Row(job, name, target, ratios, seconds, pair(seconds))


def iris_rows(options):
    """Yield the rows of iris."""
    data = iris()
    for batch_size, epochs, limit in ((16, 100, 4.0), (1, 100, 25.0)):
        job = f"iris 4-8-3, batches of {batch_size}, an epoch"
        for name, module, function, target in [
                ("PyTorch", "torch", peers.classifier_torch, limit),
                ("scikit-learn", "sklearn", peers.classifier_sklearn, limit),
                ("NumPy", "numpy", peers.classifier_numpy, 1.0 if batch_size == 1 else None)]:
            yield classifier_row(job, name, module, function, data, [4, 8, 3], batch_size, epochs,
                                 target and ("at least", target), options)


def digits_rows(options):
    """Yield the rows of UCI digits, one example after the other."""
    job, sizes, count = "digits 64-32-10, online, an epoch", [64, 32, 10], 300
    if not installed("sklearn"):
        yield Row(job, "the list engine", ("at least", 6.0))
        return
    data = digits(count)
    same("the list engine", classifier(sizes, *data, 1, 1, 0.1, "lists"), classifier(sizes, *data, 1, 1, 0.1), 0.0)
    ratios, seconds = in_turn(lambda: timed(classifier, sizes, *data, 1, 8, 0.1)[0] / 8,
                              lambda: timed(classifier, sizes, *data, 1, 1, 0.1, "lists")[0], options.rounds)
    yield Row(job, "the list engine", ("at least", 6.0), ratios, seconds, pair(seconds))
    yield classifier_row(job, "NumPy", "numpy", peers.classifier_numpy, data, sizes, 1, 20, None, options)
    weights = Kind.of(purenet.Network(sizes)).multiply_adds
    multiply_adds = 2 * weights + 320  # forward, a step for each weight, and the deltas of the outputs back again
    ratios, seconds = in_turn(lambda: floor(multiply_adds * count),
                              lambda: timed(classifier, sizes, *data, 1, 8, 0.1)[0] / 8, options.rounds)
    yield Row(job, "the floor: s = s + x * w", ("at most", 1.5), ratios, seconds, f"{pair(seconds[::-1])}")


def floor(multiply_adds):
    """Return the seconds that so many of s = s + x * w take, on variables of a function."""
    namespace = {}
    source = "def run(times, x, w):\n    s = 0.0\n    for _ in range(times):\n" + "        s = s + x * w\n" * 200
    exec(source, namespace)
    times = max(1, multiply_adds // 200)
    return timed(namespace["run"], times, 0.5, 0.25)[0] * multiply_adds / (times * 200)


def by_hand_rows(options):
    """Yield the rows of other networks in pure Python."""
    rows, targets = iris()
    for name, function, module, net_options, limit in [
            ("neurons as lists of weights", peers.by_hand_vectors, None, {}, 10.0),
            ("neurons as dictionaries", peers.by_hand_neurons, None, {}, 10.0),
            ("micrograd", peers.by_micrograd, "micrograd", {"activation": "relu", "output": "identity"}, 100.0)]:
        job = "iris 4-8-3, online, squared error"
        if module and not installed(module):
            yield Row(job, name, ("at least", limit))
            continue

        def ours(epochs, net_options=net_options):
            net = purenet.Network([4, 8, 3], **net_options)
            return net.fit(rows, targets, epochs=epochs, batch_size=1, learning_rate=0.1, shuffle=False).loss[-1]

        net = purenet.Network([4, 8, 3], **net_options)
        theirs = 1 if module else 10
        same(name, function(rows, targets, net.weights, net.biases, theirs, 0.1), ours(theirs), 1e-9)
        ours(100)
        ratios, seconds = in_turn(
            lambda: timed(ours, 100)[0] / 100,
            lambda: timed(function, rows, targets, net.weights, net.biases, theirs, 0.1)[0] / theirs, options.rounds)
        yield Row(job, name, ("at least", limit), ratios, seconds, pair(seconds))


def worker_rows(options):
    """Yield the row of two processes instead of one."""
    job = "digits 64-32-10, batches of 256, an epoch"
    if not installed("sklearn"):
        yield Row(job, "one process", ("at least", 1.7))
        return
    from concurrent.futures import ProcessPoolExecutor

    data, sizes = digits(), [64, 32, 10]
    with ProcessPoolExecutor(2) as two, ProcessPoolExecutor(1) as one:
        def run(executor, epochs):
            return classifier(sizes, *data, 256, epochs, 0.1, executor=executor, shards=2)

        same("two workers", run(two, 2), run(one, 2), 0.0)
        ratios, seconds = in_turn(lambda: timed(run, two, 6)[0] / 6, lambda: timed(run, one, 6)[0] / 6, options.rounds)
        yield Row(job, "one worker process", ("at least", 1.7), ratios, seconds, pair(seconds))
        ratios, seconds = in_turn(lambda: timed(run, two, 6)[0] / 6,
                                  lambda: timed(classifier, sizes, *data, 256, 6, 0.1)[0] / 6, options.rounds)
        yield Row(job, "no executor at all", None, ratios, seconds, pair(seconds))


def import_rows(options):
    """Yield the row of the import, in milliseconds over the bare interpreter."""
    def run(code):
        return timed(subprocess.run, [sys.executable, "-c", code])[0]

    os.environ["PYTHONPATH"] = str(ROOT)
    run("import purenet")
    bare = [(run("import purenet"), run("pass")) for _ in range(4 * options.rounds + 1)]
    over = [(a - b) * 1e3 for a, b in bare]
    yield Row("import purenet", "the bare interpreter", ("at most", 5.0), over, [], "milliseconds more")


SIZES = [[6, 5, 4], [16, 16, 4], [32, 24, 10], [64, 32, 10], [64, 90, 10], [128, 128, 10], [256, 160, 10],
         [320, 300, 10]]


def growth(options):
    """Return the time an example takes, online, for networks from 50 to 100,000 weights, on each engine."""
    import tracemalloc  # which PyPy has not

    result = []
    for sizes in SIZES:
        net = purenet.Network(sizes, loss="cross_entropy", init="glorot")
        weights = Kind.of(net).multiply_adds
        count = max(20, min(400, 600_000 // weights))
        rows = [[net.rng.random() for _ in range(sizes[0])] for _ in range(count)]
        targets = [[1.0 if j == i % sizes[-1] else 0.0 for j in range(sizes[-1])] for i in range(count)]
        entry = {"sizes": sizes, "weights": weights, "engines": {}}
        for engine in ("lists", "unrolled", "kernels", "numpy", "torch"):
            if engine == "unrolled" and weights > choice.LONGEST["cpython"]:
                continue
            if engine in ("numpy", "torch"):
                if not installed(engine):
                    continue
                function = peers.classifier_numpy if engine == "numpy" else peers.classifier_torch

                def run(epochs):
                    function(rows, targets, net.weights, net.biases, 1, epochs, 1e-3)
            else:
                def run(epochs):
                    purenet.Network.fit(net, rows, targets, epochs=epochs, batch_size=1, learning_rate=1e-3,
                                        shuffle=False, engine=engine)
            run(1)
            entry["engines"][engine] = min(timed(run, 2)[0] for _ in range(options.rounds)) / 2 / count
        entry["chosen"] = next(name for name, found in {**choice.ENGINES, "lists": engines.lists}.items()
                               if found is engines.choose("auto", net, 10 ** 7, 1, GradientDescent()))
        net.fit(rows[:8], targets[:8], batch_size=1, learning_rate=1e-3, engine=entry["chosen"])  # compiled by now
        tracemalloc.start()
        copy = purenet.Network(sizes, loss=net.loss_name, init="glorot")
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        copy.fit(rows[:8], targets[:8], batch_size=1, learning_rate=1e-3, engine=entry["chosen"])
        entry["bytes"] = [held / weights, (tracemalloc.get_traced_memory()[1]) / weights]
        tracemalloc.stop()
        result.append(entry)
    return result


def growth_by_examples(options):
    """Return the time that an example takes in a small network when there are from 10 to 10,000 of them."""
    result = []
    for count in (10, 100, 1000, 10_000):
        net = purenet.Network([16, 16, 4], loss="cross_entropy", init="glorot")
        rows = [[net.rng.random() for _ in range(16)] for _ in range(count)]
        targets = [[1.0 if j == i % 4 else 0.0 for j in range(4)] for i in range(count)]
        epochs = 60_000 // count

        def run():
            net.fit(rows, targets, epochs=epochs, batch_size=1, learning_rate=1e-3, shuffle=False)

        run()
        seconds = min(timed(run)[0] for _ in range(options.rounds))
        result.append({"examples": count, "seconds": seconds / count / epochs})
    return result


def compile_times():
    """Return how long it takes to make and compile programs."""
    rows = []
    for sizes in ([3, 4, 1], [4, 8, 3], [64, 32, 10], [64, 90, 10]):
        kind = Kind.of(purenet.Network(sizes))
        seconds = timed(lambda: python.functions(python.train(kind, GradientDescent, False, None, False), {}))[0]
        rows.append({"sizes": sizes, "weights": kind.multiply_adds, "seconds": seconds})
    return rows


def growth_table(figures):
    """Return the table of growth, how far it is from a straight line, and what programs take to compile."""
    names = ["lists", "unrolled", "kernels", "numpy", "torch"]
    rows = []
    for entry in figures["growth"]:
        best = entry["engines"][entry["chosen"]]
        rows.append(["-".join(map(str, entry["sizes"])), f"{entry['weights']:,}",
                     *[microseconds(entry["engines"][name], 1) if name in entry["engines"] else "" for name in names],
                     f"{best / entry['weights'] * 1e9:.0f} ns", *[f"{count:.0f}" for count in entry["bytes"]]])
    compiling = ", ".join(f"{'-'.join(map(str, row['sizes']))} {row['seconds'] * 1e3:.1f} ms"
                          for row in figures["compile"])
    return "\n".join([table(rows, ["sizes", "weights", *names, "a weight", "bytes", "at peak"]), "",
                      growth_verdict(figures["growth"], figures["examples"]), f"to compile a program: {compiling}"])


def growth_verdict(entries, by_examples):
    """Return how far the figures are from a line over the weights, and how much the number of examples matters."""
    points = [(entry["weights"], entry["engines"][entry["chosen"]]) for entry in entries]
    # Least squares of the relative errors, so that small networks count as much as large ones.
    sums = [sum(f(w, t) for w, t in points) for f in (
        lambda w, t: 1 / t ** 2, lambda w, t: w / t ** 2, lambda w, t: w * w / t ** 2, lambda w, t: 1 / t,
        lambda w, t: w / t)]
    one, w1, w2, t0, t1 = sums
    determinant = one * w2 - w1 * w1
    a, b = (t0 * w2 - t1 * w1) / determinant, (t1 * one - t0 * w1) / determinant
    off = [(a + b * w) / t - 1 for w, t in points]
    each = [entry["seconds"] for entry in by_examples]
    middle = statistics.median(each)
    return (f"time = {a * 1e6:.1f} µs + {b * 1e9:.1f} ns * weights, from {min(off):+.0%} to {max(off):+.0%} off; "
            f"with 10 to 10,000 examples, each takes the median time {min(each) / middle - 1:+.0%} to "
            f"{max(each) / middle - 1:+.0%}")


JOBS = {"tutorial": tutorial_rows, "iris": iris_rows, "digits": digits_rows, "by-hand": by_hand_rows,
        "workers": worker_rows, "import": import_rows}


def main():
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7, help="how many times each pair is timed")
    parser.add_argument("--only", nargs="*", choices=[*JOBS, "growth"], help="measure these only")
    parser.add_argument("--python", action="append", default=[], help="another interpreter for the tutorial's job")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--write-docs", action="store_true", help="renew the figures in docs/performance.md")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker is not None:
        return worker(options.worker)
    head = [f"purenet {purenet.__version__} on {platform.python_implementation()} {platform.python_version()}, "
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            f"peers: {versions('numpy', 'torch', 'sklearn') or 'none installed'}"]
    head.append(f"medians of {options.rounds} ratios, theirs to ours, each pair timed in turn; one thread")
    print("\n".join(head) + "\n", flush=True)
    jobs = options.only if options.only is not None else [*JOBS, "growth"]
    rows = []
    for name in jobs:
        if name in JOBS:
            for row in JOBS[name](options):
                rows.append(row)
                print("  ".join(row.cells()), file=sys.stderr, flush=True)
    print(table([row.cells() for row in rows], HEAD))
    figures = {"head": head, "rows": [row.data() for row in rows], "table": table([row.cells() for row in rows], HEAD)}
    if "growth" in jobs:
        figures.update(growth=growth(options), examples=growth_by_examples(options), compile=compile_times())
        figures["growth_table"] = growth_table(figures)
        print("\nAn example, online: forward, backward and step\n\n" + figures["growth_table"])
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if options.write_docs:
        import pictures

        pictures.write_docs(figures, ROOT / "docs")
    return None


if __name__ == "__main__":
    main()
