"""What the path of a file says of a report: place, year and kind, as in `北京市/2005.md`.

The weakest of witnesses: it is asked where the text is silent.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from deqing_search.report import Metadata
from deqing_search.structure.dates import in_digits, years_in
from deqing_search.structure.kinds import kind_of
from deqing_search.structure.places import place_named

_FOLDERS: Final = 3  # above the file, from the nearest
_OF_A_YEAR = re.compile(r"((?:19|20)\d\d)年?\D{0,12}")


def facts_of(path: PurePath) -> Metadata:
    """What the name of a file says, and where it is silent the nearest folder that says it.

    >>> facts_of(PurePath("政府工作报告/北京市/2005.md"))[1:5]
    ('政府工作报告', 2005, '', '北京市')
    >>> facts_of(PurePath("t20240203_12.html"))[1:5]
    ('', None, '', '')
    """
    folders = [in_digits(part) for part in path.parts[-2 : -2 - _FOLDERS : -1]]
    name = in_digits(path.stem)
    return Metadata(
        kind=next(filter(None, map(kind_of, [name, *folders])), ""),
        year=_year(name) or next((int(found[1]) for part in folders if (found := _OF_A_YEAR.fullmatch(part))), None),
        place=next(filter(None, map(place_named, [name, *folders])), ""),
    )


def _year(name: str) -> int | None:
    years = set(years_in(name))
    return years.pop() if len(years) == 1 else None
