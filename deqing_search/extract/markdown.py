"""Markdown: its rules separate its marks from the text; the marks are removed by edits.

Bold, `#` and `>` are the fix `markup`'s, since other carriers leave them too. Here is what only a file that says it is
Markdown proves: list marks, emphasis by `_`, links and the addresses that stand apart from them, marks of code, of
notes, escapes, rules, and a table of contents of links into the file. Struck words go, as they do in other media.
`20__年` and `____` stay: by Markdown's rules underscores inside a word mark nothing, unless the file comes from a
writer that marks bold so and puts a backslash in front of what it means literally.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from deqing_search.extract import text
from deqing_search.extract.extracted import Extracted
from deqing_search.extract.text_tables import tables_in
from deqing_search.text.offsets import Edit, Span

_CONTENTS = re.compile(
    r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:\[[^\[\]\n]+\]\(#[^()\s]*\)|\[TOC\])[ \t]*(?:\n|\Z)", re.M | re.I
)
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|={3,}[ \t]*)$", re.M)
_ITEM = re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)(?!.*[-*+][ \t]*$)", re.M)  # not `- 12 -`, a page
_ADDRESS = r"(?:(?:https?://|mailto:|#|\.{0,2}/)[^()\s]*|[^()\s]+\.[A-Za-z][A-Za-z0-9]{1,4})"  # the last: a file beside
_LINK = re.compile(rf"(?<!\\)(!?\[)([^\[\]\n]*)(\]\({_ADDRESS}(?:[ \t]+\"[^\"\n]*\")?\))")
_EMPHASIS = re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])([^_\n]*[^\s_\\])(\1)(?!\w)")
_WITHIN = re.compile(r"(?<!\\)(__)(?=[^\s_])([^_\n]*[^\s_\\])(__)")
_UNDERSCORED = re.compile(r"^.*_.*$", re.M)
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]^\n][^\[\]\n]*)\]:[ \t]*"
    r"<?(?:(?:[a-z]+://|mailto:|#|\.{0,2}/)[^\s>]*|[^\s，。；：>]+\.[A-Za-z][A-Za-z0-9]{1,4})>?"
    r"(?:[ \t]+[\"'(][^\n]*[\"')])?[ \t]*(?:\n|\Z)",
    re.M,
)
_REFERENCE = re.compile(r"(?<!\\)(!?\[)([^\[\]^\n][^\[\]\n]*)(\](?:\[([^\[\]\n]*)\])?)(?![(:])")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})([^`\n]*)(?:\n|\Z)", re.M)
_CODE = re.compile(r"(?<![`\\])(`)([^`\n]+)(`)(?!`)")
_STRUCK = re.compile(r"(?<![~\\\d])(~~)(?=[^\s~])([^~\n]*[^\s~])(~~)(?!~)")
_NOTE_BELOW = re.compile(r"^ {0,3}\[\^[\w-]+\](:[ \t]*)", re.M)
_NOTE = re.compile(r"(?<=\[)\^(?=[\w-]+\])")
_BARE_ADDRESS = re.compile(r"(<)((?:https?://|mailto:)[^<>\s]+)(>)")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")

_ALONE = (
    (_RULE, "分隔线"),
    (_ITEM, "列表标记"),
    (_ESCAPE, "转义的反斜杠"),
    (_DEFINITION, "链接的地址"),
    (_NOTE, "注释标记"),
)
_PAIRS = ((_LINK, "链接标记"), (_BARE_ADDRESS, "链接标记"), (_CODE, "代码标记"))
_ESCAPING = 3  # backslashes from which on a writer is known to set them


def read(path: Path, data: bytes) -> Extracted:
    """The text of a Markdown file, its marks marked as gone; raises `SourceError`.

    >>> from deqing_search.text.offsets import apply_edits
    >>> found = read(Path("a.md"), "- __稳中求进__，见[附件](/a.pdf)\\n- 20__年\\n".encode())
    >>> apply_edits(found.text, found.edits)
    '稳中求进，见附件\\n20__年\\n'
    """
    extracted = text.decoded(path, data)
    code = [Span(first.start(), last.end()) for first, last in _code_blocks(extracted.text)]
    found = tables_in(extracted.text, code)
    edits = sorted([*extracted.edits, *found.edits, *_edits(extracted.text)], key=lambda edit: (edit.start, -edit.end))
    return extracted._replace(edits=tuple(_apart(edits)), tables=tuple(found.tables))


def _edits(source: str) -> Iterator[Edit]:
    """Of code, only what frames it; of all else, every mark."""
    ends = [0]
    for first, last in _code_blocks(source):
        yield Edit(*first.span(), "", "markup", "代码块标记")
        yield Edit(*last.span(), "", "markup", "代码块标记")
        ends += [first.start(), last.end()]
    outside = list(zip(ends[::2], [*ends[1::2], len(source)], strict=True))
    names = {_name(found[1]) for found in _DEFINITION.finditer(source)}
    for start, end in outside:
        yield from _marks(source, start, end, names)


def _code_blocks(source: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """The first and the last line of each block; one that is never shut is none."""
    first = None
    for fence in _FENCE.finditer(source):
        if first is None:
            first = fence
        elif fence[1].startswith(first[1]) and not fence[2].strip():
            yield first, fence
            first = None


def _marks(source: str, start: int, end: int, names: set[str]) -> Iterator[Edit]:
    """What only marks, between two blocks of code; `names` are those of addresses given elsewhere."""
    for note in _NOTE_BELOW.finditer(source, start, end):
        yield Edit(*note.span(1), "", "markup", "注释标记")
    for line in _CONTENTS.finditer(source, start, end):
        yield Edit(*line.span(), "", "site-furniture", "目录中的链接")
    for pattern, reason in _ALONE:
        yield from (Edit(*mark.span(), "", "markup", reason) for mark in pattern.finditer(source, start, end))
    for pattern, reason in _PAIRS:
        for found in pattern.finditer(source, start, end):
            yield from _around(found, reason)
    for link in _REFERENCE.finditer(source, start, end) if names else ():
        if _name(link[4] or link[2]) in names:
            yield from _around(link, "链接标记")
    for found in _STRUCK.finditer(source, start, end):
        yield Edit(*found.span(), "", "struck-text", "划掉的字")
    for marked in _emphases(source, start, end):
        yield from _around(marked, "强调标记")


def _name(label: str) -> str:
    """The name of an address: case and spacing make no difference."""
    return " ".join(label.casefold().split())


def _emphases(source: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Where an underscore of the line marks nothing, none does: it is a form to fill in, or an address."""
    if len(_ESCAPE.findall(source)) >= _ESCAPING:
        yield from _WITHIN.finditer(source, start, end)
        return
    for line in _UNDERSCORED.finditer(source, start, end):
        if "_" not in _EMPHASIS.sub("", line[0]) and "://" not in line[0]:
            yield from _EMPHASIS.finditer(source, *line.span())


def _around(found: re.Match[str], reason: str) -> Iterator[Edit]:
    """Remove what stands before and after the text."""
    yield Edit(*found.span(1), "", "markup", reason)
    yield Edit(*found.span(3), "", "markup", reason)


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Each edit but those inside one before."""
    end = 0
    for edit in edits:
        if edit.start >= end:
            yield edit
            end = edit.end
