"""One training step told from top to bottom: the network, the forward pass, the loss, the way back, the new weights.

What is told are blocks, which `document` writes as text or as Markdown. The whole step is `report`; `one_step`,
`one_weight` and `one_example` look closer.
"""
from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..core.errors import whole
from .contributions import Contributions, percent
from .document import Block, Formula, Heading, Paragraph, Row, Table, short
from .formulas import Setting, inputs, inside as bracketed, number
from .scale import Scale
from .trace import Confidence, Element, Step, Trace, shape

FEW = 4  # units and weights told one by one, and terms of a sum that are written out
MANY = 16  # elements of one step that are written out, and weights whose gradient is found in three ways
LONG = 24  # rows of the matrices where one step, weight or example is all there is


class Names(NamedTuple):
    """What the inputs, the outputs and the examples are called, and how the inputs were scaled."""

    inputs: List[str]
    outputs: List[str]
    examples: List[str]
    scales: Sequence[Optional[Scale]] = ()  # one for each input, None for a text's yes or no; none if X is as it was


SECTIONS: Dict[str, Tuple[str, str, List[str]]] = {  # name: title, words to begin with, the kinds of its steps
    "forward": ("The forward pass: from the inputs to the predictions",
                "Each layer multiplies what comes in by its weights and adds up: that is its weighted input z. Its "
                "activation a, a function of z, goes on to the next layer; the last one is the prediction.",
                ["weighted_input", "activation"]),
    "loss": ("The loss: how wrong the predictions are",
             "One number for each example, and one for all of them: the one that training makes smaller.",
             ["example_loss", "loss"]),
    "backward": ("The way back: who is to blame, and how much",
                 "delta says how fast the loss grows with each z. It is known at the outputs first, and goes back "
                 "along the weights, layer by layer. The gradient of a layer's weights is made of what came in and of "
                 "delta.",
                 ["error", "slope", "delta", "gradient", "bias_gradient"]),
    "step": ("The step: new weights", "Each weight moves against its gradient, learning_rate times as far.",
             ["update", "new_weights", "bias_update", "new_biases"]),
    "after": ("Was it worth it?", "The same examples once more, with the new weights.", ["new_activation", "new_loss"]),
}
ROW_BY_ROW = ("weighted_input", "activation", "error", "slope", "delta")  # steps with a row for each example
READING = [
    "Layers count from 1, rows and columns from 0: z1[0][2] is in row 0 and column 2 of z1.",
    "Rows are examples. W1[0][2] leads from input 0 to unit 2 of layer 1.",
    "A · B is the product of two matrices, A ⊙ B multiplies element by element, Aᵀ is A turned on its side. The shapes "
    "of all of them, (rows, columns), stand below each formula.",
    "Numbers are shown with six digits, and computed with all of them.",
]
UNDECIDED = ("How much is each prediction to change? The undecided ones stand first: their slope is steep, so their "
             "error counts most. Where the network is sure the slope is flat, and little changes, right or wrong.")
IN_FULL = ("How much is each prediction to change? The loss is made for these outputs, so no slope softens an error: "
           "those that are furthest off stand first, however sure the network is of them.")
PUSHES = ("A gradient is a sum over the examples, and each of them adds what came in at the weight times delta: its "
          "push. As descent subtracts, a negative push takes the weight up and a positive one takes it down. Where the "
          "pushes disagree they cancel.")
WAYS = ("Backprop finds the gradient by the chain rule. Two other ways need the loss alone: change a weight a little, "
        "up and down, and see how the loss differs (central difference, good to about ten digits), or change it a "
        "little in the imaginary direction (complex step, good to all digits).")
SCALED = ("X is not what stands in the file: each number there is scaled, so that no column outweighs another, by the "
          "mean and the deviation of its column in the rows that the model was trained on.")
ONE_HOT = "Of a column of texts, each text has an input of its own: 1 for yes and 0 for no."
WAY = {"up": "up", "down": "down", "not": "no say"}
KINK = "(Where a relu's z is nearly 0, the central difference sees both sides of its kink, and differs.)"


