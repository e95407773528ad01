"""Python: one file of functions, which needs `math` alone, for CPython, PyPy and MicroPython."""
from __future__ import annotations

import ast
import inspect
import math
import re
import textwrap
from functools import lru_cache
from itertools import groupby
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence

from ..core import arithmetic
from ..unroll import python as unrolled
from ..unroll.python import UNBROKEN
from .code import Code, Loop, Node, Variables, begins_variable, commented, parameters, stem
from .curly import INDENT, WIDTH, fill
from .meaning import Column, Meaning

OPERATIONS = {
    **unrolled.OPERATIONS,
    "larger": "if {1} > {0}:\n    {0} = {1}",
    "add but one 1": "if {2} == 0.0 and {1} == 1.0:\n    {2} = 1.0\nelse:\n    {0} = {0} + {1}",
}

PARAMETERS = """
# The weights, row by row (one for each input) and layer by layer, and then the biases.
parameters = [
NUMBERS
]
"""
FORWARD = '''

def FORWARD(x):
    """Return the outputs of the network (HOW_MANY_OUTPUTS) for its inputs (HOW_MANY_INPUTS)."""
    x = numbers("x", x, HOW_MANY_INPUTS)
    w = parameters
    outputs = [0.0] * HOW_MANY_OUTPUTS
BODY
    return outputs


def numbers(name, values, count):
    """Return so many finite numbers as floats; raise ValueError for anything else."""
    try:
        found = [float(value) for value in values if not isinstance(value, str) and value - value == 0]
    except TypeError:  # of None, a missing cell, say
        found = []
    if len(found) != count or len(values) != count:
        raise ValueError("%s: found %r, expected %d finite numbers" % (name, values, count))
    return found
'''
ENCODE = '''

# The columns of a row: of numbers, with their mean and deviation, or of texts, each an input of its own.
columns = [
COLUMNS
]


def encode(row):
    """Return the inputs that a row becomes; raise ValueError for one that cannot be used."""
    if len(row) != len(columns):
        raise ValueError("found a row of %d, expected one of %d" % (len(row), len(columns)))
    x = []
    for cell, (name, mean, deviation, texts) in zip(row, columns):
        if not texts:
            x.append(scaled(name, cell, mean, deviation))
        elif cell in texts:
            x += [1.0 if cell == text else 0.0 for text in texts]
        else:
            raise ValueError("column %s: found %r, expected one of %r" % (name, cell, texts))
    return x


def scaled(name, value, mean, deviation):
    """Return (value - mean) / deviation; raise ValueError where that is no finite number."""
    value = numbers(name, [value], 1)[0]
    z = (value - mean) / deviation
    if z - z != 0:  # the difference of two huge numbers may overflow though z does not
        z = (value / 2 - mean / 2) / deviation * 2
    return numbers(name, [z], 1)[0]
'''
CLASSIFY = '''

classes = [CLASSES]


def probabilities(row):
    """Return the probability of each class, for a row."""
    found = numbers("outputs", outputs(encode(row)), HOW_MANY_OUTPUTS)
    return FOUND


def predict(row):
    """Return the most probable class of a row."""
    found = probabilities(row)
    return classes[found.index(max(found))]
'''
REGRESS = '''

def predict(row):
    """Return the number that belongs to a row."""
    found = numbers("outputs", outputs(encode(row)), 1)
    return numbers("prediction", [MEAN + DEVIATION * found[0]], 1)[0]
'''
CLASS_TARGET = '''

def encode_target(label):
    """Return the targets of the network for a class; raise ValueError for one that is unknown."""
    if label not in classes:
        raise ValueError("found the class %r, expected one of %r" % (label, classes))
    return TARGET
'''
NUMBER_TARGET = '''

def encode_target(number):
    """Return the target of the network for a number."""
    return [scaled("target", number, MEAN, DEVIATION)]
'''
STEP = '''

def step(rows, targets, rate):
    """Learn from examples: take a step of gradient descent, at this rate, which changes `parameters`.

    Every row has its TARGETS. Return the loss before, REDUCED over the examples.
    """
    if len(rows) != len(targets):
        raise ValueError("found %d rows and %d targets, expected as many" % (len(rows), len(targets)))
    w = parameters
START
BEGIN
    for row, target in zip(rows, targets):
        x = READ_X
        y = READ_Y
EXAMPLE
END
    return LOSS
'''
TARGETS = {"network": "targets (HOW_MANY_OUTPUTS)", "classifier": "class", "regressor": "number"}


