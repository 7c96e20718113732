"""Which files pytest leaves alone: those that need an extra which is not installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("mcp") else ["deqing_search/mcp"]
