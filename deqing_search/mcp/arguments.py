"""What each tool is asked: the nouns that the SDK checks, with the descriptions that a program reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from deqing_search.query.filters import Filters, TypedFilters, read_filters

Offset = Annotated[int, Field(ge=0, le=100_000, description="跳过前面多少条；从上一次的 next 里取")]
Limit = Annotated[int, Field(ge=1, le=200, description="至多列多少条")]


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """Unknown arguments are refused: a filter that is misspelt would otherwise be ignored."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class OfReports(Arguments):
    """Conditions on the reports that are searched."""

    year: Annotated[str, Field(description="报告的年份或区间：2024、2016..2024、2016..；空为全部")] = ""
    place: Annotated[str, Field(description="地区，写一部分即可，如 杭州；几个用 | 隔开；空为全部")] = ""

    @property
    def filters(self) -> Filters:
        """The conditions; raises `UsageError`."""
        return read_filters("{}".format, TypedFilters(year=self.year or None, place=self.place))


@dataclass(frozen=True, kw_only=True)
class Search(OfReports):
    query: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            description="检索式。几个词用空格隔开是都要有；OR、-词、“整句”、同句:(A B)、A NEAR/10 B 都可以用",
        ),
    ]
    kind: Annotated[str, Field(description="报告类型的全名，如 政府工作报告；空为全部")] = ""
    part: Annotated[str, Field(description="报告的哪一部分：回顾、目标、工作安排；空为全部")] = ""
    report: Annotated[str, Field(description="只在这份报告里找：它的编号；空为全部")] = ""
    mode: Annotated[
        Literal["auto", "exact", "words", "expanded"],
        Field(description="auto：逐字，找不到再按词语；exact：只逐字；words：按词语，适合问句；expanded：连同别的写法"),
    ] = "auto"
    offset: Offset = 0
    limit: Annotated[int, Field(ge=1, le=50, description="至多几段")] = 10

    @property
    def filters(self) -> Filters:
        typed = TypedFilters(self.year or None, self.kind, self.place, self.part, self.report)
        return read_filters("{}".format, typed)


@dataclass(frozen=True, kw_only=True)
class ReadPassage(Arguments):
    id: Annotated[str, Field(min_length=1, max_length=300, description="段落编号，或以 /p/编号 结尾的链接")]
    around: Annotated[int, Field(ge=0, le=5, description="前后各看几段")] = 1
    start: Annotated[int, Field(ge=0, description="长段从第几个字看起；从上一次的 next 里取")] = 0


@dataclass(frozen=True, kw_only=True)
class ReadReport(Arguments):
    id: Annotated[str, Field(min_length=1, max_length=300, description="报告编号，或以 /r/编号 结尾的链接")]
    first: Annotated[int, Field(ge=1, description="从第几段看起；从上一次的 next 或 outline 里取")] = 1


@dataclass(frozen=True, kw_only=True)
class Verify(Arguments):
    text: Annotated[
        str, Field(min_length=1, max_length=5000, description="要核对的文字，可以连同写明出处的话；一次至多 5000 字")
    ]


@dataclass(frozen=True, kw_only=True)
class Trend(OfReports):
    queries: Annotated[
        list[str], Field(min_length=1, max_length=5, description='要数的词，各数各的，如 ["人工智能", "数字经济"]')
    ]


@dataclass(frozen=True, kw_only=True)
class Figures(OfReports):
    indicator: Annotated[
        str, Field(min_length=1, max_length=100, description="指标，如 地区生产总值、GDP、城镇新增就业")
    ]
    of_year: Annotated[str, Field(description="数值所属的年份或区间，如 2023；空为全部")] = ""
    wanted: Annotated[
        Literal["all", "targets", "outcomes"], Field(description="all：都要；targets：只要目标；outcomes：只要结果")
    ] = "all"
    offset: Offset = 0
    limit: Limit = 20


@dataclass(frozen=True, kw_only=True)
class Coverage(OfReports):
    offset: Offset = 0
    limit: Limit = 20


@dataclass(frozen=True, kw_only=True)
class Cite(Arguments):
    id: Annotated[str, Field(min_length=1, max_length=300, description="段落编号，或以 /p/编号 结尾的链接")]
    form: Annotated[
        Literal["gbt7714", "footnote", "markdown", "bibtex", "ris", "csl"], Field(description="引文的格式")
    ] = "gbt7714"
