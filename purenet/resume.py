"""The training of a Classifier or a Regressor, which can stop, be saved, and go on as if it had never stopped.

After every epoch all is kept that the next one starts from: so whatever interrupts an epoch, only that epoch is lost.
"""
from __future__ import annotations

import copy
import hashlib
import json
import struct
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .core import optimizer as optimizers, storage
from .core.arithmetic import real_number
from .core.errors import DataError, DivergenceError, OptionError, not_negative, whole
from .core.network import Network
from .core.optimizer import OPTIMIZERS, Optimizer
from .core.training import EarlyStopping, History

MAY_CHANGE = "epochs"  # the only hyperparameter that may be another one when a training goes on


class Training:
    """Train a network on the same data in one go or in many.

    network    as the last step left it
    best       a network with the weights that are worth keeping: the best so far on the rows that are watched for
               early stopping; else the last
    optimizer  and all that it remembers
    options    the hyperparameters it began with
    data       the fingerprint of the data it began with
    history    of all the epochs so far
    """

    def __init__(self, network: Network, optimizer: Optimizer, options: Dict[str, Any], data: str) -> None:
        self.network, self.best = network, copy.copy(network)
        self.optimizer = optimizer
        self.options = options
        self.data = data
        self.history = History()
        self._keep()

    def _keep(self) -> None:
        """Remember the end of an epoch, all at once; none of these lists is changed by what follows."""
        network, best = self.network, self.best
        self._kept = (network.weights, network.biases, best.weights, best.biases, self.optimizer.state(),
                      network.rng.position, list(network.rng.words), self.history.epochs, self.history.best_epoch)

    def _return(self) -> None:
        """Go back to the end of the last epoch, wherever in the next one an interruption fell."""
        network, best, history = self.network, self.best, self.history
        (network.weights, network.biases, best.weights, best.biases, state,
         network.rng.position, words, epochs, history.best_epoch) = self._kept
        self.optimizer.restore(state)
        network.rng.words = list(words)
        del history.loss[epochs:], history.validation_loss[epochs:]

    def require_same(self, options: Dict[str, Any]) -> None:
        """Raise OptionError where a hyperparameter is not the one that the training began with."""
        for name, value in options.items():
            if name != MAY_CHANGE and value != self.options[name]:
                raise OptionError(f"{name} is {value!r}, but the training to go on with began with "
                                  f"{self.options[name]!r}; only {MAY_CHANGE} may be another")

    def require_same_data(self, data: str) -> None:
        """Raise DataError for another fingerprint than the data had with which the training began."""
        if data != self.data:
            raise DataError("these are not the rows and targets with which the training to go on with began; "
                            "to learn from others, begin anew")

    def go_on(self, X: List[List[float]], y: List[List[float]], epochs: int, learning_rate: Callable[[int], float],
              patience: Optional[int], tolerance: float, callback: Optional[Callable[[int, History], object]],
              **options: Any) -> None:
        """Train until there are so many epochs in all, or until early stopping or the callback says that it is over.

        The arguments are those of Network.fit, and have to be the same each time, but for `epochs` and `callback`.
        """
        epochs, tolerance = whole("epochs", epochs, at_least=0), not_negative("tolerance", tolerance)
        stopping = None if patience is None else EarlyStopping(whole("patience", patience), tolerance)
        self._return()
        network, history = self.network, self.history
        done = history.epochs
        if epochs < done:
            raise OptionError(f"epochs is {epochs}, but {done} are done: expected at least as many")
        history.stopped = "epochs"
        for epoch in range(done):  # early stopping remembers nothing but what these tell it
            if self._is_over(stopping, epoch, (self.best.weights, self.best.biases)):
                history.stopped = "patience"
                break
        self._keep()  # the best epoch, too, which no file tells
        if history.stopped == "patience":
            return

        def watch(_: int, latest: History) -> bool:
            history.loss.append(latest.loss[-1])
            history.validation_loss += latest.validation_loss[-1:]
            epoch = history.epochs - 1
            if self._is_over(stopping, epoch, (network.weights, network.biases)):
                history.stopped = "patience"
            self._keep()
            if callback is not None and callback(epoch, history):
                history.stopped = "callback"
            return history.stopped != "epochs"

        try:
            network.fit(X, y, epochs=epochs - done, learning_rate=lambda epoch: learning_rate(done + epoch),
                        optimizer=self.optimizer, callback=watch, **options)
        except DivergenceError as error:  # which counts from where it went on
            here, in_all = (f"in epoch {epoch} (" for epoch in (history.epochs - done, history.epochs))
            raise DivergenceError(str(error).replace(here, in_all)) from None
        finally:  # after an interruption, too, the network, the best and the history are of one epoch
            self._return()

    def _is_over(self, stopping: Optional[EarlyStopping], epoch: int, parameters: Tuple[Any, Any]) -> bool:
        """Return whether early stopping ends the training with this epoch; give `best` the parameters to be kept."""
        losses = self.history.validation_loss or self.history.loss
        over = stopping is not None and bool(stopping.is_over(epoch, losses[epoch], parameters))
        if stopping is not None and self.history.validation_loss:
            self.history.best_epoch, parameters = stopping.best_epoch, stopping.best_parameters
        self.best.weights, self.best.biases = parameters
        return over

    def to_document(self) -> Dict[str, Any]:
        """Return all that `best` and the hyperparameters do not tell, as plain data for a JSON file.

        Raises OptionError for an optimizer of your own class.
        """
        self._return()
        losses = [self.history.loss, self.history.validation_loss]
        return {"data": self.data, "loss": losses[0], "validation_loss": losses[1],
                "bits": [storage.to_bits(values) for values in losses],
                "weights": [storage.to_bits(row) for row in self.network.rows()],
                "optimizer": self.optimizer.to_document(), "rng": self.network.rng.to_document()}

    @classmethod
    def from_document(cls, document: Dict[str, Any], place: str, best: Network) -> Training:
        """Return the training whose `to_document` this is, without its options; `best` is the network in the file.

        Raises DataError for a field that is missing, unknown or wrong.
        """
        fields = storage.Fields(document, place)
        data = fields.take("data", str)
        decimals = [fields.take(name, list) for name in ("loss", "validation_loss")]
        bits, weights = fields.take("bits", list), fields.take("weights", list)
        optimizer, rng = fields.take("optimizer", dict), fields.take("rng", dict)
        fields.finish()
        rows = [storage.from_bits(text, f"{place}: weights[{i}]") for i, text in enumerate(weights)]
        if [len(row) for row in rows] != [len(row) for row in best.rows()]:
            raise DataError(f"{place}: the field 'weights' has {len(rows)} rows, expected {len(best.rows())} "
                            "of the network's lengths")
        network = copy.deepcopy(best)
        for row, values in zip(network.rows(), rows):
            row[:] = values
        network.rng.restore(storage.Fields(rng, f"{place}: rng"))
        fields = storage.Fields(optimizer, f"{place}: optimizer")
        training = cls(network, optimizers.from_fields(fields, network.weights, network.biases), {}, data)
        training.best = best
        training.history.loss, training.history.validation_loss = read_losses(decimals, bits, place)
        training._keep()
        return training


