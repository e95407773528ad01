"""Training: batches, shuffling, stopping and memory, against a plain re-computation; and the same bits on every Python.

Sums over the examples of a batch are taken in the order of the batch, so another order may round otherwise. How much: a
sum of n terms t is off by (n - 1) u Σ|t| at most, u = 2⁻⁵³, however it is ordered; two orders differ by twice that. The
terms of a gradient are the floats a_i delta_j of every example, which `backward` records; an example's terms do not
depend on the examples beside it. That is `sum_bound`, and every tolerance here comes from it.
"""

import hashlib
import math
import random
import struct

import pytest
from hypothesis import assume, given, reject, settings, strategies as st

from purenet import Adam, GradientDescent, History, Momentum, Network, inverse_time
from purenet.core import backprop
from purenet.core.backprop import Gradients
from purenet.core.errors import DivergenceError, OptionError
from purenet.core.rng import MersenneTwister
from rounding import TINY, allowed, rounded_network, sum_bound
from strategies import bits, copy_of, flat, options_of, parameters, problems

XOR_X, XOR_Y = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]


# -------------------------------------------------------------------------------- what a batch adds up to


def terms_of_gradients(net, X, y):
    """For every weight and bias, in the order of `flat`, the terms of its sum over the examples."""
    deltas = {}

    def record(step, layer, value):
        if step == "delta":
            deltas[layer] = value

    zs, activations = backprop.forward(net, X)
    backprop.backward(net, zs, activations, y, record)
    terms = []
    for layer, W in enumerate(net.weights):
        for i in range(len(W)):
            for j in range(len(W[0])):
                terms.append([a[i] * delta[j] for a, delta in zip(activations[layer], deltas[layer])])
    for layer, b in enumerate(net.biases or []):
        terms.extend([delta[j] for delta in deltas[layer]] for j in range(len(b)))
    return terms


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_but_rounding(problem, shuffler):
    net, X, y = problem
    order = list(range(len(X)))
    shuffler.shuffle(order)
    permuted = net.gradients([X[i] for i in order], [y[i] for i in order])
    for found, expected, terms in zip(flat(permuted), flat(net.gradients(X, y)), terms_of_gradients(net, X, y)):
        assert abs(found - expected) <= sum_bound(terms) + TINY


@given(problems(reduction="sum"))
def test_a_gradient_is_the_sum_of_the_gradients_of_its_examples(problem):
    """To the last bit: the terms are the same floats, and are added in the same order."""
    net, X, y = problem
    total = flat(net.gradients(X[:1], y[:1]))
    for inputs, targets in zip(X[1:], y[1:]):
        total = [t + g for t, g in zip(total, flat(net.gradients([inputs], [targets])))]
    assert bits(flat(net.gradients(X, y))) == bits(total)


@given(problems())
def test_every_example_twice_doubles_a_sum_and_leaves_a_mean_alone(problem):
    """Under "mean" each term is halved, which is exact: a power of two. So only the order of the sum is new."""
    net, X, y = problem
    factor = 2 if net.reduction == "sum" else 1
    doubled = flat(net.gradients(X + X, y + y))
    for found, once, terms in zip(doubled, flat(net.gradients(X, y)), terms_of_gradients(net, X + X, y + y)):
        assert abs(found - factor * once) <= sum_bound(terms) + TINY


@given(problems(max_examples=1))
def test_one_example_twice_is_exactly_double_or_the_same(problem):
    """t + t is exact. (Should t/2 underflow, it is not, so the smallest numbers are left out.)"""
    net, X, y = problem
    once = flat(net.gradients(X, y))
    assume(all(g == 0 or abs(g) > 1e-300 for g in once))
    factor = 2 if net.reduction == "sum" else 1
    assert bits(flat(net.gradients(X + X, y + y))) == bits([factor * g for g in once])


@given(problems())
def test_mean_is_sum_divided_by_the_number_of_examples(problem):
    """But for rounding, since the mean divides each delta: neither is further from the truth than rounding.py says."""
    net, X, y = problem
    summed, mean = copy_of(net, reduction="sum"), copy_of(net, reduction="mean")
    assert mean.loss(X, y) == summed.loss(X, y) / len(X)
    sums, means = [flat(rounded_network(each).gradients(X, y)) for each in (summed, mean)]
    for s, m in zip(sums, means):
        assert abs(m.value - s.value / len(X)) <= allowed(m) + allowed(s)


