"""Verdicts on quotations: exact against brute force, and cases for each kind of change."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import Viewer
from deqing_search.errors import UsageError
from deqing_search.language.folding import compact_text
from deqing_search.quotes.check import check
from deqing_search.quotes.clause_verdicts import clause_verdicts
from deqing_search.quotes.findings import Checked, Finding
from deqing_search.quotes.running_text import stretches
from deqing_search.quotes.sentences import sentences
from deqing_search.store.current import open_index
from tests.brute_engine import BruteEngine
from tests.seeds import all_passages
from tests.site import seeds_index
from tests.small import report

TEXTS = {
    ("d2016", "2016年德清县政府工作报告", "政府工作报告", 2016): [
        "按照县委要求，推进地理信息产业发展。",
        "大力发展地理信息产业，积极培育新兴业态，扎实推进“五水共治”行动。地区生产总值增长10.2%以上。",
        "——2016年1月9日通过，增长率为-3.5%。能耗强度不得超过5%。坚持生态优先、绿色发展，持续改善人居环境，全面建成小康社会。",
    ],
    ("d2024", "2024年德清县政府工作报告", "政府工作报告", 2024): [
        "数字经济核心产业增加值增长12%左右，规上工业企业达到1050家。",
        "纵深推进“最多跑一次”改革，让群众办事更加方便，城镇居民人均可支配收入突破7万元。",
    ],
}


@cache
def engine() -> Viewer:
    """Two small reports, read by the engine that scans every text: the check needs only the protocol."""
    small = BruteEngine()
    small.write([report(*named, texts) for named, texts in TEXTS.items()])
    return small


@cache
def seeds() -> Viewer:
    return open_index(seeds_index())


def only(text: str) -> Finding:
    (found,) = check(engine(), text).findings
    return found


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("地区生产总值增长10.2%以上。", "exact"),
        ("地區生產總值增長１０．２％以上", "exact"),
        ("地区生产总值增长10.3%以上。", "number-altered"),
        ("地区生产总值增长10.2%以下。", "number-altered"),
        ("地区生产总值增长10.2‰以上。", "number-altered"),
        ("地区生产总值下降10.2%以上。", "number-altered"),
        ("地区生产总值增长10.2%。", "number-altered"),
        ("地区生产总值增长0.2%以上。", "number-altered"),
        ("能耗强度超过5%。", "number-altered"),
        ("能耗强度不得超过5万。", "number-altered"),
        ("超过5%", "number-altered"),
        ("2016年1月9日通过", "exact"),
        ("3.5%", "number-altered"),
        ("大力发展地理信息产业，积极培养新兴业态，扎实推进“五水共治”行动。", "altered"),
        ("坚持生态优先、绿色发展，全面建成小康社会。", "altered"),
        ("全面建成小康社会，坚持生态优先、绿色发展，持续改善人居环境。", "assembled"),
        ("大力发展地理信息产业，积极培育新兴业态，让群众办事更加方便。", "assembled"),
        ("推动海洋渔业转型，建设远洋捕捞基地和冷链物流中心。", "absent"),
    ],
)
def test_each_change_has_its_verdict(text: str, verdict: str) -> None:
    assert only(text).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("数字经济核心支柱增加值增长12%左右，规上工业企业达到1050家。", "altered"),
        ("数字经济核心产业增加值提高12%左右，规上工业企业达到1050家。", "altered"),
        ("数字经济核心产业增加值达到12%左右，规上工业企业达到1050家。", "number-altered"),
        ("数字经济核心产业增加值增长12%左右，大型工业企业达到1050家。", "altered"),
        ("数字经济核心产业增加值增长12%左右，规上工业企业超过1050家。", "number-altered"),
        ("数字经济核心产业增加值增长12%左右，规上工业企业达到1050户。", "number-altered"),
        ("数字经济核心支柱增加值增长13%左右，规上工业企业达到1050家。", "number-altered"),
        ("大力发展地理信息产业，积极培育新兴业态，统一推进“五水共治”行动。", "altered"),
        ("大力发展地理信息产业，积极培育新兴业态，扎实推进“四水共治”行动。", "number-altered"),
    ],
)
def test_words_beside_a_figure_are_no_altered_number(text: str, verdict: str) -> None:
    assert only(text).verdict == verdict


def test_an_altered_number_is_shown_with_both_numbers_and_first() -> None:
    found = check(engine(), "让群众办事更加方便。数字经济核心产业增加值增长21%左右，规上工业企业达到1050家。")
    first = found.urgent_first[0]
    assert first.verdict == "number-altered"
    assert [one.kind for one in first.differences] == ["number"] * len(first.differences)
    assert first.sources[0].report.id == "d2024"
    assert not found.is_found


def test_a_quotation_with_the_wrong_report_is_reported() -> None:
    quoted = "“数字经济核心产业增加值增长12%左右”"
    for text, said in (
        (f"《2024年德清县政府工作报告》提出：{quoted}", "agrees"),
        (f"《2016年德清县政府工作报告》提出：{quoted}", "contradicts"),
        (f"《2021年杭州市政府工作报告》提出：{quoted}", "unheld"),
        (f"2021年杭州市政府工作报告提出：{quoted}", "unheld"),
    ):
        found = only(text)
        assert (found.verdict, found.attribution) == ("exact", said)


def test_words_of_another_report_than_the_one_named_have_a_status_of_their_own() -> None:
    text = "《2016年德清县政府工作报告》提出：“数字经济核心产业增加值增长12%左右”。\n\n大力发展地理信息产业。"
    found = check(engine(), text)
    assert found.urgent_first[0].status == "misattributed"
    assert found.count("misattributed") == 1


@pytest.mark.parametrize("between", ["", "\n\n"])
def test_a_statement_beside_a_sentence_is_no_attribution(between: str) -> None:
    sentence = "让群众办事更加方便，城镇居民人均可支配收入突破7万元。"
    for text in (
        f"德清县2016年新建学校10所。{between}{sentence}",
        f"{sentence}{between}德清县2016年新建学校10所。",
        f"《2016年德清县政府工作报告》提出了目标。\n\n{sentence}",
    ):
        (found,) = (one for one in check(engine(), text).findings if one.verdict == "exact")
        assert found.attribution == ""


def test_a_lead_and_a_paragraph_that_it_opens_belong_together() -> None:
    for lead in ("德清县2016年提出：", "《2016年德清县政府工作报告》提出：\n\n"):
        found = only(f"{lead}“让群众办事更加方便，城镇居民人均可支配收入突破7万元。”")
        assert (found.verdict, found.attribution) == ("exact", "contradicts")


def test_an_altered_lead_of_a_report_is_reported() -> None:
    assert only("按照县委不要求，推进地理信息产业发展。").verdict == "number-altered"
    assert only("按照县委要求，推进地理信息产业发展。").verdict == "exact"


def test_a_clause_of_the_writer_is_absent_beside_one_of_a_report() -> None:
    found = check(engine(), "按照不全民共享的要求，数字经济核心产业增加值增长12%左右。").findings
    assert [one.verdict for one in found] == ["absent", "exact"]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("报告说“让群众办事更加方便”，还说“坚持改革”，并提出规上工业企业达到1150家。", "exact number-altered"),
        ("报告还要求推进地理信息产业发展，并提出要持续改善人居环境，全面建成小康社会。", "exact exact"),
        ("德清县今年大力发展地理信息产业，积极培育新兴业态，老张很高兴，他家就在附近。", "exact absent"),
        ("老张说，报告没有提出让群众办事更加方便。", "number-altered"),
        ("老张说，我们全力推进地理信息产业发展。", "altered"),
        ("按照要求，规上工业企业达到1050家的目标能实现。", "exact"),
        ("报告提出“让群众办事更加方便……突破7万元”。", "exact exact"),
        ("报告说“扎实推进‘五水共治’行动。地区生产总值增长10.2%以上”。", "exact exact"),
        ("报告说“推进地理信息产业发展，给每户发钱三千元”。", "absent"),
        ("一边是推进地理信息产业发展，一边是家里一直没有人来。", "exact absent"),
        ("德清把规上工业企业达到1050家列为重点任务。", "exact"),
        ("德清把规上工业企业达到1150家列为重点任务。", "number-altered"),
        ("报告说得很明白——推进地理信息产业发展。", "exact"),
        ("不少人还记得那年的目标：规上工业企业达到1150家；也有人早就忘了。", "absent number-altered"),
        ("回头看那年的清单，其中一项是推进地理信息产业发展。", "absent exact"),
        ("县政府工作报告称地理信息产业为主要目标，让群众办事更加方便。", "absent exact"),
        ("老张说，理信息产业发展得很快，他家很高兴。", "absent"),
        ("报告明确：数字经济核心支柱增加值增长12%左右。", "altered"),
    ],
)
def test_the_words_of_reports_are_found_among_those_of_a_writer(text: str, verdicts: str) -> None:
    assert [one.verdict for one in check(engine(), text).findings] == verdicts.split()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("《2016年德清县政府工作报告》里没有这一句。谈到办事，报告还说“让群众办事更加方便”。", "contradicts"),
        ("“让群众办事更加方便，城镇居民人均可支配收入突破7万元”，这是2016年德清县政府工作报告的话。", "contradicts"),
        ("德清县2024年的政府工作报告说“让群众办事更加方便”。《2016年德清县政府工作报告》里没有。", "agrees"),
        ("《2016年德清县政府工作报告》很长。到了2024年的报告，又说“让群众办事更加方便”。", "agrees"),
        ("按照市政府工作报告的要求，“让群众办事更加方便”。", ""),
        ("《2016年德清县政府工作报告》很长。2012年，让群众办事更加方便。", ""),
        ("《2016年德清县政府工作报告》很长。另据网上消息，让群众办事更加方便。", ""),
        ("报告的范文说“在2016年德清县政府工作报告里，让群众办事更加方便”。", ""),
    ],
)
def test_the_report_that_a_text_names_is_the_nearest(text: str, said: str) -> None:
    assert said in [one.attribution for one in check(engine(), text).findings if one.sources or not said]


def test_a_quotation_that_is_only_partly_found_says_which_part() -> None:
    found = only("报告说“推进地理信息产业发展，给每户发钱三千元”。")
    assert found.verdict == "absent"
    assert [part.source.passage.text[slice(*part.source.span)] for part in found.parts] == ["推进地理信息产业发展"]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("报告说“推进地理信息产业发展，给每户发钱三千元”。", "exact absent"),
        ("大力发展地理信息产业，积极培养新兴业态，扎实推进“五水共治”行动。", "exact altered exact"),
        ("数字经济核心产业增加值增长13%左右，规上工业企业达到1050家。", "number-altered exact"),
        ("大力发展地理信息产业，积极培育新兴业态，让群众办事更加方便。", "exact exact exact"),
        ("坚持生态优先、绿色发展，全面建成小康社会。", "exact exact"),
        ("让群众办事更加方便。", ""),
        ("老张家门前有条河，河里有许多鱼。", ""),
    ],
)
def test_each_clause_of_a_sentence_that_is_found_in_part_has_its_verdict(text: str, verdicts: str) -> None:
    (found,) = check(engine(), text).findings
    cut = clause_verdicts(text, found)
    assert [one.verdict for one in cut] == verdicts.split()
    for one in cut:
        if one.verdict == "exact" and one.source:
            stands = one.source.passage.text[slice(*one.source.span)]
            assert compact_text(stands) == compact_text(text[slice(*one.span)])


def test_other_spellings_are_named() -> None:
    found = only("地區生產總值增長１０．２％以上")
    assert {one.kind for one in found.spellings} == {"traditional", "width"}


def test_the_whole_text_is_shown_with_what_differs_in_it() -> None:
    text = "\n  数字经济核心产业增加值增长21%左右，规上工业企业达到1050家。\n\n另见“五水共治”。让群众办事更加方便！"
    shown = list(stretches(check(engine(), text)))
    assert "".join(piece.text for one in shown for piece in one.pieces) == text
    assert [one.finding.verdict for one in shown if one.finding][:1] == ["number-altered"]
    assert [piece.text for one in shown for piece in one.pieces if piece.differs] == ["21"]


def test_nothing_to_check_is_refused() -> None:
    for text in ("", "  \n", "。"):
        with pytest.raises(UsageError):
            check(engine(), text)


@pytest.mark.parametrize("ordinal", range(0, 60, 4))
def test_every_sentence_of_a_report_is_found(ordinal: int) -> None:
    passages = [one for one in all_passages() if one.kind == "paragraph"]
    passage = passages[ordinal * 7 % len(passages)]
    found = check(seeds(), passage.text)
    assert found.findings
    assert [one.sentence for one in found.findings if not one.is_found] == []


@settings(max_examples=60)
@given(st.data())
def test_exact_equals_a_scan_of_the_texts(data: st.DataObject) -> None:
    """A sentence is exact only if a text has it."""
    text = data.draw(st.sampled_from([text for texts in TEXTS.values() for text in texts]))
    start = data.draw(st.integers(0, len(text) - 8))
    cut = text[start : data.draw(st.integers(start + 8, len(text)))]
    at = data.draw(st.integers(0, len(cut) - 1))
    changed = data.draw(st.sampled_from([cut, cut[:at] + data.draw(st.sampled_from("的3不一，")) + cut[at + 1 :]]))
    every = [compact_text(text) for texts in TEXTS.values() for text in texts]
    for finding in _checked(changed).findings:
        if finding.verdict in ("exact", "formula"):
            assert any(compact_text(finding.sentence) in text for text in every)


def _checked(text: str) -> Checked:
    try:
        return check(engine(), text)
    except UsageError:
        return Checked(text, (), check(engine(), "增长10.2%").coverage)


@given(st.text(alphabet="一二a1.。！？”“」「\n ；，", max_size=40))
def test_sentences_cover_every_letter_once(text: str) -> None:
    spans = list(sentences(text))
    assert all(one.end <= next.start for one, next in pairwise(spans))
    assert "".join("".join(text[slice(*one)].split()) for one in spans) == "".join(text.split())