def source(model: Any, *, train: bool = False, unroll: Optional[bool] = None) -> str:
    """Return a Python file with `predict`, and if it is to train `step`, of a Network, Classifier or Regressor.

    unroll  whether to write every sum out; None for small networks only
    """
    meaning = Meaning.of(model)
    network, columns, classes = meaning.network, meaning.columns, meaning.classes
    code = Code.of(network, unroll)
    rows, two = meaning.kind != "network", len(classes) == 2
    sections = [
        (True, FORWARD), (rows, ENCODE), (rows, CLASSIFY if classes else REGRESS),
        (train and rows, CLASS_TARGET if classes else NUMBER_TARGET), (train, STEP)]
    text = fill("".join(section for wanted, section in sections if wanted), {
        "FORWARD": "outputs" if rows else "predict",
        "FOUND": "[1.0 - found[0], found[0]]" if two else "found",
        "TARGET": "[1.0 if label == classes[1] else 0.0]" if two else
                  "[1.0 if label == other else 0.0 for other in classes]",
        "TARGETS": TARGETS[meaning.kind],
        "READ_X": "encode(row)" if rows else 'numbers("row", row, HOW_MANY_INPUTS)',
        "READ_Y": "encode_target(target)" if rows else 'numbers("target", target, HOW_MANY_OUTPUTS)',
        "REDUCED": "its mean" if code.kind.mean else "added up",
        "START": "    loss = 0.0" + ("\n    examples = float(len(rows))" if code.kind.mean else ""),
        "LOSS": "loss / examples" if code.kind.mean else "loss",
        "BODY": body(code, code.predict, 1),
        "BEGIN": body(code, code.begin, 1),
        "EXAMPLE": body(code, code.example, 2, code.begin),
        "END": body(code, code.end, 1, code.begin),
    })
    return heading(meaning, train) + functions(text, network.exp == "portable") + fill(PARAMETERS + text, {
        "HOW_MANY_INPUTS": str(network.sizes[0]),
        "HOW_MANY_OUTPUTS": str(network.sizes[-1]),
        "NUMBERS": "\n".join(number_lines(parameters(network))),
        "COLUMNS": "\n".join(map(column_line, columns)),
        "CLASSES": ", ".join(map(ascii, classes)),
        "MEAN": literal(meaning.target[0]),
        "DEVIATION": literal(meaning.target[1]),
    })


def body(code: Code, nodes: Sequence[Node], depth: int, before: Sequence[Node] = ()) -> str:
    """Return the lines of some nodes, which come after others."""
    arrays = Variables.of(code, nodes, before, OPERATIONS).arrays
    return "\n".join([*(f"{INDENT * depth}{name} = [0.0] * {size}" for name, size in arrays.items()),
                      *lines(code, nodes, depth)])


def lines(code: Code, nodes: Iterable[Node], depth: int) -> Iterator[str]:
    """Yield the lines of some nodes; an array is taken apart in one line, or a few."""
    def value(node: Any) -> str:
        return stem(node.expression) if begins_variable(node) else ""

    for begin, group in groupby(commented(code.kind, nodes), key=value):
        if begin:
            names = [node.name for node in group]  # type: ignore[union-attr]
            start, join, end = ("", " = ", f" = {begin}") if begin == "-0.0" else ("(", ", ", f",) = {begin}")
            at_once = 4 if begin == "-0.0" else len(names)
            for first in range(0, len(names), at_once):
                yield from broken(INDENT * depth + start + join.join(names[first:first + at_once]) + end)
            continue
        for node in group:
            if isinstance(node, str):
                yield f"{INDENT * depth}# {node}"
            else:
                yield from node_lines(node, depth)


def node_lines(node: Node, depth: int) -> Iterator[str]:
    """Yield the lines of a statement or a loop."""
    if isinstance(node, Loop):
        variable, start, end, inner = node
        yield f"{INDENT * depth}for {variable} in range({f'{start}, ' if start else ''}{end}):"
        for each in inner:
            yield from node_lines(each, depth + 1)
    elif node.operation == "=":
        line = f"{INDENT * depth}{node.name} = {node.expression}"
        yield from [line] if len(line) <= WIDTH else broken(f"{INDENT * depth}{node.name} = ({node.expression})")
    else:
        for line in OPERATIONS[node.operation].format(node.name, *node.operands).split("\n"):
            yield INDENT * depth + line


