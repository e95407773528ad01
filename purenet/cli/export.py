"""Write a trained model as a file in another language, or of another library.

C is one header, JavaScript one module, Python one file; each predicts, and with --train learns, with the same bits as
here if the model was trained with --exp portable. ONNX is for ONNX Runtime, safetensors for PyTorch, NPZ for NumPy; the
last two hold every bit, and `purenet import` reads them back.
"""
from __future__ import annotations

import argparse
import sys
from typing import Any, Dict

from ..core.errors import DataError, choose
from ..core.storage import write_bytes
from ..export import FORMATS, export
from .files import load_model, require_place, writing

OPTIONS: Dict[str, Dict[str, Any]] = {  # of the formats; each takes only some, and refuses the others
    "train": {"action": "store_true", "help": "with a step of training too (c, javascript, python)"},
    "precision": {"metavar": "NAME", "help": "double or float (c: default double; onnx: default float)"},
    "name": {"metavar": "NAME", "help": "what the names in the file begin with (c; default purenet)"},
    "unroll": {"action": argparse.BooleanOptionalAction,
               "help": "write every sum out, or in loops (c, javascript, python; default by the size)"},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("model", metavar="MODEL.json", help="a model that `purenet train -o` or Network.save wrote")
    parser.add_argument("--to", required=True, metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    parser.add_argument("-o", "--output", metavar="FILE", default="-",
                        help="the file to write (default: -, standard output)")
    for name, settings in OPTIONS.items():
        parser.add_argument("--" + name, default=None, **settings)


def run(options: argparse.Namespace) -> None:
    """Read the model, and write the file."""
    choose("format", options.to, FORMATS)
    if options.output != "-":
        require_place(options.output, options.model)
    chosen = {name: getattr(options, name) for name in OPTIONS if getattr(options, name) is not None}
    content = export(load_model(options.model), options.to, **chosen)
    data = content.encode("utf-8") if isinstance(content, str) else content
    if options.output != "-":
        with writing(options.output):
            write_bytes(options.output, data)
    elif sys.stdout is None:
        raise DataError("standard output is closed, expected it open for the file, or a name after -o")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
