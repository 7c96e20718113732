"""Each fix repairs its wild cases, leaves its negative cases alone, and never raises."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.cleaning.characters import markup
from deqing_search.cleaning.fixes import FIXES
from deqing_search.cleaning.web_chrome import web_chrome
from deqing_search.text.offsets import apply_edits

CASES = json.loads((Path(__file__).parents[1] / "cases" / "fixes.json").read_text(encoding="utf-8"))
BY_NAME = {fix.name: fix for fix in FIXES}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['fix']}: {case['why']}" for case in CASES])
def test_a_fix_turns_what_stood_into_what_was_meant(case: dict[str, str]) -> None:
    before = case["before"]
    assert apply_edits(before, BY_NAME[case["fix"]].find(before)) == case["after"]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['fix']}: {case['why']}" for case in CASES])
def test_a_fix_finds_nothing_in_what_it_repaired(case: dict[str, str]) -> None:
    assert BY_NAME[case["fix"]].find(case["after"]) == []


@pytest.mark.parametrize("fix", BY_NAME)
def test_every_fix_has_a_wild_and_a_negative_case(fix: str) -> None:
    assert {case["before"] == case["after"] for case in CASES if case["fix"] == fix} == {True, False}


@pytest.mark.parametrize(
    "piece", ["上一篇：下一篇：", "来源：甲 ", "首页 > 政务 ", "编辑：张三 李四 ", "地址：邮编：电话："]
)
def test_a_line_of_web_pieces_is_judged_at_once(piece: str) -> None:
    """All ways to part it were tried once, which took minutes."""
    line = (piece * 40)[:150] + "正文。"
    started = process_time()
    BY_NAME["web-chrome"].find(line)
    assert process_time() - started < 1


def test_layers_and_prints_again_do_not_overlap() -> None:
    """Edits of one heading that was struck, set again beside itself and once more below."""
    text = "关关键键词词 关关键键词词\n二、转型升级 二、转型升级\n二、转型升级 二、转型升级\n坚持创新驱动，培育动能。"
    assert apply_edits(text, BY_NAME["double-strike"].find(text)).count("坚持创新") == 1


HEADINGS = st.lists(
    st.sampled_from(["二、转型", "转型升级", " ", "\n", "关关", "键", "2024年", "工作报告", "。"]), max_size=14
)


@pytest.mark.parametrize("name", ["double-strike", "near-double", "character-strike"])
@given(pieces=HEADINGS)
def test_headings_printed_in_any_way_give_edits_that_do_not_overlap(name: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    apply_edits(text, BY_NAME[name].find(text))


ODD = st.text(st.sampled_from("县委会议0２年。，“”《》(（)）\n\t 　|记者一二、:*&;#研究了拥有"), max_size=160)


@pytest.mark.parametrize("fix", FIXES, ids=lambda fix: fix.name)
@given(text=st.one_of(ODD, st.text(max_size=80)))
def test_no_input_raises_and_every_edit_names_its_fix(fix, text: str) -> None:
    edits = fix.find(text)
    apply_edits(text, edits)  # raises when they overlap or leave the text
    assert all(edit.fix == fix.name and edit.reason for edit in edits)
    assert all(edit.after != text[edit.start : edit.end] for edit in edits)


def test_an_address_is_furniture_beside_other_furniture_only() -> None:
    form = "单位名称：某镇政府\n地址：人民路1号　电话：0572-123\n人数：45\n"
    assert web_chrome(form) == []
    foot = "工作很好。\n主办：某县人民政府\n地址：人民路1号　电话：0572-123\n"
    assert apply_edits(foot, web_chrome(foot)) == "工作很好。\n"


def test_bold_marks_that_pair_in_two_ways_are_removed_once() -> None:
    text = "\n**亿\n元增加到**116.2**"
    assert "116.2" in apply_edits(text, markup(text))
