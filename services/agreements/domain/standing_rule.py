"""The trust's standing rule: what is owed and not held is required without anyone asking, after days of notice."""

from datetime import timedelta

from services.agreements.domain.repayment import Repayment
from services.agreements.domain.repayment_facts import RepaymentRequired
from services.agreements.domain.staff_member import StaffMember


def require_by_standing_rule(member: StaffMember, repayment: Repayment) -> None:
    """Where the school's settings say so, require what no requirement covers yet. The person has notice to dispute."""
    settings = member.settings_of(repayment.school_urn)
    covered = repayment.authorised_pence or 0
    if settings.auto_require and not repayment.held_because and repayment.amount_pence > covered:
        member.record_of_repayment(
            repayment,
            RepaymentRequired,
            amount_pence=repayment.amount_pence,
            send_after=member.acting.today + timedelta(days=settings.notice_days),
            actor="trust",
            role="auto_require",
        )
