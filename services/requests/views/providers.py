"""Service agreements with providers, and what participants say of providers, as believed."""

from collections.abc import Sequence

from services.requests.domain.rating import RATING_FACTS, ProviderRated, Rating, fold_rating
from services.requests.domain.service_agreement import (
    SERVICE_AGREEMENT_FACTS,
    ServiceAgreement,
    ServiceAgreementFact,
    fold_service_agreement,
)
from shared.projections.versions import VersionsView


class ServiceAgreementsView(VersionsView[ServiceAgreement]):
    """One row a service agreement."""

    name = "service_agreements"
    version = 1
    facts = SERVICE_AGREEMENT_FACTS
    state_type = ServiceAgreement

    def resource_ids(self, fact: ServiceAgreementFact) -> Sequence[str]:
        return (fact.service_agreement_id,)

    def fold(
        self,
        state: ServiceAgreement | None,
        fact: ServiceAgreementFact,
        position: int,  # noqa: ARG002
    ) -> ServiceAgreement | None:
        return fold_service_agreement(state, fact)

    def status(self, state: ServiceAgreement) -> str:
        return state.status


class RatingsView(VersionsView[Rating]):
    """One row a participant's word on the provider of a request."""

    name = "ratings"
    version = 1
    facts = RATING_FACTS
    state_type = Rating

    def resource_ids(self, fact: ProviderRated) -> Sequence[str]:
        return (fact.rating_id,)

    def fold(self, state: Rating | None, fact: ProviderRated, position: int) -> Rating:  # noqa: ARG002
        return fold_rating(state, fact)

    def status(self, state: Rating) -> str:  # noqa: ARG002  a rating is what it is
        return "rated"
