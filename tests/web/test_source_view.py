"""The source beside its passages: read in another process, within limits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.report import RawText
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app, source_view
from tests.seeds import SEEDS, raw_of, report_of
from tests.site import page


def test_a_source_that_takes_too_much_is_not_shown_and_the_page_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    file = tmp_path / "texts" / "甲县政府工作报告2024.txt"
    file.write_text("全县生产总值增长百分之六，财政收入再上新台阶。\n" * 3, encoding="utf-8")
    indexing.update(tmp_path / "index", [tmp_path / "texts"])
    file.write_text("全县生产总值增长百分之六。\n" * 500_000, encoding="utf-8")
    monkeypatch.setenv("DEQING_FILE_MEMORY", "16")
    app = create_app(indexing.open_index(tmp_path / "index"), PermalinkStore(tmp_path / "index"))
    began = time.process_time()
    for _ in range(2):
        shown = page(app.test_client(), f"/r/{file.stem}?raw=1")
        assert "读取原件超出了时间或内存的限制" in shown.text
        assert "财政收入再上新台阶" in shown.text
    assert time.process_time() - began < 5


def test_a_source_is_read_in_another_process_while_this_one_has_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEQING_FILE_SECONDS", "1")
    stored = report_of(SEEDS[0])
    with ThreadPoolExecutor(2) as pool:
        texts = [raw.text for raw in pool.map(source_view.original, [stored, stored]) if isinstance(raw, RawText)]
    assert texts == [raw_of(SEEDS[0]).text] * 2
