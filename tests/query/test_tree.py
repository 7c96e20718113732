"""The tree, and how it is walked."""

from __future__ import annotations

from deqing_search.query.parser import parse
from deqing_search.query.tree import And, Near, Or, Within, literals, map_literals


def test_a_literal_can_be_replaced_anywhere_but_in_near():
    root = map_literals(parse("甲 (乙 OR -丙) 同句:(丁 戊) 己 NEAR/2 庚").root, lambda found: Or((found,)))
    assert sum(isinstance(child, Or) for child in root.children) == 2
    assert root.children[2] == Within("sentence", And(tuple(Or((x,)) for x in literals(root.children[2]))))
    assert isinstance(root.children[3], Near)


def test_an_excluded_exclusion_is_wanted():
    root = parse("-(甲 -乙)").root
    assert [found.text for found in literals(root)] == ["乙"]
    assert [found.text for found in literals(root, positive=False)] == ["甲"]
