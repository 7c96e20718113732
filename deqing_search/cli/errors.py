"""How the command line tells a fault: in Chinese, with the next step, without a traceback, with its exit code.

Defines the exit codes, `tell`, `told`, `emit`, and the commands whose help speaks Chinese.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import click

from deqing_search.errors import DeqingError, UsageError, reason

HITS, NONE, USAGE, FAULT = 0, 1, 2, 3
_INTERRUPTED = 130


class Formatter(click.HelpFormatter):
    """Lays out help in Chinese: wide characters take two columns."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{heading}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        width = min(max(_columns(name) for name, _ in rows), col_max) + col_spacing
        for name, said in rows:
            gap = " " * (width - _columns(name)) if _columns(name) <= col_max else f"\n  {' ' * width}"
            self.write(f"  {name}{gap}{said}\n")


class _Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command with its help in Chinese."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as fault:
            fault.ctx = fault.ctx or ctx  # click leaves it out where an option lacks its value
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("[OPTIONS]", "[选项]") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for record in (option.get_help_record(ctx) for option in options) if record]
        with formatter.section("选项"):
            formatter.write_dl([(name, re.sub(r"  \[[^\]]*\]$", "", said)) for name, said in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示这段帮助。"
        return option


class Asking(Command):
    """A command whose arguments are a query: behind -- a word may start with -, but an option would be looked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            self._expect_no_option(ctx, args[:at], args[at + 1 :])
        return super().parse_args(ctx, args)

    def _expect_no_option(self, ctx: click.Context, before: list[str], behind: list[str]) -> None:
        known = {name: option for option in self.get_params(ctx) for name in option.opts if name.startswith("--")}
        options: list[str] = []
        words: list[str] = []
        left = iter(behind)
        for word in left:
            option = known.get(word.partition("=")[0])
            (options if option else words).append(word)
            if isinstance(option, click.Option) and not option.is_flag and "=" not in word:
                options += [value for value in [next(left, "")] if value]
        if options:
            typed = " ".join([ctx.command_path, *map(_as_typed, [*before, *options, "--", *words])])
            hint = f"选项要写在 -- 前面：{typed}；要查找这几个字，请给它加引号：“{options[0]}”"
            raise UsageError(f"{options[0]} 是选项，写在 -- 后面就成了检索词", hint=hint)


class Group(Command, click.Group):
    """The group of commands with its help in Chinese."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[选项]", "命令", "[参数...]"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section("命令"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(60)) for name in self.commands])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order they are told, not of the alphabet


def tell(message: str, hint: str = "") -> None:
    """Say something on stderr, and below it what to do next."""
    click.echo(message, err=True)
    if hint:
        click.echo(f"  下一步：{hint}", err=True)


@contextmanager
def told() -> Iterator[None]:
    """Turn every expected fault into its message and exit code."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help() if asked.ctx else "")
        sys.exit(HITS)
    except click.UsageError as fault:
        name = fault.ctx.command_path if fault.ctx else "search-cli"
        tell(f"错误：{_in_chinese(fault)}", f"{name} --help")
        sys.exit(USAGE)
    except DeqingError as fault:
        tell(f"错误：{fault}", fault.hint)
        sys.exit(fault.exit_code)
    except (click.Abort, KeyboardInterrupt):
        tell("已中断。")
        sys.exit(_INTERRUPTED)


def emit(lines: Iterable[str]) -> None:
    """Print results. A reader that has enough (`| head`) ends the command in peace; a full disk is told."""
    for line in lines:
        try:
            click.echo(line)
        except BrokenPipeError:  # click itself would make it a failure
            _silence_stdout()
            sys.exit(HITS)
        except OSError as fault:
            _silence_stdout()
            tell(f"错误：无法写出结果：{reason(fault)}。", "检查输出所在的磁盘，或换一个地方输出。")
            sys.exit(FAULT)


def speak_any_text() -> None:
    """Write what the encoding of the terminal lacks as `\\uXXXX`, and nowhere where the shell closed an output."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
        getattr(sys, name).reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """Python would complain once more when it closes stdout."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _as_typed(word: str) -> str:
    """An argument as it is typed in a shell; Chinese needs no quotes, though `shlex` gives it some."""
    return word if re.fullmatch(r"[\w./:=,+%@-]+", word) else shlex.quote(word)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _in_chinese(fault: click.UsageError) -> str:
    match fault:
        case click.NoSuchOption():
            near = f"，您是不是要写 {'、'.join(fault.possibilities)}" if fault.possibilities else ""
            minus = "；要查不含某词的段落，先写 -- 再写检索词" if not fault.option_name.startswith("--") else ""
            return f"没有选项 {fault.option_name}{near}{minus}"
        case click.BadOptionUsage():
            return f"选项 {fault.option_name} 后面{'要跟一个值' if 'requires' in fault.message else '不能带值'}"
        case click.MissingParameter():
            return f"缺少{_name(fault.param)}"
        case click.BadParameter():
            return f"{_name(fault.param)}的值不对，{_expected(fault.param)}"
    found = re.search(r"^No such command '(.*?)'", fault.message)
    if found:
        return f"没有命令 {found[1]}"
    found = re.search(r"unexpected extra arguments? \((.*)\)", fault.message)
    return f"多出了参数 {found[1]}" if found else "参数有误"


def _name(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return f"选项 {parameter.opts[0]} "
    return f"参数“{parameter.make_metavar(click.Context(click.Command('')))}”" if parameter else "参数"


def _expected(parameter: click.Parameter | None) -> str:
    kind = parameter.type if parameter else None
    if isinstance(kind, click.Choice):
        return f"可以是：{'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        low = "" if kind.min is None else f"不小于 {kind.min} "
        return f"应是{low}{'' if kind.max is None else f'不大于 {kind.max} '}的整数"
    if isinstance(kind, click.Path):
        return "应是一个已有的文件"
    return "请看帮助"
