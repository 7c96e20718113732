"""The weights of the signs that tell where paragraphs and headings end: the table `data/paragraph_ends.tsv`."""

from __future__ import annotations

from functools import cache

from deqing_search.config import DATA


def weights_of(model: str) -> dict[str, float]:
    """What each sign weighs for ends of sentences (`sentence`) or of headings (`heading`), as a logarithm of odds."""
    return _weights()[model]


@cache
def _weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {"sentence": {}, "heading": {}}
    for row in (DATA / "paragraph_ends.tsv").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            model, sign, weight = row.split("\t")
            found[model][sign] = float(weight)
    return found
