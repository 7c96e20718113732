"""What may be typed next, and what was probably meant where nothing is found: `suggest` asked in words of a query.

Whole queries come in and go out; single words are `suggest`'s. Every correction is checked against the view it is
made for, so that it finds something. Nothing here touches what a query finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from deqing_search.engine.base import View
from deqing_search.language.analyzer import cut
from deqing_search.language.folding import compact_text
from deqing_search.query.parser import parse
from deqing_search.query.tree import Literal, Query, leaves, literals
from deqing_search.query.warnings import operator
from deqing_search.suggest.completion import NAME, Holds, Suggestion, Suggestions, open_suggestions
from deqing_search.text.offsets import Span

_CORRECTED = 4  # literals of a query; whoever mistypes more has pasted something
_NAME = 12  # characters of the longest literal that is looked for with quotation marks in it
_WORD = re.compile(
    r"(?:[A-Za-z0-9]+(?:[!-/:-@×]+[A-Za-z0-9]+)*[%+]*|[^\W\u2460-\u24ff])+"
)  # PM2.5, A/B, 1.6:1, C++ and 10% are one
_CHARACTERS = 40  # of a query that are looked up: each costs milliseconds, and the rest of a long one is no help


def suggest(view: View, typed: str, limit: int) -> list[Suggestion]:
    """Whole queries, best first: what was begun, gone on with (of several words the last), or what was meant."""
    if (known := _suggestions(view)) is None:
        return []
    found = known.complete(typed, limit)
    head, space, last = _last_word(typed)
    if space and len(found) < limit:
        going_on = known.complete(last, limit - len(found))
        found += [completion._replace(text=head + space + completion.text) for completion in going_on]
    if found:
        return found
    query = parse(typed, compact=compact_text)
    return [Suggestion(text, 0, "更正") for text in corrections(view, query, limit, doubted=True)] if query.root else []


def _last_word(typed: str) -> tuple[str, str, str]:
    """What stands before the last white space, that white space, and what stands behind it.

    >>> _last_word("德清　dlxx")
    ('德清', '\\u3000', 'dlxx')
    """
    last = re.split(r"\s", typed)[-1]
    before = typed[: len(typed) - len(last)]
    return before[:-1], before[-1:], last


def corrections(view: View, query: Query, limit: int = 3, *, doubted: bool = False) -> list[str]:
    """The query with each literal that is found nowhere replaced by what was probably meant; the likeliest first.

    `doubted`: also a literal that is found but no word, if what was meant is found oftener: 得清 stands in 看得清.
    """
    if (known := _suggestions(view)) is None or query.root is None:
        return []
    holds = _holds(view)
    meant: dict[Literal, list[str]] = {}
    room = _CHARACTERS
    for literal in {literal.compact: literal for literal in literals(query.root)}.values():
        if len(literal.compact) > room or len(meant) == _CORRECTED or operator(literal.text):
            continue
        room -= len(literal.compact)
        held = holds(literal.compact)
        if held and (not doubted or literal.text in known):
            continue
        if found := [text for text in _meant(known, literal, limit, holds) if holds(text) > held]:
            meant[literal] = [f'"{text}"' if "“" in text and not literal.quoted else text for text in found]
    tries = range(max(map(len, meant.values()), default=0))
    texts = [_retyped(query.typed, {lit: each[min(i, len(each) - 1)] for lit, each in meant.items()}) for i in tries]
    understood = all(note.severity == "note" for note in query.diagnostics)
    plain = [_plain(query)] if understood and not doubted else []
    found = [text for text in dict.fromkeys([*plain, *texts]) if text != query.typed and _finds(view, text)]
    return found[:limit] or texts[:1]  # its words stand apart: words mode finds them


def _meant(known: Suggestions, literal: Literal, limit: int, holds: Holds) -> list[str]:
    """Other ways to write a literal, and words it may be a slip of; a number is none of another number."""
    from deqing_search.query.expansion import variants

    traditional = literal.compact != "".join(literal.text.lower().split())
    forms = [form.text for form in variants(literal.text, converted=traditional)] + list(_quoting(literal.compact))
    if found := [form for form in forms if holds(form)]:
        return found[:limit]
    likely = _spelled_out(known, literal, limit, holds) or known.correct(literal.text, limit, holds)
    return [word.text for word in likely if _digits(word.text) == _digits(literal.compact)]


def _quoting(compact: str) -> Iterator[str]:
    """A literal with some of its words in quotation marks, as reports write names: “最多跑一次”改革, “三农”工作.

    >>> list(_quoting("三农工作"))
    ['“三农”工作', '三农“工作”']
    """
    if len(compact) > _NAME:
        return
    ends = sorted({0, len(compact)}.union(*((token.start, token.end) for token in cut(compact))))
    for start, end in combinations(ends, 2):
        if 1 < end - start < len(compact):
            yield f"{compact[:start]}“{compact[start:end]}”{compact[end:]}"


def _digits(text: str) -> list[str]:
    return re.findall("[0-9]+", compact_text(text))


def _plain(query: Query) -> str:
    """The query with 或 taken for OR and its like, punctuation between words for white space, and bullets left out.

    >>> [_plain(parse(typed)) for typed in ("杭州、湖州", "民宿 且 城镇或乡村", "• ①创新 PM2.5 C++", '"【创新】"')]
    ['杭州 湖州', '民宿 AND (城镇 OR 乡村)', '创新 PM2.5 C++', '"【创新】"']
    """
    if query.root is None:
        return query.typed
    free = [leaf for leaf in leaves(query.root) if isinstance(leaf, Literal) and not leaf.quoted]
    said = {note.span for note in query.diagnostics}
    words = {one: (one.span in said and operator(one.text)) or _words(one.text) for one in free}
    plain = " ".join(_retyped(query.typed, words).split())
    return plain.strip("()") if isinstance(query.root, Literal) else plain


def _words(text: str) -> str:
    either = re.split("或者?", text)
    if len(either) > 1 and all(len(part) > 1 for part in either):
        return f"({' OR '.join(map(_words, either))})"
    words = _WORD.findall(text)
    if sum(map(bool, map(_digits, words))) > 1:
        return text  # 〔2023〕5号: numbers apart are no longer what was typed
    return " ".join(word for word in words if len(word) > 1) or "".join(words)


def _spelled_out(known: Suggestions, literal: Literal, limit: int, holds: Holds) -> list[Suggestion]:
    """Letters that are found nowhere, read as the pinyin or the initials of what was meant."""
    if not re.fullmatch("[a-z]+", literal.compact) or holds(literal.compact):
        return []
    return [word for word in known.complete(literal.text, limit) if holds(word.text)]


def expect_slips(view: View) -> None:
    """Read now what the first correction would otherwise wait for: a tenth of a second for a large index."""
    if known := _suggestions(view):
        known.expect_slips()


def _holds(view: View) -> Holds:
    return lambda text: view.total(Literal(text, Span(0, 0), compact=compact_text(text)))


def _finds(view: View, typed: str) -> bool:
    """The words of the query stand together somewhere, not only each by itself."""
    root = parse(typed, compact=compact_text).root
    return root is not None and view.total(root) > 0


def _retyped(typed: str, texts: Mapping[Literal, str]) -> str:
    """What was typed with some literals replaced, their quotation marks kept."""
    for literal, text in sorted(texts.items(), key=lambda item: -item[0].span.start):
        start, end = literal.span
        if literal.quoted:
            start, end = start + 1, end - (typed[end - 1] != literal.text[-1:])
        typed = typed[:start] + text + typed[end:]
    return typed


def _suggestions(view: View) -> Suggestions | None:
    path = view.beside(NAME)
    return open_suggestions(path) if path else None
