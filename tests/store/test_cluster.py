"""An index in a cluster lives as one in a folder does: it is updated, rebuilt, completed, checked and refused."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deqing_search import indexing, integrity
from deqing_search.errors import IndexBusy, IndexFault, UsageError
from deqing_search.search import searcher
from deqing_search.search.results import Results
from deqing_search.store.backup import back_up, restore
from tests import places
from tests.cluster.nodes import Cluster
from tests.cluster.running import started
from tests.command import Run
from tests.places import found, generations, kill_at, write
from tests.seeds import FOLDER
from tests.site import seeds_index

folder, index = places.folder, places.index


@pytest.fixture
def name(cluster: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an index in the cluster, which this process uses from now on."""
    unique = f"t{uuid4().hex}"
    monkeypatch.setenv("DEQING_ENGINE", f"opensearch://{cluster}/{unique}")
    return unique


def indices(node: Cluster, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node.ask(f"/{name}-*/_alias")
    return found


@pytest.mark.slow
def test_a_rebuild_moves_the_aliases_and_deletes_the_old_generation(
    node: Cluster, name: str, folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.update(index, [folder])
    viewer = indexing.open_index(index)
    write(folder / "丁.txt", "丁县大力发展地理信息产业。")
    assert indexing.update(index, [folder]).added == ("丁",)
    assert found(index) == ["丁", "丙", "乙", "甲"]
    (folder / "甲.txt").unlink()
    monkeypatch.setenv("DEQING_OPENSEARCH_SHARDS", "2")
    indexing.rebuild(index, [])
    assert found(index) == ["丁", "丙", "乙"]
    assert searcher.search(viewer, searcher.SearchRequest("地理信息产业", mode="exact")).total == 3
    assert generations(index) == ["generation-2"]
    named = {alias: one for one, said in indices(node, name).items() for alias in said["aliases"]}
    parts = ("head", "passages", "reports")
    assert named == {f"{name}-{part}": f"{name}-generation-2-{part}" for part in parts}
    assert len(indices(node, name)) == len(parts)
    (settings,) = node.ask(f"/{name}-*-passages/_settings").values()
    assert settings["settings"]["index"]["number_of_shards"] == "2"
    assert list(integrity.check(index)) == []


@pytest.mark.slow
def test_suggestions_and_corrections_are_those_of_the_embedded_engine(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested = []
    for engine in ("cluster", "embedded"):
        if engine == "embedded":
            monkeypatch.delenv("DEQING_ENGINE")
        index = tmp_path / engine
        (folder / "丁.txt").unlink(missing_ok=True)
        indexing.update(index, [folder])
        write(folder / "丁.txt", "丁县建设数字经济园区，发展地理信息产业。")
        (folder / "乙.txt").unlink(missing_ok=True)
        indexing.update(index, [folder])
        write(folder / "乙.txt", "乙县大力发展地理信息产业。")
        file = index / "generation-1" / "suggestions.txt"
        viewer = indexing.open_index(index)
        suggested.append([searcher.suggest(viewer, "dlxx"), searcher.suggest(viewer, "数字"), file.read_bytes()])
    assert suggested[0] == suggested[1]
    assert suggested[0][0]
    assert suggested[0][1]


@pytest.mark.slow
def test_the_index_of_another_folder_is_not_replaced(name: str, folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    for build in (indexing.update, indexing.rebuild):
        with pytest.raises(IndexBusy, match=f"{name} 不是从 {tmp_path / 'other'} 建的"):
            build(tmp_path / "other", [folder])
    assert found(index) == ["丙", "乙", "甲"]
    with pytest.raises(UsageError, match="在集群里，不能备份成文件"):
        back_up(index, tmp_path / "backup")


@pytest.mark.slow
def test_a_failed_build_leaves_nothing_in_the_cluster(node: Cluster, name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    indexing.update(tmp_path / "index", [tmp_path / "empty"])
    assert indices(node, name) == {}


@pytest.mark.slow
def test_a_build_that_was_killed_goes_on_with_the_reports_that_it_has(
    node: Cluster, name: str, folder: Path, index: Path, tmp_path: Path
) -> None:
    kill_at(2, index, folder, part=1)
    assert len(indices(node, name)) == 3
    read: list[str] = []
    indexing.update(index, [folder], progress=lambda done, total, report: read.append(report))
    assert len(read) == 2
    assert found(index) == ["丙", "乙", "甲"]
    with pytest.raises(IndexBusy, match="不是从"):
        indexing.update(tmp_path / "other", [folder])


@pytest.mark.slow
def test_a_snapshot_restored_into_another_cluster_answers_identically(
    node: Cluster, name: str, folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.update(index, [folder, FOLDER])
    before = answers(index)
    repository = {"type": "fs", "settings": {"location": str(node.repository)}}
    node.ask("/_snapshot/kept", "PUT", repository)
    taken = node.ask(f"/_snapshot/kept/{name}?wait_for_completion=true", "PUT", {"indices": f"{name}-*"})
    assert taken["snapshot"]["state"] == "SUCCESS"
    copied = Path(shutil.copytree(index, tmp_path / "copied"))
    with started(1, repository=node.repository) as other:
        other.ask("/_snapshot/kept", "PUT", {**repository, "settings": {**repository["settings"], "readonly": True}})
        other.ask(f"/_snapshot/kept/{name}/_restore?wait_for_completion=true", "POST")
        monkeypatch.setenv("DEQING_ENGINE", f"opensearch://{other.address}/{name}")
        assert answers(copied) == before
        write(folder / "丁.txt", "丁县大力发展地理信息产业。")
        assert indexing.update(copied, [folder]).added == ("丁",)


ASKED = [
    ("search", {"query": "地理信息"}),
    ("search", {"query": "财政收入多少", "mode": "words"}),
    ("trend", {"queries": ["经济", "发展"]}),
    ("verify", {"text": "全县地理信息产业产值增长。大力发展地理信息产业。"}),
    ("coverage", {}),
]


@pytest.mark.slow
@pytest.mark.usefixtures("name")
def test_the_server_for_programs_answers_as_over_the_embedded_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mcp", reason="needs the extra [mcp]")
    from mcp import Client

    from tests.mcp.sessions import over_stdio

    async def session(client: Client) -> list[str]:
        return [str((await client.call_tool(tool, given)).structured_content) for tool, given in ASKED]

    said = []
    for engine in ("cluster", "embedded"):
        if engine == "embedded":
            monkeypatch.delenv("DEQING_ENGINE")
        indexing.update(tmp_path / engine, [FOLDER])
        said.append(over_stdio(tmp_path / engine, session))
    assert said[0] == said[1]
    assert "地理信息" in said[0][0]


def answers(index: Path) -> list[Results]:
    """Pages of every mode."""
    viewer = indexing.open_index(index)
    typed = ("地理信息", "发展 -经济", "同句:(经济 发展)", "财政收入多少", "经济 NEAR/10 发展")
    found = [searcher.search(viewer, searcher.SearchRequest(one)) for one in typed]
    assert found[0].total
    return found


def test_an_index_in_a_folder_is_not_taken_for_one_in_the_cluster(
    folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.update(index, [folder])
    back_up(index, tmp_path / "backup")
    monkeypatch.setenv("DEQING_ENGINE", "opensearch://127.0.0.1:9/deqing")
    for refused in (lambda: indexing.open_index(index), lambda: indexing.update(index, [folder])):
        with pytest.raises(IndexFault, match="建在内嵌引擎，现在用的是集群里的 deqing。"):
            refused()
    with pytest.raises(UsageError, match="备份只能恢复成内嵌引擎的索引"):
        restore(tmp_path / "backup", tmp_path / "restored")


def test_the_option_names_the_cluster_as_the_setting_does(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEQING_ENGINE", "")  # the option sets it
    answer = run("query", "德清", "--engine", "opensearch://127.0.0.1:9/deqing", at=seeds_index())
    assert answer.code == 3
    assert "现在用的是集群里的 deqing" in answer.err
