"""Nothing in a document, a title or a file name drives the terminal of the reader."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.citation import Source, citations
from deqing_search.report import Metadata
from deqing_search.search import searcher
from tests.command import Run, records
from tests.typeset import paragraphs

ORDERS = "\x1b]0;title\x07\x1b[31m\x9b2J\x08\x7f\u202e\u2066\u200f\u2028"
BAD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """A folder whose file names, titles and texts give orders to a terminal, and its index."""
    folder = tmp_path / f"报\n告{ORDERS.replace('/', '')}"
    folder.mkdir()
    text = f"德清县{ORDERS}工作报告\n\n地理信息产业增长{ORDERS}百分之五。\n\n" + "\n\n".join(paragraphs(20))
    (folder / "甲.txt").write_text(text, encoding="utf-8")
    (folder / f"坏{ORDERS}\n.txt").write_bytes(b"")
    title = f"政府{ORDERS}报告"
    (folder / "catalog.csv").write_text(f"report,title,year,place,note\n甲,{title},2024,{title},{title}\n", "utf-8")
    assert indexing.update(tmp_path / "index", [folder]).added
    return folder, tmp_path / "index"


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "地理信息"],
        ["query", "地理信息", "--jsonl"],
        ["query", f"没有{ORDERS}"],
        ["query", "--explain", f"没有{ORDERS}"],
        ["query", "地区:" + ORDERS],
        ["query", "地理信息", "--kind", ORDERS],
        ["query", "地理信息", "--year", ORDERS],
        ["trend", "地理信息"],
        ["compare", "地理信息", "--left", "2024", "--right", "2024"],
        ["export"],
        ["export", "--format", "csv"],
        ["suggest", "地理"],
        ["show", "甲"],
        ["show", "甲", "--jsonl"],
        ["show", ORDERS],
        ["docs"],
        ["docs", "--jsonl"],
        ["index", "{folder}"],
        ["index", "{folder}", "--jsonl"],
        ["index", "--rebuild"],
        ["clean", "{folder}"],
        ["clean", "{folder}/甲.txt", "--diff"],
        ["clean", "{folder}/甲.txt", "--explain"],
        ["clean", "{folder}/甲.txt", "--jsonl"],
        ["check", "{folder}"],
        ["query", "地理信息", "--index", ORDERS],
        [f"--{ORDERS}"],
    ],
)
def test_a_terminal_gets_no_orders(run: Run, hostile: tuple[Path, Path], arguments: list[str]) -> None:
    folder, index = hostile
    answer = run(*(argument.replace("{folder}", str(folder)) for argument in arguments), at=index)
    assert answer.out or answer.err
    assert BAD.findall(answer.out.replace("\r\n", "\n")) == []
    assert BAD.findall(answer.err) == []


def test_a_file_name_with_a_line_end_is_one_line(run: Run, hostile: tuple[Path, Path]) -> None:
    folder, index = hostile
    said = run("index", str(folder), at=index).err.splitlines()
    assert next(line for line in said if "文件是空的" in line).startswith("跳过：")


def test_json_keeps_what_it_escapes(run: Run, hostile: tuple[Path, Path]) -> None:
    (card,) = records(run("docs", "--jsonl", at=hostile[1]).out)
    assert card["title"] == f"政府{ORDERS}报告"


def test_citations_carry_no_orders(hostile: tuple[Path, Path]) -> None:
    view = indexing.open_index(hostile[1]).view()
    (card,) = view.cards()
    passage = view.report(card.id).passages[-1]._replace(text=f"增长{ORDERS}百分之五。\n二行", section=(ORDERS,))
    meta = Metadata(title=ORDERS, place=ORDERS, kind=ORDERS, speaker=ORDERS, session=ORDERS, publisher=ORDERS)
    made = citations(Source(passage, f"政府{ORDERS}报告", meta, "https://example.org/p/1", date(2024, 2, 3)))
    assert made
    for citation in made:
        assert BAD.findall(citation.text.replace("\r\n", "\n")) == []


def test_a_number_beyond_all_counting_is_a_mistake_of_the_user(run: Run) -> None:
    answer = run("query", "数值:" + "9" * 36)
    assert answer.code == 2
    assert "数值太大" in answer.err
    assert searcher.read("数值:" + "9" * 18).root
