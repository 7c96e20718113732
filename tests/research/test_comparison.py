"""Two reports side by side: every passage of both stands in one row, and a report equals itself."""

from __future__ import annotations

import os
import shutil
import statistics
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.compared import labelled, measure
from deqing_search import indexing
from deqing_search.errors import UsageError
from deqing_search.report import Passage
from deqing_search.research.comparison import Row, aligned, compare_reports, sections
from deqing_search.research.differences import changed_numbers, differences, is_readable
from deqing_search.research.expressions import expressions_only_in
from tests.seeds import SEEDS, passages_of
from tests.site import seeds_engine

OLD, NEW = "deqing-2016-work-report", "deqing-2024-work-report"


def passages(*texts: str) -> list[Passage]:
    """Paragraphs with these texts; a text that starts with # is a heading."""
    return [
        Passage(
            f"{at}",
            "r",
            at,
            "heading" if text[:1] == "#" else "paragraph",
            int(text[:1] == "#"),
            (),
            text,
            (),
            (at, at),
        )
        for at, text in enumerate(texts, 1)
    ]


FARMING = "稳定粮食生产，建设高标准农田2万亩，培育农业龙头企业。"
SCHOOLS = "新建中小学三所，办好学前教育，让孩子有学上、上好学。"
ROADS = "加快轨道交通建设，建成城际铁路二期，新开公交线路。"
PARKS = "建成城市公园五座，新增绿地三百亩，完成河道整治。"


def test_pairs_of_real_reports_are_those_of_the_labels(tmp_path: Path) -> None:
    """Three pairs of reports that no rule was made on."""
    corpus = os.environ.get("DEQING_CORPUS")
    if not corpus:
        pytest.skip("DEQING_CORPUS names no folder with the corpus of city reports")
    unseen = [one for one in labelled() if one.half != "seen"]
    paths = {"-".join(path.relative_to(corpus).with_suffix("").parts): path for path in Path(corpus).rglob("*.md")}
    for name in (name for one in unseen for name in one.reports):
        copy = tmp_path / "corpus" / paths[name].relative_to(corpus)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths[name], copy)
    indexing.rebuild(tmp_path / "index", [tmp_path / "corpus"])
    view = indexing.open_index(tmp_path / "index").view()
    scores = [statistics.harmonic_mean(measure(view, one, errors=False)) for one in unseen]
    assert len(scores) == 3
    assert min(scores) >= 0.9


def test_a_target_did_not_change_to_a_result() -> None:
    aim, result = passages("固定资产投资增长6%，加快重大项目建设。", "固定资产投资增长2.8%，加快重大项目建设。")
    parts = ("二、2023年工作安排",), ("一、2023年工作回顾",), ("二、2024年工作安排",)
    shown = [
        aligned([aim._replace(section=parts[0])], [result._replace(section=part)])[0].numbers for part in parts[1:]
    ]
    assert [len(one) for one in shown] == [0, 1]


@pytest.mark.parametrize("name", SEEDS)
def test_a_report_against_itself_has_no_difference(name: str) -> None:
    found = compare_reports(seeds_engine(), name, name)
    assert [row.before for row in found.rows] == [row.after for row in found.rows] == [*passages_of(name)]
    assert {(row.status, row.pieces, row.numbers, row.shared) for row in found.rows} == {("same", (), (), 1.0)}
    assert (found.new, found.gone) == ((), ())


def test_every_passage_of_both_reports_stands_in_one_row() -> None:
    found = compare_reports(seeds_engine(), OLD, NEW)
    assert [row.after for row in found.rows if row.after] == [*found.after.passages]
    assert sorted(row.before.ordinal for row in found.rows if row.before) == [
        one.ordinal for one in found.before.passages
    ]
    assert sum(found.counts.values()) == len(found.rows)


@settings(max_examples=40)
@given(*2 * [st.lists(st.sampled_from([FARMING, SCHOOLS, ROADS, PARKS, "#总结", "一", "。"]), max_size=6)])
def test_any_two_lists_of_passages_are_aligned_once_each(before: list[str], after: list[str]) -> None:
    rows = aligned(passages(*before), passages(*after))
    assert [row.after.text for row in rows if row.after] == after
    assert sorted(row.before.text for row in rows if row.before) == sorted(before)
    assert {row.status for row in aligned(passages(*after), passages(*after))} <= {"same"}


def test_passages_are_same_edited_moved_new_or_gone() -> None:
    edited = SCHOOLS.replace("三所", "五所").replace("办好学前教育", "扩大学前教育")
    rows = aligned(passages(ROADS, FARMING, SCHOOLS, "办好亚运会。"), passages(FARMING, edited, PARKS, ROADS))
    assert {(row.status, row.passage.text) for row in rows} == {
        ("moved", ROADS),
        ("same", FARMING),
        ("edited", edited),
        ("new", PARKS),
        ("gone", "办好亚运会。"),
    }


