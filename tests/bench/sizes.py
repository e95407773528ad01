"""Measure the exported C on a microcontroller beside its peers, and print one table: python3 tests/bench/sizes.py

A network of 4 inputs, 8 hidden units and 3 outputs, as iris needs, is compiled by arm-none-eabi-gcc -Os for a Cortex-M3
and run by qemu-system-arm. Every row is what is added to a program that does nothing: flash, static memory, heap, the
deepest stack. Times are of this machine (gcc -O2), the best of thirty. The last column is the largest difference
between its outputs and those of whoever trained the network, over a thousand inputs.

The peers: pip install emlearn m2cgen micromlgen scikit-learn; genann.c, genann.h, Tinn.c and Tinn.h in a folder that
--peers names. What is missing is left out.
"""

import argparse
import importlib.util
import json
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from purenet import Network, export  # noqa: E402

CORTEX = ["arm-none-eabi-gcc", "-Os", "-mcpu=cortex-m3", "-mthumb", "-ffunction-sections", "-fdata-sections",
          "-Wl,--gc-sections", "-Wl,--wrap=malloc", "-Wl,--wrap=calloc", "--specs=nano.specs", "--specs=nosys.specs",
          "-nostartfiles", "-Wl,-T," + str(HERE / "board.ld"), "-I", str(HERE), "-w"]
FIRMWARE = """\
#include <stddef.h>
#include "board.h"
#include "job.h"
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
static uint32_t heap;
void *__wrap_malloc(size_t size) { heap += size; return __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { heap += count * size; return __real_calloc(count, size); }
volatile REAL x[4] = {0.5, -1.0, 0.25, 2.0}, y[3] = {1.0, 0.0, 0.0}, out[3];
__attribute__((noinline)) static void job(void) { JOB }
static void work(void) {
    volatile uint32_t *low = (uint32_t *)(end + 4096), *top = (uint32_t *)((uintptr_t)__builtin_frame_address(0) - 64);
    for (volatile uint32_t *at = low; at < top; at++) *at = 0xdeadbeef;
    job();
    while (low < top && *low == 0xdeadbeef) low++;
    put((uint32_t)((uintptr_t)top - (uintptr_t)low));
    put(heap);
}
"""
DESKTOP = """\
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "job.h"
#define ROUNDS 20000
REAL x[4], y[3], out[3];
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
__attribute__((noinline)) static void predict(void) { PREDICT }
__attribute__((noinline)) static void train(void) { TRAIN }
int main(void) {
    double in[4];
    SETUP
    while (fread(in, sizeof in, 1, stdin) == 1) {
        for (int i = 0; i < 4; i++) x[i] = (REAL)in[i];
        predict();
        for (int i = 0; i < 3; i++) printf("%a\\n", (double)out[i]);
    }
    double best[2] = {1, 1};
    for (int again = 0; again < 30; again++) {
        double begun = seconds();
        for (int i = 0; i < ROUNDS; i++) { x[0] = (REAL)(i & 7); predict(); }
        double middle = seconds();
        for (int i = 0; i < ROUNDS; i++) { x[0] = (REAL)(i & 7); y[0] = (REAL)(i & 1); train(); }
        double end = seconds();
        if (middle - begun < best[0]) best[0] = middle - begun;
        if (end - middle < best[1]) best[1] = end - middle;
    }
    printf("%.1f %.1f\\n", 1e9 * best[0] / ROUNDS, 1e9 * best[1] / ROUNDS);
    return 0;
}
"""


def network(**options):
    """Return the network that all but emlearn have."""
    return Network([4, 8, 3], seed=1, **options)


def shared(net):
    """Return the C text of the weights and biases, for who has to be given them."""
    rows = {"hidden": net.weights[0], "last": net.weights[1]}
    return "\n".join(f"static const double {name}[] = {{{', '.join(v.hex() for row in W for v in row)}}};"
                     for name, W in rows.items())


def ours(train, **options):
    """Return the job of an exported header."""
    net = network(exp=options.pop("exp", "portable"))
    real = options.get("precision", "double")
    header = export(net, "c", train=train, **options)
    return {
        "real": real, "job.h": header, "setup": "", "files": [],
        "predict": f"purenet_predict((const {real} *)x, ({real} *)out);",
        "train": f"purenet_step((const {real} *)x, (const {real} *)y, 1, 0.0);" if train else "",
        "expected": net.predict}


