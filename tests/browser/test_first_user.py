"""The eight tasks of a first user, each from the home page to its end. `steps` counts what the user does.

A step is a click, a text with Enter, a choice from a list, or, where only the keyboard is used, a key. docs/site.md
states the same numbers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "site.md"


class User:
    """Does one thing after the other on a page, and counts them."""

    def __init__(self, page) -> None:  # type: ignore[no-untyped-def]
        self.page = page
        self.steps = 0

    def click(self, selector: str, **options) -> None:  # type: ignore[no-untyped-def]
        self.page.locator(selector, **options).first.click()
        self.steps += 1

    def enter(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.fill(text)
        with self.page.expect_navigation():
            self.page.locator(selector).first.press("Enter")
        self.steps += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.steps += 1


@pytest.fixture
def user(open_page):  # type: ignore[no-untyped-def]
    return User(open_page("/", permissions=["clipboard-read", "clipboard-write"]))


def demand(user: User, task: str) -> None:
    """The number of steps is the one that the guide states."""
    assert f"| {task} | {user.steps} |" in GUIDE.read_text("utf-8")


def copied(page) -> str:  # type: ignore[no-untyped-def]
    page.locator("#notice", has_text="已复制").wait_for()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_find_and_cite(user):
    user.enter("#q", "地理信息")
    user.click(".hit button", has_text="复制引文")
    quotation, footnote = copied(user.page).split("\n\n")
    assert "地理信息" in quotation
    assert "德清" in footnote
    demand(user, "find a paragraph and copy it with its citation")


def test_target_and_outcome(user):
    user.click(".tools summary")
    user.click(".tools a", has_text="目标与完成情况")
    user.enter("input[name=place]", "德清")
    shown = user.page.locator("table.rows").inner_text()  # only what can be seen
    assert "地区生产总值" in shown
    assert "增长8%以上" in shown
    demand(user, "see a target beside its outcome")


def test_count_and_export(user):
    user.enter("#q", "地理信息")
    assert re.search(r"\d+ 段\s*·\s*\d+ 处\s*·\s*\d+ 份报告", user.page.locator(".sum h1").inner_text())
    user.click(".take summary")
    with user.page.expect_download() as download:
        user.click(".take a", has_text="CSV")
    assert Path(download.value.path()).read_text("utf-8-sig").count("地理信息") > 10
    demand(user, "count a word and download all its paragraphs")


def test_compare_two_reports(user):
    user.enter("#q", "德清 2024")
    user.click(".named h2 a")
    user.click(".title-page a", has_text="年对照")
    assert re.search(r"\?a=.*&b=", user.page.url)
    demand(user, "compare a report with the one before")


def test_ask(user):
    user.enter("#q", "怎样发展地理信息产业")
    assert user.page.locator(".hit mark", has_text="地理信息").count() > 0
    demand(user, "ask a question")


def test_find_by_number(user):
    user.enter("#q", "数值:10..20亿元")
    assert "亿元" in user.page.locator(".hit mark").first.inner_text()
    demand(user, "find paragraphs by a number")


def test_follow(user):
    user.enter("#q", "地理信息")
    address = user.page.locator(".feed").get_attribute("href")
    user.steps += 1  # the browser hands the address over to the reader of feeds
    answer = user.page.request.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    demand(user, "follow a search")


def test_keyboard_only(user):
    page = user.page
    user.press("/")
    page.keyboard.type("地理信息")
    with page.expect_navigation():
        user.press("Enter")
    user.press("j")
    user.press("y")
    assert re.search(r"/p/[0-9a-z]+$", copied(page))
    with page.expect_navigation():
        user.press("Enter")
    assert page.locator(".cited mark").count() > 0
    demand(user, "find, copy the link and open it, by keys alone")
