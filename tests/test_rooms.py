"""The rooms of the package, and who may import whom: read from the source, so that a wrong import fails before it runs.

Imports go downward only. The core imports nothing but itself and `math` (a file or a hint needs `json`, `os`, `struct`,
`difflib`, and imports them inside the function that does); everything outside it nothing but the standard library and
lower rooms. Only the command line prints. And the core is scanned for what MicroPython does not have.
"""

import ast
import pathlib
import subprocess
import sys
import textwrap

import pytest

import purenet

PACKAGE = pathlib.Path(purenet.__file__).parent
CORE = PACKAGE / "core"

# Which rooms each room may import, besides itself. A room is a folder or module of the package; "" is its __init__.py.
MAY_IMPORT = {
    "core": set(),
    "unroll": {"core"},
    "gradcheck": {"core"},
    "explain": {"core", "gradcheck"},
    "export": {"core", "unroll", "encoder", "model"},  # unroll: the program of a network is written in other languages
    "examples": set(),
    "encoder": {"core"},
    "data": {"core", "encoder"},
    "csvfile": {"core", "encoder", "data"},
    "resume": {"core"},
    "model": {"core", "encoder", "data", "csvfile", "resume"},
    "cli": {"", "core", "unroll", "gradcheck", "explain", "export", "examples", "encoder", "data", "csvfile", "model"},
    "__main__": {"cli"},
    "": {"core", "unroll", "gradcheck", "explain", "export", "model"},
}
FORBIDDEN = {("gradcheck", "purenet.core.backprop")}  # an oracle that shares the code under test is no oracle
LAZY_IN_CORE = {"storage.py": {"json", "os", "struct"}, "errors.py": {"difflib"}}


def sources(folder=PACKAGE):
    return sorted(folder.rglob("*.py"))


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path):
    """purenet/core/matrix.py -> purenet.core.matrix; purenet/core/__init__.py -> purenet.core"""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module):
    """The room of a module: core for purenet.core.matrix, and the empty text for purenet itself."""
    return (module.split(".") + [""])[1]


