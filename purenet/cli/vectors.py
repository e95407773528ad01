"""Write test vectors: networks with every number of backprop, for implementations in any language.

Each case has a network, examples, and every step of a forward and backward pass on them: as purenet computes it in
float64 (decimal, and its bits), exactly to 40 digits, and how far a correct implementation may be off in float64 and in
float32. The same options write the same file, byte for byte, on every machine.

Gradients that an implementation has found for them are judged by purenet check --against.
"""
from __future__ import annotations

import argparse
from typing import Any, Dict, List

from ..core.errors import choose
from ..core.network import Network
from ..core.storage import write_text
from ..gradcheck.vectors import FORMATS, KINDS, MOST_CASES, document, draw_cases, vector
from .files import require_place, writing
from .terminal import Progress
from .train import reader

STEPS = ("weighted_input", "activation", "example_loss", "loss", "error", "slope", "delta", "gradient", "bias_gradient")


def kinds(text: str) -> List[str]:
    """Return the names in "plain,saturated"."""
    return [part.strip() for part in text.split(",")]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    parser.add_argument("--format", metavar="NAME", default="json",
                        help="json, or text: words and hexadecimal numbers between blanks (default json)")
    parser.add_argument("--cases", type=reader(int, "a whole number"), metavar="N", default=48,
                        help=f"how many, at most {MOST_CASES} (default 48: every loss and output with every kind)")
    parser.add_argument("--kinds", type=reader(kinds, "names such as plain,saturated"), metavar="NAMES",
                        help=f"the kinds of networks, taken in turn (default {','.join(KINDS)})")
    parser.add_argument("--seed", type=reader(int, "a whole number"), metavar="N", default=1,
                        help="of the random numbers (default 1)")


def run(options: argparse.Namespace) -> None:
    """Draw the cases, compute them and write the file."""
    write = choose("format", options.format, FORMATS)
    require_place(options.output)
    cases = draw_cases(options.cases, options.kinds, options.seed)
    vectors: List[Dict[str, Any]] = []
    with Progress("computing", options.cases) as progress:
        for kind, case in cases:
            progress.show(len(vectors))
            vectors.append(vector(kind, case, recorded(case.net, case.X, case.y)))
    text = write(document(vectors, options.seed))
    with writing(options.output):
        write_text(options.output, text)
    count = len(vectors)
    print(f"The test vectors are in {options.output}: {count} case{'s' if count > 1 else ''}, "
          f"{len(text.encode('utf-8')) / 1000:.0f} kB.")


def recorded(net: Network, X: Any, y: Any) -> Dict[str, Any]:
    """Return the result of every step of the network's own forward and backward pass by its name: z1, a1, ..., db1."""
    return {step.name: step.result for step in net.trace(X, y).steps if step.kind in STEPS}
