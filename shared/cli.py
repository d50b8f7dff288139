"""The command `cpd`: run everything on one machine, run one process of it, and what each service adds."""

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from shared.access_log.commands import noted
from shared.access_log.store import Access
from shared.audit.commands import audit_command
from shared.audit.history_command import history_command
from shared.audit.live import Sealed
from shared.clock import utc_now
from shared.each_service import of_each, say_what_was_left_out, writes_asked_topic
from shared.erasure.command import erase_command, hold_command
from shared.erasure.judging import Erasable
from shared.erasure.retention_command import retention_command
from shared.full_stack import ServerFailedError, create_databases, server_ports, servers
from shared.imports.command import import_command
from shared.keys_command import keys_command
from shared.messaging.bus_command import bus_command
from shared.messaging.commands import dead_letters_command
from shared.messaging.letters import ROLE
from shared.messaging.rewind import Positions
from shared.messaging.rewind_command import rewind_command
from shared.messaging.topics import names
from shared.messaging.topics_command import apply_topics, topics_command
from shared.projections.alone import RebuildRunningError
from shared.projections.commands import ServiceViews, replay_command, views_command
from shared.projections.under_way import OvertakenRebuildError
from shared.sample.command import sample_command
from shared.sample.part import Sampled
from shared.scrutiny.command import scrutiny_command
from shared.scrutiny.finding import Scrutinised
from shared.service import Service, UnknownServiceError, service_named, services, topics_of
from shared.settings import MissingSettingError, Settings, choose_stack, read_settings
from shared.subject_access.command import subject_access_command
from shared.subject_access.holdings import Holdings
from shared.supervisor import supervise
from shared.web.roles import Role
from shared.welcome import welcome

GUNICORN_CONFIG = Path(__file__).parent.parent / "deploy" / "gunicorn.conf.py"
ROLES = click.Choice([role.value for role in Role])


class BadSettings(click.ClickException):
    """The environment does not say what this mode needs."""

    exit_code = 2


def settings_or_exit() -> Settings:
    """The settings of this process; a clear message and exit code 2 where they are wrong."""
    try:
        return read_settings()
    except (MissingSettingError, ValueError) as error:
        raise BadSettings(str(error)) from error


class CommandTwiceError(Exception):
    """Two services bring the same command."""


@click.group()
def cpd() -> None:
    """An event-sourced ledger of continuing professional development."""


@cpd.command()
@click.option(
    "--role", "roles", multiple=True, required=True, type=ROLES, help="A role the token has; may be repeated."
)
@click.option("--school", "schools", multiple=True, default=("*",), help="A school's URN; all schools where absent.")
@click.option("--staff", "staff_id", help="The staff id, where the caller is a person.")
@click.option("--hours", default=12, show_default=True, help="How long the token is good for.")
def token(roles: Sequence[str], schools: Sequence[str], staff_id: str | None, hours: int) -> None:
    """Print a token for trying things out. Local mode only: elsewhere the identity provider gives them."""
    from shared.tokens import ensure_local_key, issue_token  # noqa: PLC0415  keys are not loaded for other commands

    settings = settings_or_exit()
    if not settings.local:
        raise click.ClickException("tokens are issued in local mode only (CPD_MODE=local)")
    ensure_local_key(settings)
    click.echo(issue_token(settings, roles=roles, schools=schools, staff_id=staff_id, now=utc_now(), hours=hours))


@cpd.command()
@click.option("--full", is_flag=True, help="On PostgreSQL and Kafka, started here as processes, in place of files.")
def run(full: bool) -> None:
    """Start every service here, with its worker, and stop all of them on Ctrl-C."""
    choose_stack(settings_or_exit(), full=full)
    settings = settings_or_exit()
    installed = services()
    for service in installed:
        _refuse_taken_port(service.name, service.port(settings))
    with _servers(settings) if full else nullcontext():
        settings = settings_or_exit()  # again, for the first start of a database makes its password
        if full:
            _lay_out(settings, installed)
        for service in installed:
            _prepare(service, settings)
        folder = settings.folder("logs")
        supervise(_processes(installed), os.environ, folder, on_ready=lambda: welcome(installed, settings, folder))


@cpd.command()
@click.argument("names", nargs=-1)
def migrate(names: Sequence[str]) -> None:
    """Make tables and keys that are not there, and make anew the views whose code has changed. Safe to run again.

    Exit code 1 where one of those views is being rebuilt already: run it again once that has ended.

    Of the services NAMES, each with its own settings, or of all that are installed.
    """
    settings = replace(settings_or_exit(), demo=False)
    for service in [_service(name) for name in names] or services():
        _prepare(service, settings)
        click.echo(f"{service.name}: ready for its processes")


@cpd.command()
@click.argument("name")
def worker(name: str) -> None:
    """Run the worker of the service NAME: views, relay, reactions. A second one stands by."""
    settings = settings_or_exit()
    try:
        made = _service(name).make_worker(settings)
    except MissingSettingError as error:
        raise BadSettings(str(error)) from error
    made.run()


@cpd.command()
@click.argument("name")
@click.option("--host", envvar="CPD_HOST", default="127.0.0.1", show_default=True, help="The address to listen on.")
def web(name: str, host: str) -> None:
    """Become the web server of the service NAME."""
    settings = settings_or_exit()
    service = _service(name)
    bind = f"{host}:{service.port(settings)}"
    command = [sys.executable, "-m", "gunicorn", "-c", str(GUNICORN_CONFIG), "--bind", bind, service.wsgi]
    os.execv(command[0], command)  # noqa: S606  the server takes this process's place


