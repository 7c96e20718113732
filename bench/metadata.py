"""Year, place and kind that are read of reports, against what their folders and names say.

    python bench/metadata.py FOLDER [--show]

Truth comes from the paths (`…/北京市/2005.md`, `云南省-2026.txt`), so the reader is asked twice: with the path hidden,
which measures the text alone, and with it. Names are not always right: what differs is to be read (`--show`). The
two halves are drawn by the digest of the path, so that rules can be made on one and tried on the other.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePath

from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.report import Metadata, RawText
from deqing_search.sources.discovery import find_sources
from deqing_search.structure.metadata import describe
from deqing_search.structure.path_facts import facts_of

FIELDS = ("year", "place", "kind")
NOWHERE = PurePath()


def main() -> None:
    options = _options()
    read = [
        (source.path, extract(source)) for source in find_sources(options.folder, endings=READERS, fixes=TITLES).sources
    ]
    for hidden in (True, False):
        print("text alone" if hidden else "text, then path")
        counts: Counter[tuple[str, str, str]] = Counter()
        for path, raw in read:
            counts.update(_judged(path, raw, hidden=hidden, show=options.show and not hidden))
        for half in ("first half", "second half"):
            print(f"  {half}: " + "; ".join(_shares(counts, half)))


def _judged(path: Path, raw: RawText, *, hidden: bool, show: bool) -> Iterator[tuple[str, str, str]]:
    """(half, field, outcome) of one report, for each field of which its path tells the truth."""
    truth, found = facts_of(path), describe(raw, Metadata(), NOWHERE if hidden else path)
    half = "second half" if sha256("/".join(path.parts[-2:]).encode()).digest()[0] % 2 else "first half"
    for field in FIELDS:
        true, said = getattr(truth, field), getattr(found, field)
        if true:
            outcome = "silent" if not said else "right" if said == true else "differs"
            if show and outcome != "right":
                print(
                    f"    {'/'.join(path.parts[-2:])}: {field} {said or 'unknown'}, by its path {true}: {found.title}"
                )
            yield half, field, outcome


def _shares(counts: Counter[tuple[str, str, str]], half: str) -> Iterator[str]:
    for field in FIELDS:
        right, silent, differs = (counts[half, field, outcome] for outcome in ("right", "silent", "differs"))
        total = max(right + silent + differs, 1)
        yield f"{field} {right / total:.2%} of {total}, {silent} silent, {differs} differ"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="reports whose folders and names tell place and year")
    parser.add_argument("--show", action="store_true", help="print what differs from the path")
    return parser.parse_args()


if __name__ == "__main__":
    main()
