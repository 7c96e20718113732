"""A bounded form of `bench/links.py`: after 12 kinds of edits no old address leads to a wrong passage."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.links import EDITS, GOAL, files_of, measure, table
from tests.seeds import SEEDS, passages_of

LINES = 10


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A folder of short reports made of the real ones."""
    texts = [passage.text for name in SEEDS for passage in passages_of(name)]
    place = tmp_path / "parts"
    for at in range(0, len(texts) - LINES, LINES):
        file = place / f"某县{at}" / "2020.md"
        file.parent.mkdir(parents=True)
        file.write_text("\n\n".join(["政府工作报告", *texts[at : at + LINES]]) + "\n", encoding="utf-8")
    return place


@pytest.mark.parametrize("seed", [1, 2])
def test_edited_reports_keep_their_addresses_or_say_honestly_that_a_passage_is_gone(
    parts: Path, tmp_path: Path, seed: int
) -> None:
    files = files_of(parts)
    outcome = measure(files, tmp_path, 2 * len(EDITS), seed)
    total = outcome.total
    assert outcome.counts.keys() == EDITS.keys()
    assert total.total() > 150
    assert total["wrong"] == 0, (seed, table(outcome), outcome.faults)
    assert total["right"] + total["honest 410"] >= GOAL * total.total(), (seed, table(outcome), outcome.faults)
