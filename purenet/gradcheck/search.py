"""The search for mistakes that make somebody's numbers, from the special to the general.

One mistake; one with a number in it that has to be found out first; one with a factor besides; one in one layer alone;
something else in a place of the formulas; two mistakes at once; more, found matrix by matrix.
"""
from __future__ import annotations

import itertools
import math
from functools import cached_property
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .evidence import Evidence, Fit
from .guesses import guesses
from .mistakes import MISTAKES
from .replay import Dropped, Mistake

ENOUGH = 3  # components that are not 0: fewer say nothing about a factor
BUDGET = 2e7  # multiplications that the search for two mistakes at once may take: some seconds of them
MOST_PAIRS = 100_000  # that are looked at, which deep networks have more of
CLOSE = 1e-3  # relatively, between a factor as it was found and what it stands for
USUAL = [first * 10.0 ** -power for power in range(1, 6) for first in (1, 2, 3, 5)]  # learning rates
KEPT = [0.5, 0.8, 0.9, 0.75, 0.7, 0.6, 0.4, 0.3, 0.25, 0.2]  # shares that dropout keeps
DECIMALS = range(1, 7)  # to which people round
STARTS = {"learning_rate": [0.1, 0.5, 0.02, 0.002], "l2": [0.01], "momentum": [0.9, 1.1, 0.5]}  # of a search

SIGN, SINGLE, CLIPPED = MISTAKES["sign"], MISTAKES["float32"], MISTAKES["clipped"]
RATE, STEP, STALE = MISTAKES["learning-rate-included"], MISTAKES["step-for-gradient"], MISTAKES["stale-activations"]
APART = (SINGLE, RATE, STEP)  # what is looked for in another way
DEAR = (STALE, *(MISTAKES[name] for name in (  # what takes too long to be tried with others
    "updated-between-examples", "momentum-between-examples", "rounded-deltas", "parameters-after-step",
    "other-divisor")))
MOST_AT_ONCE = 4  # mistakes
WIDTH = 3  # explanations of some matrices that are followed up

Mistakes = Tuple[Mistake, ...]


class Suspect(NamedTuple):
    """Hold a mistake, what it makes of the evidence, and which components it leaves as they should be."""

    mistake: Mistake
    found: List[float]
    unchanged: Tuple[int, ...]


class Partial(NamedTuple):
    """Hold mistakes, what they make of the evidence, and how much of it is yours: components, and in which matrices."""

    mistakes: Mistakes
    found: List[float]
    size: int
    blocks: Tuple[str, ...]

    def order(self) -> Tuple[int, int]:
        """Return what they are sorted by: how much they explain, by how few."""
        return -self.size, sum(mistake.layer is not None for mistake in self.mistakes)


