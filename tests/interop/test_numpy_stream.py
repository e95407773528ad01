"""The stream of random numbers is that of NumPy's legacy seed, which the published numbers come from."""

import pytest
from hypothesis import given, strategies as st

from purenet import Network
from purenet.core.rng import MersenneTwister

numpy = pytest.importorskip("numpy")

seeds = st.one_of(st.integers(0, 2 ** 32 - 1), st.sampled_from([0, 1, 2 ** 31, 2 ** 32 - 1]))


@given(seeds)
def test_random(seed):
    ours, theirs = MersenneTwister(seed), numpy.random.RandomState(seed)
    assert [ours.random() for _ in range(700)] == theirs.random_sample(700).tolist()


@given(seeds, st.integers(0, 200))
def test_shuffle(seed, n):
    ours, theirs = list(range(n)), list(range(n))
    MersenneTwister(seed).shuffle(ours)
    numpy.random.RandomState(seed).shuffle(theirs)
    assert ours == theirs


@given(seeds, st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_draws_and_shuffles_in_turn(seed, lengths):
    """Both take whole words of the stream, so that neither puts the other out of step."""
    twister, state = MersenneTwister(seed), numpy.random.RandomState(seed)
    for n in lengths:
        ours, theirs = list(range(n)), list(range(n))
        twister.shuffle(ours)
        state.shuffle(theirs)
        assert ours == theirs and twister.random() == state.random_sample()


def test_the_global_seed_is_the_same_stream():
    numpy.random.seed(1)
    expected = [numpy.random.random((3, 4)), numpy.random.random((4, 1))]
    assert Network([3, 4, 1], seed=1).weights == [(2 * drawn - 1).tolist() for drawn in expected]


# NumPy's arrays are rows, and its numbers are numbers.


def test_arrays_give_the_same_bits_as_lists():
    X, y = [[0.0, 0.5, 1.0], [0.25, 1.0, 1.0]], [[0.0], [1.0]]
    nets = [Network([3, 4, 1]) for _ in range(2)]
    nets[0].fit(X, y, epochs=3, batch_size=1, validation=(X, y))
    nets[1].fit(numpy.array(X), numpy.array(y), epochs=numpy.int64(3), batch_size=numpy.int32(1),
                learning_rate=numpy.float64(1.0), validation=(numpy.array(X), numpy.array(y)))
    assert nets[0].weights == nets[1].weights and nets[0].biases == nets[1].biases
    assert nets[0].predict(X) == nets[1].predict(numpy.array(X))
    single = numpy.array(X, dtype=numpy.float32)
    assert nets[0].predict(X) == nets[0].predict(single), "0.5 and 0.25 are exact in single precision"
    assert nets[0].predict(numpy.array([[0, 1, 1]])) == nets[0].predict([[0, 1, 1]])


def test_arrays_as_weights_sizes_and_seeds():
    plain = Network([3, 2], seed=5)
    drawn = Network(numpy.array([3, 2]), seed=numpy.int64(5))
    given_ones = Network.from_weights([numpy.array(plain.weights[0])], numpy.array(plain.biases))
    for net in (drawn, given_ones):
        assert net.weights == plain.weights and net.biases == plain.biases
        assert {type(w) for row in net.weights[0] for w in row} == {float} and {type(n) for n in net.sizes} == {int}
    assert type(drawn.seed) is int


@pytest.mark.parametrize("make, message", [
    (lambda: numpy.array([1.0, 2.0, 3.0]),
     r"^X must be a list of rows, such as \[\[0, 1\], \[1, 1\]\], found (np\.float64\()?1\.0\)? as row 0$"),
    (lambda: numpy.array(5.0), r"^X must be a list of rows, such as \[\[0, 1\], \[1, 1\]\], found array\(5\.\)$"),
    (lambda: numpy.array([[1.0, float("nan"), 2.0]]),
     r"^X: row 0, column 1: expected a finite number, found (np\.float64\()?nan\)?$"),
    (lambda: numpy.array([[True, False, True]]), r"^X: row 0, column 0: expected a number, found (np\.)?True_?$"),
    (lambda: numpy.array([["a", "b", "c"]]), r"^X: row 0, column 0: expected a number, found "),
    (lambda: numpy.array([[1j, 0, 0]]), r"^X: row 0, column 0: expected a number, found "),
    (lambda: numpy.zeros((1, 3, 2)), r"^X: row 0, column 0: expected a number, found array\(\[0\., 0\.\]\)$"),
    (lambda: numpy.zeros((0, 3)), r"^X: expected at least one row, found none$"),
    (lambda: numpy.zeros((3, 0)), r"^X: row 0 has 0 elements, expected 3$"),
    (lambda: numpy.array([["2020-01-01"] * 3], dtype="datetime64[D]"),
     r"^X: row 0, column 0: expected a number, found "),
    (lambda: numpy.array([[None, 1, 2]]), r"^X: row 0, column 0: expected a number, found None$"),
])
def test_arrays_that_cannot_be_inputs(make, message):
    from purenet import PurenetError

    with pytest.raises(PurenetError, match=message):
        Network([3, 1]).predict(make())


@pytest.mark.parametrize("make", [
    lambda: Network(numpy.array([3, 1]), seed=numpy.bool_(True)),
    lambda: Network([numpy.float64(3), 1]),
    lambda: Network([numpy.array([3]), 1]),
    lambda: Network([3, 1]).fit([[0, 0, 0]], [[1]], learning_rate=numpy.array([1.0, 2.0])),
])
def test_arrays_and_other_types_as_options_are_refused(make):
    from purenet import OptionError

    with pytest.raises(OptionError):
        make()