def read_losses(decimals: Sequence[List[Any]], bits: List[Any], place: str) -> List[List[float]]:
    """Return the losses and the validation losses; raise DataError for what cannot be those of the same epochs."""
    if len(bits) != 2 or len(decimals[1]) not in (0, len(decimals[0])):
        raise DataError(f"{place}: expected a loss of each epoch, a validation loss of each or none, and the 'bits' of "
                        f"both, found {len(decimals[0])}, {len(decimals[1])} and {len(bits)}")
    losses = []
    for name, values, text in zip(("loss", "validation_loss"), decimals, bits):
        try:
            numbers = [real_number(value) for value in values]
        except DataError as error:
            raise DataError(f"{place}: {name}: {error}") from None
        losses.append(storage.exact(numbers, text, f"{place}: bits of {name}"))
    return losses


def fingerprint(X: Sequence[Sequence[float]], y: Sequence[Sequence[float]], meaning: object) -> str:
    """Return the SHA-256 of the bits of examples and targets, and of what they mean to who reads them.

    >>> fingerprint([[1.0]], [[0.5]], "metres")[:16]
    'e4006f1080b59bc6'
    """
    digest = hashlib.sha256(json.dumps(meaning).encode())  # `repr` writes what is newer in Unicode as its Python has it
    for row in (*X, *y):
        digest.update(struct.pack(f">{len(row)}d", *row))
    return digest.hexdigest()


def described(optimizer: Optimizer) -> str:
    """Return an optimizer as it was made: with its settings, or by the name of your own class."""
    return repr(optimizer) if type(optimizer) in OPTIMIZERS.values() else type(optimizer).__name__
