"""The rules of requests as pure functions: shares to the penny, limits, years, words of the policy."""

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.activities import KINDS, missing_details, sound_details
from services.requests.domain.authority import authority_at
from services.requests.domain.criteria import CRITERIA, CURRENT, HIGHEST, unscored
from services.requests.domain.school import SchoolSettings
from services.requests.domain.shares import CostLine, shared_equally
from services.requests.domain.words import NeedSource, Purpose
from shared.dates import academic_year, first_of_year
from shared.errors import FieldRefused
from shared.words import ActivityType, RoleCategory


@given(st.lists(st.integers(0, 100_000), max_size=6), st.integers(1, 70))
def test_costs_are_shared_equally_to_the_penny(amounts: list[int], people: int):
    shares = shared_equally([CostLine(category="fee", amount_pence=pence) for pence in amounts], people)
    assert len(shares) == people
    for place, pence in enumerate(amounts):
        each = [share[place].amount_pence for share in shares]
        assert sum(each) == pence
        assert max(each) - min(each) <= 1
    sums = [sum(line.amount_pence for line in share) for share in shares]
    assert max(sums) - min(sums) <= 1


def test_an_inset_day_for_sixty_is_shared_by_all_of_them():
    shares = shared_equally([CostLine(category="fee", amount_pence=100_001)], 60)
    assert sorted(share[0].amount_pence for share in shares) == [1666] * 19 + [1667] * 41


@pytest.mark.parametrize(
    ("pence", "authority"),
    [(0, "slt"), (50_000, "slt"), (50_001, "headteacher"), (500_000, "headteacher"), (500_001, "governor")],
)
def test_the_cost_says_who_decides(pence: int, authority: str):
    assert authority_at(pence, SchoolSettings()) == authority


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 9, 1), "2024-25"),
        (date(2025, 8, 31), "2024-25"),
        (date(2099, 12, 1), "2099-00"),
        (date(522, 4, 10), "0521-22"),
        (date(1, 1, 1), "0001-02"),
    ],
)
def test_an_academic_year_runs_from_september_to_august(day: date, year: str):
    assert academic_year(day) == year
    assert first_of_year(year).month == 9


def test_there_are_the_policys_twelve_criteria_and_a_sum_of_thirty_six():
    assert len(CRITERIA[CURRENT]) == 12
    assert HIGHEST * len(CRITERIA[CURRENT]) == 36
    assert unscored(dict.fromkeys(CRITERIA[CURRENT][1:], 3), CURRENT) == ["identified_priorities"]


def test_there_are_the_policys_fourteen_types_each_with_what_it_needs():
    assert set(KINDS) == set(get_args(ActivityType))
    assert len(KINDS) == 14
    assert all(kind.sub_types and kind.needs for kind in KINDS.values())


def test_a_type_has_its_own_details_and_no_others():
    sound_details("secondment", "exchange", {"host": "A university"})
    assert missing_details("secondment", None, {}) == ["host"]
    assert missing_details("course", "A college", {}) == []
    for sub_type, details in (("inset", {}), (None, {"award": "x"})):
        with pytest.raises(FieldRefused):
            sound_details("secondment", sub_type, details)


def test_a_qualification_names_the_staffing_plan():
    assert "staffing_plan" in missing_details("award_bearing", "A university", {"award": "MEd"})


def test_there_are_the_policys_seven_purposes_and_six_sources_and_every_role_category():
    assert (len(get_args(Purpose)), len(get_args(NeedSource))) == (7, 6)
    assert {"governor", "support", "teaching_assistant"} <= set(get_args(RoleCategory))
