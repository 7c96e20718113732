"""Cuts the name of a place into its administrative units, by how it is written: 浙江省湖州市德清县.

Which units there really are is in `structure.places`.
"""

from __future__ import annotations

import re
from functools import lru_cache

# A character of a name may look like a kind: 沙市市, 吴县市, 梅县区, 达县地区, 西盟佤族自治县.
_UNIT = re.compile(
    r".+?(?:自治[区州县旗]|特别行政区|[地特]区|省|市(?!区|市(?![中东西南北郊]区))|县(?![区市]|[地特]区)|旗(?![县区])|盟(?!佤)|区(?!县)|州$)"
)
_KIND = re.compile("(?:自治[区州县旗]|特别行政区|[地特]区|[省市县区旗盟]|州$)$")
_WHOLES = {  # what a report of such a place calls all of it; 全市 and 全县 never mean a greater place
    "省": ("全省", "我省"),
    "自治区": ("全区", "我区", "自治区"),
    "州": ("全州", "我州"),
    "全国": ("全国", "我国", "国家"),
}


def units(place: str) -> list[str]:
    """The administrative units in the name of a place, largest first.

    >>> units("浙江省湖州市德清县"), units("四川省达县地区达县市"), units("北京")
    (['浙江省', '湖州市', '德清县'], ['四川省', '达县地区', '达县市'], [])
    """
    return _UNIT.findall(place)


@lru_cache(5_000)
def last_unit(place: str) -> str:
    """The innermost administrative unit in the name of a place; the name itself if it has none.

    >>> last_unit("浙江省湖州市德清县"), last_unit("内蒙古自治区兴安盟"), last_unit("北京")
    ('德清县', '兴安盟', '北京')
    """
    return (units(place) or [place])[-1]


def other_name(place: str, then: str) -> str:
    """The name of a place in a report, if its innermost unit was called otherwise than today; else "".

    >>> other_name("湖北省襄阳市", "襄樊市"), other_name("浙江省湖州市德清县", "德清县")
    ('襄樊市', '')
    """
    return "" if last_unit(then) == last_unit(place) else then


def with_last_unit(place: str, name: str) -> str:
    """The name of a place with another name of its innermost unit.

    >>> with_last_unit("湖北省襄樊市", "襄阳市")
    '湖北省襄阳市'
    """
    return place.removesuffix(last_unit(place)) + name


def has_unit(place: str) -> bool:
    """Whether the name of a place says what kind of unit it is: 德清县, but not 德清."""
    return bool(units(place))


def short_names(place: str) -> list[str]:
    """The units in the name of a place without their kind, as titles and questions name them; the name if it has none.

    >>> short_names("浙江省湖州市德清县"), short_names("陕西省宝鸡市眉县"), short_names("北京"), short_names("")
    (['浙江', '湖州', '德清'], ['陕西', '宝鸡', '眉县'], ['北京'], [])
    """
    bare = ((unit, _KIND.sub("", unit)) for unit in units(place))
    return [short if len(short) > 1 else unit for unit, short in bare] or ([place] if place else [])


@lru_cache(5_000)
def short_name(place: str) -> str:
    """The innermost unit without its kind.

    >>> short_name("浙江省湖州市德清县"), short_name("湖南省湘西土家族苗族自治州")
    ('德清', '湘西土家族苗族')
    """
    return (short_names(place) or [""])[-1]


@lru_cache(4096)
def own_names(place: str) -> tuple[str, ...]:
    """The names that a report uses for its own place.

    >>> own_names("浙江省杭州市")
    ('杭州市', '杭州地区', '杭州')
    """
    if not place:
        return ()
    last, short = units(place)[-1:], short_names(place)[-1:]
    whole = next((names for end, names in _WHOLES.items() if place.endswith(end)), ())
    return (*whole, *last, *(f"{name}地区" for name in short), *short)
