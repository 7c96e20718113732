"""Ask pypi.org for the advisories on each locked package, where `pip-audit` is not answered.

A mirror may lack the page of one version, which `pip-audit` reads, and still have the page of the package. That page
names the advisories on the newest version only: a locked version that is not the newest gets no answer and is named.
The exit code is 1 if there is an advisory and 2 if a package has no answer.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
LOCKS = DEPLOY / "requirements.lock", DEPLOY / "extras.lock"


class Newest(NamedTuple):
    """The newest version of a package, and the ids of the advisories on it."""

    version: str
    advisories: tuple[str, ...]


def main() -> int:
    code = 0
    locked = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    for name, version in sorted({*re.findall(r"^([\w.-]+)==(\S+)", locked, re.M)}):
        newest = newest_of(name)
        if newest.version != version:
            print(f"{name} {version}: no answer, the newest is {newest.version} {' '.join(newest.advisories)}")
            code = code or 2
        elif newest.advisories:
            print(f"{name} {version}: {' '.join(newest.advisories)}")
            code = 1
        else:
            print(f"{name} {version}: no advisory")
    return code


def newest_of(name: str) -> Newest:
    with urlopen(f"https://pypi.org/pypi/{name}/json", timeout=60) as answer:
        page = json.load(answer)
    return Newest(page["info"]["version"], tuple(one["id"] for one in page["vulnerabilities"]))


if __name__ == "__main__":
    sys.exit(main())
