"""Write path: sources → extract → clean → structure → analysis → engine → `index/`. The one conductor of writing.

`index/` holds generations and `current.json`, which names the one in use, what it was built with and from which
places. A rebuild fills a new generation and then swaps the pointer; an update is one transaction of the engine.
So a reader sees the old state or the new one, and nothing half-written.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from deqing_search.engine.base import AnalysedReport, Engine, View, Viewer
from deqing_search.errors import IndexBusy, IndexMissing, IndexNotWritable, IndexOutdated, SourceError
from deqing_search.report import Report, SourceFile

SCHEMA = 1  # raise it when the index of an older version can no longer be read

POINTER = "current.json"
_LOCK = "write.lock"
_MANY = 12  # reports from which on a second process earns its start
_FIRST_BUILD = 600  # seconds a reader waits while another process makes the first build
_REBUILD = "运行 search-cli index --rebuild 重建索引。"

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

    return _structured(SourceFile(file, file.stem, Metadata()))


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
    with _writing(index, patience):
        pointer = _read_pointer(index)
        if pointer is None:
            return _build(index, [(path.resolve(), catalog) for path in paths], progress)
        _demand_same(index, pointer["built_with"])
        engine = _engine(index / pointer["generation"])
        held = {card.id: card for card in engine.view().cards()}
        sources, faults = _gather([(path, catalog) for path in paths])
        changed = [s for s in sources if s.report not in held or held[s.report].digest != _digest_of(s)]
        roots = [path.resolve() for path in paths if path.is_dir()]
        kept = {source.report for source in sources}
        gone = tuple(
            card.id
            for card in held.values()
            if card.id not in kept and any(root in Path(card.path).parents for root in roots)
            if not Path(card.path).exists()
        )
        done: list[str] = []
        if changed or gone:
            engine.write(_prepared(changed, faults, done, progress), delete=gone)
        _write_pointer(index, pointer["generation"], _with_roots(pointer["roots"], paths, catalog))
        return Outcome(
            added=tuple(report for report in done if report not in held),
            replaced=tuple(report for report in done if report in held),
            removed=gone,
            unchanged=len(sources) - len(changed),
            faults=tuple(faults),
        )


def rebuild(
    index: Path, paths: Sequence[Path], *, catalog: Path | None = None, progress: Progress | None = None
) -> Outcome:
    """Build a new generation from `paths` and every place indexed before, then put it in use and drop the old one."""
    with _writing(index):
        pointer = _read_pointer(index)
        before = [(Path(path), Path(file) if file else None) for path, file in (pointer["roots"] if pointer else [])]
        named = [(path.resolve(), catalog) for path in paths]
        known = {path for path, _ in named}
        return _build(
            index, [*named, *(root for root in before if root[0] not in known and root[0].exists())], progress
        )


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
        tell(f"索引建好了，共 {len(outcome.added) + outcome.unchanged} 份报告。")
    return open_index(index)


class _InUse:
    """Follows the pointer: each view is of the generation it names at that moment."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._at: tuple[int, ...] = ()
        self._engine: Engine | None = None

    def view(self) -> View:
        at = _pointer_state(self._index)
        if self._engine is None or at != self._at:
            pointer = _read_pointer(self._index)
            if pointer is None:
                raise IndexMissing(f"{self._index} 里没有索引。", hint="运行 search-cli index 建立索引。")
            _demand_same(self._index, pointer["built_with"])
            self._engine, self._at = _engine(self._index / pointer["generation"]), at
        try:
            return self._engine.view()
        except IndexMissing:
            if _pointer_state(self._index) == self._at:
                raise
            return self.view()  # a rebuild swapped the pointer between reading it and opening what it named


def has_index(index: Path) -> bool:
    """Some index is there, of whatever version."""
    return (index / POINTER).is_file()


def built_with() -> dict[str, str]:
    """What the text of an index depends on: any difference makes it outdated."""
    from deqing_search import analysis, fixes, structure

    return {
        "索引格式": str(SCHEMA),
        "清洗规则": str(fixes.VERSION),
        "结构规则": str(structure.VERSION),
        "分词与折叠": analysis.fingerprint(),
    }


def _structured(source: SourceFile) -> Report:
    from deqing_search.clean import clean
    from deqing_search.extract import extract
    from deqing_search.metadata import describe
    from deqing_search.structure import passages_of

    raw = extract(source)
    cleaned = clean(raw)
    return Report(
        id=source.report,
        meta=describe(raw, source.catalog),
        passages=passages_of(raw, cleaned),
        digest=_digest(source, raw.digest),
        path=str(source.path.resolve()),
        ledger=cleaned.ledger,
    )


