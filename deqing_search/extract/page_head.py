"""What the head of a web page says of it: title, address, who published it and on what day it went up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S+) -->")  # as browsers write it
_CANONICAL = "//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href"


def fields_of(root: Any, source: str) -> Iterator[tuple[str, str]]:
    """The fields of a page as front matter; an address is one only with http:// or https:// before it.

    >>> from lxml import html
    >>> page = '<head><meta name="PubDate" content="2024-02-05"><link rel="canonical" href="http://a.cn/1"></head>'
    >>> [*fields_of(html.document_fromstring(page), page)]
    [('source', 'http://a.cn/1'), ('published', '2024-02-05')]
    """
    named = ((meta.get("name") or meta.get("property") or "", meta.get("content") or "") for meta in root.iter("meta"))
    metas = {name.lower(): content for name, content in named}
    addresses = (
        *root.xpath(_CANONICAL),
        metas.get("og:url", ""),
        metas.get("url", ""),
        *_SAVED_FROM.findall(source[:4096]),
    )
    said = (
        ("title", metas.get("articletitle", "")),
        ("source", next((address for address in addresses if address.startswith(("http://", "https://"))), "")),
        ("publisher", metas.get("contentsource", "")),
        ("published", metas.get("pubdate", "")),
    )
    return ((name, " ".join(value.split())) for name, value in said if value.strip())
