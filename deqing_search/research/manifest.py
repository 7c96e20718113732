"""The manifest of a panel: everything that its figures depend on, so that a later run can say what changed.

It has the dictionary and the filters themselves, hashes of the corpus (each report by its id) and of each row, and the
versions of everything that turns a file into text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from deqing_search import __version__, versions
from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError, reason
from deqing_search.messages import Message, gettext_noop
from deqing_search.query.filters import Filters, TypedFilters, read_filters
from deqing_search.research.dictionaries import Dictionary, Term
from deqing_search.research.panel import Panel, Row, panel
from deqing_search.research.panel_files import variables
from deqing_search.search.exports import json_line

FORM = 1  # of the manifest
RULE = "leftmost-longest"
_SHORT = 16  # characters of a hash that are kept for a row or a report
_VERSIONS = {
    "extraction": versions.EXTRACTION,
    "cleaning": versions.CLEANING,
    "structure": versions.STRUCTURE,
    "metadata": versions.METADATA,
    "analysis": versions.ANALYSIS,
    "panel": versions.PANEL,
}


class Change(NamedTuple):
    """One difference between then and now."""

    kind: str  # version | report-added | report-removed | report-changed | row
    name: str
    before: str
    after: str


def manifest(found: Panel) -> dict[str, Any]:
    """The manifest of a panel, as a JSON object."""
    cards = {card.id: card.digest[:_SHORT] for row in found.rows for card in row.reports}
    rows = {_key(row): _hash([str(column.value(row)) for column in variables(found)]) for row in found.rows}
    return {
        "form": FORM,
        "program": __version__,
        "versions": _VERSIONS,
        "rule": RULE,
        "dictionary": [list(term) for term in found.dictionary.terms],
        "dictionary_sha256": found.dictionary.digest(),
        "filters": found.filters.parameters(),
        "query_sha256": _hash([found.dictionary.digest(), json.dumps(found.filters.parameters()), *found.others], None),
        "others": list(found.others),
        "corpus_sha256": _hash([f"{name} {digest}" for name, digest in sorted(cards.items())], None),
        "reports": cards,
        "result_sha256": _hash(list(rows.values()), None),
        "rows": rows,
    }


def manifest_text(found: Panel) -> str:
    return json.dumps(manifest(found), ensure_ascii=False, indent=1) + "\n"


def verify(engine: Viewer, path: Path) -> list[Change]:
    """Count the dictionary of a manifest again and return what has changed; nothing if all figures are the same.

    Raises `UsageError` if the file is no manifest.
    """
    before = _read(path)
    try:
        dictionary = Dictionary(tuple(Term(*term) for term in before["dictionary"]))
        found = panel(engine, dictionary, _filters(before["filters"]), others=before["others"])
        return list(_changes(before, manifest(found)))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise _no_manifest(path) from fault


def change_records(changes: Sequence[Change]) -> Iterator[str]:
    """JSON objects, one for each change."""
    return (json_line(change._asdict()) for change in changes)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    named = {"program": before["program"], **before["versions"]}
    for name, value in {"program": after["program"], **after["versions"]}.items():
        if named.get(name) != value:
            yield Change("version", name, str(named.get(name, "")), str(value))
    for kind, field in (("report", "reports"), ("row", "rows")):
        old, new = before[field], after[field]
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                how = "added" if name not in old else "removed" if name not in new else "changed"
                yield Change(f"{kind}-{how}", name, old.get(name, ""), new.get(name, ""))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise UsageError(Message("读不到 {path}：{reason}。", path=path, reason=reason(fault))) from fault
    except ValueError as fault:
        raise _no_manifest(path) from fault
    if not isinstance(read, dict) or read.get("form") != FORM:
        raise _no_manifest(path)
    return read


def _no_manifest(path: Path) -> UsageError:
    said = Message("{path} 不是面板的 manifest.json。", path=path)
    return UsageError(said, hint=gettext_noop("先用 search-cli panel … --out 目录 生成"))


def _filters(parameters: Mapping[str, str]) -> Filters:
    return read_filters(str, TypedFilters(**parameters))


def _key(row: Row) -> str:
    return f"{row.place} {row.year or ''}".strip()


def _hash(values: list[str], size: int | None = _SHORT) -> str:
    return sha256("\n".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:size]
