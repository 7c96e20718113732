"""The words that decide where paragraphs end in a wrapped column: what the tables say, at every line end."""

from __future__ import annotations

from itertools import accumulate, islice
from pathlib import Path

import pytest

from deqing_search.cleaning.heading_odds import edge_signs, edges_of
from deqing_search.cleaning.sentence_odds import Piece, SentenceOdds, kind_of
from deqing_search.cleaning.sign_weights import weights_of
from tests.damage import clean_reports
from tests.sown.columns import Setting, set_report


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
    """Two paragraphs at a time are taken for one piece; the odds are asked at its ends of sentences."""
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
