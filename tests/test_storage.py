"""Model files: the same bits back, nothing but PurenetError for a file that is not whole, and never half a file."""

import copy
import io
import json
import math
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, reject, settings, strategies as st

import purenet
from purenet import (Adam, DataError, DivergenceError, GradientDescent, Momentum, Network, OptionError, PurenetError,
                     ShapeError, load)
from purenet.core import storage
from purenet.core.arithmetic import Arithmetic, real_number
from strategies import any_float, bits, copy_of, matrices, options_of, parameters, problems, vectors


def small():
    return Network([2, 2, 1], activation="tanh", loss="binary_cross_entropy", reduction="sum", init="he", seed=7,
                   exp="portable")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all the examples of a property."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def document(tmp_path):
    """What `save` writes, as plain data."""
    path = tmp_path / "saved.json"
    small().save(path)
    return json.loads(path.read_text(encoding="utf-8"))


def load_document(folder, document):
    path = folder / "model.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return purenet.load(path)


def refused(folder, document):
    """The message with which a document is refused, without the path in front."""
    with pytest.raises(DataError) as caught:
        load_document(folder, document)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'model.json'}: ")
    return message[len(f"{folder / 'model.json'}: "):]


# -------------------------------------------------------------------------------- there and back


EXTREMES = [5e-324, -5e-324, -0.0, 0.0, 1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308, 0.1,
            1 / 3, 2.0 ** 53 + 2]


@given(weights=st.tuples(matrices(2, 3, any_float), matrices(3, 1, any_float)),
       biases=st.tuples(vectors(3, any_float), vectors(1, any_float)))
@example(weights=([EXTREMES],), biases=(EXTREMES[::-1],))
def test_every_finite_float_comes_back_with_the_same_bits(folder, weights, biases):
    net = Network.from_weights(weights, biases)
    net.save(folder / "floats.json")
    assert parameters(purenet.load(folder / "floats.json")) == parameters(net) == bits([weights, biases])


@settings(max_examples=30)
@given(problem=problems())
def test_a_network_comes_back_with_its_options_and_does_the_same(folder, problem):
    net, X, y = problem
    net.save(folder / "net.json")
    loaded = purenet.load(folder / "net.json")
    assert type(loaded) is Network and repr(loaded) == repr(net)
    assert (options_of(loaded), loaded.init, loaded.sizes) == (options_of(net), net.init, net.sizes)
    assert bits(loaded.predict(X)) == bits(net.predict(X)) and bits(loaded.loss(X, y)) == bits(net.loss(X, y))
    for each in (net, loaded):
        each.fit(X, y, epochs=2, learning_rate=0.1, batch_size=1)
    assert parameters(loaded) == parameters(net)


@pytest.mark.parametrize("init", ["uniform", "glorot", "he", "zeros", "given"])
def test_the_file_tells_how_the_weights_came_about(tmp_path, init):
    net = Network.from_weights([[[1.0]]]) if init == "given" else Network([1, 1], init=init)
    net.save(tmp_path / "model.json")
    assert purenet.load(tmp_path / "model.json").init == init


def test_the_file_is_one_line_of_json_that_anyone_can_read(tmp_path):
    Network([1, 1], init="zeros", bias=False).save(tmp_path / "model.json")
    assert (tmp_path / "model.json").read_text(encoding="utf-8") == (
        '{"format": "purenet", "version": 2, "kind": "network", "network": {"sizes": [1, 1], "activation": "sigmoid", '
        '"output": "sigmoid", "loss": "squared_error", "reduction": "mean", "init": "zeros", "seed": 1, '
        '"exp": "platform", "weights": [[[0.0]]], "biases": null, "bits": ["0000000000000000"]}}\n')