def report(trace: Trace, names: Names, about: Sequence[str]) -> List[Block]:
    """Return the whole step, from top to bottom; `about` are sentences on where the network comes from."""
    s = trace.setting
    parameters = [name for name in trace.values if re.fullmatch(r"[Wb]\d+", name)]
    told: List[Tuple[str, List[Block]]] = [
        ("The network and its examples",
         [Paragraph(network(s)), *values(trace, names, "X"), *scaling(trace, names, range(s.examples)),
          *values(trace, names, "y"),
          Paragraph("Before the step it has these weights:"),
          *(block for name in parameters for block in values(trace, names, name))]),
        ("How to read it", [Paragraph(text, item=True) for text in [*READING, *trace.conventions()]]),
        section(trace, names, "forward"), section(trace, names, "loss"), section(trace, names, "backward"),
        ("Who pushes which weight",
         [Paragraph(PUSHES), *(block for layer in range(s.last, 0, -1) for block in pushes(trace, names, layer))]),
        ("The gradient in three ways", three_ways(trace, trace.every_parameter())),
        section(trace, names, "step"), section(trace, names, "after")]
    blocks: List[Block] = [Heading("One training step, number by number", 1), *map(Paragraph, about)]
    for i, (title, inside) in enumerate(told, 1):
        blocks += [Heading(f"{i}. {title}", 2), *inside]
    return [*blocks, Paragraph(outcome(trace))]


def section(trace: Trace, names: Names, name: str) -> Tuple[str, List[Block]]:
    """Return the title of a section, and the steps in it."""
    title, begin, kinds = SECTIONS[name]
    blocks: List[Block] = [Paragraph(begin)]
    for step in trace.steps:
        if step.kind not in kinds:
            continue
        said = [block for block in remarks(trace, step) if block not in blocks]
        blocks += [Heading(headline(step), 3), formula(trace, step), *values(trace, names, step.name),
                   *written_out(trace.element(step.name, *(0 for _ in step.shape))), *said]
        if step.name == f"delta{trace.setting.last}":
            blocks += confidence(trace, names)
    return title, blocks


def one_step(trace: Trace, names: Names, name: str) -> List[Block]:
    """Return one step: what it is made of, every number of it if there are not too many, and where it is needed next.

    Raises OptionError for a name that is none, with the nearest.
    """
    step = trace.step(name)
    blocks: List[Block] = [Heading(headline(step), 1), formula(trace, step)]
    blocks += [block for operand in step.operands for block in values(trace, names, operand, LONG)]
    blocks += [Paragraph("So:"), *values(trace, names, name, LONG)] if step.shape else []
    places = indices(step.shape)
    blocks += [block for place in places[:MANY] for block in written_out(trace.element(name, *place))]
    if len(places) > MANY and len(blocks) > len(step.operands):
        blocks.append(Paragraph(f"... {len(places) - MANY} more elements, each made in the same way"))
    after = [later.name for later in trace.steps if name in later.operands]
    goes_on = [Paragraph(f"{name} is needed for {', '.join(after)}.")] if after else []
    return [*blocks, *remarks(trace, step), *goes_on]


def one_weight(trace: Trace, names: Names, place: Sequence[int]) -> List[Block]:
    """Return who pushes one weight, or, with (layer, unit), one bias; its gradient in three ways; its new value.

    Raises OptionError for a layer or an index that the network does not have.
    """
    found = trace.contributions(*place)
    layer, unit = place[0], place[-1]
    parameter, end = found.name[0], f"unit {axis(trace, names, layer)[unit]} of layer {layer}"
    where = f"the bias of {end}"
    if len(place) == 3:
        below = axis(trace, names, layer - 1)[place[1]]
        where = f"from {f'unit {below} of layer {layer - 1}' if layer > 1 else f'input {below}'} to {end}"
    rows: List[Row] = [(label, [c.input, c.delta, c.push, WAY[c.direction]])
                       for label, c in zip(labels(names.examples), found.examples)]
    column = f"{inputs(layer)}[k][{place[1]}]" if len(place) == 3 else "1"
    return [
        Heading(f"{found.name}: {where}", 1),
        Paragraph(PUSHES), Table("k", [column, f"delta{layer}[k][{unit}]", "push", "way"], rows,
                                 [("sum: gradient", ["", "", found.gradient, ""])], most=LONG),
        Paragraph(found.verdict()),
        *written_out(trace.element(f"d{parameter}{layer}", *place[1:])),
        Heading("Its gradient in three ways", 2), *three_ways(trace, [place]),
        Heading("Its new value", 2),
        *written_out(trace.element(f"update_{parameter}{layer}", *place[1:])),
        *written_out(trace.element(f"new_{parameter}{layer}", *place[1:]))]


