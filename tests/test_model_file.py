"""The files of models: the same bits back, every field checked, the old file never lost."""

import copy
import json
import math
import os

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from models import LABELS, NUMBERS, QUICK, ROWS, Scalar, outputs, refusal, trained
from purenet import Adam, Classifier, DataError, Network, Regressor, load
from strategies import bits, parameters


@given(trained())
def test_a_loaded_model_says_the_same_to_the_last_bit(tmp_path_factory, case):
    model, X = case
    path = tmp_path_factory.mktemp("models") / "model.json"
    model.save(path)
    again = load(path)
    assert type(again) is type(model) and again.get_params() == model.get_params()
    assert outputs(again, X) == outputs(model, X)
    assert bits(again.network_.weights) == bits(model.network_.weights)
    assert again.n_features_in_ == model.n_features_in_
    first = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == first, "what is saved again must be the same file"


def test_a_file_of_a_network_loads_as_a_network(tmp_path):
    network = Network([2, 3, 1], seed=4)
    network.save(tmp_path / "network.json")
    again = load(tmp_path / "network.json")
    assert type(again) is Network and parameters(again) == parameters(network)
    assert purenet.load is load


def test_an_optimizer_is_saved_by_its_name(tmp_path):
    Classifier(**QUICK, optimizer=Adam(beta1=0.8)).fit(ROWS, LABELS).save(tmp_path / "m.json")
    assert load(tmp_path / "m.json").optimizer == "adam"


def test_numbers_of_another_library_are_saved_as_plain_numbers(tmp_path):
    class Whole(Scalar):
        def __index__(self):
            return self.held

    model = Classifier(hidden=[Whole(3)], epochs=Whole(2), seed=Whole(5)).fit(ROWS, LABELS)
    model.save(tmp_path / "m.json")
    again = load(tmp_path / "m.json")
    assert (again.hidden, again.epochs, again.seed) == ((3,), 2, 5)
    assert outputs(again, ROWS) == outputs(model, ROWS)


def test_a_hyperparameter_that_could_not_be_read_again_is_not_saved(tmp_path):
    model = Classifier(**QUICK).fit(ROWS, LABELS)
    path = tmp_path / "m.json"
    assert refusal(DataError, model.set_params(epochs="many").save, path) == (
        "save: the field 'epochs' must be a whole number, found 'many'")
    assert refusal(DataError, model.set_params(epochs=1, l2=math.nan).save, path) == (
        "save: the field 'l2': expected a finite number, found nan")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_the_old_file_stays_when_the_new_one_cannot_be_written(tmp_path, monkeypatch, failing):
    path = tmp_path / "model.json"
    model = Classifier(**QUICK).fit(ROWS, LABELS)
    model.save(path)
    before = path.read_bytes()

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        Classifier(**QUICK, seed=2).fit(ROWS, LABELS).save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["model.json"]


def document(kind, y, training=False):
    """A saved model as plain data."""
    model = kind(hidden=(2,), epochs=1).fit(ROWS, y, columns=["age", "colour"])
    model.table_ = {"columns": ["age", "colour", "size"], "target": "size"}
    texts = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("purenet.core.storage.write_text", lambda path, text: texts.append(text))
        model.save("model.json", training)
    return json.loads(texts[0])


DOCUMENTS = {"classifier": document(Classifier, LABELS), "two classes": document(Classifier, ["a", "b"] * 3),
             "regressor": document(Regressor, NUMBERS), "training": document(Regressor, NUMBERS, training=True)}


