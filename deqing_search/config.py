"""Where things are kept on this machine. Reads the environment; knows nothing of what is kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Where files that can be made again are kept: `DEQING_CACHE`, else the user's cache directory."""
    if given := os.environ.get("DEQING_CACHE"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG rule: a path that is not absolute is to be ignored.
    return (Path(base) if os.path.isabs(base) else Path("~/.cache").expanduser()) / "deqing-search"
