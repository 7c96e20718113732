"""A process that dies at any write, sync or rename of a run, twice in a row, loses nothing and blocks nobody."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from deqing_search import indexing
from deqing_search.store.backup import back_up
from deqing_search.store.permalinks import NAME, PermalinkStore
from tests.chaos.seeds import random_numbers

COMPILER = shutil.which("cc")
RUN = """
import sys
from pathlib import Path
from deqing_search import indexing
from deqing_search.store.backup import restore
index, place = map(Path, sys.argv[2:])
if sys.argv[1] == "restore":
    restore(place / "backup", index, replace=True)
else:
    getattr(indexing, sys.argv[1])(index, [place / "texts"])
"""
TEXT = "一、回顾\n\n{place}县生产总值增长百分之{growth}，财政收入再上新台阶。\n\n城乡居民收入稳步增长，民生支出提高。\n"
KILLED = 9

pytestmark = pytest.mark.skipif(
    not COMPILER or not sys.platform.startswith("linux"), reason="needs Linux and a C compiler"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert COMPILER
    made = tmp_path_factory.mktemp("crash") / "crash.so"
    source = Path(__file__).with_name("crash.c")
    subprocess.run([COMPILER, "-shared", "-fPIC", "-o", made, source, "-ldl"], check=True)  # noqa: S603
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an index of two reports, one of which has changed since."""
    write(tmp_path, "甲", "六")
    write(tmp_path, "乙", "七")
    indexing.update(tmp_path / "index", [tmp_path / "texts"])
    write(tmp_path, "甲", "八")
    shutil.copytree(tmp_path / "index", tmp_path / "before")
    return tmp_path


def write(place: Path, name: str, growth: str) -> None:
    (place / "texts").mkdir(parents=True, exist_ok=True)
    (place / "texts" / f"{name}.txt").write_text(TEXT.format(place=name, growth=growth), encoding="utf-8")