class Search:
    """Look for mistakes that explain the evidence, each method in a wider field than the one before."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.values: Dict[str, Any] = {}
        dropped = dropped_units(evidence)
        if dropped:
            self.values["dropped"] = dropped
        self.known: Dict[Tuple[str, Tuple[int, ...]], bool] = {}
        self.best: Optional[Partial] = None
        suspects = []
        for mistake in MISTAKES.values():
            if mistake in APART or not mistake.applies(evidence.net, evidence.X, evidence.y):
                continue
            if dropped or not mistake.name.startswith("dropout"):
                found = evidence.replay([mistake], self.values)
                if found is not None and (mistake.unknown or not evidence.is_true(found)):
                    suspects.append(Suspect(mistake, found, evidence.unchanged(found)))
        self.open = [suspect for suspect in suspects if suspect.mistake.unknown]  # a number, to be found out
        self.plain = [suspect for suspect in suspects if not suspect.mistake.unknown]
        self.shapes: List[Suspect] = []  # those that do more than multiply by a factor
        self.factors: Dict[float, Mistakes] = {}
        for suspect in self.plain:
            factor = proportion(suspect.found, evidence)
            if factor:
                self.factors.setdefault(factor, (suspect.mistake,))
            else:
                self.shapes.append(suspect)
        for (one, first), (two, second) in itertools.combinations(list(self.factors.items()), 2):
            if abs(one * two - 1) > 1e-9:
                self.factors.setdefault(one * two, first + second)

    def stages(self) -> List[Callable[[], Iterator[Fit]]]:
        """Return the methods by which to look for an explanation, as far as it makes sense to go."""
        evidence = self.evidence
        stages = [self.single, self.unknown, self.scaled, self.local, self.guessed, self.paired, self.paired_locally,
                  self.several]
        if len(evidence.wrong) == 1:
            # No formula makes one component of a matrix wrong, and any number explains one.
            alone = any(evidence.wrong == list(block.range) for block in evidence.blocks)
            return [self.single, self.local, self.guessed] if alone else [self.single]
        if not any(evidence.yours):
            return stages[:2]  # which says little enough
        if evidence.is_near(evidence.true, evidence.factor(evidence.true)):
            return stages[:3]  # what else there is to find is a factor
        return stages

    def single(self) -> Iterator[Fit]:
        """Yield the mistakes, and the factors of the true gradient, that give these very numbers."""
        for mistake, found, _ in self.plain:
            if self.evidence.is_near(found):
                yield from present(self.evidence.fit((mistake,), self.values))
        yield from self.times_factor((), self.evidence.true, self.values)

    def unknown(self) -> Iterator[Fit]:
        """Yield the mistakes that do with some number in them, such as a learning rate."""
        for suspect in self.open:
            yield from self.solved((suspect.mistake,), False)

    def scaled(self) -> Iterator[Fit]:
        """Yield the mistakes that give these numbers with a factor besides."""
        for mistake, found, _ in self.shapes:
            yield from self.times_factor((mistake,), found, self.values)
        for suspect in self.open:
            if suspect.mistake is not STALE:
                yield from self.solved((suspect.mistake,), True)

    @cached_property
    def locals(self) -> List[Suspect]:
        """Return the mistakes made in one layer alone, where that is something else than in all of them."""
        return self.in_one_layer(
            mistake for mistake in MISTAKES.values() if not mistake.unknown and mistake not in APART)

    def in_one_layer(self, mistakes: Iterable[Mistake]) -> List[Suspect]:
        """Return what mistakes make in one layer alone, where that is something else than in all of them."""
        evidence, suspects = self.evidence, []
        for mistake in mistakes:
            if mistake.is_local and mistake.applies(evidence.net, evidence.X, evidence.y):
                seen = [evidence.true, evidence.replay([mistake], self.values)]
                for layer in range(len(evidence.net.weights)):
                    found = evidence.replay([mistake.only(layer)], self.values)
                    if found is not None and found not in seen and not evidence.is_true(found):
                        suspects.append(Suspect(mistake.only(layer), found, evidence.unchanged(found)))
                    seen.append(found)
        return suspects

    def local(self) -> Iterator[Fit]:
        """Yield the mistakes that give these numbers when they are made in one layer alone, with a factor besides."""
        for mistake, found, _ in self.locals:
            yield from self.times_factor((mistake,), found, self.values)

    @cached_property
    def guesses(self) -> List[Suspect]:
        """Return what else may stand in the formulas; of those that make the same numbers, the first."""
        evidence, suspects = self.evidence, {}
        for mistake in guesses(evidence.net, len(evidence.X)):
            if not mistake.applies(evidence.net, evidence.X, evidence.y):
                continue
            found = evidence.replay([mistake], self.values)
            if found is not None and tuple(found) not in suspects and not evidence.is_true(found):
                suspects[tuple(found)] = Suspect(mistake, found, evidence.unchanged(found))
        return list(suspects.values())

    def guessed(self) -> Iterator[Fit]:
        """Yield what else may stand in the formulas, in all layers or in one, and gives these numbers with a factor."""
        for mistake, found, _ in [*self.guesses, *self.in_one_layer(suspect.mistake for suspect in self.guesses)]:
            yield from self.times_factor((mistake,), found, self.values)

    def paired_locally(self) -> Iterator[Fit]:
        """Yield two mistakes at once, of which one at least is made in one layer alone."""
        pairs = itertools.chain(itertools.product(self.shapes, self.locals), itertools.combinations(self.locals, 2))
        return self.pairs(pairs)

    def paired(self) -> Iterator[Fit]:
        """Yield two mistakes at once, with a factor besides, that give these numbers; stop after a while."""
        yield from self.pairs(itertools.combinations(self.shapes, 2))
        evidence, budget = self.evidence, BUDGET
        cost = 24 * len(evidence.X) * len(evidence.true)
        for one, two in itertools.product(self.shapes, self.open):
            if two.mistake not in DEAR and are_apart(one.mistake, two.mistake) and self.may_be(one, two):
                budget -= cost
                if budget > 0:
                    yield from self.solved((one.mistake, two.mistake), True)

    def several(self) -> Iterator[Fit]:
        """Yield up to four mistakes at once, found one after the other: each explains some more of the matrices."""
        evidence = self.evidence
        pool = [*self.shapes, *self.locals, *self.guesses]
        budget = BUDGET / (3 * len(evidence.X) * len(evidence.true))
        found = [Partial((suspect.mistake,), suspect.found, *self.explained(suspect.found)) for suspect in pool]
        least = self.explained(evidence.true)[0]
        for number in range(1, MOST_AT_ONCE + 1):
            found = sorted((partial for partial in found if partial.size > least), key=Partial.order)[:WIDTH]
            if not found:
                return
            if self.best is None or self.best.size < found[0].size:
                self.best = found[0]
            for mistakes, values, count, _ in found:
                if count == len(evidence.true):
                    yield from self.times_factor(mistakes, values, self.values)
            wider: List[Partial] = []
            for (mistakes, _, count, _), suspect in itertools.product(found, pool):
                if number < MOST_AT_ONCE and budget > 0 and all(
                        are_apart(mistake, suspect.mistake) for mistake in mistakes):
                    budget -= 1
                    both = evidence.replay([*mistakes, suspect.mistake], self.values)
                    partial = both and Partial((*mistakes, suspect.mistake), both, *self.explained(both))
                    if partial and partial.size > count:
                        wider.append(partial)
            found, least = wider, found[-1].size

    def explained(self, found: List[float]) -> Tuple[int, Tuple[str, ...]]:
        """Return how many components stand in matrices that are yours up to one factor, and which matrices these are.

        The factor is that of the matrix with most components.
        """
        evidence = self.evidence
        best: Tuple[int, Tuple[str, ...]] = (0, ())
        for factor in dict.fromkeys([1.0, *(evidence.factor(found, block.range) for block in evidence.blocks)]):
            blocks = [block for block in evidence.blocks if any(block.of(found)) == any(block.of(evidence.yours))
                      and evidence.is_near(found, factor, block.range)]
            count = sum(len(block.range) for block in blocks)
            if count > best[0]:
                best = count, tuple(block.name for block in blocks)
        return best

    def pairs(self, both: Iterable[Tuple[Suspect, Suspect]]) -> Iterator[Fit]:
        """Yield those of some pairs that give these numbers, with a factor besides; stop after a while."""
        evidence, budget = self.evidence, BUDGET
        cost = 3 * len(evidence.X) * len(evidence.true)
        for one, two in itertools.islice(both, MOST_PAIRS):
            if are_apart(one.mistake, two.mistake) and self.may_be(one, two) and self.may_be(two, one):
                budget -= cost
                found = evidence.replay([one.mistake, two.mistake], self.values) if budget > 0 else None
                if found is not None:
                    yield from self.times_factor((one.mistake, two.mistake), found, self.values)

    def may_be(self, one: Suspect, two: Suspect) -> bool:
        """Return whether yours has, but for a factor, what one mistake makes of the components that the other leaves.

        What a mistake leaves alone it is taken to leave alone beside another mistake, too.
        """
        key = one.mistake.name, two.unchanged
        if key not in self.known:
            part = two.unchanged
            self.known[key] = self.evidence.is_near(one.found, self.evidence.factor(one.found, part), part)
        return self.known[key]

    def times_factor(self, mistakes: Mistakes, found: List[float], values: Dict[str, Any]) -> Iterator[Fit]:
        """Yield these mistakes with whatever makes the factor between their numbers and yours."""
        evidence = self.evidence
        if sum(map(bool, found)) < ENOUGH:
            if mistakes and evidence.is_near(found):
                yield from present(evidence.fit(mistakes, values))
            return
        factor = evidence.factor(found)
        if not factor or not evidence.is_near(found, factor):
            return
        for value, more in [(1.0, ()), *self.factors.items()]:
            if mistakes + more and self.may_be_factor(found, factor, value):
                yield from present(evidence.fit(mistakes, values, value, more))
            for rate in short_forms(abs(factor / value)):
                exact = math.copysign(rate, factor / value) * value
                if rate != 1 and len(more) <= 1 and (rate in USUAL or not more) and self.may_be_factor(
                        found, factor, exact):
                    last = RATE if factor / value > 0 else STEP
                    yield from present(evidence.fit(mistakes, {"learning_rate": rate, **values}, exact, (*more, last)))
                    break

    def may_be_factor(self, found: List[float], factor: float, value: float) -> bool:
        """Return whether the factor that was found may be this one, as far as one can tell without the rounding."""
        return abs(factor - value) <= CLOSE * abs(value) and self.evidence.is_near(found, value)

    def solved(self, mistakes: Mistakes, free: bool) -> Iterator[Fit]:
        """Yield these mistakes, of which the last has a number to be found out, and a factor if that is free."""
        evidence, name = self.evidence, str(mistakes[-1].unknown)

        def residuals(value: float) -> Optional[List[float]]:
            found = evidence.replay(mistakes, {**self.values, name: value})
            if found is None:
                return None
            factor = evidence.factor(found) if free else 1.0
            return [a - factor * b for a, b in zip(evidence.yours, found)]

        if mistakes[-1] is CLIPPED:
            tries = [max(map(abs, evidence.yours))] if any(evidence.yours) else []  # nobody clips at 0
        elif name == "divisor":
            factor = evidence.factor(evidence.true)
            examples = len(evidence.X) if evidence.net.reduction == "mean" else 1
            tries = [round(examples / factor)] if 0 < factor < examples / 2 and not free else []
        elif name in ("keep", "decimals"):
            tries = KEPT if name == "keep" else [float(count) for count in DECIMALS]
        else:
            starts = STARTS[name][:1 if len(mistakes) > 1 else None]
            value = next((found for found in (evidence.solve(residuals, start) for start in starts) if found), None)
            if value is None:
                return
            if value < 0 and name == "learning_rate" and free and are_apart(SIGN, mistakes[0]):
                mistakes, value = (SIGN, *mistakes), -value  # up the slope, as the gradient's own sign is wrong
            tries = [*short_forms(value), value] if value > 0 or name == "l2" else []
        for value in tries:
            values = {**self.values, name: value}
            found = evidence.replay(mistakes, values)
            if found is None or evidence.is_true(found) or self.moves_one(mistakes[-1], values):
                continue
            if free:
                fits = list(self.times_factor(mistakes, found, values))
            else:
                fits = present(evidence.fit(mistakes, values)) if evidence.is_near(found) else []
            if fits:
                yield from fits
                return

    def moves_one(self, mistake: Mistake, values: Dict[str, Any]) -> bool:
        """Return whether a mistake moves a single component or none: some number explains any one."""
        found = self.evidence.replay([mistake], values)
        return found is None or len(self.evidence.unchanged(found)) >= len(found) - 1


def short_forms(value: float) -> List[float]:
    """Return the numbers of up to three digits that a number which was found out may have been meant to be.

    >>> short_forms(0.1000003), short_forms(1 / 7)
    ([0.1], [0.143])
    """
    shorter = [float(f"{value:.{digits}g}") for digits in (1, 2, 3)]
    return list(dict.fromkeys(guess for guess in shorter if abs(guess - value) <= CLOSE * abs(value)))


def present(fit: Optional[Fit]) -> List[Fit]:
    """Return a list with the fit, if there is one."""
    return [fit] if fit else []


def are_apart(one: Mistake, two: Mistake) -> bool:
    """Return whether two mistakes are in different lines, or layers, so that both can be made at once."""
    if None not in (one.layer, two.layer) and one.layer != two.layer:
        return True
    return one.right_lines.isdisjoint(two.right_lines)


def proportion(found: Sequence[float], evidence: Evidence) -> Optional[float]:
    """Return the factor between components and the true ones where that is one and the same, and not 1; else None."""
    k = max(range(len(evidence.true)), key=lambda i: abs(evidence.true[i]))
    if not evidence.true[k]:
        return None
    factor = found[k] / evidence.true[k]
    scales = evidence.scales_of(evidence.true)
    if abs(factor - 1) <= 1e-9 or not all(
            abs(a - factor * b) <= abs(factor) * (allowed + 1e-9 * scale)
            for a, b, allowed, scale in zip(found, evidence.true, evidence.allowed, scales)):
        return None
    return factor


def dropped_units(evidence: Evidence) -> Optional[Dropped]:
    """Return for every layer the hidden units from which, in yours and not in truth, all weights have no gradient."""
    dropped: Dropped = []
    for block in evidence.blocks[1:len(evidence.net.weights)]:
        yours, true = block.table(evidence.yours), block.table(evidence.true)
        dropped.append({unit for unit in range(block.rows) if not any(yours[unit]) and any(true[unit])})
    return [*dropped, None] if any(dropped) and not all(len(units or ()) == len(W) for units, W in zip(
        dropped, evidence.net.weights[1:])) else None
