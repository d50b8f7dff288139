"""Payroll's own ledger, one SQLite file: the newest message of each repayment, what payroll did, and the feed's cursor.

As a program it prints what the file holds, and settles what waits for a person: `python ledger.py --help`.
"""

import argparse
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict

from messages import Message, pounds
from position import Movement, Position
from report import as_figures, as_table, totals

SCHEMA = """
CREATE TABLE IF NOT EXISTS repayments (
    repayment_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, kind TEXT NOT NULL, staff_id TEXT NOT NULL,
    payroll_number TEXT NOT NULL, school_urn TEXT NOT NULL, amount_pence INTEGER NOT NULL,
    taken_pence INTEGER NOT NULL, deducted_pence INTEGER NOT NULL, refunded_pence INTEGER NOT NULL,
    outstanding_pence INTEGER NOT NULL, refund_due_pence INTEGER NOT NULL, pay_element_code TEXT NOT NULL,
    pay_period TEXT NOT NULL, final_pay INTEGER NOT NULL, last_day TEXT NOT NULL, consent_reference TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS movements (
    id TEXT PRIMARY KEY, repayment_id TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL,
    amount_pence INTEGER NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS feed (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL);
"""


class NotParkedError(Exception):
    """Only what is parked waits for a person's decision."""


def open_ledger(path: str) -> sqlite3.Connection:
    """The ledger at `path`, made where there is none. Whatever it says it has saved is on the disk."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(SCHEMA)
    return connection


@contextmanager
def transaction(ledger: sqlite3.Connection) -> Iterator[None]:
    """All of it is saved, or none."""
    ledger.execute("BEGIN IMMEDIATE")
    with ledger:
        yield


def take_in(ledger: sqlite3.Connection, message: Message, cursor: str) -> Message | None:
    """Apply a message and move the cursor past it, both or neither. Gives the message where it changed something.

    Seen twice, or older than what is known, it changes nothing: the newest revision's figures stand.
    """
    with transaction(ledger):
        known = ledger.execute(
            "SELECT revision FROM repayments WHERE repayment_id = ?", (message.repayment_id,)
        ).fetchone()
        _move_to(ledger, cursor)
        if known is not None and known["revision"] >= message.revision:
            return None
        ledger.execute(
            "INSERT OR REPLACE INTO repayments VALUES (:repayment_id, :revision, :kind, :staff_id, :payroll_number,"
            " :school_urn, :amount_pence, :taken_pence, :deducted_pence, :refunded_pence, :outstanding_pence,"
            " :refund_due_pence, :pay_element_code, :pay_period, :final_pay, :last_day, :consent_reference)",
            asdict(message),
        )
        _note_what_was_done_elsewhere(ledger, message)
        return message


def cursor_of(ledger: sqlite3.Connection) -> str | None:
    """How far the feed is read; None before the first message."""
    row = ledger.execute("SELECT cursor FROM feed").fetchone()
    return None if row is None else str(row["cursor"])


def pass_over(ledger: sqlite3.Connection, cursor: str) -> None:
    """Move the cursor to the end of a page."""
    with transaction(ledger):
        _move_to(ledger, cursor)


def positions(ledger: sqlite3.Connection) -> list[Position]:
    """Where every repayment stands."""
    movements: dict[str, list[Movement]] = {}
    for movement in _movements(ledger):
        movements.setdefault(movement.repayment_id, []).append(movement)
    rows = ledger.execute("SELECT * FROM repayments ORDER BY school_urn, pay_period, repayment_id")
    messages = [Message(**{**dict(row), "final_pay": bool(row["final_pay"])}) for row in rows]
    return [Position(message, movements.get(message.repayment_id, ())) for message in messages]


def write_down(ledger: sqlite3.Connection, movement: Movement) -> None:
    """Put down what payroll is about to do, inside a transaction. Twice is an error: an id is used once."""
    ledger.execute(
        "INSERT INTO movements VALUES (:id, :repayment_id, :revision, :kind, :amount_pence, :path, :body, :state,"
        " :problem)",
        asdict(movement),
    )


def intended(ledger: sqlite3.Connection) -> list[Movement]:
    """What is written down and not answered yet, oldest first."""
    return [movement for movement in _movements(ledger) if movement.state == "intended"]


def answered(ledger: sqlite3.Connection, movement: Movement) -> None:
    """The service has it on record."""
    with transaction(ledger):
        ledger.execute("UPDATE movements SET state = 'answered', problem = '' WHERE id = ?", (movement.id,))


def park(ledger: sqlite3.Connection, movement: Movement, problem: str) -> None:
    """The service refused it: nothing more happens to this repayment until a person has looked."""
    with transaction(ledger):
        ledger.execute("UPDATE movements SET state = 'parked', problem = ? WHERE id = ?", (problem, movement.id))


def decide(ledger: sqlite3.Connection, movement_id: str, state: str) -> None:
    """A person's decision on what is parked: intended (report it again) or undone. Raises NotParkedError."""
    with transaction(ledger):
        changed = ledger.execute(
            "UPDATE movements SET state = ? WHERE id = ? AND state = 'parked'", (state, movement_id)
        )
        if changed.rowcount == 0:
            raise NotParkedError(f"{movement_id} is not parked")


