"""How likely a heading ends at a line end inside a column, by its words alone.

The odds are a sum of weights of what is seen at its end and in the whole of it, from `data/paragraph_ends.tsv`, fitted
by `bench/paragraph_ends.py`. Ends of sentences are weighed by `sentence_odds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deqing_search.cleaning.line_widths import Floats
from deqing_search.cleaning.sentence_odds import kind_of
from deqing_search.cleaning.sign_weights import weights_of
from deqing_search.text.characters import PLANE, Flags, Ints, codes_of
from deqing_search.text.lines import NUMERAL, numbering

# No heading of 40 reports had a worse edge; of other line ends six in ten have.
_NO_HEADING, _FAR_OFF = -2.0, -8.0
_STOP = re.compile("[，。；：、！]")
_LABEL = re.compile(r"[^，。；：！？、]{2,8}：(?=.)")
_NUMBER = re.compile(rf"[（(]?[{NUMERAL}\d]*[)）、.．]*")


def edges_of(lines: Sequence[str]) -> list[float]:
    """The part of the odds of a heading that the characters beside the end of each line show.

    It does not depend on where the heading begins. All lines are weighed at once.

    >>> lines = ["二、今年工作的总体要求和主要目标", "今年是关键之年，我们要干", "在实处。"]
    >>> edges = edges_of(lines)
    >>> edges[0] > edges[1]
    True
    """
    if len(lines) < 2:
        return [_FAR_OFF] * len(lines)
    weights, codes = _arrays(), codes_of("".join(lines)).astype(np.uint32)
    ends = np.cumsum([len(line) for line in lines])[:-1]
    one, two = codes[ends - 1], codes[ends]
    inside = codes_of("\n".join(lines)).astype(np.uint32)
    met = _among(np.sort(inside[:-1] << 16 | inside[1:]), one << 16 | two)[0]
    odds = weights.always + weights.met[met.astype(int)] + weights.ends[one] + weights.begins[two]
    for table, pairs in (
        (weights.end_pairs, codes[np.maximum(ends - 2, 0)] << 16 | one),
        (weights.begin_pairs, two << 16 | codes[np.minimum(ends + 1, len(codes) - 1)]),
    ):
        found, at = _among(table.pairs, pairs)
        odds = odds + np.where(found, table.weights[at], 0.0)
    return [*odds.tolist(), _FAR_OFF]


def heading_odds(edge: float, heading: str, beginning: str, standing: int) -> float:
    """How much likelier a heading ends here than that it or a paragraph goes on, as a logarithm.

    `edge` is the part that `edges_of` gives, `beginning` is what stands below, `standing` how many numbered lines like
    this one stand alone, from -2 to 2 (`paragraph_breaks.standing`).

    >>> heading, below = "二、今年工作的总体要求和主要目标", "今年是关键之年，我们"
    >>> heading_odds(2.0, heading, below, 1) > 0 > heading_odds(2.0, "过去一年是全市发展史上", "极不平凡的一年。", 0)
    True
    """
    if edge <= _NO_HEADING:
        return edge + _FAR_OFF
    return edge + _sum(_far_signs(beginning)) + _sum(shape_signs(heading, standing))


def edge_signs(ending: str, beginning: str, *, met: bool) -> Iterator[str]:
    """What is seen on both sides of the end of a heading; `ending` is its last two characters."""
    yield ""
    yield f"met {met}"
    yield f"ends {ending[-1]}"
    yield f"ends {ending}"
    yield f"begins {beginning[:1]}"
    yield f"begins {beginning[:2]}"
    yield from _far_signs(beginning)


def _far_signs(beginning: str) -> Iterator[str]:
    """What the beginning of the text below shows."""
    yield f"kind {kind_of(beginning)}"
    yield f"numbered below {numbering(beginning) is not None}"
    yield f"label below {bool(_LABEL.match(beginning))}"
    stop = _STOP.search(beginning[:30])
    yield f"stop {stop[0]}{_near(stop.start())}" if stop else "stop none"


def shape_signs(heading: str, standing: int) -> Iterator[str]:
    """What is seen in a heading."""
    rank, commas = numbering(heading), heading.count("，")
    numbered = rank is not None
    yield f"rank {rank},{standing}"
    yield f"length {numbered},{min(len(heading) // 4, 12)}"
    yield f"commas {numbered},{min(commas, 3)}"
    clauses = re.split("[，、]", heading[_numbered_to(heading) :])
    yield f"clauses {min(len(clauses), 4)},{min(len(clauses[-1]), 12)}"
    yield f"label {bool(_LABEL.match(heading))}"


class _Pairs(NamedTuple):
    """Pairs of characters as numbers, sorted, and what each weighs."""

    pairs: NDArray[np.uint32]
    weights: Floats


class _Arrays(NamedTuple):
    """The weights of what stands right beside the end of a heading."""

    always: float
    met: Floats
    ends: Floats
    begins: Floats
    end_pairs: _Pairs
    begin_pairs: _Pairs


@cache
def _arrays() -> _Arrays:
    weights = weights_of("heading")
    met = np.array([weights.get(f"met {known}", 0.0) for known in (False, True)])
    ends, begins = _words("ends "), _words("begins ")
    return _Arrays(weights[""], met, _by_code(ends), _by_code(begins), _by_pair(ends), _by_pair(begins))


def _words(name: str) -> dict[str, float]:
    """The characters and pairs of one kind of sign with their weights."""
    return {sign[len(name) :]: weight for sign, weight in weights_of("heading").items() if sign.startswith(name)}


def _by_code(words: dict[str, float]) -> Floats:
    table = np.zeros(PLANE)
    for word, weight in words.items():
        if len(word) == 1:
            table[min(ord(word), PLANE - 1)] = weight
    return table


def _by_pair(words: dict[str, float]) -> _Pairs:
    pairs = sorted((ord(word[0]) << 16 | ord(word[1]), weight) for word, weight in words.items() if len(word) == 2)
    return _Pairs(np.array([pair for pair, _ in pairs], np.uint32), np.array([weight for _, weight in pairs]))


def _among(pairs: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> tuple[Flags, Ints]:
    """Which of these are among sorted pairs, and where."""
    at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    found: Flags = pairs[at] == wanted
    return found, at


def _near(at: int) -> int:
    """A distance, the more roughly the greater it is."""
    return at if at < 4 else 3 + min(at // 3, 6)


def _numbered_to(heading: str) -> int:
    found = _NUMBER.match(heading)
    return found.end() if found else 0


def _sum(signs: Iterable[str]) -> float:
    """The weights of all signs."""
    weights = weights_of("heading")
    return sum([weights.get(sign, 0.0) for sign in signs])
