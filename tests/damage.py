"""A damage generator: clean reports get the damage of carriers, class by class, and cleaning is scored on them.

    python -m tests.damage [FOLDER] [--reports N] [--seed N] [--show CLASS]

Without a folder the seeds are damaged. Each class varies widths, gaps, indents, blank lines and stops. The score of a
class is the F1 of whole paragraphs and the share of wrong characters, over all its reports; `tests/test_damage.py`
holds the scores to the floors in `tests/cases/damage_floors.json`.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from deqing_search.cleaning.cleaner import clean
from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.report import RawText
from deqing_search.sources.discovery import find_sources
from deqing_search.text.lines import ends_sentence, is_byline, is_row
from tests.sown import columns, pages, prints, signs
from tests.sown.lines import is_long, paragraphs_of
from tests.sown.newspaper import as_articles, headline_wraps, headlines_behind, mastheads, without_kickers

Damage = Callable[[list[str], random.Random], str]
Base = Callable[[list[str]], list[str]]


class Score(NamedTuple):
    """Whole paragraphs that came back, and the share of characters that differ."""

    f1: float
    error: float


CLASSES: dict[str, Damage] = {
    "entities": signs.entities,
    "invisible": signs.invisible,
    "radicals": signs.radicals,
    "markup": signs.markup,
    "web chrome": prints.chrome,
    "jump marks": prints.jumps,
    "letter-spaced headings": signs.letter_spaced,
    "lost line ends": signs.lost_line_ends,
    "doubled headings": prints.doubled_headings,
    "headings again": prints.headings_again,
    "struck leads": prints.struck_leads,
    "near doubles": prints.near_doubles,
    "hard wraps": pages.hard_wraps,
    "bare wraps": pages.bare_wraps,
    "columns side by side": pages.columns_side_by_side,
    "typeset columns": columns.typeset_columns,
    "newspaper columns": columns.newspaper_columns,
    "typeset columns side by side": columns.typeset_beside,
    "page numbers and heads": pages.page_numbers,
    "repeated blocks": prints.repeated_blocks,
    "broken paragraphs": pages.broken_paragraphs,
    "lost stops": pages.lost_stops,
    "stray spaces": signs.stray_spaces,
    "doubled stops": signs.doubled_stops,
    "flat tables": pages.flat_tables,
    "headings inside": prints.headings_inside,
    "swapped quotes": signs.swapped_quotes,
    "exploded tables": pages.exploded_tables,
    "lost dots": signs.lost_dots,
    "headline wraps": headline_wraps,
    "mastheads": mastheads,
    "headlines behind": headlines_behind,
    "review headings": prints.review_headings,
}
# What a report is made into before it is damaged, where that is not the report itself.
_BASES: dict[Damage, Base] = {
    pages.hard_wraps: pages.prose_only,
    pages.bare_wraps: pages.prose_only,
    pages.columns_side_by_side: pages.prose_only,
    columns.typeset_columns: pages.prose_only,
    columns.newspaper_columns: pages.prose_only,
    columns.typeset_beside: pages.prose_only,
    pages.lost_stops: pages.without_some_stops,
    signs.lost_dots: signs.with_dots,
    headline_wraps: as_articles,
    mastheads: without_kickers,
    headlines_behind: without_kickers,
    prints.review_headings: prints.as_review,
}


def damaged(damage: Damage, reports: list[list[str]], seed: int) -> Iterator[tuple[list[str], RawText]]:
    """Each report as it should come back, and as it is given to cleaning."""
    for number, report in enumerate(reports):
        lines = _BASES.get(damage, list)(report)
        if not lines:
            continue  # no article can be made of it
        yield lines, RawText("r", damage(lines, random.Random(seed * 1000 + number)), "")  # noqa: S311


def scored(damage: Damage, reports: list[list[str]], seed: int) -> Score:
    """The score of one class over all reports."""
    hits = given = wanted = wrong = characters = 0
    for lines, raw in damaged(damage, reports, seed):
        repaired = paragraphs_of(clean(raw).text)
        hits += (Counter(repaired) & Counter(lines)).total()
        given, wanted = given + len(repaired), wanted + len(lines)
        wrong += distance("\n".join(repaired), "\n".join(lines))
        characters += sum(map(len, lines))
    return Score(2 * hits / max(given + wanted, 1), wrong / max(characters, 1))


def distance(one: str, other: str) -> int:
    """Characters to take away, add or change, white space aside; found line by line, then inside unequal stretches."""
    left, right = ([re.sub(r"\s", "", line) for line in text.split("\n")] for text in (one, other))
    total = 0
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            total += _changed("".join(left[a:b]), "".join(right[c:d]))
    return total


def _changed(one: str, other: str) -> int:
    if one == other:
        return 0
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for tag, a, b, c, d in steps if tag != "equal")


def clean_reports(folder: Path, number: int, seed: int) -> Iterator[list[str]]:
    """Paragraphs of cleaned reports: what is left of their own damage is part of the measure of every class."""
    sources = list(find_sources(folder, endings=READERS, fixes=TITLES).sources)
    random.Random(seed).shuffle(sources)  # noqa: S311
    for source in sources[:number]:
        lines = paragraphs_of(clean(extract(source)).text)
        if sum(map(is_long, lines)) >= 4 and not any(is_byline(line) and line.startswith("|") for line in lines):
            chance = random.Random(len(lines))  # noqa: S311
            half = next(at for at in range(len(lines) // 2, len(lines)) if ends_sentence(lines[at])) + 1
            yield (
                [line for line in lines[:half] if not is_row(line)]
                + pages.table_rows(chance)
                + [line for line in lines[half:] if not is_row(line)]
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent.parent / "seeds")
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    reports = list(clean_reports(options.folder, options.reports, options.seed))
    print(
        f"{len(reports)} reports, seed {options.seed}\n\n| class | paragraph F1 | wrong characters |\n|---|---:|---:|"
    )
    for name, damage in CLASSES.items():
        if options.show in name:
            score = scored(damage, reports, options.seed)
            print(f"| {name} | {score.f1:.3f} | {score.error:.2%} |", flush=True)
    if options.show:
        for number, (lines, raw) in enumerate(damaged(CLASSES[options.show], reports, options.seed)):
            repaired = paragraphs_of(clean(raw).text)
            for extra, sign in ((Counter(repaired) - Counter(lines), "+"), (Counter(lines) - Counter(repaired), "-")):
                for line in list(extra)[:3]:
                    print(number, sign, line[:50], "…", line[-30:])


if __name__ == "__main__":
    main()
