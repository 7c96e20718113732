"""How a benchmark starts the command: with compiled modules, as an installed program has them."""

from __future__ import annotations

import compileall
import os
import sys

import deqing_search

COMMAND = [sys.executable, "-m", "deqing_search"]


def as_installed() -> dict[str, str]:
    """The environment for the command. Compiles the modules first, so that no timed run does."""
    compileall.compile_dir(deqing_search.__path__[0], quiet=1)
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
