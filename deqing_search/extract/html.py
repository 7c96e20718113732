"""HTML: the visible text of a page, one block a line, a table row a line with tabs between its cells.

Menus, side columns and the foot of the site are no part of the report. They stay in the text and are marked as gone,
so that the ledger can show them. What is furniture is told by the tree: it lies outside the smallest element that
holds nearly all the prose, or it consists of links.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final, NamedTuple

from deqing_search.errors import SourceError
from deqing_search.extract.extracted import Draft, Extracted
from deqing_search.extract.text import decode

LARGEST: Final = 16 * 2**20  # bytes of one page
DEEPEST: Final = 200  # elements inside one another
MOST_TAGS: Final = 500_000  # of one page
MOST_ATTRIBUTES: Final = 10_000  # of one tag: libxml2 takes time by their square
LONGEST_TAG: Final = 10_000_000  # bytes: beyond it libxml2 drops the page

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "select",
        "option",
        "button",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
    ]
)
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
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_PROSE = re.compile(r"[，。；！？]")
_MOST = 0.7  # of the prose: the smallest element that holds this much is the body of the page
_LINKED = 0.6  # share of a line's characters in links from which on it is a menu
_LONGEST_CELL = 600  # characters: a longer cell holds a part of the page, not a value
_WIDEST_SPAN = 100


class _Block(NamedTuple):
    """One line of the page: its text, how many of its characters are links, and the elements it stands in."""

    text: str
    linked: int
    path: tuple[int, ...]  # of the containers around it, outermost first


def read(path: Path, data: bytes) -> Extracted:
    """The visible text of a page, furniture marked as gone; raises `SourceError`.

    >>> page = "<div><a href=/>首页</a></div><div><h1>报告</h1><p>过去五年，&ldquo;三农&rdquo;工作好。</p></div>"
    >>> found = read(Path("a.html"), page.encode())
    >>> found.text, [found.text[e.start : e.end] for e in found.edits]
    ('首页\\n报告\\n过去五年，“三农”工作好。\\n', ['首页\\n'])
    """
    if len(data) > LARGEST:
        raise SourceError(f"{path}：网页有 {len(data) / 2**20:.0f} MiB，超过上限 16 MiB", hint="请只保存正文部分")
    source = _source(path, data)
    _refuse_floods(path, source)
    root = _tree(path, source)
    blocks = _Page(path).blocks_of(root)
    if not blocks:
        raise SourceError(f"{path}：网页里没有文字", hint="正文可能由脚本生成：请在浏览器中复制为文本再保存")
    body, title = _body(blocks), _bare(root.findtext(".//title") or "")
    name = _title_line(blocks, body, title)
    draft = Draft()
    for at, block in enumerate(blocks):
        outside = block.path[: len(body)] != body and at != name
        linked = block.linked > _LINKED * len(_bare(block.text)) and not _PROSE.search(block.text)
        reason = "正文以外的部分" if outside else "网页链接"
        draft.put(block.text + "\n", gone="site-furniture" if outside or linked else "", reason=reason)
    said = root.xpath("string(//meta[translate(@name, 'ARTICLE', 'article')='articletitle']/@content)")
    front = (("title", " ".join(said.split())),) if said.strip() else ()
    return draft.extracted()._replace(front_matter=front)


def _source(path: Path, data: bytes) -> str:
    """The characters of the page: by its own declaration where that holds, else as any text."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    try:
        encoding = codecs.lookup({"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)).name
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return decode(path, data)  # pages that declare what they are not are common: the bytes decide


def _refuse_floods(path: Path, source: str) -> None:
    """What no person wrote, and what libxml2 would chew on without end, is told before it is parsed."""
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
    """The walk through a page: the line that is being gathered, and the row of a table it may be a cell of."""

    def __init__(self, path: Path) -> None:
        self._file = path
        self._blocks: list[_Block] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._path: list[int] = []
        self._row: list[str] | None = None
        self._spans: dict[int, int] = {}  # column → rows below that a cell above still fills

    def blocks_of(self, root: Any) -> list[_Block]:
        from lxml import etree

        depth, unseen, links, table = 0, 0, 0, None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                depth += 1
                if depth > DEEPEST:
                    raise SourceError(f"{self._file}：网页的元素嵌套超过 {DEEPEST} 层", hint="请复制为文本再保存")
                unseen += _is_unseen(element, name)
                links += name == "a"
                if table is None and name == "table" and not unseen and _holds_values(element):
                    self._flush()
                    table, self._spans = element, {}
                self._open(name, in_table=table is not None)
                if name in _CONTAINERS:
                    self._path.append(len(self._blocks) * 1000 + depth)
                self._add(element.text, bool(links), bool(unseen))
                continue
            self._close(element, name, in_table=table is not None)
            if element is table:
                table = None
            if name in _CONTAINERS:
                self._path.pop()
            depth -= 1
            unseen -= _is_unseen(element, name)
            links -= name == "a"
            self._add(element.tail, bool(links), bool(unseen))
        self._flush()
        return self._blocks

    def _add(self, text: str | None, linked: bool, unseen: bool) -> None:
        if text and not unseen:
            self._pieces.append(text)
            if linked:
                self._linked += len(_bare(text))

    def _open(self, name: str, *, in_table: bool) -> None:
        if not in_table:
            if name not in _INLINE:
                self._flush()
        elif name == "tr":
            self._row = []
        elif name in ("td", "th"):
            self._pieces.clear()

    def _close(self, element: Any, name: str, *, in_table: bool) -> None:
        if not in_table:
            if name not in _INLINE:
                self._flush()
        elif name in ("td", "th"):
            self._cell(element)
        elif name == "tr":
            self._end_row()
        elif name == "caption":
            self._flush()

    def _cell(self, element: Any) -> None:
        """A value in its column: below a cell that spans rows, and in front of the columns it spans itself."""
        row = self._row if self._row is not None else []
        self._fill(row)
        across, down = (_span(element.get(name)) for name in ("colspan", "rowspan"))
        if down > 1:
            self._spans.update({len(row) + column: down for column in range(across)})
        row += [_tidy("".join(self._pieces)), *[""] * (across - 1)]
        self._pieces.clear()

    def _fill(self, row: list[str]) -> None:
        while self._spans.get(len(row), 0) > 0:
            row.append("")

    def _end_row(self) -> None:
        row = self._row or []
        self._fill(row)
        self._spans = {column: left - 1 for column, left in self._spans.items() if left > 1}
        text = "\t".join(row).rstrip()
        if text.strip():
            self._blocks.append(_Block(text, self._linked, tuple(self._path)))
        self._row, self._linked = None, 0
        self._pieces.clear()

    def _flush(self) -> None:
        text = _tidy("".join(self._pieces))
        if text:
            self._blocks.append(_Block(text, self._linked, tuple(self._path)))
        self._pieces.clear()
        self._linked = 0


def _is_unseen(element: Any, name: str) -> bool:
    return name in _UNSEEN or element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _holds_values(table: Any) -> bool:
    """Rows and columns of values, no frame that lays out a page."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = list(table.iterdescendants("tr"))
    widest = max((sum(cell.tag in ("td", "th") for cell in row) for row in rows), default=0)
    cells = table.iterdescendants("td", "th")
    return len(rows) > 1 and widest > 1 and all(len("".join(cell.itertext())) <= _LONGEST_CELL for cell in cells)


def _span(said: str | None) -> int:
    return min(max(int(said), 1), _WIDEST_SPAN) if said and said.isascii() and said.isdigit() else 1


def _tidy(text: str) -> str:
    """White space as a browser shows it; U+3000 and NBSP are characters of the text."""
    return _SPACES.sub(" ", text).strip(" ")


def _bare(text: str) -> str:
    return "".join(text.split())


def _body(blocks: list[_Block]) -> tuple[int, ...]:
    """The path of the smallest container that holds nearly all the prose; () for the whole page."""
    prose: Counter[tuple[int, ...]] = Counter()
    for block in blocks:
        if _PROSE.search(block.text) and block.linked <= _LINKED * len(block.text):
            prose[block.path] += len(block.text)
    total = sum(prose.values())
    body: tuple[int, ...] = ()
    while total:
        inside: Counter[tuple[int, ...]] = Counter()
        for path, size in prose.items():
            if len(path) > len(body) and path[: len(body)] == body:
                inside[path[: len(body) + 1]] += size
        if not inside or max(inside.values()) < _MOST * total:
            break
        body = max(inside, key=inside.__getitem__)
    return body


def _title_line(blocks: list[_Block], body: tuple[int, ...], title: str) -> int | None:
    """The line outside the body that is the page's title: the last one in front of it that `<title>` repeats."""
    found = None
    for at, block in enumerate(blocks):
        if block.path[: len(body)] == body:
            break
        if len(_bare(block.text)) >= 4 and not block.linked and _bare(block.text) in title:
            found = at
    return found
