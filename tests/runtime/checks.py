"""What the network must do on every Python: checks that need nothing but it, for the package or for a single file.

Each check is a function of the module that is checked, and raises AssertionError. MicroPython does not give memory back
within one call from outside, so whoever runs them there calls them one by one, and the long run in chunks.
"""

import io
import json
import struct

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
XOR = [[0], [1], [1], [0]]
TWO = [[1, 0], [0, 1], [0, 1], [1, 0]]

SEED_1 = "bfc53e0bc0170fe83fdc3397ceebc144bfeffe2046f999e4bfd94d2a9003ee18"  # the published first weights, as doubles
SHORT_HASH = "896e81511b9daf33"  # of three short runs, which go through every portable function
LONG_HASH = "94ad66038b5cca77"  # of the weights after 100,000 updates


def library(name):
    """Return the module of a name, with what only the core of the package has."""
    module = __import__(name)
    if hasattr(module, "gradient_error"):
        return module
    if not hasattr(module, "matrix"):
        return module  # micro
    from purenet.core import differences, rng

    module.gradient_error, module.MersenneTwister = differences.gradient_error, rng.MersenneTwister
    return module


def bits(value):
    """Return every float of nested lists as text of sixteen hexadecimal digits each."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "".join([bits(part) for part in value])
    return "%016x" % int.from_bytes(struct.pack(">d", value), "big")


def digest(text):
    """Return the 64-bit FNV-1a hash of a text of ASCII characters."""
    value = 0xCBF29CE484222325
    for character in text:
        value = ((value ^ ord(character)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return "%016x" % value


def same(found, expected, what):
    assert found == expected, "%s: found %r, expected %r" % (what, found, expected)


def near(found, expected, what, error=1e-12):
    assert abs(found - expected) <= error, "%s: found %r, expected %r" % (what, found, expected)


def refused(error, function, *arguments, **options):
    try:
        function(*arguments, **options)
    except error as caught:
        return str(caught)
    raise AssertionError("not refused: %r %r" % (arguments, options))


# -------------------------------------------------------------------------------- the whole core


def check_matrix(p):
    """Every operation on matrices, where the file has them under their names."""
    m = getattr(p, "matrix", None)
    if m is None:
        return
    A, B = [[1, 2, 3], [4, 5, 6]], [[10, 20, 30], [40, 50, 60]]
    same(m.shape(A), (2, 3), "shape")
    same(m.dot(A, [[1], [10], [100]]), [[321], [654]], "dot")
    same(m.transpose(A), [[1, 4], [2, 5], [3, 6]], "transpose")
    same(m.multiply(A, B), [[10, 40, 90], [160, 250, 360]], "multiply")
    same(m.add(A, B), [[11, 22, 33], [44, 55, 66]], "add")
    same(m.subtract(B, A), [[9, 18, 27], [36, 45, 54]], "subtract")
    same(m.scale(A, 2), [[2, 4, 6], [8, 10, 12]], "scale")
    same(m.outer([1, 2], [3, 4, 5]), [[3, 4, 5], [6, 8, 10]], "outer")
    same(m.map(abs, [[-1, 2]]), [[1, 2]], "map")
    same(m.add_row(A, [10, 20, 30]), [[11, 22, 33], [14, 25, 36]], "add_row")
    same(m.row_sums(A), [6, 15], "row_sums")
    same(m.column_sums(A), [5, 7, 9], "column_sums")
    same(m.zeros(2, 1), [[0.0], [0.0]], "zeros")
    same(m.identity(2), [[1.0, 0.0], [0.0, 1.0]], "identity")
    refused(p.ShapeError, m.dot, A, B)
    refused(p.ShapeError, m.add, A, [[1]])


def check_random_numbers(p):
    """The published weights of seed 1, to the bit, and a shuffle."""
    net = p.Network([3, 4, 1])
    same(bits(net.weights[0][0]), SEED_1, "weights of seed 1")
    for init, limit in (("uniform", 1.0), ("glorot", 1.0), ("he", 1.4142135623730951), ("zeros", 0.0)):
        largest = max([abs(w) for row in p.Network([3, 3], init=init, seed=4).weights[0] for w in row])
        assert largest <= limit, init
    if hasattr(p, "MersenneTwister"):
        items = [0, 1, 2, 3, 4]
        p.MersenneTwister(1).shuffle(items)
        same(items, [2, 1, 4, 0, 3], "shuffle")


def check_forward(p):
    """A network small enough for paper, in every activation."""
    weights, biases = [[[0.5], [-1.0]], [[2.0]]], [[0.25], [-0.5]]
    hidden = {"identity": -0.25, "relu": 0.0, "tanh": -0.24491866240370913, "sigmoid": 0.43782349911420193}
    for name in hidden:
        net = p.Network.from_weights(weights, biases, activation=name, output="identity")
        layers = net.forward([[1.0, 1.0]])
        same(layers[0], [[1.0, 1.0]], "inputs")
        near(layers[1][0][0], hidden[name], name)
        near(layers[2][0][0], 2 * hidden[name] - 0.5, name + " output")
        same(net.predict([[1.0, 1.0]]), layers[2], "predict")
    net = p.Network.from_weights([[[1.0, 2.0]]], output="softmax", loss="cross_entropy")
    near(net.predict([[1.0]])[0][1], 0.7310585786300049, "softmax")
    near(net.predict([[1000.0]])[0][1], 1.0, "softmax of large numbers")
    same(p.Network.from_weights([[[1.0]]]).predict([[-1e6], [1e6]]), [[0.0], [1.0]], "sigmoid of large numbers")


def check_losses(p):
    """By hand: z = (1, 2), and log(1 + e^z) is 1.3132... and 2.1269...; softmax's logarithms are -1.3132, -0.3132."""
    for loss, output, targets, expected in (
            ("squared_error", "identity", [0.0, 0.0], 2.5), ("mean_squared_error", "identity", [0.0, 0.0], 2.5),
            ("binary_cross_entropy", "sigmoid", [0.0, 0.0], 1.3132616875182228 + 2.1269280110429727),
            ("cross_entropy", "softmax", [1.0, 0.0], 1.3132616875182228)):
        one = p.Network.from_weights([[[1.0, 2.0]]], output=output, loss=loss, reduction="sum")
        near(one.loss([[1.0]], [targets]), expected, loss)
        near(one.loss([[1.0], [1.0]], [targets] * 2), 2 * expected, loss + ", sum")
        mean = p.Network.from_weights([[[1.0, 2.0]]], output=output, loss=loss)
        near(mean.loss([[1.0], [1.0]], [targets] * 2), expected, loss + ", mean")


