"""A page in traditional characters is the same page: its structure, its addresses and what is an original stay."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote, unquote

import pytest

from deqing_search.search import searcher
from deqing_search.web.traditional import in_traditional
from tests.site import REPORTS, ask, seeds_engine

PAGES = [
    *("/", ask("地理信息"), ask("发展", group="report"), ask("龘靐齉爩", year=2021), ask("发展", page=999)),
    *("/r/", f"/r/{REPORTS[3]}?q=" + quote("发展"), f"/r/{REPORTS[3]}?raw=1", "/coverage", "/nothing"),
    *("/trend?q=" + quote("发展"), "/compare?q=" + quote("发展")),
]
READ = {
    *("title", "aria-label", "placeholder", "alt", "data-suggestions", "data-name", "data-says"),
    *("data-failed", "data-copied", "data-keep", "data-drop", "data-full", "data-selected"),  # said by the script
}


class Structure(HTMLParser):
    """The tags of a page with the attributes that nobody reads, and how long each text is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[object] = []
        self.length = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        kept = {name: value or "" for name, value in attrs if name not in READ and (tag, name) != ("meta", "content")}
        if kept.get("lang") == "zh-Hans" and tag != "input" and kept.get("translate") != "no":
            kept["lang"] = "zh-Hant"
        if "href" in kept:
            kept["href"] = unquote(kept["href"])
        self.parts += [self.length, tag, kept]
        self.length = 0

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        self.parts += [self.length, f"/{tag}"]
        self.length = 0

    def handle_decl(self, decl):
        self.parts.append(decl)

    def handle_data(self, data):
        self.length += len(data)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_but_characters_changes(client, path):
    simplified, traditional = pages(client, path)
    assert '<html lang="zh-Hant">' in traditional
    expected = Structure(simplified.replace('<html lang="zh-Hans">', '<html lang="zh-Hant">')).parts
    moved = [part for part in expected if isinstance(part, dict) and part.pop("aria-current", None)]  # the language
    assert moved
    found = Structure(traditional).parts
    for part in found:
        if isinstance(part, dict):
            part.pop("aria-current", None)
    assert found == expected
    assert "檢索" in traditional


def pages(client, path: str) -> tuple[str, str]:
    return tuple(client.get(path, headers={"Accept-Language": tag}).text for tag in ("zh-CN", "zh-TW,zh;q=0.8"))


def test_what_is_copied_stays_as_the_report_has_it(client):
    hit = searcher.search(seeds_engine(), searcher.SearchRequest("地理信息")).hits[0]
    cited = [
        re.findall(r"<pre[^>]*>(.*?)</pre>", unescape(page).replace("\r\n", "\n"), re.S)
        for page in pages(client, hit.url)
    ]
    assert len(cited[0]) > 3
    assert cited[0] == cited[1]


def test_an_original_beside_its_passages_stays(client):
    originals = [re.findall(r'<p translate="no">(.*?)</p>', page, re.S) for page in pages(client, PAGES[7])]
    assert len(originals[0]) > 20
    assert originals[0] == originals[1]


def body(page: str) -> str:
    converted = in_traditional(f"<!doctype html>\n<html><head><title>简</title></head><body>{page}</body></html>")
    return re.search("<body>(.*)</body>", converted, re.S)[1]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("公<mark>里</mark>，<mark>里</mark>面", "公<mark>里</mark>，<mark>裡</mark>面"),
        ("<mark>里</mark><mark>面</mark>", "<mark>裡</mark><mark>面</mark>"),
        ("<p>复</p>杂", "<p>復</p>雜"),
        ("<b>重</b><mark>复</mark>", "<b>重</b><mark>復</mark>"),
        ("下载文件，“文件”", "下載檔案，「文件」"),
        ('<p lang="zh-Hans">下载文件，<b>“</b></p>文件”', '<p lang="zh-Hant">下載文件，<b>“</b></p>檔案」'),
        ("<mark>文</mark>件", "<mark>檔</mark>案"),
        ("已复制，“<mark>下</mark>载”", "已複製（簡體原文），「<mark>下</mark>載」"),  # of another length
        ('<i title="粘贴">粘贴</i>', '<i title="貼上">貼上</i>'),
        ("<p>汉<b translate='no'>汉<i>汉</i></b>语</p>", '<p>漢<b translate="no">汉<i>汉</i></b>語</p>'),
        ('<p lang="zh-Hans">汉</p>', '<p lang="zh-Hant">漢</p>'),
        ('<p lang="zh-Hans" translate="no">汉</p>', '<p lang="zh-Hans" translate="no">汉</p>'),
        ('<input lang="zh-Hans" value="汉">', '<input lang="zh-Hans" value="汉">'),
        ("<pre>汉语</pre>汉", "<pre>汉语</pre>漢"),
        ("<code>汉语</code>汉", "<code>汉语</code>漢"),
        ("<script>let 汉 = 1 < 2;</script>汉", "<script>let 汉 = 1 < 2;</script>漢"),
        ("<textarea>汉语</textarea>", "<textarea>汉语</textarea>"),
        ("<!-- 汉 -->汉", "<!-- 汉 -->漢"),
        ('<input type="text" value="汉">', '<input type="text" value="汉">'),
        ('<input type="submit" value="汉">', '<input type="submit" value="漢">'),
        ('<img alt="汉" title="语" src="/a">', '<img alt="漢" title="語" src="/a">'),
        ('<i translate="no" title="汉">汉</i>', '<i translate="no" title="汉">汉</i>'),
        ("&lt;汉&gt; &amp; &#34;", '&lt;漢&gt; &amp; "'),
        ("", ""),
        ("abc", "abc"),
    ],
)
def test_what_people_read_is_converted_and_nothing_else(simplified, traditional):
    assert body(simplified) == traditional


def test_a_description_is_converted_and_a_name_for_machines_is_not():
    names = [
        f'<meta {name} content="汉">' for name in ('name="description"', 'property="og:title"', 'name="citation_title"')
    ]
    converted = in_traditional("<!doctype html><html><head>" + "".join(names) + "</head></html>")
    assert re.findall('content="(.)"', converted) == ["漢", "漢", "汉"]


@pytest.mark.parametrize("between", ["\x1f", "\x1f\x1f", "\x0c", "\ufffe"])
def test_a_control_character_becomes_a_sign_for_what_cannot_be_shown(between):
    page = f"<p>简{between}体<mark>里</mark>面</p><p>汉语</p>{between}"
    shown = "\ufffd" * len(between)
    assert body(page) == f"<p>簡{shown}體<mark>裡</mark>面</p><p>漢語</p>{shown}"
