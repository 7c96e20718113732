"""Where the addresses of edited reports lead: 12 kinds of edits, and an oracle that only knows the edits.

    python bench/links.py FOLDER [--reports N] [--seed N] [--half tuned|unseen]

Reports drawn from half of the folder are copied and indexed, edited, and indexed again. Every old id is then looked up.
The edits are made on lines of the files, so the oracle knows for each line what became of it, and in which file. It
shares no code with the search for successors. Ids whose passage is not one line of its file are left out.

An answer is right if it is a passage that the line became, a part of it or a passage with all of it, or 410 if the line
is gone. A 410 for a line that is
still there is honest, but no help; it is counted by itself. Every other answer is wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from deqing_search import indexing
from deqing_search.engine.base import View
from deqing_search.search.redirects import succession
from deqing_search.store.permalinks import PermalinkStore

GOAL, IDS = 0.995, 40
_SENTENCE = re.compile(r"(?<=[。；！？])")
_LONG = 60  # characters of a line that is divided
_DIGITS = str.maketrans("0123456789%", "０１２３４５６７８９％")


class Became(NamedTuple):
    """What an old line became: lines of a file, by its name; no lines: it is gone."""

    file: str
    lines: tuple[str, ...]


@dataclass
class Edited:
    """A report while it is edited: its old file, its old lines, and what becomes of each."""

    name: str
    kind: str
    old: list[str]
    became: dict[str, list[Became]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, list[str]] = field(default_factory=dict)  # the new files

    def keep(self, old: str, file: str, *lines: str) -> None:
        """Record what an old line became, and add it to its file."""
        self.became[bare(old)].append(Became(file, tuple(map(bare, lines))))
        self.files.setdefault(file, []).extend(lines)


Edit = Callable[[Edited, random.Random], None]


def bare(text: str) -> str:
    return "".join(text.split())


def rename(report: Edited, chance: random.Random) -> None:
    _correct(report, report.name.replace(".", "-定稿."), chance, share=0.05)


def move(report: Edited, chance: random.Random) -> None:
    for line in report.old:
        report.keep(line, f"归档/{report.name}", line)


def divide(report: Edited, chance: random.Random) -> None:
    for line in report.old:
        sentences = [part for part in _SENTENCE.split(line) if part]
        if len(line) >= _LONG and len(sentences) > 1 and chance.random() < 0.4:
            at = chance.randrange(1, len(sentences))
            report.keep(line, report.name, "".join(sentences[:at]), "".join(sentences[at:]))
        else:
            report.keep(line, report.name, line)


def join(report: Edited, chance: random.Random) -> None:
    at = 0
    while at < len(report.old):
        pair = report.old[at : at + 2]
        if len(pair) == 2 and min(map(len, pair)) >= _LONG and chance.random() < 0.4:
            joined = "".join(pair)
            report.files.setdefault(report.name, []).append(joined)
            for line in pair:
                report.became[bare(line)].append(Became(report.name, (bare(joined),)))
            at += 2
        else:
            report.keep(report.old[at], report.name, report.old[at])
            at += 1


def correct(report: Edited, chance: random.Random) -> None:
    _correct(report, report.name, chance, share=0.4)


def _correct(report: Edited, file: str, chance: random.Random, *, share: float) -> None:
    for line in report.old:
        report.keep(line, file, _corrected(line, chance) if chance.random() < share else line)


def _corrected(line: str, chance: random.Random) -> str:
    """A digit or two characters changed, a clause added or removed."""
    if len(line) < 12:
        return line
    clauses, at = line.split("，"), chance.randrange(4, len(line) - 4)
    what = chance.randrange(4)
    if what == 0 and any(char.isdigit() for char in line):
        place = chance.choice([n for n, char in enumerate(line) if char.isdigit()])
        return line[:place] + str((int(line[place]) + 1) % 10 if line[place].isdecimal() else 7) + line[place + 1 :]
    if what == 1 and len(clauses) > 3:
        return "，".join(clauses[:-2] + clauses[-1:])
    if what == 2:
        return line[:at] + "进一步" + line[at:]
    while line[at - 1] == line[at + 2] and at < len(line) - 4:  # a doubled mark is damage, which cleaning repairs
        at += 1
    return line[:at] + line[at + 2 :]


def delete(report: Edited, chance: random.Random) -> None:
    """Some lines are removed, and some of those that stood beside them are corrected at the same time."""
    for line in report.old:
        draw = chance.random()
        report.keep(line, report.name, *([] if draw < 0.25 else [_corrected(line, chance) if draw < 0.5 else line]))


def return_later(report: Edited, chance: random.Random) -> None:
    for line in report.old:
        report.keep(line, report.name, line)


def reorder(report: Edited, chance: random.Random) -> None:
    lines = list(report.old)
    for _ in range(len(lines) // 5):
        lines.insert(chance.randrange(3, len(lines)), lines.pop(chance.randrange(3, len(lines))))
    for line in lines:
        report.keep(line, report.name, line)


def clean_anew(report: Edited, chance: random.Random) -> None:
    """Each line is read in another way than before, and some are no longer broken."""
    for line in report.old:
        report.keep(line, report.name, line.translate(_DIGITS).replace("“", "「").replace("”", "」"))


def part_file(report: Edited, chance: random.Random) -> None:
    half = len(report.old) // 2
    for at, line in enumerate(report.old):
        report.keep(line, report.name if at < half else report.name.replace(".", "-下."), line)


def swap(report: Edited, chance: random.Random) -> None:
    """`main` gives both reports of a pair each other's name."""


