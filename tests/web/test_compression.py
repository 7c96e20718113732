"""Text is compressed for clients that accept gzip, is the same text, and can still be revalidated."""

from __future__ import annotations

import gzip

import pytest

from deqing_search import indexing
from deqing_search.web import create_app
from tests.site import one_seed_index


@pytest.fixture(scope="module")
def client():
    return create_app(indexing.open_index(one_seed_index())).test_client()


@pytest.mark.parametrize("address", ["/?q=发展", "/static/style.css"])
def test_a_compressed_answer_is_the_plain_one_made_smaller(client, address):
    plain = client.get(address)
    small = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert plain.headers.get("Content-Encoding") is None
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2


def test_a_page_that_has_not_changed_is_not_sent_again_compressed_or_not(client):
    tag = client.get("/?q=发展", headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    for headers in ({"Accept-Encoding": "gzip"}, {}):
        again = client.get("/?q=发展", headers={"If-None-Match": tag, **headers})
        assert (again.status_code, again.data) == (304, b"")


def test_a_client_that_refuses_gzip_gets_none(client):
    assert client.get("/?q=发展", headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None