def run(command: str, place: Path, library: Path, *, last: int = 0, log: Path | None = None) -> int:
    """Run `update`, `rebuild` or `restore` in a process that dies at step `last`; 0: it lives."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "CRASH_FOLDER": str(place / "index"),
        "CRASH_AT": str(last),
        **({"CRASH_LOG": str(log)} if log else {}),
    }
    arguments = [sys.executable, "-c", RUN, command, str(place / "index"), str(place)]
    return subprocess.run(arguments, env=environment, cwd=Path(__file__).parents[2], check=False).returncode  # noqa: S603


def steps_of(command: str, place: Path, library: Path) -> int:
    restore(place)
    log = place / "steps"
    assert run(command, place, library, log=log) == 0
    return log.stat().st_size


def restore(place: Path) -> None:
    """Put the index of the fixture back."""
    shutil.rmtree(place / "index")
    shutil.copytree(place / "before", place / "index")


def ids(index: Path) -> dict[str, str]:
    """Id → text of every passage that readers see now."""
    view = indexing.open_index(index).view()
    reports = (view.report(card.id) for card in view.cards())
    return {one.id: one.text for report in reports if report for one in report.passages}


def kept(index: Path, passages: dict[str, str]) -> bool:
    """Whether each passage is known to the permalink store, with its text."""
    known = PermalinkStore(index)
    return len(known.origins(list(passages))) == len(passages) and all(
        (former := known.former(id)) is not None and former.text == text for id, text in passages.items()
    )


def survives(command: str, place: Path, library: Path, first: int, second: int) -> bool:
    """Die at two steps in a row, then run to the end; returns whether the first run died."""
    restore(place)
    before = ids(place / "index")
    outcomes = [run(command, place, library, last=first)]
    assert kept(place / "index", before)
    between = ids(place / "index")
    outcomes.append(run(command, place, library, last=second))
    assert kept(place / "index", before | between)
    assert set(outcomes) <= {0, KILLED}
    assert run(command, place, library) == 0
    after = ids(place / "index")
    assert kept(place / "index", before | between | after)
    assert any("百分之八" in text for text in after.values())
    assert not any("百分之六" in text for text in after.values())
    assert len([entry for entry in (place / "index").iterdir() if entry.is_dir()]) == 1
    return outcomes[0] == KILLED


@pytest.mark.bounded
@pytest.mark.parametrize("command", ["update", "rebuild"])
def test_deaths_at_some_steps_lose_nothing(place: Path, library: Path, command: str) -> None:
    steps, chance = steps_of(command, place, library), random_numbers()
    assert steps > 40
    for _ in range(3):
        first, second = chance.randint(1, steps), chance.randint(1, steps)
        print(command, first, second, "of", steps)
        assert survives(command, place, library, first, second)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["update", "rebuild"])
def test_deaths_at_every_step_lose_nothing(place: Path, library: Path, command: str) -> None:
    steps, chance = steps_of(command, place, library), random_numbers()
    died = 0
    for first in range(1, steps + 1):
        second = chance.randint(1, steps)
        print(command, first, second, "of", steps)
        died += survives(command, place, library, first, second)
    assert died == steps


@pytest.fixture
def backed_up(place: Path) -> Path:
    """The folder with a backup of another index: one of its reports has another text, the other is gone."""
    other = place / "other"
    write(other, "甲", "五")
    indexing.update(other / "index", [other / "texts"])
    back_up(other / "index", place / "backup")
    return place


def survives_restore(place: Path, library: Path, step: int) -> bool:
    """Die at a step of a restore, then restore to the end; returns whether the first run died."""
    restore(place)
    before, saved = ids(place / "before"), ids(place / "other" / "index")
    outcome = run("restore", place, library, last=step)
    assert outcome in (0, KILLED)
    assert ids(place / "index") in (before, saved)
    assert kept(place / "index", before)
    assert run("restore", place, library) == 0
    assert ids(place / "index") == saved
    assert kept(place / "index", before | saved)
    assert len([entry for entry in (place / "index").iterdir() if entry.is_dir()]) == 1
    return outcome == KILLED


@pytest.mark.bounded
def test_deaths_at_some_steps_of_a_restore_lose_nothing(backed_up: Path, library: Path) -> None:
    steps, chance = steps_of("restore", backed_up, library), random_numbers()
    assert steps > 10
    for _ in range(3):
        step = chance.randint(1, steps)
        print("restore", step, "of", steps)
        assert survives_restore(backed_up, library, step)


@pytest.mark.slow
def test_deaths_at_every_step_of_a_restore_lose_nothing(backed_up: Path, library: Path) -> None:
    steps = steps_of("restore", backed_up, library)
    died = 0
    for step in range(1, steps + 1):
        print("restore", step, "of", steps)
        died += survives_restore(backed_up, library, step)
    assert died == steps


def test_a_hot_journal_of_an_older_version_is_rolled_back(place: Path, library: Path) -> None:
    """Older versions used a rollback journal, and opened the store read-only, which cannot roll one back."""
    before = ids(place / "index")
    store = place / "index" / NAME
    with sqlite3.connect(store) as rows:
        assert rows.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    rows.close()
    dying = "import os, sqlite3, sys; rows = sqlite3.connect(sys.argv[1], isolation_level=None); "
    dying += "rows.execute('PRAGMA cache_size = 1'); rows.execute('BEGIN'); "
    dying += "rows.execute(\"UPDATE passage SET text = printf('%9000s', text)\"); os._exit(9)"
    killed = subprocess.run([sys.executable, "-c", dying, str(store)], check=False)  # noqa: S603
    assert killed.returncode == KILLED
    assert store.with_name(f"{NAME}-journal").stat().st_size
    assert kept(place / "index", before)
    indexing.update(place / "index", [place / "texts"])
    assert kept(place / "index", before | ids(place / "index"))
