"""Damage of what is printed twice, beside the text or out of its place."""

from __future__ import annotations

import random
import re

from deqing_search.text.lines import numbering
from tests.sown.lines import halves, is_long, is_title, joined


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
    return joined([lines[0], *chance.choice(head), *lines[1:], *chance.choice(foot)], chance)


def jumps(lines: list[str], chance: random.Random) -> str:
    marks = ["（下转第2版）", "(下转第 3 版)", "（上接第一版）", "（上接A01版）", "（下转第四版）"]

    def marked(line: str) -> str:
        if not is_long(line) or chance.random() > 0.1:
            return line
        mark = chance.choice(marks)
        return mark + line if "上接" in mark else line + mark

    return joined([marked(line) for line in lines], chance)


def doubled_headings(lines: list[str], chance: random.Random) -> str:
    """Each heading struck two or three times: as a whole, run by run, or character by character (three times)."""

    def struck(line: str) -> str:
        if not is_title(line):
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

    return joined([struck(line) for line in lines], chance)


def headings_again(lines: list[str], chance: random.Random) -> str:
    """Each heading printed two or three times: on one line, spaces between, or on lines of its own."""

    def again(line: str) -> str:
        return chance.choice([" ", "\n"]).join([line] * chance.choice([2, 3])) if is_title(line) else line

    return joined([again(line) for line in lines], chance)


def struck_leads(lines: list[str], chance: random.Random) -> str:
    """The first words of a paragraph in fake bold, the rest unchanged."""

    def struck(line: str) -> str:
        lead = re.match(r"[\u4e00-\u9fff]{4,16}(?=[。，：])", line)
        if not lead or not is_long(line):
            return line
        return "".join(c * 3 for c in lead[0]) + line[lead.end() :]

    return joined([struck(line) for line in lines], chance)


def near_doubles(lines: list[str], chance: random.Random) -> str:
    def struck(line: str) -> str:
        if not is_title(line) or len(line) < 8:
            return line
        at = chance.randrange(len(line))
        return line + chance.choice(["", "", " "]) + line[:at] + chance.choice("挙擧冋囬夲丗的") + line[at + 1 :]

    return joined([struck(line) for line in lines], chance)


def repeated_blocks(lines: list[str], chance: random.Random) -> str:
    """A block, or the whole report, printed once more."""
    if chance.random() < 0.4:
        return joined(lines + lines, chance)
    at = next((at for at in range(len(lines) // 3, len(lines) - 4) if is_long(lines[at])), 0)
    block = lines[at : at + chance.randint(1, 4)]
    while not is_long(block[-1]):
        block.pop()
    to = chance.randint(at + len(block), len(lines))
    return joined([*lines[:to], *block, *lines[to:]], chance)


def headings_inside(lines: list[str], chance: random.Random) -> str:
    """A heading set into the middle of the paragraph it stands over."""
    out: list[str] = []
    for line in lines:
        if out and is_title(out[-1]) and is_long(line) and chance.random() < 0.5:
            left, right = halves(line, chance)
            out[-1:] = [left, out[-1], right]
        else:
            out.append(line)
    return joined(out, chance)


def as_review(lines: list[str]) -> list[str]:
    """A review under its heading, then what is to come."""
    prose = [line for line in lines if is_long(line) and numbering(line) is None]
    half = len(prose) // 2 + 1
    review = [f"回望过去五年，{prose[0]}", *prose[1:half]]
    return ["过去五年工作回顾", *review, "今后五年主要目标", "总体要求", *prose[half:]]


def review_headings(lines: list[str], chance: random.Random) -> str:
    """The heading of the review given below it, between those of what is to come."""
    at = lines.index("总体要求")
    return joined([*lines[1:at], lines[0], *lines[at:]], chance)
