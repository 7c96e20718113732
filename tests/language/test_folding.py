"""Folding is one character for one, by a table that Unicode and OpenCC give."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.config import DATA
from deqing_search.language import derive_fold_table, folding


@given(st.text())
def test_folding_keeps_every_offset_and_is_done_once(text):
    folded = folding.fold(text)
    assert len(folded) == len(text)
    assert folding.fold(folded) == folded
    assert folded == "".join(map(folding.fold, text))


@given(st.text())
def test_compact_is_the_folded_text_without_white_space_with_the_offset_of_each_character(text):
    compacted, offsets = folding.compact(text)
    assert compacted == folding.compact_text(text) == "".join(folding.fold(text).split())
    assert [folding.fold(text[at]) for at in offsets] == list(compacted)
    assert list(offsets) == sorted(set(offsets))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("１０.２％", "10.2%"),
        ("經濟", "经济"),
        ("乾元", "乾元"),
        ("二○二三", "二〇二三"),
        ("GDP", "gdp"),
        ("裡 里 裏".replace(" ", ""), "里里里"),
        ("隨著", "随着"),
        ("臺州", "台州"),
        ("1.6:1", "1.6∶1"),
        ("“最多跑一次”", '"最多跑一次"'),
        ("「重要窗口」", "“重要窗口”"),
        ("2021-2025", "2021—2025"),
        ("（德清）", "(德清)"),
        ("地理\u200b信\u00ad息", "地理\u3000信 息"),
        ("⼀体化", "一体化"),
        ("衞生", "卫生"),
        ("復甦", "复苏"),
        ("瞭解", "了解"),
        ("憑藉", "凭借"),
        ("反覆", "反复"),
        ("敍述", "叙述"),
        ("劣Ⅴ类", "劣V类"),
        ("PM₂.₅", "PM2.5"),
        ("CO₂", "co2"),
        ("⻓三角", "长三角"),
        ("浙政发〔2021〕5号", "浙政发[2021]5号"),
    ],
)
def test_two_spellings_are_one(typed, printed):
    assert folding.compact_text(typed) == folding.compact_text(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [("㎡", "m"), ("零", "〇"), ("。", "."), ("、", ","), ("Ⅲ", "I"), ("於", "放"), ("5⁴", "54"), ("m²", "m2")],
)
def test_what_means_something_else_stays_apart(one, other):
    assert folding.fold(one) != folding.fold(other)


def test_every_code_point_is_folded_by_the_table_and_by_nothing_else():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    table = {before: after for pairs in derive_fold_table.derive().values() for before, after in pairs.items()}
    assert folding.fold(every) == "".join(table.get(char, char) for char in every)
    assert folding.fold("") == ""


def test_the_shipped_fold_table_is_what_unicode_and_opencc_give():
    shipped = (DATA / "fold.txt").read_text("utf-8")
    assert shipped == "\n".join(derive_fold_table.rows(derive_fold_table.derive())) + "\n"


def test_every_single_character_of_opencc_is_simplified():
    import opencc

    convert = opencc.OpenCC("t2s").convert
    for char in map(chr, range(0x3400, 0xA000)):
        simplified = convert(char)
        if len(simplified) == 1:
            assert folding.fold(char) == folding.fold(simplified)


def test_folding_loads_neither_jieba_nor_opencc():
    code = "import sys; from deqing_search.language import folding; folding.fold('經'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert not {"jieba", "opencc"} & {*done.stdout.split()}
