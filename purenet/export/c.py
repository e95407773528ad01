"""C99: one header, without allocation, and without a library but libm, for the platform's exp."""
from __future__ import annotations

import math
import re
import struct
import textwrap
from typing import Any, Dict, Iterable, NamedTuple, Optional

from ..core.errors import OptionError, brief, choose
from . import curly
from .code import Code, parameters
from .curly import WIDTH, joined
from .meaning import Meaning

LONGEST = 4095  # bytes of a text that every C99 compiler takes


def single(value: float) -> float:
    """Return the nearest number that a C float holds.

    >>> single(0.1)
    0.10000000149011612

    Raises OptionError for a number that is too large for one.
    """
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise OptionError(f"{value!r} is more than a C float holds: expected precision 'double'") from None
    return rounded


class Precision(NamedTuple):
    """Hold what there is to know about a type of C: how a number is rounded to it, and what its exp needs."""

    round: Any
    constants: Dict[str, float]
    suffix: str  # of numbers and of libm's functions
    digits: str  # the macro that tells how many bits it has, and how many it must have
    most: str  # the largest power of two in it
    unsigned: str  # a whole number of as many bits
    places: str  # the place of the exponent's first bit


POWER = """\
static inline REAL NAME_power(int k) {
    const union { UNSIGNED bits; REAL value; } power = {(UNSIGNED)(k + MOST) << PLACES};
    return power.value;
}"""
HIGH = math.ldexp(45426, -16)  # ln 2 to so few bits that its product with any exponent is exact
SINGLE = {
    **{name: single(value) for name, value in curly.CONSTANTS.items()},
    "LOG2_HIGH": HIGH,
    "LOG2_LOW": single(curly.CONSTANTS["LOG2_HIGH"] - HIGH + curly.CONSTANTS["LOG2_LOW"]),
    "LARGEST_EXPONENT": math.ldexp(0xB17217, -17),
    "SMALLEST_EXPONENT": single(-103.97207708399179),
    "TANH_SMALL": HIGH / 4,
}
PRECISIONS = {
    "double": Precision(float, curly.CONSTANTS, "", "DBL_MANT_DIG != 53", "1023", "uint64_t", "52"),
    "float": Precision(single, SINGLE, "f", "FLT_MANT_DIG != 24", "127", "uint32_t", "23"),
}

