"""How each number of a step came about: its formula in symbols, and with the numbers put in.

Every kind of step has its entry in KINDS, at the end: what it is called, the formula for whole matrices, and a function
that writes out the formula of one element. What is written out is a text with places in it: each a name and an index,
to be filled with the symbol `W1[0][2]` or with its number.

The names in a trace: X and y; for each layer 1, 2, ... its W and b, z and a, error, slope and delta; dW and db for the
gradients; update_W1 and new_W1, and so on, for the step.
"""
from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple, Union


class Place(NamedTuple):
    """An element of one of the named matrices of a trace.

    >>> str(Place("W1", (0, 2)))
    'W1[0][2]'
    """

    name: str
    at: Tuple[int, ...]

    def __str__(self) -> str:
        return self.name + "".join(f"[{i}]" for i in self.at)


Piece = Union[str, Place]


class Written(NamedTuple):
    """A formula written out: what stands before a sum, its terms, and what stands after it.

    A formula without a sum has one term.
    """

    terms: List[List[Piece]]
    before: List[Piece] = []
    after: List[Piece] = []

    def places(self) -> List[Place]:
        """Return the places in it, in their order."""
        pieces = [*self.before, *(piece for term in self.terms for piece in term), *self.after]
        return [piece for piece in pieces if isinstance(piece, Place)]

    def fill(self, text: Callable[[Place], str], most: int = 8) -> str:
        """Return it as text, each place filled by a function.

        Of a sum of more terms than `most`, the middle is left out.

        >>> sum_of_squares = Written([[Place("a", (i,)), "²"] for i in range(20)])
        >>> sum_of_squares.fill(str, most=3)
        'a[0]² + a[1]² + ... 17 more ... + a[19]²'
        """
        def join(pieces: Sequence[Piece]) -> str:
            return "".join(piece if isinstance(piece, str) else text(piece) for piece in pieces)

        terms = [join(term) for term in self.terms]
        if len(terms) > most:
            terms[most - 1:-1] = [f"... {len(terms) - most} more ..."]
        return join(self.before) + " + ".join(terms) + join(self.after)


def number(value: float, digits: int = 6) -> str:
    """Return a number with so many significant digits.

    >>> number(1.0), number(-0.165955990594852), number(4.2e-18, 3)
    ('1', '-0.165956', '4.2e-18')
    """
    return f"{value + 0.0:.{digits}g}"


def inside(value: float, digits: int = 6) -> str:
    """Return a number as it stands within a formula: a negative one in parentheses.

    >>> inside(-0.5)
    '(-0.5)'
    """
    text = number(value, digits)
    return f"({text})" if text.startswith("-") else text


class Setting(NamedTuple):
    """What a formula depends on beside its place: the network's functions, its sizes and the number of examples."""

    sizes: List[int]
    bias: bool
    activations: List[str]  # of the layers 1, 2, ...
    loss: str
    made_for: bool  # whether the loss is made for its output activation, so that its delta is a - y
    mean: bool  # whether the loss is the mean over the examples
    examples: int

    @property
    def last(self) -> int:
        """Return the number of the last layer."""
        return len(self.sizes) - 1

    @property
    def share(self) -> str:
        """Return what becomes of each example's part in the loss: it is divided by their number for the mean."""
        return f" / {self.examples}" if self.mean else ""


Index = Tuple[int, ...]


def inputs(layer: int) -> str:
    """Return the name of what a layer takes in.

    >>> inputs(1), inputs(2)
    ('X', 'a1')
    """
    return "X" if layer == 1 else f"a{layer - 1}"


# Each of the following writes out one element: of row i and column j, of example i, or of unit j.


def weighted_input(s: Setting, layer: int, index: Index) -> Written:
    """z[i][j] = Σ a[i][k] · W[k][j] + b[j]"""
    i, j = index
    terms: List[List[Piece]] = [[Place(inputs(layer), (i, k)), " · ", Place(f"W{layer}", (k, j))]
                                for k in range(s.sizes[layer - 1])]
    return Written(terms, after=[" + ", Place(f"b{layer}", (j,))] if s.bias else [])


def activation(s: Setting, layer: int, index: Index) -> Written:
    """a[i][j] = activation(z[i][j])"""
    z = Place(f"z{layer}", index)
    if s.activations[layer - 1] == "softmax":
        return Written([["e^", Place(f"z{layer}", (index[0], k))] for k in range(s.sizes[layer])],
                       before=["e^", z, " / ("], after=[")"])
    return Written([VALUES[s.activations[layer - 1]](z)])


