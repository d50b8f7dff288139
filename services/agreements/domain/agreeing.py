"""Commands on what is agreed: draft, vary, sign, refuse, cancel."""

from datetime import date
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from services.agreements.domain.agreement import Agreement, CostLine
from services.agreements.domain.agreement_facts import (
    AgreementCancelled,
    AgreementDrafted,
    AgreementRefused,
    AgreementSigned,
    AgreementVaried,
)
from services.agreements.domain.assessment import reassess
from services.agreements.domain.checks import nobody_acts_on_their_own, sound_terms
from services.agreements.domain.staff_facts import Employment
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from shared.checks import in_order, not_ahead, plausible, sound_amounts, sound_share
from shared.errors import FieldRefused, StateForbids

Terms = dict[str, Any] | None | UnsetType
"""What a caller says of terms: nothing (the default stands), null (none), or the parts that differ."""


class AgreementIsCancelled(StateForbids):
    """A cancelled agreement stays as it is."""


class AlreadySigned(StateForbids):
    """What stands was signed before, with other values."""


class AgreementIsRefused(StateForbids):
    """The person refused to sign; a variation opens it again."""


def draft(
    member: StaffMember,
    *,
    school_urn: str,
    title: str,
    activity_type: str,
    planned_start: date,
    planned_end: date,
    cost_lines: list[CostLine],
    funded_percent: int = 100,
    employment_id: str | None = None,
    request_id: str | None = None,
    mandatory: bool = False,
    apprenticeship: bool = False,
    terms: Terms = UNSET,
) -> Agreement:
    """Draft an agreement for this person. Raises FieldRefused, OwnAffair."""
    nobody_acts_on_their_own(member)
    employment = _employment(member, employment_id)
    plausible(member.acting.today, planned_start=planned_start, planned_end=planned_end)
    in_order(planned_start=planned_start, planned_end=planned_end)
    sound_amounts([line.amount_pence for line in cost_lines])
    sound_share(funded_percent)
    if terms is UNSET and (mandatory or apprenticeship):
        terms = None
    agreed = merged(member.settings_of(school_urn).default_terms, terms)
    sound_terms(agreed, mandatory=mandatory, apprenticeship=apprenticeship)
    agreement_id = member.new_id("a", member.agreements)
    member.record(
        AgreementDrafted,
        agreement_id=agreement_id,
        employment_id=employment.id,
        school_urn=school_urn,
        title=title,
        activity_type=activity_type,
        planned_start=planned_start,
        planned_end=planned_end,
        cost_lines=cost_lines,
        funded_percent=funded_percent,
        terms=agreed,
        request_id=request_id,
        mandatory=mandatory,
        apprenticeship=apprenticeship,
    )
    reassess(member)
    return member.agreement(agreement_id)


def vary(
    member: StaffMember, agreement_id: str, *, cost_lines: list[CostLine] | UnsetType = UNSET, terms: Terms = UNSET
) -> Agreement:
    """Change terms or cost lines; after a signature they hold once signed again. Raises FieldRefused, OwnAffair."""
    nobody_acts_on_their_own(member)
    agreement = _standing(member.agreement(agreement_id))
    if cost_lines is UNSET and terms is UNSET:
        raise FieldRefused(terms="give terms or cost_lines to vary")
    newest = agreement.newest
    new_lines = newest.cost_lines if isinstance(cost_lines, UnsetType) else cost_lines
    new_terms = merged(newest.terms, terms)
    sound_amounts([line.amount_pence for line in new_lines])
    sound_terms(new_terms, mandatory=agreement.mandatory, apprenticeship=agreement.apprenticeship)
    if (new_lines, new_terms) != (newest.cost_lines, newest.terms):
        member.record_of_agreement(agreement, AgreementVaried, cost_lines=new_lines, terms=new_terms)
        reassess(member)
    return agreement


def sign(
    member: StaffMember, agreement_id: str, *, signed_on: date, deduction_consent: bool, document_ref: str = ""
) -> Agreement:
    """Record the person's signature; anyone else names the signed document. Raises FieldRefused, AlreadySigned."""
    nobody_acts_on_their_own(member)
    agreement = _standing(member.agreement(agreement_id))
    act = member.acting
    not_ahead(act.today, signed_on=signed_on)
    if act.staff_id != member.staff_id and not document_ref:
        raise FieldRefused(
            document_ref="is needed when someone else records the signature: the signed document's reference"
        )
    if agreement.refused:
        raise AgreementIsRefused("the person refused this agreement; vary it before it can be signed")
    last = agreement.signatures[-1] if agreement.signatures else None
    if last is not None and not agreement.unsigned_variation:
        if (last.signed_on, last.deduction_consent) == (signed_on, deduction_consent):
            return agreement
        raise AlreadySigned(f"signed on {last.signed_on.isoformat()}; only a variation is signed again")
    if last is not None and signed_on < last.signed_on:
        raise FieldRefused(signed_on=f"must not lie before the version it replaces ({last.signed_on.isoformat()})")
    member.record_of_agreement(
        agreement,
        AgreementSigned,
        signed_on=signed_on,
        deduction_consent=deduction_consent,
        by_governor=_role_category(member, agreement) == "governor",
        document_ref=document_ref,
    )
    reassess(member)
    return agreement


def refuse(member: StaffMember, agreement_id: str) -> Agreement:
    """The person will not sign what is before them. Raises StateForbids."""
    agreement = _standing(member.agreement(agreement_id))
    if agreement.refused:
        return agreement
    if agreement.signatures and not agreement.unsigned_variation:
        raise AlreadySigned("what is signed cannot be refused")
    member.record_of_agreement(agreement, AgreementRefused)
    reassess(member)
    return agreement


def cancel(member: StaffMember, agreement_id: str) -> Agreement:
    """End the agreement: nothing is repayable under it. Again changes nothing."""
    nobody_acts_on_their_own(member)
    agreement = member.agreement(agreement_id)
    if not agreement.cancelled:
        member.record_of_agreement(agreement, AgreementCancelled)
        reassess(member)
    return agreement


def merged(standing: RepaymentTerms | None, given: Terms) -> RepaymentTerms | None:
    """`standing` terms with what was `given` in place; None where none are wanted."""
    if given is UNSET or isinstance(given, UnsetType):
        return standing
    if given is None:
        return None
    whole = msgspec.to_builtins(standing or RepaymentTerms()) | given
    return msgspec.convert(whole, RepaymentTerms)


def _standing(agreement: Agreement) -> Agreement:
    if agreement.cancelled or agreement.training_cancelled_on is not None:
        raise AgreementIsCancelled("the agreement, or its training, is cancelled")
    return agreement


def _employment(member: StaffMember, employment_id: str | None) -> Employment:
    current = member.current_employment()
    if current is None:
        raise FieldRefused(staff_id="no member of staff of this trust is known by this id")
    if employment_id is None:
        return current
    try:
        return member.employments[employment_id]
    except KeyError:
        raise FieldRefused(employment_id="is not an employment of this member of staff") from None


def _role_category(member: StaffMember, agreement: Agreement) -> str | None:
    employment = member.employments.get(agreement.employment_id)
    return employment.role_category if employment else None
