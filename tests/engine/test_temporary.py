"""What is put aside comes back, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.segment import temporary
from deqing_search.engine.segment.temporary import TemporaryArrays


@settings(deadline=None)
@given(lists=st.lists(st.lists(st.integers(0, 255), max_size=9), max_size=9), small=st.sampled_from([1, 9, 1 << 20]))
def test_arrays_come_back_in_any_order_from_memory_and_from_the_disk(lists: list[list[int]], small: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(temporary, "_SMALL", small)
        with TemporaryArrays(Path()) as aside:
            put = [aside.put(np.array(each, np.uint16)) for each in lists]
            assert [each.read().tolist() for each in reversed(put)] == lists[::-1]
            again = aside.put(np.array([7.5]))
            assert [each.read(1, 3).tolist() for each in put if each.length > 2] == [
                e[1:3] for e in lists if len(e) > 2
            ]
            assert again.read().tolist() == [7.5]


def test_when_it_is_closed_the_folder_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "_SMALL", 1)
    with TemporaryArrays(tmp_path, prefix="_MAIN_") as aside:
        held = aside.put(np.arange(10_000))
        assert all(path.name.startswith("_MAIN_") for path in tmp_path.iterdir())
        assert held.read(9_999).tolist() == [9_999]
    assert not list(tmp_path.iterdir())