TOP = """
#ifndef NAME_HEADER
#define NAME_HEADER

INCLUDED
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) \\
    || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error "-ffast-math changes the bits of the results: compile this file without it"
#endif
#if (defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0) \\
    || (defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0)
#error "numbers are computed here to more digits than they hold (x87?): try -msse2 -mfpmath=sse"
#endif
#if DIGITS
#error "REAL is not the type of IEEE 754 here: export with another precision"
#endif

// a * b + c is rounded twice, as everywhere else, and never fused.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("fp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif
"""
BOTTOM = """
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#else
#pragma STDC FP_CONTRACT DEFAULT
#endif

#endif
"""
PARAMETERS = """
#define NAME_INPUTS HOW_MANY_INPUTS
#define NAME_OUTPUTS HOW_MANY_OUTPUTS
#define NAME_PARAMETERS HOW_MANY_PARAMETERS

// The weights, row by row (one for each input) and layer by layer, and then the biases.
STATIC REAL NAME_parameters[NAME_PARAMETERS] = {
    NUMBERS
};
"""
FORWARD = """
// Compute the network: take NAME_INPUTS numbers from x, and put NAME_OUTPUTS into outputs.
static inline void NAME_FORWARD(const REAL *x, REAL *outputs) {
    const REAL *w = NAME_parameters;
BODY
}
"""
COLUMNS = """
// A row has a number for each of these columns.ABOUT_TEXTS
#define NAME_COLUMNS HOW_MANY_COLUMNS
static const char *const NAME_columns[NAME_COLUMNS] = {COLUMN_NAMES};
static const REAL NAME_means[NAME_COLUMNS] = {MEANS};
static const REAL NAME_deviations[NAME_COLUMNS] = {DEVIATIONS};
"""
TEXTS = """\
static const int NAME_counts[NAME_COLUMNS] = {COUNTS};  // of texts; 0 in a column of numbers
static const char *const NAME_texts[] = {TEXT_NAMES};

// Return the number that stands for a text in a column of texts, or -1 if training saw no such text.
static inline int NAME_text(int column, const char *text) {
    int first = 0;
    for (int c = 0; c < column; c++) first += NAME_counts[c];
    for (int k = 0; k < NAME_counts[column]; k++) {
        const char *a = NAME_texts[first + k], *b = text;
        while (*a && *a == *b) { a++; b++; }
        if (*a == *b) return k;
    }
    return -1;
}
"""
ENCODE = """
// Make inputs of a row: standardised numbers. Return whether that can be done.
static inline int NAME_encode(const REAL *row, REAL *x) {
    for (int c = 0; c < NAME_COLUMNS; c++) {
        x[c] = scaled(row[c], NAME_means[c], NAME_deviations[c]);
        if (x[c] - x[c] != 0.0) return 0;
    }
    return 1;
}
"""
ENCODE_TEXTS = """
// Make inputs of a row: a number is standardised; a text becomes an input for each text of its column,
// 1 for itself and 0 for the others. Return whether that can be done.
static inline int NAME_encode(const REAL *row, REAL *x) {
    for (int c = 0; c < NAME_COLUMNS; c++) {
        const int count = NAME_counts[c];
        if (count == 0) {
            *x = scaled(row[c], NAME_means[c], NAME_deviations[c]);
            if (*x - *x != 0.0) return 0;
            x++;
        } else {
            if (!(row[c] >= 0.0 && row[c] < (REAL)count) || row[c] != (REAL)(int)row[c]) return 0;
            for (int k = 0; k < count; k++) *x++ = k == (int)row[c] ? 1.0 : 0.0;
        }
    }
    return 1;
}
"""
CLASSES = """
#define NAME_CLASSES HOW_MANY_CLASSES
static const char *const NAME_classes[NAME_CLASSES] = {CLASS_NAMES};
"""
CLASSIFY = """
// Predict the class of a row: return its number in NAME_classes, and put the probability of each
// class into probabilities, of NAME_CLASSES elements. Return -1 for a row that cannot be used: a number
// that is not finite, stands for no text, or is too far from the training rows.
static inline int NAME_predict(const REAL *row, REAL *probabilities) {
    REAL x[NAME_INPUTS];
    int best = 0;
    if (!NAME_encode(row, x)) return -1;
    NAME_outputs(x, probabilities);
    for (int k = 0; k < NAME_OUTPUTS; k++) {
        if (probabilities[k] - probabilities[k] != 0.0) return -1;
    }
OF_TWO    for (int k = 1; k < NAME_CLASSES; k++) {
        if (probabilities[k] > probabilities[best]) best = k;
    }
    return best;
}
"""
OF_TWO = """\
    probabilities[1] = probabilities[0];
    probabilities[0] = 1.0 - probabilities[1];
"""
REGRESS = """
// Predict the number that belongs to a row, and put it into number. Return 0, or -1 for a row that
// cannot be used: a number that is not finite, stands for no text, or is too far from the training rows.
static inline int NAME_predict(const REAL *row, REAL *number) {
    REAL x[NAME_INPUTS], output;
    if (!NAME_encode(row, x)) return -1;
    NAME_outputs(x, &output);
    *number = MEAN + DEVIATION * output;
    return output - output == 0.0 && *number - *number == 0.0 ? 0 : -1;
}
"""
CLASS_TARGET = """
// Make the network's targets of the number of a class. Return whether that can be done.
static inline int NAME_target(REAL target, REAL *y) {
    int found = 0;
    for (int k = 0; k < NAME_CLASSES; k++) found = found || target == (REAL)k;
    for (int k = 0; k < NAME_OUTPUTS; k++) {  // of two classes there is one output, for the second
        y[k] = target == (REAL)(k + NAME_CLASSES - NAME_OUTPUTS) ? 1.0 : 0.0;
    }
    return found;
}
"""
NUMBER_TARGET = """
// Make the network's target of a number. Return whether that can be done.
static inline int NAME_target(REAL target, REAL *y) {
    *y = scaled(target, MEAN, DEVIATION);
    return *y - *y == 0.0;
}
"""
STEP = """
// Learn from examples: take a step of gradient descent, at this rate, which changes NAME_parameters.
// X has count rows, one after the other, and Y the target of each: TARGETS.
// Return the loss before, REDUCED over the examples.REFUSED
static inline REAL NAME_step(const REAL *X, const REAL *Y, int count, REAL rate) {
    REAL *w = NAME_parameters;
EXAMPLES    REAL loss = 0.0;
BEGIN
    for (int row = 0; row < count; row++) {
        READ
EXAMPLE
    }
END
    return LOSS;
}
"""
READ = "const REAL *x = X + row * NAME_INPUTS, *y = Y + row * NAME_OUTPUTS;"
READ_ROW = """\
REAL x[NAME_INPUTS], y[NAME_OUTPUTS];
        if (!NAME_encode(X + row * NAME_COLUMNS, x) || !NAME_target(Y[row], y)) return -1.0;"""
