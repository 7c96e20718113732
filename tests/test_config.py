"""Where files are kept."""

from __future__ import annotations

from pathlib import Path

from deqing_search import config


def test_the_cache_is_where_the_environment_says(monkeypatch):
    monkeypatch.delenv("DEQING_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert config.cache_dir() == Path("/xdg/deqing-search")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert config.cache_dir() == Path("~/.cache/deqing-search").expanduser()
    monkeypatch.setenv("DEQING_CACHE", "/given")
    assert config.cache_dir() == Path("/given")
