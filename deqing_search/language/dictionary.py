"""jieba's dictionary and ours, mapped instead of loaded.

Loading jieba's own cache takes longer than a whole query may. `Lexicon` answers the two questions jieba's
tokenizer asks of its `FREQ` (is this a prefix, how frequent is it) from a mapped file (`wordfile`); once it has been
asked enough to show that much text is being segmented, it loads the file whole. What the dictionary alone decides it
cuts itself, as most of what is typed: jieba need not even be imported. Tokens are the same either way.

Leaves to `analysis`: what a word is folded to, and which files the words come from.
"""

from __future__ import annotations

from itertools import groupby
from math import log

from deqing_search.language.mapped_table import WordFile

# Looking up 200,000 strings costs about as much as loading all of them; a long report asks for 20,000.
_LOAD_AFTER = 200_000


class Lexicon:
    """Word or prefix of a word → frequency (0: only a prefix), as jieba's `Tokenizer.FREQ`.

    >>> from deqing_search.language.mapped_table import pack
    >>> words = Lexicon(WordFile(pack({"德": 3, "德清": 5, "德清县": 0}, note=8)))
    >>> "德清县" in words, words["德清"], words.get("武康"), words.total
    (True, 5, None, 8)
    """

    def __init__(self, words: WordFile) -> None:
        self.total = words.note
        self._words = words
        self._asked: dict[str, int | None] = {}
        self._whole: dict[str, int] | None = None

    def get(self, word: str, default: int | None = None) -> int | None:
        if (whole := self._whole) is not None:
            return whole.get(word, default)
        try:
            found = self._asked[word]
        except KeyError:
            found = self._look_up(word)
        return default if found is None else found

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        if (found := self.get(word)) is None:
            raise KeyError(word)
        return found

    def cut(self, text: str) -> list[tuple[str, int, int]] | None:
        """The likeliest words of a text of Chinese characters, where they stand, as jieba finds them.

        None where jieba must be asked: of other characters, and of single ones side by side, of which its model of
        unknown words may make one.

        >>> from deqing_search.language.mapped_table import pack
        >>> words = Lexicon(WordFile(pack({"德": 3, "德清": 5, "德清县": 0, "县": 2}, note=10)))
        >>> words.cut("德清县"), words.cut("县德"), words.cut("德清1")
        ([('德清', 0, 2), ('县', 2, 3)], None, None)
        """
        if not all("\u4e00" <= char <= "\u9fd5" for char in text):
            return None
        total, found, at = log(self.total), [], 0
        best = [(0.0, 0)] * (len(text) + 1)  # from each place on: how likely the rest is, and where its first word ends
        for start in range(len(text) - 1, -1, -1):
            ends = self._ends(text, start)
            best[start] = max((log(self.get(text[start:end]) or 1) - total + best[end][0], end) for end in ends)
        while at < len(text):
            start, at = at, best[at][1]
            found.append((text[start:at], start, at))
        return None if self._leaves_open(found) else found

    def _ends(self, text: str, start: int) -> list[int]:
        """Where a word that starts there may end; a character that begins none stands alone."""
        ends = []
        end = start + 1
        while end <= len(text) and (frequency := self.get(text[start:end])) is not None:
            if frequency:
                ends.append(end)
            end += 1
        return ends or [start + 1]

    def _leaves_open(self, words: list[tuple[str, int, int]]) -> bool:
        """Whether single characters stand side by side that together are no word."""
        for length, run in groupby(words, key=lambda word: len(word[0])):
            together = "".join(word for word, _, _ in run)
            if length == 1 < len(together) and not self.get(together):
                return True
        return False

    def _look_up(self, word: str) -> int | None:
        known = self._words.find(word)
        found = self._asked[word] = None if known is None else int(known)
        if len(self._asked) > _LOAD_AFTER:
            self.whole()
        return found

    def whole(self) -> dict[str, int]:
        """All of it in memory, for whoever has much to ask."""
        if self._whole is None:
            # One assignment, and the last: another thread sees the mapped file or all of the dictionary.
            self._whole = {word: int(freq) for word, freq in self._words.rows()}
        return self._whole
