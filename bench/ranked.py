"""The rankings that are compared: ours and what a user would have instead, over the same passages.

Each gives the numbers of its best passages for what was typed, best first. None is told more than the typed string.
"""

from __future__ import annotations

import math
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from material import Item, words

from deqing_search.engine.base import AnalysedReport, View
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.language.folding import compact_text
from deqing_search.search import searcher


class Ranking(Protocol):
    name: str

    def best(self, typed: str, count: int) -> list[int]: ...


class Ours:
    """The default of page and command line: exact, and where that finds few, words below."""

    name = "deqing-search"

    def __init__(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None:
        self._numbers = {item.id: number for number, item in enumerate(found)}
        engine = WhooshEngine(place, compact=compact_text)
        engine.write(reports)
        self._view = engine.view()

    def view(self) -> View:
        return self._view

    def best(self, typed: str, count: int) -> list[int]:
        return self.numbers(searcher.search(self, searcher.SearchRequest(typed, limit=count)))

    def numbers(self, found: searcher.Results) -> list[int]:
        return [self._numbers[hit.passage.id] for shown in found.lists for hit in shown.hits]


class InWords:
    """Ours, where the reader has turned to words mode."""

    name = "deqing-search, words mode"

    def __init__(self, ours: Ours) -> None:
        self._ours = ours

    def best(self, typed: str, count: int) -> list[int]:
        return self._ours.numbers(searcher.search(self._ours, searcher.SearchRequest(typed, mode="words", limit=count)))


class PlainBm25:
    """BM25 (k1 1.2, b 0.75) on some tokens of the text, any of which may occur."""

    def __init__(self, name: str, found: Sequence[Item], cut: Callable[[str], list[str]]) -> None:
        self.name, self._cut = name, cut
        tokens = [cut(item.compact) for item in found]
        mean = sum(map(len, tokens)) / len(found)
        self._norms = [1.2 * (0.25 + 0.75 * len(each) / mean) for each in tokens]
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for number, each in enumerate(tokens):
            for token, times in Counter(each).items():
                self._postings.setdefault(token, []).append((number, times))

    def best(self, typed: str, count: int) -> list[int]:
        asked = dict.fromkeys(word for word in self._cut(compact_text(typed)) if word != "or")
        scores: defaultdict[int, float] = defaultdict(float)
        for token in asked:
            postings = self._postings.get(token, [])
            rarity = math.log1p((len(self._norms) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, times in postings:
                scores[number] += rarity * times * 2.2 / (times + self._norms[number])
        return sorted(scores, key=lambda number: (-scores[number], number))[:count]


def bigrams(text: str) -> list[str]:
    """Every two characters side by side.

    >>> bigrams("扶养关系")
    ['扶养', '养关', '关系']
    """
    return [first + second for first, second in pairwise(text)]


class Fused:
    """Reciprocal-rank fusion (k 60) of the first fifty of two rankings."""

    def __init__(self, one: Ranking, other: Ranking) -> None:
        self.name = f"fusion of {one.name} and {other.name}"
        self._both = (one, other)

    def best(self, typed: str, count: int) -> list[int]:
        scores: defaultdict[int, float] = defaultdict(float)
        for ranking in self._both:
            for place, number in enumerate(ranking.best(typed, 50), 1):
                scores[number] += 1 / (60 + place)
        return sorted(scores, key=lambda number: (-scores[number], number))[:count]


class Trigrams:
    """SQLite's FTS5 on trigrams: all that was typed, and where that finds nothing, any trigram of it."""

    name = "SQLite FTS5 trigram"

    def __init__(self, found: Sequence[Item]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE fts USING fts5(body, tokenize='trigram')")
        rows = ((number, item.compact) for number, item in enumerate(found))
        self._db.executemany("INSERT INTO fts (rowid, body) VALUES (?, ?)", rows)

    def best(self, typed: str, count: int) -> list[int]:
        parts = [part.strip('“”"') for part in typed.split() if part != "OR"]
        joint = " OR " if " OR " in typed else " AND "
        long = [f'"{compact_text(part)}"' for part in parts if len(part) > 2]
        found = self._rows(joint.join(long), count) if len(long) == len(parts) else []
        text = compact_text(typed)
        return found or self._rows(" OR ".join(f'"{text[at : at + 3]}"' for at in range(len(text) - 2)), count)

    def _rows(self, match: str, count: int) -> list[int]:
        if not match:
            return []
        try:
            rows = self._db.execute("SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rank LIMIT ?", (match, count))
            return [row[0] for row in rows]
        except sqlite3.OperationalError:  # a quotation mark in what was typed
            return []


class Tutorial:
    """jieba's ChineseAnalyzer and Whoosh's QueryParser; `patient`: where all words find nothing, any of them."""

    def __init__(self, found: Sequence[Item], *, patient: bool) -> None:
        self.name = "tutorial stack (jieba + Whoosh)" + (", falling back on OR" if patient else "")
        self._patient = patient
        from jieba.analyse import ChineseAnalyzer
        from whoosh import fields, index

        schema = fields.Schema(number=fields.STORED, body=fields.TEXT(analyzer=ChineseAnalyzer()))
        self._place = tempfile.TemporaryDirectory()
        built = index.create_in(self._place.name, schema)
        writer = built.writer(limitmb=256)
        for number, item in enumerate(found):
            writer.add_document(number=number, body=item.text)
        writer.commit()
        self._schema, self._searcher = schema, built.searcher()

    def best(self, typed: str, count: int) -> list[int]:
        from whoosh.qparser import AndGroup, OrGroup, QueryParser

        for group in (AndGroup, OrGroup)[: 1 + self._patient]:
            parsed = QueryParser("body", self._schema, group=group).parse(typed)
            if found := [hit["number"] for hit in self._searcher.search(parsed, limit=count)]:
                return found
        return []


def rankings(found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> list[Ranking]:
    """Everyone, ours first."""
    tutorials = [Tutorial(found, patient=False), Tutorial(found, patient=True)]
    ours = Ours(found, reports, place)
    on_words = PlainBm25("plain BM25 on jieba words", found, words)
    on_bigrams = PlainBm25("plain BM25 on character bigrams", found, bigrams)
    fused = Fused(ours, on_bigrams)
    return [ours, InWords(ours), on_words, on_bigrams, fused, Trigrams(found), *tutorials]
