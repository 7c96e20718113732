"""Decides whether a difference changes a claim: a figure, a unit, a year, a bound, a negation, a direction.

If in doubt, a difference changes the claim: to report an altered number as mere wording would be the worst error.
"""

from __future__ import annotations

import re

from deqing_search.language.numerals import NUMERALS
from deqing_search.language.quantities import values
from deqing_search.quotes.alignment import Hunk
from deqing_search.quotes.claim_words import Stretch, claim_words, is_negation
from deqing_search.text.offsets import Span

_NUMERIC = re.compile(
    r"[0-9%‰〇○零一二两三四五六七八九十百千万亿半倍番壹贰叁肆伍陆柒捌玖拾佰仟½⅓¼①-⑳Ⅰ-ⅿ℃㎡年月日]"
    r"|(?<=[0-9])[.,](?=[0-9])"
)
_OF_NUMBERS = frozenset(NUMERALS + "百分之点.,%")
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
    """Whether a difference may change a claim: a number, a word beside one, a word that decides. Texts are compact.

    >>> changes_claim("力争完成改革", "完成改革", Hunk(0, 2, 0, 0))
    True
    >>> changes_claim("推进改革工作", "推动改革工作", Hunk(1, 2, 1, 2))
    False
    """
    sides = _sides(sentence, passage, hunk)
    if all(is_punctuation(one.characters) for one in sides):
        return any(map(_cuts_number, sides))
    return any(_NUMERIC.search(one.characters) or one.is_beside_value() or one.words() for one in sides)


def changes_number(sentence: str, passage: str, hunk: Hunk) -> bool:
    """Whether a difference changes a figure, a unit, a year, a bound, a negation or a direction. Texts are compact.

    Other words beside a figure change none of these, nor does another word for the same direction.

    >>> changes_number("增长10%以上", "增长10%以下", Hunk(6, 7, 6, 7))
    True
    >>> [changes_number(*texts, Hunk(1, 2, 1, 2)) for texts in [("推动30个", "推进30个"), ("提升1%", "提高1%")]]
    [False, False]
    """
    mine, theirs = _sides(sentence, passage, hunk)
    if is_punctuation(mine.characters) and is_punctuation(theirs.characters):
        return _cuts_number(mine) or _cuts_number(theirs)
    if mine.numerals and theirs.numerals and mine.numerals != theirs.numerals:
        return True
    return any(one.has_digit() or one.is_in_value() for one in (mine, theirs)) or _changes_word(mine, theirs)


def is_same_value(sentence: str, passage: str, hunk: Hunk) -> bool:
    """Whether a number is only written otherwise: 五天, 5天. Texts are compact.

    >>> is_same_value("五天内完成", "5天内完成", Hunk(0, 1, 0, 1)), is_same_value("五天内", "6天内", Hunk(0, 1, 0, 1))
    (True, False)
    """
    mine, theirs = _sides(sentence, passage, hunk)
    if not all(one.characters and set(one.characters) <= _OF_NUMBERS for one in (mine, theirs)):
        return False
    here, there = mine.values(), theirs.values()
    return bool(here) and here == there


def _sides(sentence: str, passage: str, hunk: Hunk) -> tuple[Stretch, Stretch]:
    return Stretch(sentence, hunk.start, hunk.end), Stretch(passage, hunk.source_start, hunk.source_end)


def _changes_word(mine: Stretch, theirs: Stretch) -> bool:
    """Whether a negation, a period, a bound or a direction is another one, or stands in one text only."""
    here, there = ({one.kind: one.word for one in side.words()} for side in (mine, theirs))
    alone = mine.characters + theirs.characters if not mine.characters or not theirs.characters else ""
    if is_negation(alone) or ("negation" in here) != ("negation" in there):
        return True
    both = here.keys() & there.keys()
    if any(kind in both and here[kind] != there[kind] for kind in ("period", "bound")):
        return True
    if alone and ("period" in here or "period" in there):
        return True
    if {"up", "down"} <= here.keys() | there.keys():
        return True
    return mine.bounds() != theirs.bounds() or mine.directions() != theirs.directions()


def can_change_claim(words: str) -> bool:
    """Whether words can change the claim that they stand beside.

    >>> can_change_claim("力争"), can_change_claim("大力")
    (True, False)
    """
    return any(map(str.isdigit, words)) or any(claim_words(words))


def _cuts_number(side: Stretch) -> bool:
    """Whether a stretch of punctuation stands between two digits, or is the sign before one."""
    text, start, end = side
    between = text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()
    return between or ("-" in side.characters and text[end : end + 1].isdigit())


def size_besides_claims(text: str, start: int, end: int) -> int:
    """How many characters of a stretch belong neither to a number nor to a word that decides a claim.

    >>> size_besides_claims("增长12.5%以上", 2, 9), size_besides_claims("二是经济发展", 0, 4)
    (0, 3)
    """
    covered = {at for one in claim_words(text) for at in range(one.start, one.end)}
    return sum(at not in covered and not _NUMERIC.match(text[at]) and text[at] not in ".," for at in range(start, end))


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


def is_omission(sentence: str, passage: str, hunk: Hunk) -> bool:
    """Whether a sentence leaves out whole clauses of a passage, and has at most punctuation in their place.

    >>> is_omission("坚持改革,推进创新", "坚持改革,扩大开放,推进创新", Hunk(5, 5, 5, 10))
    True
    >>> is_omission("增长超过5%", "增长不超过5%", Hunk(2, 2, 2, 3))
    False
    """
    left = passage[hunk.source_start : hunk.source_end]
    if len(left) < _SHORTEST_OMISSION or not is_punctuation(sentence[hunk.start : hunk.end]):
        return False
    if hunk.end > hunk.start:
        return left[0] in _BREAKS and left[-1] in _BREAKS
    ends = left[-1] in _BREAKS and (hunk.source_start == 0 or passage[hunk.source_start - 1] in _BREAKS)
    starts = left[0] in _BREAKS and passage[hunk.source_end : hunk.source_end + 1] in _BREAKS
    return ends or starts
