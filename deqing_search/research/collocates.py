"""The text near the occurrences: words with scores, longer strings with an occurrence in them, and the dispersion.

Words are those of the index: jieba's with the user dictionary, and the dictionary words inside them. A window is
a number of jieba's words on each side, within the sentence of the occurrence. Punctuation is not a word. The formulas
are in `scores`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from deqing_search.engine.base import PassageText
from deqing_search.errors import UsageError
from deqing_search.language.analyzer import Token, expect_much_text, sentence_starts, stopwords, tokens
from deqing_search.messages import Message
from deqing_search.query.tree import And
from deqing_search.report import ReportCard
from deqing_search.request_deadline import check
from deqing_search.research.occurrences import Found, Place, drawn
from deqing_search.research.scores import deviation_of_proportions, log_dice, log_likelihood

WIDEST = 20  # words on each side
_MUCH = 2000  # occurrences from which the fast tokenizer pays
_LONGEST = 6  # characters that a string extends an occurrence by
_BREAK = re.compile(r"[^\w%]")  # no extension contains one
_STOP = re.compile(r"[,。;!?、:]")


class Collocate(NamedTuple):
    """A word near the occurrences."""

    word: str
    left: int
    right: int
    frequency: int  # in all the text that was searched
    log_dice: float
    log_likelihood: float  # 0 or more; negative if the word is rarer in the windows than elsewhere

    @property
    def near(self) -> int:
        """How often it stands in a window."""
        return self.left + self.right


class Collocates(NamedTuple):
    """The words near the occurrences, and how many of the occurrences were looked at."""

    words: Sequence[Collocate]
    occurrences: int
    counted: int  # fewer than all in a sample: `near` counts in these, and logDice estimates from them


class Span(NamedTuple):
    """Words on the left and on the right."""

    left: int = 5
    right: int = 5


FIVE = Span()


class Extension(NamedTuple):
    """A string that contains an occurrence, and its frequency."""

    text: str
    occurrences: int


class Part(NamedTuple):
    """A report or a year: the occurrences in it, and its size."""

    name: str
    occurrences: int
    characters: int


class Dispersion(NamedTuple):
    """How evenly the occurrences are spread: DP over reports and over years, 0 even, near 1 in one place."""

    over_reports: float
    over_years: float
    reports_with: int
    reports: int
    years: tuple[Part, ...]
    undated: int  # occurrences in reports of unknown year, which the years leave out


def collocates(
    found: Found,
    span: Span = FIVE,
    *,
    minimum: int = 3,
    common: bool = False,
    most: int | None = None,
) -> Collocates:
    """The words near the occurrences, the highest logDice first. `common` keeps stop words and bare numbers.

    What is looked for and its parts (营商 of 营商环境) are no collocates of it: they stand there again by themselves.
    Of more than `most` occurrences a random sample is counted, always the same one: cutting the text into words takes
    most of the time. Raises `UsageError` for a span that is too wide.
    """
    if not (0 <= span.left <= WIDEST and 0 <= span.right <= WIDEST):
        raise UsageError(Message("跨距应为每边 0 到 {most} 个词。", most=WIDEST))
    places, every = drawn(found.places, most, seed=1), len(found.places)
    if len(places) > _MUCH:
        expect_much_text()
    left, right = _windows(places, span)
    frequencies = found.view.frequencies(found.wanted.filters.limit(And(())))
    window, total = sum(left.values()) + sum(right.values()), sum(frequencies.values())
    words = []
    parts = {word for word in {*left, *right} if any(word in term for term in found.wanted.shown)}
    for word in {*left, *right} - parts:
        near, frequency = left[word] + right[word], frequencies.get(word, 0)
        if near >= minimum and frequency and (common or is_telling(word)):
            in_all = round(near * every / len(places))
            scores = (log_dice(in_all, every, frequency), _signed(near, window, max(frequency, near), total))
            words.append(Collocate(word, left[word], right[word], frequency, *scores))
    words = sorted(_whole(words), key=lambda one: (-one.log_dice, -one.near, one.word))
    return Collocates(words, every, len(places))


def _whole(words: Iterable[Collocate]) -> Iterator[Collocate]:
    """The words that do not always stand in a longer one, as 有求 does in 有求必应: both then have the same counts."""
    alike = defaultdict(list)
    for one in words:
        alike[one.left, one.right, one.frequency].append(one)
    for group in alike.values():
        yield from (one for one in group if not any(one.word in other.word for other in group if other is not one))


def is_telling(word: str) -> bool:
    """Whether a word is neither a stop word nor a bare number."""
    return word not in stopwords() and not word.replace(".", "").isdecimal()


def _signed(near: int, window: int, frequency: int, total: int) -> float:
    score = log_likelihood(near, window, frequency, max(total, window + frequency - near))
    return score if near * total >= window * frequency else -score


def _windows(places: Iterable[Place], span: Span) -> tuple[Counter[str], Counter[str]]:
    """How often each word stands left and right of an occurrence."""
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for place in places:
        check()
        before, after = _sides(place)
        left.update(chain(*islice(before, span.left)))
        right.update(chain(*islice(after, span.right)))
    return left, right


def _sides(place: Place) -> tuple[Iterator[list[str]], Iterator[list[str]]]:
    """The words of the sentence before the occurrence, nearest first, and those after it, each with those inside it.

    A word that the occurrence is a part of is on neither side: 服务 in 服务业 leaves no 业 over.
    """
    text, (_, start, end) = place.text, place.found
    low, high = _sentence(text, start, end)
    piece = start - len(_STOP.split(text[low:start])[-1])
    its_end = end + len(_STOP.split(text[end:high])[0])
    around = _words(text[piece:its_end])
    before = ([one.term for one in word if piece + one.end <= start] for word in reversed(around))
    after = ([one.term for one in word if piece + one.start >= end] for word in around)
    return (
        chain(filter(None, before), (_terms(word) for word in reversed(_words_of_pieces(text[low:piece])))),
        chain(filter(None, after), map(_terms, _words_of_pieces(text[its_end:high]))),
    )


def _terms(word: Iterable[Token]) -> list[str]:
    return [one.term for one in word]


def _words_of_pieces(text: str) -> list[tuple[Token, ...]]:
    """The words between punctuation marks. No word contains one."""
    return [word for piece in _STOP.split(text) if piece for word in _words(piece)]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    starts = [*sentence_starts(text), len(text)]
    return max(at for at in starts if at <= start), min((at for at in starts if at >= end), default=len(text))


@lru_cache(20_000)
def _words(text: str) -> tuple[tuple[Token, ...], ...]:
    """Each of jieba's words with the words inside it, in order. `tokens` gives these before the word."""
    words: list[list[Token]] = []
    for token in reversed(list(tokens(text))):
        if words and token.start >= words[-1][0].start:
            words[-1].append(token)
        else:
            words.append([token])
    return tuple(map(tuple, reversed(words)))


