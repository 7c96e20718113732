"""Expanded mode: what stands beside a literal, and the laws of a tree that grows by it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.config import DATA
from deqing_search.language.folding import compact_text
from deqing_search.query.expansion import MOST, MOST_IN_ALL, expand, variants, variants_of
from deqing_search.query.parser import parse
from deqing_search.query.tree import Literal, Not, literals

ROWS = [row.split("\t") for row in (DATA / "synonyms.tsv").read_text("utf-8").splitlines() if not row.startswith("# ")]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("10.2%", "百分之十点二", "数字写法"),
        ("２０２３年", "二〇二三年", "日期写法"),
        ("二○二三年", "2023年", "日期写法"),
        ("１０８．７亿元", "一百零八点七亿元", "数字写法"),
        ("資訊", "信息", "台湾用词"),
        ("资讯", "信息", "台湾用词"),
        ("信息", "资讯", "台湾用词"),
        ("軟體", "软件", "台湾用词"),
        ("GDP", "地区生产总值", "同义"),
        ("人均GDP", "人均地区生产总值", "同义"),
        ("“十四五”规划", "第十四个五年规划", "同义"),
    ],
)
def test_each_literal_has_its_variant(one, other, kind):
    assert (compact_text(other), kind) in [(compact_text(each.text), each.kind) for each in variants(one)]


@pytest.mark.parametrize(
    "same", ["經濟 经济", "隨著 随着", "這裡 这里", "臺州 台州", "１０.２％ 10.2%", "1.6:1 1.6：1"]
)
def test_what_folding_makes_equal_needs_no_variant(same):
    one, other = same.split()
    assert compact_text(one) == compact_text(other)
    assert compact_text(other) not in [compact_text(each.text) for each in variants(one)]


@pytest.mark.parametrize("word", ["数据", "支持", "文件", "通过", "质量", "干部", "GDPX", "城镇化率", "地理", "GIS"])
def test_a_word_of_the_mainland_with_a_namesake_has_no_variant(word):
    assert variants(word) == ()


@settings(deadline=None)  # the first example loads OpenCC
@given(st.text(max_size=30))
def test_any_literal_has_few_variants_and_none_is_itself(text):
    found = variants(text)
    assert len(found) <= MOST
    compacts = [compact_text(each.text) for each in found]
    assert compact_text(text) not in compacts
    assert len(set(compacts)) == len(compacts)


def test_several_numbers_are_respelled_together():
    found = {each.text for each in variants("2023年增长10.2%")}
    assert "二〇二三年增长百分之十点二" in found
    assert "2023年增长百分之十点二" in found


def test_each_synonym_has_a_reason_and_stands_in_one_row():
    words = [compact_text(word) for row in ROWS for word in row[0].split("=")]
    assert ROWS
    assert all(len(row) == 2 and row[1] for row in ROWS)
    assert len(words) == len(set(words))


def test_what_is_excluded_is_not_expanded():
    root = parse("GDP -10.2%", compact=compact_text).root
    assert list(variants_of(root)) == ["gdp"]
    excluded = expand(root, variants_of(root) | {"10.2%": variants("10.2%")}).children[1]
    assert isinstance(excluded, Not)
    assert isinstance(excluded.child, Literal)


def test_a_tree_grows_everywhere_but_under_not_and_only_by_what_was_chosen():
    root = parse("GDP NEAR/5 10.2% 同句:(2023年 OR 资讯)", compact=compact_text).root
    assert [one.text for one in literals(expand(root, {}))] == [one.text for one in literals(root)]
    texts = {literal.text for literal in literals(expand(root, variants_of(root)))}
    assert {"地区生产总值", "百分之十点二", "二〇二三年", "信息"} <= texts


def test_a_query_of_many_numbers_has_a_bounded_number_of_variants():
    root = parse(" ".join(f"{year}年{year - 1900}.5%" for year in range(1960, 2020)), compact=compact_text).root
    assert sum(map(len, variants_of(root).values())) < MOST_IN_ALL + MOST
