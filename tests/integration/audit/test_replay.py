"""A replay from an archive alone answers as the service did, and is made of nothing that was altered."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from services.agreements.runtime import open_runtime
from services.agreements.service import SERVICE
from shared.audit import parquet
from shared.audit.export import Part, export
from shared.audit.replay import NotReplayableError, home_in, replay
from shared.audit.signing import accepted_keys, open_signer
from shared.audit.wiring import sealed, sealing
from shared.eventstore.fact import ERASED
from shared.projections.query import Which
from shared.projections.verify import compare
from tests.integration.agreements import story
from tests.integration.agreements.world import World

INSTALLED = {SERVICE.name: SERVICE}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Someone who left, owing, and paid some of it, on successive days."""
    monkeypatch.setattr(parquet, "available", lambda: False)
    world = World(tmp_path / "home")
    story.joins(world)
    repayment = story.required(world)
    world.clock.advance(days=1)
    story.paid(world, repayment)
    world.clock.advance(minutes=5)
    world.catch_up()
    sealing(world.settings, world.runtime.stores, world.clock).step()
    yield world
    world.close()


def archive(world: World, part: Part = Part()) -> BytesIO:  # noqa: B008  it is frozen
    file = BytesIO()
    export(
        [sealed(world.settings, world.runtime.stores, world.assembly.accesses)], part, file, open_signer(world.settings)
    )
    return file


def test_a_replay_answers_what_was_true_and_what_was_known_as_the_service_did(world: World, tmp_path: Path) -> None:
    keys = accepted_keys(world.settings)
    report, made = replay(archive(world), tmp_path / "there", INSTALLED, world.settings, keys=keys)
    assert report.findings == []
    assert [(one.service, one.events) for one in made] == [("agreements", world.position())]
    there = open_runtime(home_in(tmp_path / "there", world.settings), world.clock)
    for view in there.stores.views:
        assert compare(there.stores.ledger, there.stores.engine, view) == []
    for known_at in (None, world.clock.now - timedelta(hours=6), world.clock.now - timedelta(days=30)):
        for here, anew in (
            (world.runtime.agreements, there.agreements),
            (world.runtime.repayments, there.repayments),
            (world.runtime.resignations, there.resignations),
        ):
            before, after = (versions.as_known(known_at, Which()) for versions in (here, anew))
            assert [(row.id, row.state) for row in before] == [(row.id, row.state) for row in after]
    (agreement,) = there.agreements.as_known(None, Which())
    assert there.stores.sealer.open(agreement.state.title) == ERASED
    there.stores.close()


def test_nothing_is_made_of_an_archive_that_was_altered(world: World, tmp_path: Path) -> None:
    whole = archive(world).getvalue()
    altered = BytesIO(whole.replace(b"agreements.AgreementSigned", b"agreements.AgreementSignet", 1))
    report, made = replay(altered, tmp_path / "there", INSTALLED, world.settings, keys=accepted_keys(world.settings))
    assert report.findings
    assert made == []
    assert not (tmp_path / "there").exists()


def test_a_part_other_services_and_a_folder_in_use_are_refused(world: World, tmp_path: Path) -> None:
    keys = accepted_keys(world.settings)
    part = archive(world, Part(school_urn="136419"))
    with pytest.raises(NotReplayableError, match="of agreements it holds a part"):
        replay(part, tmp_path / "there", INSTALLED, world.settings, keys=keys)
    with pytest.raises(NotReplayableError, match="not installed: agreements"):
        replay(archive(world), tmp_path / "there", {}, world.settings, keys=keys)
    with pytest.raises(NotReplayableError, match="is there already"):
        replay(archive(world), tmp_path, INSTALLED, world.settings, keys=keys)
