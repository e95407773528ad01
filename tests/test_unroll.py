"""The generated programs: the same bits as the lists for every option, and source that is what it is said to be."""

import ast
import gc
import itertools
import math
import re
import signal
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from purenet import Adam, DivergenceError, GradientDescent, Momentum, Network, OptionError
from purenet.core import engines, lists, training
from purenet.core.arithmetic import Arithmetic
from purenet.core.optimizer import Optimizer
from purenet.unroll import choice, kernels, program, python, unroll
from purenet.unroll.engine import Engine
from purenet.unroll.program import Kind
from interruptions import interrupted
from strategies import ACTIVATIONS, VALID_PAIRS, bits, copy_of, parameters, problems

GENERATED = ("unrolled", "kernels")
OPTIMIZERS = {"gradient_descent": GradientDescent, "momentum": Momentum, "adam": Adam}
XOR_X, XOR_Y = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]


def outcome(net, X, y, engine, optimizer, **options):
    """All that a training run leaves behind, as bits, or the words with which it is refused."""
    optimizer = OPTIMIZERS[optimizer]()
    try:
        history = net.fit(X, y, engine=engine, optimizer=optimizer, **options)
        went = [bits(history.loss), bits(history.validation_loss), history.stopped, history.best_epoch]
    except DivergenceError as error:
        went = str(error)
    powers = bits([getattr(optimizer, name, 0.0) for name in ("beta1_power", "beta2_power")])
    return went, parameters(net), bits(optimizer.memory), powers, net.rng.random()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("engine", GENERATED)
@settings(max_examples=40)
@given(data=st.data())
def test_a_training_run_has_the_bits_of_the_lists(engine, optimizer, data):
    net, X, y = data.draw(problems(max_layers=3, max_examples=5))
    options = {
        "epochs": data.draw(st.integers(0, 4), label="epochs"),
        "batch_size": data.draw(st.sampled_from([None, 1, 2, 3]), label="batch_size"),
        "learning_rate": data.draw(st.sampled_from([1.0, 0.3, 50.0, 1e300, purenet.inverse_time(0.5, 0.1)])),
        "l2": data.draw(st.sampled_from([0.0, 0.01]), label="l2"),
        "shuffle": data.draw(st.booleans(), label="shuffle"),
        "validation": data.draw(st.sampled_from([None, (X[:1], y[:1])])),
        "patience": data.draw(st.sampled_from([None, 1])),
    }
    assert (outcome(copy_of(net), X, y, engine, optimizer, **options)
            == outcome(copy_of(net), X, y, "lists", optimizer, **options))


@pytest.mark.parametrize("output, loss", VALID_PAIRS)
@pytest.mark.parametrize("engine", GENERATED)
@settings(max_examples=10)
@given(data=st.data())
def test_predictions_losses_and_gradients_have_the_bits_of_the_lists(engine, output, loss, data):
    net, X, y = data.draw(problems(output=output, loss=loss))
    found = choice.ENGINES[engine]
    assert bits(found.predict(net, X)) == bits(lists.predict(net, X)) == bits(net.predict(X, engine=engine))
    assert bits(found.loss(net, X, y)) == bits(lists.loss(net, X, y))
    for examples in (len(X), len(X) + 2):
        (expected, losses), (got, got_losses) = (e.gradients(net, X, y, examples) for e in (lists, found))
        assert bits([got.weights, got.biases, got_losses]) == bits([expected.weights, expected.biases, losses])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("exp", ["platform", "portable"])
@pytest.mark.parametrize("engine", GENERATED)
@given(data=st.data())
def test_extreme_weights_saturate_alike(engine, exp, activation, data):
    value = st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-300, 20.0, -40.0, 700.0, -750.0, 1e150])
    shapes = [(2, 2), (2, 2)]
    net = Network.from_weights([[[data.draw(value) for _ in range(n)] for _ in range(m)] for m, n in shapes],
                               [[data.draw(value) for _ in range(n)] for _, n in shapes] if data.draw(st.booleans())
                               else None, activation=activation, exp=exp)
    X, y = [[1.0, -1.0], [0.0, 3.0]], [[1.0, 0.0], [0.0, 0.5]]
    assert bits(net.predict(X, engine=engine)) == bits(net.predict(X, engine="lists"))
    options = {"epochs": 3, "batch_size": data.draw(st.sampled_from([None, 1])), "learning_rate": 10.0}
    assert (outcome(copy_of(net), X, y, engine, "gradient_descent", **options)
            == outcome(copy_of(net), X, y, "lists", "gradient_descent", **options))


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
@pytest.mark.parametrize("sizes", [[130, 3, 2], [64, 2], [65, 2, 70, 2]])
def test_kernels_of_several_blocks_have_the_bits_of_the_lists(sizes, optimizer, batch_size, loss):
    net = Network(sizes, loss=loss, seed=3)
    X = [[net.rng.random() - 0.5 for _ in range(sizes[0])] for _ in range(5)]
    y = [[1.0, 0.0] if i % 2 else [0.0, 1.0] for i in range(5)]
    options = {"epochs": 3, "batch_size": batch_size, "learning_rate": 0.1}
    assert (outcome(copy_of(net), X, y, "kernels", optimizer, **options)
            == outcome(copy_of(net), X, y, "lists", optimizer, **options))


