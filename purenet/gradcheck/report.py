"""The report on a gradient: every component with its verdict, as data and as text."""
from __future__ import annotations

import math
import textwrap
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

WIDTH = 80
MOST_ROWS = 10
MOST_DIGITS = 6
HEADING = ["component", "yours", "true", "off by", "allowed", "verdict"]
INSENSITIVE = 1e-3  # where an error of this relative size could not have been seen, agreeing says too little
HUGE = 10.0  # a relative error beyond which its size says nothing more
VERDICTS = ("fail", "undecidable", "pass")  # the first that any component has is that of the report


class Component(NamedTuple):
    """Hold one component of a gradient and the judgement on it.

    name        as in weights[0][2][1]: layer, input, unit, counted from 0
    yours       the component under test
    true        the reference
    difference  how far yours lies from the reference; on a kink, from the slopes that are right there
    allowed     how far it may lie
    resolution  the smallest relative error that could have been seen here: allowed / |true|
    verdict     "pass", "fail", or "undecidable": it agrees, but so would have a gross mistake; or it is inaccurate
    inaccurate  whether it is off by more than a careful formula, but not by more than a less careful one
    kink        the interval from the left to the right slope, both of them right, or None
    """

    name: str
    yours: float
    true: float
    difference: float
    allowed: float
    resolution: float
    verdict: str
    inaccurate: bool = False
    kink: Optional[Sequence[float]] = None

    @property
    def relative(self) -> float:
        """Return the size of the difference relative to the true value; infinite where that is 0."""
        return ratio(abs(self.difference), abs(self.true))


def ratio(part: float, whole: float) -> float:
    """Return part / whole; 0 / 0 is 0, and infinity what divides by 0 otherwise or is NaN.

    >>> ratio(1.0, 4.0), ratio(0.0, 0.0), ratio(1.0, 0.0), ratio(math.nan, 1.0)
    (0.25, 0.0, inf, inf)
    """
    if part == 0 or not math.isfinite(part):
        return 0.0 if part == 0 else math.inf
    return part / whole if whole else math.inf


def judged(name: str, yours: float, true: float, allowed: float, scale: float, difference: Optional[float] = None,
           loose: float = 0.0, kink: Optional[Sequence[float]] = None, unsure: float = 0.0) -> Component:
    """Return a component with its verdict.

    `difference` is yours - true where that is known to more digits than the two floats have; `scale` is what a true
    value of 0 is measured by, such as the size of the largest component; `loose` is what a less careful formula may be
    off; `unsure` is how far the reference itself may be off: what is no larger is taken for 0.

    >>> judged("x[0]", 1.5, 1.0, 1e-9, 1.0).verdict
    'fail'
    """
    if difference is None:
        difference = yours - true
    if kink is not None:
        low, high = min(*kink, true), max(*kink, true)
        difference = yours - high if yours > high else min(0.0, yours - low)
    if not (math.isfinite(allowed) and math.isfinite(true)):  # nothing is known
        allowed = math.inf
    size = max(abs(true), *map(abs, kink or [0.0]))
    resolution = ratio(allowed, size if size > unsure else scale)
    inaccurate = False
    if not math.isfinite(yours):
        verdict = "fail"
    elif not abs(difference) > allowed:  # NaN is no difference: it comes of a reference that is NaN
        verdict = "pass" if resolution <= INSENSITIVE else "undecidable"
    else:
        inaccurate = abs(difference) <= loose
        verdict = "undecidable" if inaccurate else "fail"
    return Component(name, yours, true, difference, allowed, resolution, verdict, inaccurate, kink)


