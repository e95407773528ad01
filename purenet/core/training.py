"""Training: epochs and batches, and the history of what came of them."""

import math

from . import engines, optimizer as optimizers, parallel
from .errors import OptionError, elements, not_negative, positive, whole

OPTIONS = ("epochs", "learning_rate", "batch_size", "optimizer", "l2", "shuffle", "validation", "patience", "tolerance",
           "callback", "engine", "executor", "shards", "snapshots", "direction_changes")


class History:
    """Tell how a training run went.

    `loss` has one float an epoch: the mean (or sum, as the network's reduction says) over the epoch's examples, each
    taken just before its batch changed the weights. With all examples in one batch, loss[k] is the loss after k steps.
    `validation_loss` has one float an epoch, taken at the epoch's end; it is empty without validation data. `stopped`
    says why the run ended: "epochs" (all done), "patience" (early stopping) or "callback". `best_epoch`, counted from
    0, is the epoch whose weights were kept: the one of the lowest validation loss; None without patience or validation.
    `snapshots` holds the weights and biases along the way, each a Snapshot, and `direction_changes` a pair (weights,
    biases) with a whole number for each of them: how often it went up in one epoch and not in the next, or the other
    way round. They are empty and None unless `fit` was asked for them.
    """

    def __init__(self) -> None:
        self.loss: list = []
        self.validation_loss: list = []
        self.stopped = "epochs"
        self.best_epoch: "int | None" = None
        self.snapshots: list = []
        self.direction_changes: "tuple | None" = None

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


class Snapshot:
    """Hold a copy of the weights and biases as they were after so many epochs.

    >>> Snapshot(10, [[[0.5]]], None)
    Snapshot(10, weights=[[[0.5]]], biases=None)
    """

    __slots__ = ("epochs", "weights", "biases")

    def __init__(self, epochs: int, weights: list, biases: "list | None") -> None:
        self.epochs = epochs
        self.weights = [[list(row) for row in W] for W in weights]
        self.biases = None if biases is None else [list(b) for b in biases]

    def __repr__(self):
        return f"Snapshot({self.epochs}, weights={self.weights!r}, biases={self.biases!r})"


def snapshot_epochs(snapshots, epochs) -> list:
    """Return after how many epochs there is a snapshot: a number of them is spread evenly, first and last included.

    >>> snapshot_epochs(3, 100), snapshot_epochs([0, 7], 100)
    ([0, 50, 100], [0, 7])

    Raises OptionError for a number below 2, and for an epoch out of range.
    """
    listed = elements(snapshots)
    if listed is not None:
        return [whole(f"snapshots[{i}]", epoch, at_least=0, at_most=epochs) for i, epoch in enumerate(listed)]
    gaps = whole("snapshots", snapshots, at_least=2) - 1
    return sorted(set([k * epochs // gaps for k in range(gaps + 1)]))


class Directions:
    """Count how often each weight and bias changes direction from one epoch to the next.

    In each epoch it goes up or it does not; what stands still does not go up.

    >>> directions = Directions([[[0.0, 0.0]]], None)
    >>> for weights in [[1.0, 1.0]], [[2.0, 0.5]], [[3.0, 0.75]]:
    ...     directions.see([weights], None)
    >>> directions.counts()
    ([[[0, 2]]], None)
    """

    def __init__(self, weights, biases):
        self.heights = [len(W) for W in weights]
        self.rows = _rows(weights, biases)
        self.up = None
        self.changes = [[0] * len(row) for row in self.rows]

    def see(self, weights, biases):
        """Compare the weights and biases after an epoch with those before it."""
        rows = _rows(weights, biases)
        up = [[after > before for before, after in zip(*pair)] for pair in zip(self.rows, rows)]
        if self.up is not None:
            self.changes = [[count + (a != b) for count, a, b in zip(*three)]
                            for three in zip(self.changes, self.up, up)]
        self.rows, self.up = rows, up

    def counts(self):
        """Return the counts in the shapes of the weights and of the biases."""
        rows = iter(self.changes)
        weights = [[next(rows) for _ in range(height)] for height in self.heights]
        return weights, list(rows) or None


def _rows(weights, biases):
    return [row for W in weights for row in W] + (biases or [])


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
        callback, engine, executor, shards, snapshots, direction_changes):
    """Train a network on X and y that it has read already; see Network.fit, which is this."""
    epochs = whole("epochs", epochs, at_least=0)
    batch_size = len(X) if batch_size is None else min(whole("batch_size", batch_size), len(X))
    if not callable(learning_rate):
        learning_rate = positive("learning_rate", learning_rate)
    l2, tolerance = not_negative("l2", l2), not_negative("tolerance", tolerance)
    stopping = None if patience is None else EarlyStopping(whole("patience", patience), tolerance)
    if callback is not None and not callable(callback):
        raise OptionError(f"callback must be a function of the epoch and the history, found {callback!r}")
    keep = [] if snapshots is None else snapshot_epochs(snapshots, epochs)
    optimizer = optimizers.make(optimizer)
    name, engine = engine, engines.choose(engine, network, len(X) * epochs, batch_size, optimizer)
    trainer = engine
    if executor is not None or shards is not None:
        trainer = parallel.Team(network, X, y, optimizer, name, epochs, executor, shards)
    optimizer.start(network.weights, network.biases)

    shuffled = shuffle and batch_size < len(X)
    directions = Directions(network.weights, network.biases) if direction_changes else None
    watched = not (callback is None and stopping is None and validation is None and directions is None)
    if watched or shuffled or callable(learning_rate) or trainer is not engine:
        ends = list(range(1, epochs + 1))
    else:  # nobody looks at the network between two of these
        ends = sorted(set(keep + [epochs]) - set([0]))
    history = History()
    if 0 in keep:
        history.snapshots.append(Snapshot(0, network.weights, network.biases))
    epoch = -1
    for totals in trainer.train(network, X, y, plan(network, len(X), ends, learning_rate, shuffled),
                                batch_size, optimizer, l2):
        epoch += len(totals)
        history.loss.extend([network.reduce(total, len(X)) for total in totals])
        if validation is not None:
            total = engine.loss(network, validation[0], validation[1])
            history.validation_loss.append(network.reduce(total, len(validation[1])))
        if epoch + 1 in keep:
            history.snapshots.append(Snapshot(epoch + 1, network.weights, network.biases))
        if directions is not None:
            directions.see(network.weights, network.biases)
        last = (history.validation_loss or history.loss)[-1]
        if stopping is not None and stopping.is_over(epoch, last, (network.weights, network.biases)):
            history.stopped = "patience"
        if callback is not None and callback(epoch, history):
            history.stopped = "callback"
        if history.stopped != "epochs":
            break
    if directions is not None:
        history.direction_changes = directions.counts()
    if stopping is not None and history.validation_loss:
        try:
            network.weights, network.biases = stopping.best_parameters
        finally:  # an interruption may have fallen between the two
            network.weights, network.biases = stopping.best_parameters
        history.best_epoch = stopping.best_epoch
    return history


def plan(network, examples, ends, learning_rate, shuffled):
    """Yield how to go on, up to each of the ends: the next epochs, their learning rate, the order of the examples."""
    rate = learning_rate
    epoch = 0
    for end in ends:
        if callable(learning_rate):
            rate = positive(f"learning_rate of epoch {epoch}", learning_rate(epoch))
        order = list(range(examples))  # anew, so that what the network draws next is all that is needed to go on
        if shuffled:
            network.rng.shuffle(order)
        yield range(epoch, end), rate, order
        epoch = end
