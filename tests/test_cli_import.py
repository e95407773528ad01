"""The command import: a model file of arrays, the same bits as by export, and one sentence for what is none."""

import json
import struct

import pytest

import purenet
from commands import purenet_, refused, succeeds
from purenet import Classifier, Network
from purenet.export import npz, safetensors
from strategies import parameters


def framed(**arrays):
    """The bytes of a safetensors file of another's, with arrays of rows."""
    header, numbers = {}, b""
    for name, rows in arrays.items():
        values = [value for row in rows for value in row]
        data = struct.pack(f"<{len(values)}f", *values)
        header[name.replace("_", ".")] = {"dtype": "F32", "shape": [len(rows), len(rows[0])],
                                          "data_offsets": [len(numbers), len(numbers) + len(data)]}
        numbers += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


@pytest.fixture
def two_layers(tmp_path):
    """A safetensors file with two layers, a and b."""
    data = framed(b_weight=[[1.0, -1.0], [2.0, 0.0], [0.0, 3.0]], a_weight=[[0.5], [0.25]])
    (tmp_path / "ab.safetensors").write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("name, module", [("net.npz", npz), ("net.safetensors", safetensors)])
def test_what_export_wrote_comes_back_whole(tmp_path, name, module):
    net = Network([2, 3, 2], activation="relu", loss="cross_entropy", seed=4, exp="portable")
    net.save(tmp_path / "net.json")
    assert succeeds("export", "net.json", "--to", name.partition(".")[2], "-o", name, cwd=tmp_path) == ""
    assert (tmp_path / name).read_bytes() == module.encode(net)
    assert succeeds("import", name, "-o", "again.json", cwd=tmp_path) == (
        "network 2-3-2: 17 weights and biases, relu and softmax, cross_entropy\n"
        "The model is in again.json. To use it: purenet.load('again.json') in Python\n")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "net.json").read_bytes()


def test_a_classifier_comes_back_to_predict(tmp_path):
    model = Classifier(hidden=(2,), epochs=1).fit([[0.0, "red"], [1.0, "blue"]], ["a", "b"], ["x", "colour"])
    npz.save(model, tmp_path / "m.npz")
    assert "To use it: purenet predict m.json NEW.csv\n" in succeeds("import", "m.npz", "-o", "m.json", cwd=tmp_path)
    (tmp_path / "new.csv").write_text("x,colour\n0.5,red\n")
    assert succeeds("predict", "m.json", "new.csv", cwd=tmp_path).startswith("x,colour,predicted target,probability\n")


def test_options_say_what_numbers_do_not(two_layers):
    succeeds("import", "ab.safetensors", "-o", "m.json", "--activation", "tanh", "--output-activation", "identity",
             "--loss", "mean_squared_error", "--reduction", "sum", "--exp", "portable", "--layers", "a,b",
             cwd=two_layers)
    weights = [[[0.5, 0.25]], [[1.0, 2.0, 0.0], [-1.0, 0.0, 3.0]]]
    expected = Network.from_weights(weights, activation="tanh", output="identity", loss="mean_squared_error",
                                    reduction="sum", exp="portable")
    net = purenet.load(two_layers / "m.json")
    assert net.to_document() == expected.to_document() and parameters(net) == parameters(expected)


@pytest.mark.parametrize("arguments, sentence", [
    (["none.npz"], "none.npz: No such file or directory"),
    (["m.json"], "m.json: neither an NPZ nor a safetensors file; write one of these where the network is now"),
    (["ab.safetensors", "--layers", "a,b", "--activation", "tanh"],
     "ab.safetensors holds numbers only: name the activation of the outputs, such as --output-activation tanh "
     "(output='tanh')"),
    (["ab.safetensors", "--loss", "cross_entropy", "--layers", "a,b"],
     "ab.safetensors holds numbers only: name the activation of the hidden layers, such as --activation tanh "
     "(activation='tanh')"),
    (["ab.safetensors", "--activation", "tanh", "--loss", "cross_entropy"],
     "ab.safetensors: which of the layers 'a', 'b' is the first? Name them in their order with --layers "
     "(layers=[...])"),
    (["ab.safetensors", "--activation", "tanh", "--loss", "cross_entropy", "--layers", "b,a"],
     "ab.safetensors: weights[1] has the shape (1, 2), expected 3 rows, one for each column of weights[0]; the weights "
     "are 'b.weight', 'a.weight'; for weights that are (inputs, units) pass --no-transposed (transposed=False)"),
    (["ours.npz", "--transposed"],
     "ours.npz was written by purenet and says everything itself: expected no transposed"),
    (["ab.safetensors", "--activation", "softmax", "--loss", "cross_entropy", "--layers", "a,b"],
     "activation 'softmax' is for outputs: expected sigmoid, tanh, relu or identity for hidden layers"),
    (["ab.safetensors", "--activation", "tahn", "--loss", "cross_entropy", "--layers", "a,b"],
     "unknown activation 'tahn' (did you mean 'tanh'?): "),
])
def test_a_refusal_is_one_sentence(two_layers, arguments, sentence):
    Network([1, 1]).save(two_layers / "m.json")
    npz.save(Network([1, 1]), two_layers / "ours.npz")
    assert refused("import", *arguments, "-o", "new.json", cwd=two_layers).startswith("purenet import: " + sentence)


def test_the_file_to_read_is_not_written_over(two_layers):
    assert refused("import", "ab.safetensors", "-o", "ab.safetensors", cwd=two_layers) == (
        "purenet import: ab.safetensors: this is the file to read, expected another name for the file to write")
    assert purenet_("import", "ab.safetensors", cwd=two_layers).returncode == 2
