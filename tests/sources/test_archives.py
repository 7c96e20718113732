"""An archive is walked like a folder, and one that means harm is refused."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deqing_search.cleaning.titles import TITLES
from deqing_search.errors import SourceError
from deqing_search.extract import READERS, extract
from deqing_search.sources.discovery import find_sources

TEXT = "政府工作报告\n各位代表：过去一年，成绩很好。\n"


def packed(place: Path, members: dict[str, str | bytes], **how: int) -> Path:
    with zipfile.ZipFile(place / "包.zip", "w", **how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return place / "包.zip"


def test_an_archive_is_walked_like_a_folder(tmp_path: Path) -> None:
    packed(tmp_path, {"杭州市/2024.txt": TEXT, "图.exe": b"x", "__MACOSX/2024.txt": "x", "~$4.txt": "x"})
    for named in (tmp_path, tmp_path / "包.zip"):
        found = find_sources(named, endings=READERS, fixes=TITLES)
        assert ([source.report for source in found.sources], found.faults) == (["包.zip-杭州市-2024"], ())
        assert extract(found.sources[0]).text == TEXT


def test_names_written_by_chinese_windows_are_read(tmp_path: Path) -> None:
    packed(tmp_path, {"报告/二四年.txt".encode("gb18030").decode("cp437"): TEXT})
    data = (tmp_path / "包.zip").read_bytes()
    name = "报告/二四年.txt".encode("gb18030")
    utf8 = name.decode("cp437").encode()
    flags = data.replace(b"\x00\x08", b"\x00\x00").replace(utf8, name + b"\0" * (len(utf8) - len(name)))
    (tmp_path / "包.zip").write_bytes(flags)
    (source,) = find_sources(tmp_path, endings=READERS, fixes=TITLES).sources
    assert source.path.parts[-2:][0] == "报告"


@pytest.mark.parametrize("name", ["../../外.txt", "/etc/外.txt", "C:/外.txt", "..\\外.txt"])
def test_a_path_that_leads_out_is_refused_and_the_rest_read(tmp_path: Path, name: str) -> None:
    packed(tmp_path, {name: TEXT, "好.txt": TEXT})
    found = find_sources(tmp_path, endings=READERS, fixes=TITLES)
    assert [source.report for source in found.sources] == ["包.zip-好"]
    assert "压缩包之外" in str(found.faults[0])


def test_links_and_archives_inside_are_reported_and_the_rest_read(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("链.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("里层.zip", b"PK")
        archive.writestr("__MACOSX/._里层.zip", b"")
        archive.writestr("./甲//乙.txt", TEXT)
    found = find_sources(tmp_path, endings=READERS, fixes=TITLES)
    assert [extract(source).text for source in found.sources] == [TEXT]
    assert ["是链接" in str(fault) or "又是压缩包" in str(fault) for fault in found.faults] == [True, True]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_member_is_read_or_reported_however_it_is_packed(tmp_path: Path, method: int) -> None:
    packed(tmp_path, {"好.txt": TEXT}, compression=method)
    (source,) = find_sources(tmp_path, endings=READERS, fixes=TITLES).sources
    if method == zipfile.ZIP_BZIP2:
        assert extract(source).text == TEXT
    else:
        with pytest.raises(SourceError, match="压缩方法少见"):
            extract(source)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_an_archive_with_any_byte_changed_is_read_or_reported(tmp_path: Path, at: int, byte: int) -> None:
    file = packed(tmp_path, {f"市/{name}.txt": TEXT for name in "甲乙丙"}, compression=zipfile.ZIP_DEFLATED)
    data = bytearray(file.read_bytes())
    data[at % len(data)] = byte
    file.write_bytes(data)
    for source in find_sources(file, endings=READERS, fixes=TITLES).sources:
        with suppress(SourceError):
            extract(source)


def test_an_archive_is_opened_once_for_all_its_members_and_anew_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = zipfile.ZipFile.__init__
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda self, *args: (opened.append("r"), real(self, *args))[1])
    packed(tmp_path, {f"{number}.txt": TEXT for number in range(50)})
    opened.clear()
    assert {extract(source).text for source in find_sources(tmp_path, endings=READERS, fixes=TITLES).sources} == {TEXT}
    assert opened == ["r"]
    packed(tmp_path, {"0.txt": TEXT + "改过了。\n"})
    (source,) = find_sources(tmp_path, endings=READERS, fixes=TITLES).sources
    assert extract(source).text == TEXT + "改过了。\n"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    packed(tmp_path, {"弹.txt": b"0" * 20_000_000}, compression=zipfile.ZIP_DEFLATED)
    (source,) = find_sources(tmp_path, endings=READERS, fixes=TITLES).sources
    with pytest.raises(SourceError, match="不像是文字"):
        extract(source)


def test_a_broken_archive_is_a_fault_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04nothing")
    (tmp_path / "好.txt").write_text(TEXT, encoding="utf-8")
    found = find_sources(tmp_path, endings=READERS, fixes=TITLES)
    assert [source.report for source in found.sources] == ["好"]
    assert "打不开这个压缩包" in str(found.faults[0])


def test_an_archive_without_a_report_is_reported_as_a_folder_is(tmp_path: Path) -> None:
    (fault,) = find_sources(packed(tmp_path, {"图.exe": b"x"}), endings=READERS, fixes=TITLES).faults
    assert str(fault) == f"{tmp_path / '包.zip'}：里面没有可以收录的文件"
