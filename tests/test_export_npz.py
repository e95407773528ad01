"""NPZ files: the same bits back, the bytes that NumPy has, and one sentence for every file that is none."""

import io
import json
import math
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import example, given, settings, strategies as st

from models import outputs, refusal, trained
from purenet import DataError, Network, OptionError
from purenet.core import storage
from purenet.export import arrays, npz
from strategies import any_float, bits, matrices, options_of, parameters, problems, vectors


def npy(header, numbers=b"", version=b"\x01\x00"):
    """The bytes of an .npy file with a header."""
    text = header if isinstance(header, bytes) else header.encode()
    length = struct.pack("<H" if version == b"\x01\x00" else "<I", len(text))
    return b"\x93NUMPY" + version + length + text + numbers


def described(descr="<f8", order=False, shape=(2, 1), end="\n"):
    return f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}{end}"


def archive(members, method=zipfile.ZIP_STORED):
    """The bytes of a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as opened:
        for name, data in members:
            opened.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def one(header, numbers=b"", **options):
    """The bytes of an archive with one array of weights."""
    return archive([("weights_0.npy", npy(header, numbers, **options))])


def decode(data):
    return npz.decode(data, "f", activation="tanh", output="tanh")


@given(problem=problems())
def test_a_network_comes_back_whole(tmp_path_factory, problem):
    net, X, y = problem
    path = tmp_path_factory.getbasetemp() / "net.npz"
    npz.save(net, path)
    again = npz.load(path)
    assert type(again) is Network and parameters(again) == parameters(net)
    assert (options_of(again), again.init) == (options_of(net), net.init)
    assert bits(again.predict(X)) == bits(net.predict(X))
    for each in (net, again):
        each.fit(X, y, learning_rate=0.1, batch_size=1)
    assert parameters(again) == parameters(net)


@given(weights=matrices(2, 3, any_float), biases=vectors(3, any_float))
@example(weights=[[-0.0, 5e-324, 1.7976931348623157e308], [0.1, 1 / 3, -2.0 ** -1074]], biases=[0.0, -0.0, 1e-310])
def test_every_finite_float_comes_back_with_the_same_bits(weights, biases):
    net = Network.from_weights([weights], [biases])
    assert parameters(npz.decode(npz.encode(net), "f")) == parameters(net)


@settings(max_examples=10)
@given(case=trained())
def test_a_model_comes_back_whole(case):
    model, X = case
    again = npz.decode(npz.encode(model), "f")
    assert outputs(again, X) == outputs(model, X) and again.to_document() == model.to_document()


def test_equal_networks_make_equal_files():
    assert npz.encode(Network([2, 3, 1])) == npz.encode(Network([2, 3, 1]))


def test_the_file_is_what_numpy_has():
    net = Network.from_weights([[[1.0, 2.0]], [[3.0], [4.0]]], [[0.5, 0.25], [0.125]])
    with zipfile.ZipFile(io.BytesIO(npz.encode(net))) as opened:
        assert opened.namelist() == ["purenet.npy", "weights_0.npy", "biases_0.npy", "weights_1.npy", "biases_1.npy"]
        first, document = opened.read("weights_0.npy"), opened.read("purenet.npy")
    assert first == npy(described(shape=(1, 2), end=" " * 58 + "\n"), struct.pack("<2d", 1.0, 2.0))
    assert len(first) == 128 + 16 and b"'descr': '|S" in document and b"'shape': ()" in document
    assert json.loads(document[128:]) == {
        "format": "purenet", "version": storage.VERSION, "kind": "network", "network": {
            "activation": "sigmoid", "output": "sigmoid", "loss": "squared_error", "reduction": "mean", "init": "given",
            "seed": 1, "exp": "platform"}}


@given(kind=st.sampled_from(["f8", "f4", "f2"]), ends=st.sampled_from("<>"), fortran=st.booleans(),
       version=st.sampled_from([b"\x01\x00", b"\x02\x00", b"\x03\x00"]), rows=st.integers(1, 4),
       columns=st.integers(1, 4), packed=st.booleans(), data=st.data())
def test_other_files_hold_floats_of_any_size_and_order(kind, ends, fortran, version, rows, columns, packed, data):
    W = data.draw(matrices(rows, columns, st.integers(-99, 99).map(float)))
    values = [w for line in (zip(*W) if fortran else W) for w in line]
    code = {"f8": "d", "f4": "f", "f2": "e"}[kind]
    array = npy(described(ends + kind, fortran, (rows, columns)), struct.pack(f"{ends}{len(values)}{code}", *values),
                version)
    biases = npy(described(ends + kind, fortran, (columns,)), struct.pack(f"{ends}{columns}{code}", *W[0]), version)
    file = archive([("W1.npy", array), ("b1.npy", biases)], zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    net = decode(file)
    assert net.weights == [W] and net.biases == [W[0]]
    assert npz.decode(archive([("W1.npy", array)]), "f", output="tanh", transposed=True).weights == [
        [list(column) for column in zip(*W)]]


@pytest.mark.parametrize("header", [
    "{'shape': (2, 1), 'fortran_order': False, 'descr': '<f8'}",
    "{'descr':'<f8','fortran_order':False,'shape':(2,1)}\n",
    "  {  'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , 1 , ) , }   \n"])
def test_headers_of_other_writers_are_read(header):
    assert decode(one(header, struct.pack("<2d", 1, 2))).weights == [[[1.0], [2.0]]]


def test_a_file_of_ours_takes_no_options():
    assert refusal(OptionError, npz.decode, npz.encode(Network([1, 1])), "f", output="tanh") == (
        "f was written by purenet and says everything itself: expected no output")


def lying(size):
    """An archive whose member says that it has another size than it has."""
    numbers = struct.pack("<2d", 1, 2)
    data = one(described(), numbers)
    told, length = struct.pack("<L", len(npy(described(), numbers))), struct.pack("<L", size)
    assert data.count(told) >= 4
    return data.replace(told, length)


W = struct.pack("<2d", 1.0, 2.0)
NOT_ONE = "not an NPZ file, or cut off: "
ARRAY = "the array 'weights_0' "
FORM = ", expected descr, fortran_order and shape of one kind of numbers"
REFUSED = {
    "nothing": (b"", NOT_ONE + "File is not a zip file"),
    "text": (b"hello" * 100, NOT_ONE + "File is not a zip file"),
    "no member": (archive([]),
                  "expected the weights of every layer, and the biases of every layer or of none; found none"),
    "a member outside": (archive([("../../W1.npy", npy(described(), W)), ("/etc/passwd.npy", npy(described(), W))]),
                         "the array '/etc/passwd' is no layer's weights or biases: expected names such as 0.weight and "
                         "0.bias, weights_0 and biases_0, W1 and b1, dense/kernel and dense/bias, coefs_0 and "
                         "intercepts_0"),
    "a member that is no array": (archive([("archive/data.pkl", b"cos\nsystem\n")]),
                                  "found the member 'archive/data.pkl', expected .npy files of different names"),
    "a folder": (archive([("W1/", b"")]), "found the member 'W1/', expected .npy files of different names"),
    "another packing": (archive([("W1.npy", npy(described(), W))], zipfile.ZIP_LZMA),
                        "the member 'W1.npy' is packed in a way that numpy.savez does not know, expected stored or "
                        "deflated"),
    "no array": (archive([("weights_0.npy", b"PK")]), ARRAY + "is no .npy file of version 1, 2 or 3"),
    "another version": (one(described(), W, version=b"\x09\x00"), ARRAY + "is no .npy file of version 1, 2 or 3"),
    "objects": (one(described("|O"), b"cos\nsystem\n(S'true'\ntR."),
                ARRAY + "is of the kind '|O', expected <f8, <f4, <f2 or the same with >"),
    "whole numbers": (one(described("<i8"), W), ARRAY + "is of the kind '<i8', "
                      "expected <f8, <f4, <f2 or the same with >"),
    "no order of bytes": (one(described("|f8"), W),
                          ARRAY + "is of the kind '|f8', expected <f8, <f4, <f2 or the same with >"),
    "a record": (one(described([("a", "<f8")]), W),
                 ARRAY + "has the header ~" + FORM),
    "a call": (one("{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (2, 1)}", W),
               ARRAY + "has the header ~" + FORM),
    "a field missing": (one("{'descr': '<f8', 'shape': (2, 1)}", W),
                        ARRAY + "has the header ~" + FORM),
    "a field twice": (one("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}", W),
                      ARRAY + "has the header ~" + FORM),
    "a field too many": (one("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), 'more': True}", W),
                         ARRAY + "has the header ~" + FORM),
    "a negative size": (one(described(shape=(-2, 1)), W),
                        ARRAY + "has the header ~" + FORM),
    "a header cut off": (archive([("weights_0.npy", npy(described())[:40])]),
                         ARRAY + "has the header \"{'descr': '<f8', 'fortran_orde\", expected a dict of at most "
                         "10000 bytes"),
    "a header beyond all": (one(described(end=" " * 20_000), W),
                            ARRAY + "has the header ~, expected a dict of at most 10000 bytes"),
    "no dimensions": (one(described(shape=()), W[:8]),
                      ARRAY + "has the shape (), expected (units,) or two sizes, all above 0"),
    "three dimensions": (one(described(shape=(1, 2, 1)), W),
                         ARRAY + "has the shape (1, 2, 1), expected (units,) or two sizes, all above 0"),
    "sizes that overflow": (one(described(shape=(2 ** 33, 2 ** 33)), W),
                            f"with the array 'weights_0' of the shape {(2 ** 33, 2 ** 33)} there are more than "
                            f"{2 ** 23} numbers, the most that is read"),
    "numbers missing": (one(described(), W[:8]), ARRAY + "has 8 bytes of numbers, expected 16 for the shape (2, 1)"),
    "numbers too many": (one(described(), W * 2), ARRAY + "has 32 bytes of numbers, expected 16 for the shape (2, 1)"),
    "NaN": (one(described(shape=(1, 1)), struct.pack("<d", math.nan)),
            "weights[0]: row 0, column 0: expected a finite number, found nan; the weights are 'weights_0'"),
    "a size too small": (lying(100), NOT_ONE + "~"),  # each Python says in its own way what is wrong
    "a document that is none": (
        archive([("purenet.npy", npy(described("|S2", shape=()), b"{}")), ("W1.npy", npy(described(), W))]),
        "not a purenet model: expected a JSON object with the format 'purenet', found {}"),
    "a document that is no text": (archive([("purenet.npy", npy(described("|S3", shape=()), b"{}"))]),
                                   "the array 'purenet' is of the kind '|S3', "
                                   "expected <f8, <f4, <f2 or the same with >"),
}


@pytest.mark.parametrize("data, message", REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_network_is_refused(data, message):
    options = {} if message.startswith("not a purenet") else {"activation": "tanh", "output": "tanh"}
    found = refusal(DataError, npz.decode, data, "f", **options)
    begin, between, end = f"f: {message}".partition("~")
    assert found.startswith(begin) and found.endswith(end) if between else found == begin


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_is_refused():
    assert refusal(DataError, decode, archive([("W1.npy", npy(described(), W))] * 2)) == (
        "f: found the member 'W1.npy' twice, expected .npy files of different names")


def test_a_size_too_large_is_refused():
    """Python says so in words that change with the version."""
    assert refusal(DataError, decode, lying(5000)).startswith("f: " + NOT_ONE)


def test_an_encrypted_member_is_refused():
    data = bytearray(one(described(), W))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(DataError, decode, bytes(data)).startswith("f: " + NOT_ONE + "File ")


def test_a_bomb_is_refused_before_it_is_unpacked():
    """A thousand times smaller than what it unpacks to."""
    data = archive([(f"W{i}.npy", bytes(2 ** 23)) for i in range(9)], zipfile.ZIP_DEFLATED)
    assert len(data) < 10 ** 5
    assert refusal(DataError, decode, data) == f"f: the arrays have more than {2 ** 26} bytes, the most that is read"


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_bomb_that_says_it_is_small_is_refused_before_it_is_unpacked(compression):
    """The directory has the length, and the checksum, of the array's first numbers alone."""
    small = npy(described(), W)
    data = bytearray(archive([("W1.npy", small + bytes(2 ** 25))], compression))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 16, zlib.crc32(small))
    struct.pack_into("<L", data, entry + 24, len(small))
    tracemalloc.start()
    try:
        assert refusal(DataError, decode, bytes(data)).startswith("f: ")
        assert tracemalloc.get_traced_memory()[1] < 2 * len(data) + 2 ** 20, "it was unpacked"
    finally:
        tracemalloc.stop()


