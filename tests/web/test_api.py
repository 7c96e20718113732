"""The interface for programs: its page, its description, and requests that a program makes up from the description."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import positive_data_acceptance

from deqing_search.search.request import MODES
from deqing_search.web.described import description
from deqing_search.web.labels import REASONS
from tests.site import page, seeds_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

FILTERS = {"year", "kind", "place", "part", "report"}
NOT_HERE = {
    "/reports": {"part"},
    "pledges": {"part", "report"},
    "promises": {"kind", "part", "report"},
    "places": FILTERS - {"place"},
}  # the pages say so too


def read_to_the_end(app: Flask) -> Callable[[WSGIEnvironment, StartResponse], list[bytes]]:
    """The app for a client that leaves answers open: a worker sends only a few files at a time."""

    def answered(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        parts = app(environ, start)
        with ExitStack() as closing:
            if close := getattr(parts, "close", None):  # as PEP 3333 demands of a server
                closing.callback(close)
            return list(parts)

    return answered


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", read_to_the_end(seeds_app()))
schema.config.phases.coverage.enabled = False


@pytest.fixture(scope="module")
def shown(client):
    return client.get("/api").text


def test_the_page_explains_every_address_parameter_and_object(client):
    tree = page(client, "/api")
    operations = description().operations
    assert operations
    for one in operations:
        assert f"{one.method} {one.path}" in tree.text
        assert one.summary in tree.text_of[one.name]
        said = [given.description for given in one.parameters] + [answer.description for answer in one.answers]
        assert [text for text in said if text not in tree.text] == []
    assert {f"s-{one.name}" for one in description().schemas} <= set(tree.text_of)


def test_every_example_of_the_page_runs(client, shown):
    examples = [unescape(address) for address in re.findall(r'<a href="([^"]+)" rel="nofollow">', shown)]
    commands = [unescape(one) for one in re.findall(r'<pre class="example"[^>]*>(.*?)</pre>', shown)]
    assert examples
    for address in examples:
        with client.get(address) as answer:  # a file keeps its place in the worker until it is closed
            least = 20 if address.startswith("/api/v1/related") else 50  # these reports are too few for related words
            assert (answer.status_code, len(answer.data) > least) == (200, True), address
        assert f"curl 'http://localhost{address}'" in commands
    (sent,) = [one for one in commands if " -d " in one]
    body = sent.split("-d '")[1].split("'")[0]
    assert client.post("/api/v1/verify", data=body, content_type="application/json").status_code == 200


def test_every_mode_and_filter_stands_in_the_description():
    searching = [one for one in description().operations if "place" in {given.name for given in one.parameters}]
    assert searching
    for one in searching:
        absent = next((names for path, names in NOT_HERE.items() if path in one.path), set())
        assert FILTERS - {given.name for given in one.parameters} == absent, one.path
    (search,) = [one for one in description().operations if one.name == "search"]
    (mode,) = [given for given in search.parameters if given.name == "mode"]
    assert [name for name in MODES if name not in mode.kind] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/api/v1/search?q=x&page=2", "page"),
        ("/api/v1/coverage?q=x", "q"),
        ("/api/v1/trend?q=x&mode=words", "mode"),
        ("/api/v1/pledges?indicator=GDP&part=目标", "part"),
        ("/export.csv?q=x&group=report", "group"),
        ("/feed.atom?q=x&sort=newest", "sort"),
        ("/panel.csv?terms=x&q=y", "q"),
    ],
)
def test_a_program_that_gives_a_condition_in_vain_is_refused(client, address, name):
    answer = client.get(address)
    assert answer.status_code == 400
    assert f"参数 {name} 在这里不起作用" in answer.text


def test_reports_come_in_pages_that_lead_to_each_other(client):
    found, address = [], "/api/v1/reports?limit=2"
    while address:
        said = client.get(address).json
        found += [card["report"] for card in said["reports"]]
        address = said["next"] if len(found) < 10 else None
    assert len(found) == len(set(found)) == said["total"] == 5
    chosen = client.get("/api/v1/reports?kind=规划&limit=1").json
    assert (chosen["total"], chosen["next"], len(chosen["reports"])) == (1, None, 1)


Parameters = list[dict[str, Any]]


@pytest.fixture(scope="module")
def queries(client) -> dict[str, Parameters]:
    """Each address with parameters after its question mark, and these; of a file in one of its forms."""
    every = client.get("/api/v1/openapi.json").json
    found: dict[str, Parameters] = {}
    for path, item in every["paths"].items():
        listed = item.get("get", {}).get("parameters", ())
        given = [
            every["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for one in listed
        ]
        form = next((one["schema"]["enum"][0] for one in given if one["name"] == "form"), "")
        if asked := [one for one in given if one["in"] == "query"]:
            found[path.replace("{form}", form)] = asked
    return found


def fits(schema: dict[str, Any], text: str) -> bool:
    """Whether what stands in an address is a value of a schema."""
    if schema.get("type") == "array":
        return fits(schema["items"], text)
    if "enum" in schema:
        return text in schema["enum"]
    if schema["type"] == "integer":
        return re.fullmatch("0|[1-9][0-9]*", text) is not None and schema["minimum"] <= int(text) <= schema["maximum"]
    return re.search(schema.get("pattern", ""), text) is not None and len(text) <= schema.get("maxLength", len(text))


def said(client, path: str, query: dict[str, str]) -> tuple[int, bytes]:
    """The status and the text of an answer; a file keeps its place in the worker until it is closed."""
    with client.get(path, query_string=query) as answer:
        return answer.status_code, answer.data


def required(given: Parameters) -> dict[str, str]:
    return {one["name"]: one["example"] for one in given if one.get("required")}


def test_what_the_description_forbids_is_refused(client, queries):
    """Control characters, numbers that are too large or written in another way, long texts, unknown choices."""
    wrong = [
        (path, {**required(given), one["name"]: text})
        for path, given in queries.items()
        for one in given
        for text in ("\x1e", "007", "1000001", "x" * 1001)
        if not fits(one["schema"], text)
    ]
    assert {path for path, _ in wrong} == queries.keys()
    assert [(path, query) for path, query in wrong if said(client, path, query)[0] != 400] == []


def test_what_a_form_leaves_empty_is_as_if_it_were_not_there(client, queries):
    assert len(queries) > 20
    for path, given in queries.items():
        needed = required(given) or {one["name"]: "发展" for one in given if one["name"] == "q"}
        optional = [one for one in given if one["name"] not in needed]
        assert [one for one in optional if not (fits(one["schema"], "") or one.get("allowEmptyValue"))] == [], path
        empty = {one["name"]: "" for one in optional}
        assert said(client, path, {**empty, **needed}) == said(client, path, needed), path


@pytest.mark.bounded
@schema.parametrize()
@settings(max_examples=3, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
def test_answers_to_generated_requests_are_as_described(case):
    """What a schema cannot say (the grammar of queries, names of indicators) is refused with its own reason."""
    answer = case.call(headers={"Accept-Encoding": "identity"})
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])
    if answer.status_code == 400 and case.path.startswith("/api/"):
        assert answer.json()["detail"] not in REASONS.values()
