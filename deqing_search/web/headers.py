"""The headers of a request that are refused before anything reads them: a broken host or cookie, a body too large."""

from __future__ import annotations

import re
from typing import Final

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from deqing_search.messages import gettext_noop

LARGEST_BODY: Final = 64 << 10  # bytes of what is submitted
LARGEST_UPLOAD: Final = 8 << 20  # bytes of a file whose quotations are checked
_UPLOADS: Final = ("quotes.verify", "api.verify_for_programs")
_LONGEST_HOST: Final = 255
_HOST = re.compile(r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5})?)?", re.ASCII)


def refuse_broken_headers() -> None:
    """Refuse a malformed host or cookie with 400, and a body that says it is too large with 413, unread."""
    if not is_host(request.environ.get("HTTP_HOST", "localhost")):
        raise BadRequest(gettext_noop("请求里的主机名（Host）不合规范。请从浏览器的地址栏重新打开。"))
    if not is_cookie(request.environ.get("HTTP_COOKIE")):
        raise BadRequest(gettext_noop("请求里的 Cookie 不是有效的 UTF-8。请清除本站的 Cookie 后再试。"))
    if request.endpoint in _UPLOADS:
        request.max_content_length = request.max_form_memory_size = LARGEST_UPLOAD
    most = request.max_content_length
    if most is not None and (request.content_length or 0) > most:
        raise RequestEntityTooLarge


def is_cookie(value: str | None) -> bool:
    """Whether a header with cookies can be read; None: there is none.

    granian gives us bytes beyond ASCII as an empty value, which no browser sends.

    >>> [is_cookie(one) for one in (None, "a=1", "a=\xe5\xbe\xb7", "\xff", "")]
    [True, True, True, False, False]
    """
    if value is None:
        return True
    try:
        return bool(value.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return False


def is_host(text: str) -> bool:
    """Whether a text is a host with or without a port, as an address has it.

    >>> [is_host(one) for one in ("example.cn", "my_site:8000", "[::1]:80", "a b", "a/b", "x:99999", "[::1", "a,b", "")]
    [True, True, True, False, False, False, False, False, False]
    """
    found = _HOST.fullmatch(text) if len(text) <= _LONGEST_HOST else None
    return found is not None and int(found[1] or 0) <= 65535
