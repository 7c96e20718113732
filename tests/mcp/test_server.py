"""Programs that ask over the protocol: scripted tasks, schemas, resources, the token and the limits."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deqing_search.errors import TooCostly, UsageError
from tests.command import process
from tests.mcp.sessions import TOKEN, finished, http_server, over_stdio, server_parameters
from tests.site import seeds_index

pytest.importorskip("mcp", reason="needs the extra [mcp]")
import httpx2
import jsonschema
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from deqing_search.mcp.http import Address, Computing, demand_token

TASKS = json.loads((Path(__file__).parent.parent / "cases/mcp_tasks.json").read_text("utf-8"))
INVENTED = (
    "报告指出：“全县将建成三座海底隧道并发射气象卫星。”",
    "《2024年德清县政府工作报告》提出：“推动量子通信干线覆盖全部乡镇，建成国家级航天发射场。”",
    "首届联合国世界地理信息大会在纽约成功举办。",
    "完成高标准农田改造118万亩。",
    "地区生产总值从544.1亿元增加到392.5亿元。",
    "新增城镇就业人口不足1万人。",
    "创成全国义务教育优质均衡发展县，并率先取消高考。",
)


@cache
def asked() -> dict[str, Any]:
    """What one session over standard input and output was answered."""
    return over_stdio(seeds_index(), _session)


async def _session(client: Client) -> dict[str, Any]:
    answers = {task["task"]: await _done(client, task["calls"]) for task in TASKS}
    verified = [await client.call_tool("verify", {"text": text}) for text in INVENTED]
    listed = (await client.list_resources()).resources
    passage = f"deqing://passage/{answers['写国标引文'].structured_content['id']}"
    return {
        "answers": answers,
        "verified": verified,
        "tools": (await client.list_tools()).tools,
        "resources": listed,
        "templates": (await client.list_resource_templates()).resource_templates,
        "texts": [(await client.read_resource(uri)).contents[0].text for uri in (listed[0].uri, passage)],
        "missing": await _failure(client, "deqing://passage/nothing"),
    }


async def _done(client: Client, calls: list[list[Any]]) -> Any:
    """The last answer. An argument such as $0.hits.0.id is taken from the answer of an earlier call."""
    found: list[Any] = []
    for name, arguments in calls:
        given = {key: _taken(found, value) for key, value in arguments.items()}
        found.append(await client.call_tool(name, given))
    return found[-1]


def _taken(found: list[Any], value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    number, *path = value[1:].split(".")
    taken = found[int(number)].structured_content
    for name in path:
        taken = taken[int(name)] if isinstance(taken, list) else taken[name]
    return taken


async def _failure(client: Client, uri: str) -> str:
    try:
        await client.read_resource(uri)
    except MCPError as fault:
        return str(fault)
    return ""


def test_there_are_fifty_tasks() -> None:
    assert len({task["task"] for task in TASKS}) == len(TASKS) >= 50


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["task"])
def test_a_task_finds_its_facts(task: dict[str, Any]) -> None:
    answer = asked()["answers"][task["task"]]
    text = answer.content[0].text
    assert [fact for fact in task["facts"] if fact not in text] == [], text
    assert bool(answer.is_error) == task.get("error", False)


def test_every_answer_says_what_it_rests_on_and_is_short() -> None:
    answers = [one for one in asked()["answers"].values() if not one.is_error]
    assert len(answers) > 40
    for one in answers:
        assert re.match("检索了 [0-9]+ 篇报告|没有收录", one.structured_content["searched"])
        assert json.loads(one.content[0].text) == one.structured_content
        assert len(one.content[0].text) < 25_000


def test_an_invented_quotation_never_passes() -> None:
    verified = asked()["verified"]
    assert len(verified) == len(INVENTED)
    assert [one.structured_content["all_found"] for one in verified] == [False] * len(INVENTED)


def test_every_schema_is_valid_and_closed() -> None:
    tools = asked()["tools"]
    assert {"search", "read_passage", "read_report", "verify", "trend", "figures", "coverage", "cite"} <= {
        tool.name for tool in tools
    }
    for tool in tools:
        for schema in (tool.input_schema, tool.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert [one for one in tool.input_schema["properties"].values() if not one.get("description")] == []
        assert tool.description
        assert tool.annotations.read_only_hint


def test_answers_keep_to_their_schemas() -> None:
    schemas = {tool.name: tool.output_schema for tool in asked()["tools"]}
    checked = 0
    assert TASKS
    for task in TASKS:
        if not task.get("error"):
            answer = asked()["answers"][task["task"]]
            jsonschema.validate(answer.structured_content, schemas[task["calls"][-1][0]])
            checked += 1
    assert checked > 40


def test_reports_and_passages_are_resources() -> None:
    found = asked()
    assert [one.name for one in found["resources"]][:1] == ["deqing-2016-work-report"]
    assert {one.uri_template for one in found["templates"]} >= {"deqing://report/{id}", "deqing://passage/{id}"}
    report, passage = found["texts"]
    assert report.startswith("# 2016年德清县政府工作报告")
    assert "sha256 95ef2c597cd7" in passage
    assert "用 search 查引文里的几个字" in found["missing"]


async def _over_http(address: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        answer = await client.call_tool("search", {"query": "地理信息"})
        return answer.structured_content["searched"]


def test_over_http_only_those_with_the_token_are_answered() -> None:
    with http_server(seeds_index(), DEQING_MCP_TOKEN=TOKEN) as address:
        assert finished(_over_http, address, TOKEN).startswith("检索了 5 篇报告")
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        wrong = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}]
        refused = [httpx2.post(address, json=body, headers=headers) for headers in wrong]
        assert [one.status_code for one in refused] == [401] * len(wrong)
        assert "DEQING_MCP_TOKEN" in refused[0].text
        accepted = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        assert httpx2.post(address, content=b"x" * 100_000, headers=accepted).status_code == 413


def test_without_a_token_only_this_machine_is_answered() -> None:
    with http_server(seeds_index()) as address:
        assert finished(_over_http, address, "").startswith("检索了 5 篇报告")
        foreign = httpx2.post(address, json={}, headers={"Host": "example.org"})
        assert foreign.status_code == 421


def test_it_does_not_start_for_others_without_a_token(index: Path) -> None:
    found = process("mcp", "--http", "--host", "0.0.0.0", "--port", "0", index=index, DEQING_MCP_TOKEN="")  # noqa: S104
    assert (found.code, "没有口令不能开放" in found.err) == (2, True), found.err


@pytest.mark.parametrize(("host", "token"), [("0.0.0.0", ""), ("example.org", ""), ("127.0.0.1", "short")])  # noqa: S104
def test_a_missing_or_short_token_is_refused(host: str, token: str) -> None:
    with pytest.raises(UsageError) as refused:
        demand_token(Address(host, 8001), token)
    assert "DEQING_MCP_TOKEN" in refused.value.hint


def test_who_has_computed_long_enough_waits_for_the_next_minute() -> None:
    computing, unlimited = Computing(0.5), Computing(0)
    for counter in (computing, unlimited):
        counter.spend(0)
        counter.spend(0.6)
    unlimited.spend(0)
    with pytest.raises(TooCostly):
        computing.spend(0)


def test_the_example_of_the_page_prints_what_stands_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parent.parent.parent / "docs/programs.md").read_text("utf-8")
    ((code, printed),) = re.findall(r"^```python mcp\n(.+?)^```\n```text\n(.+?)^```", page, re.M | re.S)
    assert 'command="search-cli", args=["mcp"]' in code
    code = code.replace('command="search-cli", args=["mcp"]', "**started")
    body = "".join(f"    {line}\n" for line in code.splitlines())
    scope: dict[str, Any] = {"started": server_parameters(seeds_index())}
    exec(f"async def example():\n{body}", scope)  # noqa: S102 - our own page
    finished(scope["example"])
    assert capsys.readouterr().out == printed
