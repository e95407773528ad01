"""The C header on two microcontrollers, in emulators: a Cortex-M3 without a unit for floats, and an AVR of 8 bits."""

import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from exports import flat
from purenet import Network, export
from singles import single_arithmetic

BENCH = Path(__file__).resolve().parent.parent / "bench"
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
X, Y, STEPS = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]], 50
TRAIN = """
static const REAL X[] = {0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1}, Y[] = {0, 1, 1, 0};
static void work(void) {
    for (int i = 0; i < STEPS; i++) give(purenet_step(X, Y, 4, (REAL)1));
    for (int i = 0; i < purenet_PARAMETERS; i++) give(purenet_parameters[i]);
}
"""
CORTEX = """
#include "board.h"
#include "net.h"
static void give(double value) {
    const union { double value; uint32_t halves[2]; } bits = {value};
    put(bits.halves[1]);
    put(bits.halves[0]);
}
"""
AVR = """
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include "net.h"
static void give(float value) {
    const union { float value; unsigned char bytes[4]; } bits = {value};
    for (int i = 7; i >= 0; i--) {
        UDR0 = (unsigned char)"0123456789abcdef"[bits.bytes[i / 2] >> i % 2 * 4 & 15];
        while (!(UCSR0A & (1 << UDRE0))) {}
    }
    UDR0 = '\\n';
    while (!(UCSR0A & (1 << UDRE0))) {}
}
static void work(void);
int main(void) {
    UCSR0B = 1 << TXEN0;
    work();
    cli();
    sleep_mode();
    return 0;
}
"""


def need(*programs):
    """Skip the test where a program is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def network(exp="portable"):
    """The tutorial's network."""
    net = Network([3, 4, 1], bias=False, reduction="sum")
    return Network.from_weights(net.weights, reduction="sum", exp=exp)


def words(source, **values):
    """A source with words replaced."""
    return re.sub(rf"\b({'|'.join(values)})\b", lambda found: str(values[found[1]]), source)


@pytest.mark.parametrize("unroll", [True, False], ids=["written out", "in loops"])
@pytest.mark.parametrize("level", ["-O0", "-Os", "-O2"])
def test_a_cortex_m3_learns_with_the_bits_of_python(level, unroll, tmp_path):
    need("arm-none-eabi-gcc", "qemu-system-arm")
    net = network()
    (tmp_path / "net.h").write_text(export(net, "c", train=True, unroll=unroll))
    (tmp_path / "main.c").write_text(CORTEX + words(TRAIN, REAL="double", STEPS=STEPS))
    subprocess.run(["arm-none-eabi-gcc", *STRICT, level, "-mcpu=cortex-m3", "-mthumb", "-ffreestanding", "-nostdlib",
                    "-I", str(BENCH), "-T", str(BENCH / "board.ld"), "main.c", "-lgcc", "-o", "main"], cwd=tmp_path,
                   check=True)
    done = subprocess.run(["qemu-system-arm", "-M", "lm3s6965evb", "-nographic", "-semihosting", "-kernel", "main"],
                          cwd=tmp_path, capture_output=True, text=True, timeout=60)
    data = bytes.fromhex("".join(re.findall(r"^[0-9a-f]{8}$", done.stdout + done.stderr, re.MULTILINE)))
    found = list(struct.unpack(f">{len(data) // 8}d", data))
    losses = net.fit(X, Y, epochs=STEPS, engine="lists").loss
    assert found == losses + flat(net)


@pytest.mark.parametrize("unroll", [True, False], ids=["written out", "in loops"])
def test_an_avr_learns_with_the_bits_of_floats(unroll, tmp_path):
    need("avr-gcc", "simavr")
    (tmp_path / "net.h").write_text(export(network(), "c", train=True, unroll=unroll, precision="float"))
    (tmp_path / "main.c").write_text(AVR + words(TRAIN, REAL="float", STEPS=STEPS))
    subprocess.run(["avr-gcc", *STRICT, "-Os", "-mmcu=atmega328p", "main.c", "-o", "main"], cwd=tmp_path, check=True)
    done = subprocess.run(["simavr", "-m", "atmega328p", "-f", "16000000", "main"], cwd=tmp_path, capture_output=True,
                          text=True, timeout=120)
    lines = re.findall(r"\b(?:32m)?([0-9a-f]{8})\.", done.stdout + done.stderr)
    found = [struct.unpack(">f", bytes.fromhex(line))[0] for line in lines]
    net = network(single_arithmetic())
    losses = net.fit(X, Y, epochs=STEPS).loss
    assert found == [float(value) for value in losses + flat(net)]


def test_an_avr_refuses_doubles_that_are_floats(tmp_path):
    need("avr-gcc")
    (tmp_path / "main.c").write_text(export(network(), "c"))
    done = subprocess.run(["avr-gcc", "-mmcu=atmega328p", "-c", "main.c"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and "double is not the type of IEEE 754 here" in done.stderr
