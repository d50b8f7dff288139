"""People's keys under a key that is kept elsewhere: exchanged while all goes on, however often that is broken off."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select, update

from shared.clock import utc_now
from shared.eventstore import rotating
from shared.eventstore.fact import ERASED
from shared.eventstore.keystore import KEYS, KeyStore
from shared.eventstore.rotating import rotate, uses
from shared.eventstore.sealing import Sealer
from shared.eventstore.wrapping import (
    AlteredKeyError,
    BadWrappingKeysError,
    UnknownWrappingKeyError,
    Wrapping,
    WrappingKey,
    read_keys,
)
from shared.keys_command import keys_command
from shared.messaging.database import open_database
from shared.settings import Settings
from shared.stores import open_keys

ONE, TWO = WrappingKey("one", b"1" * 32), WrappingKey("two", b"2" * 32)
PEOPLE = [f"t{number}" for number in range(12)]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    where: Any = tmp_path / "keys.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_database(where, overwrite=True)
    yield engine
    engine.dispose()


def given(engine: Engine, *keys: WrappingKey) -> KeyStore:
    """The store as a process has it that was given these keys."""
    return KeyStore(engine, Wrapping(lambda: "\n".join(each.line for each in keys)))


def turned(store: KeyStore, name: str) -> int:
    return rotate(store, name, "op", utc_now, lambda *_: None)


@pytest.fixture
def texts(engine: Engine) -> dict[str, str]:
    """What was sealed about people, by their tokens, under keys that lie as they are."""
    store = KeyStore(engine)
    store.create_tables()
    return {Sealer(store).seal(each, f"about {each}"): f"about {each}" for each in PEOPLE}


def readable(store: KeyStore, texts: dict[str, str]) -> bool:
    return all(Sealer(store).open(token) == text for token, text in texts.items())


def under(store: KeyStore) -> dict[str | None, int]:
    return {use.name: use.keys for use in uses(store) if use.keys}


def test_keys_from_before_are_wrapped_and_nothing_of_them_is_left(engine: Engine, texts: dict[str, str]):
    with engine.connect() as connection:
        before = list(connection.scalars(select(KEYS.c.key)))
    assert turned(given(engine, ONE), "one") == len(PEOPLE)
    assert under(given(engine, ONE)) == {"one": len(PEOPLE)}
    assert readable(given(engine, ONE), texts)
    if engine.url.database and engine.dialect.name == "sqlite":
        held = b"".join(path.read_bytes() for path in Path(engine.url.database).parent.iterdir())
        assert not any(key in held for key in before)


def test_a_copy_of_the_store_opens_nothing_without_the_wrapping_key(engine: Engine, texts: dict[str, str]):
    turned(given(engine, ONE), "one")
    with pytest.raises(UnknownWrappingKeyError, match="one"):
        readable(KeyStore(engine), texts)
    with pytest.raises(AlteredKeyError):
        readable(given(engine, WrappingKey("one", b"x" * 32)), texts)


def test_a_new_key_takes_over_and_new_people_come_under_it(engine: Engine, texts: dict[str, str]):
    turned(given(engine, ONE), "one")
    old = given(engine, ONE, TWO)
    assert turned(given(engine, TWO, ONE), "two") == len(PEOPLE)
    assert turned(given(engine, TWO, ONE), "two") == 0
    token = Sealer(old).seal("new", "text")
    assert under(given(engine)) == {"two": len(PEOPLE) + 1}
    assert readable(given(engine, TWO), texts | {token: "text"})


def test_broken_off_all_is_readable_and_it_goes_on(
    engine: Engine, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    turned(given(engine, ONE), "one")
    both = given(engine, TWO, ONE)
    with monkeypatch.context() as patch:
        patch.setattr(rotating, "AT_ONCE", 5)
        patch.setattr(rotating, "_exchange", dies_at(2))
        with pytest.raises(KilledError):
            turned(both, "two")
    assert under(both) == {"one": len(PEOPLE) - 5, "two": 5}
    assert readable(given(engine, TWO, ONE), texts)
    assert turned(given(engine, TWO, ONE), "two") == len(PEOPLE) - 5
    assert readable(given(engine, TWO), texts)


def test_who_is_erased_meanwhile_stays_erased(engine: Engine, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    exchange, store = rotating._exchange, given(engine, ONE)

    def overtaken(*arguments: Any) -> None:
        KeyStore(engine).destroy("t3")
        exchange(*arguments)

    monkeypatch.setattr(rotating, "_exchange", overtaken)
    turned(store, "one")
    assert store.stands("t3") == "destroyed"
    assert under(store) == {"one": len(PEOPLE) - 1}
    assert {Sealer(given(engine, ONE)).open(token) for token, text in texts.items() if text == "about t3"} == {ERASED}


def test_one_persons_wrapped_key_does_not_pass_for_anothers(engine: Engine, texts: dict[str, str]):
    turned(given(engine, ONE), "one")
    with engine.connect() as connection:
        stolen = connection.scalar(select(KEYS.c.key).where(KEYS.c.subject == "t1"))
        connection.execute(update(KEYS).where(KEYS.c.subject == "t2").values(key=stolen))
    with pytest.raises(AlteredKeyError, match="t2"):
        given(engine, ONE).cipher("t2")


def test_a_store_of_an_earlier_version_is_read_and_wrapped(engine: Engine):
    with engine.connect() as connection:
        kind = "BLOB" if engine.dialect.name == "sqlite" else "BYTEA"
        connection.exec_driver_sql(f"CREATE TABLE personal_keys (subject VARCHAR NOT NULL PRIMARY KEY, key {kind})")
        connection.exec_driver_sql(f"INSERT INTO personal_keys VALUES ('t1', {_literal(engine)})")  # noqa: S608
    store = given(engine, ONE)
    for _ in range(2):
        store.create_tables()
    token = Sealer(store).seal("t1", "text")
    assert turned(store, "one") == 1
    assert Sealer(given(engine, ONE)).open(token) == "text"


def _literal(engine: Engine) -> str:
    key = "ab" * 32
    return f"x'{key}'" if engine.dialect.name == "sqlite" else f"'\\x{key}'"


def test_nothing_is_begun_with_a_key_that_is_not_given(engine: Engine, texts: dict[str, str]):
    with pytest.raises(UnknownWrappingKeyError):
        turned(given(engine, ONE), "two")
    assert under(given(engine)) == {None: len(PEOPLE)}


class KilledError(BaseException):
    """The process ends here."""


def dies_at(number: int) -> Any:
    exchange, calls = rotating._exchange, iter(range(1, 100))

    def run(*arguments: Any) -> None:
        if next(calls) == number:
            raise KilledError
        exchange(*arguments)

    return run


@pytest.mark.parametrize("text", ["one", "one x", "one MTEx", f"{ONE.line}\n{ONE.line}", "a name with blanks aaaa"])
def test_a_list_that_cannot_be_read_is_refused_without_showing_a_key(text: str):
    with pytest.raises(BadWrappingKeysError) as refused:
        read_keys(text)
    assert "MTE" not in str(refused.value)
    assert re.match("line [12] ", str(refused.value))


class Local:
    """The command in local mode, on a home of its own."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home, True, 8000, "cpd-local", "cpd", "")
        self.file = home / "keys" / "wrapping-keys.txt"
        self.store = open_keys(self.settings)
        self.store.create_tables()

    def run(self, *words: str) -> Any:
        return CliRunner().invoke(keys_command(lambda: self.settings, utc_now), words)

    def names(self) -> list[str]:
        return [each.name for each in read_keys(self.file.read_text())]


