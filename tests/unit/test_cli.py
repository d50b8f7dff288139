"""The command line made of what the services bring."""

import click
import pytest

from shared.cli import CommandTwiceError, merge


def group(name: str, *names: str) -> click.Group:
    return click.Group(name, [click.Command(each) for each in names])


def test_groups_of_one_name_become_one_and_stay_as_they_are_themselves():
    whole, first, second = group("cpd", "run"), group("report", "access"), group("report", "impact")
    for each in (first, second):
        merge(whole, each)
    report = whole.commands["report"]
    assert isinstance(report, click.Group)
    assert sorted(report.commands) == ["access", "impact"]
    assert (sorted(first.commands), sorted(second.commands)) == (["access"], ["impact"])


@pytest.mark.parametrize("twice", [click.Command("run"), group("run", "all")])
def test_two_commands_of_one_name_are_an_error_of_ours(twice: click.Command):
    with pytest.raises(CommandTwiceError, match="cpd run"):
        merge(group("cpd", "run"), twice)


def test_so_are_two_in_groups_that_become_one():
    whole = group("cpd")
    merge(whole, group("report", "access"))
    with pytest.raises(CommandTwiceError, match="report access"):
        merge(whole, group("report", "access"))
