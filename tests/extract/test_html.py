"""A web page gives its report: the prose, the tables, the entities; the furniture of the site stays in the edit log."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from deqing_search.cleaning.cleaner import clean
from deqing_search.errors import SourceError
from deqing_search.extract import mht
from deqing_search.extract.html import read
from deqing_search.report import RawText
from deqing_search.text.offsets import apply_edits

HERE = Path("页面.html")
PAGE = """<!DOCTYPE html><html><head><title>2024年某县政府工作报告_某县人民政府网</title>
<meta name="ArticleTitle" content="2024年某县政府工作报告"><style>p{color:red}</style></head><body>
<div class="top"><ul><li><a href="1">首页</a></li><li><a href="2">政务公开</a></li></ul>
<p>今天是星期五，欢迎您。</p></div>
<div class="main"><h1>2024年某县政府工作报告</h1>
<div>发布时间：2024-02-03　【字号：<a>大</a> <a>中</a> <a>小</a>】</div>
<div id="zoom"><p>各位代表：</p><p>过去一年，我们的&ldquo;三农&rdquo;工作取得了新成绩，<b>GDP</b>增长5%。<br>城乡
面貌一新，群众满意。</p><p style="display:none">看不见的字。</p>
<table><tr><th rowspan="2">类别</th><th colspan="2">指标</th></tr><tr><td>甲</td><td>乙</td></tr>
<tr><td>生态</td><td>1</td><td>2</td></tr></table>
<p>新的一年，我们要再接再厉，继续奋斗，推进中国式现代化，开创新局面。</p></div></div>
<div class="foot">主办：某县人民政府办公室。 <a>网站地图</a></div><script>var a = "不是正文。"</script></body></html>"""
REPORT = [
    "2024年某县政府工作报告",
    "各位代表：",
    "过去一年，我们的“三农”工作取得了新成绩，GDP增长5%。",
    "城乡 面貌一新，群众满意。",
    "类别\t指标\t",
    "\t甲\t乙",
    "生态\t1\t2",
    "新的一年，我们要再接再厉，继续奋斗，推进中国式现代化，开创新局面。",
]


def cleaned(page: bytes) -> list[str]:
    found = read(HERE, page)
    return clean(RawText("r", found.text, "", edits=found.edits), skip={"stray-space"}).text.splitlines()


def test_a_page_gives_its_report_and_nothing_of_its_site() -> None:
    assert cleaned(PAGE.encode()) == REPORT


def test_what_is_left_out_stands_in_the_ledger() -> None:
    found = read(HERE, PAGE.encode())
    gone = {entry.before.strip() for entry in clean(RawText("r", found.text, "", edits=found.edits)).edit_log}
    assert {"首页", "今天是星期五，欢迎您。", "主办：某县人民政府办公室。 网站地图"} <= gone
    assert "不是正文" not in found.text
    assert "看不见的字。" in gone


def test_the_page_names_its_title() -> None:
    assert dict(read(HERE, PAGE.encode()).front_matter) == {"title": "2024年某县政府工作报告"}


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://example.gov.cn/art/1.html">',
        '<LINK REL="Canonical" href="https://example.gov.cn/art/1.html">',
        '<meta property="og:url" content="https://example.gov.cn/art/1.html">',
        "<!-- saved from url=(0034)https://example.gov.cn/art/1.html -->",
    ],
)
def test_the_head_of_a_page_says_where_it_is_from(head: str) -> None:
    about = '<meta name="ContentSource" content="德清日报"><meta name="PubDate" content="2024-02-05 09:00">'
    page = f"<html><head>{head}{about}</head><body><p>过去一年，全县上下同心，工作很好。</p></body></html>"
    assert dict(read(HERE, page.encode()).front_matter) == {
        "source": "https://example.gov.cn/art/1.html",
        "publisher": "德清日报",
        "published": "2024-02-05 09:00",
    }


def test_an_address_that_is_none_is_not_taken() -> None:
    page = '<html><head><link rel="canonical" href="/art/1.html"></head><body><p>过去一年，工作很好。</p></body></html>'
    assert read(HERE, page.encode()).front_matter == ()


@pytest.mark.parametrize(("encoding", "declared"), [("gb18030", "gb2312"), ("gb18030", "utf-8"), ("big5", "big5")])
def test_a_page_in_an_older_encoding_is_read(encoding: str, declared: str) -> None:
    page = f'<meta charset="{declared}"><p>政府工作報告，由市長提出。</p>'
    assert cleaned(page.encode(encoding)) == ["政府工作報告，由市長提出。"]


@pytest.mark.parametrize("declared", ["unicode_escape", "raw_unicode_escape", "utf-7", "punycode"])
def test_a_charset_that_is_none_of_pages_is_ignored(declared: str) -> None:
    page = f'<meta charset="{declared}"><p>政府工作报告 \\u0041 +AEE- 由市长提出。</p>'
    assert cleaned(page.encode()) == ["政府工作报告 \\u0041 +AEE- 由市长提出。"]


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    inner = "<table><tr><td><p>第一段，好。</p><p>第二段，好。</p></td></tr></table>"
    page = f"<table><tr><td>左</td><td>{inner}</td></tr></table>"
    assert "\t" not in read(HERE, page.encode()).text


@pytest.mark.parametrize("page", ["<div>" * 5000 + "字", "<b>" * 5000 + "字", "<table><tr><td>" * 300 + "字"])
def test_elements_nested_beyond_measure_are_refused(page: str) -> None:
    with pytest.raises(SourceError, match="嵌套超过"):
        read(HERE, page.encode())


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<p " + " ".join(f"a{number}=1" for number in range(20_000)) + ">字", "属性超过"),
        ("<p title='" + "报" * 4_000_000 + "'>字", "标签长 11 MiB"),
        ("<p>" * 600_000 + "字", "标签超过"),
    ],
)
def test_tags_beyond_measure_are_refused(page: str, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        read(HERE, page.encode())


def test_a_picture_inside_the_page_is_no_flood() -> None:
    picture = "<img src='data:image/png;base64," + "iVBORw0K/+" * 400_000 + "'>"
    assert read(HERE, f"<p>各位代表，好。</p>{picture}".encode()).text == "各位代表，好。\n"


@pytest.mark.parametrize("page", ["<script>x</script>", "<html></html>", "<!-- x -->"])
def test_a_page_without_text_is_refused(page: str) -> None:
    with pytest.raises(SourceError, match=r"没有文字|不是可以读的网页"):
        read(HERE, page.encode())


def test_entities_that_unfold_without_end_stay_folded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]><p>&b;，好。</p>'
    assert len(read(HERE, bomb.encode()).text) < 40


def test_hidden_struck_and_glossed_text_is_recorded_apart_from_the_text() -> None:
    page = Path("tests/cases/media/ruby-superscript.html").read_bytes()
    found = read(HERE, page)
    lines = apply_edits(found.text, found.edits).splitlines()
    assert lines[1:4] == [
        "本市辖番禺等区，发展均衡有序，城乡面貌改善。",
        "全年投资增长9%，快于全省平均水平，结构继续优化。",
        "新增绿地三万m²，惠及居民，面积误差10⁻³以内；建设“城市大脑[3]”，接入部门五十四个。",
    ]
    assert not any("样式表藏起来" in line or "字号为零" in line for line in lines)
    gone = {edit.fix: found.text[edit.start : edit.end] for edit in found.edits}
    assert gone["hidden-text"].startswith("这是字号为零的一段话")
    assert gone["struck-text"] == "8%"
    assert {"superscript", "ruby-reading"} <= gone.keys()


def test_a_page_saved_as_one_file_is_read() -> None:
    page = base64.b64encode("<p>各位代表，过去一年成绩很大。</p>".encode("gb18030")).decode()
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
    head += "Content-Type: text/html; charset=gb2312\n"
    saved = f"{head}Content-Transfer-Encoding: base64\n\n{page}\n--x--\n"
    assert mht.read(Path("页.mht"), saved.encode()).text == "各位代表，过去一年成绩很大。\n"
    with pytest.raises(SourceError, match="没有网页"):
        mht.read(Path("页.mht"), b"MIME-Version: 1.0\n\ntext")


def test_the_levels_of_headings_are_kept() -> None:
    found = read(HERE, "<h1>回顾</h1><p>各位代表，好。</p><h2>产业<br>转型</h2><p>好，好。</p>".encode())
    assert [(found.text[start:].split("\n")[0], level) for start, level in found.levels] == [
        ("回顾", 1),
        ("产业", 2),
        ("转型", 2),
    ]


def test_a_hidden_row_or_a_hidden_frame_shows_none_of_its_cells() -> None:
    row = "<tr><td>甲镇</td><td>31</td></tr>"
    hidden = "<tr style='display:none'><td>乙镇</td><td>9983</td></tr>"
    head = "<tr><th>镇</th><th>人口</th></tr>"
    frame = f"<div hidden><table>{head}<tr><td>丙镇</td><td>9984</td></tr></table></div>"
    page = f"<p>人口如下。</p><table>{head}{row}{hidden}</table>{frame}<p>数据为快报数。</p>"
    assert [line for line in cleaned(page.encode()) if line.strip()] == [
        "人口如下。",
        "镇\t人口",
        "甲镇\t31",
        "数据为快报数。",
    ]


def test_a_digit_raised_by_its_style_is_no_part_of_the_number_before_it() -> None:
    up = "<span style='font-size:8px; vertical-align:super'>4</span>"
    page = f"<p>接入5{up}个部门，碳<span style='vertical-align:middle'>3</span>类。</p>"
    assert cleaned(page.encode()) == ["接入5⁴个部门，碳3类。"]


def test_a_table_with_sentences_in_it_does_not_take_the_place_of_the_report() -> None:
    rows = "<tr><td>科目</td><td>决算</td></tr><tr><td>税收</td><td>98</td></tr>"
    note = "<tr><td colspan=2>说明：决算为快报数，未经审计，以年度决算草案为准。</td></tr>"
    page = f"<h1>某县2023年公报</h1><p>开头一段话。</p><table><tr><td>表2</td></tr></table><table>{rows}{note}</table>"
    assert cleaned(page.encode())[:4] == ["某县2023年公报", "开头一段话。", "表2", "科目\t决算"]


def test_a_table_with_borders_holds_values_also_where_a_larger_one_stands_in_a_cell() -> None:
    inner = "<table border=1><tr><td>人口</td><td>户数</td></tr><tr><td>360</td><td>120</td></tr></table>"
    rows = f"<tr><td>镇</td><td>简况</td></tr><tr><td>甲</td><td>{inner}</td></tr><tr><td>乙</td><td>无</td></tr>"
    page = f"<p>各镇如下。</p><table border=1>{rows}</table><p>数据为快报数。</p>"
    assert cleaned(page.encode()) == [
        "各镇如下。",
        "镇\t简况",
        "甲\t",
        "乙\t无",
        "人口\t户数",
        "360\t120",
        "数据为快报数。",
    ]


LONG = "图表说明：本表单位为万元，数据来自统计局，仅供参考，各镇数据以公报为准。"


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>公报</h1><p>开头一段。</p><table><tr><td>{LONG}</td></tr></table><p>尾段一句。</p>",
        f"<h1>公报</h1><p>开头一段。</p><div>{LONG}</div><div><p>尾段一句。</p></div>",
        f"<table><tr><td>公报</td></tr><tr><td>开头一段。</td></tr><tr><td>{LONG}</td></tr><tr><td>尾段一句。</td></tr></table>",
    ],
)
def test_an_element_with_most_of_the_prose_drops_no_sentence_beside_it(page: str) -> None:
    assert cleaned(f"<meta charset=utf-8><body>{page}</body>".encode()) == ["公报", "开头一段。", LONG, "尾段一句。"]
