"""safetensors files: the same bits back, the bytes that the format has, and a sentence for every file that is none."""

import json
import math
import struct

import pytest
from hypothesis import example, given, settings

from models import outputs, refusal, trained
from purenet import DataError, Network, OptionError, load
from purenet.core import storage
from purenet.export import safetensors
from strategies import any_float, bits, matrices, options_of, parameters, problems, vectors


def file_of(header, numbers=b""):
    """The bytes of a file with a header, which is JSON or bytes."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def decode(data):
    return safetensors.decode(data, "f", activation="tanh", output="tanh")


@given(problem=problems())
def test_a_network_comes_back_whole(tmp_path_factory, problem):
    net, X, y = problem
    path = tmp_path_factory.getbasetemp() / "net.safetensors"
    safetensors.save(net, path)
    again = safetensors.load(path)
    assert type(again) is Network and parameters(again) == parameters(net)
    assert (options_of(again), again.init) == (options_of(net), net.init)
    assert bits(again.predict(X)) == bits(net.predict(X))
    for each in (net, again):
        each.fit(X, y, learning_rate=0.1, batch_size=1)
    assert parameters(again) == parameters(net)


@given(weights=matrices(2, 3, any_float), biases=vectors(3, any_float))
@example(weights=[[-0.0, 5e-324, 1.7976931348623157e308], [0.1, 1 / 3, -2.0 ** -1074]], biases=[0.0, -0.0, 1e-310])
def test_every_finite_float_comes_back_with_the_same_bits(weights, biases):
    net = Network.from_weights([weights], [biases])
    assert parameters(safetensors.decode(safetensors.encode(net), "f")) == parameters(net)


@settings(max_examples=10)
@given(case=trained())
def test_a_model_comes_back_whole(tmp_path_factory, case):
    """What its `save` writes afterwards is the same, byte by byte."""
    model, X = case
    folder = tmp_path_factory.getbasetemp()
    again = safetensors.decode(safetensors.encode(model), "f")
    assert outputs(again, X) == outputs(model, X)
    model.save(folder / "a.json")
    again.save(folder / "b.json")
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()
    assert outputs(load(folder / "b.json"), X) == outputs(model, X)


def test_the_file_is_what_the_format_says():
    net = Network.from_weights([[[1.0, 2.0]], [[3.0], [4.0]]], [[0.5, 0.25], [0.125]])
    data = safetensors.encode(net)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    document = json.loads(header.pop("__metadata__")["purenet"])
    assert length % 8 == 0 and list(data[8:9]) == [ord("{")]
    assert header == {"0.weight": entry("F64", [2, 1], 0, 16), "0.bias": entry("F64", [2], 16, 32),
                      "2.weight": entry("F64", [1, 2], 32, 48), "2.bias": entry("F64", [1], 48, 56)}
    assert struct.unpack("<7d", data[8 + length:]) == (1.0, 2.0, 0.5, 0.25, 3.0, 4.0, 0.125)
    assert document == {"format": "purenet", "version": storage.VERSION, "kind": "network", "network": {
        "activation": "sigmoid", "output": "sigmoid", "loss": "squared_error", "reduction": "mean", "init": "given",
        "seed": 1, "exp": "platform"}}


@pytest.mark.parametrize("dtype, code", [("F64", "d"), ("F32", "f"), ("F16", "e")])
def test_other_files_hold_floats_of_any_size(dtype, code):
    numbers = struct.pack(f"<4{code}", 0.5, -2.0, 0.25, 1.5)
    size = len(numbers) // 4
    net = decode(file_of({"weight": entry(dtype, [2, 1], 2 * size, 4 * size), "bias": entry(dtype, [2], 0, 2 * size)},
                         numbers))
    assert net.weights == [[[0.25, 1.5]]] and net.biases == [[0.5, -2.0]]
    assert safetensors.decode(file_of({"weight": entry("F32", [1, 2], 0, 8)}, struct.pack("<2f", 1, 2)), "f",
                              output="tanh", transposed=False).weights == [[[1.0, 2.0]]]


def test_a_file_of_ours_takes_no_options():
    data = safetensors.encode(Network([1, 1]))
    assert refusal(OptionError, safetensors.decode, data, "f", loss="squared_error", layers=None) == (
        "f was written by purenet and says everything itself: expected no loss")


W = struct.pack("<2d", 1.0, 2.0)
NOT_ONE = "not a safetensors file, or cut off: "
REFUSED = {
    "nothing": (b"", NOT_ONE + "its header would end at byte 8 of 0"),
    "a header alone": (struct.pack("<Q", 2) + b"{}",
                       "expected the weights of every layer, and the biases of every layer or of none; found none"),
    "a length beyond all": (struct.pack("<Q", 2 ** 64 - 1) + b"{}",
                            NOT_ONE + "its header would end at byte 18446744073709551623 of 10"),
    "text": (b"hello, world: this is no model\n" * 3,
             NOT_ONE + "its header would end at byte 8583909746840200560 of 93"),
    "no JSON": (file_of(b"{]"),
                NOT_ONE + "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    "no UTF-8": (file_of(b'{"\xff": 1}'), NOT_ONE + "'utf-8' codec can't decode byte 0xff in position 2: "
                 "invalid start byte"),
    "a deep nest": (file_of(b'{"a":' * 20_000), NOT_ONE + "lists nested too deeply"),
    "a name twice": (file_of(b'{"weight": 1, "weight": 2}'), NOT_ONE + "the field 'weight' stands twice in an object"),
    "a list": (file_of([1]), "expected a JSON object, found [1]"),
    "an entry that is none": (file_of({"weight": 3}), "'weight': expected a JSON object, found 3"),
    "a field missing": (file_of({"weight": {"dtype": "F64", "shape": [1]}}),
                        "'weight': the field 'data_offsets' is missing"),
    "a field too many": (file_of({"weight": {**entry("F64", [2, 1], 0, 16), "more": 1}}, W),
                         "'weight': unknown field 'more'"),
    "offsets that are none": (file_of({"weight": entry("F64", [2, 1], 0, 16.0)}, W),
                              "'weight': expected a shape and two offsets in whole numbers, found [2, 1] and "
                              "[0, 16.0]"),
    "negative sizes": (file_of({"weight": entry("F64", [-2, -1], 0, 16)}, W),
                       "'weight': expected a shape and two offsets in whole numbers, found [-2, -1] and [0, 16]"),
    "whole numbers": (file_of({"weight": entry("I64", [2, 1], 0, 16)}, W),
                      "the array 'weight' is of the kind 'I64', expected F64, F32, F16"),
    "no dimensions": (file_of({"weight": entry("F64", [], 0, 8)}, W[:8]),
                      "the array 'weight' has the shape (), expected (units,) or two sizes, all above 0"),
    "three dimensions": (file_of({"weight": entry("F64", [2, 1, 1], 0, 16)}, W),
                         "the array 'weight' has the shape (2, 1, 1), expected (units,) or two sizes, all above 0"),
    "no numbers": (file_of({"weight": entry("F64", [2, 0], 0, 0)}),
                   "the array 'weight' has the shape (2, 0), expected (units,) or two sizes, all above 0"),
    "sizes that overflow": (
        file_of({"weight": entry("F64", [2 ** 32, 2 ** 32], 0, 16)}, W),
        f"with the array 'weight' of the shape {(2 ** 32, 2 ** 32)} there are more than {2 ** 23} numbers, the most "
        "that is read"),
    "arrays that overlap": (
        file_of({"0.weight": entry("F64", [1, 1], 0, 8), "2.weight": entry("F64", [1, 1], 0, 8)}, W),
        "the array '2.weight' is said to lie at [0, 8], expected 8 bytes from 8 of 16"),
    "a hole": (file_of({"0.weight": entry("F64", [1, 1], 8, 16)}, W),
               "the array '0.weight' is said to lie at [8, 16], expected 8 bytes from 0 of 16"),
    "numbers missing": (file_of({"0.weight": entry("F64", [2, 2], 0, 32)}, W),
                        "the array '0.weight' is said to lie at [0, 32], expected 32 bytes from 0 of 16"),
    "numbers too many": (file_of({"0.weight": entry("F64", [1, 1], 0, 8)}, W),
                         "the arrays end at byte 8 of 16"),
    "NaN": (file_of({"0.weight": entry("F64", [1, 1], 0, 8)}, struct.pack("<d", math.nan)),
            "weights[0]: row 0, column 0: expected a finite number, found nan; the weights are '0.weight'"),
    "infinity": (file_of({"0.weight": entry("F32", [1, 1], 0, 4)}, struct.pack("<f", -math.inf)),
                 "weights[0]: row 0, column 0: expected a finite number, found -inf; the weights are '0.weight'"),
    "a list of biases as weights": (
        file_of({"0.weight": entry("F64", [2], 0, 16)}, W),
        "transpose: expected a list of rows, such as [[1, 2], [3, 4]], found [1.0, 2.0]; the weights are '0.weight'; "
        "for weights that are (inputs, units) pass --no-transposed (transposed=False)"),
    "metadata that are none": (file_of({"__metadata__": [], "0.weight": entry("F64", [2, 1], 0, 16)}, W),
                               "__metadata__: expected a JSON object, found []"),
    "a document that is none": (file_of({"__metadata__": {"purenet": 3}}),
                                "__metadata__: the field 'purenet' must be text, found 3"),
    "a document of another": (
        file_of({"__metadata__": {"purenet": "{}"}, "0.weight": entry("F64", [2, 1], 0, 16)}, W),
        "not a purenet model: expected a JSON object with the format 'purenet', found {}"),
}


@pytest.mark.parametrize("data, message", REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_network_is_refused(data, message):
    options = {} if b"purenet" in data else {"activation": "tanh", "output": "tanh"}
    assert refusal(DataError, safetensors.decode, data, "f", **options).replace("f: ", "", 1) == message


def changed(**fields):
    """A file of ours with other fields of the network's description."""
    data = safetensors.encode(Network([1, 1]))
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    document = json.loads(header["__metadata__"]["purenet"])
    document["network"].update(fields)
    header["__metadata__"]["purenet"] = json.dumps(document)
    return file_of(header, data[8 + length:])


