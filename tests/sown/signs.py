"""Damage to the signs of a line: of encodings, fonts, web pages and their renderers."""

from __future__ import annotations

import random
import re
from itertools import groupby

from deqing_search.cleaning.font_residue import radical
from deqing_search.text.lines import is_heading, is_row, numbering
from tests.sown.lines import is_long, is_title, joined


def entities(lines: list[str], chance: random.Random) -> str:
    names = {"“": "ldquo", "”": "rdquo", "—": "mdash", "·": "middot", "‰": "permil", "…": "hellip"}
    whole = chance.choice(["&{};", "&amp;{};"])
    return joined(["".join(whole.format(names[c]) if c in names else c for c in line) for line in lines], chance)


def invisible(lines: list[str], chance: random.Random) -> str:
    signs = ["\u200b", "\ufeff", "\u00ad", "\u200e\u200b"]
    return joined(
        ["".join(c + chance.choice(signs) * (chance.random() < 0.03) for c in line) for line in lines], chance
    )


def radicals(lines: list[str], chance: random.Random) -> str:
    signs = [chr(code) for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))]
    back = {edit.after: sign for sign in signs for edit in radical(sign)}
    return joined(["".join(back.get(c, c) if chance.random() < 0.7 else c for c in line) for line in lines], chance)


def markup(lines: list[str], chance: random.Random) -> str:
    def marked(line: str) -> str:
        if is_heading(line) and chance.random() < 0.6:
            return f"**{line}**" if chance.random() < 0.5 else f"## {line}"
        return re.sub(r"\d+(?:\.\d+)?%?", lambda n: f"**{n[0]}**" if chance.random() < 0.5 else n[0], line)

    return joined([marked(line) for line in lines], chance)


def letter_spaced(lines: list[str], chance: random.Random) -> str:
    gap = chance.choice([" ", "\u3000", "  ", "\u00a0"])
    return joined([gap.join(line) if is_title(line) else line for line in lines], chance)


def lost_line_ends(lines: list[str], chance: random.Random) -> str:
    """The paragraphs between two tables on one line, only their indents between them; not those of a few."""
    runs = [list(run) for _, run in groupby(lines, key=is_row)]
    few = 6
    return joined(
        [line for run in runs for line in (run if is_row(run[0]) or len(run) < few else ["　　".join(run)])], chance
    )


def stray_spaces(lines: list[str], chance: random.Random) -> str:
    def spaced(line: str) -> str:
        first = re.search("[，。；]", line)
        if not is_long(line) or not first or numbering(line) is not None:
            return line
        return line[: first.end()] + re.sub(
            r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", lambda _: " " * (chance.random() < 0.02), line[first.end() :]
        )

    return joined([spaced(line) for line in lines], chance)


def doubled_stops(lines: list[str], chance: random.Random) -> str:
    return joined([re.sub("[，。；]", lambda s: s[0] * (1 + (chance.random() < 0.03)), line) for line in lines], chance)


def with_dots(lines: list[str]) -> list[str]:
    """Names in quotes get a dot in their middle."""
    return [re.sub("“([\u4e00-\u9fff]{2,4})([\u4e00-\u9fff]{2,4})”", r"“\1·\2”", line) for line in lines]


def lost_dots(lines: list[str], chance: random.Random) -> str:
    return joined([re.sub("“[^“”]*”", lambda name: name[0].replace("·", "?"), line) for line in lines], chance)


def swapped_quotes(lines: list[str], chance: random.Random) -> str:
    return joined([re.sub(r"(“[^“”]{1,12})”“([^“”]{1,12}”)", r"\1“”\2", line, count=1) for line in lines], chance)
