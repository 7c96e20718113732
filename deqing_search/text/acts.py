"""Titles of what a people's congress decides about a report: its resolution, opinion or examination."""

from __future__ import annotations

import re

_ACT = re.compile(
    r"(?P<body>\S{2,40}?(?:大会|会议|常务委员会|委员会|主席团))(?:对|关于)\S{0,40}报告\S{0,4}?的?"
    r"(?:决议|决定|审议意见|审查意见|审议结果的?报告|审查结果的?报告)"
)


def body_of(title: str) -> str:
    """The body whose act on a report has this title; "" if it is the title of no such act.

    >>> body_of("某市第七届人民代表大会第七次会议关于某市人民政府工作报告的决议")
    '某市第七届人民代表大会第七次会议'
    >>> body_of("2024年某市人民政府工作报告"), body_of("认真执行市人民代表大会关于政府工作报告的决议，")
    ('', '')
    """
    found = _ACT.fullmatch("".join(title.split()))
    return found["body"] if found else ""
