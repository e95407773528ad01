"""Optimizers: from gradients to new weights.

Each is a formula, `update`, for one row of weights, and says how many numbers it has to remember about every weight
from one step to the next. What they have in common, `step`, applies that to a whole network.
"""

import math

from .errors import DataError, OptionError, choose, fraction, positive
from .storage import exact, from_bits, to_bits


class Optimizer:
    """Apply `update` to every weight and bias; keep what it remembers about each.

    The same object can be handed to one `fit` after another, and goes on from where it was.
    """

    settings: tuple = ()  # the names of what it is made with
    counters: tuple = ()  # and of what it counts, each from 0 to 1
    squares: tuple = ()  # which of the numbers it remembers for each weight are squares
    remembers = 0  # how many numbers for each weight
    memory: list = []  # those numbers: `remembers` copies of the shape of each matrix of weights, and of the biases

    def start(self, weights, biases):
        """Begin to remember about these weights and biases, or go on with what is remembered about them.

        Raises OptionError when the memory is of a network of other sizes.
        """
        matrices = _matrices(weights, biases)
        if not (self.memory and self.remembers):
            self.memory = [[[[0.0] * len(row) for row in M] for _ in range(self.remembers)] for M in matrices]
        elif [_sizes(M) for M in matrices] != [_sizes(copies[0]) for copies in self.memory]:
            raise OptionError(f"{self!r} remembers the weights of another network; make a new one")

    def update(self, weights, gradient, rate, *remembered):
        """Return one row of new weights, and what is to be remembered about it."""
        raise NotImplementedError

    def forget(self):
        """Remember nothing, as when new."""
        self.memory = []

    def state(self):
        """Return everything that a step changes, for `restore`."""
        return self.memory

    def restore(self, state):
        """Remember what `state` returned once, and nothing since."""
        self.memory = state

    def begin_step(self):
        """Prepare for the next step; most have nothing to prepare."""

    def step(self, weights, biases, gradients, rate, l2=0.0):
        """Return the new weights and the new biases; the old lists are left as they were.

        With `l2`, λ, the gradient of every weight, but not of the biases, gets λ w added: the slope of ½ λ w², which
        pulls the weight towards 0.

        >>> from purenet.core.gradients import Gradients
        >>> weights, biases, optimizer = [[[1.0, 2.0]]], [[3.0, 4.0]], GradientDescent()
        >>> optimizer.start(weights, biases)
        >>> optimizer.step(weights, biases, Gradients([[[0.5, 0.5]]], [[1.0, 0.0]]), 0.5)
        ([[[0.75, 1.75]]], [[2.5, 4.0]])
        """
        slopes = gradients.weights
        if l2:
            slopes = [[[g + l2 * w for g, w in zip(*rows)] for rows in zip(G, W)] for G, W in zip(slopes, weights)]
        self.begin_step()
        stepped = [self._step_matrix(M, G, memory, rate) for M, G, memory
                   in zip(_matrices(weights, biases), _matrices(slopes, gradients.biases), self.memory)]
        self.memory = [memory for _, memory in stepped]
        matrices = [M for M, _ in stepped]
        return (matrices, None) if biases is None else (matrices[:-1], matrices[-1])

    def to_document(self):
        """Return the optimizer and all that it remembers, as plain data for a JSON file.

        Raises OptionError for one of your own class, whose name would mean nothing to who reads the file.
        """
        names = [name for name, kind in OPTIMIZERS.items() if type(self) is kind]
        if not names:
            raise OptionError(f"save: expected an optimizer object such as Adam(), found {self!r}")
        numbers = [getattr(self, name) for name in self.settings + self.counters]
        document = {"name": names[0], "bits": to_bits(numbers)}
        document.update(zip(self.settings + self.counters, numbers))
        document["memory"] = [to_bits(row) for copies in self.memory for rows in copies for row in rows]
        return document

    def _step_matrix(self, M, G, memory, rate):
        """Return one matrix, or the rows of biases, after the step, and what is to be remembered about it."""
        results = [self.update(row, gradient, rate, *remembered) for row, gradient, *remembered in zip(M, G, *memory)]
        M, *memory = [list(rows) for rows in zip(*results)]
        return M, memory


def _matrices(weights, biases):
    """Return the weights and, as one more matrix whose rows differ in length, the biases."""
    return weights if biases is None else weights + [biases]


def _sizes(rows):
    return [len(row) for row in rows]


class GradientDescent(Optimizer):
    """Take a step down the slope.

    w ← w - η g     with the gradient g and the learning rate η

    >>> GradientDescent().update([1.0, 2.0], [0.5, -0.5], 0.1)
    ([0.95, 2.05],)
    """

    def update(self, weights, gradient, rate):
        """Return the new weights, as a tuple of one row."""
        return ([w - rate * g for w, g in zip(weights, gradient)],)

    def __repr__(self):
        return "GradientDescent()"


class Momentum(Optimizer):
    """Roll downhill: a velocity gathers the gradients, and fades by the factor μ at each step.

    v ← μ v + g     w ← w - η v     with v = 0 at first

    >>> Momentum(0.9).update([1.0], [0.5], 0.1, [1.0])
    ([0.86], [1.4])

    Raises OptionError unless 0 <= μ < 1. Source: B. Polyak, "Some methods of speeding up the convergence of iteration
    methods", USSR Computational Mathematics 4 (1964).
    """

    settings = ("momentum",)
    remembers = 1

    def __init__(self, momentum: float = 0.9) -> None:
        self.momentum = fraction("momentum", momentum)

    def update(self, weights, gradient, rate, velocity):
        """Return the new weights and the new velocity."""
        velocity = [self.momentum * v + g for v, g in zip(velocity, gradient)]
        return [w - rate * v for w, v in zip(weights, velocity)], velocity

    def __repr__(self):
        return f"Momentum({self.momentum!r})"


