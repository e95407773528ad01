"""A model's training that is stopped, saved, moved and resumed is, to the bit, the one that never stopped."""

import copy
import io
import itertools
import json
import sys

import pytest
from hypothesis import given, settings, strategies as st

from interruptions import interrupted
from models import LABELS, NUMBERS, QUICK, ROWS, refusal, trained
import purenet
from purenet import Adam, Classifier, DataError, DivergenceError, Momentum, OptionError, PurenetError, Regressor, load
from purenet.core import training
from purenet.core.network import Network
from purenet.core.rng import MersenneTwister
from purenet.core.training import EarlyStopping
from purenet.resume import fingerprint
from strategies import bits

BOTH = pytest.mark.parametrize("kind, y", [(Classifier, LABELS), (Regressor, NUMBERS)])


def text(model, **options):
    """The file of a model, with its training."""
    file = io.StringIO()
    model.save(file, training=True, **options)
    return file.getvalue()


def moved(model):
    """A model as it is on another machine: saved there with its training, loaded here."""
    return load(io.StringIO(text(model)))


def told(model):
    """Everything that a training has come to."""
    return text(model), vars(model.history_)


@given(st.data(), st.integers(0, 4), st.integers(0, 4))
def test_a_training_that_was_saved_and_loaded_ends_in_the_file_of_one_that_never_stopped(data, first, more):
    model, X = data.draw(trained(epochs=first))
    y = model.predict(X) if isinstance(model, Regressor) else [model.classes_[i % len(model.classes_)]
                                                               for i in range(len(X))]
    if isinstance(model, Classifier) and len(X) < 2 * len(model.classes_):
        model.set_params(validation=0.0)
    model.fit(X, y)
    whole = copy.deepcopy(model).set_params(epochs=first + more).fit(X, y)
    loaded = moved(model).set_params(epochs=first + more).fit(X, y, resume=True)
    assert told(loaded) == told(whole)
    assert told(model.set_params(epochs=first + more).fit(X, y, resume=True)) == told(whole), "without a file"


@pytest.mark.parametrize("optimizer", [Adam(beta1=0.8), Momentum(0.5), "gradient_descent"])
@pytest.mark.parametrize("validation", [0.0, 0.3])
@BOTH
def test_from_any_epoch_on(kind, y, optimizer, validation):
    """Each saved from the callback, in the middle of `fit`; with a wide layer, which has an engine of its own."""
    rows, targets = ROWS * 5, y * 5
    options = {"hidden": (40, 8), "optimizer": optimizer, "validation": validation, "patience": 3, "tolerance": 0.02,
               "epochs": 12, "learning_rate": 0.02}
    files = []
    whole = kind(**options)
    whole.fit(rows, targets, callback=lambda epoch, history: files.append(text(whole)))
    assert len(files) == whole.history_.epochs > 3
    assert text(whole) == files[-1], "what is saved at the end is what the last callback saved"
    for file in files:
        assert told(load(io.StringIO(file)).fit(rows, targets, resume=True)) == told(whole)
    assert len({str(json.loads(file)["training"]["weights"]) for file in files}) == len(files)


@BOTH
def test_early_stopping_remembers_the_best_weights_and_how_long_ago_they_were(kind, y):
    """Stopped between the best epoch and the end, it still ends when it should, with the weights of the best."""
    stopping = {"hidden": (), "tolerance": 100.0, "validation": 0.25, "patience": 4}  # the first epoch is the best
    whole = kind(**stopping, epochs=50).fit(ROWS * 4, y * 4)
    assert (whole.history_.stopped, whole.history_.epochs, whole.history_.best_epoch) == ("patience", 5, 0)
    half = kind(**stopping, epochs=2).fit(ROWS * 4, y * 4)
    document = json.loads(text(half))
    assert document["network"]["bits"] != document["training"]["weights"], "the best are not the last"
    again = moved(half).set_params(epochs=50).fit(ROWS * 4, y * 4, resume=True)
    assert told(again) == told(whole)
    assert told(moved(whole).fit(ROWS * 4, y * 4, resume=True)) == told(whole), "it is over, and stays so"


class Interrupted(Adam):
    """Be interrupted in the middle of an epoch, once."""

    steps = 0

    def begin_step(self):
        super().begin_step()
        self.steps += 1
        if self.steps == 8:
            raise KeyboardInterrupt


@BOTH
def test_of_an_epoch_that_was_interrupted_nothing_is_left(kind, y, monkeypatch):
    rows, y = ROWS * 60, y * 60  # so many that a shuffle takes more random numbers than are drawn at once
    options = {"hidden": (3,), "epochs": 4, "batch_size": 60, "patience": None}
    whole = kind(**options).fit(rows, y)
    model = kind(**options, optimizer=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        model.fit(rows, y)
    assert model.history_.epochs == 1 and model.network_.weights == kind(**{**options, "epochs": 1}).fit(
        rows, y).network_.weights
    model.fit(rows, y, resume=True)
    assert model.network_.weights == whole.network_.weights and vars(model.history_) == vars(whole.history_)

    shuffle, shuffles = MersenneTwister.shuffle, []

    def interrupted(rng, items):
        shuffle(rng, items)
        shuffles.append(items)
        if len(shuffles) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MersenneTwister, "shuffle", interrupted)
        with pytest.raises(KeyboardInterrupt):
            model = kind(**options)
            model.fit(rows, y)
    assert told(moved(model).fit(rows, y, resume=True)) == told(whole)


