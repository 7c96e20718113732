"""A passage as it is cited from its page, and where an old address leads.

Defines `text_fragment` (the part of an address that finds the words in the page) and `Changed` (the former and the
present text, compared).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import quote

from deqing_search.report import Passage
from deqing_search.search.former_passages import Succession
from deqing_search.store.permalinks import Former
from deqing_search.text.offsets import Span
from deqing_search.web.report_layout import Run

_ENDS = 8  # characters by which the start and the end of a passage are found again
_ROUND = 6  # characters on each side that tell one occurrence from another


@dataclass(frozen=True, slots=True)
class Changed:
    """The former text with what was removed marked, and the present text with what was added marked.

    `is_moved`: the passage stands in a report with another id. `is_changed`: its text differs.
    """

    former: Former
    is_moved: bool
    is_changed: bool
    before: tuple[Run, ...]
    after: tuple[Run, ...]


def text_fragment(text: str, marks: Sequence[Span]) -> str:
    """The `:~:text=` directive that finds the first mark, or, without marks, the whole passage.

    >>> from urllib.parse import unquote
    >>> unquote(text_fragment("发展地理信息产业", [Span(2, 6)]))
    ':~:text=发展-,地理信息,-产业'
    """
    if marks:
        start, end = marks[0]
        before, after = text[max(start - _ROUND, 0) : start].strip(), text[end : end + _ROUND].strip()
        parts = [f"{_escaped(before)}-"] if before else []
        parts.append(_escaped(text[start:end]))
        if after:
            parts.append(f"-{_escaped(after)}")
        return ":~:text=" + ",".join(parts)
    if len(text) <= 3 * _ENDS:
        return f":~:text={_escaped(text)}"
    return f":~:text={_escaped(text[:_ENDS].strip())},{_escaped(text[-_ENDS:].strip())}"


def _escaped(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")  # a hyphen would be read as part of the directive


def changed(leads: Succession | None, passage: Passage) -> Changed | None:
    """What has changed since an address was cited that leads to `passage`; None if it does not, or nothing changed."""
    if leads is None or leads.passage is None or leads.passage.id != passage.id:
        return None
    if not leads.is_moved and not leads.is_changed:
        return None
    before: list[Run] = []
    after: list[Run] = []
    matcher = SequenceMatcher(None, leads.former.text, passage.text, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if a < b:
            before.append(Run(leads.former.text[a:b], what != "equal"))
        if c < d:
            after.append(Run(passage.text[c:d], what != "equal"))
    return Changed(leads.former, leads.is_moved, leads.is_changed, tuple(before), tuple(after))
