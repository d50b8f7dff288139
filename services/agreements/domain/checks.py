"""Rules about fields that more than one command of this service asks for."""

from services.agreements.domain.scale import check_scale
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from shared.checks import LARGEST_SUM_PENCE
from shared.errors import FieldRefused, StateForbids


class OwnAffair(StateForbids):
    """Nobody acts for the school in an affair of their own."""


def sound_terms(terms: RepaymentTerms | None, *, mandatory: bool, apprenticeship: bool) -> None:
    """Terms keep to the scale's rules, and mandatory and apprenticeship training have none. Raises FieldRefused."""
    if terms is None:
        return
    if mandatory or apprenticeship:
        kind = "mandatory training" if mandatory else "an apprenticeship"
        raise FieldRefused(terms=f"{kind} cannot be made repayable: leave the terms out, or null")
    check_scale(terms.scale)
    if not 0 <= terms.minimum_pence <= LARGEST_SUM_PENCE:
        raise FieldRefused(minimum_pence="must lie between 0 and £1,000,000")


def nobody_acts_on_their_own(member: StaffMember) -> None:
    """Whoever acts for the school is another person than the one it is about. Raises OwnAffair."""
    act = member.acting
    if act.staff_id == member.staff_id and act.role != "staff":
        raise OwnAffair(f"a {act.role} cannot do this in an affair of their own")
