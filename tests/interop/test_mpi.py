"""Training in shards on the workers of mpi4py.futures: one process that runs the script, and two that serve it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mpi4py")

ROOT = Path(__file__).resolve().parent.parent.parent
MPIEXEC = shutil.which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
SCRIPT = """
from mpi4py import MPI
from mpi4py.futures import MPIPoolExecutor
from purenet import Network

X = [[(5 * i * j + i) % 11 / 11 for j in range(1, 4)] for i in range(50)]
Y = [[1, 0] if row[0] > row[1] else [0, 1] for row in X]

def fitted(executor):
    network = Network([3, 5, 2], loss="cross_entropy", exp="portable")
    losses = network.fit(X, Y, epochs=5, batch_size=20, optimizer="adam", executor=executor, shards=3).loss
    return repr((network.weights, network.biases, losses))

if __name__ == "__main__":
    with MPIPoolExecutor() as executor:
        print(executor.num_workers, "workers:", "the same bits" if fitted(executor) == fitted(None) else "other bits")
"""
SETTINGS = {  # Open MPI starts no more processes than there are cores, and none for root, unless told to
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe"}


@pytest.mark.skipif(MPIEXEC is None, reason="no mpiexec on the PATH: install Open MPI or MPICH")
def test_the_workers_of_mpi_give_the_bits_of_this_process(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([MPIEXEC, "-n", "3", sys.executable, "-m", "mpi4py.futures", "script.py"], cwd=tmp_path,
                          env={**os.environ, **SETTINGS, "PYTHONPATH": str(ROOT)}, timeout=120, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.stdout == "2 workers: the same bits\n", done.stdout + done.stderr
