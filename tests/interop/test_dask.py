"""Training in shards on a cluster of dask.distributed: two workers, each a process of its own, on this machine."""

import os
import time

import pytest

distributed = pytest.importorskip("distributed")
import dask  # noqa: E402  (it comes with distributed)

from purenet import Adam, Network, OptionError, WorkerError  # noqa: E402
from strategies import bits, parameters  # noqa: E402
from test_docs import ROOT, problems_in  # noqa: E402

X = [[(5 * i * j + i) % 11 / 11 for j in range(1, 4)] for i in range(50)]
Y = [[1, 0] if row[0] > row[1] else [0, 1] for row in X]


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
                                  dashboard_address="127.0.0.1:0") as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, timeout=30)
        yield client


def fitted(executor=None, network=None, **options):
    network = network or Network([3, 5, 2], loss="cross_entropy", exp="portable")
    history = network.fit(X, Y, **{"epochs": 5, "batch_size": 20, "shards": 3, "learning_rate": 0.1, **options},
                          executor=executor)
    return parameters(network), bits(history.loss)


def test_a_cluster_gives_the_bits_of_this_process(client):
    workers = set(client.run(os.getpid).values())
    assert len(workers) == 2 and os.getpid() not in workers
    for options in ({}, {"optimizer": "adam", "l2": 0.01, "shards": 7}):
        assert fitted(client.get_executor(pure=False), **options) == fitted(**options)


def test_the_cluster_replaces_a_worker_that_is_killed_and_the_bits_stay(client):
    victim = client.run(os.getpid).popitem()[1]

    def kill(epoch, history):
        if epoch == 1:
            os.kill(victim, 9)

    assert fitted(client.get_executor(pure=False), callback=kill) == fitted()
    deadline = time.monotonic() + 30
    while len(set(client.run(os.getpid, on_error="ignore").values()) - {victim}) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert victim not in client.run(os.getpid).values()


class Deadly:
    """The executor of a cluster, but the job of this number ends the process of the worker that gets it."""

    def __init__(self, executor, number):
        self.executor, self.number, self.jobs = executor, number, 0

    def submit(self, function, *arguments):
        self.jobs += 1
        if self.jobs == self.number:
            return self.executor.submit(os._exit, 1)
        return self.executor.submit(function, *arguments)


def test_a_job_that_kills_every_worker_it_gets_is_an_error_and_changes_nothing(client):
    network, untouched, adam = [Network([3, 5, 2], loss="cross_entropy", exp="portable") for _ in range(2)] + [Adam()]
    executor = client.get_executor(pure=False)
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        message = (r"^fit: a worker failed in epoch 1 \(the first is 0\); the network and the optimizer are as they "
                   r"were before: KilledWorker: [^.]*$")
        with pytest.raises(WorkerError, match=message):
            fitted(Deadly(executor, 1 + 9 + 4), network=network, optimizer=adam)
    assert parameters(network) == parameters(untouched)
    assert fitted(executor, network=network, optimizer=adam) == fitted(optimizer="adam"), "and the cluster goes on"


def test_an_executor_of_a_cluster_that_is_gone_is_refused(cluster):
    with distributed.Client(cluster) as client:
        executor = client.get_executor(pure=False)
    with pytest.raises(OptionError, match="^executor, a ClientExecutor, cannot do a first small job: "):
        fitted(executor)


def test_the_page_on_training_in_parallel_with_its_block_for_dask(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "parallel.md").read_text(encoding="utf-8")
    assert "from distributed" in text
    problems = problems_in("docs/parallel.md", text)
    assert not problems, "\n\n".join(problems)
