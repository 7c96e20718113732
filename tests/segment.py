"""Writes the arrays of one segment without an index around it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deqing_search.engine.segment import temporary, writer
from deqing_search.engine.segment.array_file import ArrayWriter
from deqing_search.engine.segment.bigrams import FREQUENT
from deqing_search.engine.segment.entries import Entry
from deqing_search.engine.segment.temporary import TemporaryArrays
from deqing_search.engine.segment.writer import SegmentBuilder


def write_segment(
    folder: Path,
    entries: Iterable[Entry],
    *,
    batch: int = writer.BATCH,
    frequent: int = FREQUENT,
    memory: int = temporary.MEMORY,
) -> Path:
    """Write the entries to a file in `folder`; the options are those of `SegmentBuilder` and `TemporaryArrays`."""
    path = folder / "segment.arr"
    with TemporaryArrays(folder, memory=memory) as arrays:
        builder = SegmentBuilder(arrays, batch=batch, frequent=frequent)
        for entry in entries:
            builder.add(entry)
        out = ArrayWriter(path.open("wb"))
        builder.write(out)
        out.close()
    return path
