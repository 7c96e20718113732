"""How words are pronounced, without tones: pypinyin's phrases and characters, mapped instead of loaded.

A character with several readings is read by the phrase around it (重庆, 长兴), or by data/readings.tsv. Importing
pypinyin takes a quarter of the time that indexing one more report may take. So it is imported once, to pack its data
into a file (`mapped_table`): a phrase and its syllables, the beginning of a phrase and nothing, a character and all its
syllables, the commonest first.
"""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from deqing_search import config
from deqing_search.config import DATA
from deqing_search.language.mapped_table import MappedTable, open_table, pack, write_table

CHARACTERS = range(0x3400, 0xA000)  # what counts as a Chinese character

READINGS = DATA / "readings.tsv"
_REMEMBERED = 1 << 16  # lookups of one process: a few megabytes


def syllables(text: str) -> list[str]:
    """The syllable of each character; a letter or digit itself, "" for anything else.

    >>> syllables("重庆、长三角"), syllables("增长")
    (['chong', 'qing', '', 'chang', 'san', 'jiao'], ['zeng', 'zhang'])
    """
    read: list[str] = []
    for chinese, run in groupby(text, key=lambda char: ord(char) in CHARACTERS):
        part = "".join(run)
        read += _syllables(part) if chinese else map(letter, part)
    return read


def letter(char: str) -> str:
    """A letter or digit; "" for anything else."""
    return char if char.isascii() and char.isalnum() else ""


def sounds(char: str) -> list[str]:
    """Every reading of a character, the commonest first.

    >>> sounds("重"), sounds("，")
    (['zhong', 'chong', 'tong'], [])
    """
    return (_value(char) or "").split()


def _syllables(chinese: str) -> Iterator[str]:
    """Read the longest phrase that begins at each place, and continue after it.

    pypinyin does the same, except where a text ends in an unfinished phrase: in 日近长安 it does not find 长安.
    """
    at = 0
    while at < len(chinese):
        phrase, end = "", at + 1
        for stop in range(at + 2, len(chinese) + 1):
            found = _value(chinese[at:stop])
            if found is None:
                break
            if found:
                phrase, end = found, stop
        yield from phrase.split() or ["".join(sounds(chinese[at])[:1])]
        at = end


@lru_cache(_REMEMBERED)
def _value(word: str) -> str | None:
    return _words().find(word)


@cache
def _words() -> MappedTable:
    path = config.cache_dir() / f"readings-{digest()}.words"
    if found := open_table(path, digest()):
        return found
    packed = pack(_collected(), digest=digest())
    write_table(path, packed)
    return MappedTable(packed)


def _collected() -> dict[str, str]:
    from pypinyin.contrib.tone_convert import to_normal
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    plain = cache(to_normal)  # of some 1,500 syllables
    rows = (row.split("\t") for row in READINGS.read_text("utf-8").splitlines())
    phrases = {phrase: " ".join(plain(readings[0]) for readings in each) for phrase, each in phrases_dict.items()}
    phrases |= {row[0]: row[1] for row in rows if len(row) == 3}
    beginnings = {phrase[:end]: "" for phrase in phrases for end in range(2, len(phrase))}
    chars = {chr(code): each.split(",") for code, each in pinyin_dict.items() if code in CHARACTERS}
    return beginnings | phrases | {char: " ".join(dict.fromkeys(map(plain, each))) for char, each in chars.items()}


@cache
def digest() -> str:
    """Names the version of pypinyin's data and of our table, by a checksum."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pypinyin")
    files = (READINGS, *sorted(Path(spec.origin).parent.glob("*_dict.*")))
    return f"1-{zlib.crc32(b''.join(file.read_bytes() for file in files)):08x}"
