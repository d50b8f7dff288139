"""The commands that look after the views of every installed service."""

from collections.abc import Callable, Sequence

import click
import msgspec
from rich.table import Table
from sqlalchemy import Engine

from shared.console import console, progress
from shared.eventstore.ledger import Ledger
from shared.projections.alone import RebuildRunningError
from shared.projections.measure import measured
from shared.projections.positions import Freshness
from shared.projections.rebuild import rebuild
from shared.projections.under_way import OvertakenRebuildError
from shared.projections.verify import OutdatedViewError, compare
from shared.projections.view import View

COUNTED_AT_MOST = 1_000_000
CATCH_UP_SECONDS = 5.0


class ServiceViews(msgspec.Struct, frozen=True):
    """The views of one service, and the log that they follow from."""

    service: str
    ledger: Ledger
    engine: Engine
    views: Sequence[View]


MakeViews = Callable[[], Sequence[ServiceViews]]


def views_command(make_views: MakeViews) -> click.Group:
    """`views list|rebuild|verify`, for the views of all services."""

    @click.group("views")
    def group() -> None:
        """What readers are served, beside the log that it follows from."""

    @group.command("list")
    def listed() -> None:
        """Show each view: what version stands where in the log, how far behind it is, and how big."""
        console().print(_table(make_views()))

    @group.command("rebuild")
    @click.argument("view", required=False)
    @click.option("--service", help="Only the views of this service.")
    def rebuilt(view: str | None, service: str | None) -> None:
        """Make VIEW anew, or every view. Readers are served meanwhile; broken off, it goes on when it is run again."""
        for one, its in _chosen(make_views(), view, service):
            name = f"{one.service} {its.name}"
            try:
                with progress(name, "parts") as tell:
                    done = rebuild(one.ledger, one.engine, its, tell)
            except (RebuildRunningError, OvertakenRebuildError) as error:
                raise click.ClickException(f"{name}: {error}") from error
            before = f", {done.parts - done.folded} of its parts from before" if done.folded < done.parts else ""
            click.echo(f"{name}: version {done.version}, {done.rows:,} rows{before}, up to position {done.position}")

    @group.command("verify")
    @click.argument("view", required=False)
    @click.option("--service", help="Only the views of this service.")
    def verified(view: str | None, service: str | None) -> None:
        """Compare VIEW, or every view, with a replay of the log. Reads only. Exit code 1 if they do not agree."""
        agree = [_agrees(one, its) for one, its in _chosen(make_views(), view, service)]
        if not all(agree):
            raise SystemExit(1)

    return group


def replay_command(make_views: MakeViews) -> click.Command:
    """`replay --check`, for the views of all services together."""

    @click.command("replay")
    @click.option("--check", is_flag=True, required=True, help="Compare what is served with the log.")
    @click.option("--service", help="Only the views of this service.")
    def replay(check: bool, service: str | None) -> None:  # noqa: ARG001  required, so that a later replay can do more
        """Rebuild every view from the log in memory and compare; exit 1 with the differences if there are any."""
        agree = [_replayed(one) for one in make_views()]
        if not all(agree):
            raise SystemExit(1)

    return replay


def _replayed(one: ServiceViews) -> bool:
    """Whether all views of a service are as its log says, once they have caught up with it."""
    fresh, head = Freshness(one.engine, one.views), one.ledger.position()
    if not fresh.wait_for(head, CATCH_UP_SECONDS):
        click.echo(f"{one.service}: the views stand at {fresh.position()}, the log at {head}: is the worker running?")
        return False
    differences = [found for view in one.views for found in compare(one.ledger, one.engine, view)]
    for found in differences:
        click.echo(f"{one.service} {found.view} {found.key}: served {found.served}, replayed {found.replayed}")
    if differences:
        click.echo(f"{one.service}: {len(differences)} rows differ from the log")
        return False
    names = ", ".join(view.name for view in one.views)
    click.echo(f"{one.service}: {names}: as the log says, up to {fresh.position()}")
    return True


def _agrees(one: ServiceViews, view: View) -> bool:
    name = f"{one.service} {view.name}"
    try:
        differences = compare(one.ledger, one.engine, view)
    except OutdatedViewError as error:
        click.echo(f"{name}: {error} is what the code makes, and something else is served: rebuild it")
        return False
    for found in differences:
        click.echo(f"{name} {found.key}: served {found.served}, replayed {found.replayed}")
    click.echo(f"{name}: {f'{len(differences)} rows DIFFER from the log' if differences else 'as the log says'}")
    return not differences


def _chosen(made: Sequence[ServiceViews], view: str | None, service: str | None) -> list[tuple[ServiceViews, View]]:
    chosen = [
        (one, its) for one in made for its in one.views if service in (None, one.service) and view in (None, its.name)
    ]
    if not chosen:
        there = ", ".join(f"{one.service} {its.name}" for one in made for its in one.views)
        raise click.UsageError(f"there is no such view; there is {there or 'none'}")
    return chosen


def _table(made: Sequence[ServiceViews]) -> Table:
    table = Table()
    for heading in ("service", "view", "version", "position", "lag", "rows", "bytes"):
        table.add_column(heading, justify="left" if heading in ("service", "view") else "right")
    for one in made:
        for view in one.views:
            found = measured(one.engine, view)
            if found is None:
                table.add_row(one.service, view.name, f"none (code: {view.version})")
                continue
            version = str(found.version) if found.version == view.version else f"{found.version} (code: {view.version})"
            lag = one.ledger.recorder.count_after(found.position, COUNTED_AT_MOST)
            behind = f"{lag:,}" if lag < COUNTED_AT_MOST else f"{lag:,} or more"
            table.add_row(
                one.service, view.name, version, str(found.position), behind, f"{found.rows:,}", f"{found.bytes:,}"
            )
    return table
