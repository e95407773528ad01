"""check_gradient on the arrays of NumPy and the tensors of PyTorch, alone and in lists."""

import collections
import fractions
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

from functions import refused_unasked  # noqa: E402
from purenet import check_gradient  # noqa: E402
from purenet.gradcheck.argument import Argument  # noqa: E402

Layer = collections.namedtuple("Layer", "W b")
DRAW = numpy.random.default_rng(1)
X, W, B = (DRAW.normal(size=size) for size in ((5, 3), (3, 2), (2,)))

floats = st.floats(-2.0 ** 100, 2.0 ** 100, width=32)


def array_of(shape, values, kind):
    """An array of NumPy or of PyTorch, of one of the types that are taken."""
    library, name, *more = kind.split()
    count = int(numpy.prod(shape))
    if library == "numpy":
        array = numpy.array(values[:count], name).reshape(shape)
        return array[()] if more else array  # where it has no dimensions, a number
    return torch.tensor(values[:count], dtype=getattr(torch, name), requires_grad=bool(more)).reshape(shape)


arrays = st.builds(array_of, st.lists(st.integers(0, 2), max_size=3), st.lists(floats, min_size=8, max_size=8),
                   st.sampled_from(["numpy float64", "numpy float32", "numpy float64 number", "numpy float32 number",
                                    "torch float64", "torch float32", "torch float64 grad"]))
arguments = st.recursive(floats | arrays, lambda inner: st.lists(inner, min_size=1, max_size=3)
                         | st.tuples(inner) | st.builds(Layer, inner, inner), max_leaves=6)


def same(a, b):
    """Whether two arguments are of the same kinds and hold the same bits."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return repr(a) == repr(b)
    a_bytes, b_bytes = (x.detach().numpy().tobytes() if hasattr(x, "detach") else x.tobytes() for x in (a, b))
    return ((a.dtype, a.shape, a_bytes) == (b.dtype, b.shape, b_bytes)
            and getattr(a, "requires_grad", None) == getattr(b, "requires_grad", None))


@given(arguments, st.randoms())
def test_what_is_put_together_is_what_was_taken_apart(x, random):
    try:
        argument = Argument(x)
    except ValueError as error:
        assert "expected a list of numbers" in str(error)  # there are none in it
        return
    rebuilt = argument.build(argument.values)
    assert same(x, rebuilt)
    values = [random.choice([-0.0, 1.5, -2.0 ** 100, 1 + 2.0 ** -20]) for _ in argument.values]
    other = argument.build(values)
    assert list(map(repr, argument.flatten(other, "gradient"))) == list(map(repr, values))
    assert same(other, argument.build(values)) and same(x, rebuilt)
    values = [complex(value, 2.0 ** -66) for value in values]
    assert argument.flatten(argument.build(values), "gradient") == values


def loss(x):
    """What any network's begins with: the parameters as arrays of NumPy."""
    W, b = x
    return (numpy.tanh(X.astype(b.real.dtype) @ W + b) ** 2).sum()


def gradient(x):
    W, b = x
    inputs = X.astype(b.dtype)
    h = numpy.tanh(inputs @ W + b)
    delta = 2 * h * (1 - h * h)
    return [inputs.T @ delta, delta.sum(0)]


def right_enough(report, single):
    """In single precision f trembles by 1e-7, so that a few thousandths of a slope are all that differences can see."""
    assert report.verdict == "pass" or single and report.verdict == "undecidable", str(report)
    assert max(component.resolution for component in report.components) < (3e-3 if single else 1e-9)


@pytest.mark.parametrize("kind", [list, tuple, Layer._make])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_parameters_of_a_network_of_numpy(kind, dtype):
    x = kind([W.astype(dtype), B.astype(dtype)])
    right = gradient(x)
    report = check_gradient(loss, gradient, x)
    right_enough(report, dtype == "float32")
    assert dtype == "float32" or "a complex step in f, which differences confirm." in report.notes[0]
    assert {component.name for component in report.components} == {
        *(f"x[0][{i}][{j}]" for i in range(3) for j in range(2)), "x[1][0]", "x[1][1]"}
    for given_ in (tuple(right), [part.tolist() for part in right], kind([torch.tensor(part) for part in right])):
        right_enough(check_gradient(loss, given_, x), dtype == "float32")
    right[0][1][0] *= 1.01
    assert check_gradient(loss, right, x).verdict == "fail"


def torch_loss(x):
    W, b = x
    return (torch.tanh(torch.tensor(X).to(W.dtype) @ W + b) ** 2).sum()


def backward(x):
    torch_loss(x).backward()
    return [part.grad for part in x]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_parameters_of_a_network_of_pytorch(dtype):
    x = [torch.tensor(part, dtype=dtype, requires_grad=True) for part in (W, B)]
    for automatic in (backward, lambda x: torch.autograd.grad(torch_loss(x), x)):
        report = check_gradient(torch_loss, automatic, x)
        right_enough(report, dtype == torch.float32)
        assert check_gradient(torch_loss, lambda x: [1.01 * part for part in automatic(x)], x).verdict == "fail"
    right_enough(check_gradient(torch_loss, backward, [torch.nn.Parameter(part) for part in x]), dtype == torch.float32)
    assert all(part.grad is None for part in x)