@pytest.mark.parametrize("engine", GENERATED)
def test_the_tutorial_comes_out_the_same_in_calls_of_any_length(engine, monkeypatch):
    def weights(engine):
        net = Network([3, 4, 1], reduction="sum", bias=False)
        net.fit(XOR_X, XOR_Y, epochs=100, engine=engine)
        return parameters(net)

    expected = weights("lists")
    assert weights(engine) == expected
    for at_once in (1, 130, 1000):
        monkeypatch.setattr("purenet.unroll.engine.AT_ONCE", at_once)
        monkeypatch.setattr("purenet.unroll.engine.ROWS_AT_ONCE", 1)
        assert weights(engine) == expected, f"in calls of {at_once} multiply-adds"


@pytest.mark.parametrize("engine", GENERATED)
def test_an_epoch_in_several_calls_has_the_bits_of_one(engine, monkeypatch):
    net = Network([3, 4, 1], seed=2)
    X, y = XOR_X * 5, XOR_Y * 5
    expected = outcome(copy_of(net), X, y, "lists", "adam", epochs=2, batch_size=3)
    monkeypatch.setattr("purenet.unroll.engine.AT_ONCE", 1)
    monkeypatch.setattr("purenet.unroll.engine.ROWS_AT_ONCE", 1)
    assert outcome(copy_of(net), X, y, engine, "adam", epochs=2, batch_size=3) == expected


# --- Interruptions, callbacks, divergence.

@pytest.mark.parametrize("engine, options", [
    ("lists", {}), ("lists", {"patience": 1, "validation": ([[1.0]], [[0.05]])}), ("unrolled", {}), ("kernels", {})])
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="traces the instructions of CPython")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python loses one in a generator's end
def test_an_interruption_at_any_instruction_leaves_the_state_after_a_step(engine, options, monkeypatch):
    def train(state, **options):
        net, optimizer = state
        net.fit([[1.0]], [[1.0]], learning_rate=0.1, engine=engine, optimizer=optimizer, **options)

    def new():
        return Network([1, 1], activation="identity", init="zeros"), Momentum()

    def seen(state):  # the lists take a step in pieces, and leave the optimizer between two of them
        return parameters(state[0]), engine != "lists" and bits(state[1].memory)

    monkeypatch.setattr("purenet.unroll.engine.AT_ONCE", 1)
    expected = [new() for _ in range(5)]
    for state, epochs in zip(expected, (0, 1, 2)):
        train(state, epochs=epochs)
    train(expected[3], epochs=2, **options)
    expected = list(map(seen, expected))
    for instruction in itertools.count():
        state = new()
        unfinished = interrupted(instruction, (lists, training, purenet.unroll.engine),
                                 lambda: train(state, epochs=2, **options))
        assert seen(state) in expected, f"interrupted at instruction {instruction}"
        if not unfinished:
            break
    assert instruction > 100, "it was hardly interrupted"
    assert seen(state) == expected[3]


@pytest.mark.parametrize("engine", ("lists",) + GENERATED)
@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signal can be sent to this thread")
def test_an_interruption_leaves_the_weights_of_a_step(engine, monkeypatch):
    """Ctrl-C in the middle: the weights are those after some number of steps, every one of the same step."""
    monkeypatch.setattr("purenet.unroll.engine.AT_ONCE", 50_000)  # so that there are several calls in 0.3 seconds
    net, rows = Network([1, 1], bias=True, activation="identity", init="zeros"), [[1.0]]
    timer = threading.Timer(0.3, signal.pthread_kill, (threading.get_ident(), signal.SIGINT))
    gc.disable()  # hypothesis has it call a function, and what is raised in there is lost
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            net.fit(rows, [[1.0]], epochs=10 ** 8, learning_rate=1e-7, engine=engine)
    finally:
        gc.enable()
    timer.join()
    assert 0.0 < net.weights[0][0][0] < 1.0, "nothing was learned in 0.3 seconds"
    assert net.weights[0][0][0] == net.biases[0][0]  # both take the same steps from 0


