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

from deqing_search.clean import clean
from deqing_search.extract import READERS, extract
from deqing_search.fixes.fonts import radical
from deqing_search.report import RawText
from deqing_search.shapes import ends_sentence, is_byline, is_heading, is_prose, is_row, numbering, width
from deqing_search.sources import find_sources
from tests.newspaper import STOPS, as_articles, headline_wraps, headlines_behind, mastheads, without_kickers, wrap

Damage = Callable[[list[str], random.Random], str]
Base = Callable[[list[str]], list[str]]


class Score(NamedTuple):
    """Whole paragraphs that came back, and the share of characters that differ."""

    f1: float
    error: float


def paragraphs_of(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _joined(lines: list[str], chance: random.Random) -> str:
    return chance.choice(["\n", "\n\n"]).join(lines) + "\n"


def _halves(line: str, chance: random.Random) -> tuple[str, str]:
    """The paragraph broken anywhere inside, no stop in front."""
    places = [at for at in range(12, len(line) - 6) if line[at] not in STOPS and not line[at - 1].isascii()]
    at = chance.choice(places)
    return line[:at], line[at:]


def _is_long(line: str) -> bool:
    return is_prose(line) and ends_sentence(line) and len(line) > 80


def _prose_only(lines: list[str]) -> list[str]:
    """Without the table: set as text, its rows are lost for good."""
    return [line for line in lines if not is_row(line)]


def _is_title(line: str) -> bool:
    return is_heading(line) and 6 <= len(line) <= 24 and re.fullmatch(r"[\u4e00-\u9fff、（）]+", line) is not None


def entities(lines: list[str], chance: random.Random) -> str:
    names = {"“": "ldquo", "”": "rdquo", "—": "mdash", "·": "middot", "‰": "permil", "…": "hellip"}
    whole = chance.choice(["&{};", "&amp;{};"])
    return _joined(["".join(whole.format(names[c]) if c in names else c for c in line) for line in lines], chance)


def invisible(lines: list[str], chance: random.Random) -> str:
    signs = ["\u200b", "\ufeff", "\u00ad", "\u200e\u200b"]
    return _joined(
        ["".join(c + chance.choice(signs) * (chance.random() < 0.03) for c in line) for line in lines], chance
    )


def radicals(lines: list[str], chance: random.Random) -> str:
    signs = [chr(code) for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))]
    back = {edit.after: sign for sign in signs for edit in radical(sign)}
    return _joined(["".join(back.get(c, c) if chance.random() < 0.7 else c for c in line) for line in lines], chance)


def markup(lines: list[str], chance: random.Random) -> str:
    def marked(line: str) -> str:
        if is_heading(line) and chance.random() < 0.6:
            return f"**{line}**" if chance.random() < 0.5 else f"## {line}"
        return re.sub(r"\d+(?:\.\d+)?%?", lambda n: f"**{n[0]}**" if chance.random() < 0.5 else n[0], line)

    return _joined([marked(line) for line in lines], chance)


def chrome(lines: list[str], chance: random.Random) -> str:
    day = f"20{chance.randint(10, 24)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
    head = [
        ["当前位置：首页 > 政务公开 > 政府工作报告", f"发布时间：{day} 来源：市政府办公室", "【字号：大 中 小】 打印"],
        [f"日期：{day} 09:30 浏览次数：{chance.randint(9, 9999)}", "字体：[大 中 小]", "分享到：微信 微博"],
        ["首页 > 信息公开", f"信息来源：政府研究室 发布日期：{day}", "【打印本页】 【关闭窗口】"],
    ]
    foot = [
        ["责任编辑：王小明", "上一篇：无", "下一篇：政府工作报告解读", "版权所有：市人民政府 备案号：浙ICP备05001号"],
        ["扫一扫在手机打开当前页", "打印 关闭 收藏", "相关链接"],
        ["编辑：李四", "网站地图 | 联系我们 | 关于我们", "主办单位：市人民政府办公室"],
    ]
    return _joined([lines[0], *chance.choice(head), *lines[1:], *chance.choice(foot)], chance)


def jumps(lines: list[str], chance: random.Random) -> str:
    marks = ["（下转第2版）", "(下转第 3 版)", "（上接第一版）", "（上接A01版）", "（下转第四版）"]

    def marked(line: str) -> str:
        if not _is_long(line) or chance.random() > 0.1:
            return line
        mark = chance.choice(marks)
        return mark + line if "上接" in mark else line + mark

    return _joined([marked(line) for line in lines], chance)


