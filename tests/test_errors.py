"""What the network says to bad input: every message to the letter, and nothing changed by what was refused."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

import purenet
from purenet import (Adam, DataError, DivergenceError, Momentum, Network, OptionError, PurenetError, ShapeError,
                     inverse_time)
from purenet.core.errors import brief, choose, did_you_mean, fraction, not_negative, positive, refuse_unknown, whole
from strategies import Number, Row, bits, parameters

X, Y = [[0, 1], [1, 0], [1, 1]], [[0], [1], [1]]
NAN, INFINITY = float("nan"), float("inf")


def net():
    return Network([2, 3, 1])


def refused(kind, message, call):
    """Assert that a call is refused with a message, and return the error."""
    with pytest.raises(PurenetError) as caught:
        call()
    assert (type(caught.value), str(caught.value)) == (kind, message)
    return caught.value


# -------------------------------------------------------------------------------- rows of X and y

ROWS = [  # what is wrong, in place of X; what is said
    ("text", ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found 'text'"),
    (b"bytes", ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found b'bytes'"),
    (None, ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found None"),
    (5, ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found 5"),
    ({"a": [1, 2]}, ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found {'a': [1, 2]}"),
    ([0, 1], ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found 0 as row 0"),
    (["01", "10"], ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found '01' as row 0"),
    ([[0, 1], None], ShapeError, "X must be a list of rows, such as [[0, 1], [1, 1]], found None as row 1"),
    ([[0, 1], {0: 1, 1: 2}], ShapeError,
     "X must be a list of rows, such as [[0, 1], [1, 1]], found {0: 1, 1: 2} as row 1"),
    ([], ShapeError, "X: expected at least one row, found none"),
    ([[]], ShapeError, "X: row 0 has 0 elements, expected 2"),
    ([[0, 1], [1, 0, 1]], ShapeError, "X: row 1 has 3 elements, expected 2"),
    ([[0, 1], [1]], ShapeError, "X: row 1 has 1 elements, expected 2"),
    ([[0], [1]], ShapeError, "X: row 0 has 1 elements, expected 2"),
    ([[0, 1], [1, "0"]], DataError, "X: row 1, column 1: expected a number, found '0'"),
    ([[0, 1], [None, 0]], DataError, "X: row 1, column 0: expected a number, found None"),
    ([[0, True]], DataError, "X: row 0, column 1: expected a number, found True"),
    ([[False, 1]], DataError, "X: row 0, column 0: expected a number, found False"),
    ([[[1], 1]], DataError, "X: row 0, column 0: expected a number, found [1]"),
    ([[1j, 1]], DataError, "X: row 0, column 0: expected a number, found 1j"),
    ([[0, 1], [0, NAN]], DataError, "X: row 1, column 1: expected a finite number, found nan"),
    ([[0, -INFINITY]], DataError, "X: row 0, column 1: expected a finite number, found -inf"),
    ([[10 ** 400, 1]], DataError,
     "X: row 0, column 0: expected a number that a float can hold, found one beyond 1.8e308"),
]


@pytest.mark.parametrize("bad, kind, message", ROWS, ids=[repr(bad)[:40] for bad, _, _ in ROWS])
def test_rows_that_cannot_be_inputs(bad, kind, message):
    for ask in (net().predict, net().forward, lambda rows: net().loss(rows, Y), lambda rows: net().gradients(rows, Y),
                lambda rows: net().fit(rows, Y)):
        refused(kind, message, lambda: ask(bad))


@pytest.mark.parametrize("bad, kind, message", ROWS, ids=[repr(bad)[:40] for bad, _, _ in ROWS])
def test_rows_that_cannot_be_targets_or_validation_data(bad, kind, message):
    """The same sentences, with another name."""
    wide = Network([1, 2])
    for ask in (wide.loss, wide.gradients, wide.fit):
        refused(kind, "y" + message[1:], lambda: ask([[0], [1]], bad))
    refused(kind, "validation " + message, lambda: net().fit(X, Y, validation=(bad, Y)))
    refused(kind, "validation y" + message[1:], lambda: wide.fit([[0]], [[0, 1]], validation=([[0], [1]], bad)))


@pytest.mark.parametrize("call, kind, message", [
    (lambda: net().fit(X, [0, 1, 1]), ShapeError,
     "y must be a list of rows, such as [[0, 1], [1, 1]], found 0 as row 0"),
    (lambda: net().fit(X, [[0, 1]] * 3), ShapeError, "y: row 0 has 2 elements, expected 1"),
    (lambda: net().fit(X, Y[:2]), ShapeError, "X has 3 rows and y has 2: every example needs its target"),
    (lambda: net().loss(X[:1], Y), ShapeError, "X has 1 rows and y has 3: every example needs its target"),
    (lambda: net().fit(X, Y, validation=(X, Y[:2])), ShapeError,
     "validation X has 3 rows and y has 2: every example needs its target"),
    (lambda: Network([2, 2], loss="cross_entropy").fit(X[:1], [[1, 1]]), DataError,
     "y: row 0: cross_entropy needs targets from 0 to 1 that add up to 1, such as [0, 1, 0], found [1.0, 1.0]"),
    (lambda: Network([2, 1], loss="binary_cross_entropy").fit(X, [[0], [1], [-1]]), DataError,
     "y: row 2: binary_cross_entropy needs targets from 0 to 1, found [-1.0]"),
    (lambda: Network([2, 1], loss="binary_cross_entropy").fit(X, Y, validation=(X, [[0], [1], [2]])), DataError,
     "validation y: row 2: binary_cross_entropy needs targets from 0 to 1, found [2.0]"),
])
def test_targets_that_do_not_fit(call, kind, message):
    refused(kind, message, call)


# -------------------------------------------------------------------------------- making a network

LOSS_NAMES = "binary_cross_entropy, cross_entropy, mean_squared_error, squared_error"
NETWORKS = [
    (lambda: Network([3, 0, 1]), "sizes[1] must be a whole number of at least 1, found 0"),
    (lambda: Network([3, -1]), "sizes[1] must be a whole number of at least 1, found -1"),
    (lambda: Network([3.0, 1]), "sizes[0] must be a whole number of at least 1, found 3.0"),
    (lambda: Network([True, 1]), "sizes[0] must be a whole number of at least 1, found True"),
    (lambda: Network(["3", 1]), "sizes[0] must be a whole number of at least 1, found '3'"),
    (lambda: Network([None, 1]), "sizes[0] must be a whole number of at least 1, found None"),
    (lambda: Network([[3], 1]), "sizes[0] must be a whole number of at least 1, found [3]"),
    (lambda: Network([int, 1]), "sizes[0] must be a whole number of at least 1, found <class 'int'>"),
    (lambda: Network([3]), "sizes must name at least the inputs and the outputs, as in [3, 1], found [3]"),
    (lambda: Network([]), "sizes must name at least the inputs and the outputs, as in [3, 1], found []"),
    (lambda: Network(3), "sizes must be a list such as [3, 4, 1], found 3"),
    (lambda: Network("3,4,1"), "sizes must be a list such as [3, 4, 1], found '3,4,1'"),
    (lambda: Network(None), "sizes must be a list such as [3, 4, 1], found None"),
    (lambda: Network([3, 1], activation="sigmod"),
     "unknown activation 'sigmod' (did you mean 'sigmoid'?): expected one of identity, relu, sigmoid, softmax, tanh"),
    (lambda: Network([3, 1], activation=None),
     "unknown activation None: expected one of identity, relu, sigmoid, softmax, tanh"),
    (lambda: Network([3, 1], activation=["relu"]),
     "unknown activation ['relu'] (did you mean 'relu'?): expected one of identity, relu, sigmoid, softmax, tanh"),
    (lambda: Network([3, 1], output="sofmax"),
     "unknown output 'sofmax' (did you mean 'softmax'?): expected one of identity, relu, sigmoid, softmax, tanh"),
    (lambda: Network([3, 1], loss="crossentropy"),
     f"unknown loss 'crossentropy' (did you mean 'cross_entropy'?): expected one of {LOSS_NAMES}"),
    (lambda: Network([3, 1], loss="hinge"), f"unknown loss 'hinge': expected one of {LOSS_NAMES}"),
    (lambda: Network([3, 1], reduction="avg"), "unknown reduction 'avg': expected one of mean, sum"),
    (lambda: Network([3, 1], init="golrot"),
     "unknown init 'golrot' (did you mean 'glorot'?): expected one of glorot, he, uniform, zeros"),
    (lambda: Network([3, 1], exp="protable"),
     "unknown exp 'protable' (did you mean 'portable'?): expected one of platform, portable"),
    (lambda: Network([3, 2, 1], activation="softmax"),
     "activation 'softmax' is for outputs: expected sigmoid, tanh, relu or identity for hidden layers"),
    (lambda: Network([3, 1], learning_rate=1),
     "Network has no option 'learning_rate': expected activation, output, loss, reduction, bias, init, seed, exp"),
    (lambda: Network([3, 1], activaton="tanh"),
     "Network has no option 'activaton' (did you mean 'activation'?): "
     "expected activation, output, loss, reduction, bias, init, seed, exp"),
    (lambda: Network.from_weights([[[1]]], init="zeros"),
     "from_weights has no option 'init': expected activation, output, loss, reduction, seed, exp"),
    (lambda: Network.from_weights([[[1]]], lose="squared_error"),
     "from_weights has no option 'lose' (did you mean 'loss'?): "
     "expected activation, output, loss, reduction, seed, exp"),
]


@pytest.mark.parametrize("call, message", NETWORKS, ids=[message[:50] for _, message in NETWORKS])
def test_options_that_make_no_network(call, message):
    refused(OptionError, message, call)


WEIGHTS = [
    (([],), ShapeError, "weights must be a list with a matrix for each layer, found []"),
    ((None,), ShapeError, "weights must be a list with a matrix for each layer, found None"),
    (([1, 2],), ShapeError, "weights[0]: expected a list of rows, such as [[1, 2], [3, 4]], found 1"),
    (([[1, 2]],), ShapeError, "weights[0]: expected a list of rows, such as [[1, 2], [3, 4]], found [1, 2]"),
    (([[[1, 2], [3]]],), ShapeError, "weights[0]: row 1 has 1 elements, expected 2 as in row 0"),
    (([[[1, 2, 3]], [[1], [2]]],), ShapeError,
     "weights[1] has the shape (2, 1), expected 3 rows, one for each column of weights[0]"),
    (([[[1, None]]],), DataError, "weights[0]: row 0, column 1: expected a number, found None"),
    (([[[1.0]], [[NAN]]],), DataError, "weights[1]: row 0, column 0: expected a finite number, found nan"),
    (([[[1.0]]], []), ShapeError, "biases must have one list for each of the 1 layers, found 0"),
    (([[[1.0]]], 5), ShapeError, "biases must be a list with a list for each layer, found 5"),
    (([[[1.0]]], [5]), ShapeError, "biases[0] must be a list of numbers, such as [0, 1], found 5"),
    (([[[1.0]]], [[1, 2]]), ShapeError, "biases[0] has 2 elements, expected 1"),
    (([[[1.0, 2.0]]], [[1, "2"]]), DataError, "biases[0], column 1: expected a number, found '2'"),
    (([[[1.0]]], [[INFINITY]]), DataError, "biases[0], column 0: expected a finite number, found inf"),
]


@pytest.mark.parametrize("arguments, kind, message", WEIGHTS, ids=[message[:50] for _, _, message in WEIGHTS])
def test_weights_that_make_no_network(arguments, kind, message):
    refused(kind, message, lambda: Network.from_weights(*arguments))


@pytest.mark.parametrize("rows", [tuple, lambda rows: [Row(row) for row in rows], iter],
                         ids=["tuple", "rows", "iterator"])
def test_weights_and_biases_of_any_library_are_taken(rows):
    plain = Network.from_weights([[[1.0, 2.0]], [[3.0], [4.0]]], [[0.0, 0.5], [0.25]])
    other = Network.from_weights(tuple(tuple(row) for row in plain.weights), rows(plain.biases))
    assert parameters(other) == parameters(plain)


# -------------------------------------------------------------------------------- options of fit

FIT_OPTIONS = ("epochs, learning_rate, batch_size, optimizer, l2, shuffle, validation, patience, tolerance, callback, "
               "engine, executor, shards, snapshots, direction_changes")
FITS = [
    ({"epochs": -1}, "epochs must be a whole number of at least 0, found -1"),
    ({"epochs": 1.5}, "epochs must be a whole number of at least 0, found 1.5"),
    ({"epochs": True}, "epochs must be a whole number of at least 0, found True"),
    ({"epochs": None}, "epochs must be a whole number of at least 0, found None"),
    ({"learning_rate": 0}, "learning_rate must be a number above 0, found 0"),
    ({"learning_rate": -0.5}, "learning_rate must be a number above 0, found -0.5"),
    ({"learning_rate": NAN}, "learning_rate must be a number above 0, found nan"),
    ({"learning_rate": INFINITY}, "learning_rate must be a number above 0, found inf"),
    ({"learning_rate": "0.1"}, "learning_rate must be a number above 0, found '0.1'"),
    ({"learning_rate": None}, "learning_rate must be a number above 0, found None"),
    ({"learning_rate": True}, "learning_rate must be a number above 0, found True"),
    ({"learning_rate": [0.1]}, "learning_rate must be a number above 0, found [0.1]"),
    ({"learning_rate": 1j}, "learning_rate must be a number above 0, found 1j"),
    ({"learning_rate": Decimal("Infinity")}, "learning_rate must be a number above 0, found Decimal('Infinity')"),
    ({"learning_rate": 10 ** 400}, f"learning_rate must be a number above 0, found 1{'0' * 56}..."),
    ({"learning_rate": lambda epoch: -1.0}, "learning_rate of epoch 0 must be a number above 0, found -1.0"),
    ({"batch_size": 0}, "batch_size must be a whole number of at least 1, found 0"),
    ({"batch_size": 2.0}, "batch_size must be a whole number of at least 1, found 2.0"),
    ({"l2": -0.1}, "l2 must be a number of at least 0, found -0.1"),
    ({"l2": None}, "l2 must be a number of at least 0, found None"),
    ({"patience": 0}, "patience must be a whole number of at least 1, found 0"),
    ({"patience": 3, "tolerance": -1}, "tolerance must be a number of at least 0, found -1"),
    ({"tolerance": -1}, "tolerance must be a number of at least 0, found -1"),
    ({"optimizer": "rmsprop"}, "unknown optimizer 'rmsprop': expected one of adam, gradient_descent, momentum"),
    ({"optimizer": "Adam"},
     "unknown optimizer 'Adam' (did you mean 'adam'?): expected one of adam, gradient_descent, momentum"),
    ({"optimizer": Adam}, "unknown optimizer <class 'purenet.core.optimizer.Adam'>: "
                          "expected one of adam, gradient_descent, momentum"),
    ({"epoch": 3}, f"fit has no option 'epoch' (did you mean 'epochs'?): expected {FIT_OPTIONS}"),
    ({"lr": 0.1}, f"fit has no option 'lr': expected {FIT_OPTIONS}"),
    ({"validation": 0.2}, "validation must be a pair (X, y), found 0.2"),
    ({"validation": (X,)}, "validation must be a pair (X, y), found ([[0, 1], [1, 0], [1, 1]],)"),
    ({"validation": X}, "validation must be a pair (X, y), found [[0, 1], [1, 0], [1, 1]]"),
    ({"validation": "Xy"}, "validation must be a pair (X, y), found 'Xy'"),
    ({"callback": 5}, "callback must be a function of the epoch and the history, found 5"),
]


@pytest.mark.parametrize("options, message", FITS, ids=[message[:50] for _, message in FITS])
def test_options_that_fit_refuses_leave_the_network_as_it_was(options, message):
    network = net()
    before = parameters(network)
    refused(OptionError, message, lambda: network.fit(X, Y, **options))
    assert parameters(network) == before
    untouched = net()
    for each in (network, untouched):
        each.fit(X, Y, epochs=2, batch_size=1)
    assert parameters(network) == parameters(untouched), "the refused fit has moved the stream of random numbers"


@pytest.mark.parametrize("bad, kind, message", ROWS, ids=[repr(bad)[:40] for bad, _, _ in ROWS])
def test_data_that_fit_refuses_leave_the_network_as_it_was(bad, kind, message):
    network = net()
    before = parameters(network)
    for arguments, options in (((bad, Y), {}), ((X, Y), {"validation": (bad, Y)})):
        with pytest.raises(kind):
            network.fit(*arguments, epochs=3, **options)
    assert parameters(network) == before


def test_whole_numbers_of_other_libraries_are_options():
    class Five:
        def __index__(self):
            return 5

    network = Network([2, Five(), 1], seed=Five())
    assert network.sizes == [2, 5, 1] and type(network.sizes[1]) is int
    assert network.fit(X, Y, epochs=Five(), batch_size=Five()).epochs == 5


def test_rates_of_other_number_types_are_taken():
    floats, others = net(), net()
    floats.fit(X, Y, learning_rate=0.25, l2=0.5)
    others.fit(X, Y, learning_rate=Fraction(1, 4), l2=Decimal("0.5"))
    assert parameters(floats) == parameters(others)


@pytest.mark.parametrize("rate, decay, message", [
    (0, 1, "learning_rate must be a number above 0, found 0"),
    (1, -1, "decay must be a number of at least 0, found -1"),
])
def test_schedules_that_are_refused(rate, decay, message):
    refused(OptionError, message, lambda: inverse_time(rate, decay))


def test_a_schedule_that_goes_wrong_later_stops_with_the_weights_of_the_epochs_before():
    network, two_epochs = net(), net()
    two_epochs.fit(X, Y, epochs=2)
    refused(OptionError, "learning_rate of epoch 2 must be a number above 0, found 0.0",
            lambda: network.fit(X, Y, epochs=5, learning_rate=lambda epoch: 1.0 if epoch < 2 else 0.0))
    assert parameters(network) == parameters(two_epochs)


# -------------------------------------------------------------------------------- divergence


def test_a_rate_that_makes_the_loss_overflow_stops_at_that_epoch_with_the_last_finite_weights():
    """One weight, identity: w ← w - rate (w x - y) x. With x = 1e60 it grows 1e120-fold a step; the loss is ½ (w
    x)²."""
    def fresh():
        return Network.from_weights([[[1.0]]], activation="identity", reduction="sum")

    network, losses = fresh(), []
    error = refused(
        DivergenceError, "fit: training diverged in epoch 1 (the first is 0): the loss became inf; "
        "the weights are kept as they were before it; try a learning_rate well below 1",
        lambda: network.fit([[1e60]], [[0.0]], epochs=9, callback=lambda _, history: losses.append(history.loss[-1])))
    assert isinstance(error, ValueError) and losses == [1e60 * 1e60 / 2]
    one_epoch = fresh()
    one_epoch.fit([[1e60]], [[0.0]], epochs=1)
    assert parameters(network) == parameters(one_epoch) == [[[bits([1.0 - 1e60 * 1e60])]], None]


def test_a_rate_that_makes_the_weights_overflow_stops_at_that_epoch():
    network = Network.from_weights([[[1.0]]], activation="identity", reduction="sum")
    refused(DivergenceError, "fit: training diverged in epoch 0 (the first is 0): the weights are no longer finite; "
                             "the weights are kept as they were before it; try a learning_rate well below 1e+300",
            lambda: network.fit([[1e60]], [[0.0]], learning_rate=1e300))
    assert network.weights == [[[1.0]]]


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("batch_size", [None, 1])
@pytest.mark.parametrize("activation, loss", [("identity", "squared_error"), ("relu", "mean_squared_error"),
                                              ("relu", "cross_entropy"), ("identity", "binary_cross_entropy")])
@pytest.mark.parametrize("exp", ["platform", "portable"])
def test_a_huge_rate_never_ends_in_anything_but_a_divergence_error_or_finite_weights(activation, loss, batch_size,
                                                                                     optimizer, exp):
    network, last = Network([2, 3, 2], activation=activation, loss=loss, exp=exp), []
    last.append(parameters(network))
    try:
        network.fit([[1, 2], [2, 3]], [[1, 0], [0, 1]], epochs=30, learning_rate=1e200, batch_size=batch_size,
                    optimizer=optimizer, callback=lambda epoch, history: last.append(parameters(network)))
    except DivergenceError as error:
        assert f"diverged in epoch {len(last) - 1} " in str(error)
    assert parameters(network) == last[-1]
    assert all(math.isfinite(w) for W in network.weights for row in W for w in row)


def test_a_divergence_with_patience_leaves_the_weights_before_that_epoch_too():
    network, kept = Network.from_weights([[[1.0]]], activation="identity", reduction="sum"), []
    with pytest.raises(DivergenceError):
        network.fit([[1e60]], [[0.0]], epochs=9, patience=5, validation=([[1.0]], [[0.0]]),
                    callback=lambda *_: kept.append(parameters(network)))
    assert parameters(network) == kept[-1]


@pytest.mark.parametrize("optimizer", [Momentum, Adam])
def test_after_a_divergence_the_optimizer_has_forgotten_what_led_to_it(optimizer):
    """Else its infinite moments would spoil the next fit with the same object."""
    network, other, used = net(), net(), optimizer()
    with pytest.raises(DivergenceError):
        network.fit([[1e200, 1e200]], [[1e200]], optimizer=used)
    assert parameters(network) == parameters(other)
    for each, its_optimizer in ((network, used), (other, optimizer())):
        each.fit(X, Y, epochs=3, learning_rate=0.1, optimizer=its_optimizer)
    assert parameters(network) == parameters(other)


# -------------------------------------------------------------------------------- the helpers


def test_every_error_is_one_kind_of_value_error():
    for kind in (ShapeError, OptionError, DataError, DivergenceError):
        assert issubclass(kind, PurenetError) and issubclass(kind, ValueError)
        assert getattr(purenet, kind.__name__) is kind


def test_a_hint_needs_a_name_that_is_near():
    assert did_you_mean("sigmod", ["sigmoid", "tanh"]) == " (did you mean 'sigmoid'?)"
    assert did_you_mean("cosine", ["sigmoid", "tanh"]) == did_you_mean("x", []) == ""
    assert did_you_mean(None, ["sigmoid"]) == ""


def test_without_difflib_there_is_no_hint(monkeypatch):
    """MicroPython has none."""
    monkeypatch.setitem(__import__("sys").modules, "difflib", None)
    assert did_you_mean("sigmod", ["sigmoid"]) == ""
    with pytest.raises(OptionError, match="^unknown activation 'sigmod': expected one of sigmoid$"):
        choose("activation", "sigmod", {"sigmoid": 1})


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.text(), st.none(), st.complex_numbers(), st.decimals(),
                 st.fractions(), st.lists(st.integers())))
def test_the_readers_of_options_return_a_number_in_range_or_an_option_error(value):
    for read, fits in ((positive, lambda n: n > 0), (not_negative, lambda n: n >= 0), (fraction, lambda n: 0 <= n < 1)):
        try:
            found = read("option", value)
        except OptionError as error:
            assert str(error).startswith("option must be a number ") and str(error).endswith(f", found {brief(value)}")
        else:
            assert type(found) is float and math.isfinite(found) and fits(found) and not isinstance(value, (bool, str))
    try:
        assert whole("option", value) == value >= 1
    except OptionError as error:
        assert str(error) == f"option must be a whole number of at least 1, found {brief(value)}"


def test_unknown_names_are_refused_one_at_a_time():
    refuse_unknown("fit", {}, ["epochs"])
    refused(OptionError, "fit has no option 'a': expected epochs",
            lambda: refuse_unknown("fit", ["a", "b"], ["epochs"]))


def test_the_stand_in_numbers_of_these_tests_are_no_numbers_of_pythons():
    assert not isinstance(Number(1), (int, float)) and not hasattr(Row([1]), "__getitem__")


def test_a_value_whose_text_has_several_lines_is_told_in_one():
    class Table:
        def __repr__(self):
            return "table([[1, 2],\n       [3, 4]])"

    assert brief(Table()) == "table([[1, 2], [3, 4]])" and brief("a\n  b") == r"'a\n  b'"
    refused(DataError, "X: row 0, column 0: expected a number, found table([[1, 2], [3, 4]])",
            lambda: net().predict([[Table(), 1]]))
