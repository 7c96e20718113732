"""What must hold before the nodes of a cluster for tests can be started."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FETCH = (
    "import sys; from pathlib import Path; from tests.cluster.nodes import fetch_jars; fetch_jars(Path(sys.argv[1]))"
)


@pytest.mark.slow
def test_processes_that_fetch_the_jars_at_once_all_get_them(tmp_path: Path) -> None:
    if not shutil.which("mvn"):
        pytest.skip("no cluster: Maven is not installed")
    place = tmp_path / "cache" / "jars"
    command = [sys.executable, "-c", FETCH, str(place)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: S603
    assert [process.communicate(timeout=300)[1] for process in running] == ["", "", ""]
    assert {path.suffix for path in place.iterdir()} == {".jar", ".zip"}
    assert [path.name for path in place.parent.iterdir() if path.is_dir()] == ["jars"]
