"""Make Python source small and leave its names as they are: no docstrings, annotations, comments or spare spaces."""
from __future__ import annotations

import ast
import io
import tokenize
from typing import Dict, List, Set, Tuple

from .scopes import Scopes, bound

Line = Tuple[str, List["Line"]]  # its text, and the lines inside it


class Bare(ast.NodeTransformer):
    """Take docstrings and annotations away."""

    def without_docstring(self, node: ast.AST) -> ast.AST:
        """Take the docstring of a module, class or function away."""
        self.generic_visit(node)
        body: List[ast.stmt] = getattr(node, "body")
        if ast.get_docstring(node) is not None:  # type: ignore[arg-type]
            del body[0]
        if not body and not isinstance(node, ast.Module):
            body.append(ast.Pass())
        return node

    visit_Module = visit_ClassDef = without_docstring

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Take the docstring and the annotation of what is returned away."""
        node.returns = None
        return self.without_docstring(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Take the annotation of a parameter away."""
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Make an annotated assignment a plain one."""
        if node.value is None:
            return ast.Pass()
        return self.generic_visit(ast.Assign(targets=[node.target], value=node.value))


class Free(Scopes):
    """Gather the names that are not a function's own."""

    def __init__(self, node: ast.AST) -> None:
        super().__init__()
        self.names: Set[str] = set()
        self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name."""
        if not self.is_local(node.id):
            self.names.add(node.id)


def shaken(tree: ast.Module, public: Set[str]) -> ast.Module:
    """Return a module with only the statements, and of classes only the methods, that the public names need.

    A method is needed when its class is public or when its name occurs anywhere.
    """
    binds = [bound(node) for node in tree.body]
    needs: Dict[str, Set[str]] = {}
    for node, names in zip(tree.body, binds):
        free = Free(node).names
        for name in names:
            needs[name] = needs.get(name, set()) | free
    needed: Set[str] = set()
    todo = list(public)
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo.extend(needs.get(name, ()))
    tree.body = [node for node, names in zip(tree.body, binds) if names & needed or not names]
    called = {part.attr for part in ast.walk(tree) if isinstance(part, ast.Attribute)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name not in public:
            node.body = [part for part in node.body if not isinstance(part, ast.FunctionDef)
                         or part.name.startswith("__") or part.name in called] or [ast.Pass()]
    return tree


def compact(source: str) -> str:
    """Return source with no space that is not needed, and with as few lines as may be."""
    lines = [(len(line) - len(line.lstrip()), without_brackets(tight(line.strip())))
             for line in source.splitlines() if line.strip()]
    tree, rest = nested(lines, 0)
    assert not rest
    return "".join(written(tree, 0))


def nested(lines: List[Tuple[int, str]], indent: int) -> Tuple[List[Line], List[Tuple[int, str]]]:
    """Return the lines of a block as (text, lines inside), and the lines after the block."""
    block: List[Line] = []
    while lines and lines[0][0] >= indent:
        text = lines[0][1]
        inside: List[Line] = []
        lines = lines[1:]
        if lines and lines[0][0] > indent:
            inside, lines = nested(lines, lines[0][0])
        block.append((text, inside))
    return block, lines


def written(block: List[Line], depth: int) -> List[str]:
    """Return the lines of a block, simple statements side by side, and behind the colon where that is all there is."""
    lines: List[str] = []
    open_line = False
    for text, inside in block:
        simple = not inside and not text.startswith("@")
        if simple and open_line:
            lines[-1] = lines[-1][:-1] + f";{text}\n"
        elif simple or not inside:
            lines.append(" " * depth + text + "\n")
        elif all(not more and not line.startswith("@") for line, more in inside):
            lines.append(" " * depth + text + ";".join(line for line, _ in inside) + "\n")
        else:
            lines += [" " * depth + text + "\n", *written(inside, depth + 1)]
        open_line = simple
    return lines


def tight(line: str) -> str:
    """Return a line without the spaces that only people need.

    >>> tight("return [a + b for a, b in zip(x, [1, 2]) if a is not b], f'{a, b} = {a!r}'")
    "return[a+b for a,b in zip(x,[1,2])if a is not b],f'{a, b} = {a!r}'"
    """
    parts: List[str] = []
    end, inside = 0, 0  # of the token before; how many formatted strings the place is in
    for token in tokenize.generate_tokens(io.StringIO(line).readline):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            break
        name = tokenize.tok_name[token.type]
        gap = line[end:token.start[1]]
        words = is_letter(parts[-1][-1:]) and is_letter(token.string[:1]) if parts else False
        parts.append(gap + token.string if inside or gap and words else token.string)
        inside += (name == "FSTRING_START") - (name == "FSTRING_END")
        end = token.end[1]
    return "".join(parts)


def is_letter(character: str) -> bool:
    """Return whether a character may stand in a name or a number."""
    return character.isalnum() or character == "_"


def without_brackets(line: str) -> str:
    """Return a tight line without the brackets around a tuple that is all that is returned or assigned.

    >>> without_brackets("a,b=(b,a)"), without_brackets("return(a,b)"), without_brackets("a=(b,a)[0]")
    ('a,b=b,a', 'return a,b', 'a=(b,a)[0]')
    """
    statement = ast.parse(line).body[0] if line[-1:] == ")" and is_whole(line) else None
    if isinstance(statement, (ast.Assign, ast.Return)) and isinstance(statement.value, ast.Tuple):
        start = statement.value.col_offset
        if statement.value.elts and line[start] == "(":
            return line[:start] + " " * line[:start].isalpha() + line[start + 1:-1]
    return line


def is_whole(line: str) -> bool:
    """Return whether a line is a statement by itself."""
    try:
        return bool(ast.parse(line).body)
    except SyntaxError:
        return False
