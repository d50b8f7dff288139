"""Checkpoints and proofs by HTTP: what an auditor is given is enough to check it alone."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.offline import (
    check_answer,
    checkpoint_text,
    is_consistent,
    leaf_hash,
    read_checkpoint,
    root_by_inclusion,
)
from shared.audit.signing import Signer, accepted_keys, open_signer
from shared.audit.wiring import sealing
from tests.integration.agreements import story
from tests.integration.agreements.world import OTHER_SCHOOL, World, who


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    story.joins(world)
    story.signed(world)
    seal(world)
    yield world
    world.close()


def seal(world: World) -> None:
    world.clock.advance(minutes=2)
    world.catch_up()
    sealing(world.settings, world.runtime.stores, world.clock).step()


def checkpoints(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.read("/v1/checkpoints")["items"]
    return found


def test_a_checkpoint_is_read_as_it_was_signed(world: World) -> None:
    (shown,) = checkpoints(world)
    assert world.read(f"/v1/checkpoints/{shown['size']}") == shown
    signed = read_checkpoint(shown["note"], accepted_keys(world.settings))
    assert signed.origin == shown["origin"] == "cpd.local/agreements"
    assert (signed.size, signed.root.hex(), str(signed.position)) == (shown["size"], shown["root"], shown["position"])
    assert world.get("/v1/checkpoints/999").status_code == 404
    assert world.get("/v1/checkpoints/x").status_code == 404


def test_every_event_of_the_history_has_a_proof_that_leads_to_the_root(world: World) -> None:
    keys = accepted_keys(world.settings)
    for event in world.read("/v1/events")["items"]:
        shown = world.read(f"/v1/events/{event['position']}/proof")
        leaf = leaf_hash(base64.b64decode(shown["entry"]))
        root = root_by_inclusion(shown["index"], shown["size"], leaf, [bytes.fromhex(n) for n in shown["proof"]])
        assert root == read_checkpoint(shown["note"], keys).root
        assert (leaf.hex(), shown["position"]) == (shown["leaf"], event["position"])
        assert event["type"].encode() in base64.b64decode(shown["entry"])


def test_two_checkpoints_have_a_proof_that_one_only_adds_to_the_other(world: World) -> None:
    story.drafted(world)
    seal(world)
    older, newer = checkpoints(world)
    shown = world.read(f"/v1/checkpoints/{newer['size']}/consistency?from_size={older['size']}")
    roots = bytes.fromhex(shown["from_root"]), bytes.fromhex(shown["root"])
    assert (shown["from_root"], shown["root"]) == (older["root"], newer["root"])
    assert is_consistent(older["size"], newer["size"], *roots, [bytes.fromhex(node) for node in shown["proof"]])
    refused = world.get(f"/v1/checkpoints/{older['size']}/consistency?from_size={newer['size']}")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["from_size"])
    assert world.get(f"/v1/checkpoints/{newer['size']}/consistency?from_size=1").status_code == 404
    first = world.read("/v1/checkpoints?limit=1")
    assert [each["size"] for each in first["items"]] == [older["size"]]
    assert world.read(f"/v1/checkpoints?cursor={first['next']}")["items"] == [newer]


def test_a_proof_is_checked_as_it_was_answered(world: World) -> None:
    keys = accepted_keys(world.settings)
    story.drafted(world)
    seal(world)
    older, newer = checkpoints(world)
    proof = world.get("/v1/events/2/proof").data
    report = check_answer(proof, keys, [newer["note"]])
    assert report.findings == []
    assert report.lines[0] == "the event at position 2: agreements.StaffJoined"
    (elsewhere,) = [line for line in check_answer(proof, keys, [older["note"]]).lines if "nothing here" in line]
    asked = elsewhere.rpartition(" ")[2]
    assert asked == f"/v1/checkpoints/{newer['size']}/consistency?from_size={older['size']}"
    report = check_answer(world.get(asked).data, keys, [older["note"], newer["note"]])
    assert (report.findings, len(report.lines)) == ([], 1)


@pytest.mark.parametrize("path", ["/v1/events/2/proof", "/v1/checkpoints/{newer}/consistency?from_size={older}"])
def test_whatever_is_altered_of_a_proof_is_found(world: World, path: str) -> None:
    keys = accepted_keys(world.settings)
    story.drafted(world)
    seal(world)
    older, newer = checkpoints(world)
    answer = world.read(path.format(older=older["size"], newer=newer["size"]))
    for name in answer.keys() & {"entry", "index", "proof", "note", "from_note"}:
        for changed in altered(answer[name]):
            assert check_answer(json.dumps(answer | {name: changed}).encode(), keys).findings, (name, changed)
    forged = Signer("cpd.local", Ed25519PrivateKey.generate())
    assert "which is no key that is accepted" in check_answer(json.dumps(answer).encode(), [forged.key]).findings[0]
    text = checkpoint_text(read_checkpoint(newer["note"], keys)._replace(root=bytes(32)))
    own = open_signer(world.settings).note(text)
    assert check_answer(json.dumps(answer).encode(), keys, [own]).findings == [
        f"rewritten: the given checkpoint {newer['size']} was of other events"
    ]
    strange = check_answer(json.dumps(answer).encode(), keys, [own.replace("agreements", "jars", 1)])
    assert "there is no such log here" in strange.findings[0]


def altered(value: Any) -> Iterator[Any]:
    """A value with something changed, left out, or of another kind."""
    match value:
        case str():
            yield from ("", value[:-2], value.replace("1", "2", 1), "x" + value, None)
        case int():
            yield from (value + 1, -1, str(value), None)
        case list():
            yield from ([], value[:-1], value[::-1] if len(value) > 1 else ["00"], [*value, value[0]], ["zz"], None)


def test_an_event_that_is_under_no_checkpoint_yet_has_no_proof(world: World) -> None:
    story.drafted(world)
    last = world.position()
    answer = world.get(f"/v1/events/{last}/proof")
    assert (answer.status_code, "within a minute" in answer.json["detail"]) == (404, True)
    assert world.get("/v1/events/99999/proof").status_code == 404
    assert world.get("/v1/events/1/proof?size=1").status_code == 404
    seal(world)
    assert world.get(f"/v1/events/{last}/proof").status_code == 200


def test_an_auditor_of_one_school_is_given_proofs_of_its_events(world: World) -> None:
    event = next(each for each in world.read("/v1/events")["items"] if each["school_urn"])
    path = f"/v1/events/{event['position']}/proof"
    assert world.get(path, who("auditor").at(event["school_urn"])).status_code == 200
    assert world.get(path, who("auditor").at(OTHER_SCHOOL)).status_code == 404


def test_checkpoints_are_fed_to_who_has_no_bus(world: World) -> None:
    (shown,) = checkpoints(world)
    (item,) = world.read("/v1/feed/cpd.checkpoints.v1")["items"]
    assert item["data"]["note"] == shown["note"]
    assert item["id"] == f"agreements/checkpoints/{shown['size']}-{shown['root'][:16]}"
