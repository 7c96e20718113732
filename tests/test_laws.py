"""The law of exact matching: what is found is what a plain reading of the texts finds, and nothing else."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.cleaning.titles import TITLES
from deqing_search.engine.base import AnalysedReport, Engine, Request
from deqing_search.extract import READERS
from deqing_search.language.folding import compact, fold
from deqing_search.pipeline import prepare
from deqing_search.query.tree import And, Literal, Not
from deqing_search.report import Passage
from deqing_search.search.searcher import marker
from deqing_search.sources.discovery import find_sources
from deqing_search.store.current import engine_of
from deqing_search.text.offsets import Span
from tests.seeds import SEEDS, SOURCES

HERE = Span(0, 0)


def literal(text: str) -> Literal:
    return Literal(text, HERE, compact=compact(text)[0])


class Held:
    """An index and, beside it, the texts a person would read through."""

    def __init__(self, place: Path, reports: list[AnalysedReport]) -> None:
        self.engine: Engine = engine_of(place)
        self.engine.write(reports)
        self.passages: list[Passage] = [passage for held in reports for passage in held.report.passages]
        self.texts = {passage.id: compact(passage.text)[0] for passage in self.passages}

    def found(self, where: And | Not | Literal) -> tuple[set[str], int]:
        """Ids of the passages the engine finds, and how many occurrences it counts."""
        view = self.engine.view()
        evaluation = view.evaluate(Request(where, limit=len(self.passages)))
        ids = {passage.id for passage in view.passages([scored.handle for scored in evaluation.page])}
        assert len(ids) == evaluation.total
        return ids, evaluation.occurrences

    def read(self, text: str) -> tuple[set[str], int]:
        """The same by reading: passages that hold the string, and its occurrences, overlapping ones too."""
        string = compact(text)[0]
        counts = {id_: _occurrences(held, string) for id_, held in self.texts.items()}
        return {id_ for id_, count in counts.items() if count}, sum(counts.values())


def _occurrences(text: str, string: str) -> int:
    times, at = 0, text.find(string)
    while at >= 0:
        times, at = times + 1, text.find(string, at + 1)
    return times


def substrings(held: Held, number: int, seed: int) -> list[str]:
    """Random stretches of 1 to 20 characters of the passages, as printed."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    stretches: list[str] = []
    while len(stretches) < number:
        passage = chance.choice(held.passages)
        start = chance.randrange(len(passage.text))
        stretch = passage.text[start : start + chance.randint(1, 20)]
        if stretch.strip():
            stretches.append(stretch)
    return stretches


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return Held(tmp_path_factory.mktemp("seeds"), [prepare(SOURCES[name]) for name in SEEDS])


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Twelve reports of the measuring corpus, which is no part of the project."""
    place = os.environ.get("DEQING_CORPUS")
    if not place:
        pytest.skip("DEQING_CORPUS names no folder with the corpus of city reports")
    sources = find_sources(Path(place), endings=READERS, fixes=TITLES).sources
    sample = random.Random(1).sample(sources, 12)  # noqa: S311
    return Held(tmp_path_factory.mktemp("corpus"), [prepare(source) for source in sample])


def test_exact_mode_equals_a_reading_of_the_seeds(seeds: Held) -> None:
    stretches = substrings(seeds, 2000, seed=20240203)
    assert stretches
    for stretch in stretches:
        assert seeds.found(literal(stretch)) == seeds.read(stretch), stretch


def test_exact_mode_equals_a_reading_of_the_corpus(corpus: Held) -> None:
    stretches = substrings(corpus, 500, seed=886)
    assert stretches
    for stretch in stretches:
        assert corpus.found(literal(stretch)) == corpus.read(stretch), stretch


def test_what_occurs_nowhere_is_not_found(seeds: Held) -> None:
    chance = random.Random(7)  # noqa: S311
    stretches = substrings(seeds, 300, seed=3)
    assert stretches
    for stretch in stretches:
        muddled = "".join(chance.sample(stretch, len(stretch)))
        if muddled.strip():
            assert seeds.found(literal(muddled)) == seeds.read(muddled), muddled


def test_marks_are_the_true_occurrences_and_nothing_else(seeds: Held) -> None:
    stretches = substrings(seeds, 400, seed=11)
    assert stretches
    assert seeds.passages
    for stretch in stretches:
        string = compact(stretch)[0]
        if any(character in "\"'“”‘’「」『』()（）|-:：" for character in string):
            continue  # the query language reads these; the law is about literals
        mark = marker(f"“{stretch}”")
        for passage in seeds.passages:
            text, offsets = compact(passage.text)
            true: set[int] = set()
            for at in range(len(text) - len(string) + 1):
                if text.startswith(string, at):
                    true.update(range(offsets[at], offsets[at + len(string) - 1] + 1))
            marked = {at for span in mark(passage.text) for at in range(*span)}
            assert marked == true, (stretch, passage.id)


def test_not_never_leaks(seeds: Held) -> None:
    stretches = substrings(seeds, 300, seed=5)
    pairs = list(zip(stretches[::2], stretches[1::2], strict=True))
    assert len(pairs) == 150
    for wanted, unwanted in pairs:
        found, _ = seeds.found(And((literal(wanted[:2]), Not(literal(unwanted[:2])))))
        assert found == seeds.read(wanted[:2])[0] - seeds.read(unwanted[:2])[0]


@given(st.text())
@settings(max_examples=500)
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_the_whole_way_is_deterministic() -> None:
    name = "deqing-2025-newspaper-page"
    assert prepare(SOURCES[name]) == prepare(SOURCES[name])
