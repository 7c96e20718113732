"""How well paragraphs come back from scans: printed pages are damaged and recognised by the reader of pictures.

    OMP_NUM_THREADS=1 python bench/scans.py FOLDER [--part K/N] [--pages N] [--seed N] [--dpi N …] [--keep FOLDER]

A page holds a stretch of a report in one to four columns: a title across them, headings, first lines with an indent,
justified lines, on some pages a second heading across. It is printed at 300 dpi, skewed by up to two degrees, blurred,
made noisy, shrunk and saved as JPEG, and every third page is turned.

A paragraph counts as found if it begins and ends where one of the page does. Some characters are misread, so the two
texts are aligned first. The character error rate is the edit distance over the length of the pages, without white space
and with full and half width made equal. `--keep` writes the pictures and what was read. It takes some 20 seconds of
processor time a page, and needs the extras `[ocr]` and `[bench]` and the fonts of fonts-noto-cjk.
"""

from __future__ import annotations

import io
import random
import sys
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from deqing_search.cleaning.cleaner import clean
from deqing_search.errors import SourceError
from deqing_search.extract import ocr
from deqing_search.report import RawText

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.paragraphs import parser_of, prose_of
from tests.sown.columns import units
from tests.sown.lines import paragraphs_of

_FONTS = Path("/usr/share/fonts/opentype/noto")
_SC = 2  # simplified Chinese in the collections of Noto CJK
_DPI = 300  # of the print
_WIDTH, _HEIGHT, _MARGIN = 2480, 3508, 260  # A4
_POINTS = {1: (12, 14, 16), 2: (10.5, 12), 3: (9, 10.5), 4: (9, 10)}  # sizes of text by the number of columns
_LONGEST_HEADING = 30
_MOST_ERRORS = 0.2  # characters of a paragraph that may be misread
_TURNED = (0, 0, 90, 0, 0, 180, 0, 0, 270)


class Page(NamedTuple):
    """A printed page and the paragraphs on it, headings among them."""

    picture: Image.Image
    paragraphs: list[str]


class Score(NamedTuple):
    """Paragraphs found, those of the page and those read; misread characters and all."""

    hits: int
    paragraphs: int
    errors: int
    characters: int


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dpi", type=int, nargs="+", default=[150, 100])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    reports = list(islice(prose_of(options.folder, options.part), options.pages))
    scores: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for number in range(options.pages):
        chance = random.Random(f"{options.seed} {number}")  # noqa: S311
        columns = number % 4 + 1
        page = printed(reports[number % len(reports)], columns, chance)
        copy = worn(page.picture, _TURNED[number % len(_TURNED)], chance)
        for dpi in options.dpi:
            data = shrunk(copy, dpi)
            got = read(data)
            scores[dpi, columns].append(score(page.paragraphs, got))
            if options.keep:
                keep(options.keep / f"{number:02}-{columns}-{dpi}", data, page.paragraphs, got)
    print("| dpi | columns | pages | paragraph F1 | character error rate |\n|---:|---|---:|---:|---:|")
    for dpi in options.dpi:
        for columns in range(1, 5):
            print(row(dpi, str(columns), scores[dpi, columns]))
        print(row(dpi, "all", [one for columns in range(1, 5) for one in scores[dpi, columns]]))


def row(dpi: int, columns: str, scores: Sequence[Score]) -> str:
    hits, paragraphs, errors, characters = (sum(parts) for parts in zip(*scores, strict=True)) if scores else [0] * 4
    f1, rate = 2 * hits / max(paragraphs, 1), errors / max(characters, 1)
    return f"| {dpi} | {columns} | {len(scores)} | {f1:.3f} | {rate:.4f} |"


def printed(report: Sequence[str], columns: int, chance: random.Random) -> Page:
    """A page of A4 with a stretch of the report that fills it."""
    sheet = _Sheet(columns, chance)
    at = chance.randrange(max(len(report) - 12, 1))
    title = next((line for line in report if len(line) <= _LONGEST_HEADING), "政府工作报告")
    sheet.across("".join(title.split()))
    rest = iter(report[at:] if report[at] != title else report[at + 1 :])
    if columns > 1 and chance.random() < 0.5:
        sheet.fill(rest, sheet.top + int(chance.uniform(0.3, 0.6) * (_HEIGHT - sheet.top)))
        if heading := next((line for line in rest if len(line) <= 20), ""):
            sheet.across("".join(heading.split()))
    sheet.fill(rest, _HEIGHT - _MARGIN)
    return Page(sheet.picture, sheet.paragraphs)


