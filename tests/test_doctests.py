"""The examples in the docstrings of every module of the package, found by walking it."""

import doctest
import importlib
import pkgutil

import pytest

import purenet

MODULES = ["purenet"] + sorted(module.name for module in pkgutil.walk_packages(purenet.__path__, "purenet.")
                               if module.name.rpartition(".")[2] != "__main__")


@pytest.mark.parametrize("name", MODULES)
def test_every_example_prints_what_it_says(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert not failed, f"{failed} examples of {name} print something else; see above"


def test_the_walk_finds_the_package():
    assert {"purenet.core.matrix", "purenet.core.network", "purenet.core.training", "purenet.model"} <= set(MODULES)


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("purenet.core.")])
def test_every_module_of_the_core_has_examples(name):
    tests = doctest.DocTestFinder().find(importlib.import_module(name))
    assert sum(len(test.examples) for test in tests) > 0
