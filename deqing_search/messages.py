"""Messages for users: written in Chinese, translated by the face that shows them.

Owns what a message is and how its text is marked for the catalogue of translations (`web/translations/`). Leaves the
language of an answer to the faces.
"""

from __future__ import annotations

import unicodedata

_LONGEST = 24  # characters of a value that a message repeats


class Message(str):
    """A message in Chinese that remembers its template and values, so that it can be given in another language.

    >>> message = Message("多于 {n} 个词", n=64)
    >>> message, message.template, message.values
    ('多于 64 个词', '多于 {n} 个词', {'n': 64})
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Message:
        message = super().__new__(cls, template.format(**values))
        message.template, message.values = template, values
        return message


def gettext_noop(message: str) -> str:
    """Return the message unchanged. The call marks for the catalogue what is made into a `Message` elsewhere."""
    return message


def for_message(value: str) -> str:
    """A value from outside, short enough for a message and without control characters.

    >>> for_message("去年"), for_message("年" * 30)
    ('去年', '年年年年年年年年年年年年年年年年年年年年年年年年…')
    """
    value = "".join("�" if unicodedata.category(char) in ("Cc", "Cs") else char for char in value)
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
