"""check_gradient on functions that compute with NumPy, in double and in single precision."""

import pytest

numpy = pytest.importorskip("numpy")

from purenet import check_gradient  # noqa: E402

DRAW = numpy.random.default_rng(0)
A, B, W = (DRAW.normal(size=size) for size in ((50, 3), 50, 3))


def loss_and_gradient(kind, weight):
    """The mean squared error with an L1 term, whose slope the complex step leaves out, its gradient, and a point."""
    a, b, w, weight = (numpy.asarray(value, kind) for value in (A, B, W, weight))
    return (lambda w: ((a @ w - b) ** 2).mean() + weight * abs(w).sum(),
            2 * a.T @ (a @ w - b) / len(b), weight * numpy.sign(w), w)


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("weight", [1e-1, 1e-3, 1e-4, 1e-5, 1e-8])
def test_a_gradient_without_the_l1_term_passes_only_where_the_report_allows_as_much(kind, weight):
    f, smooth, term, w = loss_and_gradient(kind, weight)
    right = check_gradient(f, smooth + term, w)
    assert right.verdict != "fail", str(right)
    without = check_gradient(f, smooth, w)
    for component in without.components:
        assert component.verdict == "fail" or component.allowed > 0.5 * weight, f"{component}"
    assert without.verdict == "fail" or kind == "float32" and weight < 1e-3


@pytest.mark.parametrize("kind, digits", [("float64", 13), ("float32", 2.5)])
def test_the_complex_step_is_taken_where_f_is_smooth(kind, digits):
    f, smooth, _, w = loss_and_gradient(kind, 0.0)
    report = check_gradient(lambda w: f(w).real, smooth, w) if kind == "float32" else check_gradient(
        lambda w: ((A @ w - B) ** 2).mean(), smooth, w)
    assert report.verdict == "pass"
    assert max(component.resolution for component in report.components) < 10 ** -digits
    assert ("a complex step in f" in report.notes[0]) == (kind == "float64")
