"""Networks from named arrays: which array is whose, in which order, and what is refused, with its name."""

import math

import pytest
from hypothesis import given, strategies as st

from models import refusal
from purenet import DataError, Network, OptionError
from purenet.export import from_arrays, from_sklearn
from purenet.export.arrays import BIASES, in_order
from strategies import options_of, parameters, problems

CONVENTIONS = ["{}.weight", "net.{}.weight", "fc{}.weight", "layers.0.{}.weight", "weights_{}", "W{}", "w{}",
               "dense_{}/kernel", "coefs_{}", "weight{}"]


def named(net, pattern="weights_{}", numbers=None, transposed=False):
    """The arrays of a network by name; the name of the biases follows from the pattern for the weights."""
    word = next(word for word in sorted(BIASES, key=len, reverse=True) if word in pattern)
    found = {}
    for layer, W in enumerate(net.weights):
        number = numbers[layer] if numbers else layer
        found[pattern.format(number)] = [list(column) for column in zip(*W)] if transposed else W
        if net.biases:
            found[pattern.replace(word, BIASES[word]).format(number)] = net.biases[layer]
    return found


def told(net):
    """What the arrays of a network do not tell."""
    return {name: value for name, value in options_of(net).items() if name != "seed"}


@given(problem=problems(), pattern=st.sampled_from(CONVENTIONS), transposed=st.booleans(), data=st.data())
def test_a_network_comes_back_from_its_arrays_whatever_their_names_and_their_order(problem, pattern, transposed, data):
    net, _, _ = problem
    numbers = sorted(data.draw(st.sets(st.integers(0, 300), min_size=len(net.weights), max_size=len(net.weights))))
    arrays = data.draw(st.permutations(list(named(net, pattern, numbers, transposed).items())))
    again = from_arrays(dict(arrays), transposed=transposed, **told(net))
    assert parameters(again) == parameters(net)
    assert told(again) == told(net)


def test_layers_come_in_the_order_of_their_numbers_and_not_of_their_letters():
    assert in_order({"fc10.weight": 0, "fc9.weight": 0, "fc2.weight": 0}, None, "f")[0] == [
        "fc2.weight", "fc9.weight", "fc10.weight"]
    assert in_order(dict.fromkeys(["1.2.weight", "1.10.weight", "0.11.weight"]), None, "f")[0] == [
        "0.11.weight", "1.2.weight", "1.10.weight"]


def test_layers_without_numbers_come_in_the_order_that_is_given():
    arrays = {"in.weight": [[1.0, 2.0]], "out.weight": [[3.0], [4.0]], "out.bias": [5.0], "in.bias": [0.0, 0.0]}
    net = from_arrays(arrays, activation="identity", output="identity", layers=["in", "out"])
    assert net.predict([[1.0]]) == [[16.0]]
    assert refusal(OptionError, from_arrays, arrays, "identity", "identity") == (
        "arrays: which of the layers 'in', 'out' is the first? Name them in their order with --layers (layers=[...])")
    assert refusal(OptionError, from_arrays, arrays, "identity", "identity", layers=["in"]) == (
        "arrays: layers must name 'in', 'out' in their order, found ['in']")


def test_a_single_layer_needs_no_number_and_no_activation_of_hidden_layers():
    net = from_arrays({"weight": [[2.0, -1.0]], "bias": [0.5]}, output="identity", transposed=True)
    assert net.predict([[1.0, 3.0]]) == [[-0.5]] and net.sizes == [2, 1]


class Tensor:
    """An array of another library, which turns itself into lists."""

    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


def test_arrays_of_other_libraries_are_taken():
    net = from_arrays({"W0": Tensor([[2.0]]), "b0": Tensor([0.5])}, output="identity")
    assert net.predict([[1.0]]) == [[2.5]]


ONE = {"W0": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "b0": [0.0, 0.0], "W1": [[1.0], [2.0]], "b1": [0.0]}
NAMES = ("expected names such as 0.weight and 0.bias, weights_0 and biases_0, W1 and b1, dense/kernel and dense/bias, "
         "coefs_0 and intercepts_0")
REFUSED = {
    "no array": ({}, "expected the weights of every layer, and the biases of every layer or of none; found none"),
    "no dict": ([1], "expected a dict of arrays by name, found [1]"),
    "a number for a name": ({1: [[1.0]]}, f"the array 1 is no layer's weights or biases: {NAMES}"),
    "a stranger": ({**ONE, "bn.running_mean": [1.0]},
                   f"the array 'bn.running_mean' is no layer's weights or biases: {NAMES}"),
    "a path": ({"../../W0": [[1.0]], "/etc/passwd": [[1.0]]},
               f"the array '/etc/passwd' is no layer's weights or biases: {NAMES}"),
    "a long name": ({"x" * 200 + ".weight": [[1.0]]},
                    f"the array '{'x' * 56}... is no layer's weights or biases: {NAMES}"),
    "a layer twice": ({"W0": [[1.0]], "0.weight": [[1.0]]},
                      "the arrays 'W0' and '0.weight' are the same part of the same layer"),
    "biases alone": ({**ONE, "b2": [1.0]},
                     "expected the weights of every layer, and the biases of every layer or of none; found 'b2'"),
    "weights alone": ({**ONE, "W2": [[1.0]]},
                      "expected the weights of every layer, and the biases of every layer or of none; found 'W2'"),
    "layers that do not fit": (
        {**ONE, "W1": [[1.0]]},
        "weights[1] has the shape (1, 1), expected 2 rows, one for each column of weights[0]; the weights are 'W0', "
        "'W1'; for weights that are (units, inputs) pass --transposed (transposed=True)"),
    "biases that do not fit": (
        {**ONE, "b1": [1.0, 2.0]},
        "biases[1] has 2 elements, expected 1; the weights are 'W0', 'W1'; for weights that are (units, inputs) pass "
        "--transposed (transposed=True)"),
    "biases in a column": ({**ONE, "b0": [[0.0], [0.0]]},
                           "the array 'b0' is a matrix, expected a bias for each unit: reshape it to (units,)"),
    "biases in a row": ({**ONE, "b0": [[0.0, 0.0]]},
                        "the array 'b0' is a matrix, expected a bias for each unit: reshape it to (units,)"),
    "a number that is none": (
        {**ONE, "W1": [[1.0], [math.nan]]},
        "weights[1]: row 1, column 0: expected a finite number, found nan; the weights are 'W0', 'W1'"),
    "infinite biases": ({**ONE, "b1": [math.inf]},
                        "biases[1], column 0: expected a finite number, found inf; the weights are 'W0', 'W1'"),
}


