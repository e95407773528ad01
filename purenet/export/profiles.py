"""What each kind of bundle leaves out: rules for purenet.export.rewrite, one a line, "left => right".

_1, _2 ... stand for any expression; nothing on the right takes a statement away; `def name(): ...` on the left is a
function of that name, whatever is in it, and on the right another head for it. A line that begins with a space goes on
with the one before. The rules are applied in their order to the core in one file, without docstrings and annotations. A
rule that fits nowhere stops the bundle, so that a change of the core that they do not know is noticed.
"""
from __future__ import annotations

from typing import List, NamedTuple, Set, Tuple

PUBLIC = {
    "Adam", "DivergenceError", "GradientDescent", "Gradients", "History", "Momentum", "Network", "PurenetError",
    "__version__", "central_differences", "gradient_error", "inverse_time", "load",
}
CHECKS = {"DataError", "OptionError", "ShapeError"}  # what only raises one of these is left out

SMALL = r"""
# Other engines, and workers.
engines_choose(engine, self, len(X)).predict(self, X) => predict(self, X)
engines_choose('auto', self, len(X)).loss(self, X, y) => lists_loss(self, X, y)
name, engine = engine, engines_choose(engine, network, len(X) * epochs, batch_size, optimizer) =>
trainer = engine =>
trainer.train => train
if executor is not None or shards is not None:
 trainer = Team(network, X, y, optimizer, name, epochs, executor, shards) =>
engine.loss => lists_loss
watched = _1 =>
watched or shuffled or callable(learning_rate) or trainer is not engine => True
list(range(1, epochs + 1)) => range(epochs)
learning_rate(epoch) => learning_rate(end)
yield range(epoch, end), rate, order => yield [end], rate, order
epoch = 0 =>
epoch = end =>
def predict(self, X, engine='auto'): ... => def predict(self, X): ...
def fit(self, X, y, epochs=1, learning_rate=1.0, batch_size=None, optimizer='gradient_descent', l2=0.0,
 shuffle=True, validation=None, patience=None, tolerance=0.0, callback=None, engine='auto', executor=None, shards=None,
 snapshots=None, direction_changes=False, **unknown): ... =>
 def fit(self, X, y, epochs=1, learning_rate=1.0, batch_size=None, optimizer='gradient_descent', l2=0.0,
 shuffle=True, validation=None, patience=None, tolerance=0.0, callback=None): ...

# Reading what people pass.
found = chained_sizes(weights) =>
read_sizes(_1) => list(_1)
read_rows(prefix + _1, _2, _3, _4) => matrix_map(_4, _2)
read_rows(_1, _2, _3, _4) => matrix_map(_4, _2)
read_biases(_1, _2, _3) => matrix_map(_3, _1)
chained_sizes(weights) => [len(weights[0])] + [len(W[0]) for W in weights]
l2, tolerance = not_negative('l2', l2), not_negative('tolerance', tolerance) =>
rate, decay = positive('learning_rate', rate), not_negative('decay', decay) =>
positive(_1, _2) => _2
fraction(_1, _2) => _2
whole(_1, _2) => _2
whole(_1, _2, at_least=0) => _2
whole(_1, _2, _3, _4) => _2
choose(_1, _2, _3) => _3[_2]
elements(_1) => _1
refuse_unknown(_1, _2, _3) =>
_same_shape(_1, _2, _3) =>
_check_vector(_1, _2) =>
shape(A, 'row_sums') =>
shape(A, 'column_sums') =>
shape(A, 'transpose') =>
shape(A, 'map') =>
shape(A, 'scale') =>
columns = shape(A, 'add_row')[1] =>
a, b = shape(A, 'dot'), shape(B, 'dot') =>
if a[1] != b[0]: raise ShapeError(_1) => if len(A[0]) != len(B): raise PurenetError('dot: inner sizes differ')
if len(X) != len(y): raise ShapeError(_1) => if len(X) != len(y): raise PurenetError('X and y: lengths differ')
range(1, a[1]) => range(1, len(B))
self.read(_1, _2, 'validation ') => self.read(_1, _2)
self._read_inputs(X, prefix) => self._read_inputs(X)
def _read_inputs(self, X, prefix=''): ... => def _read_inputs(self, X): ...
def read(self, X, y, prefix=''): ... => def read(self, X, y): ...
Arithmetic(real_number, _1, _2, _3) => Arithmetic(float, _1, _2, _3)
real_number(_1) => _1
{'mean': 'mean', 'sum': 'sum'}[reduction] => reduction
self.wants = wants =>
wanted = self.loss_function.wants(_1) =>
def __init__(self, value, error=None, output=None, wants=wants_nothing): ... =>
 def __init__(self, value, error=None, output=None): ...
Loss(_1, output=_2, wants=_3) => Loss(_1, output=_2)

# Numbers that are no floats.
arithmetic.real(_1) > 0 => _1 > 0
max(_1, key=arithmetic.real) => max(_1)
self.real = real =>
def __init__(self, number, exp, log, tanh, real=itself): ... => def __init__(self, number, exp, log, tanh): ...
exp if isinstance(exp, Arithmetic) else ARITHMETICS[exp] => ARITHMETICS[exp]

# Steps that nobody records, and what nobody needs but to look at.
keep = _1 =>
if 0 in keep: history.snapshots.append(_1) =>
if epoch + 1 in keep: history.snapshots.append(_1) =>
self.snapshots = _1 =>
directions = _1 =>
if directions is not None: directions.see(_1, _2) =>
if directions is not None: history.direction_changes = _1 =>
self.direction_changes = _1 =>
def trace(): ... =>
record(_1, _2, _3) =>
def __repr__(): ... =>
def __eq__(): ... =>
__slots__ = _1 =>
def state(): ... =>
def restore(self, state): ... =>

# Files.
not hasattr(os, 'replace') => True
os.rename(_1, _2) => getattr(os, 'replace', os.rename)(_1, _2)
document = strict_json(data) => import json; document = json.loads(data.decode('utf-8'))
fields = Fields(document, path) =>
document = fields.take('network', dict) => document = fields['network']
return fields.take('kind', str), fields => return document['kind'], document
fields.take('format', str) =>
version = fields.take('version', int) =>
Fields(_1, _2) => _1
_1.take(_2, _3, nullable=True) => _1[_2]
_1.take(_2, _3) => _1[_2]
fields.finish() =>
fields.rest => fields
exact(_1, _2, _3) => from_bits(_2, _3)
Network.from_document(_1, _2) => Network.from_document(_1)
def from_document(cls, document, place): ... => def from_document(cls, document): ...
network._take_bits(bits, place) => network._take_bits(bits)
def _take_bits(self, bits, place): ... => def _take_bits(self, bits): ...
squares = (1,) =>
readers = readers or READERS =>
return network_from_fields(kind, fields, readers) => return READERS[kind](fields)
def load(path, readers=None): ... => def load(path): ...

# Sentences.
diverged(epoch, total, rate) => f'training diverged in epoch {epoch}'
raise OverflowError(_1) => raise OverflowError
raise ValueError(_1) => raise ValueError
"""


