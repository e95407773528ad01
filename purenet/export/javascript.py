"""JavaScript: one ES module, with no dependency, for Node and browsers."""
from __future__ import annotations

import json
import re
import textwrap
from typing import Any, List, Optional

from ..core.errors import OptionError, brief
from . import curly
from .code import Code, parameters
from .curly import WIDTH, joined
from .meaning import Meaning

LARGEST_WHOLE = 2 ** 53  # up to which a number of JavaScript holds every whole number

PARAMETERS = """
// The weights, row by row (one for each input) and layer by layer, and then the biases.
const parameters = [
    NUMBERS
];
"""
FORWARD = """
// Compute the network: return its outputs (HOW_MANY_OUTPUTS) for its inputs (HOW_MANY_INPUTS).
function FORWARD(x) {
    numbers("x", x, HOW_MANY_INPUTS);
    const w = parameters, outputs = [];
BODY
    return outputs;
}
"""
NUMBERS_CHECK = """
// Throw an error where an array is not of so many finite numbers.
function numbers(name, values, count) {
    if (values.length !== count || !values.every(Number.isFinite)) {
        throw new Error(`${name}: found [${values}], expected ${count} finite numbers`);
    }
    return values;
}
"""
ENCODE = """
// The columns of a row: of numbers, which are standardised, or of texts, each an input of its own.
const columns = [
COLUMNS
];

// Return the inputs that a row becomes.
function encode(row) {
    if (row.length !== columns.length) {
        throw new Error(`found a row of ${row.length}, expected one of ${columns.length}`);
    }
    return columns.flatMap(({name, mean, deviation, texts}, c) => {
        if (texts) {
            if (texts.includes(row[c])) return texts.map((text) => text === row[c] ? 1 : 0);
            throw new Error(`column ${name}: found ${row[c]}, expected ${texts.join(" or ")}`);
        }
        const z = typeof row[c] === "number" ? scaled(row[c], mean, deviation) : NaN;
        if (Number.isFinite(z)) return [z];
        throw new Error(`column ${name}: found ${row[c]}, expected a number as in training`);
    });
}
"""
CLASSIFY = """
const classes = [
    CLASSES
];

// Return the probability of each class, for a row.
function probabilities(row) {
    const found = numbers("outputs", outputs(encode(row)), HOW_MANY_OUTPUTS);
    return FOUND;
}

// Return the most probable class of a row.
function predict(row) {
    const found = probabilities(row);
    return classes[found.indexOf(Math.max(...found))];
}
"""
REGRESS = """
// Return the number that belongs to a row.
function predict(row) {
    const found = numbers("outputs", outputs(encode(row)), 1);
    return numbers("prediction", [MEAN + DEVIATION * found[0]], 1)[0];
}
"""
STEP = """
// Learn from examples: take a step of gradient descent, at this rate, which changes `parameters`.
// Every row has its TARGETS. Return the loss before, REDUCED over the examples.
function step(rows, targets, rate) {
    const w = parameters, examples = rows.length;
    if (targets.length !== examples) {
        throw new Error(`found ${examples} rows and ${targets.length} targets, expected as many`);
    }
    let loss = 0.0;
BEGIN
    for (let row = 0; row < examples; row++) {
        const x = READ_X, y = READ_Y;
EXAMPLE
    }
END
    return LOSS;
}
"""
CLASS_TARGET = """
// Return the targets of the network for a class.
function target(label) {
    if (!classes.includes(label)) throw new Error(`found the class ${label}, expected ${classes.join(" or ")}`);
    return TARGET;
}
"""
NUMBER_TARGET = """
// Return the target of the network for a number.
function target(number) {
    return numbers("target", [scaled(number, MEAN, DEVIATION)], 1);
}
"""
TARGETS = {"network": "targets (HOW_MANY_OUTPUTS)", "classifier": "class", "regressor": "number"}
POWER = """\
const bits = new DataView(new ArrayBuffer(8));
function power(k) {
    bits.setUint32(0, (k + 1023) << 20);
    return bits.getFloat64(0);
}"""
LANGUAGE = curly.Language("let", "let", "const", "const", "{name} = []")


