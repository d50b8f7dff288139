"""A service anew from an archive alone: its log as it was, its views folded from it, in a folder of its own."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shared.audit.offline import Key, Report, Row, archived_rows, check_archive
from shared.projections.rebuild import rebuild
from shared.service import Service
from shared.settings import Settings

RECORDED = "SELECT json_extract(CAST(state AS TEXT), '$.recorded_at') FROM stored_events"
INSERT = "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?, ?)"


class NotReplayableError(Exception):
    """The archive cannot be replayed: it is a part, or of services that are not installed, or the folder is in use."""


class Replayed(NamedTuple):
    """What was made of one service: how many events, up to which position and instant of recording, and its views."""

    service: str
    events: int
    position: int
    newest: datetime
    views: Sequence[str]


def replay(
    file: BinaryIO,
    folder: Path,
    installed: Mapping[str, Service],
    settings: Settings,
    *,
    keys: Sequence[Key],
    held: Sequence[str] = (),
) -> tuple[Report, list[Replayed]]:
    """Check the archive, and where nothing is found make each service of it under `folder`, which must be new.

    Positions, instants and figures are those of the archive; personal text reads as erased, for its keys are not in it.
    Raises NotReplayableError.
    """
    report = check_archive(file, keys, held)
    report.uncompared.clear()  # a replay reads no Parquet
    if report.findings:
        return report, []
    names = [str(said["name"]) for said in report.services]
    if parts := [said["name"] for said in report.services if not said["complete"]]:
        raise NotReplayableError(f"of {', '.join(parts)} it holds a part: views follow from a whole log only")
    if strange := [name for name in names if name not in installed]:
        raise NotReplayableError(f"it is of services that are not installed: {', '.join(strange)}")
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise NotReplayableError(f"{folder} is there already: give a new folder") from None
    there = home_in(folder, settings)
    return report, [_replayed(installed[name], there, archived_rows(file, name)) for name in names]


def home_in(folder: Path, settings: Settings) -> Settings:
    """Settings of a home on files under `folder`, with keys of its own."""
    return replace(
        settings,
        home=folder.resolve(),
        local=True,
        demo=False,
        database_url="",
        keys_url="",
        kafka=None,
        jwt_issuer="cpd-local",
        jwt_audience="cpd",
        jwks=str(folder.resolve() / "keys" / "jwks.json"),
        seal_key="",
        seal_keys="",
    )


def _replayed(service: Service, settings: Settings, rows: Iterator[Row]) -> Replayed:
    service.prepare(settings)
    with _log(settings.folder(service.name) / "log.sqlite") as log:
        count = log.executemany(INSERT, rows).rowcount
        position, newest = _end(log)
    views = []
    for one in service.views(settings):
        for view in one.views:
            rebuild(one.ledger, one.engine, view)
            views.append(view.name)
        one.ledger.close()
        one.engine.dispose()
    return Replayed(service.name, count, position, newest, views)


def _end(log: sqlite3.Connection) -> tuple[int, datetime]:
    """The position of the last event, and the newest instant of recording."""
    (position,) = log.execute("SELECT max(rowid) FROM stored_events").fetchone()
    return position, max(datetime.fromisoformat(instant) for (instant,) in log.execute(RECORDED))


@contextmanager
def _log(path: Path) -> Iterator[sqlite3.Connection]:
    """The log of a service that nothing uses yet, in one transaction."""
    with closing(sqlite3.connect(path)) as log, log:
        yield log
