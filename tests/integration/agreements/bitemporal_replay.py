"""What was known at an instant, by the plainest means: the facts recorded by then, one after the other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS
from services.agreements.domain.liability import Liability, liability_if_leaving
from services.agreements.domain.repayment import Repayment, receivable_on
from services.agreements.domain.repayment_facts import DISCHARGING, REPAYMENT_FACTS
from services.agreements.domain.staff_member import StaffMember
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger

FIGURES = ("contingent_pence", "contingent_deductible_pence", "receivable_pence", "receivable_deductible_pence")


class Sums(NamedTuple):
    """The four figures, and how many people and agreements have any of them."""

    figures: dict[str, int]
    staff: int
    agreements: int


class Replay:
    """Everyone as known at `known_at`, of the log's first `upto` rows."""

    def __init__(self, ledger: Ledger, upto: int, known_at: datetime) -> None:
        rows = ledger.recorder.select_notifications(start=1, limit=upto, stop=upto)
        decoded = [(int(row.id), row.state, ledger.mapper.decode(row.topic, row.state)) for row in rows]
        known = [(position, state, fact) for position, state, fact in decoded if fact.recorded_at <= known_at]
        self.raw: list[dict[str, Any]] = [
            msgspec.json.decode(state) | {"event": fact.event_name()} for _, state, fact in known if fact.staff_id
        ]
        self.facts = [(position, fact) for position, _, fact in known]
        streams: dict[Any, list[Fact]] = defaultdict(list)
        for _, fact in self.facts:
            if fact.staff_id:
                streams[fact.staff_id].append(ledger.mapper.opened(fact))
        self.people = {staff_id: StaffMember.project(None, facts) for staff_id, facts in streams.items()}

    def agreements(self, staff_id: str | None = None) -> list[Agreement]:
        return [a for person in self._those(staff_id) for a in person.agreements.values()]

    def repayments(self, staff_id: str | None = None) -> list[Repayment]:
        return [r for person in self._those(staff_id) for r in person.repayments.values()]

    def basis(self, resource_id: str) -> list[str]:
        """The ids of the events that an agreement or repayment rests on."""
        kinds = REPAYMENT_FACTS if "-r" in resource_id else (*AGREEMENT_FACTS, *DISCHARGING)
        named = "repayment_id" if "-r" in resource_id else "agreement_id"
        return [
            f"agreements/{position}"
            for position, fact in self.facts
            if isinstance(fact, kinds) and getattr(fact, named) == resource_id
        ]

    def sums(self, on: date, *, staff_id: str | None = None, school_urn: str | None = None) -> Sums:
        """What is owed on a day: by a person, at a school, or in all."""
        figures, people, agreements = dict.fromkeys(FIGURES, 0), set(), set()
        for found, whose, agreement_id, urn in self._owed(on, staff_id):
            if school_urn in (None, urn) and any(found):
                people.add((urn, whose) if school_urn else whose)
                agreements.add(agreement_id)
                for name, pence in zip(FIGURES, found, strict=True):
                    figures[name] += pence
        return Sums(figures, len(people), len(agreements))

    def _owed(self, on: date, staff_id: str | None) -> Iterator[tuple[tuple[int, ...], str, str, str]]:
        for agreement in self.agreements(staff_id):
            found: Liability = liability_if_leaving(agreement, on)
            amounts = found.amount_pence, found.amount_pence if found.deductible else 0, 0, 0
            yield amounts, agreement.staff_id, agreement.id, agreement.school_urn
        for repayment in self.repayments(staff_id):
            pence = receivable_on(repayment, on)
            amounts = 0, 0, pence, pence if repayment.computation.deductible else 0
            yield amounts, repayment.staff_id, repayment.agreement_id, repayment.school_urn

    def _those(self, staff_id: str | None) -> list[StaffMember]:
        return [person for whose, person in self.people.items() if person and staff_id in (None, whose)]
