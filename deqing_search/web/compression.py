"""Compresses answers in text for clients that accept gzip. Leaves tags, and what may be cached, to the app.

A tag names the page, not its bytes: it must be weak, because the same page goes out compressed and plain.
"""

from __future__ import annotations

import gzip

from flask import Response, request

_TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml", "application/javascript", "image/svg")
_WORTH = 1_000  # bytes: less than a packet is sent as soon either way
_LEVEL = 4  # of 9: a page takes half a millisecond, and more would save it little


def compress(response: Response) -> Response:
    """The same answer, smaller; streams, pictures, empty answers and parts of files stay as they are."""
    if not (response.mimetype or "").startswith(_TEXTS) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    taken = request.accept_encodings.quality("gzip") > 0
    if not taken or response.status_code not in (200, 400, 404) or (response.is_streamed and not _is_file(response)):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= _WORTH:
        response.set_data(gzip.compress(data, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


def _is_file(response: Response) -> bool:
    return response.direct_passthrough
