"""Decides whether a difference changes a claim: a figure, a unit, a year, a bound, a negation, a direction.

If in doubt, a difference changes the claim: to report an altered number as mere wording would be the worst error.
"""

from __future__ import annotations

import re
from functools import cache

from deqing_search.config import data_rows
from deqing_search.language.quantities import values
from deqing_search.quotes.alignment import Hunk
from deqing_search.text.offsets import Span

_NUMERIC = re.compile(
    r"[0-9%‰〇○零一二两三四五六七八九十百千万亿半倍番壹贰叁肆伍陆柒捌玖拾佰仟½⅓¼①-⑳Ⅰ-ⅿ℃㎡年月日]"
    r"|(?<=[0-9])[.,](?=[0-9])"
)
_STOPS = re.compile(r"""(?:\[[0-9]{1,2}\]|[\s,;:.!?'"，。、；：！？…—·“”‘’《》〈〉「」『』()（）\[\]【】〔〕-])*""")
_BREAKS = ",;:。!?、.，；：！？"  # where a clause begins and ends, folded or not
_SHORTEST_OMISSION = 4  # characters


def is_punctuation(text: str) -> bool:
    """Whether a text is nothing but punctuation and note marks, or empty.

    >>> is_punctuation("”[5]"), is_punctuation("5")
    (True, False)
    """
    return _STOPS.fullmatch(text) is not None


def changes_claim(sentence: str, passage: str, hunk: Hunk) -> bool:
    """Whether a difference changes a claim; all texts are compact.

    >>> changes_claim("增长10%以上", "增长10%以下", Hunk(6, 7, 6, 7))
    True
    >>> changes_claim("推进改革工作", "推动改革工作", Hunk(1, 2, 1, 2))
    False
    """
    mine, theirs = sentence[hunk.start : hunk.end], passage[hunk.source_start : hunk.source_end]
    if is_punctuation(mine) and is_punctuation(theirs):
        return _cuts_number(sentence, hunk.start, hunk.end) or _cuts_number(passage, hunk.source_start, hunk.source_end)
    if _NUMERIC.search(mine) or _NUMERIC.search(theirs):
        return True
    return _touches(sentence, Span(hunk.start, hunk.end)) or _touches(passage, Span(hunk.source_start, hunk.source_end))


def size_besides_claims(text: str, start: int, end: int) -> int:
    """How many characters of a stretch belong neither to a number nor to a word that decides a claim.

    >>> size_besides_claims("增长12.5%以上", 2, 9), size_besides_claims("二是经济发展", 0, 4)
    (0, 3)
    """
    covered = {at for found in claim_words().finditer(text) for at in range(*found.span())}
    return sum(at not in covered and not _NUMERIC.match(text[at]) and text[at] not in ".," for at in range(start, end))


def _cuts_number(text: str, start: int, end: int) -> bool:
    """Whether a stretch of punctuation stands between two digits, or is the sign before one."""
    between = text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()
    return between or ("-" in text[start:end] and text[end : end + 1].isdigit())


def _touches(text: str, span: Span) -> bool:
    """Whether a stretch overlaps a number with its unit, stands right after one, or overlaps a word of a claim."""
    low, high = max(span.start - 12, 0), min(span.end + 12, len(text))
    around = text[low:high]
    start, end = span.start - low, span.end - low
    if any(one.start < max(end, start + 1) and start <= one.end for one in values(around)):
        return True
    return any(found.start() < end and start < found.end() for found in claim_words().finditer(around))


@cache
def claim_words() -> re.Pattern[str]:
    """Every word of data/claim_words.tsv, the longer first."""
    words = [word for row in data_rows("claim_words.tsv") for word in row.split("\t")[0].split()]
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


# What belongs to a quotation though it stands outside of it: 不|超过5%, 5%|以上.
_BEFORE = re.compile(r"(?:不[得能要准许应可宜]?|未|没有?|并非|非|无|勿|莫|严禁|禁止)$")
_BEFORE_NUMBER = re.compile(r"(?:不足|不到|超过?|突破|逾|接近|近|约|大约|至少|至多|[0-9.]|(?<=[^-。])-)$")
_AFTER_NUMBER = re.compile(r"(?:及?以上|及?以下|以内|以外|左右|上下|有余|万|亿|倍|%|‰|个?百分点)")


def context_left_out(passage: str, span: Span) -> Span | None:
    """What stands right beside a quotation in its passage and changes its claim; None if there is nothing.

    >>> context_left_out("增速不低于5%", Span(3, 7)), context_left_out("增速不低于5%", Span(0, 7))
    (Span(start=2, end=3), None)
    """
    before, after = passage[max(span.start - 4, 0) : span.start], passage[span.end : span.end + 4]
    quoted = passage[span.start : span.end]
    found = _BEFORE.search(before) or (_BEFORE_NUMBER.search(before) if quoted[:1].isdigit() else None)
    if found:
        return Span(span.start - len(found[0]), span.start)
    numbers = values(quoted[-16:])
    ends = bool(numbers) and numbers[-1].end == len(quoted[-16:])
    later = _AFTER_NUMBER.match(after) if ends else None
    return Span(span.end, span.end + len(later[0])) if later else None


def is_omission(passage: str, hunk: Hunk) -> bool:
    """Whether a sentence leaves out whole clauses of a passage, and says nothing in their place.

    >>> is_omission("坚持改革,扩大开放,推进创新", Hunk(5, 5, 5, 10))
    True
    >>> is_omission("增长不超过5%,", Hunk(2, 2, 2, 3))
    False
    """
    left = passage[hunk.source_start : hunk.source_end]
    if hunk.end > hunk.start or len(left) < _SHORTEST_OMISSION:
        return False
    ends = left[-1] in _BREAKS and (hunk.source_start == 0 or passage[hunk.source_start - 1] in _BREAKS)
    starts = left[0] in _BREAKS and passage[hunk.source_end : hunk.source_end + 1] in _BREAKS
    return ends or starts
