"""Opens the generation in use, and after a rebuild the new one.

Checks that this version of the code built it, and says when an index is missing, outdated or damaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from deqing_search import config, versions
from deqing_search.config import POINTER
from deqing_search.engine.base import Engine, RemoteEngine, View, Viewer
from deqing_search.errors import IndexFault, IndexMissing, IndexOutdated, UsageError
from deqing_search.report import ReportCard
from deqing_search.store.generations import (
    build_hint,
    drop_others,
    next_generation,
    pointer_state,
    read_pointer,
    rebuild_hint,
    unfinished,
)

_ENGINE = "引擎"  # in `built_with`


def open_index(index: Path) -> Viewer:
    """Open the generation in use and follow the pointer after a rebuild; raises `IndexMissing`, `IndexOutdated`."""
    opened = _CurrentIndex(index)
    opened.view()
    return opened


def has_index(index: Path) -> bool:
    """Return whether there is an index, of any version."""
    return (index / POINTER).exists()


class _CurrentIndex:
    """Follows the pointer: each view is of the generation that the pointer names at that moment."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._opened: tuple[tuple[int, ...], Engine] | None = None  # the state of the pointer, and the engine it names

    def view(self) -> View:
        opened = self._open()
        try:
            return newest_view(self._index, opened[1])
        except IndexOutdated:
            if pointer_state(self._index) == opened[0]:
                raise
            return self.view()  # a rebuild swapped the pointer after we read it

    def _open(self) -> tuple[tuple[int, ...], Engine]:
        at, opened = pointer_state(self._index), self._opened
        if opened is None or at != opened[0]:
            pointer = read_pointer(self._index)
            if pointer is None:
                raise IndexMissing(f"{self._index} 里没有索引。", hint=build_hint(self._index))
            demand_same(self._index, pointer.built_with)
            self._opened = opened = at, engine_of(self._index / pointer.generation)
        return opened


def engine_of(directory: Path) -> Engine:
    """The engine of a generation: embedded in its directory, or in the cluster that `DEQING_ENGINE` names."""
    address = config.engine_address()
    if address and directory.name.startswith(config.GENERATION):  # a backup has files
        return _cluster_engine(address, directory)
    from deqing_search.engine.whoosh.engine import WhooshEngine
    from deqing_search.language.folding import compact_text

    return WhooshEngine(directory, compact=compact_text)


class Begun(NamedTuple):
    """A generation that is being built, and the reports that it has, by id."""

    engine: Engine
    directory: Path
    indexed: Mapping[str, ReportCard]


def begin(index: Path) -> Begun:
    """Begin a generation, or go on with one that a build of this version left unfinished.

    Raises `IndexBusy` as `RemoteEngine.begin` does.
    """
    if name := unfinished(index, built_with()):
        engine = _begun(index / name, resume=True)
        try:
            return Begun(engine, index / name, {card.id: card for card in engine.view().cards()})
        except (IndexMissing, IndexOutdated, FileNotFoundError):
            discard(engine, index / name)
    directory = index / next_generation(index)
    return Begun(_begun(directory, resume=False), directory, {})


def _begun(directory: Path, *, resume: bool) -> Engine:
    engine = engine_of(directory)
    if isinstance(engine, RemoteEngine):
        engine.begin(resume=resume)
    return engine


def discard(engine: Engine, directory: Path) -> None:
    """Delete a generation that was not completed."""
    if isinstance(engine, RemoteEngine):
        with suppress(IndexFault):  # a cluster that is away: the next build deletes it
            engine.discard()
    import shutil  # imported by writers only: it loads every compression module

    shutil.rmtree(directory, ignore_errors=True)


def keep_only(engine: Engine, directory: Path) -> None:
    """Delete all generations except this one, which the pointer names."""
    if isinstance(engine, RemoteEngine):
        engine.publish()
    drop_others(directory.parent, directory.name)


def _cluster_engine(address: str, directory: Path) -> Engine:
    try:
        from deqing_search.engine.opensearch.engine import OpenSearchEngine
    except ModuleNotFoundError as missing:
        raise UsageError("没有安装连接集群的程序。", hint="运行 pip install 'deqing-search[cluster]'。") from missing
    from deqing_search.language.folding import compact_text

    return OpenSearchEngine(address, compact=compact_text, directory=directory, shards=config.cluster_shards())


def newest_view(index: Path, engine: Engine) -> View:
    """Return the newest view of a generation; raises `IndexOutdated` when its files are missing or damaged."""
    try:
        return engine.view()
    except (IndexMissing, IndexOutdated, FileNotFoundError) as fault:
        raise IndexOutdated(f"索引 {index} 的文件缺失或已损坏：{fault}", hint=rebuild_hint(index)) from fault


def prepared_with() -> dict[str, str]:
    """The versions that a prepared report depends on."""
    from deqing_search.language import analyzer

    return {
        "索引格式": str(versions.INDEX),
        "读取规则": str(versions.EXTRACTION),
        "清洗规则": str(versions.CLEANING),
        "结构规则": str(versions.STRUCTURE),
        "题名与日期规则": str(versions.METADATA),
        "分词与折叠": analyzer.fingerprint(),
    }


def built_with() -> dict[str, str]:
    """The versions that the content of an index depends on. A different one makes the index outdated."""
    return {
        **prepared_with(),
        "补全与纠正": str(versions.SUGGESTIONS),
        **({_ENGINE: name} if (name := _cluster_name()) else {}),
    }


def _cluster_name() -> str:
    """The name of the index in the cluster; "" for the embedded engine. The hosts may change."""
    return config.engine_address().rstrip("/").rpartition("/")[2]


def demand_same(index: Path, recorded: dict[str, str]) -> None:
    """Raise `IndexOutdated`, naming each version that differs from the recorded one."""
    names = (recorded.get(_ENGINE, ""), _cluster_name())
    if names[0] != names[1]:
        was, now = (f"集群里的 {name}" if name else "内嵌引擎" for name in names)
        hint = "用 --engine 或 DEQING_ENGINE 写上建立时的集群（内嵌引擎不写）；要换引擎，加 --rebuild 重建。"
        raise IndexOutdated(f"索引 {index} 建在{was}，现在用的是{now}。", hint=hint)
    different = [name for name, value in built_with().items() if recorded.get(name) != value]
    if different:
        raise IndexOutdated(
            f"索引 {index} 由另一个版本建立，不同的是：{'、'.join(different)}。", hint=rebuild_hint(index)
        )
