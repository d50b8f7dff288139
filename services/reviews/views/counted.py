"""What the view of impact statistics counts: requests and agreements, people, disseminations."""

from collections.abc import Sequence
from typing import Any

from services.reviews.domain.activity_facts import (
    ActivityFact,
    ActivityLogged,
    ActivityNoted,
    EvaluationCorrected,
    EvaluationMoved,
    EvaluationReopened,
    EvaluationRequested,
    EvaluationSubmitted,
    EvaluationWithdrawn,
    LoggedActivityCorrected,
    LoggedActivityWithdrawn,
)
from services.reviews.domain.dissemination import (
    DISSEMINATION_FACTS,
    Dissemination,
    DisseminationFact,
    fold_dissemination,
)
from services.reviews.domain.person_facts import EmploymentEnded, EmploymentResumed, EmploymentStated
from services.reviews.domain.undertaking import Undertaking
from services.reviews.domain.undertaking_facts import UNDERTAKING_FACTS, UndertakingFact, fold_undertaking
from services.reviews.statistics.counting import of_undertaking
from services.reviews.statistics.people import Career, fold_career, of_activity, of_dissemination, of_work
from services.reviews.statistics.records import Counted
from services.reviews.views.impact import ImpactView, Kind, Names
from shared.eventstore.fact import Fact


class Undertakings(Kind[Undertaking]):
    """Requests, and agreements without one."""

    prefix = "u"
    facts = UNDERTAKING_FACTS
    state_type = Undertaking

    def resource(self, fact: UndertakingFact) -> str:
        return fact.undertaking_id

    def fold(self, state: Undertaking | None, fact: UndertakingFact) -> Undertaking:
        return fold_undertaking(state, fact)

    def counted(self, state: Undertaking, part: str) -> list[Counted]:  # noqa: ARG002  it has one
        return of_undertaking(state)

    def told(self, state: Undertaking) -> dict[str, Any]:
        asked_by = "" if state.purpose is None else state.purpose.staff_id
        people = sorted({*state.participants, *state.holders.values()})
        return super().told(state) | {"staff_id": asked_by, "participants": people, "holders": sorted(state.holders)}

    def names(self, state: Undertaking) -> Names | None:
        purpose = state.purpose
        return None if purpose is None else ([purpose.provider] if purpose.provider else (), purpose.priority_ids)


class Careers(Kind[Career]):
    """People: where they work, what they completed, what they say of it."""

    prefix = "s"
    of_people = True
    facts = (
        EmploymentStated,
        EmploymentEnded,
        EmploymentResumed,
        ActivityLogged,
        LoggedActivityCorrected,
        LoggedActivityWithdrawn,
        ActivityNoted,
        EvaluationRequested,
        EvaluationMoved,
        EvaluationReopened,
        EvaluationWithdrawn,
        EvaluationSubmitted,
        EvaluationCorrected,
    )
    state_type = Career

    def resource(self, fact: Fact) -> str:
        return fact.staff_id

    def fold(self, state: Career | None, fact: Fact) -> Career:
        return fold_career(state, fact)

    def part(self, fact: Fact) -> str:
        return fact.activity_id if isinstance(fact, ActivityFact) else ""

    def parts(self, state: Career) -> Sequence[str]:
        return ("", *state.activities)

    def counted(self, state: Career, part: str) -> list[Counted]:
        return of_activity(state, part) if part else of_work(state)


class Disseminations(Kind[Dissemination]):
    """What people passed on."""

    prefix = "d"
    facts = DISSEMINATION_FACTS
    state_type = Dissemination

    def resource(self, fact: DisseminationFact) -> str:
        return fact.dissemination_id

    def fold(self, state: Dissemination | None, fact: Any) -> Dissemination | None:
        return fold_dissemination(state, fact)

    def counted(self, state: Dissemination, part: str) -> list[Counted]:  # noqa: ARG002  it has one
        return of_dissemination(state)


def impact_view() -> ImpactView:
    """The view of this service."""
    return ImpactView((Undertakings(), Careers(), Disseminations()))
