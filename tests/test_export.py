"""Exported files: what needs no compiler and no other interpreter to be found out."""

import ast
import importlib.util
import io
import json
import math
import random
import re
import tokenize

import pytest
from hypothesis import given, settings, strategies as st

import purenet
from commands import ROOT
from exports import ROWS, flat, in_python, models, networks
from models import NUMBERS, ROWS as FEW, refusal
from purenet import Classifier, Momentum, Network, OptionError, Regressor
from purenet.core.arithmetic import Arithmetic
from purenet.export import FORMATS, c, export, javascript, options_of, python
from singles import Single, single, single_arithmetic
from strategies import VALID_PAIRS, any_float, bits, copy_of, problems
from test_rooms import not_for_micropython, too_exact

LANGUAGES = ("c", "javascript", "python")
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_form = pytest.mark.parametrize("unroll", [True, False], ids=["written out", "in loops"])
NASTY = ['"', "\\", "*/", "//", "/*", "\n", "\r", "\t", "??/", "??>", "%s", "${1}", "`", "'", "</script>", "<!--",
         "-->", "\u2028", "ö", "💡", "NAME", "REAL", "COLUMNS", "NAME_predict", "BODY", "exp(1.0)", "\\\n", '"""',
         "'''", "#", "{", "}", "\x7f", "\x1b", "\\u0022", "0", "int", " "]
names = st.one_of(st.lists(st.sampled_from(NASTY), min_size=1, max_size=4).map("".join),
                  st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8))


def module(text):
    """The namespace of a Python file."""
    namespace = {}
    exec(compile(text, "<exported>", "exec"), namespace)
    return namespace


# --- The Python file, run by the Python that runs the tests.

@pytest.mark.parametrize("output, loss", VALID_PAIRS)
@settings(max_examples=8)
@given(data=st.data())
def test_the_python_file_has_the_bits_of_the_network(output, loss, data):
    net, X, y = data.draw(problems(output=output, loss=loss))
    files = [module(export(net, "python", unroll=unroll, train=True)) for unroll in (True, False)]
    for exported in files:
        assert bits([exported["predict"](x) for x in X]) == bits(in_python(net, X))
    losses = [[exported["step"](X, y, 0.25) for _ in range(3)] for exported in files]
    try:
        history = net.fit(X, y, epochs=3, learning_rate=0.25, engine="lists")
    except purenet.DivergenceError:
        return
    for exported, loss in zip(files, losses):
        assert bits([exported["parameters"], loss]) == bits([flat(net), history.loss])


@every_form
@pytest.mark.parametrize("exp", ["platform", "portable"])
@given(data=st.data())
def test_it_saturates_as_the_network_does(exp, unroll, data):
    net, X, _ = data.draw(problems(exp=exp, activation=data.draw(st.sampled_from(["sigmoid", "tanh"]))))
    scale = data.draw(st.sampled_from([1e-320, 1e-8, 100.0, 800.0, 1e308]))
    net.weights = [[[w * scale for w in row] for row in W] for W in net.weights]
    assert bits([module(export(net, "python", unroll=unroll))["predict"](x) for x in X]) == bits(in_python(net, X))


