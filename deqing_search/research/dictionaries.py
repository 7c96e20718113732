"""Dictionaries of terms: what a panel counts, read from a file or from typed text.

A dictionary is a list of terms, each in at most one group a row. TSV and CSV have a term and, if wanted, its group on
each row; YAML has a list of terms below each group. Typed text separates entries by commas, semicolons or line ends,
and names a group before a colon. `counting` decides what an occurrence is.
"""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message, gettext_noop

MOST_TERMS = 2000
LONGEST_TERM = 100  # characters
LARGEST_FILE = 1 << 20  # bytes
MOST_ENTRIES = 100_000  # repeated ones too: a YAML file of a hundred bytes can have billions
DEEPEST = 16  # groups inside one another

_HEADS = {"term", "word", "词", "词语", "词项", "关键词", "术语"}  # of a first row that names the columns
_ENTRIES = re.compile(r"[,，、;；\n]")
_EITHER = re.compile(r"\s+OR\s+|\s*\|\s*")
_GROUP = re.compile(r"([^:：]+)[:：](.*)", re.S)
_FORMS = gettext_noop("写成：人工智能, 数字经济 OR 数据要素；或一行一组：创新：科技创新, 创新驱动")


class Term(NamedTuple):
    """A string to count, as it was written, and the group it belongs to ("": none)."""

    text: str
    group: str = ""

    @property
    def compact(self) -> str:
        return compact_text(self.text)


class Dictionary(NamedTuple):
    """Terms in the order in which they were written; none stands twice in one group."""

    terms: tuple[Term, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the groups, in order."""
        return tuple(dict.fromkeys(term.group for term in self.terms if term.group))

    @property
    def strings(self) -> tuple[str, ...]:
        """What is looked for: the distinct compact terms, in order."""
        return tuple(dict.fromkeys(term.compact for term in self.terms))

    def of_group(self, group: str) -> tuple[str, ...]:
        """The compact terms of a group."""
        return tuple(term.compact for term in self.terms if term.group == group)

    def digest(self) -> str:
        """A hash of the terms and groups; the order and the spelling that folding makes equal do not change it.

        >>> read_typed("創新, 5G").digest() == read_typed("５G、创新").digest()
        True
        """
        rows = sorted({f"{compact_text(term.group)}\t{term.compact}" for term in self.terms})
        return sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()


def read_typed(text: str) -> Dictionary:
    """The dictionary that was typed; raises `UsageError` with the reason.

    >>> read_typed("创新：科技创新, 创新驱动\\n人工智能，数字经济 OR 数据要素").terms == (
    ...     Term("科技创新", "创新"), Term("创新驱动", "创新"), Term("人工智能"),
    ...     Term("数字经济", "数字经济 OR 数据要素"), Term("数据要素", "数字经济 OR 数据要素"))
    True
    """
    return _dictionary(_typed(text))


def read_file(path: Path) -> Dictionary:
    """The dictionary of a file: .tsv, .csv, .yaml or .yml, else typed text; raises `UsageError` with the reason."""
    raw = _bytes_of(path)
    try:
        return _dictionary(_of_file(path, raw.decode("utf-8-sig")))
    except UnicodeDecodeError as fault:
        raise UsageError(Message("词表 {path} 不是 UTF-8 编码。", path=path), hint="另存为 UTF-8 再试") from fault
    except csv.Error as fault:
        raise UsageError(Message("词表 {path} 不是表格：{fault}", path=path, fault=fault), hint=_FORMS) from fault
    except RecursionError as fault:
        said = Message("词表 {path} 里的分组嵌套过深，至多 {most} 层。", path=path, most=DEEPEST)
        raise UsageError(said) from fault


def _bytes_of(path: Path) -> bytes:
    """The bytes of a regular file that is not too large: a device may have no end, and a pipe may never begin."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(Message("词表 {path} 是设备、管道或文件夹，不是文件。", path=path))
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        said = Message("读不到词表 {path}：{reason}。", path=path, reason=fault.strerror)
        raise UsageError(said) from fault
    if len(raw) > LARGEST_FILE:
        raise UsageError(Message("词表 {path} 大于 1 MB。", path=path))
    return raw


def _of_file(path: Path, text: str) -> Iterable[Term]:
    ending = path.suffix.lower()
    if ending in (".yaml", ".yml"):
        return _yaml(path, text)
    if ending in (".tsv", ".csv"):
        return _rows(csv.reader(text.splitlines(), delimiter="\t" if ending == ".tsv" else ","))
    return _typed(text)


def _typed(text: str) -> Iterator[Term]:
    for line in re.split(r"[\n;；]", text):
        named = _GROUP.fullmatch(line)
        group, entries = (named[1].strip(), named[2]) if named else ("", line)
        for entry in filter(None, map(str.strip, _ENTRIES.split(entries))):
            either = [part for part in map(str.strip, _EITHER.split(entry)) if part]
            own = group or (" OR ".join(either) if len(either) > 1 else "")
            yield from (Term(part.strip('"“”「」'), own) for part in either)


def _rows(rows: Iterable[list[str]]) -> Iterator[Term]:
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (number == 0 and cells[0].lower() in _HEADS):
            continue
        yield Term(cells[0], cells[1] if len(cells) > 1 else "")


def _yaml(path: Path, text: str) -> Iterator[Term]:
    try:
        import yaml
    except ImportError as missing:
        said = gettext_noop("读 YAML 词表需要安装 PyYAML。")
        raise UsageError(said, hint="pip install deqing-search[research]，或改用 TSV") from missing
    try:
        yield from _below("", yaml.safe_load(text))
    except yaml.YAMLError as fault:
        raise UsageError(Message("词表 {path} 不是 YAML：{fault}", path=path, fault=fault)) from fault


def _below(group: str, value: Any, depth: int = 0) -> Iterator[Term]:
    """The terms of a YAML value: a mapping names groups, a list has terms."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from _below(f"{group}/{name}" if group else str(name), inside, depth + 1)
    elif isinstance(value, list):
        for inside in value:
            yield from _below(group, inside, depth + 1)
    elif value is not None:
        yield Term(str(value).strip(), group)


def _dictionary(terms: Iterable[Term]) -> Dictionary:
    """The terms without repetitions; raises `UsageError` if there are none, too many, or one is too long."""
    first: dict[tuple[str, str], Term] = {}
    for number, term in enumerate(terms):
        if number >= MOST_ENTRIES:
            raise UsageError(Message("词表多于 {most} 项，重复的也算。", most=MOST_ENTRIES))
        if len(term.text) > LONGEST_TERM:
            said = Message(
                "词“{term}…”有 {n} 字，至多 {most} 字。", term=term.text[:20], n=len(term.text), most=LONGEST_TERM
            )
            raise UsageError(said, hint=_FORMS)
        if term.compact:
            first.setdefault((term.compact, term.group), term)
    if not first:
        raise UsageError(gettext_noop("词表里没有词。"), hint=_FORMS)
    if len(first) > MOST_TERMS:
        raise UsageError(Message("词表有 {n} 个词，至多 {most} 个。", n=len(first), most=MOST_TERMS))
    return Dictionary(tuple(first.values()))
