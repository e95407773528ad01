"""safetensors: a header of names, kinds and places in JSON, and then nothing but numbers. PyTorch and others read it.

The file is the header's length in 8 bytes, the header, and the numbers of each array, row by row, lowest byte first.
The layers are named as in a torch.nn.Sequential of Linear and activation by turns: 0.weight, 0.bias, 2.weight, ...,
and weights are (units, inputs). Source: the format's description, https://huggingface.co/docs/safetensors.
"""
from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, List, Sequence, Tuple

from ..core import storage
from ..core.errors import DataError, brief
from ..core.matrix import transpose
from ..model import Path
from .arrays import count, nested, put_together, taken_apart

CODES = {"F64": "d", "F32": "f", "F16": "e"}  # of `struct`
DOCUMENT = "purenet"  # the entry of the metadata that holds the model's JSON document


def save(model: Any, path: Path) -> None:
    """Write a Network, a Classifier or a Regressor to a safetensors file, with the same bits in every number (F64).

    The file is written whole or not at all. Its metadata have one entry, "purenet": the JSON document of `model.save`,
    without the weights and biases.

    Raises as `model.save` does, and OptionError for what is no model.
    """
    storage.write_bytes(os.fspath(path), encode(model))


def load(path: Path, **options: Any) -> Any:
    """Return the Network, Classifier or Regressor in a safetensors file.

    A file of another's, such as a `state_dict` of PyTorch, needs options: see `from_arrays`. F64, F32 and F16 are read.

    Raises DataError, naming the file, for one that is cut off, holds anything but a network, or is too large to be
    read; OptionError for an option that is missing or wrong; OSError where the file cannot be read.
    """
    return decode(storage.read_bytes(path), os.fspath(path), **options)


def encode(model: Any) -> bytes:
    """Return the bytes of the file that `save` writes.

    >>> from purenet.core.network import Network
    >>> decode(encode(Network([2, 1])), "net.safetensors")
    Network([2, 1], activation='sigmoid', output='sigmoid', loss='squared_error', reduction='mean')
    """
    network, document = taken_apart(model)
    header: Dict[str, Any] = {"__metadata__": {DOCUMENT: document}}
    numbers: List[bytes] = []
    end = 0
    for layer, W in enumerate(network.weights):
        arrays: List[Tuple[str, List[int], Sequence[float]]] = [
            ("weight", [len(W[0]), len(W)], [w for column in transpose(W) for w in column])]
        if network.biases:
            arrays.append(("bias", [len(W[0])], network.biases[layer]))
        for word, dimensions, values in arrays:
            numbers.append(struct.pack(f"<{len(values)}d", *values))
            header[f"{2 * layer}.{word}"] = {"dtype": "F64", "shape": dimensions,
                                             "data_offsets": [end, end + 8 * len(values)]}
            end += 8 * len(values)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *numbers])


def decode(data: bytes, place: str, **options: Any) -> Any:
    """Return the model in the bytes of a file; `place` is how to call it in a message."""
    start = 8 + int.from_bytes(data[:8], "little")
    if not 10 <= start <= len(data):
        raise DataError(f"{place}: not a safetensors file, or cut off: its header would end at byte {start} "
                        f"of {len(data)}")
    try:
        header = storage.strict_json(data[8:start])
    except ValueError as error:
        raise DataError(f"{place}: not a safetensors file, or cut off: {error}") from None
    rest = storage.Fields(header, place).rest
    metadata = storage.Fields(rest.pop("__metadata__", {}), f"{place}: __metadata__")
    document = metadata.take(DOCUMENT, str) if DOCUMENT in metadata.rest else None
    entries = [(*offsets(entry, f"{place}: {brief(name)}"), name) for name, entry in rest.items()]
    arrays: Dict[str, List[Any]] = {}
    at, total = start, 0
    for begin, end, dimensions, kind, name in sorted(entries):
        code = CODES.get(kind)
        if code is None:
            raise DataError(f"{place}: the array {brief(name)} is of the kind {brief(kind)}, "
                            f"expected {', '.join(CODES)}")
        n = count(name, dimensions, place, total)
        total += n
        if start + begin != at or start + end > len(data) or end - begin != n * struct.calcsize(code):
            raise DataError(f"{place}: the array {brief(name)} is said to lie at {brief([begin, end])}, expected "
                            f"{n * struct.calcsize(code)} bytes from {at - start} of {len(data) - start}")
        arrays[name] = nested(dimensions, struct.unpack_from(f"<{n}{code}", data, at))
        at = start + end
    if at != len(data):
        raise DataError(f"{place}: the arrays end at byte {at - start} of {len(data) - start}")
    return put_together(arrays, document, place, True, options)


def offsets(entry: Any, place: str) -> Tuple[int, int, List[int], str]:
    """Return begin, end, shape and kind of an array, as the header has them; raise DataError for another entry."""
    fields = storage.Fields(entry, place)
    kind, dimensions, ends = fields.take("dtype", str), fields.take("shape", list), fields.take("data_offsets", list)
    fields.finish()
    if len(ends) != 2 or not all(type(number) is int and number >= 0 for number in ends + dimensions):
        raise DataError(f"{place}: expected a shape and two offsets in whole numbers, found {brief(dimensions)} and "
                        f"{brief(ends)}")
    return ends[0], ends[1], dimensions, kind
