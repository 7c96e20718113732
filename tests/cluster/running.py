"""A cluster for tests. They are skipped where none can be started."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.cluster.nodes import Cluster, NoCluster


@contextmanager
def started(
    nodes: int, *, secured: bool = False, repository: Path | None = None, settings: Sequence[str] = ()
) -> Iterator[Cluster]:
    """Running nodes; the options are those of `Cluster`."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as place, ExitStack() as running:
        Path(place).chmod(0o755)
        try:
            nodes_of = Cluster(Path(place), nodes=nodes, secured=secured, repository=repository, settings=settings)
            cluster = running.enter_context(nodes_of)
        except NoCluster as reason:
            pytest.skip(f"no cluster: {reason}")
        yield cluster
