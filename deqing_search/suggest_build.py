"""Writes what suggestions are read from: the index's own terms, headings and defined terms, with their readings.

The only user of pypinyin, and only when an index is written: polyphones are read by the phrase they stand in (重庆,
长兴), or by data/readings.tsv. How the file is read is in `suggest`.

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
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from deqing_search.analysis import fold, frequency, stopwords, user_words
from deqing_search.engine.base import View, Words
from deqing_search.suggest import BREAK, HEAD, OTHER, Suggestions, open_suggestions

_DATA = Path(__file__).parent / "data"
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
_CHARACTERS = range(0x3400, 0xA000)  # those of `_HAN`


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


class _Renewal(NamedTuple):
    """The words that are written anew, those of the texts that may have changed, and all fragments."""

    words: Iterable[Word]
    changed: Collection[str]
    fragments: Collection[str]


def write_suggestions(view: View, path: Path, before: View | None = None) -> None:
    """Write the file for what `view` holds; the one before is replaced in one step. Raises OSError.

    If that one was written for `before`, only what has changed since is found anew. In any case, what it knows how to
    read is not looked up again: pypinyin takes its time.
    """
    known, least = open_suggestions(path), _least(view)
    renewal = None
    if known and before and (known.commit, known.least) == (before.commit, least):
        renewal = _renewed(known, view, before, least)
    body = _file(known, renewal or _whole(view, known), view.commit, least)
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def expect_words(path: Path) -> None:
    """Load now what writing the file anew would otherwise wait for: a fifth of a second."""
    _pinyin()
    open_suggestions(path)


def words_of(view: View) -> Iterator[Word]:
    """Terms, headings without their numbers and defined terms of an index, each once, as the most telling kind."""
    yield from _whole(view).words


def _whole(view: View, known: Suggestions | None = None) -> _Renewal:
    terms = view.vocabulary()
    facts = _Facts(terms, _titles(view), _defined(view), _fragments(terms), _least(view))
    words = _words({**terms, **facts.headings, **dict.fromkeys(facts.defined)}, facts)
    return _Renewal(words, known.keys if known else (), facts.fragments)


def _renewed(known: Suggestions, view: View, before: View, least: int) -> _Renewal | None:
    """What a commit may have changed; None if that is so much that all is written faster.

    Whether a word is a fragment is decided by the words around it: those of five passages or more that stand in the
    file, and those that have changed.
    """
    since = view.since(before)
    changed = {*since.vocabulary(), *_titles(since), *_defined(since)}
    changed.update(*map(_inside, filter(_is_telling, tuple(changed))))
    if _MUCH * len(changed) > known.size:
        return None
    terms = view.holding(changed)
    rare = set(filter(_is_rare, terms))
    longer = filter(_is_telling, (*known.longer(_FEW), *known.fragments))
    around = {word for word in longer if not rare.isdisjoint(_inside(word))}
    fragments = known.fragments - changed | _fragments({**terms, **view.holding(around - changed)})
    facts = _Facts(terms, _titles(view), _defined(view), fragments, least)
    return _Renewal(_words(changed, facts), changed, fragments)


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


def _titles(words: Words) -> Counter[str]:
    """Headings without their numbers, and how many passages stand under them."""
    found: Counter[str] = Counter()
    for heading, passages in words.headings().items():
        text = _NUMBERING.sub("", heading)
        if 2 <= len(text) <= _LONGEST_HEADING and _HAN.search(text):
            found[text] += passages
    return found


def _defined(words: Words) -> set[str]:
    return {term for term in words.defined() if 2 <= len(term) <= _LONGEST_HEADING}


def _fragments(terms: Mapping[str, int]) -> set[str]:
    """Rare words of the dictionary that stand almost only inside one longer word: 场主 in 市场主体, 清县 in 德清县.

    The beginning of a word is none: whoever types it goes on to the word.
    """
    found: set[str] = set()
    for word, passages in terms.items():
        if passages >= _FEW and len(word) > 2 and _is_telling(word):
            found.update(part for part in _inside(word) if passages > _INSIDE * terms.get(part, 2 * passages))
    return set(filter(_is_rare, found))


def _is_rare(word: str) -> bool:
    return frequency(word) < _RARE_WORD and word not in _our_words()


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
    rows = (row.split("\t") for row in (_DATA / "userdict.txt").read_text("utf-8").splitlines() if "\t" in row)
    return frozenset(fold(row[0]) for row in rows if row[1].startswith(_LOCAL))


def _file(known: Suggestions | None, renewal: _Renewal, commit: int, least: int) -> str:
    """The lines that are known, but for those of texts that may have changed, and the new ones at their places."""
    kept, keys = _kept(known, renewal.changed) if known else ({}, {})
    new: dict[str, list[str]] = defaultdict(list)
    for text, passages, kind in renewal.words:
        said = keys.get(text) or key(text)
        new[said[1:2]].append(f"{said}\t{text}\t{passages}\t{kind}")
    starts: dict[str, list[int]] = {}
    lines, at = "", 0
    for letter in sorted(kept.keys() | new.keys()):
        lines += "".join(("\n", "\n".join(_merged(kept.get(letter, []), new[letter]))))
        starts[letter] = [at, at := len(lines)]
    head = json.dumps({"commit": commit, "least": least, "starts": starts}, ensure_ascii=False)
    readings = known.readings_text if known else _readings()
    return BREAK.join((HEAD + head, lines + "\n", "\n".join(sorted(renewal.fragments)), readings))


def _kept(known: Suggestions, changed: Collection[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The lines of each letter that stay as they are, and the keys of those that do not."""
    kept: dict[str, list[str]] = {}
    keys: dict[str, str] = {}
    for letter, rows in known.sections():
        stay = []
        for row in rows:
            said, text, _ = row.split("\t", 2)
            if text in changed:
                keys[text] = said
            else:
                stay.append(row)
        if stay:
            kept[letter] = stay
    return kept, keys


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
    return "".join((OTHER if _letter(char) else char) + said for char, said in zip(text, syllables(text), strict=True))


def syllables(text: str) -> list[str]:
    """The reading of each character, without tones; "" for what has none, itself for a letter or digit.

    >>> syllables("重庆、长三角"), syllables("增长")
    (['chong', 'qing', '', 'chang', 'san', 'jiao'], ['zeng', 'zhang'])
    """
    said: list[str] = []
    for han, run in groupby(text, key=lambda char: bool(_HAN.match(char))):
        part = "".join(run)
        said += _pinyin().lazy_pinyin(part, errors=lambda chars: ["" for _ in chars]) if han else map(_letter, part)
    return said


def _letter(char: str) -> str:
    return char if char.isascii() and char.isalnum() else ""


@cache
def _readings() -> str:
    """A line of every reading of each character; of one that has none, that it has none."""
    return "".join(f"\n{char}\t{' '.join(_sounds(char))}" for char in map(chr, _CHARACTERS))


def _sounds(char: str) -> list[str]:
    pinyin = _pinyin()
    said = pinyin.pinyin(char, style=pinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return list(dict.fromkeys(said[0])) if said else []


@cache
def _pinyin() -> Any:
    import pypinyin

    rows = (row.split("\t") for row in (_DATA / "readings.tsv").read_text("utf-8").splitlines())
    pypinyin.load_phrases_dict({row[0]: [[said] for said in row[1].split()] for row in rows if len(row) == 3})
    return pypinyin
