"""How often the check of quotations is right: `python bench/quotes.py FOLDER [--seed N] [--each N] [--read]`.

Half of the reports are indexed, drawn by chance; the others are left out. Sentences are drawn from both halves and
changed by one edit, and the verdicts are counted and compared with the goals. `--read` prints sentences of the reports
that are left out with what the check takes for their source, to be judged by a reader.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from material import read_reports
from opencc import OpenCC

from deqing_search.config import data_rows
from deqing_search.engine.base import AnalysedReport, Viewer
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.language.folding import compact_text
from deqing_search.quotes.findings import Checked, Finding
from deqing_search.quotes.sentences import clauses, core, sentences
from deqing_search.research.figure_words import value_in_words
from deqing_search.research.figures import find_figures
from deqing_search.text.offsets import Span
from deqing_search.verification.check import check

DIGITS = "0123456789"
UNITS = {"万元": "亿元", "亿元": "万元", "公里": "米", "万人": "人", "万吨": "吨", "万亩": "亩", "%": "‰", "个": "万个"}
BOUNDS = {
    "以上": "以下", "以下": "以上", "以内": "以上", "左右": "以上", "超过": "不足", "突破": "接近", "不低于": "低于",
    "增长": "下降", "下降": "增长",
}  # fmt: skip
WORDS = {
    "推进": "推动", "建设": "打造", "加强": "强化", "提升": "增强", "不断": "持续", "全面": "深入", "完善": "健全",
    "实施": "开展", "项目": "工程", "进一步": "更加", "一批": "许多", "大力": "着力", "完成": "实现", "新增": "增加",
    "重点": "主要", "确保": "力争", "统一": "统筹", "提高": "提升", "多元": "立体", "产业": "行业",
}  # fmt: skip
NEGATIONS = ("不", "未", "没有", "非")
COMMON = "的是在和了有大中工作发展建设推进加强改革社会经济服务管理"
TO_TRADITIONAL = OpenCC("s2t")
GOALS = {
    "verbatim": 100, "one character changed": 99, "one character removed": 99, "one digit changed": 99.5,
    "one unit changed": 99.5, "one bound or direction changed": 99.5, "negation put in or removed": 99.5,
    "clause dropped": 97, "clauses swapped": 97, "two sentences merged": 97,
}  # fmt: skip  # the least share of right verdicts, in percent
SHORTEST, LONGEST = 12, 150  # characters of a sentence that is drawn


class Sentence(NamedTuple):
    text: str
    report: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=1000)
    parser.add_argument("--read", type=int, default=0, metavar="N")
    args = parser.parse_args()
    reports = read_reports(args.folder)
    with tempfile.TemporaryDirectory() as place:
        measure(reports, Path(place), args)


def measure(reports: Sequence[AnalysedReport], place: Path, args: argparse.Namespace) -> None:
    """Index half of the reports and print a line for each kind of edit."""
    draw = random.Random(args.seed)  # noqa: S311 - the same draw every time
    order = draw.sample(list(reports), len(reports))
    indexed, left = order[: len(order) // 2], order[len(order) // 2 :]
    engine = WhooshEngine(place, compact=compact_text)
    engine.write(indexed)
    passages = sum(len(one.analysed) for one in indexed)
    known, unknown = drawn(indexed, draw, args.each), drawn(left, draw, args.each)
    print(f"{len(indexed)} reports with {passages} passages indexed, {len(left)} left out, seed {args.seed}")
    every = "\n".join(passage.compact for report in indexed for passage in report.analysed)
    for name, edit, right in EDITS:
        show(name, [outcome(Trial(engine, every, right), one, edit(one, draw)) for one in known])
    count_verdicts(engine, unknown, every, args.read)
    states_figures(engine, indexed, draw, args.each)
    timed(engine, known, draw)


def drawn(reports: Sequence[AnalysedReport], draw: random.Random, count: int) -> list[Sentence]:
    """Sentences of paragraphs, at most one of each passage."""
    passages = [one for report in reports for one in report.report.passages if one.kind == "paragraph"]
    found = []
    for passage in draw.sample(passages, len(passages)):
        cut = [passage.text[start:end] for start, end in sentences(passage.text)]
        fit = [one for one in cut if SHORTEST <= len(compact_text(one)) <= LONGEST and not set("“”：") & set(one)]
        if fit:
            found.append(Sentence(draw.choice(fit), passage.report))
        if len(found) == count:
            break
    return found


Edit = Callable[[Sentence, random.Random], str]
Right = Callable[[Checked], bool]


class Trial(NamedTuple):
    """An index, the text of all its passages, and what must be said of an edited sentence."""

    engine: Viewer
    every: str
    right: Right


def outcome(trial: Trial, one: Sentence, text: str) -> tuple[bool, bool] | None:
    """Whether the verdict and the source are right; None if the sentence cannot be edited so, or a report has it so."""
    if not text or not compact_text(text):
        return None
    if trial.right is not is_spelt and text != one.text and bare(text) in trial.every:
        return None  # still word for word
    found = check(trial.engine, text)
    if VERBOSE and not trial.right(found):
        print("   ?", [one.verdict for one in found.findings], text[:90], "|", one.text[:60])
    return trial.right(found), any(names(finding, one.report) for finding in found.findings)


def bare(text: str) -> str:
    """The compact text without the punctuation at its ends."""
    return compact_text(text[slice(*core(text, Span(0, len(text))))])


def names(finding: Finding, report: str) -> bool:
    """Whether a report is among the sources, or among those that are only counted because there are many."""
    return report in {one.report.id for one in finding.sources} or finding.reports > len(finding.sources)


VERBOSE = False


def show(name: str, outcomes: Sequence[tuple[bool, bool] | None]) -> None:
    edited = [one for one in outcomes if one]
    if edited:
        right, source = (100 * sum(one[at] for one in edited) / len(edited) for at in (0, 1))
        goal = GOALS.get(name)
        met = "" if goal is None else f"  goal {goal} %: {'met' if right >= goal else 'NOT MET'}"
        print(f"{name:34} {len(edited):5}  verdict {right:6.2f} %  source {source:6.2f} %{met}")


def is_exact(found: Checked) -> bool:
    return found.is_found


def is_altered(found: Checked) -> bool:
    return any(one.verdict in ("altered", "number-altered") for one in found.findings)


def is_number(found: Checked) -> bool:
    return any(one.verdict == "number-altered" for one in found.findings)


def is_wording(found: Checked) -> bool:
    return is_altered(found) and not is_number(found)


def is_different(found: Checked) -> bool:
    return any(one.verdict in ("altered", "number-altered", "assembled") for one in found.findings)


def is_spelt(found: Checked) -> bool:
    return found.is_found and any(one.spellings for one in found.findings)


def is_alike(found: Checked) -> bool:
    kinds = [one.kind for finding in found.findings for one in finding.differences]
    return "look-alike" in kinds or "number" in kinds


def verbatim(one: Sentence, draw: random.Random) -> str:
    return one.text


def one_character(one: Sentence, draw: random.Random) -> str:
    at = draw.choice([at for at, char in enumerate(one.text) if "一" <= char <= "鿿"])
    return one.text[:at] + draw.choice([c for c in COMMON if c != one.text[at]]) + one.text[at + 1 :]


def one_removed(one: Sentence, draw: random.Random) -> str:
    at = draw.randrange(1, len(one.text) - 2)
    return one.text[:at] + one.text[at + 1 :]


def one_digit(one: Sentence, draw: random.Random) -> str:
    digits = [at for at, char in enumerate(one.text) if char in DIGITS]
    if not digits:
        return ""
    at = draw.choice(digits)
    return one.text[:at] + draw.choice(DIGITS.replace(one.text[at], "")) + one.text[at + 1 :]


def one_word(words: dict[str, str]) -> Edit:
    def edit(one: Sentence, draw: random.Random) -> str:
        places = [(at, word) for word in words for at in range(len(one.text)) if one.text.startswith(word, at)]
        places = [(at, word) for at, word in places if words is not UNITS or one.text[at - 1] in DIGITS]
        if not places:
            return ""
        at, word = draw.choice(places)
        return one.text[:at] + words[word] + one.text[at + len(word) :]

    return edit


def word_beside_figure(one: Sentence, draw: random.Random) -> str:
    """A word of a sentence with a figure becomes another one that changes no figure."""
    return one_word(WORDS)(one, draw) if set(DIGITS) & set(one.text) else ""


def negated(one: Sentence, draw: random.Random) -> str:
    """A negation is removed, or one is put before a word."""
    places = [(at, word) for word in NEGATIONS for at in range(len(one.text)) if one.text.startswith(word, at)]
    if places:
        at, word = draw.choice(places)
        return one.text[:at] + one.text[at + len(word) :]
    at = draw.randrange(len(one.text) - 2)
    return one.text[:at] + draw.choice("不未") + one.text[at:]


def pieces(one: Sentence) -> list[str]:
    return [one.text[start:end] for start, end in clauses(one.text)]


def clause_dropped(one: Sentence, draw: random.Random) -> str:
    cut = pieces(one)
    if len(cut) < 3:
        return ""
    at = draw.randrange(1, len(cut) - 1)
    return "".join(cut[:at] + cut[at + 1 :])


def clauses_swapped(one: Sentence, draw: random.Random) -> str:
    cut = [piece.rstrip("，。；、") for piece in pieces(one)]
    if len(cut) < 3:
        return ""
    at = draw.randrange(len(cut) - 1)
    cut[at], cut[at + 1] = cut[at + 1], cut[at]
    return "，".join(cut) + "。"


class Merged:
    """Joins a sentence with the one drawn before it."""

    def __init__(self) -> None:
        self._before = ""

    def __call__(self, one: Sentence, draw: random.Random) -> str:
        before, self._before = self._before, one.text
        return before.rstrip("。；，！") + "，" + one.text if before else ""


def in_traditional(one: Sentence, draw: random.Random) -> str:
    text = TO_TRADITIONAL.convert(one.text)
    return text if text != one.text and compact_text(text) == compact_text(one.text) else ""


def full_width(one: Sentence, draw: random.Random) -> str:
    text = "".join(chr(ord(char) + 0xFEE0) if char in DIGITS + "%" else char for char in one.text)
    return text if text != one.text else ""


def misread(one: Sentence, draw: random.Random) -> str:
    """One character becomes another that looks alike, as in a scan."""
    groups = [row.split("\t")[0] for row in data_rows("lookalikes.tsv")]
    places = [(at, group) for at, char in enumerate(one.text) for group in groups if char in group]
    if not places:
        return ""
    at, group = draw.choice(places)
    return one.text[:at] + draw.choice([char for char in group if char != one.text[at]]) + one.text[at + 1 :]


EDITS: tuple[tuple[str, Edit, Right], ...] = (
    ("verbatim", verbatim, is_exact),
    ("one character changed", one_character, is_altered),
    ("one character removed", one_removed, is_altered),
    ("one digit changed", one_digit, is_number),
    ("one unit changed", one_word(UNITS), is_number),
    ("one bound or direction changed", one_word(BOUNDS), is_number),
    ("one word changed beside a figure", word_beside_figure, is_wording),
    ("negation put in or removed", negated, is_number),
    ("clause dropped", clause_dropped, is_different),
    ("clauses swapped", clauses_swapped, is_different),
    ("two sentences merged", Merged(), is_different),
    ("traditional characters", in_traditional, is_spelt),
    ("full-width digits", full_width, is_spelt),
    ("look-alike character", misread, is_alike),
)


def count_verdicts(engine: Viewer, unknown: Sequence[Sentence], every: str, read: int) -> None:
    """Count the verdicts on sentences that stand in no indexed report."""
    new = [one for one in unknown if bare(one.text) not in every]
    found = [finding for one in new for finding in check(engine, one.text).findings]
    counts = {name: sum(one.verdict == name for one in found) for name in dict.fromkeys(one.verdict for one in found)}
    print(f"{'sentences of reports not indexed':34} {len(new):5}  {counts}")
    suspects = [one for one in found if one.verdict in ("altered", "number-altered", "assembled")]
    for one in suspects[:read]:
        print(one.verdict, one.sentence)
        for source in one.sources[:3]:
            meta = source.report.meta
            print("        ", source.passage.text[slice(*source.span)], meta.place, meta.year)


def states_figures(engine: Viewer, indexed: Sequence[AnalysedReport], draw: random.Random, count: int) -> None:
    """State results of reports in other words, as they are and with one digit changed, and count the verdicts.

    Both sides are read by the same rules: this measures the comparison, not the reading of reports.
    """
    stated = []
    for indicator in ("地区生产总值", "一般公共预算收入", "城镇居民人均可支配收入", "社会消费品零售总额"):
        for one in find_figures(engine, indicator).figures:
            last = one.of_year == (one.year or 0) - 1 and one.bound == "exactly" and one.subject == one.place
            if one.certain and one.role == "outcome" and one.basis == "year" and last:
                stated.append((f"{one.of_year}年，{one.place}{indicator}", value_in_words(one)))
    drawn = draw.sample(stated, min(count, len(stated)))
    changed = [(said, one_digit(Sentence(value, ""), draw)) for said, value in drawn]
    for name, right, wrong, pairs in (
        ("figure stated", "figure-agrees", "figure-differs", drawn),
        ("figure stated, one digit changed", "figure-differs", "figure-agrees", changed),
    ):
        verdicts = [one.verdict for pair in pairs for one in check(engine, "".join(pair) + "。").findings]
        shares = (100 * sum(one == verdict for one in verdicts) / max(len(verdicts), 1) for verdict in (right, wrong))
        print(f"{name:34} {len(verdicts):5}  {right} {next(shares):6.2f} %  {wrong} {next(shares):6.2f} %")


def timed(engine: Viewer, known: Sequence[Sentence], draw: random.Random) -> None:
    """Time articles of 5,000 characters, half of whose sentences have a changed character."""
    took = []
    for article in articles(known, draw):
        began = time.perf_counter()
        check(engine, article)
        took.append(time.perf_counter() - began)
    if took:
        print(f"an article of 5,000 characters: median {statistics.median(took):.2f} s, worst {max(took):.2f} s")


def articles(known: Sequence[Sentence], draw: random.Random) -> Iterator[str]:
    text = ""
    for at, one in enumerate(known):
        text += one_character(one, draw) if at % 2 else one.text
        if len(text) >= 5000:
            yield text
            text = ""


if __name__ == "__main__":
    main()
