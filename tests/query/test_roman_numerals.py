"""III and Ⅲ are one numeral: what finds the one finds the other, and marks it."""

from __future__ import annotations

import pytest

from deqing_search.language.folding import compact_text
from deqing_search.query.parser import parse
from deqing_search.query.roman_numerals import with_both_spellings
from deqing_search.query.tree import literals
from deqing_search.search.marks import marks
from deqing_search.search.searcher import marker, read


@pytest.mark.parametrize("typed", ["III类", "Ⅲ类", "iii类", "ⅲ类", "ＩＩＩ类"])
def test_a_numeral_in_letters_and_as_one_character_mark_each_other(typed: str) -> None:
    for text in ("水质达到III类标准", "水质达到Ⅲ类标准"):
        marked = [text[start:end] for start, end in marker(typed)(text)]
        assert marked in (["III类"], ["Ⅲ类"])


@pytest.mark.parametrize("typed", ["VIP服务", "劣V类", "DIVIDE", "XIIIA"])
def test_letters_that_are_no_whole_numeral_have_one_spelling(typed: str) -> None:
    root = parse(typed, compact=compact_text).root
    assert root is not None
    assert with_both_spellings(root) == root


def test_an_excluded_numeral_is_excluded_in_both_spellings() -> None:
    root = read("水质 -III类").root
    assert root is not None
    assert [one.compact for one in literals(root, positive=False)] == ["iii类", "ⅲ类"]


def test_near_takes_both_spellings() -> None:
    root = read("III类 NEAR/9 水质").root
    assert root is not None
    assert marks("水质达到Ⅲ类", root)
