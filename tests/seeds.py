"""The five real documents, read once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.pipeline import prepare
from deqing_search.report import Passage, RawText, Report
from deqing_search.sources.discovery import find_sources

FOLDER = Path(__file__).parent.parent / "seeds"
SOURCES = {source.report: source for source in find_sources(FOLDER, endings=READERS, fixes=TITLES).sources}
SEEDS = sorted(SOURCES)


@cache
def raw_of(name: str) -> RawText:
    return extract(SOURCES[name])


@cache
def report_of(name: str) -> Report:
    return prepare(SOURCES[name]).report


def passages_of(name: str) -> tuple[Passage, ...]:
    return report_of(name).passages


def all_passages() -> list[Passage]:
    return [passage for name in SEEDS for passage in passages_of(name)]