@BOTH
@pytest.mark.parametrize("where", ["is_over", "loss", "state"])
def test_an_interruption_between_two_epochs_leaves_one_of_them(kind, y, where, monkeypatch):
    """It may fall between any two lines; these are some: what was noted of an epoch by then is forgotten."""
    options = {"hidden": (3,), "epochs": 9, "validation": 0.25, "patience": 4, "tolerance": 0.0}
    rows, y = ROWS * 4, y * 4
    whole, calls = kind(**options).fit(rows, y), []
    owner, name = {"is_over": (EarlyStopping, "is_over"), "loss": (Network, "reduce"), "state": (Adam, "state")}[where]
    original = getattr(owner, name)

    def interrupted(*arguments):
        calls.append(name)
        result = original(*arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return result

    model = kind(**options)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            model.fit(rows, y)
    done = len(json.loads(text(model))["training"]["loss"])
    assert text(model.set_params(epochs=done)) == text(kind(**{**options, "epochs": done}).fit(rows, y))
    model.set_params(epochs=9)
    assert told(moved(model).fit(rows, y, resume=True)) == told(whole)
    assert told(model.fit(rows, y, resume=True)) == told(whole)


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="traces the instructions of CPython")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python loses one in a generator's end
def test_an_interruption_at_any_instruction_leaves_the_end_of_an_epoch():
    """What predicts, what is saved and what goes on: all of it is of one epoch, before anyone asks for it."""
    def new(epochs):
        return Regressor(hidden=(), epochs=epochs, validation=0.5, patience=2, batch_size=1)

    def seen(model):
        history = model.history_
        return bits(model.network_.rows()), bits([history.loss, history.validation_loss]), history.best_epoch

    rows, y = ROWS[:4], NUMBERS[:4]
    ends = [new(epochs).fit(rows, y) for epochs in range(3)]
    assert len(set(map(str, map(seen, ends)))) == len(ends)
    for instruction in itertools.count():
        model = new(2)
        unfinished = interrupted(instruction, (purenet.resume, training), lambda: model.fit(rows, y))
        if hasattr(model, "history_"):
            at = f"interrupted at instruction {instruction}"
            assert seen(model) in map(seen, ends), at
            if instruction % 50 == 0:
                assert told(model.fit(rows, y, resume=True)) == told(ends[-1]), at
        if not unfinished:
            break
    assert instruction > 1000, "it was hardly interrupted"


@BOTH
def test_the_callback_goes_on_counting(kind, y):
    seen = []
    model = kind(hidden=(), epochs=2, patience=None).fit(ROWS, y)
    model.set_params(epochs=9).fit(ROWS, y, resume=True, callback=lambda epoch, history: seen.append(
        (epoch, history.epochs)) or epoch == 3)
    assert seen == [(2, 3), (3, 4)] and model.history_.stopped == "callback"
    assert model.fit(ROWS, y, resume=True).history_.epochs == 9, "a callback stops only for now"


@BOTH
def test_a_divergence_says_the_epoch_of_the_whole_training(kind, y):
    """It diverges in the fourth epoch, for only there the rate is above 0, and by far."""
    model = kind(hidden=(3,), epochs=3, patience=None, optimizer="gradient_descent", batch_size=1).fit(ROWS, y)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("purenet.model.inverse_time", lambda rate, decay: lambda epoch: 1e300 if epoch == 3 else 1e-3)
        message = refusal(DivergenceError, model.set_params(epochs=9).fit, ROWS, y, resume=True)
    assert message.startswith("fit: training diverged in epoch 3 (the first is 0): "), message
    assert model.history_.epochs == 3
    assert model.fit(ROWS, y, resume=True).history_.epochs == 9, "with a rate that is none too large it goes on"


OTHERS = {"hidden": (4,), "activation": "tanh", "learning_rate": 0.02, "decay": 0.2, "batch_size": 3,
          "optimizer": "momentum", "l2": 0.004, "tolerance": 0.1, "patience": 4, "validation": 0.25, "init": "he",
          "seed": 2, "exp": "portable"}


@pytest.mark.parametrize("name", OTHERS)
@BOTH
def test_no_other_hyperparameter_may_change(kind, y, name):
    assert {*OTHERS, "epochs"} == set(kind().get_params())
    model = moved(kind(**QUICK).fit(ROWS, y))
    before = text(model)
    began, other = model.get_params()[name], OTHERS[name]
    model.set_params(**{name: other})
    for action in (lambda: model.fit(ROWS, y, resume=True), lambda: model.save("no.json", training=True)):
        message = refusal(OptionError, action)
        assert message.startswith(f"{name} is ") and message.endswith("; only epochs may be another"), message
    assert text(model.set_params(**{name: began})) == before, "a refusal changes nothing"
    assert model.set_params(**{name: other}).fit(ROWS, y).history_.epochs == 2, "anew, anything may change"


