"""The query language as it is documented, over thirteen reports indexed as a user would.

Texts, queries and the passages each must find stand in `cases/language.json`, decided by reading the texts against
what is said of the language, not by running it. Where they differed, the reason says how that was settled.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.search.searcher import SearchRequest, echo, explain, open_report, search

DATA = json.loads((Path(__file__).parents[1] / "cases" / "language.json").read_text(encoding="utf-8"))
REPORTS = {report["id"]: report for report in DATA["reports"]}
FIELDS = ("report", "title", "kind", "year", "place", "skip")


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Viewer:
    folder: Path = tmp_path_factory.mktemp("reports")
    with (folder / "catalog.csv").open("w", encoding="utf-8", newline="") as catalog:
        rows = csv.DictWriter(catalog, FIELDS, extrasaction="ignore")
        rows.writeheader()
        rows.writerows({"report": name, **report} for name, report in REPORTS.items())
    for name, report in REPORTS.items():
        (folder / f"{name}.txt").write_text("\n".join(report["passages"]) + "\n", encoding="utf-8")
    outcome = indexing.update(folder / "index", [folder])
    assert not outcome.faults
    return indexing.open_index(folder / "index")


def name(passage) -> str:
    return f"{passage.report}/{passage.ordinal}"


def covered(marked: str) -> set[int]:
    """The offsets of the characters between 【 and 】, those two not counted."""
    places: set[int] = set()
    for n, found in enumerate(re.finditer("【(.*?)】", marked)):
        start = found.start() - 2 * n
        places |= set(range(start, start + len(found[1])))
    return places


def cases() -> list:
    def one(case):
        marks = [pytest.mark.xfail(strict=True, reason=case["fails"])] if "fails" in case else []
        return pytest.param(case, id=f"{case.get('mode', 'exact')}: {case['typed']}", marks=marks)

    return [one(case) for case in DATA["cases"]]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_passages_stand_in_the_index_as_they_are_written_here(index, report):
    opened = open_report(index, report["id"])
    assert [passage.text for passage in opened.passages] == report["passages"]


@pytest.mark.parametrize("case", cases())
def test_a_query_finds_what_the_language_says(index, case):
    if case.get("refused"):
        with pytest.raises(UsageError):
            search(index, SearchRequest(case["typed"], mode="exact"))
        return
    results = search(index, SearchRequest(case["typed"], mode=case.get("mode", "exact"), limit=100))
    found, wanted = {name(hit.passage) for hit in results.hits}, set(case["found"].split())
    assert results.total == len(results.hits) == len(found)
    assert found >= wanted if case.get("partly") else found == wanted
    marks = {name(hit.passage): {at for span in hit.marks for at in range(*span)} for hit in results.hits}
    wanted_marks = {passage: covered(marked) for passage, marked in case.get("marks", {}).items()}
    assert {passage: marks[passage] for passage in wanted_marks} == wanted_marks


@pytest.mark.parametrize("case", [case for case in cases() if "refused" not in case.values[0]])
def test_only_a_query_that_was_not_understood_gets_a_warning(case):
    query = explain(case["typed"], mode=case.get("mode", "exact"))
    warned = any(said.severity != "note" for said in query.diagnostics)
    expected = case.get("told", "no")
    assert expected == "may" or warned == (expected == "must")
    if "echo" in case:
        assert echo(query) == case["echo"]
