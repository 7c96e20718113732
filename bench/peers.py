"""The engines that are compared, each set up as its own documentation would have it. All answer in item numbers.

`build` takes the passages, `ask` gives the best ten with their texts, as a page shows them, and `all` every match.
A peer that has no way to say a query answers None.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from material import Item, words
from queries import Query

from deqing_search.engine.base import AnalysedReport, Request, View
from deqing_search.engine.whoosh.engine import ANSWERS, WhooshEngine
from deqing_search.language.analyzer import cut, question_words
from deqing_search.language.folding import compact_text
from deqing_search.report import Passage
from deqing_search.search import modes, page, searcher
from deqing_search.search.request import Mode
from deqing_search.suggest.completion import NAME
from deqing_search.suggest.writer import write_suggestions

EVERY = 10_000_000


class Peer(Protocol):
    name: str
    most: int  # passages beyond which it is left out: building would take too long

    def build(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None: ...

    def ask(self, query: Query) -> list[str] | None: ...

    def all(self, query: Query) -> set[int] | None: ...


class Ours:
    """This project: exact mode, or words mode for questions; total, occurrences and facets are counted as well.

    `OursPage` and `OursAsked` ask in the default mode, as users do.
    """

    name, most = "deqing-search", EVERY
    answers = ANSWERS

    def build(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None:
        WhooshEngine(place, compact=compact_text).write(reports)
        self.open(found, place)

    def open(self, found: Sequence[Item], place: Path) -> None:
        self._numbers = {item.id: number for number, item in enumerate(found)}
        self._view = WhooshEngine(place, compact=compact_text, answers=self.answers).view()

    def view(self) -> View:
        return self._view

    def _found(self, query: Query, limit: int) -> list[Passage]:
        request = self._request(query.typed, "words" if query.question else "exact", limit)
        return self._view.passages([scored.handle for scored in self._view.evaluate(request).page])

    def _request(self, typed: str, mode: Mode, limit: int) -> Request:
        read = self._read(typed)
        asked = page.Page(self._view, read, searcher.SearchRequest(typed, limit=limit))
        root = page.required_root(read)
        return asked.request(mode, modes.apply(root, mode), modes.boost_terms(root) if mode == "exact" else ())

    _read = staticmethod(searcher.read)

    def ask(self, query: Query) -> list[str] | None:
        return [passage.text for passage in self._found(query, 10)]

    def all(self, query: Query) -> set[int]:
        return {self._numbers[passage.id] for passage in self._found(query, EVERY)}


class OursUnasked(Ours):
    """The same files and memory, but no answer is remembered: a query that nobody asked before, of words that were."""

    name = "deqing-search, answers forgotten"
    answers = 0
    _read = staticmethod(searcher.read.__wrapped__)  # nor how a query is read

    def ask(self, query: Query) -> list[str] | None:
        if query.question:
            for known in (cut, question_words):
                known.cache_clear()  # nobody asked this question; a literal is a word that was
        return super().ask(query)


class OursForgetful(OursUnasked):
    """The same files, but every count is made anew: what the first to ask waits for."""

    name = "deqing-search, nothing remembered"


class OursPage(Ours):
    """A whole page of results: besides, marks, snippets, report cards, coverage and corrections."""

    name = "deqing-search, whole page"

    def open(self, found: Sequence[Item], place: Path) -> None:
        super().open(found, place)
        write_suggestions(self._view, place / NAME)  # corrections are read from it

    def ask(self, query: Query) -> list[str] | None:
        found = searcher.search(self, searcher.SearchRequest(query.typed, limit=10))
        return [hit.passage.text for hit in (found if found.total or not found.words else found.words).hits]


class OursAsked(OursPage):
    """A whole page for a query that nobody asked before."""

    name = "deqing-search, whole page, answers forgotten"
    answers = 0

    def ask(self, query: Query) -> list[str] | None:
        for known in (cut, question_words, searcher.read):
            known.cache_clear()
        return super().ask(query)


class Tantivy:
    """tantivy; a literal is the phrase of its pieces, whatever the pieces are."""

    most = EVERY

    def __init__(
        self, name: str, pieces: Callable[[str], Sequence[str]], body: Callable[[Item], Sequence[str]]
    ) -> None:
        self.name, self._pieces, self._body = name, pieces, body

    def build(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        fields = tantivy.SchemaBuilder()
        fields.add_text_field("body", stored=False, tokenizer_name="spaces")
        fields.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
        fields.add_integer_field("number", stored=True, indexed=True, fast=True)
        fields.add_integer_field("year", indexed=True, fast=True)
        self._schema = fields.build()
        self._index = tantivy.Index(self._schema, path=str(place))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("spaces", spaces)
        writer = self._index.writer(heap_size=256 << 20, num_threads=1)
        for number, item in enumerate(found):
            document = tantivy.Document()
            document.add_text("body", " ".join(self._body(item)))
            document.add_text("text", item.text)
            document.add_integer("number", number)
            document.add_integer("year", item.year)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _query(self, query: Query) -> Any:
        t, occur = self._tantivy, self._tantivy.Occur
        if query.question:
            words = [t.Query.term_query(self._schema, "body", word) for word in self._pieces(query.typed)]
            return t.Query.boolean_query([(occur.Should, word) for word in words])
        if query.near is not None:
            words = [(i, word) for i, word in enumerate(self._pieces("".join(query.must)))]
            return t.Query.phrase_query(self._schema, "body", words, slop=query.near)
        clauses = [(occur.Must, self._literal(literal)) for literal in query.must]
        if query.may:
            may = t.Query.boolean_query([(occur.Should, self._literal(literal)) for literal in query.may])
            clauses.append((occur.Must, may))
        clauses += [(occur.MustNot, self._literal(literal)) for literal in query.never]
        if query.years:
            kind = t.FieldType.Integer
            clauses.append((occur.Must, t.Query.range_query(self._schema, "year", kind, *query.years)))
        return t.Query.boolean_query(clauses)

    def _literal(self, literal: str) -> Any:
        pieces = self._pieces(literal)
        if len(pieces) == 1:
            return self._tantivy.Query.term_query(self._schema, "body", pieces[0])
        return self._tantivy.Query.phrase_query(self._schema, "body", list(pieces))

    def ask(self, query: Query) -> list[str]:
        hits = self._searcher.search(self._query(query), 10).hits
        return [self._searcher.doc(address)["text"][0] for _, address in hits]

    def all(self, query: Query) -> set[int]:
        hits = self._searcher.search(self._query(query), 200_000).hits
        return {self._searcher.doc(address)["number"][0] for _, address in hits}


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of characters; a single character is itself."""
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]


