"""The network: its sizes, weights and biases, and everything that can be asked of it."""

import math

from . import backprop, engines, optimizer as optimizers, storage, training
from .activation import ACTIVATIONS
from .arithmetic import ARITHMETICS, Arithmetic
from .errors import DataError, OptionError, PurenetError, ShapeError, brief, choose, elements, refuse_unknown
from .gradients import Gradients
from .loss import LOSSES
from .matrix import Matrix
from .optimizer import Optimizer
from .reading import chained_sizes, read_biases, read_rows, read_sizes
from .rng import MersenneTwister

# How the weights of a layer are drawn: 2r - 1 spreads evenly from -1 to 1, and the factor narrows that for wide layers.
INITIALISERS = {
    "uniform": lambda inputs, units: 1.0,  # the tutorial's
    "glorot": lambda inputs, units: math.sqrt(6 / (inputs + units)),  # X. Glorot and Y. Bengio, AISTATS 2010
    "he": lambda inputs, units: math.sqrt(6 / inputs),  # K. He and others, ICCV 2015
    "zeros": lambda inputs, units: 0.0,
}
INIT_NAMES = dict.fromkeys(list(INITIALISERS) + ["given"])
OPTIONS = ("activation", "output", "loss", "reduction", "bias", "init", "seed", "exp")


def explain(network, X, y, learning_rate):
    """Return the Trace of one step. The core alone cannot tell it; the package puts its own function here."""
    raise OptionError("trace: the core is alone here, without the rest of purenet, which explains its steps")


