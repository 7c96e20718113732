"""`search-cli cite`: the citations of the site, in a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deqing_search.citation import FORMS
from tests.command import Run, records

PASSAGE = "9esxvmdstyajbpm1"


def test_each_form_of_the_site_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEQING_URL", "https://example.org/")
    answers = {name: run("cite", PASSAGE, "--form", name) for name, *_ in FORMS}
    assert len(answers) == 6
    for name, answer in answers.items():
        assert answer.code == 0
        assert f"https://example.org/p/{PASSAGE}" in answer.out, name
    assert answers["bibtex"].out.startswith("@")
    assert answers["ris"].out.splitlines()[0] == "TY  - RPRT"
    assert json.loads(answers["csl"].out)[0]["URL"] == f"https://example.org/p/{PASSAGE}"


def test_the_standard_form_is_the_default(run: Run) -> None:
    assert run("cite", PASSAGE).out == run("cite", PASSAGE, "--form", "gbt7714").out


def test_without_a_public_site_a_citation_has_no_permalink(run: Run) -> None:
    assert "/p/" not in run("cite", PASSAGE, "--form", "footnote").out


def test_the_record_names_the_passage_and_the_form(run: Run) -> None:
    (record,) = records(run("cite", f"/p/{PASSAGE}", "--form", "ris", "--jsonl").out)
    assert (record["id"], record["form"]) == (PASSAGE, "ris")
    assert record["text"].endswith("ER  - \r\n")


def test_an_old_id_cites_the_present_passage_and_says_so(run: Run, tmp_path: Path) -> None:
    folder, index = tmp_path / "reports", tmp_path / "index"
    folder.mkdir()
    file = folder / "a.txt"
    text = "政府工作报告\n\n{}年全县大力发展地理信息产业，建设地理信息小镇，产业规模持续扩大。\n"
    file.write_text(text.format("今"), encoding="utf-8")
    run("index", str(folder), at=index)
    (old,) = records(run("query", "地理信息小镇", "--jsonl", at=index).out)
    file.write_text(text.format("去"), encoding="utf-8")
    run("index", str(folder), at=index)
    (new,) = records(run("query", "地理信息小镇", "--jsonl", at=index).out)
    assert old["id"] != new["id"]
    answer = run("cite", old["id"], "--jsonl", at=index)
    assert records(answer.out)[0]["id"] == new["id"]
    assert old["id"] in answer.err


def test_an_unknown_id_is_none(run: Run) -> None:
    answer = run("cite", "zzzz")
    assert (answer.code, answer.out) == (1, "")
    assert "没有编号为“zzzz”的段落" in answer.err
