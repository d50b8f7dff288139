"""A payroll consumer to start from: reads the feed into a ledger, deducts, reports back. Standard library only.

    python examples/payroll/consumer.py --url http://127.0.0.1:8002 --token TOKEN --ledger payroll.sqlite --deduct all

With `--kafka HOST:PORT` it reads the same messages from Kafka, and needs kafka-python.

It can be killed at any point: what it is about to do is in the ledger first, and is repeated word for word afterwards.
"""

import argparse
import os
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any, Protocol

from intentions import CannotReverseError, intend, intend_reversal
from ledger import answered, cursor_of, intended, open_ledger, park, pass_over, take_in
from messages import CannotReadError, in_words, pounds, read_message, text
from position import Movement
from service import AwayError, NotLetInError, RefusedError, Service

LONGEST_PAUSE = 60.0
CONFLICT = 409
CONFLICT_PAUSES = (0.2, 0.5, 1.0)
"""A conflict may pass, such as when another command on the same person was quicker: seconds before each new try."""


class Feed(Protocol):
    """Where messages come from: the service itself, or Kafka."""

    def feed(self, after: str | None) -> dict[str, Any]:
        """The messages after a cursor, each with its own: `{items, next}`. Raises AwayError."""


def read_page(ledger: sqlite3.Connection, source: Feed) -> bool:
    """Apply the next page of the feed. Gives whether there was one. Raises CannotReadError."""
    page = source.feed(cursor_of(ledger))
    for event in page["items"]:
        message = take_in(ledger, read_message(event), text(event, "cursor"))
        if message is not None:
            print(in_words(message), flush=True)
    if page["next"] is not None:
        pass_over(ledger, text(page, "next"))
    return page["next"] is not None


def deduct_from_pay(movement: Movement) -> None:
    """Your payroll goes here. Called before each report and again after a crash: the same `movement.id` is one deed."""
    verb = {"deduction": "deducting", "reversal": "giving back", "refund": "refunding"}[movement.kind]
    print(f"{verb} {pounds(movement.amount_pence)} · {movement.id}", flush=True)


def report(ledger: sqlite3.Connection, service: Service, movement: Movement) -> None:
    """Do what was written down, tell the service, and note that it knows; what it refuses is parked for a person."""
    deduct_from_pay(movement)
    try:
        post(service, movement)
    except RefusedError as refused:
        park(ledger, movement, str(refused))
        print(f"PARKED for a person · {movement.id} · the service refused it: {refused}", flush=True)
        return
    answered(ledger, movement)


def post(service: Service, movement: Movement) -> None:
    """Report a movement. A conflict is tried again a few times. Raises as `Service` does."""
    for pause in CONFLICT_PAUSES:
        try:
            service.post(movement.path, movement.body, movement.id)
        except RefusedError as refused:
            if refused.status != CONFLICT:
                raise
        else:
            return
        time.sleep(pause)
    service.post(movement.path, movement.body, movement.id)


def turn(ledger: sqlite3.Connection, service: Service, deduct: str, today: date, source: Feed | None = None) -> bool:
    """Read a page; once there is none left, run payroll. Gives whether anything was done."""
    if read_page(ledger, source or service):
        return True
    intend(ledger, deduct, today)
    to_report = intended(ledger)
    for movement in to_report:
        report(ledger, service, movement)
    return bool(to_report)


def run(
    ledger: sqlite3.Connection,
    service: Service,
    deduct: str,
    poll_seconds: float,
    *,
    once: bool,
    source: Feed | None = None,
) -> None:
    """Go on for ever, more and more slowly while the service is away; with `once`, until nothing is left to do.

    Raises NotLetInError, CannotReadError, and with `once` AwayError.
    """
    pause = poll_seconds
    while True:
        try:
            busy = turn(ledger, service, deduct, datetime.now(UTC).date(), source)
            pause = poll_seconds
            if busy:
                continue
        except AwayError as away:
            if once:
                raise
            pause = max(min(pause * 2, LONGEST_PAUSE), away.seconds)
            print(f"the service is away ({away}); next try in {pause:g} s", file=sys.stderr, flush=True)
        if once:
            return
        time.sleep(pause)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Reads repayments into payroll's ledger, deducts and reports back.")
    setting = os.environ.get
    parser.add_argument("--url", default=setting("CPD_PAYROLL_URL", "http://127.0.0.1:8002"))
    parser.add_argument("--token", default=setting("CPD_PAYROLL_TOKEN", ""), help="better given as CPD_PAYROLL_TOKEN")
    kafka = setting("CPD_PAYROLL_KAFKA", "")
    parser.add_argument("--kafka", default=kafka, metavar="HOST:PORT", help="read from Kafka, not from the feed")
    parser.add_argument("--ledger", default=setting("CPD_PAYROLL_LEDGER", "payroll.sqlite"), metavar="FILE")
    parser.add_argument("--deduct", default=setting("CPD_PAYROLL_DEDUCT", "none"), choices=("none", "all", "part"))
    parser.add_argument("--poll-seconds", type=float, default=setting("CPD_PAYROLL_POLL_SECONDS", "5"))
    parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")
    parser.add_argument("--reverse", metavar="DEDUCTION_ID", help="give a deduction back before anything else")
    parser.add_argument("--reason", help="why it is given back")
    arguments = parser.parse_args()
    if not arguments.url.startswith(("http://", "https://")):
        parser.error("--url must begin with http:// or https://")
    if arguments.reverse and not arguments.reason:
        parser.error("--reverse needs a --reason")
    return arguments


def _topic(servers: str) -> Feed:
    from topic import Topic  # noqa: PLC0415  kafka-python is needed only here

    return Topic(servers)


def main() -> int:
    given = _arguments()
    with closing(open_ledger(given.ledger)) as ledger:
        try:
            if given.reverse:
                intend_reversal(ledger, given.reverse, given.reason)
            service, source = Service(given.url, given.token), _topic(given.kafka) if given.kafka else None
            run(ledger, service, given.deduct, given.poll_seconds, once=given.once, source=source)
        except (AwayError, NotLetInError, RefusedError, CannotReadError, CannotReverseError) as error:
            print(f"stopped: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
