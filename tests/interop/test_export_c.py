"""The C header: it compiles without a warning, refuses what would change its bits, and has the bits of Python."""

import functools
import platform
import shutil
import struct
import subprocess

import pytest

from exports import (ROWS, difference, examples, flat, forms, function_inputs, in_python, models, networks, packed,
                     plain_examples, trained_in_python, unpacked)
from purenet import Classifier, Network
from purenet.core import arithmetic
from purenet.export import export
from singles import single_arithmetic

COMPILERS = ("gcc", "clang")
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
LEVELS = ("-O0", "-O1", "-O2", "-O3")
INTEL = platform.machine() in ("x86_64", "AMD64")
# Where a compiler may fuse a multiplication and an addition, if it is not told otherwise: in its own dialect of C.
FUSED = ("-O3", "-std=gnu99", *(["-march=native"] if INTEL else []))

every_compiler = pytest.mark.parametrize("compiler", COMPILERS)
every_level = pytest.mark.parametrize("level", [(level,) for level in LEVELS] + [FUSED], ids=" ".join)

READ = """
#include <stdio.h>
#include <stdlib.h>
static void *take(size_t size) {
    void *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, stdin) != size) exit(3);
    return data;
}
"""
PREDICT = """
static void predict_NAME(int count) {
    double *X = take(sizeof(double) * NAME_INPUTS * (size_t)count), outputs[NAME_OUTPUTS];
    for (int i = 0; i < count; i++) {
        NAME_predict(X + i * NAME_INPUTS, outputs);
        fwrite(outputs, sizeof(double), NAME_OUTPUTS, stdout);
    }
    free(X);
}
"""
TRAIN = """
static void train_NAME(int count, int steps, double rate) {
    double *X = take(sizeof(double) * NAME_INPUTS * (size_t)count);
    double *Y = take(sizeof(double) * NAME_OUTPUTS * (size_t)count);
    for (int i = 0; i < steps; i++) {
        double loss = NAME_step(X, Y, count, rate);
        fwrite(&loss, sizeof(double), 1, stdout);
    }
    fwrite(NAME_parameters, sizeof(double), NAME_PARAMETERS, stdout);
    free(X);
    free(Y);
}
"""


