"""A passage that was opened from results: the way back, the hits around it, its neighbours, and its text to copy."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from deqing_search.citation import citations, cited
from deqing_search.search import searcher
from tests.site import Tree, ask, hits, page

SEARCH = {"sort": "newest", "kind": "政府工作报告"}


def opened(client, number: int, **parameters: str) -> Tree:
    """The page of the hit with this number, opened from its page of results."""
    found = page(client, ask("发展", page=(number - 1) // 20 + 1, **parameters))
    return page(client, next(link for link in found.links if re.search(f"hit={number}$", link)))


def labelled(client, path: str) -> dict[str, str]:
    part = client.get(path).text.partition('<nav class="around"')[2].partition("</nav>")[0]
    return {label: address.replace("&amp;", "&") for address, label in re.findall(r'href="([^"]+)">(.+?)</a>', part)}


@pytest.mark.parametrize("number", [1, 20, 21])
def test_the_hits_before_and_after_are_those_of_the_results(client, engine, number):
    filters = searcher.Filters(kind=SEARCH["kind"])
    request = searcher.SearchRequest("发展", filters, mode="exact", sort="newest", limit=22)
    wanted = [hit.passage.id for hit in searcher.search(engine, request).hits]
    found = page(client, ask("发展", page=(number - 1) // 20 + 1, **SEARCH))
    links = labelled(client, next(link for link in found.links if re.search(f"hit={number}$", link)))
    assert urlsplit(links["下一条结果"]).path == f"/p/{wanted[number]}"
    assert ("上一条结果" in links) == (number > 1)
    if number > 1:
        assert urlsplit(links["上一条结果"]).path == f"/p/{wanted[number - 2]}"
    back = page(client, links["返回检索结果"])
    assert wanted[number - 1] in hits(back)
    assert urlsplit(links["返回检索结果"]).fragment in back.text_of


def test_the_neighbours_of_a_passage_are_one_step_away(client, engine):
    passage = searcher.search(engine, searcher.SearchRequest("地理信息")).hits[0].passage
    around = searcher.passage_in_context(engine, passage.id, around=1)
    links = labelled(client, f"/p/{passage.id}?q=地理信息&place=德清")
    for label, wanted in (("上一段", around.before[0]), ("下一段", around.after[0])):
        assert urlsplit(links[label]).path == f"/p/{wanted.id}"
        assert "place=" in links[label]
    assert "返回检索结果" in links
    assert set(labelled(client, f"/p/{passage.id}")) == {"上一段", "下一段"}


def test_a_number_that_belongs_to_another_passage_leads_back_only(client, engine):
    passage = searcher.search(engine, searcher.SearchRequest("地理信息")).hits[0].passage
    links = labelled(client, f"/p/{passage.id}?q=地理信息&hit=5")
    assert set(links) == {"返回检索结果", "上一段", "下一段"}


def test_a_passage_is_copied_plain_or_with_its_footnote(client, engine, monkeypatch):
    monkeypatch.setenv("DEQING_URL", "https://reports.example")
    passage = searcher.search(engine, searcher.SearchRequest("地理信息")).hits[0].passage
    report = searcher.open_report(engine, passage.report)
    source = cited(report, passage, f"https://reports.example/p/{passage.id}")
    footnote = next(one.text for one in citations(source) if one.name == "footnote")
    plain = client.get(f"/p/{passage.id}/text")
    assert plain.mimetype == "text/plain"
    assert plain.text == passage.text
    assert client.get(f"/p/{passage.id}/quotation").text == f"{passage.text}\n\n{footnote}"
    assert client.get("/p/0000000000000000/text").status_code == 302
