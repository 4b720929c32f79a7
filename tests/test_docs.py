"""The documentation, held true: it names every command and option, its examples parse, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from flows.cli import cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
REFERENCE = (ROOT / "docs" / "cli.md").read_text("utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def commands(group: click.Group = cli, name: str = "groundswell") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words it is called by."""
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


COMMANDS = dict(commands())


def section(name: str) -> str:
    """A command's section of docs/cli.md."""
    found = re.search(rf"^## {re.escape(name)}\b.*?(?=^## |\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section '## {name}'"
    return found[0]


def options_of(command: click.Command) -> set[str]:
    """Every option of a command as it is typed."""
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {name for option in options for name in (*option.opts, *option.secondary_opts)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name: str) -> None:
    """docs/cli.md has a section for each command that names all of its options, and none that it has not."""
    text, command = section(name), COMMANDS[name]
    told = {option for row in re.findall(r"^\| `(--[^`]+)`", text, re.MULTILINE) for option in [row.split()[0]]}
    assert told == options_of(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_parses(name: str) -> None:
    """Each command has an example, and it and the example of each option are command lines that parse."""
    command = COMMANDS[name]
    lines = [line for line in section(name).splitlines() if line.startswith(name)]
    assert lines
    for line in lines:
        command.make_context(name, shlex.split(line)[len(name.split()) :])
    whole = shlex.split(lines[0])[len(name.split()) :]
    for example in re.findall(r"\| `(--[^|`]+)` \|$", section(name), re.MULTILINE):
        command.make_context(name, [*whole, *shlex.split(example)])


def test_the_readme_leads_to_every_command() -> None:
    """The README shows each command, or links to the page that shows them all."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "(docs/cli.md)" in readme
    for name in ("try", "check", "score", "cluster", "quarantine"):
        assert f"groundswell {name}" in readme


def test_every_variable_is_documented() -> None:
    """Each GROUNDSWELL_ environment variable that the code reads stands in docs/cli.md, and no other one."""
    used = set()
    for room in ("groundswell", "extractors", "expectations", "analysis", "reports", "flows"):
        for path in (ROOT / room).rglob("*.py"):
            used |= set(re.findall(r"GROUNDSWELL_[A-Z_]+", path.read_text("utf-8")))
    assert used == set(re.findall(r"GROUNDSWELL_[A-Z_]+", REFERENCE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each relative link of the documentation names a file that is there, and each anchor a heading."""
    for link in LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{page.name} links to {link}"
