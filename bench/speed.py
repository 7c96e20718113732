"""How fast we and the peers are, on the same passages, in the same run; writes docs/performance.md and its plot.

    pip install -e '.[fast,bench]'
    python bench/speed.py CORPUS              all of it: some ten minutes, 2 GB of disk in a folder that is removed
    python bench/speed.py CORPUS --passages 1000 --no-growth --out FILE      a taste of it

CORPUS is a folder of reports. Every engine gets the same passages and the same jieba words. Each query is put to each
engine in turn, five times round; what counts is the median. Beside the speed stands how much of the right answer came:
right is what a reading of all texts finds.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import serving
import starting
from command import as_installed
from material import Item, items, read_reports, sample
from peers import Ours, OursForgetful, Peer, Tantivy, peers
from plot import lines
from queries import Query, draw

from deqing_search.engine.base import AnalysedReport
from deqing_search.language.analyzer import expect_much_text

SIZES = (1_000, 10_000, 80_000, 300_000)
SMALL = 10_000  # what Whoosh's own matchers can still be asked
ROUNDS = 5
ADDED = 5  # reports, one after the other: what counts is the median
TOUCHED, COMMON = 200, 0.02


class Timing(NamedTuple):
    """What one engine took: milliseconds of each query it could be asked, build seconds, megabytes on disk."""

    name: str
    asked: dict[int, float]
    recall: float | None
    precision: float | None
    build: float
    megabytes: float


def main() -> None:
    options = _options()
    expect_much_text()
    began = time.perf_counter()
    reports = read_reports(options.corpus)
    print(f"read {len(reports)} reports in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    sections = [_head(options, reports)]
    for section in _sections(options, reports):
        sections.append(section)  # written as it grows: whoever interrupts the run keeps what was measured
        options.out.write_text("\n".join(sections), encoding="utf-8")


def _sections(options: argparse.Namespace, reports: Sequence[AnalysedReport]) -> Iterator[str]:
    if options.passages > SMALL:
        yield _compared(reports, options.passages, everyone=False)
    yield _compared(reports, min(options.passages, SMALL), everyone=True)
    with tempfile.TemporaryDirectory() as place:
        yield _indexing(options.corpus, Path(place))
        yield serving.section(Path(place) / "rjieba")
    yield starting.section()
    if options.growth:
        yield _growth(reports, options.out.with_suffix(".svg"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=80_000)
    parser.add_argument("--out", type=Path, default=Path("docs/performance.md"))
    parser.add_argument("--no-growth", dest="growth", action="store_false")
    return parser.parse_args()


def _head(options: argparse.Namespace, reports: Sequence[AnalysedReport]) -> str:
    versions = ", ".join(
        f"{name} {_version(name)}" for name in ("tantivy", "bm25s", "whoosh3", "jieba", "rjieba", "numpy")
    )
    passages = sum(len(report.analysed) for report in reports)
    return f"""# Performance

Written by `python bench/speed.py CORPUS` on {time.strftime("%Y-%m-%d")}; do not edit.
CORPUS held {len(reports)} reports with {passages:,} passages.
{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}, {versions}. \
Load before the run {os.getloadavg()[0]:.1f}: others used the machine too, so trust ratios, not times.

All engines have the same passages and the same words. The time of a query is from the typed string to ten passages
with their text. Ours also counts totals, occurrences and facets; the others do not. The figures are medians of
{ROUNDS} rounds, in which the engines take turns, after one round that is not counted. *deqing-search* remembers its
answers from that round, as in real use. *answers forgotten* is a new query with known words. *nothing remembered* is
the very first query. In these three, questions are put in words mode. *whole page* is what a user gets in the default
mode: marks, snippets and coverage too, and for a question words results and corrections. *Recall*: the share of the
true matches that was found. *Precision*: the share of the found passages that is true. A scan of all texts gives the
truth (questions are left out). × is the ratio to the median of tantivy on jieba words: below 1 is faster than tantivy.
"""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "–"


def _compared(reports: Sequence[AnalysedReport], passages: int, *, everyone: bool) -> str:
    chosen = sample(list(reports), passages)
    found = list(items(chosen))
    queries = draw(found)
    with tempfile.TemporaryDirectory() as place:
        timings = _timed(peers(), found, chosen, queries, Path(place), everyone=everyone)
        touched = _first_touch(found, Path(place) / "0")
    return _table(f"{len(found):,} passages", timings, queries) + touched


def _first_touch(found: Sequence[Item], index: Path) -> str:
    """What whoever asks for a common word first waits for, the files being in the system's memory."""
    held = Counter(term for item in found for term in set(item.words) if len(term) > 1)
    common = sorted(term for term, count in held.items() if count >= COMMON * len(found))
    chosen = random.Random(3).sample(common, min(TOUCHED, len(common)))  # noqa: S311 - the same draw every time
    peer = OursForgetful()
    with _environment("DEQING_MEMORY", "0"):
        peer.open(found, index)
        took = [min(_milliseconds(peer, Query("", word, (word,))) for _ in "123") for word in chosen]
    return f"""
*First touch* of {len(chosen)} words, each in {COMMON:.0%} of the passages or more, nothing remembered, best of three:
median {statistics.median(took):.2f} ms, at most {max(took):.2f} ms.
"""