def one_example(trace: Trace, names: Names, k: int) -> List[Block]:
    """Return the story of one example: its row of every step, how it is to change, and what it pushes.

    Raises OptionError for an example that there is not.
    """
    s, last = trace.setting, trace.setting.last
    k = whole("example", k, at_least=0, at_most=s.examples - 1)
    label = labels(names.examples, 40)[k]
    row = {name: [(label[:label.index("]") + 1], trace.values[name][k])] for name in ("X", "y")}
    blocks: List[Block] = [
        Heading(f"Example {label}", 1),
        Paragraph(alone(s)),
        Table("X", axis(trace, names, 0), row["X"]), *scaling(trace, names, [k]),
        Table("y", axis(trace, names, last), row["y"])]
    for step in trace.steps:
        if step.layer is not None and step.kind in ROW_BY_ROW:
            columns, cells = axis(trace, names, step.layer), step.result[k]
        elif step.kind == "example_loss":
            columns, cells = [step.name], [step.result[k]]
        else:
            continue
        blocks += [Heading(headline(step), 2), Formula(step.name, [step.formula]),
                   Table("", columns, [(row["X"][0][0], cells)])]
        places = [(k, j) for j in range(len(cells))] if step.layer else [(k,)]
        blocks += [block for place in places[:FEW] for block in written_out(trace.element(step.name, *place))]
        blocks += [Paragraph(step.note)] if step.note else []
        if step.name == f"delta{last}":
            blocks += [Paragraph(judged(c)) for c in trace.confidence() if c.example == k]
    blocks += [Heading("What it pushes", 2), Paragraph(PUSHES)]
    for layer in range(last, 0, -1):
        rows: List[Row] = [(name, [trace.contributions(layer, i, j).examples[k].push for j in range(s.sizes[layer])])
                           for i, name in enumerate(axis(trace, names, layer - 1))]
        rows += [("bias", [trace.contributions(layer, j).examples[k].push for j in range(s.sizes[layer])])] \
            if s.bias else []
        blocks.append(Table(f"to W{layer}", axis(trace, names, layer), rows, most=LONG))
    rows = [("before", trace.values[f"a{last}"][k]), ("after", trace.values[f"new_a{last}"][k]), row["y"][0]]
    rows[2] = ("target", rows[2][1])
    return [*blocks, Heading("After the step of all examples together", 2),
            Table("prediction", axis(trace, names, last), rows)]


# --- Matrices with their labels.


def labels(names: Sequence[str], width: int = 12) -> List[str]:
    """Return the labels of rows or columns: their numbers and names.

    >>> labels(["age", ""])
    ['[0] age', '[1]']
    """
    return [f"[{i}] {short(name, width)}".rstrip() for i, name in enumerate(names)]


def axis(trace: Trace, names: Names, layer: int) -> List[str]:
    """Return the labels of a layer's units; the layer 0 is that of the inputs."""
    s = trace.setting
    return labels(names.inputs if layer == 0 else names.outputs if layer == s.last else [""] * s.sizes[layer])


def axes(trace: Trace, names: Names, name: str) -> List[List[str]]:
    """Return the labels of the rows and of the columns of a value: of a list only one of them, of a number none."""
    parts = re.fullmatch(r"(?:(?:new_|update_|d)?([Wb])|.*?)(\d*)", name)
    assert parts is not None
    layer = int(parts[2]) if parts[2] else {"X": 0, "y": trace.setting.last}.get(name, 0)
    if parts[1] == "W":
        return [axis(trace, names, layer - 1), axis(trace, names, layer)]
    if parts[1] == "b":
        return [axis(trace, names, layer)]
    return [labels(names.examples), axis(trace, names, layer)][:len(shape(trace.values[name]))]


def values(trace: Trace, names: Names, name: str, most: int = 8) -> List[Block]:
    """Return a table of a matrix or a list; of a number none, as its formula says it."""
    value, found = trace.values[name], axes(trace, names, name)
    if len(found) == 2:
        return [Table(name, found[1], list(zip(found[0], value)), most=most)]
    if name == "losses":
        return [Table("", [name], list(zip(found[0], [[each] for each in value])), most=most)]
    return [Table("", found[0], [(name, value)])] if found else []


