"""Classifier and Regressor: the habits of scikit-learn without scikit-learn, rows, labels and numbers."""

import copy
import enum
import inspect
import math
import os
import pickle
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from models import LABELS, NUMBERS, QUICK, ROWS, Scalar, options, outputs, refusal, seeds, trained
from purenet import Adam, Classifier, DataError, DivergenceError, Network, OptionError, PurenetError, Regressor, load
from purenet.data import split
from strategies import Rows, parameters

BOTH = pytest.mark.parametrize("kind, y", [(Classifier, LABELS), (Regressor, NUMBERS)], ids=["classifier", "regressor"])


def state(model):
    """What a model has learned, by name; the very objects."""
    return {name: value for name, value in vars(model).items() if name.endswith("_")}


# --- The habits of scikit-learn.

@BOTH
def test_the_hyperparameters_are_the_arguments_and_nothing_else(kind, y):
    signature = inspect.signature(kind).parameters.values()
    defaults = {parameter.name: parameter.default for parameter in signature if parameter.name != "unknown"}
    assert vars(kind()) == kind().get_params() == kind().get_params(deep=False) == defaults
    assert all(not name.endswith("_") for name in defaults)


@BOTH
@given(chosen=options)
def test_hyperparameters_come_back_as_the_very_objects_given(kind, y, chosen):
    model = kind(**chosen)
    assert all(model.get_params()[name] is value for name, value in chosen.items())
    assert kind(**model.get_params()).get_params() == model.get_params()
    assert kind().set_params(**chosen).get_params() == model.get_params()


@BOTH
def test_hyperparameters_are_looked_at_by_fit_alone(kind, y):
    nonsense = kind(hidden="many", epochs=None)
    assert nonsense.hidden == "many" and nonsense.epochs is None


@BOTH
def test_a_model_is_shown_by_what_was_changed(kind, y):
    assert repr(kind()) == f"{kind.__name__}()"
    assert repr(kind(epochs=5, hidden=()).fit(ROWS, y)) == f"{kind.__name__}(hidden=(), epochs=5)"


@BOTH
def test_an_unknown_option_is_refused_with_the_nearest_before_anything_is_set(kind, y):
    expected = ("has no option 'epoch' (did you mean 'epochs'?): expected hidden, activation, epochs, learning_rate, "
                "decay, batch_size, optimizer, l2, tolerance, patience, validation, init, seed, exp")
    model = kind()
    for action in (kind, model.set_params):
        assert refusal(OptionError, action, seed=7, epoch=3) == f"{kind.__name__} {expected}"
    assert model.get_params() == kind().get_params()


@BOTH
def test_set_params_and_fit_return_the_model(kind, y):
    model = kind()
    assert model.set_params(**QUICK) is model
    assert model.fit(ROWS, y) is model


@BOTH
def test_fit_leaves_the_hyperparameters_alone(kind, y):
    adam = Adam()
    model = kind(**QUICK, optimizer=adam)
    before = model.get_params()
    first = outputs(model.fit(ROWS, y), ROWS)
    assert all(model.get_params()[name] is value for name, value in before.items())
    assert adam.memory == [] and adam.beta1_power == 1.0, "fit trained the optimizer that was handed over"
    assert outputs(model.fit(ROWS, y), ROWS) == first, "a second fit must start anew"


@BOTH
def test_a_clone_learns_the_same(kind, y):
    model = kind(**QUICK, seed=5).fit(ROWS, y)
    clone = kind(**model.get_params())
    assert state(clone) == {}
    assert outputs(clone.fit(ROWS, y), ROWS) == outputs(model, ROWS)


@BOTH
def test_a_trained_model_can_be_copied_and_pickled(kind, y):
    model = kind(**QUICK).fit(ROWS, y)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert outputs(twin, ROWS) == outputs(model, ROWS)


@BOTH
def test_fit_says_what_it_has_learned(kind, y):
    model = kind(**QUICK).fit(ROWS, y)
    assert model.n_features_in_ == 2
    assert model.encoder_.columns == ["x0", "x1"] and model.encoder_.categories == [None, ["blue", "red"]]
    assert model.network_.sizes == [3, 3, 3 if kind is Classifier else 1]
    assert model.history_.epochs == 2