@pytest.mark.parametrize("engine", ("lists",) + GENERATED)
def test_a_callback_sees_the_weights_of_its_epoch_and_may_change_them(engine):
    def callback(epoch, history):
        seen.append((epoch, len(history.loss), parameters(net)))
        net.weights = [[[w / 2 for w in row] for row in W] for W in net.weights]

    seen, net, plain = [], Network([3, 2, 1]), Network([3, 2, 1])
    net.fit(XOR_X, XOR_Y, epochs=3, callback=callback, engine=engine)
    for epoch in range(3):
        plain.fit(XOR_X, XOR_Y, engine="lists")
        assert seen[epoch] == (epoch, epoch + 1, parameters(plain))
        plain.weights = [[[w / 2 for w in row] for row in W] for W in plain.weights]
    assert parameters(net) == parameters(plain)


@pytest.mark.parametrize("engine", GENERATED)
@pytest.mark.parametrize("options", [{}, {"batch_size": 2}, {"batch_size": 1, "optimizer": "momentum"}])
def test_a_run_that_diverges_says_so_at_the_same_epoch(engine, options):
    net = Network([1, 2, 1], activation="identity")
    messages, left = set(), set()
    for name in ("lists", engine):
        copy = copy_of(net)
        with pytest.raises(DivergenceError) as error:
            copy.fit([[3.0], [4.0], [5.0]], [[1.0], [2.0], [3.0]], epochs=10 ** 6, engine=name, **options)
        messages.add(str(error.value))
        left.add(str(parameters(copy)))
    assert len(messages) == len(left) == 1, messages


# --- The choice.

@pytest.fixture
def nothing_asked(monkeypatch):
    """Forget which jobs there were before, and choose as on CPython."""
    choice.account.cache_clear()
    monkeypatch.setattr(choice, "INTERPRETER", "cpython")


def test_small_jobs_go_to_the_lists_and_long_ones_to_a_program(nothing_asked):
    net = Network([3, 4, 1])
    assert engines.choose("auto", net, 4, 4, GradientDescent()) is lists
    assert engines.choose("auto", net, 240_000, 4, GradientDescent()) is choice.ENGINES["unrolled"]
    assert engines.choose("auto", net, 1) is lists
    assert engines.choose("auto", net, 10_000) is choice.ENGINES["unrolled"]
    assert engines.choose("auto", Network([784, 30, 10]), 60_000, 10, GradientDescent()) is choice.ENGINES["kernels"]
    assert engines.choose("auto", net, 0, 4, GradientDescent()) is lists


def test_many_small_jobs_are_a_long_one(nothing_asked):
    net, found = Network([3, 4, 1]), []
    for _ in range(1000):
        found.append(engines.choose("auto", net, 4, 4, GradientDescent()))
    assert found[0] is lists and found[-1] is choice.ENGINES["unrolled"]
    assert engines.choose("auto", Network([3, 4, 1], activation="tanh"), 4, 4, GradientDescent()) is lists
    assert engines.choose("auto", net, 4) is lists


def test_the_program_never_grows_beyond_its_limit(nothing_asked):
    for units in (2, 20, 200, 2000):
        net = Network([20, units, 1], init="zeros")
        for optimizer in (GradientDescent(), Adam()):
            found = engines.choose("auto", net, 10 ** 9, 1, optimizer)
            numbers = 21 * units * (1 + optimizer.remembers)
            assert (found is choice.ENGINES["unrolled"]) == (numbers <= choice.LONGEST[choice.INTERPRETER])


def test_what_fit_and_predict_use_is_what_was_chosen(monkeypatch):
    asked = []
    monkeypatch.setattr(engines, "faster", lambda *job: asked.append(job))
    net = Network([3, 4, 1])
    net.fit(XOR_X, XOR_Y, epochs=5, batch_size=2)
    net.predict(XOR_X)
    net.loss(XOR_X, XOR_Y)
    assert [job[:1] + job[2:4] for job in asked] == [("auto", 20, 2), ("auto", 4, None), ("auto", 4, None)]


