"""Training: epochs and batches, and the history of what came of them."""

import math

from . import backprop, optimizer as optimizers
from .errors import DivergenceError, OptionError, not_negative, positive, whole
from .reading import is_finite


OPTIONS = ("epochs", "learning_rate", "batch_size", "optimizer", "l2", "shuffle", "validation", "patience", "tolerance",
           "callback")


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
        callback):
    """Train a network on X and y that it has read already; see Network.fit, which is this."""
    epochs = whole("epochs", epochs, at_least=0)
    batch_size = len(X) if batch_size is None else min(whole("batch_size", batch_size), len(X))
    schedule = learning_rate if callable(learning_rate) else inverse_time(learning_rate, 0)
    l2, tolerance = not_negative("l2", l2), not_negative("tolerance", tolerance)
    stopping = None if patience is None else EarlyStopping(whole("patience", patience), tolerance)
    if callback is not None and not callable(callback):
        raise OptionError(f"callback must be a function of the epoch and the history, found {callback!r}")
    optimizer = optimizers.make(optimizer)
    optimizer.start(network.weights, network.biases)

    history = History()
    order = list(range(len(X)))
    parameters = network.weights, network.biases  # always of one and the same step, wherever an interruption falls
    try:
        for epoch in range(epochs):
            rate = positive(f"learning_rate of epoch {epoch}", schedule(epoch))
            if shuffle and batch_size < len(X):
                network.rng.shuffle(order)
            before, loss = parameters, 0
            for parameters, losses in steps(network, X, y, order, batch_size, optimizer, rate, l2):
                for example_loss in losses:
                    loss += example_loss
            if loss - loss != 0 or not is_finite(parameters):
                parameters = before
                optimizer.forget()
                raise DivergenceError(diverged(epoch, loss, rate))
            history.loss.append(network.reduce(loss, len(X)))
            if validation is not None:
                history.validation_loss.append(network.loss_of(validation[0], validation[1]))
            watched = history.validation_loss or history.loss
            if stopping is not None and stopping.is_over(epoch, watched[-1], parameters):
                history.stopped = "patience"
            if callback is not None and callback(epoch, history):
                history.stopped = "callback"
            if history.stopped != "epochs":
                break
        if stopping is not None and history.validation_loss:
            parameters, history.best_epoch = stopping.best_parameters, stopping.best_epoch
    finally:
        network.weights, network.biases = parameters
    return history


def steps(network, X, y, order, batch_size, optimizer, rate, l2):
    """Take a step for each batch; yield the parameters after it, and the losses of its examples before it."""
    for start in range(0, len(order), batch_size):
        batch = order[start:start + batch_size]
        inputs, targets = [X[i] for i in batch], [y[i] for i in batch]
        weighted_inputs, activations = backprop.forward(network, inputs)
        gradients = backprop.backward(network, weighted_inputs, activations, targets)
        losses = network.losses(weighted_inputs[-1], activations[-1], targets)
        network.weights, network.biases = optimizer.step(network.weights, network.biases, gradients, rate, l2)
        yield (network.weights, network.biases), losses


def diverged(epoch, loss, rate):
    """Return the sentence for a run whose numbers have outgrown a float."""
    what = "the weights are no longer finite" if loss - loss == 0 else f"the loss became {loss}"
    return (f"fit: training diverged in epoch {epoch} (the first is 0): {what}; "
            f"the weights are kept as they were before it; try a learning_rate well below {rate:g}")
