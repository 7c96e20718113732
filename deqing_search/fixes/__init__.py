"""The fixes: each repairs one damage of the carrier and is a pure function text → edits.

`FIXES` is their order: characters, then lines, then paragraphs, since each round gives the next its evidence.
A fix acts only on evidence in the text and leaves the author's choices alone (digits, widths, scripts, …).
To add one: write it with its doctest in the module of its round, put it into `FIXES`, add a wild and a
negative case to tests/cases/fixes.json.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from deqing_search.fixes.characters import entity_residue, markup, quote_order, stray_space
from deqing_search.fixes.fonts import invisible, radical
from deqing_search.fixes.headings import review_heading
from deqing_search.fixes.lines import double_strike, jump_mark, masthead
from deqing_search.fixes.newspaper import headline_behind, headline_wrap
from deqing_search.fixes.pages import interleaved_columns, page_furniture
from deqing_search.fixes.paragraphs import broken_by_column, broken_by_heading, repeated_block
from deqing_search.fixes.spacing import doubled_stop, letter_space, lost_dot
from deqing_search.fixes.strikes import character_strike, near_double
from deqing_search.fixes.tables import exploded_table, flat_table
from deqing_search.fixes.web import web_chrome
from deqing_search.fixes.wraps import hard_wrap
from deqing_search.offsets import Edit

VERSION = 8  # raise it when the text any fix gives changes: the index records it


class Fix(NamedTuple):
    """A repair: its name in the ledger, what it says to readers, and the function that finds the edits."""

    name: str
    title: str
    find: Callable[[str], list[Edit]]


FIXES: tuple[Fix, ...] = (
    Fix("entity-residue", "还原残留的网页实体", entity_residue),
    Fix("invisible", "去掉看不见的字符", invisible),
    Fix("radical", "把部首字形、竖排标点还原成通行字形", radical),
    Fix("markup", "去掉残留的标记符号", markup),
    Fix("lost-dot", "还原成了问号的间隔号", lost_dot),
    Fix("web-chrome", "去掉网页上的按钮、来源和声明", web_chrome),
    Fix("jump-mark", "去掉转版标记", jump_mark),
    Fix("letter-space", "去掉字与字之间的空格", letter_space),
    Fix("double-strike", "去掉叠印的重复标题", double_strike),
    Fix("character-strike", "去掉逐字叠印", character_strike),
    Fix("near-double", "去掉略有不同的第二层标题", near_double),
    Fix("interleaved-columns", "把并排的两栏分开", interleaved_columns),
    Fix("page-furniture", "去掉页码和书眉", page_furniture),
    Fix("headline-wrap", "接上折行的标题", headline_wrap),
    Fix("masthead", "去掉报头", masthead),
    Fix("exploded-table", "把散成一格一行的表格还原成行", exploded_table),
    Fix("flat-table", "把没有制表符的散表还原成行", flat_table),
    Fix("hard-wrap", "接上窄栏的硬换行", hard_wrap),
    Fix("repeated-block", "删去重复的段落", repeated_block),
    Fix("broken-by-heading", "接上被标题隔断的段落", broken_by_heading),
    Fix("broken-by-column", "接上被栏或页隔断的段落", broken_by_column),
    Fix("headline-behind", "把落在文后的标题移回文前", headline_behind),
    Fix("review-heading", "把落在文后的回顾标题移回文前", review_heading),
    Fix("quote-order", "理顺次序颠倒的引号", quote_order),
    Fix("doubled-stop", "去掉重复的标点", doubled_stop),
    Fix("stray-space", "去掉词句中间的空格", stray_space),
)

# What `extract` repairs because only the medium can prove it.
TITLES: dict[str, str] = {
    "site-furniture": "去掉网页上正文以外的部分",
    "overprint": "去掉叠印的字",
    "running-head": "去掉书眉和页码",
    "line-end": "接上排满一行后的折行",
    "footnote": "把脚注移到段后",
    **{fix.name: fix.title for fix in FIXES},
}
