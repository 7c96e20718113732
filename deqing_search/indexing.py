"""Write path: sources → extract → clean → structure → analysis → engine → `index/`. The one conductor of writing.

A rebuild fills a new generation and then swaps the pointer (`generations`); an update is one transaction of the
engine. So a reader sees the old state or the new one, and nothing half-written.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from deqing_search.engine.base import AnalysedReport, Engine, View, Viewer
from deqing_search.errors import IndexMissing, IndexNotWritable, IndexOutdated, SourceError, reason
from deqing_search.generations import (
    POINTER,
    Pointer,
    Root,
    drop_others,
    joined,
    next_generation,
    pointer_state,
    read_pointer,
    rebuild_hint,
    write_pointer,
    writing,
)
from deqing_search.report import RawText, Report, ReportCard, SourceFile

if TYPE_CHECKING:
    from deqing_search.ledger import Ledger  # imported where something is written: reading need not wait for SQLite

SCHEMA = 1  # raise it when the index of an older version can no longer be read

_FIRST_BUILD = 600  # seconds a reader waits while another process makes the first build

Progress = Callable[[int, int, str], None]  # reports done, reports in all, the one just done


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an update did: ids of reports, and the files that could not be read."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    faults: tuple[SourceError, ...]


def prepare(source: SourceFile) -> AnalysedReport:
    """One file on its whole way to the engine's door; raises `SourceError`."""
    from deqing_search.analysis import analyse

    report = _structured(source)
    return AnalysedReport(report, tuple(analyse(passage.text) for passage in report.passages))


def read_report(file: Path) -> Report:
    """One file cleaned and structured as it would be indexed, without an index; raises `SourceError`."""
    from deqing_search.report import Metadata
    from deqing_search.sources import report_id
    from deqing_search.workers import each

    (read,) = each(_read_or_tell, [SourceFile(file, report_id(Path(file.name)), Metadata())], lost=_lost)
    if isinstance(read, SourceError):
        raise read
    return read[1]


def holds_many(path: Path) -> bool:
    """A folder or an archive: its reports are read one after the other."""
    from deqing_search import archive

    return path.is_dir() or (path.is_file() and path.suffix.lower() == archive.ENDING)


def read_all(path: Path, *, progress: Progress | None = None) -> Iterator[tuple[RawText, Report] | SourceError]:
    """The reports under a file, folder or archive with their sources, one after the other; a fault in its turn."""
    from deqing_search.workers import each

    sources, faults = _gather(_named([path], None))
    yield from faults
    with closing(each(_read_or_tell, sources, lost=_lost)) as results:
        for count, read in enumerate(results, start=1):
            if progress:
                progress(count, len(sources), sources[count - 1].report)
            yield read


def _read_or_tell(source: SourceFile) -> tuple[RawText, Report] | SourceError:
    from deqing_search.extract import extract

    try:
        raw = extract(source)
        return raw, _structured(source, raw)
    except SourceError as fault:
        return fault
    except MemoryError:
        return _lost(source)


def read_original(report: Report) -> RawText:
    """The source a report was made of, as it stands today; raises `SourceError` when it cannot be read."""
    from deqing_search.extract import extract
    from deqing_search.report import Metadata

    return extract(SourceFile(Path(report.path), report.id, Metadata()))


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
        pointer, roots = read_pointer(index), _named(paths, catalog)
        if pointer is None:
            return _build(index, (), roots, progress)
        _demand_same(index, pointer.built_with)
        engine = _engine(index / pointer.generation)
        view, ledger = _view(index, engine), _ledger(index)
        held = {card.id: card for card in view.cards()}
        _remember(ledger, view, held)
        asked = joined((), (_remembered(root, pointer) for root in roots))
        outcome = _update(engine, ledger, held, asked, pointer.roots, progress)
        gone = {root.path for root in roots if _is_gone(root, held)}
        left = [root for root in pointer.roots if root.path not in gone]
        write_pointer(index, replace(pointer, roots=joined(left, _there(roots))))
        drop_others(index, pointer.generation)
        return outcome