def test_sections_in_another_order_take_their_passages_with_them() -> None:
    before = passages("#一、农业", FARMING, SCHOOLS, "#二、交通建设", ROADS, PARKS, "#三、总结", "谢谢大家。")
    after = passages("#一、交通建设", ROADS, PARKS, "#二、农业", FARMING, SCHOOLS, "#三、总结", "谢谢大家。")
    rows = aligned(before, after)
    assert {row.status for row in rows} <= {"same", "edited", "moved"}
    assert {(row.before.text[3:], row.passage.text[3:]) for row in rows if row.before} == {
        (one.text[3:], one.text[3:]) for one in before
    }


def test_the_outline_counts_the_rows_below_each_heading() -> None:
    before = passages("#一、2023年工作回顾", FARMING, SCHOOLS, "#二、今年任务", ROADS)
    after = passages("#一、2024年工作回顾", FARMING, "#二、今年任务", ROADS, PARKS)
    found = [(row.heading.passage.text, dict(row.counts)) for row in sections(aligned(before, after))]
    assert found == [("#一、2024年工作回顾", {"same": 1, "gone": 1}), ("#二、今年任务", {"same": 1, "new": 1})]


def test_a_section_that_is_gone_has_only_passages_that_are_gone() -> None:
    before = passages("#一、农业", FARMING, "#二、自身建设", "办好亚运会。", "#三、交通建设", ROADS)
    after = passages("#一、农业", FARMING, SCHOOLS, "#三、交通建设", ROADS)
    found = [(row.heading.status, dict(row.counts)) for row in sections(aligned(before, after))]
    assert found == [("same", {"same": 1, "new": 1}), ("gone", {"gone": 1}), ("same", {"same": 1})]


def test_a_pair_with_few_equal_characters_is_not_called_edited() -> None:
    pairs = ("建设道路三十条", "建设道路五十条"), (FARMING, "推进农业" + PARKS * 3)
    texts = [Row("edited", *passages(*pair), differences(*pair)).name for pair in pairs]
    assert texts == ["改写", "另写"]


TEXTS = st.text("增长了8.5%，新建高速公路1 0公里。（一）", max_size=30)


@given(TEXTS, TEXTS)
def test_the_pieces_are_the_two_texts(before: str, after: str) -> None:
    pieces = differences(before, after)
    sides = [[one.text for one in pieces if one.kind != left_out] for left_out in ("added", "removed")]
    assert ["".join("".join(texts).split()) for texts in sides] == ["".join(text.split()) for text in (before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("增长8.5%以上", "增长6%左右", "增长[8.5%以上]{6%左右}"),  # no number is cut
        ("（三）聚焦实体经济", "（二）聚焦实体经济", "[（三）]{（二）}聚焦实体经济"),
        ("建成人才公寓3000套", "建成人才公寓4000套", "建成人才公寓[3000套]{4000套}"),
        # two equal characters between two changes are shown as changed
        ("强化政治引领，加强自身建设", "坚持依法行政，加强自身建设", "[强化政治引领]{坚持依法行政}，加强自身建设"),
    ],
)
def test_differences_are_whole_words(before: str, after: str, expected: str) -> None:
    signs = {"same": "{}", "removed": "[{}]", "added": "{{{}}}"}
    assert "".join(signs[one.kind].format(one.text) for one in differences(before, after)) == expected


def test_texts_with_little_in_common_are_better_read_whole() -> None:
    assert is_readable(differences(SCHOOLS, SCHOOLS.replace("三所", "五所")))
    assert not is_readable(differences(SCHOOLS, ROADS))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("全市ＧＤＰ增长5%", "全市ＧＤＰ增长6%", [("全市ＧＤＰ增长", "5%", "6%")]),
        ("固定资产投资增长5%", "工业投资增长6%", []),  # another thing
        ("税收完成5亿元，分别增长3%", "税收完成5亿元，分别增长4%", []),  # of what?
        ("新增学位70680个", "新增学位8.4万个", [("新增学位", "70680个", "8.4万个")]),
        ("新增学位1万个", "新增学位10000个", []),  # the same number
        ("新增学位5个。新增学位7个", "新增学位6个", []),  # which of the two?
        ("农产品增长5%", "农产品增长5亿元", []),
    ],
)
def test_changed_numbers_stand_after_the_same_words(before: str, after: str, expected: list[object]) -> None:
    assert [tuple(one) for one in changed_numbers(before, after)] == expected


def test_a_new_expression_is_a_string_of_words_that_only_one_report_has() -> None:
    new = passages("加快发展新质生产力。", f"培育新质生产力，{FARMING}", f"{SCHOOLS}新质生产力。")
    old = passages(FARMING, SCHOOLS, ROADS, "加快发展。")
    found = dict(expressions_only_in(new, old))
    assert found["新质生产力"] == 3
    assert "加快发展" not in found
    assert expressions_only_in(old, new) == ()


def test_reports_that_cannot_be_compared_are_refused_with_a_reason() -> None:
    with pytest.raises(UsageError, match="没有编号为“nothing”的报告"):
        compare_reports(seeds_engine(), OLD, "nothing")