REFUSED = {
    "hidden as a number": ({"hidden": 64}, "hidden must be a list such as (16, 8), found 64"),
    "hidden as a text": ({"hidden": "64"}, "hidden must be a list such as (16, 8), found '64'"),
    "hidden as None": ({"hidden": None}, "hidden must be a list such as (16, 8), found None"),
    "a layer without units": ({"hidden": (4, 0)}, "hidden[1] must be a whole number of at least 1, found 0"),
    "a layer of half a unit": ({"hidden": (1.5,)}, "hidden[0] must be a whole number of at least 1, found 1.5"),
    "activation": ({"activation": "rely"}, "unknown activation 'rely' (did you mean 'relu'?): "
                                           "expected one of identity, relu, sigmoid, softmax, tanh"),
    "softmax between layers": ({"activation": "softmax"}, "activation 'softmax' is for outputs: "
                                                          "expected sigmoid, tanh, relu or identity for hidden layers"),
    "optimizer": ({"optimizer": "adams"}, "unknown optimizer 'adams' (did you mean 'adam'?): "
                                          "expected one of adam, gradient_descent, momentum"),
    "init": ({"init": "glorat"}, "unknown init 'glorat' (did you mean 'glorot'?): "
                                 "expected one of glorot, he, uniform, zeros"),
    "exp": ({"exp": "potable"}, "unknown exp 'potable' (did you mean 'portable'?): "
                                "expected one of platform, portable"),
    "epochs": ({"epochs": -1}, "epochs must be a whole number of at least 0, found -1"),
    "no learning": ({"learning_rate": 0}, "learning_rate must be a number above 0, found 0"),
    "learning_rate": ({"learning_rate": math.nan}, "learning_rate must be a number above 0, found nan"),
    "decay": ({"decay": -1}, "decay must be a number of at least 0, found -1"),
    "batch_size": ({"batch_size": 0}, "batch_size must be a whole number of at least 1, found 0"),
    "l2": ({"l2": "0.1"}, "l2 must be a number of at least 0, found '0.1'"),
    "tolerance": ({"tolerance": -1}, "tolerance must be a number of at least 0, found -1"),
    "patience": ({"patience": 0}, "patience must be a whole number of at least 1, found 0"),
    "validation": ({"validation": 1}, "validation must be a number from 0 up to but not including 1, found 1"),
    "seed": ({"seed": -1}, "seed must be a whole number from 0 to 4294967295, found -1"),
}


@BOTH
@pytest.mark.parametrize("wrong, message", REFUSED.values(), ids=REFUSED)
def test_a_hyperparameter_out_of_range_is_refused_and_nothing_is_forgotten(kind, y, wrong, message):
    model = kind(**QUICK).fit(ROWS, y)
    before, said = state(model), outputs(model, ROWS)
    assert refusal(OptionError, model.set_params(**wrong).fit, ROWS[:3], y[:3]) == message
    assert state(model) == before and outputs(model, ROWS) == said


@BOTH
def test_data_that_are_refused_change_nothing(kind, y):
    model = kind(**QUICK).fit(ROWS, y)
    before, said = state(model), outputs(model, ROWS)
    for X, targets in [([], []), (ROWS, y[:3]), (ROWS[:2], ["low", None]), ([[1], [2, 3]], y[1:3])]:
        refusal(DataError, model.fit, X, targets)
        assert state(model) == before and outputs(model, ROWS) == said


@BOTH
def test_a_callback_that_is_no_function_is_refused(kind, y):
    model = kind(**QUICK)
    assert refusal(OptionError, model.fit, ROWS, y, callback=3) == (
        "callback must be a function of the epoch and the history, found 3")
    assert state(model) == {}


@BOTH
def test_the_callback_sees_every_epoch_and_can_stop(kind, y):
    seen = []
    model = kind(hidden=(), epochs=9, patience=None)
    model.fit(ROWS, y, callback=lambda epoch, history: seen.append((epoch, history.epochs)) or epoch == 3)
    assert seen == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert (model.history_.stopped, model.history_.epochs) == ("callback", 4)


