"""Lines of the command places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deqing_search.cli.errors import BOLD
from deqing_search.cli.hits import tinted
from deqing_search.cli.layout import table
from deqing_search.search.place_histories import History, sources, spell_in_words
from deqing_search.text.place_history import Spell


def place_lines(found: Sequence[History], *, colour: bool) -> Iterator[str]:
    """Each unit: its names with their years, its mergers and splits, its reports, and the sources."""
    for at, one in enumerate(found):
        if at:
            yield ""
        yield tinted(f"{one.name}{'' if one.unit.exists else '（已撤销）'}", BOLD, colour)
        yield from table([_spell(spell) for spell in one.unit.spells])
        yield from (f"   {said}" for said in one.changes_in_words)
        yield f"   {_held(one)}"
        if based := list(sources(one)):
            yield f"   依据：{'、'.join(based)}"


def _spell(spell: Spell) -> tuple[str, ...]:
    return f"   {spell.name}", spell.code, spell.within, spell_in_words(spell), spell.how


def _held(one: History) -> str:
    if not one.reports:
        return "没有收录这个地区的报告"
    years = "、".join(dict.fromkeys(str(card.meta.year or "年份不详") for card in one.reports))
    return f"收录 {len(one.reports)} 份报告：{years}"
