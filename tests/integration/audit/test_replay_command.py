"""`cpd audit replay`: what an archive alone has, beside what three services serve."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from shared.audit import parquet
from shared.audit.export import Part, export
from shared.audit.replay_command import replay_command
from shared.audit.signing import open_signer
from shared.audit.wiring import sealed, sealing
from shared.service import services
from shared.web.app import WebApp
from tests.integration.agreements import story as agreed
from tests.integration.agreements.world import AUDITOR
from tests.integration.requests import story
from tests.integration.reviews.world import Trust

LEAVER = "t2"
SERVED = "everything is served as the archive has it"


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trust]:
    """Someone asked for training and is given it; someone else left, owing."""
    monkeypatch.setattr(parquet, "available", lambda: False)
    trust = Trust(tmp_path / "home")
    story.joins(trust.requests)
    story.approved(trust.requests)
    trust.catch_up()
    agreed.required(trust.agreements, LEAVER)
    trust.clock.advance(days=1)
    trust.catch_up()
    yield trust
    trust.close()


@pytest.fixture
def archive(trust: Trust, tmp_path: Path) -> Path:
    made = []
    for world in trust.every:
        sealing(world.settings, world.runtime.stores, world.clock).step()
        made.append(sealed(world.settings, world.runtime.stores, world.assembly.accesses))
    with (path := tmp_path / "all.zip").open("wb") as file:
        export(made, Part(), file, open_signer(trust.agreements.settings))
    return path


@pytest.fixture
def urls(trust: Trust) -> Iterator[list[str]]:
    """The options that say where the three answer."""
    with ExitStack() as servers:
        yield [
            option
            for world in trust.every
            for option in ("--url", f"{world.assembly.name}={servers.enter_context(serving(world.app))}")
        ]


@contextmanager
def serving(app: WebApp) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(trust: Trust, *arguments: str) -> Result:
    settings = trust.agreements.settings
    command = replay_command(lambda: settings, services)
    return CliRunner().invoke(command, ["--token", trust.agreements.token(AUDITOR), *arguments])


@pytest.mark.parametrize("as_at", [(), ("--on", "2025-09-30", "--known-at", "2025-06-02T11:00:00Z")])
def test_what_is_served_is_what_the_archive_has(
    trust: Trust, archive: Path, urls: list[str], as_at: tuple[str, ...]
) -> None:
    done = run(trust, str(archive), *urls, *as_at)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, SERVED), done.output
    assert "agreements: 5 answers of http://127.0.0.1:" in done.output


def test_what_came_later_changes_nothing_and_a_view_that_lost_something_is_found(
    trust: Trust, archive: Path, urls: list[str]
) -> None:
    trust.clock.advance(minutes=1)
    (repayment,) = trust.agreements.read("/v1/repayments")["items"]
    agreed.paid(trust.agreements, repayment["id"])
    trust.catch_up()
    for later in ((), ("--known-at", "2026-01-01T00:00:00Z")):
        assert run(trust, str(archive), *urls, *later).output.splitlines()[-1] == SERVED
    views = trust.agreements.settings.folder("agreements") / "views.sqlite"
    with closing(sqlite3.connect(views)) as database, database:
        database.execute("DELETE FROM repayments")
    done = run(trust, str(archive), *urls)
    assert done.exit_code == 1
    assert "WRONG  agreements: /v1/repayments?limit=200&known_at=" in done.output
    assert "items: 1 by the archive, 0 served" in done.output


def test_a_service_that_does_not_answer_or_refuses_is_named(trust: Trust, archive: Path, urls: list[str]) -> None:
    done = run(trust, str(archive), *urls, "--url", "agreements=http://127.0.0.1:9")
    assert (done.exit_code, "nothing answers at http://127.0.0.1:9" in done.output) == (2, True)
    done = run(trust, str(archive), *urls, "--token", "nobody's")
    assert (done.exit_code, "answered 401: the token is not valid here" in done.output) == (2, True)
    done = run(trust, str(archive), "--url", "agreements=file:///etc")
    assert (done.exit_code, "must be like agreements=https://cpd.example" in done.output) == (2, True)


def test_alone_it_asks_nobody_and_what_it_makes_is_kept_where_one_says(
    trust: Trust, archive: Path, tmp_path: Path
) -> None:
    done = run(trust, str(archive), "--alone", "--into", str(tmp_path / "there"))
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, f"ask there: CPD_HOME={tmp_path / 'there'} cpd …")
    assert (tmp_path / "there" / "agreements" / "log.sqlite").is_file()