def scaling(trace: Trace, names: Names, examples: Sequence[int]) -> List[Block]:
    """Return what stands in the file for some examples, and how it was scaled; nothing where it was not."""
    if not any(names.scales):
        return []
    X = trace.values["X"]
    rows: List[Row] = [(labels(names.examples)[k], [scale.value(x) if scale else "yes" if x else "no"
                                                    for x, scale in zip(X[k], names.scales)]) for k in examples]
    below: List[Row] = [(name, [getattr(scale, name) if scale else "" for scale in names.scales])
                        for name in Scale._fields]
    i, scale = next((i, scale) for i, scale in enumerate(names.scales) if scale)
    x = X[examples[0]][i]
    value, mean, deviation = (bracketed(each) for each in (scale.value(x), *scale))
    return [Paragraph(SCALED + (f" {ONE_HOT}" if None in names.scales else "")),
            Table("the file", axis(trace, names, 0), rows, below),
            Formula(f"X[{examples[0]}][{i}]",
                    ["(value - mean) / deviation", f"({value} - {mean}) / {deviation}", number(x)])]


def indices(size: Sequence[int]) -> List[Tuple[int, ...]]:
    """Return every index of a shape, row by row.

    >>> indices((2, 2)), indices(())
    ([(0, 0), (0, 1), (1, 0), (1, 1)], [()])
    """
    found: List[Tuple[int, ...]] = [()]
    for n in size:
        found = [(*index, i) for index in found for i in range(n)]
    return found


# --- What is told of a step.


def headline(step: Step) -> str:
    """Return the name and the title of a step, once if they are the same."""
    return step.name if step.name == step.title else f"{step.name}: {step.title}"


def formula(trace: Trace, step: Step) -> Formula:
    """Return the formula of a step, and below it the one of the shapes, in which what is transposed has been turned.

    The formula of a number that cannot be written out ends with the number.
    """
    def put(found: "re.Match[str]") -> str:
        size = shape(trace.values[found[1]])
        return str(size[::-1] if found[2] else size) if size else found[0]

    known = "|".join(sorted(trace.values, key=len, reverse=True))
    text = re.sub(rf"\b({known})(ᵀ|\b)", put, step.formula)
    if step.shape:
        return Formula(step.name, [step.formula], "" if text == step.formula else f"{step.shape} = {text}")
    return Formula(step.name, [step.formula, *([] if trace.element(step.name).written.places() else
                                               [number(step.result)])])


def written_out(element: Element) -> List[Block]:
    """Return the formula of one number in symbols, with the numbers put in, and what comes of it."""
    if not element.written.places():
        return []
    left, *sides = dict.fromkeys([str(element.place), element.symbols(FEW), element.numbers(FEW),
                                  number(element.value)])
    return [Formula(left, sides)]


def remarks(trace: Trace, step: Step) -> List[Block]:
    """Return what is to be said about a step: its note, and why there is a transpose."""
    told = [sentence for sentence in trace.transposes() if sentence.startswith(f"{step.name} = ")]
    return [Paragraph(text) for text in [step.note, *told] if text]


