"""What is known of a word is found by its hash, in a file that only its owner can have written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language.mapped_table import MappedTable, open_table, pack, write_table

words = st.text(st.characters(exclude_characters="\r\n\t", exclude_categories=["Cs"]), min_size=1, max_size=4)


@given(known=st.dictionaries(words, st.integers(0)), other=st.text(max_size=4))
def test_every_word_is_found_and_no_other(known: dict[str, int], other: str) -> None:
    packed = MappedTable(pack(known, note=7))
    for word in {*known, other, "", "\n", "\t", "\ud800", "deqing-words"}:
        assert packed.find(word) == (str(known[word]) if word in known else None)
    assert {word: int(number) for word, number in packed.rows()} == known
    assert packed.note == 7


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_written_file_is_private_and_opened_only_for_its_digest(cache: Path) -> None:
    path = cache / "file"
    write_table(path, pack({"德清": 5}, digest="digest"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert cache.stat().st_mode & 0o777 == 0o700
    opened = open_table(path, "digest")
    assert opened
    assert opened.find("德清") == "5"
    assert open_table(path, "other") is None
    assert open_table(cache / "missing", "digest") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"garbage",
        b"deqing-words 1 digest \n",
        pack({"ab": 5}, digest="digest")[:-1],
        pack({}),
    ],
)
def test_a_damaged_file_is_not_opened(cache: Path, content: bytes) -> None:
    cache.mkdir(mode=0o700)
    path = cache / "file"
    path.write_bytes(content)
    path.chmod(0o600)
    assert open_table(path, "digest") is None


def test_a_file_that_others_can_write_is_not_trusted(cache: Path) -> None:
    path = cache / "file"
    write_table(path, pack({"德清": 5}, digest="digest"))
    path.chmod(0o666)
    assert open_table(path, "digest") is None


def test_a_folder_that_others_can_write_is_not_used(cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)
    write_table(cache / "file", pack({"德清": 5}, digest="digest"))
    assert list(cache.iterdir()) == []
