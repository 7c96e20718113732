"""What is measured on: the passages of a folder of reports, cleaned and cut once, and samples of them of any size.

Every engine is given the same passages and the same words, so that only the engines differ.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import AnalysedReport
from deqing_search.extract import READERS
from deqing_search.language import analyzer
from deqing_search.language.analyzer import expect_much_text
from deqing_search.pipeline import prepare
from deqing_search.sources.discovery import find_sources


class Item(NamedTuple):
    """A passage as every engine is given it."""

    id: str
    text: str
    compact: str
    words: tuple[str, ...]  # jieba's own, in order
    year: int
    report: str
    kind: str


def read_reports(folder: Path, *, most: int | None = None) -> list[AnalysedReport]:
    """The reports under `folder`, at `most` so many drawn by chance, prepared as for indexing, in order of id."""
    sources = sorted(find_sources(folder, endings=READERS, fixes=TITLES).sources, key=lambda source: source.report)
    if most is not None and most < len(sources):
        sources = random.Random(4).sample(sources, most)  # noqa: S311 - the same draw every time
    with ProcessPoolExecutor(initializer=expect_much_text) as pool:
        return list(pool.map(prepare, sources, chunksize=4))


def sample(reports: list[AnalysedReport], passages: int, *, seed: int = 1) -> list[AnalysedReport]:
    """Whole reports in an order drawn by chance, until they have that many passages; again and again if need be."""
    order = random.Random(seed).sample(reports, len(reports))  # noqa: S311 - the same draw every time
    chosen: list[AnalysedReport] = []
    held = turn = 0
    while held < passages:
        for report in order:
            if held >= passages:
                break
            chosen.append(_renamed(report, turn) if turn else report)
            held += len(report.analysed)
        turn += 1
    return chosen


def _renamed(analysed: AnalysedReport, turn: int) -> AnalysedReport:
    """The report drawn again, under ids of its own."""
    name = f"{analysed.report.id}~{turn}"
    passages = tuple(p._replace(id=f"{p.id}{turn}", report=name) for p in analysed.report.passages)
    return analysed._replace(report=analysed.report._replace(id=name, passages=passages))


def items(reports: list[AnalysedReport]) -> Iterator[Item]:
    """The passages of the reports, one by one."""
    for analysed in reports:
        year = analysed.report.meta.year or 0
        for passage, indexed in zip(analysed.report.passages, analysed.analysed, strict=True):
            cut = tuple(words(indexed.compact))
            yield Item(passage.id, passage.text, indexed.compact, cut, year, passage.report, passage.kind)


def words(text: str) -> list[str]:
    """jieba's words of a folded text, with our dictionary, punctuation left out."""
    cut = analyzer.tokenizer().tokenize(text)
    return [word for word, _, _ in cut if any(map(str.isalnum, word))]
