"""`search-cli`: the face in a shell. Results on stdout, everything else on stderr.

Exit codes: 0 hits or done, 1 none, 2 usage, 3 index or source files. This module has the order of the commands in the
help. They and their options are in the modules `…_commands` and `…_command`. Lines and records are made in `hits`,
`trends`, `comparison`, `research`, `quotes`, `reuse`, `places`, `watch` and `cleaning`, errors are printed by `errors`,
what the commands share is in `options`.
"""

from __future__ import annotations

import sys

import click

from deqing_search import __version__
from deqing_search.cli.cleaning_commands import check, clean
from deqing_search.cli.click_in_chinese import Group
from deqing_search.cli.errors import errors_printed, escape_output
from deqing_search.cli.figure_commands import figures, pledges, promises
from deqing_search.cli.index_commands import backup, index, restore, worker
from deqing_search.cli.mcp_command import mcp
from deqing_search.cli.quotes_commands import reuse, verify
from deqing_search.cli.report_commands import cite, docs, places, show
from deqing_search.cli.research_commands import collocates, concordance, keyness, panel
from deqing_search.cli.search_commands import compare, export, query, related, suggest, trend
from deqing_search.cli.serve_command import serve
from deqing_search.cli.watch_command import watch


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""按 Tab 补全命令和选项，在 ~/.bashrc 里加一行（zsh 写 zsh_source，fish 写 fish_source）：

eval "$(_SEARCH_CLI_COMPLETE=bash_source search-cli)"

在终端里，长的结果逐屏显示，按 q 退出；不要这样就设 PAGER=cat。NO_COLOR=1 不用颜色。""",
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """政府工作报告全文检索：逐字精确，每段都有可以引用的链接。

    第一次查询会自动用随程序附带的五份报告建立索引。

    例：search-cli query 地理信息
    """


cli.arrange(
    {
        "查找和阅读": (query, show, cite, docs, places, export, watch, suggest, related),
        "计数和比较": (trend, compare, panel, concordance, collocates, keyness),
        "目标和承诺": (figures, pledges, promises),
        "核对和沿用": (verify, reuse),
        "文件和索引": (index, worker, clean, check, backup, restore),
        "网站和接口": (serve, mcp),
    }
)


def main() -> None:
    """Run the command line on the arguments of the process."""
    escape_output()
    with errors_printed():
        sys.exit(cli.main(prog_name="search-cli", standalone_mode=False))
