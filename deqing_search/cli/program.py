"""What this program is called where a command is printed, so that it can be pasted."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from shutil import which

NAME = "search-cli"


def program(typed: str = "") -> str:
    """The name; or the path that was typed (sys.argv[0]), if the shell finds another program or none by the name.

    >>> program("/opt/none/bin/search-cli"), program("/usr/lib/python3/pytest")
    ('/opt/none/bin/search-cli', 'search-cli')
    """
    path = Path(typed or sys.argv[0])
    found = which(NAME)
    if path.name != NAME or (found and path.resolve() == Path(found).resolve()):
        return NAME
    return shlex.quote(str(path))
