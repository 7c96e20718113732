"""Two reports side by side: which passages are equal, edited, moved, new or gone, and what differs in their words.

Equal texts are paired first, then similar ones between them, then similar ones anywhere. Texts are compared folded and
without white space.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from deqing_search.language.analyzer import tokenizer
from deqing_search.language.folding import compact, compact_text
from deqing_search.language.quantities import values
from deqing_search.report import Passage
from deqing_search.request_deadline import check

Status = Literal["same", "edited", "moved", "new", "gone"]
_SIMILAR = 0.5  # of the character pairs of both texts, how many are shared


class Piece(NamedTuple):
    """A stretch of text that both passages have, or only one of them."""

    kind: Literal["same", "removed", "added"]
    text: str


class Row(NamedTuple):
    """A passage of the first report beside one of the second; None where one has none. `pieces` of an edited text."""

    status: Status
    before: Passage | None
    after: Passage | None
    pieces: tuple[Piece, ...] = ()


class _Pair(NamedTuple):
    before: int
    after: int
    weight: float


def compare(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[Row, ...]:
    """Rows in the order of the second report; a passage that is gone stands after the one it followed."""
    old, new = [compact_text(one.text) for one in before], [compact_text(one.text) for one in after]
    equal = list(_equal(old, new))
    chain = _heaviest_chain(equal)
    free = _left(equal, len(old), len(new))
    similar = list(_similar(old, new, *free))
    chain += _heaviest_chain([pair for pair in similar if _gap(chain, pair)])
    ordered = {pair.before: pair.after for pair in chain}
    pairs = {pair.before: pair.after for pair in equal} | ordered
    used = set(pairs.values())
    for pair in sorted(similar, key=lambda pair: (-pair.weight, pair.before, pair.after)):
        if pair.before not in pairs and pair.after not in used:
            pairs[pair.before] = pair.after
            used.add(pair.after)
    return tuple(_rows(before, after, pairs, set(ordered)))


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """What was removed and added, in whole words and whole numbers.

    >>> [tuple(piece) for piece in differences("增长8.5%以上", "增长6%左右")]
    [('same', '增长'), ('removed', '8.5%以上'), ('added', '6%左右')]
    """
    (old, old_at), (new, new_at) = _words(before), _words(after)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = before[old_at[a] : old_at[b]], after[new_at[c] : new_at[d]]
        if tag == "equal":
            found.append(Piece("same", added))
        else:
            found += [Piece("removed", removed)] if removed else []
            found += [Piece("added", added)] if added else []
    return tuple(found)


def _words(text: str) -> tuple[list[str], list[int]]:
    """The words of a text, no number cut, and the offset in `text` at which each starts, then its length."""
    folded, offsets = compact(text)
    inside = {at for value in values(folded) for at in range(value.start + 1, value.end)}
    starts = [start for _, start, _ in tokenizer().tokenize(folded) if start not in inside]
    ends = [*starts[1:], len(folded)] if starts else []
    return [folded[a:b] for a, b in zip(starts, ends, strict=True)], [
        *(0 if not start else offsets[start] for start in starts),
        len(text),
    ]


def _equal(old: Sequence[str], new: Sequence[str]) -> Iterator[_Pair]:
    """Each text with its equal; of a text that repeats the first with the first."""
    places: dict[str, list[int]] = {}
    for at in reversed(range(len(new))):
        places.setdefault(new[at], []).append(at)
    for at, text in enumerate(old):
        if places.get(text):
            yield _Pair(at, places[text].pop(), len(text) + 1)


def _heaviest_chain(pairs: Iterable[_Pair]) -> list[_Pair]:
    """The pairs that rise in both reports and weigh most together."""
    best: list[tuple[float, _Pair, int]] = []
    for pair in sorted(pairs):
        earlier = [
            (one[0], at) for at, one in enumerate(best) if one[1].before < pair.before and one[1].after < pair.after
        ]
        weight, link = max(earlier, default=(0.0, -1))
        best.append((weight + pair.weight, pair, link))
    at = max(range(len(best)), key=lambda at: best[at][0], default=-1)
    chain: list[_Pair] = []
    while at >= 0:
        chain.append(best[at][1])
        at = best[at][2]
    return chain[::-1]


def _left(pairs: Sequence[_Pair], old: int, new: int) -> tuple[list[int], list[int]]:
    one, other = {pair.before for pair in pairs}, {pair.after for pair in pairs}
    return [at for at in range(old) if at not in one], [at for at in range(new) if at not in other]


def _gap(chain: Sequence[_Pair], pair: _Pair) -> bool:
    """Whether both passages lie between the same two pairs of the chain."""
    befores, afters = [one.before for one in chain], [one.after for one in chain]
    return bisect(befores, pair.before) == bisect(afters, pair.after)


def _similar(old: Sequence[str], new: Sequence[str], ours: Sequence[int], theirs: Sequence[int]) -> Iterator[_Pair]:
    grams = {at: _grams(new[at]) for at in theirs}
    for at in ours:
        check()
        mine = _grams(old[at])
        for other, them in grams.items():
            size = len(mine) + len(them)
            if size and 2 * min(len(mine), len(them)) >= _SIMILAR * size:
                share = 2 * len(mine & them) / size
                if share >= _SIMILAR:
                    yield _Pair(at, other, share)


def _grams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or set(text)


def _rows(
    before: Sequence[Passage], after: Sequence[Passage], pairs: dict[int, int], ordered: set[int]
) -> Iterator[Row]:
    back = {new: old for old, new in pairs.items()}
    at = 0
    for new, passage in enumerate(after):
        old = back.get(new)
        if old is None:
            yield Row("new", None, passage)
            continue
        if old in ordered:
            yield from (Row("gone", before[gone], None) for gone in range(at, old) if gone not in pairs)
            at = old
        pieces = differences(before[old].text, passage.text)
        is_same = compact_text(before[old].text) == compact_text(passage.text)
        status: Status = "moved" if old not in ordered else "same" if is_same else "edited"
        yield Row(status, before[old], passage, () if is_same else pieces)
    yield from (Row("gone", before[gone], None) for gone in range(at, len(before)) if gone not in pairs)