class Fts5:
    """SQLite's FTS5 on jieba's words, parted by spaces."""

    most = EVERY
    name, tokenizer = "SQLite FTS5 on jieba words", "unicode61"

    def build(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None:
        self._db = sqlite3.connect(place / "fts.sqlite")
        self._db.execute("CREATE TABLE item (number INTEGER PRIMARY KEY, text TEXT, compact TEXT, year INTEGER)")
        self._db.execute(f"CREATE VIRTUAL TABLE fts USING fts5(body, content='', tokenize='{self.tokenizer}')")
        rows = ((number, item.text, item.compact, item.year) for number, item in enumerate(found))
        self._db.executemany("INSERT INTO item VALUES (?, ?, ?, ?)", rows)
        bodies = ((number, self.body_of(item)) for number, item in enumerate(found))
        self._db.executemany("INSERT INTO fts (rowid, body) VALUES (?, ?)", bodies)
        self._db.commit()

    def body_of(self, item: Item) -> str:
        return " ".join(item.words)

    def literal(self, text: str) -> str | None:
        return '"' + " ".join(words(text)).replace('"', '""') + '"'

    def _where(self, query: Query) -> tuple[str, list[Any], bool] | None:
        """SQL, its values, and whether it goes through the index, so that there is a rank to order by."""
        if query.question:
            return "fts MATCH ?", [" OR ".join(f'"{word}"' for word in question_words(query.typed))], True
        if query.near is not None:
            left, right = map(self.literal, query.must)
            return None if left is None or right is None else ("fts MATCH ?", [f"NEAR({left} {right}, 5)"], True)
        matched = self._match(query)
        where, values = ("fts MATCH ?", [matched]) if matched else self._like(query)
        if query.years:
            where, values = f"{where} AND year BETWEEN ? AND ?", [*values, *query.years]
        return where, values, bool(matched)

    def _match(self, query: Query) -> str | None:
        must, may, never = ([self.literal(x) for x in each] for each in (query.must, query.may, query.never))
        if None in must + may + never:
            return None
        said = " AND ".join([*must, *([f"({' OR '.join(may)})"] if may else [])])
        return f"({said}) NOT ({' OR '.join(never)})" if never else said

    def _like(self, query: Query) -> tuple[str, list[Any]]:
        """What the index cannot say, a reading of all texts can."""
        said = [*("compact LIKE ?" for _ in query.must), *("compact NOT LIKE ?" for _ in query.never)]
        if query.may:
            said.append("(" + " OR ".join("compact LIKE ?" for _ in query.may) + ")")
        return " AND ".join(said), [f"%{literal}%" for literal in (*query.must, *query.never, *query.may)]

    def _rows(self, query: Query, column: str, limit: int) -> list[Any] | None:
        found = self._where(query)
        if found is None:
            return None
        where, values, ranked = found
        tables = "fts JOIN item ON item.number = fts.rowid" if ranked else "item"
        order = "ORDER BY rank" if ranked and limit < EVERY else ""
        sql = f"SELECT {column} FROM {tables} WHERE {where} {order} LIMIT {limit}"  # noqa: S608 - no part is typed
        return [row[0] for row in self._db.execute(sql, values)]

    def ask(self, query: Query) -> list[str] | None:
        return self._rows(query, "text", 10)

    def all(self, query: Query) -> set[int] | None:
        rows = self._rows(query, "item.number", EVERY)
        return None if rows is None else set(rows)


class Fts5Trigram(Fts5):
    """SQLite's FTS5 on trigrams; fewer than three characters take LIKE, as its documentation says."""

    name, tokenizer = "SQLite FTS5 trigram", "trigram"

    def body_of(self, item: Item) -> str:
        return item.compact

    def literal(self, text: str) -> str | None:
        return '"' + text.replace('"', '""') + '"' if len(text) > 2 else None


class Whoosh:
    """Whoosh's own index and matchers; `tutorial`: jieba's ChineseAnalyzer and QueryParser, as tutorials have it."""

    most = 12_000

    def __init__(self, *, tutorial: bool) -> None:
        self._tutorial = tutorial
        self.name = "tutorial stack (jieba + Whoosh)" if tutorial else "Whoosh3, bigram field"

    def build(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None:
        from whoosh import fields, index
        from whoosh.analysis import NgramTokenizer

        if self._tutorial:
            from jieba.analyse import ChineseAnalyzer

            body = fields.TEXT(analyzer=ChineseAnalyzer())
        else:
            body = fields.TEXT(analyzer=NgramTokenizer(minsize=1, maxsize=2), phrase=True)
        schema = fields.Schema(number=fields.STORED, text=fields.STORED, year=fields.NUMERIC, body=body)
        self._index = index.create_in(str(place), schema)
        writer = self._index.writer(limitmb=256)
        for number, item in enumerate(found):
            writer.add_document(number=number, text=item.text, year=item.year, body=item.compact)
        writer.commit()
        self._searcher = self._index.searcher()

    def _query(self, query: Query) -> Any:
        from whoosh.qparser import OrGroup, QueryParser

        group = {"group": OrGroup} if query.question else {}
        typed = query.typed.partition(" 年:")[0].replace(" -", " NOT ")
        if query.near is not None:
            typed = f'"{" ".join(query.must)}"~10'
        if not self._tutorial and not query.question and query.near is None:
            typed = (
                typed if '"' in typed else " ".join(f'"{w}"' if w not in ("OR", "NOT") else w for w in typed.split())
            )
        parsed = QueryParser("body", self._index.schema, **group).parse(typed)
        if query.years:
            from whoosh.query import And, NumericRange

            parsed = And([parsed, NumericRange("year", *query.years)])
        return parsed

    def ask(self, query: Query) -> list[str]:
        return [hit["text"] for hit in self._searcher.search(self._query(query), limit=10)]

    def all(self, query: Query) -> set[int]:
        return {hit["number"] for hit in self._searcher.search(self._query(query), limit=None)}


class Bm25s:
    """bm25s on jieba's words: it ranks, and knows no AND, NOT or phrase, so only questions are put to it."""

    name, most = "bm25s on jieba words", EVERY

    def build(self, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path) -> None:
        import bm25s

        self._texts = [item.text for item in found]
        self._ranker = bm25s.BM25()
        self._ranker.index([list(item.words) for item in found], show_progress=False)

    def ask(self, query: Query) -> list[str] | None:
        if not query.question:
            return None
        rows, _ = self._ranker.retrieve([words(query.typed)], k=10, show_progress=False)
        return [self._texts[row] for row in rows[0]]

    def all(self, query: Query) -> set[int] | None:
        return None


def peers() -> list[Peer]:
    """Everyone, ours first."""
    return [
        Ours(),
        OursUnasked(),
        OursForgetful(),
        OursPage(),
        OursAsked(),
        Tantivy("tantivy on jieba words", words, lambda item: item.words),
        Tantivy("tantivy on bigrams", bigrams, lambda item: bigrams(item.compact)),
        Fts5(),
        Fts5Trigram(),
        Bm25s(),
        Whoosh(tutorial=True),
        Whoosh(tutorial=False),
    ]
