"""What Markdown means by its marks goes, with its reason; what only looks like a mark stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from deqing_search.cleaning.cleaner import clean
from deqing_search.extract import extract
from deqing_search.extract.markdown import read
from deqing_search.report import Metadata, SourceFile
from deqing_search.text.offsets import apply_edits

HERE = Path("报告.md")


def shown(source: str) -> str:
    found = read(HERE, source.encode())
    return apply_edits(found.text, found.edits)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("- 推进医保支付\n* 扩建老人院\n  + 城区", "推进医保支付\n扩建老人院\n城区"),
        ("- ——2019年2月在人民代表大会上", "——2019年2月在人民代表大会上"),
        ("__稳中求进__，_注_：见下", "稳中求进，注：见下"),
        ("一、__稳中求进__", "一、稳中求进"),
        ('见[附件1](https://www.deqing.gov.cn/a_b_c.pdf "下载")。', "见附件1。"),
        ("![封面](/img/a.png)正文", "封面正文"),
        ("![图](x.png)和[附件](附件/表1.docx)", "图和附件"),
        ("- [ ] 待办\n* [x] 已办", "待办\n已办"),
        ("2.82（\\*）\\_", "2.82（*）_"),
        ("第一章\n---\n\n***\n正文", "第一章\n\n\n\n正文"),
        ("# 目录\n- [一、回顾](#huigu)\n  1. [（一）经济](#a)\n[TOC]\n一、回顾", "# 目录\n一、回顾"),
        (
            '见[附件一][1]、[规划][]和[纲要]。\n\n[1]: https://a.gov.cn/1.pdf "附件"\n[规划]: /b.html\n[纲要]: c.pdf\n',
            "见附件一、规划和纲要。\n\n",
        ),
        ("![图 1][Tu]\n[tu]: <img/1.png>", "图 1\n"),
        ("增长~~8%~~9%。", "增长9%。"),
        ("指标如下：\n```text\n- 增长__5%__\n```\n- 完", "指标如下：\n- 增长__5%__\n完"),
        ("~~~\n[a](/b.html)\n~~~", "[a](/b.html)\n"),
        ("代码`GDP`与<https://a.gov.cn/x>", "代码GDP与https://a.gov.cn/x"),
        ("初步核算[^1]。\n\n[^1]: 按可比价格计算。", "初步核算[1]。\n\n[1]按可比价格计算。"),
        ("成交\\-\\-合计\\.增长__544.1__亿元", "成交--合计.增长544.1亿元"),
    ],
)
def test_a_mark_of_the_medium_goes(source: str, text: str) -> None:
    assert shown(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "20__年，完成____个",
        "第__次会议于__月召开",
        "时间：__年__月__日",
        "填__年度__，签字：____",
        "https://www.deqing.gov.cn/_a_/b",
        "推进__改革__工作",
        "-5.2%\n－ 增长\n——— 一",
        "- 12 -",
        "*城乡居民养老保险保障水平是指",
        "[2023](国发〔2023〕5号)，[一]，[增长](8.25)",
        "| --- | --- |",
        "1. 强化创新\n2. 扩大内需",
        "C:\\报告",
        "气温10~~15度，20~~25度",
        "[附件一][1]见后，[注]：说明",
        "[主持人]: 请发言。\n[一]: 坚持创新",
        "增长[1]。\n[1]: 2023年完成5.2万亿元，增长8.1%。\n[2]: 5.2%",
        "```\n各位代表：\n",
    ],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert read(HERE, text.encode()).edits == ()
    assert shown(text) == text


def test_every_mark_stands_in_the_ledger_and_a_skipped_fix_leaves_it(tmp_path: Path) -> None:
    file = tmp_path / "报告.md"
    file.write_text("- 各位代表，过去一年成绩很好。\n", encoding="utf-8")
    raw = extract(SourceFile(file, "r", Metadata()))
    (entry,) = clean(raw).edit_log
    assert (entry.fix, entry.reason, entry.before) == ("markup", "列表标记", "- ")
    assert clean(raw, skip=["markup"]).text == raw.text


def test_the_same_characters_in_plain_text_are_text(tmp_path: Path) -> None:
    file = tmp_path / "报告.txt"
    file.write_text("- 各位代表，过去一年成绩很好。\n", encoding="utf-8")
    assert extract(SourceFile(file, "r", Metadata())).edits == ()