TARGETS = {"network": "NAME_OUTPUTS numbers", "classifier": "the number of its class", "regressor": "a number"}
REFUSED = """
// Return -1, and change nothing, where a row or a target cannot be used."""
ABOUT_TEXTS = " For a text it is NAME_text(column, text)."


LANGUAGE = curly.Language("int", "REAL", "REAL", "static REAL", "{name}[{size}]")


def source(model: Any, *, train: bool = False, precision: str = "double", name: str = "purenet",
           unroll: Optional[bool] = None) -> str:
    """Return a C99 header with `predict`, and if it is to train `step`, of a Network, Classifier or Regressor.

    precision  of every number: "double" or "float"
    name       what all the names in the header begin with
    unroll     whether to write every sum out; None for small networks only

    Raises OptionError for what C cannot hold.
    """
    real = choose("precision", precision, PRECISIONS)
    if not (isinstance(name, str) and re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]*", name)):
        raise OptionError(f"name must be letters, digits and _, such as my_model, found {brief(name)}")
    meaning = Meaning.of(model)
    network, columns, classes = meaning.network, meaning.columns, meaning.classes
    code = Code.of(network, unroll)
    for what, deviation in [*((f"column {column.name!r}", column.deviation) for column in columns),
                            ("the target", meaning.target[1])]:
        if not real.round(deviation):
            raise OptionError(f"{what} has the deviation {deviation!r}, less than a C float holds: "
                              "expected precision 'double'")
    rows, texts = meaning.kind != "network", any(column.texts for column in columns)
    sections = [
        (True, FORWARD), (rows, COLUMNS), (texts, TEXTS), (classes, CLASSES),
        (rows, ENCODE_TEXTS if texts else ENCODE), (rows, CLASSIFY if classes else REGRESS),
        (train and rows, CLASS_TARGET if classes else NUMBER_TARGET), (train, STEP)]
    text = curly.fill("".join(section for wanted, section in sections if wanted), {
        "FORWARD": "outputs" if rows else "predict",
        "ABOUT_TEXTS": ABOUT_TEXTS if texts else "",
        "OF_TWO": OF_TWO if len(classes) == 2 else "",
        "READ": READ_ROW if rows else READ,
        "TARGETS": TARGETS[meaning.kind],
        "REFUSED": REFUSED if rows else "",
        "EXAMPLES": "    const REAL examples = (REAL)count;\n" if code.kind.mean else "",
        "REDUCED": "its mean" if code.kind.mean else "added up",
        "LOSS": "loss / examples" if code.kind.mean else "loss",
        **curly.bodies(code, LANGUAGE),
    })
    needs = curly.needs(text, network.exp == "portable")
    text = "".join([
        TOP, PARAMETERS,
        *(f"static const REAL {each} = {literal(real.constants[each], real)};\n" for each in needs.constants),
        *(f"\n{curly.FUNCTIONS[function]}\n" for function in needs.functions), text, BOTTOM])
    values = [real.round(value) for value in parameters(network)]
    words = {
        "NAME": name,
        "REAL": precision,
        "STATIC": "static" if train else "static const",
        "HOW_MANY_INPUTS": str(network.sizes[0]),
        "HOW_MANY_OUTPUTS": str(network.sizes[-1]),
        "HOW_MANY_PARAMETERS": str(len(values)),
        "HOW_MANY_COLUMNS": str(len(columns)),
        "HOW_MANY_CLASSES": str(len(classes)),
        "NUMBERS": listed([literal(value, real) for value in values]),
        "COLUMN_NAMES": listed([string(column.name) for column in columns]),
        "MEANS": listed([literal(column.mean, real) for column in columns]),
        "DEVIATIONS": listed([literal(column.deviation, real) for column in columns]),
        "COUNTS": listed([str(len(column.texts)) for column in columns]),
        "TEXT_NAMES": listed([string(text) for column in columns for text in column.texts]),
        "CLASS_NAMES": listed([string(str(label)) for label in classes]),
        "MEAN": literal(meaning.target[0], real),
        "DEVIATION": literal(meaning.target[1], real),
    }
    return heading(meaning, words, train) + curly.fill(in_c(text, needs, real), words)


