"""Completions of what a person has begun to type, and corrections of a word that finds nothing.

Reads the file that `writer` writes beside an index. A suggestion never changes the results of a query: it is a text to
type next. Knows no engine: `Count` returns how many passages a correction finds.
"""

from __future__ import annotations

import json
import logging
import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import chain, islice, product
from pathlib import Path
from typing import NamedTuple

from deqing_search.config import DATA
from deqing_search.errors import reason
from deqing_search.language.folding import compact_text
from deqing_search.suggest import sealed_file
from deqing_search.suggest.spellings import Spellings
from deqing_search.versions import SUGGESTIONS

BREAK, OTHER = "\x1e", "·"
NAME = "suggestions.txt"

_FORMAT = b"deqing-suggest %d " % SUGGESTIONS
_log = logging.getLogger(__name__)

_LETTER, _NEXT = "[a-z0-9]", "[^a-z0-9\t\n]"  # of a syllable; the character before its syllable
_SKIPPED = r"[^\w\t\n]{0,2}"  # punctuation, which has no syllable and is rarely typed
_WHOLE = 4  # typed characters, after which a text that has nothing more comes first
_MOST_TYPED = 40  # characters: a longer text is a sentence, and no word begins with it
_LONGEST = 12  # characters of a word to correct
_TRIED = 24  # corrections of a part of a literal that are counted
_PARTS = (2, 3, 4)  # characters of a word inside a literal; a longer word contains a shorter one with the same slip
_READINGS = 16  # combinations of readings of a word that are looked up
# Sounds that many people do not distinguish.
_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("f", "h"), ("r", "l"))
# How unlikely a slip is, compared with the logarithm of the passages that have the intended word.
_HOMOPHONE, _ALIKE, _BLUR, _ORDER, _COUNT, _ANY = 0.0, 0.5, 1.0, 1.0, 1.5, 4.0
_LOCAL = 3.0  # a local name is intended twenty times as often as its passages suggest


class Suggestion(NamedTuple):
    """A text to type, its passages, and its kind: completion (补全), correction (更正) or related word (相关)."""

    text: str
    passages: int
    kind: str


class Word(NamedTuple):
    """A text to suggest, the number of its passages, and its kind: local, defined, heading, term or phrase."""

    text: str
    passages: int
    kind: str


class _Line(NamedTuple):
    key: str
    word: str
    passages: int
    kind: str


def _line(row: str) -> _Line:
    key, word, passages, kind = row.split("\t")
    return _Line(key, word, int(passages), kind)


class State(NamedTuple):
    """What a file was written for: the commit, the least number of passages of a term, the version of the readings."""

    commit: int
    least: int
    readings: str


Count = Callable[[str], int]  # text → number of passages that have it


