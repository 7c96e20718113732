"""A text in traditional characters, as they are written in Taiwan.

The phrases and characters are those of OpenCC. `data/traditional.tsv` comes before them, with reasons: OpenCC turns
回归 into 迴歸 and 内生发展 into 內生髮展. `data/traditional_forms.tsv` replaces what comes out of it. OpenCC reads
from the left, 产制 in 生产制度; the words of `data/traditional_words.tsv` are cut out first. So are names of people
beside an office, which are converted character by character with `data/name_characters.tsv`: 范 is a name, 範 a model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from deqing_search.config import data_rows

if TYPE_CHECKING:
    from opencc import OpenCC

_APART = "\x1e"  # no word has it
_ONE = "[\u4e00-\u9fff]"
_PERSON = "(?:同志|先生|女士|教授|院士)"
_END = f"(?=[^\u4e00-\u9fff]|[作在向代]|{_PERSON}|$)"  # 市长范某某作报告


def traditional(text: str) -> str:
    """The text in traditional characters; those of a name are converted as in names.

    >>> traditional("市长 范余郁作报告，规范回归。")
    '市長 范余郁作報告，規範回歸。'
    """
    apart = list(_in_order(chain(_names(text), _words(text))))
    convert = _converter().convert
    if not apart:
        return str(convert(text))
    edges = chain.from_iterable((one.start, one.end) for one in apart)
    parts = [text[start:end] for start, end in pairwise((0, *edges, len(text)))]
    parts[::2] = convert(_APART.join(parts[::2])).split(_APART)
    parts[1::2] = [one.written for one in apart]
    return "".join(parts)


class _Apart(NamedTuple):
    """A stretch of the text that OpenCC does not see, and what it becomes."""

    start: int
    end: int
    written: str


def _in_order(found: Iterable[_Apart]) -> Iterator[_Apart]:
    """From the left, none overlapping."""
    last = 0
    for one in sorted(found):
        if one.start >= last:
            yield one
            last = one.end


def _words(text: str) -> Iterator[_Apart]:
    pattern, written = _whole_words()
    for match in pattern.finditer(text):
        yield _Apart(*match.span(), written[match.lastindex or 0])


@cache
def _whole_words() -> tuple[re.Pattern[str], Sequence[str]]:
    """The words of the table as groups of one pattern, and what each group becomes; there is no group 0."""
    rows = [row.split("\t") for row in data_rows("traditional_words.tsv")]
    words = "|".join(f"({pattern})" for pattern, _, _ in rows)
    begun = "".join({pattern[0] for pattern, _, _ in rows})  # half of the time: few characters begin a word
    return re.compile(f"(?=[{begun}])(?:{words})"), ("", *(written for _, written, _ in rows))


def _names(text: str) -> Iterator[_Apart]:
    """Names with a character of the table: beside an office, and those of three characters anywhere."""
    in_names = _name_characters()
    found = [
        (match.start() + name.start(), match.start() + name.end())
        for match in _beside_offices().finditer(text)
        for name in re.finditer("[^ \u3000\xa0]+", match[0])
    ]
    known = {text[start:end] for start, end in found if end - start > 2}  # 余力 is in 不遗余力
    if known:
        found += [match.span() for match in re.finditer("|".join(known), text)]
    convert = _converter().convert
    for start, end in found:
        if not in_names.keys().isdisjoint(text[start:end]):
            yield _Apart(start, end, "".join(in_names.get(one) or convert(one) for one in text[start:end]))


@cache
def _beside_offices() -> re.Pattern[str]:
    """市长 范某某, 记者 范某, 范某某同志."""
    name = f"(?!关于)[{''.join(data_rows('surnames.txt'))}]{_ONE}{{1,2}}"
    before = f"(?<=[市县区州省盟旗镇乡]长|主席|主任|书记|记者)[ \u3000\xa0]*{name}?(?:[ \u3000\xa0]+{name}?)*{_END}"
    return re.compile(f"{before}|(?<!{_ONE}|[0-9]){name}(?={_PERSON})")


@cache
def _name_characters() -> Mapping[str, str]:
    rows = (row.split("\t") for row in data_rows("name_characters.tsv"))
    return {simplified: in_names for simplified, in_names, _ in rows}


@cache
def _converter() -> OpenCC:
    """OpenCC with our table before its own, when it cuts a text into phrases and when it converts them."""
    import opencc  # 20 ms that only readers of traditional characters pay

    share = Path(str(files(opencc))) / "clib" / "share" / "opencc"
    config = json.loads((share / "s2tw.json").read_text("utf-8"), object_hook=lambda one: _located(one, share))
    with TemporaryDirectory() as folder:
        phrases, forms = (_dictionary(name, Path(folder)) for name in ("traditional", "traditional_forms"))
        to_traditional, to_taiwan = config["conversion_chain"]
        for stage, ours in ((config["segmentation"], phrases), (to_traditional, phrases), (to_taiwan, forms)):
            stage["dict"]["dicts"].insert(0, ours)
        whole = Path(folder) / "traditional.json"
        whole.write_text(json.dumps(config), "utf-8")
        return opencc.OpenCC(str(whole))


def _located(part: dict[str, Any], share: Path) -> dict[str, Any]:
    """A part of a configuration with the whole path of its file, if it has one."""
    return {**part, "file": str(share / part["file"])} if "file" in part else part


def _dictionary(table: str, folder: Path) -> dict[str, str]:
    """A table as a dictionary of OpenCC, without the reasons."""
    file = folder / f"{table}.txt"
    file.write_text("".join(row.rpartition("\t")[0] + "\n" for row in data_rows(f"{table}.tsv")), "utf-8")
    return {"type": "text", "file": str(file)}