@BOTH
def test_an_interruption_keeps_what_was_learned(kind, y):
    def interrupt(epoch, history):
        if epoch == 2:
            raise KeyboardInterrupt

    model, shorter = kind(epochs=9, patience=None), kind(epochs=3, patience=None).fit(ROWS, y)
    with pytest.raises(KeyboardInterrupt):
        model.fit(ROWS, y, callback=interrupt)
    assert outputs(model, ROWS) == outputs(shorter, ROWS)
    assert model.history_.loss == shorter.history_.loss


@BOTH
@pytest.mark.parametrize("optimizer", ["adam", "momentum", "gradient_descent"])
@pytest.mark.parametrize("rate", [1e160, 1e300])
def test_a_divergence_says_the_epoch_and_keeps_finite_weights(kind, y, rate, optimizer):
    model = kind(**QUICK, learning_rate=rate, decay=0.0, optimizer=optimizer, patience=None).set_params(epochs=40)
    message = refusal(DivergenceError, model.fit, ROWS, y)
    epoch = model.history_.epochs
    assert message.startswith(f"fit: training diverged in epoch {epoch} (the first is 0): ")
    assert all(math.isfinite(w) for W in model.network_.weights for row in W for w in row)


@BOTH
def test_a_divergence_in_the_first_epoch_leaves_the_first_weights_and_no_history(kind, y):
    model = kind(**QUICK).fit(ROWS, y)
    model.set_params(learning_rate=1e300, optimizer="gradient_descent", batch_size=1)
    assert " diverged in epoch 0 " in refusal(DivergenceError, model.fit, ROWS, y)
    assert model.history_.loss == []
    assert parameters(model.network_) == parameters(kind(hidden=(3,), epochs=0).fit(ROWS, y).network_)


@BOTH
def test_nothing_can_be_asked_before_fit(kind, y, tmp_path):
    expected = f"this {kind.__name__} has learned nothing yet: call fit first"
    for action, arguments in [("predict", [ROWS]), ("score", [ROWS, y]), ("save", [tmp_path / "m.json"])]:
        assert refusal(PurenetError, getattr(kind(), action), *arguments) == expected
    assert refusal(PurenetError, Classifier().predict_proba, ROWS).endswith("call fit first")
    assert os.listdir(tmp_path) == []


# --- The same bits for a seed.

@BOTH
@settings(max_examples=15)
@given(seed=seeds, other=seeds)
def test_a_seed_gives_the_same_bits_and_another_seed_does_not(kind, y, seed, other):
    first, second = (kind(**QUICK, seed=seed).fit(ROWS, y) for _ in range(2))
    assert parameters(first.network_) == parameters(second.network_)
    if other != seed:
        assert parameters(kind(**QUICK, seed=other).fit(ROWS, y).network_) != parameters(first.network_)


@BOTH
def test_defaults_learn_these_rows(kind, y):
    assert kind(epochs=100, patience=None, l2=0.0).fit(ROWS, y).score(ROWS, y) > 0.95


# --- What can be learned from: rows.

class Array:
    """An array of another library: it has elements, and `tolist` turns it into lists."""

    def __init__(self, values):
        self.held = values

    def tolist(self):
        return self.held


class Frame:
    """A data frame: going through it gives the names of its columns; `to_numpy` gives an Array."""

    def __init__(self, rows):
        self.held = rows

    def __iter__(self):
        return iter(["x0", "x1"])

    def to_numpy(self):
        return Array(self.held)


KINDS_OF_ROWS = {
    "tuples": lambda rows: tuple(map(tuple, rows)),
    "an array": Array,
    "a data frame": Frame,
    "a generator": lambda rows: (row for row in rows),
    "a table of another library": Rows,
}


@pytest.mark.parametrize("made", KINDS_OF_ROWS.values(), ids=KINDS_OF_ROWS)
@BOTH
def test_rows_may_come_in_any_kind_of_sequence(kind, y, made):
    rows = [[x, x * x] for x in range(6)]
    model = kind(**QUICK).fit(rows, y)
    twin = kind(**QUICK).fit(made(rows), y)
    assert parameters(twin.network_) == parameters(model.network_)
    assert outputs(twin, made(rows)) == outputs(model, rows)
    assert twin.score(made(rows), y) == model.score(rows, y)


