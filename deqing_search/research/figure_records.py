"""Figures, pledges and promises as JSON records and CSV rows: one form for the shell, the site and the interface.

The fields are described in docs/jsonl.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deqing_search.research.figure_words import CHANGES, difference_in_words, value_in_words
from deqing_search.research.figures import Figure
from deqing_search.research.pledges import Pledge
from deqing_search.research.promises import Promise, Related
from deqing_search.research.records import Fields, as_csv, as_jsonl


def figure_fields(figure: Figure, site: str = "") -> Fields:
    """The fields of one figure, in their order. `site` stands before the address."""
    return {
        "place": figure.place,
        "name_then": figure.name_then,
        "year": figure.year,
        "report": figure.report,
        "passage": figure.passage,
        "indicator": figure.indicator + CHANGES[figure.relation],
        "name": figure.indicator,
        "subject": figure.subject,
        "role": figure.role,
        "relation": figure.relation,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "bound": figure.bound,
        "basis": figure.basis,
        "wording": figure.wording,
        "of_year": figure.of_year,
        "marks": figure.marks,
        "certain": figure.certain,
        "text": figure.text,
        "url": f"{site}/p/{figure.passage}" if figure.passage else f"{site}/r/{figure.report}",
    }


def figure_records(figures: Iterable[Figure], site: str = "") -> Iterator[str]:
    """One JSON object for each figure."""
    return as_jsonl(figure_fields(figure, site) for figure in figures)


def figure_csv(figures: Iterable[Figure], site: str = "") -> Iterator[str]:
    """Rows for a spreadsheet, the names of the fields first. Marks are left out."""
    return as_csv(_without_marks(figure_fields(figure, site)) for figure in figures)


def _without_marks(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name != "marks"}


def pledge_fields(pledge: Pledge, site: str = "") -> Fields:
    """The fields of one pledge, with the figures of both sides."""
    return {
        "place": pledge.place,
        "year": pledge.year,
        "indicator": pledge.indicator,
        "verdict": pledge.verdict,
        "difference": pledge.difference,
        "unit": pledge.targets[0].unit,
        "difference_text": difference_in_words(pledge),
        "names_then": list(pledge.names_then),
        "area_changes": list(pledge.area_changes),
        "target_adjusted": pledge.is_adjusted,
        "targets": [figure_fields(one, site) for one in pledge.targets],
        "outcomes": [figure_fields(one, site) for one in pledge.outcomes],
    }


def pledge_records(pledges: Iterable[Pledge], site: str = "") -> Iterator[str]:
    """One JSON object for each pledge."""
    return as_jsonl(pledge_fields(pledge, site) for pledge in pledges)


def pledge_csv(pledges: Iterable[Pledge], site: str = "") -> Iterator[str]:
    """One row for each pledge: values in words, the sentences and the addresses of their passages."""
    return as_csv(_pledge_row(pledge, site) for pledge in pledges)


def _pledge_row(pledge: Pledge, site: str) -> Fields:
    said = pledge_fields(pledge, site)
    for name in ("names_then", "area_changes"):
        said[name] = "；".join(said[name])
    for name in ("targets", "outcomes"):
        figures = getattr(pledge, name)
        side = said.pop(name)
        said[name] = " / ".join(map(value_in_words, figures))
        said[f"{name}_text"] = " / ".join(one["text"] for one in side)
        said[f"{name}_url"] = " ".join(one["url"] for one in side)
    return said


def promise_fields(promise: Promise, site: str = "") -> Fields:
    """The fields of a promise. `related` is null if the next report is not indexed or the place is unknown."""
    return {
        "place": promise.place,
        "name_then": promise.name_then,
        "year": promise.year,
        "verb": promise.verb,
        "thing": "、".join(promise.things),
        **_stretch_fields(promise, site),
        "related": None if promise.related is None else [_related_fields(one, site) for one in promise.related],
    }


def _related_fields(one: Related, site: str) -> Fields:
    return {"score": one.score, **_stretch_fields(one, site)}


def _stretch_fields(one: Promise | Related, site: str) -> Fields:
    """The fields of a stretch of a passage."""
    return {
        "text": one.text,
        "report": one.passage.report,
        "passage": one.passage.id,
        "span": one.span,
        "url": f"{site}/p/{one.passage.id}",
    }


def promise_records(promises: Iterable[Promise], site: str = "") -> Iterator[str]:
    """One JSON object for each promise."""
    return as_jsonl(promise_fields(promise, site) for promise in promises)


def promise_csv(promises: Iterable[Promise], site: str = "") -> Iterator[str]:
    """One row for each promise, with the best sentence of the next report. Spans are left out."""
    return as_csv(_promise_row(promise, site) for promise in promises)


def _promise_row(promise: Promise, site: str) -> Fields:
    said = promise_fields(promise, site)
    related = said.pop("related")
    del said["span"]
    best = related[0] if related else {"score": None, "text": "", "url": ""}
    return said | {
        "next_report": related is not None,
        "possibly": best["text"],
        "possibly_url": best["url"],
        "score": best["score"],
    }
