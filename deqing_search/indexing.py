"""Write path: sources → extract → clean → structure → analysis → engine → `index/`. The one conductor of writing.

A rebuild fills a new generation and then swaps the pointer (`generations`); an update is one transaction of the
engine. So a reader sees the old state or the new one, and nothing half-written. Which files are read is found by
`gathering`, what is made of each by `preparing`, and the index is opened by `opening`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import AnalysedReport, Engine, View, Viewer
from deqing_search.errors import IndexNotWritable, IndexOutdated, SourceError, reason
from deqing_search.extract import READERS
from deqing_search.pipeline import Progress, digest_of, prepare_all
from deqing_search.report import ReportCard, Root
from deqing_search.sources.roots import (
    existing,
    gather,
    has_vanished,
    is_gone,
    may_return,
    remembered,
    roots_of,
)
from deqing_search.store.current import built_with, demand_same, engine_of, has_index, newest_view, open_index
from deqing_search.store.generations import (
    Pointer,
    drop_others,
    joined,
    next_generation,
    read_pointer,
    write_pointer,
    writing,
)

if TYPE_CHECKING:
    from deqing_search.store.permalinks import (
        Ledger,  # imported where something is written: reading need not wait for SQLite
    )

__all__ = ["Outcome", "has_index", "open_index", "open_or_build", "places", "rebuild", "update"]

_FIRST_BUILD = 600  # seconds a reader waits while another process makes the first build


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an update did: ids of reports, and the files that could not be read."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    faults: tuple[SourceError, ...]


def update(
    index: Path,
    paths: Sequence[Path],
    *,
    catalog: Path | None = None,
    progress: Progress | None = None,
    patience: float = 0,
) -> Outcome:
    """Bring the index up to what stands under `paths`: new, changed and vanished reports; builds it if there is none.

    Raises `IndexBusy` when another writer is still at work after `patience` seconds, `IndexNotWritable`,
    `IndexOutdated`. A file that cannot be read is told in the outcome.
    """
    with writing(index, patience):
        pointer, roots = read_pointer(index), roots_of(paths, catalog)
        if pointer is None:
            return _build(index, (), roots, progress)
        demand_same(index, pointer.built_with)
        engine = engine_of(index / pointer.generation)
        view, ledger = newest_view(index, engine), _ledger(index)
        held = {card.id: card for card in view.cards()}
        _remember(ledger, view, held)
        asked = joined((), (remembered(root, pointer.roots) for root in roots))
        outcome = _update(engine, ledger, held, asked, pointer.roots, progress)
        gone = {root.path for root in roots if is_gone(root, held)}
        left = [root for root in pointer.roots if root.path not in gone]
        write_pointer(index, pointer._replace(roots=joined(left, existing(roots))))
        drop_others(index, pointer.generation)
        return outcome


def rebuild(
    index: Path, paths: Sequence[Path], *, catalog: Path | None = None, progress: Progress | None = None
) -> Outcome:
    """Build a new generation from every place indexed before and `paths`, then put it in use and drop the old one.

    A folder that is missing is told and stays a place to look into; its reports are left out.
    """
    with writing(index):
        return _build(index, _roots(index), roots_of(paths, catalog), progress)


def places(index: Path) -> list[Path]:
    """The files and folders indexed before; empty where there is no index or its memory is damaged."""
    return [root.path for root in _roots(index)]


def open_or_build(
    index: Path, seeds: Path, *, tell: Callable[..., None] | None = None, progress: Progress | None = None
) -> Viewer:
    """`open_index`; where there is none, it is built from `seeds` first, and that is told."""
    tell = tell or (lambda *message: None)
    if not has_index(index):
        tell(f"{index} 里还没有索引，现在用 {seeds} 建立……")
        outcome = update(index, [seeds], progress=progress, patience=_FIRST_BUILD)
        for fault in outcome.faults:
            tell(f"跳过：{fault}", fault.hint)
        if has_index(index):
            tell(f"索引建好了，共 {len(outcome.added) + outcome.unchanged} 份报告。")
    return open_index(index)


def _roots(index: Path) -> tuple[Root, ...]:
    """The places indexed before; none when the pointer is damaged: a rebuild is what repairs it."""
    try:
        pointer = read_pointer(index)
    except IndexOutdated:
        return ()
    return pointer.roots if pointer else ()


def _build(index: Path, before: Sequence[Root], named: Sequence[Root], progress: Progress | None) -> Outcome:
    """A new generation beside the old one; the pointer moves when it is whole, and never to one without a report."""
    sources, faults = gather(joined(before, named), endings=READERS, fixes=TITLES, known=before)
    generation = next_generation(index)
    engine, done = engine_of(index / generation), list[str]()
    try:
        with _recorded(_ledger(index), prepare_all(sources, faults, done, progress)) as reports:
            engine.write(reports)
        if done:
            _keep_suggestions(engine)
            roots = joined((root for root in before if may_return(root, READERS)), existing(named))
            write_pointer(index, Pointer(generation, built_with(), roots))
    except BaseException:
        shutil.rmtree(index / generation, ignore_errors=True)
        raise
    if done:
        drop_others(index, generation)
    else:
        shutil.rmtree(index / generation, ignore_errors=True)
        faults = faults or [_nothing_left(index)]
    return Outcome(tuple(done), (), (), 0, tuple(faults))


def _nothing_left(index: Path) -> SourceError:
    """What is told when every place was emptied: a rebuild that writes nothing must not look like one that did."""
    message = f"{index}：收录过的地方已没有可以收录的文件，索引没有重建"
    return SourceError(message, hint="运行 search-cli index 移除已删去的报告，或写上另一个文件夹")


def _update(
    engine: Engine,
    ledger: Ledger,
    held: dict[str, ReportCard],
    roots: Sequence[Root],
    known: Sequence[Root],
    progress: Progress | None,
) -> Outcome:
    """One transaction: what is new or changed under `roots` is written, what has vanished there is deleted."""
    sources, faults = gather(
        (root for root in roots if not is_gone(root, held)), endings=READERS, fixes=TITLES, held=held, known=known
    )
    changed = [s for s in sources if s.report not in held or held[s.report].digest != digest_of(s)]
    kept = {source.report for source in sources}
    gone = tuple(card.id for card in held.values() if card.id not in kept and has_vanished(Path(card.path), roots))
    done: list[str] = []
    before = engine.view()
    if changed or gone:
        with _recorded(ledger, prepare_all(changed, faults, done, progress)) as reports:
            engine.write(reports, delete=gone)
    _keep_suggestions(engine, before)  # also where nothing is new: a writer may have been killed before it came to them
    return Outcome(
        added=tuple(report for report in done if report not in held),
        replaced=tuple(report for report in done if report in held),
        removed=gone,
        unchanged=len(sources) - len(changed),
        faults=tuple(faults),
    )


def _keep_suggestions(engine: Engine, before: View | None = None) -> None:
    """Write what suggestions are read from, for what was committed since `before`; raises `IndexNotWritable`."""
    from deqing_search.suggest.completion import NAME
    from deqing_search.suggest.writer import write_suggestions

    view = engine.view()
    path = view.beside(NAME)
    if path is None:
        return
    try:
        write_suggestions(view, path, before)
    except OSError as fault:
        hint = "腾出空间或权限后，再执行一次同样的命令。"
        raise IndexNotWritable(f"无法写入 {path}：{reason(fault)}。", hint=hint) from fault


def _ledger(index: Path) -> Ledger:
    from deqing_search.store.permalinks import Ledger

    return Ledger(index)


@contextmanager
def _recorded(ledger: Ledger, prepared: Generator[AnalysedReport]) -> Iterator[Iterator[AnalysedReport]]:
    """The reports on their way to the engine, each written down as it passes; in the end both are closed."""
    with closing(prepared), closing(ledger.recorded(prepared)) as reports:
        yield reports


def _remember(ledger: Ledger, view: View, held: Iterable[str]) -> None:
    """Write down what is about to be replaced, of an index that is older than its ledger."""
    if unknown := ledger.unknown(held):
        ledger.record(report for report in map(view.report, unknown) if report)
