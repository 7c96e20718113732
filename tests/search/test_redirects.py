"""Where old addresses lead: to the passage that was meant, or honestly nowhere."""

from __future__ import annotations

import tarfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search import indexing, integrity
from deqing_search.errors import IndexOutdated
from deqing_search.report import Passage
from deqing_search.search.redirects import Succession, report_successor, succession, successor
from deqing_search.store.permalinks import Former, PermalinkStore
from deqing_search.text.offsets import Span
from deqing_search.web import create_app

OLD_INDEX = Path(__file__).parents[1] / "cases" / "index-0.1.0.tar.gz"  # written by 0.1.0, whose ids had 10 characters
OPENING = "各位代表："


class Folder:
    """A folder of reports and its index."""

    def __init__(self, place: Path) -> None:
        self.index, self.texts = place / "index", place / "texts"
        self.texts.mkdir()

    def write(self, name: str, *paragraphs: str) -> None:
        (self.texts / f"{name}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")

    def update(self) -> None:
        indexing.update(self.index, [self.texts])

    def passages(self, name: str) -> dict[str, str]:
        """Text → id of the passages of a report."""
        report = indexing.open_index(self.index).view().report(name)
        return {one.text: one.id for one in report.passages} if report else {}

    def leads(self, passage_id: str) -> Succession:
        view = indexing.open_index(self.index).view()
        assert view.passage(passage_id) is None
        return succession(view, PermalinkStore(self.index), passage_id)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


REPORTS = {
    "德清县": (
        "过去一年，我们坚持生态优先，莫干山国际旅游度假区接待游客三百万人次，民宿成为致富路。",
        "地理信息小镇集聚企业四百家，第二届联合国世界地理信息大会筹备有序推进。",
        "今年要建成高铁新城，让孩子在家门口上好学。",
    ),
    "长沙市": (
        "工程机械产值跃上两千亿台阶，岳麓山大学科技城签约项目一百二十个。",
        "湘江治理取得重大成果，浏阳河水质稳定达到三类，城区新添绿道五十公里。",
        "全力办好世界计算大会，推动人工智能与先进制造深度融合。",
    ),
}


def county(name: str, *more: str) -> tuple[str, ...]:
    """A short report of a place in its own words, with a phrase that all reports have."""
    return f"2020年{name}政府工作报告", OPENING, *REPORTS[name], *more


def test_passages_of_a_renamed_file_are_found_under_its_new_name(folder):
    folder.write("old-name", *county("德清县"))
    folder.write("other", *county("长沙市"))
    folder.update()
    before = folder.passages("old-name")
    (folder.texts / "old-name.txt").rename(folder.texts / "new-name.txt")
    folder.update()
    assert len(before) == 5
    for text, id in before.items():
        leads = folder.leads(id)
        assert (leads.passage.report, leads.passage.text) == ("new-name", text)
        assert leads.is_moved
        assert not leads.is_changed


def test_the_address_of_a_renamed_report_leads_to_it(folder):
    folder.write("old-name", *county("德清县"))
    folder.write("other", *county("长沙市"))
    folder.update()
    (folder.texts / "old-name.txt").rename(folder.texts / "new-name.txt")
    (folder.texts / "other.txt").unlink()
    folder.update()
    engine, store = indexing.open_index(folder.index), PermalinkStore(folder.index)
    assert report_successor(engine.view(), store, "old-name").id == "new-name"
    assert report_successor(engine.view(), store, "other") is None
    assert report_successor(engine.view(), store, "never") is None
    client = create_app(engine, store).test_client()
    answer = client.get("/r/old-name?q=民宿")
    assert (answer.status_code, unquote(answer.location)) == (302, "/r/new-name?q=民宿")
    assert [client.get(f"/r/{name}").status_code for name in ("other", "never")] == [404, 404]


def test_two_files_that_exchange_their_names_keep_their_own_phrases(folder):
    """Both reports contain the phrase. Its old address leads to the report of the same county."""
    folder.write("one", *county("德清县"))
    folder.write("two", *county("长沙市"))
    folder.update()
    first, second = folder.passages("one"), folder.passages("two")
    folder.write("one", *county("长沙市"))
    folder.write("two", *county("德清县"))
    folder.update()
    assert folder.leads(first[OPENING]).passage.report == "two"
    assert folder.leads(second[OPENING]).passage.report == "one"
    assert {finding.part for finding in integrity.check(folder.index)} == set()
    folder.write("one", *county("德清县"))
    folder.write("two", *county("长沙市"))
    folder.update()
    assert (folder.passages("one"), folder.passages("two")) == (first, second)


