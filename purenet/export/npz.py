"""NPZ: a zip archive of NumPy arrays, as numpy.savez writes and numpy.load reads them.

Each member is an .npy file: a line that describes the array as a Python dict would be written, and then the numbers.
That line is matched against the few forms it can have, and never evaluated. The layers are named weights_0, biases_0,
weights_1, ..., and weights are (inputs, units). Source: the format's description, numpy.lib.format.
"""
from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..core import storage
from ..core.errors import DataError, brief
from ..core.matrix import transpose
from ..model import Path
from .arrays import count, nested, put_together, taken_apart

DOCUMENT = "purenet"  # the member that holds the model's JSON document, as one text of bytes
MAGIC = b"\x93NUMPY"
LENGTHS = {b"\x01\x00": "<H", b"\x02\x00": "<I", b"\x03\x00": "<I"}  # of the header, by the version
LONGEST_HEADER = 10_000  # as NumPy has it
ENTRY = re.compile(r"\s*'(\w{1,20})'\s*:\s*('[<>|]\w{1,12}'|True|False|\([\d,\s]*\))\s*(,|$)", re.ASCII)
SHAPE = re.compile(r"\(\s*(\d{1,18}\s*,\s*)*(\d{1,18}\s*)?\)", re.ASCII)
CODES = {"f8": "d", "f4": "f", "f2": "e"}  # of `struct`


def save(model: Any, path: Path) -> None:
    """Write a Network, a Classifier or a Regressor to an NPZ file, with the same bits in every number (float64).

    The file is written whole or not at all. Beside the weights and biases it has one array, "purenet": the JSON
    document of `model.save`, without them.

    Raises as `model.save` does, and OptionError for what is no model.
    """
    storage.write_bytes(os.fspath(path), encode(model))


def load(path: Path, **options: Any) -> Any:
    """Return the Network, Classifier or Regressor in an NPZ file.

    A file of another's needs options: see `from_arrays`. Arrays of float64 and float32 are read, of either byte order
    and either order of memory.

    Raises DataError, naming the file, for one that is cut off, holds anything but a network, or is too large to be
    read; OptionError for an option that is missing or wrong; OSError where the file cannot be read.
    """
    return decode(storage.read_bytes(path), os.fspath(path), **options)


def encode(model: Any) -> bytes:
    """Return the bytes of the file that `save` writes.

    >>> from purenet.core.network import Network
    >>> decode(encode(Network([2, 1])), "net.npz")
    Network([2, 1], activation='sigmoid', output='sigmoid', loss='squared_error', reduction='mean')
    """
    network, document = taken_apart(model)
    text = document.encode("ascii")
    members = {DOCUMENT: npy(f"|S{len(text)}", (), text)}
    for layer, W in enumerate(network.weights):
        arrays: List[Tuple[str, Tuple[int, ...], Sequence[float]]] = [
            ("weights", (len(W), len(W[0])), [w for row in W for w in row])]
        if network.biases:
            arrays.append(("biases", (len(W[0]),), network.biases[layer]))
        for word, dimensions, values in arrays:
            members[f"{word}_{layer}"] = npy("<f8", dimensions, struct.pack(f"<{len(values)}d", *values))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(f"{name}.npy")  # of the year 1980, so that equal models make equal files
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, data)
    return file.getvalue()


