"""On what occasion a report was given: the day, the meeting with its place and session, and who spoke.

Read from the head of a text, which ends where the deputies are addressed. A line of the head may be wrapped once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from deqing_search.config import DATA
from deqing_search.structure.dates import DAY, day_in, in_digits
from deqing_search.text.lines import HAN

_ORDINAL = r"第?[一二三四五六七八九十\d]+"
_ASSEMBLY = r"(?:[省市县区州旗盟]|自治[区州县旗]|全国)?(?:人民代表大会|人大|人民委员会)(?:常务委员会|常委会)?"
_SESSION = rf"{_ORDINAL}届{_ASSEMBLY}(?:{_ORDINAL}次(?:全体)?(?:代表)?(?:大会|会议)?)?"
_MEETING = re.compile(
    rf"(?:(?P<day>{DAY})(?:(?:上午|下午)?[，,]?))?(?:在|于)?(?P<where>[{HAN}]{{0,24}}?)(?P<session>{_SESSION})"
)
_NUMBERED = re.compile(rf"({_ORDINAL})(届{_ASSEMBLY})({_ORDINAL})(次.*)")
_OFFICE = (
    r"(?:(?:代理|常务|代|副)*(?:省长|市长|县长|区长|州长|旗长|盟长)|(?:自治区)?(?:代理|代|副)?主席|自治区代主席"
    r"|(?:国务院)?(?:代|副)?总理|行政长官)"
)
_DOT = "·•．・‧∙●?？"
_NAME = rf"(?:[{HAN}]{{1,8}}(?:[{_DOT}][{HAN}]{{1,8}}){{1,3}}|[{HAN}]{{2,4}})"
_NAME_IN_TEXT = _NAME.replace("{2,4}", "{2,4}?")
_NOT_OF_GOVERNMENT = re.compile(r"政协\S{0,3}$|人大\S{0,6}$|常委会$|协会$|联\S?$")
_BYLINE = re.compile(rf"(?:[{HAN}]{{1,24}}?[、，]?)??(?P<office>{_OFFICE})[：:]?(?P<name>{_NAME})(?:同志)?[*]*$")
_BEFORE_NAME = re.compile(rf"(?:[{HAN}]{{1,24}}?)??(?P<office>{_OFFICE})[：:]?$")
_TELLING = (
    re.compile(
        rf"(?P<office>{_OFFICE})(?P<name>{_NAME_IN_TEXT})(?:同志)?(?=在.*会议上|作了?(?:政府)?工作?报告|作了?政府|代表.*作)"
    ),
    re.compile(rf"^(?P<name>[{HAN}]{{2,3}})(?:同志)?(?P<office>{_OFFICE})在"),
    re.compile(rf"(?:^|[，,上])(?P<name>[{HAN}]{{2,3}}?)(?:同志)?(?=作了?(?:政府)?工作报告|在.*会议上作)"),
)
_IN_TITLE = re.compile(rf"[（(]{DAY}[，,]?(?P<office>{_OFFICE})?(?P<name>{_NAME})[)）]")
_ALONE = re.compile(rf"(?P<name>{_NAME})")  # right above the address
_NO_NAME = re.compile("[稿摘节全附要文本修订草案通过审议批准大会]{2}|在$|^在|人民|政府|[省市县区州旗盟]长$")
_ADDRESS = re.compile(r"(?:各位|尊敬的各位)(?:人民)?代表|同志们[:：]|主席团")
_MARKS = re.compile(r"<!--|-->|[*_#>]+|\[\^?\d+\]")
_LEAD = re.compile(r"^[\s—―─－–\-（(]+")
_HEAD: Final = 14  # lines that can be the head of a report that addresses nobody
_CHROME: Final = 60  # lines that a page can have in front of the address
_CHARACTERS: Final = 8000
_READ: Final = 200  # characters of a line
_SHORT: Final = 90  # characters: a longer line of the head is prose
_BARE_DAY = re.compile(rf"{DAY}[^，。:：\d]{{0,12}}|[（(]{DAY}[^。:：]{{0,16}}[)）]")
_CLOCK = re.compile(r"\d\s*[-/.]\s*\d")  # as pages write the day on which they went up


class Occasion(NamedTuple):
    """When, at which session and by whom a report was given; "" where it is not said."""

    date: str = ""
    session: str = ""
    speaker: str = ""
    office: str = ""


def head_of(lines: Sequence[str]) -> Sequence[str]:
    """Of the lines of a page those above the address to the deputies, and the next two.

    >>> head_of(["政府工作报告", "各位代表：", "一", "二", "三"])
    ['政府工作报告', '各位代表：', '一', '二']
    """
    address = next((at for at, line in enumerate(lines) if _ADDRESS.match(line)), None)
    return lines[:_HEAD] if address is None else lines[: address + 3]


def above_address(head: Sequence[str]) -> Sequence[str]:
    """The lines of a head above the address, where title, occasion and speaker stand.

    >>> above_address(["政府工作报告", "各位代表：", "一", "二"])
    ['政府工作报告']
    """
    address = next((at for at, line in enumerate(head) if _ADDRESS.match(line)), len(head))
    return head[:address]


def page_lines(text: str) -> list[str]:
    """The first lines of a page that are not blank, without marks, dates in digits.

    >>> page_lines("**政府工作报告**\\n\\n二〇二四年二月三日\\n")
    ['政府工作报告', '2024年2月3日']
    """
    lines = (in_digits(_MARKS.sub("", line[:_READ]).strip()) for line in text[:_CHARACTERS].split("\n") if line)
    return [*islice(filter(None, lines), _CHROME)]


def without_marks(text: str) -> list[str]:
    """All lines of a page that are not blank, without the marks of its medium."""
    return [*filter(None, (_MARKS.sub("", line).strip() for line in text.split("\n")))]


def occasion(title: str, head: Sequence[str]) -> Occasion:
    """What the title and the head of a text say of the occasion.

    >>> occasion("", ["——2024年2月3日在德清县第十七届人民代表大会", "第三次会议上", "德清县人民政府代理县长 王 波"])
    Occasion(date='2024-02-03', session='第十七届人民代表大会第三次会议', speaker='王波', office='代理县长')
    """
    meetings = list(_meetings([title, *head]))
    days = [day_in(title), *(day for day, _ in meetings), *_bare_days(head)]
    speaker, office = next(_speakers(title, head), ("", ""))
    return Occasion(
        date=next(filter(None, days), ""),
        session=next((session for _, session in meetings if session), ""),
        speaker=speaker,
        office=office,
    )


def _meetings(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The day and the session that each line names which says where; also across a line end."""
    pairs = sorted(_in_pairs(lines), key=lambda pair: "通过" in pair[0])  # adopted is later than given
    for line, after in pairs:
        found = _MEETING.search(line + after)
        if found and found.start() < len(line) <= _SHORT and not _ADDRESS.match(line):
            yield day_in(found["day"] or line), _whole_session(found["session"]) if "次" in found["session"] else ""


