"""Checkers of gradients, each as its documentation says, with its defaults.

Each takes a problem and returns a function of a gradient, a flat list, that tells whether the checker lets it pass.
What it needs of the network it makes before; what a user would run for one gradient is in the function.
"""

import numpy as np
from backprops import loss_by, theta

import purenet


def purenet_backprop(problem):
    """purenet.check_backprop: the loss in 40 digits, and a bound on the rounding of each component."""
    _, net, X, y = problem

    def passes(values):
        report = purenet.check_backprop(net, X, y, values)
        return report.verdict != "fail" and not is_told_as_float32(report)
    return passes


def is_told_as_float32(report):
    """Return whether the report says that these are the numbers of a 32-bit float."""
    return any("float32" in note for note in report.notes)


def purenet_gradient(problem):
    """purenet.check_gradient: differences and the complex step, with an error that was measured."""
    f, start = loss_of(problem), np.array(theta(problem.net))

    def passes(values):
        report = purenet.check_gradient(f, np.array(values), start)
        return report.verdict != "fail" and not is_told_as_float32(report)
    return passes


def loss_of(problem):
    """Return the loss as a function of an array, by NumPy."""
    return loss_by(np, np.array, *problem[1:])


def torch_gradcheck(problem, fast=False):
    """torch.autograd.gradcheck(f, inputs): every component, or a random combination of all."""
    import torch

    def array(values):
        return torch.tensor(values, dtype=torch.float64)

    f, start = loss_by(torch, array, *problem[1:]), array(theta(problem.net)).requires_grad_()

    def passes(values):
        gradient = array(values)

        class Loss(torch.autograd.Function):
            """The loss, with the gradient under test."""

            @staticmethod
            def forward(ctx, x):
                return f(x)

            @staticmethod
            def backward(ctx, g):
                return g * gradient
        return torch.autograd.gradcheck(Loss.apply, (start,), fast_mode=fast, raise_exception=False)
    return passes


def torch_fast(problem):
    """torch.autograd.gradcheck(f, inputs, fast_mode=True)."""
    return torch_gradcheck(problem, fast=True)


def jax_check_grads(problem):
    """jax.test_util.check_grads(f, args, order=1, modes=["rev"]), in 64 bits."""
    import jax
    import jax.numpy
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)
    f, start = jax.jit(loss_by(jax.numpy, jax.numpy.array, *problem[1:])), jax.numpy.array(theta(problem.net))

    def passes(values):
        gradient = jax.numpy.array(values)
        loss = jax.custom_vjp(f)
        loss.defvjp(lambda x: (f(x), None), lambda _, g: (g * gradient,))
        return unless_refused(check_grads, loss, (start,), order=1, modes=["rev"])
    return passes


def unless_refused(check, *arguments, **options):
    """Return whether a checker that raises AssertionError does not."""
    try:
        check(*arguments, **options)
    except AssertionError:
        return False
    return True


def hips_check_grads(problem):
    """autograd.test_util.check_grads(f, modes=["rev"], order=1)(x)."""
    import autograd.numpy
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    f, start = loss_by(autograd.numpy, np.array, *problem[1:]), np.array(theta(problem.net))

    def passes(values):
        gradient = np.array(values)
        loss = primitive(f)
        defvjp(loss, lambda answer, x: lambda g: g * gradient)
        return unless_refused(check_grads(loss, modes=["rev"], order=1), start)
    return passes


def scipy_check_grad(problem):
    """scipy.optimize.check_grad(f, gradient, x) <= 1e-6: it returns the norm of the difference, and leaves the rest."""
    from scipy.optimize import check_grad

    f, start = loss_of(problem), np.array(theta(problem.net))
    return lambda values: check_grad(f, lambda x: np.array(values), start) <= 1e-6


def statsmodels_complex_step(problem):
    """numpy.testing.assert_allclose(gradient, approx_fprime_cs(x, f)): the complex step, to seven digits."""
    from statsmodels.tools.numdiff import approx_fprime_cs

    f, start = loss_of(problem), np.array(theta(problem.net))
    return lambda values: unless_refused(np.testing.assert_allclose, np.array(values), approx_fprime_cs(start, f))


CHECKERS = {  # name: the module that it needs, and the function
    "purenet check_backprop": ("numpy", purenet_backprop),
    "purenet check_gradient": ("numpy", purenet_gradient),
    "PyTorch gradcheck": ("torch", torch_gradcheck),
    "PyTorch gradcheck, fast": ("torch", torch_fast),
    "JAX check_grads": ("jax", jax_check_grads),
    "HIPS autograd check_grads": ("autograd", hips_check_grads),
    "SciPy check_grad <= 1e-6": ("scipy", scipy_check_grad),
    "statsmodels complex step": ("statsmodels", statsmodels_complex_step),
}
