"""Three languages of one site: nothing without a translation, reports as they are, addresses untouched."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from deqing_search import search
from deqing_search.citation import FORMS
from deqing_search.web import languages, parameters, wording
from tests.site import REPORTS, VOID, ask, page, seeds_app, seeds_engine

WEB = Path(languages.__file__).parent
LABELS = (
    *(wording.KINDS, wording.MEDIA, wording.FIELDS, wording.DAMAGE, wording.HEADINGS),
    *(parameters.SORTS, parameters.MODES),
)
TYPED = set("发展地理信息") | set(
    "“互联网”“网络”“农家乐”“民宿”同段文标题地区报告"
)  # the latter in advice and in the help
CHINESE = re.compile("[\u4e00-\u9fff]")
PAGES = [
    "/",
    ask("地理信息"),
    ask("发展", group="report"),
    ask("怎样发展地理信息产业"),
    ask("龘靐齉爩", year=2021),
    "/r/",
    f"/r/{REPORTS[3]}?q=" + quote("发展"),
    f"/r/{REPORTS[3]}?raw=1",
    "/coverage",
    "/trend?q=" + quote("发展"),
    "/compare?q=" + quote("发展"),
    "/nothing",
]


@pytest.fixture(scope="module")
def client():
    return seeds_app().test_client()


def sentences() -> set[str]:
    """Every sentence the pages say, as it stands in templates and code."""
    said = set()
    for template in (WEB / "templates").glob("*.html"):
        said |= {found[1] for found in re.findall(r"(?<![\w.])_\(([\"'])(.+?)\1", template.read_text(encoding="utf-8"))}
    for module in WEB.glob("*.py"):
        said |= {found[1] for found in re.findall(r"\bsay\(([\"'])(.+?)\1", module.read_text(encoding="utf-8"))}
    for labels in (
        wording.KINDS,
        wording.MEDIA,
        wording.FIELDS,
        wording.DAMAGE,
        wording.HEADINGS,
        parameters.SORTS,
        parameters.MODES,
    ):
        said |= set(filter(None, labels.values()))
    return (
        said | {label for name, label, *_ in FORMS if name in ("gbt7714", "footnote", "markdown")} | {wording.UNKNOWN}
    )


def test_every_sentence_has_an_english_one_and_none_is_left_over():
    assert sentences() == languages.english().keys()


def test_both_sentences_hold_the_same_values():
    for chinese, english in languages.english().items():
        assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english)), chinese


def test_no_template_says_chinese_that_is_not_translated():
    """Outside of `_(…)`, comments and examples of queries, templates of pages hold no Chinese."""
    for template in (WEB / "templates").glob("*.html"):
        text = re.sub(r"(?<![\w.])_\(([\"'])(.+?)\1", "", template.read_text(encoding="utf-8"))
        text = re.sub(r'^      \("[^"]*", ', "", text, flags=re.M) if template.name == "help.html" else text
        assert CHINESE.findall(text) == [], template.name


class English(HTMLParser):
    """The text of a page that is in no element that says it is Chinese."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.languages.append(dict(attrs).get("lang") or (self.languages[-1] if self.languages else ""))

    def handle_startendtag(self, tag, attrs):
        """A drawing says nothing."""

    def handle_endtag(self, tag):
        self.languages.pop()

    def handle_data(self, data):
        if self.languages and self.languages[-1] == "en":
            self.text += data


@pytest.mark.parametrize("path", PAGES)
def test_an_english_browser_gets_an_english_page(client, path):
    """What is left of Chinese says that it is Chinese, or is what was typed; titles of pages name reports."""
    answer = client.get(path, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="en">' in answer.text
    text = English(re.sub(r"<title>.*?</title>", "", answer.text, flags=re.S)).text
    assert set(CHINESE.findall(text)) <= TYPED


@pytest.mark.parametrize("path", PAGES)
def test_traditional_characters_change_no_address(client, path):
    simplified, traditional = (
        client.get(path, headers={"Accept-Language": tag}).text for tag in ("zh-CN", "zh-TW,zh;q=0.8")
    )
    assert '<html lang="zh-Hant">' in traditional
    assert re.findall(r'(?:href|src|value|id|name)="[^"]*"', simplified) == re.findall(
        r'(?:href|src|value|id|name)="[^"]*"', traditional
    )
    assert "檢索" in traditional
    assert len(simplified) == len(traditional)


def test_what_is_copied_stays_as_the_report_has_it(client):
    hit = search.search(seeds_engine(), "地理信息").hits[0]
    simplified, traditional = (page_text(client, hit.url, tag) for tag in ("zh-CN", "zh-TW"))
    assert (
        re.findall(r"<pre.*?</pre>", simplified, re.S)[0].split(">", 1)[1]
        == re.findall(r"<pre.*?</pre>", traditional, re.S)[0].split(">", 1)[1]
    )


def page_text(client, path: str, tag: str) -> str:
    return client.get(path, headers={"Accept-Language": tag}).text


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("en-US,zh;q=0.5", "en"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh-Hans"),
        ("*", "zh-Hans"),
        ("x" * 500, "zh-Hans"),
    ],
)
def test_the_browser_s_first_known_language_is_taken(client, tag, language):
    assert f'<html lang="{language}">' in page_text(client, "/", tag)


def test_a_choice_outlasts_the_browser_s_wish_and_comes_back_to_the_page():
    client = seeds_app().test_client()
    answer = client.get("/language/en?back=" + quote(ask("地理信息"), safe=""))
    assert answer.status_code == 303
    assert answer.location == ask("地理信息")
    assert '<html lang="en">' in page_text(client, "/", "zh-TW")
    assert "Set-Cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:x()", "/a\r\nb"]
)
def test_a_choice_leads_to_no_other_site(back):
    assert seeds_app().test_client().get("/language/en?back=" + quote(back, safe="")).location == "/"


def test_a_cache_is_told_that_readers_differ(client):
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").headers["Vary"].replace(" ", "").split(","))


def test_unknown_languages_are_404(client):
    page(client, "/language/fr", 404)
