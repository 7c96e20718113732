"""Every page in both themes and on a small phone, with axe-core; and the three languages and the print are whole."""

from __future__ import annotations

from importlib.resources import files

import pytest

FOUND = "/?q=地理信息"
PAGES = [
    "/",
    FOUND,
    FOUND + "&group=report&year=2024",
    "/?q=(地理信息",
    "/?q=怎样发展地理信息产业",
    "/?q=龘靐齉爩",
    "/r/",
    "/r/deqing-2021-urbanization-plan?q=城镇化",
    "/r/deqing-2024-work-report",
    "/r/deqing-2025-newspaper-page",
    "/r/deqing-2021-review-and-plan",
    "/r/deqing-2025-newspaper-page?raw=1",
    "cited",
    "/coverage",
    "/trend?terms=发展，创新",
    "/compare?q=发展",
    "/compare?a=deqing-2016-work-report&b=deqing-2024-work-report",
    "/excerpts?ids=caghejqsk0rvnx0w,zzz",
    "/panel?terms=发展，创新",
    "/concordance?q=发展",
    "/collocates?q=发展",
    "/keyness?q=年:2024",
    "/p/0",
]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # only these can differ between the light and the dark theme
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_PHONE = {"width": 320, "height": 640}
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                            return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => { for (let at = element; at; at = at.parentElement) {
    const colour = rgb(getComputedStyle(at).backgroundColor); if (colour[3] === 255) return colour; }
    return [255, 255, 255, 255]; };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const weak = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...weak];
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def visited(open_page, path, **options):  # type: ignore[no-untyped-def]
    page = open_page(FOUND if path == "cited" else path, **options)
    if path == "cited":
        page.goto(page.locator(".hit h3 a").first.get_attribute("href"))
    return page


def violations(page, axe: str, *, of_colour: bool = False) -> list[str]:  # type: ignore[no-untyped-def]
    """What axe finds by all rules, or only by those that depend on colours."""
    page.evaluate(axe)  # by the debugger: the page's own policy would refuse it, as it should
    rules = {"type": "rule", "values": COLOUR_RULES} if of_colour else {"type": "tag", "values": RULES}
    found = page.evaluate("rules => axe.run({ runOnly: rules })", rules)
    return [f"{one['id']} ({one['impact']}): {node['target']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_every_text_can_be_read_and_a_small_phone_is_wide_enough(open_page, axe, path):
    """A page is loaded once for all three. Contrast is 4.5 to 1 at least (WCAG AA), of marks and quiet texts too."""
    page = visited(open_page, path, color_scheme="light")
    # The open menu of tools lies over the page; the first page is looked at with it.
    for details in page.locator("details" if path == PAGES[0] else "main details").all():
        details.evaluate("element => element.open = true")
    assert violations(page, axe) == []
    assert page.evaluate(CONTRAST) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, axe, of_colour=True) == []
    assert page.evaluate(CONTRAST) == []
    page.set_viewport_size(SMALL_PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"]


def test_axe_finds_nothing_in_open_completions_and_keys(open_page, axe):
    page = open_page("/")
    page.locator("#q").press_sequentially("dlxx")
    page.locator("#suggestions li").first.wait_for()
    page.locator("#q").press("ArrowDown")
    assert violations(page, axe) == []
    page.goto(FOUND)
    page.keyboard.press("?")
    assert violations(page, axe) == []


def test_axe_would_say_so(open_page, axe):
    """The counterpart: a picture without words is found, and dark letters in the dark theme."""
    page = open_page("/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(one.startswith("image-alt") for one in violations(page, axe))
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.querySelector('main').append('?'), document.querySelector('main').style.color = '#222'")
    assert any(one.startswith("color-contrast") for one in violations(page, axe, of_colour=True))


def test_results_are_announced(open_page):
    page = open_page(FOUND)
    assert page.get_by_role("status").first.inner_text().startswith("14")


@pytest.mark.parametrize(("locale", "word"), [("zh-TW", "檢索"), ("en-US", "Search"), ("zh-CN", "检索")])
def test_the_browser_chooses_the_language_and_a_link_another(open_page, locale, word):
    page = open_page(FOUND, locale=locale)
    assert page.locator("form.search button").inner_text().strip() == word
    page.locator(".languages a", has_text="English").click()
    assert page.locator("form.search button").inner_text().strip() == "Search"
    assert page.locator("#q").input_value() == "地理信息"


def test_paper_shows_the_text_and_the_citation_and_no_buttons(open_page):
    page = visited(open_page, "cited")
    page.emulate_media(media="print")
    assert page.locator(".cited").is_visible()
    assert page.locator("#cite-gbt7714").is_visible()
    assert not page.locator(".masthead").is_visible()
    assert page.locator("button:visible").count() == 0