VALUES: Dict[str, Callable[[Place], List[Piece]]] = {
    "sigmoid": lambda z: ["1 / (1 + e^-", z, ")"],
    "tanh": lambda z: ["tanh ", z],
    "relu": lambda z: ["max(0, ", z, ")"],
    "identity": lambda z: [z],
}


def example_loss(s: Setting, layer: int, index: Index) -> Written:
    """losses[i]: the loss of one example, over its outputs."""
    pairs = [(Place(f"a{s.last}", (*index, j)), Place("y", (*index, j))) for j in range(s.sizes[-1])]
    return LOSSES[s.loss](pairs)


def squares(pairs: Sequence[Tuple[Place, Place]], divisor: int) -> Written:
    """((a_1 - y_1)² + (a_2 - y_2)² + ...) / divisor"""
    alone = len(pairs) == 1
    after = f" / {divisor}" if divisor > 1 else ""
    return Written([["(", a, " - ", y, ")²"] for a, y in pairs], before=[] if alone or not after else ["("],
                   after=[after if alone or not after else ")" + after])


LOSSES: Dict[str, Callable[[Sequence[Tuple[Place, Place]]], Written]] = {
    "squared_error": lambda pairs: squares(pairs, 2),
    "mean_squared_error": lambda pairs: squares(pairs, len(pairs)),
    "binary_cross_entropy": lambda pairs: Written(
        [[y, " · log ", a, " + (1 - ", y, ") · log(1 - ", a, ")"] for a, y in pairs], before=["-("], after=[")"]),
    "cross_entropy": lambda pairs: Written([[y, " · log ", a] for a, y in pairs], before=["-("], after=[")"]),
}


def loss(s: Setting, layer: int, index: Index) -> Written:
    """loss: the examples' losses added up, or their mean."""
    before, after = (["("], [f"){s.share}"]) if s.mean else ([], [])
    return Written([[Place("losses", (i,))] for i in range(s.examples)], list(before), list(after))


def error(s: Setting, layer: int, index: Index) -> Written:
    """error[i][j]: of the outputs, a - y and the loss's own factors; of a hidden layer, Σ delta[i][k] · W[j][k]"""
    i, j = index
    if layer < s.last:
        return Written([[Place(f"delta{layer + 1}", (i, k)), " · ", Place(f"W{layer + 1}", (j, k))]
                        for k in range(s.sizes[layer + 1])])
    pieces: List[Piece] = [Place(f"a{layer}", index), " - ", Place("y", index)]
    if s.loss == "mean_squared_error":
        pieces = ["2 · (", *pieces, f") / {s.sizes[-1]}"]
    elif s.share:
        pieces = ["(", *pieces, ")"]
    return Written([pieces + [s.share]])


def slope(s: Setting, layer: int, index: Index) -> Written:
    """slope[i][j] = activation'(z[i][j])"""
    return Written([SLOPES[s.activations[layer - 1]](Place(f"z{layer}", index), Place(f"a{layer}", index))])


SLOPES: Dict[str, Callable[[Place, Place], List[Piece]]] = {
    "sigmoid": lambda z, a: [a, " · (1 - ", a, ")"],
    "tanh": lambda z, a: ["1 - ", a, "²"],
    "relu": lambda z, a: ["1 if ", z, " > 0 else 0"],
    "identity": lambda z, a: ["1"],
    "softmax": lambda z, a: [a],  # which the matrix of slopes is made of
}


def delta(s: Setting, layer: int, index: Index) -> Written:
    """delta[i][j] = error[i][j] · slope[i][j], or what a softmax or a loss made for the output makes of that"""
    if layer == s.last and s.made_for:
        a, y = Place(f"a{layer}", index), Place("y", index)
        return Written([["(", a, " - ", y, f"){s.share}"] if s.share else [a, " - ", y]])
    e, p = Place(f"error{layer}", index), Place(f"slope{layer}", index)
    if s.activations[layer - 1] != "softmax":
        return Written([[e, " · ", p]])
    i = index[0]
    terms: List[List[Piece]] = [[Place(f"error{layer}", (i, k)), " · ", Place(f"slope{layer}", (i, k))]
                                for k in range(s.sizes[layer])]
    return Written(terms, before=[p, " · (", e, " - ("], after=["))"])


def gradient(s: Setting, layer: int, index: Index) -> Written:
    """dW[i][j] = Σ a[k][i] · delta[k][j] over the examples k"""
    i, j = index
    return Written([[Place(inputs(layer), (k, i)), " · ", Place(f"delta{layer}", (k, j))] for k in range(s.examples)])


def bias_gradient(s: Setting, layer: int, index: Index) -> Written:
    """db[j] = Σ delta[k][j] over the examples k"""
    return Written([[Place(f"delta{layer}", (k, *index))] for k in range(s.examples)])


