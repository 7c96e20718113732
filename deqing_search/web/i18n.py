"""The language of the pages: simplified Chinese, traditional characters, or an English interface.

Owns which language an answer has (the visitor's choice, kept in a cookie, else the browser's) and the translation of
messages. Leaves the script of a finished page to `traditional`, and templates to `templating`. Reports are never
translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Any

from flask import g, has_request_context, request
from markupsafe import Markup, escape
from werkzeug.http import parse_cookie

from deqing_search.messages import Message

LANGUAGES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
COOKIE = "language"
_BY_TAG = {**dict.fromkeys(("zh-tw", "zh-hk", "zh-mo", "zh-hant"), "zh-Hant"), "zh": "zh-Hans", "en": "en"}
_CHINESE = re.compile("[\u4e00-\u9fff](?:[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*[\u4e00-\u9fff])?")


def language() -> str:
    """The language of this answer; simplified Chinese outside of a request."""
    with suppress(AttributeError, RuntimeError):  # not yet chosen, or no request: a page calls this some fifty times
        return str(g.language)
    if not has_request_context():
        return "zh-Hans"
    g.language = chosen(request.environ) or _from_browser()
    return str(g.language)


def was_used() -> bool:
    """Whether this answer depends on the language. If not, it is the same for every reader."""
    return "language" in g


def chosen(environ: Mapping[str, Any]) -> str:
    """The language in the visitor's cookie; "" if there is none or it is unknown."""
    try:
        cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(COOKIE, "")
    except UnicodeDecodeError:  # the request is refused, on a page
        return ""
    return cookie if cookie in LANGUAGES else ""


def _from_browser() -> str:
    """The first of the browser's languages that the pages have; else simplified Chinese."""
    for tag in request.accept_languages.values():
        parts = tag.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):
            if found := _BY_TAG.get("-".join(parts[:length])):
                return found
    return "zh-Hans"


def gettext(message: str, **values: object) -> str:
    """The message in the language of this answer, as text, with a value for every `%(name)s`.

    >>> gettext("第 %(n)s 段", n=3)
    '第 3 段'
    """
    return catalogue(language()).gettext(message) % values


def translate(message: str) -> str:
    """A message of another room in the language of this answer, as text; unchanged if it has no translation."""
    gettext = catalogue(language()).gettext
    if not isinstance(message, Message):
        return gettext(message)
    values = {name: translate(one) if isinstance(one, Message) else one for name, one in message.values.items()}
    return gettext(message.template).format(**values)


def translated(message: str) -> Markup:
    """As `translate`, but as markup: what stays Chinese on an English page is marked as Chinese.

    >>> str(translated(Message("没有“{name}:”", name="<作者>")))
    '没有“&lt;作者&gt;:”'
    """
    return message if isinstance(message, Markup) else in_chinese(translate(message))


def in_chinese(text: str) -> Markup:
    """The text as markup; on an English page its Chinese is marked as Chinese, for screen readers."""
    safe = escape(text)
    if language() != "en":
        return safe
    return Markup(_CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', str(safe)))  # noqa: S704 escaped above


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of the messages, which are written in Chinese."""
    if language != "en":
        return NullTranslations()
    with (files("deqing_search.web") / "translations" / "en" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)