def main() -> None:
    """The entry point. A command of `cpd` itself runs at once: a process of one service loads none of the others."""
    asked = sys.argv[1:2]
    (cpd if asked and asked[0] in cpd.commands else command_line())()


def command_line() -> click.Group:
    """`cpd` with the commands over all installed services, and those of each."""
    whole = click.Group(cpd.name, dict(cpd.commands), help=cpd.help, result_callback=say_what_was_left_out)
    installed = services()

    def views() -> list[ServiceViews]:
        return of_each(settings_or_exit(), lambda service: service.views)

    def positions() -> list[Positions]:
        return of_each(settings_or_exit(), lambda service: service.positions, all_or_none=True)

    def holdings() -> list[Holdings]:
        return of_each(settings_or_exit(), lambda service: service.holdings, all_or_none=True)

    def erasable() -> list[Erasable]:
        return of_each(settings_or_exit(), lambda service: service.erasable, all_or_none=True)

    def scrutinised() -> list[Scrutinised]:
        return of_each(settings_or_exit(), lambda service: service.scrutinised)

    def sampled() -> list[Sampled]:
        return of_each(settings_or_exit(), lambda service: service.sampled, all_or_none=True)

    whole.add_command(topics_command(lambda: settings_or_exit().kafka, lambda: topics_of(installed)))
    bus = bus_command(lambda: of_each(settings_or_exit(), lambda service: service.published, among=writes_asked_topic))
    bus.add_command(rewind_command(positions))
    whole.add_command(bus)
    whole.add_command(views_command(views))
    whole.add_command(replay_command(views))
    audit = audit_command(settings_or_exit, lambda: _sealed(settings_or_exit()), services)
    for command in scrutiny_command(scrutinised).commands.values():
        merge(audit, command)
    noted(audit.commands["export"], "audit export", _note)
    whole.add_command(audit)
    whole.add_command(history_command(lambda: of_each(settings_or_exit(), lambda service: service.chronicles)))
    whole.add_command(dead_letters_command(lambda: of_each(settings_or_exit(), lambda service: service.letters)))
    whole.add_command(import_command([each for one in installed for each in one.imports], settings_or_exit))
    whole.add_command(subject_access_command(holdings, lambda: names(topics_of(installed))))
    whole.add_command(keys_command(settings_or_exit, utc_now))
    whole.add_command(sample_command(sampled, utc_now))
    for make in (erase_command, hold_command, retention_command):
        whole.add_command(make(erasable, utc_now))
    for service in installed:
        for command in service.commands():
            merge(whole, command)
    return whole


def merge(group: click.Group, command: click.Command) -> None:
    """Add a command; groups of one name become one. Raises CommandTwiceError where two services have the same one."""
    known = group.commands.get(command.name or "")
    if known is None:
        group.add_command(command)
    elif isinstance(known, click.Group) and isinstance(command, click.Group):
        joined = click.Group(known.name, dict(known.commands), help=known.help)
        group.add_command(joined)
        for each in command.commands.values():
            merge(joined, each)
    else:
        raise CommandTwiceError(f"{group.name} {command.name}")


def _service(name: str) -> Service:
    try:
        return service_named(name)
    except UnknownServiceError as error:
        raise click.UsageError(str(error)) from error


def _prepare(service: Service, settings: Settings) -> None:
    """Tables, keys and views; a clear message where another process has a view in hand."""
    again = "run `cpd migrate` again once that has ended"
    try:
        service.prepare(settings)
    except RebuildRunningError as error:
        raise click.ClickException(f"{service.name}: {error}; {again}") from error
    except OvertakenRebuildError as error:
        message = f"{service.name}: another process took over the rebuild of the view {error}; {again}"
        raise click.ClickException(message) from error


def _note(actor: str, what: str) -> None:
    """Into the access log of every service that is asked."""
    for its in of_each(settings_or_exit(), lambda service: service.scrutinised):
        try:
            its.stores.accesses.note([Access(at=utc_now(), by=actor, role=ROLE, what=what, staff_id="")])
        except OperationalError as error:
            raise click.ClickException(f"the access log of {its.service} cannot be written: {error.orig}") from error
        finally:
            its.stores.close()


def _sealed(settings: Settings) -> list[Sealed]:
    try:
        return of_each(settings, lambda service: service.sealed)
    except MissingSettingError as error:
        raise BadSettings(str(error)) from error


@contextmanager
def _servers(settings: Settings) -> Iterator[None]:
    """PostgreSQL and Kafka."""
    for name, port in server_ports(settings).items():
        _refuse_taken_port(name, port)
    try:
        with servers(settings):
            yield
    except ServerFailedError as error:
        raise click.ClickException(str(error)) from error


def _lay_out(settings: Settings, installed: Sequence[Service]) -> None:
    """The databases and topics of the full stack."""
    create_databases(settings, [service.name for service in installed])
    if settings.kafka is not None:
        apply_topics(settings.kafka, topics_of(installed))


def _refuse_taken_port(name: str, port: int) -> None:
    """Else what already answers there would be taken for our own server."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"port {port}, for {name}, cannot be had ({error.strerror}); CPD_PORT_BASE moves all ports"
            raise click.ClickException(message) from error


def _processes(installed: Sequence[Service]) -> dict[str, list[str]]:
    this = [sys.executable, "-m", "shared"]
    return {
        f"{service.name}-{kind}": [*this, kind, service.name] for service in installed for kind in ("web", "worker")
    }
