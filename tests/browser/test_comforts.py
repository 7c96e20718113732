"""What scripts add to pages that are complete without them: keys, completions, copying, marks, the outline, terms."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

FOUND = "/?q=地理信息"
READING = "/r/deqing-2024-work-report?q=发展"
PLAN = "/r/deqing-2021-urbanization-plan"
COPYING = {"permissions": ["clipboard-read", "clipboard-write"]}


def focused(page) -> str:  # type: ignore[no-untyped-def]
    return page.evaluate("document.activeElement.getAttribute('href')")


def cited(page) -> str:  # type: ignore[no-untyped-def]
    return page.locator(".hit h3 a").first.get_attribute("href")


# Keys


def test_j_and_k_go_from_hit_to_hit_and_enter_opens(open_page):
    page = open_page(FOUND)
    links = page.locator(".hit .open").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    walked = []
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == [links[0], links[1], links[2], links[1]]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(links[1].split("?")[0] + "?" + page.url.split("?")[1])


def test_arrows_go_on_from_a_chosen_hit_and_else_scroll(open_page):
    page = open_page(FOUND)
    page.keyboard.press("ArrowDown")
    assert focused(page) is None
    page.keyboard.press("j")
    first = focused(page)
    page.keyboard.press("ArrowDown")
    assert focused(page) not in (None, first)
    page.keyboard.press("ArrowUp")
    assert focused(page) == first


def test_y_copies_the_permalink_of_the_chosen_hit(open_page):
    page = open_page(FOUND, **COPYING)
    page.keyboard.press("j")
    page.keyboard.press("j")
    wanted = page.locator(".permalink").nth(1).get_attribute("href").partition("?")[0]
    page.keyboard.press("y")
    page.locator("#notice", has_text="已复制").wait_for()
    assert re.fullmatch(r"http://[\d.:]+" + wanted, page.evaluate("navigator.clipboard.readText()"))


def test_the_question_mark_shows_the_keys_and_escape_hides_them(open_page):
    page = open_page(FOUND)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.locator("button[data-shows=keys]").click()
    assert page.locator("#keys").is_visible()


def test_keys_are_letters_where_one_writes(open_page):
    page = open_page(FOUND)
    page.keyboard.press("/")
    page.keyboard.type("jky?")
    assert page.locator("#q").input_value() == "jky?"
    assert not page.locator("#keys").is_visible()


# Completions


def type_pinyin(open_page):
    """The first page and its search box, after pinyin was typed and the suggestions appeared."""
    page = open_page("/")
    box = page.locator("#q")
    box.fill("dlxx")  # in one step: no list of a shorter text appears before
    page.locator("#suggestions li").first.wait_for()
    return page, box


def test_pinyin_is_completed_and_the_arrows_choose(open_page):
    page, box = type_pinyin(open_page)
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    assert box.input_value() == "地理信息"
    assert box.get_attribute("aria-activedescendant") == "suggestion-0"
    with page.expect_navigation():
        box.press("Enter")
    assert page.locator(".hit mark").first.inner_text() == "地理信息"


def test_escape_gives_back_what_was_typed(open_page):
    page, box = type_pinyin(open_page)
    box.press("ArrowDown")
    box.press("Escape")
    assert box.input_value() == "dlxx"
    assert not page.locator("#suggestions").is_visible()


def test_one_step_past_the_last_completion_is_what_was_typed(open_page):
    page, box = type_pinyin(open_page)
    for _ in range(page.locator("#suggestions li").count() + 1):
        box.press("ArrowDown")
    assert box.input_value() == "dlxx"


def test_a_completion_is_picked_by_the_pointer(open_page):
    page = open_page("/")
    page.locator("#q").press_sequentially("dlxx")
    with page.expect_navigation():
        page.locator("#suggestions li").first.click()
    assert page.locator(".hit").count() > 0


def test_no_completions_are_fetched_while_characters_are_composed(open_page):
    page = open_page("/")
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "/suggest" in request.url else None)
    page.locator("#q").evaluate(
        "box => { box.focus(); box.value = 'di'; box.dispatchEvent(new InputEvent('input', { isComposing: true })); }"
    )
    page.wait_for_timeout(400)
    assert requests == []


# Copying


@pytest.mark.parametrize("name", ["gbt7714", "footnote", "markdown", "bibtex", "ris", "csl"])
def test_one_press_copies_a_citation(open_page, name):
    page = open_page(FOUND, **COPYING)
    page.goto(cited(page))
    page.locator(f"button[data-copies=cite-{name}]").click()
    page.locator("#notice", has_text="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.split() == page.locator(f"#cite-{name}").text_content().split()


def test_without_scripts_the_citations_are_there_to_be_selected(open_page):
    page = open_page(FOUND, java_script_enabled=False)
    page.goto(cited(page))
    assert page.locator("#cite-gbt7714").is_visible()
    page.locator("#form-bibtex summary").click()
    assert page.locator("#cite-bibtex").is_visible()
    assert page.locator("button[data-copies]").count() > 0
    assert not page.locator("button[data-copies]").first.is_visible()


@pytest.mark.parametrize(("key", "button"), [("c", "复制本段"), ("q", "复制引文")])
def test_a_hit_is_quoted_in_one_step_by_button_and_by_key(open_page, key, button):
    page = open_page(FOUND, **COPYING)
    texts = []
    for step in (lambda: page.keyboard.press(key), lambda: page.locator(".hit button", has_text=button).first.click()):
        page.evaluate("navigator.clipboard.writeText('')")
        step()
        page.locator("#notice", has_text="已复制").wait_for()
        texts.append(page.evaluate("navigator.clipboard.readText()"))
        page.reload()
    assert texts[0] == texts[1]
    assert "地理信息" in texts[0]
    assert ("访问，文本校验码" in texts[0]) == (button == "复制引文")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_passage_is_quoted_from_the_first_screen(open_page, width):
    page = open_page(FOUND, viewport={"width": width, "height": 740}, **COPYING)
    page.goto(cited(page))
    for button in ("复制本段", "复制引文"):
        place = page.locator(".at-hand button", has_text=button)
        assert place.bounding_box()["y"] < 500
        place.click()
        page.locator("#notice", has_text="已复制").wait_for()
    page.locator(".at-hand a").click()
    assert 0 <= page.locator("#cite").bounding_box()["y"] < 200


def test_the_way_back_leads_to_the_hit(open_page):
    page = open_page("/?q=发展&page=2&sort=newest")
    page.locator(".hit .open").nth(9).click()
    page.locator(".around a", has_text="下一条结果").click()
    shown = page.url.partition("/p/")[2].partition("?")[0]
    page.locator(".around a", has_text="返回检索结果").click()
    assert "sort=newest" in page.url
    assert page.locator(f"#h-{shown}").bounding_box()["y"] >= 0


# Reading


def test_marks_are_stepped_through_and_counted(open_page):
    page = open_page(READING)
    count = page.locator("article mark").count()
    assert page.locator(".marks output").inner_text() == f"第 1 处，共 {count} 处"
    page.locator("button[data-step='1']").click()
    assert page.locator(".marks output").inner_text() == f"第 1 处，共 {count} 处"
    page.keyboard.press("j")
    assert page.locator(".marks output").inner_text() == f"第 2 处，共 {count} 处"
    assert page.locator("mark.here").evaluate(
        "mark => { const box = mark.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.locator(".marks output").inner_text() == f"第 {count} 处，共 {count} 处"


def test_enter_opens_the_paragraph_of_the_mark(open_page):
    page = open_page(READING)
    page.keyboard.press("j")
    wanted = page.locator(".passage:has(mark.here) .number").get_attribute("href")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".cited .number").get_attribute("href") == wanted


def test_the_outline_follows_the_reader(open_page):
    page = open_page(PLAN, viewport={"width": 1280, "height": 900})
    last = page.locator("nav.outline a").last
    page.locator(last.get_attribute("href")).evaluate("heading => heading.scrollIntoView()")
    page.locator("nav.outline a[aria-current]", has_text=last.inner_text()).wait_for()


def test_a_term_of_the_report_is_explained_where_it_stands(open_page):
    page = open_page("/r/deqing-2024-work-report")
    term = page.locator(".term").first
    term.hover()
    note = page.locator("#explains")
    note.wait_for()
    definition = page.locator(term.get_attribute("href")).locator("dd").inner_text()
    assert note.inner_text().strip() == definition.strip()
    page.keyboard.press("Escape")
    assert not note.is_visible()
    term.click()
    assert page.locator(".passage:target dfn").count() == 1


def test_the_source_is_read_beside_the_text(open_page):
    page = open_page("/r/deqing-2025-newspaper-page", viewport={"width": 1280, "height": 900})
    page.locator("a", has_text="对照原件").click()
    pair = page.locator(".pair:has(.raw del)").first
    left, right = pair.locator(".passage").bounding_box(), pair.locator(".raw").bounding_box()
    assert right["x"] >= left["x"] + left["width"]


# Whole visits


def test_characters_composed_by_an_input_method_are_searched_for(open_page):
    """As the input method of the system does it: letters that are composed, characters that replace them, Enter."""
    page = open_page("/")
    page.locator("#q").focus()
    method = page.context.new_cdp_session(page)
    for letters in ("d", "di", "di'l", "di'li"):
        method.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
    assert page.locator("#q").input_value() == "di'li"
    method.send("Input.insertText", {"text": "地理"})
    assert page.locator("#q").input_value() == "地理"
    page.locator("#suggestions li").first.wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".hit mark").first.inner_text() == "地理"


def test_a_whole_visit_by_keyboard_alone(open_page):
    page = open_page("/r/", **COPYING)
    page.keyboard.press("/")
    page.keyboard.type("地理信息")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.copies") == "cite-gbt7714":
            break
    page.keyboard.press("Enter")
    page.locator("#notice", has_text="已复制").wait_for()
    assert "[R/OL]" in page.evaluate("navigator.clipboard.readText()")


def test_back_returns_to_the_same_page_of_results(open_page):
    page = open_page("/?q=发展&sort=newest")
    page.locator("a[rel=next]").click()
    page.wait_for_url("**page=2*")
    first = page.locator(".hit .open").first.get_attribute("href")
    page.locator(".hit .open").nth(3).click()
    page.wait_for_url("**/p/**")
    page.go_back()
    assert page.locator(".hit .open").first.get_attribute("href") == first


# Excerpts and charts


def test_kept_passages_stay_in_the_browser_until_they_are_removed(open_page):
    page = open_page(FOUND)
    buttons = page.locator("button[data-keeps]")
    ids = [buttons.nth(at).get_attribute("data-keeps") for at in (0, 2)]
    buttons.nth(0).click()
    buttons.nth(2).click()
    assert buttons.nth(0).inner_text() == "移出摘录"
    page.reload()
    searched = parse_qs(urlsplit(page.url).query)
    with page.expect_navigation():
        page.locator("a[data-kept]").click()
    kept = parse_qs(urlsplit(page.url).query)
    assert kept.pop("ids") == [",".join(ids)]
    assert kept == searched
    with page.expect_navigation():
        page.locator("button[data-keeps]").first.click()
    assert parse_qs(urlsplit(page.url).query) == {**searched, "ids": [ids[1]]}
    assert page.locator("article").count() == 1


def test_a_chart_is_saved_as_png_and_a_focused_mark_shows_its_label(open_page):
    page = open_page("/trend?q=发展")
    with page.expect_download() as saved:
        page.locator("button[data-picture]").click()
    assert saved.value.suggested_filename == "trend.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    mark = page.locator("a.mark").first
    assert mark.locator(".tip").is_hidden()
    mark.focus()
    assert mark.locator(".tip").text_content().startswith("2016")
    assert mark.locator(".tip").is_visible()
