"""One file through all stages: source → extract → clean → structure → analyse. Many files run in several processes.

Decides the order of the stages and what a fault says about a file that cannot be read. It knows no index.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
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

Progress = Callable[[int, int, str], None]  # reports done, reports in total, id of the last one


def prepare(source: SourceFile) -> AnalysedReport:
    """Read, clean, structure and analyse one file; raises `SourceError`."""
    from deqing_search.language.analyzer import analyse

    report = _structured(source)
    return AnalysedReport(report, tuple(analyse(passage.text) for passage in report.passages))


def prepare_all(
    sources: Sequence[SourceFile],
    faults: list[SourceError],
    done: list[str],
    progress: Progress | None,
) -> Generator[AnalysedReport]:
    """Yield each source prepared, its id also in `done`; a source that cannot be read goes to `faults` instead."""
    from deqing_search.language.analyzer import expect_much_text

    limits = config.file_limits()
    results = map_in_processes(_prepared_or_fault, sources, on_lost=_lost, limits=limits, warm_up=expect_much_text)
    with closing(results):
        for count, prepared in enumerate(results, start=1):
            if progress:
                progress(count, len(sources), sources[count - 1].report)
            if isinstance(prepared, SourceError):
                faults.append(prepared)
            else:
                done.append(prepared.report.id)
                yield prepared


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


def _structured(source: SourceFile, raw: RawText | None = None) -> Report:
    from deqing_search.cleaning.cleaner import clean
    from deqing_search.extract import extract
    from deqing_search.structure.metadata import describe
    from deqing_search.structure.passages import passages_of

    raw = raw or extract(source)
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