@pytest.mark.parametrize("made", [tuple, iter, Array])
@BOTH
def test_targets_may_come_in_any_kind_of_sequence(kind, y, made):
    model = kind(**QUICK).fit(ROWS, y)
    assert outputs(kind(**QUICK).fit(ROWS, made(y)), ROWS) == outputs(model, ROWS)
    assert model.score(ROWS, made(y)) == model.score(ROWS, y)


BAD_X = {
    "no rows": ([], "X has 0 rows and y has 2: every row needs its target"),
    "no list": (5, "X must be a list with an element for each row, found 5"),
    "None": (None, "X must be a list with an element for each row, found None"),
    "a text": ("rows", "X must be a list with an element for each row, found 'rows'"),
    "a dict": ({"x": [1, 2]}, "X must be a list with an element for each row, found {'x': [1, 2]}"),
    "flat": ([1, 2], "row 0 is 1, expected a list of numbers and texts"),
    "ragged": ([[1, 2], [3]], "row 1 has 1 cell, expected 2: 'x0', 'x1'"),
    "no columns": ([[], []], "no columns to learn from, expected at least one"),
    "None in a row": ([[1], [None]], "row 1, column 'x0': found None, a missing cell, expected a number or a text"),
    "NaN in a row": ([[1], [math.nan]], "row 1, column 'x0': found nan, expected a finite number"),
    "infinity in a row": ([[1], [math.inf]], "row 1, column 'x0': found inf, expected a finite number"),
    "a huge number": ([[1], [10 ** 400]], "row 1, column 'x0': found a number too large for a float"),
    "a truth value": ([[1], [True]], "row 1, column 'x0': found True, expected a number or a text; "
                                     "write 0 or 1, or a text"),
    "a text among numbers": ([[1], ["2"]], "row 1, column 'x0': found '2' in a column that starts with 1.0: "
                                           "expected all numbers or all texts"),
}


@pytest.mark.parametrize("X, message", BAD_X.values(), ids=BAD_X)
@BOTH
def test_rows_that_cannot_be_learned_from_are_refused(kind, y, X, message):
    assert refusal_of_data(kind().fit, X, y[1:3]) == message


def refusal_of_data(action, *arguments):
    """The message of a DataError, or of a CellError, which is one."""
    with pytest.raises(DataError) as caught:
        action(*arguments)
    return str(caught.value)


@BOTH
def test_a_column_can_be_named(kind, y):
    assert refusal_of_data(lambda: kind().fit([[1, 2], [3, None]], y[1:3], columns=["age", "height"])) == (
        "row 1, column 'height': found None, a missing cell, expected a number or a text")
    assert kind(**QUICK).fit(ROWS, y, columns=["age", "colour"]).encoder_.columns == ["age", "colour"]


@BOTH
def test_every_row_needs_its_target(kind, y):
    for rows, targets in [(ROWS[:3], y), (ROWS, y[:4])]:
        expected = f"X has {len(rows)} rows and y has {len(targets)}: every row needs its target"
        assert refusal(DataError, kind().fit, rows, targets) == expected
        assert refusal(DataError, kind(**QUICK).fit(ROWS, y).score, rows, targets) == expected


@BOTH
def test_constant_columns_are_listed_and_harmless(kind, y):
    with_constants = [[7.0, *row, "same"] for row in ROWS]
    model = kind(**QUICK).fit(with_constants, y)
    assert model.encoder_.constant_columns == ["x0", "x3"]
    without = kind(**QUICK).fit(ROWS, y)
    assert model.network_.sizes[0] == without.network_.sizes[0] + 2
    assert model.predict([[8.0, *ROWS[0], "same"]]) != [] != model.predict(with_constants)


@BOTH
def test_a_text_never_seen_in_training_is_refused(kind, y):
    model = kind(**QUICK).fit(ROWS, y)
    assert refusal_of_data(model.predict, [[1.0, "red"], [1.0, "blu"]]) == (
        "row 1, column 'x1': found the text 'blu', never seen in training (did you mean 'blue'?): "
        "expected 'blue', 'red'")
    assert refusal_of_data(model.predict, [["1", "red"]]) == (
        "row 0, column 'x0': found the text '1', expected a number as in training")
    assert refusal_of_data(model.predict, [[1.0]]) == "row 0 has 1 cell, expected 2: 'x0', 'x1'"
    assert refusal_of_data(model.predict, 5) == "X must be a list with an element for each row, found 5"


