"""How a command of ours is started to be measured: as a user's is, of whose modules none waits to be compiled."""

from __future__ import annotations

import compileall
import os
import sys

import deqing_search

COMMAND = [sys.executable, "-m", "deqing_search"]


def as_installed() -> dict[str, str]:
    """The environment to start our own code in: its modules are compiled, and no run that is timed compiles them."""
    compileall.compile_dir(deqing_search.__path__[0], quiet=1)
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
