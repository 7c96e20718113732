"""Recognises the words of a writer around the words of a report: 报告提出, 宁波市今年, 他还说. Needs no index.

All texts here are compact. A lead is never checked, so words that deny or limit what follows are no lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from deqing_search.config import data_rows

_YEAR_OR_PLACE = "(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月)?[初底末]?|[一-鿿]{2,6}?[省市县区州旗盟]"
_DENIES = re.compile("不|未|没|非|无|勿|否认|取消|停止|拒绝|反对|避免|防止")
_TRAIL = re.compile('"?(?:的|等|这)[^,。!?;:0-9]{0,10}')
_CLAUSE_END = re.compile("[,;:]")
_LONGEST_WORD: Final = 9  # characters: 2024年12月底
_LONGEST: Final = 80  # characters of a clause that only introduces
_EDGES: Final = " ,;:。!?\"'-—"


class _Patterns(NamedTuple):
    """What data/lead_words.tsv says: a clause that only introduces, the speech at the beginning of one, and a word."""

    clause: re.Pattern[str]
    speech: tuple[re.Pattern[str], ...]
    says: re.Pattern[str]
    frame: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words: dict[str, list[str]] = {}
    for row in data_rows("lead_words.tsv"):
        listed, kind, _ = row.split("\t")
        words.setdefault(kind, []).extend(listed.split())
    one = {kind: "|".join(sorted(listed, key=len, reverse=True)) for kind, listed in words.items()}
    by_speaker = f"(?:{one['speaker']})[^,。!?;]{{0,14}}?(?:{one['says']}|{one['says of a speaker']})[了着过道到得]?"
    says = f"(?:{one['says']})[了着过道到得]?"
    then = "(?:还|又|也|则|并|就|要|将|会|应|须|把|对)*"
    in_report = '报告[》"]?(?:(?:[里中上内]|中?的)[^,。!?;]{0,12})?'
    return _Patterns(
        re.compile(f"[^,。!?;]{{0,60}}{by_speaker}{then}|[^,。!?;]{{0,20}}{says}{then}|[^,。!?;]{{0,40}}{in_report}"),
        (re.compile(f"[^,。!?;]{{0,40}}?{by_speaker}"), re.compile(f"[^,。!?;]{{0,20}}?{says}")),
        re.compile(says),
        re.compile(f"{_YEAR_OR_PLACE}|{one['frame']}"),
    )


def is_lead(text: str) -> bool:
    """Whether words before a quotation only introduce it.

    >>> [is_lead(text) for text in ("报告还要求", "宁波市今年", "按照市政府工作报告要求,", "又说")]
    [True, True, True, True]
    >>> [is_lead(text) for text in ("报告没有提出", "大力", "力争", "不")]
    [False, False, False, False]
    """
    clauses = (clause.strip(_EDGES) for clause in _CLAUSE_END.split(text.strip(_EDGES)))
    return all(not one or _is_lead_clause(one) for one in clauses)


def _is_lead_clause(text: str) -> bool:
    if len(text) > _LONGEST or _DENIES.search(text):
        return False
    return _patterns().clause.fullmatch(text) is not None or len(text) in _after_frame(text, 0)


def _after_frame(text: str, start: int) -> list[int]:
    """Where words that say who, when or how the sentence goes on may end: after each of them."""
    ends = [start]
    for at in ends:
        for end in range(at + 1, min(at + _LONGEST_WORD, len(text), _LONGEST) + 1):
            if end not in ends and _patterns().frame.fullmatch(text, at, end):
                ends.append(end)
    return sorted(ends)[1:]


def introduces(text: str) -> bool:
    """Whether the last words of a text introduce what follows.

    >>> introduces("门前有条河,报告还要求"), introduces("门前有条河,践行")
    (True, False)
    """
    return is_lead(_CLAUSE_END.split(text.rstrip(_EDGES))[-1])


def is_trail(text: str) -> bool:
    """Whether words after a quotation only end the writer's sentence.

    >>> [is_trail(text) for text in ("的安排", '"等目标', "以上", "的要求不再提")]
    [True, True, False, False]
    """
    bare = text.rstrip(_EDGES)
    return not bare.strip(_EDGES) or (_TRAIL.fullmatch(bare) is not None and not _DENIES.search(bare))


def speech_before(text: str) -> bool:
    """Whether a clause begins with one who speaks and what is said: 报告还要求推进改革.

    >>> [speech_before(text) for text in ("报告还要求推进改革", "并提出推进改革", "推进改革")]
    [True, True, False]
    """
    says = _patterns().says
    leads = [_patterns().speech[0].match(text), *(says.match(text, at) for at in (0, *_after_frame(text, 0)))]
    lead = next((one for one in leads if one), None)
    return lead is not None and not _DENIES.search(text, 0, lead.end())


def starts_after_lead(text: str) -> Iterator[int]:
    """Where the words of a report may begin in a clause that begins with a lead.

    >>> text = "报告还要求推进改革"
    >>> [text[at:] for at in starts_after_lead(text)]
    ['推进改革']
    """
    speech = [lead.end() for pattern in _patterns().speech if (lead := pattern.match(text))]
    found = {*speech, *(end for at in (0, *speech) for end in _after_frame(text, at)[-1:])}
    yield from (at for at in sorted(found) if 0 < at < len(text) and is_lead(text[:at]))
