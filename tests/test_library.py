"""`import deqing_search` as a library, and the page about it."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import get_type_hints

import pytest
from flask.testing import FlaskClient

import deqing_search
from deqing_search import Index, IndexMissing, UsageError, filters, library, open_index
from tests.command import Run
from tests.site import seeds_app, seeds_index

PAGE = (Path(__file__).parent.parent / "docs/programs.md").read_text("utf-8")
SHELL, HTTP = (re.findall(r"^```sh\n(.+?)^```", PAGE, re.M | re.S)[at].splitlines() for at in (0, 1))
EXAMPLES = re.findall(r"^```python\n(.+?)^```\n```text\n(.+?)^```", PAGE, re.M | re.S)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Index:
    monkeypatch.setenv("DEQING_INDEX", str(seeds_index()))
    return open_index()


@pytest.mark.parametrize(("code", "printed"), EXAMPLES)
def test_an_example_of_the_page_prints_what_stands_below_it(
    code: str, printed: str, opened: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(code, {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == printed


def test_every_python_example_of_the_page_says_what_it_prints() -> None:
    assert len(EXAMPLES) == PAGE.count("```python\n") >= 4


def test_the_shell_commands_of_the_page_find_something(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(SHELL) >= 5
    for line in SHELL:
        typed, _, command = line.rpartition(" | ")
        given = shlex.split(typed)[1:]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("".join(given).encode())))
        answer = run(*shlex.split(command)[1:])
        assert (answer.code, bool(answer.out)) == (0, True), line


def test_the_addresses_of_the_page_answer(seeds_client: FlaskClient) -> None:
    assert len(HTTP) >= 5
    for line in HTTP:
        answer = requested(seeds_client, shlex.split(line)[1:])
        assert (answer.status_code, answer.get_json()["schema"]) == (200, 1), line


@pytest.fixture
def seeds_client() -> FlaskClient:
    return seeds_app().test_client()


def requested(client: FlaskClient, words: Sequence[str]):
    """The answer to a command of curl."""
    (address,) = (word for word in words if word.startswith("http"))
    sent = [value for option, value in pairwise(words) if option in ("-d", "--data-urlencode")]
    path = address.removeprefix("http://127.0.0.1:8000")
    if "-sG" in words or not sent:
        return client.get(path, query_string=dict(one.split("=", 1) for one in sent))
    return client.post(path, data=sent[0], content_type="application/json")


def test_importing_the_package_loads_nothing_else_of_it() -> None:
    code = "import sys, deqing_search; print([name for name in sys.modules if name.startswith('deqing_search.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert loaded.stdout.strip() == "[]"


def test_every_stable_name_is_there_and_is_described() -> None:
    names = deqing_search.__all__
    assert names == sorted({*library.__all__, "__version__"})
    assert set(names) <= set(dir(deqing_search))
    undescribed = [name for name in names if not (getattr(deqing_search, name).__doc__ or "").strip()]
    assert undescribed == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        deqing_search.nothing  # noqa: B018


def test_every_method_of_an_index_has_types() -> None:
    methods = {name: method for name, method in vars(Index).items() if callable(method) and not name.startswith("_")}
    assert {"search", "verify", "panel"} <= methods.keys()
    for method in methods.values():
        assert "return" in get_type_hints(method)


def test_an_index_is_read_by_ids_too(opened: Index) -> None:
    (hit,) = opened.search("地理信息", filters(year="2021"), limit=1).hits
    assert opened.passage(hit.passage.id) == hit.passage
    report = opened.report(hit.report.id)
    assert report is not None
    assert hit.passage in report.passages
    assert report.id in {card.id for card in opened.reports()}
    assert opened.passage("nothing") is None
    assert opened.report("nothing") is None


def test_a_search_counts_what_its_passages_and_its_trend_count(opened: Index) -> None:
    found = opened.search("地理信息", limit=0)
    assert found.total == len(list(opened.passages("地理信息"))) > 0
    assert found.occurrences == opened.trend("地理信息").total.occurrences


def test_errors_say_what_to_do_next(opened: Index, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing) as missing:
        open_index(tmp_path)
    with pytest.raises(UsageError) as empty:
        opened.search("")
    with pytest.raises(UsageError) as reversed_years:
        filters(year="2024..2016")
    assert all(fault.value.hint for fault in (missing, empty, reversed_years))
