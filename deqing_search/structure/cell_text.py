"""What the text of a table's cell is: a number, a year, a unit, a word for heads, a label of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = re.compile(
    r"[约超近增降≥≤<>＜＞+\-−±＋－]{0,2}\s*\d[\d,，.．]*\s*(?:[%％‰]|[^\d\s，。；：、]{0,6})(?:[（(][^（）()]{0,12}[)）])?"
)
YEAR = re.compile(
    r"(?:19|20)\d\d(?:\s*[-—–~～至/]\s*(?:19|20)?\d{2,4})?\s*(?:年.*)?|\d{1,2}(?:[-—–~～至]\d{1,2})?\s*(?:月份?|季度)"
)
BARE_YEAR = re.compile(r"\d{4}")
# A word in place of a number.
WORDED = re.compile(r"持平|略.{1,3}|无|有|是|否|已?完成|未完成|达标|合格|上升|下降|增长|减少|待定|约束性|预期性|[√×✓✗]")
DONE = re.compile("已?完成|上升|下降|增长|减少|达标")  # of these, those that may also name a column of numbers
# No value, or a stroke in place of one.
NOTHING = re.compile(r"[\s\-—–─/／\\.…·*＊×]*")
HEAD_WORD = re.compile(
    r"序\s*号|编\s*号|名\s*称|项\s*目|指\s*标|单\s*位|类\s*[别型]|内\s*容|备\s*注|属\s*性|数\s*[值量]|时\s*间|地\s*[区点]|"
    r"年\s*[份度]|绝对数|合\s*计|产\s*[品量]|领\s*域|任\s*务|事\s*项|目\s*标|增\s*[长速幅]|比\s*重|部\s*门|责\s*任|措\s*施|进\s*度"
)
HEAD_CELL = re.compile(rf"\w{{0,3}}(?:{HEAD_WORD.pattern})\w?(?:[（(][^（）()]*[)）])?")
# What stands beside a value in a form.
LABEL = re.compile(
    r".{0,4}(?:名\s*称|负责人|联系人|经办人|代表人|地\s*址|电\s*话|邮\s*编|邮政编码|传\s*真|邮\s*箱|网\s*址|性\s*别|民\s*族|籍\s*贯|学\s*历|"
    r"职\s*务|职\s*称|姓\s*名|出生年月|年\s*龄|身份证号码?|证件号码?|账\s*号|开户银?行|信用代码)[：:]?"
)
_MEASURE = (
    "美元|港元|日元|欧元|元|角|分|人次|人|户|个|家|件|项|所|张|台|套|辆|艘|架|只|头|羽|匹|株|本|册|份|篇|场|次|例|处|座|条|栋|间|"
    "床|名|位|岁|天|日|小时|分钟|年|公里|千米|厘米|毫米|平方米|立方米|平方公里|平方千米|米|公顷|亩|公斤|千克|克|吨标准煤|吨|升|"
    "千瓦时|千瓦|度|箱|米|标准箱|标箱|TEU|km²|km|m²|m³|㎡|㎞|kg|t|℃|倍|百分点|个百分点"
)
UNIT = re.compile(
    rf"[（(]?\s*(?:[十百千万亿]{{0,3}}(?:{_MEASURE})(?:[/／每·][十百千万亿]{{0,2}}(?:{_MEASURE})){{0,2}}|[±]?[%％‰]|[百千万]分[比点率之]{{0,2}})\s*[）)]?"
)
# The head over units.
OF_UNITS = re.compile(r"(?:计\s*量\s*|计\s*算\s*)?单\s*位[：:]?")
_LONGEST_HEAD = 40


def is_value(text: str) -> bool:
    """A number with its unit, a stroke or a word in place of one, or words too long for a head."""
    if NOTHING.fullmatch(text) or WORDED.fullmatch(text) or len(text) > _LONGEST_HEAD or "。" in text:
        return True
    return bool(NUMBER.fullmatch(text)) and not YEAR.fullmatch(text)


def is_head_word(text: str) -> bool:
    """A year, a label, or a short cell with a word for heads."""
    return bool(YEAR.fullmatch(text) or LABEL.fullmatch(text) or HEAD_CELL.fullmatch(text))


def hold_numbers(texts: Sequence[str]) -> bool | None:
    """More than half of the values are numbers; None where there are no values."""
    said = [text for text in texts if text and not NOTHING.fullmatch(text)]
    return 2 * sum(bool(NUMBER.fullmatch(text)) for text in said) > len(said) if said else None


def mix_numbers(texts: Sequence[str]) -> bool:
    """Some of the values are numbers and some are other words than those in place of a number."""
    said = [text for text in texts if text and not NOTHING.fullmatch(text) and not WORDED.fullmatch(text)]
    return 0 < sum(bool(re.search(r"\d", text)) for text in said) < len(said)
