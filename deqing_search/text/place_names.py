"""Cuts the name of a place into its administrative units, by how it is written: 浙江省湖州市德清县.

Which units there really are is in `structure.places`.
"""

from __future__ import annotations

import re

_UNIT = re.compile(r".+?(?:自治区|自治州|自治县|特别行政区|省|市(?!区)|县|旗|盟|区)")


def last_unit(place: str) -> str:
    """The innermost administrative unit in the name of a place; the name itself if it has none.

    >>> last_unit("浙江省湖州市德清县"), last_unit("内蒙古自治区兴安盟"), last_unit("北京")
    ('德清县', '兴安盟', '北京')
    """
    units = _UNIT.findall(place)
    return units[-1] if units else place


def has_unit(place: str) -> bool:
    """Whether the name of a place says what kind of unit it is: 德清县, but not 德清."""
    return bool(_UNIT.match(place))


def short_name(place: str) -> str:
    """The innermost unit without its kind, as titles name it.

    >>> short_name("浙江省湖州市德清县"), short_name("北京")
    ('德清', '北京')
    """
    unit = last_unit(place)
    return unit[:-1] if len(unit) > 2 else unit
