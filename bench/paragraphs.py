"""The paragraphs of clean reports, from which damage is made and weights are fitted."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from deqing_search.cleaning.cleaner import clean
from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.sources.discovery import find_sources
from deqing_search.text.lines import is_row

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.sown.lines import is_long, paragraphs_of

Part = tuple[int, int]  # 1, 2 is the second of two halves


def parser_of(description: str | None, *, part: str = "0/1") -> argparse.ArgumentParser:
    """The arguments that name reports: a folder, and a part of it such as `--part 0/2`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", type=_part, default=part)
    return parser


def _part(text: str) -> Part:
    number, count = map(int, text.split("/"))
    return number, count


def reports_of(folder: Path, part: Part) -> Iterator[list[str]]:
    """The paragraphs of every report of one part of a folder, drawn by chance but always the same."""
    sources = sorted(find_sources(folder, endings=READERS, fixes=TITLES).sources, key=lambda source: source.report)
    random.Random(7).shuffle(sources)  # noqa: S311
    number, count = part
    for source in sources[number::count]:
        yield paragraphs_of(clean(extract(source)).text)


def prose_of(folder: Path, part: Part) -> Iterator[list[str]]:
    """The paragraphs of the reports of one part of a folder, without rows of tables; short reports are left out."""
    for report in reports_of(folder, part):
        lines = [line for line in report if not is_row(line)]
        if sum(map(is_long, lines)) >= 4:
            yield lines
