"""Write docs/api.md, the API reference, from the docstrings: python docs/make_api.py

The source files are read by `ast` and not imported, so the page comes out the same on every Python.
"""
import ast
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "api.md"
WIDTH = 100

MODULES = {  # in the order of the page: the names worth knowing
    "core.network": ["Network"],
    "core.training": ["History", "Snapshot", "inverse_time"],
    "core.optimizer": ["GradientDescent", "Momentum", "Adam"],
    "model": ["Model", "Classifier", "Regressor", "load"],
    "encoder": ["Encoder", "CellError"],
    "csvfile": ["read_csv", "example"],
    "data": ["Table", "Dataset", "split", "target_kind"],
    "unroll": ["unroll"],
    "explain.trace": ["Trace", "Step", "Element", "Confidence", "ThreeWays"],
    "explain.contributions": ["Contributions", "Contribution"],
    "gradcheck.check": ["check_backprop"],
    "gradcheck.function": ["check_gradient"],
    "gradcheck.exact": ["exact_gradients"],
    "gradcheck.report": ["Report", "Component"],
    "export": ["export"],
    "export.arrays": ["from_arrays", "from_sklearn"],
    "export.npz": ["save", "load"],
    "export.safetensors": ["save", "load"],
    "export.onnx": ["save"],
    "core.errors": ["PurenetError", "ShapeError", "OptionError", "DataError", "DivergenceError",
                    "WorkerError"],
    "core.matrix": ["shape", "dot", "transpose", "multiply", "add", "subtract", "scale", "outer", "map", "add_row",
                    "row_sums", "column_sums", "zeros", "identity"],
    "core.activation": ["sigmoid", "sigmoid_slope", "tanh", "tanh_slope", "relu", "relu_slope", "identity",
                        "identity_slope", "softmax"],
    "core.loss": ["squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy", "log_one_plus"],
    "core.gradients": ["Gradients"],
    "core.backprop": ["forward", "backward"],
    "core.rng": ["MersenneTwister"],
    "core.arithmetic": ["Arithmetic", "PLATFORM", "PORTABLE", "real_number", "portable_exp", "portable_log",
                        "portable_tanh"],
}
FOR_OTHER_MODULES = {  # methods that are public to the package, not to its users
    "Network": ["to_document", "from_document", "losses", "reduce", "loss_of", "read"],
    "Trace": ["record"],
    "Model": ["from_fields"],
    "GradientDescent": ["update"], "Momentum": ["update"], "Adam": ["update", "begin_step"],
}

INTRODUCTION = """\
# API reference

Drawn from the docstrings by `python docs/make_api.py`; do not edit it by hand. Every example here runs in the tests.

`import purenet` gives you
{names}.
The other names are imported from their modules, as each section shows.
"""
END = """\
## Where to go next

What the formulas mean: [the equations](equations.md). What the words mean: [the glossary](glossary.md). How it all
hangs together: [the tutorial](tutorial.md).
"""


def reference() -> str:
    """Return the whole page."""
    links = [f"[`{name}`](#{anchor(name)})" for name in public_names() if name != "matrix"]
    names = ", ".join([*links, "and the module [`matrix`](#purenetcorematrix)"])
    introduction = INTRODUCTION.format(names=textwrap.fill(names, 120, break_long_words=False, break_on_hyphens=False))
    return "\n".join([introduction, *(section(module, names) for module, names in MODULES.items()), END])


def public_names() -> list:
    """Return the names in purenet.__all__."""
    for node in parse("").body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return list(ast.literal_eval(node.value))
    raise SystemExit("purenet/__init__.py has no __all__")


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading.

    >>> anchor("Network.fit"), anchor("Two commands")
    ('networkfit', 'two-commands')
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def parse(module: str) -> ast.Module:
    """Return the syntax tree of a module of purenet, its source kept beside it."""
    path = ROOT / "purenet" / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.source = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    return tree


def section(module: str, names: list) -> str:
    """Return the part of the page about one module."""
    tree = parse(module)
    nodes = {name_of(node): node for node in tree.body}
    missing = [name for name in names if name not in nodes]
    if missing:
        raise SystemExit(f"docs/make_api.py: purenet/{module.replace('.', '/')}.py has no {', '.join(missing)}")
    how = f"from purenet.{module} import "
    how += ", ".join(names) if len(how + ", ".join(names)) <= WIDTH - 4 else f"({', '.join(names)})"
    how = textwrap.fill(how, WIDTH, initial_indent=">>> ", subsequent_indent="...     ", break_long_words=False)
    parts = [f"## purenet.{module}\n", prose(ast.get_docstring(tree) or ""), f"```python\n{how}\n```\n"]
    for name in names:
        parts += entry(nodes[name], tree.source)  # type: ignore[attr-defined]
    return "\n".join(parts)


def name_of(node) -> str:
    """Return what a statement at the top of a module defines: a function, a class or a constant; else nothing."""
    return getattr(node.targets[0], "id", "") if isinstance(node, ast.Assign) else getattr(node, "name", "")


