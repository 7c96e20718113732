"""Markdown: its own marks are told from the text by its own rules, and stand in the ledger as edits.

Bold, `#` and `>` are the fix `markup`'s, since other carriers leave them too. Here is what only a file that says it is
Markdown proves: list marks, emphasis by `_`, links, escapes, rules, and a table of contents of links into the file.
`20__年` and `____` stay: by Markdown's rules underscores inside a word mark nothing, unless the file comes from a
writer that marks bold so and puts a backslash in front of what it means literally.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from deqing_search.extract import text
from deqing_search.extract.extracted import Extracted
from deqing_search.offsets import Edit

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
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")

_ESCAPING = 3  # backslashes from which on a writer is known to set them


def read(path: Path, data: bytes) -> Extracted:
    """The text of a Markdown file, its marks marked as gone; raises `SourceError`.

    >>> from deqing_search.offsets import apply_edits
    >>> found = read(Path("a.md"), "- __稳中求进__，见[附件](/a.pdf)\\n- 20__年\\n".encode())
    >>> apply_edits(found.text, found.edits)
    '稳中求进，见附件\\n20__年\\n'
    """
    extracted = text.read(path, data)
    edits = sorted(_edits(extracted.text), key=lambda edit: (edit.start, -edit.end))
    return extracted._replace(edits=tuple(_apart(edits)))


def _edits(source: str) -> Iterator[Edit]:
    for line in _CONTENTS.finditer(source):
        yield Edit(*line.span(), "", "site-furniture", "目录中的链接")
    for pattern, reason in ((_RULE, "分隔线"), (_ITEM, "列表标记"), (_ESCAPE, "转义的反斜杠")):
        yield from (Edit(*mark.span(), "", "markup", reason) for mark in pattern.finditer(source))
    for link in _LINK.finditer(source):
        yield from _around(link, "链接标记")
    for marked in _emphases(source):
        yield from _around(marked, "强调标记")


def _emphases(source: str) -> Iterator[re.Match[str]]:
    """Where an underscore of the line marks nothing, none does: it is a form to fill in, or an address."""
    if len(_ESCAPE.findall(source)) >= _ESCAPING:
        yield from _WITHIN.finditer(source)
        return
    for line in _UNDERSCORED.finditer(source):
        if "_" not in _EMPHASIS.sub("", line[0]) and "://" not in line[0]:
            yield from _EMPHASIS.finditer(source, *line.span())


def _around(found: re.Match[str], reason: str) -> Iterator[Edit]:
    """What stands before and behind the text goes."""
    yield Edit(*found.span(1), "", "markup", reason)
    yield Edit(*found.span(3), "", "markup", reason)


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Each edit but those inside one before."""
    end = 0
    for edit in edits:
        if edit.start >= end:
            yield edit
            end = edit.end
