"""The paragraphs of clean reports, from which damage is made and weights are fitted."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from deqing_search.cleaning.cleaner import clean
from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.sources.discovery import find_sources

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.sown.lines import paragraphs_of


def reports_of(folder: Path, part: int, parts: int) -> Iterator[list[str]]:
    """The paragraphs of every report of one part of a folder, drawn by chance but always the same."""
    sources = sorted(find_sources(folder, endings=READERS, fixes=TITLES).sources, key=lambda source: source.report)
    random.Random(7).shuffle(sources)  # noqa: S311
    for source in sources[part::parts]:
        yield paragraphs_of(clean(extract(source)).text)
