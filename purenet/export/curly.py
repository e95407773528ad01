"""What C and JavaScript have in common: statements, loops, and functions in nothing but + - * /.

The functions are written once, in C but for a few words that each language has its own for: FUNCTION; REAL and INT, the
types; LET, a constant; WHOLE, the whole part of a number; POWER, a power of two; MOST, the largest there is.
"""
from __future__ import annotations

import re
import textwrap
from itertools import groupby
from typing import Dict, Iterable, Iterator, List, NamedTuple, Sequence

from ..core import arithmetic
from .code import Code, Loop, Node, Variables, begins_variable, commented

WIDTH = 100
INDENT = "    "

# How these languages write an operation; {0}, {1}, ... is what it assigns to and takes.
OPERATIONS = {
    "sigmoid": "{2} = exp(-{1});\n{0} = sigmoid({2}, {1});",
    "sigmoid and slope": "{2} = exp(-{1});\n{0} = sigmoid({2}, {1});\n{3} = sigmoid_slope({2}, {0}, {1});",
    "tanh": "{0} = tanh({1});",
    "tanh slope": "{0} = tanh_slope(2.0 * {1});",
    "relu": "{0} = {1} > 0.0 ? {1} : {1} - {1};",
    "relu slope": "{0} = {1} > 0.0 ? 1.0 : 0.0;",
    "positive part": "{0} = {1} > 0.0 ? {1} : 0.0;",
    "exp of minus size": "{0} = exp({1} > 0.0 ? -{1} : {1});",
    "log of 1 +": "{0} = log_one_plus({1});",
    "larger": "if ({1} > {0}) {0} = {1};",
    "add but one 1": "if ({2} == 0.0 && {1} == 1.0) {2} = 1.0; else {0} = {0} + {1};",
}

