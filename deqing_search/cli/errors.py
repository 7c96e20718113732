"""Exit codes, and all that writes to the terminal: results, progress, and errors with the next step, no traceback.

What comes from documents, file names and messages is escaped here, so that no command can forget it.

The Chinese of click's own errors is in `click_in_chinese`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice

import click

from deqing_search.cli.click_in_chinese import usage_message
from deqing_search.cli.layout import under_its_indent
from deqing_search.cli.pager import page, pager
from deqing_search.cli.program import NAME, program
from deqing_search.errors import DeqingError, reason
from deqing_search.text.controls import HarmlessLog, escaped, escaped_line

# Our own styles. Documents hardly spell theirs this way (02 for 2): every other escape sequence is escaped.
DIM, BOLD, MARK, ADDED, REMOVED, PLAIN = (f"\x1b[{style}m" for style in ("02", "01", "01;31", "032", "031", "00"))
STYLES = frozenset([DIM, BOLD, MARK, ADDED, REMOVED, PLAIN])
_STYLE = re.compile(f"({'|'.join(map(re.escape, STYLES))})")

_COMMAND = re.compile(rf"(?<![\w/]){NAME}(?= )")

HITS, NONE, USAGE, FAULT = 0, 1, 2, 3
_INTERRUPTED = 130


def notify(message: str, hint: str = "") -> None:
    """Print a message on stderr, and below it what to type next. Each is one line, whatever a file is called."""
    click.echo(escaped_line(message), err=True)
    if hint:
        click.echo(f"  下一步：{_COMMAND.sub(lambda _: program(), escaped_line(hint))}", err=True)


@contextmanager
def errors_printed() -> Iterator[None]:
    """Print every expected error of the block and exit with its code."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.ctx.get_help() if fault.ctx else "")
        sys.exit(HITS)
    except click.UsageError as fault:
        name = fault.ctx.command_path if fault.ctx else "search-cli"
        notify(f"错误：{usage_message(fault)}", f"{name} --help")
        sys.exit(USAGE)
    except DeqingError as fault:
        notify(f"错误：{fault}", fault.hint)
        sys.exit(fault.exit_code)
    except (click.Abort, KeyboardInterrupt):
        notify("已中断。")
        sys.exit(_INTERRUPTED)


def print_lines(lines: Iterable[str], *, for_programs: bool = False) -> None:
    """Print results. Exits with success when the reader closes the pipe (`| head`), with an error on a full disk.

    Only our own colours reach a terminal: everything else that it would obey is escaped. On a terminal long lines are
    broken, and what is longer than the screen is paged, but not records `for_programs`.
    """
    lines = map(_harmless, lines)
    if for_programs or not sys.stdout.isatty():
        return _write(lines)
    screen = shutil.get_terminal_size()
    laid_out = (part for line in lines for part in under_its_indent(line, screen.columns))
    first = list(islice(laid_out, screen.lines))
    if len(first) == screen.lines and (command := pager()):
        return page(command, chain(first, laid_out))
    return _write(chain(first, laid_out))


def print_answer(
    records: Iterable[str], lines: Iterable[str], *, jsonl: bool, table: Iterable[str] | None = None
) -> None:
    """Print the records of an answer if JSON is wanted, or its table if there is one, or else its lines for people."""
    if jsonl or table is None:
        print_lines(records if jsonl else lines, for_programs=jsonl)
    else:
        print_lines(table, for_programs=True)


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        try:
            click.echo(line)
        except BrokenPipeError:  # click would exit with 1
            _silence_stdout()
            sys.exit(HITS)
        except OSError as fault:
            _silence_stdout()
            notify(f"错误：无法写出结果：{reason(fault)}。", "检查输出所在的磁盘，或换一个地方输出。")
            sys.exit(FAULT)


def _harmless(line: str) -> str:
    if not coloured():
        return escaped(line)
    return "".join(part if part in STYLES else escaped(part) for part in _STYLE.split(line))


def screen_columns() -> int | None:
    """The width of the terminal; None if results are not printed on one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def progress(done: int, total: int, report: str) -> None:
    """Print on stderr how far long work has come: on a terminal one line that changes, in a log a line a tenth."""
    report = escaped_line(report)
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        click.echo(f"\r\x1b[K  {done}/{total} {report}{end}", err=True, nl=False)
    elif done == total or done * 10 // total > (done - 1) * 10 // total:
        click.echo(f"  {done}/{total} {report}", err=True)


def coloured() -> bool:
    """Whether results are printed in colour: on a terminal, unless NO_COLOR is set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def escape_output() -> None:
    """Print what the encoding of the terminal lacks as `\\uXXXX`; print nothing where the shell closed an output.

    Logs are escaped too: they name files.
    """
    HarmlessLog.install()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
        getattr(sys, name).reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """Keep Python from raising once more when it closes stdout."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
