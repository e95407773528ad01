"""purenet: the neural network you can read, trust and carry.

A pure-Python reference implementation of the sigmoid network and its backpropagation, on plain lists of lists.

>>> import purenet
>>> net = purenet.Network([3, 4, 1], reduction="sum", bias=False)
>>> history = net.fit([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]], epochs=1)
>>> [[round(w, 3) for w in row] for row in net.weights[1]]
[[-0.596], [0.75], [-0.952], [0.336]]
"""

from .core import engines, matrix
from .core.backprop import Gradients
from .core.errors import DataError, DivergenceError, OptionError, PurenetError, ShapeError, WorkerError
from .core.network import Network
from .core.optimizer import Adam, GradientDescent, Momentum
from .core.training import History, inverse_time

__version__ = "0.1.0"
__all__ = [
    "Adam", "Classifier", "DataError", "DivergenceError", "GradientDescent", "Gradients", "History", "Momentum",
    "Network", "OptionError", "PurenetError", "Regressor", "ShapeError", "WorkerError", "export", "inverse_time",
    "load", "matrix", "unroll",
]

TYPE_CHECKING = False  # as in `typing`, which takes longer to import than all of this
if TYPE_CHECKING:
    from .export import export
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


engines.faster = _faster
LAZY = ("Classifier", "Regressor", "export", "load", "unroll")  # they need more of the standard library than a network


def __getattr__(name: str) -> object:
    if name == "unroll":
        from .unroll import unroll

        return unroll
    if name == "export":
        from .export import export

        return export
    if name == "load":
        try:
            from .model import load
        except (ImportError, SyntaxError):  # MicroPython, again
            from .core.network import load
        return load
    if name in LAZY:
        from . import model

        return getattr(model, name)
    raise AttributeError(f"module 'purenet' has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted(set(globals()) | set(LAZY))
