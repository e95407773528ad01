"""Test vectors: networks with every number of a forward and backward pass, for implementations in any language.

A vector is one network with its examples, and each step of backprop on them: as somebody's backprop has it, exactly to
40 digits, and how far a correct one may be off. Nothing in it depends on the machine: the numbers are drawn by the
Mersenne Twister, and the network takes the portable exponential. That backprop is handed over as numbers; this room
has none.
"""
from __future__ import annotations

import json
import struct
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..core.activation import ACTIVATIONS
from ..core.errors import choose, whole
from ..core.loss import LOSSES
from ..core.network import Network
from ..core.rng import MersenneTwister
from .bound import FLOAT32, FLOAT64, KINK, Table, backprop_bounds
from .cases import VECTORS, VERSION, Case, accepted
from .steps import allowed_steps, every, exact_steps

SHAPES = [  # sizes, examples: square ones too, where a transpose that is missing does not stop the program
    ([1, 1], 1), ([2, 1], 3), ([3, 3], 3), ([2, 2, 2], 2), ([3, 4, 1], 4), ([3, 4, 2], 1), ([4, 2, 3], 5),
    ([3, 3, 3, 3], 3), ([4, 8, 3], 4), ([2, 3, 4, 2], 4), ([3, 2, 2, 3, 2], 2),
]
PAIRS = [(output, loss) for loss, function in LOSSES.items() for output in ACTIVATIONS
         if function.output in (None, output)]
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
GRID = 2.0 ** 20
MOST_CASES = 10_000  # which take some ten minutes, and a file of 170 MB

Values = Dict[str, Any]  # nested lists of numbers by the name of the step


class Kind(NamedTuple):
    """Hold what a kind of network is made for, how large its parameters are, and where its targets come from."""

    about: str
    factor: Callable[[str], float]  # of the weights and biases, by the loss
    targets: Callable[[Network, List[float], MersenneTwister], List[float]]  # from the outputs


def drawn(net: Network, outputs: List[float], random: MersenneTwister) -> List[float]:
    """Return targets that have nothing to do with the outputs."""
    return accepted(net, [random.random() for _ in outputs])


def rounded_outputs(net: Network, outputs: List[float], random: MersenneTwister) -> List[float]:
    """Return the outputs rounded to multiples of 2^-20; where they have to add up to 1, they do so exactly."""
    targets = [round(a * GRID) / GRID for a in outputs]
    if net.loss_name == "cross_entropy":
        largest = targets.index(max(targets))
        targets[largest] = 0.0
        for target in [*targets]:
            targets[largest] += target
        targets[largest] = 1.0 - targets[largest]
    return targets


def far_away(net: Network, outputs: List[float], random: MersenneTwister) -> List[float]:
    """Return targets a thousand times as large as usual, or, for a cross entropy, the least likely ones."""
    if net.loss_function.output is None:
        return [1000 * uniform(random) for _ in outputs]
    return accepted(net, [1.0 - a for a in outputs])


KINDS = {
    "plain": Kind("weights, biases and inputs from -1 to 1", lambda loss: 1.0, drawn),
    "saturated": Kind("weights and biases ten times as large: units at their limits, where slopes are tiny",
                      lambda loss: 10.0, drawn),
    "near_optimum": Kind("targets that are the outputs rounded to multiples of 2^-20: gradients of differences that "
                         "cancel", lambda loss: 1.0, rounded_outputs),
    "large_loss": Kind("targets a thousand times as large; for the cross entropies weights five times as large, and "
                       "the least likely targets", lambda loss: 5.0 if LOSSES[loss].output else 1.0, far_away),
}


def uniform(random: MersenneTwister) -> float:
    """Return a number from -1 to 1."""
    return float(2 * random.random() - 1)


