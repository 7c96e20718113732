"""How good the ranking is, ours and others', over the same passages in the same run; writes docs/relevance.md.

    pip install -e '.[fast,bench]'
    python bench/relevance.py [CORPUS]        CORPUS: a folder of reports to draw known items from, besides the seeds

*Judged queries*: bench/data/judged-seeds.json has 81 queries over the seeds. People graded the passages (3 answers the
query, 2 is about it, 1 mentions it) and wrote the reason. A passage is named by its report and a part of its text.
bench/data/judged-corpus.json has 34 queries over the reports drawn from the corpus. A passage is named by its report
and a digest of its text. The first ten hits of all compared rankings were judged in random order, without the name
of the ranking. For four queries the answers were elsewhere; they were looked up and added.
Weights are tuned on the seeds and on the first, the third, the fifth … of these queries.
bench/data/judged-corpus-again.json has the same queries, graded by other people who knew neither rankings nor grades.
*Known items*: the query is taken from the passage that must be found. Nobody judged them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from material import Item, items, read_reports
from ranked import Ranking, rankings

from deqing_search.engine.base import AnalysedReport

HERE = Path(__file__).parent
SEEDS = HERE.parent / "seeds"
DEPTH = 10
SAMPLE = 80  # reports of the corpus: what the slowest ranking can still read in a minute
DRAWN = 60  # known items of a kind, at most


AGAIN = "judged-corpus-again.json"


class Wanted(NamedTuple):
    """A query and the grades of the passages it should find, by their numbers."""

    typed: str
    grades: dict[int, int]


def judged(found: Sequence[Item]) -> list[Wanted]:
    """The judged queries; raises ValueError when a passage they name is gone or not the only one."""
    return [
        Wanted(row["typed"], {_named(found, report, stretch): grade for report, stretch, grade in row["grades"]})
        for row in _data("judged-seeds.json")
    ]


def _named(found: Sequence[Item], report: str, stretch: str) -> int:
    inside = [number for number, item in enumerate(found) if item.report == report and stretch in item.compact]
    exact = [number for number in inside if found[number].compact == stretch]
    chosen = exact or inside
    if len(chosen) != 1:
        raise ValueError(f"{len(chosen)} passages of {report} hold {stretch}")
    return chosen[0]


def judged_by_digest(found: Sequence[Item], name: str = "judged-corpus.json") -> list[Wanted]:
    """The judged queries over the corpus; a passage that is there no longer, or cleaned otherwise, has no grade."""
    numbers = {(item.report, digest(item)): number for number, item in enumerate(found)}
    rows = _data(name)
    graded = [
        (row["typed"], {numbers.get((report, digest)): grade for report, digest, grade in row["grades"]})
        for row in rows
    ]
    return [Wanted(typed, grades) for typed, by_number in graded if (grades := _known(by_number))]


def _data(name: str) -> Any:
    return json.loads((HERE / "data" / name).read_text(encoding="utf-8"))


def _known(grades: dict[int | None, int]) -> dict[int, int]:
    return {number: grade for number, grade in grades.items() if number is not None and grade}


def digest(item: Item) -> str:
    """A short name of the text of a passage."""
    return hashlib.sha256(item.compact.encode()).hexdigest()[:12]


def definitions(found: Sequence[Item], reports: Sequence[AnalysedReport], chance: random.Random) -> list[Wanted]:
    """A glossary term, bare or asked for → its definition."""
    rows: list[Wanted] = []
    numbers = {item.id: number for number, item in enumerate(found)}
    for report in reports:
        for passage in report.report.passages:
            if passage.kind == "glossary" and passage.term:
                typed = chance.choice(["{}", "什么是{}", "{}是什么意思", "{}指的是什么"]).format(passage.term)
                rows.append(Wanted(typed, {numbers[passage.id]: 3}))
    return chance.sample(rows, min(DRAWN, len(rows)))


def headings(found: Sequence[Item], chance: random.Random) -> list[Wanted]:
    """A heading without its number → itself, or the first paragraph under it."""
    rows: list[Wanted] = []
    names = [item.compact for item in found if item.kind == "heading"]
    for number, (item, following) in enumerate(pairwise(found)):
        name = re.sub(r"^[(（]?[0-9一二三四五六七八九十]+[)）、.．]*", "", item.text).strip()
        alone = names.count(item.compact) == 1
        if item.kind == "heading" and following.kind == "paragraph" and 4 <= len(name) <= 20 and alone:
            rows.append(Wanted(f'"{name}"' if " " in name else name, {number: 3, number + 1: 2}))
    return chance.sample(rows, min(DRAWN, len(rows)))


def misspelt(found: Sequence[Item], chance: random.Random) -> list[Wanted]:
    """A clause with one character wrong → the passage it stands in."""
    rows: list[Wanted] = []
    whole = "\n".join(item.compact for item in found)
    for number in chance.sample(range(len(found)), min(len(found), 20 * DRAWN)):
        clauses = list(re.findall("[\u4e00-\u9fff]{10,24}", found[number].compact))
        if clauses and whole.count(clause := chance.choice(clauses)) == 1:
            at = chance.randrange(len(clause))
            rows.append(Wanted(f"{clause[:at]}{chance.choice('的一是在有个上中')}{clause[at + 1 :]}", {number: 3}))
        if len(rows) == DRAWN:
            break
    return rows


def ndcg(ranked: Sequence[int], grades: dict[int, int]) -> float:
    """Discounted gain of the first ten, of the best there could be.

    >>> ndcg([7, 8], {7: 3}), round(ndcg([8, 7], {7: 3}), 2)
    (1.0, 0.63)
    """
    best = sorted(grades.values(), reverse=True)
    return _gain([grades.get(number, 0) for number in ranked]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def reciprocal(ranked: Sequence[int], grades: dict[int, int]) -> float:
    """One over the place of the first passage with the highest grade; 0 when it is not among the first ten."""
    best = max(grades.values())
    return next((1 / (place + 1) for place, number in enumerate(ranked[:DEPTH]) if grades.get(number) == best), 0.0)


def in_top_three(ranked: Sequence[int], grades: dict[int, int]) -> float:
    """1 when one of the first three was wanted, else 0."""
    return float(any(number in grades for number in ranked[:3]))


MEASURES: dict[str, Callable[[Sequence[int], dict[int, int]], float]] = {
    "nDCG@10": ndcg,
    "MRR": reciprocal,
    "top 3": in_top_three,
}


Scores = list[tuple[float, ...]]  # of each query, by each measure


def scores(ranking: Ranking, wanted: Sequence[Wanted]) -> Scores:
    answers = [(ranking.best(row.typed, DEPTH), row.grades) for row in wanted]
    return [tuple(measure(*answer) for measure in MEASURES.values()) for answer in answers]


def means(scored: Scores) -> dict[str, float]:
    """The mean of each measure over the queries."""
    return dict(zip(MEASURES, map(statistics.mean, zip(*scored, strict=True)), strict=True))


def measured(ranking: Ranking, wanted: Sequence[Wanted]) -> dict[str, float]:
    return means(scores(ranking, wanted))


def sets(found: Sequence[Item], reports: Sequence[AnalysedReport]) -> dict[str, list[Wanted]]:
    """The known items of some reports, by kind."""
    chance = random.Random(3)  # noqa: S311 - the same draw every time
    return {
        "glossary term → definition": definitions(found, reports, chance),
        "heading → itself or its first paragraph": headings(found, chance),
        "clause with one wrong character → its passage": misspelt(found, chance),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs" / "relevance.md")
    parser.add_argument("--worst", action="store_true", help="print the judged queries, the worst of ours first")
    options = parser.parse_args()
    reports = read_reports(SEEDS)
    parts = [_HEAD.format(day=time.strftime("%Y-%m-%d"), passages=sum(len(report.analysed) for report in reports))]
    with tempfile.TemporaryDirectory() as place:
        found = list(items(reports))
        everyone = rankings(found, reports, Path(place))
        wanted = judged(found)
        if options.worst:
            _print_worst(everyone[0], wanted, found)
        over_seeds = {ranking.name: scores(ranking, wanted) for ranking in everyone}
        parts.append(_rows("Judged queries over the seeds", over_seeds))
        parts.append(_table("Known items of the seeds", everyone, sets(found, reports)))
    if options.corpus:
        parts += _over_corpus(read_reports(options.corpus, most=SAMPLE), over_seeds, worst=options.worst)
    options.out.write_text("\n".join([*parts, _related_words(options.out)]), encoding="utf-8")


def _related_words(written: Path) -> str:
    """The last sections of the page, which are not measured here."""
    page = written.read_text("utf-8") if written.exists() else ""
    return "".join(page.partition("## Related words\n")[1:])


def _over_corpus(chosen: Sequence[AnalysedReport], over_seeds: dict[str, Scores], *, worst: bool) -> Iterator[str]:
    """The tables over a sample of the corpus; those of judged queries only if it is the corpus that was judged."""
    found = list(items(list(chosen)))
    part = f"{len(chosen)} reports of the corpus, {len(found):,} passages"
    with tempfile.TemporaryDirectory() as place:
        everyone = rankings(found, chosen, Path(place))
        wanted, again = judged_by_digest(found), judged_by_digest(found, AGAIN)
        if wanted and again:
            if worst:
                _print_worst(everyone[0], wanted, found)
            halves = {"every query": wanted, "tuned on": wanted[::2], "not tuned on": wanted[1::2]}
            yield _table(f"Judged queries over {part}", everyone, halves)
            yield _JUDGED_CORPUS.format(grades=sum(len(row.grades) for row in wanted))
            yield _table("The same queries over the corpus, judged again", everyone, {"judged": again})
            yield _agreement(wanted, again)
            for name, rows in (("both", wanted), ("both, those over the corpus as they were judged again", again)):
                both = {ranking.name: over_seeds[ranking.name] + scores(ranking, rows) for ranking in everyone}
                yield _rows(f"Judged queries over {name}", both)
        yield _table(f"Known items of {part}", everyone, sets(found, chosen))


_HEAD = """# Relevance

