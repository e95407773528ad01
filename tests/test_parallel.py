"""Training in shards: the same bits whoever computes them, and nothing changed when one of them is lost."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from purenet import (
    Adam, DivergenceError, GradientDescent, Gradients, Momentum, Network, OptionError, PurenetError, WorkerError)
from purenet.core import parallel
from purenet.core.arithmetic import Arithmetic, real_number
from purenet.core.rng import MersenneTwister
from rounding import TINY, sum_bound
from strategies import bits, copy_of, flat, parameters, problems
from test_training import terms_of_gradients

OPTIMIZERS = {"gradient_descent": GradientDescent, "momentum": Momentum, "adam": Adam}
ROOT = Path(__file__).resolve().parent.parent


def rows(examples, width, seed=1):
    """Numbers from -1 to 1."""
    twister = MersenneTwister(seed)
    return [[2 * twister.random() - 1 for _ in range(width)] for _ in range(examples)]


X, Y = rows(23, 3), [[1, 0] if row[0] * row[1] > 0 else [0, 1] for row in rows(23, 3)]


def net(**options):
    return Network([3, 4, 2], **{"loss": "cross_entropy", "seed": 5, **options})


def fitted(executor=None, shards=3, network=None, **options):
    """The bits of the weights, biases and losses after a few epochs of uneven batches."""
    network = network or net()
    history = network.fit(X, Y, **{"epochs": 4, "batch_size": 9, "learning_rate": 0.5, "executor": executor,
                                   "shards": shards, **options})
    return parameters(network), bits(history.loss), bits(history.validation_loss)


class Immediately(Executor):
    """Compute every job as it is submitted, pickled and read again; or let one fail, and never do those after it."""

    def __init__(self, fails_at=None, error=None):
        self.jobs, self.futures, self.fails_at, self.error = 0, [], fails_at, error

    def submit(self, function, *arguments):
        self.jobs += 1
        future = Future()
        self.futures.append(future)
        function, arguments = pickle.loads(pickle.dumps((function, arguments)))
        if self.fails_at is None or self.jobs < self.fails_at:
            future.set_result(function(*arguments))
        elif self.jobs == self.fails_at:
            future.set_exception(self.error)
        return future


# -------------------------------------------------------------------------------- the same bits


@pytest.fixture(scope="module")
def thread_pools():
    """Executors of 1, 2 and 3 workers."""
    pools = [ThreadPoolExecutor(workers) for workers in (1, 2, 3)]
    yield pools
    for pool in pools:
        pool.shutdown()


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
@settings(max_examples=15)
@given(data=st.data())
def test_any_number_of_workers_gives_the_bits_of_this_process(optimizer, data, thread_pools):
    """Any activation, loss and reduction; biases or none; batches that do not come out even; fewer rows than shards."""
    net, X, y = data.draw(problems(max_layers=2, max_examples=7))
    options = {"epochs": data.draw(st.integers(0, 3)), "learning_rate": 0.01, "optimizer": optimizer,
               "batch_size": data.draw(st.sampled_from([None, 1, 2, 3, 5])), "shards": data.draw(st.integers(1, 9)),
               "l2": data.draw(st.sampled_from([0.0, 0.01])), "shuffle": data.draw(st.booleans()),
               "validation": data.draw(st.sampled_from([None, (X[:1], y[:1])])),
               "patience": data.draw(st.sampled_from([None, 1]))}
    outcomes = []
    for executor in [None, Immediately(), *thread_pools]:
        each = copy_of(net)
        try:
            history = each.fit(X, y, executor=executor, **options)
            outcomes.append((parameters(each), bits(history.loss), bits(history.validation_loss), history.stopped))
        except DivergenceError as error:
            outcomes.append((parameters(each), str(error)))
    assert all(outcome == outcomes[0] for outcome in outcomes)


@given(problems(max_examples=5), st.sampled_from(sorted(OPTIMIZERS)), st.sampled_from([None, 1, 2, 3]))
def test_one_shard_gives_the_bits_of_a_fit_without(problem, optimizer, batch_size):
    sharded, X, y = problem
    plain = copy_of(sharded)
    options = {"epochs": 3, "learning_rate": 0.01, "optimizer": optimizer, "batch_size": batch_size}
    losses = [each.fit(X, y, **options, **more).loss for each, more in ((plain, {}), (sharded, {"shards": 1}))]
    assert bits(losses[0]) == bits(losses[1])
    assert parameters(plain) == parameters(sharded)


@given(problems(max_examples=9), st.integers(1, 12))
def test_the_shards_of_a_batch_add_up_to_its_gradients_but_for_rounding(problem, shards):
    net, X, y = problem
    team = parallel.Team(net, X, y, GradientDescent(), "lists", 1, None, shards)
    found, losses = team.gradients(net, X, y, len(X))
    for each, expected, terms in zip(flat(found), flat(net.gradients(X, y)), terms_of_gradients(net, X, y)):
        assert abs(each - expected) <= sum_bound(terms) + TINY
    assert bits(losses) == bits([copy_of(net, reduction="sum").loss([a], [b]) for a, b in zip(X, y)])


def test_the_gradients_of_the_shards_are_added_from_the_first_to_the_last():
    """(1 + 1e16) - 1e16 is 0; added in another order it is 1. One weight, identity, the gradient is (w x - y) x."""
    network = Network.from_weights([[[0.0]]], activation="identity", reduction="sum")
    network.fit([[1.0], [1.0], [1.0]], [[-1.0], [-1e16], [1e16]], shards=3, executor=Immediately())
    assert network.weights == [[[0.0]]]
    network.fit([[1.0], [1.0], [1.0]], [[-1e16], [1e16], [-1.0]], shards=3, executor=Immediately())
    assert network.weights == [[[-1.0]]]


@given(st.lists(st.integers()), st.integers(1, 12))
def test_a_batch_is_cut_into_parts_of_nearly_one_length(batch, parts):
    cut = parallel.cut(batch, parts)
    assert sum(cut, []) == batch
    assert len(cut) == min(parts, len(batch))
    lengths = [len(part) for part in cut]
    assert not cut or (min(lengths) >= 1 and max(lengths) - min(lengths) <= 1)


def test_a_shard_that_is_done_late_is_still_added_in_its_place():
    class LastFirst(ThreadPoolExecutor):
        def submit(self, function, shard):
            return super().submit(lambda: (time.sleep(0.003 if shard.X[0] == X[0] else 0), function(shard))[1])

    with LastFirst(3) as pool:
        assert fitted(pool, shuffle=False) == fitted(shuffle=False)


@pytest.mark.parametrize("start", sorted({"fork", "spawn"} & set(multiprocessing.get_all_start_methods())))
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_real_processes_give_the_bits_of_this_one(start):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(start)) as pool:
        for exp, options in (("platform", {}),
                             ("portable", {"optimizer": "adam", "shards": 5, "validation": (X[:4], Y[:4])})):
            assert fitted(pool, network=net(exp=exp), **options) == fitted(network=net(exp=exp), **options)


def test_threads_compute_in_an_arithmetic_of_your_own():
    exact = Arithmetic(real_number, *(lambda z, f=f: f(z) for f in (abs, abs, abs)))
    with ThreadPoolExecutor(2) as pool:
        assert fitted(pool, network=net(exp=exact)) == fitted(network=net(exp=exact))


def test_callbacks_and_schedules_work_as_without_an_executor():
    options = {"learning_rate": lambda epoch: 0.5 / (1 + epoch), "callback": lambda epoch, history: epoch == 2}
    assert fitted(Immediately(), **options) == fitted(**options)
    assert len(fitted(Immediately(), **options)[1]) == 3


def test_a_run_that_diverges_says_so_as_without_an_executor():
    def diverge(**options):
        network = Network.from_weights([[[1.0]]], activation="identity", reduction="sum")
        losses = []
        with pytest.raises(DivergenceError) as caught:
            network.fit([[1e60]], [[0.0]], epochs=9, learning_rate=1.0,
                        callback=lambda epoch, history: losses.append(history.loss[-1]), **options)
        return str(caught.value), parameters(network), bits(losses)

    assert diverge(shards=2, executor=Immediately()) == diverge(shards=2) == diverge()


# -------------------------------------------------------------------------------- a worker that is lost


def test_a_worker_that_fails_leaves_everything_as_it_was():
    """Weights, biases, what the optimizer remembers, the stream of shuffles: the next fit goes as if without this."""
    for optimizer in OPTIMIZERS.values():
        network, untouched, kept, fresh = net(), net(), optimizer(), optimizer()
        for each, remembering in ((network, kept), (untouched, fresh)):
            fitted(network=each, optimizer=remembering)
        before = parameters(network)
        error = RuntimeError("the worker is gone. Look there.")
        executor = Immediately(fails_at=1 + 3 * 3 + 5, error=error)  # 1 to try it out, 3 batches of 3 shards an epoch
        with pytest.raises(WorkerError) as caught:
            fitted(executor, network=network, optimizer=kept)
        assert str(caught.value) == ("fit: a worker failed in epoch 1 (the first is 0); the network and the optimizer "
                                     "are as they were before: RuntimeError: the worker is gone")
        assert isinstance(caught.value, PurenetError)
        assert parameters(network) == before
        assert executor.futures[-1].cancelled() and len(executor.futures) == 1 + 3 * 3 + 6
        assert fitted(network=network, optimizer=kept) == fitted(network=untouched, optimizer=fresh)


def test_an_optimizer_that_has_remembered_nothing_does_not_after_a_worker_failed():
    adam = Adam()
    with pytest.raises(WorkerError):
        fitted(Immediately(fails_at=9, error=OSError()), optimizer=adam)
    other = Network([2, 2])
    other.fit([[1, 2]], [[0, 1]], optimizer=adam)  # which refuses a network of other sizes than it remembers
    assert adam.beta1_power == 0.9


class Poisoned(ProcessPoolExecutor):
    """Processes of which the one that gets the job of this number dies."""

    jobs, dies_at = 0, None

    def submit(self, function, *arguments):
        self.jobs += 1
        if self.jobs == self.dies_at:
            return super().submit(os._exit, 1)
        return super().submit(function, *arguments)


def test_a_process_that_dies_leaves_everything_as_it_was_and_its_pool_is_refused_from_then_on():
    network, untouched, adam = net(), net(), Adam()
    with Poisoned(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.dies_at = 12
        with pytest.raises(WorkerError, match="a worker failed in epoch 1 .* BrokenProcessPool: ") as caught:
            fitted(pool, network=network, optimizer=adam)
        assert "BrokenProcessPool" in type(caught.value.__cause__.__cause__).__name__
        assert parameters(network) == parameters(untouched)
        with pytest.raises(OptionError, match="a Poisoned, cannot do a first small job: BrokenProcessPool: "):
            fitted(pool, network=network, optimizer=adam)
    assert fitted(network=network, optimizer=adam) == fitted(network=untouched, optimizer=Adam())


# -------------------------------------------------------------------------------- interruptions


class Interrupted(BaseException):
    """What Ctrl-C does."""


@pytest.mark.parametrize("step", [1, 2, 7])
def test_an_interruption_leaves_the_weights_of_the_last_step_and_cancels_what_is_not_done(step):
    network, reference = net(), net()
    executor = Immediately(fails_at=1 + 3 * step + 1, error=Interrupted())
    with pytest.raises(Interrupted):
        fitted(executor, network=network, batch_size=None, epochs=10)
    fitted(network=reference, batch_size=None, epochs=step)
    assert parameters(network) == parameters(reference)
    assert [future.cancelled() for future in executor.futures[-3:]] == [False, True, True]


SCRIPT = """
import signal
from concurrent.futures import ProcessPoolExecutor
from purenet import Network