class Suggestions:
    """The suggestions of an index."""

    def __init__(self, text: str) -> None:
        head, self._lines, self._fragments, self.readings_text = text.split(BREAK)
        state, starts = json.loads(head)
        self.state = State(*state)
        self._starts: dict[str, tuple[int, int]] = starts
        self._sounds_of: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    @property
    def size(self) -> int:
        return self._lines.count("\n")

    @property
    def fragments(self) -> set[str]:
        """Words that are not suggested because they occur only as parts of others."""
        return set(self._fragments.split("\n")) - {""}

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Each first letter with its lines."""
        return ((letter, self._lines[start + 1 : end].split("\n")) for letter, (start, end) in self._starts.items())

    def words(self) -> Iterator[Word]:
        """All that can be suggested."""
        lines = map(_line, filter(None, self._lines.split("\n")))
        return (Word(line.word, line.passages, line.kind) for line in lines)

    @cached_property
    def readings(self) -> dict[str, list[str]]:
        """The readings of each character."""
        rows = (row.split("\t") for row in self.readings_text.split("\n") if row)
        return {char: readings.split() for char, readings in rows}

    @cached_property
    def _syllables(self) -> frozenset[str]:
        """The syllables that have a vowel; ng is one of 嗯."""
        return frozenset(filter(re.compile("[aeiouv]").search, chain.from_iterable(self.readings.values())))

    @cached_property
    def keys(self) -> dict[str, str]:
        """The key of each word."""
        return {word: row.partition("\t")[0] for word, row in self._rows.items()}

    @cached_property
    def _rows(self) -> dict[str, str]:
        """The line of each word. A line is parsed when it is needed."""
        return {row.split("\t", 2)[1]: row for row in self._lines.split("\n") if row}

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self._rows)

    def expect_slips(self) -> None:
        """Prepare now what the first correction would otherwise wait for."""
        self.correct("得清得清得", 1, lambda text: 0)  # words of two to six characters are near it

    def __contains__(self, typed: str) -> bool:
        """Whether a text is a word of the index, and so no slip."""
        return f"\t{compact_text(typed)}\t" in self._lines

    def complete(self, typed: str, limit: int) -> list[Suggestion]:
        """Words that begin with the typed characters, syllables, initials or a mixture of them; the best first.

        If four or more characters are typed, words of which nothing is left to type come before longer ones.
        """
        wanted = _typed(typed)
        if not wanted or len(wanted) > _MOST_TYPED:
            return []
        found: dict[str, Suggestion] = {}
        lines = self._matching(wanted)
        if len(wanted) >= _WHOLE:
            lines = iter(sorted(lines, key=lambda line: not _whole(wanted).match(line.key)))
        for line in lines:
            if line.word != wanted:
                found.setdefault(line.word, Suggestion(line.word, line.passages, "补全"))
            if len(found) == limit:
                break
        return list(found.values())

    def correct(self, typed: str, limit: int, count: Count) -> list[Suggestion]:
        """What a literal with a slip probably means. `count` finds every text that is returned."""
        wanted = compact_text(typed)
        found: dict[str, float] = {}
        if not any("\u3400" <= char <= "\u9fff" for char in wanted):
            return []
        if 2 <= len(wanted) <= _LONGEST:
            found = self._similar(wanted)
        best = sorted(found, key=lambda text: (found[text], text))[: 2 * limit]
        if len(best) < limit and len(wanted) > 2:
            best += [text for text in self._similar_in_part(wanted, count) if text not in found]
        counted = ((text, count(text)) for text in best)
        return list(islice((Suggestion(text, passages, "更正") for text, passages in counted if passages), limit))

    def spell(self, typed: str, limit: int, count: Count) -> list[Suggestion]:
        """Texts of several words that pinyin spells to the end, the likeliest first. `count` finds all of them."""
        wanted = _typed(typed).replace("'", "")
        texts = self._spellings.chains(wanted, self._syllables) if len(wanted) <= _MOST_TYPED else []
        counted = ((text, count(text)) for text in texts)
        return [Suggestion(text, passages, "补全") for text, passages in counted if passages][:limit]

    def _slices(self, wanted: str) -> list[tuple[int, int]]:
        """The parts of the lines that have all words with this beginning."""
        if re.match(_LETTER, wanted):
            letters = {wanted[0]}
        elif sounds := self.readings.get(wanted[0]):
            letters = {sound[0] for sound in sounds}
        else:
            return [(0, len(self._lines))]
        return [self._starts[letter] for letter in sorted(letters) if letter in self._starts]

    def _matching(self, wanted: str) -> Iterator[_Line]:
        for where in self._slices(wanted):
            for found in _beginning(wanted).finditer(self._lines, *where):
                yield _line(self._lines[found.start() + 1 : self._lines.index("\n", found.end())])

    def _similar(self, wanted: str) -> dict[str, float]:
        """Words that are one slip away or sound the same → how unlikely each is."""
        found: dict[str, float] = {}
        for line, cost in (*self._sounding(wanted), *self._spelled(wanted)):
            weight = cost - math.log(line.passages + 1) - (_LOCAL if line.kind == "local" else 0)
            if line.word != wanted:
                found[line.word] = min(weight, found.get(line.word, weight))
        return found

    def _similar_in_part(self, wanted: str, count: Count) -> Iterator[str]:
        """The literal with one of its words corrected, the likeliest first.

        What is left as it is must occur, so most of a question need not be tried.
        """
        found: dict[str, float] = {}
        most = len(wanted) - min(_PARTS)
        last = _longest(most, lambda length: count(wanted[:length]) > 0)
        first = len(wanted) - _longest(most, lambda length: count(wanted[-length:]) > 0)
        for length in _PARTS:
            for at in range(max(0, first - length), min(last, len(wanted) - length) + 1):
                if wanted[at : at + length] in self._rows:
                    continue  # no slip
                for word, cost in self._similar(wanted[at : at + length]).items():
                    text = wanted[:at] + word + wanted[at + length :]
                    found[text] = min(cost, found.get(text, cost))
        yield from sorted(found, key=lambda text: (found[text], text))[:_TRIED]

    def _sounding(self, wanted: str) -> Iterator[tuple[_Line, float]]:
        readings = [self.readings.get(char, []) for char in wanted]
        for syllables in islice(product(*readings), _READINGS):
            for word in self._spellings.sounding(syllables):
                yield _line(self._rows[word]), _HOMOPHONE

    def _spelled(self, wanted: str) -> Iterator[tuple[_Line, float]]:
        """Words with one other character, two characters exchanged, or one character more or less."""
        for at in range(len(wanted)):
            for word in self._spellings.framed(wanted[:at], wanted[at + 1 :]):
                cost = self._slip(wanted[at], word[at])
                if cost < _ANY or len(wanted) > 2:
                    yield _line(self._rows[word]), cost
            exchanged = wanted[:at] + wanted[at + 1 : at + 2] + wanted[at] + wanted[at + 2 :]
            for word, cost in ((wanted[:at] + wanted[at + 1 :], _COUNT), (exchanged, _ORDER)):
                if word in self._rows:
                    yield _line(self._rows[word]), cost
        for at in range(len(wanted) + 1) if len(wanted) > 2 else ():
            for word in self._spellings.framed(wanted[:at], wanted[at:]):
                yield _line(self._rows[word]), _COUNT

    def _slip(self, typed: str, meant: str) -> float:
        """How unlikely it is to type one character for the other."""
        sounds, blurs = self._sounds(typed)
        other_sounds, other_blurs = self._sounds(meant)
        if not sounds.isdisjoint(other_sounds):
            return _HOMOPHONE
        if meant in alike().get(typed, ""):
            return _ALIKE
        return _ANY if blurs.isdisjoint(other_blurs) else _BLUR

    def _sounds(self, char: str) -> tuple[frozenset[str], frozenset[str]]:
        """The readings of a character, and the same with sounds made equal that many people do not distinguish."""
        if char not in self._sounds_of:
            readings = self.readings.get(char, [])
            self._sounds_of[char] = frozenset(readings), frozenset(map(blurred, readings))
        return self._sounds_of[char]


def _longest(most: int, holds: Callable[[int], bool]) -> int:
    """The greatest length up to `most` that holds; what holds for a length holds for all shorter ones, and for 0.

    >>> [_longest(9, lambda length: length <= bound) for bound in (0, 4, 20)]
    [0, 4, 9]
    """
    return bisect_left(range(1, most + 1), True, key=lambda length: not holds(length))


def _typed(text: str) -> str:
    """What a person types, with the letters of the keys: v for ü, also in lue and nue, where only ü can be meant.

    >>> _typed("lüyou"), _typed("zhanlue"), _typed("nüer"), _typed("xi'an")
    ('lvyou', 'zhanlve', 'nver', "xi'an")
    """
    return re.sub("(?<=[ln])ue(?![nr])", "ve", compact_text(text).replace("ü", "v")).strip("'")


@lru_cache(maxsize=256)
def _whole(wanted: str) -> re.Pattern[str]:
    """A pattern for the keys of words that this is all of: at most the rest of a syllable is left to type."""
    return re.compile(f"{_beginning(wanted).pattern[1:]}{_LETTER}*$")


@lru_cache(maxsize=256)
def _beginning(wanted: str) -> re.Pattern[str]:
    """A pattern for the keys of words with this beginning. A letter is of the syllable before it or begins the next.

    After an apostrophe it begins the next: xi'an is 西安, not 县.
    """
    parts, before = ["\n"], ""
    for char in wanted:
        if char == "'":
            before = "border"
            continue
        letter = re.match(_LETTER, char) is not None
        if not letter:
            parts.append((f"{_LETTER}*{_SKIPPED}" if before else "") + re.escape(char))
        elif before == "letter":
            parts.append(f"(?:{_LETTER}*{_SKIPPED}{_NEXT})?{char}")
        else:
            parts.append((f"{_LETTER}*{_SKIPPED}" if before else "") + _NEXT + char)
        before = "letter" if letter else "character"
    return re.compile("".join(parts))


def blurred(syllable: str) -> str:
    """The syllable with sounds that many people do not distinguish made equal."""
    for sound, other in _BLURRED:
        syllable = syllable.replace(sound, other)
    return syllable


@cache
def alike() -> dict[str, str]:
    """Character → the characters that look like it, from data/lookalikes.tsv."""
    others: dict[str, str] = {}
    for row in (DATA / "lookalikes.tsv").read_text("utf-8").splitlines():
        if "\t" in row:
            chars = row.split("\t")[0]
            others.update((char, others.get(char, "") + chars.replace(char, "")) for char in chars)
    return others


def sealed(text: str) -> bytes:
    """The bytes of a file with the text that `Suggestions` reads."""
    return sealed_file.sealed(_FORMAT, text.encode())


def open_suggestions(path: Path) -> Suggestions | None:
    """The suggestions of an index. None if there is no file, if it has another format, or if it is damaged.

    A damaged file is logged as a warning and never raises: a search works without suggestions. The file is read once
    until it changes.
    """
    state = sealed_file.state_of(path)
    return _opened(path, state) if state else None


@lru_cache(maxsize=1)  # each is some 30 MB for 300 reports, and each commit writes a new file
def _opened(path: Path, _state: sealed_file.State) -> Suggestions | None:
    try:
        data = path.read_bytes()
    except OSError as fault:
        _log.warning("注意：输入联想的文件 %s 读不了（%s），这次不给联想。", path, reason(fault))
        return None
    content = sealed_file.content_of(data, _FORMAT)
    if content is not None:
        return Suggestions(content.decode())
    if not sealed_file.has_other_version(data, _FORMAT):
        _log.warning("注意：输入联想的文件 %s 已损坏，这次不给联想。\n  下一步：运行 search-cli index 重写。", path)
    return None
