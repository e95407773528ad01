"""The page's own arithmetic, run by Node: every number and every sentence of every step is Python's.

With the portable exponential all of it is equal to the bit; with the platform's, to within what the two differ by.
"""

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from commands import ROOT
from purenet.explain.formulas import number
from strategies import bits, problems

ENGINE = ROOT / "purenet" / "explain" / "page" / "engine.js"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node, to run the page's JavaScript")

ALL = """
const purenet = require(process.argv[1]);
const {spec, epochs} = JSON.parse(require("fs").readFileSync(0, "utf-8")), start = spec.snapshots[0];
const trace = purenet.trace(spec, start), elements = {}, contributions = {};
const indices = (shape) => shape.length === 0 ? [[]]
  : indices(shape.slice(0, -1)).flatMap((at) => Array.from({length: shape[shape.length - 1]}, (_, i) => [...at, i]));
for (const step of trace.steps) {
  for (const at of indices(step.shape)) {
    const element = purenet.element(trace, step.name, at);
    elements[purenet.symbol(element.place)] = element.text;
    if (step.kind === "gradient" || step.kind === "bias_gradient") {
      const found = purenet.contributions(trace, step.layer, at);
      contributions[found.name] = {pushes: found.examples.map((e) => e.push), gradient: found.gradient,
                                   cancelled: found.cancelled, one_way: found.oneWay, verdict: found.verdict};
    }
  }
}
process.stdout.write(JSON.stringify({
  steps: trace.steps, elements, contributions, confidence: purenet.confidence(trace),
  transposes: purenet.transposes(trace.setting).map((one) => one.text),
  conventions: purenet.conventions(trace.setting, spec.learning_rate),
  trained: purenet.train(spec, start, epochs)}, signed));
"""
STEPS = """
const purenet = require(process.argv[1]), spec = JSON.parse(require("fs").readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(purenet.trace(spec, spec.snapshots[0]).steps, signed));
"""
SIGNED = "const signed = (key, value) => Object.is(value, -0) ? '-0' : value;"  # JSON of JavaScript has no -0


def run(script, given):
    """What a script prints, as data, when it has read this as JSON."""
    done = subprocess.run([NODE, "-e", SIGNED + script, str(ENGINE)], input=json.dumps(given), capture_output=True,
                          text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.replace('"-0"', "-0.0"))


def spec_of(net, X, y, rate):
    """What the page is given."""
    return {"network": {"sizes": net.sizes, "activation": net.activation, "output": net.output, "loss": net.loss_name,
                        "reduction": net.reduction, "bias": net.biases is not None, "exp": net.exp},
            "X": X, "y": y, "learning_rate": rate,
            "snapshots": [{"epochs": 0, "weights": net.weights, "biases": net.biases}]}


def every_place(shape):
    """Every index within a shape."""
    places = [()]
    for size in shape:
        places = [(*place, i) for place in places for i in range(size)]
    return places


@settings(max_examples=40)
@given(problem=problems(exp="portable", max_layers=3, max_examples=12), rate=st.sampled_from([0.1, 1.0, 3.7]))
def test_every_number_and_every_sentence_is_that_of_python(problem, rate):
    net, X, y = problem
    trace = net.trace(X, y, learning_rate=rate)
    found = run(ALL, {"spec": spec_of(net, X, y, rate), "epochs": 5})
    expected = trace.to_dict()
    assert [step["name"] for step in found["steps"]] == [step.name for step in trace.steps]
    for theirs, ours in zip(found["steps"], trace.steps):
        floats = json.loads(json.dumps(theirs["result"]), parse_int=float)
        assert bits(floats) == bits(json.loads(json.dumps(ours.result), parse_int=float)), \
            f"{ours.name}: found {floats}, expected {ours.result}"
        for name in ("kind", "layer", "title", "formula", "operands", "note"):
            assert theirs[name] == getattr(ours, name)
        assert theirs["shape"] == list(ours.shape)
        for at in every_place(ours.shape):
            element = trace.element(ours.name, *at)
            assert found["elements"][str(element.place)] == str(element)
    assert found["contributions"] == expected["contributions"]
    assert found["confidence"] == expected["confidence"]
    assert found["transposes"] == expected["transposes"]
    assert found["conventions"] == expected["conventions"]
    history = net.fit(X, y, epochs=5, learning_rate=rate)
    assert bits(found["trained"]["parameters"]["weights"]) == bits(net.weights)
    assert bits(found["trained"]["parameters"]["biases"]) == bits(net.biases)
    assert bits(json.loads(json.dumps(found["trained"]["losses"]), parse_int=float)) == bits(history.loss)


@settings(max_examples=30)
@given(problem=problems(exp="platform", max_layers=3))
def test_with_the_platforms_exponential_the_numbers_differ_by_no_more_than_it(problem):
    net, X, y = problem
    found = run(ALL, {"spec": spec_of(net, X, y, 1.0), "epochs": 1})
    for theirs, ours in zip(found["steps"], net.trace(X, y).steps):
        size = max([1.0, *map(abs, flat(ours.result))])
        assert flat(theirs["result"]) == pytest.approx(flat(ours.result), rel=1e-12, abs=1e-13 * size), ours.name


def flat(value):
    """Every number in nested lists."""
    return [number for element in value for number in flat(element)] if isinstance(value, list) else [value]


@settings(max_examples=20)
@given(values=st.lists(st.one_of(st.floats(allow_nan=False, allow_infinity=False),
                                 st.integers(-10 ** 9, 10 ** 9).map(lambda n: n / 2 ** 7)), min_size=50, max_size=200))
def test_numbers_are_written_as_python_writes_them(values):
    script = ("const purenet = require(process.argv[1]);"
              "const values = JSON.parse(require('fs').readFileSync(0, 'utf-8'));"
              "process.stdout.write(JSON.stringify([3, 6].map((n) => values.map((v) => purenet.number(v, n)))))")
    assert run(script, values) == [[number(value, digits) for value in values] for digits in (3, 6)]


@settings(max_examples=20)
@given(zs=st.lists(st.floats(-800, 800), min_size=100, max_size=300))
def test_extreme_weighted_inputs_come_out_the_same(zs):
    """Saturated, subnormal and overflowing exponentials, through every activation and loss."""
    for activation, loss in [("sigmoid", "squared_error"), ("tanh", "mean_squared_error"),
                             ("sigmoid", "binary_cross_entropy")]:
        net = purenet.Network.from_weights([[[1.0]]], activation=activation, loss=loss, exp="portable")
        X, y = [[z] for z in zs], [[1.0] for _ in zs]
        steps = run(STEPS, spec_of(net, X, y, 1.0))
        for theirs, ours in zip(steps, net.trace(X, y).steps):
            found, expected = (list(map(float, flat(result))) for result in (theirs["result"], ours.result))
            assert bits(found) == bits(expected), ours.name


def test_a_number_that_outgrows_a_float_is_refused_in_a_sentence():
    net = purenet.Network.from_weights([[[1.0]]], activation="identity", exp="portable")
    script = ("const purenet = require(process.argv[1]);"
              "const spec = JSON.parse(require('fs').readFileSync(0, 'utf-8'));"
              "try { purenet.trace(spec, spec.snapshots[0]) } catch (error) { process.stdout.write(JSON.stringify("
              "[error.name, error.message])) }")
    found = run(script, spec_of(net, [[1e200]], [[0.0]], 1.0))
    assert found[0] == "RangeError" and found[1].startswith("a number of losses (loss of each example) outgrew a float")
