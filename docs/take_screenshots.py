"""Take the screenshots of the documentation, and the preview picture of shared links, from a running server.

`python -m docs.take_screenshots [URL]` in the root of the repository. It needs playwright, Chromium and the fonts of
readers (Debian: `apt install chromium fonts-noto-cjk`). Start the server before: `search-cli serve`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
CARD = ROOT / "deqing_search" / "web" / "static" / "card.png"
FOUND = "/?q=" + quote("地理信息")
PLAN = "/r/deqing-2021-urbanization-plan"
PAGES = {
    "home": "/",
    "results": FOUND,
    "grouped": f"/?q={quote('发展')}&group=report&year=2021..2025",
    "words": "/?q=" + quote("怎样发展地理信息产业"),
    "nothing": "/?q=" + quote("龘靐齉爩"),
    "reading": f"{PLAN}?q={quote('城镇化')}",
    "source": "/r/deqing-2025-newspaper-page?raw=1",
    "coverage": "/coverage",
    "trend": "/trend?terms=" + quote("发展, 创新"),
    "compare": "/compare?q=" + quote("发展"),
    "comparison": "/compare?a=deqing-2016-work-report&b=deqing-2024-work-report",
    "panel": "/panel?terms=" + quote("创新, 数字经济, 地理信息"),
}
SHOWN = {"desktop": tuple(PAGES), "dark": ("results", "reading"), "phone": ("results", "reading", "trend")}
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "zh-CN"}
VIEWS = {
    "desktop": DESKTOP,
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**DESKTOP, "viewport": {"width": 360, "height": 780}},
    "traditional": {**DESKTOP, "locale": "zh-TW"},
    "english": {**DESKTOP, "locale": "en-US"},
}


def main(site: str = "http://127.0.0.1:8000") -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for view, options in VIEWS.items():
            page = browser.new_context(base_url=site, **options).new_page()
            for name in SHOWN.get(view, ("results",)):
                page.goto(PAGES[name])
                page.screenshot(path=FOLDER / f"{name}-{view}.png")
            if view not in SHOWN:
                continue
            cited(page)
            page.screenshot(path=FOLDER / f"citation-{view}.png")
            page.locator(".cite").screenshot(path=FOLDER / f"forms-{view}.png")
            if view == "desktop":
                at_work(page)
        card(browser, site)
        browser.close()


def cited(page: Page) -> None:
    """The page of the first hit."""
    page.goto(FOUND)
    page.locator(".hit h3 a").first.click()
    page.wait_for_load_state()


def at_work(page: Page) -> None:
    """A table, the definition of a term, completions, the list of keys, a printed page."""
    page.goto(PLAN)
    page.locator(".passage:has(+ .table-scroll)").evaluate("caption => caption.scrollIntoView()")
    page.screenshot(path=FOLDER / "table-desktop.png")
    page.goto("/r/deqing-2024-work-report")
    page.locator(".term").first.hover()
    page.screenshot(path=FOLDER / "term-desktop.png")
    page.goto("/")
    page.locator("#q").press_sequentially("dlxx")
    page.locator("#suggestions li").first.wait_for()
    page.locator("#q").press("ArrowDown")
    page.screenshot(path=FOLDER / "completions-desktop.png")
    page.goto(FOUND)
    page.keyboard.press("?")
    page.screenshot(path=FOLDER / "keys-desktop.png")
    cited(page)
    page.emulate_media(media="print")
    page.screenshot(path=FOLDER / "citation-print.png", full_page=True)
    page.emulate_media(media="screen")


def card(browser: Browser, site: str) -> None:
    """The preview of a shared link: name and motto, without the rest of the home page."""
    page = browser.new_context(base_url=site, **{**DESKTOP, "viewport": {"width": 1200, "height": 630}}).new_page()
    page.goto("/")
    page.evaluate(
        "for (const one of document.querySelectorAll('.sites, .help, .shelf, .colophon')) one.remove();"
        "for (const one of document.querySelectorAll('.coverage, .examples')) one.remove();"
        "document.documentElement.style.fontSize = '185%';"
    )
    page.screenshot(path=CARD)


if __name__ == "__main__":
    main(*sys.argv[1:2])
