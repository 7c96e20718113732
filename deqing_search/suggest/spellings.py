"""The words of an index by their sound, and by all of their characters but one.

Each length is indexed when it is first asked for. `completion` decides which words are slips of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_OTHER = b"?"
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
