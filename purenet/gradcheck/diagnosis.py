"""What may have gone wrong in a gradient: the catalogue's mistakes, replayed on the same network, then patterns.

The order is from the special to the general: one mistake; one with a number in it that has to be found out first; the
true gradient times a factor; one mistake in one layer alone; two at once; more, found matrix by matrix; and what meets
the eye where none of these fits.
"""
from __future__ import annotations

import math
from typing import Any, List, Optional, Sequence, Tuple

from ..core.network import Network
from .bound import FLOAT32, SAFETY, backprop_bounds
from .check import are_float32
from .evidence import Evidence, Fit
from .mistakes import MISTAKES
from .patterns import Finding, listed, looks_like
from .replay import UNKNOWNS
from .search import RATE, STEP, Partial, Search

MOST = 3  # findings
GOOD = 0.25  # of what rounding may make of it: the rest of the way is for what is right by accident
ORDER = {mistake.lines: number for number, mistake in enumerate(MISTAKES.values())}
SINGLE = MISTAKES["float32"]
FACTORS = {RATE, STEP}


def diagnose(net: Network, X: Any, y: Any, yours: Sequence[float], true: Sequence[float],
             allowed: Sequence[float]) -> List[Finding]:
    """Return what may have gone wrong in a gradient, the likeliest first; nothing where nothing is wrong.

    `yours`, `true` and `allowed`, how far yours may lie from it, are flat lists in the order of `names`. X and y are
    rows of floats.

    >>> net = Network([2, 1], init="zeros")
    >>> found = diagnose(net, [[2.0, -4.0]], [[1.0]], [0.25, -0.5, 0.125], [-0.25, 0.5, -0.125], [1e-15] * 3)
    >>> found[0].name, found[0].cure
    ('sign', 'Start from a - y and subtract the step; or else add it.')
    """
    if is_within(yours, true, allowed):
        return []
    bad = [value for value in yours if not math.isfinite(value)]
    if bad:
        return [Finding("pattern", "not-finite", f"{len(bad)} of {len(yours)} components are {bad[0]}.",
                        "Look for a division by zero, log(0), or an exp that overflows.")]
    float32 = are_float32(yours)
    if float32:
        bounds = backprop_bounds(net, X, y, FLOAT32).errors
        allowed = [max(bound, SAFETY * wider) for bound, wider in zip(allowed, bounds)]
        if is_within(yours, true, allowed):
            return [Finding("mistake", SINGLE.name, SINGLE.symptom, SINGLE.cure)]
    evidence = Evidence(net, X, y, yours, true, allowed, float32)
    search = Search(evidence)
    for stage in search.stages():
        fits = sorted({named(fit): fit for fit in stage()}.values(), key=rank)
        if fits:
            most = len(fits[0].mistakes) + bool(rank(fits[0])[1])  # more would be far-fetched
            fits = [fit for fit in fits if len(fit.mistakes) <= most]
            return [described(fit, fits[1:] if fit is fits[0] else [], float32) for fit in fits[:MOST]]
    return [*partly(evidence, search.best), *looks_like(evidence)]


def is_within(yours: Sequence[float], true: Sequence[float], allowed: Sequence[float]) -> bool:
    """Return whether every component is as near to the true one as it has to be; NaN is near to nothing."""
    return all(abs(a - b) <= bound for a, b, bound in zip(yours, true, allowed))


def rank(fit: Fit) -> Tuple[int, int, bool, int, List[int]]:
    """Return what explanations are sorted by: few mistakes, few numbers in them that had to be found, a good fit.

    A learning rate above 1 is as strange as one more mistake.
    """
    strange = FACTORS.intersection(fit.mistakes) and fit.values["learning_rate"] > 1
    return (len(fit.mistakes) + bool(strange), sum(bool(mistake.unknown) for mistake in fit.mistakes),
            fit.distance > GOOD, sum(mistake.layer is not None for mistake in fit.mistakes),
            [ORDER.get(mistake.lines, len(ORDER)) for mistake in fit.mistakes])


def described(fit: Fit, others: Sequence[Fit], float32: bool) -> Finding:
    """Return the finding for an explanation that fits, which tells of others that fit as well."""
    sentences = [mistake.symptom for mistake in fit.mistakes]
    if len(fit.mistakes) > 1:
        sentences.insert(0, f"{NUMBERS[len(fit.mistakes)]} mistakes at once.")
    sentences += [f"Here {name.replace('_', ' ')} is {value:.6g}." for name, value in fit.values.items()
                  if name in UNKNOWNS]
    if others:
        sentences.append(f"On this network the same numbers come from {' or '.join(map(named, others[:MOST]))}.")
    if float32:
        sentences.append("The numbers are 32-bit floats.")
    cure = " ".join(dict.fromkeys(mistake.cure for mistake in fit.mistakes))
    return Finding("mistake" if len(fit.mistakes) == 1 else "pair", named(fit), " ".join(sentences), cure)


NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven"}


def named(fit: Fit) -> str:
    """Return the names of the mistakes of an explanation."""
    return " + ".join(mistake.name for mistake in fit.mistakes)


def partly(evidence: Evidence, best: Optional[Partial]) -> List[Finding]:
    """Return the mistakes that explain some of the wrong matrices, as a finding, where there are such.

    A matrix that is a multiple of the true one takes no mistake to explain.
    """
    if best is None:
        return []
    explained = [block.name for block in evidence.blocks if block.name in best.blocks and not evidence.is_near(
        evidence.true, evidence.factor(evidence.true, block.range), block.range)]
    rest = [block.name for block in evidence.blocks if block.name not in best.blocks]
    if not explained:
        return []
    told = f"That explains {listed(explained)}, but not {listed(rest) if rest else 'the last digits'}."
    return [Finding("partly", " + ".join(mistake.name for mistake in best.mistakes),
                    " ".join([*(mistake.symptom for mistake in best.mistakes), told]),
                    " ".join(dict.fromkeys(mistake.cure for mistake in best.mistakes)))]