def rebuild(
    index: Path, paths: Sequence[Path], *, catalog: Path | None = None, progress: Progress | None = None
) -> Outcome:
    """Build a new generation from every place indexed before and `paths`, then put it in use and drop the old one.

    A folder that is missing is told and stays a place to look into; its reports are left out.
    """
    with writing(index):
        return _build(index, _roots(index), _named(paths, catalog), progress)


def places(index: Path) -> list[Path]:
    """The files and folders indexed before; empty where there is no index or its memory is damaged."""
    return [root.path for root in _roots(index)]


def open_index(index: Path) -> Viewer:
    """What reads the generation in use, also after a rebuild; raises `IndexMissing` or `IndexOutdated`."""
    opened = _InUse(index)
    opened.view()
    return opened


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


class _InUse:
    """Follows the pointer: each view is of the generation it names at that moment."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._opened: tuple[tuple[int, ...], Engine] | None = None  # the state of the pointer, and what it named

    def view(self) -> View:
        opened = self._open()
        try:
            return _view(self._index, opened[1])
        except IndexOutdated:
            if pointer_state(self._index) == opened[0]:
                raise
            return self.view()  # a rebuild swapped the pointer between reading it and opening what it named

    def _open(self) -> tuple[tuple[int, ...], Engine]:
        at, opened = pointer_state(self._index), self._opened
        if opened is None or at != opened[0]:
            pointer = read_pointer(self._index)
            if pointer is None:
                raise IndexMissing(f"{self._index} 里没有索引。", hint="运行 search-cli index 文件夹 建立索引。")
            _demand_same(self._index, pointer.built_with)
            self._opened = opened = at, _engine(self._index / pointer.generation)
        return opened


def has_index(index: Path) -> bool:
    """Some index is there, of whatever version."""
    return (index / POINTER).exists()


def built_with() -> dict[str, str]:
    """What the text of an index depends on: any difference makes it outdated."""
    from deqing_search import analysis

    return {
        "索引格式": str(SCHEMA),
        "读取规则": _version("extract/__init__.py"),
        "清洗规则": _version("fixes/__init__.py"),
        "结构规则": _version("structure.py"),
        "题名与日期规则": _version("metadata.py"),
        "分词与折叠": analysis.fingerprint(),
    }


def _version(module: str) -> str:
    """The VERSION a module states, read from its source: to import every fix takes longer than to answer a query."""
    stated = re.search(r"^VERSION = (\d+)", (Path(__file__).parent / module).read_text("utf-8"), re.MULTILINE)
    if stated is None:
        raise ImportError(f"{module} states no VERSION")
    return stated[1]


def _structured(source: SourceFile, raw: RawText | None = None) -> Report:
    from deqing_search.clean import clean
    from deqing_search.extract import extract
    from deqing_search.metadata import describe
    from deqing_search.structure import passages_of

    raw = raw or extract(source)
    cleaned = clean(raw, skip=source.catalog.skip.split())
    return Report(
        id=source.report,
        meta=describe(raw, source.catalog),
        passages=passages_of(raw, cleaned),
        digest=_digest(source, raw.digest),
        path=str(_real(source.path)),
        ledger=cleaned.ledger,
    )


def _named(paths: Iterable[Path], catalog: Path | None) -> tuple[Root, ...]:
    return tuple(Root(_real(path), _real(catalog) if catalog else None) for path in paths)


def _real(path: Path) -> Path:
    """The path without links; of links that go in a circle, the path itself, where `resolve` would raise."""
    return Path(os.path.realpath(path))


def _there(roots: Iterable[Root]) -> Iterator[Root]:
    return (root for root in roots if root.path.exists())


def _remembered(root: Root, pointer: Pointer) -> Root:
    """The place with the catalog that was given for it before, unless one is given now."""
    return Root(root.path, root.catalog or dict(pointer.roots).get(root.path))


def _roots(index: Path) -> tuple[Root, ...]:
    """The places indexed before; none when the pointer is damaged: a rebuild is what repairs it."""
    try:
        pointer = read_pointer(index)
    except IndexOutdated:
        return ()
    return pointer.roots if pointer else ()


def _build(index: Path, before: Sequence[Root], named: Sequence[Root], progress: Progress | None) -> Outcome:
    """A new generation beside the old one; the pointer moves when it is whole, and never to one without a report."""
    sources, faults = _gather(joined(before, named), known=before)
    generation = next_generation(index)
    engine, done = _engine(index / generation), list[str]()
    try:
        with _recorded(_ledger(index), _prepared(sources, faults, done, progress)) as reports:
            engine.write(reports)
        if done:
            _keep_suggestions(engine)
            roots = joined(filter(_may_return, before), _there(named))
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


def _keep_suggestions(engine: Engine, before: View | None = None) -> None:
    """Write what suggestions are read from, for what was committed since `before`; raises `IndexNotWritable`."""
    from deqing_search.suggest import NAME
    from deqing_search.suggest_build import write_suggestions

    view = engine.view()
    path = view.beside(NAME)
    if path is None:
        return
    try:
        write_suggestions(view, path, before)
    except OSError as fault:
        hint = "腾出空间或权限后，再执行一次同样的命令。"
        raise IndexNotWritable(f"无法写入 {path}：{reason(fault)}。", hint=hint) from fault


def _expect_suggestions(engine: Engine) -> None:
    from deqing_search.suggest import NAME
    from deqing_search.suggest_build import expect_words

    if path := engine.view().beside(NAME):
        expect_words(path)


def _ledger(index: Path) -> Ledger:
    from deqing_search.ledger import Ledger

    return Ledger(index)


@contextmanager
def _recorded(ledger: Ledger, prepared: Generator[AnalysedReport]) -> Iterator[Iterator[AnalysedReport]]:
    """The reports on their way to the engine, each written down as it passes; in the end both are closed."""
    with closing(prepared), closing(ledger.recorded(prepared)) as reports:
        yield reports


def _remember(ledger: Ledger, view: View, held: Iterable[str]) -> None:
    """Write down what is about to be replaced, of an index that is older than its ledger."""
    unknown = sorted(set(held) - ledger.reports())
    if unknown:
        ledger.record(report for report in map(view.report, unknown) if report)


def _update(
    engine: Engine,
    ledger: Ledger,
    held: dict[str, ReportCard],
    roots: Sequence[Root],
    known: Sequence[Root],
    progress: Progress | None,
) -> Outcome:
    """One transaction: what is new or changed under `roots` is written, what has vanished there is deleted."""
    sources, faults = _gather((root for root in roots if not _is_gone(root, held)), held, known)
    changed = [s for s in sources if s.report not in held or held[s.report].digest != _digest_of(s)]
    kept = {source.report for source in sources}
    gone = tuple(card.id for card in held.values() if card.id not in kept and _has_vanished(Path(card.path), roots))
    done: list[str] = []
    if changed or gone:
        before = engine.view()
        prepared = _prepared(changed, faults, done, progress, partial(_expect_suggestions, engine))
        with _recorded(ledger, prepared) as reports:
            engine.write(reports, delete=gone)
        _keep_suggestions(engine, before)
    return Outcome(
        added=tuple(report for report in done if report not in held),
        replaced=tuple(report for report in done if report in held),
        removed=gone,
        unchanged=len(sources) - len(changed),
        faults=tuple(faults),
    )


def _is_gone(root: Root, held: dict[str, ReportCard]) -> bool:
    """A file or archive that was named by itself, and of which there are reports, is no more."""
    return not root.path.exists() and any(_has_vanished(Path(card.path), (root,)) for card in held.values())


def _may_return(root: Root) -> bool:
    """A place to look into again: it is there, or is a folder, or is missing together with its folder."""
    from deqing_search import archive
    from deqing_search.extract import READERS

    one_file = root.path.suffix.lower() in (*READERS, archive.ENDING)
    return root.path.exists() or not (one_file and root.path.parent.is_dir())


def _has_vanished(file: Path, roots: Iterable[Root]) -> bool:
    """It was looked for and is not there."""
    from deqing_search import archive

    return any(_looks_for(root.path, file) for root in roots) and not archive.holds(file)


def _looks_for(place: Path, file: Path) -> bool:
    """Whoever looks into `place` looks for `file`. What is missing as a whole may be on a disk that is not mounted."""
    from deqing_search import archive

    if place == file or (place in file.parents and place.suffix.lower() == archive.ENDING):
        return place.parent.is_dir()
    return place in file.parents and place.is_dir()


def _gather(
    roots: Iterable[Root], held: dict[str, ReportCard] | None = None, known: Iterable[Root] = ()
) -> tuple[list[SourceFile], list[SourceError]]:
    """The files to read, each once; two files that claim one id are a fault, also where `held` has the other one.

    A place that holds nothing is a fault, unless it is `known`.
    """
    from deqing_search import archive
    from deqing_search.extract import READERS
    from deqing_search.sources import find_sources

    owners = {card.id: Path(card.path) for card in (held or {}).values() if archive.holds(Path(card.path))}
    ids = {path: report for report, path in owners.items()}
    before = {root.path for root in known}
    sources: dict[str, SourceFile] = {}
    faults: list[SourceError] = []
    for root in roots:
        found = find_sources(root.path, endings=READERS, catalog=root.catalog, known=root.path in before)
        faults += found.faults
        for source in found.sources:
            file = _real(source.path)
            report = ids.setdefault(file, source.report)  # a folder and one inside it name the same file
            owner = owners.setdefault(report, file)
            if owner == file:
                sources.setdefault(report, replace(source, report=report))
            else:
                faults.append(_same_id(source, owner))
    return list(sources.values()), faults


def _same_id(source: SourceFile, owner: Path) -> SourceError:
    return SourceError(f"{source.path}：与 {owner} 的编号同为 {source.report}", hint="请给其中一个改名")


def _prepared(
    sources: Sequence[SourceFile],
    faults: list[SourceError],
    done: list[str],
    progress: Progress | None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Generator[AnalysedReport]:
    """Prepare each source, in several processes when there are many; what cannot be read goes to `faults`."""
    from deqing_search.analysis import expect_much_text
    from deqing_search.workers import each

    results = each(_prepare_or_tell, sources, begin=expect_much_text, lost=_lost, meanwhile=meanwhile)
    with closing(results):
        for count, prepared in enumerate(results, start=1):
            if progress:
                progress(count, len(sources), sources[count - 1].report)
            if isinstance(prepared, SourceError):
                faults.append(prepared)
            else:
                done.append(prepared.report.id)
                yield prepared


def _prepare_or_tell(source: SourceFile) -> AnalysedReport | SourceError:
    try:
        return prepare(source)
    except SourceError as fault:
        return fault
    except MemoryError:
        return _lost(source)


def _lost(source: SourceFile) -> SourceError:
    """What is told of a file that used up the time or the memory it may have, or ended the process that read it."""
    from deqing_search.workers import PATIENCE

    message = f"{source.path}：算了 {PATIENCE} 秒还没有读完，或内存不够，已放弃"
    return SourceError(message, hint="请检查这个文件的来历，或拆成较小的文件")


def _digest_of(source: SourceFile) -> str:
    """The digest its report would have; of a file that cannot be read, none: it counts as changed and is told then."""
    from deqing_search.extract import read_bytes

    try:
        return _digest(source, blake2b(read_bytes(source.path), digest_size=16).hexdigest())
    except SourceError:
        return ""


def _digest(source: SourceFile, content: str) -> str:
    """Of the content and of what the catalog says: a corrected title replaces the report as well."""
    return blake2b(f"{content}{source.catalog}".encode(), digest_size=16).hexdigest()


def _engine(directory: Path) -> Engine:
    from deqing_search.analysis import compact_text
    from deqing_search.engine.whoosh_engine import WhooshEngine

    return WhooshEngine(directory, compact=compact_text)


def _view(index: Path, engine: Engine) -> View:
    """The newest view of what the pointer names; raises `IndexOutdated` when files of it are gone or damaged."""
    try:
        return engine.view()
    except (IndexMissing, IndexOutdated, FileNotFoundError) as fault:
        raise IndexOutdated(f"索引 {index} 的文件缺失或已损坏。", hint=rebuild_hint(index)) from fault


def _demand_same(index: Path, recorded: dict[str, str]) -> None:
    """Raise `IndexOutdated` naming what differs between how the index was built and this version."""
    different = [name for name, value in built_with().items() if recorded.get(name) != value]
    if different:
        raise IndexOutdated(
            f"索引 {index} 由另一个版本建立，不同的是：{'、'.join(different)}。", hint=rebuild_hint(index)
        )
