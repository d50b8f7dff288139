"""The commands about the keys that wrap people's keys: make one, look at them, exchange them."""

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

import click
from rich.table import Table

from shared.clock import Clock
from shared.console import console, progress
from shared.erasure.command import by_name, told_clearly
from shared.erasure.erasing import alone
from shared.eventstore.keystore import KeyStore
from shared.eventstore.rotating import Use, rotate, uses
from shared.eventstore.wrapping import AlteredKeyError, UnknownWrappingKeyError, WrappingKey, new_key
from shared.key_files import put
from shared.settings import Settings
from shared.stores import open_keys, wrapping_keys_file

AS_THEY_ARE = "(as they are)"


def keys_command(given: Callable[[], Settings], clock: Clock) -> click.Group:
    """`keys new|list|rotate`, for the one store of all services."""

    @click.group("keys")
    def keys() -> None:
        """The keys that wrap people's keys, so that a copy of the store of keys alone opens nothing."""

    @keys.command("new")
    def new() -> None:
        """Print a new key, a line for CPD_KEY_WRAPPING_KEYS. The list's first key is the one to rotate to."""
        click.echo(_new(clock()).line)

    @keys.command("list")
    def listed() -> None:
        """How many people's keys each one wraps, which wraps new ones, and which this process was given."""
        store = open_keys(given())
        known = {each.name for each in store.wrapping.keys}
        table = Table("key", "wraps", "wraps new ones", "given here")
        for use in uses(store):
            here = use.name is None or use.name in known
            new_ones = "yes" if use.wraps_new else ""
            table.add_row(use.name or AS_THEY_ARE, f"{use.keys} people's", new_ones, "yes" if here else "NO")
        console().print(table)

    @keys.command("rotate")
    @by_name
    @told_clearly
    def rotated(*, actor: str) -> None:
        """Wrap everyone's key by the first key of CPD_KEY_WRAPPING_KEYS, which every process must have by then.

        In local mode without that setting a new key is made, and kept in a file with the one before.
        Broken off, it goes on when it is run again: whatever wraps a key still opens it.
        """
        settings = given()
        store = open_keys(settings)
        with alone(store.engine):
            if settings.local and not settings.key_wrapping_keys:
                _begin_here(settings, store, clock())
            if not store.wrapping.keys:
                raise click.ClickException("CPD_KEY_WRAPPING_KEYS lists no key: make one with `cpd keys new`")
            first = store.wrapping.keys[0].name
            try:
                with progress("keys", "people") as tell:
                    done = rotate(store, first, actor, clock, tell)
            except (UnknownWrappingKeyError, AlteredKeyError) as error:
                raise click.ClickException(str(error)) from error
        click.echo(f"{first} wraps everyone's key: {done} were wrapped now")
        for spare in (each.name for each in store.wrapping.keys[1:]):
            click.echo(f"{spare} wraps nothing any more: it opens only backups from before")

    return keys


def _new(now: datetime) -> WrappingKey:
    return new_key(f"{now:%Y-%m-%d}-{token_hex(2)}")


def _begin_here(settings: Settings, store: KeyStore, now: datetime) -> None:
    """Put a new key before the first in the file, unless a rotation to that one was broken off.

    The first stays for whoever wraps with it at this moment; what went before it wraps nothing.
    """
    keys, found = store.wrapping.keys, uses(store)
    if keys and not _is_done(found, keys[0].name):
        return
    lines = [each.line for each in (_new(now), *keys[:1])]
    put(wrapping_keys_file(settings), "".join(f"{line}\n" for line in lines).encode())
    store.wrapping.read_again()


def _is_done(found: list[Use], name: str) -> bool:
    return all(each.name == name or not each.keys for each in found) and any(
        each.wraps_new for each in found if each.name == name
    )