def extensions(found: Found, *, minimum: int = 3) -> list[Extension]:
    """The strings that the occurrences stand in, up to six characters longer, the most frequent first.

    A string is left out if a longer one is as frequent, because it then occurs only inside the longer one.
    """
    counts: Counter[str] = Counter()
    for place in found.places:
        check()
        counts.update(_extended(place))
    frequent = {text: count for text, count in counts.items() if count >= minimum}
    longer: dict[str, int] = {}
    for text, count in frequent.items():
        for shorter in (text[1:], text[:-1]):
            longer[shorter] = max(longer.get(shorter, 0), count)
    kept = [Extension(text, count) for text, count in frequent.items() if longer.get(text, 0) < count]
    return sorted(kept, key=lambda one: (-one.occurrences, -len(one.text), one.text))


def _extended(place: Place) -> Iterator[str]:
    term, start, end = place.found
    before = _BREAK.split(place.text[max(start - _LONGEST, 0) : start])[-1]
    after = _BREAK.split(place.text[end : end + _LONGEST])[0]
    yield from (before[-size:] + term for size in range(1, len(before) + 1))
    yield from (term + after[:size] for size in range(1, len(after) + 1))


def dispersion(found: Found) -> Dispersion:
    """How evenly the occurrences are spread over the reports that the filters leave."""
    counts = Counter(place.report for place in found.places)
    sizes = _sizes(found.view.texts(found.wanted.filters.limit(And(()))))
    cards = {card.id: card for card in found.view.cards() if card.id in sizes}
    years = _by_year(cards, counts, sizes)
    return Dispersion(
        deviation_of_proportions([counts[report] for report in sizes], list(sizes.values())),
        deviation_of_proportions([year.occurrences for year in years], [year.characters for year in years]),
        len(+counts),
        len(sizes),
        years,
        sum(counts[card.id] for card in cards.values() if card.meta.year is None),
    )


def _sizes(texts: Iterable[PassageText]) -> dict[str, int]:
    sizes: Counter[str] = Counter()
    for text in texts:
        check()
        sizes[text.report] += len(text.compact)
    return dict(sizes)


def _by_year(cards: Mapping[str, ReportCard], counts: Mapping[str, int], sizes: Mapping[str, int]) -> tuple[Part, ...]:
    years: dict[int, list[str]] = {}
    for card in cards.values():
        if card.meta.year is not None:
            years.setdefault(card.meta.year, []).append(card.id)
    return tuple(
        Part(str(year), sum(counts.get(one, 0) for one in reports), sum(sizes[one] for one in reports))
        for year, reports in sorted(years.items())
    )
