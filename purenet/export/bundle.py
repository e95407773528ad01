"""The core in one file, made from its modules by reading their syntax trees.

Each module's text is kept as it is, with its comments. What changes: `from . import matrix` goes, and `matrix.dot`
becomes `dot`; `matrix.map`, whose name is taken, becomes `matrix_map`. The place of every name is found in the syntax
tree, so a local variable of the same name is left alone. What a smaller bundle leaves out is told by rules.
"""
from __future__ import annotations

import ast
import builtins
import re
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple, Union

from .. import core
from ..core.errors import choose
from .minify import Bare, compact, shaken
from .profiles import CHECKS, PROFILES, Profile, rules
from .rewrite import Tidy, WithoutChecks, rewritten, without_idle_parameters
from .scopes import Scopes, bound
from .shorten import shortened

PACKAGE = Path(core.__file__).parent.parent
FIRST = "network"  # the module that needs all the others but one
LAST = "differences"
NAMESPACES = {"matrix"}  # modules that are public, and so remain as names that hold their functions
HEADING = '''"""purenet {version}: the neural network you can read, trust and carry, in one file.

Made by `purenet bundle{options}` from the modules of purenet/core; rather than edit it, edit those.
"""
'''
START = """
import math

__version__ = {version!r}


"""

Edit = Tuple[int, int, str]
Place = Tuple[str, str]  # a module and one of its names
Definition = Union[ast.FunctionDef, ast.ClassDef]


class Module(NamedTuple):
    """Hold a module of the core: its text and tree, and what its imports bind."""

    name: str
    text: bytes
    tree: ast.Module
    modules: Dict[str, str]  # an alias of a whole module, and which that is
    imported: Dict[str, Place]  # an alias of a name of another module

    @classmethod
    def read(cls, name: str) -> Module:
        """Return the module of this name, from its file."""
        text = (PACKAGE / "core" / f"{name}.py").read_bytes()
        tree = ast.parse(text)
        modules: Dict[str, str] = {}
        imported: Dict[str, Place] = {}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                for alias in node.names:
                    if node.module is None:
                        modules[alias.asname or alias.name] = alias.name
                    else:
                        imported[alias.asname or alias.name] = node.module, alias.name
        return cls(name, text, tree, modules, imported)

    def needs(self) -> List[str]:
        """Return the names of the modules it imports from."""
        return [*self.modules.values(), *(module for module, _ in self.imported.values())]

    def names(self) -> List[str]:
        """Return the names that it defines, in their order."""
        return [name for node in self.tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))
                for name in sorted(bound(node))]


def ordered() -> List[Module]:
    """Return the modules of the core, each after those it needs."""
    done: Dict[str, Module] = {}

    def take(name: str) -> None:
        if name not in done:
            module = Module.read(name)
            for needed in module.needs():
                take(needed)
            done[name] = module

    take(FIRST)
    take(LAST)
    return list(done.values())


def flat_names(modules: List[Module]) -> Dict[Place, str]:
    """Return what every name of every module is called where there are no modules: itself, if that is not taken."""
    taken = {*dir(builtins), *(module.name for module in modules)}
    names: Dict[Place, str] = {}
    for module in modules:
        for name in module.names():
            if (module.name, name) not in names:
                names[module.name, name] = f"{module.name}_{name}" if name in taken else name
        taken.update(names.values())
    return names


class Renamer(Scopes):
    """Find every place where a module's text has to change when all modules become one."""

    def __init__(self, module: Module, names: Dict[Place, str]) -> None:
        super().__init__()
        self.module = module
        self.names = names
        self.edits: List[Edit] = []
        self.values: Set[str] = set()  # the modules that are used as values
        self.starts = [0]
        for line in module.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        for node in module.tree.body:
            self.visit(node)
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                word = "class " if isinstance(node, ast.ClassDef) else "def "
                start = self.offset(node.lineno, node.col_offset) + len(word)
                self.edits.append((start, start + len(node.name), names[module.name, node.name]))

    def offset(self, line: int, column: int) -> int:
        """Return where in the text a place of the syntax tree is."""
        return self.starts[line - 1] + column

    def replace(self, node: ast.expr, text: str) -> None:
        """Note that the text of an expression is to be replaced."""
        end = self.offset(node.end_lineno or 0, node.end_col_offset or 0)
        self.edits.append((self.offset(node.lineno, node.col_offset), end, text))

    def flat(self, place: Place) -> str:
        """Return what a name of a module is called now; raise NameError where a local variable hides it."""
        name = self.names[place]
        if self.is_local(name):
            raise NameError(f"{self.module.name}: {'.'.join(place)} is hidden by a local variable {name!r}")
        return name

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Change `matrix.dot`."""
        value = node.value
        if isinstance(value, ast.Name) and value.id in self.module.modules and not self.is_local(value.id):
            self.replace(node, self.flat((self.module.modules[value.id], node.attr)))
        else:
            self.visit(value)

    def visit_Name(self, node: ast.Name) -> None:
        """Change a name that has another one now."""
        if self.is_local(node.id):
            return
        name = node.id
        if name in self.module.modules:
            name = self.module.modules[name]
            self.values.add(name)
        else:
            place = self.module.imported.get(name, (self.module.name, name))
            name = self.flat(place) if place in self.names else name
        if name != node.id:
            self.replace(node, name)


def readable() -> str:
    """Return the core as the text of one file, without its heading."""
    modules = ordered()
    names = flat_names(modules)
    renamers = [Renamer(module, names) for module in modules]
    needed = NAMESPACES.union(*(renamer.values for renamer in renamers))
    return "\n\n".join(section(renamer, needed) for renamer in renamers)


def section(renamer: Renamer, namespaces: Set[str]) -> str:
    """Return a module's part of the file: a line with its name, its docstring as comments, and its text, changed."""
    module = renamer.module
    docstring = module.tree.body[0]
    edits = [*renamer.edits, (0, renamer.offset((docstring.end_lineno or 0) + 1, 0), "")]
    for node in module.tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            edits.append((renamer.offset(node.lineno, 0), renamer.offset((node.end_lineno or 0) + 1, 0), ""))
    text = module.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement.encode() + text[end:]
    comment = "".join(f"# {line}".rstrip() + "\n" for line in (ast.get_docstring(module.tree) or "").splitlines())
    parts = [f"# {'-' * 8} {module.name}\n#\n{comment}\n\n{alone(text.decode().strip())}\n"]
    if module.name in namespaces:
        parts.append(namespace(module, renamer.names))
    return "\n\n".join(parts)


