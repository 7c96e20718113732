"""What two texts have in common."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deqing_search.text.likeness import alikeness


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_whole_only_for_itself(one, other):
    assert 0 <= alikeness(one, other) == alikeness(other, one) <= 1
    assert alikeness(one, one) == 1
