"""Writes what suggestions are read from: the index's own terms, headings and defined terms, with their readings.

The only user of pypinyin, and only when an index is written: polyphones are read by the phrase they stand in (重庆,
长兴), or by data/readings.tsv. How the file is read is in `suggest`.

The file is text. A head line gives where the lines of each first letter begin; a line holds key, word, passages, kind,
within a letter the best first. The key of 德清 is 德de清qing: a pattern can take each character by itself, by its
syllable, or by any beginning of it. Below the lines stands each character with its readings: one that is typed may be
in no word.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from deqing_search.analysis import fold, frequency, stopwords, user_words
from deqing_search.engine.base import View
from deqing_search.suggest import BREAK, HEAD, OTHER, Suggestions, open_suggestions

_DATA = Path(__file__).parent / "data"
_LONGEST_TERM, _LONGEST_HEADING = 12, 24
_RARE = 2  # passages that a term of a large index must be in: below stand misprints and cuts of the segmenter
_LARGE = 20_000  # terms
_FEW = 5  # passages: of fewer nothing can be concluded
_INSIDE = 0.8  # of the passages of a fragment hold the longer word
_RARE_WORD = 50  # jieba's frequency: 场主 has 12, 长性 3; 富裕 822, 信息 12256
_LOCAL = ("town or subdistrict", "place in", "Deqing's own")  # reasons in data/userdict.txt
_HAN = re.compile("[㐀-鿿]")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十百0-9]{1,4}[章节篇部分、.,:]+|[(\[][一二三四五六七八九十0-9]{1,3}[)\]]|[①-⑳●■◆-]|一是|二是)+"
)
_COMMON = range(0x4E00, 0x9FA6)  # the characters whose readings are kept whether a word holds them or not


class Word(NamedTuple):
    """Something that can be suggested: how many passages hold it, and what it is (`local`, `defined`, `heading`…)."""

    text: str
    passages: int
    kind: str


def write_suggestions(view: View, path: Path) -> None:
    """Write the file for what `view` holds; the one before is replaced in one step. Raises OSError.

    What the one before knows how to read is not looked up again: an update is small, and pypinyin takes its time.
    """
    body = _file(list(words_of(view)), open_suggestions(path))
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def expect_words(path: Path) -> None:
    """Load now what writing the file anew would otherwise wait for: a fifth of a second for a large index."""
    _pinyin()
    if before := open_suggestions(path):
        before.keys  # noqa: B018 - read when they are asked for


def words_of(view: View) -> Iterator[Word]:
    """Terms, headings without their numbers and defined terms of an index, each once, as the most telling kind."""
    counts = view.vocabulary()
    fragments = _fragments(counts)
    found: dict[str, Word] = {}
    least = _RARE if len(counts) > _LARGE else 1
    for term, passages in counts.items():
        if passages >= least and term not in fragments and len(term) <= _LONGEST_TERM and _is_telling(term):
            found[term] = Word(term, passages, "term")
    for heading, passages in view.headings().items():
        text = _NUMBERING.sub("", heading)
        if 2 <= len(text) <= _LONGEST_HEADING and _HAN.search(text) and text not in found:
            found[text] = Word(text, passages, "heading")
    for term in view.defined():
        if 2 <= len(term) <= _LONGEST_HEADING:
            held = found.get(term)
            found[term] = Word(term, held.passages if held else 1, "defined")
    for name in _local_names():
        if name in found:
            found[name] = found[name]._replace(kind="local")
    yield from found.values()


def _fragments(counts: Mapping[str, int]) -> set[str]:
    """Rare words of the dictionary that stand almost only inside one longer word: 场主 in 市场主体, 清县 in 德清县.

    The beginning of a word is none: whoever types it goes on to the word.
    """
    found: set[str] = set()
    for word, passages in counts.items():
        inner = (word[start:end] for start in range(1, len(word) - 1) for end in range(start + 2, len(word) + 1))
        if passages >= _FEW:
            found.update(part for part in inner if passages > _INSIDE * counts.get(part, 2 * passages))
    return {part for part in found.difference(user_words()) if frequency(part) < _RARE_WORD}


def _is_telling(term: str) -> bool:
    if len(term) < 2 or not term.isalnum() or term[0].isdigit() or term in stopwords():
        return False
    return _HAN.search(term) is not None or term.isalpha()


def _local_names() -> frozenset[str]:
    rows = (row.split("\t") for row in (_DATA / "userdict.txt").read_text("utf-8").splitlines() if "\t" in row)
    return frozenset(fold(row[0]) for row in rows if row[1].startswith(_LOCAL))


def _place(keyed: tuple[str, Word]) -> tuple[str, bool, int, int, str]:
    """By letter; then local names first, then what is in most passages, then the shorter."""
    said, (text, passages, kind) = keyed
    return said[1:2], kind != "local", -passages, len(text), text


def _file(words: list[Word], before: Suggestions | None) -> str:
    known = before.keys if before else {}
    keyed = [(known.get(word.text) or key(word.text), word) for word in words]
    keyed.sort(key=_place)
    starts: dict[str, list[int]] = {}
    lines, at = [], 0
    for letter, group in groupby(keyed, key=lambda pair: pair[0][1:2]):
        rows = [f"\n{word_key}\t{word.text}\t{word.passages}\t{word.kind}" for word_key, word in group]
        starts[letter] = [at, at := at + sum(map(len, rows))]
        lines += rows
    return f"{HEAD}{json.dumps(starts, ensure_ascii=False)}{BREAK}{''.join(lines)}\n{BREAK}{_readings(words, before)}\n"


def key(text: str) -> str:
    """The text with each character's syllable behind it; letters and digits are their own, behind a sign.

    >>> key("德清5g、")
    '德de清qing·5·g、'
    """
    return "".join((OTHER if _letter(char) else char) + said for char, said in zip(text, syllables(text), strict=True))


def syllables(text: str) -> list[str]:
    """The reading of each character, without tones; "" for what has none, itself for a letter or digit.

    >>> syllables("重庆、长三角"), syllables("增长")
    (['chong', 'qing', '', 'chang', 'san', 'jiao'], ['zeng', 'zhang'])
    """
    said: list[str] = []
    for han, run in groupby(text, key=lambda char: bool(_HAN.match(char))):
        part = "".join(run)
        said += _pinyin().lazy_pinyin(part, errors=lambda chars: ["" for _ in chars]) if han else map(_letter, part)
    return said


def _letter(char: str) -> str:
    return char if char.isascii() and char.isalnum() else ""


def _readings(words: Iterable[Word], before: Suggestions | None) -> str:
    """A line of every reading of each character that is common or in a word; of one that has none, that it has none."""
    known = before.readings_text.rstrip("\n") if before else ""
    chars = {*map(chr, _COMMON), *filter(_HAN.match, set("".join(word.text for word in words)))}
    new = sorted(chars.difference(row[:1] for row in known.split("\n")))
    return known + "".join(f"\n{char}\t{' '.join(_sounds(char))}" for char in new)


def _sounds(char: str) -> list[str]:
    pinyin = _pinyin()
    said = pinyin.pinyin(char, style=pinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return list(dict.fromkeys(said[0])) if said else []


@cache
def _pinyin() -> Any:
    import pypinyin

    rows = (row.split("\t") for row in (_DATA / "readings.tsv").read_text("utf-8").splitlines())
    pypinyin.load_phrases_dict({row[0]: [[said] for said in row[1].split()] for row in rows if len(row) == 3})
    return pypinyin
