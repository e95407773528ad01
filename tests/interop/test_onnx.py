"""ONNX files, checked by onnx and run by ONNX Runtime: floats and doubles within the rounding of a network of them.

The bound is derived, for each output of each network: how far it can be off when X, the weights and every operation are
rounded, from the inputs through the layers.
"""

import itertools
import json

import pytest

numpy = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from purenet import Classifier, Network, Regressor  # noqa: E402
from purenet.csvfile import example  # noqa: E402
from purenet.encoder import Text  # noqa: E402
from purenet.export import export, onnx as ours  # noqa: E402
from strategies import ACTIVATIONS, MADE_FOR, VALID_PAIRS  # noqa: E402

DTYPES = {"float": numpy.float32, "double": numpy.float64}
UNIT = {"float": 2.0 ** -24, "double": 2.0 ** -53}  # the largest relative error of one rounding
TINY = {"float": 2.0 ** -149, "double": 2.0 ** -1074}
FUNCTION = 8  # roundings in an error of the runtime's sigmoid, tanh or softmax; 7 were measured, in a tanh of doubles
CASES = [(activation, output, bias) for activation in ACTIVATIONS for output in (*ACTIVATIONS, "softmax")
         for bias in (True, False)]


def ran(model, X, precision):
    """The output of ONNX Runtime, once the file has passed the checker, shapes inferred."""
    data = ours.encode(model, precision=precision)
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    output, = session.run(None, {"X": numpy.array(X, DTYPES[precision])})
    assert output.dtype == DTYPES[precision]
    return output.astype(numpy.float64)


def bound(net, a, error, precision):
    """How far the outputs can be off when the inputs a are off by `error` and all is rounded to a precision.

    A sum of n products is off by at most (n + 1) u Σ|a w|, in whatever order; then its factors' own errors.
    """
    u, tiny = UNIT[precision], TINY[precision]
    for layer, W in enumerate(map(numpy.array, net.weights)):
        b = numpy.array(net.biases[layer]) if net.biases else numpy.zeros(W.shape[1])
        size = (abs(a) + error) @ abs(W) + abs(b)
        error = error @ abs(W) + (W.shape[0] + 4) * u * size + W.shape[0] * tiny
        a = a @ W + b
        name = net.output if layer == len(net.weights) - 1 else net.activation
        if name == "sigmoid":
            a, error = 1 / (1 + numpy.exp(-a)), error / 4 + FUNCTION * u
        elif name == "tanh":
            a, error = numpy.tanh(a), error + FUNCTION * u
        elif name == "relu":
            a = numpy.maximum(a, 0)
        elif name == "softmax":  # ∂a_i/∂z_j sums to at most ½ over j
            e = numpy.exp(a - a.max(axis=1, keepdims=True))
            a, error = e / e.sum(axis=1, keepdims=True), error.max(axis=1, keepdims=True) / 2 + FUNCTION * u
            error = numpy.broadcast_to(error, a.shape)
    return error


def networks(activation, output, bias):
    for seed, (sizes, init) in enumerate(itertools.product([[3, 1], [5, 7, 6, 3], [30, 20, 4]], ["glorot", "uniform"])):
        loss = next(loss for name, loss in VALID_PAIRS if name == output)
        yield Network(sizes, activation=activation, output=output, loss=loss, bias=bias, init=init, seed=seed)


@pytest.mark.parametrize("activation, output, bias", CASES)
@pytest.mark.parametrize("precision", ["float", "double"])
def test_a_network_runs_within_the_rounding_of_its_precision(activation, output, bias, precision):
    random = numpy.random.default_rng(1)
    for net in networks(activation, output, bias):
        if bias:
            net.biases = [random.normal(size=len(b)).tolist() for b in net.biases]
        X = random.normal(size=(40, net.sizes[0])) * random.choice([0.1, 1, 30], size=(40, 1))
        error = abs(ran(net, X, precision) - net.predict(X.tolist()))
        allowed = bound(net, X, abs(X) * UNIT[precision], precision)
        allowed = allowed * (2 if precision == "double" else 1)  # then `predict` is off by as much itself
        assert (error <= allowed).all(), f"{net}: off by {error.max()}, {(error / allowed).max():.2g} of the bound"


def test_the_bound_is_no_excuse():
    """It is a few roundings, so a float that is one part in ten thousand off is found out."""
    net = Network([5, 7, 3], activation="tanh", seed=2)
    X = numpy.random.default_rng(1).normal(size=(20, 5))
    allowed = bound(net, X, abs(X) * UNIT["float"], "float")
    assert allowed.max() < 2e-5
    net.weights[0][0][0] *= 1.0001
    assert (abs(ran(net, X, "float") - Network([5, 7, 3], activation="tanh", seed=2).predict(X.tolist()))
            > allowed).any()


def test_every_loss_has_its_output():
    for loss, output in MADE_FOR.items():
        net = Network([2, 3], loss=loss, activation="tanh")
        assert net.output == output and ran(net, [[0.5, 1.0]], "double").shape == (1, 3)


def encoded(model, rows):
    """Rows as the graph takes them: numbers as they are, and a 1 for the text that is the row's."""
    return [[value for column, cell in zip(model.encoder_.inputs, row)
             for value in (column.encode(0, cell) if isinstance(column, Text) else [cell])] for row in rows]


@pytest.mark.parametrize("precision, tolerance", [("double", 1e-12), ("float", 2e-5)])
def test_models_take_rows_as_they_are(precision, tolerance):
    iris = example("iris").dataset("species")
    model = Classifier(epochs=20).fit(iris.rows, iris.targets, columns=iris.columns)
    probabilities = ran(model, iris.rows, precision)
    assert abs(probabilities - model.predict_proba(iris.rows)).max() < tolerance
    metadata = {each.key: json.loads(each.value)
                for each in onnx.load_from_string(export(model, "onnx")).metadata_props}
    assert metadata == {"columns": iris.columns, "classes": ["setosa", "versicolor", "virginica"]}
    assert [metadata["classes"][best] for best in probabilities.argmax(axis=1)] == model.predict(iris.rows)

    two = Classifier(epochs=20).fit([row[:2] for row in iris.rows], [name == "setosa" for name in iris.targets])
    assert abs(ran(two, [row[:2] for row in iris.rows], precision)
               - two.predict_proba([row[:2] for row in iris.rows])).max() < tolerance

    rows = [[row[0], name] for row, name in zip(iris.rows, iris.targets)]
    regressor = Regressor(epochs=20).fit(rows, [1000 + 10 * row[2] for row in iris.rows])
    predictions = ran(regressor, encoded(regressor, rows), precision)
    assert abs(predictions[:, 0] / regressor.predict(rows) - 1).max() < tolerance
