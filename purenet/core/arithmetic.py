"""The arithmetic of a network: how it reads a number, and its exp, log and tanh.

The network itself adds, subtracts, multiplies, divides and takes square roots, and IEEE 754 fixes every bit of those.
`exp` it leaves to each platform, and they differ in the last bit on up to a tenth of all inputs: enough to send two
training runs apart. So there are two arithmetics for floats: PLATFORM is the interpreter's `math`, the fast default;
PORTABLE does exp, log and tanh with nothing but + - * / and exact powers of two, and so gives the same bits everywhere.
Give `Network.from_weights` an Arithmetic of another kind of number (complex, Decimal), and it computes predictions,
losses and gradients in that.
"""

import math

from .errors import DataError, brief


def itself(value):
    """Return the value."""
    return value


class Arithmetic:
    """Hold what a network needs beyond + - * /.

    `number` reads a value in; `exp`, `log` and `tanh` take one number; `real` returns the part of a number that tells
    larger from smaller, which matters for complex ones only.

    >>> PLATFORM.exp(0.0), PORTABLE.exp(0.0)
    (1.0, 1.0)
    """

    def __init__(self, number, exp, log, tanh, real=itself):
        self.number = number
        self.exp = exp
        self.log = log
        self.tanh = tanh
        self.real = real


def real_number(value):
    """Return a value as a finite float.

    >>> real_number(3)
    3.0

    Takes the numbers of any library: whatever subtracts and can turn itself into a float. Raises DataError for what is
    no real number (text, True, None, a list, an imaginary part), and for NaN and infinity.
    """
    if type(value) is not float:
        found = value
        try:
            if isinstance(value, (bool, str)) or hasattr(value, "__len__") or getattr(value, "imag", 0) != 0:
                raise TypeError
            value - value  # numbers do; dates, None and NumPy's booleans do not, or not to a number
            value = float(value)
        except OverflowError:
            raise DataError("expected a number that a float can hold, found one beyond 1.8e308")
        except ArithmeticError:  # Decimal's infinity and signalling NaN
            raise DataError(f"expected a finite number, found {brief(found)}")
        except (TypeError, ValueError):
            raise DataError(f"expected a number, found {brief(found)}")
    if value - value != 0:  # infinity - infinity is NaN, and NaN equals nothing
        raise DataError(f"expected a finite number, found {value!r}")
    return value


def _exact(mantissa, power):
    """Return mantissa * 2**power: some interpreters misread decimal text by a bit, none misreads a whole number."""
    return math.ldexp(float(mantissa), power)


LOG2_HIGH = _exact(0x162E42FEE00000, -53)  # ln 2 in two parts; the low 21 bits of the high part are zero, so that
LOG2_LOW = _exact(0x1A39EF35793C76, -85)  # k * LOG2_HIGH is exact for every k that occurs
INVERSE_LOG2 = _exact(0x171547652B82FE, -52)
SQRT_HALF = _exact(0x16A09E667F3BCD, -53)
LARGEST_EXPONENT = _exact(0x162E42FEFA39EF, -43)  # e^z overflows above 709.78
SMALLEST_EXPONENT = _exact(-0x174910D52D3051, -43)  # and is 0 below -745.13
TANH_SMALL = LOG2_HIGH / 4

# z coth(z / 2) - 2 and the tail of log((1 + s) / (1 - s)) as polynomials, best on |z| < ln 2 / 2 and |s| < 3 - √8.
COTH_1 = _exact(0x1555555555553E, -55)  # about 1/6
COTH_2 = _exact(-0x16C16C16BEBD93, -61)
COTH_3 = _exact(0x11566AAF25DE2C, -66)
COTH_4 = _exact(-0x1BBD41C5D26BF1, -72)
COTH_5 = _exact(0x16376972BEA4D0, -77)
LOG_1 = _exact(0x15555555555593, -53)  # about 2/3
LOG_2 = _exact(0x1999999997FA04, -54)
LOG_3 = _exact(0x12492494229359, -54)
LOG_4 = _exact(0x1C71C51D8E78AF, -55)
LOG_5 = _exact(0x17466496CB03DE, -55)
LOG_6 = _exact(0x139A09D078C69F, -55)
LOG_7 = _exact(0x12F112DF3E5244, -55)


