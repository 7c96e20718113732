"""No address and no text of a document puts markup, code, formulas or orders to a terminal into what the site answers.

Nothing is listed here that a new page could miss: the addresses are those of the site, and the parameters of each are
those that it reads.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import cycle, product
from typing import ClassVar
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.test import TestResponse

from deqing_search import indexing
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from tests.hostile import BAD, MARKUP, ORDERS, PWNED, hostile_index

GIVEN: list[dict[str, str]] = [  # parameters with which each address answers: one of these
    {"q": "发展"},
    {"q": "发展", "left": "2023", "right": "2024"},
    {"terms": "发展"},
    {"indicator": "地区生产总值"},
    {"place": "政府"},
    {"a": "甲", "b": "乙"},
    {"ids": "{passage}"},
    {},
]
NEVER = {
    "applet", "audio", "base", "embed", "frameset", "iframe", "image", "img", "isindex", "keygen", "marquee", "math",
    "object", "style", "template", "video", "x", "xss",
}  # fmt: skip
FORMULA = re.compile(r"[=+@\t\r\n＝＋＠－]|-(?![\d.]+$)")


def chunks(size: int) -> Iterator[str]:
    """All attacks, several together."""
    together = ""
    for markup in [ORDERS, *MARKUP]:
        if len(together) + len(markup) > size:
            yield together
            together = ""
        together += markup
    yield together


ATTACKS = cycle([*MARKUP, *chunks(60), ORDERS, *chunks(950)])


class Read(ImmutableMultiDict[str, str]):
    """The parameters of a request. It remembers which of them were asked for."""

    names: ClassVar[set[str]] = set()

    def get(self, key, *rest, **options):  # type: ignore[no-untyped-def]
        self.names.add(key)
        return super().get(key, *rest, **options)

    def getlist(self, key, *rest):  # type: ignore[no-untyped-def]
        self.names.add(key)
        return super().getlist(key, *rest)


class RememberingRequest(Request):
    parameter_storage_class = Read


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    _, index = hostile_index(tmp_path_factory.mktemp("hostile"))
    made = create_app(indexing.open_index(index), PermalinkStore(index))
    made.request_class = RememberingRequest
    return made


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def paths(app: Flask, rule: str) -> list[str]:
    """The addresses of a rule, with what is there and with attacks in the place of each of its parts."""
    view = app.config["ENGINE"].view()
    report = view.report(view.cards()[0].id)
    attacks = [quote(ORDERS), quote(MARKUP[0]), quote(f'"{MARKUP[18]}', safe="")]
    there = {
        "passage_id": [one.id for one in report.passages if BAD.search(one.text)][:1],
        "report_id": [report.id],
        "filename": ["app.js"],
    }
    parts = re.split(r"<(?:(\w+)(?:\((.*?)\))?:)?(\w+)>", rule)
    values = [
        re.findall(r"[\w-]+", choices) if kind == "any" else [*(["1"] if kind == "int" else there[name]), *attacks]
        for kind, choices, name in zip(parts[1::4], parts[2::4], parts[3::4], strict=True)
    ]
    return ["".join(map("".join, zip(parts[::4], [*chosen, ""], strict=True))) for chosen in product(*values)]


def given_to(app: Flask) -> Iterator[dict[str, str]]:
    """`GIVEN` with the id of a passage."""
    passage = paths(app, "<passage_id>")[0]
    return ({name: value.replace("{passage}", passage) for name, value in one.items()} for one in GIVEN)


def demand_harmless(answer: TestResponse) -> None:
    kind = answer.mimetype
    assert answer.status_code in (200, 301, 302, 303, 308, 400, 404, 405, 410)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if not 300 <= answer.status_code < 400:
        CHECKS[kind](answer.get_data())


class Page(HTMLParser):
    """A page. It refuses what only an attack writes."""

    inside = ""

    def handle_starttag(self, tag, attrs):  # type: ignore[no-untyped-def]
        assert tag not in NEVER
        self.inside = tag
        for name, value in attrs:
            demand_harmless_attribute(name, value or "")

    def handle_endtag(self, tag):  # type: ignore[no-untyped-def]
        self.inside = ""

    def handle_data(self, data):  # type: ignore[no-untyped-def]
        assert self.inside != "script" or not data.strip()

    def handle_comment(self, data):  # type: ignore[no-untyped-def]
        assert PWNED not in data


def demand_harmless_attribute(name: str, value: str) -> None:
    assert not name.startswith("on")
    assert PWNED not in name
    assert name != "style" or PWNED not in value
    if name in ("href", "src", "action", "formaction"):
        address = urlsplit(value.strip())
        assert address.scheme in ("", "http", "https"), value
        assert PWNED not in address.netloc, value


def html(data: bytes) -> None:
    page = Page()
    page.feed(data.decode())
    page.close()


def xml(data: bytes) -> None:
    never = {*NEVER, "script"} - {"style"}
    elements = list(etree.fromstring(data).iter(etree.Element))
    assert elements
    for element in elements:
        assert etree.QName(element).localname not in never
        for name, value in element.attrib.items():
            demand_harmless_attribute(etree.QName(name).localname, str(value))


def table(data: bytes) -> None:
    text = data.decode("utf-8-sig")
    plain(data)
    assert [cell for row in csv.reader(io.StringIO(text)) for cell in row if FORMULA.match(cell)] == []


def plain(data: bytes) -> None:
    assert BAD.findall(data.decode().replace("\r\n", "\n").replace("\t", " ")) == []


def lines(data: bytes) -> None:
    plain(data)
    json.loads(f"[{','.join(data.decode().splitlines())}]")


def record(data: bytes) -> None:
    plain(data)
    json.loads(data)


def document(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            etree.fromstring(file.read(name))
            plain(file.read(name))


def stata(data: bytes) -> None:
    import pandas

    plain(pandas.read_stata(io.BytesIO(data)).to_csv().encode())


def parquet(data: bytes) -> None:
    import pandas

    plain(pandas.read_parquet(io.BytesIO(data)).to_csv().encode())


CHECKS: dict[str, Callable[[bytes], object]] = {
    "text/html": html,
    "application/json": json.loads,
    "application/problem+json": json.loads,
    "application/manifest+json": json.loads,
    "application/x-suggestions+json": json.loads,
    "application/vnd.citationstyles.csl+json": record,
    "application/x-ndjson": lines,
    "text/csv": table,
    "text/plain": plain,
    "text/markdown": plain,
    "application/x-bibtex": plain,
    "application/x-research-info-systems": plain,
    "application/atom+xml": xml,
    "application/opensearchdescription+xml": xml,
    "application/xml": xml,
    "image/svg+xml": xml,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": document,
    "application/x-stata-dta": stata,
    "application/vnd.apache.parquet": parquet,
    "text/javascript": bytes.decode,
    "image/x-icon": bytes,
}


def test_no_address_puts_markup_or_orders_into_an_answer(app: Flask, client: FlaskClient) -> None:
    tried, unanswered, faults = 0, list[str](), list[str]()

    def ask(path: str, asked: dict[str, str]) -> int:
        nonlocal tried
        tried += 1
        with client.get(path, query_string=asked) as answer:
            try:
                demand_harmless(answer)
            except Exception as fault:  # noqa: BLE001 - what is wrong with all addresses is wanted
                faults.append(f"{path} {asked}: {fault!r}")
            return answer.status_code

    for rule in app.url_map.iter_rules():
        for number, path in enumerate(paths(app, rule.rule)) if "GET" in (rule.methods or ()) else ():
            Read.names.clear()
            given = next((one for one in given_to(app) if ask(path, one) < 400), GIVEN[0])
            if number == 0 and ask(path, given) >= 400:
                unanswered.append(path)
            for name in sorted(Read.names) if number == 0 else ():
                ask(path, {**given, name: next(ATTACKS)})
    assert faults == []
    assert unanswered == [], "add what they need to GIVEN"
    assert tried > 600


@pytest.mark.parametrize("name", [f"{ORDERS}.txt", '"><script>pwned()</script>.html', "a.txt\r\nSet-Cookie: a=b"])
def test_no_file_name_and_no_text_for_verify_puts_markup_into_the_page(client: FlaskClient, name: str) -> None:
    said = f"{ORDERS}{''.join(MARKUP)}建设远洋捕捞基地。"
    demand_harmless(client.post("/verify", data={"text": said}))
    demand_harmless(client.post("/verify", data={"file": (io.BytesIO(said.encode()), name)}))
    demand_harmless(client.post("/api/v1/verify", json={"text": said}))