def letter_spaced(lines: list[str], chance: random.Random) -> str:
    gap = chance.choice([" ", "\u3000", "  ", "\u00a0"])
    return _joined([gap.join(line) if _is_title(line) else line for line in lines], chance)


def doubled_headings(lines: list[str], chance: random.Random) -> str:
    """Each heading struck two or three times: as a whole, run by run, or character by character (three times)."""

    def struck(line: str) -> str:
        if not _is_title(line):
            return line
        how = chance.choice(["whole", "runs", "characters"])
        times = chance.choice([2, 3])
        size = {"whole": len(line), "characters": 1}.get(how, 0)
        parts, at = [], 0
        while at < len(line):
            step = size or chance.randint(2, 8)
            parts.append(line[at : at + step] * times)
            at += step
        return "".join(parts)

    return _joined([struck(line) for line in lines], chance)


def headings_again(lines: list[str], chance: random.Random) -> str:
    """Each heading printed two or three times: on one line, spaces between, or on lines of its own."""

    def again(line: str) -> str:
        return chance.choice([" ", "\n"]).join([line] * chance.choice([2, 3])) if _is_title(line) else line

    return _joined([again(line) for line in lines], chance)


def struck_leads(lines: list[str], chance: random.Random) -> str:
    """The first words of a paragraph in fake bold, the rest as it is."""

    def struck(line: str) -> str:
        lead = re.match(r"[\u4e00-\u9fff]{4,16}(?=[。，：])", line)
        if not lead or not _is_long(line):
            return line
        return "".join(c * 3 for c in lead[0]) + line[lead.end() :]

    return _joined([struck(line) for line in lines], chance)


