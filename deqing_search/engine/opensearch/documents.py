"""The documents that the cluster stores for a report and a passage, and the mappings of the indices.

Texts go as ASCII tokens of our own making, so that the cluster analyses nothing: a character is eight hexadecimal
digits, a bigram sixteen. Words, ids and names are digests of fixed length.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from deqing_search.engine.segment.array_file import decode, encode
from deqing_search.engine.segment.entries import KINDS, PassageEntry, ReportEntry
from deqing_search.report import Value

_KEYWORD: Mapping[str, Any] = {"type": "keyword"}
_INTEGER: Mapping[str, Any] = {"type": "integer"}
_KEPT: Mapping[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_GRAMS: Mapping[str, Any] = {
    "type": "text", "analyzer": "whitespace", "norms": False, "index_options": "positions"
}  # fmt: skip

PASSAGES: Mapping[str, Any] = {
    "key": _KEYWORD, "version": _KEYWORD, "commit": _INTEGER, "index": _INTEGER, "id": _KEYWORD, "text": _GRAMS,
    "characters": _GRAMS, "terms": _KEYWORD, "year": _INTEGER, "report": _KEYWORD, "kind": _KEYWORD,
    "place": _GRAMS, "title": _GRAMS, "section": _GRAMS, "numbers": {"type": "double"}, "units": _KEYWORD,
    "length": _INTEGER, "passage_kind": _INTEGER, "defines": _KEYWORD, "entry": _KEPT, "passage": _KEPT,
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
    return ("characters", character(text)) if len(text) == 1 else ("text", phrase(text))


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
        "characters": " ".join(map(character, entry.compact)),
        "terms": sorted(set(map(digest, entry.terms))),
        "year": report.year,
        "report": sorted({digest(report.id), digest(report.compact_id)}),
        "kind": digest(report.compact_kind),
        "place": grams(report.compact_place),
        "title": grams(report.compact_title),
        "section": grams(entry.section),
        "numbers": [value.number for value in entry.values],
        "units": sorted({digest(value.unit) for value in entry.values}),
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
