"""What tells an imported row again."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from shared.errors import FieldRefused
from shared.eventstore.keystore import KeyStore
from shared.eventstore.sealing import Sealer
from shared.imports.marks import Marks
from shared.messaging.database import open_database

ROW = {"staff_id": "p1", "name": "Jo Bloggs"}


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    keys = KeyStore(open_database(tmp_path / "keys.sqlite"))
    keys.create_tables()
    yield keys
    keys.engine.dispose()


def test_a_row_has_the_same_mark_again_whatever_the_order_of_its_fields(keys: KeyStore):
    made = Marks(Sealer(keys)).made("p1", ROW)
    assert Marks(Sealer(keys)).known("p1", dict(reversed(ROW.items()))) == made


def test_another_row_and_another_person_have_another_mark(keys: KeyStore):
    marks = Marks(Sealer(keys))
    assert len({marks.made("p1", ROW), marks.made("p1", ROW | {"name": "Jo Blogs"}), marks.made("p2", ROW)}) == 3


def test_nobody_can_work_out_a_mark_without_the_key(keys: KeyStore):
    assert Marks(Sealer(keys)).made("p1", ROW) != sha256(msgspec.json.encode(ROW, order="sorted")).hexdigest()


def test_asking_for_a_mark_makes_no_key(keys: KeyStore):
    assert Marks(Sealer(keys)).known("p1", ROW) is None
    assert keys.cipher("p1") is None


def test_a_row_about_someone_erased_is_refused(keys: KeyStore):
    marks = Marks(Sealer(keys))
    marks.made("p1", ROW)
    keys.destroy("p1")
    assert marks.known("p1", ROW) is None
    with pytest.raises(FieldRefused, match="was erased"):
        marks.made("p1", ROW)
