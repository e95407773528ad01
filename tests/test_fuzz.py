"""Bytes of every kind for each reader of files: what comes is a model, or one sentence that names the file.

First anything at all, then files that were good until a few bytes, a field or an entry of them changed, so that what
lies deep inside is reached too. The slow tests bound memory and time: the largest files that are read, and larger ones,
in a process that may have so much of both and no more.
"""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings, strategies as st

from commands import environment
from purenet import Classifier, Network, PurenetError, Regressor, load
from purenet.core import storage
from purenet.core.optimizer import Adam
from purenet.csvfile import read_csv
from purenet.data import Table
from purenet.export import npz, safetensors

LONGEST_MESSAGE = 700


def models(folder):
    """A small model of every kind, and a training."""
    X, y = [[0.5, "red"], [1.5, "blue"], [2.5, "red"], [3.5, "blue"]], ["a", "a", "b", "b"]
    adam, net = Adam(), Network([2, 3, 1], activation="tanh")
    net.fit([[0, 1], [1, 0]], [[0], [1]], optimizer=adam)
    saved = {"training": lambda path: net.save(path, adam),
             "resumable": lambda path: Classifier(hidden=(2,), epochs=1).fit(X, y).save(path, training=True)}
    for kind, model in (("network", Network([2, 3, 2], loss="cross_entropy", bias=False)), ("biased", net),
                        ("classifier", Classifier(hidden=(2,), epochs=1).fit(X, y)),
                        ("regressor", Regressor(hidden=(2,), epochs=1).fit(X, [1.0, 2.0, 3.0, 4.0]))):
        saved[kind] = model.save
        yield "safetensors", safetensors.encode(model)
        yield "npz", npz.encode(model)
    for kind, save in saved.items():
        path = folder / f"{kind}.json"
        save(path)
        yield "json", path.read_bytes()
    yield "csv", b'a;b;c\n1,5;"x ""y"" z";3\n2,5;w;4\n\n3,5;v;5\n'
    yield "csv", "\ufeffname\tvalue\nä\t1\nö\t2.5\n".encode("utf-16")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The bytes of good files, by their format."""
    found = {}
    for kind, data in models(tmp_path_factory.mktemp("good")):
        found.setdefault(kind, []).append(data)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all the examples."""
    return tmp_path_factory.mktemp("fuzz")


def table(path):
    """A CSV file's rows as examples, for the last column."""
    read = read_csv(path)
    assert isinstance(read, Table)
    read.dataset("-1")
    return read


READERS = {
    "json": load,
    "csv": table,
    "npz": lambda path: npz.load(path),
    "safetensors": lambda path: safetensors.load(path),
    "npz of others": lambda path: npz.load(path, activation="tanh", output="tanh"),
    "safetensors of others": lambda path: safetensors.load(path, activation="tanh", output="tanh"),
}
FORMATS = {name: name.split()[0] for name in READERS}
every_reader = pytest.mark.parametrize("reader", READERS)


def require_a_model_or_a_sentence(reader, folder, data):
    """Write the bytes to a file, and read it; fail for anything but a model or one short sentence on this file."""
    path = folder / "file"
    path.write_bytes(data)
    try:
        READERS[reader](str(path))
    except PurenetError as error:
        message = str(error)
        assert message.startswith(str(path)), f"this does not name the file: {message!r}"
        assert "\n" not in message and len(message) < LONGEST_MESSAGE + len(str(path)), message


@every_reader
@given(data=st.binary(max_size=200))
def test_any_bytes(reader, folder, data):
    require_a_model_or_a_sentence(reader, folder, data)


BEGINNINGS = {"json": [b'{"format": "purenet", "version": 2, "kind": "network", "network": {', b"[[["],
              "csv": [b"a,b\n1,"],
              "npz": [b"PK\x03\x04\x14\0", b"PK\x05\x06"],
              "safetensors": [b"\x40\0\0\0\0\0\0\0{", b'\x80\0\0\0\0\0\0\0{"0.weight":{"dtype":"F64","shape":[']}


@every_reader
@given(data=st.data())
def test_bytes_that_begin_as_they_should(reader, folder, data):
    start = data.draw(st.sampled_from(BEGINNINGS[FORMATS[reader]]))
    require_a_model_or_a_sentence(reader, folder, start + data.draw(st.binary(max_size=200)))


def mutated(data, content):
    """Good bytes with up to four changes: bytes changed, cut out, put in or doubled, or the end cut off."""
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        end = min(len(content), at + data.draw(st.integers(0, 20)))
        content[at:end] = data.draw(st.one_of(
            st.binary(max_size=8), st.just(b""), st.just(bytes(content[at:end]) * 2),
            st.sampled_from([b"NaN", b"1e999", b"-0", b'"', b"\xff" * 8, b"\0" * 8, b"[[[[", b"9" * 30, b",", b"\n"])))
    return bytes(content[:data.draw(st.integers(0, len(content)))] if data.draw(st.integers(0, 9)) == 0 else content)