def test_small_numbers_that_unpack_to_more_than_fit_in_memory_are_refused(monkeypatch):
    """Of two bytes each, many more of them fit in a file than as floats of Python in memory."""
    monkeypatch.setattr(arrays, "MOST", 5)
    three = npy(described("<f2", shape=(3, 1)), bytes(6))
    assert decode(archive([("W1.npy", three), ("b1.npy", npy(described("<f2", shape=(1,)), bytes(2)))])).sizes == [3, 1]
    assert refusal(DataError, decode, archive([("W1.npy", three), ("W2.npy", three)])) == (
        "f: with the array 'W2' of the shape (3, 1) there are more than 5 numbers, the most that is read")


def test_a_training_is_not_found_where_a_model_should_be():
    text = storage.json_text("training", {"network": {
        "activation": "tanh", "output": "tanh", "loss": "squared_error", "reduction": "mean", "init": "given",
        "seed": 1, "exp": "platform"}, "optimizer": {}, "rng": {}}).encode()
    data = archive([("purenet.npy", npy(described(f"|S{len(text)}", shape=()), text)), ("W1.npy", npy(described(), W))])
    assert refusal(DataError, npz.decode, data, "f") == (
        "f: the field 'kind' is 'training', expected one of classifier, network, regressor")


def test_a_file_cut_off_anywhere_is_refused():
    data = npz.encode(Network([2, 1]))
    for length in range(0, len(data), 7):
        assert refusal(DataError, npz.decode, data[:length], "f").startswith("f: " + NOT_ONE)


def test_a_file_that_cannot_be_read_is_an_error_of_the_operating_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        npz.load(tmp_path / "none.npz")
