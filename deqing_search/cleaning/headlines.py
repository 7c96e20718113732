"""Fixes of the newspaper page: headlines that fill several lines, and headlines that stand behind their article."""

from __future__ import annotations

from itertools import pairwise

from deqing_search.text.lines import (
    Line,
    bylines_of,
    ends_sentence,
    headlines_before,
    is_byline,
    lines_of,
    overlap,
    width,
)
from deqing_search.text.offsets import Edit, Span

_ENOUGH = 0.5  # share of a headline's bigrams that its article's first paragraph must hold


_HEAD = 8  # lines in which the meeting is named
_LEAST_MEASURE = 40  # columns of a headline line that can be said to fill the page


def headline_wrap(text: str) -> list[Edit]:
    """Join the lines of a headline that fills the page's width and goes on below, and the two lines of a meeting.

    Evidence: in front of a byline, lines of one great width that end no sentence, then a shorter rest. Of a meeting: at
    the head of the text two lines that are a byline together and not apart.

    >>> head = "政府工作报告\\n——2026年1月26日在某某省第十四届\\n人民代表大会第五次会议上\\n"
    >>> [(head[e.start - 1], head[e.end]) for e in headline_wrap(head)]
    [('届', '人')]
    """
    lines = lines_of(text)
    edits = [Edit(left.end, right.start, "", "headline-wrap", "会议名称折行") for left, right in _meeting(lines)]
    for byline in bylines_of(text):
        group = [lines[index] for index in reversed(headlines_before(lines, byline))]
        full = [line for line in group if width(line.text) >= _LEAST_MEASURE]
        first = group.index(full[0]) if full else 0
        rest = group[first + len(full) : first + len(full) + 1]
        if len(full) > 1 and rest and group[first : first + len(full)] == full and _one_measure(full):
            edits += [
                Edit(left.end, right.start, "", "headline-wrap", "标题排满一行后折行")
                for left, right in pairwise([*full, *rest])
            ]
    return sorted(edits, key=lambda edit: edit.start)


def _meeting(lines: list[Line]) -> list[tuple[Line, Line]]:
    """The two lines at the head of a text that name the day and the meeting together."""
    pairs = pairwise(lines[:_HEAD])
    return [
        (left, right)
        for left, right in pairs
        if not is_byline(left.text) and (not is_byline(right.text) or _goes_on(left.text, right.text))
        if is_byline(left.text + right.text)
    ][:1]


def _goes_on(left: str, right: str) -> bool:
    """The left line ends with a place, the right one is its session, a byline by itself: 在合肥市 ⏎ 第十七届…会议上."""
    return right.startswith("第") and left.endswith(("省", "市", "县", "区", "州", "旗", "盟"))


def _one_measure(lines: list[Line]) -> bool:
    widths = [width(line.text) for line in lines]
    return max(widths) - min(widths) <= 4


def headline_behind(text: str) -> list[Edit]:
    """Move a headline to the article it belongs to, when that article has none in front of it.

    Evidence: the first paragraph of the article repeats most of the headline, and no other article's does.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "| 记者 甲\\n县政协召开会议，传达精神。\\n县政协召开会议\\n县委开会\\n| 记者 乙\\n县委开会。\\n"
    >>> apply_edits(text, headline_behind(text))[:22]
    '县政协召开会议\\n| 记者 甲\\n县政协召开会议'
    """
    lines = lines_of(text)
    bylines = bylines_of(text)
    moves = []
    taken: set[int] = set()
    for byline in bylines:
        lead = lines[byline + 1].text if byline + 1 < len(lines) else ""
        if headlines_before(lines, byline) or not ends_sentence(lead):
            continue
        waiting = [i for later in bylines if later > byline for i in headlines_before(lines, later) if i not in taken]
        scored = [(overlap(lines[i].text, lead), -i) for i in waiting]
        if scored and max(scored)[0] >= _ENOUGH:
            index = -max(scored)[1]
            taken.add(index)
            moves.append((lines[byline], lines[index]))
    return _edits(text, moves)


def _edits(text: str, moves: list[tuple[Line, Line]]) -> list[Edit]:
    edits = []
    for byline, headline in moves:
        moved = Span(headline.start, headline.end + 1)  # with its line end: another byline always follows
        edits.append(
            Edit(byline.start, byline.start, text[moved.start : moved.end], "headline-behind", "标题落在文后", moved)
        )
        edits.append(Edit(moved.start, moved.end, "", "headline-behind", "标题移回文前"))
    return sorted(edits, key=lambda edit: edit.start)
