"""What expanded and words mode find and mark, over an engine that reads everything, and over the real one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import Engine
from deqing_search.engine.whoosh.engine import WhooshEngine
from deqing_search.language.folding import compact_text
from deqing_search.language.quantities import values
from deqing_search.query.expansion import variants
from deqing_search.request_deadline import checked_by
from deqing_search.search.searcher import FEW, Filters, SearchRequest, Years, echo, marker, search
from deqing_search.text.offsets import Span
from tests.brute_engine import BruteEngine
from tests.small import found, ids, report


@pytest.mark.parametrize(
    ("typed", "passage", "text"),
    [
        ("百分之十点二", "d2016-2", "１０.２％"),
        ("資訊化", "d2024-3", "信息化"),
        ("GDP", "d2016-2", "地区生产总值"),
        ("百分之七十", "p2021-1", "70%"),
    ],
)
def test_expanded_marks_the_variant_in_the_original_characters(engine, typed, passage, text):
    results = search(engine, SearchRequest(typed, mode="expanded"))
    hit = next(hit for hit in results.hits if hit.passage.id == passage)
    assert [hit.passage.text[a:b] for a, b in hit.marks] == [text]
    assert marker(typed, mode="expanded")(hit.passage.text) == hit.marks
    assert (results.variants[0].kind, results.variants[0].passages) == ("原词", 0)


PAIRS = [  # of the issue: each finds the other, in exact where one folds into the other, else in expanded
    ("１０８．７亿元", "108.7亿元", "exact"),
    ("108.7亿元", "108.7 亿元", "exact"),
    ("10.2%", "１０.２％", "exact"),
    ("10.2%", "百分之十点二", "expanded"),
    ("二〇二三年", "二○二三年", "exact"),
    ("二〇二三年", "2023年", "expanded"),
    ("二○二三年", "２０２３年", "expanded"),
    ("1.6:1", "1.6：1", "exact"),
    ("經濟", "经济", "exact"),
    ("隨著", "随着", "exact"),
    ("這裡", "这里", "exact"),
    ("臺州", "台州", "exact"),
    ("資訊", "信息", "expanded"),
]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory) -> Engine:
    made = WhooshEngine(tmp_path_factory.mktemp("pairs"), compact=compact_text)
    texts = list(dict.fromkeys(text for one, other, _ in PAIRS for text in (one, other)))
    made.write([report("pairs", "各种写法", "规划", 2024, [f"前文，{text}，后文。" for text in texts])])
    return made


@pytest.mark.parametrize(("one", "other", "mode"), PAIRS)
def test_each_spelling_finds_the_other_and_marks_it_as_it_stands(pairs, one, other, mode):
    for typed, printed in ((one, other), (other, one)):
        hits = search(pairs, SearchRequest(f"“{typed}”", mode=mode, limit=50)).hits
        assert ids(search(pairs, SearchRequest(f"“{typed}”", mode=mode, limit=50))) <= ids(
            search(pairs, SearchRequest(typed, mode=mode, limit=50))
        )
        marked = {hit.passage.text[a:b] for hit in hits for a, b in hit.marks}
        assert {typed, printed} <= marked
        if mode == "expanded":
            assert printed not in {
                hit.passage.text[a:b]
                for hit in search(pairs, SearchRequest(typed, mode="exact")).hits
                for a, b in hit.marks
            }


@pytest.fixture(scope="module", params=["brute", "whoosh"])
def wholes(request, tmp_path_factory) -> Engine:
    made = (
        BruteEngine() if request.param == "brute" else WhooshEngine(tmp_path_factory.mktemp("w"), compact=compact_text)
    )
    texts = [
        "增长12%，比0.2%高。",
        "增长２％。",
        "2%",
        "百分之二",
        "百分之二点五。",
        "百分之二十",
        "下降百分之二，十年",
        "二十家",
        "一百二十家",
        "20家",
    ]
    made.write([report("wholes", "整数", "规划", 2024, texts)])
    return made


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("百分之二", {"增长２％。", "2%", "百分之二", "下降百分之二，十年"}),
        ("2%", {"增长２％。", "2%", "百分之二", "下降百分之二，十年"}),
        ("20家", {"二十家", "20家"}),
        ("增长百分之二", {"增长２％。"}),
        ("2% NEAR/2 十年", {"下降百分之二，十年"}),
        ("同句:(2% 十年)", {"下降百分之二，十年"}),
    ],
)
def test_in_expanded_mode_a_number_is_a_number_however_it_was_typed(wholes, typed, texts):
    results = search(wholes, SearchRequest(typed, mode="expanded"))
    assert {hit.passage.text for hit in results.hits} == texts
    assert all(hit.marks for hit in results.hits)
    if " " not in typed:
        assert results.occurrences == sum(len(hit.marks) for hit in results.hits)


numbers = st.builds(
    lambda digits, point, unit: f"{digits}{point}{unit}",
    st.integers(1, 99_999),
    st.sampled_from(["", ".5", ".25"]),
    st.sampled_from(["%", "万亿元", "亿元", "万人", "家", "公顷"]),
).filter(lambda text: values(text)[0].number <= 10**15)  # nobody writes a larger one in characters


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, st.sampled_from(["", "1", "一", "0.", "增长"]), st.sampled_from(["", "5", "左右"]))
def test_every_spelling_of_a_number_finds_the_same_in_expanded_mode(one, other, before, behind):
    spelled = [one, *(variant.text for variant in variants(one))]
    texts = [f"{before}{text}{behind}。" for text in (*spelled, other, *(v.text for v in variants(other)))]
    engine = BruteEngine()
    engine.write([report("r", "报告", "", 2024, texts)])
    found_by = {text: found(engine, f"“{text}”", mode="expanded", limit=99) for text in spelled}
    assert len(set(map(frozenset, found_by.values()))) == 1, found_by


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("108.7 亿元", {"总量108.7亿元。", "增加一百零八点七亿元。", "亿元户108.7万。"}),
        ("108.7　亿 元", {"总量108.7亿元。", "增加一百零八点七亿元。", "亿元户108.7万。"}),
        ("108.7 AND 亿元", {"总量108.7亿元。", "亿元户108.7万。"}),
    ],
)
def test_a_number_and_its_unit_are_also_one_literal_in_expanded_mode(typed, texts):
    engine = BruteEngine()
    passages = ["总量108.7亿元。", "增加一百零八点七亿元。", "亿元户108.7万。", "总量8.7亿元。"]
    engine.write([report("amounts", "数额", "规划", 2024, passages)])
    found = search(engine, SearchRequest(typed, mode="expanded"))
    assert {hit.passage.text for hit in found.hits} == texts
    exact = {hit.passage.text for hit in search(engine, SearchRequest(typed, mode="exact")).hits}
    assert exact == {"总量108.7亿元。", "亿元户108.7万。"}
    said = [diagnostic.message for diagnostic in found.query.diagnostics]
    assert said == ([] if "AND" in typed else ["数和单位之间有空格，也按一个词“108.7亿元”查找"])


@pytest.mark.parametrize(
    ("typed", "longer"),
    [
        ("2%", 1),
        ("百分之二", 2),
        ("百分之二 -十年", 2),
        ("同段:(“2%” 增长)", 1),
        ("增长2%", None),  # nothing stands before it that a number could go on from
        ("20", 0),
        ("2% NEAR/9 增长", None),
    ],
)
def test_a_number_searched_as_text_comes_with_a_warning_if_longer_numbers_contain_it(wholes, typed, longer):
    notes = [note.message for note in search(wholes, SearchRequest(typed, mode="exact")).query.diagnostics]
    assert [f"其中 {longer} 段里" in note for note in notes] == ([True] if longer else [])
    if longer:
        rest = typed.replace("“2%”", "2%").replace("2%", "数值:2%").replace("百分之二", "数值:百分之二")
        exact, whole = found(wholes, typed, mode="exact"), found(wholes, rest, mode="exact")
        assert len(exact - whole) == longer


def test_the_warning_names_the_range_that_was_typed():
    engine = BruteEngine()
    engine.write([report("jobs", "就业", "规划", 2024, ["新增就业10万人以上。", "新增就业110万人，万人以上。"])])
    for typed, number in (
        ("就业 10 万人以上", "10万人以上"),
        ("就业 10 新增", "10"),
        ("10 万人以上 就业", "10万人以上"),
    ):
        (note,) = search(engine, SearchRequest(typed, mode="exact")).query.diagnostics
        assert note.message.endswith(f"请写 数值:{number}"), typed


@pytest.mark.parametrize(("typed", "longer"), [("IT", 1), ("digital", 0), ("GDP", 0), ("IT 产业", 0), ("i", 0)])
def test_a_latin_query_comes_with_a_warning_if_longer_words_contain_it(typed, longer):
    engine = BruteEngine()
    engine.write(
        [report("it", "产业", "规划", 2024, ["发展IT产业。", "发展digital产业，GDP增长。", "IT与digital产业。"])]
    )
    notes = [note.message for note in search(engine, SearchRequest(typed, mode="exact")).query.diagnostics]
    assert [f"其中 {longer} 段里只是更长的词的一部分" in note for note in notes] == [True] * longer


def test_the_warning_on_longer_words_leaves_out_the_other_spelling_of_a_numeral():
    engine = BruteEngine()
    engine.write([report("vi", "产业", "规划", 2024, ["VI类产业。", "Ⅵ类产业。", "VIP服务。"])])
    found = search(engine, SearchRequest("VI", mode="exact"))
    (note,) = found.query.diagnostics
    assert found.total == 3
    assert "其中 1 段里只是更长的词的一部分" in note.message


def test_numbers_in_near_are_not_counted_again_as_whole_numbers(wholes):
    steps = {}
    for typed in ("2% NEAR/9 (增长 OR 十)", "百分 NEAR/9 (增长 OR 十)"):
        with checked_by(lambda typed=typed: steps.update({typed: steps.get(typed, 0) + 1})):
            search(wholes, SearchRequest(typed, mode="exact"))
    assert len(set(steps.values())) <= 1


def test_what_is_excluded_is_excluded_as_it_was_typed(engine):
    results = search(engine, SearchRequest("資訊 -資訊", mode="expanded"))
    assert ids(results) == found(engine, "信息", mode="exact")
    assert [note.message for note in results.query.diagnostics] == [
        "“資訊”只按原样排除，“信息”这样的别的写法没有排除；都要排除，请再写 -信息"
    ]
    assert found(engine, "資訊 -資訊 -信息", mode="expanded") == set()
    assert search(engine, SearchRequest("信息 -规划", mode="expanded")).query.diagnostics == ()
    assert search(engine, SearchRequest("信息 -資訊", mode="exact")).query.diagnostics == ()


def test_each_variant_has_its_own_count(engine):
    other_forms = search(engine, SearchRequest("(地理信息 OR GDP) 年:2016", mode="expanded")).variants
    searched = [(v.literal, v.text, v.kind, v.passages) for v in other_forms]
    assert searched[0] == ("地理信息", "地理信息", "原词", 2)
    assert [one for one in searched if one[0] == "GDP" and one[3]] == [("GDP", "地区生产总值", "同义", 1)]
    assert ("GDP", "国内生产总值", "同义", 0) in searched  # was looked for as well


def test_values_are_marked(engine):
    hits = search(engine, SearchRequest("数值:10..12%", sort="oldest")).hits
    assert [[hit.passage.text[a:b] for a, b in hit.marks] for hit in hits] == [["１０.２％"], ["12%"]]
    assert marker("数值:10..12% -数值:5%")("增长5%和１０.２％") == (Span(5, 10),)


def test_words_stand_in_where_exact_finds_nothing(engine):
    results = search(engine, SearchRequest("德清的数字经济产业怎么样"))
    assert (results.mode, results.total, results.hits) == ("exact", 0, ())
    assert results.words.mode == "words"
    assert results.words.hits[0].passage.id == "d2024-1"
    assert search(engine, SearchRequest("德清的数字经济产业怎么样", mode="exact")).words is None


def test_words_follow_the_last_of_few_exact_hits_and_none_of_those_above(engine):
    results = search(engine, SearchRequest("促进地理信息"))
    assert (results.mode, results.total, ids(results)) == ("exact", 1, {"p2021-2"})
    assert (results.words.mode, results.words.total, ids(results.words)) == ("words", 2, {"d2016-2", "d2016-3"})
    assert [one.mode for one in results.lists] == ["exact", "words"]
    assert echo(results.words.query) == "查找含“促进”、“地理信息”中大多数词的段落"
    assert echo(
        search(engine, SearchRequest("促进地理信息", Filters(years=Years(2016, 2016)), mode="words")).query
    ) == ("在 2016 年的报告里查找含“促进”、“地理”、“信息”、“地理信息”之一的段落")


def test_one_word_has_no_count_of_occurrences(engine):
    assert echo(search(engine, SearchRequest("德清", mode="words")).query) == "查找含“德清”的段落"


def test_words_that_follow_exact_hits_hold_most_of_what_was_typed(engine):
    assert ids(search(engine, SearchRequest("数字经济核心产业")).words) == set()  # 数字经济 is half of it
    assert search(engine, SearchRequest("数字经济核心")).words.total == 1
    assert search(engine, SearchRequest("地理信息")).words.total == 0  # a word is not taken apart


def test_exact_and_words_hits_together_fill_one_page(engine):
    typed = "发展地理信息 OR 促进地理信息"
    assert len(search(engine, SearchRequest(typed)).words.hits) == 1
    assert len(search(engine, SearchRequest(typed, limit=3)).words.hits) == 1
    assert search(engine, SearchRequest(typed, limit=2)).words is None
    first, last = (search(engine, SearchRequest(typed, offset=at, limit=1)) for at in (0, 1))
    assert (first.words, last.words) == (None, None)
    assert len(search(engine, SearchRequest("促进地理信息", limit=2)).words.hits) == 1
    assert (
        search(engine, SearchRequest(typed, offset=1, limit=2)).words.hits
        == search(engine, SearchRequest(typed)).words.hits
    )


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("促进地理信息", {"mode": "exact"}),
        ("促进地理信息", {"mode": "expanded"}),
        ("促进地理信息", {"sort": "newest"}),
        ("促进地理信息", {"offset": 20}),
        ("“促进地理信息”", {}),  # all is quoted, and found
    ],
)
def test_words_do_not_follow_where_nobody_looks_for_more(engine, typed, options):
    results = search(engine, SearchRequest(typed, **options))
    assert results.total
    assert results.words is None


@pytest.mark.parametrize("exact_hits", [FEW - 1, FEW])
def test_words_results_do_not_follow_a_list_that_is_long_enough(exact_hits):
    engine = BruteEngine()
    engine.write([report("r", "报告", "", 2024, ["发展地理信息"] * exact_hits + ["地理信息"])])
    words = search(engine, SearchRequest("发展地理信息")).words
    assert (words is not None and words.total == 1) == (exact_hits < FEW)


def test_words_are_marked_as_the_passage_was_cut(engine):
    results = search(engine, SearchRequest("城镇化如何", mode="words"))
    marked = {hit.passage.text[a:b] for hit in results.hits for a, b in hit.marks}
    assert marked == {"城镇化"}


def test_words_mode_keeps_what_was_excluded_out(engine):
    hits = search(engine, SearchRequest("信息发展 -规划", mode="words")).hits
    assert hits
    assert all("规划" not in compact_text(hit.passage.text) for hit in hits)


def test_what_was_quoted_excludes_nothing_in_words_mode(engine):
    assert {"d2016-2", "d2016-3"} <= found(engine, '"信息产" 小镇', mode="words")
    assert found(engine, '"信息产" 小镇', mode="exact") == set()


def test_what_was_quoted_weighs_more_in_words_mode(tmp_path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    engine.write([report("r", "报告", "", 2024, ["推进产业发展，服务信息企业。", "信息服务业推进有力，企业发展。"])])
    for quoted, best in (("服务信息", 1), ("信息服务", 2)):
        assert search(engine, SearchRequest(f"“{quoted}”的企业", mode="words")).hits[0].passage.ordinal == best


@pytest.mark.parametrize("typed", ["“地理信息”如何促进小镇？", "促进地理信息的小镇 ？"])
def test_questions_with_a_quotation_or_a_lone_sign_find_passages(engine, typed):
    results = search(engine, SearchRequest(typed))
    assert results.total == 0
    assert results.words.hits
    assert search(engine, SearchRequest("促进地理信息 ？", mode="exact")).total == 1


def test_words_are_not_counted_as_occurrences(engine):
    mixed = search(engine, SearchRequest('"地理信息" 产业', mode="words"))
    assert mixed.total
    assert mixed.occurrences == 0
    assert search(engine, SearchRequest("推进地理信息")).words.occurrences == 0


def test_where_few_passages_have_most_of_the_words_those_with_any_are_found(engine):
    results = search(engine, SearchRequest("规划 人工智能 五水共治"))
    assert results.total == 0
    assert results.words is not None
    assert results.words.total
    assert {"d2016-3", "d2016-4", "p2021-2"} <= ids(results.words)
    assert ids(search(engine, SearchRequest("规划 人工智能 -编制")).words) & {"d2016-3"} == set()
    assert ids(search(engine, SearchRequest("规划 人工智能 年:2021")).words) == {"p2021-2"}


def test_words_that_ask_do_not_search(engine):
    asked = search(engine, SearchRequest("哪些城市推进地理信息小镇建设？")).words
    assert "城市" not in asked.query.root.terms
    assert asked.hits[0].passage.id == "d2016-3"


def test_reports_of_the_named_place_on_the_named_year_come_first(tmp_path):
    engine = WhooshEngine(tmp_path, compact=compact_text)
    aims = "2024年的增长目标：生产总值增长5%，增长目标。"  # says more of what is asked for
    texts = {
        2024: "生产总值增长目标为6%，各项工作稳步推进。",
        2025: "生产总值增长7%，超过目标，各项工作稳步推进。",
        2009: aims,
    }
    for place, year, text in [("乙州市", 2024, aims), *(("甲州市", year, text) for year, text in texts.items())]:
        made = report(f"{place}-{year}", "", "", year, [text, *["2024年工作。"] * FEW])
        meta = made.report.meta._replace(place=place)
        engine.write([made._replace(report=made.report._replace(meta=meta))])
    best = [
        hit.passage.report for hit in search(engine, SearchRequest("甲州2024年生产总值增长目标", mode="words")).hits
    ]
    assert best[:2] == ["甲州市-2024", "甲州市-2025"]


def test_a_synonym_ranks_and_a_place_and_a_year_need_not_stand_in_the_passage():
    engine = BruteEngine()
    texts = ["全市地区生产总值增长目标为6%。", *["2024年工作会议。"] * FEW, "工业增长目标。"]
    engine.write([report("r", "2024年杭州市政府工作报告", "", 2024, texts)])
    results = search(engine, SearchRequest("2024年GDP增长目标", mode="words"))
    assert "r-1" in ids(results)
