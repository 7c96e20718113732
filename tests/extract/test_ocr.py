"""Characters in pictures are recognised where the extra is installed; where it is not, that is said."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from deqing_search.errors import SourceError
from deqing_search.extract import ocr, pdf
from deqing_search.report import RawText
from tests.command import process

TEXT = [
    "政府工作报告",
    "过去一年，全县经济社会发展取得新的成绩，地理信息产业集聚",
    "企业四百余家。",
    "新的一年，我们要继续奋斗。",
]
PATHS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"


def scan():
    """A picture of a short page."""
    pytest.importorskip("rapidocr_onnxruntime", reason="the extra [ocr] is not installed")
    image, draw, font = (pytest.importorskip(f"PIL.{name}") for name in ("Image", "ImageDraw", "ImageFont"))
    file = next((path for path in PATHS if Path(path).exists()), None)
    if file is None:
        pytest.skip("no free Chinese font (fonts-noto-cjk)")
    picture = image.new("RGB", (1100, 420), "white")
    pen, type_ = draw.Draw(picture), font.truetype(file, 32)
    for at, line in enumerate(TEXT):
        pen.text((60 + (64 if at in (1, 3) else 400 if at == 0 else 0), 50 + at * 60), line, "black", font=type_)
    return picture


def saved(picture, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "read"), [("PNG", ocr.read), ("PDF", pdf.read)])
def test_a_scanned_page_gives_its_text(kind: str, read) -> None:
    found = read(Path(f"扫描.{kind.lower()}"), saved(scan(), kind))
    text = RawText("r", found.text, "", found.page_starts, (), found.edits).text
    assert found.page_starts == (0,)
    assert "地理信息产业集聚" in text
    assert "政府工作报告" in text


@pytest.mark.parametrize("turn", [90, 180])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    found = ocr.read(Path("扫描.png"), saved(scan().rotate(turn, expand=True), "PNG"))
    text = RawText("r", found.text, "", found.page_starts, (), found.edits).text
    assert "地理信息产业集聚" in text
    assert text.index("政府工作报告") < text.index("过去一年") < text.index("新的一年")


def test_a_picture_that_the_recogniser_fails_on_is_named_with_a_short_reason() -> None:
    pytest.importorskip("rapidocr_onnxruntime", reason="the extra [ocr] is not installed")
    image = pytest.importorskip("PIL.Image")
    picture = saved(image.new("RGB", (30, 30_000), "white"), "PNG")
    said = r"^细\.png：认不出图片里的文字（ResizeImgError: resize_w [^\n]+）$"
    with pytest.raises(SourceError, match=said) as failed:
        ocr.read(Path("细.png"), picture)
    assert failed.value.hint


def test_a_picture_for_which_the_recogniser_lacks_memory_exceeds_the_limit_of_memory(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr_onnxruntime", reason="the extra [ocr] is not installed")
    image = pytest.importorskip("PIL.Image")
    picture = tmp_path / "大.jpg"
    picture.write_bytes(saved(image.effect_noise((3000, 3000), 80).convert("RGB"), "JPEG"))
    done = process("index", str(picture), index=tmp_path / "index", DEQING_FILE_MEMORY="900")
    assert "大.jpg：读取它要用的内存超过 900 MB" in done.err
    assert "Traceback" not in done.err
    assert done.code == 3


def test_without_the_extra_the_message_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['rapidocr_onnxruntime'] = None\n"
        "from pathlib import Path; from deqing_search.extract import ocr\n"
        "from deqing_search.errors import SourceError\n"
        "try: ocr.read(Path('扫描.png'), b'x')\n"
        "except SourceError as fault: print(fault, fault.hint)"
    )
    command = [sys.executable, "-X", "utf8", "-c", code]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout  # noqa: S603
    assert "扫描.png" in printed
    assert 'pip install "deqing-search[ocr]"' in printed
