"""How often 您是不是要找 offers the intended word, and how long that takes: slips are put into words of an index.

    python bench/suggestions.py [--index DIR] [--slips 300] [--seed 1] [--phrases FILE]

A third are homophones (another common character of the same toneless reading), a third look-alikes (another character
of a row in data/lookalikes.tsv), a third slips of the hand and the ear (two characters exchanged, one left out or typed
twice, z for zh, n for ng, l for n). Words of 2 to 6 characters are drawn from those in several passages. A slip that
the index contains is drawn again, because suggestions are made only where nothing is found. Words of two characters,
longer words and phrases (two or three words that stand together) are counted apart, and so are texts that lack one
character.

With `--phrases`, a table with the columns phrase, pinyin and initials, it also says how often a phrase is among the
first three completions of its pinyin and of its initials, if there are four or more of these.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deqing_search import config, indexing
from deqing_search.engine.base import Request, View
from deqing_search.language.pinyin import syllables
from deqing_search.query.tree import Literal
from deqing_search.search import searcher
from deqing_search.suggest import corrections
from deqing_search.suggest.completion import Word, alike, blurred
from deqing_search.suggest.writer import words_of
from deqing_search.text.offsets import Span

TOP = 3
_WORD = re.compile("[一-鿿]{2,6}")
# The 3,755 common characters of GB 2312, in order of their reading.
_COMMON = [bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]


class Slip(NamedTuple):
    kind: str
    meant: str
    typed: str


def slips(view: View, number: int, seed: int, group: str) -> Iterator[Slip]:
    """So many slips in the words of a group, the kinds in turn, each a text that the index does not contain."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    belongs, slips_of = _GROUPS[group]
    words = sorted(filter(belongs, words_of(view)), key=lambda word: word.text)
    several = 3 if len(words) < 20_000 else 20
    meant = [word.text for word in words if word.passages >= several and _WORD.fullmatch(word.text)]
    kinds = list(slips_of.items())
    while number:
        kind, slip = kinds[number % len(kinds)]
        word = chance.choice(meant)
        typed = slip(word, chance)
        if typed not in ("", word) and not view.evaluate(Request(_literal(typed), limit=0)).total:
            number -= 1
            yield Slip(kind, word, typed)


def _literal(text: str) -> Literal:
    return Literal(text, Span(0, 0), compact=text)


def _homophone(word: str, chance: random.Random) -> str:
    return _replaced(word, chance, lambda char: _sounding().get(syllables(char)[0], ""))


def _lookalike(word: str, chance: random.Random) -> str:
    return _replaced(word, chance, lambda char: alike().get(char, ""))


def _careless(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :] if len(word) > 2 else ""
        case 2:
            return word[:at] + word[at] + word[at:]
    return _replaced(word, chance, lambda char: _blurred_alike().get(blurred(syllables(char)[0]), ""))


_KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "同音": _homophone,
    "形近": _lookalike,
    "手误与近音": _careless,
}


def _lacking(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :]


_MISSING: dict[str, Callable[[str, random.Random], str]] = {"少一字": _lacking}
# Which words a group has, and the slips that are put into them.
_GROUPS: dict[str, tuple[Callable[[Word], bool], dict[str, Callable[[str, random.Random], str]]]] = {
    "词": (lambda word: word.kind != "phrase", _KINDS),
    "两字词": (lambda word: word.kind != "phrase" and len(word.text) == 2, _KINDS),
    "短语": (lambda word: word.kind == "phrase", _KINDS),
    "少一字的长词": (lambda word: word.kind != "phrase" and len(word.text) > 2, _MISSING),
    "少一字的短语": (lambda word: word.kind == "phrase", _MISSING),
}


def _replaced(word: str, chance: random.Random, others: Callable[[str], str]) -> str:
    """The word with one of its characters replaced by one of the others for it; "" where there is none."""
    at = chance.randrange(len(word))
    choice = others(word[at]).replace(word[at], "")
    return word[:at] + chance.choice(choice) + word[at + 1 :] if choice else ""


@cache
def _sounding() -> dict[str, str]:
    return _grouped(lambda char: syllables(char)[0])


