"""Finds passages that break off inside a sentence, by their last words and by the passages around them.

A passage without a stop at its end is often complete: headings, labels, names and lists are known here. Nothing is
repaired here; readers see a flag.
"""

from __future__ import annotations

import re

from deqing_search.text.lines import (
    HAN,
    NUMERAL,
    ends_sentence,
    is_glossary_heading,
    is_heading,
    is_prose,
    leaves_open,
    numbering,
)

_NOTE = re.compile(r"[（(][^（）()]*[）)]$")  # behind the last sentence: who is in charge, where it was printed
_CREDIT = re.compile(r"(?<=。)[^。，]{0,14}(?:记者|通讯员)[^。，]{1,12}$|\[\d{1,3}\]$")  # … or the number of a note
_LABEL = re.compile(
    rf"(?:[{HAN}]{{0,4}}(?:单位|部门|责任人|联系人|地点|时间)|关键词|主题词|[Kk]ey ?words)\s*[：:](?!.*[。！？])"
)
_NAMES = re.compile(r"(?:[^，,。；：]{1,7}[，,]\s?){3,}[^，,。；：]{0,7}")
_ENDED = re.compile(r"(?:[：:；;]|——|(?<!\d)\.)$")
_TERMINAL = re.compile("[。！？；]")
_NUMBERED = re.compile(rf"第?[（(]?[{NUMERAL}]+(?:[编章节、）)]|部分|是)")
_HAN_RANKS = range(5)  # 编 章 节 一、 （一）: digits count what stands in a line
_DEFINITION = re.compile("：(?:即|是?指)")
_LONGEST_NUMBERED = 120  # characters of a heading with a number
_DANGLING = re.compile("(?:[的和与或在把将，、]|以及)$")


def breaks_off(text: str, above: str, below: str) -> bool:
    """A passage of prose ends in no stop, and nothing around it says why.

    >>> breaks_off("全年新增停车位1000个，改造老旧小区", "", "展望")
    True
    >>> breaks_off("牵头单位：市住建局，各区政府、开发区", "", "展望")
    False
    """
    if ends_sentence(text) or not is_prose(text):
        return False
    said = _CREDIT.sub("", _NOTE.sub("", text)).rstrip()
    if not said or ends_sentence(said) or _ENDED.search(said):
        return False
    if _LABEL.match(said) or _NAMES.fullmatch(said) or is_glossary_heading(said) or not re.search(f"[{HAN}]", said):
        return False
    return not (_is_long_heading(said, below) or _is_item_of_list(said, above, below) or _runs_into_heading(said))


def _is_long_heading(said: str, below: str) -> bool:
    """It has a number in Han, is one clause after the other without a stop, and stands over something."""
    if not _NUMBERED.match(said) or len(said) > _LONGEST_NUMBERED or not below or _DEFINITION.search(said):
        return False
    return not (_TERMINAL.search(said) or _DANGLING.search(said) or leaves_open(said))


def _runs_into_heading(said: str) -> bool:
    """Behind the last sentence stands a numbered heading that the source set on the same line."""
    last = _TERMINAL.split(said)[-1].strip()
    return last != said.strip() and numbering(last) in _HAN_RANKS and is_heading(last)


def _is_item_of_list(said: str, above: str, below: str) -> bool:
    """The items above end in a semicolon: the last one has no stop, or one before it a comma."""
    if not above.endswith(("；", ";")) or leaves_open(said):
        return False
    if said[-1] in "，,":
        return below.endswith(("；", ";", "。"))
    return not _DANGLING.search(said) and (not below or is_heading(below) or numbering(below) is not None)