def genann(folder):
    """Return the job of genann: its sigmoid is a table unless it is told otherwise."""
    net = network(exp="platform")
    setup = """
    static genann *ann;
    ann = genann_init(4, 1, 8, 3);
    double *w = ann->weight;
    for (int j = 0; j < 8; j++) { *w++ = 0; for (int i = 0; i < 4; i++) *w++ = hidden[i * 8 + j]; }
    for (int j = 0; j < 3; j++) { *w++ = 0; for (int i = 0; i < 8; i++) *w++ = last[i * 3 + j]; }
    """
    return {"real": "double", "job.h": '#include "genann.h"\n' + shared(net) + "\nstatic genann *the;\n",
            "setup": setup + "the = ann;", "files": ["genann.c", "genann.h"],
            "predict": "const double *o = genann_run(the, (double *)x); for (int i = 0; i < 3; i++) out[i] = o[i];",
            "train": "genann_train(the, (const double *)x, (const double *)y, 0.0);", "expected": net.predict}


def tinn(folder):
    """Return the job of Tinn: floats, one bias for a layer."""
    net = network(exp="platform")
    setup = """
    the = xtbuild(4, 8, 3);
    for (int j = 0; j < 8; j++) for (int i = 0; i < 4; i++) the.w[j * 4 + i] = (float)hidden[i * 8 + j];
    for (int j = 0; j < 3; j++) for (int i = 0; i < 8; i++) the.x[j * 8 + i] = (float)last[i * 3 + j];
    for (int i = 0; i < the.nb; i++) the.b[i] = 0;
    """
    return {"real": "float", "job.h": '#include "Tinn.h"\n' + shared(net) + "\nstatic Tinn the;\n", "setup": setup,
            "files": ["Tinn.c", "Tinn.h"],
            "predict": "const float *o = xtpredict(the, (const float *)x); for (int i = 0; i < 3; i++) out[i] = o[i];",
            "train": "xttrain(the, (const float *)x, (const float *)y, 0.0f);", "expected": net.predict}


def emlearn_job(folder):
    """Return the job of emlearn: a network of scikit-learn's, whose probabilities it computes in floats."""
    import emlearn
    from sklearn.datasets import load_iris
    from sklearn.neural_network import MLPClassifier

    X, y = load_iris(return_X_y=True)
    model = MLPClassifier((8,), activation="logistic", max_iter=300, random_state=0).fit(X, y)
    emlearn.convert(model, method="inline").save(name="net", file=str(folder / "net.h"))
    return {"real": "float", "job.h": (folder / "net.h").read_text(), "setup": "", "files": [],
            "include": emlearn.includedir, "predict": "net_regress((const float *)x, 4, (float *)out, 3);", "train": "",
            "expected": lambda rows: model.predict_proba(rows).tolist()}


def on_the_board(folder, job, work):
    """Return flash, static memory, stack and heap of a program for the microcontroller."""
    words = {"REAL": job["real"], "JOB": work}
    (folder / "job.h").write_text(job["job.h"])
    (folder / "main.c").write_text(re.sub(r"\b(REAL|JOB)\b", lambda found: words[found[1]], FIRMWARE))
    sources = ["main.c", *(name for name in job["files"] if name.endswith(".c"))]
    includes = ["-I", job["include"]] if job.get("include") else []
    subprocess.run([*CORTEX, *includes, *sources, "-o", "board.elf", "-lm"], cwd=folder, check=True,
                   stderr=subprocess.DEVNULL)
    sizes = subprocess.run(["arm-none-eabi-size", "board.elf"], cwd=folder, check=True, capture_output=True, text=True)
    text, data, bss = map(int, sizes.stdout.split("\n")[1].split()[:3])
    done = subprocess.run(["qemu-system-arm", "-M", "lm3s6965evb", "-nographic", "-semihosting", "-kernel",
                           "board.elf"], cwd=folder, capture_output=True, text=True, timeout=60)
    stack, heap = (int(word, 16) for word in re.findall(r"^[0-9a-f]{8}$", done.stdout + done.stderr, re.MULTILINE))
    return text + data, data + bss, stack, heap


