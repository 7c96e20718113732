"""The pager of the user, which shows long results screen by screen."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress


def pager() -> list[str]:
    """The command of the pager: PAGER, or less; empty if none is wanted or none can work here."""
    if os.environ.get("TERM", "dumb") == "dumb" or not (sys.stdin and sys.stdin.isatty()):
        return []
    chosen = shlex.split(os.environ.get("PAGER", "less"))
    return chosen if chosen and chosen != ["cat"] and shutil.which(chosen[0]) else []


def page(command: list[str], lines: Iterable[str]) -> None:
    """Show lines in a pager. Returns when the user leaves it, and computes no more lines than it reads."""
    styled = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}  # R: colours; F, X: leave the text on the screen
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=styled, encoding="utf-8", errors="replace") as shown:  # noqa: S603
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C belongs to the pager
        with suppress(BrokenPipeError):  # the user left it
            assert shown.stdin
            shown.stdin.writelines(f"{line}\n" for line in lines)
            shown.stdin.close()
        shown.wait()
        signal.signal(signal.SIGINT, before)
