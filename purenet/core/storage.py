"""Files: one JSON document, written whole or not at all, and read with every field checked.

Numbers stand in a file twice: as decimals, for people, and as the bits of the double, because some interpreters misread
decimals in the last bit. The bits are what is read.
"""

import math

from .arithmetic import real_number
from .errors import DataError, brief, did_you_mean

FORMAT = "purenet"
VERSION = 2  # the first had no bits
DIGITS = 16  # of a double in hexadecimal
SMALLEST_NORMAL = math.ldexp(1.0, -1022)
LARGEST = 2 ** 26  # bytes of a file that is read: more weights than pure Python can work with, and all fit in memory


def write_json(path, kind, document):
    """Write a document of a kind ("network", "classifier") to a file, whole or not at all.

    Raises DataError for more than LARGEST, OSError where the file cannot be written; the old file is then as it was.
    """
    text = json_text(kind, document) + "\n"
    if len(text) > LARGEST:
        raise DataError(f"{path}: the file would have {len(text)} bytes, of which only {LARGEST} are read")
    write_text(path, text)


def json_text(kind, document):
    """Return a document of a kind as JSON in one line."""
    import json

    heading = {"format": FORMAT, "version": VERSION, "kind": kind}
    heading.update(document)
    return json.dumps(heading)


def write_text(path, text):
    """Write a text file in UTF-8, as `write_bytes` does; or write to what is no path but has `write`.

    That is an open file, or an io.StringIO where there are no files.
    """
    if hasattr(path, "write"):
        path.write(text)
    else:
        write_bytes(path, text.encode("utf-8"))


def write_bytes(path, data):
    """Write a file, so that a crash or a full disk leaves the old file or the new one, never a half.

    The data go to a file beside it, which then takes its name.

    Raises OSError where the file cannot be written; the old file is then as it was.
    """
    import os

    if not hasattr(os, "replace"):  # MicroPython, which has no links, modes or pipes either
        with open(path + ".part", "wb") as file:
            file.write(data)
        os.rename(path + ".part", path)
        return
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:  # a pipe or a device has no name to be taken
            file.write(data)
        return
    path = os.path.realpath(path)  # a link goes on pointing to the file
    number = 0
    while True:  # whoever else writes here, at the same time, has another name for it
        beside = f"{path}.{os.getpid()}.{number}.part"
        try:
            file = open(beside, "xb")
            break
        except FileExistsError:
            number += 1
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            os.chmod(beside, os.stat(path).st_mode & 0o777)
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.remove(beside)
        raise


def read_bytes(path):
    """Return the bytes of a file.

    Raises DataError for more than LARGEST, OSError where it cannot be read.
    """
    parts: list = []
    size = 0
    with open(path, "rb") as file:
        while size <= LARGEST:
            part = file.read(4096)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
    raise DataError(f"{path}: the file has more than {LARGEST} bytes, the most that is read")


def read_json(path):
    """Return the kind, and the Fields, of the document in a file that `write_json` wrote, or that is open for reading.

    Raises DataError, naming the file, for what is no such document: not UTF-8, cut off, not JSON, of another format
    or of a later version; OSError where it cannot be read.
    """
    if hasattr(path, "read"):
        data = path.read()
        return parse_json(data.encode("utf-8") if isinstance(data, str) else data, "the model")
    return parse_json(read_bytes(path), path)


def parse_json(data, path):
    """Return the kind, and the Fields, of a document in bytes; `path` is how to call it in a message.

    Raises DataError for what is no such document.
    """
    try:
        document = strict_json(data)
    except ValueError as error:
        raise DataError(f"{path}: not a purenet model, or cut off: {error}")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(f"{path}: not a purenet model: expected a JSON object with the format {FORMAT!r}, "
                        f"found {brief(document)}")
    fields = Fields(document, path)
    fields.take("format", str)
    version = fields.take("version", int)
    if version < 1:
        raise DataError(f"{path}: version must be a whole number from 1 to {VERSION}, found {brief(version)}")
    if version > VERSION:
        raise DataError(f"{path}: written by a later purenet: found version {brief(version)}, expected at most "
                        f"{VERSION}; update purenet")
    return fields.take("kind", str), fields


def strict_json(data):
    """Return what is written as JSON in bytes.

    >>> strict_json(b'{"seed": [1, 2.5]}')
    {'seed': [1, 2.5]}

    Raises ValueError for what is no UTF-8, no JSON, nested too deeply, or names a field twice.
    """
    import json

    text = data.decode("utf-8")
    try:
        try:
            document = json.loads(text, object_pairs_hook=object_of)
        except TypeError:  # MicroPython has no hooks
            document = json.loads(text)
        if "\\ud" in text or "\\uD" in text:
            require_whole_characters(document)
    except RuntimeError:  # of recursion
        raise ValueError("lists nested too deeply")
    return document


