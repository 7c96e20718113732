"""Completions and corrections of whole queries.

Single words are left to `completion`. Every correction is checked against the view, so that it finds something. The
results of a query do not depend on anything here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from deqing_search.engine.base import SuggestionView, View
from deqing_search.language.analyzer import cut
from deqing_search.language.folding import compact_text
from deqing_search.query.expansion import variants
from deqing_search.query.parser import parse
from deqing_search.query.tree import Literal, Query, leaves, literal_of, literals
from deqing_search.query.warnings import operator
from deqing_search.suggest.completion import NAME, Count, Suggestion, Suggestions, open_suggestions
from deqing_search.suggest.written import as_written

_MOST_CORRECTED = 4  # literals of a query; a query with more slips is pasted text
_NAME = 12  # characters of the longest literal that is tried with quotation marks in it
_WORD = re.compile(
    r"(?:[A-Za-z0-9]+(?:[!-/:-@×]+[A-Za-z0-9]+)*[%+]*|[^\W\u2460-\u24ff])+"
)  # PM2.5, A/B, 1.6:1, C++ and 10% are one
_CHARACTERS = 40  # of a query that are looked up; each costs milliseconds


def suggest(view: View, typed: str, limit: int) -> list[Suggestion]:
    """Whole queries, the best first: completions (of several words the last is completed), else corrections."""
    if (known := _suggestions(view)) is None:
        return []
    found = known.complete(typed, limit)
    head, space, last = _last_word(typed)
    if space and len(found) < limit:
        more = known.complete(last, limit - len(found))
        found += [completion._replace(text=head + space + completion.text) for completion in more]
    if found:
        return [one._replace(text=as_written(view, one.text)) for one in found]
    query = parse(typed, compact=compact_text)
    return [Suggestion(text, 0, "更正") for text in corrections(view, query, limit, doubted=True)] if query.root else []


def _last_word(typed: str) -> tuple[str, str, str]:
    """The text before the last white space, that white space, and the text after it.

    >>> _last_word("德清　dlxx")
    ('德清', '\\u3000', 'dlxx')
    """
    last = re.split(r"\s", typed)[-1]
    before = typed[: len(typed) - len(last)]
    return before[:-1], before[-1:], last


def corrections(view: View, query: Query, limit: int = 3, *, doubted: bool = False) -> list[str]:
    """The query with each literal that finds nothing replaced by what it probably means; the likeliest first.

    With `doubted` also a literal that finds something but is no word, if the replacement finds more: 得清 is in 看得清.
    """
    if (known := _suggestions(view)) is None or query.root is None:
        return []
    count = _counter(view)
    corrected: dict[Literal, list[str]] = {}
    room = _CHARACTERS
    for literal in {literal.compact: literal for literal in literals(query.root)}.values():
        if len(literal.compact) > room or len(corrected) == _MOST_CORRECTED or operator(literal.text):
            continue
        room -= len(literal.compact)
        passages = count(literal.compact)
        if passages and (not doubted or literal.text in known):
            continue
        likely = _corrections_of(known, literal, limit, count)
        if found := [as_written(view, text) for text in likely if count(text) > passages]:
            corrected[literal] = [f'"{text}"' if "“" in text and not literal.quoted else text for text in found]
    tries = range(max(map(len, corrected.values()), default=0))
    texts = [
        _retyped(query.typed, {one: forms[min(i, len(forms) - 1)] for one, forms in corrected.items()}) for i in tries
    ]
    understood = all(note.severity == "note" for note in query.diagnostics)
    plain = [_plain(query)] if understood and not doubted else []
    found = [text for text in dict.fromkeys([*plain, *texts]) if text != query.typed and _finds(view, text)]
    return found[:limit] or texts[:1]  # its words are not together anywhere: words mode finds them


def _corrections_of(known: Suggestions, literal: Literal, limit: int, count: Count) -> list[str]:
    """Other ways to write a literal, else words of which it may be a slip. A number is no slip of another number."""
    traditional = literal.compact != "".join(literal.text.lower().split())
    forms = [form.text for form in variants(literal.text, converted=traditional)] + list(_quoting(literal.compact))
    if found := [form for form in forms if count(form)]:
        return found[:limit]
    likely = _spelled_out(known, literal, limit, count) or known.correct(literal.text, limit, count)
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
    """The query with 或 read as OR (and the like), punctuation between words as white space, and without bullets.

    >>> [_plain(parse(typed)) for typed in ("杭州、湖州", "民宿 且 城镇或乡村", "①创新 PM2.5 C++", '"【创新】"')]
    ['杭州 湖州', '民宿 AND (城镇 OR 乡村)', '创新 PM2.5 C++', '"【创新】"']
    """
    if query.root is None:
        return query.typed
    free = [leaf for leaf in leaves(query.root) if isinstance(leaf, Literal) and not leaf.quoted]
    noted = {note.span for note in query.diagnostics}
    words = {one: (one.span in noted and operator(one.text)) or _words(one.text) for one in free}
    plain = " ".join(_retyped(query.typed, words).split())
    return plain.strip("()") if isinstance(query.root, Literal) else plain


def _words(text: str) -> str:
    either = re.split("或者?", text)
    if len(either) > 1 and all(len(part) > 1 for part in either):
        return f"({' OR '.join(map(_words, either))})"
    words = _WORD.findall(text)
    if sum(map(bool, map(_digits, words))) > 1:
        return text  # 〔2023〕5号: separated numbers mean something else
    return " ".join(word for word in words if len(word) > 1) or "".join(words)


def _spelled_out(known: Suggestions, literal: Literal, limit: int, count: Count) -> list[Suggestion]:
    """Letters that find nothing, read as the pinyin or the initials of a word, or as the pinyin of several."""
    if not re.fullmatch("[a-zü']+", literal.compact) or count(literal.compact):
        return []
    completed = [word for word in known.complete(literal.text, limit) if count(word.text)]
    return completed or known.spell(literal.text, limit, count)


def expect_slips(view: View) -> None:
    """Prepare now what the first correction would otherwise wait for: a tenth of a second for a large index."""
    if known := _suggestions(view):
        known.expect_slips()


def _counter(view: View) -> Count:
    return lambda text: view.total(literal_of(compact_text(text)))


def _finds(view: View, typed: str) -> bool:
    """Whether the query as a whole finds something."""
    root = parse(typed, compact=compact_text).root
    return root is not None and view.total(root) > 0


def _retyped(typed: str, texts: Mapping[Literal, str]) -> str:
    """The typed text with some literals replaced. Their quotation marks stay."""
    for literal, text in sorted(texts.items(), key=lambda item: -item[0].span.start):
        start, end = literal.span
        if literal.quoted:
            start, end = start + 1, end - (typed[end - 1] != literal.text[-1:])
        typed = typed[:start] + text + typed[end:]
    return typed


def _suggestions(view: View) -> Suggestions | None:
    path = view.beside(NAME) if isinstance(view, SuggestionView) else None
    return open_suggestions(path) if path else None
