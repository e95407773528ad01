"""Training: epochs and batches, and the history of what came of them."""

import math

from . import engines, optimizer as optimizers, parallel
from .errors import OptionError, not_negative, positive, whole

OPTIONS = ("epochs", "learning_rate", "batch_size", "optimizer", "l2", "shuffle", "validation", "patience", "tolerance",
           "callback", "engine", "executor", "shards")


class History:
    """Tell how a training run went.

    `loss` has one float an epoch: the mean (or sum, as the network's reduction says) over the epoch's examples, each
    taken just before its batch changed the weights. With all examples in one batch, loss[k] is the loss after k steps.
    `validation_loss` has one float an epoch, taken at the epoch's end; it is empty without validation data. `stopped`
    says why the run ended: "epochs" (all done), "patience" (early stopping) or "callback". `best_epoch`, counted from
    0, is the epoch whose weights were kept: the one of the lowest validation loss; None without patience or validation.
    """

    def __init__(self) -> None:
        self.loss: list = []
        self.validation_loss: list = []
        self.stopped = "epochs"
        self.best_epoch: "int | None" = None

    @property
    def epochs(self) -> int:
        """Return the number of epochs that were completed."""
        return len(self.loss)

    def __repr__(self):
        last = f", loss={self.loss[-1]!r}" if self.loss else ""
        return f"History(epochs={self.epochs}, stopped={self.stopped!r}{last})"


def inverse_time(rate: float, decay: float):
    """Return a learning-rate schedule that falls slowly: the rate for each epoch 0, 1, 2, ...

    η_t = η / (1 + decay t)

    >>> schedule = inverse_time(1.0, 0.5)
    >>> schedule(0), schedule(2)
    (1.0, 0.5)

    Raises OptionError unless the rate is above 0 and the decay at least 0.
    """
    rate, decay = positive("learning_rate", rate), not_negative("decay", decay)
    return lambda epoch: rate / (1 + decay * epoch)


class EarlyStopping:
    """Tell when `patience` epochs have gone by without a loss that is lower by more than `tolerance`."""

    def __init__(self, patience, tolerance):
        self.patience = patience
        self.tolerance = tolerance
        self.best_epoch = None
        self.best_loss = math.inf
        self.best_parameters = None, None

    def is_over(self, epoch, loss, parameters):
        """Return whether it is time to stop; remember the parameters if the loss is the best so far."""
        if self.best_epoch is None or loss < self.best_loss - self.tolerance:
            self.best_epoch, self.best_loss, self.best_parameters = epoch, loss, parameters
        return epoch - self.best_epoch >= self.patience


def fit(network, X, y, epochs, learning_rate, batch_size, optimizer, l2, shuffle, validation, patience, tolerance,
        callback, engine, executor, shards):
    """Train a network on X and y that it has read already; see Network.fit, which is this."""
    epochs = whole("epochs", epochs, at_least=0)
    batch_size = len(X) if batch_size is None else min(whole("batch_size", batch_size), len(X))
    if not callable(learning_rate):
        learning_rate = positive("learning_rate", learning_rate)
    l2, tolerance = not_negative("l2", l2), not_negative("tolerance", tolerance)
    stopping = None if patience is None else EarlyStopping(whole("patience", patience), tolerance)
    if callback is not None and not callable(callback):
        raise OptionError(f"callback must be a function of the epoch and the history, found {callback!r}")
    optimizer = optimizers.make(optimizer)
    name, engine = engine, engines.choose(engine, network, len(X) * epochs, batch_size, optimizer)
    trainer = engine
    if executor is not None or shards is not None:
        trainer = parallel.Team(network, X, y, optimizer, name, epochs, executor, shards)
    optimizer.start(network.weights, network.biases)

    shuffled = shuffle and batch_size < len(X)
    watched = not (callback is None and stopping is None and validation is None)
    at_once = 1 if watched or shuffled or callable(learning_rate) or trainer is not engine else epochs
    history = History()
    epoch = -1
    for totals in trainer.train(network, X, y, plan(network, len(X), epochs, at_once, learning_rate, shuffled),
                                batch_size, optimizer, l2):
        epoch += len(totals)
        history.loss.extend([network.reduce(total, len(X)) for total in totals])
        if validation is not None:
            total = engine.loss(network, validation[0], validation[1])
            history.validation_loss.append(network.reduce(total, len(validation[1])))
        last = (history.validation_loss or history.loss)[-1]
        if stopping is not None and stopping.is_over(epoch, last, (network.weights, network.biases)):
            history.stopped = "patience"
        if callback is not None and callback(epoch, history):
            history.stopped = "callback"
        if history.stopped != "epochs":
            break
    if stopping is not None and history.validation_loss:
        network.weights, network.biases = stopping.best_parameters
        history.best_epoch = stopping.best_epoch
    return history


def plan(network, examples, epochs, at_once, learning_rate, shuffled):
    """Yield how to go on: the numbers of the next epochs, their learning rate and the order of their examples."""
    rate = learning_rate
    for epoch in range(0, epochs, at_once or 1):
        if callable(learning_rate):
            rate = positive(f"learning_rate of epoch {epoch}", learning_rate(epoch))
        order = list(range(examples))  # anew, so that what the network draws next is all that is needed to go on
        if shuffled:
            network.rng.shuffle(order)
        yield range(epoch, epoch + at_once), rate, order