def replace(report: Edited, chance: random.Random) -> None:
    """`main` puts a report that was not indexed before in its place."""


EDITS: dict[str, Edit] = {
    "rename and correct": rename, "move": move, "exchange names": swap, "divide": divide, "join": join,
    "correct": correct, "delete and correct": delete, "remove and return": return_later, "reorder": reorder,
    "clean anew": clean_anew, "cut the file in two": part_file, "replace by another": replace,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=["tuned", "unseen"], default="unseen")
    parser.add_argument("--wrong", type=int, default=10, help="wrong answers to print")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        outcome = measure(files_of(options.folder, options.half), Path(place), options.reports, options.seed)
    print(table(outcome))
    for line in outcome.faults[: options.wrong]:
        print(line)


def files_of(folder: Path, half: str = "") -> list[Path]:
    """The reports of one half of a folder, of all if none is named; the half is drawn from the name."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".txt", ".md") and path.stem != "README")
    return [path for path in files if half in ("", _half(path))]


def _half(path: Path) -> str:
    name = "/".join(path.parts[-2:])
    return ("tuned", "unseen")[sha256(name.encode()).digest()[0] % 2]


@dataclass
class Outcome:
    """By kind of edit: how many ids led to the right passage, to an honest or unhelpful 410, or wrong."""

    counts: dict[str, Counter[str]]
    faults: list[str]

    @property
    def total(self) -> Counter[str]:
        return sum(self.counts.values(), Counter())


def measure(files: Sequence[Path], place: Path, reports: int, seed: int, *, ids: int = IDS) -> Outcome:
    """Index reports drawn from `files`, edit and index them again, and look up `ids` old ids of each."""
    chance = random.Random(seed)  # noqa: S311 - the same draw every time
    texts, index = place / "texts", place / "index"
    kinds = [list(EDITS)[number % len(EDITS)] for number in range(reports)]
    drawn = chance.sample(list(files), reports + kinds.count("replace by another"))
    edited = [Edited("/".join(path.parts[-2:]), kind, lines_of(path)) for path, kind in zip(drawn, kinds, strict=False)]
    for report in edited:
        write(texts / report.name, report.old)
    indexing.update(index, [texts])
    before = indexing.open_index(index).view()
    asked = [(report, id, text) for report in edited for id, text in ids_of(before, report, chance, ids)]
    for report in edited:
        (texts / report.name).unlink()
    edit(edited, drawn[reports:], chance)
    for report in edited:
        if report.kind != "remove and return":
            write_all(texts, report)
    indexing.update(index, [texts])
    for report in edited:
        if report.kind == "remove and return":
            write_all(texts, report)
    indexing.update(index, [texts])
    return _judged(index, asked)


def edit(edited: Sequence[Edited], others: Sequence[Path], chance: random.Random) -> None:
    """Edit all reports; those that exchange names go in pairs."""
    pair: list[Edited] = []
    rest = list(others)
    for report in edited:
        EDITS[report.kind](report, chance)
        if report.kind == "exchange names":
            pair.append(report)
        if report.kind == "replace by another":
            report.files[report.name] = lines_of(rest.pop())
            report.became.update({bare(line): [Became("", ())] for line in report.old})
    for one, other in zip(pair[::2], pair[1::2], strict=False):
        for line in one.old:
            one.keep(line, other.name, line)
        for line in other.old:
            other.keep(line, one.name, line)
    for alone in pair[len(pair) // 2 * 2 :]:
        return_later(alone, chance)


def lines_of(path: Path) -> list[str]:
    """The lines of a report without its front matter, which edits of lines would break."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8", errors="replace"), flags=re.S)
    return [line.strip() for line in text.splitlines() if line.strip()]


