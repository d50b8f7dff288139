"""The operators' guide lists every setting there is, and none that is not."""

import re

from tests.integration.deploy.files import DEPLOY, ROOT

NAME = re.compile(r"\bCPD_[A-Z]+(?:_[A-Z]+)*\b")
GUIDE = (ROOT / "docs" / "guides" / "operators.md").read_text()
OF_SCRIPTS = re.compile(r"CPD_KAFKA_(LIBS|CONTROLLER_PORT)|CPD_PAYROLL_\w+")
"""Of the local servers' scripts and of the example, which tell of theirs themselves."""


def _of_code() -> set[str]:
    source = "".join(path.read_text() for folder in ("shared", "services") for path in (ROOT / folder).rglob("*.py"))
    return {name for name in NAME.findall(source) if not OF_SCRIPTS.fullmatch(name)}


def _listed() -> set[str]:
    rows = [line for line in GUIDE.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in NAME.findall(row.split("|")[1])}


def test_every_setting_that_the_code_reads_is_listed():
    listed = _listed()
    assert {name for name in _of_code() if name not in listed and f"{name}_URL" not in listed} == set()


def test_every_setting_that_is_listed_is_read():
    read = _of_code() | set(NAME.findall((DEPLOY / "Dockerfile").read_text()))
    read |= {f"{name}_{what}" for name in read for what in ("URL", "PASSWORD")}
    assert _listed() - read == set()