def test_a_step_takes_a_batch_or_a_single_example():
    net = networks()["softmax_cross_entropy"]
    X, y = [[0.5, -1.0, 2.0], [1.0, 0.25, 0.0], [0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    step = module(export(net, "python", train=True))
    step["step"](X[:2], y[:2], 0.5)
    step["step"](X[2:], y[2:], 0.5)
    net.fit(X, y, batch_size=2, learning_rate=0.5, shuffle=False)
    assert bits(step["parameters"]) == bits(flat(net))


@pytest.mark.parametrize("name", models())
def test_a_model_in_python_predicts_and_learns_as_here(name):
    model = models()[name]
    exported = module(export(model, "python", train=True))
    rows = [list(row) for row in ROWS] if len(model.encoder_.columns) == 3 else [[row[0], row[2]] for row in ROWS]
    assert [exported["predict"](row) for row in rows] == model.predict(rows)
    targets = model.predict(rows)
    if isinstance(model, Classifier):
        assert bits([exported["probabilities"](row) for row in rows]) == bits(model.predict_proba(rows))
        assert exported["classes"] == model.classes_
        y = ([[float(label == model.classes_[1])] for label in targets] if len(model.classes_) == 2 else
             [[float(label == other) for other in model.classes_] for label in targets])
    else:
        assert bits([exported["predict"](row) for row in rows]) == bits(model.predict(rows))
        y = [model.target_.encode(0, number) for number in targets]
    loss = exported["step"](rows, targets, 0.1)
    history = model.network_.fit(model.encoder_.transform(rows), y, learning_rate=0.1)
    assert (bits(exported["parameters"]), bits(loss)) == (bits(flat(model.network_)), bits(history.loss[0]))


@pytest.mark.parametrize("row, message", [
    ([0.5, "red"], "found a row of 2, expected one of 3"),
    ([0.5, "pink", 3.0], "column x1: found 'pink', expected one of ('blue', 'green', 'red')"),
    ([0.5, 3.0, 3.0], "column x1: found 3.0, expected one of ('blue', 'green', 'red')"),
    (["red", "red", 3.0], "x0: found ['red'], expected 1 finite numbers"),
    ([math.nan, "red", 3.0], "x0: found [nan], expected 1 finite numbers"),
    ([None, "red", 3.0], "x0: found [None], expected 1 finite numbers"),
    ([1e309, "red", 3.0], "x0: found [inf], expected 1 finite numbers"),
])
def test_a_row_that_cannot_be_used_is_refused_and_nothing_is_learned_from_it(row, message):
    exported = module(export(models()["two"], "python", train=True))
    before = list(exported["parameters"])
    for action in (lambda: exported["predict"](row), lambda: exported["step"]([ROWS[0], row], ["yes", "no"], 0.1)):
        with pytest.raises(ValueError) as caught:
            action()
        assert str(caught.value) == message
    with pytest.raises(ValueError, match="found the class 'maybe', expected one of"):
        exported["step"]([ROWS[0]], ["maybe"], 0.1)
    with pytest.raises(ValueError, match="found 1 rows and 2 targets"):
        exported["step"]([ROWS[0]], ["yes", "no"], 0.1)
    assert exported["parameters"] == before


@every_form
@pytest.mark.parametrize("model", [networks()["softmax_cross_entropy"], networks()["tanh_mean_squared_error"],
                                   networks()["sigmoid_binary_cross_entropy"], models()["number"]], ids=repr)
def test_the_python_file_does_without_what_micropython_lacks(model, unroll):
    text = export(model, "python", train=True, unroll=unroll)
    tree = ast.parse(text)
    assert not list(not_for_micropython(tree, source=text))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"math"}


# --- Numbers keep their bits.

@given(any_float)
def test_a_number_in_python_is_exact_and_never_more_than_micropython_reads(value):
    text = python.literal(value)
    assert bits(eval(text, {"ldexp": math.ldexp})) == bits(value)
    assert text.startswith("ldexp(") or not too_exact(text.strip("-"))


@given(any_float)
def test_a_number_in_c_is_exact(value):
    assert bits(float.fromhex(c.literal(value, c.PRECISIONS["double"]))) == bits(value)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_of_c_is_exact(value):
    text = c.literal(value, c.PRECISIONS["float"])
    assert text.endswith("f") and bits(float.fromhex(text[:-1])) == bits(value)


@every_form
@pytest.mark.parametrize("name", networks())
def test_every_parameter_is_in_every_file(name, unroll):
    net = networks()[name]
    header, script, source = (export(net, language, unroll=unroll) for language in LANGUAGES)
    numbers = header[header.index("_parameters["):].partition("{")[2].partition("}")[0]
    assert bits([float.fromhex(number) for number in numbers.split(",")]) == bits(flat(net))
    numbers = script[script.index("parameters = ["):].partition("[")[2].partition("]")[0]
    assert bits([float(number) for number in numbers.split(",")]) == bits(flat(net))
    assert bits(module(source)["parameters"]) == bits(flat(net))


@pytest.mark.parametrize("name, most", [("exp", 1.0), ("log", 1.0), ("tanh", 3.0)])
def test_the_functions_of_floats_are_as_good_as_those_of_doubles(name, most):
    function, exact = getattr(single_arithmetic(), name), getattr(math, name)
    chance = random.Random(1)
    for _ in range(3000):
        z = single(chance.uniform(1e-3, 40) if name == "log" else chance.uniform(-80, 80) * chance.random() ** 4)
        true, found = exact(z), float(function(Single(z)))
        ulp = math.ldexp(1.0, max(math.frexp(true)[1] - 24, -149))
        assert abs(found - true) <= most * ulp, f"{name}({z!r}) is {found!r}, {abs(found - true) / ulp:.2f} ulp off"
    if name == "exp":
        for z in (88.72283172607422, -87.5, -103.9, -104.0, 0.0, -0.0):
            assert float(function(Single(z))) == pytest.approx(exact(z), rel=2 ** -23, abs=2 ** -149)


# --- Texts of a file from elsewhere stay texts.

def nasty_model(columns, texts, labels):
    """A model whose columns, texts and labels have these names."""
    rows = [[float(i), texts[i % len(texts)]] for i in range(2 * len(texts))]
    targets = [labels[i % len(labels)] for i in range(2 * len(texts))]
    model = Classifier(hidden=(2,), epochs=0).fit(rows, targets, columns=columns)
    return model, rows


def without_strings(text, language):
    """The words and signs of a file, its strings emptied."""
    if language == "python":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return ["" if token.type == tokenize.STRING else token.string for token in tokens]
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', text).split()


@every_language
@given(columns=st.lists(names, min_size=2, max_size=2, unique=True),
       texts=st.lists(names, min_size=2, max_size=2, unique=True),
       labels=st.lists(names, min_size=2, max_size=3, unique=True))
def test_names_cannot_break_out(language, columns, texts, labels):
    texts, labels = sorted(texts), sorted(labels)
    model, rows = nasty_model(columns, texts, labels[:len(texts)])
    plain, _ = nasty_model(["a", "b"], ["c", "d"], ["e", "f"])
    plain.network_ = model.network_
    plain.encoder_.inputs[0] = model.encoder_.inputs[0]._replace(name="a")
    text = export(model, language, train=True)
    assert without_strings(text, language) == without_strings(export(plain, language, train=True), language)
    assert text.isascii() or language == "python"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", text)


@given(names)
def test_a_string_of_c_is_the_text(name):
    text = c.string(name)
    assert text.isascii() and text.isprintable() and "??" not in text
    read = re.sub(r"\\([0-7]{3})|\\(.)", lambda found: chr(int(found[1], 8)) if found[1] else found[2], text[1:-1])
    assert read.encode("latin-1").decode("utf-8") == name


@given(names)
def test_a_string_of_javascript_is_the_text(name):
    text = javascript.string(name)
    assert json.loads(text) == name and text.isascii() and "<" not in text


@given(columns=st.lists(names, min_size=2, max_size=2, unique=True),
       texts=st.lists(names, min_size=1, max_size=3, unique=True),
       labels=st.lists(names, min_size=2, max_size=2, unique=True))
def test_names_in_python_are_the_texts(columns, texts, labels):
    model, rows = nasty_model(columns, sorted(texts) * 2, sorted(labels))
    exported = module(export(model, "python", train=True))
    assert [column[0] for column in exported["columns"]] == columns
    assert list(exported["columns"][1][3]) == sorted(texts) and exported["classes"] == sorted(labels)
    assert [exported["predict"](row) for row in rows] == model.predict(rows)


# --- What is refused.

def test_a_format_or_an_option_that_is_unknown_is_refused():
    net = Network([2, 1])
    assert refusal(OptionError, export, net, "javascrip").startswith(
        "unknown format 'javascrip' (did you mean 'javascript'?): expected one of ")
    assert refusal(OptionError, export, net, "python", precision="float") == (
        "export to python has no option 'precision': expected train, unroll")
    assert refusal(OptionError, export, net, "c", precison="float") == (
        "export to c has no option 'precison' (did you mean 'precision'?): expected train, precision, name, unroll")
    assert refusal(OptionError, export, net, "c", precision="single").startswith("unknown precision 'single'")
    for name in ("", "1a", "a-b", "_a", "a b", 'a"', "ö", None, "a" + "\n"):
        assert refusal(OptionError, export, net, "c", name=name).startswith("name must be letters, digits and _, ")


def test_every_format_says_its_options():
    for name in FORMATS:
        assert all(isinstance(option, str) for option in options_of(name))
    assert options_of("javascript") == ("train", "unroll")


@every_language
def test_what_is_no_model_is_refused(language):
    for model in (Classifier(), Regressor(), None, [[1.0]]):
        assert refusal(OptionError, export, model, language).startswith(
            "export: expected a Network, or a Classifier or Regressor that has been trained, found ")
    net = Network([2, 1])
    net.weights[0][0][0] = math.inf
    assert "expected finite weights" in refusal(OptionError, export, net, language)
    own = Network([2, 1], exp=Arithmetic(float, math.exp, math.log, math.tanh))
    assert "found an arithmetic of your own" in refusal(OptionError, export, own, language)


def test_what_c_cannot_hold_is_refused():
    for text, what in [("a\0b", "a null character"), ("\ud800", "half a character"), ("ö" * 2048, "than 4095 bytes")]:
        model, _ = nasty_model(["a", "b"], ["x", text], ["e", "f"])
        assert what in refusal(OptionError, export, model, "c")
    net = Network.from_weights([[[1e39]]])
    assert "1e+39 is more than a C float holds" in refusal(OptionError, export, net, "c", precision="float")
    assert export(net, "c")
    tiny = Classifier(epochs=0).fit([[0.0], [1e-50]], ["a", "b"])
    assert "column 'x0'" in refusal(OptionError, export, tiny, "c", precision="float")


def test_what_javascript_cannot_hold_is_refused():
    model = Classifier(epochs=0).fit([[1.0], [2.0]], [1, 2 ** 53 + 1])
    assert refusal(OptionError, export, model, "javascript") == (
        "JavaScript cannot hold the label 9007199254740993, a whole number beyond 2**53")


# --- The text itself.

WORDS = ["REAL", "NAME", "LET", "INT", "WHOLE", "MOST", "POWER", "FUNCTION", "BODY", "BEGIN", "EXAMPLES?", "END",
         "START", "READ\\w*", "FOUND", "TARGETS?", "REFUSED", "REDUCED", "LOSS", "NUMBERS", "MEANS?", "DEVIATIONS?",
         "DIGITS",
         "INCLUDED", "HOW_MANY\\w*", "\\w+_TEXTS", "\\w+_NAMES"]  # which stand for something in a template


@every_form
@every_language
@pytest.mark.parametrize("model", [networks()["softmax_cross_entropy"], *models().values()],
                         ids=["network", *models()])
def test_no_word_of_a_template_is_left_and_no_line_is_too_long(model, language, unroll):
    for train in (False, True):
        text = export(model, language, train=train, unroll=unroll)
        assert not re.findall(rf"\b(?:{'|'.join(WORDS)})\b", text)
        assert max(map(len, text.splitlines())) <= 120
        assert bool(re.search(r"step\(", text)) == train
        assert all(line == line.rstrip() for line in text.splitlines())


@every_language
def test_small_networks_are_written_out_and_large_ones_are_loops(language):
    small, large = export(Network([3, 4, 1]), language), export(Network([30, 40, 10]), language)
    assert "w1_0_2" in small and "w1_0_2" not in large
    assert re.search(r"\bfor .*\bj\b", large) and not re.search(r"\bfor .*\bj\b", small)
    assert export(Network([3, 4, 1]), language, unroll=False) != small


def test_a_header_with_the_portable_exp_needs_no_library():
    for name, net in networks().items():
        assert "math.h" not in export(net, "c", train=True)
        assert ("math.h" in export(copy_of(net, exp="platform"), "c", train=True)) == ("purenet_exp(" in export(
            net, "c", train=True) or "purenet_tanh(" in export(net, "c", train=True))


def test_the_package_has_export_under_its_own_name():
    net = Network([2, 1])
    assert purenet.export(net, "c") == purenet.export(net, to="c") == export(net, "c")


def test_the_live_page_is_made_of_the_module_as_it_is_now():
    spec = importlib.util.spec_from_file_location("make_live", ROOT / "docs" / "make_live.py")
    make_live = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_live)
    assert make_live.PAGE.read_text(encoding="utf-8") == make_live.text(), "run python3 docs/make_live.py"


@every_language
def test_a_file_says_when_its_step_is_another_than_those_of_the_training(language):
    def heading(train=True, **options):
        text = export(Regressor(epochs=1, **options).fit(FEW, NUMBERS), language, train=train)
        return " ".join(text[:1500].replace("//", " ").split())

    for optimizer, l2, trained in (("adam", 0.003, "adam with l2=0.003"), ("momentum", 0.0, "momentum"),
                                   (Momentum(0.5), 0.0, "momentum"), ("gradient_descent", 0.5,
                                                                      "gradient_descent with l2=0.5")):
        said = f"This was trained by {trained}, but step is plain gradient descent: try it with a small rate first."
        assert said in heading(optimizer=optimizer, l2=l2)
        assert "This was trained" not in heading(train=False, optimizer=optimizer, l2=l2), "there is no step"
    assert "This was trained" not in heading(optimizer="gradient_descent", l2=0.0)


@every_language
def test_the_name_of_an_optimizer_cannot_break_out_of_the_heading(language):
    model = Regressor(epochs=1).fit(FEW, NUMBERS).set_params(optimizer='x\n"""*/ int main;')
    text = export(model, language, train=True)
    assert "int main" not in text and "by an optimizer of its own" in text