@pytest.mark.parametrize("engine", GENERATED)
def test_an_engine_that_has_no_program_for_the_job_is_refused(engine):
    class Own(Optimizer):
        def update(self, weights, gradient, rate):
            return ([w - rate for w in weights],)

    net, before = Network([3, 4, 1]), Network([3, 4, 1]).weights
    with pytest.raises(OptionError, match=f"engine '{engine}' has no program for the optimizer Own: expected"):
        net.fit(XOR_X, XOR_Y, engine=engine, optimizer=Own())
    assert net.weights == before
    net.fit(XOR_X, XOR_Y, epochs=10 ** 4 // 20, optimizer=Own())  # by the lists, however long
    own = Network.from_weights([[[1]]], exp=Arithmetic(int, abs, abs, abs), activation="identity")
    with pytest.raises(OptionError, match=f"engine '{engine}' has no program for an arithmetic of your own"):
        own.predict([[2]], engine=engine)
    assert own.predict([[2]]) == [[2]]


@pytest.mark.parametrize("spoil", [
    lambda net: setattr(net, "weights", [[list(column) for column in zip(*W)] for W in net.weights]),
    lambda net: net.weights[0][1].append(0.0),
    lambda net: net.weights.pop(),
    lambda net: net.biases[0].pop(),
])
def test_weights_that_were_set_and_do_not_fit_are_found_out(spoil):
    """Of another shape, but as many: taken in a row they would fit, and give wrong numbers."""
    net = Network([2, 3, 2])
    spoil(net)
    assert engines.choose("auto", net, 10 ** 9, 1, GradientDescent()) is lists
    with pytest.raises(OptionError, match="engine 'kernels' has no program for weights that do not fit the network's"):
        net.predict([[1.0, 2.0]], engine="kernels")


def test_an_unknown_engine_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match="unknown engine 'unroled' .did you mean 'unrolled'"):
        Network([3, 1]).predict([[1, 2, 3]], engine="unroled")


def test_a_core_alone_has_the_lists_alone(monkeypatch):
    monkeypatch.setattr(engines, "faster", lambda *job: None)
    net = Network([3, 4, 1])
    assert engines.choose("auto", net, 10 ** 9, 1, Adam()) is lists
    with pytest.raises(OptionError, match="engine 'unrolled' is not available here: expected 'auto'"):
        net.predict([[1, 2, 3]], engine="unrolled")


def test_programs_are_made_once_and_not_kept_without_end():
    python.compiled.cache_clear()
    for units in range(1, 40):
        Network([2, units, 1]).predict([[1, 2]], engine="unrolled")
        Network([2, units, 1], seed=5).predict([[3, 4]], engine="unrolled")
    info = python.compiled.cache_info()
    assert (info.misses, info.hits) == (39, 39) and info.currsize == info.maxsize <= 16


def test_threads_may_share_a_program():
    def weights(seed):
        net = Network([3, 4, 1], seed=seed)
        net.fit(XOR_X, XOR_Y, epochs=300, engine="unrolled")
        return parameters(net)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(weights, [1, 2, 3, 4] * 3)) == [weights(seed) for seed in (1, 2, 3, 4)] * 3


# --- The source.

def run(source):
    namespace = {}
    exec(source, namespace)
    return namespace


FORMS = {"batches": {}, "online": {"batch_size": 1}, "written out": {"examples": 4}}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", ["squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("exp", ["platform", "portable"])
def test_the_source_runs_by_itself_and_does_what_fit_does(form, optimizer, loss, exp):
    net = Network([3, 2, 1], activation="tanh", loss=loss, exp=exp, output=None)
    y = [[1.0]] * 4 if loss == "cross_entropy" else XOR_Y
    rows = [(*map(float, x), *map(float, t)) for x, t in zip(XOR_X, y)]
    program_ = run(unroll(net, optimizer=optimizer, l2=0.1, **FORMS[form]))
    constants = ("momentum", "beta1", "beta2", "epsilon", "beta1_power", "beta2_power")
    settings_ = {name: program_[name] for name in constants if name in program_}
    assert bits(program_["predict"](program_["parameters"], XOR_X)) == bits(net.predict(XOR_X, engine="lists"))
    start = program_["parameters"] + program_.get("memory", [])
    values, losses, *_ = program_["train"](start, [rows] if form == "batches" else rows, 3, 0.25, l2=program_["l2"],
                                           **settings_)
    history = net.fit(XOR_X, y, epochs=3, learning_rate=0.25, optimizer=optimizer, l2=0.1, engine="lists",
                      shuffle=False, batch_size=1 if form == "online" else None)
    flat = [w for W in net.weights for row in W for w in row] + [b for row in net.biases for b in row]
    assert bits(values[:len(flat)]) == bits(flat)
    assert bits([total / 4 for total in losses]) == bits(history.loss)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sizes", [[3, 4, 1], [1, 1], [2, 40, 3]])