@BOTH
def test_a_row_whose_output_is_no_number_is_refused(kind, y):
    model = kind(hidden=(), epochs=0).fit([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]], y[1:4])
    model.network_ = Network.from_weights([[[9.0, 8.0], [-9.0, 3.0]]] if kind is Classifier else [[[9.0], [-9.0]]],
                                          [[0.0, 0.0]] if kind is Classifier else [[0.0]],
                                          loss="cross_entropy" if kind is Classifier else "squared_error",
                                          activation="identity" if kind is Regressor else "sigmoid")
    assert refusal(DataError, model.predict, [[0.0, 0.0], [5e307, 5e307]]).startswith(
        "row 1 is too far from the training rows: the network's output is [nan")


# --- What can be learned: labels.

class NumPyText(str):
    """NumPy's str_: a subclass of str with `tolist`."""

    def tolist(self):
        return str(self)


LABEL_KINDS = {
    "texts": (["b", "a", "b", "c"], ["a", "b", "c"]),
    "whole numbers": ([10, 9, -1, 9], [-1, 9, 10]),
    "truth values": ([True, False, False, True], [False, True]),
    "whole floats": ([2.0, 1.0, 2.0, 1.0], [1.0, 2.0]),
    "floats and whole numbers": ([2, 1.0, 2.0, 1], [1, 2]),
    "numbers of NumPy": ([Scalar(v) for v in (3, 1, 3, 2)], [1, 2, 3]),
    "truth values of NumPy": ([Scalar(v) for v in (True, False, True, True)], [False, True]),
    "texts of NumPy": ([NumPyText(v) for v in "bacb"], ["a", "b", "c"]),
}


@pytest.mark.parametrize("labels, classes", LABEL_KINDS.values(), ids=LABEL_KINDS)
def test_labels_come_back_as_plain_values_in_sorted_order(labels, classes, tmp_path):
    model = Classifier(hidden=(), epochs=80, learning_rate=0.3, decay=0.0, l2=0.0, patience=None)
    rows = [[float(i == k) for k in range(4)] for i in range(4)]
    model.fit(rows, labels)
    assert model.classes_ == classes
    plain = [label.tolist() if hasattr(label, "tolist") else label for label in labels]
    predicted = model.predict(rows)
    assert predicted == plain
    assert {type(label) for label in predicted + model.classes_} <= {str, int, float, bool}
    assert model.score(rows, labels) == 1.0
    model.save(tmp_path / "model.json")
    again = load(tmp_path / "model.json")
    assert again.predict(rows) == plain and list(map(type, again.classes_)) == list(map(type, model.classes_))


BAD_LABELS = {
    "no list": (5, "y must be a list with an element for each row, found 5"),
    "a text": ("ab", "y must be a list with an element for each row, found 'ab'"),
    "one class": (["a", "a"], "y: expected at least two classes, found only 'a'"),
    "a single row": (["a"], "y: expected at least two classes, found only 'a'"),
    "no rows": ([], "y: expected at least two classes, found none"),
    "None": (["a", None], "y: row 1: expected a label (text or a whole number), found None"),
    "a list": ([["a"], ["b"]], "y: row 0: expected a label (text or a whole number), found ['a']"),
    "an array of rows": (Array([[1, 0], [0, 1]]), "y: row 0: expected a label (text or a whole number), found [1, 0]"),
    "a fraction": ([1, 0.5], "y: row 1: expected a label (text or a whole number), found 0.5; "
                             "to learn numbers use Regressor"),
    "NaN": ([1, math.nan], "y: row 1: expected a label (text or a whole number), found nan"),
    "infinity": ([1, math.inf], "y: row 1: expected a label (text or a whole number), found inf"),
    "bytes": ([b"a", b"b"], "y: row 0: expected a label (text or a whole number), found b'a'"),
    "texts and numbers": (["1", 1], "y: expected labels of one kind, found numbers and texts"),
    "numbers and truth values": ([0, True], "y: expected labels of one kind, found numbers and truth values"),
    "all kinds": (["1", 0, True], "y: expected labels of one kind, found numbers and texts and truth values"),
}


