"""Networks to NumPy, PyTorch and scikit-learn and back: predictions agree to 1e-12, files are read by their owners."""

import json
import warnings

import pytest
from hypothesis import given, settings, strategies as st

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("sklearn")

from safetensors import SafetensorError, safe_open  # noqa: E402
from safetensors.numpy import load as load_bytes, save as save_bytes  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: E402

from models import trained  # noqa: E402
from purenet import DataError, Network, OptionError  # noqa: E402
from purenet.cli import main  # noqa: E402
from purenet.export import from_arrays, from_sklearn, npz, safetensors  # noqa: E402
from strategies import ACTIVATIONS, OUTPUTS, copy_of, parameters, problems  # noqa: E402

MODULES = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "identity": torch.nn.Identity,
           "softmax": lambda: torch.nn.Softmax(dim=1)}


def sequential(sizes, activation, output, bias=True):
    """The network in PyTorch: Linear and activation by turns."""
    torch.manual_seed(1)
    modules = []
    for layer in range(1, len(sizes)):
        modules += [torch.nn.Linear(sizes[layer - 1], sizes[layer], bias=bias),
                    MODULES[output if layer == len(sizes) - 1 else activation]()]
    return torch.nn.Sequential(*modules)


def theirs(module, X):
    """The predictions in PyTorch, in doubles."""
    return module.double()(torch.tensor(X, dtype=torch.float64)).detach().numpy()


def differ(a, b):
    return abs(numpy.array(a) - numpy.array(b)).max()


X = numpy.random.default_rng(3).normal(size=(20, 4)).tolist()


# -------------------------------------------------------------------------------- PyTorch

@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("bias", [True, False])
def test_a_file_of_ours_is_the_state_of_a_sequential(tmp_path, activation, output, bias):
    net = Network([4, 6, 5, 3], activation=activation, output=output, bias=bias, seed=5)
    net.fit(X, [[0.25, 0.5, 0.25]] * len(X), epochs=3, learning_rate=0.01)
    safetensors.save(net, tmp_path / "net.safetensors")
    module = sequential(net.sizes, activation, output, bias).double()
    module.load_state_dict(load_file(tmp_path / "net.safetensors"))
    assert differ(theirs(module, X), net.predict(X)) < 1e-12
    with safe_open(tmp_path / "net.safetensors", "pt") as file:
        assert json.loads(file.metadata()["purenet"])["network"]["output"] == output


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_the_state_of_a_sequential_becomes_a_network(tmp_path, activation, output, dtype):
    module = sequential([4, 6, 5, 3], activation, output).to(dtype)
    save_file(module.state_dict(), tmp_path / "theirs.safetensors")
    net = safetensors.load(tmp_path / "theirs.safetensors", activation=activation, output=output)
    assert differ(theirs(module, X), net.predict(X)) < 1e-12
    direct = from_arrays(module.state_dict(), activation=activation, output=output, transposed=True)
    assert parameters(direct) == parameters(net)


def test_a_module_of_eleven_layers_keeps_their_order(tmp_path):
    module = sequential([4] * 12, "tanh", "identity")
    save_file(module.state_dict(), tmp_path / "theirs.safetensors")
    net = safetensors.load(tmp_path / "theirs.safetensors", activation="tanh", output="identity")
    assert len(net.weights) == 11 and differ(theirs(module, X), net.predict(X)) < 1e-12


class Named(torch.nn.Module):
    """Layers with names instead of numbers."""

    def __init__(self):
        super().__init__()
        self.inner, self.head = torch.nn.Linear(4, 3), torch.nn.Linear(3, 2)

    def forward(self, x):
        return self.head(torch.relu(self.inner(x)))


