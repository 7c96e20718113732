"""A file on its way to the engine's door: source → extract → clean → structure → analysis; many in several processes.

Owns the order of the stages, and what is told of a file that cannot be read. Knows no index.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import AnalysedReport
from deqing_search.errors import SourceError
from deqing_search.extract import READERS, extract, read_bytes
from deqing_search.report import Metadata, RawText, Report, SourceFile
from deqing_search.sources.roots import gather, real, roots_of

Progress = Callable[[int, int, str], None]  # reports done, reports in all, the one just done


def prepare(source: SourceFile) -> AnalysedReport:
    """One file on its whole way to the engine's door; raises `SourceError`."""
    from deqing_search.language.analyzer import analyse

    report = _structured(source)
    return AnalysedReport(report, tuple(analyse(passage.text) for passage in report.passages))


def prepare_all(
    sources: Sequence[SourceFile],
    faults: list[SourceError],
    done: list[str],
    progress: Progress | None,
) -> Generator[AnalysedReport]:
    """Prepare each source, in several processes when there are many; what cannot be read goes to `faults`."""
    from deqing_search.language.analyzer import expect_much_text
    from deqing_search.parallel import each

    results = each(_prepare_or_tell, sources, begin=expect_much_text, lost=_lost)
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


def read_report(file: Path) -> Report:
    """One file cleaned and structured as it would be indexed, without an index; raises `SourceError`."""
    from deqing_search.parallel import each
    from deqing_search.sources.discovery import report_id

    (read,) = each(_read_or_tell, [SourceFile(file, report_id(Path(file.name)), Metadata())], lost=_lost)
    if isinstance(read, SourceError):
        raise read
    return read[1]


def read_all(path: Path, *, progress: Progress | None = None) -> Iterator[tuple[RawText, Report] | SourceError]:
    """The reports under a file, folder or archive with their sources, one after the other; a fault in its turn."""
    from deqing_search.parallel import each

    sources, faults = gather(roots_of([path], None), endings=READERS, fixes=TITLES)
    yield from faults
    with closing(each(_read_or_tell, sources, lost=_lost)) as results:
        for count, read in enumerate(results, start=1):
            if progress:
                progress(count, len(sources), sources[count - 1].report)
            yield read


def _read_or_tell(source: SourceFile) -> tuple[RawText, Report] | SourceError:
    try:
        raw = extract(source)
        return raw, _structured(source, raw)
    except SourceError as fault:
        return fault
    except MemoryError:
        return _lost(source)


def read_original(report: Report) -> RawText:
    """The source a report was made of, as it stands today; raises `SourceError` when it cannot be read."""
    return extract(SourceFile(Path(report.path), report.id, Metadata()))


def _structured(source: SourceFile, raw: RawText | None = None) -> Report:
    from deqing_search.cleaning.cleaner import clean
    from deqing_search.extract import extract
    from deqing_search.structure.metadata import describe
    from deqing_search.structure.passages import passages_of

    raw = raw or extract(source)
    cleaned = clean(raw, skip=source.catalog.skip.split())
    return Report(
        id=source.report,
        meta=describe(raw, source.catalog),
        passages=passages_of(raw, cleaned),
        digest=digest(source, raw.digest),
        path=str(real(source.path)),
        ledger=cleaned.ledger,
    )


def _lost(source: SourceFile) -> SourceError:
    """What is told of a file that used up the time or the memory it may have, or ended the process that read it."""
    from deqing_search.parallel import PATIENCE

    message = f"{source.path}：算了 {PATIENCE} 秒还没有读完，或内存不够，已放弃"
    return SourceError(message, hint="请检查这个文件的来历，或拆成较小的文件")


def digest_of(source: SourceFile) -> str:
    """The digest its report would have; of a file that cannot be read, none: it counts as changed and is told then."""
    try:
        return digest(source, blake2b(read_bytes(source.path), digest_size=16).hexdigest())
    except SourceError:
        return ""


def digest(source: SourceFile, content: str) -> str:
    """Of the content and of what the catalog says: a corrected title replaces the report as well."""
    return blake2b(f"{content}{source.catalog}".encode(), digest_size=16).hexdigest()
