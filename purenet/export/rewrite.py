"""Change a syntax tree by rules: patterns that are replaced, and what nobody needs any more left out."""
from __future__ import annotations

import ast
import copy
from typing import Any, Dict, Iterable, List, Sequence, Set, Tuple

from .scopes import Scopes

Found = Dict[str, ast.expr]  # what each wildcard of a pattern stands for
Rules = Sequence[Tuple[str, str]]


def rewritten(tree: ast.Module, rules: Rules) -> ast.Module:
    """Return a tree in which every place that fits the left of a rule has become its right, in the rules' order.

    In a rule _1, _2 ... stand for any expression. A right side of nothing takes a whole statement away.

    >>> print(ast.unparse(rewritten(ast.parse("a = f(x + 1, y)"), [("f(_1, _2)", "g(_2)[_1]")])))
    a = g(y)[x + 1]

    Raises LookupError for a rule that fits nowhere, so that a rule cannot outlive what it was made for.
    """
    statements = [(node, words_in(node)) for node in tree.body]
    for left, right in rules:
        rule = Rule(left, right)
        for i in range(len(statements) - 1, -1, -1):
            node, words = statements[i]
            if rule.words <= words:  # or it fits nowhere inside
                uses, changed = rule.uses, rule.visit(node)
                if rule.uses > uses:
                    parts: List[ast.stmt] = changed if isinstance(changed, list) else [changed] if changed else []
                    statements[i:i + 1] = [(part, words_in(part)) for part in parts]
        if not rule.uses:
            raise LookupError(f"no place fits the rule {left!r}")
    tree.body = [node for node, _ in statements]
    return tree


def words_in(node: ast.AST) -> Set[str]:
    """Return the names of all kinds in a tree, but for wildcards."""
    words = {getattr(part, name, None) for part in ast.walk(node) for name in ("id", "attr", "arg", "name")}
    return {word for word in words if isinstance(word, str) and not is_wildcard(word)}


def is_wildcard(name: str) -> bool:
    """Return whether a name in a pattern stands for anything."""
    return name[:1] == "_" and name[1:].isdigit()


class Rule(ast.NodeTransformer):
    """Replace what fits a pattern."""

    def __init__(self, left: str, right: str) -> None:
        pattern = ast.parse(left).body[0]
        replacement = ast.parse(right).body
        of_expressions = isinstance(pattern, ast.Expr) and [type(node) for node in replacement] == [ast.Expr]
        self.pattern: ast.AST = getattr(pattern, "value") if of_expressions else pattern
        self.words = words_in(self.pattern)
        self.right = right
        self.uses = 0

    def visit(self, node: ast.AST) -> Any:
        """Return what replaces a node, whose parts come first."""
        self.generic_visit(node)
        found: Found = {}
        if not fits(node, self.pattern, found):
            return node
        self.uses += 1
        if not self.right:
            return None
        parsed = ast.parse(self.right).body
        if isinstance(parsed[0], ast.FunctionDef) and isinstance(node, ast.FunctionDef) and is_open(parsed[0]):
            node.name, node.args = parsed[0].name, parsed[0].args  # another head for the same body
            return node
        filled: List[Any] = [Filler(found).visit(statement) for statement in parsed]
        return filled[0].value if isinstance(node, ast.expr) else filled


class Filler(ast.NodeTransformer):
    """Put what was found in the place of the wildcards."""

    def __init__(self, found: Found) -> None:
        self.found = found

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a wildcard."""
        return copy.deepcopy(self.found.get(node.id, node))


def is_open(function: ast.FunctionDef) -> bool:
    """Return whether the body of a function in a rule is `...`: that of the function which fits."""
    first = function.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and first.value.value is ...


def fits(node: Any, pattern: Any, found: Found) -> bool:
    """Return whether a tree is like a pattern, and note what its wildcards stand for."""
    if isinstance(pattern, ast.Name) and is_wildcard(pattern.id):
        if not isinstance(node, ast.expr):
            return False
        found[pattern.id] = node
        return True
    if isinstance(pattern, list):
        return isinstance(node, list) and len(node) == len(pattern) and all(
            fits(part, part_of_pattern, found) for part, part_of_pattern in zip(node, pattern))
    if isinstance(pattern, ast.FunctionDef) and isinstance(node, ast.FunctionDef) and is_open(pattern):
        return node.name == pattern.name and (not pattern.args.args or fits(node.args, pattern.args, found))
    if isinstance(pattern, ast.AST):
        return type(node) is type(pattern) and all(
            fits(getattr(node, name, None), getattr(pattern, name, None), found)
            for name in pattern._fields if name not in ("ctx", "type_comment", "kind"))
    return bool(node == pattern)


class WithoutChecks(ast.NodeTransformer):
    """Leave out what only raises one of these errors: an if, a loop around it, a handler that says it better."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = set(errors)

    def only_raises(self, statements: List[ast.stmt]) -> bool:
        """Return whether statements do nothing but raise one of the errors."""
        return all(isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
                   and getattr(node.exc.func, "id", "") in self.errors for node in statements)

    def visit_If(self, node: ast.If) -> Any:
        """Leave an if out that only raises."""
        self.generic_visit(node)
        return (node.orelse or None) if self.only_raises(node.body) else node

    def visit_For(self, node: ast.For) -> Any:
        """Leave a loop out that only raises, or does nothing."""
        self.generic_visit(node)
        return None if self.only_raises(node.body) else node

    def visit_Try(self, node: ast.Try) -> Any:
        """Leave handlers out that only raise."""
        self.generic_visit(node)
        node.handlers = [handler for handler in node.handlers if not self.only_raises(handler.body)]
        return node if node.handlers or node.finalbody else node.body


