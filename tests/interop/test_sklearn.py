"""Classifier and Regressor as scikit-learn sees them: its tools, its arrays, and its own network beside ours."""

import warnings

import pytest

numpy = pytest.importorskip("numpy")
pytest.importorskip("sklearn")

from sklearn.base import clone, is_classifier, is_regressor  # noqa: E402
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine  # noqa: E402
from sklearn.metrics import accuracy_score, mean_absolute_error, r2_score  # noqa: E402
from sklearn.model_selection import (  # noqa: E402
    GridSearchCV, KFold, StratifiedKFold, cross_val_predict, cross_val_score)
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: E402

from purenet import Classifier, Regressor, load  # noqa: E402
from purenet.encoder import Encoder  # noqa: E402

IRIS = load_iris(return_X_y=True)
QUICK = {"hidden": (8,), "epochs": 5}


# --- The accuracy of the defaults.

@pytest.mark.slow
@pytest.mark.parametrize("name, data", [("iris", load_iris), ("wine", load_wine),
                                        ("breast_cancer", load_breast_cancer), ("digits", load_digits)],
                         ids=lambda value: value if isinstance(value, str) else "")
def test_the_defaults_are_within_a_point_of_MLPClassifier(name, data, capsys):
    X, y = data(return_X_y=True)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that MLPClassifier's 200 iterations were not enough
        theirs = cross_val_score(make_pipeline(StandardScaler(), MLPClassifier(random_state=0)), X, y, cv=folds).mean()
    ours = cross_val_score(Classifier(), X, y, cv=folds).mean()
    with capsys.disabled():
        print(f"\n{name:14} {len(X):5} rows  Classifier {100 * ours:6.2f} %  "
              f"StandardScaler + MLPClassifier {100 * theirs:6.2f} %")
    assert ours >= theirs - 0.01


# --- The tools of scikit-learn, with the models as they are.

def test_a_classifier_and_a_regressor_are_known_as_such():
    assert is_classifier(Classifier()) and not is_regressor(Classifier())
    assert is_regressor(Regressor()) and not is_classifier(Regressor())


@pytest.mark.parametrize("model", [Classifier(seed=3, hidden=[4]), Regressor(optimizer="momentum")], ids=repr)
def test_a_clone_has_the_same_hyperparameters_and_has_learned_nothing(model):
    twin = clone(model)
    assert type(twin) is type(model) and twin is not model
    assert twin.get_params() == model.get_params() and repr(twin) == repr(model)
    trained = clone(model).fit([[0.0], [1.0], [2.0]], [0, 1, 1])
    assert not hasattr(clone(trained), "network_")


def test_cross_validation_is_stratified_and_scores_accuracy():
    """cross_val_score takes stratified folds for a classifier alone: in plain ones, iris lacks a species each."""
    scores = cross_val_score(Classifier(), *IRIS, cv=3)
    assert len(scores) == 3 and min(scores) > 0.9
    folds = StratifiedKFold(3)
    by_hand = [Classifier().fit(IRIS[0][train], IRIS[1][train]).score(IRIS[0][test], IRIS[1][test])
               for train, test in folds.split(*IRIS)]
    assert list(scores) == by_hand
    assert list(cross_val_score(Classifier(), *IRIS, cv=3, scoring="accuracy")) == by_hand


def test_cross_validation_of_a_regressor_scores_r2():
    X, y = load_diabetes(return_X_y=True)
    folds = KFold(3, shuffle=True, random_state=0)
    scores = cross_val_score(Regressor(hidden=(8,)), X, y, cv=folds)
    assert min(scores) > 0.3
    assert scores == pytest.approx(cross_val_score(Regressor(hidden=(8,)), X, y, cv=folds, scoring="r2"), abs=1e-12)


def test_labels_may_be_texts():
    X, y = IRIS
    names = load_iris().target_names[y]
    scores = cross_val_score(Classifier(**QUICK), X, names, cv=3)
    assert list(scores) == list(cross_val_score(Classifier(**QUICK), X, y, cv=3))


