"""Fixes of paragraphs: repeated blocks, paragraphs broken by a heading or a column.

Hard wraps are in `hard_wraps`. Whether a sentence is torn or only lost its stop, `sentence_edges` weighs.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from deqing_search.cleaning.sentence_edges import goes_on
from deqing_search.text.lines import (
    CLOSING,
    HAN,
    OPENING,
    Line,
    ends_sentence,
    ends_word,
    glossary_entry,
    is_byline,
    is_caption,
    is_glossary_heading,
    is_heading,
    is_item,
    is_prose,
    is_row,
    leaves_open,
    lines_of,
    numbering,
)
from deqing_search.text.offsets import Edit, Span

_LONGER_THAN_HEADINGS = 46  # characters
_BEFORE_PROSE = 4  # lines within which a repeated block comes to its prose: else one line, repeated, costs a square
_LEAST_APART = 100  # … and of one that is a single paragraph under another heading
_LEAST_BLOCK = 60  # characters of a repeated block: a report may truly repeat a sentence
_MOST_COMMAS = 2  # in a line without a number: then it is prose
_CANNOT_START = "的了们，。、；：！？”’》）％%"
_SELDOM_STARTS = _CANNOT_START + "有及和与或之等着过"  # 有序, 及时, 着力 do: only where there is other evidence
_CANNOT_END = "的和与及或"
_UNITS = "个次位名人元亿万千百倍家项件条所座户亩米吨里公平立度点％%"
_MEASURES = "年月日时号" + _UNITS
_CLOSING_OF = {"“": "”", "‘": "’", "《": "》", "（": "）", "(": ")"}
_TORN, _TORN_AT_COMMA = 1.5, 3.0  # least odds of a sentence that goes on below: a forgotten stop is only flagged
_SURELY_TORN, _SURELY_TORN_ITEM = 5.0, 6.0  # of an item the first sentence may have lost its stop
_LABEL = re.compile(
    f"[{HAN}]{{0,4}}(?:单位|部门|责任人|联系人)：[^，]+|[{HAN}]{{2,8}}：[{HAN}]{{2,4}}(?:、[{HAN}]{{2,4}})*"
)
_HEADED = re.compile("第[一二三四五六七八九十]+[，,、]|——")
_SHORT_HEADING, _TORN_HEADING = 24, 8.0  # characters; odds
_INNER_CLAUSE = re.compile("，.|：是?[即指]")
_OPENING_A_WORD = "“‘（《"
_TORN_BY_HEADING = 3.0  # … a heading that is moved changes the order
_LIKELY = 0.0  # odds of a sentence that goes on
_COUNTS = re.compile(rf"\d[{_UNITS}]")
_NUMBER_ENDS = re.compile(r"\d[\d.．]*$")
_NUMBER_GOES = re.compile(r"[.．]?\d[\d.．]*")
_ONE_NUMBER = re.compile(r"\d+(?:[.．]\d{1,2})?")
_DIGITS_OF_YEAR = 4
_DEFINING = re.compile("即(?!将)|是?指(?![导标挥])")
_PARTICLES = "以在把对为将向从与和用使要让是"  # words of one character
_ONE_LEFT = re.compile(rf"[，。；：！？“‘《（](?![{_PARTICLES}])([{HAN}])$")
_CLOSED = re.compile(r"[“（《][^“”（）《》]{1,12}[”）》]$")
_LEAST_MET, _MOST_NEW = 10, 0.4  # times a character is met before its ways are known; share of them met only once


def repeated_block(text: str) -> list[Edit]:
    """Take away a block of whole paragraphs that already stood further up, word for word.

    >>> block = "始终把法治抓在日常。法无授权不可为，法定职责必须为。" + "坚持科学决策、民主决策、依法决策。" * 2
    >>> [e.reason for e in repeated_block(f"{block}\\n别的段落。\\n{block}\\n")]
    ['与前文第 1 行起重复的段落']
    >>> repeated_block("各位代表：\\n人人有责。\\n各位代表：\\n")
    []
    """
    lines = lines_of(text)
    first_at: dict[str, int] = {}
    edits, at = [], 0
    while at < len(lines):
        earlier = first_at.setdefault(lines[at].text, at)
        begins = earlier < at and any(is_prose(line.text) for line in lines[at : at + _BEFORE_PROSE])
        size = _block_size(lines, earlier, at) if begins else 0
        if size:
            end = lines[at + size].start if at + size < len(lines) else lines[at + size - 1].end
            number = text.count("\n", 0, lines[earlier].start) + 1
            edits.append(Edit(lines[at].start, end, "", "repeated-block", f"与前文第 {number} 行起重复的段落"))
        at += max(size, 1)
    return edits


def _block_size(lines: list[Line], earlier: int, at: int) -> int:
    """How many lines from `at` on repeat those from `earlier` on; 0 when too little to be no coincidence."""
    size = 0
    while at + size < len(lines) and earlier + size < at and lines[earlier + size].text == lines[at + size].text:
        size += 1
    while size and is_heading(lines[at + size - 1].text):
        size -= 1  # a heading at the end of the block belongs to what follows
    block = [line.text for line in lines[at : at + size]]
    prose = sum(map(is_prose, block))
    if not prose or sum(map(len, block)) < _LEAST_BLOCK:
        return 0
    return 0 if _is_said_again(lines, earlier, at, block) else size


def _is_said_again(lines: list[Line], earlier: int, at: int, block: list[str]) -> bool:
    """The author says it twice, under two different headings: short paragraphs, or all that stands under each."""
    if not any(is_heading(line.text) or is_byline(line.text) for line in lines[earlier + 1 : at]):
        return False
    if all(len(line) < _LEAST_APART for line in block):
        return len(block) == 1 or _heading_above(lines, earlier) != _heading_above(lines, at)
    return all(_is_whole_section(lines, start, start + len(block)) for start in (earlier, at)) and (
        lines[earlier - 1].text != lines[at - 1].text
    )


def _heading_above(lines: list[Line], at: int) -> str:
    return next((line.text for line in reversed(lines[:at]) if is_heading(line.text)), "")


def _is_whole_section(lines: list[Line], start: int, end: int) -> bool:
    """A heading stands right above these lines, and another or nothing below."""
    return start > 0 and is_heading(lines[start - 1].text) and (end == len(lines) or is_heading(lines[end].text))


def broken_by_heading(text: str) -> list[Edit]:
    """Join a paragraph in whose middle a heading was set, and put the heading in front of it.

    A heading over definitions goes in front of the whole run of them. Evidence: the paragraph breaks off
    inside a clause, and what stands behind the heading cannot start a sentence, or the paragraph stops short
    behind whole sentences, or the broken edge stands once more as a stray line, which is taken away as well.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "双金双银 即着力培育的一批主业突出、拥\\n\\n名词解释\\n\\n有知名品牌的大企业、大集团。\\n\\n拥\\n"
    >>> apply_edits(text, broken_by_heading(text))
    '名词解释\\n\\n双金双银 即着力培育的一批主业突出、拥有知名品牌的大企业、大集团。\\n\\n\\n'
    """
    lines = lines_of(text)
    edits: list[Edit] = []
    for index in range(len(lines) - 2):
        above, heading, below = lines[index : index + 3]
        if not (_heads(heading.text) and _goes_on(below.text)):
            continue
        if not (_breaks_off(text, above.text) or (_defines(above.text) and not ends_sentence(above.text))):
            continue
        if above.text[-1] in "：:，" or _empties_section(lines, index):
            continue
        stray = _stray_edge(lines[index + 3 :], above.text)
        short = not heading.text[0].isdigit() and "。" in above.text and _stops_short(text, above.text, below.text)
        likely = short or below.text[0] in _SELDOM_STARTS or _is_torn(text, above.text, heading.text, below.text)
        if stray is None and (not likely or _runs_through(text, above.text, heading.text, below.text)):
            continue
        if stray is None and not _is_one_sentence(text, above.text, below.text, _TORN_BY_HEADING):
            continue
        front = _run_start(lines, index) if is_glossary_heading(heading.text) else above
        moved = Span(heading.start, below.start)  # with the blank lines behind it
        edits += [
            Edit(front.start, front.start, text[moved.start : moved.end], "broken-by-heading", "标题落在段中", moved),
            Edit(above.end, below.start, "", "broken-by-heading", "标题隔断段落"),
        ]
        if stray:
            edits.append(Edit(stray.start, stray.end, "", "broken-by-heading", "断口处多出的字"))
    return sorted(edits, key=lambda edit: edit.start)


def _empties_section(lines: list[Line], index: int) -> bool:
    """The line above the paragraph is a heading of the same rank or a deeper one: nothing would be left under it."""
    own, moved = (numbering(lines[at].text) if at >= 0 else None for at in (index - 1, index + 1))
    return own is not None and moved is not None and own >= moved and is_heading(lines[index - 1].text)


def _is_torn(text: str, above: str, heading: str, below: str) -> bool:
    """What a number over the rest cannot explain, nor a stop forgotten in front of it.

    The clause is still open at its edge, or the two characters at the edge are a pair elsewhere in the text. A
    heading numbered by digits stays, as in papers: there a stop is forgotten more often than a paragraph torn.
    """
    if numbering(heading) is None or heading[0].isdigit() or not _breaks_off(text, above):
        return False
    return leaves_open(above) or above[-1] in OPENING + "，、" or above[-1] + below[0] in text


def _runs_through(text: str, above: str, line: str, below: str) -> bool:
    """The line between the two is no heading but part of the paragraph.

    A number goes on at its end, or the odds are that the sentence above goes on in it, or its edges meet elsewhere
    and theirs never.
    """
    if numbering(line) is not None:
        return False
    if _number_goes_on(line, below) or goes_on(above, line, text, least=_LIKELY):
        return True
    met = (above[-1] + line[0] in text, line[-1] + below[0] in text)
    return any(met) and above[-1] + below[0] not in text


def _number_goes_on(left: str, right: str) -> bool:
    if left[-1] in "%％‰":
        return right.startswith(("以上", "以下", "以内", "左右"))
    ends, goes = _NUMBER_ENDS.search(left), _NUMBER_GOES.match(right)
    if ends and goes:
        return _is_one_number(ends[0] + goes[0], is_year=right.startswith("年", goes.end()))
    return left[-1].isdigit() and right[0] in _MEASURES


def _is_one_number(text: str, *, is_year: bool) -> bool:
    """Digits with one decimal point at most; 12.5 above 13.1 and 2018 above 2019年 are two."""
    return bool(_ONE_NUMBER.fullmatch(text)) and not (is_year and len(text) > _DIGITS_OF_YEAR)


def _heads(line: str) -> bool:
    """A heading, and no line of prose that merely ends in no stop."""
    return (
        is_heading(line) and not leaves_open(line) and (numbering(line) is not None or line.count("，") < _MOST_COMMAS)
    )


def _stray_edge(lines: list[Line], broken: str) -> Line | None:
    """A line of one or two characters that only repeats the edge at which `broken` breaks off."""
    return next((line for line in lines if len(line.text) <= 2 and broken.endswith(line.text)), None)


def _run_start(lines: list[Line], index: int) -> Line:
    """The first of the glossary entries that lead without a gap to `lines[index]`."""
    while index and glossary_entry(lines[index - 1].text) and ends_or_breaks(lines[index - 1].text):
        index -= 1
    return lines[index]


def ends_or_breaks(line: str) -> bool:
    """Prose of a definition: no heading, no numbered paragraph."""
    return is_prose(line) and numbering(line) is None


def broken_by_column(text: str) -> list[Edit]:
    """Join a paragraph that a column or page end broke in two.

    Evidence: prose that breaks off at a comma or inside a number or word, and goes on with what cannot start
    a paragraph; or prose with whole sentences in it whose last one breaks off anywhere. Never before a heading, a
    definition, a list item or a table, nor where the word at the edge seems to have lost its rest.

    >>> from deqing_search.text.offsets import apply_edits
    >>> text = "更加主动融入生态文明典范城市建设，积极践行联合国2030\\n\\n年可持续发展议程，高水平打造一批成果。"
    >>> apply_edits(text, broken_by_column(text))
    '更加主动融入生态文明典范城市建设，积极践行联合国2030年可持续发展议程，高水平打造一批成果。'
    >>> broken_by_column("由县政府和大学共同发起打造，聚焦生物医药、智能制造、\\n项目六率 即项目引进开工率、竣工率。")
    []
    """
    edits = []
    before = ""
    lines = lines_of(text)
    for at, (left, right) in enumerate(pairwise(lines), start=2):
        if at < len(lines) and _number_goes_on(right.text, lines[at].text):
            right = Line(right.start, lines[at].end, right.text + lines[at].text)
        in_list = before.endswith(("；", ";"))  # a list whose items end in ；, and once in ，
        before = left.text
        broken = _breaks_off(text, left.text) and _goes_on(right.text) and _same_sentence(left.text, right.text)
        broken |= ends_word(right.text) and ends_sentence(right.text) and _has_open_clause(left.text)
        if in_list or not (
            broken or _stops_short(text, left.text, right.text) or _is_surely_torn(text, left.text, right.text)
        ):
            continue
        least = _TORN_AT_COMMA if left.text[-1] == "，" else _TORN
        if _is_one_sentence(text, left.text, right.text, least) and not _lacks_words(text, left.text, right.text):
            edits.append(Edit(left.end, right.start, "", "broken-by-column", "段落被栏或页隔断"))
    return edits


def _is_one_sentence(text: str, left: str, right: str, least: float) -> bool:
    """The words say so: what is open at the end of `left` is shut, a number goes on, or the odds are good."""
    if left[-1] in _CLOSING_OF:
        return _CLOSING_OF[left[-1]] in right and not ends_sentence(left[:-1])
    clause = re.split("[。！？；]", left)[-1]
    if leaves_open(clause) and not leaves_open(clause + right):
        return True
    if (
        right[0] in _CANNOT_START
        or left[-1] in CLOSING + _CANNOT_END + "、"
        or _number_goes_on(left, right)
        or ends_word(right)
    ):
        return True
    return not left[-1].isdigit() and goes_on(left, right, text, least=least)  # the rest of a number is elsewhere


def _lacks_words(text: str, left: str, right: str) -> bool:
    """Only the first character of a word is left at the edge, and the text goes on with it in few ways, never in this.

    How likely a new way is, those tell that were met once (Good and Turing).
    """
    edge = _ONE_LEFT.search(left)
    if not edge:
        return False
    ways = Counter(re.findall(rf"{edge[1]}(\S)", text))
    once = list(ways.values()).count(1)
    return right[0] not in ways and ways.total() >= _LEAST_MET and once < _MOST_NEW * ways.total()


def _breaks_off(text: str, line: str) -> bool:
    """Prose that stops inside a clause."""
    return (
        (is_prose(line) or _has_clause(line))
        and not ends_sentence(line)
        and line[-1] not in "：:；;"
        and (line[-1] not in CLOSING or _ends_in_term(text, line))
        and not _can_be_heading(line)
        and not is_byline(line)
        and not is_caption(line)
    )


def _stops_short(text: str, left: str, right: str) -> bool:
    """`left` holds whole sentences and stops inside one, and `right` can be the rest of it.

    A heading that ran into the end of the paragraph stops short as well: it has a number of its own.
    """
    *whole, last = re.split("[。！？；]", left)
    return (
        bool(whole or _is_no_heading(left))
        and bool(last)
        and last[-1] not in ".．"
        and not (whole and numbering(last.strip()) is not None)
        and _breaks_off(text, left)
        and (_goes_on(right) or ("。" in right and _goes_on(right + "。")))
    )


def _is_surely_torn(text: str, left: str, right: str) -> bool:
    """Inside a clause, whose words at the break leave no doubt; with no number in front, since headings are no clauses.

    The line above needs no whole sentence then, and the one below may be broken once more. A title with a colon, such
    as `任务二：错别字检测`, has no clause unless it defines something.
    """
    least = _SURELY_TORN_ITEM if is_item(left) else _SURELY_TORN
    if _LABEL.fullmatch(left) or (len(left) <= _SHORT_HEADING and _HEADED.match(left)):
        least = _TORN_HEADING  # `牵头单位：市教育局` is a label, and `第一，产业富民` as likely a heading
    return (
        bool(_INNER_CLAUSE.search(left) or ends_word(right))
        and left[-1].isalpha()
        and (right[0].isalnum() or right[0] in _OPENING_A_WORD)
        and not (is_row(left) or is_caption(left) or is_byline(left) or numbering(left) is not None)
        and (is_prose(right) or ends_sentence(right))
        and not (is_row(right) or _opens(right))
        and goes_on(left, right, text, least=least)
    )


def _ends_in_term(text: str, line: str) -> bool:
    """What stands in brackets or quotes at the end of the line stands inside a sentence elsewhere: `镇（街道）之间`."""
    term = _CLOSED.search(line)
    return term is not None and bool(re.search(rf"{re.escape(term[0])}[{HAN}]", text))


def _has_open_clause(line: str) -> bool:
    """Prose that may look like a heading, but for what stands below."""
    return is_prose(line) and "，" in line and not ends_sentence(line) and line[-1] not in "：:；;" + CLOSING


def _can_be_heading(line: str) -> bool:
    """It has a number or no comma, and defines nothing."""
    return (
        is_heading(line) and (numbering(line) is not None or not re.search("[，,]", line)) and not _is_definition(line)
    )


def _has_clause(line: str) -> bool:
    """However short: a whole sentence stands in the line, a clause still open at its end, or a definition."""
    return len(line) > 1 and not is_row(line) and ("。" in line[:-1] or line[-1] == "，" or _is_definition(line))


def _is_no_heading(line: str) -> bool:
    """Without a whole sentence: it is too long for a heading, counts something, defines or ends in a particle."""
    runs_on = len(line) >= _LONGER_THAN_HEADINGS or line[-1] in _CANNOT_END or _COUNTS.search(line)
    return _is_definition(line) or (numbering(line) is None and bool(runs_on))


def _is_definition(line: str) -> bool:
    entry = glossary_entry(line)
    return entry is not None and bool(_DEFINING.match(line, entry[1]))


def _goes_on(line: str) -> bool:
    """Prose that may be the rest of a paragraph."""
    return ends_sentence(line) and not is_row(line) and not _opens(line)


def _opens(line: str) -> bool:
    """It has a number, is an item or a definition, or names who wrote it."""
    return numbering(line) is not None or is_item(line) or _defines(line) or is_byline(line)


def _defines(line: str) -> bool:
    return glossary_entry(line) is not None


def _same_sentence(left: str, right: str) -> bool:
    if left[-1] in "，,、（(“《":
        return True
    if left[-1].isdigit() or re.search(r"[%％‰]$|\d\.$", left):
        return _number_goes_on(left, right)
    return right[0] in _CANNOT_START and bool(re.match(f"[{HAN}]", left[-1]))
