"""The reading page without a page: who owns a repair, what is explained, who stands beside, and the source itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deqing_search.report import LoggedEdit, Metadata, Passage, Report, ReportCard
from deqing_search.search.outline import outlined
from deqing_search.search.places import places_of
from deqing_search.text.offsets import Span
from deqing_search.web import punctuation, report_layout, source_view
from deqing_search.web.source_view import Unshown
from tests.seeds import SEEDS, report_of
from tests.site import SEEDS as SEED_FILES
from tests.site import page, seeds_app


def passage(id: str, ordinal: int, text: str, *spans: Span, **more) -> Passage:
    return Passage(id, "r", ordinal, "paragraph", 0, (), text, spans, (ordinal, ordinal), **more)


def entry(*source: Span, before: str = "前", fix: str = "fix") -> LoggedEdit:
    return LoggedEdit(fix, "缘由", source, (1, 1), before, "后")


def report(passages: list[Passage], edit_log: list[LoggedEdit]) -> Report:
    return Report("r", Metadata(), tuple(passages), "", "", tuple(edit_log))


FIRST, SECOND = passage("a", 1, "甲乙丙丁戊", Span(0, 5)), passage("b", 2, "己庚辛壬癸", Span(7, 12))


@pytest.mark.parametrize(
    ("span", "owners"),
    [
        (Span(1, 3), ["a"]),
        (Span(4, 8), ["a", "b"]),
        (Span(5, 7), ["a"]),  # removed between two: shown once, with the one before
        (Span(5, 5), ["a"]),
        (Span(6, 7), ["b"]),  # does not touch the one before
        (Span(12, 20), ["b"]),
        (Span(20, 25), []),
    ],
)
def test_a_repair_on_a_border_is_shown_once(span, owners):
    made = entry(span)
    repairs = report_layout.repaired(report([FIRST, SECOND], [made]))
    assert sorted(repairs) == owners


def test_what_was_removed_inside_a_passage_is_its_own():
    broken = passage("c", 1, "甲乙丙丁", Span(0, 2), Span(6, 8))
    made = entry(Span(2, 6))
    held = report([broken, passage("d", 2, "戊", Span(9, 10))], [made])
    assert report_layout.changes_of(held, broken).repairs == (made,)


def test_marks_of_the_format_are_apart_and_have_no_sign():
    bold = entry(Span(2, 4), before="**", fix="markup")._replace(after="")
    damage = entry(Span(6, 7), before="口")._replace(after="")
    text = passage("c", 1, "甲乙丙丁戊", Span(0, 2), Span(4, 6), Span(7, 8))
    found = report_layout.changes_of(report([text], [bold, damage]), text)
    assert found == report_layout.Changes((damage,), (bold,))
    assert [place.before for place in report_layout.places(text, [bold, damage])] == ["口"]


def test_of_a_passage_broken_by_another_each_keeps_its_own():
    broken, between = passage("c", 1, "甲乙丙丁", Span(0, 2), Span(6, 8)), passage("d", 2, "戊己", Span(3, 5))
    stored = report([broken, between], [entry(Span(3, 4))])
    assert list(report_layout.repaired(stored)) == ["d"]


# Signs where something was repaired


def removed(before: str, *source: Span) -> LoggedEdit:
    return LoggedEdit("fix", "缘由", source, (1, 1), before, "")


BROKEN = passage("c", 1, "甲乙丙丁", Span(0, 2), Span(6, 8))


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([removed("子丑", Span(2, 6))], [(2, "子丑")]),
        ([removed("子", Span(8, 9))], [(4, "子")]),
        ([removed("\n", Span(2, 6))], []),  # a line end is no word of anybody's
        ([LoggedEdit("fix", "缘由", (Span(0, 2),), (1, 1), "乙甲", "甲乙")], [(0, "乙甲")]),
        ([removed("子", Span(2, 6)), LoggedEdit("fix", "缘由", (Span(6, 7),), (1, 1), "&a;", "丙丁")], []),
        ([removed("子", Span(20, 22))], []),
    ],
)
def test_a_repair_is_signed_where_it_was_made(entries, found):
    assert report_layout.places(BROKEN, entries) == found


def test_of_a_text_that_is_not_the_source_s_no_place_is_guessed():
    assert report_layout.places(BROKEN._replace(text="甲乙丙"), [removed("子丑", Span(2, 6))]) == []


def test_signs_break_no_mark_and_change_no_text():
    drawn = report_layout.blocks([BROKEN], {"c": [Span(1, 3)]}, {}, {"c": [removed("子", Span(2, 6))]})[0].lines[0].runs
    assert [(run.text, run.marked, run.before) for run in drawn] == [
        ("甲", False, ""),
        ("乙丙", True, ""),
        ("", False, "子"),
        ("丁", False, ""),
    ]


def test_what_was_taken_out_of_a_seed_fits_where_its_sign_stands():
    """The source around a sign: the text before it, then what stood there."""
    signs = [(name, one, place) for name in SEEDS for one, place in signs_of(name)]
    assert len({name for name, *_ in signs}) >= 4  # the plan has no sign
    for name, one, place in signs:
        raw = "".join((SEED_FILES / f"{name}.txt").read_text(encoding="utf-8").split())
        before, around = "".join(place.before.split()), (one.text[: place.at][-1:], one.text[place.at :][:1])
        assert around[0] + before in raw or before + around[1] in raw, (name, one.text, place)


def signs_of(name):
    """The passages of a seed, each with a place in it where something was taken out."""
    read = report_of(name)
    repaired = report_layout.repaired(read)
    return [(one, place) for one in read.passages for place in report_layout.places(one, repaired.get(one.id, ()))]


def test_the_reading_page_signs_repairs_and_keeps_every_text():
    name = "deqing-2025-newspaper-page"
    tree = page(seeds_app().test_client(), f"/r/{name}")
    texts = {id.removeprefix("p-"): text for id, text in tree.text_of.items()}
    paragraphs = [one for one in report_of(name).passages if one.kind == "paragraph"]
    assert len(paragraphs) > 20
    assert all(texts[one.id] == one.text for one in paragraphs)
    assert tree.links.count("#ledger") > 10


@pytest.mark.parametrize("name", SEEDS)
def test_every_repair_inside_a_passage_of_a_seed_is_shown_there(name):
    stored = report_of(name)
    repairs = report_layout.repaired(stored)
    assert stored.passages
    for one in stored.passages:
        inside = [
            made
            for made in stored.edit_log
            if any(own.start < span.start < own.end for span in made.source for own in one.spans)
        ]
        assert set(inside) <= set(repairs.get(one.id, ()))


# Terms


GLOSSARY = passage("g", 9, "扩中提低：扩大中等收入群体。", Span(20, 30))._replace(kind="glossary", term="“扩中提低”")


def test_a_term_is_linked_where_a_paragraph_first_has_it():
    text = passage("t", 1, "深入实施扩中提低行动，扩中提低", Span(0, 15))
    (block,) = report_layout.blocks([text], {}, report_layout.explained([text, GLOSSARY]))
    assert [run.about for run in block.lines[0].runs] == ["", "g", ""]
    assert "".join(run.text for run in block.lines[0].runs) == text.text


def test_a_mark_is_not_broken_by_a_term():
    text = passage("t", 1, "扩中提低", Span(0, 4))
    (block,) = report_layout.blocks([text], {"t": [Span(0, 4)]}, report_layout.explained([GLOSSARY]))
    assert block.lines[0].runs == (report_layout.Run("扩中提低", True),)


def test_the_longest_term_wins():
    long = GLOSSARY._replace(id="h", term="扩中提低行动")
    text = passage("t", 1, "扩中提低行动", Span(0, 6))
    (block,) = report_layout.blocks([text], {}, report_layout.explained([GLOSSARY, long]))
    assert block.lines[0].runs == (report_layout.Run("扩中提低行动", False, "h"),)


# Neighbours


def card(id: str, year: int | None, place: str = "德清县", kind: str = "政府工作报告") -> ReportCard:
    return ReportCard(id, Metadata(kind=kind, year=year, place=place), "", "", 1, 0)


def test_the_nearest_years_of_the_same_place_and_kind_are_beside():
    here = report([FIRST], [])._replace(id="here", meta=card("", 2020).meta)
    cards = [card("far", 2016), card("before", 2019), card("here", 2020), card("after", 2023)]
    cards += [card("other", 2021, "安吉县"), card("plan", 2021, kind="规划"), card("undated", None)]
    before, after = report_layout.neighbours(here, cards, places_of(cards))
    assert (before.id, after.id) == ("before", "after")


def test_a_place_is_beside_itself_under_its_former_name():
    cards = [card("before", 2009, "湖北省襄樊市"), card("here", 2012, "湖北省襄阳市")]
    here = report([FIRST], [])._replace(id="here", meta=cards[1].meta)
    assert report_layout.neighbours(here, cards, places_of(cards)) == (cards[0], None)


def test_without_a_year_or_a_place_nobody_is_beside():
    assert report_layout.neighbours(report([FIRST], []), [card("a", 2019, "")], {}) == (None, None)


# The source


@pytest.mark.parametrize("name", SEEDS)
def test_the_source_of_a_seed_stands_beside_it_whole(name):
    """Everything kept of the source is shown, and nothing but the source."""
    stored = report_of(name)
    raw = source_view.original(stored)
    assert raw is not None
    pairs = source_view.beside(stored, raw)
    assert pairs
    for pair in pairs:
        shown = ["".join(run.text for run in stretch) for stretch in pair.source]
        assert all(text in raw.text for text in shown)
        kept = "".join(raw.text[span.start : span.end] for span in pair.passage.spans)
        assert len(kept) <= len("".join(shown))


def test_a_source_that_has_changed_is_not_shown(tmp_path):
    stored = report_of(SEEDS[0])
    changed = tmp_path / "changed.txt"
    changed.write_text("另一篇文章。\n" * 400, encoding="utf-8")
    assert source_view.original(stored._replace(path=str(changed))) is Unshown.CHANGED
    assert source_view.original(stored._replace(path=str(tmp_path / "gone.txt"))) is Unshown.CHANGED


@pytest.mark.parametrize("name", SEEDS)
def test_the_page_beside_the_source_is_whole(name):
    tree = page(seeds_app().test_client(), f"/r/{name}?raw=1")
    assert {f"p-{one.id}" for one in report_of(name).passages} <= set(tree.text_of)


def test_a_paragraph_without_a_heading_is_not_called_an_introduction():
    assert "导语" not in page(seeds_app().test_client(), "/r/deqing-2016-work-report").text


def test_a_kicker_above_its_headline_is_not_led_to_under_the_article_before() -> None:
    stored = report_of("deqing-2025-newspaper-page").passages
    shown = [heading.text for heading in outlined(stored)]
    kicker = next(passage.text for passage in stored if passage.text.startswith("听取了王波"))
    assert kicker not in shown
    assert sum(heading.level == 1 for heading in outlined(stored)) == 4
    plan = report_of("deqing-2021-urbanization-plan").passages
    assert len(outlined(plan)) == sum(passage.kind == "heading" for passage in plan)


def test_half_width_stops_are_shown_in_full_width_on_request_and_nothing_else_changes():
    client = seeds_app().test_client()
    plain, wide = (page(client, f"/r/deqing-2024-work-report{end}q=%E5%9C%B0%E7%90%86") for end in ("?", "?wide=1&"))
    passages = {id: text for id, text in plain.text_of.items() if id.startswith("p-")}
    assert {id: wide.text_of[id] for id in passages} == {id: punctuation.widened(text) for id, text in passages.items()}
    assert len(plain.marks) == len(wide.marks) > 0
    assert any("," in text for text in passages.values())


def test_a_report_in_full_width_offers_no_choice_of_stops():
    client = seeds_app().test_client()
    assert "显示为全角" not in client.get("/r/deqing-2025-newspaper-page").text
    assert "显示为全角" in client.get("/r/deqing-2024-work-report").text


@given(st.text("中,;:?!，（）“”5%.a ", max_size=40))
def test_full_width_stops_keep_every_offset_and_every_other_character(text: str) -> None:
    shown = punctuation.widened(text)
    assert len(shown) == len(text)
    assert all(
        new == old or (old, new) in zip(",;:?!", "，；：？！", strict=True)
        for old, new in zip(text, shown, strict=True)
    )
    assert punctuation.widened(shown) == shown


# Runs and tables


def row(*cells: tuple[str, str], ordinal: int = 1) -> Passage:
    text = "；".join(f"{name}：{value}" if name else value for name, value in cells)
    return Passage(f"row{ordinal}", "r", ordinal, "table-row", 0, (), text, (Span(0, 1),), (1, 1), cells=cells)


def test_a_row_without_a_value_keeps_the_place_of_its_column():
    rows = [row(("指标", "甲"), ("2025", "7")), row(("指标", "乙"), ("2020", "3"), ("2025", "9"), ordinal=2)]
    (table,) = report_layout.blocks(rows, {})
    assert [head[0].text for head in table.columns] == ["指标", "2020", "2025"]
    assert [[run.text for cell in line.cells for run in cell] for line in table.lines] == [
        ["甲", "7"],
        ["乙", "3", "9"],
    ]
    assert table.lines[0].cells[1] == ()


def test_a_mark_in_a_column_name_is_shown_in_the_head():
    only = row(("2025年目标", "70"))
    (table,) = report_layout.blocks([only], {only.id: [Span(0, 5)]})
    assert table.columns == ((report_layout.Run("2025年", True), report_layout.Run("目标", False)),)


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
def test_runs_are_the_text_whatever_the_marks(text, ends):
    cut = report_layout.runs(text, [Span(*sorted(pair)) for pair in ends])
    assert "".join(run.text for run in cut) == text
    assert all(run.text for run in cut)
