"""Mistakes that nobody is known to have made: what else fits in a place of the textbook's formulas.

The catalogue holds what people wrote. Where none of it makes somebody's numbers, each place is filled with whatever its
shape admits: another slope, another error, another product of the matrices at hand.
"""
from __future__ import annotations

import itertools
from typing import Dict, Iterator, NamedTuple, Sequence, Tuple

from ..core.network import Network
from .mistakes import (BACK, BIAS, BIASES, ERROR, FROM_A, FUSED, FUSED_LOSS, HIDDEN_LAYER, PLAIN_LOSS, PRODUCT, SLOPED,
                       SOFTMAX, SOFTMAX_OUTPUT, TIMES)
from .replay import Condition, Mistake

CURVES = ["v", "1 - v", "1 + v", "v * v", "1 - v * v", "1 + v * v", "v * (1 - v)", "v * (1 + v)", "v * v * (1 - v)",
          "v * (1 - v) * (1 - v)", "(1 - v) * (1 - v)", "v * (1 - v * v)", "1 - 2 * v", "1 / v"]
SLOPES = [(form, f"each(lambda a, z, error: {form}, a, z, error)") for form in [
    *(sign.format(curve.replace("v", name)) for curve in CURVES for name in ("a", "z", "error")
      for sign in ("{}", "-({})")),
    "1 if z < 0 else 0", "1 if z >= 0 else 0", "1 if error > 0 else 0"]]
SLOPES += [(f"exp({sign}z)", f"map(lambda z: net.arithmetic.exp({sign}z), z)") for sign in ("", "-")]
SLOPES += [(f"{function}{prime}({name})", f'ACTIVATIONS["{function}"].{part}({name}, net.arithmetic)')
           for function in ("sigmoid", "tanh") for prime, part in (("", "value"), ("'", "slope"))
           for name in ("z", "a", "error")]
OWN_SLOPE = "map(SLOPES[activation], a)"
OWN_SLOPES = [(f"slope * {name}", f"multiply({OWN_SLOPE}, {name})") for name in ("z", "a", "error")] + [
    ("1 / slope", f"map(lambda s: 1 / s, {OWN_SLOPE})"),
    ("Σ slope", f"[[total] * len(a[0]) for total in row_sums({OWN_SLOPE})]")]
ERRORS = ["1", "y", "a * y", "a + y", "1 - y", "1 - a", "1 - a * y", "a - (1 - y)", "2 * a - y", "a - 2 * y",
          "a * a - y", "a - y * y", "a * a - y * y", "a * (a - y)", "y * (a - y)", "(1 - a) * (a - y)", "(a - y) / a",
          "(a - y) / y", "1 / (a - y)", "y / a", "(1 - y) / (1 - a)", "a * (1 - y)", "y * (1 - a)",
          "(a - y) * (a - y) * (a - y)", "-y * log(a)", "-y * log(a) - (1 - y) * log(1 - a)"]
WHEN: Dict[str, Tuple[Condition, ...]] = {  # a line counts, where it does not always
    FROM_A: (SLOPED,), TIMES: (SLOPED,), SOFTMAX: (PLAIN_LOSS, SOFTMAX_OUTPUT), FUSED: (FUSED_LOSS,),
    BACK: (HIDDEN_LAYER,), BIAS: (BIASES,)}
RIGHT = {
    "slope": "The slope of the sigmoid is a * (1 - a), that of tanh 1 - a * a, that of relu 1 or 0.",
    "slope of softmax": "Softmax has a matrix of slopes: delta_i = a_i (error_i - sum of error_j a_j).",
    "delta": "delta is the error times the slope of the activation.",
    "delta / error": "With a cross-entropy the slope of the outputs cancels: delta is a - y, the error itself.",
    "error": "The error of the outputs is a - y; that of a hidden layer is delta · Wᵀ, from the layer above.",
    "dW": "The gradient of W is inputsᵀ · delta.",
    "db": "The gradient of b is Σ delta, over the examples.",
}


class Thing(NamedTuple):
    """Hold a matrix at hand in the loop over the layers: as it is called, its code, and its rows and columns.

    These are "m" for the examples, "p" for what goes into the layer, "n" for its units.
    """

    name: str
    code: str
    rows: str
    columns: str

    def transposed(self) -> Thing:
        """Return its transpose."""
        name = self.name[:-1] if self.name.endswith("ᵀ") else self.name + "ᵀ"
        return Thing(name, f"transpose({self.code})", self.columns, self.rows)


