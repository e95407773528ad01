"""Which names of a syntax tree are a function's own, and which are the module's."""
from __future__ import annotations

import ast
from typing import List, Sequence, Set


def parameters(arguments: ast.arguments) -> List[ast.arg]:
    """Return all the parameters of a function."""
    return [*arguments.args, *arguments.kwonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]


def bound(node: ast.AST) -> Set[str]:
    """Return the names that a statement, or a part of a function, binds, and not what a function inside it does.

    >>> sorted(bound(ast.parse("for i in x:\\n  a = [j for j in y]\\n  def f(): b = 1")))
    ['a', 'f', 'i']
    """
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
        return set()
    names = {node.name} if isinstance(node, ast.ExceptHandler) and node.name else set()
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = {alias.asname or alias.name for alias in node.names}
    return names.union(*map(bound, ast.iter_child_nodes(node)))


class Scopes(ast.NodeVisitor):
    """Visit a tree and know what is bound in the functions around."""

    def __init__(self) -> None:
        self.scopes: List[Set[str]] = []  # from the outermost in

    def is_local(self, name: str) -> bool:
        """Return whether a name is bound in a function around."""
        return any(name in scope for scope in self.scopes)

    def inside(self, names: Set[str], nodes: Sequence[ast.AST]) -> None:
        """Visit nodes where these names are bound."""
        self.scopes.append(names)
        for node in nodes:
            self.visit(node)
        self.scopes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Visit a function, whose defaults and annotations are outside it."""
        arguments = parameters(node.args)
        annotations = [node.returns, *(argument.annotation for argument in arguments)]
        for outside in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, *annotations):
            if outside is not None:
                self.visit(outside)
        self.inside({argument.arg for argument in arguments}.union(*map(bound, node.body)), node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Visit a lambda."""
        for default in node.args.defaults:
            self.visit(default)
        self.inside({argument.arg for argument in parameters(node.args)}, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Visit a class; what it binds is no variable of its methods."""
        for part in (*node.bases, *node.body):
            self.visit(part.value if isinstance(part, (ast.Assign, ast.AnnAssign)) and part.value else part)

    def comprehension_of(self, node: ast.expr) -> None:
        """Visit a comprehension."""
        targets: List[ast.expr] = [generator.target for generator in getattr(node, "generators")]
        self.inside(set().union(*map(bound, targets)), list(ast.iter_child_nodes(node)))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension_of
