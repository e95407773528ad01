"""Arithmetic in as many decimal digits as are asked for, quick where many numbers lie next to each other."""
from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import Any

from ..core.arithmetic import Arithmetic
from ..core.errors import DataError, brief

NEAR = 32  # digits; the points of a difference quotient agree in more, and so share one exponential, one logarithm
REMEMBERED = 2 ** 14
SMALL = Decimal("0.01")
LARGE = Decimal("1e20")  # whose exponential is 0, or more than a Decimal holds


def context_of(digits: int) -> Context:
    """Return the context to compute in with so many digits, whatever the caller's own context says."""
    return Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, DivisionByZero, Overflow])


def decimal_arithmetic(context: Context, kink: Decimal = Decimal(0)) -> Arithmetic:
    """Return the arithmetic of Decimal numbers, to be used while the context is the current one.

    e^z = e^c e^(z - c), log z = log c + log(z / c), where c is z in 32 digits; only those of c are dear, and they are
    remembered. What is at most `kink` above 0 does not count as positive, which decides the side of relu.

    >>> from decimal import localcontext
    >>> with localcontext(context_of(30)) as context:
    ...     print(decimal_arithmetic(context).exp(Decimal(1)))
    2.71828182845904523536028747135
    """
    coarse = Context(prec=NEAR, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
    near_exp, near_log = lru_cache(REMEMBERED)(context.exp), lru_cache(REMEMBERED)(context.ln)

    @lru_cache(REMEMBERED)  # most units are not touched by a change of one weight
    def exp(z: Decimal) -> Decimal:
        if abs(z) > LARGE:
            return context.exp(z)
        near = coarse.plus(z)
        known = near_exp(near)
        return known + known * exp_less_one(z - near, context.prec)

    def log(z: Decimal) -> Decimal:
        near = coarse.plus(z)
        return near_log(near) + 2 * artanh((z - near) / (z + near), context.prec)

    def tanh(z: Decimal) -> Decimal:
        if abs(z) < SMALL:
            e = exp_less_one(2 * z, context.prec)
            return e / (e + 2)
        e = exp(-2 * abs(z))
        return ((1 - e) / (1 + e)).copy_sign(z)

    return Arithmetic(exact, exp, log, tanh, real=lambda z: z if abs(z) > kink else Decimal(0))


def exact(value: Any) -> Decimal:
    """Return a number as a Decimal, without rounding it.

    >>> exact(0.5)
    Decimal('0.5')

    Raises DataError for what is no real number.
    """
    try:
        return Decimal(value)
    except (TypeError, ValueError, ArithmeticError):
        raise DataError(f"expected a real number, found {brief(value)}") from None


def exp_less_one(x: Decimal, digits: int) -> Decimal:
    """Return e^x - 1 = x + x²/2! + x³/3! + ... for a small x, to so many digits."""
    total = term = x
    k = 1
    while term and term.adjusted() > total.adjusted() - digits - 1:
        k += 1
        term = term * x / k
        total += term
    return total


def artanh(x: Decimal, digits: int) -> Decimal:
    """Return artanh x = x + x³/3 + x⁵/5 + ... = ½ log((1 + x) / (1 - x)) for a small x, to so many digits."""
    total = power = x
    k = 1
    while power and power.adjusted() > total.adjusted() - digits - 1:
        k += 2
        power = power * x * x
        total += power / k
    return total
