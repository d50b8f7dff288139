"""Commands tell how far they have come: by a bar on a terminal, by a line now and then elsewhere."""

import io
import sys

import pytest

from shared.console import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_that_goes_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with progress("toys", "parts") as tell:
        tell(3, 12)
    assert "toys" in terminal.getvalue()
    assert "3/12" in terminal.getvalue()
    assert capsys.readouterr().out == "", "what a command says stays apart from how far it is"


def test_elsewhere_a_line_is_told_at_each_tenth(capsys: pytest.CaptureFixture[str]):
    with progress("toys", "parts") as tell:
        for done in range(1001):
            tell(done, 1000)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [f"toys: {tenth * 100} of 1000 parts" for tenth in range(11)]


def test_nothing_to_do_is_told_as_done(capsys: pytest.CaptureFixture[str]):
    with progress("toys", "parts") as tell:
        tell(0, 0)
    assert capsys.readouterr().err == "toys: 0 of 0 parts\n"
