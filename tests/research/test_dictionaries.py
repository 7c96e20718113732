"""Dictionaries: every form of file gives the same terms, and an error names its reason."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from deqing_search.errors import UsageError
from deqing_search.research.dictionaries import Term, read_file, read_typed

TERMS = (Term("科技创新", "创新"), Term("创新驱动", "创新"), Term("人工智能"))
FORMS = {
    "a.tsv": "词\t组\n# 备注\n科技创新\t创新\n创新驱动\t创新\n\n人工智能\n",
    "a.csv": "term,group\n科技创新,创新\n创新驱动,创新\n人工智能,\n",
    "a.txt": "创新：科技创新、创新驱动\n人工智能\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_file_gives_the_same_terms(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FORMS[name], "utf-8-sig")
    assert read_file(tmp_path / name).terms == TERMS


def test_a_yaml_file_names_groups(tmp_path: Path) -> None:
    pytest.importorskip("yaml", reason="the [research] extra is not installed")
    (tmp_path / "a.yaml").write_text("创新: [科技创新, 创新驱动]\n绿色:\n  能源: [风电]\n", "utf-8")
    assert read_file(tmp_path / "a.yaml").terms == (*TERMS[:2], Term("风电", "绿色/能源"))
    (tmp_path / "b.yml").write_text("- 人工智能\n", "utf-8")
    assert read_file(tmp_path / "b.yml").terms == TERMS[2:]
    (tmp_path / "c.yml").write_text("创新: [科技", "utf-8")
    with pytest.raises(UsageError, match="不是 YAML"):
        read_file(tmp_path / "c.yml")


def test_a_term_stands_once_in_a_group_and_may_stand_in_two() -> None:
    read = read_typed("甲：创新，創新；乙：创新")
    assert read.terms == (Term("创新", "甲"), Term("创新", "乙"))
    assert (read.groups, read.strings, read.of_group("乙")) == (("甲", "乙"), ("创新",), ("创新",))


@pytest.mark.parametrize(("typed", "said"), [("", "没有词"), ("，；", "没有词"), ("创" * 101, "至多 100 字")])
def test_what_is_no_dictionary_is_refused(typed: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_typed(typed)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="读不到词表"):
        read_file(tmp_path / "no.tsv")
    (tmp_path / "gbk.tsv").write_bytes("创新".encode("gbk"))
    with pytest.raises(UsageError, match="不是 UTF-8"):
        read_file(tmp_path / "gbk.tsv")


LAUGHS = "a: &a [x, y]\n" + "".join(f"{new}: &{new} [{f'*{old},' * 9}]\n" for old, new in pairwise("abcdefghijk"))
HOSTILE = {
    "laughs.yaml": (LAUGHS, "多于"),
    "itself.yaml": ("&a [x, *a]\n", "嵌套过深"),
    "deep.yaml": ("[" * 50_000, "嵌套过深"),
    "groups.yaml": ("".join(" " * depth + "a:\n" for depth in range(1200)), "嵌套过深"),
    "code.yaml": ('!!python/object/apply:os.system ["true"]\n', "不是 YAML"),
    "field.csv": ('"' + "字" * 200_000 + '"\n', "不是表格"),
    "large.txt": ("字," * 300_000, "大于 1 MB"),
    "long.txt": ("字" * 101, "至多 100 字"),
    "many.txt": ("\n".join(map(str, range(2001))), "至多 2000 个"),
    "again.txt": ("字," * 100_001, "多于"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    if name.endswith("yaml"):
        pytest.importorskip("yaml", reason="the [research] extra is not installed")
    text, reason = HOSTILE[name]
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UsageError, match=reason):
        read_file(tmp_path / name)


@pytest.mark.parametrize("path", ["/dev/zero", "pipe", ".", "missing"])
def test_only_a_regular_file_is_read(tmp_path: Path, path: str) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"不是文件|读不到"):
        read_file(tmp_path / path)


def test_signs_of_other_languages_are_plain_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("(a+)+$, .*, [, {n}, %s, \\d", "utf-8")
    assert read_file(tmp_path / "a.txt").strings == ("(a+)+$", ".*", "[", "{n}", "%s", "\\d")