def test_a_network_with_an_arithmetic_of_its_own_cannot_be_saved(tmp_path):
    net = Network([1, 1], exp=Arithmetic(real_number, abs, abs, abs))
    with pytest.raises(OptionError) as caught:
        net.save(tmp_path / "model.json")
    assert str(caught.value) == "save: expected exp 'platform' or 'portable', found an arithmetic of your own"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_cannot_be_saved(tmp_path, value):
    net = Network([1, 1])
    net.weights[0][0][0] = value
    with pytest.raises(DataError) as caught:
        net.save(tmp_path / "model.json")
    assert str(caught.value) == f"save: weights[0]: row 0, column 0: expected a finite number, found {value}"
    assert list(tmp_path.iterdir()) == []


# -------------------------------------------------------------------------------- files that are not whole


def test_a_file_cut_off_anywhere_is_refused(tmp_path):
    """Only the very last byte, the end of the line, may be missing: the document before it is whole."""
    path = tmp_path / "model.json"
    net = small()
    net.save(path)
    content = path.read_bytes()
    for length in range(len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(PurenetError) as caught:
            purenet.load(path)
        assert str(caught.value).startswith(f"{path}: not a purenet model, or cut off: "), length
    path.write_bytes(content[:-1])
    assert parameters(purenet.load(path)) == parameters(net)


@settings(max_examples=200)
@given(data=st.data())
def test_a_file_with_any_byte_changed_is_refused_or_a_whole_network(folder, data):
    path = folder / "changed.json"
    small().save(path)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    try:
        assert isinstance(purenet.load(path), Network)
    except PurenetError as error:
        assert str(error).startswith(f"{path}: ")


@pytest.mark.parametrize("depth", [10, 500, 900, 950, 970, 980, 985, 990, 995, 1000, 5000, 100_000])
@pytest.mark.parametrize("text", ["{}", '{{"format": "purenet", "version": 1, "kind": "network", "network": {}}}'],
                         ids=["alone", "inside"])
def test_lists_nested_however_deep_are_refused(tmp_path, depth, text):
    assert refused(tmp_path, text.format("[" * depth + "]" * depth))


@pytest.mark.parametrize("content, message", [
    (b"", "not a purenet model, or cut off: Expecting value: line 1 column 1 (char 0)"),
    (b"hello", "not a purenet model, or cut off: Expecting value: line 1 column 1 (char 0)"),
    (b"\xff\xfe{\x00", "not a purenet model, or cut off: 'utf-8' codec can't decode byte 0xff in position 0: "
                       "invalid start byte"),
    (b'{"format": "\xe9"}', "not a purenet model, or cut off: 'utf-8' codec can't decode byte 0xe9 in position 12: "
                            "invalid continuation byte"),
    (b"[1, 2]", "not a purenet model: expected a JSON object with the format 'purenet', found [1, 2]"),
    (b"null", "not a purenet model: expected a JSON object with the format 'purenet', found None"),
    (b"NaN", "not a purenet model: expected a JSON object with the format 'purenet', found nan"),
    (b"{}", "not a purenet model: expected a JSON object with the format 'purenet', found {}"),
    (b'{"format": "other"}', "not a purenet model: expected a JSON object with the format 'purenet', "
                             "found {'format': 'other'}"),
    (b'{"format": "purenet"}', "the field 'version' is missing"),
    (b'{"format": "purenet", "versoin": 1}', "the field 'version' is missing (did you mean 'versoin'?)"),
    (b'{"format": "purenet", "version": 3}',
     "written by a later purenet: found version 3, expected at most 2; update purenet"),
    (b'{"format": "purenet", "version": 0}', "version must be a whole number from 1 to 2, found 0"),
    (b'{"format": "purenet", "version": "1"}', "the field 'version' must be a whole number, found '1'"),
    (b'{"format": "purenet", "version": true}', "the field 'version' must be a whole number, found True"),
    (b'{"format": "purenet", "version": 1.0}', "the field 'version' must be a whole number, found 1.0"),
    (b'{"format": "purenet", "version": 1}', "the field 'kind' is missing"),
    (b'{"format": "purenet", "version": 1, "kind": "network"}', "the field 'network' is missing"),
    (b'{"format": "purenet", "version": 1, "kind": "network", "network": []}',
     "the field 'network' must be an object, found []"),
    (b'{"format": "purenet", "version": 1, "kind": "network", "network": {}, "more": 1}', "unknown field 'more'"),
])
def test_files_that_are_no_model(tmp_path, content, message):
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        purenet.load(path)
    assert str(caught.value) == f"{path}: {message}"


def test_a_whole_number_with_too_many_digits_is_refused(tmp_path):
    """CPython since 3.11 will not even read it: then it is said to be no model; else that a float cannot hold it."""
    text = '{"format": "purenet", "version": 1, "kind": "network", "network": {"seed": ' + "1" * 5000 + "}}"
    assert refused(tmp_path, text)


def test_a_file_that_cannot_be_read_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        purenet.load(tmp_path / "none.json")
    with pytest.raises(OSError):
        purenet.load(tmp_path)


# -------------------------------------------------------------------------------- every field

FIELDS = ["sizes", "activation", "output", "loss", "reduction", "init", "seed", "exp", "weights", "biases"]
VALUES = [None, True, 3, 2.5, "text", [], [1], {}, {"a": 1}]
KINDS = {"sizes": "a list", "weights": "a list", "biases": "a list", "seed": "a whole number"}


def test_the_fields_are_these(document):
    assert list(document) == ["format", "version", "kind", "network"]
    assert list(document["network"]) == FIELDS + ["bits"]


@pytest.mark.parametrize("name", ["version", "kind", "network"])
def test_each_outer_field_is_needed(document, tmp_path, name):
    del document[name]
    assert refused(tmp_path, document).startswith(f"the field {name!r} is missing")


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_is_needed(document, tmp_path, name):
    del document["network"][name]
    assert refused(tmp_path, document).startswith(f"network: the field {name!r} is missing")


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_by_another_name_is_missing_and_the_other_is_named(document, tmp_path, name):
    document["network"][name + "_"] = document["network"].pop(name)
    assert refused(tmp_path, document) == f"network: the field {name!r} is missing (did you mean {name + '_'!r}?)"


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_field_of_another_kind_is_refused_by_name(document, tmp_path, name, value):
    kind = type(document["network"][name])
    document["network"][name] = value
    del document["network"]["bits"]
    if name == "biases" and value is None or type(value) is kind and kind is int:
        assert isinstance(load_document(tmp_path, document), Network)
    elif type(value) is kind:
        assert refused(tmp_path, document)
    else:
        expected = f"network: the field {name!r} must be {KINDS.get(name, 'text')}, found {value!r}"
        assert refused(tmp_path, document) == expected


@pytest.mark.parametrize("name, value, message", [
    ("activation", "sigmod",
     "unknown activation 'sigmod' (did you mean 'sigmoid'?): expected one of identity, relu, sigmoid, softmax, tanh"),
    ("output", "softmax", "loss 'binary_cross_entropy' is made for output 'sigmoid', found 'softmax'"),
    ("loss", "hinge", "unknown loss 'hinge': expected one of "
                      "binary_cross_entropy, cross_entropy, mean_squared_error, squared_error"),
    ("reduction", "avg", "unknown reduction 'avg': expected one of mean, sum"),
    ("init", "random", "unknown init 'random': expected one of given, glorot, he, uniform, zeros"),
    ("exp", "exact", "unknown exp 'exact': expected one of platform, portable"),
    ("seed", -1, "seed must be a whole number from 0 to 4294967295, found -1"),
    ("sizes", [2, 3, 1], "the field 'sizes' is [2, 3, 1], expected [2, 2, 1] by the weights"),
    ("sizes", [2.0, 2, 1], "sizes[0] must be a whole number of at least 1, found 2.0"),
    ("sizes", [], "sizes must name at least the inputs and the outputs, as in [3, 1], found []"),
    ("weights", [], "weights must be a list with a matrix for each layer, found []"),
    ("weights", [[[1, 2], [3, 4]], [[1], [2], [3]]],
     "weights[1] has the shape (3, 1), expected 2 rows, one for each column of weights[0]"),
    ("weights", [[[1, 2], [3, None]], [[1], [2]]], "weights[0]: row 1, column 1: expected a number, found None"),
    ("weights", [[[1, 2], [3, True]], [[1], [2]]], "weights[0]: row 1, column 1: expected a number, found True"),
    ("weights", [[[1, 2], [3, "4"]], [[1], [2]]], "weights[0]: row 1, column 1: expected a number, found '4'"),
    ("weights", [[[1, 2], [3]], [[1], [2]]], "weights[0]: row 1 has 1 elements, expected 2 as in row 0"),
    ("weights", [[[float("nan"), 2], [3, 4]], [[1], [2]]],
     "weights[0]: row 0, column 0: expected a finite number, found nan"),
    ("weights", [[[1, 2], [3, 4]], [[float("-inf")], [2]]],
     "weights[1]: row 0, column 0: expected a finite number, found -inf"),
    ("weights", [[[1, 2], [3, 10 ** 400]], [[1], [2]]],
     "weights[0]: row 1, column 1: expected a number that a float can hold, found one beyond 1.8e308"),
    ("weights", ["ab"], "weights[0]: expected a list of rows, such as [[1, 2], [3, 4]], found 'ab'"),
    ("weights", [{"0": [1]}], "weights[0]: expected a list of rows, such as [[1, 2], [3, 4]], found {'0': [1]}"),
    ("biases", [[0, 0]], "biases must have one list for each of the 2 layers, found 1"),
    ("biases", [[0, 0], [0, 0]], "biases[1] has 2 elements, expected 1"),
    ("biases", [[0, 0], 0], "biases[1] must be a list of numbers, such as [0, 1], found 0"),
    ("biases", [[0, 0], ["0"]], "biases[1], column 0: expected a number, found '0'"),
])
def test_values_that_make_no_network(document, tmp_path, name, value, message):
    document["network"][name] = value
    del document["network"]["bits"]
    assert refused(tmp_path, document) == f"network: {message}"


def test_numbers_too_large_for_a_float_are_refused(document, tmp_path):
    text = json.dumps(document).replace(json.dumps(document["network"]["weights"][0][0][0]), "1e400", 1)
    assert refused(tmp_path, text) == "network: weights[0]: row 0, column 0: expected a finite number, found inf"


def test_a_field_that_nobody_knows_is_refused(document, tmp_path):
    document["network"]["weight"] = 1
    assert refused(tmp_path, document) == "network: unknown field 'weight' (did you mean 'weights'?)"


def test_a_kind_that_nobody_knows_is_refused(document, tmp_path):
    document["kind"] = "forest"
    assert "'kind' is 'forest'" in refused(tmp_path, document)


def test_loading_leaves_the_document_as_it_was(document):
    before = copy.deepcopy(document)
    Network.from_document(document["network"], "here")
    assert document == before


# -------------------------------------------------------------------------------- the bits


def test_the_bits_are_the_rows_of_weights_and_then_the_biases(document):
    net = small()
    rows = [*net.weights[0], *net.weights[1], *net.biases]
    assert document["network"]["bits"] == ["".join(bits(row)) for row in rows]


def test_a_file_of_the_first_version_has_decimals_alone(document, tmp_path):
    document["version"] = 1
    del document["network"]["bits"]
    assert parameters(load_document(tmp_path, document)) == parameters(small())


@given(data=st.data())
def test_decimals_misread_by_some_ulps_change_nothing(folder, data):
    """As by the interpreters for whose sake the bits are there."""
    values = data.draw(vectors(3, any_float))
    Network.from_weights([[[value] for value in values]]).save(folder / "model.json")
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    for row in document["network"]["weights"][0]:
        row[0] += data.draw(st.integers(-3, 3)) * math.ulp(row[0]) if abs(row[0]) < 1e308 else 0.0
    assert bits(load_document(folder, document).weights) == bits([[[value] for value in values]])


@given(data=st.data())
def test_decimals_that_somebody_changed_are_refused(folder, data):
    value = data.draw(any_float)
    changed = data.draw(st.one_of(any_float, st.just(value * 0.99999), st.just(-value)))
    Network.from_weights([[[0.5], [value]]]).save(folder / "model.json")
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    document["network"]["weights"][0][1][0] = changed
    if abs(changed - value) <= 1e-6 * abs(value):
        assert bits(load_document(folder, document).weights) == bits([[[0.5], [value]]])
    elif abs(changed) > 1e-300 or abs(value) > 1e-300:
        assert refused(folder, document) == (f"network: bits[1]: the bits say {value!r}, the decimals {changed!r}; "
                                             "to read these, take the field 'bits' out")
        del document["network"]["bits"]
        assert bits(load_document(folder, document).weights) == bits([[[0.5], [changed]]])


@pytest.mark.parametrize("value, message", [
    ([], "network: expected bits for each of the 6 rows of weights and biases, found 0"),
    (["3ff0000000000000"] * 6, "network: bits[0]: expected the bits of 2 numbers, found 1"),
    (["3ff000000000000"] * 6, "network: bits[0]: expected 16 hexadecimal digits for each number, "
                              "found '3ff000000000000'"),
    (["0x00000000000000" * 2] * 6, "network: bits[0]: expected 16 hexadecimal digits for each number, "
                                   "found '0x000000000000000x00000000000000'"),
    (["3FF0000000000000" * 2] * 6, "network: bits[0]: expected 16 hexadecimal digits for each number, "
                                   "found '3FF00000000000003FF0000000000000'"),
    ([1.0] * 6, "network: bits[0]: expected 16 hexadecimal digits for each number, found 1.0"),
    (["7ff0000000000000" * 2] * 6, "network: bits[0]: expected a finite number, found inf"),
    (["7ff8000000000000" * 2] * 6, "network: bits[0]: expected a finite number, found nan"),
    ("text", "network: the field 'bits' must be a list, found 'text'"),
    (None, "network: the field 'bits' must be a list, found None"),
], ids=repr)
def test_bits_that_are_none_are_refused(document, tmp_path, value, message):
    document["network"]["bits"] = value
    assert refused(tmp_path, document) == message


def test_an_open_file_is_written_and_read():
    """As in a browser, where there are no paths."""
    memory = io.StringIO()
    small().save(memory)
    memory.seek(0)
    assert parameters(load(memory)) == parameters(small())
    for text, message in (("", "the model: not a purenet model, or cut off: "),
                          (memory.getvalue().replace('"version": 2', '"version": 3'), "the model: written by a later"),
                          (memory.getvalue().replace('"kind": "net', '"kind": "x'), "the model: the field 'kind'"),
                          (memory.getvalue().replace('"seed"', '"sed"'), "the model: network: the field 'seed'")):
        with pytest.raises(DataError, match="^" + message):
            load(io.StringIO(text))


# -------------------------------------------------------------------------------- training that goes on

OPTIMIZERS = {"gradient_descent": GradientDescent, "momentum": Momentum, "adam": Adam}


def state(net, optimizer):
    """All that a training run leaves behind, as bits."""
    powers = [getattr(optimizer, name) for name in optimizer.counters]
    return parameters(net), bits(optimizer.memory), bits(powers), repr(optimizer), net.rng.to_document()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_run_that_was_saved_and_went_on_ends_in_the_bits_of_one_that_never_stopped(folder, optimizer, data):
    net, X, y = data.draw(problems(max_examples=5))
    options = {"batch_size": data.draw(st.sampled_from([None, 1, 2])), "learning_rate": 0.3,
               "l2": data.draw(st.sampled_from([0.0, 0.01])), "engine": data.draw(st.sampled_from(["lists", "auto"]))}
    before, after = data.draw(st.integers(0, 3), label="before"), data.draw(st.integers(0, 3), label="after")
    whole, whole_optimizer = copy_of(net), OPTIMIZERS[optimizer]()
    moved, moved_optimizer = copy_of(net), OPTIMIZERS[optimizer]()
    try:
        whole.fit(X, y, epochs=before + after, optimizer=whole_optimizer, **options)
    except DivergenceError:
        reject()
    moved.fit(X, y, epochs=before, optimizer=moved_optimizer, **options)
    moved.save(folder / "training.json", optimizer=moved_optimizer)
    moved, moved_optimizer = load(folder / "training.json")
    moved.fit(X, y, epochs=after, optimizer=moved_optimizer, **options)
    if before + after:  # a run of no epochs starts the memory, which an empty file does not keep
        assert state(moved, moved_optimizer) == state(whole, whole_optimizer)


def test_a_callback_can_save_every_epoch(tmp_path):
    X, y, path = [[0, 1], [1, 0], [1, 1]], [[1], [1], [0]], tmp_path / "training.json"
    net, adam = Network([2, 3, 1]), Adam()
    states = []

    def keep(epoch, history):
        net.save(path, optimizer=adam)
        states.append(state(*load(path)))

    net.fit(X, y, epochs=4, batch_size=1, optimizer=adam, callback=keep)
    assert states[-1] == state(net, adam)
    other, other_adam = Network([2, 3, 1]), Adam()
    for epoch in range(4):
        other.fit(X, y, batch_size=1, optimizer=other_adam)
        assert states[epoch] == state(other, other_adam)


def test_settings_come_back_with_the_same_bits(tmp_path):
    adam = Adam(beta1=1 / 3, beta2=2 / 3, epsilon=1e-7 / 3)
    Network([1, 1]).save(tmp_path / "training.json", optimizer=adam)
    assert repr(load(tmp_path / "training.json")[1]) == repr(adam)


@pytest.fixture
def training(tmp_path):
    """What `save` writes of a training run."""
    net, adam = Network([2, 2, 1]), Adam()
    net.fit([[0, 1]], [[1]], epochs=2, optimizer=adam)
    net.save(tmp_path / "saved.json", optimizer=adam)
    return json.loads((tmp_path / "saved.json").read_text(encoding="utf-8"))


ONES, MINUS_ONES = "3ff0000000000000" * 2, "bff0000000000000" * 2


@pytest.mark.parametrize("part, name, value, message", [
    ("optimizer", "name", "adm", "unknown optimizer 'adm' (did you mean 'adam'?): "
                                 "expected one of adam, gradient_descent, momentum"),
    ("optimizer", "name", "momentum", "the field 'momentum' is missing"),
    ("optimizer", "beta1", 0.8, "bits: the bits say 0.9, the decimals 0.8; to read these, take the field 'bits' out"),
    ("optimizer", "beta1", None, "the field 'beta1' must be a number, found None"),
    ("optimizer", "bits", "", "bits: expected the bits of 5 numbers, found 0"),
    ("optimizer", "beta3", 1, "unknown field 'beta3' (did you mean 'beta2'?)"),
    ("optimizer", "memory", {}, "the field 'memory' must be a list, found {}"),
    ("optimizer", "memory", [ONES], "the memory has 1 rows, expected 12 of the network's lengths"),
    ("optimizer", "memory", [ONES] * 12, "the memory has 12 rows, expected 12 of the network's lengths"),
    ("optimizer", "memory", [3] * 12, "memory[0]: expected 16 hexadecimal digits for each number, found 3"),
    ("rng", "position", 625, "the field 'position' must be from 0 to 624, found 625"),
    ("rng", "position", -1, "the field 'position' must be from 0 to 624, found -1"),
    ("rng", "words", "00", "the field 'words' must be 4992 hexadecimal digits, found '00'"),
    ("rng", "words", "-0000000" * 624, "the field 'words' must be 4992 hexadecimal digits, "
                                       "found '-0000000-0000000-0000000-0000000-0000000-0000000-0000000..."),
    ("rng", "seed", 1, "unknown field 'seed'"),
], ids=repr)
def test_a_training_that_cannot_go_on_is_refused(training, tmp_path, part, name, value, message):
    training[part][name] = value
    assert refused(tmp_path, training) == f"{part}: {message}"


def test_squares_below_zero_are_refused(training, tmp_path):
    memory = training["optimizer"]["memory"]
    memory[2] = MINUS_ONES  # after the two rows of the means
    assert refused(tmp_path, training) == "optimizer: the memory has a mean of squares that is below 0"
    memory[0], memory[2] = MINUS_ONES, ONES
    means, squares = load_document(tmp_path, training)[1].memory[0]
    assert (means[0], squares[0]) == ([-1.0, -1.0], [1.0, 1.0])


@pytest.mark.parametrize("name, numbers", [("beta1_power", [0.9, 0.999, 1e-8, 1.5, 0.5]),
                                           ("beta2_power", [0.9, 0.999, 1e-8, 0.5, -0.5])])
def test_powers_out_of_range_are_refused(training, tmp_path, name, numbers):
    training["optimizer"].update(beta1_power=numbers[3], beta2_power=numbers[4], bits="".join(bits(numbers)))
    wrong = [number for number in numbers[3:] if not 0 <= number <= 1][0]
    assert refused(tmp_path, training) == f"optimizer: the field {name!r} must be from 0 to 1, found {wrong!r}"


def test_settings_out_of_range_are_refused(training, tmp_path):
    training["optimizer"].update(beta1=1.0, bits="".join(bits([1.0] + [training["optimizer"][name] for name in (
        "beta2", "epsilon", "beta1_power", "beta2_power")])))
    assert refused(tmp_path, training) == (
        "optimizer: beta1 must be a number from 0 up to but not including 1, found 1.0")


class Own(GradientDescent):
    """An optimizer of somebody's own."""


@pytest.mark.parametrize("optimizer, found", [("adam", "'adam'"), (Adam, "<class 'purenet.core.optimizer.Adam'>"),
                                              (Own(), "GradientDescent()")])
def test_only_optimizer_objects_of_the_package_can_be_saved(tmp_path, optimizer, found):
    with pytest.raises(OptionError) as caught:
        small().save(tmp_path / "training.json", optimizer=optimizer)
    assert str(caught.value) == f"save: expected an optimizer object such as Adam(), found {found}"
    assert list(tmp_path.iterdir()) == []


# -------------------------------------------------------------------------------- writing


def content_of(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.mark.parametrize("function", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()],
                         ids=["disk full", "ctrl-c"])
def test_a_write_that_fails_midway_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, function, error):
    path = tmp_path / "model.json"
    path.write_text("the old file", encoding="utf-8")

    def fail(*arguments):
        raise error

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(type(error)):
        small().save(path)
    assert content_of(tmp_path) == {"model.json": "the old file"}


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_first_write_that_fails_leaves_nothing(tmp_path, monkeypatch, function):
    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(OSError):
        small().save(tmp_path / "model.json")
    assert content_of(tmp_path) == {}


