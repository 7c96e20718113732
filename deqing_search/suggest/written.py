"""The form in which reports write a folded text: suggestions are stored folded, and 覆 is folded to 复, G to g."""

from __future__ import annotations

from collections import Counter
from functools import cache

from deqing_search.engine.base import Request, View
from deqing_search.language.folding import compact, compact_text, fold, original_span
from deqing_search.query.tree import literal_of
from deqing_search.report import Passage

_READ = 5  # passages that have the text, of which most decide how it is written


def as_written(view: View, text: str) -> str:
    """The form that most of the best passages have; the text itself if folding cannot have changed it.

    Words that are separated by spaces are looked up one by one.
    """
    return " ".join(_written(view, word) if not _folded().isdisjoint(word) else word for word in text.split(" "))


def _written(view: View, word: str) -> str:
    wanted = compact_text(word)
    page = view.evaluate(Request(literal_of(wanted), limit=_READ)).page
    passages = view.passages([one.handle for one in page])
    forms = Counter(_form(passage, wanted) for passage in passages)
    return forms.most_common(1)[0][0] if forms else word


def _form(passage: Passage, wanted: str) -> str:
    """How a passage that has a compact text writes it, without white space."""
    compacted, offsets = compact(passage.text)
    start = compacted.index(wanted)
    first, last = original_span(offsets, start, start + len(wanted))
    return "".join(passage.text[first:last].split())


@cache
def _folded() -> frozenset[str]:
    """What folding makes of letters, and of characters that simplified text has: those of GB 2312."""
    rows = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    known = "".join(pair.decode("gb2312", "ignore") for pair in rows) + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return frozenset(
        one for char, one in zip(known, fold(known), strict=True) if char != one and one.strip() and not one.isdigit()
    )
