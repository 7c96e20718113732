"""The site over the real seeds, indexed once for all tests, and a reader of its pages."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from deqing_search import indexing
from deqing_search.engine.base import Viewer
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
REPORTS = [path.stem for path in sorted(SEEDS.glob("*.txt"))]
VOID = {"meta", "link", "input", "br", "path", "rect", "line", "circle", "polyline"}


@cache
def seeds_index() -> Path:
    """An index of the seeds that lasts as long as the tests."""
    folder = Path(tempfile.mkdtemp(prefix="deqing-site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    indexing.update(folder / "index", [SEEDS])
    return folder / "index"


@cache
def one_seed_index() -> Path:
    """An index of one seed, to be copied by tests that change it."""
    index = Path(tempfile.mkdtemp(prefix="deqing-one-")) / "index"
    atexit.register(shutil.rmtree, index.parent, ignore_errors=True)
    indexing.update(index, [SEEDS / "deqing-2024-work-report.txt"])
    return index


def copied_index(folder: Path) -> Path:
    """A copy in `folder` of the index of one seed."""
    return Path(shutil.copytree(one_seed_index(), folder / "index"))


@cache
def seeds_engine() -> Viewer:
    return indexing.open_index(seeds_index())


def seeds_app() -> Flask:
    return create_app(seeds_engine(), PermalinkStore(seeds_index()))


class Tree(HTMLParser):
    """What of a page is asked about; it refuses tags that do not match and ids that repeat."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.text_of: dict[str, str] = {}  # id → text, without numbers and notes of damage
        self.links: list[str] = []
        self.marks: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.attributes |= attributes.keys()
        if "id" in attributes:
            assert attributes["id"] not in self.text_of
            self.text_of[attributes["id"]] = ""
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "mark":
            self.marks.append("")
        if tag not in VOID:
            self.open.append((tag, attributes))

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1][0] == "mark":
            self.marks[-1] += data
        classes = {name for _, attributes in self.open for name in attributes.get("class", "").split()}
        if not classes & {"number", "damage"}:
            for _, attributes in self.open:
                if "id" in attributes:
                    self.text_of[attributes["id"]] += data


def page(client, path: str, status: int = 200) -> Tree:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return Tree(answer.text)


def ask(q: str, **parameters: object) -> str:
    return "/?q=" + quote(q) + "".join(f"&{name}={quote(str(value))}" for name, value in parameters.items())


def hits(tree: Tree) -> list[str]:
    """The ids of the hits, in order, from their links to citations."""
    return [found[1] for link in tree.links if (found := re.fullmatch(r"/p/(\w+)\?\S*#cite", link))]