class Network:
    """Compute and train a fully connected network of layers.

    a_0 = X     z_l = a_(l-1) · W_l + b_l     a_l = activation(z_l)     prediction = a_L

    X is (examples, sizes[0]), W_l is (sizes[l-1], sizes[l]), b_l has sizes[l] elements.

    >>> net = Network([3, 4, 1])
    >>> net
    Network([3, 4, 1], activation='sigmoid', output='sigmoid', loss='squared_error', reduction='mean')
    >>> net.weights[0][0]
    [-0.165955990594852, 0.4406489868843162, -0.9997712503653102, -0.39533485473632046]

    sizes       the number of inputs, of units in each hidden layer, and of outputs
    activation  of the hidden layers: "sigmoid", "tanh", "relu" or "identity"
    output      the activation of the last layer; these or "softmax". None: what the loss is made for, else `activation`
    loss        "squared_error" (half the sum over the outputs), "mean_squared_error" (mean over the outputs),
                "binary_cross_entropy" (sigmoid outputs) or "cross_entropy" (softmax outputs)
    reduction   over the examples: "mean" or, as in the tutorial, "sum"
    bias        whether the units have biases; they start at 0
    init        how the weights are drawn, row by row and layer by layer: "uniform" from -1 to 1, "glorot" and "he" from
                narrower intervals for wider layers, "zeros"
    seed        of the weights, and then of the shuffles of `fit`: a whole number from 0 to 2**32 - 1
    exp         "platform", or "portable" for the same bits on every machine; or an Arithmetic

    Raises OptionError for an unknown name (with the nearest) or a value out of range.
    """

    def __init__(self, sizes: list, activation: str = "sigmoid", output: "str | None" = None,
                 loss: str = "squared_error", reduction: str = "mean", bias: bool = True, init: str = "uniform",
                 seed: int = 1, exp: "str | Arithmetic" = "platform", **unknown) -> None:
        refuse_unknown("Network", unknown, OPTIONS)
        self.sizes = read_sizes(sizes)
        self._set_options(activation, output, loss, reduction, init, seed, exp)
        factor = choose("init", init, INITIALISERS)
        self.weights = [self._draw(inputs, units, factor(inputs, units))
                        for inputs, units in zip(self.sizes[:-1], self.sizes[1:])]
        self.biases = [[0.0] * units for units in self.sizes[1:]] if bias else None

    def _set_options(self, activation, output, loss, reduction, init, seed, exp):
        self.arithmetic = exp if isinstance(exp, Arithmetic) else choose("exp", exp, ARITHMETICS)
        self.loss_function = choose("loss", loss, LOSSES)
        self.reduction = choose("reduction", reduction, {"mean": "mean", "sum": "sum"})
        needed = self.loss_function.output
        if output is None:
            output = needed or activation
        hidden, last = choose("activation", activation, ACTIVATIONS), choose("output", output, ACTIVATIONS)
        if needed not in (None, output):
            raise OptionError(f"loss {loss!r} is made for output {needed!r}, found {brief(output)}")
        if len(self.sizes) > 2 and activation == "softmax":
            raise OptionError("activation 'softmax' is for outputs: "
                              "expected sigmoid, tanh, relu or identity for hidden layers")
        self.activation_functions = [hidden] * (len(self.sizes) - 2) + [last]
        self.activation, self.output, self.loss_name = activation, output, loss
        self.init, self.exp = init, exp
        self.rng = MersenneTwister(seed)
        self.seed = self.rng.seed

    def _draw(self, inputs, units, factor):
        return [[(2 * self.rng.random() - 1) * factor + 0.0 for _ in range(units)] for _ in range(inputs)]  # no -0.0

    @classmethod
    def from_weights(cls, weights: list, biases: "list | None" = None, **options) -> "Network":
        """Return a network with these weights and biases, and otherwise the options of Network.

        weights[l] is (sizes[l], sizes[l+1]), biases[l] has sizes[l+1] elements; without biases the network has none.

        >>> net = Network.from_weights([[[1.0], [-1.0]]], activation="identity")
        >>> net.predict([[5.0, 3.0]])
        [[2.0]]

        Raises ShapeError when the layers do not fit together, DataError for what is no finite number.
        """
        given = tuple(name for name in OPTIONS if name not in ("bias", "init"))
        refuse_unknown("from_weights", [name for name in options if name not in given], given)
        sizes = chained_sizes(weights)
        network = cls(sizes, bias=biases is not None, init="zeros", **options)
        convert = network.arithmetic.number
        network.weights = [read_rows(f"weights[{i}]", W, sizes[i + 1], convert) for i, W in enumerate(weights)]
        if biases is not None:
            network.biases = read_biases(biases, sizes[1:], convert)
        network.init = "given"
        return network

    def forward(self, X: Matrix) -> list:
        """Return the activations of every layer, beginning with the inputs: [X, a_1, ..., a_L].

        X is (examples, sizes[0]); a_l is (examples, sizes[l]).

        >>> net = Network.from_weights([[[1.0]], [[2.0]]], activation="identity")
        >>> net.forward([[3.0]])
        [[[3.0]], [[3.0]], [[6.0]]]

        Raises ShapeError for rows of another length than the network has inputs, DataError for what is no number.
        """
        return backprop.forward(self, self._read_inputs(X))[1]

    def predict(self, X: Matrix, engine: str = "auto") -> Matrix:
        """Return the outputs for every example: the last of `forward`.

        X is (examples, sizes[0]); the result is (examples, sizes[-1]). `engine` is as for `fit`.

        >>> Network([2, 1], init="zeros").predict([[5.0, 3.0], [0.0, 1.0]])
        [[0.5], [0.5]]

        Raises ShapeError for rows of another length than the network has inputs, DataError for what is no number.
        """
        X = self._read_inputs(X)
        return engines.choose(engine, self, len(X)).predict(self, X)

    def loss(self, X: Matrix, y: Matrix) -> float:
        """Return the loss over the examples, reduced to their mean or sum.

        X is (examples, sizes[0]); y, the targets, is (examples, sizes[-1]).

        >>> Network([2, 1], init="zeros").loss([[5.0, 3.0], [0.0, 1.0]], [[1], [0.5]])
        0.0625

        Raises ShapeError for rows of the wrong length, DataError for what is no number or no target of this loss.
        """
        return self.loss_of(*self.read(X, y))

    def gradients(self, X: Matrix, y: Matrix) -> Gradients:
        """Return the derivative of the loss by every weight and bias, by backpropagation.

        X is (examples, sizes[0]), y is (examples, sizes[-1]); the gradients have the shapes of the weights and biases.

        >>> Network([2, 1], init="zeros").gradients([[2.0, -4.0]], [[1]])
        Gradients(weights=[[[-0.25], [0.5]]], biases=[[-0.125]])

        Raises ShapeError for rows of the wrong length, DataError for what is no number or no target of this loss.
        """
        X, y = self.read(X, y)
        weighted_inputs, activations = backprop.forward(self, X)
        return backprop.backward(self, weighted_inputs, activations, y)

    def fit(self, X: Matrix, y: Matrix, epochs: int = 1, learning_rate: "float | object" = 1.0,
            batch_size: "int | None" = None, optimizer: "str | Optimizer" = "gradient_descent", l2: float = 0.0,
            shuffle: bool = True, validation: "tuple | None" = None, patience: "int | None" = None,
            tolerance: float = 0.0, callback: "object | None" = None, engine: str = "auto",
            executor: "object | None" = None, shards: "int | None" = None,
            snapshots: "int | list | None" = None, direction_changes: bool = False, **unknown) -> training.History:
        """Train the network, and return the history of the run.

        For every batch of every epoch: w ← w - learning_rate ∂C/∂w, or what the optimizer makes of it.

        >>> net = Network([2, 1], init="zeros")
        >>> history = net.fit([[2.0, -4.0]], [[1]], epochs=2)
        >>> net.weights, history.loss
        ([[[0.25850873991566636], [-0.5170174798313327]]], [0.125, 0.0022812777419562225])

        epochs         how often to go through all the examples
        learning_rate  a number, or a function from the epoch (0, 1, 2, ...) to one, such as `inverse_time(1.0, 0.01)`
        batch_size     examples between two steps: None for all (full batch), 1 for online
        optimizer      "gradient_descent", "momentum", "adam"; or an object, Adam(beta1=0.8), which keeps its memory
        l2             λ of the penalty ½ λ Σ w² on the weights, not the biases; `loss` does not count it
        shuffle        whether each epoch takes the examples in a new order, from the network's own stream of random
                       numbers; a full batch keeps its order
        validation     a pair (X, y) whose loss is to be noted after every epoch
        patience       stop after so many epochs without a loss lower by more than `tolerance`: early stopping, by the
                       validation loss, and then the best weights are kept; or else by the training loss
        callback       called after every epoch with its number and the history; stops the training if it returns
                       something true
        engine         who does the sums, which changes the speed but not a single bit: "lists", "unrolled" (a program
                       written out for this network), "kernels" (the same for blocks of wide layers), or "auto"
        executor       who does them in parallel: a ProcessPoolExecutor(2), or any other executor; it needs `shards`
        shards         how many parts each batch is cut into, whose gradients are then added in their order: the last
                       bits depend on it, but not on the executor or its workers. None: batches stay whole
        snapshots      keep copies of the weights in `history.snapshots`: so many, spread evenly over the epochs from
                       before the first to after the last; or a list with the numbers of epochs after which
        direction_changes  whether to count, in `history.direction_changes`, how often each weight turned round

        Raises ShapeError, DataError and OptionError before anything is changed; DivergenceError when the numbers
        outgrow a float: the weights are then those before that epoch; WorkerError when a worker is lost: everything is
        then as it was before. An OptionError for a rate that is not above 0 comes when its epoch does.
        """
        refuse_unknown("fit", unknown, training.OPTIONS)
        X, y = self.read(X, y)
        if validation is not None:
            pair = elements(validation)
            if pair is None or len(pair) != 2:
                raise OptionError(f"validation must be a pair (X, y), found {brief(validation)}")
            validation = self.read(pair[0], pair[1], "validation ")
        return training.fit(
            self, X, y, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, optimizer=optimizer, l2=l2,
            shuffle=shuffle, validation=validation, patience=patience, tolerance=tolerance, callback=callback,
            engine=engine, executor=executor, shards=shards, snapshots=snapshots, direction_changes=direction_changes)

    def trace(self, X: Matrix, y: Matrix, learning_rate: float = 1.0):
        """Return every step of one update by gradient descent on all the examples, as a purenet.explain Trace.

        X is (examples, sizes[0]), y is (examples, sizes[-1]). The network is not changed.

        >>> trace = Network([2, 1], init="zeros").trace([[2.0, -4.0]], [[1]])
        >>> print(trace.element("dW1", 1, 0))
        dW1[1][0] = X[0][1] · delta1[0][0] = (-4) · (-0.125) = 0.5

        Raises ShapeError, DataError and OptionError as `fit` does; DivergenceError where a number outgrows a float.
        """
        return explain(self, X, y, learning_rate)

    def save(self, path, optimizer: "Optimizer | None" = None) -> None:
        """Write the network to a JSON file, which `purenet.load` gives back with the same bits in every weight.

        The file is written whole or not at all; one that was there before is replaced. Where there are no files, give
        it an io.StringIO. It holds the network, not the
        state of its training: shuffles begin again from the seed. With the optimizer object of its training it holds
        that too, and `load` gives back both: they go on, wherever that is, as if they had never stopped.

        Raises OSError where the file cannot be written, OptionError for an arithmetic or an optimizer that has no name,
        DataError for weights that are not finite.
        """
        if optimizer is None:
            storage.write_json(path, "network", {"network": self.to_document()})
            return
        if not isinstance(optimizer, Optimizer):
            raise OptionError(f"save: expected an optimizer object such as Adam(), found {brief(optimizer)}")
        document = {"network": self.to_document(), "optimizer": optimizer.to_document(), "rng": self.rng.to_document()}
        read_training(storage.Fields(document, "save"))  # what could not be read back is not written
        storage.write_json(path, "training", document)

    def to_document(self) -> dict:
        """Return the options, weights and biases as plain data for a JSON file."""
        if not isinstance(self.exp, str):
            raise OptionError("save: expected exp 'platform' or 'portable', found an arithmetic of your own")
        document = {
            "sizes": self.sizes,
            "activation": self.activation,
            "output": self.output,
            "loss": self.loss_name,
            "reduction": self.reduction,
            "init": self.init,
            "seed": self.seed,
            "exp": self.exp,
            "weights": self.weights,
            "biases": self.biases,
        }
        network = Network.from_document(document, "save")  # what could not be read back is not written
        document["bits"] = [storage.to_bits(row) for row in network.rows()]
        return document

    def rows(self) -> list:
        """Return every row of weights, layer by layer, and then every layer's biases."""
        return [row for W in self.weights for row in W] + (self.biases or [])

    @classmethod
    def from_document(cls, document: dict, place: str) -> "Network":
        """Return the network whose `to_document` this is; `place` is how to call the document in a message.

        Raises DataError for a field that is missing, unknown or wrong.
        """
        fields = storage.Fields(document, place)
        sizes, init = fields.take("sizes", list), fields.take("init", str)
        options = {name: fields.take(name, str) for name in ("activation", "output", "loss", "reduction", "exp")}
        options["seed"] = fields.take("seed", int)
        weights, biases = fields.take("weights", list), fields.take("biases", list, nullable=True)
        bits = fields.take("bits", list) if "bits" in fields.rest else None  # a file of version 1 or by hand has none
        fields.finish()
        try:
            choose("init", init, INIT_NAMES)
            found = chained_sizes(weights)
            if read_sizes(sizes) != found:  # before the work that many weights are
                raise DataError(f"the field 'sizes' is {brief(sizes)}, expected {brief(found)} by the weights")
            network = cls.from_weights(weights, biases, **options)
        except PurenetError as error:
            raise DataError(f"{place}: {error}")
        network.init = init
        if bits is not None:
            network._take_bits(bits, place)
        return network

    def _take_bits(self, bits, place):
        rows = self.rows()
        if len(bits) != len(rows):
            raise DataError(f"{place}: expected bits for each of the {len(rows)} rows of weights and biases, "
                            f"found {len(bits)}")
        for i, row in enumerate(rows):
            row[:] = storage.exact(row, bits[i], f"{place}: bits[{i}]")

    def losses(self, z: Matrix, a: Matrix, y: Matrix) -> list:
        """Return the loss of each example, given the output layer's weighted inputs, activations and the targets."""
        outputs = a if self.loss_function.output is None else z
        return [self.loss_function.value(row, targets, self.arithmetic) for row, targets in zip(outputs, y)]

    def reduce(self, total, examples: int):
        """Return a sum over the examples as the loss has it: divided by their number if the reduction is "mean"."""
        return total / examples if self.reduction == "mean" else total

    def loss_of(self, X: Matrix, y: Matrix):
        """Return the loss over examples that have been read already."""
        return self.reduce(engines.choose("auto", self, len(X)).loss(self, X, y), len(y))

    def _read_inputs(self, X, prefix=""):
        return read_rows(prefix + "X", X, self.sizes[0], self.arithmetic.number)

    def read(self, X, y, prefix=""):
        """Return examples and targets, of whatever types, as lists of numbers that fit the network and its loss.

        Raises ShapeError for rows of the wrong length, DataError for what is no number or no target of this loss.
        """
        X, y = self._read_inputs(X, prefix), read_rows(prefix + "y", y, self.sizes[-1], self.arithmetic.number)
        if len(X) != len(y):
            raise ShapeError(f"{prefix}X has {len(X)} rows and y has {len(y)}: every example needs its target")
        for row, targets in enumerate(y):
            wanted = self.loss_function.wants([self.arithmetic.real(target) for target in targets])
            if wanted:
                raise DataError(f"{prefix}y: row {row}: {self.loss_name} needs {wanted}, found {targets}")
        return X, y

    def __repr__(self):
        return (f"Network({self.sizes}, activation={self.activation!r}, output={self.output!r}, "
                f"loss={self.loss_name!r}, reduction={self.reduction!r})")


