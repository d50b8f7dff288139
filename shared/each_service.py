"""A command over every service: one that cannot be asked is named, and the others are gone on with."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import click
from sqlalchemy.exc import OperationalError

from shared.service import Service, UnknownServiceError, service_named, services
from shared.settings import NoPasswordError, Settings
from shared.stores import NotMigratedError, Stores


class Opened(Protocol):
    """A service that is open in one process."""

    @property
    def stores(self) -> Stores: ...


T = TypeVar("T")
R = TypeVar("R", bound=Opened)
Ask = Callable[[Service], Callable[[Settings], Sequence[T]]]
LEFT_OUT = "cpd.left_out"
SOMETHING_LEFT_OUT = 1


def writes_asked_topic(service: Service) -> bool:
    """Whether the service writes the TOPIC that the command was given, where it was given one."""
    topic = click.get_current_context().params.get("topic")
    return topic is None or any(each.written and each.name == topic for each in service.topics)


def of_each(
    settings: Settings, ask: Ask[T], *, among: Callable[[Service], bool] = lambda _: True, all_or_none: bool = False
) -> list[T]:
    """What the services `among` all give, or the one of them that the command's `--service` names.

    Each that was never migrated, or whose database does not answer or has a password that was not given, is named, and
    makes the exit code 1. Raises ClickException where `all_or_none` is wanted and one is missing, or nothing is left,
    and UsageError for a service that there is not.
    """
    context = click.get_current_context()
    found: list[T] = []
    missing: list[str] = []
    for service in _asked(context.params.get("service")):
        if not among(service):
            continue
        try:
            found += ask(service)(settings)
        except (NotMigratedError, NoPasswordError, OperationalError) as error:
            missing.append(_said(service.name, error))
    if missing and (all_or_none or not found):
        raise click.ClickException("\n".join(missing))
    for text in missing:
        click.echo(f"Error: {text}", err=True)
    if missing:
        context.meta[LEFT_OUT] = True
    return found


def _asked(only: str | None) -> Sequence[Service]:
    try:
        return services() if only is None else [service_named(only)]
    except UnknownServiceError as error:
        raise click.UsageError(str(error)) from error


def say_what_was_left_out(*_: Any, **__: Any) -> None:
    """To be called once the command is through: all it did was well, and a service is missing from it."""
    context = click.get_current_context()
    if context.meta.get(LEFT_OUT):
        context.exit(SOMETHING_LEFT_OUT)


def opened_or_exit(service: str, open_runtime: Callable[[Settings], R], settings: Settings) -> R:
    """One service, open for a command of its own. Raises ClickException where it was never migrated."""
    try:
        runtime = open_runtime(settings)
        runtime.stores.require_tables()
    except (NotMigratedError, NoPasswordError, OperationalError) as error:
        raise click.ClickException(_said(service, error)) from error
    return runtime


def _said(service: str, error: NotMigratedError | NoPasswordError | OperationalError) -> str:
    if isinstance(error, NoPasswordError):
        return f"{service}: {error}"
    if isinstance(error, NotMigratedError):
        return f"{service}: it was never migrated here, or not since it has more views; run `cpd migrate {service}`"
    return f"{service}: its database does not answer ({str(error.orig).splitlines()[0]})"