def _milliseconds(peer: Peer, query: Query) -> float:
    began = time.perf_counter()
    peer.ask(query)
    return (time.perf_counter() - began) * 1e3


def _timed(
    candidates: Sequence[Peer],
    found: Sequence[Item],
    reports: Sequence[AnalysedReport],
    queries: Sequence[Query],
    place: Path,
    *,
    everyone: bool,
) -> list[Timing]:
    """Build each, ask them all in turn, and hold their answers against a reading of the texts."""
    ready: list[tuple[Peer, float, float]] = []
    for number, peer in enumerate(candidates):
        if len(found) > peer.most and not everyone:
            continue
        here = place / str(number)
        here.mkdir()
        ready.append((peer, *_built(peer, found, reports, here, place / "0")))
        print(f"built {peer.name}: {ready[-1][1]:.1f} s", file=sys.stderr)
    asked = _asked([peer for peer, _, _ in ready], queries)
    truth = [
        None if query.question else {n for n, item in enumerate(found) if query.matches(item)} for query in queries
    ]
    return [
        Timing(peer.name, times, *_right(peer, queries, truth), build, megabytes)
        for (peer, build, megabytes), times in zip(ready, asked, strict=True)
    ]


def _built(
    peer: Peer, found: Sequence[Item], reports: Sequence[AnalysedReport], place: Path, ours: Path
) -> tuple[float, float]:
    """Seconds and megabytes; our other guises open the files of the first."""
    began = time.perf_counter()
    if isinstance(peer, Ours) and type(peer) is not Ours:
        with _environment("DEQING_MEMORY", "0" if isinstance(peer, OursForgetful) else "64"):
            peer.open(found, ours)
        return 0.0, 0.0
    peer.build(found, reports, place)
    took = time.perf_counter() - began
    return took, sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) / 1e6


class _environment:  # noqa: N801 - reads as a word at its one place
    def __init__(self, name: str, value: str) -> None:
        self._name, self._value = name, value

    def __enter__(self) -> None:
        self._before = os.environ.get(self._name)
        os.environ[self._name] = self._value

    def __exit__(self, *_: object) -> None:
        if self._before is None:
            del os.environ[self._name]
        else:
            os.environ[self._name] = self._before


def _asked(ready: Sequence[Peer], queries: Sequence[Query]) -> list[dict[int, float]]:
    """For each engine and each query it can be asked, the median of the rounds in milliseconds.

    In an order drawn anew each time: behind one whose code is partly its own, an engine would find a warm processor.
    """
    taken: list[dict[int, list[float]]] = [{} for _ in ready]
    draw_order = random.Random(1)  # noqa: S311 - the same order every time
    for turn in range(ROUNDS + 1):  # the first round opens files and is not counted
        for number, query in enumerate(queries):
            for at in draw_order.sample(range(len(ready)), len(ready)):
                began = time.perf_counter()
                answer = ready[at].ask(query)
                took = time.perf_counter() - began
                if turn and answer is not None:
                    taken[at].setdefault(number, []).append(took * 1e3)
    return [{number: statistics.median(times) for number, times in each.items()} for each in taken]


def _right(peer: Peer, queries: Sequence[Query], truth: Sequence[set[int] | None]) -> tuple[float | None, float | None]:
    """Mean recall and precision over the queries with an answer that can be read off the texts."""
    recalls, precisions = [], []
    for query, right in zip(queries, truth, strict=True):
        if right is None or (answer := peer.all(query)) is None:
            continue
        recalls.append(len(answer & right) / len(right) if right else 1.0)
        precisions.append(len(answer & right) / len(answer) if answer else 1.0)
    return (statistics.mean(recalls), statistics.mean(precisions)) if recalls else (None, None)


