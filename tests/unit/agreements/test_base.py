"""What the scale is applied to: lines agreed or costs paid, less refunds, of the repayable categories."""

from datetime import date

from services.agreements.domain.agreement import CostLine, Draft
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.terms import RepaymentTerms
from tests.unit.agreements.papers import POLICY_TERMS, STARTED_ON, drafted, paid, signed


def test_refunds_reduce_the_base_whenever_they_are_dated() -> None:
    agreement = signed(refunds=[paid(400_00, date(2029, 1, 1))])
    assert liability_if_leaving(agreement, STARTED_ON).base_pence == 2000_00


def test_refunds_beyond_the_costs_leave_a_base_of_nothing() -> None:
    agreement = signed(refunds=[paid(9999_00, STARTED_ON)])
    assert liability_if_leaving(agreement, STARTED_ON).base_pence == 0


def test_only_the_categories_that_the_terms_name_are_repayable() -> None:
    lines = [CostLine(category="fee", amount_pence=100_00), CostLine(category="supply_cover", amount_pence=900_00)]
    agreement = drafted(draft=Draft(cost_lines=lines, terms=POLICY_TERMS))
    assert liability_if_leaving(agreement, STARTED_ON).base_pence == 100_00


def test_a_base_of_what_was_paid_grows_with_each_cost_up_to_its_day() -> None:
    costs = [paid(300_00, date(2024, 2, 1)), paid(500_00, date(2024, 3, 1))]
    agreement = signed(terms=RepaymentTerms(base="paid"), costs=costs)
    days = (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1))
    assert [liability_if_leaving(agreement, on).amount_pence for on in days] == [0, 300_00, 300_00, 800_00]
