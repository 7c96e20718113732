"""An index of the reports of one city, or of several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deqing_search import indexing
from deqing_search.engine.base import Viewer
from deqing_search.store.current import open_index


def city_index(folder: Path, reports: Mapping[int, str], place: str = "甲市") -> Viewer:
    """An index in `folder` of the reports of one place: year → text in Markdown."""
    return index_of(folder, {(place, year): text for year, text in reports.items()})


def index_of(
    folder: Path, reports: Mapping[tuple[str, int], str], *, again: Mapping[tuple[str, int], str] | None = None
) -> Viewer:
    """An index in `folder` of reports: place and year → text in Markdown. `again`: second reports of a year."""
    sources = folder / "sources"
    sources.mkdir()
    rows = ["report,title,kind,year,place"]
    for session, texts in (("", reports), ("-2", again or {})):
        for (place, year), text in texts.items():
            (sources / f"{place}{year}{session}.md").write_text(text, encoding="utf-8")
            rows.append(f"{place}{year}{session},{place}政府工作报告,政府工作报告,{year},{place}")
    (sources / "catalog.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    indexing.rebuild(folder / "index", [sources])
    return open_index(folder / "index")
