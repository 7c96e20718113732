"""Long lists, one page of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from werkzeug.exceptions import NotFound

from deqing_search.messages import Message

Item = TypeVar("Item")


class PageOf(NamedTuple, Generic[Item]):
    """One page of a list, and the numbers of the pages that it links to."""

    items: Sequence[Item]
    page: int
    last: int
    total: int  # items of all pages

    @property
    def links(self) -> list[int | None]:
        return page_links(self.page, self.last)


def page_of(items: Sequence[Item], page: int, size: int) -> PageOf[Item]:
    """The page with this number, from 1; raises `NotFound` after the last one.

    >>> page_of("abcde", 2, 2).items
    'cd'
    """
    last = last_page(len(items), page, size)
    return PageOf(items[(page - 1) * size : page * size], page, last, len(items))


def last_page(total: int, page: int, size: int) -> int:
    """The number of the last page; raises `NotFound` if the page with the number `page` comes after it."""
    last = max(-(-total // size), 1)
    if page > last:
        raise NotFound(Message("没有第 {page} 页，共 {last} 页。", page=page, last=last))
    return last


def page_links(page: int, last: int) -> list[int | None]:
    """First, last, and the pages around this one; None where pages are left out.

    >>> page_links(6, 20)
    [1, None, 5, 6, 7, None, 20]
    """
    near = sorted({1, last, *range(max(page - 1, 1), min(page + 1, last) + 1)})
    links: list[int | None] = []
    for number in near:
        if links and links[-1] is not None and number - links[-1] > 1:
            links.append(number - 1 if number - links[-1] == 2 else None)
        links.append(number)
    return links
