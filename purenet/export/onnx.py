"""ONNX: a graph of operations on matrices, which ONNX Runtime and many others run.

The file is a protocol buffer: fields, each a number and a value, where a value may again be made of fields. `message`
writes all that is needed of that. Source: onnx.proto of ONNX 1.8, and its operators, opset 13.
"""
from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple, Union

from ..core import storage
from ..core.errors import OptionError, brief, choose
from ..model import Path
from .meaning import Meaning

IR_VERSION, OPSET = 7, 13
OPERATORS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "identity": "Identity", "softmax": "Softmax"}
OUTPUTS = {"network": "outputs", "classifier": "probabilities", "regressor": "predictions"}
Field = Tuple[int, Union[int, str, bytes]]


class Precision(NamedTuple):
    """Hold how ONNX numbers a kind of numbers, and their code of `struct`."""

    kind: int
    code: str


PRECISIONS = {"float": Precision(1, "f"), "double": Precision(11, "d")}


def save(model: Any, path: Path, precision: str = "float") -> None:
    """Write a Network, a Classifier or a Regressor to an ONNX file, whole or not at all.

    The graph makes of "X", a matrix with a row for each example, the "outputs" of a network, the "probabilities" of a
    classifier's classes, or the "predictions" of a regressor, one matrix again. The scaling is part of the graph: a
    column of numbers goes in as it is, and a column of texts as a column for each text, 1 where it is the row's, else
    0. The metadata, lists in JSON, say which is which: "columns", such as ["age", "colour=red"], and "classes".

    precision  of every number, X among them: "float", which every runtime has, or "double"

    Raises OptionError for what is no trained model, and for a number that a float cannot hold; OSError where the file
    cannot be written.
    """
    storage.write_bytes(os.fspath(path), encode(model, precision=precision))


def encode(model: Any, *, precision: str = "float") -> bytes:
    """Return the bytes of the file that `save` writes.

    >>> from purenet.core.network import Network
    >>> encode(Network([2, 1]))[:11]  # field 1, the version: 7; field 2, who made it
    b'\\x08\\x07\\x12\\x07purenet'
    """
    meaning = Meaning.of(model)
    network = meaning.network
    network.to_document()  # refuses what no file could hold
    graph = Graph(choose("precision", precision, PRECISIONS))
    a = "X"
    if meaning.columns:
        inputs = [column for column in meaning.columns for _ in column.texts or [""]]
        a = graph.apply("centred", "Sub", a, graph.constant("means", [column.mean for column in inputs]))
        a = graph.apply("scaled", "Div", a, graph.constant("deviations", [column.deviation for column in inputs]))
    last = len(network.weights)
    for layer, W in enumerate(network.weights, 1):
        parameters = [graph.constant(f"W{layer}", [w for row in W for w in row], len(W))]
        if network.biases:
            parameters.append(graph.constant(f"b{layer}", network.biases[layer - 1]))
        z = graph.apply(f"z{layer}", "Gemm" if network.biases else "MatMul", a, *parameters)
        a = graph.apply(f"a{layer}", OPERATORS[network.output if layer == last else network.activation], z)
    width = network.sizes[-1]
    if meaning.kind == "regressor":
        mean, deviation = (graph.constant(name, [value]) for name, value in zip(("mean", "deviation"), meaning.target))
        a = graph.apply("shifted", "Add", graph.apply("stretched", "Mul", a, deviation), mean)
    elif len(meaning.classes) == 2:
        width = 2
        a = graph.apply("both", "Concat", graph.apply("other", "Sub", graph.constant("one", [1.0]), a), a, axis=1)
    graph.apply(OUTPUTS[meaning.kind], "Identity", a)
    names = [f"{column.name}={text}" if column.texts else column.name
             for column in meaning.columns for text in column.texts or [""]]
    metadata = {"columns": names, "classes": meaning.classes}
    return message(
        (1, IR_VERSION), (2, "purenet"), (7, graph.encode(network.sizes[0], OUTPUTS[meaning.kind], width)),
        (8, message((1, ""), (2, OPSET))),
        *((14, message((1, name), (2, json.dumps(values)))) for name, values in metadata.items() if values))


class Graph:
    """Gather the operations and the constants of a graph, each named by what it makes."""

    def __init__(self, precision: Precision) -> None:
        self.precision = precision
        self.nodes: List[Field] = []
        self.constants: List[Field] = []

    def constant(self, name: str, values: Sequence[float], rows: int = 0) -> str:
        """Add a constant, a row of numbers or a matrix of so many rows, and return its name."""
        kind, code = self.precision
        try:
            data = struct.pack(f"<{len(values)}{code}", *values)
        except OverflowError:
            raise OptionError(f"export to onnx: {name} has {brief(max(values, key=abs))}, more than a float holds: "
                              "expected precision 'double'") from None
        if name == "deviations" and 0.0 in struct.unpack(f"<{len(values)}{code}", data):
            raise OptionError(f"export to onnx: a column has the deviation {min(values)!r}, which a float has as 0: "
                              "expected precision 'double'")
        dimensions = [rows, len(values) // rows] if rows else [len(values)]
        self.constants.append((5, message(*((1, size) for size in dimensions), (2, kind), (8, name), (9, data))))
        return name

    def apply(self, name: str, operator: str, *inputs: str, **attributes: int) -> str:
        """Add an operation, and return the name of what it makes."""
        self.nodes.append((1, message(
            *((1, each) for each in inputs), (2, name), (3, name), (4, operator),
            *((5, message((1, attribute), (3, value), (20, 2))) for attribute, value in attributes.items()))))
        return name

    def encode(self, inputs: int, output: str, outputs: int) -> bytes:
        """Return the graph from "X", as wide as there are inputs, to an output."""
        ends: Dict[int, Tuple[str, int]] = {11: ("X", inputs), 12: (output, outputs)}
        return message(*self.nodes, (2, "purenet"), *self.constants, *(
            (number, message((1, name), (2, message((1, message((1, self.precision.kind), (2, message(
                (1, message((2, "N"))), (1, message((1, width)))))))))))
            for number, (name, width) in ends.items()))


def message(*fields: Field) -> bytes:
    """Return fields as a protocol buffer has them: number and kind, and then a whole number, or a length and bytes.

    >>> message((1, 150), (2, "testing")).hex(" ")
    '08 96 01 12 07 74 65 73 74 69 6e 67'

    Source: the examples of https://protobuf.dev/programming-guides/encoding.
    """
    parts = []
    for number, value in fields:
        if isinstance(value, int):
            parts += [varint(number << 3), varint(value)]
        else:
            data = value.encode("utf-8") if isinstance(value, str) else value
            parts += [varint(number << 3 | 2), varint(len(data)), data]
    return b"".join(parts)


def varint(number: int) -> bytes:
    """Return a whole number in groups of seven bits, the lowest first; all but the last have the high bit set.

    >>> list(varint(300))
    [172, 2]
    """
    groups = []
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    return bytes([*groups, number])
