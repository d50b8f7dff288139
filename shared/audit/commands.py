"""The commands by which auditors take the logs away and check them, and by which operators make keys."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import OperationalError, ProgrammingError

from shared.audit import parquet
from shared.audit.export import NothingSealedError, Part, export
from shared.audit.live import Sealed, verify
from shared.audit.offline import BadKeyError, Key, Report, check_archive, read_keys, strangers
from shared.audit.replay import NotReplayableError, replay
from shared.audit.signing import Signer, accepted_keys, open_signer
from shared.console import progress
from shared.instants import INSTANT
from shared.key_files import pem_of
from shared.service import Service
from shared.settings import MissingSettingError, Settings

Given = Callable[[], Settings]
MakeSealed = Callable[[], Sequence[Sealed]]
T = TypeVar("T")
FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


def audit_command(settings: Given, make_sealed: MakeSealed, installed: Callable[[], Sequence[Service]]) -> click.Group:
    """`audit export|verify|replay|republish|keys|new-key`, for the logs of all services."""

    @click.group("audit")
    def audit() -> None:
        """Take the log away with what proves it, and check that nothing in it was altered."""

    @audit.command("export")
    @click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The archive to write.")
    @click.option(
        "--from", "recorded_from", type=INSTANT, help="From the first event recorded at this instant or later."
    )
    @click.option("--to", "recorded_to", type=INSTANT, help="To the last event recorded before then.")
    @click.option("--school", "school_urn", help="Only what is about this school.")
    @click.option("--service", help="Only the log of this service.")
    def exported(
        out: Path,
        recorded_from: datetime | None,
        recorded_to: datetime | None,
        school_urn: str | None,
        service: str | None,
    ) -> None:
        """Write the logs, as far as the newest checkpoint, to one archive that proves itself. Text stays sealed.

        Exit code 1 where an event is not as it was sealed: it is written as it stands, and the archive shows it.
        """
        part = Part(recorded_from, recorded_to, school_urn)
        _export(_chosen(make_sealed(), service), part, out, _clearly(lambda: open_signer(settings())))

    @audit.command("verify")
    @click.argument("archive", required=False, type=FILES)
    @click.option("--key", "keys", multiple=True, help="A public key that you trust, or a file of them.")
    @click.option("--checkpoint", "held", multiple=True, type=FILES, help="A checkpoint that you were given earlier.")
    @click.option("--service", help="Only the log of this service.")
    def verified(archive: Path | None, keys: Sequence[str], held: Sequence[Path], service: str | None) -> None:
        """Check every byte of ARCHIVE; without one the log itself, against every checkpoint stored and published.

        Exit code 1, and what is altered, missing, inserted or moved, where something is not as it was signed.
        """
        notes = [path.read_text() for path in held]
        trusted = _keys_in(keys)
        if archive is not None:
            with archive.open("rb") as file:
                report = check_archive(file, trusted or _clearly(lambda: accepted_keys(settings())), notes)
        else:
            report = _verify(_chosen(make_sealed(), service), notes)
        _tell(report)

    @audit.command("replay")
    @click.argument("archive", type=FILES)
    @click.option("--into", required=True, type=click.Path(path_type=Path), help="A new folder, for CPD_HOME.")
    @click.option("--key", "keys", multiple=True, help="A public key that you trust, or a file of them.")
    @click.option("--checkpoint", "held", multiple=True, type=FILES, help="A checkpoint that you were given earlier.")
    def replayed(archive: Path, into: Path, keys: Sequence[str], held: Sequence[Path]) -> None:
        """Check ARCHIVE, a whole one, and make the services anew from it alone: their logs, and views folded from them.

        What was true on a day, and known at an instant, can then be asked there as it was where the archive was made.
        Personal text reads as erased: its keys are in no archive.
        """
        trusted = _keys_in(keys) or _clearly(lambda: accepted_keys(settings()))
        notes = [path.read_text() for path in held]
        try:
            with archive.open("rb") as file:
                report, made = replay(file, into, installed(), settings(), keys=trusted, held=notes)
        except NotReplayableError as error:
            raise click.ClickException(str(error)) from error
        _tell(report)
        for one in made:
            click.echo(f"{one.service}: {one.events} events replayed, into {', '.join(one.views)}")
        click.echo(f"ask there: CPD_HOME={into} cpd …")

    @audit.command("republish")
    @click.option("--service", help="Only the log of this service.")
    def republished(service: str | None) -> None:
        """Have the workers put every checkpoint on the bus again, as after its topic was lost. Asks nothing."""
        for sealed in _chosen(make_sealed(), service):
            click.echo(f"{sealed.service}: {sealed.seal.publish_again()} checkpoints go out again")

    @audit.command("keys")
    def listed() -> None:
        """Print the public keys that verify what was sealed here: give them to auditors, who keep them."""
        for key in _clearly(lambda: accepted_keys(settings())):
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


def _export(services: Sequence[Sealed], part: Part, out: Path, signer: Signer) -> None:
    draft = out.with_name(out.name + ".part")
    try:
        names = ", ".join(sealed.service for sealed in services)
        with draft.open("wb") as file, progress("export", "events") as tell, _of_what_was_migrated(names):
            done = export(services, part, file, signer, tell)
        draft.replace(out)
    except NothingSealedError as error:
        raise click.ClickException(
            f"{error}: is the worker running? The first checkpoint takes some seconds"
        ) from error
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


def _tell(report: Report) -> None:
    for line in report.lines:
        click.echo(line)
    for finding in report.findings:
        click.echo(f"WRONG  {finding}")
    click.echo(f"{len(report.findings)} findings" if report.findings else "everything is as it was signed")
    if report.findings:
        raise SystemExit(1)


def _chosen(services: Sequence[Sealed], name: str | None) -> list[Sealed]:
    chosen = [sealed for sealed in services if name in (None, sealed.service)]
    if not chosen:
        raise click.UsageError(
            f"there is no service {name}; there is {', '.join(s.service for s in services) or 'none'}"
        )
    return chosen


def _keys_in(given: Sequence[str]) -> list[Key]:
    try:
        texts = [Path(one).read_text() if Path(one).is_file() else one for one in given]
        return [key for text in texts for key in read_keys(text)]
    except BadKeyError as error:
        raise click.BadParameter(str(error), param_hint="--key") from error


def _clearly(make: Callable[[], T]) -> T:
    try:
        return make()
    except MissingSettingError as error:
        raise click.ClickException(str(error)) from error
