"""Everyday words lead to official terms, in every index that has them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from deqing_search.config import DATA
from deqing_search.indexing import open_index
from deqing_search.language.folding import compact_text
from deqing_search.search import searcher
from deqing_search.search.searcher import SearchRequest, search
from deqing_search.suggest.everyday import LONGEST, official_terms
from tests.command import Run
from tests.site import Tree, ask, page, seeds_app

TABLE = DATA / "everyday_words.tsv"


def rows() -> list[list[str]]:
    lines = TABLE.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def terms(typed: str) -> list[str]:
    return list(official_terms(typed))


def test_the_table_is_well_formed():
    table = rows()
    words = [word for word, _ in table]
    assert len(words) > 1_500
    assert words == sorted(set(words))
    assert table
    for word, written in table:
        official = written.split(" ")
        assert compact_text(word) == word, word
        assert 1 <= len(official) == len(set(official)) <= 5, word
        assert {"", word}.isdisjoint(map(compact_text, official)), word


@pytest.mark.parametrize(
    ("typed", "word"),
    [("打 工", "打工"), ("WIFI", "wifi"), ("打工的问题", "打工"), ("看病太难了怎么办", "看病难"), ("養老院", "养老院")],
)
def test_folded_spellings_and_words_around_do_not_matter(typed, word):
    assert terms(typed) == terms(word) != []


def test_the_longest_words_in_a_text_are_looked_up():
    assert terms("停车难盼望打工") == [*terms("停车难"), *terms("打工")]


@pytest.mark.parametrize("typed", ["", "网上学习", "龘龘", "打工" * LONGEST])
def test_a_text_without_everyday_words_has_no_terms(typed):
    assert terms(typed) == []


def test_terms_that_the_index_has_are_offered_with_their_counts(index: Path):
    engine = open_index(index)
    offers = searcher.related(engine, "打工")
    assert [one.text for one in offers] == ["农民工", "转移就业"]
    for one in offers:
        assert one.passages == search(engine, SearchRequest(f'"{one.text}"', mode="exact", limit=0)).total > 0
    assert [one.text for one in searcher.related(engine, "打工", 1)] == ["农民工"]
    assert not search(engine, SearchRequest("打工", mode="exact")).total


def test_what_was_typed_is_not_offered(index: Path):
    assert "养老服务" in terms("养老服务")
    offers = [one.text for one in searcher.related(open_index(index), "养老服务")]
    assert offers
    assert "养老服务" not in offers


def test_shell_api_and_page_offer_them(run: Run):
    assert run("related", "打工").out == "农民工\t3\n转移就业\t1\n"
    client = seeds_app().test_client()
    answer = client.get("/api/v1/related?q=打工").get_json()
    assert answer["related"] == [{"text": "农民工", "passages": 3}, {"text": "转移就业", "passages": 1}]
    assert '"打工" OR 农民工' in searches(page(client, ask("打工")))


def test_a_term_that_contains_what_was_typed_is_searched_alone():
    client = seeds_app().test_client()
    assert any("related=1" in link for link in page(client, ask("养老")).links)
    queries = searches(page(client, ask("养老", related=1)))
    assert "养老服务" in queries
    assert not any(" OR " in query for query in queries if query.count("养老") > 1)


def searches(tree: Tree) -> list[str]:
    """The queries that a page leads to."""
    return [query for link in tree.links for query in parse_qs(urlsplit(link).query).get("q", [])]
