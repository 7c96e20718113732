"""Temporary arrays are read back unchanged, and no file stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.segment.temporary import TemporaryArrays


@settings(deadline=None)
@given(lists=st.lists(st.lists(st.integers(0, 255), max_size=9), max_size=9), memory=st.sampled_from([1, 9, 1 << 20]))
def test_arrays_come_back_in_any_order_from_memory_and_from_the_disk(lists: list[list[int]], memory: int) -> None:
    with TemporaryArrays(Path(), memory=memory) as temporary:
        stored = [temporary.put(np.array(values, np.uint16)) for values in lists]
        assert [array.read().tolist() for array in reversed(stored)] == lists[::-1]
        last = temporary.put(np.array([7.5]))
        parts = [array.read(1, 3).tolist() for array in stored if array.length > 2]
        assert parts == [values[1:3] for values in lists if len(values) > 2]
        assert last.read().tolist() == [7.5]


def test_when_it_is_closed_the_folder_is_empty(tmp_path: Path) -> None:
    with TemporaryArrays(tmp_path, prefix="_MAIN_", memory=1) as temporary:
        stored = temporary.put(np.arange(10_000))
        files = [path.name for path in tmp_path.iterdir()]  # none where the system has nameless files
        assert [name for name in files if not name.startswith("_MAIN_")] == []
        assert stored.read(9_999).tolist() == [9_999]
    assert not list(tmp_path.iterdir())
