"""`wsgi.py`, which other WSGI servers run."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.site import ask, seeds_index

FILE = Path(__file__).parents[2] / "wsgi.py"


def test_wsgi_py_is_the_site_over_the_index_that_is_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEQING_INDEX", str(seeds_index()))
    client = runpy.run_path(str(FILE))["app"].test_client()
    assert "<mark>地理信息</mark>" in client.get(ask("地理信息")).text
    assert client.get("/metrics").status_code == 200
