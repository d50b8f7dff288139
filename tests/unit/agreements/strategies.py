"""Random agreements, their days crowded into two years so that they coincide."""

from datetime import date

from hypothesis import strategies as st

from services.agreements.domain.agreement import Agreement, CostLine, DatedCost, Discharge, Draft, Signature
from services.agreements.domain.terms import Linear, RepaymentTerms, Step, Steps

DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31)) | st.sampled_from(
    [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 1), date(2024, 8, 31), date(2025, 2, 28), date.min, date.max]
)
PENCE = st.integers(0, 500_000)
CATEGORIES = st.sampled_from(["fee", "exam", "travel"])


@st.composite
def linear_scales(draw: st.DrawFn) -> Linear:
    months = draw(st.integers(1, 14))
    return Linear(months=months, full_months=draw(st.integers(0, months)))


@st.composite
def step_scales(draw: st.DrawFn) -> Steps:
    count = draw(st.integers(1, 4))
    untils = sorted(draw(st.sets(st.integers(1, 18), min_size=count, max_size=count)))
    percents = sorted(draw(st.sets(st.integers(0, 100), min_size=count, max_size=count)), reverse=True)
    return Steps(steps=[Step(until_months=u, percent=p) for u, p in zip(untils, percents, strict=True)])


TERMS = st.builds(
    RepaymentTerms,
    scale=linear_scales() | step_scales(),
    liable_reasons=st.sampled_from([["resignation"], ["resignation"], ["redundancy"]]),
    base=st.sampled_from(["agreed", "paid"]),
    minimum_pence=st.sampled_from([0, 0, 100_000]),
    cost_categories=st.sampled_from([["fee", "exam"], ["travel"]]),
)
COST_LINES = st.lists(st.builds(CostLine, category=CATEGORIES, amount_pence=PENCE), max_size=3)
DATED_COSTS = st.lists(st.builds(DatedCost, category=CATEGORIES, amount_pence=PENCE, on=DAYS), max_size=3)
SIGNATURES = st.lists(
    st.builds(
        Signature,
        version=st.just(1),
        signed_on=DAYS,
        deduction_consent=st.booleans(),
        by_governor=st.booleans(),
        cost_lines=COST_LINES,
        terms=st.none() | TERMS | TERMS,
    ),
    max_size=3,
)
SELDOM = st.sampled_from([False] * 9 + [True])
AGREEMENTS = st.builds(
    Agreement,
    id=st.just("a1"),
    staff_id=st.just("p1"),
    employment_id=st.just("e1"),
    school_urn=st.just("100001"),
    title=st.just(""),
    activity_type=st.just("course"),
    planned_start=DAYS,
    planned_end=DAYS,
    funded_percent=st.integers(0, 100),
    draft=st.builds(Draft, cost_lines=COST_LINES, terms=st.none() | TERMS | TERMS),
    mandatory=SELDOM,
    apprenticeship=SELDOM,
    signatures=SIGNATURES,
    started_on=st.none() | DAYS,
    completed_on=st.none() | DAYS,
    withdrawn_on=st.none() | DAYS,
    cancelled=SELDOM,
    costs=DATED_COSTS,
    refunds=DATED_COSTS,
    discharges=st.lists(st.builds(Discharge, ending_id=st.sampled_from(["x1", "x2"]), on=DAYS), max_size=1),
)