def absolute(path, node):
    """The full names of the modules that an import statement may load."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        package = module_name(path).split(".")
        if path.name != "__init__.py":
            package = package[:-1]
        package = package[:len(package) - (node.level - 1)]
        base = ".".join(package + ([base] if base else []))
    return [f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names]


def is_module(name):
    """Whether the package has such a module."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(path, tree=None):
    """(line, module, whether it is at module level) for every import of a source file."""
    tree = tree or parse(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    lazy = {inner for function in functions for inner in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for module in absolute(path, node):
                yield node.lineno, module, node not in lazy


def wrong_imports(path, tree=None):
    """One sentence for every import that goes up or outside."""
    room, wrong = room_of(module_name(path)), []
    for line, module, at_module_level in imports(path, tree):
        place = f"{path.relative_to(PACKAGE.parent)}:{line}: imports {module}"
        if module.split(".")[0] == "purenet":
            target = room_of(module)
            if target != room and target not in MAY_IMPORT[room]:
                wrong.append(f"{place}, but {room or 'purenet/__init__.py'} may import only {sorted(MAY_IMPORT[room])}")
            if (room, module) in FORBIDDEN:
                wrong.append(f"{place}, which {room} is there to check")
        elif room == "core":
            if module != "math" and (at_module_level or module not in LAZY_IN_CORE.get(path.name, ())):
                wrong.append(f"{place}, but the core imports only math")
        elif hasattr(sys, "stdlib_module_names") and module.split(".")[0] not in sys.stdlib_module_names:
            wrong.append(f"{place}, which is not in the standard library")
    return wrong


def test_every_room_has_its_rule():
    rooms = {room_of(module_name(path)) for path in sources()}
    assert rooms <= set(MAY_IMPORT), "say in MAY_IMPORT what the new room may import"
    assert {"", "core"} <= rooms


def test_the_rules_themselves_go_down_only():
    """No two rooms may import each other, not even by way of others."""
    def reaches(start, goal, seen=()):
        return any(next_room == goal or (next_room not in seen and reaches(next_room, goal, (*seen, next_room)))
                   for next_room in MAY_IMPORT[start] - {""})

    assert not [room for room in MAY_IMPORT if room and reaches(room, room)]


def test_imports_go_downward_and_never_outside():
    wrong = [sentence for path in sources() for sentence in wrong_imports(path)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path, source, found", [
    ("core/matrix.py", "from ..model import load", "imports purenet.model, but core may import only []"),
    ("core/matrix.py", "from .. import cli", "imports purenet.cli, but core may import only []"),
    ("core/matrix.py", "import purenet.data", "imports purenet.data, but core may import only []"),
    ("core/matrix.py", "def f():\n    from ..unroll import x", "imports purenet.unroll, but core may import only []"),
    ("core/matrix.py", "import random", "imports random, but the core imports only math"),
    ("core/matrix.py", "from __future__ import annotations", "imports __future__, but the core imports only math"),
    ("core/matrix.py", "import numpy as np", "imports numpy, but the core imports only math"),
    ("core/storage.py", "import json", "imports json, but the core imports only math"),
    ("core/matrix.py", "def f():\n    import json", "imports json, but the core imports only math"),
    ("core/storage.py", "def f():\n    import json", None),
    ("core/errors.py", "def f():\n    from difflib import get_close_matches", None),
    ("core/matrix.py", "import math\nfrom .errors import ShapeError\nfrom . import errors", None),
    ("data.py", "from .model import load", "imports purenet.model, but data may import only ['core', 'encoder']"),
    ("data.py", "import csv\nfrom .core.rng import MersenneTwister\nfrom .core import errors", None),
    ("cli/train.py", "from ..model import load\nfrom .. import __version__", None),
    ("gradcheck/check.py", "from ..core.network import Network", None),
    ("gradcheck/check.py", "from ..core.backprop import backward", "imports purenet.core.backprop, which gradcheck is"),
    ("gradcheck/check.py", "from ..core import backprop", "imports purenet.core.backprop, which gradcheck is"),
    ("gradcheck/check.py", "from ..unroll import x", "but gradcheck may import only ['core']"),
])
def test_the_check_sees_wrong_imports_and_lets_right_ones_pass(path, source, found):
    wrong = wrong_imports(PACKAGE / path, ast.parse(source))
    assert [found] == [found for sentence in wrong if found and found in sentence] if found else wrong == []


@pytest.mark.skipif(not hasattr(sys, "stdlib_module_names"), reason="Python 3.9 cannot name its standard library")
def test_the_check_sees_what_is_not_in_the_standard_library():
    wrong = wrong_imports(PACKAGE / "data.py", ast.parse("import numpy.linalg"))
    assert len(wrong) == 1 and "which is not in the standard library" in wrong[0]


def test_only_the_command_line_prints():
    outside = [path for path in sources() if room_of(module_name(path)) != "cli"]
    printing = [f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
                for path in outside for node in ast.walk(parse(path))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"]
    assert not printing, f"print() outside purenet/cli: {', '.join(printing)}"


def test_importing_purenet_loads_itself_and_math_and_nothing_else():
    program = ("import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); import purenet; "
               "print(' '.join(sorted(set(sys.modules) - before)))")
    loaded = subprocess.run([sys.executable, "-S", "-E", "-c", program, str(PACKAGE.parent)], check=True,
                            stdout=subprocess.PIPE, universal_newlines=True).stdout.split()
    assert "purenet.core.network" in loaded
    assert [module for module in loaded if module.split(".")[0] not in ("purenet", "math")] == []
    assert [module for module in loaded if room_of(module) not in ("", "core") and module != "math"] == []


# -------------------------------------------------------------------------------- MicroPython

# What of `math` MicroPython has and the core uses; fsum, prod, hypot, log1p, nextafter and others it has not.
MATH = {"exp", "log", "tanh", "sqrt", "ldexp", "frexp", "isfinite", "inf"}
MISSING_METHODS = {"hex", "fromhex", "is_integer", "as_integer_ratio", "bit_length", "zfill", "ljust", "rjust",
                   "removeprefix", "removesuffix", "casefold"}
SUM_MAY_BE_CALLED_IN = {("loss.py", "wants_one_choice")}  # CPython 3.12 changed its last bits: so only for checks


def too_exact(source):
    """Whether decimal text may be misread by an ulp: more digits, or a larger power of ten, than a float holds
    exactly."""
    mantissa, _, power = source.lower().replace("_", "").partition("e")
    digits = mantissa.replace(".", "").strip("0")
    places = len(mantissa.partition(".")[2].rstrip("0"))
    return int(digits or 0) > 2 ** 53 or abs(int(power or 0) - places) > 22


def not_for_micropython(tree, name="module.py", source=""):
    """(line, sentence) for everything that MicroPython lacks or does differently."""
    inside = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            inside.update({node: function.name for node in ast.walk(function)})
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            if any(isinstance(element, ast.Starred) for element in node.elts):
                yield line, "a star inside a list or tuple"
        if isinstance(node, ast.Dict) and None in node.keys:
            yield line, "two stars inside a dict"
        if isinstance(node, ast.arguments) and node.posonlyargs:
            yield node.posonlyargs[0].lineno, "positional-only parameters"
        if type(node).__name__ in ("Match", "TryStar", "TypeAlias", "AsyncFunctionDef", "AsyncFor", "AsyncWith"):
            yield line, f"the statement {type(node).__name__}"
        if isinstance(node, ast.Slice) and node.step is not None:
            yield node.step.lineno, "a slice with a step"
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "math" and node.attr not in MATH:
                yield line, f"math.{node.attr}"
            if node.attr in MISSING_METHODS:
                yield line, f"the method {node.attr}"
            if node.attr in ("__doc__", "__dict__", "__annotations__", "__qualname__"):
                yield line, node.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            keywords = {keyword.arg for keyword in node.keywords}
            if node.func.id == "zip" and "strict" in keywords:
                yield line, "zip(strict=...)"
            if node.func.id == "sum" and (keywords or len(node.args) > 1):
                yield line, "sum with a start"
            if node.func.id == "sum" and (name, inside.get(node)) not in SUM_MAY_BE_CALLED_IN:
                yield line, "sum, whose last bits depend on the Python"
            if node.func.id in ("__import__", "exec", "eval"):
                yield line, node.func.id
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("dump", "dumps"):
            if {keyword.arg for keyword in node.keywords} - {"separators"}:
                yield line, "an option of json.dumps"
        if isinstance(node, ast.ClassDef) and node.keywords:
            yield line, "a metaclass"
        if isinstance(node, ast.Constant) and type(node.value) is float and source:
            text = ast.get_source_segment(source, node)
            if text and too_exact(text):
                yield line, f"the literal {text}, which may be misread; keep it as whole numbers"


def test_the_core_does_without_what_micropython_lacks():
    found = [f"{path.relative_to(PACKAGE.parent)}:{line}: {what}" for path in sources(CORE)
             for line, what in not_for_micropython(parse(path), path.name, path.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("source, found", [
    ("[*a, 1]", "a star inside a list or tuple"),
    ("x = (*a, 1)", "a star inside a list or tuple"),
    ("{**d}", "two stars inside a dict"),
    ("def f(a, /): pass", "positional-only parameters"),
    ("x[::-1]", "a slice with a step"),
    ("x[0:4:2]", "a slice with a step"),
    ("math.fsum(x)", "math.fsum"),
    ("math.prod(x)", "math.prod"),
    ("math.hypot(x, y)", "math.hypot"),
    ("math.log1p(x)", "math.log1p"),
    ("math.nextafter(x, y)", "math.nextafter"),
    ("x.hex()", "the method hex"),
    ("float.fromhex(x)", "the method fromhex"),
    ("x.is_integer()", "the method is_integer"),
    ("n.bit_length()", "the method bit_length"),
    ("x.zfill(3)", "the method zfill"),
    ("x.ljust(3)", "the method ljust"),
    ("f.__doc__", "__doc__"),
    ("zip(a, b, strict=True)", "zip(strict=...)"),
    ("sum(x, [])", "sum with a start"),
    ("sum(x, start=1)", "sum with a start"),
    ("sum(x)", "sum, whose last bits depend on the Python"),
    ("json.dumps(x, indent=2)", "an option of json.dumps"),
    ("class A(metaclass=B): pass", "a metaclass"),
    ("x = 0.69314718055994530942",
     "the literal 0.69314718055994530942, which may be misread; keep it as whole numbers"),
    ("x = 1e-30", "the literal 1e-30, which may be misread; keep it as whole numbers"),
])
def test_the_scan_sees(source, found):
    assert found in [what for _, what in not_for_micropython(ast.parse(source), source=source)]


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is new in Python 3.10")
def test_the_scan_sees_match():
    assert (2, "the statement Match") in list(not_for_micropython(ast.parse("\nmatch x:\n    case 1: pass")))


def test_the_scan_lets_pass_what_micropython_has():
    source = textwrap.dedent('''
        first, *rest = f(*a, **b)
        def g(a, *, b=9007199254740992.0, c=1e-8, d=0.999): return x[1:], x[-1], {"a": 1}, [1, 2], math.exp(b)
        class C(B):
            @property
            def h(self): yield f"{self!r} {g():g}"
    ''')
    assert list(not_for_micropython(ast.parse(source), source=source)) == []
