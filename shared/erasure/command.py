"""The commands by which operators erase someone, and keep someone from being erased."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from shared.access_log.store import Access
from shared.clock import Clock
from shared.dates import london_day
from shared.erasure.erasing import (
    ErasureRefusedError,
    OtherErasureRunningError,
    Wanted,
    alone,
    erase,
    erase_again,
    refuse_unless_allowed,
)
from shared.erasure.judging import Erasable, Judgement, holds_on, judged
from shared.erasure.known import facts_of
from shared.erasure.reasons import forget_reasons, reasons_due
from shared.erasure.record import act_of, state_hold
from shared.eventstore.keystore import Erasure
from shared.eventstore.wiping import StillThereError
from shared.messaging.commands import because
from shared.messaging.letters import ROLE
from shared.messaging.poison import PERSON

Make = Callable[[], Sequence[Erasable]]

by_name = click.option("--by", "actor", envvar="CPD_OPERATOR", required=True, help="Who answers for it: your own id.")
staff = click.option("--staff", "staff_id", required=True, help="The person's staff id.")


def told_clearly(command: Callable[..., None]) -> Callable[..., None]:
    """What an operator can do something about is a message, not a traceback."""

    @wraps(command)
    def run(**given: Any) -> None:
        try:
            command(**given)
        except (OtherErasureRunningError, StillThereError) as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(f"the key store could not be written: {error.orig}; run it again") from error

    return run


def erase_command(make: Make, clock: Clock) -> click.Command:
    """`erase`, in all services."""

    @click.command("erase")
    @click.option("--staff", "staff_id", help="The person's staff id.")
    @click.option("--reason", help="Why, and on whose request; it is sealed, and outlives the person's own texts.")
    @click.option("--early", is_flag=True, help="Although records of the person still have to be kept.")
    @click.option("--yes", is_flag=True, help="Do not ask first.")
    @click.option("--again", is_flag=True, help="After a restore: everyone who was erased before, once more.")
    @click.option("--reasons", is_flag=True, help="The reasons of those erased long ago, which need not be kept.")
    @by_name
    @told_clearly
    def erase_person(
        *, staff_id: str | None, reason: str | None, early: bool, yes: bool, again: bool, reasons: bool, actor: str
    ) -> None:
        """Make every text about a person unreadable for good, wherever it lies. Days, sums and ids stay.

        The person's key is destroyed; each service's log says so. Refused while money is owed or due back, while a
        hold is on, and, without --early, while a record has to be kept. Broken off, it is finished by running it again.
        Exit code 1 where it was refused.
        """
        services = make()
        if again:
            done = erase_again(services, clock)
            click.echo(f"erased again: {', '.join(done)}" if done else "nobody was to be erased again")
            return
        if reasons:
            _forget_reasons(services, actor, clock(), yes=yes)
            return
        if not staff_id or not (reason or "").strip():
            raise click.UsageError("--staff and --reason are needed: --reason must say why")
        wanted = Wanted(staff_id=staff_id, by=actor, reason=str(reason), early=early)
        if services[0].stores.keys.erasure(staff_id) is None:
            _ask(judged(services, staff_id), wanted, clock(), services, yes=yes)
        try:
            _tell(staff_id, erase(services, wanted, clock))
        except ErasureRefusedError as error:
            raise _refused(staff_id, error) from error

    return erase_person


def _forget_reasons(services: Sequence[Erasable], actor: str, now: datetime, *, yes: bool) -> None:
    keys = services[0].stores.keys
    due = reasons_due(keys, london_day(now))
    if not due:
        click.echo("no reason is due")
        return
    if not yes:
        click.confirm(f"Erase for good why these were erased: {', '.join(due)}?", abort=True)
    for its in services:
        its.stores.accesses.note(
            Access(at=now, by=actor, role=ROLE, what="erase --reasons", staff_id=staff_id) for staff_id in due
        )
    forget_reasons(keys, due)
    click.echo(f"erased why these were erased: {', '.join(due)}")


def _ask(judgement: Judgement, wanted: Wanted, now: datetime, services: Sequence[Erasable], *, yes: bool) -> None:
    if not judgement.known and services[0].stores.keys.stands(wanted.staff_id) is None:
        raise click.ClickException(f"nothing is held on {wanted.staff_id} in {', '.join(i.service for i in services)}")
    try:
        refuse_unless_allowed(judgement, wanted, now)
    except ErasureRefusedError as error:
        raise _refused(wanted.staff_id, error) from error
    for said in judgement.not_due_because(london_day(now)):
        click.echo(f"EARLY: {wanted.staff_id} {said}")
    known = ", ".join(judgement.known) or "no service"
    if not yes:
        click.confirm(f"Erase every text about {wanted.staff_id}, known to {known}, for good?", abort=True)


def _refused(staff_id: str, error: ErasureRefusedError) -> click.ClickException:
    lines = "\n".join(f"  {reason}" for reason in error.reasons)
    return click.ClickException(f"{staff_id} is not erased:\n{lines}")


def _tell(staff_id: str, erasure: Erasure) -> None:
    note = erasure.note
    early = ", before the time was over" if note.early else ""
    click.echo(f"{staff_id}: erased {note.destroyed_at.isoformat(timespec='seconds')} by {note.by}{early}")


def hold_command(make: Make, clock: Clock) -> click.Group:
    """`hold set|lift|list`, in all services."""

    @click.group("hold")
    def hold() -> None:
        """Keep a person's records from being erased: a claim, an inquiry or a court needs them."""

    def put(staff_id: str, reason: str, actor: str, *, on: bool) -> None:
        services = make()
        if not PERSON.fullmatch(staff_id):
            raise click.UsageError("--staff is no staff id")
        if services[0].stores.keys.erasure(staff_id) is not None:
            raise click.ClickException(f"{staff_id} was erased")
        if on and not any(its.knows(staff_id) for its in services):
            raise click.ClickException(f"no service knows {staff_id}")
        with alone(services[0].stores.keys.engine):
            act = act_of(actor, reason, clock(), staff_id)
            done = [its.service for its in services if state_hold(its.stores.ledger, its.facts, act, staff_id, on=on)]
        word, before = ("set", "a hold was on before") if on else ("lifted", "no hold was on")
        click.echo(f"{staff_id}: hold {word} in {', '.join(done)}" if done else f"{staff_id}: {before}")

    @hold.command("set")
    @staff
    @because("Why the records are needed.")
    @by_name
    @told_clearly
    def set_(*, staff_id: str, reason: str, actor: str) -> None:
        """Nothing about the person is erased until the hold is lifted. Recorded in every service's log."""
        put(staff_id, reason, actor, on=True)

    @hold.command("lift")
    @staff
    @because("Why they are needed no more.")
    @by_name
    @told_clearly
    def lift(*, staff_id: str, reason: str, actor: str) -> None:
        """The hold is over. Recorded in every service's log."""
        put(staff_id, reason, actor, on=False)

    @hold.command("list")
    def listed() -> None:
        """Who is held, by whom and since when."""
        services = make()
        held = sorted({fact.staff_id for its in services for fact in facts_of(its.stores, its.facts.held)})
        told = [f"{staff_id}: {said}" for staff_id in held for its in services for said in holds_on(its, staff_id)]
        click.echo("\n".join(told) or "nobody is held")

    return hold