@pytest.mark.parametrize("fields, message", [
    ({"activation": 3}, "f: network: the field 'activation' must be text, found 3"),
    ({"activation": "sigmod"}, "f: network: unknown activation 'sigmod' (did you mean 'sigmoid'?): "
                               "expected one of identity, relu, sigmoid, softmax, tanh"),
    ({"weights": [[[1.0]]]}, "f: network: unknown field 'weights'"),
    ({"seed": -1}, "f: network: seed must be a whole number from 0 to 4294967295, found -1"),
    ({"init": "random"}, "f: network: unknown init 'random': expected one of given, glorot, he, uniform, zeros"),
])
def test_a_document_that_is_wrong_is_refused_with_its_field(fields, message):
    assert refusal(DataError, safetensors.decode, changed(**fields), "f") == message


@pytest.mark.parametrize("shape", [[10 ** 4000] * 2, [storage.LARGEST, 1]])
def test_a_shape_beyond_all_reason_is_refused(shape):
    """The product of two whole numbers may have more digits than Python writes."""
    data = file_of({"weight": entry("F16", shape, 0, 8)}, bytes(8))
    assert refusal(DataError, decode, data).startswith("f: with the array 'weight' of the shape (")


def test_a_file_cut_off_anywhere_is_refused():
    data = safetensors.encode(Network([2, 3, 1]))
    for length in range(len(data)):
        assert refusal(DataError, safetensors.decode, data[:length], "f").startswith("f: ")
    assert refusal(DataError, safetensors.decode, data + b"\0", "f").startswith("f: the arrays end at byte 104 of ")


def test_a_file_that_cannot_be_read_is_an_error_of_the_operating_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        safetensors.load(tmp_path / "none.safetensors")
