"""Checks whether the reports contain the words of a text. The conductor of the room.

The text is cut into sentences. A sentence that the reports have as a whole is one finding. Otherwise each of its
quotations is checked, and each stretch of the other words that reports have. Nothing is stored.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from deqing_search.engine.base import View, Viewer
from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.messages import Message
from deqing_search.quotes.attribution import Mentions
from deqing_search.quotes.findings import Checked, Finding
from deqing_search.quotes.leads import introduces, is_lead
from deqing_search.quotes.prose import has_own_edge, prose_findings
from deqing_search.quotes.sentences import lines, quotations, sentences, unbroken
from deqing_search.quotes.verdicts import Quote, differing, exact, quote_of, verdict_on
from deqing_search.request_deadline import check as check_deadline
from deqing_search.search.coverage import contents
from deqing_search.text.offsets import Span

MOST_CHARACTERS: Final = 500_000  # of one text: a long report has 40,000
_OPENS_NEXT: Final = "：:，,"  # at the end of a sentence that only introduces the next one
_SHORTEST: Final = 4  # characters of a sentence that is checked: shorter ones are numbers and marks


class _Article(NamedTuple):
    """A text with its quotations, and the reports that it names."""

    view: View
    text: str
    quoted: list[Span]
    mentions: Mentions

    def quote(self, span: Span, sentence: Span, *, is_said: bool = False) -> Quote:
        naming = partial(self.mentions.named_beside, sentence=sentence, is_said=is_said)
        return quote_of(self.text, span, naming, is_said=is_said)

    def quoted_in(self, sentence: Span) -> list[Span]:
        """The quotations of a sentence, or what it has of them."""
        first = bisect_right(self.quoted, sentence.start, key=lambda one: one.end)
        after = bisect_left(self.quoted, sentence.end, key=lambda one: one.start)
        cut = self.quoted[first:after]
        return [Span(max(one.start, sentence.start), min(one.end, sentence.end)) for one in cut]


def check(engine: Viewer, text: str) -> Checked:
    """A finding for each sentence of a text; raises `UsageError` for a text without sentences or beyond the limit."""
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            Message("文字有 {n} 字，一次至多核对 {most} 字。", n=len(text), most=MOST_CHARACTERS), hint="请分几次核对"
        )
    view = engine.view()
    found = tuple(_findings(view, text))
    if not found:
        raise UsageError("没有可以核对的句子", hint="请给出一段引文，每句至少四个字")
    return Checked(text, found, contents(view).coverage)


def _findings(view: View, text: str) -> Iterator[Finding]:
    quoted = quotations(text)
    article = _Article(view, text, quoted, Mentions(view, text, quoted))
    for sentence in sentences(text):
        check_deadline()
        yield from _sentence_findings(article, sentence)


def _sentence_findings(article: _Article, sentence: Span) -> list[Finding]:
    """The finding on a sentence; if it is not found as a whole, the findings on its parts."""
    whole = article.quote(sentence, sentence)
    if len(whole.compact) < _SHORTEST:
        return []
    if found := exact(article.view, whole):
        return [found]
    if article.text[sentence.end - 1] in _OPENS_NEXT and is_lead(whole.compact):
        return []
    quoted = article.quoted_in(sentence)
    if any(_is_introduced(article.text[sentence.start : one.start]) for one in quoted):
        return _part_findings(article, sentence, quoted)
    split = lines(article.text, sentence)
    found = differing(article.view, whole)
    is_one = found.verdict != "absent" and not has_own_edge(article.view, whole, found)
    if is_one and not _has_exact_quotations(article, sentence, quoted):
        return [found]
    if len(split) > 1 and (pieces := _line_findings(article, sentence, split)):
        return pieces
    if not quoted:
        parts = prose_findings(article.view, whole, found)
        return parts if any(one.verdict != "absent" for one in parts) else [found]
    return _part_findings(article, sentence, quoted)


def _is_introduced(before: str) -> bool:
    """Whether the words before a quotation say that it is one. Otherwise it may be a name: 践行“…”理念."""
    return not before.strip(" “「『") or introduces(compact_text(before))


def _has_exact_quotations(article: _Article, sentence: Span, quoted: list[Span]) -> bool:
    """Whether reports have all quotations of a sentence word for word, and these are most of it.

    Then what differs is the writer's own: 农业上，“…”. Around a slogan it is a part of an altered sentence.
    """
    size = sum(one.end - one.start for one in quoted)
    if not quoted or 2 * size < sentence.end - sentence.start:
        return False
    return all(exact(article.view, article.quote(one, sentence, is_said=True)) for one in quoted)


def _line_findings(article: _Article, sentence: Span, split: list[Span]) -> list[Finding]:
    """The findings on the lines of a sentence, if one is found."""
    quotes = (article.quote(one, sentence) for one in split)
    found = [verdict_on(article.view, one) for one in quotes if len(one.compact) >= _SHORTEST]
    return found if any(one.verdict != "absent" for one in found) else []


def _part_findings(article: _Article, sentence: Span, quoted: list[Span]) -> list[Finding]:
    """The findings on the quotations of a sentence and on the words around them."""
    found: list[Finding] = []
    start = sentence.start
    for one in [*quoted, Span(sentence.end, sentence.end)]:
        prose = article.quote(Span(start, one.start), sentence)
        if len(prose.compact) >= _SHORTEST:
            found += prose_findings(article.view, prose)
        said = (article.quote(part, sentence, is_said=True) for part in unbroken(article.text, one))
        found += [verdict_on(article.view, part) for part in said if len(part.compact) >= _SHORTEST]
        start = one.end
    return found
