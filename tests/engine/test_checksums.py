"""What is read from a mapped array is verified, and an array that is whole is not verified again."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np
import pytest

from deqing_search.engine.segment.array_file import Arrays, ArrayWriter, map_arrays
from deqing_search.engine.segment.checksums import BLOCK, SMALL
from deqing_search.errors import IndexDamaged

ROWS = 8 * SMALL  # eight bytes each, so the array is large
DAMAGED = 500_000
NEAR, FAR = np.array([DAMAGED]), np.array([DAMAGED + BLOCK])


def written(path: Path, values: np.ndarray) -> Arrays:
    writer = ArrayWriter(path.open("wb"))
    writer.add("numbers", values)
    writer.close()
    return map_arrays(path)


def damaged(path: Path, rows: int) -> Arrays:
    """An array of ascending numbers with one wrong byte in the row `DAMAGED`, or in the last if it has fewer."""
    written(path, np.arange(rows))
    raw = bytearray(path.read_bytes())
    raw[8 + 8 * min(DAMAGED, rows - 1)] ^= 1
    path.write_bytes(raw)
    return map_arrays(path)


def test_rows_away_from_the_damage_are_read(tmp_path: Path) -> None:
    numbers = damaged(tmp_path / "file", ROWS).large("numbers")
    assert numbers.part(0, 3).tolist() == [0, 1, 2]
    assert numbers.around(FAR)[FAR].tolist() == FAR.tolist()
    assert numbers.search(FAR).tolist() == FAR.tolist()


@pytest.mark.parametrize("use", ["part", "around", "before", "after", "search", "whole"])
def test_rows_near_the_damage_are_refused(tmp_path: Path, use: str) -> None:
    numbers = damaged(tmp_path / "file", ROWS).large("numbers")
    with pytest.raises(IndexDamaged):
        {
            "part": lambda: numbers.part(DAMAGED - 1, DAMAGED + 1),
            "around": lambda: numbers.around(NEAR),
            "before": lambda: numbers.around(FAR, before=BLOCK),
            "after": lambda: numbers.around(NEAR - BLOCK, after=BLOCK),
            "search": lambda: numbers.search(NEAR),
            "whole": lambda: numbers.whole,
        }[use]()


def test_a_small_array_is_verified_as_a_whole_at_its_first_use(tmp_path: Path) -> None:
    assert written(tmp_path / "whole", np.arange(1000)).large("numbers").part(0, 1).tolist() == [0]
    with pytest.raises(IndexDamaged):
        damaged(tmp_path / "file", 1000).large("numbers").part(0, 1)


def test_a_large_array_is_verified_as_a_whole_when_checks_of_rows_have_cost_as_much(tmp_path: Path) -> None:
    numbers = written(tmp_path / "file", np.arange(ROWS)).large("numbers")
    uses = 0
    while not numbers.is_whole:
        assert numbers.around(NEAR)[NEAR].tolist() == NEAR.tolist()
        uses += 1
    assert 2 < uses < 1000


def test_damage_is_found_when_checks_of_rows_have_cost_as_much_as_the_whole(tmp_path: Path) -> None:
    numbers = damaged(tmp_path / "file", ROWS).large("numbers")
    with pytest.raises(IndexDamaged):
        deque((numbers.around(FAR) for _ in range(1000)), maxlen=0)
    assert not numbers.is_whole
