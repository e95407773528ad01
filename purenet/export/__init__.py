"""The network in other languages and in files of other libraries, and back from there.

Read it in this order: code, meaning, curly, c, javascript, python; and onnx; arrays, safetensors, npz; and bundle.
"""
from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Union

from ..core.errors import choose, refuse_unknown
from ..unroll import Room
from . import c, javascript, npz, onnx, python, safetensors
from .arrays import from_arrays, from_sklearn

__all__ = ["export", "from_arrays", "from_sklearn"]
FORMATS: Dict[str, Callable[..., Union[str, bytes]]] = {
    "c": c.source,
    "javascript": javascript.source,
    "python": python.source,
    "onnx": onnx.encode,
    "safetensors": safetensors.encode,
    "npz": npz.encode,
}


def export(model: Any, to: str, **options: Any) -> Union[str, bytes]:
    """Return a Network, or a trained Classifier or Regressor, as the text or the bytes of a file for others to use.

    >>> from purenet.core.network import Network
    >>> header = export(Network.from_weights([[[0.5], [-0.25]]], activation="identity"), to="c", name="half")
    >>> "static inline void half_predict(const double *x, double *outputs)" in header
    True

    to         "c" (one C99 header), "javascript" (one ES module) or "python" (one file, which needs `math` alone)
    train      with a step of training, too: plain gradient descent, on the network's loss, whatever it was trained by
    unroll     True writes every sum out, False writes loops; None: loops above 100 weights
    precision  of C's numbers: "double" or "float"
    name       what all names in the header of C begin with

    Raises OptionError for a format or an option that is unknown, and for what the format cannot hold.
    """
    source = choose("format", to, FORMATS)
    known = options_of(to)
    refuse_unknown(f"export to {to}", [name for name in options if name not in known], known)
    content: Union[str, bytes] = source(model, **options)
    return content


def options_of(to: str) -> "tuple[str, ...]":
    """Return the names of the options that a format takes.

    >>> options_of("c")
    ('train', 'precision', 'name', 'unroll')
    """
    code = FORMATS[to].__code__
    return code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]


sys.modules[__name__].__class__ = Room
