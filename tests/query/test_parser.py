"""The query language: every case as data, and the laws that hold for anything a person can type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deqing_search.language.folding import compact_text
from deqing_search.query.echo import echo
from deqing_search.query.parser import parse
from deqing_search.query.tree import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_LITERALS,
    And,
    Filter,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Query,
    Within,
    literals,
)
from deqing_search.text.offsets import Span

CASES = json.loads((Path(__file__).parents[1] / "cases" / "query.json").read_text("utf-8"))
PIECES = (
    *'()（）"“”「」『-－| \u3000\u200b\x00',
    *("德清", "規劃", "A", "1.6:1", "OR", " OR ", " NOT ", " AND ", " NEAR/3 "),
    *("年:", "年：2016..2024", "类型:", "同句:", "同文:(", "作者:", ".."),
)
AS_DEEP = "(" * MAX_DEPTH + "字" + ")" * MAX_DEPTH
TOO_DEEP = f"({AS_DEEP})"
typed_texts = st.one_of(
    st.text(st.characters(), max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
)
words = st.text("德清县规划产业ab1.:：%", min_size=1, max_size=8).filter(lambda word: not set(word) <= set(".:：%"))


def read(typed: str) -> Query:
    return parse(typed, compact=compact_text)


def spans(node: Node) -> Iterator[Span]:
    match node:
        case Literal() | Filter():
            yield node.span
        case Near():
            yield from (node.left.span, node.right.span)
        case And() | Or():
            for child in node.children:
                yield from spans(child)
        case Not() | Within():
            yield from spans(node.child)


def in_one_line(literal: Literal) -> str:
    return " ".join(literal.text.split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["typed"]))
def test_each_case_is_read_as_written_down(case):
    query = read(case["typed"])
    assert echo(query) == case["echo"], case["why"]
    assert len(query.diagnostics) == len(case["says"])
    for said, (severity, start, end, message) in zip(query.diagnostics, case["says"], strict=True):
        assert (said.severity, *said.span) == (severity, start, end)
        assert said.message.startswith(message)


@given(typed_texts)
def test_nothing_raises_and_nothing_is_dropped_silently(typed):
    query = read(typed)
    stretches = [*(d.span for d in query.diagnostics), *query.syntax, *(spans(query.root) if query.root else ())]
    assert all(0 <= start <= end <= len(typed) for start, end in stretches)
    covered = {at for start, end in stretches for at in range(start, end)}
    assert [at for at, char in enumerate(typed) if not char.isspace() and at not in covered] == []
    assert query.root is not None or any(said.severity == "error" for said in query.diagnostics)


def test_as_many_plain_words_as_there_may_be_are_read_and_no_more():
    assert read(" ".join(["字"] * MAX_LITERALS)).root is not None
    assert read(" ".join(["字"] * (MAX_LITERALS + 1))).root is None


ENGLISH = {
    "A OR B C": "Paragraphs that contain “A” or (contain “B” and contain “C”)",
    "A NEAR/5 B": "Paragraphs that contain “A” and “B” (at most 5 characters apart)",
    "-(A OR B)": "Paragraphs that do not (contain “A” or contain “B”)",
    "同句:(A B)": "Paragraphs that within one sentence (contain “A” and contain “B”)",
    "年:2016..": "Paragraphs that are of the year 2016 or later",
    "数值:10..20亿元": "Paragraphs that hold a number from 1,000,000,000元 to 2,000,000,000元",
    "章节:目标": "Paragraphs that stand under a heading with “目标”",
}


@pytest.mark.parametrize("typed", ENGLISH)
def test_a_query_has_the_same_echo_in_english_and_in_chinese(typed):
    assert echo(read(typed), language="en") == ENGLISH[typed]


@given(typed_texts)
def test_both_languages_have_a_phrase_for_every_query(typed):
    query = read(typed)
    if query.root is not None:
        assert all(in_one_line(literal) in echo(query, language="en") for literal in literals(query.root))


@given(typed_texts)
def test_every_literal_can_be_looked_for_and_is_named_in_the_echo(typed):
    query = read(typed)
    if query.root is None:
        return
    for literal in (*literals(query.root), *literals(query.root, positive=False)):
        assert literal.compact == compact_text(literal.text) != ""
        assert in_one_line(literal) in echo(query)


@given(words, st.sampled_from(['""', "“”", "「」", "『』", "＂＂"]))
def test_one_literal_means_the_same_in_quotes(word, quotes):
    bare, quoted = read(word).root, read(quotes[0] + word + quotes[1]).root
    if isinstance(bare, Literal):
        assert isinstance(quoted, Literal)
        assert quoted.compact == bare.compact


@given(st.lists(words, min_size=1, max_size=6), st.randoms())
def test_the_order_of_terms_does_not_matter(terms, random):
    turned = terms.copy()
    random.shuffle(turned)
    assert sorted(_compacts(read(" ".join(terms)))) == sorted(_compacts(read("\u3000".join(turned))))


@given(typed_texts, words)
def test_a_term_after_a_minus_is_excluded(typed, word):
    if any(said.severity == "warning" for said in read(typed).diagnostics) or read(typed).root is None:
        return
    root = read(f'({typed}) -"{word}"').root
    assert isinstance(root, And)
    assert isinstance(root.children[-1], Not)
    assert compact_text(word) in [literal.compact for literal in literals(root, positive=False)]


@given(st.lists(st.lists(words, min_size=1, max_size=3), min_size=2, max_size=4).filter(lambda a: max(map(len, a)) > 1))
def test_and_beside_or_is_explained_with_both_readings_once(alternatives):
    query = read(" OR ".join(map(" ".join, alternatives)))
    (noted,) = (note.message.values for note in query.diagnostics if "other" in note.message.values)
    as_read, other = read(noted["read"]), read(noted["other"])
    assert echo(as_read) == echo(query)
    assert isinstance(other.root, And)
    assert _compacts(other) == _compacts(query)
    assert not any("other" in note.message.values for note in (*as_read.diagnostics, *other.diagnostics))


@pytest.mark.parametrize(
    "typed",
    ["字" * (MAX_CHARACTERS + 1), "字 " * (MAX_LITERALS + 1), TOO_DEEP, "-同句:" * 9 + "字"],
)
def test_a_query_beyond_a_limit_is_refused_with_the_reason(typed):
    query = read(typed)
    assert query.root is None
    assert query.diagnostics[-1].severity == "error"


@pytest.mark.parametrize("typed", ["字" * MAX_CHARACTERS, "字 " * MAX_LITERALS, AS_DEEP])
def test_a_query_at_a_limit_is_read(typed):
    assert read(typed).root is not None
    assert read(typed).diagnostics == ()


def test_internal_fields_cannot_be_reached():
    for name in ("compact", "terms", "year", "id", "report", "_stored"):
        assert isinstance(read(f"{name}:2016").root, Literal)


def _compacts(query: Query) -> list[str]:
    return [found.compact for found in literals(query.root)] if query.root else []


@given(st.text(st.sampled_from("企业5，、。（）() “”|-：年"), max_size=12), st.sampled_from(['""', "「」", "『』"]))
def test_a_copied_text_with_half_a_pair_of_quotes_is_one_literal_between_other_quotes(text, pair):
    wanted = compact_text(text)
    assume(wanted)
    root = parse(pair[0] + text + pair[1], compact=compact_text).root
    assert isinstance(root, Literal)
    assert root.quoted
    assert root.compact == wanted
