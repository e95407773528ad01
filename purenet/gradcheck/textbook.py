"""Backpropagation as textbooks write it down, one step a line, so that there is a line for every way to get it wrong.

It is correct, and shares nothing with `core.backprop`. The mistakes of the gallery are lines of this file, replaced.
"""
from __future__ import annotations

from typing import Any, List, Tuple

from ..core.gradients import Gradients
from ..core.matrix import add_row, column_sums, dot, map, multiply, row_sums, scale, subtract, transpose
from ..core.network import Network

Number = Any  # float, Decimal, Rounded: what adds and multiplies
Matrix = List[List[Number]]
Tables = List[Matrix]


def backprop(net: Network, X: Matrix, y: Matrix) -> Gradients:
    """Return the gradients of the reduced loss by every weight and bias.

    z_l = a_(l-1) · W_l + b_l             a_l = activation(z_l)     a_0 = X
    delta_L = ∂C/∂a_L ⊙ slope(a_L)        delta_l = (delta_(l+1) · W_(l+1)ᵀ) ⊙ slope(a_l)
    ∂C/∂W_l = a_(l-1)ᵀ · delta_l / n      ∂C/∂b_l = Σ delta_l / n

    X is (examples, n_0), y is (examples, n_L); n is the number of examples, or 1 for the reduction "sum".

    >>> backprop(Network([2, 1], init="zeros"), [[2.0, -4.0]], [[1.0]])
    Gradients(weights=[[[-0.25], [0.5]]], biases=[[-0.125]])
    """
    return batch(net, X, y)


def batch(net: Network, X: Matrix, y: Matrix) -> Gradients:
    """Return the gradients of all examples together."""
    z, a = forward(net, X)
    error = output_error(net, a[-1], y)
    delta = output_delta(net, error, z[-1], a[-1], y)
    n = len(X) if net.reduction == "mean" else 1
    weight_gradients: Tables = []
    bias_gradients: Matrix = []
    for layer in reversed(range(len(net.weights))):
        inputs = a[layer]
        dW = dot(transpose(inputs), delta)
        db = column_sums(delta)
        dW, db = over(dW, n), over([db], n)[0]
        weight_gradients.insert(0, dW)
        bias_gradients.insert(0, db)
        if layer > 0:
            W = net.weights[layer]
            error = dot(delta, transpose(W))
            delta = hidden_delta(net, error, z[layer - 1], a[layer])
    return Gradients(weight_gradients, bias_gradients if net.biases is not None else None)


def forward(net: Network, X: Matrix) -> Tuple[Tables, Tables]:
    """Return the weighted inputs of every layer, and the activations: the inputs, then those of every layer."""
    z, a = [], [X]
    for layer, W in enumerate(net.weights):
        z.append(dot(a[layer], W))
        if net.biases is not None:
            z[layer] = add_row(z[layer], net.biases[layer])
        outputs = net.activation_functions[layer].value(z[layer], net.arithmetic)
        a.append(outputs)
    return z, a


def output_error(net: Network, a: Matrix, y: Matrix) -> Matrix:
    """Return ∂C/∂a of the output layer, or for the cross-entropies what that is after the slope: a - y."""
    error = subtract(a, y)
    if net.loss_name == "mean_squared_error":
        error = over(scale(error, 2), len(y[0]))
    return error


def output_delta(net: Network, error: Matrix, z: Matrix, a: Matrix, y: Matrix) -> Matrix:
    """Return ∂C/∂z of the output layer."""
    if net.loss_name in ("binary_cross_entropy", "cross_entropy"):
        delta = error
    else:
        delta = weighted(net, net.output, error, z, a)
    return delta


def hidden_delta(net: Network, error: Matrix, z: Matrix, a: Matrix) -> Matrix:
    """Return ∂C/∂z of a hidden layer."""
    return weighted(net, net.activation, error, z, a)


def weighted(net: Network, activation: str, error: Matrix, z: Matrix, a: Matrix) -> Matrix:
    """Return the error times the slope of the activation."""
    if activation == "softmax":
        return softmax_weighted(error, a)
    slope = map(SLOPES[activation], a)
    return multiply(error, slope)


def softmax_weighted(error: Matrix, a: Matrix) -> Matrix:
    """Return the error times the matrix of slopes of softmax: a_i (error_i - Σ error_j a_j)."""
    common = row_sums(multiply(error, a))
    rest = [[e - c for e in row] for row, c in zip(error, common)]
    return multiply(a, rest)


def sigmoid_slope(a: Number) -> Number:
    """Return the slope of the sigmoid, from its value."""
    return a * (1 - a)


def tanh_slope(a: Number) -> Number:
    """Return the slope of tanh, from its value."""
    return 1 - a * a


def relu_slope(a: Number) -> Number:
    """Return the slope of relu, from its value; 0 at 0."""
    return 1 if a > 0 else 0


def identity_slope(a: Number) -> Number:
    """Return the slope of the identity."""
    return 1


SLOPES = {"sigmoid": sigmoid_slope, "tanh": tanh_slope, "relu": relu_slope, "identity": identity_slope}


def over(A: Matrix, n: int) -> Matrix:
    """Return a matrix divided by a whole number."""
    return [[value / n for value in row] for row in A]
