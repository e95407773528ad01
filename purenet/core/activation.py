"""Activation functions: what a unit makes of its weighted input, and the slope of that, which backprop needs.

Each function takes the weighted input z and the arithmetic to work in. The slope is the derivative at the same z.
"""

from . import matrix
from .arithmetic import PLATFORM


def sigmoid(z, arithmetic=PLATFORM):
    """Squash any number into 0 to 1: the confidence of a unit.

    a = 1 / (1 + e^-z)

    >>> sigmoid(0.0)
    0.5
    >>> sigmoid(-1000.0), sigmoid(1000.0)
    (0.0, 1.0)
    """
    try:
        return 1 / (1 + arithmetic.exp(-z))
    except (ArithmeticError, ValueError):  # e^-z is more than a float holds (a ValueError on MicroPython),
        return arithmetic.exp(z)  # so 1 + e^-z is e^-z, and a is e^z


def sigmoid_slope(z, arithmetic=PLATFORM):
    """Return the slope of the sigmoid: steepest, 1/4, at z = 0, where it is undecided, and flat where it is sure.

    a' = a (1 - a) = a (e^-z a)

    The tutorial's form is the first. The second is equal to it on paper and keeps its digits when a is near 1.

    >>> sigmoid_slope(0.0)
    0.25
    >>> a = sigmoid(40.0)
    >>> a * (1 - a), sigmoid_slope(40.0)
    (0.0, 4.248354255291589e-18)
    """
    try:
        e = arithmetic.exp(-z)
        a = 1 / (1 + e)
        return a * (e * a)
    except (ArithmeticError, ValueError):
        return arithmetic.exp(z)


def tanh(z, arithmetic=PLATFORM):
    """Squash any number into -1 to 1.

    a = (e^z - e^-z) / (e^z + e^-z)

    >>> tanh(0.0), tanh(-1000.0), tanh(1000.0)
    (0.0, -1.0, 1.0)
    """
    return arithmetic.tanh(z)


def tanh_slope(z, arithmetic=PLATFORM):
    """Return the slope of tanh.

    a' = 1 - a²; because tanh z = 2 sigmoid(2z) - 1, it is also four times the sigmoid's slope at 2z, which keeps its
    digits when a is near 1.

    >>> tanh_slope(0.0)
    1.0
    """
    return 4 * sigmoid_slope(2 * z, arithmetic)


def relu(z, arithmetic=PLATFORM):
    """Pass what is positive and stop what is not (the rectified linear unit).

    a = max(0, z)

    >>> relu(-2.0), relu(3.0)
    (0.0, 3.0)
    """
    return z if arithmetic.real(z) > 0 else z - z  # a zero of z's own kind of number; NaN stays NaN, to be seen


def relu_slope(z, arithmetic=PLATFORM):
    """Return the slope of relu; at 0 itself, where it jumps, it is 0 by convention.

    a' = 1 if z > 0 else 0

    >>> relu_slope(-2.0), relu_slope(0.0), relu_slope(3.0)
    (0, 0, 1)
    """
    return 1 if arithmetic.real(z) > 0 else 0


def identity(z, arithmetic=PLATFORM):
    """Return the weighted input itself, for outputs that may be any number.

    a = z

    >>> identity(-2.5)
    -2.5
    """
    return z


def identity_slope(z, arithmetic=PLATFORM):
    """Return the slope of the identity.

    a' = 1

    >>> identity_slope(-2.5)
    1
    """
    return 1


def softmax(row, arithmetic=PLATFORM):
    """Turn one example's weighted inputs into probabilities that add up to 1.

    a_k = e^z_k / (e^z_1 + e^z_2 + ...)

    The largest z is subtracted from all of them first, which changes nothing on paper and keeps e^z from overflowing.

    >>> softmax([0.0, 0.0])
    [0.5, 0.5]
    >>> softmax([1000.0, 0.0])
    [1.0, 0.0]
    """
    largest = max(row, key=arithmetic.real)
    exps = [arithmetic.exp(z - largest) for z in row]
    total = matrix.row_sums([exps])[0]
    return [e / total for e in exps]


class Elementwise:
    """Apply an activation function to every element of a matrix; its slope belongs to each element alone.

    >>> ACTIVATIONS["relu"].value([[-2.0, 3.0]], PLATFORM)
    [[0.0, 3.0]]
    """

    def __init__(self, function, slope):
        self.function = function
        self.slope_function = slope

    def value(self, Z, arithmetic):
        """Return the activations: function(z) for every z.     (m, n) -> (m, n)"""
        return [[self.function(z, arithmetic) for z in row] for row in Z]

    def slope(self, Z, arithmetic):
        """Return the slope for every z.     (m, n) -> (m, n)"""
        return [[self.slope_function(z, arithmetic) for z in row] for row in Z]

    def delta(self, error, slope):
        """Return the error-weighted derivative: error times slope, element by element.     (m, n), (m, n) -> (m, n)"""
        return matrix.multiply(error, slope)


class Softmax:
    """Apply softmax to every row of a matrix; each output depends on all the inputs of its row.

    The slope is therefore a matrix for each example, a_i (1 if i = j else 0) - a_i a_j. All of it can be told from the
    activations, so they stand for it.
    """

    def value(self, Z, arithmetic):
        """Return the probabilities of every row.     (m, n) -> (m, n)"""
        return [softmax(row, arithmetic) for row in Z]

    def slope(self, Z, arithmetic):
        """Return what the slope is made of: the activations.     (m, n) -> (m, n)"""
        return self.value(Z, arithmetic)

    def delta(self, error, slope):
        """Return the error times the matrix of slopes: delta_i = a_i (error_i - sum of error_j a_j).

        (m, n), (m, n) -> (m, n)
        """
        common = matrix.row_sums(matrix.multiply(error, slope))
        return [[a * (e - c) for a, e in zip(slope_row, error_row)]
                for slope_row, error_row, c in zip(slope, error, common)]


ACTIVATIONS = {
    "sigmoid": Elementwise(sigmoid, sigmoid_slope),
    "tanh": Elementwise(tanh, tanh_slope),
    "relu": Elementwise(relu, relu_slope),
    "identity": Elementwise(identity, identity_slope),
    "softmax": Softmax(),
}