def broken(line: str) -> List[str]:
    """Return a line, whose end is in parentheses, as several where it is too long for people."""
    depth = len(line) - len(line.lstrip())
    line = line.replace(",) = ", f",){UNBROKEN}={UNBROKEN}")
    return [line.replace(UNBROKEN, " ") for line in textwrap.wrap(
        line, WIDTH, subsequent_indent=" " * (depth + 4), break_long_words=False, break_on_hyphens=False)]


def literal(value: float) -> str:
    """Return a number as every Python reads it to the last bit.

    >>> literal(-0.25), literal(0.1 + 0.2), literal(1e300)
    ('-0.25', 'ldexp(0x13333333333334, -54)', 'ldexp(0x17e43c8800759c, 944)')

    Some interpreters misread decimal text by a bit, if it has more digits than 2**53 or a larger power of ten than 22;
    none misreads a whole number.
    """
    mantissa, _, power = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits, places = (whole + fraction.rstrip("0")).strip("-0"), len(fraction.rstrip("0"))
    if int(digits or 0) <= 2 ** 53 and abs(int(power or 0) - places) <= 22:
        return repr(value)
    fraction_of_2, exponent = math.frexp(value)
    return f"ldexp({int(math.ldexp(fraction_of_2, 53)):#x}, {exponent - 53})"


def column_line(column: Column) -> str:
    """Return the line of a column: its name, mean, deviation and texts."""
    texts = "".join(ascii(text) + ", " for text in column.texts).strip()
    return f"    ({ascii(column.name)}, {literal(column.mean)}, {literal(column.deviation)}, ({texts})),"


def number_lines(values: Sequence[float]) -> Iterator[str]:
    """Yield the lines of a list of numbers, with a comment that people can read where the numbers are not."""
    for first in range(0, len(values), 2):
        some = values[first:first + 2]
        line = f"    {', '.join(map(literal, some))},"
        yield f"{line}  # {', '.join(f'{value:.6g}' for value in some)}" if "(" in line else line


@lru_cache(maxsize=None)
def portable_functions() -> Dict[str, str]:
    """Return the source of every function of `core.arithmetic` by name, with the first line of its docstring."""
    found = {}
    for node in ast.parse(inspect.getsource(arithmetic)).body:
        if isinstance(node, ast.FunctionDef):
            sentence = (ast.get_docstring(node) or "").split("\n")[0]
            node.body[0] = ast.Expr(ast.Constant(sentence))
            found[node.name] = ast.unparse(node)
    return found


def functions(text: str, portable: bool) -> str:
    """Return the lines that give a text what it needs of exp, log and tanh, and ldexp."""
    wanted = [name for name in ("exp", "log", "tanh") if re.search(rf"\b{name}\(", text)]
    if not portable:
        return "from math import " + ", ".join(["ldexp", *wanted]) + "\n"
    found: List[str] = []

    def look(name: str) -> None:
        for other in re.findall(r"\b\w+\b", portable_functions()[name]):
            if other in portable_functions() and other not in [name, *found]:
                look(other)
        found.append(name)

    for name in wanted:
        if f"portable_{name}" not in found:
            look(f"portable_{name}")
    sources = [portable_functions()[name] for name in found]
    constants = [f"{name} = {literal(value)}\n" for name, value in vars(arithmetic).items()
                 if name.isupper() and any(re.search(rf"\b{name}\b", source) for source in sources)]
    aliases = [f"{name} = portable_{name}\n" for name in wanted]
    return "".join(["import math\nfrom math import ldexp\n", *(["\n"] if wanted else []), *constants,
                    *(f"\n\n{source}\n" for source in sources), *(["\n\n"] if wanted else []), *aliases])


USAGE = {
    "network": "    outputs = FILE.predict([...])",
    "classifier": "    label, each = FILE.predict([...]), FILE.probabilities([...])",
    "regressor": "    number = FILE.predict([...])",
}


def heading(meaning: Meaning, train: bool) -> str:
    """Return the docstring of the file."""
    same = ("Every result has the same bits on every machine." if meaning.network.exp == "portable" else
            "math.exp is not the same on every machine, and so the last bits are not; exp='portable' is.")
    learn = ["    loss = FILE.step(rows, targets, rate)  # changes FILE.parameters"] if train else []
    about = ["", *textwrap.wrap(meaning.step, WIDTH)] if train and meaning.step else []
    text = "\n".join(["A network in one file, made by purenet: nothing but this file is needed.", "",
                      *textwrap.wrap(repr(meaning.network), WIDTH), "", "    import FILE", USAGE[meaning.kind], *learn,
                      *about, "", same])
    return f'"""{text}\n"""\n'