def _in_pairs(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line without white space, and the one after it."""
    bare = ["".join(line.split()) for line in lines]
    return zip(bare, [*bare[1:], ""], strict=False)


def _whole_session(said: str) -> str:
    """The session as it is called in full.

    >>> _whole_session("十四届人大四次会议")
    '第十四届人民代表大会第四次会议'
    """
    said = re.sub("人大(?!会)", "人民代表大会", said)
    said = re.sub(r"(?<!第)(?=[一二三四五六七八九十\d]+[届次])(?<![一二三四五六七八九十\d])", "第", said)
    return said if said.endswith(("会议", "大会")) else said + "会议"


def _bare_days(lines: Sequence[str]) -> Iterator[str]:
    """The days that stand on lines of their own, in words: pages write theirs as 2024-02-05."""
    for before, line in zip(["", *lines], lines, strict=False):
        if _BARE_DAY.fullmatch(line) and "年" in line and not before.endswith(("：", ":")):
            yield day_in(line)


def _speakers(title: str, head: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and office: of a byline, also on two lines; of a sentence that tells who spoke; of the end of the title."""
    lines = [
        (line, after) for line, after in _in_pairs([title, *head]) if len(line) <= _SHORT and not _ADDRESS.match(line)
    ]
    found = [_speaker(_BYLINE.search(_tail(line))) for line, _ in lines]
    found += [_speaker(_BYLINE.search(line + after)) for line, after in lines if _BEFORE_NAME.fullmatch(line)]
    found += [_speaker(telling.search(line)) for line, _ in lines for telling in _TELLING]
    found += [_speaker(_IN_TITLE.search(line)) for line, _ in lines]
    found += [_speaker(_ALONE.fullmatch(line)) for line, after in _in_pairs(head) if _ADDRESS.match(after)]
    named = list(filter(None, found))
    yield from sorted(named, key=lambda one: not one[1])  # a name with its office before one without


def _speaker(found: re.Match[str] | None) -> tuple[str, str] | None:
    """Name and office of what was found, if it is a name and the office one of government."""
    if not found:
        return None
    name, office = found["name"], found.groupdict().get("office") or ""
    before = found.string[: found.start("name")].removesuffix(office)
    if _NO_NAME.search(name) or _NOT_OF_GOVERNMENT.search(before):
        return None
    named = name[0] in _surnames() or any(dot in name for dot in _DOT)
    return (name, office) if named else None


def _tail(line: str) -> str:
    """What follows the meeting on its line: 在…会议上 陕西省省长 赵刚."""
    return line.rpartition("会议上")[2].lstrip("）)，,—")


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    lines = (DATA / "surnames.txt").read_text("utf-8").splitlines()
    return frozenset("".join(line for line in lines if not line.startswith("#")))
