"""What meets the eye in a wrong gradient that no mistake of the catalogue explains: a factor, zeros, a wrong order."""
from __future__ import annotations

import itertools
import math
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from .evidence import Block, Evidence
from .parameters import names

Vector = Sequence[float]
MOST_PERMUTED = 6  # rows: 720 orders to try


class Finding(NamedTuple):
    """Tell what may have gone wrong: the name, the symptom in a sentence, the cure in another.

    `kind` is "mistake" for one of the catalogue, "pair" for several at once, "partly" for what explains some matrices
    and not the others, "pattern" for what just meets the eye.

    >>> print(Finding("pattern", "zero-block", "weights[0] is zero.", "Look for a detach()."))
    zero-block: weights[0] is zero. Look for a detach().
    """

    kind: str
    name: str
    sentence: str
    cure: str

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence} {self.cure}"


class Difference(NamedTuple):
    """Hold one way in which a block can be wrong: a test of it, which words what it finds, and what to do."""

    name: str
    test: Callable[[Evidence, Block], Optional[str]]
    cure: str


def looks_like(evidence: Evidence) -> List[Finding]:
    """Return what meets the eye: how each wrong block differs from the true one, and which blocks are right."""
    wrong = [block for block in evidence.blocks if not is_right(evidence, block)]
    if len(evidence.wrong) == 1:
        return [single_component(evidence, evidence.wrong[0])]
    if is_nearly_right(evidence):
        return [Finding("pattern", "nearly-right", f"Every component {NEARLY_RIGHT}.", FEW_DIGITS)]
    found = []
    for difference in DIFFERENCES:
        told: Dict[str, List[str]] = {}
        for block in wrong:
            words = difference.test(evidence, block)
            if words:
                told.setdefault(words, []).append(block.name)
        for words, blocks in told.items():
            verb, _, rest = words.partition(" ")
            verb = PLURAL.get(verb, verb) if len(blocks) > 1 else verb
            found.append(Finding("pattern", difference.name, f"{listed(blocks)} {verb} {rest}.", difference.cure))
        wrong = [block for block in wrong if not any(block.name in blocks for blocks in told.values())]
    return found + where(evidence)


NEARLY_RIGHT = "is nearly right, but off by more than rounding in 64 bits could explain"
FEW_DIGITS = ("Look for 32-bit floats on the way, a small number added against a division by 0, numbers typed or "
              "printed with too few digits, or a difference quotient with too large a step.")
PLURAL = {"is": "are", "has": "have"}


def where(evidence: Evidence) -> List[Finding]:
    """Return which blocks are right, where some are, and what to conclude from that."""
    right = [block for block in evidence.blocks if is_right(evidence, block)]
    wrong = [block for block in evidence.blocks if not is_right(evidence, block)]
    if not right:
        return []
    sentence = f"{listed([block.name for block in right])} {'is' if len(right) == 1 else 'are'} right."
    biases = [block for block in evidence.blocks if block.name.startswith("biases")]
    lowest = min(block.layer for block in right)
    highest = max(block.layer for block in wrong)
    if all(block in biases for block in wrong):
        cure = "So the deltas are right: look at how they are summed over the examples for the biases."
    elif biases and all(block in right for block in biases):
        cure = "So the deltas are right: look at how they are multiplied with each layer's inputs."
    elif highest < lowest:
        cure = (f"So the deltas from the output down to layer {lowest + 1} are right: look at the step from there to "
                f"layer {highest + 1}, error = delta · Wᵀ and its slope.")
    else:
        cure = "Look at what the wrong ones have in common."
    return [Finding("pattern", "some-layers-right", sentence, cure)]


def is_right(evidence: Evidence, block: Block) -> bool:
    """Return whether nothing in a block is off by more than rounding."""
    return all(abs(a - b) <= allowed
               for a, b, allowed in zip(block.of(evidence.yours), block.of(evidence.true), block.of(evidence.allowed)))


def is_nearly_right(evidence: Evidence) -> bool:
    """Return whether all components are about right, and most of them not quite."""
    off = [abs(a - b) for a, b in zip(evidence.yours, evidence.true)]
    wrong = sum(d > allowed for d, allowed in zip(off, evidence.allowed))
    return 2 * wrong > sum(map(bool, evidence.true)) and all(
        d <= NEARLY * scale for d, scale in zip(off, evidence.scales_of(evidence.true)))


NEARLY = 1e-3


def single_component(evidence: Evidence, k: int) -> Finding:
    """Return the finding for a gradient of which one component alone is wrong."""
    yours, true = evidence.yours[k], evidence.true[k]
    times = f", {yours / true:.6g} times that" if true else ""
    return Finding("pattern", "single-component",
                   f"Only {names(evidence.net)[k]} is wrong: {yours:.6g}, where {true:.6g} is right{times}.",
                   "Look for an index that is off by one, or a line that touches this element alone.")


def same(evidence: Evidence, block: Block, found: Vector, wanted: Optional[Vector] = None) -> bool:
    """Return whether a block of yours, or what it is told to be, is what was found, as near as makes no difference."""
    values = block.of(evidence.yours) if wanted is None else wanted
    scale = max(map(abs, values)) or 1.0
    return all(abs(a - b) <= evidence.near * scale + 10 * allowed
               for a, b, allowed in zip(values, found, block.of(evidence.allowed)))


