"""Edits for a reviewer: a key for each, a random sample with the least sure first, and verdicts on them.

A verdict is right or wrong. Verdict files hold keys and no text of the reports, so they can be kept and shared.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from deqing_search.cleaning.sentence_edges import odds
from deqing_search.cleaning.titles import TITLES
from deqing_search.errors import UsageError
from deqing_search.report import LoggedEdit, RawText, Report
from deqing_search.text.lines import ends_sentence

RIGHT, WRONG, OPEN, GONE = "right", "wrong", "?", "gone"
_VERDICTS = (RIGHT, WRONG, OPEN)
_COLUMNS = 4  # key, fix, report, verdict; a reason may follow
_IN_KEY = 24  # characters on both sides
_AROUND = 60  # characters that are shown on both sides
_DECORATION = "* \u3000\t"
_SHAPES = (("\n+", "⏎"), ("[\u3400-\u9fff〇]+", "字"), (r"\d+", "数"), ("[A-Za-z]+", "A"), (r"[^\S\n]+", "空"))


class Draw(NamedTuple):
    """What to draw: edits of which fix, how many, and with which seed."""

    fix: str
    number: int
    seed: int


class Sample(NamedTuple):
    """An edit as a reviewer reads it: the source around it, and the passages that stand there now."""

    key: str
    report: str
    edit: LoggedEdit
    before: str
    after: str
    now: tuple[str, ...]
    odds: float | None  # of a join: logarithm of the odds that one sentence stands at the break
    ended: bool  # a join after a complete sentence
    alike: int  # how many edits of the fix have its shape


class Verdict(NamedTuple):
    """What a reviewer says about an edit."""

    key: str
    fix: str
    report: str
    verdict: str
    reason: str = ""
    state: str = ""  # GONE if cleaning no longer makes the edit


def key_of(raw: RawText, edit: LoggedEdit) -> str:
    """The key of an edit: a hash of what it does and of the characters around it, not of its place.

    It stays the same if edits come and go elsewhere, or if the file is renamed. The same edit of the same text in two
    reports has one key.
    """
    start, end = _ends(edit)
    around = raw.text[max(start - _IN_KEY, 0) : start], raw.text[end : end + _IN_KEY]
    told = "\0".join((edit.fix, edit.before, edit.after, *around))
    return blake2b(told.encode("utf-8", "replace"), digest_size=6).hexdigest()


def sample(read: Iterable[tuple[RawText, Report]], draw: Draw) -> list[Sample]:
    """Draw edits of one fix at random, and put the least sure first.

    Joins come first. The first of them are those after a complete sentence, of which words cannot tell whether it ends
    a paragraph, the next those at which the words make one sentence least likely. The other edits follow, the rarest
    shapes first. Edits with one key count once. The same seed draws the same edits, and if the fix changes, all of
    them that are still made; a larger sample contains the smaller one.
    """
    shapes: Counter[str] = Counter()
    seen: set[str] = set()
    drawn: list[tuple[int, str, Sample]] = []
    for raw, report in read:
        for edit in report.edit_log:
            if edit.fix != draw.fix or (key := key_of(raw, edit)) in seen:
                continue
            seen.add(key)
            shape = _shape(raw, edit)
            shapes[shape] += 1
            lot = _lot(draw.seed, key)
            if len(drawn) < draw.number or lot < -drawn[0][0]:
                heapq.heappush(drawn, (-lot, shape, _shown(raw, report, edit, key)))
            if len(drawn) > draw.number:
                heapq.heappop(drawn)
    return sorted((one._replace(alike=shapes[shape]) for _, shape, one in drawn), key=_sureness)


def _sureness(one: Sample) -> tuple[bool, bool, float, str]:
    return one.odds is None, not one.ended, one.alike if one.odds is None else one.odds, one.key


def _lot(seed: int, key: str) -> int:
    return int.from_bytes(blake2b(f"{seed} {key}".encode(), digest_size=8).digest(), "big")


def _ends(edit: LoggedEdit) -> tuple[int, int]:
    return edit.source[0].start, max(span.end for span in edit.source)


def _shown(raw: RawText, report: Report, edit: LoggedEdit, key: str) -> Sample:
    start, end = _ends(edit)
    before, after = raw.text[max(start - _AROUND, 0) : start], raw.text[end : end + _AROUND]
    chance = _odds(raw, edit)
    ended = chance is not None and ends_sentence(before.rstrip(_DECORATION))
    return Sample(key, report.id, edit, before, after, tuple(_now(report, start, end)), chance, ended, 0)


def _now(report: Report, start: int, end: int) -> Iterator[str]:
    """The passages around a place in the source, in their order; of a long one, what is near the place."""
    for passage in report.passages:
        if any(span.start < end + _AROUND and start - _AROUND < span.end for span in passage.spans):
            at = sum(max(min(span.end, start) - span.start, 0) for span in passage.spans)
            yield passage.text[max(at - _AROUND, 0) : at + _AROUND]


def _odds(raw: RawText, edit: LoggedEdit) -> float | None:
    """Of a join, how likely the sentence goes on at the break; None for other edits."""
    start, end = _ends(edit)
    if "\n" not in edit.before or edit.before.strip() or edit.after.strip():
        return None
    left = raw.text[raw.text.rfind("\n", 0, start) + 1 : start].strip(_DECORATION)
    right = raw.text[end:].lstrip(_DECORATION).partition("\n")[0]
    return odds(left, right, raw.text) if left and right else None


def _shape(raw: RawText, edit: LoggedEdit) -> str:
    """What kinds of characters an edit changes, and what kinds stand beside it."""
    start, end = _ends(edit)
    shape = f"{raw.text[max(start - 1, 0) : start]}[{edit.before}|{edit.after}]{raw.text[end : end + 1]}"
    for pattern, kind in _SHAPES:
        shape = re.sub(pattern, kind, shape)
    return shape


def read_verdicts(file: Path) -> list[Verdict]:
    """The verdicts of a file, a row each, with tabs between the fields; raises `UsageError`.

    Indented lines and lines that start with # are skipped, so a saved sample is a verdict file.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(
            f"读不了评定文件 {file}：{fault}", hint="它应是 UTF-8 文本，例如存下的 --sample 的结果"
        ) from None
    return [
        _verdict(file, number, line)
        for number, line in enumerate(lines, start=1)
        if line.strip() and line[0] not in "# \t"
    ]


def _verdict(file: Path, number: int, line: str) -> Verdict:
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) < _COLUMNS or fields[1] not in TITLES or fields[3] not in _VERDICTS:
        hint = "每行是编号、修复、报告、评定（right 对、wrong 错、? 未评）和理由，用制表符隔开"
        raise UsageError(f"评定文件 {file} 第 {number} 行不合格式：{line[:40]}", hint=hint)
    return Verdict(*fields[: len(Verdict._fields)])
