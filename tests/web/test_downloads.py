"""Downloads: all hits of a page of results as a file, in its order, harmless to a spreadsheet."""

from __future__ import annotations

import csv
import gzip
import io
import json
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import quote

import docx
import pytest

from deqing_search import indexing
from deqing_search.search import searcher
from deqing_search.search.word_documents import document
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import create_app
from deqing_search.web.downloads import AT_A_TIME
from tests.site import ask, seeds_app

MANY = "产业 OR 发展 OR 的 OR 和 OR 年"


def exported(path: str, form: str) -> str:
    return path.replace("/?", f"/export.{form}?")


def rows(answer) -> list[dict[str, str]]:  # type: ignore[no-untyped-def]
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_a_download_has_all_hits_in_the_chosen_order(client, engine, sort):
    request = searcher.SearchRequest(MANY, mode="exact", sort=sort, limit=10_000)
    wanted = [hit.passage.id for hit in searcher.search(engine, request).hits]
    assert len(wanted) > 200  # more than are sent together
    table = rows(client.get(exported(ask(MANY, sort=sort), "csv"), buffered=True))
    lines = client.get(exported(ask(MANY, sort=sort), "jsonl"), buffered=True).text.splitlines()
    assert [row["id"] for row in table] == [json.loads(line)["id"] for line in lines] == wanted
    assert table[0]["url"] == f"http://localhost/p/{wanted[0]}"


def test_a_download_without_an_order_is_in_reading_order(client):
    orders = [
        [row["id"] for row in rows(client.get(exported(path, "csv"), buffered=True))]
        for path in (ask(MANY), ask(MANY, sort="oldest"))
    ]
    assert orders[0] == orders[1]


def test_the_page_of_results_links_to_its_downloads_with_filters(client):
    page = client.get(ask("地理信息", kind="规划", sort="newest")).text
    assert "/export.csv?q=%E5%9C%B0%E7%90%86%E4%BF%A1%E6%81%AF&amp;kind=%E8%A7%84%E5%88%92&amp;sort=newest" in page
    assert {
        row["report_kind"] for row in rows(client.get(exported(ask("地理信息", kind="规划"), "csv"), buffered=True))
    } == {"规划"}
    assert "mode=words" in client.get(ask("地理信息", mode="words")).text.partition("/export.csv")[2][:200]


@pytest.mark.parametrize("typed", ["发展", "科技 OR 科技创新", "地理信息 -规划", "发展 NEAR/10 创新"])
def test_the_occurrences_of_all_rows_are_those_of_the_search(client, engine, typed):
    table = rows(client.get(exported(ask(typed), "csv"), buffered=True))
    counted = searcher.count(engine, typed)
    assert len(table) == counted.passages > 0
    assert sum(int(row["occurrences"]) for row in table) == counted.occurrences


def test_a_download_without_a_query_has_no_occurrences(client):
    assert {row["occurrences"] for row in rows(client.get("/export.csv?kind=%E8%A7%84%E5%88%92", buffered=True))} == {
        ""
    }


@pytest.mark.parametrize("mode", ["words", "expanded"])
def test_other_modes_are_downloaded_in_the_order_of_their_page(client, engine, mode):
    request = searcher.SearchRequest("地理信息 产业", mode=mode, limit=10_000)
    wanted = [hit.passage.id for hit in searcher.search(engine, request).hits]
    assert [
        row["id"] for row in rows(client.get(exported(ask("地理信息 产业", mode=mode), "csv"), buffered=True))
    ] == wanted
    assert len(wanted) > 1


def test_documents_have_every_passage_with_its_citation(client, engine):
    passages = [passage.text for passage, _ in searcher.all_passages(engine, "地理信息")]
    word = docx.Document(io.BytesIO(client.get(exported(ask("地理信息"), "docx"), buffered=True).data))
    written = [one.text for one in word.paragraphs]
    marked = client.get(exported(ask("地理信息"), "md"), buffered=True).text
    assert [text for text in passages if text not in written] == []
    assert marked.count("文本校验码") == sum("文本校验码" in text for text in written) == len(passages) > 10


def test_a_document_is_written_in_parts_and_keeps_nothing():
    parts = list(document(("text", f"第 {n} 段 <&> \x07") for n in range(5000)))
    assert max(map(len, parts)) < 100_000
    word = docx.Document(io.BytesIO(b"".join(parts)))
    assert [one.text for one in word.paragraphs] == [f"第 {n} 段 <&> " for n in range(5000)]


def test_cells_that_look_like_formulas_are_harmless(tmp_path):
    sources = tmp_path / "reports"
    sources.mkdir()
    paragraphs = ["=HYPERLINK(1)是甲段文字。", "+1是乙段文字。", "-3℃是丙段文字。", "@SUM是丁段文字。"]
    (sources / "2020.txt").write_text("某县政府工作报告\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    indexing.update(tmp_path / "index", [sources])
    app = create_app(indexing.open_index(tmp_path / "index"), PermalinkStore(tmp_path / "index"))
    table = rows(app.test_client().get(exported(ask("段文字"), "csv"), buffered=True))
    assert sorted(row["text"] for row in table) == sorted(f" {paragraph}" for paragraph in paragraphs)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/export.csv", "下载哪个检索"),
        (ask("发展", year="去年"), "不是年份"),
    ],
)
def test_what_cannot_be_downloaded_is_refused_with_the_reason(client, path, said):
    answer = client.get(exported(path, "csv"), buffered=True)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_client_gets_one_file_at_a_time_and_others_get_theirs(client):
    sending = client.get(exported(ask("发展"), "csv"), buffered=False)
    refused = client.get(exported(ask("发展"), "csv"), buffered=True)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    other = client.get(exported(ask("发展"), "csv"), buffered=True, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200
    sending.close()
    assert client.get(exported(ask("发展"), "csv"), buffered=True).status_code == 200


def test_a_file_is_made_while_no_slow_request_computes(client):
    lane = client.application.extensions["turns"].slow
    answer = client.get(exported(ask(MANY), "jsonl"), buffered=False)
    parts = iter(answer.response)
    assert next(parts)
    assert lane.acquire(0)
    with ThreadPoolExecutor(1) as thread:
        part = thread.submit(next, parts)
        assert wait([part], 0.1).not_done
        lane.release()
        assert part.result(20)
    assert lane.acquire(0), "it keeps no lane while the client reads"
    lane.release()
    answer.close()


def test_a_download_is_sent_a_part_at_a_time(client):
    answer = client.get(exported(ask(MANY), "jsonl"), buffered=False)
    parts = [part.count(b"\n") for part in answer.response]
    answer.close()
    assert len(parts) > 1
    assert max(parts) == 200


FILES = ("/export.jsonl?q=", "/concordance.csv?q=", "/panel.csv?terms=")


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_compressed_while_it_is_sent(client, file):
    plain = client.get(file + quote("发展"), buffered=True)
    small = client.get(file + quote("发展"), buffered=True, headers={"Accept-Encoding": "gzip"})
    assert (plain.status_code, "Content-Encoding" in plain.headers) == (200, False)
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2


@pytest.mark.parametrize("file", FILES)
def test_a_worker_sends_only_a_few_files_at_a_time(file):
    client = seeds_app().test_client()
    sending = [client.get(file + quote("发展"), environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}) for n in range(AT_A_TIME)]
    assert [answer.status_code for answer in sending] == [200] * AT_A_TIME
    refused = client.get(file + quote("发展"))
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    sending[0].close()
    assert client.get(file + quote("发展")).status_code == 200
