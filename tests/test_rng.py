"""The Mersenne Twister, against the one in Python's `random` set to the same state; against NumPy itself in
interop/."""

import random

import pytest
from hypothesis import given, strategies as st

from purenet import Network, OptionError
from purenet.core.rng import MersenneTwister
from strategies import bits

seeds = st.integers(0, 2 ** 32 - 1)


def pythons(seed):
    """Python's generator in the state that NumPy's legacy seed(n) means: mt[i] = 1812433253 (mt[i-1] ^ mt[i-1] >> 30) +
    i."""
    words = [seed]
    for i in range(1, 624):
        words.append((1812433253 * (words[-1] ^ words[-1] >> 30) + i) % 2 ** 32)
    generator = random.Random()
    generator.setstate((3, tuple(words) + (624,), None))
    return generator


@given(seeds)
def test_the_words_are_those_of_the_mersenne_twister(seed):
    ours, theirs = MersenneTwister(seed), pythons(seed)
    past_two_refills = range(1300)
    assert [ours.word() for _ in past_two_refills] == [theirs.getrandbits(32) for _ in past_two_refills]


@given(seeds)
def test_random_is_the_53_bit_rule(seed):
    ours, theirs = MersenneTwister(seed), pythons(seed)
    assert bits([ours.random() for _ in range(400)]) == bits([theirs.random() for _ in range(400)])


FIRST_DRAWS_OF_SEED_1 = [
    -0.165955990594852, 0.4406489868843162, -0.9997712503653102, -0.39533485473632046, -0.7064882183657739,
    -0.8153228104624044, -0.6274795772446582, -0.3088785459139045, -0.20646505153866013, 0.07763346800671389,
    -0.1616109711934104, 0.370439000793519, -0.5910955005369651, 0.7562348727818908, -0.9452248136041477,
    0.34093502035680445]


def test_the_published_draws_of_seed_1():
    twister = MersenneTwister(1)
    assert [2 * twister.random() - 1 for _ in range(16)] == FIRST_DRAWS_OF_SEED_1


def test_uniform_weights_are_drawn_row_by_row_and_layer_by_layer():
    net = Network([3, 4, 1], seed=1)
    assert [w for W in net.weights for row in W for w in row] == FIRST_DRAWS_OF_SEED_1
    assert net.biases == [[0.0] * 4, [0.0]]


@given(seeds, st.integers(1, 200))
def test_below_is_a_whole_number_below(seed, n):
    twister = MersenneTwister(seed)
    assert all(0 <= twister.below(n) < n for _ in range(20))


@given(seeds, st.integers(1, 1000))
def test_below_masks_and_draws_again(seed, n):
    """As many low bits as n - 1 has, of one word after the other, until they are below n: no number is favoured."""
    twister, words = MersenneTwister(seed), MersenneTwister(seed)
    mask = (1 << (n - 1).bit_length()) - 1
    for _ in range(5):
        expected = words.word() & mask
        while expected >= n:
            expected = words.word() & mask
        assert twister.below(n) == expected


def test_below_gives_every_number_about_as_often():
    """60,000 throws of a die; each face 10,000 times, give or take 5 standard deviations of 91."""
    twister, counts = MersenneTwister(7), [0] * 6
    for _ in range(60_000):
        counts[twister.below(6)] += 1
    assert all(abs(count - 10_000) < 5 * 91.3 for count in counts), counts


@given(seeds, st.lists(st.integers(), max_size=40))
def test_shuffle_rearranges_in_place(seed, items):
    shuffled = list(items)
    assert MersenneTwister(seed).shuffle(shuffled) is None
    assert sorted(shuffled) == sorted(items)


@given(seeds, st.integers(0, 30))
def test_shuffle_exchanges_from_the_end(seed, n):
    shuffled, expected, twister = list(range(n)), list(range(n)), MersenneTwister(seed)
    MersenneTwister(seed).shuffle(shuffled)
    for last in reversed(range(1, n)):
        chosen = twister.below(last + 1)
        expected[last], expected[chosen] = expected[chosen], expected[last]
    assert shuffled == expected


def test_shuffles_of_three_are_all_as_likely():
    """6,000 shuffles, 6 orders, each 1,000 times, give or take 5 standard deviations of 29."""
    twister, counts = MersenneTwister(3), {}
    for _ in range(6_000):
        items = [0, 1, 2]
        twister.shuffle(items)
        counts[tuple(items)] = counts.get(tuple(items), 0) + 1
    assert len(counts) == 6 and all(abs(count - 1_000) < 5 * 28.9 for count in counts.values()), counts


@pytest.mark.parametrize("seed", [-1, 2 ** 32, 1.0, True, None, "1"], ids=repr)
def test_a_seed_that_is_no_whole_number_of_32_bits_is_refused(seed):
    for make in (MersenneTwister, lambda seed: Network([3, 1], seed=seed)):
        with pytest.raises(OptionError) as caught:
            make(seed)
        assert str(caught.value) == f"seed must be a whole number from 0 to 4294967295, found {seed!r}"


def test_below_refuses_nothing_to_choose_from():
    with pytest.raises(OptionError, match="^below: n must be at least 1, found 0$"):
        MersenneTwister(1).below(0)
