"""The fixes: each repairs one damage of the carrier and is a pure function text → edits.

`FIXES` is their order: characters, then lines, then paragraphs, since each round gives the next its evidence.
A fix acts only on evidence in the text and leaves the author's choices alone (digits, widths, scripts, …).
To add one: write it with its doctest in the module of its round, put it into `FIXES`, add a wild and a
negative case to tests/cases/fixes.json.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from deqing_search.cleaning.broken_paragraphs import broken_by_column, broken_by_heading, repeated_block
from deqing_search.cleaning.characters import entity_residue, markup, quote_order, stray_space
from deqing_search.cleaning.font_residue import invisible, radical
from deqing_search.cleaning.hard_wraps import hard_wrap
from deqing_search.cleaning.headlines import headline_behind, headline_wrap
from deqing_search.cleaning.newspaper import double_strike, jump_mark, masthead
from deqing_search.cleaning.overprint import character_strike, near_double
from deqing_search.cleaning.page_furniture import page_furniture
from deqing_search.cleaning.review_heading import review_heading
from deqing_search.cleaning.side_by_side import interleaved_columns
from deqing_search.cleaning.spacing import doubled_stop, letter_space, lost_dot, lost_line_end
from deqing_search.cleaning.tables import exploded_table, flat_table
from deqing_search.cleaning.web_chrome import web_chrome
from deqing_search.text.offsets import Edit


class Fix(NamedTuple):
    """A repair: its name in the edit log (its title is in `titles`) and the function that finds the edits."""

    name: str
    find: Callable[[str], list[Edit]]


FIXES: tuple[Fix, ...] = (
    Fix("entity-residue", entity_residue),
    Fix("invisible", invisible),
    Fix("radical", radical),
    Fix("markup", markup),
    Fix("lost-dot", lost_dot),
    Fix("web-chrome", web_chrome),
    Fix("lost-line-end", lost_line_end),
    Fix("jump-mark", jump_mark),
    Fix("letter-space", letter_space),
    Fix("double-strike", double_strike),
    Fix("character-strike", character_strike),
    Fix("near-double", near_double),
    Fix("interleaved-columns", interleaved_columns),
    Fix("page-furniture", page_furniture),
    Fix("headline-wrap", headline_wrap),
    Fix("masthead", masthead),
    Fix("exploded-table", exploded_table),
    Fix("flat-table", flat_table),
    Fix("hard-wrap", hard_wrap),
    Fix("repeated-block", repeated_block),
    Fix("broken-by-heading", broken_by_heading),
    Fix("broken-by-column", broken_by_column),
    Fix("headline-behind", headline_behind),
    Fix("review-heading", review_heading),
    Fix("quote-order", quote_order),
    Fix("doubled-stop", doubled_stop),
    Fix("stray-space", stray_space),
)