def test_a_phrase_of_a_withdrawn_report_leads_to_no_other_report(folder):
    folder.write("one", *county("德清县"))
    folder.write("two", *county("长沙市"))
    folder.update()
    before = folder.passages("one")
    (folder.texts / "one.txt").unlink()
    folder.update()
    assert [folder.leads(id).passage for id in before.values()] == [None] * 5


def test_a_deleted_passage_does_not_lead_to_one_that_stood_beside_it(folder):
    rows = [f"全县新建农村公路{n}公里，完成投资{n}亿元，惠及群众{n}万人。" for n in (12, 34, 56)]
    folder.write("one", *county("德清县", *rows))
    folder.update()
    before = folder.passages("one")
    folder.write("one", *county("德清县", rows[0], rows[2]))
    folder.update()
    leads = folder.leads(before[rows[1]])
    assert leads.passage is None
    assert leads.report.id == "one"


def test_a_passage_that_moved_into_another_report_of_the_same_place_is_found(folder):
    moved = "德清县将在三年之内新建二十所幼儿园和八所小学，让每个乡镇都有优质学位。"
    folder.write("one", *county("德清县", moved))
    folder.write("two", "2020年德清县政府工作报告", "这份文件是报告的附件，列出今年的民生实事。")
    folder.update()
    before = folder.passages("one")
    folder.write("one", *county("德清县"))
    folder.write("two", "2020年德清县政府工作报告", "这份文件是报告的附件，列出今年的民生实事。", moved)
    folder.update()
    leads = folder.leads(before[moved])
    assert leads.passage.report == "two"
    assert leads.is_moved


def test_the_same_words_in_a_report_of_another_place_are_offered_and_not_taken(folder):
    shared = "坚持以人民为中心的发展思想，着力解决群众急难愁盼问题，不断增强人民群众的获得感。"
    folder.write("one", *county("德清县", shared))
    folder.write("two", *county("长沙市", shared))
    folder.update()
    before = folder.passages("one")
    folder.write("one", *county("德清县"))
    folder.update()
    leads = folder.leads(before[shared])
    assert leads.passage is None
    assert [one.report for one in leads.elsewhere] == ["two"]


def test_addresses_of_an_index_of_the_first_version_go_on_leading(tmp_path):
    with tarfile.open(OLD_INDEX) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 has no filters
        archive.extractall(tmp_path)  # noqa: S202 - an archive of ours
    index = tmp_path / "index"
    with pytest.raises(IndexOutdated, match="索引格式"):
        indexing.open_index(index)
    with PermalinkStore(index).reading() as rows:
        before = dict(rows.execute("SELECT id, text FROM passage"))
    indexing.rebuild(index, [tmp_path / "reports"])
    view = indexing.open_index(index).view()
    assert len(before) == 11
    for id, text in before.items():
        leads = succession(view, PermalinkStore(index), id)
        assert leads.passage.id.startswith(id)
        assert (leads.passage.text, leads.is_moved, leads.is_changed) == (text, False, False)


def passage(id: str, ordinal: int, text: str, section: tuple[str, ...] = ()) -> Passage:
    return Passage(id, "r", ordinal, "paragraph", 0, section, text, (Span(0, 1),), (1, 1))


def former(text: str, ordinal: int = 5, section: tuple[str, ...] = ()) -> Former:
    return Former("old", "r", "题名", ordinal, section, text, "old", "2026-01-01T00:00:00+00:00")


def test_among_equals_the_section_decides_then_the_place():
    text = "加快建设现代化产业体系，推动高质量发展取得新成效。"
    here = [passage("far", 90, text), passage("near", 6, text), passage("home", 40, text, ("二、任务",))]
    assert successor(former(text, section=("二、任务",)), here).id == "home"
    assert successor(former(text), here[:2]).id == "near"


def test_the_larger_part_of_a_paragraph_cut_in_two_is_found():
    first, second = (
        "深入实施创新驱动发展战略，加快集聚高端要素。",
        "全面推进乡村振兴，建设宜居宜业和美乡村，让农民富起来。",
    )
    assert successor(former(first + second), [passage("a", 5, first), passage("b", 6, second)]).id == "b"


def test_a_paragraph_that_was_joined_to_the_next_one_is_found_in_it():
    first, second = "深入实施创新驱动发展战略，加快集聚高端要素。", "全面推进乡村振兴，建设宜居宜业和美乡村。"
    here = [passage("sibling", 4, "深入实施创新驱动发展战略，加快集聚产业要素。"), passage("joined", 5, first + second)]
    assert successor(former(first), here).id == "joined"


@given(
    st.lists(st.text("一二三四五六七八九十", min_size=1, max_size=12), max_size=6),
    st.text("甲乙丙丁", min_size=2, max_size=12),
)
def test_what_shares_nothing_is_never_a_successor(texts, old):
    assert successor(former(old), [passage(str(at), at, text) for at, text in enumerate(texts)]) is None
