"""Reports in every medium, and ways in which their bytes go wrong: by accident, or as a fuzzer does it."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final

import docx

from tests.extract import test_ofd
from tests.typeset import column, paragraphs, pdf, wrapped

TEXT: Final = "\n\n".join(
    ["德清县政府工作报告", "（2024年2月3日）", *paragraphs(3), "一、2023年工作回顾", *paragraphs(4)]
)
_PAGE: Final = "<html><head><meta charset='utf-8'><title>政府工作报告</title></head><body>{}</body></html>"
_ROWS: Final = "<table><tr><th>指标</th><th>2023年</th></tr><tr><td>生产总值</td><td>5.6%</td></tr></table>"
_HUGE: Final = (b"0", b"-1", b"65535", b"999999999", b"1e300", b"4294967296", b"99999999999999999999")
MOST_BYTES: Final = 2**18  # of one file


def media() -> dict[str, bytes]:
    """A whole report by the ending of its file."""
    return {
        ".txt": TEXT.encode(),
        ".gbk.txt": TEXT.encode("gb18030"),
        ".md": f"---\ntitle: 政府工作报告\n---\n\n# 报告\n\n{TEXT}\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n".encode(),
        ".html": _web_page().encode(),
        ".mht": _saved_page(),
        ".docx": _word(),
        ".pdf": pdf([lambda canvas: column(canvas, 60, 60, wrapped(TEXT.replace("\n", ""), 36)) and None] * 2),
        ".ofd": test_ofd.document("".join(test_ofd.text(20, 30 + 8 * at, row) for at, row in enumerate(_lines()))),
        ".zip": _zipped({"甲.txt": TEXT.encode(), "区/乙.html": _web_page().encode()}),
        ".csv": "report,title,year,date,place\n报告,政府工作报告,2024,2024-02-03,浙江省德清县\n".encode(),
    }


def _lines() -> list[str]:
    return [line.strip() for line in wrapped(TEXT.replace("\n", ""), 30)][:20]


def _web_page() -> str:
    return _PAGE.format("".join(f"<p>{row}</p>" for row in TEXT.split("\n\n")) + _ROWS)


def _saved_page() -> bytes:
    message = EmailMessage()
    message.set_content(_web_page(), subtype="html", charset="utf-8", cte="quoted-printable")
    message["Snapshot-Content-Location"] = "https://example.org/"
    return bytes(message)


def _word() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for row in TEXT.split("\n\n"):
        document.add_paragraph(row)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "指标", "5.6%"
    document.save(out)
    return out.getvalue()


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change the bytes of a file one to four times; inside of an archive, those of one member as often."""
    if data.startswith(b"PK") and chance.random() < 0.6:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(list(members))
        return _zipped({**members, name: mutated(members[name], chance)})
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(MUTATIONS)(data, chance)[:MOST_BYTES]
    return data


def _place(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice([1, 2, 8, 64, 512]))


def flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 8, 64]) if data else 0):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)[0]]


def drop(data: bytes, chance: random.Random) -> bytes:
    start, end = _place(data, chance)
    return data[:start] + data[end:]


def zeros(data: bytes, chance: random.Random) -> bytes:
    start, end = _place(data, chance)
    return data[:start] + bytes(end - start) + data[end:]


def noise(data: bytes, chance: random.Random) -> bytes:
    start, end = _place(data, chance)
    return data[:start] + chance.randbytes(end - start) + data[end:]


def repeat(data: bytes, chance: random.Random) -> bytes:
    """A stretch of bytes again and again."""
    start, end = _place(data, chance)
    return data[:end] + data[start:end] * chance.choice([2, 100, 10_000, 200_000]) + data[end:]


def exchange(data: bytes, chance: random.Random) -> bytes:
    start, end = _place(data, chance)
    return data[end:] + data[start:end] + data[:start]


def number(data: bytes, chance: random.Random) -> bytes:
    """Another number in the place of one: lengths, widths, counts."""
    found = list(re.finditer(rb"[0-9]+", data))
    if not found:
        return data
    chosen = chance.choice(found)
    return data[: chosen.start()] + chance.choice(_HUGE) + data[chosen.end() :]


Mutation = Callable[[bytes, random.Random], bytes]
MUTATIONS: Final[list[Mutation]] = [flip, cut, drop, zeros, noise, repeat, exchange, number, number]