MICRO = r"""
# One kind of network.
self.seed = seed =>
word = self.seed =>
def __init__(self, seed): ... => def __init__(self, word): ...
def __init__(self, sizes, activation='sigmoid', output=None, loss='squared_error', reduction='mean', bias=True,
 init='uniform', seed=1, exp='platform'): ... => def __init__(self, sizes, seed=1): ...
self._set_options(activation, output, loss, reduction, init, seed, exp) => self.seed = seed; rng = MersenneTwister(seed)
factor = INITIALISERS[init] =>
self._draw(inputs, units, factor(inputs, units)) =>
 [[2 * rng.random() - 1 for _ in range(units)] for _ in range(inputs)]
def _draw(): ... =>
[[0.0] * units for units in self.sizes[1:]] if bias else None => [[0.0] * units for units in self.sizes[1:]]
def _set_options(): ... =>
def from_weights(): ... =>
def forward(self, X): ... =>
def loss(self, X, y): ... =>
def gradients(self, X, y): ... =>
def losses(): ... =>
def reduce(): ... =>
def loss_of(): ... =>
def _read_inputs(): ... =>
def read(): ... =>

self.sizes = list(sizes) => self.sizes = sizes
self.sizes[:-1] => sizes
self.sizes[1:] => sizes[1:]
WORD_MASK = _1 =>
WORD_MASK => 4294967295
self.biases or [] => self.biases

# The way forward and back; by index, because MicroPython's `zip` is slow.
X = self._read_inputs(X) =>
return predict(self, X) => return forward(self, X)[1][-1]
if network.biases is not None: z = add_row(z, network.biases[layer]) =>
 b = network.biases[layer]; z = [[row[j] + b[j] for j in range(len(b))] for row in z]
if len(A[0]) != len(B): raise PurenetError(_1) =>
network.activation_functions[layer].value(z, network.arithmetic) => matrix_map(sigmoid, z)
[[a * b for a, b in zip(row_a, row_b)] for row_a, row_b in zip(A, B)] =>
 [[a[j] * b[j] for j in range(len(a))] for a, b in zip(A, B)]
def sigmoid(z, arithmetic=PLATFORM): ... => def sigmoid(z): ...
def sigmoid_slope(z, arithmetic=PLATFORM): ... => def sigmoid_slope(z): ...
arithmetic.exp(_1) => math.exp(_1)
(ArithmeticError, ValueError) => Exception
[list(column) for column in zip(*A)] => list(zip(*A))
examples = examples or len(y) =>
delta = output_delta(network, weighted_inputs[-1], activations[-1], y, examples, record) =>
 delta = multiply([[(a - t) / len(y) for a, t in zip(*rows)] for rows in zip(activations[-1], y)],
 matrix_map(sigmoid_slope, weighted_inputs[-1]))
error = dot(delta, transpose(network.weights[layer])) =>
delta = through_activation(network, layer - 1, error, weighted_inputs[layer - 1], record) =>
 delta = multiply(dot(delta, transpose(network.weights[layer])), matrix_map(sigmoid_slope, weighted_inputs[layer - 1]))
layer > 0 => layer
column_sums(delta) => dot([[1] * len(y)], delta)[0]
if network.biases is not None: bias_gradients.insert(0, dot([[1] * len(y)], delta)[0]) =>
 bias_gradients.insert(0, dot([[1] * len(y)], delta)[0])
Gradients(weight_gradients, bias_gradients if network.biases is not None else None) =>
 [row for W in weight_gradients + [bias_gradients] for row in W]

# Training: plain gradient descent, the rows in their own order.
def fit(self, X, y, epochs=1, learning_rate=1.0, batch_size=None, optimizer='gradient_descent', l2=0.0, shuffle=True,
 validation=None, patience=None, tolerance=0.0, callback=None): ... =>
 def fit(self, X, y, epochs=1, learning_rate=1.0, batch_size=None): ...
X, y = self.read(X, y) =>
if validation is not None: pair = validation; validation = self.read(pair[0], pair[1]) =>
return fit(self, X, y, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, optimizer=optimizer, l2=l2,
 shuffle=shuffle, validation=validation, patience=patience, tolerance=tolerance, callback=callback, engine=engine,
 executor=executor, shards=shards, snapshots=snapshots, direction_changes=direction_changes) =>
 for _ in range(epochs): steps(self, X, y, X, batch_size or len(X), None, learning_rate, None, None)
batch = order[start:start + batch_size] =>
slopes, losses = gradients(network, [X[i] for i in batch], [y[i] for i in batch], len(batch)) =>
 slopes = backward(network, *forward(network, X[start:start + batch_size]), y[start:start + batch_size])
network.weights, network.biases = optimizer.step(network.weights, network.biases, slopes, rate, l2) =>
 for w, g in zip(network._rows(), slopes): take_step
take_step => for j in range(len(w)): w[j] -= rate * g[j]
yield (network.weights, network.biases), losses =>
range(0, len(order), batch_size) => range(0, len(X), batch_size)

# Files: those of the whole core, with one network.
import json =>
import os =>
import struct =>
import math => import json, math, os, struct
getattr(os, 'replace', os.rename) => os.rename
def save(self, path, optimizer=None): ... => def save(self, path): ...
if optimizer is None: write_json(path, 'network', {'network': self.to_document()}); return =>
 write_bytes(path, json.dumps({'format': 'purenet', 'version': 2, 'kind': 'network',
 'network': self._document()}).encode())
document = {'network': self.to_document(), 'optimizer': optimizer.to_document(), 'rng': self.rng.to_document()} =>
read_training(document) =>
write_json(path, 'training', document) =>
self.activation => 'sigmoid'
self.output => 'sigmoid'
self.loss_name => 'squared_error'
self.reduction => 'mean'
self.init => 'uniform'
self.exp => 'platform'
network = Network.from_document(document) =>
def to_document(self): return {'position': _1, 'words': _2} =>
[to_bits(row) for row in network.rows()] => [to_bits(row) for row in self._rows()]
rows = self.rows() => rows = self._rows()
def rows(self): ... => def _rows(self): ...
def to_document(self): ... => def _document(self): ...
DIGITS = _1 =>
DIGITS => 16
kind, fields = read_json(path) => with open(path) as file: fields = json.load(file)['network']
return READERS[kind](fields) => require_sigmoid; network = Network(fields['sizes'], fields['seed']);
 network._take_bits(fields['bits']); return network
require_sigmoid => if fields['activation'] + fields['output'] != 2 * 'sigmoid': raise ValueError
def from_document(): ... =>
"""


class Profile(NamedTuple):
    """Hold what a bundle is for, what its users may name, and the rules that make it."""

    summary: str
    public: Set[str]
    rules: Tuple[str, ...]  # the later ones see what the earlier ones made


PROFILES = {
    "full": Profile("the whole core", PUBLIC, (SMALL,)),
    "micro": Profile("a sigmoid network", {"Network", "load", "__version__"}, (SMALL, MICRO)),
}


def rules(text: str) -> List[Tuple[str, str]]:
    """Return the rules that stand in a text, as pairs.

    >>> rules("# Nothing.\\na =>\\nf(_1,\\n _2) => _2")
    [('a', ''), ('f(_1, _2)', '_2')]
    """
    lines = [line for line in text.replace("\n ", " ").splitlines() if line and not line.startswith("#")]
    pairs = [line.partition("=>") for line in lines]
    return [(left.strip(), right.strip()) for left, _, right in pairs]
