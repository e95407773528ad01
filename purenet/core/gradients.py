"""Gradients: what backprop returns, and what everyone else hands over who has an opinion on them."""


class Gradients:
    """Hold the derivative of the loss by every weight and bias, in the network's own shapes.

    weights[l][i][j] is ∂C/∂W of layer l, from its input i to its unit j; biases[l][j] is ∂C/∂b, and biases is None for
    a network without.

    >>> Gradients([[[0.5]]], [[0.25]])
    Gradients(weights=[[[0.5]]], biases=[[0.25]])
    """

    __slots__ = ("weights", "biases")

    def __init__(self, weights: list, biases: "list | None") -> None:
        self.weights = weights
        self.biases = biases

    def __eq__(self, other):
        return isinstance(other, Gradients) and (self.weights, self.biases) == (other.weights, other.biases)

    def __repr__(self):
        return f"Gradients(weights={self.weights!r}, biases={self.biases!r})"