# exp, log and tanh stand here as `core.arithmetic` has its portable ones, with the same constants.
FUNCTIONS = {
    "power": "// Return 2 to the power k, by its bits.\nPOWER",
    "scale": """\
// Return x times 2 to the power k, in two steps, of which only the last can round.
FUNCTION scale(REAL x, INT k) {
    LET INT half = WHOLE(k / 2);
    return x * power(half) * power(k - half);
}""",
    "coth_tail": """\
// Return z coth(z / 2) - 2 for a small z.
FUNCTION coth_tail(REAL z) {
    LET REAL t = z * z;
    LET REAL rest = COTH_3 + t * (COTH_4 + t * COTH_5);
    return t * (COTH_1 + t * (COTH_2 + t * rest));
}""",
    "exp_reduced": """\
// Return e to the power (high - low), which is small.
FUNCTION exp_reduced(REAL high, REAL low) {
    LET REAL r = high - low;
    LET REAL c = r - coth_tail(r);
    return 1.0 - ((low - r * c / (2.0 - c)) - high);
}""",
    "exp": """\
// Return e to the power z, the same bits on every machine.
FUNCTION exp(REAL z) {
    if (z - z != 0.0) return z < 0.0 ? 0.0 : z;
    if (z > LARGEST_EXPONENT) return z * power(MOST);
    if (z < SMALLEST_EXPONENT) return 0.0;
    LET INT k = WHOLE(z * INVERSE_LOG2 + (z > 0.0 ? 0.5 : -0.5));
    return scale(exp_reduced(z - k * LOG2_HIGH, k * LOG2_LOW), k);
}""",
    "log_tail": """\
// Return log(1 + f) - f + f * f / 2.
FUNCTION log_tail(REAL f) {
    LET REAL s = f / (2.0 + f);
    LET REAL t = s * s;
    LET REAL series = LOG_4 + t * (LOG_5 + t * (LOG_6 + t * LOG_7));
    return s * (0.5 * f * f + t * (LOG_1 + t * (LOG_2 + t * (LOG_3 + t * series))));
}""",
    "log": """\
// Return the natural logarithm of x, which is above 0, the same bits on every machine.
FUNCTION log(REAL x) {
    if (x - x != 0.0) return x;
    REAL k = 0.0;
    while (x >= 1.0) { x = 0.5 * x; k = k + 1.0; }
    while (x < SQRT_HALF) { x = 2.0 * x; k = k - 1.0; }
    LET REAL f = x - 1.0;
    LET REAL tail = log_tail(f);
    return k * LOG2_HIGH - ((0.5 * f * f - (tail + k * LOG2_LOW)) - f);
}""",
    "tanh": """\
// Return the hyperbolic tangent of z, the same bits on every machine.
FUNCTION tanh(REAL z) {
    LET REAL size = z < 0.0 ? -z : z;
    if (size <= TANH_SMALL) return 2.0 * z / (2.0 + coth_tail(2.0 * z));
    if (size <= 2.0 * TANH_SMALL) {
        LET REAL half = tanh(0.5 * z);
        return 2.0 * half / (1.0 + half * half);
    }
    if (size > 22.0) return z > 0.0 ? 1.0 : -1.0;
    LET REAL result = 1.0 - 2.0 / (exp(2.0 * size) + 1.0);
    return z > 0.0 ? result : -result;
}""",
    "sigmoid": """\
// Return 1 / (1 + e) for e = e^-z; where that is too large for a number, e^z.
FUNCTION sigmoid(REAL e, REAL z) {
    return e - e != 0.0 && z - z == 0.0 ? exp(z) : 1.0 / (1.0 + e);
}""",
    "sigmoid_slope": """\
// Return a (1 - a) for a = sigmoid(e, z), with all its digits.
FUNCTION sigmoid_slope(REAL e, REAL a, REAL z) {
    return e - e != 0.0 && z - z == 0.0 ? a : a * (e * a);
}""",
    "tanh_slope": """\
// Return the slope of tanh at z / 2, which is four times the sigmoid's at z.
FUNCTION tanh_slope(REAL z) {
    LET REAL e = exp(-z);
    return 4.0 * sigmoid_slope(e, sigmoid(e, z), z);
}""",
    "log_one_plus": """\
// Return log(1 + x), to full precision also for a small x.
FUNCTION log_one_plus(REAL x) {
    LET REAL rounded = 1.0 + x;
    return rounded == 1.0 ? x : log(rounded) * (x / (rounded - 1.0));
}""",
    "scaled": """\
// Return (value - mean) / deviation; the difference of two huge numbers may overflow though that does not.
FUNCTION scaled(REAL value, REAL mean, REAL deviation) {
    LET REAL z = (value - mean) / deviation;
    return z - z == 0.0 ? z : (value / 2.0 - mean / 2.0) / deviation * 2.0;
}""",
}
MATH = ("exp", "log", "tanh")  # which the platform has, too
CONSTANTS = {name: value for name, value in vars(arithmetic).items() if name.isupper() and isinstance(value, float)}


class Language(NamedTuple):
    """Hold how a language declares the variable of a loop, single variables, arrays of a size, and the gradient."""

    counter: str
    single: str
    array: str
    gradient: str  # which may be too large for a stack
    of_size: str

    def declare(self, variables: Variables, indent: str) -> List[str]:
        """Return the lines that declare some variables."""
        arrays = {name: self.of_size.format(name=name, size=size) for name, size in variables.arrays.items()}
        gradient = [arrays.pop("gradient")] if "gradient" in arrays else []
        declarations = [(self.single, variables.single), (self.array, arrays.values()), (self.gradient, gradient)]
        return [line for keyword, names in declarations if names
                for line in joined(f"{indent}{keyword} ", names, ";")]


class Needs(NamedTuple):
    """Hold which of the functions and constants above a text needs, in the order in which they have to stand."""

    functions: List[str]
    constants: List[str]
    platform: List[str]


