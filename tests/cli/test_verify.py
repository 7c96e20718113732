"""search-cli verify: lines, records and exit codes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from tests import typeset
from tests.command import Run
from tests.seeds import all_passages

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


def test_sentences_that_no_report_has_are_one_list(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "稿件.txt"
    file.write_text("老张很高兴地走进了会场。\n\n地理信息产业。\n\n建设远洋捕捞基地和冷链物流中心。\n", "utf-8")
    lines = run("verify", str(file)).out.splitlines()
    at = lines.index("【未找到】2 处")
    assert lines[at + 2 : at + 4] == ["   · 老张很高兴地走进了会场", "   · 建设远洋捕捞基地和冷链物流中心"]
    assert sum("不能据此断定" in line for line in lines) == 1


def written_to_word(paragraphs: list[str]) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def written_to_html(paragraphs: list[str]) -> bytes:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<meta charset=utf-8><body><nav><a href=/>首页</a><a href=/a>新闻</a></nav><main>{text}</main>".encode()


def printed(paragraphs: list[str]) -> bytes:
    return typeset.pdf([lambda canvas: typeset.column(canvas, 70, 80, typeset.lines_of(paragraphs, 36))])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("稿件.docx", written_to_word),
        ("稿件.html", written_to_html),
        ("稿件.pdf", printed),
        ("稿件.md", lambda paragraphs: "\n\n".join(paragraphs).encode()),
    ],
)
def test_every_medium_gives_the_same_verdicts(
    run: Run, tmp_path: Path, name: str, written: Callable[[list[str]], bytes]
) -> None:
    sentences = [
        one.text.partition("。")[0] for one in all_passages() if "增长8" in one.text and one.kind == "paragraph"
    ]
    quoted = next(one for one in sentences if "增长8" in one and len(one) > 60)
    file = tmp_path / name
    file.write_bytes(
        written([quoted + "。", quoted.replace("增长8", "增长7", 1) + "。", "建设远洋捕捞基地和冷链物流中心。"])
    )
    code, out, _ = run("verify", str(file), "--jsonl")
    assert [json.loads(line)["verdict"] for line in out.splitlines()] == ["exact", "number-altered", "absent"]
    assert code == 1