def test_one_machine_makes_its_own_keys_and_keeps_the_one_before(tmp_path: Path):
    local = Local(tmp_path)
    token = Sealer(local.store).seal("t1", "text")
    assert not local.file.exists()
    assert local.run("rotate", "--by", "op").exit_code == 0
    (first,) = local.names()
    assert local.run("rotate", "--by", "op").exit_code == 0
    assert (len(local.names()), local.names()[1]) == (2, first)
    assert Sealer(local.store).open(token) == "text", "a process that runs reads the list again"
    assert under(open_keys(local.settings)) == {local.names()[0]: 1}
    assert local.file.stat().st_mode & 0o777 == 0o600


def test_broken_off_after_its_key_was_made_one_machine_makes_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    local = Local(tmp_path)
    Sealer(local.store).seal("t1", "text")
    with monkeypatch.context() as patch:
        patch.setattr(rotating, "_exchange", dies_at(1))
        with pytest.raises(KilledError):
            local.run("rotate", "--by", "op")
    begun = local.names()
    assert local.run("rotate", "--by", "op").exit_code == 0
    assert local.names() == begun
    assert under(local.store) == {begun[0]: 1}


def test_without_a_list_nothing_is_rotated_elsewhere(tmp_path: Path):
    local = Local(tmp_path)
    local.settings = Settings(tmp_path, False, 8000, "cpd", "cpd", "x")
    refused = local.run("rotate", "--by", "op")
    assert (refused.exit_code, "make one with `cpd keys new`" in refused.output) == (1, True)
    assert len(read_keys(local.run("new").output)) == 1
    assert "as they are" in local.run("list").output