def load(path, readers=None):
    """Return the Network in a file that its `save` wrote, with the same bits in every number.

    If it was saved with the optimizer of its training, return both: network, optimizer. The file may be open already.

    Raises DataError, naming the file and the field, for what is no such file, is cut off, or is of a later version;
    OSError where it cannot be read.
    """
    kind, fields = storage.read_json(path)
    readers = readers or READERS  # those of other kinds of files are elsewhere
    return from_fields(kind, fields, readers)


def from_fields(kind, fields, readers):
    """Return what the reader of this kind makes of a document's Fields; raise DataError for a kind without one."""
    if kind not in readers:
        raise DataError(f"{fields.place}: the field 'kind' is {brief(kind)}, expected one of "
                        f"{', '.join(sorted(readers))}")
    return readers[kind](fields)


def read_network(fields):
    """Return the network of a file with these Fields."""
    document = fields.take("network", dict)
    fields.finish()
    return Network.from_document(document, f"{fields.place}: network")


def read_training(fields):
    """Return the network, where its stream of random numbers was, and the optimizer of a file with these Fields."""
    optimizer, rng = fields.take("optimizer", dict), fields.take("rng", dict)
    network = read_network(fields)
    network.rng.restore(storage.Fields(rng, f"{fields.place}: rng"))
    optimizer = storage.Fields(optimizer, f"{fields.place}: optimizer")
    return network, optimizers.from_fields(optimizer, network.weights, network.biases)


READERS = {"network": read_network, "training": read_training}
