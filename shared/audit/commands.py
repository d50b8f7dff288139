"""The commands by which auditors take the logs away and check them, and by which operators make keys."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import OperationalError, ProgrammingError

from shared.audit import options, parquet, parquet_check
from shared.audit.export import NothingSealedError, Part, export
from shared.audit.live import Sealed, verify
from shared.audit.offline import Key, Report, check_file, not_compared, strangers
from shared.audit.proof_command import proof_commands
from shared.audit.replay_command import replay_command
from shared.audit.signing import Signer, accepted_keys, open_signer
from shared.console import progress
from shared.instants import INSTANT, refuse_reversed
from shared.key_files import pem_of
from shared.service import Service
from shared.settings import Settings

Given = Callable[[], Settings]
MakeSealed = Callable[[], Sequence[Sealed]]


def audit_command(settings: Given, make_sealed: MakeSealed, installed: Callable[[], Sequence[Service]]) -> click.Group:
    """`audit export|verify|replay|proof|consistency|republish|keys|new-key`, for the logs of all services."""

    @click.group("audit")
    def audit() -> None:
        """Take the log away with what proves it, and check that nothing in it was altered."""

    @audit.command("export")
    @click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The archive to write.")
    @click.option(
        "--from", "recorded_from", type=INSTANT, help="From the first event recorded at this instant or later."
    )
    @click.option("--to", "recorded_to", type=INSTANT, help="To the last event recorded before then.")
    @click.option("--school", "school_urn", callback=options.urn, help="Only what is about this school.")
    @click.option("--service", help="Only the log of this service.")
    @click.option("--accesses", is_flag=True, help="Who read what as well; of whole logs.")
    def exported(
        out: Path,
        recorded_from: datetime | None,
        recorded_to: datetime | None,
        school_urn: str | None,
        service: str | None,
        *,
        accesses: bool,
    ) -> None:
        """Write the logs, as far as the newest checkpoint, to one archive that proves itself. Text stays sealed.

        Exit code 1 where an event is not as it was sealed: it is written as it stands, and the archive shows it.
        """
        refuse_reversed(recorded_from, recorded_to)
        part = Part(recorded_from, recorded_to, school_urn)
        if accesses and not part.is_whole:
            raise click.UsageError("--accesses goes with whole logs: only they say what seals accesses")
        signer = options.clearly(lambda: open_signer(settings()))
        _export(_chosen(make_sealed(), service), part, out, signer, accesses=accesses)

    @audit.command("verify")
    @click.argument("archive", required=False, type=options.FILE)
    @options.keys
    @options.checkpoints
    @click.option("--service", help="Only the log of this service.")
    def verified(archive: Path | None, keys: Sequence[Key], held: Sequence[str], service: str | None) -> None:
        """Check every byte of ARCHIVE, or a proof as a service answered it; without one the log itself, against every
        checkpoint stored and published.

        Exit code 1, and what is altered, missing, inserted or moved, where something is not as it was signed; 2 where
        it could not be checked.
        """
        if archive is None:
            options.tell(_verify(_chosen(make_sealed(), service), held))
            return
        if service is not None:
            raise click.UsageError("--service is of the log itself: an archive is checked whole")
        with options.checking(), archive.open("rb") as file:
            trusted = keys or options.clearly(lambda: accepted_keys(settings()))
            options.tell(
                check_file(file, trusted, held, parquet_check.compare if parquet.available() else not_compared)
            )

    for command in (replay_command(settings, installed), *proof_commands(make_sealed)):
        audit.add_command(command)

    @audit.command("republish")
    @click.option("--service", help="Only the log of this service.")
    def republished(service: str | None) -> None:
        """Have the workers put every checkpoint on the bus again, as after its topic was lost. Asks nothing."""
        for sealed in _chosen(make_sealed(), service):
            click.echo(f"{sealed.service}: {sealed.seal.publish_again()} checkpoints go out again")

    @audit.command("keys")
    def listed() -> None:
        """Print the public keys that verify what was sealed here: give them to auditors, who keep them."""
        for key in options.clearly(lambda: accepted_keys(settings())):
            click.echo(str(key))

    @audit.command("new-key")
    @click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
    def made(path: Path) -> None:
        """Make a key to seal with, in a new file at PATH, and print its public half."""
        private = Ed25519PrivateKey.generate()
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise click.ClickException(f"{path} is there already") from None
        path.write_bytes(pem_of(private))
        click.echo(str(Signer(settings().seal_name, private).key))

    return audit


def _export(services: Sequence[Sealed], part: Part, out: Path, signer: Signer, *, accesses: bool) -> None:
    if out.exists() and not out.is_file():
        raise click.ClickException(f"the archive cannot be written: {out} is there and is no file")
    draft = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        names = ", ".join(sealed.service for sealed in services)
        with draft.open("wb") as file, progress("export", "events") as tell, _of_what_was_migrated(names):
            done = export(services, part, file, signer, tell, accesses=accesses)
        if part.school_urn is not None and not any(one.events for one in done):
            raise click.ClickException(f"nothing there is about the school {part.school_urn}: no archive was written")
        draft.replace(out)
    except NothingSealedError as error:
        raise click.ClickException(
            f"{error}: is the worker running? The first checkpoint takes some seconds"
        ) from error
    except OSError as error:
        raise click.ClickException(f"the archive cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    for one in done:
        size, at = one.checkpoint.size, one.checkpoint.signed_at
        click.echo(f"{one.service}: {one.events} events, proven by the checkpoint {size} of {at}")
    if not parquet.available():
        click.echo("without Parquet: the extra `audit` (DuckDB) is not installed")
    if any(one.differs for one in done):
        click.echo("WRONG  events are not as they were sealed; `cpd audit verify` on the archive says which")
        raise SystemExit(1)


def _verify(services: Sequence[Sealed], notes: Sequence[str]) -> Report:
    report = Report()
    for sealed in services:
        with progress(sealed.service, "events") as tell, _of_what_was_migrated(sealed.service):
            found = verify(sealed, notes, tell)
        report.lines += found.lines
        report.findings += found.findings
    report.findings += strangers(notes, {sealed.origin for sealed in services})
    return report


@contextmanager
def _of_what_was_migrated(names: str) -> Iterator[None]:
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            f"{names}: the seal cannot be read ({error.orig}); has `cpd migrate` been run?"
        ) from error


def _chosen(services: Sequence[Sealed], name: str | None) -> list[Sealed]:
    chosen = [sealed for sealed in services if name in (None, sealed.service)]
    if not chosen:
        raise click.UsageError(
            f"there is no service {name}; there is {', '.join(s.service for s in services) or 'none'}"
        )
    return chosen