def needs(text: str, portable: bool) -> Needs:
    """Return what a text needs, and what that needs in turn."""
    found: List[str] = []

    def look(text: str) -> None:
        for name in calls(text):
            if name in FUNCTIONS and name not in found and (portable or name not in MATH):
                look(FUNCTIONS[name].replace(f"{name}(", ""))
                found.append(name)

    look(text)
    whole = "\n".join([text, *(FUNCTIONS[name] for name in found)])
    return Needs(found, [name for name in CONSTANTS if re.search(rf"\b{name}\b", whole)],
                 [] if portable else [name for name in MATH if name in calls(whole)])


def calls(text: str) -> List[str]:
    """Return the names of what a text calls, but for its comments."""
    return re.findall(r"\b(\w+)\(", re.sub("//.*", "", text))


def lines(code: Code, nodes: Iterable[Node], depth: int, language: Language) -> Iterator[str]:
    """Yield the lines of some nodes; variables that begin with a value are declared on the spot."""
    for begins, group in groupby(commented(code.kind, nodes), key=begins_variable):
        if begins:
            values = [f"{node.name} = {node.expression}" for node in group]  # type: ignore[union-attr]
            yield from joined(f"{INDENT * depth}{language.single} ", values, ";")
            continue
        for node in group:
            if isinstance(node, str):
                yield f"{INDENT * depth}// {node}"
            else:
                yield from node_lines(node, depth, language.counter)


def node_lines(node: Node, depth: int, counter: str) -> Iterator[str]:
    """Yield the lines of a statement or a loop."""
    if isinstance(node, Loop):
        variable, start, end, body = node
        yield f"{INDENT * depth}for ({counter} {variable} = {start}; {variable} < {end}; {variable}++) {{"
        for inner in body:
            yield from node_lines(inner, depth + 1, counter)
        yield f"{INDENT * depth}}}"
    elif node.operation == "=":
        yield from broken(f"{INDENT * depth}{node.name} = {node.expression};")
    else:
        for line in OPERATIONS[node.operation].format(node.name, *node.operands).split("\n"):
            yield INDENT * depth + line


def joined(start: str, items: Iterable[str], end: str) -> List[str]:
    """Return items with commas between them as lines that are not too long.

    >>> joined("let ", ["a", "b"], ";")
    ['let a, b;']
    """
    lines, line = [], start
    for item in items:
        if line != start and len(line) + len(item) + 3 > WIDTH:
            lines.append(line.rstrip())
            line = " " * (len(start) - len(start.lstrip())) + INDENT
        line += item + ", "
    return [*lines, line[:-2] + end]


def broken(line: str) -> List[str]:
    """Return a line as several where it is too long for people."""
    if len(line) <= WIDTH:
        return [line]
    depth = len(line) - len(line.lstrip())
    return textwrap.wrap(line, WIDTH, subsequent_indent=" " * (depth + 4), break_long_words=False,
                         break_on_hyphens=False)


def fill(template: str, words: Dict[str, str]) -> str:
    """Return a template with texts in the place of words.

    >>> fill("NAME_predict(X)", {"NAME": "iris", "X": "NAME"})
    'iris_predict(NAME)'
    """
    longest_first = "|".join(sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<![A-Za-z0-9])({longest_first})(?![A-Za-z0-9])", lambda found: words[found[1]], template)


def bodies(code: Code, language: Language) -> Dict[str, str]:
    """Return the bodies of `predict` and of the parts of a step, by the words that stand for them."""
    def text(nodes: Sequence[Node], depth: int, before: Sequence[Node] = ()) -> str:
        return "\n".join([*language.declare(Variables.of(code, nodes, before, OPERATIONS), INDENT * depth),
                          *lines(code, nodes, depth, language)])

    return {"BODY": text(code.predict, 1), "BEGIN": text(code.begin, 1), "EXAMPLE": text(code.example, 2, code.begin),
            "END": text(code.end, 1, code.begin)}
