"""How long answers are, and the way to the rest of what is long."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

import pytest

from tests.research.city_index import city_index

pytest.importorskip("mcp", reason="needs the extra [mcp]")
from deqing_search.mcp import arguments, resources, tools
from deqing_search.mcp.budget import tokens
from deqing_search.mcp.tools import Collection
from deqing_search.store.permalinks import PermalinkStore

CLAUSE = "第{}项工作是推进改革开放、改善人居环境、保障基本民生，"
LONG = "".join(CLAUSE.format(n) for n in range(1500))
HEADED = "\n\n".join(f"## 第{n}章 {'推进改革开放' * 12}\n\n{CLAUSE.format(n) * 20}" for n in range(300))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Two reports: one has a single long passage, the other many headings and passages."""
    folder = tmp_path_factory.mktemp("long")
    viewer = city_index(folder, {2020: f"# 甲市政府工作报告\n\n{LONG}\n", 2021: f"# 甲市政府工作报告\n\n{HEADED}\n"})
    return Collection(viewer, PermalinkStore(folder / "index"))


def size(answer: Any) -> int:
    return tokens(json.dumps(asdict(answer), ensure_ascii=False))


def reports(held: Collection) -> list[str]:
    return [one.id for one in tools.coverage(held, arguments.Coverage()).list]


def test_no_answer_is_longer_than_25000_tokens(held: Collection) -> None:
    headed = reports(held)[1]
    middle = tools.read_report(held, arguments.ReadReport(id=headed, first=100)).text[0]
    answers = [
        tools.search(held, arguments.Search(query="改革", limit=50)),
        tools.read_report(held, arguments.ReadReport(id=reports(held)[0])),
        tools.read_report(held, arguments.ReadReport(id=headed)),
        tools.read_passage(held, arguments.ReadPassage(id=middle.id, around=5)),
        tools.verify(held, arguments.Verify(text=LONG[:5000])),
        tools.verify(held, arguments.Verify(text="推进改革开放、改善人居环境、保障基本民生。" * 200)),
        tools.trend(held, arguments.Trend(queries=["改革", "开放", "民生", "环境", "工作"])),
    ]
    assert [size(one) for one in answers if size(one) > 25_000] == []
    texts = [resources.text_of(held, f"deqing://report/{id}") for id in reports(held)]
    assert [tokens(one) for one in texts if tokens(one) > 25_000] == []


def test_a_report_is_read_to_its_end_by_following_next(held: Collection) -> None:
    id, first, found = reports(held)[1], 1, []
    while first:
        part = tools.read_report(held, arguments.ReadReport(id=id, first=first))
        found += [one.ordinal for one in part.text]
        after = re.search(r"first=(\d+)", part.next)
        first = int(after[1]) if after else 0
    assert found == list(range(1, part.passages + 1))
    assert part.passages > 300


def test_a_long_passage_is_read_to_its_end_by_following_next(held: Collection) -> None:
    whole = max(tools.read_report(held, arguments.ReadReport(id=reports(held)[0])).text, key=lambda one: len(one.text))
    start, text = 0, ""
    while start is not None:
        part = tools.read_passage(held, arguments.ReadPassage(id=whole.id, start=start))
        text += part.passage.text
        after = re.search(r"start=(\d+)", part.next)
        start = int(after[1]) if after else None
    assert (text, whole.cut) == (LONG, True)


def test_a_text_is_verified_to_its_end_by_following_next(held: Collection) -> None:
    text, found = "推进改革开放、改善人居环境、保障基本民生。" * 150, 0
    while text:
        part = tools.verify(held, arguments.Verify(text=text))
        found += len(part.findings)
        after = re.search(r"第 (\d+) 个字", part.next)
        text = text[int(after[1]) - 1 :] if after else ""
    assert found == 150
