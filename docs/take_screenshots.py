"""Take the screenshots of the documentation from a running server.

`python docs/take_screenshots.py [URL]`; needs playwright and Chromium, and the fonts the reader would have
(Debian: `apt install chromium fonts-noto-cjk`). Start the server before: `search-cli serve`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent / "screenshots"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FOUND = "/?q=" + quote("地理信息")
PLAN = "/r/deqing-2021-urbanization-plan"
PAGES = {
    "home": "/",
    "results": FOUND,
    "words": "/?q=" + quote("怎样发展地理信息产业"),
    "nothing": "/?q=" + quote("龘靐齉爩"),
    "reading": f"{PLAN}?q={quote('城镇化')}",
}
VIEWS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 360, "height": 780},
        "color_scheme": "light",
    },
}


def main(site: str = "http://127.0.0.1:8000") -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for view, options in VIEWS.items():
            page = browser.new_context(base_url=site, locale="zh-CN", **options).new_page()
            for name in PAGES if view == "desktop" else ("results", "reading"):
                page.goto(PAGES[name])
                page.screenshot(path=FOLDER / f"{name}-{view}.png")
            page.goto(FOUND)
            page.locator(".hit h3 a").first.click()
            page.screenshot(path=FOLDER / f"citation-{view}.png")
            if view != "desktop":
                continue
            page.goto(PLAN)
            page.locator(".passage:has(+ .table-scroll)").evaluate("caption => caption.scrollIntoView()")
            page.screenshot(path=FOLDER / f"table-{view}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
