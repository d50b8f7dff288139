"""The versions of an agreement: which terms and cost lines hold on a day, and whether pay may be touched for them."""

from datetime import date
from typing import Literal

import msgspec

from services.agreements.domain.agreement import Agreement, CostLine, Signature
from services.agreements.domain.terms import RepaymentTerms
from shared.dates import FIRST_DAY, LAST_DAY

NotDeductible = Literal["unsigned", "no_consent", "signed_after_start", "governor"]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What holds from `since` until the next version: signed, or only drafted where `number` is None.

    `consent_since` is the earliest signature since which consent to deduct has stood unbroken; None without consent.
    """

    since: date
    terms: RepaymentTerms | None
    cost_lines: list[CostLine]
    number: int | None = None
    consent_since: date | None = None
    by_governor: bool = False


def versions(agreement: Agreement) -> list[Version]:
    """The draft, for all time before the first signature, then each signed version in turn; their `since` rises."""
    signed = signed_versions(agreement)
    if signed and signed[0].since == FIRST_DAY:
        return signed
    newest = agreement.newest
    return [Version(since=FIRST_DAY, terms=newest.terms, cost_lines=newest.cost_lines), *signed]


def signed_versions(agreement: Agreement) -> list[Version]:
    """Each signed version in turn; one signed earlier than one recorded before it supersedes that from the start."""
    standing: list[Version] = []
    for signature in agreement.signatures:
        while standing and standing[-1].since >= signature.signed_on:
            standing.pop()
        standing.append(_signed(signature, standing[-1].consent_since if standing else None))
    return standing


def with_ends(standing: list[Version]) -> list[tuple[Version, date]]:
    """Each version that has a day before the calendar's last, with the day on which the next one takes its place."""
    until, found = LAST_DAY, []
    for version in reversed(standing):
        if version.since < until:
            found.append((version, until))
        until = version.since
    found.reverse()
    return found


def version_on(agreement: Agreement, on: date) -> Version:
    """The version that holds on `on`: the last one recorded of those signed by then; the draft where there is none."""
    return next(version for version in reversed(versions(agreement)) if version.since <= on)


def not_deductible_because(version: Version, began_on: date) -> NotDeductible | None:
    """Why nothing may be deducted from pay under `version`, or None where it may.

    Consent has to be given before the event that it is applied to (Employment Rights Act 1996, s 13(6)), which we take
    to be the training: on the day it began is in time. A governor has no pay to deduct from.
    """
    if version.number is None:
        return "unsigned"
    return consent_fails_because(version.consent_since, began_on, by_governor=version.by_governor)


def consent_fails_because(consent_since: date | None, began_on: date, *, by_governor: bool) -> NotDeductible | None:
    """The same of a signed version, by the consent that was given with it."""
    if consent_since is None:
        return "no_consent"
    if consent_since > began_on:
        return "signed_after_start"
    return "governor" if by_governor else None


def _signed(signature: Signature, consent_before: date | None) -> Version:
    return Version(
        since=signature.signed_on,
        terms=signature.terms,
        cost_lines=signature.cost_lines,
        number=signature.version,
        consent_since=(consent_before or signature.signed_on) if signature.deduction_consent else None,
        by_governor=signature.by_governor,
    )
