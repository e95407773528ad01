"""The test vectors through other implementations: their gradients lie within the bound, and the page's readers read.

NumPy has a backprop written out here; PyTorch (in float64 and in float32) and HIPS autograd differentiate the loss
themselves; C and JavaScript go by the readers in docs/test-vectors.md.
"""

import json
import math
import os
import shutil
import subprocess
from decimal import Decimal

import pytest

from commands import ROOT
from purenet.cli import main
from test_docs import blocks_of, problems_in

PAGE = (ROOT / "docs" / "test-vectors.md").read_text(encoding="utf-8")
COUNT = int(os.environ.get("PURENET_VECTORS", "48"))  # more of them find more


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the vectors as vectors.json and vectors.txt."""
    folder = tmp_path_factory.mktemp("vectors")
    for name, format in (("vectors.json", "json"), ("vectors.txt", "text")):
        assert main(["vectors", "--cases", str(COUNT), "--format", format, "-o", str(folder / name)]) == 0
    return folder


@pytest.fixture(scope="module")
def cases(folder):
    return json.loads((folder / "vectors.json").read_text(encoding="utf-8"))["cases"]


def ratios(case, found, allowed="allowed", reference="exact"):
    """How far each number lies from the true one, as a part of what is allowed; `found` has arrays by step."""
    for name, array in found.items():
        step = case["steps"][name]
        for mine, true, most in zip(flat(array), flat(step[reference]), flat(step[allowed])):
            off = abs(Decimal(mine) - Decimal(true)) if math.isfinite(mine) else math.inf
            yield name, float(off / Decimal(most)) if most and off < math.inf else math.inf if off else 0.0


def flat(values):
    values = values.tolist() if hasattr(values, "tolist") else values
    return [number for part in values for number in flat(part)] if isinstance(values, list) else [values]


def judge(cases, implementation, allowed="allowed", reference="exact"):
    """Fail unless everything an implementation computes is within the bound; say the largest ratio found."""
    worst = max((ratio, name, case["name"]) for case in cases
                for name, ratio in ratios(case, implementation(case), allowed, reference))
    print(f"largest error / {allowed}, to {reference}: {worst[0]:.2f} in {worst[1]} of {worst[2]}")
    assert worst[0] <= 1, worst


def parameters(case):
    """The weights and the biases of a case; zeros where it has none."""
    network = case["network"]
    return network["weights"], network["biases"] or [[0.0] * len(W[0]) for W in network["weights"]]


def activations(case):
    """The name of the activation of every layer."""
    network = case["network"]
    return [network["activation"]] * (len(network["weights"]) - 1) + [network["output"]]


# ------------------------------------------------------------------------------------ NumPy, backprop written out


def numpy_steps(case):
    """Every step, by textbook formulas: the slopes from the activations, cross entropies from the weighted inputs."""
    numpy = pytest.importorskip("numpy")
    network, X, y = case["network"], numpy.array(case["X"]), numpy.array(case["y"])
    weights, biases = ([numpy.array(part) for part in parts] for parts in parameters(case))
    value = {"sigmoid": lambda z: 1 / (1 + numpy.exp(-z)), "tanh": numpy.tanh, "identity": lambda z: z,
             "relu": lambda z: numpy.maximum(0, z), "softmax": numpy_softmax}
    slope = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a ** 2, "identity": numpy.ones_like,
             "relu": lambda a: (a > 0).astype(float), "softmax": lambda a: a}
    names, steps, a = activations(case), {"a0": X}, X
    with numpy.errstate(over="ignore"):
        for layer, (W, b, name) in enumerate(zip(weights, biases, names), 1):
            steps[f"z{layer}"] = z = a @ W + b
            steps[f"a{layer}"] = a = value[name](z)
        steps["losses"] = numpy_losses(network["loss"], z, a, y)
        share = 1 / len(X) if network["reduction"] == "mean" else 1
        steps["loss"] = steps["losses"].sum() * share
        made_for = "cross_entropy" in network["loss"]
        error = (a - y) * share * (2 / y.shape[1] if network["loss"] == "mean_squared_error" else 1)
        for layer in range(len(weights), 0, -1):
            a = steps[f"a{layer}"]
            if layer == len(weights) and made_for:
                delta = error
            else:
                steps[f"error{layer}"], steps[f"slope{layer}"] = error, slope[names[layer - 1]](a)
                delta = error * steps[f"slope{layer}"]
                if names[layer - 1] == "softmax":
                    delta = a * (error - (error * a).sum(axis=1, keepdims=True))
            steps[f"delta{layer}"] = delta
            steps[f"dW{layer}"] = steps[f"a{layer - 1}"].T @ delta
            if network["biases"]:
                steps[f"db{layer}"] = delta.sum(axis=0)
            error = delta @ weights[layer - 1].T
    del steps["a0"]
    assert set(steps) == set(case["steps"])
    return steps


def numpy_softmax(z):
    import numpy

    e = numpy.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def numpy_losses(name, z, a, y):
    import numpy

    if name == "binary_cross_entropy":
        return (numpy.maximum(z, 0) - y * z + numpy.log1p(numpy.exp(-abs(z)))).sum(axis=1)
    if name == "cross_entropy":
        z = z - z.max(axis=1, keepdims=True)
        return (y * (numpy.log(numpy.exp(z).sum(axis=1, keepdims=True)) - z)).sum(axis=1)
    squares = ((a - y) ** 2).sum(axis=1)
    return squares / 2 if name == "squared_error" else squares / y.shape[1]


@pytest.mark.parametrize("reference", ["exact", "values"])
def test_every_step_of_numpy_is_within_the_bound(cases, reference):
    judge(cases, numpy_steps, reference=reference)


# ------------------------------------------------------------------------------------ PyTorch


def torch_gradients(case, dtype):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    functional, network = torch.nn.functional, case["network"]
    X, y = torch.tensor(case["X"], dtype=dtype), torch.tensor(case["y"], dtype=dtype)
    weights, biases = ([torch.tensor(part, dtype=dtype, requires_grad=True) for part in parts]
                       for parts in parameters(case))
    value = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z,
             "softmax": lambda z: torch.softmax(z, dim=1)}
    a = X
    for W, b, name in zip(weights, biases, activations(case)):
        z = a @ W + b
        a = value[name](z)
    loss = {
        "squared_error": lambda: ((a - y) ** 2).sum() / 2,
        "mean_squared_error": lambda: ((a - y) ** 2).sum() / y.shape[1],
        "binary_cross_entropy": lambda: functional.binary_cross_entropy_with_logits(z, y, reduction="sum"),
        "cross_entropy": lambda: functional.cross_entropy(z, y, reduction="sum"),
    }[network["loss"]]()
    (loss / len(X) if network["reduction"] == "mean" else loss).backward()
    return named(case, [W.grad for W in weights], [b.grad for b in biases])


def named(case, weights, biases):
    """Gradients by the names of the steps."""
    found = {f"dW{layer}": W for layer, W in enumerate(weights, 1)}
    if case["network"]["biases"]:
        found.update({f"db{layer}": b for layer, b in enumerate(biases, 1)})
    return found


@pytest.mark.parametrize("dtype, allowed", [("float64", "allowed"), ("float32", "allowed_float32")])
def test_the_gradients_of_torch_are_within_the_bound(cases, dtype, allowed):
    torch = pytest.importorskip("torch")
    judge(cases, lambda case: torch_gradients(case, getattr(torch, dtype)), allowed)


def test_float32_is_outside_the_bound_for_float64(cases):
    torch = pytest.importorskip("torch")
    found = [ratio for case in cases for _, ratio in ratios(case, torch_gradients(case, torch.float32))]
    assert sum(ratio > 1 for ratio in found) > 0.9 * len(found)


# ------------------------------------------------------------------------------------ HIPS autograd


def autograd_gradients(case):
    pytest.importorskip("autograd")
    import autograd.numpy as numpy
    from autograd import grad
    from autograd.scipy.special import expit, logsumexp

    network, X, y = case["network"], numpy.array(case["X"]), numpy.array(case["y"])
    value = {"sigmoid": expit, "tanh": numpy.tanh, "identity": lambda z: z, "relu": lambda z: numpy.maximum(0, z),
             "softmax": lambda z: numpy.exp(z - logsumexp(z, axis=1, keepdims=True))}

    def loss(weights, biases):
        a = X
        for W, b, name in zip(weights, biases, activations(case)):
            z = numpy.dot(a, W) + b
            a = value[name](z)
        total = {
            "squared_error": lambda: numpy.sum((a - y) ** 2) / 2,
            "mean_squared_error": lambda: numpy.sum((a - y) ** 2) / y.shape[1],
            "binary_cross_entropy": lambda: numpy.sum(numpy.logaddexp(0, z) - y * z),
            "cross_entropy": lambda: numpy.sum(y * (logsumexp(z, axis=1, keepdims=True) - z)),
        }[network["loss"]]()
        return total / len(X) if network["reduction"] == "mean" else total

    weights, biases = ([numpy.array(part) for part in parts] for parts in parameters(case))
    return named(case, *grad(lambda both: loss(*both))((weights, biases)))


def test_the_gradients_of_hips_autograd_are_within_the_bound(cases):
    pytest.importorskip("scipy")
    judge(cases, autograd_gradients)


# ------------------------------------------------------------------------------------ the readers in the page


def program(language, change=("", "")):
    """The page's block in a language, and the backprop beside this file that it judges; with one thing changed."""
    reader, = ["\n".join(block.lines) for block in blocks_of(PAGE) if block.language == language]
    backprop = (ROOT / "tests" / "interop" / f"backprop.{language}").read_text(encoding="utf-8")
    assert change[0] in backprop
    return f"{reader}\n{backprop.replace(*change)}"


