"""How likely a sentence that stops at the end of one line goes on in the next, by the words on both sides of the break.

Only the words tell a torn paragraph from one whose last stop was forgotten: some end sentences, some begin them, some
stand side by side in this text or in other reports, and two whole paragraphs are longer than two halves. The odds are a
sum of weights of what is seen. The weights are in `data/sentence_edges.tsv`, and the characters that often stand
together inside clauses are in `data/inner_runs.tsv`. `bench/sentence_edges.py` makes both.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from deqing_search.config import DATA
from deqing_search.text.lines import lines_of

_STOPS = "，。；：！？、"
_STOP = re.compile(f"[{_STOPS}]")
_CLAUSE_STOP = re.compile("[，。；：！？]")
_SENTENCE_STOP, _PAUSE = re.compile("[。！？；]"), re.compile("[，：]")
_OPENS = 0.0  # odds of a line, by its beginning alone, from which down it opens a paragraph
_MOST = 3  # times: more say nothing more
_LONGEST_REST, _LONGEST_LEAD, _EXACT = 12, 24, 5  # characters of a clause at the break
_LEAST_PARAGRAPH, _FEW = 60, 6  # characters of a paragraph; paragraphs that are too few to tell how long they are
_MOST_CLAUSES = 6


class _Around(NamedTuple):
    """A text with its lines trimmed and no blank ones, and the median length of its paragraphs, 0 if they are few."""

    text: str
    median: int


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
    around = _around(text)
    opening = _weight(_signs_after(right, around))
    if opening + _weight(_signs_before(left, right, around)) <= least:
        return False
    stop = _STOP.search(right)
    whole = stop is not None and stop[0] == "。"
    return not whole or opening > _OPENS or left[-2:] + right[0] in text or left[-1] + right[:2] in text


def odds(left: str, right: str, text: str) -> float:
    """How likely the sentence at the end of `left` goes on in `right`, as a logarithm of odds."""
    return _weight(signs_of(left, right, text))


def signs_of(left: str, right: str, text: str) -> Iterator[str]:
    """What is seen at the break between two lines of `text`."""
    around = _around(text)
    yield from _signs_before(left, right, around)
    yield from _signs_after(right, around)


@lru_cache(maxsize=2)
def _around(text: str) -> _Around:
    lines = [line.text for line in lines_of(text)]
    lengths = sorted(len(line) for line in lines if len(line) > _LEAST_PARAGRAPH)
    return _Around("\n".join(lines), lengths[len(lengths) // 2] if len(lengths) > _FEW else 0)


def _signs_before(left: str, right: str, around: _Around) -> Iterator[str]:
    """How the left line ends, whether it meets the right one elsewhere, and how long both are."""
    words, beginning, text = left.rstrip("，"), right[:2], around.text
    yield from ("", f"comma {left[-1] == '，'}", f"end {left[-1]}", f"end {left[-2:]}")
    yield f"pair {min(text.count(left[-1] + right[0]), _MOST)}"
    yield f"three {left[-2:] + right[0] in text} {left[-1] + beginning in text}"
    yield f"four {left[-2:] + beginning in text}"
    yield f"two ended {_share_beside_stops(text, words[-2:], after=True)}"
    yield f"one ended {_share_beside_stops(text, words[-1:], after=True)}"
    runs = _inner_runs()
    yield f"run {runs.get(left[-1] + right[0], 0)}"
    yield f"run three {runs.get(left[-2:] + right[0], 0)}"
    yield f"run into {runs.get(left[-1] + beginning, 0)}"
    yield from _signs_of_last_clause(words)
    lengths = (("left", len(left)), ("right", len(right)), ("both", len(left) + len(right)))
    for name, length in lengths if around.median else ():
        yield f"{name} {_relative(length, around.median)}"


def _signs_of_last_clause(words: str) -> Iterator[str]:
    """The length of what stands after the last stop, how it begins, and how many clauses its sentence has."""
    yield f"rest {min(len(_CLAUSE_STOP.split(words)[-1]), _LONGEST_REST)}"
    clauses = _PAUSE.split(_SENTENCE_STOP.split(words)[-1])
    yield f"clauses {min(len(clauses), _MOST_CLAUSES)} {min(len(clauses[-1]), _LONGEST_LEAD) // 2}"
    yield from (f"clause {clauses[-1][:1]}", f"clause {clauses[-1][:2]}")


def _signs_after(right: str, around: _Around) -> Iterator[str]:
    """How the right line begins, and how many lines of the text begin like it."""
    text = around.text
    yield from (f"begin {right[0]}", f"begin {right[:2]}")
    stop = _STOP.search(right)
    length = stop.start() if stop else len(right)
    yield f"lead {length if length <= _EXACT else min(length, _LONGEST_LEAD) // 2 * 2} {stop[0] if stop else ''}"
    yield f"two begun {_share_beside_stops(text, right[:2], after=False)}"
    yield f"one begun {_share_beside_stops(text, right[:1], after=False)}"
    for size in (1, 2):
        yield f"opens {size} {min(text.count(chr(10) + right[:size]), _MOST + 1)}"
    clauses = _PAUSE.split(_SENTENCE_STOP.split(right, maxsplit=1)[0])
    yield f"first {min(len(clauses), _MOST_CLAUSES)} {min(len(clauses[0]), _LONGEST_LEAD) // 2}"
    yield from (f"led {clauses[0][-1:]} {len(clauses) > 1}", f"led {clauses[0][-2:]}")


def _relative(length: int, median: int) -> int:
    """A length against that of other paragraphs, in steps of a factor of 1.4."""
    return max(-6, min(4, round(2 * math.log2(length / median))))


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
    return {sign: float(weight) for sign, weight in _rows("sentence_edges.tsv")}


def often_met(characters: str) -> int:
    """How often two or three characters stand together inside clauses of other reports, as a power of two.

    >>> often_met("增加值") > often_met("增加个")
    True
    """
    return _inner_runs().get(characters, 0)


@cache
def _inner_runs() -> dict[str, int]:
    """Of two or three characters, how often they stand together inside clauses of other reports, as a power of two."""
    runs: dict[str, int] = {}
    for power, beginning, last in _rows("inner_runs.tsv"):
        runs.update(dict.fromkeys((beginning + character for character in last), int(power)))
    return runs


def _rows(name: str) -> Iterator[list[str]]:
    for row in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            yield row.split("\t")