def near_doubles(lines: list[str], chance: random.Random) -> str:
    def struck(line: str) -> str:
        if not _is_title(line) or len(line) < 8:
            return line
        at = chance.randrange(len(line))
        return line + chance.choice(["", "", " "]) + line[:at] + chance.choice("挙擧冋囬夲丗的") + line[at + 1 :]

    return _joined([struck(line) for line in lines], chance)


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
    pages = []
    for at in range(0, len(rows), 2 * height):
        page = rows[at : at + 2 * height]
        half = (len(page) + 1) // 2
        out = []
        for left, right in zip(page[:half], [*page[half:], ""], strict=False):
            space = int(2 * (columns + 1 - width(left))) + gap
            room = " " * space if not wide else "　" * (space // 2)
            out.append(f"{left}{room}{right}" if right else left)
        pages.append("\n".join(out))
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
        if _is_long(line) and chance.random() < 0.7:
            left, right = _halves(line, chance)
            out += [left, *furniture, right]
        else:
            out += [line, *furniture]
    return _joined(out, chance)


def repeated_blocks(lines: list[str], chance: random.Random) -> str:
    """A block, or the whole report, printed once more."""
    if chance.random() < 0.4:
        return _joined(lines + lines, chance)
    at = next((at for at in range(len(lines) // 3, len(lines) - 4) if _is_long(lines[at])), 0)
    block = lines[at : at + chance.randint(1, 4)]
    while not _is_long(block[-1]):
        block.pop()
    to = chance.randint(at + len(block), len(lines))
    return _joined([*lines[:to], *block, *lines[to:]], chance)


def broken_paragraphs(lines: list[str], chance: random.Random) -> str:
    """A paragraph in eight broken by a column or page."""
    out: list[str] = []
    for line in lines:
        if not _is_long(line) or chance.random() > 0.12:
            out.append(line)
            continue
        first, rest = _halves(line, chance)
        out += [first, *(_halves(rest, chance) if len(rest) > 200 and chance.random() < 0.3 else [rest])]
    return _joined(out, chance)


def stray_spaces(lines: list[str], chance: random.Random) -> str:
    def spaced(line: str) -> str:
        first = re.search("[，。；]", line)
        if not _is_long(line) or not first or numbering(line) is not None:
            return line
        return line[: first.end()] + re.sub(
            r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", lambda _: " " * (chance.random() < 0.02), line[first.end() :]
        )

    return _joined([spaced(line) for line in lines], chance)


def doubled_stops(lines: list[str], chance: random.Random) -> str:
    return _joined(
        [re.sub("[，。；]", lambda s: s[0] * (1 + (chance.random() < 0.03)), line) for line in lines], chance
    )


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


def with_dots(lines: list[str]) -> list[str]:
    """Names in quotes get a dot in their middle."""
    return [re.sub("“([\u4e00-\u9fff]{2,4})([\u4e00-\u9fff]{2,4})”", r"“\1·\2”", line) for line in lines]


def lost_dots(lines: list[str], chance: random.Random) -> str:
    return _joined([re.sub("“[^“”]*”", lambda name: name[0].replace("·", "?"), line) for line in lines], chance)


def as_review(lines: list[str]) -> list[str]:
    """A review under its heading, then what is to come."""
    prose = [line for line in lines if _is_long(line) and numbering(line) is None]
    half = len(prose) // 2 + 1
    review = [f"回望过去五年，{prose[0]}", *prose[1:half]]
    return ["过去五年工作回顾", *review, "今后五年主要目标", "总体要求", *prose[half:]]


def review_headings(lines: list[str], chance: random.Random) -> str:
    """The heading of the review given below it, between those of what is to come."""
    at = lines.index("总体要求")
    return _joined([*lines[1:at], lines[0], *lines[at:]], chance)


def headings_inside(lines: list[str], chance: random.Random) -> str:
    """A heading set into the middle of the paragraph it stands over."""
    out: list[str] = []
    for line in lines:
        if out and _is_title(out[-1]) and _is_long(line) and chance.random() < 0.5:
            left, right = _halves(line, chance)
            out[-1:] = [left, out[-1], right]
        else:
            out.append(line)
    return _joined(out, chance)


def swapped_quotes(lines: list[str], chance: random.Random) -> str:
    return _joined([re.sub(r"(“[^“”]{1,12})”“([^“”]{1,12}”)", r"\1“”\2", line, count=1) for line in lines], chance)


CLASSES: dict[str, Damage] = {
    "entities": entities,
    "invisible": invisible,
    "radicals": radicals,
    "markup": markup,
    "web chrome": chrome,
    "jump marks": jumps,
    "letter-spaced headings": letter_spaced,
    "doubled headings": doubled_headings,
    "headings again": headings_again,
    "struck leads": struck_leads,
    "near doubles": near_doubles,
    "hard wraps": hard_wraps,
    "bare wraps": bare_wraps,
    "columns side by side": columns_side_by_side,
    "page numbers and heads": page_numbers,
    "repeated blocks": repeated_blocks,
    "broken paragraphs": broken_paragraphs,
    "stray spaces": stray_spaces,
    "doubled stops": doubled_stops,
    "flat tables": flat_tables,
    "headings inside": headings_inside,
    "swapped quotes": swapped_quotes,
    "exploded tables": exploded_tables,
    "lost dots": lost_dots,
    "headline wraps": headline_wraps,
    "mastheads": mastheads,
    "headlines behind": headlines_behind,
    "review headings": review_headings,
}
# What a report is made into before it is damaged, where that is not the report itself.
_BASES: dict[Damage, Base] = {
    hard_wraps: _prose_only,
    bare_wraps: _prose_only,
    columns_side_by_side: _prose_only,
    lost_dots: with_dots,
    headline_wraps: as_articles,
    mastheads: without_kickers,
    headlines_behind: without_kickers,
    review_headings: as_review,
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
        got = paragraphs_of(clean(raw).text)
        hits += (Counter(got) & Counter(lines)).total()
        given, wanted = given + len(got), wanted + len(lines)
        wrong += distance("\n".join(got), "\n".join(lines))
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
    sources = list(find_sources(folder, endings=READERS).sources)
    random.Random(seed).shuffle(sources)  # noqa: S311
    for source in sources[:number]:
        lines = paragraphs_of(clean(extract(source)).text)
        if sum(map(_is_long, lines)) >= 4 and not any(is_byline(line) and line.startswith("|") for line in lines):
            chance = random.Random(len(lines))  # noqa: S311
            half = next(at for at in range(len(lines) // 2, len(lines)) if ends_sentence(lines[at])) + 1
            yield (
                [line for line in lines[:half] if not is_row(line)]
                + table_rows(chance)
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
            got = paragraphs_of(clean(raw).text)
            for extra, sign in ((Counter(got) - Counter(lines), "+"), (Counter(lines) - Counter(got), "-")):
                for line in list(extra)[:3]:
                    print(number, sign, line[:50], "…", line[-30:])


if __name__ == "__main__":
    main()
