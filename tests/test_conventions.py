"""The tests keep two conventions: a loop that asserts is known to run, and no constant of ours is replaced."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.py"))
PASSING = {
    "enumerate",
    "list",
    "range",
    "reversed",
    "set",
    "sorted",
    "tuple",
    "zip",
}  # as many items as their arguments have
VIEWS = {"items", "keys", "values"}  # of a dictionary
REPLACING = {"setattr", "setitem", "delattr"}


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_loop_that_asserts_is_known_to_run(path: Path) -> None:
    assert [f"{path.name}:{line}" for line in doubtful_loops(parse(path))] == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("def test():\n for x in found():\n  assert x", [2]),
        ("def test():\n assert all(x for x in found())", [2]),
        ("def test():\n rows = found()\n for x in rows:\n  assert x", [3]),
        ("def test():\n rows = found()\n assert rows\n for x in sorted(rows):\n  assert x", []),
        ("def test():\n rows = found()\n assert rows and all(rows[x] for x in rows)", []),
        ("ROWS = [1]\ndef test():\n for x in ROWS:\n  assert x", []),
        ("ROWS = found()\ndef test():\n for x in ROWS:\n  assert x", [3]),
        ("def test():\n for x in range(9):\n  assert x", []),
        ("@given(st.text())\ndef test(text):\n for x in text:\n  assert x", []),
    ],
)
def test_loops_over_what_may_be_empty_are_found(code: str, lines: list[int]) -> None:
    assert list(doubtful_loops(ast.parse(code))) == lines


def doubtful_loops(module: ast.Module) -> Iterator[int]:
    """The lines of loops with an assert whose iterable may be empty, as far as their function says.

    It is not empty if it is a literal with items, or if an assert outside the loop names it. A test with `@given` may
    have examples with nothing.
    """
    constants = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef) and "given(" not in "".join(map(ast.unparse, function.decorator_list)):
            for loop, iterable in loops(function):
                if not has_items(iterable, constants) and not is_asserted(iterable, function, loop):
                    yield loop.lineno


def loops(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Each `for` with an assert and each `all(… for …)` in an assert, with what it iterates over."""
    for node in ast.walk(function):
        if isinstance(node, ast.For) and any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
            yield node, node.iter
        if isinstance(node, ast.Assert):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "all":
                    (argument,) = call.args
                    yield call, argument.generators[0].iter if isinstance(argument, ast.GeneratorExp) else argument


def has_items(iterable: ast.expr, constants: dict[str, ast.expr]) -> bool:
    """Whether the expression itself shows that there are items."""
    match iterable:
        case ast.List(elements) | ast.Tuple(elements) | ast.Set(elements):
            return any(not isinstance(element, ast.Starred) for element in elements)
        case ast.Dict(keys):
            return bool(keys)
        case ast.Constant(value):
            return bool(value)
        case ast.Call(ast.Name("range"), [ast.Constant(), *_]):
            return True
        case ast.Name(name) if name in constants:
            return has_items(constants[name], {})
    parts = parts_of(iterable)
    return bool(parts) and all(has_items(part, constants) for part in parts)


def parts_of(iterable: ast.expr) -> list[ast.expr]:
    """What must have items so that the iterable has some; nothing where it wraps no other iterable."""
    match iterable:
        case ast.Call(ast.Name(name), arguments) if name in PASSING:
            return arguments[:1] if name == "enumerate" else arguments
        case ast.Call(ast.Name("map"), [_, *arguments]):
            return arguments
        case ast.Call(ast.Attribute(value, name), []) if name in VIEWS:
            return [value]
    return []


def is_asserted(iterable: ast.expr, function: ast.FunctionDef, loop: ast.AST) -> bool:
    """Whether an assert of the function names the iterable outside the loop."""
    inside = {id(node) for node in ast.walk(loop)}
    asserted = {
        ast.unparse(node)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Assert)
        for node in ast.walk(statement)
        if id(node) not in inside and isinstance(node, ast.expr)
    }
    parts = parts_of(iterable)
    if ast.unparse(iterable) in asserted:
        return True
    return bool(parts) and any(is_asserted(part, function, loop) for part in parts)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_test_replaces_a_constant_or_a_private_name(path: Path) -> None:
    assert [f"{path.name}:{line}" for line in replaced_constants(parse(path))] == []


def test_replaced_constants_are_found() -> None:
    code = (
        'patch.setattr(module, "MOST", 3)\nmonkeypatch.setattr("room._file", 3)\npatch.setattr(Path, "__init__", fails)'
    )
    assert list(replaced_constants(ast.parse(code))) == [1, 2]


def replaced_constants(module: ast.Module) -> Iterator[int]:
    """The lines of calls such as `monkeypatch.setattr(module, "LIMIT", 1)`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in REPLACING:
            names = [part.value for part in node.args[:2] if isinstance(part, ast.Constant)]
            names = [str(name).rpartition(".")[2] for name in names]
            if any(name.isupper() or (name.startswith("_") and not name.startswith("__")) for name in names):
                yield node.lineno
