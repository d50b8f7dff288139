"""Archives: the same log gives the same bytes, anyone can check them offline, and no byte can be changed unseen."""

import gc
import json
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import duckdb
import pytest

from shared.audit import offline, parquet
from shared.audit.container import Container
from shared.audit.export import NothingSealedError, Part
from shared.audit.offline import KEYS, Report, check_archive, checkpoint_text, read_checkpoint
from shared.audit.signing import Signer
from tests.integration.audit.house import House, signer
from tests.integration.audit.test_sealing import POSITION, tamper
from tests.integration.audit.test_tampering import flip

FLIPPED = 1_500
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _without_parquet(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "parquet" not in request.node.name:
        monkeypatch.setattr(parquet, "available", lambda: False)


def clean(report: Report) -> bool:
    return not report.findings


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(content: dict[str, bytes], by: Signer, services: object = None) -> bytes:
    """An archive of other content, its manifest made anew and signed: what somebody with a key can do."""
    file = BytesIO()
    container = Container(file)
    for name, data in content.items():
        if name not in (offline.MANIFEST, offline.SIGNATURE):
            container.add_bytes(name, data)
    container.close(services or json.loads(content[offline.MANIFEST])["services"], by)
    return file.getvalue()


def test_the_archive_of_a_log_is_always_the_same_and_is_as_it_was_signed(house: House) -> None:
    house.grown(40)
    house.grown(40)
    archive = house.archive()
    report = house.checked(archive, house.notes())
    assert report.findings == []
    assert "toys: 80 events, all of them from the first on, held against 4 checkpoints" in report.lines
    assert house.archive() == archive


def test_only_what_is_under_a_checkpoint_is_exported(house: House) -> None:
    house.count(3)
    with pytest.raises(NothingSealedError):
        house.archive()
    house.seal()
    house.count(3)
    assert members(house.archive())["toys/events.ndjson"].count(b"\n") == 3


def test_events_stand_in_an_archive_exactly_as_they_are_stored(house: House) -> None:
    house.grown(20)
    lines = members(house.archive())["toys/events.ndjson"].splitlines(keepends=True)
    assert [offline.read_line(line) for line in lines] == house.rows()
    assert json.loads(lines[0])["state"]["by"] == 0


def test_other_programs_can_read_it(house: House, tmp_path: Path) -> None:
    house.grown(20)
    (tmp_path / "a.zip").write_bytes(house.archive())
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.testzip() is None
        assert {"README.txt", "verify.py", KEYS, "toys/events.ndjson", "toys/schemas/Counted.v1.json"} <= set(
            file.namelist()
        )


def test_parquet_holds_the_same_events(house: House, tmp_path: Path) -> None:
    house.grown(20)
    archive = house.archive()
    assert clean(house.checked(archive))
    (tmp_path / "events.parquet").write_bytes(members(archive)["toys/events.parquet"])
    found = duckdb.sql(f"SELECT position, stream, version, topic, state FROM '{tmp_path}/events.parquet'").fetchall()
    assert [(*row[:4], row[4].encode()) for row in found] == house.rows()
    assert house.archive() == archive


def test_the_single_file_in_the_archive_checks_it_and_needs_nothing_of_ours(house: House, tmp_path: Path) -> None:
    house.grown(20)
    archive = house.archive()
    content = members(archive)
    assert content["verify.py"] == (ROOT / "examples" / "audit" / "verify.py").read_bytes()
    for name in ("verify.py", KEYS):
        (tmp_path / name).write_bytes(content[name])
    (tmp_path / "older").write_text(f"{house.notes()[0]}\n")  # as `jq -r .note` writes it
    (tmp_path / "a.zip").write_bytes(archive)
    with_keys = ["--key", KEYS, "--checkpoint", "older"]
    done = checking(tmp_path, "a.zip", *with_keys)
    assert (done.returncode, done.stderr) == (0, "")
    assert "everything is as it was signed" in done.stdout
    (tmp_path / "a.zip").write_bytes(archive[:-1])
    done = checking(tmp_path, "a.zip", *with_keys)
    assert done.returncode == 1
    assert "damaged container" in done.stdout
    assert checking(tmp_path, "gone.zip").returncode == 2
    (tmp_path / "proof.json").write_text("{}")
    done = checking(tmp_path, "proof.json")
    assert (done.returncode, "give the one that you trust with --key" in done.stderr) == (2, True)
    assert checking(tmp_path, "proof.json", *with_keys).returncode == 1


def checking(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier in a folder, run by itself."""
    command = [sys.executable, "-I", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_any_flipped_bit_of_an_archive_is_found_its_container_included(house: House) -> None:
    house.grown(30)
    content = members(house.archive())
    content["verify.py"] = b"# cut short, so that more of the bits that are flipped are others\n"
    archive = packed(content, house.signer)
    assert clean(house.checked(archive))
    chance = random.Random(17)  # noqa: S311  which bits, not which key
    start = archive.index(b"PK\x01\x02")
    ends = {bit for byte in [*range(60), *range(start, len(archive))] for bit in range(byte * 8, byte * 8 + 8)}
    chosen = chance.sample(sorted(ends), FLIPPED // 3) + chance.sample(range(len(archive) * 8), FLIPPED // 3)
    events = archive.index(b'{"position"')
    chosen += chance.sample(range(events * 8, (events + len(content["toys/events.ndjson"])) * 8), FLIPPED // 3)
    for bit in chosen:
        altered = archive[: bit // 8] + bytes([archive[bit // 8] ^ 1 << bit % 8]) + archive[bit // 8 + 1 :]
        assert house.checked(altered).findings, bit
        assert check_archive(BytesIO(altered)).findings, bit


def test_a_cut_a_longer_and_a_rewritten_container_are_found(house: House) -> None:
    house.grown(30)
    archive = house.archive()
    chance = random.Random(19)  # noqa: S311
    for length in [0, 1, 30, len(archive) - 1, *chance.sample(range(len(archive)), 200)]:
        assert house.checked(archive[:length]).findings, length
    assert "damaged container" in house.checked(archive + b"\0").findings[0]
    again = BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members(archive).items():
            file.writestr(name, data)
    assert "damaged container" in house.checked(again.getvalue()).findings[0]


def test_a_checksum_that_is_not_that_of_its_member_is_found_though_it_stands_so_twice(house: House) -> None:
    house.grown(10)
    archive = house.archive()
    crc = struct.pack("<I", zlib.crc32(members(archive)["toys/leaves.bin"]))
    assert archive.count(crc) == 2
    altered = archive.replace(crc, bytes(4))
    assert house.checked(altered).findings == [
        "altered: toys/leaves.bin is not what its checksum in the container says"
    ]


def test_a_member_that_was_exchanged_is_found_by_the_manifest(house: House) -> None:
    house.grown(10)
    content = members(house.archive())
    schema = next(name for name in content if "/schemas/" in name)
    assert house.checked(contained(content)).findings == []
    found = house.checked(contained(content | {schema: b"{}"})).findings
    assert found == [f"altered: {schema} is not what the manifest says"]


def contained(content: dict[str, bytes]) -> bytes:
    """A container of just these members, as anyone can write it."""
    file = BytesIO()
    placed = []
    for name, data in content.items():
        crc = zlib.crc32(data)
        file.write(offline.local_header(name, crc, len(data)))
        placed.append(offline.Member(name, len(data), crc, file.tell()))
        file.write(data)
    file.write(offline.central_directory(placed, file.tell()))
    return file.getvalue()


def test_an_altered_event_of_an_archive_is_located_though_its_manifest_was_made_anew(house: House) -> None:
    house.grown(30)
    content = members(house.archive())
    lines = content["toys/events.ndjson"].splitlines(keepends=True)
    rows = house.rows()
    chance = random.Random(23)  # noqa: S311
    for _ in range(200):
        at, other = chance.sample(range(30), 2)
        changed = list(lines)
        kind = chance.choice(["flip", "delete", "swap", "insert", "cut"])
        match kind:
            case "flip":
                changed[at] = flip(lines[at], chance)
            case "delete":
                del changed[at]
            case "swap":
                changed[at], changed[other] = lines[other], lines[at]
            case "insert":
                changed.insert(at, lines[other])
            case "cut":
                del changed[at:]
        archive = packed(content | {"toys/events.ndjson": b"".join(changed)}, house.signer)
        findings = "\n".join(house.checked(archive).findings)
        assert f"position {rows[at][0]}" in findings or f"position {rows[other][0]}" in findings, (kind, at, findings)


def test_an_archive_signed_with_another_key_is_not_believed(house: House) -> None:
    house.grown(30)
    forged = packed(members(house.archive()), signer(2))
    assert "manifest.json: it is signed by cpd.test+" in house.checked(forged).findings[0]
    content = members(house.archive())
    content[KEYS] = f"{signer(2).key}\n".encode()
    found = check_archive(BytesIO(packed(content, signer(2)))).findings
    assert any("checkpoint 1 of the archive" in finding for finding in found)


@pytest.mark.parametrize("name", ["toys/leaves.bin", "toys/checkpoints.ndjson", "toys/events.ndjson", "keys.txt"])
def test_what_is_left_out_of_an_archive_is_found(house: House, name: str) -> None:
    house.grown(10)
    content = members(house.archive())
    del content[name]
    assert house.checked(packed(content, house.signer)).findings


def test_events_of_a_service_that_the_manifest_does_not_name_are_not_taken_for_proven(house: House) -> None:
    house.grown(10)
    content = members(house.archive())
    services = json.loads(content[offline.MANIFEST])["services"]
    for named in ([{**services[0], "name": "jars"}], {"toys": services[0]}, [*services, "jars"], services * 2):
        assert house.checked(packed(content, house.signer, named)).findings, named
    other = packed(content, house.signer, [{**services[0], "name": "jars"}])
    assert "unproven: toys/ is of no service that the manifest names" in house.checked(other).findings


def test_a_manifest_that_cannot_be_read_is_all_that_is_said(house: House) -> None:
    house.grown(10)
    content = members(house.archive())
    manifest = content[offline.MANIFEST]
    broken = house.archive().replace(manifest, b"[" * len(manifest))
    gc.disable()  # what is thrown away at the bottom of a stack that is used up has no room to say goodbye
    try:
        assert len(house.checked(broken).findings) == 2
    finally:
        gc.enable()


def test_what_somebody_wrote_into_an_archive_writes_nothing_else_on_the_screen(house: House, tmp_path: Path) -> None:
    """Neither a line of its own nor an order to the terminal, also where no key is given and all of it is shown."""
    house.grown(5)
    lie = "\x1b[2K\reverything is as it was signed\n\u202e\ud800"
    content = members(house.archive())
    manifest = json.loads(content[offline.MANIFEST])
    manifest["members"].append({"name": lie, "sha256": "", "bytes": 0})
    content[offline.MANIFEST] = json.dumps(manifest).encode()
    for forged in (content, content | {offline.MANIFEST: json.dumps({"format": lie}).encode()}):
        (tmp_path / "a.zip").write_bytes(contained(forged))
        (tmp_path / "verify.py").write_bytes(content["verify.py"])
        done = checking(tmp_path, "a.zip")
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.isascii()
        assert "everything is as it was signed" not in done.stdout.splitlines()
        assert "\\x1b[2K\\reverything is as it was signed\\n\\u202e\\ud800" in done.stdout
        assert all(line.isprintable() for line in done.stdout.split("\n"))


def test_a_line_without_end_is_read_in_pieces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "LONGEST_LINE", offline.CHUNK)
    house.grown(10)
    content = members(house.archive())
    archive = packed(content | {"toys/events.ndjson": b"0" * 3 * offline.CHUNK}, house.signer)
    told = house.checked(archive).findings
    assert told.count("toys: unreadable: a line that is no event") == 3


def test_a_history_rewritten_by_whoever_holds_the_key_is_found_from_a_checkpoint_given_earlier(house: House) -> None:
    house.grown(20)
    older = house.notes()[0]
    house.grown(20)
    rows = house.rows()
    where = POSITION[house.store.engine.dialect.name] + " = ?"
    tamper(house, "UPDATE stored_events SET state = ? WHERE " + where, b'{"by":1}', rows[3][0])
    for table in ("seal_tiles", "seal_positions", "seal_checkpoints"):
        tamper(house, f"DELETE FROM {table}")
    tamper(house, "UPDATE seal_tree SET size = 0, position = 0")
    house.seal()
    archive = house.archive()
    assert clean(house.checked(archive))
    assert "rewritten: the given checkpoint 20" in house.checked(archive, [older]).findings[0]


def test_an_archive_of_an_altered_log_shows_what_was_altered(house: House) -> None:
    house.grown(20)
    where = POSITION[house.store.engine.dialect.name] + " = ?"
    at = house.rows()[7][0]
    tamper(house, "UPDATE stored_events SET topic = 'x\"y' WHERE " + where, at)
    assert f"missing: the event of position {at} (leaf 7)" in "\n".join(house.checked(house.archive()).findings)


@pytest.mark.parametrize(
    ("column", "value"), [("topic", 'x"y'), ("topic", "\n"), ("state", b"\xff\xfe"), ("state", b"[\n]"), ("state", b"")]
)
def test_whatever_stands_in_an_altered_row_it_is_exported_to_parquet_too(
    house: House, column: str, value: object
) -> None:
    house.grown(20)
    at = house.rows()[7][0]
    tamper(
        house, f"UPDATE stored_events SET {column} = ? WHERE {POSITION[house.store.engine.dialect.name]} = ?", value, at
    )
    archive = house.archive()
    assert f"position {at} (leaf 7)" in "\n".join(house.checked(archive).findings)
    with NamedTemporaryFile(suffix=".parquet") as file:
        file.write(members(archive)["toys/events.parquet"])
        file.flush()
        positions = duckdb.sql(f"SELECT position FROM '{file.name}'").fetchall()
    assert [position for (position,) in positions] == [row[0] for row in house.rows()]


def test_a_part_carries_a_proof_of_each_event_and_shows_that_nothing_is_left_out(house: House) -> None:
    house.grown(30)
    began = datetime.fromisoformat(min(json.loads(row[4])["recorded_at"] for row in house.rows()))
    part = Part(recorded_from=began, recorded_to=began + timedelta(hours=1))
    archive = house.archive(part)
    report = house.checked(archive, house.notes())
    assert report.findings == []
    assert "toys: 30 of 30 events, each by its proof; all of leaves 0 to 29" in report.lines
    content = members(archive)
    for name in ("toys/events.ndjson", "toys/proofs.ndjson"):
        lines = content[name].splitlines(keepends=True)
        without = packed(content | {name: b"".join(lines[:4] + lines[5:])}, house.signer)
        assert house.checked(without).findings
    both = {
        name: b"".join(content[name].splitlines(keepends=True)[:4] + content[name].splitlines(keepends=True)[5:])
        for name in ("toys/events.ndjson", "toys/proofs.ndjson")
    }
    services = json.loads(content[offline.MANIFEST])["services"]
    services[0]["events"] = 29
    found = house.checked(packed(content | both, house.signer, services)).findings
    assert any("the events are not all those of leaves 0 to 29" in finding for finding in found)


def test_a_part_of_a_school_says_what_it_cannot_show(house: House) -> None:
    house.grown(30)
    report = house.checked(house.archive(Part(school_urn="900101")))
    assert report.findings == []
    assert "0 of 30 events" in report.lines[-1]
    assert "a part cannot show" in report.lines[-1]


def test_a_part_is_held_against_a_checkpoint_given_earlier(house: House) -> None:
    house.grown(20)
    older = house.notes()[0]
    house.grown(20)
    archive = house.archive(Part(school_urn="900101"))
    assert clean(house.checked(archive, [older]))
    first = read_checkpoint(older, house.keys)
    for said, told in (
        (first._replace(size=21), "taken back: the given checkpoint 21 "),
        (first._replace(size=41), "truncated: the given checkpoint 41 "),
        (first._replace(root=bytes(32)), "rewritten: the given checkpoint 20 "),
    ):
        (finding,) = house.checked(archive, [house.signer.note(checkpoint_text(said))]).findings
        assert finding.startswith(f"toys: {told}")


def test_a_part_whose_checkpoints_do_not_add_to_each_other_is_found(house: House) -> None:
    house.grown(20)
    house.grown(20)
    content = members(house.archive(Part(school_urn="900101")))
    first, last = content["toys/checkpoints.ndjson"].splitlines(keepends=True)
    said = json.loads(first)
    for changed in ({**said, "consistency": said["consistency"][:-1]}, {"note": said["note"]}):
        altered = json.dumps(changed, ensure_ascii=False).encode() + b"\n" + last
        found = house.checked(packed(content | {"toys/checkpoints.ndjson": altered}, house.signer)).findings
        assert found == ["toys: rewritten: the checkpoint 40 does not only add to that of 20"]


def test_a_checkpoint_given_of_a_log_that_is_not_in_the_archive_is_said(house: House) -> None:
    house.grown(5)
    strange = house.signer.note(house.notes()[0].rpartition("\n\n")[0].replace("/toys", "/jars") + "\n")
    (found,) = house.checked(house.archive(), [strange]).findings
    assert found == "a checkpoint was given of the log 'cpd.test/jars', and there is no such log here"
