"""What `search-cli watch` remembers between its calls, and how it prints what is new.

A watch is a query with its filters on one index. What its last call saw is kept in a file in the user's data folder,
with the index, the query and the filters.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deqing_search import config
from deqing_search.cli.hits import hit_lines
from deqing_search.errors import DeqingError, reason
from deqing_search.query.filters import Filters
from deqing_search.search.additions import Addition, Seen
from deqing_search.search.exports import Counter, exported, json_line
from deqing_search.search.page import hit_of
from deqing_search.text.offsets import Span


@dataclass(frozen=True, slots=True)
class Watch:
    index: Path
    typed: str
    filters: Filters

    @property
    def file(self) -> Path:
        name = hashlib.sha256(json.dumps(self._identity()).encode()).hexdigest()[:16]
        return config.user_data() / "watches" / f"{name}.json"

    def seen(self) -> Seen | None:
        """What the last call saw; None if there was none, or if its file cannot be understood."""
        try:
            with self._faults("读取"):
                kept = json.loads(self.file.read_text("utf-8"))
            return Seen(str(kept["last"]), tuple(map(str, kept["hidden"])))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def remember(self, seen: Seen) -> None:
        """Write what was seen, in one step."""
        kept = json.dumps({**self._identity(), **seen._asdict()}, ensure_ascii=False, indent=1)
        new = self.file.with_suffix(f".{os.getpid()}")
        with self._faults("写入"):
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(kept, "utf-8")
            new.replace(self.file)

    @contextmanager
    def _faults(self, doing: str) -> Iterator[None]:
        """Raise `DeqingError` for every OSError except a missing file."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as fault:
            said = f"无法{doing}已列出哪些段落的记录 {self.file}：{reason(fault)}。"
            raise DeqingError(said, hint="检查磁盘空间和权限，或用 XDG_DATA_HOME 另选目录。") from fault

    def _identity(self) -> dict[str, Any]:
        return {"index": str(self.index.resolve()), "query": self.typed, "filters": self.filters.parameters()}


def addition_lines(news: Iterable[Addition], mark: Callable[[str], tuple[Span, ...]], *, colour: bool) -> Iterator[str]:
    for number, one in enumerate(news, 1):
        yield from hit_lines(number, hit_of(one.passage, one.card, mark), colour=colour)
        yield ""


def addition_records(news: Iterable[Addition], count: Counter | None) -> Iterator[str]:
    """The fields of an export, and when the passage was added to the index."""
    for one in news:
        yield json_line({**exported(one.passage, one.card, "", count), "added": one.added})
