"""Addresses that were cited: what they show, what can be copied, and where they lead when the text has changed."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

from deqing_search import indexing
from deqing_search.citation import digest
from deqing_search.search import searcher
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from deqing_search.web.urls import text_fragment
from tests.site import Tree, page, seeds_engine

GROWTH = "过去一年，全县地区生产总值增长百分之六点五，财政收入再上新台阶。"
INCOME = "城乡居民收入稳步增长，民生支出占比继续提高。"
FIRST = f"一、回顾\n\n{GROWTH}\n\n{INCOME}\n"
REPAIRED = FIRST.replace("六点五", "六点六")
WITHOUT = FIRST.replace(INCOME, "")


class Site:
    """A site of one report whose text can be written anew."""

    def __init__(self, folder: Path) -> None:
        self.index = folder / "index"
        self.source = folder / "texts" / "a-report.txt"
        self.source.parent.mkdir()

    def write(self, text: str) -> dict[str, str]:
        """Index the text; → what stands now, words → id."""
        self.source.write_text(text, encoding="utf-8")
        indexing.update(self.index, [self.source.parent])
        report = indexing.open_index(self.index).view().report("a-report")
        return {one.text: one.id for one in report.passages}

    def client(self):
        return create_app(indexing.open_index(self.index), PermalinkStore(self.index)).test_client()


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def id_of(id_of_text: dict[str, str], words: str) -> str:
    return next(id for text, id in id_of_text.items() if words in text)


def test_an_old_address_leads_to_the_successor_with_the_former_text(site):
    old, new = id_of(site.write(FIRST), "六点五"), id_of(site.write(REPAIRED), "六点六")
    client = site.client()
    answer = client.get(f"/p/{old}?q={quote('财政')}")
    assert answer.status_code == 302
    assert urlsplit(answer.location).path == f"/p/{new}"
    tree = page(client, answer.location)
    assert "本段文字在引用之后有改动" in tree.text
    assert "增长百分之六点五" in tree.text
    assert tree.marks == ["财政"]


def test_the_former_id_of_a_report_leads_on_for_readers_and_programs(site):
    plan = "德清县将在三年之内新建二十所幼儿园和八所小学，让每个乡镇都有优质学位。"
    site.write(f"{FIRST}\n{plan}\n\n{plan.replace('幼儿园和八所小学', '养老院和八所医院')}\n")
    site.source.rename(site.source.with_name("b-report.txt"))
    indexing.update(site.index, [site.source.parent])
    client = site.client()
    for path in ("/r/", "/api/v1/reports/"):
        answer = client.get(path + "a-report")
        assert (answer.status_code, urlsplit(answer.location).path) == (302, path + "b-report")
        assert client.get(path + "c-report").status_code == 404


def test_the_change_is_marked_where_it_is(site):
    old = id_of(site.write(FIRST), "六点五")
    site.write(REPAIRED)
    text = site.client().get(f"/p/{old}", follow_redirects=True).text
    assert "<del>五</del>" in text
    assert "<ins>六</ins>" in text


def test_a_passage_that_is_gone_answers_410_with_its_text_and_the_reason(site):
    gone = id_of(site.write(FIRST), "民生")
    site.write(WITHOUT)
    tree = page(site.client(), f"/p/{gone}", 410)
    assert "城乡居民收入稳步增长，民生支出占比继续提高。" in tree.text
    assert "没有与它相近的段落" in tree.text
    assert "第 3 段" in tree.text


def test_a_passage_of_a_withdrawn_report_answers_410(site):
    id_of_text = site.write(FIRST)
    client = site.client()
    other = site.source.with_name("b-report.txt")
    other.write_text("二、展望\n\n今年的主要任务是稳中求进。\n", encoding="utf-8")
    site.source.unlink()
    indexing.update(site.index, [site.source.parent])
    tree = page(client, f"/p/{id_of(id_of_text, '民生')}", 410)
    assert "已不在索引里" in tree.text


def test_an_address_that_never_was_is_404(site):
    site.write(FIRST)
    assert site.client().get("/p/0000000000").status_code == 404


def test_a_notice_cannot_be_put_on_another_passage(site):
    """`was` is only believed where the ledger leads from it to this passage."""
    before = site.write(FIRST)
    after = site.write(REPAIRED)
    text = site.client().get(f"/p/{id_of(after, '民生')}?was={id_of(before, '六点五')}").text
    assert "有改动" not in text
    assert "有改动" not in site.client().get(f"/p/{id_of(after, '六点六')}?was=%3Cscript%3E").text


def test_programs_get_the_same_answer(site):
    before = site.write(FIRST)
    after = site.write(REPAIRED)
    answer = site.client().get(f"/api/v1/passages/{id_of(before, '六点五')}")
    assert answer.status_code == 410
    assert answer.json["successor"] == f"/api/v1/passages/{id_of(after, '六点六')}"
    assert "六点五" in answer.json["text"]


# Citing


@pytest.fixture(scope="module")
def cited():
    return searcher.search(seeds_engine(), searcher.SearchRequest("地理信息")).hits[0].passage


@pytest.mark.parametrize("name", ["gbt7714", "footnote", "markdown", "bibtex", "ris", "csl"])
def test_every_form_stands_on_the_page_as_plain_text(client, cited, name, monkeypatch):
    monkeypatch.setenv("DEQING_URL", "https://reports.example")
    tree = page(client, f"/p/{cited.id}")
    (shown,) = (text for id, text in tree.text_of.items() if id == f"cite-{name}")
    served = client.get(f"/p/{cited.id}/{name}")
    assert shown.split() == served.text.split()
    assert f"https://reports.example/p/{cited.id}" in shown


SAID = "本站尚未设定公开网址（DEQING_URL）"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_an_address_that_only_this_machine_opens_is_not_cited_and_the_page_says_so(client, cited, host):
    answer = client.get(f"/p/{cited.id}", headers={"Host": host})
    assert SAID in answer.text
    for name in ("gbt7714", "footnote", "csl"):
        assert host not in client.get(f"/p/{cited.id}/{name}", headers={"Host": host}).text


def test_the_address_that_visitors_use_is_cited_without_a_setting(client, cited):
    answer = client.get(f"/p/{cited.id}", headers={"Host": "reports.example"})
    assert SAID not in answer.text
    assert f"http://reports.example/p/{cited.id}." in answer.text


def test_the_source_of_a_report_is_shown_and_cited_wherever_the_report_is(site):
    source = "https://www.example.gov.cn/art/1.html"
    id = id_of(site.write(f"---\nsource: {source}\n---\n\n{FIRST}"), "六点五")
    client, q = site.client(), quote("六点五")
    for path in (f"/p/{id}", "/r/a-report", f"/?q={q}"):
        assert f'href="{source}"' in client.get(path).text, path
    assert f'rel="via" href="{source}"' in client.get(f"/feed.atom?q={q}").text
    assert client.get(f"/api/v1/search?q={q}").json["hits"][0]["source"] == source
    citations = client.get(f"/api/v1/passages/{id}").json["citations"]
    assert [name for name, text in citations.items() if source not in text] == []


def test_the_digest_on_the_page_is_that_of_the_text(client, cited):
    assert f"sha256:{digest(cited.text)}" in client.get(f"/p/{cited.id}").text


def test_a_reference_manager_gets_a_file_of_its_kind(client, cited, monkeypatch):
    monkeypatch.setenv("DEQING_URL", "https://reports.example")
    answer = client.get(f"/p/{cited.id}/csl")
    assert answer.mimetype == "application/vnd.citationstyles.csl+json"
    assert f'filename="{cited.id}.json"' in answer.headers["Content-Disposition"]
    assert json.loads(answer.text)[0]["URL"].endswith(cited.id)


def test_the_fragment_names_the_words_and_what_stands_around_them(client, cited):
    text = unquote(client.get(f"/p/{cited.id}?q={quote('地理信息')}").text)
    at = cited.text.index("地理信息")
    assert f"#:~:text={cited.text[at - 6 : at].strip()}-,地理信息,-" in text


@pytest.mark.parametrize("text", ["短", "一字不差，" * 20, "A-B, C&D" * 10])
def test_a_fragment_has_no_sign_of_its_own_grammar_in_its_words(text):
    start, _, end = text_fragment(text, ()).removeprefix(":~:text=").partition(",")
    assert unquote(start) == text[: len(unquote(start))]
    assert not end or text.endswith(unquote(end))
    assert not set("-&,") & set(start + end)


def test_the_tree_of_a_changed_page_is_whole(site):
    old = id_of(site.write(FIRST), "六点五")
    site.write(REPAIRED)
    Tree(site.client().get(f"/p/{old}", follow_redirects=True).text)