def test_the_old_file_is_whole_until_the_new_one_takes_its_name(tmp_path, monkeypatch):
    path, seen = tmp_path / "model.json", []
    path.write_text("the old file", encoding="utf-8")
    replace = os.replace

    def look_and_replace(source, target):
        seen.append((os.path.dirname(source), path.read_text(encoding="utf-8"), os.path.getsize(source)))
        replace(source, target)

    monkeypatch.setattr(os, "replace", look_and_replace)
    small().save(path)
    assert seen == [(str(tmp_path.resolve()), "the old file", path.stat().st_size)]
    assert list(content_of(tmp_path)) == ["model.json"]


@pytest.mark.skipif(os.name != "posix", reason="symbolic links and modes of POSIX")
def test_a_link_goes_on_pointing_to_the_file(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "model.json", tmp_path / "link.json"
    link.symlink_to(target)
    for network in (small(), Network([1, 1])):  # to a target that is not there yet, and to one that is
        network.save(link)
        assert link.is_symlink() and not target.is_symlink()
        assert parameters(purenet.load(target)) == parameters(purenet.load(link)) == parameters(network)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links and modes of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_the_mode_of_the_old_file_is_kept(tmp_path, mode):
    path = tmp_path / "model.json"
    path.write_text("the old file", encoding="utf-8")
    path.chmod(mode)
    small().save(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="a device of POSIX")
def test_a_device_is_written_to_and_stays_one():
    small().save("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe of POSIX")
def test_a_named_pipe_is_written_to_and_stays_one(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        small().save(path)
        assert json.loads(os.read(reader, 65536))["format"] == "purenet"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(os.stat(path).st_mode) and [p.name for p in tmp_path.iterdir()] == ["pipe"]


def test_a_folder_or_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        small().save(tmp_path)
    with pytest.raises(OSError):
        small().save(tmp_path / "none" / "model.json")
    assert content_of(tmp_path) == {}


@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["text", "path"])
def test_a_path_may_be_text_or_a_path(tmp_path, kind):
    small().save(kind(tmp_path / "modèle.json"))
    assert parameters(purenet.load(tmp_path / "modèle.json")) == parameters(small())


def test_without_os_replace_the_file_is_renamed(tmp_path, monkeypatch):
    """MicroPython has rename and nothing else."""
    monkeypatch.delattr(os, "replace")
    storage.write_text(str(tmp_path / "model.json"), "text")
    assert content_of(tmp_path) == {"model.json": "text"}


# -------------------------------------------------------------------------------- fields


def test_fields_are_taken_by_name_and_kind():
    fields = storage.Fields({"a": 1, "b": None, "c": 2}, "here")
    assert (fields.take("a", int), fields.take("b", str, nullable=True), fields.take("c", float)) == (1, None, 2)
    assert fields.finish() is None
    for document, message in ((None, "here: expected a JSON object, found None"),
                              ([1], "here: expected a JSON object, found [1]")):
        with pytest.raises(DataError) as caught:
            storage.Fields(document, "here")
        assert str(caught.value) == message
    with pytest.raises(DataError, match="^here: the field 'b' must be text, found None$"):
        storage.Fields({"b": None}, "here").take("b", str)
    with pytest.raises(DataError, match="^here: the field 'a' must be a whole number, found 1.5$"):
        storage.Fields({"a": 1.5}, "here").take("a", int)
    with pytest.raises(DataError, match="^here: the field 'a' must be true or false, found 1$"):
        storage.Fields({"a": 1}, "here").take("a", bool)


def test_threads_may_save_to_one_path(tmp_path):
    net, path = Network([2, 2, 1]), tmp_path / "net.json"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: net.save(path), range(40)))
    assert load(path).weights == net.weights and [file.name for file in tmp_path.iterdir()] == ["net.json"]


def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path):
    victim, path = tmp_path / "victim", tmp_path / "net.json"
    victim.write_text("precious")
    (tmp_path / f"net.json.{os.getpid()}.0.part").symlink_to("victim")
    Network([2, 1]).save(path)
    assert victim.read_text() == "precious" and not path.is_symlink()


@pytest.mark.parametrize("value", [True, "1", None])
def test_what_could_not_be_read_back_is_not_written(value, tmp_path):
    net, path = Network([2, 1]), tmp_path / "net.json"
    net.save(path)
    before = path.read_bytes()
    for spoil in (lambda: net.weights[0].__setitem__(0, [value]), lambda: net.weights[0].__setitem__(1, [1.0, 2.0])):
        spoil()
        with pytest.raises((DataError, ShapeError)):
            net.save(path)
    assert path.read_bytes() == before


def test_half_a_character_is_refused(tmp_path):
    path = tmp_path / "model.json"
    purenet.Classifier(epochs=1, hidden=()).fit([["a"], ["b"]], ["x", "y"]).save(path)
    path.write_text(path.read_text().replace('"x"', '"\\ud800"'))
    with pytest.raises(DataError, match="not a purenet model, or cut off"):
        load(path)