if __name__ == "__main__":
    network, kept = Network([3, 60, 2]), []
    with ProcessPoolExecutor(2, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            network.fit([[1, 2, 3]] * 200, [[0, 1]] * 200, epochs=10**6, shards=2, executor=pool,
                        callback=lambda epoch, history: kept.append(epoch) or epoch == 1 and print("ready", flush=True))
        except KeyboardInterrupt:
            again = Network([3, 60, 2])
            for epochs in (len(kept), 1):  # the interruption falls before or after the step, but not inside
                again.fit([[1, 2, 3]] * 200, [[0, 1]] * 200, epochs=epochs, shards=2)
                if network.weights == again.weights and network.biases == again.biases:
                    print("weights of a step")
                    break
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a process group to interrupt")
def test_ctrl_c_ends_a_run_with_processes(tmp_path):
    """As the terminal sends it: to the workers too. They ignore it, for a pool whose workers die of it may hang."""
    (tmp_path / "script.py").write_text(SCRIPT)
    process = subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert printed == "weights of a step\n"


# -------------------------------------------------------------------------------- what is refused


def closed_pool():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    return pool


class Silent:
    """It has a submit, and returns no future."""

    def submit(self, function, *arguments):
        return None


NO_EXECUTOR = "executor must be a concurrent.futures.Executor, such as ProcessPoolExecutor(2), found "
REFUSED = [
    ({"shards": 0}, "shards must be a whole number of at least 1, found 0"),
    ({"shards": -2}, "shards must be a whole number of at least 1, found -2"),
    ({"shards": True}, "shards must be a whole number of at least 1, found True"),
    ({"shards": 2.0}, "shards must be a whole number of at least 1, found 2.0"),
    ({"shards": "2", "executor": Immediately()}, "shards must be a whole number of at least 1, found '2'"),
    ({"executor": Immediately()},
     "executor needs shards, the number of parts to cut each batch into, such as the number of workers: the last bits "
     "of the weights depend on it, so it is not guessed"),
    ({"executor": 2, "shards": 2}, NO_EXECUTOR + "2"),
    ({"executor": "processes", "shards": 2}, NO_EXECUTOR + "'processes'"),
    ({"executor": Immediately, "shards": 2}, NO_EXECUTOR + "<class 'test_parallel.Immediately'>"),
    ({"executor": closed_pool(), "shards": 2},
     "executor, a ThreadPoolExecutor, cannot do a first small job: RuntimeError: cannot schedule new futures after "
     "shutdown"),
    ({"executor": Silent(), "shards": 2},
     "executor, a Silent, cannot do a first small job: AttributeError: 'NoneType' object has no attribute 'cancel'"),
    ({"executor": Immediately(), "shards": 2, "engine": "kernel"},
     "unknown engine 'kernel' (did you mean 'kernels'?): expected one of auto, kernels, lists, unrolled"),
]


@pytest.mark.parametrize("options, message", REFUSED, ids=[message[:50] for _, message in REFUSED])
def test_what_is_refused_leaves_everything_as_it_was(options, message):
    network, untouched, adam = net(), net(), Adam()
    with pytest.raises(OptionError) as caught:
        network.fit(X, Y, epochs=3, batch_size=5, optimizer=adam, **options)
    assert str(caught.value) == message
    assert parameters(network) == parameters(untouched) and adam.memory == []
    assert fitted(network=network) == fitted(network=untouched)


def test_an_arithmetic_that_cannot_be_sent_to_a_process_is_refused():
    own = Arithmetic(real_number, *(lambda z: z for _ in range(3)))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        message = "a ProcessPoolExecutor, cannot do a first small job: .*([Pp]ickle|local object)"
        with pytest.raises(OptionError, match=message):
            fitted(pool, network=net(exp=own))


def test_a_worker_is_sent_no_more_than_its_rows_and_the_network():
    """One pickled shard of 128 digits: 9 bytes a number, and 4 kB for the rest."""
    network = Network([64, 32, 10])
    shard = parallel.Shard(network, rows(128, 64), rows(128, 10), 256, "auto", 1)
    numbers = 128 * 74 + len(flat(Gradients(network.weights, network.biases)))
    assert len(pickle.dumps(shard)) < 9.2 * numbers + 4096


def test_two_fits_may_share_an_executor():
    found = []
    with ThreadPoolExecutor(2) as pool:
        threads = [threading.Thread(target=lambda: found.append(fitted(pool))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [fitted()] * 3