@pytest.mark.parametrize("x", [numpy.float64(0.5), numpy.float32(0.5), numpy.array(0.5)])
def test_a_number_of_numpy(x):
    assert check_gradient(numpy.sin, numpy.cos, x).verdict == "pass"
    assert check_gradient(lambda x: numpy.sin(x[0]) * x[1], lambda x: [numpy.cos(x[0]) * x[1], numpy.sin(x[0])],
                          [x, 1.0]).verdict == "pass"


@pytest.mark.parametrize("x", [torch.tensor(0.5), torch.tensor(0.5, dtype=torch.float64, requires_grad=True)])
def test_a_number_of_pytorch(x):
    assert check_gradient(torch.sin, torch.cos, x).verdict == "pass"


@pytest.mark.parametrize("x, dtype", [
    (numpy.array([[1, -2], [3, 4]]), numpy.float64), (numpy.array([1, 2], "int8"), numpy.float64),
    (numpy.array([2 ** 20], "uint64"), numpy.float64), (torch.tensor([1, 2]), torch.float32),
])
def test_integers_become_floats(x, dtype):
    for made in (Argument(x), Argument([x])):
        built = made.build(made.values)
        built = built if made.given is x else built[0]
        assert type(built) is type(x) and built.dtype == dtype and built.shape == x.shape
    assert check_gradient(lambda x: (x * x).sum(), lambda x: 2 * x, x).verdict == "pass"


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of a matrix
def test_other_arrays_of_numpy_stay_what_they_are():
    for x in (numpy.ma.array([1.0, 2.0], mask=[False, False]), numpy.array([1.0, 2.5], object),
              numpy.longdouble([1, 2]), numpy.broadcast_to(1.0, (2, 2)), numpy.asfortranarray(W)):
        built = Argument([x]).build(Argument([x]).values)[0]
        assert type(built) is type(x) and built.dtype == x.dtype and (built == x).all()
        assert check_gradient(lambda x: (x[0] * x[0]).sum(), lambda x: [2 * x[0]], [x]).verdict == "pass"
    x = numpy.matrix([[1.0, 2.0]])
    assert type(Argument(x).build([3.0, 4.0])) is numpy.matrix
    assert check_gradient(lambda x: (x * x.T)[0, 0], lambda x: 2 * x, x).verdict == "pass"


def test_exact_numbers_in_an_array_of_objects_become_floats():
    built = Argument(numpy.array([fractions.Fraction(1, 4)], object)).build([0.25])
    assert built.dtype == object and type(built[0]) is float


COPY = "of which a copy can hold other floats, found "
REFUSED = {
    "float16": (numpy.float16([1, 2]), "x: expected an array of float64 or float32, found ndarray of float16, whose"),
    "a number of float16": ([numpy.float16(1)], r"x\[0\]: expected an array of float64 or float32, found float16 of"),
    "a tensor of half": (torch.ones(2).half(), "x: expected .*, found Tensor of torch.float16"),
    "a tensor of bfloat16": ([torch.ones(2).bfloat16()], r"x\[0\]: expected .*, found Tensor of torch.bfloat16"),
    "whole numbers that PyTorch's floats lose": (torch.tensor([2 ** 24 + 1]), COPY + "Tensor of torch.int64; convert"),
    "a sparse tensor": (torch.eye(2).to_sparse(), COPY + "Tensor of torch.float32"),
    "a tensor without numbers": (torch.zeros(2, device="meta"), COPY + "Tensor of torch.float32"),
    "dates": (numpy.array(["2020-01-01"], "M8[ns]"), COPY + r"ndarray of datetime64\[ns\]"),
    "objects that take no floats": (numpy.array([1 + 0j, fractions], object), r"x\[0\]: expected a number, found"),
    "masked": (numpy.ma.array([1.0, 2.0], mask=[False, True]), r"x\[1\]: expected a number, found None"),
    "records": (numpy.array([(1, 2.0)], "i4, f8"), r"x\[0\]: expected a number, found \(1, 2.0\)"),
    "rows of several lengths": (numpy.array([[1.0, 2.0], [3.0]], object), r"x\[0\]: expected a number, found \[1.0"),
    "arrays in an array": (numpy.array([W, B], object), r"x\[0\]: expected a number, found array"),
    "complex numbers": (numpy.array([1j]), r"x\[0\]: expected a number, found 1j"),
    "a complex number": (numpy.complex128(1), r"x: expected a number, found \(1\+0j\)"),
    "truths": ([W, numpy.array([True])], r"x\[1\]\[0\]: expected a number, found True"),
    "texts": (numpy.array(["1.0"]), r"x\[0\]: expected a number, found '1.0'"),
    "a dict": ({"W": W}, r"x: expected numbers in lists, tuples or arrays, found \{'W': array"),
    "a size": (torch.Size([2, 3]), r"x: expected numbers in lists, tuples or arrays, found torch.Size\(\[2, 3\]\)"),
    "not a number": ([W, numpy.array([[numpy.nan]])], r"x\[1\]\[0\]\[0\]: expected a finite number, found nan"),
}


@pytest.mark.parametrize("x, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_rebuilt_is_refused_before_f_is_called(x, sentence):
    found = refused_unasked(x)
    assert re.search(sentence, found) and "\n" not in found, found
