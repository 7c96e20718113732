"""Compresses answers in text for clients that accept gzip. Leaves tags, and what may be cached, to the app.

A tag names the page, not its bytes: it must be weak, because the same page goes out compressed and plain.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request

_TEXTS = (
    "text/", "application/json", "application/x-ndjson", "application/xml", "application/atom+xml",
    "application/javascript", "image/svg",
)  # fmt: skip
_WORTH = 1_000  # bytes: less than a packet is sent as soon either way
_AS_GZIP = 16 + zlib.MAX_WBITS  # the header and the end that zlib then writes
_LEVEL = 3  # of 9: a page takes 0.3 milliseconds, with 4 a third more time for 5 % less; more would save it little


def compress(response: Response) -> Response:
    """The same answer, smaller; pictures, short answers and parts of files unchanged.

    A file that is written while it is sent is also compressed while it is sent.
    """
    if not (response.mimetype or "").startswith(_TEXTS) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    taken = request.accept_encodings.quality("gzip") > 0
    if not taken or response.status_code not in (200, 400, 404):
        return response
    if response.is_streamed and not response.direct_passthrough:
        response.response = _compressed(response.iter_encoded())
        response.headers["Content-Encoding"] = "gzip"
        return response
    response.direct_passthrough = False  # it was a file
    data = response.get_data()
    if len(data) >= _WORTH:
        response.set_data(gzip.compress(data, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=_AS_GZIP)
    for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()
