"""Fixes of paragraphs: hard wraps, repeated blocks, paragraphs broken by a heading or a column."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import NamedTuple

from deqing_search.offsets import Edit, Span
from deqing_search.shapes import (
    CLOSING,
    HAN,
    Line,
    ends_sentence,
    glossary_entry,
    headlines_before,
    is_byline,
    is_caption,
    is_glossary_heading,
    is_heading,
    is_item,
    is_prose,
    is_row,
    lines_of,
    numbering,
    opens_article,
    width,
)

_LEAST_WRAPPED = 6  # lines that prove a column
_WIDE_WINDOW = 30  # where the lines near by are too few, as at the head of a report
_WINDOW = 9  # lines before and behind in which they must stand: a column may change its measure on the way
_BARE_DIGITS = 5  # rank of `15 …`: a wrapped line may well start with a number
_NARROWEST_COLUMN, _WIDEST_COLUMN = 8.0, 46.0
_SLACK = 3.2  # columns by which a full line may differ: the first is indented by two, a justified one squeezed
_INDENT = 1.2  # columns by which a line is shorter than its neighbours when a paragraph ends or begins there
# Share of lines that go beyond the column, on its better side: a headline may stand at its end, but where such lines
# stand on both sides they are paragraphs that are not wrapped at all.
_MOST_WIDER = 0.1
_LONGEST = 100  # characters: no column has longer lines
_STYLE = 40  # lines before and behind that show how paragraphs are told apart
_LEAST_INDENT = 1.5
_LEAST_FLUSH = 0.3  # share of lines without an indent where the others begin paragraphs
_MOST_BLANK = 0.8  # share of blank lines from which on they stand between all lines and say nothing
_LONGER_THAN_HEADINGS = 46  # characters
_BEFORE_PROSE = 4  # lines within which a repeated block comes to its prose: else one line, repeated, costs a square
_LEAST_APART = 100  # … and of one that is a single paragraph under another heading
_LEAST_BLOCK = 60  # characters of a repeated block: a report may truly repeat a sentence
_OPENING = "“‘「『《（(["
_CANNOT_START = "的了们，。、；：！？”’》）％%"
_SELDOM_STARTS = _CANNOT_START + "有及和与或之等着过"  # 有序, 及时, 着力 do: only where there is other evidence
_MEASURES = "年月日时个位名人元亿万千百倍家项件条所座户亩米吨里公平立度点％%"


def hard_wrap(text: str) -> list[Edit]:
    """Join the lines of a narrow column into paragraphs, and keep the true ends of paragraphs.

    Evidence: at least six lines of one width, most of which break in the middle of a clause. A paragraph ends
    where a sentence ends and the line is short, or the next one is indented (and so shorter than full).

    >>> from deqing_search.offsets import apply_edits
    >>> column = ["　　会议强调，要坚定信", "心，在紧约束下实现多目", "标统筹。要认识形势变化", "。"]
    >>> column += ["　　全会号召，全县党员", "干部更加紧密地团结起来", "，奋力争当现代化县域高", "质量发展全优生。"]
    >>> apply_edits("\\n".join(column), hard_wrap("\\n".join(column))).split("\\n")[0]
    '　　会议强调，要坚定信心，在紧约束下实现多目标统筹。要认识形势变化。'
    """
    lines = lines_of(text)
    wraps = [_may_wrap(lines, at) for at in range(len(lines))]
    if sum(wraps) < _LEAST_WRAPPED - 1:
        return []
    measures = _measures(text, lines)
    styles = _Styles(text, lines)
    sums = list(accumulate(wraps, initial=0))
    edits = []
    for at, (left, right) in enumerate(pairwise(lines)):
        if sums[min(at + _WIDE_WINDOW, len(lines))] - sums[max(at - _WIDE_WINDOW, 0)] < _LEAST_WRAPPED - 1:
            continue
        column = _column(lines, measures, wraps, at)
        if column is None or column.below > column.full + _SLACK:
            continue
        parted = styles.parts(at)
        if parted or (parted is None and not _joinable(lines, at)) or _heads_article(lines, at):
            continue
        short = column.here <= column.full - _INDENT
        indented = column.below <= column.full - _INDENT and not _pauses(right.text)
        heading = short and numbering(left.text) is not None and not _pauses(left.text)
        if parted is False or not (heading or (_pauses(left.text) and (short or indented))):
            glue = " " if _is_word_end(left.text[-1]) and _latin(right.text[0]) else ""
            edits.append(Edit(left.end, right.start, glue, "hard-wrap", "窄栏硬换行"))
    return edits


class _Styles:
    """How the paragraphs of each region are told apart: by an indent, by a blank line, or by neither."""

    def __init__(self, text: str, lines: list[Line]) -> None:
        self._lines = lines
        self._indents = [_indent(text, line) for line in lines]
        self._blanks = [text.count("\n", left.end, right.start) > 1 for left, right in pairwise(lines)]
        self._inner = list(accumulate((indent < _LEAST_INDENT for indent in self._indents), initial=0))
        self._parted = list(accumulate(self._blanks, initial=0))

    def parts(self, at: int) -> bool | None:
        """Whether a paragraph ends behind line `at`; None where the region does not say."""
        first, last = max(at - _STYLE, 0), min(at + _STYLE, len(self._lines) - 1)
        lines = last - first + 1
        flush = (self._inner[last + 1] - self._inner[first]) / lines
        below = self._lines[at + 1].text
        if _LEAST_FLUSH <= flush < 1:
            return self._indents[at + 1] >= _LEAST_INDENT or (numbering(below) == 0 and not _has_stop(below))
        blank = (self._parted[last] - self._parted[first]) / max(last - first, 1)
        if not 0 < blank < _MOST_BLANK:
            return None
        if self._blanks[at]:
            return True if _pauses(self._lines[at].text) else None
        return None if numbering(below) is not None else False


def _indent(text: str, line: Line) -> float:
    """Columns of white space in front of a line, a tab as two."""
    return width(_before(text, line).replace("\t", "    "))


def _before(text: str, line: Line) -> str:
    return text[text.rfind("\n", 0, line.start) + 1 : line.start]


def _has_stop(line: str) -> bool:
    return bool(re.search("[，。；]", line))


class _Column(NamedTuple):
    """The proof that a line stands in a wrapped column: the width of its full lines, and of two lines in question."""

    full: float
    here: float
    below: float


def _measures(text: str, lines: list[Line]) -> list[list[float]]:
    """The lines by what a column may have been set by: width in print, number of characters, columns of a screen."""
    whole = [_before(text, line) + line.text for line in lines]
    counts = [float(len(line)) for line in whole]
    # What is far too long for any column need not be measured.
    prints = [width(line) if len(line) <= _LONGEST else count for line, count in zip(whole, counts, strict=True)]
    screens = [_screen(line) if len(line) <= _LONGEST else count for line, count in zip(whole, counts, strict=True)]
    return [prints, counts, screens]


def _screen(line: str) -> float:
    """Columns on a screen, in full-width characters."""
    return sum(0.5 if character < "\u2000" else 1.0 for character in line)


def _column(lines: list[Line], measures: list[list[float]], wraps: list[bool], at: int) -> _Column | None:
    """The column around `lines[at]`, if the lines near it prove one and this line fills it."""
    if not (wraps[at] or _pauses(lines[at].text)) or is_byline(lines[at].text):
        return None
    for window in (_WINDOW, _WIDE_WINDOW):
        near = _near(lines, at, window)
        wrapped = [i for i in near if wraps[i]]
        if len(wrapped) < _LEAST_WRAPPED - 1:
            continue
        for widths in measures:
            full = _regular_width([widths[i] for i in wrapped])
            if full is not None and abs(widths[at] - full) <= _SLACK:
                sides = widths[near[0] : at + 1], widths[at : near[-1] + 1]
                if not any(_keeps_to(full, side) for side in sides):
                    return None
                wide = _near(lines, at, _WIDE_WINDOW)  # a sentence of a plan may go on for twenty lines
                running = _is_running([lines[i] for i in wide if measures[0][i] <= _WIDEST_COLUMN])
                return _Column(full, widths[at], widths[at + 1]) if running else None
        return None
    return None


def _keeps_to(full: float, widths: list[float]) -> bool:
    """Enough lines, and hardly one goes beyond the column."""
    wider = sum(each > full + _SLACK for each in widths)
    return len(widths) >= _LEAST_WRAPPED and wider <= _MOST_WIDER * len(widths)


def _regular_width(widths: list[float]) -> float | None:
    """The width most lines have; None where they have none in common."""
    full = sorted(widths)[int(len(widths) * 0.6)]
    regular = sum(abs(each - full) <= _SLACK for each in widths)
    return full if regular >= max(0.75 * len(widths), _LEAST_WRAPPED - 1) else None


def _near(lines: list[Line], at: int, window: int) -> range:
    """The lines around `at` that can belong to its column: up to the window's edge or a byline."""
    first = last = at
    while first > max(at - window, 0) and not opens_article(lines[first - 1].text):
        first -= 1
    while last < min(at + window, len(lines) - 1) and not opens_article(lines[last + 1].text):
        last += 1
    return range(first, last + 1)


