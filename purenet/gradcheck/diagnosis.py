"""What may have gone wrong in a gradient: the catalogue's mistakes, replayed on the same network, then patterns.

The order is from the special to the general: one mistake; one with a number in it that has to be found out first; the
true gradient times a factor; two mistakes at once; and what meets the eye where none of these fits.
"""
from __future__ import annotations

import itertools
import math
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from ..core.network import Network
from .bound import FLOAT32, SAFETY, backprop_bounds
from .case import Case, Fit
from .check import are_float32
from .mistakes import MISTAKES
from .patterns import Finding, looks_like
from .replay import UNKNOWNS, Dropped, Mistake

MOST = 3  # findings
ENOUGH = 3  # components that are not 0: fewer say nothing about a factor
BUDGET = 2e7  # multiplications that the search for two mistakes at once may take: some seconds of them
CLOSE = 1e-7  # relatively, between a factor as it was found and what it stands for
DIGITS = 3  # of a number that somebody chose, such as a learning rate
USUAL = [first * 10.0 ** -power for power in range(1, 6) for first in (1, 2, 3, 5)]  # learning rates

SINGLE, CLIPPED = MISTAKES["float32"], MISTAKES["clipped"]
RATE, STEP, STALE = MISTAKES["learning-rate-included"], MISTAKES["step-for-gradient"], MISTAKES["stale-activations"]

Mistakes = Tuple[Mistake, ...]


def diagnose(net: Network, X: Any, y: Any, yours: Sequence[float], true: Sequence[float],
             allowed: Sequence[float]) -> List[Finding]:
    """Return what may have gone wrong in a gradient, the likeliest first; nothing where nothing is wrong.

    `yours`, `true` and `allowed`, how far yours may lie from it, are flat lists in the order of `names`. X and y are
    rows of floats.

    >>> net = Network([2, 1], init="zeros")
    >>> found = diagnose(net, [[2.0, -4.0]], [[1.0]], [0.25, -0.5, 0.125], [-0.25, 0.5, -0.125], [1e-15] * 3)
    >>> found[0].name, found[0].sentence
    ('sign', 'The whole gradient has the wrong sign: it is made of y - a.')
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
    case = Case(net, X, y, yours, true, allowed, float32)
    search = Search(case)
    for stage in (search.single, search.unknown, search.scaled, search.paired):
        fits = sorted(stage(), key=rank)
        if fits:
            return [described(fit, fits, float32) for fit in fits[:MOST]]
    return looks_like(case)


def is_within(yours: Sequence[float], true: Sequence[float], allowed: Sequence[float]) -> bool:
    """Return whether every component is as near to the true one as it has to be; NaN is near to nothing."""
    return all(abs(a - b) <= bound for a, b, bound in zip(yours, true, allowed))


def rank(fit: Fit) -> Tuple[int, int, float]:
    """Return what explanations are sorted by: few mistakes, few numbers in them that had to be found, a good fit."""
    return len(fit.mistakes), sum(bool(mistake.unknown) for mistake in fit.mistakes), fit.distance


def described(fit: Fit, fits: Sequence[Fit], float32: bool) -> Finding:
    """Return the finding for an explanation that fits, which tells of the others that fit as well."""
    sentences = [mistake.symptom for mistake in fit.mistakes]
    if len(fit.mistakes) > 1:
        sentences.insert(0, f"{NUMBERS[len(fit.mistakes)]} mistakes at once.")
    sentences += [f"Here {name.replace('_', ' ')} is {value:.6g}." for name, value in fit.values.items()
                  if name in UNKNOWNS]
    others = [named(other) for other in fits if other is not fit][:MOST]
    if others:
        sentences.append(f"On this network the same numbers come from {' or '.join(others)}.")
    if float32:
        sentences.append("The numbers are 32-bit floats.")
    cure = " ".join(dict.fromkeys(mistake.cure for mistake in fit.mistakes))
    return Finding("mistake" if len(fit.mistakes) == 1 else "pair", named(fit), " ".join(sentences), cure)


NUMBERS = {2: "Two", 3: "Three", 4: "Four"}


def named(fit: Fit) -> str:
    """Return the names of the mistakes of an explanation."""
    return " + ".join(mistake.name for mistake in fit.mistakes)


class Search:
    """Look for mistakes that explain a case, each method in a wider field than the one before."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.values: Dict[str, Any] = {}
        dropped = dropped_units(case)
        if dropped:
            self.values["dropped"] = dropped
        self.plain: List[Tuple[Mistake, List[float]]] = []  # those without an unknown, and what they make of the case
        self.open: List[Mistake] = []  # those with one
        for mistake in MISTAKES.values():
            if not mistake.applies(case.net, case.X, case.y) or mistake is SINGLE:
                continue
            if mistake.name.startswith("dropout") and not dropped:
                continue
            if mistake.unknown:
                self.open.append(mistake)
                continue
            found = case.replay([mistake], self.values)
            if found is not None and not case.is_true(found):
                self.plain.append((mistake, found))
        self.factors: Dict[float, Mistakes] = {}
        self.shapes: List[Tuple[Mistake, List[float]]] = []  # those that do more than multiply by a factor
        for mistake, found in self.plain:
            factor = proportion(found, case)
            if not factor:
                self.shapes.append((mistake, found))
            else:
                self.factors.setdefault(factor, (mistake,))
        for (one, first), (two, second) in itertools.combinations(list(self.factors.items()), 2):
            self.factors.setdefault(one * two, first + second)

    def single(self) -> Iterator[Fit]:
        """Yield the mistakes that give these very numbers."""
        for mistake, found in self.plain:
            if self.case.is_near(found):
                yield from present(self.case.fit((mistake,), self.values))

    def unknown(self) -> Iterator[Fit]:
        """Yield the mistakes that do with some number in them, such as a learning rate."""
        for mistake in self.open:
            if mistake not in (RATE, STEP):
                yield from self.solved((mistake,), False)

    def scaled(self) -> Iterator[Fit]:
        """Yield the factors, and the mistakes with a factor besides, that give these numbers."""
        yield from self.times_factor((), self.case.true, self.values)
        for mistake, found in self.shapes:
            yield from self.times_factor((mistake,), found, self.values)
        for mistake in self.open:
            if mistake not in (RATE, STEP):
                yield from self.solved((mistake,), True)

    def paired(self) -> Iterator[Fit]:
        """Yield two mistakes at once, with a factor besides, that give these numbers; stop when it takes too long."""
        case, budget = self.case, BUDGET
        cost = 3 * len(case.X) * len(case.true)
        single = [mistake for mistake, _ in self.shapes]
        several = [mistake for mistake in self.open if mistake not in (RATE, STEP, STALE)]
        for one, two in itertools.combinations(single, 2):
            budget -= cost
            if budget > 0 and are_apart(one, two):
                found = case.replay([one, two], self.values)
                if found is not None:
                    yield from self.times_factor((one, two), found, self.values)
        for one, two in itertools.product(single, several):
            budget -= 8 * cost
            if budget > 0 and are_apart(one, two):
                yield from self.solved((one, two), True)

    def times_factor(self, mistakes: Mistakes, found: List[float], values: Dict[str, Any]) -> Iterator[Fit]:
        """Yield these mistakes with whatever makes the factor between their numbers and yours."""
        case = self.case
        if sum(map(bool, found)) < ENOUGH:
            return
        factor = case.factor(found)
        if not factor or not case.is_near(found, factor):
            return
        for value, more in [(1.0, ()), *self.factors.items()]:
            if abs(factor - value) <= CLOSE * abs(value) and mistakes + more:
                yield from present(case.fit(mistakes, values, value, more))
            rate = short(abs(factor / value))
            if rate and rate != 1 and len(more) <= 1 and (rate in USUAL or not more):
                last = RATE if factor / value > 0 else STEP
                exact = math.copysign(rate, factor / value) * value
                yield from present(case.fit(mistakes, {"learning_rate": rate, **values}, exact, (*more, last)))

    def solved(self, mistakes: Mistakes, free: bool) -> Iterator[Fit]:
        """Yield these mistakes, of which the last has a number to be found out, and a factor besides if that is free."""
        case, name = self.case, str(mistakes[-1].unknown)

        def residuals(value: float) -> Optional[List[float]]:
            found = case.replay(mistakes, {**self.values, name: value})
            if found is None:
                return None
            factor = case.factor(found) if free else 1.0
            return [a - factor * b for a, b in zip(case.yours, found)]

        if mistakes[-1] is CLIPPED:
            value: Optional[float] = max(map(abs, case.yours))
        else:
            value = case.solve(residuals, UNKNOWNS[name])
        if not value or (name != "l2" and value < 0):
            return
        values = {**self.values, name: short(value) or value}
        found = case.replay(mistakes, values)
        if found is None or case.is_true(found):
            return
        if free:
            yield from self.times_factor(mistakes, found, values)
        elif case.is_near(found):
            yield from present(case.fit(mistakes, values))