def entry(node, source: str) -> list:
    """Return heading, signature and text of a function, or of a class and its methods; of a constant its value."""
    if isinstance(node, ast.Assign):
        return [f"### {name_of(node)}\n", f"```text\n{text(node, source)}\n```\n"]
    if isinstance(node, ast.FunctionDef):
        return described(node, "###", node.name, signature(node.name, node, source))
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    create = next((method for method in methods if method.name == "__init__"), None)
    bases = ", ".join(ast.get_source_segment(source, base) or "" for base in node.bases)
    head = f"class {node.name}" + (f"({bases})" if bases else "")
    if create:
        head = signature("class " + node.name, create, source)
    elif fields(node):
        head = wrapped("class " + node.name, [field(item, source) for item in fields(node)], "")
    parts = described(node, "###", node.name, head)
    for method in methods:
        if not method.name.startswith("_") and method.name not in FOR_OTHER_MODULES.get(node.name, ()):
            name = f"{node.name}.{method.name}"
            parts += described(method, "####", name, signature(name, method, source))
    return parts


def described(node, level: str, heading: str, head: str) -> list:
    """Return a heading, the signature and the docstring."""
    return [f"{level} {heading}\n", f"```text\n{head}\n```\n", prose(ast.get_docstring(node) or "")]


def fields(node: ast.ClassDef) -> list:
    """Return the fields of a NamedTuple or a dataclass; of other classes none."""
    marks = [ast.dump(mark) for mark in [*node.bases, *node.decorator_list]]
    if not any("'NamedTuple'" in mark or "'dataclass'" in mark for mark in marks):
        return []
    return [item for item in node.body if isinstance(item, ast.AnnAssign)]


def field(item: ast.AnnAssign, source: str) -> str:
    """Return a field as it would stand in a signature."""
    return f"{item.target.id}: {annotation(item.annotation, source)}"  # type: ignore[union-attr]


def signature(name: str, node: ast.FunctionDef, source: str) -> str:
    """Return how to call a function or a method: as in the source, without `self`.

    `**unknown` is left out: it is there to name the nearest option to one that does not exist.
    """
    marks = {getattr(mark, "id", "") for mark in node.decorator_list}
    returns = f" -> {annotation(node.returns, source)}" if node.returns and node.name != "__init__" else ""
    if "property" in marks:
        return f"{name}{returns}    (an attribute)"
    plain = node.args.posonlyargs + node.args.args
    first_default = len(plain) - len(node.args.defaults)
    defaults = [None] * first_default + list(node.args.defaults)
    items = [argument(a, default, source) for a, default in zip(plain, defaults)]
    if plain and plain[0].arg in ("self", "cls"):
        items = items[1:]
    if node.args.vararg:
        items.append("*" + argument(node.args.vararg, None, source))
    elif node.args.kwonlyargs:
        items.append("*")
    items += [argument(a, default, source) for a, default in zip(node.args.kwonlyargs, node.args.kw_defaults)]
    if node.args.kwarg and node.args.kwarg.arg != "unknown":
        items.append("**" + argument(node.args.kwarg, None, source))
    return wrapped(name, items, returns)


def wrapped(name: str, items: list, returns: str) -> str:
    """Return a signature in lines that are not too long."""
    lines, indent = [f"{name}("], " " * (len(name) + 1)
    for number, item in enumerate(items):
        piece, rest = (item + ", ", "") if number + 1 < len(items) else (item, f"){returns}")
        if len(lines[-1] + piece + rest) > WIDTH and lines[-1].strip() != f"{name}(":
            lines.append(indent)
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines) + f"){returns}"


def argument(node: ast.arg, default, source: str) -> str:
    """Return an argument with its annotation and its default."""
    if node.annotation is None:
        return node.arg if default is None else f"{node.arg}={text(default, source)}"
    annotated = f"{node.arg}: {annotation(node.annotation, source)}"
    return annotated if default is None else f"{annotated} = {text(default, source)}"


def text(node, source: str) -> str:
    """Return a piece of the source in one line."""
    return " ".join((ast.get_source_segment(source, node) or "").split())


def annotation(node, source: str) -> str:
    """Return an annotation, without the quotes that keep old Pythons from evaluating it."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else text(node, source)


def prose(docstring: str) -> str:
    """Return a docstring as Markdown: sentences as they are; formulas, tables and examples set apart.

    A paragraph is sentences when it ends like one and holds no run of blanks.
    """
    parts = []
    for paragraph in re.split(r"\n\s*\n", docstring.strip()):
        if paragraph.startswith(">>>"):
            parts.append(f"```python\n{paragraph}\n```\n")
        elif re.search(r"[.:]$", paragraph) and not re.search(r"\S  |\n ", paragraph):
            parts.append(escaped(paragraph) + "\n")
        else:
            parts.append(f"```text\n{paragraph}\n```\n")
    return "\n".join(parts)


def escaped(paragraph: str) -> str:
    """Return sentences with the characters that mean something in Markdown escaped, except in `code`."""
    meaningful = r"(\*(?=[^\s\d*])|<(?=[a-zA-Z/!?]))"  # a star or < before a blank or a digit is itself
    pieces = re.split(r"(`[^`]*`)", paragraph)
    return "".join(piece if piece.startswith("`") else re.sub(meaningful, r"\\\1", piece) for piece in pieces)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