def _may_wrap(lines: list[Line], at: int) -> bool:
    """The line breaks off inside a clause, and is neither row, heading, caption nor in front of one."""
    line = lines[at].text
    return (
        at + 1 < len(lines)
        and len(line) <= _LONGEST
        and not _pauses(line)
        and _NARROWEST_COLUMN <= width(line) <= _WIDEST_COLUMN
        and not is_row(line)
        and not is_byline(line)
        and not line.startswith(("- ", "* ", "|", "｜"))
        and _joinable(lines, at)
    )


def _pauses(line: str) -> bool:
    """A paragraph may end here: at a sentence, or in front of or inside a list."""
    return ends_sentence(line) or line[-1] in "：:；;"


def _joinable(lines: list[Line], at: int) -> bool:
    """The next line opens no numbered paragraph, and this one is no headline in front of a byline."""
    rank = numbering(lines[at + 1].text)
    if rank is not None and (rank != _BARE_DIGITS or ends_sentence(lines[at].text)):
        return False
    return not _heads_article(lines, at)


def _heads_article(lines: list[Line], at: int) -> bool:
    """The line is a headline in front of a byline."""
    byline = next((i for i in range(at + 1, min(at + 8, len(lines))) if opens_article(lines[i].text)), None)
    return byline is not None and at in headlines_before(lines, byline)