def _note_what_was_done_elsewhere(ledger: sqlite3.Connection, message: Message) -> None:
    """What a message counts before this ledger moved anything, the payroll before it did: an opening figure."""
    for kind, pence in (("deduction", message.deducted_pence), ("refund", message.refunded_pence)):
        ours = "SELECT 1 FROM movements WHERE repayment_id = ? AND revision > 0"
        if pence and ledger.execute(ours, (message.repayment_id,)).fetchone() is None:
            opening = (f"{message.repayment_id}.{kind}.elsewhere", message.repayment_id, 0, kind, pence)
            ledger.execute("INSERT OR REPLACE INTO movements VALUES (?, ?, ?, ?, ?, '', '', 'answered', '')", opening)


def _movements(ledger: sqlite3.Connection) -> list[Movement]:
    return [Movement(**dict(row)) for row in ledger.execute("SELECT * FROM movements ORDER BY rowid")]


def _move_to(ledger: sqlite3.Connection, cursor: str) -> None:
    ledger.execute("INSERT OR REPLACE INTO feed VALUES (1, ?)", (cursor,))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What payroll's ledger holds, and what waits in it for a person.")
    parser.add_argument("--ledger", default=os.environ.get("CPD_PAYROLL_LEDGER", "payroll.sqlite"), metavar="FILE")
    act = parser.add_mutually_exclusive_group(required=True)
    act.add_argument("--report", action="store_true", help="totals of each school, and what waits for a person")
    act.add_argument("--json", action="store_true", help="the same with every repayment, for a program")
    act.add_argument("--retry", metavar="ID", help="report what is parked once more")
    act.add_argument("--undo", metavar="ID", help="what is parked never happened, or was put right by hand")
    return parser.parse_args()


def _print_report(ledger: sqlite3.Connection, *, as_json: bool) -> None:
    standing = positions(ledger)
    repayments = {position.message.repayment_id: as_figures(position) for position in standing}
    schools = totals(list(repayments.values()))
    if as_json:
        print(json.dumps({"cursor": cursor_of(ledger), "schools": schools, "repayments": repayments}, indent=2))
        return
    print(as_table(schools))
    for movement in (movement for position in standing for movement in position.parked):
        print(f"parked: {movement.id}, {movement.kind} of {pounds(movement.amount_pence)}: {movement.problem}")
    for position in standing:
        if not position.complete:
            print(f"incomplete: {position.message.id} counts what is not in this ledger; nothing is deducted or paid")


def main() -> int:
    arguments = _arguments()
    with closing(open_ledger(arguments.ledger)) as ledger:
        if arguments.report or arguments.json:
            _print_report(ledger, as_json=arguments.json)
            return 0
        try:
            decide(ledger, arguments.retry or arguments.undo, "intended" if arguments.retry else "undone")
        except NotParkedError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