PAIRS = [(output, loss) for loss in ("squared_error", "mean_squared_error")
         for output in ("sigmoid", "tanh", "relu", "identity", "softmax")]
PAIRS += [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")]


def check_gradients(p):
    """Backpropagation against central differences: every activation, loss, reduction, with biases and without."""
    for i, (output, loss) in enumerate(PAIRS):
        for hidden in ("sigmoid", "tanh", "relu", "identity"):
            net = p.Network([3, 3, 2], activation=hidden, output=output, loss=loss, bias=i % 2 == 0, seed=2 + i,
                            reduction="sum" if i % 3 else "mean", exp="portable" if i % 2 else "platform")
            error = p.gradient_error(net, [[0.3, -0.7, 1.0], [0.9, 0.2, -1.1]], [[1, 0], [0, 1]])
            assert error < 1e-7, "%s, %s, %s: backpropagation is %r from central differences" % (
                hidden, output, loss, error)


def check_gradient_by_hand(p):
    net = p.Network([2, 1], init="zeros")
    gradients = net.gradients([[2.0, -4.0]], [[1]])
    same((gradients.weights, gradients.biases), ([[[-0.25], [0.5]]], [[-0.125]]), "gradients")


def check_training(p):
    """Every option of fit: it learns, says so, and stops when it should."""
    for optimizer, rate in (("gradient_descent", 1.0), ("momentum", 0.3), ("adam", 0.05)):
        net = p.Network([3, 4, 1], seed=3, reduction="sum")
        history = net.fit(X, XOR, epochs=150, learning_rate=rate, optimizer=optimizer, batch_size=2, l2=1e-4)
        same(len(history.loss), 150, "epochs")
        assert history.loss[-1] < history.loss[0] and history.stopped == "epochs", optimizer
    net = p.Network([3, 4, 1])
    history = net.fit(X, XOR, epochs=50, learning_rate=p.inverse_time(1e-9, 0.5), tolerance=0.1, patience=2,
                      validation=(X, XOR))
    same((history.stopped, history.epochs, history.best_epoch), ("patience", 3, 0), "early stopping")
    history = net.fit(X, XOR, epochs=50, callback=lambda epoch, history: epoch == 3)
    same((history.stopped, history.epochs), ("callback", 4), "callback")


def check_divergence(p):
    net = p.Network([3, 4, 1], activation="relu", output="identity")
    before = bits([net.weights, net.biases])
    refused(p.DivergenceError, net.fit, X, [[1e10]] * 4, epochs=1, learning_rate=1e300)
    same(bits([net.weights, net.biases]), before, "weights after a divergence")


def check_refusals(p):
    """What every file refuses, and what those with all their checks do, in one sentence."""
    net = p.Network([3, 4, 1])
    before = bits([net.weights, net.biases])
    refused(p.PurenetError, net.predict, [[1, 2]])
    refused(p.PurenetError, net.fit, X, XOR[:3])
    if hasattr(p, "OptionError"):
        message = refused(p.OptionError, p.Network, [3, 1], activation="sigmod")
        assert message.startswith("unknown activation 'sigmod'"), message
        same(refused(p.ShapeError, net.predict, [[1, 2]]), "X: row 0 has 2 elements, expected 3", "refusal")
        message = refused(p.DataError, net.predict, [[1, None, 2]])
        same(message, "X: row 0, column 1: expected a number, found None", "refusal")
        refused(p.OptionError, net.fit, X, XOR, epoch=3)
        refused(p.DataError, p.Network([3, 1], loss="binary_cross_entropy").loss, X, [[2]] * 4)
    same(bits([net.weights, net.biases]), before, "weights after refusals")


def there_and_back(p, net, **options):
    """Return what a network is after it has been saved and loaded: in memory, and in a file where there are files."""
    memory = io.StringIO()
    net.save(memory, **options)
    document = json.loads(memory.getvalue())
    same("".join(document["network"]["bits"]), bits([net.weights, net.biases]), "the bits in the file")
    if has_files():
        net.save(PATH, **options)
        with open(PATH) as file:
            same(file.read(), memory.getvalue(), "the file")
        return p.load(PATH)
    memory.seek(0)
    return p.load(memory)


PATH = "purenet-check.json"


def has_files():
    """Return whether files can be written here: not in a browser."""
    try:
        with open(PATH, "w") as file:
            file.write("")
        return True
    except OSError:
        return False


def check_save_and_load(p):
    for options in ({}, {"activation": "tanh", "loss": "cross_entropy", "bias": False, "exp": "portable"}):
        net = p.Network([3, 2, 2], seed=11, **options)
        net.fit(X, TWO, epochs=3, learning_rate=0.3)
        loaded = there_and_back(p, net)
        same(bits([loaded.weights, loaded.biases]), bits([net.weights, net.biases]), "loaded weights")
        same(bits(loaded.predict(X)), bits(net.predict(X)), "predictions of the loaded network")


EXTREMES = [4.9406564584124654e-324, -0.0, 1 / 3, 0.1, -2 / 7, 9007199254740994.0, 2.2250738585072014e-308]


def check_extremes_are_kept(p):
    largest = struct.unpack(">d", b"\x7f\xef\xff\xff\xff\xff\xff\xff")[0]
    try:
        json.loads("[1e+300]")
    except Exception:  # Brython's does not know the plus, and has an error of its own
        largest = 9e15
    net = p.Network.from_weights([[EXTREMES + [largest, -largest]]])
    same(bits(there_and_back(p, net).weights), bits(net.weights), "extreme weights")


def check_resume(p):
    """Saved with the optimizer and loaded, training goes on as if it had never stopped."""
    for kind in (p.GradientDescent, p.Momentum, p.Adam):
        whole, whole_optimizer = p.Network([3, 2, 1], exp="portable"), kind()
        half, half_optimizer = p.Network([3, 2, 1], exp="portable"), kind()
        whole.fit(X, XOR, epochs=6, learning_rate=0.3, batch_size=3, optimizer=whole_optimizer)
        half.fit(X, XOR, epochs=2, learning_rate=0.3, batch_size=3, optimizer=half_optimizer)
        half, half_optimizer = there_and_back(p, half, optimizer=half_optimizer)
        half.fit(X, XOR, epochs=4, learning_rate=0.3, batch_size=3, optimizer=half_optimizer)
        same(bits([half.weights, half.biases]), bits([whole.weights, whole.biases]), "weights after going on")


def check_portable_bits(p):
    """Short runs through every portable function, whose bits are published."""
    found = []
    for hidden, output, loss, optimizer in (("tanh", "softmax", "cross_entropy", "adam"),
                                            ("sigmoid", "sigmoid", "binary_cross_entropy", "momentum"),
                                            ("relu", "tanh", "mean_squared_error", "gradient_descent")):
        net = p.Network([3, 4, 2], activation=hidden, output=output, loss=loss, init="glorot", seed=5, exp="portable")
        history = net.fit(X, TWO, epochs=60, learning_rate=0.1, batch_size=3, optimizer=optimizer, l2=0.01)
        found.append(bits([net.weights, net.biases, history.loss]))
    same(digest("".join(found)), SHORT_HASH, "hash of three short runs")


# -------------------------------------------------------------------------------- the long run


class LongRun:
    """Train a sigmoid network with the portable exp, one example at a time, in a new order each epoch."""

    updates = 100000

    def __init__(self, p):
        self.net = p.Network([3, 4, 1], seed=1, exp="portable")
        self.optimizer = p.GradientDescent()
        self.left = self.updates // len(X)

    def go_on(self, epochs):
        """Train for so many epochs, or those that are left; return whether there are more."""
        epochs = min(epochs, self.left)
        self.net.fit(X, XOR, epochs=epochs, learning_rate=0.5, batch_size=1, optimizer=self.optimizer)
        self.left -= epochs
        return self.left > 0

    def check(self):
        same(digest(bits([self.net.weights, self.net.biases])), LONG_HASH, "hash of the weights after 100,000 updates")


# -------------------------------------------------------------------------------- micro


def check_micro(p):
    """What the micro profile has: weights of a seed, training, predictions, files."""
    net = p.Network([3, 4, 1], seed=1)
    same(bits(net.weights[0][0]), SEED_1, "weights of seed 1")
    net.fit(X, XOR, epochs=1500, learning_rate=4.0)
    outputs = [row[0] for row in net.predict(X)]
    assert max(outputs[0], outputs[3]) < 0.2 and min(outputs[1], outputs[2]) > 0.8, outputs
    if has_files():
        net.save(PATH)
        loaded = p.load(PATH)
        same(bits([loaded.weights, loaded.biases]), bits([net.weights, net.biases]), "loaded weights")
    for batch_size in (None, 1, 3):
        net.fit(X, XOR, 2, 0.5, batch_size)
    same(p.Network([1, 1]).predict([[1e6], [-1e6]])[0][0] in (0.0, 1.0), True, "sigmoid of large numbers")


CHECKS = [check_matrix, check_random_numbers, check_forward, check_losses, check_gradients, check_gradient_by_hand,
          check_training, check_divergence, check_refusals, check_save_and_load, check_extremes_are_kept, check_resume,
          check_portable_bits]


def checks_for(p):
    """Return the checks that a module has to pass: all, or those of the micro profile."""
    return CHECKS if hasattr(p, "gradient_error") else [check_micro]


def run_all(name, tell, long_run=True, at_once=500):
    """Check the module of a name; tell each result in a line. The last line is "done" or "failed"."""
    p = library(name)
    failed = 0
    for check in checks_for(p):
        failed += not run_one(p, check, tell)
    if long_run and hasattr(p, "gradient_error"):
        run = LongRun(p)
        while run.go_on(at_once):
            pass
        failed += not run_one(run, LongRun.check, tell)
    tell("failed" if failed else "done")


def run_one(subject, check, tell):
    """Run a check, and tell and return whether it passes."""
    try:
        check(subject)
    except Exception as error:
        tell("FAILED %s: %s: %s" % (check.__name__, type(error).__name__, error))
        return False
    tell("ok %s" % check.__name__)
    return True


# -------------------------------------------------------------------------------- the relay

EPOCHS = 3  # of a leg
RELAY = {  # the trainings that are handed on: optimizer, network, training; "plain" has none, for micro has none
    "descent": ("GradientDescent", {"activation": "tanh", "loss": "cross_entropy", "seed": 7}, {"l2": 0.01}),
    "momentum": ("Momentum", {"activation": "relu", "output": "identity", "seed": 8}, {}),
    "adam": ("Adam", {"loss": "binary_cross_entropy", "reduction": "sum", "seed": 9}, {"l2": 0.001}),
    "plain": None,
}


def relay_file(training, leg):
    return "%s-%d.json" % (training, leg)


def begin(p, training):
    """Return the network of a training of the relay as it is at the start, and its optimizer."""
    if RELAY[training] is None:
        net = p.Network([1, len(EXTREMES)])
        net.weights, net.biases = [[EXTREMES]], [[1 / value for value in range(1, len(EXTREMES) + 1)]]
        return net, None
    kind, options, _ = RELAY[training]
    return p.Network([3, 5, 2], exp="portable", **options), getattr(p, kind)()


def go_on(net, optimizer, training, epochs=EPOCHS):
    """Train for a leg: batches of 3 of the 4 examples, in a new order each epoch."""
    if optimizer is not None:
        net.fit(X, TWO, epochs=epochs, learning_rate=0.1, batch_size=3, optimizer=optimizer, **RELAY[training][2])


def handed_on(net, optimizer, path):
    """Save a network, with its optimizer if it has one."""
    if optimizer is None:
        net.save(path)
    else:
        net.save(path, optimizer=optimizer)


def run_leg(name, leg, source, target, tell):
    """Run a leg of the relay: tell what is in the files of the legs before; go on from the last one, and save.

    `source` and `target` turn the name of a file into what `load` and `save` take: a path, or an open file.
    """
    p = library(name)
    for training in sorted(RELAY) if hasattr(p, "gradient_error") else ["plain"]:
        net, optimizer = begin(p, training) if leg == 0 else (None, None)
        for before in range(leg):
            loaded = p.load(source(relay_file(training, before)))
            net, optimizer = loaded if isinstance(loaded, tuple) else (loaded, None)
            tell("%s %d %s" % (training, before, bits([net.weights, net.biases])))
        go_on(net, optimizer, training)
        handed_on(net, optimizer, target(relay_file(training, leg)))
    tell("done")


if __name__ == "__main__":  # FOLDER NAME [long | relay FILES LEG]
    import sys

    sys.path.insert(0, sys.argv[1])
    if sys.argv[3:4] == ["relay"]:
        def path(name):
            return sys.argv[4] + "/" + name

        run_leg(sys.argv[2], int(sys.argv[5]), path, path, print)
    else:
        run_all(sys.argv[2], print, long_run="long" in sys.argv)