def object_of(pairs):
    """Return the pairs of a JSON object as a dict; raise ValueError for a name that stands twice."""
    document = {}
    for name, value in pairs:
        if name in document:
            raise ValueError(f"the field {brief(name)} stands twice in an object")
        document[name] = value
    return document


def require_whole_characters(document):
    """Raise ValueError where a text holds half a character (a lone surrogate), which could be written nowhere."""
    if isinstance(document, str):
        document.encode("utf-8")
    elif isinstance(document, (list, dict)):
        for part in document:
            require_whole_characters(part)
            if isinstance(document, dict):
                require_whole_characters(document[part])


class Fields:
    """Take the fields of a JSON object one by one, each checked, and then make sure that none is left over.

    >>> fields = Fields({"seed": 1, "colour": "red"}, "model.json")
    >>> fields.take("seed", int)
    1
    >>> fields.finish()
    Traceback (most recent call last):
    ...
    purenet.core.errors.DataError: model.json: unknown field 'colour'
    """

    def __init__(self, document, place):
        if not isinstance(document, dict):
            raise DataError(f"{place}: expected a JSON object, found {brief(document)}")
        self.rest = dict(document)
        self.taken = []
        self.place = place

    def take(self, name, kind, nullable=False):
        """Return the value of a field that has to be of a kind: str, int, float, bool, list or dict; or null if it may.

        A float has to be finite, and may be written as a whole number.

        Raises DataError when it is missing or of another kind.
        """
        self.taken.append(name)
        if name not in self.rest:
            raise DataError(f"{self.place}: the field {name!r} is missing{did_you_mean(name, self.rest)}")
        value = self.rest.pop(name)
        if value is None and nullable:
            return None
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise DataError(f"{self.place}: the field {name!r} must be {KINDS[kind]}, found {brief(value)}")
        if kind is not float:
            return value
        try:
            return real_number(value)
        except DataError as error:
            raise DataError(f"{self.place}: the field {name!r}: {error}")

    def finish(self):
        """Raise DataError when the object has a field that nobody asked for."""
        for name in self.rest:
            raise DataError(f"{self.place}: unknown field {brief(name)}{did_you_mean(name, self.taken)}")


def to_bits(row):
    """Return numbers as text: for each the 16 hexadecimal digits of its double, the most significant first.

    >>> to_bits([1.0, -0.0])
    '3ff00000000000008000000000000000'
    """
    import struct

    return "".join(["%016x" % int.from_bytes(struct.pack(">d", value), "big") for value in row])


def from_bits(text, place):
    """Return the numbers of which `to_bits` made the text.

    >>> from_bits("3ff00000000000008000000000000000", "here")
    [1.0, -0.0]

    Raises DataError for what is no such text, and for NaN and infinity.
    """
    import struct

    if not isinstance(text, str) or len(text) % DIGITS or [c for c in text if c not in "0123456789abcdef"]:
        raise DataError(f"{place}: expected {DIGITS} hexadecimal digits for each number, found {brief(text)}")
    parts = [text[i * DIGITS:(i + 1) * DIGITS] for i in range(len(text) // DIGITS)]
    try:
        return [real_number(struct.unpack(">d", int(part, 16).to_bytes(8, "big"))[0]) for part in parts]
    except DataError as error:
        raise DataError(f"{place}: {error}")


def exact(row, text, place):
    """Return the numbers of which the bits are given, after a look at the same numbers in decimals.

    >>> exact([1.0], "3ff0000000000001", "here")
    [1.0000000000000002]
    >>> exact([2.0], "3ff0000000000000", "here")
    Traceback (most recent call last):
    ...
    purenet.core.errors.DataError: here: the bits say 1.0, the decimals 2.0; to read these, take the field 'bits' out

    Raises DataError where the two are further apart than a millionth, which no misreading explains, or not as many.
    """
    values = from_bits(text, place)
    if len(values) != len(row):
        raise DataError(f"{place}: expected the bits of {len(row)} numbers, found {len(values)}")
    for value, decimal in zip(values, row):
        if abs(value - decimal) > 1e-6 * (abs(value) + SMALLEST_NORMAL):
            raise DataError(f"{place}: the bits say {value!r}, the decimals {decimal!r}; to read these, "
                            "take the field 'bits' out")
    return values


KINDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list",
         dict: "an object"}
