"""The province of a place, also where its name does not say it: 杭州市 is in 浙江省."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Final

from deqing_search.config import data_rows
from deqing_search.text.place_names import units

_PROVINCE: Final = "0000"  # the end of its code


def province(place: str) -> str:
    """The province, or the unit of its level; "" if it is not known, or if several provinces have a unit of this name.

    >>> province("杭州市"), province("浙江省湖州市德清县"), province("北京市"), province("朝阳区"), province("")
    ('浙江省', '浙江省', '北京市', '', '')
    """
    return next((found for unit in units(place) if (found := _provinces().get(unit, ""))), "")


@cache
def _provinces() -> dict[str, str]:
    """Unit → province, for names that one province alone has."""
    rows = [row.split("\t") for row in data_rows("places.tsv")]
    names = {code[:2]: name for code, name, *former in rows if code.endswith(_PROVINCE) and not former}
    found: dict[str, set[str]] = defaultdict(set)
    for code, name, *_ in rows:
        found[name].add(names.get(code[:2], ""))
    return {name: min(provinces) for name, provinces in found.items() if len(provinces) == 1}
