"""What the documentation says is what there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from deqing_search.cleaning.fixes import FIXES
from deqing_search.cli.commands import cli
from tests.command import Run

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh-CN.md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands_in(text: str) -> list[list[str]]:
    """Every `search-cli …` in backquotes or a code block, as words."""
    return [shlex.split(line) for line in re.findall(r"(?<=[`\s/])search-cli [^`\n|#]*", text)]


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_documented(readme: str) -> None:
    shown = {words[1] for words in commands_in(text_of(readme)) if len(words) > 1}
    assert set(cli.commands) <= shown


@pytest.mark.parametrize("page", [*READMES, "docs/cleaning.md", "docs/research.md", "CHANGELOG.md"])
def test_every_documented_command_and_option_exists(page: str) -> None:
    commands = [words for words in commands_in(text_of(page)) if words[1:2] not in ([], ["COMMAND"], ["命令"])]
    assert commands
    for words in commands:
        command = cli.commands[words[1]]
        known = {name for option in command.params for name in option.opts} | {"--help", "--"}
        given = words[2 : words.index("--")] if "--" in words else words[2:]
        assert {word for word in given if word.startswith("--")} <= known, words


def test_the_commands_of_the_page_on_research_run(run: Run) -> None:
    blocks = re.findall(r"^```sh\n(.+?)^```", text_of("docs/research.md"), re.M | re.S)
    commands = commands_in(" " + " ".join(blocks))
    assert len(commands) >= 7
    for words in commands:
        answer = run(*words[1:])
        assert (answer.code, bool(answer.out)) == (0, True), words


def test_every_option_of_the_server_is_documented() -> None:
    documented = set(re.findall(r"^\| `(--\w+)` \|", text_of("docs/site.md"), re.M))
    assert documented == {name for option in cli.commands["serve"].params for name in option.opts}


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_documented_and_every_documented_setting_is_read(readme: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deqing_search").rglob("*.py"))
    read = set(re.findall(r'environ(?:\.get\(|\[)"(DEQING_\w+|NO_COLOR)"', code))
    documented = set(re.findall(r"^\| `(\w+)` \|", text_of(readme), re.M))
    assert documented == read


@pytest.mark.parametrize("marker", ["run", "test"])
def test_both_readmes_print_the_same_two_commands(marker: str) -> None:
    lines = {re.search(rf"<!-- {marker} -->\n```sh\n(.+)\n```", text_of(readme))[1] for readme in READMES}
    assert len(lines) == 1


def test_every_option_has_help_in_chinese() -> None:
    helps = {name: command.help for name, command in cli.commands.items()}
    for name, command in cli.commands.items():
        options = [option for option in command.params if isinstance(option, click.Option)]
        helps |= {f"{name} {option.name}": option.help for option in options}
    assert len(helps) > 50
    assert [name for name, text in helps.items() if not re.search("[\u4e00-\u9fff]", text or "")] == []


def test_every_fix_is_documented_in_its_order() -> None:
    table = text_of("docs/cleaning.md").split("## What it does")[0]
    assert re.findall(r"^\| ([a-z-]+) \|", table, re.M)[1:] == [fix.name for fix in FIXES]


def test_every_link_leads_somewhere() -> None:
    pages = [*READMES, "CONTRIBUTING.md", "ARCHITECTURE.md", *(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#:]+)\)", text_of(page))]
    assert {page for page, _ in links} >= {*READMES, "CONTRIBUTING.md"}
    assert [link for link in links if not ((ROOT / link[0]).parent / link[1]).exists()] == []


def test_every_room_is_on_the_map() -> None:
    named = set(re.findall(r"`(\w+\.py|\w+/)`", text_of("ARCHITECTURE.md")))
    top = {path.name + ("/" if path.is_dir() else "") for path in (ROOT / "deqing_search").iterdir()}
    top = {name for name in top if name.endswith((".py", "/")) and not name.startswith("__")}
    assert len(top) > 15
    assert top <= named


def test_every_file_and_name_on_the_map_exists() -> None:
    named = re.findall(r"`([\w/.]+\.(?:py|html|json|tsv|md))(?::(\w+))?`", text_of("ARCHITECTURE.md"))
    assert len(named) > 50
    for file, name in named:
        places = [folder / file for folder in (ROOT / "deqing_search", ROOT) if (folder / file).exists()]
        assert places or file.startswith("index/"), file
        if name:
            assert re.search(rf"^(?:def|class) {name}\b|^{name}\b", places[0].read_text("utf-8"), re.M), (file, name)


def test_every_command_of_the_makefile_is_documented() -> None:
    named = set(re.findall(r"^\| `make (\w+)", text_of("CONTRIBUTING.md"), re.M))
    assert named == set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.M)) - {"help"}
