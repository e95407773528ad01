"""The C header: it compiles without a warning, refuses what would change its bits, and has the bits of Python."""

import itertools
import platform
import random
import shutil
import subprocess

import pytest

from exports import (difference, examples, flat, forms, in_python, models, networks, packed, plain_examples,
                     trained_in_python, unpacked, ROWS)
from purenet import Network
from purenet.core import arithmetic
from purenet.export import export

COMPILERS = ("gcc", "clang")
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
LEVELS = ("-O0", "-O1", "-O2", "-O3")
FUSED = ("-O3", "-march=native") if platform.machine() in ("x86_64", "AMD64") else ("-O3",)  # has multiply-and-add

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
