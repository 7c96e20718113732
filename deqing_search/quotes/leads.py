"""Recognises the words of a writer before and after those of a report. Needs no index.

A lead introduces the words of a report: 报告提出, 全市今年. A trail ends the writer's sentence after them: 的安排.

All texts here are compact, with 全市 instead of the name of a place. A lead is never checked, so words that deny or
limit what follows are no lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from deqing_search.config import data_rows

_YEAR = "(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月)?[初底末]?"
_DENIES = re.compile("不(?!少|仅|但|过|禁|久)|未|没|非|无|勿|否认|取消|停止|拒绝|反对|避免|防止")
_TRAIL = re.compile(
    '"?(?:等|(?:的|这|等)(?:一|些|样的|类)?(?:安排|要求|目标|表述|说法|提法|口号|做法|任务|内容|话|句|承诺|规定|设想|思路|理念|字样|决定|部署'
    "|数字|数据|成绩|事)[^,。!?;:0-9]{0,8}|(?:列为|列入|作为|写进|写入|写到|当作|视为|定为|放在|摆在|挂在|示人)[^,。!?;:0-9]{0,10})"
)
_NAMES_REPORT = re.compile('[^,;。!?]{0,40}报告[》"]?[^0-9,;。!?]{0,12}')
_CLAUSE_END = re.compile("[,;:]")
_LONGEST_AFTER_SPEECH: Final = 7  # characters of a clause after 报告称, if it only introduces
_MOST_STARTS: Final = 4  # words after a lead that are tried as its last
_LONGEST_WORD: Final = 9  # characters: 2024年12月底
_LONGEST: Final = 80  # characters of a clause that only introduces
_LONGEST_TRAIL: Final = 16  # characters
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
    then = "(?:得[^,。!?;]{1,5})?(?:还|又|也|则|并|就|要|将|会|应|须|把|对|是|为|有)*"
    in_report = '报告[》"]?(?:(?:[里中上内]|中?的|第)[^,。!?;]{0,12})?'
    return _Patterns(
        re.compile(f"[^,。!?;]{{0,60}}{by_speaker}{then}|[^,。!?;]{{0,20}}{says}{then}|[^,。!?;]{{0,40}}{in_report}"),
        (re.compile(f"[^,。!?;]{{0,40}}?{by_speaker}"), re.compile(f"[^,。!?;]{{0,20}}?{says}")),
        re.compile(says),
        re.compile(f"{_YEAR}|{one['frame']}"),
    )


def is_lead(text: str) -> bool:
    """Whether words before a quotation only introduce it.

    >>> [is_lead(text) for text in ("报告还要求", "全市今年", "按照市政府工作报告要求,", "又说")]
    [True, True, True, True]
    >>> [is_lead(text) for text in ("报告没有提出", "大力", "力争", "不")]
    [False, False, False, False]
    """
    clauses = (clause.strip(_EDGES) for clause in _CLAUSE_END.split(text.strip(_EDGES)))
    return all(not one or _is_lead_clause(one) for one in clauses)


def _is_lead_clause(text: str) -> bool:
    if len(text) > _LONGEST or _DENIES.search(text):
        return False
    speech = _patterns().speech[0].match(text)
    starts = (0, speech.end()) if speech else (0,)
    return _is_speech_clause(text) or any(len(text) in _after_frame(text, at) for at in starts)


def _is_speech_clause(text: str) -> bool:
    """Whether one who speaks and what introduces are a whole clause: 报告称以和谐为目标 has words of the report."""
    first = _patterns().speech[0].match(text)
    after = text[first.end() :] if first else ""
    is_short = len(after) <= _LONGEST_AFTER_SPEECH or _patterns().says.search(after) is not None
    return is_short and _patterns().clause.fullmatch(text) is not None


def _after_frame(text: str, start: int) -> list[int]:
    """The end of each of the words after `start` that say who, when, or how the sentence goes on."""
    ends = [start]
    for at in ends:
        for end in range(at + 1, min(at + _LONGEST_WORD, len(text), _LONGEST) + 1):
            if end not in ends and _patterns().frame.fullmatch(text, at, end):
                ends.append(end)
    return sorted(ends)[1:]


def is_speech(text: str) -> bool:
    """Whether words end with one who speaks and that something is said, so that any words may follow.

    >>> is_speech("门前有条河,报告还要求"), is_speech("全市今年")
    (True, False)
    """
    bare = _CLAUSE_END.split(text.strip(_EDGES))[-1]
    return len(bare) <= _LONGEST and not _DENIES.search(bare) and _is_speech_clause(bare)


def introduces(text: str) -> bool:
    """Whether the last words of a text introduce what follows.

    >>> introduces("门前有条河,报告还要求"), introduces("门前有条河,践行")
    (True, False)
    """
    last = _CLAUSE_END.split(text.rstrip(_EDGES))[-1]
    return is_lead(last) or (text.rstrip('"')[-1:] == ":" and names_report(last))


def names_report(clause: str) -> bool:
    """Whether a clause that ends before a colon or a quotation names a report, and so introduces what follows.

    >>> names_report("全市2017年政府工作报告给出答案"), names_report("报告没有这句"), names_report("报告里有30处")
    (True, False, False)
    """
    return _NAMES_REPORT.fullmatch(clause) is not None and not _DENIES.search(clause)


def is_trail(text: str) -> bool:
    """Whether words after a quotation only end the writer's sentence.

    >>> [is_trail(text) for text in ("的安排", '"等目标', "以上", "的要求不再提")]
    [True, True, False, False]
    """
    bare = text.rstrip(_EDGES)
    return not bare.strip(_EDGES) or (_TRAIL.fullmatch(bare) is not None and not _DENIES.search(bare))


def ends_before_trail(text: str) -> Iterator[int]:
    """Where the words of a report may end before words that end the writer's sentence.

    >>> list(ends_before_trail("推进改革的安排"))
    [4]
    """
    yield from (at for at in range(max(len(text) - _LONGEST_TRAIL, 1), len(text)) if is_trail(text[at:]))


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
    found = {*speech, *(end for at in (0, *speech) for end in _after_frame(text, at)[:_MOST_STARTS])}
    yield from (at for at in sorted(found) if 0 < at < len(text) and is_lead(text[:at]))