def need(program):
    """Skip the test where a program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def build(folder, compiler, options, headers, source, strict=STRICT):
    """Compile a program that includes some headers; return its path, or the compiler's complaint as AssertionError."""
    need(compiler)
    for name, text in headers.items():
        (folder / f"{name}.h").write_text(text, encoding="utf-8")
    included = "".join(f'#include "{name}.h"\n' for name in headers)
    (folder / "main.c").write_text(included + source, encoding="utf-8")
    done = subprocess.run([compiler, *strict, *options, "main.c", "-o", "main", "-lm"], cwd=folder,
                          capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, f"{compiler} {' '.join(options)} says:\n{done.stderr[:3000]}"
    return folder / "main"


def run(program, data=b"", *arguments):
    """Run a program and return what it writes."""
    done = subprocess.run([str(program), *map(str, arguments)], input=data, capture_output=True, timeout=600)
    assert done.returncode == 0, f"{program} exits with {done.returncode}: {done.stderr.decode()}"
    return done.stdout


def of_every_kind(template, call):
    """The source of a program that does a thing with every network, in each form."""
    calls = "".join(f"    {call.replace('NAME', name)};\n" for name in forms(networks()))
    return READ + "".join(template.replace("NAME", name) for name in forms(networks())) + (
        f"int main(void) {{\n{calls}    return 0;\n}}\n")


@every_level
@every_compiler
def test_predictions_have_the_bits_of_python(compiler, level, tmp_path):
    nets, count = forms(networks()), 300
    headers = {name: export(net, "c", name=name, unroll=unroll) for name, (net, unroll) in nets.items()}
    program = build(tmp_path, compiler, level, headers, of_every_kind(PREDICT, f"predict_NAME({count})"))
    data = [examples(net, count)[0] for net, _ in nets.values()]
    found = unpacked(run(program, b"".join(map(packed, data))))
    for (name, (net, _)), X in zip(nets.items(), data):
        expected = [value for row in in_python(net, X) for value in row]
        part, found = found[:len(expected)], found[len(expected):]
        assert not difference(part, expected), f"{name}: {difference(part, expected)}"
    assert not found


@every_level
@every_compiler
def test_training_ends_in_the_bits_of_python(compiler, level, tmp_path):
    nets, count, steps, rate = forms(networks()), 5, 40, 0.003
    headers = {name: export(net, "c", name=name, unroll=unroll, train=True) for name, (net, unroll) in nets.items()}
    program = build(tmp_path, compiler, level, headers, of_every_kind(TRAIN, f"train_NAME({count}, {steps}, {rate})"))
    data = [plain_examples(net, count) for net, _ in nets.values()]
    found = unpacked(run(program, b"".join(packed(X) + packed(y) for X, y in data)))
    for (name, (net, _)), (X, y) in zip(nets.items(), data):
        parameters, losses = trained_in_python(net, X, y, steps, rate)
        expected = losses + parameters
        part, found = found[:len(expected)], found[len(expected):]
        assert not difference(part, expected), f"{name}: {difference(part, expected)}"
    assert not found


# --- The functions of the header, over all they can meet.

FUNCTION = """
#include <stdio.h>
int main(void) {
    double z;
    while (fread(&z, sizeof z, 1, stdin) == 1) {
        double found = purenet_FUNCTION(z);
        fwrite(&found, sizeof found, 1, stdout);
    }
    return 0;
}
"""
NEEDS = {"exp": Network([1, 1], exp="portable"), "tanh": Network([1, 1], activation="tanh", exp="portable"),
         "log": Network([1, 1], loss="binary_cross_entropy", exp="portable")}  # networks that need these functions


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NEEDS)
@every_compiler
def test_the_functions_have_the_bits_of_the_portable_ones(compiler, name, count, tmp_path):
    header, source = export(NEEDS[name], "c", train=True), FUNCTION.replace("FUNCTION", name)
    program = build(tmp_path, compiler, ("-O2",), {"net": header}, source)
    values = function_inputs(name, count)
    found = unpacked(run(program, packed([values])))
    function = getattr(arithmetic, f"portable_{name}")
    wrong = difference(found, [function(value) for value in values])
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.slow
@every_level
@every_compiler
def test_a_million_predictions_have_the_bits_of_python(compiler, level, tmp_path):
    net = Network([3, 4, 2], loss="cross_entropy", seed=5, exp="portable")
    X, expected = a_million()
    source = READ + PREDICT.replace("NAME", "net") + "int main(void) { predict_net(1000000); return 0; }\n"
    program = build(tmp_path, compiler, level, {"net": export(net, "c", name="net")}, source)
    assert run(program, packed(X)) == expected


@functools.lru_cache(maxsize=None)
def a_million():
    """A million inputs, and the bits of the outputs of a network for them."""
    net = Network([3, 4, 2], loss="cross_entropy", seed=5, exp="portable")
    X = examples(net, 1_000_000)[0]
    return X, packed(net.predict(X))


# --- Models with columns and labels.

MODELS = """
static void classes_NAME(int count) {
    double *rows = take(sizeof(double) * NAME_COLUMNS * (size_t)count), found[NAME_CLASSES];
    for (int i = 0; i < count; i++) {
        double best = NAME_predict(rows + i * NAME_COLUMNS, found);
        fwrite(&best, sizeof best, 1, stdout);
        fwrite(found, sizeof(double), NAME_CLASSES, stdout);
    }
    free(rows);
}
"""
NUMBERS = """
static void numbers_NAME(int count) {
    double *rows = take(sizeof(double) * NAME_COLUMNS * (size_t)count), found;
    for (int i = 0; i < count; i++) {
        double status = NAME_predict(rows + i * NAME_COLUMNS, &found);
        fwrite(&status, sizeof status, 1, stdout);
        fwrite(&found, sizeof found, 1, stdout);
    }
    free(rows);
}
"""
LEARN = """
static void learn_NAME(int count, int steps) {
    double *rows = take(sizeof(double) * NAME_COLUMNS * (size_t)count), *y = take(sizeof(double) * (size_t)count);
    for (int i = 0; i < steps; i++) NAME_step(rows, y, count, 0.125);
    fwrite(NAME_parameters, sizeof(double), NAME_PARAMETERS, stdout);
    rows[0] = 1e300 * 1e300;
    y[count - 1] = NAME_step(rows, y, count, 0.125);
    fwrite(y + count - 1, sizeof(double), 1, stdout);
    fwrite(NAME_parameters, sizeof(double), NAME_PARAMETERS, stdout);
    free(rows);
    free(y);
}
"""


def in_numbers(model, rows):
    """Rows as the header takes them: a text as its number in its column."""
    return [[texts.index(cell) if texts else cell for cell, texts in zip(row, model.encoder_.categories)]
            for row in rows]


