"""Words are related that stand in the same sentences, and the offers change nothing that is found."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.indexing import open_index
from deqing_search.integrity import check
from deqing_search.language.folding import compact_text
from deqing_search.search import searcher
from deqing_search.search.searcher import SearchRequest, search
from deqing_search.suggest.related import Related, Sizes, open_related, write_related
from tests.related_words import HEALTH, ROADS, SIZES, indexed, words, write


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return indexed(tmp_path_factory.mktemp("related"))


@pytest.fixture
def path(index: Path) -> Path:
    """The file, written for the small index."""
    return write(index, SIZES)


def opened(path: Path) -> Related:
    known = open_related(path)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("typed", "of", "not_of"), [("看病", HEALTH, ROADS), ("桥梁", ROADS, HEALTH), ("医院和药品", HEALTH, ROADS)]
)
def test_words_of_the_same_sentences_are_nearest(path, typed, of, not_of):
    found = list(islice(opened(path).near(typed), 4))
    assert len(found) == 4
    for word in found:
        assert word in "".join(of)
        assert word not in "".join(not_of)
        assert typed not in word


def test_a_text_that_the_reports_know_nothing_of_has_no_offers(path):
    known = opened(path)
    assert list(known.near("龘龘")) == list(known.near("")) == list(known.near("看病" * 20)) == []


def test_offers_are_counted_and_change_nothing_that_is_found(index, path):
    engine = open_index(index)
    before = search(engine, SearchRequest("桥梁")).total
    offers = searcher.related(engine, "桥梁", 3)
    assert len(offers) == 3
    for offer in offers:
        assert offer.passages == search(engine, SearchRequest(f'"{offer.text}"', mode="exact", limit=0)).total > 0
    path.unlink()
    assert searcher.related(engine, "桥梁", 3) == []
    assert search(engine, SearchRequest("桥梁")).total == before


def test_a_small_index_has_no_file(index):
    assert not write(index, Sizes()).exists()


def test_the_file_is_made_again_when_a_tenth_of_the_passages_has_changed(index, path):
    view, known = open_index(index).view(), words(index)
    state = path.stat().st_ino
    write_related(view, known.words(), path, sizes=SIZES)
    assert path.stat().st_ino == state
    other = WhooshEngine(index.parent / "other", compact=compact_text)
    reports = [report for card in list(view.cards())[:4] if (report := view.report(card.id))]
    assert len(reports) == 4
    from deqing_search.engine.base import AnalysedReport
    from deqing_search.language.analyzer import analyse

    other.write(AnalysedReport(one, tuple(analyse(passage.text) for passage in one.passages)) for one in reports)
    write_related(other.view(), known.words(), path, sizes=SIZES)
    assert path.stat().st_ino != state
    assert opened(path).passages < sum(card.passages for card in view.cards())


def test_a_damaged_file_offers_nothing_and_is_logged(index, path, caplog):
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:60], whole.replace(b"5", b"6", 1), b"D" + whole[1:]):
        caplog.clear()
        path.write_bytes(damaged)
        assert open_related(path) is None
        assert searcher.related(open_index(index), "桥梁", 3) == []
        assert caplog.messages
        assert [finding.part for finding in check(index)] == ["suggestions"]
    path.write_bytes(b"deqing-related 0 00000000\n")
    caplog.clear()
    assert open_related(path) is None
    assert caplog.messages == []
