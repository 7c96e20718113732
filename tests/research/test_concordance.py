"""A concordance lists every occurrence and nothing else, and its contexts are the text around it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deqing_search.engine.base import AnalysedReport
from deqing_search.errors import UsageError
from deqing_search.language.analyzer import analyse, tokens
from deqing_search.language.folding import compact_text
from deqing_search.query.filters import Filters
from deqing_search.query.tree import And, Filter
from deqing_search.query.years import Years
from deqing_search.report import Metadata
from deqing_search.research.collocates import Span, collocates, dispersion, extensions, is_telling
from deqing_search.research.concordance import Wish, concordance
from deqing_search.research.keyness import keyness
from deqing_search.research.occurrences import beside, find, of_query
from deqing_search.research.scores import log_dice, log_likelihood
from deqing_search.search.searcher import count
from tests.brute_engine import BruteEngine
from tests.oracle import NOWHERE, report_of
from tests.site import seeds_engine

ALL = Wish(limit=None)


def engine_of(*texts: str, **years: str) -> BruteEngine:
    engine = BruteEngine()
    made = [report_of("r", texts, meta=Metadata(year=2020, place="甲市"))] if texts else []
    made += [report_of(name, [text], meta=Metadata(year=int(name[1:]))) for name, text in years.items()]
    engine.write(AnalysedReport(one, tuple(analyse(each.text) for each in one.passages)) for one in made)
    return engine


@settings(max_examples=60)
@given(st.lists(st.text("创新科 技。", max_size=20), min_size=1, max_size=4), st.integers(0, 5))
def test_every_occurrence_has_a_line_and_the_context_is_the_text_around_it(texts: list[str], width: int) -> None:
    found = concordance(engine_of(*texts), of_query("创新"), ALL._replace(width=width))
    assert found.occurrences == len(found.lines) == sum(compact_text(text).count("创新") for text in texts)
    for line in found.lines:
        start, end = line.span
        text = line.passage.text
        assert compact_text(line.found) == "创新"
        assert (line.left, line.found) == (text[max(start - width, 0) : start], text[start:end])
        assert line.right == text[end : end + width]


@pytest.mark.parametrize("typed", ["地理信息", "科技 OR 创新", "发展 -规划", "发展 NEAR/5 产业", "同句:(发展 产业)"])
def test_there_are_as_many_lines_as_a_search_counts(typed: str) -> None:
    found = concordance(seeds_engine(), of_query(typed), ALL)
    counted = count(seeds_engine(), typed)
    assert (found.occurrences, found.passages, found.reports) == (
        counted.occurrences,
        counted.passages,
        counted.reports,
    )
    assert len(found.lines) == found.occurrences > 0


def test_nested_terms_of_a_dictionary_are_left_out() -> None:
    engine = engine_of("科技创新，创新")
    found = concordance(engine, beside(of_query("创新"), ["科技创新"]), ALL)
    assert [(line.left, line.found) for line in found.lines] == [("科技创新，", "创新")]
    assert concordance(engine, of_query("创新 报告:none"), ALL).occurrences == 0


def test_lines_are_sorted_by_what_stands_left_or_right() -> None:
    wanted, seeds = of_query("发展"), seeds_engine()
    by_right = concordance(seeds, wanted, ALL._replace(order="right")).lines
    rights = [compact_text(line.passage.text[line.span.end :])[:10] for line in by_right]
    assert rights == sorted(rights)
    by_left = concordance(seeds, wanted, ALL._replace(order="left")).lines
    lefts = [compact_text(line.passage.text[: line.span.start])[::-1][:10] for line in by_left]
    assert lefts == sorted(lefts)
    assert len(lefts) == len(rights) > 100


def test_a_sample_depends_on_its_seed_only_and_pages_do_not_overlap() -> None:
    wanted, seeds = of_query("发展"), seeds_engine()
    drawn = [concordance(seeds, wanted, ALL._replace(sample=20, seed=seed)).lines for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 20
    pages = [concordance(seeds, wanted, Wish(sample=20, limit=8, offset=at)).lines for at in (0, 8, 16)]
    assert sum(map(tuple, pages), ()) == drawn[0]


def test_contexts_in_words_begin_and_end_with_words() -> None:
    lines = concordance(seeds_engine(), of_query("地理信息"), ALL._replace(unit="words", width=3)).lines
    assert lines
    for line in lines:
        starts = {0, len(line.passage.text), *(token.start for token in tokens(line.passage.text))}
        assert line.span.start - len(line.left) in starts
        assert line.span.end + len(line.right) in starts


def test_a_query_without_words_and_a_wide_context_are_refused() -> None:
    with pytest.raises(UsageError, match="没有要找的文字"):
        of_query("地区:德清")
    with pytest.raises(UsageError, match="宽度"):
        concordance(engine_of("创新"), of_query("创新"), Wish(width=101))


def test_collocates_are_counted_in_the_window_and_scored_by_the_formulas() -> None:
    engine = engine_of("优化营商环境。改善营商环境，优化服务。", "优化服务。营商环境", "优化生产")
    found = {one.word: one for one in collocates(find(engine, of_query("营商环境")), Span(1, 2), minimum=1).words}
    assert {word: (one.left, one.right) for word, one in found.items()} == {
        "优化": (1, 1),
        "改善": (1, 0),
        "服务": (0, 1),
    }
    total = sum(engine.view().frequencies(And(())).values())
    assert (found["优化"].frequency, found["优化"].log_dice) == (4, log_dice(2, 3, 4))
    assert found["优化"].log_likelihood == log_likelihood(2, 4, 4, total)


def test_what_is_looked_for_and_its_parts_are_no_collocates() -> None:
    found = find(seeds_engine(), of_query("科技创新"))
    near = {one.word for one in collocates(found, minimum=1).words}
    assert "体系" in near
    assert near.isdisjoint({"科技创新", "科技", "创新"})


def test_the_rest_of_a_word_around_the_occurrence_is_no_collocate() -> None:
    found = find(engine_of("发展现代服务业。公共服务网络", "改善营商环境"), of_query("服务"))
    assert {one.word for one in collocates(found, minimum=1).words} == {"发展", "现代", "公共", "网络"}
    found = find(engine_of("改善营商环境"), of_query("环境"))
    assert {one.word for one in collocates(found, minimum=1).words} == {"改善", "营商"}


def test_a_word_that_only_stands_in_a_longer_one_is_no_collocate_beside_it() -> None:
    found = find(engine_of("服务有求必应", "服务有求必应", "市场主体服务。市场"), of_query("服务"))
    assert {one.word for one in collocates(found, minimum=1).words} == {"有求必应", "市场主体", "市场"}


def test_stop_words_and_numbers_are_left_out_of_collocates_unless_wanted() -> None:
    telling = collocates(find(seeds_engine(), of_query("发展")), minimum=2).words
    every = collocates(find(seeds_engine(), of_query("发展")), minimum=2, common=True).words
    assert {one.word for one in telling} == {one.word for one in every if is_telling(one.word)}
    assert len(every) > len(telling) > 20
    assert [one.log_dice for one in telling] == sorted((one.log_dice for one in telling), reverse=True)


def test_of_many_occurrences_a_sample_is_counted_and_log_dice_is_that_of_all() -> None:
    found = find(engine_of(*["优化营商环境。"] * 90, *["改善营商环境。"] * 10), of_query("营商环境"))
    some, every = collocates(found, minimum=1, most=50), collocates(found, minimum=1)
    assert (some.occurrences, some.counted) == (100, 50)
    assert (every.occurrences, every.counted) == (100, 100)
    assert sum(one.near for one in some.words) == 50
    assert some.words
    assert all(one.log_dice == log_dice(2 * one.near, 100, one.frequency) for one in some.words)
    assert collocates(found, minimum=1, most=50) == some
    assert collocates(found, minimum=1, most=100) == every


def test_extensions_are_the_longest_strings_with_their_counts() -> None:
    engine = engine_of("优化营商环境建设", "优化营商环境建设", "优化营商环境。", "营商环境")
    found = [(one.text, one.occurrences) for one in extensions(find(engine, of_query("营商环境")), minimum=2)]
    assert found == [("优化营商环境", 3), ("营商环境建设", 2)]


def test_dispersion_compares_occurrences_with_sizes() -> None:
    engine = engine_of(r2020="创新创新", r2021="改革改革改革改革", r2022="无关无关")
    found = dispersion(find(engine, of_query("创新")))
    assert (found.over_reports, found.over_years, found.reports_with, found.reports) == (0.75, 0.75, 1, 3)
    assert [(year.name, year.occurrences, year.characters) for year in found.years] == [
        ("2020", 2, 4),
        ("2021", 0, 8),
        ("2022", 0, 4),
    ]
    only = dispersion(find(engine, of_query("创新", Filters(Years(2020, 2021)))))
    assert (only.reports, round(only.over_reports, 4)) == (2, 0.6667)


def test_keyness_finds_what_one_group_has_more_and_what_is_new_or_gone() -> None:
    engine = engine_of(r2020="改革，改革，改革。民生，" * 100, r2021="改革，人工智能，民生，民生，民生，" * 100)
    years = [Filter("year", NOWHERE, low=year, high=year) for year in (2021, 2020)]
    found = keyness(engine, *years)
    assert ([one.word for one in found.more], [one.word for one in found.less]) == (["民生"], ["改革"])
    assert "人工智能" in [one.word for one in found.new]
    assert found.gone == ()
    assert (found.here.reports, found.there.reports) == (1, 1)
    key = found.more[0]
    assert key.log_likelihood == log_likelihood(300, found.here.words, 400, found.here.words + found.there.words)
    assert keyness(engine, years[0]) == found
    with pytest.raises(UsageError, match="有一组没有报告"):
        keyness(engine, Filter("year", NOWHERE, low=1999, high=1999))


def test_the_terms_of_a_concordance_add_up() -> None:
    found = concordance(seeds_engine(), of_query("科技 OR 创新"), ALL)
    assert sum(found.by_term.values()) == found.occurrences
    assert Counter(line.term for line in found.lines) == found.by_term
