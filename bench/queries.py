"""The queries that are timed: sixty, drawn by chance from the corpus itself, and what a reading of the texts answers.

Common words stand in 5 to 40 % of the passages, medium ones in 0.2 to 2 %, rare ones in 5 to 30 passages in all.
`generate` makes requests with every operator, to compare the answers of two engines.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from material import Item

from deqing_search.engine.base import AnalysedReport, Sort
from deqing_search.query.tree import FIELDS
from deqing_search.search.request import Mode, SearchRequest

QUESTIONS = (
    "城镇化率的目标是多少",
    "如何改善营商环境",
    "城乡居民人均可支配收入增长了多少",
    "乡村振兴采取了哪些措施",
    "今年财政收入预算安排是多少",
    "怎样推进义务教育均衡发展",
    "大气污染防治取得了什么成效",
    "新建了多少公里轨道交通",
)
_HAN = re.compile("[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True, slots=True)
class Query:
    """One query in every engine's terms: `must` all, `may` at least one, `never` none, literals all of them."""

    kind: str
    typed: str
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    near: int | None = None  # the literals of `must` have at most this many characters between them
    years: tuple[int, int] | None = None
    question: bool = False  # words mode: no reading of the texts can say what it should find

    def matches(self, item: Item) -> bool:
        """The brute-force answer."""
        text = item.compact
        return (
            all(literal in text for literal in self.must)
            and (not self.may or any(literal in text for literal in self.may))
            and not any(literal in text for literal in self.never)
            and (self.years is None or self.years[0] <= item.year <= self.years[1])
            and (self.near is None or _near(text, *self.must, self.near))
        )


def _near(text: str, left: str, right: str, distance: int) -> bool:
    return any(
        re.search(f"(?={re.escape(a)}.{{0,{distance}}}{re.escape(b)})", text, re.DOTALL)
        for a, b in ((left, right), (right, left))
    )


def draw(found: Sequence[Item], *, seed: int = 2) -> list[Query]:
    """Sixty queries of eleven kinds; the same ones for the same passages."""
    chance = random.Random(seed)  # noqa: S311 - the same draw every time
    common, medium, rare = _words(found)
    queries = [Query("common word", word, (word,)) for word in chance.sample(common, 6)]
    queries += [Query("medium word", word, (word,)) for word in chance.sample(medium, 6)]
    queries += [Query("rare word", word, (word,)) for word in chance.sample(rare, 6)]
    queries += [_all(chance.sample(common, 2)) for _ in range(3)] + [
        _all(_mixed(chance, common, medium)) for _ in "123"
    ]
    queries += [_any(chance.sample(common, 2)), *(_any(_mixed(chance, medium, rare)) for _ in "1234")]
    queries += [_but(*_mixed(chance, common, common)), *(_but(*_mixed(chance, medium, common)) for _ in "1234")]
    queries += [_phrase(chance, found, length) for length in (3, 4, 5, 6, 8, 10, 12)]
    queries += [Query("one character", char, (char,)) for char in chance.sample("德清湖桥药稻竹", 3)]
    queries += [_beginning(chance, medium) for _ in "123"]
    queries += [_beside(_mixed(chance, common, medium)) for _ in "1234"]
    queries += [_filtered(chance, word) for word in chance.sample(common, 2) + chance.sample(medium, 2)]
    return queries + [Query("question", question, question=True) for question in QUESTIONS[: 60 - len(queries)]]


def _words(found: Sequence[Item]) -> tuple[list[str], list[str], list[str]]:
    """Words of Chinese characters by how many passages hold them as a string of characters."""
    held = Counter(term for item in found for term in set(item.words) if _HAN.fullmatch(term))
    n = len(found)
    common = sorted(term for term, count in held.items() if 0.05 * n <= count <= 0.4 * n)
    medium = sorted(term for term, count in held.items() if 0.002 * n <= count <= 0.02 * n)
    rare = sorted(term for term, count in held.items() if 5 <= count <= 30)
    return common, medium, rare


def _mixed(chance: random.Random, left: list[str], right: list[str]) -> list[str]:
    one = chance.choice(left)
    return [one, chance.choice([word for word in right if word not in one and one not in word])]


def _all(words: list[str]) -> Query:
    return Query("AND", " ".join(words), tuple(words))


def _any(words: list[str]) -> Query:
    return Query("OR", " OR ".join(words), may=tuple(words))


def _but(word: str, never: str) -> Query:
    return Query("NOT", f"{word} -{never}", (word,), never=(never,))


def _beside(words: list[str]) -> Query:
    return Query("NEAR", f"{words[0]} NEAR/10 {words[1]}", tuple(words), near=10)


