"""Each fix repairs its wild cases, leaves its negative cases alone, and never raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.fixes import FIXES
from deqing_search.offsets import apply_edits

CASES = json.loads((Path(__file__).parent / "cases" / "fixes.json").read_text(encoding="utf-8"))
BY_NAME = {fix.name: fix for fix in FIXES}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['fix']}: {case['why']}" for case in CASES])
def test_a_fix_turns_what_stood_into_what_was_meant(case: dict[str, str]) -> None:
    before = case["before"]
    assert apply_edits(before, BY_NAME[case["fix"]].find(before)) == case["after"]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['fix']}: {case['why']}" for case in CASES])
def test_a_fix_finds_nothing_in_what_it_repaired(case: dict[str, str]) -> None:
    assert BY_NAME[case["fix"]].find(case["after"]) == []


def test_every_fix_has_a_wild_and_a_negative_case() -> None:
    for fix in FIXES:
        kinds = {case["before"] == case["after"] for case in CASES if case["fix"] == fix.name}
        assert kinds == {True, False}, fix.name


ODD = st.text(st.sampled_from("县委会议0２年。，“”《》(（)）\n\t 　|记者一二、:*&;#研究了拥有"), max_size=160)


@pytest.mark.parametrize("fix", FIXES, ids=lambda fix: fix.name)
@given(text=st.one_of(ODD, st.text(max_size=80)))
def test_no_input_raises_and_every_edit_names_its_fix(fix, text: str) -> None:
    edits = fix.find(text)
    apply_edits(text, edits)  # raises when they overlap or leave the text
    assert all(edit.fix == fix.name and edit.reason for edit in edits)
    assert all(edit.after != text[edit.start : edit.end] for edit in edits)
