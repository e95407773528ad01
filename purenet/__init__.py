"""purenet: the neural network you can read, trust and carry.

A pure-Python reference implementation of the sigmoid network and its backpropagation, on plain lists of lists.

>>> import purenet
>>> net = purenet.Network([3, 4, 1], reduction="sum", bias=False)
>>> history = net.fit([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]], epochs=1)
>>> [[round(w, 3) for w in row] for row in net.weights[1]]
[[-0.596], [0.75], [-0.952], [0.336]]
"""

from .core import engines, matrix, network as _network
from .core.errors import DataError, DivergenceError, OptionError, PurenetError, ShapeError, WorkerError
from .core.gradients import Gradients
from .core.network import Network
from .core.optimizer import Adam, GradientDescent, Momentum
from .core.training import History, inverse_time

__version__ = "0.1.0"
__all__ = [
    "Adam", "Classifier", "DataError", "DivergenceError", "GradientDescent", "Gradients", "History", "Momentum",
    "Network", "OptionError", "PurenetError", "Regressor", "Report", "ShapeError", "WorkerError", "check_backprop",
    "check_gradient", "exact_gradients", "export", "inverse_time", "load", "matrix", "unroll",
]

TYPE_CHECKING = False  # as in `typing`, which takes longer to import than all of this
if TYPE_CHECKING:
    from .export import export
    from .gradcheck.check import check_backprop
    from .gradcheck.exact import exact_gradients
    from .gradcheck.function import check_gradient
    from .gradcheck.report import Report
    from .model import Classifier, Regressor, load
    from .unroll import unroll


_none_faster = engines.faster


def _faster(*job: object) -> object:
    try:
        from .unroll import choice
    except (ImportError, SyntaxError):  # MicroPython, which has the core alone
        engines.faster = _none_faster  # and will have no more the next time
        return None
    return choice.choose(*job)  # type: ignore[arg-type]


def _explain(*job: object) -> object:
    from .explain.trace import trace_step

    return trace_step(*job)  # type: ignore[arg-type]


engines.faster = _faster
_network.explain = _explain
# The names that need more of the standard library than the network does, and the module of each.
LAZY = {"Classifier": "model", "Regressor": "model", "load": "model", "unroll": "unroll", "export": "export",
        "check_backprop": "gradcheck.check", "check_gradient": "gradcheck.function",
        "exact_gradients": "gradcheck.exact", "Report": "gradcheck.report"}


def __getattr__(name: str) -> object:
    if name == "load":
        try:
            from .model import load
        except (ImportError, SyntaxError):  # MicroPython, which has no models
            from .core.network import load
        return load
    if name in LAZY:
        from importlib import import_module

        return getattr(import_module("." + LAZY[name], __name__), name)
    raise AttributeError(f"module 'purenet' has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted(set(globals()) | set(LAZY))
