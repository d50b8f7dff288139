"""`cpd subject-access`: everything that is held on a person, by every installed service, in one document."""

import os
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import click

from shared.clock import utc_now
from shared.console import progress
from shared.messaging.bus import BusAway
from shared.messaging.commands import by
from shared.progress import Tell
from shared.subject_access.document import Document, as_json, as_page, document
from shared.subject_access.holdings import Holdings
from shared.subject_access.items import KEY, Item
from shared.subject_access.messages import on_the_bus
from shared.subject_access.record import act_of, state_answer
from shared.subject_access.telling import OWN_ROLE, Subject

USUAL_REASON = "The person asked for what is held on them."
FOR_THE_OWNER = 0o600
Make = Callable[[], Sequence[Holdings]]


def subject_access_command(make: Make, topics: Callable[[], Sequence[str]]) -> click.Command:
    """`subject-access`, over the holdings of all services and what the topics hold."""

    @click.command("subject-access")
    @click.option("--staff", "staff_id", required=True, help="The person's staff id.")
    @click.option(
        "--out", type=click.Path(path_type=Path), required=True, help="A new file: .html is a page, else JSON."
    )
    @click.option(
        "--also", multiple=True, help="Another name under which the person acts, as tokens call them (`sub`)."
    )
    @click.option("--reason", default=USUAL_REASON, show_default=True, help="Why it is asked for.")
    @by
    def subject_access(staff_id: str, out: Path, also: Sequence[str], reason: str, actor: str) -> None:
        """Gather all that is held on a person, in every service, and write it to a file for them.

        That it was done, by whom and why becomes a fact of each service's log. Exit code 1 where nothing is held.
        """
        if out.exists():
            raise click.ClickException(f"{out} is there already; it is not overwritten")
        holdings = make()
        try:
            found = _gathered(holdings, topics(), staff_id, frozenset([staff_id, *also]))
        except BusAway as error:
            raise click.ClickException(f"the bus is away, and what it holds would be missing: {error}") from error
        services = [its.service for its in holdings]
        if not found:
            raise click.ClickException(f"nothing is held on {staff_id} in {', '.join(services)}")
        names = [staff_id, *also]
        made = document(found, staff_id=staff_id, names=names, at=utc_now(), by=actor, reason=reason, services=services)
        content = as_page(made).encode() if out.suffix == ".html" else as_json(made)
        _record(holdings, made, content)
        _write(out, content)
        click.echo(f"{out}: {len(made.items)} items from {', '.join(made.services)}")
        for name in _unnamed(made):
            click.echo(
                f"{name} acts on records of {staff_id} as their own: if that is the same person, add --also {name}"
            )

    return subject_access


def _gathered(holdings: Sequence[Holdings], topics: Sequence[str], staff_id: str, names: frozenset[str]) -> list[Item]:
    with progress("subject access", "places") as tell:
        return list(_items(holdings, topics, staff_id, names, tell))


def _items(
    holdings: Sequence[Holdings], topics: Sequence[str], staff_id: str, names: frozenset[str], tell: Tell
) -> Iterator[Item]:
    places = len(holdings) + 1
    for done, its in enumerate(holdings):
        tell(done, places)
        yield from its.items(Subject(staff_id, names, its.stores.sealer.open))
    tell(len(holdings), places)
    stores = holdings[0].stores
    yield from on_the_bus(stores.bus, topics, Subject(staff_id, names, stores.sealer.open))
    if (key := stores.keys.stands(staff_id)) is not None:
        yield Item(service="keys", store=KEY, place=staff_id, what="key", at=None, relation="about", says={"key": key})
    tell(places, places)


def _record(holdings: Sequence[Holdings], made: Document, content: bytes) -> None:
    """Before the file is there: what was told is on record, even where writing it then fails."""
    act = act_of(made.made_by, made.reason, utc_now(), made.staff_id)
    digest = sha256(content).hexdigest()
    for its in holdings:
        items = sum(item.service == its.service for item in made.items)
        state_answer(its.stores.ledger, its.answered, act, made.staff_id, items=items, document_sha256=digest)


def _write(out: Path, content: bytes) -> None:
    """Readable by its owner only, and on disk."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_THE_OWNER)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _unnamed(made: Document) -> list[str]:
    """Who acted as the person on their own records under a name that was not given."""
    own = [item.says for item in made.items if item.relation == "about" and isinstance(item.says, dict)]
    actors = {says["actor"] for says in own if says.get("role") == OWN_ROLE and "actor" in says}
    return sorted(actors - set(made.names))
