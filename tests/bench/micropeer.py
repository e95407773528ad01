"""A network of neuron and connection objects for MicroPython, as its best-known package builds one, in our own words.

Each connection is an object that knows its two neurons; what other objects need is read through properties; a step goes
from neuron to neuron and updates every connection by a method of its own, with momentum.
"""

from math import exp


class Connection:
    def __init__(self, source, target, weight):
        self._source, self._target, self._weight, self._momentum = source, target, weight, 0.0
        if source:
            source.outgoing.append(self)
        target.incoming.append(self)

    @property
    def source(self):
        return self._source

    @property
    def target(self):
        return self._target

    @property
    def weight(self):
        return self._weight

    def update(self, rate, alpha):
        step = rate * self._source.output * self._target.error
        self._weight += step + alpha * self._momentum
        self._momentum = step


class Neuron:
    def __init__(self, gain):
        self.incoming, self.outgoing, self._gain = [], [], gain
        self._output = self._delta = self._error = 0.0

    @property
    def output(self):
        return self._output

    @property
    def error(self):
        return self._error

    def set_output(self, value):
        self._output = value

    def compute_output(self):
        total = 0.0
        for connection in self.incoming:
            total += connection.source.output * connection.weight
        self._output = self.activate(total * self._gain)

    def compute_error(self, target=None):
        if target is not None:
            self._delta = target - self.output
        else:
            self._delta = 0.0
            for connection in self.outgoing:
                self._delta += connection.target.error * connection.weight
        self._error = self._delta * self._gain * self.activate(self._output, derivative=True)

    @staticmethod
    def activate(x, derivative=False):
        return x * (1.0 - x) if derivative else 1.0 / (1.0 + exp(-x))


class Peer:
    """A fully connected network with a bias for each neuron."""

    def __init__(self, sizes, rate=0.3, alpha=0.85, gain=1.0):
        self.rate, self.alpha = rate, alpha
        self.layers = [[Neuron(gain) for _ in range(size)] for size in sizes]
        self.bias = Neuron(gain)
        self.bias.set_output(1.0)
        number = 0
        for sources, targets in zip(self.layers, self.layers[1:]):
            for target in targets:
                for source in sources + [self.bias]:
                    number = (number * 37 + 11) % 101
                    Connection(source, target, number / 101 - 0.5)

    def learn(self, x, y):
        """Take a step on one example."""
        for neuron, value in zip(self.layers[0], x):
            neuron.set_output(value)
        for layer in self.layers[1:]:
            for neuron in layer:
                neuron.compute_output()
        for neuron, target in zip(self.layers[-1], y):
            neuron.compute_error(target)
        for number in range(len(self.layers) - 2, -1, -1):
            for neuron in self.layers[number]:
                if number > 0:
                    neuron.compute_error()
                for connection in neuron.outgoing:
                    connection.update(self.rate, self.alpha)
        for connection in self.bias.outgoing:
            connection.update(self.rate, self.alpha)
