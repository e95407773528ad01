"""What the tests of exported files share: networks of every kind, and what Python says about them."""

import math
import random
import struct

from purenet import Classifier, GradientDescent, Network, Regressor
from purenet.core import lists
from strategies import ACTIVATIONS, VALID_PAIRS, copy_of

EXTREMES = [0.0, -0.0, 1.0, -1.0, 5e-324, -2.5e-310, 1e-8, -40.0, 700.0, -709.5, 745.0, -746.0, 1e5, -1e300]
ROWS = [[0.5, "red", 3.0], [1.5, "blue", -2.0], [2.5, "green", 7.5], [3.5, "red", 0.25], [-1.0, "blue", 1.0],
        [0.0, "green", 2.0]]


def networks(exp="portable"):
    """A network for every pair of output and loss, by name; their other options, sizes and weights differ."""
    found = {}
    sizes = [[3, 4, 2], [2, 3, 3, 2], [1, 5, 3], [4, 1], [2, 2, 2, 2, 1], [7, 5, 4]]
    for number, (output, loss) in enumerate(VALID_PAIRS):
        chance = random.Random(number)
        shape = sizes[number % len(sizes)]
        if loss == "cross_entropy":
            shape = [3, 4, 3]
        net = Network(shape, ACTIVATIONS[number % 4], output, loss, reduction=("mean", "sum")[number // 2 % 2],
                      bias=number % 3 > 0, seed=number, exp=exp)
        net.weights = [[[3 * w for w in row] for row in W] for W in net.weights]
        if net.biases:
            net.biases = [[chance.uniform(-1, 1) for _ in row] for row in net.biases]
        found[f"{output}_{loss}"] = net
    return found


def forms(nets):
    """Each network twice, by name: as it is written out, and as loops."""
    return {f"{name}_{form}": (copy_of(net), unroll) for name, net in nets.items()
            for form, unroll in [("written_out", True), ("looped", False)]}


def examples(net, count, seed=0):
    """Inputs for a network, some of them extreme, and targets that its loss accepts."""
    chance = random.Random(seed)
    X = [[chance.choice(EXTREMES) if chance.random() < 0.1 else chance.uniform(-4, 4) for _ in range(net.sizes[0])]
         for _ in range(count)]
    return X, targets(net, count, chance)


def plain_examples(net, count, seed=0):
    """Inputs of ordinary size and targets, to train on."""
    chance = random.Random(seed)
    X = [[chance.uniform(-2, 2) for _ in range(net.sizes[0])] for _ in range(count)]
    return X, targets(net, count, chance)


def targets(net, count, chance):
    """Targets that the loss of a network accepts."""
    width = net.sizes[-1]
    if net.loss_name == "cross_entropy":
        return [[1.0 if k == chosen else 0.0 for k in range(width)]
                for chosen in (chance.randrange(width) for _ in range(count))]
    return [[chance.random() for _ in range(width)] for _ in range(count)]


def in_python(net, X):
    """The outputs of a network by its definition, the list engine."""
    return lists.predict(net, X)


def trained_in_python(net, X, y, steps, rate):
    """The flat parameters of a network after so many steps of gradient descent over all examples, and the losses."""
    history = net.fit(X, y, epochs=steps, learning_rate=rate, optimizer=GradientDescent(), engine="lists")
    return flat(net), history.loss


def flat(net):
    """The parameters of a network in the order of exported files: all weights, then all biases."""
    return [value for rows in [*net.weights, net.biases or []] for row in rows for value in row]


def models(**options):
    """Trained models by name: of two classes, of three, of numbers; with columns of texts and without."""
    options = {"hidden": (5,), "epochs": 3, "exp": "portable", **options}
    numbers = [[row[0], row[2]] for row in ROWS]
    return {
        "two": Classifier(**options).fit(ROWS, ["no", "yes", "yes", "no", "no", "yes"]),
        "three": Classifier(**options).fit(ROWS, [3, 1, 2, 3, 1, 2]),
        "plain": Classifier(**options).fit(numbers, ["a", "b", "c", "a", "b", "c"]),
        "number": Regressor(**options).fit(ROWS, [10.0, -2.5, 3.75, 8.0, 0.0, 1e3]),
        "plain_number": Regressor(**options).fit(numbers, [10.0, -2.5, 3.75, 8.0, 0.0, 1e3]),
    }


def packed(rows):
    """The bits of every number of some rows."""
    values = [value for row in rows for value in row]
    return struct.pack(f"<{len(values)}d", *values)


def unpacked(data):
    """The numbers of some bits."""
    return list(struct.unpack(f"<{len(data) // 8}d", data))


def difference(found, expected):
    """Where two lists of numbers part, in words, or nothing: NaN is equal to NaN, and -0.0 is not 0.0."""
    assert len(found) == len(expected), f"{len(found)} numbers, expected {len(expected)}"
    for place, (a, b) in enumerate(zip(found, expected)):
        if struct.pack("<d", a) != struct.pack("<d", b) and (a == a or b == b):
            return f"number {place}: found {a!r} ({a.hex()}), expected {b!r} ({b.hex()})"
    return ""


RANGES = {"exp": (-60, 9.6), "tanh": (-1074, 6), "log": (-1074, 1024)}  # as powers of two


def function_inputs(name, count):
    """Numbers for the portable exp, tanh or log: as many small as large, and the ends of what it takes."""
    chance, (low, high) = random.Random(count), RANGES[name]
    values = []
    for _ in range(count):
        power = chance.uniform(low, high)
        sign = 1 if name == "log" else chance.choice([1, -1])
        values.append(sign * math.ldexp(2 ** (power % 1), math.floor(power)))
    if name == "exp":
        values += [chance.uniform(-746, -708) for _ in range(count // 10)]  # where the results are subnormal
        values = [value for value in values if value <= 709.782712893384]
        values += [709.782712893384, -745.1332191019411, -745.2, 0.0, -0.0, math.inf, -math.inf]
    return [value for value in values if value > 0 or name != "log"]