@every_reader
@settings(max_examples=50)
@given(data=st.data())
def test_good_files_with_a_few_bytes_changed(reader, folder, files, data):
    content = data.draw(st.sampled_from(files[FORMATS[reader]]))
    require_a_model_or_a_sentence(reader, folder, mutated(data, content))


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.integers(-3, 9), st.floats(), st.text(max_size=5),
              st.sampled_from(["tanh", "softmax", "network", "training", "F64", "purenet", 2 ** 64, 1e308, -1])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=8)


def json_mutated(data, value):
    """A JSON value with one value somewhere inside it replaced, left out, doubled or put under another name."""
    if not isinstance(value, (dict, list)) or not value or data.draw(st.integers(0, 7)) == 0:
        return data.draw(json_values)
    key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    changed = dict(value) if isinstance(value, dict) else list(value)
    action = data.draw(st.sampled_from(["inside", "inside", "inside", "remove", "double"]))
    if action == "inside":
        changed[key] = json_mutated(data, value[key])
    elif isinstance(value, dict):
        moved = changed.pop(key)
        if action == "double":
            changed[data.draw(st.one_of(st.text(max_size=5), st.sampled_from(sorted(value))))] = moved
    else:
        changed[key:key + 1] = [] if action == "remove" else [value[key]] * 2
    return changed


@settings(max_examples=80)
@given(data=st.data())
def test_documents_with_a_value_changed(folder, files, data):
    document = json.loads(data.draw(st.sampled_from(files["json"])))
    require_a_model_or_a_sentence("json", folder, json.dumps(json_mutated(data, document)).encode())


@pytest.mark.parametrize("reader", ["safetensors", "safetensors of others"])
@settings(max_examples=50)
@given(data=st.data())
def test_safetensors_with_an_entry_changed(reader, folder, files, data):
    content = data.draw(st.sampled_from(files["safetensors"]))
    end = 8 + int.from_bytes(content[:8], "little")
    header, numbers = json.loads(content[8:end]), content[end:]
    if "others" in reader:
        del header["__metadata__"]
    elif data.draw(st.booleans()):
        document = json.loads(header["__metadata__"]["purenet"])
        header["__metadata__"]["purenet"] = json.dumps(json_mutated(data, document))
    else:
        header = json_mutated(data, header)
    text = json.dumps(header).encode()
    numbers = mutated(data, numbers) if data.draw(st.booleans()) else numbers
    require_a_model_or_a_sentence(reader, folder, struct.pack("<Q", len(text)) + text + numbers)


@pytest.mark.parametrize("reader", ["npz", "npz of others"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(max_examples=50)
@given(data=st.data())
def test_archives_with_a_member_changed(reader, folder, files, data):
    """Packed again, so that every check of the archive itself is passed."""
    with zipfile.ZipFile(io.BytesIO(data.draw(st.sampled_from(files["npz"])))) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    if "others" in reader:
        members = members[1:]
    at = data.draw(st.integers(0, len(members) - 1))
    name, content = members[at]
    action = data.draw(st.sampled_from(["content", "content", "document", "name", "double", "remove"]))
    if action == "content":
        members[at] = name, mutated(data, content)
    elif action == "document" and name == "purenet.npy":
        text = json.dumps(json_mutated(data, json.loads(content[128:]))).encode()
        members[at] = name, npz.npy(f"|S{len(text)}", (), text)
    elif action == "name":
        names = ["../W0.npy", "/W0.npy", "W0", "W99.npy", "purenet.npy", "W.npy", "a\nb.npy"]
        members[at] = data.draw(st.sampled_from(names)), content
    else:
        members[at:at + 1] = [members[at]] * 2 if action == "double" else []
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    require_a_model_or_a_sentence(reader, folder, file.getvalue())


def test_the_good_files_are_good(folder, files):
    """Or else the changes would begin with what is refused anyway."""
    for kind, contents in files.items():
        for number, content in enumerate(contents):
            path = folder / f"good{number}"
            path.write_bytes(content)
            READERS[kind](str(path))


# -------------------------------------------------------------------------------- memory and time

PROGRAM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]) << 20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[4]),) * 2)
from purenet import PurenetError, load
from purenet.csvfile import read_csv
from purenet.export import npz, safetensors
options = {"activation": "tanh", "output": "tanh"}
read = {"json": load, "csv": lambda path: read_csv(path).dataset("-1"), "npz": lambda path: npz.load(path, **options),
        "safetensors": lambda path: safetensors.load(path, **options)}[sys.argv[1]]
try:
    print("read:", type(read(sys.argv[2])).__name__)
except PurenetError as error:
    print(error)
