"""Which Whoosh to build on: one suite of our own against the three distributions that exist.

    python bench/whoosh_sanity.py              every distribution, each in a throw-away venv made here; prints a table
    python bench/whoosh_sanity.py --here       the cases on the Whoosh of this interpreter; prints JSON

Each case says what an index must do and tries it, with nothing but Whoosh and the standard library. A case passes
("ok"), finds wrong answers (how many), or raises (the name of the error). What fails is not used by our engine, which
evaluates on arrays of its own; the table decides which distribution to pin, and is run again before the pin is moved.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

DISTRIBUTIONS = ("Whoosh==2.7.4", "Whoosh-Reloaded==2.7.5", "whoosh3==3.54.0")
WORDS = ["德清", "地理", "信息", "产业", "发展", "经济", "农村", "规划"]

Case = Callable[[Path], int]
CASES: dict[str, Case] = {}


def case(claim: str) -> Callable[[Case], Case]:
    """Register a case under what it claims; it returns how many answers were wrong."""

    def register(run: Case) -> Case:
        CASES[claim] = run
        return run

    return register


def create(place: Path) -> Any:
    from whoosh import analysis, fields, index

    words = analysis.RegexTokenizer(r"\S+")
    schema = fields.Schema(key=fields.ID(unique=True, stored=True), text=fields.TEXT(words, stored=True))
    return index.create_in(str(place), schema)


def fill(ix: Any, count: int = 300, seed: int = 1, segments: int = 3) -> dict[str, list[str]]:
    """Random documents over eight words, in several segments; the truth as word lists."""
    chance, truth = random.Random(seed), {}  # noqa: S311 - not for secrets
    for part in range(segments):
        writer = ix.writer()
        for number in range(count // segments):
            key = f"{part}-{number}"
            truth[key] = chance.choices(WORDS, k=chance.randint(1, 8))
            writer.add_document(key=key, text=" ".join(truth[key]))
        writer.commit(merge=False)
    return truth


def keys(searcher: Any, query: Any) -> list[str]:
    return sorted(hit["key"] for hit in searcher.search(query, limit=None))


def term(word: str) -> Any:
    from whoosh.query import Term

    return Term("text", word)


def wrong(searcher: Any, query: Any, truth: dict[str, list[str]], holds: Callable[[list[str]], bool]) -> int:
    return int(keys(searcher, query) != sorted(key for key, words in truth.items() if holds(words)))


@case("a phrase finds its words only side by side")
def phrases(place: Path) -> int:
    from whoosh.query import Phrase

    ix = create(place)
    truth = fill(ix)
    with ix.searcher() as searcher:
        return sum(
            wrong(searcher, Phrase("text", [a, b]), truth, lambda words, a=a, b=b: (a, b) in zip(words, words[1:]))  # noqa: B905, RUF007 - runs on any Python
            for a in WORDS
            for b in WORDS
        )


@case("AND, OR and NOT equal the operations on sets")
def booleans(place: Path) -> int:
    from whoosh.query import And, Not, Or

    ix = create(place)
    truth = fill(ix)
    faults = 0
    with ix.searcher() as searcher:
        for a in WORDS:
            for b in WORDS[1:]:
                x, y = term(a), term(b)
                faults += wrong(searcher, And([x, y]), truth, lambda words, a=a, b=b: a in words and b in words)
                faults += wrong(searcher, Or([x, y]), truth, lambda words, a=a, b=b: a in words or b in words)
                faults += wrong(
                    searcher, And([x, Not(y)]), truth, lambda words, a=a, b=b: a in words and b not in words
                )
    return faults


@case("AndNot never returns what it excludes")
def and_not(place: Path) -> int:
    from whoosh.query import And, AndNot, Or

    chance = random.Random(3)  # noqa: S311 - not for secrets
    words = [f"w{number}" for number in range(60)]
    common = [1 / (number + 1) for number in range(60)]  # as in language: the leak needs frequent and rare words
    ix, truth = create(place), {}
    writer = ix.writer()
    for number in range(6000):
        truth[str(number)] = chance.choices(words, common, k=chance.randint(3, 40))
        writer.add_document(key=str(number), text=" ".join(truth[str(number)]))
    writer.commit()
    faults = 0
    with ix.searcher() as searcher:
        for _ in range(300):
            a, b, c, _ = chance.sample(words, 4)
            for query in (AndNot(Or([term(a), term(b)]), term(c)), And([term(a), AndNot(term(b), term(c))])):
                faults += any(c in truth[hit["key"]] for hit in searcher.search(query, limit=10))
    return faults


@case("the top ten are the first ten of the whole list")
def top_ten(place: Path) -> int:
    from whoosh.query import AndMaybe, Or

    ix = create(place)
    fill(ix, count=3000)
    faults = 0
    with ix.searcher() as searcher:
        for a, b in zip(WORDS, WORDS[1:]):  # noqa: B905, RUF007
            for query in (Or([term(a), term(b)]), AndMaybe(term(a), term(b))):
                whole = [round(hit.score, 6) for hit in searcher.search(query, limit=None)]
                faults += [round(hit.score, 6) for hit in searcher.search(query, limit=10)] != whole[:10]
    return faults


@case("a deleted document is not found, before and after a merge")
def deletes(place: Path) -> int:
    ix = create(place)
    truth = fill(ix)
    writer = ix.writer()
    for key in list(truth)[::3]:
        writer.delete_by_term("key", key)
        del truth[key]
    writer.commit(merge=False)
    faults = 0
    for _ in range(2):
        with ix.searcher() as searcher:
            faults += sum(wrong(searcher, term(word), truth, lambda words, word=word: word in words) for word in WORDS)
        ix.optimize()
    return faults


@case("the same key updated twice in one writer is stored once")
def same_key(place: Path) -> int:
    ix = create(place)
    writer = ix.writer()
    for text in ("旧", "新"):
        writer.update_document(key="1", text=text)
    writer.commit()
    return abs(ix.doc_count() - 1)


@case("a failed add does not spoil the writer")
def failed_add(place: Path) -> int:
    ix = create(place)
    writer = ix.writer()
    with suppress(Exception):  # which error is not the question
        writer.add_document(key="1", text=object())
    writer.add_document(key="2", text="德清")
    writer.commit()
    with ix.searcher() as searcher:
        return int(keys(searcher, term("德清")) != ["2"])


@case("refresh after a merge shows every document once")
def refresh(place: Path) -> int:
    ix = create(place)
    truth = fill(ix)
    searcher = ix.searcher()
    ix.optimize()
    searcher = searcher.refresh()
    return sum(wrong(searcher, term(word), truth, lambda words, word=word: word in words) for word in WORDS)


@case("a new searcher after a merge is right")
def reopen(place: Path) -> int:
    ix = create(place)
    truth = fill(ix)
    ix.optimize()
    with ix.searcher() as searcher:
        return sum(wrong(searcher, term(word), truth, lambda words, word=word: word in words) for word in WORDS)


@case("threads may share one searcher")
def threads(place: Path) -> int:
    ix = create(place)
    truth = fill(ix, count=900)
    faults = []
    with ix.searcher() as searcher:

        def read() -> None:
            for word in WORDS * 3:
                try:
                    faults.append(wrong(searcher, term(word), truth, lambda words, word=word: word in words))
                except Exception:  # noqa: BLE001 - any error is a fault here
                    faults.append(1)

        running = [threading.Thread(target=read) for _ in range(6)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    return sum(faults)


def commit_for_ever(place: str) -> None:
    from whoosh import index

    ix = index.open_dir(place)
    number = 0
    while True:
        number += 1
        writer = ix.writer()
        writer.delete_by_term("key", "x")
        writer.add_document(key="x", text=f"版 {number}")
        writer.commit(optimize=number % 3 == 0)


@contextmanager
def committing(place: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    process = multiprocessing.get_context("spawn").Process(target=commit_for_ever, args=(str(place),), daemon=True)
    process.start()
    try:
        yield process
    finally:
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()


@case("opening during another process's commits never fails and sees whole states")
def open_during_commit(place: Path) -> int:
    from whoosh import index

    ix = create(place)
    writer = ix.writer()
    writer.add_document(key="x", text="版 0")
    writer.commit()
    faults, until = 0, time.monotonic() + 6
    with committing(place):
        while time.monotonic() < until:
            try:
                with index.open_dir(str(place)).searcher() as searcher:
                    faults += keys(searcher, term("版")) != ["x"]
            except (OSError, index.EmptyIndexError):
                faults += 1
    return faults


@case("kill -9 during commits leaves an index that opens, whole, and can be written")
def kill_in_commit(place: Path) -> int:
    from whoosh import index

    ix = create(place)
    writer = ix.writer()
    writer.add_document(key="x", text="版 0")
    writer.commit()
    faults = 0
    for number in range(12):
        with committing(place):
            time.sleep(0.35 + 0.013 * number)
        ix = index.open_dir(str(place))
        with ix.searcher() as searcher:
            faults += keys(searcher, term("版")) != ["x"]
        ix.writer().commit()
    return faults


def run_here() -> dict[str, str]:
    """The verdict on every claim, for the Whoosh this interpreter imports."""
    verdicts = {}
    for claim, run in CASES.items():
        with tempfile.TemporaryDirectory() as place:
            try:
                faults = run(Path(place))
            except Exception as error:  # noqa: BLE001 - an error is a verdict, and the other cases go on
                verdicts[claim] = type(error).__name__
            else:
                verdicts[claim] = f"{faults} wrong" if faults else "ok"
    return verdicts


def run_distribution(requirement: str) -> tuple[dict[str, str], str]:
    """The verdicts on a distribution in an environment that holds nothing else, and what pip installed."""
    place = Path(tempfile.mkdtemp(prefix="whoosh-sanity-"))
    try:
        venv.create(place, with_pip=True)
        python = str(place / "bin" / "python")
        pip = [python, "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", requirement], check=True)  # noqa: S603
        frozen = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout  # noqa: S603
        ran = subprocess.run([python, __file__, "--here"], check=True, capture_output=True, text=True)  # noqa: S603
        return json.loads(ran.stdout), " ".join(frozen.split())
    finally:
        shutil.rmtree(place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--here", action="store_true")
    if parser.parse_args().here:
        print(json.dumps(run_here()))
        return
    results = {requirement: run_distribution(requirement) for requirement in DISTRIBUTIONS}
    print("| " + " | ".join(("", *results)) + " |")
    print("|---" * (len(results) + 1) + "|")
    for claim in CASES:
        print("| " + " | ".join((claim, *(verdicts[claim] for verdicts, _ in results.values()))) + " |")
    print(f"\nPython {sys.version.split()[0]}")
    for requirement, (_, frozen) in results.items():
        print(f"{requirement}: {frozen}")


if __name__ == "__main__":
    main()