Written by `python bench/relevance.py CORPUS` on {day}, but for the last three sections; do not edit. The seeds have
{passages} passages. Every ranking gets the same passages and only the typed string. deqing-search runs as on the result
page: in exact mode, followed by words results if there are fewer than ten exact hits. If another ranking finds nothing,
it accepts any of the words or trigrams.

*nDCG@10*: the grades of the first ten hits, higher ranks weighing more; 1 is the best possible order. *MRR*: the mean
of 1 / rank of the first passage with the highest grade. *Top 3*: the share of queries with a wanted passage among the
first three.

The weights of the ranking were tuned on the judged queries over the seeds and on every second judged query over the
corpus. Those rows show the best case. Nothing was tuned on the other rows.

If a heading is typed, exact mode finds the heading. The paragraph below it seldom contains the words of the heading, so
only words mode can find it. If the heading alone is found, nDCG is 0.787.
"""
_JUDGED_CORPUS = """{grades} grades. People judged the first ten hits of each of these rankings, and of deqing-search
with other weights. For four queries no ranking found the answers; they were found with other words and added. A passage
that nobody judged counts as wrong, so the figures of a ranking that is added later are too low.

Most is lost in two cases. The answers have no word in common with the question: for 怎么减少文山会海 the answers say
精简会议, and no ranking finds them. Or the grade depends on more than words: one passage explains a thing, another only
names it.
"""


_JUDGED_AGAIN = """Other people graded {pool} passages in random order: the first ten of every ranking here, and all
that already had a grade. They did not know the rankings, the weights or the earlier grades. {graded} passages got a
grade from at least one of the two groups: {same:.0%} got the same grade from both, and {near:.0%} grades that differ by
at most 1.
"""


def _agreement(wanted: Sequence[Wanted], again: Sequence[Wanted]) -> str:
    """How far the judges agree on what either of them found worth a grade."""
    first = {row.typed: row.grades for row in wanted}
    apart = [
        abs(row.grades.get(number, 0) - first.get(row.typed, {}).get(number, 0))
        for row in again
        for number in row.grades.keys() | first.get(row.typed, {}).keys()
    ]
    return _JUDGED_AGAIN.format(
        pool=sum(len(row["grades"]) for row in _data(AGAIN)),
        graded=len(apart),
        same=apart.count(0) / len(apart),
        near=(apart.count(0) + apart.count(1)) / len(apart),
    )


def _table(title: str, everyone: Sequence[Ranking], wanted: dict[str, list[Wanted]]) -> str:
    return _rows(
        title,
        {
            f"{kind}: {ranking.name}" if len(wanted) > 1 else ranking.name: scores(ranking, queries)
            for kind, queries in wanted.items()
            if queries
            for ranking in everyone
        },
    )


def _rows(title: str, scored: dict[str, Scores]) -> str:
    rows = [f"## {title}\n", "| | " + " | ".join(["queries", *MEASURES]) + " |", "|---" * (len(MEASURES) + 2) + "|"]
    for name, each in scored.items():
        cells = [f"{value:.3f}" for value in means(each).values()]
        rows.append(f"| {name} | {len(each)} | {' | '.join(cells)} |")
    return "\n".join([*rows, ""])


def _print_worst(ranking: Ranking, wanted: Sequence[Wanted], found: Sequence[Item]) -> None:
    rows = sorted((ndcg(best := ranking.best(row.typed, DEPTH), row.grades), row, best) for row in wanted)
    for score, row, best in rows[:30]:
        print(f"{score:.2f} {row.typed}")
        for number in best[:4]:
            print(f"     {row.grades.get(number, 0)} {found[number].kind} {found[number].text[:40]}")


if __name__ == "__main__":
    main()
