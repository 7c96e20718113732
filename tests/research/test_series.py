"""Charts count what a reading of every passage counts, and say what they leave out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from lxml import etree

from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.query.echo import echo
from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.research.chart_svg import Drawing, Line, Mark, bars_svg, columns_svg, drawn
from deqing_search.research.series import MOST, Break, By, Wish, chart, constant_chart
from deqing_search.research.trend_drawings import drawing
from deqing_search.research.trend_records import trend_fields
from deqing_search.research.trends import trend
from deqing_search.search.searcher import all_passages
from tests.research.city_index import index_of
from tests.site import seeds_engine

WORDS = ("发展", "地理信息", "德清")


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Viewer:
    """甲市 has the years 2020 to 2022, 乙市 only 2021 and 2022, 丙市 only 2020."""
    years = {"甲市": (2020, 2021, 2022), "乙市": (2021, 2022), "丙市": (2020,)}
    reports = {(place, year): city_report(place, year) for place in years for year in years[place]}
    return index_of(tmp_path_factory.mktemp("cities"), reports)


def city_report(place: str, year: int) -> str:
    return f"{place}政府工作报告\n\n{year}年{place}加快发展，改革创新。\n\n" + "推动发展再上新台阶。" * (year - 2019)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("by", ["year", "place", "kind"])
def test_a_chart_counts_what_a_reading_counts(by: By, word: str) -> None:
    engine = seeds_engine()
    (one,) = chart(engine, [word], Wish(by=by)).series
    read: dict[object, Counter[str]] = defaultdict(Counter)
    for passage, card in all_passages(engine):
        n = compact_text(passage.text).count(word)
        figures = {"occurrences": n, "passages": bool(n), "characters": len(compact_text(passage.text))}
        read[getattr(card.meta, by)].update(figures)
    assert one.total.occurrences > 0
    fields = ("occurrences", "passages", "characters")
    assert {name: [getattr(count, field) for field in fields] for name, count in one.counts.items()} == {
        name: [figures[field] for field in fields] for name, figures in read.items()
    }


@pytest.mark.parametrize("at", range(len(WORDS)))
def test_a_chart_over_years_is_the_trend_of_each_query(at: int) -> None:
    one = chart(seeds_engine(), WORDS).series[at]
    years = {year.year: year.occurrences for year in trend(seeds_engine(), WORDS[at]).years}
    assert one.typed == WORDS[at]
    assert {name: count.occurrences for name, count in one.counts.items()} == years


def test_years_between_are_gaps_and_not_zeros() -> None:
    found = chart(seeds_engine(), ["地理信息"])
    assert found.names == tuple(range(2016, 2026))
    assert found.gaps == (2017, 2018, 2019, 2020, 2022, 2023)


def test_each_place_is_a_series_of_its_own(cities: Viewer) -> None:
    found = chart(cities, ["发展"], Wish(Filters(place="甲市|乙市"), each_place=True))
    assert [one.label for one in found.series] == ["发展 甲市", "发展 乙市"]
    alone = chart(cities, ["发展"], Wish(Filters(place="乙市")))
    assert found.series[1].counts == alone.series[0].counts


def test_more_series_than_a_reader_can_tell_apart_are_refused() -> None:
    with pytest.raises(UsageError, match="一次最多比较 8 条线"):
        chart(seeds_engine(), ["发展"] * (MOST + 1))
    with pytest.raises(UsageError, match="没有要找的文字"):
        chart(seeds_engine(), ["地区:德清"])


def test_no_place_of_the_seeds_has_a_report_every_year() -> None:
    assert constant_chart(seeds_engine(), ["发展"]) is None


def test_a_mark_has_its_label_and_leads_to_its_passages() -> None:
    found = chart(seeds_engine(), WORDS[:2])
    svg = etree.fromstring(drawn(drawing(found), by_year=True, is_file=True))
    labels = [one.get("aria-label") for one in svg.iter("{*}g") if one.get("class") == "mark"]
    assert len(labels) == sum(len(one.counts) for one in found.series)
    count = found.series[1].counts[2021]
    assert f"2021　地理信息：每万字 {count.per_10000:.2f} 处，{count.occurrences} 处" in labels[5]


def test_heights_are_proportional_and_a_zero_has_none() -> None:
    marks = [Mark(4, "4", "a"), Mark(1, "1", "b"), None, Mark(0, "0", "c", is_few=True)]
    plain = Drawing("标题 <1>", ["1", "2", "3", "4"], ["", "", "", "n=1"], [Line("x", marks)])
    columns = columns_svg(plain)
    tall, low, none = (float(one) for one in re.findall(r'class="bar s0[^>]*height="([\d.]+)"', columns))
    assert (tall, none) == (pytest.approx(4 * low, rel=0.01), 0)
    assert columns.count('class="gap"') == 1
    assert "n=1" in columns
    wide = [float(one) for one in re.findall(r'class="bar s0[^>]*width="([\d.]+)"', bars_svg(plain))]
    assert wide[0] == pytest.approx(4 * wide[1], rel=0.01)
    assert 'aria-label="标题 &lt;1&gt;"' in columns


def test_a_line_is_broken_where_a_year_has_no_report() -> None:
    marks = [Mark(1, "1", "a"), None, Mark(2, "2", "b"), Mark(3, "3", "c")]
    two = Drawing("t", ["1", "2", "3", "4"], [""] * 4, [Line("x", marks), Line("y", marks)])
    assert columns_svg(two).count("<polyline") == 4


def test_years_of_a_filter_bound_the_constant_panel(cities: Viewer) -> None:
    found = constant_chart(cities, ["发展"], Wish(Filters(Years(2021, 2022))))
    assert found is not None
    assert found.places == ("乙市", "甲市")
    assert {name: count.reports for name, count in found.series[0].counts.items()} == {2021: 2, 2022: 2}
    whole = constant_chart(cities, ["发展"])
    assert whole is not None
    assert whole.places == ("甲市",)


def test_a_renamed_place_is_one_place_of_the_constant_panel_and_by_place(tmp_path: Path) -> None:
    years = {"湖北省襄樊市": (2009, 2010), "湖北省襄阳市": (2011, 2012), "湖北省宜昌市": (2009, 2012)}
    reports = {(place, year): city_report(place, year) for place in years for year in years[place]}
    engine = index_of(tmp_path, {of: text[:60] for of, text in reports.items()})
    constant = constant_chart(engine, ["发展"])
    assert constant
    assert constant.places == ("湖北省襄阳市",)
    by_place = chart(engine, ["发展"], Wish(by="place"))
    assert set(by_place.names) == {"湖北省襄阳市", "湖北省宜昌市"}
    assert by_place.series[0].counts["湖北省襄阳市"].reports == 4
    (chosen,) = chart(engine, ["发展"], Wish(Filters(place="襄樊"))).series
    assert echo(chosen.query) == "在地区含“襄樊”（含今名襄阳市）的报告里查找含“发展”的段落"


def test_a_chart_of_a_place_says_where_its_area_changed(tmp_path: Path) -> None:
    reports = {("安徽省合肥市", year): f"安徽省合肥市政府工作报告\n\n{year}年加快发展。" for year in (2010, 2011, 2012)}
    engine = index_of(tmp_path, reports)
    broken = {2012: (Break("安徽省合肥市", ("2011 年巢湖市、庐江县划入", "2011 年巢湖市的一部分并入")),)}
    assert chart(engine, ["发展 地区:合肥"]).breaks == broken
    assert chart(engine, ["发展"], Wish(Filters(place="合肥"))).breaks == broken
    assert chart(engine, ["发展"]).breaks == {}  # of all places: not listed
    assert [one["area_changes"] for one in trend_fields(chart(engine, ["发展 地区:合肥"]))][-1] == broken[2012][0].said
