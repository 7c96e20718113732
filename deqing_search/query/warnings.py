"""Notes on a query that is read as it stands although its writer may have meant something else.

Owns words and signs that look like operators and are none, and the notes on brackets and quotations that touch a word
and on line ends between words. Changes nothing: every note says how to type the other reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import FIELDS, UNITS, Diagnostic, Query
from deqing_search.text.offsets import Span

if TYPE_CHECKING:
    from deqing_search.query.lexer import Kind, Lexeme

_OR = gettext_noop("“{sign}”按文字查找；要表示“或”，请写大写的 OR 或 |，例如 杭州 OR 湖州")
_YEAR_IS_TEXT = gettext_noop("“{text}”按文字查找；要限定报告的年份，请写 年:{years}")
_AND = gettext_noop("“{sign}”按文字查找；要表示“且”，空格就行，例如 杭州 湖州")
_NOT = gettext_noop("“{sign}”按文字查找；要排除一个词，请写减号并紧挨着它，例如 -规划")
_OPERATOR = gettext_noop("“{sign}”按文字查找；OR、AND、NOT、NEAR 要大写，前后要有空格，例如 杭州 NEAR/10 湖州")
_STAR = gettext_noop("“*”按文字查找，不代表任意的字；只写词的一部分，就能找到含它的词")
_QUOTE = gettext_noop("单引号按文字查找；要把几个词连成一句，请用双引号")

# A word alone between terms, in half width and lower case → the note on it.
_ALONE = {
    **dict.fromkeys(("or", "或", "或者"), _OR),
    **dict.fromkeys(("and", "&", "&&", "+", "且", "并且", "和", "与"), _AND),
    **dict.fromkeys(("not", "不含", "—", "–"), _NOT),
    "near": _OPERATOR,
}
_OPERATORS = {_OR: "OR", _AND: "AND", _NOT: "NOT", _OPERATOR: "NEAR"}
_HAN = "[\u4e00-\u9fff]"
# Signs inside a word; compiled only if a word has one of `_SIGNS`, as few do.
_WITHIN = (
    (f"(?<={_HAN})(?:OR|AND|NOT)(?![A-Za-z])|(?<![A-Za-z])(?:OR|AND|NOT)(?={_HAN})", _OPERATOR),
    ("(?i)(?<![A-Z])NEAR/?[0-9]+", _OPERATOR),
    (f"(?<={_HAN})[*＊]|^[*＊](?={_HAN})", _STAR),
    ("^['＇‘](?=.)", _QUOTE),
    (f"^[—–](?={_HAN})", _NOT),
    (f"^[+＋](?={_HAN})", _AND),
)
_SIGNS = frozenset("OANn*＊'＇‘—–+＋")
_BEFORE_COLON = frozenset((*FIELDS, *UNITS))
_NAMES = ("年", "类型", "地区", "报告")  # values of other fields contain such signs
_TEXT: tuple[Kind, ...] = ("word", "quoted")
_ENDS: tuple[Kind, ...] = ("word", "quoted", "close", "field")  # of a term
_STARTS: tuple[Kind, ...] = ("word", "quoted", "open", "field", "fields", "unit", "minus", "not")
_YEAR = "((?:19|20)[0-9]{2})年?"
_YEARS = f"{_YEAR}(?:(?:[-~至到]|[.]{{2,3}}|[—–]+){_YEAR})?"
_ENGLISH = "[A-Za-z][a-z'’.-]*"  # GDP and CPI are no title


def operator(word: str) -> str | None:
    """The operator that a word alone between terms is mostly meant as; None if it is a plain word.

    >>> operator("或"), operator("＆"), operator("near/5"), operator("规划")
    ('OR', 'AND', 'NEAR/5', None)
    """
    plain = unicodedata.normalize("NFKC", word).lower()
    if near := re.fullmatch("near/?([0-9]+)", plain):
        return f"NEAR/{near[1]}"
    return _OPERATORS[_ALONE[plain]] if plain in _ALONE else None


def remarks(typed: str, lexemes: Sequence[Lexeme]) -> Iterator[Diagnostic]:
    """A note on each place that may have another meaning.

    >>> from deqing_search.query.lexer import Scanner
    >>> [note.message[:9] for note in remarks("杭州 or 湖州", list(Scanner("杭州 or 湖州").lexemes()))]
    ['“or”按文字查找']
    """
    if len(lexemes) == 1 and lexemes[0].kind == "word" and _SIGNS.isdisjoint(typed):
        return  # one word that has no sign: what is mostly typed
    around = [None, *lexemes, None]
    for before, lexeme, after in zip(around, lexemes, around[2:], strict=False):
        if lexeme.kind == "word":
            yield from _operator_notes(before, lexeme, after)
    yield from _values(lexemes)
    yield from _years(lexemes)
    yield from _touching(typed, lexemes)
    yield from _groups(typed, lexemes)
    yield from _line_end(typed, lexemes)


def mixed(typed: str, alternatives: Sequence[Sequence[Span]]) -> Iterator[Diagnostic]:
    """The note that “and” binds before “or”, with the other reading.

    `alternatives`: for each side of OR, the spans of its terms.

    >>> [note.message.values for note in mixed("地铁 杭州|宁波", [[Span(0, 2), Span(3, 5)], [Span(6, 8)]])]
    [{'read': '(地铁 杭州) OR 宁波', 'other': '地铁 (杭州 OR 宁波)'}]
    """
    if all(len(terms) == 1 for terms in alternatives):
        return
    typed_terms = [[" ".join(typed[slice(*span)].split()) for span in terms] for terms in alternatives]
    joined = [[term] for term in typed_terms[0]]
    for first, *rest in typed_terms[1:]:
        joined[-1].append(first)
        joined += [[term] for term in rest]
    said = gettext_noop("空格表示的“且”先于 OR，这里按 {read} 理解；要先“或”后“且”，请写 {other}")
    read, other = " OR ".join(_grouped(typed_terms, " ")), " ".join(_grouped(joined, " OR "))
    span = Span(alternatives[0][0].start, alternatives[-1][-1].end)
    yield Diagnostic(span, Message(said, read=read, other=other), "note")


def _grouped(terms: Sequence[Sequence[str]], between: str) -> Iterator[str]:
    return (group[0] if len(group) == 1 else f"({between.join(group)})" for group in terms)


def _operator_notes(before: Lexeme | None, word: Lexeme, after: Lexeme | None) -> Iterator[Diagnostic]:
    """Notes on a word, or a sign in it, that looks like an operator."""
    said = _ALONE.get(unicodedata.normalize("NFKC", word.text).lower())
    if said and _is_between(before, after, first=said == _NOT) and not (_is_english(before) and _is_english(after)):
        yield Diagnostic(word.span, Message(said, sign=word.text), "note")
    if _SIGNS.isdisjoint(word.text):
        return
    for pattern, said in _WITHIN:
        if found := re.search(pattern, word.text):
            start, end = (word.span.start + at for at in found.span())
            yield Diagnostic(Span(start, end), Message(said, sign=found[0]), "note")


def _is_between(before: Lexeme | None, after: Lexeme | None, *, first: bool) -> bool:
    """Whether a word is between two terms, as an operator is; `first`: or before the first term."""
    follows = first if before is None else before.kind in _ENDS
    return follows and after is not None and after.kind in _STARTS


def _is_english(lexeme: Lexeme | None) -> bool:
    """Whether a lexeme may be a word of an English title, such as “Live or Work”."""
    return lexeme is None or (lexeme.kind == "word" and bool(re.fullmatch(_ENGLISH, lexeme.text)))


def _values(lexemes: Sequence[Lexeme]) -> Iterator[Diagnostic]:
    """Notes that several values of a condition need brackets: 地区:成都,重庆 is one place of that name."""
    for field in lexemes:
        if field.kind == "field" and field.name in _NAMES and len(values := re.split("[,，、;；/]", field.text)) > 1:
            said = gettext_noop("“{name}:”的值按一个词理解；要写几个，请写 {name}:({values})")
            either = " OR ".join(filter(None, values))
            yield Diagnostic(field.span, Message(said, name=field.name, values=either), "note")


def _years(lexemes: Sequence[Lexeme]) -> Iterator[Diagnostic]:
    """Notes that a year is text, not a condition on the year of the report."""
    if any(lexeme.kind == "fields" for lexeme in lexemes):
        return  # 年:(2016 OR 2024)
    for word in lexemes:
        text = unicodedata.normalize("NFKC", word.text)
        if word.kind == "word" and text[:2] in ("19", "20") and (found := re.fullmatch(_YEARS, text)):
            years = "..".join(filter(None, found.groups()))
            yield Diagnostic(word.span, Message(_YEAR_IS_TEXT, text=word.text, years=years), "note")


def without_notes_on_years(query: Query) -> Query:
    """The query without the notes that a year is text, for one that was also read as the name of a report."""
    return query._replace(diagnostics=tuple(one for one in query.diagnostics if one.message.template != _YEAR_IS_TEXT))


def _touching(typed: str, lexemes: Sequence[Lexeme]) -> Iterator[Diagnostic]:
    """Notes that a quotation and the text directly after it are two terms."""
    for before, after in pairwise(lexemes):
        if _touch(before, after) and {before.kind, after.kind} <= set(_TEXT):
            whole = typed[before.span.start : after.span.end]
            said = gettext_noop("紧跟在引号后面的文字按另一个词查找；要连同引号按原文查找，请写 {whole}")
            if '"' in whole:
                said = gettext_noop("紧跟在引号后面的文字按另一个词查找；要连成一句，请去掉中间的引号")
            quoted = f'"{whole}"'
            yield Diagnostic(after.span, Message(said, whole=quoted), "note")


def _groups(typed: str, lexemes: Sequence[Lexeme]) -> Iterator[Diagnostic]:
    """Notes that brackets beside a word make a group, not text: people paste （一）坚持创新."""
    opened: list[int] = []
    for at, lexeme in enumerate(lexemes):
        if lexeme.kind == "open":
            opened.append(at)
        elif lexeme.kind == "close" and opened:
            first = opened.pop()
            sides = (*pairwise(lexemes[max(first - 1, 0) : first + 1]), *pairwise(lexemes[at : at + 2]))
            if first and _touch(*lexemes[first - 1 : first + 1]) and lexemes[first - 1].text in _BEFORE_COLON:
                said = gettext_noop("“{name}”按文字查找；要作条件，请加冒号，写 {name}:{group}")
                before, group = lexemes[first - 1], typed[lexemes[first].span.start : lexeme.span.end]
                yield Diagnostic(before.span, Message(said, name=before.text, group=group), "note")
            elif any(_touch(*side) and not {side[0].kind, side[1].kind}.isdisjoint(_TEXT) for side in sides):
                said = gettext_noop("括号按分组理解；要连同括号按原文查找，请给整段加引号")
                yield Diagnostic(lexemes[first].span, Message(said), "note")


def _touch(before: Lexeme, after: Lexeme) -> bool:
    return before.span.end == after.span.start


def _line_end(typed: str, lexemes: Sequence[Lexeme]) -> Iterator[Diagnostic]:
    """The note, once, that text pasted with its line ends is read as several words."""
    for before, after in pairwise(lexemes):
        gap = Span(before.span.end, after.span.start)
        if before.kind == after.kind == "word" and not {"\n", "\r"}.isdisjoint(typed[slice(*gap)]):
            yield Diagnostic(gap, Message("换行按空格理解；要连成一句，请加引号"), "note")
            return
