"""A command that takes much away says so in the access logs, by whom, before it begins."""

from collections.abc import Callable
from typing import Any

import click

from shared.messaging.letters import ROLE

Note = Callable[[str, str], None]
"""Notes who does what."""


def noted(command: click.Command, name: str, note: Note) -> None:
    """Have the command noted under a name; who gives it is told by `--by`."""
    done = command.callback

    def run(*, actor: str, **given: Any) -> Any:
        note(actor, name)
        return None if done is None else done(**given)

    command.params = [
        *command.params,
        click.Option(["--by", "actor"], envvar="CPD_OPERATOR", default=ROLE, show_default=True, help="Your own id."),
    ]
    command.callback = run