# -------------------------------------------------------------------------------- fit, recomputed


class Plain:
    """Fit, written down in the most straightforward way: one function of numbers for each weight, nothing shared."""

    def __init__(self, net):
        self.options = options_of(net)
        self.weights, self.biases = net.weights, net.biases
        self.stream = MersenneTwister(net.seed)
        for _ in flat(backprop.Gradients(net.weights, None)):
            self.stream.random()  # those of the weights

    def network(self, **changed):
        return Network.from_weights(self.weights, self.biases, **{**self.options, **changed})

    def fit(self, X, y, epochs, rate, batch_size=None, update=None, l2=0.0, shuffle=True, validation=None,
            patience=None, tolerance=0.0, stop=lambda epoch: False):
        update = update or (lambda place, w, g, rate: w - rate * g)
        rate = rate if callable(rate) else (lambda epoch, constant=rate: constant)
        batch_size = min(batch_size or len(X), len(X))
        losses, validation_losses, best, why = [], [], None, "epochs"
        for epoch in range(epochs):
            order = list(range(len(X)))
            if shuffle and batch_size < len(X):
                self.stream.shuffle(order)
            total = 0.0
            for start in range(0, len(X), batch_size):
                batch = order[start:start + batch_size]
                for i in batch:
                    total = total + self.network(reduction="sum").loss([X[i]], [y[i]])
                g = self.network().gradients([X[i] for i in batch], [y[i] for i in batch])
                penalised = (lambda g, w: g + l2 * w) if l2 else (lambda g, w: g)
                self.weights = [[[update((k, i, j), w, penalised(g.weights[k][i][j], w), rate(epoch))
                                  for j, w in enumerate(row)] for i, row in enumerate(W)]
                                for k, W in enumerate(self.weights)]
                self.biases = self.biases and [
                    [update((k, j), b, g.biases[k][j], rate(epoch)) for j, b in enumerate(row)]
                    for k, row in enumerate(self.biases)]
            losses.append(total / len(X) if self.options["reduction"] == "mean" else total)
            if validation:
                validation_losses.append(self.network().loss(*validation))
            watched = validation_losses[-1] if validation else losses[-1]
            if patience and (best is None or watched < best[0] - tolerance):
                best = watched, epoch, self.weights, self.biases
            if patience and epoch - best[1] >= patience:
                why = "patience"
            if stop(epoch):
                why = "callback"
            if why != "epochs":
                break
        if best and validation:
            self.weights, self.biases = best[2:]
        return losses, validation_losses, why, best[1] if best and validation else None


def momentum_update(mu=0.9):
    velocity = {}

    def update(place, w, g, rate):
        velocity[place] = mu * velocity.get(place, 0.0) + g
        return w - rate * velocity[place]
    return update


def adam_update(beta1=0.9, beta2=0.999, epsilon=1e-8):
    moments = {}

    def update(place, w, g, rate):
        m, v, power1, power2 = moments.get(place, (0.0, 0.0, 1.0, 1.0))
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * (g * g)
        power1, power2 = power1 * beta1, power2 * beta2
        moments[place] = m, v, power1, power2
        return w - rate * (m / (1 - power1) / (math.sqrt(v / (1 - power2)) + epsilon))
    return update


UPDATES = {"gradient_descent": lambda: None, "momentum": momentum_update, "adam": adam_update}


def compare(net, plain, X, y, epochs, learning_rate, update=None, stop=None, **options):
    """Train both, and compare every weight, loss and History field to the last bit."""
    callback = stop and (lambda epoch, history: stop(epoch))
    try:
        history = net.fit(X, y, epochs=epochs, learning_rate=learning_rate, callback=callback, **options)
    except DivergenceError:
        reject()  # the plain loop has no opinion; tests of their own say what fit does then
    options.pop("optimizer", None)
    found = plain.fit(X, y, epochs, learning_rate, update=update, stop=stop or (lambda epoch: False), **options)
    assert bits(history.loss) == bits(found[0])
    assert bits(history.validation_loss) == bits(found[1])
    assert (history.stopped, history.best_epoch) == found[2:]
    assert history.epochs == len(history.loss)
    assert bits([net.weights, net.biases]) == bits([plain.weights, plain.biases])
    return history


