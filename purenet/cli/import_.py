"""Make a model of a network that was trained elsewhere: of an NPZ or a safetensors file.

Such a file holds numbers only, so say which activation and loss go with them; one that `purenet export` wrote says it
all itself. What an array is, is told by its name, such as 0.weight and 0.bias, weights_0 and biases_0, W1 and b1,
dense_1/kernel and dense_1/bias, coefs_0 and intercepts_0; the numbers say the order of the layers.
"""
from __future__ import annotations

import argparse
from typing import Any

from ..core.activation import ACTIVATIONS
from ..core.errors import DataError
from ..core.loss import LOSSES
from ..core.storage import read_bytes
from ..export import npz, safetensors
from .files import require_place, writing
from .terminal import wrapped
from .train import describe_network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("file", metavar="FILE", help="an NPZ or a safetensors file")
    parser.add_argument("-o", "--output", metavar="MODEL.json", required=True, help="where the model goes")
    group = parser.add_argument_group("the network (what a file of others does not tell)")
    group.add_argument("--activation", metavar="NAME", help="of the hidden layers: sigmoid, tanh, relu or identity")
    group.add_argument("--output-activation", metavar="NAME", help=f"of the last layer: {', '.join(ACTIVATIONS)}")
    group.add_argument("--loss", metavar="NAME",
                       help=f"to go on training by: {', '.join(LOSSES)} (default: squared_error)")
    group.add_argument("--reduction", metavar="NAME", help="of the loss over the examples: mean or sum (default: mean)")
    group.add_argument("--exp", metavar="NAME",
                       help="portable, for the same bits on every machine, or platform (default: platform)")
    group.add_argument("--layers", type=lambda names: names.split(","), metavar="NAME,NAME",
                       help="the layers in their order, where no numbers in their names tell it")
    group.add_argument("--transposed", action=argparse.BooleanOptionalAction, default=None,
                       help="whether the weights are (units, inputs); default: in safetensors, not in NPZ")


def run(options: argparse.Namespace) -> None:
    """Read the file, and write the model."""
    require_place(options.output, options.file)
    names = ("activation", "loss", "reduction", "exp", "layers", "transposed")
    model = read(options.file, output=options.output_activation, **{name: getattr(options, name) for name in names})
    with writing(options.output):
        model.save(options.output)
    print(wrapped(describe_network(getattr(model, "network_", model))))
    use = (f"purenet predict {options.output} NEW.csv" if hasattr(model, "encoder_")
           else f"purenet.load({options.output!r}) in Python")
    print(f"The model is in {options.output}. To use it: {use}")


def read(path: str, **options: Any) -> Any:
    """Return the model in an NPZ or a safetensors file, told by how it begins."""
    data = read_bytes(path)
    if data.startswith(b"PK"):
        return npz.decode(data, path, **options)
    if data[8:9] == b"{":
        return safetensors.decode(data, path, **options)
    raise DataError(f"{path}: neither an NPZ nor a safetensors file; write one of these where the network is now")
