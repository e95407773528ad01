"""Make a skipped interop test fail when PURENET_REQUIRE_INTEROP is set: there, a tool that is missing is a failure.

Without the variable a test may skip itself as usual (`pytest.importorskip`, `pytest.skip`, a `skipif` mark), so that
anyone can run the part whose tools they have.
"""

import os

import pytest

REQUIRED = os.environ.get("PURENET_REQUIRE_INTEROP", "") not in ("", "0")


def refuse_skip(report):
    """Turn a skip into a failure that repeats the reason; leave an expected failure (xfail) alone."""
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"PURENET_REQUIRE_INTEROP is set, so this test may not be skipped. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """See skips of a whole module, such as `importorskip` on its first lines."""
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """See skips of a single test or of a fixture."""
    return refuse_skip((yield))
