"""What internal scrutiny asks of this service's log."""

from services.requests.domain.budget_facts import BudgetCarriedOver, BudgetVired
from services.requests.domain.request_facts import (
    RequestApproved,
    RequestAssessed,
    RequestDeclined,
    RequestDeferred,
    RequestRecommended,
    RequestSubmitted,
)
from services.requests.letters import ERASURE, LETTERS, PositionRewound
from shared.scrutiny.operators import operators_overrides
from shared.scrutiny.rules import Duty, Override, Scrutiny

APPROVED = (RequestApproved,)
OF = "request_id"

SCRUTINY = Scrutiny(
    duties=(
        Duty("decided on one's own request", second=(RequestApproved, RequestDeclined, RequestDeferred)),
        Duty("asked for another, then approved", first=(RequestSubmitted,), second=APPROVED, field=OF, kept=False),
        Duty("recommended, then approved", first=(RequestRecommended,), second=APPROVED, field=OF, kept=False),
        Duty("assessed, then approved", first=(RequestAssessed,), second=APPROVED, field=OF, kept=False),
    ),
    overrides=(
        Override("approved below the threshold", RequestApproved, lambda fact: fact.below_threshold),
        Override("approved on appeal", RequestApproved, lambda fact: fact.on_appeal),
        Override(
            "asked for without a priority",
            RequestSubmitted,
            lambda fact: bool(fact.priority_exception),
            "priority_exception",
        ),
        Override("money moved between schools", BudgetVired, lambda fact: fact.change_pence > 0, "because"),
        Override("money moved between years", BudgetCarriedOver, lambda fact: fact.change_pence > 0, "because"),
        *operators_overrides(LETTERS, PositionRewound, ERASURE),
    ),
)
