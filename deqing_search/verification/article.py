"""A text that is checked, with its sentences and quotations: found once for all that look at them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from deqing_search.quotes.sentences import quotations, sentences
from deqing_search.text.offsets import Span


class Article(NamedTuple):
    """A text, its sentences and what stands in quotation marks, in their order."""

    text: str
    sentences: Sequence[Span]
    quoted: Sequence[Span]

    def is_quoted(self, at: int) -> bool:
        """Whether an offset is inside a quotation.

        >>> article = article_of("他说。“推进改革开放创新。”")
        >>> article.is_quoted(3), article.is_quoted(4)
        (False, True)
        """
        number = bisect_right(self.quoted, at, key=lambda one: one.start)
        return number > 0 and at < self.quoted[number - 1].end

    def sentence_start(self, at: int) -> int:
        """The start of the last sentence that begins at an offset or before it; 0 if there is none.

        >>> article_of("推进改革。扩大开放。").sentence_start(7)
        5
        """
        number = bisect_right(self.sentences, at, key=lambda one: one.start)
        return self.sentences[number - 1].start if number else 0


def article_of(text: str) -> Article:
    """A text with its sentences and quotations."""
    return Article(text, list(sentences(text)), quotations(text))
