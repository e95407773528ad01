"""Classifier and Regressor: columns of numbers and texts in, labels or numbers out, saved as one JSON file.

A model is an encoder (what a network sees of a row), a network, and what its outputs mean. The habits are those of
scikit-learn: hyperparameters are attributes and nothing else, what was learned ends in an underscore, `fit` returns the
model, and `cross_val_score` or `GridSearchCV` can use it. Lists go in and lists come out.
"""
from __future__ import annotations

import copy
import math
import os
import sys
from typing import Any, Callable, Dict, List, Optional, Sequence, Union

from .core import storage
from .core.arithmetic import real_number
from .core.errors import (DataError, OptionError, PurenetError, brief, did_you_mean, elements, fraction, not_negative,
                          positive, whole)
from .core.network import READERS, Network, load as load_file
from .core.optimizer import OPTIMIZERS, make
from .core.training import History, inverse_time
from .data import split
from .encoder import Encoder, Number
from .resume import Training, described, fingerprint

Label = Union[str, int, float, bool]
Path = Union[str, "os.PathLike[str]"]


class Model:
    """Hold what Classifier and Regressor have in common.

    hidden         units in each hidden layer, such as (64,) or (16, 8); () for none
    activation     of the hidden layers: "relu", "tanh", "sigmoid" or "identity"
    epochs         how often to go through all the rows, at most
    learning_rate  how far to go in a step, in the first epoch; in epoch t it is learning_rate / (1 + decay t)
    batch_size     rows between two steps; None for 16, or as few as make it twenty steps an epoch
    optimizer      "adam", "momentum" or "gradient_descent", or an object such as Adam(beta1=0.8)
    l2             λ of the penalty ½ λ Σ w², which keeps the weights small
    tolerance, patience  stop when the loss has not fallen by more than the tolerance for so many epochs; patience None
                   goes through all the epochs
    validation     the fraction of the rows to hold out and watch the loss on, instead of the training loss; 0 for none
    init, seed, exp  as for Network

    The defaults were chosen on iris, wine, breast-cancer and UCI digits.
    """

    kind: str
    _estimator_type: str  # what scikit-learn up to 1.5 asks for
    encoder_: Encoder
    network_: Network
    history_: History
    training_: Training  # all that it takes to go on
    n_features_in_: int
    table_: Optional[Dict[str, Any]]  # of a file: all its columns and the name of the target

    def __init__(self, hidden: Sequence[int] = (64,), activation: str = "relu", epochs: int = 30,
                 learning_rate: float = 0.01, decay: float = 0.1, batch_size: Optional[int] = None,
                 optimizer: Any = "adam", l2: float = 0.003, tolerance: float = 1e-4, patience: Optional[int] = 3,
                 validation: float = 0.0, init: str = "glorot", seed: int = 1, exp: str = "platform",
                 **unknown: Any) -> None:
        self.hidden = hidden
        self.activation = activation
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.decay = decay
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.l2 = l2
        self.tolerance = tolerance
        self.patience = patience
        self.validation = validation
        self.init = init
        self.seed = seed
        self.exp = exp
        self.set_params(**unknown)  # which says the nearest name

    def get_params(self, deep: bool = True) -> Dict[str, Any]:
        """Return the hyperparameters by name.

        >>> Classifier(hidden=(8,)).get_params()["hidden"]
        (8,)
        """
        create = Model.__init__.__code__
        return {name: getattr(self, name) for name in create.co_varnames[1:create.co_argcount]}

    def set_params(self, **params: Any) -> Any:
        """Set hyperparameters by name, and return the model.

        >>> Classifier().set_params(epochs=5).epochs
        5

        Raises OptionError, before anything is set, for a name that is none, with the nearest.
        """
        known = self.get_params()
        for name in params:
            if name not in known:
                raise OptionError(f"{type(self).__name__} has no option {brief(name)}{did_you_mean(name, known)}: "
                                  f"expected {', '.join(known)}")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def _fit(self, X: Any, y: List[Any], columns: Optional[Sequence[str]], callback: Optional[Callable[..., Any]],
             resume: bool, options: Dict[str, Any], targets: List[List[float]], **learned: Any) -> None:
        """Learn the encoder from X, and train a network of its width on it; keep that and what else was learned."""
        if callback is not None and not callable(callback):
            raise OptionError(f"callback must be a function of the epoch and the history, found {callback!r}")
        encoder = Encoder.learn(X, columns)
        inputs = encoder.transform(X)
        data = fingerprint(inputs, targets, (encoder.to_dict(), learned))
        train: Sequence[int] = range(len(y))
        watched: Sequence[int] = ()
        if fraction("validation", self.validation):
            train, watched = split(y, self.validation, self.seed, stratify=self.kind == "classifier")
        batch_size = max(1, min(16, len(train) // 20)) if self.batch_size is None else self.batch_size
        if resume:
            training = self._require_training()
            training.require_same(self._hyperparameters())
            training.require_same_data(data)
        else:
            network = Network([encoder.width, *read_hidden(self.hidden), len(targets[0])], activation=self.activation,
                              init=self.init, seed=self.seed, exp=self.exp, **options)
            training = Training(network, make(copy.deepcopy(self.optimizer)), self._hyperparameters(), data)
        before, done = vars(self).copy(), training.history.epochs
        vars(self).update(learned, encoder_=encoder, network_=training.best, history_=training.history,
                          training_=training, table_=self.table_ if resume else None,
                          n_features_in_=len(encoder.columns))
        try:
            training.go_on(
                [inputs[i] for i in train], [targets[i] for i in train], epochs=self.epochs,
                learning_rate=inverse_time(self.learning_rate, self.decay), batch_size=batch_size, l2=self.l2,
                tolerance=self.tolerance, patience=self.patience, callback=callback,
                validation=([inputs[i] for i in watched], [targets[i] for i in watched]) if watched else None)
        except OptionError:  # refused before the first step; an interruption or a divergence keeps what was learned
            if training.history.epochs == done:
                self.__dict__ = before
            raise

    def _hyperparameters(self) -> Dict[str, Any]:
        """Return the hyperparameters in a form that can be compared."""
        options = {name: plain(value) for name, value in self.get_params().items()}
        return {**options, "hidden": read_hidden(self.hidden), "optimizer": described(make(self.optimizer))}

    def _require_training(self) -> Training:
        """Return the training to go on with; raise PurenetError if there is none."""
        if not hasattr(self, "training_"):
            raise PurenetError(f"this {type(self).__name__} has no training to go on with: call fit without resume, "
                               "or load a file that was saved with training=True")
        return self.training_

    def _outputs(self, X: Any) -> List[List[float]]:
        """Return the network's outputs for rows of cells; raise DataError where they outgrow a float."""
        self._require_fit()
        outputs: List[List[float]] = self.network_.predict(self.encoder_.transform(as_list("X", X)))
        for row, values in enumerate(outputs):
            if not all(map(math.isfinite, values)):
                raise DataError(f"row {row} is too far from the training rows: the network's output is {values}")
        return outputs

    def _outputs_document(self) -> Any:
        """Return what the network's outputs mean, as plain data."""
        raise NotImplementedError

    def _read_outputs(self, document: Any, place: str) -> None:
        """Take what `_outputs_document` returned; raise DataError where it does not fit the network."""
        raise NotImplementedError

    def _require_fit(self) -> None:
        if not hasattr(self, "network_"):
            raise PurenetError(f"this {type(self).__name__} has learned nothing yet: call fit first")

    def save(self, path: Path, training: bool = False) -> None:
        """Write the model to a JSON file, which `load` gives back with the same bits in every number.

        The file is written whole or not at all; one that was there before is replaced. An optimizer that is an object
        is saved by its name alone: a loaded model predicts; training it again starts anew. With `training` the file
        holds all that it takes to go on instead: `fit(X, y, resume=True)`.

        Raises PurenetError where nothing was learned, or there is no training to go on with; OptionError for
        hyperparameters that have changed since; OSError where the file cannot be written.
        """
        storage.write_json(path, self.kind, self.to_document(training))

    def to_document(self, training: bool = False) -> Dict[str, Any]:
        """Return everything that `save` writes as plain data for a JSON file."""
        self._require_fit()
        more = {}
        if training:
            self._require_training().require_same(self._hyperparameters())
            more["training"] = self.training_.to_document()
        network = self.network_.to_document()
        options = {name: plain(value) for name, value in self.get_params().items()}
        options["hidden"] = read_hidden(self.hidden)
        options["optimizer"] = optimizer_name(self.optimizer)
        read_options(options, "save")
        return {"options": options, "encoder": self.encoder_.to_dict(), "outputs": self._outputs_document(),
                "table": self.table_, "network": network, **more}

    @classmethod
    def from_fields(cls, fields: storage.Fields) -> Any:
        """Return the model whose file has these fields.

        Raises DataError for a field that is missing, unknown or wrong.
        """
        place = fields.place
        options = fields.take("options", dict)
        encoder = fields.take("encoder", dict)
        outputs, network = fields.take("outputs", list if cls is Classifier else dict), fields.take("network", dict)
        table = fields.take("table", dict, nullable=True)
        training = fields.take("training", dict) if "training" in fields.rest else None
        fields.finish()
        model = cls(**read_options(options, f"{place}: options"))
        model.encoder_ = Encoder.from_dict(encoder, f"{place}: encoder")
        model.network_ = Network.from_document(network, f"{place}: network")
        model._read_outputs(outputs, place)
        model.n_features_in_ = len(model.encoder_.columns)
        if model.network_.sizes[0] != model.encoder_.width:
            raise DataError(f"{place}: the network has {model.network_.sizes[0]} inputs, expected the "
                            f"{model.encoder_.width} that the encoder makes")
        model.table_ = None if table is None else read_table(table, f"{place}: table", model.encoder_.columns)
        if training is not None:
            model._read_training(training, f"{place}: training")
        return model

    def _read_training(self, document: Dict[str, Any], place: str) -> None:
        """Take the training that `to_document` returned; its optimizer replaces the name if it has other settings."""
        training = Training.from_document(document, place, self.network_)
        if optimizer_name(training.optimizer) != self.optimizer:
            raise DataError(f"{place}: the optimizer is {optimizer_name(training.optimizer)}, expected by the options "
                            f"{self.optimizer}")
        if described(training.optimizer) != described(make(self.optimizer)):
            self.optimizer = copy.deepcopy(training.optimizer)
            self.optimizer.forget()
        training.options, self.training_ = self._hyperparameters(), training

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn 1.6 and later asks of an estimator; whoever asks has it loaded already."""
        tags = sys.modules["sklearn.utils"]
        return tags.Tags(
            estimator_type=self._estimator_type, target_tags=tags.TargetTags(required=True),
            classifier_tags=tags.ClassifierTags() if self.kind == "classifier" else None,
            regressor_tags=tags.RegressorTags() if self.kind == "regressor" else None)

    def __repr__(self) -> str:
        defaults = type(self)().get_params()
        changed = [f"{name}={value!r}" for name, value in self.get_params().items() if value != defaults[name]]
        return f"{type(self).__name__}({', '.join(changed)})"


class Classifier(Model):
    """Learn to tell the class of a row.

    Two classes: one sigmoid output, the probability of the second, trained on the binary cross-entropy. More: a softmax
    output for each, trained on the cross-entropy.

    >>> model = Classifier(epochs=50)
    >>> model.fit([[0.0, "red"], [1.0, "blue"], [2.0, "red"], [3.0, "blue"]], ["low", "low", "high", "high"]).classes_
    ['high', 'low']
    >>> model.predict([[0.5, "blue"], [2.5, "red"]])
    ['low', 'high']

    After `fit`: `classes_` (the labels in sorted order), `network_`, `encoder_`, `history_`.
    """

    kind = _estimator_type = "classifier"

    def fit(self, X: Any, y: Any, columns: Optional[Sequence[str]] = None,
            callback: Optional[Callable[[int, History], object]] = None, resume: bool = False) -> Classifier:
        """Learn from rows of numbers and texts, and a label for each; return the model.

        X is (rows, columns); y has a label for each row: text, whole numbers or truth values. `columns` names the
        columns in messages and in the file. `callback` is called after every epoch, as by Network.fit. With `resume`
        the training goes on up to `epochs` in all, and ends in the bits of one that never stopped; nothing else may
        change.

        Raises DataError for what cannot be learned from (with row and column; one class only) or is not what the
        training to resume began with, OptionError for a hyperparameter out of range or other than then, PurenetError
        where there is nothing to resume, DivergenceError when the numbers outgrow a float.
        """
        rows, labels = as_list("X", X), read_labels(y)
        require_as_many(rows, labels)
        classes = sorted_classes(labels)
        number = {label: i for i, label in enumerate(classes)}
        options = {"loss": "binary_cross_entropy" if len(classes) == 2 else "cross_entropy"}
        targets = [class_targets(number[label], len(classes)) for label in labels]
        self._fit(rows, labels, columns, callback, resume, options, targets, classes_=classes)
        return self

    def predict_proba(self, X: Any) -> List[List[float]]:
        """Return, for each row, the probability of each class, in the order of `classes_`.

        X is (rows, columns); the result is (rows, classes).

        Raises DataError for rows of other columns, or with a text never seen in training; PurenetError before `fit`.
        """
        outputs = self._outputs(X)
        return [[1.0 - row[0], row[0]] for row in outputs] if len(self.classes_) == 2 else outputs

    def predict(self, X: Any) -> List[Label]:
        """Return the most probable class of each row; of equally probable ones the first.

        Raises DataError for rows of other columns, or with a text never seen in training; PurenetError before `fit`.
        """
        return [self.classes_[row.index(max(row))] for row in self.predict_proba(X)]

    def score(self, X: Any, y: Any) -> float:
        """Return the accuracy: the fraction of the rows whose class is predicted right.

        Raises DataError as `predict` does, and for another number of labels than rows.
        """
        predicted, labels = self.predict(X), read_labels(y)
        require_as_many(predicted, labels)
        if labels and {LABEL_KINDS[type(label)] for label in labels}.isdisjoint(
                LABEL_KINDS[type(label)] for label in self.classes_):
            raise DataError(f"y: expected labels such as {brief(self.classes_[0])}, found {brief(labels[0])}")
        return sum(a == b for a, b in zip(predicted, labels)) / len(labels)

    def _outputs_document(self) -> List[Label]:
        return self.classes_

    def _read_outputs(self, labels: List[Any], place: str) -> None:
        needed = (1, "binary_cross_entropy") if len(labels) == 2 else (len(labels), "cross_entropy")
        try:
            sound = sorted_classes(read_labels(labels)) == labels
        except DataError:
            sound = False
        if not sound or (self.network_.sizes[-1], self.network_.loss_name) != needed:
            raise DataError(f"{place}: the field 'outputs' is {brief(labels)}, "
                            "expected a different label for each class of the network, in sorted order")
        self.classes_ = labels


class Regressor(Model):
    """Learn to tell a number from a row.

    One identity output, trained on the squared error of the standardised target.

    >>> model = Regressor(hidden=(), epochs=200, learning_rate=0.1, decay=0.0, l2=0.0, patience=None)
    >>> model = model.fit([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0])
    >>> [round(y, 3) for y in model.predict([[1.5], [4.0]])]
    [4.0, 9.0]

    After `fit`: `target_` (the mean and deviation of the targets), `network_`, `encoder_`, `history_`.
    """

    kind = _estimator_type = "regressor"

    def fit(self, X: Any, y: Any, columns: Optional[Sequence[str]] = None,
            callback: Optional[Callable[[int, History], object]] = None, resume: bool = False) -> Regressor:
        """Learn from rows of numbers and texts, and a number for each; return the model.

        X is (rows, columns); y has a number for each row. `columns` names the columns in messages and in the file.
        `callback` is called after every epoch, as by Network.fit. With `resume` the training goes on up to `epochs` in
        all, and ends in the bits of one that never stopped; nothing else may change.

        Raises DataError for what cannot be learned from (with row and column) or is not what the training to resume
        began with, OptionError for a hyperparameter out of range or other than then, PurenetError where there is
        nothing to resume, DivergenceError when the numbers outgrow a float.
        """
        rows, numbers = as_list("X", X), read_numbers(y)
        require_as_many(rows, numbers)
        target = Number.learn("target", numbers)
        targets = [target.encode(row, number) for row, number in enumerate(numbers)]
        options = {"loss": "squared_error", "output": "identity"}
        self._fit(rows, numbers, columns, callback, resume, options, targets, target_=target)
        return self

    def predict(self, X: Any) -> List[float]:
        """Return a number for each row.

        y = mean + deviation · output

        Raises DataError for rows of other columns, or with a text never seen in training; PurenetError before `fit`.
        """
        numbers = [self.target_.mean + self.target_.deviation * row[0] for row in self._outputs(X)]
        for row, number in enumerate(numbers):
            if not math.isfinite(number):
                raise DataError(f"row {row} is too far from the training rows: its prediction is {number}")
        return numbers

    def score(self, X: Any, y: Any) -> float:
        """Return R², the part of the targets' variance that the predictions explain.

        R² = 1 - Σ (y - prediction)² / Σ (y - mean of y)²; 1 is perfect, 0 is no better than always saying the mean.
        It is computed in standard deviations of y, whose squares overflow for no y.

        Raises DataError as `predict` does, for another number of targets than rows, and where all targets are equal.
        """
        predicted, numbers = self.predict(X), read_numbers(y)
        require_as_many(predicted, numbers)
        target = Number.learn("target", numbers)
        if target.constant:
            raise DataError("score: all the targets are equal, so there is no variance to explain")
        errors = [(y - p) / target.deviation for y, p in zip(numbers, predicted)]
        return 1 - math.fsum(error * error for error in errors) / len(errors)

    def _outputs_document(self) -> Dict[str, Any]:
        return {"mean": self.target_.mean, "deviation": self.target_.deviation}

    def _read_outputs(self, document: Dict[str, Any], place: str) -> None:
        fields = storage.Fields(document, f"{place}: outputs")
        mean, deviation = (fields.take(name, float) for name in ("mean", "deviation"))
        fields.finish()
        if deviation <= 0:
            raise DataError(f"{place}: outputs: the field 'deviation' must be above 0, found {deviation}")
        if self.network_.sizes[-1] != 1 or self.network_.output != "identity":
            raise DataError(f"{place}: a regressor's network has one identity output, found "
                            f"{self.network_.sizes[-1]} with the activation {self.network_.output}")
        self.target_ = Number("target", mean, deviation, False)


KINDS = {**READERS, "classifier": Classifier.from_fields, "regressor": Regressor.from_fields}
LABEL_KINDS = {str: "texts", int: "numbers", float: "numbers", bool: "truth values"}


def load(path: Path) -> Any:
    """Return the Network, Classifier or Regressor in a file that its `save` wrote, with the same bits in every number.

    If a network was saved with the optimizer of its training, return both: network, optimizer. Every field is checked,
    and nothing in the file is ever executed.

    Raises DataError, naming the file and the field, for what is no such file, is cut off, or is of a later version;
    OSError where it cannot be read.
    """
    return load_file(path, KINDS)


def as_list(name: str, values: Any) -> List[Any]:
    """Return rows, labels or numbers as a list; data frames and arrays, told by their methods, as plain values.

    Raises DataError for what has no elements.
    """
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    listed: Optional[List[Any]] = elements(plain(values))
    if listed is None:
        raise DataError(f"{name} must be a list with an element for each row, found {brief(values)}")
    return listed


def plain(value: Any) -> Any:
    """Return what another library holds, a number or an array, as Python's own; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def read_labels(y: Any) -> List[Label]:
    """Return labels as plain Python values.

    >>> read_labels(("a", "b"))
    ['a', 'b']

    Raises DataError for what can be no label: None, a number with a fraction, NaN, a list.
    """
    labels = [plain(label) for label in as_list("y", y)]
    for row, label in enumerate(labels):
        fractional = type(label) is float and not label.is_integer()
        if type(label) not in LABEL_KINDS or fractional:
            fix = "; to learn numbers use Regressor" if fractional and math.isfinite(label) else ""
            raise DataError(f"y: row {row}: expected a label (text or a whole number), found {brief(label)}{fix}")
    return labels


def read_numbers(y: Any) -> List[float]:
    """Return targets as floats.

    >>> read_numbers((1, 2.5))
    [1.0, 2.5]

    Raises DataError for what is no finite number, and for none at all.
    """
    numbers = []
    for row, value in enumerate(as_list("y", y)):
        try:
            numbers.append(real_number(value))
        except DataError as error:
            raise DataError(f"y: row {row}: {error}") from None
    if not numbers:
        raise DataError("y: expected at least one number, found none")
    return numbers


def read_hidden(hidden: Any) -> List[int]:
    """Return the sizes of the hidden layers as a list.

    >>> read_hidden((16, 8))
    [16, 8]

    Raises OptionError for what is no list of whole numbers above 0.
    """
    sizes = elements(hidden)
    if sizes is None or not hasattr(hidden, "__len__"):  # a generator could be read but once
        raise OptionError(f"hidden must be a list such as (16, 8), found {hidden!r}")
    return [whole(f"hidden[{i}]", units) for i, units in enumerate(sizes)]


def require_as_many(rows: Sequence[object], targets: Sequence[object]) -> None:
    """Raise DataError unless there is a target for each row."""
    if len(rows) != len(targets):
        raise DataError(f"X has {len(rows)} rows and y has {len(targets)}: every row needs its target")


def class_targets(number: int, classes: int) -> List[float]:
    """Return what a classifier's outputs should be for the class of this number.

    Of two classes, one output tells the probability of the second; of more, each has its own.

    >>> class_targets(1, 2), class_targets(1, 3)
    ([1.0], [0.0, 1.0, 0.0])
    """
    return [float(number)] if classes == 2 else [1.0 if i == number else 0.0 for i in range(classes)]


def sorted_classes(labels: Sequence[Label]) -> List[Any]:
    """Return the different labels in order.

    >>> sorted_classes(["b", "a", "b"])
    ['a', 'b']

    Raises DataError for one class only, or for labels of several kinds: text, numbers, truth values.
    """
    kinds = sorted({LABEL_KINDS[type(label)] for label in labels})
    if len(kinds) > 1:
        raise DataError(f"y: expected labels of one kind, found {' and '.join(kinds)}")
    classes: List[Any] = sorted(set(labels))
    if len(classes) < 2:
        found = f"only {classes[0]!r}" if classes else "none"
        raise DataError(f"y: expected at least two classes, found {found}")
    return classes


def optimizer_name(optimizer: Any) -> str:
    """Return the name of an optimizer, given by name or as an object."""
    return next((name for name, kind in OPTIMIZERS.items() if type(optimizer) is kind), str(optimizer))


def read_options(options: Dict[str, Any], place: str) -> Dict[str, Any]:
    """Return the hyperparameters of a saved model; raise DataError for one that is missing, unknown or wrong."""
    fields = storage.Fields(options, place)
    read: Dict[str, Any] = {}
    kinds = {"hidden": list, "patience": int, "batch_size": int}
    for name, default in Model().get_params().items():
        read[name] = fields.take(name, kinds.get(name, type(default)), nullable=name in ("patience", "batch_size"))
    fields.finish()
    try:
        read["hidden"] = tuple(read_hidden(read["hidden"]))
        Network([1, 1, 1], **{name: read[name] for name in ("activation", "init", "seed", "exp")})
        whole("epochs", read["epochs"], at_least=0)
        positive("learning_rate", read["learning_rate"])
        fraction("validation", read["validation"])
        for name in ("decay", "l2", "tolerance"):
            not_negative(name, read[name])
        for name in ("patience", "batch_size"):
            if read[name] is not None:
                whole(name, read[name])
    except OptionError as error:
        raise DataError(f"{place}: {error}") from None
    return read


def read_table(table: Dict[str, Any], place: str, columns: Sequence[str]) -> Dict[str, Any]:
    """Return where a model's rows came from; raise DataError when that does not fit its columns."""
    fields = storage.Fields(table, place)
    names, target = fields.take("columns", list), fields.take("target", str)
    fields.finish()
    if (not all(isinstance(name, str) for name in names) or len(set(names)) < len(names)
            or not {target, *columns} <= set(names) or target in columns):
        raise DataError(f"{place}: columns is {brief(names)}, expected all the model's columns and "
                        f"the target {brief(target)}, with different names")
    return {"columns": names, "target": target}