def npy(kind: str, dimensions: Tuple[int, ...], data: bytes) -> bytes:
    """Return an array as the bytes of an .npy file."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {dimensions}, }}"
    header += " " * (-(len(MAGIC) + 4 + len(header) + 1) % 64) + "\n"
    return MAGIC + b"\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii") + data


def decode(data: bytes, place: str, **options: Any) -> Any:
    """Return the model in the bytes of a file; `place` is how to call it in a message."""
    arrays: Dict[str, List[Any]] = {}
    document: Optional[str] = None
    total = 0
    for name, content in unpacked(data, place).items():
        array = f"{place}: the array {brief(name)}"
        kind, fortran_order, dimensions, start = described(content, array)
        found = len(content) - start
        if name == DOCUMENT and (kind, dimensions) == (f"|S{found}", []):
            document = content[start:].decode("latin-1")
            continue
        code = CODES.get(kind[1:])
        if code is None or kind[0] == "|":
            raise DataError(f"{array} is of the kind {kind!r}, expected <f8, <f4, <f2 or the same with >")
        n = count(name, dimensions, place, total)
        total += n
        if found != n * struct.calcsize(code):
            raise DataError(f"{array} has {found} bytes of numbers, expected {n * struct.calcsize(code)} for the shape "
                            f"{tuple(dimensions)}")
        numbers = struct.unpack_from(f"{kind[0]}{n}{code}", content, start)
        rows = nested(dimensions[::-1] if fortran_order else dimensions, numbers)
        arrays[name] = transpose(rows) if fortran_order and len(dimensions) == 2 else rows
    return put_together(arrays, document, place, False, options)


def unpacked(data: bytes, place: str) -> Dict[str, bytes]:
    """Return the members of the archive, by their names without .npy.

    Raises DataError for what is no such archive, or would be too large unpacked.
    """
    found: Dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > storage.LARGEST:
                raise DataError(f"{place}: the arrays have more than {storage.LARGEST} bytes, the most that is read")
            for member in members:
                name, extension = os.path.splitext(member.filename)
                if extension != ".npy" or name in found:
                    raise DataError(f"{place}: found the member {brief(member.filename)}"
                                    f"{' twice' if name in found else ''}, expected .npy files of different names")
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise DataError(f"{place}: the member {brief(member.filename)} is packed in a way that numpy.savez "
                                    "does not know, expected stored or deflated")
                found[name] = member_bytes(archive, member, place)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError, RuntimeError,
            ValueError) as error:  # RuntimeError: of an encrypted member
        raise DataError(f"{place}: not an NPZ file, or cut off: {str(error)[:100]}") from None
    return found


def member_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str) -> bytes:
    """Return a member, of which no more is unpacked than it says it has; raise DataError where it has more."""
    size = member.file_size
    member.file_size += 1  # or what is beyond would be passed over in silence
    with archive.open(member) as file:
        found = file.read(size + 1)  # without a number all of it would be unpacked, whatever it says
    if len(found) != size:
        raise DataError(f"{place}: the member {brief(member.filename)} does not have the {size} bytes that it says")
    return found


def described(content: bytes, array: str) -> Tuple[str, bool, List[int], int]:
    """Return kind, order of memory and shape of an .npy file, and where its numbers begin.

    Raises DataError for a header of any other form than NumPy writes.
    """
    form = LENGTHS.get(content[6:8])
    if not content.startswith(MAGIC) or form is None:
        raise DataError(f"{array} is no .npy file of version 1, 2 or 3")
    begin = 8 + struct.calcsize(form)
    start = begin + int.from_bytes(content[8:begin], "little")
    text = content[begin:start].decode("latin-1").strip()
    if start > len(content) or start > LONGEST_HEADER or text[:1] != "{" or text[-1:] != "}":
        raise DataError(f"{array} has the header {brief(text)}, expected a dict of at most {LONGEST_HEADER} bytes")
    entries: Dict[str, str] = {}
    at, end = 1, len(text) - 1
    while text[at:end].strip():
        match = ENTRY.match(text, at, end)
        if match is None or match[1] in entries:
            break
        entries[match[1]] = match[2]
        at = match.end()
    kind, order, shape = (entries.get(name, "") for name in ("descr", "fortran_order", "shape"))
    if (text[at:end].strip() or len(entries) != 3 or kind[:1] != "'" or order not in ("True", "False")
            or not SHAPE.fullmatch(shape)):
        raise DataError(f"{array} has the header {brief(text)}, expected descr, fortran_order and shape of one kind of "
                        "numbers")
    return kind[1:-1], order == "True", [int(size) for size in re.findall(r"\d+", shape)], start