class _Sheet:
    """A page that is filled from the top down."""

    def __init__(self, columns: int, chance: random.Random) -> None:
        self.picture = Image.new("L", (_WIDTH, _HEIGHT), 255)
        self.paragraphs: list[str] = []
        self.top = _MARGIN
        self._pen = ImageDraw.Draw(self.picture)
        self._size = int(chance.choice(_POINTS[columns]) * _DPI / 72)
        self._leading = int(self._size * chance.uniform(1.4, 1.8))
        self._gap = int(self._size * chance.uniform(2, 3))
        self._columns = columns
        self._measure = (_WIDTH - 2 * _MARGIN - (columns - 1) * self._gap) / columns
        self._text, self._head = _font("NotoSerifCJK-Regular", self._size), _font("NotoSansCJK-Bold", self._size)

    def across(self, heading: str) -> None:
        """A heading in the middle of the page, over all columns."""
        size = int(min(1.8 * self._size, (_WIDTH - 2 * _MARGIN) / len(heading)))
        font = _font("NotoSansCJK-Bold", size)
        self._pen.text(((_WIDTH - font.getlength(heading)) / 2, self.top), heading, 0, font)
        self.paragraphs.append(heading)
        self.top += int(2.2 * size)

    def fill(self, report: Iterator[str], bottom: int) -> None:
        """Column after column down to `bottom`; what does not fit of the last paragraph is not on the page."""
        places = [
            (_MARGIN + column * (self._measure + self._gap), y)
            for column in range(self._columns)
            for y in range(self.top, bottom - self._leading, self._leading)
        ]
        free = iter(places)
        used = 0
        while used < len(places) and (paragraph := "".join(next(report, "").split())):
            heading = _is_heading(paragraph)
            font = self._head if heading else self._text
            lines = _broken(paragraph, font, self._measure, 2 * self._size)[: len(places) - used]
            for number, (line, (x, y)) in enumerate(zip(lines, free, strict=False)):
                self._line(line, font, (x + (0 if number else 2 * self._size), y), number + 1 < len(lines))
                used += 1
            self.paragraphs.append("".join(unit for line in lines for unit in line))
        self.top = bottom + self._leading

    def _line(self, line: list[str], font: ImageFont.FreeTypeFont, place: tuple[float, float], full: bool) -> None:
        """Unit after unit; a full line is spread to the edge of the column."""
        (x, y), room = place, 0.0
        if full and len(line) > 1:
            left = (x - _MARGIN) % (self._measure + self._gap)
            room = (self._measure - left - sum(map(font.getlength, line))) / (len(line) - 1)
        for unit in line:
            self._pen.text((x, y), unit, 0, font)
            x += font.getlength(unit) + room


def _is_heading(paragraph: str) -> bool:
    return len(paragraph) <= _LONGEST_HEADING and paragraph[-1] not in "。！？；：，…”）"


def _broken(paragraph: str, font: ImageFont.FreeTypeFont, measure: float, indent: float) -> list[list[str]]:
    """The units of each line; the first line has an indent, no line begins with a stop."""
    lines: list[list[str]] = [[]]
    room = measure - indent
    for unit in units(paragraph):
        if lines[-1] and font.getlength(unit) > room + 1:
            lines.append([])
            room = measure
        lines[-1].append(unit)
        room -= font.getlength(unit)
    return lines


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / f"{name}.ttc"), size, index=_SC)


def worn(picture: Image.Image, turn: int, chance: random.Random) -> Image.Image:
    """The print after a copier and a scanner: skewed, blurred, noisy, grey; and turned."""
    skewed = picture.rotate(chance.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=255)
    blurred = skewed.filter(ImageFilter.GaussianBlur(chance.uniform(0.8, 2)))
    ink, paper, noise = chance.uniform(20, 70), chance.uniform(225, 250), chance.uniform(6, 18)
    grain = np.random.default_rng(chance.randrange(2**32)).normal(0, noise, (_HEIGHT, _WIDTH)).astype(np.float32)
    grey = ink + np.asarray(blurred, dtype=np.float32) / 255 * (paper - ink) + grain
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).rotate(turn, expand=True)


def shrunk(picture: Image.Image, dpi: int) -> bytes:
    small = picture.resize((picture.width * dpi // _DPI, picture.height * dpi // _DPI), Image.Resampling.BOX)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def read(data: bytes) -> list[str]:
    """The paragraphs that the reader and cleaning give; none if the reader finds no text. Ends without the extra."""
    try:
        found = ocr.read(Path("scan.jpg"), data)
    except SourceError as fault:
        if isinstance(fault.__cause__, ImportError):
            sys.exit(f"{fault}\n{fault.hint}")
        return []
    return paragraphs_of(clean(RawText("r", found.text, "", found.page_starts, (), found.edits, found.tables)).text)


def score(paragraphs: Sequence[str], got: Sequence[str]) -> Score:
    """Aligns the characters of both, and counts the paragraphs that begin and end at the same places."""
    printed_, read_ = [_bare(line) for line in paragraphs], [line for line in map(_bare, got) if line]
    operations = Levenshtein.opcodes("".join(read_), "".join(printed_)).as_list()
    ends, cuts = [0, *accumulate(map(len, printed_))], [0, *accumulate(map(len, read_))]
    spans = dict(zip(pairwise(_place(operations, cut, ends) for cut in cuts), read_, strict=True))
    hits = sum(_is_like(spans.get(span, ""), line) for span, line in zip(pairwise(ends), printed_, strict=True))
    errors = sum(max(o[2] - o[1], o[4] - o[3]) for o in operations if o[0] != "equal")
    return Score(hits, len(printed_) + len(read_), errors, ends[-1])


def _is_like(text: str, other: str) -> bool:
    return Levenshtein.normalized_distance(text, other) <= _MOST_ERRORS


def _bare(line: str) -> str:
    return "".join(unicodedata.normalize("NFKC", line).split())


def _place(operations: Sequence[tuple[str, int, int, int, int]], at: int, ends: Sequence[int]) -> int:
    """Where an offset of the text that was read lies in the printed one.

    Beside characters that were added or lost it may lie at several places: an end of a paragraph, if there is one.
    """
    places = []
    for _, start, end, first, last in operations:
        if start <= at <= end:
            places.append(min(first + at - start, last))
        if at == end:
            places.append(last)
    low, high = min(places, default=0), max(places, default=0)
    nearest = bisect_left(ends, low)
    return ends[nearest] if nearest < len(ends) and ends[nearest] <= high else low


def keep(stem: Path, data: bytes, paragraphs: Sequence[str], got: Sequence[str]) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".jpg").write_bytes(data)
    stem.with_suffix(".true.txt").write_text("\n".join(paragraphs), encoding="utf-8")
    stem.with_suffix(".read.txt").write_text("\n".join(got), encoding="utf-8")


if __name__ == "__main__":
    main()
