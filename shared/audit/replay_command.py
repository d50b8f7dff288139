"""`cpd audit replay`: the figures anew from an archive alone, and whether the services say the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

import click

from shared.audit import options
from shared.audit.comparing import AsAt, UnansweredError, compare
from shared.audit.offline import Key, Report, counted
from shared.audit.reading import over_http
from shared.audit.replay import NotReplayableError, Replayed, home_in, replay
from shared.audit.signing import accepted_keys
from shared.clock import utc_now
from shared.console import progress
from shared.dates import london_day
from shared.instants import known_at
from shared.service import Service
from shared.settings import Settings
from shared.tokens import issue_token
from shared.web.roles import Role

NOT_ASKED = 2
"""The exit code where a service could not be asked."""


def _urls(_: click.Context, __: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    found = dict(each.partition("=")[::2] for each in given)
    if wrong := [each for each in found.values() if not each.startswith(("http://", "https://"))]:
        raise click.BadParameter(f"must be like agreements=https://cpd.example, not {wrong[0] or given[0]!r}")
    return {name: url.rstrip("/") for name, url in found.items()}


def replay_command(settings: Callable[[], Settings], installed: Callable[[], Sequence[Service]]) -> click.Command:
    """`replay`, to be added to `audit`."""

    @click.command("replay")
    @click.argument("archive", type=options.FILE)
    @click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="What was true on a day, in place of today.")
    @known_at
    @click.option("--url", "urls", multiple=True, callback=_urls, help="Where a service answers: agreements=https://…")
    @click.option("--token", envvar="CPD_TOKEN", help="An auditor's, of the whole trust; made here in local mode.")
    @click.option("--alone", is_flag=True, help="Ask no service.")
    @click.option("--into", type=click.Path(path_type=Path), help="A new folder, for CPD_HOME, to ask there yourself.")
    @options.keys
    @options.checkpoints
    def replayed(
        *,
        archive: Path,
        on: datetime | None,
        known_at: datetime | None,
        urls: Mapping[str, str],
        token: str | None,
        alone: bool,
        into: Path | None,
        keys: Sequence[Key],
        held: Sequence[str],
    ) -> None:
        """Check ARCHIVE, a whole one, make the services anew from it alone, and compare figures with those served.

        Figures are what was owed, contingent and repaid, budgets and impact statistics: of a day, as known at an
        instant, which is that of the archive's last event where none, or a later one, is given. Personal text reads as
        erased, for its keys are in no archive. Exit code 1 where anything differs, 2 where a service was not asked.
        """
        here = settings()
        trusted = keys or options.clearly(lambda: accepted_keys(here))
        services = {service.name: service for service in installed()}
        with _folder(into) as folder:
            made = _made(archive, lambda file: replay(file, folder, services, here, keys=trusted, held=held))
            if into is not None:
                click.echo(f"ask there: CPD_HOME={into} cpd …")
            if not alone:
                asked = _Asked(here, urls, token, on.date() if on else london_day(utc_now()), known_at)
                there = home_in(folder, here)
                findings = [each for one in made for each in _compared(one, services[one.service], there, asked)]
                options.tell_findings(findings, otherwise="everything is served as the archive has it")

    return replayed


class _Asked(NamedTuple):
    """Whom to ask, with which token, and as at when; None where the command was not told."""

    here: Settings
    urls: Mapping[str, str]
    token: str | None
    on: date
    known_at: datetime | None

    def url(self, service: Service) -> str:
        if url := self.urls.get(service.name):
            return url
        if self.here.local:
            return service.url(self.here)
        raise UnansweredError(f"it was not said where {service.name} answers")

    def bearer(self) -> str:
        if self.token:
            return self.token
        if self.here.local:
            return issue_token(self.here, roles=[Role.AUDITOR], now=utc_now())
        raise UnansweredError("there is no token: give an auditor's with --token or CPD_TOKEN")


@contextmanager
def _folder(into: Path | None) -> Iterator[Path]:
    """Where the services are made anew: for good, or for as long as they are asked."""
    if into is not None:
        yield into
        return
    with TemporaryDirectory(prefix="cpd-replay-") as folder:
        yield Path(folder) / "home"


def _made(archive: Path, make: Callable[[BinaryIO], tuple[Report, list[Replayed]]]) -> list[Replayed]:
    try:
        with options.checking(), archive.open("rb") as file:
            report, made = make(file)
    except NotReplayableError as error:
        raise click.ClickException(str(error)) from error
    options.tell(report)
    for one in made:
        click.echo(f"{one.service}: {counted(one.events, 'event')} replayed, into {', '.join(one.views)}")
    return made


def _compared(one: Replayed, service: Service, there: Settings, asked: _Asked) -> list[str]:
    """Where what the service says differs from what was made of it anew. Exits with 2 where it cannot be asked."""
    upto = min(asked.known_at or one.newest, one.newest)  # of what came later the archive knows nothing
    as_at = AsAt(asked.on, upto)
    try:
        url = asked.url(service)
        served = over_http(url, asked.bearer(), one.position)
        with service.answering(there) as anew, progress(one.service, "answers") as tell:
            found = compare(anew, served, service.figures, as_at, tell)
    except UnansweredError as error:
        click.echo(f"Error: {error}; --url says where a service answers, --alone asks none", err=True)
        raise SystemExit(NOT_ASKED) from error
    instant = as_at.known_at.isoformat().replace("+00:00", "Z")
    click.echo(f"{one.service}: {counted(found.answers, 'answer')} of {url}, on {as_at.on}, as known at {instant}")
    return [f"{one.service}: {each}" for each in found.differences]
