"""The tables of limits and errors say what the code does, and lack nothing that is in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from deqing_search import config
from deqing_search.cli.commands import cli
from deqing_search.web import labels

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "deqing_search"
GUIDE = "docs/operations.md"
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
ROOMS = (
    "cli",
    "extract",
    "mcp",
    "query",
    "quotes",
    "research",
    "search",
    "sources",
    "web",
)  # where constants limit users
SERVER = ("request_lanes", "quotas", "server", "source_view", "headers", "verify", "watchdog")  # all their numbers do
A_LIMIT = re.compile("MOST|LARGEST|LONGEST|DEEPEST|WIDEST|MAX_")
RAISED = re.compile("Index(Fault|Missing|Outdated|Damaged|Busy|NotWritable)|ServerFault|BackupFault|Busy|NotThere")

NO_MESSAGE = (  # rows that say what is seen in our words
    "for everybody",
    "a command ends with Bus error (exit code 135); a worker ends without a message and is replaced",
)

Value = float


class Row(NamedTuple):
    """A row of the tables of limits: the numbers of its default, and where they are in the code."""

    text: str
    defaults: list[Value]
    places: list[str]


@cache
def settings() -> dict[str, Value]:
    """Every setting that is a number, with its default."""
    with pytest.MonkeyPatch.context() as patch:
        for name in re.findall(r"DEQING_\w+", (PACKAGE / "config.py").read_text("utf-8")):
            patch.delenv(name, raising=False)
        files = config.file_limits()
        return {
            "DEQING_REQUEST_SECONDS": config.request_seconds(),
            "DEQING_CLIENT_SECONDS": config.client_seconds(),
            "DEQING_MEMORY": config.memory_bytes() >> 20,
            "DEQING_PROXIES": config.proxies(),
            "DEQING_FILE_SECONDS": files.processor_seconds,
            "DEQING_FILE_WAIT": files.seconds,
            "DEQING_FILE_TOTAL": files.all_seconds,
            "DEQING_FILE_MEMORY": files.memory >> 20,
        }


def table_rows(page: str, heading: str) -> Iterator[list[str]]:
    """The cells of the tables below a heading of the second level."""
    part = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", (ROOT / page).read_text("utf-8"), re.M | re.S)
    assert part, heading
    for line in re.findall(r"^\|(.+)\|$", part[1], re.M):
        cells = [cell.strip() for cell in line.split("|")]
        if not set(cells[0]) <= set("-"):
            yield cells


def numbers(text: str) -> list[Value]:
    """The numbers of a default, in order, without the one that means: no limit.

    >>> numbers("1,000; 64 KiB; 0.25 s; 0: nothing")
    [1000.0, 65536.0, 0.25]
    """
    found = re.findall(r"(\d[\d,]*(?:\.\d+)?)(?: (KiB|MiB|GiB))?(?!\d|:)", text)
    return [float(number.replace(",", "")) * UNITS.get(unit, 1) for number, unit in found]


def limits() -> list[Row]:
    rows = [cells for cells in table_rows(GUIDE, "Limits") if cells[1] != "default"]
    return [Row(row[0], numbers(row[1]), re.findall(r"`([\w/.]+:\w+|DEQING_\w+|--\w+)`", row[2])) for row in rows]


def value_of(place: str) -> Value:
    """The value that the code has for a setting, an option of `serve` or a constant."""
    if place.startswith("DEQING_"):
        return settings()[place]
    if place.startswith("--"):
        return next(float(option.default) for option in cli.commands["serve"].params if place in option.opts)
    file, name = place.split(":")
    return float(getattr(import_module("deqing_search." + file[: -len(".py")].replace("/", ".")), name))


def test_each_default_in_the_tables_is_that_of_the_code() -> None:
    rows = limits()
    assert len(rows) > 50
    for row in rows:
        assert row.places, row
        assert row.defaults == [value_of(place) for place in row.places], row


def test_each_limit_of_the_code_has_a_row() -> None:
    rows = [place for row in limits() for place in row.places]
    assert len(rows) == len(set(rows))
    in_code = {f"{file}:{name}" for file, name in constants()}
    assert len(in_code) > 50
    assert sorted(in_code - {*rows}) == []
    assert sorted(settings().keys() - {*rows}) == []


def constants() -> Iterator[tuple[str, str]]:
    """The public constants that limit something, each with its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        room, file = path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE).as_posix()
        for name in names_of_numbers(ast.parse(path.read_text("utf-8"))) if room in ROOMS else ():
            if A_LIMIT.match(name) or (room == "web" and path.stem in SERVER):
                yield file, name


