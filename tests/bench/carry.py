"""Measure what is carried: python tests/bench/carry.py [NODE_MODULES [PEER.py]]

The sizes of the package and of each single file; and in MicroPython (npm @micropython/micropython-webassembly-pyscript)
the memory they take and the time of a step of an 8-16-4 network, beside a peer built of neuron objects. PEER.py is
MicroMLP's own file, where it is at hand.
"""

import json
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
    if not arguments:
        return
    if len(arguments) > 1:
        print(f"{'MicroMLP':24} {Path(arguments[1]).stat().st_size:8,} bytes")
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in KINDS.items():
            Path(folder, f"{name}.py").write_text(bundle(*kind), encoding="utf-8")
        Path(folder, "micropeer.py").write_bytes((HERE / "micropeer.py").read_bytes())
        modules = str(Path(arguments[0]).resolve())
        done = subprocess.run(["node", str(HERE / "carry.mjs"), modules, folder, *arguments[1:]], check=True,
                              stdout=subprocess.PIPE, text=True)
    print(json.dumps(json.loads(done.stdout), indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
