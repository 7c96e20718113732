"""An old word processor's document is read through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from deqing_search.errors import SourceError
from deqing_search.extract import office

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed (libreoffice-writer-nogui)"
)


def test_an_old_document_keeps_its_paragraphs_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("政府工作报告")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "生产总值", "544.1"
    document.add_paragraph("各位代表，请予审议。")
    document.save(str(tmp_path / "旧.docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "旧.docx")], check=True, capture_output=True, timeout=120)  # noqa: S603
    old = tmp_path / "旧.doc"
    assert office.read(old, old.read_bytes()).text.splitlines() == [
        "政府工作报告",
        "生产总值\t544.1",
        "各位代表，请予审议。",
    ]


def test_what_libreoffice_cannot_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        office.read(tmp_path / "坏.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
