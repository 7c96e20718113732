"""A condition on a place finds its reports under every name that the unit has had, with every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from deqing_search.engine.base import AnalysedReport, Engine, Request
from deqing_search.engine.opensearch.candidates import candidates
from deqing_search.engine.opensearch.engine import OpenSearchEngine
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.language.analyzer import analyse
from deqing_search.language.folding import compact_text
from deqing_search.query.echo import echo
from deqing_search.query.places import with_other_names
from deqing_search.query.tree import NOT_TYPED, Filter
from deqing_search.report import Metadata, Passage, Report
from deqing_search.search.place_histories import histories
from deqing_search.search.searcher import (
    Filters,
    SearchRequest,
    coverage,
    explain,
    search,
    unknown_values,
)
from deqing_search.text.offsets import Span
from tests.brute_engine import BruteEngine

HELD = [
    ("湖北省襄樊市", 2008), ("湖北省襄阳市", 2012), ("湖北省襄阳市谷城县", 2012), ("湖北省襄樊市谷城县", 2008),
    ("福建省三明市沙县", 2015), ("湖南省长沙县", 2015), ("云南省思茅市", 2000), ("云南省思茅市", 2005),
    ("云南省普洱市", 2012), ("浙江省嘉兴市郊区", 1998), ("安徽省合肥市郊区", 1998), ("山东省莱芜市", 2015),
    ("山东省济南市", 2015), ("浙江省湖州市德清县", 2024),
]  # fmt: skip


def report(place: str, year: int) -> AnalysedReport:
    name = f"{place}{year}"
    text = f"推进改革，{place}襄樊大道。"
    passages = (Passage(f"{name}-1", name, 1, "paragraph", 0, (), text, (Span(0, len(text)),), (1, 1)),)
    meta = Metadata(title=name, kind="政府工作报告", year=year, place=place)
    return AnalysedReport(Report(name, meta, passages, "0" * 8, name), tuple(analyse(one.text) for one in passages))


@pytest.fixture(scope="module", params=["brute", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    place: Path = tmp_path_factory.mktemp("index")
    made: Engine = BruteEngine() if request.param == "brute" else WhooshEngine(place, compact=compact_text)
    made.write([report(*one) for one in HELD])
    return made


PLACES = [
    ("襄阳", {"湖北省襄樊市2008", "湖北省襄阳市2012", "湖北省襄阳市谷城县2012", "湖北省襄樊市谷城县2008"}),
    ("襄樊", {"湖北省襄樊市2008", "湖北省襄阳市2012", "湖北省襄阳市谷城县2012", "湖北省襄樊市谷城县2008"}),
    ("沙县区", {"福建省三明市沙县2015"}),
    ("普洱", {"云南省普洱市2012", "云南省思茅市2005"}),
    ("翠云区", {"云南省思茅市2000"}),
    ("秀洲区", {"浙江省嘉兴市郊区1998"}),
    ("济南", {"山东省济南市2015"}),
    ("德清", {"浙江省湖州市德清县2024"}),
]


@pytest.mark.parametrize(("place", "expected"), PLACES)
def test_a_place_is_found_under_its_other_names_typed_and_chosen(engine: Engine, place: str, expected: set[str]):
    typed = search(engine, SearchRequest(f"改革 地区:{place}", mode="exact"))
    chosen = search(engine, SearchRequest("改革", Filters(place=place), mode="exact"))
    assert {hit.report.id for hit in typed.hits} == {hit.report.id for hit in chosen.hits} == expected
    cards = engine.view().cards() if isinstance(engine, WhooshEngine) else []
    assert not cards or {card.id for card in cards if Filters(place=place).allow(card)} == expected


def test_the_text_itself_is_never_searched_under_another_name(engine: Engine):
    assert search(engine, SearchRequest("襄樊", mode="exact")).total == len(HELD)
    assert search(engine, SearchRequest("襄阳市", mode="exact")).total == 2


def test_a_query_names_a_report_by_another_name_of_its_place(tmp_path: Path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    engine.write(report(*one) for one in HELD)
    named = {typed: search(engine, SearchRequest(typed)).named for typed in ("襄阳 2008", "襄樊2012", "襄阳2009")}
    assert [[one.card.id for one in cards] for cards in named.values()] == [
        ["湖北省襄樊市2008"], ["湖北省襄阳市2012"], [],
    ]  # fmt: skip


def test_excluding_a_place_excludes_it_under_every_name(engine: Engine):
    found = search(engine, SearchRequest("改革 -地区:襄阳", mode="exact"))
    assert found.total == len(HELD) - 4


@pytest.mark.parametrize(("place", "_"), PLACES)
def test_the_cluster_decides_the_same_conditions_by_itself(place: str, _: set[str]):
    assert candidates(with_other_names(Filter("place", NOT_TYPED, place))).exact


def test_the_years_of_a_renamed_place_are_not_missing(tmp_path: Path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    engine.write(report(*one) for one in HELD)
    assert coverage(engine, explain("地区:襄阳")).first_year == 2008
    assert unknown_values(engine, explain("地区:沙县区")) == []
    assert [str(one)[:14] for one in unknown_values(engine, explain("地区:梅列"))] == ["没有地区含“梅列”的报告。"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("改革 地区:襄阳", "查找含“改革”且地区含“襄阳”（含曾用名襄樊市）的段落"),
        ("改革 地区:襄樊", "查找含“改革”且地区含“襄樊”（含今名襄阳市）的段落"),
        ("改革 -地区:襄樊", "查找含“改革”且不符合（地区含“襄樊”（含今名襄阳市））的段落"),
        ("改革 地区:杭州", "查找含“改革”且地区含“杭州”的段落"),
    ],
)
def test_the_echo_says_which_names_are_included(typed: str, said: str):
    assert echo(explain(typed)) == said


@pytest.mark.parametrize(
    ("typed", "notes"),
    [
        ("改革 地区:崇文", ["崇文区 2010 年并入东城区，东城区的报告没有计入；要看请写 地区:东城"]),
        ("改革 地区:居巢区", []),
        ("改革 地区:巢湖市", ["巢湖市 2011 年撤销，划入合肥市、芜湖市、马鞍山市；这些地区的报告没有计入"]),
        ("改革 地区:思茅", ["思茅市今名普洱市，普洱市的报告没有计入；要看请写 地区:普洱"]),
        ("改革 地区:襄阳", []),  # the reports of 襄州区, once 襄阳县, are of a district of 襄阳市
        ("改革 地区:杭州", []),
    ],
)
def test_what_was_merged_or_is_called_otherwise_is_offered(typed: str, notes: list[str]):
    assert [str(one.message) for one in explain(typed).diagnostics] == notes


def test_the_offers_of_a_chosen_place_stand_with_the_results(engine: Engine):
    found = search(engine, SearchRequest("改革", Filters(place="崇文"), mode="exact"))
    assert any("并入东城区" in str(one.message) for one in found.query.diagnostics)
    assert engine.view().evaluate(Request(found.query.root, limit=0)).total == 0


def test_the_history_of_a_place_has_its_names_changes_and_reports(tmp_path: Path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    engine.write(report(*one) for one in HELD)
    first, *_ = histories(engine, "襄樊")
    assert (first.name, [spell.name for spell in first.unit.spells]) == ("湖北省襄阳市", ["襄樊市", "襄阳市"])
    assert [(card.meta.place, card.meta.year) for card in first.reports] == [
        ("湖北省襄樊市", 2008), ("湖北省襄阳市", 2012),
    ]  # fmt: skip
    assert "1983 年襄阳地区并入" in first.changes_in_words
    assert [one.name for one in histories(engine, "思茅")[:2]] == ["云南省普洱市", "云南省普洱市思茅区"]
    assert histories(engine, "地理信息") == []


@pytest.mark.slow
def test_a_cluster_finds_a_place_under_its_other_names_too(cluster: str):
    engine = OpenSearchEngine(f"opensearch://{cluster}/places", compact=compact_text)
    engine.write(report(*one) for one in HELD)
    found = {
        place: {hit.report.id for hit in search(engine, SearchRequest(f"改革 地区:{place}", mode="exact")).hits}
        for place, _ in PLACES
    }
    assert found == dict(PLACES)
