"""What a reader does in a browser."""

from __future__ import annotations

import re

import pytest

PHONE = {"viewport": {"width": 320, "height": 640}}
FOUND = "/?q=地理信息"


def passage_path(page) -> str:  # type: ignore[no-untyped-def]
    return page.locator(".hit h3 a").first.get_attribute("href")


def test_enter_that_ends_a_composition_does_not_submit(open_page):
    page = open_page("/")
    box = page.locator("#q")
    box.fill("地理信息")
    box.dispatch_event("compositionstart")
    box.press("Enter")
    page.wait_for_timeout(200)
    assert "q=" not in page.url
    box.dispatch_event("compositionend")
    with page.expect_navigation():
        box.press("Enter")
    assert "q=" in page.url


def test_enter_with_the_key_code_of_an_input_method_does_not_submit(open_page):
    """Safari: the key comes after compositionend and only its code 229 tells."""
    page = open_page("/")
    press_enter(page, code=229)
    page.wait_for_timeout(200)
    assert "q=" not in page.url


def test_the_same_key_with_its_own_code_submits(open_page):
    """The counterpart: without the guard the test above would fail."""
    page = open_page("/")
    with page.expect_navigation():
        press_enter(page, code=13)


def press_enter(page, code):
    """Type a query and press Enter with this key code."""
    page.locator("#q").fill("地理信息")
    page.locator("#q").focus()
    key = {"type": "keyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code, "text": "\r"}
    page.context.new_cdp_session(page).send("Input.dispatchKeyEvent", key)


@pytest.mark.parametrize("scripts", [True, False])
def test_search_filter_read_and_cite(open_page, scripts):
    """The whole visit, with and without JavaScript."""
    page = open_page("/", java_script_enabled=scripts)
    page.locator("#q").fill("地理信息")
    page.locator("form.search button").click()
    everything = page.locator(".sum h1").inner_text()
    assert page.locator(".hit mark").first.inner_text() == "地理信息"
    page.locator("[data-facet=year] a", has_text="2024").click()
    page.wait_for_url("**year=2024")
    assert page.locator(".sum h1").inner_text() != everything
    page.locator(".picked a").click()
    assert page.locator(".sum h1").inner_text() == everything
    page.locator(".hit h3 a").first.click()
    assert re.search(r"/p/[0-9a-z]+", page.url)
    assert page.locator(".cited mark").first.inner_text() == "地理信息"
    page.locator(".onward a").click()
    assert "/r/" in page.url
    page.locator(".passage:target, tr:target").wait_for()


def test_slash_goes_to_the_box_and_is_typed_inside_it(open_page):
    page = open_page(FOUND)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("End")
    page.keyboard.press("/")
    assert page.locator("#q").input_value() == "地理信息/"


def test_the_permalink_is_copied(open_page):
    page = open_page(FOUND, permissions=["clipboard-read", "clipboard-write"])
    page.goto(passage_path(page))
    page.locator("button[data-copies=permalink]").click()
    page.locator("#notice", has_text="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/p/[0-9a-z]+", copied)


def test_dark_is_dark_and_light_is_light(open_page):
    grounds = {
        scheme: open_page("/", color_scheme=scheme).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    brightness = {scheme: sum(map(int, re.findall(r"\d+", colour)[:3])) for scheme, colour in grounds.items()}
    assert brightness["dark"] < 150 < 600 < brightness["light"]


def test_the_policy_stops_an_inline_script_and_the_console_says_so(browser, site):
    """Proof that the silence every other test demands means something."""
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None
    assert "Content Security Policy" in said[0]
    page.close()


def test_a_line_of_reading_holds_34_to_38_characters(open_page):
    page = open_page("/r/deqing-2016-work-report", viewport={"width": 1280, "height": 900})
    characters = page.evaluate(
        "(() => { const style = getComputedStyle(document.querySelector('p.passage'));"
        " return parseFloat(style.width) / parseFloat(style.fontSize); })()"
    )
    assert 34 <= characters <= 38


def test_the_outline_stays_beside_the_text(open_page):
    page = open_page("/r/deqing-2021-urbanization-plan", viewport={"width": 1280, "height": 900})
    page.evaluate("scrollTo(0, 6000)")
    top = page.locator("nav.outline").bounding_box()["y"]
    assert 0 <= top < 100
    phone = open_page("/r/deqing-2021-urbanization-plan", **PHONE)
    assert not phone.locator("nav.outline").is_visible()
    phone.locator(".outline-phone summary").click()
    phone.locator(".outline-phone a").first.click()
    assert phone.locator(".passage:target").count() == 1


def test_what_stood_at_a_repaired_place_is_shown_by_keyboard_and_stays_on_the_page(open_page):
    page = open_page("/r/deqing-2025-newspaper-page", viewport={"width": 320, "height": 700})
    signs = page.locator(".mend")
    count = signs.count()
    assert count > 10
    for at in range(count):
        signs.nth(at).focus()
        shown = signs.nth(at).evaluate("sign => getComputedStyle(sign, '::after').content")
        assert signs.nth(at).get_attribute("aria-label")[:8] in shown
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
