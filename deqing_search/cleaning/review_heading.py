"""Fixes of headings that the carrier set in the wrong place."""

from __future__ import annotations

import re
from itertools import takewhile

from deqing_search.text.lines import is_heading, is_prose, lines_of, numbering
from deqing_search.text.offsets import Edit, Span

_REVIEWS = re.compile("回眸|回顾|回望")
_LOOKS_BACK = re.compile("回望|回顾|回眸|过去的?[一二三四五六七八九十]?年|[一二三四五]年来")


def review_heading(text: str) -> list[Edit]:
    """Put the heading of a review in front of the review, when an infographic gave it after the text.

    Evidence: the text opens without a heading and looks back; then headings follow each other with nothing
    between, and one of them announces a review, under which nothing stands.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "回望过去五年，我们办成了一批大事。\\n『十四五』目标任务\\n回眸『十三五』发展\\n总体要求\\n坚持创新。\\n"
    >>> apply_edits(text, review_heading(text)).split("\\n")[:3]
    ['回眸『十三五』发展', '回望过去五年，我们办成了一批大事。', '『十四五』目标任务']
    """
    lines = lines_of(text)
    opening = list(takewhile(lambda line: not is_heading(line.text), lines))
    if not opening or not is_prose(opening[0].text) or not _LOOKS_BACK.search(opening[0].text):
        return []
    group = list(takewhile(lambda line: is_heading(line.text), lines[len(opening) :]))
    empty = [line for line in group[:-1] if _REVIEWS.search(line.text) and numbering(line.text) is None]
    if len(empty) != 1:
        return []
    heading, front = empty[0], opening[0]
    below = lines[lines.index(heading) + 1]
    moved = Span(heading.start, below.start)  # with the blank lines behind it
    return [
        Edit(front.start, front.start, text[moved.start : moved.end], "review-heading", "回顾的标题落在文后", moved),
        Edit(moved.start, moved.end, "", "review-heading", "标题移回文前"),
    ]
