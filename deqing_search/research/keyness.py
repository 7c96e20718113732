"""Keyness: the words that are more or less frequent in one group of reports than in another, or occur in only one.

Words are those of the index: jieba's with the user dictionary, and the dictionary words inside them. Log-likelihood
says how sure a difference is, the log ratio how large it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deqing_search.engine.base import Request, View, Viewer
from deqing_search.errors import UsageError
from deqing_search.messages import gettext_noop
from deqing_search.query.filters import NO_FILTERS, Filters
from deqing_search.query.tree import And, Node, Not
from deqing_search.research.collocates import is_telling
from deqing_search.research.scores import log_likelihood, log_ratio
from deqing_search.search.page import required_root
from deqing_search.search.searcher import read

SURE = 15.13  # G² of p < 0.0001 with one degree of freedom


class KeyWord(NamedTuple):
    """A word, its occurrences in both groups, and its scores. Positive log ratio: more frequent in this group."""

    word: str
    here: int
    there: int
    log_likelihood: float
    log_ratio: float


class Side(NamedTuple):
    """How large a group is. `places`: of its reports, in the order of their names."""

    words: int
    reports: int
    passages: int
    places: tuple[str, ...]


class KeyList(NamedTuple):
    """One of the lists: its name in records, its title for people, its words."""

    name: str
    title: str
    words: tuple[KeyWord, ...]


class Keyness(NamedTuple):
    """`more` and `less` by falling certainty; `new` and `gone` have no occurrence in the other group, by frequency."""

    here: Side
    there: Side
    more: tuple[KeyWord, ...]
    less: tuple[KeyWord, ...]
    new: tuple[KeyWord, ...]
    gone: tuple[KeyWord, ...]

    @property
    def unshared_places(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The places that only this group has, and those that only the other has; none if they share no place.

        The words of such a place are in one list for its sake: 拉萨, where one of two years has no report of it.
        """
        ours, theirs = self.here.places, self.there.places
        if not {*ours} & {*theirs}:
            return (), ()
        return tuple(one for one in ours if one not in theirs), tuple(one for one in theirs if one not in ours)

    @property
    def lists(self) -> tuple[KeyList, ...]:
        """The four lists, in the order in which they are shown."""
        return (
            KeyList("more", gettext_noop("这一组多用"), self.more),
            KeyList("less", gettext_noop("这一组少用"), self.less),
            KeyList("new", gettext_noop("只见于这一组"), self.new),
            KeyList("gone", gettext_noop("只见于另一组"), self.gone),
        )


def group(typed: str | None, filters: Filters = NO_FILTERS) -> Node:
    """The passages that match the query and the filters; without a query, those that match the filters.

    Raises `UsageError` if the query has nothing to search for.
    """
    return filters.limit(And(()) if typed is None else required_root(read(typed)))


def keyness(engine: Viewer, here: Node, there: Node | None = None, *, minimum: int = 5) -> Keyness:
    """Compare the passages of two trees. Without `there`, `here` is compared with all other passages.

    Raises `UsageError` if one of them has no words.
    """
    view = engine.view()
    other = And((Not(here),)) if there is None else there
    ours, theirs = view.frequencies(here), view.frequencies(other)
    sizes = sum(ours.values()), sum(theirs.values())
    if not all(sizes):
        raise UsageError(
            gettext_noop("要比较的两组报告里，有一组没有报告。"), hint=gettext_noop("用 search-cli docs 看收录了哪些")
        )
    counted = [_key(word, ours, theirs, sizes) for word in {*ours, *theirs} if is_telling(word)]
    frequent = _without_parts([one for one in counted if one.here + one.there >= minimum])
    words = sorted(frequent, key=lambda one: (-one.log_likelihood, one.word))
    both = [one for one in words if one.here and one.there and one.log_likelihood >= SURE]
    return Keyness(
        _side(view, here, sizes[0]),
        _side(view, other, sizes[1]),
        more=tuple(one for one in both if one.log_ratio > 0),
        less=tuple(one for one in both if one.log_ratio < 0),
        new=tuple(sorted((one for one in words if not one.there), key=lambda one: (-one.here, one.word))),
        gone=tuple(sorted((one for one in words if not one.here), key=lambda one: (-one.there, one.word))),
    )


def _without_parts(words: Sequence[KeyWord]) -> list[KeyWord]:
    """The words without those that occur only inside one longer word: 二中, if 二中全会 has the same counts."""
    alike: dict[tuple[int, int], list[str]] = {}
    for one in words:
        alike.setdefault((one.here, one.there), []).append(one.word)
    return [
        one for one in words if not any(one.word in other and one.word != other for other in alike[one.here, one.there])
    ]


def _side(view: View, where: Node, words: int) -> Side:
    found = view.evaluate(Request(where, limit=0))
    return Side(words, found.reports, found.total, tuple(sorted(found.facets.get("place", {}))))


def _key(word: str, ours: Mapping[str, int], theirs: Mapping[str, int], sizes: tuple[int, int]) -> KeyWord:
    here, there = ours.get(word, 0), theirs.get(word, 0)
    score = log_likelihood(here, sizes[0], here + there, sum(sizes))
    return KeyWord(word, here, there, score, log_ratio(here, sizes[0], there, sizes[1]))
