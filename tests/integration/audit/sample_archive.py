"""The archive of the demonstration trust as of one day, before any worker has run: always the same events."""

import zipfile
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

from shared.audit.export import Part, export
from shared.audit.signing import open_signer
from shared.audit.wiring import sealed, sealing
from shared.service import services
from tests.integration.agreements.world import Clock
from tests.integration.subject_access.conftest import world_of

TODAY = date(2026, 3, 31)
NOW = datetime(2026, 3, 31, 10, tzinfo=UTC)


def unpacked(folder: Path) -> Path:
    """Make the trust under `folder`, seal and export it, and unpack the archive; gives where it lies."""
    clock = Clock()
    clock.now = NOW
    worlds = [world_of(service.name, folder / "home", clock) for service in services()]
    for world in worlds:
        import_module(f"services.{world.runtime.stores.name}.service").ASSEMBLY.seed(world.runtime, TODAY)
        sealing(world.settings, world.runtime.stores, clock).step()
    logs = [sealed(world.settings, world.runtime.stores, world.assembly.accesses) for world in worlds]
    with (folder / "all.zip").open("wb") as file:
        export(logs, Part(), file, open_signer(worlds[0].settings))
    for world in worlds:
        world.close()
    with zipfile.ZipFile(folder / "all.zip") as archive:
        archive.extractall(folder / "archive")
    return folder / "archive"
