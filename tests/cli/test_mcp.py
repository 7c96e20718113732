"""The command `mcp` where its extra is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.command import environment


def test_without_the_extra_it_says_what_to_install(index: Path) -> None:
    code = (
        "import sys; sys.modules['pydantic'] = None; sys.argv = ['search-cli', 'mcp'];"
        "from deqing_search.cli.commands import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment(index), capture_output=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "deqing-search[mcp]" in ran.stderr.decode()