@pytest.mark.parametrize("optimizer", sorted(UPDATES))
@settings(max_examples=25)
@given(data=st.data())
def test_fit_is_the_plain_loop_to_the_last_bit(optimizer, data):
    net, X, y = data.draw(problems(max_layers=2, max_examples=5))
    compare(net, Plain(net), X, y, data.draw(st.integers(0, 4), label="epochs"), data.draw(st.sampled_from(
        [0.5, 0.01, inverse_time(0.5, 0.3), lambda epoch: 0.1 if epoch < 2 else 0.01]), label="rate"),
        update=UPDATES[optimizer](), optimizer=optimizer, batch_size=data.draw(st.sampled_from([None, 1, 2, 3, 99])),
        l2=data.draw(st.sampled_from([0.0, 0.01])), shuffle=data.draw(st.booleans(), label="shuffle"),
        validation=data.draw(st.sampled_from([None, (X[:1], y[:1])])))


@settings(max_examples=25)
@given(data=st.data())
def test_early_stopping_is_the_plain_loop_to_the_last_bit(data):
    net, X, y = data.draw(problems(max_layers=2, max_examples=4))
    compare(net, Plain(net), X, y, 12, data.draw(st.sampled_from([0.01, 1.0, 8.0])),
            patience=data.draw(st.integers(1, 3)), tolerance=data.draw(st.sampled_from([0.0, 0.01])),
            batch_size=data.draw(st.sampled_from([None, 1])),
            validation=data.draw(st.sampled_from([None, (X[-1:], y[-1:])])),
            stop=data.draw(st.sampled_from([None, lambda epoch: epoch == 3])))


@given(problems(max_layers=2, max_examples=4))
def test_online_training_is_a_step_for_each_example_in_turn(problem):
    net, X, y = problem
    step_by_step, batches_of_one, alone = copy_of(net), copy_of(net), net
    for inputs, targets in list(zip(X, y)) * 2:
        step_by_step.fit([inputs], [targets], learning_rate=0.25)
    batches_of_one.fit(X, y, epochs=2, learning_rate=0.25, batch_size=1, shuffle=False)
    for inputs, targets in list(zip(X, y)) * 2:
        g = alone.gradients([inputs], [targets])
        alone.weights = [[[w - 0.25 * d for w, d in zip(*rows)] for rows in zip(W, D)]
                         for W, D in zip(alone.weights, g.weights)]
        alone.biases = alone.biases and [[b - 0.25 * d for b, d in zip(*rows)] for rows in zip(alone.biases, g.biases)]
    assert parameters(step_by_step) == parameters(batches_of_one) == parameters(alone)


@given(st.integers(1, 12), st.integers(1, 14), st.booleans(), st.integers(0, 2 ** 32 - 1))
def test_the_batches_of_an_epoch_are_the_shuffled_order_cut_up(examples, batch_size, shuffle, seed):
    seen, net = [], Network([1, 1], seed=seed)
    original = backprop.forward

    def spy(network, X, *rest):
        seen.append([row[0] for row in X])
        return original(network, X, *rest)

    backprop.forward = spy
    try:
        net.fit([[k] for k in range(examples)], [[0]] * examples, epochs=3, batch_size=batch_size, shuffle=shuffle,
                engine="lists")
    finally:
        backprop.forward = original

    stream, expected = MersenneTwister(seed), []
    stream.random()  # the weight
    for _ in range(3):
        order = list(range(examples))
        if shuffle and batch_size < examples:
            stream.shuffle(order)
        expected += [[float(k) for k in order[start:start + batch_size]] for start in range(0, examples, batch_size)]
    assert seen == expected
    per_epoch = len(seen) // 3
    for epoch in range(3):
        rows = sum(seen[epoch * per_epoch:(epoch + 1) * per_epoch], [])
        assert sorted(rows) == list(range(examples)), "an epoch takes every example once"


