"""A panel equals a reading of every report, has gaps instead of zeros, and its files say the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search import indexing
from deqing_search.engine.base import AnalysedReport
from deqing_search.language.analyzer import analyse, sentence_starts
from deqing_search.language.folding import compact_text
from deqing_search.query.filters import Filters
from deqing_search.query.years import Years
from deqing_search.report import Metadata, Report
from deqing_search.research.dictionaries import Dictionary, Term, read_typed
from deqing_search.research.manifest import manifest_text, verify
from deqing_search.research.panel import Panel, Tally, differences, panel, ways
from deqing_search.research.panel_files import (
    codebook_csv,
    difference_in_words,
    panel_csv,
    panel_parquet,
    panel_records,
    panel_stata,
    variables,
    write_files,
)
from tests.brute_engine import BruteEngine
from tests.oracle import report_of
from tests.research.city_index import index_of
from tests.site import seeds_engine

texts = st.text("创新科技。a ", max_size=20)
metas = st.builds(Metadata, year=st.sampled_from([None, 2020, 2021, 2023]), place=st.sampled_from(["甲市", "乙市"]))
reports = st.lists(st.tuples(st.lists(texts, min_size=1, max_size=4), metas), min_size=1, max_size=5)
dictionaries = st.lists(
    st.builds(Term, st.text("创新科技a", min_size=1, max_size=3), st.sampled_from(["", "甲", "乙"])),
    min_size=1,
    max_size=5,
    unique_by=lambda term: (term.compact, term.group),
).map(lambda terms: Dictionary(tuple(terms)))


def engine_of(given_reports: Iterable[tuple[list[str], Metadata]]) -> BruteEngine:
    engine = BruteEngine()
    made: list[Report] = [report_of(f"r{n}", texts, meta=meta) for n, (texts, meta) in enumerate(given_reports)]
    engine.write(AnalysedReport(one, tuple(analyse(each.text) for each in one.passages)) for one in made)
    return engine


def counted(passages: list[str], terms: tuple[str, ...], every: tuple[str, ...]) -> Tally:
    """The tally of some terms, character by character."""
    spans = []
    for number, text in enumerate(passages):
        at = 0
        while at < len(text):
            longest = max((term for term in every if text.startswith(term, at)), key=len, default="")
            if longest in terms and longest:
                sentence = sum(start <= at for start in sentence_starts(text))
                spans.append((number, sentence, longest))
            at += len(longest) or 1
    return Tally(
        len(spans),
        len({number for number, _, _ in spans}),
        len({(number, sentence) for number, sentence, _ in spans}),
        sum(len(term) for _, _, term in spans),
        alone=sum(text.count(term) for text in passages for term in terms),
    )


@settings(max_examples=150)
@given(reports, dictionaries)
def test_a_panel_equals_a_reading_of_every_report(
    given_reports: list[tuple[list[str], Metadata]], dictionary: Dictionary
) -> None:
    found = panel(engine_of(given_reports), dictionary, others=ways(tokens=False, alone=True))
    by_place: dict[tuple[str, int | None], list[str]] = {}
    for passages, meta in given_reports:
        by_place.setdefault((meta.place, meta.year), []).extend(map(compact_text, passages))
    assert {(row.place, row.year) for row in found.observed} == set(by_place)
    for row in found.observed:
        passages = by_place[row.place, row.year]
        assert row.characters == sum(map(len, passages))
        assert row.sentences == sum(len(sentence_starts(text)) for text in passages)
        expected = [counted(passages, column.terms, dictionary.strings) for column in found.columns]
        gross = [counted(passages, column.terms, column.terms).occurrences for column in found.columns]
        assert list(row.tallies) == [one._replace(gross=n) for one, n in zip(expected, gross, strict=True)]


@given(reports)
def test_every_place_has_every_year_of_the_span_and_a_gap_has_no_figures(
    given_reports: list[tuple[list[str], Metadata]],
) -> None:
    found = panel(engine_of(given_reports), read_typed("创新"))
    dated = {meta.place for _, meta in given_reports if meta.year}
    years = [meta.year for _, meta in given_reports if meta.year]
    span = range(min(years), max(years) + 1) if years else []
    assert [(row.place, row.year) for row in found.rows if row.year] == [
        (place, year) for place in sorted(dated) for year in span
    ]
    columns = variables(found)[6:]
    for row in found.rows:
        assert row.is_missing == (not row.reports)
        assert all((column.value(row) is None) == row.is_missing for column in columns if "_" not in column.name)


@pytest.fixture(scope="module")
def seeds() -> Panel:
    terms = read_typed("创新：科技创新, 创新\n地理信息")
    return panel(seeds_engine(), terms, Filters(place="德清"), others=ways(tokens=True, alone=True))


def test_nested_terms_count_once_and_the_other_ways_are_shown(seeds: Panel) -> None:
    found = {(one.column.kind, one.column.text, one.way): one for one in differences(seeds)}
    inner, outer = seeds.total(1).occurrences, seeds.total(0).occurrences
    assert min(inner, outer) > 0
    assert found["term", "创新", "alone"].other == inner + outer
    assert (found["term", "创新", "alone"].exact, found["term", "创新", "alone"].net) == (inner + outer, inner)
    assert found["term", "创新", "tokens"].exact == inner + outer
    assert str(difference_in_words(found["term", "创新", "alone"])).startswith(f"创新：实有 {inner + outer} 处（")
    assert "，无差别；" in str(difference_in_words(found["term", "创新", "alone"]))
    assert found["group", "创新", "alone"].relative == pytest.approx(outer / (inner + outer))
    assert found["group", "创新", "alone"].other == inner + 2 * outer
    assert found["term", "地理信息", "alone"].relative == 0


def test_the_csv_has_a_mark_the_codebook_and_the_records_the_same_figures(seeds: Panel) -> None:
    table = "\n".join(panel_csv(seeds))
    assert table.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    records = [json.loads(line) for line in panel_records(seeds)]
    assert [row["年份"] for row in rows] == [str(row.year) for row in seeds.rows]
    assert any(row["缺报告"] == "1" for row in rows)
    for row, record in zip(rows, records, strict=True):
        count = next(one for one in record["counts"] if one["text"] == "地理信息")
        assert row["地理信息"] == ("" if record["missing"] else str(count["occurrences"]))
        assert row["组:创新"] == ("" if record["missing"] else str(record["counts"][3]["occurrences"]))
    described = list(csv.DictReader(io.StringIO("\n".join(codebook_csv(seeds)).removeprefix("\ufeff"))))
    assert [one["heading"] for one in described] == list(rows[0])
    assert all(one["meaning"] for one in described)


def test_names_of_variables_are_those_that_stata_accepts(seeds: Panel) -> None:
    names = [column.name for column in variables(seeds)]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.isidentifier() and len(name) <= 32 for name in names)


def test_parquet_and_stata_have_the_figures_and_the_labels(seeds: Panel) -> None:
    missing = "the [research] extra is not installed"
    pandas, parquet = (pytest.importorskip(name, reason=missing) for name in ("pandas", "pyarrow.parquet"))
    read = parquet.read_table(io.BytesIO(panel_parquet(seeds)))
    wanted = [None if row.is_missing else row.tallies[2].occurrences for row in seeds.rows]
    assert read.column("t003_n").to_pylist() == wanted
    assert read.schema.field("t003_n").metadata[b"heading"].decode() == "地理信息"
    written = panel_stata(seeds)
    frame = pandas.read_stata(io.BytesIO(written))
    assert [None if one != one else int(one) for one in frame["t003_n"]] == wanted
    with pandas.io.stata.StataReader(io.BytesIO(written)) as reader:
        assert reader.variable_labels()["t003_n"] == "地理信息"


def test_a_manifest_verifies_until_the_corpus_changes(tmp_path: Path) -> None:
    for year in (2020, 2021):
        text = f"政府工作报告\n\n（{year}年1月5日）\n\n一、回顾\n\n我们推进科技创新，成效明显。\n"
        (tmp_path / f"甲市-{year}.txt").write_text(text, "utf-8")
    indexing.update(tmp_path / "index", [tmp_path])
    engine = indexing.open_index(tmp_path / "index")
    found = panel(engine, read_typed("创新"), Filters(Years(2020, 2021)), others=ways(tokens=True, alone=False))
    files = write_files(found, tmp_path / "out", manifest_text(found))
    assert [path.name for path in files] == ["panel.csv", "panel.jsonl", "codebook.csv", "manifest.json"]
    assert verify(engine, files[-1]) == []
    (tmp_path / "甲市-2021.txt").write_text(text.replace("科技创新", "改革"), "utf-8")
    indexing.update(tmp_path / "index", [tmp_path])
    changed = verify(indexing.open_index(tmp_path / "index"), files[-1])
    assert {change.kind for change in changed} == {"report-changed", "row-changed"}
    assert any("2021" in change.name for change in changed)


HELD = {
    ("湖北省襄樊市", 2008): "创新", ("湖北省襄樊市", 2010): "创新创新", ("湖北省襄阳市", 2012): "创新",
    ("安徽省合肥市", 2010): "创新", ("安徽省合肥市", 2011): "创新", ("安徽省合肥市", 2012): "创新",
    ("安徽省巢湖市", 2008): "创新", ("安徽省巢湖市", 2011): "创新",
}  # fmt: skip


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    reports = {of: f"{of[0]}政府工作报告\n\n{of[1]}年，{text}。" for of, text in HELD.items()}
    return panel(index_of(tmp_path_factory.mktemp("renamed"), reports), read_typed("创新"))


def test_a_renamed_place_has_one_row_a_year_under_its_name_of_today(renamed: Panel) -> None:
    rows = [row for row in renamed.rows if row.place == "湖北省襄阳市"]
    assert [(row.year, row.name_then, row.is_missing) for row in rows] == [
        (2008, "湖北省襄樊市", False), (2009, "湖北省襄樊市", True), (2010, "湖北省襄樊市", False),
        (2011, "湖北省襄阳市", True), (2012, "湖北省襄阳市", False),
    ]  # fmt: skip
    assert [row.tallies[0].occurrences for row in rows if row.reports] == [1, 2, 1]
    assert all(row.changes == () for row in rows)


def test_a_place_has_no_gap_after_its_end(renamed: Panel) -> None:
    assert [(row.year, row.is_missing) for row in renamed.rows if row.place == "安徽省巢湖市"] == [
        (2008, False), (2009, True), (2010, True), (2011, False),
    ]  # fmt: skip


def test_the_spans_of_a_panel_begin_and_end_with_reports(renamed: Panel) -> None:
    shown = [(row.place, row.year, row.is_missing) for row in renamed.spans]
    assert ("安徽省合肥市", 2008, True) not in shown
    assert ("安徽省巢湖市", 2009, True) in shown
    assert {row for row in renamed.rows if row.reports} <= set(renamed.spans)


def test_a_merger_is_a_break_in_the_year_after_it(renamed: Panel) -> None:
    (broken,) = renamed.breaks
    assert (broken.place, broken.year) == ("安徽省合肥市", 2012)
    assert broken.changes == ("2011 年巢湖市、庐江县划入", "2011 年巢湖市的一部分并入")
    table = list(csv.DictReader(io.StringIO("\n".join(panel_csv(renamed)).removeprefix("\ufeff"))))
    assert [(row["年份"], row["地区"]) for row in table if row["口径变动"] == "1"] == [("2012", "安徽省合肥市")]
    assert {row["当年名称"] for row in table if row["地区"] == "湖北省襄阳市"} == {"湖北省襄樊市", "湖北省襄阳市"}


def test_of_a_place_that_the_table_lacks_no_break_is_known() -> None:
    found = panel(engine_of([(["创新"], Metadata(year=2020, place="甲市"))]), read_typed("创新"))
    assert [row.changes for row in found.rows] == [None]
