"""How much memory a folder takes to read, by the number of its files: mixed media, a few of them broken.

    pip install -e '.[test]'
    python bench/memory.py CORPUS [--files 250 500 1000]      some four minutes; Linux only

CORPUS is a folder of reports as text. Of twenty files made from it thirteen are text, three web pages, two Word
documents, two PDF; one in a hundred each is a PDF cut short, an empty file, binary data, and an archive with a damaged
member. `search-cli clean FOLDER --jsonl` and `search-cli index FOLDER` run over them while /proc is read every tenth
of a second: the peak of the main process and of the largest that reads for it. The table is in docs/cleaning.md.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

import docx
from command import COMMAND, as_installed
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from deqing_search.cleaning.titles import TITLES
from deqing_search.extract import READERS, extract
from deqing_search.sources.discovery import find_sources

EVERY = 0.1  # seconds
FONT, WIDTH, LINES = "STSong-Light", 36, 40  # of a PDF: characters a line, lines a page


class Peak(NamedTuple):
    """Megabytes resident: of the main process, and of the largest it started; seconds; files told as faults."""

    main: float
    reader: float
    seconds: float
    faults: int


def main() -> None:
    options = _options()
    texts = [extract(source).text for source in find_sources(options.corpus, endings=READERS, fixes=TITLES).sources]
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    print("| files | command | main MB | each reader MB | seconds | told as faults |\n|---:|---|---:|---:|---:|---:|")
    for files in options.files:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "reports")
            folder.mkdir()
            bad = sum(write(folder, number, texts[number % len(texts)]) for number in range(files))
            for command in (["clean", str(folder), "--jsonl"], ["index", str(folder), "--index", f"{place}/index"]):
                peak = watch(command)
                shown = f"{peak.main:.0f} | {peak.reader:.0f} | {peak.seconds:.0f} | {peak.faults} of {bad}"
                print(f"| {files:,} | {command[0]} | {shown} |", flush=True)


def write(folder: Path, number: int, text: str) -> bool:
    """One file of the folder, its kind by its number; whether it is one that cannot be read."""
    file, kind = folder / f"{number:05}", number % 20
    if kind == 7 and number % 100 < 80:
        ending, data = broken(number % 100 // 20, text)
        file.with_suffix(ending).write_bytes(data)
        return True
    if kind in (1, 9, 17):
        file.with_suffix(".html").write_bytes(web_page(text))
    elif kind in (3, 13):
        file.with_suffix(".docx").write_bytes(word_document(text))
    elif kind in (5, 15):
        file.with_suffix(".pdf").write_bytes(pdf(text))
    else:
        file.with_suffix(".md").write_text(text, encoding="utf-8")
    return False


def broken(kind: int, text: str) -> tuple[str, bytes]:
    """A file that cannot be read, or an archive that can but for one member."""
    if kind == 0:
        return ".pdf", pdf(text)[:3000]
    if kind == 1:
        return ".txt", b""
    if kind == 2:
        return ".txt", bytes(range(256)) * 20
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("whole.md", text)
        archive.writestr("broken.md", text)
    data = bytearray(packed.getvalue())
    middle = data.find(b"broken.md") + 200
    data[middle : middle + 100] = bytes(100)
    return ".zip", bytes(data)


def web_page(text: str) -> bytes:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines(text))
    return f"<html><meta charset=utf-8><div><a href=/>首页</a></div><div>{body}</div></html>".encode()


def word_document(text: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in lines(text):
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def pdf(text: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    cut = [line[at : at + WIDTH] for line in lines(text) for at in range(0, len(line), WIDTH)]
    for first in range(0, len(cut), LINES):
        canvas.setFont(FONT, 12)
        for row, line in enumerate(cut[first : first + LINES]):
            canvas.drawString(70, 770 - 18 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def watch(arguments: list[str]) -> Peak:
    """Run a command and look at the memory of its processes until it ends."""
    environment = as_installed()
    started = time.monotonic()
    top = reader = 0.0
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(  # noqa: S603
            [*COMMAND, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=told
        ) as running:
            while running.poll() is None:
                top = max(top, resident(running.pid))
                reader = max([reader, *map(resident, below(running.pid))])
                time.sleep(EVERY)
        seconds = time.monotonic() - started
        told.seek(0)
        return Peak(top, reader, seconds, told.read().decode().count("跳过："))


def below(pid: int) -> Iterator[int]:
    """The processes a process started, and those they started."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = [int(child) for child in children.read_text().split()]
        except OSError:
            continue  # it has ended
        for child in found:
            yield child
            yield from below(child)


def resident(pid: int) -> float:
    """Megabytes of a process in memory; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    said = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")), "0")
    return int(said) / 1024


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--files", type=int, nargs="+", default=[250, 500, 1000])
    return parser.parse_args()


if __name__ == "__main__":
    main()
