"""A rebuild that is broken off is gone on with; one that is outdated, or a second one at the same time, is not."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from shared.eventstore.ledger import Ledger
from shared.projections import log as reading
from shared.projections import rebuild as rebuilding
from shared.projections.alone import RebuildRunningError, alone_in_rebuilding
from shared.projections.engine import writing
from shared.projections.history import History, HistoryFilter, HistoryView
from shared.projections.log import parts_of_streams, rows_after
from shared.projections.positions import served
from shared.projections.rebuild import OvertakenRebuildError, rebuild
from shared.projections.runner import ViewRunner
from shared.projections.together import Share
from shared.projections.under_way import begin
from shared.projections.verify import compare
from shared.projections.view import View
from tests.integration.projections.test_runner import KilledError, drained
from tests.integration.projections.toy import FACTS, ON_BOTH, LoansView, LouderLoansView, lend

PEOPLE = 30
DONE = 4
pytestmark = ON_BOTH


class Killed(View):
    """Dies while it folds its fifth part."""

    folds = 0

    def rows(self, batch: Any) -> Any:
        self.folds += 1
        if self.folds > DONE:
            raise KilledError
        return super().rows(batch)


class KilledInTheMiddle(Killed, LoansView):
    """Folded by streams."""


class KilledInOrder(Killed, HistoryView):
    """Folded in the order of the log."""


class NarrowerLoansView(LoansView):
    """Of the same version by mistake, with fewer indexes."""

    indexes = LoansView.indexes[:1]


@pytest.fixture(autouse=True)
def many_small_parts(ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    for number in range(PEOPLE):
        lend(ledger, f"p{number}", 100)
    drained(ViewRunner(ledger, engine, [LoansView()]))


def broken_off(ledger: Ledger, engine: Engine) -> None:
    with pytest.raises(KilledError):
        rebuild(ledger, engine, KilledInTheMiddle())


def tables(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if name.startswith("loans")}


def test_only_the_parts_that_are_missing_are_folded(ledger: Ledger, engine: Engine):
    broken_off(ledger, engine)
    lend(ledger, "late", 100)
    told: list[tuple[int, int]] = []
    made = rebuild(ledger, engine, LoansView(), lambda done, parts: told.append((done, parts)))
    assert (made.parts, made.folded, made.rows) == (PEOPLE // 3 + 1, made.parts - DONE, PEOPLE)
    assert told == [(done, made.parts) for done in range(DONE, made.parts + 1)]
    assert made.position == ledger.position()
    assert compare(ledger, engine, LoansView()) == []


def test_a_view_folded_in_order_has_each_fact_once_when_it_is_gone_on_with(ledger: Ledger, engine: Engine):
    with pytest.raises(KilledError):
        rebuild(ledger, engine, KilledInOrder(FACTS))
    lend(ledger, "late", 100)
    view = HistoryView(FACTS)
    made = rebuild(ledger, engine, view)
    assert (made.parts, made.folded) == (PEOPLE // 3 + 1, made.parts - DONE)
    every = [position for position, _, _ in rows_after(ledger, 0, 2 * PEOPLE)]
    assert History(engine, view).positions(HistoryFilter(), limit=2 * PEOPLE) == every


def test_broken_off_while_it_catches_up_it_goes_on_from_there(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    swapped = rebuilding._swapped

    def killed(*_: Any) -> None:
        raise KilledError

    def more_happens(share: Share) -> int:
        for number in range(5):
            lend(ledger, f"late{number}", 100)
        return put_in_place(share)

    put_in_place = rebuilding._put_in_place
    monkeypatch.setattr(rebuilding, "_put_in_place", more_happens)
    monkeypatch.setattr(rebuilding, "_swapped", killed)
    with pytest.raises(KilledError):
        rebuild(ledger, engine, LoansView())
    monkeypatch.setattr(rebuilding, "_put_in_place", put_in_place)
    monkeypatch.setattr(rebuilding, "_swapped", swapped)
    assert rebuild(ledger, engine, LoansView()).folded == 0
    assert compare(ledger, engine, LoansView()) == []


@pytest.mark.parametrize("view", [LouderLoansView(), NarrowerLoansView()])
def test_what_another_version_or_shape_left_is_dropped(ledger: Ledger, engine: Engine, view: LoansView):
    broken_off(ledger, engine)
    assert tables(engine) == {"loans", "loans__2"}
    made = rebuild(ledger, engine, view)
    assert made.folded == made.parts
    assert tables(engine) == {"loans"}
    assert compare(ledger, engine, view) == []


def test_a_second_rebuild_of_the_same_view_is_refused_until_the_first_has_ended(ledger: Ledger, engine: Engine):
    with alone_in_rebuilding(engine, "loans"), pytest.raises(RebuildRunningError):
        rebuild(ledger, engine, LoansView())
    assert rebuild(ledger, engine, LoansView()).rows == PEOPLE


def test_who_lost_the_rebuild_to_another_writes_nothing_more(ledger: Ledger, engine: Engine):
    view = LoansView()
    first = begin(engine, view, ledger.position(), 2)
    second = begin(engine, view, ledger.position(), 2)
    part = parts_of_streams(2)[0]
    with pytest.raises(OvertakenRebuildError):
        Share(ledger, engine, view, first).fold(0, part)
    Share(ledger, engine, view, second).fold(0, part)
    assert rebuild(ledger, engine, view).folded == 1
    assert compare(ledger, engine, view) == []


def test_readers_never_go_back_however_far_the_live_runner_has_come(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    catch_up, runner = rebuilding._catch_up, ViewRunner(ledger, engine, [LoansView()])

    def left_behind(_: Share, position: int) -> int:
        monkeypatch.setattr(rebuilding, "_catch_up", catch_up)
        for number in range(5):
            lend(ledger, f"late{number}", 100)
        drained(runner)
        return position

    monkeypatch.setattr(rebuilding, "_catch_up", left_behind)
    assert rebuild(ledger, engine, LoansView()).position == ledger.position()
    with writing(engine) as connection:
        assert served(connection)["loans"].generation == 2
    assert compare(ledger, engine, LoansView()) == []


def test_two_views_are_rebuilt_at_the_same_time(ledger: Ledger, engine: Engine):
    class OtherLoansView(LoansView):
        name = "others"

    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda view: rebuild(ledger, engine, view), (LoansView(), OtherLoansView()))
        assert [one.rows for one in made] == [PEOPLE, PEOPLE]
