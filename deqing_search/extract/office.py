"""Legacy .doc, .wps and .rtf: LibreOffice turns them into DOCX, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from deqing_search.errors import SourceError
from deqing_search.extract import docx, html, mht
from deqing_search.extract.extracted import Extracted

PATIENCE: Final = 120  # seconds for one document
_START = 1024  # bytes in which a file says what it is
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.I)


def read(path: Path, data: bytes) -> Extracted:
    """The text of an old word processor's document; raises `SourceError`, also where LibreOffice is missing.

    What has the name of one and is a web page or a new document is read as what it is.
    """
    start = data[:_START].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"pk\x03\x04"):
        return docx.read(path, data)
    if start.startswith(b"%pdf"):
        from deqing_search.extract import pdf

        return pdf.read(path, data)
    if start.startswith(b"mime-version:"):
        return mht.read(path, data)
    if _PAGE.search(data[:_START].replace(b"\0", b"")):
        return html.read(path, data)
    return converted(path, data, path.suffix.lower())


def converted(path: Path, data: bytes, suffix: str) -> Extracted:
    """The text of a document that LibreOffice turns into DOCX first; raises `SourceError`."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SourceError(
            f"{path}：读取 {suffix} 需要 LibreOffice，这台机器上没有",
            hint="请安装 LibreOffice（Debian：apt-get install libreoffice-writer-nogui），或另存为 .docx",
        )
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "in" + suffix)
        source.write_bytes(data)
        profile = Path(place, "profile").as_uri()  # one of its own: a running LibreOffice would take the job over
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        command += ["--convert-to", "docx", "--outdir", str(place), str(source)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as fault:
            raise SourceError(f"{path}：LibreOffice {PATIENCE} 秒没有读完", hint="请另存为 .docx") from fault
        turned = Path(place, "in.docx")
        if not turned.exists():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise SourceError(
                f"{path}：LibreOffice 读不了（{said[-1] if said else '没有说明'}）", hint="请另存为 .docx"
            )
        return docx.read(path, turned.read_bytes())
