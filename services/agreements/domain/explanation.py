"""Why a liability is what it is, in sentences that a member of staff can check by hand."""

from datetime import date

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import (
    Liability,
    Rule,
    base_pence,
    costs_in_base,
    discharged_from,
    total_pence,
)
from services.agreements.domain.scale import amount_on_scale, share_on_scale
from services.agreements.domain.terms import RepaymentTerms, Steps
from services.agreements.domain.versions import NotDeductible, Version, version_on
from shared.dates import in_words
from shared.money import pounds

NOT_DEDUCTIBLE: dict[NotDeductible, str] = {
    "unsigned": "the agreement was not signed by then",
    "no_consent": "the agreement as signed gives no consent to deduct",
    "signed_after_start": "consent was given only after the training began",
    "governor": "a governor has no salary to deduct from",
}
ROUNDED = ", rounded to the nearest penny, half a penny up"


def explain(agreement: Agreement, liability: Liability, on: date) -> list[str]:
    """The rule, the base, the fraction, the minimum, and whether it may be deducted from pay: a sentence for each."""
    version = version_on(agreement, on)
    terms = version.terms
    if terms is None or liability.rule == "no_terms":
        return [_without_figures(agreement, liability.rule, on)]
    sentences = [_rule(agreement, liability, terms, on), _base(agreement, version, terms, on)]
    if liability.rule == "reduced":
        sentences.append(_fraction(liability, terms))
    if liability.indicative_pence is not None:
        sentences.append(f"Signed as it stands, it would make {pounds(liability.indicative_pence)} repayable.")
    if liability.below_minimum:
        minimum = pounds(terms.minimum_pence)
        sentences.append(f"These terms ask for no amount below {minimum}, so nothing is repayable.")
    if liability.amount_pence > 0:
        sentences.append(
            f"Repayable: {pounds(liability.amount_pence)}. {_deductibility(agreement, liability, version)}"
        )
    return sentences


def _rule(agreement: Agreement, liability: Liability, terms: RepaymentTerms, on: date) -> str:
    if liability.rule == "during_training":
        return f"{_progress(agreement, on)}, so the whole base is repayable."
    if liability.rule in {"full_period", "reduced", "served"}:
        return _service(agreement, liability, terms, on)
    if liability.rule == "reason_not_liable":
        reasons = " or ".join(_plain(reason) for reason in terms.liable_reasons) or "none"
        return (
            f"These terms ask for repayment on leaving by {reasons} alone; the reason is another: nothing is repayable."
        )
    return _without_figures(agreement, liability.rule, on)


def _without_figures(agreement: Agreement, rule: Rule, on: date) -> str:
    """The rules that make nothing repayable whatever the terms say."""
    day = in_words(on)
    if rule == "cancelled":
        return f"The {'agreement' if agreement.cancelled else 'training'} was cancelled, so nothing is ever repayable."
    if rule == "discharged":
        assessed_on = in_words(discharged_from(agreement) or on)
        return f"An employment ended and this was assessed, once and for all, as at {assessed_on}: nothing more is due."
    if rule == "unsigned":
        return f"The agreement was not signed on or before {day}, so nothing is repayable."
    if rule == "before_start":
        return f"{day} is before the training begins, on {in_words(agreement.begins_on)}, so nothing is repayable."
    if agreement.mandatory or agreement.apprenticeship:
        kind = "Mandatory training" if agreement.mandatory else "An apprenticeship"
        return f"{kind} carries no repayment terms, so nothing is repayable."
    return "The training was agreed without repayment terms, so nothing is repayable."


def _progress(agreement: Agreement, on: date) -> str:
    day = in_words(on)
    if agreement.ended_on == on:
        return f"The training ended on {day}, a day that still counts as training"
    if agreement.ended_on is not None:
        return f"On {day} the training was under way, until {in_words(agreement.ended_on)}"
    begins = "began" if agreement.started_on else "begins"
    return f"The training {begins} on {in_words(agreement.begins_on)} and on {day} no end is recorded"


def _service(agreement: Agreement, liability: Liability, terms: RepaymentTerms, on: date) -> str:
    months = liability.months_completed or 0
    how = "was completed" if agreement.completed_on else "was left"
    share = {
        "full_period": "the whole base is repayable",
        "reduced": f"{_share(terms, months)} of the base is repayable",
        "served": "nothing is repayable any more",
    }[liability.rule]
    return (
        f"The training {how} on {in_words(agreement.ended_on or on)}; by {in_words(on)}, "
        f"{'1 whole month has' if months == 1 else f'{months} whole months have'} been completed since, so {share}."
    )


def _share(terms: RepaymentTerms, months: int) -> str:
    _, numerator, denominator = share_on_scale(terms.scale, months)
    return f"{numerator}%" if isinstance(terms.scale, Steps) else f"{numerator}/{denominator}"


def _base(agreement: Agreement, version: Version, terms: RepaymentTerms, on: date) -> str:
    costs = costs_in_base(agreement, version, terms, on)
    totals = [(category, total_pence(costs, [category])) for category in terms.cost_categories]
    lines = " + ".join(f"{_plain(category)} {pounds(pence)}" for category, pence in totals if pence) or "none"
    made_up = f"repayable costs {f'paid by {in_words(on)}' if terms.base == 'paid' else 'as agreed'}: {lines}"
    refunds = total_pence(agreement.refunds, terms.cost_categories)
    if refunds:
        made_up += f", less refunds of {pounds(refunds)}"
    if agreement.funded_percent != 100:
        made_up += f", of which the school funds {agreement.funded_percent}%"
    if max(0, total_pence(costs, terms.cost_categories) - refunds) * agreement.funded_percent % 100:
        made_up += ROUNDED
    return f"The base is {pounds(base_pence(agreement, version, on))} ({made_up})."


def _fraction(liability: Liability, terms: RepaymentTerms) -> str:
    months = liability.months_completed or 0
    _, numerator, denominator = share_on_scale(terms.scale, months)
    amount = pounds(amount_on_scale(terms.scale, liability.base_pence, months))
    rounded = ROUNDED if liability.base_pence * numerator % denominator else ""
    return f"{pounds(liability.base_pence)} × {_share(terms, months)} = {amount}{rounded}."


def _deductibility(agreement: Agreement, liability: Liability, version: Version) -> str:
    if liability.not_deductible_because is not None:
        why = NOT_DEDUCTIBLE[liability.not_deductible_because]
        return f"It cannot be deducted from pay, because {why}; it is invoiced."
    consent, begins = in_words(version.consent_since or version.since), in_words(agreement.begins_on)
    return f"It can be deducted from pay: consent was given on {consent}, and the training began on {begins}."


def _plain(name: str) -> str:
    return name.replace("_", " ")