def _is_running(column: list[Line]) -> bool:
    """Punctuated like prose: a list of slogans of one length is not."""
    punctuated = sum(bool(re.search("[，。、；：,;]", line.text)) for line in column)
    return punctuated >= 0.4 * len(column) and any(re.search("[。；]", line.text) for line in column)


def _is_word_end(character: str) -> bool:
    """Of Latin prose; a capital may be half of an acronym that Chinese setting breaks anywhere."""
    return _latin(character) and character.islower()


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


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
    # A short paragraph may be said again under another heading or in another article; two in a row are not.
    apart = any(is_heading(line.text) or is_byline(line.text) for line in lines[earlier + 1 : at])
    return 0 if size == 1 and apart and len(block[0]) < _LEAST_APART else size


def broken_by_heading(text: str) -> list[Edit]:
    """Join a paragraph in whose middle a heading was set, and put the heading in front of it.

    A heading over definitions goes in front of the whole run of them. Evidence: the paragraph breaks off
    inside a clause, and what stands behind the heading cannot start a sentence, or the paragraph stops short
    behind whole sentences, or the broken edge stands once more as a stray line, which is taken away as well.

    >>> from deqing_search.offsets import apply_edits
    >>> text = "双金双银 即着力培育的一批主业突出、拥\\n\\n名词解释\\n\\n有知名品牌的大企业、大集团。\\n\\n拥\\n"
    >>> apply_edits(text, broken_by_heading(text))
    '名词解释\\n\\n双金双银 即着力培育的一批主业突出、拥有知名品牌的大企业、大集团。\\n\\n\\n'
    """
    lines = lines_of(text)
    edits: list[Edit] = []
    for index in range(len(lines) - 2):
        above, heading, below = lines[index : index + 3]
        if not (is_heading(heading.text) and _goes_on(below.text)):
            continue
        if not (_breaks_off(above.text) or (_defines(above.text) and not ends_sentence(above.text))):
            continue
        stray = _stray_edge(lines[index + 3 :], above.text)
        bare = numbering(heading.text) is None and not heading.text[0].isdigit()
        short = bare and "。" in above.text and _stops_short(above.text, below.text)
        likely = short or below.text[0] in _SELDOM_STARTS or _is_torn(text, above.text, heading.text, below.text)
        if stray is None and not likely:
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