def test_the_source_is_for_people(form, sizes):
    net = Network(sizes, loss="cross_entropy" if sizes[-1] == 3 else "squared_error")
    source = unroll(net, optimizer="adam", **FORMS[form])
    assert max(map(len, source.splitlines())) <= 120, "a line is too long to read"
    assert source.startswith(f"# {net!r}"[:60])
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == ["predict", "train"]
    for layer in range(1, len(sizes)):
        assert f"# layer {layer}: z = a · W + b" in source
    names = {node.id for node in ast.walk(functions[1]) if isinstance(node, ast.Name)}
    row = "_row0" if form == "written out" else ""
    assert {"w1_0_0", f"z1_0{row}", f"a1_0{row}", f"delta1_0{row}", "b1_0"} <= names


@pytest.mark.parametrize("form", FORMS)
def test_no_multiplication_is_hidden_in_a_loop(form):
    """Whatever is multiplied or added, is a number of one's own: no sum(), no dot(), no index, no loop over units."""
    source = unroll(Network([3, 4, 2]), **FORMS[form])
    allowed = {"exp", "float", "len", "append", "range"}
    calls = {getattr(node.func, "id", getattr(node.func, "attr", "")) for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.Call)}
    assert calls <= allowed
    multiplied = re.findall(r"\* w1_\d_\d", source[source.index("def train"):])
    assert len(multiplied) == 12 * (4 if form == "written out" else 1)


def test_each_statement_knows_its_step():
    kind = Kind.of(Network([3, 4, 1]))
    statements = [*program.forward(kind, slopes=True), *program.errors(kind), *program.loss(kind),
                  *program.backward(kind, divided=True),
                  *program.update(kind, GradientDescent, False, list(program.contributions(kind)))]
    steps = []
    for statement in statements:
        if (statement.step, statement.layer) not in steps:
            steps.append((statement.step, statement.layer))
    assert steps == [("forward", 1), ("forward", 2), ("loss", 2), ("error", 2), ("back", 1), ("update", 1),
                     ("update", 2)]
    assert all(statement.step in program.STEPS for statement in statements)
    assert sum(statement.name.startswith("w") for statement in statements) == 16


def test_the_room_and_the_function_share_a_name():
    assert isinstance(sys.modules["purenet.unroll"], types.ModuleType)
    net = Network([2, 1])
    assert purenet.unroll(net) == sys.modules["purenet.unroll"](net) == unroll(net)


def test_what_has_no_source_is_refused():
    with pytest.raises(OptionError, match="examples must be a whole number of at least 1, found 0"):
        unroll(Network([2, 1]), examples=0)
    with pytest.raises(OptionError, match="l2 must be"):
        unroll(Network([2, 1]), l2=-1)
    with pytest.raises(OptionError, match="unknown optimizer 'adma' .did you mean 'adam'"):
        unroll(Network([2, 1]), optimizer="adma")
    with pytest.raises(OptionError, match="unroll: expected an optimizer and an exp of this package, found"):
        unroll(Network.from_weights([[[1]]], exp=Arithmetic(int, abs, abs, abs), activation="identity"))


def test_kernels_come_in_no_more_sizes_than_a_block_has_inputs():
    for inputs in range(1, 3 * kernels.BLOCK, 7):
        Network([inputs, 2]).predict([[0.5] * inputs], engine="kernels")
    assert kernels.kernels.cache_info().currsize <= kernels.BLOCK


def test_no_finite_weights_hide_an_infinite_one(monkeypatch):
    """The check at the end of a call rests on this: what is not finite never becomes finite again."""
    for value in (math.inf, -math.inf, math.nan):
        for step in (0.0, 1.0, 1e308, math.inf, -math.inf, math.nan):
            assert not math.isfinite(value - step)


def test_engines_have_the_same_functions():
    for name in ("predict", "loss", "gradients", "train"):
        assert callable(getattr(lists, name)) and callable(getattr(Engine, name))