class Adam(Optimizer):
    """Give every weight a step of its own size: the mean gradient over the root of the mean squared gradient.

    m ← β₁ m + (1 - β₁) g          m̂ = m / (1 - β₁ᵗ)
    v ← β₂ v + (1 - β₂) g²         v̂ = v / (1 - β₂ᵗ)          w ← w - η m̂ / (√v̂ + ε)
    in step t = 1, 2, ...; m = v = 0 at first, for which m̂ and v̂ make up

    >>> adam = Adam()
    >>> adam.begin_step()
    >>> adam.update([1.0], [0.5], 0.1, [0.0], [0.0])[0]
    [0.900000002]

    Raises OptionError unless 0 <= β < 1 and ε > 0. Source: D. Kingma and J. Ba, "Adam: a method for stochastic
    optimization", ICLR 2015, algorithm 1.
    """

    settings = ("beta1", "beta2", "epsilon")
    counters = ("beta1_power", "beta2_power")
    squares = (1,)
    remembers = 2

    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        self.beta1 = fraction("beta1", beta1)
        self.beta2 = fraction("beta2", beta2)
        self.epsilon = positive("epsilon", epsilon)
        self.forget()

    def forget(self):
        """Remember nothing, as when new: no moments, no steps."""
        super().forget()
        self.beta1_power = self.beta2_power = 1.0

    def state(self):
        """Return everything that a step changes, for `restore`: the moments and the powers."""
        return self.memory, self.beta1_power, self.beta2_power

    def restore(self, state):
        """Remember what `state` returned once, and nothing since."""
        self.memory, self.beta1_power, self.beta2_power = state

    def begin_step(self):
        """Count a step: the powers βᵗ, one multiplication at a time, which is the same on every machine."""
        self.beta1_power *= self.beta1
        self.beta2_power *= self.beta2

    def update(self, weights, gradient, rate, mean, square):
        """Return the new weights, the new mean and the new mean square."""
        mean_share, square_share = 1 - self.beta1, 1 - self.beta2
        mean = [self.beta1 * m + mean_share * g for m, g in zip(mean, gradient)]
        square = [self.beta2 * v + square_share * (g * g) for v, g in zip(square, gradient)]
        mean_sum, square_sum = 1 - self.beta1_power, 1 - self.beta2_power  # of the shares so far
        weights = [w - rate * (m / mean_sum / (math.sqrt(v / square_sum) + self.epsilon))
                   for w, m, v in zip(weights, mean, square)]
        return weights, mean, square

    def __repr__(self):
        return f"Adam({self.beta1!r}, {self.beta2!r}, {self.epsilon!r})"


OPTIMIZERS = {"gradient_descent": GradientDescent, "momentum": Momentum, "adam": Adam}


def make(optimizer):
    """Return an optimizer: a new one for a name, or the one given, which goes on with what it remembers.

    >>> make("momentum")
    Momentum(0.9)

    Raises OptionError for a name that is unknown, with the nearest.
    """
    return optimizer if isinstance(optimizer, Optimizer) else choose("optimizer", optimizer, OPTIMIZERS)()


def from_fields(fields, weights, biases):
    """Return the optimizer whose `to_document` these Fields are of, which remembers about these weights and biases.

    Raises DataError for a field that is missing, unknown or wrong, and for a memory of other sizes.
    """
    place = fields.place
    try:
        kind = choose("optimizer", fields.take("name", str), OPTIMIZERS)
        names, bits = kind.settings + kind.counters, fields.take("bits", str)
        numbers = exact([fields.take(name, float) for name in names], bits, f"{place}: bits")
        optimizer = kind(*numbers[:len(kind.settings)])
    except OptionError as error:
        raise DataError(f"{place}: {error}")
    memory = fields.take("memory", list)
    fields.finish()
    for name, number in list(zip(names, numbers))[len(kind.settings):]:
        if not 0 <= number <= 1:
            raise DataError(f"{place}: the field {name!r} must be from 0 to 1, found {number!r}")
        setattr(optimizer, name, number)
    if memory:
        optimizer.start(weights, biases)
        _fill(optimizer, [from_bits(text, f"{place}: memory[{i}]") for i, text in enumerate(memory)], place)
    return optimizer


def _fill(optimizer, rows, place):
    """Let an optimizer that has started remember these rows: for each matrix those of the first number, then on."""
    copies = [(number, copy) for copies in optimizer.memory for number, copy in enumerate(copies)]
    expected = [len(row) for _, copy in copies for row in copy]
    if [len(row) for row in rows] != expected:
        raise DataError(f"{place}: the memory has {len(rows)} rows, expected {len(expected)} of the network's lengths")
    for number, copy in copies:
        copy[:] = rows[:len(copy)]
        rows = rows[len(copy):]
        if number in optimizer.squares and min([min(row) for row in copy]) < 0:
            raise DataError(f"{place}: the memory has a mean of squares that is below 0")
