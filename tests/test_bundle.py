"""The core in one file: it is whole, it stands alone, it does what the package does to the bit, and it is small."""

import ast
import doctest
import importlib.util
import io
import re
import subprocess
import sys
import tokenize

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from commands import refused, succeeds
from purenet import OptionError
from purenet.core.differences import gradient_error
from purenet.export import bundle as room, profiles, rewrite
from purenet.export.bundle import bundle
from purenet.export.minify import Bare, compact
from strategies import bits, parameters, problems

CORE = sorted((room.PACKAGE / "core").glob("*.py"))
LARGEST = {("full", True): 16_000, ("micro", True): 3_000}  # bytes
KINDS = [("full", False), ("full", True), ("micro", False), ("micro", True)]
FULL = KINDS[:2]


def named(kind):
    return kind[0] + " minified" * kind[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function that returns the module that a kind of bundle is, as it is imported from a file."""
    folder, modules = tmp_path_factory.mktemp("bundles"), {}

    def module(kind):
        if kind not in modules:
            path = folder / f"single_{kind[0]}_{int(kind[1])}.py"
            path.write_text(bundle(*kind), encoding="utf-8")
            spec = importlib.util.spec_from_file_location(path.stem, path)
            modules[kind] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(modules[kind])
        return modules[kind]
    return module


every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)
every_full = pytest.mark.parametrize("kind", FULL, ids=named)


@every_kind
def test_it_is_small_enough(kind):
    size = len(bundle(*kind).encode("utf-8"))
    assert size <= LARGEST.get(kind, size), f"{named(kind)}: {size} bytes"


@every_kind
def test_it_tells_its_version_and_how_it_was_made(kind, made):
    assert made(kind).__version__ == purenet.__version__
    command = f"purenet bundle{' --profile micro' * (kind[0] == 'micro')}{' --minify' * kind[1]}"
    first_lines = bundle(*kind).splitlines()[:3]
    assert any(purenet.__version__ in line for line in first_lines) and any(command in line for line in first_lines)


@every_kind
def test_it_imports_nothing_but_what_the_core_may(kind):
    imports = [alias.name for node in ast.walk(ast.parse(bundle(*kind))) if isinstance(node, ast.Import)
               for alias in node.names]
    froms = {node.module for node in ast.walk(ast.parse(bundle(*kind))) if isinstance(node, ast.ImportFrom)}
    assert set(imports) <= {"math", "json", "os", "struct"} and froms <= {"difflib"}


def test_it_runs_without_the_package(tmp_path):
    (tmp_path / "purenet_single.py").write_text(bundle(), encoding="utf-8")
    program = "import sys, purenet_single as p; print(p.Network([1, 1]).predict([[0.0]]), 'purenet' in sys.modules)"
    printed = subprocess.run([sys.executable, "-S", "-E", "-c", program], cwd=tmp_path, check=True,
                             stdout=subprocess.PIPE, universal_newlines=True).stdout
    assert printed == "[[0.5]] False\n"


def test_the_same_file_is_made_each_time():
    assert bundle.__wrapped__("micro", True) == bundle("micro", True)


# -------------------------------------------------------------------------------- nothing is lost


def test_every_definition_of_the_core_is_in_it(made):
    names = room.flat_names(room.ordered())
    for path in CORE:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                assert hasattr(made(KINDS[0]), names[path.stem, node.name]), f"{path.stem}.{node.name} is missing"


def comments(source):
    return [token.string for token in tokenize.generate_tokens(io.StringIO(source).readline)
            if token.type == tokenize.COMMENT]


def test_every_comment_of_the_core_is_in_it():
    ours = comments(bundle())
    for path in CORE:
        lost = [comment for comment in comments(path.read_text(encoding="utf-8")) if comment not in ours]
        assert not lost, f"{path.name}: {lost}"


def test_no_name_is_used_for_two_things():
    names = room.flat_names(room.ordered())
    assert len(set(names.values())) == len(names)
    assert names["matrix", "map"] == "matrix_map" and names["matrix", "dot"] == "dot"


def test_its_own_doctests_run(made):
    """All but those of functions that have another name here, and of `trace`, which needs the rest of the package."""
    module = made(KINDS[0])
    renamed = {flat for (_, name), flat in room.flat_names(room.ordered()).items() if flat != name}
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL, verbose=False)
    ran = 0
    for test in doctest.DocTestFinder().find(module):
        if test.name.split(".")[-1] not in renamed | {"trace"}:
            result = runner.run(test, out=lambda text: None)
            assert result.failed == 0, test.name
            ran += result.attempted
    assert ran > 80


def test_a_trace_is_refused_without_the_package(made):
    module = made(KINDS[0])
    with pytest.raises(module.OptionError, match="^trace: the core is alone here"):
        module.Network([1, 1]).trace([[1]], [[1]])


def test_the_public_names_of_the_package_are_in_it(made):
    lazy = {"Classifier", "Regressor", "unroll"}  # what is not of the core
    core = [name for name in purenet.__all__
            if getattr(getattr(purenet, name), "__module__", "").startswith(("purenet.core", "purenet.model"))]
    assert {"Network", "load", "Adam"} <= set(core)
    missing = [name for name in core if name not in lazy and not hasattr(made(KINDS[0]), name)]
    assert not missing
    assert made(KINDS[0]).matrix.map(abs, [[-1]]) == [[1]]


# -------------------------------------------------------------------------------- the same bits


class PACKAGE:
    """The package with the names of a bundle."""

    Network, DivergenceError = purenet.Network, purenet.DivergenceError
    GradientDescent, Momentum, Adam = purenet.GradientDescent, purenet.Momentum, purenet.Adam
    gradient_error = staticmethod(gradient_error)


def outcome(library, options, X, y, fit, optimizer):
    net = library.Network(**options)
    asked = [net.predict(X), net.loss(X, y), net.gradients(X, y).weights, net.gradients(X, y).biases,
             library.gradient_error(net, X, y)]
    try:
        history = net.fit(X, y, optimizer=getattr(library, optimizer)(), **fit)
        went = [history.loss, history.validation_loss, history.best_epoch or 0.0]
    except library.DivergenceError:
        went = [0.0]
    return bits(asked), bits(went), parameters(net)


@every_full
@settings(max_examples=60)
@given(data=st.data())
def test_a_run_has_the_bits_of_the_package(made, kind, data):
    net, X, y = data.draw(problems(max_examples=4))
    options = {"sizes": net.sizes, "activation": net.activation, "output": net.output, "loss": net.loss_name,
               "reduction": net.reduction, "bias": net.biases is not None, "exp": net.exp,
               "init": data.draw(st.sampled_from(["uniform", "glorot", "he", "zeros"])), "seed": 5}
    fit = {"epochs": data.draw(st.integers(0, 3)), "batch_size": data.draw(st.sampled_from([None, 1, 2])),
           "learning_rate": data.draw(st.sampled_from([1.0, 0.1, 1e300])), "shuffle": data.draw(st.booleans()),
           "l2": data.draw(st.sampled_from([0.0, 0.1])), "patience": data.draw(st.sampled_from([None, 1])),
           "validation": data.draw(st.sampled_from([None, (X[:1], y[:1])]))}
    optimizer = data.draw(st.sampled_from(["GradientDescent", "Momentum", "Adam"]))
    assert outcome(made(kind), options, X, y, fit, optimizer) == outcome(PACKAGE, options, X, y, fit, optimizer)


@every_full
def test_a_training_moves_between_a_bundle_and_the_package(made, kind, tmp_path):
    X, y, path = [[0, 1], [1, 0], [1, 1]], [[1], [1], [0]], tmp_path / "training.json"
    expected, expected_adam = purenet.Network([2, 3, 1]), purenet.Adam()
    expected.fit(X, y, epochs=6, batch_size=1, optimizer=expected_adam)
    libraries = [(purenet, made(kind)), (made(kind), purenet)]
    for first, second in libraries:
        net, adam = first.Network([2, 3, 1]), first.Adam()
        net.fit(X, y, epochs=3, batch_size=1, optimizer=adam)
        net.save(str(path), optimizer=adam)
        net, adam = second.load(str(path))
        net.fit(X, y, epochs=3, batch_size=1, optimizer=adam)
        assert parameters(net) == parameters(expected) and bits(adam.memory) == bits(expected_adam.memory)


@pytest.mark.parametrize("kind", KINDS[2:], ids=named)
@settings(max_examples=40)
@given(data=st.data())
def test_micro_has_the_bits_of_the_package(made, kind, data):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    number = st.floats(-1e3, 1e3)
    rows = data.draw(st.integers(1, 5))
    X, y = [data.draw(st.lists(st.lists(number, min_size=n, max_size=n), min_size=rows, max_size=rows))
            for n in (sizes[0], sizes[-1])]
    arguments = data.draw(st.integers(0, 4)), data.draw(st.floats(0.01, 2.0)), data.draw(st.sampled_from([None, 1, 2]))
    micro, net = made(kind).Network(sizes, seed=3), purenet.Network(sizes, seed=3)
    micro.fit(X, y, *arguments)
    net.fit(X, y, *arguments, shuffle=False)
    assert parameters(micro) == parameters(net) and bits(micro.predict(X)) == bits(net.predict(X))


@pytest.mark.parametrize("kind", KINDS[2:], ids=named)
def test_micro_files_are_those_of_the_package(made, kind, tmp_path):
    path = str(tmp_path / "net.json")
    micro, net = made(kind).Network([2, 3, 1], seed=7), purenet.Network([2, 3, 1], seed=7)
    micro.save(path)
    assert purenet.load(path).to_document() == net.to_document()
    net.fit([[0, 1]], [[1]], epochs=5)
    net.save(path)
    assert parameters(made(kind).load(path)) == parameters(net)
    purenet.Network([2, 1], activation="tanh").save(path)
    with pytest.raises(ValueError):
        made(kind).load(path)


@every_full
def test_what_a_small_bundle_still_refuses(made, kind):
    library = made(kind)
    net = library.Network([2, 3, 1])
    for mistake in (lambda: net.predict([[1, 2, 3]]), lambda: net.fit([[1, 2]], [[1], [2]]),
                    lambda: net.loss([[1]], [[1]])):
        with pytest.raises(library.PurenetError):
            mistake()
    for mistake in (lambda: library.Network([2, 1], activation="tahn"), lambda: library.Network([2, 1], lost="mean"),
                    lambda: net.fit([[1, 2]], [[1]], epoch=3)):
        with pytest.raises((library.PurenetError, KeyError, TypeError)):
            mistake()


# -------------------------------------------------------------------------------- names


@pytest.mark.parametrize("kind", [("full", True), ("micro", True)], ids=named)
def test_public_names_and_their_arguments_are_kept(made, kind):
    public = profiles.PROFILES[kind[0]].public
    readable = {place: node for place, node in room.parts_of(ast.parse(bundle(kind[0])))}
    for place, node in room.parts_of(ast.parse(bundle(*kind))):
        if place.split(".")[0] in public and isinstance(node, ast.FunctionDef) and place in readable:
            names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
            kept = [argument.arg for argument in readable[place].args.args]
            skip = 1 if "." in place else 0
            assert set(names[skip:]) <= set(kept), place
    assert public <= set(vars(made(kind)))


def test_making_it_compact_changes_nothing_but_its_looks():
    tree = Bare().visit(ast.parse(bundle()))
    source = ast.unparse(ast.fix_missing_locations(tree))
    assert ast.dump(ast.parse(compact(source))) == ast.dump(ast.parse(source))


# -------------------------------------------------------------------------------- the rules


def test_a_rule_that_fits_nowhere_is_an_error():
    with pytest.raises(LookupError, match="no place fits the rule 'g\\(_1\\)'"):
        rewrite.rewritten(ast.parse("f(1)"), [("g(_1)", "_1")])


@pytest.mark.parametrize("source, rule, expected", [
    ("a = f(g(1), 2)", "f(_1, _2) => _2 + _1", "a = 2 + g(1)"),
    ("def f(x):\n    check(x)\n    return x", "check(_1) =>", "def f(x):\n    return x"),
    ("def f(x, y):\n    return x", "def f(): ... => def f(x): ...", "def f(x):\n    return x"),
    ("def f(x):\n    return x\na = 1", "def f(): ... =>", "a = 1"),
    ("a = 1", "a = _1 => b = _1; c = b", "b = 1\nc = b"),
    ("if a:\n    b()", "if a: b() => c()", "c()"),
])
def test_rules(source, rule, expected):
    assert ast.unparse(rewrite.rewritten(ast.parse(source), profiles.rules(rule))) == expected


def test_a_hidden_name_is_refused():
    module = room.Module("m", b"def f(dot): return matrix.dot(dot)", ast.parse("def f(dot): return matrix.dot(dot)"),
                         {"matrix": "matrix"}, {})
    with pytest.raises(NameError, match="m: matrix.dot is hidden by a local variable 'dot'"):
        room.Renamer(module, {("matrix", "dot"): "dot", ("m", "f"): "f"})


# -------------------------------------------------------------------------------- the command


def test_the_command_writes_the_file(tmp_path):
    printed = succeeds("bundle", "-o", "purenet_single.py", cwd=tmp_path)
    content = (tmp_path / "purenet_single.py").read_text(encoding="utf-8")
    assert content == bundle()
    assert printed == (f"purenet_single.py: {len(content.encode()):,} bytes, the whole core\n"
                       "It needs nothing beside it: copy it anywhere and import it.\n")
    assert all(len(line) <= 80 for line in printed.splitlines())


def test_the_command_prints_where_no_file_is_given(tmp_path):
    assert succeeds("bundle", "--profile", "micro", "--minify", cwd=tmp_path) == bundle("micro", True)


@pytest.mark.parametrize("arguments, sentence", [
    (("--profile", "tiny"), r"argument --profile: invalid choice: 'tiny' \(choose from '?full'?, '?micro'?\)"),
    (("-o", "none/x.py"), "none/x.py: there is no folder 'none' to write to; make it first"),
    (("--minfy",), r"unknown argument '--minfy' \(did you mean '--minify'\?\)"),
])
def test_mistakes_are_told_in_one_sentence(tmp_path, arguments, sentence):
    assert re.search(sentence, refused("bundle", *arguments, cwd=tmp_path))


def test_an_unknown_profile_is_refused():
    with pytest.raises(OptionError, match="^unknown profile 'micr' \\(did you mean 'micro'\\?\\): expected one of"):
        bundle("micr")