SLOPE = Thing("delta/error", "each(lambda d, e: d / e, delta, error)", "m", "n")
DELTAS = [Thing("delta", "delta", "m", "n"), Thing("error", "error", "m", "n"), SLOPE]
OWN = [Thing("a", "a[layer + 1]", "m", "n"), Thing("z", "z[layer]", "m", "n")]
INPUTS = Thing("inputs", "inputs", "m", "p")
W = Thing("W", "net.weights[layer]", "p", "n")
ABSOLUTE = Thing("|W|", "map(abs, net.weights[layer])", "p", "n")
GRADIENT = Thing("dW", "dW", "p", "n")


def guesses(net: Network, examples: int) -> Iterator[Mistake]:
    """Yield what else may stand in the formulas for a network and so many examples, the plain before the strange.

    Not all of it applies to the network: what does not stands in a line that does nothing there.

    >>> first = next(guesses(Network([3, 4, 1]), 5))
    >>> first.name, first.symptom
    ('slope = a', 'The numbers are those of backprop with slope = a.')
    """
    for form, slope in SLOPES:
        yield guess("slope", form, FROM_A, f"slope = {slope}")
        yield guess("slope of softmax", form, SOFTMAX, f"return multiply(error, {slope})")
        yield guess("delta / error", form, FUSED, f"delta = multiply(error, {slope})")
        if "error" in form:
            yield guess("delta", form, TIMES, f"return {slope}")
    for form, slope in OWN_SLOPES:
        yield guess("slope", form, FROM_A, f"slope = {slope}")
    for form in ERRORS:
        code = form.replace("log", "net.arithmetic.log")
        yield guess("error", form, ERROR, f"error = each(lambda a, y: {code}, a, y)")
    layers = [{"m": examples, "p": inputs, "n": units} for inputs, units in zip(net.sizes, net.sizes[1:])]
    for name, code in products("pn", [INPUTS.transposed(), *OWN, W], layers).items():
        yield guess("dW", name, PRODUCT, f"dW = {code}")
    through = [weights.transposed() for weights in (W, ABSOLUTE, GRADIENT)]
    for name, code in products("mp", [*through, *OWN], layers[1:]).items():
        yield guess("error", name, BACK, f"error = {code}")
    yield guess("error", "2 * delta · Wᵀ", BACK, "error = scale(dot(delta, transpose(W)), 2)")
    for thing in (SLOPE, *OWN):
        yield guess("db", f"Σ {thing.name}", BIAS, f"db = column_sums({thing.code})")


def guess(place: str, name: str, right: str, wrong: str) -> Mistake:
    """Return a mistake that is nothing but one line in place of another."""
    told = f"{place} = {name}"
    return Mistake(told.replace(" + ", "+"), f"The numbers are those of backprop with {told}.", RIGHT[place],
                   ((right, wrong),), WHEN.get(right, ()))


def products(target: str, things: Sequence[Thing], layers: Sequence[Dict[str, int]]) -> Dict[str, str]:
    """Return the products of delta, or what may be mistaken for it, with one of these matrices: the code by the name.

    Their rows and columns have to be those of the target in all of these layers, whose sizes are given by letters.
    """
    found: Dict[str, str] = {}

    def fits(one: str, two: str) -> bool:
        return all(sizes[one] == sizes[two] for sizes in layers)

    for one, two in itertools.product(DELTAS, [*things, *DELTAS]):
        for left, right in itertools.permutations([one, two]) if one is not two else [(one, two)]:
            for A, B in itertools.product((left, left.transposed()), (right, right.transposed())):
                if fits(A.columns, B.rows) and fits(A.rows, target[0]) and fits(B.columns, target[1]):
                    found.setdefault(f"{A.name} · {B.name}", f"dot({A.code}, {B.code})")
                if left is one and all(map(fits, (A.rows, A.columns), target)) and all(
                        map(fits, (B.rows, B.columns), target)):
                    found.setdefault(f"{A.name} ⊙ {B.name}", f"multiply({A.code}, {B.code})")
    return found