@pytest.mark.parametrize("batch_size", [None, 1, 3])
@pytest.mark.parametrize("optimizer", [GradientDescent, Momentum, Adam])
def test_twenty_epochs_are_ten_and_ten_with_the_same_object(optimizer, batch_size):
    at_once, in_two, forgetful = [Network([3, 4, 1]) for _ in range(3)]
    at_once.fit(XOR_X, XOR_Y, epochs=20, optimizer=optimizer(), batch_size=batch_size)
    kept = optimizer()
    histories = [in_two.fit(XOR_X, XOR_Y, epochs=10, optimizer=kept, batch_size=batch_size) for _ in range(2)]
    assert parameters(in_two) == parameters(at_once)
    assert len(histories[0].loss + histories[1].loss) == 20
    for _ in range(2):
        forgetful.fit(XOR_X, XOR_Y, epochs=10, optimizer=optimizer(), batch_size=batch_size)
    assert (parameters(forgetful) == parameters(at_once)) == (optimizer is GradientDescent)


def test_a_second_fit_goes_on_with_the_stream_of_shuffles():
    net = Network([3, 4, 1])
    plain = Plain(net)
    for _ in range(2):
        compare(net, plain, XOR_X, XOR_Y, 5, 0.5, batch_size=1)


# -------------------------------------------------------------------------------- history and stopping


def test_the_loss_of_a_full_batch_epoch_is_the_loss_after_so_many_steps():
    net, losses = Network([3, 4, 1]), []
    losses.append(net.loss(XOR_X, XOR_Y))
    history = net.fit(XOR_X, XOR_Y, epochs=5, callback=lambda epoch, history: losses.append(net.loss(XOR_X, XOR_Y)))
    assert bits(history.loss) == bits(losses[:-1])


def test_no_epochs_change_nothing():
    net = Network([3, 4, 1])
    before = parameters(net)
    history = net.fit(XOR_X, XOR_Y, epochs=0, patience=3)
    assert parameters(net) == before
    assert (history.loss, history.validation_loss, history.epochs, history.stopped, history.best_epoch) == (
        [], [], 0, "epochs", None)


def test_the_callback_sees_each_epoch_and_can_stop():
    calls = []

    def callback(epoch, history):
        calls.append((epoch, len(history.loss), len(history.validation_loss)))
        return epoch == 2

    history = Network([3, 4, 1]).fit(XOR_X, XOR_Y, epochs=10, callback=callback, validation=(XOR_X, XOR_Y))
    assert calls == [(0, 1, 1), (1, 2, 2), (2, 3, 3)]
    assert (history.stopped, history.epochs, history.best_epoch) == ("callback", 3, None)


def test_early_stopping_keeps_the_best_weights():
    """The validation targets are the wrong way round, so that every step that helps the training hurts there."""
    net, kept = Network([3, 4, 1]), []
    wrong = [[1 - t for t in row] for row in XOR_Y]

    def callback(epoch, history):
        kept.append((net.loss(XOR_X, wrong), parameters(net)))

    history = net.fit(XOR_X, XOR_Y, epochs=1000, learning_rate=2.0, validation=(XOR_X, wrong), patience=5,
                      callback=callback)
    losses = [loss for loss, _ in kept]
    assert history.stopped == "patience" and history.epochs < 1000
    assert history.validation_loss == losses
    assert history.best_epoch == losses.index(min(losses)) == history.epochs - 1 - 5
    assert parameters(net) == kept[history.best_epoch][1] != kept[-1][1]


def test_early_stopping_keeps_the_best_weights_also_when_all_epochs_were_done():
    net = Network([3, 4, 1])
    wrong = [[1 - t for t in row] for row in XOR_Y]
    history = net.fit(XOR_X, XOR_Y, epochs=40, learning_rate=2.0, validation=(XOR_X, wrong), patience=1000)
    assert history.stopped == "epochs" and history.epochs == 40
    assert net.loss(XOR_X, wrong) == min(history.validation_loss) == history.validation_loss[history.best_epoch]


def test_without_validation_data_patience_stops_and_keeps_the_last_weights():
    """The training loss is that of before the step, so it does not tell which weights are the best."""
    net, kept = Network([3, 4, 1]), []
    history = net.fit(XOR_X, XOR_Y, epochs=1000, learning_rate=50.0, patience=2,
                      callback=lambda *_: kept.append(parameters(net)))
    assert history.stopped == "patience" and history.best_epoch is None
    lowest = history.loss.index(min(history.loss))
    assert history.epochs == lowest + 3
    assert parameters(net) == kept[-1] and len(kept) == history.epochs


