"""Three languages of one site: nothing without a translation, reports as they are, addresses untouched."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from babel.messages.mofile import read_mo

from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.query import tree
from deqing_search.query.report_parts import PARTS
from deqing_search.research.indicators import indicators
from deqing_search.text.place_history import every_unit, full_name
from deqing_search.web import create_app, i18n, labels, pages
from deqing_search.web.traditional import in_traditional
from tests.site import REPORTS, SEEDS, VOID, ask, page, seeds_app, seeds_engine

WEB = Path(i18n.__file__).parent
RENEW = WEB / "translations" / "renew.py"
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
    "/panel?place=德清&terms=" + quote("发展，创新"),
    "/concordance?sample=3&q=" + quote("发展"),
    "/collocates?q=" + quote("发展"),
    "/keyness?q=" + quote("年:2024"),
    "/figures?indicator=GDP",
    "/pledges?place=德清",
    "/promises?place=德清",
    "/places?place=襄阳",
    "/reuse",
    "/nothing",
]
ODD = [
    ask("同句:发展 （ 年:明年 数值:很多 “产业 -"),
    ask("发展 OR NEAR/99999 规划 作者:某人 年: ）() 年:2024..2020 5%“甲”乙 AND"),
    ask("发展 -规划 (产业 OR 创新) 标题:报告 章节:工作 年:2016..2024 产业 NEAR/5 经济"),
    ask("百分之五", mode="expanded"),
    ask("数值:1..20亿元"),
    ask("发展 类型:工作报告 地理* or 杭州（一）浙江\n湖州 OR 年:2016 年:2024"),
    ask("发展 类型:工作报告"),
    ask("发展", part="目标"),
    ask("发展", part="别的"),
    ask("发展", year="去年"),
    ask("发展", year="2024..2016"),
    ask("发展", page=999),
    ask("发展", page="末页"),
    ask("年:"),
    ask("-"),
    ask("（）"),
    ask("字" * 1001),
    ask(" ".join(["字词"] * 65)),
    ask("(" * 20 + "字"),
    ask("甲\x01乙"),
    "/?q=1&q=2",
    "/?q=%ff",
    "/?q=%00",
    "/p/没有",
    "/r/没有",
    "/feed.atom",
    f"/r/{REPORTS[0]}",
]


def test_every_message_has_an_english_one_with_the_same_values_and_none_is_left_over():
    """`python deqing_search/web/translations/renew.py` puts right what this finds, but for the translating."""
    checked = subprocess.run([sys.executable, RENEW, "--check"], capture_output=True, text=True, check=False)  # noqa: S603
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_no_template_says_chinese_that_is_not_translated():
    """Outside of `{% trans %}`, `_(…)`, comments and examples of queries, templates of pages hold no Chinese."""
    templates = list((WEB / "templates").glob("*.html"))
    assert len(templates) > 15
    for template in templates:
        text = template.read_text(encoding="utf-8")
        text = re.sub(r"(?<![\w.])_\(([\"'])(.+?)\1|{%.? trans\b.*?endtrans .?%}", "", text)
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


class Everything(HTMLParser):
    """Every run of Chinese that a page shows or reads out, whatever language it says it is in."""

    SAID = ("aria-label", "title", "placeholder", "alt", "content", "data-copied", "data-selected", "data-suggestions")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.runs: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in self.SAID and value:
                self.handle_data(value)

    def handle_data(self, data):
        self.runs |= set(re.findall("[\u4e00-\u9fff]+", data))


def english_messages() -> list[str]:
    with (RENEW.parent / "en" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return [message.string for message in read_mo(file)]


@cache
def held_in_chinese() -> str:
    """What may stay Chinese: the reports with what is known of them and their sources, the examples of queries, the
    names of the language's fields, and of the languages, the names of administrative units."""
    view = seeds_engine().view()
    said = [one for card in view.cards() if (one := view.report(card.id))]
    return "\n".join([
        *(text for one in said for text in (one.meta.title, one.meta.kind, one.meta.place, one.meta.note)),
        *(labels.headline(one) for one in said),
        *(passage.text for one in said for passage in one.passages),
        *(text for one in said for entry in one.edit_log for text in (entry.before, entry.after)),
        *(file.read_text(encoding="utf-8") for file in SEEDS.glob("*.txt")),
        *english_messages(),
        *pages.EXAMPLES,
        *tree.FIELDS,
        *tree.UNITS,
        *indicators(),  # as reports print them
        *(name for one in every_unit() for spell in one.spells for name in (spell.name, spell.within)),
        *map(full_name, every_unit()),
        *i18n.LANGUAGES.values(),
        *(word for words in PARTS.values() for word in words),  # the headings that are looked for
        (WEB / "templates" / "help.html").read_text(encoding="utf-8"),
    ])  # fmt: skip


@pytest.mark.parametrize("path", PAGES + ODD)
def test_no_word_of_ours_is_chinese_on_an_english_page(client, path):
    page = client.get(path, headers={"Accept-Language": "en"}).text
    typed = unquote(path) + ("".join(PARTS) if "part=别的" in unquote(path) else "")  # what could be typed instead
    assert {run for run in Everything(page).runs if run not in typed and run not in held_in_chinese()} == set()


def test_the_parts_of_a_report_have_english_names(client):
    found = client.get(ask("发展"), headers={"Accept-Language": "en"}).text
    assert {"Plans", "Targets", "Glossary"} <= set(re.findall(r'class="value">([^<]*)<', found))


@pytest.mark.parametrize("path", ODD)
def test_what_the_program_says_is_in_traditional_characters_too(client, path):
    simplified, traditional = (client.get(path, headers={"Accept-Language": tag}).text for tag in ("zh-CN", "zh-TW"))
    assert in_traditional(simplified.replace('lang="zh-Hans"', "")).count("請") == traditional.count("請")
    assert not {"请", "页", "词", "这"} & set(re.sub(r"<[^>]*>", "", traditional))


def test_a_fault_of_the_index_is_shown_in_english_without_the_paths_of_the_machine(tmp_path):
    client = create_app(WhooshEngine(tmp_path / "none", compact=str)).test_client()
    answer = client.get("/?q=x", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "There is no index yet." in answer.text
    assert str(tmp_path) not in answer.text
    assert str(tmp_path) in client.get("/?q=x").text


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


def test_a_cache_learns_that_readers_differ(client):
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").headers["Vary"].replace(" ", "").split(","))


def test_unknown_languages_are_404(client):
    page(client, "/language/fr", 404)
