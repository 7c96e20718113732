"""What the command prints for programs is what docs/jsonl.md says, field by field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deqing_search.search.records import HitRecord
from tests import related_words
from tests.command import Run, records
from tests.seeds import FOLDER

DOCUMENT = Path(__file__).parents[2] / "docs" / "jsonl.md"


def documented() -> dict[str, str]:
    """Heading → its section of the documentation."""
    parts = re.split(r"^## (.+)\n", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def fields_of(record: dict[str, Any]) -> set[str]:
    nested = {f"coverage.{name}" for name in record.get("coverage", {})}
    return set(record) | nested


def verified(run: Run, tmp_path: Path) -> str:
    """What `--verify` prints after a report has gone that the manifest has."""
    assert run("panel", "地理信息", "--place", "德清", "--out", str(tmp_path / "panel")).code == 0
    path = tmp_path / "panel" / "manifest.json"
    made = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**made, "reports": {**made["reports"], "gone": "0123"}}), encoding="utf-8")
    return run("panel", "--verify", str(path), "--jsonl").out


def quoted(tmp_path: Path) -> Path:
    """A text of an exact sentence."""
    path = tmp_path / "quoted.txt"
    path.write_text("地理信息产业。", encoding="utf-8")
    return path


def with_related_words(tmp_path: Path) -> Path:
    folder = tmp_path / "related"
    folder.mkdir()
    index = related_words.indexed(folder)
    related_words.write(index, related_words.SIZES)
    return index


def printed(run: Run, tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    folder = tmp_path / "reports"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("政府工作报告\n\n一切都好。\n", encoding="utf-8")
    (folder / "empty.txt").touch()
    plan, report = "deqing-2021-urbanization-plan", "deqing-2024-work-report"
    queries = ("地理信息", "发展前景如何", "发展", "德清2024报告")
    lines = {
        "query --jsonl": "".join(run("query", typed, "--limit", "200", "--jsonl").out for typed in queries),
        "query --count": run("query", "地理信息", "--count").out,
        "query --explain --jsonl": run("query", "--explain", "--jsonl", "--", "地理信息 -规划)").out,
        "trend --jsonl": run("trend", "地理信息", "--jsonl").out,
        "compare --jsonl": "".join(
            run("compare", typed, "--left", "2021", "--limit", "200", "--jsonl").out
            for typed in ("县域高速公路总里程", "发展")
        ),
        "figures --jsonl": run("figures", "GDP", "--jsonl").out,
        "pledges --jsonl": run("pledges", "GDP", "--jsonl").out,
        "promises --jsonl": run("promises", "--place", "德清", "--jsonl").out,
        "panel --jsonl": run("panel", "地理信息", "--jsonl").out,
        "panel --verify --jsonl": verified(run, tmp_path),
        "verify --jsonl": run("verify", str(quoted(tmp_path)), "--jsonl").out,
        "reuse 报告 --jsonl": run("reuse", "deqing-2021-review-and-plan", "--jsonl").out,
        "reuse --jsonl": run("reuse", "--jsonl").out,
        "concordance --jsonl": run("concordance", "地理信息", "--jsonl").out,
        "collocates --jsonl": run("collocates", "地理信息", "--jsonl").out,
        "collocates --strings --jsonl": run("collocates", "地理信息", "--strings", "--jsonl").out,
        "collocates --dispersion --jsonl": run("collocates", "地理信息", "--dispersion", "--jsonl").out,
        "compare A B --jsonl": run("compare", "deqing-2016-work-report", report, "--jsonl").out,
        "keyness --jsonl": run("keyness", "--year", "2024", "--against", "年:2016", "--jsonl").out,
        "export": run("export").out,
        "watch --jsonl": run("watch", "地理信息", "--since", "2001-01-01", "--jsonl").out,
        "suggest --jsonl": run("suggest", "dlxx", "--jsonl").out,
        "related --jsonl": run("related", "看病", "--jsonl", at=with_related_words(tmp_path)).out,
        "docs --jsonl": run("docs", "--jsonl").out,
        "places --jsonl": run("places", "德清", "--jsonl").out,
        "clean --jsonl": "".join(run("clean", str(FOLDER / f"{name}.txt"), "--jsonl").out for name in (plan, report)),
        "clean --only --jsonl": run("clean", str(FOLDER), "--only", "jump-mark", "--jsonl").out,
        "clean --sample --jsonl": run("clean", str(FOLDER), "--fix", "jump-mark", "--sample", "9", "--jsonl").out,
        "check --jsonl": run("check", str(FOLDER), "--jsonl").out,
        "show --jsonl": "".join(run("show", name, "--jsonl").out for name in (plan, report, "caghejqsk0rvnx0w")),
        "cite --jsonl": run("cite", "caghejqsk0rvnx0w", "--jsonl").out,
        "index --jsonl": run("index", str(folder), "--jsonl", at=tmp_path / "index").out,
    }
    (folder / "a.txt").write_text("政府工作报告\n\n改了。\n", encoding="utf-8")
    lines["check --index --jsonl"] = run("check", "--index", str(tmp_path / "index"), "--jsonl").out
    return {name: records(text) for name, text in lines.items()}


def test_every_field_printed_is_documented_and_every_documented_one_is_printed(run: Run, tmp_path: Path) -> None:
    sections, found = documented(), printed(run, tmp_path)
    assert set(sections) == set(found)
    for name, section in sections.items():
        rows = re.findall(r"^\| `([\w.]+)` \| (.+?) \|", section, re.M)
        always = {field for field, kind in rows if "可无" not in kind}
        assert found[name], name
        assert {field for field, _ in rows} == set().union(*map(fields_of, found[name])), name
        assert all(always <= fields_of(record) for record in found[name]), name


@pytest.mark.parametrize("command", ["query --jsonl", "compare --jsonl"])
def test_the_documentation_has_the_fields_of_a_hit_in_their_order(command: str) -> None:
    fields = re.findall(r"^\| `(\w+)` \|", documented()[command], re.M)
    assert [field for field in fields if field in HitRecord._fields] == [*HitRecord._fields]


def test_the_examples_in_the_documentation_are_what_is_printed(run: Run, tmp_path: Path) -> None:
    sections, found = documented(), printed(run, tmp_path)
    assert sections
    for name, section in sections.items():
        (example,) = records(re.findall(r"^```json\n(.+)\n```", section, re.M)[0])
        assert tuple(example) in map(tuple, found[name]), name
