"""What people install is the wheel: it is built, installed into a fresh environment and used in an empty folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytest.importorskip("build", reason="the package `build` makes the wheel")

ROOT = Path(__file__).parent.parent
NO_NETWORK = re.compile(r"NewConnectionError|name resolution|No matching distribution found for setuptools|ProxyError")
Installed = Callable[..., "subprocess.CompletedProcess[str]"]


def step(*command: str | Path, within: Path | None = None, **settings: str) -> str:
    """The output of one step of the installation; skips the test where there is no network."""
    unset = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}
    done = subprocess.run(  # noqa: S603
        command, cwd=within, env={**unset, **settings}, capture_output=True, text=True, check=False, timeout=600
    )
    said = done.stdout + done.stderr
    if done.returncode and NO_NETWORK.search(said):
        pytest.skip("no network: pip reaches no package index")
    assert done.returncode == 0, said[-3000:]
    return said


CHANGES = "# Changes\n\n## Unreleased\n\n- One more thing.\n\n## 0.1.0 (2026-11-29)\n\n- All of it.\n"
NOBODY = {f"GIT_{role}_{what}": "nobody@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def repository(place: Path) -> Path:
    """A repository with this code at version 0.1.0 and one change that is not released."""
    left_out = shutil.ignore_patterns(
        ".git", ".venv*", "clone", ".*cache*", "__pycache__", ".hypothesis", "dist", "build", "*.egg-info"
    )
    shutil.copytree(ROOT, place, ignore=left_out)
    (place / "CHANGELOG.md").write_text(CHANGES, encoding="utf-8")
    (place / "deqing_search" / "__init__.py").write_text('__version__ = "0.1.0"\n', encoding="utf-8")
    for command in ("init --quiet", "add --all", "commit --quiet --message start"):
        step("git", *command.split(), within=place, **NOBODY)
    return place


class Released(NamedTuple):
    """A repository in which version 0.2.0 was released, and what that printed."""

    place: Path
    said: str

    def archive(self, ending: str) -> Path:
        (found,) = (self.place / "dist").glob(f"*{ending}")
        return found


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    place = repository(tmp_path_factory.mktemp("released") / "repository")
    return Released(place, step(sys.executable, place / ".ci" / "release.py", "0.2.0", **NOBODY))


@pytest.fixture(scope="module")
def search_cli(released: Released, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The installed command. It runs in the given folder, with a data folder of its own and none of our settings.

    The dependencies are those of these tests: a path in a .pth file makes them visible, but no editable install.
    """
    place = tmp_path_factory.mktemp("installed")
    venv.create(place / "venv")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", place / "venv" / "bin" / "python"]
    step(*pip, "install", "--quiet", "--no-compile", "--no-deps", released.archive(".whl"))
    (packages,) = (place / "venv" / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DEQING_", "PYTHON"))}
    homes = {"HOME": place, "XDG_DATA_HOME": place / "data", "XDG_CACHE_HOME": place / "cache"}

    def run(*arguments: str, within: Path, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own program
            [place / "venv" / "bin" / "search-cli", *arguments],
            cwd=within,
            env={**ours, **{name: str(path) for name, path in homes.items()}, **settings},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_a_release_changes_the_version_dates_the_changes_builds_and_tags(released: Released) -> None:
    changes = (released.place / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"## Unreleased\n\n## 0\.2\.0 \(\d{4}-\d\d-\d\d\)\n\n- One more thing", changes)
    assert {path.name for path in (released.place / "dist").iterdir()} == {
        "deqing_search-0.2.0.tar.gz",
        "deqing_search-0.2.0-py3-none-any.whl",
        "deqing-search-0.2.0.cdx.json",
    }
    listed = json.loads(released.archive(".cdx.json").read_text(encoding="utf-8"))
    assert (listed["bomFormat"], listed["metadata"]["component"]["version"]) == ("CycloneDX", "0.2.0")
    assert {canonicalize_name(one["name"]) for one in listed["components"]} == locked().keys()
    assert step("git", "tag", within=released.place) == "v0.2.0\n"
    assert step("git", "status", "--porcelain", within=released.place) == ""


def test_the_build_warns_of_nothing(released: Released) -> None:
    assert "Successfully built" in released.said
    assert re.findall(r".*(?:warning:|\bWarning\b|absent|deprecated).*", released.said) == []


def test_the_wheel_holds_every_file_of_the_package_and_the_seeds(released: Released) -> None:
    names = {name for name in zipfile.ZipFile(released.archive(".whl")).namelist() if ".dist-info/" not in name}
    files = {path for folder in ("deqing_search", "seeds") for path in (ROOT / folder).rglob("*") if path.is_file()}
    wanted = {str(path.relative_to(ROOT)) for path in files if path.suffix != ".pyc"}
    assert len(wanted) > 100
    assert names == {re.sub("^seeds/", "deqing_search/seeds/", name) for name in wanted}


def test_the_wheel_names_every_dependency(released: Released) -> None:
    said = zipfile.ZipFile(released.archive(".whl")).read("deqing_search-0.2.0.dist-info/METADATA").decode()
    named = {str(Requirement(line)) for line in re.findall(r"^Requires-Dist: ((?:(?!extra ==).)*)$", said, re.M)}
    assert named == {str(one) for one in dependencies()}


def test_the_source_archive_can_be_used_like_a_clone(released: Released) -> None:
    with tarfile.open(released.archive(".tar.gz")) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"setup.py", "seeds/catalog.csv", "index/README.md", "tests/cases/fixes.json", "wsgi.py", ".ci/run"} <= names


def test_an_installed_program_answers_in_an_empty_folder_and_leaves_it_empty(
    search_cli: Installed, tmp_path: Path
) -> None:
    first, second = (search_cli("query", "地理信息", "--limit", "3", within=tmp_path) for _ in range(2))
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout)
    assert (second.returncode, second.stderr) == (0, "")
    assert "地理信息" in second.stdout
    assert re.search(r"/data/deqing-search/index 里还没有索引", first.stderr)
    assert list(tmp_path.iterdir()) == []


