"""Fixes of lines: jump marks, lines struck twice, the masthead of a newspaper."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from deqing_search.text.lines import (
    HAN,
    Line,
    bylines_of,
    ends_sentence,
    is_byline,
    is_heading,
    is_prose,
    lines_of,
    numbering,
)
from deqing_search.text.offsets import Edit

_NUMBER = r"[\d０-９一二三四五六七八九十]+"
_PAGE = rf"第?\s*[A-Za-z]?\s*{_NUMBER}(?:\s*[、，,\-—至]\s*{_NUMBER})?\s*版"
_JUMPS = re.compile(rf"[接转]\s*(?:{_PAGE}|[上下][页版])")
_FROM, _TO = rf"(?:(?:上接|紧接|接)\s*{_PAGE}|接上[页版])", rf"(?:(?:下转|紧转|转)\s*{_PAGE}|转下[页版])"
_NAMED = rf"(?:[上紧]接|[下紧]转)\s*{_PAGE}"  # these need no brackets
_POINTERS = "[▲△▼▽■□●◆◇★☆→←▶►▷▸◀◄◁◂]"
_LEFT, _RIGHT = rf"[ \u3000]*[（(【\[]\s*{_POINTERS}*\s*", r"[^()（）【】\n]{0,10}[)）】\]][ \u3000]*"
_JUMP = re.compile(
    rf"{_LEFT}(?:{_FROM}|{_TO}){_RIGHT}"
    rf"|{_NAMED}\s*[)）】\]]"
    rf"|^[ \u3000]*{_POINTERS}*\s*[A-Za-z]{{0,2}}{_NAMED}\S{{0,6}}[ \u3000]*$"
    rf"|^[ \u3000]*{_POINTERS}*[A-Z]{{0,2}}[上紧]接\s*{_PAGE}{_POINTERS}*[ \u3000]*(?=[{HAN}])"
    rf"|[ \u3000]*{_POINTERS}+\s*[下紧]转\s*{_PAGE}{_POINTERS}*[ \u3000]*$"
    rf"|(?<=[，。；！？”])[ \u3000]*[下紧]转\s*{_PAGE}[ \u3000]*$",
    re.M,
)
_JUMP_INSIDE = re.compile(rf"(?<=[^\s。！？”]){_LEFT}{_TO}{_RIGHT}\s*\n\s*{_LEFT}{_FROM}{_RIGHT}")
_MASTHEAD = re.compile(r"NEWS|主办$|出版$|统一刊号|总第\s*\d+\s*期|责任?编辑|邮发代号|今日.{0,3}版|新闻热线")
_WORD = re.compile(r"\S+")
_LEAST_STRUCK = 6  # characters of a line that can be proven to be struck twice
_LONGEST_STRUCK = 2000
_LEAST_AGAIN = 4
_LEAST_DOUBLES = 2  # lines above that stand twice each
_AGAIN = re.compile(rf"(\S{{{_LEAST_AGAIN},}}(?: \S+)*?)(?:\s+\1)+")
_RUN_IN_TWICE = re.compile(r"([^。！？，]{4,45}。)([ \u3000]*\1)(?=[^。])(?!\1)")  # a whole sentence, before more
_LONGEST_HEADING = 160  # … with what stands behind it again
_TITLE = re.compile(r"(?:报告|文件|规划|纲要|计划|公报|讲话)(?:[（(].{1,8}[）)])?$")
_LEAST_RUN = 3  # at least one run must be this long: 时时事事处处 and 讨论讨论 are words


def jump_mark(text: str) -> list[Edit]:
    """Take away a mark that sends the reader to another page of the newspaper.

    Where the next line begins with the mark of the page that is left, inside a sentence, the two lines are joined.

    >>> [text[e.start:e.end] for text in ["强化思想引领。 (下转第 2 版）"] for e in jump_mark(text)]
    [' (下转第 2 版）']
    >>> jump_mark("第2版的德清新闻")
    []
    """
    if not _JUMPS.search(text):  # found fast
        return []
    inside = [mark.span() for mark in _JUMP_INSIDE.finditer(text)]
    alone = [mark.span() for mark in _JUMP.finditer(text)]
    alone = [mark for mark in alone if not any(start <= mark[0] < end for start, end in inside)]
    return [
        Edit(start, end, "", "jump-mark", f"转版标记{''.join(text[start:end].split())}")
        for start, end in sorted(inside + alone)
    ]


def double_strike(text: str) -> list[Edit]:
    """Keep one of the layers of a line that was printed several times over, run by run.

    Evidence: the whole line is made of runs that each stand twice or more, and one of them is no mere
    reduplication, or all stand three times; or a heading stands again beside itself or on the next line.

    >>> from deqing_search.text.offsets import apply_edits
    >>> apply_edits(line := "审议了审议了《《关于深化关于深化》，》，研研", double_strike(line))
    '审议了《关于深化》，研'
    >>> double_strike("时时事事处处")
    []
    """
    lines = lines_of(text)
    layers = _layers(lines)
    starts = [line.start for line in lines]
    struck = {bisect_right(starts, edit.start) - 1 for edit in layers}
    again = list(_printed_again(lines, struck))
    struck |= {bisect_right(starts, edit.start) - 1 for edit in again}
    run_in = [
        Edit(line.start + twice.start(2), line.start + twice.end(2), "", "double-strike", "段首标题印了两遍")
        for at, line in enumerate(lines)
        if at not in struck and not {at - 1, at + 1} & struck and (twice := _RUN_IN_TWICE.match(line.text))
    ]
    return sorted([*layers, *again, *run_in], key=lambda edit: edit.start)


def _layers(lines: list[Line]) -> list[Edit]:
    """Lines made of runs that each stand several times."""
    tilings = [_tiled(line.text) for line in lines]
    proven = [_are_proven(runs) for runs in tilings]
    if not any(proven):
        return []
    # A headline's last characters may stand alone on a line: `研研` above `究了究了重大事项重大事项`.
    beside = [any(proven[max(at - 1, 0) : at + 2]) for at in range(len(lines))]
    return [
        Edit(line.start + run.start + run.size, line.start + run.end, "", "double-strike", "标题叠印成双")
        for line, runs, struck in zip(lines, tilings, beside, strict=True)
        if struck
        for run in runs
    ]


def _printed_again(lines: list[Line], struck: set[int]) -> Iterator[Edit]:
    """A heading that stands on its line again behind a space, or on the next line in front of what it stands over."""
    for at, line in enumerate(lines):
        if at in struck or at - 1 in struck:
            continue
        twice = len(line.text) <= _LONGEST_HEADING and line.text.find(line.text[:_LEAST_AGAIN], _LEAST_AGAIN) != -1
        again = _AGAIN.fullmatch(line.text) if twice else None
        if again and is_heading(again[1]):
            yield Edit(line.start + again.end(1), line.end, "", "double-strike", "标题印了几遍")
            continue
        if not at > 0 or line.text != lines[at - 1].text:
            continue
        if _follows_doubles(lines, at) or (at < len(lines) - 1 and _is_title_over(line.text, lines[at + 1].text)):
            yield Edit(lines[at - 1].end, line.end, "", "double-strike", "标题印了两遍")


def _follows_doubles(lines: list[Line], at: int) -> bool:
    """Every line above stands twice as well, so this is no sentence that the author says again."""
    first = at - 2 * _LEAST_DOUBLES - 1
    return first >= 0 and all(lines[above].text == lines[above + 1].text for above in range(first, at - 1, 2))


def _is_title_over(line: str, below: str) -> bool:
    """Cells of a table may be equal as well, but name no document and stand over no prose."""
    if len(line) < _LEAST_RUN + 1 or not is_heading(line):
        return False
    return (
        bool(_TITLE.search(line))
        or below == line
        or numbering(below) is not None
        or is_byline(below)
        or is_prose(below)
        or ends_sentence(below)
    )


class _Run(NamedTuple):
    """`size` characters at `start` that stand several times over, up to `end`."""

    start: int
    size: int
    end: int

    @property
    def times(self) -> int:
        return (self.end - self.start) // self.size


def struck_runs(line: str) -> list[_Run]:
    """The runs of which the whole line is made, each standing several times; [] without proof that it was struck."""
    runs = _tiled(line)
    return runs if _are_proven(runs) else []


def _tiled(line: str) -> list[_Run]:
    """The runs that each stand several times and together make up the line, spaces aside; [] if none do."""
    if not 2 <= len(line) <= _LONGEST_STRUCK or line.find(line[0], 1, len(line) // 2 + 1) == -1:
        return []
    runs: list[_Run] = []
    for word in _WORD.finditer(line):
        tiling = _tiling(word[0])
        if not tiling:
            return []
        runs += [_Run(word.start() + start, size, word.start() + end) for start, size, end in tiling]
    kept = "".join(line[run.start : run.start + run.size] for run in runs)
    return runs if not _tiling(kept) else []  # what is left must be single, or the evidence is muddled


def _are_proven(runs: list[_Run]) -> bool:
    """The runs are no mere reduplication: one is long, or there are several of two characters, or all stand thrice."""
    if not runs or runs[-1].end - runs[0].start < _LEAST_STRUCK:
        return False
    several = len(runs) >= 3 and (min(run.size for run in runs) >= 2 or min(run.times for run in runs) >= 3)
    return several or max(run.size for run in runs) >= _LEAST_RUN


def _tiling(word: str) -> list[_Run]:
    """`word` as runs that each stand twice or more, the fewest characters kept; [] where there is no such tiling."""
    steps = {0: list(_runs_at(word, 0))}
    open_ends = [run.end for run in steps[0]]
    if not open_ends:
        return []
    while open_ends:  # forward from the start: a line that is not struck is left at its first characters
        at = open_ends.pop()
        if at not in steps and at < len(word):
            steps[at] = list(_runs_at(word, at))
            open_ends += [run.end for run in steps[at]]
    best: dict[int, tuple[int, _Run | None]] = {len(word): (0, None)}
    for at in sorted(steps, reverse=True):
        ways = [(run.size + best[run.end][0], run) for run in steps[at] if run.end in best]
        if ways:
            best[at] = min(ways)
    tiling, at = [], 0
    while at < len(word):
        run = best.get(at, (0, None))[1]
        if run is None:
            return []
        tiling.append(run)
        at = run.end
    return tiling


def _runs_at(word: str, start: int) -> Iterator[_Run]:
    """The runs that start here and stand twice or more."""
    second = word.find(word[start], start + 1)
    while second != -1 and 2 * second - start <= len(word):
        size = second - start
        run, end = word[start:second], second
        while word.startswith(run, end):
            end += size
            yield _Run(start, size, end)
        second = word.find(word[start], second + 1)


def masthead(text: str) -> list[Edit]:
    """Take away the head of a newspaper page: the short lines before its first byline, if they name the paper.

    >>> [e.reason for e in masthead("DEQING NEWS\\n德清县融媒体中心主办\\n| 记者 杨名\\n县政协召开会议。")]
    ['报头', '报头']
    """
    head = lines_of(text)[: next(iter(bylines_of(text)), 0)]
    named = [index for index, line in enumerate(head) if _MASTHEAD.search(line.text)]
    if not named or any(ends_sentence(line.text) or len(line.text) > 24 for line in head):
        return []
    edits = [line for index, line in enumerate(head) if index <= max(named) or _is_account(line.text, head)]
    return [Edit(line.start, line.end, "", "masthead", "报头") for line in edits]


def _is_account(line: str, head: list[Line]) -> bool:
    """A line under the masthead that only plays on the paper's name: 我德清德清发布."""
    names = "".join(other.text for other in head if _MASTHEAD.search(other.text))
    han = re.sub(f"[^{HAN}]", "", line)
    return len(han) <= 10 and sum(c in names for c in han) * 2 >= len(han) and not line.endswith(("召开", "举行"))
