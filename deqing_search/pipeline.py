"""One file through all stages: source → extract → clean → structure → analyse. Many files run in several processes.

Decides the order of the stages and what a fault says about a file that cannot be read. It knows no index.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import blake2b
from pathlib import Path

from deqing_search import config
from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import AnalysedReport
from deqing_search.errors import SourceError
from deqing_search.extract import READERS, extract, read_bytes
from deqing_search.limited_processes import Loss, apply_in_new_process, map_in_processes
from deqing_search.report import Metadata, RawText, Report, SourceFile
from deqing_search.sources.faults import exceeded, read_or_fault
from deqing_search.sources.roots import gather, real, roots_of
from deqing_search.worker_machines import Job, map_on_machines

Progress = Callable[[int, int, str], None]  # reports done, reports in total, id of the last one


def prepare(source: SourceFile, data: bytes | None = None) -> AnalysedReport:
    """Read, clean, structure and analyse one file, whose bytes may be given; raises `SourceError`."""
    from deqing_search.language.analyzer import analyse

    report = _structured(source, extract(source, data))
    return AnalysedReport(report, tuple(analyse(passage.text) for passage in report.passages))


def prepare_all(
    sources: Sequence[SourceFile],
    faults: list[SourceError],
    done: list[str],
    progress: Progress | None,
) -> Generator[AnalysedReport]:
    """Yield each source prepared, its id also in `done`; a source that cannot be read goes to `faults` instead."""
    with closing(_prepared(sources)) as results:
        for count, prepared in enumerate(results, start=1):
            if progress:
                progress(count, len(sources), sources[count - 1].report)
            if isinstance(prepared, SourceError):
                faults.append(prepared)
            else:
                done.append(prepared.report.id)
                yield prepared


def _prepared(sources: Sequence[SourceFile]) -> Generator[AnalysedReport | SourceError]:
    """Each source prepared, or its fault: by this machine, or by the workers that `DEQING_WORKERS` names."""
    from deqing_search.language.analyzer import expect_much_text

    limits = config.file_limits()
    if not (config.scheduler() and sources):
        return map_in_processes(_prepared_or_fault, sources, on_lost=_lost, limits=limits, warm_up=expect_much_text)
    job = Job(_prepared_in_worker, expect_much_text, _worker_versions, limits)
    return _received(sources, map_on_machines(config.scheduler(), job, map(_packed, sources)), limits)


def _received(
    sources: Sequence[SourceFile], results: Generator[bytes | None], limits: config.FileLimits
) -> Generator[AnalysedReport | SourceError]:
    """The results of workers. What they cannot read is read again here, so its fault is the same as without them."""
    with closing(results):
        for source, received in zip(sources, results, strict=True):
            prepared = pickle.loads(received) if received else None  # noqa: S301 - workers run our code
            if prepared:
                yield prepared._replace(report=prepared.report._replace(path=str(real(source.path))))
            else:
                yield apply_in_new_process(_prepared_or_fault, source, on_lost=_lost, limits=limits)


def _packed(source: SourceFile) -> bytes:
    """A source with the bytes of its file, for a machine without the file; without bytes if it cannot be read."""
    data = read_or_fault(read_bytes, source.path, source.path)
    return pickle.dumps((source, b"" if isinstance(data, SourceError) else data))


def _prepared_in_worker(packed: bytes) -> bytes:
    """The prepared source; empty if it cannot be read."""
    source, data = pickle.loads(packed)  # noqa: S301 - a worker runs what its scheduler sends
    prepared = read_or_fault(partial(prepare, data=data), source, source.path)
    return b"" if isinstance(prepared, SourceError) else pickle.dumps(prepared)


def _worker_versions() -> dict[str, str]:
    """The versions of what a prepared report depends on. Those of a worker must be the same."""
    from importlib.metadata import version

    from deqing_search import __version__
    from deqing_search.store.current import prepared_with

    libraries = {name: version(name) for name in ("jieba", "lxml", "opencc", "pdfminer.six", "python-docx")}
    python = "{}.{}".format(*sys.version_info)
    return {"deqing-search": __version__, "Python": python, **libraries, **prepared_with()}


def _prepared_or_fault(source: SourceFile) -> AnalysedReport | SourceError:
    return read_or_fault(prepare, source, source.path)


def read_report(file: Path) -> Report:
    """Read and clean one file as for an index, without one; raises `SourceError`."""
    return read_file(file)[1]


def read_file(file: Path) -> tuple[RawText, Report]:
    """The same with the source text."""
    from deqing_search.sources.discovery import report_id

    source = SourceFile(file, report_id(Path(file.name)), Metadata())
    (read,) = map_in_processes(_read_or_fault, [source], on_lost=_lost, limits=config.file_limits())
    if isinstance(read, SourceError):
        raise read
    return read


def read_all(path: Path, *, progress: Progress | None = None) -> Iterator[tuple[RawText, Report] | SourceError]:
    """Yield each report under a file, folder or archive with its source text, or the fault that prevents it."""
    sources, faults, _ = gather(roots_of([path], None), endings=READERS, fixes=TITLES)
    yield from faults
    reading = map_in_processes(_read_or_fault, sources, on_lost=_lost, limits=config.file_limits())
    with closing(reading) as results:
        for count, read in enumerate(results, start=1):
            if progress:
                progress(count, len(sources), sources[count - 1].report)
            yield read


def _read_or_fault(source: SourceFile) -> tuple[RawText, Report] | SourceError:
    return read_or_fault(_read, source, source.path)


def _read(source: SourceFile) -> tuple[RawText, Report]:
    raw = extract(source)
    return raw, _structured(source, raw)


def read_original(report: Report, seconds: int) -> RawText:
    """Read the source of a report again, as it is today, in some seconds by the clock; raises `SourceError`.

    A new process reads it, within the limits of one file. Threads may call this.
    """
    limits = config.file_limits()
    limits = limits._replace(seconds=min(limits.seconds, seconds), all_seconds=min(limits.all_seconds, seconds))
    source = SourceFile(Path(report.path), report.id, Metadata())
    read = apply_in_new_process(_extract_or_fault, source, on_lost=_lost, limits=limits)
    if isinstance(read, SourceError):
        raise read
    return read


def read_upload(file: Path, seconds: int) -> tuple[RawText, Report]:
    """As `read_file`, in some seconds by the clock, in a new process: threads may call this."""
    limits = config.file_limits()
    limits = limits._replace(seconds=min(limits.seconds, seconds), all_seconds=min(limits.all_seconds, seconds))
    source = SourceFile(file, "upload", Metadata())
    read = apply_in_new_process(_read_or_fault, source, on_lost=_lost, limits=limits)
    if isinstance(read, SourceError):
        raise read
    return read


def _extract_or_fault(source: SourceFile) -> RawText | SourceError:
    return read_or_fault(extract, source, source.path)


def _structured(source: SourceFile, raw: RawText) -> Report:
    from deqing_search.cleaning.cleaner import clean
    from deqing_search.structure.metadata import describe
    from deqing_search.structure.passages import passages_of

    cleaned = clean(raw, skip=source.catalog.skip.split())
    return Report(
        id=source.report,
        meta=describe(raw, source.catalog, source.path),
        passages=passages_of(raw, cleaned),
        digest=digest(source, raw.digest),
        path=str(real(source.path)),
        edit_log=cleaned.edit_log,
    )


def _lost(source: SourceFile, loss: Loss) -> SourceError:
    return exceeded(source.path, loss)


def digest_of(source: SourceFile) -> str:
    """The digest that its report would have; empty if the file cannot be read, so that it counts as changed."""
    try:
        return digest(source, blake2b(read_bytes(source.path), digest_size=16).hexdigest())
    except SourceError:
        return ""


def digest(source: SourceFile, content: str) -> str:
    """The digest of the content, the catalog row and what the path says: each can change what is known of a report."""
    from deqing_search.structure.path_facts import facts_of

    return blake2b(f"{content}{source.catalog}{facts_of(source.path)}".encode(), digest_size=16).hexdigest()
