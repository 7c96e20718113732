"""`search-cli watch` prints what is new since its last call, and nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deqing_search import indexing
from tests.command import Run, records

FIRST = "2024年德清县政府工作报告\n\n全县财政收入增长百分之五，好于预期。\n"
OLD = "2003年安吉县政府工作报告\n\n全县农民收入增长，山区道路全部修通。\n\n茶园面积稳定。\n"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "deqing-search" / "watches"


def test_it_prints_what_was_added_since_the_last_call(run: Run, tmp_path: Path, data: Path) -> None:
    texts, index = tmp_path / "texts", tmp_path / "index"
    texts.mkdir()
    (texts / "a.txt").write_text(FIRST, "utf-8")
    indexing.update(index, [texts])

    def watch(*arguments: str) -> tuple[int, list[str]]:
        answer = run("watch", *arguments, "--jsonl", at=index)
        return answer.code, [record["text"] for record in records(answer.out)]

    first = run("watch", "增长", at=index)
    assert (first.code, first.out) == (1, "")
    assert "以后" in first.err
    assert watch("增长") == (1, [])
    assert watch("增长", "--place", "安吉") == (1, [])
    (texts / "b.txt").write_text(OLD, "utf-8")
    indexing.update(index, [texts])
    assert watch("增长", "--year", "2024") == (1, [])  # the first call with these filters
    shown = run("watch", "增长", at=index)
    assert shown.code == 0
    assert "1. 2003年安吉县政府工作报告" in shown.out
    assert "农民收入【增长】" in shown.out
    assert watch("增长") == (1, [])
    assert watch("增长", "--place", "安吉") == (0, ["全县农民收入增长，山区道路全部修通。"])
    everything = records(run("watch", "收入", "--since", "2001-01-01", "--jsonl", at=index).out)
    assert [record["year"] for record in everything] == [2003, 2024]
    assert everything[0]["added"] > everything[1]["added"]
    assert watch("增长", "--since", "2999-01-01") == (1, [])
    assert len(list(data.iterdir())) == 3  # --since writes none


def test_what_it_remembers_says_what_it_belongs_to(run: Run, index: Path, data: Path) -> None:
    assert run("watch", "地理信息", "--year", "2024").code == 1
    (file,) = data.iterdir()
    kept = json.loads(file.read_text("utf-8"))
    assert (kept["query"], kept["filters"], kept["index"]) == ("地理信息", {"year": "2024"}, str(index.resolve()))


@pytest.mark.parametrize("damaged", ["", "{}", "[1]", '{"last": 1, "hidden": 2}', '{"last": "2001", "hidden": []}'])
def test_a_record_that_says_nothing_is_made_again(run: Run, data: Path, damaged: str) -> None:
    run("watch", "地理信息")
    (file,) = data.iterdir()
    file.write_text(damaged, "utf-8")
    again = run("watch", "地理信息")
    assert (again.code, again.out) == (1, "")
    assert "已记下" in again.err
    assert "没有新收录" in run("watch", "地理信息").err


def test_results_that_cannot_be_remembered_are_an_error(run: Run, data: Path) -> None:
    data.parent.parent.mkdir()
    data.parent.write_text("", "utf-8")
    answer = run("watch", "地理信息")
    assert answer.code == 3
    assert "XDG_DATA_HOME" in answer.err


def test_a_watch_of_nothing_is_refused(run: Run) -> None:
    assert run("watch").code == 2
    assert run("watch", "地理信息", "--since", "昨天").code == 2
    assert run("watch", "--place", "德清").code == 1
