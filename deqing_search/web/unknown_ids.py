"""The 404 of an id that no passage or report has, or ever had."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from deqing_search.messages import Message, for_message


def no_passage(id: str) -> NotFound:
    return NotFound(Message("没有编号为“{id}”的段落。请核对编号，或直接检索引文中的几个字。", id=for_message(id)))


def no_report(id: str) -> NotFound:
    return NotFound(Message("没有编号为“{id}”的报告。请核对编号，或从全部报告里找。", id=for_message(id)))
