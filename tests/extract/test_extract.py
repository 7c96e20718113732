"""What bytes become: the characters as they were written, in whatever encoding, and a clear word about all others."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.cleaning.cleaner import clean
from deqing_search.errors import SourceError
from deqing_search.extract import LARGEST, READERS, extract
from deqing_search.report import Metadata, RawText, SourceFile
from deqing_search.structure.passages import passages_of

TEXT = "政府工作报告\n\n德清县地理信息产业蓬勃发展。\n城镇化率达70％、面积5㎡…\n"


def read(tmp_path: Path, data: bytes, name: str = "报告 一.txt") -> RawText:
    file = tmp_path / name
    file.write_bytes(data)
    return extract(SourceFile(file, "report", Metadata()))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"], ids=lambda encoding: f"in {encoding}"
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["\\n", "\\r\\n", "\\r"])
def test_text_is_read(tmp_path: Path, encoding: str, end: str) -> None:
    text = TEXT if encoding != "gbk" else TEXT.replace("㎡", "平方米")
    assert read(tmp_path, text.replace("\n", end).encode(encoding)).text == text


@pytest.mark.parametrize("end", ["\v", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_rare_line_ends_part_lines(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, TEXT.replace("\n", end).encode()).text == TEXT


def test_a_form_feed_begins_a_line(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "一是发展。\f二是改革。\n\f三是开放。".encode()).text == "一是发展。\n\f二是改革。\n\f三是开放。"
    )


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_both_orders_of_utf_16_are_read(tmp_path: Path, mark: str) -> None:
    assert read(tmp_path, f"\ufeff{TEXT}".encode(mark)).text == TEXT


def test_big5_is_distinguished_from_gb18030(tmp_path: Path) -> None:
    traditional = "政府工作報告：加快經濟發展，推進農業現代化，全縣生產總值增長百分之八。\n" * 5
    assert read(tmp_path, traditional.encode("big5")).text == traditional
    assert read(tmp_path, traditional.encode("gb18030")).text == traditional


def test_nothing_is_normalised(tmp_path: Path) -> None:
    kept = "㎡ ％ … Ⅲ类 （一） 目\u3000录 ﬁ 於 臺灣\t|\u00a0\u200b"
    assert read(tmp_path, kept.encode()).text == kept


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_front_matter_is_parted_and_line_numbers_stay_true(tmp_path: Path, end: str) -> None:
    front = (
        "---\nTitle: \"政府工作报告 （2015年1月18日 缪瑞林）\"\nsource: 'https://example.org/a?b=1: 2'\ntags:\n---\n"
    )
    raw = read(tmp_path, (front + TEXT).replace("\n", end).encode())
    assert dict(raw.front_matter) == {
        "title": "政府工作报告 （2015年1月18日 缪瑞林）",
        "source": "https://example.org/a?b=1: 2",
        "tags": "",
    }
    assert raw.text.lstrip("\n") == TEXT
    lines = (front + TEXT).split("\n")
    passages = passages_of(raw, clean(raw))
    assert passages
    for passage in passages:
        assert lines[passage.lines[0] - 1].startswith(passage.text)


@pytest.mark.parametrize(
    "text", ["--- 破折号开头\n正文。\n", "正文。\n---\ntitle: x\n---\n", "---\ntitle: 没有收尾\n正文。\n"]
)
def test_what_only_looks_like_front_matter_is_text(tmp_path: Path, text: str) -> None:
    raw = read(tmp_path, text.encode())
    assert (raw.text, raw.front_matter) == (text, ())


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    first, same, other = (read(tmp_path, data).digest for data in (b"a\n", b"a\n", b"a\r\n"))
    assert first == same != other


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" + bytes(range(32)) * 20
BAD = {
    "nothing": (b"", "文件是空的"),
    "white space": (b" \r\n\t\n", "文件是空的"),
    "wide white space": ("\u3000\n".encode(), "文件里没有文字"),
    "front matter alone": ("---\ntitle: 题名\n---\n\n".encode(), "文件里没有文字"),
    "an image": (PNG, "不是文本文件"),
    "text with a zero byte in every other place": ("德清 abc abc".encode("utf-16-be"), "不是文本文件"),
    "bytes of no encoding": (TEXT.encode() + bytes(range(0x80, 0x100)) * 3, "损坏的字节太多"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_text_is_refused_with_the_file_and_the_next_step(tmp_path: Path, name: str) -> None:
    data, said = BAD[name]
    with pytest.raises(SourceError, match=said) as error:
        read(tmp_path, data)
    assert str(tmp_path / "报告 一.txt") in str(error.value)
    assert error.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["报告.txt", "报告.md"])
def test_a_ruined_byte_costs_a_character_and_the_log_says_where(tmp_path: Path, encoding: str, name: str) -> None:
    front, after = (
        "---\ntitle: 题名\n---\n政府工作报告\n\n过去一年，德",
        "县各项工作取得新的成绩，群众生活继续改善。\n" * 9,
    )
    ruined = b"\x00\xd8" if encoding == "utf-16" else b"\xff"
    after_bytes = after.encode("utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig"))
    start = front.encode(encoding)
    raw = read(tmp_path, start + ruined + after_bytes, name)
    assert raw.text.strip("\n").startswith("政府工作报告\n\n过去一年，德\ufffd县各项工作")
    (entry,) = [e for e in clean(raw).edit_log if e.fix == "ruined-bytes"]
    assert entry.reason.startswith(f"第 {len(start) + 1} 字节起")
    assert entry.lines == (6, 6)
    (passage,) = [p for p in passages_of(raw, clean(raw)) if "unreadable" in p.damage]
    assert "德\ufffd县" in passage.text


@pytest.mark.parametrize("lost", [0, 1, 10, 11, 30, 31])
def test_half_a_character_that_is_lost_leaves_the_characters_after_it(lost: int, tmp_path: Path) -> None:
    line = "我们坚持以习近平新时代中国特色社会主义思想为指导，推进产业转型升级。"
    data = f"{line}\n{line}\n".encode("gb18030")
    first, second, _ = read(tmp_path, data[:lost] + data[lost + 1 :]).text.split("\n")
    assert second == line
    before, after = first.split("\ufffd")
    assert line.startswith(before)
    assert line.endswith(after)
    assert len(line) - len(before) - len(after) <= 4


def test_the_lost_half_of_a_character_in_a_long_line_is_found_fast(tmp_path: Path) -> None:
    data = ("我们推进产业转型升级。" * 4_000 + "\n").encode("gb18030")
    start = process_time()
    read_again = read(tmp_path, data[1:]).text.count("我们推进产业转型升级。")
    assert process_time() - start < 10  # it took 22 seconds and more
    assert read_again == 3_999


@pytest.mark.parametrize("text", ["朱镕基同志", "镕a喆b", "产值5亿6千", "𠮷A𠮷", "5𠮷6"])
def test_rare_characters_of_gb18030_stay(text: str, tmp_path: Path) -> None:
    whole = f"{text}\n" + "各位代表，现在报告政府工作，请予审议。\n" * 9
    assert read(tmp_path, whole.encode("gb18030")).text == whole


@pytest.mark.parametrize("after", ["", "认真落实各项任务。\n"], ids=["at the end", "inside"])
def test_two_ruined_bytes_in_a_row_cost_no_more_than_their_character(after: str, tmp_path: Path) -> None:
    before = "过去一年，各项工作取得新的成绩，群众生活继续改善。\n" * 9 + "全会精神"
    raw = read(tmp_path, before.encode() + "，".encode()[:2] + after.encode())
    assert clean(raw).text.endswith(f"。\n全会精神\ufffd{after}")


@pytest.mark.parametrize("module", sorted(set(READERS.values())))
def test_every_known_ending_leads_to_what_reads_it(module: str) -> None:
    assert callable(import_module(f"deqing_search.extract.{module}").read)


def test_a_file_of_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"还不能读取\.xyz 格式") as error:
        read(tmp_path, b"text", "report.xyz")
    assert ".txt" in error.value.hint


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as large:
        large.truncate(LARGEST + 1)  # sparse: takes no room
    with pytest.raises(SourceError, match="超过上限 64 MiB"):
        extract(SourceFile(file, "report", Metadata()))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    try:
        text = read(tmp_path_factory.getbasetemp(), data).text
    except SourceError:
        return
    assert text.strip()
    assert "\r" not in text
    assert text.encode().decode() == text  # no half of a pair
