"""The page and the address on which quotations are checked."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from lxml import html

from deqing_search.web.headers import LARGEST_UPLOAD
from deqing_search.web.verify import MOST_CHARACTERS

TEXT = "地理信息产业。\n\n建设远洋捕捞基地和冷链物流中心。"


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_the_page_has_a_form_and_shows_each_verdict_in_words(client: FlaskClient, language: str) -> None:
    headers = {"Accept-Language": language}
    assert "<textarea" in client.get("/verify", headers=headers).text
    shown = client.post("/verify", data={"text": TEXT}, headers=headers)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    said = {"zh-CN": "未找到", "zh-TW": "未找到", "en": "Not found"}[language]
    assert said in shown.text
    assert shown.text.count('<li class="finding') == 2


def test_the_whole_text_is_shown_with_a_verdict_in_words_at_each_sentence(client: FlaskClient) -> None:
    sent = "前言。地理信息产业链。\n\n建设远洋捕捞基地和冷链物流中心。"
    page = html.fromstring(client.post("/verify", data={"text": sent}).text)
    (running,) = page.find_class("running")
    links = running.findall("a")
    assert len(links) == 2
    for link in links:
        finding = page.get_element_by_id(link.get("href").removeprefix("#"))
        assert finding.find_class("verdict")[0].find("a").get("href") == f"#{link.get('id')}"
        label = link.find("small")
        assert label.text.strip("〔〕 0123456789")
        label.drop_tree()
    assert running.text_content() == sent


def test_a_file_is_read_and_checked(client: FlaskClient) -> None:
    sent = {"file": (io.BytesIO(TEXT.encode()), "稿件.txt"), "text": ""}
    shown = client.post("/verify", data=sent, content_type="multipart/form-data")
    assert shown.text.count('<li class="finding') == 2


def test_programs_get_the_findings_of_the_shell(client: FlaskClient) -> None:
    answer = client.post("/api/v1/verify", json={"text": TEXT})
    said = answer.get_json()
    assert answer.status_code == 200
    assert [one["verdict"] for one in said["findings"]][1] == "absent"
    assert said["found"] is False
    assert said["coverage"]["reports"] == 5


@pytest.mark.parametrize("path", ["/verify", "/api/v1/verify"])
def test_too_much_is_refused(client: FlaskClient, path: str) -> None:
    text = "建设" * MOST_CHARACTERS
    sent = client.post(path, json={"text": text}) if "api" in path else client.post(path, data={"text": text})
    assert sent.status_code == 400
    huge = client.post(path, data=b"x" * (LARGEST_UPLOAD + 1))
    assert huge.status_code == 413


def test_what_is_no_text_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/verify", data="地理信息").status_code == 400
    assert client.post("/verify", data={"text": ""}).status_code == 400
    sent = {"file": (io.BytesIO(b"\0\1\2"), "a.exe")}
    assert client.post("/verify", data=sent, content_type="multipart/form-data").status_code == 400


def test_what_is_sent_is_escaped(client: FlaskClient) -> None:
    shown = client.post("/verify", data={"text": "<script>alert(1)</script>建设远洋捕捞基地"}).text
    assert "<script>alert" not in shown
