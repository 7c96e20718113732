"""How likely a sentence that stops at the end of one line goes on in the next, by the characters at the break.

Only the words tell a torn paragraph from one whose last stop was forgotten: some end sentences, some begin them, and
some stand side by side in the rest of the text. The odds are a sum of weights of what is seen on both sides.
The weights stand in `data/sentence_edges.tsv`, fitted by `bench/sentence_edges.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_STOPS = "，。；：！？、"
_STOP = re.compile(f"[{_STOPS}]")
_CLAUSE_STOP = re.compile("[，。；：！？]")
_OPENS = -1.5  # odds of a line, by its beginning alone, from which down it opens a paragraph
_MOST = 3  # times: more say nothing more
_LONGEST_REST, _LONGEST_LEAD, _EXACT = 12, 24, 5  # characters of a clause at the break


def goes_on(left: str, right: str, text: str, *, least: float) -> bool:
    """The odds that the sentence at the end of `left` goes on in `right` are good; both are lines of `text`.

    They are not where a whole sentence without a comma opens `right` as it opens paragraphs, and no characters at the
    break stand together elsewhere: then words were lost.

    >>> left, right = "经济平稳增长。扎实推进县城", "建设提质升级行动，全面提升公共服务水平。"
    >>> goes_on(left, right, f"{left}\\n{right}", least=0)
    True
    >>> left, right = "广泛听取意见。向全市人民表示衷心的感谢", "在肯定成绩的同时，我们也看到存在不少问题。"
    >>> goes_on(left, right, f"{left}\\n{right}", least=0)
    False
    """
    opening = _weight(_signs_after(right, text))
    if opening + _weight(_signs_before(left, right, text)) <= least:
        return False
    stop = _STOP.search(right)
    whole = stop is not None and stop[0] == "。"
    return not whole or opening > _OPENS or left[-2:] + right[0] in text or left[-1] + right[:2] in text


def odds(left: str, right: str, text: str) -> float:
    """How likely the sentence at the end of `left` goes on in `right`, as a logarithm of odds."""
    return _weight(signs_of(left, right, text))


def signs_of(left: str, right: str, text: str) -> Iterator[str]:
    """What is seen at the break between two lines of `text`."""
    yield from _signs_before(left, right, text)
    yield from _signs_after(right, text)


def _signs_before(left: str, right: str, text: str) -> Iterator[str]:
    """How the left line ends, and whether it meets the right one elsewhere."""
    words, beginning = left.rstrip("，"), right[:2]
    yield from ("", f"comma {left[-1] == '，'}", f"end {left[-1]}", f"end {left[-2:]}")
    yield f"pair {min(text.count(left[-1] + right[0]), _MOST)}"
    yield f"three {left[-2:] + right[0] in text} {left[-1] + beginning in text}"
    yield f"four {left[-2:] + beginning in text}"
    yield f"rest {min(len(_CLAUSE_STOP.split(words)[-1]), _LONGEST_REST)}"
    yield f"two ended {_share_beside_stops(text, words[-2:], after=True)}"
    yield f"one ended {_share_beside_stops(text, words[-1:], after=True)}"


def _signs_after(right: str, text: str) -> Iterator[str]:
    """How the right line begins."""
    yield from (f"begin {right[0]}", f"begin {right[:2]}")
    stop = _STOP.search(right)
    length = stop.start() if stop else len(right)
    yield f"lead {length if length <= _EXACT else min(length, _LONGEST_LEAD) // 2 * 2} {stop[0] if stop else ''}"
    yield f"two begun {_share_beside_stops(text, right[:2], after=False)}"
    yield f"one begun {_share_beside_stops(text, right[:1], after=False)}"


def _weight(signs: Iterator[str]) -> float:
    weights = _weights()
    return sum(weights.get(sign, 0.0) for sign in signs)


def _share_beside_stops(text: str, word: str, *, after: bool) -> str:
    """How many times the word stands inside lines, and in how many thirds of them a stop stands after or before it."""
    often = text.count(word)
    stops = sum(text.count(word + stop if after else stop + word) for stop in _STOPS)
    lines = text.count(f"{word}\n" if after else f"\n{word}") + (
        text.endswith(word) if after else text.startswith(word)
    )
    inside = often - lines
    return f"{min(inside, 4) // 2} {round(3 * stops / inside)}" if inside > 0 else "never"


@cache
def _weights() -> dict[str, float]:
    """What each sign weighs."""
    rows = (
        files("deqing_search").joinpath("data").joinpath("sentence_edges.tsv").read_text(encoding="utf-8").splitlines()
    )
    return {sign: float(weight) for sign, weight in (row.split("\t") for row in rows if not row.startswith("#"))}