def test_predictions_are_what_the_metrics_take():
    X, y = IRIS
    predicted = cross_val_predict(Classifier(), X, y, cv=3)
    assert accuracy_score(y, predicted) > 0.9
    assert accuracy_score(y, Classifier().fit(X, y).predict(X)) > 0.9


def test_a_grid_search_finds_the_better_hyperparameters_and_what_it_finds_can_be_saved(tmp_path):
    """Among them numbers of NumPy, as numpy.arange gives them."""
    search = GridSearchCV(Classifier(epochs=5), {"hidden": [(), (8,)], "epochs": numpy.array([0, 10]), "l2": [0.0]},
                          cv=3)
    search.fit(*IRIS)
    assert search.best_params_["epochs"] == 10 and search.best_score_ > 0.85
    assert search.best_estimator_.n_features_in_ == 4
    assert list(search.predict(IRIS[0])) == search.best_estimator_.predict(IRIS[0])
    search.best_estimator_.save(tmp_path / "best.json")
    again = load(tmp_path / "best.json")
    assert again.predict_proba(IRIS[0]) == search.best_estimator_.predict_proba(IRIS[0])
    assert type(again.epochs) is int and again.classes_ == [0, 1, 2]


def test_a_grid_search_over_a_regressor():
    X, y = load_diabetes(return_X_y=True)
    search = GridSearchCV(Regressor(hidden=(), epochs=10), {"learning_rate": [1e-6, 0.01]}, cv=3).fit(X, y)
    assert search.best_params_ == {"learning_rate": 0.01}


def test_a_model_is_the_last_step_of_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), Classifier(**QUICK))
    assert is_classifier(pipeline)
    pipeline.set_params(classifier__epochs=40)
    assert pipeline.fit(*IRIS).score(*IRIS) > 0.9
    assert list(pipeline.classes_) == [0, 1, 2]
    alone = Classifier(**QUICK).set_params(epochs=40).fit(*IRIS)
    assert pipeline.predict(IRIS[0]) == alone.predict(IRIS[0]), "what is scaled already is scaled no further"


def test_jobs_may_run_in_other_processes():
    one, two = (cross_val_score(Classifier(**QUICK), *IRIS, cv=2, n_jobs=jobs) for jobs in (1, 2))
    assert list(one) == list(two)


def test_arrays_and_lists_give_the_same_bits():
    X, y = IRIS
    ours, theirs = Classifier(**QUICK).fit(X.tolist(), y.tolist()), Classifier(**QUICK).fit(X, y)
    assert ours.network_.weights == theirs.network_.weights
    assert ours.predict_proba(X.tolist()) == theirs.predict_proba(X)
    assert theirs.classes_ == [0, 1, 2] and {type(label) for label in theirs.predict(X)} == {int}
    single = Classifier(**QUICK).fit(X.astype(numpy.float32), y.astype(numpy.int8))
    assert {type(w) for W in single.network_.weights for row in W for w in row} == {float}
    flags = Classifier(**QUICK).fit(X, y == 1)
    assert flags.classes_ == [False, True] and {type(label) for label in flags.predict(X)} == {bool}


# --- The same numbers as theirs.

def test_scaling_is_that_of_StandardScaler():
    for X in (IRIS[0], load_wine().data, load_diabetes().data):
        ours = Encoder.learn(X.tolist()).transform(X.tolist())
        assert numpy.array(ours) == pytest.approx(StandardScaler().fit_transform(X), rel=1e-9, abs=1e-12)


def test_one_hot_is_that_of_OneHotEncoder():
    rows = [["red", "small"], ["blue", "large"], ["green", "small"], ["blue", "middle"]]
    theirs = OneHotEncoder().fit_transform(rows).toarray()
    assert Encoder.learn(rows).transform(rows) == theirs.tolist()


def test_r2_and_mean_absolute_error_are_theirs():
    from purenet.cli.train import mean_absolute_error as ours

    X, y = load_diabetes(return_X_y=True)
    model = Regressor(**QUICK).fit(X, y)
    predicted = model.predict(X)
    assert model.score(X, y) == pytest.approx(r2_score(y, predicted), abs=1e-12)
    assert ours(y.tolist(), predicted) == pytest.approx(mean_absolute_error(y, predicted), rel=1e-12)