"""


def within(reader, path, megabytes, seconds):
    """What a reader says of a file, with so much memory and processor time."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, reader, str(path), str(megabytes), str(seconds)],
                          env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, f"{reader} ended with {done.returncode}: {done.stderr[-500:]}"
    assert len(done.stdout) < LONGEST_MESSAGE + len(str(path)) and done.stdout.count("\n") == 1
    return done.stdout.replace(str(path), "", 1).strip(": ,\n")


def framed(header, numbers=b""):
    """The bytes of a safetensors file."""
    return struct.pack("<Q", len(header)) + header + numbers


def member(header, numbers=b""):
    """The bytes of an NPZ file, packed, with one array."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W0.npy", b"\x93NUMPY\x02\0" + struct.pack("<I", len(header)) + header + numbers)
    return file.getvalue()


MOST = storage.LARGEST - 1000
DOCUMENT = b'{"format": "purenet", "version": 2, "kind": "network", "network": {"sizes": [1, 1], "weights": '
FLOATS = b"'descr': '<f4', 'fortran_order': False, 'shape': "
HOSTILE = {  # the reader, the bytes, and the beginning of what it says
    "brackets": ("json", lambda: b"[" * MOST, "not a purenet model, or cut off: lists nested too deeply"),
    "a long word": ("json", lambda: b'{"format": "' + b"x" * MOST + b'"}', "not a purenet model: expected a JSON"),
    "a long number": ("json", lambda: b"1." + b"1" * MOST, "not a purenet model: expected a JSON object"),
    "empty lists": ("json", lambda: DOCUMENT + b"[" + b"[]," * (MOST // 3) + b"[]]}}", "network: the field 'init' is"),
    "many fields": ("json", lambda: b"{" + b",".join(b'"k%d":0' % i for i in range(MOST // 14)) + b"}",
                    "not a purenet model: expected a JSON object"),
    "braces": ("safetensors", lambda: framed(b'{"a":' * (MOST // 5)),
               "not a safetensors file, or cut off: lists nested too deeply"),
    "a long name": ("safetensors", lambda: framed(b'{"' + b"x" * MOST + b'": 1}'), "'xxxxxxxxxxxxxxxx"),
    "many dimensions": ("safetensors", lambda: framed(
        b'{"0.weight":{"dtype":"F32","shape":[' + b"9223372036854775807," * (MOST // 21)
        + b'1],"data_offsets":[0,4]}}', bytes(4)), "the array '0.weight' has the shape (9223372036854775807, "),
    "many arrays": ("safetensors", lambda: framed(b"{" + b",".join(
        b'"%d.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[%d,%d]}' % (i, 4 * i, 4 * i + 4)
        for i in range(MOST // 400)) + b"}", bytes(MOST // 400 * 4)), "read: Network"),
    "many numbers": ("safetensors", lambda: framed(
        b'{"0.weight":{"dtype":"F32","shape":[2000,2000],"data_offsets":[0,16000000]}}',
        struct.pack("<f", float("inf")) * 4_000_000),
        "weights[0]: row 0, column 0: expected a finite number, found inf"),
    "a bomb": ("npz", lambda: member(b"{" + FLOATS + b"(16384, 16384), }", bytes(2 ** 30)),
               "the arrays have more than 67108864 bytes, the most that is read"),
    "a large header": ("npz", lambda: member(b"{" + b"'descr': '<f8', " * (MOST // 20)),
                       "the array 'W0' has the header"),
    "sizes beyond all": ("npz", lambda: member(b"{" + FLOATS + b"(999999999999999999, 999999999999999999), }"),
                         "with the array 'W0' of the shape (999999999999999999, 999999999999999999) there are"),
    "beginnings": ("npz", lambda: b"PK\x03\x04" * (MOST // 4), "not an NPZ file, or cut off: "),
    "one quote": ("csv", lambda: b'"' + b"a" * MOST, "line 1: a cell is longer than the csv module reads"),
    "commas": ("csv", lambda: b"," * (MOST // 4), "line 1: column 1 of the header has no name"),
    "blank lines": ("csv", lambda: b"\n" * (MOST // 4), "the file is empty, expected a header and rows below it"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
@pytest.mark.parametrize("reader, make, message", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_memory_and_time(reader, make, message, tmp_path):
    path = tmp_path / "hostile"
    path.write_bytes(make())
    found = within(reader, path, megabytes=3000, seconds=60)
    assert found.startswith(message), found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
@pytest.mark.parametrize("reader", ["json", "csv", "npz", "safetensors"])
def test_a_file_without_end_is_refused_in_bounded_memory_and_time(reader, tmp_path):
    path = tmp_path / "huge"
    with open(path, "wb") as file:
        os.truncate(file.fileno(), 2 ** 40)
    for endless in (path, "/dev/zero"):
        assert "bytes, the most that is read" in within(reader, endless, megabytes=1000, seconds=10)
