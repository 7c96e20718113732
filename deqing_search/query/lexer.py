"""Cuts the typed text into lexemes: words, quotations, operators, parentheses, filters.

Owns the characters and names of the query language, and the diagnostics about them. The tree is left to `parser`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal as OneOf
from typing import NamedTuple

from deqing_search.messages import Message, gettext_noop
from deqing_search.query.tree import FIELDS, UNITS, Diagnostic, Severity
from deqing_search.text.offsets import Span

DEFAULT_DISTANCE = 10  # of a NEAR without a number
Kind = OneOf["open", "close", "or", "and", "not", "minus", "near", "unit", "field", "fields", "quoted", "word"]


class Lexeme(NamedTuple):
    kind: Kind
    span: Span
    text: str = ""  # of a literal or a filter's value
    name: str = ""  # of a field or unit; the distance of NEAR. `fields` is a field before a group


_BRACKETS: dict[str, Kind] = {"(": "open", "（": "open", ")": "close", "）": "close", "|": "or", "｜": "or"}
_TWICE = re.compile(r"\|\||｜｜")  # as programs write it
_MINUS = "-－"
# Opening quote → what may close it: input methods give “…“ and ”…” as readily as “…”.
_QUOTES = {'"': '"＂”“', "＂": '"＂”“', "“": '”"＂“', "”": '”"＂“', "「": "」", "『": "』"}
_PAIRS = ('""', "＂＂", '"＂', '＂"', "“”", "「」", "『』")
_MARKS = frozenset("".join((*_QUOTES, *_QUOTES.values())))
_OPENERS = "“「『"  # marks that open anywhere but at the end of a term
_SEPARATORS = ")）|｜"
_PAUSES = "，。、；！？,;"
_STRAY_CLOSERS = "”"  # a quote only if its partner follows, else text
_PREFIX = re.compile(f"({'|'.join((*FIELDS, *UNITS))})[:：]")
_UNKNOWN_FIELD = re.compile("([\u4e00-\u9fff]{1,4}|[A-Za-z_]{1,12})[:：](?!//)")
# Nobody searches for these: control characters that are not white space, halves of surrogate pairs.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]+")
_PLAIN = re.compile("[\u4e00-\u9fff]+(?!\\S)")  # Han characters alone: nothing in them is a sign of the language
_NEAR = re.compile(r"NEAR(?:/([0-9]+))?")
_IN_BRACKETS = re.compile(r"[(（][^\s()（）|｜]+[)）]")


class Scanner:
    """Cuts the typed text into lexemes."""

    def __init__(self, typed: str) -> None:
        self.diagnostics: list[Diagnostic] = []
        for found in _CONTROLS.finditer(typed):
            self._warn(Span(*found.span()), "控制字符按空格处理")
            typed = typed[: found.start()] + " " * len(found[0]) + typed[found.end() :]
        self.typed = typed

    def lexemes(self) -> Iterator[Lexeme]:
        at = 0
        while (at := self._skip(at)) < len(self.typed):
            lexeme = self._lexeme(at)
            yield lexeme
            at = lexeme.span.end

    def _skip(self, at: int) -> int:
        """The next offset that is not white space."""
        while at < len(self.typed) and self.typed[at].isspace():
            at += 1
        return at

    def _lexeme(self, at: int) -> Lexeme:
        if plain := _PLAIN.match(self.typed, at):
            return Lexeme("word", Span(at, plain.end()), plain[0])
        char = self.typed[at]
        if twice := _TWICE.match(self.typed, at):
            return Lexeme("or", Span(*twice.span()))
        if char in _BRACKETS:
            return Lexeme(_BRACKETS[char], Span(at, at + 1))
        if quoted := self._quoted(at):
            return quoted
        if char in _MINUS and self._negates(at):
            return Lexeme("minus", Span(at, at + 1))
        if prefix := _PREFIX.match(self.typed, at):
            if prefix[1] in UNITS:
                return Lexeme("unit", Span(*prefix.span()), name=prefix[1])
            if value := self._value(prefix.end()):
                return Lexeme("field", Span(at, value.span.end), value.text, prefix[1])
            if self.typed[self._skip(prefix.end()) :][:1] in ("(", "（"):
                return Lexeme("fields", Span(*prefix.span()), name=prefix[1])
            said = gettext_noop("“{name}:”后面没有值，按文字查找；例如 {example}")
            self._warn(Span(*prefix.span()), said, name=prefix[1], example=example(prefix[1]))
        return self._word(at)

    def _negates(self, at: int) -> bool:
        follower = self.typed[at + 1 : at + 2]
        if follower and not follower.isspace() and follower not in ")）|｜" and follower not in _MINUS:
            if follower.isdigit():
                said = gettext_noop("“-”按“不含”理解；要查找负数，请加引号：“{number}”")
                self._warn(Span(at, at + 1), said, "note", number=self._run(at))
            return True
        self._warn(Span(at, at + 1), "“-”按文字查找；要排除一个词，请紧挨着写：-规划", "note")
        return False

    def _quoted(self, at: int) -> Lexeme | None:
        closers = _QUOTES.get(self.typed[at])
        if closers is None:
            return None
        end = self._around_all(at, closers[0]) or self._paired(at, closers)
        if end is None and (end := self._flat_closing(at, closers[0])):
            self._warn(Span(at, end + 1), "引号里面的引号没有配对，按文字查找", "note")
        if end is None:
            end = self._closing(at, closers)
        if end is not None:
            if self.typed[at] + self.typed[end] not in _PAIRS:
                said = gettext_noop("引号前后不一（{opening}…{closing}），按一对理解")
                self._warn(Span(at, end + 1), said, opening=self.typed[at], closing=self.typed[end])
            return Lexeme("quoted", Span(at, end + 1), self.typed[at + 1 : end].strip())
        if self.typed[at] in _STRAY_CLOSERS:
            self._warn(Span(at, at + 1), "引号没有配对，按文字查找")
            return None
        end = next((end for end in range(at + 1, len(self.typed)) if self._opens(end)), len(self.typed))
        last = end == len(self.typed)
        if last:
            self._warn(Span(at, at + 1), "引号没有配对，引号以后的全部文字按一个词句查找")
        else:
            self._warn(Span(at, at + 1), "引号没有配对，到下一个引号为止的文字按一个词句查找")
        text = self.typed[at + 1 : end].rstrip()
        return Lexeme("quoted", Span(at, at + 1 + len(text)), text.strip())

    def _paired(self, at: int, closers: str) -> int | None:
        """The offset of the closing mark; None if it is another kind of mark than its own and text follows.

        A literal copied from a text may have one half of a pair: "两手都要硬”，依法".
        """
        end = self._closing(at, closers)
        if end is None or self.typed[end] == closers[0]:
            return end
        after = self.typed[end + 1 : end + 2]
        return end if not after or after.isspace() or after in _SEPARATORS else None

    def _closing(self, at: int, closers: str) -> int | None:
        """The offset at which the quotation that opens at `at` is closed; quotations inside it are skipped.

        Its own closing mark closes it anywhere, others only at the end of a term, where input methods put them.
        """
        inside: list[str] = []
        for end in range(at + 1, len(self.typed)):
            char = self.typed[end]
            if char not in _MARKS:
                continue
            last = self._ends_term(end)
            if inside and (char == inside[-1][0] or (char in inside[-1] and last)) and not self._opens(end):
                inside.pop()
            elif not inside and (char == closers[0] or (char in closers and last)) and not self._opens(end):
                return end
            elif char in _QUOTES and (self._opens(end) or (char in _OPENERS and not last)):
                inside.append(_QUOTES[char])
        return None

    def _around_all(self, at: int, closer: str) -> int | None:
        """The last offset, if the two marks are the first and the last character and stand nowhere between."""
        inside = self.typed[at + 1 :].rstrip()
        alone = not self.typed[:at].strip() and self.typed[at] not in inside[:-1]
        return at + len(inside) if inside and alone and inside.find(closer) == len(inside) - 1 else None

    def _flat_closing(self, at: int, closer: str) -> int | None:
        """The offset of the first own closing mark at the end of a term, if no quotation opens before it."""
        for end in range(at + 1, len(self.typed)):
            if self._opens(end):
                return None
            if self.typed[end] == closer and self._ends_term(end):
                return end
        return None

    def _opens(self, at: int) -> bool:
        """Whether a mark opens a quotation: it is at the start of a term and not at the end of one."""
        before = self.typed[at - 1 : at]
        starts = not before or before.isspace() or before in _BRACKETS or before in _MINUS or before in ":："
        return self.typed[at] in _QUOTES and starts and not self._ends_term(at)

    def _ends_term(self, at: int) -> bool:
        after = self.typed[at + 1 : at + 2]
        return not after or after.isspace() or after in _BRACKETS or after in _PAUSES

    def _value(self, at: int) -> Lexeme | None:
        """The value of a filter, after optional white space; None if there is none."""
        at = self._skip(at)
        if at == len(self.typed) or self.typed[at] in _BRACKETS:
            return None
        return self._quoted(at) or Lexeme("word", Span(at, at + len(self._run(at))), self._run(at))

    def _run(self, at: int) -> str:
        """The characters from `at` to the next white space, parenthesis or |; 县（市、区） is one run."""
        end = at
        while end < len(self.typed) and not self.typed[end].isspace():
            if self.typed[end] in _BRACKETS:
                inside = _IN_BRACKETS.match(self.typed, end)
                if inside is None or end == at or _is_operator(self.typed[at:end]):
                    break
                end = inside.end()
            else:
                end += 1
        return self.typed[at:end]

    def _word(self, at: int) -> Lexeme:
        text = self._run(at)
        span = Span(at, at + len(text))
        operator = unicodedata.normalize("NFKC", text)
        if operator in ("OR", "AND", "NOT"):
            return Lexeme({"OR": "or", "AND": "and", "NOT": "not"}[operator], span)  # type: ignore[arg-type]
        if near := _NEAR.fullmatch(operator):
            return Lexeme("near", span, name=near[1] or str(DEFAULT_DISTANCE))
        unknown = _UNKNOWN_FIELD.match(text)
        if unknown and unknown[1] not in FIELDS:
            known = " ".join(f"{name}:" for name in (*FIELDS, *UNITS))
            said = gettext_noop("没有“{name}:”这种条件，按文字查找；可用 {known}")
            self._warn(Span(at, at + unknown.end()), said, "note", name=unknown[1], known=known)
        if _IN_BRACKETS.search(text):
            self._warn(span, "紧跟在文字后面的括号按原文查找；要分组，请在括号前加空格", "note")
        if any(char in _QUOTES for char in text):
            self._warn(span, "夹在文字中间的引号按原文查找；要另作一个词，请在引号前加空格", "note")
        return Lexeme("word", span, text)

    def _warn(self, span: Span, message: str, severity: Severity = "warning", **values: object) -> None:
        self.diagnostics.append(Diagnostic(span, Message(message, **values), severity))


def _is_operator(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return plain in ("OR", "AND", "NOT") or bool(_NEAR.fullmatch(plain))


_EXAMPLES = {"年": "2016..2024", "数值": "10..20亿元", "类型": "政府工作报告", "地区": "德清"}


def example(name: str) -> str:
    """How a filter is typed, for messages."""
    return f"{name}:{_EXAMPLES.get(name, '城镇化')}"
