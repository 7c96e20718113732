"""Every spelling of a number or a date leads to the others, and what is none has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.language.number_edges import stands_whole
from deqing_search.language.number_forms import spellings
from tests.language.test_quantities import numerals


@given(st.text(numerals, max_size=20))
def test_whatever_looks_like_a_number_is_spelled_or_left(text):
    for spelling in spellings(text):
        assert text[spelling.start : spelling.end] not in spelling.others
    assert stands_whole(text, 0, text)


@pytest.mark.parametrize("text", ["1" + "0" * 400 + "%", "9" * 400 + "亿元", "一亿" * 400, "十" * 400])
def test_a_number_beyond_all_numbers_is_spelled_or_left(text):
    assert [spelling for spelling in spellings(text) if spelling.end > len(text)] == []


@pytest.mark.parametrize(
    "pair",
    [
        "10.2% 百分之十点二",
        "2023年 二〇二三年",
        "2023年 二零二三年",
        "2023年3月5日 二〇二三年三月五日",
        "3月5日 三月五日",
        "2023-03-05 2023年3月5日",
        "108.7亿元 一百零八点七亿元",
        "1.6:1 1.6比1",
        "15000人 1.5万人",
        "15000人 15,000人",
        "2个 两个",
        "第14次 第十四次",
        "120家 一百二十家",
        "2000亿元 两千亿元",
        "2000亿元 2,000亿元",
        "1949人 一千九百四十九人",
        "35000亿元 3.5万亿元",
        "35000万元 3.5亿元",
    ],
)
def test_each_spelling_leads_to_the_other(pair):
    one, other = pair.split()
    for text, wanted in ((one, other), (other, one)):
        found = {text[: each.start] + form + text[each.end :] for each in spellings(text) for form in each.others}
        assert wanted in found


@pytest.mark.parametrize("text", ["一体化", "三农", "十四五", "统一", "地理信息", "5g", "万元", "10多亿元", "千万"])
def test_what_is_no_number_has_no_other_spelling(text):
    assert list(spellings(text)) == []
