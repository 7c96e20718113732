"""The language of the pages: simplified Chinese, the same in traditional characters, or an English interface.

Owns who chooses (a switch, kept in a cookie; else the browser) and how it is done. The pages are written in Chinese;
`english.tsv` holds every sentence of theirs once more. Traditional characters are made of the finished page, so that
addresses, what was typed and what is copied stay as they are. Reports are never translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from itertools import accumulate, chain, zip_longest
from typing import Any

from flask import g, has_request_context, request
from markupsafe import Markup, escape
from werkzeug.http import parse_cookie

from deqing_search.messages import Message
from deqing_search.query.echo import echo as echo_of
from deqing_search.query.tree import Query

LANGUAGES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
COOKIE = "language"
_SPOKEN = {**dict.fromkeys(("zh-tw", "zh-hk", "zh-mo", "zh-hant"), "zh-Hant"), "zh": "zh-Hans", "en": "en"}
_CHINESE = re.compile("[\u4e00-\u9fff](?:[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*[\u4e00-\u9fff])?")
_TAG = r"(?:<(?:pre\b.*?</pre|textarea\b.*?</textarea|script\b.*?</script|!--.*?--|[^>]*)>)"
_TAGS = re.compile(rf"({_TAG}(?:\s*{_TAG})*)", re.S)
_MARKS = re.compile("(?:</?mark>)+")
_BETWEEN = "\x1f"  # stands in no page and in no word
_SAID = re.compile(r'(\s(?:aria-label|title|placeholder|alt|data-copied|data-selected)=")([^"]*)(")')


def language() -> str:
    """The language of this answer; simplified Chinese where nothing was asked."""
    with suppress(AttributeError, RuntimeError):  # not yet chosen; no request at all. A page asks some fifty times.
        return str(g.language)
    if not has_request_context():
        return "zh-Hans"
    g.language = chosen(request.environ) or _spoken()
    return str(g.language)


def mattered() -> bool:
    """Whether anything of this answer was said in a language; without, it is the same for every reader."""
    return "language" in g


def chosen(environ: Mapping[str, Any]) -> str:
    """The language that the visitor chose with the switch; "" where none was, or none of ours."""
    cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(COOKIE, "")
    return cookie if cookie in LANGUAGES else ""


def _spoken() -> str:
    """The first language of the browser that we have; simplified Chinese when there is none."""
    for tag in request.accept_languages.values():
        parts = tag.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):
            if found := _SPOKEN.get("-".join(parts[:length])):
                return found
    return "zh-Hans"


def gettext(message: str, **values: object) -> str:
    """The message in the language of this answer, as text, with a value for every `%(name)s`.

    >>> gettext("第 %(n)s 段", n=3)
    '第 3 段'
    """
    return catalogue(language()).gettext(message) % values


def translate(message: str) -> str:
    """What another room says, in the language of this answer, as text; what the catalogue does not know stays."""
    template, values = (message.template, message.values) if isinstance(message, Message) else (message, {})
    translated = catalogue(language()).gettext(template)
    if translated == template:
        return message
    return translated.format(
        **{name: translate(one) if isinstance(one, Message) else one for name, one in values.items()}
    )


def translated(message: str) -> Markup:
    """As `translate`, as a part of a page: what stays Chinese on an English page is marked as Chinese.

    >>> str(translated(Message("没有“{name}:”", name="<作者>")))
    '没有“&lt;作者&gt;:”'
    """
    return message if isinstance(message, Markup) else in_chinese(translate(message))


def echo(query: Query) -> str:
    """The query as a sentence in the language of this answer."""
    return echo_of(query, language="en" if language() == "en" else "zh")


def in_chinese(text: str) -> Markup:
    """What stays Chinese on an English page says so, for those who hear it read."""
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


def in_traditional(page: str) -> str:
    """The page with its Chinese in traditional characters: text, and the labels that are read out or shown.

    >>> in_traditional('<a title="简体" href="/?q=简体">汉语<pre>汉语</pre></a>')
    '<a title="簡體" href="/?q=简体">漢語<pre>汉语</pre></a>'
    >>> in_traditional("<p>公<mark>里</mark>，<mark>里</mark>面</p>")
    '<p>公<mark>里</mark>，<mark>裡</mark>面</p>'
    """
    parts = _TAGS.split(page)
    texts, tags = parts[::2], [_SAID.sub(_said_in_traditional, tag) for tag in parts[1::2]]
    told = [texts[first:last] for first, last in _sentences(tags)]
    # All at once: a page has some hundreds of them, and to ask for each takes twice as long.
    whole = _traditional(_BETWEEN.join(map("".join, told))).split(_BETWEEN)
    if len(whole) != len(told):
        whole = [_traditional("".join(texts)) for texts in told]
    texts = list(chain.from_iterable(map(_cut, whole, told)))
    return "".join(chain.from_iterable(zip_longest(texts, tags, fillvalue="")))


def _sentences(tags: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of the texts between which only marks stand: what the characters are decides the whole."""
    first = 0
    for at, tag in enumerate([*tags, ""]):
        if not _MARKS.fullmatch(tag):
            yield first, at + 1
            first = at + 1


def _cut(whole: str, texts: Sequence[str]) -> list[str]:
    """The whole of what was converted, cut where its texts were, if each character has become one."""
    if len(texts) == 1:
        return [whole]
    if len(whole) != sum(map(len, texts)):
        return list(map(_traditional, texts))
    ends = list(accumulate(map(len, texts)))
    return [whole[end - len(text) : end] for text, end in zip(texts, ends, strict=True)]


def _said_in_traditional(tag: re.Match[str]) -> str:
    return tag[1] + _traditional(tag[2]) + tag[3]


def _traditional(text: str) -> str:
    return _converter().convert(text) if text.strip() else text


@cache
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC  # 20 ms that only readers of traditional characters pay

    return OpenCC("s2tw")  # 為 as people write it, and not 爲; words stay
