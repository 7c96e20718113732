"""Marks of a file's format: the asterisks of bold type, the bars of a table. They are no damage of the text."""

from __future__ import annotations

import re
from typing import Final

_FIX: Final = "markup"  # the one fix that takes such marks away
_OF_TEXT = re.compile(r"[\d\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")


def is_format_mark(fix: str, before: str) -> bool:
    """An edit took away marks of the format alone: no Chinese character and no digit went with them.

    >>> is_format_mark("markup", "**"), is_format_mark("markup", "[^1]"), is_format_mark("stray-space", " ")
    (True, False, False)
    """
    return fix == _FIX and not _OF_TEXT.search(before)
