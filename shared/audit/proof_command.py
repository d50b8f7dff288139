"""`cpd audit proof|consistency`: what `GET …/proof` and `…/consistency` answer, on the machine itself."""

from collections.abc import Callable, Sequence

import click
import msgspec

from shared.audit import proving
from shared.audit.live import Sealed
from shared.errors import Refusal

MakeSealed = Callable[[], Sequence[Sealed]]


def proof_commands(make_sealed: MakeSealed) -> list[click.Command]:
    """To be added to `audit`."""

    @click.command("proof")
    @click.argument("event")
    @click.option("--size", type=click.IntRange(1), help="Under the checkpoint of so many events, not the newest.")
    def proof(event: str, size: int | None) -> None:
        """Print the proof of EVENT, such as agreements/99. The verifier, or `cpd audit verify`, checks it."""
        service, _, position = event.partition("/")
        if not position.isdecimal():
            raise click.UsageError("EVENT must be like agreements/99")
        sealed = _of(service, make_sealed())
        _print(lambda: proving.inclusion(sealed.seal, proving.event_at(sealed.ledger, int(position)), size))

    @click.command("consistency")
    @click.argument("service")
    @click.argument("from_size", type=click.IntRange(1))
    @click.argument("size", type=click.IntRange(1))
    def consistency(service: str, from_size: int, size: int) -> None:
        """Print the proof that the checkpoint of SIZE events of a SERVICE only adds to that of FROM_SIZE."""
        sealed = _of(service, make_sealed())
        _print(lambda: proving.consistency(sealed.seal, from_size, size))

    return [proof, consistency]


def _of(service: str, every: Sequence[Sealed]) -> Sealed:
    for sealed in every:
        if sealed.service == service:
            return sealed
    raise click.UsageError(f"there is no service {service}; there is {', '.join(each.service for each in every)}")


def _print(make: Callable[[], msgspec.Struct]) -> None:
    try:
        click.echo(msgspec.json.encode(make()).decode())
    except Refusal as error:
        raise click.ClickException(str(error)) from error