def _filtered(chance: random.Random, word: str) -> Query:
    low = chance.randrange(2005, 2020)
    return Query("year", f"{word} 年:{low}..{low + 4}", (word,), years=(low, low + 4))


def _beginning(chance: random.Random, words: list[str]) -> Query:
    """The first characters of a word, as it stands while it is being typed."""
    word = chance.choice([word for word in words if len(word) > 2])[:-1]
    return Query("beginning of a word", word, (word,))


def _phrase(chance: random.Random, found: Sequence[Item], length: int) -> Query:
    while True:
        text = chance.choice(found).compact
        start = chance.randrange(max(len(text) - length, 0) + 1)
        literal = text[start : start + length]
        if re.fullmatch("[\u4e00-\u9fff]+", literal) and len(literal) == length:
            return Query(f"phrase of {length}", f'"{literal}"', (literal,))


def generate(
    reports: Sequence[AnalysedReport], found: Sequence[Item], count: int, *, seed: int = 3
) -> list[SearchRequest]:
    """Requests with every operator in turn, in every mode and order; the same ones for the same reports."""
    operators = _Operators(random.Random(seed), reports, found)  # noqa: S311 - the same draw every time
    return [operators.request(number) for number in range(count)]


class _Operators:
    """Makes queries of words, phrases and facts drawn from reports."""

    def __init__(self, chance: random.Random, reports: Sequence[AnalysedReport], found: Sequence[Item]) -> None:
        self._chance, self._reports, self._found = chance, reports, found
        self._ranks = [words for words in _words(self._found) if words]
        leaves = (self._word, self._word, self._phrase, self._number)
        groups = (self._all, self._any, self._but, self._near, self._near_any)
        units = (self._in_sentence, self._in_sentence, self._in_passage, self._in_report)
        self._every = (*leaves, *groups, *units, self._value, *map(self._limited, FIELDS), self._question)

    def request(self, number: int) -> SearchRequest:
        """The request of this number; the numbers take turns with the operators."""
        chance = self._chance
        mode: Mode | None = chance.choice((None, "exact", "exact", "words", "expanded"))
        sort: Sort = chance.choice(("relevance", "relevance", "newest", "oldest"))
        typed = self._every[number % len(self._every)]()
        return SearchRequest(typed, mode=mode, sort=sort, offset=chance.choice((0, 0, 0, 20, 300)), limit=20)

    def _word(self) -> str:
        return self._chance.choice(self._chance.choice(self._ranks))

    def _phrase(self) -> str:
        return _phrase(self._chance, self._found, self._chance.randrange(3, 9)).typed

    def _number(self) -> str:
        return f"{self._chance.choice((5, 8, 10, 12.5, 100))}{self._chance.choice(('%', '亿元', '', '万人'))}"

    def _all(self) -> str:
        return f"{self._word()} {self._word()}"

    def _any(self) -> str:
        return f"{self._word()} OR {self._phrase()}"

    def _but(self) -> str:
        return f"{self._word()} -{self._word()}"

    def _near(self) -> str:
        return f"{self._word()} NEAR/{self._chance.choice((0, 3, 10, 50))} {self._word()}"

    def _near_any(self) -> str:
        return f"{self._word()} NEAR/10 ({self._word()} OR {self._word()}) -{self._word()}"

    def _in_sentence(self) -> str:
        return f"同句:({self._chance.choice((self._all, self._any, self._but, self._near))()})"

    def _in_passage(self) -> str:
        return f"同段:({self._all()}) OR 同句:({self._but()})"

    def _in_report(self) -> str:
        return f"同文:({self._but()})"

    def _value(self) -> str:
        low = self._chance.choice((1, 5, 20, 100))
        return f"数值:{low}..{2 * low}{self._chance.choice(('%', '亿元', '万人', ''))}"

    def _question(self) -> str:
        return self._chance.choice(QUESTIONS)

    def _limited(self, name: str) -> Callable[[], str]:
        return lambda: f"{self._chance.choice((self._word, self._all, self._any))()} {name}:{self._fact(name)}"

    def _fact(self, name: str) -> str:
        """A value of a condition, from a report."""
        report = self._chance.choice(self._reports).report
        facts = {
            "年": str(report.meta.year or 2015), "类型": report.meta.kind, "地区": report.meta.place[:3],
            "标题": report.meta.title[:4], "报告": report.id, "章节": self._chance.choice(("工作", "目标", "建设")),
            "数值": "5%..10%",
        }  # fmt: skip
        return facts[name] or "无"
