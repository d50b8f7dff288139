"""What PostgreSQL keeps is looked through as files are."""

from pathlib import Path

import pytest

from services.agreements.letters import SubjectAccessAnswered
from shared.subject_access.holdings import Holdings
from shared.subject_access.telling import Subject
from tests.integration.agreements import story
from tests.integration.agreements.world import HR, World


def test_log_views_and_receipts_in_a_database_are_looked_through(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server")
    world = World(tmp_path, servers={"database_url": server.new_database(), "keys_url": server.new_database()})
    for staff_id in ("t1", "t10"):
        story.joins(world, staff_id)
        world.done("/v1/agreements", story.draft(staff_id, title=f"Course of {staff_id}"), HR, key=staff_id)
    world.catch_up()
    stores = world.runtime.stores
    items = list(Holdings(stores, SubjectAccessAnswered).items(Subject("t1", frozenset({"t1"}), stores.sealer.open)))
    assert {(item.store, item.relation) for item in items} == {
        ("log", "about"),
        ("view", "about"),
        ("receipt", "about"),
    }
    assert {item.what for item in items if item.store == "view"} == {"agreements", "history"}
    assert sum("Course of t1" in str(item.says) for item in items) == 3
    assert "t10" not in str(items)
    world.close()
