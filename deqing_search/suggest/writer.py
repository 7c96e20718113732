"""Writes what suggestions are read from: the index's own terms, headings and defined terms, with their readings.

How the file is read is in `suggest`, how words are read in `readings`.

The file is text. A head line gives the commit it was written for and where the lines of each first letter begin; a
line holds key, word, passages, kind, within a letter the best first. The key of 德清 is 德de清qing: a pattern can take
each character by itself, by its syllable, or by any beginning of it. Below the lines stand the fragments, which are
not suggested, and every character with its readings: one that is typed may be in no word.

After a commit only the lines of words that it may have changed are written anew, into the old ones: of the words of
the reports that came or went, and of those inside them. What a line says depends on the state of the index alone, so
the file is the same as one that is written at once.
"""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from operator import add
from pathlib import Path
from typing import NamedTuple

from deqing_search.config import DATA
from deqing_search.engine.base import View, Words
from deqing_search.language import pinyin
from deqing_search.language.analyzer import frequency, stopwords, user_words
from deqing_search.language.folding import fold
from deqing_search.suggest.completion import BREAK, OTHER, State, Suggestions, open_suggestions, sealed

_LONGEST_TERM, _LONGEST_HEADING = 12, 24
_RARE = 2  # passages that a term of a large index must be in: below stand misprints and cuts of the segmenter
_LARGE = 8_000  # passages
_MUCH = 4  # of so many lines one that changes is much
_FEW = 5  # passages: of fewer nothing can be concluded
_INSIDE = 0.8  # of the passages of a fragment hold the longer word
_RARE_WORD = 50  # jieba's frequency: 场主 has 12, 长性 3; 富裕 822, 信息 12256
_LOCAL = ("town or subdistrict", "place in", "Deqing's own")  # reasons in data/userdict.txt
_HAN = re.compile("[㐀-鿿]")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十百0-9]{1,4}[章节篇部分、.,:]+|[(\[][一二三四五六七八九十0-9]{1,3}[)\]]|[①-⑳●■◆-]|一是|二是)+"
)


class Word(NamedTuple):
    """Something that can be suggested: how many passages hold it, and what it is (`local`, `defined`, `heading`…)."""

    text: str
    passages: int
    kind: str


class _Facts(NamedTuple):
    """What decides whether and as what a text is suggested: its passages as a term and as a heading, and the rest."""

    terms: Mapping[str, int]
    headings: Mapping[str, int]
    defined: Collection[str]
    fragments: Collection[str]
    least: int


class _Standing(NamedTuple):
    """The lines of each letter that a commit left as they are, the longer words in them, the keys of the others."""

    lines: Mapping[str, list[str]]
    longer: Collection[str]
    keys: Mapping[str, str]


class _Renewal(NamedTuple):
    """Words written anew, and fragments; the lines of each letter that stay, the keys of the others; the readings."""

    words: Iterable[Word]
    fragments: Collection[str]
    kept: Mapping[str, list[str]]
    keys: Mapping[str, str]
    readings: str


def write_suggestions(view: View, path: Path, before: View | None = None) -> None:
    """Write the file for what `view` holds, unless it is; the one before is replaced in one step. Raises OSError.

    If that one was written for `before`, only what has changed since is found anew.
    """
    known, state = open_suggestions(path), State(view.commit, _least(view), pinyin.digest())
    if known and known.state == state:
        return
    renewal = None
    if known and before and known.state == state._replace(commit=before.commit):
        renewal = _renewed(known, view, before)
    text = _file(renewal or _whole(view), state)
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(sealed(text))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def words_of(view: View) -> Iterator[Word]:
    """Terms, headings without their numbers and defined terms of an index, each once, as the most telling kind."""
    yield from _whole(view).words


def _whole(view: View) -> _Renewal:
    terms = view.vocabulary()
    least = _least(view)
    facts = _Facts(terms, _titles(view), _defined(view), _fragments(terms, least), least)
    words = _words({**terms, **facts.headings, **dict.fromkeys(facts.defined)}, facts)
    return _Renewal(words, facts.fragments, {}, {}, _readings())


def _renewed(known: Suggestions, view: View, before: View) -> _Renewal | None:
    """What a commit may have changed; None if that is so much that all is written faster.

    Whether a word is a fragment is decided by the words around it: those of five passages or more that stand in the
    file, and those that have changed.
    """
    since = view.since(before)
    came = {*since.vocabulary(), *_titles(since), *_defined(since)}
    if _MUCH * len(came) > known.size:
        return None
    inside = set[str]().union(*map(_inside, filter(_is_telling, came)))
    standing = _standing(known, came | inside)
    changed = came | inside & (standing.keys.keys() | known.fragments)
    terms = view.holding(changed)
    around = _around(filter(_is_rare, terms), (*standing.longer, *known.fragments))
    least = known.state.least
    fragments = known.fragments - changed | _fragments({**terms, **view.holding(around - changed)}, least)
    facts = _Facts(terms, _titles(view), _defined(view), fragments, least)
    return _Renewal(_words(changed, facts), fragments, standing.lines, standing.keys, known.readings_text)


def _words(texts: Iterable[str], facts: _Facts) -> Iterator[Word]:
    return (word for word in (_word(text, facts) for text in texts) if word)