def test_layers_with_names_are_given_in_their_order_at_the_command_line_too(tmp_path, capsys):
    module = Named()
    path, model = str(tmp_path / "named.safetensors"), str(tmp_path / "model.json")
    save_file(module.state_dict(), path)
    options = ["--activation", "relu", "--output-activation", "identity"]
    assert main(["import", path, "-o", model, *options]) == 2
    assert "which of the layers 'head', 'inner' is the first?" in capsys.readouterr().err
    assert main(["import", path, "-o", model, *options, "--layers", "inner,head"]) == 0
    from purenet import load
    assert differ(theirs(module, X), load(model).predict(X)) < 1e-12


def test_what_is_no_plain_network_is_refused_by_name(tmp_path):
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3), torch.nn.ReLU())
    save_file(module.state_dict(), tmp_path / "norm.safetensors")
    with pytest.raises(DataError, match="1.num_batches_tracked' is of the kind 'I64'"):
        safetensors.load(tmp_path / "norm.safetensors", activation="relu", output="relu")
    module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3))
    save_file(module.state_dict(), tmp_path / "conv.safetensors")
    with pytest.raises(DataError, match=r"0.weight' has the shape \(2, 1, 3, 3\)"):
        safetensors.load(tmp_path / "conv.safetensors", activation="relu", output="relu")


def test_a_pickle_of_pytorch_is_refused_and_never_unpickled(tmp_path, capsys):
    torch.save(sequential([2, 1], "tanh", "tanh").state_dict(), tmp_path / "model.pt")
    assert main(["import", str(tmp_path / "model.pt"), "-o", str(tmp_path / "m.json")]) == 2
    assert "data.pkl', expected .npy files" in capsys.readouterr().err


# -------------------------------------------------------------------------------- safetensors and NumPy

@settings(max_examples=20)
@given(problem=problems())
def test_files_are_read_by_the_libraries_they_are_made_for(tmp_path_factory, problem):
    net, X, _ = problem
    path = tmp_path_factory.getbasetemp() / "net.npz"
    npz.save(net, path)
    with numpy.load(path, allow_pickle=False) as file:
        document = json.loads(file["purenet"].item())
        weights = [file[f"weights_{layer}"] for layer in range(len(net.weights))]
        assert len(file.files) == 1 + len(weights) * (2 if net.biases else 1)
    assert [W.tolist() for W in weights] == net.weights and document["network"]["loss"] == net.loss_name
    tensors = load_bytes(safetensors.encode(net))
    assert [tensors[f"{2 * layer}.weight"].T.tolist() for layer in range(len(weights))] == net.weights
    a = numpy.array(X)
    if {net.activation, net.output} <= {"tanh", "identity"}:
        for layer, W in enumerate(weights):
            z = a @ W + (net.biases[layer] if net.biases else 0)
            a = numpy.tanh(z) if (net.output if layer == len(weights) - 1 else net.activation) == "tanh" else z
        assert differ(a, net.predict(X)) < 1e-12


@settings(max_examples=20)
@given(problem=problems(), dtype=st.sampled_from(["<f8", ">f8", "<f4", ">f4", "<f2"]), order=st.sampled_from("CF"),
       save=st.sampled_from([numpy.savez, numpy.savez_compressed]))
def test_what_numpy_saves_becomes_a_network(tmp_path_factory, problem, dtype, order, save):
    net, X, _ = problem
    path = tmp_path_factory.getbasetemp() / "theirs.npz"
    arrays = {f"W{layer}": numpy.array(W, dtype, order=order) for layer, W in enumerate(net.weights)}
    if net.biases:
        arrays.update({f"b{layer}": numpy.array(b, dtype) for layer, b in enumerate(net.biases)})
    save(path, **arrays)
    again = npz.load(path, activation=net.activation, output=net.output, loss=net.loss_name,
                     exp=net.exp)
    rounded = copy_of(net)
    rounded.weights = [arrays[f"W{layer}"].tolist() for layer in range(len(net.weights))]
    rounded.biases = [arrays[f"b{layer}"].tolist() for layer in range(len(net.weights))] if net.biases else None
    assert parameters(again) == parameters(rounded)
    assert differ(again.predict(X), rounded.predict(X)) == 0


