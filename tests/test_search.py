"""The read path as its faces use it: over an engine that reads everything, and over the real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.analysis import analyse, compact_text
from deqing_search.engine.base import AnalysedReport, Engine
from deqing_search.engine.whoosh_engine import WhooshEngine
from deqing_search.errors import UsageError
from deqing_search.offsets import Span
from deqing_search.report import Metadata, Passage, Report
from deqing_search.search import count, coverage, echo, open_report, passage_in_context, search, trend
from tests.brute_engine import BruteEngine

REPORTS = {
    ("d2016", "2016年德清县政府工作报告", "政府工作报告", 2016): [
        "一、过去五年的工作",
        "大力发展地理信 息产业。地区生产总值增长１０.２％。",
        "编制城乡规划。推进地理信息小镇建设。",
        "扎实推进“五水共治”，践行绿色发展。",
    ],
    ("p2021", "德清县新型城镇化发展“十四五”规划", "规划", 2021): [
        "常住人口城镇化率达到70%，城乡居民收入比1.6:1。",
        "加强規劃引领，促進地理信息和數字經濟融合。",
    ],
    ("d2024", "2024年德清县政府工作报告", "政府工作报告", 2024): [
        "数字经济核心产业增加值增长12%。",
        "深化“最多跑一次”改革，最多跑一次事项再扩大。",
        "信息化水平不断提升，德清德清德清。",
    ],
}


def report(name: str, title: str, kind: str, year: int, texts: list[str]) -> AnalysedReport:
    passages = tuple(
        Passage(f"{name}-{n}", name, n, "paragraph", 0, ("总则",), text, (Span(0, len(text)),), (n, n))
        for n, text in enumerate(texts, 1)
    )
    meta = Metadata(title=title, kind=kind, year=year, place="浙江省湖州市德清县")
    return AnalysedReport(Report(name, meta, passages, "0" * 8, name), tuple(analyse(p.text) for p in passages))


@pytest.fixture(scope="module", params=["brute", "whoosh"])
def engine(request, tmp_path_factory) -> Engine:
    directory: Path = tmp_path_factory.mktemp("index")
    made: Engine = BruteEngine() if request.param == "brute" else WhooshEngine(directory, compact=compact_text)
    made.write([report(*head, texts) for head, texts in REPORTS.items()])
    return made


def found(engine: Engine, typed: str, **options: object) -> set[str]:
    return {hit.passage.id for hit in search(engine, typed, **options).hits}


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


@settings(max_examples=60)
@given(wanted=stretches, excluded=stretches)
def test_a_stretch_of_any_passage_finds_just_the_passages_that_hold_it(engine, wanted, excluded):
    def holds(literal):
        return {name for name, text in TEXTS.items() if compact_text(literal) in compact_text(text)}

    assert found(engine, f'"{wanted}"', mode="exact") == holds(wanted)
    assert found(engine, f'"{wanted}" -"{excluded}"', mode="exact") == holds(wanted) - holds(excluded)
    for hit in search(engine, f'"{wanted}"').hits:
        assert hit.marks
        assert all(compact_text(wanted) in compact_text(hit.passage.text[a:b]) for a, b in hit.marks)


def test_options_narrow_the_query(engine):
    assert found(engine, "地理信息", years=(2020, None)) == {"p2021-2"}
    assert found(engine, "地理信息", kind="政府工作报告") == {"d2016-2", "d2016-3"}
    assert found(engine, "地理信息 OR 数字", years=(2016, 2021), kind="规划") == {"p2021-2"}


def test_marks_are_the_occurrences_in_the_original_characters(engine):
    hit = next(hit for hit in search(engine, "地理信息 OR 10.2%").hits if hit.passage.id == "d2016-2")
    assert [hit.passage.text[a:b] for a, b in hit.marks] == ["地理信 息", "１０.２％"]
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["地理信 息", "１０.２％"]
    assert hit.url == "/p/d2016-2"


def test_what_is_excluded_is_not_marked(engine):
    for hit in search(engine, "信息 -规划").hits:
        assert {compact_text(hit.passage.text[a:b]) for a, b in hit.marks} == {"信息"}


def test_words_follow_only_where_exact_finds_nothing(engine):
    assert search(engine, "地理信息").words is None
    results = search(engine, "德清的数字经济产业怎么样")
    assert (results.mode, results.total, results.hits) == ("exact", 0, ())
    assert results.words.mode == "words"
    assert results.words.hits[0].passage.id == "d2024-1"
    assert search(engine, "德清的数字经济产业怎么样", mode="exact").words is None


def test_words_are_marked_as_the_passage_was_cut(engine):
    results = search(engine, "城镇化如何", mode="words")
    marked = {hit.passage.text[a:b] for hit in results.hits for a, b in hit.marks}
    assert marked == {"城镇化"}


def test_words_mode_keeps_what_was_excluded_out(engine):
    assert all(
        "规划" not in compact_text(hit.passage.text) for hit in search(engine, "信息发展 -规划", mode="words").hits
    )


def test_what_was_quoted_stays_exact_in_words_mode(engine):
    assert found(engine, '"信息产"', mode="words") == {"d2016-2"}


def test_pages_are_cut_from_one_order(engine):
    whole = [hit.passage.id for hit in search(engine, "信息 OR 增长 OR 改革").hits]
    pages = [search(engine, "信息 OR 增长 OR 改革", offset=at, limit=2).hits for at in range(0, len(whole), 2)]
    assert [hit.passage.id for page in pages for hit in page] == whole


def test_counts_need_no_hits(engine):
    counted = count(engine, "德清")
    assert (counted.passages, counted.occurrences, counted.reports) == (1, 3, 1)
    assert trend(engine, "地理信息") == {2016: 2, 2021: 1}


def test_coverage_names_the_years_that_are_missing(engine):
    held = coverage(engine)
    assert (held.reports, held.passages, held.first_year, held.last_year) == (3, 9, 2016, 2024)
    assert held.missing_years == (2017, 2018, 2019, 2020, 2022, 2023)
    assert search(engine, "没有这样的话").coverage == held


def test_an_empty_index_has_an_empty_coverage():
    assert coverage(BruteEngine()).first_year is None
    assert search(BruteEngine(), "德清").total == 0


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
        search(engine, typed)
    assert refused.value.hint


def test_what_is_not_there_yet_is_refused(engine):
    with pytest.raises(UsageError, match="expanded"):
        search(engine, "德清", mode="expanded")
    with pytest.raises(UsageError, match="负数"):
        search(engine, "德清", offset=-1)


def test_results_say_how_the_query_was_read(engine):
    results = search(engine, "地理信息 -规划)")
    assert echo(results.query) == "查找含“地理信息”且不含“规划”的段落"
    assert [said.message for said in results.query.diagnostics] == ["多余的右括号，已忽略"]
