"""Engines: who does the sums of a network. They differ in speed alone; every one gives the same bits.

An engine is a module with the functions `predict`, `loss`, `gradients` and `train`, as in `lists`.
"""

from . import lists
from .errors import OptionError, choose as choose_name

NAMES = ("auto", "lists", "unrolled", "kernels")


def faster(name, network, examples, batch_size, optimizer):
    """Return an engine that is faster than the lists at a job, or, if a name other than "auto" is given, that engine.

    None when there is none. The core alone knows none; the package puts its own function here.
    """
    return None


def choose(name, network, examples, batch_size=None, optimizer=None):
    """Return the engine of this name; for "auto" the one that is likely to be done first.

    `examples` counts how many will go through the network, again in every epoch; `batch_size` and `optimizer` are None
    where nothing is learned.

    >>> from purenet.core.network import Network
    >>> choose("lists", Network([2, 1]), 1000) is lists
    True

    Raises OptionError for a name that is unknown, with the nearest, or an engine that cannot do the job.
    """
    choose_name("engine", name, dict.fromkeys(NAMES))
    found = None if name == "lists" else faster(name, network, examples, batch_size, optimizer)
    if found is None and name not in ("auto", "lists"):
        raise OptionError(f"engine {name!r} is not available here: expected 'auto' or 'lists'")
    return found or lists
