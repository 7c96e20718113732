"""Builds an index as large as a country's from a small one: its reports drawn again under other places and years.

    python bench/redrawn.py INDEX TARGET --reports 11500 [--engine opensearch://host:9200/name] [--part 100000]

INDEX is a folder that `search-cli index` built; TARGET becomes one. The first reports are those of INDEX. Then each
turn gives every place of INDEX the name of another unit of the country and moves its years. In the texts one word of
two characters in twenty becomes another one of the whole INDEX, and the name of the place changes. So ids, passages,
bigrams and the phrases of suggestions are new ones; a mere copy would make postings longer and nothing else.

Reports are drawn after cleaning and tokenizing: their cost is not in what this command prints, which is one line of
JSON: passages, seconds of processor time in all, of drawing them and of suggestions, and the peak of memory, without
that of the reports of INDEX. A killed build goes on when the command is given again, as `search-cli index` does.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from deqing_search import config
from deqing_search.engine.base import AnalysedReport
from deqing_search.engine.segment.entries import PassageEntry
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.indexing import PART, in_parts
from deqing_search.language.folding import compact_text
from deqing_search.report import AnalysedPassage
from deqing_search.store.current import begin, built_with, keep_only
from deqing_search.store.generations import Pointer, mark_unfinished, read_pointer, write_pointer, writing
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.structure.passages import passage_id
from deqing_search.structure.places import units
from deqing_search.suggest import related
from deqing_search.suggest.completion import NAME, open_suggestions
from deqing_search.suggest.writer import write_suggestions
from deqing_search.text.place_names import short_name

BACK = 15  # years that a turn moves a report back, at most
OTHER = 0.05  # of the words of two characters become other ones
_TWO = re.compile("[\u4e00-\u9fff]{2}")


class Turn(NamedTuple):
    """What one turn changes: the name of each place of the index, and the years that all reports move."""

    number: int
    places: dict[str, str]
    moved: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--reports", type=int, required=True)
    parser.add_argument("--engine", default="")
    parser.add_argument("--part", type=int, default=PART, help="passages after which the build commits")
    parser.add_argument("--no-suggestions", dest="suggestions", action="store_false")
    options = parser.parse_args()
    reports = read_index(options.index)
    if options.engine:
        config.use_engine(options.engine)
    print(json.dumps(build(options.target, reports, options)))


def read_index(index: Path) -> list[AnalysedReport]:
    """The reports of an index in a folder, as they were written."""
    pointer = read_pointer(index)
    assert pointer, f"{index} has no index"
    view = WhooshEngine(index / pointer.generation, compact=compact_text).view()
    found = []
    for segment in view.committed.segments:
        for number, report_id in enumerate(segment.arrays.report_ids):
            report = view.report(report_id)
            entries = [segment.arrays.entry(document) for document in segment.arrays.documents(number)[1:]]
            assert report
            analysed = tuple(_analysed(entry) for entry in entries if isinstance(entry, PassageEntry))
            found.append(AnalysedReport(report, analysed))
    return sorted(found, key=lambda one: one.report.id)


def _analysed(entry: PassageEntry) -> AnalysedPassage:
    return AnalysedPassage(entry.compact, entry.terms, entry.sentences, entry.values, entry.cuts)


def build(target: Path, reports: Sequence[AnalysedReport], options: argparse.Namespace) -> dict[str, float]:
    """Build an index of so many reports as `search-cli index` does, in parts; returns what it cost."""
    began, held = time.process_time(), memory("VmRSS")
    with writing(target):
        engine, directory, indexed = begin(target)
        fresh = Timed(one for one in islice(drawn(reports), options.reports) if one.report.id not in indexed)
        permalinks = PermalinkStore(target)
        for part in in_parts(fresh, options.part):
            with closing(permalinks.recorded(part)) as recorded:
                engine.write(recorded)
            mark_unfinished(directory, built_with())
        written = time.process_time()
        view = engine.view()
        if options.suggestions and (path := view.beside(NAME)):
            write_suggestions(view, path, None)
            if known := open_suggestions(path):
                related.write_related(view, known.words(), path.with_name(related.NAME))
        write_pointer(target, Pointer(directory.name, built_with(), ()))
        keep_only(engine, directory)
    ended = time.process_time()
    took = {"cpu": ended - began, "drawing": fresh.seconds, "suggestions": ended - written}
    return {"passages": sum(card.passages for card in view.cards()), **took, "peak_mb": memory("VmHWM") - held}


class Timed:
    """Reports one by one, and the seconds of processor time that making them took."""

    def __init__(self, reports: Iterator[AnalysedReport]) -> None:
        self._reports, self.seconds = reports, 0.0

    def __iter__(self) -> Timed:
        return self

    def __next__(self) -> AnalysedReport:
        began = time.process_time()
        try:
            return next(self._reports)
        finally:
            self.seconds += time.process_time() - began


def memory(field: str) -> float:
    """Megabytes of this process: VmRSS has now, VmHWM has had at most, mapped files among them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def drawn(reports: Sequence[AnalysedReport], *, seed: int = 1) -> Iterator[AnalysedReport]:
    """The reports, then turn after turn all of them changed, without end; always the same ones."""
    words = sorted(
        {term for one in reports for passage in one.analysed for term in passage.terms if _TWO.fullmatch(term)}
    )
    yield from reports
    for turn in turns(sorted({one.report.meta.place for one in reports}), seed):
        for one in reports:
            chance = random.Random(f"{seed} {turn.number} {one.report.id}")  # noqa: S311 - the same draw every time
            yield _changed(one, turn, chance, words)


def turns(places: Sequence[str], seed: int) -> Iterator[Turn]:
    """Each turn gives the places other names, of which no place has one twice until all are used."""
    chance = random.Random(seed)  # noqa: S311 - the same draw every time
    others = sorted(set(units().values()) - set(places))
    chance.shuffle(others)
    for number in count(1):
        names = [others[(number * len(places) + place) % len(others)] for place in range(len(places))]
        yield Turn(number, dict(zip(places, names, strict=True)), -chance.randrange(BACK + 1))


def _changed(one: AnalysedReport, turn: Turn, chance: random.Random, words: Sequence[str]) -> AnalysedReport:
    """The report under another id, place and year, and with other words."""
    report, meta = one.report, one.report.meta
    own = sorted({term for passage in one.analysed for term in passage.terms if _TWO.fullmatch(term)})
    other = {term: chance.choice(words) for term in own if chance.random() < OTHER}
    place, name, year = turn.places[meta.place], f"{report.id}~{turn.number}", (meta.year or 2010) + turn.moved
    was, now = short_name(meta.place), short_name(place)
    if len(was) == len(now) == 2:
        other[was] = now
    changed = re.compile("|".join(map(re.escape, other)) or "(?!)")

    def text(given: str) -> str:
        return changed.sub(lambda found: other[found[0]], given)

    passages = tuple(
        passage._replace(report=name, text=text(passage.text), id=passage_id(name, text(passage.text), number))
        for number, passage in enumerate(report.passages, start=1)
    )
    analysed = tuple(
        passage._replace(compact=text(passage.compact), terms=tuple(other.get(term, term) for term in passage.terms))
        for passage in one.analysed
    )
    title = text(meta.title).replace(str(meta.year), str(year))
    known = meta._replace(place=place, year=year, title=title, date=meta.date.replace(str(meta.year), str(year)))
    return AnalysedReport(
        report._replace(id=name, meta=known, passages=passages, path=f"{report.path}~{turn.number}"), analysed
    )


if __name__ == "__main__":
    main()