def nearly(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block that is right but for its last digits."""
    close = same(evidence, block, block.of(evidence.true))
    return NEARLY_RIGHT if close else None


def zero(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block that is all zero."""
    return "should not be all zero" if not any(block.of(evidence.yours)) else None


def ratio(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block that is a constant times the true one."""
    yours, true = block.of(evidence.yours), block.of(evidence.true)
    k = max(range(len(true)), key=lambda i: abs(true[i]))
    if len(true) < 2 or not true[k]:
        return None
    factor = yours[k] / true[k]
    return (f"should be multiplied by {1 / factor:.6g}: {usual(evidence, factor)}"
            if factor and same(evidence, block, [factor * value for value in true]) else None)


def usual(evidence: Evidence, factor: float) -> str:
    """Return what a factor of this size usually is.

    >>> from purenet.core.network import Network
    >>> net = Network([2, 1], init="zeros")
    >>> usual(Evidence(net, [[1.0, 1.0]] * 4, [[1.0]] * 4, [1.0] * 3, [1.0] * 3, [0.0] * 3), 0.25)
    'yours is 0.25 times the true one, and 0.25 is 1 / examples'
    """
    examples, (inputs, *_, outputs) = len(evidence.X), evidence.net.sizes
    known = {"the sign": -1.0, "2": 2.0, "½": 0.5}
    for word, n in (("examples", examples), ("outputs", outputs), ("inputs", inputs)):
        if n > 1:
            known.update({f"the number of {word}": float(n), f"1 / {word}": 1.0 / n})
            known.update({f"2 / {word}": 2.0 / n, f"{word} / 2": n / 2})
    for word, value in known.items():
        if abs(factor - value) <= 1e-6 * abs(value):
            return f"yours is {factor:.6g} times the true one, and {factor:.6g} is {word}"
        if abs(factor + value) <= 1e-6 * abs(value):
            return f"yours is {factor:.6g} times the true one, which is {word} and the sign"
    return f"yours is {factor:.6g} times the true one, perhaps a learning rate"


def flat(rows: Sequence[Vector]) -> List[float]:
    """Return rows one after the other."""
    return [value for row in rows for value in row]


def transposed(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a square block that is transposed, or one that was flattened column by column."""
    if min(block.rows, block.columns) < 2:
        return None
    columns = flat(list(zip(*block.table(evidence.true))))
    if not same(evidence, block, columns):
        return None
    return "is transposed" if block.rows == block.columns else "is in the order of its columns, not of its rows"


def permuted(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block whose rows or columns are right, but in another order."""
    yours, true = block.table(evidence.yours), block.table(evidence.true)
    for word, mine, theirs in (("rows", yours, true), ("columns", list(zip(*yours)), list(zip(*true)))):
        if 1 < len(mine) <= MOST_PERMUTED:
            for order in itertools.permutations(range(len(mine))):
                if same(evidence, block, flat([theirs[i] for i in order]), flat(mine)):
                    return f"has the right {word} in the order {', '.join(map(str, order))}"
    return None


def signs(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block of the right sizes, some with the wrong sign."""
    sizes = [math.copysign(b, a) for a, b in zip(block.of(evidence.yours), block.of(evidence.true))]
    return "has the right sizes, but some of the signs are wrong" if same(evidence, block, sizes) else None


def partly(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block in which some whole rows or columns are wrong and the others right, and not just 0."""
    yours, true, allowed = (block.table(values) for values in (evidence.yours, evidence.true, evidence.allowed))
    wrong = [[abs(a - b) > c for a, b, c in zip(*rows)] for rows in zip(yours, true, allowed)]
    for word, lines, values in (("row", wrong, true), ("column", list(zip(*wrong)), list(zip(*true)))):
        off = [str(i) for i, line in enumerate(lines) if any(line)]
        right = [line for line, numbers in zip(lines, values) if not any(line) and any(numbers)]
        if off and right:
            return f"is wrong in {word}{'s' if len(off) > 1 else ''} {', '.join(off)} alone"
    return None


def decayed(evidence: Evidence, block: Block) -> Optional[str]:
    """Return words for a block that has a multiple of the weights themselves added to it."""
    net = evidence.net
    weights = flat(net.weights[block.layer] if block.name.startswith("w") else [(net.biases or [])[block.layer]])
    k = max(range(len(weights)), key=lambda i: abs(weights[i]))
    yours, true = block.of(evidence.yours), block.of(evidence.true)
    if len(weights) < 2 or not weights[k]:
        return None
    share = (yours[k] - true[k]) / weights[k]
    added = [value + share * weight for value, weight in zip(true, weights)]
    return f"has {share:.6g} times {block.name} itself added" if share and same(evidence, block, added) else None


def listed(words: Sequence[str]) -> str:
    """Return names as a list in a sentence.

    >>> listed(["weights[0]"]), listed(["weights[0]", "weights[1]", "biases[0]"])
    ('weights[0]', 'weights[0], weights[1] and biases[0]')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


DIFFERENCES = [
    Difference("zero-block", zero, "Look for a layer that is left out, detached or overwritten."),
    Difference("nearly-right", nearly, FEW_DIGITS),  # after what is zero, which has no digits to be right
    Difference("constant-ratio", ratio, "Look for a factor too many or too few."),
    Difference("transposed-block", transposed, "The gradient of W is inputsᵀ · delta, row by row as W itself."),
    Difference("permuted-block", permuted, "Look for an index, or a list that was sorted or reversed."),
    Difference("wrong-signs", signs, "Look for abs(), a square, or a minus inside the sum."),
    Difference("weights-left-over", decayed, "Leave weight decay to the optimizer while the gradient is checked."),
    Difference("part-of-block", partly, "Look at the bounds of the loops over this layer's units."),
]
