"""ONNX files, read back by a small reader of protocol buffers and run by the operations' definitions."""

import json
import struct
from operator import add, mul, sub, truediv

import pytest
from hypothesis import given, settings

from models import refusal, trained
from purenet import Classifier, DataError, Network, OptionError, Regressor
from purenet.core import matrix
from purenet.core.activation import ACTIVATIONS
from purenet.core.arithmetic import PLATFORM
from purenet.encoder import Text
from purenet.export import export, onnx
from strategies import problems

ELEMENTWISE = {"Sub": sub, "Mul": mul, "Add": add, "Div": truediv}
CODES = {1: ("f", 4), 11: ("d", 8)}


def fields_of(data):
    """The fields of a message: for each number the values, whole numbers or bytes, in their order."""
    found, at = {}, 0

    def whole():
        nonlocal at
        shift = value = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = whole()
        value = whole()
        if key & 7 == 2:
            assert at + value <= len(data)
            value, at = data[at:at + value], at + value
        else:
            assert key & 7 == 0, f"a field of the wire type {key & 7}"
        found.setdefault(key >> 3, []).append(value)
    return found


def texts(values):
    return [value.decode("utf-8") for value in values]


def end(data):
    """Name, kind of numbers and sizes of an input or output."""
    value = fields_of(data)
    tensor = fields_of(fields_of(value[2][0])[1][0])
    sizes = [fields_of(size) for size in fields_of(tensor[2][0])[1]]
    return value[1][0].decode(), tensor[1][0], [size[1][0] if 1 in size else size[2][0].decode() for size in sizes]


class Model:
    """What an ONNX file says."""

    def __init__(self, data):
        model = fields_of(data)
        self.ir_version, self.producer = model[1][0], model[2][0].decode()
        self.opset = fields_of(model[8][0])[2][0]
        pairs = [fields_of(pair) for pair in model.get(14, [])]
        self.metadata = {pair[1][0].decode(): json.loads(pair[2][0]) for pair in pairs}
        graph = fields_of(model[7][0])
        self.input, self.output = end(graph[11][0]), end(graph[12][0])
        self.constants = {}
        for constant in map(fields_of, graph.get(5, [])):
            code, size = CODES[constant[2][0]]
            assert constant[2][0] == self.input[1]
            values = struct.unpack(f"<{len(constant[9][0]) // size}{code}", constant[9][0])
            width = constant[1][-1]
            rows = [list(values[i:i + width]) for i in range(0, len(values), width)]
            assert [len(rows), width] == ([1] + constant[1])[-2:]
            self.constants[constant[8][0].decode()] = rows
        self.nodes = [(node[4][0].decode(), texts(node[1]), node[2][0].decode(),
                       {fields_of(each)[1][0].decode(): fields_of(each)[3][0] for each in node.get(5, [])})
                      for node in map(fields_of, graph[1])]

    def run(self, X):
        """The output for rows of inputs, computed in doubles."""
        values = {**self.constants, "X": X}
        for operator, inputs, output, attributes in self.nodes:
            A = [values[name] for name in inputs]
            if operator in ELEMENTWISE:
                rows = max(map(len, A))
                A = [a * rows if len(a) == 1 else a for a in A]
                A = [[row * max(len(a[0]) for a in A) if len(row) == 1 else row for row in a] for a in A]
                value = [[ELEMENTWISE[operator](a, b) for a, b in zip(*pair)] for pair in zip(*A)]
            elif operator == "Concat":
                assert attributes == {"axis": 1}
                value = [a + b for a, b in zip(*A)]
            elif operator in ("Gemm", "MatMul"):
                value = matrix.dot(*A[:2])
                value = matrix.add_row(value, A[2][0]) if operator == "Gemm" else value
            else:
                value = ACTIVATIONS[operator.lower()].value(A[0], PLATFORM)
            values[output] = value
        assert output == self.output[0]
        return value


def close(found, expected, tolerance):
    return all(abs(a - b) <= tolerance * (1 + abs(b))
               for row, other in zip(found, expected) for a, b in zip(row, other)) and len(found) == len(expected)


@given(problem=problems())
def test_the_graph_of_a_network_predicts_what_it_does(problem):
    net, X, _ = problem
    model = Model(onnx.encode(net, precision="double"))
    assert close(model.run(X), net.predict(X), 1e-14)
    assert (model.ir_version, model.opset, model.producer, model.metadata) == (7, 13, "purenet", {})
    assert model.input == ("X", 11, ["N", net.sizes[0]]) and model.output == ("outputs", 11, ["N", net.sizes[-1]])
    assert close(Model(onnx.encode(net)).run(X), net.predict(X), 1e-5)


def encoded(model, X):
    """Rows as the graph takes them: numbers as they are, and a 1 for the text that is the row's."""
    return [[value for column, cell in zip(model.encoder_.inputs, row)
             for value in (column.encode(0, cell) if isinstance(column, Text) else [cell])] for row in X]


@settings(max_examples=15)
@given(case=trained())
def test_the_graph_of_a_model_scales_and_tells_its_columns_and_classes(case):
    model, X = case
    graph = Model(onnx.encode(model, precision="double"))
    if isinstance(model, Classifier):
        expected = model.predict_proba(X)
        assert graph.output == ("probabilities", 11, ["N", len(model.classes_)])
        assert graph.metadata["classes"] == model.classes_
    else:
        expected = [[number] for number in model.predict(X)]
        assert graph.output == ("predictions", 11, ["N", 1]) and "classes" not in graph.metadata
    assert close(graph.run(encoded(model, X)), expected, 1e-13)
    names = [f"x1={text}" for text in model.encoder_.inputs[1].texts]
    assert graph.metadata["columns"] == ["x0", *names, "x2"] and graph.input[2] == ["N", len(names) + 2]


def test_the_file_is_the_export(tmp_path):
    net = Network([2, 1])
    onnx.save(net, tmp_path / "net.onnx", precision="double")
    assert (tmp_path / "net.onnx").read_bytes() == export(net, "onnx", precision="double")


@pytest.mark.parametrize("value", [1e39, -3.5e38])
def test_a_number_that_a_float_cannot_hold_is_refused(value):
    net = Network.from_weights([[[1.0], [value]]], activation="tanh")
    assert refusal(OptionError, onnx.encode, net) == (
        f"export to onnx: W1 has {value}, more than a float holds: expected precision 'double'")
    assert Model(onnx.encode(net, precision="double")).constants["W1"] == [[1.0], [value]]


def test_a_deviation_that_would_be_divided_by_as_0_is_refused():
    model = Regressor(epochs=1).fit([[1e-50], [3e-50]], [1.0, 2.0])
    assert refusal(OptionError, onnx.encode, model) == (
        "export to onnx: a column has the deviation 9.999999999999999e-51, which a float has as 0: "
        "expected precision 'double'")


def test_what_is_no_model_no_precision_or_not_finite_is_refused():
    assert "expected one of double, float" in refusal(OptionError, onnx.encode, Network([1, 1]), precision="half")
    assert "that has been trained" in refusal(OptionError, onnx.encode, Classifier())
    net = Network([1, 1])
    net.weights[0][0][0] = float("nan")
    assert "expected a finite number, found nan" in refusal(DataError, onnx.encode, net)