@cache
def _blurred_alike() -> dict[str, str]:
    return _grouped(lambda char: blurred(syllables(char)[0]))


def _grouped(sound: Callable[[str], str]) -> dict[str, str]:
    groups: dict[str, str] = defaultdict(str)
    for char in filter(None, _COMMON):
        groups[sound(char)] += char
    return groups


class Measured(NamedTuple):
    named: dict[str, int]  # kind → slips whose intended word was in the top three
    tried: dict[str, int]  # kind → slips
    missed: list[Slip]
    milliseconds: list[float]

    @property
    def share(self) -> float:
        return sum(self.named.values()) / sum(self.tried.values())


def measure(view: View, number: int, seed: int, group: str = "词") -> Measured:
    named, tried, missed, times = Counter[str](), Counter[str](), list[Slip](), list[float]()
    for slip in slips(view, number, seed, group):
        began = time.perf_counter()
        offered = corrections.corrections(view, searcher.read(slip.typed), TOP)
        times.append((time.perf_counter() - began) * 1000)
        tried[slip.kind] += 1
        if slip.meant in offered:
            named[slip.kind] += 1
        else:
            missed.append(slip)
    return Measured(named, tried, missed, sorted(times))


def beginnings(view: View, number: int, seed: int) -> Iterator[str]:
    """What a person may have typed: the beginning of a word in characters, syllables, initials, or a mixture."""
    chance = random.Random(seed)  # noqa: S311
    words = [word.text for word in words_of(view) if _WORD.fullmatch(word.text)]
    for word in chance.choices(words, k=number):
        sounds = syllables(word)
        mixed = [chance.choice((char, sound, sound[:1])) for char, sound in zip(word, sounds, strict=True)]
        whole = chance.choice((word, " ".join(sounds), "".join(sound[:1] for sound in sounds), "".join(mixed)))
        yield whole[: chance.randint(1, len(whole))]


def completing(view: View, number: int, seed: int) -> list[float]:
    """Milliseconds of completions, ascending. The file is already open."""
    times = []
    for typed in beginnings(view, number, seed):
        began = time.perf_counter()
        corrections.suggest(view, typed, 8)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def completed_phrases(view: View, file: Path) -> str:
    """How often the phrases of a table are among the first completions of their pinyin and of their initials."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    said, times = [], []
    for column, least in (("pinyin", 1), ("initials", 4)):
        typed = [(row["phrase"], row[column]) for row in rows if len(row[column]) >= least]
        offered = []
        for _, letters in typed:
            began = time.perf_counter()
            offered.append([each.text for each in corrections.suggest(view, letters, 8)[:TOP]])
            times.append((time.perf_counter() - began) * 1000)
        named = sum(phrase in texts for (phrase, _), texts in zip(typed, offered, strict=True))
        said.append(f"{column} {named}/{len(typed)}")
    return f"phrases completed, top {TOP}: {', '.join(said)}; ms: {_spread(sorted(times))}"


def _spread(times: list[float]) -> str:
    return f"p50 {times[len(times) // 2]:.1f}, p95 {times[len(times) * 95 // 100]:.1f}, most {times[-1]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path, default=config.index_dir())
    parser.add_argument("--slips", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phrases", type=Path)
    options = parser.parse_args()
    view = indexing.open_index(options.index).view()
    corrections.suggest(view, "d", 8)
    print(f"completing, ms: {_spread(completing(view, 1000, options.seed))}")
    if options.phrases:
        print(completed_phrases(view, options.phrases))
    for group in _GROUPS:
        found = measure(view, options.slips, options.seed, group)
        kinds = ", ".join(f"{kind} {found.named.get(kind, 0)}/{tried}" for kind, tried in found.tried.items())
        print(f"{group}, top {TOP}: {found.share:.1%} of {options.slips} ({kinds})")
        print(f"  correcting, ms: {_spread(found.milliseconds)}")
        print("  missed:", " ".join(f"{slip.typed}→{slip.meant}" for slip in found.missed))


if __name__ == "__main__":
    main()