@pytest.mark.parametrize("labels, message", BAD_LABELS.values(), ids=BAD_LABELS)
def test_labels_that_cannot_be_learned_are_refused(labels, message):
    n = len(labels) if isinstance(labels, list) else 2
    assert refusal(DataError, Classifier().fit, ROWS[:n], labels) == message


@given(trained())
def test_probabilities_are_probabilities_and_the_likeliest_class_is_predicted(case):
    model, X = case
    if isinstance(model, Regressor):
        assert all(type(y) is float and math.isfinite(y) for y in model.predict(X))
        return
    probabilities = model.predict_proba(X)
    assert len(probabilities) == len(X)
    for row, label in zip(probabilities, model.predict(X)):
        assert len(row) == len(model.classes_)
        assert all(0 <= p <= 1 for p in row) and abs(sum(row) - 1) < 1e-12
        assert row[model.classes_.index(label)] == max(row)


def test_of_two_classes_the_output_is_the_second():
    model = Classifier(hidden=(), epochs=0).fit([[0.0], [1.0]], ["no", "yes"])
    model.network_ = Network.from_weights([[[2.0]]], [[1.0]], loss="binary_cross_entropy")
    model.network_.activation = "sigmoid"
    p = 1 / (1 + math.exp(-3))  # the row 1.0 is scaled to 1, and 2 * 1 + 1 = 3
    assert model.predict_proba([[1.0]])[0] == pytest.approx([1 - p, p], abs=1e-15)
    assert model.predict([[1.0], [-1.0]]) == ["yes", "no"]
    assert model.network_.loss_name == "binary_cross_entropy"


def test_of_equally_probable_classes_the_first_is_predicted():
    for labels, p in [(["b", "a"], 0.5), (["c", "b", "a"], 1 / 3)]:
        model = Classifier(init="zeros", epochs=0).fit(ROWS[:len(labels)], labels)
        assert model.predict_proba(ROWS[:1])[0] == pytest.approx([p] * len(labels))
        assert model.predict(ROWS) == ["a"] * len(ROWS)


def test_the_score_of_a_classifier_is_the_part_predicted_right():
    model = Classifier(init="zeros", epochs=0).fit(ROWS[:2], ["a", "b"])
    assert model.score(ROWS[:4], ["a", "b", "a", "never seen"]) == 0.5
    assert model.score(ROWS[:1], ["a"]) == 1.0


# --- What can be learned: numbers.

BAD_NUMBERS = {
    "no list": (5, "y must be a list with an element for each row, found 5"),
    "None": ([1, None], "y: row 1: expected a number, found None"),
    "a text": ([1, "2"], "y: row 1: expected a number, found '2'"),
    "a truth value": ([True, False], "y: row 0: expected a number, found True"),
    "NaN": ([1, math.nan], "y: row 1: expected a finite number, found nan"),
    "infinity": ([-math.inf, 1], "y: row 0: expected a finite number, found -inf"),
    "a huge number": ([1, 10 ** 400], "y: row 1: expected a number that a float can hold, found one beyond 1.8e308"),
    "rows": ([[1], [2]], "y: row 0: expected a number, found [1]"),
    "no numbers": ([], "y: expected at least one number, found none"),
}


@pytest.mark.parametrize("targets, message", BAD_NUMBERS.values(), ids=BAD_NUMBERS)
def test_numbers_that_cannot_be_learned_are_refused(targets, message):
    assert refusal(DataError, Regressor().fit, ROWS[:2], targets) == message


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=8))
def test_r2_is_one_minus_the_share_of_the_variance_left(pairs):
    predictions, targets = [[float(p)] for p, _ in pairs], [y for _, y in pairs]
    model = saying_its_input()
    said = model.predict(predictions)
    exact = [Fraction(y) for y in targets]
    mean = sum(exact) / len(exact)
    spread = sum((y - mean) ** 2 for y in exact)
    if spread < 1e-6:
        return
    r2 = 1 - sum((y - Fraction(p)) ** 2 for y, p in zip(exact, said)) / spread
    assert model.score(predictions, targets) == pytest.approx(float(r2), rel=1e-9, abs=1e-9)


def saying_its_input():
    """A Regressor that predicts the number it is given."""
    model = Regressor(hidden=(), epochs=0).fit([[-1.0], [1.0]], [-1.0, 1.0])
    model.network_ = Network.from_weights([[[1.0]]], [[0.0]], activation="identity")
    return model