def write(file: Path, lines: Sequence[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def write_all(texts: Path, report: Edited) -> None:
    for name, lines in report.files.items():
        write(texts / name, lines)


def ids_of(view: View, report: Edited, chance: random.Random, most: int) -> list[tuple[str, str]]:
    """Ids and texts of passages that are one line of the file."""
    lines = Counter(map(bare, report.old))
    indexed = view.report(name_of(report.name))
    found = [(one.id, bare(one.text)) for one in indexed.passages if bare(one.text) in lines] if indexed else []
    return chance.sample(found, min(most, len(found)))


def name_of(file: str) -> str:
    """The id of the report of a file, as docs say: its path without the ending, with - for /."""
    return file.rpartition(".")[0].replace("/", "-")


def _judged(index: Path, asked: Sequence[tuple[Edited, str, str]]) -> Outcome:
    view, store = indexing.open_index(index).view(), PermalinkStore(index)
    outcome = Outcome(defaultdict(Counter), [])
    for report, id, text in asked:
        verdict, said = _verdict(view, store, report, id, text)
        outcome.counts[report.kind][verdict] += 1
        if verdict in ("wrong", "unhelpful 410"):
            outcome.faults.append(f"{verdict} ({report.kind}) {report.name}: {text[:50]} → {said}")
    return outcome


def _verdict(view: View, store: PermalinkStore, report: Edited, id: str, text: str) -> tuple[str, str]:
    found = view.passage(id)
    leads = None if found else succession(view, store, id)
    passage = found or (leads.passage if leads else None)
    right = [one for one in report.became[text] if one.lines]
    if passage is None:
        return ("unhelpful 410" if right else "honest 410"), "410"
    said, at = bare(passage.text), passage.report
    if any(name_of(one.file) == at and any(map(said.__contains__, (text, *one.lines))) for one in right):
        return "right", ""
    if any(name_of(one.file) == at and any(said in line for line in one.lines) for one in right):
        return "right", ""
    if leads and leads.is_moved and said == text:
        return "same words elsewhere, and says so", at
    return "wrong", f"{at}: {said[:50]}"


def table(outcome: Outcome) -> str:
    total = outcome.total
    good = total["right"] + total["honest 410"] + total["unhelpful 410"]
    names = ("right", "honest 410", "unhelpful 410", "same words elsewhere, and says so", "wrong")
    rows = ["| edit | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for kind, counts in [*outcome.counts.items(), ("all", total)]:
        rows.append(f"| {kind} | " + " | ".join(str(counts[name]) for name in names) + " |")
    share = f"{good / total.total():.2%} right or 410, {total['wrong']} wrong, of {total.total()} ids"
    return "\n".join([*rows, share])


if __name__ == "__main__":
    main()
