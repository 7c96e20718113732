"""The page of results: the first hit comes soon, by eye and by Tab, and the filters are at hand on every screen."""

from __future__ import annotations

import pytest

FOUND = "/?q=地理信息"
PHONE = {"viewport": {"width": 360, "height": 740}}
DESK = {"viewport": {"width": 1280, "height": 900}}


def top(page, selector: str) -> float:  # type: ignore[no-untyped-def]
    return page.locator(selector).first.bounding_box()["y"]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    "path", [FOUND, FOUND + "&year=2024&mode=expanded", "/?q=怎样发展地理信息产业", "/?q=发展&group=report"]
)
def test_the_first_hit_is_on_the_first_screen_of_a_phone(open_page, path, scripts):
    page = open_page(path, java_script_enabled=scripts, **PHONE)
    assert top(page, ".hit") < 440  # the first lines of its text are on the screen too
    assert not page.locator(".facets a").first.is_visible()


@pytest.mark.parametrize(
    ("path", "answer", "at_most"),
    [
        ("/trend?terms=地理信息,数字经济&place=德清", "figure svg", 540),
        ("/concordance?q=地理信息", ".kwic tr", 440),
        ("/collocates?q=地理信息", ".counts tr", 480),
        ("/panel?terms=地理信息,数字经济", ".counts tr", 480),
        ("/keyness?q=年:2024&against=年:2016", ".counts tr", 520),
    ],
)
def test_a_phone_shows_the_answer_before_the_form(open_page, path, answer, at_most):
    page = open_page(path, **PHONE)
    assert top(page, answer) < at_most
    assert not page.locator("form.compare-form").is_visible()
    page.locator("details.fold > summary").first.click()
    assert page.locator("form.compare-form").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_filters_years_and_order_open_on_a_phone(open_page, scripts):
    page = open_page(FOUND, java_script_enabled=scripts, **PHONE)
    for fold, inside in ((".facets", "[data-facet=kind] a"), (".chart", ".years a"), (".ordering", ".order a")):
        page.locator(f"{fold} > summary, {fold} > details > summary").click()
        assert page.locator(inside).first.is_visible()
    page.locator("[data-facet=kind] a", has_text="规划").click()
    page.wait_for_url("**kind=**")
    assert page.locator(".picked a").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_at_a_desk_all_filters_are_open_and_the_order_stands_above_the_hits(open_page, scripts):
    page = open_page(FOUND, java_script_enabled=scripts, **DESK)
    for inside in ("[data-facet=kind] a", ".years a", ".order a"):
        assert page.locator(inside).first.is_visible()
    assert top(page, ".order a") < top(page, ".hit")
    assert page.locator(".facets").evaluate(
        "side => getComputedStyle(side).position === 'static' && side.scrollHeight <= side.clientHeight"
    )


@pytest.mark.parametrize("options", [PHONE, DESK])
@pytest.mark.parametrize("path", [FOUND, FOUND + "&place=德清"])  # with a place, a list stands beside the box
def test_tab_reaches_the_first_hit_within_ten_stops(open_page, path, options):
    page = open_page(path, **options)
    passed = []
    while len(passed) < 10 and "open" not in passed:
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.className"))
    assert passed[-1] == "open"


def test_the_first_link_skips_to_the_results(open_page):
    page = open_page(FOUND)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.textContent") == "跳到结果"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('open')")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("options", [PHONE, DESK])
def test_a_passage_that_is_linked_to_stands_below_the_bar_of_marks(open_page, options):
    page = open_page("/r/deqing-2024-work-report?q=发展", **options)
    page.locator(".marks ol a").nth(8).click()
    bar = page.locator(".marks").bounding_box()
    assert top(page, ".passage:target, tr:target") >= bar["y"] + bar["height"]


def test_at_a_desk_the_filters_stand_left_of_the_hits_and_the_pages_below_them(open_page):
    page = open_page("/?q=发展", **DESK)
    hits = page.locator("#hits").bounding_box()
    assert page.locator(".facets").bounding_box()["x"] < hits["x"]
    assert top(page, ".pages") > page.locator(".hit").last.bounding_box()["y"]


def test_paper_has_what_was_asked_the_address_and_the_link_of_each_hit(open_page):
    page = open_page(FOUND + "&place=德清")
    page.emulate_media(media="print")
    printed = "([selector, side]) => getComputedStyle(document.querySelector(selector), side).content"
    assert page.evaluate(printed, [".on-paper[data-address]", "::before"]).endswith('/?q=地理信息&place=德清"')
    assert page.evaluate(printed, [".hit blockquote", "::after"]).startswith('"/p/')
    page = open_page("/trend?terms=地理信息")
    page.emulate_media(media="print")
    assert page.locator(".asked").inner_text() == "地理信息"
    assert not page.locator("form.compare-form").is_visible()
    page = open_page("/coverage")
    page.emulate_media(media="print")
    assert not page.locator("#year").is_visible()  # its placeholder would be read as a year that was chosen
