"""The documents that the cluster stores for a report and a passage, and the mappings of the indices.

Texts go as ASCII tokens of our own making, so that the cluster analyses nothing: a character is eight hexadecimal
digits, a bigram sixteen. Words, ids and names are digests of fixed length. A value is the digest of its unit, followed
by sixteen digits that sort as the number does.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from hashlib import sha256
from itertools import pairwise
from typing import Any

from deqing_search.engine.segment.array_file import decode, encode
from deqing_search.engine.segment.entries import KINDS, PassageEntry, ReportEntry
from deqing_search.report import Value

Json = dict[str, Any]

_KEYWORD: Mapping[str, Any] = {"type": "keyword"}
_INTEGER: Mapping[str, Any] = {"type": "integer"}
_KEPT: Mapping[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_GRAMS: Mapping[str, Any] = {
    "type": "text", "analyzer": "whitespace", "norms": False, "index_options": "positions"
}  # fmt: skip
CHARACTERS, SENTENCES = "characters", "sentences"  # the fields whose positions `intervals` counts
MARK = "|"  # the token at the beginning and end of each sentence
GAP = 4_096  # positions before the first character, and between two sentences
HOLES = "holes"  # an analyzer for queries: `_` is any token
_APART: Mapping[str, Any] = {**_GRAMS, "position_increment_gap": GAP}
ANALYSIS: Mapping[str, Any] = {
    "filter": {HOLES: {"type": "stop", "stopwords": ["_"]}},
    "analyzer": {HOLES: {"type": "custom", "tokenizer": "whitespace", "filter": [HOLES]}},
}

PASSAGES: Mapping[str, Any] = {
    "key": _KEYWORD, "version": _KEYWORD, "commit": _INTEGER, "index": _INTEGER, "id": _KEYWORD, "text": _GRAMS,
    CHARACTERS: _APART, SENTENCES: _APART, "terms": _GRAMS, "year": _INTEGER, "report": _KEYWORD, "kind": _KEYWORD,
    "place": _GRAMS, "title": _GRAMS, "section": _GRAMS, "values": _KEYWORD, "length": _INTEGER,
    "passage_kind": _INTEGER, "defines": _KEYWORD, "entry": _KEPT, "passage": _KEPT,
}  # fmt: skip
READ = ("version", "index", "entry", "passage")  # the other fields serve to find passages, and are not stored
REPORTS: Mapping[str, Any] = {
    "key": _KEYWORD, "commit": _INTEGER, "removes": _KEYWORD, "passages": _INTEGER, "characters": _INTEGER,
    "entry": _KEPT, "stored": _KEPT,
}  # fmt: skip


def digest(text: str) -> str:
    """A name of fixed length for a string, lone surrogates included.

    >>> len(digest("地理信息"))
    32
    """
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def grams(text: str) -> str:
    """The bigrams of a text, separated by spaces; the last character stands alone at the end.

    >>> grams("ab")
    '0000006100000062 00000062'
    """
    codes = [f"{ord(character):08x}" for character in text]
    return " ".join(map("".join, zip(codes, [*codes, ""][1:], strict=True)))


def phrase(text: str) -> str:
    """The consecutive bigrams of every text that contains `text`, which has two characters or more.

    >>> phrase("abc")
    '0000006100000062 0000006200000063'
    """
    return grams(text).rpartition(" ")[0]


def character(text: str) -> str:
    """The token of one character."""
    return f"{ord(text):08x}"


def searched_field(text: str) -> tuple[str, str]:
    """The field in which passages that contain `text` are found, and its consecutive tokens there.

    >>> searched_field("a"), searched_field("ab")
    (('characters', '00000061'), ('text', '0000006100000062'))
    """
    return (CHARACTERS, character(text)) if len(text) == 1 else ("text", phrase(text))


def in_sentences(entry: PassageEntry) -> list[str]:
    """The characters of each sentence and the mark after it, and before all of them a mark."""
    text = entry.compact
    ends = [0, *(at for at in entry.sentences if 0 < at < len(text)), len(text)]
    return [MARK, *(" ".join([*map(character, text[start:end]), MARK]) for start, end in pairwise(ends))]


def sortable(number: float) -> str:
    """Sixteen digits that sort as the number does.

    >>> sorted([2.5, -3.0, 0.0, 10.0, -1.0], key=sortable)
    [-3.0, -1.0, 0.0, 2.5, 10.0]
    """
    bits: int = struct.unpack(">Q", struct.pack(">d", number + 0.0))[0]  # no -0.0
    return f"{bits ^ ((1 << 64) - 1 if bits >> 63 else 1 << 63):016x}"


def dump_entry(entry: ReportEntry | PassageEntry) -> str:
    """An entry as ASCII JSON."""
    return json.dumps(entry, separators=(",", ":"))


def load_report_entry(raw: str) -> ReportEntry:
    """The inverse of `dump_entry` for a report."""
    return ReportEntry(*json.loads(raw))


def load_passage_entry(raw: str) -> PassageEntry:
    """The inverse of `dump_entry` for a passage."""
    id_, kind, section, term, compact, sentences, terms, values, cuts = json.loads(raw)
    read = tuple(Value(*value) for value in values)
    return PassageEntry(id_, kind, section, term, compact, tuple(sentences), tuple(terms), read, tuple(cuts))


def passage_fields(report: ReportEntry, entry: PassageEntry) -> dict[str, Any]:
    """The fields of a passage that candidates are found by, and its entry."""
    return {
        "id": digest(entry.id),
        "text": grams(entry.compact),
        CHARACTERS: ["", " ".join(map(character, entry.compact))],
        SENTENCES: in_sentences(entry),
        "terms": " ".join(map(digest, entry.terms)),
        "year": report.year,
        "report": sorted({digest(report.id), digest(report.compact_id)}),
        "kind": digest(report.compact_kind),
        "place": grams(report.compact_place),
        "title": grams(report.compact_title),
        "section": grams(entry.section),
        "values": sorted({digest(u) + sortable(n) for *_, n, unit in entry.values for u in ("", unit)}),
        "length": len(entry.compact),
        "passage_kind": KINDS.index(entry.kind),
        "defines": digest(entry.term),
        "entry": dump_entry(entry),
    }


def in_ascii(stored: bytes) -> str:
    """Stored bytes as ASCII JSON, so that a lone surrogate survives the cluster."""
    return json.dumps(decode(stored))


def from_ascii(raw: str) -> bytes:
    """The inverse of `in_ascii`.

    >>> from_ascii(in_ascii("文".encode())).decode()
    '文'
    """
    return encode(json.loads(raw))