def test_r2_of_the_truth_is_1_and_of_the_mean_is_0():
    model = saying_its_input()
    assert model.predict([[1.0], [7.0]]) == [1.0, 7.0]
    assert model.score([[1.0], [4.0], [7.0]], [1.0, 4.0, 7.0]) == 1.0
    assert model.score([[4.0], [4.0], [4.0]], [1.0, 4.0, 7.0]) == pytest.approx(0.0, abs=1e-15)
    assert model.score([[7.0], [4.0], [1.0]], [1.0, 4.0, 7.0]) == pytest.approx(-3.0)


@pytest.mark.parametrize("size", [1e-160, 1e160, 1e300])
def test_r2_neither_overflows_nor_underflows(size):
    model = Regressor(hidden=(), epochs=200, learning_rate=0.1, decay=0.0, l2=0.0, patience=None)
    y = [size * value for value in (1.0, 3.0, 5.0, 7.0)]
    assert model.fit([[0.0], [1.0], [2.0], [3.0]], y).score([[0.0], [1.0], [2.0], [3.0]], y) > 0.999


def test_r2_is_refused_where_all_targets_are_equal():
    model = Regressor(**QUICK).fit(ROWS, NUMBERS)
    for n in (1, 3):
        assert refusal(DataError, model.score, ROWS[:n], [0.1] * n) == (
            "score: all the targets are equal, so there is no variance to explain")


def test_a_constant_target_is_learned():
    model = Regressor(**QUICK, init="zeros").fit(ROWS, [7] * 6)
    assert model.predict(ROWS) == [7.0] * 6


def test_a_single_row_is_enough_for_a_number():
    assert Regressor(**QUICK).fit([[1.0]], [3.5]).predict([[1.0]]) == [pytest.approx(3.5, abs=1)]


# --- How many rows between two steps.

