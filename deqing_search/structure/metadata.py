"""What is known of a report where the catalog is silent: title, kind, year, date, place, session, speaker, source.

The catalog always wins. A field that it does not give is read from the text, else from front matter, else from the
path of the file, and is named in `Metadata.inferred`. The day of a page is never taken for that of the meeting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import PurePath

from deqing_search.report import Metadata, RawText
from deqing_search.structure.dates import day_in, in_digits
from deqing_search.structure.enclosed import act_of, report_below
from deqing_search.structure.kinds import (
    bare,
    completed,
    is_delivery,
    is_title,
    kind_delivered,
    kind_of,
    says_nothing,
    title_line,
)
from deqing_search.structure.occasion import above_address, head_of, occasion, page_lines, without_marks
from deqing_search.structure.path_facts import facts_of
from deqing_search.structure.places import places_in
from deqing_search.structure.provenance import provenance
from deqing_search.structure.years import Evidence, year_in_headings, year_in_title, year_of
from deqing_search.text.lines import numbering
from deqing_search.text.place_names import last_unit

_INFERABLE = (
    *("title", "kind", "year", "date", "place"),
    *("source", "publisher", "published", "session", "speaker", "office"),
)
_NOWHERE = PurePath()
_TITLE = 45  # characters of the longest title that a line of the head can be
_SHORT = 90  # characters: a longer line of the head is prose
_NAMES_OCCASION = re.compile(r"会议|大会|[省市县区州旗盟]长|主席|总理")

_TELLS = re.compile(
    r"[^。]*(?:会议|大会)[^。]*工作报告。[^。]{0,20}"
)  # the caption of a photograph, the lead of the news


def describe(raw: RawText, catalog: Metadata, path: PurePath = _NOWHERE) -> Metadata:
    """Complete the catalog's entry from the text, its front matter and the path of its file.

    >>> raw = RawText("r", "政府工作报告\\n(2024年2月3日在德清县第十七届人民代表大会第三次会议上)\\n", "")
    >>> found = describe(raw, Metadata())
    >>> found.title, found.date, found.year, found.kind, found.place, found.session
    ('2024年德清县政府工作报告', '2024-02-03', 2024, '政府工作报告', '德清县', '德清县第十七届人民代表大会第三次会议')
    >>> found.inferred
    ('title', 'kind', 'year', 'date', 'place', 'session')
    """
    found = _found(raw, catalog, path)
    missing = [name for name in _INFERABLE if not getattr(catalog, name)]
    if catalog.year and "date" in missing and not _of_year(found.date, catalog.year):
        missing.remove("date")  # a date of another year would contradict the catalog
    taken = {name: getattr(found, name) for name in missing if getattr(found, name)}
    return catalog._replace(**taken, inferred=tuple(taken))


def _of_place(session: str, place: str) -> str:
    """The session with the place whose congress met, unless it says so itself."""
    return last_unit(place) + session if session and place != "全国" and "全国" not in session else session


def _of_year(date: str, year: int) -> bool:
    """A session late in a year can be about the next one."""
    return date[:4] == str(year) or (date[:4] == str(year - 1) and date[5:7] >= "09")


def _found(raw: RawText, catalog: Metadata, path: PurePath) -> Metadata:
    front, of_path = dict(raw.front_matter), facts_of(path)
    given, lines = _without_act(front.get("title", ""), raw.text)
    head = head_of(lines)
    above = above_address(head)
    title = catalog.title or _title(given, above)
    kind = catalog.kind or kind_delivered(_kind(title, above), head) or front.get("kind", "") or of_path.kind
    said = occasion(in_digits(title), head)
    date = said.date or day_in(in_digits(front.get("date", "")))
    place = next(_places(title, head), "") or front.get("place", "") or of_path.place
    year = catalog.year or year_of(
        Evidence(_year_in(title, above, kind), date, year_in_headings(raw.text), of_path.year), kind
    )
    came = provenance(front, lines)
    return Metadata(
        title=completed(bare(title), catalog.place or place, year) or raw.report,
        kind=kind,
        year=year,
        date=date,
        place=place,
        session=_of_place(said.session, catalog.place or place),
        speaker=said.speaker,
        office=said.office,
        source=came.source,
        publisher=came.publisher,
        published=came.published,
    )


def _without_act(title: str, text: str) -> tuple[str, list[str]]:
    """The title of a page and its first lines; if an act about a report stands first, those of the report below it."""
    lines = page_lines(text)
    if not act_of(title, lines):
        return title, lines
    start = report_below(whole := without_marks(text))
    return (title, lines) if start is None else ("", page_lines("\n".join(whole[start:])))


def _title(given: str, above: Sequence[str]) -> str:
    """The title of the front matter, unless it says nothing and the text has one that does."""
    of_text = title_line(above)
    return of_text if says_nothing(given) and of_text else given


def _kind(title: str, above: Sequence[str]) -> str:
    """Of the title, or of a line that could be one."""
    lines = [title, *(line for line in above if is_title(bare(line)) and numbering(line) is None)]
    return next(filter(None, map(kind_of, lines)), "")


def _year_in(title: str, above: Sequence[str], kind: str) -> int | None:
    """Of the title, else of a line of the head that names the kind."""
    titles = [title, *(line for line in above if len(line) <= _TITLE and kind and kind_of(line) == kind)]
    return next(filter(None, (year_in_title(line, kind) for line in titles)), None)


def _places(title: str, head: Sequence[str]) -> Iterator[str]:
    """Of the title, of lines that say where and who, of the others; of prose only what delivers the report."""
    short = [
        line for line in above_address(head) if len(line) <= _SHORT and ("。" not in line or _TELLS.fullmatch(line))
    ]
    lines = [title, *filter(_NAMES_OCCASION.search, short), *filter(is_delivery, head), *short]
    return chain.from_iterable(map(places_in, lines))
