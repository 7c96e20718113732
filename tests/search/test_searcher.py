"""The read path as its faces use it: over an engine that reads everything, and over the real one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import Engine, Request
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.query.tree import literals
from deqing_search.research.trends import trend
from deqing_search.search.searcher import (
    Coverage,
    Filters,
    SearchRequest,
    Years,
    count,
    coverage,
    echo,
    open_report,
    passage_in_context,
    read,
    search,
    years_to_compare,
)
from tests.brute_engine import BruteEngine
from tests.small import REPORTS, found, ids, report


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("地理信息", {"d2016-2", "d2016-3", "p2021-2"}),
        ("地理信息 -规划", {"d2016-2"}),
        ("“五水共治”", {"d2016-4"}),
        ("10.2%", {"d2016-2"}),
        ("1.6:1", {"p2021-1"}),
        ("經濟", {"p2021-2", "d2024-1"}),
        ("息产", {"d2016-2"}),
        ("地理信息 OR 最多跑一次", {"d2016-2", "d2016-3", "p2021-2", "d2024-2"}),
        ("同句:(地理信息 规划)", {"p2021-2"}),
        ("年:2017..2024 地理信息", {"p2021-2"}),
        ("类型:规划 信息", {"p2021-2"}),
        ("报告:D2024 德清", {"d2024-3"}),
        ("城镇化率 NEAR/2 70%", {"p2021-1"}),
        ("-信息 -年:..2020", {"p2021-1", "d2024-1", "d2024-2"}),
        ("年:(2016 OR 2024) 地理信息", {"d2016-2", "d2016-3"}),
        ("数值:10%..12%", {"d2016-2", "d2024-1"}),
        ("数值:1..1.6 -跑", {"p2021-1"}),
        ("同句:(城镇化率 数值:70%)", {"p2021-1"}),
        ("地理信息 -数值:百分之十点二", {"d2016-3", "p2021-2"}),
    ],
)
def test_each_query_finds_its_passages_and_no_others(engine, typed, ids):
    assert found(engine, typed, mode="exact") == ids


TEXTS = {f"{head[0]}-{n}": text for head, texts in REPORTS.items() for n, text in enumerate(texts, 1)}


stretches = st.builds(
    lambda text, at, length: text[at % len(text) :][:length].strip() or text[0],
    st.sampled_from(sorted(TEXTS.values())),
    st.integers(0, 99),
    st.integers(1, 20),
).filter(lambda stretch: not set(stretch) & set("“”"))


@settings(max_examples=60, deadline=None)
@given(wanted=stretches, excluded=stretches)
def test_a_stretch_of_any_passage_finds_just_the_passages_that_hold_it(engine, wanted, excluded):
    def holds(literal):
        return {name for name, text in TEXTS.items() if compact_text(literal) in compact_text(text)}

    assert found(engine, f'"{wanted}"', mode="exact") == holds(wanted)
    assert found(engine, f'"{wanted}" -"{excluded}"', mode="exact") == holds(wanted) - holds(excluded)
    for hit in search(engine, SearchRequest(f'"{wanted}"')).hits:
        assert hit.marks
        assert all(compact_text(wanted) in compact_text(hit.passage.text[a:b]) for a, b in hit.marks)


terms = st.sampled_from(
    ["德清", "地理信息", "规划", "经济", "增长", "GDP", "10.2%", "百分之十二", "信息", "最多跑一次", "无此语"]
)


leaves = st.one_of(
    terms,
    terms.map(lambda term: f"“{term}”"),
    st.sampled_from(["年:2016..2021", "年:(2016 OR 2024)", "类型:规划", "数值:10..12%", "标题:政府"]),
    st.builds(lambda one, other, far: f"{one} NEAR/{far} {other}", terms, terms, st.integers(0, 20)),
)


queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda one, other: f"({one} {other})", inner, inner),
        st.builds(lambda one, other: f"({one} OR {other})", inner, inner),
        inner.map(lambda one: f"-({one})"),
        st.builds(lambda unit, one: f"{unit}:({one})", st.sampled_from(["同句", "同段", "同文"]), inner),
    ),
    max_leaves=5,
)


modes = st.sampled_from(["exact", "expanded"])


everything = set(TEXTS)


def test_a_variant_in_a_passage_that_does_not_match_still_fulfils_a_condition_on_the_report(engine):
    assert found(engine, "-增长 同文:(地理信息 NEAR/3 GDP)", mode="expanded") == {"d2016-3"}


@settings(max_examples=60, deadline=None)
@given(queries, queries, modes)
def test_and_never_adds_or_never_loses_and_order_does_not_matter(engine, one, other, mode):
    first, second = found(engine, one, mode=mode), found(engine, other, mode=mode)
    assert found(engine, f"{one} {other}", mode=mode) == first & second == found(engine, f"{other} {one}", mode=mode)
    assert found(engine, f"{one} OR {other}", mode=mode) == first | second


@settings(max_examples=60, deadline=None)
@given(queries, terms)
def test_not_never_leaks_whatever_stands_beside_it(engine, query, term):
    small_engine = {name for name, text in TEXTS.items() if compact_text(term) in compact_text(text)}
    for mode in ("exact", "expanded", "words"):
        assert not found(engine, f"{query} -{term}", mode=mode) & small_engine
    assert found(engine, f"-({query})", mode="exact") == everything - found(engine, query, mode="exact")


@settings(max_examples=40, deadline=None)
@given(queries)
def test_expanded_finds_what_exact_finds_and_names_what_it_adds(engine, query):
    """But for what is part of a longer number, and of such there is none in these reports."""
    exact, expanded = (
        search(engine, SearchRequest(query, mode="exact")),
        search(engine, SearchRequest(query, mode="expanded")),
    )
    assert ids(exact) <= ids(expanded)
    if ids(exact) != ids(expanded):
        assert any(variant.passages for variant in expanded.variants if variant.kind != "原词")


@settings(deadline=None)
@given(terms, st.sampled_from(["“{}”", '"{}"', "「{}」", "『{}』"]), modes)
def test_quotes_equal_the_bare_literal(engine, term, quotes, mode):
    assert found(engine, quotes.format(term), mode=mode) == found(engine, term, mode=mode)


@settings(max_examples=60, deadline=None)
@given(queries, st.sampled_from(["exact", "expanded", "words"]))
def test_what_is_echoed_is_what_ran(engine, query, mode):
    """The tree that is echoed, evaluated again, is the same set, and every literal of it is named."""
    results = search(engine, SearchRequest(query, Filters(years=Years(2016, 2021)), mode=mode))
    again = engine.view().evaluate(Request(results.query.root, limit=99))
    assert again.total == results.total
    said = echo(results.query)
    assert said.startswith("在 2016 至 2021 年的报告里查找")
    for literal in literals(results.query.root):
        assert literal.text in said


def answered_or_refused(engine: Engine, typed: str, mode: str | None) -> bool:
    try:
        return search(engine, SearchRequest(typed, mode=mode)).total >= 0
    except UsageError as refused:
        return bool(str(refused) and refused.hint)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["exact", "expanded", "words", None]))
def test_whatever_is_typed_is_answered_or_refused_with_a_reason(engine, typed, mode):
    assert answered_or_refused(engine, typed, mode)


COSTLY = [
    "字 " * 64,
    "德清 OR " * 63 + "德清",
    "-" * 999 + "德",
    "同句:(德清 " * 15 + ")" * 15,
    "“德 " * 330,
    "1年2% " * 64,
]


COSTLY += ["地" * 1000, "字 " * 500, "字" * 10_000, "(" * 500 + "字", "a NEAR/9999 " * 40 + "a", "德 NEAR/99 GDP " * 20]


@pytest.mark.parametrize("typed", COSTLY)
@pytest.mark.parametrize("mode", ["exact", "expanded", "words"])
def test_a_costly_query_is_answered_or_refused_with_a_reason(engine, typed, mode):
    assert answered_or_refused(engine, typed, mode)


def test_options_narrow_the_query(engine):
    assert found(engine, "地理信息", filters=Filters(Years(2020))) == {"p2021-2"}
    assert found(engine, "地理信息", filters=Filters(kind="政府工作报告")) == {"d2016-2", "d2016-3"}
    assert found(engine, "地理信息 OR 数字", filters=Filters(Years(2016, 2021), "规划")) == {"p2021-2"}


def test_marks_are_the_occurrences_in_the_original_characters(engine):
    hit = next(hit for hit in search(engine, SearchRequest("地理信息 OR 10.2%")).hits if hit.passage.id == "d2016-2")
    assert [hit.passage.text[a:b] for a, b in hit.marks] == ["地理信 息", "１０.２％"]
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["地理信 息", "１０.２％"]
    assert hit.url == "/p/d2016-2"


def test_what_lies_inside_a_longer_literal_is_counted_once(engine):
    both = search(engine, SearchRequest("信息 OR 地理信息"))
    assert (
        both.occurrences
        == sum(len(hit.marks) for hit in both.hits)
        == search(engine, SearchRequest("信息")).occurrences
    )
    assert trend(engine, "信息 OR 地理信息").years == trend(engine, "信息").years


def test_of_near_is_marked_and_counted_what_is_near(engine):
    results = search(engine, SearchRequest("跑一次 NEAR/1 改革"))
    (hit,) = results.hits
    assert hit.passage.text.count("跑一次") == 2
    assert [hit.passage.text[a:b] for a, b in hit.marks] == ["跑一次", "改革"]
    assert results.occurrences == 2


def test_of_a_sentence_is_marked_and_counted_what_stands_in_it(engine):
    results = search(engine, SearchRequest("同句:(信息 小镇)"))
    (hit,) = results.hits
    assert [hit.passage.text[a:b] for a, b in hit.marks] == ["信息", "小镇"]
    assert results.occurrences == 2
    narrow = search(engine, SearchRequest("同句:(推进 小镇 -规划) OR 同句:(发展 增长)"))
    assert [hit.passage.text[a:b] for hit in narrow.hits for a, b in hit.marks] == ["推进", "小镇"]
    assert narrow.occurrences == 2


def test_one_number_in_two_spellings_is_counted_once(engine):
    both = search(engine, SearchRequest("10.2% OR 百分之十点二", mode="expanded"))
    assert both.occurrences == sum(len(hit.marks) for hit in both.hits) == 1


def test_what_is_excluded_is_not_marked(engine):
    hits = search(engine, SearchRequest("信息 -规划")).hits
    assert hits
    for hit in hits:
        assert {compact_text(hit.passage.text[a:b]) for a, b in hit.marks} == {"信息"}


def test_a_question_favours_the_place_and_the_year_it_names(tmp_path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    goal, aside = "主要预期目标是地区生产总值增长8%。", "全市增长很快，重庆是个好地方。"
    reports = [
        report(f"{place}-{year}", "政府工作报告", "", year, [goal, aside])
        for place in ("成都市", "重庆市")
        for year in (2017, 2018, 2019)
    ]
    placed = [each.report.meta._replace(place=each.report.id.partition("-")[0]) for each in reports]
    named = [a._replace(report=a.report._replace(meta=meta)) for a, meta in zip(reports, placed, strict=True)]
    engine.write(named)
    hits = search(engine, SearchRequest("重庆市2018年地区生产总值增长目标是多少")).words.hits
    assert hits[0].passage.id == "重庆市-2018-1"
    assert {hit.passage.report for hit in hits[:3]} == {"重庆市-2017", "重庆市-2018", "重庆市-2019"}


def test_a_subject_comes_before_a_name_in_a_list(tmp_path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    opening = "各项工作都取得了很好的成绩，群众普遍满意。"
    texts = [f"{opening}推行林长制、河长制、湖长制。", f"{opening}推行湖长制和林长制，落实河长制。"]
    engine.write([report("r", "报告", "", 2024, texts)])
    assert [hit.passage.ordinal for hit in search(engine, SearchRequest("河长制")).hits] == [2, 1]


def test_pages_are_cut_from_one_order(engine):
    whole = [hit.passage.id for hit in search(engine, SearchRequest("信息 OR 增长 OR 改革")).hits]
    pages = [
        search(engine, SearchRequest("信息 OR 增长 OR 改革", offset=at, limit=2)).hits for at in range(0, len(whole), 2)
    ]
    assert [hit.passage.id for page in pages for hit in page] == whole


def test_counts_need_no_hits(engine):
    counted = count(engine, "德清")
    assert (counted.passages, counted.occurrences, counted.reports) == (1, 3, 1)
    assert [year[:3] for year in trend(engine, "地理信息").years if year.occurrences] == [(2016, 2, 1), (2021, 1, 1)]


@pytest.mark.parametrize(
    "typed", ["的", "地理信息 -规划", "德清 年:2017..", "信息 (类型:规划 OR 标题:2016)", "信息 章节:总则"]
)
def test_a_trend_counts_all_the_text_of_the_reports_that_are_searched(engine, typed):
    looked_into = {"德清 年:2017..": {2021, 2024}, "信息 (类型:规划 OR 标题:2016)": {2016, 2021}}
    wanted = {
        year: len("".join("".join(texts).split()))
        for (_, _, _, year), texts in REPORTS.items()
        if year in looked_into.get(typed, {year})
    }
    found = trend(engine, typed)
    assert {year.year: year.characters for year in found.years} == wanted
    assert found.total.characters == sum(wanted.values())
    for year in found.years:
        assert year.per_10000 == 10_000 * year.occurrences / wanted[year.year]


def test_the_coverage_is_that_of_the_reports_that_are_searched(engine):
    plans = coverage(engine, read("信息 类型:规划"))
    assert (plans.reports, plans.passages, plans.first_year, plans.last_year) == (1, 2, 2021, 2021)
    assert coverage(engine, read("信息 地区:西安")) == Coverage(0, 0, None, None, ())
    assert coverage(engine, read("信息 章节:总则")) == coverage(engine)


def test_coverage_names_the_years_that_are_missing(engine):
    covered = coverage(engine)
    assert (covered.reports, covered.passages, covered.first_year, covered.last_year) == (3, 9, 2016, 2024)
    assert covered.missing_years == (2017, 2018, 2019, 2020, 2022, 2023)
    assert search(engine, SearchRequest("没有这样的话")).coverage == covered


def test_an_empty_index_has_an_empty_coverage():
    assert coverage(BruteEngine()).first_year is None
    assert search(BruteEngine(), SearchRequest("德清")).total == 0


def test_a_passage_is_read_in_its_context(engine):
    place = passage_in_context(engine, "d2016-2", typed="地理信息", around=1)
    assert [p.id for p in (*place.before, place.passage, *place.after)] == ["d2016-1", "d2016-2", "d2016-3"]
    assert place.report.id == "d2016"
    assert [place.passage.text[a:b] for a, b in place.marks] == ["地理信 息"]
    assert passage_in_context(engine, "d2016-1", around=5).before == ()
    assert passage_in_context(engine, "nowhere") is None


def test_a_passage_that_was_found_by_its_words_is_marked_by_them(engine):
    place = passage_in_context(engine, "d2024-1", typed="数字经济怎么样")
    assert [place.passage.text[a:b] for a, b in place.marks] == ["数字经济"]
    assert passage_in_context(engine, "d2024-1", typed="(").marks == ()


def test_a_report_is_opened_whole(engine):
    assert [passage.ordinal for passage in open_report(engine, "d2024").passages] == [1, 2, 3]
    assert open_report(engine, "nowhere") is None


@pytest.mark.parametrize(
    ("typed", "reason"), [("", "没有要查找"), ("()", "括号里没有词.*没有要查找"), ("字" * 1001, "1001"), ("OR", "没有")]
)
def test_a_query_that_asks_for_nothing_is_refused_with_a_way_on(engine, typed, reason):
    with pytest.raises(UsageError, match=reason) as refused:
        search(engine, SearchRequest(typed))
    assert refused.value.hint


def test_a_page_before_the_first_is_refused(engine):
    with pytest.raises(UsageError, match="负数"):
        search(engine, SearchRequest("德清", offset=-1))


def test_results_say_how_the_query_was_read(engine):
    results = search(engine, SearchRequest("地理信息 -规划)"))
    assert echo(results.query) == "查找含“地理信息”且不含“规划”的段落"
    assert [said.message for said in results.query.diagnostics] == ["多余的右括号，已忽略"]


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("规划", (2016, 2021)),
        ("数字经济", (2021, 2024)),
        ("水共治", (2016, 2024)),
        ("信息化", (2016, 2024)),
        ("虚无", (2016, 2024)),
    ],
)
def test_years_to_compare_are_the_first_and_the_last_with_a_match(engine, typed, years):
    """Of one year only, the other side is the first or the last year of all."""
    assert years_to_compare(engine, typed) == years
    assert years_to_compare(engine, typed, Filters(place="无此地")) == (2016, 2024)