def _is_torn(text: str, above: str, heading: str, below: str) -> bool:
    """What a number over the rest cannot explain, nor a stop forgotten in front of it.

    The clause is still open at its edge, or the two characters at the edge are a pair elsewhere in the text. A
    heading numbered by digits stays, as in papers: there a stop is forgotten more often than a paragraph torn.
    """
    if heading[0].isdigit():
        return False
    opened = sum(map(above.count, _OPENING)) > sum(map(above.count, CLOSING))
    return opened or above[-1] in _OPENING + "，、" or above[-1] + below[0] in text


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
    definition, a list item or a table.

    >>> from deqing_search.offsets import apply_edits
    >>> text = "更加主动融入生态文明典范城市建设，积极践行联合国2030\\n\\n年可持续发展议程，高水平打造一批成果。"
    >>> apply_edits(text, broken_by_column(text))
    '更加主动融入生态文明典范城市建设，积极践行联合国2030年可持续发展议程，高水平打造一批成果。'
    >>> broken_by_column("由县政府和大学共同发起打造，聚焦生物医药、智能制造、\\n项目六率 即项目引进开工率、竣工率。")
    []
    """
    edits = []
    before = ""
    for left, right in pairwise(lines_of(text)):
        in_list = before.endswith(("；", ";"))  # a list whose items end in ；, and once in ，
        before = left.text
        broken = _breaks_off(left.text) and _goes_on(right.text) and _same_sentence(left.text, right.text)
        if not in_list and (broken or _stops_short(left.text, right.text)):
            edits.append(Edit(left.end, right.start, "", "broken-by-column", "段落被栏或页隔断"))
    return edits


def _breaks_off(line: str) -> bool:
    """Prose that stops inside a clause."""
    return (
        is_prose(line)
        and not ends_sentence(line)
        and line[-1] not in "：:；;" + CLOSING
        and not (is_heading(line) and (numbering(line) is not None or not re.search("[，,]", line)))
        and not is_byline(line)
        and not is_caption(line)
    )


def _stops_short(left: str, right: str) -> bool:
    """`left` holds whole sentences and stops inside one, and `right` can be the rest of it.

    A heading that ran into the end of the paragraph stops short as well: it has a number of its own.
    """
    *whole, last = re.split("[。！？；]", left)
    return (
        bool(whole or (len(left) >= _LONGER_THAN_HEADINGS and numbering(left) is None))
        and bool(last)
        and last[-1] not in ".．"
        and numbering(last.strip()) is None
        and _breaks_off(left)
        and (_goes_on(right) or ("。" in right and _goes_on(right + "。")))
    )


def _goes_on(line: str) -> bool:
    """Prose that may be the rest of a paragraph."""
    return (
        ends_sentence(line)
        and not is_row(line)
        and numbering(line) is None
        and not is_item(line)
        and not _defines(line)
        and not is_byline(line)
    )


def _defines(line: str) -> bool:
    return glossary_entry(line) is not None


def _same_sentence(left: str, right: str) -> bool:
    if left[-1] in "，,、（(“《":
        return True
    if left[-1].isdigit():
        return right[0] in _MEASURES or right[0].isdigit()
    return right[0] in _CANNOT_START and bool(re.match(f"[{HAN}]", left[-1]))