def counted(n: int, one: str, many: str = "") -> str:
    """Return the number and the noun: 1 input, 2 inputs."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def network(s: Setting) -> str:
    """Return sentences on the network: its layers, its functions, how many weights it has, and the examples."""
    hidden = "".join(f", {counted(size, 'hidden unit')} ({function})"
                     for size, function in zip(s.sizes[1:-1], s.activations))
    biases = counted(sum(s.sizes[1:]), "bias", "biases") if s.bias else "no biases"
    return (f"The network has {counted(s.sizes[0], 'input')}{hidden} and {counted(s.sizes[-1], 'output')} "
            f"({s.activations[-1]}): {counted(sum(a * b for a, b in zip(s.sizes, s.sizes[1:])), 'weight')} and "
            f"{biases}. It learns from {counted(s.examples, 'example')}, the rows of X, with their targets y.")


def alone(s: Setting) -> str:
    """Return a sentence on what an example owes to the others: of a mean, their number."""
    if not s.mean:
        return "It goes through the network alone: no other example has a part in these numbers."
    divided = f"{'delta' if s.made_for else 'error'}{s.last}"
    return ("It goes through the network alone: of the other examples only their number has a part in these numbers, "
            f"as the loss is the mean over {s.examples}, and {divided} is divided by that.")


def outcome(trace: Trace) -> str:
    """Return what the step did to the loss."""
    before, after = trace.values["loss"], trace.values["new_loss"]
    what = f"it fell by {100 * (before - after) / before:.3g} %" if after < before else \
        "it did not change" if after == before else "it ROSE, so the step was too long: try a smaller learning_rate"
    return f"The loss was {number(before)} and is now {number(after)}: {what}."


# --- Confidence, pushes, and the gradient three ways.


def judged(c: Confidence) -> str:
    """Return a sentence or two on one prediction: how far off it is, and how much of that counts."""
    off = c.prediction - c.target
    where = f"It predicts {number(c.prediction)} where the target is {number(c.target)}"
    if not off:
        return f"{where}: there is nothing to change."
    counts = "the whole error counts, however sure the network is" if c.slope is None else \
        f"the slope there is {number(c.slope)}, and that share of the error counts"
    return f"{where}: too {'high' if off > 0 else 'low'} by {number(abs(off))}; {counts}."


def confidence(trace: Trace, names: Names) -> List[Block]:
    """Return how much every prediction is to change, first those that count most."""
    found = trace.confidence()
    sloped, several = found[0].slope is not None, trace.setting.sizes[-1] > 1
    examples, outputs = labels(names.examples), axis(trace, names, trace.setting.last)
    heads = [*(["output"] if several else []), "prediction", "target", *(["error", "slope"] if sloped else []), "delta"]
    rows: List[Row] = [
        (examples[c.example], [*([outputs[c.output]] if several else []), c.prediction, c.target,
                               *(e for e in (c.error, c.slope) if e is not None), c.delta]) for c in found]
    return [Paragraph(UNDECIDED if sloped else IN_FULL), Table("", heads, rows)]


def pushes(trace: Trace, names: Names, layer: int) -> List[Block]:
    """Return, unit by unit, what every example adds to the gradients of a layer, and what came of it."""
    s = trace.setting
    blocks: List[Block] = []
    for j in range(min(FEW, s.sizes[layer])):
        found = [trace.contributions(layer, i, j) for i in range(s.sizes[layer - 1])]
        found += [trace.contributions(layer, j)] if s.bias else []
        rows: List[Row] = [(label, [c.examples[k].push for c in found])
                           for k, label in enumerate(labels(names.examples))]
        below: List[Row] = [("sum: gradient", [c.gradient for c in found]),
                            ("cancelled", [percent(c.cancelled) for c in found]),
                            ("old weight", [c.old for c in found]), ("new weight", [c.new for c in found])]
        columns = axis(trace, names, layer - 1) + (["bias"] if s.bias else [])
        blocks += [Heading(f"Layer {layer}: into unit {axis(trace, names, layer)[j]}", 3),
                   Table(f"from {inputs(layer)}", columns, rows, below)]
    if s.sizes[layer] > FEW:
        blocks.append(Paragraph(f"... {counted(s.sizes[layer] - FEW, 'more unit')} in layer {layer}"))
    every = [trace.contributions(*place) for place in trace.every_parameter() if place[0] == layer]
    return [*blocks, *verdicts(every, layer)]


def verdicts(found: Sequence[Contributions], layer: int) -> List[Block]:
    """Return a sentence on each of a few weights; of many, on the one that moves most and the one most torn."""
    if len(found) <= FEW:
        return [Paragraph(c.verdict(), item=True) for c in found]
    torn = sorted((c for c in found if not c.one_way), key=lambda c: -c.cancelled)
    chosen = [max(found, key=lambda c: abs(c.new - c.old)), *torn[:1]]
    return [Paragraph(f"Layer {layer}: {len(torn)} of {len(found)} are pushed both ways. The one that moves most"
                      f"{', and the one most torn' if torn else ''}:"),
            *(Paragraph(verdict, item=True) for verdict in dict.fromkeys(c.verdict() for c in chosen))]


def three_ways(trace: Trace, places: Sequence[Sequence[int]]) -> List[Block]:
    """Return a table of the gradient in three ways, for the first of some weights, and how far they are apart."""
    found = [trace.three_ways_of(*place) for place in places[:MANY]]
    rows: List[Row] = [(ways.name, [ways.backprop, ways.central_difference, ways.complex_step,
                                    *(number(difference, 1) for difference in ways.differences)]) for ways in found]
    rows += [(f"... {len(places) - MANY} more", [""] * 5)] if len(places) > MANY else []
    table = Table("", ["backprop", "central", "complex step", "off by", "off by"], rows, most=MANY + 1, digits=8)
    return [Paragraph(WAYS), table, *([Paragraph(KINK)] if "relu" in trace.setting.activations else [])]