def draw_cases(count: int = 48, kinds: Optional[Sequence[str]] = None, seed: int = 1) -> Iterator[Tuple[str, Case]]:
    """Yield kinds and cases to compute, without gradients; the name of a case has its number, kind, sizes and loss.

    Any twelve in a row have every loss with every output that it may have, and any twelve times as many as there are
    kinds have all of these with every kind. The shape, the activation of hidden layers, the reduction, and whether
    there are biases are drawn with the numbers. No relu is so near to its kink that rounding could decide its side,
    not even in float32; and every layer has something to learn.

    >>> [case.name for kind, case in draw_cases(2)]
    ['000-plain-3-4-2-squared_error', '001-saturated-3-4-2-squared_error']

    Raises OptionError for an unknown kind, and for a count or a seed that is no whole number in range.
    """
    count, kinds = whole("cases", count, 1, MOST_CASES), list(KINDS) if kinds is None else kinds
    for kind in kinds:
        choose("kind", kind, KINDS)
    random = MersenneTwister(seed)
    for number in range(count):
        kind = kinds[(number + number // len(PAIRS)) % len(kinds)]
        output, loss = PAIRS[number % len(PAIRS)]
        case = draw(f"{number:03}-{kind}", KINDS[kind], output, loss, random)
        while not usable(case):
            case = draw(f"{number:03}-{kind}", KINDS[kind], output, loss, random)
        yield kind, case


def draw(name: str, kind: Kind, output: str, loss: str, random: MersenneTwister) -> Case:
    """Return a case of a kind, its numbers drawn; the name goes on with the sizes and the loss."""
    shapes = [shape for shape in SHAPES if output != "softmax" or shape[0][-1] > 1]  # one output alone is always 1
    sizes, examples = shapes[random.below(len(shapes))]
    activation, reduction = HIDDEN[random.below(len(HIDDEN))], ("mean", "sum")[random.below(2)]
    bias = random.below(4) > 0
    factor = kind.factor(loss)
    weights = [[[factor * uniform(random) for _ in range(units)] for _ in range(inputs)]
               for inputs, units in zip(sizes, sizes[1:])]
    biases = [[factor * uniform(random) for _ in range(units)] for units in sizes[1:]] if bias else None
    net = Network.from_weights(weights, biases, activation=activation, output=output, loss=loss, reduction=reduction,
                               exp="portable")
    X = [[uniform(random) for _ in range(sizes[0])] for _ in range(examples)]
    y = [kind.targets(net, row, random) for row in net.forward(X)[-1]]
    return Case(f"{name}-{'-'.join(map(str, sizes))}-{loss}", net, X, y)


def usable(case: Case) -> bool:
    """Return whether rounding to float32 decides about no relu, and the first layer has a delta that is not 0."""
    found: Dict[str, List[Table]] = {"slope": [], "delta": []}

    def record(step: str, layer: int, table: Table) -> None:
        found.setdefault(step, []).append(table)

    backprop_bounds(case.net, case.X, case.y, FLOAT32, record=record)
    on_a_kink = any(slope is KINK for table in found["slope"] for row in table for slope in row)
    return not on_a_kink and any(value for row in found["delta"][-1] for value, _ in row)


def vector(kind: str, case: Case, values: Values) -> Dict[str, Any]:
    """Return a case as data for a file, with every step: somebody's values, the exact ones, and what is allowed.

    `values` has the results of a forward and backward pass in floats, by the names of `exact_steps`; other names in it
    are passed over.

    Raises what `exact_gradients` raises.
    """
    net, X, y = case.net, case.X, case.y
    exact, allowed, allowed_float32 = (exact_steps(net, X, y), allowed_steps(net, X, y, FLOAT64),
                                       allowed_steps(net, X, y, FLOAT32))
    return {
        "name": case.name,
        "kind": kind,
        "network": {"sizes": net.sizes, "activation": net.activation, "output": net.output, "loss": net.loss_name,
                    "reduction": net.reduction, "weights": net.weights, "biases": net.biases},
        "X": X,
        "y": y,
        "bits": {"weights": every(net.weights, bits), "biases": every(net.biases, bits), "X": every(X, bits),
                 "y": every(y, bits)},
        "steps": {name: {
            "values": every(value, float),
            "bits": every(value, bits),
            "exact": every(exact[name], digits),
            "allowed": every(allowed[name], rounded_up),
            "allowed_float32": every(allowed_float32[name], rounded_up),
        } for name, value in values.items() if name in exact},
    }


def bits(value: Optional[float]) -> Optional[str]:
    """Return the bits of a float as 16 hexadecimal digits, the sign and the exponent first.

    >>> bits(1.0), bits(-0.1)
    ('3ff0000000000000', 'bfb999999999999a')
    """
    return None if value is None else struct.pack(">d", value).hex()


def digits(value: Decimal) -> str:
    """Return a Decimal as text that every language reads.

    >>> digits(Decimal("0.0625")), digits(Decimal(0))
    ('6.25e-2', '0e+0')
    """
    return f"{value:e}"


def rounded_up(value: float) -> float:
    """Return a number that is not below another and has three digits.

    >>> rounded_up(1.2345e-16), rounded_up(0.0)
    (1.24e-16, 0.0)
    """
    return float(Context(prec=3, rounding=ROUND_CEILING).create_decimal(value))


def document(vectors: Sequence[Dict[str, Any]], seed: int) -> Dict[str, Any]:
    """Return test vectors as one document: the format and its version, what the kinds are, and the cases."""
    return {"format": VECTORS, "version": VERSION, "seed": seed,
            "kinds": {name: KINDS[name].about for name in KINDS if any(case["kind"] == name for case in vectors)},
            "cases": list(vectors)}


def to_json(document: Dict[str, Any]) -> str:
    """Return a document of test vectors as JSON, with each matrix on a line of its own."""
    return laid_out(document, "") + "\n"


def laid_out(value: Any, indent: str) -> str:
    """Return JSON with a line for each entry, but lists of numbers in one."""
    deeper = indent + " "
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(name)}: {laid_out(part, deeper)}" for name, part in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(deeper + laid_out(part, deeper) for part in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def to_text(document: Dict[str, Any]) -> str:
    """Return a document of test vectors as words and numbers between blanks, for languages without a JSON reader.

        case NAME layers 2 examples 4 activation tanh output sigmoid loss squared_error reduction mean biases 1
        X 4 3
        (4 · 3 numbers, row by row; as many that are allowed; as many that are allowed in float32)
        ...
        end 0 0

    The values are hexadecimal floats, which C's scanf reads to the bit. A list is a matrix of one row, and the loss of
    one row and column.
    """
    lines = [f"{document['format']} {document['version']}"]
    for case in document["cases"]:
        network = case["network"]
        given = [("X", case["X"]), ("y", case["y"]),
                 *((f"W{layer}", W) for layer, W in enumerate(network["weights"], 1)),
                 *((f"b{layer}", b) for layer, b in enumerate(network["biases"] or [], 1))]
        options = " ".join(f"{name} {network[name]}" for name in ("activation", "output", "loss", "reduction"))
        lines.append(f"case {case['name']} layers {len(network['weights'])} examples {len(case['X'])} {options} "
                     f"biases {int(network['biases'] is not None)}")
        for name, value in given:
            lines += matrix_lines(name, value, every(value, lambda _: 0.0), every(value, lambda _: 0.0))
        for name, step in case["steps"].items():
            lines += matrix_lines(name, step["values"], step["allowed"], step["allowed_float32"])
        lines.append("end 0 0")
    return "\n".join(lines) + "\n"


def matrix_lines(name: str, value: Any, allowed: Any, allowed_float32: Any) -> List[str]:
    """Return the lines of one matrix: its name and shape, its numbers, what is allowed, and that in float32."""
    rows = value if isinstance(value, list) else [value]
    rows = rows if isinstance(rows[0], list) else [rows]
    columns = len(rows[0])
    return [f"{name} {len(rows)} {columns}", " ".join(number.hex() for row in rows for number in row),
            *(" ".join(map(repr, flat(part))) for part in (allowed, allowed_float32))]


def flat(value: Any) -> List[Any]:
    """Return the numbers of nested lists in one list.

    >>> flat([[1, 2], [3]]), flat(4)
    ([1, 2, 3], [4])
    """
    return [number for part in value for number in flat(part)] if isinstance(value, list) else [value]


FORMATS: Dict[str, Callable[[Dict[str, Any]], str]] = {"json": to_json, "text": to_text}
