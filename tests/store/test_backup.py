"""A backup is whole or refused, and a restored index answers as the one that was backed up."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from deqing_search import indexing, integrity
from deqing_search.errors import BackupFault, IndexFault, IndexMissing, UsageError
from deqing_search.search.redirects import succession
from deqing_search.store.backup import LIST, back_up, restore
from deqing_search.store.permalinks import NAME, PermalinkStore
from deqing_search.web import create_app
from tests import places
from tests.command import Run
from tests.places import found, write

folder, index = places.folder, places.index

CHANGED = "丙县大力发展地理信息产业，今年再建两个产业园。"


@pytest.fixture
def indexed(folder: Path, index: Path) -> Path:
    """An index with a passage that has changed and one that is gone."""
    write(folder / "丙.txt", "丙县大力发展地理信息产业，今年再建一个产业园。\n\n另有一段，下次就不在了。")
    indexing.update(index, [folder])
    write(folder / "丙.txt", CHANGED)
    indexing.update(index, [folder])
    return index


def answers(index: Path) -> list[str]:
    """What the index says: every report, every id that was ever served and where it leads, and a search."""
    view, store = indexing.open_index(index).view(), PermalinkStore(index)
    with store.reading() as rows:
        ids = [id for (id,) in rows.execute("SELECT id FROM passage ORDER BY id")]
    client = create_app(indexing.open_index(index), store).test_client()
    pages = [client.get(path).text for path in ("/api/v1/search?q=地理信息", "/api/v1/reports", *_passages(ids))]
    leads = [str(succession(view, store, id)) for id in ids]
    return [*pages, *leads, *(str(view.report(card.id)) for card in view.cards())]


def _passages(ids: list[str]) -> list[str]:
    return [f"/api/v1/passages/{id}" for id in ids]


def state(place: Path) -> dict[str, bytes]:
    return {str(file.relative_to(place)): file.read_bytes() for file in place.rglob("*") if file.is_file()}


def test_a_restored_index_answers_identically(indexed: Path, tmp_path: Path) -> None:
    before = answers(indexed)
    done = back_up(indexed, tmp_path / "backup")
    restored = tmp_path / "elsewhere" / "index"
    assert restore(tmp_path / "backup", restored)[1:] == done[1:]
    assert done.reports == 3
    assert len(before) > 10
    assert answers(restored) == before
    assert list(integrity.check(restored)) == []


def test_an_export_of_a_restored_index_is_the_same_file(run: Run, indexed: Path, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "backup"), at=indexed).code == 0
    assert run("restore", str(tmp_path / "backup"), at=tmp_path / "restored").code == 0
    for form in ("jsonl", "csv"):
        before, after = (run("export", "--format", form, at=at) for at in (indexed, tmp_path / "restored"))
        assert "地理信息" in before.out
        assert after == before


def test_a_restored_index_can_be_updated(indexed: Path, folder: Path, tmp_path: Path) -> None:
    back_up(indexed, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    write(folder / "丁.txt", "丁县大力发展地理信息产业。")
    assert indexing.update(tmp_path / "restored", [folder]).added == ("丁",)
    assert found(tmp_path / "restored") == ["丁", "丙", "乙", "甲"]


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_every_damaged_file_of_a_backup_is_refused_and_nothing_is_written(indexed: Path, tmp_path: Path, harm) -> None:
    back_up(indexed, tmp_path / "backup")
    names = list(state(tmp_path / "backup"))
    assert len(names) >= 5
    for name in names:
        broken = tmp_path / "broken"
        shutil.copytree(tmp_path / "backup", broken)
        raw = bytearray((broken / name).read_bytes())
        raw[len(raw) // 2] ^= 1
        if harm == "remove":
            (broken / name).unlink()
        else:
            (broken / name).write_bytes(raw if harm == "flip" else raw[:-1])
        before = state(indexed)
        with pytest.raises(BackupFault, match="不能用"):
            restore(broken, indexed, replace=True)
        with pytest.raises(BackupFault, match="不能用"):
            restore(broken, tmp_path / "nowhere")
        assert state(indexed) == before
        assert not (tmp_path / "nowhere").exists()
        shutil.rmtree(broken)


def test_an_index_is_replaced_only_when_asked_and_keeps_the_addresses_it_served(
    indexed: Path, folder: Path, tmp_path: Path
) -> None:
    before = answers(indexed)
    back_up(indexed, tmp_path / "backup")
    write(folder / "戊.txt", "戊县大力发展地理信息产业，这一份是备份之后收录的。")
    indexing.update(indexed, [folder])
    later = indexing.open_index(indexed).view().report("戊").passages[-1]
    with pytest.raises(UsageError, match="已有索引"):
        restore(tmp_path / "backup", indexed)
    site = indexing.open_index(indexed)  # open while the pointer is swapped
    restore(tmp_path / "backup", indexed, replace=True)
    assert site.view().report("戊") is None
    assert PermalinkStore(indexed).former(later.id).text == later.text
    assert set(before) <= set(answers(indexed))
    assert len(list(indexed.glob("generation-*"))) == 1


def test_a_damaged_index_is_not_backed_up(indexed: Path, tmp_path: Path) -> None:
    file = next(indexed.glob("generation-1/*.arr"))
    raw = bytearray(file.read_bytes())
    raw[400:416] = bytes(16)
    file.unlink()
    file.write_bytes(raw)
    with pytest.raises(IndexFault):
        back_up(indexed, tmp_path / "backup")
    assert [path.name for path in tmp_path.glob("backup*")] == []


def test_a_backup_needs_an_index_and_a_new_folder(indexed: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        back_up(tmp_path / "none", tmp_path / "backup")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a file").write_text("x")
    with pytest.raises(UsageError, match="已存在"):
        back_up(indexed, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["a file"]


WRITER = """
import sys
from pathlib import Path
from deqing_search import indexing
index, folder = Path(sys.argv[1]), Path(sys.argv[2])
for turn in range(1000):
    (folder / "丙.txt").write_text(f"政府工作报告\\n\\n丙县第{turn}次大力发展地理信息产业。\\n", encoding="utf-8")
    indexing.rebuild(index, [folder]) if turn % 3 == 2 else indexing.update(index, [folder])
    print(turn, flush=True)
