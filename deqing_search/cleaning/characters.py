"""Fixes of characters: residue of markup and entities, quotes out of order, spaces inside words."""

from __future__ import annotations

import re
from html import unescape

from deqing_search.cleaning.sentence_edges import often_met
from deqing_search.text.characters import has_any
from deqing_search.text.lines import HAN, ends_sentence, is_byline, is_row, lines_of, numbering
from deqing_search.text.offsets import Edit

# Without the ampersand a name could be a word: only the ones seen in web reports, and only beside Han.
_BARE = "mdash|ndash|middot|ldquo|rdquo|lsquo|rsquo|hellip|nbsp|times|permil|bull"
_ENTITY = re.compile(
    rf"&(?:amp;)?(?P<full>[A-Za-z]{{2,8}}|#\d{{2,6}}|#[xX][0-9A-Fa-f]{{2,5}});|[?？](?P<lost>quot);|"
    rf"(?:(?<=[{HAN}\d”)）;])|^)(?P<bare>{_BARE});",
    re.M,
)
_BOLD = re.compile(r"(\*{2,3})(?=[^*\s])[^*\n]*?[^*\s]\1")
_BOLD_LINES = re.compile(  # a mark that stands alone on its line, and its other half on one of the next
    r"^[ \t\u3000]*(?P<mark>\*{2,3})(?=[^*\s])(?:[^*\n]+\n\s*){1,3}[^*\n]*[^*\s](?P<end>(?P=mark))(?!\*)", re.M
)
_TAG = re.compile(
    r"</?(?:details|summary|br|p|div|span|b|strong|em|i|u|sub|sup|center|font|h[1-6])(?:\s[^<>\n]{0,80})?/?>"
)
_MARKS_OF_LINES = re.compile(r"^(?:#{1,6}[ \t]+|>[ \t]+)|^[ \t]*\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*$", re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_SPACE = re.compile(rf"[ \u00a0\u3000](?<=[{HAN}].)[ \u00a0\u3000]*(?=[{HAN}])")  # begins with what is found fast
_BLANK = re.compile("[ \u00a0\u3000]")
_PUNCTUATED = re.compile(r"[，。；：,;:！？]")
_TITLED = re.compile(r"(?:[省市县区州]长|主任|主席|书记|记者|委员|代表|同志|院长|检察长|司令员|政委)$")
_DEFINES = re.compile("即|指|是|包括|由|系|以")
_REST_OF_WORD = re.compile(rf"(?<=([{HAN}]{{2}}))[ \u00a0\u3000]([{HAN}])(?=$|[\t（(])")
_OFTEN = 5  # 32 times: the last character of a cell's second line is the rest of a word
_FULL = 20  # spaces in a text that is full of stray ones
# Strings: compiled when a text has such a space, as few have; `re` keeps what it compiled.
_ROW_BEFORE, _ROW_BEHIND = rf"[ \u00a0\u3000][{HAN}]{{2,7}}$", rf"[{HAN}]{{2,7}}[ \u00a0\u3000]+[{HAN}]"
_IN_TITLE = re.compile("《[^《》]*$")
_DISORDER = re.compile(r"(“[^“”\n]{1,12})“”([^“”\n]{1,12}”)")


def entity_residue(text: str) -> list[Edit]:
    """Turn an entity that a web page left behind into its character.

    >>> [e.after for e in entity_residue("德清mdash;杭州，中国&middot;青海")]
    ['—', '·']
    >>> entity_residue("A&B; nbsp;")
    []
    """
    edits = []
    for found in _ENTITY.finditer(text) if ";" in text else ():
        character = unescape(f"&{found['full'] or found['bare'] or found['lost']};")
        if len(character) == 1 and character != "\ufffd" and character.isprintable() | character.isspace():
            after = " " if character == "\u00a0" else character
            edits.append(Edit(found.start(), found.end(), after, "entity-residue", f"实体残留 {found[0]}"))
    return edits


def markup(text: str) -> list[Edit]:
    """Take away marks of bold, headings and comments that were typed for a renderer, not for a reader.

    >>> [(e.start, e.end) for e in markup("增加到**544.1**亿元")]
    [(3, 5), (10, 12)]
    >>> markup("*城乡居民养老保险保障水平是指…")
    []
    """
    if not has_any("*#>|<", text):  # found fast
        return []
    found: list[Edit] = []
    for bold in _BOLD.finditer(text):
        marks = len(bold[1])
        found.append(_gone(bold.start(), bold.start() + marks, "加粗标记"))
        found.append(_gone(bold.end() - marks, bold.end(), "加粗标记"))
    taken = {edit.start for edit in found}
    for bold in _BOLD_LINES.finditer(text):
        if taken.isdisjoint((bold.start("mark"), bold.start("end"))):
            found += [_gone(*bold.span("mark"), "加粗标记"), _gone(*bold.span("end"), "加粗标记")]
    found += [_gone(*mark.span(), "行首标记") for mark in _MARKS_OF_LINES.finditer(text)]
    found += [_gone(*tag.span(), "网页标签") for tag in _TAG.finditer(text)]
    comments = [_gone(*comment.span(), "网页注释") for comment in _COMMENT.finditer(text)]
    outside = [e for e in found if not any(c.start <= e.start < c.end for c in comments)]
    return sorted(outside + comments, key=lambda edit: edit.start)


def quote_order(text: str) -> list[Edit]:
    """Put right a pair of quotes that was set the wrong way round: a quote opened inside a quote and shut at once.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "统筹推进“强城”“兴村“”融合”，持续"
    >>> apply_edits(text, quote_order(text))
    '统筹推进“强城”“兴村”“融合”，持续'
    """
    return [Edit(found.end(1), found.end(1) + 2, "”“", "quote-order", "引号颠倒") for found in _DISORDER.finditer(text)]


def stray_space(text: str) -> list[Edit]:
    """Take away a space between two Han characters of a running sentence.

    It stays where it separates: a term from its definition, a title from a name, the two halves of a
    headline, `目　录`. So only prose is touched, and there only behind the first punctuation of the line or
    inside a short opening sentence; and between names in a row or in a title only where the text is full of spaces.
    In a cell of a table it parts lines, and goes where the second line is the last character of a word.

    >>> from deqing_search.text.offsets import apply_edits
    >>> apply_edits(line := "深入实施 扩中提低。落实就业优先政策,充分发挥共富工坊等载体作用。", stray_space(line))
    '深入实施扩中提低。落实就业优先政策,充分发挥共富工坊等载体作用。'
    >>> apply_edits(row := "地区\\t工业增加 值（亿元）\\t户数 户", stray_space(row))
    '地区\\t工业增加值（亿元）\\t户数 户'
    >>> stray_space("艺术乡建 以当代艺术家和知识分子为主体,通过艺术主导建构和发展乡村。")
    []
    """
    edits = []
    full = len(_SPACE.findall(text)) >= _FULL
    for line in lines_of(text):
        if "\t" in line.text and _BLANK.search(line.text):
            edits += [
                Edit(line.start + rest.start(), line.start + rest.start(2), "", "stray-space", "单元格内换行拆开的词")
                for rest in _REST_OF_WORD.finditer(line.text)
                if often_met(rest[1] + rest[2]) >= _OFTEN
            ]
        if len(line.text) < 24 or not _BLANK.search(line.text) or not ends_sentence(line.text):
            continue
        if is_row(line.text) or is_byline(line.text):
            continue
        for space in _SPACE.finditer(line.text):
            if _is_stray(line.text, space) and (full or not _parts_names(line.text, space)):
                start = line.start + space.start()
                edits.append(Edit(start, line.start + space.end(), "", "stray-space", "词句中间的空格"))
    return edits


def _is_stray(line: str, space: re.Match[str]) -> bool:
    before = line[: space.start()]
    if (
        _TITLED.search(before)
        or len(space[0]) > 2
        or space[0] == "\u3000\u3000"
        or _parts_slogan(before, line[space.end() :])
    ):
        return False
    if _PUNCTUATED.search(before):
        sentence = re.split("[。！？；]", before)[-1]
        return numbering(sentence.strip()) is None  # else a heading ran into the text: the space is all that parts them
    if _DEFINES.match(line, space.end()):
        return False
    opening = re.match(r"[^，。；：,;:！？]{4,16}。", line)
    return bool(opening and space.end() < opening.end() and len(line) > opening.end())


def _parts_slogan(before: str, behind: str) -> bool:
    """The space parts a quoted slogan into two halves of one length: `“促进项目落地 帮扶企业发展”`."""
    left, right = re.search(r"“([^“”]*)$", before), re.match(r"[^“”]*(?=”)", behind)
    return bool(left and right and len(left[1]) == len(right[0]))


def _parts_names(line: str, space: re.Match[str]) -> bool:
    """Short names stand in a row, a space between each two; or the space stands in a title."""
    before, behind = line[: space.start()], line[space.end() :]
    if re.search(_ROW_BEFORE, before) or re.match(_ROW_BEHIND, behind):
        return True
    return bool(_IN_TITLE.search(before) and re.match("[^《》]*》", behind))


def _gone(start: int, end: int, reason: str) -> Edit:
    return Edit(start, end, "", "markup", reason)
