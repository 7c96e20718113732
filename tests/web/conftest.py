"""The site over the seeds. No test writes to its index."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from deqing_search.engine.base import Viewer
from tests.site import seeds_app, seeds_engine


@pytest.fixture(scope="module")
def engine() -> Viewer:
    return seeds_engine()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return seeds_app().test_client()
