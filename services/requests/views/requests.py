"""Requests as believed."""

from collections.abc import Sequence

from services.requests.domain.history_facts import HISTORY_FACTS
from services.requests.domain.request import Request
from services.requests.domain.request_facts import REQUEST_FACTS, RequestFact, fold_request
from shared.projections.versions import VersionsView


class RequestsView(VersionsView[Request]):
    """One row a request, with every version believed of it."""

    name = "requests"
    version = 3
    facts = (*REQUEST_FACTS, *HISTORY_FACTS)
    state_type = Request

    def resource_ids(self, fact: RequestFact) -> Sequence[str]:
        return (fact.request_id,)

    def fold(self, state: Request | None, fact: RequestFact, position: int) -> Request | None:  # noqa: ARG002
        return fold_request(state, fact)

    def status(self, state: Request) -> str:
        return state.status