def alone(text: str) -> str:
    """Return text whose doctests speak of the one file."""
    text = re.sub(r"^ *>>> from purenet\.core\.\w+ import .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\bpurenet\.core\.errors\.", "", text)


def namespace(module: Module, names: Dict[Place, str]) -> str:
    """Return a class that holds what a module has, for who says `matrix.dot` or hands the module on."""
    lines = [f"    {name} = {names[module.name, name]}\n" for name in module.names() if not name.startswith("_")]
    return f"class {module.name}:\n" + "".join(lines)


def version() -> str:
    """Return the version of the package, read from its text."""
    for node in ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and bound(node) == {"__version__"}:
            return str(ast.literal_eval(node.value))
    raise LookupError("purenet/__init__.py assigns no __version__")


def small(source: str, profile: Profile) -> ast.Module:
    """Return the tree of a bundle without what the rules of a profile leave out, and without its checks."""
    tree: ast.Module = Bare().visit(ast.parse(source))
    for text in profile.rules:
        tree = Tidy().visit(WithoutChecks(CHECKS).visit(rewritten(tree, rules(text))))
    before = ""
    while ast.dump(tree) != before:  # what is left out may have been the last to need something else
        before = ast.dump(tree)
        tree = without_idle_parameters(shaken(tree, profile.public), profile.public)
        Tidy().visit(tree)
    ast.fix_missing_locations(tree)
    return tree


def described(tree: ast.Module, source: str) -> ast.Module:
    """Return a tree whose functions and classes have the first sentence of the docstrings they had in the source."""
    sentences = dict(docstrings(ast.parse(source)))
    for place, node in parts_of(tree):
        if place in sentences:
            body: List[ast.stmt] = getattr(node, "body")
            body.insert(0, ast.Expr(ast.Constant(sentences[place].split("\n\n")[0])))
    return ast.fix_missing_locations(tree)


def docstrings(tree: ast.Module) -> Iterator[Tuple[str, str]]:
    """Yield the place and the docstring of every class and function that has one."""
    for place, node in parts_of(tree):
        text = ast.get_docstring(node)
        if text:
            yield place, text


def parts_of(tree: Union[ast.Module, ast.ClassDef], around: str = "") -> Iterator[Tuple[str, Definition]]:
    """Yield the place, such as Network.fit, and the node of every class, function and method."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield around + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from parts_of(node, node.name + ".")


@lru_cache(maxsize=None)
def bundle(name: str = "full", minify: bool = False) -> str:
    """Return the core as the text of one file.

    name    "full", or "micro" for a sigmoid network alone, which trains, predicts, saves and loads
    minify  make it small: no comments and docstrings, few checks, short names inside

    Raises OptionError for another name.
    """
    profile = choose("profile", name, PROFILES)
    options = (f" --profile {name}" if name != "full" else "") + " --minify" * minify
    heading = HEADING.format(version=version(), options=options)
    source = START.format(version=version()) + readable()
    if name == "full" and not minify:
        return heading + source
    tree = small(source, profile)
    if minify:
        tree = shortened(tree, profile.public)
        return f"# purenet {version()}: purenet bundle{options}\n" + compact(ast.unparse(tree))
    return heading + "".join(spaced(node) for node in described(tree, source).body)


def spaced(node: ast.stmt) -> str:
    """Return the text of a statement of a module with the empty lines before it."""
    return "\n" * (2 if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else 1) + ast.unparse(node) + "\n"
