"""How much a function trembles: found in whatever is not smooth, and nowhere else, at any scale."""

import math
import random

import pytest
from functions import SHAPES
from hypothesis import assume, given
from hypothesis import strategies as st

from purenet import DataError
from purenet.gradcheck.noise import U, Noise, direction, noise_level, noise_of

powers = st.floats(-100, 100).map(lambda power: 10 ** power)


def test_noise_is_told_from_the_function():
    numbers = random.Random(1)
    assert noise_level(lambda x: math.exp(x[0]), [1.0], [1.0]) < 1e-15
    assert 3e-7 < noise_level(lambda x: x[0] ** 2 + numbers.gauss(0, 1e-6), [3.0], [3.0]) < 3e-6
    assert 1e-8 < noise_level(lambda x: round(x[0] ** 2, 7), [3.0], [3.0]) < 1e-7
    assert noise_level(lambda x: 5.0, [3.0], [3.0]) == 5 * 2.0 ** -53
    assert Noise(1e-9, 1e-3).at(-5.0) == 5e-3
    assert Noise(1e-9, 0.0, 1e-12).at(5.0) == 1e-9 and Noise(1e-9, 0.0, 1e-12).at(5.0, near=True) == 1e-12


@given(powers, powers, st.floats(0.5, 2), st.integers(0, 2 ** 32))
def test_noise_has_the_scale_of_the_function(size, unit, t, seed):
    """A function of size A that trembles by A / 10^6, of a number of size s: as everything in it, so the noise."""
    numbers = random.Random(seed)
    found = noise_level(lambda x: size * (math.exp(x[0] / unit) + numbers.gauss(0, 1e-6)), [unit * t], [unit])
    assert 1e-7 < found / size < 1e-5


@given(st.sampled_from(sorted(SHAPES)), powers, powers, st.integers(0, 2 ** 32))
def test_a_smooth_function_has_no_noise_but_its_rounding(name, size, unit, seed):
    g, slope, number = SHAPES[name]
    t = number(random.Random(seed))
    noise = noise_of(lambda x: size * g(x[0] / unit), [unit * t], [unit])
    assume(abs(t) > 1e-3)
    rounding = U * max(abs(g(t)), abs(t * slope(t)), 1e-3)  # of the result, and of the number
    assert noise.near <= noise.level and noise.near <= 100 * rounding * size


@pytest.mark.parametrize("size", [1e2, 1e3, 1e4, 1e5])
def test_stairs_are_noise_however_wide_they_are(size):
    """A large number that is rounded and taken away again leaves stairs; a few in a hundred looks step on none."""
    numbers = random.Random(2)
    found = [noise_of(lambda x: math.sin(x[0]) + (size + x[0] / size - size), [numbers.uniform(-3, 3)], [1.0]).level
             for _ in range(100)]
    height = math.ulp(size)
    assert sum(height / 16 < level < 4 * height for level in found) > 90, sorted(found)


def test_stairs_are_noise_beside_whatever_curve():
    numbers = random.Random(2)
    missed = 0
    for _ in range(600):
        size, length, A = (10 ** numbers.uniform(*powers) for powers in ((1, 5), (-1, 1), (-3, 3)))
        level = noise_of(lambda x: A * math.sin(x[0] / length) + (size + x[0] / size - size),
                         [length * numbers.uniform(-3, 3)], [max(1.0, 3 * length)]).level
        missed += level < math.ulp(size) / 16
    assert missed < 15, missed


def test_what_was_found_near_counts_where_f_ends_not_far_off():
    noise = noise_of(lambda x: math.sqrt(x[0]) if x[0] > 0.999 else refuse(x), [1.0], [1.0])
    assert 0 < noise.level < 1e-15
    assert noise_of(lambda x: 1.0 if x == [1.0] else refuse(x), [1.0], [1.0]).level == U


def refuse(x):
    raise DataError(f"nothing at {x}")


@given(st.lists(powers, min_size=2, max_size=6))
def test_no_two_numbers_leave_alike(units):
    ways = [way / unit for way, unit in zip(direction(units), units)]
    assert all(0.5 <= way < 1.5 for way in ways)
    assert min(b - a for a, b in zip(sorted(ways), sorted(ways)[1:])) > 1e-3
