"""A numeral that is written is read as the same number."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language.numerals import plain, read_chinese, to_chinese

decimals = st.decimals(0, 10**14, places=2, allow_nan=False, allow_infinity=False)


@given(decimals)
def test_a_number_written_in_characters_is_read_as_itself(number):
    assert read_chinese(to_chinese(number)) == number
    assert Decimal(plain(number)) == number
