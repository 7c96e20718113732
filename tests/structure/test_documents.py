"""Documents that were once read wrong: each gives exactly the passages that a reader sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.written_tables import passages_read

DOCUMENTS = Path("tests/cases/documents")
EXPECTED: dict[str, list[str]] = json.loads(Path("tests/cases/documents.json").read_text())


def test_every_document_has_its_passages() -> None:
    assert sorted(EXPECTED) == sorted(file.name for file in DOCUMENTS.iterdir())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_document_gives_its_passages(name: str, tmp_path: Path) -> None:
    """Each as `kind [section] text #flag`."""
    passages = passages_read(name, (DOCUMENTS / name).read_bytes(), tmp_path)
    assert [
        f"{p.kind} [{' > '.join(p.section)}] {p.text}" + "".join(f" #{flag}" for flag in p.damage) for p in passages
    ] == EXPECTED[name]
