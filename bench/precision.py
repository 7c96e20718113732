"""How often the edits of a fix are right, by the verdicts of reviewers; and the keeping of these verdicts.

    search-cli clean FOLDER --fix hard-wrap --sample 60 --seed 1 > sample.tsv    # then replace each ? by right or wrong
    python bench/precision.py --add sample.tsv       keeps the verdicts of judged samples
    python bench/precision.py --made FOLDER…         finds out which of the judged edits are still made
    python bench/precision.py                        prints the tables of docs/cleaning.md

The verdicts are in bench/data/verdicts.tsv. A row has the key of the edit, the fix, the report, the verdict, the reason
and, if cleaning no longer makes the edit, the word gone. The reason of a wrong edit starts with its harm.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deqing_search.cleaning.titles import TITLES
from deqing_search.errors import SourceError
from deqing_search.pipeline import read_all
from deqing_search.review import GONE, OPEN, RIGHT, WRONG, Verdict, key_of, read_verdicts

VERDICTS = Path(__file__).parent / "data" / "verdicts.tsv"
HARMS = ("false fact", "false order", "lost text", "torn paragraph", "ugly")  # the worst first
_HEAD = "# key, fix, report, verdict, reason, gone if the edit is no longer made: see bench/precision.py\n"


def main() -> None:
    options = _options()
    verdicts = read_verdicts(VERDICTS) if VERDICTS.exists() else []
    if options.add:
        verdicts = added(verdicts, [one for file in options.add for one in read_verdicts(file)])
        write(verdicts)
    if options.made:
        verdicts = compared(verdicts, keys_made(options.made))
        write(verdicts)
    print("\n".join([*table(verdicts), "", *wrong_ones(verdicts)]))


def added(verdicts: Iterable[Verdict], judged: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts with newer ones. A later verdict on the same edit replaces an earlier one.

    >>> old, new = Verdict("a", "markup", "r", "right"), Verdict("a", "markup", "r", "wrong", "lost text: a heading")
    >>> [one.verdict for one in added([old], [new, Verdict("b", "markup", "r", "?")])]
    ['wrong']
    """
    known = {one.key: one for one in (*verdicts, *judged) if one.verdict != OPEN}
    for one in known.values():
        if one.verdict == WRONG and one.reason.partition(":")[0] not in HARMS:
            sys.exit(f"{one.key}: the reason of a wrong edit starts with one of: {', '.join(HARMS)}")
    return sorted(known.values(), key=_order)


def compared(verdicts: Iterable[Verdict], made: set[str]) -> list[Verdict]:
    """The verdicts, with those marked whose edits are not among the ones that are made now."""
    return [one._replace(state="" if one.key in made else GONE) for one in verdicts]


def keys_made(folders: Iterable[Path]) -> set[str]:
    """The keys of all edits that cleaning makes in these folders."""
    read = (one for folder in folders for one in read_all(folder) if not isinstance(one, SourceError))
    return {key_of(raw, edit) for raw, report in read for edit in report.edit_log}


def table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """For each fix how many edits were read and how many are right."""
    counts = Counter((one.fix, one.verdict, one.state) for one in verdicts)
    yield "| fix | read | right | wrong | precision | no longer made: right | wrong |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for fix in TITLES:
        right, wrong = counts[fix, RIGHT, ""], counts[fix, WRONG, ""]
        gone = counts[fix, RIGHT, GONE], counts[fix, WRONG, GONE]
        if right + wrong + sum(gone):
            share = f"{right / (right + wrong):.3f}" if right + wrong else "–"
            yield f"| {fix} | {right + wrong} | {right} | {wrong} | {share} | {gone[0]} | {gone[1]} |"


def wrong_ones(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The wrong edits that are still made, the most harmful first."""
    wrong = sorted((one for one in verdicts if one.verdict == WRONG and not one.state), key=_order)
    if wrong:
        yield "| wrong edit | fix | report | why |"
        yield "|---|---|---|---|"
    for one in wrong:
        yield f"| `{one.key}` | {one.fix} | {one.report} | {one.reason} |"


def write(verdicts: Iterable[Verdict]) -> None:
    VERDICTS.write_text(_HEAD + "".join("\t".join(one).rstrip() + "\n" for one in verdicts), encoding="utf-8")


def _order(one: Verdict) -> tuple[int, int, str, str]:
    harm = one.reason.partition(":")[0] if one.verdict == WRONG else ""
    return HARMS.index(harm) if harm else len(HARMS), [*TITLES].index(one.fix), one.report, one.key


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--add", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--made", type=Path, nargs="+", metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
