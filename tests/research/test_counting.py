"""Counting equals a reading of the text character by character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deqing_search.research.counting import Occurrence, Scanner, rivals

texts = st.text("ab创新", max_size=30)
terms = st.lists(st.text("ab创新", min_size=1, max_size=4), min_size=1, max_size=6)


def read(text: str, wanted: list[str]) -> list[Occurrence]:
    """The rule, as a reader would apply it."""
    found, at = [], 0
    while at < len(text):
        here = [term for term in wanted if text.startswith(term, at)]
        longest = max(here, key=len, default="")
        if longest:
            found.append(Occurrence(longest, at, at + len(longest)))
        at += len(longest) or 1
    return found


@given(texts, terms)
def test_a_scan_equals_a_reading_from_the_left(text: str, wanted: list[str]) -> None:
    assert list(Scanner(wanted).scan(text)) == read(text, wanted)


@given(texts, st.text("ab创新", min_size=1, max_size=4))
def test_one_term_is_counted_as_python_counts_it(text: str, term: str) -> None:
    assert len(list(Scanner([term]).scan(text))) == text.count(term)


@given(texts, terms)
def test_only_rivals_change_the_count_of_a_term(text: str, wanted: list[str]) -> None:
    alone = Scanner([wanted[0], *rivals(wanted[0], wanted)])
    assert [one for one in alone.scan(text) if one.term == wanted[0]] == [
        one for one in Scanner(wanted).scan(text) if one.term == wanted[0]
    ]


def test_nothing_is_found_without_terms() -> None:
    assert list(Scanner([]).scan("创新")) == []