def _coth_tail(z):
    """Return z * coth(z / 2) - 2 for |z| at most ln 2 / 2; it is z²/6 - z⁴/360 + ..."""
    t = z * z
    return t * (COTH_1 + t * (COTH_2 + t * (COTH_3 + t * (COTH_4 + t * COTH_5))))


def portable_exp(z):
    """Return e to the power z, the same bits on every machine, at most 0.9 units in the last place off.

    With z = k ln 2 + r and |r| <= ln 2 / 2:  e^z = 2^k (1 + 2r / (r coth(r/2) - r)).

    >>> portable_exp(1.0)
    2.7182818284590455

    Raises OverflowError above 709.78, as `math.exp` does. Source: the reduction and the five coefficients are those of
    fdlibm's e_exp.c (Sun Microsystems, 1993).
    """
    if z - z != 0:
        return 0.0 if z < 0 else z  # infinity and NaN
    if z > LARGEST_EXPONENT:
        raise OverflowError(f"exp: e to the power {z!r} is more than a float can hold")
    if z < SMALLEST_EXPONENT:
        return 0.0
    k = int(z * INVERSE_LOG2 + (0.5 if z > 0 else -0.5))
    return math.ldexp(_exp_reduced(z - k * LOG2_HIGH, k * LOG2_LOW), k)


def _exp_reduced(high, low):
    """Return e to the power (high - low), which is at most ln 2 / 2 in size."""
    r = high - low
    c = r - _coth_tail(r)
    return 1.0 - ((low - r * c / (2.0 - c)) - high)


def portable_log(x):
    """Return the natural logarithm of x, the same bits on every machine, less than one unit in the last place off.

    With x = 2^k (1 + f), s = f / (2 + f):  log x = k ln 2 + 2 s + s³ 2/3 + s⁵ 2/5 + ...

    >>> portable_log(10.0)
    2.302585092994046

    Raises ValueError at 0 and below, as `math.log` does. Source: the coefficients are those of fdlibm's e_log.c.
    """
    if x <= 0:
        raise ValueError(f"log: expected a number above 0, found {x!r}")
    if x - x != 0:
        return x  # infinity and NaN
    fraction, k = math.frexp(x)
    if fraction < SQRT_HALF:
        fraction = 2.0 * fraction
        k = k - 1
    f = fraction - 1.0
    tail = _log_tail(f)
    return k * LOG2_HIGH - ((0.5 * f * f - (tail + k * LOG2_LOW)) - f)


def _log_tail(f):
    """Return log(1 + f) - f + f²/2."""
    s = f / (2.0 + f)
    t = s * s
    series = LOG_4 + t * (LOG_5 + t * (LOG_6 + t * LOG_7))
    return s * (0.5 * f * f + t * (LOG_1 + t * (LOG_2 + t * (LOG_3 + t * series))))


def portable_tanh(z):
    """Return the hyperbolic tangent of z, the same bits on every machine, at most three units in the last place off.

    tanh z = 1 - 2 / (e^2z + 1); near 0, where that would cancel, 2z / (2z coth z), and a little further out
    2t / (1 + t²) with t = tanh(z/2).

    >>> portable_tanh(0.5)
    0.4621171572600098

    Source: the second form is the first with portable_exp's own fraction for e^2z put in.
    """
    size = abs(z)
    if size <= TANH_SMALL:
        return 2.0 * z / (2.0 + _coth_tail(2.0 * z))
    if size <= 2.0 * TANH_SMALL:
        half = portable_tanh(0.5 * z)
        return 2.0 * half / (1.0 + half * half)
    if size > 22.0:  # from here on 1 - tanh is below half a unit in the last place of 1
        return 1.0 if z > 0 else -1.0
    tanh = 1.0 - 2.0 / (portable_exp(2.0 * size) + 1.0)
    return tanh if z > 0 else -tanh


PLATFORM = Arithmetic(real_number, math.exp, math.log, math.tanh)
PORTABLE = Arithmetic(real_number, portable_exp, portable_log, portable_tanh)
ARITHMETICS = {"platform": PLATFORM, "portable": PORTABLE}
