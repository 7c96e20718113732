"""What most tests of the command line start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cluster.nodes import Cluster
from tests.cluster.running import started
from tests.command import Run, runner
from tests.site import seeds_index

settings.register_profile("project", deadline=None)  # how long one example takes depends on what else the machine does
settings.load_profile("project")


@pytest.fixture(scope="session")
def node() -> Iterator[Cluster]:
    """An OpenSearch cluster of one node."""
    with started(1) as running:
        yield running


@pytest.fixture
def cluster(node: Cluster) -> str:
    """The address of that node."""
    return node.address


@pytest.fixture
def index() -> Path:
    """The five seeds. No test writes to it."""
    return seeds_index()


@pytest.fixture
def run(index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, in this process."""
    return runner(index, capsys, monkeypatch)
