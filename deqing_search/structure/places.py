"""Which administrative units there are, and which of them a line of a report or the name of a file names.

The units are those of data/places.tsv, former ones included. A short name of an autonomous unit (恩施州) is given in
full. Of what is not in the table only the plainest form counts, so that no piece of prose becomes a place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from deqing_search.config import data_rows
from deqing_search.text.lines import HAN

COUNTRY: Final = "全国"  # the place of what the State Council reports
_OF_COUNTRY = re.compile(
    r"代表国务院|国务院(?:代?总理|\d{4}年|政府工作报告|工作报告)|届全国(?:人民代表大会|人大)|国家统计局"
    r"|^(?:\d{4}年)?中华人民共和国(?!成立)"
)
_LONGEST = 15  # characters of a name
_SHORT = 70  # characters: of a longer line only the beginning is read
_GOVERNED = (
    r"第|[一二三四五六七八九十]+届|人大|人民代表|人民委员会|(?:人民)?政府|(?:代理?|常务|副)*[省市县区州旗盟]长|(?:代理?|副)*主席"
    r"|国民|新型|工作|统计|财政|本级|关于|[“\d]|[一二]〇"
)
_END = re.compile(rf"[省市县区州旗盟](?=\s*(?:{_GOVERNED}))")
_UNLISTED = re.compile(
    rf"(?:^|在|代表)(?P<place>(?:(?![全本我各兄自来着省市县区州年月日的和与及在])[{HAN}]){{1,6}}(?:自治[州县旗]|[市县区旗]))"
    r"(?=第[一二三四五六七八九十\d]+届|人民政府|政府工作报告|人大)"
)
_NEED_PARENT = frozenset(("城区", "郊区", "矿区", "市区", "新区"))  # names that are also plain words
_PEOPLES = (
    "蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|东乡|傈僳|白|傣|彝|藏|羌|苗|侗|壮|回|土家|布依|景颇|哈尼|朝鲜|黎|满|畲|瑶|水|佤|"
    "拉祜|独龙|怒|普米|纳西|裕固|保安|撒拉|仫佬|毛南|仡佬|各|维吾尔|达斡尔|土"
)
_AUTONOMOUS = re.compile(rf"(?P<stem>[{HAN}]{{2,5}}?)(?:(?:{_PEOPLES})族?)+自治(?P<kind>[州区])")
_RUN = re.compile(rf"[{HAN}]+")


@lru_cache(maxsize=1)
def units() -> dict[str, str]:
    """Every name a unit goes by, with its name in full."""
    rows = sorted(_rows(), key=lambda row: row[2])  # of two units with one short name, the one of today has it
    full = {name: name for _, name, _ in rows}
    for _, name, _ in rows:
        if found := _AUTONOMOUS.fullmatch(name):
            short = found["stem"] + ("州" if found["kind"] == "州" else "自治区")
            full.setdefault(short, name)
    return full


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    """Names without what they are, where they mean one province or prefecture: 中山 → 中山市, 海南 → 海南省."""
    provinces, others = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for code, name, former in _rows():
        if former or not code.endswith("00"):
            continue
        found = _AUTONOMOUS.fullmatch(name)
        stem = found["stem"] if found else re.sub("(?:特别行政区|地区|[省市盟])$", "", name)
        (provinces if code.endswith("0000") else others)[stem].append(name)
    return {stem: names[0] for stem, names in (others | provinces).items() if len(names) == 1}


def _rows() -> Iterator[tuple[str, str, bool]]:
    for row in data_rows("places.tsv"):
        code, name, *former = row.split("\t")
        yield code, name, bool(former)


def places_in(line: str) -> Iterator[str]:
    """The places that a line names in front of what they govern, first to last.

    >>> [*places_in("在中卫市第四届人民代表大会第三次会议上")], [*places_in("恩施州政府工作报告")]
    (['中卫市'], ['恩施土家族苗族自治州'])
    >>> [*places_in("标志着省第十一次党代会的召开")], [*places_in("国务院总理 朱镕基")]
    ([], ['全国'])
    """
    line = re.sub(r"(?<=[^\x00-\xff])\s+(?=[^\x00-\xff])", "", line)[:_SHORT]
    found = 0
    for end in _END.finditer(line):
        if place := _chain_before(line, end.end()):
            found += 1
            yield place
    if not found and (unlisted := _UNLISTED.search(line)):
        found += 1
        yield unlisted["place"]
    if not found and _OF_COUNTRY.search(line):
        yield COUNTRY


def _chain_before(line: str, end: int) -> str:
    """The units that end at `end`, each in the one before it: 浙江省湖州市德清县; "" where there is none."""
    chain: list[str] = []
    while name := _name_before(line, end):
        chain.insert(0, units()[name])
        end -= len(name)
    return "" if not chain or (len(chain) == 1 and chain[0] in _NEED_PARENT) else "".join(chain)


def _name_before(line: str, end: int) -> str:
    starts = range(max(end - _LONGEST, 0), end - 1)
    return next((line[start:end] for start in starts if line[start:end] in units()), "")


def place_named(name: str) -> str:
    """The place that a file or folder is named after; "" where it is named after none.

    >>> place_named("云南省-2026"), place_named("湖北省人民政府2002年工作报告"), place_named("中山")
    ('云南省', '湖北省', '中山市')
    >>> place_named("政府工作报告-国务院"), place_named("政府工作报告-省自治区"), place_named("中山路")
    ('全国', '', '')
    """
    for run in _RUN.findall(name):
        run = re.sub("^[年在]+", "", run)
        if run in (COUNTRY, "国务院"):
            return COUNTRY
        place = _chain_from(run) or _stems().get(re.sub("(?:人民)?(?:政府)?(?:工作)?(?:报告)?$", "", run), "")
        if place and place not in _NEED_PARENT:
            return place
    return ""


def _chain_from(run: str) -> str:
    chain, start = "", 0
    while name := _name_at(run, start):
        chain, start = chain + units()[name], start + len(name)
    return chain


def _name_at(run: str, start: int) -> str:
    ends = range(min(start + _LONGEST, len(run)), start + 1, -1)
    return next((run[start:end] for end in ends if run[start:end] in units()), "")