"""


def test_backups_made_while_a_writer_works_are_whole(folder: Path, index: Path, tmp_path: Path) -> None:
    indexing.update(index, [folder])
    command = [sys.executable, "-c", WRITER, str(index), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603
        for turn in range(7):
            assert writer.stdout.readline()
            back_up(index, tmp_path / f"backup-{turn}")
        writer.kill()
    seen = set()
    for turn in range(7):
        restored = tmp_path / f"restored-{turn}"
        restore(tmp_path / f"backup-{turn}", restored)
        assert [finding for finding in integrity.check(restored) if finding.is_damage] == []
        assert found(restored) == ["丙", "乙", "甲"]
        seen.add(indexing.open_index(restored).view().report("丙").passages[-1].text)
    assert len(seen) > 1


def test_the_commands_say_what_they_did(run: Run, indexed: Path, tmp_path: Path) -> None:
    made = run("backup", str(tmp_path / "backup"), "--index", str(indexed))
    assert (made.code, made.out) == (0, "")
    assert "3 份报告" in made.err
    refused = run("restore", str(tmp_path / "backup"), "--index", str(indexed))
    assert refused.code == 2
    assert "--replace" in refused.err
    restored = run("restore", str(tmp_path / "backup"), "--index", str(tmp_path / "new"))
    assert restored.code == 0
    assert found(tmp_path / "new") == ["丙", "乙", "甲"]
    (tmp_path / "backup" / NAME).unlink()
    assert run("restore", str(tmp_path / "backup"), "--index", str(tmp_path / "other")).code == 3


def test_a_backup_of_another_version_is_restored_and_says_that_it_must_be_rebuilt(
    run: Run, indexed: Path, tmp_path: Path
) -> None:
    back_up(indexed, tmp_path / "backup")
    pointer = tmp_path / "backup" / "current.json"
    said = json.loads(pointer.read_text(encoding="ascii"))
    del said["checksum"]
    said["built_with"]["清洗规则"] += "0"
    pointer.write_text(json.dumps(said), encoding="ascii")
    _renew_list(tmp_path / "backup")
    answer = run("restore", str(tmp_path / "backup"), "--index", str(tmp_path / "new"))
    assert answer.code == 3
    assert "--rebuild" in answer.err
    assert PermalinkStore(tmp_path / "new").former("x") is None


def _renew_list(backup: Path) -> None:
    """The list as a version writes it whose pointer is the one that is there now."""
    said = json.loads((backup / LIST).read_text(encoding="utf-8"))
    del said["checksum"]
    said["sha256"]["current.json"] = sha256((backup / "current.json").read_bytes()).hexdigest()
    said["checksum"] = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    (backup / LIST).write_text(json.dumps(said), encoding="utf-8")
