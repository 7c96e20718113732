"""Where things are kept on this machine. Reads the environment; knows nothing of what is kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"  # tables that travel with the package


def cache_dir() -> Path:
    """Where files that can be made again are kept: `DEQING_CACHE`, else the user's cache directory."""
    if given := os.environ.get("DEQING_CACHE"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG rule: a path that is not absolute is to be ignored.
    return (Path(base) if os.path.isabs(base) else Path("~/.cache").expanduser()) / "deqing-search"


def home() -> Path:
    """The folder that holds `seeds/` and `index/`: the current one if it has seeds, else the checkout of this code."""
    here, checkout = Path.cwd(), Path(__file__).resolve().parent.parent
    return checkout if not (here / "seeds").is_dir() and (checkout / "seeds").is_dir() else here


def index_dir() -> Path:
    """Where the index is kept: `DEQING_INDEX`, else `index/`."""
    return Path(os.environ.get("DEQING_INDEX") or home() / "index")


def seeds_dir() -> Path:
    """What is indexed when nothing is named: `DEQING_SEEDS`, else `seeds/`."""
    return Path(os.environ.get("DEQING_SEEDS") or home() / "seeds")


def memory_bytes() -> int:
    """How much of what was counted for queries is kept: `DEQING_MEMORY` in megabytes, else 64; 0: not even answers."""
    given = os.environ.get("DEQING_MEMORY", "")
    return (int(given) if given.isdecimal() else 64) << 20


def site_url() -> str:
    """What stands in front of the links that are printed: `DEQING_URL`, else nothing."""
    return os.environ.get("DEQING_URL", "").rstrip("/")
