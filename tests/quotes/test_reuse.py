"""Shared clauses equal sets of clauses, sown edits are found, and reports that the index lacks are named."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import AnalysedReport, Viewer
from deqing_search.language.analyzer import analyse
from deqing_search.language.folding import compact_text
from deqing_search.quotes import reuse_wording as wording
from deqing_search.quotes.edited_clauses import EditedClauses
from deqing_search.quotes.inheritance import inheritance
from deqing_search.quotes.reuse import ORIGINS, higher_levels, relatives, reuse
from deqing_search.report import Metadata
from deqing_search.search.coverage import contents
from deqing_search.store.current import open_index
from tests.brute_engine import BruteEngine
from tests.command import Run, records
from tests.oracle import report_of
from tests.research.city_index import city_index
from tests.seeds import all_passages, passages_of
from tests.site import seeds_index

CLAUSES = (
    "坚持稳中求进工作总基调", "深入实施创新驱动发展战略", "持续改善农村人居环境面貌", "地区生产总值增长8%以上",
    "地区生产总值增长18%以上", "全面建成小康社会目标任务", "不断增强人民群众的获得感", "推进改革",
    "稳中求进工作总基调要坚持",
)  # fmt: skip
STOPS = ("，", "。", "；")


def engine_of(reports: Mapping[tuple[str, int], str]) -> Viewer:
    """Reports of places and years, each of one passage, read by the engine that scans every text."""
    engine = BruteEngine()
    engine.write(
        one_report(place, year, text) for (place, year), text in sorted(reports.items(), key=lambda one: one[0][1])
    )
    return engine


def one_report(place: str, year: int, text: str) -> AnalysedReport:
    meta = Metadata(title=f"{year}年{place}政府工作报告", kind="政府工作报告", year=year, place=place)
    return AnalysedReport(report_of(f"{place}-{year}", [text], meta=meta), (analyse(text),))


def brute_clauses(text: str) -> list[str]:
    """The clauses of a text without digits beside commas, quotation marks and numbering."""
    found = re.split("[,;:。!?\\n]", compact_text(text))
    return [one for one in found if len(one) >= 10]


@st.composite
def some_reports(draw: st.DrawFn) -> dict[tuple[str, int], str]:
    keys = draw(
        st.lists(st.tuples(st.sampled_from(("甲市", "乙市", "全国")), st.integers(2019, 2022)), min_size=1, max_size=6)
    )
    texts = st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(STOPS)), min_size=1, max_size=6)
    return {key: "".join(clause + stop for clause, stop in draw(texts)) for key in keys}


@settings(max_examples=60)
@given(some_reports())
def test_carriers_and_shares_equal_sets_of_clauses(reports: dict[tuple[str, int], str]) -> None:
    engine = engine_of(reports)
    sets = {key: set(brute_clauses(text)) for key, text in reports.items()}
    rows = {(row.report.meta.place, row.report.meta.year): row for row in inheritance(engine)}
    for (place, year), text in reports.items():
        found = reuse(engine, f"{place}-{year}")
        assert found is not None
        assert [compact_text(one.text) for one in found.clauses] == brute_clauses(text)
        for one in found.clauses:
            having = {key for key in sets if compact_text(one.text) in sets[key] and key != (place, year)}
            assert {(card.report.meta.place, card.report.meta.year) for card in one.carriers} == having
            assert [card.report.meta.year for card in one.carriers] == sorted(of for _, of in having)
            assert ("last year" in one.origins) == ((place, year - 1) in having and place != "")
        row = rows[place, year]
        earlier = {key: clauses for key, clauses in sets.items() if key[1] < year}
        assert row.whole == found.whole
        assert row.elsewhere == found.elsewhere
        assert row.inherited.clauses == sum(
            any(one in have for have in earlier.values()) for one in brute_clauses(text)
        )
        before = sets.get((place, year - 1))
        repeated = None if before is None else sum(one in before for one in brute_clauses(text))
        assert (row.last_year.clauses if row.last_year else None) == repeated


def test_every_report_of_the_seeds_has_the_carriers_that_a_scan_of_all_texts_finds() -> None:
    engine, shared = open_index(seeds_index()), 0
    texts = {passage.id: set(brute_clauses(passage.text)) for passage in all_passages()}
    cards = engine.view().cards()
    assert len(cards) == 5
    for card in cards:
        found = reuse(engine, card.id)
        assert found is not None
        # The others begin with a number or a quotation mark.
        plain = [one for one in found.clauses if compact_text(one.text) in texts[one.passage.id]]
        assert plain
        for one in plain:
            clause = compact_text(one.text)
            others = {p.report for p in all_passages() if clause in texts[p.id] and p.report != card.id}
            assert others <= {carrier.report.id for carrier in one.carriers}
            shared += bool(others)
    assert shared > 5


@cache
def draft() -> str:
    return "\n\n".join(
        passage.text for passage in passages_of("deqing-2024-work-report") if passage.kind == "paragraph"
    )


def sown(text: str, chance: random.Random) -> tuple[str, int]:
    """A text in which one character of each clause of ten characters and more is replaced, and how many are."""
    edited = 0

    def change(found: re.Match[str]) -> str:
        nonlocal edited
        clause = found[0]
        if len(clause.strip()) < 12:
            return clause
        at = chance.randrange(2, len(clause) - 2)
        edited += 1
        return clause[:at] + chance.choice("新再大更稳优") + clause[at + 1 :]

    return re.sub("[^,;:，。；：！？!?\\n()（）“”]+", change, text), edited


def test_sown_edits_are_found(tmp_path: Path) -> None:
    changed, edited = sown(draft(), random.Random(19))  # noqa: S311
    viewer = city_index(tmp_path, {2023: draft(), 2024: changed})
    (last,) = (card.id for card in viewer.view().cards() if card.meta.year == 2024)
    found = reuse(viewer, last)
    assert found is not None
    assert edited > 100
    assert found.edited.clauses + found.from_origin("last year").clauses >= 0.97 * found.whole.clauses
    assert found.edited.clauses >= 0.9 * edited


@pytest.mark.parametrize("first", range(7))
@pytest.mark.parametrize("clause", CLAUSES[:7])
def test_of_clauses_that_differ_equally_the_first_is_taken(clause: str, first: int) -> None:
    alike = [clause[:at] + "大" + clause[at + 1 :] for at in range(2, 9)]
    alike = alike[first:] + alike[:first]
    assert EditedClauses(zip(alike, alike, strict=True)).nearest(clause) == alike[0]


def test_a_clause_counts_only_as_a_whole() -> None:
    engine = engine_of({
        ("甲市", 2020): "要坚持稳中求进工作总基调。地区生产总值增长18%以上。",
        ("乙市", 2021): "坚持稳中求进工作总基调，地区生产总值增长8%以上。",
    })  # fmt: skip
    found = reuse(engine, "乙市-2021")
    assert found is not None
    assert [one.carriers for one in found.clauses] == [(), ()]


def test_a_report_of_a_higher_level_of_the_same_year_is_an_origin() -> None:
    engine = engine_of({
        ("浙江省", 2021): "深入实施创新驱动发展战略。",
        ("浙江省湖州市", 2021): "深入实施创新驱动发展战略。",
        ("浙江省湖州市德清县", 2021): "深入实施创新驱动发展战略。",
        ("甲市", 2021): "深入实施创新驱动发展战略。",
    })  # fmt: skip
    by_report = {id: reuse(engine, id) for id in ("浙江省湖州市德清县-2021", "浙江省-2021", "甲市-2021")}
    origins = {id: found and found.clauses[0].origins for id, found in by_report.items()}
    assert origins == {"浙江省湖州市德清县-2021": {"higher levels"}, "浙江省-2021": set(), "甲市-2021": set()}


@pytest.mark.parametrize(
    ("place", "unheld"),
    [
        ("甲市", ("甲市 2020、2021 年", "甲市 2019 年以前", "全国", "甲市所在的省")),
        ("北京市", ("北京市 2022 年以前", "全国")),
        ("浙江省湖州市", ("浙江省湖州市 2022 年以前", "全国", "浙江省 2022 年")),
        ("全国", ("全国 2022 年以前",)),
    ],
)
def test_what_the_index_lacks_is_named(place: str, unheld: tuple[str, ...]) -> None:
    text = "深入实施创新驱动发展战略。"
    indexed = {("甲市", 2019): text, ("浙江省", 2021): text, (place, 2022): text}
    found = reuse(engine_of(indexed), f"{place}-2022")
    assert found is not None
    assert found.unheld == unheld


def test_a_place_that_was_renamed_is_one_place() -> None:
    """襄樊 became 襄阳 at the end of 2010."""
    text = "深入实施创新驱动发展战略。"
    engine = engine_of({("湖北省襄樊市", 2010): text, ("湖北省襄阳市", 2011): text})
    found = reuse(engine, "湖北省襄阳市-2011")
    assert found is not None
    assert (found.clauses[0].origins, found.unheld[0]) == ({"last year"}, "湖北省襄阳市 2010 年以前")
    assert "见于 1 个地区的 2 份报告" in wording.relatives(
        found.clauses[0], contents(engine.view()).cards[found.report.id]
    )
    assert [row.last_year and row.last_year.clauses for row in inheritance(engine)] == [None, 1]


def test_a_passage_names_its_relatives() -> None:
    engine = engine_of(
        {(f"{name}市", 2014 + at): "推进改革，深入实施创新驱动发展战略。" for at, name in enumerate("甲乙丙丁")}
    )
    passage = engine.view().passage("丁市-2017-1")
    assert passage is not None
    found = relatives(engine, passage, 5)
    assert [(one.text, len(one.carriers), one.places) for one in found.clauses] == [("深入实施创新驱动发展战略", 3, 3)]
    assert found.first_passages[found.clauses[0].carriers[0].handle].report == "甲市-2014"


def test_there_is_no_report_with_an_unknown_id() -> None:
    assert reuse(engine_of({("甲市", 2020): "推进改革。"}), "nothing") is None
    assert higher_levels("") == ["全国"]


def test_the_command_prints_a_report_and_the_table(run: Run) -> None:
    code, out, _ = run("reuse", "deqing-2021-review-and-plan")
    assert (code, "“最早”仅就收录的报告而言；没有收录的有：" in out, "浙江省" in out) == (0, True, True)
    assert re.search("连同本报告，见于 1 个地区的 [23] 份报告；收录的报告里最早的是 20[0-9]{2} 年", out)
    rows = records(run("reuse", "--jsonl").out)
    assert len(rows) == 5
    assert sum(row["elsewhere_clauses"] for row in rows) > 0
    assert run("reuse", "--place", "德清", "--csv").out.count("\n") == 6
    assert "共 1 份报告" in run("reuse", "--year", "2024").out
    assert run("reuse", "nothing").code == 1
    assert run("reuse", "deqing-2021-review-and-plan", "--csv").code == 2
    assert len(ORIGINS) == 4
