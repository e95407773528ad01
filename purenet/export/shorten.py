"""Give short names to what nobody outside can name: locals, helpers, attributes that begin with an underscore."""
from __future__ import annotations

import ast
import builtins
import io
import keyword
from collections import Counter
from itertools import product
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Dict, Iterator, List, Set

from .scopes import Scopes, bound, parameters


def shortened(tree: ast.Module, public: Set[str]) -> ast.Module:
    """Return a tree in which all but the public names, and the arguments of public functions, have short names.

    >>> tree = ast.parse("def helper(value): return value + 1\\ndef f(x):\\n  result = helper(x)\\n  return result")
    >>> print(ast.unparse(shortened(tree, {"f"})))
    def A(a):
        return a + 1
    <BLANKLINE>
    def f(x):
        a = A(x)
        return a
    """
    top = set().union(*map(bound, tree.body))
    keywords = {part.arg for part in ast.walk(tree) if isinstance(part, ast.keyword) and part.arg}
    for node in tree.body:
        for function in (node.body if isinstance(node, ast.ClassDef) else [node]):
            if isinstance(function, ast.FunctionDef):
                known = node in (function,) and function.name in public or getattr(node, "name", "") in public
                shorten_locals(function, top, keywords, known and not is_private(function.name))
    hidden = top - public - set().union(*(bound(node) for node in tree.body if isinstance(node, ast.Import)))
    used = Counter(part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and part.id in hidden)
    Globals(dict(zip(by_frequency(used), fresh(ascii_uppercase, top | set(used))))).visit(tree)
    own = own_attributes(tree, public)
    Attributes(dict(zip(by_frequency(own), fresh(ascii_lowercase, used_attributes(tree))))).visit(tree)
    return tree


def used_attributes(tree: ast.AST) -> Set[str]:
    """Return the names of all the attributes that occur."""
    return {part.attr for part in ast.walk(tree) if isinstance(part, ast.Attribute)}


def own_attributes(tree: ast.Module, public: Set[str]) -> "Counter[str]":
    """Return how often each attribute occurs that only helpers have: no public class, no module, no type of Python's.

    A class that a public one is made from is public too.
    """
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bases = {part.id for node in classes for base in node.bases if node.name in public for part in ast.walk(base)
             if isinstance(part, ast.Name)}
    private: Set[str] = set()
    others = set().union(*map(dir, (list, dict, str, bytes, int, float, tuple, set, io.TextIOWrapper)))
    for node in classes:
        known = node.name in public | bases
        names = {part.name for part in node.body if isinstance(part, ast.FunctionDef)} | {
            part.attr for part in ast.walk(node)
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)}.union(*map(bound, node.body))
        private |= {name for name in names if is_private(name) or not known}
        others |= {name for name in names if known and not is_private(name)}
    modules = {name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in bound(node)}
    others |= {part.attr for part in ast.walk(tree) if isinstance(part, ast.Attribute)
               and isinstance(part.value, ast.Name) and part.value.id in modules}
    return Counter(part.attr for part in ast.walk(tree) if isinstance(part, ast.Attribute)
                   and part.attr in private - others and part.attr[:2] != "__")


def is_private(name: str) -> bool:
    """Return whether a name begins with one underscore."""
    return name[:1] == "_" and name[:2] != "__"


def by_frequency(names: "Counter[str]") -> List[str]:
    """Return the names, those that occur most often first."""
    return sorted(names, key=lambda name: (-names[name] * len(name), name))


def fresh(letters: str, taken: Set[str]) -> Iterator[str]:
    """Yield names that are not taken, the shortest first."""
    for length in (1, 2):
        for parts in product(letters, repeat=length):
            name = "".join(parts)
            if name not in taken and not keyword.iskeyword(name) and not hasattr(builtins, name):
                yield name


def shorten_locals(function: ast.FunctionDef, top: Set[str], keywords: Set[str], public: bool) -> None:
    """Give the local names of a function short ones; arguments keep theirs if they may be given by name."""
    inside = list(ast.walk(function))
    arguments = {argument.arg for argument in parameters(function.args)}
    kept = keywords & {part.arg for part in inside if isinstance(part, ast.arg)}
    kept |= {name for part in inside if isinstance(part, ast.Import) for name in bound(part)}
    if public:
        kept |= arguments - {"self", "cls"}
    names = Counter(part.id for part in inside if isinstance(part, ast.Name))
    stored = {part.id for part in inside if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    stored |= {part.arg for part in inside if isinstance(part, ast.arg)}
    stored |= {part.name for part in inside if isinstance(part, ast.ExceptHandler) and part.name}
    stored |= {part.name for part in inside if isinstance(part, ast.FunctionDef) and part is not function}
    own = Counter({name: names[name] + 1 for name in stored - kept - top})
    short = dict(zip(by_frequency(own), fresh(ascii_lowercase, (set(names) | arguments | top) - set(own))))
    Everywhere(short, function).visit(function)


class Everywhere(ast.NodeVisitor):
    """Rename variables wherever they occur in a function."""

    def __init__(self, short: Dict[str, str], function: ast.FunctionDef) -> None:
        self.short = short
        self.function = function

    def visit(self, node: ast.AST) -> None:
        """Rename a node and what is in it."""
        for name in ("id", "arg", "name"):
            old = getattr(node, name, None)
            if isinstance(old, str) and node is not self.function and not isinstance(node, (ast.keyword, ast.alias)):
                setattr(node, name, self.short.get(old, old))
        self.generic_visit(node)


class Globals(Scopes):
    """Rename what a module defines."""

    def __init__(self, short: Dict[str, str]) -> None:
        super().__init__()
        self.short = short

    def visit_Name(self, node: ast.Name) -> None:
        """Rename a variable of the module."""
        if not self.is_local(node.id):
            node.id = self.short.get(node.id, node.id)

    def visit_Module(self, node: ast.Module) -> None:
        """Rename functions and classes where they are defined."""
        self.generic_visit(node)
        for part in node.body:
            if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
                part.name = self.short.get(part.name, part.name)


class Attributes(ast.NodeTransformer):
    """Rename attributes and methods."""

    def __init__(self, short: Dict[str, str]) -> None:
        self.short = short

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Rename an attribute where it is used."""
        node.attr = self.short.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Rename methods where they are defined."""
        self.generic_visit(node)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                part.name = self.short.get(part.name, part.name)
        return node
