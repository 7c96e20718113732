"""How the command line tells a fault: in Chinese, with the next step, without a traceback, with its exit code.

Defines the exit codes, `tell`, `told`, and the commands whose help speaks Chinese.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from deqing_search.errors import DeqingError

HITS, NONE, USAGE, FAULT = 0, 1, 2, 3
_INTERRUPTED = 130


class Command(click.Command):
    """A command with its help in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("[OPTIONS]", "[选项]") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for record in (param.get_help_record(ctx) for param in self.get_params(ctx)) if record]
        with formatter.section("选项"):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示这段帮助。"
        return option


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
    except BrokenPipeError:
        # The reader has enough (`| head`). Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(HITS)


def _in_chinese(fault: click.UsageError) -> str:
    match fault:
        case click.NoSuchOption():
            near = f"，您是不是要写 {'、'.join(fault.possibilities)}" if fault.possibilities else ""
            minus = "；要查不含某词的段落，先写 -- 再写检索词" if not fault.option_name.startswith("--") else ""
            return f"没有选项 {fault.option_name}{near}{minus}"
        case click.BadOptionUsage():
            return f"选项 {fault.option_name} 的写法不对（后面要跟一个值，或不该带值）"
        case click.MissingParameter():
            return f"缺少{_name(fault.param)}"
        case click.BadParameter():
            return f"{_name(fault.param)}的值不对，{_expected(fault.param)}"
    if fault.message.startswith("No such command"):
        return f"没有命令 {fault.message.split(chr(39))[1]}"
    return f"参数有误（{fault.message}）"


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
        return "没有这个文件"
    return "请看帮助"
