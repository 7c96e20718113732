"""Fixes of lines: jump marks, lines struck twice, the masthead of a newspaper."""

from __future__ import annotations

import re

from deqing_search.offsets import Edit
from deqing_search.shapes import HAN, Line, ends_sentence, lines_of, opens_article

_PAGE = r"第?\s*[A-Za-z]?\s*[\d０-９一二三四五六七八九十]+\s*版"
_JUMP = re.compile(rf"[ \u3000]*[（(]\s*(?:上接|下转|紧接|转|接)\s*{_PAGE}[^()（）\n]{{0,10}}[)）][ \u3000]*")
_MASTHEAD = re.compile(r"NEWS|主办$|出版$|统一刊号|总第\s*\d+\s*期|责任?编辑|邮发代号|今日.{0,3}版|新闻热线")
_LEAST_STRUCK = 6  # characters of a line that can be proven to be struck twice
_LEAST_RUN = 3  # at least one run must be this long: 时时事事处处 and 讨论讨论 are words


def jump_mark(text: str) -> list[Edit]:
    """Take away a mark that sends the reader to another page of the newspaper.

    >>> [text[e.start:e.end] for text in ["强化思想引领。 (下转第 2 版）"] for e in jump_mark(text)]
    [' (下转第 2 版）']
    >>> jump_mark("第2版的德清新闻")
    []
    """
    return [Edit(*mark.span(), "", "jump-mark", f"转版标记{mark[0].strip()}") for mark in _JUMP.finditer(text)]


def double_strike(text: str) -> list[Edit]:
    """Keep one of the two layers of a line that was printed twice, run by run.

    Evidence: the whole line is made of runs that each stand twice, and one of them is no mere reduplication.

    >>> from deqing_search.offsets import apply_edits
    >>> apply_edits(line := "审议了审议了《《关于深化关于深化》，》，研研", double_strike(line))
    '审议了《关于深化》，研'
    >>> double_strike("时时事事处处")
    []
    """
    edits: list[Edit] = []
    for line in lines_of(text):
        runs = _struck_runs(line.text)
        if runs:
            edits += [
                Edit(line.start + start + size, line.start + start + 2 * size, "", "double-strike", "标题叠印成双")
                for start, size in runs
            ]
    return edits


def _struck_runs(line: str) -> list[tuple[int, int]]:
    """(offset, length) of the runs that each stand twice and together make up the line, spaces aside; [] if none do."""
    if len(line) < _LEAST_STRUCK or len(line) > 2000:
        return []
    parts = [(found.start(), _squares(found[0])) for found in re.finditer(r"\S+", line)]
    runs = [(at + start, size) for at, squares in parts for start, size in squares]
    whole = sum(2 * size for _, size in runs) == sum(not c.isspace() for c in line)
    return runs if whole and max(size for _, size in runs) >= _LEAST_RUN else []


def _squares(word: str) -> list[tuple[int, int]]:
    """A tiling of `word` by squares (a run and its copy), longest first from the left; [] where there is none."""
    if len(word) % 2 or len(word) > 1000:
        return []
    tiled: list[tuple[int, int] | None] = [None] * len(word)  # the square that starts a tiling of word[i:]
    reach = [False] * len(word) + [True]
    for start in range(len(word) - 2, -1, -1):
        for size in range((len(word) - start) // 2, 0, -1):
            if reach[start + 2 * size] and word.startswith(word[start : start + size], start + size):
                tiled[start], reach[start] = (start, size), True
                break
    squares, at = [], 0
    while at < len(word):
        square = tiled[at]
        if square is None:
            return []
        squares.append(square)
        at += 2 * square[1]
    return squares


def masthead(text: str) -> list[Edit]:
    """Take away the head of a newspaper page: the short lines before its first byline, if they name the paper.

    >>> [e.reason for e in masthead("DEQING NEWS\\n德清县融媒体中心主办\\n| 记者 杨名\\n县政协召开会议。")]
    ['报头', '报头']
    """
    lines = lines_of(text)
    first = next((index for index, line in enumerate(lines) if opens_article(line.text)), 0)
    named = [index for index, line in enumerate(lines[:first]) if _MASTHEAD.search(line.text)]
    if not named or any(ends_sentence(line.text) or len(line.text) > 24 for line in lines[:first]):
        return []
    last = max(named)
    edits = [line for index, line in enumerate(lines[:first]) if index <= last or _is_account(line.text, lines[:first])]
    return [Edit(line.start, line.end, "", "masthead", "报头") for line in edits]


def _is_account(line: str, head: list[Line]) -> bool:
    """A line under the masthead that only plays on the paper's name: 我德清德清发布."""
    names = "".join(other.text for other in head if _MASTHEAD.search(other.text))
    han = re.sub(f"[^{HAN}]", "", line)
    return len(han) <= 10 and sum(c in names for c in han) * 2 >= len(han) and not line.endswith(("召开", "举行"))
