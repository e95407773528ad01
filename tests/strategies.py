"""Hypothesis strategies, and a few small helpers, that several test modules share."""

import struct
from fractions import Fraction

from hypothesis import strategies as st

from purenet import Network

ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity")  # those of hidden layers
OUTPUTS = ACTIVATIONS + ("softmax",)
LOSSES = ("squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy")
MADE_FOR = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}
VALID_PAIRS = [(output, loss) for loss in LOSSES for output in OUTPUTS if MADE_FOR.get(loss, output) == output]
INVALID_PAIRS = [(output, loss) for loss in LOSSES for output in OUTPUTS if MADE_FOR.get(loss, output) != output]

sizes = st.integers(1, 4)
whole_numbers = st.integers(-1000, 1000)
fractions = st.builds(Fraction, st.integers(-50, 50), st.integers(1, 50))
exact_numbers = st.one_of(whole_numbers, fractions)
any_float = st.floats(allow_nan=False, allow_infinity=False)


def matrices(rows, columns, elements=exact_numbers):
    """Matrices of a given shape."""
    return st.lists(vectors(columns, elements), min_size=rows, max_size=rows)


def vectors(size, elements=exact_numbers):
    """Flat lists of a given length."""
    return st.lists(elements, min_size=size, max_size=size)


@st.composite
def some_matrix(draw, elements=exact_numbers):
    """A matrix of any small shape."""
    return draw(matrices(draw(sizes), draw(sizes), elements))


def grid(limit):
    """Multiples of 2**-20 from -limit to limit: adding a step of 2**-9 to one of them is exact in a float."""
    return st.integers(-limit * 2 ** 20, limit * 2 ** 20).map(lambda k: k / 2 ** 20)


def targets(width, output, loss):
    """One example's targets that a loss accepts; those of cross_entropy add up to exactly 1."""
    if loss == "binary_cross_entropy":
        return vectors(width, st.floats(0, 1))
    if loss == "cross_entropy":
        return st.lists(st.integers(0, width - 1), min_size=4, max_size=4).map(
            lambda votes: [votes.count(k) / 4 for k in range(width)])
    return vectors(width, grid(1))


@st.composite
def problems(draw, activation=None, output=None, loss=None, reduction=None, bias=None, exp=None, max_layers=4,
             max_examples=3):
    """(network, X, y): a network with weights from the grid, of up to four layers, and data that fit it."""
    if loss is None:
        output, loss = draw(st.sampled_from(VALID_PAIRS))
    layer_sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=max_layers + 1))
    bias = draw(st.booleans()) if bias is None else bias
    shapes = list(zip(layer_sizes[:-1], layer_sizes[1:]))
    net = Network.from_weights(
        [draw(matrices(inputs, units, grid(1))) for inputs, units in shapes],
        [draw(vectors(units, grid(1))) for _, units in shapes] if bias else None,
        activation=activation or draw(st.sampled_from(ACTIVATIONS)), output=output, loss=loss,
        reduction=reduction or draw(st.sampled_from(["sum", "mean"])),
        exp=exp or draw(st.sampled_from(["platform", "portable"])))
    examples = draw(st.integers(1, max_examples))
    X = draw(matrices(examples, layer_sizes[0], grid(2)))
    return net, X, draw(st.lists(targets(layer_sizes[-1], output, loss), min_size=examples, max_size=examples))


def options_of(net):
    """The keyword arguments with which from_weights makes a network of the same kind."""
    return {"activation": net.activation, "output": net.output, "loss": net.loss_name, "reduction": net.reduction,
            "seed": net.seed, "exp": net.exp}


def copy_of(net, **changed):
    """A network with the same weights and options, or with some of the options changed."""
    return Network.from_weights(net.weights, net.biases, **{**options_of(net), **changed})


def bits(value):
    """The bits of every float in nested lists, so that -0.0 and 0.0 differ: for comparisons to the last bit."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [bits(element) for element in value]
    return struct.pack(">d", value).hex()


def parameters(net):
    """The bits of everything that training changes in a network."""
    return bits([net.weights, net.biases])


def flat(gradients):
    """Every number of Gradients, in one list: those of the weights, layer by layer, then those of the biases."""
    rows = [row for matrix in gradients.weights for row in matrix] + (gradients.biases or [])
    return [value for row in rows for value in row]


class Number:
    """A number of another library: it subtracts and turns itself into a float, and is nothing that Python knows."""

    def __init__(self, value):
        self.held = value

    def __sub__(self, other):
        return Number(self.held - other.held)

    def __float__(self):
        return float(self.held)

    def __repr__(self):
        return f"Number({self.held!r})"


class Row:
    """A row of another library: it has a length, and gives its numbers one by one, and is no list."""

    def __init__(self, values):
        self.held = [Number(value) for value in values]

    def __len__(self):
        return len(self.held)

    def __iter__(self):
        return iter(self.held)

    def __repr__(self):
        return f"{type(self).__name__}({self.held!r})"


class Rows(Row):
    """A table of another library, of which each element is a Row."""

    def __init__(self, rows):
        self.held = [Row(row) for row in rows]
