"""Make a release: set the version, date the changelog, build, commit and tag. Nothing is pushed.

`make release VERSION=0.2.0` runs this after all checks. The version is written in `deqing_search/__init__.py` only.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE, CHANGELOG = ROOT / "deqing_search" / "__init__.py", ROOT / "CHANGELOG.md"
LOCK = ROOT / "deploy" / "requirements.lock"
VERSION = re.compile(r'^__version__ = "(\d+(?:\.\d+)*)"$', re.M)
UNRELEASED = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.M | re.S)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a release; nothing is pushed.")
    parser.add_argument("version", metavar="VERSION", nargs="?", help="three numbers, higher than now: 0.2.0")
    parser.add_argument("--sbom", action="store_true", help="only write the bill of materials of the version now")
    parser.add_argument("--dry-run", action="store_true", help="only say whether a release can be made")
    given = parser.parse_args()
    if given.sbom:
        print(write_sbom(version_now()))
        return
    if given.version is None:
        parser.error("VERSION is missing")
    if fault := obstacle(given.version):
        sys.exit(f"No release: {fault}.")
    if not given.dry_run:
        release(given.version)


def obstacle(version: str) -> str:
    """Why this version cannot be released; empty if it can."""
    now = VERSION.search(MODULE.read_text(encoding="utf-8"))
    changes = UNRELEASED.search(CHANGELOG.read_text(encoding="utf-8"))
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        return f"“{version}” is not a version like 0.2.0"
    if not now or numbers(version) <= numbers(now[1]):
        return f"{version} is not higher than the version now, {now[1] if now else 'which is missing'}"
    if not changes or not changes[1].strip():
        return "CHANGELOG.md has nothing under “## Unreleased”"
    if git("status", "--porcelain"):
        return "there are changes that are not committed"
    return ""


def release(version: str) -> None:
    """Write the version and the date, build, commit and tag."""
    replace(MODULE, VERSION, f'__version__ = "{version}"')
    replace(CHANGELOG, re.compile("^## Unreleased$", re.M), f"## Unreleased\n\n## {version} ({date.today()})")  # noqa: DTZ011
    subprocess.run([sys.executable, "-m", "build", str(ROOT)], check=True)  # noqa: S603
    write_sbom(version)
    git("commit", "--quiet", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"deqing-search {version}")
    print(f"Released {version}: dist/ has the archives and the bill of materials, v{version} is the tag.")
    print("To publish: git push --follow-tags")


def version_now() -> str:
    found = VERSION.search(MODULE.read_text(encoding="utf-8"))
    assert found
    return found[1]


def write_sbom(version: str) -> Path:
    """Write the bill of materials of the locked packages, in CycloneDX, to `dist/`; returns its path."""
    target = ROOT / "dist" / f"deqing-search-{version}.cdx.json"
    target.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--output-format", "JSON"]
    subprocess.run([*command, "--output-file", str(target), str(LOCK)], check=True)  # noqa: S603
    said = json.loads(target.read_text(encoding="utf-8"))
    said["metadata"]["component"] = {"type": "application", "name": "deqing-search", "version": version}
    target.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    return target


def replace(file: Path, pattern: re.Pattern[str], by: str) -> None:
    file.write_text(pattern.sub(by, file.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603, S607
    return done.stdout


if __name__ == "__main__":
    main()