def _build(index: Path, roots: list[tuple[Path, Path | None]], progress: Progress | None) -> Outcome:
    """A new generation beside the old one; the pointer moves when it is whole."""
    sources, faults = _gather(roots)
    generation = _next_generation(index)
    done: list[str] = []
    try:
        _engine(index / generation).write(_prepared(sources, faults, done, progress))
    except BaseException:
        shutil.rmtree(index / generation, ignore_errors=True)
        raise
    _write_pointer(index, generation, [[str(path), str(file) if file else ""] for path, file in roots])
    for old in index.glob("generation-*"):
        if old.name != generation:
            shutil.rmtree(old, ignore_errors=True)
    return Outcome(tuple(done), (), (), 0, tuple(faults))


def _gather(roots: Iterable[tuple[Path, Path | None]]) -> tuple[list[SourceFile], list[SourceError]]:
    from deqing_search.extract import READERS
    from deqing_search.sources import find_sources

    sources: dict[str, SourceFile] = {}
    faults: list[SourceError] = []
    for path, catalog in roots:
        found = find_sources(path, endings=READERS, catalog=catalog)
        faults += found.faults
        for source in found.sources:
            if source.report in sources and sources[source.report].path.resolve() != source.path.resolve():
                other = sources[source.report].path
                faults.append(
                    SourceError(f"{source.path}：与 {other} 的编号同为 {source.report}", hint="请给其中一个改名")
                )
            else:
                sources[source.report] = source
    return list(sources.values()), faults


def _prepared(
    sources: Sequence[SourceFile], faults: list[SourceError], done: list[str], progress: Progress | None
) -> Iterator[AnalysedReport]:
    """Prepare each source, in several processes when there are many; what cannot be read goes to `faults`."""
    with _mapper(len(sources)) as mapped:
        for count, prepared in enumerate(mapped(_prepare_or_tell, sources), start=1):
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


@contextmanager
def _mapper(count: int) -> Iterator[Callable[..., Iterable[Any]]]:
    workers = min(os.cpu_count() or 1, count // _MANY + 1)
    if workers < 2:
        yield map
        return
    with ProcessPoolExecutor(workers) as pool:
        yield partial(pool.map, chunksize=4)


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


@contextmanager
def _writing(index: Path, patience: float = 0) -> Iterator[None]:
    """Hold the one lock of writers; a crash releases it."""
    from filelock import FileLock, Timeout

    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / _LOCK, timeout=patience):
            yield
    except Timeout as busy:
        raise IndexBusy(f"索引 {index} 正被另一个进程写入。", hint="等它写完，再执行一次同样的命令。") from busy
    except (PermissionError, NotADirectoryError, FileExistsError) as fault:
        reason = fault.strerror or "没有写入权限"
        raise IndexNotWritable(f"无法写入索引 {index}：{reason}。", hint="用 --index 另选一个可写的目录。") from fault


def _read_pointer(index: Path) -> dict[str, Any] | None:
    try:
        pointer: dict[str, Any] = json.loads((index / POINTER).read_text(encoding="utf-8"))
        pointer["generation"], pointer["built_with"], pointer["roots"]
    except FileNotFoundError:
        return None
    except NotADirectoryError as fault:
        raise IndexNotWritable(f"{index} 不是目录。", hint="用 --index 另选一个目录。") from fault
    except (ValueError, KeyError) as fault:
        raise IndexOutdated(f"{index / POINTER} 已损坏，不知道用哪一代索引。", hint=_REBUILD) from fault
    return pointer


def _pointer_state(index: Path) -> tuple[int, ...]:
    """What changes whenever the pointer is swapped."""
    try:
        state = (index / POINTER).stat()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return state.st_mtime_ns, state.st_ino


def _write_pointer(index: Path, generation: str, roots: list[list[str]]) -> None:
    """Swap the pointer in one step; on disk before it counts."""
    temporary = index / f"{POINTER}.new"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(
            {"generation": generation, "built_with": built_with(), "roots": roots}, file, ensure_ascii=False, indent=1
        )
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(index / POINTER)


def _with_roots(roots: list[list[str]], paths: Sequence[Path], catalog: Path | None) -> list[list[str]]:
    named = {str(path.resolve()): str(catalog.resolve()) if catalog else "" for path in paths if path.exists()}
    return [root for root in roots if root[0] not in named] + [[path, file] for path, file in named.items()]


def _next_generation(index: Path) -> str:
    numbers = [int(old.name.rpartition("-")[2]) for old in index.glob("generation-*") if old.name[11:].isdigit()]
    return f"generation-{max(numbers, default=0) + 1}"


def _demand_same(index: Path, recorded: dict[str, str]) -> None:
    """Raise `IndexOutdated` naming what differs between how the index was built and this version."""
    different = [name for name, value in built_with().items() if recorded.get(name) != value]
    if different:
        raise IndexOutdated(f"索引 {index} 由另一个版本建立，不同的是：{'、'.join(different)}。", hint=_REBUILD)
