"""Training in parallel: every batch is cut into shards, and what each shard contributes is computed by some worker.

A gradient is a sum over the examples of a batch, so the gradients of the batch are those of its shards added up. Who
computes a shard changes no bit of them. The order in which they are added does, so it is fixed: the shards follow from
their number and the batch alone, and are added from the first to the last, whichever is done first.

The workers are those of an executor: anything with the `submit` of `concurrent.futures`. Without one, this process does
the same sums.
"""

from . import engines, lists, matrix
from .errors import OptionError, WorkerError, brief, whole
from .gradients import Gradients


class Shard:
    """Hold a part of a batch, and all that a worker needs to compute what it contributes to the batch's gradients."""

    def __init__(self, network, X, y, examples, engine, work):
        self.network = network
        self.X = X
        self.y = y
        self.examples = examples  # in the whole batch
        self.engine = engine  # its name: each worker looks for its own
        self.work = work  # how many examples to expect in all, which decides what is worth preparing

    def gradients(self):
        """Return what these rows contribute to the gradients of their batch, and the loss of each row."""
        engine = engines.choose(self.engine, self.network, self.work, len(self.X))
        return engine.gradients(self.network, self.X, self.y, self.examples)


class Team:
    """Train a network as an engine does, with the gradients of every batch computed in shards.

    When a worker fails, the network and its optimizer are put back as they were when the team was made.

    Raises OptionError for no number of shards, and for what is no executor or cannot do a first small job.
    """

    def __init__(self, network, X, y, optimizer, engine, epochs, executor, shards):
        if shards is None:
            raise OptionError("executor needs shards, the number of parts to cut each batch into, such as the number "
                              "of workers: the last bits of the weights depend on it, so it is not guessed")
        self.shards = whole("shards", shards)
        self.engine = engine
        self.work = len(X) * epochs // self.shards
        self.executor = executor
        self.epoch = 0
        rng = network.rng
        self.before = network.weights, network.biases, rng.words[:], rng.position, optimizer.state()
        if executor is not None:
            self._try_out(network, X[:1], y[:1])

    def _try_out(self, network, X, y):
        """Let the executor compute the gradients of one example, so that one that cannot is refused before training."""
        if isinstance(self.executor, type) or not callable(getattr(self.executor, "submit", None)):
            raise OptionError("executor must be a concurrent.futures.Executor, such as ProcessPoolExecutor(2), "
                              f"found {brief(self.executor)}")
        try:
            self.gradients(network, X, y, 1)
        except WorkerError as error:
            raise OptionError(f"executor, a {type(self.executor).__name__}, cannot do a first small job: {error}")

    def gradients(self, network, X, y, examples):
        """Return the gradients of a batch, and the loss of each of its examples.

        Raises WorkerError when a worker does not give its share.
        """
        shards = [Shard(network, part_X, part_y, examples, self.engine, self.work)
                  for part_X, part_y in zip(cut(X, self.shards), cut(y, self.shards))]
        if self.executor is None:
            return added(shard.gradients() for shard in shards)
        try:
            return self._collected(shards)
        except Exception as error:  # of any kind: every executor has its own for a worker that died
            raise WorkerError(f"{type(error).__name__}: {first_sentence(error)}") from error

    def _collected(self, shards):
        futures: list = []
        try:
            for shard in shards:
                futures.append(self.executor.submit(Shard.gradients, shard))
            return added(future.result() for future in futures)
        finally:
            for future in futures:
                future.cancel()  # what nobody waits for any more; it does nothing to one that is done

    def train(self, network, X, y, plan, batch_size, optimizer, l2):
        """Train the network as `lists.train` does, and raise what that raises.

        Raises WorkerError, too, with everything as it was before, when a worker does not give its share.
        """
        try:
            yield from lists.train(network, X, y, self._noted(plan), batch_size, optimizer, l2,
                                   self.gradients)
        except WorkerError as error:
            network.weights, network.biases, network.rng.words, network.rng.position, memory = self.before
            optimizer.restore(memory)
            raise WorkerError(f"fit: a worker failed in epoch {self.epoch} (the first is 0); the network and the "
                              f"optimizer are as they were before: {error}") from error

    def _noted(self, plan):
        """Yield the same plan, and note which epoch it has come to."""
        for epochs, rate, order in plan:
            self.epoch = epochs.start
            yield epochs, rate, order


def cut(rows, parts):
    """Return a list cut into so many parts, their lengths the same but for one; never an empty part.

    >>> cut([1, 2, 3, 4, 5], 3), cut([1, 2], 3)
    ([[1], [2, 3], [4, 5]], [[1], [2]])
    """
    parts = min(parts, len(rows))
    return [rows[k * len(rows) // parts:(k + 1) * len(rows) // parts] for k in range(parts)]


def first_sentence(error):
    """Return how the message of an error begins, without what executors add about where to look for the rest.

    >>> first_sentence(RuntimeError("4 workers died. Inspecting their logs is a good next step."))
    '4 workers died'
    """
    return str(error).split("\n")[0].split(". ")[0].rstrip(".")


def added(contributions):
    """Return the sum of the gradients, from the first to the last, and all the losses.

    >>> added([(Gradients([[[1.0]]], [[2.0]]), [0.5]), (Gradients([[[10.0]]], [[20.0]]), [0.25])])
    (Gradients(weights=[[[11.0]]], biases=[[22.0]]), [0.5, 0.25])
    """
    total, all_losses = None, []
    for gradients, losses in contributions:
        total = gradients if total is None else add(total, gradients)
        all_losses.extend(losses)
    return total, all_losses


def add(G, H):
    """Return the sum of two Gradients."""
    biases = None if G.biases is None else [[g + h for g, h in zip(*rows)] for rows in zip(G.biases, H.biases)]
    return Gradients([matrix.add(A, B) for A, B in zip(G.weights, H.weights)], biases)
