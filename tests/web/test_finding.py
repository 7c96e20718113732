"""The page of results over the real seeds: what it counts, marks, lists and explains."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from deqing_search import indexing
from deqing_search.query.filters import TypedFilters, read_filters
from deqing_search.search import searcher
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app, pages
from tests import related_words
from tests.site import Tree, ask, hits, page, seeds_engine


def totals(tree: Tree) -> list[int]:
    found = re.search(
        r"([\d,]+) 段(?:·([\d,]+) 处)?·([\d,]+) 份报告", "".join(tree.text.split("\n")).replace("\xa0", " ")
    )
    return [int(number.replace(",", "")) for number in found.groups() if number]


def test_results_say_how_much_was_found_and_in_how_many_reports(client, engine):
    results = searcher.search(engine, searcher.SearchRequest("地理信息"))
    assert totals(page(client, ask("地理信息"))) == [results.total, results.occurrences, results.reports]


def test_every_mark_is_what_was_typed(client):
    tree = page(client, ask("莫干山"))
    assert tree.marks
    assert {"".join(mark.split()) for mark in tree.marks} == {"莫干山"}


def test_the_query_is_echoed_in_chinese(client):
    assert "查找含“共同富裕”且不含“规划”" in page(client, ask("共同富裕 -规划")).text


def test_related_words_stand_where_nothing_is_found_and_else_one_link_away(tmp_path):
    index = related_words.indexed(tmp_path)
    related_words.write(index, related_words.SIZES)
    engine = indexing.open_index(index)
    client = create_app(engine, PermalinkStore(index)).test_client()
    found, not_found = "看病", "看病公路"
    [offer] = [link for link in page(client, ask(found)).links if "related" in link]
    for text, address in ((found, unescape(offer)), (not_found, ask(not_found))):
        words = searcher.related(engine, text, 8)
        assert words
        shown = client.get(address).text
        for word in words:
            assert f'<span class="value" lang="zh-Hans">{word.text}</span><span class="count">{word.passages}<' in shown
    assert "related" not in client.get(ask("看病 医院")).text  # of two literals


def test_a_diagnostic_points_at_its_place(client):
    assert '<span class="misread">(</span>地理信息' in client.get(ask("(地理信息")).text


def test_the_pages_together_have_every_hit_once(client, engine):
    total = searcher.search(engine, searcher.SearchRequest("发展")).total
    last = -(-total // 20)
    assert last > 2
    turned = [page(client, ask("发展", page=number)).links for number in range(1, last + 1)]
    found = [path for links in turned for path in {urlsplit(link).path for link in links} if path.startswith("/p/")]
    assert len(found) == len(set(found)) == total  # folded or not


def test_the_link_to_the_next_page_leads_there(client):
    first = page(client, ask("发展"))
    assert hits(page(client, ask("发展", page=2)))[0] not in hits(first)
    assert any(parse_qs(urlsplit(link).query).get("page") == ["2"] for link in first.links)


def test_a_page_past_the_end_leads_to_the_last_one(client):
    tree = page(client, ask("地理信息", page=99), 404)
    assert "没有第 99 页" in tree.text
    assert page(client, next(link for link in tree.links if link.startswith("/?q="))).marks


@pytest.mark.parametrize("name", ["year", "kind"])
def test_each_facet_leads_to_as_many_passages_as_it_says(client, engine, name):
    facet = searcher.search(engine, searcher.SearchRequest("发展")).facets[name]
    assert facet
    for value, count in facet.items():
        tree = page(client, ask("发展", **{name: value}))
        assert totals(tree)[0] == count
        assert ask("发展") in [link.replace("/?q=%E5%8F%91%E5%B1%95", ask("发展")) for link in tree.links]


def test_a_filter_survives_the_next_search(client):
    text = client.get(ask("发展", year=2021, kind="规划", sort="oldest")).text
    for field in ('name="year" value="2021"', 'name="kind" value="规划"', 'name="sort" value="oldest"'):
        assert field in text


def test_newest_and_oldest_are_each_other_backwards(client, engine):
    years = {
        passage: hit.report.meta.year
        for hit in searcher.search(engine, searcher.SearchRequest("地理信息", limit=99)).hits
        for passage in [hit.passage.id]
    }
    newest, oldest = (
        [years[hit] for hit in hits(page(client, ask("地理信息", sort=sort)))] for sort in ("newest", "oldest")
    )
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)


def test_words_results_stand_under_their_own_heading(client):
    tree = page(client, ask("怎样发展地理信息产业"))
    assert "没有逐字匹配" in tree.text
    assert "以下是按词语查找的结果" in tree.text
    opened = [link for link in tree.links if link.startswith("/p/") and "?" in link and not link.endswith("#cite")]
    assert opened
    assert all("mode=words" in link for link in opened)


def test_words_results_follow_few_exact_ones_under_their_own_heading(client, engine):
    exact = searcher.search(engine, searcher.SearchRequest("推进城镇化", mode="exact"))
    tree = page(client, ask("推进城镇化"))
    assert totals(tree)[0] == exact.total == 2
    assert tree.text.index("逐字匹配的段落到此为止") < tree.text.index("按词语查找的全部段落")
    found = hits(tree)
    assert found[:2] == [hit.passage.id for hit in exact.hits]
    assert len(set(found)) == len(found) == 20
    opened = [link for link in tree.links if link.startswith("/p/") and "?" in link and not link.endswith("#cite")]
    assert ["mode=words" in link for link in opened] == [False] * 2 + [True] * 18
    assert "逐字没有更多" not in page(client, ask("推进城镇化", mode="exact")).text
    assert "逐字没有更多" not in page(client, ask("推进城镇化", sort="newest")).text


def test_hits_of_one_text_are_one_with_links_to_the_others(tmp_path):
    for year in (2022, 2023, 2024):
        folder = tmp_path / "reports"
        folder.mkdir(exist_ok=True)
        growth = f"今年地区生产总值增长{year % 2}%。"
        text = f"{year}年某县政府工作报告\n\n{growth}\n\n我代表县人民政府向大会报告工作，请予审议。\n"
        (folder / f"{year}.txt").write_text(text, encoding="utf-8")
    indexing.update(tmp_path / "index", [folder])
    client = create_app(indexing.open_index(tmp_path / "index"), PermalinkStore(tmp_path / "index")).test_client()
    tree = page(client, ask("请予审议"))
    assert totals(tree) == [3, 3, 3]
    assert len(hits(tree)) == 1
    assert "另有 2 段文字相同" in tree.text
    opened = {urlsplit(link).path for link in tree.links if link.startswith("/p/")}
    said = client.get("/api/v1/search?q=" + quote("请予审议")).json["hits"]
    assert opened == {hit["url"] for hit in said}
    assert [hit["same_as"] for hit in said] == [None, said[0]["id"], said[0]["id"]]
    assert len(hits(page(client, ask("请予审议", group="report")))) == 3
    assert len(hits(page(client, ask("生产总值增长")))) == 2  # 0 % twice, and 1 %


def test_nothing_found_is_explained(client):
    shown = "".join(page(client, ask("龘靐齉爩")).text.split("\n"))
    assert [said for said in ("没有找到", "：已收 5 份报告", "缺 2017–2020、2022–2023 年") if said not in shown] == []


def test_nothing_found_says_what_was_looked_into(client):
    for path in (
        ask("龘靐齉爩", year=2016),
        ask("龘靐齉爩 年:2016"),
        ask("龘靐齉爩", kind="规划"),
        ask("(龘靐齉爩 类型:规划) 发展"),
    ):
        assert "所选范围内已收 1 份报告" in "".join(page(client, path).text.split("\n"))
    assert "不限年份" in page(client, ask("德清 类型:规划", year=2016)).text
    nowhere = "".join(page(client, ask("龘靐齉爩", place="西安")).text.split("\n"))
    assert [said for said in ("没有收录符合筛选条件的报告", "全库：已收 5 份报告") if said not in nowhere] == []


def test_a_kind_that_no_report_has_is_reported_with_those_there_are(client):
    kinds = "、".join(searcher.kinds(seeds_engine()))
    for path in (ask("发展", kind="工作报告"), ask("发展 类型:工作报告")):
        assert f"没有类型是“工作报告”的报告；有 {kinds}。" in page(client, path).text
    for path in (ask("发展 类型:规划"), ask("龘靐齉爩 类型:规划"), ask("发展 -类型:工作报告")):
        assert "没有类型是" not in page(client, path).text


def test_a_place_that_no_report_has_is_reported_with_the_nearest(client):
    assert "没有地区含“西安”的报告；相近的有 浙江省湖州市德清县。" in page(client, ask("发展 地区:西安")).text
    assert "没有地区含" not in page(client, ask("龘靐齉爩 地区:德清")).text


def test_the_chart_of_years_shows_those_that_are_looked_into(client):
    shown = {
        path: re.findall(r'<li(?: class="(missing)")?>\s*<(?:a|span)[^>]*?title="(\d{4})', client.get(path).text)
        for path in (ask("发展"), ask("发展", kind="规划"), ask("发展", year="2021..2024"), ask("发展 年:2021..2024"))
    }
    whole, of_kind, chosen, typed = shown.values()
    assert [year for missing, year in whole if not missing] == ["2025", "2024", "2021", "2016"]
    assert of_kind == []  # one year alone is no chart
    assert chosen == typed == [("", "2024"), ("missing", "2023"), ("missing", "2022"), ("", "2021")]


@pytest.mark.parametrize(
    ("mode", "said"), [("exact", "已逐字查过"), ("expanded", "已逐字并按同义及其他写法查过"), ("words", "已按词语查过")]
)
def test_an_empty_page_says_how_the_query_was_searched(client, mode, said):
    tree = page(client, ask("龘靐齉爩", mode=mode))
    assert said in tree.text
    assert any("mode=words" in link for link in tree.links if link.startswith("/?")) == (mode != "words")


def test_variants_are_named_with_their_counts_and_can_be_left_out(client, engine):
    found = searcher.search(engine, searcher.SearchRequest("国内生产总值", mode="expanded"))
    tree = page(client, ask("国内生产总值", mode="expanded"))
    assert len(found.variants) > 1
    for form in found.variants:
        assert f"{form.text} {form.kind} · {form.passages} 段" in tree.text
    assert {"GDP", "地区生产总值"} & set(tree.marks)
    assert any("mode=exact" in link for link in tree.links)
    opened = [link for link in tree.links if link.startswith("/p/") and "?" in link and not link.endswith("#cite")]
    assert all("mode=expanded" in link for link in opened)
    assert all(page(client, link).marks for link in opened)


def test_the_examples_of_the_home_page_all_find_something(client):
    examples = [link for link in page(client, "/").links if link.startswith("/?q=")]
    assert len(examples) > len(pages.EXAMPLES)
    assert [link for link in examples if totals(page(client, link))[0] == 0] == []


def test_the_counts_of_a_filter_stay_while_one_of_its_values_is_chosen(client):
    def facet(path: str, name: str) -> list[tuple[str, str]]:
        part = client.get(path).text.partition(f'data-facet="{name}"')[2].partition("</div>")[0]
        return re.findall(r'<span class="value">(.+?)</span><span class="count">(\d+)', part)

    kinds = facet(ask("地理信息"), "kind")
    assert len(kinds) > 1
    for kind, _ in kinds:
        assert facet(ask("地理信息", kind=kind), "kind") == kinds


def test_a_filter_that_changes_nothing_is_not_offered(client):
    assert 'data-facet="kind"' not in client.get(ask("地理信息 年:2024")).text


def test_the_list_of_all_places_is_whole_and_each_leads_to_as_many_passages_as_it_says(tmp_path):
    names = ["广州", "深圳", "珠海", "汕头", "佛山", "韶关", "湛江", "肇庆", "江门", "茂名", "惠州", "梅州", "汕尾"]
    sources = tmp_path / "reports"
    for name in names:
        (sources / f"{name}市").mkdir(parents=True)
        text = f"{name}市政府工作报告\n\n{name}市人民政府大力发展海洋经济。\n"
        (sources / f"{name}市" / "2020.txt").write_text(text, encoding="utf-8")
    indexing.update(tmp_path / "index", [sources])
    app = create_app(indexing.open_index(tmp_path / "index"), PermalinkStore(tmp_path / "index"))
    shown = app.test_client().get(ask("海洋经济", sort="newest")).text
    link = unescape(shown.partition('<p class="more"><a href="')[2].partition('"')[0])
    assert "values-place" not in shown
    form = app.test_client().get(link).text.partition('id="all-place"')[2].partition("</details>")[0]
    assert '<input type="hidden" name="sort" value="newest">' in form
    places = re.findall(r'<input type="checkbox" name="place" value="(.+?)">.*?<span class="count">(\d+)', form)
    assert len(places) == len(names)
    for place, count in places:
        assert f"<b>{count}</b> 段" in app.test_client().get(ask("海洋经济", place=place)).text


@pytest.mark.parametrize("name", ["kind", "part"])
def test_several_values_of_a_filter_find_what_any_of_them_finds(client, engine, name):
    page_of_all = client.get(ask("发展", sort="newest")).text
    part = page_of_all.partition(f'data-facet="{name}"')[2].partition("</div>")[0]
    first, second = re.findall(r'<span class="value">(.+?)</span>', part)[:2]
    either = {
        hit.passage.id
        for value in (first, second)
        for hit in searcher.search(
            engine,
            searcher.SearchRequest("发展", read_filters(str, TypedFilters(**{name: value})), mode="exact", limit=1000),
        ).hits
    }
    both = "&".join(f"{name}={quote(value)}" for value in (first, second))
    shown = client.get(ask("发展") + "&" + both)
    assert f"<b>{len(either)}</b> 段" in shown.text
    assert client.get(f"/api/v1/search?q={quote('发展')}&{both}").json["total"] == len(either)
    chosen = unescape(shown.text.partition('class="facet picked"')[2].partition('href="/?')[2].partition('"')[0])
    assert parse_qs(chosen)[name] == [second]  # the link of the first value leaves the second


def test_a_report_that_the_query_names_stands_above_the_hits(client, engine):
    ((card, outline),) = searcher.search(engine, searcher.SearchRequest("德清 2024 报告")).named
    assert outline
    tree = page(client, ask("德清 2024 报告"))
    to_reports = [path for link in tree.links if len(path := urlsplit(link).path) > 3 and path.startswith("/r/")]
    assert unquote(to_reports[0]) == f"/r/{card.id}"
    ends = {urlsplit(link).fragment for link in tree.links if urlsplit(link).path == f"/r/{card.id}"}
    assert ends >= {f"p-{heading.id}" for heading in outline}
    api = client.get("/api/v1/search", query_string={"q": "德清 2024 报告"}).json
    assert [row["report"] for row in api["named"]] == [api["report"]["report"]] == [card.id]
    assert [row["text"] for row in api["report"]["outline"]] == [heading.text for heading in outline]


@pytest.mark.parametrize(
    ("path", "without", "left"),
    [
        (ask("地理信息 年:2005"), "去掉“年:2005”", ask("地理信息")),
        (ask("地理信息", year="2005"), "不限年份", ask("地理信息")),
        (ask("地理信息", kind="规划", year="2025"), "不限年份", ask("地理信息", kind="规划")),
    ],
)
def test_an_empty_page_offers_to_drop_the_condition_that_makes_it_empty(client, path, without, left):
    wanted = totals(page(client, left))[0]
    tree = page(client, path)
    assert f"{without}，有 {wanted} 段" in tree.text
    assert left.replace("+", "%20") in [quote(unquote(link), safe="/?=&") for link in tree.links]


def test_an_empty_page_does_not_offer_what_finds_nothing_either(client):
    assert "去掉“" not in page(client, ask("龘靐齉爩 年:2024", kind="规划")).text


def test_an_empty_page_says_that_a_report_is_undated_and_does_not_deny_it(tmp_path):
    sources = tmp_path / "reports"
    sources.mkdir()
    (sources / "report.txt").write_text("某县政府工作报告\n\n全县大力发展海洋经济。\n", encoding="utf-8")
    indexing.update(tmp_path / "index", [sources])
    client = create_app(indexing.open_index(tmp_path / "index"), PermalinkStore(tmp_path / "index")).test_client()
    for path in (ask("海洋经济 年:2005"), ask("海洋经济", year="2005")):
        text = page(client, path).text
        assert "另有 1 份报告年份不详" in text
        assert "，有 1 段，其中 1 段出自年份不详的报告" in text


def test_what_was_probably_meant_is_offered_and_finds_something(client):
    text = client.get(ask("地里信息")).text
    assert "您要找的是不是" in text
    assert page(client, ask("地理信息")).marks


def test_each_place_leads_to_as_many_passages_as_it_says(client):
    counts = searcher.search(seeds_engine(), searcher.SearchRequest("发展")).facets["place"]
    assert counts
    for place, count in counts.items():
        assert (
            searcher.search(seeds_engine(), searcher.SearchRequest("发展", searcher.Filters(place=place))).total
            == count
        )
        assert f"<b>{count}</b> 段" in client.get(ask("发展", place=place)).text


def test_each_part_leads_to_as_many_passages_as_it_says(client):
    counts = searcher.parts(seeds_engine(), searcher.search(seeds_engine(), searcher.SearchRequest("发展")))
    assert {"目标", "名词解释"} <= counts.keys()
    for part, count in counts.items():
        assert (
            searcher.search(seeds_engine(), searcher.SearchRequest("发展", searcher.Filters(part=part))).total == count
        )
        assert f"<b>{count}</b> 段" in client.get(ask("发展", part=part)).text


def test_a_part_holds_what_its_headings_say():
    part = searcher.Filters(part="名词解释")
    hits = searcher.search(seeds_engine(), searcher.SearchRequest("发展", part, limit=99)).hits
    assert hits
    for hit in hits:
        assert any("名词解释" in heading for heading in hit.passage.section)


def test_hits_under_their_report_are_the_same_hits(client):
    plain, grouped = (client.get(ask("发展", group=group)).text for group in ("", "report"))
    found = [set(re.findall(r'href="(/p/\w+)\?', text)) for text in (plain, grouped)]  # folded or not
    assert found[0] == found[1]
    assert len(found[0]) == 20


@pytest.mark.parametrize(
    ("path", "without"), [(ask("数字经济", year="2016"), "不限年份"), (ask("数字经济 年:2016"), "去掉“年:2016”")]
)
def test_words_instead_of_a_match_come_with_the_offer_to_drop_the_condition(client, path, without):
    wanted = totals(page(client, ask("数字经济")))[0]
    tree = page(client, path)
    assert "没有逐字匹配" in tree.text
    assert f"{without}，有 {wanted} 段逐字匹配" in tree.text
    assert ask("数字经济") in [quote(unquote(link), safe="/?=&") for link in tree.links]