def places(value, path=()):
    """The path to every field of an object, and to the first element of every list."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path + (name,)
            yield from places(inner, path + (name,))
    elif isinstance(value, list) and value:
        yield path + (0,)
        yield from places(value[0], path + (0,))


PLACES = [(name, path) for name, whole in DOCUMENTS.items() for path in places(whole)
          if name != "training" or path[0] == "training"]  # the rest is that of the regressor
FIELDS = [(name, path) for name, path in PLACES if isinstance(path[-1], str)]


def named(case):
    """How pytest is to call a place in a document."""
    return f"{case[0]}: {'.'.join(map(str, case[1]))}"


def changed(name, path, change):
    """A copy of a document in which the object or list that holds a place was changed."""
    whole = copy.deepcopy(DOCUMENTS[name])
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return whole


@pytest.fixture
def loading(tmp_path):
    """A function that writes text or a document to a file, and returns the message with which `load` refuses it."""
    def message(content):
        path = tmp_path / "model.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        found = refusal(DataError, load, path)
        assert found.startswith(str(path)) and "\n" not in found and len(found) < 600 + len(str(path))
        return found[len(str(path)):]
    return message


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_below_load_as_they_are(name, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps(DOCUMENTS[name]))
    assert len(load(tmp_path / "model.json").predict(ROWS)) == 6


@pytest.mark.parametrize("case", FIELDS, ids=named)
def test_a_field_that_is_missing_or_renamed_is_named(case, loading):
    name, path = case
    field = path[-1]
    if field not in ("bits", "training"):  # which a file may lack; test_storage.py has more about the bits
        assert_names(field, loading(changed(name, path, lambda holder, key: holder.pop(key))))
    renamed = loading(changed(name, path, lambda holder, key: holder.update({key + "s": holder.pop(key)})))
    assert_names(field, renamed)


def assert_names(field, message):
    """Check that a message tells of a field; the format is what tells a model from any other file."""
    assert field in message or field == "format" and "not a purenet model" in message, message


WRONG = {str: [1, None, [], {}, True], int: ["1", None, [], {}, True], float: ["1", None, [], {}, True],
         bool: ["true", None, [], {}, 1], list: ["text", 1, None, {}, True], dict: ["text", 1, [], True],
         type(None): ["text", [], True]}
NULLABLE = {"biases", "table", "patience", "batch_size"}


@pytest.mark.parametrize("case", PLACES, ids=named)
def test_a_field_of_another_kind_is_named(case, loading):
    name, path = case
    value = DOCUMENTS[name]
    for step in path:
        value = value[step]
    field = [step for step in path if isinstance(step, str)][-1]
    for wrong in WRONG[type(value)]:
        if wrong is None and field in NULLABLE or field == "outputs" and type(value) is str and wrong == 1:
            continue
        message = loading(changed(name, path, lambda holder, key: holder.__setitem__(key, wrong)))
        assert_names(field, message)


@pytest.mark.parametrize("case", [(name, path) for name, path in PLACES
                                  if isinstance(path[-1], str) and path[-1] not in ("format", "version", "kind")],
                         ids=named)
def test_no_number_is_too_strange(case, tmp_path):
    """Numbers that no float holds, and the names that JSON lacks: refused, or read as what they are; never a crash."""
    name, path = case
    whole = json.dumps(changed(name, path, lambda holder, key: holder.__setitem__(key, "STRANGE")))
    file = tmp_path / "model.json"
    for strange in ("1e400", "-1e400", "1" + "0" * 400, "NaN", "Infinity", "-0.0", "1e-400", "[[[[]]]]", "-1"):
        file.write_text(whole.replace('"STRANGE"', strange))
        try:
            model = load(file)
        except DataError as error:
            assert str(error).startswith(str(file))
        else:
            assert all(math.isfinite(float(y)) for y in Regressor.predict(model, ROWS)) \
                if isinstance(model, Regressor) else model.predict(ROWS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_file_that_is_cut_off_anywhere_is_refused(name, tmp_path):
    whole = json.dumps(DOCUMENTS[name])
    path = tmp_path / "model.json"
    for length in range(0, len(whole), 7):
        path.write_text(whole[:length])
        assert refusal(DataError, load, path).startswith(f"{path}: not a purenet model, or cut off: ")


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)))


@settings(max_examples=200)
@given(case=st.sampled_from(PLACES), value=json_values)
def test_whatever_stands_in_a_field_a_file_loads_or_is_refused(tmp_path_factory, case, value):
    path = tmp_path_factory.mktemp("hostile") / "model.json"
    path.write_text(json.dumps(changed(*case, lambda holder, key: holder.__setitem__(key, value))))
    try:
        model = load(path)
    except DataError as error:
        assert str(error).startswith(str(path))
    else:
        assert type(model) in (Classifier, Regressor)


BAD_FILES = {
    "nothing": ("", ": not a purenet model, or cut off: Expecting value: line 1 column 1 (char 0)"),
    "no JSON": ("weights", ": not a purenet model, or cut off: Expecting value: line 1 column 1 (char 0)"),
    "a list": ("[1, 2]", ": not a purenet model: expected a JSON object with the format 'purenet', found [1, 2]"),
    "another format": ('{"format": "onnx"}', ": not a purenet model: expected a JSON object with the format 'purenet', "
                                             "found {'format': 'onnx'}"),
    "a later version": ('{"format": "purenet", "version": 3}', ": written by a later purenet: found version 3, "
                                                               "expected at most 2; update purenet"),
    "version 0": ('{"format": "purenet", "version": 0}',
                  ": version must be a whole number from 1 to 2, found 0"),
    "another kind": ('{"format": "purenet", "version": 1, "kind": "cluster"}',
                     ": the field 'kind' is 'cluster', expected one of classifier, network, regressor, training"),
    "nothing else": ('{"format": "purenet", "version": 1, "kind": "classifier"}', ": the field 'options' is missing"),
    "a nest": ("[" * 100_000, ": not a purenet model, or cut off: lists nested too deeply"),
}


@pytest.mark.parametrize("content, message", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_model_is_refused(content, message, loading):
    assert loading(content) == message


def replaced(name, **values):
    """A document with some of its fields, named by their path with __ between, set to other values."""
    whole = copy.deepcopy(DOCUMENTS[name])
    for path, value in values.items():
        holder = whole
        *steps, last = path.split("__")
        for step in steps:
            holder = holder[step]
        holder[last] = value
    return whole


A_LABEL_EACH = "a different label for each class of the network, in sorted order"
CONTRADICTIONS = {
    "fewer labels than outputs": (
        replaced("classifier", outputs=["a", "b"]),
        ": the field 'outputs' is ['a', 'b'], expected " + A_LABEL_EACH),
    "a label twice": (
        replaced("classifier", outputs=["a", "a", "b"]),
        ": the field 'outputs' is ['a', 'a', 'b'], "
        "expected " + A_LABEL_EACH),
    "labels in disorder": (
        replaced("two classes", outputs=["b", "a"]),
        ": the field 'outputs' is ['b', 'a'], expected " + A_LABEL_EACH),
    "labels of two kinds": (
        replaced("two classes", outputs=[1, "a"]),
        ": the field 'outputs' is [1, 'a'], expected " + A_LABEL_EACH),
    "a label with a fraction": (
        replaced("two classes", outputs=[0.5, 1]),
        ": the field 'outputs' is [0.5, 1], expected " + A_LABEL_EACH),
    "another loss": (
        replaced("two classes", network__loss="squared_error"),
        ": the field 'outputs' is ['a', 'b'], expected " + A_LABEL_EACH),
    "no deviation": (
        replaced("regressor", outputs__deviation=0), ": outputs: the field 'deviation' must be above 0, found 0.0"),
    "an output that is no identity": (
        replaced("regressor", network__output="tanh"),
        ": a regressor's network has one identity output, found 1 with the activation tanh"),
    "fewer columns than inputs": (
        replaced("classifier", encoder__columns=DOCUMENTS["classifier"]["encoder"]["columns"][:1],
                 table=None), ": the network has 3 inputs, expected the 1 that the encoder makes"),
    "a table without the columns": (
        replaced("classifier", table__columns=["age", "size"]),
        ": table: columns is ['age', 'size'], expected all the model's columns and the target 'size', "
        "with different names"),
    "a table without the target": (
        replaced("classifier", table__target="weight"),
        ": table: columns is ['age', 'colour', 'size'], expected all the model's columns and the target 'weight', "
        "with different names"),
    "a target to learn from": (
        replaced("classifier", table__target="age"),
        ": table: columns is ['age', 'colour', 'size'], expected all the model's columns and the target 'age', "
        "with different names"),
    "a column twice": (
        replaced("classifier", table__columns=["age", "colour", "size", "age"]),
        ": table: columns is ['age', 'colour', 'size', 'age'], expected all the model's columns and the target 'size', "
        "with different names"),
    "a hidden layer of no units": (
        replaced("classifier", options__hidden=[0]),
        ": options: hidden[0] must be a whole number of at least 1, found 0"),
    "an unknown field": (
        replaced("classifier", colour="red"), ": unknown field 'colour'"),
    "an unknown option": (
        replaced("classifier", options__epoch=1), ": options: unknown field 'epoch' (did you mean 'epochs'?)"),
    "a classifier's outputs": (
        replaced("classifier", outputs={"mean": 0.0}), ": the field 'outputs' must be a list, found {'mean': 0.0}"),
    "a regressor's outputs": (
        replaced("regressor", outputs=["a", "b"]), ": the field 'outputs' must be an object, found ['a', 'b']"),
}


@pytest.mark.parametrize("content, message", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_fields_that_contradict_each_other_are_refused(content, message, loading):
    assert loading(content) == message


def test_a_file_that_cannot_be_read_is_an_error_of_the_operating_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.json")
    with pytest.raises(OSError):
        load(tmp_path)
    (tmp_path / "latin.json").write_bytes('{"format": "é"}'.encode("latin-1"))
    assert refusal(DataError, load, tmp_path / "latin.json").startswith(
        f"{tmp_path / 'latin.json'}: not a purenet model, or cut off: 'utf-8' codec can't decode byte 0xe9")


@pytest.mark.parametrize("name, value, message", [
    ("epochs", -1, "epochs must be a whole number of at least 0, found -1"),
    ("activation", "rleu", "unknown activation 'rleu' (did you mean 'relu'?)"),
    ("seed", -1, "seed must be a whole number from 0 to 4294967295, found -1"),
    ("learning_rate", 0.0, "learning_rate must be a number above 0, found 0.0"),
    ("validation", 1.0, "validation must be a number from 0 up to but not including 1, found 1.0"),
    ("patience", 0, "patience must be a whole number of at least 1, found 0"),
    ("l2", -0.5, "l2 must be a number of at least 0, found -0.5"),
])
def test_options_out_of_range_are_refused(name, value, message, tmp_path):
    path = tmp_path / "model.json"
    Classifier(hidden=(), epochs=1).fit([[0.0], [1.0]], ["a", "b"]).save(path)
    document = json.loads(path.read_text())
    document["options"][name] = value
    path.write_text(json.dumps(document))
    with pytest.raises(DataError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: options: {message}")
