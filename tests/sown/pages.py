"""Damage of the page: its columns, its numbers and heads, its tables."""

from __future__ import annotations

import random
import re

from deqing_search.text.lines import is_prose, is_row, width
from tests.sown.columns import side_by_side
from tests.sown.lines import halves, is_long, joined
from tests.sown.newspaper import wrap


def prose_only(lines: list[str]) -> list[str]:
    """Without the table: set as text, its rows are lost for good."""
    return [line for line in lines if not is_row(line)]


def hard_wraps(lines: list[str], chance: random.Random) -> str:
    """A column of one width; with an indent at paragraphs, a blank line between them, or one behind every line."""
    columns, counted = chance.randint(12, 38), chance.random() < 0.4
    style = chance.choice(["indent", "blank", "every"])
    indent = chance.choice(["　　", "    "]) if style != "blank" else ""
    wrapped = [wrap(line, columns, indent, counted=counted) for line in lines]
    if style == "blank":
        return "\n\n".join("\n".join(rows) for rows in wrapped) + "\n"
    return ("\n\n" if style == "every" else "\n").join(row for rows in wrapped for row in rows) + "\n"


def bare_wraps(lines: list[str], chance: random.Random) -> str:
    """The same without indent or blank line: only short last lines tell where a paragraph ends."""
    columns, counted = chance.randint(12, 38), chance.random() < 0.4
    wrapped = [wrap(line, columns, "", counted=counted) for line in lines]
    return chance.choice(["\n", "\n\n"]).join(row for rows in wrapped for row in rows) + "\n"


def columns_side_by_side(lines: list[str], chance: random.Random) -> str:
    """Pages of two columns, copied line by line."""
    columns, gap, wide = chance.randint(14, 22), chance.choice([3, 4, 6]), chance.random() < 0.3
    rows = [row for line in lines for row in wrap(line, columns, "　　")]
    height = chance.randint(20, 40)

    def space_after(left: str) -> str:
        space = int(2 * (columns + 1 - width(left))) + gap
        return "　" * (space // 2) if wide else " " * space

    pages = side_by_side(rows, height, space_after)
    return chance.choice(["\n\n", "\n\f", "\n\n\n"]).join(pages) + "\n"


def page_numbers(lines: list[str], chance: random.Random) -> str:
    """Page numbers and heads, between paragraphs and inside them."""
    shapes = ["第{}页", "第 {} 页 共 90 页", "- {} -", "— {} —", "－{}－", "·{}·", "{}", "[{}]", "{} / 90", "第{}/90页"]
    shape = chance.choice(["", " " * 20]) + chance.choice(shapes)
    head = chance.choice(["", "", "政府工作报告", "市十六届人大四次会议文件"])
    out, number, since = [], 0, 0
    for line in lines:
        since += len(line)
        if since < 700:
            out.append(line)
            continue
        number, since = number + 1, 0
        furniture = [shape.format(number), *([head] if head else [])]
        if is_long(line) and chance.random() < 0.7:
            left, right = halves(line, chance)
            out += [left, *furniture, right]
        else:
            out += [line, *furniture]
    return joined(out, chance)


def broken_paragraphs(lines: list[str], chance: random.Random) -> str:
    """A paragraph in eight broken by a column or page."""
    out: list[str] = []
    for line in lines:
        if not is_long(line) or chance.random() > 0.12:
            out.append(line)
            continue
        first, rest = halves(line, chance)
        out += [first, *(halves(rest, chance) if len(rest) > 200 and chance.random() < 0.3 else [rest])]
    return joined(out, chance)


def without_some_stops(lines: list[str]) -> list[str]:
    """A paragraph of prose in ten without its last stop: cleaning must not change it."""
    chance = random.Random(len(lines))  # noqa: S311
    return [
        re.sub("[。！]+(?=[”’）]*$)", "", line) if is_prose(line) and chance.random() < 0.1 else line for line in lines
    ]


def lost_stops(lines: list[str], chance: random.Random) -> str:
    """Lost stops leave whole sentences on both sides, of which none may be joined."""
    return joined(lines, chance)


def table_rows(chance: random.Random) -> list[str]:
    """A table as it should come back: a row a line, tabs between the cells."""
    names = ["生产总值", "财政收入", "固定资产投资", "常住人口", "城镇化率", "森林覆盖率", "粮食产量", "研发投入强度"]
    units = ["亿元", "亿元", "亿元", "万人", "%", "%", "万吨", "%"]
    heads = chance.sample(["单位", "2020年", "2025年", "年均增长"], 3)
    rows = [["指标", *heads]]
    for name, unit in list(zip(names, units, strict=True))[: chance.randint(5, 8)]:
        rows.append([name, *(unit if head == "单位" else f"{chance.uniform(1, 900):.1f}" for head in heads)])
    return ["\t".join(row) for row in rows]


def flat_tables(lines: list[str], chance: random.Random) -> str:
    """Every table copied one cell a line, with or without blank lines between."""
    gap = chance.choice(["\n", "\n\n"])
    return gap.join(line.replace("\t", gap) for line in lines) + "\n"


def exploded_tables(lines: list[str], chance: random.Random) -> str:
    """Every table copied one cell a line, each behind its tab, the rows apart by a blank line."""
    return "\n\n".join("\n".join(f"\t{cell}" for cell in line.split("\t")) if is_row(line) else line for line in lines)
