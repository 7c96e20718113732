"""What differs between two texts in whole words, and which of the numbers after the same words has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from deqing_search.language.analyzer import tokenizer
from deqing_search.language.folding import compact
from deqing_search.language.quantities import values
from deqing_search.report import Value

_ENOUGH = 0.25  # of the characters of both texts
_READABLE = 4  # characters of an equal stretch between two changes; a shorter one is shown as changed
# The words before two numbers say what is counted if something is left of them without words of growth and degree.
_NAMED = re.compile(
    "(?!(?:分别|同比|年均|平均|增长|下降|提高|降低|增加|减少|达到?|完成|实现|其中|比重|占|为|至|到|约|超过?|突破|以上|以内|左右|投资|项目|和|及|、)*$).{3,}"
)
_BOUND = re.compile("以[上下内]|左右|上下")
_NUMBERING = re.compile("[(][一二三四五六七八九十0-9]+[)]")
_ENDS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳，。；：、！？（）,;:!?()"


class Piece(NamedTuple):
    """A stretch of text that both texts have, or only one of them."""

    kind: Literal["same", "removed", "added"]
    text: str


class ChangedNumber(NamedTuple):
    """Numbers with their units after the same words in two texts."""

    words: str
    before: str
    after: str


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """What was removed and added, in whole words and whole numbers; of what is the same, the spelling of `after`.

    A few equal characters between two longer changes are shown as part of the changes, which is easier to read.

    >>> [tuple(piece) for piece in differences("增长8.5%以上", "增长6%左右")]
    [('same', '增长'), ('removed', '8.5%以上'), ('added', '6%左右')]
    """
    (old, old_at), (new, new_at) = _words(before), _words(after)
    found: list[Piece] = []
    for step in _readable(_steps(old, new)):
        removed, added = before[old_at[step.a] : old_at[step.b]], after[new_at[step.c] : new_at[step.d]]
        if step.is_equal:
            found.append(Piece("same", added))
        else:
            found += [Piece("removed", removed)] if removed else []
            found += [Piece("added", added)] if added else []
    return tuple(found)


def is_readable(pieces: Sequence[Piece]) -> bool:
    """Whether enough is the same to show the differences; else the two texts are easier to read."""
    return shared(pieces) >= _ENOUGH


def shared(pieces: Sequence[Piece]) -> float:
    """The share of the characters of both texts that are the same, 0 to 1."""
    same = 2 * sum(len(piece.text) for piece in pieces if piece.kind == "same")
    return same / (same + sum(len(piece.text) for piece in pieces if piece.kind != "same") or 1)


def changed_numbers(before: str, after: str) -> Iterator[ChangedNumber]:
    """The numbers that stand once after the same words in both texts, with the same unit, and differ.

    The words are those of the clause before the number; in one of the texts more may stand before them.

    >>> [tuple(one) for one in changed_numbers("全年城镇新增就业12.6万人，增长3%", "城镇新增就业11.4万人，增长4%")]
    [('城镇新增就业', '12.6万人', '11.4万人')]
    >>> [one.words for one in changed_numbers("②35岁以下大学生36.4万人", "③35岁以下大学生39.7万人")]
    ['35岁以下大学生']
    >>> list(changed_numbers("落地1亿元以上产业项目396个", "招引百亿元产业项目3个"))
    []

    Words that say only 完成投资 do not say of what.

    >>> list(changed_numbers("105个省重点项目完成投资1388亿元", "重大项目158个、完成投资1079亿元"))
    []
    >>> [tuple(one) for one in changed_numbers("生产总值增长5%左右", "生产总值增长5.5%以上")]
    [('生产总值增长', '5%左右', '5.5%以上')]
    """
    old, new = _named(before), _named(after)
    for one in old:
        same = [other for other in new if _are_of_the_same(one, other)]
        if len(same) == 1 and sum(_are_of_the_same(other, same[0]) for other in old) == 1:
            words = min(one.words, same[0].words, key=len)
            if one.value.number != same[0].value.number:
                yield ChangedNumber(words, one.text, same[0].text)


class _Named(NamedTuple):
    """A value, as it is written with 以上 or 左右, and the words before it in its clause."""

    words: str
    text: str
    value: Value


def _named(text: str) -> list[_Named]:
    folded, offsets = compact(text)
    offsets = [*offsets, len(text)]
    found, end, last = [], 0, 0
    for value in values(folded):
        goes_on = end and folded[end] not in _ENDS  # 35岁|以下大学生36.4万人
        clause = max(folded.rfind(sign, 0, value.start) for sign in _ENDS) + 1
        start = max(last if goes_on else end, clause)
        words = text[offsets[start] : offsets[value.start]].strip()
        bound = _BOUND.match(folded, value.end)
        said = text[offsets[value.start] : offsets[bound.end() if bound else value.end]].strip()
        found.append(_Named(words, said, value))
        last, end = value.start, value.end
    return found


def _are_of_the_same(one: _Named, other: _Named) -> bool:
    short, long = sorted((one.words, other.words), key=len)
    return one.value.unit == other.value.unit and long.endswith(short) and bool(_NAMED.match(short))


class _Step(NamedTuple):
    """Words `[a, b)` of one text that became words `[c, d)` of the other, and the characters of the longer of them."""

    is_equal: bool
    a: int
    b: int
    c: int
    d: int
    size: int


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[_Step]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield _Step(tag == "equal", a, b, c, d, max(sum(map(len, old[a:b])), sum(map(len, new[c:d]))))


def _readable(steps: Iterable[_Step]) -> list[_Step]:
    """The steps without equal stretches that are short and no longer than the changes on both sides of them."""
    left = list(steps)
    at = 1
    while at < len(left) - 1:
        before, one, after = left[at - 1 : at + 2]
        if one.is_equal and one.size < _READABLE and one.size <= min(before.size, after.size):
            size = before.size + one.size + after.size
            left[at - 1 : at + 2] = [_Step(False, before.a, after.b, before.c, after.d, size)]
            at = max(at - 2, 1)
        else:
            at += 1
    return left


def _words(text: str) -> tuple[list[str], list[int]]:
    """The words of a text, no number cut, and the offset in `text` at which each starts, then its length."""
    folded, offsets = compact(text)
    whole = [*(found.span() for found in _NUMBERING.finditer(folded)), *(one[:2] for one in values(folded))]
    inside = {at for start, end in whole for at in range(start + 1, end)}
    starts = [start for _, start, _ in tokenizer().tokenize(folded) if start not in inside]
    ends = [*starts[1:], len(folded)] if starts else []
    words = [folded[a:b] for a, b in zip(starts, ends, strict=True)]
    return words, [*(0 if not start else offsets[start] for start in starts), len(text)]
