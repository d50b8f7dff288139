"""What the documentation says is there is there: files, commands, tests; and the project stands by itself."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from shared.cli import command_line

ROOT = Path(__file__).parents[2]
THIS = "tests/unit/test_docs.py"
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
TEST_NAME = re.compile(r"`(test_\w+)`")
CONTINUED = re.compile(r"\\\n\s*")
COMMAND = re.compile(r"(?<![\w/])\.venv/bin/cpd(?: +[^|;&)`\n]*)?")
FORBIDDEN = re.compile(r"/root/|/home/\w|(?<!\w)\.\./shared|/tmp/|index-url|--find-links")
FOLDERS = ("services", "shared", "docs", "deploy", "examples", "tests")
BINARY = {".png", ".ico", ".gz", ".sqlite", ".ttf"}


def _tracked() -> list[str]:
    """The files under version control; of an archive without it, those that lie in the project's folders."""
    command = ["git", "ls-files"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    found = [ROOT / name for name in listed] or [
        *ROOT.glob("*.*"),
        *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts),
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.is_file())


TRACKED = _tracked()
PAGES = [name for name in TRACKED if name.endswith(".md")]


def _read(name: str) -> str:
    return (ROOT / name).read_text()


def _headings(text: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ +(.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _commands(text: str) -> Iterator[list[str]]:
    for language, block in FENCE.findall(text):
        if language in ("bash", "console", "sh"):
            for found in COMMAND.findall(CONTINUED.sub(" ", block)):
                yield shlex.split(found.replace("…", "x"), comments=True)[1:]


def _unknown(words: list[str]) -> list[str]:
    """What in a command line `cpd` does not know."""
    command: click.Command = command_line()
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return [words[0]]
        command, words = command.commands[words[0]], words[1:]
    known = {option for each in command.params for option in each.opts} | {"--help"}
    return [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str):
    text = _read(page)
    broken = []
    for link in LINK.findall(FENCE.sub("", text)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in _headings(target.read_text())):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_one_of_cpd(page: str):
    unknown = [(words, found) for words in _commands(_read(page)) if (found := _unknown(words))]
    assert unknown == []


def test_commands_and_options_that_are_not_there_are_found():
    block = "```bash\n.venv/bin/cpd fly --high\n$ .venv/bin/cpd token --role staff \\\n  --colour red | tail -1\n```\n"
    assert [_unknown(words) for words in _commands(block)] == [["fly"], ["--colour"]]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_is_there(page: str):
    source = "".join(_read(name) for name in TRACKED if name.startswith("tests/") and name.endswith(".py"))
    missing = [name for name in TEST_NAME.findall(_read(page)) if f"def {name}(" not in source]
    missing = [name for name in missing if not any(Path(known).stem == name for known in TRACKED)]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_decision_has_context_decision_and_consequences(page: str):
    if page.startswith("docs/adr/0"):
        assert {"context", "decision", "consequences"} <= _headings(_read(page))


def test_nothing_in_the_project_names_a_machine_or_a_place_outside_it():
    found = [
        f"{name}:{number}"
        for name in TRACKED
        if name != THIS and Path(name).suffix not in BINARY
        for number, line in enumerate(_read(name).splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert found == []