def update(parameter: str) -> Callable[[Setting, int, Index], Written]:
    """update[i][j] = learning_rate · gradient[i][j]"""
    return lambda s, layer, index: Written(
        [[Place("learning_rate", ()), " · ", Place(f"d{parameter}{layer}", index)]])


def new(parameter: str) -> Callable[[Setting, int, Index], Written]:
    """new[i][j] = old[i][j] - update[i][j]"""
    return lambda s, layer, index: Written(
        [[Place(f"{parameter}{layer}", index), " - ", Place(f"update_{parameter}{layer}", index)]])


def again(s: Setting, layer: int, index: Index) -> Written:
    """What comes of another forward pass, with the new weights: too long to write out."""
    return Written([["the same forward pass, with the new weights and biases" if s.bias else
                     "the same forward pass, with the new weights"]])


class Kind(NamedTuple):
    """A kind of step: its names, its formula for matrices, and how to write out one element.

    In the texts {l} is the number of the layer, {before} what the layer takes in, {after} the number of the next layer.
    """

    name: str
    title: str
    formula: Callable[[Setting, int], str]
    element: Callable[[Setting, int, Index], Written]


def _weighted_input(s: Setting, layer: int) -> str:
    return f"{inputs(layer)} · W{layer}" + (f" + b{layer}" if s.bias else "")


def _activation(s: Setting, layer: int) -> str:
    return f"{s.activations[layer - 1]}(z{layer})"


def _losses(s: Setting, layer: int) -> str:
    return f"{s.loss}(a{s.last}, y), example by example"


def _loss(s: Setting, layer: int) -> str:
    return f"sum of losses{s.share}"


def _error(s: Setting, layer: int) -> str:
    if layer < s.last:
        return f"delta{layer + 1} · W{layer + 1}ᵀ"
    written = f"a{layer} - y"
    if s.loss == "mean_squared_error":
        return f"2 · ({written}) / {s.sizes[-1]}{s.share}"
    return f"({written}){s.share}" if s.share else written


def _slope(s: Setting, layer: int) -> str:
    name = s.activations[layer - 1]
    return {"sigmoid": f"a{layer} ⊙ (1 - a{layer})", "tanh": f"1 - a{layer} ⊙ a{layer}",
            "relu": f"1 where z{layer} > 0, else 0", "identity": "1",
            "softmax": f"a{layer}, of which the matrix of slopes is made"}[name]


def _delta(s: Setting, layer: int) -> str:
    if layer == s.last and s.made_for:
        return f"(a{layer} - y){s.share}" if s.share else f"a{layer} - y"
    if s.activations[layer - 1] == "softmax":
        return f"slope{layer} ⊙ (error{layer} - row sums of error{layer} ⊙ slope{layer})"
    return f"error{layer} ⊙ slope{layer}"


KINDS: Dict[str, Kind] = {
    "weighted_input": Kind("z{l}", "weighted input of layer {l}", _weighted_input, weighted_input),
    "activation": Kind("a{l}", "activation of layer {l}", _activation, activation),
    "example_loss": Kind("losses", "loss of each example", _losses, example_loss),
    "loss": Kind("loss", "loss", _loss, loss),
    "error": Kind("error{l}", "error of layer {l}", _error, error),
    "slope": Kind("slope{l}", "slope of layer {l}", _slope, slope),
    "delta": Kind("delta{l}", "delta of layer {l}", _delta, delta),
    "gradient": Kind("dW{l}", "gradient of the weights of layer {l}",
                     lambda s, layer: f"{inputs(layer)}ᵀ · delta{layer}", gradient),
    "bias_gradient": Kind("db{l}", "gradient of the biases of layer {l}",
                          lambda s, layer: f"column sums of delta{layer}", bias_gradient),
    "update": Kind("update_W{l}", "update of the weights of layer {l}",
                   lambda s, layer: f"learning_rate · dW{layer}", update("W")),
    "new_weights": Kind("new_W{l}", "new weights of layer {l}",
                        lambda s, layer: f"W{layer} - update_W{layer}", new("W")),
    "bias_update": Kind("update_b{l}", "update of the biases of layer {l}",
                        lambda s, layer: f"learning_rate · db{layer}", update("b")),
    "new_biases": Kind("new_b{l}", "new biases of layer {l}",
                       lambda s, layer: f"b{layer} - update_b{layer}", new("b")),
    "new_activation": Kind("new_a{l}", "predictions after the step",
                           lambda s, layer: "forward pass with the new weights", again),
    "new_loss": Kind("new_loss", "loss after the step", lambda s, layer: "loss with the new weights", again),
}