def in_c(text: str, needs: curly.Needs, real: Precision) -> str:
    """Return a text in C: its types are C's, its numbers of the right one, its functions have names of their own."""
    included = ["float", *(["math"] if needs.platform else []), *(["stdint"] if "power" in needs.functions else [])]
    text = curly.fill(text, {
        "INCLUDED": "\n".join(f"#include <{header}.h>" for header in included), "DIGITS": real.digits,
        "POWER": curly.fill(POWER, {"UNSIGNED": real.unsigned, "PLACES": real.places, "MOST": real.most}),
        "FUNCTION": "static inline REAL", "LET": "const", "INT": "int", "WHOLE": "(int)", "MOST": real.most,
        **{name: f"NAME_{name}" for name in needs.constants}})
    names = {**{name: f"NAME_{name}" for name in needs.functions},
             **{name: name + real.suffix for name in needs.platform}}
    code = []
    for line in text.split("\n"):
        if not line.lstrip().startswith("//"):
            line = re.sub(r"\b(\w+)\(", lambda found: names.get(found[1], found[1]) + "(", line)
            line = re.sub(r"(?<![\w.])(\d+\.\d+)(?![\w.])", rf"\1{real.suffix}", line)
        code.append(line)
    return "\n".join(code)


def literal(value: float, real: Precision) -> str:
    """Return a number as C reads it to the last bit: hexadecimal.

    >>> literal(-0.15625, PRECISIONS["float"]), literal(3.0, PRECISIONS["double"])
    ('-0x1.4p-3f', '0x1.8p+1')

    Raises OptionError for a number that the precision cannot hold.
    """
    mantissa, power = real.round(value).hex().split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}p{power}{real.suffix}"


def string(text: str) -> str:
    """Return a text as a string of C: what is not plain is written as octal numbers of its bytes.

    >>> print(string('5" ö??/'))
    "5\\" \\303\\266\\?\\?/"

    Raises OptionError for a text that C cannot hold: with a null character, with half a character, or too long.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise OptionError(f"C cannot hold the text {brief(text)}, which has half a character") from None
    if 0 in data or len(data) > LONGEST:
        raise OptionError(f"C cannot hold the text {brief(text)}, which has "
                          + ("a null character" if 0 in data else f"more than {LONGEST} bytes"))
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else
                         "\\" + chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in data) + '"'


def listed(values: Iterable[str]) -> str:
    """Return what stands between the braces of an array."""
    return "\n".join(joined("", values, ""))


USAGE = {
    "network": """\
    REAL x[NAME_INPUTS] = {...}, outputs[NAME_OUTPUTS];
    NAME_predict(x, outputs);""",
    "classifier": """\
    REAL row[NAME_COLUMNS] = {...}, probabilities[NAME_CLASSES];
    int best = NAME_predict(row, probabilities);  // its label is NAME_classes[best]""",
    "regressor": """\
    REAL row[NAME_COLUMNS] = {...}, number;
    if (NAME_predict(row, &number) == 0) ...""",
}
TRAIN = """\
    REAL loss = NAME_step(X, Y, count, rate);

NAME_parameters are what it has learned: to keep them, copy them, and to go on, copy them back.
Every source file that includes this one has parameters of its own."""


def heading(meaning: Meaning, words: Dict[str, str], train: bool) -> str:
    """Return the comment at the top of the file."""
    same = "Every result has the same bits on every machine" + (
        "." if words["REAL"] == "float" else ", and in Python.")
    libm = "Link with -lm, whose exp is not the same on every machine; exp='portable' is."
    text = "\n".join([*textwrap.wrap(f"{meaning.network!r}, made by purenet.", WIDTH - 3), "", USAGE[meaning.kind],
                      *([TRAIN, *textwrap.wrap(meaning.step, WIDTH - 3)] if train else []), "",
                      same if meaning.network.exp == "portable" else libm])
    return curly.fill("\n".join(f"// {line}".rstrip() for line in text.split("\n")) + "\n", words)
