"""The excerpts that a reader has kept: a page of passages with their citations, and files of them.

The browser keeps their ids, and the address of the page carries them; the server stores nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from deqing_search.citation import cited, footnote
from deqing_search.messages import Message
from deqing_search.report import Passage, Report
from deqing_search.search import searcher as conductor
from deqing_search.search.coverage import contents
from deqing_search.search.redirects import succession
from deqing_search.web.answering import engine, permalink_store
from deqing_search.web.downloads import cited_lines, sent_file
from deqing_search.web.templating import Page, draw
from deqing_search.web.urls import absolute, citable, query_string, url_for

excerpts = Blueprint("excerpts", __name__)

MOST = 200  # passages of one list


class Excerpt(NamedTuple):
    """A passage and its footnote. `kept`: the id by which it was kept; the passage may have another one now."""

    passage: Passage
    report: Report
    citation: str
    kept: str


@dataclass(frozen=True, kw_only=True)
class ExcerptsPage(Page):
    template = "excerpts.html"
    excerpts: Sequence[Excerpt]
    unknown: Sequence[str]  # ids
    files: dict[str, str]
    most: int = MOST


@excerpts.get("/excerpts")
def page() -> str:
    """The passages in the order in which they were kept."""
    ids = _ids()
    found = [(id, _excerpt(id)) for id in ids]
    kept = [one for _, one in found if one]
    given = query_string(ids=",".join(one.passage.id for one in kept))
    forms = {"Markdown": "md", "DOCX": "docx", "TXT": "txt"}
    files = {name: url_for("excerpts.file", form=form) + given for name, form in forms.items()} if kept else {}
    return draw(ExcerptsPage(excerpts=kept, unknown=[id for id, one in found if not one], files=files))


@excerpts.get("/excerpts.<any(md,docx,txt):form>")
def file(form: str) -> Response:
    """The same as a file, each passage with its citation."""
    cards = contents(engine().view()).cards
    passages = [(one.passage, cards[one.report.id]) for one in map(_excerpt, _ids()) if one]
    if not passages:
        raise BadRequest(Message("摘录是空的。"))
    return sent_file(lambda: cited_lines(form, passages), "excerpts", form)


def _ids() -> list[str]:
    """The ids in the address, each once."""
    ids = list(dict.fromkeys(filter(None, request.args.get("ids", "").split(","))))
    if len(ids) > MOST:
        raise BadRequest(Message("摘录有 {n} 段，一次至多 {most} 段。", n=len(ids), most=MOST))
    if any(not re.fullmatch("[0-9a-z]{1,40}", id) for id in ids):
        raise BadRequest(Message("参数 {name} 是段落编号，用逗号分开。", name="ids"))
    return ids


def _excerpt(id: str) -> Excerpt | None:
    """A passage by its id, or by one that it had; None if there is none."""
    found = conductor.passage_in_context(engine(), id, around=0)
    if found is None:
        leads = succession(engine().view(), permalink_store(), id)
        next = leads.passage if leads else None
        found = conductor.passage_in_context(engine(), next.id, around=0) if next else None
    if found is None:
        return None
    address = citable(absolute(url_for("pages.passage", passage_id=found.passage.id)))
    said = footnote(cited(found.report, found.passage, address))
    return Excerpt(found.passage, found.report, said, id)
