"""A command on several streams is saved whole, or not at all, on either database."""

import threading

from shared.errors import StateForbids
from shared.eventstore.ledger import Call, Ledger, Work
from tests.integration.eventstore.toy import Counter, act, count, stream


def move(ledger: Ledger, taken: str, given: str) -> int:
    """One more for each of two counters, while the first is below two."""

    def command(work: Work) -> int:
        first, second = work.load(Counter, stream(taken)), work.load(Counter, stream(given))
        if first.total >= 2:
            raise StateForbids("there is no room")
        return first.count() + second.count()

    return ledger.execute_work(Call(act=act()), command).result


def total(ledger: Ledger, name: str) -> int:
    return ledger.load(Counter, stream(name)).total


def test_what_two_streams_state_is_saved_together(ledger: Ledger):
    assert move(ledger, "left", "right") == 2
    assert (total(ledger, "left"), total(ledger, "right")) == (1, 1)


def test_a_stream_is_loaded_once_and_shows_what_was_stated(ledger: Ledger):
    def command(work: Work) -> int:
        work.load(Counter, stream("one")).count()
        return work.load(Counter, stream("one")).count()

    assert ledger.execute_work(Call(act=act()), command).result == 2
    assert total(ledger, "one") == 2


def test_overtaken_on_one_stream_nothing_of_the_other_is_saved_and_all_is_judged_again(ledger: Ledger):
    seen: list[int] = []

    def command(work: Work) -> int:
        first, second = work.load(Counter, stream("left")), work.load(Counter, stream("right"))
        if not seen:
            count(ledger, "right")
        seen.append(second.total)
        return first.count() + second.count()

    assert ledger.execute_work(Call(act=act()), command).result == 3
    assert seen == [0, 1]
    assert (total(ledger, "left"), total(ledger, "right")) == (1, 2)


def test_many_at_once_never_take_more_than_there_is(ledger: Ledger):
    done: list[str] = []

    def attempt(name: str) -> None:
        try:
            move(ledger, "budget", name)
        except StateForbids:
            return
        done.append(name)

    threads = [threading.Thread(target=attempt, args=(f"request {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total(ledger, "budget") == len(done) == 2
    assert sorted(total(ledger, f"request {number}") for number in range(4)) == [0, 0, 1, 1]
