"""What a keyboard reaches in few steps, and what stays on the screen of a phone."""

from __future__ import annotations

PHONE = {"viewport": {"width": 360, "height": 740}}
FOUND = "/?q=地理信息"


def test_the_filters_are_reached_from_the_first_hit_and_by_a_key(open_page):
    page = open_page(FOUND)
    page.locator(".hit .open").first.focus()
    passed = []
    while len(passed) < 10 and "跳到筛选和排序" not in passed:
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.textContent.trim()"))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "refine"
    page.locator(".hit .open").first.focus()
    page.keyboard.press("f")
    assert page.evaluate("document.activeElement.id") == "refine"


def test_the_first_hit_of_a_question_is_on_the_first_screen_of_a_phone(open_page):
    page = open_page("/?q=怎样发展地理信息产业", **PHONE)
    assert page.locator(".hit").first.bounding_box()["y"] < 440


def test_escape_closes_the_menu_of_tools(open_page):
    page = open_page(FOUND)
    page.locator(".tools summary").press("Enter")
    page.locator(".tools a").nth(2).focus()
    page.keyboard.press("Escape")
    assert not page.locator(".tools").evaluate("menu => menu.open")
    assert page.evaluate("document.activeElement.localName") == "summary"


def test_on_a_phone_a_chart_keeps_its_axis_while_years_scroll(open_page):
    page = open_page("/trend?q=发展", **PHONE)
    page.locator(".chart-scroll").evaluate("box => box.scrollTo(-300, 0)")
    axis, box = page.locator(".still").bounding_box(), page.locator(".chart-scroll").bounding_box()
    assert abs(axis["x"] - box["x"]) < 1
