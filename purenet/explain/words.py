"""What the shapes and the signs of a step mean, told in sentences."""
from __future__ import annotations

from typing import List, NamedTuple, Tuple

from .formulas import KINDS, Setting, inputs, number

LOSSES = {
    "squared_error": "half the sum of the squared errors of its outputs",
    "mean_squared_error": "the mean of the squared errors of its outputs",
    "binary_cross_entropy": "the cross-entropy of its outputs, each a yes or no of its own",
    "cross_entropy": "the cross-entropy of its outputs, which share one choice",
}


def conventions(s: Setting, learning_rate: float) -> List[str]:
    """Return the signs, and the sum or mean, that are in force."""
    reduced = (f"The loss is the mean over the {s.examples} examples, so each counts 1/{s.examples}: every error is "
               f"divided by {s.examples}." if s.mean else
               f"The loss is the sum over the examples ({s.examples} here), not their mean: each counts in full.")
    start = (f"The loss is made for {s.activations[-1]} outputs: the slope cancels, and delta{s.last} is "
             f"{KINDS['delta'].formula(s, s.last)}."
             if s.made_for else
             f"The error is prediction minus target, here error{s.last} = {KINDS['error'].formula(s, s.last)}; delta, "
             "error times slope, says how fast the loss grows with z.")
    return [
        f"The loss of an example is {LOSSES[s.loss]}.",
        reduced,
        start,
        f"Descent subtracts: new weight = weight - learning_rate · gradient; learning_rate is {number(learning_rate)}. "
        "So a positive gradient takes a weight down. (Some tutorials take target minus prediction and add: the same "
        "step, with both signs turned.)",
    ]


NOTES = {  # of a kind of step, and of the activation or loss that it goes by
    ("activation", "softmax"): "The largest z of the row is subtracted from all of them first: the same on paper, and "
                               "no e^z overflows.",
    ("example_loss", "binary_cross_entropy"): "Computed from z, so that there is never a log of 0.",
    ("example_loss", "cross_entropy"): "Computed from z, so that there is never a log of 0.",
    ("slope", "sigmoid"): "Computed as a · (e^-z · a): the same on paper, and it keeps its digits where a is near 1.",
    ("slope", "tanh"): "Computed as 4 times the sigmoid's slope at 2z: the same on paper, and it keeps its digits.",
    ("slope", "relu"): "At z = 0 itself, where the slope jumps, it is 0 by convention.",
    ("slope", "softmax"): "Each output depends on every z of its row: the slopes are a matrix for each example, "
                          "a_j (1 if j = k else 0) - a_j a_k, which can be told from a.",
    ("delta", "binary_cross_entropy"): "Error times slope in one: the loss's 1 / (a (1 - a)) cancels the slope.",
    ("delta", "cross_entropy"): "Error times slope in one: the loss's 1 / a cancels in the softmax's slopes.",
}


def note(s: Setting, kind: str, layer: int) -> str:
    """Return what the formula of a step does not say, in a sentence, or "" where there is nothing to add."""
    function = s.loss if kind == "example_loss" or (kind == "delta" and layer == s.last) else s.activations[layer - 1]
    return NOTES.get((kind, function), "")


class Product(NamedTuple):
    """A product of two matrices, of which one is transposed: what it is for, and the shapes."""

    name: str
    result: str  # the name of what has the same shape
    left: str
    right: str
    transposed: str  # "left" or "right"
    summed: str  # what the product adds up over
    left_shape: Tuple[int, int]  # as they are, before the transpose
    right_shape: Tuple[int, int]
    wanted: Tuple[int, int]


def products(s: Setting) -> List[Product]:
    """Return the products with a transpose, in the order of the backward pass."""
    found = []
    for layer in range(s.last, 0, -1):
        m, below, here = s.examples, s.sizes[layer - 1], s.sizes[layer]
        found.append(Product(f"dW{layer}", f"W{layer}", inputs(layer), f"delta{layer}", "left", "the examples",
                             (m, below), (m, here), (below, here)))
        if layer > 1:
            found.append(Product(f"error{layer - 1}", f"a{layer - 1}", f"delta{layer}", f"W{layer}", "right",
                                 f"the units of layer {layer}", (m, here), (below, here), (m, below)))
    return found


def transposes(s: Setting) -> List[str]:
    """Return, for every product with a transpose, what the shapes are, which one fits, and why no other does.

    >>> setting = Setting([3, 4, 1], False, ["sigmoid", "sigmoid"], "squared_error", False, False, 5)
    >>> print(transposes(setting)[0])
    dW2 = a1ᵀ · delta2: a1 is (5, 4), delta2 is (5, 1), and dW2 must be (4, 1), as W2 is. Only (4, 5) · (5, 1) is: it \
adds up over the examples, the 5 that both have. Without the transpose (5, 4) · (5, 1) does not fit: 4 is not 5.
    """
    return [told(product) for product in products(s)]


def told(p: Product) -> str:
    """Return the sentences on one product."""
    left, right = p.left_shape, p.right_shape
    turned_left, turned_right = (left[::-1], right) if p.transposed == "left" else (left, right[::-1])
    marks = ("ᵀ", "") if p.transposed == "left" else ("", "ᵀ")
    text = (f"{p.name} = {p.left}{marks[0]} · {p.right}{marks[1]}: {p.left} is {left}, {p.right} is {right}, and "
            f"{p.name} must be {p.wanted}, as {p.result} is. ")
    plain = f"{left} · {right}"
    if left[1] != right[0]:
        return (f"{text}Only {turned_left} · {turned_right} is: it adds up over {p.summed}, the {turned_left[1]} that "
                f"both have. Without the transpose {plain} does not fit: {left[1]} is not {right[0]}.")
    result = (left[0], right[1])
    text += f"{turned_left} · {turned_right} is: it adds up over {p.summed}, the {turned_left[1]} that both have. "
    if result != p.wanted:
        return (f"{text}Without the transpose {plain} happens to fit, because two sizes are equal, but gives {result}: "
                "the wrong shape.")
    return (f"{text}Beware: without the transpose {plain} fits too, and even gives {result}, because the sizes are "
            "equal. No error would tell; but its sums pair the wrong things.")
