"""click in Chinese: the help of a command, and the messages of usage errors.

A message is made from the class of click's exception and its attributes. Its English sentence is not read: a catalogue
for click's gettext would be keyed by sentences that change between its releases, and a sentence without a translation
would be shown in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import click

from deqing_search.cli.layout import columns, padded, wrapped
from deqing_search.errors import UsageError


class _Formatter(click.HelpFormatter):
    """Lays out help by columns, not by characters."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; a line end in them stays one."""
        indent = " " * self.current_indent
        for line in text.splitlines():
            for part in wrapped(line, self.width - self.current_indent, hang=4 if line.startswith("例：") else 0):
                self.write(f"{indent}{part}".rstrip() + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        width = min(max(columns(name) for name, _ in rows), col_max) + col_spacing
        for name, explanation in rows:
            head = padded(name, width) if columns(name) <= col_max else f"{name}\n  {' ' * width}"
            first, *rest = wrapped(explanation, self.width - width - 2)
            self.write(f"  {head}{first}\n")
            for line in rest:
                self.write(f"  {' ' * width}{line}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Command(click.Command):
    """Prints its help in Chinese, and names itself in every usage error."""

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
        return ["[选项]", *(piece for param in self.get_params(ctx) for piece in param.get_usage_pieces(ctx))]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        heads = [(option.get_help_record(ctx), option.help or "") for option in options]
        with formatter.section("选项"):
            formatter.write_dl([(record[0], explanation) for record, explanation in heads if record])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示这段帮助。"
        return option


class Command(_Command):
    """A command that has its help in Chinese and takes no argument that it does not declare."""

    allow_extra_args = True  # `parse_args` refuses them; click would do so in English

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise UsageError(f"多出了参数 {' '.join(rest)}", hint=f"{ctx.command_path} --help")
        return rest


class Group(_Command, click.Group):
    """The group of commands with its help in Chinese, the commands in sections."""

    sections: Mapping[str, Sequence[click.Command]] = {}

    def arrange(self, sections: Mapping[str, Sequence[click.Command]]) -> None:
        """Add the commands under these headings."""
        self.sections = sections
        for commands in sections.values():
            for command in commands:
                self.add_command(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(args[0], self.commands, n=1)
            raise UsageError(f"没有这个命令：{args[0]}", hint=" ".join([ctx.command_path, *(near or ["--help"])]))
        return super().resolve_command(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[选项]", "命令", "[参数...]"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        wide = max(map(len, self.commands))  # the same in all sections
        for heading, commands in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([((command.name or "").ljust(wide), summary(command)) for command in commands])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which they are declared, not by the alphabet


def summary(command: click.Command) -> str:
    """The first line of the help of a command."""
    return (command.help or "").partition("\n")[0]


def usage_message(fault: click.UsageError) -> str:
    """What is wrong with the arguments of a command, in Chinese."""
    match fault:
        case click.NoSuchOption():
            near = f"，您是不是要写 {'、'.join(fault.possibilities)}" if fault.possibilities else ""
            minus = "；要查不含某词的段落，先写 -- 再写检索词" if not fault.option_name.startswith("--") else ""
            return f"没有选项 {fault.option_name}{near}{minus}"
        case click.BadOptionUsage():
            return f"选项 {fault.option_name} 后面{'不能带值' if _is_flag(fault) else '要跟一个值'}"
        case click.MissingParameter():
            return f"缺少{_name(fault.param)}"
        case click.BadParameter():
            return f"{_name(fault.param)}的值不对，{_expected(fault.param)}"
    return "参数有误"


def _is_flag(fault: click.BadOptionUsage) -> bool:
    options = fault.ctx.command.get_params(fault.ctx) if fault.ctx else []
    return any(isinstance(one, click.Option) and one.is_flag and fault.option_name in one.opts for one in options)


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