@pytest.mark.parametrize("arrays, message", REFUSED.values(), ids=REFUSED)
def test_arrays_that_are_no_network_are_refused(arrays, message):
    assert refusal(DataError, from_arrays, arrays, "tanh", "tanh", place="f.npz") == f"f.npz: {message}"


@pytest.mark.parametrize("options, message", [
    ({"output": "tanh"},
     "f holds numbers only: name the activation of the hidden layers, such as --activation tanh (activation='tanh')"),
    ({"activation": "tanh"},
     "f holds numbers only: name the activation of the outputs, such as --output-activation tanh (output='tanh')"),
    ({"activation": "tanh", "output": "sigmod"},
     "unknown output 'sigmod' (did you mean 'sigmoid'?): expected one of identity, relu, sigmoid, softmax, tanh"),
    ({"activation": "softmax", "output": "tanh"},
     "activation 'softmax' is for outputs: expected sigmoid, tanh, relu or identity for hidden layers"),
    ({"activation": "tanh", "loss": "mse"},
     "unknown loss 'mse': expected one of binary_cross_entropy, cross_entropy, mean_squared_error, squared_error"),
    ({"activation": "tanh", "output": "tanh", "loss": "cross_entropy"},
     "loss 'cross_entropy' is made for output 'softmax', found 'tanh'"),
])
def test_what_numbers_do_not_tell_has_to_be_told(options, message):
    assert refusal(OptionError, from_arrays, ONE, place="f", **options) == message


def test_a_loss_that_is_made_for_an_activation_tells_it():
    assert from_arrays(ONE, activation="relu", loss="binary_cross_entropy").output == "sigmoid"


class Estimator:
    """What scikit-learn leaves in an estimator that was fitted."""

    def __init__(self, **attributes):
        vars(self).update(attributes)

    def __repr__(self):
        return "MLPClassifier()"


def test_an_estimator_of_scikit_learn_is_read_by_its_attributes():
    net = from_sklearn(Estimator(activation="logistic", out_activation_="softmax",
                                 coefs_=[[[1.0, 2.0]], [[3.0], [4.0]]], intercepts_=[[0.0, 1.0], [2.0]]))
    assert (net.activation, net.output, net.loss_name) == ("sigmoid", "softmax", "cross_entropy")
    assert net.weights == [[[1.0, 2.0]], [[3.0], [4.0]]] and net.biases == [[0.0, 1.0], [2.0]]


@pytest.mark.parametrize("estimator, message", [
    (Estimator(activation="relu"),
     "from_sklearn: expected a fitted MLPClassifier or MLPRegressor, found MLPClassifier(): "
     "'Estimator' object has no attribute 'out_activation_'"),
    (3, "from_sklearn: expected a fitted MLPClassifier or MLPRegressor, found 3: "
        "'int' object has no attribute 'activation'"),
    (Estimator(activation=["relu"], out_activation_="identity"),
     "from_sklearn: expected a fitted MLPClassifier or MLPRegressor, found MLPClassifier(): "
     "unhashable type: 'list'"),
    (Estimator(activation="relu", out_activation_="identity", coefs_=3, intercepts_=[[1.0]]),
     "from_sklearn: expected a fitted MLPClassifier or MLPRegressor, found MLPClassifier(): "
     "'int' object is not iterable"),
    (Estimator(activation="relu", out_activation_="exp", coefs_=[[[1.0]]], intercepts_=[[1.0]]),
     "unknown output 'exp': expected one of identity, relu, sigmoid, softmax, tanh"),
])
def test_what_is_no_such_estimator_is_refused(estimator, message):
    assert refusal(OptionError, from_sklearn, estimator) == message


def test_a_network_that_no_file_could_hold_is_not_written():
    from purenet.core.arithmetic import Arithmetic, real_number
    from purenet.export.arrays import taken_apart

    net = Network([1, 1], exp=Arithmetic(real_number, abs, abs, abs))
    assert "an arithmetic of your own" in refusal(OptionError, taken_apart, net)
    assert refusal(OptionError, taken_apart, [1]) == "expected a Network, a Classifier or a Regressor, found [1]"