class Report:
    """Tell whether a gradient is right, component by component.

    verdict     "fail" if any component fails; else "undecidable" if any is; else "pass"
    components  a list of Component, in the order of the parameters
    mistakes    the classic mistakes that would give this gradient, the likeliest first; each has a name and a sentence
    inaccurate  whether nothing is wrong, but a formula was used that loses digits where a better one would not
    notes       sentences about how it was judged: the method, the type of the numbers, kinks

    str(report) is the report as text of 80 columns, the worst components first; to_dict() is all of it as plain data.
    """

    def __init__(self, components: List[Component], notes: Sequence[str] = (), mistakes: Sequence[Any] = ()) -> None:
        found = {component.verdict for component in components}
        self.verdict = next(verdict for verdict in VERDICTS if verdict in found)
        self.components = components
        self.notes = list(notes)
        self.mistakes = list(mistakes)
        self.inaccurate = self.verdict == "undecidable" and any(component.inaccurate for component in components)

    def worst(self) -> List[Component]:
        """Return the components, the worst first: what fails, then what is undecidable; each by how far it is off."""
        return sorted(self.components, key=lambda component: (
            VERDICTS.index(component.verdict), not component.inaccurate,
            -component.relative if component.verdict == "fail" else -component.resolution))

    def sentence(self) -> str:
        """Return the verdict in one sentence."""
        worst, total = self.worst()[0], len(self.components)
        count = sum(component.verdict == self.verdict for component in self.components)
        subject = f"{count} of {total} components are" if total > 1 else f"{worst.name} is"
        if self.verdict == "fail":
            which = f"the worst is {worst.name}, " if total > 1 else "it is "
            if not math.isfinite(worst.yours):
                return f"FAIL: {subject} wrong; {which}{worst.yours}."
            if worst.kink:
                right = "a number from {:.3g} to {:.3g}".format(*worst.kink)
                return f"FAIL: {subject} wrong; {which}{worst.yours:.3g} in place of {right}, on a kink."
            if not worst.true:
                return f"FAIL: {subject} wrong; {which}{worst.yours:.3g} in place of 0."
            return f"FAIL: {subject} wrong; {which}off by {percentage(worst.relative)} of its true value."
        if self.inaccurate:
            return (f"INACCURATE, not wrong: {subject} off by more than a careful formula would be, "
                    "but by no more than a careless one.")
        if self.verdict == "undecidable":
            hidden = f"{count} of {total} components" if total > 1 else worst.name
            most = f", of {percentage(worst.resolution)}" if worst.resolution < HUGE else ""
            where = f" in {worst.name}" if most and total > 1 else ""
            return f"UNDECIDABLE: nothing is wrong, but rounding could hide a mistake in {hidden}{most}{where}."
        subject = f"all {total} components are" if total > 1 else f"{worst.name} is"
        anywhere = " in any of them" if total > 1 else ""
        return f"PASS: {subject} right; an error of {percentage(worst.resolution)} would have been seen{anywhere}."

    def to_dict(self) -> Dict[str, Any]:
        """Return the report as plain data for a JSON file; a number that JSON lacks becomes a text such as "nan"."""
        return {
            "verdict": self.verdict,
            "sentence": self.sentence(),
            "inaccurate": self.inaccurate,
            "mistakes": [{"name": mistake.name, "sentence": str(mistake)} for mistake in self.mistakes],
            "notes": self.notes,
            "components": [{name: writable(value) for name, value in component._asdict().items()}
                           for component in self.components],
        }

    def __str__(self) -> str:
        parts = [paragraph(self.sentence())]
        parts += [paragraph(f"{'Likely' if k == 0 else 'Or'}: {mistake}", "  ")
                  for k, mistake in enumerate(self.mistakes)]
        shown = [component for component in self.worst() if component.verdict == self.verdict][:MOST_ROWS]
        parts += ["", table(shown)]
        left = len(self.components) - len(shown)
        if left:
            rest = {verdict: sum(c.verdict == verdict for c in self.components) for verdict in VERDICTS}
            rest[self.verdict] -= len(shown)
            words = ", ".join(f"{count} {WORDS[verdict]}" for verdict, count in rest.items() if count)
            parts.append(f"  and {left} more: {words}")
        parts += ["", *(paragraph(note) for note in self.notes)]
        return "\n".join(parts)

    def __repr__(self) -> str:
        return f"Report(verdict={self.verdict!r}, {len(self.components)} components)"


WORDS = {"fail": "wrong", "undecidable": "undecidable", "pass": "right"}


def table(components: Sequence[Component]) -> str:
    """Return components as lines with aligned columns, with as many digits as there is room for."""
    for digits in range(MOST_DIGITS, 0, -1):
        rows = [HEADING] + [[
            component.name, f"{component.yours:.{digits}g}", f"{component.true:.{digits}g}",
            percentage(component.relative), percentage(component.resolution),
            "inaccurate" if component.inaccurate else component.verdict + (", kink" if component.kink else "")]
            for component in components]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(cell.rjust(width) if 0 < k < 5 else cell.ljust(width)
                           for k, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
        if max(map(len, lines)) <= WIDTH:
            break
    return "\n".join(lines)


def percentage(relative: float) -> str:
    """Return a relative size as a short text.

    >>> percentage(0.1234), percentage(2e-9), percentage(1e-16), percentage(25.0), percentage(math.inf)
    ('12 %', '2e-07 %', '1e-14 %', '2500 %', 'inf')
    """
    if not math.isfinite(relative):
        return "inf"
    percent = 100 * relative
    if percent >= 1e6:
        return f"{percent:.0e} %"
    return f"{percent:.2g} %" if percent < 100 else f"{percent:.0f} %"


def paragraph(text: str, indent: str = "") -> str:
    """Return a sentence in lines that fit the terminal."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
                         break_long_words=False, break_on_hyphens=False)


def writable(value: Any) -> Any:
    """Return a value that JSON can write: NaN and the infinities as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
