"""The page and the address for programs on which quotations are checked. Nothing that is sent is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from deqing_search.errors import SourceError, UsageError
from deqing_search.messages import Message, gettext_noop
from deqing_search.quotes import wording
from deqing_search.quotes.clause_verdicts import Clause, clause_verdicts
from deqing_search.quotes.files import text_of_upload
from deqing_search.quotes.findings import STATUSES, Checked, Finding, Source
from deqing_search.quotes.records import finding_records
from deqing_search.quotes.running_text import Piece, Stretch, stretches
from deqing_search.search.results import Coverage
from deqing_search.text.offsets import Span
from deqing_search.verification.check import check
from deqing_search.web.answering import engine
from deqing_search.web.api import api, json_answer
from deqing_search.web.headers import LARGEST_UPLOAD
from deqing_search.web.request_lanes import busy, leave_lane
from deqing_search.web.templating import Page, draw

quotes = Blueprint("quotes", __name__)

MOST_CHARACTERS: Final = 20_000  # of one text: four long articles
SHOWN_SOURCES: Final = 5
LONGEST: Final = 20  # seconds for reading a file
PATIENCE: Final = 0.2  # seconds to wait while another file is read
_READING = Lock()  # one file at a time


class ShownClause(NamedTuple):
    """A clause of a sentence that is found in part; `source`: None if it is not found."""

    words: str
    name: str  # of the verdict, as a class of the style sheet
    verdict: str
    source: Source | None


class Shown(NamedTuple):
    """A finding and what is said of it. `number`: its place in the text, counted from one."""

    number: int
    finding: Finding
    verdict: str
    explanation: str
    attribution: str
    figures: Sequence[tuple[str, str]]  # whether it agrees, and what text and reports have
    differences: Sequence[tuple[str, str, str]]  # kind, in the text, in the source
    clauses: Sequence[ShownClause]
    sources: Sequence[Source]


class Run(NamedTuple):
    """A stretch of the text that was sent, with the finding that it belongs to, if any."""

    pieces: Sequence[Piece]
    number: int = 0  # of the finding; 0 for the text between findings
    name: str = ""  # of the verdict, as a class of the style sheet
    verdict: str = ""


@dataclass(frozen=True, kw_only=True)
class VerifyPage(Page):
    """Without a text nothing is shown but the form."""

    template = "verify.html"
    text: str = ""
    coverage: Coverage | None = None
    counts: Sequence[tuple[str, int]] = ()  # verdict → findings
    findings: Sequence[Shown] = ()  # altered numbers first
    runs: Sequence[Run] = ()  # the whole text
    most: int = MOST_CHARACTERS
    largest: int = LARGEST_UPLOAD >> 20  # megabytes


@quotes.get("/verify")
def form() -> str:
    """The form."""
    return draw(VerifyPage())


@quotes.post("/verify")
def verify() -> Response:
    """The findings on a text that was pasted, or on a file."""
    sent = request.files.get("file")
    text = _text_of(sent.filename or "", sent.read()) if sent and sent.filename else request.form.get("text", "")
    checked = _checked(text)
    numbers = {finding.span: at for at, finding in enumerate(checked.findings, 1)}
    page = VerifyPage(
        text=text,
        coverage=checked.coverage,
        counts=[(wording.STATUSES[name], checked.count(name)) for name in STATUSES if checked.count(name)],
        findings=[_shown(numbers[one.span], one, checked) for one in checked.urgent_first],
        runs=[_run(one, numbers) for one in stretches(checked)],
    )
    return Response(draw(page), mimetype="text/html", headers={"Cache-Control": "no-store"})


@api.post("/verify")
def verify_for_programs() -> Response:
    """The findings on the text in the field `text` of a JSON object, in the order of the text."""
    sent = request.get_json(silent=True)
    text = sent.get("text") if isinstance(sent, dict) else None
    if not isinstance(text, str):
        raise BadRequest(gettext_noop("请用 JSON 发来要核对的文字，字段名是 text。"))
    found = _checked(text)
    records = [one._asdict() for one in finding_records(found)]
    return json_answer({"found": found.is_found, "findings": records, "coverage": found.coverage._asdict()})


def _run(one: Stretch, numbers: Mapping[Span, int]) -> Run:
    if one.finding is None:
        return Run(one.pieces)
    status = one.finding.status
    return Run(one.pieces, numbers[one.finding.span], status, wording.STATUSES[status])


def _shown(number: int, one: Finding, checked: Checked) -> Shown:
    clauses = [_clause(checked.text, clause) for clause in clause_verdicts(checked.text, one)]
    return Shown(
        number,
        one,
        wording.STATUSES[one.status],
        wording.explanation(one, checked.coverage),
        wording.attribution(one),
        list(wording.figures(one)),
        list(wording.described(one.differences + one.spellings)),
        clauses,
        () if one.parts and clauses else one.sources[:SHOWN_SOURCES],
    )


def _clause(text: str, one: Clause) -> ShownClause:
    return ShownClause(text[slice(*one.span)], one.verdict, wording.STATUSES[one.verdict], one.source)


def _checked(text: str) -> Checked:
    if len(text) > MOST_CHARACTERS:
        said = Message("文字有 {n} 字，一次至多核对 {most} 字。", n=len(text), most=MOST_CHARACTERS)
        raise UsageError(said, hint=gettext_noop("请分几次核对"))
    return check(engine(), text)


def _text_of(name: str, data: bytes) -> str:
    leave_lane()
    if not _READING.acquire(timeout=PATIENCE):
        raise busy()
    try:
        return text_of_upload(data, Path(name).suffix.lower(), LONGEST)
    except SourceError as fault:
        raise BadRequest(
            gettext_noop("这个文件读不出文字。请换成文本、DOCX、HTML 或 PDF，或把文字粘贴进来。")
        ) from fault
    finally:
        _READING.release()
