"""Which files are reports, what their ids are, and what a catalog says of them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from deqing_search.cleaning.titles import TITLES
from deqing_search.report import Metadata
from deqing_search.sources.catalog import read_catalog
from deqing_search.sources.discovery import Found, find_sources, report_id
from tests.seeds import FOLDER, SEEDS

COLUMNS = ["report", "title", "kind", "year", "date", "place", "media", "seed", "note"]


def look(path: Path, **options: Path) -> Found:
    return find_sources(path, endings=(".txt", ".md"), fixes=TITLES, **options)


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("德清县。\n", encoding="utf-8")


def catalog(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    file = folder / "catalog.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows, ""]), encoding=encoding)
    return file


def ids(found: Found) -> list[str]:
    return [source.report for source in found.sources]


def test_the_seeds_are_five_reports_and_all_are_in_the_catalog() -> None:
    found = look(FOLDER)
    assert ids(found) == SEEDS
    assert len(SEEDS) == 5
    assert found.faults == ()
    assert [source.report for source in found.sources if not (source.catalog.title and source.catalog.year)] == []


def test_reports_are_what_is_text_and_neither_hidden_nor_a_readme(tmp_path: Path) -> None:
    write(
        tmp_path,
        "二.md",
        "一 一.TXT",
        "杭州市/2024.md",
        "README.md",
        "杭州市/readme.txt",
        ".hidden.txt",
        ".git/a.txt",
        "a.pdf",
        "b",
    )
    found = look(tmp_path)
    assert ids(found) == ["一-一", "二", "杭州市-2024"]
    assert found.faults == ()


def test_one_file_may_be_named_whatever_its_ending(tmp_path: Path) -> None:
    write(tmp_path, "a.pdf", "b.txt")
    assert ids(look(tmp_path / "a.pdf")) == ["a"]  # its fault comes when it is read


def test_a_file_named_alone_is_described_by_the_catalog_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    catalog(tmp_path, "a,题名,,2024,,,,,", "b,别的,,2023,,,,,")
    found = look(tmp_path / "a.txt")
    assert [source.catalog.title for source in found.sources] == ["题名"]
    assert found.faults == ()


def test_a_relative_path_is_read_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "报告/a.txt")
    monkeypatch.chdir(tmp_path / "报告")
    assert ids(look(Path())) == ["a"]
    assert ids(look(Path("../报告"))) == ["a"]


@pytest.mark.parametrize("name", ["none", "none.txt"])
def test_a_path_that_is_not_there_is_reported(tmp_path: Path, name: str) -> None:
    (fault,) = look(tmp_path / name).faults
    assert str(fault) == f"{tmp_path / name}：没有这个文件或文件夹"
    assert "search-cli index" in fault.hint


def test_a_folder_without_reports_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.pdf")
    (fault,) = look(tmp_path).faults
    assert str(fault) == f"{tmp_path}：里面没有可以收录的文件"
    assert ".md .txt" in fault.hint


def test_two_files_of_one_id_are_reported_and_one_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "a.txt", "甲/乙.txt", "甲-乙.txt")
    found = look(tmp_path)
    assert ids(found) == ["a", "甲-乙"]
    assert len(found.faults) == 2
    assert all("同名" in str(fault) and "改名" in fault.hint for fault in found.faults)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.txt", "a"),
        ("v1.2.txt", "v1.2"),
        ("a?b#c/d e.md", "a-b-c-d-e"),
        ("é.txt", "é"),
        ("???.txt", "report"),
        ("\udcff.txt", "report"),
    ],
)
def test_ids_are_safe_in_a_link(path: str, expected: str) -> None:
    assert report_id(Path(path)) == expected


# The catalog


def test_every_field_is_read_and_white_space_is_not(tmp_path: Path) -> None:
    file = catalog(tmp_path, ' a , 题名 ,政府工作报告, 2024 ,2024-02-03,浙江省,web,x.txt,"备注，有“引号”, 和逗号"')
    rows, faults = read_catalog(file, TITLES)
    assert faults == []
    assert rows == {
        "a": Metadata("题名", "政府工作报告", 2024, "2024-02-03", "浙江省", "web", "备注，有“引号”, 和逗号"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_catalog_saved_by_a_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    rows, faults = read_catalog(catalog(tmp_path, "a,德清县政府工作报告,,,,,,,", encoding=encoding), TITLES)
    assert (rows["a"].title, faults) == ("德清县政府工作报告", [])


def test_a_row_without_its_file_is_reported_and_a_file_without_a_row_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "c.txt")
    file = catalog(tmp_path, "a,甲,,,,,,,", "b,乙,,,,,,,")
    found = look(tmp_path)
    assert [(source.report, source.catalog.title) for source in found.sources] == [("a", "甲"), ("c", "")]
    (fault,) = found.faults
    assert str(fault) == f"{file}：目录中有 b，但 {tmp_path} 下没有这个文件"


CELLS = {
    "a year of two digits": ("a,甲,,24,,,,,", "year 一列：年份“24”不是四位数字"),
    "a year in words": ("a,甲,,二〇二四,,,,,", "year 一列：年份“二〇二四”不是四位数字"),
    "a date in words": ("a,甲,,,二月三日,,,,", "date 一列：日期“二月三日”不是 2024-02-03 或 2024年2月3日 这样的写法"),
    "a day that never was": ("a,甲,,,2023-02-29,,,,", "date 一列：日期“2023-02-29”不是"),
}
ROWS = {
    "no report": (",甲,,2024,,,,,", "没有 report"),
    "a report named before": ("z,又,,2024,,,,,", "z 已经有了一行"),
}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2024/2/3", "2024-02-03"),
        ("2024年2月3日", "2024-02-03"),
        ("２０２４年２月３日", "2024-02-03"),
        ("2024.2.3", "2024-02-03"),
        ("2024-2-3 00:00:00", "2024-02-03"),
        ("2024年2月", "2024-02"),
        ("2024/2", "2024-02"),
        ("2024", "2024"),
    ],
)
def test_days_are_read_as_a_spreadsheet_writes_them(tmp_path: Path, said: str, day: str) -> None:
    rows, faults = read_catalog(catalog(tmp_path, f"a,甲,,２０２４.0,{said},,,,"), TITLES)
    assert (rows["a"].date, rows["a"].year, faults) == (day, 2024, [])


@pytest.mark.parametrize("separator", [";", "\t", "，"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_cells_are_parted_by_what_parts_the_first_line(tmp_path: Path, separator: str, first: str) -> None:
    file = tmp_path / "catalog.csv"
    lines = ["Report,Title,Year ", "a,德清县政府工作报告,2024", ",,"]
    file.write_text(first + "\r\n".join(lines).replace(",", separator) + "\r\n", encoding="utf-16", newline="")
    rows, faults = read_catalog(file, TITLES)
    assert (rows, faults) == ({"a": Metadata(title="德清县政府工作报告", year=2024)}, [])


@pytest.mark.parametrize("name", CELLS)
def test_a_bad_cell_loses_only_that_cell_and_is_reported_by_row_and_column(tmp_path: Path, name: str) -> None:
    row, said = CELLS[name]
    rows, (fault,) = read_catalog(catalog(tmp_path, "z,末,,2024,2024-02,,,,", row), TITLES)
    assert str(fault).startswith(f"{tmp_path / 'catalog.csv'} 第 3 行 {said}")
    assert rows["a"] == Metadata(title="甲")


def test_the_address_of_a_report_and_who_published_it_are_read(tmp_path: Path) -> None:
    file = tmp_path / "catalog.csv"
    file.write_text(
        "report,source,publisher,published,speaker\na,https://example.gov.cn/1,德清日报,2024/2/5,王波\nb,县志,,,\n",
        encoding="utf-8",
    )
    rows, (fault,) = read_catalog(file, TITLES)
    assert rows["a"] == Metadata(
        source="https://example.gov.cn/1", publisher="德清日报", published="2024-02-05", speaker="王波"
    )
    assert rows["b"] == Metadata()
    assert str(fault) == f"{file} 第 3 行 source 一列：“县志”不是 http:// 或 https:// 开头的网址"


@pytest.mark.parametrize("row", ['b,"没有配对,,2024,,,,,', 'b,"没有"配对,,2024,,,,,'])
def test_an_unmatched_quote_is_reported_and_no_row_is_lost_silently(tmp_path: Path, row: str) -> None:
    file = catalog(tmp_path, "a,甲,,2024,,,,,", row, "c,丙,,2024,,,,,")
    rows, (fault,) = read_catalog(file, TITLES)
    assert rows["a"].title == "甲"
    assert "引号没有配对" in str(fault)


def test_a_cell_that_runs_over_lines_is_reported(tmp_path: Path) -> None:
    file = catalog(tmp_path, 'a,"甲,,2024,,,,,', 'b,乙",,2024,,,,,', "c,丙,,2024,,,,,")
    rows, (fault,) = read_catalog(file, TITLES)
    assert str(fault).startswith(f"{file} 第 3 行：有一格占了几行")
    assert "c" in rows


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_reported_by_its_line_and_the_others_are_taken(tmp_path: Path, name: str) -> None:
    row, said = ROWS[name]
    file = catalog(tmp_path, "z,末,,2024,2024-02,,,,", row, "c,丙,,2024,,,,,")
    rows, (fault,) = read_catalog(file, TITLES)
    assert str(fault).startswith(f"{file} 第 3 行：{said}")
    assert fault.hint == "请改正这一行"
    assert (rows["z"].title, rows["z"].date, rows["c"].title) == ("末", "2024-02", "丙")


def test_a_file_with_a_bad_cell_is_a_report_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    catalog(tmp_path, "a,甲,,24,,,,,")
    found = look(tmp_path)
    assert [source.catalog for source in found.sources] == [Metadata(title="甲")]
    assert len(found.faults) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "缺少 report 一列"),
        ("title,year\n甲,2024\n", "缺少 report 一列"),
        (b"\xff\xff\xff\xff", "不是 UTF-8 或 GB18030 文本"),
    ],
)
def test_a_file_that_is_no_catalog_is_reported_and_the_reports_are_read(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "catalog.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    found = look(tmp_path)
    assert ids(found) == ["a"]
    (fault,) = found.faults
    assert said in str(fault)


def test_a_catalog_may_stand_elsewhere_and_then_the_one_in_the_folder_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "reports/a.txt")
    catalog(tmp_path / "reports", "a,旧,,,,,,,", "gone,没了,,,,,,,")
    found = look(tmp_path / "reports", catalog=catalog(tmp_path, "a,新,,,,,,,"))
    assert [source.catalog.title for source in found.sources] == ["新"]
    assert found.faults == ()


def test_the_catalog_of_the_seeds_has_a_row_for_each_file_and_the_documented_columns() -> None:
    with (FOLDER / "catalog.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert [row["report"] for row in reader] == SEEDS
        assert list(reader.fieldnames or ()) == COLUMNS


def test_what_systems_leave_beside_reports_is_left_out_and_counted(tmp_path: Path) -> None:
    write(tmp_path, "一.txt", "~$一.txt", "@eaDir/一.txt", "$RECYCLE.BIN/二.txt", "#recycle/三.txt", "sub/Thumbs.db")
    found = look(tmp_path)
    assert ids(found) == ["一"]
    assert found.faults == ()
    (note,) = found.notes
    assert "略过 3 个系统文件夹" in note
    assert "2 个临时文件" in note


def test_kinds_that_are_not_read_are_named_in_one_line(tmp_path: Path) -> None:
    write(tmp_path, "一.txt", "a.xlsx", "b.xlsx", "c.pptx", "README.md", "无")
    (note,) = look(tmp_path).notes
    assert "5 个文件不是可以读取的格式" in note
    assert ".xlsx 2 个" in note
    assert "没有扩展名 1 个" in note


def test_a_linked_folder_is_named_and_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "here/一.txt", "there/二.txt")
    (tmp_path / "here" / "链接").symlink_to(tmp_path / "there")
    found = look(tmp_path / "here")
    assert ids(found) == ["一"]
    (note,) = found.notes
    assert "链接：是链接的文件夹，没有进入" in note


def test_a_name_in_bytes_of_gbk_is_read_as_its_writer_meant_it(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), "德清报告2022.txt".encode("gbk"))
    try:
        with open(name, "wb") as file:
            file.write("德清县。\n".encode())
    except OSError:
        pytest.skip("this file system holds names in UTF-8 only")
    assert ids(look(tmp_path)) == ["德清报告2022"]


def test_a_catalog_with_thousands_of_bad_rows_names_some_and_counts_the_others(tmp_path: Path) -> None:
    file = catalog(tmp_path, *(f"r{number},题名,,今年,,,,,," for number in range(3000)))
    rows, faults = read_catalog(file, ())
    assert len(rows) == 3000
    assert len(faults) == 21
    assert "第 2 行" in str(faults[0])
    assert str(faults[-1]) == f"{file}：另有 2980 处也要改"