def _word(text: str, facts: _Facts) -> Word | None:
    """What a text is suggested as; None where it is not."""
    found, passages = None, facts.terms.get(text, 0)
    if passages >= facts.least and text not in facts.fragments and _is_telling(text):
        found = Word(text, passages, "term")
    elif text in facts.headings:
        found = Word(text, facts.headings[text], "heading")
    if text in facts.defined:
        found = Word(text, found.passages if found else 1, "defined")
    return found._replace(kind="local") if found and text in _local_names() else found


def _least(view: View) -> int:
    return _RARE if view.size() > _LARGE else 1


def _titles(words: Words) -> Mapping[str, int]:
    """Headings without their numbers, and how many passages stand under them."""
    found: defaultdict[str, int] = defaultdict(int)
    for heading, passages in words.headings().items():
        number = _NUMBERING.match(heading)
        text = heading[number.end() :] if number else heading
        if 2 <= len(text) <= _LONGEST_HEADING and _HAN.search(text):
            found[text] += passages
    return found


def _defined(words: Words) -> set[str]:
    return {term for term in words.defined() if 2 <= len(term) <= _LONGEST_HEADING}


def _fragments(terms: Mapping[str, int], least: int) -> set[str]:
    """Rare words of the dictionary that stand almost only inside one longer word: 场主 in 市场主体, 清县 in 德清县.

    The beginning of a word is none: whoever types it goes on to the word.
    """
    found: set[str] = set()
    for word, passages in terms.items():
        if passages >= _FEW and len(word) > 2 and _is_telling(word):
            held = ((part, terms.get(part, 0)) for part in _inside(word))
            found.update(part for part, times in held if times >= least and passages > _INSIDE * times)
    return set(filter(_is_rare, found))


def _around(parts: Iterable[str], words: Iterable[str]) -> set[str]:
    """The words that have one of the parts inside; of most, the pairs of their characters tell that they have not."""
    wanted = set(parts)
    begun = {part[:2] for part in wanted}
    near = (word for word in words if not begun.isdisjoint(map(add, word[1:], word[2:])))
    return {word for word in near if _is_telling(word) and not wanted.isdisjoint(_inside(word))}


def _is_rare(word: str) -> bool:
    return frequency(word) < _RARE_WORD and word not in _our_words() and _is_telling(word)


def _inside(word: str) -> Iterator[str]:
    """The parts of a word but for its beginnings.

    >>> list(_inside("市场主体"))
    ['场主', '场主体', '主体']
    """
    ends = range(3, len(word) + 1)
    return (word[start:end] for start in range(1, len(word) - 1) for end in ends if end > start + 1)


def _is_telling(term: str) -> bool:
    """A word, not a number or a sign; most are all letters, which is told at once."""
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
    """The lines that stay, and the new ones at their places."""
    new: dict[str, list[str]] = defaultdict(list)
    for text, passages, kind in renewal.words:
        said = renewal.keys.get(text) or key(text)
        new[said[1:2]].append(f"{said}\t{text}\t{passages}\t{kind}")
    starts: dict[str, list[int]] = {}
    lines, at = "", 0
    for letter in sorted(renewal.kept.keys() | new.keys()):
        lines += "".join(("\n", "\n".join(_merged(renewal.kept.get(letter, []), new[letter]))))
        starts[letter] = [at, at := len(lines)]
    head = json.dumps([state, starts], ensure_ascii=False)
    return BREAK.join((head, lines + "\n", "\n".join(sorted(renewal.fragments)), renewal.readings))


def _standing(known: Suggestions, touched: Collection[str]) -> _Standing:
    """What the file says of words that are not `touched`, and how those are read that are."""
    lines: dict[str, list[str]] = {}
    longer: list[str] = []
    keys: dict[str, str] = {}
    for letter, rows in known.sections():
        stay = []
        for row in rows:
            said, text, passages, _ = row.split("\t")
            if text in touched:
                keys[text] = said
            else:
                stay.append(row)
                if len(text) > 2 and int(passages) >= _FEW:
                    longer.append(text)
        if stay:
            lines[letter] = stay
    return _Standing(lines, longer, keys)


def _merged(rows: list[str], new: list[str]) -> list[str]:
    """All in order of their places; the new ones are few, so each looks for its own."""
    merged: list[str] = []
    done = 0
    for place, row in sorted((_place(row), row) for row in new):
        at = bisect_left(rows, place, done, key=_place)
        merged += rows[done:at]
        merged.append(row)
        done = at
    return merged + rows[done:]


def _place(row: str) -> tuple[bool, int, int, str]:
    """Within a letter: local names first, then what is in most passages, then the shorter."""
    _, text, passages, kind = row.split("\t")
    return kind != "local", -int(passages), len(text), text


def key(text: str) -> str:
    """The text with each character's syllable behind it; letters and digits are their own, behind a sign.

    >>> key("德清5g、")
    '德de清qing·5·g、'
    """
    said = pinyin.syllables(text)
    return "".join((OTHER if pinyin.letter(char) else char) + each for char, each in zip(text, said, strict=True))


@cache
def _readings() -> str:
    """A line of every reading of each character; of one that has none, that it has none."""
    return "".join(f"\n{char}\t{' '.join(pinyin.sounds(char))}" for char in map(chr, pinyin.CHARACTERS))