def source(model: Any, *, train: bool = False, unroll: Optional[bool] = None) -> str:
    """Return an ES module with `predict`, and if it is to train `step`, of a Network, Classifier or Regressor.

    unroll  whether to write every sum out; None for small networks only

    Raises OptionError for what JavaScript cannot hold.
    """
    meaning = Meaning.of(model)
    network, columns, classes = meaning.network, meaning.columns, meaning.classes
    code = Code.of(network, unroll)
    rows, two = meaning.kind != "network", len(classes) == 2
    sections = [
        (True, NUMBERS_CHECK + FORWARD), (rows, ENCODE), (rows, CLASSIFY if classes else REGRESS),
        (train and rows, CLASS_TARGET if classes else NUMBER_TARGET), (train, STEP)]
    text = curly.fill("".join(section for wanted, section in sections if wanted), {
        "FORWARD": "outputs" if rows else "predict",
        "FOUND": "[1.0 - found[0], found[0]]" if two else "found",
        "TARGET": "[label === classes[1] ? 1 : 0]" if two else "classes.map((other) => label === other ? 1 : 0)",
        "TARGETS": TARGETS[meaning.kind],
        "READ_X": "encode(rows[row])" if rows else 'numbers("row", rows[row], HOW_MANY_INPUTS)',
        "READ_Y": "target(targets[row])" if rows else 'numbers("target", targets[row], HOW_MANY_OUTPUTS)',
        "REDUCED": "its mean" if code.kind.mean else "added up",
        "LOSS": "loss / examples" if code.kind.mean else "loss",
        **curly.bodies(code, LANGUAGE),
    })
    needs = curly.needs(text, network.exp == "portable")
    constants = [f"const {name} = {curly.CONSTANTS[name]!r};\n" for name in needs.constants]
    functions = [f"\n{curly.FUNCTIONS[name]}\n" for name in needs.functions]
    platform = f"\nconst {{{', '.join(needs.platform)}}} = Math;\n" if needs.platform else ""
    exported = ["predict", *(["probabilities", "classes"] if classes else []), *(["columns"] if rows else []),
                *(["step", "parameters"] if train else [])]
    return heading(meaning, train) + curly.fill(
        in_javascript("".join([platform, PARAMETERS, *constants, *functions, text])), {
            "HOW_MANY_INPUTS": str(network.sizes[0]),
            "HOW_MANY_OUTPUTS": str(network.sizes[-1]),
            "NUMBERS": "\n".join(joined("", map(repr, parameters(network)), "")),
            "COLUMNS": ",\n".join(f"    {column_literal(column)}" for column in columns),
            "CLASSES": "\n".join(joined("", map(label_literal, classes), "")),
            "MEAN": repr(meaning.target[0]),
            "DEVIATION": repr(meaning.target[1]),
        }) + f"\nexport {{{', '.join(exported)}}};\n"


def in_javascript(text: str) -> str:
    """Return the common text in JavaScript."""
    text = re.sub(r"FUNCTION .*", lambda line: re.sub("REAL |INT ", "", line[0]), text)
    text = re.sub("LET (REAL|INT)", "const", text)
    return curly.fill(text, {"FUNCTION": "function", "REAL": "let", "WHOLE": "Math.trunc", "MOST": "1023",
                             "POWER": POWER})


def string(text: str) -> str:
    """Return a text as a string of JavaScript, which may also stand in a script of a page.

    >>> print(string('5" </script>'))
    "5\\" \\u003c/script>"
    """
    return json.dumps(text).replace("<", "\\u003c")


def column_literal(column: Any) -> str:
    """Return a column as an object of JavaScript."""
    if column.texts:
        return f"{{name: {string(column.name)}, texts: [{', '.join(map(string, column.texts))}]}}"
    return f"{{name: {string(column.name)}, mean: {column.mean!r}, deviation: {column.deviation!r}}}"


def label_literal(label: Any) -> str:
    """Return a label in JavaScript.

    >>> label_literal(True), label_literal(3), label_literal("3")
    ('true', '3', '"3"')

    Raises OptionError for a whole number that JavaScript cannot hold.
    """
    if isinstance(label, str):
        return string(label)
    if abs(label) > LARGEST_WHOLE:
        raise OptionError(f"JavaScript cannot hold the label {brief(label)}, a whole number beyond 2**53")
    return json.dumps(label)


USAGE = {
    "network": "    const outputs = predict([...]);",
    "classifier": "    const label = predict([...]), each = probabilities([...]);",
    "regressor": "    const number = predict([...]);",
}


def heading(meaning: Meaning, train: bool) -> str:
    """Return the comment at the top of the file."""
    imported = ", ".join(["predict", *(["probabilities"] if meaning.classes else []), *(["step"] if train else [])])
    same = ("Every result has the same bits on every machine, and in Python." if meaning.network.exp == "portable" else
            "Math.exp is not the same on every machine, and so the last bits are not; exp='portable' is.")
    learn = ["    const loss = step(rows, targets, rate);  // changes the parameters"] if train else []
    about = ["", *textwrap.wrap(meaning.step, WIDTH - 3)] if train and meaning.step else []
    lines: List[str] = [*textwrap.wrap(f"{meaning.network!r}, made by purenet.", WIDTH - 3), "",
                        f'    import {{{imported}}} from "./FILE.mjs";', USAGE[meaning.kind], *learn, *about, "", same]
    return "\n".join(f"// {line}".rstrip() for line in lines) + "\n"
