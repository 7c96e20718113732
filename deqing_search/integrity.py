"""Checks that an index is whole, and repairs what can be made again. The conductor of `search-cli check --index`.

`check` reads everything: each block of each file, each passage and its id, each source file, and the permalink store.
`repair` rebuilds the index from its sources and keeps every row of the permalink store that can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deqing_search import indexing
from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import CheckedView, SuggestionView, View
from deqing_search.errors import IndexFault, IndexMissing
from deqing_search.extract import READERS
from deqing_search.pipeline import Progress, digest_of
from deqing_search.report import Report
from deqing_search.sources.roots import gather
from deqing_search.store.current import demand_same, engine_of, newest_view
from deqing_search.store.documents import document_of, named_as
from deqing_search.store.generations import Pointer, build_hint, newest_complete, read_pointer, write_pointer, writing
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.store.salvage import damages, salvage
from deqing_search.suggest import related
from deqing_search.suggest.completion import NAME, open_suggestions


class Finding(NamedTuple):
    """Something that is not as it was written. `part` is index, store, suggestions or source (a file that changed)."""

    part: str
    message: str

    @property
    def is_damage(self) -> bool:
        """A source file that has changed damages nothing: the next `index` reads it."""
        return self.part != "source"


def check(index: Path) -> Iterator[Finding]:
    """Yield everything that is damaged or has changed; raises `IndexMissing`, `IndexOutdated`."""
    try:
        pointer = read_pointer(index)
    except IndexFault as fault:
        yield Finding("index", str(fault))
        pointer = None
    else:
        if pointer is None:
            raise IndexMissing(f"{index} 里没有索引。", hint=build_hint(index))
        demand_same(index, pointer.built_with)
        yield from _check_generation(index, pointer)
    yield from (Finding("store", message) for message in damages(index))


def _check_generation(index: Path, pointer: Pointer) -> Iterator[Finding]:
    try:
        view = newest_view(index, engine_of(index / pointer.generation))
    except IndexFault as fault:
        yield Finding("index", str(fault))
        return
    if isinstance(view, CheckedView):
        yield from (Finding("index", f"{file}：有数据块与校验和不符") for file in view.damaged())
    if isinstance(view, SuggestionView):
        if (path := view.beside(NAME)) and open_suggestions(path) is None:
            yield Finding("suggestions", f"{path}：缺失或已损坏")
        if (path := view.beside(related.NAME)) and path.exists() and related.open_related(path) is None:
            yield Finding("suggestions", f"{path}：已损坏")
    try:
        yield from _check_reports(index, view, pointer)
    except IndexFault as fault:
        yield Finding("index", str(fault))


def _check_reports(index: Path, view: View, pointer: Pointer) -> Iterator[Finding]:
    store, digests = PermalinkStore(index), _digests(pointer)
    for card in view.cards():
        try:
            report = view.report(card.id)
        except IndexFault as fault:
            yield Finding("index", f"{card.id}：{fault}")
            continue
        if report is None or len(report.passages) != card.passages:
            yield Finding("index", f"{card.id}：应有 {card.passages} 段，读出的段数不同")
            continue
        yield from _check_ids(report)
        if digests.get(card.id, card.digest) != card.digest:
            yield Finding("source", f"{card.path}：收录之后有改动，运行 search-cli index 更新")
        try:
            known = store.origins([passage.id for passage in report.passages])
        except IndexFault:
            continue  # `damages` names it
        if missing := [passage.id for passage in report.passages if passage.id not in known]:
            yield Finding("store", f"{card.id}：永久链接库里缺 {len(missing)} 段，如 {missing[0]}")


def _check_ids(report: Report) -> Iterator[Finding]:
    expected = named_as(report, document_of(report)).passages
    for passage, right in zip(report.passages, expected, strict=True):
        if passage.id != right.id:
            yield Finding("index", f"{report.id} 第 {passage.ordinal} 段：编号 {passage.id} 与文字不符")


def _digests(pointer: Pointer) -> dict[str, str]:
    """The digests of the reports whose source files are there."""
    sources, *_ = gather(pointer.roots, endings=READERS, fixes=TITLES, known=pointer.roots)
    return {source.report: digest_of(source) for source in sources}


def repair(index: Path, findings: Sequence[Finding], *, progress: Progress | None = None) -> str | None:
    """Make again what is damaged; raises `IndexFault`, and changes nothing, if the sources of a report are gone.

    Returns the generation that was chosen, if the pointer was damaged.
    """
    chosen = _repair_pointer(index)
    if chosen:
        findings = list(check(index))
    damaged = {finding.part for finding in findings}
    if "store" in damaged:
        with writing(index):
            salvage(index)
    if "index" in damaged:
        _demand_sources(index)
        indexing.rebuild(index, indexing.places(index), progress=progress)
    elif "suggestions" in damaged:
        indexing.update(index, indexing.places(index), progress=progress)
    if "store" in damaged:
        view = indexing.open_index(index).view()
        reports = (view.report(card.id) for card in view.cards())
        PermalinkStore(index).record(report for report in reports if report)
    return chosen


def _repair_pointer(index: Path) -> str | None:
    """Point to the newest complete generation if the pointer is damaged; raises `IndexFault` if there is none."""
    try:
        read_pointer(index)
    except IndexFault:
        with writing(index):
            pointer = newest_complete(index)
            if pointer is None:
                raise
            write_pointer(index, pointer)
        return pointer.generation
    return None


def _demand_sources(index: Path) -> None:
    """Raise `IndexFault` if a rebuild would lose a report that can still be read, or does not know what to read."""
    pointer = read_pointer(index)  # raises if damaged: what to rebuild from is not known then
    assert pointer is not None
    try:
        cards = newest_view(index, engine_of(index / pointer.generation)).cards()
    except IndexFault:
        return
    found = _digests(pointer)
    if lost := [card.path for card in cards if card.id not in found]:
        message = f"有 {len(lost)} 份报告的源文件已不在（如 {lost[0]}），重建会失去它们，所以没有重建。"
        raise IndexFault(message, hint="把源文件放回原处再修复；不再需要它们时，运行 search-cli index --rebuild。")