def test_an_installed_program_builds_no_index_where_a_name_is_wrong(search_cli: Installed, tmp_path: Path) -> None:
    for answer in (
        search_cli("query", "地理信息", "--index", "typo", within=tmp_path),
        search_cli("query", "地理信息", within=tmp_path, DEQING_INDEX="typo"),
    ):
        assert (answer.returncode, answer.stdout) == (3, "")
        assert "typo 里没有索引" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def locked() -> dict[str, str]:
    """Name → version of every package in the lock file."""
    lines = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==(\S+)(?: ;[^\n]*)? \\\n(?=    --hash=sha256:[0-9a-f]{64})", lines, re.M)
    assert len(found) == len(re.findall(r"^\S", lines, re.M)), "a package without a hash"
    return {canonicalize_name(name): version for name, version in found}


def dependencies(section: str = "options", option: str = "install_requires") -> list[Requirement]:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    return [Requirement(line) for line in settings[section][option].split("\n") if line]


def outside(wanted: list[Requirement], versions: dict[str, str]) -> list[Requirement]:
    """The requirements that the versions do not meet."""
    return [one for one in wanted if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))]


def test_every_dependency_is_locked_within_its_bounds() -> None:
    wanted = dependencies()
    assert len(wanted) > 10
    assert outside(wanted, locked()) == []


def refusal(repository: Path, version: str) -> str:
    """What a release that must not be made prints."""
    command = [sys.executable, repository / ".ci" / "release.py", "--dry-run", version]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    return done.stderr


@pytest.mark.parametrize("extra", ["cluster", "distributed", "fast", "mcp", "ocr", "research"])
def test_every_package_of_an_extra_is_locked_within_its_bounds(extra: str) -> None:
    wanted = dependencies("options.extras_require", extra)
    lines = (ROOT / "deploy" / "extras.lock").read_text(encoding="utf-8")
    versions = {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", lines, re.M)}
    assert wanted
    assert outside(wanted, versions) == []


def test_a_release_that_is_not_the_next_one_or_has_no_or_uncommitted_changes_is_refused(tmp_path: Path) -> None:
    place = repository(tmp_path / "repository")
    for version in ("0.1.0", "0.0.9", "v0.2.0", "0.2"):
        assert refusal(place, version).startswith("No release: ")
    (place / "README.md").write_text("changed", encoding="utf-8")
    assert "not committed" in refusal(place, "0.2.0")
    (place / "CHANGELOG.md").write_text("# Changes\n\n## Unreleased\n", encoding="utf-8")
    assert "nothing under “## Unreleased”" in refusal(place, "0.2.0")
