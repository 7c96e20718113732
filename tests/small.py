"""Three small reports for tests of the read path, and the engines that hold them."""

from __future__ import annotations

from pathlib import Path

from deqing_search.engine.base import AnalysedReport, Engine
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.language.analyzer import analyse
from deqing_search.language.folding import compact_text
from deqing_search.report import Metadata, Passage, Report
from deqing_search.search.searcher import Results, SearchRequest, search
from deqing_search.text.offsets import Span
from tests.brute_engine import BruteEngine

ENGINES = ["brute", "whoosh"]
REPORTS = {
    ("d2016", "2016年德清县政府工作报告", "政府工作报告", 2016): [
        "一、过去五年的工作",
        "大力发展地理信 息产业。地区生产总值增长１０.２％。",
        "编制城乡规划。推进地理信息小镇建设。",
        "扎实推进“五水共治”，践行绿色发展。",
    ],
    ("p2021", "德清县新型城镇化发展“十四五”规划", "规划", 2021): [
        "常住人口城镇化率达到70%，城乡居民收入比1.6:1。",
        "加强規劃引领，促進地理信息和數字經濟融合。",
    ],
    ("d2024", "2024年德清县政府工作报告", "政府工作报告", 2024): [
        "数字经济核心产业增加值增长12%。",
        "深化“最多跑一次”改革，最多跑一次事项再扩大。",
        "信息化水平不断提升，德清德清德清。",
    ],
}


def report(name: str, title: str, kind: str, year: int, texts: list[str]) -> AnalysedReport:
    passages = tuple(
        Passage(f"{name}-{n}", name, n, "paragraph", 0, ("总则",), text, (Span(0, len(text)),), (n, n))
        for n, text in enumerate(texts, 1)
    )
    meta = Metadata(title=title, kind=kind, year=year, place="浙江省湖州市德清县")
    return AnalysedReport(Report(name, meta, passages, "0" * 8, name), tuple(analyse(p.text) for p in passages))


def ids(results: Results) -> set[str]:
    return {hit.passage.id for hit in results.hits}


def found(engine: Engine, typed: str, **options: object) -> set[str]:
    return ids(search(engine, SearchRequest(typed, **options)))


def small_engine(name: str, place: Path) -> Engine:
    """The engine of this name, holding `REPORTS`."""
    made: Engine = BruteEngine() if name == "brute" else WhooshEngine(place, compact=compact_text)
    made.write([report(*head, texts) for head, texts in REPORTS.items()])
    return made
