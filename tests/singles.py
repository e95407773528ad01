"""Numbers of 24 bits, as C's float has them: the network, computed in these, is what a header of floats must give."""

import math
import struct
import types

from purenet.core import arithmetic
from purenet.core.arithmetic import Arithmetic
from purenet.export import c


def single(value):
    """The nearest number that a C float holds; an infinity where that is beyond its range."""
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


class Single:
    """A number of C's float: whatever is done with it, by C's rules, is rounded to 24 bits.

    Rounding a double's + - * / is the same as rounding once: 53 bits are more than twice 24 and 2.
    """

    def __init__(self, value):
        self.value = single(float(value))

    def __float__(self):
        return self.value

    def __neg__(self):
        return Single(-self.value)

    def __abs__(self):
        return Single(abs(self.value))

    def __int__(self):
        return int(self.value)


def of_two(operation):
    """A method that does an operation with a Single and a number."""
    return lambda self, other: Single(operation(self.value, single(float(other))))


def quotient(a, b):
    """A division as C does it: of and by zero, too."""
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


for name, operation in {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
                        "truediv": quotient}.items():
    setattr(Single, f"__{name}__", of_two(operation))
    setattr(Single, f"__r{name}__", of_two(lambda a, b, operation=operation: operation(b, a)))
for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Single, f"__{name}__", lambda self, other, name=name: getattr(self.value, f"__{name}__")(float(other)))


def single_arithmetic():
    """The portable exp, log and tanh with the constants of a float, over Singles."""
    def ldexp(x, k):
        return Single(math.ldexp(float(x), k))

    def frexp(x):
        fraction, k = math.frexp(float(x))
        return Single(fraction), k

    names = {**vars(arithmetic), **{name: Single(value) for name, value in c.SINGLE.items()},
             "math": types.SimpleNamespace(ldexp=ldexp, frexp=frexp)}
    for name, value in list(names.items()):
        if isinstance(value, types.FunctionType) and name.startswith(("portable_", "_")):
            names[name] = types.FunctionType(value.__code__, names, name)
    return Arithmetic(Single, names["portable_exp"], names["portable_log"], names["portable_tanh"])
