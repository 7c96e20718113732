"""HTML: the visible text of a page, one block a line, a table row a line with tabs between its cells.

Menus, side columns and the foot of the site are no part of the report. They stay in the text and are marked as gone,
so that the edit log can show them. The tree shows what is furniture: it lies outside the smallest element that
holds nearly all the prose, or it consists of links.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from deqing_search.errors import SourceError
from deqing_search.extract.cells import Cell, put_table
from deqing_search.extract.encodings import decode
from deqing_search.extract.extracted import Draft, Extracted, Piece
from deqing_search.extract.html_tables import caption_of, holds_values, tables_of
from deqing_search.extract.page_head import fields_of
from deqing_search.extract.visible import INLINE, Styles, TextOf
from deqing_search.report import UNMARKED, Heads
from deqing_search.text.lines import ends_sentence

LARGEST: Final = 16 * 2**20  # bytes of one page
DEEPEST: Final = 200  # elements inside one another
MOST_TAGS: Final = 500_000  # of one page
MOST_ATTRIBUTES: Final = 10_000  # of one tag: libxml2 takes time by their square
LONGEST_TAG: Final = 10_000_000  # bytes: beyond it libxml2 drops the page

_CONTAINERS = frozenset(
    [
        "html",
        "body",
        "div",
        "article",
        "section",
        "main",
        "td",
        "th",
        "center",
        "form",
        "blockquote",
        "fieldset",
        "dl",
        "ul",
        "ol",
        "table",
    ]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
# Codecs of Python that are no charsets of pages: they would make other characters of escapes in the text.
_ESCAPES = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "utf-7"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_PROSE = re.compile(r"[，。；！？]")
_MOST = 0.7  # of the prose: the smallest element that holds this much is the body of the page
_BESIDE = 0.1  # of the prose: as much in whole sentences beside an element is a part of the report as well
_CHROME = re.compile(
    "欢迎(?:您|访问|光临)|版权|备案|浏览器|分辨率|转载|授权|本站|本网|网站|主办|承办|技术支持|访问量|扫一扫|二维码|客户端|cookie|Copyright",
    re.I,
)
_LINKED = 0.6  # share of a line's characters in links from which on it is a menu


class _Block(NamedTuple):
    """A line of the page or a table: what it shows, how much of it is links, and the elements it stands in."""

    pieces: tuple[Piece, ...]
    linked: int  # characters
    path: tuple[int, ...]  # of the containers around it, outermost first
    cells: tuple[Cell, ...] = ()
    heads: Heads = UNMARKED
    level: int = 0  # of a heading, 1 outermost

    @property
    def text(self) -> str:
        return "".join(piece.shown for piece in self.pieces)

    def put(self, draft: Draft) -> None:
        if self.cells:
            put_table(draft, self.cells, self.heads)
        else:
            if self.level:
                draft.level(self.level)
            draft.put_line(self.pieces)

    def drop(self, draft: Draft, reason: str) -> None:
        """Write the block as text that is no part of the report."""
        own = Draft()
        self.put(own)
        draft.put(own.extracted().text, gone="site-furniture", reason=reason)


def read(path: Path, data: bytes, *, declared: str = "") -> Extracted:
    """The visible text of a page, furniture marked as gone; raises `SourceError`.

    `declared`: the encoding that is said outside the page, as in the head of a mail.

    >>> page = "<div><a href=/>首页</a></div><div><h1>报告</h1><p>过去五年，&ldquo;三农&rdquo;工作好。</p></div>"
    >>> found = read(Path("a.html"), page.encode())
    >>> found.text, [found.text[e.start : e.end] for e in found.edits]
    ('首页\\n报告\\n过去五年，“三农”工作好。\\n', ['首页\\n'])
    """
    if len(data) > LARGEST:
        raise SourceError(f"{path}：网页有 {len(data) / 2**20:.0f} MiB，超过上限 16 MiB", hint="请只保存正文部分")
    source = _source(path, data, declared)
    _refuse_floods(path, source)
    root = _tree(path, source)
    blocks = _Page(path).blocks_of(root)
    if not any(block.text for block in blocks):
        raise SourceError(f"{path}：网页里没有文字", hint="正文可能由脚本生成：请在浏览器中复制为文本再保存")
    body, title = _body(blocks), _bare(root.findtext(".//title") or "")
    name = _title_line(blocks, body, title)
    draft = Draft()
    for at, block in enumerate(blocks):
        if not _is_in(block.path, body) and at != name:
            block.drop(draft, "正文以外的部分")
        elif block.linked > _LINKED * len(_bare(block.text)) and not _PROSE.search(block.text):
            block.drop(draft, "网页链接")
        else:
            block.put(draft)
    return draft.extracted()._replace(front_matter=tuple(fields_of(root, source)))


def _source(path: Path, data: bytes, outside: str) -> str:
    """The characters of the page: by its own declaration where that holds, else as any text."""
    declared = _CHARSET.search(data[:4096])
    name = (outside or (declared[1].decode("ascii") if declared else "")).lower()
    try:
        encoding = codecs.lookup({"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)).name
        if encoding in _ESCAPES:
            raise LookupError(encoding)
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return decode(path, data).shown()  # pages that declare what they are not are common: the bytes decide


def _refuse_floods(path: Path, source: str) -> None:
    """Raises `SourceError` for pages that no person wrote and that libxml2 would parse for hours."""
    hint = "请检查这个文件的来历，或复制为文本再保存"
    if source.count("<") > MOST_TAGS:
        raise SourceError(f"{path}：网页的标签超过 {MOST_TAGS} 个", hint=hint)
    for tag in _LONG_TAG.findall(source):
        bare = _QUOTED.sub("", tag)
        if max(len(bare.split()), bare.count("=")) > MOST_ATTRIBUTES:
            raise SourceError(f"{path}：网页里有一个标签的属性超过 {MOST_ATTRIBUTES} 个", hint=hint)
        if (size := len(tag.encode("utf-8", "replace"))) > LONGEST_TAG:
            raise SourceError(f"{path}：网页里有一个标签长 {size / 2**20:.0f} MiB", hint=hint)


def _tree(path: Path, source: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return html.document_fromstring(source.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as fault:
        raise SourceError(f"{path}：不是可以读的网页（{fault}）", hint="请在浏览器中重新保存") from fault


class _Page:
    """The walk through a page: the line that is being gathered, and the containers it stands in."""

    def __init__(self, path: Path) -> None:
        self._file = path
        self._blocks: list[_Block] = []
        self._linked = self._level = 0
        self._path: list[int] = []

    def blocks_of(self, root: Any) -> list[_Block]:
        from lxml import etree

        text, depth, links = TextOf(Styles.of(root)), 0, 0
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                depth += 1
                if depth > DEEPEST:
                    raise SourceError(f"{self._file}：网页的元素嵌套超过 {DEEPEST} 层", hint="请复制为文本再保存")
                text.start(element, name)
                links += name == "a"
                if name not in INLINE:
                    self._flush(text)
                if name in _HEADINGS:
                    self._level = int(name[1])
                if name in _CONTAINERS:
                    self._path.append(len(self._blocks) * 1000 + depth)
                if name == "table" and holds_values(element):
                    self._blocks += self._tables(element, text)
                    walk.skip_subtree()
                else:
                    self._add(text, element.text, bool(links))
                continue
            if name not in INLINE:
                self._flush(text)
            if name in _HEADINGS:
                self._level = 0
            if name in _CONTAINERS:
                self._path.pop()
            depth -= 1
            text.end(name)
            links -= name == "a"
            self._add(text, element.tail, bool(links))
        self._flush(text)
        return self._blocks

    def _add(self, text: TextOf, characters: str | None, linked: bool) -> None:
        for number, line in enumerate((characters or "").split("\n") if text.preformatted else [characters]):
            if number:
                self._flush(text)
            if text.add(line) and linked:
                self._linked += len(_bare(line or ""))

    def _flush(self, text: TextOf) -> None:
        pieces = text.line()
        if pieces:
            self._blocks.append(_Block(pieces, self._linked, tuple(self._path), level=self._level))
        self._linked = 0

    def _tables(self, table: Any, text: TextOf) -> Iterator[_Block]:
        """The caption, the table, and the tables inside it, which follow it: none of them is the body of the page."""
        around = tuple(self._path[:-1])
        for element, cells, heads in tables_of(table, text):
            shown = tuple(piece for cell in cells for line in cell.lines for piece in line)
            linked = sum(len(_bare("".join(link.itertext()))) for link in element.iterdescendants("a"))
            for line in caption_of(element, text):
                yield _Block(line, 0, around)
            if shown:
                yield _Block(shown, linked, around, cells, heads)


def _bare(text: str) -> str:
    return "".join(text.split())


def _body(blocks: list[_Block]) -> tuple[int, ...]:
    """The path of the smallest container that holds nearly all the prose and no sentence beside it; () for the page."""
    prose, sentences = Counter[tuple[int, ...]](), Counter[tuple[int, ...]]()
    for block in blocks:
        if _PROSE.search(block.text) and block.linked <= _LINKED * len(block.text):
            prose[block.path] += len(block.text)
            if ends_sentence(block.text.strip()) and not _CHROME.search(block.text):
                sentences[block.path] += len(block.text)
    total = sum(prose.values())
    body: tuple[int, ...] = ()
    while total:
        inside: Counter[tuple[int, ...]] = Counter()
        for path, size in prose.items():
            if len(path) > len(body) and _is_in(path, body):
                inside[path[: len(body) + 1]] += size
        if not inside or max(inside.values()) < _MOST * total:
            break
        inner = max(inside, key=inside.__getitem__)
        beside = sum(n for path, n in sentences.items() if _is_in(path, body) and not _is_in(path, inner))
        if sentences[body] or beside > _BESIDE * total:
            break
        body = inner
    return body


def _is_in(path: tuple[int, ...], container: tuple[int, ...]) -> bool:
    return path[: len(container)] == container


def _title_line(blocks: list[_Block], body: tuple[int, ...], title: str) -> int | None:
    """The line outside the body that is the page's title: the last one in front of it that `<title>` repeats."""
    found = None
    for at, block in enumerate(blocks):
        if _is_in(block.path, body):
            break
        if len(_bare(block.text)) >= 4 and not block.linked and _bare(block.text) in title:
            found = at
    return found
