"""Short ids of reports: the end of an id, as long as it must be to name one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from deqing_search.errors import UsageError

_NAMED = 5  # reports that a message lists


def short_ids(ids: Collection[str]) -> dict[str, str]:
    """The shortest end of each id that no other id has. It has a digit and two parts, if the id does.

    >>> short_ids(["报告-杭州市-2023", "报告-杭州市-2024", "报告-宁波市-2024", "page"])["报告-杭州市-2024"]
    '杭州市-2024'
    """
    ends = Counter(end for id in ids for end in _ends(id))
    return {id: next((end for end in _ends(id) if ends[end] == 1), id) for id in ids}


def _ends(id: str) -> Iterator[str]:
    parts = id.split("-")
    for first in range(max(len(parts) - 2, 0), -1, -1):
        end = "-".join(parts[first:])
        if first == 0 or any(map(str.isdigit, end)):
            yield end


def full_id(ids: Collection[str], name: str) -> str:
    """The id that a name is, or is the end of; the name itself if there is none.

    Raises `UsageError` if the name is the end of several ids.

    >>> full_id(["报告-杭州市-2023", "报告-宁波市-2023"], "杭州市-2023")
    '报告-杭州市-2023'
    """
    found = [name] if name in ids else [id for id in ids if id.endswith(f"-{name}")]
    if len(found) > 1:
        more = "……" if len(found) > _NAMED else ""
        raise UsageError(f"“{name}”可以指 {len(found)} 份报告", hint=f"写全编号：{'、'.join(found[:_NAMED])}{more}")
    return found[0] if found else name