def names_of_numbers(module: ast.Module) -> Iterator[str]:
    for line in module.body:
        if isinstance(line, ast.AnnAssign | ast.Assign) and line.value:
            target = line.target if isinstance(line, ast.AnnAssign) else line.targets[0]
            number = isinstance(line.value, ast.Constant | ast.BinOp) and "'" not in ast.unparse(line.value)
            if isinstance(target, ast.Name) and re.fullmatch("[A-Z][A-Z_]+", target.id) and number:
                yield target.id


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_give_the_same_defaults(readme: str) -> None:
    rows = re.findall(r"^\| `(DEQING_\w+)` \|.*\| (\d+) \|$", (ROOT / readme).read_text("utf-8"), re.M)
    assert {name: float(default) for name, default in rows} == settings()


# Errors


def said() -> list[str]:
    """The first cells of the tables of errors, for the index in files and for a cluster."""
    cells = [*table_rows(GUIDE, "Errors and their cures"), *table_rows("docs/cluster.md", "Errors")]
    rows = [row[0].replace("`", "") for row in cells if row[0] not in ("what is seen", "message")]
    return [message for row in rows for message in row.split("; of mcp: ")]


def template(node: ast.AST | None) -> str:
    """A text of the code with … in place of its values; "" for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{\w+\}|%s", "…", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("gettext_noop", "Message"):
        return template(node.args[0])
    return ""


def fits(row: str, text: str) -> bool:
    """Whether a text has the pieces of a row, in their order.

    >>> fits("索引 … 正被另一个进程写入", "索引 … 正被另一个进程写入。"), fits("索引 … 写入", "写入索引")
    (True, False)
    """
    return re.search(".*".join(map(re.escape, re.split(" ?… ?", row))), text) is not None


@cache
def nodes() -> list[ast.AST]:
    """The whole code."""
    return [node for path in sorted(PACKAGE.rglob("*.py")) for node in ast.walk(ast.parse(path.read_text("utf-8")))]


def raised() -> Iterator[str]:
    """The messages of all faults of the index, the site and backups."""
    for function in (node for node in nodes() if isinstance(node, ast.FunctionDef)):
        named: dict[str, str] = {}
        for node in sorted(ast.walk(function), key=lambda node: getattr(node, "lineno", 0)):
            if isinstance(node, ast.Assign):
                named[ast.unparse(node.targets[0])] = template(node.value)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and RAISED.fullmatch(node.func.id):
                yield template(node.args[0]) or named.get(ast.unparse(node.args[0]), "")


def logged() -> Iterator[str]:
    """What the site writes into its log."""
    for call in (node for node in nodes() if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        if ast.unparse(call.func) in ("log.error", "log.warning", "_log.warning"):
            yield template(call.args[0])


def test_each_fault_and_each_line_of_the_log_has_a_cure() -> None:
    messages = [text for text in (*raised(), *logged()) if text]
    rows = said()
    assert len(messages) > 45
    assert [text for text in messages if not any(fits(row, text) for row in rows)] == []


def test_each_status_that_the_site_answers_has_a_cure() -> None:
    named = {int(found) for row in said() for found in re.findall(r"\b[45]\d\d\b", row)}
    assert {*labels.HEADINGS} <= named


def test_each_error_in_the_tables_is_one_of_the_code() -> None:
    texts = {text for node in nodes() if (text := template(node))}
    messages = [message for row in said() if (message := re.sub(r"^\d{3} ?", "", row)) and message not in NO_MESSAGE]
    assert len(messages) > 40
    assert [row for row in messages if not any(fits(row, text) for text in texts)] == []