def test_the_message_says_both_values():
    model = Classifier(**QUICK, optimizer=Adam(beta1=0.8)).fit(ROWS, LABELS)
    assert refusal(OptionError, model.set_params(optimizer="adam").fit, ROWS, LABELS, resume=True) == (
        "optimizer is 'Adam(0.9, 0.999, 1e-08)', but the training to go on with began with 'Adam(0.8, 0.999, 1e-08)'; "
        "only epochs may be another")
    assert refusal(OptionError, Classifier(**QUICK).fit(ROWS, LABELS).set_params(epochs=1).fit,
                   ROWS, LABELS, resume=True) == "epochs is 1, but 2 are done: expected at least as many"


@BOTH
def test_other_data_are_refused(kind, y):
    model = moved(kind(**QUICK).fit(ROWS, y, columns=["age", "colour"]))
    before = text(model)
    swapped = [y[2], y[1], y[0], *y[3:]]
    for X, targets, columns in ((ROWS[:-1] + [[5.5, "blue"]], y, ["age", "colour"]), (ROWS, swapped, ["age", "colour"]),
                                (ROWS + ROWS[:1], y + y[:1], ["age", "colour"]), (ROWS, y, ["age", "color"]),
                                (ROWS[::-1], y[::-1], ["age", "colour"])):
        assert refusal(DataError, model.fit, X, targets, columns=columns, resume=True) == (
            "these are not the rows and targets with which the training to go on with began; "
            "to learn from others, begin anew")
    assert text(model) == before
    model.fit(ROWS, y, columns=["age", "colour"], resume=True)


def test_the_fingerprint_does_not_ask_which_characters_a_python_knows():
    """Python 3.9 has Unicode 13, and 3.13 Unicode 15.1, and `repr` escapes what its own does not have."""
    assert fingerprint([[1.0]], [[0.5]], "é\U0001fae8") == (
        "0df13635f25be21a3aa563f54eb2627baf932b3540bf967f52f34d62dc96a11c")


def test_other_names_of_the_classes_are_other_data():
    model = Classifier(**QUICK).fit(ROWS, LABELS)
    assert refusal(DataError, model.fit, ROWS, [label.upper() for label in LABELS], resume=True).startswith("these are")


@BOTH
def test_without_a_training_there_is_nothing_to_go_on_with(kind, y, tmp_path):
    model = kind(**QUICK).fit(ROWS, y)
    model.save(tmp_path / "m.json")
    assert "training" not in json.loads((tmp_path / "m.json").read_text()), "only who asks for it"
    expected = (f"this {kind.__name__} has no training to go on with: call fit without resume, "
                "or load a file that was saved with training=True")
    assert refusal(PurenetError, load(tmp_path / "m.json").fit, ROWS, y, resume=True) == expected
    assert refusal(PurenetError, load(tmp_path / "m.json").save, tmp_path / "n.json", training=True) == expected
    assert refusal(PurenetError, kind().fit, ROWS, y, resume=True) == expected


def test_an_optimizer_of_your_own_is_resumed_but_not_saved():
    class Own(Adam):
        pass

    model = Classifier(**QUICK, optimizer=Own()).fit(ROWS, LABELS)
    assert refusal(OptionError, text, model).startswith("save: expected an optimizer object such as Adam(), found ")
    again = model.set_params(epochs=4).fit(ROWS, LABELS, resume=True)
    assert again.network_.weights == Classifier(hidden=(3,), epochs=4).fit(ROWS, LABELS).network_.weights


@settings(max_examples=30)
@given(trained())
def test_a_loaded_training_is_saved_as_it_was(case):
    model, _ = case
    assert text(moved(model)) == text(model)


def wrong(change):
    """The message with which a file is refused in whose training something was changed."""
    document = json.loads(text(Classifier(**QUICK, validation=0.3).fit(ROWS * 3, LABELS * 3)))
    change(document["training"])
    return refusal(DataError, load, io.StringIO(json.dumps(document)))


def test_what_does_not_fit_together_is_refused():
    assert "'weights' has 7 rows, expected 8 of the network's lengths" in wrong(lambda t: t["weights"].pop())
    assert "expected a loss of each epoch" in wrong(lambda t: t["validation_loss"].pop())
    assert "bits of loss: expected the bits of 3 numbers" in wrong(lambda t: t.update(loss=[1.0] * 3,
                                                                                      validation_loss=[]))
    assert "the bits say" in wrong(lambda t: t.update(loss=[1.0] * 2))
    assert "loss: expected a number, found 'low'" in wrong(lambda t: t["loss"].__setitem__(0, "low"))
    assert "the optimizer is momentum, expected by the options adam" in wrong(lambda t: t.update(
        optimizer={"name": "momentum", "bits": "3fe0000000000000", "momentum": 0.5, "memory": []}))
