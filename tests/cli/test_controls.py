"""Nothing in a document, a title or a file name drives the terminal of the reader."""

from __future__ import annotations

import re
import shutil
from datetime import date
from functools import reduce
from pathlib import Path

import pytest

import deqing_search
from deqing_search import indexing
from deqing_search.citation import Source, citations
from deqing_search.cli.commands import cli
from deqing_search.report import Metadata
from deqing_search.search import searcher
from tests.command import Run, process, records
from tests.hostile import BAD, ORDERS, hostile_index

PACKAGE = Path(deqing_search.__file__).parent


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder whose file names, titles and texts give orders to a terminal, and its index."""
    place = tmp_path_factory.mktemp("hostile")
    folder, index = hostile_index(place)
    (place / "引文.md").write_text(f"报告提出，地理信息产业增长{ORDERS}百分之六。\n\n没有{ORDERS}的话。\n", "utf-8")
    (place / "词表.tsv").write_text(f"词\t组\n地理信息\t组{ORDERS}\n没有{ORDERS}\t组{ORDERS}\n", "utf-8")
    return folder, index


CASES = [
    ["query", "地理信息"],
    ["query", "地理信息", "--jsonl"],
    ["query", f"没有{ORDERS}"],
    ["query", "--explain", f"没有{ORDERS}"],
    ["query", "地区:" + ORDERS],
    ["query", "地理信息", "--kind", ORDERS],
    ["query", "地理信息", "--year", ORDERS],
    ["trend", "地理信息"],
    ["trend", "地理信息", f"没有{ORDERS}", "--by", "place"],
    ["trend", "地理信息", "--csv"],
    ["compare", "地理信息", "--left", "2024", "--right", "2024"],
    ["compare", "甲", "乙"],
    ["compare", "甲", ORDERS],
    ["panel", "地理信息", f"没有{ORDERS}"],
    ["panel", f"组{ORDERS}：地理信息", "--csv"],
    ["panel", "--dictionary", "{place}/词表.tsv"],
    ["panel", "--dictionary", ORDERS],
    ["panel", "地理信息", "--out", "{place}/面板"],
    ["panel", "--verify", "{place}/面板/manifest.json"],
    ["panel", "--verify", "{folder}/甲.txt"],
    ["concordance", "增长"],
    ["concordance", "增长", "--csv"],
    ["concordance", "增长", "--jsonl"],
    ["concordance", ORDERS],
    ["collocates", "增长", "--minimum", "1"],
    ["collocates", "增长", "--strings"],
    ["collocates", "增长", "--dispersion"],
    ["keyness", "--year", "2024", "--minimum", "1"],
    ["keyness", "--year", "2024", "--against", ORDERS],
    ["figures", "地区生产总值"],
    ["figures", "地区生产总值", "--csv"],
    ["figures", "地区生产总值", "--jsonl"],
    ["figures", ORDERS],
    ["pledges"],
    ["pledges", "--csv"],
    ["pledges", ORDERS],
    ["promises"],
    ["promises", "--csv"],
    ["promises", "--place", ORDERS],
    ["watch", "地理信息", "--since", "2020-01-01"],
    ["watch", ORDERS],
    ["verify", "{place}/引文.md"],
    ["verify", "{place}/引文.md", "--jsonl"],
    ["verify", ORDERS],
    ["reuse", "甲"],
    ["reuse", "--csv"],
    ["reuse", ORDERS],
    ["related", f"地理{ORDERS}"],
    ["export"],
    ["export", "--format", "csv"],
    ["export", "--format", "md"],
    ["suggest", "地理"],
    ["show", "甲"],
    ["show", "甲", "--jsonl"],
    ["show", "{passage}"],
    ["show", ORDERS],
    ["cite", "{passage}"],
    ["cite", "{passage}", "--form", "bibtex"],
    ["cite", ORDERS],
    ["docs"],
    ["places", "德清"],
    ["places", "德清", "--jsonl"],
    ["places", ORDERS],
    ["docs", "--jsonl"],
    ["index", "{folder}"],
    ["index", "{folder}", "--jsonl"],
    ["index", "--rebuild"],
    ["clean", "{folder}"],
    ["clean", "{folder}/甲.txt", "--diff"],
    ["clean", "{folder}/甲.txt", "--explain"],
    ["clean", "{folder}/甲.txt", "--jsonl"],
    ["check", "{folder}"],
    ["backup", "{place}/备份"],
    ["backup", "{folder}/甲.txt"],
    ["restore", "{folder}/没有"],
    ["serve", "--host", ORDERS, "--port", "0"],
    ["mcp", "--index", ORDERS],
    ["worker", ORDERS],
    ["query", "地理信息", "--index", ORDERS],
    [f"--{ORDERS}"],
]


@pytest.mark.parametrize("arguments", CASES, ids=lambda arguments: " ".join(arguments).replace(ORDERS, "ORDERS"))
def test_a_terminal_gets_no_orders(run: Run, hostile: tuple[Path, Path], arguments: list[str]) -> None:
    folder, index = hostile
    values = {"{folder}": str(folder), "{place}": str(folder.parent), "{passage}": passage_of(index)}
    answer = run(
        *(reduce(lambda text, name: text.replace(name, values[name]), values, one) for one in arguments), at=index
    )
    assert answer.out or answer.err
    assert BAD.findall(answer.out.replace("\r\n", "\n").replace("\t", "")) == []
    assert BAD.findall(answer.err) == []


def passage_of(index: Path) -> str:
    """The id of a passage with orders in its text."""
    view = indexing.open_index(index).view()
    return next(one.id for one in view.report(view.cards()[0].id).passages if BAD.search(one.text))


def test_every_command_is_tried() -> None:
    assert {*cli.commands} - {arguments[0] for arguments in CASES} == set()


def test_only_one_module_writes_to_the_terminal() -> None:
    """What it prints is escaped, so no command can forget it."""
    written = re.compile(r"^(?!.*>>> ).*\b(?:print|click\.s?echo\w*|sys\.std(?:out|err)\.write\w*)\(", re.M)
    found = {path.name for path in PACKAGE.rglob("*.py") if written.search(path.read_text("utf-8"))}
    assert found == {"errors.py", "derive_fold_table.py", "renew.py"}  # the last two make tables for developers


def test_a_file_name_with_a_line_end_is_one_line(run: Run, hostile: tuple[Path, Path]) -> None:
    folder, index = hostile
    said = run("index", str(folder), at=index).err.splitlines()
    assert next(line for line in said if "文件是空的" in line).startswith("跳过：")


def test_a_log_gives_no_orders(hostile: tuple[Path, Path], tmp_path: Path) -> None:
    index = Path(shutil.copytree(hostile[1], tmp_path / f"索\n引{ORDERS.replace('/', '')}"))
    (damaged,) = index.rglob("suggestions.txt")
    damaged.write_bytes(damaged.read_bytes()[:-10])
    said = process("suggest", "地理", index=index).err
    assert "已损坏" in said.splitlines()[0]
    assert BAD.findall(said) == []


def test_json_keeps_what_it_escapes(run: Run, hostile: tuple[Path, Path]) -> None:
    card, _ = records(run("docs", "--jsonl", at=hostile[1]).out)
    assert f"政府{ORDERS}" in card["title"]


def test_citations_carry_no_orders(hostile: tuple[Path, Path]) -> None:
    view = indexing.open_index(hostile[1]).view()
    card = view.cards()[0]
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
