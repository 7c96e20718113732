"""Words with a character that has several traditional forms, each read and checked by a person; names stay names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deqing_search.config import data_rows
from deqing_search.web.traditional_text import traditional

CASES = Path(__file__).parents[1] / "cases"


def rows(name: str) -> list[tuple[str, str]]:
    lines = (CASES / name).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")[:2]) for line in lines if not line.startswith("#")]  # type: ignore[misc]


@pytest.mark.parametrize(("name", "least"), [("traditional_words.tsv", 600), ("traditional_phrases.tsv", 100)])
def test_frequent_words_and_each_kind_are_written_as_in_taiwan(name: str, least: int) -> None:
    checked = rows(name)
    assert len(checked) >= least
    assert [(word, traditional(word)) for word, _ in checked] == checked


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        ("南京市人民政府市长 范兆森", "南京市人民政府市長 范兆森"),
        ("市长　于幼军", "市長　于幼軍"),
        ("代市长余某作报告，剩余关于", "代市長余某作報告，剩餘關於"),
        ("副市长钟松，时钟放松", "副市長鍾松，時鐘放鬆"),
        ("记者 郁后 岳里", "記者 郁后 岳里"),
        ("谷余同志在山谷", "谷余同志在山谷"),
        ("市长 邵占维\n邵占维说，占地", "市長 邵占維\n邵占維說，佔地"),
        ("市长 余力\n不遗余力", "市長 余力\n不遺餘力"),
        ("余姚市市长的范围", "餘姚市市長的範圍"),
        ("市长于海田作报告", "市長于海田作報告"),
        ("书记关于作风的规范", "書記關於作風的規範"),
        ("市长\xa0 范波", "市長\xa0 范波"),
        ("代表 规范", "代表 規範"),
        ("叶欣、陈洪光、范信德，典范信得过", "葉欣、陳洪光、范信德，典範信得過"),
    ],
)
def test_a_name_beside_an_office_stays_a_name(text: str, converted: str) -> None:
    assert traditional(text) == converted


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        ("安全生产制度，编制度假区规划", "安全生產制度，編制度假區規劃"),
        ("传统制药，控制药品价格，管制药品", "傳統製藥，控制藥品價格，管制藥品"),
        ("风机制冷，固体制剂，抑制剂", "風機製冷，固體製劑，抑制劑"),
        ("企业转制面，改制为公司，修改制定", "企業轉制面，改制為公司，修改制定"),
        ("推进里水、大沥，城里水、两公里水面", "推進里水、大瀝，城裡水、兩公里水面"),
        ("巨大冲击，扩大采购", "巨大衝擊，擴大採購"),
        ("垂直发展，村落发展，缩短发车间隔", "垂直發展，村落發展，縮短發車間隔"),
        ("一批复合型人才，分批复学，批复同意", "一批複合型人才，分批復學，批覆同意"),
        ("坚守制造业，传统制茶，制种大县", "堅守製造業，傳統製茶，製種大縣"),
        ("陕西历史博物馆，关爱困难群体，重大斗争", "陝西歷史博物館，關愛困難群體，重大鬥爭"),
        ("占城镇人口，占全市", "佔城鎮人口，佔全市"),
        ("考察干部，干支线，引水干渠，干净", "考察幹部，幹支線，引水幹渠，乾淨"),
    ],
)
def test_a_word_is_not_torn_by_a_phrase_that_begins_before_it(text: str, converted: str) -> None:
    assert traditional(text) == converted


def bare(pattern: str) -> str:
    """The word of a pattern without what must not stand beside it."""
    return re.sub(r"\(\?.*?\)", "", pattern)


def test_each_row_of_the_tables_keeps_its_length_and_has_a_reason() -> None:
    for table in ("traditional.tsv", "traditional_forms.tsv", "traditional_words.tsv", "name_characters.tsv"):
        found = [row.split("\t") for row in data_rows(table)]
        assert found
        assert all(len(one) == 3 and len(bare(one[0])) == len(one[1]) and one[2] for one in found), table
        assert len({one[0] for one in found}) == len(found), table


def test_each_phrase_of_the_table_is_converted_as_it_says() -> None:
    found = [row.split("\t") for name in ("traditional.tsv", "traditional_words.tsv") for row in data_rows(name)]
    alone = [one for one in found if "(?<=" not in one[0] and "(?=" not in one[0]]  # the others stand beside something
    assert len(alone) > len(found) - 10
    found = [(bare(word), *rest) for word, *rest in alone]
    assert [(one[0], traditional(one[0])) for one in found] == [(one[0], one[1]) for one in found]


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        ("一年里，这里、市里下达，往实里抓，报告里没有", "一年裡，這裡、市裡下達，往實裡抓，報告裡沒有"),
        (
            "佛山市里水镇，幸福里社区，果戈里大街，里海，3年里程碑",
            "佛山市里水鎮，幸福里社區，果戈里大街，里海，3年里程碑",
        ),
        ("宁波周”，韩国周等，一周。周边四周，西周、庄周", "寧波週”，韓國週等，一週。周邊四周，西周、莊周"),
        ("“远东杯”国际赛，亚足杯等，一杯茶，举杯", "“遠東盃”國際賽，亞足盃等，一杯茶，舉杯"),
        ("300只，（只），30只有，只要", "300隻，（隻），30只有，只要"),
        ("五谷丰登，光谷，一港五谷，稻谷", "五穀豐登，光谷，一港五谷，稻穀"),
        ("在沈高校，沈家坡，沈阳", "在瀋高校，沈家坡，瀋陽"),
        ("拉升，东升路，升华", "拉升，東升路，昇華"),
        ("凌河街，荡口，昆仑", "凌河街，蕩口，崑崙"),
    ],
)
def test_each_of_several_forms_has_its_kind_of_place(text: str, converted: str) -> None:
    assert traditional(text) == converted