def test_a_history_prints_how_it_ended():
    history = History()
    assert repr(history) == "History(epochs=0, stopped='epochs')"
    history.loss.append(0.5)
    assert repr(history) == "History(epochs=1, stopped='epochs', loss=0.5)"


@given(st.floats(0.001, 10), st.floats(0, 10), st.integers(0, 1000))
def test_inverse_time_is_its_formula(rate, decay, epoch):
    assert inverse_time(rate, decay)(epoch) == rate / (1 + decay * epoch)


class Interrupted(BaseException):
    """What Ctrl-C does."""


@pytest.mark.parametrize("moment", [1, 2, 7])
def test_an_interruption_leaves_weights_and_biases_of_one_and_the_same_step(moment):
    """After so many steps, in the middle of the next."""
    net, reference, calls = Network([3, 4, 1]), Network([3, 4, 1]), []

    class Adam7(Adam):
        def step(self, *arguments):
            calls.append(1)
            if len(calls) > moment:
                raise Interrupted
            return super().step(*arguments)

    with pytest.raises(Interrupted):
        net.fit(XOR_X, XOR_Y, epochs=10, optimizer=Adam7())
    reference.fit(XOR_X, XOR_Y, epochs=moment, optimizer="adam")
    assert parameters(net) == parameters(reference)


def test_an_interruption_between_epochs_leaves_the_weights_of_the_last():
    net, kept = Network([3, 4, 1]), []

    def callback(epoch, history):
        kept.append(parameters(net))
        if epoch == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        net.fit(XOR_X, XOR_Y, epochs=10, patience=3, validation=(XOR_X, XOR_Y), callback=callback)
    assert parameters(net) == kept[4] and len(kept) == 5


# -------------------------------------------------------------------------------- the same bits everywhere


def fingerprint(net):
    """The sha256 of every weight and bias as eight bytes, the most significant first."""
    numbers = flat(backprop.Gradients(net.weights, net.biases))
    return hashlib.sha256(struct.pack(f">{len(numbers)}d", *numbers)).hexdigest()


def rows(seed, examples, width):
    """Numbers from -1 to 1 that are the same on every machine: of the seeded stream, and exact."""
    twister = MersenneTwister(seed)
    return [[2 * twister.random() - 1 for _ in range(width)] for _ in range(examples)]


def choices(X, classes):
    """One of the classes for each row, by a rule that takes some learning."""
    return [[1 if k == int(4 * (row[0] * row[1] + 1)) % classes else 0 for k in range(classes)] for row in X]


def sigmoid_run():
    net = Network([3, 4, 1], reduction="sum", bias=False, exp="portable")
    net.fit(XOR_X, XOR_Y, epochs=2000)
    return net


def tanh_and_softmax_run():
    net = Network([4, 8, 3], activation="tanh", loss="cross_entropy", init="glorot", seed=42, exp="portable")
    X = rows(7, 60, 4)
    net.fit(X, choices(X, 3), epochs=30, learning_rate=0.02, batch_size=7, optimizer="adam", l2=0.001)
    return net


def binary_cross_entropy_run():
    net = Network([4, 6, 5, 2], activation="sigmoid", loss="binary_cross_entropy", init="he", seed=3, exp="portable")
    X = rows(8, 40, 4)
    net.fit(X, choices(X, 2), epochs=30, learning_rate=inverse_time(0.5, 0.1), batch_size=8, optimizer="momentum",
            validation=(X[:5], choices(X[:5], 2)), patience=10)
    return net


FINGERPRINTS = {
    sigmoid_run: "d520e57e0fc54fb3b2124292a7fe4dec64b998dc3f99b93c5d0bd0521355a9b0",
    tanh_and_softmax_run: "eb1c13d478f915536b5cf55e98841a8c033a34b54efd07aed0c04760cbc9b6ee",
    binary_cross_entropy_run: "8aaacc5b6d7adc00f6e92a7477f83973344336e6f716da13978aa278d8144b59",
}


@pytest.mark.parametrize("run", FINGERPRINTS, ids=lambda run: run.__name__)
def test_a_seeded_run_with_the_portable_exp_ends_in_the_same_bits_on_every_python(run):
    assert fingerprint(run()) == FINGERPRINTS[run]


