"""Reports whose texts, titles and file names give orders to terminals, browsers and spreadsheets."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from deqing_search import indexing
from tests.typeset import paragraphs

ORDERS = "\x1b]0;title\x07\x1b[31m\x9b2J\x08\x7f\u202e\u2066\u200f\u2028"
BAD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LINES = (Path(__file__).parent / "cases" / "injections.txt").read_text("utf-8").splitlines()
MARKUP = [line for line in _LINES if not line.startswith("# ")]
PWNED = "pwned"  # what each of them calls or loads


def hostile_index(place: Path) -> tuple[Path, Path]:
    """A folder with two reports of one place, of two years, and their index, both in `place`."""
    folder = place / f"报\n告{ORDERS.replace('/', '')}"
    folder.mkdir()
    title = f"政府{ORDERS}<img src=x onerror=pwned()>报告"
    rows = [("report", "title", "year", "place", "note")]
    for name, year in (("甲", 2023), ("乙", 2024)):
        (folder / f"{name}.txt").write_text("\n\n".join(_paragraphs(year)), encoding="utf-8")
        rows.append((name, title, str(year), title, title))
    (folder / f"坏{ORDERS}\n.txt").write_bytes(b"")
    with (folder / "catalog.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert len(indexing.update(place / "index", [folder]).added) == 2
    return folder, place / "index"


def _paragraphs(year: int) -> list[str]:
    return [
        f"德清县{ORDERS}工作报告",
        f"地理信息产业增长{ORDERS}百分之五。",
        f"{year - 1}年，地区生产总值增长{ORDERS}5.5%，建成地理{ORDERS}信息小镇，=cmd{ORDERS}的中心已开工。",
        *(f"{markup}发展{markup}" for markup in MARKUP),
        "二、<b onclick=pwned()>今年的主要工作</b>",
        f"主要目标是：地区生产总值<i>增长6{ORDERS}%左右。建成地理{ORDERS}信息小镇<script>pwned()</script>。",
        *paragraphs(20),
    ]
