"""Draw the pictures of docs/explain.md, docs/explain-*.svg: python3 docs/make_pictures.py

They are about the networks of "A Neural Network in 11 lines of Python" (iamtrask, 2015), with the exp that gives the
same bits on every machine, so the files are the same to the byte wherever this runs.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from purenet import Network  # noqa: E402
from purenet.explain import pictures  # noqa: E402

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
FIRST_COLUMN = [[0], [0], [1], [1]]
EXCLUSIVE_OR = [[0], [1], [1], [0]]
ROWS = [" ".join(map(str, row)) for row in X]
INPUTS = ["x0", "x1", "x2"]
SNAPSHOTS = [k * k * 6 for k in range(101)]


def tutorial_network(sizes):
    """Return one of the tutorial's networks, before it has learned anything."""
    return Network(sizes, bias=False, reduction="sum", seed=1, exp="portable")


def draw():
    """Return the pictures, by the names of their files."""
    two, three, trained = (tutorial_network(sizes) for sizes in ([3, 1], [3, 4, 1], [3, 4, 1]))
    history = trained.fit(X, EXCLUSIVE_OR, epochs=60_000, snapshots=SNAPSHOTS, direction_changes=True)
    first_step = three.trace(X, EXCLUSIVE_OR)
    found = {
        "network": pictures.network(three, INPUTS, ["y"], "The network 3-4-1, before it has learned anything"),
        "network-trained": pictures.network(trained, INPUTS, ["y"], "The network 3-4-1, after 60,000 epochs"),
        "sigmoid": pictures.activation(),
        "contributions-two-layers": pictures.contributions(two.trace(X, FIRST_COLUMN), 1, ROWS, INPUTS,
                                                           "The network 3-1: who pushes which weight"),
        "contributions-layer-1": pictures.contributions(first_step, 1, ROWS, INPUTS),
        "contributions-layer-2": pictures.contributions(first_step, 2, ROWS),
        "loss": pictures.loss(history),
        "weights": pictures.weights(history),
        "boundary": pictures.boundary(trained, X, EXCLUSIVE_OR, inputs=INPUTS, outputs=["y"]),
    }
    return {f"explain-{name}.svg": text for name, text in found.items()}


def main():
    """Write them."""
    for name, text in draw().items():
        (ROOT / "docs" / name).write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main()
