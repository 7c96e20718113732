"""Excerpts: the address has the ids, the page and the files have the passages with their citations."""

from __future__ import annotations

import io

import docx
import pytest

from deqing_search.search import searcher
from tests.site import page, seeds_engine


def some_ids(n: int) -> list[str]:
    return [passage.id for passage, _ in searcher.all_passages(seeds_engine(), "地理信息", limit=n)]


def test_excerpts_are_shown_in_the_order_in_which_they_were_kept(client):
    ids = some_ids(3)[::-1]
    tree = page(client, "/excerpts?ids=" + ",".join([*ids, ids[0]]))
    assert [link[3:] for link in tree.links if link.startswith("/p/")] == ids
    assert tree.text.count("文本校验码") == len(ids) == 3


def test_files_of_excerpts_have_every_text_and_its_citation(client):
    ids = some_ids(4)
    texts = [passage.text for passage, _ in searcher.all_passages(seeds_engine(), "地理信息", limit=4)]
    given = "?ids=" + ",".join(ids)
    plain, marked = (client.get(f"/excerpts.{form}{given}", buffered=True).text for form in ("txt", "md"))
    word = docx.Document(io.BytesIO(client.get(f"/excerpts.docx{given}", buffered=True).data))
    written = [one.text for one in word.paragraphs]
    assert [text for text in texts if text not in plain or text not in written] == []
    assert plain.count("文本校验码") == marked.count("文本校验码") == len(ids) == 4
    assert sum("文本校验码" in text for text in written) == len(ids)


def test_an_unknown_excerpt_is_named_and_an_empty_list_says_so(client):
    assert "没有编号为“zzz”的段落" in client.get("/excerpts?ids=zzz").text
    assert "摘录是空的" in client.get("/excerpts").text
    assert client.get("/excerpts.md").status_code == 400


@pytest.mark.parametrize("ids", ["<b>", ",".join(f"a{n}" for n in range(201))])
def test_what_is_no_list_of_ids_is_refused(client, ids):
    assert client.get("/excerpts", query_string={"ids": ids}).status_code == 400


def test_a_passage_can_be_kept(client):
    (kept,) = some_ids(1)
    assert f'data-keeps="{kept}"' in client.get(f"/p/{kept}").text
