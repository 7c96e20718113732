"""Files of the site: all passages that a search finds, and what other pages write with `lines_file` and `sent_file`.

A large file is written while it is sent, so its size does not matter. The search itself runs within the limits of a
request. After it come reading and sending, which take as long as the client's network. That is why a worker sends only
a few such files at a time, one to each client, and keeps its other threads for pages. Each part of a file is made in
the slow lane, so that files take turns with slow requests instead of computing at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app
from werkzeug.exceptions import BadRequest

from deqing_search.engine.base import Sort
from deqing_search.messages import Message
from deqing_search.report import Passage, ReportCard
from deqing_search.research import records
from deqing_search.search import exports
from deqing_search.search import searcher as conductor
from deqing_search.text.controls import escaped
from deqing_search.web.answering import engine
from deqing_search.web.clients import client
from deqing_search.web.parameters import SearchParameters, search_parameters
from deqing_search.web.request_lanes import Room, Turns, busy
from deqing_search.web.urls import citable, site

downloads = Blueprint("downloads", __name__)

AT_A_TIME: Final = 2  # files that one worker sends
TO_ONE_CLIENT: Final = 1  # of them
_LINES: Final = 200  # lines that are sent together
_MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "md": "text/markdown",
    "txt": "text/plain",
}
_BINARY_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "dta": "application/x-stata-dta",
    "parquet": "application/vnd.apache.parquet",
}


def install(app: Flask) -> None:
    """Add the addresses of the files to `app`."""
    app.extensions["downloads"] = Room(AT_A_TIME, TO_ONE_CLIENT)
    app.register_blueprint(downloads)


@downloads.get("/export.<any(csv,jsonl,md,docx):form>")
def export(form: str) -> Response:
    """Every passage that matches, the newest reports first if the address says so, else the oldest."""
    ask = search_parameters()
    if not ask.q and not ask.filters:
        raise BadRequest(Message("下载哪个检索的段落？请先检索，再用结果页上的“下载”。"))

    def written() -> Iterable[str] | Iterable[bytes]:
        found = _found(ask)
        first = list(islice(found, 1))  # searches now, where a refusal can still become a page
        count = conductor.occurrence_counter(ask.q, mode=ask.mode or "exact") if ask.q else None
        return _written(form, chain(first, found), count)

    answer = sent_file(written, "passages", form)
    answer.headers["Content-Disposition"] = _named(ask.q, form)
    return answer


def sent_file(search: Callable[[], Iterable[str] | Iterable[bytes]], name: str, form: str) -> Response:
    """A file whose lines, or bytes, are written while it is sent; refused if the room for such files is full.

    `search` does what may be refused before it returns the lines.
    """
    room: Room = current_app.extensions["downloads"]
    turns: Turns = current_app.extensions["turns"]
    reader = client()
    if not room.enter(reader):
        raise busy()
    try:
        lines = search()
    except BaseException:
        room.leave(reader)
        raise
    answer = _file(_in_turn(_body(lines), turns), name, form)
    answer.call_on_close(lambda: room.leave(reader))
    return answer


def _in_turn(parts: Iterator[bytes], turns: Turns) -> Iterator[bytes]:
    """The parts, each made while no slow request of this worker computes."""
    while True:
        with turns.slow_turn():
            part = next(parts, None)
        if part is None:
            return
        yield part


def _found(ask: SearchParameters) -> Iterator[tuple[Passage, ReportCard]]:
    if ask.mode in ("words", "expanded") and ask.q:
        request = conductor.SearchRequest(ask.q, ask.filters, ask.mode, ask.sort)
        return conductor.all_in_mode(engine(), request)
    sort: Sort = "newest" if ask.sort == "newest" else "oldest"
    return conductor.all_passages(engine(), ask.q or None, ask.filters, sort=sort)


def _written(form: str, passages: exports.Exported, count: exports.Counter | None) -> Iterable[str] | Iterable[bytes]:
    if form in ("csv", "jsonl"):
        written = exports.export_csv if form == "csv" else exports.export_records
        return written(passages, site(), count)
    return cited_lines(form, passages)


def cited_lines(form: str, passages: exports.Exported) -> Iterable[str] | Iterable[bytes]:
    """Passages with their citations as md, txt or docx. Citations have addresses if others can open them."""
    start = citable(site())
    if form == "docx":
        return exports.export_docx(passages, start)
    return (exports.export_markdown if form == "md" else exports.export_text)(passages, start)


def lines_file(lines: Iterable[str], name: str, form: str) -> Response:
    """A file `name` of these lines, whole."""
    return _file(b"".join(_body(lines)), name, form)


def records_file(every: Iterable[records.Fields], name: str, form: str) -> Response:
    """Records as a table or as JSON, whole."""
    return lines_file(record_lines(every, form), name, form)


def record_lines(every: Iterable[records.Fields], form: str) -> Iterable[str]:
    """The lines of such a file."""
    return records.as_csv(every) if form == "csv" else records.as_jsonl(every)


def _file(body: bytes | Iterable[bytes], name: str, form: str) -> Response:
    media = _BINARY_MEDIA.get(form) or f"{_MEDIA[form]}; charset=utf-8"
    answer = Response(body, content_type=media, headers={"Cache-Control": "no-store"})
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{form}"
    return answer


def _body(lines: Iterable[str] | Iterable[bytes]) -> Iterator[bytes]:
    """Some lines at a time, each with its line end and its control characters escaped; bytes unchanged."""
    rest = iter(lines)
    while some := list(islice(rest, _LINES)):
        yield b"".join(one if isinstance(one, bytes) else f"{escaped(str(one))}\n".encode() for one in some)


def _named(q: str, form: str) -> str:
    """The header that names the file after the query.

    >>> _named("产业", "csv")
    "attachment; filename=passages.csv; filename*=UTF-8''%E4%BA%A7%E4%B8%9A.csv"
    """
    name = "".join("_" if char in '\\/:*?"<>|' else char for char in q[:40]) or "passages"
    return f"attachment; filename=passages.{form}; filename*=UTF-8''{quote(name, safe='')}.{form}"
