"""Whether a value may be that of something else than its statement says: a zone, a district, larger enterprises."""

from __future__ import annotations

import re

from deqing_search.research.statements import Statement

_ZONE = re.compile(
    "新区|新城|开发区|经开区|航空港|经济区|功能区|自贸|高新区|保税区|综保区|园区|县域|镇街|长江带|经济带|口岸"
)
_ZONE_FIRST = re.compile(
    "[^,;:]{0,8}(?:新区|新城|先导区|合作区|开发区|航空港|经济区|功能区|自贸(?:试验)?区|高新区|保税区|经开区|县域)[^,;:]*,"
)
# A zone as what a later clause speaks of, not as what is built: 高新区格局初步形成,实现生产总值120亿元.
_ZONE_TOPIC = re.compile(
    "[,;](?!加快|推进|推动|支持|建设|依托|深化|围绕|提升|发挥|以|在|把|抓好|做强)"
    "[^,;:。、和与及]{0,7}(?:新区|新城|先导区|合作区|开发区|航空港区|经济区|自贸区|高新区|保税区|经开区|综保区)(?![、和与及等])[^,;:。]{2,},"
)
_PART_OF_PLACE = re.compile("[^,;:。]{0,8},占全[市县州](?:的)?(?:比[重例]|[0-9])")  # after a value of a district
_TRADE = ("进出口总额", "出口总额")
_OF_ZONES = (  # reports give these for zones too
    "地区生产总值",
    "工业增加值",
    "规模以上工业增加值",
    "固定资产投资",
    "一般公共预算收入",
    "财政总收入",
    "地方财政收入",
)
_SUM = re.compile("生产总值|gdp|投资|财政|收入|增加值|进出口|出口|外资|零售|产值|税收")
_CLAUSE_END = re.compile("[,;:]")
_FAR = 2  # clauses between a zone and a sum that may be its own
_ABOVE_SIZE = re.compile("规模以上|规上|规模工业")
_WHOLE = re.compile("全市|我市|本市|全县|全区|目标")
_LEAD = re.compile("(?!预计,|全年,)[^,;:0-9]{6,},")  # 开放型经济持续发展, opens a new topic


def is_doubtful(one: Statement, before: str, sentence: str) -> bool:
    """Whether the sentence of a statement, or the text before it, speaks of something else that may have the value.

    >>> from deqing_search.research.statements import statements
    >>> texts = "高新区地位提升,实现生产总值50亿元", "全市实现生产总值50亿元"
    >>> [is_doubtful(statements(text)[0], "", text) for text in texts]
    [True, False]
    """
    is_part = _PART_OF_PLACE.match(sentence, one.value[1]) is not None
    return is_part or _may_be_of_zone(one, before, sentence) or _may_be_above_size(one, sentence)


def names_zone(words: str) -> bool:
    """Whether compact words name a zone.

    >>> names_zone("兰州新区生产总值167亿元"), names_zone("全市生产总值167亿元")
    (True, False)
    """
    return _ZONE.search(words) is not None


def zone_before(said: str, words: str) -> str:
    """The clause before compact words that makes their sum one of a zone or of a part of the place; "" if none does.

    >>> said = "改革深化。自贸新城建设加快,平南铁路拆迁取得突破,"
    >>> [zone_before(said, words) for words in ("完成固定资产投资370亿元", "建成学校3所", "全市投资3亿元")]
    ['自贸新城建设加快', '', '']
    """
    sentence = said[said.rfind("。") + 1 :]
    found = _ZONE_FIRST.match(sentence) or next(_ZONE_TOPIC.finditer(sentence), None)
    if not found or not _SUM.search(words) or _WHOLE.search(sentence[found.end() :] + words):
        return ""
    is_near = len(_CLAUSE_END.findall(sentence, found.end())) <= _FAR
    return found[0].strip(",;") if is_near else ""


def _may_be_of_zone(one: Statement, before: str, sentence: str) -> bool:
    """Whether a value may be that of a part of the place, of which the sentence or the one before speaks."""
    said = sentence[: one.name[0]]
    topics = [found.end() for found in _ZONE_TOPIC.finditer(said)] if one.indicator in _OF_ZONES else []
    if topics and not _WHOLE.search(said, topics[-1]):
        return True
    if _WHOLE.search(sentence):
        return False
    if _ZONE_FIRST.match(sentence):
        return True
    if before[-1:] != "。" or one.indicator not in (*_OF_ZONES, *_TRADE) or not _ZONE.search(before[-60:]):
        return False
    if one.indicator in _TRADE and "生产总值" not in sentence:  # zones and ports are how the whole place trades
        return bool(_ZONE.search(sentence))
    return bool(_ZONE.search(sentence)) or not _LEAD.match(sentence)


def _may_be_above_size(one: Statement, sentence: str) -> bool:
    """Whether 工业增加值 may be that of the enterprises above designated size, of which the sentence speaks before."""
    return one.indicator == "工业增加值" and bool(_ABOVE_SIZE.search(sentence[: one.name[0]]))
