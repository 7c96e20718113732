"""Words that stand in the same sentences of the reports as a word does: what else to search for.

Each frequent word and phrase of an index has a vector of 200 numbers: which common words stand in its sentences more
often than chance explains (PPMI), reduced by a singular value decomposition. Words with similar vectors are related.
The file lies beside the index. A related word never changes the results of a query: it is offered, with its count.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deqing_search.engine.base import SuggestionView, View
from deqing_search.errors import reason
from deqing_search.language.analyzer import question_words, stopwords
from deqing_search.language.folding import compact_text
from deqing_search.suggest import sealed_file
from deqing_search.suggest.completion import Word
from deqing_search.versions import RELATED

NAME = "related.words"
LONGEST = 12  # characters of a text that words are offered for

_FORMAT = b"deqing-related %d " % RELATED
_log = logging.getLogger(__name__)

_AT_ONCE = 4_096  # vectors that are computed or compared at a time
_TRIED = 400  # of the nearest words, from which those that say something new are chosen
_SHORT = 3  # characters of a text that may stand for its characters; a longer one is a sentence
_RARE = 400  # words that have a character, if it says something about a word
_COMMON = 0.04  # weight of the logarithm of the passages
_SHARED, _SHARED_BY_OTHERS = 0.4, 0.8  # weight of shared characters for a word of the index, and for another text
_SMOOTHED = 0.75  # exponent of the frequencies of contexts: rare ones are less surprising than they seem

Vectors = npt.NDArray[np.float32]
Ints = npt.NDArray[np.integer]


class Sizes(NamedTuple):
    """What decides which words have vectors, and how much is computed."""

    passages: int = 4_000  # a smaller index does not show how words are used
    rarest: Mapping[str, int] = {"phrase": 40}  # passages that a word of this kind needs; others need `least`
    least: int = 20
    contexts: int = 2_000  # common words by which the sentences of a word are described
    widest: float = 0.05  # share of the sentences that a context has at most
    learned: int = 8_000  # words from which the dimensions are learned
    sentences: int = 1_500  # of a word that are looked at
    dimensions: int = 200


_USUAL = Sizes()


class Related:
    """The vectors of the words of an index."""

    def __init__(self, passages: int, words: Sequence[str], times: Ints, vectors: npt.NDArray[np.int8]) -> None:
        self.passages = passages
        self._words, self._times, self._vectors = words, times, vectors

    def knows(self, typed: str) -> bool:
        """Whether words can be related to a text."""
        text = compact_text(typed)
        return len(text) <= LONGEST and self._vector(text) is not None

    def near(self, typed: str) -> Iterator[str]:
        """The words that are related to a text, the nearest first, without those that contain it.

        A text that is no word of the index stands for its words, or if it is short and has none, for its rarer
        characters.
        """
        text = compact_text(typed)
        wanted = self._vector(text) if len(text) <= LONGEST else None
        if wanted is None:
            return
        shared = _SHARED if text in self._rows else _SHARED_BY_OTHERS
        scores = self._numbers @ wanted / np.float32(127) + self._commonness + shared * self._sharing(text)
        best = np.argpartition(-scores, min(_TRIED, len(scores) - 1))[:_TRIED]
        chosen: list[str] = []
        for row in best[np.argsort(-scores[best], kind="stable")].tolist():
            word = self._words[row]
            if text not in word and not any(word in other or other in word for other in chosen):
                chosen.append(word)
                yield word

    def _vector(self, text: str) -> Vectors | None:
        rows = [self._rows[text]] if text in self._rows else []
        rows = rows or [self._rows[word] for word in question_words(text) if word in self._rows and len(word) > 1]
        if not rows and len(text) <= _SHORT:
            having = (self._having.get(char, np.empty(0, np.int64)) for char in text)
            rows = [row for found in having if len(found) < _RARE for row in found.tolist()]
        if not rows:
            return None
        weights = 1 / np.log(self._times[rows] + 2)
        vector: Vectors = weights.astype(np.float32) @ self._vectors[rows].astype(np.float32)
        length = np.linalg.norm(vector)
        return vector / length if length else None

    def _sharing(self, text: str) -> npt.NDArray[np.float64]:
        """How much of a text each word has: its characters, by their rarity in the words."""
        total = len(self._words)
        having = {char: self._having.get(char, np.empty(0, np.int64)) for char in set(text)}
        rarity = {char: np.log(total / (1 + len(rows))) ** 2 for char, rows in having.items()}
        shared = np.zeros(total)
        for char, rows in having.items():
            shared[rows] += rarity[char] / (sum(rarity.values()) or 1)
        return shared

    @cached_property
    def _numbers(self) -> Vectors:
        """The vectors as NumPy multiplies them fast. To convert them for each query takes most of its time."""
        return self._vectors.astype(np.float32)

    @cached_property
    def _commonness(self) -> npt.NDArray[np.float64]:
        commonness: npt.NDArray[np.float64] = _COMMON * np.log1p(self._times)
        return commonness

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self._words)}

    @cached_property
    def _having(self) -> dict[str, Ints]:
        """Character → the words that have it."""
        rows: dict[str, list[int]] = {}
        for row, word in enumerate(self._words):
            for char in set(word):
                rows.setdefault(char, []).append(row)
        return {char: np.array(found) for char, found in rows.items()}


def related(view: View, typed: str) -> Iterator[str]:
    """The words that are related to a text, as `Related.near` gives them."""
    known = _of(view)
    yield from known.near(typed) if known else ()


def has_related(view: View, typed: str) -> bool:
    """Whether words can be related to a text, without looking for them."""
    known = _of(view)
    return known is not None and known.knows(typed)


def _of(view: View) -> Related | None:
    path = view.beside(NAME) if isinstance(view, SuggestionView) else None
    return open_related(path) if path else None


def write_related(view: SuggestionView, words: Iterable[Word], path: Path, *, sizes: Sizes = _USUAL) -> None:
    """Write the vectors of the words of an index, unless the file is of nearly the same index. Raises OSError.

    They are made again when the number of passages has changed by a tenth. An index that is too small has no file.
    """
    passages = sum(card.passages for card in view.cards())
    known = open_related(path)
    if known and abs(known.passages - passages) * 10 < passages:
        return
    if passages < sizes.passages:
        path.unlink(missing_ok=True)
        return
    chosen = sorted(word for word in words if _is_frequent(word, sizes))
    content = _content(passages, chosen, _vectors(view, [word.text for word in chosen], sizes))
    sealed_file.replace(path, sealed_file.sealed(_FORMAT, content))


def open_related(path: Path) -> Related | None:
    """The related words of an index. None if there is no file, if it has another format, or if it is damaged."""
    state = sealed_file.state_of(path)
    return _opened(path, state) if state else None


@lru_cache(maxsize=1)
def _opened(path: Path, _state: sealed_file.State) -> Related | None:
    try:
        data = path.read_bytes()
    except OSError as fault:
        _log.warning("注意：相关词的文件 %s 读不了（%s），这次不给相关词。", path, reason(fault))
        return None
    content = sealed_file.content_of(data, _FORMAT)
    if content is None:
        if not sealed_file.has_other_version(data, _FORMAT):
            _log.warning("注意：相关词的文件 %s 已损坏，这次不给相关词。\n  下一步：运行 search-cli index 重写。", path)
        return None
    names, _, raw = content.partition(b"\n")
    passages, words, times = json.loads(names)
    vectors = np.frombuffer(raw, np.int8).reshape(len(words), -1)
    return Related(passages, words, np.array(times, np.int64), vectors)


def _content(passages: int, words: Sequence[Word], vectors: Vectors) -> bytes:
    names = json.dumps([passages, [word.text for word in words], [word.passages for word in words]])
    return names.encode() + b"\n" + np.rint(vectors * 127).astype(np.int8).tobytes()


def _is_frequent(word: Word, sizes: Sizes) -> bool:
    return word.kind != "heading" and word.passages >= sizes.rarest.get(word.kind, sizes.least)


class _Sentences(NamedTuple):
    """Which contexts each sentence has, and which sentences each word has."""

    context: Ints  # the contexts of all sentences, end to end
    start: Ints  # of each sentence in `context`
    sentence: Ints  # the sentences of all words, end to end
    word: Ints  # the start of each word in `sentence`
    chance: Vectors  # the share of each context

    def contexts_of(self, word: int, most: int) -> Ints:
        """The contexts of at most so many sentences of a word, evenly chosen."""
        start, end = self.word[word : word + 2].tolist()
        sentences = self.sentence[start : end : -(-(end - start) // most) or 1]
        low, lengths = self.start[sentences], self.start[sentences + 1] - self.start[sentences]
        before = np.cumsum(lengths) - lengths
        contexts: Ints = self.context[np.repeat(low - before, lengths) + np.arange(lengths.sum())]
        return contexts


def _vectors(view: SuggestionView, words: Sequence[str], sizes: Sizes) -> Vectors:
    """A vector of length 1 for each word; one without contexts has only zeros."""
    rows, sentences = view.sentences_of(words, stopwords())
    held = np.bincount(rows, minlength=len(words))
    by_frequency = np.argsort(-held, kind="stable")
    narrow = by_frequency[held[by_frequency] <= sizes.widest * (sentences.max(initial=0) + 1)]
    read = _sentences(rows, sentences, held, narrow[: sizes.contexts])
    del rows, sentences
    values, axes = np.linalg.eigh(_shared(_surprises(read, by_frequency[: sizes.learned], sizes.sentences)))
    strongest = slice(-1, -sizes.dimensions - 1, -1)
    axes = (axes[:, strongest] / np.sqrt(np.maximum(values[strongest], 1e-9))).astype(np.float32)
    parts = (np.arange(at, min(at + _AT_ONCE, len(words))) for at in range(0, len(words), _AT_ONCE))
    vectors = np.concatenate([_surprises(read, part, sizes.sentences) @ axes for part in parts])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.maximum(lengths, np.float32(1e-9))
    return vectors


def _shared(sample: Vectors) -> npt.NDArray[np.float64]:
    """What the columns of a sample have in common, so that its rows need not stay in memory."""
    shared: npt.NDArray[np.float64] = (sample.T @ sample).astype(np.float64)
    return shared


def _sentences(rows: Ints, sentences: Ints, held: Ints, contexts: Ints) -> _Sentences:
    number = np.full(len(held), -1, np.int16)  # thousands of contexts, millions of entries
    number[contexts] = np.arange(len(contexts))
    common = (number >= 0)[rows]
    pairs = sentences[common].astype(np.int64)  # of a sentence and a word, sorted in place: there are millions
    pairs <<= 32
    pairs |= rows[common]
    pairs.sort()
    start = np.searchsorted(pairs, np.arange(sentences.max(initial=0) + 2, dtype=np.int64) << 32)
    pairs &= 0xFFFFFFFF
    chance = held[contexts] ** _SMOOTHED
    word = np.searchsorted(rows, np.arange(len(held) + 1, dtype=rows.dtype))
    return _Sentences(number[pairs], start, sentences, word, (chance / chance.sum()).astype(np.float32))


def _surprises(read: _Sentences, words: Ints, most: int) -> Vectors:
    """For each word the positive pointwise mutual information with each context."""
    found = np.zeros((len(words), len(read.chance)), np.float32)
    for row, word in enumerate(words.tolist()):
        counts = np.bincount(read.contexts_of(word, most), minlength=len(read.chance))
        if total := counts.sum():
            found[row] = np.log(np.maximum(counts / (total * read.chance), 1))
    return found