def present(fit: Optional[Fit]) -> List[Fit]:
    """Return a list with the fit, if there is one."""
    return [fit] if fit else []


def are_apart(one: Mistake, two: Mistake) -> bool:
    """Return whether two mistakes are in different lines, so that both can be made at once."""
    return not {line for line, _ in one.lines} & {line for line, _ in two.lines}


def short(value: float) -> Optional[float]:
    """Return the number of at most three digits that a value must have come from, or None.

    >>> short(0.1 + 1e-17), short(1 / 3)
    (0.1, None)
    """
    rounded = float(f"{value:.{DIGITS}g}")
    return rounded if abs(rounded - value) <= CLOSE * abs(value) else None


def proportion(found: Sequence[float], case: Case) -> Optional[float]:
    """Return the factor between components and the true ones where that is one and the same, and not 1; else None."""
    k = max(range(len(case.true)), key=lambda i: abs(case.true[i]))
    if not case.true[k]:
        return None
    factor = found[k] / case.true[k]
    scales = case.scales_of(case.true)
    if abs(factor - 1) <= CLOSE or not all(
            abs(a - factor * b) <= abs(factor) * (allowed + 1e-9 * scale)
            for a, b, allowed, scale in zip(found, case.true, case.allowed, scales)):
        return None
    return factor


def dropped_units(case: Case) -> Optional[Dropped]:
    """Return for every layer the hidden units from which, in yours and not in truth, all weights have no gradient."""
    dropped: Dropped = []
    for block in case.blocks[1:len(case.net.weights)]:
        yours, true = block.table(case.yours), block.table(case.true)
        dropped.append({unit for unit in range(block.rows) if not any(yours[unit]) and any(true[unit])})
    return [*dropped, None] if any(dropped) and not all(len(units or ()) == len(W) for units, W in zip(
        dropped, case.net.weights[1:])) else None
