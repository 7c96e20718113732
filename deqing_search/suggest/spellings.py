"""The words of an index by their sound, and by all of their characters but one.

Each length is indexed when it is first asked for. `completion` decides which words are slips of others.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import nlargest
from operator import itemgetter
from typing import NamedTuple

_OTHER = b"?"
_LONGEST_SYLLABLE = 6
_CHAINED = 4  # syllables of a word in a chain; a longer word is a chain of shorter ones
_CHAINS = 8  # that are followed at each place
_HOMOPHONES = 3  # that are tried in a chain, the commonest
_EACH = 12.0  # what a further word costs, compared with the logarithm of its passages
# Keeps the letters and digits of syllables, and line ends.
_SYLLABLES = bytes(byte if chr(byte) in "\nabcdefghijklmnopqrstuvwxyz0123456789" else _OTHER[0] for byte in range(256))


class _Words(NamedTuple):
    """The words of one length."""

    sounding: Mapping[bytes, Sequence[str]]  # by their syllables
    # By their first two characters and by their last two; words of up to three also by one: of more characters, two on
    # one side are always known.
    starting: Mapping[str, Sequence[str]]
    ending: Mapping[str, Sequence[str]]


class Spellings:
    """Words and the line of each, which begins with its key: the syllable of each character after it.

    >>> words = Spellings({"德清": "德de清qing\\t…", "得清": "得de清qing\\t…", "德情": "德de情qing\\t…"})
    >>> words.sounding(["de", "qing"]), list(words.framed("德", ""))
    (['德清', '得清', '德情'], ['德清', '德情'])
    """

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in lines:
            self._by_length[len(word)].append(word)
        self._indexed: dict[int, _Words] = {}

    def sounding(self, syllables: Sequence[str]) -> Sequence[str]:
        """The words with these syllables."""
        sound = "".join("?" + syllable for syllable in syllables).encode()
        return self._of_length(len(syllables)).sounding.get(sound, ())

    def chains(self, letters: str, syllables: Collection[str]) -> list[str]:
        """Texts of several words that letters spell to the end, the likeliest first.

        >>> words = Spellings({"消费": "消xiao费fei\\t消费\\t9\\tterm", "信心": "信xin心xin\\t信心\\t5\\tterm"})
        >>> syllables = {"xiao", "fei", "xin", "xi"}
        >>> words.chains("xiaofeixinxin", syllables), words.chains("xiaofeixin", syllables)
        (['消费信心'], [])
        """
        best: list[dict[str, float]] = [{"": 0.0}, *({} for _ in letters)]
        for start in range(len(letters)):
            before = _heaviest(best[start])
            for sounds in _begun(letters[start:], syllables, _CHAINED) if before else ():
                after = best[start + len("".join(sounds))]
                for word in self.sounding(sounds)[:_HOMOPHONES]:
                    weight = math.log(int(self._lines[word].split("\t")[2])) - _EACH
                    after.update((text + word, known + weight) for text, known in before)
        return [text for text, _ in _heaviest(best[-1])]

    def framed(self, before: str, after: str) -> Iterator[str]:
        """The words of `before`, one character and `after`."""
        words = self._of_length(len(before) + 1 + len(after))
        if len(before) > 1 or len(before) >= len(after):
            near = words.starting.get(before[:2], ())
        else:
            near = words.ending.get(after[-2:], ())
        return (word for word in near if word.startswith(before) and word.endswith(after))

    def _of_length(self, length: int) -> _Words:
        if length not in self._indexed:
            self._indexed[length] = self._index(self._by_length.get(length, ()))
        return self._indexed[length]

    def _index(self, words: Sequence[str]) -> _Words:
        sounding: dict[bytes, list[str]] = defaultdict(list)
        starting: dict[str, list[str]] = defaultdict(list)
        ending: dict[str, list[str]] = defaultdict(list)
        keys = "\n".join([self._lines[word].partition("\t")[0] for word in words])
        sounds = keys.encode("ascii", "replace").translate(_SYLLABLES).split(b"\n")
        for word, sound in zip(words, sounds if words else (), strict=True):
            sounding[sound].append(word)
            if len(word) < 4:
                starting[word[0]].append(word)
                ending[word[-1]].append(word)
            if len(word) > 2:
                starting[word[:2]].append(word)
                ending[word[-2:]].append(word)
        return _Words(dict(sounding), dict(starting), dict(ending))


def _begun(letters: str, syllables: Collection[str], most: int) -> Iterator[tuple[str, ...]]:
    """The syllables that letters begin with, at most so many, read in every way.

    >>> list(_begun("xian", {"xi", "an", "xian"}, 2))
    [('xi',), ('xi', 'an'), ('xian',)]
    """
    for end in range(1, min(_LONGEST_SYLLABLE, len(letters)) + 1 if most else 0):
        if letters[:end] in syllables:
            yield (letters[:end],)
            yield from ((letters[:end], *rest) for rest in _begun(letters[end:], syllables, most - 1))


def _heaviest(texts: Mapping[str, float]) -> list[tuple[str, float]]:
    return nlargest(_CHAINS, texts.items(), key=itemgetter(1))
