"""search-cli verify: lines, records and exit codes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.command import Run

EXACT = "大力发展地理信息产业"


def test_a_file_is_checked_and_an_absent_sentence_gives_exit_code_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "稿件.txt"
    file.write_text("地理信息产业。\n\n建设远洋捕捞基地和冷链物流中心。\n", "utf-8")
    code, out, _ = run("verify", str(file), "--jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [one["verdict"] in ("exact", "formula") for one in found] == [True, False]
    assert found[1]["verdict"] == "absent"


def test_standard_input_is_checked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("地理信息产业".encode())))
    code, out, _ = run("verify", "-")
    assert code == 0
    assert "逐字相同" in out
    assert "已查" in out
