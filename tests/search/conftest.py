"""The engines over the three small reports."""

from __future__ import annotations

import pytest

from deqing_search.engine.base import Engine
from tests.small import ENGINES, small_engine


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return small_engine(request.param, tmp_path_factory.mktemp("index"))