def test_objects_of_numpy_are_refused_and_never_unpickled(tmp_path):
    numpy.savez(tmp_path / "objects.npz", W0=numpy.array([[print]], dtype=object))
    with pytest.raises(DataError, match=r"the array 'W0' is of the kind '\|O'"):
        npz.load(tmp_path / "objects.npz", output="tanh")


@settings(max_examples=10)
@given(case=trained())
def test_files_of_models_are_read_by_the_libraries_too(tmp_path_factory, case):
    model, _ = case
    path = tmp_path_factory.getbasetemp() / "model.npz"
    npz.save(model, path)
    with numpy.load(path, allow_pickle=False) as file:
        assert json.loads(file["purenet"].item())["kind"] == model.kind
    assert "0.weight" in load_bytes(safetensors.encode(model))


@settings(max_examples=200)
@given(data=st.data())
def test_a_changed_file_that_we_take_is_one_that_safetensors_takes(data):
    """The other way round need not be: three dimensions or NaN make no network."""
    content = bytearray(save_bytes({"0.weight": numpy.ones((2, 3), "f4"), "0.bias": numpy.ones(2, "f4")}))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        net = safetensors.decode(bytes(content), "f", output="tanh", transposed=True)
    except (DataError, OptionError):
        return
    try:
        tensors = load_bytes(bytes(content))
    except SafetensorError as error:
        pytest.fail(f"we take what safetensors does not: {bytes(content)!r}: {error}")
    assert [W.T.tolist() for name, W in tensors.items() if W.ndim == 2] == net.weights


# -------------------------------------------------------------------------------- scikit-learn

@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_classifier_of_scikit_learn_becomes_a_network(activation, classes):
    random = numpy.random.default_rng(1)
    X, y = random.normal(size=(90, 4)), random.integers(classes, size=90)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a training that ends early
        estimator = MLPClassifier((8, 5), activation=activation, max_iter=20, random_state=1).fit(X, y)
    net = from_sklearn(estimator)
    expected = estimator.predict_proba(X)
    found = numpy.array(net.predict(X))
    assert differ(found if classes > 2 else numpy.hstack([1 - found, found]), expected) < 1e-12
    assert net.loss_name == ("cross_entropy" if classes > 2 else "binary_cross_entropy")
    net.fit(X, numpy.eye(classes)[y] if classes > 2 else y[:, None], epochs=1, learning_rate=0.1)


def test_several_yes_or_no_of_scikit_learn_become_a_network():
    random = numpy.random.default_rng(1)
    X, y = random.normal(size=(90, 4)), random.integers(2, size=(90, 3))
    estimator = MLPClassifier(hidden_layer_sizes=(8,), max_iter=500, tol=1, random_state=1).fit(X, y)
    assert differ(from_sklearn(estimator).predict(X), estimator.predict_proba(X)) < 1e-12


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("hidden", [(8, 5), (3,)])
def test_a_regressor_of_scikit_learn_becomes_a_network(activation, hidden):
    random = numpy.random.default_rng(1)
    X = random.normal(size=(90, 4))
    for y in (X @ [1, 2, 3, 4], X[:, :2] * 3):
        estimator = MLPRegressor(hidden_layer_sizes=hidden, activation=activation, max_iter=500, tol=1,
                                 random_state=1).fit(X, y)
        found = numpy.array(from_sklearn(estimator).predict(X))
        assert differ(found.reshape(estimator.predict(X).shape), estimator.predict(X)) < 1e-12


def test_an_estimator_that_cannot_become_a_network_is_refused_by_name():
    with pytest.raises(OptionError, match="expected a fitted MLPClassifier or MLPRegressor, found MLPClassifier()"):
        from_sklearn(MLPClassifier())
    X = numpy.random.default_rng(1).normal(size=(50, 2))
    estimator = MLPRegressor(hidden_layer_sizes=(3,), loss="poisson", max_iter=500, tol=1).fit(X, numpy.exp(X[:, 0]))
    with pytest.raises(OptionError, match="unknown output 'exp'"):
        from_sklearn(estimator)
