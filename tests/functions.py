"""Functions whose slopes are known, at whatever scale: A g((x - c) / s)."""

import math
import random

import pytest

from purenet import DataError, check_gradient


def logistic(t):
    return 1 / (1 + math.exp(-t)) if t > -700 else 0.0


def power(draw):
    """A number around 1, on a scale where 1/20 is as far away as 20."""
    return math.exp(draw.uniform(-3, 3))


def signed(draw):
    return draw.choice([-1, 1]) * power(draw)


SHAPES = {  # g, its slope, and how to draw a number where it bends at a length of about 1
    "sin": (math.sin, math.cos, lambda draw: draw.uniform(-6, 6)),
    "exp": (math.exp, math.exp, lambda draw: draw.uniform(-4, 4)),
    "tanh": (math.tanh, lambda t: 1 / math.cosh(min(abs(t), 350.0)) ** 2, lambda draw: draw.uniform(-3, 3)),
    "square": (lambda t: t * t, lambda t: 2 * t, lambda draw: draw.uniform(-3, 3)),
    "cube": (lambda t: t ** 3 - t, lambda t: 3 * t * t - 1, lambda draw: draw.uniform(-2, 2)),
    "line": (lambda t: t, lambda t: 1.0, lambda draw: draw.uniform(-3, 3)),
    "inverse": (lambda t: 1 / t, lambda t: -1 / (t * t), signed),
    "inverse square": (lambda t: t ** -2.0, lambda t: -2 * t ** -3.0, power),
    "sqrt": (math.sqrt, lambda t: 0.5 / math.sqrt(t), power),
    "log": (math.log, lambda t: 1 / t, power),
    "entropy": (lambda t: t * math.log(t), lambda t: math.log(t) + 1, power),
    "atan": (math.atan, lambda t: 1 / (1 + t * t), lambda draw: draw.uniform(-3, 3)),
    "asin": (math.asin, lambda t: 1 / math.sqrt((1 - t) * (1 + t)), lambda draw: draw.uniform(-0.99, 0.99)),
    "acosh": (math.acosh, lambda t: 1 / math.sqrt((t - 1) * (t + 1)), lambda draw: 1 + math.exp(draw.uniform(-4, 2))),
    "bell": (lambda t: math.exp(-min(t * t, 700.0)), lambda t: -2 * t * math.exp(-min(t * t, 700.0)),
             lambda draw: draw.uniform(-2, 2)),
    "logistic": (logistic, lambda t: logistic(t) * logistic(-t), lambda draw: draw.uniform(-5, 5)),
    "softplus": (lambda t: math.log1p(math.exp(-abs(t))) + max(t, 0), logistic, lambda draw: draw.uniform(-5, 5)),
    "abs": (abs, lambda t: math.copysign(1, t), signed),
    "relu": (lambda t: max(0.0, t), lambda t: float(t > 0), signed),
}
SCALES = {  # powers of ten: of s, of A, and of c / s (None for c = 0)
    "around 1": ((-6, 6), (-6, 6), None),
    "anything": ((-150, 150), (-100, 100), None),
    "far from 0": ((-3, 3), (-10, 10), (0, 9)),
}
SMALLEST, LARGEST = 1e-290, 1e290


def drawn(draw, scales):
    """A function of a list with one number, its slope there, the number, and a name; None if floats cannot hold it."""
    name = draw.choice(sorted(SHAPES))
    g, slope, number = SHAPES[name]
    s, A, c = (0.0 if powers is None else 10 ** draw.uniform(*powers) for powers in SCALES[scales])
    c *= s * draw.choice([-1, 1])
    x = c + s * number(draw)
    try:
        true = A * slope((x - c) / s) / s
        A * g((x - c) / s)
    except (ArithmeticError, ValueError):
        return None
    if any(value and not SMALLEST < abs(value) < LARGEST for value in (x, true)):
        return None
    return lambda v: A * g((v[0] - c) / s), true, x, f"{A!r} * {name}((x - {c!r}) / {s!r}) at {x!r}"


def several(scales, count, seed):
    """So many of them."""
    draw = random.Random(f"{scales} {seed}")
    return [found for found in (drawn(draw, scales) for _ in range(count)) if found]


def refused_unasked(x):
    """The sentence by which check_gradient refuses an argument, before it has called f."""
    def f(x):
        raise AssertionError("f was called")

    with pytest.raises(DataError) as caught:
        check_gradient(f, [1.0], x)
    return str(caught.value)
