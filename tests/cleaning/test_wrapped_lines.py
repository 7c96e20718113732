"""The words that decide where paragraphs end in a wrapped column: what the tables say, at every line end."""

from __future__ import annotations

from itertools import accumulate, islice
from pathlib import Path

import pytest

from deqing_search.cleaning.hard_wraps import hard_wrap
from deqing_search.cleaning.heading_odds import edge_signs, edges_of
from deqing_search.cleaning.sentence_odds import Piece, SentenceOdds, kind_of
from deqing_search.cleaning.sign_weights import weights_of
from deqing_search.text.offsets import apply_edits
from tests.damage import clean_reports
from tests.sown.columns import Setting, set_paragraph, set_report
from tests.sown.lines import is_long


@pytest.fixture(scope="module")
def report() -> list[str]:
    return next(clean_reports(Path(__file__).parents[2] / "seeds", 1, seed=1))


def test_all_edges_of_headings_weigh_what_their_signs_weigh(report: list[str]) -> None:
    lines = set_report(report, Setting(13, 13, hanging=True))
    text, edges, weights = "".join(lines), edges_of(lines), weights_of("heading")
    pairs = {line[at : at + 2] for line in lines for at in range(len(line) - 1)}
    ends = list(accumulate(map(len, lines)))[:-1]
    assert len(ends) > 100
    for end, edge in zip(ends, edges, strict=False):
        signs = edge_signs(text[end - 2 : end], text[end : end + 2], met=text[end - 1 : end + 1] in pairs)
        assert edge == pytest.approx(sum(weights.get(sign, 0.0) for sign in islice(signs, 6)))


def test_paragraphs_of_a_report_end_where_the_odds_are_better_than_inside_them(report: list[str]) -> None:
    """Two paragraphs at a time are taken for one piece; the odds are computed at its ends of sentences."""
    paragraphs = [line for line in report if line.endswith("。") and line.count("。") > 2]
    pairs = list(zip(paragraphs[::2], paragraphs[1::2], strict=False))
    starts = accumulate((len(one + other) for one, other in pairs), initial=0)
    odds = SentenceOdds([Piece(start, "".join(pair), True, True) for start, pair in zip(starts, pairs, strict=False)])
    right, start = 0, 0
    for one, other in pairs:
        end = start + len(one + other)
        inner = start + one.index("。") + 1
        hidden = start + len(one)
        at_end, inside = (odds.odds(start, odds.place(at, start, end)) for at in (hidden, inner))
        right += at_end > inside
        start = end
    assert len(pairs) > 5
    assert right > 0.8 * len(pairs)


@pytest.mark.parametrize(
    "setting", [Setting(26, 24, hanging=True), Setting(26, 24, hanging=False), Setting(20, 18, True)]
)
def test_a_first_line_two_em_short_opens_a_paragraph_where_its_blank_line_is_lost(
    report: list[str], setting: Setting
) -> None:
    paragraphs = list(filter(is_long, report))
    lost = range(5, len(paragraphs), 6)
    text = "".join(
        "\n".join(set_paragraph(paragraph, setting)) + ("\n" if at in lost else "\n\n")
        for at, paragraph in enumerate(paragraphs)
    )
    assert len(lost) > 3
    assert [line for line in apply_edits(text, hard_wrap(text)).split("\n") if line] == paragraphs


def test_items_of_a_list_stay_apart_between_blank_lines(report: list[str]) -> None:
    paragraphs = list(filter(is_long, report))
    items = ["- 化学工业、机械工业、电力工业一百一十四亿元。", "- 唐山和天津的震灾恢复、其它建设三百零八亿元。"]
    wrapped = ["\n".join(set_paragraph(paragraph, Setting(26, 26, hanging=True))) for paragraph in paragraphs]
    text = "\n\n".join([*wrapped[:4], "\n".join(items), *wrapped[4:]])
    lines = [line for line in apply_edits(text, hard_wrap(text)).split("\n") if line]
    assert lines == [*paragraphs[:4], *items, *paragraphs[4:]]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("（鼓掌）", "remark"),
        ("（一）深化改革", "plain"),
        ("各位代表！", "address"),
        ("——坚持创新。", "dash"),
        ("第一，深化改革。", "item"),
        ("新建学校五所。", "detail"),
        ("双金双银：指一批企业。", "term"),
        ("同时，推进改革。", "turn"),
        ("坚持稳中求进，全力稳定增长。其他", "pair"),
        ("深化拓展区域联动。", "lead1"),
    ],
)
def test_a_sentence_opens_in_one_of_a_few_ways(sentence: str, kind: str) -> None:
    assert kind_of(sentence) == kind