def rows_of(model):
    """Rows that fit a model's columns."""
    return [list(row) for row in ROWS] if len(model.encoder_.columns) == 3 else [[row[0], row[2]] for row in ROWS]


@every_compiler
def test_models_predict_and_learn_as_in_python(compiler, tmp_path):
    made = models()
    classifier = {name: isinstance(model, Classifier) for name, model in made.items()}
    headers = {name: export(model, "c", name=name, train=True) for name, model in made.items()}
    source = READ + "".join(((MODELS if classifier[name] else NUMBERS) + LEARN).replace("NAME", name) for name in made)
    source += "int main(void) {\n" + "".join(
        f"    {'classes' if classifier[name] else 'numbers'}_{name}(6);\n    learn_{name}(6, 20);\n" for name in made)
    data = b""
    for name, model in made.items():
        rows, targets = rows_of(model), model.predict(rows_of(model))
        if classifier[name]:
            targets = [model.classes_.index(label) for label in targets]
        data += packed(in_numbers(model, rows)) + packed(in_numbers(model, rows)) + packed([targets])
    program = build(tmp_path, compiler, ("-O2",), headers, source + "    return 0;\n}\n")
    found = unpacked(run(program, data))
    for name, model in made.items():
        rows, labels = rows_of(model), model.predict(rows_of(model))
        if classifier[name]:
            expected = [value for label, row in zip(labels, model.predict_proba(rows))
                        for value in [float(model.classes_.index(label)), *row]]
            y = ([[float(label == model.classes_[1])] for label in labels] if len(model.classes_) == 2 else
                 [[float(label == other) for other in model.classes_] for label in labels])
        else:
            expected = [value for label in labels for value in (0.0, label)]
            y = [model.target_.encode(0, label) for label in labels]
        model.network_.fit(model.encoder_.transform(rows), y, epochs=20, learning_rate=0.125, engine="lists")
        expected += [*flat(model.network_), -1.0, *flat(model.network_)]  # a row of infinity changes nothing
        part, found = found[:len(expected)], found[len(expected):]
        assert not difference(part, expected), f"{name}: {difference(part, expected)}"
    assert not found


ASK = """
int main(void) {
    double row[3] = {0.5, 0.0, 1.0}, found[purenet_CLASSES];
    const double bad[] = {-1.0, 3.0, 0.5, 1e300, -0.25, 1e300 * 1e300, 1e300 * 1e300 - 1e300 * 1e300};
    row[1] = purenet_text(1, purenet_texts[2]);
    printf("%d", purenet_predict(row, found) >= 0);
    printf(" %d %d %d", purenet_text(1, ""), purenet_text(1, "no such text"), purenet_text(1, purenet_texts[1]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        row[1] = bad[i];
        printf(" %d", purenet_predict(row, found));
    }
    row[1] = 0.0;
    row[0] = bad[6];
    printf(" %d\\n", purenet_predict(row, found));
    for (int k = 0; k < purenet_CLASSES; k++) puts(purenet_classes[k]);
    for (int k = 0; k < purenet_COLUMNS; k++) puts(purenet_columns[k]);
    for (int k = 0; k < 3; k++) puts(purenet_texts[k]);
    return 0;
}
"""


@every_compiler
def test_names_arrive_as_they_are_and_rows_that_cannot_be_used_are_refused(compiler, tmp_path):
    columns, texts = ['a"b??/', "c*/\\", "%d ö"], ["\\", '"/*', "ö??>\t"]
    rows = [[float(i), texts[i % 3], 1.0 + i % 2] for i in range(6)]
    model = Classifier(epochs=0, exp="portable").fit(rows, ["??)", "// yes \\", "no"] * 2, columns=columns)
    program = build(tmp_path, compiler, ("-O2",), {"net": export(model, "c")}, "#include <stdio.h>\n" + ASK)
    lines = run(program).decode().splitlines()
    assert lines[0] == "1 -1 -1 1" + " -1" * 8
    assert lines[1:] == [*model.classes_, *columns, *sorted(texts)]


# --- A float holds 24 bits; Python's own numbers, rounded to those after every step, say what must come of it.

