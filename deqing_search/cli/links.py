"""How a reader opens what is listed: by its address, or where DEQING_URL is not set by the command that shows it."""

from __future__ import annotations

from pathlib import Path

import click

from deqing_search import config
from deqing_search.cli.options import as_typed
from deqing_search.cli.program import program


def to_passage(id: str) -> str:
    """The address of a passage, or the command that shows it."""
    site = config.site_url()
    return f"{site}/p/{id}" if site else command(f"show {id}")


def to_report(id: str) -> str:
    """The address of a report, or the command that shows it."""
    site = config.site_url()
    return f"{site}/r/{id}" if site else command(f"show {as_typed(id)}")


def command(arguments: str) -> str:
    """A command as it is typed, for the index that the running command was given."""
    context = click.get_current_context(silent=True)
    at = context.params.get("at") if context else None
    return f"{program()} {arguments}" + (f" --index {as_typed(str(at))}" if isinstance(at, Path) else "")