def _table(title: str, timings: Sequence[Timing], queries: Sequence[Query]) -> str:
    base = next(timing for timing in timings if timing.name.startswith("tantivy on jieba"))
    rows = [
        f"## {title}, {len(queries)} queries\n",
        "| | asked | p50 ms | × | p95 ms | × | recall | precision | build s | MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for timing in timings:
        same = [base.asked[number] for number in timing.asked if number in base.asked]
        p50, p95 = quantile(timing.asked.values(), 0.5), quantile(timing.asked.values(), 0.95)
        right = [f"{share:.3f}" if share is not None else "–" for share in (timing.recall, timing.precision)]
        built = (f"{timing.build:.1f}", f"{timing.megabytes:.0f}") if timing.build else ("–", "–")
        cells = (
            timing.name, str(len(timing.asked)), f"{p50:.2f}", f"{p50 / quantile(same, 0.5):.2f}",
            f"{p95:.2f}", f"{p95 / quantile(same, 0.95):.2f}", *right, *built,
        )  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([*rows, "", *_by_kind(timings, queries), ""])


def _by_kind(timings: Sequence[Timing], queries: Sequence[Query]) -> list[str]:
    """Median by kind of query: who is faster at what."""
    kinds = list(dict.fromkeys(query.kind.partition(" of ")[0] for query in queries))
    rows = ["| median ms | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 1) + "|"]
    for timing in timings:
        cells = []
        for kind in kinds:
            times = [took for n, took in timing.asked.items() if queries[n].kind.startswith(kind)]
            cells.append(f"{statistics.median(times):.2f}" if times else "–")
        rows.append(f"| {timing.name} | {' | '.join(cells)} |")
    return rows


def quantile(values: Sequence[float] | object, share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)  # type: ignore[call-overload]
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _growth(reports: Sequence[AnalysedReport], svg: Path) -> str:
    """Each size in a process of its own, so that memory is its own as well."""
    rows = [
        "## Growth\n",
        "Sizes beyond the corpus use its reports again. *Open*: the time to the first view. *Memory*: the peak of a "
        "process that opened the index and answered all queries.\n",
        "| passages | p50 ms | p95 ms | tantivy p50 | tantivy p95 | open ms | memory MB | disk MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    points: list[tuple[float, ...]] = []
    for size in SIZES:
        chosen = sample(list(reports), size)
        found = list(items(chosen))
        queries = draw(found)
        with tempfile.TemporaryDirectory() as place:
            here = [Ours(), next(peer for peer in peers() if isinstance(peer, Tantivy))]
            timings = _timed(here, found, chosen, queries, Path(place), everyone=True)
            opened, memory = _opened(Path(place) / "0", queries)
        each = [quantile(timing.asked.values(), share) for timing in timings for share in (0.5, 0.95)]
        points.append((len(found), *each))
        cells = (f"{len(found):,}", *(f"{value:.2f}" for value in each), f"{opened:.0f}", f"{memory:.0f}")
        rows.append(f"| {' | '.join(cells)} | {timings[0].megabytes:.0f} |")
    names = ("deqing-search p50", "deqing-search p95", "tantivy p50", "tantivy p95")
    svg.write_text(lines(points, names, across="passages", up="milliseconds"), encoding="utf-8")
    return "\n".join([*rows, "", f"![Milliseconds by number of passages]({svg.name})", ""])


_OPEN = """
import sys, time
from pathlib import Path
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.language.folding import compact_text
from deqing_search.search.searcher import SearchRequest, search
began = time.perf_counter()
engine = WhooshEngine(Path(sys.argv[1]), compact=compact_text)
engine.view()
opened = time.perf_counter() - began
for typed in sys.argv[2:]:
    search(engine, SearchRequest(typed, mode="exact"))
print(opened * 1e3, next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024)
"""


def _opened(place: Path, queries: Sequence[Query]) -> tuple[float, float]:
    typed = [query.typed for query in queries]
    said = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _OPEN, str(place), *typed],
        env=as_installed(), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    opened, memory = map(float, said.split())
    return opened, memory


def _indexing(corpus: Path, place: Path) -> str:
    """The whole write path, from files to an index in use, with and without rjieba; and one report more."""
    slow, fast = place / "jieba", place / "rjieba"
    rows = [_indexed(corpus, slow, fast=False), _indexed(corpus, fast, fast=True)]
    one = statistics.median_low(_one_more(sorted(corpus.rglob("*.md"))[:ADDED], fast))
    lines_ = [
        "## Indexing\n",
        "`search-cli index CORPUS`: read, clean, tokenize, write. *Memory*: the sum of the peaks of all processes. "
        f"*One more report*: added to the index of all others; the median of {ADDED}, one after the other.\n",
        "| | seconds | CPU seconds | memory MB |",
        "|---|---|---|---|",
    ]
    for name, took in zip(("jieba", "rjieba, the `[fast]` extra", "one more report"), (*rows, one), strict=True):
        lines_.append(f"| {name} | {took[0]:.3g} | {took[1]:.3g} | {took[2]:.0f} |")
    lines_.append(f"\nOne more report costs {rows[0][0] / one[0]:.0f}× less than building with jieba.\n")
    return "\n".join(lines_)


def _one_more(files: Sequence[Path], index: Path) -> Iterator[tuple[float, float, float]]:
    """What each of some reports costs that are added one after the other under another name."""
    for file in files:
        extra = index.parent / f"one-more-{file.name}"
        extra.write_bytes(file.read_bytes())
        yield _indexed(extra, index, fast=True)


_INDEX = """
import os, resource, sys
from deqing_search.__main__ import main
if sys.argv.pop() == "slow":
    sys.modules["rjieba"] = None
try:
    main()
except SystemExit as ended:
    if ended.code:
        raise
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
workers = used[1].ru_maxrss * os.cpu_count() if used[1].ru_utime else 0
print(sum(each.ru_utime + each.ru_stime for each in used), (peak + workers) / 1024)
"""


def _indexed(source: Path, index: Path, *, fast: bool) -> tuple[float, float, float]:
    environment = as_installed()
    began = time.perf_counter()
    said = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _INDEX, "index", str(source), "--index", str(index), "fast" if fast else "slow"],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    took = time.perf_counter() - began
    cpu, memory = map(float, said.splitlines()[-1].split())
    return took, cpu, memory


if __name__ == "__main__":
    main()
