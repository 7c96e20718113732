"""Parts of a page that are loaded when they are wanted."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("scripts", [True, False])
def test_related_words_are_loaded_into_the_page_or_shown_on_one_of_their_own(open_page, scripts):
    page = open_page("/?q=经济", java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    page.locator("[data-loads=related]").click()
    page.locator("#related li a").first.wait_for()
    assert ("related=1" in page.url) == (not scripts)
    assert page.locator("[data-loads=related]").count() == 0
