"""The words that decide where paragraphs end in a wrapped column: what the tables say, at every line end."""

from __future__ import annotations

import random
from itertools import accumulate, islice
from pathlib import Path

import pytest

from deqing_search.cleaning.hard_wraps import hard_wrap
from deqing_search.cleaning.heading_odds import edge_signs, edges_of
from deqing_search.cleaning.sentence_odds import Piece, SentenceOdds, kind_of
from deqing_search.cleaning.sign_weights import weights_of
from deqing_search.text.offsets import apply_edits
from tests.damage import clean_reports
from tests.sown.columns import Setting, set_paragraph, set_report
from tests.sown.lines import is_long


@pytest.fixture(scope="module")
def report() -> list[str]:
    return next(clean_reports(Path(__file__).parents[2] / "seeds", 1, seed=1))


def test_all_edges_of_headings_weigh_what_their_signs_weigh(report: list[str]) -> None:
    lines = set_report(report, Setting(13, 13, hanging=True))
    text, edges, weights = "".join(lines), edges_of(lines), weights_of("heading")
    pairs = {line[at : at + 2] for line in lines for at in range(len(line) - 1)}
    ends = list(accumulate(map(len, lines)))[:-1]
    assert len(ends) > 100
    for end, edge in zip(ends, edges, strict=False):
        signs = edge_signs(text[end - 2 : end], text[end : end + 2], met=text[end - 1 : end + 1] in pairs)
        assert edge == pytest.approx(sum(weights.get(sign, 0.0) for sign in islice(signs, 6)))


def test_paragraphs_of_a_report_end_where_the_odds_are_better_than_inside_them(report: list[str]) -> None:
    """Two paragraphs at a time are taken for one piece; the odds are computed at its ends of sentences."""
    paragraphs = [line for line in report if line.endswith("。") and line.count("。") > 2]
    pairs = list(zip(paragraphs[::2], paragraphs[1::2], strict=False))
    starts = accumulate((len(one + other) for one, other in pairs), initial=0)
    odds = SentenceOdds([Piece(start, "".join(pair), True, True) for start, pair in zip(starts, pairs, strict=False)])
    right, start = 0, 0
    for one, other in pairs:
        end = start + len(one + other)
        inner = start + one.index("。") + 1
        hidden = start + len(one)
        at_end, inside = (odds.odds(start, odds.place(at, start, end)) for at in (hidden, inner))
        right += at_end > inside
        start = end
    assert len(pairs) > 5
    assert right > 0.8 * len(pairs)


@pytest.mark.parametrize(
    "setting", [Setting(26, 24, hanging=True), Setting(26, 24, hanging=False), Setting(20, 18, True)]
)
def test_a_first_line_two_em_short_opens_a_paragraph_where_its_blank_line_is_lost(
    report: list[str], setting: Setting
) -> None:
    paragraphs = list(filter(is_long, report))
    lost = range(5, len(paragraphs), 6)
    text = "".join(
        "\n".join(set_paragraph(paragraph, setting)) + ("\n" if at in lost else "\n\n")
        for at, paragraph in enumerate(paragraphs)
    )
    assert len(lost) > 3
    assert [line for line in apply_edits(text, hard_wrap(text)).split("\n") if line] == paragraphs


def test_items_of_a_list_stay_apart_between_blank_lines(report: list[str]) -> None:
    paragraphs = list(filter(is_long, report))
    items = ["- 化学工业、机械工业、电力工业一百一十四亿元。", "- 唐山和天津的震灾恢复、其它建设三百零八亿元。"]
    wrapped = ["\n".join(set_paragraph(paragraph, Setting(26, 26, hanging=True))) for paragraph in paragraphs]
    text = "\n\n".join([*wrapped[:4], "\n".join(items), *wrapped[4:]])
    lines = [line for line in apply_edits(text, hard_wrap(text)).split("\n") if line]
    assert lines == [*paragraphs[:4], *items, *paragraphs[4:]]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("（鼓掌）", "remark"),
        ("（一）深化改革", "plain"),
        ("各位代表！", "address"),
        ("——坚持创新。", "dash"),
        ("第一，深化改革。", "item"),
        ("新建学校五所。", "detail"),
        ("双金双银：指一批企业。", "term"),
        ("同时，推进改革。", "turn"),
        ("坚持稳中求进，全力稳定增长。其他", "pair"),
        ("深化拓展区域联动。", "lead1"),
    ],
)
def test_a_sentence_opens_in_one_of_a_few_ways(sentence: str, kind: str) -> None:
    assert kind_of(sentence) == kind


def test_headings_that_fill_their_lines_stand_alone_as_the_others_under_the_same_heading_do() -> None:
    prose = [
        "推进协同创新和成果转化，新建一批实验室，新增高新技术企业二十家。支持企业与高校合作，办好创新大赛。",
        "坚持引进来和走出去并重，办好经贸活动，引进一批大项目。完善通关设施，便利人员往来和货物进出。",
        "以河湖治理为重点，完成造林两万亩，建成城市公园六处。推行垃圾分类，改善空气质量，保护耕地。",
        "办好人民满意的教育，新建学校八所，新增学位九千个。完善养老服务，建成社区食堂四十家。",
        "落实就业优先政策，帮助高校毕业生和农民工就业。开展技能培训，新增就业五万人。",
    ]
    leads = ["（一）加强经济运行调节。", "（二）加快产业转型升级。", "（三）提升城市功能品质。"]
    full = ["（一）实施改革攻坚突破", "（二）全面扩大对外开放", "（四）切实保障改善民生"]
    headings = [*full[:2], "（三）建设宜居城市", full[2], "（五）保护生态"]
    report = ["一、去年的工作", *map("".join, zip(leads, prose, strict=False)), "二、今年的任务"]
    for at, heading in enumerate(headings):
        report += [heading, prose[(at + 1) % 5], prose[(at + 3) % 5]]
    column = set_report(report, Setting(11, 11, hanging=False))
    assert set(full) <= set(column)
    text = "\n".join(column)
    assert apply_edits(text, hard_wrap(text)).split("\n") == report


def test_lines_are_joined_though_they_end_in_random_spaces(report: list[str]) -> None:
    chance = random.Random(4)  # noqa: S311
    rows = set_report(report, Setting(16, 14, hanging=False))
    spaced = "\n".join(row + " " * chance.randint(0, 4) for row in rows)
    bare = "\n".join(rows)
    assert spaced.count("  \n") > len(rows) // 4
    restored = [line.rstrip() for line in apply_edits(spaced, hard_wrap(spaced)).split("\n")]
    assert restored == apply_edits(bare, hard_wrap(bare)).split("\n")


def test_two_spaces_at_the_end_of_a_line_end_it_where_no_others_stand_there() -> None:
    rows = [
        "会议强调，要坚定信",
        "心，在紧约束下实现",
        "多目标统筹发展，把",
        "握主动，推动全县经",
        "济社会发展取得更大",
        "进展，服务好大局。",
    ] * 3
    rows[7] += "  "
    column = "\n".join(rows)
    assert apply_edits(column, hard_wrap(column)).count("  \n") == 1
