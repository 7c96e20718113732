"""Characters that are no text but orders to a terminal or to a line of text: what they are, and how they are shown.

A document, a file name or an address may contain them. Printed as they are, they would clear the screen, change the
title of the window, write to the clipboard, or show a number with its digits reversed.
"""

from __future__ import annotations

import logging
import re
from copy import copy

# C0 without tab and line feed, DEL, C1, the marks of direction and their overrides, the separators of lines.
_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_ORDERS_AND_SPACING = re.compile(f"{_ORDERS.pattern}|[\t\n]")


def escaped(text: str) -> str:
    r"""Return the text with each such character as JSON escapes it; line feeds and tabs stay.

    >>> print(escaped("增长\x1b[31m11.8%\u202e"))
    增长\u001b[31m11.8%\u202e
    """
    return _ORDERS.sub(_named, text)


def escaped_line(text: str) -> str:
    r"""Return the text as one line: line feeds and tabs are escaped too.

    >>> print(escaped_line("甲\n乙.txt"))
    甲\u000a乙.txt
    """
    return _ORDERS_AND_SPACING.sub(_named, text)


def without_controls(text: str) -> str:
    r"""Return the text as one line without such characters, for forms that cannot escape them.

    >>> without_controls("政府\x1b工作\n报告\u202e")
    '政府工作 报告'
    """
    return _ORDERS.sub("", text.replace("\n", " ").replace("\t", " "))


class HarmlessLog(logging.Formatter):
    r"""A log without control characters: each value in a message stays on one line, and tracebacks are escaped too.

    >>> record = logging.LogRecord("", logging.ERROR, "", 0, "torn: %s", ("甲\n\x1b[2J",), None)
    >>> print(HarmlessLog().format(record))
    torn: 甲\u000a\u001b[2J
    """

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        if isinstance(record.args, tuple):
            record.args = tuple(one if isinstance(one, int | float) else escaped_line(str(one)) for one in record.args)
        return escaped(super().format(record))

    @classmethod
    def install(cls) -> None:
        """Use this format for all logs that have no handler of their own."""
        if logging.lastResort:
            logging.lastResort.setFormatter(cls())


def _named(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
