"""What the inputs and outputs of a network mean: nothing for a bare Network, columns and labels for a model.

A model is known by what it has learned (`encoder_`, `classes_`, `target_`), for this room knows no more than networks.
"""
from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Tuple

from ..core.errors import OptionError
from ..core.network import Network
from ..core.optimizer import OPTIMIZERS
from ..model import optimizer_name


class Column(NamedTuple):
    """Hold a column of a row: of numbers, standardised by mean and deviation, or of texts."""

    name: str
    mean: float
    deviation: float
    texts: List[str]  # empty for a column of numbers


class Meaning(NamedTuple):
    """Hold a network and what it is for: the kind is "network", "classifier" or "regressor"."""

    kind: str
    network: Any
    columns: List[Column]
    classes: List[Any]
    target: Tuple[float, float]  # mean and deviation
    step: str  # what there is to be said of a step of training

    @classmethod
    def of(cls, model: Any) -> Meaning:
        """Return what a Network, a Classifier or a Regressor means.

        Raises OptionError for anything else, and for a model that has not been trained.
        """
        if isinstance(model, Network):
            return cls("network", model, [], [], (0.0, 1.0), "")
        network: Optional[Any] = getattr(model, "network_", None)
        if network is None:
            raise OptionError("export: expected a Network, or a Classifier or Regressor that has been trained, "
                              f"found {model!r}")
        columns = [Column(column.name, 0.0, 1.0, column.texts) if texts else
                   Column(column.name, column.mean, column.deviation, [])
                   for column, texts in zip(model.encoder_.inputs, model.encoder_.categories)]
        if hasattr(model, "target_"):
            target = model.target_.mean, model.target_.deviation
            return cls("regressor", network, columns, [], target, about_step(model))
        return cls("classifier", network, columns, model.classes_, (0.0, 1.0), about_step(model))


def about_step(model: Any) -> str:
    """Return a sentence for who takes the step of a generated file for one of the training; nothing where it is one.

    >>> from purenet.model import Regressor
    >>> about_step(Regressor(l2=0.5))
    'This was trained by adam with l2=0.5, but step is plain gradient descent: try it with a small rate first.'
    >>> about_step(Regressor(optimizer="gradient_descent", l2=0.0))
    ''
    """
    name = optimizer_name(model.optimizer)
    if name not in OPTIMIZERS:  # it may be any text
        name = "an optimizer of its own"
    l2 = f" with l2={float(model.l2)!r}" if model.l2 else ""
    if name + l2 == "gradient_descent":
        return ""
    return f"This was trained by {name}{l2}, but step is plain gradient descent: try it with a small rate first."
