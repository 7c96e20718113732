"""The conditions on reports that are chosen beside a query, and the one way to add them to it.

Every tool that can be limited to some reports takes `Filters`. How the values are read and refused is up to the faces.
"""

from __future__ import annotations

from dataclasses import dataclass

from deqing_search.language.folding import compact_text
from deqing_search.query.report_parts import headings_of
from deqing_search.query.tree import Filter, Node, all_of
from deqing_search.query.years import Years
from deqing_search.text.offsets import Span

_NOT_TYPED = Span(0, 0)  # the place of a condition that was chosen, not typed


@dataclass(frozen=True, slots=True)
class Filters:
    """Which reports, and which part of them, an answer is limited to; None and "": not limited.

    `kind` is the whole kind of the report, `place` any part of the name of its place, `part` one of
    `report_parts.PARTS`: the same as 年:, 类型: and 地区: in a query, and 章节: with the headings of that part.

    >>> bool(Filters()), bool(Filters(kind="规划"))
    (False, True)
    """

    years: Years | None = None
    kind: str = ""
    place: str = ""
    part: str = ""

    def __bool__(self) -> bool:
        return bool(self.parameters())

    def parameters(self) -> dict[str, str]:
        """The filters as the parameters of an address; only those that are set.

        >>> Filters(Years(2016, 2024), place="德清").parameters()
        {'year': '2016..2024', 'place': '德清'}
        """
        values = {"year": str(self.years or ""), "kind": self.kind, "place": self.place, "part": self.part}
        return {name: value for name, value in values.items() if value}

    def conditions(self) -> tuple[Node, ...]:
        """The filters as nodes of a query, all of which must hold.

        >>> [(node.field, node.value) for node in Filters(place="德 清").conditions()]
        [('place', '德清')]
        """
        nodes: list[Node] = []
        if self.years and self.years != (None, None):
            nodes.append(Filter("year", _NOT_TYPED, low=self.years.first, high=self.years.last))
        if self.kind:
            nodes.append(Filter("kind", _NOT_TYPED, value=compact_text(self.kind)))
        if self.place:
            nodes.append(Filter("place", _NOT_TYPED, value=compact_text(self.place)))
        if self.part:
            nodes.append(headings_of(self.part))
        return tuple(nodes)

    def limit(self, root: Node) -> Node:
        """The query with the filters added."""
        conditions = self.conditions()
        return all_of(root, *conditions) if conditions else root


NO_FILTERS = Filters()