def run(*command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def test_the_reader_in_javascript(folder):
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    assert json.loads(run(node, "-e", program("js"), folder=folder)) == []
    twice = json.loads(run(node, "-e", program("js", ("factor = ", "factor = 2 * ")), folder=folder))
    assert len(twice) > 1000 and twice[0].startswith("000-plain-3-4-2-squared_error: dW2, number 0: ")


@pytest.mark.parametrize("change, everything_is_right", [(("", ""), True), (("a * (1 - a)", "a"), False)])
def test_the_reader_in_c(folder, tmp_path, change, everything_is_right):
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("needs gcc")
    (tmp_path / "judge.c").write_text(program("c", change), encoding="utf-8")
    run(gcc, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "-o", str(tmp_path / "judge"),
        str(tmp_path / "judge.c"), "-lm", folder=folder)
    cases, wrong = map(int, run(str(tmp_path / "judge"), folder=folder).split())
    assert cases == COUNT and (wrong == 0) == everything_is_right, wrong


def test_the_page_with_its_block_for_numpy(tmp_path, monkeypatch):
    pytest.importorskip("numpy")
    monkeypatch.chdir(tmp_path)
    assert "import numpy" in PAGE
    problems = problems_in("docs/test-vectors.md", PAGE)
    assert not problems, "\n\n".join(problems)


def test_the_schema_is_a_schema_and_the_vectors_keep_to_it(folder):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ROOT / "docs" / "vectors.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema)
    validator(schema).validate(json.loads((folder / "vectors.json").read_text(encoding="utf-8")))


def test_a_port_in_float32_is_judged_from_its_file(cases, folder):
    torch = pytest.importorskip("torch")
    answers = [{"name": case["name"], "gradients": [number for array in torch_gradients(case, torch.float32).values()
                                                    for number in flat(array)]} for case in cases]
    answers[0]["gradients"][0] = torch.tensor(1.001 * answers[0]["gradients"][0], dtype=torch.float32).item()
    for found, status in ((answers, 1), (answers[1:], 0)):
        document = {"vectors": "vectors.json", "dtype": "float32", "cases": found}
        (folder / "mine.json").write_text(json.dumps(document), encoding="utf-8")
        assert main(["check", "--against", str(folder / "mine.json")]) == status