class Tidy(ast.NodeTransformer):
    """Leave out what has no effect: code after a return, ifs that are decided, values nobody reads."""

    def block(self, node: Any) -> Any:
        """Tidy the statements of a block."""
        self.generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list) and not isinstance(node, (ast.Module, ast.ClassDef)):
                setattr(node, name, self.statements(statements, name == "body", isinstance(node, ast.FunctionDef)))
        return node

    visit_If = visit_For = visit_While = visit_With = visit_Try = visit_ExceptHandler = block

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Tidy a function, and leave the assignments out that it does not read again, and ** that it never reads."""
        read = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
        Unread(read).visit(node)
        if node.args.kwarg and node.args.kwarg.arg not in read:
            node.args.kwarg = None
        return self.block(node)

    @staticmethod
    def statements(statements: List[ast.stmt], needed: bool, of_function: bool) -> List[ast.stmt]:
        """Return the statements of a block that have an effect; if need be, a pass."""
        kept: List[ast.stmt] = []
        for node in statements:
            if isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and not any(
                    isinstance(part, (ast.Call, ast.Yield, ast.YieldFrom)) for part in ast.walk(node)):
                continue
            if isinstance(node, ast.If) and isinstance(node.test, ast.Constant):
                kept += node.body if node.test.value else node.orelse
            elif isinstance(node, (ast.If, ast.For)) and not node.orelse and isinstance(node.body[0], ast.Pass):
                continue
            else:
                kept.append(node)
            if kept and isinstance(kept[-1], (ast.Return, ast.Raise)):
                break
        if of_function and kept and isinstance(kept[-1], ast.Return) and kept[-1].value is None:
            kept.pop()
        return kept or ([ast.Pass()] if needed else [])


class Unread(ast.NodeTransformer):
    """Leave assignments to names out that are never read."""

    def __init__(self, read: Set[str]) -> None:
        self.read = read

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Leave an assignment to one name out."""
        target = node.targets[0]
        if isinstance(target, ast.Name) and (target.id not in self.read
                                             or isinstance(node.value, ast.Name) and node.value.id == target.id):
            return None
        return node


class Uses(Scopes):
    """Gather how a module's own functions are used: the calls of each, and those that are used as values."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.calls: Dict[str, List[ast.Call]] = {}
        self.values: Set[str] = set()
        self.visit(tree)

    def visit_Call(self, node: ast.Call) -> None:
        """Note a call."""
        if isinstance(node.func, ast.Name) and not self.is_local(node.func.id):
            self.calls.setdefault(node.func.id, []).append(node)
        else:
            self.visit(node.func)
        for argument in (*node.args, *node.keywords):
            self.visit(argument)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a value."""
        if not self.is_local(node.id):
            self.values.add(node.id)


def without_idle_parameters(tree: ast.Module, public: Set[str]) -> ast.Module:
    """Return a tree whose functions, but for the public ones, take no argument that they do not use."""
    uses = Uses(tree)
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name in public | uses.values:
            continue
        read = {part.id for statement in node.body for part in ast.walk(statement) if isinstance(part, ast.Name)}
        arguments = node.args
        for i in range(len(arguments.args) - 1, -1, -1):
            name = arguments.args[i].arg
            if name in read:
                continue
            first_default = len(arguments.args) - len(arguments.defaults)
            if i >= first_default:
                del arguments.defaults[i - first_default]
            del arguments.args[i]
            for call in uses.calls.get(node.name, []):
                del call.args[i:i + 1]
                call.keywords = [keyword for keyword in call.keywords if keyword.arg != name]
    return tree
