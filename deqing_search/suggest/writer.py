"""Writes the file of suggestions: terms, phrases, headings and defined terms of an index, with their readings.

`completion` reads the file, `pinyin` gives the readings.

The file is text after a checksum. Its head has the commit and the offset of the lines of each first letter. A line has
key, word, passages and kind; within a letter the best word is first. The key of 德清 is 德de清qing: a pattern matches
each character by itself, by its syllable, or by the beginning of the syllable. After the lines come the fragments,
which are not suggested, and the readings of every character, because a typed character may be in no word.

After a commit only the lines of words that the commit may have changed are made again: the words of the reports that
were added or deleted, and the words inside them. A line depends only on the state of the index, so the file equals one
that is made as a whole.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from operator import add
from pathlib import Path
from typing import NamedTuple

from deqing_search.config import DATA
from deqing_search.engine.base import Lexicon, SuggestionView
from deqing_search.language import pinyin
from deqing_search.language.analyzer import frequency, stopwords, user_words
from deqing_search.language.folding import fold
from deqing_search.suggest import sealed_file
from deqing_search.suggest.completion import BREAK, OTHER, State, Suggestions, Word, open_suggestions, sealed

_LONGEST_TERM, _LONGEST_HEADING = 12, 24
_RARE = 2  # passages that a term of a large index needs: rarer ones are misprints and wrong cuts of jieba
_RARE_WORD = 50  # jieba's frequency: 场主 has 12, 长性 3; 富裕 822, 信息 12256
_LOCAL = ("town or subdistrict", "place in", "Deqing's own")  # reasons in data/userdict.txt
_HAN = re.compile("[㐀-鿿]")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十百0-9]{1,4}[章节篇部分、.,:]+|[(\[][一二三四五六七八九十0-9]{1,3}[)\]]|[①-⑳●■◆-]|一是|二是)+"
)


class Thresholds(NamedTuple):
    """The numbers that decide what is a fragment, and when the whole file is made again."""

    large: int = 8_000  # passages of an index that has many misprints
    changes: int = 4  # if one line of so many changes, the whole file is made again
    passages: int = 5  # fewer passages do not prove that a word is a fragment
    phrase: tuple[int, int] = (3, 12)  # passages that a phrase needs in a small and in a large index
    inside: float = 0.8  # of the passages of a fragment have the longer word


class _Facts(NamedTuple):
    """What decides whether a text is suggested, and as which kind."""

    terms: Mapping[str, int]
    phrases: Mapping[str, int]  # without the rare ones
    headings: Mapping[str, int]
    defined: Collection[str]
    fragments: Collection[str]
    least: int


class _Unchanged(NamedTuple):
    """The lines of each letter that a commit does not change, the longer words in them, the keys of the others."""

    lines: Mapping[str, list[str]]
    longer: Collection[str]
    keys: Mapping[str, str]


class _Renewal(NamedTuple):
    """Changed words, the fragments, the unchanged lines of each letter, the keys of the other words, the readings."""

    words: Iterable[Word]
    fragments: Collection[str]
    unchanged: Mapping[str, list[str]]
    keys: Mapping[str, str]
    readings: str


_USUAL = Thresholds()


def write_suggestions(
    view: SuggestionView,
    path: Path,
    before: SuggestionView | None = None,
    *,
    thresholds: Thresholds = _USUAL,
) -> None:
    """Write the file for `view` unless it is up to date, and replace the old one in one step. Raises OSError.

    If the old file was written for `before`, only what has changed since is computed.
    """
    known, state = open_suggestions(path), State(view.commit, _least(view, thresholds), pinyin.digest())
    if known and known.state == state:
        return
    renewal = None
    if known and before and known.state == state._replace(commit=before.commit):
        renewal = _renewed(known, view, before, thresholds)
    text = _file(renewal or _whole(view, thresholds), state)
    sealed_file.replace(path, sealed(text))


def words_of(view: SuggestionView) -> Iterator[Word]:
    """Terms, phrases, headings without their numbers, defined terms: each once, with its most specific kind."""
    yield from _whole(view, _USUAL).words


def _whole(view: SuggestionView, thresholds: Thresholds) -> _Renewal:
    terms = view.vocabulary()
    least = _least(view, thresholds)
    phrases = view.phrases(_least_of_phrase(least, thresholds), stopwords())
    facts = _Facts(terms, phrases, _titles(view), _defined(view), _fragments(terms, least, thresholds), least)
    words = _words({**terms, **phrases, **facts.headings, **dict.fromkeys(facts.defined)}, facts)
    return _Renewal(words, facts.fragments, {}, {}, _readings())


def _renewed(
    known: Suggestions, view: SuggestionView, before: SuggestionView, thresholds: Thresholds
) -> _Renewal | None:
    """What a commit may have changed; None if it is so much that the whole file is made faster.

    Whether a word is a fragment depends on the longer words around it: those of the file with enough passages,
    and those that have changed.
    """
    since = view.since(before)
    words = {*since.vocabulary(), *_titles(since), *_defined(since)}
    if thresholds.changes * len(words) > known.size:
        return None
    touched = words | since.phrases(1, stopwords()).keys()
    if thresholds.changes * len(touched) > known.size:
        return None
    inside = set[str]().union(*map(_inside, filter(_is_telling, words)))
    unchanged = _unchanged(known, touched | inside, thresholds.passages)
    changed = touched | inside & (unchanged.keys.keys() | known.fragments)
    terms = view.holding(changed)
    around = _around(filter(_is_rare, terms), (*unchanged.longer, *known.fragments))
    least = known.state.least
    fragments = known.fragments - changed | _fragments({**terms, **view.holding(around - changed)}, least, thresholds)
    facts = _Facts(terms, {}, _titles(view), _defined(view), fragments, least)
    phrases = _phrases([text for text in changed if not _is_term(text, facts)], view, least, thresholds)
    renewed = _words(changed, facts._replace(phrases=phrases))
    return _Renewal(renewed, fragments, unchanged.lines, unchanged.keys, known.readings_text)


def _least_of_phrase(least: int, thresholds: Thresholds) -> int:
    """The passages that a phrase needs in an index in which a term needs `least`."""
    return thresholds.phrase[least > 1]


def _phrases(changed: Collection[str], view: SuggestionView, least: int, thresholds: Thresholds) -> Mapping[str, int]:
    """The frequent phrases among the changed texts. Terms are frequent, and to count them here too takes 0.5 s."""
    wanted = _least_of_phrase(least, thresholds)
    counts = view.holding_phrases(changed, stopwords())
    return {text: passages for text, passages in counts.items() if passages >= wanted}


def _words(texts: Iterable[str], facts: _Facts) -> Iterator[Word]:
    return (word for word in (_word(text, facts) for text in texts) if word)


def _word(text: str, facts: _Facts) -> Word | None:
    """The suggestion of a text; None if it is not suggested."""
    found = None
    if _is_term(text, facts):
        found = Word(text, facts.terms[text], "term")
    elif text in facts.phrases:
        found = Word(text, facts.phrases[text], "phrase")
    elif text in facts.headings:
        found = Word(text, facts.headings[text], "heading")
    if text in facts.defined:
        found = Word(text, found.passages if found else 1, "defined")
    return found._replace(kind="local") if found and text in _local_names() else found


def _is_term(text: str, facts: _Facts) -> bool:
    return facts.terms.get(text, 0) >= facts.least and text not in facts.fragments and _is_telling(text)


def _least(view: SuggestionView, thresholds: Thresholds) -> int:
    return _RARE if sum(card.passages for card in view.cards()) > thresholds.large else 1


def _titles(words: Lexicon) -> Mapping[str, int]:
    """Headings without their numbers, and the number of passages under them."""
    found: defaultdict[str, int] = defaultdict(int)
    for heading, passages in words.headings().items():
        number = _NUMBERING.match(heading)
        text = heading[number.end() :] if number else heading
        if 2 <= len(text) <= _LONGEST_HEADING and _HAN.search(text):
            found[text] += passages
    return found


def _defined(words: Lexicon) -> set[str]:
    return {term for term in words.defined() if 2 <= len(term) <= _LONGEST_HEADING}


def _fragments(terms: Mapping[str, int], least: int, thresholds: Thresholds) -> set[str]:
    """Rare words of the dictionary that occur almost only inside one longer word: 场主 in 市场主体, 清县 in 德清县.

    The beginning of a word is no fragment: a person who types it goes on to the word.
    """
    found: set[str] = set()
    for word, passages in terms.items():
        if passages >= thresholds.passages and len(word) > 2 and _is_telling(word):
            parts = ((part, terms.get(part, 0)) for part in _inside(word))
            found.update(part for part, times in parts if times >= least and passages > thresholds.inside * times)
    return set(filter(_is_rare, found))


def _around(parts: Iterable[str], words: Iterable[str]) -> set[str]:
    """The words that have one of the parts inside. Most are excluded by the pairs of their characters."""
    wanted = set(parts)
    begun = {part[:2] for part in wanted}
    near = (word for word in words if not begun.isdisjoint(map(add, word[1:], word[2:])))
    return {word for word in near if _is_telling(word) and not wanted.isdisjoint(_inside(word))}


def _is_rare(word: str) -> bool:
    return frequency(word) < _RARE_WORD and word not in _our_words() and _is_telling(word)


def _inside(word: str) -> Iterator[str]:
    """The parts of a word, without its beginnings.

    >>> list(_inside("市场主体"))
    ['场主', '场主体', '主体']
    """
    ends = range(3, len(word) + 1)
    return (word[start:end] for start in range(1, len(word) - 1) for end in ends if end > start + 1)


def _is_telling(term: str) -> bool:
    """Whether a term is a word, and no number, sign or stop word."""
    if not 2 <= len(term) <= _LONGEST_TERM or term in stopwords():
        return False
    return term.isalpha() or (term.isalnum() and not term[0].isdigit() and _HAN.search(term) is not None)


@cache
def _our_words() -> frozenset[str]:
    return frozenset(user_words())


@cache
def _local_names() -> frozenset[str]:
    rows = (row.split("\t") for row in (DATA / "userdict.txt").read_text("utf-8").splitlines() if "\t" in row)
    return frozenset(fold(row[0]) for row in rows if row[1].startswith(_LOCAL))


def _file(renewal: _Renewal, state: State) -> str:
    """The text of the file: the unchanged lines, and the new ones at their places."""
    new: dict[str, list[str]] = defaultdict(list)
    for text, passages, kind in renewal.words:
        word_key = renewal.keys.get(text) or key(text)
        new[word_key[1:2]].append(f"{word_key}\t{text}\t{passages}\t{kind}")
    starts: dict[str, list[int]] = {}
    lines, at = "", 0
    for letter in sorted(renewal.unchanged.keys() | new.keys()):
        lines += "".join(("\n", "\n".join(_merged(renewal.unchanged.get(letter, []), new[letter]))))
        starts[letter] = [at, at := len(lines)]
    head = json.dumps([state, starts], ensure_ascii=False)
    return BREAK.join((head, lines + "\n", "\n".join(sorted(renewal.fragments)), renewal.readings))


def _unchanged(known: Suggestions, touched: Collection[str], least: int) -> _Unchanged:
    """The lines of the words that are not `touched`, and the keys of those that are.

    The longer words are those in `least` or more passages.
    """
    lines: dict[str, list[str]] = {}
    longer: list[str] = []
    keys: dict[str, str] = {}
    for letter, rows in known.sections():
        stay = []
        for row in rows:
            word_key, text, passages, _ = row.split("\t")
            if text in touched:
                keys[text] = word_key
            else:
                stay.append(row)
                if len(text) > 2 and int(passages) >= least:
                    longer.append(text)
        if stay:
            lines[letter] = stay
    return _Unchanged(lines, longer, keys)


def _merged(rows: list[str], new: list[str]) -> list[str]:
    """All rows in order. The new ones are few, so each is inserted by bisection."""
    merged: list[str] = []
    done = 0
    for place, row in sorted((_place(row), row) for row in new):
        at = bisect_left(rows, place, done, key=_place)
        merged += rows[done:at]
        merged.append(row)
        done = at
    return merged + rows[done:]


def _place(row: str) -> tuple[bool, int, int, str]:
    """The order within a letter: local names first, then by passages, then by length."""
    _, text, passages, kind = row.split("\t")
    return kind != "local", -int(passages), len(text), text


def key(text: str) -> str:
    """The text with the syllable of each character after it. A letter or digit is its own syllable, after a sign.

    >>> key("德清5g、")
    '德de清qing·5·g、'
    """
    syllables = pinyin.syllables(text)
    return "".join(
        (OTHER if pinyin.letter(char) else char) + syllable for char, syllable in zip(text, syllables, strict=True)
    )


@cache
def _readings() -> str:
    """One line for each character with all its readings, also for a character without any."""
    return "".join(f"\n{char}\t{' '.join(pinyin.sounds(char))}" for char in map(chr, pinyin.CHARACTERS))