@pytest.mark.parametrize("level", [("-O0",), FUSED], ids=" ".join)
@every_compiler
def test_a_header_of_floats_has_the_bits_of_floats(compiler, level, tmp_path):
    nets, count, steps, rate = forms(networks()), 6, 10, 0.0078125
    headers = {name: export(net, "c", name=name, unroll=unroll, train=True, precision="float")
               for name, (net, unroll) in nets.items()}
    source = READ + "".join((PREDICT + TRAIN).replace("NAME", name) for name in nets).replace("double", "float")
    source += "int main(void) {\n" + "".join(
        f"    predict_{name}({count});\n    train_{name}({count}, {steps}, {rate}f);\n" for name in nets)
    program = build(tmp_path, compiler, level, headers, source + "    return 0;\n}\n")
    data = [plain_examples(net, count) for net, _ in nets.values()]
    written = run(program, b"".join(floats(X) + floats(X) + floats(y) for X, y in data))
    found = list(struct.unpack(f"<{len(written) // 4}f", written))
    for name, (X, y) in zip(nets, data):
        expected = in_floats(name.rpartition("_")[0].replace("_written", ""), count, steps, rate)
        part, found = found[:len(expected)], found[len(expected):]
        assert not difference(part, expected), f"{name}: {difference(part, expected)}"
    assert not found


def floats(rows):
    """The bits of some rows as C's floats."""
    values = [value for row in rows for value in row]
    return struct.pack(f"<{len(values)}f", *values)


@functools.lru_cache(maxsize=None)
def in_floats(name, count, steps, rate):
    """The outputs of a network, and losses and parameters of its training, in numbers of 24 bits."""
    net = networks()[name]
    X, y = plain_examples(net, count)
    net = Network.from_weights(net.weights, net.biases, activation=net.activation, output=net.output,
                               loss=net.loss_name, reduction=net.reduction, exp=single_arithmetic())
    outputs = [value for row in net.predict(X) for value in row]
    history = net.fit(X, y, epochs=steps, learning_rate=rate)
    return [float(value) for value in outputs + history.loss + flat(net)]


# --- What would change the bits is refused, and what may be done to them is not.

REFUSED = [(compiler, flag, "-ffast-math changes the bits") for compiler in COMPILERS
           for flag in ("-ffast-math", "-Ofast", "-ffinite-math-only")]
if INTEL:  # the x87 is a matter of gcc and these processors
    REFUSED.append(("gcc", "-mfpmath=387", "computed here to more digits"))


@pytest.mark.parametrize("compiler, flag, words", REFUSED)
def test_what_changes_the_bits_is_refused(compiler, flag, words, tmp_path):
    header = {"net": export(Network([2, 1], exp="portable"), "c")}
    with pytest.raises(AssertionError, match=words):
        build(tmp_path, compiler, (flag,), header, "int main(void) { return 0; }\n")


@every_compiler
def test_a_header_stands_in_several_files_and_twice_in_one(compiler, tmp_path):
    net = Network([2, 2, 1], exp="portable")
    headers = {"net": export(net, "c", train=True), "other": export(net, "c", name="other", precision="float")}
    (tmp_path / "second.c").write_text('#include "net.h"\n#include "net.h"\nint second(void);\n'
                                       "int second(void) { return purenet_PARAMETERS; }\n")
    build(tmp_path, compiler, ("-O2", "second.c"), headers, "int main(void) { return 0; }\n")


@every_compiler
def test_with_the_portable_exp_no_library_is_needed(compiler, tmp_path):
    need(compiler)
    (tmp_path / "net.h").write_text(export(models()["three"], "c", train=True), encoding="utf-8")
    (tmp_path / "main.c").write_text('#include "net.h"\ndouble p[3], row[3];\nint main(void) {\n'
                                     "    return purenet_predict(row, p) + (int)purenet_step(row, p, 1, 0.5);\n}\n")
    subprocess.run([compiler, *STRICT, "-O1", "-ffreestanding", "-c", "main.c"], cwd=tmp_path, check=True)
    wanted = subprocess.run(["nm", "-u", "main.o"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert set(wanted.replace("U ", "").split()) <= {"memcpy", "memset", "_GLOBAL_OFFSET_TABLE_"}, wanted


@every_compiler
def test_with_the_platforms_exp_the_results_are_those_of_its_library(compiler, tmp_path):
    nets, count = forms(networks(exp="platform")), 50
    headers = {name: export(net, "c", name=name, unroll=unroll) for name, (net, unroll) in nets.items()}
    program = build(tmp_path, compiler, ("-O2",), headers, of_every_kind(PREDICT, f"predict_NAME({count})"))
    data = [plain_examples(net, count)[0] for net, _ in nets.values()]
    found = unpacked(run(program, b"".join(map(packed, data))))
    expected = [value for (net, _), X in zip(nets.values(), data) for row in in_python(net, X) for value in row]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-300)
