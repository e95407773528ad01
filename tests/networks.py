"""Random networks that tests of the gradient check share: plain, saturated, or near an optimum."""

import random

from purenet import Network
from purenet.gradcheck.bound import SAFETY, backprop_bounds
from purenet.gradcheck.parameters import flatten
from strategies import ACTIVATIONS, VALID_PAIRS

SIZES = [[2, 2, 1], [3, 4, 1], [4, 8, 3], [3, 3, 3]]
KINDS = {"plain": 1.0, "saturated": 10.0, "near an optimum": 1.0}  # and the factor of the weights


def random_problem(seed, kind="plain", sizes=None, examples=None, **options):
    """(network, X, y) of a kind; what is not given is drawn."""
    draw = random.Random(repr((seed, kind)))
    sizes = sizes or draw.choice(SIZES)
    pairs = [pair for pair in VALID_PAIRS if pair[0] != "softmax" or sizes[-1] > 1]
    output, loss = draw.choice(pairs)
    options = {"activation": draw.choice(ACTIVATIONS), "output": output, "loss": loss,
               "reduction": draw.choice(["mean", "sum"]), **options}
    bias = options.pop("bias", draw.random() < 0.75)
    factor = KINDS[kind]

    def row(width, size):
        return [size * draw.uniform(-1, 1) for _ in range(width)]

    weights = [[row(units, factor) for _ in range(inputs)] for inputs, units in zip(sizes, sizes[1:])]
    net = Network.from_weights(weights, [row(units, factor) for units in sizes[1:]] if bias else None, **options)
    examples = examples or draw.choice([2, 3, 4, 5, 8])
    X = [row(sizes[0], 2) for _ in range(examples)]
    if kind == "near an optimum":
        y = [[value + draw.gauss(0, 1e-6) for value in outputs] for outputs in net.predict(X)]
    else:
        y = [[draw.random() for _ in range(sizes[-1])] for _ in X]
    if net.loss_name == "binary_cross_entropy":
        y = [[min(1.0, max(0.0, value)) for value in targets] for targets in y]
    if net.loss_name == "cross_entropy":
        y = [[abs(value) / sum(map(abs, targets)) for value in targets] for targets in y]
    return net, X, y


def true_and_allowed(net, X, y):
    """The components of the gradient, and how far a correct one may be off."""
    gradients = net.gradients(X, y)
    return flatten(gradients.weights, gradients.biases), [SAFETY * e for e in backprop_bounds(net, X, y).errors]


def components(gradients):
    """All components of a gradient in one list."""
    return flatten(gradients.weights, gradients.biases)


def differs(found, true, allowed):
    """Whether any component is farther off than rounding explains."""
    return any(not abs(a - b) <= bound for a, b, bound in zip(found, true, allowed))