def on_this_machine(folder, job, rows):
    """Return the outputs for some rows, and the nanoseconds of a prediction and of a step."""
    words = {"REAL": job["real"], "PREDICT": job["predict"], "TRAIN": job["train"], "SETUP": job["setup"]}
    (folder / "main.c").write_text(re.sub(r"\b(REAL|PREDICT|TRAIN|SETUP)\b", lambda found: words[found[1]], DESKTOP))
    sources = ["main.c", *(name for name in job["files"] if name.endswith(".c"))]
    includes = ["-I", job["include"]] if job.get("include") else []
    subprocess.run(["gcc", "-O2", "-w", *includes, *sources, "-o", "here", "-lm"], cwd=folder, check=True)
    data = struct.pack(f"<{4 * len(rows)}d", *[value for row in rows for value in row])
    *values, times = subprocess.run(["./here"], cwd=folder, input=data, capture_output=True,
                                    check=True).stdout.decode().split("\n")[:-1]
    numbers = [float.fromhex(value) for value in values]
    return [numbers[i:i + 3] for i in range(0, len(numbers), 3)], [float(word) for word in times.split()]


def measured(name, job, peers):
    """Return the row of a job."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for file in job["files"]:
            shutil.copy(peers / file, folder)
        chance = random.Random(0)
        rows = [[chance.uniform(-4, 4) for _ in range(4)] for _ in range(1000)]
        idle = {**job, "job.h": "", "files": []}
        nothing = on_the_board(folder, idle, "(void)(x[0], out[0]);" + ("(void)y[0];" if job["train"] else ""))
        flash, static, stack, heap = on_the_board(folder, job, job["setup"] + job["predict"] + job["train"])
        outputs, (predicting, training) = on_this_machine(folder, job, rows)
        worst = max(abs(a - b) for got, wanted in zip(outputs, job["expected"](rows)) for a, b in zip(got, wanted))
    return {"name": name, "flash": flash - nothing[0], "static": static - nothing[1], "stack": stack - nothing[2],
            "heap": heap, "predict_ns": predicting, "step_ns": training if job["train"] else None, "worst": worst}


def jobs(peers, folder):
    """Yield the name of every job that can be done here, and the job."""
    for train in (False, True):
        for precision in ("double", "float"):
            for form, unroll in [("written out", True), ("loops", False)]:
                yield (f"purenet, {'train' if train else 'predict'}, {precision}, {form}",
                       ours(train, precision=precision, unroll=unroll))
    yield "purenet, predict, double, loops, libm's exp", ours(False, unroll=False, exp="platform")
    if peers and (peers / "genann.c").exists():
        yield "genann, predict", {**genann(folder), "train": ""}
        yield "genann, train", genann(folder)
    if peers and (peers / "Tinn.c").exists():
        yield "Tinn, predict", {**tinn(folder), "train": ""}
        yield "Tinn, train", tinn(folder)
    if importlib.util.find_spec("emlearn") and importlib.util.find_spec("sklearn"):
        yield "emlearn, predict", emlearn_job(folder)


def refusals():
    """Yield what peers say that take no network."""
    if not importlib.util.find_spec("sklearn"):
        return
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((2,), max_iter=5).fit([[0.0], [1.0]], [0, 1])
    for name, call in [("m2cgen", "export_to_c"), ("micromlgen", "port")]:
        if importlib.util.find_spec(name):
            try:
                getattr(importlib.import_module(name), call)(model)
                yield f"{name}: takes it"
            except Exception as error:  # whatever it is
                yield f"{name}: {error}"


def main():
    """Measure all there is, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peers", type=Path, help="the folder with genann.c, genann.h, Tinn.c and Tinn.h")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rows = [measured(name, job, options.peers) for name, job in jobs(options.peers, folder)]
    print("| | flash | static | stack | heap | a prediction | a step | off by |\n| --- " + "| ---: " * 7 + "|")
    for row in rows:
        step = "" if row["step_ns"] is None else f"{row['step_ns']:.0f} ns"
        print(f"| {row['name']} | {row['flash']:,} | {row['static']:,} | {row['stack']:,} | {row['heap']:,} "
              f"| {row['predict_ns']:.0f} ns | {step} | {row['worst']:.1g} |")
    print("", *refusals(), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
