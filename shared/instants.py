"""Instants as at which something is asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from shared.clock import utc_now

CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much at most: an instant no further ahead may be one at which another process has recorded something."""


def not_ahead(instant: datetime, now: datetime) -> datetime:
    """The instant, or now where it lies ahead: nobody knows yet what will be known."""
    return now if instant > now + CLOCKS_DIFFER else instant


class InstantType(click.ParamType[datetime]):
    """An RFC 3339 instant with its offset; gives it in UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail("must be an instant like 2024-11-30T12:00:00Z", param, ctx)
        if instant.tzinfo is None:
            self.fail("needs an offset, like Z or +01:00", param, ctx)
        try:
            return instant.astimezone(UTC)
        except OverflowError:
            self.fail("is not an instant of the calendar", param, ctx)


INSTANT = InstantType()


def refuse_reversed(from_: datetime | None, to: datetime | None) -> None:
    """Raises UsageError where `--to` is not after `--from`: nothing could be found between them."""
    if from_ is not None and to is not None and to <= from_:
        raise click.UsageError("--to must be after --from")


def _not_ahead(_: click.Context, __: click.Parameter, value: datetime | None) -> datetime | None:
    return value and not_ahead(value, utc_now())


known_at = click.option(
    "--known-at",
    type=INSTANT,
    callback=_not_ahead,
    help="As known at this instant (RFC 3339 with offset), of what had been recorded by then.",
)
"""The option of every command that shows what was believed."""
