"""What the tests of models share: a few rows to learn from, and small trained models."""

import pytest
from hypothesis import strategies as st

from purenet import Classifier, Regressor
from strategies import bits

ROWS = [[0.0, "red"], [1.0, "blue"], [2.0, "red"], [3.0, "blue"], [4.0, "red"], [5.0, "blue"]]
LABELS = ["low", "low", "mid", "mid", "top", "top"]
NUMBERS = [1.0, 2.5, 2.0, 4.0, 3.5, 6.0]
QUICK = {"hidden": (3,), "epochs": 2}

seeds = st.integers(0, 2 ** 32 - 1)
options = st.fixed_dictionaries({}, optional={
    "hidden": st.lists(st.integers(1, 4), max_size=2).map(tuple),
    "activation": st.sampled_from(["relu", "tanh", "sigmoid", "identity"]),
    "epochs": st.integers(0, 3),
    "learning_rate": st.floats(1e-4, 0.1),
    "decay": st.floats(0, 1),
    "batch_size": st.one_of(st.none(), st.integers(1, 8)),
    "optimizer": st.sampled_from(["adam", "momentum", "gradient_descent"]),
    "l2": st.floats(0, 0.1),
    "tolerance": st.floats(0, 0.1),
    "patience": st.one_of(st.none(), st.integers(1, 3)),
    "validation": st.sampled_from([0.0, 0.3]),
    "init": st.sampled_from(["glorot", "he", "uniform", "zeros"]),
    "seed": seeds,
    "exp": st.sampled_from(["platform", "portable"]),
})
numbers = st.floats(-1e3, 1e3)


@st.composite
def trained(draw, **given_options):
    """A Classifier or a Regressor that was trained on a few random rows, and those rows."""
    n = draw(st.integers(6, 12))
    X = [[draw(numbers), draw(st.sampled_from(["red", "green", "blue"])), draw(numbers)] for _ in range(n)]
    words = st.sampled_from(["yes", "no", "ö 'quoted'"])
    kind, target = draw(st.sampled_from([(Classifier, words), (Classifier, st.integers(-2, 9)), (Regressor, numbers)]))
    y = draw(st.lists(target, min_size=n, max_size=n))
    if kind is Classifier and len(set(y)) == 1:
        y[:2] = draw(st.permutations(["yes", "no"] if isinstance(y[0], str) else [10, 11]))
    chosen = {"hidden": (3,), "epochs": 2, **draw(options), **given_options}
    if len(y) - len(set(y)) < 3:
        chosen["validation"] = 0.0  # a row of each class stays for training
    return kind(**chosen).fit(X, y), X


def outputs(model, X):
    """The bits of everything that a model has to say about rows."""
    return bits(model.predict_proba(X) if isinstance(model, Classifier) else model.predict(X))


def refusal(error, action, *arguments, **keywords):
    """The message of the error that an action raises, which must be of exactly this class."""
    with pytest.raises(error) as caught:
        action(*arguments, **keywords)
    assert type(caught.value) is error
    return str(caught.value)


class Scalar:
    """A number of NumPy: `tolist` and `item` turn it into Python's own."""

    def __init__(self, value):
        self.held = value

    def tolist(self):
        return self.held

    item = tolist

    def __hash__(self):
        raise TypeError("a label was used before it was turned into Python's own")
