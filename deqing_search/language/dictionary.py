"""jieba's dictionary and ours, mapped instead of loaded.

To load jieba's own cache takes longer than a whole query may. `Dictionary` answers what jieba asks of its `FREQ` (is
this the beginning of a word, how frequent is the word) from a mapped file (`mapped_table`). After many lookups it
loads the file into memory. The tokens are the same either way.

Leaves to `analyzer` how a word is folded and which files the words come from.
"""

from __future__ import annotations

from deqing_search.language.mapped_table import MappedTable

# To look up 200,000 strings takes about as long as to load all of them; a long report needs 20,000.
_LOAD_AFTER = 200_000


class Dictionary:
    """Word or beginning of a word → frequency (0: only a beginning), as jieba's `Tokenizer.FREQ`.

    >>> from deqing_search.language.mapped_table import pack
    >>> words = Dictionary(MappedTable(pack({"德": 3, "德清": 5, "德清县": 0}, note=8)))
    >>> "德清县" in words, words["德清"], words.get("武康"), words.total
    (True, 5, None, 8)
    """

    def __init__(self, table: MappedTable, *, load_after: int = _LOAD_AFTER) -> None:
        self.total = table.note
        self._table = table
        self._load_after = load_after
        self._looked_up: dict[str, int | None] = {}
        self._whole: dict[str, int] | None = None

    def get(self, word: str, default: int | None = None) -> int | None:
        if (whole := self._whole) is not None:
            return whole.get(word, default)
        try:
            found = self._looked_up[word]
        except KeyError:
            found = self._look_up(word)
        return default if found is None else found

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        if (found := self.get(word)) is None:
            raise KeyError(word)
        return found

    @property
    def loaded(self) -> dict[str, int] | None:
        """The dictionary in memory, whose `get` is the fastest; None before it is loaded."""
        return self._whole

    def load(self) -> dict[str, int]:
        """Load all of it into memory and return it."""
        if self._whole is None:
            # One assignment, made last: another thread sees either the mapped file or the whole dictionary.
            self._whole = {word: int(frequency) for word, frequency in self._table.rows()}
        return self._whole

    def _look_up(self, word: str) -> int | None:
        row = self._table.find(word)
        found = self._looked_up[word] = None if row is None else int(row)
        if len(self._looked_up) > self._load_after:
            self.load()
        return found
