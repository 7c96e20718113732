"""Query, filters and order travel from page to page, and no page leaves a filter out of account."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from deqing_search.query.filters import Filters
from deqing_search.search import searcher
from tests.site import ask, hits, page

CHOSEN = {"kind": "政府工作报告", "place": "德清", "part": "工作安排", "sort": "newest", "year": "2016..2024"}


def parameters(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def sides(tree) -> list[str]:  # type: ignore[no-untyped-def]
    return [tree.text_of[f"side-{number}"] for number in (1, 2)]


def link_to(tree, path: str) -> str:
    return next(link for link in tree.links if urlsplit(link).path == path and urlsplit(link).query)


@pytest.mark.parametrize("path", ["/trend", "/compare", "/export.csv", "/feed.atom"])
def test_the_search_travels_from_the_results(client, path):
    found = client.get(ask("发展", **CHOSEN)).text
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', found)]
    given = parameters(next(link for link in links if urlsplit(link).path == path))
    wanted = {"q": "发展", **CHOSEN}
    if path == "/feed.atom":
        del wanted["sort"]  # a feed has an order of its own
    assert given == wanted


def test_a_comparison_without_chosen_years_begins_with_those_that_have_a_match(client):
    assert sides(page(client, ask("数字经济").replace("/?", "/compare?"))) == ["2021 年", "2024 年"]


@pytest.mark.parametrize("path", ["/trend", "/compare"])
def test_the_search_travels_back_to_the_results(client, path):
    tree = page(client, ask("发展", **{**CHOSEN, "year": "2016"}).replace("/?", f"{path}?"))
    back = parameters(link_to(tree, "/"))
    assert {name: back[name] for name in ("q", "kind", "place", "part", "sort")} == {
        "q": "发展",
        **{name: value for name, value in CHOSEN.items() if name != "year"},
    }


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "规划"), ("place", "德清"), ("part", "工作安排"), ("year", "2024")]
)
def test_the_trend_counts_what_the_filters_leave(client, engine, name, value):
    filters = Filters(years=searcher.Years(2024, 2024)) if name == "year" else Filters(**{name: value})
    wanted = searcher.count(engine, "发展", filters).occurrences
    assert wanted > 0
    said = client.get(ask("发展", **{name: value}).replace("/?", "/api/v1/trend?")).json
    assert sum(year["occurrences"] for year in said["years"]) + said["undated"] == wanted
    assert f"共 {wanted} 处" in page(client, ask("发展", **{name: value}).replace("/?", "/trend?")).text


def test_a_comparison_keeps_to_the_filters(client, engine):
    tree = page(client, ask("发展", kind="规划").replace("/?", "/compare?"))
    assert "2021" in tree.text
    wanted = searcher.count(engine, "发展", Filters(searcher.Years(2021, 2021), kind="规划"))
    assert f"{wanted.passages} 段 · {wanted.occurrences} 处" in tree.text


def test_a_comparison_begins_with_the_chosen_years(client):
    tree = page(client, ask("发展", year="2016..2021").replace("/?", "/compare?"))
    assert sides(tree) == ["2016 年", "2021 年"]


@pytest.mark.parametrize("path", ["/trend", "/compare"])
def test_a_page_that_counts_exact_matches_only_says_so(client, path):
    assert "只数逐字匹配" in page(client, ask("发展", mode="words").replace("/?", f"{path}?")).text
    assert "只数逐字匹配" not in page(client, ask("发展").replace("/?", f"{path}?")).text


def test_the_links_of_the_header_keep_the_query(client):
    passage = hits(page(client, ask("发展")))[0]
    for path in (ask("发展"), f"/p/{passage}?q=发展", "/r/deqing-2024-work-report?q=发展"):
        tree = page(client, path)
        for other in ("/r/", "/trend", "/compare"):
            assert parameters(link_to(tree, other))["q"] == "发展"
    assert 'value="发展"' in client.get("/r/?q=发展").text


CONDITIONS = {
    "q": ("发展", "产业"),
    "mode": ("words", "expanded"),
    "year": ("2024", "2016"),
    "kind": ("政府工作报告", "规划"),
    "place": ("德清", "杭州"),
    "part": ("工作安排", "回顾"),
    "report": ("deqing-2024-work-report", "deqing-2016-work-report"),
}
ROUTES = {
    "/": {"q": "发展"},
    "/r/": {},
    "/trend": {"q": "发展"},
    "/compare": {"q": "发展"},
    "/coverage": {},
    "/panel": {"terms": "发展"},
    "/concordance": {"q": "发展"},
    "/collocates": {"q": "发展"},
    "/keyness": {"q": "发展"},
    "/figures": {"indicator": "地区生产总值"},
    "/pledges": {"indicator": "地区生产总值"},
    "/promises": {"place": "德清"},
    "/places": {"place": "德清"},
    "/verify": {},
    "/reuse": {},
    "/feed.atom": {"q": "发展"},
    "/export.csv": {"q": "发展"},
    "/panel.csv": {"terms": "发展"},
    "/concordance.csv": {"q": "发展"},
    "/collocates.csv": {"q": "发展"},
    "/keyness.csv": {"q": "发展"},
    "/figures.csv": {"indicator": "地区生产总值"},
    "/pledges.csv": {"indicator": "地区生产总值"},
    "/api/v1/search": {"q": "发展"},
    "/api/v1/reports": {},
    "/api/v1/coverage": {},
    "/api/v1/trend": {"q": "发展"},
    "/api/v1/panel": {"terms": "发展"},
    "/api/v1/concordance": {"q": "发展"},
    "/api/v1/collocates": {"q": "发展"},
    "/api/v1/keyness": {"q": "发展"},
    "/api/v1/figures": {"indicator": "地区生产总值"},
    "/api/v1/pledges": {"indicator": "地区生产总值"},
}


def said(client, path: str, parameters: dict[str, str]) -> tuple[int, str]:
    """The status, and the words of a file or of the main part of a page without its forms and what is chosen."""
    with client.get(path, query_string=parameters) as answer:
        html = answer.text
    main = html.partition("<main")[2] or html
    for hidden in (
        "<form.*?</form>",
        "<nav.*?</nav>",
        '<div class="facet picked">.*?</div>',
        "<(self|id)>.*?<",
        "<[^>]+>",
    ):
        main = re.sub(hidden, " ", main, flags=re.S)
    return answer.status_code, " ".join(main.split())


@pytest.mark.parametrize("path", ROUTES)
def test_a_condition_changes_the_answer_or_the_page_says_that_it_does_not(client, path):
    """One of two values changes what is said: the figures, a note that names the condition, or a refusal."""
    plain = said(client, path, ROUTES[path])
    assert plain[1]
    answers = {
        name: [said(client, path, {**ROUTES[path], name: value}) for value in values]
        for name, values in CONDITIONS.items()
    }
    assert [name for name, some in answers.items() if all(answer == plain for answer in some)] == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/r/?q=发展&part=回顾", "检索式、内容分类"),
        ("/coverage?mode=words", "匹配方式"),
        ("/pledges?report=x&part=回顾", "内容分类、报告"),
        ("/panel?terms=发展&q=产业", "检索式"),
    ],
)
def test_a_page_names_the_conditions_that_do_not_change_it(client, path, named):
    assert f"以下条件不影响本页：{named}" in page(client, path).text


@pytest.mark.parametrize("path", ["/r/", "/panel?q=发展", "/concordance?q=发展&mode=exact", "/verify"])
def test_a_page_that_uses_all_conditions_names_none(client, path):
    assert "不影响本页" not in page(client, path).text


TOOLS = (
    "/panel",
    "/concordance",
    "/collocates",
    "/keyness",
    "/figures",
    "/pledges",
    "/promises",
    "/places",
    "/coverage",
    "/reuse",
)


@pytest.mark.parametrize("path", ["/", "/trend", "/compare", *TOOLS])
def test_the_search_travels_from_every_page_to_every_other(client, path):
    tree = page(client, ask("发展", **CHOSEN).replace("/?", f"{path}?"))
    for other in ("/trend", "/compare", *TOOLS):
        assert parameters(link_to(tree, other)).items() >= {"q": "发展", **CHOSEN}.items(), other


def test_the_search_travels_into_a_report_and_back(client):
    tree = page(client, ask("发展", **CHOSEN))
    into = next(link for link in tree.links if link.startswith("/r/deqing") and "#p-" in link)
    report = page(client, into)
    assert parameters(link_to(report, "/")) == parameters(link_to(report, "/trend")) == {"q": "发展", **CHOSEN}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/panel?place=德清&terms=产业, 地理信息", '"产业" OR "地理信息"'),
        ("/trend?place=德清&terms=产业, 地理信息 -规划", "产业 OR (地理信息 -规划)"),
    ],
)
def test_several_terms_travel_as_one_query(client, path, query):
    tree = page(client, path)
    assert {parameters(link_to(tree, to))["q"] for to in ("/collocates", "/concordance", "/compare")} == {query}


@pytest.mark.parametrize("path", ["/concordance?", "/r/deqing-2024-work-report?"])
def test_links_to_passages_carry_the_whole_search(client, path):
    tree = page(client, f"{path}q=产业&place=德清&year=2024")
    links = [parameters(link) for link in tree.links if link.startswith("/p/") and "?" in link]
    assert len(links) > 5
    assert {tuple(one[name] for name in ("q", "place", "year")) for one in links} == {("产业", "德清", "2024")}


def test_entries_of_a_feed_lead_back_to_the_whole_search(client):
    links = re.findall(
        r'<link rel="alternate" type="text/html" href="[^"]+(/p/[^"]+)"',
        client.get("/feed.atom?q=产业&place=德清").text,
    )
    assert len(links) > 1
    assert {parameters(unescape(link)).get("place") for link in links} == {"德清"}


def test_a_line_for_each_place_asks_for_places(client):
    assert "要先写明地区" in page(client, "/trend?q=产业&each=1").text
    assert "地区含“德清”或地区含“湖州”" in page(client, "/trend?q=产业&each=1&place=德清|湖州").text


def test_words_that_name_a_figure_lead_to_its_target_and_outcome(client):
    (link,) = [
        link
        for link in page(client, "/?q=德清 2024 GDP 目标").links
        if link.startswith("/pledges") and "indicator" in link
    ]
    assert parameters(link) == {"place": "德清", "indicator": "地区生产总值", "year": "2024"}
    assert "查看这项指标" not in page(client, "/?q=德清 产业").text


DICTIONARY = "创新：科技创新, 创新驱动\n人工智能"
QUERIES = "产业, 地理信息 -规划"


def travelled(client, *paths: str):  # type: ignore[no-untyped-def]
    """The page at the end of a way along links, from the first address."""
    tree = page(client, paths[0])
    for path in paths[1:]:
        tree = page(client, link_to(tree, path))
    return tree


def test_the_groups_of_a_panel_travel_to_the_trend_and_back(client):
    start = f"/panel?place=德清&terms={quote(DICTIONARY)}"
    for way in (("/trend", "/panel"), ("/compare", "/trend", "/", "/panel"), ("/collocates", "/panel")):
        back = travelled(client, start, *way)
        assert "组：创新" in back.text, way
        assert "不影响本页" not in back.text


def test_the_queries_of_a_trend_travel_to_a_comparison_and_back(client):
    back = travelled(client, f"/trend?place=德清&terms={QUERIES}", "/compare", "/", "/panel", "/trend")
    assert "产业：共" in back.text
    assert "地理信息 -规划：共" in back.text


def test_the_groups_of_a_panel_outlive_the_form_of_the_trend(client):
    link = link_to(page(client, f"/panel?terms={quote(DICTIONARY)}"), "/trend")
    form = client.get(link).text.partition('<form class="compare-form"')[2].partition("</form>")[0]
    fields = re.findall(r'<input (?:type="hidden"|id="terms") name="(\w+)" value="([^"]*)"', form)
    given = {name: unescape(value) for name, value in fields} | {"by": "place"}
    assert given["terms"] == '"科技创新" OR "创新驱动" OR "人工智能"'
    assert "组：创新" in travelled(client, f"/trend?{urlencode(given)}", "/panel").text


def test_a_changed_query_leaves_the_groups_behind(client):
    tree = page(client, f"/panel?q=产业&made_of={quote(DICTIONARY)}")
    assert tree.text_of["terms"] == "产业"
    assert "made_of" not in parameters(link_to(tree, "/trend"))


def test_files_refuse_the_list_that_only_pages_carry(client):
    assert client.get("/export.csv?q=产业&made_of=产业").status_code == 400
    assert client.get("/api/v1/trend?q=产业&made_of=产业").status_code == 400


PAGES = ("/", "/r/", "/trend", "/compare", *TOOLS, "/verify", "/api", "/excerpts")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_the_header_keeps_the_whole_search(client, path):
    tree = page(client, ask("发展", **CHOSEN).replace("/?", f"{path}?"))
    for other in ("/r/", "/trend", "/compare", *TOOLS, "/verify", "/api"):
        assert parameters(link_to(tree, other)) == {"q": "发展", **CHOSEN}, other


def test_the_search_travels_over_a_checked_quotation(client):
    form = client.get(ask("发展", **CHOSEN).replace("/?", "/verify?")).text.partition('class="verify-form"')[2]
    checked = client.post(unescape(re.search('action="([^"]+)"', form)[1]), data={"text": "大力发展数字经济"})
    assert checked.status_code == 200
    (trend,) = [unescape(link) for link in re.findall(r'href="(/trend[^"]*)"', checked.text)]
    assert parameters(trend) == {"q": "发展", **CHOSEN}


def test_the_search_travels_over_two_reports_side_by_side(client):
    two = "/compare?reports=1&q=发展&place=德清&year=2016..2024&sort=newest"
    carried = {"q": "发展", "place": "德清", "year": "2016..2024", "sort": "newest"}
    assert parameters(link_to(page(client, "/compare?" + urlencode(carried)), "/compare"))
    tree = page(client, f"{two}&a=deqing-2016-work-report&b=deqing-2024-work-report")
    assert "以下条件不影响本页：检索式" in tree.text
    for path in ("/r/deqing-2016-work-report", "/r/deqing-2024-work-report", "/trend"):
        assert parameters(link_to(tree, path)) == carried
    report = page(client, link_to(tree, "/r/deqing-2024-work-report"))
    assert parameters(link_to(report, "/")) == carried


def test_a_filter_taken_from_a_comparison_leaves_its_years(client):
    tree = page(client, "/compare?q=发展&place=德清&year=2016..2024&sort=newest")
    links = [parameters(link) for link in tree.links if link.startswith("/compare?")]
    assert {"q": "发展", "sort": "newest", "year": "2016..2024", "left": "2016", "right": "2024"} in links


@pytest.mark.parametrize("path", ["/verify", "/api", "/excerpts", "/figures", "/r/"])
def test_the_search_stays_in_the_box_of_the_header(client, path):
    masthead = client.get(f"{path}?q=发展&place=德清").text.partition("<main")[0]
    assert 'name="q" type="search" value="发展"' in masthead
    assert 'value="place:德清" selected' in masthead
