"""How long the costliest queries compute, and how well counts of postings foretell it.

    python bench/costly.py INDEX [--queries 300] [--seed 1]
        prints a Markdown list for docs/operations.md

Queries are drawn: NEAR, 同句 and OR of the most frequent characters and words, up to the limits of a query. Nothing is
remembered between them. Each is asked once as a page of hits or as a trend; the time is that of the processor.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from pathlib import Path
from time import thread_time
from typing import NamedTuple

os.environ["DEQING_MEMORY"] = "0"

from deqing_search import indexing
from deqing_search.engine.base import SuggestionView, View, Viewer
from deqing_search.language.folding import compact_text
from deqing_search.query.parser import parse
from deqing_search.query.tree import Literal, Near, Node, leaves
from deqing_search.research.trends import trend
from deqing_search.search import searcher
from deqing_search.text.offsets import Span

MANY = 100_000  # occurrences that NEAR compares; below, other things take the time


class Asked(NamedTuple):
    """One query: seconds of computing, and how many occurrences NEAR compares: those of the rarer of each pair."""

    typed: str
    seconds: float
    compared: int


class Frequent:
    """Draws frequent characters and words, and queries of them."""

    def __init__(self, view: SuggestionView, seed: int) -> None:
        words, characters = Counter(view.vocabulary()), Counter[str]()
        for word, passages in words.items():
            characters.update(dict.fromkeys(word, passages))
        self._draw = random.Random(seed)  # noqa: S311 - to repeat it
        self._words, self._characters = (
            [text for text, _ in counts.most_common(400) if text.isalnum()] for counts in (words, characters)
        )

    def some(self, most: int) -> list[str]:
        every = [*self._characters[: self._draw.choice((20, 60, 400))], *self._words[: self._draw.choice((20, 400))]]
        return self._draw.choices(every, k=self._draw.randint(1, most))

    def query(self) -> str:
        distance = self._draw.choice((1, 5, 50, 5000))
        pairs = list(zip(self.some(30), self.some(30), strict=False))
        return self._draw.choice((
            f"({' OR '.join(self.some(8))}) NEAR/{distance} ({' OR '.join(self.some(8))})",
            " OR ".join(f"{one} NEAR/{distance} {other}" for one, other in pairs),
            " OR ".join(f"同句:({one} {other})" for one, other in pairs),
            f"同句:({' OR '.join(self.some(60))})",
            " OR ".join(self.some(60)),
        ))  # fmt: skip


def compared(view: View, root: Node) -> int:
    pairs = [(leaf.left, leaf.right) for leaf in leaves(root) if isinstance(leaf, Near)]
    counts = {text: _occurrences(view, text) for pair in pairs for text in (one.compact for one in pair)}
    return sum(min(counts[one.compact] for one in pair) for pair in pairs)


def _occurrences(view: View, text: str) -> int:
    return sum(view.years(Literal(text, Span(0, 0), compact=compact_text(text))).values())


def asked(engine: Viewer, typed: str, ask: str) -> Asked | None:
    """None: the query exceeds a limit."""
    root = parse(typed, compact=compact_text).root
    if root is None:
        return None
    began = thread_time()
    if ask == "hits":
        searcher.search(engine, searcher.SearchRequest(typed, mode="exact"))
    else:
        trend(engine, typed)
    return Asked(typed, thread_time() - began, compared(engine.view(), root))


def section(index: Path, queries: int, seed: int) -> str:
    engine = indexing.open_index(index)
    view = engine.view()
    assert isinstance(view, SuggestionView)
    frequent, every = Frequent(view, seed), list[Asked]()
    while len(every) < queries:
        if found := asked(engine, frequent.query(), ("hits", "trend")[len(every) % 2]):
            every.append(found)
    every.sort(key=lambda one: one.seconds)
    each = sorted(one.seconds / one.compared * 1e9 for one in every if one.compared > MANY)
    p50, p99 = (every[int(len(every) * share)].seconds for share in (0.5, 0.99))
    longest, middle = every[-1], each[len(each) // 2]
    return "\n".join((
        f"- {len(every)} queries: p50 {p50:.2f} s, p99 {p99:.2f} s, longest {longest.seconds:.2f} s: {longest.typed}",
        f"- most occurrences that NEAR compares: {max(one.compared for one in every):,}",
        f"- {len(each)} with more than {MANY:,}: {each[0]:.0f} to {each[-1]:.0f} ns each, median {middle:.0f}",
    ))  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(section(given.index, given.queries, given.seed))
