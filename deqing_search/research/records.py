"""Concordances, collocates and keyness for other programs: JSON records and CSV rows with the same fields.

The shell prints them, the site sends them. The fields are described in docs/jsonl.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from deqing_search.search.exports import MARK, csv_row, json_line

if TYPE_CHECKING:
    from deqing_search.research.collocates import Collocates, Dispersion, Extension
    from deqing_search.research.concordance import Line
    from deqing_search.research.keyness import Keyness

Fields = dict[str, Any]
_LINE = (
    "left", "found", "right", "term", "id", "report", "title", "place", "year", "section", "ordinal", "marks", "url",
)  # fmt: skip


def line_fields(line: Line, site: str = "") -> Fields:
    """The fields of a line of a concordance. `site` stands before the address: `https://host`, or nothing."""
    passage, meta = line.passage, line.report.meta
    texts = line.left, line.found, line.right, line.term
    of_report = line.report.id, meta.title or line.report.id, meta.place, meta.year
    where = list(passage.section), passage.ordinal, list(line.span), f"{site}/p/{passage.id}"
    return dict(zip(_LINE, (*texts, passage.id, *of_report, *where), strict=True))


def collocate_fields(found: Collocates, limit: int | None = None) -> Iterator[Fields]:
    """The fields of each word, at most `limit`; in each how many occurrences there are, and how many were counted."""
    for one in found.words[:limit]:
        yield {
            "word": one.word,
            "near": one.near,
            "left": one.left,
            "right": one.right,
            "frequency": one.frequency,
            "log_dice": round(one.log_dice, 4),
            "log_likelihood": round(one.log_likelihood, 4),
            "occurrences": found.occurrences,
            "counted": found.counted,
        }


def extension_fields(one: Extension) -> Fields:
    return one._asdict()


def dispersion_fields(found: Dispersion) -> Fields:
    """The fields of a dispersion; the years with their occurrences and characters."""
    return {
        "dp_reports": round(found.over_reports, 4),
        "dp_years": round(found.over_years, 4),
        "reports_with": found.reports_with,
        "reports": found.reports,
        "undated": found.undated,
        "years": [{"year": int(p.name), "occurrences": p.occurrences, "characters": p.characters} for p in found.years],
    }


def key_fields(found: Keyness, limit: int | None = None) -> Iterator[Fields]:
    """The words of each list, at most `limit` of each."""
    for name, _, words in found.lists:
        for word in words[:limit]:
            scores = {"log_likelihood": round(word.log_likelihood, 4), "log_ratio": round(word.log_ratio, 4)}
            yield {"list": name, "word": word.word, "here": word.here, "there": word.there, **scores}


def as_jsonl(every: Iterable[Fields]) -> Iterator[str]:
    """A JSON object for each record."""
    return map(json_line, every)


def as_csv(every: Iterable[Fields]) -> Iterator[str]:
    """Rows for a spreadsheet, the names of the fields first; no rows if there are no records."""
    for number, fields in enumerate(every):
        if not number:
            yield MARK + csv_row(fields)
        yield csv_row(_cell(value) for value in fields.values())


def _cell(value: Any) -> Any:
    """A list as one cell: headings joined, offsets with a dash."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return (" › " if value and isinstance(value[0], str) else "-").join(map(str, value))
    return value
