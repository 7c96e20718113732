"""Fixes of spacing and stops: letter-spaced headings, stops typed twice, the middle dot that became a question mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deqing_search.cleaning.newspaper import struck_runs
from deqing_search.text.lines import HAN, NUMERAL, ends_sentence, is_row, lines_of, numbering
from deqing_search.text.offsets import Edit, Span, apply_edits

_GAP = re.compile(r"[ \u3000\u00a0]+")
_SINGLES = re.compile(r"[ \u3000\u00a0]\S[ \u3000\u00a0]+\S[ \u3000\u00a0]")  # two characters, each set apart
_NUMBER, _LEAST_NUMBERS = re.compile(r"(?<!\S)[-+−]?\d[\d,，.．]+[%％]?(?!\S)"), 2
_MOST_CELLS, _HEADS = (
    8,
    re.compile("指标|项目|单位|名称|数量|合计|全国|年份"),
)  # characters, words of the head of a table
_LEAST_SPACED = 4  # single characters: names and titles of two or three are set apart on purpose
# Strings: compiled when a text has what they are tried on, as few have; `re` keeps what it compiled.
_SPACED = rf"(?<![^\s（(《“—])[{HAN}\d（(《“](?P<gap>[ \u3000\u00a0]+)(?:[^\s](?P=gap)){{2,}}[^\s]"
_COUNTED = rf"[{NUMERAL}\d甲乙丙丁东南西北春夏秋冬ABCDabcd①②③④⑤⑥⑦⑧⑨]+"
_WORDS = rf"[{HAN}]{{3}}|\d{{4}}年"  # `3 月 1 日` is set so by many an author
_YEAR = r"(?<!\d)[12][ \u3000\u00a0]+[09][ \u3000\u00a0]+\d[ \u3000\u00a0]+\d[ \u3000\u00a0]*年"
_INDENT = re.compile(r"(?<=\S)\u3000{2,}(?=\S)")
_LEAST_INDENTS, _LEAST_RUN_TOGETHER = 3, 60  # inside one line; characters of it
_NEAR = 40  # characters beside a gap that show what ends and begins there
_TWO_STOPS = re.compile("[，。、；：]{2}")
_SAME_STOP = r"(?<![，。、；：])([，。、；：])\1(?![，。、；：])"
_WEAK_STOP = r"(?<![，。、；：])(?:[，、](?=[。；])|；(?=。))(?![，。、；：]{2})"
_DOT = rf"(?<=[{HAN}][{HAN}])\?(?=[{HAN}][{HAN}])"
_DAY = r"“(?:1[0-2]|[1-9])(\?)(?=(?:0?[1-9]|[12]\d|3[01])(?!\d))"
_BRACKETED = r"[“《（(「]([^“”《》（()）「」，。；：、！？\n]{4,40})[”》）)」]"
_STOP, _CLAUSE = r"[，。；：、！？\n]", 60  # characters in which a clause begins and ends
_ASKING = "[吗呢么谁哪怎否啥]|(?<!几)何|几(?!何)|为什|是不是"


def letter_space(text: str) -> list[Edit]:
    """Take away the spaces with which a heading was set wide: `政 府 工 作 报 告`, `2 0 2 4 年`.

    Evidence: four or more single characters with the same space between each two. A wider gap in between parts
    words and stays one space. Counted things (`一 二 三 四`) are no heading.

    >>> from deqing_search.text.offsets import apply_edits
    >>> [apply_edits(line, letter_space(line)) for line in ("政 府 工 作 报 告", "2 0 2 4 年工作", "省长　王 正 谱")]
    ['政府工作报告', '2024年工作', '省长　王 正 谱']
    """
    if not _SINGLES.search(text):  # found fast
        return []
    edits: list[Edit] = []
    lines = lines_of(text)
    for at, line in enumerate(lines):
        if not _SINGLES.search(line.text) or is_row(line.text):
            continue
        if _can_be_cells(line.text) and any(_is_tabular(near.text) for near in lines[max(at - 1, 0) : at + 2]):
            continue  # in and beside a table the gaps part cells: `指 标 全 国`
        spans = {gap for stretch in _spaced_stretches(line.text) for gap in stretch}
        edits += [
            Edit(line.start + start, line.start + end, "", "letter-space", "字与字之间加了空格")
            for start, end in sorted(spans)
        ]
    return edits


def _can_be_cells(line: str) -> bool:
    """Numbers stand in it, or it is short or names columns."""
    bare = "".join(line.split())
    return _is_tabular(line) or len(bare) <= _MOST_CELLS or bool(_HEADS.search(bare))


def _is_tabular(line: str) -> bool:
    """A row, or a line of words and at least two numbers that are apart by spaces."""
    return is_row(line) or (not ends_sentence(line) and len(_NUMBER.findall(line)) >= _LEAST_NUMBERS)


def _spaced_stretches(line: str) -> list[list[tuple[int, int]]]:
    """The gaps of each stretch that is set wide."""
    found = []
    for stretch in re.finditer(_SPACED, line):
        bare = _GAP.sub("", stretch[0])
        if len(bare) >= _LEAST_SPACED and not re.fullmatch(_COUNTED, bare) and re.search(_WORDS, bare):
            gaps = [(stretch.start() + gap.start(), stretch.start() + gap.end()) for gap in _GAP.finditer(stretch[0])]
            found.append(gaps + _onward(line, stretch.end(), stretch["gap"]))
    for year in re.finditer(_YEAR, line):
        found.append([(year.start() + gap.start(), year.start() + gap.end()) for gap in _GAP.finditer(year[0])])
    return found


def _onward(line: str, at: int, gap: str) -> list[tuple[int, int]]:
    """The same gaps behind a bracket or stop that had none in front of it: `报 告（摘 要）`."""
    gaps = []
    for more in re.finditer(rf"(?<=\S){re.escape(gap)}(?=\S(?:{re.escape(gap)}|[）)》”]|$))", line[at:]):
        if re.fullmatch(rf"[（(《“{HAN}\d）)》”]*(?:{re.escape(gap)}\S+)*", line[at : at + more.start()]):
            gaps.append((at + more.start(), at + more.end()))
    return gaps


def lost_line_end(text: str) -> list[Edit]:
    """Begin a new line at every indent inside a line: the ends of the lines were lost, their indents were not.

    Evidence: three or more gaps of two wide spaces in a long line, half of them or more
    after the end of a sentence or a colon, or before a number.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "各位代表：　　现在，我向大会报告工作，请予审议。　　去年，经济平稳增长。　　" + "今年要抓好项目。" * 4
    >>> apply_edits(text, lost_line_end(text)).split("\\n")[1]
    '　　现在，我向大会报告工作，请予审议。'
    """
    edits: list[Edit] = []
    for line in lines_of(text) if "\u3000\u3000" in text else ():
        gaps = [gap.start() for gap in _INDENT.finditer(line.text)]
        if len(gaps) < _LEAST_INDENTS or len(line.text) < _LEAST_RUN_TOGETHER or is_row(line.text):
            continue
        if 2 * sum(_parts_paragraphs(line.text, gap) for gap in gaps) >= len(gaps):
            starts = [line.start + gap for gap in gaps]
            edits += [Edit(start, start, "\n", "lost-line-end", "段落之间丢了换行") for start in starts]
    return edits


def _parts_paragraphs(line: str, gap: int) -> bool:
    """A sentence or a colon ends before the gap, or a number follows."""
    before, after = line[max(gap - _NEAR, 0) : gap], line[gap : gap + _NEAR].lstrip()
    return ends_sentence(before) or before[-1] in "：:" or numbering(after) is not None


def doubled_stop(text: str) -> list[Edit]:
    """Keep one of two stops that an edit left side by side: the same twice, or a weak one in front of a strong one.

    `、，` stays: which of the two is right, only the reader can say.

    >>> [text[e.start:e.end] for text in ["增长5.2％。。", "新进展，。覆盖"] for e in doubled_stop(text)]
    ['。', '，']
    >>> doubled_stop("等等。。。") + doubled_stop("处于停产、，半停产状态。")
    []
    """
    if not _TWO_STOPS.search(text):
        return []
    edits: list[Edit] = []
    for line in lines_of(text):
        found = [Span(stop.start() + 1, stop.end()) for stop in re.finditer(_SAME_STOP, line.text)]
        found += [Span(*stop.span()) for stop in re.finditer(_WEAK_STOP, line.text)]
        single = [Edit(*span, "", "doubled-stop", "标点重复") for span in sorted(found)]
        if single and not struck_runs(apply_edits(line.text, single)):  # else it is the strokes that stand twice
            edits += [edit._replace(start=line.start + edit.start, end=line.start + edit.end) for edit in single]
    return edits


def lost_dot(text: str) -> list[Edit]:
    """Put back the middle dot of a name that an old encoding turned into `?`.

    Evidence: a half-width question mark between Han inside quotes or brackets that hold a name and ask nothing, or
    between the month and the day with which a quoted name opens. Where that is found and no dot is left, the only one
    in a clause that asks nothing is a dot as well.

    >>> [(e.start, e.after) for e in lost_dot("产业基地（武汉?中国光谷），“6?21”事故")]
    [(7, '·'), (16, '·')]
    >>> lost_dot("“谁来种地?怎么种地”")
    []
    """
    if "?" not in text:
        return []
    dots = [day.start(1) for day in re.finditer(_DAY, text)]
    for name in re.finditer(_BRACKETED, text):
        if not re.search(_ASKING, name[1]):
            dots += [name.start(1) + dot.start() for dot in re.finditer(_DOT, name[1])]
    if dots and "·" not in text:
        dots += [dot for dot in _lone_marks(text) if dot not in dots]
    return [Edit(dot, dot + 1, "·", "lost-dot", "间隔号成了问号") for dot in sorted(dots)]


def _lone_marks(text: str) -> Iterator[int]:
    """Question marks between Han, each the only one in a clause that asks nothing: several are characters lost."""
    for dot in re.finditer(_DOT, text):
        before = re.split(_STOP, text[max(dot.start() - _CLAUSE, 0) : dot.start()])[-1]
        clause = before + re.split(_STOP, text[dot.end() : dot.end() + _CLAUSE])[0]
        if "?" not in clause and not re.search(_ASKING, clause):
            yield dot.start()