def test_the_fingerprint_sees_the_last_bit_of_any_weight():
    net = Network([3, 4, 1])
    before = fingerprint(net)
    net.biases[1][0] = 5e-324
    assert fingerprint(net) != before


def test_the_global_random_stream_is_neither_used_nor_moved():
    random.seed(5)
    state = random.getstate()
    first = Network([3, 4, 1])
    first.fit(XOR_X, XOR_Y, epochs=3, batch_size=2)
    assert random.getstate() == state
    random.seed(6)
    second = Network([3, 4, 1])
    second.fit(XOR_X, XOR_Y, epochs=3, batch_size=2)
    assert parameters(first) == parameters(second)


@given(problem=problems(), epochs=st.integers(0, 7), count=st.integers(2, 9))
def test_snapshots_are_the_weights_along_the_way(problem, epochs, count):
    net, X, y = problem
    first = parameters(net)
    try:
        history = copy_of(net).fit(X, y, epochs=epochs, learning_rate=0.1, snapshots=count)
    except DivergenceError:
        return
    numbers = [snapshot.epochs for snapshot in history.snapshots]
    assert numbers[0] == 0 and numbers[-1] == epochs and len(numbers) == min(count, epochs + 1)
    assert numbers == sorted(set(numbers))
    assert bits([history.snapshots[0].weights, history.snapshots[0].biases]) == first
    for snapshot in history.snapshots:
        again = copy_of(net)
        again.fit(X, y, epochs=snapshot.epochs, learning_rate=0.1)
        assert bits([snapshot.weights, snapshot.biases]) == parameters(again)


def test_snapshots_are_copies_and_change_no_bit_of_the_training():
    plain, watched = Network([3, 4, 1]), Network([3, 4, 1])
    plain_history = plain.fit(XOR_X, XOR_Y, epochs=50, batch_size=2, optimizer="adam")
    history = watched.fit(XOR_X, XOR_Y, epochs=50, batch_size=2, optimizer="adam", snapshots=[7, 50, 7],
                          direction_changes=True)
    assert parameters(watched) == parameters(plain) and history.loss == plain_history.loss
    assert [snapshot.epochs for snapshot in history.snapshots] == [7, 50]
    last = history.snapshots[-1]
    assert bits([last.weights, last.biases]) == parameters(watched)
    watched.weights[0][0][0] = 99.0
    assert last.weights[0][0][0] != 99.0
    assert plain_history.snapshots == [] and plain_history.direction_changes is None


@given(problem=problems(), epochs=st.integers(0, 6), rate=st.sampled_from([0.5, 20.0]))
def test_direction_changes_count_turns_between_up_and_not_up(problem, epochs, rate):
    net, X, y = problem
    try:
        history = net.fit(X, y, epochs=epochs, learning_rate=rate, snapshots=range(epochs + 1), direction_changes=True)
    except DivergenceError:
        return

    values = [flat(Gradients(snapshot.weights, snapshot.biases)) for snapshot in history.snapshots]
    ups = [[b > a for a, b in zip(*pair)] for pair in zip(values, values[1:])]
    expected = [sum(a != b for a, b in zip(column, column[1:])) for column in zip(*ups)] or [0] * len(values[0])
    weights, biases = history.direction_changes
    assert flat(Gradients(weights, biases)) == expected
    assert [[len(row) for row in W] for W in weights] == [[len(row) for row in W] for W in net.weights]
    assert (biases is None) == (net.biases is None)


@pytest.mark.parametrize("snapshots, sentence", [
    (1, "snapshots must be a whole number of at least 2, found 1"),
    (2.5, "snapshots must be a whole number of at least 2, found 2.5"),
    ([0, 11], r"snapshots\[1\] must be a whole number from 0 to 10, found 11"),
    ([-1], r"snapshots\[0\] must be a whole number from 0 to 10, found -1"),
])
def test_snapshots_that_cannot_be_are_refused_before_anything_changes(snapshots, sentence):
    net = Network([3, 4, 1])
    before = parameters(net)
    with pytest.raises(OptionError, match=sentence):
        net.fit(XOR_X, XOR_Y, epochs=10, snapshots=snapshots)
    assert parameters(net) == before
