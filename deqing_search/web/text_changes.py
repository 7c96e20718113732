"""What has changed in a passage since its old link was cited: the former and the present text, compared for the page.

Where an old link leads is decided in `search/redirects.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from deqing_search.report import Passage
from deqing_search.search.redirects import Succession
from deqing_search.store.permalinks import Former
from deqing_search.web.report_layout import Run


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
