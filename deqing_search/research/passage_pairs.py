"""Which passages of two reports belong together: by the text that they share, at most one to one, mostly in order.

Reports of two years are seldom copies. A passage is written anew about the same subject, with some of its sentences
kept. Two passages are compared by the pairs of characters that they share. Rare pairs weigh more, and numbers count as
equal, since they are what changes. A chain of pairs in the order of both reports is chosen first, as the one with the
greatest sum; a passage that was moved must be more similar than one in its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from deqing_search.language.folding import compact_text
from deqing_search.report import Passage
from deqing_search.request_deadline import check
from deqing_search.text.likeness import pairs

# Both chosen on reports without labels, before the labelled ones were scored (docs/research.md).
IN_ORDER = 0.11
MOVED = 0.2
_NUMBER = re.compile("[0-9.,]+")

Grams: TypeAlias = "Counter[str]"  # pairs of characters
Matrix = npt.NDArray[np.float32]


class Pair(NamedTuple):
    """Places of a passage in the first and in the second report; `moved` if it is not in the order of the others."""

    before: int
    after: int
    moved: bool = False


def passage_pairs(before: Sequence[Passage], after: Sequence[Passage]) -> list[Pair]:
    """The pairs, in the order of the first report."""
    alike = similarities(before, after)
    found = _heaviest_chain(alike - IN_ORDER)
    found += _moved(_without(alike, found), np.full(alike.shape, MOVED, np.float32))
    least = np.where(_in_paired_sections(before, after, found), IN_ORDER, np.inf)
    return sorted([*found, *_moved(_without(alike, found), least)])


def _without(alike: Matrix, found: Sequence[Pair]) -> Matrix:
    """The similarities, with zeros for the passages that have a pair."""
    left: Matrix = alike.copy()
    left[[pair.before for pair in found], :] = 0
    left[:, [pair.after for pair in found]] = 0
    return left


def _in_paired_sections(
    before: Sequence[Passage], after: Sequence[Passage], found: Sequence[Pair]
) -> npt.NDArray[np.bool_]:
    """Whether the headings directly above two passages are a pair."""
    partner = {pair.before: pair.after for pair in found}
    old = [partner.get(heading, -2) for heading in _headings(before)]
    both: npt.NDArray[np.bool_] = np.array(old)[:, None] == np.array(_headings(after))[None, :]
    return both


def _headings(passages: Sequence[Passage]) -> list[int]:
    """For each passage the place of the heading directly above it; -1 if there is none."""
    found, last = [], -1
    for at, one in enumerate(passages):
        found.append(last)
        last = at if one.kind == "heading" else last
    return found


def similarities(before: Sequence[Passage], after: Sequence[Passage]) -> Matrix:
    """The similarity of each passage of one report and each of the other, 0 to 1: 1 for equal texts, numbers aside.

    That of two headings is the mean of their own and that of the passages below them. That of a heading and of a
    passage of another kind is 0.
    """
    counts = [[_grams(one.text) for one in side] for side in (before, after)]
    alike = _cosines(*counts)
    headings = [[at for at, one in enumerate(side) if one.kind == "heading"] for side in (before, after)]
    kinds = [np.array([one.kind == "heading" for one in side]) for side in (before, after)]
    alike[kinds[0][:, None] != kinds[1][None, :]] = 0
    below = [
        [_below(side, at, own) for at in its] for side, its, own in zip((before, after), headings, counts, strict=True)
    ]
    if all(headings):
        alike[np.ix_(*headings)] = (alike[np.ix_(*headings)] + _cosines(*below)) / 2
    return alike


def _below(passages: Sequence[Passage], at: int, counts: Sequence[Grams]) -> Grams:
    """The pairs of characters in the passages of a section; of the heading itself if there are none."""
    found: Grams = Counter()
    for other, counted in zip(passages[at + 1 :], counts[at + 1 :], strict=True):
        if other.kind == "heading" and other.level <= passages[at].level:
            break
        found.update(counted)
    return found or counts[at]


def _cosines(before: Sequence[Grams], after: Sequence[Grams]) -> Matrix:
    """The cosine of each text of one list and each of the other. Pairs that few texts have weigh more."""
    counts = [*before, *after]
    holders: dict[str, list[int]] = {}
    for at, counted in enumerate(counts):
        for gram in counted:
            holders.setdefault(gram, []).append(at)
    rarity = {gram: log(1 + len(counts) / len(places)) for gram, places in holders.items()}
    lengths = [sqrt(sum(((1 + log(n)) * rarity[gram]) ** 2 for gram, n in one.items())) for one in counts]
    alike = np.zeros((len(before), len(after)), np.float32)
    for gram, places in holders.items():
        check()
        weights = np.array([(1 + log(counts[at][gram])) * rarity[gram] / lengths[at] for at in places], np.float32)
        middle = int(np.searchsorted(places, len(before)))
        rows, columns = places[:middle], [at - len(before) for at in places[middle:]]
        if rows and columns:
            alike[np.ix_(rows, columns)] += np.outer(weights[:middle], weights[middle:])
    return alike


def _grams(text: str) -> Grams:
    return pairs(_NUMBER.sub("#", compact_text(text)))


def _heaviest_chain(gains: Matrix) -> list[Pair]:
    """Of all sets of pairs that rise in both reports the one with the greatest sum of gains."""
    rows, columns = gains.shape
    best = np.zeros((rows + 1, columns + 1), np.float64)
    for row in range(rows - 1, -1, -1):
        taken = np.maximum(best[row + 1, 1:] + gains[row], best[row + 1, :-1])
        best[row, :-1] = np.maximum.accumulate(taken[::-1])[::-1]
    return list(_walk(best, gains))


def _walk(best: npt.NDArray[np.float64], gains: Matrix) -> Iterator[Pair]:
    row = column = 0
    rows, columns = gains.shape
    while row < rows and column < columns:
        gain = gains[row, column]
        if gain > 0 and best[row, column] == best[row + 1, column + 1] + gain:
            yield Pair(row, column)
            row, column = row + 1, column + 1
        elif best[row, column] == best[row, column + 1]:
            column += 1
        else:
            row += 1


def _moved(alike: Matrix, least: Matrix) -> Iterator[Pair]:
    """Pairs of passages, each passage once, the most similar first; only those with a similarity of `least` or more."""
    rows, columns = np.nonzero(alike >= least)
    ranked = sorted(zip(-alike[rows, columns], rows.tolist(), columns.tolist(), strict=True))
    used: tuple[set[int], set[int]] = set(), set()
    for _, row, column in ranked:
        if row not in used[0] and column not in used[1]:
            used[0].add(row)
            used[1].add(column)
            yield Pair(row, column, moved=True)