@BOTH
@pytest.mark.parametrize("rows, batch_size", [(6, 1), (42, 2), (330, 16), (390, 16)])
def test_batches_are_small_where_rows_are_few(kind, y, rows, batch_size):
    """Sixteen, or as few as make it twenty steps an epoch; the rows that are watched do not count."""
    X, y = ROWS * (rows // 6), y * (rows // 6)
    quick = {"hidden": (), "epochs": 1}
    chosen = kind(**quick).fit(X, y)
    assert parameters(chosen.network_) == parameters(kind(**quick, batch_size=batch_size).fit(X, y).network_)
    if rows == 42:
        watching = kind(**quick, validation=0.5).fit(X, y)
        assert parameters(watching.network_) == parameters(
            kind(**quick, validation=0.5, batch_size=1).fit(X, y).network_)


# --- Rows to watch, and when to stop.

@BOTH
@pytest.mark.parametrize("seed", [1, 2])
def test_the_rows_that_are_watched_are_held_out(kind, y, seed):
    rows, targets = ROWS * 4, y * 4
    model = kind(**QUICK, validation=0.25, patience=None, seed=seed).fit(rows, targets)
    train, watched = split(targets, 0.25, seed, stratify=kind is Classifier)
    assert len(watched) == 6 and len(model.history_.validation_loss) == model.history_.epochs == 2
    inputs = model.encoder_.transform(rows)
    if kind is Classifier:
        wanted = [[float(label == name) for name in model.classes_] for label in targets]
    else:
        wanted = [model.target_.encode(0, value) for value in targets]
    assert model.history_.validation_loss[-1] == model.network_.loss(
        [inputs[i] for i in watched], [wanted[i] for i in watched])
    without = kind(**QUICK, patience=None, seed=seed)
    without.fit([rows[i] for i in train], [targets[i] for i in train])
    if without.encoder_.to_dict() == model.encoder_.to_dict():
        assert parameters(without.network_) == parameters(model.network_), "a row that is watched was trained on"


@BOTH
def test_without_validation_no_loss_is_watched(kind, y):
    assert kind(**QUICK).fit(ROWS, y).history_.validation_loss == []


@BOTH
def test_training_stops_when_nothing_gets_better(kind, y):
    model = kind(hidden=(), epochs=50, patience=2, tolerance=100.0).fit(ROWS, y)
    assert (model.history_.stopped, model.history_.epochs) == ("patience", 3)
    assert kind(hidden=(), epochs=50, patience=None, tolerance=100.0).fit(ROWS, y).history_.epochs == 50


@BOTH
def test_the_best_weights_on_the_rows_watched_are_kept(kind, y):
    stopping = {"hidden": (), "tolerance": 100.0, "validation": 0.25}
    model = kind(**stopping, epochs=50, patience=2).fit(ROWS * 4, y * 4)
    assert (model.history_.stopped, model.history_.epochs, model.history_.best_epoch) == ("patience", 3, 0)
    first = kind(**stopping, epochs=1, patience=None).fit(ROWS * 4, y * 4)
    assert parameters(model.network_) == parameters(first.network_)


@BOTH
def test_too_few_rows_to_watch_are_refused(kind, y):
    rows, targets = ([[1.0], [2.0]], ["a", "b"]) if kind is Classifier else ([[1.0]], [2.0])
    message = refusal(DataError, kind(validation=0.2).fit, rows, targets)
    assert message.startswith("nothing can be held out of ")


@pytest.mark.parametrize("rows, batch_size", [(10, 1), (40, 2), (119, 5), (320, 16), (400, 16)])
def test_batches_are_of_sixteen_rows_or_make_twenty_steps_an_epoch(rows, batch_size):
    X, y = [[float(i % 7), float(i % 3)] for i in range(rows)], [float(i % 5) for i in range(rows)]
    found, expected = Regressor(epochs=2), Regressor(epochs=2, batch_size=batch_size)
    assert found.fit(X, y).network_.weights == expected.fit(X, y).network_.weights


# --- What people hand in.

def test_a_callback_that_is_false_is_called():
    class Log(list):
        def __call__(self, epoch, history):
            self.append(epoch)

    log = Log()
    Classifier(**QUICK).fit(ROWS, LABELS, callback=log)
    assert log == [0, 1]


def test_attributes_of_ones_own_are_no_hyperparameters(tmp_path):
    model = Classifier(**QUICK).fit(ROWS, LABELS)
    model.note = "mine"
    assert "note" not in model.get_params() and "note" not in repr(model)
    model.save(tmp_path / "model.json")


def test_column_names_may_come_from_anywhere():
    for columns in (["a", "b"], ("a", "b"), (name for name in "ab")):
        assert Classifier(**QUICK).fit(ROWS, LABELS, columns=columns).encoder_.columns == ["a", "b"]
    for columns in (5, "ab", {"a": 1, "b": 2}, [1, 2]):
        with pytest.raises(DataError, match="column names are .*, expected a list of texts"):
            Classifier(**QUICK).fit(ROWS, LABELS, columns=columns)


def test_a_prediction_beyond_all_floats_is_refused():
    model = Regressor(hidden=(), epochs=0, init="uniform").fit([[0.0], [1.0]], [-1.7e308, 1.7e308])
    with pytest.raises(DataError, match="row 0 is too far from the training rows: its prediction is"):
        model.predict([[1e3]])


def test_labels_of_another_kind_are_not_scored():
    model = Classifier(**QUICK).fit(ROWS, ["0", "0", "1", "1", "1", "1"])
    with pytest.raises(DataError, match="y: expected labels such as '0', found 0"):
        model.score(ROWS, [0, 0, 1, 1, 1, 1])


def test_an_enum_of_texts_is_its_text():
    class Colour(str, enum.Enum):
        RED = "red"
        BLUE = "blue"

    model = Classifier(**QUICK).fit([[Colour.RED], [Colour.BLUE]], ["x", "y"])
    assert model.encoder_.categories == [["blue", "red"]]


def test_hidden_is_read_again_and_again():
    with pytest.raises(OptionError, match="hidden must be a list such as"):
        Classifier(hidden=(size for size in (3,))).fit(ROWS, LABELS)


def test_a_number_that_python_does_not_show_is_refused_in_a_sentence():
    for do in (lambda: Classifier(epochs=-10 ** 5000).fit(ROWS, LABELS), lambda: Classifier(**QUICK).fit(
            [[10 ** 5000], [1]], ["x", "y"]), lambda: purenet.Network([2, 1], seed=10 ** 5000)):
        with pytest.raises(purenet.PurenetError):
            do()
